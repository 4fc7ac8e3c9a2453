// SPDX-License-Identifier: BSD-2-Clause
/*
 * audit.c - one decision, one record: as JSON, and as a line for syslog.
 */
#include "effects/audit.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/utf8.h"
#include "effects/audit_names.h"
#include "effects/audit_read.h"
#include "mail/message.h"

/*
 * Nothing that a mail holds may keep its record from being written: texts are
 * cut, and of people and recipients as many are written as leave room for one
 * more recipient (four texts and its actions, six octets for one at worst).
 */
enum {
	RECORD_VERSION = 1,
	PEOPLE_END = LIMIT_AUDIT_SIZE / 4,
	RECIPIENTS_END = LIMIT_AUDIT_SIZE - 64 * 1024
};

/* What every record begins with. */
static void
begin_record(struct json *j, int64_t time_ms, const char *host)
{
	char text[CLOCK_ISO_SIZE];

	clock_iso(time_ms, text);
	json_begin_object(j, NULL);
	json_add_number(j, "v", RECORD_VERSION);
	json_add_string(j, "time", view_of(text));
	json_add_string(j, "host", view_of(host));
}

static void
add_text(struct json *j, const char *key, struct view value)
{
	json_add_string(j, key, utf8_prefix(value, LIMIT_FIELD_SIZE));
}

/* A key for what the mail does not say would only be noise. */
static void
add_said(struct json *j, const char *key, struct view value)
{
	if (value.size > 0)
		add_text(j, key, value);
}

/*
 * What tells who a person is: as it is, or its digest.  Rather no record than
 * one with the name in it.
 */
static void
add_named(const struct audit_record *r, struct json *j, const char *key,
    struct view value)
{
	char hash[AUDIT_HASH_SIZE];

	if (value.size == 0 || r->names_secret.size == 0)
		add_said(j, key, value);
	else if (audit_hash(r->names_secret, key, value, hash) == 0)
		add_said(j, key, view_of(hash));
	else
		j->out->failed = true;
}

static void
add_sender(const struct audit_record *r, struct json *j)
{
	struct text hashed = TEXT_INIT(LIMIT_TEXT_SIZE);

	if (r->names_secret.size > 0)
		audit_hash_address(r->names_secret, r->envelope_from, &hashed);
	add_text(j, "from_env",
	    r->names_secret.size > 0 ? text_view(&hashed) : r->envelope_from);
	j->out->failed |= hashed.failed;
	text_free(&hashed);
}

static void
add_person(const struct audit_record *r, struct json *j, const char *key,
    const struct person *p)
{
	json_begin_object(j, key);
	add_named(r, j, "name", p->name);
	add_named(r, j, "headline", p->headline);
	add_named(r, j, "company", p->company);
	add_named(r, j, "location", p->location);
	add_named(r, j, "profile", p->profile);
	if (p->email.size > 0) /* which one is nobody's business here */
		json_add_bool(j, "email", true);
	json_end_object(j);
}

/* All of a digest, the first one again. */
static void
add_people(const struct audit_record *r, struct json *j)
{
	const struct request *q = r->request;
	size_t i;

	json_begin_array(j, "people");
	for (i = 0; i < q->people && j->out->size < PEOPLE_END; i++)
		add_person(r, j, NULL, &q->person[i]);
	json_end_array(j);
	if (i < q->people)
		json_add_number(j, "people_more", (int64_t)(q->people - i));
}

static void
add_request(struct json *j, const struct audit_record *r)
{
	const struct request *q = r->request;

	add_text(j, "network", q->network);
	json_add_string(j, "type", view_of(request_type_name(q->type)));
	if (q->type == REQUEST_OTHER && q->why_other != NULL)
		json_add_string(j, "why_other", view_of(q->why_other));
	add_said(j, "template", q->template_key);
	add_said(j, "lang", q->lang);
	json_add_string(j, "trust", view_of(auth_trust_name(r->auth->level)));
	add_said(j, "why_trust", view_of(r->auth->why));
	json_begin_array(j, "evidence");
	for (size_t i = 0; i < q->evidence_count; i++)
		add_text(j, NULL, q->evidence[i].rule);
	json_end_array(j);
	if (q->people > 0)
		add_person(r, j, "person", &q->person[0]);
	else
		json_add_null(j, "person");
	if (q->people > 1)
		add_people(r, j);
	add_named(r, j, "group", q->group);
	json_add_string(j, "note", view_of(request_note_name(q->note)));
	if (q->mutual >= 0)
		json_add_number(j, "mutual", q->mutual);
	if (q->made_ms > 0) {
		char text[CLOCK_ISO_SIZE];

		clock_iso(q->made_ms, text);
		json_add_string(j, "made", view_of(text));
	}
	if (r->says_route)
		json_add_bool(j, "route", r->has_route);
	if (q->pattern_errors > 0)
		json_add_number(j, "pattern_errors", q->pattern_errors);
}

static bool
is_shared(const struct audit_record *r, const struct action *a)
{
	return r->shared == NULL || plan_is_shared(r->shared, a);
}

