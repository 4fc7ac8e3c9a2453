// SPDX-License-Identifier: BSD-2-Clause
/*
 * file_put.h - a file put into a folder whole.
 */
#ifndef BASE_FILE_PUT_H
#define BASE_FILE_PUT_H

#include <sys/types.h>

#include "base/err.h"
#include "base/view.h"

/*
 * Makes content the file name (one component) in the open folder dir, in place
 * of what has that name now: under a name nobody can guess first, on the disk,
 * and only then renamed, so that who reads sees the old one or the new one,
 * whatever happens meanwhile.  A link of that name is replaced, not followed.
 * The file belongs to the process and to the folder's group; whoever may read
 * the folder may read it, and nobody else may write it.  Returns 0, or -1 and
 * e, and nothing has changed then (but where it is the folder that could not be
 * written to the disk).
 */
int file_put(int dir, const char *name, struct view content, struct err *e);

/* Whose it is to be, and a last look before it takes its place. */
struct file_put_as {
	uid_t owner;
	gid_t group;
	mode_t mode;
	int (*look)(void *arg, struct err *e); /* -1 and e: nothing is put */
	void *arg;
};

/* The same for a file with that owner, group and mode. */
int file_put_as(int dir, const char *name, const struct file_put_as *as,
    struct view content, struct err *e);

#endif
