// SPDX-License-Identifier: BSD-2-Clause
/*
 * digest.h - keys that tell nothing, and bytes nobody can guess.
 *
 * The one file that includes OpenSSL's libcrypto (libopendkim needs it
 * anyway).  Any thread.
 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stddef.h>

#include "base/view.h"

enum {
	DIGEST_SIZE = 32,     /* SHA-256, octets */
	DIGEST_HEX_SIZE = 65, /* as text, with its NUL */
	DIGEST_SECRET_SIZE = 32
};

/* SHA-256 (FIPS 180-4) of v as small hexadecimal digits.  0, or -1. */
int digest_hex(struct view v, char hex[DIGEST_HEX_SIZE]);

/*
 * HMAC-SHA256 (RFC 2104) over the parts.  Each part goes in with its length
 * in front, so that no two lists of parts give the same input.  Returns 0,
 * or -1 when libcrypto has no memory.
 */
int digest_key(struct view secret, const struct view *parts, size_t count,
    char hex[DIGEST_HEX_SIZE]);

/* Fills size octets from the system's generator.  0, or -1 with errno. */
int digest_random(void *bytes, size_t size);

#endif
