// SPDX-License-Identifier: BSD-2-Clause
/*
 * utf8.h - octets into characters, and text made fit to be shown.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

enum { UTF8_INVALID = 0xFFFD };

/*
 * The character at v.data[*at], which must be below v.size; *at moves behind
 * it.  An octet that begins no well-formed character (RFC 3629, section 4)
 * counts as U+FFFD and *at moves by one.
 */
uint32_t utf8_next(struct view v, size_t *at);

/* Appends one character; code points that are none become U+FFFD. */
void utf8_add(struct text *t, uint32_t c);

/* Whether all of it is well formed. */
bool utf8_valid(struct view v);

/* Appends v as well-formed UTF-8: each stray octet becomes U+FFFD. */
void utf8_add_clean(struct text *t, struct view v);

/*
 * Characters that show nothing, or nothing anybody agrees on: controls,
 * zero-width and direction marks, joiners, variation selectors, soft hyphen,
 * fillers, tags, private use, non-characters.
 */
bool utf8_is_hidden(uint32_t c);

/*
 * Appends at most max octets of v as one line a person may look at: well
 * formed, joiners and variation selectors left out (names in Persian or Hindi
 * and emoji have them), other hidden characters and line breaks as "?", a cut
 * shown as "...".  The only way for text from mail into a log line or onto a
 * terminal.
 */
void utf8_add_printable(struct text *t, struct view v, size_t max);

/* The longest prefix of at most max octets that splits no character. */
struct view utf8_prefix(struct view v, size_t max);

#endif
