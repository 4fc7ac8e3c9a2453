// SPDX-License-Identifier: BSD-2-Clause
/*
 * replace.c - a user's file put in place of another: all of it, or nothing.
 */
#include "base/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"

enum { RANDOM_SIZE = 8, LONGEST_NAME = 300 };

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

/* ".NAME.0123456789abcdef", which readers of the folder do not ask for. */
static int
name_new(const char *name, char new[LONGEST_NAME])
{
	unsigned char random[RANDOM_SIZE];
	int used = snprintf(new, LONGEST_NAME, ".%s.", name);

	if (used < 0 || used + 2 * RANDOM_SIZE >= LONGEST_NAME ||
	    digest_random(random, sizeof(random)) < 0)
		return -1;
	for (size_t i = 0; i < RANDOM_SIZE; i++)
		used += snprintf(new + used, (size_t)(LONGEST_NAME - used),
		    "%02x", random[i]);
	return 0;
}

/* The mode comes last: a change of the owner takes some of it away. */
static int
fill(int fd, const struct replace_target *t, struct view bytes, struct err *e)
{
	struct stat st;

	if (file_write_all(fd, bytes) < 0 || fstat(fd, &st) < 0)
		return err_sys(e, errno, "%s", t->name);
	if ((st.st_uid != t->was.owner &&
		fchown(fd, t->was.owner, (gid_t)-1) < 0) ||
	    (st.st_gid != t->was.group &&
		fchown(fd, (uid_t)-1, t->was.group) < 0))
		return err_sys(e, errno,
		    "%s: it belongs to user id %ju and group id %ju, which "
		    "cannot be kept",
		    t->name, (uintmax_t)t->was.owner, (uintmax_t)t->was.group);
	if (fchmod(fd, t->was.mode) < 0 || fsync(fd) < 0)
		return err_sys(e, errno, "%s", t->name);
	return 0;
}

/* A file of that name with all that it is to have. */
static int
make(const struct replace_target *t, const char *new, struct view bytes,
    struct err *e)
{
	int fd = openat(t->dir, new,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
	    S_IRUSR | S_IWUSR);
	int result;

	if (fd < 0)
		return err_sys(e, errno, "%s: a new file beside it", t->name);
	result = fill(fd, t, bytes, e);
	if (close(fd) < 0 && result == 0)
		result = err_sys(e, errno, "%s", t->name);
	if (result < 0)
		unlinkat(t->dir, new, 0);
	return result;
}

static int
exchange(const struct replace_target *t, struct view bytes, bool *changed,
    struct err *e)
{
	char new[LONGEST_NAME];

	if (name_new(t->name, new) < 0)
		return err_set(e, "%s: no name for a new one", t->name);
	if (check_unchanged(t, changed, e) < 0 || make(t, new, bytes, e) < 0)
		return -1;
	if (check_unchanged(t, changed, e) == 0) {
		if (renameat(t->dir, new, t->dir, t->name) == 0)
			return 0;
		err_sys(e, errno, "%s", t->name);
	}
	unlinkat(t->dir, new, 0);
	return -1;
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
	if (result == 0 && fsync(t->dir) < 0)
		result = err_sys(e, errno,
		    "%s: it is in place, but a crash may undo it", t->name);
	return result;
}
