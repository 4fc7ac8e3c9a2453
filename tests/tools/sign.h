// SPDX-License-Identifier: BSD-2-Clause
/*
 * sign.h - a DKIM signature on a message, for dkimsign and for tests.
 */
#ifndef TESTS_TOOLS_SIGN_H
#define TESTS_TOOLS_SIGN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

struct sign {
	const char *domain, *selector;
	const char *key;    /* RSA, private, PEM */
	const char *fields; /* "From:To", or NULL for what LinkedIn signs */
	bool limit;         /* l=: the body as it is now, and no more */
	uint64_t time;      /* t=, seconds since 1970; 0: now */
};

/*
 * Appends "DKIM-Signature: ..." and the message (CRLF or LF line ends) to out;
 * relaxed/relaxed, SHA-256.  Returns 0, or -1 and e.
 */
int sign_message(const struct sign *s, struct view message, struct text *out,
    struct err *e);

#endif
