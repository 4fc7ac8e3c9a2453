// SPDX-License-Identifier: BSD-2-Clause
/*
 * print.c - how the commands of rsvpctl(1) say things.
 */
#include <stdarg.h>
#include <stdio.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "ctl/ctl.h"

int
ctl_fail(int code, const char *format, ...)
{
	va_list arguments;

	/* What was printed before it stands before it on a terminal too. */
	fflush(stdout);
	fputs("rsvpctl: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	return code;
}

void
ctl_put(struct view v)
{
	struct text t = TEXT_INIT(4 * LIMIT_FIELD_SIZE);

	utf8_add_printable(&t, v, LIMIT_FIELD_SIZE);
	fputs(text_string(&t), stdout);
	text_free(&t);
}

void
ctl_put_column(struct view v, size_t width)
{
	struct text t = TEXT_INIT(4 * LIMIT_FIELD_SIZE);
	size_t used = 0, at = 0;

	utf8_add_printable(&t, v, LIMIT_FIELD_SIZE);
	v = text_view(&t);
	while (at < v.size && used < width) {
		size_t from = at;

		utf8_next(v, &at);
		fwrite(v.data + from, 1, at - from, stdout);
		used++;
	}
	for (; used < width + 1; used++)
		putchar(' ');
	text_free(&t);
}

void
ctl_put_count(size_t count, const char *what)
{
	printf("%zu %s%s", count, what, count == 1 ? "" : "s");
}
