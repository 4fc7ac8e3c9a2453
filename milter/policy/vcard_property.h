// SPDX-License-Identifier: BSD-2-Clause
/*
 * vcard_property.h - the properties of vCards: unfolded, taken apart, decoded.
 *
 * Of vcard.c alone.  Pure; any thread.
 */
#ifndef POLICY_VCARD_PROPERTY_H
#define POLICY_VCARD_PROPERTY_H

#include <stdbool.h>

#include "base/text.h"

#define VCARD_BEGIN "BEGIN:VCARD"
#define VCARD_END "END:VCARD"

/* A file on its way through vcard_lines_next(). */
struct vcard_lines {
	struct view rest;  /* in: the file */
	bool keeps_blanks; /* in: 2.1: a folded line's first blank counts */
	int line;          /* the last one that was read */
	int first;         /* the first one of this property */
	struct text text;  /* the property, unfolded, as far as it fits */
	bool too_long;     /* more of it than that */
};

/*
 * Unfolds the next property: lines that begin with a blank, and behind a "="
 * of quoted-printable any line but a card's bounds.  False at the end.
 */
bool vcard_lines_next(struct vcard_lines *l);

/* One property, taken apart; all of it borrowed. */
struct vcard_property {
	struct view name; /* without "item1." */
	struct view value;
	bool quoted_printable, base64;
	struct view charset; /* or empty */
};

/* False when text has no colon. */
bool vcard_property_parse(struct view text, struct vcard_property *p);

/*
 * The value in UTF-8, with its escapes; it lies in one of the texts, which are
 * overwritten, or where it came from.  -1 when it is base64 that is none.
 */
int vcard_property_decode(const struct vcard_property *p, struct text *octets,
    struct text *utf8, struct view *value);

#endif
