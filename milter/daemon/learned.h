// SPDX-License-Identifier: BSD-2-Clause
/*
 * learned.h - whom users have written to.
 *
 * With users.learn the recipients of what a user sends are remembered, from
 * the envelope alone: as marks of the state store, under a digest of user and
 * address, which say nothing to who reads them and are gone after
 * STORE_MARK_DAYS.  Any thread.
 */
#ifndef DAEMON_LEARNED_H
#define DAEMON_LEARNED_H

#include <stdbool.h>

#include "daemon/site.h"
#include "effects/store.h"

/*
 * Marks made in a day, by this process.  The store has so much room for marks,
 * and those of refused answers (breaker.h) must not be pushed out by these.
 */
struct learned_budget {
	_Atomic int64_t day; /* since 1970 */
	_Atomic unsigned used;
};

/* Whether one more may be made now, and then it counts.  Pure but for b. */
bool learned_budget_take(struct learned_budget *b, int64_t now_ms);

/*
 * Whether mail from this reverse-path (without <>) is a user's own, so that its
 * recipients may be learned: user gets the name.  The null sender is nobody,
 * and so is one whose name is a program's (guards.h).  Pure.
 */
bool learned_find_writer(const struct site *site, struct view from,
    char user[LIMIT_USER_NAME_SIZE + 1]);

/* What one user sent. */
struct learned_mail {
	const struct site *site;
	const char *user;
	const struct view *rcpt; /* without <> */
	size_t count;
	int64_t now_ms;
};

/*
 * Remembers the recipients, LIMIT_LEARNED of them at most.  Not those that are
 * the user too, a program's, no plain addresses, or a route of the site, to
 * which our own answers go.  Who was remembered within a day is not again.
 * Returns 0, or -1 and e where the store fails (e is empty where it was not
 * asked) or there is no memory; then the rest is not remembered.
 */
int learned_remember(struct store *s, struct learned_budget *b,
    const struct learned_mail *mail, struct err *e);

/*
 * Whether the user has written to the address within STORE_MARK_DAYS.  0 and
 * *learned, or -1 and e as above.
 */
int learned_look(struct store *s, const char *user, struct view address,
    int64_t now_ms, bool *learned, struct err *e);

#endif
