// SPDX-License-Identifier: BSD-2-Clause
/*
 * process_filter.c - the process that filters.
 *
 * libmilter runs in a second thread; the first one, the leader, waits for
 * signals.  The leader leaves SIGHUP unblocked and ignored, so that the
 * kernel discards it when it is sent; libmilter's own thread would otherwise
 * take it from sigwait(3) and end the process.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "daemon/callbacks.h"
#include "daemon/counted.h"
#include "daemon/endpoint.h"
#include "daemon/filter.h"
#include "daemon/process.h"
#include "mail/mime.h"

enum { PREDECESSOR_S = 10 };

static void
wake_sender(void *arg)
{
	const int *fd = arg;
	ssize_t written = write(*fd, "j", 1);

	(void)written; /* a full pipe wakes it just as well */
}

/* Whether SIGUSR2 is our own: anybody may send one, to reopen logs. */
static atomic_bool over;

/* NULL when libmilter was told to stop. */
static void *
serve(void *arg)
{
	int result = callbacks_run(arg);

	over = true;
	kill(getpid(), SIGUSR2); /* to the leader */
	return result == 0 ? NULL : arg;
}

/* The signals the leader waits for, blocked in all threads but for HUP. */
static void
prepare_signals(sigset_t *awaited)
{
	sigset_t blocked;

	sigemptyset(awaited);
	sigaddset(awaited, SIGUSR1);
	sigaddset(awaited, SIGUSR2);
	blocked = *awaited;
	sigaddset(&blocked, SIGTERM); /* libmilter's to wait for */
	sigaddset(&blocked, SIGINT);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* of RLIMIT_FSIZE: write(2) tells, too */
	pthread_sigmask(SIG_SETMASK, &blocked, NULL);
}

/*
 * Each connection is a descriptor; libmilter spins when there are none left,
 * so we take all that we may have.
 */
static void
raise_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 &&
	    limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		if (setrlimit(RLIMIT_NOFILE, &limit) == 0)
			return;
	}
	if (limit.rlim_cur < 4096)
		log_warn("only %ju open files allowed; each connection of the "
			 "MTA takes one",
		    (uintmax_t)limit.rlim_cur);
}

static void
say_hello(const struct process_options *o, const struct conf *c)
{
	struct text postfix = TEXT_INIT(LIMIT_LOG_LINE);

	endpoint_for_postfix(o->socket, &postfix);
	log_info("listening on %s (Postfix: smtpd_milters = "
		 "{ %s, default_action=accept })%s",
	    o->socket, text_string(&postfix), c->dry_run ? "; dry run" : "");
	text_free(&postfix);
	if (c->users.domains.count == 0 && c->users.aliases[0] == '\0')
		log_warn("users.domains is empty: nobody's mail is looked at");
}

/*
 * A filter that stops listens for up to five seconds more, as libmilter does:
 * "restart" must not fail for that.  Nothing is made yet, so that a stop may
 * end us right here.
 */
static void
wait_for_predecessor(const char *where)
{
	static const struct timespec tick = { .tv_nsec = 100000000 };
	const int64_t end =
	    clock_steady_us(&clock_system) + PREDECESSOR_S * INT64_C(1000000);
	sigset_t stop, others;

	sigemptyset(&stop);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGINT);
	pthread_sigmask(SIG_UNBLOCK, &stop, &others);
	if (endpoint_answers(where))
		log_info("%s: another filter listens there; waiting for it to "
			 "stop",
		    where);
	while (endpoint_answers(where) && clock_steady_us(&clock_system) < end)
		nanosleep(&tick, NULL);
	pthread_sigmask(SIG_SETMASK, &others, NULL);
}

/* Opens everything; a code of sysexits(3). */
static int
open_all(const struct process_options *o, struct site *site, struct filter *f,
    struct err *e)
{
	wait_for_predecessor(o->socket);
	if (callbacks_listen(o->socket, o->socket_mode, o->socket_gid, e) < 0)
		return EX_UNAVAILABLE;
	if (process_settle(o, e) < 0)
		return EX_NOPERM;
	if (site == NULL)
		site = site_load(&o->source, e);
	if (site == NULL)
		return site_settings_readable(&o->source) ? EX_CONFIG
							  : EX_NOINPUT;
	if (filter_open(f, site, e) < 0)
		return EX_UNAVAILABLE;
	say_hello(o, site->conf);
	return 0;
}

/* Tells the first process which set is in force.  0, or -1: it is gone. */
static int
say(int word_fd, bool taken, const struct filter *f)
{
	struct site *site = site_current(f->slot);
	int result = process_say(word_fd, taken, site);

	site_drop(site);
	return result;
}

void
process_filter(const struct process_options *o, struct site *site, int word_fd,
    int wake_fd)
{
	static struct filter filter; /* threads may outlive this function */
	static int wake;
	struct err e = ERR_NONE;
	pthread_t thread;
	sigset_t awaited;
	int code, number = 0;
	void *failed = NULL;

	prepare_signals(&awaited);
	raise_descriptors();
	mime_init();
	code = open_all(o, site, &filter, &e);
	if (code != 0) {
		log_error("%s", e.text);
		_exit(code);
	}
	counted_begin(o->counters, OF_FILTER);
	filter_count(&filter, o->counters);
	wake = wake_fd;
	filter.wake_sender = wake_sender;
	filter.wake_arg = &wake;
	if (pthread_create(&thread, NULL, serve, &filter) != 0) {
		log_error("cannot start a thread");
		_exit(EX_OSERR);
	}
	/* Where nobody hears it, SIGTERM is on its way: see process_follow().
	 */
	(void)say(word_fd, true, &filter);
	process_detach(o);
	while (sigwait(&awaited, &number) == 0 && !over)
		if (number == SIGUSR1)
			(void)say(word_fd, filter_reload(&filter) == 0,
			    &filter);
	/*
	 * Threads of libmilter may still be in a callback: nothing is freed.
	 * Jobs are written as they are made, and so are records unless the disk
	 * is not fit for it.
	 */
	pthread_join(thread, &failed);
	filter_drain(&filter);
	if (failed != NULL)
		log_error("libmilter ended by itself");
	else
		log_info("stopped");
	_exit(failed != NULL ? EX_SOFTWARE : 0);
}
