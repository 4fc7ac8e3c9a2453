// SPDX-License-Identifier: BSD-2-Clause
/*
 * counters.h - what is counted while the filter runs.
 *
 * One table says what there is; counting, every form of "rsvpctl stats" and
 * the manual follow it.  The figures are in memory that the processes share:
 * the first one makes it before it forks, so that those of a child that died
 * are still there.  They begin anew when the first process does.
 *
 * Labels are words of the program's own, a fixed list each; no name, user or
 * address of a mail can become one.  Any thread, any process, and none waits:
 * relaxed atomics, so two figures may be of moments a little apart.
 */
#ifndef DAEMON_COUNTERS_H
#define DAEMON_COUNTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/plan.h"
#include "recognise/request.h"

/* What stands behind a label. */
enum counter_labels {
	LABEL_NONE, /* the one figure has none */
	LABEL_TYPE,
	LABEL_TRUST,
	LABEL_ACTION,
	LABEL_WHY,
	LABEL_END,
	LABEL_PROCESS,
	LABEL_KIND,
	LABEL_FILES,
	LABEL_RESULT,
	COUNTER_LABELS
};

/* Of LABEL_END, LABEL_PROCESS, LABEL_FILES and LABEL_RESULT. */
enum counter_end {
	END_QUEUED,
	END_NOT_QUEUED, /* a cap, an earlier answer, a breaker, the store */
	END_SENT,
	END_LATER, /* not sent, and tried again */
	END_FAILED,
	END_CANCELLED,
	END_BOUNCED, /* refused after it was sent */
	COUNTER_ENDS
};
enum counter_process { OF_FILTER, OF_SENDER, COUNTER_PROCESSES };
enum counter_files { FILES_BROKEN, FILES_KEPT, FILES_LINES, COUNTER_FILES };
enum counter_result { RELOAD_TAKEN, RELOAD_REFUSED, COUNTER_RESULTS };

/*
 * One row each: constant, name, whether it only grows, labels, what it says.
 * What does not only grow is 1 or 0, or a number of now.
 */
#define COUNTERS(X)                                                          \
	X(MESSAGES, "messages", true, LABEL_NONE,                            \
	    "Messages that the MTA began to tell of, at MAIL.")              \
	X(CANDIDATES, "candidates", true, LABEL_NONE,                        \
	    "Messages that looked like a notification and were decided on.") \
	X(FAILURES, "failures", true, LABEL_NONE,                            \
	    "Messages that the filter itself failed on.")                    \
	X(REQUESTS, "requests", true, LABEL_TYPE,                            \
	    "Messages of a network, by what they ask for.")                  \
	X(UNRECOGNISED, "unrecognised", true, LABEL_NONE,                    \
	    "Messages of a network, not forged, that no rule of its pack "   \
	    "fits: drift.")                                                  \
	X(TRUST, "trust", true, LABEL_TRUST,                                 \
	    "Candidates, by who vouches for them.")                          \
	X(PLANS, "plans", true, LABEL_WHY,                                   \
	    "Decisions, one for each recipient, by what they rest on.")      \
	X(ACTIONS, "actions", true, LABEL_ACTION,                            \
	    "Actions of the rules that decided, whether or not they could "  \
	    "be done.")                                                      \
	X(HELD, "held", true, LABEL_NONE,                                    \
	    "Messages that the MTA was told to hold.")                       \
	X(NOT_CHANGED, "changes_refused", true, LABEL_NONE,                  \
	    "Messages of which the MTA did not take all changes.")           \
	X(PATTERN_ERRORS, "pattern_errors", true, LABEL_NONE,                \
	    "Patterns that hit a ceiling.")                                  \
	X(FOLDER_ERRORS, "folder_errors", true, LABEL_FILES,                 \
	    "Users' folders read with a mistake: broken (tag only), kept "   \
	    "(the rules before are in force), lines (some are not used).")   \
	X(REPLIES, "replies", true, LABEL_END,                               \
	    "Answers to other people, by what became of them.")              \
	X(DRAFTS, "drafts", true, LABEL_END,                                 \
	    "Proposed answers mailed to users, by what became of them.")     \
	X(NOTICES, "notices", true, LABEL_END,                               \
	    "Notices to users about their files, by what became of them.")   \
	X(DIGESTS, "digests", true, LABEL_END,                               \
	    "Digests mailed to users, by what became of them.")              \
	X(BREAKERS_OPENED, "breakers_opened", true, LABEL_KIND,              \
	    "Refusals of answers at which a breaker was open.")              \
	X(BREAKER_STOPS, "breaker_stops", true, LABEL_KIND,                  \
	    "Answers not queued, or not sent, since a breaker is open.")     \
	X(SENDING_STOPPED, "sending_stopped", false, LABEL_NONE,             \
	    "Whether reply.stop_file stops all sending.")                    \
	X(STORE_ERRORS, "store_errors", true, LABEL_PROCESS,                 \
	    "Times that the state store did not answer.")                    \
	X(STORE_UP, "store_up", false, LABEL_PROCESS,                        \
	    "Whether the state store answered when it was last asked; 1 "    \
	    "until it is.")                                                  \
	X(AUDIT_WRITTEN, "audit_written", true, LABEL_PROCESS,               \
	    "Audit records written to the file.")                            \
	X(AUDIT_LOST, "audit_lost", true, LABEL_PROCESS,                     \
	    "Audit records lost.")                                           \
	X(AUDIT_WAITING, "audit_waiting", false, LABEL_NONE,                 \
	    "Audit records that wait to be written.")                        \
	X(AUDIT_UP, "audit_up", false, LABEL_PROCESS,                        \
	    "Whether the audit file could be written when it was last "      \
	    "tried; 1 until it is.")                                         \
	X(NAME_SERVERS_UP, "name_servers_up", false, LABEL_NONE,             \
	    "Whether name servers answer that are asked for keys of "        \
	    "signatures.")                                                   \
	X(RELOADS, "reloads", true, LABEL_RESULT,                            \
	    "Reloads, by whether the new set was taken.")                    \
	X(PROCESS_UP, "process_up", false, LABEL_PROCESS,                    \
	    "Whether the process works.")                                    \
	X(RESTARTS, "process_restarts", true, LABEL_PROCESS,                 \
	    "Times that the process died or could not start, and was to be " \
	    "started again.")

