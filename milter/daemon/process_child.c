// SPDX-License-Identifier: BSD-2-Clause
/*
 * process_child.c - one child, as the first process sees it.
 */
#include "daemon/process_child.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/clock.h"

enum {
	LONGEST_PAUSE_S = 60, /* before a child is started again */
	STEADY_S = 60         /* who has lived so long is not failing */
};

int64_t
child_now_us(void)
{
	return clock_steady_us(&clock_system);
}

pid_t
child_fork(struct child *c, int *words)
{
	int ends[2];
	pid_t pid = -1;

	c->due_us = CHILD_NEVER;
	c->began_us = child_now_us();
	c->up = false;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	if (fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0)
		pid = fork();
	if (pid == 0) {
		close(ends[0]);
		*words = ends[1];
		return 0;
	}
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return -1;
	}
	c->pid = pid;
	c->words = ends[0];
	return pid;
}

bool
child_hear(struct child *c, struct process_word *word)
{
	ssize_t got;

	if (c->words < 0)
		return false;
	got = read(c->words, word, sizeof(*word));
	if (got == 0)
		child_close_words(c); /* it ends */
	if (got != (ssize_t)sizeof(*word))
		return false;
	c->up = true;
	return true;
}

void
child_close_words(struct child *c)
{
	if (c->words >= 0)
		close(c->words);
	c->words = -1;
}

int
child_set_due(struct child *c)
{
	int64_t now_us = child_now_us();
	int pause = 0;

	if (now_us - c->began_us > STEADY_S * CHILD_SECOND_US)
		c->failures = 0;
	if (c->failures > 0)
		pause =
		    c->failures > 6 ? LONGEST_PAUSE_S : 1 << (c->failures - 1);
	c->failures++;
	c->due_us = now_us + pause * CHILD_SECOND_US;
	return pause;
}
