// SPDX-License-Identifier: BSD-2-Clause
/*
 * sender_test.c - what waits in the outbox, and what becomes of it.
 *
 * A script stands in for sendmail(1) and writes down what it was given.  How
 * it may end is tested with the transport; here, what follows from that.
 */
#include "daemon/sender.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "oom.h"
#include "t.h"
#include "unit/daemon/lab.h"

#define ALICE "alice@example.net"
#define ROUTE "0f0a1b2c-3d4e-5f60-7182-93a4b5c6d7e8@reply.linkedin.com"
#define MINUTE INT64_C(60000)
#define HOUR (60 * MINUTE)

#define RULES                                                            \
	"rules = ( { name = \"r\"; when = { }; do = \"reply:hello\"; }," \
	"  { name = \"d\"; when = { }; do = \"draft:hello\"; } );\n"
#define ENABLED "enabled = true; drafts = true;"

/* What it does with the mail; KEEP has taken it before it ends. */
#define KEEP "cat >>LAB/mail; "

struct fixture {
	struct lab *lab;
	struct sender sender;
	int64_t start_ms;
};

/* A script in the place of sendmail; LAB is the lab's folder. */
static void
write_sendmail(struct lab *l, const char *ends)
{
	struct text script = TEXT_INIT(4096);
	struct view rest = view_of(ends);
	size_t at;

	text_addf(&script,
	    "#!/bin/sh\nprintf '%%s ' \"$@\" >>%s/calls\n"
	    "echo >>%s/calls\n",
	    l->folder, l->folder);
	while ((at = view_find(rest, VIEW("LAB/"))) != VIEW_NONE) {
		text_add(&script, view_part(rest, 0, at));
		text_addf(&script, "%s/", l->folder);
		rest = view_part(rest, at + 4, VIEW_NONE);
	}
	text_add(&script, rest);
	lab_write(l, "sendmail", text_string(&script));
	assert_int_equal(chmod(lab_path(l, "sendmail").text, 0755), 0);
	text_free(&script);
}

static void
open_fixture(struct fixture *f, struct lab *l,
    const struct lab_settings *settings)
{
	struct err e = ERR_NONE;

	lab_configure(l, settings);
	lab_write(l, "templates/hello.txt", "Hello {given|there}, hello.\n");
	lab_write(l, "users/alice/rules.conf", RULES);
	write_sendmail(l, KEEP "exit 0\n");
	*f = (struct fixture){ .lab = l,
		.sender = { .site = lab_site(l),
		    .store = store_open("memory:", &e),
		    .audit = audit_open(lab_path(l, "audit").text, &e),
		    .clock = &l->clock },
		.start_ms = l->now_ms };
	if (f->sender.store == NULL || f->sender.audit == NULL)
		fail_msg("%s", e.text);
}

static void
close_fixture(struct fixture *f)
{
	store_close(f->sender.store);
	audit_close(f->sender.audit);
	site_drop(f->sender.site);
	lab_remove(f->lab, "audit");
	if (access(lab_path(f->lab, "calls").text, F_OK) == 0)
		lab_remove(f->lab, "calls");
	if (access(lab_path(f->lab, "mail").text, F_OK) == 0)
		lab_remove(f->lab, "mail");
}

/* A job that waits ten minutes, as the filter queues it. */
static struct job
some_job(const struct fixture *f, enum job_mode mode, const char *name)
{
	return (struct job){
		.mode = mode,
		.created_ms = f->lab->now_ms,
		.not_before_ms = f->lab->now_ms + 10 * MINUTE,
		.expires_ms = f->lab->now_ms + STORE_DAY_MS,
		.user = VIEW("alice"),
		.sender = VIEW(ALICE),
		.sender_name = VIEW("Alice Example"),
		.recipient = mode == JOB_REPLY ? VIEW(ROUTE) : VIEW(ALICE),
		.template_name = VIEW("hello"),
		.given = VIEW("Zo"),
		.message_id = VIEW("<1@linkedin.com>"),
		.queue_id = view_of(name),
		.summary = VIEW("an InMail from Zo Example"),
		.trust = VIEW("direct"),
		.rule = mode == JOB_REPLY ? VIEW("r") : VIEW("d"),
		.route = VIEW(ROUTE),
		.page = VIEW("https://www.linkedin.com/messaging/"),
	};
}

static void
queue_job(struct fixture *f, const struct job *job)
{
	struct store *s = f->sender.store;
	char key[DIGEST_HEX_SIZE];
	const struct claim claim = { key, key, f->lab->now_ms, STORE_DAY_MS,
		key, 1000, 1000 };
	enum claim_result result;

	assert_int_equal(store_key(s, &job->queue_id, 1, key), 0);
	assert_int_equal(s->ops->claim(s, &claim, job, &result, NULL), 0);
	assert_int_equal(result, CLAIM_GRANTED);
}

static void
queue(struct fixture *f, enum job_mode mode, const char *name)
{
	struct job job = some_job(f, mode, name);

	queue_job(f, &job);
}

static int
step(struct fixture *f)
{
	struct err e = ERR_NONE;
	int result = sender_step(&f->sender, &e);

	if (result < 0)
		fail_msg("%s", e.text);
	return result;
}

static int
lost(struct fixture *f)
{
	struct err e = ERR_NONE;
	int result = sender_lost(&f->sender, &e);

	if (result < 0)
		fail_msg("%s", e.text);
	return result;
}

/* "a waiting 3; b failed 1 (why)": number of tries, reason. */
static int
note_job(void *arg, const struct job *job)
{
	struct text *out = arg;

	text_addf(out, "%s%.*s %s %u", out->size > 0 ? "; " : "",
	    VIEW_ARG(job->queue_id), store_job_state_name(job->state),
	    job->attempts);
	if (job->why.size > 0)
		text_addf(out, " (%.*s)", VIEW_ARG(job->why));
	return 0;
}

static void
check_jobs(const char *name, const struct fixture *f, const char *want)
{
	struct store *s = f->sender.store;
	struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
	struct text got = TEXT_INIT(100000);

	assert_int_equal(s->ops->list(s, p, note_job, &got, NULL), 0);
	check_string(name, text_string(&got), want);
	text_free(&got);
	pool_free(p);
}

/* How often the script was run. */
static long long
calls(const struct fixture *f)
{
	struct text text = TEXT_INIT(100000);
	struct view rest, line;
	long long count = 0;

	lab_read(f->lab, "calls", &text);
	rest = text_view(&text);
	while (view_line(&rest, &line))
		count++;
	text_free(&text);
	return count;
}

static void
check_file(const char *name, const struct fixture *f, const char *path,
    const char *words)
{
	struct text text = TEXT_INIT(100000);

	lab_read(f->lab, path, &text);
	check_contains(name, text_string(&text), words);
	text_free(&text);
}

