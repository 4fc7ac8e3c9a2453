// SPDX-License-Identifier: BSD-2-Clause
/*
 * test.c - "rsvpctl test": the daemon's own engine on a message file.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "ctl/ctl.h"
#include "ctl/decision.h"
#include "daemon/engine.h"
#include "mail/addr.h"
#include "mail/collect.h"
#include "mail/date.h"
#include "mail/key.h"

enum {
	MOST_RECIPIENTS = 100,
	LARGEST_FILE = 64 * 1024 * 1024, /* of more, the end is not read */
};

struct test_options {
	struct view rcpt[MOST_RECIPIENTS];
	size_t rcpt_count;
	const char *user, *from, *client, *keys;
	bool trace;
};

/*
 * The steps of all recipients come while the engine decides; they are shown
 * with their recipient afterwards, a line each.
 */
static void
keep_trace(void *arg, const struct rules_trace *step)
{
	struct text *lines = arg;

	text_addf(lines, "line %d ", step->line);
	utf8_add_printable(lines, step->rule, LIMIT_RULE_NAME_SIZE);
	if (step->matched)
		text_add_string(lines, ": matches\n");
	else
		text_addf(lines, ": no, because of %s\n",
		    step->condition == NULL ? "-" : step->condition);
}

/* Nothing was applied, so the record does not say that anything was. */
static void
print_record(struct decision *d)
{
	struct text out = TEXT_INIT(LIMIT_AUDIT_SIZE);

	d->record.dry_run = true;
	d->record.applied_header = d->record.applied_quarantine = false;
	audit_json(&d->record, &out);
	puts(text_string(&out));
	text_free(&out);
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
make_envelope(const struct test_options *o, struct view bytes,
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
choose_user(const struct ctl *c, const struct test_options *o,
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

static int
test_bytes(struct ctl *c, const struct test_options *o,
    const struct world *common, const char *path, struct view bytes,
    const struct engine_message *collected)
{
	struct world w = *common;
	struct engine_message m = *collected;
	int64_t now_ms = sent_ms(bytes);
	const struct clock clock = { arrival, steady, &now_ms };
	struct view rcpt = VIEW("");
	struct text trace = TEXT_INIT(LIMIT_BODY_SIZE);
	struct own_fields own = { .count = 0 };
	struct decision d = { .recipients = 0 };
	struct err e = ERR_NONE;
	int code = 0;

	w.clock = &clock;
	m.own = &own;
	make_envelope(o, bytes, &m.envelope, &rcpt);
	w.on_trace = o->trace ? keep_trace : NULL;
	w.trace_arg = &trace;
	w.as_user = choose_user(c, o, &m.envelope);
	w.anybody = true;
	if (!c->json)
		printf("%s\n", path);
	if (own_fields_read(&own, bytes) < 0)
		code = ctl_fail(EX_OSERR, "%s: out of memory", path);
	else if (engine_decide(c->site, &w, &m, &d, &e) < 0)
		code = ctl_fail(EX_SOFTWARE, "%s: %s", path, e.text);
	else if (c->json)
		print_record(&d);
	else
		decision_print(&d, text_view(&trace));
	decision_free(&d);
	text_free(&trace);
	own_fields_free(&own);
	return code;
}

static int
test_file(struct ctl *c, const struct test_options *o, struct world *w,
    const char *path)
{
	struct text bytes = TEXT_INIT(LARGEST_FILE);
	struct text collected =
	    TEXT_INIT(LIMIT_HEADER_SIZE + LIMIT_BODY_SIZE + 2);
	struct engine_message m = { .cut = 0 };
	struct err e = ERR_NONE;
	bool cut = false;
	int code;

	if (file_read_input(path, &bytes, &cut, &e) < 0)
		code = ctl_fail(EX_NOINPUT, "%s", e.text);
	else if (collect(undelivered(text_view(&bytes)), &collected, &m.cut) <
	    0)
		code = ctl_fail(EX_OSERR, "%s: out of memory", path);
	else {
		m.bytes = text_view(&collected);
		if (cut)
			m.cut |= MESSAGE_CUT_BODY;
		code = test_bytes(c, o, w, path, text_view(&bytes), &m);
	}
	text_free(&bytes);
	text_free(&collected);
	return code;
}

static int
check_options(const char *called, const struct test_options *o)
{
	struct err e = ERR_NONE;

	if (o->rcpt_count > MOST_RECIPIENTS)
		return ctl_wrong(called, "more than %d recipients",
		    MOST_RECIPIENTS);
	if (o->user != NULL && !users_name_ok(view_of(o->user)))
		return ctl_wrong(called, "\"%s\" is no user's name", o->user);
	if (o->keys != NULL && strcmp(o->keys, "none") != 0 &&
	    key_check(o->keys, &e) < 0)
		return ctl_wrong(called, "--keys: %s", e.text);
	return 0;
}

/* 0, or the code to exit with. */
static int
parse_options(int argc, char **argv, struct ctl *c, struct test_options *o)
{
	enum { RCPT = 256, USER, FROM, CLIENT, KEYS, TRACE, JSON };
	static const struct option options[] = {
		{ "rcpt", required_argument, NULL, RCPT },
		{ "user", required_argument, NULL, USER },
		{ "from", required_argument, NULL, FROM },
		{ "client", required_argument, NULL, CLIENT },
		{ "keys", required_argument, NULL, KEYS },
		{ "trace", no_argument, NULL, TRACE },
		{ "json", no_argument, NULL, JSON },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == RCPT) {
			if (o->rcpt_count < MOST_RECIPIENTS)
				o->rcpt[o->rcpt_count] =
				    addr_bare(view_of(optarg));
			o->rcpt_count++;
		} else if (option == USER)
			o->user = optarg;
		else if (option == FROM)
			o->from = optarg;
		else if (option == CLIENT)
			o->client = optarg;
		else if (option == KEYS)
			o->keys = optarg;
		else if (option == TRACE)
			o->trace = true;
		else if (option == JSON)
			c->json = true;
		else
			return ctl_usage(argv[0]);
	}
	if (optind == argc)
		return ctl_wrong(argv[0], "which file?");
	return check_options(argv[0], o);
}

/* Where signatures' keys come from; "none" for no look at them at all. */
static int
open_world(const struct ctl *c, const struct test_options *o, struct world *w)
{
	const char *keys = o->keys == NULL ? c->conf->trust.keys : o->keys;
	struct err e = ERR_NONE;

	w->store = store_open("memory:", &e);
	if (w->store == NULL)
		return ctl_fail(EX_UNAVAILABLE, "%s", e.text);
	if (strcmp(keys, "none") == 0)
		return 0;
	w->verifier = signature_open(keys, &clock_system, &e);
	if (w->verifier == NULL)
		return ctl_fail(EX_NOINPUT, "keys: %s", e.text);
	return 0;
}

int
ctl_test(struct ctl *c, int argc, char **argv)
{
	struct test_options o = { .rcpt_count = 0 };
	struct world w = { .clock = &clock_system, .host = c->site->host };
	int code = parse_options(argc, argv, c, &o);

	if (code != 0)
		return code;
	/* Here a dry run would hide what is to be shown. */
	c->conf->dry_run = false;
	code = open_world(c, &o, &w);
	/* A file that cannot be read does not keep the others from it. */
	for (int i = optind, first = code; first == 0 && i < argc; i++) {
		int one;

		if (i > optind && !c->json)
			putchar('\n');
		one = test_file(c, &o, &w, argv[i]);
		code = code == 0 ? one : code;
	}
	signature_close(w.verifier);
	store_close(w.store);
	return code;
}
