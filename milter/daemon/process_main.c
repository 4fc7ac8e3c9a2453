// SPDX-License-Identifier: BSD-2-Clause
/*
 * process_main.c - the process that watches the other two.
 *
 * It holds no mail.  At the first start a child that cannot start ends
 * everything with its own exit code.  From then on one that dies is started
 * again, at longer and longer intervals and for as long as it takes, with the
 * set in force: what is on the disk may be broken or half written.
 *
 * What is in force says the filter, which reads and opens as the user it is.
 * Only the set that it has taken is kept here, and the sender gets that one and
 * no other: at a reload it is told to go and comes back with what was decided.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "config.h"
#include "daemon/control.h"
#include "daemon/notify.h"
#include "daemon/pid_file.h"
#include "daemon/process.h"
#include "daemon/process_child.h"
#include "daemon/sender.h"
#include "daemon/status.h"

enum { FILTER, SENDER, CHILDREN };

enum {
	/* How long a stop may take. */
	FILTER_STOP_S = 15, /* libmilter takes five seconds */
	SENDER_STOP_S = SENDER_TRANSPORT_SECONDS + 15,
	/* How often the disk may change between the filter's look and ours. */
	MOST_LOOKS = 5
};

struct watch {
	const struct process_options *options;
	struct child child[CHILDREN];
	struct site *site; /* in force, for a child that has to come back */
	struct status status;
	struct control *control; /* NULL: nobody can ask */
	int wake[2];
	sigset_t waiting; /* while news are waited for */
	void (*ready)(void *arg);
	void *arg;
	bool started;   /* all of them were up once */
	bool asking;    /* what is on the disk: the filter has yet to judge */
	bool reloading; /* until the sender is back, too */
	int looks;      /* at the disk, since the reload began */
	bool stopping;
	int code;
};

static const int signals[] = { SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2,
	SIGCHLD };
enum { SIGNALS = sizeof(signals) / sizeof(signals[0]) };

static volatile sig_atomic_t told_to_stop, told_to_reload, child_ended;

static void
on_signal(int number)
{
	if (number == SIGCHLD)
		child_ended = 1;
	else if (number == SIGTERM || number == SIGINT)
		told_to_stop = 1;
	else if (number != SIGUSR2) /* elsewhere it reopens logs: no need */
		told_to_reload = 1;
}

/* They arrive only while ppoll(2) waits. */
static void
prepare_signals(struct watch *w)
{
	struct sigaction action = { .sa_handler = on_signal };
	sigset_t blocked;

	sigemptyset(&blocked);
	for (int i = 0; i < SIGNALS; i++)
		sigaddset(&blocked, signals[i]);
	sigprocmask(SIG_BLOCK, &blocked, &w->waiting);
	for (int i = 0; i < SIGNALS; i++) {
		sigdelset(&w->waiting, signals[i]);
		sigaction(signals[i], &action, NULL);
	}
}

static void
begin_stop(struct watch *w, int code)
{
	if (w->stopping)
		return;
	w->stopping = true;
	w->code = code;
	control_close(w->control); /* a successor's may take its place */
	w->control = NULL;
	notify_stopping();
	for (int i = 0; i < CHILDREN; i++) {
		struct child *c = &w->child[i];

		if (c->pid > 0)
			kill(c->pid, SIGTERM);
		c->due_us = child_now_us() + c->stop_s * CHILD_SECOND_US;
	}
}

static void
reload(struct watch *w)
{
	struct child *filter = &w->child[FILTER];
	struct child *sender = &w->child[SENDER];

	notify_reloading();
	w->reloading = w->asking = true;
	w->looks = 1;
	/* From here on no answer goes out by the old set. */
	sender->due_us = CHILD_NEVER;
	sender->leaving = sender->pid > 0;
	if (sender->leaving)
		kill(sender->pid, SIGTERM);
	if (filter->pid > 0)
		kill(filter->pid, SIGUSR1);
	else
		filter->due_us = child_now_us();
}

static void
end_reload(struct watch *w)
{
	if (w->reloading)
		notify_ready();
	w->reloading = false;
}

/* The filter has judged, or cannot: the sender comes with what is in force. */
static void
end_asking(struct watch *w)
{
	w->asking = false;
	if (w->child[SENDER].pid == 0)
		w->child[SENDER].due_us = child_now_us();
}

/* Whether the set of that fingerprint is the one we keep, too, now. */
static bool
take_over(struct watch *w, const char *fingerprint)
{
	struct site *new;

	if (strcmp(w->site->fingerprint, fingerprint) == 0)
		return true;
	new = site_load(&w->options->source, NULL);
	if (new == NULL || strcmp(new->fingerprint, fingerprint) != 0 ||
	    conf_keep_start(new->conf, w->site->conf, NULL) < 0) {
		site_drop(new);
		return false;
	}
	site_drop(w->site);
	w->site = new;
	return true;
}

