// SPDX-License-Identifier: BSD-2-Clause
/*
 * audit_read.h - records read back, for rsvpctl (jansson).
 *
 * The one file that includes jansson; the daemon only writes.
 */
#ifndef EFFECTS_AUDIT_READ_H
#define EFFECTS_AUDIT_READ_H

#include <stdbool.h>

#include "base/err.h"
#include "base/pool.h"
#include "base/view.h"

/* What a list shows of a record; empty where it does not say. */
struct audit_entry {
	struct view time, queue_id, network, type, trust, person;
	bool outbox; /* a record of a job: mode, what and why are set */
	bool dry_run;
	struct view mode, what, why;
	struct audit_entry_recipient {
		struct view recipient, user, known, rule, actions;
		struct view not_shared; /* of the actions, what was not done */
		struct view reply_mode, reply_why;
	} * recipient;
	size_t recipients;
};

/*
 * Reads one line.  What is of a wrong type counts as not said.  0, or -1 and e
 * ("not JSON: ...", "no type", "out of memory").
 */
int audit_read(struct view line, struct pool *p, struct audit_entry *entry,
    struct err *e);

#endif
