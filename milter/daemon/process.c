// SPDX-License-Identifier: BSD-2-Clause
/*
 * process.c - what the processes of rsvp-milter share.
 */
#include "daemon/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

int
process_follow(struct err *e)
{
#ifdef PR_SET_PDEATHSIG
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) < 0)
		return err_sys(e, errno, "prctl");
#endif
	return 0;
}

int
process_settle(const struct process_options *o, struct err *e)
{
	if (identity_assume(&o->identity, e) < 0)
		return -1;
	return process_follow(e); /* changing the user cleared it */
}

void
process_detach(const struct process_options *o)
{
	int null;

	if (o->foreground)
		return;
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null < 0)
		return;
	for (int fd = 0; fd <= 2; fd++)
		dup2(null, fd);
	close(null);
}

int
process_say(int fd, bool taken, const struct site *in_force)
{
	struct process_word word = { .taken = taken };

	memcpy(word.fingerprint, in_force->fingerprint,
	    sizeof(word.fingerprint));
	return write(fd, &word, sizeof(word)) == sizeof(word) ? 0 : -1;
}
