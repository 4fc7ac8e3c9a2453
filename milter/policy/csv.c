// SPDX-License-Identifier: BSD-2-Clause
/*
 * csv.c - rows of comma-separated values (libcsv).
 *
 * libcsv would take the rest of a file for one cell where a quote is missing,
 * and knows no line numbers.  So it is fed line by line, in its strict mode.
 * Where a row that began with a quote comes to no good end, its first line is
 * read once more by itself and leniently, or refused, and the lines behind it
 * are read anew: one quote too many costs one row.  No line is read more often
 * than that, as what is within quotes for one row has none for the next.
 */
#include "policy/csv.h"

#include <csv.h>
#include <stdbool.h>

#include "base/limits.h"
#include "base/text.h"

/* Empty lines are reported, or they would look like an open quote. */
enum { LENIENT = CSV_REPALL_NL, STRICT = CSV_REPALL_NL | CSV_STRICT };

struct reading {
	csv_on_row *on_row;
	void *arg;
	struct text cells; /* of this row, one behind the other */
	size_t end[LIMIT_CSV_CELLS];
	size_t count;    /* cells; may be past the end of end[] */
	size_t size;     /* octets of the lines since row_line; 0: no row */
	int line;        /* the one being read */
	int row_line;    /* where the row began */
	struct view row; /* all from there on */
	bool ended;      /* no row is open behind this line */
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

/* Drops what was read of a row. */
static void
begin_anew(struct csv_parser *parser, struct reading *r)
{
	csv_fini(parser, NULL, NULL, NULL);
	text_clear(&r->cells);
	r->count = 0;
	r->size = 0;
}

/* A line with its newline.  NULL, or what is wrong with it; see csv_error(). */
static const char *
parse_line(struct csv_parser *parser, struct reading *r, struct view line)
{
	if (csv_parse(parser, line.data, line.size, on_cell, on_end, r) !=
	    line.size)
		return "a quote where none may be";
	r->ended = false; /* by the newline alone: a CR ends a row, too */
	if (csv_parse(parser, "\n", 1, on_cell, on_end, r) != 1)
		return "a quote where none may be";
	return NULL;
}

/* One line more of the row.  NULL, or why the row cannot be read. */
static const char *
feed(struct csv_parser *parser, struct reading *r, struct view line)
{
	const char *why;

	r->size += line.size + 1;
	if (r->size > LIMIT_CONTACTS_LINE)
		return "longer than a row may be";
	why = parse_line(parser, r, line);
	if (why == NULL && r->ended)
		r->size = 0;
	return why;
}

/* The first line of a row that cannot be read; goes back to the one behind. */
static void
read_first_line(struct csv_parser *parser, struct reading *r,
    struct view *bytes, const char *why)
{
	struct view line;
	bool fits;

	begin_anew(parser, r);
	*bytes = r->row;
	view_line(bytes, &line);
	r->line = r->row_line;
	fits = line.size < LIMIT_CONTACTS_LINE;
	csv_set_opts(parser, LENIENT);
	if (fits && parse_line(parser, r, line) == NULL && r->ended)
		why = NULL;
	csv_set_opts(parser, STRICT);
	if (why != NULL) {
		begin_anew(parser, r);
		hand_on(r, why);
	}
}

static int
read_rows(struct csv_parser *parser, struct reading *r, struct view bytes)
{
	while (!r->stopped) {
		const char *why = "a quote that is never closed";
		struct view before = bytes, line;

		if (view_line(&bytes, &line)) {
			r->line++;
			if (r->size == 0) {
				r->row = before;
				r->row_line = r->line;
			}
			why = feed(parser, r, line);
		} else if (r->size == 0) {
			return 0;
		}
		if (why != NULL && csv_error(parser) == CSV_ENOMEM)
			return -1;
		if (why != NULL)
			read_first_line(parser, r, &bytes, why);
	}
	return -1;
}

int
csv_read(struct view bytes, char delimiter, csv_on_row *on_row, void *arg)
{
	struct reading r = { .on_row = on_row,
		.arg = arg,
		.cells = TEXT_INIT(LIMIT_CONTACTS_LINE) };
	struct csv_parser parser;
	int result;

	if (csv_init(&parser, STRICT) != 0)
		return -1;
	csv_set_delim(&parser, (unsigned char)delimiter);
	result = read_rows(&parser, &r, bytes);
	csv_free(&parser);
	text_free(&r.cells);
	return result;
}
