// SPDX-License-Identifier: BSD-2-Clause
/*
 * job.h - a job of the outbox, shown to a person or a program.
 *
 * Never the token of a reply address (DESIGN, "Never" 6): of a route only the
 * domain is shown.
 */
#ifndef CTL_JOB_H
#define CTL_JOB_H

#include <stdbool.h>

#include "effects/store.h"

/* A line of a list, and what stands above the first. */
void job_put_heading(void);
void job_put_line(const struct job *job);

/* All that there is to know of it, a line each. */
void job_put_all(const struct job *job);

/* A JSON object: what a list has, or all. */
void job_put_json(const struct job *job, bool all);

#endif
