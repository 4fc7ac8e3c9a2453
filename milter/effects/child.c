// SPDX-License-Identifier: BSD-2-Clause
/*
 * child.c - programs of the MTA, started without a shell.
 */
#include "effects/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/utf8.h"

enum {
	SAID_SIZE = 4096,   /* kept of standard error */
	REASON_SIZE = 200,  /* of whose last line so much is shown */
	BLOCK_SIZE = 65536, /* octets read at once */
	SECOND_MS = 1000,
	TICK_MS = 2 /* how often we ask whether it has ended */
};

static const char *const places[] = { "/usr/sbin", "/usr/bin", "/sbin",
	"/bin" };

/* No signal of ours, ignored or blocked, is passed on. */
static int
set_attributes(posix_spawnattr_t *attributes)
{
	sigset_t none, all;

	sigemptyset(&none);
	sigfillset(&all);
	if (posix_spawnattr_setsigmask(attributes, &none) != 0 ||
	    posix_spawnattr_setsigdefault(attributes, &all) != 0 ||
	    posix_spawnattr_setpgroup(attributes, 0) != 0 ||
	    posix_spawnattr_setflags(attributes,
		POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
		    POSIX_SPAWN_SETPGROUP) != 0)
		return -1;
	return 0;
}

static int
set_file(posix_spawn_file_actions_t *actions, int from, int to)
{
	if (from < 0)
		return posix_spawn_file_actions_addopen(actions, to,
		    "/dev/null", to == STDIN_FILENO ? O_RDONLY : O_WRONLY, 0);
	return posix_spawn_file_actions_adddup2(actions, from, to);
}

static int
set_files(posix_spawn_file_actions_t *actions, const struct child_files *files)
{
	if (set_file(actions, files->input, STDIN_FILENO) != 0 ||
	    set_file(actions, files->output, STDOUT_FILENO) != 0 ||
	    set_file(actions, files->error, STDERR_FILENO) != 0)
		return -1;
	return 0;
}

/* Where the program is: the name itself if it is a path.  0, or -1. */
static int
find(const char *name, char *path, size_t size)
{
	if (strchr(name, '/') != NULL)
		return snprintf(path, size, "%s", name) < (int)size ? 0 : -1;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (snprintf(path, size, "%s/%s", places[i], name) <
			(int)size &&
		    access(path, X_OK) == 0)
			return 0;
	return -1;
}

bool
child_is_there(const char *name)
{
	char path[4096];

	return find(name, path, sizeof(path)) == 0 && access(path, X_OK) == 0;
}