static void
check_no_word(const char *name, const struct fixture *f, const char *path,
    const char *word)
{
	struct text text = TEXT_INIT(100000);

	lab_read(f->lab, path, &text);
	assert_true(text.size > 0);
	check_number(name, strstr(text_string(&text), word) != NULL, 0);
	text_free(&text);
}

static void
a_job_is_sent_once_when_its_time_has_come(void **state)
{
	static const struct lab_settings settings = { .reply = ENABLED };
	struct fixture f;

	open_fixture(&f, *state, &settings);
	assert_int_equal(step(&f), 0);
	queue(&f, JOB_REPLY, "a");
	f.lab->now_ms += 10 * MINUTE - 1;
	assert_int_equal(step(&f), 0);
	check_number("too early", calls(&f), 0);
	f.lab->now_ms += 1;
	assert_int_equal(step(&f), 1);
	check_jobs("then", &f, "a sent 1");
	check_file("call", &f, "calls", "-i -f <> -N never -- " ROUTE " \n");
	check_file("mail", &f, "mail", "\nTo: " ROUTE "\n");
	check_file("mail", &f, "mail", "From: Alice Example <" ALICE ">\n");
	check_file("mail", &f, "mail", "\nIn-Reply-To: <1@linkedin.com>\n");
	check_file("mail", &f, "mail", "@mx.example.net>\n");
	check_file("mail", &f, "mail",
	    "Date: Mon, 23 Nov 2026 10:10:00 +0000\n");
	check_file("mail", &f, "mail", "\n\nHello Zo, hello.\n");
	check_file("record", &f, "audit", "\"sent\"");
	assert_int_equal(step(&f), 0);
	f.lab->now_ms += 100 * STORE_DAY_MS;
	assert_int_equal(step(&f), 0);
	check_number("once", calls(&f), 1);
	close_fixture(&f);
}

/* The user is told what became of an answer, but nobody of a draft's end. */
static void
an_answer_may_come_from_its_user(void **state)
{
	static const struct lab_settings settings = { .reply = ENABLED
		" sender = \"user\";" };
	struct fixture f;

	open_fixture(&f, *state, &settings);
	queue(&f, JOB_REPLY, "a");
	f.lab->now_ms += 10 * MINUTE;
	assert_int_equal(step(&f), 1);
	check_file("answer", &f, "calls",
	    "-i -f " ALICE " -N failure -- " ROUTE " \n");
	queue(&f, JOB_DRAFT, "b");
	f.lab->now_ms += 10 * MINUTE;
	assert_int_equal(step(&f), 1);
	check_file("draft", &f, "calls", "-i -f <> -N never -- " ALICE " \n");
	close_fixture(&f);
}

/* Port 1 has no MTA; the program is there and must not be asked instead. */
static void
an_mta_that_is_not_there_is_tried_again(void **state)
{
	static const struct lab_settings settings = { .reply = ENABLED
		" transport = \"smtp://127.0.0.1:1\";" };
	struct fixture f;

	open_fixture(&f, *state, &settings);
	queue(&f, JOB_REPLY, "a");
	f.lab->now_ms += 10 * MINUTE;
	assert_int_equal(step(&f), 1);
	check_file("later", &f, "audit", "\"waiting\"");
	check_file("why", &f, "audit", "127.0.0.1:1: ");
	check_number("calls", calls(&f), 0);
	close_fixture(&f);
}

/* The site has taken its route back while the draft was waiting. */
static void
a_draft_loses_a_route_that_is_not_allowed(void **state)
{
	static const struct lab_settings settings = { .reply = ENABLED
		"routes = ( \"x@example.com\" );" };
	struct fixture f;

	open_fixture(&f, *state, &settings);
	queue(&f, JOB_DRAFT, "a");
	f.lab->now_ms += 10 * MINUTE;
	assert_int_equal(step(&f), 1);
	check_jobs("sent", &f, "a sent 1");
	check_file("mail", &f, "mail",
	    "\n<https://www.linkedin.com/messaging/>\n");
	check_no_word("mail", &f, "mail", "mailto");
	close_fixture(&f);
}

static void
a_draft_goes_to_the_user(void **state)
{
	static const struct lab_settings settings = { .reply = ENABLED };
	struct fixture f;

	open_fixture(&f, *state, &settings);
	queue(&f, JOB_DRAFT, "a");
	f.lab->now_ms += 10 * MINUTE;
	assert_int_equal(step(&f), 1);
	check_jobs("sent", &f, "a sent 1");
	check_file("call", &f, "calls", "-- " ALICE " \n");
	check_file("mail", &f, "mail",
	    "Subject: Draft of an answer: an InMail from Zo Example\n");
	check_file("mail", &f, "mail", "\n<mailto:" ROUTE "?body");
	/* Not for logs and records. */
	check_no_word("record", &f, "audit", "0f0a1b2c");
	lab_check_no_log("log", f.lab, "0f0a1b2c");
	close_fixture(&f);
}

#define DAILY "enabled = true; drafts = \"daily\";"

