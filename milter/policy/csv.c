// SPDX-License-Identifier: BSD-2-Clause
/*
 * csv.c - rows of comma-separated values (libcsv).
 *
 * libcsv would take the rest of a file for one cell where a quote is missing,
 * and knows no line numbers.  So it is fed line by line, and a row that grows
 * too long is dropped.
 */
#include "policy/csv.h"

#include <csv.h>
#include <stdbool.h>

#include "base/limits.h"
#include "base/text.h"

struct reading {
	csv_on_row *on_row;
	void *arg;
	struct text cells; /* of this row, one behind the other */
	size_t end[LIMIT_CSV_CELLS];
	size_t count; /* cells; may be past the end of end[] */
	size_t size;  /* octets of the lines since row_line; 0: no row */
	int line;     /* the one being read */
	int row_line; /* where the row began */
	bool ended;   /* no row is open behind this line */
	bool stopped;
};

static void
on_cell(void *data, size_t size, void *arg)
{
	struct reading *r = arg;

	text_add(&r->cells, (struct view){ data, size });
	if (r->count < LIMIT_CSV_CELLS)
		r->end[r->count] = r->cells.size;
	r->count++;
}

/*
 * Hands on the row, or each of its lines when it could not be read; why is
 * NULL, or the reason.
 */
static void
hand_on(struct reading *r, const char *why)
{
	struct view cell[LIMIT_CSV_CELLS];
	struct csv_row row = { .line = r->row_line, .cell = cell, .why = why };

	if (why == NULL && r->count > LIMIT_CSV_CELLS)
		row.why = "more cells than a row may have";
	if (row.why == NULL) {
		for (size_t i = 0, from = 0; i < r->count; from = r->end[i++])
			cell[i] = view_part(text_view(&r->cells), from,
			    r->end[i] - from);
		row.cells = r->count;
	}
	do {
		if (!r->stopped)
			r->stopped = r->on_row(r->arg, &row) < 0;
	} while (row.cells == 0 && ++row.line <= r->line);
	text_clear(&r->cells);
	r->count = 0;
}

static void
on_end(int byte, void *arg)
{
	struct reading *r = arg;

	(void)byte;
	if (!text_ok(&r->cells)) /* no memory: there is room for any row */
		r->stopped = true;
	else if (r->count > 0)
		hand_on(r, NULL);
	r->ended = true;
}

/* One line, without its newline.  -1 when libcsv has no memory. */
static int
feed(struct csv_parser *parser, struct reading *r, struct view line)
{
	if (r->size == 0)
		r->row_line = r->line;
	r->size += line.size + 1;
	if (r->size > LIMIT_CONTACTS_LINE) {
		csv_fini(parser, NULL, NULL, NULL); /* begins anew */
		hand_on(r, "longer than a row may be");
		r->size = 0;
		return 0;
	}
	if (csv_parse(parser, line.data, line.size, on_cell, on_end, r) !=
	    line.size)
		return -1;
	r->ended = false;
	if (csv_parse(parser, "\n", 1, on_cell, on_end, r) != 1)
		return -1;
	if (r->ended)
		r->size = 0;
	return 0;
}

int
csv_read(struct view bytes, char delimiter, csv_on_row *on_row, void *arg)
{
	struct reading r = { .on_row = on_row,
		.arg = arg,
		.cells = TEXT_INIT(LIMIT_CONTACTS_LINE) };
	struct csv_parser parser;
	struct view line;
	int result = -1;

	/* Empty lines are reported, or they would look like an open quote. */
	if (csv_init(&parser, CSV_REPALL_NL) != 0)
		return -1;
	csv_set_delim(&parser, (unsigned char)delimiter);
	while (!r.stopped && view_line(&bytes, &line)) {
		r.line++;
		if (feed(&parser, &r, line) < 0)
			goto out;
	}
	if (r.size > 0)
		hand_on(&r, "a quote that is never closed");
	result = r.stopped ? -1 : 0;
out:
	csv_free(&parser);
	text_free(&r.cells);
	return result;
}
