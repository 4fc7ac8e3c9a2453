// SPDX-License-Identifier: BSD-2-Clause
/*
 * child.h - programs of the MTA, started without a shell.
 */
#ifndef EFFECTS_CHILD_H
#define EFFECTS_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/text.h"
#include "base/view.h"

/* What becomes of its first three descriptors; -1: /dev/null. */
struct child_files {
	int input, output, error;
};

/*
 * Starts argv[0], a path or a name to be looked for where the system's programs
 * are, in a process group of its own, with no signal ignored or blocked, no
 * other descriptor of ours that is closed on exec, and an environment of
 * nothing but PATH, that of an admin, and variable ("NAME=VALUE"), if it is not
 * NULL.  0, or an errno.  Any thread; SIGCHLD must not be ignored.
 */
int child_start(char *const argv[], const char *variable,
    const struct child_files *files, pid_t *pid);

/* Whether child_start() would find a program of that name. */
bool child_is_there(const char *name);

/* Gets what a program prints, as it comes.  0, or -1 and e to stop it. */
typedef int child_on_output(void *arg, struct view octets, struct err *e);

/* A program that reads nothing and is run to its end. */
struct child {
	char *const *argv;          /* as child_start() has them */
	const char *variable;       /* the same */
	int timeout_seconds;        /* one silent for longer is killed */
	child_on_output *on_output; /* gets standard output; or NULL */
	void *arg;
	child_on_output *on_error; /* gets standard error; or NULL */
	void *error_arg;
};

/*
 * Runs it.  0 if it exits with 0, or -1 and e, with the last line of its
 * standard error.  What is killed is killed with what it started.
 */
int child_run(const struct child *c, struct err *e);

#endif
