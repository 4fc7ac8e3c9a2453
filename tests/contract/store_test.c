// SPDX-License-Identifier: BSD-2-Clause
/*
 * store_test.c - what every back end of the store promises (effects/store.h).
 *
 * Compiled once for each, with its name as BACK_END.
 */
#include "effects/store.h"

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "redis_server.h"
#include "t.h"

#define NOW INT64_C(1800000000000)
#define MINUTE INT64_C(60000)

/* One for all tests, if that is the back end. */
static struct redis_server server;

struct fixture {
	struct store *s;
	char folder[64];
};

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	char url[128] = "memory:";
	struct err e = ERR_NONE;

	assert_non_null(f);
	if (strcmp(BACK_END, "sqlite") == 0) {
		strcpy(f->folder, "/tmp/store_test.XXXXXX");
		assert_non_null(mkdtemp(f->folder));
		snprintf(url, sizeof(url), "sqlite:%s/state.db", f->folder);
	}
	if (strcmp(BACK_END, "redis") == 0) {
		redis_server_command(&server, "FLUSHALL");
		redis_server_url(&server, url, sizeof(url));
	}
	f->s = store_open(url, &e);
	if (f->s == NULL)
		fail_msg("%s", e.text);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;
	char path[128];

	store_close(f->s);
	if (f->folder[0] != '\0') {
		snprintf(path, sizeof(path), "%s/state.db", f->folder);
		unlink(path);
		snprintf(path, sizeof(path), "%s/state.db-journal", f->folder);
		unlink(path);
		assert_int_equal(rmdir(f->folder), 0);
	}
	free(f);
	return 0;
}

/* A key by value: valid to the end of the expression it is made in. */
struct key {
	char text[DIGEST_HEX_SIZE];
};

static struct key
key(const struct store *s, const char *word)
{
	struct view part = view_of(word);
	struct key k;

	assert_int_equal(store_key(s, &part, 1, k.text), 0);
	return k;
}

static unsigned
seen(struct store *s, const char *person, const char *message, int64_t at)
{
	unsigned count = 0;
	struct err e = ERR_NONE;

	if (s->ops->seen(s, key(s, person).text, key(s, message).text, at,
		&count, &e) < 0)
		fail_msg("seen: %s", e.text);
	return count;
}

/* A claim with room for everything that is not said. */
struct wish {
	const char *key, *message, *user;
	int64_t at, period;
	unsigned per_day, per_hour;
};

/* A job like any other; its queue id tells which claim it came from. */
static struct job
some_job(const char *name, int64_t at)
{
	return (struct job){
		.mode = JOB_REPLY,
		.created_ms = at,
		.not_before_ms = at + 10 * MINUTE,
		.expires_ms = at + STORE_DAY_MS,
		.user = VIEW("alice"),
		.sender = VIEW("alice@example.net"),
		.sender_name = VIEW("Alice Example"),
		.recipient = VIEW("route@reply.example"),
		.template_name = VIEW("and-you-are"),
		.given = VIEW("Jos\xC3\xA9"),
		.message_id = VIEW("<1@mail.example>"),
		.queue_id = view_of(name),
		.summary = VIEW("an InMail of Jos\xC3\xA9 Example"),
	};
}

static int
try_claim(struct store *s, const struct wish *w, const struct job *job,
    enum claim_result *result, struct err *e)
{
	struct key k = key(s, w->key), message = key(s, w->message);
	struct key user = key(s, w->user == NULL ? "alice" : w->user);
	const struct claim c = { .key = k.text,
		.message = message.text,
		.user = user.text,
		.now_ms = w->at,
		.period_ms = w->period == 0 ? 30 * STORE_DAY_MS : w->period,
		.per_user_day = w->per_day == 0 ? 1000000 : w->per_day,
		.per_site_hour = w->per_hour == 0 ? 1000000 : w->per_hour };

	return s->ops->claim(s, &c, job, result, e);
}

static const char *
claim(struct store *s, struct wish w)
{
	struct job job = some_job(w.message, w.at);
	enum claim_result result = CLAIM_SAME;
	struct err e = ERR_NONE;

	if (try_claim(s, &w, &job, &result, &e) < 0)
		fail_msg("claim: %s", e.text);
	return store_claim_name(result);
}

/* All jobs as "QUEUEID state[ why],...", for comparison. */
static int
write_job(void *arg, const struct job *job)
{
	struct text *out = arg;

	text_addf(out, "%s%.*s %s", out->size == 0 ? "" : ", ",
	    VIEW_ARG(job->queue_id), store_job_state_name(job->state));
	if (job->why.size > 0)
		text_addf(out, " (%.*s)", VIEW_ARG(job->why));
	return 0;
}

static void
check_jobs(const char *name, struct store *s, const char *want)
{
	struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
	struct text got = TEXT_INIT(100000);
	struct err e = ERR_NONE;

	if (s->ops->list(s, p, write_job, &got, &e) < 0)
		fail_msg("%s: %s", name, e.text);
	check_string(name, text_string(&got), want);
	text_free(&got);
	pool_free(p);
}

/* Takes the next job: its id, or 0. */
static int64_t
take(struct store *s, int64_t at)
{
	struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
	struct job job = { .id = 0 };
	struct err e = ERR_NONE;
	int result = s->ops->take(s, at, p, &job, &e);

	if (result < 0)
		fail_msg("take: %s", e.text);
	pool_free(p);
	return result == 0 ? 0 : job.id;
}

static void
finish(struct store *s, int64_t id, enum job_state state, int64_t not_before,
    const char *why)
{
	struct err e = ERR_NONE;

	if (s->ops->finish(s, id, state, not_before, view_of(why), &e) < 0)
		fail_msg("finish: %s", e.text);
}

static void
expire(struct store *s, int64_t at)
{
	struct err e = ERR_NONE;

	if (s->ops->expire(s, at, &e) < 0)
		fail_msg("expire: %s", e.text);
}

static int64_t
next(struct store *s)
{
	struct err e = ERR_NONE;
	int64_t when = 0;

	if (s->ops->next(s, &when, &e) < 0)
		fail_msg("next: %s", e.text);
	return when;
}

static void
counts_each_notification_of_a_person_once(void **state)
{
	struct store *s = ((struct fixture *)*state)->s;

	assert_int_equal(seen(s, "bob", "m1", NOW), 1);
	assert_int_equal(seen(s, "bob", "m2", NOW + 1), 2);
	assert_int_equal(seen(s, "bob", "m1", NOW + 2), 2);
	assert_int_equal(seen(s, "carol", "m1", NOW + 3), 1);
	assert_int_equal(seen(s, "bob", "m3", NOW + 4), 3);
}

/* Claims made one after the other, and what each gets. */
struct row {
	const char *name;
	struct wish wish;
	const char *want;
};

