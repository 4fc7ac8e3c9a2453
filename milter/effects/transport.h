// SPDX-License-Identifier: BSD-2-Clause
/*
 * transport.h - hands a composed mail to the MTA: sendmail(1), no shell, or
 * SMTP.
 */
#ifndef EFFECTS_TRANSPORT_H
#define EFFECTS_TRANSPORT_H

#include <stdbool.h>

#include "base/err.h"
#include "base/view.h"

/*
 * What is known of a program once it has ended.  "Read" means that it had taken
 * all of the mail from its standard input; before that nothing can have been
 * queued.  75 then means "could not be sent immediately, but was queued" by
 * Sendmail's sendmail(8), and "not taken" by Postfix's: we cannot know, and
 * must not send twice.  The five are of the call, the mail, its recipient and
 * a policy (EX_NOPERM); the others of sysexits(3) are the MTA's own trouble.
 *
 *	how it ended                      read       not read
 *	exit 0                            SENT       UNKNOWN
 *	exit 75 (EX_TEMPFAIL)             UNKNOWN    LATER
 *	exit 64, 65, 67, 68, 77           REFUSED    REFUSED
 *	any other exit, a signal, time    UNKNOWN    LATER
 *	it could not be started                      LATER
 *
 * Of an MTA that was spoken to by SMTP (RFC 5321, 4.2.1; what it says before
 * MAIL is about us, and not about the mail):
 *
 *	what came last                     before the    after the
 *	                                   mail's end    mail's end
 *	2yz                                              SENT
 *	5yz to MAIL, RCPT, DATA, the mail  REFUSED       REFUSED
 *	5yz to the connection, EHLO, HELO  LATER
 *	4yz                                LATER         LATER
 *	nothing: time, a lost connection   LATER         UNKNOWN
 *
 * The mail's end is taken for sent a little before it is, never after.
 */
enum transport_result {
	TRANSPORT_SENT,    /* queued by the MTA */
	TRANSPORT_LATER,   /* may be tried again: nothing was handed over */
	TRANSPORT_REFUSED, /* never will */
	TRANSPORT_UNKNOWN  /* it may be on its way: do not try again */
};

/*
 * Runs program (a path) as "PROGRAM -i -f SENDER -N failure -- RECIPIENT" with
 * mail on its standard input, an environment of nothing but PATH, and at most
 * timeout_seconds; then it and what it started are killed.  sender empty:
 * "<>", and "-N never".  Addresses must be plain (addr_is_plain()), else
 * TRANSPORT_REFUSED. e says what went wrong for all but TRANSPORT_SENT, with
 * the first line that the program wrote to its standard error, in which the
 * left side of recipient (a token, DESIGN, "Never" 6) is "...".  Any thread;
 * descriptors 0 to 2 must be open, and SIGCHLD must not be ignored.
 */
enum transport_result transport_sendmail(const char *program,
    struct view sender, struct view recipient, struct view mail,
    int timeout_seconds, struct err *e);

/* How the site hands its mail over. */
struct transport {
	const char *where;   /* transport_check() */
	const char *program; /* for "sendmail": its path */
	const char *host;    /* for SMTP: our name in EHLO; NULL: the host's */
};

/* Whether where is "sendmail" or "smtp://HOST[:PORT]".  0, or -1 and e. */
int transport_check(const char *where, struct err *e);

/* Whether it is carried out by a program; where was checked. */
bool transport_is_program(const char *where);

/*
 * Hands the mail over that way: transport_sendmail(), or smtp_send(), of which
 * the first call in a process must be alone.  The rest is as above.
 */
enum transport_result transport_send(const struct transport *t,
    struct view sender, struct view recipient, struct view mail,
    int timeout_seconds, struct err *e);

#endif
