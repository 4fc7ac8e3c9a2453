// SPDX-License-Identifier: BSD-2-Clause
#include "base/text.h"

#include "oom.h"
#include "t.h"

static void
appends_in_order(void **state)
{
	struct text t = TEXT_INIT(100);

	(void)state;
	text_add(&t, VIEW("one"));
	text_add_byte(&t, ',');
	text_add_string(&t, "two");
	text_addf(&t, ",%d", 3);
	assert_true(text_ok(&t));
	check_view("all", text_view(&t), "one,two,3");
	check_string("terminated", text_string(&t), "one,two,3");
	text_free(&t);
}

static void
an_empty_text_is_an_empty_string(void **state)
{
	struct text t = TEXT_INIT(0);

	(void)state;
	check_string("empty", text_string(&t), "");
	assert_true(text_ok(&t));
	text_free(&t);
}

static void
keeps_nul_octets(void **state)
{
	struct text t = TEXT_INIT(10);

	(void)state;
	text_add(&t, VIEW("a\0b"));
	assert_int_equal(t.size, 3);
	assert_memory_equal(t.data, "a\0b", 4);
	text_free(&t);
}

static void
the_limit_itself_fits(void **state)
{
	struct text t = TEXT_INIT(4);

	(void)state;
	text_add(&t, VIEW("1234"));
	assert_true(text_ok(&t));
	check_view("full", text_view(&t), "1234");
	text_free(&t);
}

static void
one_past_the_limit_sticks(void **state)
{
	static const struct {
		const char *name, *first, *second, *want;
	} rows[] = {
		{ "in one go", "", "12345", "" },
		{ "in two", "123", "45", "123" },
		{ "nothing after a failure", "12345", "1", "" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text t = TEXT_INIT(4);

		text_add_string(&t, rows[i].first);
		text_addf(&t, "%s", rows[i].second);
		if (text_ok(&t))
			fail_msg("%s: not refused", rows[i].name);
		check_view(rows[i].name, text_view(&t), rows[i].want);
		text_free(&t);
	}
}

static void
clearing_forgets_the_failure(void **state)
{
	struct text t = TEXT_INIT(4);

	(void)state;
	text_add(&t, VIEW("12345"));
	text_clear(&t);
	text_add(&t, VIEW("12"));
	assert_true(text_ok(&t));
	check_view("again", text_view(&t), "12");
	text_free(&t);
}

static void
grows_up_to_a_large_limit(void **state)
{
	struct text t = TEXT_INIT(100000);

	(void)state;
	for (int i = 0; i < 100000; i++)
		text_add_byte(&t, 'x');
	assert_true(text_ok(&t));
	assert_int_equal(t.size, 100000);
	text_add_byte(&t, 'x');
	assert_false(text_ok(&t));
	text_free(&t);
}

static void
formats_at_the_limit_and_one_past_it(void **state)
{
	struct text t = TEXT_INIT(4);

	(void)state;
	text_addf(&t, "%d", 1234);
	assert_true(text_ok(&t));
	check_string("full", text_string(&t), "1234");
	text_addf(&t, "%s", "");
	assert_true(text_ok(&t));
	text_clear(&t);
	text_addf(&t, "%d", 12345);
	assert_false(text_ok(&t));
	check_string("nothing of it", text_string(&t), "");
	text_free(&t);
}

static void
freeing_leaves_a_text_that_can_be_used_again(void **state)
{
	struct text t = TEXT_INIT(4);

	(void)state;
	text_free(NULL);
	text_add(&t, VIEW("12345"));
	text_free(&t);
	text_free(&t);
	assert_true(text_ok(&t));
	text_clear(&t);
	text_add(&t, VIEW("1234"));
	check_view("the limit is still there", text_view(&t), "1234");
	text_add_byte(&t, '5');
	assert_false(text_ok(&t));
	text_free(&t);
}

static void
without_memory_it_keeps_what_it_has(void **state)
{
	(void)state;
	for (unsigned n = 1; oom_next(n); n++) {
		struct text t = TEXT_INIT(100000);

		for (int i = 0; i < 1000; i++)
			text_addf(&t, "%d,", i % 10);
		assert_int_equal(text_ok(&t), !oom_happened());
		if (t.size > 0)
			assert_memory_equal(t.data, "0,1,2,3,4,5,6,7,8,9,0,",
			    22);
		assert_int_equal(t.size == 2000, !oom_happened());
		text_free(&t);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(appends_in_order),
		cmocka_unit_test(an_empty_text_is_an_empty_string),
		cmocka_unit_test(keeps_nul_octets),
		cmocka_unit_test(the_limit_itself_fits),
		cmocka_unit_test(one_past_the_limit_sticks),
		cmocka_unit_test(clearing_forgets_the_failure),
		cmocka_unit_test(grows_up_to_a_large_limit),
		cmocka_unit_test(formats_at_the_limit_and_one_past_it),
		cmocka_unit_test(freeing_leaves_a_text_that_can_be_used_again),
		cmocka_unit_test(without_memory_it_keeps_what_it_has),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
