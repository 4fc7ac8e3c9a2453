// SPDX-License-Identifier: BSD-2-Clause
/*
 * compose_test.c - the mails that go out, octet by octet.
 */
#include "effects/compose.h"

#include <stdio.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "mail/message.h"
#include "mail/mime.h"
#include "oom.h"
#include "t.h"

#define V(literal)                           \
	{                                    \
		literal, sizeof(literal) - 1 \
	}
#define E "\xC3\xA9" /* e with acute accent */

enum { ENOUGH = 256 * 1024 };

static const struct compose_facts facts = { .now_ms = INT64_C(1795428000123),
	.host = "mx1.example.net",
	.unique = "0123456789abcdef",
	.loop_key = "5ec12e7" };

static const struct job reply = { .id = 7,
	.mode = JOB_REPLY,
	.user = V("alice"),
	.sender = V("alice@example.net"),
	.sender_name = V("Alice Example"),
	.recipient = V("4f1c-9a@reply.example.com"),
	.template_name = V("and-you-are"),
	.given = V("Zo"),
	.message_id = V("<1@example.com>"),
	.queue_id = V("4F1"),
	.summary = V("") };
static const struct job draft = { .id = 8,
	.mode = JOB_DRAFT,
	.user = V("alice"),
	.sender = V("alice@example.net"),
	.sender_name = V("Alice Example"),
	.recipient = V("alice@example.net"),
	.template_name = V("and-you-are"),
	.given = V("Zo"),
	.message_id = V("<1@example.com>"),
	.queue_id = V("4F1"),
	.summary = V("an InMail from Zo Example"),
	.network = V("linkedin"),
	.headline = V("Engineer"),
	.company = V("Example Ltd"),
	.trust = V("direct"),
	.rule = V("and you are?"),
	.route = V("4f1c-9a@reply.example.com"),
	.page = V("https://www.example.com/inbox/") };

static const struct job mistake = { .id = 9,
	.mode = JOB_NOTICE,
	.user = V("alice"),
	.sender = V("alice@example.net"),
	.recipient = V("alice@example.net"),
	.template_name = V(NOTICE_KEPT),
	.queue_id = V("4F1"),
	.summary = V("alice/rules.conf:3: unknown setting rulse") };

/* A template of a test, which must be one. */
static struct template template_of(const char *bytes)
{
	struct template t;
	struct err e = ERR_NONE;

	if (template_parse(view_of(bytes), "x.txt", &t, &e) < 0)
		fail_msg("%s", e.text);
	return t;
}

/* The mail of a job that has one. */
static struct text
composed(const char *name, const struct job *job, const char *template)
{
	const struct template t = template_of(template);
	struct text out = TEXT_INIT(ENOUGH);
	struct err e = ERR_NONE;

	if (compose_mail(job, &t, &facts, &out, &e) < 0)
		fail_msg("%s: %s", name, e.text);
	return out;
}

#define HELLO                                  \
	"Subject: Hello {given|you}\n\nHello " \
	"{given|there},\n\nno.\n\n{owner}\n"

#define REPLY_HEADER                                       \
	"From: Alice Example <alice@example.net>\n"        \
	"To: 4f1c-9a@reply.example.com\n"                  \
	"Subject: Hello Zo\n"                              \
	"Date: Mon, 23 Nov 2026 10:00:00 +0000\n"          \
	"Message-ID: <0123456789abcdef@mx1.example.net>\n" \
	"In-Reply-To: <1@example.com>\n"                   \
	"References: <1@example.com>\n"                    \
	"Auto-Submitted: auto-replied (rsvp-milter)\n"     \
	"X-Auto-Response-Suppress: All\n"                  \
	"X-RSVP-Loop: 5ec12e7\n"                           \
	"MIME-Version: 1.0\n"                              \
	"Content-Type: text/plain; charset=utf-8\n"
