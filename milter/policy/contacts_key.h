// SPDX-License-Identifier: BSD-2-Clause
/*
 * contacts_key.h - what people are looked up by, in one form.
 *
 * Of contacts.c, and of what people are counted by.  Each replaces what is in
 * key; it is empty when v is nothing that can be looked up.  Failure (no
 * memory, the text's ceiling) shows in text_ok(key) alone.  Pure; any thread.
 */
#ifndef POLICY_CONTACTS_KEY_H
#define POLICY_CONTACTS_KEY_H

#include "base/text.h"

/* name_key(), of names of two words or more. */
void contacts_key_name(struct view v, struct text *key);

/* An address, in small letters; angle brackets around it do not count. */
void contacts_key_email(struct view v, struct text *key);

/*
 * The slug of a profile, in small letters and with %XX decoded, of an address
 * of any shape with "/in/SLUG" in it, or of the slug alone.
 */
void contacts_key_profile(struct view v, struct text *key);

/*
 * A label of an address book as the word that a group is: blanks, what is
 * not seen and "@", "#", ",", ";" become hyphens, what is longer than
 * LIMIT_CONTACT_GROUP_SIZE is cut. "Book club" is "Book-club".
 */
void contacts_key_group(struct view v, struct text *key);

#endif
