// SPDX-License-Identifier: BSD-2-Clause
/*
 * replace.c - a user's file put in place of another: all of it, or nothing.
 */
#include "base/replace.h"

#include <errno.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/file_put.h"

int
replace_begin(int dir, const char *name, uid_t owner, struct text *out,
    struct replace_target *t, struct err *e)
{
	struct err why = ERR_NONE;
	struct stat folder;

	*t = (struct replace_target){ .dir = dir, .name = name };
	if (file_read_user(dir, name, owner, out, &t->was, &why) == 0)
		return 0;
	if (!t->was.missing)
		return err_set(e, "%s", why.text);
	if (fstat(dir, &folder) < 0)
		return err_sys(e, errno, "%s", name);
	t->was.owner = folder.st_uid;
	t->was.group = folder.st_gid;
	t->was.mode =
	    S_IRUSR | S_IWUSR | (folder.st_mode & (S_IRGRP | S_IROTH));
	return 0;
}

/* 0, or -1, e and *changed. */
static int
check_unchanged(const struct replace_target *t, bool *changed, struct err *e)
{
	struct file_id now;
	bool missing = file_identify(t->dir, t->name, &now) < 0;

	*changed = missing != t->was.missing ||
	    (!missing && !file_id_equal(&now, &t->was.id));
	return *changed
	    ? err_set(e, "%s: somebody else has changed it meanwhile", t->name)
	    : 0;
}

/* What the last look needs, and finds. */
struct looking {
	const struct replace_target *target;
	bool *changed;
};

static int
look(void *arg, struct err *e)
{
	const struct looking *l = arg;

	return check_unchanged(l->target, l->changed, e);
}

static int
exchange(const struct replace_target *t, struct view bytes, bool *changed,
    struct err *e)
{
	struct looking looking = { t, changed };
	const struct file_put_as as = { t->was.owner, t->was.group, t->was.mode,
		look, &looking };

	return look(&looking, e) < 0
	    ? -1
	    : file_put_as(t->dir, t->name, &as, bytes, e);
}

int
replace_end(const struct replace_target *t, struct view bytes, bool *changed,
    struct err *e)
{
	sigset_t all, before;
	int result;

	*changed = false;
	if (flock(t->dir, LOCK_EX | LOCK_NB) < 0) {
		*changed = errno == EWOULDBLOCK;
		return *changed
		    ? err_set(e, "%s: somebody else is changing it", t->name)
		    : err_sys(e, errno, "%s", t->name);
	}
	/* No signal leaves the new file beside the old one. */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	result = exchange(t, bytes, changed, e);
	sigprocmask(SIG_SETMASK, &before, NULL);
	flock(t->dir, LOCK_UN);
	return result;
}
