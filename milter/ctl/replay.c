// SPDX-License-Identifier: BSD-2-Clause
/*
 * replay.c - "rsvpctl replay": which decisions other rules would change.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "ctl/ctl.h"
#include "ctl/records.h"
#include "ctl/replay_print.h"
#include "ctl/replay_rules.h"

struct replay_call {
	struct selection wanted;
	const char *with; /* NULL: the rules that are there now */
	bool keep_known, rotated, all, json;
	struct replay_rules rules;
	struct replay_count count;
};

/* A recipient of a record. */
struct recorded {
	const struct replay_request *request;
	const struct audit_entry *entry;
	const struct audit_entry_recipient *recipient;
	bool keep_known;
};

static void
make_facts(void *arg, const struct contacts *contacts, struct replay_facts *f)
{
	const struct recorded *of = arg;

	replay_facts_make(of->request, of->entry, of->recipient, contacts,
	    of->keep_known, f);
}

/* Why rules were not asked; REPLAY_SAME: they were, or would be now. */
static enum replay_fate
not_asked(const struct audit_entry_recipient *r)
{
	if (r->user.size == 0)
		return REPLAY_NOBODY;
	return view_equal(r->why, VIEW("no-network")) ? REPLAY_NO_NETWORK
						      : REPLAY_SAME;
}

static int
take_recipient(struct replay_call *call, const struct recorded *of,
    bool readable)
{
	const struct audit_entry *e = of->entry;
	const struct audit_entry_recipient *r = of->recipient;
	struct replay_case one = { e->time, e->host, e->queue_id, e->message_id,
		e->type, e->person, r->user,
		.was = { r->has_rule ? r->rule : VIEW(""), r->why,
		    r->actions } };
	int fate = (int)not_asked(r);

	if (fate == REPLAY_SAME && !readable)
		fate = REPLAY_UNREADABLE;
	if (fate == REPLAY_SAME)
		fate = replay_rules_decide(&call->rules, r->user, make_facts,
		    (void *)(uintptr_t)of, &one);
	if (fate < 0 ||
	    replay_count_add(&call->count, (enum replay_fate)fate, &one) < 0)
		return ctl_fail(EX_OSERR, "out of memory");
	if (call->all && (fate == REPLAY_DIFFERS || fate == REPLAY_UNTOLD))
		replay_print_case((enum replay_fate)fate, &one, call->json);
	return 0;
}

static int
take_record(void *arg, struct view line, const struct audit_entry *e)
{
	struct replay_call *call = arg;
	struct replay_request request;
	bool readable;
	int code = 0;

	(void)line;
	if (e->outbox || e->lost > 0)
		return 0;
	readable = replay_request_read(e, &request) == 0;
	for (size_t i = 0; code == 0 && i < e->recipients; i++) {
		const struct recorded of = { &request, e, &e->recipient[i],
			call->keep_known };

		if (selection_wants_recipient(&call->wanted, e, of.recipient))
			code = take_recipient(call, &of, readable);
	}
	return code;
}

/* A rules.conf is of somebody. */
static int
check_with(const char *called, const struct replay_call *call)
{
	const char *user = call->wanted.user;
	struct stat st;

	if (user != NULL && !users_name_ok(view_of(user)))
		return ctl_wrong(called, "\"%s\" is no user's name", user);
	if (call->with == NULL || user != NULL ||
	    (stat(call->with, &st) == 0 && S_ISDIR(st.st_mode)))
		return 0;
	return ctl_wrong(called,
	    "--with: %s is no folder; whose rules.conf "
	    "is it? (--user)",
	    call->with);
}

/* 0, or the code to exit with. */
static int
parse_options(int argc, char **argv, struct replay_call *call)
{
	enum { WITH = 256, KEEP_KNOWN, ROTATED, ALL, JSON };
	static const struct option options[] = {
		SELECTION_OPTIONS,
		{ "with", required_argument, NULL, WITH },
		{ "keep-known", no_argument, NULL, KEEP_KNOWN },
		{ "rotated", no_argument, NULL, ROTATED },
		{ "all", no_argument, NULL, ALL },
		{ "json", no_argument, NULL, JSON },
		{ NULL, 0, NULL, 0 },
	};
	int64_t now_ms = clock_wall_ms(&clock_system);
	struct err e = ERR_NONE;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		int taken =
		    selection_take(&call->wanted, option, optarg, now_ms, &e);

		if (taken < 0)
			return ctl_wrong(argv[0], "%s", e.text);
		if (taken > 0)
			continue;
		if (option == WITH)
			call->with = optarg;
		else if (option == KEEP_KNOWN)
			call->keep_known = true;
		else if (option == ROTATED)
			call->rotated = true;
		else if (option == ALL)
			call->all = true;
		else if (option == JSON)
			call->json = true;
		else
			return ctl_usage(argv[0]);
	}
	return check_with(argv[0], call);
}

static int
read_files(struct replay_call *call, const char *const *path, int paths)
{
	int code = 0;

	for (int i = 0; code == 0 && i < paths; i++)
		code = call->rotated
		    ? records_read_rotated(path[i], &call->wanted, take_record,
			  call)
		    : records_read(path[i], &call->wanted, take_record, call);
	return code;
}

static int
replay(struct replay_call *call, const struct conf *c, const char *const *path,
    int paths)
{
	int code =
	    replay_rules_open(&call->rules, c, call->with, call->wanted.user);

	if (replay_count_init(&call->count) < 0 && code == 0)
		code = ctl_fail(EX_OSERR, "out of memory");
	if (code == 0)
		code = read_files(call, path, paths);
	if (code == 0) {
		replay_count_sort(&call->count);
		if (replay_print_count(&call->count, call->all, call->json) < 0)
			code = ctl_fail(EX_OSERR, "out of memory");
		else if (call->rules.mistaken)
			code = EX_DATAERR;
	}
	replay_count_free(&call->count);
	replay_rules_close(&call->rules);
	return code;
}

int
ctl_replay(struct ctl *c, int argc, char **argv)
{
	struct replay_call call = { .json = c->json };
	const char *configured = c->conf->audit.file;
	const char *const *path = &configured;
	int paths = 1, code = parse_options(argc, argv, &call);

	if (code != 0)
		return code;
	if (optind < argc) {
		path = (const char *const *)argv + optind;
		paths = argc - optind;
	} else if (configured[0] == '\0') {
		return ctl_wrong(argv[0],
		    "audit.file is not set: name a file, or - for standard "
		    "input");
	}
	if (geteuid() == 0 && c->conf->user[0] != '\0')
		code = ctl_become_filter(c->conf);
	return code != 0 ? code : replay(&call, c->conf, path, paths);
}
