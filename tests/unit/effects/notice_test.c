// SPDX-License-Identifier: BSD-2-Clause
/*
 * notice_test.c - what a user is shown of a draft, and what never.
 */
#include "base/limits.h"
#include "effects/compose_parts.h"
#include "t.h"

#define V(literal)                           \
	{                                    \
		literal, sizeof(literal) - 1 \
	}
#define ROUTE "4f1c-9a@reply.example.com"
#define PAGE "https://www.example.com/inbox/"

enum { ENOUGH = 256 * 1024 };

static const struct job draft = { .mode = JOB_DRAFT,
	.sender_name = V("Alice Example"),
	.template_name = V("no"),
	.given = V("Zo"),
	.summary = V("an InMail from Zo Example"),
	.network = V("linkedin"),
	.headline = V("Engineer"),
	.company = V("Example Ltd"),
	.trust = V("direct"),
	.rule = V("r"),
	.route = V(ROUTE),
	.page = V(PAGE) };
static const struct template plain = { V("No, {given}"), V("No & no.\n") };

static struct text
notice(const struct job *job, const struct template *t)
{
	struct text out = TEXT_INIT(ENOUGH);

	notice_add(job, t, &out);
	assert_true(text_ok(&out));
	return out;
}

static void
text_out_of_mail_is_one_line_without_links(void **state)
{
#define FORTY "1234567890123456789012345678901234567890"
	/* clang-format off */
	static const struct {
		const char *name;
		struct view raw;
		const char *want;
	} rows[] = {
		{ "a name", V("Zo\xC3\xAB Example"), "Zo\xC3\xAB Example" },
		{ "nothing", V(""), "" },
		{ "initials and titles", V("J.R. Example, Ph.D. (3.5 years)"),
		    "J.R. Example, Ph.D. (3.5 years)" },
		{ "what a headline has", V("C++/C# @ Example; dev & ops: 24/7"),
		    "C++/C# @ Example; dev & ops: 24/7" },
		{ "a link", V("see https://evil.example/a?b=c#d"),
		    "see https: //evil. example/a?b=c#d" },
		{ "of another scheme", V("javascript:alert(1) tel:+1 mailto:a"),
		    "javascript: alert(1) tel: +1 mailto: a" },
		{ "a host", V("www.evil.example"), "www. evil. example" },
		{ "a short host", V("t.co/x"), "t. co/x" },
		{ "one letter, then a host", V("a.b.co"), "a.b. co" },
		{ "in other letters", V("\xD0\xB0.\xD1\x80\xD1\x84"),
		    "\xD0\xB0. \xD1\x80\xD1\x84" },
		{ "a host that begins with a letter, then a digit", V("a.b2"),
		    "a. b2" },
		{ "in Punycode", V("a.xn--p1ai"), "a. xn--p1ai" },
		{ "an address", V("a@b.example"), "a@ b. example" },
		{ "a mention", V("Engineer @Google"), "Engineer @ Google" },
		{ "a link hidden by a zero width", V("evil.\xE2\x80\x8B" "example"),
		    "evil.?example" },
		{ "by a joiner that is left out",
		    V("evil.\xE2\x80\x8D" "example"), "evil. example" },
		{ "line ends", V("a\r\nSubject: b\n\nc"), "a??Subject: b??c" },
		{ "other controls", V("a\0\x1B[31m\x7F"), "a??[31m?" },
		{ "directions", V("\xE2\x80\xAE" "gro"), "?gro" },
		{ "a stray octet", V("Zo\xC3"), "Zo\xEF\xBF\xBD" },
		{ "at the ceiling", V(FORTY FORTY FORTY FORTY FORTY),
		    FORTY FORTY FORTY FORTY FORTY },
		{ "past it", V(FORTY FORTY FORTY FORTY FORTY "1"),
		    FORTY FORTY FORTY FORTY FORTY "..." },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view raw = exactly(rows[i].raw.data, rows[i].raw.size);
		struct text out = TEXT_INIT(ENOUGH);

		notice_add_line(raw, &out);
		check_string(rows[i].name, text_string(&out), rows[i].want);
		text_free(&out);
		exact_free(raw);
	}
}

