// SPDX-License-Identifier: BSD-2-Clause
/*
 * contacts_file.c - the files contacts come in, read row by row.
 */
#include "policy/contacts_file.h"

#include "base/text.h"
#include "policy/contacts_csv.h"
#include "policy/ldif.h"
#include "policy/vcard.h"

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

/*
 * One word of a line into the row; words of the name are joined in name.  NULL,
 * or why the row is to be refused.
 */
static const char *
take_word(struct contacts_row *row, struct text *name, struct view word)
{
	struct view field = without_separators(word);

	if (field.size > 1 && field.data[0] == '@') {
		if (row->groups == LIMIT_CONTACT_GROUPS)
			return "a person in too many groups";
		row->group[row->groups++] = view_part(field, 1, VIEW_NONE);
	} else if (is_url(field)) {
		if (row->profile.size > 0)
			return "more than one profile";
		row->profile = field;
	} else if (view_find_byte(field, '@') != VIEW_NONE) {
		if (row->emails == LIMIT_CONTACT_EMAILS)
			return "too many addresses";
		row->email[row->emails++] = field;
	} else {
		text_add_string(name, name->size > 0 ? " " : "");
		text_add(name, word);
	}
	return NULL;
}

/*
 * What came here because no other format knows it: a table whose titles are
 * not known, or a page.  NULL, or why it names nobody.
 */
static const char *
find_foreign(struct view name)
{
	size_t separators = 0;

	for (size_t i = 0; i + 1 < name.size; i++) {
		char next = name.data[i + 1];

		if (name.data[i] == '<' &&
		    (byte_is_letter(next) || next == '/' || next == '!'))
			return "markup, not a name";
		separators +=
		    (name.data[i] == ',' || name.data[i] == ';') && next != ' ';
	}
	return separators < 2 ? NULL
			      : "a row of a table whose columns are not known";
}

static void
read_text_line(struct view line, struct text *name, struct contacts_row *row)
{
	const char *why = NULL;
	struct view word;

	row->profile = VIEW("");
	row->emails = row->groups = 0;
	text_clear(name);
	if (line.size > LIMIT_CONTACTS_LINE)
		why = "longer than a line may be";
	while (why == NULL && next_word(&line, &word))
		why = take_word(row, name, word);
	if (why == NULL)
		why = find_foreign(text_view(name));
	row->kind = why == NULL ? CONTACTS_PERSON : CONTACTS_REFUSED;
	row->why = why;
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

static const struct contacts_format plain = { "contacts.txt", NULL, read_text };

/* The first that fits. */
static const struct contacts_format formats[] = {
	{ "vCard", vcard_is, vcard_read },
	{ "LDIF", ldif_is, ldif_read },
};

const struct contacts_format *
contacts_file_format(struct view bytes)
{
	const struct contacts_format *csv;

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (formats[i].is(bytes))
			return &formats[i];
	csv = contacts_csv_format(bytes);
	return csv == NULL ? &plain : csv;
}
