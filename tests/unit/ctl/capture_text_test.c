// SPDX-License-Identifier: BSD-2-Clause
/*
 * capture_text_test.c - what becomes of a word depends on the key and on the
 * word alone, has its shape, and says nothing of it.
 */
#include "ctl/capture_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/fold.h"
#include "base/utf8.h"
#include "t.h"

enum { SIZE = 512 };

static struct pool *pool;
static struct capture_words allowed, names, taken, paths;
static const struct view network_domain[] = { VIEW("network.example") };
static const struct auth_list network = { network_domain, 1 };
static const struct view home[] = { VIEW("page.example") };

static int
set_up(void **state)
{
	(void)state;
	pool = pool_new(1 << 20);
	allowed.pool = names.pool = taken.pool = paths.pool = pool;
	capture_words_add_text(&allowed,
	    VIEW("Hello you have an invitation from will page www network "
		 "example https in id email m2m 01 noreply accepté"));
	capture_words_add_text(&names, VIEW("Will Quill"));
	capture_words_add_text(&taken, VIEW("Quill Ottoline"));
	capture_words_add_text(&paths, VIEW("in"));
	capture_words_sort(&allowed);
	capture_words_sort(&names);
	capture_words_sort(&taken);
	capture_words_sort(&paths);
	return pool == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	pool_free(pool);
	return 0;
}

static struct capture
make(const char *key)
{
	return (struct capture){ .key = view_of(key),
		.allowed = &allowed,
		.names = &names,
		.taken = &taken,
		.paths = &paths,
		.network = &network,
		.networks = 1,
		.domain = home,
		.domains = 1 };
}

static void
run(const char *key, const char *charset, unsigned flags, const char *text,
    char out[SIZE])
{
	struct capture c = make(key);
	struct capture_charset cs;
	size_t size = strlen(text);

	assert_true(size < SIZE);
	memcpy(out, text, size + 1);
	capture_charset_find(&cs, view_of(charset),
	    (struct view){ text, size });
	capture_text(&c, &cs, out, size, flags);
	assert_false(c.failed);
	assert_int_equal(out[size], 0);
}

/*
 * want has "*" where a letter or digit must be another one, else what must be
 * there as it is.
 */
