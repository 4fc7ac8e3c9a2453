// SPDX-License-Identifier: BSD-2-Clause
/*
 * lines.h - octets that come in blocks, cut into lines.
 */
#ifndef BASE_LINES_H
#define BASE_LINES_H

#include "base/err.h"
#include "base/text.h"
#include "base/view.h"

/* Gets one line without its LF.  0, or another number to stop, and e. */
typedef int lines_on_line(void *arg, struct view line, struct err *e);

/*
 * Memory is bounded by begun's limit: of a line that is longer, the rest is
 * lost.
 */
struct lines {
	lines_on_line *on_line;
	void *arg;
	struct text begun; /* TEXT_INIT(LIMIT); lines_free() gives it back */
};

/* Passes on what ends in these octets.  0, or what on_line returned. */
int lines_add(struct lines *l, struct view octets, struct err *e);

/* A last line that no LF ends, if there is one.  The same. */
int lines_end(struct lines *l, struct err *e);

void lines_free(struct lines *l);

#endif
