// SPDX-License-Identifier: BSD-2-Clause
/*
 * selftest.h - a mail with forged header fields, and which of them arrived.
 *
 * A site that believes Authentication-Results must take those that came from
 * outside away before the filter sees them, and the filter takes away those
 * with names of ours.  Whether they do is found out by sending some: each
 * field has a mark of its own in it, that nobody can guess.  What is sent
 * follows from the ids and the mark alone, and the mark is in the mail, so a
 * mail can be judged without knowing of the one who sent it.
 *
 * Pure; any thread.
 */
#ifndef EFFECTS_SELFTEST_H
#define EFFECTS_SELFTEST_H

#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

enum {
	SELFTEST_MARK_SIZE = 17, /* hexadecimal digits and a NUL */
	SELFTEST_IDS = 8,        /* authserv-ids in one mail */
	SELFTEST_FIELDS = 128
};

/*
 * What became of a field.  The site's MTA puts its Received field above all,
 * but after the filters have seen the mail, so where they lie below that says
 * nothing.  The mail has a Received field of its own among them: the filter
 * believes only what stands above that one (RFC 8601, 7.1).
 */
enum selftest_fate {
	SELFTEST_STRIPPED, /* it is not there, or has another name now */
	SELFTEST_SURVIVED, /* it is, but the filter does not believe it */
	SELFTEST_BELIEVED  /* it is, and may be believed */
};

struct selftest_field {
	const char *name; /* as it is written */
	const char *how;  /* what is special about it */
	struct view id;   /* authserv-id; empty: a field of ours */
	const char *format;
	enum selftest_fate fate; /* of selftest_judge() */
};

struct selftest {
	char mark[SELFTEST_MARK_SIZE];
	struct selftest_field field[SELFTEST_FIELDS];
	size_t fields;
	size_t above; /* so many stand above the Received field of its own */
	bool own_received; /* of selftest_judge(): that one arrived */
};

/*
 * Plans a mail for those ids, which must outlive it.  0, or -1 and e where
 * there are more than SELFTEST_IDS, or one that cannot be in a mail.
 */
int selftest_plan(struct selftest *s, const struct view *id, size_t ids,
    struct err *e);

/* Takes a mark from bytes nobody can guess.  0, or -1 and e. */
int selftest_new_mark(struct selftest *s, struct err *e);

/* Takes the mark of the mail that bytes begin with.  0, or -1: it is none. */
int selftest_find_mark(struct selftest *s, struct view bytes);

/* Whether bytes hold the mail of that mark, to its last line. */
bool selftest_is_whole(const struct selftest *s, struct view bytes);

/*
 * Writes the mail, lines ended by CRLF, to the address to, which is plain;
 * now_ms is its Date.  Whether that worked tells text_ok().
 */
void selftest_write(const struct selftest *s, struct view to, int64_t now_ms,
    struct text *out);

/* Judges the mail as it arrived.  0, or -1 and e when there is no memory. */
int selftest_judge(struct selftest *s, struct view bytes, struct err *e);

#endif
