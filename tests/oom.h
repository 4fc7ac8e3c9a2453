// SPDX-License-Identifier: BSD-2-Clause
/*
 * oom.h - memory that runs out when a test says so.
 *
 * Every unit test is linked so that malloc(), calloc(), realloc(), strdup()
 * and strndup() called by our own code (not by libraries) pass here first.
 * To walk through every allocation of a piece of code:
 *
 *	for (unsigned n = 1; oom_next(n); n++)
 *		... run it; it must fail cleanly if oom_happened() ...
 */
#ifndef TESTS_OOM_H
#define TESTS_OOM_H

#include <stdbool.h>

/* The n-th allocation from now on fails, and only that one; 0 for none. */
void oom_at(unsigned n);

/* Whether an allocation failed since oom_at(). */
bool oom_happened(void);

/*
 * For the loop above: oom_at(n), unless the last round met no failure, since
 * then every allocation has had its turn (and oom_at(0)).
 */
bool oom_next(unsigned n);

#endif
