// SPDX-License-Identifier: BSD-2-Clause
/*
 * name_clean.c - a name without what is no part of it.
 */
#include "policy/name_clean.h"

#include <stdbool.h>
#include <stdint.h>

#include "base/fold.h"
#include "base/utf8.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Brackets and quotes: what stands between them is a by-name or a remark. */
static const struct pair {
	uint32_t open, close;
	bool quote; /* where none closes it, only the mark itself goes */
} pairs[] = {
	{ '(', ')', false }, { '[', ']', false }, { '{', '}', false },
	{ '<', '>', false }, { 0xFF08, 0xFF09, false },
	{ 0xFF3B, 0xFF3D, false }, { 0xFF5B, 0xFF5D, false },
	{ 0xFF1C, 0xFF1E, false }, { 0x3008, 0x3009, false },
	{ 0x300A, 0x300B, false }, { 0x3010, 0x3011, false },
	{ 0x3014, 0x3015, false }, { 0x300C, 0x300D, true },
	{ 0x300E, 0x300F, true }, { '"', '"', true }, { 0xFF02, 0xFF02, true },
	{ 0x201A, 0x2018, true }, { 0x201C, 0x201D, true },
	{ 0x201D, 0x201D, true }, /* Swedish */
	{ 0x201E, 0x201C, true }, /* German */
	{ 0x201E, 0x201D, true }, /* Polish, Hungarian */
	{ 0x2039, 0x203A, true }, { 0x203A, 0x2039, true },
	{ 0x00AB, 0x00BB, true },
	{ 0x00BB, 0x00AB, true }, /* the other way round */
};

static bool
is_apostrophe(uint32_t c)
{
	switch (c) {
	case '\'':
	case '`':
	case 0x00B4:
	case 0x2018:
	case 0x2019:
	case 0x201B:
	case 0x2032:
	case 0x05F3:
	case 0xFF07:
		return true;
	default: /* modifier letters: okina, ain, and the Ukrainian one */
		return c >= 0x02B9 && c <= 0x02BF;
	}
}

static bool
is_hyphen(uint32_t c)
{
	return c == '-' || (c >= 0x2010 && c <= 0x2015);
}

static bool
is_comma(uint32_t c)
{
	return c == ',' || c == 0x060C || c == 0x3001 || c == 0xFF0C;
}

/*
 * What means nothing in a name: tatweel stretches a line of Arabic, gershayim
 * mark Hebrew abbreviations.
 */
static bool
is_silent(uint32_t c)
{
	return c == 0x0640 || c == 0x05F4 || utf8_is_hidden(c);
}

/* Letters in circles and squares, and numerals that are a character each. */
static bool
is_letter_like(uint32_t c)
{
	return (c >= 0x24B6 && c <= 0x24E9) || (c >= 0x1F130 && c <= 0x1F149) ||
	    (c >= 0x2160 && c <= 0x217F);
}

/* What people put between their name and a word about themselves. */
static bool
is_bar(uint32_t c)
{
	return c == '|' || c == 0x00A6 || c == 0x00B7 || c == 0x2022 ||
	    c == 0x2502 || c == 0xFF5C || (c >= 0x2013 && c <= 0x2015);
}

/*
 * A name on its way through step one.  What nothing closes is looked for once
 * only, so that the whole takes time in proportion to the name.
 */
struct cleaning {
	struct view name;
	size_t at;
	unsigned unclosed;    /* bits: no such pair closes from here on */
	bool unclosed_single; /* nor do single quotes */
};

/* The octet behind the character that closes p.  Brackets nest. */
static size_t
behind_close(const struct cleaning *c, const struct pair *p)
{
	size_t depth = 1;

	for (size_t at = c->at; at < c->name.size;) {
		uint32_t next = utf8_next(c->name, &at);

		if (next == p->close && --depth == 0)
			return at;
		if (next == p->open && !p->quote)
			depth++;
	}
	return VIEW_NONE;
}