/* What one mail has in it, in the order of the jobs. */
static void
drafts_of_a_user_make_one_mail(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *reply; /* settings */
		struct { enum job_mode mode; const char *user, *to, *template,
		    *given; } job[5];
		const char *after_one, *at_the_end;
		int mails;
	} rows[] = {
		{ "two", DAILY,
		    { { JOB_DRAFT, "alice", ALICE, "hello", "Zo" },
		      { JOB_DRAFT, "alice", ALICE, "hello", "Zo" } },
		    "a sent 1; b sent 1", "a sent 1; b sent 1", 1 },
		{ "one by one", ENABLED,
		    { { JOB_DRAFT, "alice", ALICE, "hello", "Zo" },
		      { JOB_DRAFT, "alice", ALICE, "hello", "Zo" } },
		    "a sent 1; b waiting 0", "a sent 1; b sent 1", 2 },
		{ "a reply between them", DAILY,
		    { { JOB_DRAFT, "alice", ALICE, "hello", "Zo" },
		      { JOB_REPLY, "alice", ROUTE, "hello", "Zo" },
		      { JOB_DRAFT, "alice", ALICE, "hello", "Zo" } },
		    "a sent 1; b waiting 0; c waiting 0",
		    "a sent 1; b sent 1; c sent 1", 3 },
		{ "another user between them", DAILY,
		    { { JOB_DRAFT, "alice", ALICE, "hello", "Zo" },
		      { JOB_DRAFT, "bob", "bob@example.net", "hello", "Zo" },
		      { JOB_DRAFT, "alice", ALICE, "hello", "Zo" } },
		    "a sent 1; b waiting 0; c waiting 0",
		    "a sent 1; b cancelled 1 (user-off); c sent 1", 2 },
		{ "another address of the user", DAILY,
		    { { JOB_DRAFT, "alice", ALICE, "hello", "Zo" },
		      { JOB_DRAFT, "alice", "alice+in@example.net", "hello",
			"Zo" } },
		    "a sent 1; b waiting 0", "a sent 1; b sent 1", 2 },
		{ "one that is not sent any more", DAILY,
		    { { JOB_DRAFT, "alice", ALICE, "none", "Zo" },
		      { JOB_DRAFT, "alice", ALICE, "hello", "Zo" },
		      { JOB_DRAFT, "alice", ALICE, "hello", "Zo" } },
		    "a cancelled 1 (no-template); b sent 1; c sent 1",
		    "a cancelled 1 (no-template); b sent 1; c sent 1", 1 },
		{ "none of them", DAILY,
		    { { JOB_DRAFT, "alice", ALICE, "none", "Zo" },
		      { JOB_DRAFT, "alice", ALICE, "none", "Zo" } },
		    "a cancelled 1 (no-template); b cancelled 1 (no-template)",
		    "a cancelled 1 (no-template); b cancelled 1 (no-template)",
		    0 },
		{ "one that cannot be written", DAILY,
		    { { JOB_DRAFT, "alice", ALICE, "hello", "Zo" },
		      { JOB_DRAFT, "alice", ALICE, "hello", "\n" },
		      { JOB_DRAFT, "alice", ALICE, "hello", "Zo" } },
		    "a sent 1; b failed 1 (a control character in a name); "
		    "c sent 1",
		    "a sent 1; b failed 1 (a control character in a name); "
		    "c sent 1", 2 },
		{ "replies are never joined", DAILY,
		    { { JOB_REPLY, "alice", ROUTE, "hello", "Zo" },
		      { JOB_REPLY, "alice", ROUTE, "hello", "Zo" } },
		    "a sent 1; b waiting 0", "a sent 1; b sent 1", 2 },
	};
	/* clang-format on */
	static const char *const names[] = { "a", "b", "c", "d", "e" };

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct lab_settings settings = { .reply = rows[i].reply };
		struct fixture f;

		open_fixture(&f, *state, &settings);
		for (size_t k = 0; rows[i].job[k].user != NULL; k++) {
			struct job job =
			    some_job(&f, rows[i].job[k].mode, names[k]);

			job.user = view_of(rows[i].job[k].user);
			job.recipient = view_of(rows[i].job[k].to);
			job.template_name = view_of(rows[i].job[k].template);
			job.given = view_of(rows[i].job[k].given);
			queue_job(&f, &job);
		}
		f.lab->now_ms += 10 * MINUTE;
		check_number(rows[i].name, step(&f), 1);
		check_jobs(rows[i].name, &f, rows[i].after_one);
		while (step(&f) == 1)
			continue;
		check_jobs(rows[i].name, &f, rows[i].at_the_end);
		check_number(rows[i].name, calls(&f), rows[i].mails);
		close_fixture(&f);
	}
}

static void
a_mail_of_drafts_has_a_ceiling(void **state)
{
	static const struct lab_settings settings = { .reply = DAILY };
	struct text name = TEXT_INIT(100);
	struct fixture f;

	open_fixture(&f, *state, &settings);
	for (unsigned i = 0; i < LIMIT_DIGEST_DRAFTS + 2; i++) {
		text_clear(&name);
		text_addf(&name, "%u", i);
		queue(&f, JOB_DRAFT, text_string(&name));
	}
	f.lab->now_ms += 10 * MINUTE;
	assert_int_equal(step(&f), 1);
	check_number("one", calls(&f), 1);
	check_file("one", &f, "mail",
	    "Subject: Drafts of answers to 16 requests\n");
	assert_int_equal(step(&f), 1);
	check_file("two", &f, "mail",
	    "Subject: Drafts of answers to 2 requests\n");
	assert_int_equal(step(&f), 0);
	check_number("two", calls(&f), 2);
	text_free(&name);
	close_fixture(&f);
}

static void
drafts_too_large_for_one_mail_are_sent_one_by_one(void **state)
{
	static const struct lab_settings settings = { .reply = DAILY };
	static char letters[1000];
	struct text name = TEXT_INIT(100);
	struct fixture f;

	open_fixture(&f, *state, &settings);
	lab_write(f.lab, "templates/hello.txt",
	    "Hello {owner}{owner}{owner}{owner}{owner}{owner}{owner}{owner}\n");
	for (size_t i = 0; i < sizeof(letters); i++)
		letters[i] = i % 2 == 0 ? '\xC3' : '\xA9';
	for (unsigned i = 0; i < LIMIT_DIGEST_DRAFTS; i++) {
		struct job job;

		text_clear(&name);
		text_addf(&name, "%u", i);
		job = some_job(&f, JOB_DRAFT, text_string(&name));
		job.sender_name = (struct view){ letters, sizeof(letters) };
		queue_job(&f, &job);
	}
	f.lab->now_ms += 10 * MINUTE;
	assert_int_equal(step(&f), 1);
	check_number("mails", calls(&f), LIMIT_DIGEST_DRAFTS);
	assert_int_equal(step(&f), 0);
	text_free(&name);
	close_fixture(&f);
}

/* All of them wait for the next try. */
static void
a_mail_of_drafts_is_tried_again(void **state)
{
	static const struct lab_settings settings = { .reply = DAILY };
	struct text want = TEXT_INIT(1000);
	struct fixture f;

	open_fixture(&f, *state, &settings);
	write_sendmail(f.lab, "exit 75\n");
	queue(&f, JOB_DRAFT, "a");
	queue(&f, JOB_DRAFT, "b");
	f.lab->now_ms += 10 * MINUTE;
	assert_int_equal(step(&f), 1);
	text_addf(&want,
	    "a waiting 1 (%s/sendmail: exit status 75, the mail was not read); "
	    "b waiting 1 (%s/sendmail: exit status 75, the mail was not read)",
	    f.lab->folder, f.lab->folder);
	check_jobs("first", &f, text_string(&want));
	write_sendmail(f.lab, KEEP "exit 0\n");
	f.lab->now_ms += 5 * MINUTE;
	assert_int_equal(step(&f), 1);
	check_jobs("second", &f, "a sent 2; b sent 2");
	text_free(&want);
	close_fixture(&f);
}

/* Each try, when the next one is, and what is left of the job. */
static void
what_was_not_handed_over_is_tried_again(void **state)
{
	static const struct {
		int64_t pause_ms; /* to the next try; 0: there is none */
		const char *jobs;
	} rows[] = {
		{ 5 * MINUTE, "a waiting 1" },
		{ 15 * MINUTE, "a waiting 2" },
		{ 1 * HOUR, "a waiting 3" },
		{ 4 * HOUR, "a waiting 4" },
		{ 0, "a failed 5" },
	};
	static const struct lab_settings settings = { .reply = ENABLED };
	struct fixture f;

	open_fixture(&f, *state, &settings);
	write_sendmail(f.lab, "echo busy >&2; exit 75\n");
	queue(&f, JOB_REPLY, "a");
	f.lab->now_ms += 10 * MINUTE;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text want = TEXT_INIT(1000);
		char name[32];

		snprintf(name, sizeof(name), "try %zu", i + 1);
		assert_int_equal(step(&f), 1);
		text_addf(&want,
		    "%s (%s/sendmail: exit status 75, the mail was not read: "
		    "busy)",
		    rows[i].jobs, f.lab->folder);
		check_jobs(name, &f, text_string(&want));
		text_free(&want);
		if (rows[i].pause_ms == 0)
			break;
		f.lab->now_ms += rows[i].pause_ms - 1;
		check_number(name, step(&f), 0);
		f.lab->now_ms += 1;
	}
	f.lab->now_ms += 1000 * STORE_DAY_MS;
	assert_int_equal(step(&f), 0);
	check_number("calls", calls(&f), LENGTH(rows));
	close_fixture(&f);
}

