// SPDX-License-Identifier: BSD-2-Clause
/*
 * name.h - people's names in the form in which they are looked up.
 *
 * Display names are chosen by the sender, so a match may only make us do
 * less, never more.  Pure; any thread.
 */
#ifndef POLICY_NAME_H
#define POLICY_NAME_H

#include "base/text.h"

/*
 * Appends the key of a name: folded (fold.h), " via LinkedIn" and its like,
 * brackets, emoji, leading honorifics and trailing credentials ("Dr.",
 * ", PhD"), former names ("née Roe") and what follows a bar taken off, "Last,
 * First" turned, and the words sorted, so that order does not count: "Nuñez,
 * José Ángel" and "Jose Angel NUÑEZ" share one.  Ideographs and syllables of
 * Hangul stay in their order, but it does not count which of them was first:
 * family and given name may change places, and nothing within them may.
 * Nothing left: appends nothing.  What is to match and what is not, and why:
 * tests/unit/policy/names.txt.
 */
void name_key(struct view name, struct text *key);

/* Number of words of a key. */
size_t name_words(struct view key);

/*
 * A given name fit for an answer in the user's name: the first word of name,
 * letters, marks, hyphen and apostrophe only, at most LIMIT_GIVEN_NAME_SIZE
 * characters.  Appends nothing when it is not clean ("Dr.", "A.", "Sales4U").
 */
void name_given(struct view name, struct text *given);

#endif
