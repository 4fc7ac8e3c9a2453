// SPDX-License-Identifier: BSD-2-Clause
/*
 * pid_file.h - the file that says which process to signal.
 */
#ifndef DAEMON_PID_FILE_H
#define DAEMON_PID_FILE_H

/* Writes our process id; "": no file is wanted.  0, or -1, and it is logged. */
int pid_file_write(const char *path);

/*
 * Removes what was written, but not what a successor has put in its place while
 * we stopped.  "" is fine.
 */
void pid_file_remove(const char *path);

#endif
