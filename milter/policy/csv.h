// SPDX-License-Identifier: BSD-2-Clause
/*
 * csv.h - rows of comma-separated values (RFC 4180, read leniently; libcsv).
 *
 * The one file that includes libcsv.  Pure; any thread.
 */
#ifndef POLICY_CSV_H
#define POLICY_CSV_H

#include "base/view.h"

struct csv_row {
	int line;                /* where it begins, from 1 on */
	const struct view *cell; /* until the next row */
	size_t cells;            /* 0: this line could not be read */
	const char *why;         /* and why: "longer than a row may be" */
};

/* Returns 0 to go on, -1 to stop. */
typedef int csv_on_row(void *arg, const struct csv_row *row);

/*
 * Gives every row to on_row; empty lines are none.  Cells are without their
 * quotes, and unquoted ones without blanks around them.  Of a row that is
 * longer than LIMIT_CONTACTS_LINE or that its quotes make unreadable the first
 * line is given as one that could not be read, and reading goes on with the
 * next line; of one with more than LIMIT_CSV_CELLS cells, all its lines are.
 * Returns 0, or -1 without memory or when on_row stopped.
 */
int csv_read(struct view bytes, char delimiter, csv_on_row *on_row, void *arg);

#endif
