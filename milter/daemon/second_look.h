// SPDX-License-Identifier: BSD-2-Clause
/*
 * second_look.h - whether what was queued is still to be sent.
 *
 * Between the decision and the hand-over the site or the user may have changed
 * their mind, others may write into a store that several hosts share, and
 * answers that had to wait must not leave all at once.
 */
#ifndef DAEMON_SECOND_LOOK_H
#define DAEMON_SECOND_LOOK_H

#include "daemon/site.h"
#include "effects/store.h"
#include "recognise/regex.h"

struct second_look {
	const struct site *site;
	struct store *store;
	const struct folder *folder; /* of the job's user */
	struct regex_scratch *scratch;
	int64_t now_ms;
};

enum second_look_result {
	LOOK_SEND,
	LOOK_NEVER,     /* it is not wanted any more */
	LOOK_NOT_NOW,   /* a cap is reached; try again in an hour */
	LOOK_CANNOT_SAY /* the store does not answer, or no memory */
};

/*
 * Looks at a job that was taken.  why has a word of the log, rsvp-rules(5), for
 * LOOK_NEVER and LOOK_NOT_NOW, and what went wrong for LOOK_CANNOT_SAY.
 */
enum second_look_result second_look(const struct second_look *l,
    const struct job *job, struct err *why);

#endif
