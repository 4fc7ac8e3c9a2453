// SPDX-License-Identifier: BSD-2-Clause
/*
 * probe.c - whether somebody negotiates at a milter's socket.
 *
 * The protocol is that of libmilter's mfdef.h: each packet is its size in four
 * octets, most significant first, a command, and its data.
 */
#include "ctl/probe.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "daemon/endpoint.h"

/* SMFIC_OPTNEG: version 6, may add recipients, all steps. */
static const unsigned char hello[] = { 0, 0, 0, 13, 'O', 0, 0, 0, 6, 0, 0, 0, 4,
	0, 0x1f, 0xff, 0xff };
static const unsigned char goodbye[] = { 0, 0, 0, 1, 'Q' }; /* SMFIC_QUIT */

/* The next octets: 0, or the errno; EPROTO where it hangs up. */
static int
receive(int fd, int64_t end_us, unsigned char *octets, size_t size)
{
	size_t got = 0;

	while (got < size) {
		struct pollfd ready = { .fd = fd, .events = POLLIN };
		int64_t left_us = end_us - clock_steady_us(&clock_system);
		ssize_t more;

		if (left_us <= 0 ||
		    poll(&ready, 1, (int)(left_us / 1000) + 1) == 0)
			return ETIMEDOUT;
		more = recv(fd, octets + got, size - got, MSG_DONTWAIT);
		if (more == 0)
			return EPROTO;
		if (more < 0 && errno != EAGAIN && errno != EINTR)
			return errno;
		if (more > 0)
			got += (size_t)more;
	}
	return 0;
}

/* 0, or the errno. */
static int
negotiate(int fd)
{
	int64_t end_us =
	    clock_steady_us(&clock_system) + PROBE_MS * INT64_C(1000);
	unsigned char answer[sizeof(hello)];
	int code;

	if (send(fd, hello, sizeof(hello), MSG_NOSIGNAL) !=
	    (ssize_t)sizeof(hello))
		return errno;
	code = receive(fd, end_us, answer, 5);
	if (code != 0)
		return code;
	if (answer[4] != 'O')
		return EPROTO;
	(void)send(fd, goodbye, sizeof(goodbye), MSG_NOSIGNAL);
	return 0;
}

int
probe_milter(const char *where, struct err *e)
{
	int code = 0, fd = endpoint_connect(where, &code);

	if (fd < 0)
		return err_sys(e, code, "%s", where);
	code = negotiate(fd);
	close(fd);
	return code == 0 ? 0 : err_sys(e, code, "%s", where);
}
