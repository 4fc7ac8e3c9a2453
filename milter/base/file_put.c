// SPDX-License-Identifier: BSD-2-Clause
/*
 * file_put.c - a file put into a folder whole.
 */
#include "base/file_put.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"

enum { RANDOM_SIZE = 8, TEMPORARY_SIZE = 32 };

/* ".put-" and digits nobody can guess.  0, or -1 with errno. */
static int
name_temporary(char name[TEMPORARY_SIZE])
{
	unsigned char bytes[RANDOM_SIZE];
	size_t at;

	if (digest_random(bytes, sizeof(bytes)) < 0)
		return -1;
	at = (size_t)snprintf(name, TEMPORARY_SIZE, ".put-");
	for (size_t i = 0; i < sizeof(bytes); i++, at += 2)
		snprintf(name + at, TEMPORARY_SIZE - at, "%02x", bytes[i]);
	return 0;
}

/*
 * Gives the file to those who may read the folder.  What its group is does not
 * matter where everybody may.
 */
static int
share(int dir, int fd)
{
	struct stat above, st;
	mode_t read_by;

	if (fstat(dir, &above) < 0 || fstat(fd, &st) < 0)
		return -1;
	read_by = above.st_mode & (S_IRGRP | S_IROTH);
	if (st.st_gid != above.st_gid &&
	    fchown(fd, (uid_t)-1, above.st_gid) < 0 && read_by == S_IRGRP)
		return -1;
	return fchmod(fd, S_IRUSR | S_IWUSR | read_by);
}

/* The mode comes last: a change of the owner takes some of it away. */
static int
give(int fd, const char *name, const struct file_put_as *as, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_sys(e, errno, "%s", name);
	if ((st.st_uid != as->owner && fchown(fd, as->owner, (gid_t)-1) < 0) ||
	    (st.st_gid != as->group && fchown(fd, (uid_t)-1, as->group) < 0))
		return err_sys(e, errno,
		    "%s: it belongs to user id %ju and group id %ju, which "
		    "cannot be kept",
		    name, (uintmax_t)as->owner, (uintmax_t)as->group);
	return fchmod(fd, as->mode) < 0 ? err_sys(e, errno, "%s", name) : 0;
}

/* All but its name.  as: NULL for what the folder's readers may read. */
static int
fill(int dir, int fd, const char *name, const struct file_put_as *as,
    struct view content, struct err *e)
{
	if (file_write_all(fd, content) < 0)
		return err_sys(e, errno, "%s", name);
	if (as != NULL && give(fd, name, as, e) < 0)
		return -1;
	if ((as == NULL && share(dir, fd) < 0) || fsync(fd) < 0)
		return err_sys(e, errno, "%s", name);
	return 0;
}

static int
put(int dir, const char *name, const struct file_put_as *as,
    struct view content, struct err *e)
{
	char temporary[TEMPORARY_SIZE];
	int fd, result;

	if (name[0] == '\0' || name[0] == '.' || strchr(name, '/') != NULL)
		return err_set(e, "%s: not a plain name", name);
	if (name_temporary(temporary) < 0)
		return err_sys(e, errno, "%s", name);
	fd = openat(dir, temporary,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_sys(e, errno, "%s", name);
	result = fill(dir, fd, name, as, content, e);
	if (close(fd) < 0 && result == 0)
		result = err_sys(e, errno, "%s", name);
	if (result == 0 && as != NULL)
		result = as->look(as->arg, e);
	if (result == 0 && renameat(dir, temporary, dir, name) < 0)
		result = err_sys(e, errno, "%s", name);
	if (result < 0)
		unlinkat(dir, temporary, 0);
	else if (fsync(dir) < 0)
		result = err_sys(e, errno,
		    "%s: it is in place, but a crash may undo it", name);
	return result;
}

int
file_put(int dir, const char *name, struct view content, struct err *e)
{
	return put(dir, name, NULL, content, e);
}

int
file_put_as(int dir, const char *name, const struct file_put_as *as,
    struct view content, struct err *e)
{
	return put(dir, name, as, content, e);
}