static void
check_claims(struct store *s, const struct row *row, size_t count)
{
	for (size_t i = 0; i < count; i++)
		check_string(row[i].name, claim(s, row[i].wish), row[i].want);
}

static void
grants_once_in_a_period(void **state)
{
	/* clang-format off */
	static const struct row rows[] = {
		{ "first",          { "k", "m1", .at = NOW, .period = MINUTE },
		    "granted" },
		{ "at once",        { "k", "m2", .at = NOW, .period = MINUTE },
		    "answered-before" },
		{ "one ms before its end",
		    { "k", "m3", .at = NOW + MINUTE - 1, .period = MINUTE },
		    "answered-before" },
		{ "at its end",
		    { "k", "m4", .at = NOW + MINUTE, .period = MINUTE },
		    "granted" },
		{ "a new period has begun",
		    { "k", "m5", .at = NOW + MINUTE + 1, .period = MINUTE },
		    "answered-before" },
		{ "another person", { "j", "m6", .at = NOW, .period = MINUTE },
		    "granted" },
	};
	/* clang-format on */
	struct store *s = ((struct fixture *)*state)->s;

	check_claims(s, rows, LENGTH(rows));
	check_jobs("a job for each grant, and no other", s,
	    "m1 waiting, m4 waiting, m6 waiting");
}

static void
the_same_message_is_no_new_request(void **state)
{
	/* clang-format off */
	static const struct row rows[] = {
		{ "first",         { "k", "m1", .at = NOW, .period = 1 },
		    "granted" },
		{ "a retry",       { "k", "m1", .at = NOW, .period = 1 },
		    "same-message" },
		{ "past the period",
		    { "k", "m1", .at = NOW + MINUTE, .period = 1 },
		    "same-message" },
		{ "another key",   { "j", "m1", .at = NOW },
		    "same-message" },
		{ "another message", { "k", "m2", .at = NOW + MINUTE },
		    "granted" },
	};
	/* clang-format on */
	struct store *s = ((struct fixture *)*state)->s;

	check_claims(s, rows, LENGTH(rows));
	check_jobs("one job each", s, "m1 waiting, m2 waiting");
}

static void
a_user_has_so_many_a_day(void **state)
{
	/* clang-format off */
	static const struct row rows[] = {
		{ "first",   { "a", "m1", .at = NOW, .per_day = 2 },
		    "granted" },
		{ "second",  { "b", "m2", .at = NOW + MINUTE, .per_day = 2 },
		    "granted" },
		{ "third",   { "c", "m3", .at = NOW + MINUTE, .per_day = 2 },
		    "user-day-cap" },
		{ "another user",
		    { "c", "m3", "bob", .at = NOW + MINUTE, .per_day = 2 },
		    "granted" },
		{ "one ms before the first is a day old",
		    { "d", "m4", .at = NOW + STORE_DAY_MS - 1, .per_day = 2 },
		    "user-day-cap" },
		{ "when it is",
		    { "d", "m4", .at = NOW + STORE_DAY_MS, .per_day = 2 },
		    "granted" },
		{ "the window slides",
		    { "e", "m5", .at = NOW + STORE_DAY_MS, .per_day = 2 },
		    "user-day-cap" },
		{ "a clock set back",
		    { "f", "m6", .at = NOW - MINUTE, .per_day = 2 },
		    "user-day-cap" },
	};
	/* clang-format on */
	struct store *s = ((struct fixture *)*state)->s;

	check_claims(s, rows, LENGTH(rows));
}

static void
a_site_has_so_many_an_hour(void **state)
{
	/* clang-format off */
	static const struct row rows[] = {
		{ "first",  { "a", "m1", "alice", NOW, .per_hour = 2 },
		    "granted" },
		{ "second", { "b", "m2", "bob", NOW + 1, .per_hour = 2 },
		    "granted" },
		{ "third",  { "c", "m3", "carol", NOW + 1, .per_hour = 2 },
		    "site-hour-cap" },
		{ "one ms before the first is an hour old",
		    { "c", "m3", "carol", NOW + STORE_HOUR_MS - 1,
			.per_hour = 2 },
		    "site-hour-cap" },
		{ "when it is",
		    { "c", "m3", "carol", NOW + STORE_HOUR_MS, .per_hour = 2 },
		    "granted" },
	};
	/* clang-format on */
	struct store *s = ((struct fixture *)*state)->s;

	check_claims(s, rows, LENGTH(rows));
}

static void
the_first_reason_wins(void **state)
{
	/* clang-format off */
	static const struct row rows[] = {
		{ "granted",  { "k", "m1", .at = NOW }, "granted" },
		{ "all four", { "k", "m1", .at = NOW, .per_day = 1,
		    .per_hour = 1 }, "same-message" },
		{ "three",    { "k", "m2", .at = NOW, .per_day = 1,
		    .per_hour = 1 }, "answered-before" },
		{ "two",      { "j", "m2", .at = NOW, .per_day = 1,
		    .per_hour = 1 }, "user-day-cap" },
		{ "one",      { "j", "m2", "bob", NOW, .per_day = 1,
		    .per_hour = 1 }, "site-hour-cap" },
		{ "none",     { "j", "m2", "bob", NOW, .per_day = 1,
		    .per_hour = 2 }, "granted" },
	};
	/* clang-format on */
	struct store *s = ((struct fixture *)*state)->s;

	check_claims(s, rows, LENGTH(rows));
}

static void
a_cap_of_none_grants_nothing(void **state)
{
	struct store *s = ((struct fixture *)*state)->s;
	struct key k = key(s, "k");
	struct claim c = { .key = k.text,
		.message = k.text,
		.user = k.text,
		.now_ms = NOW,
		.period_ms = MINUTE,
		.per_site_hour = 1 };
	struct job job = some_job("m1", NOW);
	enum claim_result result = CLAIM_GRANTED;

	assert_int_equal(s->ops->claim(s, &c, &job, &result, NULL), 0);
	assert_int_equal(result, CLAIM_USER_CAP);
	c.per_user_day = 1;
	c.per_site_hour = 0;
	assert_int_equal(s->ops->claim(s, &c, &job, &result, NULL), 0);
	assert_int_equal(result, CLAIM_SITE_CAP);
	check_jobs("nothing", s, "");
}

