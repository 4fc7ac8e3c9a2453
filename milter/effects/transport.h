// SPDX-License-Identifier: BSD-2-Clause
/*
 * transport.h - hands a composed mail to the MTA: sendmail(1), no shell.
 */
#ifndef EFFECTS_TRANSPORT_H
#define EFFECTS_TRANSPORT_H

#include "base/err.h"
#include "base/view.h"

enum transport_result {
	TRANSPORT_SENT,    /* queued by the MTA */
	TRANSPORT_LATER,   /* may be tried again: nothing was handed over */
	TRANSPORT_REFUSED, /* never will */
	TRANSPORT_UNKNOWN  /* it may be on its way: do not try again */
};

/*
 * Runs program as "PROGRAM -i -f SENDER -N never -- RECIPIENT" with mail on
 * its standard input, an empty environment but PATH, and at most
 * timeout_seconds.  sender empty: "<>".  recipient must be plain
 * (addr_is_plain()).  e says what went wrong for all but TRANSPORT_SENT.
 * Single-threaded callers only (it forks).
 */
enum transport_result transport_sendmail(const char *program,
    struct view sender, struct view recipient, struct view mail,
    int timeout_seconds, struct err *e);

#endif
