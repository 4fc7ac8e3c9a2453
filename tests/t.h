// SPDX-License-Identifier: BSD-2-Clause
/*
 * t.h - what every unit test includes: cmocka, and our own few assertions.
 */
#ifndef TESTS_T_H
#define TESTS_T_H

/* cmocka wants these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/view.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/*
 * The octets of a string in a heap block of their exact size, so that a
 * sanitizer sees a reader that goes one too far.  Free with free().
 */
static inline struct view
exactly(const char *data, size_t size)
{
	char *block = malloc(size == 0 ? 1 : size);

	if (block == NULL)
		fail_msg("out of memory");
	if (size > 0)
		memcpy(block, data, size);
	return (struct view){ block, size };
}

static inline struct view
exact_string(const char *string)
{
	return exactly(string, strlen(string));
}

static inline void
exact_free(struct view v)
{
	free((void *)(uintptr_t)v.data);
}

/* got and want as text, with the name of the row in front. */
static inline void
check_view(const char *name, struct view got, const char *want)
{
	if (!view_equal(got, view_of(want)))
		fail_msg("%s: got \"%.*s\", want \"%s\"", name, VIEW_ARG(got),
		    want);
}

static inline void
check_string(const char *name, const char *got, const char *want)
{
	check_view(name, view_of(got), want);
}

static inline void
check_number(const char *name, long long got, long long want)
{
	if (got != want)
		fail_msg("%s: got %lld, want %lld", name, got, want);
}

/* Fails unless the text contains the words. */
static inline void
check_contains(const char *name, const char *text, const char *words)
{
	if (strstr(text, words) == NULL)
		fail_msg("%s: \"%s\" does not contain \"%s\"", name, text,
		    words);
}

#endif
