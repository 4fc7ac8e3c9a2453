// SPDX-License-Identifier: BSD-2-Clause
/*
 * replay_count.h - decisions compared, and which of them would be others.
 */
#ifndef CTL_REPLAY_COUNT_H
#define CTL_REPLAY_COUNT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/pool.h"
#include "base/text.h"
#include "base/view.h"
#include "effects/audit_read.h"
#include "policy/plan.h"

enum {
	REPLAY_EXAMPLES = 3,  /* of each change */
	REPLAY_CHANGES = 4096 /* different ones; others are only counted */
};

/* What became of one recipient's request. */
enum replay_fate {
	REPLAY_SAME,
	REPLAY_DIFFERS,
	REPLAY_UNTOLD,     /* the record lacks what a rule asks for */
	REPLAY_NOBODY,     /* the recipient is no user's */
	REPLAY_NO_NETWORK, /* no rules are asked */
	REPLAY_NO_FOLDER,  /* the user has none among the other rules */
	REPLAY_MISTAKEN,   /* the user's rules cannot be read */
	REPLAY_UNREADABLE, /* a type, trust or note that nobody knows */
	REPLAY_NO_RECORD,  /* a message that no record is of */
	REPLAY_FATES
};

/* "same", "differ", ...: keys of the form for programs. */
const char *replay_fate_name(enum replay_fate fate);

/* What was decided: by a rule, or why by none. */
struct replay_decision {
	struct view rule, why, actions; /* "tag:x\nfile:y\n" */
};

/* One recipient's request; everything is borrowed. */
struct replay_case {
	struct view time, host, queue_id, message_id, type, person, user;
	struct replay_decision was, now;
	const char *untold; /* the condition of now.rule; NULL: all told */
};

/* Appends the actions of a plan, or of a record, each with its newline. */
void replay_add_planned(const struct plan *plan, struct text *actions);
void replay_add_recorded(const struct audit_entry_recipient *r,
    struct text *actions);

/* Whether rule and actions, or where there is no rule the reason, differ. */
bool replay_differs(const struct replay_decision *a,
    const struct replay_decision *b);

/* All cases of one change, or of one rule that lacks a condition. */
struct replay_change {
	enum replay_fate fate; /* REPLAY_DIFFERS or REPLAY_UNTOLD */
	size_t count;
	struct replay_case example[REPLAY_EXAMPLES];
	size_t examples;
};

struct replay_count {
	struct pool *pool;
	size_t fate[REPLAY_FATES];
	struct replay_change *change;
	size_t changes;
	size_t others[REPLAY_FATES]; /* of changes past the ceiling */
	unsigned short *place;
};

/* 0, or -1 without memory; replay_count_free() in either case. */
int replay_count_init(struct replay_count *c);
void replay_count_free(struct replay_count *c);

/* Takes one more, whose texts are copied where they are kept.  The same. */
int replay_count_add(struct replay_count *c, enum replay_fate fate,
    const struct replay_case *one);

/* The most frequent first, changes before what nobody can tell. */
void replay_count_sort(struct replay_count *c);

#endif
