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
#include "effects/transport.h"

enum { SMTP_HOST_SIZE = 255, SMTP_ADDRESS_SIZE = 64 };

struct smtp_envelope {
	const char *place;             /* smtp_check_place() */
	const char *client;            /* our name in EHLO; the host's own for
					  NULL and for what is no name */
	struct view sender, recipient; /* plain (addr_is_plain()); sender may
					  be empty, for "<>" */
	int timeout_seconds;           /* for all of it */
};

struct smtp_sent {
	char reply[ERR_TEXT_SIZE]; /* the last one that mattered, printable */
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
 * Sends mail without TLS and without logging in.  A line of it ends with LF,
 * CR or both, and is sent with CRLF; a dot that a line begins with is doubled
 * (RFC 5321, 2.3.8 and 4.5.2).  TRANSPORT_SENT once the MTA has taken it; else
 * e says why, with the MTA's words where it said any, in which the left side
 * of recipient (a token, DESIGN, "Never" 6) is "...".  The first call in a
 * process must be alone; later ones may come from any thread.
 */
enum transport_result smtp_send(const struct smtp_envelope *envelope,
    struct view mail, struct smtp_sent *sent, struct err *e);

#endif
