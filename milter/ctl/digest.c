// SPDX-License-Identifier: BSD-2-Clause
/*
 * digest.c - "rsvpctl digest": a mail to each user who wants it, of what was
 * held or filed for him.
 *
 * One job of the outbox for each; the filter's sender makes the mail of it.
 */
#include "ctl/digest.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include "base/limits.h"
#include "base/log.h"
#include "ctl/ctl.h"
#include "ctl/records.h"
#include "effects/audit.h"
#include "effects/compose.h"

/* One call of the command. */
struct call {
	struct ctl *c;
	struct selection wanted; /* of the options */
	bool dry_run;
	int64_t now_ms;
	struct text period;
	struct digests digests;
	struct store *store;
	struct audit_file *audit; /* NULL: none */
	size_t queued, nothing, before;
	int code;
};

/* What went wrong with one user; the others are gone on with. */
static void
complain(struct call *call, int code, const char *user, const char *words)
{
	ctl_fail(code, "%s: %s", user, words);
	if (call->code == 0)
		call->code = code;
}

static int
wants(void *arg, const char *user)
{
	struct call *call = arg;
	struct folders *f = call->c->site->folders;
	struct err e = ERR_NONE;
	bool fresh;
	const struct folder *folder = folders_get(f, user, &fresh, &e);
	int result;

	if (folder == NULL) {
		complain(call, EX_OSERR, user, e.text);
		return -1;
	}
	result = folder->state == FOLDER_OK && rules_want_digest(folder->rules);
	if (folder->state == FOLDER_BROKEN)
		ctl_fail(0, "%s: nobody knows whether a digest is wanted: %s",
		    user, folder->complaint);
	folders_put(f, folder);
	return result;
}

static bool
is_of_user(void *arg, struct view address, const char *user)
{
	struct call *call = arg;
	char found[LIMIT_USER_NAME_SIZE + 1];

	return users_map_find(call->c->site->users, address, found) &&
	    strcmp(found, user) == 0;
}

static int
take_record(void *arg, struct view line, const struct audit_entry *e)
{
	struct call *call = arg;

	(void)line;
	return digest_take(&call->digests, e) == 0
	    ? 0
	    : ctl_fail(EX_OSERR, "out of memory");
}

/*
 * The files, or the site's own with what rotation made of it: a day may begin
 * in another one than it ends in.
 */
static int
read_files(struct call *call, char *const *path, int paths)
{
	/* Without an end: what was held may have been released since. */
	const struct selection wanted = { .says_since = true,
		.since_ms = call->digests.since_ms };
	int code = 0;

	if (paths == 0)
		return records_read_rotated(call->c->conf->audit.file, &wanted,
		    take_record, call);
	for (int i = 0; code == 0 && i < paths; i++)
		code = records_read(path[i], &wanted, take_record, call);
	return code;
}

/* The job, but for its times; its texts are the user's, and summary's. */
static struct job
make_job(const struct digest_user *u, struct view id, struct view summary)
{
	return (struct job){ .mode = JOB_DIGEST,
		.user = view_of(u->name),
		.sender = u->address,
		.recipient = u->address,
		.queue_id = id,
		.summary = summary };
}

/* Prints the mail as it would be sent. */
static int
show(struct call *call, const struct job *job, struct err *e)
{
	const struct compose_facts facts = { .now_ms = call->now_ms,
		.host = call->c->site->host,
		.unique = "dry-run",
		.loop_key = "dry-run",
		.postmaster = call->c->conf->users.postmaster };
	struct text mail = TEXT_INIT(LIMIT_DIGEST_SIZE);
	int result = compose_mail(job, NULL, &facts, &mail, e);

	if (result == 0) {
		fwrite(mail.data, 1, mail.size, stdout);
		putchar('\n');
		call->queued++;
	}
	text_free(&mail);
	return result;
}

/* One such mail for a period, whoever asks for it, and on whichever host. */
static int
make_key(const struct call *call, const struct digest_user *u,
    char key[DIGEST_HEX_SIZE])
{
	char since[CLOCK_ISO_SIZE], until[CLOCK_ISO_SIZE];
	struct view part[] = { VIEW("digest"), view_of(u->name), VIEW(""),
		VIEW("") };

	clock_iso(call->digests.since_ms, since);
	clock_iso(call->digests.until_ms, until);
	part[2] = view_of(since);
	part[3] = view_of(until);
	return store_key(call->store, part, 4, key);
}

