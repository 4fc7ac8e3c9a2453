// SPDX-License-Identifier: BSD-2-Clause
/*
 * sender.h - the process that sends what waits in the outbox.
 *
 * One thread, so that it may fork.  It looks at everything again before it
 * sends: the site's switch and routes, the user's folder and template, the
 * address.  What could not be handed over is tried again, after 5 and 15
 * minutes, one hour and four.  What was being handed over when a sender died
 * is not; it is recorded that nobody knows.
 */
#ifndef DAEMON_SENDER_H
#define DAEMON_SENDER_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/err.h"
#include "daemon/counters.h"
#include "daemon/news.h"
#include "daemon/site.h"
#include "effects/audit.h"
#include "effects/store.h"

/* The longest that a hand-over takes, and with it a stop. */
enum { SENDER_TRANSPORT_SECONDS = 60 };

/* How often it looks whether it may go on. */
enum { SENDER_STOPPED_MS = 5000 };

struct sender {
	struct site *site;
	struct store *store;
	struct audit_file *audit; /* may be NULL */
	const struct clock *clock;
	bool stopped; /* by reply.stop_file, when it was last looked for */
	struct news audit_news;
	struct counters *counters; /* NULL: nobody counts */
};

/*
 * Sends one job that is due, or in one mail what is due of one user's drafts
 * where the site wants those daily, or records that a job has expired.  While
 * reply.stop_file is there no job is taken, and those that expire are recorded
 * all the same.  Returns 1 when there was one, whatever became of it, 0 when
 * none is due, -1 and e when the store does not answer.
 */
int sender_step(struct sender *s, struct err *e);

/*
 * Records one job that a sender had taken and told nothing of in twice the
 * time of a hand-over: another one may still be at the end of its own.  1 when
 * there was one, 0 or -1 as above.
 */
int sender_lost(struct sender *s, struct err *e);

/*
 * Milliseconds until the next job is due, at most most_ms; what the store
 * does not tell counts as most_ms.  While sending is stopped, milliseconds
 * until it is worth looking whether it still is.
 */
int sender_pause(struct sender *s, int most_ms);

#endif
