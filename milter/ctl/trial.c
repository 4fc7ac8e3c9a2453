// SPDX-License-Identifier: BSD-2-Clause
/*
 * trial.c - the daemon's own engine on a message file.
 */
#include "ctl/trial.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/file.h"
#include "base/limits.h"
#include "mail/addr.h"
#include "mail/collect.h"
#include "mail/date.h"
#include "mail/key.h"

enum { LARGEST_FILE = 64 * 1024 * 1024 /* of more, the end is not read */ };

bool
trial_option(struct trial_options *o, int option, const char *value)
{
	switch (option) {
	case TRIAL_RCPT:
		if (o->rcpt_count < TRIAL_RECIPIENTS)
			o->rcpt[o->rcpt_count] = addr_bare(view_of(value));
		o->rcpt_count++;
		return true;
	case TRIAL_USER:
		o->user = value;
		return true;
	case TRIAL_FROM:
		o->from = value;
		return true;
	case TRIAL_CLIENT:
		o->client = value;
		return true;
	case TRIAL_KEYS:
		o->keys = value;
		return true;
	default:
		return false;
	}
}

int
trial_check(const char *called, const struct trial_options *o)
{
	struct err e = ERR_NONE;

	if (o->rcpt_count > TRIAL_RECIPIENTS)
		return ctl_wrong(called, "more than %d recipients",
		    TRIAL_RECIPIENTS);
	if (o->user != NULL && !users_name_ok(view_of(o->user)))
		return ctl_wrong(called, "\"%s\" is no user's name", o->user);
	if (o->keys != NULL && strcmp(o->keys, "none") != 0 &&
	    key_check(o->keys, &e) < 0)
		return ctl_wrong(called, "--keys: %s", e.text);
	return 0;
}

/* The address between "<" and ">", else the whole field. */
static struct view
find_address(struct view field)
{
	size_t open = view_find_byte(field, '<');
	size_t close = view_find_byte(field, '>');

	if (open != VIEW_NONE && close != VIEW_NONE && close > open)
		return view_part(field, open + 1, close - open - 1);
	return view_trim(field);
}

/* The first field of that name in the header section, unfolded or not. */
static struct view
field_address(struct view bytes, const char *name)
{
	struct view rest = bytes;
	struct header field;

	while (message_next_field(&rest, &field))
		if (view_equal_nocase(field.name, view_of(name)))
			return find_address(field.raw);
	return VIEW("");
}

/*
 * What SMTP would have said, from the options or else from the fields an MTA
 * leaves in a delivered message.
 */
static void
make_envelope(const struct trial_options *o, struct view bytes,
    struct envelope *env, struct view *rcpt)
{
	static const char *const fields[] = { "X-Original-To", "Delivered-To",
		"To" };

	*env = (struct envelope){
		.client_name = view_of(o->client),
		.from = o->from != NULL ? addr_bare(view_of(o->from))
					: field_address(bytes, "Return-Path"),
		.rcpt = o->rcpt,
		.rcpt_count = o->rcpt_count,
	};
	if (o->rcpt_count > 0)
		return;
	for (size_t i = 0; i < 3 && rcpt->size == 0; i++)
		*rcpt = field_address(bytes, fields[i]);
	if (rcpt->size == 0)
		*rcpt = VIEW("you@localhost");
	env->rcpt = rcpt;
	env->rcpt_count = 1;
}

/* Somebody who only looks is an empty user: no rules, no contacts. */
static const char *
choose_user(const struct ctl *c, const struct trial_options *o,
    const struct envelope *env)
{
	char user[LIMIT_USER_NAME_SIZE + 1];

	if (o->user != NULL || o->rcpt_count > 0)
		return o->user;
	return users_map_find(c->site->users, env->rcpt[0], user) ? NULL
								  : "you";
}

/*
 * The message as the MTA had it: without the fields that its delivery put in
 * front, which would look as if it had been here before.
 */
static struct view
undelivered(struct view bytes)
{
	static const char *const fields[] = { "Return-Path", "X-Original-To",
		"Delivered-To" };
	struct view rest = bytes;
	struct header field;

	while (message_next_field(&rest, &field)) {
		bool added = false;

		for (size_t i = 0; i < 3; i++)
			added = added ||
			    view_equal_nocase(field.name, view_of(fields[i]));
		if (!added)
			break;
		bytes = rest;
	}
	return bytes;
}

