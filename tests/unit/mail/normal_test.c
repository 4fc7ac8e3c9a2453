// SPDX-License-Identifier: BSD-2-Clause
#include "mail/normal.h"

#include "t.h"

static void
check_rows(const char *const (*row)[2], size_t count, enum normal_shape shape)
{
	for (size_t i = 0; i < count; i++) {
		struct pool *p = pool_new(1000);
		struct view v = exact_string(row[i][0]);

		check_view(row[i][0], normal_text(p, v, shape), row[i][1]);
		assert_true(pool_ok(p));
		exact_free(v);
		pool_free(p);
	}
}

static void
keeps_lines_and_what_shows(void **state)
{
	static const char *const rows[][2] = {
		{ "", "" },
		{ "one\ntwo\n", "one\ntwo\n" },
		{ "one\r\ntwo\r\n\r\n", "one\ntwo\n\n" },
		{ "old\rMac", "old\nMac" },
		{ "a\r\r\nb", "a\n\nb" },
		{ "a\xE2\x80\xA8"
		  "b\xE2\x80\xA9"
		  "c",
		    "a\nb\nc" },
		{ "  indented  text  \n", "  indented  text\n" },
		{ "blanks \t \n \nmore ", "blanks\n\nmore" },
		{ "tab\tbed", "tab bed" },
		/* no-break, thin, narrow no-break, ideographic */
		{ "1\xC2\xA0relation\xE2\x80\x89:\xE2\x80\xAF!\xE3\x80\x80.",
		    "1 relation : ! ." },
		{ "line\xC2\xA0\n", "line\n" },
		{ "I\xE2\x80\x99"
		  "d \xE2\x80\x98x\xE2\x80\x99 \xCA\xBC",
		    "I'd 'x' '" },
		{ "\xE2\x80\x9Cquoted\xE2\x80\x9D \xE2\x80\x9Eso\xE2\x80\x9C",
		    "\"quoted\" \"so\"" },
		/* padding of preheaders: U+034F, and U+200C in an address */
		{ "Hi\xCD\x8F \xCD\x8F\xC2\xA0\xCD\x8F", "Hi" },
		{ "1\xE2\x80\x8C"
		  "000 West",
		    "1000 West" },
		{ "soft\xC2\xADhyphen \xE2\x81\xA0join\xEF\xBB\xBF",
		    "softhyphen join" },
		{ "\xE2\x80\x8Eltr\xE2\x80\x8F", "ltr" },
		{ "bell\a nul\x01 del\x7F c1\xC2\x85", "bell nul del c1" },
		{ "\xD0\x9F\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82 \xF0\x9F"
		  "\x98\x80",
		    "\xD0\x9F\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82 \xF0\x9F"
		    "\x98\x80" },
	};

	(void)state;
	check_rows(rows, LENGTH(rows), NORMAL_LINES);
}

static void
folds_blanks_and_empty_lines(void **state)
{
	static const char *const rows[][2] = {
		{ "", "" },
		{ " \n \n", "" },
		{ "  a   b  \n\n\n   c \n", "a b\nc" },
		{ "a \xCD\x8F \xC2\xA0 b", "a b" },
		{ "a\n\xE2\x80\x8C\nb", "a\nb" },
	};

	(void)state;
	check_rows(rows, LENGTH(rows), NORMAL_FOLDED);
}

static void
makes_one_line(void **state)
{
	static const char *const rows[][2] = {
		{ "", "" },
		{ "\r\n", "" },
		{ " Zo\xC3\xAB \t  M\n", "Zo\xC3\xAB M" },
		{ "a\r\n b\nc", "a b c" },
	};

	(void)state;
	check_rows(rows, LENGTH(rows), NORMAL_LINE);
}

static void
keeps_nul_out(void **state)
{
	struct pool *p = pool_new(100);
	struct view v = exactly("a\0b", 3);

	(void)state;
	check_view("nul", normal_text(p, v, NORMAL_LINES), "ab");
	exact_free(v);
	pool_free(p);
}

static void
says_when_the_pool_is_used_up(void **state)
{
	struct pool *p = pool_new(3);

	(void)state;
	check_view("fits", normal_text(p, VIEW("abc"), NORMAL_LINE), "abc");
	assert_null(normal_text(p, VIEW("d"), NORMAL_LINE).data);
	assert_false(pool_ok(p));
	pool_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_lines_and_what_shows),
		cmocka_unit_test(folds_blanks_and_empty_lines),
		cmocka_unit_test(makes_one_line),
		cmocka_unit_test(keeps_nul_out),
		cmocka_unit_test(says_when_the_pool_is_used_up),
	};

	return cmocka_run_group_tests_name("normal", tests, NULL, NULL);
}
