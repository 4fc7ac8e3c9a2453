// SPDX-License-Identifier: BSD-2-Clause
/*
 * contacts_csv.c - contacts as comma-separated values.
 */
#include "policy/contacts_csv.h"

#include "base/text.h"
#include "base/utf8.h"
#include "mail/charset.h"
#include "policy/contacts_csv_columns.h"
#include "policy/csv.h"

/* Room for the cells of a row, each octet of which may become three. */
enum { LARGEST_ROW = 3 * LIMIT_CONTACTS_LINE };

struct reading {
	const struct csv_header *header;
	contacts_on_row *on_row;
	void *arg;
	struct text cells; /* of a row in windows-1252, as UTF-8 */
	struct text name;
	struct text groups; /* as words, one behind the other */
	size_t group_end[LIMIT_CONTACT_GROUPS];
	struct view cell[LIMIT_CSV_CELLS];
};

/* Where blanks, or what has a meaning in rules or a contacts.txt, stand. */
static bool
is_no_word(uint32_t c)
{
	return c <= ' ' || c == 0xA0 || (c >= 0x2000 && c <= 0x200A) ||
	    c == 0x3000 || c == '@' || c == '#' || c == ',' || c == ';' ||
	    utf8_is_hidden(c);
}

/*
 * Appends a label as a word a group may be, "Book club" as "Book-club"; what
 * is too long is cut.
 */
static void
add_word(struct text *words, struct view label)
{
	struct text word = TEXT_INIT(LIMIT_CONTACTS_LINE);
	bool between = false;

	for (size_t at = 0, from = 0; at < label.size; from = at) {
		uint32_t c = utf8_next(label, &at);

		if (is_no_word(c)) {
			between = word.size > 0;
			continue;
		}
		if (between)
			text_add_byte(&word, '-');
		between = false;
		text_add(&word, view_part(label, from, at - from));
	}
	text_add(words,
	    utf8_prefix(text_view(&word), LIMIT_CONTACT_GROUP_SIZE));
	words->failed |= !text_ok(&word);
	text_free(&word);
}

/* Cuts off what stands before the separator, which is between. */
static struct view
next_label(struct view *rest, const char *between)
{
	struct view whole = *rest, separator = view_of(between);
	size_t end = 0, width = 1;

	if (view_equal(separator, VIEW(":::"))) {
		end = view_find(whole, separator);
		width = separator.size;
	} else {
		while (end < whole.size &&
		    view_find_byte(separator, whole.data[end]) == VIEW_NONE)
			end++;
	}
	*rest = end >= whole.size ? VIEW("")
				  : view_part(whole, end + width, VIEW_NONE);
	return view_trim(view_part(whole, 0, end));
}

/*
 * The labels of a cell, into r.  Those that begin with an asterisk are Google's
 * own,
 * "* myContacts".  NULL, or why the row is to be refused.
 */
static const char *
take_groups(struct reading *r, struct view cell, struct contacts_row *row)
{
	while (cell.size > 0) {
		struct view label =
		    next_label(&cell, r->header->format->between_groups);
		size_t before = r->groups.size;

		if (label.size > 0 && label.data[0] == '*')
			continue;
		add_word(&r->groups, label);
		if (r->groups.size == before)
			continue;
		if (row->groups == LIMIT_CONTACT_GROUPS)
			return "a person in too many groups";
		r->group_end[row->groups++] = r->groups.size;
	}
	return NULL;
}

/* Only when all are there, since the text may move. */
static void
name_groups(const struct reading *r, struct contacts_row *row)
{
	for (size_t i = 0, from = 0; i < row->groups; from = r->group_end[i++])
		row->group[i] = view_part(text_view(&r->groups), from,
		    r->group_end[i] - from);
}

