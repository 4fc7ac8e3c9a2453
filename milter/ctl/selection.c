// SPDX-License-Identifier: BSD-2-Clause
/*
 * selection.c - which records are wanted: options that commands share.
 */
#include "ctl/selection.h"

#include <string.h>

#include "base/fold.h"
#include "base/limits.h"
#include "base/moment.h"
#include "mail/auth.h"
#include "recognise/request.h"

static int
take_moment(const char *option, const char *value, int64_t now_ms, int64_t *ms,
    struct err *e)
{
	return moment_parse(view_of(value), now_ms, ms) == 0
	    ? 0
	    : err_set(e,
		  "%s: \"%s\" is no time; \"yesterday\", \"2h\", "
		  "\"2026-11-23\" and \"2026-11-23 10:00\" are",
		  option, value);
}

static int
check_words(const struct selection *s, struct err *e)
{
	enum request_type type;
	enum trust trust;

	if (s->type != NULL && request_type_parse(view_of(s->type), &type) < 0)
		return err_set(e,
		    "--type: no type \"%s\"; rsvp-rules(5) lists them",
		    s->type);
	if (s->trust != NULL && auth_trust_parse(view_of(s->trust), &trust) < 0)
		return err_set(e,
		    "--trust: no trust \"%s\"; rsvp-trust(7) lists them",
		    s->trust);
	return 0;
}

int
selection_take(struct selection *s, int option, const char *value,
    int64_t now_ms, struct err *e)
{
	const char **words[] = { &s->user, &s->type, &s->person, &s->trust,
		&s->rule, &s->action, &s->host, &s->queue_id };
	size_t index = (size_t)(option - SELECT_USER);
	int result;

	if (option < SELECT_USER || option > SELECT_UNTIL)
		return 0;
	s->asks = true;
	if (option == SELECT_SINCE) {
		s->says_since = true;
		result = take_moment("--since", value, now_ms, &s->since_ms, e);
	} else if (option == SELECT_UNTIL) {
		s->says_until = true;
		result = take_moment("--until", value, now_ms, &s->until_ms, e);
	} else {
		*words[index] = value;
		result = check_words(s, e);
	}
	return result < 0 ? -1 : 1;
}

static bool
contains_folded(struct view v, const char *words)
{
	struct text hay = TEXT_INIT(LIMIT_AUDIT_SIZE);
	struct text needle = TEXT_INIT(LIMIT_FIELD_SIZE);
	bool found;

	fold_add(&hay, v);
	fold_add(&needle, view_of(words));
	found = view_find(text_view(&hay), text_view(&needle)) != VIEW_NONE;
	text_free(&hay);
	text_free(&needle);
	return found;
}

static bool
is_asked(struct view v, const char *asked)
{
	return asked == NULL || view_equal(v, view_of(asked));
}

/* Whether there is that action, or one of that word. */
static bool
has_action(const struct audit_entry_recipient *r, const char *asked)
{
	for (size_t i = 0; i < r->action_count; i++) {
		struct view one = r->action[i].words;
		size_t colon = view_find_byte(one, ':');

		if (view_equal(one, view_of(asked)) ||
		    view_equal(view_part(one, 0, colon), view_of(asked)))
			return true;
	}
	return false;
}

bool
selection_wants_recipient(const struct selection *s,
    const struct audit_entry *e, const struct audit_entry_recipient *r)
{
	if (!is_asked(r->user, s->user))
		return false;
	if (e->outbox)
		return s->rule == NULL && is_asked(e->mode, s->action);
	return (s->rule == NULL ||
		   (r->has_rule && is_asked(r->rule, s->rule))) &&
	    (s->action == NULL || has_action(r, s->action));
}

static bool
wants_time(const struct selection *s, const struct audit_entry *e)
{
	if (!s->says_since && !s->says_until)
		return true;
	return e->says_time && (!s->says_since || e->time_ms >= s->since_ms) &&
	    (!s->says_until || e->time_ms < s->until_ms);
}