#define DRAFT_HEADER                                               \
	"From: rsvp-milter <alice@example.net>\n"                  \
	"To: alice@example.net\n"                                  \
	"Subject: Draft of an answer: an InMail from Zo Example\n" \
	"Date: Mon, 23 Nov 2026 10:00:00 +0000\n"                  \
	"Message-ID: <0123456789abcdef@mx1.example.net>\n"         \
	"In-Reply-To: <1@example.com>\n"                           \
	"References: <1@example.com>\n"                            \
	"Auto-Submitted: auto-generated (rsvp-milter)\n"           \
	"X-Auto-Response-Suppress: All\n"                          \
	"X-RSVP-Loop: 5ec12e7\n"                                   \
	"MIME-Version: 1.0\n"                                      \
	"Content-Type: text/plain; charset=utf-8\n"
#define LINE "----------------------------------------\n"
#define ASCII "Content-Transfer-Encoding: 7bit\n\n"
#define QUOTED "Content-Transfer-Encoding: quoted-printable\n\n"

static void
writes_whole_mails(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name;
		const struct job *job;
		const char *template, *want;
	} rows[] = {
		{ "a reply", &reply, HELLO,
		    REPLY_HEADER ASCII "Hello Zo,\n\nno.\n\nAlice Example\n" },
		{ "a draft", &draft, HELLO,
		    DRAFT_HEADER QUOTED
		    "Your rules propose an answer to an InMail from Zo "
		    "Example.\nNothing was sent.\n\n"
		    "Headline: Engineer\n"
		    "Company:  Example Ltd\n"
		    "Network:  linkedin\n"
		    "Sender:   signed and handed in by the network (direct)\n"
		    "Rule:     and you are?\n"
		    "Template: and-you-are\n\n"
		    "The answer:\n" LINE
		    "Subject: Hello Zo\n\n"
		    "Hello Zo,\n\nno.\n\nAlice Example\n" LINE "\n"
		    "To send it, open this link: your mail program shows a new "
		    "mail,\n"
		    "which you may change before you send it.\n\n"
		    "<mailto:4f1c-9a@reply.example.com?subject=3DHello%"
		    "20Zo&body=3DHello%20Zo%2C=\n"
		    "%0D%0A%0D%0Ano.%0D%0A%0D%0AAlice%20Example%0D%0A>\n" },
		{ "a reply in letters that are not ASCII", &reply,
		    "Subject: Hello {given}\n\nOl" E "!\n",
		    REPLY_HEADER QUOTED "Ol=C3=A9!\n" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text out =
		    composed(rows[i].name, rows[i].job, rows[i].template);

		check_view(rows[i].name, text_view(&out), rows[i].want);
		text_free(&out);
	}
}

static void
a_notice_says_which_mistake_and_what_is_in_force(void **state)
{
#define KEPT                                                            \
	"\n\nSo what you changed is not in force.  Until you mend it, " \
	"the filter goes by\nyour rules as they were before.\n"
#define TAG_ONLY                                                       \
	"\n\nSo none of your rules is in force.  Until you mend it, "  \
	"such mail only gets\nthe header X-RSVP, and nothing is held " \
	"or answered for you.\n"
	/* clang-format off */
	static const struct {
		const char *name;
		struct view in_force, summary;
		const char *want;
	} rows[] = {
		{ "rules before", V(NOTICE_KEPT), V("a/rules.conf:3: x"),
		    "\n    a/rules.conf:3: x" KEPT },
		{ "none", V(NOTICE_TAG_ONLY), V("a/rules.conf:3: x"),
		    "\n    a/rules.conf:3: x" TAG_ONLY },
		{ "any other word is none", V("x"), V("m"), "    m" TAG_ONLY },
		{ "one line, whatever it is", V(NOTICE_KEPT),
		    V("a\r\nb\x1B[1m\xE2\x80\xAE" "c"), "    a??b?[1m?c" KEPT },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct job job = mistake;
		struct text out = TEXT_INIT(ENOUGH);
		struct err e = ERR_NONE;

		job.template_name = rows[i].in_force;
		job.summary = rows[i].summary;
		check_number(rows[i].name,
		    compose_mail(&job, NULL, &facts, &out, &e), 0);
		check_contains(rows[i].name, out.data,
		    "From: rsvp-milter <alice@example.net>\n"
		    "To: alice@example.net\n"
		    "Subject: A mistake in your rules\n"
		    "Date: Mon, 23 Nov 2026 10:00:00 +0000\n"
		    "Message-ID: <0123456789abcdef@mx1.example.net>\n"
		    "Auto-Submitted: auto-generated (rsvp-milter)\n"
		    "X-Auto-Response-Suppress: All\n"
		    "X-RSVP-Loop: 5ec12e7\n"
		    "MIME-Version: 1.0\n"
		    "Content-Type: text/plain; charset=utf-8\n");
		check_contains(rows[i].name, out.data, rows[i].want);
		text_free(&out);
	}
#undef KEPT
#undef TAG_ONLY
}

