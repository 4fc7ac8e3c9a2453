// SPDX-License-Identifier: BSD-2-Clause
/*
 * request.c - what was recognised: who asks for what.
 */
#include "recognise/request.h"

#include <stddef.h>

#define REQUEST_ROW(constant, word, traits) { word, traits },
static const struct {
	const char *name;
	unsigned traits;
} types[] = { REQUEST_TYPES(REQUEST_ROW) };
#undef REQUEST_ROW

static const char *const notes[] = {
	[NOTE_NONE] = "none",
	[NOTE_BOILERPLATE] = "boilerplate",
	[NOTE_PERSONAL] = "personal",
};

const char *
request_type_name(enum request_type type)
{
	return types[type].name;
}

unsigned
request_type_traits(enum request_type type)
{
	return types[type].traits;
}

int
request_type_parse(struct view name, enum request_type *type)
{
	for (size_t i = 0; i < REQUEST_TYPE_COUNT; i++)
		if (view_equal(name, view_of(types[i].name))) {
			*type = (enum request_type)i;
			return 0;
		}
	return -1;
}

const char *
request_note_name(enum request_note note)
{
	return notes[note];
}

int
request_note_parse(struct view name, enum request_note *note)
{
	for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++)
		if (view_equal(name, view_of(notes[i]))) {
			*note = (enum request_note)i;
			return 0;
		}
	return -1;
}
