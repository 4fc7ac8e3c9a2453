// SPDX-License-Identifier: BSD-2-Clause
#include "base/base64.h"

#include "t.h"

static void
base64_stands_for_octets(void **state)
{
	/* NULL: none. */
	static const struct {
		const char *name, *base64, *want;
	} rows[] = {
		/* RFC 4648, section 10. */
		{ "nothing", "", "" },
		{ "f", "Zg==", "f" },
		{ "fo", "Zm8=", "fo" },
		{ "foo", "Zm9v", "foo" },
		{ "foob", "Zm9vYg==", "foob" },
		{ "fooba", "Zm9vYmE=", "fooba" },
		{ "foobar", "Zm9vYmFy", "foobar" },
		{ "the whole alphabet", "+/9=", "\xFB\xFF" },
		{ "without padding", "Zm8", "fo" },
		{ "one character", "Zm9vY", NULL },
		{ "padding alone", "====", NULL },
		{ "padding inside", "Zg==Zg==", NULL },
		{ "too much padding", "Z===", NULL },
		{ "not enough of it", "Zg=", NULL },
		{ "a blank", "Zm 9v", NULL },
		{ "the alphabet for URLs", "-_8=", NULL },
		{ "not ASCII", "Zm\xFCv", NULL },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text out = TEXT_INIT(100);
		struct view v = exact_string(rows[i].base64);

		check_number(rows[i].name, base64_decode(v, &out),
		    rows[i].want == NULL ? -1 : 0);
		if (rows[i].want != NULL)
			check_view(rows[i].name, text_view(&out), rows[i].want);
		exact_free(v);
		text_free(&out);
	}
}

static void
octets_are_appended(void **state)
{
	struct text out = TEXT_INIT(4);

	(void)state;
	assert_int_equal(base64_decode(VIEW("Zm8="), &out), 0);
	assert_int_equal(base64_decode(VIEW("AP8="), &out), 0);
	assert_memory_equal(out.data, "fo\0\xFF", 4);
	assert_int_equal(base64_decode(VIEW("Zg=="), &out), 0);
	assert_false(text_ok(&out));
	text_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(base64_stands_for_octets),
		cmocka_unit_test(octets_are_appended),
	};

	return cmocka_run_group_tests_name("base64", tests, NULL, NULL);
}
