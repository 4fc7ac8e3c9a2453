// SPDX-License-Identifier: BSD-2-Clause
#include "base/fold.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "oom.h"
#include "t.h"

/* clang-format off */
static const struct {
	const char *name, *text, *want;
} rows[] = {
	{ "nothing", "", "" },
	{ "case", "Alice EXAMPLE", "alice example" },
	{ "blanks", "  a \t\r\n b  ", "a b" },
	{ "blanks only", " \n ", "" },
	{ "other blanks", "a\u00A0\u2003\u3000b\u202F", "a b" },
	{ "accents", "Zo\u00EB \u00C5ngstr\u00F6m", "zoe angstrom" },
	{ "accents apart", "Zoe\u0308 A\u030Angstro\u0308m", "zoe angstrom" },
	{ "two accents, either order", "\u1EA1\u0308 a\u0308\u0323", "a a" },
	{ "Vietnamese", "Nguy\u1EC5n \u0110\u1EE9c", "nguyen duc" },
	{ "Polish", "\u0141ukasz \u017B\u00F3\u0142\u0107", "lukasz zolc" },
	{ "Nordic", "S\u00F8ren \u00C6ther \u00D0or\u00FE", "soren aether dorth" },
	{ "Turkish, dotted", "\u0130zmir", "izmir" },
	{ "Turkish, dotless", "I\u015F\u0131k", "isik" },
	{ "sharp s", "Stra\u00DFe STRA\u1E9EE", "strasse strasse" },
	{ "ligatures", "\uFB01ne O\u0152uvre", "fine ooeuvre" },
	{ "full width", "\uFF21\uFF42\uFF11", "ab1" },
	{ "title case", "\u01C5 \u01C8", "dz lj" },
	{ "final sigma", "\u039F\u0394\u03A5\u03A3 \u03BF\u03B4\u03C5\u03C2",
	    "\u03BF\u03B4\u03C5\u03C3 \u03BF\u03B4\u03C5\u03C3" },
	{ "curly apostrophes", "O\u2019Brien O\u2018B O\u02BCB",
	    "o'brien o'b o'b" },
	{ "an accent typed for an apostrophe", "O\u00B4Brien", "o'brien" },
	{ "curly quotes", "\u201CAl\u201D \u201EAl\u201F", "\"al\" \"al\"" },
	{ "hyphens", "Anne\u2011Marie A\u2010B C\u2013D", "anne-marie a-b c-d" },
	{ "hidden characters", "A\u200Bl\u00ADi\u2060ce\uFEFF\u202E", "alice" },
	{ "hidden between blanks", "a \u200B b", "a b" },
	{ "controls", "a\x01" "b\x7F", "ab" },
	{ "stray octet", "a\xFF" "b", "a\uFFFD" "b" },
	{ "scripts stay apart", "\u0430\u0441\u0435 \u03BF", "\u0430\u0441\u0435 \u03BF" },
	{ "Cyrillic", "\u0410\u041D\u0414\u0420\u0415\u0419",
	    "\u0430\u043D\u0434\u0440\u0435\u0438" },
	{ "Hebrew points", "\u05E9\u05B8\u05C1\u05DC", "\u05E9\u05DC" },
	{ "Arabic vowel signs", "\u0645\u064F\u062D\u064E\u0645\u0651\u064E\u062F",
	    "\u0645\u062D\u0645\u062F" },
	{ "Persian non-joiner", "\u0639\u0644\u06CC\u200C\u0631\u0636\u0627",
	    "\u0639\u0644\u064A\u0631\u0636\u0627" },
	{ "Arabic, spelt either way", "\u0641\u0627\u0637\u0645\u0629 \u0639\u0644\u0649",
	    "\u0641\u0627\u0637\u0645\u0647 \u0639\u0644\u064A" },
	{ "Persian and Urdu letters", "\u06A9\u06CC\u06C1 \u0671",
	    "\u0643\u064A\u0647 \u0627" },
	{ "small capitals", "\u1D0A\u1D00\u0274\u1D07", "jane" },
	/* Where a mark is a letter of its own, it stays. */
	{ "Devanagari vowel signs", "\u0915\u092E\u0932 \u0915\u094B\u092E\u0932",
	    "\u0915\u092E\u0932 \u0915\u094B\u092E\u0932" },
	{ "Devanagari virama", "\u0915\u094D\u0937", "\u0915\u094D\u0937" },
	{ "Thai vowel signs", "\u0E01\u0E34\u0E19 \u0E01\u0E31\u0E19",
	    "\u0E01\u0E34\u0E19 \u0E01\u0E31\u0E19" },
	{ "Japanese, voiced", "\u304C \u304B", "\u304B\u3099 \u304B" },
	{ "Japanese, half width", "\uFF76\uFF9E", "\u30AB\u3099" },
	{ "Han", "\u674E\u5C0F\u9F99", "\u674E\u5C0F\u9F99" },
	{ "Han, compatibility", "\uF91D", "\u6B04" },
	{ "the longest decomposition", "\uFDFA",
	    "\u0635\u0644\u064A \u0627\u0644\u0644\u0647 "
	    "\u0639\u0644\u064A\u0647 \u0648\u0633\u0644\u0645" },
	{ "emoji", "\u2764\uFE0F \U0001F469\u200D\U0001F467",
	    "\u2764 \U0001F469\U0001F467" },
};
/* clang-format on */

static void
brings_text_into_one_form(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view v = exact_string(rows[i].text);
		struct text t = TEXT_INIT(1000);

		fold_add(&t, v);
		assert_true(text_ok(&t));
		check_view(rows[i].name, text_view(&t), rows[i].want);
		text_free(&t);
		exact_free(v);
	}
}

