// SPDX-License-Identifier: BSD-2-Clause
/*
 * replay_mail.h - messages decided on anew, and compared with what was.
 */
#ifndef CTL_REPLAY_MAIL_H
#define CTL_REPLAY_MAIL_H

#include "ctl/replay_rules.h"
#include "ctl/trial.h"

/* Gets each case; 0, or the code to exit with. */
typedef int replay_on_case(void *arg, enum replay_fate fate,
    const struct replay_case *one);

struct replay_mail {
	const struct trial_options *options; /* as for "rsvpctl test" */
	struct replay_rules *other; /* NULL: compared with the records */
	const char *audit;          /* where these are */
	replay_on_case *on_case;
	void *arg;
};

/*
 * Lets the engine decide on all messages of these mailboxes (mail_files.h) by
 * today's rules.  With other rules, what these want is compared with that; else
 * it is compared with the last record of the Message-ID for the same user, a
 * file as records_read() takes it.  Needs c->site.  0, or the code to exit
 * with, and what was wrong is said.
 */
int replay_mail(const struct replay_mail *m, struct ctl *c,
    const char *const *path, int paths);

#endif
