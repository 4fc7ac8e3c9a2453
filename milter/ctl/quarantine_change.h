// SPDX-License-Identifier: BSD-2-Clause
/*
 * quarantine_change.h - held mail let go or deleted, and written down.
 */
#ifndef CTL_QUARANTINE_CHANGE_H
#define CTL_QUARANTINE_CHANGE_H

#include "ctl/held_mail.h"
#include "daemon/conf.h"

enum quarantine_change { QUARANTINE_RELEASE, QUARANTINE_DELETE };

/* Where changes are written down. */
struct quarantine_changes;

/*
 * Opens the audit file before anything is changed.  mta is borrowed.  0, or a
 * code of sysexits(3), and what was wrong is said: EX_NOPERM for who is not
 * root.
 */
int quarantine_changes_open(struct quarantine_changes **to,
    const struct conf *c, const struct held_mta *mta);
void quarantine_changes_close(struct quarantine_changes *q); /* NULL is fine */

/*
 * Does it, writes a record and a log line, which no signal comes between, and
 * prints what was done.  0, or a code, and what was wrong is said: EX_DATAERR
 * where it is not held any more, or the MTA's program failed before; EX_IOERR
 * where it was done and the record is lost.
 */
int quarantine_change(const struct quarantine_changes *q,
    enum quarantine_change change, const struct held_mail_item *item,
    bool json);

#endif