int
child_start(char *const argv[], const char *variable,
    const struct child_files *files, pid_t *pid)
{
	static char search[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
	char *const environment[] = { search, (char *)(uintptr_t)variable,
		NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	char path[4096];
	int code = ENOMEM;

	if (find(argv[0], path, sizeof(path)) < 0)
		return ENOENT;
	if (posix_spawn_file_actions_init(&actions) != 0)
		return code;
	if (posix_spawnattr_init(&attributes) != 0)
		goto out;
	if (set_files(&actions, files) == 0 && set_attributes(&attributes) == 0)
		code = posix_spawn(pid, path, &actions, &attributes, argv,
		    environment);
	posix_spawnattr_destroy(&attributes);
out:
	posix_spawn_file_actions_destroy(&actions);
	return code;
}

/* One that runs and is read from. */
struct run {
	const struct child *child;
	const char *name;
	pid_t pid;
	int output[2], error[2]; /* pipes; an end is -1 once closed */
	struct text said;        /* the begin of standard error */
	bool failed, timed_out;
};

static void
shut(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* What is there now; closes at the end. */
static void
take_output(struct run *r, char *block, struct err *e)
{
	ssize_t got = read(r->output[0], block, BLOCK_SIZE);

	if (got <= 0) {
		if (got == 0 || errno != EINTR)
			shut(&r->output[0]);
	} else if (r->child->on_output != NULL) {
		r->failed = r->child->on_output(r->child->arg,
				(struct view){ block, (size_t)got }, e) < 0;
	}
}

static void
take_error(struct run *r, char *block, struct err *e)
{
	ssize_t got = read(r->error[0], block, BLOCK_SIZE);
	struct view octets = { block, got > 0 ? (size_t)got : 0 };

	if (got == 0 || (got < 0 && errno != EINTR))
		shut(&r->error[0]);
	if (octets.size > r->said.limit - r->said.size)
		text_clear(&r->said);
	text_add(&r->said,
	    view_part(octets,
		octets.size > SAID_SIZE ? octets.size - SAID_SIZE : 0,
		SAID_SIZE));
	if (got > 0 && r->child->on_error != NULL)
		r->failed =
		    r->child->on_error(r->child->error_arg, octets, e) < 0;
}

/* Reads until both pipes are closed, it is silent, or nobody wants more. */
static void
attend(struct run *r, struct err *e)
{
	char block[BLOCK_SIZE];

	while (!r->failed && (r->output[0] >= 0 || r->error[0] >= 0)) {
		struct pollfd fds[2] = { { r->output[0], POLLIN, 0 },
			{ r->error[0], POLLIN, 0 } };
		int ready = poll(fds, 2, r->child->timeout_seconds * SECOND_MS);

		if (ready < 0 && errno == EINTR)
			continue;
		r->timed_out = ready == 0;
		if (ready <= 0)
			break;
		if (fds[0].revents != 0)
			take_output(r, block, e);
		if (fds[1].revents != 0)
			take_error(r, block, e);
	}
}

/* How it ended, and the last line it said. */
static void
explain(const struct run *r, int status, struct err *e)
{
	struct view rest = text_view(&r->said), line = VIEW(""), one;
	struct text reason = TEXT_INIT(4 * REASON_SIZE);

	while (view_line(&rest, &one))
		if (view_trim(one).size > 0)
			line = view_trim(one);
	if (line.size > 0)
		text_add_string(&reason, ": ");
	utf8_add_printable(&reason, line, REASON_SIZE);
	if (r->timed_out)
		err_set(e, "%s: silent for %d seconds%s", r->name,
		    r->child->timeout_seconds, text_string(&reason));
	else if (WIFSIGNALED(status))
		err_set(e, "%s: killed by signal %d%s", r->name,
		    WTERMSIG(status), text_string(&reason));
	else
		err_set(e, "%s: exit status %d%s", r->name, WEXITSTATUS(status),
		    text_string(&reason));
	text_free(&reason);
}

/* It has closed what we read from, and may take as long again to end. */
static bool
has_ended(struct run *r, int *status)
{
	const int64_t end = clock_steady_us(&clock_system) +
	    (int64_t)r->child->timeout_seconds * 1000 * SECOND_MS;
	pid_t pid;

	for (;;) {
		pid = waitpid(r->pid, status, WNOHANG);
		if (pid == r->pid)
			return true;
		if (pid < 0 && errno != EINTR)
			return false;
		if (clock_steady_us(&clock_system) >= end)
			break;
		poll(NULL, 0, TICK_MS);
	}
	r->timed_out = true;
	return false;
}

static int
finish(struct run *r, struct err *e)
{
	int status = 0;

	if (r->failed || r->timed_out || !has_ended(r, &status)) {
		kill(-r->pid, SIGKILL);
		while (waitpid(r->pid, &status, 0) < 0)
			if (errno != EINTR)
				return err_sys(e, errno, "%s: its end",
				    r->name);
	}
	if (r->failed)
		return -1;
	if (!r->timed_out && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	explain(r, status, e);
	return -1;
}

int
child_run(const struct child *c, struct err *e)
{
	struct run r = { .child = c,
		.name = c->argv[0],
		.output = { -1, -1 },
		.error = { -1, -1 },
		.said = TEXT_INIT(SAID_SIZE) };
	int code = 0, result = -1;

	if (pipe2(r.output, O_CLOEXEC) < 0 || pipe2(r.error, O_CLOEXEC) < 0)
		code = errno;
	if (code == 0) {
		const struct child_files files = { -1, r.output[1],
			r.error[1] };

		code = child_start(c->argv, c->variable, &files, &r.pid);
	}
	shut(&r.output[1]);
	shut(&r.error[1]);
	if (code != 0) {
		err_sys(e, code, "%s", r.name);
	} else {
		attend(&r, e);
		result = finish(&r, e);
	}
	shut(&r.output[0]);
	shut(&r.error[0]);
	text_free(&r.said);
	return result;
}
