// SPDX-License-Identifier: BSD-2-Clause
/*
 * route.c - the one address an answer may go to.
 */
#include "policy/route.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "mail/addr.h"

struct routes {
	size_t count;
	struct {
		struct regex *regex;
	} pattern[];
};

static struct regex *
compile(struct view pattern, struct err *e)
{
	return regex_compile(pattern, REGEX_SHIPPED, REGEX_NOCASE, e);
}

/* By itself first, or "a)|(?:b" would get out of the brackets. */
static struct regex *
compile_anchored(struct view pattern, struct err *e)
{
	struct text anchored = TEXT_INIT(2 * LIMIT_PATTERN_SIZE);
	struct regex *r = compile(pattern, e);

	if (r == NULL)
		return NULL;
	regex_free(r);
	text_addf(&anchored, "\\A(?:%.*s)\\z", VIEW_ARG(pattern));
	r = NULL;
	if (text_ok(&anchored))
		r = compile(text_view(&anchored), e);
	else
		err_set(e, "out of memory");
	text_free(&anchored);
	return r;
}

struct routes *
routes_new(const struct view *pattern, size_t count, struct err *e)
{
	struct routes *r =
	    calloc(1, sizeof(*r) + count * sizeof(r->pattern[0]));

	if (r == NULL) {
		err_set(e, "out of memory");
		return NULL;
	}
	for (; r->count < count; r->count++) {
		r->pattern[r->count].regex =
		    compile_anchored(pattern[r->count], e);
		if (r->pattern[r->count].regex == NULL) {
			err_in(e, "route \"%.*s\"",
			    VIEW_ARG(pattern[r->count]));
			routes_free(r);
			return NULL;
		}
	}
	return r;
}

void
routes_free(struct routes *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < r->count; i++)
		regex_free(r->pattern[i].regex);
	free(r);
}

bool
route_is_allowed(const struct routes *r, struct view address,
    struct regex_scratch *scratch)
{
	/* As a whole, lest a verb in a pattern ends the match before \z. */
	for (size_t i = 0; i < r->count; i++)
		if (regex_match(r->pattern[i].regex, scratch, address, 0) ==
			REGEX_YES &&
		    regex_group(scratch, 0).size == address.size)
			return true;
	return false;
}

/* What has been seen of an address field, character by character. */
struct scan {
	bool quoted;       /* within quotes now */
	bool had_quotes;   /* there were some */
	bool had_at;       /* "@" outside of angle brackets and quotes */
	size_t open;       /* behind "<"; 0: none yet */
	size_t close;      /* of ">"; 0: none yet */
	bool behind_close; /* something stands there */
};

static enum route_state
scan_special(struct scan *s, char c, size_t at)
{
	switch (c) {
	case '"':
		s->quoted = s->had_quotes = true;
		return s->open == 0 ? ROUTE_ONE : ROUTE_NOT_PLAIN;
	case ',':
	case ';':
	case ':':
		return ROUTE_SEVERAL;
	case '<':
		if (s->open != 0)
			return ROUTE_SEVERAL;
		s->open = at + 1;
		return ROUTE_ONE;
	case '>':
		if (s->open == 0 || s->close != 0)
			return ROUTE_NOT_PLAIN;
		s->close = at;
		return ROUTE_ONE;
	case '@':
		s->had_at |= s->open == 0;
		return ROUTE_ONE;
	case '(':
	case ')':
	case '\\':
		return ROUTE_NOT_PLAIN;
	default:
		return (unsigned char)c >= ' ' && (unsigned char)c < 0x7F
		    ? ROUTE_ONE
		    : ROUTE_NOT_PLAIN;
	}
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* ROUTE_ONE when nothing speaks against the characters of v. */
static enum route_state
scan_field(struct view v, struct scan *s)
{
	for (size_t at = 0; at < v.size; at++) {
		char c = v.data[at];
		enum route_state state;

		if (s->quoted) {
			s->quoted = c != '"';
			at += c == '\\';
			continue;
		}
		if (is_blank(c))
			continue;
		s->behind_close |= s->close != 0;
		state = scan_special(s, c, at);
		if (state != ROUTE_ONE)
			return state;
	}
	return s->quoted ? ROUTE_NOT_PLAIN : ROUTE_ONE;
}

enum route_state
route_mailbox(struct view field, struct view *address)
{
	struct view v = view_trim(field), found = v;
	struct scan s = { 0 };
	enum route_state state = scan_field(v, &s);

	if (v.size == 0)
		return ROUTE_NONE;
	if (state != ROUTE_ONE)
		return state;
	if (s.open != 0) {
		if (s.close == 0 || s.behind_close || s.had_at)
			return ROUTE_NOT_PLAIN;
		found = view_part(v, s.open, s.close - s.open);
	}
	/* "=?" begins an encoded-word, which no address holds (RFC 2047, 5). */
	if ((s.open == 0 && s.had_quotes) || !addr_is_plain(found) ||
	    view_find(found, VIEW("=?")) != VIEW_NONE)
		return ROUTE_NOT_PLAIN;
	*address = found;
	return ROUTE_ONE;
}

enum route_state
route_find(const struct routes *r, const struct message *m,
    struct regex_scratch *scratch, struct view *address)
{
	const struct view name = VIEW("Reply-To");
	size_t count = message_count(m, name);
	struct view found;
	enum route_state state;

	if (count == 0)
		return ROUTE_NONE;
	if (count > 1)
		return ROUTE_SEVERAL;
	state = route_mailbox(message_header(m, name, 0)->raw, &found);
	if (state == ROUTE_ONE && !route_is_allowed(r, found, scratch))
		return ROUTE_NOT_ALLOWED;
	if (state == ROUTE_ONE)
		*address = found;
	return state;
}
