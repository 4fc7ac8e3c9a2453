// SPDX-License-Identifier: BSD-2-Clause
#include "mail/key.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "t.h"
#include "tools/nameserver.h"

/* A file with the lines, gone when the test is done with it. */
static struct key_source *
open_file(const char *lines)
{
	char path[] = "/tmp/key_test.XXXXXX", keys[64];
	int fd = mkstemp(path);
	struct err e = ERR_NONE;
	struct key_source *s;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, lines, strlen(lines)), strlen(lines));
	close(fd);
	snprintf(keys, sizeof(keys), "file:%s", path);
	s = key_open(keys, &clock_system, &e);
	unlink(path);
	if (s == NULL)
		fail_msg("%s", e.text);
	return s;
}

static void
finds_keys_in_a_file(void **state)
{
	static const struct {
		const char *name;
		enum key_answer answer;
		const char *text;
	} rows[] = {
		{ "a._domainkey.x.test", KEY_FOUND, "v=DKIM1; p=AAA" },
		{ "A._DomainKey.X.test", KEY_FOUND, "v=DKIM1; p=AAA" },
		{ "b._domainkey.x.test", KEY_FOUND, "p=BBB" },
		{ "c._domainkey.x.test", KEY_FOUND, "" },
		{ "d._domainkey.x.test", KEY_NONE, "" },
		{ "x.test", KEY_NONE, "" },
		{ "", KEY_FOUND, "" }, /* the empty line; never asked for */
	};
	struct key_source *s =
	    open_file("# a comment\na._domainkey.x.test v=DKIM1; p=AAA \n\n"
		      "b._domainkey.x.test\t p=BBB\r\nc._domainkey.x.test\n"
		      "a._domainkey.x.test second");

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		char text[KEY_TEXT_SIZE] = "old";

		check_number(rows[i].name, key_find(s, rows[i].name, text),
		    rows[i].answer);
		check_string(rows[i].name, text, rows[i].text);
	}
	key_close(s);
}

static void
a_record_has_a_limit(void **state)
{
	(void)state;
	for (size_t more = 0; more < 2; more++) {
		struct text lines = TEXT_INIT(2000);
		char text[KEY_TEXT_SIZE];
		struct key_source *s;

		text_add_string(&lines, "a ");
		for (size_t i = 0; i < KEY_TEXT_SIZE - 1 + more; i++)
			text_add_byte(&lines, 'x');
		s = open_file(text_string(&lines));
		assert_int_equal(key_find(s, "a", text),
		    more > 0 ? KEY_NONE : KEY_FOUND);
		key_close(s);
		text_free(&lines);
	}
}

