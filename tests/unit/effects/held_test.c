// SPDX-License-Identifier: BSD-2-Clause
/*
 * held_test.c - what an MTA says of what it holds, and queue ids.
 */
#include "effects/held_parts.h"

#include "base/limits.h"
#include "base/text.h"
#include "t.h"

static void
only_letters_and_digits_are_queue_ids(void **state)
{
	static const struct {
		const char *name, *id;
		bool is;
	} rows[] = {
		{ "Postfix, short", "3F2A81C0B7", true },
		{ "Postfix, long", "4bJxY66QzZz1k", true },
		{ "Sendmail", "5ASDxYz1012345", true },
		{ "empty", "", false },
		{ "every message", "ALL", false },
		{ "every message, in small letters", "all", false },
		{ "an option", "-d", false },
		{ "standard input", "-", false },
		{ "a path", "../etc/passwd", false },
		{ "a mark of the list", "3F2A81C0B7!", false },
		{ "two words", "3F2A 81C0", false },
		{ "a line more", "3F2A\n", false },
		{ "for a shell", "3F2A;id", false },
		{ "other letters", "3F2\xC3\x84", false },
	};
	char longest[LIMIT_QUEUE_ID + 1];

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view v = exact_string(rows[i].id);

		if (held_is_queue_id(v) != rows[i].is)
			fail_msg("%s", rows[i].name);
		exact_free(v);
	}
	assert_false(held_is_queue_id((struct view){ "AB\0D", 4 }));
	memset(longest, 'A', sizeof(longest));
	assert_true(held_is_queue_id((struct view){ longest, LIMIT_QUEUE_ID }));
	assert_false(held_is_queue_id((struct view){ longest,
	    LIMIT_QUEUE_ID + 1 }));
}

/* "ID SENDER SINCE SIZE <RECIPIENT>..."; "!" and the words of a failure. */
static void
check_line(const char *name, const char *line, const char *want)
{
	struct view v = exact_string(line);
	struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
	struct text got = TEXT_INIT(LIMIT_MESSAGE_POOL);
	struct held held;
	struct err e = ERR_NONE;
	int result = held_read_postfix(v, p, &held, &e);

	exact_free(v); /* nothing of it may be used any more */
	if (result < 0)
		text_addf(&got, "!%s", e.text);
	else if (result == 0)
		text_add_string(&got, "another queue");
	else
		text_addf(&got, "%.*s %.*s %lld %lld", VIEW_ARG(held.queue_id),
		    VIEW_ARG(held.sender), (long long)held.since_ms, held.size);
	for (size_t i = 0; result > 0 && i < held.recipients; i++)
		text_addf(&got, " <%.*s>", VIEW_ARG(held.recipient[i]));
	if (want[0] == '!' && result < 0)
		check_contains(name, e.text, want + 1);
	else
		check_view(name, text_view(&got), want);
	text_free(&got);
	pool_free(p);
}

static void
reads_what_postqueue_says(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *line, *want;
	} rows[] = {
		{ "held",
		    "{\"queue_name\": \"hold\", \"queue_id\": \"3F2A81C0B7\", "
		    "\"arrival_time\": 1795846129, \"message_size\": 4711, "
		    "\"forced_expire\": false, \"sender\": \"s@example.org\", "
		    "\"recipients\": [{\"address\": \"a@example.net\"}, "
		    "{\"address\": \"b@example.net\", "
		    "\"delay_reason\": \"x\"}]}",
		    "3F2A81C0B7 s@example.org 1795846129000 4711 "
		    "<a@example.net> <b@example.net>" },
		{ "nothing but what is needed",
		    "{\"queue_name\":\"hold\",\"queue_id\":\"A\","
		    "\"arrival_time\":0}",
		    "A  0 0" },
		{ "deferred",
		    "{\"queue_name\":\"deferred\",\"queue_id\":\"A\","
		    "\"arrival_time\":1}",
		    "another queue" },
		{ "no queue", "{\"queue_id\":\"A\",\"arrival_time\":1}",
		    "!no queue_name" },
		{ "an option for an id",
		    "{\"queue_name\":\"hold\",\"queue_id\":\"-d\","
		    "\"arrival_time\":1}",
		    "!no queue_id" },
		{ "a number for an id",
		    "{\"queue_name\":\"hold\",\"queue_id\":7,"
		    "\"arrival_time\":1}",
		    "!no queue_id" },
		{ "no time", "{\"queue_name\":\"hold\",\"queue_id\":\"A\"}",
		    "!no arrival_time" },
		{ "a time that cannot be",
		    "{\"queue_name\":\"hold\",\"queue_id\":\"A\","
		    "\"arrival_time\":9223372036854775807}",
		    "!no arrival_time" },
		{ "a list", "[]", "!no queue_name" },
		{ "words", "Mail queue is empty", "!not JSON" },
		{ "nothing", "", "!not JSON" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		check_line(rows[i].name, rows[i].line, rows[i].want);
}

static void
reads_the_lines_of_mailq(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *line;
		enum held_line kind;
		const char *want;
	} rows[] = {
		{ "a folder", "\t\t/var/spool/mqueue (2 requests)",
		    HELD_LINE_FOLDER, "/var/spool/mqueue" },
		{ "one of several", "\t\t/var/spool/mqueue/q1/qf (1 request)",
		    HELD_LINE_FOLDER, "/var/spool/mqueue/q1/qf" },
		{ "titles", "-----Q-ID----- --Size-- -----Q-Time----- ------",
		    HELD_LINE_NONE, NULL },
		{ "a message", "6AS9Zp71026389    15207 Sat Nov 28 09:35 <s>",
		    HELD_LINE_ID, "6AS9Zp71026389" },
		{ "one that is looked at", "6AS9Zp71026389*  5 Sat Nov 28 09",
		    HELD_LINE_ID, "6AS9Zp71026389" },
		{ "a reason", "     QUARANTINE: rsvp-milter: ABC (x)",
		    HELD_LINE_NONE, NULL },
		{ "a recipient", "\t\t\t\t\t <alice@example.net>",
		    HELD_LINE_NONE, NULL },
		{ "a recipient like a folder", "\t\t\t\t\t /x (2 requests)",
		    HELD_LINE_NONE, NULL },
		{ "the end", "\t\tTotal requests: 2", HELD_LINE_NONE, NULL },
		{ "an empty queue", "/var/spool/mqueue is empty",
		    HELD_LINE_NONE, NULL },
		{ "nothing", "", HELD_LINE_NONE, NULL },
		{ "no folder behind tabs", "\t\t/x", HELD_LINE_NONE, NULL },
		{ "an id and no more", "6AS9Zp71026389", HELD_LINE_NONE,
		    NULL },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view line = exact_string(rows[i].line), v;

		check_number(rows[i].name, held_read_mailq(line, &v),
		    rows[i].kind);
		if (rows[i].want != NULL)
			check_view(rows[i].name, v, rows[i].want);
		exact_free(line);
	}
}

