// SPDX-License-Identifier: BSD-2-Clause
/*
 * redis_link.h - commands for a Redis, and what it answers.
 *
 * The one file that includes hiredis.h is behind it.  Connections are made
 * when they are needed, a few are kept, and each belongs to one thread at a
 * time.  A Redis that does not answer costs one call its time-out; then it is
 * left alone for LIMIT_REDIS_PAUSE_S and calls fail at once.  A command whose
 * answer was lost may have been done; it is never sent again.
 * Errors read "HOST:PORT: ...".
 */
#ifndef EFFECTS_REDIS_LINK_H
#define EFFECTS_REDIS_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/view.h"
#include "effects/redis_target.h"

struct redis_link;

/*
 * Reads the password, which others must not be able to read, and makes the
 * first connection.  Copies *t; borrows the clock.  NULL and e on failure,
 * also for a Redis that may forget what it was told: maxmemory-policy must be
 * noeviction, appendonly yes and appendfsync always, as far as it lets us ask.
 */
struct redis_link *redis_link_open(const struct redis_target *t,
    const struct clock *clock, struct err *e);
void redis_link_close(struct redis_link *l); /* NULL is fine */

/* An answer that is a list, as all of ours are; columns count from 0. */
struct redis_answer;

/*
 * Sends one command of count words and waits for its answer, which the caller
 * frees.  NULL and e, also for an answer that is an error or no list.  Any
 * thread.
 */
struct redis_answer *redis_link_ask(struct redis_link *l,
    const struct view *word, size_t count, struct err *e);
void redis_answer_free(struct redis_answer *a); /* NULL is fine */

size_t redis_answer_count(const struct redis_answer *a);

/* Empty where there is no such column; it is NUL-terminated otherwise. */
struct view redis_answer_text(const struct redis_answer *a, size_t column);

/* Of a number, or of a text that is one; 0 where there is none. */
int64_t redis_answer_number(const struct redis_answer *a, size_t column);

#endif
