// SPDX-License-Identifier: BSD-2-Clause
/*
 * control_ask.c - the other end of the control socket.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "daemon/control.h"

/* Until it is ready, or the time is over: 0, or the errno. */
static int
await(int fd, short events, int64_t end_us)
{
	struct pollfd ready = { .fd = fd, .events = events };
	int64_t left_us = end_us - clock_steady_us(&clock_system);
	int result;

	if (left_us <= 0)
		return ETIMEDOUT;
	result = poll(&ready, 1, (int)(left_us / 1000) + 1);
	if (result < 0 && errno != EINTR)
		return errno;
	return result == 0 ? ETIMEDOUT : 0;
}

/* 0, or the errno. */
static int
call(int fd, const char *path, int64_t end_us)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
	/* EAGAIN: its queue is full (unix(7)), and poll(2) says nothing. */
	while (connect(fd, (const struct sockaddr *)&address, sizeof(address)) <
	    0) {
		struct pollfd nobody = { .fd = -1 };

		if (errno != EAGAIN)
			return errno;
		if (clock_steady_us(&clock_system) > end_us)
			return ETIMEDOUT;
		poll(&nobody, 1, 20);
	}
	return 0;
}

/* Up to the end of the connection: 0, or the errno. */
static int
read_all(int fd, int64_t end_us, struct text *out)
{
	char bytes[4096];
	int code;

	while ((code = await(fd, POLLIN, end_us)) == 0) {
		ssize_t got = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);

		if (got == 0)
			return 0;
		if (got < 0 && errno != EAGAIN && errno != EINTR)
			return errno;
		if (got > 0)
			text_add(out, (struct view){ bytes, (size_t)got });
		if (!text_ok(out))
			return EMSGSIZE;
	}
	return code;
}

/* 0, or the errno. */
static int
exchange(int fd, const char *path, const char *request, struct text *heard)
{
	int64_t end_us =
	    clock_steady_us(&clock_system) + (int64_t)LIMIT_CONTROL_MS * 1000;
	struct text line = TEXT_INIT(LIMIT_CONTROL_REQUEST);
	int code = call(fd, path, end_us);

	text_addf(&line, "%s\n", request);
	if (code == 0 && !text_ok(&line))
		code = EMSGSIZE;
	/* So short a line has room at once. */
	if (code == 0 &&
	    send(fd, line.data, line.size, MSG_NOSIGNAL) != (ssize_t)line.size)
		code = errno;
	if (code == 0)
		code = read_all(fd, end_us, heard);
	text_free(&line);
	return code;
}

/* Takes "ok VERSION OCTETS\n" off.  0, or -1 and e. */
static int
open_answer(struct view heard, struct text *out, struct err *e)
{
	struct view line, rest = heard;
	unsigned long long size = 0;
	size_t blank;

	if (!view_line(&rest, &line))
		return err_set(e, "an empty answer");
	if (line.size > 6 && memcmp(line.data, "error ", 6) == 0)
		return err_set(e, "%.*s",
		    VIEW_ARG(view_part(line, 6, VIEW_NONE)));
	blank = line.size;
	while (blank > 0 && line.data[blank - 1] != ' ')
		blank--;
	if (line.size < 3 || memcmp(line.data, "ok ", 3) != 0 ||
	    view_number(view_part(line, blank, VIEW_NONE), LIMIT_CONTROL_ANSWER,
		&size) < 0)
		return err_set(e, "not an answer of rsvp-milter");
	if (size != rest.size)
		return err_set(e, "an answer that is not whole");
	text_add(out, rest);
	return text_ok(out) ? 0 : err_set(e, "out of memory");
}

int
control_ask(const char *path, const char *request, struct text *out, int *code,
    struct err *e)
{
	struct text heard = TEXT_INIT(LIMIT_CONTROL_ANSWER + 100);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int result;

	*code = fd < 0 ? errno : exchange(fd, path, request, &heard);
	if (*code != 0)
		result = err_sys(e, *code, "%s", path);
	else
		result = open_answer(text_view(&heard), out, e);
	if (result < 0 && *code == 0)
		err_in(e, "%s", path);
	if (fd >= 0)
		close(fd);
	text_free(&heard);
	return result;
}