static void
reads_a_control_file_of_sendmail(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *file, *want, *header;
	} rows[] = {
		{ "as it is written",
		    "V8\nT1795858563\nqrsvp-milter: x\nFbs\n$rESMTP\n"
		    "S<s@example.org>\nrRFC822; alice@example.net\n"
		    "RPFD:<alice@example.net>\nRPFD:<bob@example.net>\n"
		    "H?P?Return-Path: <g>\nH??Received: from a\n\tby b\n"
		    "H??From: A <a@example.org>\nHX-Old: without flags\n.\n",
		    "s@example.org 1795858563000 <alice@example.net>"
		    "<bob@example.net>",
		    "Received: from a\n\tby b\nFrom: A <a@example.org>\n"
		    "X-Old: without flags\n" },
		{ "the null sender, and no end", "T1\nS<>\nRPF:<a@b>",
		    " 1000 <a@b>", "" },
		{ "nothing behind the end counts", "T1\nSa\n.\nSb\nRPF:<c>\n"
		    "H??D: e\n", "a 1000 ", "" },
		{ "what goes on is of the line before",
		    "T1\nSa\nRP:<b>\n\tSc\n H??D: e\n", "a 1000 <<b>\n\tSc\n "
		    "H??D: e>", "" },
		{ "no time", "Sa\nRP:<b>\n", "!no time", "" },
		{ "a time that is none", "T-1\nSa\n", "!no time", "" },
		{ "empty lines", "\n\nT1\n\n", " 1000 ", "" },
		{ "empty", "", "!no time", "" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view file = exact_string(rows[i].file);
		struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
		struct text got = TEXT_INIT(LIMIT_MESSAGE_POOL);
		struct text header = TEXT_INIT(LIMIT_MESSAGE_POOL);
		struct held held = { .size = 0 };
		struct err e = ERR_NONE;

		if (held_read_control(file, p, &held, &e) < 0) {
			text_addf(&got, "!%s", e.text);
			text_add_string(&header, "");
			check_contains(rows[i].name, text_string(&got),
			    rows[i].want);
		} else {
			text_add(&got, held.sender);
			text_addf(&got, " %lld ", (long long)held.since_ms);
			for (size_t k = 0; k < held.recipients; k++)
				text_addf(&got, "<%.*s>",
				    VIEW_ARG(held.recipient[k]));
			check_view(rows[i].name, text_view(&got), rows[i].want);
		}
		held_add_header(file, &header);
		check_view(rows[i].name, text_view(&header), rows[i].header);
		text_free(&got);
		text_free(&header);
		pool_free(p);
		exact_free(file);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_letters_and_digits_are_queue_ids),
		cmocka_unit_test(reads_what_postqueue_says),
		cmocka_unit_test(reads_the_lines_of_mailq),
		cmocka_unit_test(reads_a_control_file_of_sendmail),
	};

	return cmocka_run_group_tests_name("held", tests, NULL, NULL);
}
