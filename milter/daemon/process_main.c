// SPDX-License-Identifier: BSD-2-Clause
/*
 * process_main.c - the process that watches the other two.
 *
 * It holds no mail.  At the first start a child that cannot start ends
 * everything with its own exit code.  From then on one that dies is started
 * again, at longer and longer intervals and for as long as it takes, with the
 * set in force: what is on the disk may be broken or half written.
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
#include "daemon/sender.h"

enum {
	CHILDREN = 2,
	LONGEST_PAUSE_S = 60, /* before a child is started again */
	STEADY_S = 60,        /* who has lived so long is not failing */
	/* How long a stop may take. */
	FILTER_STOP_S = 15, /* libmilter takes five seconds */
	SENDER_STOP_S = SENDER_TRANSPORT_SECONDS + 15
};

#define SECOND_US INT64_C(1000000)
#define NEVER INT64_MAX

struct child {
	const char *name;
	void (*run)(const struct process_options *, struct site *, int,
	    int);        /* for good */
	bool reads_wake; /* its end of the wake pipe */
	pid_t pid;       /* 0: not running */
	int failures;    /* one soon after the other */
	int stop_s;      /* then it is killed */
	int64_t began_us;
	int64_t due_us; /* when to start it again; in a stop, to kill it */
};

struct watch {
	const struct process_options *options;
	struct child child[CHILDREN];
	struct site *site; /* in force, for a child that has to come back */
	int wake[2];
	sigset_t awaited;
	bool started; /* all of them were up once */
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

	c->due_us = NEVER;
	c->began_us = clock_steady_us(&clock_system);
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
		c->run(w->options, w->started ? w->site : NULL, ready[1],
		    w->wake[c->reads_wake ? 0 : 1]);
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
	for (int i = 0; i < CHILDREN; i++)
		w->child[i].due_us = clock_steady_us(&clock_system) +
		    w->child[i].stop_s * SECOND_US;
}

/*
 * Sets the time of the next start: at once, then after 1, 2, 4, ... seconds.
 * Returns the pause.
 */
static int
set_due(struct child *c)
{
	int64_t now_us = clock_steady_us(&clock_system);
	int pause = 0;

	if (now_us - c->began_us > STEADY_S * SECOND_US)
		c->failures = 0;
	if (c->failures > 0)
		pause =
		    c->failures > 6 ? LONGEST_PAUSE_S : 1 << (c->failures - 1);
	c->failures++;
	c->due_us = now_us + pause * SECOND_US;
	return pause;
}

/* A child is gone that should not be. */
static void
mourn(struct child *c, int status)
{
	if (WIFSIGNALED(status))
		log_error("the %s died of signal %d; it is started again",
		    c->name, WTERMSIG(status));
	else
		log_error("the %s ended with code %d; it is started again",
		    c->name, WEXITSTATUS(status));
	set_due(c);
}

/* The time of a child has come. */
static void
act(struct watch *w, struct child *c)
{
	int code;

	if (w->stopping) {
		c->due_us = NEVER;
		if (c->pid == 0)
			return;
		log_error("the %s did not stop within %d seconds; it is killed",
		    c->name, c->stop_s);
		kill(c->pid, SIGKILL);
	} else if ((code = start(w, c)) != 0) {
		log_error("the %s cannot be started again (code %d); next try "
			  "in %d seconds",
		    c->name, code, set_due(c));
	}
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
				mourn(c, status);
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

/* The children say what is wrong with a new set; here the old one stays. */
static void
take_over_changes(struct watch *w)
{
	struct site *new = site_load(&w->options->source, NULL);

	if (new == NULL)
		return;
	site_drop(w->site);
	w->site = new;
}

static void
reload(struct watch *w)
{
	notify_reloading();
	signal_children(w, SIGUSR1);
	take_over_changes(w);
	notify_ready();
}

/* The next signal, or 0 when the time of a child has come. */
static int
next_signal(const struct watch *w)
{
	int64_t wait_us = NEVER, now_us = clock_steady_us(&clock_system);
	struct timespec patience;
	int number;

	for (int i = 0; i < CHILDREN; i++)
		if (w->child[i].due_us < wait_us)
			wait_us = w->child[i].due_us;
	if (wait_us == NEVER) {
		number = sigwaitinfo(&w->awaited, NULL);
	} else {
		wait_us = wait_us > now_us ? wait_us - now_us : 0;
		patience.tv_sec = wait_us / SECOND_US;
		patience.tv_nsec = wait_us % SECOND_US * 1000;
		number = sigtimedwait(&w->awaited, NULL, &patience);
	}
	return number < 0 ? 0 : number;
}

/* Until a stop, and then until both children are gone. */
static void
watch_children(struct watch *w)
{
	while (!w->stopping || is_alive(w)) {
		int number = next_signal(w);

		if (number == SIGTERM || number == SIGINT)
			begin_stop(w, 0);
		else if (number == SIGCHLD)
			reap(w);
		else if (number == SIGHUP || number == SIGUSR1)
			reload(w);
		for (int i = 0; i < CHILDREN; i++)
			if (w->child[i].due_us <=
			    clock_steady_us(&clock_system))
				act(w, &w->child[i]);
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

/* A successor may have put its own in the place while we stopped. */
static void
remove_pid_file(const char *path)
{
	struct text text = TEXT_INIT(32);
	char own[32];

	snprintf(own, sizeof(own), "%ld\n", (long)getpid());
	if (file_read(path, &text, NULL) == 0 &&
	    view_equal(text_view(&text), view_of(own)))
		unlink(path);
	text_free(&text);
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

/* Whether all of them are up; else the stop has begun. */
static bool
start_all(struct watch *w)
{
	for (int i = 0; i < CHILDREN; i++) {
		int code = start(w, &w->child[i]);

		if (code != 0) {
			begin_stop(w, code);
			return false;
		}
	}
	w->started = true;
	return true;
}

int
process_main(const struct process_options *o, struct site *site,
    void (*ready)(void *arg), void *arg)
{
	struct watch w = {
		.options = o,
		.child = { { .name = "filter",
			       .run = process_filter,
			       .stop_s = FILTER_STOP_S },
		    { .name = "sender",
			.run = process_sender,
			.stop_s = SENDER_STOP_S,
			.reads_wake = true } },
		.site = site_hold(site),
	};

	await_signals(&w);
	if (pipe2(w.wake, O_CLOEXEC | O_NONBLOCK) < 0) {
		site_drop(w.site);
		return EX_OSERR;
	}
	if (start_all(&w)) {
		if (write_pid_file(o->pid_file) < 0)
			begin_stop(&w, EX_CANTCREAT);
		else
			ready(arg);
	}
	watch_children(&w);
	if (w.started && o->pid_file[0] != '\0')
		remove_pid_file(o->pid_file);
	site_drop(w.site);
	return w.code;
}
