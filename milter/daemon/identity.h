// SPDX-License-Identifier: BSD-2-Clause
/*
 * identity.h - whom the processes run as.
 */
#ifndef DAEMON_IDENTITY_H
#define DAEMON_IDENTITY_H

#include <sys/types.h>

#include "base/err.h"

struct identity {
	uid_t uid; /* -1: stay who we are */
	gid_t gid;
	char name[64]; /* for the supplementary groups; "" if uid is -1 */
};

/* "USER", "USER:GROUP" or "".  0, or -1 and e for a name nobody has. */
int identity_find(const char *user, struct identity *id, struct err *e);

/* The id of a group, or -1 for "".  0, or -1 and e. */
int identity_group(const char *name, gid_t *gid, struct err *e);

/*
 * Gives up root for good, groups and all.  Nothing to do where uid is -1 or
 * ours already.  Before threads start.  0, or -1 and e.
 */
int identity_assume(const struct identity *id, struct err *e);

#endif
