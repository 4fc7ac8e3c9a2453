// SPDX-License-Identifier: BSD-2-Clause
/*
 * counted.h - what a decision, an answer and a refusal add to the counters.
 *
 * Any thread; c may be NULL.
 */
#ifndef DAEMON_COUNTED_H
#define DAEMON_COUNTED_H

#include "daemon/breaker.h"
#include "daemon/counters.h"
#include "daemon/engine.h"

void counted_decision(struct counters *c, const struct decision *d);

/* What is recorded of an answer where the mail is. */
void counted_outbox(struct counters *c, const struct audit_outbox *record);

/* What became of a job that was taken, and why, or "". */
void counted_job(struct counters *c, const struct job *job,
    enum job_state state, const char *why);

/* As breaker_log() gets it. */
void counted_breakers(struct counters *c, const unsigned opened[BREAKERS]);

/* The state store did, or did not, answer that process. */
void counted_store(struct counters *c, enum counter_process who, bool answered);

/* Records written and lost just now, and whether the file takes them. */
void counted_audit(struct counters *c, enum counter_process who,
    uint64_t written, uint64_t lost, bool works);

/*
 * A process begins: nothing is known to be down, and records that waited in a
 * filter that died are lost.
 */
void counted_begin(struct counters *c, enum counter_process who);

#endif
