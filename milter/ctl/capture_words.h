// SPDX-License-Identifier: BSD-2-Clause
/*
 * capture_words.h - sets of words, for "rsvpctl capture".
 *
 * A word is a run of letters, marks and digits (fold.h); a set has them
 * folded, so that neither case nor accents matter.
 */
#ifndef CTL_CAPTURE_WORDS_H
#define CTL_CAPTURE_WORDS_H

#include <stdbool.h>

#include "base/pool.h"

/* Zeroed it is empty, once pool is set; the words live there. */
struct capture_words {
	struct pool *pool; /* borrowed; what did not fit shows in pool_ok() */
	struct view *word; /* the first "sorted" of them are in order */
	size_t count, sorted, room;
};

/* Adds one word, folded already, and every word of a text. */
void capture_words_add(struct capture_words *w, struct view folded);
void capture_words_add_text(struct capture_words *w, struct view text);

/*
 * Adds the words that a pattern (PCRE2) asks for as they stand: what is no
 * escape, no class, no number of times, no option and no name of a group.
 */
void capture_words_add_pattern(struct capture_words *w, struct view pattern);

/* To be called once after the last word was added, before the first look. */
void capture_words_sort(struct capture_words *w);

bool capture_words_have(const struct capture_words *w, struct view folded);

#endif
