// SPDX-License-Identifier: BSD-2-Clause
/*
 * kill_at.c - a library to be preloaded: ends the sender with SIGKILL just
 * before the N-th call that shows outside of it, once.
 *
 * The sender is the process that waits for one descriptor with ppoll(2), as the
 * first process does for two; what it does from the return of its first wait on
 * is to be disturbed.  KILL_AT names a folder: "waits" has
 * a byte for each wait that began; "at" holds N, and is looked for after each
 * wait; "killed" is made before the end, with the call's name.  A sender that
 * finds "killed" there already lives on.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static long at, count; /* at: 0 where nothing is to be done */

/* The function that ours stands before. */
#define NAME(name) #name
#define REAL(name) ((__typeof__(&(name)))dlsym(RTLD_NEXT, NAME(name)))

static int
open_file(const char *name, int flags)
{
	const char *folder = getenv("KILL_AT");
	char path[256];

	if (folder == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return REAL(open)(path, flags | O_CLOEXEC, 0644);
}

/* Adds to a file; false where it cannot be opened so. */
static int
add(const char *name, int flags, const char *text)
{
	int fd = open_file(name, O_WRONLY | O_CREAT | flags);

	if (fd < 0)
		return 0;
	(void)!REAL(write)(fd, text, strlen(text));
	REAL(close)(fd);
	return 1;
}

static long
number_in(const char *name)
{
	char text[32] = "";
	int fd = open_file(name, O_RDONLY);

	if (fd < 0)
		return 0;
	(void)!REAL(read)(fd, text, sizeof(text) - 1);
	REAL(close)(fd);
	return strtol(text, NULL, 10);
}

static void
step(const char *name)
{
	if (at > 0 && ++count == at && add("killed", O_EXCL, name))
		kill(getpid(), SIGKILL);
}

int
ppoll(struct pollfd *fds, nfds_t number, const struct timespec *patience,
    const sigset_t *mask)
{
	int result;

	if (number != 1)
		return REAL(ppoll)(fds, number, patience, mask);
	at = 0;
	add("waits", O_APPEND, ".");
	result = REAL(ppoll)(fds, number, patience, mask);
	at = number_in("at");
	return result;
}

#define STEP(type, name, parameters, arguments) \
	type name parameters                    \
	{                                       \
		step(NAME(name));               \
		return REAL(name) arguments;    \
	}

STEP(int, connect, (int fd, const struct sockaddr *to, socklen_t size),
    (fd, to, size))
STEP(ssize_t, send, (int fd, const void *data, size_t size, int flags),
    (fd, data, size, flags))
STEP(ssize_t, recv, (int fd, void *data, size_t size, int flags),
    (fd, data, size, flags))
STEP(ssize_t, read, (int fd, void *data, size_t size), (fd, data, size))
STEP(ssize_t, write, (int fd, const void *data, size_t size), (fd, data, size))
STEP(int, close, (int fd), (fd))
STEP(int, fsync, (int fd), (fd))
STEP(int, fdatasync, (int fd), (fd))
STEP(int, unlink, (const char *path), (path))
STEP(int, pipe2, (int fds[2], int flags), (fds, flags))
STEP(int, poll, (struct pollfd * fds, nfds_t number, int ms), (fds, number, ms))
STEP(pid_t, waitpid, (pid_t pid, int *status, int flags), (pid, status, flags))
STEP(int, posix_spawn,
    (pid_t *restrict pid, const char *restrict path,
	const posix_spawn_file_actions_t *restrict actions,
	const posix_spawnattr_t *restrict attributes,
	char *const words[restrict], char *const environment[restrict]),
    (pid, path, actions, attributes, words, environment))

/* What takes a place in a file has a name of its own in glibc. */
#ifdef __GLIBC__
#define open open64
#define pwrite pwrite64
#define ftruncate ftruncate64
#define off_t off64_t
#endif

STEP(ssize_t, pwrite, (int fd, const void *data, size_t size, off_t offset),
    (fd, data, size, offset))
STEP(int, ftruncate, (int fd, off_t size), (fd, size))

int
open(const char *path, int flags, ...)
{
	va_list arguments;
	mode_t mode = 0;

	step("open");
	if ((flags & O_CREAT) != 0) {
		va_start(arguments, flags);
		mode = va_arg(arguments, mode_t);
		va_end(arguments);
	}
	return REAL(open)(path, flags, mode);
}
