// SPDX-License-Identifier: BSD-2-Clause
/*
 * identity.c - whom the processes run as.
 */
#include "daemon/identity.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int
identity_group(const char *name, gid_t *gid, struct err *e)
{
	const struct group *group;

	*gid = (gid_t)-1;
	if (name[0] == '\0')
		return 0;
	group = getgrnam(name);
	if (group == NULL)
		return err_set(e, "no group \"%s\" on this system", name);
	*gid = group->gr_gid;
	return 0;
}

int
identity_find(const char *user, struct identity *id, struct err *e)
{
	const char *colon = strchr(user, ':');
	const struct passwd *entry;

	id->uid = (uid_t)-1;
	id->gid = (gid_t)-1;
	id->name[0] = '\0';
	if (user[0] == '\0')
		return 0;
	snprintf(id->name, sizeof(id->name), "%.*s",
	    colon == NULL ? (int)strlen(user) : (int)(colon - user), user);
	entry = getpwnam(id->name);
	if (entry == NULL)
		return err_set(e, "no user \"%s\" on this system", id->name);
	id->uid = entry->pw_uid;
	id->gid = entry->pw_gid;
	return colon == NULL ? 0 : identity_group(colon + 1, &id->gid, e);
}

int
identity_assume(const struct identity *id, struct err *e)
{
	if (id->uid == (uid_t)-1 || (id->uid == geteuid() && geteuid() != 0))
		return 0;
	if (initgroups(id->name, id->gid) < 0 ||
	    setresgid(id->gid, id->gid, id->gid) < 0 ||
	    setresuid(id->uid, id->uid, id->uid) < 0)
		return err_sys(e, errno, "cannot become user %s", id->name);
	/* What can be undone has not happened. */
	if (id->uid != 0 && setresuid(0, 0, 0) == 0)
		return err_set(e, "root could be had back");
	return 0;
}