static void
refuses_other_sources(void **state)
{
	static const struct {
		const char *keys, *want;
	} rows[] = {
		{ "", "not \"\"" },
		{ "tcp:x", "keys come from" },
		{ "file:", "keys come from" },
		{ "file:/nowhere/at/all", "/nowhere/at/all: No such file" },
		{ "dns:", "no IPv4 address" },
		{ "dns:localhost", "no IPv4 address" },
		{ "dns:192.0.2.1:", "no IPv4 address" },
		{ "dns:192.0.2.1:0", "no IPv4 address" },
		{ "dns:192.0.2.1:65536", "no IPv4 address" },
		{ "dns:192.0.2.1:53x", "no IPv4 address" },
		{ "dns:255.255.255.2555", "no IPv4 address" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct err e = ERR_NONE;

		assert_null(key_open(rows[i].keys, &clock_system, &e));
		check_contains(rows[i].keys, e.text, rows[i].want);
		/* Whether a file is there is not a matter of words. */
		assert_int_equal(key_check(rows[i].keys, &e),
		    strncmp(rows[i].keys, "file:/", 6) == 0 ? 0 : -1);
	}
	key_close(NULL);
}

static void
opens_the_resolver(void **state)
{
	static const char *const keys[] = { "dns", "dns:192.0.2.1",
		"dns:192.0.2.1:65535" };

	(void)state;
	for (size_t i = 0; i < LENGTH(keys); i++) {
		struct key_source *s = key_open(keys[i], &clock_system, NULL);

		assert_non_null(s);
		assert_int_equal(key_check(keys[i], NULL), 0);
		key_close(s);
	}
}

#define L64 "abcdefghijklmnopabcdefghijklmnopabcdefghijklmnopabcdefghijklmnop"
#define RECORD(type, length) "\xC0\x0C\0" type "\0\x01\0\0\0\x3C\0" length
#define DATA(data) data, sizeof(data) - 1

static void
asks_a_name_server(void **state)
{
	/* clang-format off */
	static const struct zone zones[] = {
		{ "one", { 0x81, 0x80 }, 1,
		    DATA(RECORD("\x10", "\x06") "\x05p=AAA") },
		{ "split", { 0x81, 0x80 }, 1,
		    DATA(RECORD("\x10", "\x08") "\x02p=\0\x03" "AAA") },
		{ "alias", { 0x81, 0x80 }, 2,
		    DATA(RECORD("\x05", "\x02") "\xC0\x0C"
			RECORD("\x10", "\x06") "\x05p=BBB") },
		{ "two", { 0x81, 0x80 }, 2,
		    DATA(RECORD("\x10", "\x06") "\x05p=AAA"
			RECORD("\x10", "\x06") "\x05p=BBB") },
		{ "lying", { 0x81, 0x80 }, 1,
		    DATA(RECORD("\x10", "\x06") "\xFFp=AAA") },
		{ "nowhere", { 0x81, 0x80 }, 1,
		    DATA(RECORD("\x05", "\x02") "\xC0\x0C") },
		{ "short", { 0x81, 0x80 }, 1,
		    DATA(RECORD("\x10", "\x60") "\x05p=AAA") },
		{ "nodata", { 0x81, 0x80 }, 0, NULL, 0 },
		{ "nxdomain", { 0x81, 0x83 }, 0, NULL, 0 },
		{ "servfail", { 0x81, 0x82 }, 0, NULL, 0 },
		{ "refused", { 0x81, 0x85 }, 0, NULL, 0 },
		{ "truncated", { 0x83, 0x80 }, 0, NULL, 0 },
	};
	/* clang-format on */
	static const struct {
		const char *name;
		enum key_answer answer;
		const char *text;
	} rows[] = {
		{ "one._domainkey.x.test", KEY_FOUND, "p=AAA" },
		{ "split._domainkey.x.test", KEY_FOUND, "p=AAA" },
		{ "alias._domainkey.x.test", KEY_FOUND, "p=BBB" },
		{ "two._domainkey.x.test", KEY_NONE, NULL },
		{ "lying._domainkey.x.test", KEY_FOUND, "p=AAA" },
		{ "nowhere._domainkey.x.test", KEY_NONE, NULL },
		{ "short._domainkey.x.test", KEY_NO_ANSWER, NULL },
		{ "nodata._domainkey.x.test", KEY_NONE, NULL },
		{ "nxdomain._domainkey.x.test", KEY_NONE, NULL },
		{ "servfail._domainkey.x.test", KEY_NO_ANSWER, NULL },
		{ "refused._domainkey.x.test", KEY_NO_ANSWER, NULL },
		{ "truncated._domainkey.x.test", KEY_NO_ANSWER, NULL },
		{ "no..name", KEY_NONE, "" },
		{ ".name", KEY_NONE, "" },
		{ L64 ".x.test", KEY_NONE, "" },
	};
	struct nameserver server;
	struct key_source *s;

	(void)state;
	assert_int_equal(nameserver_start(&server, zones, LENGTH(zones)), 0);
	s = key_open(server.keys, &clock_system, NULL);
	assert_non_null(s);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		char text[KEY_TEXT_SIZE];

		check_number(rows[i].name, key_find(s, rows[i].name, text),
		    rows[i].answer);
		if (rows[i].text != NULL)
			check_string(rows[i].name, text, rows[i].text);
	}
	key_close(s);
	nameserver_stop(&server);
}

