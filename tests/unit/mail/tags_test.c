// SPDX-License-Identifier: BSD-2-Clause
#include "mail/tags.h"

#include "base/limits.h"
#include "base/text.h"
#include "mail/mime.h"
#include "t.h"

#define START "v=1; a=rsa-sha256; d=x.test"
#define SELECTOR(s) START "; s=" s "; h=From; bh=x; b=QUJD"
#define L43 "abcdefghijklmnopqrstuvabcdefghijklmnopqrstu"
#define L63 L43 "abcdefghijklmnopqrst"
#define REST "; s=sel; h=From:To; b=QUJD; bh=x; v=1"

static void
reads_the_tags_that_matter(void **state)
{
	struct pool *p = pool_new(10000);
	struct tags tags;
	struct view raw = exact_string(
	    " v=1; a=rsa-sha256; c=relaxed/relaxed; d=LinkedIn.com;\r\n"
	    "\ts=d2048-202308-00; t=1; bh=x=;\r\n"
	    "\th=From:Subject: To :X-LinkedIn-\r\n\tClass; b=QU\r\n\t JDRA==");

	(void)state;
	assert_int_equal(tags_read(p, raw, &tags), 0);
	check_view("d", tags.domain, "linkedin.com");
	check_view("s", tags.selector, "d2048-202308-00");
	check_view("h", tags.fields, "From:Subject:To:X-LinkedIn-Class");
	check_view("b", tags.key, "QUJDRA");
	assert_false(tags.partial);
	exact_free(raw);
	pool_free(p);
}

static void
refuses_what_no_verifier_should_take(void **state)
{
	static const struct {
		const char *name, *raw;
		int result;
	} rows[] = {
		{ "sound", "a=rsa-sha256; d=x.test" REST, 0 },
		{ "Ed25519", "a=ed25519-sha256; d=x.test" REST, 0 },
		{ "folded algorithm", "a=rsa-\r\n sha256; d=x.test" REST, 0 },
		{ "a semicolon at the end", "a=rsa-sha256; d=x.test" REST ";",
		    0 },
		{ "an unknown tag", "y=1; a=rsa-sha256; d=x.test" REST, 0 },
		{ "an unknown tag twice",
		    "y=1; Y=2; a=rsa-sha256; d=x.test" REST, -1 },
		{ "SHA-1", "a=rsa-sha1; d=x.test" REST, -1 },
		{ "no algorithm", "d=x.test" REST, -1 },
		{ "no domain", "a=rsa-sha256" REST, -1 },
		{ "an empty domain", "a=rsa-sha256; d=" REST, -1 },
		{ "a domain that is none",
		    "a=rsa-sha256; d=linkedin.com(.x.test)" REST, -1 },
		{ "no selector", START "; h=From; bh=x; b=QUJD", -1 },
		{ "a selector that is none", SELECTOR("../x"), -1 },
		{ "a selector of labels", SELECTOR("a.b-c._d"), 0 },
		{ "an empty label in a selector", SELECTOR("a..b"), -1 },
		{ "a selector that begins with a dot", SELECTOR(".a"), -1 },
		{ "a selector that ends with one", SELECTOR("a."), -1 },
		{ "a selector of a dot", SELECTOR("."), -1 },
		{ "an empty label in a domain", "a=rsa-sha256; d=x..test" REST,
		    -1 },
		{ "a domain with a dot at its end",
		    "a=rsa-sha256; d=x.test." REST, -1 },
		{ "a label of 63", SELECTOR(L63 ".a"), 0 },
		{ "a label of 64", SELECTOR("a.x" L63), -1 },
		{ "a domain's label of 64", "a=rsa-sha256; d=x" L63 REST, -1 },
		{ "a name of 253", SELECTOR(L63 "." L63 "." L63 "." L43), 0 },
		{ "a name of 254", SELECTOR(L63 "." L63 "." L63 ".x" L43), -1 },
		{ "no fields", START "; s=y; bh=x; b=QUJD", -1 },
		{ "no signature", START "; s=y; h=From; bh=x", -1 },
		{ "an empty one", START "; s=y; h=From; bh=x; b==", -1 },
		{ "a tag twice", "a=rsa-sha256; d=x.test; d=x.test" REST, -1 },
		{ "in another case", "a=rsa-sha256; d=x.test; H=To" REST, -1 },
		{ "a tag without value", "a=rsa-sha256; d=x.test; y" REST, -1 },
		{ "identity", "i=@x.test; a=rsa-sha256; d=x.test" REST, 0 },
		{ "quoted-printable identity",
		    "i=a=; a=rsa-sha256; d=x.test" REST, -1 },
		{ "not ASCII", "y=\xC3\xA9; a=rsa-sha256; d=x.test" REST, -1 },
		{ "a control", "y=\x01; a=rsa-sha256; d=x.test" REST, -1 },
		{ "nothing", "", -1 },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct pool *p = pool_new(10000);
		struct view raw = exact_string(rows[i].raw);
		struct tags tags;

		check_number(rows[i].name, tags_read(p, raw, &tags),
		    rows[i].result);
		exact_free(raw);
		pool_free(p);
	}
}

