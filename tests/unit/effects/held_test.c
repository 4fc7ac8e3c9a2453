// SPDX-License-Identifier: BSD-2-Clause
/*
 * held_test.c - what an MTA says of what it holds, and queue ids.
 */
#include "effects/held.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_letters_and_digits_are_queue_ids),
		cmocka_unit_test(reads_what_postqueue_says),
	};

	return cmocka_run_group_tests_name("held", tests, NULL, NULL);
}
