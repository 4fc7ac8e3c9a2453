// SPDX-License-Identifier: BSD-2-Clause
/*
 * split.h - whether recipients of one mail are to come in mails of their own.
 *
 * A mail has one set of headers and one queue file.  Where its recipients have
 * rules of their own the milder action wins and nothing shows that they do not
 * share.  A site may have the later ones refused for now instead (RFC 5321,
 * 4.5.3.1.10: 452; RFC 3463, 3.6: X.5.3), so that the network's MTA sends to
 * each of them again: users.split.
 */
#ifndef DAEMON_SPLIT_H
#define DAEMON_SPLIT_H

#include <stdbool.h>

#include "base/limits.h"
#include "base/view.h"
#include "daemon/site.h"

/* A recipient, beside the first one of the mail that is a user here. */
struct split_facts {
	const char *first, *user; /* users' names; "": nobody's here */
	bool first_has_folder, has_folder;
};

/*
 * Whether their rules may differ: they are of two users, one of whom has a
 * folder at least.  Pure.
 */
bool split_is_wanted(const struct split_facts *f);

/*
 * Whether a reverse-path (without <>) is of a domain from which a pack's
 * network sends, or below one.  The null one is of none.  Pure.
 */
bool split_is_from_network(const struct packs *packs, struct view from);

/* What is known of the mail under way. */
struct split {
	bool on; /* its recipients may be refused */
	bool first_has_folder;
	char first[LIMIT_USER_NAME_SIZE + 1]; /* "": none yet */
};

/* A mail begins.  Not on in a dry run, which changes nothing. */
void split_begin(struct split *s, const struct site *site, struct view from);

/*
 * Whether the recipient (without <>) is to be refused for now.  One who is not
 * is remembered if it is the first.  Looks for folders on the disk; one that
 * cannot be looked for is none.
 */
bool split_refuses(struct split *s, const struct site *site,
    struct view recipient);

#endif
