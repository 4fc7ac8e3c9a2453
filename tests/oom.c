// SPDX-License-Identifier: BSD-2-Clause
/*
 * oom.c - memory that runs out when a test says so (ld's --wrap).
 */
#include "oom.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>

static atomic_uint countdown;
static atomic_bool happened;

void
oom_at(unsigned n)
{
	countdown = n;
	happened = false;
}

bool
oom_happened(void)
{
	return happened;
}

bool
oom_next(unsigned n)
{
	bool more = n == 1 || happened;

	oom_at(more ? n : 0);
	return more;
}

/* Whether this is the allocation that fails. */
static bool
out_of_memory(void)
{
	if (countdown == 0 || --countdown > 0)
		return false;
	happened = true;
	errno = ENOMEM;
	return true;
}

/* The linker's names. */
/* NOLINTBEGIN(bugprone-reserved-identifier) */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *string);
char *__real_strndup(const char *string, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *string);
char *__wrap_strndup(const char *string, size_t size);

void *
__wrap_malloc(size_t size)
{
	return out_of_memory() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
	return out_of_memory() ? NULL : __real_calloc(count, size);
}

void *
__wrap_realloc(void *old, size_t size)
{
	return out_of_memory() ? NULL : __real_realloc(old, size);
}

char *
__wrap_strdup(const char *string)
{
	return out_of_memory() ? NULL : __real_strdup(string);
}

char *
__wrap_strndup(const char *string, size_t size)
{
	return out_of_memory() ? NULL : __real_strndup(string, size);
}
/* NOLINTEND(bugprone-reserved-identifier) */
