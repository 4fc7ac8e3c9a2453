// SPDX-License-Identifier: BSD-2-Clause
/*
 * pool.c - memory that lives and dies together.
 */
#include "base/pool.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
	FIRST_CHUNK = 4096,
	LARGEST_CHUNK = 256 * 1024,
	GRAIN = alignof(max_align_t)
};

struct chunk {
	struct chunk *next; /* the one that was filled before */
	size_t size, used;  /* octets of data[] */
	alignas(max_align_t) char data[];
};

struct pool {
	struct chunk *current;
	size_t limit, used, next_chunk;
	bool failed;
};

struct pool *
pool_new(size_t limit)
{
	struct pool *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->limit = limit;
	p->next_chunk = FIRST_CHUNK;
	return p;
}

/* A new current chunk with room for size octets. */
static bool
add_chunk(struct pool *p, size_t size)
{
	size_t room = p->next_chunk < size ? size : p->next_chunk;
	struct chunk *c = malloc(sizeof(*c) + room);

	if (c == NULL)
		return false;
	c->size = room;
	c->used = 0;
	c->next = p->current;
	p->current = c;
	if (p->next_chunk < LARGEST_CHUNK)
		p->next_chunk *= 2;
	return true;
}

/*
 * size octets as they come.  What counts is what they take, else requests of
 * one octet each would take many times the ceiling.
 */
static char *
take(struct pool *p, size_t size)
{
	size_t rounded;
	char *data;

	if (size == 0)
		size = 1;
	if (size > p->limit - p->used || size > SIZE_MAX / 2)
		goto fail;
	rounded = (size + GRAIN - 1) & ~(size_t)(GRAIN - 1);
	if (p->current == NULL || rounded > p->current->size - p->current->used)
		if (!add_chunk(p, rounded))
			goto fail;
	data = p->current->data + p->current->used;
	p->current->used += rounded;
	p->used += rounded < p->limit - p->used ? rounded : p->limit - p->used;
	return data;
fail:
	p->failed = true;
	return NULL;
}

void *
pool_alloc(struct pool *p, size_t size)
{
	char *data = take(p, size);

	return data == NULL ? NULL : memset(data, 0, size);
}

void *
pool_array(struct pool *p, size_t count, size_t size)
{
	if (size != 0 && count > SIZE_MAX / size) {
		p->failed = true;
		return NULL;
	}
	return pool_alloc(p, count * size);
}

struct view
pool_copy(struct pool *p, struct view v)
{
	char *data = take(p, v.size + 1);

	if (data == NULL)
		return (struct view){ NULL, 0 };
	if (v.size > 0)
		memcpy(data, v.data, v.size);
	data[v.size] = '\0';
	return (struct view){ data, v.size };
}

bool
pool_ok(const struct pool *p)
{
	return !p->failed;
}

size_t
pool_used(const struct pool *p)
{
	return p->used;
}

static void
free_chunks(struct chunk *c)
{
	for (struct chunk *next; c != NULL; c = next) {
		next = c->next;
		free(c);
	}
}

void
pool_clear(struct pool *p)
{
	if (p->current != NULL) {
		free_chunks(p->current->next);
		p->current->next = NULL;
		p->current->used = 0;
	}
	p->used = 0;
	p->failed = false;
}

void
pool_free(struct pool *p)
{
	if (p == NULL)
		return;
	free_chunks(p->current);
	free(p);
}
