// SPDX-License-Identifier: BSD-2-Clause
/*
 * daily_test.c - digests: into a job and back, and the mail they become.
 */
#include "effects/daily.h"

#include "base/limits.h"
#include "effects/compose.h"
#include "mail/mime.h"
#include "oom.h"
#include "t.h"

#define V(literal)                           \
	{                                    \
		literal, sizeof(literal) - 1 \
	}

enum { ENOUGH = 256 * 1024, POOL = 1024 * 1024 };

static const struct daily_entry held = { .when = V("2026-11-27 14:03"),
	.type = V("invitation"),
	.trust = V("direct"),
	.who = V("Zo Example"),
	.headline = V("Engineer"),
	.rule = V("strangers"),
	.queue_id = V("4F1") };

static const struct compose_facts facts = { .now_ms = INT64_C(1795428000123),
	.host = "mx1.example.net",
	.unique = "0123456789abcdef",
	.loop_key = "5ec12e7",
	.postmaster = "pm@example.net" };

/* A digest of the entries; they are not changed. */
static struct daily
digest_of(struct daily_entry *entry, size_t held_count, size_t filed_count)
{
	return (struct daily){ .period = VIEW("2026-11-27"),
		.list = { { entry, held_count, 0 },
		    { entry, filed_count, 0 } } };
}

static void
check_same(const char *name, const struct daily_entry *got,
    const struct daily_entry *want)
{
	check_view(name, got->when, want->when.data);
	check_view(name, got->type, want->type.data);
	check_view(name, got->trust, want->trust.data);
	check_view(name, got->who, want->who.data);
	check_view(name, got->headline, want->headline.data);
	check_view(name, got->rule, want->rule.data);
	check_view(name, got->folder, want->folder.data);
	check_view(name, got->queue_id, want->queue_id.data);
	check_view(name, got->outcome, want->outcome.data);
	check_number(name, got->others, want->others);
	check_number(name, got->draft, want->draft);
	check_number(name, got->unnamed, want->unnamed);
}

static void
comes_back_as_it_was(void **state)
{
	struct daily_entry entry[] = { held,
		{ .who = V("\"}],\\ \xC3\xAB"), .others = 3, .draft = true },
		{ .folder = V("LinkedIn/In"),
		    .outcome = V("released"),
		    .unnamed = true } };
	struct text out = TEXT_INIT(LIMIT_DAILY_SIZE);
	struct pool *p = pool_new(POOL);
	struct daily d = digest_of(entry, 2, 3), got;
	struct err e = ERR_NONE;

	(void)state;
	d.list[DAILY_HELD].more = 7;
	daily_write(&d, &out);
	assert_true(text_ok(&out));
	if (daily_read(text_view(&out), p, &got, &e) < 0)
		fail_msg("%s", e.text);
	check_view("period", got.period, "2026-11-27");
	check_number("held", (long long)got.list[DAILY_HELD].count, 2);
	check_number("more held", got.list[DAILY_HELD].more, 7);
	check_number("filed", (long long)got.list[DAILY_FILED].count, 3);
	check_number("more filed", got.list[DAILY_FILED].more, 0);
	for (size_t i = 0; i < 2; i++)
		check_same("held", &got.list[DAILY_HELD].entry[i], &entry[i]);
	for (size_t i = 0; i < 3; i++)
		check_same("filed", &got.list[DAILY_FILED].entry[i], &entry[i]);
	text_free(&out);
	pool_free(p);
}