static void
a_job_comes_back_as_it_was(void **state)
{
	struct store *s = ((struct fixture *)*state)->s;
	struct pool *p = pool_new(LIMIT_JOB_SIZE);
	const struct wish w = { "k", "m1", .at = NOW };
	struct job job = some_job("4F1\0x", NOW), got = { .id = 0 };
	enum claim_result result = CLAIM_SAME;
	struct err e = ERR_NONE;

	job.mode = JOB_NOTICE;
	job.queue_id = VIEW("4F1\0x"); /* whatever the octets are */
	job.given = VIEW("");
	job.id = 4711; /* these four are the store's to say */
	job.state = JOB_SENT;
	job.attempts = 7;
	job.why = VIEW("no");
	assert_int_equal(try_claim(s, &w, &job, &result, &e), 0);
	assert_int_equal(s->ops->take(s, job.not_before_ms, p, &got, &e), 1);
	assert_int_equal(got.id, 1);
	assert_int_equal(got.mode, JOB_NOTICE);
	assert_int_equal(got.state, JOB_SENDING);
	assert_int_equal(got.attempts, 1);
	assert_true(got.created_ms == job.created_ms);
	assert_true(got.not_before_ms == job.not_before_ms);
	assert_true(got.expires_ms == job.expires_ms);
	job.why = VIEW("");
#define CHECK_TEXT(name)                     \
	if (!view_equal(got.name, job.name)) \
		fail_msg(#name ": \"%.*s\"", VIEW_ARG(got.name));
	JOB_TEXTS(CHECK_TEXT)
#undef CHECK_TEXT
	pool_free(p);
}

static void
a_job_is_taken_when_its_time_has_come_and_only_once(void **state)
{
	struct store *s = ((struct fixture *)*state)->s;
	const int64_t due = NOW + 10 * MINUTE;

	assert_int_equal(take(s, due), 0);
	claim(s, (struct wish){ "k", "m1", .at = NOW });
	assert_int_equal(take(s, due - 1), 0);
	check_jobs("not yet", s, "m1 waiting");
	assert_int_equal(take(s, due), 1);
	check_jobs("marked", s, "m1 sending");
	assert_int_equal(take(s, due), 0);
	assert_int_equal(take(s, due + 100 * STORE_DAY_MS), 0);
	check_jobs("left by a crash, say", s, "m1 sending");
}

static void
jobs_are_taken_in_the_order_of_their_times(void **state)
{
	struct store *s = ((struct fixture *)*state)->s;

	claim(s, (struct wish){ "a", "m1", .at = NOW + MINUTE });
	claim(s, (struct wish){ "b", "m2", .at = NOW });
	claim(s, (struct wish){ "c", "m3", .at = NOW + MINUTE });
	assert_true(next(s) == NOW + 10 * MINUTE);
	check_jobs("listed oldest first", s,
	    "m1 waiting, m2 waiting, m3 waiting");
	assert_int_equal(take(s, NOW + STORE_HOUR_MS), 2);
	assert_true(next(s) == NOW + 11 * MINUTE);
	assert_int_equal(take(s, NOW + STORE_HOUR_MS), 1);
	assert_int_equal(take(s, NOW + STORE_HOUR_MS), 3);
	assert_true(next(s) == INT64_MAX);
}

static void
a_job_ends_as_it_is_told(void **state)
{
	static const struct {
		enum job_state state;
		const char *why, *want;
	} rows[] = {
		{ JOB_SENT, "", "m sent" },
		{ JOB_FAILED, "refused: 69", "m failed (refused: 69)" },
		{ JOB_CANCELLED, "switched off", "m cancelled (switched off)" },
	};

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct fixture *f;
		int64_t id;

		set_up((void **)&f);
		claim(f->s, (struct wish){ "k", "m", .at = NOW });
		id = take(f->s, NOW + STORE_HOUR_MS);
		finish(f->s, id, rows[i].state, 0, rows[i].why);
		check_jobs(rows[i].want, f->s, rows[i].want);
		assert_int_equal(take(f->s, NOW + STORE_HOUR_MS), 0);
		assert_int_equal(f->s->ops->finish(f->s, id, JOB_SENT, 0,
				     VIEW(""), NULL),
		    -1);
		tear_down((void **)&f);
	}
	(void)state;
}

/* The id of the job that was lost, 0 for none. */
static int64_t
lost(struct store *s, int64_t before_ms)
{
	struct pool *p = pool_new(LIMIT_JOB_SIZE);
	struct job job = { .id = 0 };
	struct err e = ERR_NONE;
	int result = s->ops->lost(s, before_ms, VIEW("who knows"), p, &job, &e);

	if (result < 0)
		fail_msg("lost: %s", e.text);
	if (result == 1) {
		assert_int_equal(job.state, JOB_FAILED);
		check_view("why", job.why, "who knows");
		check_view("user", job.user, "alice");
	}
	pool_free(p);
	return job.id;
}

static void
a_job_that_was_taken_long_ago_is_lost(void **state)
{
	struct store *s = ((struct fixture *)*state)->s;
	const int64_t at = NOW + STORE_HOUR_MS;

	claim(s, (struct wish){ "a", "m1", .at = NOW });
	assert_int_equal(lost(s, INT64_MAX), 0);
	claim(s, (struct wish){ "b", "m2", .at = NOW });
	claim(s, (struct wish){ "c", "m3", .at = NOW });
	claim(s, (struct wish){ "d", "m4", .at = NOW });
	assert_int_equal(take(s, at), 1);
	assert_int_equal(take(s, at + 1), 2);
	finish(s, take(s, at), JOB_SENT, 0, "");
	assert_int_equal(lost(s, at - 1), 0);
	assert_int_equal(lost(s, at), 1);
	assert_int_equal(lost(s, at), 0);
	check_jobs("the first", s,
	    "m1 failed (who knows), m2 sending, m3 sent, m4 waiting");
	assert_int_equal(lost(s, at + 1), 2);
	assert_int_equal(lost(s, INT64_MAX), 0);
	assert_int_equal(s->ops->finish(s, 2, JOB_SENT, 0, VIEW(""), NULL), -1);
	assert_int_equal(take(s, at), 4);
	assert_int_equal(take(s, at), 0);
}

static void
a_job_may_wait_for_another_try(void **state)
{
	struct store *s = ((struct fixture *)*state)->s;
	struct pool *p = pool_new(LIMIT_JOB_SIZE);
	struct job job = { .id = 0 };
	int64_t again = NOW + STORE_HOUR_MS;

	claim(s, (struct wish){ "k", "m", .at = NOW });
	finish(s, take(s, NOW + 10 * MINUTE), JOB_WAITING, again, "busy");
	check_jobs("waits", s, "m waiting (busy)");
	assert_true(next(s) == again);
	assert_int_equal(take(s, again - 1), 0);
	assert_int_equal(s->ops->take(s, again, p, &job, NULL), 1);
	assert_int_equal(job.attempts, 2);
	check_view("the last reason", job.why, "busy");
	pool_free(p);
}