/* clang-format off */
static const struct {
	const char *name, *charset, *text, *want;
	unsigned flags;
} shapes[] = {
	{ "words that stay", "", "Hello, you have an invitation from:",
	  "Hello, you have an invitation from:", 0 },
	{ "others", "", "Hello Zebedee Quill-Roe, 42!",
	  "Hello ******* *****-***, **!", 0 },
	{ "a name with a capital", "", "Will, you will have", 
	  "****, you will have", 0 },
	{ "without accents the same", "", "accepte accept\xC3\xA9",
	  "accepte accept\xC3\xA9", 0 },
	{ "an address", "", "from will.roe@page.example",
	  "from ****.***@****.example", 0 },
	{ "of the network", "", "page-noreply@network.example",
	  "page-noreply@network.example", 0 },
	{ "of the network, a person", "", "zed@network.example",
	  "***@network.example", 0 },
	{ "whose domain only begins so", "", "will@network.example.org",
	  "****@network.example.***", 0 },
	{ "an id with @", "", "<12.34.page@network-01.example>",
	  "<**.**.page@network-01.example>", CAPTURE_NO_ADDRESS },
	{ "an address in a link", "",
	  "https://www.network.example/?email=will%40page.example",
	  "https://www.network.example/?email=****%40****.example", 0 },
	{ "the same in another one's", "", "id=https%253A%252F%252Fwill%2540a.b",
	  "id=https%253A%252F%252F****%2540*.*", 0 },
	{ "a profile", "", "https://www.network.example/in/will-page?id=page",
	  "https://www.network.example/in/****-****?id=page", 0 },
	{ "the same escaped", "", "%2Fin%2Fwill%3Fid%3Dpage",
	  "%2Fin%2F****%3Fid%3Dpage", 0 },
	{ "a home without address", "", "by mx.page.example", "** **.****.example",
	  0 },
	{ "a long number keeps its time", "", "6132985418842456064",
	  "613298*************", 0 },
	{ "the same behind a letter", "", "I6132985418842456064_01",
	  "I613298*************_01", 0 },
	{ "a year", "", "(c) 2024", "(*) 20**", 0 },
	{ "a key of templates", "", "email_m2m_unheard_01",
	  "email_m2m_*******_01", 0 },
	{ "names only", "", "color: Quill; will", "color: *****; ****",
	  CAPTURE_NAMES_ONLY },
	{ "a date", "", "Mon, 21 Oct 2024 12:40:55 +0000",
	  "Mon, 21 Oct 2024 12:**:** +0000", CAPTURE_DATE },
	{ "entities", "", "&amp; Jos&eacute; &#82;&#x6F;e &#0087;ill",
	  "&amp; ***&*acute; &#**;&#x**;* &#00**;***", 0 },
	{ "escapes", "", "%51uill=%C3%89m", "%******=%**%***", 0 },
	{ "Latin-1", "iso-8859-1", "Hello \xC9mile, accept\xE9",
	  "Hello *****, accept\xE9", 0 },
	{ "Latin-1 that nobody names", "", "\xC9mile \x81", "***** *", 0 },
	{ "stray octets", "utf-8", "a\xC3(", "**(", 0 },
	{ "no letters", "", "\xE2\x80\xA6 \xF0\x9F\x98\x80 \t.",
	  "\xE2\x80\xA6 \xF0\x9F\x98\x80 \t.", 0 },
	{ "signs read as letters", "", "\xE2\x93\x92\xE2\x93\x90",
	  "******", 0 },
	{ "unknown coding", "iso-2022-jp", "Hello you\x1B$B;3ED\x1B(B",
	  "***** ***\x1B$B****\x1B(B", 0 },
	{ "Japanese of two octets", "shift_jis", "Hello \x83\x52",
	  "***** **", 0 },
};
/* clang-format on */

static void
test_shape(void **state)
{
	char out[SIZE], again[SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		const char *text = shapes[i].text, *want = shapes[i].want;
		size_t changed = 0, open = 0;

		run("k", shapes[i].charset, shapes[i].flags, text, out);
		run("k", shapes[i].charset, shapes[i].flags, text, again);
		if (strcmp(out, again) != 0)
			fail_msg("%s: not twice the same", shapes[i].name);
		for (size_t j = 0; text[j] != '\0'; j++) {
			changed += want[j] == '*' && out[j] != text[j];
			open += want[j] == '*' && text[j] != '*';
			if (want[j] != '*' && out[j] != want[j])
				fail_msg("%s: got \"%s\", want \"%s\"",
				    shapes[i].name, out, want);
		}
		/* A letter may become itself, the word may not. */
		if (changed * 3 < open)
			fail_msg("%s: left \"%s\"", shapes[i].name, out);
	}
}

/* Texts whose words stand for the same person: the same becomes of them. */
static const struct {
	const char *a, *b;
} alike[] = {
	{ "Zebedee", "zebedee" },
	{ "ZEBEDEE", "zebedee" },
	{ "Ivan&#111;v", "ivanov" },
	{ "iv%61nov", "ivanov" },
	{ "zebe\xC2\xAD"
	  "dee",
	    "zebedee" }, /* a soft hyphen */
	{ "zebedee@a.b", "Zebedee" },
};

static void
test_alike(void **state)
{
	struct text left = TEXT_INIT(SIZE), right = TEXT_INIT(SIZE);
	struct capture_charset cs = { .coding = CAPTURE_UTF8 };
	struct capture_words words = { .pool = pool };
	char a[SIZE], b[SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(alike) / sizeof(alike[0]); i++) {
		run("k", "utf-8", 0, alike[i].a, a);
		run("k", "utf-8", 0, alike[i].b, b);
		words.count = 0;
		capture_words_read(&words, &cs, view_of(a), 1);
		capture_words_read(&words, &cs, view_of(b), 1);
		if (!view_equal(words.word[0], words.word[words.count - 1]) &&
		    i != 5)
			fail_msg("%s: %s, %s", alike[i].a, a, b);
	}
	text_free(&left);
	text_free(&right);
}

