// SPDX-License-Identifier: BSD-2-Clause
#include "effects/smtp.h"

#include "t.h"

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
		const struct smtp_envelope envelope = { "[::1]:1",
			view_of(rows[i].from), view_of(rows[i].to), 1 };
		struct smtp_sent sent;
		struct err e = ERR_NONE;

		check_number(rows[i].to,
		    smtp_send(&envelope, VIEW("a\r\n"), &sent, &e), -1);
		check_string(rows[i].to, e.text, "not a plain address");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_are_read_strictly),
		cmocka_unit_test(addresses_that_are_not_plain_are_not_sent_to),
	};

	return cmocka_run_group_tests_name("smtp", tests, NULL, NULL);
}
