// SPDX-License-Identifier: BSD-2-Clause
/*
 * transport.c - hands a composed mail to the MTA: sendmail(1), no shell, or
 * smtp.c.
 *
 * We keep the reading end of the program's standard input open as well: so
 * writing never raises SIGPIPE, and what is left in the pipe at the end tells
 * whether the program has read the whole mail.
 *
 * The mail is in the pipe before the program starts: should we die, what the
 * program finds there must not be a part of it, or nothing, and then the end.
 */
#include "effects/transport.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/utf8.h"
#include "effects/child.h"
#include "effects/smtp.h"
#include "effects/token.h"
#include "mail/addr.h"

enum {
	TICK_MS = 20,         /* how often we ask whether it has ended */
	SAID_SIZE = 1024,     /* kept of its standard error */
	REASON_SIZE = 200,    /* of which are shown */
	PIPE_SIZE = 64 * 1024 /* what a pipe takes anyway */
};

struct run {
	const char *program;
	pid_t pid;            /* and its process group */
	int input[2];         /* both ends; [1] is -1 once all is written */
	int output[2];        /* standard error; an end is -1 once closed */
	struct view rest;     /* of the mail, not yet written */
	struct text said;     /* standard error, as far as we keep it */
	struct view token;    /* left side of the recipient: never shown */
	bool timed_out, lost; /* lost: somebody else has waited for it */
	int status;           /* of waitpid(2) */
};

