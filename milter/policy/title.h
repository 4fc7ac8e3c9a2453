// SPDX-License-Identifier: BSD-2-Clause
/*
 * title.h - the words people put around their names.
 *
 * Pure; any thread.
 */
#ifndef POLICY_TITLE_H
#define POLICY_TITLE_H

#include <stdbool.h>

#include "base/view.h"

/* Whether the word in front of a name is a title: "Dr.", "Prof", "Dipl.-Ing."
 */
bool title_is_honorific(struct view word);

/*
 * Whether the word behind a name is a degree or certificate: "PhD", "M.B.A.".
 * Most are those words in capitals only ("MA", but not "Ma"), and only where
 * capitals stand out: the caller says so.  "P.Eng." counts with its points.
 */
bool title_is_credential(struct view word, bool capitals_stand_out);

/* Whether two words are one degree: "Ph. D.". */
bool title_is_parted(struct view words);

/*
 * Whether the word, behind a full name and a comma, can be nothing but a
 * certificate: 2 to TITLE_LETTERS capitals or digits, but not "III" or "JR".
 */
enum { TITLE_LETTERS = 5 };
bool title_may_be_credential(struct view word);

/* Whether a former or another name follows: "née", "geb.". */
bool title_is_former(struct view word);

/*
 * What East Asian names are followed by: whether it is the word, and the word
 * without it, where two characters are left.
 */
bool title_is_suffix(struct view word);
struct view title_without_suffix(struct view word);

/* Whether letters of word are small, or of a script without capitals. */
bool title_has_small(struct view word);

#endif
