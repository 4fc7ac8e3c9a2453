// SPDX-License-Identifier: BSD-2-Clause
/*
 * root.c - root gives itself up, to see and make files as the filter does.
 */
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