static void
shut(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static int
open_pipes(struct run *r)
{
	if (pipe2(r->input, O_CLOEXEC) < 0 || pipe2(r->output, O_CLOEXEC) < 0 ||
	    fcntl(r->input[1], F_SETFL, O_NONBLOCK) < 0 ||
	    fcntl(r->output[0], F_SETFL, O_NONBLOCK) < 0)
		return -1;
#ifdef F_SETPIPE_SZ
	/* Room for all of it, where the system lets us. */
	if (r->rest.size > PIPE_SIZE)
		(void)fcntl(r->input[1], F_SETPIPE_SZ, (int)r->rest.size);
#endif
	return 0;
}

/* What the pipe takes now; the end of the mail closes it. */
static void
feed(struct run *r)
{
	while (r->rest.size > 0) {
		ssize_t put = write(r->input[1], r->rest.data, r->rest.size);

		if (put < 0)
			return;
		r->rest = view_part(r->rest, (size_t)put, r->rest.size);
	}
	shut(&r->input[1]);
}

/* What it has said by now; more than we keep is read and dropped. */
static void
listen_to(struct run *r)
{
	char block[4096];
	ssize_t got = read(r->output[0], block, sizeof(block));

	if (got > 0)
		text_add(&r->said,
		    view_part((struct view){ block, (size_t)got }, 0,
			r->said.limit - r->said.size));
	else if (got == 0)
		shut(&r->output[0]);
}

/* Whether the program has ended. */
static bool
has_ended(struct run *r)
{
	pid_t pid = waitpid(r->pid, &r->status, WNOHANG);

	r->lost = pid < 0;
	return pid != 0;
}

static void
attend(struct run *r, int timeout_seconds)
{
	const int64_t end =
	    clock_steady_us(&clock_system) + (int64_t)timeout_seconds * 1000000;

	for (;;) {
		struct pollfd fds[2];

		if (r->input[1] >= 0)
			feed(r);
		if (r->output[0] >= 0)
			listen_to(r);
		if (has_ended(r)) {
			if (r->output[0] >= 0)
				listen_to(r);
			return;
		}
		if (clock_steady_us(&clock_system) >= end)
			break;
		fds[0] = (struct pollfd){ r->input[1], POLLOUT, 0 };
		fds[1] = (struct pollfd){ r->output[0], POLLIN, 0 };
		poll(fds, 2, TICK_MS); /* -1 is passed over */
	}
	/* Nobody may live to see the pipe's end and take it for the mail's. */
	r->timed_out = true;
	kill(-r->pid, SIGKILL);
	while (waitpid(r->pid, &r->status, 0) < 0 && errno == EINTR)
		;
}

static bool
was_read(const struct run *r)
{
	int left = 0;

	return r->rest.size == 0 && ioctl(r->input[0], FIONREAD, &left) == 0 &&
	    left == 0;
}

static enum transport_result
judge(const struct run *r)
{
	bool read_all = was_read(r);
	int code;

	if (r->timed_out || r->lost || !WIFEXITED(r->status))
		return read_all || r->lost ? TRANSPORT_UNKNOWN
					   : TRANSPORT_LATER;
	code = WEXITSTATUS(r->status);
	if (code == EX_OK)
		return read_all ? TRANSPORT_SENT : TRANSPORT_UNKNOWN;
	if (code == EX_USAGE || code == EX_DATAERR || code == EX_NOUSER ||
	    code == EX_NOHOST || code == EX_NOPERM)
		return TRANSPORT_REFUSED;
	return read_all ? TRANSPORT_UNKNOWN : TRANSPORT_LATER;
}

/* How it ended, and the first line it said. */
static void
explain(const struct run *r, int timeout_seconds, struct err *e)
{
	struct view rest = text_view(&r->said), line = { NULL, 0 };
	struct text masked = TEXT_INIT(3 * SAID_SIZE);
	struct text reason = TEXT_INIT(4 * REASON_SIZE);

	while (line.size == 0 && view_line(&rest, &line))
		line = view_trim(line);
	if (line.size > 0)
		text_add_string(&reason, ": ");
	token_mask(line, r->token, &masked);
	utf8_add_printable(&reason, text_view(&masked), REASON_SIZE);
	if (r->timed_out)
		err_set(e, "%s: not done after %d seconds%s", r->program,
		    timeout_seconds, text_string(&reason));
	else if (r->lost)
		err_set(e, "%s: its end went unnoticed%s", r->program,
		    text_string(&reason));
	else if (WIFSIGNALED(r->status))
		err_set(e, "%s: killed by signal %d%s", r->program,
		    WTERMSIG(r->status), text_string(&reason));
	else
		err_set(e, "%s: exit status %d%s%s", r->program,
		    WEXITSTATUS(r->status),
		    was_read(r) ? "" : ", the mail was not read",
		    text_string(&reason));
	text_free(&masked);
	text_free(&reason);
}

static enum transport_result
run(struct run *r, char *const argv[], int timeout_seconds, struct err *e)
{
	enum transport_result result = TRANSPORT_LATER;
	int code = open_pipes(r) < 0 ? errno : 0;

	if (code == 0) {
		const struct child_files files = { r->input[0], -1,
			r->output[1] };

		feed(r);
		code = child_start(argv, NULL, &files, &r->pid);
	}
	if (code != 0) {
		err_sys(e, code, "%s", r->program);
	} else {
		shut(&r->output[1]);
		attend(r, timeout_seconds);
		result = judge(r);
		if (result != TRANSPORT_SENT)
			explain(r, timeout_seconds, e);
	}
	for (int i = 0; i < 2; i++) {
		shut(&r->input[i]);
		shut(&r->output[i]);
	}
	text_free(&r->said);
	return result;
}

enum transport_result
transport_sendmail(const char *program, struct view sender,
    struct view recipient, struct view mail, int timeout_seconds, struct err *e)
{
	/*
	 * Nobody is to be told by the null sender.  A user is: of a delivery
	 * that failed no other word comes back, and the record says "sent".
	 */
	const char *tell = sender.size == 0 ? "never" : "failure";
	struct run r = { .program = program,
		.input = { -1, -1 },
		.output = { -1, -1 },
		.rest = mail,
		.said = TEXT_INIT(SAID_SIZE) };
	enum transport_result result = TRANSPORT_LATER;
	char *name, *from, *to, *notify;
	struct view domain;

	if (!addr_is_plain(recipient) ||
	    (sender.size > 0 && !addr_is_plain(sender))) {
		err_set(e, "not an address to write to or from");
		return TRANSPORT_REFUSED;
	}
	addr_split(recipient, &r.token, &domain);
	if (sender.size == 0)
		sender = VIEW("<>");
	name = strdup(program);
	from = strndup(sender.data, sender.size);
	to = strndup(recipient.data, recipient.size);
	notify = strdup(tell);
	if (name == NULL || from == NULL || to == NULL || notify == NULL) {
		err_sys(e, errno, "%s", program);
	} else {
		char i[] = "-i", f[] = "-f", n[] = "-N", dashes[] = "--";
		char *const argv[] = { name, i, f, from, n, notify, dashes, to,
			NULL };

		result = run(&r, argv, timeout_seconds, e);
	}
	free(name);
	free(from);
	free(to);
	free(notify);
	return result;
}

/* What is behind "smtp://", or NULL. */
static const char *
smtp_place(const char *where)
{
	static const char scheme[] = "smtp://";

	return strncmp(where, scheme, sizeof(scheme) - 1) == 0
	    ? where + sizeof(scheme) - 1
	    : NULL;
}

bool
transport_is_program(const char *where)
{
	return smtp_place(where) == NULL;
}

int
transport_check(const char *where, struct err *e)
{
	const char *place = smtp_place(where);

	if (place != NULL)
		return smtp_check_place(place, e);
	if (strcmp(where, "sendmail") == 0)
		return 0;
	return err_set(e,
	    "\"%s\": neither \"sendmail\" nor \"smtp://HOST:PORT\"", where);
}

enum transport_result
transport_send(const struct transport *t, struct view sender,
    struct view recipient, struct view mail, int timeout_seconds, struct err *e)
{
	const struct smtp_envelope envelope = {
		.place = smtp_place(t->where),
		.client = t->host,
		.sender = sender,
		.recipient = recipient,
		.timeout_seconds = timeout_seconds,
	};
	struct smtp_sent sent;

	if (envelope.place == NULL)
		return transport_sendmail(t->program, sender, recipient, mail,
		    timeout_seconds, e);
	return smtp_send(&envelope, mail, &sent, e);
}
