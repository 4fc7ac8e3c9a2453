// SPDX-License-Identifier: BSD-2-Clause
/*
 * contacts_key.c - what people are looked up by, in one form.
 */
#include "policy/contacts_key.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "mail/addr.h"
#include "policy/name.h"

void
contacts_key_name(struct view v, struct text *key)
{
	text_clear(key);
	name_key(v, key);
	if (text_ok(key) && name_words(text_view(key)) < 2)
		text_clear(key);
}

/* No blank, control or character that has a meaning around an address. */
static bool
is_key_byte(char byte)
{
	switch (byte) {
	case '"':
	case '(':
	case ')':
	case ',':
	case ':':
	case ';':
	case '<':
	case '>':
	case '@':
	case '[':
	case '\\':
	case ']':
	case 0x7F:
		return false;
	default:
		return (unsigned char)byte > ' ';
	}
}

/* Whether all of v is; what is not ASCII must be UTF-8. */
static bool
is_key(struct view v)
{
	bool ascii = true;

	for (size_t i = 0; i < v.size; i++) {
		if (!is_key_byte(v.data[i]))
			return false;
		ascii &= (unsigned char)v.data[i] < 0x80;
	}
	return v.size > 0 && (ascii || utf8_valid(v));
}

static void
add_small(struct text *key, struct view v)
{
	text_add(key, v);
	for (size_t i = 0; i < key->size; i++)
		key->data[i] = byte_lower(key->data[i]);
}

void
contacts_key_email(struct view v, struct text *key)
{
	size_t at;

	text_clear(key);
	v = addr_bare(v);
	at = view_find_byte(v, '@');
	if (at != VIEW_NONE && is_key(view_part(v, 0, at)) &&
	    is_key(view_part(v, at + 1, VIEW_NONE)))
		add_small(key, v);
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = byte_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The octet at v[*at], which may be written as %XX; *at moves behind it. */
static char
decoded_byte(struct view v, size_t *at)
{
	int high, low;

	if (v.data[*at] == '%' && v.size - *at >= 3) {
		high = hex_digit(v.data[*at + 1]);
		low = hex_digit(v.data[*at + 2]);
		if (high >= 0 && low >= 0) {
			*at += 3;
			return (char)(high << 4 | low);
		}
	}
	return v.data[(*at)++];
}

static void
add_decoded(struct text *key, struct view v)
{
	for (size_t at = 0; at < v.size;)
		text_add_byte(key, byte_lower(decoded_byte(v, &at)));
}

static bool
ends_segment(char byte)
{
	return byte == '/' || byte == '?' || byte == '#';
}

/* The slug in v as it is written, or empty. */
static struct view
find_slug(struct view v)
{
	size_t in = view_find_nocase(v, VIEW("/in/")), size = 0;

	if (in != VIEW_NONE)
		v = view_part(v, in + 4, VIEW_NONE);
	else if (view_find_byte(v, '/') != VIEW_NONE)
		return VIEW("");
	while (size < v.size && !ends_segment(v.data[size]))
		size++;
	return view_part(v, 0, size);
}

void
contacts_key_profile(struct view v, struct text *key)
{
	struct view slug = find_slug(addr_bare(v));

	text_clear(key);
	if (view_find_byte(slug, '%') == VIEW_NONE)
		add_small(key, slug);
	else
		add_decoded(key, slug);
	for (size_t i = 0; i < key->size; i++)
		if (ends_segment(key->data[i]))
			text_clear(key);
	if (text_ok(key) && !is_key(text_view(key)))
		text_clear(key);
}

/* Where blanks, or what has a meaning in rules or a contacts.txt, stand. */
static bool
is_no_word(uint32_t c)
{
	return c <= ' ' || c == 0xA0 || (c >= 0x2000 && c <= 0x200A) ||
	    c == 0x3000 || c == '@' || c == '#' || c == ',' || c == ';' ||
	    utf8_is_hidden(c);
}

void
contacts_key_group(struct view v, struct text *key)
{
	bool between = false;

	text_clear(key);
	for (size_t at = 0, from = 0; at < v.size; from = at) {
		uint32_t c = utf8_next(v, &at);
		size_t size = at - from;

		if (is_no_word(c)) {
			between = key->size > 0;
			continue;
		}
		if (key->size + between + size > LIMIT_CONTACT_GROUP_SIZE)
			break;
		text_add_string(key, between ? "-" : "");
		between = false;
		text_add(key, view_part(v, from, size));
	}
}
