// SPDX-License-Identifier: BSD-2-Clause
#include "base/json.h"

#include "t.h"

static void
puts_commas_where_they_belong(void **state)
{
	struct text t = TEXT_INIT(1000);
	struct json j = JSON_INIT(&t);

	(void)state;
	json_begin_object(&j, NULL);
	json_add_number(&j, "v", 1);
	json_begin_array(&j, "empty");
	json_end_array(&j);
	json_begin_array(&j, "list");
	json_add_string(&j, NULL, VIEW("one"));
	json_begin_object(&j, NULL);
	json_end_object(&j);
	json_begin_object(&j, NULL);
	json_add_bool(&j, "yes", true);
	json_add_bool(&j, "no", false);
	json_end_object(&j);
	json_add_null(&j, NULL);
	json_end_array(&j);
	json_add_null(&j, "last");
	json_end_object(&j);
	check_view("object", text_view(&t),
	    "{\"v\":1,\"empty\":[],\"list\":[\"one\",{},"
	    "{\"yes\":true,\"no\":false},null],\"last\":null}");
	text_free(&t);
}

static void
writes_every_number(void **state)
{
	struct text t = TEXT_INIT(1000);
	struct json j = JSON_INIT(&t);

	(void)state;
	json_begin_array(&j, NULL);
	json_add_number(&j, NULL, 0);
	json_add_number(&j, NULL, INT64_MIN);
	json_add_number(&j, NULL, INT64_MAX);
	json_end_array(&j);
	check_view("numbers", text_view(&t),
	    "[0,-9223372036854775808,9223372036854775807]");
	text_free(&t);
}

static void
a_string_may_hold_anything(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name;
		struct view value;
		const char *want;
	} rows[] = {
		{ "nothing", { NULL, 0 }, "\"\"" },
		{ "quote and backslash", { "a\"b\\c/", 6 }, "\"a\\\"b\\\\c/\"" },
		{ "line ends and tab", { "\r\n\t", 3 }, "\"\\u000d\\n\\t\"" },
		{ "controls", { "\0\x1F\x7F", 3 }, "\"\\u0000\\u001f\\u007f\"" },
		{ "letters", { "Zo\xC3\xAB", 4 }, "\"Zo\xC3\xAB\"" },
		{ "C1 control", { "\xC2\x85", 2 }, "\"\\u0085\"" },
		{ "line separator", { "\xE2\x80\xA8", 3 }, "\"\\u2028\"" },
		{ "direction", { "\xE2\x80\xAE", 3 }, "\"\\u202e\"" },
		{ "joiner", { "\xE2\x80\x8D", 3 }, "\"\\u200d\"" },
		{ "beyond 16 bits", { "\xF0\x9F\x91\xA9", 4 },
		    "\"\xF0\x9F\x91\xA9\"" },
		{ "hidden beyond 16 bits", { "\xF3\xA0\x81\x81", 4 },
		    "\"\\udb40\\udc41\"" },
		{ "the last of all", { "\xF4\x8F\xBF\xBF", 4 },
		    "\"\\udbff\\udfff\"" },
		{ "stray octets", { "\xFFx\xC3", 3 },
		    "\"\xEF\xBF\xBDx\xEF\xBF\xBD\"" },
		{ "surrogate as UTF-8", { "\xED\xA0\x80", 3 },
		    "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view v = exactly(rows[i].value.data, rows[i].value.size);
		struct text t = TEXT_INIT(100);
		struct json j = JSON_INIT(&t);

		json_add_string(&j, NULL, v);
		check_view(rows[i].name, text_view(&t), rows[i].want);
		text_free(&t);
		exact_free(v);
	}
}

static void
what_does_not_fit_shows_in_the_text(void **state)
{
	(void)state;
	for (size_t limit = 0; limit <= 11; limit++) {
		struct text t = TEXT_INIT(limit);
		struct json j = JSON_INIT(&t);

		json_begin_object(&j, NULL);
		json_add_string(&j, "a", VIEW("b\n"));
		json_end_object(&j);
		assert_int_equal(text_ok(&t),
		    limit >= strlen("{\"a\":\"b\\n\"}"));
		text_free(&t);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(puts_commas_where_they_belong),
		cmocka_unit_test(writes_every_number),
		cmocka_unit_test(a_string_may_hold_anything),
		cmocka_unit_test(what_does_not_fit_shows_in_the_text),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
