// SPDX-License-Identifier: BSD-2-Clause
/*
 * digest.h - what was held or filed in a period, user by user.
 */
#ifndef CTL_DIGEST_H
#define CTL_DIGEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/pool.h"
#include "effects/audit_read.h"
#include "effects/daily.h"

/* One user of whom there are records in the period. */
struct digest_user {
	struct digest_user *next; /* who came later */
	const char *name;
	bool wants;          /* a digest; else nothing of it is kept */
	struct view address; /* of the first mail that is in it */
	struct daily daily;  /* its period is the caller's to set */
	/* What the rest is for digest_collect.c. */
	size_t room[DAILY_KINDS];
	struct digest_held_at *held; /* of each held entry */
	unsigned long long record;   /* the last one that counted */
};

/* What the collector is told of users; arg comes first. */
struct digest_world {
	/* 1 or 0, or -1 where it is not known, which was said. */
	int (*wants)(void *arg, const char *user);
	/* Whether the address is the user's today. */
	bool (*is_of_user)(void *arg, struct view address, const char *user);
	void *arg;
};

struct digests {
	const struct digest_world *world;
	const char *only;           /* this user; NULL: all */
	int64_t since_ms, until_ms; /* until is not in it */
	struct pool *pool;
	struct digest_user *first;
	/* Of digest_collect.c alone. */
	struct digest_user **end;
	void *user_tree, *held_tree;
	unsigned long long records;
	bool failed;
};

/* 0, or -1 without memory.  world and only are borrowed. */
int digest_init(struct digests *d, const struct digest_world *world,
    const char *only, int64_t since_ms, int64_t until_ms);
void digest_free(struct digests *d);

/*
 * Takes a record: a decision of the period that held or filed a mail, or, of
 * whatever time, what was done by hand with one that was held.  A dry run did
 * nothing.  0, or -1 without memory.
 */
int digest_take(struct digests *d, const struct audit_entry *e);

/* Behind the last record: what became of the held ones. */
void digest_finish(struct digests *d);

/* Whether there is anything to tell the user of. */
bool digest_has_any(const struct digest_user *u);

/*
 * Appends a moment where we are, "2026-11-27 14:03"; of a period its day, or
 * both moments where it is not just one day.
 */
void digest_add_moment(int64_t ms, struct text *out);
void digest_add_period(int64_t since_ms, int64_t until_ms, struct text *out);

#endif
