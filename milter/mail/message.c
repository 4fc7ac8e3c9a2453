// SPDX-License-Identifier: BSD-2-Clause
/*
 * message.c - one message as facts: its header, and access to it.
 */
#include "mail/message.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "base/utf8.h"
#include "mail/body.h"
#include "mail/mime.h"
#include "mail/normal.h"

/* Where the line that begins at from ends, its LF included. */
static size_t
line_end(struct view v, size_t from)
{
	size_t end = view_find_byte(view_part(v, from, v.size), '\n');

	return end == VIEW_NONE ? v.size : from + end + 1;
}

/* The length of the name that begins v, or 0 (RFC 5322, 3.6.8 and 4.5). */
static size_t
name_size(struct view v, size_t *colon)
{
	size_t size = 0, at;

	while (size < v.size && v.data[size] > ' ' && v.data[size] < 0x7F &&
	    v.data[size] != ':')
		size++;
	for (at = size;
	     at < v.size && (v.data[at] == ' ' || v.data[at] == '\t');)
		at++;
	*colon = at;
	return at < v.size && v.data[at] == ':' ? size : 0;
}

bool
message_is_name(struct view name)
{
	size_t size = 0;

	while (size < name.size && name.data[size] > ' ' &&
	    name.data[size] < 0x7F && name.data[size] != ':')
		size++;
	while (size > 0 && size < name.size &&
	    (name.data[size] == ' ' || name.data[size] == '\t'))
		size++;
	return size > 0 && size == name.size;
}

bool
message_next_field(struct view *rest, struct header *field)
{
	struct view all = *rest;
	size_t end = line_end(all, 0), colon, size;

	if (all.size == 0)
		return false;
	if (view_trim(view_part(all, 0, end)).size == 0 &&
	    (all.data[0] == '\r' || all.data[0] == '\n')) {
		*rest = view_part(all, end, all.size);
		return false;
	}
	size = name_size(all, &colon);
	if (size == 0)
		return false;
	while (end < all.size &&
	    (all.data[end] == ' ' || all.data[end] == '\t'))
		end = line_end(all, end);
	*rest = view_part(all, end, all.size);
	if (all.data[end - 1] == '\n') {
		end--;
		if (all.data[end - 1] == '\r')
			end--;
	}
	field->name = view_part(all, 0, size);
	field->raw = (struct view){ all.data + colon + 1, end - colon - 1 };
	field->value = (struct view){ all.data + end, 0 };
	return true;
}

struct view
message_fields(struct view bytes)
{
	size_t colon;

	if (bytes.size >= 5 && memcmp(bytes.data, "From ", 5) == 0 &&
	    name_size(bytes, &colon) == 0)
		return view_part(bytes, line_end(bytes, 0), bytes.size);
	return bytes;
}

/* What must be done to a raw value to read it. */
enum value { VALUE_PLAIN, VALUE_FOLDED, VALUE_ENCODED };

static enum value
judge_value(struct view raw)
{
	enum value kind = VALUE_PLAIN;

	for (size_t i = 0; i < raw.size; i++) {
		char byte = raw.data[i];

		if (byte == '\n' ||
		    (byte == '\r' && i + 1 < raw.size &&
			raw.data[i + 1] == '\n'))
			kind = VALUE_FOLDED;
		else if ((byte < ' ' && byte != '\t') || byte == 0x7F ||
		    (byte == '=' && i + 1 < raw.size && raw.data[i + 1] == '?'))
			return VALUE_ENCODED;
	}
	return kind;
}

/* ASCII without its folds. */
static struct view
unfold(struct pool *p, struct view raw)
{
	char *data = pool_alloc(p, raw.size);
	size_t size = 0;

	if (data == NULL)
		return (struct view){ NULL, 0 };
	while (raw.size > 0) {
		struct view line = view_part(raw, 0, line_end(raw, 0));

		raw = view_part(raw, line.size, raw.size);
		while (line.size > 0 &&
		    (line.data[line.size - 1] == '\n' ||
			line.data[line.size - 1] == '\r'))
			line.size--;
		memcpy(data + size, line.data, line.size);
		size += line.size;
	}
	return (struct view){ data, size };
}

static struct view
decode(struct pool *p, struct view raw, unsigned *cut)
{
	struct text line = TEXT_INIT(LIMIT_HEADER_SIZE);
	struct view value;

	mime_decode_field(raw, &line);
	if (!text_ok(&line))
		*cut |= MESSAGE_CUT_HEADER;
	value = pool_copy(p, text_view(&line));
	text_free(&line);
	return value;
}