static int64_t
now_us(void *arg)
{
	return *(const int64_t *)arg * 1000 * 1000;
}

/* How long is for key_cache_test; here it is where it stands in a reply. */
static void
keeps_records_for_their_time(void **state)
{
	/* clang-format off */
	static const struct zone zones[] = {
		{ "one", { 0x81, 0x80 }, 1,
		    DATA("\xC0\x0C\0\x10\0\x01\0\0\x03\x84\0\x06" "\x05p=AAA") },
		{ "alias", { 0x81, 0x80 }, 2,
		    DATA("\xC0\x0C\0\x05\0\x01\0\0\0\x78\0\x02" "\xC0\x0C"
			"\xC0\x0C\0\x10\0\x01\0\0\x03\x84\0\x06" "\x05p=AAA") },
		{ "target", { 0x81, 0x80 }, 2,
		    DATA("\xC0\x0C\0\x05\0\x01\0\0\x03\x84\0\x02" "\xC0\x0C"
			"\xC0\x0C\0\x10\0\x01\0\0\0\x78\0\x06" "\x05p=AAA") },
	};
	/* clang-format on */
	static const struct {
		const char *name;
		int64_t seconds;
	} rows[] = {
		{ "one.x.test", 900 },
		{ "alias.x.test", 120 },
		{ "target.x.test", 120 },
	};
	struct nameserver server;
	int64_t now = 0;
	struct clock clock = { now_us, now_us, &now };
	struct key_source *s;

	(void)state;
	assert_int_equal(nameserver_start(&server, zones, LENGTH(zones)), 0);
	s = key_open(server.keys, &clock, NULL);
	assert_non_null(s);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		const int64_t moments[] = { 0, rows[i].seconds - 1,
			rows[i].seconds };
		const unsigned questions[] = { 1, 1, 2 };

		atomic_store(&server.questions, 0);
		for (size_t k = 0; k < LENGTH(moments); k++) {
			char text[KEY_TEXT_SIZE];

			now = (int64_t)i * 10000 + moments[k];
			check_number(rows[i].name,
			    key_find(s, rows[i].name, text), KEY_FOUND);
			check_string(rows[i].name, text, "p=AAA");
			check_number(rows[i].name,
			    atomic_load(&server.questions), questions[k]);
		}
	}
	key_close(s);
	nameserver_stop(&server);
}

static void
tells_failure_from_silence(void **state)
{
	static const struct zone zones[] = {
		{ "refused", { 0x81, 0x85 }, 0, NULL, 0 },
		{ "truncated", { 0x83, 0x80 }, 0, NULL, 0 },
		{ "nxdomain", { 0x81, 0x83 }, 0, NULL, 0 },
	};
	static const struct {
		const char *name;
		bool running;
		enum key_news want;
	} rows[] = {
		{ "servfail", true, KEY_NEWS_NONE },
		{ "refused", true, KEY_NEWS_NONE },
		{ "truncated", true, KEY_NEWS_NONE },
		{ "nxdomain", true, KEY_NEWS_NONE },
		{ "no.", true, KEY_NEWS_NONE },
		{ "no.", false, KEY_NEWS_NONE },
		{ "a", false, KEY_NEWS_DEAD },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct nameserver server;
		struct key_source *s;

		assert_int_equal(nameserver_start(&server, zones,
				     LENGTH(zones)),
		    0);
		s = key_open(server.keys, &clock_system, NULL);
		assert_non_null(s);
		if (!rows[i].running)
			nameserver_stop(&server);
		for (int k = 0; k < LIMIT_KEY_SILENCES; k++) {
			char name[64], text[KEY_TEXT_SIZE];

			check_number(rows[i].name, key_news(s), KEY_NEWS_NONE);
			snprintf(name, sizeof(name), "%s.x%d.test",
			    rows[i].name, k);
			key_find(s, name, text);
		}
		check_number(rows[i].name, key_news(s), rows[i].want);
		key_close(s);
		if (rows[i].running)
			nameserver_stop(&server);
	}
}

