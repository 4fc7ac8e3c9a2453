// SPDX-License-Identifier: BSD-2-Clause
/*
 * explain_words.h - sentences for the words of records.
 *
 * A word that is not known, as of another version, has none: NULL.
 */
#ifndef CTL_EXPLAIN_WORDS_H
#define CTL_EXPLAIN_WORDS_H

#include "base/view.h"

/* "claimed": who vouches for the message. */
const char *explain_trust(struct view level);

/* "no-rule": why the plan is what it is. */
const char *explain_reason(struct view why);

/* "name": how the person is known. */
const char *explain_known(struct view known);

/*
 * "user-off", "user-day-cap", "expired": why there is no answer, but for the
 * guards of policy/guards.h, which have words of their own.
 */
const char *explain_why(struct view why);

/* "cancelled": what became of an answer; "queued", "refused" too. */
const char *explain_state(struct view what);

#endif
