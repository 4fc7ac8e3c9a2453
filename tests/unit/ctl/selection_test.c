// SPDX-License-Identifier: BSD-2-Clause
/*
 * selection_test.c - which records are wanted; and that a line is only left
 * alone where its record is not.
 */
#include "ctl/selection.h"

#include <stdio.h>

#include "t.h"

/* clang-format off */
static const char *const lines[] = {
	/* As we write them. */
	"{\"v\":1,\"time\":\"2026-11-23T10:00:00.123Z\",\"host\":\"mx1\","
	"\"qid\":\"Q1\",\"type\":\"invitation\",\"trust\":\"direct\","
	"\"person\":{\"name\":\"Zo\u00EB Example\"},\"recipients\":[{\"user\":"
	"\"alice\",\"rule\":\"hold\",\"actions\":[\"tag:X\",\"quarantine\"]},"
	"{\"user\":\"bob\",\"why\":\"no-rule\",\"actions\":[]}]}",
	"{\"v\":1,\"time\":\"2026-11-24T10:00:00.123Z\",\"qid\":\"Q2\","
	"\"job\":7,\"outbox\":\"sent\",\"mode\":\"reply\",\"user\":\"alice\"}",
	/* As others may. */
	"{ \"type\" : \"invitation\" , \"recipients\" : [ { \"user\" : "
	"\"alice\" , \"rule\" : \"hold\" } ] , \"time\" : "
	"\"2026-11-23T11:00:00+01:00\" }",
	"{\"type\":\"invit\\u0061tion\",\"trust\":\"d\\u0069rect\","
	"\"recipients\":[{\"user\":\"al\\u0069ce\"}]}",
	"{\"type\":\"invitation\",\"recipients\":[{\"user\":\"a\\/b\"}]}",
	"{\"type\":\"invitation\",\"recipients\":[{\"user\":\"a/b\"}]}",
	"{\"type\":\"invitation\",\"recipients\":[{\"user\":\"b\",\"rule\":"
	"\"the \\\"one\\\"\"}]}",
	/* The words somewhere else. */
	"{\"type\":\"message\",\"person\":{\"name\":\"alice\",\"headline\":"
	"\"\\\"hold\\\" and tag:X\"},\"recipients\":[{\"user\":\"bob\"}]}",
	"{\"type\":\"message\",\"recipients\":[{\"user\":\"alice2\",\"rule\":"
	"\"holder\",\"actions\":[\"tags:X\",\"tag:a, quarantine\"]}]}",
	/* Keys twice, of which the last counts. */
	"{\"time\":\"2020-01-01T00:00:00.000Z\",\"type\":\"invitation\","
	"\"time\":\"2026-11-23T10:00:00.000Z\",\"recipients\":[]}",
	"{\"x\":{\"time\":\"2020-01-01T00:00:00.000Z\"},\"type\":\"invitation\","
	"\"time\":\"2026-11-23T10:00:00.000Z\",\"recipients\":[]}",
	"{\"time\":\"2020-01-01T00:00:00.000Z\",\"type\":\"invitation\","
	"\"t\\u0069me\":\"2026-11-23T10:00:00.000Z\"}",
	/* No time, or none that can be read. */
	"{\"type\":\"invitation\",\"user\":\"alice\"}",
	"{\"time\":\"2026-11-23\",\"type\":\"invitation\"}",
	"{\"time\":20261123,\"type\":\"invitation\"}",
};