static void
drafts_share_a_mail(void **state)
{
	const struct template t = template_of("No.\n");
	struct job other = draft;
	struct compose_item items[] = { { &draft, &t }, { &other, &t } };
	struct text out = TEXT_INIT(ENOUGH);
	struct err e = ERR_NONE;

	(void)state;
	other.summary = (struct view)V("a message from Ann");
	other.message_id = (struct view)V("<2@example.com>");
	other.route = (struct view)V("");
	if (compose_digest(items, LENGTH(items), &facts, &out, &e) < 0)
		fail_msg("%s", e.text);
	check_contains("header", out.data,
	    "From: rsvp-milter <alice@example.net>\n"
	    "To: alice@example.net\n"
	    "Subject: Drafts of answers to 2 requests\n"
	    "Date: Mon, 23 Nov 2026 10:00:00 +0000\n"
	    "Message-ID: <0123456789abcdef@mx1.example.net>\n"
	    "Auto-Submitted: auto-generated (rsvp-milter)\n");
	check_contains("list", out.data,
	    "\n\nYour rules propose answers to 2 requests. Nothing was sent.\n"
	    "\n1. an InMail from Zo Example\n2. a message from Ann\n\n\n");
	check_contains("first", out.data,
	    " 1 of 2 ========================\n\n"
	    "Your rules propose an answer to an InMail from Zo Example.\n");
	check_contains("first", out.data, "\n<mailto:4f1c-9a@");
	check_contains("second", out.data,
	    " 2 of 2 ========================\n\n"
	    "Your rules propose an answer to a message from Ann.\n");
	check_contains("second", out.data,
	    "\n<https://www.example.com/inbox/>\n");
	text_clear(&out);
	other.given = (struct view)V("\n");
	check_number("each is looked at",
	    compose_digest(items, LENGTH(items), &facts, &out, &e), -1);
	text_free(&out);
}

