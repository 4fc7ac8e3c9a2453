// SPDX-License-Identifier: BSD-2-Clause
/*
 * smtp.h - hands one mail to an MTA over SMTP (libcurl).
 *
 * The one file that includes libcurl.
 */
#ifndef EFFECTS_SMTP_H
#define EFFECTS_SMTP_H

#include "base/err.h"
#include "base/view.h"

enum { SMTP_HOST_SIZE = 255, SMTP_ADDRESS_SIZE = 64 };

struct smtp_envelope {
	const char *place;             /* smtp_check_place() */
	struct view sender, recipient; /* plain (addr_is_plain()); sender may
					  be empty, for "<>" */
	int timeout_seconds;           /* for all of it */
};

struct smtp_sent {
	char reply[ERR_TEXT_SIZE];      /* the last one to DATA, printable */
	char client[SMTP_ADDRESS_SIZE]; /* our end of the connection, an IP
					   address; the MTA may see another
					   one if there is NAT between */
};

/*
 * Whether place is "HOST:PORT", "HOST" (port 25) or "[IPv6]:PORT".  0, or -1
 * and e.
 */
int smtp_check_place(const char *place, struct err *e);

/*
 * Sends mail (CRLF, a dot at a line's begin is doubled here), without TLS and
 * without logging in.  Returns 0 once the MTA has taken it, or -1 and e with
 * the MTA's words where it said any.  The first call in a process must be
 * alone.
 */
int smtp_send(const struct smtp_envelope *envelope, struct view mail,
    struct smtp_sent *sent, struct err *e);

#endif
