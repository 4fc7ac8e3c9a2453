// SPDX-License-Identifier: BSD-2-Clause
#include "policy/plan.h"

#include "t.h"

/* Reads "tag:A file:B quarantine" into a plan that borrows the words. */
static struct plan
plan_of(const char *words)
{
	static const struct {
		const char *word;
		enum plan_kind kind;
	} kinds[] = {
		{ "deliver", PLAN_DELIVER },
		{ "tag:", PLAN_TAG },
		{ "file:", PLAN_FILE },
		{ "quarantine", PLAN_QUARANTINE },
		{ "draft:", PLAN_DRAFT },
		{ "reply:", PLAN_REPLY },
	};
	struct plan p = { .why = PLAN_RULE };
	struct view rest = view_of(words);

	while (rest.size > 0) {
		size_t end = view_find_byte(rest, ' ');
		struct view word = view_part(rest, 0, end);

		for (size_t i = 0; i < LENGTH(kinds); i++)
			if (view_starts_nocase(word, view_of(kinds[i].word)))
				p.action[p.actions++] =
				    (struct action){ kinds[i].kind,
					    view_part(word,
						strlen(kinds[i].word),
						VIEW_NONE) };
		rest = end == VIEW_NONE ? VIEW("")
					: view_part(rest, end + 1, VIEW_NONE);
	}
	return p;
}

/* The other way round, for what is shared. */
static void
shared_words(const struct plan_shared *s, struct text *words)
{
	if (s->quarantine)
		text_add_string(words, "quarantine ");
	for (size_t i = 0; i < s->tags; i++)
		text_addf(words, "tag:%.*s ", VIEW_ARG(s->tag[i]));
	if (s->folder.size > 0)
		text_addf(words, "file:%.*s ", VIEW_ARG(s->folder));
}

static void
the_milder_plan_wins(void **state)
{
	static const struct {
		const char *name, *plan[3];
		const char *want;
	} rows[] = {
		{ "nobody", { NULL }, "" },
		{ "one", { "tag:A file:F quarantine" },
		    "quarantine tag:A file:F " },
		{ "all hold", { "quarantine", "quarantine" }, "quarantine " },
		{ "one does not", { "quarantine", "deliver" }, "" },
		{ "the other way round", { "deliver", "quarantine" }, "" },
		{ "the last does not", { "quarantine", "quarantine", "tag:A" },
		    "" },
		{ "a plan without actions", { "quarantine tag:A", "" }, "" },
		{ "shared tags", { "tag:A tag:B tag:C", "tag:C tag:A" },
		    "tag:A tag:C " },
		{ "tags differ in case", { "tag:A", "tag:a" }, "" },
		{ "the same folder", { "file:F", "tag:A file:F" }, "file:F " },
		{ "other folders", { "file:F", "file:G" }, "" },
		{ "a tag is no folder", { "tag:F", "file:F" }, "" },
		{ "answers are not shared",
		    { "reply:x draft:y", "reply:x draft:y" }, "" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text words = TEXT_INIT(200);
		struct plan_shared shared;
		struct plan plan[3];
		size_t count = 0;

		while (count < 3 && rows[i].plan[count] != NULL) {
			plan[count] = plan_of(rows[i].plan[count]);
			count++;
		}
		plan_share(plan, count, &shared);
		shared_words(&shared, &words);
		check_view(rows[i].name, text_view(&words), rows[i].want);
		text_free(&words);
	}
}

static void
a_full_plan_is_shared_whole(void **state)
{
	struct plan plan[2] = { { .why = PLAN_RULE } };
	struct plan_shared shared;
	static const char names[LIMIT_ACTIONS + 1] = "abcdefghijklmnop";

	(void)state;
	for (size_t i = 0; i < LIMIT_ACTIONS; i++)
		plan[0].action[i] =
		    (struct action){ PLAN_TAG, { &names[i], 1 } };
	plan[0].actions = LIMIT_ACTIONS;
	plan[1] = plan[0];
	plan_share(plan, 2, &shared);
	assert_int_equal(shared.tags, LIMIT_ACTIONS);
	check_view("last", shared.tag[LIMIT_ACTIONS - 1], "p");
}

static void
an_action_reads_as_it_is_written(void **state)
{
	static const char *const rows[] = { "deliver", "tag:Recruiter",
		"file:LinkedIn/Recruiters", "quarantine", "draft:no-thanks",
		"reply:and-you-are" };

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct plan p = plan_of(rows[i]);
		struct text words = TEXT_INIT(100);

		assert_int_equal(p.actions, 1);
		plan_action_words(&p.action[0], &words);
		check_view(rows[i], text_view(&words), rows[i]);
		text_free(&words);
	}
}

static void
finds_the_first_of_a_kind(void **state)
{
	struct plan p = plan_of("tag:A deliver tag:B");

	(void)state;
	check_view("first", plan_find(&p, PLAN_TAG)->argument, "A");
	assert_true(plan_find(&p, PLAN_DELIVER) == &p.action[1]);
	assert_null(plan_find(&p, PLAN_REPLY));
}

static void
every_reason_has_a_word(void **state)
{
	(void)state;
	for (int why = 0; why < PLAN_REASON_COUNT; why++)
		assert_true(strlen(plan_reason_name((enum plan_reason)why)) >
		    3);
	check_string("held", plan_reason_name(PLAN_NEVER_HELD), "never-held");
	check_string("none", plan_reason_name(PLAN_NO_RULE), "no-rule");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_milder_plan_wins),
		cmocka_unit_test(a_full_plan_is_shared_whole),
		cmocka_unit_test(an_action_reads_as_it_is_written),
		cmocka_unit_test(finds_the_first_of_a_kind),
		cmocka_unit_test(every_reason_has_a_word),
	};

	return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