/* Whether the other recipients kept some of it from being done. */
static bool
is_all_shared(const struct audit_record *r, const struct plan *plan)
{
	for (size_t i = 0; i < plan->actions; i++)
		if (!is_shared(r, &plan->action[i]))
			return false;
	return true;
}

/* All of the plan, or where a record is given, what was not done of it. */
static void
add_actions(struct json *j, const char *key, const struct plan *plan,
    const struct audit_record *unless_shared)
{
	struct text words = TEXT_INIT(LIMIT_FIELD_SIZE);

	json_begin_array(j, key);
	for (size_t i = 0; i < plan->actions; i++) {
		if (unless_shared != NULL &&
		    is_shared(unless_shared, &plan->action[i]))
			continue;
		text_clear(&words);
		plan_action_words(&plan->action[i], &words);
		json_add_string(j, NULL, text_view(&words));
		j->out->failed |= words.failed; /* clearing forgets it */
	}
	json_end_array(j);
	text_free(&words);
}

static void
add_recipient(struct json *j, const struct audit_record *record,
    const struct audit_recipient *r)
{
	json_begin_object(j, NULL);
	add_text(j, "rcpt", r->recipient);
	if (r->user.size > 0)
		add_text(j, "user", r->user);
	else
		json_add_null(j, "user");
	json_add_string(j, "known", view_of(contacts_known_name(r->known)));
	add_said(j, "known_by", r->known_by);
	add_said(j, "groups", r->contact_groups);
	if (r->says_learned)
		json_add_bool(j, "learned", r->learned);
	if (r->seen > 0)
		json_add_number(j, "seen", r->seen);
	if (r->plan->rule.size > 0)
		add_text(j, "rule", r->plan->rule);
	else
		json_add_null(j, "rule");
	json_add_string(j, "why", view_of(plan_reason_name(r->plan->why)));
	add_actions(j, "actions", r->plan, NULL);
	if (!is_all_shared(record, r->plan))
		add_actions(j, "not_shared", r->plan, record);
	json_begin_object(j, "reply");
	json_add_string(j, "mode", view_of(r->reply_mode));
	if (r->reply_why != NULL)
		json_add_string(j, "why", view_of(r->reply_why));
	json_end_object(j);
	json_end_object(j);
}

static void
add_recipients(struct json *j, const struct audit_record *r)
{
	size_t i;

	json_begin_array(j, "recipients");
	for (i = 0; i < r->recipients && j->out->size < RECIPIENTS_END; i++)
		add_recipient(j, r, &r->recipient[i]);
	json_end_array(j);
	if (i < r->recipients)
		json_add_number(j, "recipients_more",
		    (int64_t)(r->recipients - i));
}

void
audit_json(const struct audit_record *r, struct text *out)
{
	struct json j = JSON_INIT(out);
	char cut[64];

	begin_record(&j, r->time_ms, r->host);
	add_text(&j, "qid", r->queue_id);
	add_text(&j, "mid", r->message_id);
	add_text(&j, "client", r->client);
	add_sender(r, &j);
	if (r->names_secret.size > 0)
		json_add_string(&j, "names", VIEW("hash"));
	add_request(&j, r);
	add_recipients(&j, r);
	json_begin_array(&j, "applied");
	if (r->applied_header)
		json_add_string(&j, NULL, VIEW("header"));
	if (r->applied_quarantine)
		json_add_string(&j, NULL, VIEW("quarantine"));
	json_end_array(&j);
	if (r->why_held != NULL)
		json_add_string(&j, "why_held", view_of(r->why_held));
	if (r->cut != 0) {
		message_cut_words(r->cut, cut);
		json_add_string(&j, "cut", view_of(cut));
	}
	json_add_bool(&j, "dry_run", r->dry_run);
	json_add_number(&j, "us", r->took_us);
	json_end_object(&j);
}

/* "value", with what would end the quote or the line taken out. */
static void
add_quoted(struct text *out, struct view value)
{
	struct text shown = TEXT_INIT(4 * LIMIT_NAME_SIZE);
	struct view v;

	utf8_add_printable(&shown, value, LIMIT_NAME_SIZE / 2);
	v = text_view(&shown);
	text_add_byte(out, '"');
	for (size_t i = 0; i < v.size; i++)
		if (v.data[i] == '"')
			text_add_byte(out, '\'');
		else
			text_add_byte(out, v.data[i]);
	text_add_byte(out, '"');
	out->failed |= shown.failed;
	text_free(&shown);
}

/* key="value", or nothing. */
static void
add_word(struct text *out, const char *key, struct view value)
{
	if (value.size == 0)
		return;
	text_addf(out, " %s=", key);
	add_quoted(out, value);
}

/* As it is if it cannot be taken for more than one word, else quoted. */
static void
add_bare(struct text *out, struct view word)
{
	bool plain = word.size <= LIMIT_NAME_SIZE;

	for (size_t i = 0; i < word.size && plain; i++)
		plain = byte_is_letter(word.data[i]) ||
		    byte_is_digit(word.data[i]) ||
		    view_find_byte(VIEW(":/.-_@+"), word.data[i]) != VIEW_NONE;
	if (plain)
		text_add(out, word);
	else
		add_quoted(out, word);
}

