// SPDX-License-Identifier: BSD-2-Clause
/*
 * sender.h - the process that sends what waits in the outbox.
 *
 * One thread, so that it may fork.  It looks at everything again before it
 * sends: the site's switch and routes, the user's folder and template, the
 * address.  What could not be handed over is tried again, after 5 and 15
 * minutes, one hour and four.
 */
#ifndef DAEMON_SENDER_H
#define DAEMON_SENDER_H

#include "base/clock.h"
#include "base/err.h"
#include "daemon/site.h"
#include "effects/audit.h"
#include "effects/store.h"

struct sender {
	struct site *site;
	struct store *store;
	struct audit_file *audit; /* may be NULL */
	const struct clock *clock;
};

/*
 * Sends one job that is due.  Returns 1 when there was one, whatever became
 * of it, 0 when none is due, -1 and e when the store does not answer.
 */
int sender_step(struct sender *s, struct err *e);

/*
 * Milliseconds until the next job is due, at most most_ms; what the store
 * does not tell counts as most_ms.
 */
int sender_pause(struct sender *s, int most_ms);

#endif
