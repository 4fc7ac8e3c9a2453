// SPDX-License-Identifier: BSD-2-Clause
#include "policy/plan.h"

#include "t.h"

/* Reads "tag:A file:B quarantine" into a plan that borrows the words. */
static struct plan
plan_of(const char *words)
{
	struct plan p = { .why = PLAN_RULE };
	struct view rest = view_of(words);
	struct err e = ERR_NONE;

	while (rest.size > 0) {
		size_t end = view_find_byte(rest, ' ');

		if (plan_action_parse(view_part(rest, 0, end),
			&p.action[p.actions++], &e) < 0)
			fail_msg("%s: %s", words, e.text);
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

/* What is done of each plan of a message that two share. */
static void
each_learns_what_is_done_of_his_plan(void **state)
{
	static const struct {
		const char *name, *plan[2], *done[2];
	} rows[] = {
		{ "all",
		    { "tag:A file:B quarantine", "quarantine file:B tag:A" },
		    { "tag:A file:B quarantine", "quarantine file:B tag:A" } },
		{ "what both have", { "tag:A tag:S", "tag:S file:F" },
		    { "tag:S", "tag:S" } },
		{ "nothing", { "quarantine tag:A", "file:A tag:B" },
		    { "", "" } },
		{ "a folder is no tag", { "tag:A", "file:A" }, { "", "" } },
		{ "an answer is each one's own", { "reply:x tag:A", "deliver" },
		    { "reply:x", "deliver" } },
		{ "a draft too", { "draft:x", "tag:x" }, { "draft:x", "" } },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct plan plan[2] = { plan_of(rows[i].plan[0]),
			plan_of(rows[i].plan[1]) };
		struct plan_shared shared;

		plan_share(plan, 2, &shared);
		for (size_t k = 0; k < 2; k++) {
			struct text done = TEXT_INIT(200);

			for (size_t n = 0; n < plan[k].actions; n++) {
				if (!plan_is_shared(&shared,
					&plan[k].action[n]))
					continue;
				if (done.size > 0)
					text_add_byte(&done, ' ');
				plan_action_words(&plan[k].action[n], &done);
			}
			check_view(rows[i].name, text_view(&done),
			    rows[i].done[k]);
			text_free(&done);
		}
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
		"file:LinkedIn/Recruiters", "file:Büro/Netz", "tag:a_B-1.c",
		"quarantine", "draft:no-thanks", "reply:and-you-are" };

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
what_is_no_action_is_refused(void **state)
{
	static const struct {
		const char *action, *want;
	} rows[] = {
		{ "", "unknown action \"\"" },
		{ "Deliver", "unknown action \"Deliver\"" },
		{ "bounce", "known are deliver, tag:WORD" },
		{ ":x", "unknown action \":x\"" },
		{ "deliver:", "\"deliver\" takes no argument" },
		{ "quarantine:x", "\"quarantine\" takes no argument" },
		{ "tag", "\"tag\" needs a \":\" and its argument" },
		{ "reply", "\"reply\" needs" },
		{ "tag:", "\"\" is not a tag" },
		{ "tag:a b", "\"a b\" is not a tag" },
		{ "tag:a;b", "is not a tag" },
		{ "tag:a\nb", "is not a tag" },
		{ "tag:\u00E9", "is not a tag" },
		{ "file:", "\"\" is not a folder" },
		{ "file:..", "is not a folder" },
		{ "file:a/../b", "is not a folder" },
		{ "file:a/..", "is not a folder" },
		{ "file:/a", "is not a folder" },
		{ "file:a/", "is not a folder" },
		{ "file:a//b", "is not a folder" },
		{ "file:a/ /b", "is not a folder" },
		{ "file:a\nb", "is not a folder" },
		{ "file:a\x7F", "is not a folder" },
		{ "file:a\u202Eb", "is not a folder" },
		{ "file:\xFF", "is not a folder" },
		{ "draft:", "\"\" is not a template's name" },
		{ "draft:No", "is not a template's name" },
		{ "reply:../x", "is not a template's name" },
		{ "reply:a_b", "is not a template's name" },
		{ "reply:a.txt", "is not a template's name" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view v = exact_string(rows[i].action);
		struct err e = ERR_NONE;
		struct action a;

		check_number(rows[i].action, plan_action_parse(v, &a, &e), -1);
		check_contains(rows[i].action, e.text, rows[i].want);
		exact_free(v);
	}
}

static void
arguments_have_a_ceiling(void **state)
{
	static const struct {
		const char *action;
		size_t limit;
	} rows[] = {
		{ "tag:", LIMIT_TAG_SIZE },
		{ "file:", LIMIT_FOLDER_SIZE },
		{ "draft:", LIMIT_TEMPLATE_NAME_SIZE },
		{ "reply:", LIMIT_TEMPLATE_NAME_SIZE },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text words = TEXT_INIT(1000);
		struct action a;

		text_add_string(&words, rows[i].action);
		for (size_t n = 0; n < rows[i].limit; n++)
			text_add_byte(&words, 'x');
		check_number(rows[i].action,
		    plan_action_parse(text_view(&words), &a, NULL), 0);
		text_add_byte(&words, 'x');
		check_number(rows[i].action,
		    plan_action_parse(text_view(&words), &a, NULL), -1);
		text_free(&words);
	}
}

static void
actions_that_do_not_go_together_are_refused(void **state)
{
	static const struct {
		const char *plan, *want; /* NULL: they do */
	} rows[] = {
		{ "", NULL },
		{ "quarantine tag:A tag:B file:F", NULL },
		{ "deliver tag:A file:F reply:x", NULL },
		{ "tag:A tag:a draft:x", NULL },
		{ "deliver quarantine",
		    "\"deliver\" and \"quarantine\": mail is either" },
		{ "tag:A quarantine tag:B deliver", "mail is either" },
		{ "quarantine reply:x", "mail that is held is not answered" },
		{ "draft:x quarantine", "mail that is held is not answered" },
		{ "draft:x reply:x", "one mail gets one answer" },
		{ "reply:x reply:y", "one mail gets one answer" },
		{ "draft:x draft:y", "one mail gets one answer" },
		{ "file:A file:B", "one mail goes to one folder" },
		{ "tag:A tag:B tag:A", "\"tag\" and \"tag\": they are" },
		{ "deliver deliver", "they are the same" },
		{ "quarantine quarantine", "they are the same" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct plan p = plan_of(rows[i].plan);
		struct err e = ERR_NONE;

		check_number(rows[i].plan, plan_check(&p, &e),
		    rows[i].want == NULL ? 0 : -1);
		check_contains(rows[i].plan, e.text,
		    rows[i].want == NULL ? "" : rows[i].want);
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
		cmocka_unit_test(each_learns_what_is_done_of_his_plan),
		cmocka_unit_test(a_full_plan_is_shared_whole),
		cmocka_unit_test(an_action_reads_as_it_is_written),
		cmocka_unit_test(what_is_no_action_is_refused),
		cmocka_unit_test(arguments_have_a_ceiling),
		cmocka_unit_test(actions_that_do_not_go_together_are_refused),
		cmocka_unit_test(finds_the_first_of_a_kind),
		cmocka_unit_test(every_reason_has_a_word),
	};

	return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
