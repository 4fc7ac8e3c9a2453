// SPDX-License-Identifier: BSD-2-Clause
/*
 * file.c - files read whole, and only where it is safe.
 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LEAST_ENTRY = 16 * 1024, LARGEST_ENTRY = 1024 * 1024 };

bool
file_id_equal(const struct file_id *a, const struct file_id *b)
{
	return a->device == b->device && a->inode == b->inode &&
	    a->modified_ns == b->modified_ns &&
	    a->changed_ns == b->changed_ns && a->size == b->size;
}

static int64_t
nanoseconds(const struct timespec *t)
{
	return (int64_t)t->tv_sec * 1000000000 + t->tv_nsec;
}

static struct file_id
id_of(const struct stat *st)
{
	return (struct file_id){ (uint64_t)st->st_dev, (uint64_t)st->st_ino,
		nanoseconds(&st->st_mtim), nanoseconds(&st->st_ctim),
		(int64_t)st->st_size };
}

/* Appends all of fd to out. */
static int
read_all(int fd, const char *name, struct text *out, struct err *e)
{
	char block[16384];
	ssize_t got;

	for (;;) {
		got = read(fd, block, sizeof(block));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_sys(e, errno, "%s", name);
		if (got == 0)
			return 0;
		if ((size_t)got > out->limit - out->size)
			return err_set(e, "%s: larger than %zu bytes", name,
			    out->limit);
		text_add(out, (struct view){ block, (size_t)got });
		if (!text_ok(out))
			return err_sys(e, ENOMEM, "%s", name);
	}
}

int
file_read(const char *path, struct text *out, struct err *e)
{
	struct stat st;
	int result = -1;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return err_sys(e, errno, "%s", path);
	if (fstat(fd, &st) < 0)
		err_sys(e, errno, "%s", path);
	else if (!S_ISREG(st.st_mode))
		err_set(e, "%s: not a regular file", path);
	else
		result = read_all(fd, path, out, e);
	close(fd);
	return result;
}

static int
read_up_to(int fd, const char *name, struct text *out, bool *cut, struct err *e)
{
	char block[16384];
	ssize_t got;
	size_t room;

	for (;;) {
		got = read(fd, block, sizeof(block));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_sys(e, errno, "%s", name);
		room = out->limit - out->size;
		text_add(out,
		    view_part((struct view){ block, (size_t)got }, 0, room));
		if (!text_ok(out))
			return err_sys(e, ENOMEM, "%s", name);
		*cut = (size_t)got > room;
		if (got == 0 || *cut)
			return 0;
	}
}

int
file_read_input(const char *path, struct text *out, bool *cut, struct err *e)
{
	int fd, result;

	if (strcmp(path, "-") == 0)
		return read_up_to(STDIN_FILENO, "standard input", out, cut, e);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return err_sys(e, errno, "%s", path);
	result = read_up_to(fd, path, out, cut, e);
	close(fd);
	return result;
}

int
file_fill_standard(void)
{
	int fd;

	/* The lowest that is free is what open() gives. */
	do
		fd = open("/dev/null", O_RDONLY);
	while (fd >= 0 && fd <= STDERR_FILENO);
	return fd < 0 ? -1 : close(fd);
}

int
file_open_folder(const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? err_sys(e, errno, "%s", path) : fd;
}

