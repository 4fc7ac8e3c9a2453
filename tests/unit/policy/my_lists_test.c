// SPDX-License-Identifier: BSD-2-Clause
#include "policy/my_lists.h"

#include "base/limits.h"
#include "oom.h"
#include "policy/rules.h"
#include "t.h"

/* What the lists say of a request: one letter each, y, n or -. */
static void
ask(const struct my_lists *my, const struct request *request, char said[4])
{
	static const char
	    letters[] = { [MY_NO] = 'n', [MY_YES] = 'y', [MY_NOT_SAID] = '-' };
	struct my_answers answers;

	assert_int_equal(my_lists_ask(my, request, &answers), 0);
	for (int i = 0; i < MY_LISTS; i++)
		said[i] = letters[answers.of[i]];
	said[3] = '\0';
}

struct fixture {
	struct pool *pool;
	struct my_lists my;
};

static void
read_lists(struct fixture *f, const char *bytes)
{
	struct err e = ERR_NONE;
	const struct tree *root;

	*f = (struct fixture){ .pool = pool_new(1 << 20) };
	root = tree_parse(f->pool, view_of(bytes), "rules.conf", &e);
	if (root == NULL ||
	    my_lists_read(&f->my, tree_child(root, "my"), f->pool, &e) < 0)
		fail_msg("%s: %s", bytes, e.text);
}

/* Whether a text holds the one word of a list. */
static bool
is_in(const char *word, const char *written)
{
	struct view text = exact_string(written);
	struct request request = { .person = { { .headline = text } },
		.people = 1 };
	struct text bytes = TEXT_INIT(10000);
	struct fixture f;
	char said[4];

	text_addf(&bytes, "my = { companies = ( \"%s\" ); };", word);
	read_lists(&f, text_string(&bytes));
	ask(&f.my, &request, said);
	pool_free(f.pool);
	text_free(&bytes);
	exact_free(text);
	return said[0] == 'y';
}

/* clang-format off */
static void
words_stand_between_others(void **state)
{
	static const struct {
		const char *word, *text;
		bool is_in;
	} rows[] = {
		{ "Initech", "Initech", true },
		{ "Initech", "initech", true },
		{ "INITECH", "Formerly at Initech, now free", true },
		{ "Initech", "ex-Initech", true },
		{ "Initech", "(Initech)", true },
		{ "Initech", "Initech's best", true },
		{ "Initech", "Initech Initechs", true },
		{ "Initech", "Initechs Initech", true },
		{ "Initech", "Initechs", false },
		{ "Initech", "PreInitech", false },
		{ "Initech", "Initech2", false },
		{ "Initech", "2Initech", false },
		{ "Initech", "Initec", false },
		{ "Initech", "I n i t e c h", false },
		{ "IT", "Head of IT", true },
		{ "IT", "Italy", false },
		{ "IT", "Audit", false },
		{ "3M", "at 3M in Neuss", true },
		{ "3M", "13M", false },
		/* Folded. */
		{ "Müller & Söhne", "MULLER  &\tSOHNE", true },
		{ "Müller", "Mu\u0308ller AG", true },
		{ "Société Générale", "societe generale", true },
		{ "L'Oréal", "L\u2019ORÉAL", true },
		{ "Łódź", "lodz", true },
		{ "Initech", "\uFF29\uFF4E\uFF49\uFF54\uFF45\uFF43\uFF48", true },
		{ "Initech", "Ini\u200Btech", true },
		{ "Initech", "In\u0456tech", false },
		{ "Яндекс", "Работал в ЯНДЕКС", true },
		{ "Яндекс", "Яндекса", false },
		{ "Яндекс", "Yandeks", false },
		{ "Ελλάδα", "ΕΛΛΑΔΑ", true },
		/* Never a pattern. */
		{ "A.B", "A.B", true },
		{ "A.B", "AxB", false },
		{ ".*a", "bca", false },
		{ "I.itech", "Initech", false },
		{ "C++", "C++ and more", true },
		{ "C++", "C+++", true },
		{ "C++", "Cpp", false },
		{ "AT&T", "at AT&T today", true },
		{ "[a-z]", "[A-Z]", true },
		/* Marks and digits belong to the word before them. */
		{ "कम", "कम है", true },
		{ "कम", "कमि", false },
		{ "1", "1\u0662", false },
		/* Scripts without blanks between words. */
		{ "华为", "曾任职于华为技术有限公司", true },
		{ "トヨタ", "元トヨタ自動車", true },
		{ "トヨダ", "元トヨタ自動車", false },
		{ "は", "ばら", false },
		{ "กสิกร", "ธนาคารกสิกรไทย", true },
		{ "ก", "กิน", false },
		{ "华为", "Huawei华为Cloud", true },
		/* Hangul: particles follow. */
		{ "삼성전자", "삼성전자에서 일했습니다", true },
		{ "삼성", "삼성전자", true },
		{ "전자", "삼성전자", false },
		{ "사", "산 속", false },
		{ "삼성", "前삼성", true },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		if (is_in(rows[i].word, rows[i].text) != rows[i].is_in)
			fail_msg("\"%s\" in \"%s\"", rows[i].word,
			    rows[i].text);
	}
}
/* clang-format on */

