// SPDX-License-Identifier: BSD-2-Clause
/*
 * pid_file.c - the file that says which process to signal.
 */
#include "daemon/pid_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"

int
pid_file_write(const char *path)
{
	char text[32];
	int fd, result;

	if (path[0] == '\0')
		return 0;
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
	    0644);
	if (fd < 0) {
		log_error("pid_file: %s: %s", path, strerror(errno));
		return -1;
	}
	snprintf(text, sizeof(text), "%ld\n", (long)getpid());
	result = file_write_all(fd, view_of(text));
	if (result < 0)
		log_error("pid_file: %s: %s", path, strerror(errno));
	close(fd);
	return result;
}

void
pid_file_remove(const char *path)
{
	struct text text = TEXT_INIT(32);
	char own[32];

	if (path[0] == '\0')
		return;
	snprintf(own, sizeof(own), "%ld\n", (long)getpid());
	if (file_read(path, &text, NULL) == 0 &&
	    view_equal(text_view(&text), view_of(own)))
		unlink(path);
	text_free(&text);
}