/* An option with its value, in which lines' records, of those above. */
static const struct {
	int option;
	const char *value, *want;
} rows[] = {
	{ SELECT_USER, "alice", "0 1 2 3" },
	{ SELECT_USER, "bob", "0 7" },
	{ SELECT_USER, "a/b", "4 5" },
	{ SELECT_USER, "carol", "" },
	{ SELECT_TYPE, "invitation", "0 2 3 4 5 6 9 10 11 12 13 14" },
	{ SELECT_TYPE, "message", "7 8" },
	{ SELECT_TRUST, "direct", "0 3" },
	{ SELECT_RULE, "hold", "0 2" },
	{ SELECT_RULE, "the \"one\"", "6" },
	{ SELECT_RULE, "no-rule", "" },
	{ SELECT_ACTION, "tag", "0 8" },
	{ SELECT_ACTION, "tag:a, quarantine", "8" },
	{ SELECT_ACTION, "tag:X", "0" },
	{ SELECT_ACTION, "tag:", "" },
	{ SELECT_ACTION, "quarantine", "0" },
	{ SELECT_ACTION, "reply", "1" },
	{ SELECT_HOST, "mx1", "0" },
	{ SELECT_QUEUE_ID, "Q2", "1" },
	{ SELECT_PERSON, "ZOE", "0" },
	{ SELECT_PERSON, "alice", "7" },
	{ SELECT_SINCE, "2026-11-23T10:00:00Z", "0 1 2 9 10 11" },
	{ SELECT_SINCE, "2026-11-23T10:00:00.001Z", "0 1" },
	{ SELECT_UNTIL, "2026-11-24T00:00:00Z", "0 2 9 10 11" },
	{ SELECT_UNTIL, "2026-11-23T10:00:00Z", "" },
};
/* clang-format on */

static bool
is_wanted(const struct selection *s, const char *line)
{
	struct pool *p = pool_new(1000000);
	struct audit_entry e;
	struct err why = ERR_NONE;
	bool wanted;

	assert_non_null(p);
	if (audit_read(view_of(line), p, &e, &why) < 0)
		fail_msg("%s: %s", line, why.text);
	wanted = selection_wants(s, &e);
	pool_free(p);
	return wanted;
}

static void
wants_what_an_option_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct selection s = { .user = NULL };
		char got[100] = "";
		size_t size = 0;

		assert_int_equal(selection_take(&s, rows[i].option,
				     rows[i].value, 0, NULL),
		    1);
		for (unsigned k = 0; k < LENGTH(lines); k++) {
			bool wanted = is_wanted(&s, lines[k]);

			if (wanted)
				size += (size_t)snprintf(got + size,
				    sizeof(got) - size, "%s%u",
				    size > 0 ? " " : "", k);
			/* The contrary need not be so, but for a few. */
			if (wanted &&
			    !selection_may_want(&s, view_of(lines[k])))
				fail_msg("%s: line %u is wanted and would be "
					 "left alone",
				    rows[i].value, k);
		}
		check_string(rows[i].value, got, rows[i].want);
	}
}

/* Else all would be read, and nothing be won. */
static void
leaves_alone_what_we_wrote_and_is_not_wanted(void **state)
{
	/* clang-format off */
	static const struct {
		const char *value;
		int option;
		bool first, second; /* of the lines */
	} asked[] = {
		{ "carol", SELECT_USER, false, false },
		{ "bob", SELECT_USER, true, false },
		{ "message", SELECT_TYPE, false, false },
		{ "forged", SELECT_TRUST, false, false },
		{ "holder", SELECT_RULE, false, false },
		{ "file", SELECT_ACTION, false, false },
		{ "mx", SELECT_HOST, false, false },
		{ "Q", SELECT_QUEUE_ID, false, false },
		{ "2026-11-24T10:00:00Z", SELECT_SINCE, false, true },
		{ "2026-11-24T10:00:00Z", SELECT_UNTIL, true, false },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(asked); i++) {
		struct selection s = { .user = NULL };

		assert_int_equal(selection_take(&s, asked[i].option,
				     asked[i].value, 0, NULL),
		    1);
		check_number(asked[i].value,
		    selection_may_want(&s, view_of(lines[0])), asked[i].first);
		check_number(asked[i].value,
		    selection_may_want(&s, view_of(lines[1])), asked[i].second);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wants_what_an_option_says),
		cmocka_unit_test(leaves_alone_what_we_wrote_and_is_not_wanted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
