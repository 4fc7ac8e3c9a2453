// SPDX-License-Identifier: BSD-2-Clause
#include "mail/date.h"

#include "base/clock.h"
#include "t.h"

static void
dates_of_mail_are_read(void **state)
{
	static const struct {
		const char *date, *want;
	} rows[] = {
		{ "Mon, 23 Nov 2026 10:00:00 +0000",
		    "2026-11-23T10:00:00.000Z" },
		{ "Mon, 23 Nov 2026 10:00:00 +0000 (UTC)",
		    "2026-11-23T10:00:00.000Z" },
		{ "Mon, 23 Nov 2026 11:30:00 +0130",
		    "2026-11-23T10:00:00.000Z" },
		{ "Sun, 22 Nov 2026 23:00:00 -0800",
		    "2026-11-23T07:00:00.000Z" },
		{ "23 Nov 2026 10:00 GMT", "2026-11-23T10:00:00.000Z" },
		{ "mon, 3 nov 2026 10:00:00 ut", "2026-11-03T10:00:00.000Z" },
		{ "  Mon,  23  Nov\t2026 10:00:00   -0000  ",
		    "2026-11-23T10:00:00.000Z" },
		{ "Thu, 29 Feb 2024 23:59:59 +0000",
		    "2024-02-29T23:59:59.000Z" },
		{ "Tue, 29 Feb 2000 00:00:00 +0000",
		    "2000-02-29T00:00:00.000Z" },
		{ "Sat, 31 Dec 2016 23:59:60 +0000",
		    "2017-01-01T00:00:00.000Z" },
		{ "1 Jan 1970 00:00:00 +0000", "1970-01-01T00:00:00.000Z" },
		{ "31 Dec 9999 23:59:59 +0000", "9999-12-31T23:59:59.000Z" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view v = exact_string(rows[i].date);
		char text[CLOCK_ISO_SIZE];
		int64_t ms;

		check_number(rows[i].date, date_parse(v, &ms), 0);
		clock_iso(ms, text);
		check_string(rows[i].date, text, rows[i].want);
		exact_free(v);
	}
}

static void
what_is_no_date_is_refused(void **state)
{
	static const char *const rows[] = { "", " ", "Mon,", "yesterday",
		"Mon 23 Nov 2026 10:00:00 +0000",
		"Abc, 23 Nov 2026 10:00:00 +0000",
		"Mon, 0 Nov 2026 10:00:00 +0000",
		"Mon, 31 Nov 2026 10:00:00 +0000",
		"Sun, 29 Feb 2026 10:00:00 +0000",
		"Mon, 29 Feb 2100 10:00:00 +0000",
		"Mon, 123 Nov 2026 10:00:00 +0000",
		"Mon, -1 Nov 2026 10:00:00 +0000",
		"Mon, 23 November 2026 10:00:00 +0000",
		"Mon, 23 Xyz 2026 10:00:00 +0000",
		"Mon, 23 Nov 26 10:00:00 +0000",
		"Mon, 23 Nov 20260 10:00:00 +0000",
		"Mon, 23 Nov 1969 10:00:00 +0000", "Mon, 23 Nov 2026",
		"Mon, 23 Nov 2026 10:00:00", "Mon, 23 Nov 2026 1:00:00 +0000",
		"Mon, 23 Nov 2026 24:00:00 +0000",
		"Mon, 23 Nov 2026 10:60:00 +0000",
		"Mon, 23 Nov 2026 10:00:61 +0000",
		"Mon, 23 Nov 2026 10.00.00 +0000",
		"Mon, 23 Nov 2026 10:00.00 +0000",
		"Mon, 23 Nov 2026 10:00:00 0000",
		"Mon, 23 Nov 2026 10:00:00 +000",
		"Mon, 23 Nov 2026 10:00:00 +00:00",
		"Mon, 23 Nov 2026 10:00:00 +2400",
		"Mon, 23 Nov 2026 10:00:00 +0060",
		"Mon, 23 Nov 2026 10:00:00 XYZ",
		"Mon, 23 Nov 2026 10:00:00 +0000 UTC",
		"Mon, 23 Nov 2026 10:00:00 +0000 (UTC",
		"Mon, 23 Nov 2026 10:00:00 +0000 (UTC) x",
		"(UTC) Mon, 23 Nov 2026 10:00:00 +0000",
		"Mon, 23 Nov 2026 1\xC2\xB2:00:00 +0000" };

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view v = exact_string(rows[i]);
		int64_t ms = 77;

		check_number(rows[i], date_parse(v, &ms), -1);
		check_number(rows[i], ms, 77);
		exact_free(v);
	}
}

static void
every_day_of_a_century_is_one_later(void **state)
{
	const int64_t day_ms = (int64_t)24 * 60 * 60 * 1000;
	char text[CLOCK_ISO_SIZE];

	(void)state;
	for (int64_t day = 0; day < 36525 + 18262; day++) {
		int64_t ms;

		clock_rfc5322(day * day_ms, text);
		assert_int_equal(date_parse(view_of(text), &ms), 0);
		assert_true(ms == day * day_ms);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_of_mail_are_read),
		cmocka_unit_test(what_is_no_date_is_refused),
		cmocka_unit_test(every_day_of_a_century_is_one_later),
	};

	return cmocka_run_group_tests_name("date", tests, NULL, NULL);
}