/* How an answer must look; the rules are those of facts, section 1.3. */
static void
every_field_is_there_once_or_not_at_all(void **state)
{
	/* clang-format off */
	static const struct {
		const char *rule, *field, *reply, *draft; /* NULL: none */
	} rows[] = {
		{ "the null sender is the transport's", "Return-Path",
		    NULL, NULL },
		{ "an address of the user (RFC 3834, 3.1.1)", "From",
		    "Alice Example <alice@example.net>",
		    "rsvp-milter <alice@example.net>" },
		{ "one author, who needs no sender", "Sender", NULL, NULL },
		{ "only where it was asked for (3.1.2)", "Reply-To",
		    NULL, NULL },
		{ "the one recipient (3.1.3)", "To",
		    "4f1c-9a@reply.example.com", "alice@example.net" },
		{ "and nobody else", "Cc", NULL, NULL },
		{ "and nobody else unseen", "Bcc", NULL, NULL },
		{ "when it was made (3.1.4)", "Date",
		    "Mon, 23 Nov 2026 10:00:00 +0000",
		    "Mon, 23 Nov 2026 10:00:00 +0000" },
		{ "what the template says (3.1.5)", "Subject", "Hello Zo",
		    "Draft of an answer: an InMail from Zo Example" },
		{ "a fresh one (RFC 5436, 2.7)", "Message-ID",
		    "<0123456789abcdef@mx1.example.net>",
		    "<0123456789abcdef@mx1.example.net>" },
		{ "what it answers (RFC 3834, 3.1.6)", "In-Reply-To",
		    "<1@example.com>", "<1@example.com>" },
		{ "the same, at the end of its thread", "References",
		    "<1@example.com>", "<1@example.com>" },
		{ "no answer to this, please (3.1.7)", "Auto-Submitted",
		    "auto-replied (rsvp-milter)",
		    "auto-generated (rsvp-milter)" },
		{ "nor from Exchange", "X-Auto-Response-Suppress", "All",
		    "All" },
		{ "not recommended (3.1.8)", "Precedence", NULL, NULL },
		{ "how we know it again", "X-RSVP-Loop", "5ec12e7",
		    "5ec12e7" },
		{ "plain text (3.2)", "Content-Type",
		    "text/plain; charset=utf-8", "text/plain; charset=utf-8" },
		{ "of this version", "MIME-Version", "1.0", "1.0" },
		{ "in seven bits", "Content-Transfer-Encoding", "7bit",
		    "quoted-printable" },
	};
	/* clang-format on */
	static const struct job *const jobs[] = { &reply, &draft };
	struct text mail[2];
	struct message m[2];
	struct pool *p = pool_new(LIMIT_MESSAGE_POOL);

	(void)state;
	for (size_t k = 0; k < LENGTH(jobs); k++) {
		mail[k] = composed("mail", jobs[k], HELLO);
		assert_int_equal(message_parse(p, text_view(&mail[k]), 0, &m[k],
				     NULL),
		    0);
	}
	for (size_t i = 0; i < LENGTH(rows); i++) {
		const char *const want[] = { rows[i].reply, rows[i].draft };
		struct view field = view_of(rows[i].field);

		for (size_t k = 0; k < LENGTH(jobs); k++) {
			check_number(rows[i].rule,
			    (long long)message_count(&m[k], field),
			    want[k] != NULL);
			check_view(rows[i].rule, message_value(&m[k], field),
			    want[k] == NULL ? "" : want[k]);
		}
	}
	/* And nothing that the table does not name. */
	check_number("fields", (long long)m[0].header_count, 13);
	check_number("fields", (long long)m[1].header_count, 13);
	text_free(&mail[0]);
	text_free(&mail[1]);
	pool_free(p);
}

static void
the_subject_is_never_that_of_the_mail(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *template;
		struct view given;
		const char *want;
	} rows[] = {
		{ "none: a fixed one", "no.\n", V("Zo"), "Automated reply" },
		{ "an empty one", "Subject:\n\nno.\n", V("Zo"),
		    "Automated reply" },
		{ "the template's", "Subject: No\n\nno.\n", V("Zo"), "No" },
		{ "filled in", "Subject: {given|you}, {owner|me}\n\nno.\n",
		    V("Zo"), "Zo, Alice Example" },
		{ "a default", "Subject: Dear {given|you}\n\nno.\n", V(""),
		    "Dear you" },
		{ "encoded", "Subject: " E "\n\nno.\n", V("Zo"),
		    "=?UTF-8?B?w6k=?=" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct job job = reply;
		struct text out, want = TEXT_INIT(1000);

		job.given = rows[i].given;
		out = composed(rows[i].name, &job, rows[i].template);
		text_addf(&want, "\nSubject: %s\nDate: ", rows[i].want);
		check_contains(rows[i].name, out.data, text_string(&want));
		text_free(&out);
		text_free(&want);
	}
}

