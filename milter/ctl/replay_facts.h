// SPDX-License-Identifier: BSD-2-Clause
/*
 * replay_facts.h - what rules are asked about, out of a record.
 *
 * Pure.  What the record does not hold is not guessed: rules_facts.untold says
 * what it is.
 */
#ifndef CTL_REPLAY_FACTS_H
#define CTL_REPLAY_FACTS_H

#include <stdbool.h>

#include "effects/audit_read.h"
#include "policy/rules.h"

/*
 * The request of a record, which it borrows from.  0, or -1 where its type,
 * trust or note is none that this program knows.
 */
struct replay_request {
	struct request request;
	enum trust trust;
};
int replay_request_read(const struct audit_entry *e, struct replay_request *q);

/* Facts borrow from all they are made of, and from this struct. */
struct replay_facts {
	struct rules_facts facts;
	struct contacts_match match;
};

/*
 * What rules may ask of it for one of its recipients.  How the person is known
 * is looked up in contacts, which may be NULL for nobody; with keep_known it is
 * what the record says.
 *
 * The address that a mail showed is not in its record.  Where it showed one, or
 * named more people than the record does, a person who was not found by profile
 * may be known, and in more groups: known and group are untold.  A record from
 * before it was said whether there was an address is taken to be of a mail that
 * showed none, unless the person was known by it.
 *
 * Where names are digests (audit.names), nobody can be looked up: known is what
 * the record says, and conditions on who it is are untold.
 */
void replay_facts_make(const struct replay_request *q,
    const struct audit_entry *e, const struct audit_entry_recipient *r,
    const struct contacts *contacts, bool keep_known, struct replay_facts *f);

#endif
