// SPDX-License-Identifier: BSD-2-Clause
/*
 * bounced.h - answers that are refused after the MTA took them.
 *
 * A queueing MTA takes every answer.  With the user as envelope sender the
 * network's refusal comes back as a delivery status notification, through this
 * filter, and is counted like one at once.  It is believed for the loop value
 * in the header that came back, which only who has got the answer knows; the
 * worst he can do with it is to stop answers.  Any thread.
 */
#ifndef DAEMON_BOUNCED_H
#define DAEMON_BOUNCED_H

#include <stdbool.h>

#include "base/pool.h"
#include "daemon/breaker.h"
#include "daemon/engine.h"
#include "daemon/site.h"
#include "effects/audit.h"

/* Whether there can be any: answers are sent, and come from their users. */
bool bounced_count_them(const struct site *site);

/* One that was counted; the texts are in the pool or the message. */
struct bounced {
	struct breaker_answer answer;
	unsigned opened[BREAKERS];  /* as breaker_refused() says */
	struct audit_outbox record; /* of the job, where it is still in the
				       outbox */
};

/*
 * Asks w's clock, store and host.  Reads a message that session.h calls a
 * bounce, which has one recipient, and counts it: 1 and *b; 0 where it is none
 * of an answer of that user's, to an address on the site's list, or the answer
 * was counted before (two reports of it at the very same time count twice); -1
 * and e, as store_marks(), when the store fails: then it is not told of.
 */
int bounced_count(const struct site *site, const struct world *w,
    const struct engine_message *m, struct pool *p, struct bounced *b,
    struct err *e);

#endif
