// SPDX-License-Identifier: BSD-2-Clause
/*
 * contacts_file.c - the files contacts come in, read row by row.
 */
#include "policy/contacts_file.h"

#include <string.h>

#include "base/text.h"
#include "policy/csv.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* contacts.txt: "Jane Doe <jane@example.net> https://.../in/jane @close". */

static bool
is_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r';
}

/* Cuts the next word off *rest; false at the end, or where a comment begins. */
static bool
next_word(struct view *rest, struct view *word)
{
	size_t from = 0, to;

	while (from < rest->size && is_blank(rest->data[from]))
		from++;
	if (from == rest->size || rest->data[from] == '#')
		return false;
	for (to = from; to < rest->size && !is_blank(rest->data[to]);)
		to++;
	*word = view_part(*rest, from, to - from);
	*rest = view_part(*rest, to, VIEW_NONE);
	return true;
}

/* Without the commas or semicolons people put between the fields. */
static struct view
without_separators(struct view v)
{
	while (v.size > 0 &&
	    (v.data[v.size - 1] == ',' || v.data[v.size - 1] == ';'))
		v.size--;
	return v;
}

static bool
is_url(struct view word)
{
	return view_find_byte(word, '/') != VIEW_NONE &&
	    (view_find(word, VIEW("://")) != VIEW_NONE ||
		view_find_nocase(word, VIEW("/in/")) != VIEW_NONE ||
		view_starts_nocase(word, VIEW("www.")));
}

/* One word of a line into the row; words of the name are joined in name. */
static bool
take_word(struct contacts_row *row, struct text *name, struct view word)
{
	struct view field = without_separators(word);

	if (field.size > 1 && field.data[0] == '@') {
		if (row->groups == LIMIT_CONTACT_GROUPS)
			return false;
		row->group[row->groups++] = view_part(field, 1, VIEW_NONE);
	} else if (is_url(field)) {
		if (row->profile.size > 0)
			return false;
		row->profile = field;
	} else if (view_find_byte(field, '@') != VIEW_NONE) {
		if (row->emails == LIMIT_CONTACT_EMAILS)
			return false;
		row->email[row->emails++] = field;
	} else {
		text_add_string(name, name->size > 0 ? " " : "");
		text_add(name, word);
	}
	return true;
}

static void
read_text_line(struct view line, struct text *name, struct contacts_row *row)
{
	struct view word;

	row->kind = CONTACTS_PERSON;
	row->profile = VIEW("");
	row->emails = row->groups = 0;
	text_clear(name);
	if (line.size > LIMIT_CONTACTS_LINE) {
		row->kind = CONTACTS_REFUSED;
		return;
	}
	while (next_word(&line, &word))
		if (!take_word(row, name, word))
			row->kind = CONTACTS_REFUSED;
	row->name = without_separators(text_view(name));
}

static int
read_text(struct view bytes, contacts_on_row *on_row, void *arg)
{
	struct text name = TEXT_INIT(LIMIT_CONTACTS_LINE);
	struct contacts_row row = { .line = 0 };
	struct view line, rest, word;
	int result = 0;

	while (result == 0 && view_line(&bytes, &line)) {
		row.line++;
		rest = line;
		if (!next_word(&rest, &word))
			continue;
		read_text_line(line, &name, &row);
		result = text_ok(&name) ? on_row(arg, &row) : -1;
	}
	text_free(&name);
	return result;
}

static bool
is_text(struct view bytes)
{
	(void)bytes;
	return true;
}

/*
 * Connections.csv, LinkedIn's export of one's connections.  A preamble may
 * stand before or behind the header row, columns came and went, and what once
 * was asked for in Outlook's form has other words.
 */
enum column { GIVEN, MIDDLE, FAMILY, URL, EMAIL, COLUMNS };

static const struct {
	const char *title;
	enum column column;
} titles[] = {
	{ "First Name", GIVEN },
	{ "Middle Name", MIDDLE },
	{ "Last Name", FAMILY },
	{ "URL", URL },
	{ "Email Address", EMAIL },
	{ "E-mail Address", EMAIL },
};

enum { HEADER_WITHIN = 32 }; /* lines */

