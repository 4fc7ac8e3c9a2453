// SPDX-License-Identifier: BSD-2-Clause
#include "base/moment.h"

#include <stdlib.h>
#include <time.h>

#include "t.h"

enum { NONE = -1 };

static const int64_t now = 1795428000123; /* 2026-11-23T10:00:00.123Z */

static void
reads_what_records_have(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *words;
		int64_t want;
	} rows[] = {
		{ "a record's", "2026-11-23T10:00:00.123Z", 1795428000123 },
		{ "the epoch", "1970-01-01T00:00:00Z", 0 },
		{ "without a fraction", "2026-11-23T10:00:00Z", 1795428000000 },
		{ "one digit of it", "2026-11-23T10:00:00.1Z", 1795428000100 },
		{ "nine of them", "2026-11-23T10:00:00.123999999Z",
		    1795428000123 },
		{ "small letters", "2026-11-23t10:00:00z", 1795428000000 },
		{ "a blank", "2026-11-23 10:00:00Z", 1795428000000 },
		{ "a zone east", "2026-11-23T11:30:00+01:30", 1795428000000 },
		{ "a zone west", "2026-11-23T05:00:00-05:00", 1795428000000 },
		{ "a leap day", "2024-02-29T12:01:01.001Z", 1709208061001 },
		{ "a leap second", "2016-12-31T23:59:60Z", 1483228800000 },
		{ "no leap day", "2026-02-29T00:00:00Z", NONE },
		{ "nor in 1900", "1900-02-29T00:00:00Z", NONE },
		{ "a month too many", "2026-13-01T00:00:00Z", NONE },
		{ "a day of none", "2026-04-31T00:00:00Z", NONE },
		{ "an hour too late", "2026-11-23T24:00:00Z", NONE },
		{ "no zone", "2026-11-23T10:00:00", NONE },
		{ "no seconds", "2026-11-23T10:00Z", NONE },
		{ "a point and no digit", "2026-11-23T10:00:00.Z", NONE },
		{ "more behind it", "2026-11-23T10:00:00Z ", NONE },
		{ "cut", "2026-11-23T10:0", NONE },
		{ "a zone of three digits", "2026-11-23T10:00:00+01:3", NONE },
		{ "nothing", "", NONE },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		int64_t ms = NONE;

		moment_parse_iso(view_of(rows[i].words), &ms);
		check_number(rows[i].name, ms, rows[i].want);
	}
}

static void
reads_what_people_say(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *zone, *words;
		int64_t want;
	} rows[] = {
		{ "now", "UTC0", "now", 1795428000123 },
		{ "today", "UTC0", "today", 1795392000000 },
		{ "yesterday", "UTC0", " yesterday ", 1795305600000 },
		{ "today elsewhere", "TST-14", "today", 1795428000000 },
		{ "yesterday was summer", "TST1TDT,M3.1.0,M11.4.1/1",
		    "yesterday", 1795305600000 },
		{ "seconds ago", "UTC0", "45s", 1795427955123 },
		{ "minutes ago", "UTC0", "30m", 1795426200123 },
		{ "hours ago", "UTC0", "2h", 1795420800123 },
		{ "days ago", "UTC0", "7d", 1794823200123 },
		{ "weeks ago", "UTC0", "1w", 1794823200123 },
		{ "a day", "TST-1", "2026-11-23", 1795388400000 },
		{ "a minute", "TST-1", "2026-11-23 11:00", 1795428000000 },
		{ "a second", "TST-1", "2026-11-23T11:00:01", 1795428001000 },
		{ "with its zone", "TST-1", "2026-11-23T10:00:00Z",
		    1795428000000 },
		{ "a unit there is none of", "UTC0", "7y", NONE },
		{ "no unit", "UTC0", "7", NONE },
		{ "no number", "UTC0", "d", NONE },
		{ "a sign", "UTC0", "-7d", NONE },
		{ "more than time has", "UTC0", "9999999999w", NONE },
		{ "a word", "UTC0", "tomorrow", NONE },
		{ "a day and more", "UTC0", "2026-11-23x", NONE },
		{ "nothing", "UTC0", "", NONE },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		int64_t ms = NONE;

		setenv("TZ", rows[i].zone, 1);
		tzset();
		moment_parse(view_of(rows[i].words), now, &ms);
		check_number(rows[i].name, ms, rows[i].want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_records_have),
		cmocka_unit_test(reads_what_people_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
