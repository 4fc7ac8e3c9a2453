// SPDX-License-Identifier: BSD-2-Clause
/*
 * file_put.c - a file put into a folder whole.
 */
#include "base/file_put.h"

#include <errno.h>
#include <fcntl.h>
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

int
file_put(int dir, const char *name, struct view content, struct err *e)
{
	char temporary[TEMPORARY_SIZE];
	int fd = -1, result = -1;

	if (name[0] == '\0' || name[0] == '.' || strchr(name, '/') != NULL)
		return err_set(e, "%s: not a plain name", name);
	if (name_temporary(temporary) < 0)
		return err_sys(e, errno, "%s", name);
	fd = openat(dir, temporary,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_sys(e, errno, "%s", name);
	if (file_write_all(fd, content) < 0 || share(dir, fd) < 0 ||
	    fsync(fd) < 0 || renameat(dir, temporary, dir, name) < 0) {
		err_sys(e, errno, "%s", name);
		unlinkat(dir, temporary, 0);
	} else if (fsync(dir) < 0) {
		err_sys(e, errno, "%s: its folder", name);
	} else {
		result = 0;
	}
	close(fd);
	return result;
}
