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

#include "ctl/ctl.h"
#include "ctl/records.h"
#include "ctl/replay_mail.h"
#include "ctl/replay_print.h"
#include "ctl/replay_rules.h"

struct replay_call {
	struct selection wanted;
	const char *with; /* NULL: the rules that are there now */
	bool keep_known, rotated, all, json;
	bool mail;         /* messages in place of records */
	const char *audit; /* their records */
	struct trial_options options;
	struct replay_rules rules;
	struct replay_count count;
	struct text recorded; /* actions of the record that is looked at */
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
count_case(void *arg, enum replay_fate fate, const struct replay_case *one)
{
	struct replay_call *call = arg;

	if (replay_count_add(&call->count, fate, one) < 0)
		return ctl_fail(EX_OSERR, "out of memory");
	if (call->all && (fate == REPLAY_DIFFERS || fate == REPLAY_UNTOLD))
		replay_print_case(fate, one, call->json);
	return 0;
}

static int
take_recipient(struct replay_call *call, const struct recorded *of,
    bool readable)
{
	const struct audit_entry *e = of->entry;
	const struct audit_entry_recipient *r = of->recipient;
	struct replay_case one = { e->time, e->host, e->queue_id, e->message_id,
		e->type, e->person, r->user,
		.was = { r->has_rule ? r->rule : VIEW(""), r->why } };
	int fate = (int)not_asked(r);

	text_clear(&call->recorded);
	replay_add_recorded(r, &call->recorded);
	if (!text_ok(&call->recorded))
		return ctl_fail(EX_OSERR, "out of memory");
	one.was.actions = text_view(&call->recorded);

	if (fate == REPLAY_SAME && !readable)
		fate = REPLAY_UNREADABLE;
	if (fate == REPLAY_SAME)
		fate = replay_rules_decide(&call->rules, r->user, make_facts,
		    (void *)(uintptr_t)of, &one);
	if (fate < 0)
		return ctl_fail(EX_OSERR, "out of memory");
	return count_case(call, (enum replay_fate)fate, &one);
}

static int
take_record(void *arg, struct view line, const struct audit_entry *e)
{
	struct replay_call *call = arg;
	struct replay_request request;
	bool readable;
	int code = 0;

	(void)line;
	if (!audit_is_decision(e))
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

/* What is asked of records, messages cannot be asked, nor the other way. */
static int
check_mail(const char *called, const struct replay_call *call)
{
	const struct selection *s = &call->wanted;
	const struct trial_options *o = &call->options;

	if (call->mail &&
	    (s->type != NULL || s->trust != NULL || s->rule != NULL ||
		s->action != NULL || s->host != NULL || s->queue_id != NULL ||
		s->person != NULL || s->says_since || s->says_until ||
		call->keep_known || call->rotated))
		return ctl_wrong(called,
		    "with --mail only messages are chosen from, by --user");
	if (call->mail && call->with != NULL && call->audit != NULL)
		return ctl_wrong(called,
		    "--with compares with today's rules, --audit with records");
	if (!call->mail &&
	    (o->rcpt_count > 0 || o->from != NULL || o->client != NULL ||
		o->keys != NULL || call->audit != NULL))
		return ctl_wrong(called,
		    "--rcpt, --from, --client, --keys and --audit are of "
		    "--mail");
	return trial_check(called, o);
}

enum { WITH = TRIAL_NEXT, KEEP_KNOWN, ROTATED, ALL, JSON, MAIL, AUDIT };

/* Whether it is one of the command's own. */
static bool
take_option(struct replay_call *call, int option, const char *value)
{
	switch (option) {
	case WITH:
		call->with = value;
		return true;
	case KEEP_KNOWN:
		return call->keep_known = true;
	case ROTATED:
		return call->rotated = true;
	case ALL:
		return call->all = true;
	case JSON:
		return call->json = true;
	case MAIL:
		return call->mail = true;
	case AUDIT:
		call->audit = value;
		return true;
	default:
		return trial_option(&call->options, option, value);
	}
}

/* 0, or the code to exit with. */
static int
parse_options(int argc, char **argv, struct replay_call *call)
{
	static const struct option options[] = {
		SELECTION_OPTIONS,
		{ "with", required_argument, NULL, WITH },
		{ "keep-known", no_argument, NULL, KEEP_KNOWN },
		{ "rotated", no_argument, NULL, ROTATED },
		{ "all", no_argument, NULL, ALL },
		{ "json", no_argument, NULL, JSON },
		{ "mail", no_argument, NULL, MAIL },
		{ "audit", required_argument, NULL, AUDIT },
		{ "rcpt", required_argument, NULL, TRIAL_RCPT },
		{ "from", required_argument, NULL, TRIAL_FROM },
		{ "client", required_argument, NULL, TRIAL_CLIENT },
		{ "keys", required_argument, NULL, TRIAL_KEYS },
		{ NULL, 0, NULL, 0 },
	};
	int option, code;

	while ((option = selection_getopt(&call->wanted, argc, argv, "",
		    options)) != -1) {
		if (!take_option(call, option, optarg))
			return ctl_usage(argv[0]);
	}
	call->options.user = call->wanted.user;
	code = check_with(argv[0], call);
	return code != 0 ? code : check_mail(argv[0], call);
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

/* By today's rules, and then by others or as it was recorded. */
static int
read_mail(struct replay_call *call, struct ctl *c, const char *const *path,
    int paths)
{
	const struct replay_mail mail = {
		.options = &call->options,
		.other = call->with != NULL ? &call->rules : NULL,
		.audit = call->audit,
		.on_case = count_case,
		.arg = call,
	};

	return replay_mail(&mail, c, path, paths);
}

static int
replay(struct replay_call *call, struct ctl *c, const char *const *path,
    int paths)
{
	int code = replay_rules_open(&call->rules, c->conf, call->with,
	    call->wanted.user);

	if (replay_count_init(&call->count) < 0 && code == 0)
		code = ctl_fail(EX_OSERR, "out of memory");
	if (code == 0)
		code = call->mail ? read_mail(call, c, path, paths)
				  : read_files(call, path, paths);
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

/* The records, of messages too, where none are named. */
static int
find_audit(const char *called, const struct conf *c, const char **audit)
{
	*audit = c->audit.file;
	if ((*audit)[0] == '\0')
		return ctl_wrong(called,
		    "audit.file is not set: name a file, or - for standard "
		    "input");
	return 0;
}

/* Mail is read by whoever may read it, as for "rsvpctl test". */
static int
replay_messages(struct replay_call *call, struct ctl *c, int argc, char **argv)
{
	int code;

	if (optind == argc)
		return ctl_wrong(argv[0], "--mail: which messages?");
	code = ctl_need_site(c);
	if (code == 0 && call->with == NULL && call->audit == NULL)
		code = find_audit(argv[0], c->conf, &call->audit);
	return code != 0 ? code
			 : replay(call, c, (const char *const *)argv + optind,
			       argc - optind);
}

int
ctl_replay(struct ctl *c, int argc, char **argv)
{
	struct replay_call call = { .json = c->json,
		.recorded = TEXT_INIT(LIMIT_AUDIT_SIZE) };
	const char *configured = "";
	const char *const *path = &configured;
	int paths = 1, code = parse_options(argc, argv, &call);

	if (code != 0)
		return code;
	if (call.mail)
		return replay_messages(&call, c, argc, argv);
	if (optind < argc) {
		path = (const char *const *)argv + optind;
		paths = argc - optind;
	} else {
		code = find_audit(argv[0], c->conf, &configured);
	}
	if (code == 0)
		selection_ask_state(&call.wanted, c->conf);
	if (code == 0 && geteuid() == 0 && c->conf->user[0] != '\0')
		code = ctl_become_filter(c->conf);
	if (code == 0)
		code = replay(&call, c, path, paths);
	text_free(&call.recorded);
	return code;
}