/* Which is what bounds the wait: a second for each, and never over TCP. */
static void
a_silent_server_is_asked_twice(void **state)
{
	static const struct zone zones[] = {
		{ "silent", { 0, 0 }, 0, NULL, 0 },
	};
	char text[KEY_TEXT_SIZE];
	struct nameserver server;
	struct key_source *s;

	(void)state;
	assert_int_equal(nameserver_start(&server, zones, 1), 0);
	s = key_open(server.keys, &clock_system, NULL);
	assert_non_null(s);
	check_number("silent", key_find(s, "silent.x.test", text),
	    KEY_NO_ANSWER);
	check_number("asked", atomic_load(&server.questions), 2);
	key_close(s);
	nameserver_stop(&server);
}

static void
servers_come_back(void **state)
{
	static const struct zone zones[] = {
		{ "one", { 0x81, 0x80 }, 1,
		    DATA(RECORD("\x10", "\x06") "\x05p=AAA") },
	};
	static const char *const names[] = { "one.a.test", "one.b.test",
		"one.c.test", "one.d.test" };
	struct nameserver server;
	int64_t now = 0;
	struct clock clock = { now_us, now_us, &now };
	char text[KEY_TEXT_SIZE];
	struct key_source *s;

	(void)state;
	assert_int_equal(nameserver_start(&server, zones, LENGTH(zones)), 0);
	nameserver_stop(&server);
	s = key_open(server.keys, &clock, NULL);
	assert_non_null(s);
	for (size_t i = 0; i < LENGTH(names); i++)
		check_number(names[i], key_find(s, names[i], text),
		    KEY_NO_ANSWER);
	check_number("dead", key_news(s), KEY_NEWS_DEAD);
	assert_int_equal(nameserver_again(&server), 0);
	check_number("left alone", key_find(s, names[0], text), KEY_NO_ANSWER);
	check_number("not asked", atomic_load(&server.questions), 0);
	now = LIMIT_KEY_NEWS_S;
	check_number("tried", key_find(s, names[0], text), KEY_FOUND);
	check_number("alive", key_news(s), KEY_NEWS_ALIVE);
	check_number("all of them", key_find(s, names[1], text), KEY_FOUND);
	key_close(s);
	nameserver_stop(&server);
}

static void
nobody_there_is_no_answer(void **state)
{
	struct key_source *s = key_open("dns:127.0.0.1:1", &clock_system, NULL);
	char text[KEY_TEXT_SIZE];

	(void)state;
	assert_non_null(s);
	assert_int_equal(key_find(s, "a._domainkey.x.test", text),
	    KEY_NO_ANSWER);
	key_close(s);
}

/*
 * A resolv.conf that wants TCP and patience; our servers know UDP only.  The
 * C library reads it once, so it is there for all tests.
 */
static int
set_up(void **state)
{
	(void)state;
	return setenv("RES_OPTIONS", "use-vc timeout:30 attempts:5", 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_keys_in_a_file),
		cmocka_unit_test(a_record_has_a_limit),
		cmocka_unit_test(refuses_other_sources),
		cmocka_unit_test(opens_the_resolver),
		cmocka_unit_test(asks_a_name_server),
		cmocka_unit_test(keeps_records_for_their_time),
		cmocka_unit_test(tells_failure_from_silence),
		cmocka_unit_test(a_silent_server_is_asked_twice),
		cmocka_unit_test(servers_come_back),
		cmocka_unit_test(nobody_there_is_no_answer),
	};

	return cmocka_run_group_tests_name("key", tests, set_up, NULL);
}
