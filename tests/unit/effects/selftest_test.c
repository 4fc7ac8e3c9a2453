// SPDX-License-Identifier: BSD-2-Clause
#include "effects/selftest.h"

#include <stdio.h>
#include <string.h>

#include "mail/message.h"
#include "oom.h"
#include "t.h"

#define MARK "0123456789abcdef"
#define RECEIVED "Received: from x by y with SMTP id " MARK "-000;\r\n\tnow\r\n"

static const struct view id = { "mx.example.net", 14 };

static void
plan(struct selftest *s, size_t ids)
{
	struct err e = ERR_NONE;

	assert_int_equal(selftest_plan(s, &id, ids, &e), 0);
	snprintf(s->mark, sizeof(s->mark), "%s", MARK);
}

static void
write_mail(const struct selftest *s, struct text *out)
{
	selftest_write(s, VIEW("alice@example.net"), 1795428000000, out);
	assert_true(text_ok(out));
}

static const char *
fate_name(enum selftest_fate fate)
{
	return fate == SELFTEST_STRIPPED ? "stripped"
	    : fate == SELFTEST_SURVIVED  ? "survived"
					 : "believed";
}

static void
judge(struct selftest *s, struct view bytes)
{
	struct err e = ERR_NONE;
	struct view exact = exactly(bytes.data, bytes.size);

	assert_int_equal(selftest_judge(s, exact, &e), 0);
	exact_free(exact);
}

/* What nobody touched is what an outsider may write: all is believed. */
static void
an_untouched_mail_is_believed(void **state)
{
	struct text out = TEXT_INIT(100000);
	struct selftest s;

	(void)state;
	plan(&s, 1);
	write_mail(&s, &out);
	judge(&s, text_view(&out));
	assert_true(s.above > 0 && s.above < s.fields);
	for (size_t i = 0; i < s.fields; i++)
		check_string(s.field[i].how, fate_name(s.field[i].fate),
		    i < s.above ? "believed" : "survived");
	text_free(&out);
}

/* Without each field in turn, that one is missed and no other. */
static void
each_field_is_told_from_the_others(void **state)
{
	struct text out = TEXT_INIT(100000), less = TEXT_INIT(100000);
	struct selftest s;

	(void)state;
	plan(&s, 1);
	write_mail(&s, &out);
	for (size_t gone = 0; gone < s.fields; gone++) {
		struct view rest = text_view(&out), before = rest;
		struct header field;
		char tag[48];

		snprintf(tag, sizeof(tag), MARK "-%03zu", gone + 1);
		text_clear(&less);
		for (; message_next_field(&rest, &field); before = rest)
			if (view_find(field.raw, view_of(tag)) == VIEW_NONE)
				text_add(&less,
				    view_part(before, 0,
					before.size - rest.size));
		judge(&s, text_view(&less));
		for (size_t i = 0; i < s.fields; i++)
			check_string(s.field[i].how, fate_name(s.field[i].fate),
			    i == gone         ? "stripped"
				: i < s.above ? "believed"
					      : "survived");
	}
	text_free(&less);
	text_free(&out);
}

#define FIRST " mx.example.net; dkim=pass header.s=" MARK "-001\r\n"

/* What becomes of the first field, an Authentication-Results. */
static void
fields_are_judged_by_where_and_what_they_are(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *mail, *want;
	} rows[] = {
		{ "nothing", "", "stripped" },
		{ "as sent", "Authentication-Results:" FIRST, "believed" },
		{ "LF", "Authentication-Results: mx.example.net;\n"
		    "\tdkim=pass header.s=" MARK "-001\n", "believed" },
		{ "below the MTA's Received", "Received: by mx.example.net\r\n"
		    "Authentication-Results:" FIRST RECEIVED, "believed" },
		{ "below our Received", RECEIVED
		    "Authentication-Results:" FIRST, "survived" },
		{ "above our Received", "Authentication-Results:" FIRST
		    RECEIVED, "believed" },
		{ "above and below", "Authentication-Results:" FIRST RECEIVED
		    "Authentication-Results:" FIRST, "believed" },
		{ "below the Received of another mail",
		    "Received: by y with SMTP id fedcba9876543210-000\r\n"
		    "Authentication-Results:" FIRST, "believed" },
		{ "a mark in no Received field", "X: " MARK "-000\r\n"
		    "Authentication-Results:" FIRST, "believed" },
		{ "an mbox", "From a Mon Nov 23\nAuthentication-Results:" FIRST,
		    "believed" },
		{ "renamed", "X-Old-Authentication-Results:" FIRST,
		    "stripped" },
		{ "another's", "Authentication-Results: mx.example.org; "
		    "dkim=pass header.s=" MARK "-001\r\n", "survived" },
		{ "with a job", "Authentication-Results: mx.example.net/1; "
		    "dkim=pass header.s=" MARK "-001\r\n", "survived" },
		{ "of another version", "Authentication-Results: "
		    "mx.example.net 2; dkim=pass header.s=" MARK "-001\r\n",
		    "survived" },
		{ "broken", "Authentication-Results: mx.example.net; dkim= "
		    "header.s=" MARK "-001\r\n", "survived" },
		{ "of another mail", "Authentication-Results: mx.example.net; "
		    "dkim=pass header.s=fedcba9876543210-001\r\n", "stripped" },
		{ "in the body", "\r\nAuthentication-Results:" FIRST,
		    "stripped" },
	};
	/* clang-format on */
	struct selftest s;

	(void)state;
	plan(&s, 1);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		judge(&s, view_of(rows[i].mail));
		check_string(rows[i].name, fate_name(s.field[0].fate),
		    rows[i].want);
	}
}

