// SPDX-License-Identifier: BSD-2-Clause
/*
 * entity.h - character references of HTML.
 *
 * The names of HTML 4 (section 24) and numbers, always with their semicolon:
 * without one, "&copy=1" in an address would become another address.  Pure;
 * any thread.
 */
#ifndef MAIL_ENTITY_H
#define MAIL_ENTITY_H

#include <stdint.h>

#include "base/text.h"

/*
 * The reference that begins with the "&" at v.data[at]: returns its length in
 * octets and sets *c, or returns 0 where there is none.  Numbers that are no
 * character give U+FFFD.
 */
size_t entity_read(struct view v, size_t at, uint32_t *c);

/* Appends v with all references resolved. */
void entity_resolve(struct view v, struct text *out);

/*
 * The character that an octet of 0x80 and above is in Windows-1252, which is
 * also what browsers take &#128; to &#159; for.
 */
uint32_t entity_windows_1252(unsigned char octet);

#endif