static void
what_may_be_on_its_way_is_not_sent_again(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *ends, *jobs;
		int calls;
	} rows[] = {
		{ "taken, then no", KEEP "echo no >&2; exit 69\n",
		    "a failed 1", 1 },
		{ "refused at once", "exit 67\n", "a failed 1", 1 },
		{ "taken, then too busy", KEEP "exit 75\n", "a failed 1", 1 },
		{ "taken, then killed", KEEP "kill -9 $$\n", "a failed 1", 1 },
		{ "killed at once", "kill -9 $$\n", "a waiting 1", 1 },
		{ "not there", NULL, "a waiting 1", 0 },
	};
	/* clang-format on */
	static const struct lab_settings settings = { .reply = ENABLED };

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text got = TEXT_INIT(1000);
		struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
		struct fixture f;

		open_fixture(&f, *state, &settings);
		if (rows[i].ends != NULL)
			write_sendmail(f.lab, rows[i].ends);
		else
			lab_remove(f.lab, "sendmail");
		queue(&f, JOB_REPLY, "a");
		f.lab->now_ms += 10 * MINUTE;
		assert_int_equal(step(&f), 1);
		assert_int_equal(f.sender.store->ops->list(f.sender.store, p,
				     note_job, &got, NULL),
		    0);
		if (strncmp(text_string(&got), rows[i].jobs,
			strlen(rows[i].jobs)) != 0)
			fail_msg("%s: %s", rows[i].name, text_string(&got));
		check_number(rows[i].name, step(&f), 0);
		check_number(rows[i].name, calls(&f), rows[i].calls);
		text_free(&got);
		pool_free(p);
		close_fixture(&f);
	}
}

static void
a_job_expires(void **state)
{
	static const struct {
		const char *name;
		int64_t later_ms; /* than it was queued */
		int calls;
		const char *jobs, *log, *record;
	} rows[] = {
		{ "just in time", STORE_DAY_MS - 1, 1, "a sent 1",
		    "info: a: reply for alice sent\n", "\"outbox\":\"sent\"" },
		{ "too late", STORE_DAY_MS, 0, "a failed 0 (expired)",
		    "info: a: reply for alice failed: expired\n",
		    "\"outbox\":\"failed\"" },
		{ "much too late", 30 * STORE_DAY_MS, 0, "a failed 0 (expired)",
		    "info: a: reply for alice failed: expired\n",
		    "\"why\":\"expired\"" },
	};
	static const struct lab_settings settings = { .reply = ENABLED };

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct fixture f;

		open_fixture(&f, *state, &settings);
		queue(&f, JOB_REPLY, "a");
		f.lab->now_ms += rows[i].later_ms;
		check_number(rows[i].name, step(&f), 1);
		check_jobs(rows[i].name, &f, rows[i].jobs);
		check_number(rows[i].name, calls(&f), rows[i].calls);
		check_file(rows[i].name, &f, "audit", rows[i].record);
		lab_check_log(rows[i].name, f.lab, rows[i].log);
		check_number(rows[i].name, step(&f), 0); /* it is told once */
		close_fixture(&f);
	}
}

/* What happened between the decision and the time to send. */
static void
everything_is_looked_at_again(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name;
		enum job_mode mode;
		struct lab_settings settings; /* that are in force then */
		const char *file, *content;   /* changed, or removed */
		const char *want;
	} rows[] = {
		{ "nothing", JOB_REPLY, { .reply = ENABLED }, NULL, NULL,
		    "sent 1" },
		{ "a dry run", JOB_REPLY, { .dry_run = "true",
			.reply = ENABLED }, NULL, NULL,
		    "cancelled 1 (dry-run)" },
		{ "no answers", JOB_REPLY, { .reply = "drafts = true;" }, NULL,
		    NULL, "cancelled 1 (site-off)" },
		{ "no answers, but it is a draft", JOB_DRAFT,
		    { .reply = "drafts = true;" }, NULL, NULL, "sent 1" },
		{ "no drafts", JOB_DRAFT, { .reply = "enabled = true;" }, NULL,
		    NULL, "cancelled 1 (drafts-off)" },
		{ "no drafts, but it is an answer", JOB_REPLY,
		    { .reply = "enabled = true;" }, NULL, NULL, "sent 1" },
		{ "another route only", JOB_REPLY, { .reply = ENABLED
			"routes = ( \"x@example.com\" );" }, NULL, NULL,
		    "cancelled 1 (route-not-allowed)" },
		{ "a draft needs no route", JOB_DRAFT, { .reply = ENABLED
			"routes = ( \"x@example.com\" );" }, NULL, NULL,
		    "sent 1" },
		{ "no folder", JOB_REPLY, { .reply = ENABLED }, "users/alice",
		    NULL, "cancelled 1 (user-off)" },
		{ "no rules", JOB_REPLY, { .reply = ENABLED },
		    "users/alice/rules.conf", NULL, "cancelled 1 (user-off)" },
		{ "broken rules", JOB_REPLY, { .reply = ENABLED },
		    "users/alice/rules.conf", "x", "cancelled 1 (user-off)" },
		{ "a user who wants no answers", JOB_REPLY,
		    { .reply = ENABLED }, "users/alice/rules.conf",
		    "answers = false;\n" RULES, "cancelled 1 (user-off)" },
		{ "nor drafts", JOB_DRAFT, { .reply = ENABLED },
		    "users/alice/rules.conf", "answers = false;\n" RULES,
		    "cancelled 1 (user-off)" },
		{ "no rule that answers", JOB_REPLY, { .reply = ENABLED },
		    "users/alice/rules.conf", "",
		    "cancelled 1 (no-template)" },
		{ "another rule that answers", JOB_REPLY, { .reply = ENABLED },
		    "users/alice/rules.conf",
		    "rules = ( { name = \"r2\"; when = { };"
		    " do = \"reply:hello\"; } );\n",
		    "cancelled 1 (no-rule)" },
		{ "the rule answers something else", JOB_REPLY,
		    { .reply = ENABLED }, "users/alice/rules.conf",
		    "rules = ( { name = \"r\"; when = { };"
		    " do = \"draft:hello\"; } );\n",
		    "cancelled 1 (no-rule)" },
		{ "the rule has moved", JOB_REPLY, { .reply = ENABLED },
		    "users/alice/rules.conf",
		    "rules = ( { name = \"n\"; when = { note = \"none\"; };"
		    " do = \"tag:x\"; }, { name = \"r\"; when = { };"
		    " do = \"reply:hello\"; } );\n",
		    "sent 1" },
		{ "no template", JOB_REPLY, { .reply = ENABLED },
		    "templates/hello.txt", NULL, "cancelled 1 (user-off)" },
		{ "another text", JOB_REPLY, { .reply = ENABLED },
		    "templates/hello.txt", "Another {owner}.\n", "sent 1" },
	};
	/* clang-format on */
	static const struct lab_settings before = { .reply = ENABLED };
	struct lab *l = *state;

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text want = TEXT_INIT(1000);
		struct fixture f;

		open_fixture(&f, l, &before);
		queue(&f, rows[i].mode, "a");
		f.lab->now_ms += 10 * MINUTE;
		site_drop(f.sender.site);
		lab_configure(l, &rows[i].settings);
		f.sender.site = lab_site(l);
		if (rows[i].content != NULL)
			lab_write(l, rows[i].file, rows[i].content);
		else if (rows[i].file != NULL)
			lab_remove(l, rows[i].file);
		assert_int_equal(step(&f), 1);
		text_addf(&want, "a %s", rows[i].want);
		check_jobs(rows[i].name, &f, text_string(&want));
		check_number(rows[i].name, calls(&f),
		    rows[i].want[0] == 's' ? 1 : 0);
		if (rows[i].content != NULL && rows[i].content[0] == 'A')
			check_file(rows[i].name, &f, "mail",
			    "Another Alice Example.\n");
		text_free(&want);
		close_fixture(&f);
	}
}

