// SPDX-License-Identifier: BSD-2-Clause
/*
 * explain.c - "rsvpctl explain": the whole way of one message.
 *
 * Of a file the engine says it now; of a queue id or a Message-ID it is told
 * from the records that were written then.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/limits.h"
#include "ctl/ctl.h"
#include "ctl/explanation.h"
#include "ctl/records.h"
#include "mail/addr.h"

enum { MOST_FILES = 100, MOST_FOUND = 1000 };

struct explain {
	struct ctl *c;
	struct trial_options options;
	const char *audit[MOST_FILES];
	size_t audits;
	bool rotated;     /* none is named: what log rotation made of it, too */
	const char *what; /* the argument */
	bool for_file;    /* an option that only a file has */
	bool dry_run;     /* of the settings, before a trial undoes it */
	struct telling telling;
	size_t told;
};

/*
 * A file that is there; else a Message-ID in its brackets, which may hold
 * anything; else what can be nothing but a path.
 */
static bool
is_file(const char *what)
{
	size_t size = strlen(what);

	if (access(what, F_OK) == 0)
		return true;
	if (what[0] == '<' && what[size - 1] == '>')
		return false;
	return strcmp(what, "-") == 0 || strchr(what, '/') != NULL;
}

static void
begin_message(struct explain *x, const char *heading)
{
	if (x->told++ > 0 && !x->c->json)
		putchar('\n');
	telling_open(&x->telling, NULL, heading);
}

/* --- a file ------------------------------------------------------------- */

/* The record that would be written has most of what there is to tell. */
static int
tell_trial(void *arg, const char *path, struct trial_result *r)
{
	struct explain *x = arg;
	struct text line = TEXT_INIT(LIMIT_AUDIT_SIZE);
	struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
	struct audit_entry entry;
	struct err e = ERR_NONE;
	int code = 0;

	audit_json(&r->decision.record, &line);
	if (p == NULL || audit_read(text_view(&line), p, &entry, &e) < 0) {
		code = ctl_fail(EX_OSERR, "%s: out of memory", path);
	} else {
		const struct explanation explanation = { .entry = &entry,
			.site = x->c->site,
			.trial = r,
			.site_dry_run = x->dry_run };

		begin_message(x, path);
		explanation_tell(&x->telling, &explanation);
		telling_close(&x->telling);
	}
	pool_free(p);
	text_free(&line);
	return code;
}

static int
explain_file(struct explain *x)
{
	struct trial trial;
	int code = ctl_need_site(x->c);

	if (code != 0)
		return code;
	x->dry_run = x->c->conf->dry_run;
	code = trial_open(&trial, x->c, &x->options);
	if (code == 0)
		code = trial_run(&trial, x->what, tell_trial, x);
	trial_close(&trial);
	return code;
}

/* --- records ------------------------------------------------------------ */

/* A record that was found; its entry lives in the pool. */
struct found {
	struct pool *pool;
	struct audit_entry entry;
	bool another; /* message that later got the same queue id */
};

struct search {
	struct view what; /* without "<>" */
	struct found found[MOST_FOUND];
	size_t count;
	bool more; /* than are kept */
};

/* Of the same queue id as a decision that was found. */
static bool
is_of_found(const struct search *s, const struct audit_entry *e)
{
	for (size_t i = 0; i < s->count; i++)
		if (audit_is_decision(&s->found[i].entry) &&
		    view_equal(s->found[i].entry.queue_id, e->queue_id))
			return true;
	return false;
}

static bool
is_meant(const struct search *s, const struct audit_entry *e)
{
	return (e->queue_id.size > 0 && view_equal(e->queue_id, s->what)) ||
	    (audit_is_decision(e) &&
		view_equal(addr_bare(e->message_id), s->what));
}

static int
keep_record(void *arg, struct view line, const struct audit_entry *e)
{
	struct search *s = arg;
	struct found *to = &s->found[s->count];
	bool meant = is_meant(s, e);

	if (!meant && (e->queue_id.size == 0 || !is_of_found(s, e)))
		return 0;
	s->more = s->more || s->count == MOST_FOUND;
	if (s->more)
		return 0;
	to->pool = pool_new(LIMIT_MESSAGE_POOL);
	if (to->pool == NULL ||
	    audit_read(view_trim(line), to->pool, &to->entry, NULL) < 0) {
		pool_free(to->pool);
		return ctl_fail(EX_OSERR, "out of memory");
	}
	to->another = !meant && audit_is_decision(e);
	s->count++;
	return 0;
}

static void
tell_decision(struct explain *x, const struct audit_entry *e,
    const struct audit_entry *const *job, size_t jobs)
{
	const struct explanation explanation = { .entry = e,
		.job = job,
		.jobs = jobs };

	begin_message(x, "From the records:");
	explanation_tell(&x->telling, &explanation);
	telling_close(&x->telling);
}

/*
 * Each decision with the records of answers behind it that have its queue id,
 * up to the next message that got the same one.
 */
