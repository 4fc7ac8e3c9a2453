// SPDX-License-Identifier: BSD-2-Clause
/*
 * process_child.h - one child, as the first process sees it.
 *
 * Of process_main.c alone, which decides what becomes of it.
 */
#ifndef DAEMON_PROCESS_CHILD_H
#define DAEMON_PROCESS_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "daemon/process.h"

#define CHILD_SECOND_US INT64_C(1000000)
#define CHILD_NEVER INT64_MAX

struct child {
	const char *name;
	void (*run)(const struct process_options *, struct site *, int,
	    int);        /* for good */
	bool reads_wake; /* its end of the wake pipe */
	pid_t pid;       /* 0: not running */
	int words;       /* what it says is read here; -1: nothing */
	bool up;         /* it has said that it works */
	bool leaving;    /* told to go, to come back with the set in force */
	int failures;    /* one soon after the other */
	int stop_s;      /* then it is killed */
	int64_t began_us;
	int64_t due_us; /* when to start it again; in a stop, to kill it */
};

/* The clock of due_us. */
int64_t child_now_us(void);

/*
 * Forks.  In the child 0, and *words is where to say things; here its process
 * id, or -1.
 */
pid_t child_fork(struct child *c, int *words);

/* The next word of the child, which is up now; false: none, for now or ever. */
bool child_hear(struct child *c, struct process_word *word);

/* Nothing more is heard. */
void child_close_words(struct child *c);

/*
 * Sets the time of the next start: at once, then after 1, 2, 4, ... seconds.
 * Returns the pause.
 */
int child_set_due(struct child *c);

#endif
