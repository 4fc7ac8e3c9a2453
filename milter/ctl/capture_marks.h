// SPDX-License-Identifier: BSD-2-Clause
/*
 * capture_marks.h - what of a text is an address, or leads to a person.
 */
#ifndef CTL_CAPTURE_MARKS_H
#define CTL_CAPTURE_MARKS_H

#include "ctl/capture_text.h"

enum capture_mark {
	CAPTURE_PERSON = 1 << 0, /* replaced, whatever the word is */
	CAPTURE_LINK = 1 << 1    /* part of an address of the web */
};

/*
 * Sets the marks, one for each of the characters: the local part of mail
 * addresses that are none of the network's, domains where people of the mail
 * are at home, what stands in a path behind one of c->paths.  Escapes and
 * references are undone in chars, so that an address in another one's
 * parameter is seen as well.  Counts addresses and links.
 */
void capture_marks_set(struct capture *c, const struct capture_char *chars,
    size_t count, unsigned flags, unsigned char *mark);

#endif