/* A notice, and what happened between the decision and the time to send. */
static void
a_notice_is_sent_while_the_mistake_is_there(void **state)
{
#define WANTED .users = "notices = \"daily\";"
	/* clang-format off */
	static const struct {
		const char *name;
		struct lab_settings settings;
		const char *rules;     /* then; NULL: none */
		const char *recipient; /* NULL: alice */
		const char *want;
	} rows[] = {
		{ "still there", { WANTED }, "\n\nrulse = 1;\n", NULL,
		    "sent 1" },
		{ "answers are no matter", { WANTED, .reply =
			"per_user_day = 0; per_site_hour = 0;" },
		    "\n\nrulse = 1;\n", NULL, "sent 1" },
		{ "mended", { WANTED }, RULES, NULL, "cancelled 1 (mended)" },
		{ "no rules any more", { WANTED }, NULL, NULL,
		    "cancelled 1 (mended)" },
		{ "the site wants none", { .reply = ENABLED }, "x", NULL,
		    "cancelled 1 (notices-off)" },
		{ "a dry run", { WANTED, .dry_run = "true" }, "x", NULL,
		    "cancelled 1 (dry-run)" },
		{ "somebody else's address", { WANTED }, "x",
		    "bob@example.net", "cancelled 1 (not-the-user)" },
		{ "a stranger's", { WANTED }, "x", "x@example.com",
		    "cancelled 1 (not-the-user)" },
	};
	/* clang-format on */

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text want = TEXT_INIT(1000);
		struct fixture f;
		struct job job;

		open_fixture(&f, *state, &rows[i].settings);
		job = some_job(&f, JOB_NOTICE, "a");
		job.template_name = VIEW(NOTICE_KEPT);
		job.message_id = VIEW("");
		/* Whoever can write there has no say in what is sent. */
		job.summary = VIEW("see https://evil.example/");
		if (rows[i].recipient != NULL)
			job.recipient = view_of(rows[i].recipient);
		queue_job(&f, &job);
		if (rows[i].rules != NULL)
			lab_write(f.lab, "users/alice/rules.conf",
			    rows[i].rules);
		else
			lab_remove(f.lab, "users/alice/rules.conf");
		f.lab->now_ms += 10 * MINUTE;
		check_number(rows[i].name, step(&f), 1);
		text_addf(&want, "a %s", rows[i].want);
		check_jobs(rows[i].name, &f, text_string(&want));
		check_number(rows[i].name, calls(&f), rows[i].want[0] == 's');
		if (rows[i].want[0] == 's') {
			check_file(rows[i].name, &f, "calls", "-f <> ");
			check_file(rows[i].name, &f, "mail",
			    "    alice/rules.conf:3: unknown setting rulse");
			check_no_word(rows[i].name, &f, "mail", "evil");
		}
		text_free(&want);
		close_fixture(&f);
	}
#undef WANTED
}

/* A digest, and what happened between the command and the time to send. */
static void
a_digest_is_sent_while_it_is_wanted(void **state)
{
#define SUMMARY                                                          \
	"{\"period\":\"2026-11-27\",\"held\":[{\"who\":\"Zo\",\"rule\":" \
	"\"r\",\"qid\":\"4F1\"}],\"filed\":[]}"
#define WANTED "digest = \"daily\"; " RULES
#define ON .users = "digests = true; postmaster = \"pm@example.net\";"
	/* clang-format off */
	static const struct {
		const char *name;
		struct lab_settings settings;
		const char *rules, *recipient, *summary, *want;
	} rows[] = {
		{ "wanted", { ON },
		    WANTED, ALICE, SUMMARY, "sent 1" },
		{ "answers are no matter", { ON, .reply =
		    "enabled = false; per_user_day = 0; per_site_hour = 0;" },
		    "answers = false; " WANTED, ALICE, SUMMARY, "sent 1" },
		{ "not wanted by the site", { .reply = ENABLED }, WANTED, ALICE,
		    SUMMARY, "cancelled 1 (digests-off)" },
		{ "not wanted any more", { ON }, RULES, ALICE,
		    SUMMARY, "cancelled 1 (digest-off)" },
		{ "a mistake in the rules", { ON }, "x", ALICE,
		    SUMMARY, "cancelled 1 (digest-off)" },
		{ "a dry run", { ON, .dry_run = "true" }, WANTED, ALICE, SUMMARY,
		    "cancelled 1 (dry-run)" },
		{ "another user", { ON }, WANTED,
		    "bob@example.net", SUMMARY, "cancelled 1 (not-the-user)" },
		{ "a stranger", { ON }, WANTED, ROUTE, SUMMARY,
		    "cancelled 1 (not-the-user)" },
		{ "what is no digest", { ON }, WANTED, ALICE,
		    "[]", "failed 1 (the digest: no list \"held\")" },
	};
	/* clang-format on */

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text want = TEXT_INIT(1000);
		struct fixture f;
		struct job job;

		open_fixture(&f, *state, &rows[i].settings);
		lab_write(f.lab, "users/alice/rules.conf", rows[i].rules);
		job = some_job(&f, JOB_DIGEST, "a");
		job.template_name = job.message_id = job.given = VIEW("");
		job.summary = view_of(rows[i].summary);
		job.recipient = view_of(rows[i].recipient);
		queue_job(&f, &job);
		f.lab->now_ms += 10 * MINUTE;
		check_number(rows[i].name, step(&f), 1);
		text_addf(&want, "a %s", rows[i].want);
		check_jobs(rows[i].name, &f, text_string(&want));
		check_number(rows[i].name, calls(&f), rows[i].want[0] == 's');
		if (rows[i].want[0] == 's') {
			check_file(rows[i].name, &f, "calls", "-f <> ");
			check_file(rows[i].name, &f, "mail",
			    "ask pm@example.net for 4F1");
		}
		text_free(&want);
		close_fixture(&f);
	}
