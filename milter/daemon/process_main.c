// SPDX-License-Identifier: BSD-2-Clause
/*
 * process_main.c - the process that watches the other two.
 *
 * It holds no mail and touches no file but the pid file.  A child that dies
 * is started again, but not more often than a few times a minute; one that
 * could not even start ends everything with its own exit code.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "daemon/notify.h"
#include "daemon/process.h"

enum {
	CHILDREN = 2,
	MOST_RESTARTS = 5, /* within RESTART_WINDOW_MS */
	RESTART_WINDOW_MS = 60000,
	STOP_TIMEOUT_MS = 15000 /* libmilter takes five seconds */
};

struct child {
	const char *name;
	void (*run)(const struct process_options *, int, int); /* for good */
	bool reads_wake; /* its end of the wake pipe */
	pid_t pid;       /* 0: not running */
	int restarts;
	int64_t window_began_us;
};

struct watch {
	const struct process_options *options;
	struct child child[CHILDREN];
	int wake[2];
	sigset_t awaited;
	bool stopping;
	int code;
};

/* Starts a child and waits for its word that it works.  0, or its code. */
static int
start(struct watch *w, struct child *c)
{
	int ready[2], status;
	ssize_t got;
	char byte;

	if (pipe2(ready, O_CLOEXEC) < 0)
		return EX_OSERR;
	c->pid = fork();
	if (c->pid < 0) {
		close(ready[0]);
		close(ready[1]);
		c->pid = 0;
		return EX_OSERR;
	}
	/* Signals stay blocked until the child has set its own up. */
	if (c->pid == 0) {
		close(ready[0]);
		close(w->wake[c->reads_wake ? 1 : 0]);
		c->run(w->options, ready[1], w->wake[c->reads_wake ? 0 : 1]);
	}
	close(ready[1]);
	do
		got = read(ready[0], &byte, 1);
	while (got < 0 && errno == EINTR);
	close(ready[0]);
	if (got == 1)
		return 0;
	if (waitpid(c->pid, &status, 0) != c->pid || !WIFEXITED(status) ||
	    WEXITSTATUS(status) == 0)
		status = EX_SOFTWARE;
	else
		status = WEXITSTATUS(status);
	c->pid = 0;
	return status;
}

static void
signal_children(const struct watch *w, int number)
{
	for (int i = 0; i < CHILDREN; i++)
		if (w->child[i].pid > 0)
			kill(w->child[i].pid, number);
}

static void
begin_stop(struct watch *w, int code)
{
	if (w->stopping)
		return;
	w->stopping = true;
	w->code = code;
	notify_stopping();
	signal_children(w, SIGTERM);
}

/* A child is gone that should not be. */
static void
restart(struct watch *w, struct child *c, int status)
{
	int64_t now_us = clock_steady_us(&clock_system);
	int code;

	if (WIFSIGNALED(status))
		log_error("the %s died of signal %d; it is started again",
		    c->name, WTERMSIG(status));
	else
		log_error("the %s ended with code %d; it is started again",
		    c->name, WEXITSTATUS(status));
	if (now_us - c->window_began_us > (int64_t)RESTART_WINDOW_MS * 1000) {
		c->window_began_us = now_us;
		c->restarts = 0;
	}
	if (++c->restarts > MOST_RESTARTS) {
		log_error("the %s does not stay up; giving up", c->name);
		begin_stop(w, EX_SOFTWARE);
		return;
	}
	code = start(w, c);
	if (code != 0)
		begin_stop(w, code);
}

static void
reap(struct watch *w)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (int i = 0; i < CHILDREN; i++) {
			struct child *c = &w->child[i];

			if (c->pid != pid)
				continue;
			c->pid = 0;
			if (!w->stopping)
				restart(w, c, status);
		}
}

static bool
is_alive(const struct watch *w)
{
	for (int i = 0; i < CHILDREN; i++)
		if (w->child[i].pid > 0)
			return true;
	return false;
}

/* Waits for signals until both children are gone. */
static void
watch_children(struct watch *w)
{
	struct timespec patience = { .tv_sec = STOP_TIMEOUT_MS / 1000 };

	while (is_alive(w)) {
		int number = sigtimedwait(&w->awaited, NULL,
		    w->stopping ? &patience : NULL);

		if (number < 0 && errno == EAGAIN)
			signal_children(w, SIGKILL);
		else if (number == SIGTERM || number == SIGINT)
			begin_stop(w, 0);
		else if (number == SIGCHLD)
			reap(w);
		else if (number == SIGHUP || number == SIGUSR1) {
			notify_reloading();
			signal_children(w, SIGUSR1);
			notify_ready();
		}
	}
}

static int
write_pid_file(const char *path)
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

static void
await_signals(struct watch *w)
{
	static const int numbers[] = { SIGTERM, SIGINT, SIGHUP, SIGUSR1,
		SIGCHLD };

	sigemptyset(&w->awaited);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		sigaddset(&w->awaited, numbers[i]);
	sigprocmask(SIG_BLOCK, &w->awaited, NULL);
}

int
process_settle(const struct process_options *o, struct err *e)
{
	if (identity_assume(&o->identity, e) < 0)
		return -1;
#ifdef PR_SET_PDEATHSIG
	/* Changing the user clears it, so it comes second. */
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) < 0)
		return err_sys(e, errno, "prctl");
#endif
	return 0;
}

void
process_detach(const struct process_options *o)
{
	int null;

	if (o->foreground)
		return;
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null < 0)
		return;
	for (int fd = 0; fd <= 2; fd++)
		dup2(null, fd);
	close(null);
}

int
process_main(const struct process_options *o, void (*ready)(void *arg),
    void *arg)
{
	struct watch w = {
		.options = o,
		.child = { { .name = "filter", .run = process_filter },
		    { .name = "sender",
			.run = process_sender,
			.reads_wake = true } },
	};

	await_signals(&w);
	if (pipe2(w.wake, O_CLOEXEC | O_NONBLOCK) < 0)
		return EX_OSERR;
	for (int i = 0; i < CHILDREN; i++) {
		int code = start(&w, &w.child[i]);

		if (code != 0) {
			begin_stop(&w, code);
			watch_children(&w);
			return code;
		}
	}
	if (write_pid_file(o->pid_file) < 0)
		begin_stop(&w, EX_CANTCREAT);
	else
		ready(arg);
	watch_children(&w);
	if (o->pid_file[0] != '\0')
		unlink(o->pid_file);
	return w.code;
}
