// SPDX-License-Identifier: BSD-2-Clause
/*
 * replay_count_test.c - decisions compared, changes told apart and counted.
 */
#include "ctl/replay_count.h"

#include <stdio.h>

#include "base/text.h"
#include "t.h"

#define V(literal)                           \
	{                                    \
		literal, sizeof(literal) - 1 \
	}

static void
says_what_differs(void **state)
{
	static const struct {
		const char *name;
		struct replay_decision was, now;
		bool differs;
	} rows[] = {
		{ "the same", { V("r"), V("rule"), V("tag:X") },
		    { V("r"), V("rule"), V("tag:X") }, false },
		{ "another rule", { V("r"), V("rule"), V("tag:X") },
		    { V("s"), V("rule"), V("tag:X") }, true },
		{ "other actions", { V("r"), V("rule"), V("tag:X") },
		    { V("r"), V("rule"), V("tag:X, quarantine") }, true },
		{ "held no more by that rule, but for another reason",
		    { V("r"), V("never-held"), V("deliver") },
		    { V("r"), V("rule"), V("deliver") }, false },
		{ "no rule, for another reason",
		    { V(""), V("tag-only"), V("") },
		    { V(""), V("no-user"), V("") }, true },
		{ "no rule, as before", { V(""), V("no-rule"), V("deliver") },
		    { V(""), V("no-rule"), V("deliver") }, false },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		check_number(rows[i].name,
		    replay_differs(&rows[i].was, &rows[i].now),
		    rows[i].differs);
}

/* A case whose now is the rule; what is added is gone afterwards. */
static void
add(struct replay_count *c, enum replay_fate fate, const char *rule,
    const char *untold)
{
	struct view name = exact_string(rule);
	struct replay_case one = { .queue_id = name,
		.was = { VIEW(""), VIEW("no-rule"), VIEW("deliver") },
		.now = { name, VIEW("rule"), VIEW("tag:X") },
		.untold = untold };

	assert_int_equal(replay_count_add(c, fate, &one), 0);
	exact_free(name);
}

static void
sorts_changes_before_what_is_unknown(void **state)
{
	struct text got = TEXT_INIT(1000);
	struct replay_count c;

	(void)state;
	assert_int_equal(replay_count_init(&c), 0);
	add(&c, REPLAY_UNTOLD, "u", "subject");
	add(&c, REPLAY_UNTOLD, "u", "subject");
	add(&c, REPLAY_UNTOLD, "u", "note_text");
	add(&c, REPLAY_DIFFERS, "u", NULL);
	add(&c, REPLAY_SAME, "s", NULL);
	for (size_t i = 0; i < REPLAY_EXAMPLES + 1; i++)
		add(&c, REPLAY_DIFFERS, "b", NULL);
	add(&c, REPLAY_DIFFERS, "a", NULL);
	replay_count_sort(&c);
	for (size_t i = 0; i < c.changes; i++)
		text_addf(&got, "%s %.*s %zu of %zu\n",
		    replay_fate_name(c.change[i].fate),
		    VIEW_ARG(c.change[i].example[0].now.rule),
		    c.change[i].examples, c.change[i].count);
	check_view("changes", text_view(&got),
	    "differ b 3 of 4\ndiffer a 1 of 1\ndiffer u 1 of 1\n"
	    "cannot_tell u 2 of 2\ncannot_tell u 1 of 1\n");
	assert_int_equal(c.fate[REPLAY_SAME], 1);
	assert_int_equal(c.fate[REPLAY_DIFFERS], 6);
	assert_int_equal(c.fate[REPLAY_UNTOLD], 3);
	text_free(&got);
	replay_count_free(&c);
}

/* As many different ones as there may be, and one more. */
static void
counts_the_others_past_its_ceiling(void **state)
{
	struct replay_count c;
	char rule[32];

	(void)state;
	assert_int_equal(replay_count_init(&c), 0);
	for (size_t i = 0; i < REPLAY_CHANGES; i++) {
		snprintf(rule, sizeof(rule), "rule %zu", i);
		add(&c, REPLAY_DIFFERS, rule, NULL);
	}
	assert_int_equal(c.changes, REPLAY_CHANGES);
	assert_int_equal(c.others[REPLAY_DIFFERS], 0);
	add(&c, REPLAY_DIFFERS, "one more", NULL);
	add(&c, REPLAY_DIFFERS, "rule 0", NULL);
	assert_int_equal(c.changes, REPLAY_CHANGES);
	assert_int_equal(c.others[REPLAY_DIFFERS], 1);
	assert_int_equal(c.fate[REPLAY_DIFFERS], REPLAY_CHANGES + 2);
	replay_count_sort(&c);
	check_view("the one that came twice", c.change[0].example[0].now.rule,
	    "rule 0");
	replay_count_free(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_differs),
		cmocka_unit_test(sorts_changes_before_what_is_unknown),
		cmocka_unit_test(counts_the_others_past_its_ceiling),
	};

	return cmocka_run_group_tests_name("replay count", tests, NULL, NULL);
}