static void
a_job_that_is_put_back_was_not_tried(void **state)
{
	struct store *s = ((struct fixture *)*state)->s;
	struct pool *p = pool_new(LIMIT_JOB_SIZE);
	struct job job = { .id = 0 };
	struct err e = ERR_NONE;
	int64_t again = NOW + STORE_HOUR_MS;

	claim(s, (struct wish){ "k", "m", .at = NOW });
	assert_int_equal(s->ops->put_back(s, 1, again, VIEW("full"), &e), -1);
	check_contains("waiting", e.text, "job 1 is not sending");
	assert_int_equal(take(s, NOW + 10 * MINUTE), 1);
	assert_int_equal(s->ops->put_back(s, 1, again, VIEW("full"), &e), 0);
	check_jobs("waits", s, "m waiting (full)");
	assert_int_equal(lost(s, INT64_MAX), 0);
	assert_true(next(s) == again);
	assert_int_equal(take(s, again - 1), 0);
	assert_int_equal(s->ops->take(s, again, p, &job, NULL), 1);
	assert_int_equal(job.attempts, 1);
	finish(s, 1, JOB_SENT, 0, "");
	assert_int_equal(s->ops->put_back(s, 1, again, VIEW("full"), &e), -1);
	check_jobs("sent once", s, "m sent");
	pool_free(p);
}

static void
only_a_job_that_was_taken_is_finished(void **state)
{
	struct store *s = ((struct fixture *)*state)->s;
	struct err e = ERR_NONE;

	claim(s, (struct wish){ "k", "m", .at = NOW });
	assert_int_equal(s->ops->finish(s, 1, JOB_SENT, 0, VIEW(""), &e), -1);
	check_contains("waiting", e.text, "job 1 is not sending");
	assert_int_equal(s->ops->finish(s, 2, JOB_SENT, 0, VIEW(""), &e), -1);
	check_contains("unknown", e.text, "job 2 is not sending");
	take(s, NOW + STORE_HOUR_MS);
	assert_int_equal(s->ops->finish(s, 1, JOB_SENDING, 0, VIEW(""), &e),
	    -1);
	check_contains("no end", e.text, "no end");
	check_jobs("unchanged", s, "m sending");
}

static void
a_person_cancels_only_what_waits(void **state)
{
	struct store *s = ((struct fixture *)*state)->s;
	struct err e = ERR_NONE;

	claim(s, (struct wish){ "a", "m1", .at = NOW });
	claim(s, (struct wish){ "b", "m2", .at = NOW });
	take(s, NOW + STORE_HOUR_MS);
	assert_int_equal(s->ops->cancel(s, 1, VIEW("by root"), &e), -1);
	check_contains("taken", e.text, "job 1 is not waiting");
	assert_int_equal(s->ops->cancel(s, 2, VIEW("by root"), &e), 0);
	check_jobs("one", s, "m1 sending, m2 cancelled (by root)");
	assert_int_equal(take(s, NOW + STORE_HOUR_MS), 0);
	assert_int_equal(s->ops->cancel(s, 2, VIEW("again"), &e), -1);
}

/* What a person does to a job, one after the other, and what it is then. */
static void
a_person_moves_only_what_is_pending(void **state)
{
	static const struct {
		const char *name;
		enum job_state from, to;
		const char *want, *error;
	} rows[] = {
		{ "hold", JOB_WAITING, JOB_HELD, "m held (x)", NULL },
		{ "hold twice", JOB_HELD, JOB_HELD, "m held (by hand)",
		    "job 1 is not waiting" },
		{ "release", JOB_HELD, JOB_WAITING, "m waiting (x)", NULL },
		{ "release one that waits", JOB_WAITING, JOB_WAITING,
		    "m waiting", "job 1 is not held" },
		{ "cancel", JOB_WAITING, JOB_CANCELLED, "m cancelled (x)",
		    NULL },
		{ "cancel one that is held", JOB_HELD, JOB_CANCELLED,
		    "m cancelled (x)", NULL },
		{ "hold one that is sent", JOB_SENDING, JOB_HELD, "m sending",
		    "job 1 is not waiting" },
		{ "release one that is sent", JOB_SENDING, JOB_WAITING,
		    "m sending", "job 1 is not held" },
		{ "cancel one that is sent", JOB_SENDING, JOB_CANCELLED,
		    "m sending", "job 1 is not waiting or held" },
		{ "hold one that has ended", JOB_FAILED, JOB_HELD, "m failed",
		    "job 1 is not waiting" },
		{ "release one that has ended", JOB_FAILED, JOB_WAITING,
		    "m failed", "job 1 is not held" },
		{ "cancel one that has ended", JOB_FAILED, JOB_CANCELLED,
		    "m failed", "job 1 is not waiting or held" },
	};

	for (size_t i = 0; i < LENGTH(rows); i++) {
		enum job_state from = rows[i].from, to = rows[i].to;
		const struct store_ops *ops;
		struct fixture *f;
		struct err e = ERR_NONE;
		int result;

		set_up((void **)&f);
		ops = f->s->ops;
		claim(f->s, (struct wish){ "k", "m", .at = NOW });
		if (from == JOB_SENDING || from == JOB_FAILED)
			take(f->s, NOW + STORE_HOUR_MS);
		if (from == JOB_FAILED)
			finish(f->s, 1, JOB_FAILED, 0, "");
		if (from == JOB_HELD)
			assert_int_equal(ops->hold(f->s, 1, VIEW("by hand"),
					     NULL),
			    0);
		result = to == JOB_HELD ? ops->hold(f->s, 1, VIEW("x"), &e)
		    : to == JOB_WAITING ? ops->release(f->s, 1, VIEW("x"), &e)
					: ops->cancel(f->s, 1, VIEW("x"), &e);
		check_number(rows[i].name, result,
		    rows[i].error == NULL ? 0 : -1);
		check_string(rows[i].name, e.text,
		    rows[i].error == NULL ? "" : rows[i].error);
		check_jobs(rows[i].name, f->s, rows[i].want);
		assert_int_equal(ops->hold(f->s, 2, VIEW("x"), &e), -1);
		check_string("unknown", e.text, "job 2 is not waiting");
		tear_down((void **)&f);
	}
	(void)state;
}

static void
a_held_job_is_not_taken_until_it_is_released(void **state)
{
	struct store *s = ((struct fixture *)*state)->s;
	struct pool *p = pool_new(LIMIT_JOB_SIZE);
	const int64_t due = NOW + 10 * MINUTE;
	struct job job = { .id = 0 };

	claim(s, (struct wish){ "a", "m1", .at = NOW });
	claim(s, (struct wish){ "b", "m2", .at = NOW + MINUTE });
	assert_int_equal(s->ops->hold(s, 1, VIEW("by hand"), NULL), 0);
	assert_true(next(s) == due + MINUTE);
	assert_int_equal(take(s, due), 0);
	assert_int_equal(take(s, due + MINUTE), 2);
	assert_true(next(s) == INT64_MAX);
	assert_int_equal(s->ops->release(s, 1, VIEW("go on"), NULL), 0);
	assert_true(next(s) == due);
	assert_int_equal(take(s, due - 1), 0);
	assert_int_equal(s->ops->take(s, due, p, &job, NULL), 1);
	assert_int_equal(job.id, 1);
	assert_int_equal(job.attempts, 1);
	pool_free(p);
}