/* The message as the filter collects it: not more of it either. */
static int
collect(struct view from, struct text *bytes, unsigned *cut)
{
	struct collector header = { .count = 0 };
	struct view rest = message_fields(from), body;
	struct header field;
	int result = 0;

	while (result == 0 && message_next_field(&rest, &field)) {
		size_t size = (size_t)(field.raw.data - field.name.data) - 1;

		result = collector_add(&header, bytes,
		    (struct view){ field.name.data, size }, field.raw, true);
	}
	text_add_string(bytes, "\r\n");
	body = view_part(rest, 0, LIMIT_BODY_SIZE);
	text_add(bytes, body);
	*cut |= header.cut | (body.size < rest.size ? MESSAGE_CUT_BODY : 0);
	collector_free(&header);
	return text_ok(bytes) ? result : -1;
}

static int64_t
arrival(void *arg)
{
	const int64_t *ms = arg;

	return *ms;
}

static int64_t
steady(void *arg)
{
	(void)arg;
	return clock_steady_us(&clock_system);
}

/*
 * The time at which the message says it was sent, since an old one is no
 * replay because somebody looks at it today; else the time now.
 */
static int64_t
sent_ms(struct view bytes)
{
	struct view rest = message_fields(bytes);
	struct header field;
	int64_t ms;

	while (message_next_field(&rest, &field))
		if (view_equal_nocase(field.name, VIEW("Date")) &&
		    date_parse(view_trim(field.raw), &ms) == 0)
			return ms;
	return clock_wall_ms(&clock_system);
}

/* The steps and guards of all recipients, as they come. */
struct notes {
	struct rules_trace *step;
	size_t steps;
	enum guards_verdict (*verdict)[GUARDS_REPLY];
	size_t verdicts;
	bool failed;
};

/* Room for one more element of that size, or NULL. */
static void *
more(struct notes *n, void *array, size_t count, size_t size)
{
	void *new = realloc(array, (count + 1) * size);

	n->failed = n->failed || new == NULL;
	return new;
}

static void
keep_step(void *arg, const struct rules_trace *step)
{
	struct notes *n = arg;
	void *room = more(n, n->step, n->steps, sizeof(*n->step));

	if (room == NULL)
		return;
	n->step = room;
	n->step[n->steps++] = *step;
}

static void
keep_guards(void *arg, const struct guards_facts *facts)
{
	struct notes *n = arg;
	void *room = more(n, n->verdict, n->verdicts, sizeof(*n->verdict));

	if (room == NULL)
		return;
	n->verdict = room;
	guards_judge(facts, n->verdict[n->verdicts++]);
}

/* Rules were tried until one matched, or all of them. */
static size_t
count_steps(const struct decision_recipient *d, const struct rules_trace *step,
    size_t left)
{
	size_t i = 0;

	if (d->plan.why != PLAN_RULE && d->plan.why != PLAN_NO_RULE &&
	    d->plan.why != PLAN_NEVER_HELD)
		return 0;
	if (left > rules_count(d->folder->rules))
		left = rules_count(d->folder->rules);
	while (i < left && !step[i].matched)
		i++;
	return i < left ? i + 1 : left;
}

static bool
was_guarded(const struct decision_recipient *d)
{
	return plan_find(&d->plan, PLAN_REPLY) != NULL &&
	    rules_may_answer(d->folder->rules);
}

/* Whose notes they are: the engine goes by the order of recipients. */
static int
share_notes(const struct notes *n, struct trial_result *r)
{
	size_t step = 0, verdict = 0;

	r->recipient =
	    calloc(r->decision.recipients + 1, sizeof(*r->recipient));
	if (r->recipient == NULL || n->failed)
		return -1;
	for (size_t i = 0; i < r->decision.recipients; i++) {
		const struct decision_recipient *d = &r->decision.recipient[i];
		struct trial_recipient *to = &r->recipient[i];

		if (n->steps > 0) /* else there is no array */
			to->step = n->step + step;
		to->steps = count_steps(d, to->step, n->steps - step);
		step += to->steps;
		if (was_guarded(d) && verdict < n->verdicts)
			to->verdict = n->verdict[verdict++];
	}
	return 0;
}

