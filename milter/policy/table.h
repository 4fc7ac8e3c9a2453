// SPDX-License-Identifier: BSD-2-Clause
/*
 * table.h - numbers found by a keyed hash of octets.
 *
 * Open addressing in eight octets a slot, for sets of millions.  The table
 * knows hashes and numbers only; what a number stands for, and whether its
 * octets are really the ones looked for, is the owner's business.  The key of
 * the hash is random, so that nobody can write a file whose lines all fall
 * into one place.  Any number of threads may look up while none adds.
 */
#ifndef POLICY_TABLE_H
#define POLICY_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/view.h"

struct table_slot {
	uint32_t hash;
	uint32_t value; /* 0: the slot is free */
};

struct table {
	struct table_slot *slot;
	uint32_t capacity, count;
	uint64_t secret[2];
};

/* An empty table.  0, or -1 when there are no random octets to be had. */
int table_init(struct table *t);
void table_free(struct table *t);

enum { TABLE_KINDS = 4 };

/* The hash of a key; keys of different kinds (below TABLE_KINDS) never meet. */
uint32_t table_hash(const struct table *t, unsigned kind, struct view key);

/*
 * Has the memory at the hash's place fetched while the caller does something
 * else: in a large table, waiting for it takes longer than all the rest.
 */
void table_expect(const struct table *t, uint32_t hash);

/* Whether value stands for the key that arg tells of. */
typedef bool table_is(const void *arg, uint32_t value);

/* The value's place, to be read or replaced; NULL: not in the table. */
uint32_t *table_find(const struct table *t, uint32_t hash, table_is *is,
    const void *arg);

/* Adds a value that is not 0 and not in there.  0, or -1 without memory. */
int table_add(struct table *t, uint32_t hash, uint32_t value);

/* Gives back what table_add() took ahead; -1 without memory does no harm. */
int table_fit(struct table *t);

/* Octets of memory taken. */
size_t table_size(const struct table *t);

#endif