/* For the admin's review; the sender writes down what became of it. */
static int
record_queued(const struct call *call, const struct job *job, struct err *e)
{
	const struct audit_outbox record = { .time_ms = call->now_ms,
		.host = call->c->site->host,
		.what = "queued",
		.mode = store_job_mode_name(job->mode),
		.user = job->user,
		.queue_id = job->queue_id };
	struct text text = TEXT_INIT(LIMIT_AUDIT_SIZE);
	int result = 0;

	audit_outbox_json(&record, &text);
	if (!text_ok(&text))
		result = err_set(e, "out of memory");
	else if (call->audit != NULL)
		result = audit_append(call->audit, text_view(&text), e);
	text_free(&text);
	return result < 0 ? err_in(e, "its record is lost") : 0;
}

/* 0, or -1 and e: neither queued now, nor before. */
static int
queue(struct call *call, const struct digest_user *u, struct job *job,
    struct err *e)
{
	char key[DIGEST_HEX_SIZE];
	/*
	 * It is no answer, so it neither has the caps of these nor uses them
	 * up: what happened an hour ago counts in no hour that is not over.
	 */
	const struct claim claim = { .key = key,
		.message = key,
		.now_ms = call->now_ms - STORE_HOUR_MS,
		.period_ms = STORE_CLAIM_DAYS * STORE_DAY_MS,
		.user = key,
		.per_user_day = UINT32_MAX,
		.per_site_hour = UINT32_MAX };
	enum claim_result result;

	job->created_ms = job->not_before_ms = call->now_ms;
	job->expires_ms = call->now_ms + call->c->conf->reply.expires_ms;
	if (make_key(call, u, key) < 0)
		return err_set(e, "out of memory");
	if (store_claim(call->store, &claim, job, &result, e) < 0)
		return err_in(e, "state");
	if (result == CLAIM_SAME || result == CLAIM_ANSWERED) {
		call->before++;
		return 0;
	}
	if (result != CLAIM_GRANTED)
		return err_set(e, "%s", store_claim_name(result));
	call->queued++;
	return record_queued(call, job, e);
}

static void
tell(struct call *call, struct digest_user *u)
{
	struct text summary = TEXT_INIT(LIMIT_DAILY_SIZE);
	struct text id = TEXT_INIT(128);
	struct err e = ERR_NONE;
	struct job job;
	int result;

	u->daily.period = text_view(&call->period);
	daily_write(&u->daily, &summary);
	text_add_string(&id, "digest-");
	text_add(&id, view_part(u->daily.period, 0, sizeof("2026-11-27") - 1));
	job = make_job(u, text_view(&id), text_view(&summary));
	if (!text_ok(&summary) || !text_ok(&id))
		result = err_set(&e, "out of memory");
	else
		result = call->dry_run ? show(call, &job, &e)
				       : queue(call, u, &job, &e);
	if (result < 0)
		complain(call, EX_UNAVAILABLE, u->name, e.text);
	text_free(&summary);
	text_free(&id);
}

static int
open_store(struct call *call)
{
	const struct conf *c = call->c->conf;
	struct err e = ERR_NONE;

	if (view_equal(view_of(c->state), VIEW("memory:")))
		return ctl_fail(EX_UNAVAILABLE,
		    "state: what is kept in memory does not reach the filter");
	call->store = store_open(c->state, &e);
	if (call->store == NULL)
		return ctl_fail(EX_UNAVAILABLE, "state: %s", e.text);
	if (c->audit.file[0] == '\0')
		return 0;
	call->audit = audit_open(c->audit.file, &e);
	if (call->audit != NULL)
		return 0;
	conf_in(c, "audit.file", &e);
	return ctl_fail(EX_UNAVAILABLE, "%s", e.text);
}

/* Standard output may be full of mails. */
static void
sum_up(const struct call *call)
{
	FILE *to = call->dry_run ? stderr : stdout;

	fprintf(to,
	    "%zu digest%s %squeued, %zu user%s had mail, but none "
	    "held or filed",
	    call->queued, call->queued == 1 ? "" : "s",
	    call->dry_run ? "would be " : "", call->nothing,
	    call->nothing == 1 ? "" : "s");
	if (!call->dry_run)
		fprintf(to, ", %zu had one already", call->before);
	fputc('\n', to);
}

