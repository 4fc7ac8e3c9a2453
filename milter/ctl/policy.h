// SPDX-License-Identifier: BSD-2-Clause
/*
 * policy.h - what the files of "rsvpctl policy" share.
 */
#ifndef CTL_POLICY_H
#define CTL_POLICY_H

#include "base/json.h"
#include "ctl/ctl.h"

/* A ready-made rules.conf. */
struct policy_file {
	const char *name; /* NAME of NAME.conf */
	struct text path; /* where it is */
	struct text bytes;
};

/* Prints what was written, and frees its text.  0, or EX_OSERR and said so. */
int policy_put_json(struct json *j);

/*
 * Makes the file the rules.conf of user, whose name users_name_ok() has
 * approved.  A different one is replaced only if force says so, and kept.
 * Prints what was done.  Returns a code of sysexits(3), and what was wrong is
 * said.
 */
int policy_use(const struct ctl *c, const struct policy_file *file,
    const char *user, bool force);

#endif
