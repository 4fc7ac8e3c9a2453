// SPDX-License-Identifier: BSD-2-Clause
/*
 * health.h - whether the figures look as they should.
 *
 * Asks nobody: a look at the filter's health must not touch mail, the store or
 * a file.  What it says is what the processes noticed while they worked.
 */
#ifndef DAEMON_HEALTH_H
#define DAEMON_HEALTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "daemon/counters.h"

/* What is looked at of late is that of the last hour, to five minutes. */
enum { HEALTH_STEP_S = 300, HEALTH_SAMPLES = 12 };

/* From so many messages of networks that no rule fits, if so many per cent. */
enum { HEALTH_DRIFT_LEAST = 3, HEALTH_DRIFT_PER_CENT = 10 };

/* All zero: nothing was sampled. */
struct health {
	struct figures sample[HEALTH_SAMPLES];
	int64_t at_us[HEALTH_SAMPLES];
	size_t samples;
};

/*
 * Keeps the figures of now, if the last ones are HEALTH_STEP_S old; to be
 * called at any time, at health_due_us() at the latest.
 */
void health_sample(struct health *h, const struct figures *now, int64_t now_us);
int64_t health_due_us(const struct health *h);

/*
 * Appends what is wrong, a line each, in the order in which it matters; returns
 * how many.  Pure.
 */
size_t health_look(const struct health *h, const struct figures *now,
    struct text *out);

#endif