/* They are read by people's rules, wherever they stand. */
static void
fields_of_ours_are_believed_anywhere(void **state)
{
	struct selftest s;

	(void)state;
	plan(&s, 0);
	check_string("name", s.field[1].name, "X-RSVP-Tag");
	judge(&s, VIEW(RECEIVED "x-rsvp-tag: selftest=" MARK "-002\r\n"));
	check_string("below", fate_name(s.field[1].fate), "believed");
	check_string("other", fate_name(s.field[0].fate), "stripped");
	judge(&s, VIEW("X-RSVP: selftest=" MARK "-002\r\n"));
	check_string("another name", fate_name(s.field[1].fate), "stripped");
}

static void
ids_that_cannot_be_written_are_refused(void **state)
{
	static const struct {
		const char *id;
		int want;
	} rows[] = {
		{ "mx.example.net", 0 },
		{ "mx", 0 },
		{ "", -1 },
		{ "a b", -1 },
		{ "a;b", -1 },
		{ "a\r\nb", -1 },
		{ "a\"b", -1 },
		{ "m\303\244x", -1 },
	};
	struct view many[SELFTEST_IDS + 1];
	struct err e = ERR_NONE;
	struct selftest s;

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view one = view_of(rows[i].id);

		check_number(rows[i].id, selftest_plan(&s, &one, 1, &e),
		    rows[i].want);
	}
	for (size_t i = 0; i < LENGTH(many); i++)
		many[i] = id;
	check_number("most", selftest_plan(&s, many, SELFTEST_IDS, &e), 0);
	check_number("more", selftest_plan(&s, many, SELFTEST_IDS + 1, &e), -1);
}

/* The judge needs nothing but the mail. */
static void
a_mail_tells_its_mark(void **state)
{
	static const struct {
		const char *name, *mail;
		int want;
	} rows[] = {
		{ "ours", "Message-ID: <rsvp-selftest." MARK "@a>\r\n\r\n", 0 },
		{ "behind others",
		    "A: b\nmessage-id:\n <rsvp-selftest." MARK "@a>\n", 0 },
		{ "none", "Subject: " MARK "\r\n\r\n", -1 },
		{ "another", "Message-ID: <" MARK "@a>\r\n\r\n", -1 },
		{ "short", "Message-ID: <rsvp-selftest.0123456789abcde@a>\r\n",
		    -1 },
		{ "no digits", "Message-ID: <rsvp-selftest.0123456789abcdeg>\n",
		    -1 },
		{ "in the body", "\r\nMessage-ID: <rsvp-selftest." MARK "@a>",
		    -1 },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view bytes = exact_string(rows[i].mail);
		struct selftest s = { .fields = 0 };

		check_number(rows[i].name, selftest_find_mark(&s, bytes),
		    rows[i].want);
		check_string(rows[i].name, s.mark,
		    rows[i].want == 0 ? MARK : "");
		exact_free(bytes);
	}
}

static void
what_is_written_is_found(void **state)
{
	struct text out = TEXT_INIT(100000);
	struct selftest s, found = { .fields = 0 };
	struct err e = ERR_NONE;
	struct view mail;

	(void)state;
	plan(&s, 1);
	assert_int_equal(selftest_new_mark(&s, &e), 0);
	assert_string_not_equal(s.mark, MARK);
	write_mail(&s, &out);
	mail = text_view(&out);
	assert_int_equal(selftest_find_mark(&found, mail), 0);
	check_string("mark", found.mark, s.mark);
	assert_true(selftest_is_whole(&s, mail));
	assert_false(selftest_is_whole(&s, view_part(mail, 0, mail.size - 3)));
	text_free(&out);
}

/* A line of SMTP has 998 octets at most (RFC 5322, 2.1.1). */
static void
lines_are_of_smtp(void **state)
{
	struct text out = TEXT_INIT(100000);
	struct selftest s;
	size_t size = 0;

	(void)state;
	plan(&s, 1);
	write_mail(&s, &out);
	for (size_t i = 0; i < out.size; i++) {
		assert_int_equal(out.data[i] == '\n',
		    i > 0 && out.data[i - 1] == '\r');
		size = out.data[i] == '\n' ? 0 : size + 1;
		assert_true(size <= 999);
	}
	text_free(&out);
}

static void
without_memory_it_is_said(void **state)
{
	const struct view mail = VIEW("Authentication-Results:" FIRST);
	struct selftest s;
	unsigned n;

	(void)state;
	plan(&s, 1);
	for (n = 1; oom_next(n); n++) {
		struct err e = ERR_NONE;
		int result = selftest_judge(&s, mail, &e);

		assert_int_equal(result, oom_happened() ? -1 : 0);
		check_string("why", e.text,
		    oom_happened() ? "out of memory" : "");
	}
	assert_true(n > 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_untouched_mail_is_believed),
		cmocka_unit_test(each_field_is_told_from_the_others),
		cmocka_unit_test(fields_are_judged_by_where_and_what_they_are),
		cmocka_unit_test(fields_of_ours_are_believed_anywhere),
		cmocka_unit_test(ids_that_cannot_be_written_are_refused),
		cmocka_unit_test(a_mail_tells_its_mark),
		cmocka_unit_test(what_is_written_is_found),
		cmocka_unit_test(lines_are_of_smtp),
		cmocka_unit_test(without_memory_it_is_said),
	};

	return cmocka_run_group_tests_name("selftest", tests, NULL, NULL);
}