static void
bodies_are_filled_in_and_encoded(void **state)
{
#define SEVENTY                                                                \
	"12345678901234567890123456789012345678901234567890123456789012345678" \
	"90"
	/* clang-format off */
	static const struct {
		const char *name, *template;
		struct view given, owner;
		const char *want;
	} rows[] = {
		{ "both", "-{given}{owner}\n", V("Zo"), V("Alice"),
		    ASCII "-ZoAlice\n" },
		{ "defaults", "-{given|a}{owner|b}\n", V(""), V(""),
		    ASCII "-ab\n" },
		{ "defaults that are not wanted", "-{given|a}{owner|b}\n",
		    V("Zo"), V("Alice"), ASCII "-ZoAlice\n" },
		{ "nothing known, no defaults", "a{given}{owner}b\n", V(""),
		    V(""), ASCII "ab\n" },
		{ "a default of two lines", "-{given|a\nb}\n", V(""), V(""),
		    ASCII "-a\nb\n" },
		{ "what looks like a variable once it is filled in",
		    "-{given}\n", V("{owner}"), V("Alice"),
		    ASCII "-{owner}\n" },
		{ "no newline at the end", "a", V(""), V(""), ASCII "a\n" },
		{ "76 octets", SEVENTY "123456\n", V(""), V(""),
		    ASCII SEVENTY "123456\n" },
		{ "77 octets", SEVENTY "1234567\n", V(""), V(""),
		    QUOTED SEVENTY "12345=\n67\n" },
		{ "a name makes the line too long", SEVENTY "12345{given}\n",
		    V("Zo"), V(""), QUOTED SEVENTY "12345=\nZo\n" },
		{ "a name that is not ASCII", "-{given}\n", V("Zo" E), V(""),
		    QUOTED "-Zo=C3=A9\n" },
		{ "the last of ASCII", "~\n", V(""), V(""), ASCII "~\n" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct job job = reply;
		struct text out;

		job.given = rows[i].given;
		job.sender_name = rows[i].owner;
		out = composed(rows[i].name, &job, rows[i].template);
		check_string(rows[i].name,
		    strstr(out.data, "Content-Transfer-Encoding"),
		    rows[i].want);
		text_free(&out);
	}
}

static void
only_a_message_id_is_threaded(void **state)
{
#define FIFTY "12345678901234567890123456789012345678901234567890"
	/* clang-format off */
	static const struct {
		const char *name;
		struct view id;
		bool threaded;
	} rows[] = {
		{ "as usual", V("<1.a+b@mail.example.com>"), true },
		{ "the shortest", V("<a@b>"), true },
		{ "a literal", V("<a@[192.0.2.1]>"), true },
		{ "more signs than one", V("<a@b@c>"), true },
		{ "256 octets", V("<a@" FIFTY FIFTY FIFTY FIFTY FIFTY "12>"),
		    true },
		{ "257 octets", V("<a@" FIFTY FIFTY FIFTY FIFTY FIFTY "123>"),
		    false },
		{ "none", V(""), false },
		{ "nothing in it", V("<>"), false },
		{ "one side", V("<abc>"), false },
		{ "nothing left of the sign", V("<@abc>"), false },
		{ "nothing right of the sign", V("<abc@>"), false },
		{ "no brackets", V("a@b"), false },
		{ "not closed", V("<a@bc"), false },
		{ "not opened", V("a@bc>"), false },
		{ "words behind it", V("<a@b> c"), false },
		{ "two", V("<a@b> <c@d>"), false },
		{ "two as one", V("<a@b><c@d>"), false },
		{ "a blank", V("<a b@c>"), false },
		{ "a tab", V("<a\tb@c>"), false },
		{ "not ASCII", V("<" E "@b>"), false },
		{ "a header of its own", V("<a@b>\r\nBcc: <c@d>"), false },
		{ "in the middle", V("<a\nBcc:c@d>"), false },
		{ "folded", V("<a@b\r\n c>"), false },
		{ "NUL", V("<a\0@b>"), false },
		{ "DEL", V("<a\x7F@b>"), false },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view id = exactly(rows[i].id.data, rows[i].id.size);
		struct text want = TEXT_INIT(2000);
		struct job job = reply;
		struct text out;

		job.message_id = id;
		out = composed(rows[i].name, &job, HELLO);
		if (rows[i].threaded)
			text_addf(&want,
			    "\nIn-Reply-To: %.*s\nReferences: %.*s",
			    VIEW_ARG(id), VIEW_ARG(id));
		text_add_string(&want, "\nAuto-Submitted: ");
		check_contains(rows[i].name, out.data, text_string(&want));
		check_number(rows[i].name,
		    strstr(out.data, "References") != NULL, rows[i].threaded);
		check_number(rows[i].name,
		    strstr(out.data, "In-Reply-To") != NULL, rows[i].threaded);
		check_number(rows[i].name, strstr(out.data, "Bcc") != NULL, 0);
		text_free(&want);
		text_free(&out);
		exact_free(id);
	}
}

/* What could end a header, or turn what is read. */
static const struct {
	const char *name;
	struct view octets;
} attacks[] = {
	{ "CRLF and a header", V("x\r\nBcc: victim@example.org") },
	{ "LF and a header", V("x\nBcc: victim@example.org") },
	{ "an empty line and a body", V("x\n\nBcc: victim@example.org") },
	{ "a fold", V("x\r\n Bcc: victim@example.org") },
	{ "CR", V("x\rBcc: victim@example.org") },
	{ "NUL", V("x\0Bcc: victim@example.org") },
	{ "only a LF", V("\n") },
	{ "a tab", V("\t") },
	{ "escape", V("\x1B[31m") },
	{ "DEL", V("\x7F") },
	{ "C1 control",
	    V("\xC2\x85"
	      "Bcc: victim@example.org") },
	{ "line separator",
	    V("\xE2\x80\xA8"
	      "Bcc: victim@example.org") },
	{ "direction",
	    V("\xE2\x80\xAE"
	      "gro.elpmaxe") },
	{ "zero width", V("Z\xE2\x80\x8Bo") },
	{ "a stray octet", V("Zo\xC3") },
};

static void
no_text_of_a_job_writes_a_header(void **state)
{
#define FIELD(field) #field, offsetof(struct job, field)
	/* clang-format off */
	static const struct {
		const char *field;
		size_t offset;
		bool used; /* else it is not part of the mail */
		const char *want;
	} rows[] = {
		{ FIELD(sender), true, "the user's address" },
		{ FIELD(recipient), true, "the address to answer to" },
		{ FIELD(sender_name), true, "a control character" },
		{ FIELD(given), true, "a control character" },
		{ FIELD(route), true, "the route is not a plain" },
		{ FIELD(page), true, "the network's page is no link" },
		{ FIELD(user), false, "" },
		{ FIELD(queue_id), false, "" },
		{ FIELD(why), false, "" },
	};
	/* clang-format on */
#undef FIELD
	static const struct job *const jobs[] = { &reply, &draft };
	const struct template t = template_of(HELLO);

	(void)state;
	for (size_t i = 0; i < LENGTH(rows) * LENGTH(attacks) * 2; i++) {
		size_t k = i / 2 % LENGTH(attacks);
		size_t row = i / 2 / LENGTH(attacks);
		struct view octets =
		    exactly(attacks[k].octets.data, attacks[k].octets.size);
		struct job job = *jobs[i % 2];
		struct text out = TEXT_INIT(ENOUGH), usual;
		struct err e = ERR_NONE;
		char name[100];
		int result;

		snprintf(name, sizeof(name), "%s: %s", rows[row].field,
		    attacks[k].name);
		memcpy((char *)&job + rows[row].offset, &octets,
		    sizeof(octets));
		result = compose_mail(&job, &t, &facts, &out, &e);
		check_number(name, result, rows[row].used ? -1 : 0);
		check_contains(name, e.text, rows[row].want);
		if (result == 0) {
			usual = composed(name, jobs[i % 2], HELLO);
			check_view(name, text_view(&out), usual.data);
			text_free(&usual);
		}
		text_free(&out);
		exact_free(octets);
	}
}

static void
writes_to_and_from_plain_addresses_only(void **state)
{
	static const char *const rows[] = { "", "alice", "alice@", "@b.example",
		"-f@example.net", "a b@example.net", "<a@example.net>",
		"a@example.net, b@example.net", "\"a b\"@example.net",
		"a@example.net (b)", "a@b@example.net", "a@[192.0.2.1]",
		"a@localhost", E "@example.net" };
	const struct template t = template_of(HELLO);

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text out = TEXT_INIT(ENOUGH);
		struct job job = reply;
		struct err e = ERR_NONE;

		job.recipient = view_of(rows[i]);
		check_number(rows[i], compose_mail(&job, &t, &facts, &out, &e),
		    -1);
		check_contains(rows[i], e.text, "is not a plain one");
		job = draft;
		job.sender = view_of(rows[i]);
		check_number(rows[i], compose_mail(&job, &t, &facts, &out, &e),
		    -1);
		check_contains(rows[i], e.text, "is not a plain one");
		check_number(rows[i], (long long)out.size, 0);
		text_free(&out);
	}
}

