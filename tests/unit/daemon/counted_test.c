// SPDX-License-Identifier: BSD-2-Clause
#include "daemon/counted.h"

#include "t.h"

struct want {
	enum counter which;
	unsigned label;
};

/* So many are counted in all, each of them once. */
static void
check_counted(const char *name, struct counters *c, const struct want *want,
    size_t count)
{
	struct figures f;
	uint64_t all = 0;

	counters_read(c, &f);
	for (size_t i = 0; i < count; i++)
		check_number(name,
		    (long long)f.of[want[i].which][want[i].label], 1);
	for (int i = 0; i < COUNTER_COUNT; i++)
		for (unsigned k = 0; k < COUNTER_VALUES; k++)
			all += counter_grows((enum counter)i) ? f.of[i][k] : 0;
	check_number(name, (long long)all, (long long)count);
	counters_free(c);
}

static void
records_of_answers_are_counted(void **state)
{
	static const struct {
		const char *what, *mode, *why;
		struct want want[2];
		size_t count;
	} rows[] = {
		{ "queued", "reply", NULL, { { COUNT_REPLIES, END_QUEUED } },
		    1 },
		{ "refused", "reply", "already-answered",
		    { { COUNT_REPLIES, END_NOT_QUEUED } }, 1 },
		{ "refused", "reply", "user-refused",
		    { { COUNT_REPLIES, END_NOT_QUEUED },
			{ COUNT_BREAKER_STOPS, BREAKER_USER } },
		    2 },
		{ "refused", "reply", "route-refuses",
		    { { COUNT_REPLIES, END_NOT_QUEUED },
			{ COUNT_BREAKER_STOPS, BREAKER_ROUTE } },
		    2 },
		{ "bounced", "reply", "550", { { COUNT_REPLIES, END_BOUNCED } },
		    1 },
		{ "queued", "draft", NULL, { { COUNT_DRAFTS, END_QUEUED } },
		    1 },
		{ "queued", "notice", NULL, { { COUNT_NOTICES, END_QUEUED } },
		    1 },
		{ "queued", "digest", NULL, { { COUNT_DIGESTS, END_QUEUED } },
		    1 },
		{ "something", "reply", NULL, { { COUNT_REPLIES, 0 } }, 0 },
		{ "queued", "something", NULL, { { COUNT_REPLIES, 0 } }, 0 },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		const struct audit_outbox record = { .what = rows[i].what,
			.mode = rows[i].mode,
			.why = rows[i].why };
		struct counters *c = counters_new(0);

		counted_outbox(c, &record);
		check_counted(rows[i].what, c, rows[i].want, rows[i].count);
	}
}

static void
ends_of_jobs_are_counted(void **state)
{
	static const struct {
		enum job_state state;
		enum job_mode mode;
		const char *why;
		struct want want[2];
		size_t count;
	} rows[] = {
		{ JOB_SENT, JOB_REPLY, "", { { COUNT_REPLIES, END_SENT } }, 1 },
		{ JOB_WAITING, JOB_DRAFT, "451",
		    { { COUNT_DRAFTS, END_LATER } }, 1 },
		{ JOB_FAILED, JOB_NOTICE, "550",
		    { { COUNT_NOTICES, END_FAILED } }, 1 },
		{ JOB_CANCELLED, JOB_REPLY, "user-off",
		    { { COUNT_REPLIES, END_CANCELLED } }, 1 },
		{ JOB_CANCELLED, JOB_REPLY, "user-refused",
		    { { COUNT_REPLIES, END_CANCELLED },
			{ COUNT_BREAKER_STOPS, BREAKER_USER } },
		    2 },
		{ JOB_SENDING, JOB_REPLY, "", { { COUNT_REPLIES, 0 } }, 0 },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		const struct job job = { .mode = rows[i].mode };
		struct counters *c = counters_new(0);

		counted_job(c, &job, rows[i].state, rows[i].why);
		check_counted(store_job_state_name(rows[i].state), c,
		    rows[i].want, rows[i].count);
	}
}

static void
check_figure(const char *name, const struct counters *c, enum counter which,
    unsigned label, long long want)
{
	struct figures f;

	counters_read(c, &f);
	check_number(name, (long long)f.of[which][label], want);
}

static void
what_is_down_comes_up_again(void **state)
{
	struct counters *c = counters_new(0);

	(void)state;
	check_figure("begin", c, COUNT_STORE_UP, OF_SENDER, 1);
	counted_store(c, OF_SENDER, false);
	counted_store(c, OF_SENDER, false);
	check_figure("down", c, COUNT_STORE_UP, OF_SENDER, 0);
	check_figure("the other", c, COUNT_STORE_UP, OF_FILTER, 1);
	counted_store(c, OF_SENDER, true);
	check_figure("up", c, COUNT_STORE_UP, OF_SENDER, 1);
	check_figure("errors", c, COUNT_STORE_ERRORS, OF_SENDER, 2);
	counted_audit(c, OF_FILTER, 1, 2, false);
	check_figure("audit down", c, COUNT_AUDIT_UP, OF_FILTER, 0);
	counted_audit(c, OF_FILTER, 3, 0, true);
	check_figure("audit up", c, COUNT_AUDIT_UP, OF_FILTER, 1);
	check_figure("written", c, COUNT_AUDIT_WRITTEN, OF_FILTER, 4);
	check_figure("lost", c, COUNT_AUDIT_LOST, OF_FILTER, 2);
	counters_free(c);
}

/* It takes along what waited, and what it knew of the store. */
static void
a_filter_that_died_lost_what_waited(void **state)
{
	struct counters *c = counters_new(0);

	(void)state;
	counted_audit(c, OF_FILTER, 0, 0, false);
	counted_store(c, OF_FILTER, false);
	counters_set(c, COUNT_AUDIT_WAITING, 0, 7);
	counted_begin(c, OF_SENDER);
	check_figure("a sender begins", c, COUNT_AUDIT_WAITING, 0, 7);
	check_figure("a sender begins", c, COUNT_AUDIT_UP, OF_FILTER, 0);
	counted_begin(c, OF_FILTER);
	check_figure("waiting", c, COUNT_AUDIT_WAITING, 0, 0);
	check_figure("lost", c, COUNT_AUDIT_LOST, OF_FILTER, 7);
	check_figure("audit", c, COUNT_AUDIT_UP, OF_FILTER, 1);
	check_figure("store", c, COUNT_STORE_UP, OF_FILTER, 1);
	counters_free(c);
	counted_begin(NULL, OF_FILTER);
}

static void
refusals_at_an_open_breaker_are_counted(void **state)
{
	static const unsigned
	    opened[BREAKERS] = { [BREAKER_USER] = 0, [BREAKER_ROUTE] = 10 };
	static const struct want want = { COUNT_BREAKERS_OPENED,
		BREAKER_ROUTE };
	struct counters *c = counters_new(0);

	(void)state;
	counted_breakers(c, opened);
	check_counted("route", c, &want, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_of_answers_are_counted),
		cmocka_unit_test(ends_of_jobs_are_counted),
		cmocka_unit_test(what_is_down_comes_up_again),
		cmocka_unit_test(a_filter_that_died_lost_what_waited),
		cmocka_unit_test(refusals_at_an_open_breaker_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
