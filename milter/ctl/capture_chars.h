// SPDX-License-Identifier: BSD-2-Clause
/*
 * capture_chars.h - characters in the places where a mail has them, and others
 * that fit into the same places.
 *
 * A place is a character's octets, its reference in HTML ("&#233;") or its
 * escape in a link ("%C3%A9", also "%25C3%25A9"), whatever the text is:
 * nobody knows what a reader makes of it.  What is put there instead has as
 * many octets and is of the same kind: capital, small or other letter, mark,
 * digit, and of the same script where that has enough of them.
 */
#ifndef CTL_CAPTURE_CHARS_H
#define CTL_CAPTURE_CHARS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/view.h"

/* How octets are read. */
enum capture_coding {
	CAPTURE_UTF8,
	CAPTURE_OCTETS, /* each is the character that a table says */
	CAPTURE_OPAQUE  /* who knows */
};

struct capture_charset {
	enum capture_coding coding;
	uint32_t table[256]; /* CAPTURE_OCTETS only; 0: no character */
};

/* What text in the charset of that name is; without a name, by the text. */
void capture_charset_find(struct capture_charset *cs, struct view name,
    struct view text);

enum capture_form {
	CAPTURE_PLAIN,  /* its octets */
	CAPTURE_STRAY,  /* an octet that is none */
	CAPTURE_NUMBER, /* "&#233;" */
	CAPTURE_HEX,    /* "&#xE9;" */
	CAPTURE_NAME,   /* "&eacute;" */
	CAPTURE_ESCAPE  /* "%C3%A9" */
};

struct capture_char {
	uint32_t c;
	uint32_t at;        /* octet of the text */
	unsigned char size; /* octets of the place */
	unsigned char form;
};

/*
 * All of text's characters, in order: *count of them in memory for the caller
 * to free; NULL where there is none of it.  text is below 4 GiB.
 */
struct capture_char *capture_chars_read(const struct capture_charset *cs,
    struct view text, size_t *count);

/* Letters, marks, digits, and signs that are read as these. */
bool capture_is_word(uint32_t c);

/*
 * A character of the same kind that fits, chosen by number; it may be the same
 * one.  Fit for nothing else: c where there is no other.
 */
uint32_t capture_char_choose(const struct capture_charset *cs,
    const struct capture_char *old, const char *data, uint64_t number);

/* Puts c, which was chosen so, into its place in data. */
void capture_char_put(const struct capture_charset *cs,
    const struct capture_char *old, uint32_t c, char *data);

#endif
