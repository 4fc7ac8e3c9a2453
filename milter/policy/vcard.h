// SPDX-License-Identifier: BSD-2-Clause
/*
 * vcard.h - address books in vCard's form: 2.1, 3.0 (RFC 2426), 4.0 (RFC
 * 6350).
 *
 * Own code: libvformat, the one library for it in Debian that stands alone,
 * has been left alone since 2003 and knows nothing of 4.0; the others come with
 * a whole address book or desktop.  Pure; any thread.
 */
#ifndef POLICY_VCARD_H
#define POLICY_VCARD_H

#include "policy/contacts_file.h"

/* Whether bytes begin with a card. */
bool vcard_is(struct view bytes);

/*
 * Hands each card on as one row, whose line is that of its BEGIN: the name as
 * shown (FN), or else put together (N); all addresses (EMAIL); the first
 * profile at LinkedIn of URL, SOCIALPROFILE, X-SOCIALPROFILE and IMPP;
 * CATEGORIES as groups.  Text is read in the charset it names, else as UTF-8,
 * else as Windows-1252.
 *
 * A card is skipped that is a group, or names nobody; what is inside of a card
 * (AGENT) does not count.  Refused, with the line that is to blame: what
 * stands outside of cards, a card without its end, values that are too long or
 * too many, and what cannot be decoded.  Photos and the like may be as long as
 * they want.
 *
 * Returns 0, or -1 without memory or when on_row stopped.
 */
int vcard_read(struct view bytes, contacts_on_row *on_row, void *arg);

#endif