static const char lists[] =
    "my = { companies = ( \"Initech\", \"Hooli\" ); groups = \"Chess Club\"; "
    "interests = [ \"chess\", \"open source\" ]; };";

static void
each_list_looks_at_its_texts(void **state)
{
	static const struct {
		const char *name, *company, *headline, *note;
		enum request_note kind;
		const char *group, *said;
	} rows[] = {
		{ "nothing said", "", "", "", NOTE_NONE, "", "---" },
		{ "company", "Hooli", "", "", NOTE_NONE, "", "yn-" },
		{ "headline", "", "ex Initech", "", NOTE_NONE, "", "yn-" },
		{ "note", "", "", "We were at Initech.", NOTE_PERSONAL, "",
		    "yn-" },
		{ "another", "Globex", "Boss", "Hi", NOTE_PERSONAL, "", "nn-" },
		{ "interest", "", "I play chess", "", NOTE_NONE, "", "ny-" },
		{ "interest in a note", "", "", "Open\nSource?", NOTE_PERSONAL,
		    "", "ny-" },
		{ "interest in a company", "Chess Ltd", "", "", NOTE_NONE, "",
		    "ny-" },
		{ "both", "Initech", "chess", "", NOTE_NONE, "", "yy-" },
		{ "not across texts", "Open", "Source", "", NOTE_NONE, "",
		    "nn-" },
		{ "standard wording", "", "", "chess at Initech",
		    NOTE_BOILERPLATE, "", "---" },
		{ "group", "", "", "", NOTE_NONE, "CHESS  club", "--y" },
		{ "another group", "", "", "", NOTE_NONE, "Chess Club Paris",
		    "--n" },
		{ "a group is no company", "", "", "", NOTE_NONE, "Initech",
		    "--n" },
	};
	struct fixture f;

	(void)state;
	read_lists(&f, lists);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct request request = {
			.person = { { .company = view_of(rows[i].company),
					.headline = view_of(rows[i].headline) },
			    { .company = VIEW("Initech") } },
			.people = 2,
			.note = rows[i].kind,
			.note_text = view_of(rows[i].note),
			.group = view_of(rows[i].group)
		};
		char said[4],
		    want[4] = { rows[i].said[0], rows[i].said[2],
			    rows[i].said[1], '\0' };

		ask(&f.my, &request, said);
		check_view(rows[i].name, view_of(said), want);
	}
	pool_free(f.pool);
}

static void
lists_that_are_not_there_or_empty_hold_nothing(void **state)
{
	static const struct request request = {
		.person = { { .company = VIEW("Initech") } },
		.people = 1,
		.group = VIEW("Chess Club")
	};
	static const struct {
		const char *bytes;
		bool given;
	} rows[] = {
		{ "my = { };", false },
		{ "my = { companies = ( ); groups = [ ]; interests = ( ); };",
		    true },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct fixture f;
		char said[4];

		read_lists(&f, rows[i].bytes);
		for (int k = 0; k < MY_LISTS; k++)
			assert_int_equal(f.my.given[k], rows[i].given);
		ask(&f.my, &request, said);
		check_view(rows[i].bytes, view_of(said), "nnn");
		pool_free(f.pool);
	}
}

