// SPDX-License-Identifier: BSD-2-Clause
/*
 * own_fields.h - header fields with names of ours that came with a mail.
 *
 * Anybody can write them, as many as he likes and behind as many others as he
 * likes, so they are not looked for among the fields that are kept, which have
 * a ceiling: each is counted as it comes.  An MTA finds a field by its name,
 * whatever its case, and its number among the fields of that name, so a count
 * for each name is all that it takes to remove them, and all the memory that
 * any number of them takes.
 *
 * Every name of ours is counted, however many others there are.  Of names that
 * only begin so, which no reader asks for, LIMIT_OWN_FIELDS_OTHERS are.
 */
#ifndef EFFECTS_OWN_FIELDS_H
#define EFFECTS_OWN_FIELDS_H

#include <stdbool.h>

#include "base/limits.h"
#include "base/view.h"

/* Every header of ours begins so; such a one that came in was forged. */
#define OWN_FIELDS_PREFIX "X-RSVP"

struct own_field {
	char name[LIMIT_OWN_FIELDS_NAME_SIZE + 1]; /* as first seen */
	int count;                                 /* fields of that name */
};

/* All zero to begin with.  One thread at a time. */
struct own_fields {
	struct own_field *field;
	size_t count, room; /* elements */
	bool cut; /* others were left out, for their number or length */
};

/*
 * Counts a field if it has such a name; blanks behind the name, which an MTA
 * may have found before the colon, are no part of it.  0, or -1 when there is
 * no memory.
 */
int own_fields_add(struct own_fields *o, struct view name);

/* The same for all fields of the header that begins bytes. */
int own_fields_read(struct own_fields *o, struct view bytes);

/* How many there are, of all names. */
size_t own_fields_total(const struct own_fields *o);

/* Empty again; own_fields_clear() keeps the memory. */
void own_fields_clear(struct own_fields *o);
void own_fields_free(struct own_fields *o);

#endif
