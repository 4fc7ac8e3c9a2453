// SPDX-License-Identifier: BSD-2-Clause
/*
 * report_count_test.c - each figure, counted again by another way; and where
 * the ceilings are.
 */
#include "ctl/report_count.h"

#include <stdio.h>

#include "ctl/report_print.h"
#include "t.h"

/* clang-format off */
static const char *const lines[] = {
	"{\"time\":\"2026-11-23T23:59:59.999Z\",\"type\":\"invitation\","
	"\"trust\":\"direct\",\"person\":{\"name\":\"Ann\"},\"us\":100,"
	"\"recipients\":[{\"user\":\"alice\",\"known\":\"name\",\"rule\":"
	"\"hold\",\"actions\":[\"tag:a, file:b\",\"quarantine\"],\"reply\":{\"why\":"
	"\"known\"}},{\"user\":\"bob\",\"known\":\"no\",\"rule\":\"hold\","
	"\"actions\":[\"tag:X\"],\"not_shared\":[\"tag:X\"]}],\"applied\":[\"header\",\"quarantine\"]}",
	"{\"time\":\"2026-11-24T00:30:00+01:00\",\"type\":\"other\","
	"\"why_other\":\"no-rule\",\"template\":\"new_one\",\"trust\":"
	"\"forged\",\"why_trust\":\"dkim\",\"us\":5,\"recipients\":[{\"user\":"
	"\"alice\",\"known\":\"no\",\"why\":\"no-rule\",\"actions\":[]}]}",
	"{\"time\":\"2026-11-25T10:00:00Z\",\"type\":\"other\",\"why_other\":"
	"\"no-rule\",\"template\":\"new_one\",\"trust\":\"none\",\"us\":7,"
	"\"person\":{\"name\":\"<b>\\u202e & \\u2028</script>\"},"
	"\"recipients\":[]}",
	"{\"time\":\"2026-11-25T10:01:00Z\",\"outbox\":\"sent\",\"mode\":"
	"\"reply\",\"user\":\"alice\"}",
	"{\"time\":\"2026-11-25T10:02:00Z\",\"outbox\":\"refused\",\"mode\":"
	"\"reply\",\"user\":\"alice\",\"why\":\"user-day-cap\"}",
	"{\"time\":\"2026-11-25T10:03:00Z\",\"lost\":3}",
	"{\"time\":\"2026-11-25T10:03:00Z\",\"qid\":\"Q\",\"quarantine\":"
	"\"released\",\"by\":\"root\"}",
	"{\"type\":\"inmail\",\"trust\":\"direct\",\"recipients\":[]}",
};

/* Of a figure, a key, and how often by hand; --user alice in the last. */
static const struct {
	enum report_by by;
	const char *first, *second;
	int all, alice;
} rows[] = {
	{ REPORT_DAY, "", "2026-11-23", 2, 2 },
	{ REPORT_DAY, "", "2026-11-25", 1, 0 },
	{ REPORT_DAY, "", "2026-11-24", 0, 0 },
	{ REPORT_TYPE, "", "invitation", 1, 1 },
	{ REPORT_TYPE, "", "other", 2, 1 },
	{ REPORT_TYPE, "", "inmail", 1, 0 },
	{ REPORT_TRUST, "", "direct", 2, 1 },
	{ REPORT_TRUST, "", "forged", 1, 1 },
	{ REPORT_TRUST, "", "none", 1, 0 },
	{ REPORT_PERSON, "", "Ann", 1, 1 },
	{ REPORT_FORGED, "", "dkim", 1, 1 },
	{ REPORT_DRIFT, "no-rule", "new_one", 1, 0 },
	{ REPORT_DRIFT, "", "new_one", 0, 0 },
	{ REPORT_USER, "", "alice", 2, 2 },
	{ REPORT_USER, "", "bob", 1, 0 },
	{ REPORT_KNOWN, "", "name", 1, 1 },
	{ REPORT_KNOWN, "", "no", 2, 1 },
	{ REPORT_ACTION, "", "tag", 1, 1 },
	{ REPORT_ACTION, "", "file", 0, 0 },
	{ REPORT_ACTION, "", "quarantine", 1, 1 },
	{ REPORT_RULE, "alice", "hold", 1, 1 },
	{ REPORT_RULE, "bob", "hold", 1, 0 },
	{ REPORT_RULE, "alice", "no-rule", 0, 0 },
	{ REPORT_NO_REPLY, "", "known", 1, 1 },
	{ REPORT_JOB, "", "sent", 1, 1 },
	{ REPORT_JOB, "", "refused", 1, 1 },
	{ REPORT_REFUSED, "", "user-day-cap", 1, 1 },
	{ REPORT_HELD, "", "held", 1, 1 },
	{ REPORT_HELD, "", "released", 1, 0 },
};
/* clang-format on */

