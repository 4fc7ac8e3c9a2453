// SPDX-License-Identifier: BSD-2-Clause
/*
 * report_print.h - the forms in which a report is given.
 */
#ifndef CTL_REPORT_PRINT_H
#define CTL_REPORT_PRINT_H

#include "base/text.h"
#include "ctl/report_count.h"

enum {
	REPORT_TEXT_SIZE = 64 * 1024 * 1024, /* ceiling of either form */
	REPORT_TOP = 10                      /* rows of a figure for people */
};

/* For people; the figures are sorted.  What does not show is "?". */
void report_text(const struct report *r, struct text *out);

/* For programs: one JSON object, without a newline; all rows. */
void report_json(const struct report *r, struct text *out);

/*
 * Tells the report which rules the users have, of one user or, NULL, of all,
 * as the filter sees their folders.  0, or a code of sysexits(3) and what was
 * wrong is said.
 */
struct conf;
int report_rules(struct report *r, const struct conf *c, const char *user);

#endif
