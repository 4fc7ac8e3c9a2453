// SPDX-License-Identifier: BSD-2-Clause
/*
 * database.h - one SQLite file, shared by the processes of a host.
 *
 * What store_sqlite.c needs of SQLite: a file that is safe to open, a fixed
 * list of statements, and transactions.  The one file that includes sqlite3.h
 * is behind it.  One connection and one mutex: a few writes an hour need no
 * more.  Errors read "PATH: ...".
 */
#ifndef EFFECTS_DATABASE_H
#define EFFECTS_DATABASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/view.h"

struct database;

/* What is in the file.  Borrowed for as long as it is open. */
struct database_layout {
	int application; /* PRAGMA application_id: whose file it is */
	int version;     /* PRAGMA user_version: of the schema */
	const char *schema;
	const char *const *statement;
	size_t statements;
};

/*
 * Opens the file at path (absolute), which is made with mode 0600 if it is
 * missing; its folder must be there, and owns what root makes.  Refused: any
 * other mode, what is not a regular file, another program's database, one of
 * another version.  NULL and e on failure; the caller closes it.
 */
struct database *database_open(const char *path,
    const struct database_layout *layout, struct err *e);
void database_close(struct database *d);

/*
 * A transaction (BEGIN IMMEDIATE): from begin to end no other thread or
 * process writes, and what happens in between happens as one.  begin() returns
 * 0, or less and e when that was not to be had within a second or two.  Every
 * begin has its end, which gets what begin returned, or what followed.  end()
 * makes it true if result is not below 0, on the disk before it returns, and
 * undoes it otherwise; it returns result, or -1 and e.
 */
int database_begin(struct database *d, struct err *e);
int database_end(struct database *d, int result, struct err *e);

/* What a statement is given for its question marks. */
struct database_value {
	enum { DATABASE_NUMBER, DATABASE_TEXT, DATABASE_BLOB } kind;
	int64_t number;
	struct view bytes; /* borrowed until the statement has run */
};

/* A row while it is looked at; columns count from 0. */
struct database_row;
int64_t database_row_number(struct database_row *row, int column);
struct view database_row_bytes(struct database_row *row, int column);

/*
 * Run statement number index of the layout; only in a transaction.  run()
 * for its effect; number() for the one number it gives; each() calls on_row
 * for every row until it says -1, which is a failure and passed on.  0, or
 * -1 and e.
 */
int database_run(struct database *d, size_t index,
    const struct database_value *value, size_t count, struct err *e);
int database_number(struct database *d, size_t index,
    const struct database_value *value, size_t count, int64_t *number,
    struct err *e);

struct database_reader {
	int (*on_row)(void *arg, struct database_row *row, struct err *e);
	void *arg;
};
int database_each(struct database *d, size_t index,
    const struct database_value *value, size_t count,
    const struct database_reader *reader, struct err *e);

/* Rows that the last run() changed. */
int64_t database_changed(const struct database *d);

#endif