/* The header row's line, or empty; its own look, not that of a comment. */
static struct view
find_header(struct view bytes)
{
	struct view line;

	for (int i = 0; i < HEADER_WITHIN && view_line(&bytes, &line); i++) {
		size_t given = view_find(line, VIEW("First Name"));

		if (given < line.size && line.data[0] != '#' &&
		    line.size <= LIMIT_CONTACTS_LINE &&
		    view_find(line, VIEW("Last Name")) != VIEW_NONE)
			return line;
	}
	return VIEW("");
}

static bool
is_connections(struct view bytes)
{
	return find_header(bytes).size > 0;
}

struct connections {
	contacts_on_row *on_row;
	void *arg;
	struct text name;
	size_t
	    place[COLUMNS]; /* index of the column; VIEW_NONE: there is none */
	size_t cells;       /* of the header row; 0: not yet seen */
};

static void
take_header(struct connections *c, const struct csv_row *csv)
{
	for (size_t i = 0; i < COLUMNS; i++)
		c->place[i] = VIEW_NONE;
	for (size_t i = 0; i < csv->cells; i++)
		for (size_t k = 0; k < COUNT(titles); k++)
			if (view_equal(csv->cell[i], view_of(titles[k].title)))
				c->place[titles[k].column] = i;
	if (c->place[GIVEN] != VIEW_NONE && c->place[FAMILY] != VIEW_NONE)
		c->cells = csv->cells;
}

static struct view
cell(const struct connections *c, const struct csv_row *csv, enum column column)
{
	return c->place[column] == VIEW_NONE
	    ? VIEW("")
	    : view_trim(csv->cell[c->place[column]]);
}

static void
take_person(struct connections *c, const struct csv_row *csv,
    struct contacts_row *row)
{
	static const enum column names[] = { GIVEN, MIDDLE, FAMILY };

	text_clear(&c->name);
	for (size_t i = 0; i < COUNT(names); i++) {
		struct view part = cell(c, csv, names[i]);

		text_add_string(&c->name,
		    part.size > 0 && c->name.size > 0 ? " " : "");
		text_add(&c->name, part);
	}
	row->name = text_view(&c->name);
	row->email[0] = cell(c, csv, EMAIL);
	row->emails = row->email[0].size > 0;
	row->profile = cell(c, csv, URL);
	if (row->name.size == 0 && row->emails == 0 && row->profile.size == 0)
		row->kind = CONTACTS_SKIPPED; /* a closed profile */
}

static int
on_connection(void *arg, const struct csv_row *csv)
{
	struct connections *c = arg;
	struct contacts_row row = { .kind = CONTACTS_PERSON,
		.line = csv->line };

	if (c->cells == 0) {
		take_header(c, csv);
		return 0;
	}
	if (csv->cells == c->cells)
		take_person(c, csv, &row);
	else /* one cell: the notes, when they stand behind the header */
		row.kind =
		    csv->cells == 1 ? CONTACTS_SKIPPED : CONTACTS_REFUSED;
	return text_ok(&c->name) ? c->on_row(c->arg, &row) : -1;
}

/* What stands behind the first title; other countries use others. */
static char
delimiter_of(struct view header)
{
	size_t end = view_find(header, VIEW("First Name"));
	struct view rest;

	rest = view_part(header, end + strlen("First Name"), 2);
	if (view_starts_nocase(rest, VIEW("\"")))
		rest = view_part(rest, 1, 1);
	if (view_starts_nocase(rest, VIEW(";")))
		return ';';
	return view_starts_nocase(rest, VIEW("\t")) ? '\t' : ',';
}

static int
read_connections(struct view bytes, contacts_on_row *on_row, void *arg)
{
	struct connections c = { .on_row = on_row,
		.arg = arg,
		.name = TEXT_INIT(LIMIT_CONTACTS_LINE) };
	int result;

	result = csv_read(bytes, delimiter_of(find_header(bytes)),
	    on_connection, &c);
	text_free(&c.name);
	return result;
}

/* Told apart so that its lines are not taken for names. */
static bool
is_vcard(struct view bytes)
{
	return view_starts_nocase(view_trim(bytes), VIEW("BEGIN:VCARD"));
}

/* The first that fits; the last one fits all. */
static const struct contacts_format formats[] = {
	{ "vCard", is_vcard, NULL },
	{ "Connections.csv", is_connections, read_connections },
	{ "contacts.txt", is_text, read_text },
};

const struct contacts_format *
contacts_file_format(struct view bytes)
{
	const struct contacts_format *f = formats;

	while (!f->is(bytes))
		f++;
	return f;
}
