// SPDX-License-Identifier: BSD-2-Clause
/*
 * err.c - the words of a failure.
 */
#include "base/err.h"

#include <stdarg.h>
#include <stdbool.h>
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

/* Names and values from files may hold anything; the text is one line. */
static bool
is_control(char c)
{
	return (unsigned char)c < ' ' || c == 0x7F;
}

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
	for (char *at = text; *at != '\0'; at++)
		if (is_control(*at))
			*at = '?';
	memcpy(e->text, text, sizeof(text));
	return -1;
}

int
err_sys(struct err *e, int code, const char *format, ...)
{
	char reason[128];
	char text[ERR_TEXT_SIZE - sizeof(reason)]; /* the reason must fit */
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
