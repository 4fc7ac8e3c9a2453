// SPDX-License-Identifier: BSD-2-Clause
/*
 * audit_read.c - records read back, for rsvpctl.
 */
#include "effects/audit_read.h"

#include <string.h>

#include "base/json_read.h"
#include "base/limits.h"
#include "base/moment.h"
#include "base/text.h"

/* A string of the object, copied into p; empty where there is none. */
static struct view
get(struct pool *p, const struct json_value *object, const char *key)
{
	const struct json_value *value = json_read_member(object, key);

	if (!json_read_is_text(value))
		return VIEW("");
	return pool_copy(p, json_read_text(value));
}

/* 0 where there is none, or one that cannot be meant. */
static long long
get_number(const struct json_value *object, const char *key)
{
	long long number = json_read_number(json_read_member(object, key), 0);

	return number > 0 ? number : 0;
}

/* -1 where there is none. */
static long long
get_count(const struct json_value *object, const char *key)
{
	return json_read_number(json_read_member(object, key), -1);
}

/* Whether there is one, and what it says. */
static bool
get_truth(const struct json_value *object, const char *key, bool *truth)
{
	const struct json_value *value = json_read_member(object, key);

	*truth = json_read_is_true(value);
	return json_read_is_truth(value);
}

/* Whether the list has that word. */
static bool
has_word(const struct json_value *list, const char *word)
{
	for (size_t i = 0; i < json_read_items(list); i++) {
		if (view_equal(json_read_text(json_read_item(list, i)),
			view_of(word)))
			return true;
	}
	return false;
}

/* The action that is an answer, the first if there are several. */
static struct view
get_answer(struct pool *p, const struct json_value *recipient)
{
	const struct json_value *list = json_read_member(recipient, "actions");

	for (size_t i = 0; i < json_read_items(list); i++) {
		struct view v = json_read_text(json_read_item(list, i));

		if (view_starts_nocase(v, VIEW("reply:")) ||
		    view_starts_nocase(v, VIEW("draft:")))
			return pool_copy(p, v);
	}
	return VIEW("");
}

/* "tag:x, file:y", the strings of a list; -1 without memory. */
static int
get_list(struct pool *p, const struct json_value *object, const char *key,
    struct view *list)
{
	struct text words = TEXT_INIT(LIMIT_MESSAGE_POOL);
	const struct json_value *from = json_read_member(object, key);
	bool ok;

	for (size_t i = 0; i < json_read_items(from); i++) {
		const struct json_value *action = json_read_item(from, i);

		if (!json_read_is_text(action))
			continue;
		if (words.size > 0)
			text_add_string(&words, ", ");
		text_add(&words, json_read_text(action));
	}
	*list = pool_copy(p, text_view(&words));
	ok = text_ok(&words);
	text_free(&words);
	return ok ? 0 : -1;
}

/* Each action by itself; a tag may have a comma in it.  -1 without memory. */
static int
read_actions(struct pool *p, const struct json_value *from,
    struct audit_entry_recipient *to)
{
	const struct json_value *list = json_read_member(from, "actions");
	const struct json_value *undone = json_read_member(from, "not_shared");
	size_t size = json_read_items(list);

	to->action = pool_array(p, size, sizeof(*to->action));
	if (to->action == NULL)
		return -1;
	for (size_t i = 0; i < size; i++) {
		const struct json_value *one = json_read_item(list, i);
		struct audit_entry_action *a = &to->action[to->action_count];

		if (!json_read_is_text(one))
			continue;
		a->words = pool_copy(p, json_read_text(one));
		a->not_shared =
		    a->words.data != NULL && has_word(undone, a->words.data);
		to->action_count++;
	}
	return 0;
}

static int
read_recipient(struct pool *p, const struct json_value *from,
    struct audit_entry_recipient *to)
{
	const struct json_value *reply = json_read_member(from, "reply");

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
	if (read_actions(p, from, to) < 0 ||
	    get_list(p, from, "actions", &to->actions) < 0)
		return -1;
	return get_list(p, from, "not_shared", &to->not_shared);
}

static void
read_named(struct pool *p, const struct json_value *person,
    struct audit_entry *entry)
{
	struct audit_entry_person *to = &entry->named[entry->named_count++];

	to->name = get(p, person, "name");
	to->profile = get(p, person, "profile");
	get_truth(person, "email", &to->has_email);
}

