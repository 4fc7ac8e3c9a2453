// SPDX-License-Identifier: BSD-2-Clause
/*
 * table.c - numbers found by a keyed hash of octets.
 *
 * A slot's place is its hash scaled to the capacity, then the next free one.
 * So the slots are in the order of their hashes, any capacity will do, and
 * growing walks old and new memory from front to back.
 */
#include "policy/table.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

enum { LEAST_CAPACITY = 16 };

int
table_init(struct table *t)
{
	*t = (struct table){ 0 };
	return digest_random(t->secret, sizeof(t->secret));
}

void
table_free(struct table *t)
{
	free(t->slot);
	*t = (struct table){ 0 };
}

static uint64_t
rotate(uint64_t word, int bits)
{
	return word << bits | word >> (64 - bits);
}

static inline void
sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[0] = rotate(v[0], 32);
	v[2] += v[3];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[2] = rotate(v[2], 32);
}

/* Up to eight octets, the first one lowest. */
static uint64_t
word_at(struct view v, size_t at)
{
	uint64_t word = 0;

	if (at < v.size)
		memcpy(&word, v.data + at,
		    v.size - at < sizeof(word) ? v.size - at : sizeof(word));
	return le64toh(word);
}

/* SipHash-1-3 (Aumasson and Bernstein, 2012). */
static uint64_t
sip_hash(const uint64_t secret[2], struct view key)
{
	uint64_t v[4] = { secret[0] ^ 0x736f6d6570736575u,
		secret[1] ^ 0x646f72616e646f6du,
		secret[0] ^ 0x6c7967656e657261u,
		secret[1] ^ 0x7465646279746573u };
	size_t at = 0;
	uint64_t word;

	for (;; at += 8) {
		word = word_at(key, at);
		if (at + 8 > key.size)
			break;
		v[3] ^= word;
		sip_round(v);
		v[0] ^= word;
	}
	word |= (uint64_t)key.size << 56;
	v[3] ^= word;
	sip_round(v);
	v[0] ^= word;
	v[2] ^= 0xff;
	for (int i = 0; i < 3; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

uint32_t
table_hash(const struct table *t, unsigned kind, struct view key)
{
	uint32_t hash = (uint32_t)sip_hash(t->secret, key);

	return (hash & ~(uint32_t)(TABLE_KINDS - 1)) | kind;
}

static uint32_t
first_place(uint32_t hash, uint32_t capacity)
{
	return (uint32_t)((uint64_t)hash * capacity >> 32);
}

static uint32_t
next_place(uint32_t place, uint32_t capacity)
{
	return place + 1 == capacity ? 0 : place + 1;
}

void
table_expect(const struct table *t, uint32_t hash)
{
	if (t->capacity > 0)
		__builtin_prefetch(&t->slot[first_place(hash, t->capacity)]);
}

uint32_t *
table_find(const struct table *t, uint32_t hash, table_is *is, const void *arg)
{
	uint32_t i;

	if (t->capacity == 0)
		return NULL;
	i = first_place(hash, t->capacity);
	for (; t->slot[i].value != 0; i = next_place(i, t->capacity))
		if (t->slot[i].hash == hash && is(arg, t->slot[i].value))
			return &t->slot[i].value;
	return NULL;
}

static void
place(struct table_slot *slot, uint32_t capacity, struct table_slot new)
{
	uint32_t i = first_place(new.hash, capacity);

	while (slot[i].value != 0)
		i = next_place(i, capacity);
	slot[i] = new;
}

static int
resize(struct table *t, size_t capacity)
{
	struct table_slot *slot;

	if (capacity > UINT32_MAX)
		return -1;
	slot = calloc(capacity, sizeof(*slot));
	if (slot == NULL)
		return -1;
	for (uint32_t i = 0; i < t->capacity; i++)
		if (t->slot[i].value != 0)
			place(slot, (uint32_t)capacity, t->slot[i]);
	free(t->slot);
	t->slot = slot;
	t->capacity = (uint32_t)capacity;
	return 0;
}

/* Slots for so many values: four in five are taken, and one is always free. */
static size_t
fitting(size_t count)
{
	return count + count / 4 + 1;
}

int
table_add(struct table *t, uint32_t hash, uint32_t value)
{
	size_t wanted = (size_t)t->capacity * 2;

	if (fitting((size_t)t->count + 1) > t->capacity &&
	    resize(t, wanted < LEAST_CAPACITY ? LEAST_CAPACITY : wanted) < 0)
		return -1;
	place(t->slot, t->capacity, (struct table_slot){ hash, value });
	t->count++;
	return 0;
}

int
table_fit(struct table *t)
{
	return fitting(t->count) < t->capacity ? resize(t, fitting(t->count))
					       : 0;
}

size_t
table_size(const struct table *t)
{
	return t->capacity * sizeof(*t->slot);
}
