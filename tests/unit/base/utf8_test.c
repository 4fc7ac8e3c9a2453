// SPDX-License-Identifier: BSD-2-Clause
#include "base/utf8.h"

#include "t.h"

static void
reads_characters_one_by_one(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *octets;
		uint32_t first;
		size_t size;	/* of the first, in octets */
		bool valid;
	} rows[] = {
		{ "ASCII", "a", 'a', 1, true },
		{ "least of two octets", "\xC2\x80", 0x80, 2, true },
		{ "most of two", "\xDF\xBF", 0x7FF, 2, true },
		{ "least of three", "\xE0\xA0\x80", 0x800, 3, true },
		{ "before the surrogates", "\xED\x9F\xBF", 0xD7FF, 3, true },
		{ "behind the surrogates", "\xEE\x80\x80", 0xE000, 3, true },
		{ "U+FFFD itself", "\xEF\xBF\xBD", 0xFFFD, 3, true },
		{ "most of three", "\xEF\xBF\xBF", 0xFFFF, 3, true },
		{ "least of four", "\xF0\x90\x80\x80", 0x10000, 4, true },
		{ "the last of all", "\xF4\x8F\xBF\xBF", 0x10FFFF, 4, true },
		{ "one past the last", "\xF4\x90\x80\x80", UTF8_INVALID, 1, false },
		{ "five octets", "\xF8\x88\x80\x80\x80", UTF8_INVALID, 1, false },
		{ "a continuation alone", "\x80", UTF8_INVALID, 1, false },
		{ "two octets, overlong", "\xC1\xBF", UTF8_INVALID, 1, false },
		{ "NUL, overlong", "\xC0\x80", UTF8_INVALID, 1, false },
		{ "three, overlong", "\xE0\x9F\xBF", UTF8_INVALID, 1, false },
		{ "four, overlong", "\xF0\x8F\xBF\xBF", UTF8_INVALID, 1, false },
		{ "first surrogate", "\xED\xA0\x80", UTF8_INVALID, 1, false },
		{ "last surrogate", "\xED\xBF\xBF", UTF8_INVALID, 1, false },
		{ "two, cut short", "\xC3", UTF8_INVALID, 1, false },
		{ "three, cut short", "\xE2\x82", UTF8_INVALID, 1, false },
		{ "four, cut short", "\xF0\x9F\x91", UTF8_INVALID, 1, false },
		{ "second octet wrong", "\xE2(\x82", UTF8_INVALID, 1, false },
		{ "last octet wrong", "\xE2\x82(", UTF8_INVALID, 1, false },
		{ "0xFF", "\xFF", UTF8_INVALID, 1, false },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view v = exact_string(rows[i].octets);
		size_t at = 0;

		check_number(rows[i].name, utf8_next(v, &at), rows[i].first);
		check_number(rows[i].name, (long long)at,
		    (long long)rows[i].size);
		check_number(rows[i].name, utf8_valid(v), rows[i].valid);
		exact_free(v);
	}
}

static void
writes_every_character_as_it_reads_it(void **state)
{
	struct text t = TEXT_INIT(4);

	(void)state;
	for (uint32_t c = 0; c <= 0x110000; c++) {
		bool none = (c >= 0xD800 && c <= 0xDFFF) || c > 0x10FFFF;
		size_t at = 0;

		text_clear(&t);
		utf8_add(&t, c);
		if (!utf8_valid(text_view(&t)) ||
		    utf8_next(text_view(&t), &at) != (none ? 0xFFFD : c) ||
		    at != t.size)
			fail_msg("U+%04X", (unsigned)c);
	}
	text_free(&t);
}

/* ASCII is skipped in larger steps, which must not step over anything. */
static void
finds_a_stray_octet_wherever_it_is(void **state)
{
	(void)state;
	for (size_t size = 1; size <= 20; size++)
		for (size_t at = 0; at < size; at++) {
			struct text t = TEXT_INIT(100), want = TEXT_INIT(100);
			char octets[20];
			struct view v;

			memset(octets, 'x', sizeof(octets));
			octets[at] = '\xFF';
			v = exactly(octets, size);
			assert_false(utf8_valid(v));
			utf8_add_clean(&t, v);
			text_add(&want, view_part(v, 0, at));
			text_add_string(&want, "\xEF\xBF\xBD");
			text_add(&want, view_part(v, at + 1, size));
			check_view("cleaned", text_view(&t),
			    text_string(&want));
			text_free(&t);
			text_free(&want);
			exact_free(v);
		}
}

