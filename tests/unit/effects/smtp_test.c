// SPDX-License-Identifier: BSD-2-Clause
/*
 * smtp_test.c - mail handed to a server of our own on loopback.
 */
#include "effects/smtp.h"

#include <signal.h>
#include <stdio.h>

#include "base/text.h"
#include "t.h"
#include "unit/effects/smtp_sink.h"

enum { PATIENCE = 600 }; /* seconds: never reached */

static void
places_are_read_strictly(void **state)
{
	static const struct {
		const char *place, *want;
	} rows[] = {
		{ "mx.example.net:25", "" },
		{ "mx.example.net", "" },
		{ "192.0.2.1:2525", "" },
		{ "[2001:db8::1]:25", "" },
		{ "[2001:db8::1]", "" },
		{ "[::ffff:192.0.2.1]:25", "" },
		{ "", "\"\": not HOST:PORT" },
		{ ":25", "\":25\": not HOST:PORT" },
		{ "a:", "\"a:\": no port from 1 to 65535" },
		{ "a:0", "\"a:0\": no port from 1 to 65535" },
		{ "a:65536", "\"a:65536\": no port from 1 to 65535" },
		{ "a:25x", "\"a:25x\": no port from 1 to 65535" },
		{ "2001:db8::1:25", "\"2001:db8::1:25\": not HOST:PORT" },
		{ "[2001:db8::1", "\"[2001:db8::1\": not HOST:PORT" },
		{ "[]:25", "\"[]:25\": not HOST:PORT" },
		{ "[a/b]:25", "\"[a/b]:25\": not HOST:PORT" },
		{ "user@a:25", "\"user@a:25\": not HOST:PORT" },
		{ "a/b:25", "\"a/b:25\": not HOST:PORT" },
		{ "a b:25", "\"a b:25\": not HOST:PORT" },
		{ "smtp://a:25", "\"smtp://a:25\": not HOST:PORT" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct err e = ERR_NONE;
		int result = smtp_check_place(rows[i].place, &e);

		check_string(rows[i].place, e.text, rows[i].want);
		check_number(rows[i].place, result,
		    rows[i].want[0] == '\0' ? 0 : -1);
	}
}

/* Nothing that could be a second command is handed on. */
static void
addresses_that_are_not_plain_are_not_sent_to(void **state)
{
	static const struct {
		const char *from, *to;
	} rows[] = {
		{ "", "" },
		{ "", "alice" },
		{ "", "alice@example.net>\r\nQUIT" },
		{ "a b@example.org", "alice@example.net" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		const struct smtp_envelope envelope = { "[::1]:1", NULL,
			view_of(rows[i].from), view_of(rows[i].to), 1 };
		struct smtp_sent sent;
		struct err e = ERR_NONE;

		check_number(rows[i].to,
		    smtp_send(&envelope, VIEW("a\r\n"), &sent, &e),
		    TRANSPORT_REFUSED);
		check_string(rows[i].to, e.text,
		    "not an address to write to or from");
	}
}

static const char *
word(enum transport_result result)
{
	static const char *const words[] = { "sent", "later", "refused",
		"unknown" };

	return words[result];
}

/* What became of a mail of that size; words has what was said of it. */
static enum transport_result
send_to(const char *place, size_t size, int seconds, struct err *words)
{
	const struct smtp_envelope envelope = { place, "mx1.example.net",
		VIEW(""), VIEW("4f1c-9a@reply.example"), seconds };
	struct text mail = TEXT_INIT(16 * 1024 * 1024);
	enum transport_result result;
	struct smtp_sent sent;

	text_add_string(&mail, "Subject: x\n\n");
	while (mail.size < size)
		text_add_string(&mail, "words\n");
	*words = (struct err)ERR_NONE;
	result = smtp_send(&envelope, text_view(&mail), &sent, words);
	if (result == TRANSPORT_SENT)
		snprintf(words->text, sizeof(words->text), "%s", sent.reply);
	text_free(&mail);
	return result;
}

/* clang-format off */
static const struct {
	const char *name;
	struct smtp_script script;
	int seconds; /* 0: enough */
	const char *want, *words;
	int mails;   /* that arrived as a whole */
} ends[] = {
	{ "all is well", { .ehlo = NULL }, 0, "sent", "250 2.0.0 queued", 1 },
	{ "taken, more lines", { .end = "250-2.0.0 well\r\n250 4F1Q" }, 0,
	    "sent", "250 4F1Q", 1 },
	{ "taken, another 2yz", { .end = "251 2.0.0 forwarded" }, 0, "sent",
	    "251", 1 },
	{ "taken, and silent at QUIT", { .quit = SINK_SILENT }, 0, "sent",
	    "250", 1 },
	{ "taken, and an odd word at QUIT", { .quit = "550 no" }, 0, "sent",
	    "250", 1 },
	{ "no EHLO, but HELO", { .ehlo = "502 5.5.1 what?" }, 0, "sent", "250",
	    1 },
	{ "busy", { .banner = "421 4.3.2 busy" }, 0, "later",
	    "last words: 421 4.3.2 busy", 0 },
	{ "no service", { .banner = "554 5.7.1 not you" }, 0, "later",
	    "last words: 554 5.7.1 not you", 0 },
	{ "hangs up", { .banner = SINK_CLOSED }, 0, "later", "", 0 },
	{ "no word", { .banner = SINK_SILENT }, 1, "later", "", 0 },
	{ "neither EHLO nor HELO", { .ehlo = "550 no", .helo = "550 5.7.1 no" },
	    0, "later", "last words: 550 5.7.1 no", 0 },
	{ "no EHLO, and gone", { .ehlo = "502 no", .helo = SINK_CLOSED }, 0,
	    "later", "last words: 502 no", 0 },
	{ "MAIL never", { .mail = "550 5.7.1 no" }, 0, "refused",
	    "answer to MAIL: 550 5.7.1 no", 0 },
	{ "MAIL never, in lines", { .mail = "550-no\r\n550-no\r\n550 5.7.1 go" },
	    0, "refused", "answer to MAIL: 550 5.7.1 go", 0 },
	{ "MAIL later", { .mail = "451 4.3.0 try again" }, 0, "later",
	    "answer to MAIL: 451", 0 },
	{ "MAIL, and gone", { .mail = SINK_CLOSED }, 0, "later", "", 0 },
	{ "RCPT later", { .rcpt = "450 4.2.0 greylisted" }, 0, "later",
	    "answer to RCPT: 450 4.2.0 greylisted", 0 },
	{ "RCPT never", { .rcpt = "550 5.7.1 no relay" }, 0, "refused",
	    "answer to RCPT: 550 5.7.1 no relay", 0 },
	{ "RCPT never, silent at QUIT",
	    { .rcpt = "550 5.1.1 who?", .quit = SINK_SILENT }, 0, "refused",
	    "answer to RCPT: 550 5.1.1", 0 },
	{ "RCPT never, all is well at QUIT",
	    { .rcpt = "550 5.1.1 who?", .quit = "250 fine" }, 0, "refused",
	    "answer to RCPT: 550 5.1.1", 0 },
	{ "RCPT, busy and gone", { .rcpt = "421 4.3.2 bye",
	    .quit = SINK_CLOSED }, 0, "later", "answer to RCPT: 421", 0 },
	{ "RCPT, and silent", { .rcpt = SINK_SILENT }, 2, "later", "250", 0 },
	{ "DATA never", { .data = "554 5.5.1 no" }, 0, "refused",
	    "answer to DATA: 554", 0 },
	{ "DATA later", { .data = "452 4.3.1 full" }, 0, "later",
	    "answer to DATA: 452", 0 },
	{ "DATA, an odd word", { .data = "250 fine" }, 0, "later", "", 0 },
	{ "DATA, and gone", { .data = SINK_CLOSED }, 0, "later", "", 0 },
	{ "not taken, later", { .end = "451 4.3.0 try again" }, 0, "later",
	    "answer to the mail: 451", 1 },
	{ "not taken, busy", { .end = "421 4.3.2 bye", .quit = SINK_CLOSED }, 0,
	    "later", "answer to the mail: 421", 1 },
	{ "not taken, never", { .end = "552 5.3.4 too large" }, 0, "refused",
	    "answer to the mail: 552 5.3.4", 1 },
	{ "the mail, and gone", { .end = SINK_CLOSED }, 0, "unknown",
	    "unknown whether it was taken: ", 1 },
	{ "the mail, and silent", { .end = SINK_SILENT }, 3, "unknown",
	    "unknown whether it was taken: ", 1 },
	{ "the mail, half a reply", { .end = "250-2.0.0 well\r\n25" }, 3,
	    "unknown", "unknown whether it was taken: ", 1 },
	{ "the mail, an odd word", { .end = "354 go on" }, 0, "unknown",
	    "unknown whether it was taken: ", 1 },
};

/* With more mail than the system keeps for one who does not read. */
static const struct {
	const char *name;
	struct smtp_script script;
	int seconds;
} breaks[] = {
	{ "gone in mid-mail", { .deaf = true, .end = SINK_CLOSED }, 0 },
	{ "stuck in mid-mail", { .deaf = true }, 2 },
};
/* clang-format on */

static void
tells_what_became_of_the_mail(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(ends); i++) {
		struct smtp_sink *s = smtp_sink_start(&ends[i].script);
		struct err words;
		enum transport_result result = send_to(smtp_sink_place(s), 100,
		    ends[i].seconds == 0 ? PATIENCE : ends[i].seconds, &words);
		const char *mails;

		smtp_sink_end(s);
		mails = smtp_sink_mails(s);
		check_string(ends[i].name, word(result), ends[i].want);
		check_contains(ends[i].name, words.text, ends[i].words);
		if (result != TRANSPORT_SENT)
			check_contains(ends[i].name, words.text,
			    smtp_sink_place(s));
		if (ends[i].mails == 0)
			check_string(ends[i].name, mails, "");
		else
			check_string(ends[i].name, strstr(mails, "\r\n.\r\n"),
			    "\r\n.\r\n");
		smtp_sink_free(s);
	}
}

static void
half_a_mail_may_be_sent_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(breaks); i++) {
		struct smtp_sink *s = smtp_sink_start(&breaks[i].script);
		struct err words;

		check_string(breaks[i].name,
		    word(send_to(smtp_sink_place(s), 15 * 1024 * 1024,
			breaks[i].seconds == 0 ? PATIENCE : breaks[i].seconds,
			&words)),
		    "later");
		check_contains(breaks[i].name, words.text, "354 go on");
		smtp_sink_end(s);
		check_string(breaks[i].name, smtp_sink_mails(s), "");
		smtp_sink_free(s);
	}
}

