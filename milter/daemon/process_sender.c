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
#include "daemon/process.h"
#include "daemon/sender.h"
#include "mail/mime.h"

enum { LONGEST_PAUSE_MS = 60000, STORE_DOWN_PAUSE_MS = 10000 };

static volatile sig_atomic_t stop, reload;

static void
on_signal(int number)
{
	if (number == SIGTERM)
		stop = 1;
	else
		reload = 1;
}

/* Signals arrive only while ppoll(2) waits; *waiting is its mask. */
static void
prepare_signals(sigset_t *waiting)
{
	struct sigaction action = { .sa_handler = on_signal };
	sigset_t blocked;

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTERM);
	sigaddset(&blocked, SIGUSR1);
	sigprocmask(SIG_SETMASK, &blocked, NULL);
	sigemptyset(waiting);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGUSR1, &action, NULL);
	signal(SIGHUP, SIG_IGN);
	signal(SIGINT, SIG_IGN); /* the first process decides */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
}

static bool
has_work(const struct conf *c)
{
	return !c->dry_run && (c->reply.enabled || c->reply.drafts);
}

/* The store is opened when there is something to send, and stays open. */
static bool
open_store(struct sender *s)
{
	struct err e = ERR_NONE;

	if (s->store == NULL)
		s->store = store_open(s->site->conf->state, &e);
	if (s->store == NULL)
		log_error("sender: state: %s", e.text);
	return s->store != NULL;
}

/* Whether a signal came while we were busy: it is delivered now. */
static bool
is_interrupted(const sigset_t *waiting)
{
	sigset_t blocked;

	sigprocmask(SIG_SETMASK, waiting, &blocked);
	sigprocmask(SIG_SETMASK, &blocked, NULL);
	return stop || reload;
}

/*
 * Sends what is due, one job after the other unless a signal comes: an answer
 * must not go out after the site has switched them off.  Milliseconds until it
 * is worth looking again, -1: none.  Each step looks for the stop file.
 */
static int
work(struct sender *s, const sigset_t *waiting)
{
	struct err e = ERR_NONE;
	int result = 0;

	if (!has_work(s->site->conf))
		return -1;
	if (!open_store(s))
		return STORE_DOWN_PAUSE_MS;
	while ((result = sender_lost(s, &e)) == 1)
		continue;
	while (result == 0 && !is_interrupted(waiting) &&
	    (result = sender_step(s, &e)) == 1)
		result = 0;
	if (stop || reload)
		return 0;
	if (result == 0)
		result = s->store->ops->expire(s->store,
		    clock_wall_ms(s->clock), &e);
	if (result < 0) {
		log_error("sender: state store: %s", e.text);
		return STORE_DOWN_PAUSE_MS;
	}
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

/* The filter says what is wrong with a new set-up; here the old one stays. */
static void
take_over_changes(struct sender *s)
{
	struct site *new = site_load(&s->site->source, NULL);

	if (new == NULL)
		return;
	site_drop(s->site);
	s->site = new;
}

static int
open_all(const struct process_options *o, struct sender *s, struct err *e)
{
	if (process_settle(o, e) < 0)
		return EX_NOPERM;
	if (s->site == NULL)
		s->site = site_load(&o->source, e);
	if (s->site == NULL)
		return site_settings_readable(&o->source) ? EX_CONFIG
							  : EX_NOINPUT;
	if (s->site->conf->audit.file[0] == '\0')
		return 0;
	s->audit = audit_open(s->site->conf->audit.file, e);
	return s->audit == NULL ? EX_UNAVAILABLE : 0;
}

void
process_sender(const struct process_options *o, struct site *site, int ready_fd,
    int wake_fd)
{
	struct sender s = { .site = site, .clock = &clock_system };
	struct err e = ERR_NONE;
	sigset_t waiting;
	int code;

	prepare_signals(&waiting);
	mime_init();
	code = open_all(o, &s, &e);
	if (code != 0) {
		log_error("sender: %s", e.text);
		_exit(code);
	}
	if (write(ready_fd, "r", 1) != 1)
		_exit(EX_OSERR);
	close(ready_fd);
	process_detach(o);
	while (!stop) {
		if (reload) {
			reload = 0;
			take_over_changes(&s);
		}
		wait_for_work(wake_fd, work(&s, &waiting), &waiting);
	}
	store_close(s.store);
	audit_close(s.audit);
	site_drop(s.site);
	_exit(0);
}