/* What the filter has said of what is on the disk. */
static void
hear_verdict(struct watch *w, const struct process_word *word)
{
	pid_t filter = w->child[FILTER].pid;

	if (word->taken
		? take_over(w, word->fingerprint)
		: strcmp(w->site->fingerprint, word->fingerprint) == 0) {
		end_asking(w);
	} else if (word->taken && filter > 0 && w->looks++ < MOST_LOOKS) {
		kill(filter, SIGUSR1);
	} else {
		log_error("%s: changed while it was read; reload once more",
		    w->options->source.conf);
		end_asking(w);
	}
}

/* Mail does not need it: it is missing, and that is said. */
static void
open_control(struct watch *w)
{
	const struct process_options *o = w->options;
	const struct control_place place = { o->control, o->identity.uid,
		o->control_gid };
	struct err e = ERR_NONE;

	if (place.path[0] == '\0')
		return;
	if (o->counters == NULL)
		err_set(&e, "out of memory");
	else
		w->control = control_open(&place, PACKAGE_VERSION,
		    status_answer, &w->status, &e);
	if (w->control == NULL)
		log_warn("control.socket: %s; nobody can ask for figures",
		    e.text);
}

/* All of them are up for the first time. */
static void
end_start(struct watch *w)
{
	w->started = true;
	open_control(w);
	if (pid_file_write(w->options->pid_file) < 0)
		begin_stop(w, EX_CANTCREAT);
	else
		w->ready(w->arg);
}

/* OF_FILTER is FILTER, and OF_SENDER is SENDER. */
static void
set_up(const struct watch *w, const struct child *c, bool up)
{
	counters_set(w->options->counters, COUNT_PROCESS_UP,
	    (unsigned)(c - w->child), up);
}

static void
count_restart(const struct watch *w, const struct child *c)
{
	counters_add(w->options->counters, COUNT_RESTARTS,
	    (unsigned)(c - w->child), 1);
}

static void
hear(struct watch *w, struct child *c)
{
	struct process_word word;
	bool first = !c->up;

	for (; child_hear(c, &word); first = false) {
		set_up(w, c, true);
		if (w->stopping)
			continue;
		if (c == &w->child[FILTER] && w->asking)
			hear_verdict(w, &word);
		else if (c == &w->child[SENDER] && first && !w->started)
			end_start(w);
		else if (c == &w->child[SENDER] && first && !c->leaving)
			end_reload(w);
	}
}

/* It was started and does not run: the first time all of them end. */
static void
fail(struct watch *w, struct child *c, int code)
{
	if (!w->started)
		begin_stop(w, code);
	else
		log_error("the %s cannot be started again (code %d); next try "
			  "in %d seconds",
		    c->name, code, child_set_due(c));
	count_restart(w, c);
	if (c == &w->child[FILTER] && w->asking && !w->stopping)
		end_asking(w);
	else if (c == &w->child[SENDER])
		end_reload(w);
}

/* A child that should not be is gone. */
static void
mourn(struct watch *w, struct child *c, int status)
{
	if (WIFSIGNALED(status))
		log_error("the %s died of signal %d; it is started again",
		    c->name, WTERMSIG(status));
	else
		log_error("the %s ended with code %d; it is started again",
		    c->name, WEXITSTATUS(status));
	child_set_due(c);
	count_restart(w, c);
	if (c == &w->child[FILTER] && w->asking) {
		log_error("not reloaded, the old set stays in force: %s",
		    "the filter is gone");
		end_asking(w);
	}
}

static void
bury(struct watch *w, struct child *c, int status)
{
	c->pid = 0;
	hear(w, c); /* its last words */
	child_close_words(c);
	set_up(w, c, false);
	if (w->stopping)
		return;
	if (c->leaving)
		c->due_us = w->asking ? CHILD_NEVER : child_now_us();
	else if (c->up)
		mourn(w, c, status);
	else
		fail(w, c,
		    WIFEXITED(status) && WEXITSTATUS(status) != 0
			? WEXITSTATUS(status)
			: EX_SOFTWARE);
	c->leaving = false;
}

static void
reap(struct watch *w)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (int i = 0; i < CHILDREN; i++)
			if (w->child[i].pid == pid)
				bury(w, &w->child[i], status);
}

/* In the new process; signals stay blocked until it has set its own up. */
static _Noreturn void
become(const struct watch *w, const struct child *c, int words)
{
	bool judges = c == &w->child[FILTER] && w->asking;

	for (int i = 0; i < SIGNALS; i++)
		signal(signals[i], SIG_DFL);
	for (int i = 0; i < CHILDREN; i++)
		if (w->child[i].words >= 0)
			close(w->child[i].words);
	control_leave(w->control);
	close(w->wake[c->reads_wake ? 1 : 0]);
	(void)process_follow(NULL); /* it is asked again later */
	c->run(w->options, judges ? NULL : w->site, words,
	    w->wake[c->reads_wake ? 0 : 1]);
	_exit(EX_SOFTWARE);
}

