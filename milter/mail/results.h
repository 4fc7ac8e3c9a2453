// SPDX-License-Identifier: BSD-2-Clause
/*
 * results.h - what the site's own Authentication-Results say of a message.
 *
 * Anybody can write such a field, and into the comments of a genuine one
 * (RFC 8601, 7.1).  So nothing is believed but the fields of the ids that the
 * site names, above the first Received; each pass must belong to a signature
 * that is there; and where two things are said, or what could be believed is
 * broken, all is ignored; so it is where a DKIM-Signature, of anybody, is one
 * that the site's verifier may have given the message up for.  But that nothing
 * says of a signature of the network that it passes is believed even then: only
 * a pass is worth forging, and who sends the mail must not be able to silence
 * the site.  Pure; any thread.
 */
#ifndef MAIL_RESULTS_H
#define MAIL_RESULTS_H

#include "mail/signature.h"

struct results_source {
	const struct view *id; /* authserv-ids the site names */
	size_t ids;
	struct view queue_id;      /* what a job id must be, if one is given */
	struct view envelope_from; /* reverse-path without <> */
	struct view helo;          /* as the client said it; may be empty */
	bool helo_missed;          /* nobody listened when it was said */
};

struct results {
	bool found;       /* a field that counts is there */
	bool dkim;        /* somebody looked for signatures */
	bool spf;         /* and that the host may send for the reverse-path */
	struct view id;   /* whose field it is; lives in the pool */
	char ignored[80]; /* why no pass is believed; "": it is */
};

/*
 * Reads the fields and notes in each signature what they say of it (said).
 * signatures are those of the message (signature_list()).  Out of memory is a
 * reason to ignore.
 */
void results_read(struct pool *p, const struct message *m,
    const struct results_source *source, struct signatures *signatures,
    struct results *out);

#endif
