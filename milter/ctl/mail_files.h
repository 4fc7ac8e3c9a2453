// SPDX-License-Identifier: BSD-2-Clause
/*
 * mail_files.h - the messages that people have in files and folders.
 */
#ifndef CTL_MAIL_FILES_H
#define CTL_MAIL_FILES_H

#include "base/view.h"

/*
 * Gets each message, which is borrowed, and what to call it: the file's path,
 * with ":3" behind it for the third one in an mbox.  0, or the code to exit
 * with.
 */
typedef int mail_files_on_message(void *arg, const char *name,
    struct view message);

/*
 * Reads path: a Maildir (its "cur" and "new", by name), any other folder (its
 * files by name, but hidden ones; not the folders in it), an mbox, which begins
 * with "From ", or else a message; "-" is standard input.  Of an mbox a message
 * begins behind an empty line that "From " follows, and a ">" in front of
 * "From " or of more of them is taken off.  Files of a folder may be mboxes,
 * too.
 * Of a message the first 64 MB are read.  Memory does not grow with the number
 * of messages, but with that of files in a folder.
 *
 * 0, what on_message returned, or a code of sysexits(3), and what was wrong is
 * said.
 */
int mail_files_read(const char *path, mail_files_on_message *on_message,
    void *arg);

#endif