/* Ours, but out of the settings or the system. */
static void
no_fact_writes_a_header(void **state)
{
	static const char *const rows[] = { "", "a b", "a\r\nBcc: b", "a\n",
		"a>", "<a", "\x7F", E, "\t" };
	const struct template t = template_of(HELLO);

	(void)state;
	for (size_t i = 0; i < LENGTH(rows) * 3; i++) {
		struct compose_facts f = facts;
		struct text out = TEXT_INIT(ENOUGH);
		struct err e = ERR_NONE;
		const char **fact = i % 3 == 0 ? &f.host
		    : i % 3 == 1               ? &f.unique
					       : &f.loop_key;

		*fact = rows[i / 3];
		check_number(*fact, compose_mail(&reply, &t, &f, &out, &e), -1);
		check_contains(*fact, e.text,
		    i % 3 == 0 ? "the host" : "our own");
		text_free(&out);
	}
}

/* In seven bits, in lines of the length that each may have. */
static void
check_lines(const char *name, struct view mail)
{
	struct view rest = mail, line;
	bool header = true;

	while (view_line(&rest, &line)) {
		header = header && line.size > 0;
		for (size_t i = 0; i < line.size; i++)
			if ((line.data[i] < ' ' && line.data[i] != '\t') ||
			    line.data[i] == 0x7F)
				fail_msg("%s: octet %d in \"%.*s\"", name,
				    line.data[i], VIEW_ARG(line));
		if (line.size > 998 || (!header && line.size > 76) ||
		    (line.size > 76 &&
			view_find(line, VIEW("=?")) != VIEW_NONE))
			fail_msg("%s: %zu octets in \"%.*s\"", name, line.size,
			    VIEW_ARG(line));
	}
}