static void
hangul_is_one_form_however_it_is_written(void **state)
{
	(void)state;
	assert_true(fold_equal(VIEW("\uD55C"), VIEW("\u1112\u1161\u11AB")));
	assert_false(fold_equal(VIEW("\uD55C"), VIEW("\uD558")));
}

/* Else what was folded before it was kept would not be found. */
static void
folding_twice_is_folding_once(void **state)
{
	struct text c = TEXT_INIT(4), once = TEXT_INIT(200);
	struct text twice = TEXT_INIT(200);

	(void)state;
	for (uint32_t code = 1; code <= 0x10FFFF; code++) {
		text_clear(&c);
		text_clear(&once);
		text_clear(&twice);
		utf8_add(&c, code);
		fold_add(&once, text_view(&c));
		fold_add(&twice, text_view(&once));
		if (!view_equal(text_view(&once), text_view(&twice)))
			fail_msg("U+%04X", (unsigned)code);
	}
	text_free(&c);
	text_free(&once);
	text_free(&twice);
}

static void
appends_to_what_is_there(void **state)
{
	struct text t = TEXT_INIT(100);

	(void)state;
	text_add(&t, VIEW("Key "));
	fold_add(&t, VIEW(" A B "));
	check_view("behind", text_view(&t), "Key a b");
	text_free(&t);
}

static void
the_limit_holds(void **state)
{
	struct text t = TEXT_INIT(4);

	(void)state;
	fold_add(&t, VIEW("AB \u00DF"));
	assert_false(text_ok(&t));
	text_clear(&t);
	fold_add(&t, VIEW(" AB\u00DF "));
	assert_true(text_ok(&t));
	check_view("at the limit", text_view(&t), "abss");
	text_free(&t);
}

static void
compares_whole_texts(void **state)
{
	static char large[LIMIT_TEXT_SIZE + 1];

	(void)state;
	assert_true(fold_equal(VIEW("Zo\u00CB "), VIEW("zoe")));
	assert_false(fold_equal(VIEW("zoe"), VIEW("zo")));
	assert_true(fold_equal(VIEW(""), VIEW(" ")));
	memset(large, 'x', sizeof(large));
	assert_true(fold_equal((struct view){ large, LIMIT_TEXT_SIZE },
	    (struct view){ large, LIMIT_TEXT_SIZE }));
	assert_false(fold_equal((struct view){ large, sizeof(large) },
	    (struct view){ large, sizeof(large) }));
}

static void
without_memory_nothing_is_equal(void **state)
{
	(void)state;
	for (unsigned n = 1; oom_next(n); n++) {
		bool equal = fold_equal(VIEW("A"), VIEW("a"));

		assert_int_equal(equal, !oom_happened());
	}
}

static void
letters_and_their_marks_are_letters(void **state)
{
	static const struct {
		uint32_t c;
		bool letter;
	} letters[] = {
		{ 'a', true },
		{ 'Z', true },
		{ '@', false },
		{ '[', false },
		{ '`', false },
		{ '{', false },
		{ '0', false },
		{ ' ', false },
		{ 0x00E9, true },   /* e with acute */
		{ 0x0301, true },   /* combining acute */
		{ 0x0430, true },   /* Cyrillic a */
		{ 0x093E, true },   /* Devanagari aa */
		{ 0x5C0F, true },   /* an ideograph */
		{ 0x00D7, false },  /* multiplication sign */
		{ 0x0661, false },  /* Arabic digit */
		{ 0x200B, false },  /* zero width space */
		{ 0x1F680, false }, /* rocket */
		{ 0x10FFFF, false },
		{ 0x110000, false },
		{ UINT32_MAX, false },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(letters); i++)
		check_number("letter", fold_is_letter(letters[i].c),
		    letters[i].letter);
}

static void
words_are_letters_marks_and_digits(void **state)
{
	static const struct {
		uint32_t c;
		bool word, mark;
	} characters[] = {
		{ 'a', true, false },
		{ '0', true, false },
		{ '9', true, false },
		{ '_', false, false },
		{ ' ', false, false },
		{ '&', false, false },
		{ 0x0301, true, true },  /* acute */
		{ 0x093F, true, true },  /* Devanagari vowel sign, Mc */
		{ 0x20DD, true, true },  /* enclosing circle, Me */
		{ 0x0662, true, false }, /* Arabic digit */
		{ 0x00B2, true, false }, /* superscript, No */
		{ 0x4E00, true, false },
		{ 0x2019, false, false },
		{ 0x2022, false, false },
		{ 0x1F680, false, false },
		{ UTF8_INVALID, false, false },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(characters); i++) {
		check_number("word", fold_is_word(characters[i].c),
		    characters[i].word);
		check_number("mark", fold_is_mark(characters[i].c),
		    characters[i].mark);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(brings_text_into_one_form),
		cmocka_unit_test(hangul_is_one_form_however_it_is_written),
		cmocka_unit_test(folding_twice_is_folding_once),
		cmocka_unit_test(appends_to_what_is_there),
		cmocka_unit_test(the_limit_holds),
		cmocka_unit_test(compares_whole_texts),
		cmocka_unit_test(without_memory_nothing_is_equal),
		cmocka_unit_test(letters_and_their_marks_are_letters),
		cmocka_unit_test(words_are_letters_marks_and_digits),
	};

	return cmocka_run_group_tests_name("fold", tests, NULL, NULL);
}