static bool
wants_recipients(const struct selection *s, const struct audit_entry *e)
{
	if (s->user == NULL && s->rule == NULL && s->action == NULL)
		return true;
	for (size_t i = 0; i < e->recipients; i++)
		if (selection_wants_recipient(s, e, &e->recipient[i]))
			return true;
	return false;
}

bool
selection_cannot_tell(const struct selection *s, const struct audit_entry *e)
{
	return s->person != NULL && s->person_hash[0] == '\0' && e->hashed;
}

static bool
wants_person(const struct selection *s, const struct audit_entry *e)
{
	if (s->person == NULL)
		return true;
	if (e->hashed)
		return s->person_hash[0] != '\0' &&
		    view_equal(e->person, view_of(s->person_hash));
	return contains_folded(e->person, s->person);
}

bool
selection_wants(const struct selection *s, const struct audit_entry *e)
{
	return wants_time(s, e) &&
	    (!s->held || e->applied_quarantine || e->quarantine.size > 0) &&
	    is_asked(e->type, s->type) && is_asked(e->trust, s->trust) &&
	    is_asked(e->host, s->host) && is_asked(e->queue_id, s->queue_id) &&
	    wants_recipients(s, e) && wants_person(s, e);
}

/* Whether the line has the words behind a quote and, if whole, before one. */
static bool
stands_in(struct view line, const char *words, bool whole)
{
	size_t size = strlen(words);

	/* What JSON writes in another way. */
	if (size == 0 || strpbrk(words, "\"\\\b\f\n\r\t") != NULL)
		return true;
	for (;;) {
		const char *at = memmem(line.data, line.size, words, size);
		size_t begin, end;

		if (at == NULL)
			return false;
		begin = (size_t)(at - line.data);
		end = begin + size;
		if (begin > 0 && at[-1] == '"' &&
		    (!whole || (end < line.size && line.data[end] == '"')))
			return true;
		line = view_part(line, begin + 1, VIEW_NONE);
	}
}

/* Whether the line may have ordinary characters written as "\u0061". */
static bool
has_escapes(struct view line)
{
	const char *at = line.data, *end = line.data + line.size;

	while ((at = memchr(at, '\\', (size_t)(end - at))) != NULL) {
		if (end - at < 2 || at[1] == 'u' || at[1] == '/')
			return true;
		at += 2;
	}
	return false;
}

/* The time as we write it, the only one in the line; false: it is another. */
static bool
has_plain_time(struct view line, int64_t *ms)
{
	const struct view key = VIEW("\"time\":\"");
	enum { ISO = 24 };
	size_t at = view_find(view_part(line, 0, 64), key);
	struct view rest;

	if (at == VIEW_NONE)
		return false;
	rest = view_part(line, at + key.size, VIEW_NONE);
	return memmem(rest.data, rest.size, "\"time\"", 6) == NULL &&
	    moment_parse_iso(view_part(rest, 0, ISO), ms) == 0;
}

static bool
may_want_time(const struct selection *s, struct view line)
{
	int64_t ms;

	return (!s->says_since && !s->says_until) ||
	    !has_plain_time(line, &ms) ||
	    ((!s->says_since || ms >= s->since_ms) &&
		(!s->says_until || ms < s->until_ms));
}

bool
selection_may_want(const struct selection *s, struct view line)
{
	const char *whole[] = { s->queue_id, s->user, s->rule, s->type,
		s->trust, s->host };

	bool may = may_want_time(s, line) &&
	    (!s->held || stands_in(line, "quarantine", true)) &&
	    (s->action == NULL || stands_in(line, s->action, false));

	for (size_t i = 0; may && i < sizeof(whole) / sizeof(whole[0]); i++)
		may = whole[i] == NULL || stands_in(line, whole[i], true);
	return may || has_escapes(line);
}