#define COUNTER_ENUM(constant, name, grows, labels, says) COUNT_##constant,
enum counter { COUNTERS(COUNTER_ENUM) COUNTER_COUNT };
#undef COUNTER_ENUM

/* So many values at most a label has. */
enum { COUNTER_VALUES = 32 };
_Static_assert((int)REQUEST_TYPE_COUNT <= (int)COUNTER_VALUES,
    "a type has no counter");

/*
 * How long decisions took, from the end of a message until our answer; upper
 * bounds in microseconds, and what is longer.
 */
#define COUNTER_BOUNDS_US                                                      \
	{                                                                      \
		1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000, \
		    1000000, 2500000, 5000000, 10000000                        \
	}
enum { COUNTER_BOUNDS = 13 };

struct counters; /* may be NULL wherever one is counted in: nobody asks */

/* The figures of one moment. */
struct figures {
	int64_t start_ms; /* when the first process began */
	uint64_t of[COUNTER_COUNT][COUNTER_VALUES];
	uint64_t took[COUNTER_BOUNDS + 1]; /* in each bucket alone */
	uint64_t took_us;                  /* all of them together */
};

/*
 * All zero, but for what is up until it is known to be down.  Shared with every
 * process that is forked later.  NULL without memory.
 */
struct counters *counters_new(int64_t start_ms);
void counters_free(struct counters *c); /* NULL is fine */

/* label is of the counter's list, 0 where it has none; another is ignored. */
void counters_add(struct counters *c, enum counter which, unsigned label,
    uint64_t count);
void counters_set(struct counters *c, enum counter which, unsigned label,
    uint64_t value);
void counters_took(struct counters *c, int64_t took_us);

void counters_read(const struct counters *c, struct figures *f);

/* What the table says. */
const char *counter_name(enum counter which);
bool counter_grows(enum counter which);
const char *counter_says(enum counter which);
/* "type", or NULL where it has no labels; and how many values there are. */
const char *counter_label(enum counter which);
unsigned counter_values(enum counter which);
const char *counter_value(enum counter which, unsigned label);

/* "0.0025": the upper bound of a bucket in seconds; "+Inf" behind the last. */
const char *counter_bound(unsigned bucket);
int64_t counter_bound_us(unsigned bucket); /* INT64_MAX behind the last */

#endif
