// SPDX-License-Identifier: BSD-2-Clause
/*
 * process.h - the processes of rsvp-milter.
 *
 * The first one does nothing but start, stop and watch the other two: the
 * filter (libmilter, many threads) and the sender (one thread, so it may
 * fork).  libmilter ends its process at SIGHUP; since an admin will type it,
 * the first process takes HUP and USR1 as "reload" and the filter never sees
 * HUP at all.
 */
#ifndef DAEMON_PROCESS_H
#define DAEMON_PROCESS_H

#include "base/digest.h"
#include "base/err.h"
#include "daemon/counters.h"
#include "daemon/identity.h"
#include "daemon/site.h"

struct process_options {
	struct site_source source;
	/* From the command line or the settings; never NULL. */
	const char *socket, *pid_file;
	bool foreground; /* keep standard error for the log */
	mode_t socket_mode;
	gid_t socket_gid;
	struct identity identity;
	const char *control; /* where questions are answered; "": nowhere */
	gid_t control_gid;
	struct counters *counters; /* of all processes; NULL: no memory */
};

/*
 * Runs until SIGTERM or SIGINT.  site is what was loaded from o->source; what
 * is in force later comes in its place.  ready is called once, when mail can
 * come.  Returns a code of sysexits(3).
 */
int process_main(const struct process_options *o, struct site *site,
    void (*ready)(void *arg), void *arg);

/*
 * The two children.  Each gives up root and never returns.  site is the set in
 * force and becomes its own; NULL for the filter where it is to judge what is
 * on the disk, at the first start and at a reload: it loads that as the user it
 * then is.  word_fd gets a word when it works, and the filter's one more after
 * each reload; wake_fd is the pipe by which the filter tells the sender of a
 * new job.
 */
_Noreturn void process_filter(const struct process_options *o,
    struct site *site, int word_fd, int wake_fd);
_Noreturn void process_sender(const struct process_options *o,
    struct site *site, int word_fd, int wake_fd);

/* What a child tells the first process: less than PIPE_BUF, so whole or not. */
struct process_word {
	bool taken; /* false: a new set was refused, the old one stays */
	char fingerprint[DIGEST_HEX_SIZE]; /* of the set that it has now */
};

/* Says it.  0, or -1 when nobody listens any more. */
int process_say(int fd, bool taken, const struct site *in_force);

/*
 * For a child: SIGTERM comes when the first process goes, however it goes
 * (Linux).  0, or -1 and e.
 */
int process_follow(struct err *e);

/* For a child: give up root, and follow as the user it then is.  0, or -1. */
int process_settle(const struct process_options *o, struct err *e);

/*
 * For each process in the background, once it works: from here on there is
 * syslog only, and the terminal is nobody's.
 */
void process_detach(const struct process_options *o);

#endif
