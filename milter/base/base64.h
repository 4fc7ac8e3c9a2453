// SPDX-License-Identifier: BSD-2-Clause
/*
 * base64.h - base64 into octets (RFC 4648, section 4).
 */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include "base/text.h"

/*
 * Appends the octets that v stands for.  Strict but for "=" at the end, which
 * may be missing: no blanks, no other alphabet, nothing behind the padding.
 * Returns 0, or -1 when v is no base64; what was appended by then stays.
 */
int base64_decode(struct view v, struct text *out);

#endif