#undef SUMMARY
#undef ON
#undef WANTED
}

/*
 * The outbox may be a Redis that others can reach, and the domains may have
 * changed: nothing goes out from, nor a draft to, who is not the job's user.
 */
static void
the_addresses_of_a_job_are_its_users(void **state)
{
	static const struct {
		const char *name;
		enum job_mode mode;
		const char *sender, *recipient, *want;
	} rows[] = {
		{ "his own", JOB_DRAFT, ALICE, ALICE, "a sent 1" },
		{ "in capitals, with an extension", JOB_DRAFT,
		    "Alice+x@EXAMPLE.net", "alice+y@example.net", "a sent 1" },
		{ "a draft to somebody else", JOB_DRAFT, ALICE,
		    "bob@example.net", "a cancelled 1 (not-the-user)" },
		{ "a draft to a stranger", JOB_DRAFT, ALICE, "x@example.com",
		    "a cancelled 1 (not-the-user)" },
		{ "a reply", JOB_REPLY, ALICE, ROUTE, "a sent 1" },
		{ "a reply in another's name", JOB_REPLY, "bob@example.net",
		    ROUTE, "a cancelled 1 (not-the-user)" },
		{ "a reply in a stranger's name", JOB_REPLY, "x@example.com",
		    ROUTE, "a cancelled 1 (not-the-user)" },
	};
	static const struct lab_settings settings = { .reply = ENABLED };

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct fixture f;
		struct job job;

		open_fixture(&f, *state, &settings);
		job = some_job(&f, rows[i].mode, "a");
		job.sender = view_of(rows[i].sender);
		job.recipient = view_of(rows[i].recipient);
		queue_job(&f, &job);
		f.lab->now_ms += 10 * MINUTE;
		check_number(rows[i].name, step(&f), 1);
		check_jobs(rows[i].name, &f, rows[i].want);
		check_number(rows[i].name, calls(&f),
		    strstr(rows[i].want, "sent") != NULL);
		close_fixture(&f);
	}
}

/* It may have been handed over; nobody knows. */
static void
a_job_that_was_being_sent_when_we_died_is_not_taken_again(void **state)
{
	static const struct lab_settings settings = { .reply = ENABLED };
	struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
	struct store *s;
	struct fixture f;
	struct job job;

	open_fixture(&f, *state, &settings);
	s = f.sender.store;
	queue(&f, JOB_REPLY, "a");
	f.lab->now_ms += 10 * MINUTE;
	assert_int_equal(s->ops->take(s, f.lab->now_ms, p, &job, NULL), 1);
	/* Here we died, and begin anew. */
	queue(&f, JOB_REPLY, "b");
	f.lab->now_ms += 10 * MINUTE;
	assert_int_equal(step(&f), 1);
	assert_int_equal(step(&f), 0);
	check_jobs("both", &f, "a sending 1; b sent 1");
	check_number("calls", calls(&f), 1);
	pool_free(p);
	assert_int_equal(lost(&f), 1);
	assert_int_equal(lost(&f), 0);
	check_jobs("and then", &f,
	    "a failed 1 (unknown whether sent); b sent 1");
	check_file("record", &f, "audit", "\"failed\"");
	check_file("why", &f, "audit", "\"unknown whether sent\"");
	assert_int_equal(step(&f), 0);
	check_number("calls", calls(&f), 1);
	close_fixture(&f);
}

/* A sender that stops may be handing over for as long as that takes. */
static void
a_job_is_given_up_after_the_time_of_two_hand_overs(void **state)
{
	static const struct lab_settings settings = { .reply = ENABLED };
	struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
	struct store *s;
	struct fixture f;
	struct job job;

	open_fixture(&f, *state, &settings);
	s = f.sender.store;
	queue(&f, JOB_REPLY, "a");
	f.lab->now_ms += 10 * MINUTE;
	assert_int_equal(lost(&f), 0);
	assert_int_equal(s->ops->take(s, f.lab->now_ms, p, &job, NULL), 1);
	f.lab->now_ms += 2 * SENDER_TRANSPORT_SECONDS * 1000 - 1;
	assert_int_equal(lost(&f), 0);
	f.lab->now_ms += 1;
	assert_int_equal(lost(&f), 1);
	pool_free(p);
	close_fixture(&f);
}

static void
jobs_go_in_the_order_of_their_time(void **state)
{
	static const struct lab_settings settings = { .reply = ENABLED };
	struct fixture f;

	open_fixture(&f, *state, &settings);
	queue(&f, JOB_REPLY, "a");
	f.lab->now_ms += 1;
	queue(&f, JOB_REPLY, "b");
	f.lab->now_ms += 10 * MINUTE - 1;
	assert_int_equal(step(&f), 1);
	assert_int_equal(step(&f), 0);
	check_jobs("one", &f, "a sent 1; b waiting 0");
	f.lab->now_ms += 1;
	assert_int_equal(step(&f), 1);
	assert_int_equal(step(&f), 0);
	check_jobs("both", &f, "a sent 1; b sent 1");
	close_fixture(&f);
}

/* A store of which parts fail, as one does when its disk is full. */
struct failing {
	struct store store;
	struct store *works;
	bool take, finish, next, mark, marks;
	struct fixture *recorded; /* where finish() looks for a record */
};

static int
failing_take(struct store *s, int64_t now_ms, struct pool *p, struct job *job,
    struct err *e)
{
	struct failing *f = (struct failing *)s;

	return f->take ? err_set(e, "the disk is full")
		       : f->works->ops->take(f->works, now_ms, p, job, e);
}

static int
failing_finish(struct store *s, int64_t id, enum job_state state,
    int64_t not_before_ms, struct view why, struct err *e)
{
	struct failing *f = (struct failing *)s;

	if (f->recorded != NULL)
		check_file("by then", f->recorded, "audit", "\"sent\"");
	return f->finish
	    ? err_set(e, "the disk is full")
	    : f->works->ops->finish(f->works, id, state, not_before_ms, why, e);
}

