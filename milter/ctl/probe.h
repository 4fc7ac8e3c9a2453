// SPDX-License-Identifier: BSD-2-Clause
/*
 * probe.h - whether somebody negotiates at a milter's socket.
 *
 * More than a connection, which the system makes for a filter that hangs too;
 * and no mail: behind the negotiation it says goodbye.
 */
#ifndef CTL_PROBE_H
#define CTL_PROBE_H

#include "base/err.h"

/* What an answer may take. */
enum { PROBE_MS = 5000 };

/*
 * where has been checked (daemon/endpoint.h).  It offers no action but one of
 * which the filter makes no use, by which it is told from an MTA
 * (daemon/callbacks.c).  0, or -1 and e.
 */
int probe_milter(const char *where, struct err *e);

#endif
