// SPDX-License-Identifier: BSD-2-Clause
/*
 * token.c - what an MTA says, without the token of an answer's address.
 */
#include "effects/token.h"

static bool
is_alphanumeric(struct view v, size_t at)
{
	return at < v.size &&
	    (byte_is_letter(v.data[at]) || byte_is_digit(v.data[at]));
}

/* Whether that word stands at that place, in whatever case. */
static bool
is_word_at(struct view line, size_t at, struct view word)
{
	return view_starts_nocase(view_part(line, at, line.size), word) &&
	    !is_alphanumeric(line, at + word.size) &&
	    (at == 0 || !is_alphanumeric(line, at - 1));
}

void
token_mask(struct view line, struct view token, struct text *out)
{
	for (size_t at = 0; at < line.size;) {
		if (is_word_at(line, at, token)) {
			text_add_string(out, "...");
			at += token.size;
		} else {
			text_add_byte(out, line.data[at++]);
		}
	}
}
