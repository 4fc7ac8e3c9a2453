// SPDX-License-Identifier: BSD-2-Clause
/*
 * counted.c - what a decision, an answer and a refusal add to the counters.
 */
#include "daemon/counted.h"

#include <string.h>

static void
add_one(struct counters *c, enum counter which, unsigned label)
{
	counters_add(c, which, label, 1);
}

/* Mail of a network that nobody doubts, and that says nothing to its pack. */
static bool
is_drift(const struct decision *d)
{
	return d->request.type == REQUEST_OTHER &&
	    d->request.why_other != NULL && d->auth.level != TRUST_NONE &&
	    d->auth.level != TRUST_FORGED;
}

static void
add_plan(struct counters *c, const struct plan *p)
{
	add_one(c, COUNT_PLANS, p->why);
	for (size_t i = 0; i < p->actions; i++)
		add_one(c, COUNT_ACTIONS, p->action[i].kind);
}

void
counted_decision(struct counters *c, const struct decision *d)
{
	add_one(c, COUNT_CANDIDATES, 0);
	add_one(c, COUNT_TRUST, d->auth.level);
	if (d->request.network.size > 0) {
		add_one(c, COUNT_REQUESTS, d->request.type);
		if (is_drift(d))
			add_one(c, COUNT_UNRECOGNISED, 0);
	}
	counters_add(c, COUNT_PATTERN_ERRORS, 0, d->request.pattern_errors);
	for (size_t i = 0; i < d->recipients; i++)
		add_plan(c, &d->recipient[i].plan);
}

static enum counter
of_mode(enum job_mode mode)
{
	switch (mode) {
	case JOB_REPLY:
		return COUNT_REPLIES;
	case JOB_DRAFT:
		return COUNT_DRAFTS;
	case JOB_DIGEST:
		return COUNT_DIGESTS;
	default:
		return COUNT_NOTICES;
	}
}

/* The words of breaker_check(). */
static void
add_stop(struct counters *c, const char *why)
{
	if (why != NULL && strcmp(why, "user-refused") == 0)
		add_one(c, COUNT_BREAKER_STOPS, BREAKER_USER);
	if (why != NULL && strcmp(why, "route-refuses") == 0)
		add_one(c, COUNT_BREAKER_STOPS, BREAKER_ROUTE);
}

void
counted_outbox(struct counters *c, const struct audit_outbox *record)
{
	static const struct {
		const char *what;
		enum counter_end end;
	} known[] = {
		{ "queued", END_QUEUED },
		{ "refused", END_NOT_QUEUED },
		{ "bounced", END_BOUNCED },
	};
	enum job_mode mode;

	if (store_job_mode_parse(view_of(record->mode), &mode) < 0)
		return;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].what, record->what) == 0)
			add_one(c, of_mode(mode), known[i].end);
	add_stop(c, record->why);
}

void
counted_job(struct counters *c, const struct job *job, enum job_state state,
    const char *why)
{
	static const struct {
		enum job_state state;
		enum counter_end end;
	} known[] = {
		{ JOB_SENT, END_SENT },
		{ JOB_WAITING, END_LATER },
		{ JOB_FAILED, END_FAILED },
		{ JOB_CANCELLED, END_CANCELLED },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].state == state)
			add_one(c, of_mode(job->mode), known[i].end);
	add_stop(c, why);
}

void
counted_breakers(struct counters *c, const unsigned opened[BREAKERS])
{
	for (unsigned kind = 0; kind < BREAKERS; kind++)
		if (opened[kind] > 0)
			add_one(c, COUNT_BREAKERS_OPENED, kind);
}

void
counted_store(struct counters *c, enum counter_process who, bool answered)
{
	if (!answered)
		add_one(c, COUNT_STORE_ERRORS, who);
	counters_set(c, COUNT_STORE_UP, who, answered);
}

void
counted_audit(struct counters *c, enum counter_process who, uint64_t written,
    uint64_t lost, bool works)
{
	counters_add(c, COUNT_AUDIT_WRITTEN, who, written);
	counters_add(c, COUNT_AUDIT_LOST, who, lost);
	counters_set(c, COUNT_AUDIT_UP, who, works);
}

void
counted_begin(struct counters *c, enum counter_process who)
{
	struct figures f;

	if (c == NULL)
		return;
	counters_set(c, COUNT_STORE_UP, who, 1);
	counters_set(c, COUNT_AUDIT_UP, who, 1);
	if (who != OF_FILTER)
		return;
	counters_set(c, COUNT_NAME_SERVERS_UP, 0, 1);
	counters_read(c, &f);
	counters_add(c, COUNT_AUDIT_LOST, OF_FILTER,
	    f.of[COUNT_AUDIT_WAITING][0]);
	counters_set(c, COUNT_AUDIT_WAITING, 0, 0);
}
