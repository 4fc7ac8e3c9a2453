// SPDX-License-Identifier: BSD-2-Clause
/*
 * endpoint.h - where the MTA finds the filter, as it is written in settings.
 *
 * libmilter takes "inet:99999@host" for another port, "inet:8899" for every
 * address of the host, and says nothing about a host that nobody knows; so we
 * look before it does.
 */
#ifndef DAEMON_ENDPOINT_H
#define DAEMON_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/un.h>

#include "base/err.h"
#include "base/text.h"

/*
 * libmilter removes whatever socket has the name it was given when it stops, be
 * it a successor's.  So it gets a name that nobody else has, and the socket is
 * renamed once it is there.
 */
enum { ENDPOINT_SUFFIX = 8 }; /* a dot and a process id */

struct endpoint_socket {
	char made[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
	dev_t device;
	ino_t inode;
};

/*
 * 0 if where is "unix:PATH" ("local:PATH" is the same) with a path that fits
 * into a socket's address, ENDPOINT_SUFFIX included, or "inet:PORT@HOST" or
 * "inet6:PORT@HOST" with a port of 1 to 65535; else -1 and e.  Pure.
 */
int endpoint_check(const char *where, struct err *e);

/* The path of a unix socket in where, which has been checked; else NULL. */
const char *endpoint_path(const char *where);

/* Sets s->made, the name to make the socket for path with. */
void endpoint_name(const char *path, struct endpoint_socket *s);

/* Gives what was made its name, in place of what is there.  0, or -1 and e. */
int endpoint_publish(const char *path, struct endpoint_socket *s,
    struct err *e);

/* Removes what was published, unless something else is in its place. */
void endpoint_remove(const char *path, const struct endpoint_socket *s);

/*
 * Appends where, which has been checked, as Postfix writes it: the host comes
 * first, and a path below Postfix's own folder has no slash in front, so that
 * it is right in a chroot and without (postconf(5), smtpd_milters).
 */
void endpoint_for_postfix(const char *where, struct text *out);

/*
 * Whether somebody listens at where, which has been checked, be it one that
 * hangs.  Asks the system, for a second at most, and the resolver for a host
 * name.
 */
bool endpoint_answers(const char *where);

/*
 * A connection with whoever listens at where, which has been checked: a
 * descriptor that never blocks, for the caller to close, or -1 and the errno.
 * Asks the system, for a second at most, and the resolver for a host name.
 */
int endpoint_connect(const char *where, int *code);

/*
 * 0 if one may try to listen at where, which has been checked: at the path is
 * nothing, or a socket where nobody answers; the host has an address here.
 * Else -1 and e.  Asks the system, and the resolver for a host name.
 */
int endpoint_is_free(const char *where, struct err *e);

#endif
