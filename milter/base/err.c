// SPDX-License-Identifier: BSD-2-Clause
/*
 * err.c - the words of a failure.
 */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* strerror_r(3) comes in two shapes; these take whichever libc has. */
static const char *
words_gnu(const char *words, const char *buffer)
{
	(void)buffer;
	return words;
}

static const char *
words_xsi(int failed, const char *buffer)
{
	return failed ? "unknown error" : buffer;
}

#define WORDS(result, buffer) \
	_Generic((result), char * : words_gnu, int : words_xsi)(result, buffer)

int
err_set(struct err *e, const char *format, ...)
{
	char text[ERR_TEXT_SIZE];
	va_list arguments;

	if (e == NULL)
		return -1;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	memcpy(e->text, text, sizeof(text));
	return -1;
}

int
err_sys(struct err *e, int code, const char *format, ...)
{
	char text[ERR_TEXT_SIZE], reason[128];
	va_list arguments;

	if (e == NULL)
		return -1;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return err_set(e, "%s: %s", text,
	    WORDS(strerror_r(code, reason, sizeof(reason)), reason));
}

int
err_in(struct err *e, const char *format, ...)
{
	char where[ERR_TEXT_SIZE];
	va_list arguments;

	if (e == NULL)
		return -1;
	va_start(arguments, format);
	vsnprintf(where, sizeof(where), format, arguments);
	va_end(arguments);
	return err_set(e, "%s: %s", where, e->text);
}
