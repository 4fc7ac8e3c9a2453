// SPDX-License-Identifier: BSD-2-Clause
/*
 * process_sender.c - the process that sends.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/log.h"
#include "daemon/counted.h"
#include "daemon/process.h"
#include "daemon/sender.h"
#include "mail/mime.h"

enum { LONGEST_PAUSE_MS = 60000, STORE_DOWN_PAUSE_MS = 10000 };

static volatile sig_atomic_t stop;

static void
on_signal(int number)
{
	(void)number;
	stop = 1;
}

/* SIGTERM arrives only while ppoll(2) waits; *waiting is its mask. */
static void
prepare_signals(sigset_t *waiting)
{
	struct sigaction action = { .sa_handler = on_signal };
	sigset_t blocked;

	sigaction(SIGTERM, &action, NULL);
	signal(SIGHUP, SIG_IGN);
	signal(SIGINT, SIG_IGN); /* the first process decides */
	signal(SIGUSR1, SIG_IGN);
	signal(SIGUSR2, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* of RLIMIT_FSIZE: write(2) tells, too */
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTERM);
	sigprocmask(SIG_SETMASK, &blocked, NULL);
	sigemptyset(waiting);
}

static bool
has_work(const struct conf *c)
{
	return !c->dry_run &&
	    (c->reply.enabled || c->reply.drafts || c->users.notices ||
		c->users.digests);
}

/* Returns the pause until it is tried again. */
static int
report_store(const struct sender *s, struct news *news, const struct err *e)
{
	counted_store(s->counters, OF_SENDER, false);
	if (news_failed(news, clock_wall_ms(s->clock)))
		log_error("sender: state store: %s; nothing is sent until it "
			  "works",
		    e->text);
	return STORE_DOWN_PAUSE_MS;
}

/* Whether SIGTERM came while we were busy: it is delivered now. */
static bool
is_told_to_stop(const sigset_t *waiting)
{
	sigset_t blocked;

	sigprocmask(SIG_SETMASK, waiting, &blocked);
	sigprocmask(SIG_SETMASK, &blocked, NULL);
	return stop;
}

/*
 * Sends what is due, one job after the other unless a signal comes: an answer
 * must not go out after the site has switched them off, and a reload stops us,
 * too.  Milliseconds until it is worth looking again, -1: none.  Each step
 * looks for the stop file.
 */
static int
work(struct sender *s, struct news *news, const sigset_t *waiting)
{
	struct err e = ERR_NONE;
	int result = 0;

	if (!has_work(s->site->conf))
		return -1;
	/* Opened when there is something to send; then it stays open. */
	if (s->store == NULL)
		s->store = store_open(s->site->conf->state, &e);
	if (s->store == NULL)
		return report_store(s, news, &e);
	while ((result = sender_lost(s, &e)) == 1)
		continue;
	while (result == 0 && !is_told_to_stop(waiting) &&
	    (result = sender_step(s, &e)) == 1)
		result = 0;
	if (stop)
		return 0;
	if (result == 0)
		result = s->store->ops->expire(s->store,
		    clock_wall_ms(s->clock), &e);
	if (result < 0)
		return report_store(s, news, &e);
	counted_store(s->counters, OF_SENDER, true);
	if (news_worked(news))
		log_info("sender: state store: works again");
	return sender_pause(s, LONGEST_PAUSE_MS);
}

static void
wait_for_work(int wake_fd, int pause_ms, const sigset_t *waiting)
{
	struct pollfd wake = { .fd = wake_fd, .events = POLLIN };
	struct timespec pause = { .tv_sec = pause_ms / 1000,
		.tv_nsec = (long)(pause_ms % 1000) * 1000000 };
	char bytes[64];

	if (ppoll(&wake, 1, pause_ms < 0 ? NULL : &pause, waiting) > 0 &&
	    read(wake_fd, bytes, sizeof(bytes)) == 0)
		stop = 1; /* the first process is gone */
}

static int
open_all(const struct process_options *o, struct sender *s, struct err *e)
{
	if (process_settle(o, e) < 0)
		return EX_NOPERM;
	if (s->site->conf->audit.file[0] == '\0')
		return 0;
	s->audit = audit_open(s->site->conf->audit.file, e);
	return s->audit == NULL ? EX_UNAVAILABLE : 0;
}

void
process_sender(const struct process_options *o, struct site *site, int word_fd,
    int wake_fd)
{
	struct sender s = { .site = site,
		.clock = &clock_system,
		.counters = o->counters };
	struct err e = ERR_NONE;
	struct news store_news = { 0 };
	sigset_t waiting;
	int code;

	prepare_signals(&waiting);
	mime_init();
	code = open_all(o, &s, &e);
	if (code != 0) {
		log_error("sender: %s", e.text);
		_exit(code);
	}
	counted_begin(o->counters, OF_SENDER);
	if (process_say(word_fd, true, site) < 0)
		_exit(EX_OSERR);
	process_detach(o);
	while (!stop)
		wait_for_work(wake_fd, work(&s, &store_news, &waiting),
		    &waiting);
	store_close(s.store);
	audit_close(s.audit);
	site_drop(s.site);
	_exit(0);
}
