// SPDX-License-Identifier: BSD-2-Clause
/*
 * rows.h - what a format of contacts hands on, as text to be compared.
 *
 * One line a row: "7 Jane Doe <jane@x.example> [linkedin.com/in/jane] @close",
 * "7 skipped: why", "7 refused: why".
 */
#ifndef TESTS_UNIT_POLICY_ROWS_H
#define TESTS_UNIT_POLICY_ROWS_H

#include "base/text.h"
#include "oom.h"
#include "policy/contacts_file.h"
#include "t.h"

typedef int rows_reader(struct view bytes, contacts_on_row *on_row, void *arg);

static int
rows_add(void *arg, const struct contacts_row *row)
{
	struct text *t = arg;

	text_addf(t, "%d", row->line);
	if (row->kind != CONTACTS_PERSON) {
		text_addf(t, " %s: %s\n",
		    row->kind == CONTACTS_SKIPPED ? "skipped" : "refused",
		    row->why);
		return text_ok(t) ? 0 : -1;
	}
	if (row->name.size > 0)
		text_addf(t, " %.*s", VIEW_ARG(row->name));
	for (size_t i = 0; i < row->emails; i++)
		text_addf(t, " <%.*s>", VIEW_ARG(row->email[i]));
	if (row->profile.size > 0)
		text_addf(t, " [%.*s]", VIEW_ARG(row->profile));
	for (size_t i = 0; i < row->groups; i++)
		text_addf(t, " @%.*s", VIEW_ARG(row->group[i]));
	text_add_byte(t, '\n');
	return text_ok(t) ? 0 : -1;
}

struct rows_case {
	const char *name, *bytes, *want;
};

static inline void
rows_check(rows_reader *read, const struct rows_case *row)
{
	struct text got = TEXT_INIT(1024 * 1024);
	struct view v = exact_string(row->bytes);

	check_number(row->name, read(v, rows_add, &got), 0);
	check_view(row->name, text_view(&got), row->want);
	exact_free(v);
	text_free(&got);
}

/* Without memory a file fails as a whole, whatever allocation it is. */
static inline void
rows_check_memory(rows_reader *read, const struct rows_case *row)
{
	unsigned n;

	for (n = 1; oom_next(n); n++) {
		struct text got = TEXT_INIT(1024 * 1024);

		/* Only giving back memory may fail unseen. */
		if (read(view_of(row->bytes), rows_add, &got) == 0)
			check_view(row->name, text_view(&got), row->want);
		else
			assert_true(oom_happened());
		text_free(&got);
	}
	assert_true(n > 3);
}

static inline int
rows_stop(void *arg, const struct contacts_row *row)
{
	(void)row;
	++*(int *)arg;
	return -1;
}

struct rows_count {
	long long people, skipped, refused, line; /* of the last refused */
};

static inline int
rows_tally(void *arg, const struct contacts_row *row)
{
	struct rows_count *c = arg;

	c->people += row->kind == CONTACTS_PERSON;
	c->skipped += row->kind == CONTACTS_SKIPPED;
	c->refused += row->kind == CONTACTS_REFUSED;
	if (row->kind == CONTACTS_REFUSED)
		c->line = row->line;
	return 0;
}

#endif