static int
failing_next(struct store *s, int64_t *when_ms, struct err *e)
{
	struct failing *f = (struct failing *)s;

	return f->next ? err_set(e, "the disk is full")
		       : f->works->ops->next(f->works, when_ms, e);
}

static int
failing_put_back(struct store *s, int64_t id, int64_t not_before_ms,
    struct view why, struct err *e)
{
	struct failing *f = (struct failing *)s;

	return f->works->ops->put_back(f->works, id, not_before_ms, why, e);
}

static int
failing_mark(struct store *s, const char *key, int64_t at_ms, struct err *e)
{
	struct failing *f = (struct failing *)s;

	return f->mark ? err_set(e, "the disk is full")
		       : f->works->ops->mark(f->works, key, at_ms, e);
}

static int
failing_marks(struct store *s, const char *key, int64_t after_ms,
    struct marks *found, struct err *e)
{
	struct failing *f = (struct failing *)s;

	return f->marks
	    ? err_set(e, "the disk is full")
	    : f->works->ops->marks(f->works, key, after_ms, found, e);
}

static const struct store_ops failing_ops = { .name = "failing",
	.put_back = failing_put_back,
	.mark = failing_mark,
	.marks = failing_marks,
	.take = failing_take,
	.finish = failing_finish,
	.next = failing_next };

static void
a_store_that_fails_sends_nothing_twice(void **state)
{
	static const struct lab_settings settings = { .reply = ENABLED };
	struct failing failing = { .take = true };
	struct err e = ERR_NONE;
	struct fixture f;

	open_fixture(&f, *state, &settings);
	store_init(&failing.store, &failing_ops);
	failing.works = f.sender.store;
	queue(&f, JOB_REPLY, "a");
	f.lab->now_ms += 10 * MINUTE;
	f.sender.store = &failing.store;
	assert_int_equal(sender_step(&f.sender, &e), -1);
	check_string("take", e.text, "the disk is full");
	check_number("not sent", calls(&f), 0);

	/* Who cannot be asked whether it may be sent, or told that it is. */
	failing.take = false;
	failing.marks = true;
	assert_int_equal(sender_step(&f.sender, &e), 1);
	check_number("not sent", calls(&f), 0);
	f.lab->now_ms += MINUTE;
	failing.marks = false;
	failing.mark = true;
	assert_int_equal(sender_step(&f.sender, &e), 1);
	check_number("not sent", calls(&f), 0);
	f.lab->now_ms += MINUTE;
	failing.mark = false;

	failing.finish = true;
	assert_int_equal(sender_step(&f.sender, &e), -1);
	check_number("sent", calls(&f), 1);
	check_file("and written down", &f, "audit", "\"sent\"");
	failing.finish = false;
	assert_int_equal(sender_step(&f.sender, &e), 0);
	check_number("once", calls(&f), 1);
	f.sender.store = failing.works;
	check_jobs("after all", &f, "a sending 1 (the disk is full)");
	close_fixture(&f);
}

/* So many answers, one after the other, and what becomes of each. */
static void
no_more_are_sent_than_the_caps_allow(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *reply;
		enum job_mode mode;
		unsigned jobs;
		const char *then, *an_hour_later, *a_day_later;
	} rows[] = {
		{ "a user's", "per_user_day = 2;", JOB_REPLY, 3,
		    "a sent 1; b sent 1; c waiting 0 (user-day-cap)",
		    "a sent 1; b sent 1; c waiting 0 (user-day-cap)",
		    "a sent 1; b sent 1; c sent 1" },
		{ "the site's", "per_site_hour = 1;", JOB_REPLY, 3,
		    "a sent 1; b waiting 0 (site-hour-cap); "
		    "c waiting 0 (site-hour-cap)",
		    "a sent 1; b sent 1; c waiting 0 (site-hour-cap)",
		    "a sent 1; b sent 1; c sent 1" },
		{ "drafts have none here", "per_user_day = 2;", JOB_DRAFT, 3,
		    "a sent 1; b sent 1; c sent 1",
		    "a sent 1; b sent 1; c sent 1",
		    "a sent 1; b sent 1; c sent 1" },
	};
	/* clang-format on */
	static const char *const names[] = { "a", "b", "c" };

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text reply = TEXT_INIT(1000);
		struct lab_settings settings = { .reply = NULL };
		struct fixture f;

		text_addf(&reply, ENABLED "%s", rows[i].reply);
		settings.reply = text_string(&reply);
		open_fixture(&f, *state, &settings);
		for (unsigned k = 0; k < rows[i].jobs; k++) {
			struct job job = some_job(&f, rows[i].mode, names[k]);

			job.expires_ms += STORE_DAY_MS;
			queue_job(&f, &job);
		}
		f.lab->now_ms += 10 * MINUTE;
		while (step(&f) == 1)
			continue;
		check_jobs(rows[i].name, &f, rows[i].then);
		f.lab->now_ms += HOUR;
		while (step(&f) == 1)
			continue;
		check_jobs(rows[i].name, &f, rows[i].an_hour_later);
		f.lab->now_ms += 23 * HOUR;
		while (step(&f) == 1)
			continue;
		check_jobs(rows[i].name, &f, rows[i].a_day_later);
		text_free(&reply);
		close_fixture(&f);
	}
}

#define REFUSED "echo '550 5.7.1 no'; exit 77\n"

/* A network that refuses gets so many answers in a period, and no more. */
static void
refusals_open_a_breaker(void **state)
{
	static const struct lab_settings settings = { .reply = ENABLED
		"user_refusals = 2; refusals_period = \"1d\";" };
	struct fixture f;

	open_fixture(&f, *state, &settings);
	write_sendmail(f.lab, REFUSED);
	queue(&f, JOB_REPLY, "a");
	queue(&f, JOB_REPLY, "b");
	queue(&f, JOB_REPLY, "c");
	queue(&f, JOB_DRAFT, "d");
	f.lab->now_ms += 10 * MINUTE;
	assert_int_equal(step(&f), 1);
	lab_check_no_log("one", f.lab, "no more answers");
	assert_int_equal(step(&f), 1);
	lab_check_log("two", f.lab,
	    "no more answers of user alice for now: 2 were refused");
	assert_int_equal(step(&f), 1);
	check_number("two were tried", calls(&f), 2);
	assert_int_equal(step(&f), 1);
	check_number("and a draft", calls(&f), 3);
	check_file("record", &f, "audit", "\"why\":\"user-refused\"");

	write_sendmail(f.lab, KEEP "exit 0\n");
	f.lab->now_ms += STORE_DAY_MS;
	queue(&f, JOB_REPLY, "e");
	f.lab->now_ms += 10 * MINUTE;
	assert_int_equal(step(&f), 1);
	check_number("closed in time", calls(&f), 4);
	close_fixture(&f);
}