static bool
is_component(const char *name)
{
	return name[0] != '\0' && strchr(name, '/') == NULL &&
	    strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

static bool
others_may_write(const struct stat *st)
{
	return (st->st_mode & (S_IWGRP | S_IWOTH)) != 0;
}

/* 0 and *uid, or why not; ENOENT: there is no such user. */
static int
find_system_user(const char *name, uid_t *uid)
{
	int code = ERANGE;

	for (size_t size = LEAST_ENTRY; code == ERANGE && size <= LARGEST_ENTRY;
	     size *= 2) {
		struct passwd entry, *found = NULL;
		char *buffer = malloc(size);

		if (buffer == NULL)
			return ENOMEM;
		code = getpwnam_r(name, &entry, buffer, size, &found);
		if (found != NULL)
			*uid = entry.pw_uid;
		else if (code == 0)
			code = ENOENT;
		free(buffer);
	}
	return code;
}

/* 0, or -1 and e where it is another's or nobody knows, with errno. */
static int
expect_system_user(const char *name, uid_t uid, struct err *e)
{
	uid_t found = (uid_t)-1;
	int code = find_system_user(name, &found);

	if (code == 0 && found == uid)
		return 0;
	/* Some of its sources call it an error that they have not the name. */
	if (code == ENOMEM || code == EMFILE || code == ENFILE || code == EIO)
		err_sys(e, code, "%s", name);
	else
		err_set(e, "%s: belongs to user id %ju, refused", name,
		    (uintmax_t)uid);
	errno = code;
	return -1;
}

/*
 * Whose it is and who may write it; what is opened, not what is named.  Unless
 * asked is NULL the system's user of that name may own it, where nobody else
 * can have put it; *asked becomes true when that matters.
 */
static int
judge(int dir, const char *name, const struct stat *st, uid_t owner,
    bool *asked, struct err *e)
{
	struct stat above;

	if (fstat(dir, &above) < 0)
		return err_sys(e, errno, "%s", name);
	if (st->st_uid != 0 && st->st_uid != owner &&
	    st->st_uid != above.st_uid) {
		if (asked == NULL || others_may_write(&above))
			return err_set(e, "%s: belongs to user id %ju, refused",
			    name, (uintmax_t)st->st_uid);
		*asked = true;
		if (expect_system_user(name, st->st_uid, e) < 0)
			return -1;
	}
	if (others_may_write(st))
		return err_set(e,
		    "%s: group or others may write it (mode %04o), refused",
		    name, (unsigned)st->st_mode & 07777);
	return 0;
}

/* For a link, openat(2) tells ELOOP, or ENOTDIR where a folder is wanted. */
static bool
is_link(int dir, const char *name)
{
	struct stat st;

	return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISLNK(st.st_mode);
}

/* openat(2) for one component. */
static int
open_below(int dir, const char *name, int flags, struct file_found *found,
    struct err *e)
{
	int fd, reason;

	found->missing = found->asked = found->fit = false;
	if (!is_component(name))
		return err_set(e, "%s: not a plain name", name);
	fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | flags);
	if (fd >= 0)
		return fd;
	reason = errno;
	found->missing = reason == ENOENT;
	if (is_link(dir, name))
		return err_set(e, "%s: a symbolic link, refused", name);
	return err_sys(e, reason, "%s", name);
}

int
file_open_user_folder(int dir, const char *name, uid_t owner,
    struct file_found *found, struct err *e)
{
	struct stat st;
	int fd = open_below(dir, name, O_DIRECTORY, found, e);

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) < 0) {
		err_sys(e, errno, "%s", name);
		goto refuse;
	}
	found->id = id_of(&st);
	if (judge(dir, name, &st, owner, &found->asked, e) < 0)
		goto refuse;
	found->owner = st.st_uid;
	return fd;
refuse:
	close(fd);
	return -1;
}

int
file_read_user(int dir, const char *name, uid_t owner, struct text *out,
    struct file_found *found, struct err *e)
{
	struct stat st;
	int result = -1;
	int fd = open_below(dir, name, O_NONBLOCK | O_NOCTTY, found, e);

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) < 0)
		err_sys(e, errno, "%s", name);
	else if (!S_ISREG(st.st_mode))
		err_set(e, "%s: not a regular file, refused", name);
	else if (st.st_nlink > 1) /* 0: replaced since, as rename(2) does */
		err_set(e, "%s: has %ju names (hard links), refused", name,
		    (uintmax_t)st.st_nlink);
	else
		found->fit = judge(dir, name, &st, owner, NULL, e) == 0;
	if (found->fit)
		result = read_all(fd, name, out, e);
	if (result == 0) {
		found->id = id_of(&st);
		found->owner = st.st_uid;
		found->group = st.st_gid;
		found->mode = st.st_mode & 0777;
	}
	close(fd);
	return result;
}

int
file_identify(int dir, const char *name, struct file_id *id)
{
	struct stat st;

	if (!is_component(name) ||
	    fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -1;
	*id = id_of(&st);
	return 0;
}

int
file_identify_open(int fd, struct file_id *id)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -1;
	*id = id_of(&st);
	return 0;
}

int
file_write_all(int fd, struct view v)
{
	while (v.size > 0) {
		ssize_t put = write(fd, v.data, v.size);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -1;
		v = view_part(v, (size_t)put, v.size);
	}
	return 0;
}
