// SPDX-License-Identifier: BSD-2-Clause
/*
 * counters_print.h - the figures, in the forms of "rsvpctl stats".
 *
 * Pure; out's limit should be LIMIT_CONTROL_ANSWER.
 */
#ifndef DAEMON_COUNTERS_PRINT_H
#define DAEMON_COUNTERS_PRINT_H

#include "base/text.h"
#include "daemon/counters.h"

/* In front of the names of metrics. */
#define COUNTERS_PREFIX "rsvp_milter_"

/*
 * The text format of Prometheus, version 0.0.4.  Every figure is in it, also
 * one that is zero, so that a rate can be taken from its first rise on.
 */
void counters_prometheus(const struct figures *f, const char *version,
    struct text *out);

/* One JSON object on a line. */
void counters_json(const struct figures *f, const char *version, int64_t now_ms,
    struct text *out);

/* For people: a figure a line, of labels those that are not zero. */
void counters_text(const struct figures *f, const char *version, int64_t now_ms,
    struct text *out);

/*
 * The bucket below whose bound that share of the decisions (per_cent of them,
 * rounded up) lies: a number for counter_bound(), or -1 where there was none.
 */
int counters_percentile(const struct figures *f, unsigned per_cent);

#endif
