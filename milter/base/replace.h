// SPDX-License-Identifier: BSD-2-Clause
/*
 * replace.h - a user's file put in place of another: all of it, or nothing.
 *
 * Whoever reads the file meanwhile, or after a crash, finds the old one or the
 * new one whole.  What somebody else has put there since it was read stays.
 */
#ifndef BASE_REPLACE_H
#define BASE_REPLACE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/file.h"
#include "base/text.h"

/* A file as it was read, in an open folder, which must stay open. */
struct replace_target {
	int dir;
	const char *name; /* borrowed */
	struct file_found was;
};

/*
 * Appends the file name (one component) in the folder dir to out, as
 * file_read_user() reads it, or nothing where it is missing: then it is to
 * belong to the owner and group of the folder, who may read it if they may read
 * the folder.  0, or -1 and e.
 */
int replace_begin(int dir, const char *name, uid_t owner, struct text *out,
    struct replace_target *t, struct err *e);

/*
 * Puts bytes in place of the file, with its owner, group and mode, by
 * rename(2) of a file in the same folder, and waits until the disk has it.
 * Access control lists are not kept.  0, or -1 and e, with the old file in
 * place unless e says otherwise.  *changed tells that it is no longer the one
 * that was read, or that somebody else is about to replace it.  Only who does
 * not ask, as we do, may change it between the last look and rename(2).
 */
int replace_end(const struct replace_target *t, struct view bytes,
    bool *changed, struct err *e);

#endif