static void
cleaning_replaces_stray_octets_only(void **state)
{
	static const struct {
		const char *name, *octets, *want;
	} rows[] = {
		{ "nothing", "", "" },
		{ "all well", "Zo\xC3\xAB", "Zo\xC3\xAB" },
		{ "U+FFFD stays one", "\xEF\xBF\xBD", "\xEF\xBF\xBD" },
		{ "Latin-1", "Zo\xEB!", "Zo\xEF\xBF\xBD!" },
		{ "cut short", "a\xE2\x82", "a\xEF\xBF\xBD\xEF\xBF\xBD" },
		{ "controls stay", "a\x01\n", "a\x01\n" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view v = exact_string(rows[i].octets);
		struct text t = TEXT_INIT(100);

		utf8_add_clean(&t, v);
		check_view(rows[i].name, text_view(&t), rows[i].want);
		text_free(&t);
		exact_free(v);
	}
}

static void
knows_what_does_not_show(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name;
		uint32_t first, last;
	} hidden[] = {
		{ "controls", 0x00, 0x1F },
		{ "DEL and C1 controls", 0x7F, 0x9F },
		{ "soft hyphen", 0xAD, 0xAD },
		{ "grapheme joiner", 0x34F, 0x34F },
		{ "Arabic letter mark", 0x61C, 0x61C },
		{ "Hangul fillers", 0x115F, 0x1160 },
		{ "Khmer inherent vowels", 0x17B4, 0x17B5 },
		{ "Mongolian selectors", 0x180B, 0x180F },
		{ "zero width, directions", 0x200B, 0x200F },
		{ "line ends, overrides", 0x2028, 0x202E },
		{ "word joiner, isolates", 0x2060, 0x206F },
		{ "empty Braille pattern", 0x2800, 0x2800 },
		{ "Hangul filler", 0x3164, 0x3164 },
		{ "private use", 0xE000, 0xF8FF },
		{ "non-characters", 0xFDD0, 0xFDEF },
		{ "variation selectors", 0xFE00, 0xFE0F },
		{ "byte order mark", 0xFEFF, 0xFEFF },
		{ "half-width filler", 0xFFA0, 0xFFA0 },
		{ "annotations", 0xFFF0, 0xFFFB },
		{ "last of the first plane", 0xFFFE, 0xFFFF },
		{ "shorthand", 0x1BCA0, 0x1BCA3 },
		{ "musical", 0x1D173, 0x1D17A },
		{ "last of the second plane", 0x1FFFE, 0x1FFFF },
		{ "last of the third plane", 0x2FFFE, 0x2FFFF },
		{ "tags, selectors, private use", 0xE0000, 0x10FFFF },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(hidden); i++) {
		for (uint32_t c = hidden[i].first; c <= hidden[i].last; c++)
			check_number(hidden[i].name, utf8_is_hidden(c), true);
		/* The last row has a neighbour that is hidden as well. */
		if (hidden[i].first == 0xE0000)
			break;
		if (hidden[i].first > 0)
			check_number(hidden[i].name,
			    utf8_is_hidden(hidden[i].first - 1), false);
		check_number(hidden[i].name, utf8_is_hidden(hidden[i].last + 1),
		    false);
	}
	assert_false(utf8_is_hidden(' '));
	assert_false(utf8_is_hidden(UTF8_INVALID));
	assert_false(utf8_is_hidden(0x1F469));
}

static void
shows_what_a_person_may_look_at(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *octets;
		size_t max;
		const char *want;
	} rows[] = {
		{ "nothing", "", 10, "" },
		{ "plain", "Alice", 10, "Alice" },
		{ "a line end", "a\r\nb", 10, "a??b" },
		{ "escape sequence", "\x1B[31m", 10, "?[31m" },
		{ "direction override", "a\xE2\x80\xAE" "b", 10, "a?b" },
		{ "zero-width space", "a\xE2\x80\x8B" "b", 10, "a?b" },
		{ "tag", "\xF3\xA0\x81\x81", 10, "?" },
		{ "stray octet", "a\xFF", 10, "a\xEF\xBF\xBD" },
		{ "at the limit", "12345", 5, "12345" },
		{ "one past it", "123456", 5, "12345..." },
		{ "no character is cut", "1234\xC3\xAB", 5, "1234..." },
		{ "no room", "1", 0, "..." },
		/* Joiners and selectors: without them all can still be read. */
		{ "Persian with a non-joiner",
		    "\xD9\x85\xDB\x8C\xE2\x80\x8C\xD8\xAE", 20,
		    "\xD9\x85\xDB\x8C\xD8\xAE" },
		{ "Devanagari with a joiner",
		    "\xE0\xA4\x95\xE0\xA5\x8D\xE2\x80\x8D\xE0\xA4\xB7", 20,
		    "\xE0\xA4\x95\xE0\xA5\x8D\xE0\xA4\xB7" },
		{ "a heart in colour", "\xE2\x9D\xA4\xEF\xB8\x8F", 20,
		    "\xE2\x9D\xA4" },
		{ "an ideograph's variant",
		    "\xE8\xBE\xBB\xF3\xA0\x84\x80", 20, "\xE8\xBE\xBB" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view v = exact_string(rows[i].octets);
		struct text t = TEXT_INIT(100);

		utf8_add_printable(&t, v, rows[i].max);
		check_view(rows[i].name, text_view(&t), rows[i].want);
		text_free(&t);
		exact_free(v);
	}
}

static void
a_prefix_splits_no_character(void **state)
{
	static const struct {
		const char *octets;
		size_t max;
		const char *want;
	} rows[] = {
		{ "", 0, "" },
		{ "ab", 5, "ab" },
		{ "ab", 2, "ab" },
		{ "ab", 1, "a" },
		{ "a\xC3\xAB", 3, "a\xC3\xAB" },
		{ "a\xC3\xAB", 2, "a" },
		{ "a\xF0\x9F\x91\xA9", 4, "a" },
		{ "a\xF0\x9F\x91\xA9", 3, "a" },
		{ "a\xF0\x9F\x91\xA9", 2, "a" },
		{ "\xF0\x9F\x91\xA9", 3, "" },
		/* Octets that are no text are cut somewhere near. */
		{ "\x80\x80\x80\x80\x80\x80", 5, "\x80\x80" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view v = exact_string(rows[i].octets);

		check_view(rows[i].octets, utf8_prefix(v, rows[i].max),
		    rows[i].want);
		exact_free(v);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_characters_one_by_one),
		cmocka_unit_test(writes_every_character_as_it_reads_it),
		cmocka_unit_test(finds_a_stray_octet_wherever_it_is),
		cmocka_unit_test(cleaning_replaces_stray_octets_only),
		cmocka_unit_test(knows_what_does_not_show),
		cmocka_unit_test(shows_what_a_person_may_look_at),
		cmocka_unit_test(a_prefix_splits_no_character),
	};

	return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