static void
a_held_job_expires(void **state)
{
	struct store *s = ((struct fixture *)*state)->s;
	struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
	struct job job = { .id = 0 };
	const int64_t end = NOW + STORE_DAY_MS;

	claim(s, (struct wish){ "a", "m1", .at = NOW });
	claim(s, (struct wish){ "b", "m2", .at = NOW + 1 });
	claim(s, (struct wish){ "c", "m3", .at = NOW + STORE_DAY_MS });
	for (int64_t id = 1; id <= 3; id++)
		assert_int_equal(s->ops->hold(s, id, VIEW("by hand"), NULL), 0);
	assert_int_equal(s->ops->expired(s, end - 1, p, &job, NULL), 0);
	expire(s, NOW + 2 * STORE_JOB_DAYS * STORE_DAY_MS);
	check_jobs("not behind our back", s,
	    "m1 held (by hand), m2 held (by hand), m3 held (by hand)");
	assert_int_equal(s->ops->expired(s, end, p, &job, NULL), 1);
	assert_int_equal(job.id, 1);
	assert_int_equal(job.state, JOB_FAILED);
	check_view("reason", job.why, "expired");
	assert_int_equal(take(s, end), 0);
	assert_int_equal(take(s, end + 1), 2);
	assert_int_equal(take(s, end + 1), 0);
	check_jobs("two of them", s,
	    "m1 failed (expired), m2 failed (expired), m3 held (by hand)");
	assert_int_equal(s->ops->release(s, 2, VIEW(""), NULL), -1);
	pool_free(p);
}

static void
a_long_reason_is_cut_between_characters(void **state)
{
	struct store *s = ((struct fixture *)*state)->s;
	struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
	char why[LIMIT_FIELD_SIZE + 2];
	struct job job;

	memset(why, 'x', sizeof(why));
	memcpy(why + LIMIT_FIELD_SIZE - 1, "\xC3\xA9", 2);
	claim(s, (struct wish){ "k", "m", .at = NOW });
	take(s, NOW + STORE_HOUR_MS);
	assert_int_equal(s->ops->finish(s, 1, JOB_WAITING, NOW,
			     (struct view){ why, sizeof(why) }, NULL),
	    0);
	assert_int_equal(s->ops->take(s, NOW, p, &job, NULL), 1);
	assert_int_equal(job.why.size, LIMIT_FIELD_SIZE - 1);
	pool_free(p);
}

static void
a_job_past_its_time_is_handed_out_failed(void **state)
{
	struct store *s = ((struct fixture *)*state)->s;
	struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
	struct job job;

	claim(s, (struct wish){ "c", "m1", .at = NOW + 2 });
	claim(s, (struct wish){ "a", "m2", .at = NOW });
	claim(s, (struct wish){ "b", "m3", .at = NOW + 1 });
	expire(s, NOW + STORE_DAY_MS + 1);
	check_jobs("not behind our back", s,
	    "m1 waiting, m2 waiting, m3 waiting");
	assert_int_equal(s->ops->take(s, NOW + STORE_DAY_MS + 1, p, &job, NULL),
	    1);
	assert_int_equal(job.id, 2);
	assert_int_equal(job.state, JOB_FAILED);
	assert_int_equal(job.attempts, 0);
	check_view("reason", job.why, "expired");
	check_view("its user", job.user, "alice");
	check_jobs("the first", s,
	    "m1 waiting, m2 failed (expired), m3 waiting");
	assert_int_equal(s->ops->finish(s, job.id, JOB_SENT, 0, VIEW(""), NULL),
	    -1);
	assert_int_equal(take(s, NOW + STORE_DAY_MS + 1), 3);
	assert_int_equal(take(s, NOW + STORE_DAY_MS + 1), 1);
	assert_int_equal(take(s, NOW + STORE_DAY_MS + 1), 0);
	check_jobs("all", s,
	    "m1 sending, m2 failed (expired), m3 failed (expired)");
	pool_free(p);
}

static void
a_job_expires_without_another_being_taken(void **state)
{
	struct store *s = ((struct fixture *)*state)->s;
	struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
	struct job job = { .id = 0 };

	claim(s, (struct wish){ "a", "m1", .at = NOW });
	claim(s, (struct wish){ "b", "m2", .at = NOW + 1 });
	assert_int_equal(s->ops->expired(s, NOW + STORE_DAY_MS - 1, p, &job,
			     NULL),
	    0);
	check_jobs("due", s, "m1 waiting, m2 waiting");
	assert_int_equal(s->ops->expired(s, NOW + STORE_DAY_MS, p, &job, NULL),
	    1);
	assert_int_equal(job.id, 1);
	assert_int_equal(job.state, JOB_FAILED);
	check_view("reason", job.why, "expired");
	check_view("its user", job.user, "alice");
	assert_int_equal(s->ops->expired(s, NOW + STORE_DAY_MS, p, &job, NULL),
	    0);
	check_jobs("the first", s, "m1 failed (expired), m2 waiting");
	assert_int_equal(take(s, NOW + STORE_DAY_MS), 2);
	pool_free(p);
}

static int
stop_at_second(void *arg, const struct job *job)
{
	*(int64_t *)arg = job->id;
	return job->id == 2 ? -1 : 0;
}

static int
cancel_each(void *arg, const struct job *job)
{
	struct store *s = arg;

	return s->ops->cancel(s, job->id, VIEW("all"), NULL);
}

static void
a_list_can_be_stopped_and_acted_on(void **state)
{
	struct store *s = ((struct fixture *)*state)->s;
	struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
	int64_t last = 0;

	claim(s, (struct wish){ "a", "m1", .at = NOW });
	claim(s, (struct wish){ "b", "m2", .at = NOW });
	claim(s, (struct wish){ "c", "m3", .at = NOW });
	assert_int_equal(s->ops->list(s, p, stop_at_second, &last, NULL), 0);
	assert_int_equal(last, 2);
	assert_int_equal(s->ops->list(s, p, cancel_each, s, NULL), 0);
	check_jobs("all", s,
	    "m1 cancelled (all), m2 cancelled (all), m3 cancelled (all)");
	pool_free(p);
}

static void
sights_are_forgotten_after_their_days(void **state)
{
	struct store *s = ((struct fixture *)*state)->s;
	const int64_t end = NOW + STORE_SEEN_DAYS * STORE_DAY_MS;

	seen(s, "bob", "m1", NOW);
	seen(s, "bob", "m2", NOW + 1);
	expire(s, end - 1);
	assert_int_equal(seen(s, "bob", "m2", NOW + 1), 2);
	expire(s, end);
	assert_int_equal(seen(s, "bob", "m2", NOW + 1), 1);
}

