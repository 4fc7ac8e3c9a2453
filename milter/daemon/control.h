// SPDX-License-Identifier: BSD-2-Clause
/*
 * control.h - questions about the running filter, over a unix socket.
 *
 * A client sends one line and gets one answer, "ok VERSION OCTETS\n" and so
 * many octets, or "error WORDS\n"; then the connection ends.  The first process
 * serves it beside its children and waits for nobody: LIMIT_CONTROL_CLIENTS at
 * most at the same time, a request of LIMIT_CONTROL_REQUEST octets, and
 * LIMIT_CONTROL_MS for a client that says or reads nothing.  Nothing can be
 * changed by it.  One thread.
 */
#ifndef DAEMON_CONTROL_H
#define DAEMON_CONTROL_H

#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/text.h"

struct control;

/* Appends the answer to a request; 0, or -1 and e, which the client gets. */
typedef int control_answer(void *arg, struct view request, struct text *out,
    struct err *e);

/* Where it is, and whose. */
struct control_place {
	const char *path; /* absolute */
	uid_t uid;        /* -1: as it comes, and gid too */
	gid_t gid;
};

/* "" or an absolute path that fits into a socket's address: 0, or -1 and e. */
int control_check(const char *path, struct err *e);

/*
 * Listens at the place, with mode 0660; what is there is replaced if it is a
 * socket where nobody listens (daemon/endpoint.h).  Changes the umask for a
 * moment, so no other thread may run.  NULL and e.
 */
struct control *control_open(const struct control_place *place,
    const char *version, control_answer *answer, void *arg, struct err *e);

/* Ends all connections and removes the socket; NULL is fine. */
void control_close(struct control *c);

/* The same in a child that was forked: the socket stays the parent's. */
void control_leave(struct control *c);

/*
 * For poll(2): fills what is waited for, at most CONTROL_POLLS, and returns how
 * many; and until when, by the clock of now_us, INT64_MAX: for ever.  NULL is
 * fine for each.
 */
enum { CONTROL_POLLS = LIMIT_CONTROL_CLIENTS + 1 };
size_t control_polls(const struct control *c, int64_t now_us,
    struct pollfd *polls);
int64_t control_due_us(const struct control *c);

/* Does what can be done without waiting. */
void control_serve(struct control *c, int64_t now_us);

/*
 * Asks: the answer in out, LIMIT_CONTROL_MS at most.  0; or -1 and e, and *code
 * is the errno where nobody answers, 0 where the answer is an error.
 */
int control_ask(const char *path, const char *request, struct text *out,
    int *code, struct err *e);

#endif
