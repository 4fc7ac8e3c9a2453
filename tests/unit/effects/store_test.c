// SPDX-License-Identifier: BSD-2-Clause
/*
 * store_test.c - a store that does not answer is left alone for a while.
 *
 * What every back end does is in tests/contract.
 */
#include "effects/store.h"

#include "base/limits.h"
#include "base/text.h"
#include "t.h"

#define KEY "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define NOW INT64_C(1780000000000)

/* Answers as it is told to, and counts how often it was asked. */
struct fake {
	struct store store;
	int result;
	unsigned asked;
};

static int
fake_answer(struct store *s, struct err *e)
{
	struct fake *f = (struct fake *)s;

	f->asked++;
	return f->result < 0 ? err_set(e, "database is locked") : 0;
}

static int
fake_seen(struct store *s, const char *key, const char *message, int64_t now_ms,
    unsigned *count, struct err *e)
{
	(void)key;
	(void)message;
	(void)now_ms;
	*count = 7;
	return fake_answer(s, e);
}

static int
fake_claim(struct store *s, const struct claim *c, const struct job *job,
    enum claim_result *result, struct err *e)
{
	(void)c;
	(void)job;
	*result = CLAIM_USER_CAP;
	return fake_answer(s, e);
}

static const struct store_ops fake_ops = { .name = "fake",
	.seen = fake_seen,
	.claim = fake_claim };

/* One after the other; the store remembers. */
static void
what_fails_is_left_alone_for_a_while(void **state)
{
	static const struct {
		const char *name;
		bool claims; /* or counts */
		int64_t at_ms;
		int store, want;
		bool asked;
		const char *why;
	} rows[] = {
		{ "it works", false, 0, 0, 0, true, "" },
		{ "and again, at once", true, 0, 0, 0, true, "" },
		{ "it fails", false, 1000, -1, -1, true, "database is locked" },
		{ "it is left alone", false, 1000, 0, -1, false, "" },
		{ "whatever is wanted", true, 1001, 0, -1, false, "" },
		{ "to the end", false, 999 + STORE_REST_MS, 0, -1, false, "" },
		{ "then it is asked again", false, 1000 + STORE_REST_MS, -1, -1,
		    true, "database is locked" },
		{ "and left alone again", true, 1001 + STORE_REST_MS, 0, -1,
		    false, "" },
		{ "until it works", true, 1000 + 2 * STORE_REST_MS, 0, 0, true,
		    "" },
		{ "for good", false, 1000 + 2 * STORE_REST_MS, 0, 0, true, "" },
		{ "a claim that fails", true, 100000, -1, -1, true,
		    "database is locked" },
		{ "counts as much", false, 100001, 0, -1, false, "" },
		{ "a clock that is set back ends it", false, 99999, 0, 0, true,
		    "" },
	};
	struct fake f = { .result = 0 };

	(void)state;
	store_init(&f.store, &fake_ops);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct claim claim = { .key = KEY,
			.message = KEY,
			.user = KEY,
			.now_ms = NOW + rows[i].at_ms };
		struct job job = { .mode = JOB_DRAFT };
		struct err e = ERR_NONE;
		enum claim_result verdict = CLAIM_GRANTED;
		unsigned count = 0, asked = f.asked;
		int result;

		f.result = rows[i].store;
		result = rows[i].claims
		    ? store_claim(&f.store, &claim, &job, &verdict, &e)
		    : store_seen(&f.store, "k", "m", claim.now_ms, &count, &e);
		check_number(rows[i].name, result, rows[i].want);
		check_number(rows[i].name, f.asked - asked, rows[i].asked);
		check_string(rows[i].name, e.text, rows[i].why);
		if (result == 0 && rows[i].claims)
			check_number(rows[i].name, verdict, CLAIM_USER_CAP);
		else if (result == 0)
			check_number(rows[i].name, count, 7);
	}
}

static void
a_job_that_no_store_takes_begins_no_rest(void **state)
{
	struct fake f = { .result = 0 };
	struct text large = TEXT_INIT(LIMIT_JOB_SIZE + 1);
	struct claim claim = { .key = KEY,
		.message = KEY,
		.user = KEY,
		.now_ms = NOW };
	struct job job = { .mode = JOB_DRAFT };
	struct err e = ERR_NONE;
	enum claim_result verdict;
	unsigned count;

	(void)state;
	store_init(&f.store, &fake_ops);
	while (large.size <= LIMIT_JOB_SIZE)
		text_add_byte(&large, 'x');
	job.summary = text_view(&large);
	assert_int_equal(store_claim(&f.store, &claim, &job, &verdict, &e), -1);
	assert_int_equal(f.asked, 0);
	assert_int_equal(store_seen(&f.store, KEY, KEY, NOW, &count, &e), 0);
	assert_int_equal(f.asked, 1);
	text_free(&large);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_fails_is_left_alone_for_a_while),
		cmocka_unit_test(a_job_that_no_store_takes_begins_no_rest),
	};

	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