/* Whoever dies in between must leave a record rather than none. */
static void
an_end_is_on_record_before_it_is_in_the_store(void **state)
{
	static const struct lab_settings settings = { .reply = ENABLED };
	struct failing failing = { .take = false };
	struct fixture f;

	open_fixture(&f, *state, &settings);
	store_init(&failing.store, &failing_ops);
	failing.works = f.sender.store;
	failing.recorded = &f;
	queue(&f, JOB_REPLY, "a");
	f.lab->now_ms += 10 * MINUTE;
	f.sender.store = &failing.store;
	assert_int_equal(sender_step(&f.sender, NULL), 1);
	f.sender.store = failing.works;
	check_jobs("then", &f, "a sent 1");
	close_fixture(&f);
}

static void
the_pause_ends_when_a_job_is_due(void **state)
{
	static const struct {
		const char *name;
		int64_t later_ms; /* than a job for in ten minutes was queued */
		int most_ms, want;
	} rows[] = {
		{ "long before", 0, 60000, 60000 },
		{ "as long as may be", 9 * MINUTE, 60000, 60000 },
		{ "soon", 9 * MINUTE + 1, 60000, 59999 },
		{ "at once", 10 * MINUTE - 1, 60000, 1 },
		{ "due", 10 * MINUTE, 60000, 0 },
		{ "late", 11 * MINUTE, 60000, 0 },
	};
	static const struct lab_settings settings = { .reply = ENABLED };
	struct failing failing = { .next = true };
	struct fixture f;
	int64_t began_ms;

	open_fixture(&f, *state, &settings);
	check_number("nothing to do", sender_pause(&f.sender, 60000), 60000);
	queue(&f, JOB_REPLY, "a");
	began_ms = f.lab->now_ms;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		f.lab->now_ms = began_ms + rows[i].later_ms;
		check_number(rows[i].name,
		    sender_pause(&f.sender, rows[i].most_ms), rows[i].want);
	}
	store_init(&failing.store, &failing_ops);
	failing.works = f.sender.store;
	f.sender.store = &failing.store;
	check_number("who knows", sender_pause(&f.sender, 60000), 60000);
	f.sender.store = failing.works;
	close_fixture(&f);
}

/* A file in the place of the folder: who knows what is in there. */
static void
a_file_stops_all_sending(void **state)
{
	static const struct lab_settings settings = { .reply = ENABLED
		"stop_file = \"LAB/off/stop\";" };
	struct fixture f;

	open_fixture(&f, *state, &settings);
	queue(&f, JOB_REPLY, "a");
	queue(&f, JOB_DRAFT, "b");
	f.lab->now_ms += 10 * MINUTE;
	lab_write(f.lab, "off/stop", "");
	assert_int_equal(step(&f), 0);
	check_number("pause", sender_pause(&f.sender, 60000), 5000);
	check_number("a shorter one", sender_pause(&f.sender, 100), 100);
	lab_check_log("said", f.lab, "warning: sending is stopped: ");
	lab_remove(f.lab, "off");
	lab_write(f.lab, "off", "");
	assert_int_equal(step(&f), 0);
	lab_check_no_log("said once", f.lab, "stop");
	check_number("nothing is sent", calls(&f), 0);
	check_jobs("all wait", &f, "a waiting 0; b waiting 0");

	lab_remove(f.lab, "off");
	assert_int_equal(step(&f), 1);
	lab_check_log("said as well", f.lab, "info: sending goes on\n");
	check_number("one is sent", calls(&f), 1);
	check_number("no pause", sender_pause(&f.sender, 60000), 0);
	lab_write(f.lab, "off/stop", "");
	assert_int_equal(step(&f), 0);
	lab_check_log("said again", f.lab, "off/stop is there\n");
	check_jobs("between two jobs", &f, "a sent 1; b waiting 0");
	f.lab->now_ms += STORE_DAY_MS;
	assert_int_equal(step(&f), 1);
	assert_int_equal(step(&f), 0);
	check_jobs("time goes on", &f, "a sent 1; b failed 0 (expired)");
	check_file("recorded", &f, "audit", "\"expired\"");
	check_number("no more is sent", calls(&f), 1);
	close_fixture(&f);
}

/* Where memory runs out nothing is sent twice, and nothing is lost for it. */
static void
without_memory_it_is_sent_later(void **state)
{
	static const struct lab_settings settings = { .reply = ENABLED };
	unsigned n, later = 0;

	for (n = 1;; n++) {
		struct err e = ERR_NONE;
		struct fixture f;
		int result;
		bool happened;

		open_fixture(&f, *state, &settings);
		queue(&f, JOB_REPLY, "a");
		f.lab->now_ms += 10 * MINUTE;
		oom_at(n);
		result = sender_step(&f.sender, &e);
		happened = oom_happened();
		oom_at(0);
		assert_true(calls(&f) <= 1);
		if (!happened) {
			assert_int_equal(result, 1);
			check_jobs("all went well", &f, "a sent 1");
			close_fixture(&f);
			break;
		}
		/* Where it was not handed over, the next step does it. */
		f.lab->now_ms += 5 * MINUTE;
		if (calls(&f) == 0) {
			check_number("later", sender_step(&f.sender, &e), 1);
			check_number("sent later", calls(&f), 1);
			later++;
		}
		assert_int_equal(sender_step(&f.sender, &e), 0);
		close_fixture(&f);
	}
	assert_true(later > 5);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, lab_open, lab_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_job_is_sent_once_when_its_time_has_come),
		TEST(a_draft_goes_to_the_user),
		TEST(an_answer_may_come_from_its_user),
		TEST(an_mta_that_is_not_there_is_tried_again),
		TEST(drafts_of_a_user_make_one_mail),
		TEST(a_mail_of_drafts_has_a_ceiling),
		TEST(drafts_too_large_for_one_mail_are_sent_one_by_one),
		TEST(a_mail_of_drafts_is_tried_again),
		TEST(a_draft_loses_a_route_that_is_not_allowed),
		TEST(what_was_not_handed_over_is_tried_again),
		TEST(what_may_be_on_its_way_is_not_sent_again),
		TEST(a_job_expires),
		TEST(everything_is_looked_at_again),
		TEST(a_notice_is_sent_while_the_mistake_is_there),
		TEST(a_digest_is_sent_while_it_is_wanted),
		TEST(the_addresses_of_a_job_are_its_users),
		TEST(a_job_that_was_being_sent_when_we_died_is_not_taken_again),
		TEST(a_job_is_given_up_after_the_time_of_two_hand_overs),
		TEST(jobs_go_in_the_order_of_their_time),
		TEST(a_store_that_fails_sends_nothing_twice),
		TEST(an_end_is_on_record_before_it_is_in_the_store),
		TEST(no_more_are_sent_than_the_caps_allow),
		TEST(refusals_open_a_breaker),
		TEST(the_pause_ends_when_a_job_is_due),
		TEST(a_file_stops_all_sending),
		TEST(without_memory_it_is_sent_later),
	};

	return cmocka_run_group_tests_name("sender", tests, lab_begin, lab_end);
}