static void
claims_are_forgotten_after_their_days_and_their_period(void **state)
{
	struct store *s = ((struct fixture *)*state)->s;
	const int64_t end = NOW + STORE_CLAIM_DAYS * STORE_DAY_MS;
	/* clang-format off */
	const struct row before[] = {
		{ "short", { "k", "m1", .at = NOW, .period = 1 }, "granted" },
		{ "long",  { "j", "m2", .at = NOW,
		    .period = 30 * STORE_DAY_MS }, "granted" },
	}, early[] = {
		{ "one ms early", { "k", "m1", .at = end }, "same-message" },
	}, after[] = {
		{ "in its period", { "j", "m2", .at = end }, "same-message" },
		{ "forgotten",     { "k", "m1", .at = end }, "granted" },
	}, last[] = {
		{ "both over", { "j", "m2", .at = NOW + 30 * STORE_DAY_MS },
		    "granted" },
	};
	/* clang-format on */

	check_claims(s, before, LENGTH(before));
	expire(s, end - 1);
	check_claims(s, early, LENGTH(early));
	expire(s, end);
	check_claims(s, after, LENGTH(after));
	expire(s, NOW + 30 * STORE_DAY_MS);
	check_claims(s, last, LENGTH(last));
}

static void
jobs_are_forgotten_after_their_days_unless_they_wait(void **state)
{
	struct store *s = ((struct fixture *)*state)->s;
	const int64_t end = NOW + STORE_JOB_DAYS * STORE_DAY_MS;
	const struct wish w = { "d", "patient", .at = NOW };
	struct job patient = some_job("patient", NOW);
	enum claim_result result;

	claim(s, (struct wish){ "a", "sent", .at = NOW });
	finish(s, take(s, NOW + 10 * MINUTE), JOB_SENT, 0, "");
	claim(s, (struct wish){ "b", "stuck", .at = NOW });
	take(s, NOW + 10 * MINUTE);
	claim(s, (struct wish){ "c", "never", .at = NOW });
	patient.expires_ms = end + STORE_DAY_MS;
	assert_int_equal(try_claim(s, &w, &patient, &result, NULL), 0);
	expire(s, NOW + STORE_DAY_MS - 1);
	check_jobs("a day", s,
	    "sent sent, stuck sending, never waiting, patient waiting");
	take(s, end - 1);
	expire(s, end - 1);
	check_jobs("kept for review", s,
	    "sent sent, stuck sending, never failed (expired), "
	    "patient waiting");
	expire(s, end);
	check_jobs("a week", s, "patient waiting");
	take(s, end);
	expire(s, patient.expires_ms - 1);
	check_jobs("may still be on its way", s, "patient sending");
	expire(s, patient.expires_ms);
	check_jobs("all", s, "");
	claim(s, (struct wish){ "e", "new", .at = NOW });
	assert_int_equal(take(s, NOW + 10 * MINUTE), 5); /* no id comes twice */
}

static size_t
forget(struct store *s, const char *word)
{
	struct forgotten count = { 77, 77, 77 };
	struct err e = ERR_NONE;

	if (s->ops->forget(s, key(s, word).text, &count, &e) < 0)
		fail_msg("forget: %s", e.text);
	return count.marks * 10000 + count.seen * 100 + count.claims;
}

static void
mark(struct store *s, const char *word, int64_t at_ms)
{
	struct err e = ERR_NONE;

	if (s->ops->mark(s, key(s, word).text, at_ms, &e) < 0)
		fail_msg("mark: %s", e.text);
}

/* "2, last NOW+5" */
static void
check_marks(const char *name, struct store *s, const char *word,
    int64_t after_ms, const char *want)
{
	struct marks found = { 77, 77 };
	struct err e = ERR_NONE;
	char got[64];

	if (s->ops->marks(s, key(s, word).text, after_ms, &found, &e) < 0)
		fail_msg("%s: %s", name, e.text);
	snprintf(got, sizeof(got), "%u, last NOW%+lld", found.count,
	    (long long)(found.count == 0 ? found.last_ms
					 : found.last_ms - NOW));
	check_string(name, got, want);
}

static void
marks_are_counted_by_key_and_time(void **state)
{
	struct store *s = ((struct fixture *)*state)->s;

	check_marks("none", s, "alice", 0, "0, last NOW+0");
	mark(s, "alice", NOW);
	mark(s, "alice", NOW);
	mark(s, "bob", NOW + 1);
	mark(s, "alice", NOW + 5);
	mark(s, "alice", NOW + 3); /* by another host, late */
	check_marks("each counts", s, "alice", NOW - 1, "4, last NOW+5");
	check_marks("later ones", s, "alice", NOW, "2, last NOW+5");
	check_marks("none so late", s, "alice", NOW + 5, "0, last NOW+0");
	check_marks("another's", s, "bob", 0, "1, last NOW+1");
	assert_int_equal(s->ops->mark(s, "alice", NOW, NULL), -1);
	assert_int_equal(s->ops->marks(s, "alice", NOW, NULL, NULL), -1);
}

static void
marks_are_forgotten(void **state)
{
	const int64_t end = NOW + STORE_MARK_DAYS * STORE_DAY_MS;
	struct store *s = ((struct fixture *)*state)->s;

	mark(s, "alice", NOW);
	mark(s, "alice", NOW + 1);
	mark(s, "bob", NOW + 1);
	expire(s, end - 1);
	check_marks("all are kept", s, "alice", 0, "2, last NOW+1");
	expire(s, end);
	check_marks("their time is over", s, "alice", 0, "1, last NOW+1");
	check_number("by hand", (long long)forget(s, "alice"), 10000);
	check_number("again", (long long)forget(s, "alice"), 0);
	check_marks("gone", s, "alice", 0, "0, last NOW+0");
	check_marks("another's stay", s, "bob", 0, "1, last NOW+1");
	s->rows = 2;
	mark(s, "carol", NOW + 2);
	mark(s, "carol", NOW + 3);
	check_marks("the oldest made room", s, "bob", 0, "0, last NOW+0");
	check_marks("for these", s, "carol", 0, "2, last NOW+3");
}

