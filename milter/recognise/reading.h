// SPDX-License-Identifier: BSD-2-Clause
/*
 * reading.h - one message as a pack sees it: its signals, asked once each.
 *
 * For the files of this folder only.  A reading lives on the stack of
 * recognise_request() and takes what it needs from that call's pool; whether
 * that was enough is asked of the pool at the end.
 */
#ifndef RECOGNISE_READING_H
#define RECOGNISE_READING_H

#include "mail/message.h"
#include "recognise/pack_parts.h"

/* The texts of a signal; a pattern is tried on one after the other. */
struct subjects {
	const struct view *item;
	size_t count;
	const char *where;       /* for evidence */
	bool known;              /* looked for already */
	unsigned asked;          /* how often */
	struct literal_map *map; /* NULL until it pays */
};

struct reading {
	const struct pack *pack;
	const struct message *message;
	struct view envelope_from;
	struct regex_scratch *scratch;
	struct pool *pool;
	struct request *out;
	struct subjects signal[SIGNALS_MAX];
	unsigned char *answer; /* of each test: enum answer in reading.c */
};

struct subjects *reading_signal(struct reading *r, size_t signal);

/* The same for the two signals that depend on a person. */
void reading_signal_of_person(struct reading *r, size_t signal,
    const struct person *person, struct subjects *out);

/* false: the pattern need not be tried on any of the texts. */
bool reading_may_match(struct reading *r, struct subjects *on,
    const struct pattern *pattern);

/* Whether the pattern matches; a ceiling is counted, and is no match. */
bool reading_match(struct reading *r, const struct regex *regex,
    struct view subject, size_t from);

bool reading_conditions_hold(struct reading *r, const struct conditions *c);

#endif