static void
where_nobody_listens_it_may_be_sent_again(void **state)
{
	static const struct smtp_script script = { .ehlo = NULL };
	struct smtp_sink *s = smtp_sink_start(&script);
	struct err words;

	(void)state;
	smtp_sink_end(s);
	check_string("nobody",
	    word(send_to(smtp_sink_place(s), 100, PATIENCE, &words)), "later");
	check_contains("nobody", words.text, smtp_sink_place(s));
	smtp_sink_free(s);
}

/* The mail as the server sees it, and the words around it. */
static void
speaks_as_the_standard_has_it(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *from, *client, *mail, *want, *hello;
	} rows[] = {
		{ "LF", "", "mx1.example.net", "a: b\n\nc\n",
		    "a: b\r\n\r\nc\r\n.\r\n", "EHLO mx1.example.net\r\n" },
		{ "CRLF", "alice@example.net", "mx1", "a: b\r\n\r\nc\r\n",
		    "a: b\r\n\r\nc\r\n.\r\n", "EHLO mx1\r\n" },
		{ "CR, and ends of all kinds", "", NULL, "a\rb\n\r\r\nc\n\n",
		    "a\r\nb\r\n\r\n\r\nc\r\n\r\n.\r\n", "EHLO " },
		{ "no end of the last line", "", "a b", "a", "a\r\n.\r\n",
		    "EHLO " },
		{ "CR at the end", "", NULL, "a\r", "a\r\n.\r\n", "EHLO " },
		{ "dots", "", "", ".\n..a\nb.\n.c\n.\n",
		    "..\r\n...a\r\nb.\r\n..c\r\n..\r\n.\r\n", "EHLO " },
		{ "a dot between ends that are none", "", NULL,
		    "a\n.\r\nMAIL FROM:<>\r.\rb", "a\r\n..\r\nMAIL FROM:<>\r\n"
		    "..\r\nb\r\n.\r\n", "EHLO " },
		{ "a name that would be more than a name", "", "a/../b?c",
		    "a\n", "a\r\n.\r\n", "EHLO " },
	};
	/* clang-format on */
	static const struct smtp_script script = { .ehlo = NULL };

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct smtp_sink *s = smtp_sink_start(&script);
		struct view mail = exact_string(rows[i].mail);
		const struct smtp_envelope envelope = { smtp_sink_place(s),
			rows[i].client, view_of(rows[i].from),
			VIEW("4f1c-9a@reply.example"), PATIENCE };
		struct smtp_sent sent;
		struct err e = ERR_NONE;
		char rest[256];

		check_string(rows[i].name,
		    word(smtp_send(&envelope, mail, &sent, &e)), "sent");
		check_string(rows[i].name, sent.client, "127.0.0.1");
		smtp_sink_end(s);
		check_string(rows[i].name, smtp_sink_mails(s), rows[i].want);
		check_contains(rows[i].name, smtp_sink_heard(s), rows[i].hello);
		snprintf(rest, sizeof(rest),
		    "\r\nMAIL FROM:<%s>\r\nRCPT TO:<4f1c-9a@reply.example>\r\n"
		    "DATA\r\nQUIT\r\n",
		    rows[i].from);
		check_contains(rows[i].name, smtp_sink_heard(s), rest);
		smtp_sink_free(s);
		exact_free(mail);
	}
}

