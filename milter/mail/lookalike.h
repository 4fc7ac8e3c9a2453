// SPDX-License-Identifier: BSD-2-Clause
/*
 * lookalike.h - whether a domain or a name was made to be taken for another.
 *
 * Compared are skeletons: letters that look alike are one letter (UTS 39,
 * section 4, cut down to what a name in ASCII can be imitated with).  A
 * skeleton is good for this question and no other: nothing is ever looked up,
 * shown or believed by one, since two different names may share it.
 *
 * The name is small letters and digits of ASCII, at most LOOKALIKE_NAME.
 * Pure; any thread.  Memory is asked for only where letters are not ASCII;
 * without it such a letter is like no other.
 */
#ifndef MAIL_LOOKALIKE_H
#define MAIL_LOOKALIKE_H

#include <stdbool.h>

#include "base/text.h"

enum { LOOKALIKE_NAME_LEAST = 4, LOOKALIKE_NAME = 32 };

/* The later, the stronger. */
enum lookalike {
	LOOKALIKE_NO,
	LOOKALIKE_PART,   /* within a label: notlinkedin, linkedin-mail */
	LOOKALIKE_NEAR,   /* one letter more, less, other or swapped, or a
			     hyphen in it; names of 6 letters and more */
	LOOKALIKE_LABEL,  /* a whole label: linkedin.com.evil.example */
	LOOKALIKE_LETTERS /* in a label, with other letters that look so */
};

/* The strongest of its labels; "xn--" is decoded, UTF-8 is read as well. */
enum lookalike lookalike_domain(struct view domain, struct view name);

/*
 * Whether any word of the text is or looks like the name, or any label of a
 * domain in it does, a display name with gaps ("Linked In") included.  The
 * cheap question: at most LIMIT_LOOKALIKE octets are read.
 */
bool lookalike_in_text(struct view text, struct view name);

/*
 * Appends text with each word that looks like the name, gaps in it or not,
 * written as the name: "L1nkedln Security" gives "linkedin Security", and so
 * does "Linked(a comment)In Security".
 */
void lookalike_add_plain(struct text *out, struct view text, struct view name);

#endif
