// SPDX-License-Identifier: BSD-2-Clause
/*
 * literal.c - what a text must contain before a pattern can match it.
 *
 * The reading of a pattern is cautious: what is inside of groups and classes
 * is passed over, and at anything unusual nothing is known.
 */
#include "recognise/literal.h"

#include <string.h>

enum { GROUP_SIZE = 4, RUN_SIZE = 256 };

/* A pattern as it is read, and the octets that must stand side by side. */
struct scan {
	struct view pattern;
	size_t at;
	char run[RUN_SIZE];
	size_t size;
	size_t found; /* groups of all runs so far */
	size_t step;  /* every which of them is kept; 0: only counted */
	struct literal *out;
};

static uint16_t
hash(const char *octets)
{
	uint32_t value;

	memcpy(&value, octets, sizeof(value));
	return (uint16_t)(value * 0x9E3779B1U >> 16);
}

static void
end_run(struct scan *s)
{
	for (size_t i = 0; i + GROUP_SIZE <= s->size; i++, s->found++)
		if (s->step > 0 && s->found % s->step == 0 &&
		    s->out->count < LITERAL_GROUPS)
			s->out->group[s->out->count++] = hash(s->run + i);
	s->size = 0;
}

static void
add(struct scan *s, char byte)
{
	if (s->size == RUN_SIZE)
		end_run(s);
	s->run[s->size++] = byte;
}

/* The last character need not be there: "colou?r". */
static void
drop_character(struct scan *s)
{
	while (s->size > 0 &&
	    ((unsigned char)s->run[s->size - 1] & 0xC0) == 0x80)
		s->size--;
	if (s->size > 0)
		s->size--;
}

static char
byte_at(const struct scan *s, size_t at)
{
	if (at >= s->pattern.size)
		return '\0';
	return s->pattern.data[at];
}

/* Octets of "[:alpha:]", or 0: "[:" alone is two octets of a class. */
static size_t
class_name_size(const struct scan *s)
{
	size_t at = s->at + 2;

	if (byte_at(s, s->at) != '[' || byte_at(s, s->at + 1) != ':')
		return 0;
	while (byte_at(s, at) == '^' ||
	    (byte_at(s, at) >= 'a' && byte_at(s, at) <= 'z'))
		at++;
	if (byte_at(s, at) != ':' || byte_at(s, at + 1) != ']')
		return 0;
	return at + 2 - s->at;
}

/* Behind a class whose "[" is next. */
static void
skip_class(struct scan *s)
{
	s->at += byte_at(s, s->at + 1) == '^' ? 2 : 1;
	if (byte_at(s, s->at) == ']')
		s->at++;
	while (s->at < s->pattern.size && byte_at(s, s->at) != ']') {
		size_t name = class_name_size(s);

		if (byte_at(s, s->at) == '\\')
			s->at++;
		s->at += name > 0 ? name : 1;
	}
	s->at++;
}

/* Behind a group whose "(" is next. */
static void
skip_group(struct scan *s)
{
	size_t depth = 0;

	while (s->at < s->pattern.size) {
		char c = byte_at(s, s->at);

		if (c == '[') {
			skip_class(s);
			continue;
		}
		if (c == '\\')
			s->at++;
		else if (c == '(')
			depth++;
		s->at++;
		if (c == ')' && --depth == 0)
			return;
	}
}

/* Behind "{2,3}", if it is of that kind; else braces are just octets. */
static bool
skip_counts(struct scan *s)
{
	do
		s->at++;
	while ((byte_at(s, s->at) >= '0' && byte_at(s, s->at) <= '9') ||
	    byte_at(s, s->at) == ',');
	return byte_at(s, s->at) == '}';
}

/* Behind "?", "*", "+" or "{2,3}", with "?" or "+" behind it. */
static bool
skip_quantifier(struct scan *s)
{
	if (byte_at(s, s->at) == '{' && !skip_counts(s))
		return false;
	s->at++;
	if (byte_at(s, s->at) == '?' || byte_at(s, s->at) == '+')
		s->at++;
	return true;
}

static bool
is_alphanumeric(char c)
{
	return (c >= '0' && c <= '9') ||
	    (byte_lower(c) >= 'a' && byte_lower(c) <= 'z');
}

/* "\." is an octet, "\n" too, "\s" ends the run; others are not read. */
static bool
read_escape(struct scan *s)
{
	char c = byte_at(s, s->at + 1);

	s->at += 2;
	if (c == 'n')
		add(s, '\n');
	else if (c == 't')
		add(s, '\t');
	else if (!is_alphanumeric(c))
		add(s, c);
	else if (view_find_byte(VIEW("dDsSwWhHvVRbBAzZG"), c) != VIEW_NONE)
		end_run(s);
	else
		return false;
	return true;
}

/*
 * Flags, comments and named calls change what follows; "(?s:" does not.  A
 * bracket behind "\Q" or "\c" is none.
 */
static bool
is_unusual_group(struct view rest)
{
	if (view_starts_nocase(rest, VIEW("(*")))
		return true;
	if (rest.size < 3 || !view_starts_nocase(rest, VIEW("(?")))
		return false;
	return rest.data[2] != 's' &&
	    (is_alphanumeric(rest.data[2]) ||
		view_find_byte(VIEW("^-#&"), rest.data[2]) != VIEW_NONE);
}

static bool
is_unusual(struct view pattern)
{
	for (size_t i = 0; i < pattern.size; i++)
		if (is_unusual_group(view_part(pattern, i, 3)))
			return true;
	return view_find(pattern, VIEW("\\Q")) != VIEW_NONE ||
	    view_find(pattern, VIEW("\\c")) != VIEW_NONE;
}

/* One item at the top level; false where nothing can be known. */
static bool
read_item(struct scan *s)
{
	char c = byte_at(s, s->at);

	switch (c) {
	case '|':
		return false;
	case '\\':
		return read_escape(s);
	case '[':
		end_run(s);
		skip_class(s);
		return true;
	case '(':
		end_run(s);
		skip_group(s);
		return true;
	case '?':
	case '*':
	case '{':
		drop_character(s);
		end_run(s);
		return skip_quantifier(s);
	case '+':
		end_run(s);
		return skip_quantifier(s);
	case '^':
	case '$':
	case '.':
		end_run(s);
		break;
	default:
		add(s, c);
	}
	s->at++;
	return true;
}

static bool
read_pattern(struct scan *s)
{
	s->at = s->size = s->found = 0;
	while (s->at < s->pattern.size)
		if (!read_item(s))
			return false;
	end_run(s);
	return true;
}

void
literal_of_pattern(struct view pattern, struct literal *out)
{
	struct scan s = { .pattern = pattern, .out = out };

	out->count = 0;
	if (is_unusual(pattern) || !read_pattern(&s))
		return;
	s.step = s.found / LITERAL_GROUPS + 1;
	read_pattern(&s);
}

void
literal_map_add(struct literal_map *map, struct view text)
{
	for (size_t i = 0; i + GROUP_SIZE <= text.size; i++) {
		uint16_t h = hash(text.data + i);

		map->bits[h >> 3] |= (unsigned char)(1U << (h & 7));
	}
}

bool
literal_may_match(const struct literal *l, const struct literal_map *map)
{
	for (size_t i = 0; i < l->count; i++)
		if (!(map->bits[l->group[i] >> 3] >> (l->group[i] & 7) & 1))
			return false;
	return true;
}
