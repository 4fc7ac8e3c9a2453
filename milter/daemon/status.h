// SPDX-License-Identifier: BSD-2-Clause
/*
 * status.h - what is answered on the control socket (daemon/control.h).
 *
 *   stats, stats json, stats prometheus    the figures (counters_print.h)
 *   health                                 what is wrong, a line each
 *   socket                                 where the MTA finds the filter
 */
#ifndef DAEMON_STATUS_H
#define DAEMON_STATUS_H

#include "base/clock.h"
#include "daemon/control.h"
#include "daemon/counters.h"
#include "daemon/health.h"

struct status {
	const struct counters *counters;
	const struct clock *clock;
	const char *version, *socket;
	struct health health;
};

/* To be called now and then; when at the latest, by the steady clock. */
void status_sample(struct status *s);
int64_t status_due_us(const struct status *s);

control_answer status_answer; /* arg is a struct status */

#endif
