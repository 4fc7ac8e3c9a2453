// SPDX-License-Identifier: BSD-2-Clause
/*
 * digest.c - keys that tell nothing, and bytes nobody can guess.
 */
#include "base/digest.h"

#include <errno.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdint.h>
#include <sys/random.h>

#include "base/text.h"

static void
to_hex(const unsigned char digest[DIGEST_SIZE], char hex[DIGEST_HEX_SIZE])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < DIGEST_SIZE; i++) {
		hex[2 * i] = digits[digest[i] >> 4];
		hex[2 * i + 1] = digits[digest[i] & 15];
	}
	hex[DIGEST_HEX_SIZE - 1] = '\0';
}

int
digest_hex(struct view v, char hex[DIGEST_HEX_SIZE])
{
	unsigned char digest[DIGEST_SIZE];

	if (EVP_Digest(v.data, v.size, digest, NULL, EVP_sha256(), NULL) != 1)
		return -1;
	to_hex(digest, hex);
	return 0;
}

int
digest_key(struct view secret, const struct view *parts, size_t count,
    char hex[DIGEST_HEX_SIZE])
{
	unsigned char digest[DIGEST_SIZE];
	struct text input = TEXT_INIT(SIZE_MAX / 2);
	int result = -1;

	for (size_t i = 0; i < count; i++) {
		text_addf(&input, "%zu:", parts[i].size);
		text_add(&input, parts[i]);
	}
	if (text_ok(&input) &&
	    HMAC(EVP_sha256(), secret.data, (int)secret.size,
		(const unsigned char *)text_string(&input), input.size, digest,
		NULL) != NULL) {
		to_hex(digest, hex);
		result = 0;
	}
	text_free(&input);
	return result;
}

int
digest_random(void *bytes, size_t size)
{
	unsigned char *at = bytes;

	while (size > 0) {
		ssize_t got = getrandom(at, size, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		at += got;
		size -= (size_t)got;
	}
	return 0;
}
