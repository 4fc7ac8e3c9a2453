// SPDX-License-Identifier: BSD-2-Clause
/*
 * moment.h - moments as records and people write them.
 */
#ifndef BASE_MOMENT_H
#define BASE_MOMENT_H

#include <stdint.h>

#include "base/view.h"

/*
 * A date and time with its zone, "2026-11-23T10:00:00.123Z" (RFC 3339, 5.6; a
 * blank for the T will do), as milliseconds since 1970.  Digits past the third
 * of a fraction are dropped; a leap second is the one after it.  0, or -1.
 * Any thread.
 */
int moment_parse_iso(struct view v, int64_t *ms);

/*
 * What a person may say of a moment before now_ms, or after it:
 *
 *	now, today, yesterday       a day is when it begins
 *	45s 30m 2h 7d 4w            so long ago
 *	2026-11-23                  the day, the minute or the second, where we
 *	2026-11-23 10:00[:00]       are (TZ)
 *	2026-11-23T10:00:00.123Z    as above
 *
 * 0, or -1.  Times that a change of the clock leaves out are taken for one
 * beside them.  Any thread, while nobody changes TZ.
 */
int moment_parse(struct view v, int64_t now_ms, int64_t *ms);

#endif