static int
run(struct call *call, char *const *path, int paths)
{
	const struct conf *c = call->c->conf;
	int code = ctl_become_filter(c);

	if (code == 0)
		code = read_files(call, path, paths);
	if (code == 0 && !call->dry_run)
		code = open_store(call);
	if (code != 0)
		return code;
	digest_finish(&call->digests);
	for (struct digest_user *u = call->digests.first; u != NULL;
	     u = u->next) {
		if (u->wants && digest_has_any(u))
			tell(call, u);
		else if (u->wants)
			call->nothing++;
	}
	sum_up(call);
	return call->code;
}

/* The minute of the day where we are. */
static int
minute_of(int64_t ms)
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm;

	return localtime_r(&seconds, &tm) == NULL ? 0
						  : tm.tm_hour * 60 + tm.tm_min;
}

/* Yesterday, or a day from --since on, unless something else is said. */
static int
settle_period(struct call *call, const char *called)
{
	struct selection *s = &call->wanted;
	struct err e = ERR_NONE;

	if (!s->says_since &&
	    selection_take(s, SELECT_SINCE, "yesterday", call->now_ms, &e) < 0)
		return ctl_fail(EX_OSERR, "%s", e.text);
	if (!s->says_until)
		s->until_ms =
		    clock_next_local(s->since_ms, minute_of(s->since_ms));
	if (s->since_ms >= s->until_ms)
		return ctl_wrong(called, "--until is not behind --since");
	if (s->until_ms > call->now_ms && !call->dry_run)
		return ctl_wrong(called,
		    "the period is not over yet: what is still to come would "
		    "never be told");
	digest_add_period(s->since_ms, s->until_ms, &call->period);
	return text_ok(&call->period) ? 0 : ctl_fail(EX_OSERR, "out of memory");
}

static int
parse_options(struct call *call, int argc, char **argv)
{
	static const struct option options[] = {
		{ "dry-run", no_argument, NULL, 'n' },
		{ "since", required_argument, NULL, SELECT_SINCE },
		{ "until", required_argument, NULL, SELECT_UNTIL },
		{ "user", required_argument, NULL, SELECT_USER },
		{ NULL, 0, NULL, 0 },
	};
	struct err e = ERR_NONE;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		int taken = selection_take(&call->wanted, option, optarg,
		    call->now_ms, &e);

		if (taken < 0)
			return ctl_wrong(argv[0], "%s", e.text);
		if (option == 'n')
			call->dry_run = true;
		else if (taken == 0)
			return ctl_usage(argv[0]);
	}
	if (call->wanted.user != NULL &&
	    !users_name_ok(view_of(call->wanted.user)))
		return ctl_wrong(argv[0], "\"%s\" is no user's name",
		    call->wanted.user);
	if (optind == argc && call->c->conf->audit.file[0] == '\0')
		return ctl_wrong(argv[0],
		    "audit.file is not set: name a file, or - for standard "
		    "input");
	return settle_period(call, argv[0]);
}

int
ctl_digest(struct ctl *c, int argc, char **argv)
{
	struct call call = { .c = c,
		.now_ms = clock_wall_ms(&clock_system),
		.period = TEXT_INIT(128) };
	const struct digest_world world = { wants, is_of_user, &call };
	int code = parse_options(&call, argc, argv);

	if (code != 0) {
		text_free(&call.period);
		return code;
	}
	if (!call.dry_run && (c->conf->dry_run || !c->conf->users.digests))
		code = ctl_fail(EX_CONFIG,
		    "%s, and none is sent; --dry-run shows them",
		    c->conf->dry_run ? "dry_run is true"
				     : "users.digests is false");
	else if (digest_init(&call.digests, &world, call.wanted.user,
		     call.wanted.since_ms, call.wanted.until_ms) < 0)
		code = ctl_fail(EX_OSERR, "out of memory");
	else {
		code = run(&call, argv + optind, argc - optind);
		digest_free(&call.digests);
	}
	store_close(call.store);
	audit_close(call.audit);
	text_free(&call.period);
	return code;
}
