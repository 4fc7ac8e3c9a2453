// SPDX-License-Identifier: BSD-2-Clause
/*
 * text.h - a growing buffer that cannot pass its ceiling.
 *
 * The first failure (no memory, ceiling) sticks: append freely, then ask once
 * with text_ok().  After a failure the content is still there, as far as it
 * got, and further appends do nothing.  What is appended must not be part of
 * the text itself, which may move.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/view.h"

struct text {
	char *data;      /* NUL behind the last octet, or NULL when empty */
	size_t size;     /* octets, without that NUL */
	size_t capacity; /* octets allocated */
	size_t limit;    /* octets size may reach */
	bool failed;     /* no memory, or the limit was hit */
};

/* An empty text that may hold limit octets; nothing is allocated yet. */
#define TEXT_INIT(max)         \
	{                      \
		.limit = (max) \
	}

void text_add(struct text *t, struct view v);
void text_add_string(struct text *t, const char *string);
void text_add_byte(struct text *t, char byte);
void text_addf(struct text *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Whether everything appended so far is in it. */
bool text_ok(const struct text *t);

/* Valid until the next append or free. */
struct view text_view(const struct text *t);

/* NUL-terminated, never NULL. */
const char *text_string(const struct text *t);

/* Empty again, memory kept, failure forgotten. */
void text_clear(struct text *t);

/* Gives the memory back; the text may be used again.  NULL is fine. */
void text_free(struct text *t);

#endif
