// SPDX-License-Identifier: BSD-2-Clause
#include "base/err.h"

#include <errno.h>

#include "t.h"

static void
says_what_failed_and_why(void **state)
{
	struct err e = ERR_NONE;

	(void)state;
	check_string("none", e.text, "");
	check_number("result", err_set(&e, "%s, %d", "words", 7), -1);
	check_string("set", e.text, "words, 7");
	check_number("result", err_sys(&e, ENOENT, "open %s", "x"), -1);
	check_string("sys", e.text, "open x: No such file or directory");
	check_number("result", err_in(&e, "line %d", 3), -1);
	check_string("in", e.text, "line 3: open x: No such file or directory");
}

static void
nobody_has_to_ask_for_the_words(void **state)
{
	(void)state;
	assert_int_equal(err_set(NULL, "x"), -1);
	assert_int_equal(err_sys(NULL, ENOENT, "x"), -1);
	assert_int_equal(err_in(NULL, "x"), -1);
}

static void
takes_its_own_text_as_an_argument(void **state)
{
	struct err e;

	(void)state;
	err_set(&e, "inner");
	err_set(&e, "outer(%s)", e.text);
	check_string("set", e.text, "outer(inner)");
	err_in(&e, "%s", e.text);
	check_string("in", e.text, "outer(inner): outer(inner)");
}

static void
cuts_what_does_not_fit(void **state)
{
	char words[2 * ERR_TEXT_SIZE];
	struct err e;

	(void)state;
	memset(words, 'x', sizeof(words) - 1);
	words[ERR_TEXT_SIZE - 1] = '\0';
	err_set(&e, "%s", words);
	check_string("at the limit", e.text, words);
	words[ERR_TEXT_SIZE - 1] = 'x';
	words[ERR_TEXT_SIZE] = '\0';
	err_set(&e, "%s", words);
	words[ERR_TEXT_SIZE - 1] = '\0';
	check_string("one past it", e.text, words);
	err_in(&e, "%s", words);
	assert_int_equal(strlen(e.text), ERR_TEXT_SIZE - 1);
}

static void
a_long_name_leaves_room_for_the_reason(void **state)
{
	char name[2 * ERR_TEXT_SIZE];
	struct err e;

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	err_sys(&e, ENOENT, "%s", name);
	check_contains("reason", e.text, "xxx: No such file or directory");
}

static void
stays_one_line_that_a_terminal_can_take(void **state)
{
	struct err e;

	(void)state;
	err_set(&e, "one\ntwo\r\033[2Jthree\x7f\tfour");
	check_string("set", e.text, "one?two??[2Jthree??four");
	err_sys(&e, ENOENT, "a\nb");
	check_string("sys", e.text, "a?b: No such file or directory");
	err_in(&e, "c\nd");
	check_string("in", e.text, "c?d: a?b: No such file or directory");
	err_set(&e, "Zo\xC3\xAB");
	check_string("letters stay", e.text, "Zo\xC3\xAB");
}

static void
an_unknown_code_has_words_too(void **state)
{
	struct err e;

	(void)state;
	err_sys(&e, 99999, "x");
	check_contains("unknown", e.text, "x: Unknown error");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_failed_and_why),
		cmocka_unit_test(nobody_has_to_ask_for_the_words),
		cmocka_unit_test(takes_its_own_text_as_an_argument),
		cmocka_unit_test(cuts_what_does_not_fit),
		cmocka_unit_test(a_long_name_leaves_room_for_the_reason),
		cmocka_unit_test(stays_one_line_that_a_terminal_can_take),
		cmocka_unit_test(an_unknown_code_has_words_too),
	};

	return cmocka_run_group_tests_name("err", tests, NULL, NULL);
}