static void
test_keys(void **state)
{
	char a[SIZE], b[SIZE];

	(void)state;
	run("k", "", 0, "Zebedee Ottoline Wickerbasket", a);
	run("l", "", 0, "Zebedee Ottoline Wickerbasket", b);
	assert_string_not_equal(a, b);
}

/* A character's kind, script and size stay. */
static const struct {
	const char *name;
	uint32_t first, last;
} scripts[] = {
	{ "Latin", 'a', 'z' },
	{ "Latin capitals", 'A', 'Z' },
	{ "digits", '1', '9' },
	{ "accented", 0xC0, 0x17F },
	{ "Greek", 0x391, 0x3C9 },
	{ "Cyrillic", 0x410, 0x44F },
	{ "Hebrew", 0x5D0, 0x5EA },
	{ "Arabic", 0x621, 0x63A },
	{ "Han", 0x4E00, 0x4F00 },
	{ "Hangul", 0xAC00, 0xAD00 },
	{ "Kana", 0x30A1, 0x30F0 },
	{ "Devanagari", 0x905, 0x939 },
	{ "mathematical", 0x1D400, 0x1D433 },
};

static void
test_scripts(void **state)
{
	struct capture_charset cs = { .coding = CAPTURE_UTF8 };

	(void)state;
	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++)
		for (uint32_t c = scripts[i].first; c <= scripts[i].last; c++) {
			unsigned others = 0;
			unsigned char size = c < 0x80 ? 1
			    : c < 0x800               ? 2
			    : c < 0x10000             ? 3
						      : 4;
			struct capture_char old = { c, 0, size, CAPTURE_PLAIN };

			if (!fold_is_letter(c) && !(c >= '0' && c <= '9'))
				continue;
			for (uint64_t n = 1; n < 40; n++) {
				uint32_t to = capture_char_choose(&cs, &old, "",
				    n * 0x9E3779B97F4A7C15U);

				others += to != c;
				if (fold_is_capital(to) != fold_is_capital(c) ||
				    fold_is_small(to) != fold_is_small(c))
					fail_msg("%s: U+%04X from U+%04X",
					    scripts[i].name, (unsigned)to,
					    (unsigned)c);
			}
			if (others < 30)
				fail_msg("%s: U+%04X stays", scripts[i].name,
				    (unsigned)c);
		}
}

/* clang-format off */
static const struct {
	const char *pattern, *want;
} patterns[] = {
	{ "^(?:email_)?m2m_invite_", "email invite m2m" },
	{ "\\bwants? to \\p{Lu}[a-z]+\\b", "to want wants" },
	{ "^(?<name>.{1,100}) (?i)has (?-i:X)(?!no)\\.$", "has no x" },
	{ "a[]\\]x]b\\x{2026}c\\", "a b c" },
	{ "(?<=at)(?<!in)[", "at in" },
	{ "\xC3\x9C" "ber|je\xC3\xB1o", "jeno uber" },
	{ "x{", "x" },
	{ "(?<n", "" },
	{ "invitations? now", "invitation invitations now" },
};
/* clang-format on */

static int
compare(const void *a, const void *b)
{
	return view_compare(*(const struct view *)a, *(const struct view *)b);
}

static void
test_patterns(void **state)
{
	struct text got = TEXT_INIT(SIZE);

	(void)state;
	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		struct capture_words words = { .pool = pool };

		capture_words_add_pattern(&words, view_of(patterns[i].pattern));
		if (words.count > 1)
			qsort(words.word, words.count, sizeof(*words.word),
			    compare);
		text_clear(&got);
		for (size_t j = 0; j < words.count; j++) {
			text_add_string(&got, j > 0 ? " " : "");
			text_add(&got, words.word[j]);
		}
		assert_string_equal(text_string(&got), patterns[i].want);
	}
	text_free(&got);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shape),
		cmocka_unit_test(test_alike),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_scripts),
		cmocka_unit_test(test_patterns),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
