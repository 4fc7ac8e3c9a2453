// SPDX-License-Identifier: BSD-2-Clause
/*
 * ldif.h - address books in LDIF (RFC 2849), as Thunderbird and LDAP servers
 * write them.
 *
 * Own code: libldap's parser is for tools that trust their input, keeps the
 * whole record and opens the files that URLs name.  Pure; any thread.
 */
#ifndef POLICY_LDIF_H
#define POLICY_LDIF_H

#include "policy/contacts_file.h"

/* Whether the first line that is no comment is "version: 1" or a "dn:". */
bool ldif_is(struct view bytes);

/*
 * Hands each record on as one row, whose line is its first: displayName, or cn,
 * or givenName and sn; mail and mozillaSecondEmail; the first profile at
 * LinkedIn of labeledURI and the pages Mozilla knows.  Text that is not UTF-8
 * is read as Windows-1252.
 *
 * A record is skipped that is a group, or names nobody.  Refused, with the line
 * that is to blame: a change record ("changetype:"), a line that is no
 * attribute, base64 that is none, values that are too long or too many, and
 * those that are said to be in a file ("<"), which is never opened.  Photos
 * may be as long as they want.
 *
 * Returns 0, or -1 without memory or when on_row stopped.
 */
int ldif_read(struct view bytes, contacts_on_row *on_row, void *arg);

#endif
