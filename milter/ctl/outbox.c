// SPDX-License-Identifier: BSD-2-Clause
/*
 * outbox.c - "rsvpctl outbox": what waits to be sent, and what was; and what
 * a person does about it.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/limits.h"
#include "base/log.h"
#include "ctl/ctl.h"
#include "ctl/job.h"
#include "daemon/job_record.h"
#include "daemon/stop_file.h"

/* Of all jobs there may be; it is filled as they come. */
enum { POOL_SIZE = 2 * LIMIT_STORE_JOBS * LIMIT_JOB_SIZE };

struct outbox;

/* What can be done. */
struct outbox_action {
	const char *name;
	void (*on_job)(struct outbox *o, const struct job *job);
	/* Of one that changes jobs: into what, and the reason. */
	const char *why;
	enum job_state to;
	bool user, state, all; /* which options it takes */
	bool ids;              /* whether it takes jobs */
};

/* One call of the command. */
struct outbox {
	struct ctl *c;
	const struct outbox_action *action;
	const char *user;
	enum job_state state;
	bool has_state, all;
	int64_t *id;
	bool *found;
	size_t ids;
	struct store *store;
	struct job_records records;
	char *host; /* of the records */
	size_t done;
	int code;
};

/* What went wrong with one job; the others are gone on with. */
static void
complain(struct outbox *o, int code, const char *words)
{
	ctl_fail(code, "%s", words);
	if (o->code == 0)
		o->code = code;
}

static void
list_job(struct outbox *o, const struct job *job)
{
	if (o->c->json)
		job_put_json(job, false);
	else
		job_put_line(job);
}

static void
show_job(struct outbox *o, const struct job *job)
{
	if (o->c->json)
		job_put_json(job, true);
	else {
		if (o->done > 0)
			putchar('\n');
		job_put_all(job);
	}
	o->done++;
}

static int
move(struct outbox *o, const struct job *job, struct err *e)
{
	const struct store_ops *ops = o->store->ops;
	struct view why = view_of(o->action->why);

	switch (o->action->to) {
	case JOB_CANCELLED:
		return ops->cancel(o->store, job->id, why, e);
	case JOB_HELD:
		return ops->hold(o->store, job->id, why, e);
	default:
		return ops->release(o->store, job->id, why, e);
	}
}

static void
change_job(struct outbox *o, const struct job *job)
{
	const struct outbox_action *a = o->action;
	struct job changed = *job;
	struct err e = ERR_NONE;

	if (!store_job_may_move(job->state, a->to)) {
		err_set(&e, "job %" PRId64 " is %s", job->id,
		    store_job_state_name(job->state));
		if (o->ids > 0)
			complain(o, EX_DATAERR, e.text);
		return;
	}
	if (move(o, job, &e) < 0) {
		err_in(&e, "state");
		complain(o, EX_UNAVAILABLE, e.text);
		return;
	}
	o->done++;
	changed.state = a->to;
	changed.why = view_of(a->why);
	if (o->c->json)
		job_put_json(&changed, false);
	else
		printf("job %" PRId64 ": %s\n", job->id,
		    store_job_state_name(a->to));
	if (job_record(&o->records, job, a->to, a->why) < 0) {
		err_set(&e, "job %" PRId64 ": its record is lost", job->id);
		complain(o, EX_IOERR, e.text);
	}
}

/* clang-format off */
static const struct outbox_action actions[] = {
	{ .name = "list", .user = true, .state = true, .on_job = list_job },
	{ .name = "show", .ids = true, .on_job = show_job },
	{ .name = "cancel", .user = true, .all = true, .ids = true,
	  .on_job = change_job, .to = JOB_CANCELLED, .why = "by hand" },
	{ .name = "hold", .ids = true,
	  .on_job = change_job, .to = JOB_HELD, .why = "by hand" },
	{ .name = "release", .ids = true,
	  .on_job = change_job, .to = JOB_WAITING, .why = "released by hand" },
};
/* clang-format on */

static bool
is_selected(struct outbox *o, const struct job *job)
{
	bool selected = false;

	for (size_t i = 0; i < o->ids; i++)
		if (o->id[i] == job->id)
			selected = o->found[i] = true;
	if (o->ids > 0)
		return selected;
	if (o->user != NULL && !view_equal(job->user, view_of(o->user)))
		return false;
	return !o->has_state || job->state == o->state;
}

static int
on_job(void *arg, const struct job *job)
{
	struct outbox *o = arg;

	if (is_selected(o, job))
		o->action->on_job(o, job);
	return 0;
}

static const struct outbox_action *
find_action(const char *name)
{
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (strcmp(actions[i].name, name) == 0)
			return &actions[i];
	return NULL;
}

/* The words behind the action: 0 or EX_USAGE. */
static int
parse_ids(struct outbox *o, char **word, size_t count, const char *called)
{
	unsigned long long id;

	o->id = calloc(count + 1, sizeof(*o->id));
	o->found = calloc(count + 1, sizeof(*o->found));
	if (o->id == NULL || o->found == NULL)
		return ctl_fail(EX_OSERR, "out of memory");
	for (; o->ids < count; o->ids++) {
		if (view_number(view_of(word[o->ids]), INT64_MAX, &id) < 0 ||
		    id == 0)
			return ctl_wrong(called, "\"%s\" is no number of a job",
			    word[o->ids]);
		o->id[o->ids] = (int64_t)id;
	}
	return 0;
}