/* Line ends and dots at the borders of the pieces that libcurl asks for. */
static void
a_long_mail_arrives_as_it_is(void **state)
{
	static const struct smtp_script script = { .ehlo = NULL };

	(void)state;
	for (size_t shift = 0; shift < 4; shift++) {
		struct smtp_sink *s = smtp_sink_start(&script);
		const struct smtp_envelope envelope = { smtp_sink_place(s),
			NULL, VIEW(""), VIEW("a@reply.example"), PATIENCE };
		struct text mail = TEXT_INIT(1024 * 1024);
		struct text want = TEXT_INIT(1024 * 1024);
		struct smtp_sent sent;
		struct err e = ERR_NONE;

		text_add(&mail, view_part(VIEW("xxx"), 0, shift));
		text_add(&want, view_part(VIEW("xxx"), 0, shift));
		for (int i = 0; i < 50000; i++) {
			text_add_string(&mail, "\n.");
			text_add_string(&want, "\r\n..");
		}
		text_add_string(&want, "\r\n.\r\n");
		check_string("sent",
		    word(smtp_send(&envelope, text_view(&mail), &sent, &e)),
		    "sent");
		smtp_sink_end(s);
		assert_true(view_equal(view_of(smtp_sink_mails(s)),
		    text_view(&want)));
		smtp_sink_free(s);
		text_free(&mail);
		text_free(&want);
	}
}

