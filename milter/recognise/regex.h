// SPDX-License-Identifier: BSD-2-Clause
/*
 * regex.h - patterns with ceilings (PCRE2).
 *
 * The one file that includes PCRE2.  A compiled pattern is read-only and
 * shared by all threads; what a match needs besides is a scratch, one for
 * each thread at a time.  Patterns see UTF-8; octets that are none never
 * match.  A match that hits a ceiling is an error of the pattern, not a
 * match and not a "no": callers count it and go on as if it were "no", or
 * stay silent where a match would have kept them from sending.
 */
#ifndef RECOGNISE_REGEX_H
#define RECOGNISE_REGEX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/view.h"

struct regex;
struct regex_scratch;

enum regex_author {
	REGEX_SHIPPED, /* packs: wider ceilings, compiled to machine code */
	REGEX_USER     /* personal rules: narrow ceilings, interpreted */
};

enum regex_flags {
	REGEX_NOCASE = 1 << 0,
	REGEX_LINES = 1 << 1 /* ^ and $ match at line ends too */
};

enum regex_result { REGEX_NO, REGEX_YES, REGEX_ERROR };

/*
 * Compiles; NULL and e ("offset 12: missing closing parenthesis") on failure:
 * syntax, a ceiling of limits.h, callouts, \C, or a leading verb "(*".  The
 * caller frees it.
 */
struct regex *regex_compile(struct view pattern, enum regex_author author,
    unsigned flags, struct err *e);
void regex_free(struct regex *r);

/* Names of the groups "(?<name>...)"; number from 1 to regex_groups(). */
size_t regex_groups(const struct regex *r);
const char *regex_group_name(const struct regex *r, size_t number);

/* NULL when there is no memory.  One match at a time. */
struct regex_scratch *regex_scratch_new(void);
void regex_scratch_free(struct regex_scratch *s);

/*
 * Looks for the pattern in subject at or behind octet from.  On REGEX_YES the
 * groups can be asked for until the next match with the same scratch.  Of a
 * subject longer than LIMIT_USER_TEXT_SIZE, REGEX_USER patterns see no more
 * than that; their search as a whole ends at LIMIT_USER_PATTERN_STEPS.
 */
enum regex_result regex_match(const struct regex *r, struct regex_scratch *s,
    struct view subject, size_t from);

/*
 * What group number matched (0: the whole), as a view into the subject; a
 * group that took no part gives a view whose data is NULL.
 */
struct view regex_group(const struct regex_scratch *s, size_t number);

/*
 * Octet behind the last match, for the next search; one character on where it
 * was empty, so that searching on always ends.
 */
size_t regex_end(const struct regex_scratch *s);

#endif
