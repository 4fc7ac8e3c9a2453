// SPDX-License-Identifier: BSD-2-Clause
/*
 * tags.c - a DKIM-Signature field taken apart.
 */
#include "mail/tags.h"

#include "base/limits.h"

/* RFC 1035, 2.3.4: of a label, and of a name as it is written. */
enum { LABEL_MAX = 63, NAME_MAX_TEXT = 253 };

/* The raw values of the tags that are read; data is NULL where there is none.
 */
struct raw_tags {
	struct view algorithm, key, domain, fields, identity, length, selector;
};

/* Cut what stands before the next of the delimiter off *rest. */
static bool
next_piece(struct view *rest, char delimiter, struct view *piece)
{
	if (rest->data == NULL)
		return false;
	*piece = view_part(*rest, 0, view_find_byte(*rest, delimiter));
	if (piece->size == rest->size)
		*rest = (struct view){ NULL, 0 };
	else
		*rest = view_part(*rest, piece->size + 1, rest->size);
	return true;
}

static struct view *
tag_called(struct raw_tags *raw, struct view name)
{
	if (name.size != 1)
		return NULL;
	/* The library takes names whatever their case, so that we must. */
	switch (byte_lower(name.data[0])) {
	case 'a':
		return &raw->algorithm;
	case 'b':
		return &raw->key;
	case 'd':
		return &raw->domain;
	case 'h':
		return &raw->fields;
	case 'i':
		return &raw->identity;
	case 'l':
		return &raw->length;
	case 's':
		return &raw->selector;
	default:
		return NULL;
	}
}

static int
split(struct view v, struct raw_tags *raw)
{
	struct view rest = v, piece;
	int result = 0;

	*raw = (struct raw_tags){ .key = { NULL, 0 } };
	while (next_piece(&rest, ';', &piece)) {
		size_t equals = view_find_byte(piece, '=');
		struct view *tag =
		    tag_called(raw, view_trim(view_part(piece, 0, equals)));

		if (tag == NULL)
			continue;
		if (equals == VIEW_NONE || tag->data != NULL)
			result = -1;
		else
			*tag =
			    view_trim(view_part(piece, equals + 1, piece.size));
	}
	return result;
}

/* Printable ASCII, and the blanks that may stand between. */
static bool
is_printable(struct view v)
{
	for (size_t i = 0; i < v.size; i++)
		if (!byte_is_blank(v.data[i]) &&
		    (v.data[i] < ' ' || v.data[i] >= 0x7F))
			return false;
	return true;
}

/*
 * A name that DNS can be asked for: letters, digits, hyphens, underscores in
 * labels that are neither empty nor too long.
 */
static bool
is_name(struct view v)
{
	struct view rest = v, label;

	while (next_piece(&rest, '.', &label)) {
		if (label.size == 0 || label.size > LABEL_MAX)
			return false;
		for (size_t i = 0; i < label.size; i++)
			if (!byte_is_digit(label.data[i]) &&
			    !byte_is_letter(label.data[i]) &&
			    view_find_byte(VIEW("-_"), label.data[i]) ==
				VIEW_NONE)
				return false;
	}
	return v.size > 0;
}

/*
 * Whether the key can have a name.  Nobody has an answer about one that it
 * cannot have, so a forger must not get as far as to ask.
 */
static bool
names_key(const struct tags *tags)
{
	return is_name(tags->domain) && is_name(tags->selector) &&
	    tags->selector.size + (sizeof("._domainkey.") - 1) +
		tags->domain.size <=
	    NAME_MAX_TEXT;
}

static struct view
without_blanks(struct pool *p, struct view v)
{
	char *data = pool_alloc(p, v.size);
	size_t size = 0;

	for (size_t i = 0; data != NULL && i < v.size; i++)
		if (!byte_is_blank(v.data[i]))
			data[size++] = v.data[i];
	return (struct view){ data, size };
}

static struct view
in_small_letters(struct pool *p, struct view v)
{
	char *data = pool_alloc(p, v.size);

	if (data == NULL)
		return (struct view){ NULL, 0 };
	for (size_t i = 0; i < v.size; i++)
		data[i] = byte_lower(v.data[i]);
	return (struct view){ data, v.size };
}

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			     "abcdefghijklmnopqrstuvwxyz0123456789+/";

/*
 * Base64 has more than one way to write the same octets, and decoders skip
 * what is none of its digits.  No part of b= is signed, so anybody could
 * write another one; here all are the same.
 */
static struct view
normal_base64(struct pool *p, struct view v)
{
	struct view all = { digits, sizeof(digits) - 1 };
	char *data = pool_alloc(p, v.size);
	size_t size = 0, last = 0;

	for (size_t i = 0; data != NULL && i < v.size && v.data[i] != '=';
	     i++) {
		size_t digit = view_find_byte(all, v.data[i]);

		if (digit == VIEW_NONE)
			continue;
		last = digit;
		data[size++] = v.data[i];
	}
	/* The last digit's unused bits. */
	if (size % 4 == 2)
		data[size - 1] = digits[last & ~(size_t)15];
	else if (size % 4 == 3)
		data[size - 1] = digits[last & ~(size_t)3];
	return (struct view){ data, size };
}

static bool
may_be_verified(struct pool *p, struct view algorithm)
{
	struct view name = without_blanks(p, algorithm);

	return view_equal(name, VIEW("rsa-sha256")) ||
	    view_equal(name, VIEW("ed25519-sha256"));
}

static size_t
count_names(struct view fields)
{
	struct view rest = fields, name;
	size_t count = 0;

	while (next_piece(&rest, ':', &name))
		count++;
	return count;
}

int
tags_read(struct pool *p, struct view value, struct tags *tags)
{
	struct raw_tags raw;
	int result;

	*tags = (struct tags){ .partial = false };
	if (value.size > LIMIT_SIGNATURE_SIZE)
		return -1;
	result = split(value, &raw);
	tags->domain = in_small_letters(p, without_blanks(p, raw.domain));
	tags->selector = without_blanks(p, raw.selector);
	tags->fields = without_blanks(p, raw.fields);
	tags->key = normal_base64(p, raw.key);
	tags->partial = raw.length.data != NULL;
	if (!is_printable(value) || !names_key(tags) ||
	    tags->fields.size == 0 || tags->key.size == 0 ||
	    !may_be_verified(p, raw.algorithm) ||
	    count_names(tags->fields) > LIMIT_SIGNED_FIELDS ||
	    /* quoted-printable: the library would read beyond its end */
	    view_find_byte(raw.identity, '=') != VIEW_NONE)
		return -1;
	return result;
}

static size_t
named(const struct tags *tags, struct view wanted)
{
	struct view rest = tags->fields, name;
	size_t count = 0;

	while (next_piece(&rest, ':', &name))
		count += view_equal_nocase(name, wanted);
	return count;
}

bool
tags_cover(const struct tags *tags, const struct message *m, struct view name)
{
	size_t count = named(tags, name);

	return count > 0 && count >= message_count(m, name);
}

bool
tags_overlaid(const struct tags *tags, const struct message *m)
{
	struct view rest = tags->fields, name;

	while (next_piece(&rest, ':', &name))
		if (message_count(m, name) > named(tags, name) &&
		    !view_equal_nocase(name, VIEW("Received")) &&
		    !view_equal_nocase(name, VIEW("Return-Path")))
			return true;
	return false;
}
