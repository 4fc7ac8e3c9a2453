// SPDX-License-Identifier: BSD-2-Clause
/*
 * hosts.h - lists of client addresses.
 *
 * Pure; any thread.
 */
#ifndef DAEMON_HOSTS_H
#define DAEMON_HOSTS_H

#include <stdbool.h>

#include "base/err.h"
#include "base/view.h"

struct hosts;

/*
 * Each entry is an IPv4 or IPv6 address, alone or with "/BITS".  NULL and e
 * for anything else.  The caller frees it.
 */
struct hosts *hosts_new(const struct view *entry, size_t count, struct err *e);
void hosts_free(struct hosts *h); /* NULL is fine */

/*
 * Whether the address (as text, an IPv6 one also with "IPv6:" in front, as
 * Sendmail writes it) is in the list.  IPv4 in IPv6 ("::ffff:192.0.2.1")
 * counts as the IPv4 address.  Anything that is no address is not.
 */
bool hosts_contain(const struct hosts *h, struct view address);

#endif
