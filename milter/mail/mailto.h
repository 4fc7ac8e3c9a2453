// SPDX-License-Identifier: BSD-2-Clause
/*
 * mailto.h - links that open a ready mail in a person's own program.
 *
 * RFC 6068.  Pure; any thread.
 */
#ifndef MAIL_MAILTO_H
#define MAIL_MAILTO_H

#include "base/text.h"

/*
 * Appends "mailto:ADDRESS?subject=SUBJECT&body=BODY"; what is empty is left
 * out.  Everything but RFC 3986's unreserved characters and the "@" of the
 * address is percent-encoded, octet by octet, so that a value can be neither
 * another field nor another recipient.  A line end of whatever kind becomes
 * %0D%0A in the body and %20 in the subject (RFC 6068, section 5).
 */
void mailto_add(struct view address, struct view subject, struct view body,
    struct text *out);

#endif