/* Names of every length and kind, read back. */
static void
lines_are_short_whatever_the_names(void **state)
{
	static const uint32_t letters[] = { 'x', 0xE9, 0x4F60, 0x1F600 };
	const struct template t =
	    template_of("Subject: {given}\n\n-\n{given}\n{owner}\n");

	(void)state;
	for (size_t i = 0; i < 2500; i += 1 + i / 50) {
		struct text words = TEXT_INIT(ENOUGH), out = TEXT_INIT(ENOUGH);
		struct text body = TEXT_INIT(ENOUGH);
		struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
		struct job job = reply;
		struct err e = ERR_NONE;
		struct message m;

		while (words.size < i % 900)
			utf8_add(&words,
			    words.size % 11 == 10 && i < 1800
				? ' '
				: letters[i % LENGTH(letters)]);
		text_add_byte(&words, 'x'); /* no blank at the end */
		job.sender_name = job.given = text_view(&words);
		if (compose_mail(&job, &t, &facts, &out, &e) < 0)
			fail_msg("%zu: %s", i, e.text);
		check_lines(text_string(&words), text_view(&out));
		assert_int_equal(message_parse(p, text_view(&out), 0, &m, NULL),
		    0);
		check_view("From", m.from[0].name, text_string(&words));
		check_view("From", m.from[0].address, "alice@example.net");
		check_view("Subject", m.subject, text_string(&words));
		text_addf(&body, "-\n%s\n%s", text_string(&words),
		    text_string(&words));
		check_view("body", view_trim(m.plain), text_string(&body));
		text_free(&words);
		text_free(&out);
		text_free(&body);
		pool_free(p);
	}
}

