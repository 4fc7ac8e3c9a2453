// SPDX-License-Identifier: BSD-2-Clause
/*
 * root.c - root gives itself up, to see and make files as the filter does.
 */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "ctl/ctl.h"
#include "daemon/identity.h"

int
ctl_become_filter(const struct conf *c)
{
	struct identity id;
	struct err e = ERR_NONE;

	if (geteuid() != 0 || c->user[0] == '\0')
		return 0;
	if (identity_find(c->user, &id, &e) < 0) {
		conf_in(c, "user", &e);
		return ctl_fail(EX_CONFIG, "%s", e.text);
	}
	if (identity_assume(&id, &e) < 0)
		return ctl_fail(EX_NOPERM, "%s", e.text);
	return 0;
}

int
ctl_become_owner(int folder, const char *user)
{
	struct identity owner;
	struct err e = ERR_NONE;
	struct stat st;

	if (fstat(folder, &st) < 0)
		return ctl_fail(EX_OSERR, "%s: %s", user, strerror(errno));
	if (geteuid() != 0 || st.st_uid == 0)
		return 0;
	owner = (struct identity){ .uid = st.st_uid, .gid = st.st_gid };
	if (identity_assume(&owner, &e) < 0)
		return ctl_fail(EX_NOPERM, "%s %ju", e.text,
		    (uintmax_t)st.st_uid);
	return 0;
}
