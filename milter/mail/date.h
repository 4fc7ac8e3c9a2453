// SPDX-License-Identifier: BSD-2-Clause
/*
 * date.h - the Date field of a mail, read strictly.
 *
 * Pure; any thread.
 */
#ifndef MAIL_DATE_H
#define MAIL_DATE_H

#include <stdint.h>

#include "base/view.h"

/*
 * Reads "Mon, 23 Nov 2026 10:00:00 +0100 (CET)" (RFC 5322, 3.3): the day of
 * the week, the seconds and the comment may be missing, the zone may be "GMT"
 * or "UT".  Returns 0 and milliseconds since 1970, UTC, or -1.
 */
int date_parse(struct view value, int64_t *ms);

#endif