static void
there_is_one_way_to_answer_or_none(void **state)
{
#define MAILTO \
	"<mailto:" ROUTE "?subject=No%2C%20Zo&body=No%20%26%20no.%0D%0A>\n"
#define NOBODY "Nobody vouches for the mail"
#define NO_ADDRESS "There is no address to mail it to."
	/* clang-format off */
	static const struct {
		const char *name;
		struct view trust, route, page;
		const char *sender, *way, *link; /* link NULL: none at all */
	} rows[] = {
		{ "direct, a route", V("direct"), V(ROUTE), V(PAGE),
		    "signed and handed in by the network (direct)\n",
		    "open this link", MAILTO },
		{ "verified, a route", V("verified"), V(ROUTE), V(PAGE),
		    "signed by the network, handed on by others (verified)\n",
		    "open this link", MAILTO },
		{ "no route", V("direct"), V(""), V(PAGE),
		    "(direct)\n", NO_ADDRESS, "<" PAGE ">\n" },
		{ "neither", V("verified"), V(""), V(""),
		    "(verified)\n", NO_ADDRESS, NULL },
		{ "claimed, a route", V("claimed"), V(ROUTE), V(PAGE),
		    "NOT VERIFIED, anybody may have written it (claimed)\n",
		    NOBODY, NULL },
		{ "claimed, no route", V("claimed"), V(""), V(PAGE),
		    "NOT VERIFIED", NOBODY, NULL },
		{ "none", V("none"), V(ROUTE), V(PAGE),
		    "NOT VERIFIED, anybody may have written it (none)\n",
		    NOBODY, NULL },
		{ "forged", V("forged"), V(ROUTE), V(PAGE),
		    "FORGED (forged)\n", NOBODY, NULL },
		{ "a word of no trust", V("Direct"), V(ROUTE), V(PAGE),
		    "NOT VERIFIED", NOBODY, NULL },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct job job = draft;
		struct text out;

		job.trust = rows[i].trust;
		job.route = rows[i].route;
		job.page = rows[i].page;
		out = notice(&job, &plain);
		check_contains(rows[i].name, out.data, rows[i].sender);
		check_contains(rows[i].name, out.data, rows[i].way);
		check_contains(rows[i].name, out.data,
		    "\nSubject: No, Zo\n\nNo & no.\n---");
		if (rows[i].link != NULL)
			check_contains(rows[i].name, out.data, rows[i].link);
		check_number(rows[i].name, strstr(out.data, "<mailto:") != NULL,
		    rows[i].link != NULL && rows[i].link[1] == 'm');
		check_number(rows[i].name, strstr(out.data, "https:") != NULL,
		    rows[i].link != NULL && rows[i].link[1] == 'h');
		text_free(&out);
	}
}

/* Octets that are so many once they are encoded. */
static void
add_encoded_size(struct text *out, size_t size)
{
	for (size_t i = 0; i < size / 3; i++)
		text_add_byte(out, '&');
	for (size_t i = 0; i < size % 3; i++)
		text_add_byte(out, 'a');
}

/* The longest link that is written, and one octet more. */
static void
a_link_has_a_ceiling(void **state)
{
#define ROOM(frame) (LIMIT_MAILTO_SIZE - strlen(frame))
	/* clang-format off */
	const struct {
		const char *name;
		size_t subject, body;
		const char *want;
	} rows[] = {
		{ "the text fits", 0, ROOM("mailto:" ROUTE "?body="),
		    "<mailto:" ROUTE "?body=%26" },
		{ "the text is too long", 0, ROOM("mailto:" ROUTE "?body=") + 1,
		    "<mailto:" ROUTE ">\n\nThe answer is too long" },
		{ "with a subject the text fits", 3,
		    ROOM("mailto:" ROUTE "?subject=%26&body="),
		    "<mailto:" ROUTE "?subject=%26&body=%26" },
		{ "with a subject it is too long", 3,
		    ROOM("mailto:" ROUTE "?subject=%26&body=") + 1,
		    "<mailto:" ROUTE "?subject=%26>\n\nThe answer is too long" },
		{ "the subject fits, but no text",
		    ROOM("mailto:" ROUTE "?subject="), 3,
		    "<mailto:" ROUTE "?subject=%26" },
		{ "the subject is too long",
		    ROOM("mailto:" ROUTE "?subject=") + 1, 3,
		    "<mailto:" ROUTE ">\n\nThe answer is too long" },
	};
	/* clang-format on */
#undef ROOM

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text subject = TEXT_INIT(ENOUGH), out;
		struct text body = TEXT_INIT(ENOUGH);
		struct template t;
		const char *link;

		add_encoded_size(&subject, rows[i].subject);
		add_encoded_size(&body, rows[i].body);
		t = (struct template){ text_view(&subject), text_view(&body) };
		out = notice(&draft, &t);
		check_contains(rows[i].name, out.data, rows[i].want);
		link = strstr(out.data, "mailto:");
		check_number(rows[i].name,
		    strcspn(link, ">") <= LIMIT_MAILTO_SIZE, 1);
		text_free(&subject);
		text_free(&body);
		text_free(&out);
	}
}

