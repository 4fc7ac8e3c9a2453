// SPDX-License-Identifier: BSD-2-Clause
/*
 * imitation.h - whether a mail wants to be taken for the network's.
 *
 * Of mail whose From is of another domain; whether From itself is forged,
 * signatures say (auth.h).  Pure; any thread, with a scratch of its own.
 */
#ifndef RECOGNISE_IMITATION_H
#define RECOGNISE_IMITATION_H

#include <stdbool.h>

#include "mail/message.h"
#include "recognise/pack.h"
#include "recognise/regex.h"
#include "recognise/request.h"

enum imitation_kind {
	IMITATION_NO,
	IMITATION_LISTED, /* only by a name that a list may have kept */
	IMITATION_NAMED,  /* by the name of its domain, and that is all */
	IMITATION_FULL    /* with the network's wording and links elsewhere */
};

struct imitation {
	enum imitation_kind kind;
	char why[200]; /* one line for record and log */
};

/* The cheap question of a From field as it is written. */
bool imitation_is_hinted(const struct pack *pack, struct view raw);

/*
 * Whether a display name in From is as the network has it, whatever the
 * address.  out gets the errors of patterns.
 */
bool imitation_has_name(const struct pack *pack, const struct message *m,
    struct regex_scratch *scratch, struct pool *p, struct request *out);

/*
 * An imitation is a mail without any address of the network in From, and
 *
 *   a label of whose domain is the network's name, or is written in letters
 *   that look so; or
 *   whose domain is close to the name or has it in a longer label, and that
 *   has the network's wording, or a display name as the network has it; or
 *   that has such a display name, the wording, and a link that leads to
 *   another host.  In a From without an address what is there is its display
 *   name.
 *
 * A link that the message's ceilings left out counts as one to another host.
 *
 * Lists that put their address into From may keep the name that was there,
 * and a forger may call himself a list: where only such a display name makes
 * it an imitation, it is IMITATION_LISTED.
 *
 * Below a domain of the network only the last counts, and never as
 * IMITATION_FULL.  Fills *found; if it is one, *out becomes a request of the
 * network of type other, with the evidence and nobody's name.  Returns 0, or
 * -1 when the pool is used up.
 */
int imitation_find(const struct pack *pack, const struct message *m,
    struct regex_scratch *scratch, struct pool *p, struct request *out,
    struct imitation *found);

#endif
