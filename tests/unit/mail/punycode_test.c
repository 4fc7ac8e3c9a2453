// SPDX-License-Identifier: BSD-2-Clause
#include "mail/punycode.h"

#include "base/text.h"
#include "base/utf8.h"
#include "t.h"

static void
decodes_as_the_rfc_says(void **state)
{
	static const struct {
		const char *name, *encoded, *want; /* NULL: refused */
	} rows[] = {
		{ "an umlaut", "bcher-kva",
		    "b\xC3\xBC"
		    "cher" },
		{ "in capitals", "BCHER-KVA",
		    "B\xC3\xBC"
		    "CHER" },
		{ "Chinese, 7.1 (B)", "ihqwcrb4cv8a8dqg056pqjye",
		    "\xE4\xBB\x96\xE4\xBB\xAC\xE4\xB8\xBA\xE4\xBB\x80\xE4\xB9"
		    "\x88\xE4\xB8\x8D\xE8\xAF\xB4\xE4\xB8\xAD\xE6\x96\x87" },
		{ "letters and others, 7.1 (L)", "3B-ww4c5e180e575a65lsy2b",
		    "3\xE5\xB9\xB4"
		    "B\xE7\xB5\x84\xE9\x87\x91\xE5\x85\xAB\xE5\x85\x88\xE7\x94"
		    "\x9F" },
		{ "only ASCII, 7.1 (S)", "-> $1.00 <--", "-> $1.00 <-" },
		{ "dotless i", "lnkedin-rfb", "l\xC4\xB1nkedin" },
		{ "Cyrillic i", "lnkedin-rog", "l\xD1\x96nkedin" },
		{ "nothing", "", "" },
		{ "no hyphen, no integer", "-", "" },
		{ "a digit that is none", "bcher-k_a", NULL },
		{ "an integer cut off", "bcher-kv", NULL },
		{ "beyond Unicode", "99999999", NULL },
		{ "overflow", "a-zzzzzzzzzzzzzzzzzzzzzz", NULL },
		{ "eight bits", "b\xFC-kva", NULL },
		{ "63 octets",
		    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		    "aaaaa-",
		    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		    "aaaaa" },
		{ "64 octets",
		    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		    "aaaaaa-",
		    NULL },
		{ "one character too many",
		    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		    "aaaaa-kva",
		    NULL },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view encoded = exact_string(rows[i].encoded);
		struct text got = TEXT_INIT(1000);
		uint32_t out[PUNYCODE_LABEL];
		int count = punycode_decode(encoded, out);

		for (int k = 0; k < count; k++)
			utf8_add(&got, out[k]);
		if ((count < 0) != (rows[i].want == NULL))
			fail_msg("%s: got %d", rows[i].name, count);
		if (count >= 0)
			check_view(rows[i].name, text_view(&got), rows[i].want);
		text_free(&got);
		exact_free(encoded);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decodes_as_the_rfc_says),
	};

	return cmocka_run_group_tests_name("mail/punycode", tests, NULL, NULL);
}
