// SPDX-License-Identifier: BSD-2-Clause
/*
 * clock.c - the time, passed in.
 */
#include "base/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define DAY_MS INT64_C(86400000)

static int64_t
read_clock(clockid_t id, int64_t per_second)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * per_second +
	    (int64_t)now.tv_nsec * per_second / 1000000000;
}

static int64_t
system_wall_ms(void *arg)
{
	(void)arg;
	return read_clock(CLOCK_REALTIME, 1000);
}

static int64_t
system_steady_us(void *arg)
{
	(void)arg;
	return read_clock(CLOCK_MONOTONIC, 1000000);
}

const struct clock clock_system = { system_wall_ms, system_steady_us, NULL };

int64_t
clock_wall_ms(const struct clock *c)
{
	return c->wall_ms(c->arg);
}

int64_t
clock_steady_us(const struct clock *c)
{
	return c->steady_us(c->arg);
}

struct timespec
clock_after(unsigned ms)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += ms / 1000;
	t.tv_nsec += (long)(ms % 1000) * 1000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	return t;
}

/* Breaks the time down; 0, or -1 for years that have no four digits. */
static int
break_down(int64_t wall_ms, struct tm *tm, int *ms)
{
	int64_t seconds = wall_ms / 1000;
	time_t t;

	*ms = (int)(wall_ms % 1000);
	if (*ms < 0) {
		*ms += 1000;
		seconds--;
	}
	t = (time_t)seconds;
	if (gmtime_r(&t, tm) == NULL || tm->tm_year < 1 - 1900 ||
	    tm->tm_year > 9999 - 1900)
		return -1;
	return 0;
}

void
clock_iso(int64_t wall_ms, char text[CLOCK_ISO_SIZE])
{
	struct tm tm;
	int ms;

	if (break_down(wall_ms, &tm, &ms) < 0) {
		strcpy(text, "-");
		return;
	}
	snprintf(text, CLOCK_ISO_SIZE, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ",
	    (unsigned)(tm.tm_year + 1900) % 10000, (unsigned)tm.tm_mon % 12 + 1,
	    (unsigned)tm.tm_mday % 32, (unsigned)tm.tm_hour % 24,
	    (unsigned)tm.tm_min % 60, (unsigned)tm.tm_sec % 61,
	    (unsigned)ms % 1000);
}

void
clock_rfc5322(int64_t wall_ms, char text[CLOCK_ISO_SIZE])
{
	static const char days[7][4] = { "Sun", "Mon", "Tue", "Wed", "Thu",
		"Fri", "Sat" };
	static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May",
		"Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct tm tm;
	int ms;

	if (break_down(wall_ms, &tm, &ms) < 0) {
		strcpy(text, "-");
		return;
	}
	snprintf(text, CLOCK_ISO_SIZE, "%s, %u %s %04u %02u:%02u:%02u +0000",
	    days[tm.tm_wday % 7], (unsigned)tm.tm_mday % 32,
	    months[tm.tm_mon % 12], (unsigned)(tm.tm_year + 1900) % 10000,
	    (unsigned)tm.tm_hour % 24, (unsigned)tm.tm_min % 60,
	    (unsigned)tm.tm_sec % 61);
}

int64_t
clock_next_local(int64_t wall_ms, int minute)
{
	time_t now = (time_t)(wall_ms / 1000), next;
	struct tm today, at;

	if (localtime_r(&now, &today) == NULL)
		return wall_ms + DAY_MS;
	for (int days = 0; days < 2; days++) {
		at = today;
		at.tm_mday += days;
		at.tm_hour = minute / 60;
		at.tm_min = minute % 60;
		at.tm_sec = 0;
		at.tm_isdst = -1; /* to be found out */
		next = mktime(&at);
		if (next != (time_t)-1 && next > now)
			return (int64_t)next * 1000;
	}
	return wall_ms + DAY_MS;
}