static void
at_the_ceiling_a_word_is_found_and_past_it_not(void **state)
{
	struct view word = VIEW("Initech");
	struct fixture f;

	(void)state;
	read_lists(&f, lists);
	for (size_t more = 0; more < 2; more++) {
		struct text note = TEXT_INIT(LIMIT_USER_TEXT_SIZE);
		struct request request = { .note = NOTE_PERSONAL };
		char said[4];

		/* Two line ends stand before it. */
		while (note.size <
		    LIMIT_USER_TEXT_SIZE - 2 - word.size - 1 + more)
			text_add_byte(&note, 'x');
		text_add_byte(&note, '-');
		text_add(&note, word);
		request.note_text = text_view(&note);
		ask(&f.my, &request, said);
		assert_int_equal(said[0], more == 0 ? 'y' : 'n');
		text_free(&note);
	}
	pool_free(f.pool);
}

static void
without_memory_nothing_is_said(void **state)
{
	static const struct request request = {
		.person = { { .company = VIEW("Initech") } },
		.people = 1,
		.group = VIEW("Chess Club")
	};
	struct fixture f;
	unsigned n;

	(void)state;
	read_lists(&f, lists);
	for (n = 1; oom_next(n); n++) {
		struct my_answers answers;
		int result = my_lists_ask(&f.my, &request, &answers);

		assert_true((result < 0) == oom_happened());
		if (result == 0)
			assert_int_equal(answers.of[MY_COMPANIES], MY_YES);
		else
			assert_true(answers.of[MY_GROUPS] == MY_NOT_SAID);
	}
	assert_true(n > 2);
	pool_free(f.pool);
}

static void
rules_ask_for_them(void **state)
{
	static const struct {
		const char *when;
		const char *company, *want;
	} rows[] = {
		{ "my_company = true;", "Initech", "x" },
		{ "my_company = false;", "Initech", "" },
		{ "my_company = true;", "Globex", "" },
		{ "my_company = false;", "Globex", "x" },
		{ "my_company = true;", "", "" },
		{ "my_company = false;", "", "" },
		{ "my_company = [ true, false ];", "", "" },
		{ "my_company = [ true, false ];", "Globex", "x" },
		{ "my_interest = true; my_company = true;", "Initech", "" },
		{ "my_interest = true;", "Chess Ltd", "x" },
		{ "my_group = true;", "Initech", "x" },
		{ "my_group = false;", "Initech", "" },
	};
	static const struct contacts_match nobody = { .known = KNOWN_NO };
	struct rules_run run = { .scratch = regex_scratch_new() };

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct request request = {
			.person = { { .company = view_of(rows[i].company) } },
			.people = 1,
			.group = VIEW("chess club")
		};
		struct rules_facts facts = { .request = &request,
			.match = &nobody };
		struct text bytes = TEXT_INIT(10000);
		struct err e = ERR_NONE;
		struct rules *r;
		struct plan plan;

		text_addf(&bytes,
		    "%s rules = ({ name = \"x\"; when = { %s }; "
		    "do = \"deliver\"; });",
		    lists, rows[i].when);
		r = rules_parse(text_view(&bytes), "rules.conf", &e);
		if (r == NULL)
			fail_msg("%s: %s", rows[i].when, e.text);
		rules_decide(r, &facts, &run, &plan);
		check_view(rows[i].when, plan.rule, rows[i].want);
		assert_int_equal(run.pattern_errors, 0);
		oom_at(1);
		rules_decide(r, &facts, &run, &plan);
		oom_at(0);
		check_view("without memory", plan.rule, "");
		assert_int_equal(run.pattern_errors, 1);
		run.pattern_errors = 0;
		rules_free(r);
		text_free(&bytes);
	}
	regex_scratch_free(run.scratch);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_stand_between_others),
		cmocka_unit_test(each_list_looks_at_its_texts),
		cmocka_unit_test(
		    lists_that_are_not_there_or_empty_hold_nothing),
		cmocka_unit_test(
		    at_the_ceiling_a_word_is_found_and_past_it_not),
		cmocka_unit_test(without_memory_nothing_is_said),
		cmocka_unit_test(rules_ask_for_them),
	};

	return cmocka_run_group_tests_name("my_lists", tests, NULL, NULL);
}
