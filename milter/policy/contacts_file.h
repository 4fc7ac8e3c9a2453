// SPDX-License-Identifier: BSD-2-Clause
/*
 * contacts_file.h - the files contacts come in, read row by row.
 *
 * Between contacts.c and the formats; who wants the rows themselves hears of
 * them from contacts_add_telling().  A new format is a row of the table in
 * contacts_file.c, one of comma-separated values a row of the table in
 * contacts_csv.c.  Pure; any thread.
 */
#ifndef POLICY_CONTACTS_FILE_H
#define POLICY_CONTACTS_FILE_H

#include <stdbool.h>

#include "base/limits.h"
#include "base/view.h"

enum contacts_row_kind {
	CONTACTS_PERSON,
	CONTACTS_SKIPPED, /* names nobody, and that is all right */
	CONTACTS_REFUSED  /* could not be read */
};

/* As in the file; nothing is folded or checked yet. */
struct contacts_row {
	enum contacts_row_kind kind;
	int line;
	struct view name;
	struct view profile; /* an address, or a slug */
	struct view email[LIMIT_CONTACT_EMAILS];
	size_t emails;
	struct view group[LIMIT_CONTACT_GROUPS]; /* without the "@" */
	size_t groups;
	const char *why;   /* skipped, refused: "an address that is none" */
	const char *entry; /* the file it is in, of an archive's, else "";
			      contacts.c sets it */
};

/* Returns 0 to go on, -1 to stop. */
typedef int contacts_on_row(void *arg, const struct contacts_row *row);

struct contacts_format {
	const char *name; /* "contacts.txt" */
	bool (*is)(struct view bytes);
	/* 0, or -1 without memory or when on_row stopped. */
	int (*read)(struct view bytes, contacts_on_row *on_row, void *arg);
};

/* The format of bytes that begin with no byte order mark; never NULL. */
const struct contacts_format *contacts_file_format(struct view bytes);

#endif
