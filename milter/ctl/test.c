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
#include "ctl/ctl.h"
#include "daemon/engine.h"
#include "mail/addr.h"

enum { MOST_RECIPIENTS = 100 };

struct test_options {
	struct view rcpt[MOST_RECIPIENTS];
	size_t rcpt_count;
	const char *user, *from, *client, *keys;
	bool trace;
};

static void
print_trace(void *arg, const struct rules_trace *step)
{
	(void)arg;
	printf("      line %d ", step->line);
	ctl_put(step->rule);
	if (step->matched)
		puts(": matches");
	else
		printf(": no, because of %s\n",
		    step->condition == NULL ? "-" : step->condition);
}

static void
print_field(const char *name, struct view value)
{
	if (value.size == 0)
		return;
	printf("  %-11s ", name);
	ctl_put(value);
	putchar('\n');
}

static void
print_lines(struct view text)
{
	struct view line;

	while (view_line(&text, &line))
		print_field("", line);
}

static void
print_person(const struct person *p)
{
	print_field("person", p->name.size > 0 ? p->name : VIEW("(not named)"));
	print_field("headline", p->headline);
	print_field("company", p->company);
	print_field("location", p->location);
	print_field("profile", p->profile);
}

static void
print_request(const struct request *q)
{
	printf("  %-11s %s", "recognised", request_type_name(q->type));
	if (q->network.size > 0) {
		fputs(" of ", stdout);
		ctl_put(q->network);
	}
	if (q->why_other != NULL && q->type == REQUEST_OTHER)
		printf(" (%s)", q->why_other);
	putchar('\n');
	for (size_t i = 0; i < q->evidence_count; i++) {
		printf("  %-11s ", i == 0 ? "because" : "");
		ctl_put(q->evidence[i].rule);
		printf(", in %s\n", q->evidence[i].where);
	}
	for (size_t i = 0; i < q->people; i++)
		print_person(&q->person[i]);
	print_field("group", q->group);
	if (q->note != NOTE_NONE)
		printf("  %-11s %s\n", "note", request_note_name(q->note));
	print_lines(q->note_text);
	if (q->mutual >= 0)
		printf("  %-11s %d\n", "mutual", q->mutual);
	print_field("language", q->lang);
	print_field("template", q->template_key);
}

static void
print_recipient(const struct audit_recipient *r,
    const struct decision_recipient *d)
{
	struct text actions = TEXT_INIT(LIMIT_FIELD_SIZE);

	fputs("  ", stdout);
	ctl_put(r->recipient);
	fputs(" (", stdout);
	ctl_put(r->user.size > 0 ? r->user : VIEW("nobody's here"));
	puts(")");
	printf("    %-9s %s", "known", contacts_known_name(r->known));
	if (r->contact_groups.size > 0) {
		putchar(' ');
		ctl_put(r->contact_groups);
	}
	printf("\n    %-9s ", "rule");
	ctl_put(r->plan->rule.size > 0
		? r->plan->rule
		: view_of(plan_reason_name(r->plan->why)));
	for (size_t i = 0; i < r->plan->actions; i++) {
		if (i > 0)
			text_add_string(&actions, ", ");
		plan_action_words(&r->plan->action[i], &actions);
	}
	printf("\n    %-9s ", "actions");
	ctl_put(actions.size > 0 ? text_view(&actions) : VIEW("deliver"));
	text_free(&actions);
	if (d->answer != NULL)
		printf("\n    %-9s would be queued", r->reply_mode);
	else if (r->reply_why != NULL)
		printf("\n    %-9s none: %s", "answer", r->reply_why);
	putchar('\n');
	if (d->folder != NULL && d->folder->complaint != NULL)
		printf("    %-9s %s\n", "note", d->folder->complaint);
}

static void
print_decision(const struct decision *d)
{
	print_request(&d->request);
	printf("  %-11s %s%s%s\n", "trust", auth_trust_name(d->auth.level),
	    d->auth.why[0] == '\0' ? "" : ": ", d->auth.why);
	for (size_t i = 0; i < d->recipients; i++)
		print_recipient(&d->record.recipient[i], &d->recipient[i]);
	for (size_t i = 0; i < d->changes.removals; i++)
		printf("  %-11s %s\n", "removes", d->changes.removal[i].name);
	for (size_t i = 0; i < d->changes.headers; i++) {
		printf("  %-11s %s: ", "adds", d->changes.header[i].name);
		ctl_put(view_of(d->changes.header[i].value));
		putchar('\n');
	}
	if (d->changes.hold_reason != NULL)
		printf("  %-11s %s\n", "holds", d->changes.hold_reason);
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

static int
test_bytes(struct ctl *c, const struct test_options *o, struct world *w,
    const char *path, struct view bytes)
{
	struct engine_message m = { .bytes = undelivered(bytes) };
	struct view rcpt = VIEW("");
	struct decision d;
	struct err e = ERR_NONE;
	int code = 0;

	make_envelope(o, bytes, &m.envelope, &rcpt);
	w->as_user = choose_user(c, o, &m.envelope);
	w->anybody = true;
	if (!c->json)
		printf("%s\n", path);
	if (engine_decide(c->site, w, &m, &d, &e) < 0)
		code = ctl_fail(EX_SOFTWARE, "%s: %s", path, e.text);
	else if (c->json)
		print_record(&d);
	else
		print_decision(&d);
	decision_free(&d);
	return code;
}

static int
test_file(struct ctl *c, const struct test_options *o, struct world *w,
    const char *path)
{
	struct text bytes = TEXT_INIT(LIMIT_HEADER_SIZE + LIMIT_BODY_SIZE);
	struct err e = ERR_NONE;
	int code;

	if (file_read(strcmp(path, "-") == 0 ? "/dev/stdin" : path, &bytes,
		&e) < 0)
		code = ctl_fail(EX_NOINPUT, "%s", e.text);
	else
		code = test_bytes(c, o, w, path, text_view(&bytes));
	text_free(&bytes);
	return code;
}

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
		if (option == RCPT && o->rcpt_count < MOST_RECIPIENTS)
			o->rcpt[o->rcpt_count++] = view_of(optarg);
		else if (option == USER && users_name_ok(view_of(optarg)))
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
			return -1;
	}
	return optind < argc ? 0 : -1;
}

int
ctl_test(struct ctl *c, int argc, char **argv)
{
	struct test_options o = { .rcpt_count = 0 };
	struct world w = { .clock = &clock_system, .host = c->site->host };
	struct err e = ERR_NONE;
	int code = 0;

	if (parse_options(argc, argv, c, &o) < 0)
		return ctl_usage(argv[0]);
	/* Here a dry run would hide what is to be shown. */
	c->site->conf->dry_run = false;
	w.store = store_open("memory:", &e);
	if (w.store != NULL && (o.keys == NULL || strcmp(o.keys, "none") != 0))
		w.verifier =
		    signature_open(o.keys == NULL ? c->site->conf->trust.keys
						  : o.keys,
			&e);
	if (w.store == NULL ||
	    (w.verifier == NULL &&
		(o.keys == NULL || strcmp(o.keys, "none") != 0)))
		code = ctl_fail(EX_UNAVAILABLE, "%s", e.text);
	if (o.trace && !c->json)
		w.on_trace = print_trace;
	for (int i = optind; i < argc; i++) {
		int one = code == 0 || code == EX_NOINPUT
		    ? test_file(c, &o, &w, argv[i])
		    : 0;

		code = code == 0 ? one : code;
	}
	signature_close(w.verifier);
	store_close(w.store);
	return code;
}
