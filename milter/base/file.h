// SPDX-License-Identifier: BSD-2-Clause
/*
 * file.h - files read whole, and only where it is safe.
 *
 * Two kinds: a site's own files, named by the admin, and a user's files,
 * which somebody else may write while we look.  For the latter nothing is
 * believed by name: folder and file are opened, then what was opened is
 * judged (facts: a link, a fifo, a second name or a file others may write is
 * refused).
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/text.h"

/* Which state of which file was read; equal ids mean nothing has changed. */
struct file_id {
	uint64_t device, inode;
	int64_t modified_ns, changed_ns, size;
};

bool file_id_equal(const struct file_id *a, const struct file_id *b);

/* What there is to say of a user's file besides its content. */
struct file_found {
	struct file_id id;
	uid_t owner;
	gid_t group;
	mode_t mode;  /* permissions only */
	bool missing; /* nothing has that name; no other failure sets it */
	bool asked;   /* the password database was, whose folder it is */
	bool fit;     /* a file that may be read; what failed is its size */
};

/*
 * Appends the regular file at path to out, whose limit bounds it.  Returns 0,
 * or -1 and e ("PATH: No such file or directory").
 */
int file_read(const char *path, struct text *out, struct err *e);

/*
 * Appends what a person hands a tool: the file at path, whatever it is, or
 * standard input for "-".  Ends at out's limit, where *cut tells whether there
 * was more.  Waits for whoever writes into a pipe.  0, or -1 and e.
 */
int file_read_input(const char *path, struct text *out, bool *cut,
    struct err *e);

/*
 * Opens /dev/null for those of standard input, output and error that are
 * closed, else the next file that is opened would be one of them, and what is
 * printed would be written into it.  Printing fails as it would have.  For the
 * begin of main().  0, or -1 with errno.
 */
int file_fill_standard(void);

/*
 * Opens a folder below which users' files are found.  Symbolic links in path
 * are the admin's business and followed.  Returns a descriptor for the caller
 * to close, or -1 and e.
 */
int file_open_folder(const char *path, struct err *e);

/*
 * Opens the folder name (one component, never "." or "..") below the folder
 * dir, without following a link.  It must belong to root, to owner, to the
 * owner of dir or, where nobody but that owner may write dir, to the system's
 * user who is called name; and be writable by nobody else.  The password
 * database is asked for the last of them only (getpwnam_r(3), which may wait
 * for a server); an owner that is known already is passed as owner.  Returns a
 * descriptor and found->owner, or -1 with e, found->missing and, where it was
 * memory or descriptors that lacked, errno.  found->asked is set in any case,
 * and where it is true, found->id: of the folder that was judged.
 */
int file_open_user_folder(int dir, const char *name, uid_t owner,
    struct file_found *found, struct err *e);

/*
 * Appends the file name (one component) in the folder dir to out.  It must be
 * a regular file with no other name, belong to root, to owner or to the owner
 * of dir, and be writable by nobody else; at most out's limit long.  One that
 * is replaced meanwhile is read as it was.  Never blocks, whatever name is.
 * Returns 0 with found->id, owner, group and mode, or -1 with e,
 * found->missing and found->fit.
 */
int file_read_user(int dir, const char *name, uid_t owner, struct text *out,
    struct file_found *found, struct err *e);

/*
 * What file_read_user() would report for the file now, by one fstatat(2).
 * Returns 0 and *id, or -1 where there is none.
 */
int file_identify(int dir, const char *name, struct file_id *id);

/* The same of what is open, by one fstat(2). */
int file_identify_open(int fd, struct file_id *id);

/* Writes all of v, whatever signals arrive.  Returns 0, or -1 with errno. */
int file_write_all(int fd, struct view v);

#endif