/* A mail that fits, and the same one octet short. */
static void
what_passes_a_limit_is_not_sent(void **state)
{
	static char words[LIMIT_REPLY_SIZE + 1];
	const struct template t = template_of("a {owner}\n");
	const struct template named = template_of("Subject: {owner}\n\na\n");
	struct job job = reply;
	size_t size = 0;
	int result = 0;

	(void)state;
	/* Of five octets and a blank, since a long word would be encoded. */
	for (size_t i = 0; i < sizeof(words); i++)
		words[i] = i % 6 == 5 ? ' ' : 'x';
	for (size_t i = 0; result == 0; i++) {
		struct text out = TEXT_INIT(LIMIT_REPLY_SIZE);
		struct err e = ERR_NONE;

		job.sender_name = (struct view){ words, i };
		result = compose_mail(&job, &t, &facts, &out, &e);
		if (result == 0)
			size = out.size;
		else
			check_contains("why", e.text,
			    "more than 8192 bytes (998 of the subject)");
		text_free(&out);
	}
	assert_in_range(size, LIMIT_REPLY_SIZE - 6, LIMIT_REPLY_SIZE);
	for (size_t limit = size - 3; limit <= size; limit++) {
		struct text out = TEXT_INIT(limit);
		struct err e = ERR_NONE;

		job.sender_name.size--;
		result = compose_mail(&job, &t, &facts, &out, &e);
		job.sender_name.size++;
		check_number("limit", result, limit < size ? -1 : 0);
		text_free(&out);
	}
	for (size_t i = LIMIT_SUBJECT_SIZE - 1; i <= LIMIT_SUBJECT_SIZE + 2;
	     i++) {
		struct text out = TEXT_INIT(LIMIT_REPLY_SIZE);

		job.sender_name = (struct view){ words, i };
		check_number("subject",
		    compose_mail(&job, &named, &facts, &out, NULL),
		    i <= LIMIT_SUBJECT_SIZE ? 0 : -1);
		text_free(&out);
	}
}

static void
without_memory_there_is_no_mail(void **state)
{
	const struct template t =
	    template_of("Subject: {owner}\n\nDear {given},\n" E "\n");
	struct job jobs[] = { reply, draft };

	(void)state;
	jobs[0].sender_name = (struct view)V("Zo" E);
	for (size_t i = 0; i < LENGTH(jobs); i++) {
		unsigned n;

		for (n = 1; oom_next(n); n++) {
			struct text out = TEXT_INIT(LIMIT_REPLY_SIZE);
			struct err e = ERR_NONE;
			int result =
			    compose_mail(&jobs[i], &t, &facts, &out, &e);

			check_number("result", result, oom_happened() ? -1 : 0);
			check_contains("why", e.text,
			    result < 0 ? "no memory" : "");
			text_free(&out);
		}
		assert_true(n > 8);
	}
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
		cmocka_unit_test(writes_whole_mails),
		cmocka_unit_test(
		    a_notice_says_which_mistake_and_what_is_in_force),
		cmocka_unit_test(drafts_share_a_mail),
		cmocka_unit_test(every_field_is_there_once_or_not_at_all),
		cmocka_unit_test(the_subject_is_never_that_of_the_mail),
		cmocka_unit_test(bodies_are_filled_in_and_encoded),
		cmocka_unit_test(only_a_message_id_is_threaded),
		cmocka_unit_test(no_text_of_a_job_writes_a_header),
		cmocka_unit_test(writes_to_and_from_plain_addresses_only),
		cmocka_unit_test(no_fact_writes_a_header),
		cmocka_unit_test(lines_are_short_whatever_the_names),
		cmocka_unit_test(what_passes_a_limit_is_not_sent),
		cmocka_unit_test(without_memory_there_is_no_mail),
	};

	return cmocka_run_group_tests_name("compose", tests, set_up, tear_down);
}
