// SPDX-License-Identifier: BSD-2-Clause
#include "base/view.h"

#include "t.h"

static void
finds_a_needle_whatever_its_case(void **state)
{
	static const struct {
		const char *name, *hay, *needle;
		size_t exact, nocase;
	} rows[] = {
		{ "at the start", "linkedin.com", "linkedin", 0, 0 },
		{ "at the end", "e.linkedin", "linkedin", 2, 2 },
		{ "other case", "x LinkedIn", "linkedin", VIEW_NONE, 2 },
		{ "absent", "linkedout", "linkedin", VIEW_NONE, VIEW_NONE },
		{ "longer than the hay", "in", "linkedin", VIEW_NONE,
		    VIEW_NONE },
		{ "empty needle", "abc", "", 0, 0 },
		{ "both empty", "", "", 0, 0 },
		{ "nearly, then really", "linlinkedin", "linkedin", 3, 3 },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view hay = exact_string(rows[i].hay);
		struct view needle = exact_string(rows[i].needle);

		check_number(rows[i].name, (long long)view_find(hay, needle),
		    (long long)rows[i].exact);
		check_number(rows[i].name,
		    (long long)view_find_nocase(hay, needle),
		    (long long)rows[i].nocase);
		exact_free(hay);
		exact_free(needle);
	}
}

static void
compares_and_tests_ends(void **state)
{
	(void)state;
	assert_true(view_equal(VIEW("a\0b"), VIEW("a\0b")));
	assert_false(view_equal(VIEW("a"), VIEW("A")));
	assert_true(view_equal_nocase(VIEW("aB"), VIEW("Ab")));
	assert_false(view_equal_nocase(VIEW("\xC3\xA4"), VIEW("\xC3\x84")));
	assert_true(view_starts_nocase(VIEW("From: x"), VIEW("from:")));
	assert_false(view_starts_nocase(VIEW("Fro"), VIEW("from")));
	assert_true(view_ends_nocase(VIEW("a@B.Com"), VIEW("@b.com")));
	assert_false(view_ends_nocase(VIEW("com"), VIEW("b.com")));
	assert_true(view_compare(VIEW("a"), VIEW("b")) < 0);
	assert_true(view_compare(VIEW("ab"), VIEW("a")) > 0);
	assert_int_equal(view_compare(VIEW("ab"), VIEW("ab")), 0);
	assert_true(view_equal(view_of(NULL), VIEW("")));
}

static void
parts_stay_inside(void **state)
{
	struct view v = exact_string("12345");

	(void)state;
	check_view("middle", view_part(v, 1, 3), "234");
	check_view("too long", view_part(v, 3, 99), "45");
	check_view("all", view_part(v, 0, VIEW_NONE), "12345");
	check_view("at the end", view_part(v, 5, 1), "");
	check_view("far behind", view_part(v, 99, 1), "");
	exact_free(v);
}

static void
trims_blanks_only(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ " \t\r\n x y \n", "x y" },
		{ "x", "x" },
		{ " ", "" },
		{ "", "" },
		{ "\xC2\xA0x", "\xC2\xA0x" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view v = exact_string(rows[i].text);

		check_view("trim", view_trim(v), rows[i].want);
		exact_free(v);
	}
}

static void
cuts_lines_with_either_end(void **state)
{
	struct view all = exact_string("one\r\n\ntwo\rthree\nlast"), line;
	struct view rest = all;

	(void)state;
	assert_true(view_line(&rest, &line));
	check_view("CRLF", line, "one");
	assert_true(view_line(&rest, &line));
	check_view("empty", line, "");
	assert_true(view_line(&rest, &line));
	check_view("a lone CR stays", line, "two\rthree");
	assert_true(view_line(&rest, &line));
	check_view("no newline", line, "last");
	assert_false(view_line(&rest, &line));
	exact_free(all);
}

static void
reads_decimal_numbers(void **state)
{
	static const struct {
		const char *text;
		unsigned long long max;
		int result;
		unsigned long long want;
	} rows[] = {
		{ "0", 10, 0, 0 },
		{ "10", 10, 0, 10 },
		{ "11", 10, -1, 7 },
		{ "007", 10, 0, 7 },
		{ "", 10, -1, 7 },
		{ "1x", 10, -1, 7 },
		{ "-1", 10, -1, 7 },
		{ "9", 5, -1, 7 },
		{ "18446744073709551615", UINT64_MAX, 0, UINT64_MAX },
		{ "18446744073709551616", UINT64_MAX, -1, 7 },
		{ "99999999999999999999999", UINT64_MAX, -1, 7 },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view v = exact_string(rows[i].text);
		unsigned long long number = 7;

		check_number(rows[i].text, view_number(v, rows[i].max, &number),
		    rows[i].result);
		assert_true(number == rows[i].want);
		exact_free(v);
	}
}

static void
tells_octets_apart(void **state)
{
	static const struct {
		char byte;
		bool blank, digit, letter;
		int hexadecimal;
	} rows[] = {
		{ ' ', true, false, false, -1 },
		{ '\t', true, false, false, -1 },
		{ '\r', true, false, false, -1 },
		{ '\n', true, false, false, -1 },
		{ '\v', false, false, false, -1 },
		{ '\0', false, false, false, -1 },
		{ '/', false, false, false, -1 },
		{ '0', false, true, false, 0 },
		{ '9', false, true, false, 9 },
		{ ':', false, false, false, -1 },
		{ '@', false, false, false, -1 },
		{ 'A', false, false, true, 10 },
		{ 'f', false, false, true, 15 },
		{ 'G', false, false, true, -1 },
		{ 'z', false, false, true, -1 },
		{ '{', false, false, false, -1 },
		{ '\xE9', false, false, false, -1 },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		char name[] = { rows[i].byte, '\0' };

		check_number(name, byte_is_blank(rows[i].byte), rows[i].blank);
		check_number(name, byte_is_digit(rows[i].byte), rows[i].digit);
		check_number(name, byte_is_letter(rows[i].byte),
		    rows[i].letter);
		check_number(name, byte_hexadecimal(rows[i].byte),
		    rows[i].hexadecimal);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_a_needle_whatever_its_case),
		cmocka_unit_test(compares_and_tests_ends),
		cmocka_unit_test(parts_stay_inside),
		cmocka_unit_test(trims_blanks_only),
		cmocka_unit_test(cuts_lines_with_either_end),
		cmocka_unit_test(reads_decimal_numbers),
		cmocka_unit_test(tells_octets_apart),
	};

	return cmocka_run_group_tests_name("view", tests, NULL, NULL);
}
