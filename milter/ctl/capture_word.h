// SPDX-License-Identifier: BSD-2-Clause
/*
 * capture_word.h - one word replaced by another, by a key.
 *
 * What it becomes depends on the key and the folded word only, character by
 * character; it is neither a word that may stay nor one of the message.
 */
#ifndef CTL_CAPTURE_WORD_H
#define CTL_CAPTURE_WORD_H

#include "base/text.h"
#include "ctl/capture_text.h"

enum {
	CAPTURE_WORD_SIZE = 4096,
	CAPTURE_WORD_CHARS = 256 /* compared; what is behind counts as well,
				    but is no part of what tells two apart */
};

/* Characters of a text, and the text. */
struct capture_word {
	const struct capture_charset *cs;
	const struct capture_char *chars;
	size_t count;
	char *data;
};

/* Appends what it is compared by. */
void capture_word_fold(const struct capture_word *w, struct text *out);

bool capture_word_is_number(const struct capture_word *w);

/* Of a long number, which has a time in it, and of a year the begin stays. */
void capture_word_replace(struct capture *c, const struct capture_word *w,
    struct view folded);

/* Two digits. */
void capture_word_replace_below_60(struct capture *c,
    const struct capture_word *w);

#endif