static int
decide(struct trial *t, const char *path, const struct engine_message *m,
    int64_t now_ms, trial_on_result *on_result, void *arg)
{
	const struct clock clock = { arrival, steady, &now_ms };
	struct trial_result r = { .decision = { .recipients = 0 } };
	struct notes notes = { .steps = 0 };
	struct world w = t->world;
	struct err e = ERR_NONE;
	int code = 0;

	w.clock = &clock;
	w.on_trace = keep_step;
	w.on_guards = keep_guards;
	w.trace_arg = &notes;
	w.as_user = choose_user(t->c, t->options, &m->envelope);
	w.anybody = true;
	if (engine_decide(t->c->site, &w, m, &r.decision, &e) < 0)
		code = ctl_fail(EX_SOFTWARE, "%s: %s", path, e.text);
	else if (share_notes(&notes, &r) < 0)
		code = ctl_fail(EX_OSERR, "%s: out of memory", path);
	else
		code = on_result(arg, path, &r);
	decision_free(&r.decision);
	free(r.recipient);
	free(notes.step);
	free(notes.verdict);
	return code;
}

static int
try_bytes(struct trial *t, const char *path, struct view bytes,
    const struct engine_message *collected, trial_on_result *on_result,
    void *arg)
{
	struct engine_message m = *collected;
	struct view rcpt = VIEW("");
	struct own_fields own = { .count = 0 };
	int code;

	m.own = &own;
	make_envelope(t->options, bytes, &m.envelope, &rcpt);
	if (own_fields_read(&own, bytes) < 0)
		code = ctl_fail(EX_OSERR, "%s: out of memory", path);
	else
		code = decide(t, path, &m, sent_ms(bytes), on_result, arg);
	own_fields_free(&own);
	return code;
}

/* cut: the end of it was not read. */
static int
run_bytes(struct trial *t, const char *name, struct view bytes, bool cut,
    trial_on_result *on_result, void *arg)
{
	struct text collected =
	    TEXT_INIT(LIMIT_HEADER_SIZE + LIMIT_BODY_SIZE + 2);
	struct engine_message m = { .cut = cut ? MESSAGE_CUT_BODY : 0 };
	int code;

	if (collect(undelivered(bytes), &collected, &m.cut) < 0) {
		code = ctl_fail(EX_OSERR, "%s: out of memory", name);
	} else {
		m.bytes = text_view(&collected);
		code = try_bytes(t, name, bytes, &m, on_result, arg);
	}
	text_free(&collected);
	return code;
}

int
trial_run_bytes(struct trial *t, const char *name, struct view message,
    trial_on_result *on_result, void *arg)
{
	return run_bytes(t, name, message, false, on_result, arg);
}

int
trial_run(struct trial *t, const char *path, trial_on_result *on_result,
    void *arg)
{
	struct text bytes = TEXT_INIT(LARGEST_FILE);
	struct err e = ERR_NONE;
	bool cut = false;
	int code;

	if (file_read_input(path, &bytes, &cut, &e) < 0)
		code = ctl_fail(EX_NOINPUT, "%s", e.text);
	else
		code =
		    run_bytes(t, path, text_view(&bytes), cut, on_result, arg);
	text_free(&bytes);
	return code;
}

int
trial_open(struct trial *t, struct ctl *c, const struct trial_options *o)
{
	const char *keys = o->keys == NULL ? c->conf->trust.keys : o->keys;
	struct err e = ERR_NONE;

	*t = (struct trial){ .c = c, .options = o };
	t->world.host = c->site->host;
	/* Here a dry run would hide what is to be shown. */
	c->conf->dry_run = false;
	t->world.store = store_open("memory:", &e);
	if (t->world.store == NULL)
		return ctl_fail(EX_UNAVAILABLE, "%s", e.text);
	if (strcmp(keys, "none") == 0)
		return 0;
	t->world.verifier = signature_open(keys, &clock_system, &e);
	if (t->world.verifier == NULL)
		return ctl_fail(EX_NOINPUT, "keys: %s", e.text);
	return 0;
}

void
trial_close(struct trial *t)
{
	signature_close(t->world.verifier);
	store_close(t->world.store);
}
