// SPDX-License-Identifier: BSD-2-Clause
/*
 * own_fields.c - header fields with names of ours that came with a mail.
 */
#include "effects/own_fields.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "mail/message.h"

/* Names that readers ask for: what changes.c and compose.c write. */
static const char *const known[] = { OWN_FIELDS_PREFIX,
	OWN_FIELDS_PREFIX "-Tag", OWN_FIELDS_PREFIX "-Folder",
	OWN_FIELDS_PREFIX "-Loop" };

enum {
	KNOWN = sizeof(known) / sizeof(known[0]),
	MOST = KNOWN + LIMIT_OWN_FIELDS_OTHERS
};

static bool
is_known(struct view name)
{
	for (size_t i = 0; i < KNOWN; i++)
		if (view_equal_nocase(name, view_of(known[i])))
			return true;
	return false;
}

static struct own_field *
find(const struct own_fields *o, struct view name)
{
	for (size_t i = 0; i < o->count; i++)
		if (view_equal_nocase(name, view_of(o->field[i].name)))
			return &o->field[i];
	return NULL;
}

/* How many of the names are none of ours. */
static size_t
count_others(const struct own_fields *o)
{
	size_t others = 0;

	for (size_t i = 0; i < o->count; i++)
		others += !is_known(view_of(o->field[i].name));
	return others;
}

static int
make_room(struct own_fields *o)
{
	size_t more = o->room == 0 ? KNOWN : MOST;
	struct own_field *larger;

	if (o->field != NULL && o->count < o->room)
		return 0;
	larger = realloc(o->field, more * sizeof(*larger));
	if (larger == NULL)
		return -1;
	o->field = larger;
	o->room = more;
	return 0;
}

/* One more name. */
static int
append(struct own_fields *o, struct view name)
{
	struct own_field *new;

	if (make_room(o) < 0)
		return -1;
	new = &o->field[o->count++];
	memcpy(new->name, name.data, name.size);
	new->name[name.size] = '\0';
	new->count = 1;
	return 0;
}

int
own_fields_add(struct own_fields *o, struct view name)
{
	struct own_field *field;

	while (name.size > 0 && byte_is_blank(name.data[name.size - 1]))
		name.size--;
	if (!view_starts_nocase(name, VIEW(OWN_FIELDS_PREFIX)))
		return 0;
	field = find(o, name);
	if (field != NULL) {
		field->count += field->count < INT_MAX;
		return 0;
	}
	if (!is_known(name) &&
	    (name.size > LIMIT_OWN_FIELDS_NAME_SIZE ||
		count_others(o) == LIMIT_OWN_FIELDS_OTHERS)) {
		o->cut = true;
		return 0;
	}
	return append(o, name);
}

int
own_fields_read(struct own_fields *o, struct view bytes)
{
	struct header field;

	bytes = message_fields(bytes);
	while (message_next_field(&bytes, &field))
		if (own_fields_add(o, field.name) < 0)
			return -1;
	return 0;
}

size_t
own_fields_total(const struct own_fields *o)
{
	size_t total = 0;

	for (size_t i = 0; i < o->count; i++)
		total += (size_t)o->field[i].count;
	return total;
}

void
own_fields_clear(struct own_fields *o)
{
	o->count = 0;
	o->cut = false;
}

void
own_fields_free(struct own_fields *o)
{
	free(o->field);
	*o = (struct own_fields){ .count = 0 };
}