/* All of several, else the only one; without memory the pool says so. */
static void
read_people(struct pool *p, const struct json_value *root,
    struct audit_entry *entry)
{
	const struct json_value *person = json_read_member(root, "person");
	const struct json_value *people = json_read_member(root, "people");
	const size_t count = json_read_items(people);

	entry->named = pool_array(p, count + 1, sizeof(*entry->named));
	if (entry->named == NULL)
		return;
	for (size_t i = 0; i < count; i++) {
		const struct json_value *one = json_read_item(people, i);

		if (json_read_is_object(one))
			read_named(p, one, entry);
	}
	if (entry->named_count == 0 && json_read_is_object(person))
		read_named(p, person, entry);
}

static void
read_person(struct pool *p, const struct json_value *root,
    struct audit_entry *entry)
{
	const struct json_value *person = json_read_member(root, "person");
	size_t people = json_read_items(json_read_member(root, "people"));

	entry->person = get(p, person, "name");
	entry->headline = get(p, person, "headline");
	entry->company = get(p, person, "company");
	entry->profile = get(p, person, "profile");
	if (people > 0)
		entry->people =
		    (long long)people + get_number(root, "people_more");
	else
		entry->people = json_read_is_object(person);
}

/* What was recognised, why, and what was done. */
static int
read_request(struct pool *p, const struct json_value *root,
    struct audit_entry *entry)
{
	const struct json_value *applied = json_read_member(root, "applied");

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
	entry->says_applied = json_read_is_list(applied);
	entry->applied_header = has_word(applied, "header");
	entry->applied_quarantine = has_word(applied, "quarantine");
	entry->why_held = get(p, root, "why_held");
	entry->cut = get(p, root, "cut");
	return get_list(p, root, "evidence", &entry->evidence);
}

static int
read_decision(struct pool *p, const struct json_value *root,
    struct audit_entry *entry, struct err *e)
{
	const struct json_value *list = json_read_member(root, "recipients");
	size_t size = json_read_items(list);

	entry->network = get(p, root, "network");
	entry->type = get(p, root, "type");
	entry->trust = get(p, root, "trust");
	read_person(p, root, entry);
	read_people(p, root, entry);
	entry->hashed = view_equal(get(p, root, "names"), VIEW("hash"));
	entry->dry_run = json_read_is_true(json_read_member(root, "dry_run"));
	if (entry->type.size == 0 && entry->quarantine.size == 0)
		return err_set(e, pool_ok(p) ? "no type" : "out of memory");
	if (read_request(p, root, entry) < 0)
		return err_set(e, "out of memory");
	entry->recipient = pool_array(p, size, sizeof(*entry->recipient));
	if (entry->recipient == NULL)
		return err_set(e, "out of memory");
	for (size_t i = 0; i < size; i++) {
		if (read_recipient(p, json_read_item(list, i),
			&entry->recipient[i]) < 0)
			return err_set(e, "out of memory");
		entry->recipients++;
	}
	return 0;
}

static int
read_outbox(struct pool *p, const struct json_value *root,
    struct audit_entry *entry, struct err *e)
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
	struct json_value *root = json_read(line, e);
	int result;

	memset(entry, 0, sizeof(*entry));
	if (root == NULL)
		return -1;
	entry->time = get(p, root, "time");
	entry->says_time = moment_parse_iso(entry->time, &entry->time_ms) == 0;
	entry->host = get(p, root, "host");
	entry->queue_id = get(p, root, "qid");
	entry->lost = get_number(root, "lost");
	entry->quarantine = get(p, root, "quarantine");
	entry->by = get(p, root, "by");
	if (json_read_is_text(json_read_member(root, "outbox")))
		result = read_outbox(p, root, entry, e);
	else if (entry->lost > 0)
		result = 0;
	else if (entry->quarantine.size > 0)
		result = read_decision(p, json_read_member(root, "decision"),
		    entry, e);
	else
		result = read_decision(p, root, entry, e);
	if (result == 0 && !pool_ok(p))
		result = err_set(e, "out of memory");
	json_read_free(root);
	return result;
}

bool
audit_is_decision(const struct audit_entry *e)
{
	return !e->outbox && e->lost == 0 && e->quarantine.size == 0;
}

bool
audit_never_held(const struct audit_entry_recipient *r)
{
	return view_equal(r->why, VIEW("never-held"));
}
