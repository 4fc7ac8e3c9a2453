// SPDX-License-Identifier: BSD-2-Clause
/*
 * notify.h - telling systemd how far we are (sd_notify(3)).
 *
 * The protocol is one datagram; it is not worth a library in a mail filter.
 */
#ifndef DAEMON_NOTIFY_H
#define DAEMON_NOTIFY_H

#include <stdbool.h>

/* Each does nothing when no $NOTIFY_SOCKET is set; failures do not matter. */
void notify_ready(void);
void notify_reloading(void);
void notify_stopping(void);

/*
 * Whether fd leads to the journal, which has what is said to syslog(3) as
 * well: $JOURNAL_STREAM, systemd.exec(5).
 */
bool notify_is_journal(int fd);

#endif