/* What is counted is hundreds of sights, and claims. */
static void
what_is_forgotten_has_never_been(void **state)
{
	/* clang-format off */
	static const struct row before[] = {
		{ "one",     { "bob", "m1", .at = NOW, .period = 1 },
		    "granted" },
		{ "two",     { "bob", "m2", .at = NOW + 1 }, "granted" },
		{ "another", { "carol", "m3", .at = NOW + 1 }, "granted" },
	}, after[] = {
		{ "another",  { "carol", "m4", .at = NOW + 2 },
		    "answered-before" },
		{ "her mail", { "x", "m3", .at = NOW + 2 }, "same-message" },
		{ "a cap with room", { "bob", "m2", .at = NOW + 2,
		    .per_day = 2 }, "granted" },
		{ "and no more", { "dave", "m5", .at = NOW + 2, .per_day = 2 },
		    "user-day-cap" },
	};
	/* clang-format on */
	struct store *s = ((struct fixture *)*state)->s;

	check_number("nothing", (long long)forget(s, "bob"), 0);
	seen(s, "bob", "m1", NOW);
	seen(s, "bob", "m2", NOW + 1);
	seen(s, "carol", "m1", NOW + 2);
	check_claims(s, before, LENGTH(before));
	check_number("bob", (long long)forget(s, "bob"), 202);
	check_number("again", (long long)forget(s, "bob"), 0);
	check_jobs("jobs stay", s, "m1 waiting, m2 waiting, m3 waiting");
	assert_int_equal(seen(s, "bob", "m1", NOW + 3), 1);
	assert_int_equal(seen(s, "carol", "m2", NOW + 3), 2);
	check_claims(s, after, LENGTH(after));
	assert_int_equal(s->ops->forget(s, "bob", NULL, NULL), -1);
}

/* Nothing of it is left behind that counts, or that is in the way later. */
static void
what_is_forgotten_takes_no_room(void **state)
{
	struct store *s = ((struct fixture *)*state)->s;

	s->rows = 2;
	seen(s, "bob", "m1", NOW);
	seen(s, "carol", "m1", NOW + 1);
	check_number("bob", (long long)forget(s, "bob"), 100);
	assert_int_equal(seen(s, "bob", "m1", NOW + 2), 1);
	assert_int_equal(seen(s, "carol", "m1", NOW + 3), 1);
	assert_int_equal(seen(s, "bob", "m1", NOW + 3), 1);
	expire(s, NOW + STORE_SEEN_DAYS * STORE_DAY_MS);
	assert_int_equal(seen(s, "bob", "m2", NOW + 4), 2);
}

static void
the_oldest_sights_and_claims_make_room(void **state)
{
	struct store *s = ((struct fixture *)*state)->s;

	assert_int_equal(s->rows, LIMIT_STORE_ROWS);
	s->rows = 2;
	assert_int_equal(seen(s, "bob", "m1", NOW), 1);
	assert_int_equal(seen(s, "bob", "m2", NOW), 2);
	assert_int_equal(seen(s, "bob", "m1", NOW), 2);
	assert_int_equal(seen(s, "bob", "m3", NOW), 2);   /* m1 is gone */
	assert_int_equal(seen(s, "carol", "m1", NOW), 1); /* and m2 */
	assert_int_equal(seen(s, "bob", "m3", NOW), 1);

	check_string("1", claim(s, (struct wish){ "a", "m1", .at = NOW }),
	    "granted");
	check_string("2", claim(s, (struct wish){ "b", "m2", .at = NOW }),
	    "granted");
	check_string("at the limit",
	    claim(s, (struct wish){ "a", "m1", .at = NOW }), "same-message");
	check_string("3", claim(s, (struct wish){ "c", "m3", .at = NOW }),
	    "granted");
	check_string("kept", claim(s, (struct wish){ "b", "m2", .at = NOW }),
	    "same-message");
	check_string("gone", claim(s, (struct wish){ "a", "m1", .at = NOW }),
	    "granted");
}

static void
ended_jobs_make_room_and_others_do_not(void **state)
{
	struct store *s = ((struct fixture *)*state)->s;
	const struct wish w = { "d", "m4", .at = NOW };

	assert_int_equal(s->jobs, LIMIT_STORE_JOBS);
	s->jobs = 2;
	claim(s, (struct wish){ "a", "m1", .at = NOW });
	finish(s, take(s, NOW + 10 * MINUTE), JOB_SENT, 0, "");
	claim(s, (struct wish){ "b", "m2", .at = NOW });
	check_jobs("at the limit", s, "m1 sent, m2 waiting");
	claim(s, (struct wish){ "c", "m3", .at = NOW });
	check_jobs("one past it", s, "m2 waiting, m3 waiting");
	assert_int_equal(s->ops->hold(s, 2, VIEW("x"), NULL), 0);
	check_string("full", claim(s, w), "outbox-full");
	check_jobs("unchanged", s, "m2 held (x), m3 waiting");
	s->jobs = 3;
	check_string("nothing was claimed", claim(s, w), "granted");
}

static void
a_job_has_a_largest_size(void **state)
{
	struct store *s = ((struct fixture *)*state)->s;
	const struct wish w = { "k", "m", .at = NOW };
	char *block = calloc(1, LIMIT_JOB_SIZE);
	struct job job = { .summary = { block, LIMIT_JOB_SIZE },
		.user = VIEW("x") };
	enum claim_result result = CLAIM_SAME;
	struct err e = ERR_NONE;

	assert_int_equal(try_claim(s, &w, &job, &result, &e), -1);
	check_contains("too large", e.text, "more than 8192");
	job.user = VIEW("");
	assert_int_equal(try_claim(s, &w, &job, &result, &e), 0);
	assert_int_equal(result, CLAIM_GRANTED);
	free(block);
}

static void
only_digests_are_keys(void **state)
{
	static const char *const rows[] = {
		"",
		"alice@example.net",
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcd"
		"e",
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcd"
		"ef0",
		"0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcd"
		"ef",
	};
	struct store *s = ((struct fixture *)*state)->s;
	struct key good = key(s, "good");
	struct job job = some_job("m", NOW);
	enum claim_result result;
	unsigned count;

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct claim c = { good.text, good.text, NOW, MINUTE, good.text,
			1, 1 };
		const char **place[] = { &c.key, &c.message, &c.user };

		for (size_t j = 0; j < LENGTH(place); j++) {
			*place[j] = rows[i];
			assert_int_equal(s->ops->claim(s, &c, &job, &result,
					     NULL),
			    -1);
			*place[j] = good.text;
		}
		assert_int_equal(s->ops->seen(s, rows[i], good.text, NOW,
				     &count, NULL),
		    -1);
		assert_int_equal(s->ops->seen(s, good.text, rows[i], NOW,
				     &count, NULL),
		    -1);
	}
	check_jobs("nothing", s, "");
}

