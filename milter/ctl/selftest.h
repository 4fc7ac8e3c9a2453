// SPDX-License-Identifier: BSD-2-Clause
/*
 * selftest.h - what the files of "rsvpctl selftest" share.
 */
#ifndef CTL_SELFTEST_H
#define CTL_SELFTEST_H

#include <sys/types.h>

#include "effects/selftest.h"

/* Where the mail is to arrive: a Maildir, or else a file in mbox format. */
struct selftest_mailbox {
	const char *path;
	off_t size;   /* of the file before the mail was sent */
	time_t since; /* files of a Maildir that are older are not read */
};

/* Call it before the mail is sent.  It may not be there yet. */
void selftest_mailbox_note(struct selftest_mailbox *box, const char *path);

/*
 * Looks once.  1: the mail of that mark is in out, whole; 0: not yet; -1 and e
 * when the mailbox cannot be read.
 */
int selftest_mailbox_look(const struct selftest_mailbox *box,
    const struct selftest *s, struct text *out, struct err *e);

/* How many of the fields that fate befell. */
size_t selftest_count(const struct selftest *s, enum selftest_fate fate);

/* A table, and what to do; or the same for programs, on one line. */
void selftest_print(const struct selftest *s, bool dry_run);
void selftest_print_json(const struct selftest *s);

#endif
