// SPDX-License-Identifier: BSD-2-Clause
/*
 * filter.h - what the filter does at the end of a message, and with what.
 *
 * Sits between the callbacks, which only carry bytes, and the engine, which
 * only decides: writes the record, has the message changed, queues answers.
 */
#ifndef DAEMON_FILTER_H
#define DAEMON_FILTER_H

#include "base/clock.h"
#include "base/err.h"
#include "daemon/counters.h"
#include "daemon/news.h"
#include "daemon/session.h"
#include "daemon/site.h"
#include "effects/audit_queue.h"
#include "effects/store.h"
#include "mail/signature.h"

/* Shared by all threads; set up before they start. */
struct filter {
	struct site_slot *slot;
	const struct clock *clock;
	struct store *store;                 /* NULL: down since the start */
	struct store *dry_store;             /* what a dry run counts in */
	struct signature_verifier *verifier; /* NULL: none */
	struct audit_queue *audit;           /* NULL: syslog only */
	struct news store_news, audit_news;
	struct learned_budget learned;
	struct counters *counters;      /* NULL: nobody counts */
	void (*wake_sender)(void *arg); /* there is a new job; may be NULL */
	void *wake_arg;
};

/*
 * Opens what the settings of s name, and takes over the caller's hold on it.
 * A store that cannot be opened is an
 * error here, at the start; when it fails later mail flows.  Returns 0, or
 * -1 and e; filter_close() is right after both.
 */
int filter_open(struct filter *f, struct site *s, struct err *e);
void filter_close(struct filter *f);

/* From here on what is done is counted.  Before threads start. */
void filter_count(struct filter *f, struct counters *c);

/*
 * Gives what waits for the disk a last while, and logs how many records are
 * lost.  Before the process ends, while other threads may be at work.
 */
void filter_drain(struct filter *f);

/*
 * Takes over a changed set-up, but for what needs a start, and returns 0; or
 * keeps the old one and returns -1.  Logs either.
 */
int filter_reload(struct filter *f);

/* How the MTA is told to change the message; each returns 0 or -1. */
struct filter_edit {
	int (*remove)(void *arg, const char *name, int index);
	int (*add)(void *arg, const char *name, const char *value);
	int (*hold)(void *arg, const char *reason);
	void *arg;
};

/*
 * Decides on a collected message and carries the decision out.  Returns 0, or
 * -1 and e when our own part failed and the message is as it came, but for
 * forged headers.  Logs the decision.  Any thread.
 */
int filter_message(struct filter *f, const struct session_mail *mail,
    const struct filter_edit *edit, struct err *e);

/* Remembers whom a user wrote to; what cannot be is logged.  Any thread. */
void filter_learn(struct filter *f, const struct learned_mail *mail);

#endif
