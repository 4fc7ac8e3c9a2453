// SPDX-License-Identifier: BSD-2-Clause
/*
 * clock.h - the time, passed in.
 *
 * Nothing but this module asks the system; tests own their time.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

struct clock {
	int64_t (*wall_ms)(void *arg);   /* milliseconds since 1970, UTC */
	int64_t (*steady_us)(void *arg); /* microseconds, never back */
	void *arg;
};

/* The system's clocks (CLOCK_REALTIME, CLOCK_MONOTONIC).  Any thread. */
extern const struct clock clock_system;

int64_t clock_wall_ms(const struct clock *c);
int64_t clock_steady_us(const struct clock *c);

/*
 * The system's CLOCK_MONOTONIC, so many milliseconds from now: the end of a
 * pthread_cond_timedwait(3) by that clock.
 */
struct timespec clock_after(unsigned ms);

enum { CLOCK_ISO_SIZE = 32 };

/*
 * "2026-11-23T10:00:00.123Z" (RFC 3339, UTC).  Times outside the years 1 to
 * 9999 give "-".
 */
void clock_iso(int64_t wall_ms, char text[CLOCK_ISO_SIZE]);

/* "Mon, 23 Nov 2026 10:00:00 +0000" (RFC 5322, 3.3), English in any locale. */
void clock_rfc5322(int64_t wall_ms, char text[CLOCK_ISO_SIZE]);

/*
 * The next time after wall_ms when it is that minute of the day (0 to 1439)
 * where we are (TZ).  One that a change of the clock leaves out comes a while
 * before or after.
 */
int64_t clock_next_local(int64_t wall_ms, int minute);

#endif
