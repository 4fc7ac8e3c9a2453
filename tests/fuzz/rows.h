// SPDX-License-Identifier: BSD-2-Clause
/*
 * rows.h - what must be true of the rows of any format of contacts.
 */
#ifndef TESTS_FUZZ_ROWS_H
#define TESTS_FUZZ_ROWS_H

#include "fuzz.h"
#include "policy/contacts_file.h"

struct rows {
	size_t count, people;
	int lines; /* of the file */
};

static inline int
rows_lines(struct view bytes)
{
	struct view line;
	int lines = 0;

	while (view_line(&bytes, &line))
		lines++;
	return lines;
}

/* No more text than the ceiling allows for, and none with a NUL in it. */
static inline int
rows_on_row(void *arg, const struct contacts_row *row)
{
	struct rows *r = arg;
	size_t size = row->name.size + row->profile.size;

	r->count++;
	MUST(row->line >= 1 && row->line <= r->lines);
	if (row->kind != CONTACTS_PERSON) {
		MUST(row->why != NULL);
		return 0;
	}
	r->people++;
	MUST(row->emails <= LIMIT_CONTACT_EMAILS);
	MUST(row->groups <= LIMIT_CONTACT_GROUPS);
	MUST(row->name.size + row->profile.size + row->emails > 0);
	for (size_t i = 0; i < row->emails; i++) {
		MUST(row->email[i].size > 0);
		size += row->email[i].size;
	}
	for (size_t i = 0; i < row->groups; i++) {
		MUST(view_find_byte(row->group[i], '\0') == VIEW_NONE);
		size += row->group[i].size;
	}
	MUST(view_find_byte(row->name, '\0') == VIEW_NONE);
	/* A name put together has two blanks more. */
	MUST(size <= LIMIT_CONTACTS_LINE + 2);
	return 0;
}

/* Read twice a file is the same; nobody comes out of nothing. */
static inline void
rows_check(struct view bytes,
    int (*read)(struct view bytes, contacts_on_row *on_row, void *arg))
{
	struct rows first = { .lines = rows_lines(bytes) };
	struct rows second = first;

	MUST(read(bytes, rows_on_row, &first) == 0);
	MUST(read(bytes, rows_on_row, &second) == 0);
	MUST(first.count == second.count && first.people == second.people);
	MUST(first.count <= (size_t)first.lines);
}

#endif