/* An address we answer to is a token; what is said of it is logged. */
static void
the_address_is_not_in_the_words(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *said, *want;
	} rows[] = {
		{ "with its domain", "550 <4f1c-9a@reply.example>: unknown",
		    "answer to RCPT: 550 <...@reply.example>: unknown" },
		{ "in another case, twice", "450 4F1C-9A@Reply.Example, 4f1C-9a",
		    "answer to RCPT: 450 ...@Reply.Example, ..." },
		{ "behind more than is shown",
		    "550 -------------------------------------------------------"
		    "-------------------------------------------------------"
		    "---------- 4f1c-9a@reply.example", "-- ..." },
		{ "for a terminal", "550 \033[1mno\033[0m", "550 ?[1mno?[0m" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		const struct smtp_script script = { .rcpt = rows[i].said };
		struct smtp_sink *s = smtp_sink_start(&script);
		struct err words;

		send_to(smtp_sink_place(s), 100, PATIENCE, &words);
		smtp_sink_end(s);
		check_contains(rows[i].name, words.text, rows[i].want);
		if (strstr(words.text, "4f1c") != NULL)
			fail_msg("%s: %s", rows[i].name, words.text);
		smtp_sink_free(s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_are_read_strictly),
		cmocka_unit_test(addresses_that_are_not_plain_are_not_sent_to),
		cmocka_unit_test(tells_what_became_of_the_mail),
		cmocka_unit_test(half_a_mail_may_be_sent_again),
		cmocka_unit_test(where_nobody_listens_it_may_be_sent_again),
		cmocka_unit_test(speaks_as_the_standard_has_it),
		cmocka_unit_test(a_long_mail_arrives_as_it_is),
		cmocka_unit_test(the_address_is_not_in_the_words),
	};

	signal(SIGPIPE, SIG_IGN); /* a client that goes is no end of ours */
	return cmocka_run_group_tests_name("smtp", tests, NULL, NULL);
}
