// SPDX-License-Identifier: BSD-2-Clause
/*
 * stop_file.h - a file whose presence stops all sending.
 *
 * For an admin who has no time: "touch" works where a mistake in the settings
 * keeps a reload from happening.  Any thread.
 */
#ifndef DAEMON_STOP_FILE_H
#define DAEMON_STOP_FILE_H

#include <stdbool.h>

#include "base/err.h"

/*
 * Whether path is there; "" never is.  What cannot be known counts as there:
 * only "no such file" is no.  Where it is, e says so ("PATH is there", "PATH:
 * Permission denied").
 */
bool stop_file_is_there(const char *path, struct err *e);

#endif