static void
what_is_no_digest_is_refused(void **state)
{
	static const struct {
		const char *name, *summary, *why;
	} rows[] = {
		{ "nothing", "", "not JSON" },
		{ "a draft's", "an InMail from Zo Example", "not JSON" },
		{ "a list", "[]", "no list \"held\"" },
		{ "half of it", "{\"held\":[]}", "no list \"filed\"" },
		{ "no lists", "{\"held\":1,\"filed\":{}}", "no list \"held\"" },
		{ "no more than that", "{\"held\":[],\"filed\":[]}", "" },
		{ "numbers for entries and texts, and below nothing",
		    "{\"period\":1,\"held\":[1,{\"who\":2,\"others\":-1}],"
		    "\"held_more\":-5,\"filed\":[]}",
		    "" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view summary = exact_string(rows[i].summary);
		struct pool *p = pool_new(POOL);
		struct err e = ERR_NONE;
		struct daily d;
		int result = daily_read(summary, p, &d, &e);

		check_number(rows[i].name, result,
		    rows[i].why[0] == '\0' ? 0 : -1);
		check_contains(rows[i].name, e.text, rows[i].why);
		if (result == 0)
			check_number(rows[i].name, d.list[DAILY_HELD].more, 0);
		pool_free(p);
		exact_free(summary);
	}
}

static void
a_list_has_a_ceiling(void **state)
{
	(void)state;
	for (int past = 0; past < 2; past++) {
		struct text out = TEXT_INIT(LIMIT_JOB_SIZE);
		struct pool *p = pool_new(POOL);
		struct err e = ERR_NONE;
		struct daily d;

		text_add_string(&out, "{\"filed\":[],\"held\":[{}");
		for (int i = 1; i < LIMIT_DAILY_ENTRIES + past; i++)
			text_add_string(&out, ",{}");
		text_add_string(&out, "]}");
		check_number("read", daily_read(text_view(&out), p, &d, &e),
		    past ? -1 : 0);
		check_contains("why", e.text, past ? "held: more than" : "");
		text_free(&out);
		pool_free(p);
	}
}

/* Writes small or large entries: how many of each are in it, of all. */
static void
what_does_not_fit_is_counted(void **state)
{
#define TEN "1234567890"
#define FORTY TEN TEN TEN TEN
	static const struct daily_entry small = { .who = V("Zo") };
	static const struct daily_entry large = { .when = V(FORTY),
		.type = V(FORTY),
		.trust = V(FORTY),
		.who = V(FORTY FORTY FORTY),
		.headline = V(FORTY FORTY FORTY),
		.rule = V(FORTY FORTY FORTY),
		.queue_id = V(FORTY) };
	static const struct daily_entry huge = {
		.who = V(FORTY FORTY FORTY FORTY)
	};
	const struct {
		const char *name;
		struct daily_entry entry;
		size_t held, filed, want_held, want_filed; /* 0: some */
	} rows[] = {
		{ "at the ceiling", small, LIMIT_DAILY_ENTRIES, 3,
		    LIMIT_DAILY_ENTRIES, 3 },
		{ "past it", small, LIMIT_DAILY_ENTRIES + 1, 3,
		    LIMIT_DAILY_ENTRIES, 3 },
		{ "held ones fill it", large, LIMIT_DAILY_ENTRIES, 3, 0, 0 },
		{ "both fill it", huge, 30, 30, 30, 0 },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct daily_entry entry[LIMIT_DAILY_ENTRIES + 1];
		struct daily d = digest_of(entry, rows[i].held, rows[i].filed);
		struct text out = TEXT_INIT(LIMIT_DAILY_SIZE);
		struct pool *p = pool_new(POOL);
		const struct daily_list *h = &d.list[DAILY_HELD],
					*f = &d.list[DAILY_FILED];

		for (size_t k = 0; k < LENGTH(entry); k++)
			entry[k] = rows[i].entry;
		daily_write(&d, &out);
		assert_true(text_ok(&out));
		assert_int_equal(daily_read(text_view(&out), p, &d, NULL), 0);
		check_number(rows[i].name, (long long)h->count + h->more,
		    (long long)rows[i].held);
		check_number(rows[i].name, (long long)f->count + f->more,
		    (long long)rows[i].filed);
		assert_true(h->count > 8);
		if (rows[i].want_held > 0)
			check_number(rows[i].name, (long long)h->count,
			    (long long)rows[i].want_held);
		if (rows[i].want_filed > 0)
			check_number(rows[i].name, (long long)f->count,
			    (long long)rows[i].want_filed);
		text_free(&out);
		pool_free(p);
	}
}

/* One entry, as text and as a page. */
static void
each_entry_is_told(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name;
		bool filed;
		struct daily_entry entry;
		const char *text, *html;
	} rows[] = {
		{ "what", 0, { .when = V("2026-11-27 14:03"),
		    .type = V("inmail") },
		    "What:   2026-11-27 14:03, an InMail\n",
		    "<bdi>2026-11-27 14:03</bdi>, an InMail<" },
		{ "a type of another version", 0, { .type = V("fax") },
		    ", mail of an unknown kind\n", ", mail of an unknown kind<" },
		{ "nobody", 0, { .trust = V("direct") },
		    "From:   somebody\n", "<bdi>somebody</bdi></td>" },
		{ "several", 0, { .trust = V("verified"), .who = V("Zo"),
		    .others = 2, .headline = V("CEO") },
		    "Zo and 2 others, CEO\n",
		    "<bdi>Zo</bdi> and 2 others, <bdi>CEO</bdi></td>" },
		{ "a name that is not kept", 0, { .unnamed = true,
		    .trust = V("direct"), .others = 1 },
		    "From:   (name not kept at this site) and 1 other\n",
		    "<td>(name not kept at this site) and 1 other</td>" },
		{ "not verified", 0, { .who = V("Zo") },
		    "Zo (NOT VERIFIED, anybody may have written it)\n",
		    "</bdi> (NOT VERIFIED, anybody may have written it)<" },
		{ "forged", 0, { .who = V("Zo"), .trust = V("forged") },
		    "Zo (FORGED)\n", "</bdi> (FORGED)<" },
		{ "the rule", 0, { .rule = V("no word of why") },
		    "Why:    your rule \"no word of why\"\n",
		    "your rule \"<bdi>no word of why</bdi>\"<" },
		{ "the site", 0, { .rule = V("") },
		    "Why:    this site holds what imitates a network\n",
		    "<td>this site holds what imitates a network<" },
		{ "held", 0, { .queue_id = V("4F1") },
		    "Now:    held; to get it, ask pm@example.net for 4F1\n",
		    "ask <bdi>pm@example.net</bdi> for <bdi>4F1</bdi><" },
		{ "released", 0, { .outcome = V("released") },
		    "Now:    held, and released to you since\n",
		    "<td>held, and released to you since<" },
		{ "deleted", 0, { .outcome = V("deleted") },
		    "Now:    held, and deleted since\n",
		    "<td>held, and deleted since<" },
		{ "another end", 0, { .outcome = V("eaten"),
		    .queue_id = V("4F1") }, "held; to get it, ask ", "held; " },
		{ "filed", 1, { .folder = V("In/Later") },
		    "Now:    filed into In/Later\n",
		    "filed into <bdi>In/Later</bdi><" },
		{ "filed, with a draft", 1, { .folder = V("In"),
		    .draft = true },
		    "filed into In; a draft of an answer was to come by mail\n",
		    "</bdi>; a draft of an answer was to come by mail<" },
		{ "a link", 0, { .who = V("https://evil.example/x"),
		    .headline = V("a@evil.example") },
		    "https: //evil. example/x, a@ evil. example (",
		    "<bdi>https: //evil. example/x</bdi>, <bdi>a@ evil. " },
		{ "a tag", 0, { .who = V("<img src=x>"), .rule = V("&\"'") },
		    "<img src=x>", "&lt;img src=x&gt;</bdi>" },
		{ "quotes", 0, { .headline = V("&lt; \"a\" 'b'") },
		    ", &lt; \"a\" 'b' (",
		    "<bdi>&amp;lt; &quot;a&quot; &#39;b&#39;</bdi>" },
		{ "lines and controls", 0, { .who = V("a\r\nWhy: b\x1B[0m") },
		    "a??Why: b?[0m (", "a??Why: b?[0m</bdi>" },
		{ "directions", 0, { .who = V("\xE2\x80\xAE" "oZ\xE2\x81\xA7") },
		    "?oZ? (", "<bdi>?oZ?</bdi>" },
		{ "a queue id that is none", 0, { .queue_id =
		    V("<a href=//evil.example>") }, "=//evil. example>",
		    "<bdi>&lt;a href=//evil. example&gt;</bdi>" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct daily_entry entry = rows[i].entry;
		const struct daily d =
		    digest_of(&entry, !rows[i].filed, rows[i].filed);
		struct text text = TEXT_INIT(ENOUGH), html = TEXT_INIT(ENOUGH);

		daily_add_text(&d, view_of(facts.postmaster), &text);
		daily_add_html(&d, view_of(facts.postmaster), &html);
		assert_true(text_ok(&text) && text_ok(&html));
		check_contains(rows[i].name, text_string(&text), rows[i].text);
		check_contains(rows[i].name, text_string(&html), rows[i].html);
		for (size_t k = 0; k < 3; k++) {
			static const char *const never[] = { "href=\"", "<img",
				"evil.e" };

			if (strstr(text_string(&html), never[k]) != NULL)
				fail_msg("%s: %s", rows[i].name,
				    text_string(&html));
		}
		text_free(&text);
		text_free(&html);
	}
}

static void
says_how_many(void **state)
{
	static const struct {
		size_t held, filed;
		long long more;
		const char *subject, *text; /* NULL: nothing more */
	} rows[] = {
		{ 1, 0, 0, "1 held for you: 2026-11-27", NULL },
		{ 0, 2, 0, "2 filed for you: 2026-11-27", NULL },
		{ 2, 1, 37, "39 held, 1 filed for you: 2026-11-27",
		    "\nand 37 more\n" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct daily_entry entry[] = { held, held };
		struct daily d = digest_of(entry, rows[i].held, rows[i].filed);
		struct text subject = TEXT_INIT(ENOUGH);
		struct text text = TEXT_INIT(ENOUGH);

		d.list[DAILY_HELD].more = rows[i].more;
		daily_add_subject(&d, &subject);
		check_string("subject", text_string(&subject), rows[i].subject);
		daily_add_text(&d, VIEW(""), &text);
		if (rows[i].text != NULL)
			check_contains("text", text_string(&text),
			    rows[i].text);
		else
			assert_null(strstr(text_string(&text), "more\n"));
		if (rows[i].held > 0)
			check_contains("whom to ask", text_string(&text),
			    "ask your postmaster for 4F1\n");
		text_free(&subject);
		text_free(&text);
	}
}

/* Only where there are such, in a list or the other. */
static void
says_of_names_whose_they_are(void **state)
{
	static const struct {
		const char *name;
		struct daily_entry entry[2];
		bool want;
	} rows[] = {
		{ "a name", { { .who = V("Zo") }, { .unnamed = true } }, true },
		{ "the last one", { { .unnamed = true }, { .who = V("Zo") } },
		    true },
		{ "a headline", { { .headline = V("CEO") }, { .unnamed = 1 } },
		    true },
		{ "names that are not kept",
		    { { .unnamed = true }, { .unnamed = true } }, false },
		{ "nobody", { { .who = V("") }, { .unnamed = true } }, false },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct daily_entry entry[] = { rows[i].entry[0],
			rows[i].entry[1] };
		struct daily d = digest_of(entry, 1, 1);
		struct text out = TEXT_INIT(ENOUGH);

		d.list[DAILY_FILED].entry = &entry[1];
		daily_add_text(&d, VIEW(""), &out);
		check_number(rows[i].name,
		    strstr(text_string(&out),
			"Names and headlines are as the mails have them.") !=
			NULL,
		    rows[i].want);
		check_contains(rows[i].name, text_string(&out),
		    "You get this since your");
		text_free(&out);
	}
}

static struct job
job_of(const struct text *summary)
{
	return (struct job){ .mode = JOB_DIGEST,
		.user = VIEW("alice"),
		.sender = VIEW("alice@example.net"),
		.recipient = VIEW("alice@example.net"),
		.queue_id = VIEW("digest-2026-11-27"),
		.summary = text_view(summary) };
}

static size_t
count(const char *text, const char *words)
{
	size_t found = 0;

	while ((text = strstr(text, words)) != NULL) {
		found++;
		text++;
	}
	return found;
}

/* The worst that a job can hold. */
static void
a_mail_has_both_and_is_seven_bits(void **state)
{
	static const struct {
		const char *name;
		struct view who;
		const char *encoding;
		size_t encoded; /* parts */
	} rows[] = {
		{ "plain", V("Zo"), "7bit", 0 },
		{ "other letters", V("Zo\xC3\xAB"), "quoted-printable", 2 },
		{ "a boundary", V("\n--=_0123456789abcdef--\n"), "7bit", 0 },
		{ "quotes, which grow",
		    V("\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\""
		      "\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\""
		      "\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\""
		      "\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\""),
		    "7bit", 0 },
		{ "links, which grow",
		    V("a:b:c:d:e:f:g:h:i:j:k:l:m:n:o:p:q:r:s:t:u:v:w:x:y:z:"
		      "a:b:c:d:e:f:g:h:i:j:k:l:m:n:o:p:q:r:s:t:u:v:w:x:y:z:"),
		    "7bit", 0 },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct daily_entry entry[LIMIT_DAILY_ENTRIES];
		const struct daily d =
		    digest_of(entry, LENGTH(entry), LENGTH(entry));
		struct text summary = TEXT_INIT(LIMIT_DAILY_SIZE);
		struct text out = TEXT_INIT(LIMIT_DIGEST_SIZE);
		struct err e = ERR_NONE;
		struct view rest, line;
		struct job job;

		for (size_t k = 0; k < LENGTH(entry); k++) {
			entry[k] = held;
			entry[k].who = rows[i].who;
		}
		daily_write(&d, &summary);
		assert_true(text_ok(&summary));
		job = job_of(&summary);
		if (compose_mail(&job, NULL, &facts, &out, &e) < 0)
			fail_msg("%s: %s", rows[i].name, e.text);
		rest = text_view(&out);
		while (view_line(&rest, &line))
			assert_true(line.size <= 998);
		for (size_t k = 0; k < out.size; k++)
			assert_true((unsigned char)out.data[k] < 0x7F);
		check_number(rows[i].name,
		    (long long)count(text_string(&out),
			"\n--=_0123456789abcdef\n"),
		    2);
		check_number(rows[i].name,
		    (long long)count(text_string(&out),
			"\n--=_0123456789abcdef--\n"),
		    1);
		if (rows[i].encoded > 0)
			check_number(rows[i].name,
			    (long long)count(text_string(&out),
				"\nContent-Transfer-Encoding: "
				"quoted-printable\n"),
			    (long long)rows[i].encoded);
		text_free(&summary);
		text_free(&out);
	}
}

static void
has_the_fields_of_our_mail(void **state)
{
	/* clang-format off */
	static const char *const fields[] = {
		"From: rsvp-milter <alice@example.net>\n"
		"To: alice@example.net\n"
		"Subject: 1 held for you: 2026-11-27\n"
		"Date: ",
		"\nMessage-ID: <0123456789abcdef@mx1.example.net>\n"
		"Auto-Submitted: auto-generated (rsvp-milter)\n"
		"X-Auto-Response-Suppress: All\n"
		"X-RSVP-Loop: 5ec12e7\n"
		"MIME-Version: 1.0\n"
		"Content-Type: multipart/alternative; "
		"boundary=\"=_0123456789abcdef\"\n"
		"\n"
		"--=_0123456789abcdef\n"
		"Content-Type: text/plain; charset=utf-8\n"
		"Content-Transfer-Encoding: ",
		"\n--=_0123456789abcdef\n"
		"Content-Type: text/html; charset=utf-8\n"
		"Content-Transfer-Encoding: ",
	};
	/* clang-format on */
	struct daily_entry entry = held;
	const struct daily d = digest_of(&entry, 1, 0);
	struct text summary = TEXT_INIT(LIMIT_DAILY_SIZE);
	struct text out = TEXT_INIT(LIMIT_DIGEST_SIZE);
	struct job job;

	(void)state;
	daily_write(&d, &summary);
	job = job_of(&summary);
	assert_int_equal(compose_mail(&job, NULL, &facts, &out, NULL), 0);
	for (size_t i = 0; i < LENGTH(fields); i++)
		check_contains("a mail", text_string(&out), fields[i]);
	text_free(&summary);
	text_free(&out);
}

static void
without_memory_there_is_no_mail(void **state)
{
	struct daily_entry entry = held;
	const struct daily d = digest_of(&entry, 1, 1);
	struct text summary = TEXT_INIT(LIMIT_DAILY_SIZE);
	struct job job;
	unsigned n;

	(void)state;
	daily_write(&d, &summary);
	assert_true(text_ok(&summary));
	job = job_of(&summary);
	for (n = 1; oom_next(n); n++) {
		struct text out = TEXT_INIT(LIMIT_DIGEST_SIZE);
		struct err e = ERR_NONE;
		int result = compose_mail(&job, NULL, &facts, &out, &e);

		check_number("result", result, oom_happened() ? -1 : 0);
		/* So that the sender tries again. */
		check_number("whose failure", text_ok(&out), result == 0);
		text_free(&out);
	}
	assert_true(n > 8);
	text_free(&summary);
}

static int
set_up(void **state)
{
	(void)state;
	mime_init();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	mime_shutdown();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_back_as_it_was),
		cmocka_unit_test(what_is_no_digest_is_refused),
		cmocka_unit_test(a_list_has_a_ceiling),
		cmocka_unit_test(what_does_not_fit_is_counted),
		cmocka_unit_test(each_entry_is_told),
		cmocka_unit_test(says_how_many),
		cmocka_unit_test(says_of_names_whose_they_are),
		cmocka_unit_test(a_mail_has_both_and_is_seven_bits),
		cmocka_unit_test(has_the_fields_of_our_mail),
		cmocka_unit_test(without_memory_there_is_no_mail),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
