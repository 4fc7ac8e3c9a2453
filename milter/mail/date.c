// SPDX-License-Identifier: BSD-2-Clause
/*
 * date.c - the Date field of a mail, read strictly.
 */
#include "mail/date.h"

#include <stdbool.h>

/*
 * Cuts the next word off *rest; empty at the end, and before the comment that
 * may stand there.
 */
static struct view
next_word(struct view *rest)
{
	struct view v = view_trim(*rest), word;
	size_t size = 0;

	if (view_starts_nocase(v, VIEW("(")) && view_ends_nocase(v, VIEW(")")))
		v.size = 0;
	while (size < v.size && v.data[size] != ' ' && v.data[size] != '\t')
		size++;
	word = view_part(v, 0, size);
	*rest = view_part(v, size, VIEW_NONE);
	return word;
}

/* Digits only, least to most of them, at most max. */
static bool
read_number(struct view v, size_t least, size_t most, unsigned max,
    unsigned *number)
{
	unsigned long long n;

	if (v.size < least || v.size > most || view_number(v, max, &n) < 0)
		return false;
	*number = (unsigned)n;
	return true;
}

/* Three letters out of "JanFebMar...", as 0 and up; or false. */
static bool
read_name(struct view v, struct view names, unsigned *index)
{
	for (unsigned i = 0; i * 3 < names.size; i++)
		if (view_equal_nocase(v, view_part(names, i * 3, 3))) {
			*index = i;
			return true;
		}
	return false;
}

/* "10:00" or "10:00:59", and a leap second. */
static bool
read_time(struct view v, unsigned *seconds)
{
	unsigned hour, minute, second = 0;

	if ((v.size != 5 && v.size != 8) || v.data[2] != ':' ||
	    (v.size == 8 && v.data[5] != ':') ||
	    !read_number(view_part(v, 0, 2), 2, 2, 23, &hour) ||
	    !read_number(view_part(v, 3, 2), 2, 2, 59, &minute) ||
	    (v.size == 8 &&
		!read_number(view_part(v, 6, 2), 2, 2, 60, &second)))
		return false;
	*seconds = (hour * 60 + minute) * 60 + second;
	return true;
}

/* Seconds east of Greenwich. */
static bool
read_zone(struct view v, int *seconds)
{
	unsigned hour, minute;

	*seconds = 0;
	if (view_equal_nocase(v, VIEW("GMT")) ||
	    view_equal_nocase(v, VIEW("UT")))
		return true;
	if (v.size != 5 || (v.data[0] != '+' && v.data[0] != '-') ||
	    !read_number(view_part(v, 1, 2), 2, 2, 23, &hour) ||
	    !read_number(view_part(v, 3, 2), 2, 2, 59, &minute))
		return false;
	*seconds = (int)(hour * 60 + minute) * 60;
	if (v.data[0] == '-')
		*seconds = -*seconds;
	return true;
}

static bool
is_leap(unsigned year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static unsigned
days_of_month(unsigned year, unsigned month)
{
	static const unsigned char days[] = { 31, 28, 31, 30, 31, 30, 31, 31,
		30, 31, 30, 31 };

	return month == 1 && is_leap(year) ? 29 : days[month];
}

/* From 1 January 1970 on; month from 0, day from 1. */
static int64_t
days_since_1970(unsigned year, unsigned month, unsigned day)
{
	int64_t days = day - 1;

	for (unsigned m = 0; m < month; m++)
		days += days_of_month(year, m);
	for (unsigned y = 1970; y < year; y++)
		days += is_leap(y) ? 366 : 365;
	return days;
}

int
date_parse(struct view value, int64_t *ms)
{
	const struct view months = VIEW("JanFebMarAprMayJunJulAugSepOctNovDec");
	const struct view weekdays = VIEW("MonTueWedThuFriSatSun");
	struct view rest = value, word = next_word(&rest);
	unsigned ignored, day, month, year, seconds;
	int zone;

	if (word.size == 4 && word.data[3] == ',') {
		if (!read_name(view_part(word, 0, 3), weekdays, &ignored))
			return -1;
		word = next_word(&rest);
	}
	if (!read_number(word, 1, 2, 31, &day) || day == 0 ||
	    !read_name(next_word(&rest), months, &month) ||
	    !read_number(next_word(&rest), 4, 4, 9999, &year) || year < 1970 ||
	    day > days_of_month(year, month) ||
	    !read_time(next_word(&rest), &seconds) ||
	    !read_zone(next_word(&rest), &zone) || next_word(&rest).size > 0)
		return -1;
	*ms = ((days_since_1970(year, month, day) * 24 * 60 * 60) + seconds -
		  zone) *
	    1000;
	return 0;
}