#define AND(tags) START "; s=y; h=From; bh=x; b=QUJD" tags

/* libopendkim calls most of these syntax errors, on which OpenDKIM gives up. */
static void
is_sound_where_every_verifier_can_read_it(void **state)
{
	static const struct {
		const char *name, *raw;
		bool sound;
	} rows[] = {
		{ "all there is",
		    AND("; c=relaxed/simple; t=1; x=2; l=3; q=dns/txt; "
			"i=a@b.x.test; z=From:a|To:b; y_1="),
		    true },
		{ "SHA-1", "v=1; a=rsa-sha1; d=x.test; s=y; h=a; bh=x; b=QUJD",
		    true },
		{ "a semicolon and blanks at the end", AND(";\r\n "), true },
		{ "two of them", AND(";;"), false },
		{ "two in the middle", AND(";;y=1"), false },
		{ "a word", "foo", false },
		{ "nothing", "", false },
		{ "no version",
		    "a=rsa-sha256; d=x.test; s=y; h=From; bh=x; b=QUJD",
		    false },
		{ "another version",
		    "v=2; a=rsa-sha256; d=x.test; s=y; h=From; bh=x; b=QUJD",
		    false },
		{ "no body hash", START "; s=y; h=From; b=QUJD", false },
		{ "no algorithm", "v=1; d=x.test; s=y; h=a; bh=x; b=QUJD",
		    false },
		{ "a known tag in capitals",
		    "V=1; a=rsa-sha256; d=x.test; s=y; h=a; bh=x; b=QUJD",
		    false },
		{ "a tag of a digit", AND("; 1=1"), false },
		{ "a tag with a hyphen", AND("; a-b=1"), false },
		{ "a tag without a name", AND("; =1"), false },
		{ "a tag with a blank in it", AND("; y y=1"), false },
		{ "a tag twice", AND("; v=1"), false },
		{ "a time that is none", AND("; t=x"), false },
		{ "a time and more", AND("; t=1 2"), false },
		{ "an empty time", AND("; t="), false },
		{ "a time of 13 digits", AND("; t=1234567890123"), false },
		{ "an expiration that is none", AND("; x=x"), false },
		{ "a length below nothing", AND("; l=-1"), false },
		{ "a canonicalization that is none", AND("; c=x/y"), false },
		{ "an empty one", AND("; c="), false },
		{ "three of them", AND("; c=simple/simple/simple"), false },
		{ "an identity of elsewhere", AND("; i=@y.test"), false },
		{ "an identity without domain", AND("; i=x"), false },
		{ "eight bits", AND("; y=\xFF"), false },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct pool *p = pool_new(10000);
		struct view raw = exact_string(rows[i].raw);
		struct tags tags;

		tags_read(p, raw, &tags);
		check_number(rows[i].name, tags.sound, rows[i].sound);
		exact_free(raw);
		pool_free(p);
	}
}

static void
so_many_tags_are_read(void **state)
{
	(void)state;
	for (int more = 0; more < 2; more++) {
		struct text raw = TEXT_INIT(10000);
		struct pool *p = pool_new(10000);
		struct tags tags;

		text_add_string(&raw, AND("")); /* seven */
		for (int i = 7; i < LIMIT_SIGNATURE_TAGS + more; i++)
			text_addf(&raw, "; y%d=1", i);
		tags_read(p, text_view(&raw), &tags);
		check_number("more", tags.sound, more == 0);
		text_free(&raw);
		pool_free(p);
	}
}

static void
a_refused_field_still_tells_whose_it_is(void **state)
{
	struct pool *p = pool_new(10000);
	struct tags tags;

	(void)state;
	assert_int_equal(tags_read(p, VIEW("a=rsa-sha1; d=x.test" REST), &tags),
	    -1);
	check_view("d", tags.domain, "x.test");
	check_view("s", tags.selector, "sel");
	pool_free(p);
}