static void
start(struct watch *w, struct child *c)
{
	int words;
	pid_t pid = child_fork(c, &words);

	if (pid == 0)
		become(w, c, words);
	if (pid < 0)
		fail(w, c, EX_OSERR);
}

/* The time of a child has come. */
static void
act(struct watch *w, struct child *c)
{
	if (!w->stopping) {
		start(w, c);
		return;
	}
	c->due_us = CHILD_NEVER;
	if (c->pid == 0)
		return;
	log_error("the %s did not stop within %d seconds; it is killed",
	    c->name, c->stop_s);
	kill(c->pid, SIGKILL);
}

static bool
is_alive(const struct watch *w)
{
	for (int i = 0; i < CHILDREN; i++)
		if (w->child[i].pid > 0)
			return true;
	return false;
}

/* The first time at which there is something to do. */
static int64_t
next_due_us(const struct watch *w)
{
	int64_t due_us = control_due_us(w->control);

	if (w->control != NULL && status_due_us(&w->status) < due_us)
		due_us = status_due_us(&w->status);
	for (int i = 0; i < CHILDREN; i++)
		if (w->child[i].due_us < due_us)
			due_us = w->child[i].due_us;
	return due_us;
}

/* A signal, a word of a child, the time of one, or a client's. */
static void
wait_for_news(const struct watch *w)
{
	struct pollfd news[CHILDREN + CONTROL_POLLS];
	struct timespec patience;
	int64_t due_us = next_due_us(w), wait_us;
	size_t clients;

	for (int i = 0; i < CHILDREN; i++)
		news[i] = (struct pollfd){ w->child[i].words, POLLIN, 0 };
	clients = control_polls(w->control, child_now_us(), news + CHILDREN);
	wait_us = due_us - child_now_us();
	if (wait_us < 0)
		wait_us = 0;
	patience.tv_sec = wait_us / CHILD_SECOND_US;
	patience.tv_nsec = wait_us % CHILD_SECOND_US * 1000;
	(void)ppoll(news, CHILDREN + clients,
	    due_us == CHILD_NEVER ? NULL : &patience, &w->waiting);
}

/*
 * Whether a reload may begin: the filter can hear, and has judged before.  The
 * sender may take a minute to go, and is not waited for.
 */
static bool
can_reload(const struct watch *w)
{
	const struct child *filter = &w->child[FILTER];

	return w->started && !w->stopping && !w->asking &&
	    (filter->pid == 0 || filter->up);
}

/* Until a stop, and then until both children are gone. */
static void
watch_children(struct watch *w)
{
	while (!w->stopping || is_alive(w)) {
		wait_for_news(w);
		for (int i = 0; i < CHILDREN; i++)
			hear(w, &w->child[i]);
		if (told_to_stop)
			begin_stop(w, 0);
		if (child_ended) {
			child_ended = 0;
			reap(w);
		}
		if (told_to_reload && can_reload(w)) {
			told_to_reload = 0;
			reload(w);
		}
		for (int i = 0; i < CHILDREN; i++)
			if (w->child[i].due_us <= child_now_us())
				act(w, &w->child[i]);
		if (w->control != NULL)
			status_sample(&w->status);
		control_serve(w->control, child_now_us());
	}
}

int
process_main(const struct process_options *o, struct site *site,
    void (*ready)(void *arg), void *arg)
{
	struct err e = ERR_NONE;
	struct watch w = {
		.options = o,
		.child = { { .name = "filter",
			       .run = process_filter,
			       .words = -1,
			       .due_us = 0,
			       .stop_s = FILTER_STOP_S },
		    { .name = "sender",
			.run = process_sender,
			.reads_wake = true,
			.words = -1,
			.due_us = CHILD_NEVER,
			.stop_s = SENDER_STOP_S } },
		.site = site_hold(site),
		.status = { .counters = o->counters,
		    .clock = &clock_system,
		    .version = PACKAGE_VERSION,
		    .socket = o->socket },
		.ready = ready,
		.arg = arg,
		.asking = true,
		.looks = 1,
	};

	prepare_signals(&w);
	if (store_remember(&e) < 0)
		log_warn("state store: %s; an older copy of it may be taken "
			 "for the truth after a reload",
		    e.text);
	if (pipe2(w.wake, O_CLOEXEC | O_NONBLOCK) < 0) {
		site_drop(w.site);
		return EX_OSERR;
	}
	watch_children(&w);
	if (w.started)
		pid_file_remove(o->pid_file);
	site_drop(w.site);
	return w.code;
}
