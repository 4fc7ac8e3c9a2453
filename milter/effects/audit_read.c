// SPDX-License-Identifier: BSD-2-Clause
/*
 * audit_read.c - records read back, for rsvpctl (jansson).
 */
#include "effects/audit_read.h"

#include <jansson.h>
#include <string.h>

#include "base/limits.h"
#include "base/moment.h"
#include "base/text.h"

/* A string of the object, copied into p; empty where there is none. */
static struct view
get(struct pool *p, const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_string(value))
		return VIEW("");
	return pool_copy(p,
	    (struct view){ json_string_value(value),
		json_string_length(value) });
}

/* 0 where there is none, or one that cannot be meant. */
static long long
get_number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_integer(value) && json_integer_value(value) > 0
	    ? json_integer_value(value)
	    : 0;
}

/* -1 where there is none. */
static long long
get_count(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_integer(value) ? json_integer_value(value) : -1;
}

/* Whether there is one, and what it says. */
static bool
get_truth(const json_t *object, const char *key, bool *truth)
{
	const json_t *value = json_object_get(object, key);

	*truth = json_is_true(value);
	return json_is_boolean(value);
}

/* Whether the list has that word. */
static bool
has_word(const json_t *list, const char *word)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
	{
		if (json_is_string(one) &&
		    strcmp(json_string_value(one), word) == 0)
			return true;
	}
	return false;
}

/* The action that is an answer, the first if there are several. */
static struct view
get_answer(struct pool *p, const json_t *recipient)
{
	const json_t *action;
	size_t i;

	json_array_foreach(json_object_get(recipient, "actions"), i, action)
	{
		struct view v = view_of(json_string_value(action));

		if (view_starts_nocase(v, VIEW("reply:")) ||
		    view_starts_nocase(v, VIEW("draft:")))
			return pool_copy(p, v);
	}
	return VIEW("");
}

/* "tag:x, file:y", the strings of a list; -1 without memory. */
static int
get_list(struct pool *p, const json_t *object, const char *key,
    struct view *list)
{
	struct text words = TEXT_INIT(LIMIT_MESSAGE_POOL);
	const json_t *action;
	size_t i;
	bool ok;

	json_array_foreach(json_object_get(object, key), i, action)
	{
		if (!json_is_string(action))
			continue;
		if (words.size > 0)
			text_add_string(&words, ", ");
		text_add_string(&words, json_string_value(action));
	}
	*list = pool_copy(p, text_view(&words));
	ok = text_ok(&words);
	text_free(&words);
	return ok ? 0 : -1;
}

static int
read_recipient(struct pool *p, const json_t *from,
    struct audit_entry_recipient *to)
{
	const json_t *reply = json_object_get(from, "reply");

	to->recipient = get(p, from, "rcpt");
	to->user = get(p, from, "user");
	to->known = get(p, from, "known");
	to->known_by = get(p, from, "known_by");
	to->groups = get(p, from, "groups");
	to->says_learned = get_truth(from, "learned", &to->learned);
	to->seen = get_number(from, "seen");
	to->rule = get(p, from, "rule");
	to->why = get(p, from, "why");
	to->has_rule = to->rule.size > 0;
	if (!to->has_rule)
		to->rule = to->why;
	to->answer = get_answer(p, from);
	to->reply_mode = get(p, reply, "mode");
	to->reply_why = get(p, reply, "why");
	if (get_list(p, from, "actions", &to->actions) < 0)
		return -1;
	return get_list(p, from, "not_shared", &to->not_shared);
}

static void
read_named(struct pool *p, const json_t *person, struct audit_entry *entry)
{
	struct audit_entry_person *to = &entry->named[entry->named_count++];

	to->name = get(p, person, "name");
	to->profile = get(p, person, "profile");
	get_truth(person, "email", &to->has_email);
}

/* All of several, else the only one; without memory the pool says so. */
static void
read_people(struct pool *p, const json_t *root, struct audit_entry *entry)
{
	const json_t *person = json_object_get(root, "person"), *one;
	const json_t *people = json_object_get(root, "people");
	size_t i;

	entry->named =
	    pool_array(p, json_array_size(people) + 1, sizeof(*entry->named));
	if (entry->named == NULL)
		return;
	json_array_foreach(people, i, one)
	{
		if (json_is_object(one))
			read_named(p, one, entry);
	}
	if (entry->named_count == 0 && json_is_object(person))
		read_named(p, person, entry);
}

