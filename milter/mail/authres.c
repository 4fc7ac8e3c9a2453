// SPDX-License-Identifier: BSD-2-Clause
/*
 * authres.c - an Authentication-Results field taken apart.
 *
 * A recursive descent over the grammar of RFC 8601, 2.2.  The cursor remembers
 * the first thing that is wrong, so that the steps need not ask each other.
 */
#include "mail/authres.h"

#include <limits.h>

#include "base/limits.h"

struct cursor {
	struct view rest;
	struct pool *pool;
	const char *why; /* the first thing that is wrong, or NULL */
};

static void
fail(struct cursor *c, const char *why)
{
	if (c->why == NULL)
		c->why = why;
}

static char
peek(const struct cursor *c)
{
	if (c->rest.size == 0)
		return '\0';
	return c->rest.data[0];
}

static void
skip(struct cursor *c, size_t size)
{
	c->rest = view_part(c->rest, size, VIEW_NONE);
}

/* Behind a comment, with those in it and its quoted pairs (RFC 5322, 3.2.2). */
static void
skip_comment(struct cursor *c)
{
	size_t depth = 0;

	do {
		char byte = peek(c);

		if (byte == '\\')
			skip(c, 1);
		depth += byte == '(';
		depth -= byte == ')';
		skip(c, 1);
	} while (depth > 0 && c->rest.size > 0);
	if (depth > 0)
		fail(c, "a comment that does not end");
}

/* [CFWS]; whether there was any. */
static bool
skip_blanks(struct cursor *c)
{
	size_t before = c->rest.size;

	while (c->rest.size > 0 && (byte_is_blank(peek(c)) || peek(c) == '('))
		if (peek(c) == '(')
			skip_comment(c);
		else
			skip(c, 1);
	return c->rest.size < before;
}

static bool
take(struct cursor *c, char byte)
{
	skip_blanks(c);
	if (peek(c) != byte || c->rest.size == 0)
		return false;
	skip(c, 1);
	return true;
}

static struct view
take_while(struct cursor *c, bool (*is)(char byte))
{
	size_t size = 0;
	struct view taken;

	while (size < c->rest.size && is(c->rest.data[size]))
		size++;
	taken = view_part(c->rest, 0, size);
	skip(c, size);
	return taken;
}

/* Keywords are letters, digits and hyphens; "_" and "x-" things exist. */
static bool
is_keyword(char byte)
{
	return byte_is_letter(byte) || byte_is_digit(byte) || byte == '-' ||
	    byte == '_';
}

static bool
is_digit(char byte)
{
	return byte_is_digit(byte);
}

/*
 * Less strict than a token (RFC 2045, 5.1): addresses, slashes of base64 and
 * colons of IPv6 stand unquoted in many fields.  What begins or ends
 * something else is none of it.
 */
static bool
is_value(char byte)
{
	return byte > ' ' && byte < 0x7F &&
	    view_find_byte(VIEW("()<>,;\\\""), byte) == VIEW_NONE;
}

static struct view
in_small_letters(struct cursor *c, struct view v)
{
	char *data = pool_alloc(c->pool, v.size);

	if (data == NULL) {
		fail(c, "out of memory");
		return VIEW("");
	}
	for (size_t i = 0; i < v.size; i++)
		data[i] = byte_lower(v.data[i]);
	return (struct view){ data, v.size };
}

static struct view
take_keyword(struct cursor *c)
{
	struct view word;

	skip_blanks(c);
	word = take_while(c, is_keyword);
	if (word.size == 0)
		fail(c, "a word is missing");
	return in_small_letters(c, word);
}

/* Without its folds, and with or without the backslashes of its pairs. */
static struct view
unfold(struct cursor *c, struct view v, bool backslashes)
{
	char *data = pool_alloc(c->pool, v.size);
	size_t size = 0;

	if (data == NULL) {
		fail(c, "out of memory");
		return VIEW("");
	}
	for (size_t i = 0; i < v.size; i++) {
		bool pair = v.data[i] == '\\' && i + 1 < v.size;

		if (pair && backslashes)
			data[size++] = '\\';
		i += pair;
		if (v.data[i] != '\r' && v.data[i] != '\n')
			data[size++] = v.data[i];
	}
	return (struct view){ data, size };
}