/* Cuts the next address off a cell: between them stands anything of this. */
static bool
next_address(struct view *rest, struct view *address)
{
	const struct view between = VIEW(" \t\r\n,;");
	size_t from = 0, to;

	while (from < rest->size &&
	    (view_find_byte(between, rest->data[from]) != VIEW_NONE ||
		rest->data[from] == ':'))
		from++;
	for (to = from; to < rest->size &&
	     view_find_byte(between, rest->data[to]) == VIEW_NONE;)
		to++;
	*address = view_part(*rest, from, to - from);
	*rest = view_part(*rest, to, VIEW_NONE);
	return address->size > 0;
}

/*
 * Google puts " ::: " between several, others commas.  What begins with a
 * slash is an address of X.500, which Exchange has for colleagues.
 */
static const char *
take_emails(struct view cell, struct contacts_row *row)
{
	struct view address;

	if (cell.size > 0 && cell.data[0] == '/')
		return NULL;
	while (next_address(&cell, &address)) {
		if (row->emails == LIMIT_CONTACT_EMAILS)
			return "too many addresses";
		row->email[row->emails++] = address;
	}
	return NULL;
}

static void
take_site(struct view cell, struct contacts_row *row)
{
	struct view address;

	while (row->profile.size == 0 && next_address(&cell, &address))
		if (view_find_nocase(address, VIEW("linkedin.")) != VIEW_NONE &&
		    view_find_nocase(address, VIEW("/in/")) != VIEW_NONE)
			row->profile = address;
}

static const char *
take_direction(struct view cell, struct contacts_row *row)
{
	if (view_equal_nocase(cell, VIEW("OUTGOING")))
		return NULL;
	row->kind = CONTACTS_SKIPPED;
	if (view_equal_nocase(cell, VIEW("INCOMING")))
		return "who asked is nobody the user asked";
	row->kind = CONTACTS_REFUSED;
	return "neither INCOMING nor OUTGOING";
}

/* A cell that is no part of the name.  NULL, or why the row is left out. */
static const char *
take_cell(struct reading *r, enum csv_column column, struct view cell,
    struct contacts_row *row)
{
	switch (column) {
	case CSV_PROFILE:
		row->profile = cell;
		return NULL;
	case CSV_SITE:
		take_site(cell, row);
		return NULL;
	case CSV_EMAIL:
		return take_emails(cell, row);
	case CSV_GROUPS:
		return take_groups(r, cell, row);
	case CSV_DIRECTION:
		return take_direction(cell, row);
	default:
		return NULL;
	}
}

/* The name of its parts, or in whole where no part is there. */
static void
take_name(struct reading *r, struct contacts_row *row)
{
	const struct csv_header *header = r->header;
	struct view part[CSV_COLUMNS] = { 0 };

	for (size_t i = 0; i < header->cells; i++)
		if (part[header->column[i]].size == 0)
			part[header->column[i]] = r->cell[i];
	text_clear(&r->name);
	for (size_t i = CSV_GIVEN; i <= CSV_FAMILY; i++) {
		text_add_string(&r->name,
		    part[i].size > 0 && r->name.size > 0 ? " " : "");
		text_add(&r->name, part[i]);
	}
	if (r->name.size == 0)
		text_add(&r->name, part[CSV_FULL_NAME]);
	row->name = text_view(&r->name);
}

static void
take_person(struct reading *r, struct contacts_row *row)
{
	const struct csv_header *header = r->header;

	text_clear(&r->groups);
	take_name(r, row);
	/* Rows that a quote too many has made one; no name has two lines. */
	if (view_find_byte(row->name, '\n') != VIEW_NONE)
		row->why = "a name of several lines: a quote too many";
	for (size_t i = 0; i < header->cells && row->why == NULL; i++)
		row->why = take_cell(r, (enum csv_column)header->column[i],
		    r->cell[i], row);
	name_groups(r, row);
	if (row->why != NULL) {
		if (row->kind == CONTACTS_PERSON)
			row->kind = CONTACTS_REFUSED;
	} else if (row->name.size == 0 && row->emails == 0 &&
	    row->profile.size == 0) {
		row->kind = CONTACTS_SKIPPED; /* a closed profile, a firm */
		row->why = "no name, address or profile";
	}
}

