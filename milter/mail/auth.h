// SPDX-License-Identifier: BSD-2-Clause
/*
 * auth.h - who vouches for a message: the level of trust, and why.
 *
 * Pure; any thread.  Sources are DKIM verified here (signature.h) and what the
 * site's Authentication-Results say (results.h); they meet in struct
 * auth_facts.
 */
#ifndef MAIL_AUTH_H
#define MAIL_AUTH_H

#include <stdbool.h>
#include <stdint.h>

#include "mail/message.h"
#include "mail/results.h"
#include "mail/signature.h"

enum trust {
	TRUST_NONE,     /* does not claim to be of the network */
	TRUST_CLAIMED,  /* claims it; nobody checked, or nobody could */
	TRUST_VERIFIED, /* the network signed From, To and Subject */
	TRUST_DIRECT,   /* verified, and handed in by the network's own host */
	TRUST_FORGED    /* claims it, was checked, and is not */
};

struct auth_list {
	const struct view *domain;
	size_t count;
};

/* What a pack says of its network's mail. */
struct auth_network {
	struct auth_list from;     /* domains its From fields have */
	struct auth_list signers;  /* d= that count */
	struct auth_list clients;  /* hosts at or below these hand it in */
	struct auth_list envelope; /* reverse-path domains, at or below */
};

struct auth_facts {
	const struct message *message;
	const struct signatures *signatures;
	const struct results *results;
	struct view client_name; /* verified by the MTA, or empty */
	struct view envelope_from;
	bool addressed; /* To has an address of one of the recipients */
	int64_t now_ms; /* since 1970; 0: no clock */
};

struct auth_verdict {
	enum trust level;
	char why[240];                     /* one line for record and log */
	const struct signature *signature; /* the one that passed, or NULL */
};

/*
 * The level by DESIGN, section 2.  A message claims to be of the network when
 * a mailbox of a From field has one of the network's domains.  One that does
 * not is none of it; but claimed where its reverse-path or Sender are.
 *
 * Signatures whose d= is on the list of signers and equal to, or a parent of,
 * the domain of the one mailbox of the one From field count: one that passed,
 * covers From, To and Subject, is not overlaid, leaves no body out and has a
 * key of at least 1024 bits makes it verified.  It passed if it did so here
 * and the site's results say nothing else of it; or if they say so and here
 * nobody checked, or got no answer about the key.
 *
 * Verified mail is direct when a host of the network handed it in: by the name
 * the MTA verified, or by SPF for a reverse-path of the network.
 *
 * Verified mail is claimed after all when it looks like a replay, which the
 * signature cannot tell (RFC 6376, 8.6): its signed To is nobody it is for
 * now, or its Date is not of these days.
 *
 * What is not verified is forged; but only claimed where a signature passed
 * with one of these missing or for one mailbox of several, where a key had no
 * answer, where sources disagree, where nobody checked, or where a host of the
 * network handed it in.  What is too large to be checked has no
 * signature that passes, unless the site's results say so.
 */
void auth_judge(const struct auth_network *n, const struct auth_facts *f,
    struct auth_verdict *verdict);

/* "none", "claimed", "verified", "direct", "forged"; and back, or -1. */
const char *auth_trust_name(enum trust level);
int auth_trust_parse(struct view name, enum trust *level);

#endif
