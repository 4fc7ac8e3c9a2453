// SPDX-License-Identifier: BSD-2-Clause
/*
 * tree_check.c - what libconfig must not be given.
 *
 * The tokens are those of libconfig's own scanner (its lib/scanner.l).
 */
#include "base/tree_check.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/limits.h"

enum token {
	TOKEN_STRING = '"',
	TOKEN_COMMENT = '#',
	TOKEN_NAME = 'n',
	TOKEN_NUMBER = '0'
	/* any other character is a token of its own */
};

/* One pair of brackets, or the file itself. */
struct level {
	int open;
	size_t names;
};

struct scan {
	struct view bytes;
	size_t from, at; /* the token, and what is behind it */
	int last;        /* the token before, comments and blanks aside */
	size_t depth;
	struct level levels[LIMIT_TREE_DEPTH + 1];
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return byte_lower(c) >= 'a' && byte_lower(c) <= 'z';
}

static bool
is_in_name(char c)
{
	return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '*';
}

static bool
is_in_number(char c)
{
	return is_letter(c) || is_digit(c) || c == '.';
}

static void
skip_while(struct scan *s, bool (*is_inside)(char))
{
	while (s->at < s->bytes.size && is_inside(s->bytes.data[s->at]))
		s->at++;
}

/* Moves behind the next end, or to the end of all. */
static void
skip_past(struct scan *s, struct view end)
{
	struct view rest = view_part(s->bytes, s->at, VIEW_NONE);
	size_t found = view_find(rest, end);

	s->at += found == VIEW_NONE ? rest.size : found + end.size;
}

static void
skip_string(struct scan *s)
{
	while (s->at < s->bytes.size && s->bytes.data[s->at] != '"')
		s->at += s->bytes.data[s->at] == '\\' ? 2 : 1;
	s->at++;
}

static int
next_token(struct scan *s)
{
	struct view two = view_part(s->bytes, s->at, 2);
	char c = two.data[0];

	s->from = s->at++;
	if (c == '"') {
		skip_string(s);
		return TOKEN_STRING;
	}
	if (c == '#' || view_equal(two, VIEW("//"))) {
		skip_past(s, VIEW("\n"));
		return TOKEN_COMMENT;
	}
	if (view_equal(two, VIEW("/*"))) {
		s->at++;
		skip_past(s, VIEW("*/"));
		return TOKEN_COMMENT;
	}
	if (is_letter(c) || c == '*') {
		skip_while(s, is_in_name);
		return TOKEN_NAME;
	}
	if (is_digit(c) || c == '.') {
		skip_while(s, is_in_number);
		return TOKEN_NUMBER;
	}
	return c;
}

static unsigned
digit_value(char c)
{
	if (is_digit(c))
		return (unsigned)(c - '0');
	return is_letter(c) ? (unsigned)(byte_lower(c) - 'a') + 10 : 99;
}

/* Whether libconfig keeps the number at the front of v as it is written. */
static bool
number_fits(struct view v)
{
	unsigned base = view_starts_nocase(v, VIEW("0x")) ? 16 : 10;
	unsigned long long value = 0;
	size_t i = base == 16 ? 2 : 0;

	for (; i < v.size && digit_value(v.data[i]) < base; i++)
		value = value > INT64_MAX / base
		    ? UINT64_MAX
		    : value * base + digit_value(v.data[i]);
	if (i < v.size && v.data[i] == 'L')
		return value <= INT64_MAX;
	if (i < v.size && (v.data[i] == '.' || byte_lower(v.data[i]) == 'e'))
		return true; /* not a whole number */
	return value <= INT32_MAX;
}

/* Where the grammar has a string: as a value, or behind one to join it. */
static bool
string_can_stand(const struct scan *s)
{
	if (s->last == ',')
		return s->levels[s->depth].open != '{';
	return s->last != 0 && strchr("=:([\"", s->last) != NULL;
}

/* What is wrong with the token, or NULL. */
static const char *
judge(struct scan *s, int token)
{
	switch (token) {
	case '{':
	case '[':
	case '(':
		if (s->depth == LIMIT_TREE_DEPTH)
			return "nested too deep";
		s->levels[++s->depth] = (struct level){ token, 0 };
		return NULL;
	case '}':
	case ']':
	case ')':
		s->depth -= s->depth > 0;
		return NULL;
	case '=':
	case ':':
		return ++s->levels[s->depth].names > LIMIT_TREE_NAMES
		    ? "too many settings in one group"
		    : NULL;
	case '@':
		return "@include is not allowed";
	case TOKEN_STRING:
		return string_can_stand(s) ? NULL : "a string cannot be here";
	case TOKEN_NUMBER:
		return number_fits(view_part(s->bytes, s->from,
			   s->at - s->from))
		    ? NULL
		    : "number too large (from 2147483648 on it needs an L "
		      "behind it)";
	default:
		return NULL;
	}
}

static int
line_of(struct view bytes, size_t at)
{
	int line = 1;

	for (size_t i = 0; i < at; i++)
		line += bytes.data[i] == '\n';
	return line;
}

int
tree_check(struct view bytes, const char *file, struct err *e)
{
	struct scan s = { .bytes = bytes, .levels = { { '{', 0 } } };
	size_t nul = view_find_byte(bytes, '\0');

	if (nul != VIEW_NONE)
		return err_set(e, "%s:%d: a NUL byte", file,
		    line_of(bytes, nul));
	while (s.at < bytes.size) {
		int token = next_token(&s);
		const char *wrong = judge(&s, token);

		if (wrong != NULL)
			return err_set(e, "%s:%d: %s", file,
			    line_of(bytes, s.from), wrong);
		if (token != TOKEN_COMMENT &&
		    strchr(" \t\r\n\f", token) == NULL)
			s.last = token;
	}
	return 0;
}
