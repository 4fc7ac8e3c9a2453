// SPDX-License-Identifier: BSD-2-Clause
/*
 * signature.h - DKIM signatures verified in-process (libopendkim; RFC 6376).
 *
 * The one file that includes libopendkim.  A verifier is made once and used
 * by any number of threads; keys come from DNS, or for tests from a file.
 */
#ifndef MAIL_SIGNATURE_H
#define MAIL_SIGNATURE_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/limits.h"
#include "mail/key.h"
#include "mail/message.h"

enum signature_result {
	SIGNATURE_PASS,     /* header and body hash hold */
	SIGNATURE_FAIL,     /* they do not, or the field is malformed */
	SIGNATURE_NO_KEY,   /* none that is usable, revoked, or marked as a
			       test */
	SIGNATURE_TEMPORARY /* no answer about the key; may pass later */
};

/* Which fields h= covers: every one of that name, and at least one. */
enum signature_covers {
	SIGNATURE_FROM = 1 << 0,
	SIGNATURE_TO = 1 << 1,
	SIGNATURE_SUBJECT = 1 << 2,
	SIGNATURE_DATE = 1 << 3
};

/* What the site's Authentication-Results say of it (results.h). */
enum signature_said {
	SIGNATURE_SAID_PASS = 1 << 0,
	SIGNATURE_SAID_FAIL = 1 << 1
};

struct signature {
	struct view domain;   /* d=, small letters */
	struct view selector; /* s= */
	enum signature_result result;
	unsigned said;     /* enum signature_said, or-ed */
	bool sound;        /* a verifier may accept the field at all */
	unsigned covers;   /* enum signature_covers, or-ed */
	bool overlaid;     /* a signed field stands there once more, unsigned */
	bool partial;      /* l= may leave some of the body out */
	unsigned key_bits; /* 0 when no key was seen; 256 for Ed25519 */
	struct view key;   /* b= as plain base64: names this very message
			      whatever unsigned fields say, and however b=
			      is written */
};

struct signatures {
	struct signature item[LIMIT_SIGNATURES]; /* in the order of fields */
	size_t count;
	bool
	    checked; /* false: nobody looked (set-up, or the message was cut) */
	bool too_large; /* they would have been, but the message was cut */
	bool cut;       /* there were more than LIMIT_SIGNATURES */
};

struct signature_verifier;
struct auth_list;

/*
 * keys is what key_open() takes: "dns", or "file:PATH" with lines
 * "SELECTOR._domainkey.DOMAIN KEY"; the clock, which must live longer, tells
 * how long those of DNS are kept.  NULL and e on failure.  The caller closes it
 * after the last thread has used it.
 */
struct signature_verifier *signature_open(const char *keys,
    const struct clock *clock, struct err *e);
void signature_close(struct signature_verifier *v);

/*
 * Lists the message's signatures by one of the signers (d=; NULL for all), and
 * no others, so that a stranger's signature costs nothing; each as one that
 * nobody has checked.  out's views live in p.  None of a message whose header
 * was cut.  Pure.  Returns 0, or -1 and e when memory is used up.
 */
int signature_list(struct pool *p, const struct message *m,
    const struct auth_list *signers, struct signatures *out, struct err *e);

/*
 * Lists them and verifies them.  May wait for DNS, five seconds at most; a key
 * there is no time for counts as absent if all the others had an answer.  A
 * message whose header or body was cut is not checked but too_large.  Returns
 * 0, or -1 and e when memory is used up or the library fails.
 */
int signature_verify(const struct signature_verifier *v, struct pool *p,
    const struct message *m, const struct auth_list *signers,
    struct signatures *out, struct err *e);

/* What key_news() says of the verifier's name servers. */
enum key_news signature_news(const struct signature_verifier *v);

/* "pass", "fail", "no-key", "temporary" */
const char *signature_result_name(enum signature_result result);

#endif