static void
tell_found(struct explain *x, const struct search *s)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct audit_entry *e = &s->found[i].entry;
		const struct audit_entry *job[MOST_FOUND];
		size_t jobs = 0;

		if (!audit_is_decision(e) || s->found[i].another)
			continue;
		for (size_t k = i + 1; k < s->count; k++) {
			const struct audit_entry *next = &s->found[k].entry;

			if (!view_equal(next->queue_id, e->queue_id))
				continue;
			if (audit_is_decision(next))
				break;
			job[jobs++] = next;
		}
		tell_decision(x, e, job, jobs);
	}
}

/* Where they are, for a complaint. */
static const char *
places(const struct explain *x)
{
	return x->audits == 1 ? x->audit[0] : "these files";
}

static int
search_records(struct explain *x, struct search *s)
{
	size_t decisions = 0;
	int code = 0;

	if (x->rotated)
		code = records_read_rotated(x->audit[0], NULL, keep_record, s);
	for (size_t i = 0; !x->rotated && code == 0 && i < x->audits; i++)
		code = records_read(x->audit[i], NULL, keep_record, s);
	if (code != 0 && s->count == 0)
		return code;
	tell_found(x, s);
	decisions = x->told;
	if (decisions == 0 && s->count > 0)
		return ctl_fail(EX_NOINPUT,
		    "%s: no decision on \"%s\", only what became of it "
		    "later",
		    places(x), x->what);
	if (decisions == 0)
		return ctl_fail(EX_NOINPUT, "%s: no record of \"%s\"",
		    places(x), x->what);
	if (s->more)
		ctl_fail(0, "more than %d records; the others are not told",
		    MOST_FOUND);
	return code;
}

static int
explain_records(struct explain *x)
{
	struct search *s = calloc(1, sizeof(*s));
	int code;

	if (s == NULL)
		return ctl_fail(EX_OSERR, "out of memory");
	s->what = addr_bare(view_of(x->what));
	code = search_records(x, s);
	for (size_t i = 0; i < s->count; i++)
		pool_free(s->found[i].pool);
	free(s);
	return code;
}

/* --- the command -------------------------------------------------------- */

/* What of the options does not go with what is to be explained. */
static int
check_options(struct explain *x, const char *called, bool file)
{
	const char *configured = x->c->conf->audit.file;

	if (addr_bare(view_of(x->what)).size == 0)
		return ctl_wrong(called, "which message?");
	if (file && x->audits > 0)
		return ctl_wrong(called,
		    "--audit goes with a queue id or a "
		    "Message-ID");
	if (!file && x->for_file)
		return ctl_wrong(called,
		    "no file \"%s\", and only a message "
		    "file takes these options",
		    x->what);
	if (x->audits > MOST_FILES)
		return ctl_wrong(called, "more than %d files", MOST_FILES);
	if (!file && x->audits == 0 && configured[0] == '\0')
		return ctl_wrong(called,
		    "audit.file is not set: name a file "
		    "with --audit");
	x->rotated = x->audits == 0;
	if (x->audits == 0)
		x->audit[x->audits++] = configured;
	return trial_check(called, &x->options);
}

/* 0, or the code to exit with. */
static int
parse_options(int argc, char **argv, struct explain *x)
{
	enum { AUDIT = TRIAL_NEXT, JSON };
	static const struct option options[] = {
		{ "rcpt", required_argument, NULL, TRIAL_RCPT },
		{ "user", required_argument, NULL, TRIAL_USER },
		{ "from", required_argument, NULL, TRIAL_FROM },
		{ "client", required_argument, NULL, TRIAL_CLIENT },
		{ "keys", required_argument, NULL, TRIAL_KEYS },
		{ "audit", required_argument, NULL, AUDIT },
		{ "json", no_argument, NULL, JSON },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == AUDIT) {
			if (x->audits < MOST_FILES)
				x->audit[x->audits] = optarg;
			x->audits++;
		} else if (option == JSON) {
			x->c->json = true;
		} else if (trial_option(&x->options, option, optarg)) {
			x->for_file = true;
		} else {
			return ctl_usage(argv[0]);
		}
	}
	if (argc - optind != 1)
		return ctl_wrong(argv[0],
		    optind == argc ? "which message?" : "one at a time");
	x->what = argv[optind];
	return 0;
}

int
ctl_explain(struct ctl *c, int argc, char **argv)
{
	struct explain x = { .c = c, .what = "" };
	bool file;
	int code = parse_options(argc, argv, &x);

	if (code != 0)
		return code;
	file = is_file(x.what);
	code = check_options(&x, argv[0], file);
	if (code != 0)
		return code;
	telling_begin(&x.telling, c->json);
	if (c->json)
		tell(&x.telling, "source", "",
		    file ? VIEW("file") : VIEW("records"));
	telling_open_list(&x.telling, "messages");
	code = file ? explain_file(&x) : explain_records(&x);
	telling_close_list(&x.telling);
	if (telling_end(&x.telling) < 0 && code == 0)
		code = ctl_fail(EX_OSERR, "out of memory");
	return code;
}