static void
one_signature_has_one_key(void **state)
{
	static const struct {
		const char *name, *b, *want;
	} rows[] = {
		{ "as it is", "QUJDRA==", "QUJDRA" },
		{ "folded", "QUJD\r\n\tRA==", "QUJDRA" },
		{ "what is no digit", "Q!U.JD-RA==", "QUJDRA" },
		{ "more behind the end", "QUJDRA==QUJD", "QUJDRA" },
		{ "no padding", "QUJDRA", "QUJDRA" },
		{ "unused bits of two digits", "QUJDRP==", "QUJDRA" },
		{ "unused bits of three digits", "QUJDREX=", "QUJDREU" },
		{ "the last digit of all", "QUJD//==", "QUJD/w" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct pool *p = pool_new(10000);
		struct text raw = TEXT_INIT(1000);
		struct tags tags;

		text_addf(&raw, START "; s=y; h=From; bh=x; b=%s", rows[i].b);
		assert_int_equal(tags_read(p, text_view(&raw), &tags), 0);
		check_view(rows[i].name, tags.key, rows[i].want);
		text_free(&raw);
		pool_free(p);
	}
}

static void
size_and_names_have_limits(void **state)
{
	(void)state;
	for (size_t more = 0; more < 2; more++) {
		struct text raw = TEXT_INIT(10000);
		struct pool *p = pool_new(100000);
		struct tags tags;

		text_add_string(&raw, "a=rsa-sha256; d=x.test" REST ";y=");
		while (raw.size < LIMIT_SIGNATURE_SIZE + more)
			text_add_byte(&raw, 'y');
		assert_int_equal(tags_read(p, text_view(&raw), &tags),
		    more > 0 ? -1 : 0);

		text_clear(&raw);
		text_add_string(&raw, START "; s=y; bh=x; b=QUJD; h=a");
		for (size_t i = 1; i < LIMIT_SIGNED_FIELDS + more; i++)
			text_add_string(&raw, ":a");
		assert_int_equal(tags_read(p, text_view(&raw), &tags),
		    more > 0 ? -1 : 0);
		text_free(&raw);
		pool_free(p);
	}
}

static void
limits_of_the_body_show(void **state)
{
	struct pool *p = pool_new(10000);
	struct tags tags;

	(void)state;
	assert_int_equal(tags_read(p, VIEW("l=5; a=rsa-sha256; d=x.test" REST),
			     &tags),
	    0);
	assert_true(tags.partial);
	pool_free(p);
}

static void
says_what_is_covered(void **state)
{
	static const struct {
		const char *fields, *header;
		bool to, overlaid;
	} rows[] = {
		{ "From:To", "From: a\nTo: b\n", true, false },
		{ "from:TO", "From: a\nto: b\n", true, false },
		{ "From", "From: a\nTo: b\n", false, false },
		{ "From:To", "From: a\nTo: b\nTo: c\n", false, true },
		{ "From:To:To", "From: a\nTo: b\nTo: c\n", true, false },
		{ "From:To:To", "From: a\nTo: b\n", true, false },
		{ "From:To", "From: a\n", true, false },
		{ "From:To", "From: a\nFrom: x\nTo: b\n", true, true },
		{ "From:To:X", "X: 1\nX: 2\nTo: b\n", true, true },
		{ "From:Received", "Received: 1\nReceived: 2\nFrom: a\n", false,
		    false },
		{ "From:Return-Path", "Return-Path: 1\nReturn-Path: 2\n", false,
		    false },
		{ "Fro:T", "From: a\nTo: b\n", false, false },
	};

	(void)state;
	mime_init();
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct pool *p = pool_new(100000);
		struct text raw = TEXT_INIT(1000);
		struct message m;
		struct tags tags;

		assert_int_equal(message_parse(p, view_of(rows[i].header), 0,
				     &m, NULL),
		    0);
		text_addf(&raw, START "; s=y; bh=x; b=QUJD; h=%s",
		    rows[i].fields);
		assert_int_equal(tags_read(p, text_view(&raw), &tags), 0);
		check_number(rows[i].header, tags_cover(&tags, &m, VIEW("To")),
		    rows[i].to);
		check_number(rows[i].header, tags_overlaid(&tags, &m),
		    rows[i].overlaid);
		text_free(&raw);
		pool_free(p);
	}
	mime_shutdown();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_tags_that_matter),
		cmocka_unit_test(refuses_what_no_verifier_should_take),
		cmocka_unit_test(is_sound_where_every_verifier_can_read_it),
		cmocka_unit_test(so_many_tags_are_read),
		cmocka_unit_test(a_refused_field_still_tells_whose_it_is),
		cmocka_unit_test(one_signature_has_one_key),
		cmocka_unit_test(size_and_names_have_limits),
		cmocka_unit_test(limits_of_the_body_show),
		cmocka_unit_test(says_what_is_covered),
	};

	return cmocka_run_group_tests_name("tags", tests, NULL, NULL);
}
