// SPDX-License-Identifier: BSD-2-Clause
/*
 * report_count.h - the figures of a period, counted record by record.
 *
 * Pure.  Memory is bounded, however many records there are: of each figure so
 * many keys are told apart, and what has another one is counted together.
 */
#ifndef CTL_REPORT_COUNT_H
#define CTL_REPORT_COUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "ctl/selection.h"
#include "effects/audit_read.h"

enum {
	REPORT_KEYS = 5000,    /* of one figure that are told apart */
	REPORT_KEY_SIZE = 256, /* octets of a key; what is longer is cut */
	REPORT_STEPS = 32,     /* of a power of two, in which times fall */
	REPORT_TIMES = 64 * REPORT_STEPS
};

/* What is counted: of messages, of recipients, or of records of jobs. */
enum report_by {
	REPORT_DAY,      /* messages; in UTC */
	REPORT_TYPE,     /* messages */
	REPORT_TRUST,    /* messages */
	REPORT_PERSON,   /* messages */
	REPORT_FORGED,   /* messages whose trust is "forged", by why */
	REPORT_DRIFT,    /* messages of type "other", but for the forged;
			    why, template */
	REPORT_USER,     /* recipients */
	REPORT_KNOWN,    /* recipients */
	REPORT_ACTION,   /* recipients, by the word before the colon; but
			    not what the others did not share */
	REPORT_RULE,     /* recipients; user, rule */
	REPORT_NO_REPLY, /* recipients whose answer was not queued, by why */
	REPORT_JOB,      /* records of jobs, by what became of it: "sent" */
	REPORT_REFUSED,  /* those that were refused, by why */
	REPORT_HELD,     /* messages "held", "released", "deleted" */
	REPORT_FIGURES
};

struct report_row {
	char *first, *second; /* first is "" but where two are named above */
	long long count;
	bool says_time;
	int64_t first_ms, last_ms; /* when it was seen */
	bool in_force;             /* REPORT_RULE: is in the user's rules */
};

struct report_figure {
	struct report_row *row; /* size, in the order they came, or sorted */
	size_t size;
	long long others; /* counts of keys past the ceiling */
	uint16_t *place;  /* the hash table: index of a row + 1, or 0 */
};

struct report {
	struct report_figure figure[REPORT_FIGURES];
	long long messages, recipients, jobs, lost;
	bool says_time;
	int64_t first_ms, last_ms;
	long long time[REPORT_TIMES], timed, time_max_us;
	bool knows_rules; /* report_expect() was told all */
	bool failed;      /* without memory */
};

/* Zero, and nothing is held. */
void report_init(struct report *r);
void report_free(struct report *r);

/* "day", "type", ..., as JSON has it. */
const char *report_name(enum report_by by);

/*
 * Counts a record; of its recipients those that are wanted (NULL: all).
 * 0, or -1 without memory.
 */
int report_count(struct report *r, const struct audit_entry *e,
    const struct selection *wanted);

/*
 * A rule in force, which may have matched or not.  To be called when all
 * records are counted.  Past the ceiling it is left out: a rule that was
 * counted among the others is not said to have never matched.  0 or -1.
 */
int report_expect(struct report *r, struct view user, struct view rule);

/* Sorts all figures: days by name, others by count; counts nothing after. */
void report_sort(struct report *r);

/*
 * The time in microseconds that so many of a hundred took at most, to about
 * three in a hundred; never more than time_max_us.  -1 where none is known.
 */
long long report_percentile(const struct report *r, unsigned percent);

#endif
