// SPDX-License-Identifier: BSD-2-Clause
/*
 * folder_watch.h - whether a user's folder still is what was read of it.
 *
 * Who writes a file in place, without rename(2), leaves part of it to be seen
 * for a moment, and that part may well be without a mistake.  So a file that
 * was written just now is not believed yet: it is settled once settle_ms have
 * passed since.  That something is missing is believed when nothing has been
 * renamed, made or removed in its folder for as long.  What was read while it
 * was written is told by its state, which is not what it was before.
 *
 * One message costs, for each of its users: two folders opened, two fstat(2),
 * and one fstatat(2) for each file that was read, or looked for in vain; the
 * site's templates take one more folder.  Of folder_entry.c and folders.c
 * alone.
 */
#ifndef DAEMON_FOLDER_WATCH_H
#define DAEMON_FOLDER_WATCH_H

#include <stdbool.h>

#include "daemon/folder_entry.h"

enum folder_fate {
	FOLDER_SAME,
	FOLDER_CHANGED,
	FOLDER_BEING_WRITTEN /* changed, and not settled */
};

/* Whether a file in that state has been so for long enough. */
bool folder_watch_settled(const struct folder_source *from,
    const struct file_id *id);

/* The same of what is missing in the open folder; -1: so is that. */
bool folder_watch_gone(const struct folder_source *from, int dir);

/* The user's folder, opened, or -1: found->missing, or e says why. */
int folder_watch_open(const struct folder_source *from, const char *user,
    uid_t owner, struct file_found *found, struct err *e);

/* Whether all files are in the state they were read in; dir: the user's. */
enum folder_fate folder_watch_files(const struct folder_source *from,
    const struct folder_entry *en, int dir);

/*
 * The same of the whole folder.  One that is no system user's stays so for
 * LIMIT_FOLDER_REFUSED_S, or until it changes: the password database is not
 * asked for every mail.
 */
enum folder_fate folder_watch_look(const struct folder_source *from,
    struct folder_entry *en);

#endif