static void
add_action_words(struct text *out, const char *key, const struct plan *plan,
    const struct audit_record *unless_shared)
{
	struct text words = TEXT_INIT(LIMIT_FIELD_SIZE);
	bool is_first = true;

	for (size_t i = 0; i < plan->actions; i++) {
		if (unless_shared != NULL &&
		    is_shared(unless_shared, &plan->action[i]))
			continue;
		text_clear(&words);
		plan_action_words(&plan->action[i], &words);
		text_add_string(out, is_first ? key : ",");
		is_first = false;
		add_bare(out, text_view(&words));
		out->failed |= words.failed; /* clearing forgets it */
	}
	text_free(&words);
}

static void
add_recipient_words(struct text *out, const struct audit_record *record,
    const struct audit_recipient *r)
{
	text_add_string(out, " user=");
	add_bare(out, r->user.size > 0 ? r->user : VIEW("-"));
	text_addf(out, " known=%s", contacts_known_name(r->known));
	if (r->seen > 1)
		text_addf(out, " seen=%u", r->seen);
	if (r->plan->rule.size > 0)
		add_word(out, "rule", r->plan->rule);
	else
		text_addf(out, " rule=%s", plan_reason_name(r->plan->why));
	add_action_words(out, " actions=", r->plan, NULL);
	add_action_words(out, " not-shared=", r->plan, record);
	if (r->reply_why != NULL)
		text_addf(out, " no-answer=%s", r->reply_why);
}

static void
add_name(const struct audit_record *r, struct text *out, struct view name)
{
	char hash[AUDIT_HASH_SIZE];

	if (name.size == 0 || r->names_secret.size == 0)
		add_word(out, "person", name);
	else if (audit_hash(r->names_secret, "name", name, hash) == 0)
		add_word(out, "person", view_of(hash));
	else
		out->failed = true;
}

void
audit_line(const struct audit_record *r, struct text *out)
{
	const struct request *q = r->request;

	add_bare(out, r->queue_id.size > 0 ? r->queue_id : VIEW("NOQUEUE"));
	text_addf(out, ": type=%s trust=%s", request_type_name(q->type),
	    auth_trust_name(r->auth->level));
	if (q->people > 0)
		add_name(r, out, q->person[0].name);
	add_word(out, "why", view_of(r->auth->why));
	for (size_t i = 0; i < r->recipients; i++) {
		if (out->size > LIMIT_LOG_LINE / 2) {
			text_addf(out, " and %zu more", r->recipients - i);
			break;
		}
		add_recipient_words(out, r, &r->recipient[i]);
	}
	if (r->why_held != NULL)
		text_addf(out, " held=%s", r->why_held);
	text_addf(out, "%s us=%" PRId64, r->dry_run ? " dry-run" : "",
	    r->took_us);
}

void
audit_outbox_json(const struct audit_outbox *r, struct text *out)
{
	struct json j = JSON_INIT(out);

	begin_record(&j, r->time_ms, r->host);
	add_text(&j, "qid", r->queue_id);
	json_add_string(&j, "outbox", view_of(r->what));
	if (r->job > 0)
		json_add_number(&j, "job", r->job);
	json_add_string(&j, "mode", view_of(r->mode));
	add_text(&j, "user", r->user);
	add_text(&j, "template", r->template_name);
	if (r->why != NULL)
		add_text(&j, "why", view_of(r->why));
	json_end_object(&j);
}

void
audit_lost_json(int64_t time_ms, const char *host, uint64_t lost,
    struct text *out)
{
	struct json j = JSON_INIT(out);

	begin_record(&j, time_ms, host);
	json_add_number(&j, "lost", (int64_t)lost);
	json_end_object(&j);
}

void
audit_quarantine_json(const struct audit_quarantine *r, struct text *out)
{
	const struct audit_entry *e = r->decision;
	struct json j = JSON_INIT(out);

	begin_record(&j, r->time_ms, r->host);
	add_text(&j, "qid", r->queue_id);
	json_add_string(&j, "quarantine", view_of(r->what));
	add_text(&j, "by", view_of(r->by));
	if (e != NULL) {
		if (e->hashed)
			json_add_string(&j, "names", VIEW("hash"));
		json_begin_object(&j, "decision");
		add_said(&j, "type", e->type);
		add_said(&j, "trust", e->trust);
		if (e->person.size > 0) {
			json_begin_object(&j, "person");
			add_said(&j, "name", e->person);
			json_end_object(&j);
		}
		json_begin_array(&j, "recipients");
		for (size_t i = 0;
		     i < e->recipients && out->size < RECIPIENTS_END; i++) {
			json_begin_object(&j, NULL);
			add_said(&j, "user", e->recipient[i].user);
			if (e->recipient[i].has_rule)
				add_said(&j, "rule", e->recipient[i].rule);
			json_end_object(&j);
		}
		json_end_array(&j);
		json_end_object(&j);
	}
	json_end_object(&j);
}
