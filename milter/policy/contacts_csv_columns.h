// SPDX-License-Identifier: BSD-2-Clause
/*
 * contacts_csv_columns.h - the formats of contacts_csv.h, and what their
 * columns are called.
 *
 * Of contacts_csv.c; a new format, or a language, is a row of the tables in
 * contacts_csv_columns.c.  Pure; any thread.
 */
#ifndef POLICY_CONTACTS_CSV_COLUMNS_H
#define POLICY_CONTACTS_CSV_COLUMNS_H

#include <stdbool.h>

#include "base/limits.h"
#include "base/view.h"

enum { CSV_HEADER_WITHIN = 32 }; /* lines; notes may stand above it */

/* What a column is to us. */
enum csv_column {
	CSV_OTHER,     /* nothing */
	CSV_FULL_NAME, /* where there are no parts of it */
	CSV_GIVEN,
	CSV_MIDDLE,
	CSV_FAMILY,
	CSV_PROFILE, /* an address with "/in/" in it, or nothing */
	CSV_SITE,    /* addresses, of which one may be a profile's */
	CSV_EMAIL,   /* none, one or several addresses */
	CSV_GROUPS,
	CSV_DIRECTION, /* of an invitation: INCOMING, OUTGOING */
	CSV_COLUMNS
};

struct csv_title {
	const char *title; /* UTF-8; "#" stands for a number */
	enum csv_column column;
};

enum { CSV_NEEDED = 3 };

struct csv_format {
	const char *name;
	const char *needed[CSV_NEEDED]; /* titles that tell it; or NULL */
	const struct csv_title *titles; /* up to one that is NULL */
	const char *between_groups;     /* the octets in it; ":::" as a whole */
	bool notes; /* rows of one cell are the network's, and mean nobody */
};

/* The header row of a file. */
struct csv_header {
	const struct csv_format *format;
	char delimiter;
	int line;         /* the one it is on, from 1 on */
	struct view rest; /* what comes behind it */
	size_t cells;
	unsigned char column[LIMIT_CSV_CELLS]; /* enum csv_column of each */
};

/* Finds the header row in bytes; false when there is none of ours. */
bool csv_header_find(struct view bytes, struct csv_header *header);

#endif
