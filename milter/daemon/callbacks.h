// SPDX-License-Identifier: BSD-2-Clause
/*
 * callbacks.h - the milter protocol (libmilter).
 *
 * The one file that includes libmilter.  Callbacks carry bytes between it and
 * the session, and translate answers; nothing is decided here.
 */
#ifndef DAEMON_CALLBACKS_H
#define DAEMON_CALLBACKS_H

#include "base/err.h"
#include "daemon/filter.h"

/*
 * Opens the socket ("unix:PATH", "inet:PORT@HOST"), with mode and group for a
 * unix one; it is never wider open than that, not for a moment.  gid -1: as
 * it comes.  where stays the caller's and must outlive callbacks_run().
 * Returns 0, or -1 and e ("unix:/x: Address already in use").
 */
int callbacks_listen(const char *where, mode_t mode, gid_t gid, struct err *e);

/*
 * Serves until callbacks_stop(), SIGTERM or SIGINT, and removes the socket.  f
 * must outlive it, and the process should end soon after: libmilter may leave
 * threads behind. Returns 0, or -1.
 */
int callbacks_run(struct filter *f);

/* Makes callbacks_run() return.  Any thread. */
void callbacks_stop(void);

/* "1.0.1", of the library in use. */
const char *callbacks_version(void);

#endif
