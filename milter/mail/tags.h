// SPDX-License-Identifier: BSD-2-Clause
/*
 * tags.h - a DKIM-Signature field taken apart (RFC 6376, 3.2 and 3.5).
 *
 * Read strictly, before libopendkim sees it: a field that is refused here
 * cannot reach the corners of its parser.  Pure; any thread.
 */
#ifndef MAIL_TAGS_H
#define MAIL_TAGS_H

#include "mail/message.h"

struct tags {
	struct view domain;   /* d=, small letters */
	struct view selector; /* s= */
	struct view fields;   /* h=, without blanks */
	struct view key;      /* see struct signature */
	bool partial;         /* there is an l= */
	bool sound;           /* every verifier can read it; see below */
};

/*
 * Reads a field's raw value; the views live in p.  A field is sound that is
 * printable ASCII, a list of tags, no more than LIMIT_SIGNATURE_TAGS and none
 * twice, with v=1 and values for a, b, bh, d, h and s; of which t, x and l are
 * numbers, c is known, i is of d=, and a key can have the name (RFC 1035,
 * 2.3.4); that is no larger than LIMIT_SIGNATURE_SIZE and has no more than
 * LIMIT_SIGNED_FIELDS names in h=.  Returns 0, or -1 for a field that no
 * verifier should accept: not sound, or with an algorithm other than rsa-sha256
 * and ed25519-sha256 (RFC 8301).  What could be read is set then too.
 */
int tags_read(struct pool *p, struct view raw, struct tags *tags);

/* Whether h= names every field of that name there is, and at least one. */
bool tags_cover(const struct tags *tags, const struct message *m,
    struct view name);

/*
 * Whether a field that h= names stands in the message more often than there
 * (RFC 6376, 8.15): somebody may have put one above the one that was signed.
 * Received and Return-Path, which every host adds, do not count.
 */
bool tags_overlaid(const struct tags *tags, const struct message *m);

#endif
