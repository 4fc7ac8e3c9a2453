// SPDX-License-Identifier: BSD-2-Clause
/*
 * moment.c - moments as records and people write them.
 */
#include "base/moment.h"

#include <stdbool.h>
#include <time.h>

enum { MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

/* What is still to be read. */
struct cursor {
	struct view rest;
};

static bool
take_byte(struct cursor *c, const char *bytes)
{
	for (; *bytes != '\0' && c->rest.size > 0; bytes++)
		if (c->rest.data[0] == *bytes) {
			c->rest = view_part(c->rest, 1, VIEW_NONE);
			return true;
		}
	return false;
}

/* So many digits, no fewer. */
static bool
take_digits(struct cursor *c, size_t count, int *number)
{
	*number = 0;
	if (c->rest.size < count)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!byte_is_digit(c->rest.data[i]))
			return false;
		*number = *number * 10 + (c->rest.data[i] - '0');
	}
	c->rest = view_part(c->rest, count, VIEW_NONE);
	return true;
}

static bool
is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int
days_of_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };

	return days[month - 1] + (month == 2 && is_leap(year));
}

static bool
take_date(struct cursor *c, struct tm *tm)
{
	int year, month, day;

	if (!take_digits(c, 4, &year) || !take_byte(c, "-") ||
	    !take_digits(c, 2, &month) || !take_byte(c, "-") ||
	    !take_digits(c, 2, &day) || year < 1 || month < 1 || month > 12 ||
	    day < 1 || day > days_of_month(year, month))
		return false;
	tm->tm_year = year - 1900;
	tm->tm_mon = month - 1;
	tm->tm_mday = day;
	return true;
}

/* Milliseconds of a fraction, if there is one. */
static bool
take_fraction(struct cursor *c, int *ms)
{
	int digit, weight = 100;

	*ms = 0;
	if (!take_byte(c, "."))
		return true;
	if (!take_digits(c, 1, &digit))
		return false;
	do {
		*ms += digit * weight;
		weight /= 10;
	} while (take_digits(c, 1, &digit));
	return true;
}

/* With seconds or, for people, without. */
static bool
take_time(struct cursor *c, struct tm *tm, int *ms, bool seconds)
{
	*ms = 0;
	if (!take_digits(c, 2, &tm->tm_hour) || !take_byte(c, ":") ||
	    !take_digits(c, 2, &tm->tm_min) || tm->tm_hour > 23 ||
	    tm->tm_min > 59)
		return false;
	if (!take_byte(c, ":"))
		return !seconds;
	return take_digits(c, 2, &tm->tm_sec) && tm->tm_sec <= 60 &&
	    take_fraction(c, ms);
}

/* Seconds east of Greenwich. */
static bool
take_zone(struct cursor *c, int *east)
{
	int hours, minutes, sign = 1;

	*east = 0;
	if (take_byte(c, "Zz"))
		return true;
	if (take_byte(c, "-"))
		sign = -1;
	else if (!take_byte(c, "+"))
		return false;
	if (!take_digits(c, 2, &hours) || !take_byte(c, ":") ||
	    !take_digits(c, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	*east = sign * (hours * HOUR + minutes * MINUTE);
	return true;
}

int
moment_parse_iso(struct view v, int64_t *ms)
{
	struct cursor c = { v };
	struct tm tm = { 0 };
	int thousandths, east;

	if (!take_date(&c, &tm) || !take_byte(&c, "Tt ") ||
	    !take_time(&c, &tm, &thousandths, true) || !take_zone(&c, &east) ||
	    c.rest.size > 0)
		return -1;
	*ms = ((int64_t)timegm(&tm) - east) * 1000 + thousandths;
	return 0;
}

static int64_t
local_ms(struct tm *tm)
{
	tm->tm_isdst = -1;
	return (int64_t)mktime(tm) * 1000;
}

/* When the day of now began, or one so many days before. */
static int
day_begin(int64_t now_ms, int days_ago, int64_t *ms)
{
	time_t now = (time_t)(now_ms / 1000);
	struct tm tm;

	if (localtime_r(&now, &tm) == NULL)
		return -1;
	tm.tm_mday -= days_ago;
	tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
	*ms = local_ms(&tm);
	return 0;
}

/* "7d" */
static int
parse_ago(struct view v, int64_t now_ms, int64_t *ms)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = { { 's', 1 }, { 'm', MINUTE }, { 'h', HOUR }, { 'd', DAY },
		{ 'w', 7 * DAY } };
	const unsigned long long most = 10000000000; /* 300 years */
	unsigned long long count;

	if (v.size < 2 ||
	    view_number(view_part(v, 0, v.size - 1), most, &count) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (v.data[v.size - 1] == units[i].unit) {
			if (count > most / (unsigned long long)units[i].seconds)
				return -1;
			*ms = now_ms - (int64_t)count * units[i].seconds * 1000;
			return 0;
		}
	return -1;
}

/* A date, with a time or without, where we are. */
static int
parse_local(struct view v, int64_t *ms)
{
	struct cursor c = { v };
	struct tm tm = { 0 };
	int thousandths = 0;

	if (!take_date(&c, &tm) ||
	    (take_byte(&c, "Tt ") &&
		!take_time(&c, &tm, &thousandths, false)) ||
	    c.rest.size > 0)
		return -1;
	*ms = local_ms(&tm) + thousandths;
	return 0;
}

int
moment_parse(struct view v, int64_t now_ms, int64_t *ms)
{
	v = view_trim(v);
	if (view_equal(v, VIEW("now"))) {
		*ms = now_ms;
		return 0;
	}
	if (view_equal(v, VIEW("today")))
		return day_begin(now_ms, 0, ms);
	if (view_equal(v, VIEW("yesterday")))
		return day_begin(now_ms, 1, ms);
	if (parse_ago(v, now_ms, ms) == 0 || moment_parse_iso(v, ms) == 0)
		return 0;
	return parse_local(v, ms);
}
