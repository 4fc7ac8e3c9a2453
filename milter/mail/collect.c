// SPDX-License-Identifier: BSD-2-Clause
/*
 * collect.c - the header fields of a message, as many as are kept.
 */
#include "mail/collect.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

/* What a field takes in bytes, colon, blank and line ends included. */
static size_t
field_size(struct view name, struct view value, bool has_space)
{
	struct view rest = value, line;
	size_t size = name.size + 1 + !has_space, lines = 0;

	for (; view_line(&rest, &line); lines++)
		size += line.size;
	return size + 2 * (lines == 0 ? 1 : lines);
}

/*
 * Whether the field, once it stands in bytes, is found there again.  Else all
 * that comes behind it would be taken for the body.
 */
static bool
can_be_read(struct view name, struct view value)
{
	for (size_t i = 0; i < value.size; i++)
		if (value.data[i] == '\n' &&
		    (i + 1 == value.size ||
			(value.data[i + 1] != ' ' &&
			    value.data[i + 1] != '\t')))
			return false;
	return message_is_name(name);
}

/* LF, as the MTA shows folds, becomes the CRLF that was signed. */
static void
add_folded(struct text *t, struct view value)
{
	struct view rest = value, line;
	bool first = true;

	while (view_line(&rest, &line)) {
		if (!first)
			text_add_string(t, "\r\n");
		text_add(t, line);
		first = false;
	}
}

static bool
is_room(size_t fields, size_t octets, size_t size)
{
	return fields < LIMIT_HEADER_FIELDS && size <= LIMIT_HEADER_SIZE &&
	    octets <= LIMIT_HEADER_SIZE - size;
}

/* The last field that is no From is dropped; there is one. */
static void
drop_last_other(struct collector *c, struct text *bytes)
{
	size_t i = c->count - 1, size, end;

	while (c->field[i].is_from)
		i--;
	end = i + 1 == c->count ? bytes->size : c->field[i + 1].name;
	size = end - c->field[i].name;
	memmove(bytes->data + c->field[i].name, bytes->data + end,
	    bytes->size - end + 1); /* and the NUL */
	bytes->size -= size;
	for (c->count--; i < c->count; i++) {
		c->field[i] = c->field[i + 1];
		c->field[i].name -= size;
		c->field[i].raw -= size;
	}
	c->cut |= MESSAGE_CUT_HEADER;
}

static void
make_way(struct collector *c, struct text *bytes, size_t size)
{
	/* No From makes way for another. */
	if (!is_room(c->froms, c->from_size, size))
		return;
	while (!is_room(c->count, bytes->size, size))
		drop_last_other(c, bytes);
}

static bool
make_room(struct collector *c)
{
	size_t more = c->room == 0 ? 16 : c->room * 2;
	void *larger;

	if (c->count < c->room)
		return true;
	larger = realloc(c->field, more * sizeof(*c->field));
	if (larger == NULL)
		return false;
	c->field = larger;
	c->room = more;
	return true;
}

int
collector_add(struct collector *c, struct text *bytes, struct view name,
    struct view value, bool has_space)
{
	size_t size = field_size(name, value, has_space);
	bool is_from = view_equal_nocase(view_trim(name), VIEW("From"));
	bool readable = can_be_read(name, value);
	struct collected_field *field;

	if (is_from && readable)
		make_way(c, bytes, size);
	if (!is_room(c->count, bytes->size, size) || !readable) {
		c->cut |= MESSAGE_CUT_HEADER | (is_from ? MESSAGE_CUT_FROM : 0);
		return 0;
	}
	if (!make_room(c))
		return -1;
	field = &c->field[c->count++];
	field->is_from = is_from;
	field->name = bytes->size;
	field->name_size = name.size;
	text_add(bytes, name);
	text_add_byte(bytes, ':');
	field->raw = bytes->size;
	if (!has_space)
		text_add_byte(bytes, ' ');
	add_folded(bytes, value);
	field->raw_size = bytes->size - field->raw;
	text_add_string(bytes, "\r\n");
	if (is_from) {
		c->froms++;
		c->from_size += bytes->size - field->name;
	}
	return text_ok(bytes) ? 0 : -1;
}

void
collector_view(const struct collector *c, const struct text *bytes,
    struct header *field)
{
	struct view all = text_view(bytes);

	for (size_t i = 0; i < c->count; i++) {
		const struct collected_field *f = &c->field[i];

		field[i].name = view_part(all, f->name, f->name_size);
		field[i].raw = view_part(all, f->raw, f->raw_size);
		field[i].value = VIEW("");
	}
}

void
collector_reset(struct collector *c)
{
	c->count = c->froms = c->from_size = 0;
	c->cut = 0;
}

void
collector_free(struct collector *c)
{
	free(c->field);
	memset(c, 0, sizeof(*c));
}
