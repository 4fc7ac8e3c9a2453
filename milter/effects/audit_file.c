// SPDX-License-Identifier: BSD-2-Clause
/*
 * audit_file.c - the file that records are appended to.
 *
 * One write(2) for each record under one lock, so records of threads do not
 * mix; O_APPEND keeps those of processes apart.  A record that could not be
 * written whole is taken back, so that the file never holds half a line.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "effects/audit.h"

struct audit_file {
	pthread_mutex_t lock;
	int fd;
	char *path;
};

/*
 * What root makes, the filter must be able to write: the owner of the folder
 * has it.  The descriptor, or -1.
 */
static int
make_as_root(const char *path, int flags)
{
	const char *slash = strrchr(path, '/');
	char folder[4096];
	struct stat st;
	int fd = open(path, flags | O_CREAT | O_EXCL, 0640);

	if (fd < 0 || slash == NULL)
		return fd;
	snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path) + 1, path);
	if (stat(folder, &st) == 0 && fchown(fd, st.st_uid, st.st_gid) == 0)
		return fd;
	close(fd);
	return -1;
}

/* O_NONBLOCK: a fifo that nobody reads must not stop us. */
static int
open_for_appending(const char *path)
{
	const int flags = O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW |
	    O_NOCTTY | O_NONBLOCK;
	int fd = -1;

	if (geteuid() == 0)
		fd = make_as_root(path, flags);
	return fd >= 0 ? fd : open(path, flags | O_CREAT, 0640);
}

struct audit_file *
audit_open(const char *path, struct err *e)
{
	struct audit_file *f = calloc(1, sizeof(*f));

	if (f == NULL || (f->path = strdup(path)) == NULL) {
		free(f);
		err_set(e, "out of memory");
		return NULL;
	}
	f->fd = open_for_appending(path);
	if (f->fd < 0) {
		err_sys(e, errno, "%s", path);
		free(f->path);
		free(f);
		return NULL;
	}
	pthread_mutex_init(&f->lock, NULL);
	return f;
}

void
audit_close(struct audit_file *f)
{
	if (f == NULL)
		return;
	close(f->fd);
	pthread_mutex_destroy(&f->lock);
	free(f->path);
	free(f);
}

/* Whoever renames the file away wants a new one at its place. */
static int
follow_rotation(struct audit_file *f, struct err *e)
{
	struct stat there, ours;
	int fd;

	if (stat(f->path, &there) == 0 && fstat(f->fd, &ours) == 0 &&
	    there.st_ino == ours.st_ino && there.st_dev == ours.st_dev)
		return 0;
	fd = open_for_appending(f->path);
	if (fd < 0)
		return err_sys(e, errno, "%s", f->path);
	close(f->fd);
	f->fd = fd;
	return 0;
}

static int
append(struct audit_file *f, struct view line, struct err *e)
{
	struct stat before;
	ssize_t put;

	if (follow_rotation(f, e) < 0)
		return -1;
	do
		put = write(f->fd, line.data, line.size);
	while (put < 0 && errno == EINTR);
	if (put == (ssize_t)line.size)
		return 0;
	if (put < 0)
		return err_sys(e, errno, "%s", f->path);
	/* Another process may have appended behind it; then it stays. */
	if (fstat(f->fd, &before) == 0 &&
	    lseek(f->fd, 0, SEEK_CUR) == before.st_size)
		(void)!ftruncate(f->fd, before.st_size - put);
	return err_set(e, "%s: no room for a record of %zu bytes", f->path,
	    line.size);
}

int
audit_append(struct audit_file *f, struct view record, struct err *e)
{
	struct text line = TEXT_INIT(record.size + 1);
	int result;

	text_add(&line, record);
	text_add_byte(&line, '\n');
	if (!text_ok(&line))
		result = err_set(e, "%s: out of memory", f->path);
	else {
		pthread_mutex_lock(&f->lock);
		result = append(f, text_view(&line), e);
		pthread_mutex_unlock(&f->lock);
	}
	text_free(&line);
	return result;
}