/* A quoted string; its inside, as it is written. */
static struct view
take_quoted(struct cursor *c)
{
	struct view inside;
	size_t i = 0;

	skip(c, 1);
	inside = c->rest;
	while (i < inside.size && inside.data[i] != '"')
		i += inside.data[i] == '\\' ? 2 : 1;
	if (i >= inside.size)
		fail(c, "a quoted string that does not end");
	skip(c, i + 1);
	return view_part(inside, 0, i);
}

/*
 * A quoted string, or one with a domain behind it: "a b"@example.org.  Of the
 * latter the quotes are part, or "a@example.org"@example.net would pass for
 * an address of the former.
 */
static struct view
take_quoted_value(struct cursor *c)
{
	struct view all = c->rest, inside = take_quoted(c);

	if (c->why != NULL || peek(c) != '@')
		return unfold(c, inside, false);
	skip(c, 1);
	if (take_while(c, is_value).size == 0)
		fail(c, "a domain is missing");
	return unfold(c, view_part(all, 0, all.size - c->rest.size), true);
}

/*
 * What a comment touches, readers understand in different ways:
 * "header.d=example.net(.example.com" (CVE-2020-12272), and
 * "header.d=(.example.com header.s=)example.net".  And of
 * "smtp.mailfrom= smtp.helo=example.net" the first has no value.
 */
static struct view
take_value(struct cursor *c)
{
	struct view before = c->rest, v;
	size_t blanks;

	if (peek(c) == '(')
		fail(c, "a comment touches a value");
	skip_blanks(c);
	blanks = before.size - c->rest.size;
	if (c->rest.size == 0 || peek(c) == ';')
		return VIEW("");
	if (blanks > 0 && before.data[blanks - 1] == ')')
		fail(c, "a comment touches a value");
	if (peek(c) == '"') {
		v = take_quoted_value(c);
	} else {
		v = take_while(c, is_value);
		if (blanks > 0 && view_find_byte(v, '=') != VIEW_NONE)
			fail(c, "a value is missing");
	}
	if (peek(c) == '(')
		fail(c, "a comment touches a value");
	else if (c->rest.size > 0 && !byte_is_blank(peek(c)) && peek(c) != ';')
		fail(c, "an unexpected character");
	return v;
}

static unsigned long
take_version(struct cursor *c)
{
	struct view digits;
	unsigned long long number = 0;

	skip_blanks(c);
	digits = take_while(c, is_digit);
	if (view_number(digits, UINT_MAX, &number) < 0)
		fail(c, "no version");
	return (unsigned long)number;
}

/* What one result consists of while it is read. */
struct draft {
	struct authres_property property[LIMIT_RESULT_PROPERTIES];
	size_t count;
};

static void
add_property(struct cursor *c, struct draft *d, struct view ptype,
    struct view name, struct view value)
{
	for (size_t i = 0; i < d->count; i++)
		if (view_equal(d->property[i].ptype, ptype) &&
		    view_equal(d->property[i].name, name)) {
			fail(c, "a property twice");
			return;
		}
	if (d->count == LIMIT_RESULT_PROPERTIES) {
		fail(c, "too many properties");
		return;
	}
	d->property[d->count++] =
	    (struct authres_property){ ptype, name, value };
}

/* reasonspec and propspec, and names without ptype. */
static void
read_property(struct cursor *c, struct draft *d)
{
	struct view ptype = VIEW(""), name = take_keyword(c);

	if (take(c, '.')) {
		ptype = name;
		name = take_keyword(c);
	}
	if (!take(c, '='))
		fail(c, "\"=\" is missing");
	if (c->why == NULL)
		add_property(c, d, ptype, name, take_value(c));
}

static void
keep_properties(struct cursor *c, const struct draft *d,
    struct authres_result *r)
{
	struct authres_property *kept =
	    pool_array(c->pool, d->count, sizeof(*kept));

