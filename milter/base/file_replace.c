// SPDX-License-Identifier: BSD-2-Clause
/*
 * file_replace.c - a file that is there whole, or as it was before.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

enum { LARGEST_NAME = 255 }; /* of a file, NAME_MAX on Linux */

/*
 * A file of our own in the folder.  What is in its place was left by somebody
 * who had our process id and died.  Returns a descriptor, or -1 with errno.
 */
static int
create(int dir, const char *name)
{
	int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(dir, name, flags, 0600);

	if (fd >= 0 || errno != EEXIST || unlinkat(dir, name, 0) < 0)
		return fd;
	return openat(dir, name, flags, 0600);
}

/* 0, or -1 with errno; fd is closed in any case. */
static int
fill(int fd, mode_t mode, struct view bytes)
{
	int reason = 0;

	if (file_write_all(fd, bytes) < 0 || fchmod(fd, mode) < 0 ||
	    fsync(fd) < 0)
		reason = errno;
	if (close(fd) < 0 && reason == 0)
		reason = errno;
	errno = reason;
	return reason == 0 ? 0 : -1;
}

int
file_replace(int dir, const char *name, mode_t mode, struct view bytes,
    struct err *e)
{
	char temporary[LARGEST_NAME + 1];
	int length = snprintf(temporary, sizeof(temporary), ".%s.%ld", name,
	    (long)getpid());
	int fd, reason;

	if (length < 0 || (size_t)length >= sizeof(temporary))
		return err_sys(e, ENAMETOOLONG, "%s", name);
	fd = create(dir, temporary);
	if (fd < 0)
		return err_sys(e, errno, "%s", name);
	if (fill(fd, mode, bytes) < 0 ||
	    renameat(dir, temporary, dir, name) < 0) {
		reason = errno;
		unlinkat(dir, temporary, 0);
		return err_sys(e, reason, "%s", name);
	}
	/* It is in place; whether it would be after a power cut is to be said.
	 */
	return fsync(dir) < 0 ? err_sys(e, errno, "%s", name) : 0;
}