/* The largest of everything, in letters that are encoded, is still a mail. */
static void
an_answer_has_a_ceiling(void **state)
{
	static char letters[LIMIT_REPLY_SIZE + 2];
	const struct compose_facts facts = { 1, "mx1.example.net", "u", "k",
		"" };
	struct job job = draft;

	(void)state;
	for (size_t i = 0; i < sizeof(letters); i++)
		letters[i] = i % 2 == 0 ? '\xC3' : '\xA9';
	job.sender = job.recipient = VIEW("alice@example.net");
	job.summary = job.headline = job.company = job.network = job.rule =
	    job.template_name = (struct view){ letters, 1000 };
	for (size_t past = 0; past <= 2; past += 2) {
		const struct template t = {
			{ letters, LIMIT_SUBJECT_SIZE },
			{ letters, LIMIT_REPLY_SIZE + past },
		};
		struct text out = TEXT_INIT(LIMIT_NOTICE_SIZE);
		struct err e = ERR_NONE;

		check_number("result", compose_mail(&job, &t, &facts, &out, &e),
		    past == 0 ? 0 : -1);
		check_contains("why", e.text, past == 0 ? "" : "more than");
		text_free(&out);
	}
}

/* Whatever the mail says, it has one line, and no link. */
static void
no_value_writes_a_line_or_a_link(void **state)
{
#define FIELD(field) #field, offsetof(struct job, field)
	static const struct {
		const char *field;
		size_t offset;
	} rows[] = { { FIELD(summary) }, { FIELD(headline) },
		{ FIELD(company) }, { FIELD(network) }, { FIELD(rule) },
		{ FIELD(template_name) } };
#undef FIELD
	static const struct view hostile =
	    V("x\r\n\r\n<https://evil.example/>\nTo send it, open "
	      "mailto:a@evil.example");
	const char want[] = "x????"
			    "<https: //evil. example/>?To send it, open "
			    "mailto: a@ evil. example";

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct job job = draft;
		struct text usual = notice(&job, &plain), out;
		size_t lines[2] = { 0 };

		memcpy((char *)&job + rows[i].offset, &hostile,
		    sizeof(hostile));
		out = notice(&job, &plain);
		check_contains(rows[i].field, out.data, want);
		for (size_t k = 0; k < usual.size; k++)
			lines[0] += usual.data[k] == '\n';
		for (size_t k = 0; k < out.size; k++)
			lines[1] += out.data[k] == '\n';
		check_number(rows[i].field, (long long)lines[1],
		    (long long)lines[0]);
		check_number(rows[i].field,
		    strstr(out.data, "evil.example") != NULL, 0);
		text_free(&usual);
		text_free(&out);
	}
}

static void
what_is_not_known_has_no_line(void **state)
{
	struct job job = draft;
	struct text out;

	(void)state;
	job.headline = job.company = VIEW("");
	out = notice(&job, &plain);
	check_number("headline", strstr(out.data, "Headline:") != NULL, 0);
	check_number("company", strstr(out.data, "Company:") != NULL, 0);
	check_contains("the others", out.data,
	    "Nothing was sent.\n\nNetwork:  linkedin\nSender:   signed");
	text_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_out_of_mail_is_one_line_without_links),
		cmocka_unit_test(there_is_one_way_to_answer_or_none),
		cmocka_unit_test(a_link_has_a_ceiling),
		cmocka_unit_test(an_answer_has_a_ceiling),
		cmocka_unit_test(no_value_writes_a_line_or_a_link),
		cmocka_unit_test(what_is_not_known_has_no_line),
	};

	return cmocka_run_group_tests_name("notice", tests, NULL, NULL);
}