	if (kept == NULL) {
		fail(c, "out of memory");
		return;
	}
	for (size_t i = 0; i < d->count; i++)
		kept[i] = d->property[i];
	r->property = kept;
	r->properties = d->count;
}

/* resinfo behind its semicolon. */
static void
read_result(struct cursor *c, struct authres_result *r)
{
	struct draft d = { .count = 0 };

	r->method = take_keyword(c);
	r->version = 1;
	if (take(c, '/'))
		r->version = take_version(c);
	if (!take(c, '='))
		fail(c, "\"=\" is missing");
	r->result = take_keyword(c);
	while (c->why == NULL) {
		bool blank = skip_blanks(c);

		if (c->rest.size == 0 || peek(c) == ';')
			break;
		if (!blank)
			fail(c, "an unexpected character");
		else
			read_property(c, &d);
	}
	keep_properties(c, &d, r);
}

/* no-result, behind its semicolon. */
static bool
take_none(struct cursor *c)
{
	struct cursor ahead = *c;

	if (!view_equal(take_keyword(&ahead), VIEW("none")) ||
	    ahead.why != NULL)
		return false;
	skip_blanks(&ahead);
	if (ahead.rest.size > 0)
		return false;
	*c = ahead;
	return true;
}

static void
read_results(struct cursor *c, struct authres *out)
{
	struct authres_result *result =
	    pool_array(c->pool, LIMIT_RESULTS, sizeof(*result));

	if (result == NULL) {
		fail(c, "out of memory");
		return;
	}
	out->result = result;
	if (take(c, ';') && take_none(c))
		return;
	for (;;) {
		skip_blanks(c);
		if (c->why != NULL || (c->rest.size == 0 && out->results > 0))
			return;
		if (out->results == LIMIT_RESULTS) {
			fail(c, "too many results");
			return;
		}
		read_result(c, &result[out->results++]);
		if (c->why != NULL || c->rest.size == 0)
			return;
		if (!take(c, ';'))
			fail(c, "\";\" is missing");
	}
}

/* Whether the first thing is a result already, as Exchange writes it. */
static bool
begins_with_result(const struct cursor *c)
{
	struct cursor ahead = *c;

	take_while(&ahead, is_keyword);
	return take(&ahead, '=');
}

static bool
is_id(char byte)
{
	return is_value(byte) && byte != '/';
}

/* [CFWS] authserv-id [CFWS authres-version] */
static void
read_id(struct cursor *c, struct authres *out)
{
	skip_blanks(c);
	if (begins_with_result(c))
		return;
	if (peek(c) == '"' && c->rest.size > 0) {
		out->id = unfold(c, take_quoted(c), false);
	} else {
		out->id = take_while(c, is_id);
		if (peek(c) == '/') {
			skip(c, 1);
			out->job = take_while(c, is_id);
		}
	}
	out->id = in_small_letters(c, out->id);
	if (out->id.size == 0)
		fail(c, "no authserv-id");
	if (peek(c) == '(')
		fail(c, "a comment touches a value");
	if (skip_blanks(c) && byte_is_digit(peek(c)))
		out->version = take_version(c);
	skip_blanks(c);
	if (peek(c) != ';')
		fail(c, "\";\" is missing");
}

int
authres_read(struct pool *p, struct view raw, struct authres *out,
    const char **why)
{
	struct cursor c = { .rest = view_part(raw, 0, LIMIT_RESULTS_SIZE),
		.pool = p };

	*out = (struct authres){ .version = 1 };
	/* First, so that the caller knows whose field it cannot use. */
	read_id(&c, out);
	if (raw.size > LIMIT_RESULTS_SIZE)
		c.why = "too large";
	else if (view_find_byte(raw, '\0') != VIEW_NONE)
		c.why = "an unexpected character";
	if (c.why == NULL)
		read_results(&c, out);
	if (c.why == NULL)
		return 0;
	*why = c.why;
	return -1;
}

struct view
authres_value(const struct authres_result *r, struct view ptype,
    struct view name)
{
	for (size_t i = 0; i < r->properties; i++)
		if (view_equal(r->property[i].ptype, ptype) &&
		    view_equal(r->property[i].name, name))
			return r->property[i].value;
	return VIEW("");
}
