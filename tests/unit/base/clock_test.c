// SPDX-License-Identifier: BSD-2-Clause
#include "base/clock.h"

#include <stdlib.h>
#include <time.h>

#include "t.h"

static const int64_t day = 86400000;

/* clang-format off */
static const struct {
	const char *name;
	int64_t ms;
	const char *iso, *rfc5322;
} rows[] = {
	{ "the epoch", 0,
	    "1970-01-01T00:00:00.000Z", "Thu, 1 Jan 1970 00:00:00 +0000" },
	{ "with milliseconds", 1795428000123,
	    "2026-11-23T10:00:00.123Z", "Mon, 23 Nov 2026 10:00:00 +0000" },
	{ "a leap day", 1709208061001,
	    "2024-02-29T12:01:01.001Z", "Thu, 29 Feb 2024 12:01:01 +0000" },
	{ "one before the epoch", -1,
	    "1969-12-31T23:59:59.999Z", "Wed, 31 Dec 1969 23:59:59 +0000" },
	{ "a whole second before it", -1000,
	    "1969-12-31T23:59:59.000Z", "Wed, 31 Dec 1969 23:59:59 +0000" },
	{ "last of four digits", 253402300799999,
	    "9999-12-31T23:59:59.999Z", "Fri, 31 Dec 9999 23:59:59 +0000" },
	{ "one past it", 253402300800000, "-", "-" },
	{ "first of the year 1", -62135596800000,
	    "0001-01-01T00:00:00.000Z", "Mon, 1 Jan 0001 00:00:00 +0000" },
	{ "one before it", -62135596800001, "-", "-" },
	{ "the largest number", INT64_MAX, "-", "-" },
	{ "the least number", INT64_MIN, "-", "-" },
};
/* clang-format on */

static void
writes_times_for_programs_and_for_mail(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		char text[CLOCK_ISO_SIZE];

		clock_iso(rows[i].ms, text);
		check_string(rows[i].name, text, rows[i].iso);
		clock_rfc5322(rows[i].ms, text);
		check_string(rows[i].name, text, rows[i].rfc5322);
	}
}

static void
finds_the_next_time_of_the_day(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *zone;
		int64_t ms;
		int minute;
		const char *want;
	} days[] = {
		{ "later today", "UTC", 1795428000123, 10 * 60 + 1,
		    "2026-11-23T10:01:00.000Z" },
		{ "tomorrow", "UTC", 1795428000123, 7 * 60,
		    "2026-11-24T07:00:00.000Z" },
		{ "not this minute again", "UTC", 1795428000000, 10 * 60,
		    "2026-11-24T10:00:00.000Z" },
		{ "nor in it", "UTC", 1795428000999, 10 * 60,
		    "2026-11-24T10:00:00.000Z" },
		{ "midnight", "UTC", 1795428000000, 0,
		    "2026-11-24T00:00:00.000Z" },
		{ "the last minute", "UTC", 1795428000000, 1439,
		    "2026-11-23T23:59:00.000Z" },
		{ "east", "XXX-9", 1795428000000, 7 * 60,
		    "2026-11-23T22:00:00.000Z" },
		{ "west", "XXX+8", 1795428000000, 7 * 60,
		    "2026-11-23T15:00:00.000Z" },
		{ "over the end of a year", "UTC", 1798718400000, 7 * 60,
		    "2027-01-01T07:00:00.000Z" },
		/* 2026-03-28 12:00 UTC; clocks go on at 01:00 UTC. */
		{ "the day that has 23 hours", "CET-1CEST,M3.5.0,M10.5.0/3",
		    1774699200000, 7 * 60, "2026-03-29T05:00:00.000Z" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(days); i++) {
		char text[CLOCK_ISO_SIZE];

		setenv("TZ", days[i].zone, 1);
		tzset();
		clock_iso(clock_next_local(days[i].ms, days[i].minute), text);
		check_string(days[i].name, text, days[i].want);
	}
	unsetenv("TZ");
}

static void
knows_every_day_and_month(void **state)
{
	static const char *const want[] = { "Thu, 1 Jan", "Fri, 2 Jan",
		"Sat, 3 Jan", "Sun, 4 Jan", "Mon, 5 Jan", "Tue, 6 Jan",
		"Wed, 7 Jan" };
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char text[CLOCK_ISO_SIZE];

	(void)state;
	for (int i = 0; i < 7; i++) {
		clock_rfc5322(i * day, text);
		check_contains("day", text, want[i]);
	}
	for (int i = 0; i < 12; i++) {
		char month[4] = { months[3 * i], months[3 * i + 1],
			months[3 * i + 2], '\0' };

		clock_rfc5322((int64_t)(i * 30.5 + 15) * day, text);
		check_contains("month", text, month);
	}
}

static int64_t
fixed(void *arg)
{
	return *(int64_t *)arg;
}

static void
a_test_owns_its_time(void **state)
{
	int64_t now = 5;
	struct clock c = { fixed, fixed, &now };

	(void)state;
	assert_int_equal(clock_wall_ms(&c), 5);
	now = 6;
	assert_int_equal(clock_steady_us(&c), 6);
}

static void
the_system_clock_counts_in_its_units(void **state)
{
	int64_t before = (int64_t)time(NULL) - 2;
	int64_t wall = clock_wall_ms(&clock_system);
	int64_t first = clock_steady_us(&clock_system);
	int64_t second = clock_steady_us(&clock_system);

	(void)state;
	assert_true(wall >= before * 1000);
	assert_true(wall <= ((int64_t)time(NULL) + 2) * 1000);
	assert_true(first > 0 && second >= first);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_next_time_of_the_day),
		cmocka_unit_test(writes_times_for_programs_and_for_mail),
		cmocka_unit_test(knows_every_day_and_month),
		cmocka_unit_test(a_test_owns_its_time),
		cmocka_unit_test(the_system_clock_counts_in_its_units),
	};

	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
