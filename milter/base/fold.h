// SPDX-License-Identifier: BSD-2-Clause
/*
 * fold.h - text brought into the form in which it is compared.
 *
 * Case, accents, ligatures and the letters that Unicode does not decompose
 * fold together; scripts do not: a Cyrillic letter never equals the Latin one
 * it looks like, since transliteration would make look-alikes equal.  The one
 * file that includes utf8proc.  Any thread.
 */
#ifndef BASE_FOLD_H
#define BASE_FOLD_H

#include <stdint.h>

#include "base/text.h"

/*
 * Appends v folded: Unicode case folding after compatibility decomposition
 * (UAX 15, NFKD), accents and the vowel points of Hebrew and Arabic dropped,
 * hidden characters too, l with stroke, o with stroke, sharp s and their like
 * as plain letters, small capitals likewise, teh marbuta and alef maksura as
 * heh and yeh, Persian letters as the Arabic ones they are, apostrophes, quotes
 * and hyphens straight, runs of blanks as one space with none at the ends.
 * Folding twice changes nothing.  Failure shows in text_ok(out) alone.
 */
void fold_add(struct text *out, struct view v);

/* Whether c is a letter, or a mark on one (UAX 44, categories L and M). */
bool fold_is_letter(uint32_t c);

/* Whether c is a small letter (category Ll); many scripts have none. */
bool fold_is_small(uint32_t c);

/* Whether c is a capital one (Lu, Lt). */
bool fold_is_capital(uint32_t c);

/* Whether c is a mark, which belongs to the letter before it (category M). */
bool fold_is_mark(uint32_t c);

/* Whether c is part of a word: a letter, a mark or a digit (L, M and N). */
bool fold_is_word(uint32_t c);

/* Whether the two are the same text once folded; false without memory. */
bool fold_equal(struct view a, struct view b);

#endif