/* Whether a cell that matters is not UTF-8. */
static bool
is_code_page(const struct csv_header *header, const struct csv_row *csv)
{
	for (size_t i = 0; i < csv->cells; i++)
		if (header->column[i] != CSV_OTHER && !utf8_valid(csv->cell[i]))
			return true;
	return false;
}

/*
 * The cells, trimmed; of a row that is not UTF-8, those that matter as what
 * windows-1252 makes of them.
 */
static void
take_cells(struct reading *r, const struct csv_row *csv)
{
	size_t end[LIMIT_CSV_CELLS], from = 0;
	bool code_page = is_code_page(r->header, csv);

	text_clear(&r->cells);
	for (size_t i = 0; i < csv->cells; i++) {
		struct view cell = view_trim(csv->cell[i]);

		if (!code_page)
			r->cell[i] = cell;
		else if (r->header->column[i] != CSV_OTHER)
			charset_to_utf8(cell, VIEW("windows-1252"), &r->cells);
		end[i] = r->cells.size;
	}
	for (size_t i = 0; code_page && i < csv->cells; from = end[i++])
		r->cell[i] =
		    view_part(text_view(&r->cells), from, end[i] - from);
}

/* A row, or several, that somebody has put between quotes as a whole. */
static bool
is_quoted_row(const struct csv_header *header, struct view cell)
{
	size_t delimiters = 0;

	for (size_t i = 0; i < cell.size; i++)
		delimiters += cell.data[i] == header->delimiter;
	return delimiters + 1 >= header->cells;
}

static int
on_csv_row(void *arg, const struct csv_row *csv)
{
	struct reading *r = arg;
	const struct csv_header *header = r->header;
	struct contacts_row row = { .kind = CONTACTS_REFUSED,
		.line = header->line + csv->line };

	if (csv->cells == header->cells) {
		row.kind = CONTACTS_PERSON;
		take_cells(r, csv);
		take_person(r, &row);
	} else if (csv->cells == 0) {
		row.why = csv->why;
	} else if (csv->cells == 1 && header->format->notes &&
	    !is_quoted_row(header, csv->cell[0])) {
		row.kind = CONTACTS_SKIPPED; /* they stood behind the header */
		row.why = "a note of the network's";
	} else {
		row.why = csv->cells < header->cells
		    ? "fewer cells than the header has"
		    : "more cells than the header has";
	}
	if (!text_ok(&r->cells) || !text_ok(&r->name) || !text_ok(&r->groups))
		return -1;
	return r->on_row(r->arg, &row);
}

static int
read_csv(struct view bytes, contacts_on_row *on_row, void *arg)
{
	struct csv_header header;
	struct reading r = { .header = &header,
		.on_row = on_row,
		.arg = arg,
		.cells = TEXT_INIT(LARGEST_ROW),
		.name = TEXT_INIT(LARGEST_ROW),
		.groups = TEXT_INIT(LARGEST_ROW) };
	int result = 0;

	if (csv_header_find(bytes, &header))
		result =
		    csv_read(header.rest, header.delimiter, on_csv_row, &r);
	text_free(&r.cells);
	text_free(&r.name);
	text_free(&r.groups);
	return result;
}

/* One for each name that a format has; the columns are found again. */
static const struct contacts_format readable[] = {
	{ "Connections.csv", NULL, read_csv },
	{ "Invitations.csv", NULL, read_csv },
	{ "Contacts.csv", NULL, read_csv },
	{ "Google Contacts CSV", NULL, read_csv },
	{ "Outlook CSV", NULL, read_csv },
};

const struct contacts_format *
contacts_csv_format(struct view bytes)
{
	struct csv_header header;

	if (!csv_header_find(bytes, &header))
		return NULL;
	for (size_t i = 0; i < sizeof(readable) / sizeof(readable[0]); i++)
		if (view_equal(view_of(readable[i].name),
			view_of(header.format->name)))
			return &readable[i];
	return NULL;
}
