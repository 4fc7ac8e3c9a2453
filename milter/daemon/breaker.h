// SPDX-License-Identifier: BSD-2-Clause
/*
 * breaker.h - what is sent, and what is refused, counted: no more answers than
 * the caps allow, none where answers are refused.
 *
 * The breaker of a user, or of a route (the domain of an answer's recipient),
 * is open while as many answers as the site allows were refused for good within
 * reply.refusals_period.  It closes by itself as these grow old, and opens
 * again at the next refusal, so that a network that never wants answers gets
 * a few in a period and not all of them; or a person closes it.
 *
 * Caps are asked for with the claim (effects/store.h), and here once more:
 * answers that waited while sending was stopped must not leave all at once.
 * Any thread.
 */
#ifndef DAEMON_BREAKER_H
#define DAEMON_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/conf.h"
#include "effects/store.h"

/* Whose answer it is. */
struct breaker_answer {
	const struct conf *conf;
	struct view user, recipient; /* the route's address */
	int64_t now_ms;
};

/*
 * Whether a breaker is open: 0 and *why, "route-refuses", "user-refused" or
 * NULL, or -1 and e.  In the path of mail ask store_seen() or the like before:
 * this does not know when the store is to be left alone.
 */
int breaker_check(struct store *s, const struct breaker_answer *a,
    const char **why, struct err *e);

/* What can be broken off. */
enum breaker_kind { BREAKER_USER, BREAKER_ROUTE, BREAKERS };

/*
 * Notes that an answer was refused for good.  0, or -1 and e; opened[KIND] is
 * how many refusals there are where this one opened a breaker, else 0.
 */
int breaker_refused(struct store *s, const struct breaker_answer *a,
    unsigned opened[BREAKERS], struct err *e);

/* Logs which ones that opened. */
void breaker_log(const struct breaker_answer *a,
    const unsigned opened[BREAKERS]);

/*
 * Whether one more answer may be sent: 0, and *why is "user-day-cap",
 * "site-hour-cap" or NULL.  -1 and e.
 */
int breaker_check_caps(struct store *s, const struct breaker_answer *a,
    const char **why, struct err *e);

/* Notes that an answer is being handed over.  0, or -1 and e. */
int breaker_sending(struct store *s, const struct breaker_answer *a,
    struct err *e);

/* For a person who looks: a breaker of one user, or of one route. */
struct breaker_of {
	enum breaker_kind kind;
	struct view name; /* the user, or breaker_route() */
};

struct breaker_state {
	unsigned refused; /* within reply.refusals_period */
	unsigned most;    /* open from so many on; 0: never */
	int64_t last_ms;
};

/* The domain of an address, as breakers count it: borrowed from address. */
struct view breaker_route(struct view address);

/* 0 and *state, or -1 and e. */
int breaker_look(struct store *s, const struct conf *c,
    const struct breaker_of *of, int64_t now_ms, struct breaker_state *state,
    struct err *e);
bool breaker_is_open(const struct breaker_state *state);

/* Forgets the refusals.  0 and how many there were, or -1 and e. */
int breaker_close(struct store *s, enum breaker_kind kind, struct view name,
    size_t *refusals, struct err *e);

#endif
