// SPDX-License-Identifier: BSD-2-Clause
/*
 * punycode.h - a label of an internationalised domain, as its characters.
 *
 * Only to see what a label looks like.  Not a library's conversion: those
 * refuse what IDNA 2008 does not allow, such as mixed scripts and letters of
 * no modern use, and that is what look-alikes are made of.  Pure; any thread.
 */
#ifndef MAIL_PUNYCODE_H
#define MAIL_PUNYCODE_H

#include <stdint.h>

#include "base/view.h"

enum { PUNYCODE_LABEL = 63 }; /* octets of a label; RFC 1035, 2.3.4 */

/*
 * Decodes the part behind "xn--" (RFC 3492, 6.2).  Returns how many characters
 * it wrote to *out, or -1 where it is no Punycode or longer than a label.
 */
int punycode_decode(struct view encoded, uint32_t out[PUNYCODE_LABEL]);

#endif
