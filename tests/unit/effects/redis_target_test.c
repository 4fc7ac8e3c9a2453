// SPDX-License-Identifier: BSD-2-Clause
/*
 * redis_target_test.c - the address of a Redis, taken apart.
 */
#include "effects/redis_target.h"

#include <stdio.h>

#include "base/limits.h"
#include "t.h"

static void
good_addresses_are_taken_apart(void **state)
{
	/* clang-format off */
	static const struct {
		const char *url, *name, *host, *path, *user, *password_file;
		int port, database, timeout_ms;
	} rows[] = {
		{ "redis://h", "h:6379", "h", "", "", "", 6379, 0, 1000 },
		{ "REDIS://192.0.2.7:1", "192.0.2.7:1", "192.0.2.7", "", "", "",
		    1, 0, 1000 },
		{ "redis://h:65535/9999", "h:65535", "h", "", "", "", 65535,
		    9999, 1000 },
		{ "redis://h/", "h:6379", "h", "", "", "", 6379, 0, 1000 },
		{ "redis://[2001:db8::7]", "[2001:db8::7]:6379", "2001:db8::7",
		    "", "", "", 6379, 0, 1000 },
		{ "redis://[::1]:7/3", "[::1]:7", "::1", "", "", "", 7, 3,
		    1000 },
		{ "redis://h?timeout=10&db=2", "h:6379", "h", "", "", "", 6379,
		    2, 10 },
		{ "redis://u@h?password_file=/p&timeout=10000", "h:6379", "h",
		    "", "u", "/p", 6379, 0, 10000 },
		{ "redis+unix:/run/r.sock", "/run/r.sock", "", "/run/r.sock",
		    "", "", 6379, 0, 1000 },
		{ "redis+unix:/r?db=1", "/r", "", "/r", "", "", 6379, 1,
		    1000 },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view url = exact_string(rows[i].url);
		struct redis_target t;
		struct err e = ERR_NONE;

		assert_true(redis_target_is(url));
		if (redis_target_parse(url, &t, &e) < 0)
			fail_msg("%s: %s", rows[i].url, e.text);
		check_string(rows[i].url, t.name, rows[i].name);
		check_string(rows[i].url, t.host, rows[i].host);
		check_string(rows[i].url, t.path, rows[i].path);
		check_string(rows[i].url, t.user, rows[i].user);
		check_string(rows[i].url, t.password_file,
		    rows[i].password_file);
		check_number(rows[i].url, t.port, rows[i].port);
		check_number(rows[i].url, t.database, rows[i].database);
		check_number(rows[i].url, t.timeout_ms, rows[i].timeout_ms);
		exact_free(url);
	}
}

static void
bad_ones_say_what_is_wrong(void **state)
{
	static const struct {
		const char *url, *want;
	} rows[] = {
		{ "redis:", "neither \"redis://HOST\"" },
		{ "redis:/h", "neither \"redis://HOST\"" },
		{ "redis+tcp:h", "neither \"redis://HOST\"" },
		{ "redis://", "the host must have 1 to 255" },
		{ "redis:///1", "the host must have 1 to 255" },
		{ "redis://:1", "the host must have 1 to 255" },
		{ "redis://[::1", "no \"]\"" },
		{ "redis://[]", "the host must have" },
		{ "redis://[::1]7", "no \":\" behind" },
		{ "redis://[::1]:", "the port must be 1 to 65535" },
		{ "redis://h:0", "the port must be 1 to 65535" },
		{ "redis://h:65536", "the port must be 1 to 65535" },
		{ "redis://h:", "the port must be 1 to 65535" },
		{ "redis://h:x", "the port must be 1 to 65535" },
		{ "redis://h/10000", "the database must be 0 to 9999" },
		{ "redis://h/x", "the database must be 0 to 9999" },
		{ "redis://:secret@h", "a password belongs into a file" },
		{ "redis://u:secret@h", "a password belongs into a file" },
		{ "redis://@h", "the user must have" },
		{ "redis://u@h", "a user needs ?password_file" },
		{ "redis://h?timeout=9", "timeout must be 10 to 10000" },
		{ "redis://h?timeout=10001", "timeout must be 10 to 10000" },
		{ "redis://h?timeout", "timeout must be 10 to 10000" },
		{ "redis://h?db=-1", "db must be 0 to 9999" },
		{ "redis://h?password_file=p", "an absolute path" },
		{ "redis://h?password_file=", "password_file must have" },
		{ "redis://h?pass=x", "no option \"pass\"" },
		{ "redis+unix:", "an absolute path" },
		{ "redis+unix:r.sock", "an absolute path" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view url = exact_string(rows[i].url);
		struct redis_target t;
		struct err e = ERR_NONE;

		assert_true(redis_target_is(url));
		if (redis_target_parse(url, &t, &e) == 0)
			fail_msg("%s: taken", rows[i].url);
		check_contains(rows[i].url, e.text, rows[i].want);
		if (strstr(e.text, "secret") != NULL)
			fail_msg("%s: shows the password", rows[i].url);
		exact_free(url);
	}
}

static void
long_parts_end_at_their_limits(void **state)
{
	static const struct {
		const char *before;
		size_t most;
		const char *after;
	} rows[] = {
		{ "redis://", 255, "" },
		{ "redis://", 64, "@h?password_file=/p" },
		{ "redis://h?password_file=/", 1022, "" },
		{ "redis+unix:/", 106, "" },
	};
	struct redis_target t;

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		for (size_t more = 0; more < 2; more++) {
			char url[2048], part[1100] = "";

			memset(part, 'x', rows[i].most + more);
			snprintf(url, sizeof(url), "%s%s%s", rows[i].before,
			    part, rows[i].after);
			check_number(url,
			    redis_target_parse(view_of(url), &t, NULL),
			    more == 0 ? 0 : -1);
		}
}

static void
other_stores_are_no_redis(void **state)
{
	static const char *const rows[] = { "", "redis", "rediss://h",
		"sqlite:/redis:", "memory:" };

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		if (redis_target_is(view_of(rows[i])))
			fail_msg("%s: taken", rows[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_addresses_are_taken_apart),
		cmocka_unit_test(bad_ones_say_what_is_wrong),
		cmocka_unit_test(long_parts_end_at_their_limits),
		cmocka_unit_test(other_stores_are_no_redis),
	};

	return cmocka_run_group_tests_name("redis_target", tests, NULL, NULL);
}
