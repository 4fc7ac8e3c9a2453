// SPDX-License-Identifier: BSD-2-Clause
/*
 * bounce.h - a delivery status notification that says that one of our answers
 * was refused for good (RFC 3464 in a report of RFC 6522).
 *
 * Reads what is there and believes nothing: whether the loop value is ours is
 * for its caller to find out.  Views into the message, nothing of it is
 * remembered.  Pure; any thread.
 */
#ifndef MAIL_BOUNCE_H
#define MAIL_BOUNCE_H

#include <stdbool.h>

#include "base/view.h"

struct bounce {
	struct view status;     /* "5.7.1" (RFC 3463) */
	struct view diagnostic; /* first line of Diagnostic-Code, or empty;
				   foreign bytes */
	/* Of the header that came back, without blanks around it. */
	struct view loop;        /* X-RSVP-Loop */
	struct view in_reply_to; /* folds kept, as in the next two */
	struct view from, to;
};

/* Whether a Content-Type's value (raw) is that of such a notification. */
bool bounce_is_report(struct view type);

/*
 * Reads a whole message, CRLF or LF.  True, and all of *b, only where it is a
 * report that has one message/delivery-status, with a recipient whose Action
 * is failed and whose Status is of class 5 (the first such one counts), and
 * one returned message or header, with each of these four fields exactly once.
 * Else false, also past LIMIT_BOUNCE_PARTS or LIMIT_BOUNCE_RECIPIENTS and
 * where one of the two parts is encoded; *b is then undefined.
 */
bool bounce_read(struct view bytes, struct bounce *b);

#endif
