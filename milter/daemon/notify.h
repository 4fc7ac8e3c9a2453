// SPDX-License-Identifier: BSD-2-Clause
/*
 * notify.h - telling systemd how far we are (sd_notify(3)).
 *
 * The protocol is one datagram; it is not worth a library in a mail filter.
 */
#ifndef DAEMON_NOTIFY_H
#define DAEMON_NOTIFY_H

/* Each does nothing when no $NOTIFY_SOCKET is set; failures do not matter. */
void notify_ready(void);
void notify_reloading(void);
void notify_stopping(void);

#endif
