// SPDX-License-Identifier: BSD-2-Clause
/*
 * literal.h - what a text must contain before a pattern can match it.
 *
 * A pack asks a body hundreds of questions, nearly all in vain.  From each
 * pattern a few groups of four octets are taken that stand in every text it
 * matches; from a text, once, all it has.  A pattern whose groups are not
 * among them is not tried.  For the files of this folder only; pure.
 */
#ifndef RECOGNISE_LITERAL_H
#define RECOGNISE_LITERAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/view.h"

enum { LITERAL_GROUPS = 8, LITERAL_MAP_SIZE = 8192 };

struct literal {
	uint16_t group[LITERAL_GROUPS]; /* hashed */
	uint16_t count;                 /* 0: nothing is known */
};

struct literal_map {
	unsigned char bits[LITERAL_MAP_SIZE];
};

/* Of a pattern that compiles and minds case. */
void literal_of_pattern(struct view pattern, struct literal *out);

/* Adds a text to a map, which begins as zeros. */
void literal_map_add(struct literal_map *map, struct view text);

/* false: the pattern matches none of the texts in the map. */
bool literal_may_match(const struct literal *l, const struct literal_map *map);

#endif
