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

#include "base/err.h"
#include "base/text.h"

/*
 * 0 if where is "unix:PATH" ("local:PATH" is the same) with a path that fits
 * into a socket's address, or "inet:PORT@HOST" or "inet6:PORT@HOST" with a
 * port of 1 to 65535; else -1 and e.  Pure.
 */
int endpoint_check(const char *where, struct err *e);

/* The path of a unix socket in where, which has been checked; else NULL. */
const char *endpoint_path(const char *where);

/*
 * Appends where, which has been checked, as Postfix writes it: the host comes
 * first, and a path below Postfix's own folder has no slash in front, so that
 * it is right in a chroot and without (postconf(5), smtpd_milters).
 */
void endpoint_for_postfix(const char *where, struct text *out);

/*
 * Whether somebody listens at where, which has been checked.  Asks the system,
 * and the resolver for a host name.
 */
bool endpoint_answers(const char *where);

/*
 * 0 if one may try to listen at where, which has been checked: at the path is
 * nothing, or a socket where nobody answers; the host has an address here.
 * Else -1 and e.  Asks the system, and the resolver for a host name.
 */
int endpoint_is_free(const char *where, struct err *e);

#endif
