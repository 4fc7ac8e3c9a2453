// SPDX-License-Identifier: BSD-2-Clause
/*
 * pool.h - memory that lives and dies together.
 *
 * All that belongs to one message (or one loaded file) is taken from one pool
 * and given back in one call.  A pool has a ceiling; a pool belongs to one
 * thread at a time, and may be read by many once nothing is added any more.
 */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/view.h"

struct pool;

/*
 * A pool that hands out at most limit octets, where a request counts as the
 * multiple of the alignment that it takes.  NULL when there is no memory.
 * The caller frees it with pool_free().
 */
struct pool *pool_new(size_t limit);

/*
 * size octets set to zero, aligned for any type.  NULL when memory or the
 * ceiling is used up; pool_ok() tells so later as well.
 */
void *pool_alloc(struct pool *p, size_t size);

/* count elements of size octets; NULL also when the product overflows. */
void *pool_array(struct pool *p, size_t count, size_t size);

/*
 * A copy with a NUL behind it.  On failure an empty view whose data is NULL;
 * an empty view copies to a non-NULL empty one.
 */
struct view pool_copy(struct pool *p, struct view v);

/* Whether every request so far was met. */
bool pool_ok(const struct pool *p);

/* Octets handed out so far, for budgets and tests. */
size_t pool_used(const struct pool *p);

/*
 * Empty again, failures forgotten, and the memory handed out is somebody
 * else's; some is kept, for who does the same many times.
 */
void pool_clear(struct pool *p);

/* NULL is fine. */
void pool_free(struct pool *p);

#endif