/* Whether the options are the action's, and enough: 0 or EX_USAGE. */
static int
check_options(const struct outbox *o, size_t words, const char *called)
{
	const struct outbox_action *a = o->action;
	int said = (words > 0) + o->all + (o->user != NULL);

	if ((o->user != NULL && !a->user) || (o->has_state && !a->state) ||
	    (o->all && !a->all))
		return ctl_wrong(called, "%s does not take this option",
		    a->name);
	if (words > 0 && !a->ids)
		return ctl_wrong(called, "%s takes no jobs", a->name);
	if (!a->ids || said == 1)
		return 0;
	return ctl_wrong(called, "%s takes %s", a->name,
	    a->all ? "jobs, --user or --all" : "a job, or several");
}

static int
parse_options(struct outbox *o, int argc, char **argv)
{
	static const struct option options[] = {
		{ "all", no_argument, NULL, 'a' },
		{ "json", no_argument, NULL, 'j' },
		{ "state", required_argument, NULL, 's' },
		{ "user", required_argument, NULL, 'u' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'a')
			o->all = true;
		else if (option == 'j')
			o->c->json = true;
		else if (option == 'u')
			o->user = optarg;
		else if (option != 's')
			return ctl_usage(argv[0]);
		else if (store_job_state_parse(view_of(optarg), &o->state) < 0)
			return ctl_wrong(argv[0],
			    "no state \"%s\"; rsvpctl(1) lists them", optarg);
		else
			o->has_state = true;
	}
	return o->user == NULL || users_name_ok(view_of(o->user))
	    ? 0
	    : ctl_wrong(argv[0], "\"%s\" is no user's name", o->user);
}

static int
parse(struct outbox *o, int argc, char **argv)
{
	int code = parse_options(o, argc, argv);
	const struct outbox_action *action;
	size_t words;

	if (code != 0)
		return code;
	if (optind == argc)
		return ctl_usage(argv[0]);
	action = find_action(argv[optind]);
	if (action == NULL)
		return ctl_wrong(argv[0], "there is no \"%s\"", argv[optind]);
	o->action = action;
	words = (size_t)(argc - optind - 1);
	code = check_options(o, words, argv[0]);
	return code != 0 ? code
			 : parse_ids(o, &argv[optind + 1], words, argv[0]);
}

/* Where a change is written down, before there is one: 0 or a code. */
static int
open_records(struct outbox *o)
{
	const struct conf *c = o->c->conf;
	struct err e = ERR_NONE;
	int code = ctl_become_filter(c);

	if (code != 0)
		return code;
	log_open("rsvpctl", c->audit.syslog, false);
	o->records.clock = &clock_system;
	o->records.host = o->host = site_host_name(c);
	if (o->host == NULL)
		return ctl_fail(EX_OSERR, "out of memory");
	if (c->audit.file[0] == '\0')
		return 0;
	o->records.audit = audit_open(c->audit.file, &e);
	if (o->records.audit != NULL)
		return 0;
	conf_in(c, "audit.file", &e);
	return ctl_fail(EX_UNAVAILABLE, "%s", e.text);
}

static int
walk(struct outbox *o)
{
	struct err e = ERR_NONE;
	struct pool *p;
	int result;

	o->store = store_open(o->c->conf->state, &e);
	if (o->store == NULL)
		return ctl_fail(EX_UNAVAILABLE, "state: %s", e.text);
	p = pool_new(POOL_SIZE);
	if (o->action->on_job == list_job && !o->c->json)
		job_put_heading();
	result = p == NULL ? err_set(&e, "out of memory")
			   : o->store->ops->list(o->store, p, on_job, o, &e);
	pool_free(p);
	store_close(o->store);
	return result < 0 ? ctl_fail(EX_UNAVAILABLE, "state: %s", e.text) : 0;
}

/* Of the jobs that were named, those that are not there. */
static void
report_missing(struct outbox *o)
{
	struct err e = ERR_NONE;

	for (size_t i = 0; i < o->ids; i++) {
		if (o->found[i])
			continue;
		err_set(&e, "there is no job %" PRId64, o->id[i]);
		complain(o, EX_DATAERR, e.text);
	}
	if (o->ids == 0 && o->action->on_job == change_job && o->done == 0)
		ctl_fail(0, "no job waits or is held");
}

static int
run(struct outbox *o)
{
	const struct conf *c = o->c->conf;
	struct err e = ERR_NONE;
	int code = 0;

	if (stop_file_is_there(c->reply.stop_file, &e))
		ctl_fail(0, "sending is stopped: %s", e.text);
	/* A look must not make the file, least of all as somebody else's. */
	if (store_is_new(c->state)) {
		ctl_fail(0, "%s: nothing is kept there yet", c->state);
	} else {
		if (o->action->on_job == change_job)
			code = open_records(o);
		if (code == 0)
			code = walk(o);
	}
	if (code == 0)
		report_missing(o);
	return code != 0 ? code : o->code;
}

int
ctl_outbox(struct ctl *c, int argc, char **argv)
{
	struct outbox o = { .c = c, .action = actions };
	int code = parse(&o, argc, argv);

	if (code == 0)
		code = run(&o);
	audit_close(o.records.audit);
	free(o.host);
	free(o.id);
	free(o.found);
	return code;
}