static struct view
read_value(struct pool *p, struct view raw, unsigned *cut)
{
	struct view trimmed = view_trim(raw);

	switch (judge_value(trimmed)) {
	case VALUE_PLAIN:
		return trimmed;
	case VALUE_FOLDED:
		return unfold(p, trimmed);
	case VALUE_ENCODED:
		break;
	}
	return decode(p, trimmed, cut);
}

/* How many fields are kept, and where the body begins. */
static size_t
measure_header(struct view section, struct view *body, unsigned *cut)
{
	size_t count = 0, size = 0;
	struct header field;
	bool full = false;

	while (message_next_field(&section, &field)) {
		size += field.name.size + field.raw.size;
		full |=
		    count == LIMIT_HEADER_FIELDS || size > LIMIT_HEADER_SIZE;
		if (!full)
			count++;
		else if (view_equal_nocase(field.name, VIEW("From")))
			*cut |= MESSAGE_CUT_HEADER | MESSAGE_CUT_FROM;
		else
			*cut |= MESSAGE_CUT_HEADER;
	}
	*body = section;
	return count;
}

static void
read_header(struct pool *p, struct message *m)
{
	struct view section = message_fields(m->bytes);
	struct header *header;
	size_t count = measure_header(section, &m->body, &m->cut);

	header = pool_array(p, count, sizeof(*header));
	if (header == NULL)
		return;
	for (size_t i = 0; i < count; i++) {
		message_next_field(&section, &header[i]);
		header[i].value = read_value(p, header[i].raw, &m->cut);
	}
	m->header = header;
	m->header_count = count;
}

/* Where mime_mailboxes() finds nothing, or stops at one of its ceilings. */
static bool
is_partly_read(const struct header *from, int found, size_t room)
{
	size_t colons = 0;

	for (size_t i = 0; i < from->raw.size; i++)
		colons += from->raw.data[i] == ':';
	return (found == 0 && from->value.size > 0) || (size_t)found == room ||
	    from->raw.size > LIMIT_ADDRESS_FIELD ||
	    colons > LIMIT_ADDRESS_COLONS;
}

/* More than one is an error (RFC 5322, 3.6); who reads it sees any of them. */
static int
read_from(struct pool *p, struct message *m)
{
	struct mailbox *all = pool_array(p, LIMIT_MAILBOXES, sizeof(*all));
	const struct header *field;

	m->from = all;
	m->from_partly = (m->cut & MESSAGE_CUT_FROM) != 0;
	for (size_t i = 0; all != NULL &&
	     (field = message_header(m, VIEW("From"), i)) != NULL &&
	     m->from_count < LIMIT_MAILBOXES;
	     i++) {
		const struct mailbox *found;
		int count = mime_mailboxes(p, field->raw,
		    LIMIT_MAILBOXES - m->from_count, &found);

		if (count < 0)
			return -1;
		m->from_partly |= is_partly_read(field, count,
		    LIMIT_MAILBOXES - m->from_count);
		for (int k = 0; k < count; k++)
			all[m->from_count++] = found[k];
	}
	return all == NULL ? -1 : 0;
}

static void
read_subject(struct pool *p, struct message *m)
{
	struct view whole =
	    normal_text(p, message_value(m, VIEW("Subject")), NORMAL_LINE);

	m->subject = utf8_prefix(whole, LIMIT_SUBJECT_SIZE);
	if (m->subject.size < whole.size)
		m->cut |= MESSAGE_CUT_HEADER;
}

int
message_parse(struct pool *p, struct view bytes, unsigned cut,
    struct message *m, struct err *e)
{
	*m = (struct message){ .bytes = bytes, .cut = cut };
	read_header(p, m);
	if (read_from(p, m) < 0)
		goto fail;
	read_subject(p, m);
	if (body_read(p, m) < 0 || !pool_ok(p))
		goto fail;
	return 0;
fail:
	return err_set(e, "no memory for a message of %zu octets", bytes.size);
}

const struct header *
message_header(const struct message *m, struct view name, size_t index)
{
	for (size_t i = 0; i < m->header_count; i++)
		if (view_equal_nocase(m->header[i].name, name) && index-- == 0)
			return &m->header[i];
	return NULL;
}

size_t
message_count(const struct message *m, struct view name)
{
	size_t count = 0;

	for (size_t i = 0; i < m->header_count; i++)
		count += view_equal_nocase(m->header[i].name, name);
	return count;
}

struct view
message_value(const struct message *m, struct view name)
{
	const struct header *field = message_header(m, name, 0);

	return field == NULL ? (struct view){ NULL, 0 } : field->value;
}

void
message_cut_words(unsigned cut, char words[64])
{
	static const char *const names[] = { "header", "body", "parts", "text",
		"links", "from" };
	char *at = words;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if ((cut & 1U << i) != 0) {
			if (at > words)
				*at++ = ',';
			at = stpcpy(at, names[i]);
		}
	*at = '\0';
}
