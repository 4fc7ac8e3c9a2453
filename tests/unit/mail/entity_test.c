// SPDX-License-Identifier: BSD-2-Clause
#include "mail/entity.h"

#include "base/utf8.h"
#include "t.h"

static void
reads_one_reference(void **state)
{
	static const struct {
		const char *text;
		size_t size;
		uint32_t want;
	} rows[] = {
		{ "&amp;", 5, '&' },
		{ "&apos;", 6, '\'' },
		{ "&AElig;x", 7, 0xC6 },
		{ "&zwnj;", 6, 0x200C },
		{ "&thetasym;", 10, 0x3D1 },
		{ "&#39;", 5, '\'' },
		{ "&#x27;", 6, '\'' },
		{ "&#X2bC;", 7, 0x2BC },
		{ "&#8203;", 7, 0x200B },
		{ "&#x1F600;", 9, 0x1F600 },
		{ "&#00000039;", 11, '\'' },
		/* Windows-1252, as browsers take it */
		{ "&#146;", 6, 0x2019 },
		{ "&#x80;", 6, 0x20AC },
		{ "&#129;", 6, 0x81 },
		{ "&#160;", 6, 0xA0 },
		/* no characters */
		{ "&#0;", 4, UTF8_INVALID },
		{ "&#xD800;", 8, UTF8_INVALID },
		{ "&#x110000;", 10, UTF8_INVALID },
		{ "&#xFFFFFFFF;", 12, UTF8_INVALID },
		/* none at all */
		{ "&amp", 0, 7 },
		{ "&copy=1;", 0, 7 },
		{ "&AMP;", 0, 7 },
		{ "&nosuch;", 0, 7 },
		{ "&thetasymbol;", 0, 7 },
		{ "&;", 0, 7 },
		{ "&#;", 0, 7 },
		{ "&#x;", 0, 7 },
		{ "&#3x;", 0, 7 },
		{ "&#xfg;", 0, 7 },
		{ "&#-1;", 0, 7 },
		{ "&#000000039;", 0, 7 },
		{ "& ;", 0, 7 },
		{ "&", 0, 7 },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view v = exact_string(rows[i].text);
		uint32_t c = 7;

		check_number(rows[i].text, (long long)entity_read(v, 0, &c),
		    (long long)rows[i].size);
		check_number(rows[i].text, c, rows[i].want);
		exact_free(v);
	}
}

static void
a_nul_does_not_end_a_name(void **state)
{
	struct view v = exactly("&amp\0;", 6);
	uint32_t c = 7;

	(void)state;
	assert_int_equal(entity_read(v, 0, &c), 0);
	exact_free(v);
}

static void
resolves_all_references_of_a_text(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "", "" },
		{ "plain", "plain" },
		{ "Temasek&#39;s", "Temasek's" },
		{ "&lt;&amp;&gt;", "<&>" },
		{ "&copy; 2016", "\xC2\xA9 2016" },
		{ "AT&T & co &amp;amp;", "AT&T & co &amp;" },
		{ "&&&amp;&", "&&&&" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view v = exact_string(rows[i].text);
		struct text out = TEXT_INIT(100);

		entity_resolve(v, &out);
		assert_true(text_ok(&out));
		check_view(rows[i].text, text_view(&out), rows[i].want);
		text_free(&out);
		exact_free(v);
	}
}

static void
never_makes_a_text_longer(void **state)
{
	static const char *const shortest[] = { "&Mu;", "&ge;", "&#0;", "&lt;",
		"&#x1F600;" };

	(void)state;
	for (size_t i = 0; i < LENGTH(shortest); i++) {
		struct text out = TEXT_INIT(strlen(shortest[i]));

		entity_resolve(view_of(shortest[i]), &out);
		assert_true(text_ok(&out));
		text_free(&out);
	}
}

static void
knows_windows_1252(void **state)
{
	(void)state;
	assert_int_equal(entity_windows_1252(0x80), 0x20AC);
	assert_int_equal(entity_windows_1252(0x9F), 0x178);
	assert_int_equal(entity_windows_1252(0xA0), 0xA0);
	assert_int_equal(entity_windows_1252(0xFF), 0xFF);
	assert_int_equal(entity_windows_1252('a'), 'a');
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_one_reference),
		cmocka_unit_test(a_nul_does_not_end_a_name),
		cmocka_unit_test(resolves_all_references_of_a_text),
		cmocka_unit_test(never_makes_a_text_longer),
		cmocka_unit_test(knows_windows_1252),
	};

	return cmocka_run_group_tests_name("entity", tests, NULL, NULL);
}