static void
count_line(struct report *r, const char *line, const struct selection *wanted)
{
	struct pool *p = pool_new(1000000);
	struct audit_entry e;
	struct err why = ERR_NONE;

	assert_non_null(p);
	if (audit_read(view_of(line), p, &e, &why) < 0)
		fail_msg("%s: %s", line, why.text);
	if (wanted == NULL || selection_wants(wanted, &e))
		assert_int_equal(report_count(r, &e, wanted), 0);
	pool_free(p);
}

static void
count_lines(struct report *r, const struct selection *wanted)
{
	report_init(r);
	for (size_t i = 0; i < LENGTH(lines); i++)
		count_line(r, lines[i], wanted);
}

static const struct report_row *
find(const struct report *r, enum report_by by, const char *first,
    const char *second)
{
	const struct report_figure *f = &r->figure[by];

	for (size_t i = 0; i < f->size; i++)
		if (strcmp(f->row[i].first, first) == 0 &&
		    strcmp(f->row[i].second, second) == 0)
			return &f->row[i];
	return NULL;
}

static void
check_rows(const struct report *r, bool alice)
{
	for (size_t i = 0; i < LENGTH(rows); i++) {
		const struct report_row *row =
		    find(r, rows[i].by, rows[i].first, rows[i].second);
		int want = alice ? rows[i].alice : rows[i].all;

		if ((row == NULL ? 0 : row->count) != want)
			fail_msg("%s: %s %s%s: %lld, want %d",
			    report_name(rows[i].by), rows[i].first,
			    rows[i].second, alice ? " of alice" : "",
			    row == NULL ? 0 : row->count, want);
	}
}

static void
counts_each_figure(void **state)
{
	static const struct selection alice = { .user = "alice" };
	struct report r;

	(void)state;
	count_lines(&r, NULL);
	check_rows(&r, false);
	assert_int_equal(r.messages, 4);
	assert_int_equal(r.recipients, 3);
	assert_int_equal(r.jobs, 2);
	assert_int_equal(r.lost, 3);
	assert_int_equal(find(&r, REPORT_DRIFT, "no-rule", "new_one")->first_ms,
	    1795600800000);
	assert_int_equal(r.figure[REPORT_ACTION].size, 2);
	report_free(&r);
	count_lines(&r, &alice);
	check_rows(&r, true);
	assert_int_equal(r.recipients, 2);
	report_free(&r);
}

static void
counts_the_rest_together(void **state)
{
	struct report r;
	char line[200];
	long long sum = 0;

	(void)state;
	report_init(&r);
	/* Each key twice, and 7 keys too many. */
	for (int i = 0; i < 2 * (REPORT_KEYS + 7); i++) {
		snprintf(line, sizeof(line),
		    "{\"type\":\"%d\",\"recipients\":[]}", i / 2);
		count_line(&r, line, NULL);
	}
	assert_int_equal(r.figure[REPORT_TYPE].size, REPORT_KEYS);
	assert_int_equal(r.figure[REPORT_TYPE].others, 14);
	for (size_t i = 0; i < r.figure[REPORT_TYPE].size; i++) {
		assert_int_equal(r.figure[REPORT_TYPE].row[i].count, 2);
		sum += r.figure[REPORT_TYPE].row[i].count;
	}
	assert_int_equal(sum + 14, r.messages);
	report_free(&r);
}

static void
cuts_long_keys(void **state)
{
	struct report r;
	char key[REPORT_KEY_SIZE + 2], line[REPORT_KEY_SIZE + 100];

	(void)state;
	report_init(&r);
	for (size_t size = REPORT_KEY_SIZE - 1; size <= REPORT_KEY_SIZE + 1;
	     size++) {
		memset(key, 'x', size);
		key[size] = '\0';
		snprintf(line, sizeof(line), "{\"type\":\"%s\"}", key);
		count_line(&r, line, NULL);
	}
	assert_int_equal(r.figure[REPORT_TYPE].size, 2);
	assert_int_equal(strlen(r.figure[REPORT_TYPE].row[1].second),
	    REPORT_KEY_SIZE);
	assert_int_equal(r.figure[REPORT_TYPE].row[1].count, 2);
	report_free(&r);
}

