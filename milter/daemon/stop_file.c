// SPDX-License-Identifier: BSD-2-Clause
/*
 * stop_file.c - a file whose presence stops all sending.
 */
#include "daemon/stop_file.h"

#include <errno.h>
#include <sys/stat.h>

bool
stop_file_is_there(const char *path, struct err *e)
{
	struct stat st;

	if (path[0] == '\0')
		return false;
	if (stat(path, &st) == 0) {
		err_set(e, "%s is there", path);
		return true;
	}
	if (errno == ENOENT)
		return false;
	err_sys(e, errno, "%s", path);
	return true;
}
