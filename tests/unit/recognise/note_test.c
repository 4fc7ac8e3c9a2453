// SPDX-License-Identifier: BSD-2-Clause
#include "recognise/note.h"

#include "base/fold.h"
#include "base/limits.h"
#include "t.h"

static void
makes_a_captured_text_fit(void **state)
{
	static const struct {
		const char *name, *text;
		bool lines;
		size_t max;
		const char *want;
	} rows[] = {
		{ "blanks around it", " \n Ann \n", false, 99, "Ann" },
		{ "one line only", "Ann\nBob", false, 99, "Ann" },
		{ "lines", "Ann\nBob", true, 99, "Ann\nBob" },
		{ "cut", "Annabel", false, 3, "Ann" },
		{ "cut at a character", "Zo\xC3\xAB", false, 3, "Zo" },
		{ "cut at a blank", "An nabel", false, 3, "An" },
		{ "empty", "", true, 99, "" },
		{ "entities", "Tick &amp; Tock&#39;s &lt;b&gt;&quot;&nbsp;x",
		    false, 99, "Tick & Tock's <b>\" x" },
		{ "hexadecimal", "&#x263a;&#X263A;", false, 99,
		    "\xE2\x98\xBA\xE2\x98\xBA" },
		{ "no entity", "A&B; R&D &; &#; &#xg; &copy", false, 99,
		    "A&B; R&D &; &#; &#xg; &copy" },
		{ "an entity that does not show", "a&#8203;b", false, 99,
		    "ab" },
		{ "line breaks of HTML", "Dear Ann,<br>\n<br>\nhello<BR/>you",
		    true, 99, "Dear Ann,\n\nhello\nyou" },
		{ "a break with a blank", "a<br />b", true, 99, "a\nb" },
		{ "a break ends a name", "Ann<br>Bob", false, 99, "Ann" },
		{ "other markup stays", "a <3 <b>b</b> <bravo>", true, 99,
		    "a <3 <b>b</b> <bravo>" },
	};
	struct pool *p = pool_new(65536);

	(void)state;
	assert_non_null(p);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view v = exact_string(rows[i].text);

		check_view(rows[i].name,
		    note_fit(p, v, rows[i].lines, rows[i].max), rows[i].want);
		exact_free(v);
	}
	pool_free(p);
}

static void
takes_greeting_and_signature_off(void **state)
{
	static const struct {
		const char *name, *note, *want;
	} rows[] = {
		{ "both", "Ann,\n\nlet us talk.\n\n- Bob", "let us talk." },
		{ "greeting of words", "Dear Ms Ann Example,\nhello", "hello" },
		{ "signature without dash", "hello\nBob", "hello" },
		{ "full name", "hello\nBob Sample", "hello" },
		{ "other case", "hello\nBOB", "hello" },
		{ "dash and full name", "hello\n-Bob Sample", "hello" },
		{ "long dash", "hello\n\xE2\x80\x94 Bob", "hello" },
		{ "half dash", "hello\n\xE2\x80\x93 Bob", "hello" },
		{ "no greeting", "hello there", "hello there" },
		{ "a sentence with a comma at its end",
		    "I have seen all of your six talks,\nand liked them",
		    "I have seen all of your six talks,\nand liked them" },
		{ "a long last line with a dash",
		    "hello\n- one thing that I wanted to say",
		    "hello\n- one thing that I wanted to say" },
		{ "somebody else's name", "ask for\nCarol", "ask for\nCarol" },
		{ "one line that is the name", "Bob", "" },
		{ "greeting and signature only", "Ann,\n- Bob", "" },
		{ "only a greeting", "Hi Ann,", "" },
		{ "in brackets", " [Ann,\nhello\n- Bob] ", "hello" },
		{ "a bracket at one end", "[sic", "[sic" },
		{ "nothing in brackets", "[]", "" },
		{ "empty", "", "" },
		{ "blank", " \n ", "" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view v = exact_string(rows[i].note);

		check_view(rows[i].name,
		    note_body(v, VIEW("Bob Sample"), VIEW("Bob")),
		    rows[i].want);
		exact_free(v);
	}
	check_view("nobody", note_body(VIEW("a\nb"), VIEW(""), VIEW("")),
	    "a\nb");
}

static void
knows_a_standard_wording(void **state)
{
	static const char *const wordings[] = {
		"I'd like to add you to my professional network on LinkedIn.",
		"Hi *! Can you introduce me to * at *?",
		"* is short",
	};
	static const struct {
		const char *name, *note;
		bool want;
	} rows[] = {
		{ "the same",
		    "I'd like to add you to my professional network on "
		    "LinkedIn.",
		    true },
		{ "other case, apostrophe and lines",
		    "I\xE2\x80\x99"
		    "d like to add you\nto my PROFESSIONAL "
		    "network on LinkedIn",
		    true },
		{ "behind a greeting",
		    "Hi Ann, I'd like to add you to my professional network on "
		    "LinkedIn!",
		    true },
		{ "behind more than a greeting",
		    "We met in Example last year when it rained, I'd like to "
		    "add you to my professional network on LinkedIn.",
		    false },
		{ "with more behind it",
		    "I'd like to add you to my professional network on "
		    "LinkedIn. We met in Example.",
		    false },
		{ "names left open",
		    "Hi Ann! Can you introduce me to Bob Sample at Sample & "
		    "Co?",
		    true },
		{ "last name missing", "Hi Ann! Can you introduce me to Bob?",
		    false },
		{ "more than a name",
		    "Hi Ann! Can you introduce me to somebody who knows about "
		    "kites and lamps and clocks and puddings and what else "
		    "there is to know at Example?",
		    false },
		{ "open at the start", "life is short", true },
		{ "too much at the start",
		    "one two three four five six seven eight nine ten eleven "
		    "twelve thirteen fourteen fifteen is short",
		    false },
		{ "empty", "", false },
		{ "nothing but a comma", ",", false },
	};
	struct pool *p = pool_new(65536);
	struct view list[LENGTH(wordings)];

	(void)state;
	assert_non_null(p);
	for (size_t i = 0; i < LENGTH(wordings); i++) {
		struct text t = TEXT_INIT(LIMIT_NOTE_SIZE);

		fold_add(&t, view_of(wordings[i]));
		list[i] = pool_copy(p, note_key(text_view(&t)));
		text_free(&t);
	}
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view v = exact_string(rows[i].note);

		check_number(rows[i].name,
		    note_is_one_of(v, list, LENGTH(list)), rows[i].want);
		exact_free(v);
	}
	pool_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(makes_a_captured_text_fit),
		cmocka_unit_test(takes_greeting_and_signature_off),
		cmocka_unit_test(knows_a_standard_wording),
	};

	return cmocka_run_group_tests_name("note", tests, NULL, NULL);
}
