// SPDX-License-Identifier: BSD-2-Clause
/*
 * held_mail.h - what the MTA holds, each with the record of why.
 */
#ifndef CTL_HELD_MAIL_H
#define CTL_HELD_MAIL_H

#include "base/pool.h"
#include "ctl/selection.h"
#include "effects/held.h"

enum { HELD_MAIL_MOST = 100000 }; /* messages that are looked at */

struct held_mail_item {
	struct held held;
	bool ours; /* there is a record: entry and line are set */
	struct audit_entry entry; /* of the decision to hold it */
	struct view line;         /* the record as it stands in the file */
};

/* All borrow from the pool; held_mail_free() gives it back. */
struct held_mail {
	struct pool *pool;
	struct held_mail_item *item; /* the oldest first */
	size_t count;
	bool usable; /* what is there is true, if not all */
};

/*
 * Asks the MTA, for the messages of these queue ids or, where there are none,
 * for all; then looks for the records in the audit file and in what log
 * rotation made of it (records.h).  audit may be "", for none.  A record counts
 * for the message that has its queue id, and came before it: short ones are
 * given again.  0, or a code of sysexits(3), and what was wrong is said; where
 * m->usable is set then, only a part could be read.
 */
int held_mail_read(struct held_mail *m, const struct held_mta *mta,
    char *const *id, size_t ids, const char *audit);
void held_mail_free(struct held_mail *m);

/* The one of that queue id, or NULL. */
struct held_mail_item *held_mail_find(const struct held_mail *m,
    struct view queue_id);

#endif