/* Goes behind the pair that opener, just read, opens; false: it opens none. */
static bool
skip_pair(struct cleaning *c, uint32_t opener)
{
	bool opens = false;

	for (size_t i = 0; i < COUNT(pairs); i++) {
		size_t end = VIEW_NONE;

		if (pairs[i].open != opener)
			continue;
		opens = true;
		if ((c->unclosed >> i & 1) == 0)
			end = behind_close(c, &pairs[i]);
		if (end == VIEW_NONE && !pairs[i].quote)
			end = c->name.size;
		if (end != VIEW_NONE) {
			c->at = end;
			break;
		}
		c->unclosed |= 1u << i;
	}
	return opens;
}

_Static_assert(COUNT(pairs) <= 32, "a bit for each in unclosed");

/* The same for an apostrophe that begins a word, as in Robert 'Bob' Smith. */
static void
skip_single_quotes(struct cleaning *c)
{
	for (size_t end = c->at; !c->unclosed_single && end < c->name.size;) {
		uint32_t next = utf8_next(c->name, &end);

		if (is_apostrophe(next) &&
		    (end == c->name.size || c->name.data[end] == ' ')) {
			c->at = end;
			return;
		}
	}
	c->unclosed_single = true;
}

/* Without quotes around the whole, as copied from a mail's From field. */
static struct view
without_quotes(struct view name)
{
	struct view quote, inner;

	name = view_trim(name);
	quote = view_part(name, 0, 1);
	if (name.size < 2 || !view_ends_nocase(name, quote) ||
	    (!view_equal(quote, VIEW("\"")) && !view_equal(quote, VIEW("'"))))
		return name;
	inner = view_part(name, 1, name.size - 2);
	return view_find(inner, quote) == VIEW_NONE ? inner : name;
}

/* What c is to a name: itself, a hyphen, comma or point, nothing, a blank. */
static void
add_character(struct text *clean, uint32_t c)
{
	if (is_comma(c))
		text_add_byte(clean, ',');
	else if (is_hyphen(c))
		text_add_byte(clean, '-');
	else if (is_silent(c))
		return;
	else if (c == '.' || (c >= '0' && c <= '9') || fold_is_letter(c) ||
	    is_letter_like(c))
		utf8_add(clean, c);
	else
		text_add_byte(clean, ' ');
}

/* How many octets from at on need no closer look: most names are all that. */
static size_t
plain_run(struct view name, size_t at)
{
	size_t end = at;

	while (end < name.size &&
	    ((name.data[end] >= 'a' && name.data[end] <= 'z') ||
		(name.data[end] >= 'A' && name.data[end] <= 'Z') ||
		name.data[end] == ' '))
		end++;
	return end - at;
}

/* A quote within a Hebrew word marks an abbreviation, as gershayim do. */
static bool
is_in_hebrew(const struct cleaning *c, const struct text *clean)
{
	return clean->size >= 2 && c->at < c->name.size &&
	    clean->data[clean->size - 2] == '\xD7' &&
	    c->name.data[c->at] == '\xD7';
}

/* Whether a bar, just read, stands between blanks behind words enough. */
static bool
ends_name(const struct cleaning *c, const struct text *clean)
{
	size_t words = 0;

	if (clean->size == 0 || clean->data[clean->size - 1] != ' ' ||
	    c->at == c->name.size || c->name.data[c->at] != ' ')
		return false;
	for (size_t i = 1; i < clean->size; i++)
		words += clean->data[i] == ' ' && clean->data[i - 1] != ' ';
	return words >= 2;
}

void
name_clean(struct view name, struct text *clean)
{
	struct cleaning c = { .name = without_quotes(name) };

	for (;;) {
		size_t run = plain_run(c.name, c.at);
		uint32_t next;

		text_add(clean, view_part(c.name, c.at, run));
		c.at += run;
		if (c.at == c.name.size)
			return;
		next = utf8_next(c.name, &c.at);
		if (is_bar(next) && ends_name(&c, clean))
			return;
		if (next == '"' && is_in_hebrew(&c, clean))
			continue;
		if (skip_pair(&c, next))
			text_add_byte(clean, ' ');
		else if (!is_apostrophe(next))
			add_character(clean, next);
		else if (clean->size == 0 ||
		    clean->data[clean->size - 1] == ' ')
			skip_single_quotes(&c);
	}
}