static void
a_job_that_cannot_be_handed_out_is_not_taken(void **state)
{
	struct store *s = ((struct fixture *)*state)->s;
	struct pool *p = pool_new(16);
	struct job job;
	struct err e = ERR_NONE;

	claim(s, (struct wish){ "k", "m", .at = NOW });
	assert_int_equal(s->ops->take(s, NOW + STORE_HOUR_MS, p, &job, &e), -1);
	check_contains("why", e.text, "no memory");
	assert_int_equal(s->ops->list(s, p, write_job, NULL, &e), -1);
	check_contains("why", e.text, "no memory");
	check_jobs("still there", s, "m waiting");
	assert_int_equal(take(s, NOW + STORE_HOUR_MS), 1);
	pool_free(p);
}

static void
parts_of_a_key_do_not_run_into_each_other(void **state)
{
	struct store *s = ((struct fixture *)*state)->s;
	const struct view ab_c[] = { VIEW("ab"), VIEW("c") };
	const struct view a_bc[] = { VIEW("a"), VIEW("bc") };
	char first[DIGEST_HEX_SIZE], second[DIGEST_HEX_SIZE];

	assert_int_equal(store_key(s, ab_c, 2, first), 0);
	assert_int_equal(store_key(s, a_bc, 2, second), 0);
	assert_string_not_equal(first, second);
	assert_int_equal(store_key(s, ab_c, 2, second), 0);
	assert_string_equal(first, second);
}

enum { RACE_KEYS = 500 };

/* One of two threads that want the same things. */
struct racer {
	pthread_t thread;
	struct store *s;
	const char *name;
	bool won[RACE_KEYS];
	unsigned taken, errors;
};

static void *
race_for_claims(void *arg)
{
	struct racer *r = arg;

	for (int i = 0; i < RACE_KEYS; i++) {
		char person[32], message[32];
		const struct wish w = { person, message, .at = NOW };
		struct job job = some_job(message, NOW);
		enum claim_result result = CLAIM_SAME;

		snprintf(person, sizeof(person), "%d", i);
		snprintf(message, sizeof(message), "%s %d", r->name, i);
		job.queue_id = view_of(message);
		if (try_claim(r->s, &w, &job, &result, NULL) < 0)
			r->errors++;
		r->won[i] = result == CLAIM_GRANTED;
	}
	return NULL;
}

static void *
race_for_jobs(void *arg)
{
	struct racer *r = arg;
	struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
	struct job job;
	int result;

	while ((result = r->s->ops->take(r->s, NOW + STORE_HOUR_MS, p, &job,
		    NULL)) > 0)
		r->taken++;
	r->errors += result < 0;
	pool_free(p);
	return NULL;
}

static void
race(struct racer racer[2], void *(*run)(void *arg))
{
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&racer[i].thread, NULL, run,
				     &racer[i]),
		    0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_join(racer[i].thread, NULL), 0);
	assert_int_equal(racer[0].errors + racer[1].errors, 0);
}

static void
of_two_threads_one_wins(void **state)
{
	struct store *s = ((struct fixture *)*state)->s;
	struct racer racer[2] = { { .s = s, .name = "a" },
		{ .s = s, .name = "b" } };

	race(racer, race_for_claims);
	for (int i = 0; i < RACE_KEYS; i++)
		if (racer[0].won[i] == racer[1].won[i])
			fail_msg("key %d: %s winners", i,
			    racer[0].won[i] ? "two" : "no");
	race(racer, race_for_jobs);
	assert_int_equal(racer[0].taken + racer[1].taken, RACE_KEYS);
}

static void
every_word_reads_back(void **state)
{
	enum job_state job_state = JOB_WAITING;
	enum job_mode mode = JOB_REPLY;

	(void)state;
	for (int i = JOB_WAITING; i <= JOB_CANCELLED; i++) {
		const char *name = store_job_state_name((enum job_state)i);

		assert_int_equal(store_job_state_parse(view_of(name),
				     &job_state),
		    0);
		assert_int_equal(job_state, i);
	}
	assert_int_equal(store_job_state_parse(VIEW("sen"), &job_state), -1);
	for (int i = JOB_REPLY; i <= JOB_DIGEST; i++) {
		const char *name = store_job_mode_name((enum job_mode)i);

		assert_int_equal(store_job_mode_parse(view_of(name), &mode), 0);
		assert_int_equal(mode, i);
	}
	assert_int_equal(store_job_mode_parse(VIEW("drafts"), &mode), -1);
}

static int
start_server(void **state)
{
	(void)state;
	if (strcmp(BACK_END, "redis") == 0)
		redis_server_start(&server, NULL);
	return 0;
}

static int
stop_server(void **state)
{
	(void)state;
	if (strcmp(BACK_END, "redis") == 0)
		redis_server_remove(&server);
	return 0;
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(counts_each_notification_of_a_person_once),
		CASE(grants_once_in_a_period),
		CASE(the_same_message_is_no_new_request),
		CASE(a_user_has_so_many_a_day),
		CASE(a_site_has_so_many_an_hour),
		CASE(the_first_reason_wins),
		CASE(a_cap_of_none_grants_nothing),
		CASE(a_job_comes_back_as_it_was),
		CASE(a_job_is_taken_when_its_time_has_come_and_only_once),
		CASE(jobs_are_taken_in_the_order_of_their_times),
		CASE(a_job_ends_as_it_is_told),
		CASE(a_job_that_was_taken_long_ago_is_lost),
		CASE(a_job_may_wait_for_another_try),
		CASE(a_job_that_is_put_back_was_not_tried),
		CASE(only_a_job_that_was_taken_is_finished),
		CASE(a_person_cancels_only_what_waits),
		CASE(a_person_moves_only_what_is_pending),
		CASE(a_held_job_is_not_taken_until_it_is_released),
		CASE(a_held_job_expires),
		CASE(a_long_reason_is_cut_between_characters),
		CASE(a_job_past_its_time_is_handed_out_failed),
		CASE(a_job_expires_without_another_being_taken),
		CASE(a_list_can_be_stopped_and_acted_on),
		CASE(sights_are_forgotten_after_their_days),
		CASE(claims_are_forgotten_after_their_days_and_their_period),
		CASE(jobs_are_forgotten_after_their_days_unless_they_wait),
		CASE(marks_are_counted_by_key_and_time),
		CASE(marks_are_forgotten),
		CASE(what_is_forgotten_has_never_been),
		CASE(what_is_forgotten_takes_no_room),
		CASE(the_oldest_sights_and_claims_make_room),
		CASE(ended_jobs_make_room_and_others_do_not),
		CASE(a_job_has_a_largest_size),
		CASE(only_digests_are_keys),
		CASE(a_job_that_cannot_be_handed_out_is_not_taken),
		CASE(parts_of_a_key_do_not_run_into_each_other),
		CASE(of_two_threads_one_wins),
		cmocka_unit_test(every_word_reads_back),
	};

	if (strcmp(BACK_END, "redis") == 0 && !redis_server_is_installed())
		return redis_server_skip();
	return cmocka_run_group_tests_name("store " BACK_END, tests,
	    start_server, stop_server);
}