static int
by_size(const void *a, const void *b)
{
	const long long *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Against the sorted times themselves: never below, 1/32 above at most. */
static void
tells_how_long(void **state)
{
	static const unsigned percent[] = { 1, 50, 95, 99, 100 };
	static long long us[1001];
	uint32_t random = 1;
	struct report r;

	(void)state;
	report_init(&r);
	assert_int_equal(report_percentile(&r, 50), -1);
	for (size_t i = 0; i < LENGTH(us); i++) {
		struct audit_entry e = { .type = VIEW("x") };

		random = random * 1664525U + 1013904223U;
		us[i] = (long long)(random >> (random % 28U));
		e.took_us = us[i];
		assert_int_equal(report_count(&r, &e, NULL), 0);
	}
	qsort(us, LENGTH(us), sizeof(us[0]), by_size);
	for (size_t i = 0; i < LENGTH(percent); i++) {
		long long got = report_percentile(&r, percent[i]);
		long long want = us[(LENGTH(us) * percent[i] + 99) / 100 - 1];

		if (got < want || got > want + want / 32)
			fail_msg("%u: %lld, want %lld", percent[i], got, want);
	}
	assert_int_equal(r.time_max_us, us[LENGTH(us) - 1]);
	report_free(&r);
}

static void
takes_the_longest_time(void **state)
{
	struct audit_entry e = { .type = VIEW("x"), .took_us = INT64_MAX };
	struct report r;

	(void)state;
	report_init(&r);
	assert_int_equal(report_count(&r, &e, NULL), 0);
	assert_true(report_percentile(&r, 50) == INT64_MAX);
	report_free(&r);
}

static void
knows_rules_that_never_matched(void **state)
{
	struct report r;
	struct text out = TEXT_INIT(REPORT_TEXT_SIZE);

	(void)state;
	count_lines(&r, NULL);
	assert_int_equal(report_expect(&r, VIEW("alice"), VIEW("hold")), 0);
	assert_int_equal(report_expect(&r, VIEW("alice"), VIEW("idle")), 0);
	r.knows_rules = true;
	report_sort(&r);
	assert_true(find(&r, REPORT_RULE, "alice", "hold")->in_force);
	assert_int_equal(find(&r, REPORT_RULE, "alice", "hold")->count, 1);
	assert_false(find(&r, REPORT_RULE, "bob", "hold")->in_force);
	report_text(&r, &out);
	assert_non_null(strstr(text_string(&out),
	    "Rules that never matched\n           alice: idle\n"));
	text_clear(&out);
	report_json(&r, &out);
	assert_non_null(strstr(text_string(&out),
	    "{\"user\":\"alice\",\"rule\":\"idle\",\"count\":0,"
	    "\"in_force\":true,\"first\":null,\"last\":null}"));
	text_free(&out);
	report_free(&r);
}

static void
prints(void **state)
{
	static const char *const want[] = {
		"4 messages, 3 recipients, 2 records of answers, "
		"2026-11-23 to 2026-11-25\nlost records: 3\n",
		"\nMessages by day (UTC)\n        2  2026-11-23\n"
		"        1  2026-11-25\n",
		"        1  no-rule: new_one, first seen 2026-11-25\n",
		"        1  <b>? & ?</script>\n",
		"Rules that never matched\n           not known\n",
		"        7  half of the messages at most\n",
		"      100  the longest\n",
	};
	static const char *const json[] = {
		"{\"v\":1,\"messages\":4,\"recipients\":3,\"jobs\":2,",
		"\"us\":{\"p50\":7,\"p95\":100,\"p99\":100,\"max\":100}",
		"\"day\":{\"rows\":[{\"key\":\"2026-11-23\",\"count\":2,",
		"\"count\":2,\"first\":\"2026-11-23T23:30:00Z\"",
		"<b>\\u202e & \\u2028</script>",
	};
	struct text out = TEXT_INIT(REPORT_TEXT_SIZE);
	struct report r;

	(void)state;
	count_lines(&r, NULL);
	report_sort(&r);
	report_text(&r, &out);
	for (size_t i = 0; i < LENGTH(want); i++)
		if (strstr(text_string(&out), want[i]) == NULL)
			fail_msg("no \"%s\" in\n%s", want[i],
			    text_string(&out));
	text_clear(&out);
	report_json(&r, &out);
	for (size_t i = 0; i < LENGTH(json); i++)
		if (strstr(text_string(&out), json[i]) == NULL)
			fail_msg("no \"%s\" in\n%s", json[i],
			    text_string(&out));
	text_free(&out);
	report_free(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_each_figure),
		cmocka_unit_test(counts_the_rest_together),
		cmocka_unit_test(cuts_long_keys),
		cmocka_unit_test(tells_how_long),
		cmocka_unit_test(takes_the_longest_time),
		cmocka_unit_test(knows_rules_that_never_matched),
		cmocka_unit_test(prints),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
