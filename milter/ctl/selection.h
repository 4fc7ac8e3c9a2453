// SPDX-License-Identifier: BSD-2-Clause
/*
 * selection.h - which records are wanted: options that commands share.
 */
#ifndef CTL_SELECTION_H
#define CTL_SELECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "daemon/conf.h"
#include "effects/audit_names.h"
#include "effects/audit_read.h"

/* What is NULL is not asked for. */
struct selection {
	const char *user, *type, *trust, *rule, *action, *host, *queue_id,
	    *person;
	bool asks; /* for anything, by selection_take() */
	bool held; /* only what was held, and what became of it by hand */
	bool says_since, says_until;
	int64_t since_ms, until_ms;        /* until is not in it */
	char person_hash[AUDIT_HASH_SIZE]; /* empty: not known */
};

enum selection_option {
	SELECT_USER = 0x1000, /* no character's, nor a command's own */
	SELECT_TYPE,
	SELECT_PERSON,
	SELECT_TRUST,
	SELECT_RULE,
	SELECT_ACTION,
	SELECT_HOST,
	SELECT_QUEUE_ID,
	SELECT_SINCE,
	SELECT_UNTIL
};

/* Rows of a table for getopt_long(3). */
/* clang-format off */
#define SELECTION_OPTIONS \
	{ "user", required_argument, NULL, SELECT_USER }, \
	{ "type", required_argument, NULL, SELECT_TYPE }, \
	{ "person", required_argument, NULL, SELECT_PERSON }, \
	{ "trust", required_argument, NULL, SELECT_TRUST }, \
	{ "rule", required_argument, NULL, SELECT_RULE }, \
	{ "action", required_argument, NULL, SELECT_ACTION }, \
	{ "host", required_argument, NULL, SELECT_HOST }, \
	{ "qid", required_argument, NULL, SELECT_QUEUE_ID }, \
	{ "since", required_argument, NULL, SELECT_SINCE }, \
	{ "until", required_argument, NULL, SELECT_UNTIL }
/* clang-format on */

/*
 * Takes an option and its value, which is borrowed.  1, or 0 where it is none
 * of these, or -1 and e ("--type: no type \"x\"; rsvp-rules(5) lists them").
 */
int selection_take(struct selection *s, int option, const char *value,
    int64_t now_ms, struct err *e);

/*
 * getopt_long(3) for a command that has SELECTION_OPTIONS among its own: takes
 * these, and returns the next other one; '?' also where a value is wrong, which
 * is said; -1 behind the last.
 */
struct option;
int selection_getopt(struct selection *s, int argc, char **argv,
    const char *letters, const struct option *options);

/*
 * Where a person is asked for and the settings have names = "hash": takes the
 * site's secret out of the state, so that records with digests can be asked for
 * the whole name.  Says why it cannot.
 */
void selection_ask_state(struct selection *s, const struct conf *c);

/*
 * Whether the record has a digest for the person who is asked for, and nobody
 * can tell whose it is.
 */
bool selection_cannot_tell(const struct selection *s,
    const struct audit_entry *e);

/*
 * Whether the record is wanted.  A person is found by part of the name, however
 * it is written, or by all of it where the record has a digest; an action by
 * its word ("tag", "quarantine"), or by all of it ("tag:Recruiter").  User,
 * rule and action must be of one recipient.  A record of a job has no type,
 * trust, person or rule, and its action is "draft" or "reply".  One without a
 * time is in no period.  Pure.
 */
bool selection_wants(const struct selection *s, const struct audit_entry *e);

/*
 * Whether selection_wants() could say yes to the record in a line, by its
 * octets alone: false is certain.  As
 * JSON may write any character as "\u0061", a line with such always could.
 * Pure, and many times faster than to read the record.
 */
bool selection_may_want(const struct selection *s, struct view line);

/* Whether the recipient is one that the record was wanted for. */
bool selection_wants_recipient(const struct selection *s,
    const struct audit_entry *e, const struct audit_entry_recipient *r);

#endif
