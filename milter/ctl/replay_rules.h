// SPDX-License-Identifier: BSD-2-Clause
/*
 * replay_rules.h - the rules that requests are held against anew.
 */
#ifndef CTL_REPLAY_RULES_H
#define CTL_REPLAY_RULES_H

#include "base/text.h"
#include "ctl/replay_count.h"
#include "ctl/replay_facts.h"
#include "daemon/conf.h"
#include "daemon/folders.h"

struct replay_rules {
	struct folders *folders;
	bool others;      /* not the folders of the settings: may lack users */
	bool leave;       /* who has no folder is nobody's: users.fallback */
	const char *only; /* of this user, or NULL */
	const struct folder *one;  /* that of only, with a rules.conf tried */
	const struct folder *held; /* of the last decision; not one */
	struct regex_scratch *scratch;
	struct text actions; /* of the last decision */
	bool mistaken; /* some user's could not be read, and it was said */
};

/*
 * Opens the rules in the settings' users.dir, or with: a folder like that one,
 * or a rules.conf to be tried for user.  Borrows all.  0, or a code of
 * sysexits(3), and what was wrong is said; replay_rules_close() in either case.
 * A rules.conf that is not in order is refused here.
 */
int replay_rules_open(struct replay_rules *r, const struct conf *c,
    const char *with, const char *user);
void replay_rules_close(struct replay_rules *r);

/* Fills in what rules may ask, with these contacts; they may be NULL. */
typedef void replay_make_facts(void *arg, const struct contacts *contacts,
    struct replay_facts *f);

/*
 * What they decide for user: one->now, or one->untold and the rule.  It is
 * valid until the next call.  REPLAY_SAME and REPLAY_DIFFERS say how it
 * compares with one->was, other fates why it does not.  -1 without memory.
 */
int replay_rules_decide(struct replay_rules *r, struct view user,
    replay_make_facts *make, void *arg, struct replay_case *one);

#endif
