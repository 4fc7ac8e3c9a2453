// SPDX-License-Identifier: BSD-2-Clause
/*
 * tags.c - a DKIM-Signature field taken apart.
 */
#include "mail/tags.h"

#include "base/limits.h"
#include "mail/addr.h"

/* RFC 1035, 2.3.4: of a label, and of a name as it is written. */
enum { LABEL_MAX = 63, NAME_MAX_TEXT = 253 };

enum tag {
	TAG_A,
	TAG_B,
	TAG_BH,
	TAG_C,
	TAG_D,
	TAG_H,
	TAG_I,
	TAG_L,
	TAG_S,
	TAG_T,
	TAG_V,
	TAG_X,
	TAGS
};

static const struct view tag_names[TAGS] = {
	[TAG_A] = VIEW("a"),
	[TAG_B] = VIEW("b"),
	[TAG_BH] = VIEW("bh"),
	[TAG_C] = VIEW("c"),
	[TAG_D] = VIEW("d"),
	[TAG_H] = VIEW("h"),
	[TAG_I] = VIEW("i"),
	[TAG_L] = VIEW("l"),
	[TAG_S] = VIEW("s"),
	[TAG_T] = VIEW("t"),
	[TAG_V] = VIEW("v"),
	[TAG_X] = VIEW("x"),
};

/* The raw values, whose data is NULL where there is none, and all names. */
struct raw_tags {
	struct view value[TAGS];
	struct view name[LIMIT_SIGNATURE_TAGS];
	size_t count;
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

/* The library takes names whatever their case, so that we must. */
static struct view *
tag_called(struct raw_tags *raw, struct view name)
{
	for (size_t i = 0; i < TAGS; i++)
		if (view_equal_nocase(name, tag_names[i]))
			return &raw->value[i];
	return NULL;
}

/* ALPHA *ALNUMPUNC (RFC 6376, 3.2); of those that we know, in small letters. */
static bool
is_tag_name(struct view name, bool known)
{
	for (size_t i = 0; i < name.size; i++) {
		char byte = name.data[i];

		if (known ? byte != byte_lower(byte)
			  : !byte_is_letter(byte) &&
			    (i == 0 || (!byte_is_digit(byte) && byte != '_')))
			return false;
	}
	return name.size > 0;
}

/* Notes a name; false where it is there, or there are too many. */
static bool
is_new(struct raw_tags *raw, struct view name)
{
	for (size_t i = 0; i < raw->count; i++)
		if (view_equal_nocase(name, raw->name[i]))
			return false;
	if (raw->count == LIMIT_SIGNATURE_TAGS)
		return false;
	raw->name[raw->count++] = name;
	return true;
}

/* Whether it is a list of tags, "name=value" each, none of them twice. */
static bool
split(struct view v, struct raw_tags *raw)
{
	struct view rest = v, piece;
	bool sound = true;

	*raw = (struct raw_tags){ .count = 0 };
	while (next_piece(&rest, ';', &piece)) {
		size_t equals = view_find_byte(piece, '=');
		struct view name = view_trim(view_part(piece, 0, equals));
		struct view *tag = tag_called(raw, name);

		/* Behind the last semicolon. */
		if (rest.data == NULL && view_trim(piece).size == 0)
			break;
		if (equals == VIEW_NONE || !is_tag_name(name, tag != NULL) ||
		    !is_new(raw, name))
			sound = false;
		else if (tag != NULL)
			*tag =
			    view_trim(view_part(piece, equals + 1, piece.size));
	}
	return sound;
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

/* Seconds or octets: nothing, or as many digits as nobody misreads. */
static bool
is_number(struct view v)
{
	enum { MOST_DIGITS = 12 }; /* of t= and x=: RFC 6376, 3.5 */

	if (v.data == NULL)
		return true;
	for (size_t i = 0; i < v.size; i++)
		if (!byte_is_digit(v.data[i]))
			return false;
	return v.size > 0 && v.size <= MOST_DIGITS;
}

static bool
is_canonicalization(struct view v)
{
	struct view rest = v, name;
	size_t count = 0;

	while (next_piece(&rest, '/', &name)) {
		if (!view_equal(name, VIEW("simple")) &&
		    !view_equal(name, VIEW("relaxed")))
			return false;
		count++;
	}
	return count <= 2;
}

/* i= is of d= or below it. */
static bool
is_identity(struct view v, struct view domain)
{
	size_t at = view_find_byte(v, '@');

	if (v.data == NULL)
		return true;
	/* quoted-printable: the library would read beyond its end */
	return at != VIEW_NONE && view_find_byte(v, '=') == VIEW_NONE &&
	    addr_domain_in(view_part(v, at + 1, v.size), &domain, 1, true);
}

static bool
has_sound_values(const struct raw_tags *raw, const struct tags *tags)
{
	return view_equal(raw->value[TAG_V], VIEW("1")) &&
	    raw->value[TAG_A].size > 0 && raw->value[TAG_BH].size > 0 &&
	    tags->key.size > 0 && tags->fields.size > 0 && names_key(tags) &&
	    is_number(raw->value[TAG_L]) && is_number(raw->value[TAG_T]) &&
	    is_number(raw->value[TAG_X]) &&
	    is_canonicalization(raw->value[TAG_C]) &&
	    is_identity(raw->value[TAG_I], tags->domain) &&
	    count_names(tags->fields) <= LIMIT_SIGNED_FIELDS;
}

int
tags_read(struct pool *p, struct view value, struct tags *tags)
{
	struct raw_tags raw;
	bool list;

	*tags = (struct tags){ .partial = false };
	if (value.size > LIMIT_SIGNATURE_SIZE)
		return -1;
	list = split(value, &raw);
	tags->domain = in_small_letters(p, without_blanks(p, raw.value[TAG_D]));
	tags->selector = without_blanks(p, raw.value[TAG_S]);
	tags->fields = without_blanks(p, raw.value[TAG_H]);
	tags->key = normal_base64(p, raw.value[TAG_B]);
	tags->partial = raw.value[TAG_L].data != NULL;
	tags->sound =
	    list && is_printable(value) && has_sound_values(&raw, tags);
	return tags->sound && may_be_verified(p, raw.value[TAG_A]) ? 0 : -1;
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