static void
read_person(struct pool *p, const json_t *root, struct audit_entry *entry)
{
	const json_t *person = json_object_get(root, "person");
	size_t people = json_array_size(json_object_get(root, "people"));

	entry->person = get(p, person, "name");
	entry->headline = get(p, person, "headline");
	entry->company = get(p, person, "company");
	entry->profile = get(p, person, "profile");
	if (people > 0)
		entry->people =
		    (long long)people + get_number(root, "people_more");
	else
		entry->people = json_is_object(person);
}

/* What was recognised, why, and what was done. */
static int
read_request(struct pool *p, const json_t *root, struct audit_entry *entry)
{
	const json_t *applied = json_object_get(root, "applied");

	entry->message_id = get(p, root, "mid");
	entry->why_other = get(p, root, "why_other");
	entry->template_key = get(p, root, "template");
	entry->lang = get(p, root, "lang");
	entry->why_trust = get(p, root, "why_trust");
	entry->group = get(p, root, "group");
	entry->note = get(p, root, "note");
	entry->mutual = get_count(root, "mutual");
	if (moment_parse_iso(get(p, root, "made"), &entry->made_ms) < 0)
		entry->made_ms = 0;
	entry->says_route = get_truth(root, "route", &entry->has_route);
	entry->took_us = get_count(root, "us");
	entry->pattern_errors = get_number(root, "pattern_errors");
	entry->recipients_more = get_number(root, "recipients_more");
	entry->says_applied = json_is_array(applied);
	entry->applied_header = has_word(applied, "header");
	entry->applied_quarantine = has_word(applied, "quarantine");
	entry->why_held = get(p, root, "why_held");
	entry->cut = get(p, root, "cut");
	return get_list(p, root, "evidence", &entry->evidence);
}

static int
read_decision(struct pool *p, const json_t *root, struct audit_entry *entry,
    struct err *e)
{
	const json_t *list = json_object_get(root, "recipients"), *one;
	size_t i;

	entry->network = get(p, root, "network");
	entry->type = get(p, root, "type");
	entry->trust = get(p, root, "trust");
	read_person(p, root, entry);
	read_people(p, root, entry);
	entry->dry_run = json_is_true(json_object_get(root, "dry_run"));
	if (entry->type.size == 0)
		return err_set(e, pool_ok(p) ? "no type" : "out of memory");
	if (read_request(p, root, entry) < 0)
		return err_set(e, "out of memory");
	entry->recipient =
	    pool_array(p, json_array_size(list), sizeof(*entry->recipient));
	if (entry->recipient == NULL)
		return err_set(e, "out of memory");
	json_array_foreach(list, i, one)
	{
		if (read_recipient(p, one, &entry->recipient[i]) < 0)
			return err_set(e, "out of memory");
		entry->recipients++;
	}
	return 0;
}

static int
read_outbox(struct pool *p, const json_t *root, struct audit_entry *entry,
    struct err *e)
{
	entry->outbox = true;
	entry->what = get(p, root, "outbox");
	entry->mode = get(p, root, "mode");
	entry->why = get(p, root, "why");
	entry->template_name = get(p, root, "template");
	entry->job = get_number(root, "job");
	entry->recipient = pool_alloc(p, sizeof(*entry->recipient));
	if (entry->recipient == NULL)
		return err_set(e, "out of memory");
	entry->recipient->user = get(p, root, "user");
	entry->recipients = 1;
	return 0;
}

int
audit_read(struct view line, struct pool *p, struct audit_entry *entry,
    struct err *e)
{
	json_error_t error;
	json_t *root = json_loadb(line.data, line.size, JSON_ALLOW_NUL, &error);
	int result;

	memset(entry, 0, sizeof(*entry));
	if (root == NULL)
		return err_set(e, "not JSON: %s", error.text);
	entry->time = get(p, root, "time");
	entry->says_time = moment_parse_iso(entry->time, &entry->time_ms) == 0;
	entry->host = get(p, root, "host");
	entry->queue_id = get(p, root, "qid");
	entry->lost = get_number(root, "lost");
	if (json_is_string(json_object_get(root, "outbox")))
		result = read_outbox(p, root, entry, e);
	else
		result = entry->lost > 0 ? 0 : read_decision(p, root, entry, e);
	if (result == 0 && !pool_ok(p))
		result = err_set(e, "out of memory");
	json_decref(root);
	return result;
}

bool
audit_never_held(const struct audit_entry_recipient *r)
{
	return view_equal(r->why, VIEW("never-held"));
}
