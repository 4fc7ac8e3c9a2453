// SPDX-License-Identifier: BSD-2-Clause
/*
 * contacts_csv_columns.c - the formats of contacts_csv.h, and what their
 * columns are called.
 */
#include "policy/contacts_csv_columns.h"

#include <stdint.h>

#include "base/utf8.h"

/*
 * LinkedIn.  Columns of its exports came and went: the URL in 2023, the middle
 * name and Outlook's words for the address until about 2016.
 */
static const struct csv_title connections[] = {
	{ "First Name", CSV_GIVEN },
	{ "Middle Name", CSV_MIDDLE },
	{ "Last Name", CSV_FAMILY },
	{ "URL", CSV_PROFILE },
	{ "Email Address", CSV_EMAIL },
	{ "E-mail Address", CSV_EMAIL },
	{ NULL, CSV_OTHER },
};

/* Whom an outgoing one went to; the profiles are there since 2023. */
static const struct csv_title invitations[] = {
	{ "To", CSV_FULL_NAME },
	{ "inviteeProfileUrl", CSV_PROFILE },
	{ "Direction", CSV_DIRECTION },
	{ NULL, CSV_OTHER },
};

/* Contacts.csv, ImportedContacts.csv: an address book that was uploaded. */
static const struct csv_title imported[] = {
	{ "FirstName", CSV_GIVEN },
	{ "MiddleName", CSV_MIDDLE },
	{ "LastName", CSV_FAMILY },
	{ "FullName", CSV_FULL_NAME },
	{ "Emails", CSV_EMAIL },
	{ "Profiles", CSV_SITE },
	{ "Sites", CSV_SITE },
	{ NULL, CSV_OTHER },
};

/* Google Contacts until 2024. */
static const struct csv_title google_old[] = {
	{ "Name", CSV_FULL_NAME },
	{ "Given Name", CSV_GIVEN },
	{ "Additional Name", CSV_MIDDLE },
	{ "Family Name", CSV_FAMILY },
	{ "Group Membership", CSV_GROUPS },
	{ "E-mail # - Value", CSV_EMAIL },
	{ "Website # - Value", CSV_SITE },
	{ NULL, CSV_OTHER },
};

static const struct csv_title google[] = {
	{ "First Name", CSV_GIVEN },
	{ "Middle Name", CSV_MIDDLE },
	{ "Last Name", CSV_FAMILY },
	{ "File As", CSV_FULL_NAME },
	{ "Labels", CSV_GROUPS },
	{ "E-mail # - Value", CSV_EMAIL },
	{ "Website # - Value", CSV_SITE },
	{ NULL, CSV_OTHER },
};

/* Outlook writes titles in the language of its user. */
static const struct csv_title outlook[] = {
	{ "First Name", CSV_GIVEN },
	{ "Middle Name", CSV_MIDDLE },
	{ "Last Name", CSV_FAMILY },
	{ "E-mail Address", CSV_EMAIL },
	{ "E-mail # Address", CSV_EMAIL },
	{ "Web Page", CSV_SITE },
	{ "Categories", CSV_GROUPS },
	{ NULL, CSV_OTHER },
};

static const struct csv_title outlook_de[] = {
	{ "Vorname", CSV_GIVEN },
	{ "Weitere Vornamen", CSV_MIDDLE },
	{ "Nachname", CSV_FAMILY },
	{ "E-Mail-Adresse", CSV_EMAIL },
	{ "E-Mail-Adresse #", CSV_EMAIL },
	{ "E-Mail #: Adresse", CSV_EMAIL },
	{ "E-Mail # Adresse", CSV_EMAIL },
	{ "Webseite", CSV_SITE },
	{ "Kategorien", CSV_GROUPS },
	{ NULL, CSV_OTHER },
};

static const struct csv_title outlook_fr[] = {
	{ "Pr\u00E9nom", CSV_GIVEN },
	{ "Deuxi\u00E8me pr\u00E9nom", CSV_MIDDLE },
	{ "Nom", CSV_FAMILY },
	{ "Adresse de messagerie", CSV_EMAIL },
	{ "Adresse de messagerie #", CSV_EMAIL },
	{ "Adresse e-mail", CSV_EMAIL },
	{ "Adresse e-mail #", CSV_EMAIL },
	{ "Page Web", CSV_SITE },
	{ "Cat\u00E9gories", CSV_GROUPS },
	{ NULL, CSV_OTHER },
};

#define CONNECTIONS "Connections.csv"
#define GOOGLE "Google Contacts CSV"
#define OUTLOOK "Outlook CSV"

/* The first whose titles are all there; the last needs the fewest. */
static const struct csv_format formats[] = {
	{ "Invitations.csv", { "From", "To", "Direction" }, invitations, "",
	    true },
	{ "Contacts.csv", { "FirstName", "LastName", "Emails" }, imported, "",
	    true },
	{ GOOGLE, { "Given Name", "Family Name", "Group Membership" },
	    google_old, ":::", false },
	{ GOOGLE, { "First Name", "Last Name", "Labels" }, google,
	    ":::", false },
	{ OUTLOOK, { "First Name", "Last Name", "E-mail 2 Address" }, outlook,
	    ";,", false },
	{ OUTLOOK, { "First Name", "Last Name", "Categories" }, outlook, ";,",
	    false },
	{ OUTLOOK, { "Vorname", "Nachname", "E-Mail-Adresse" }, outlook_de,
	    ";,", false },
	{ OUTLOOK, { "Pr\u00E9nom", "Nom", "Adresse de messagerie" },
	    outlook_fr, ";,", false },
	{ OUTLOOK, { "Pr\u00E9nom", "Nom", "Adresse e-mail" }, outlook_fr, ";,",
	    false },
	{ CONNECTIONS, { "First Name", "Last Name" }, connections, "", true },
};

enum { FORMATS = sizeof(formats) / sizeof(formats[0]) };

static size_t
digits(struct view v, size_t at)
{
	size_t count = 0;

	while (at + count < v.size && byte_is_digit(v.data[at + count]))
		count++;
	return count;
}

/*
 * Whether the cell is the title, in UTF-8 or windows-1252; small and capital
 * letters of ASCII are the same.  Each letter of ours that is not ASCII has
 * the octet in windows-1252 that it has as a character.
 */
static bool
is_title(struct view cell, const char *title)
{
	struct view want = view_of(title);
	bool utf8 = utf8_valid(cell);
	size_t at = 0, in = 0;

	while (in < want.size && at < cell.size) {
		uint32_t c = utf8_next(want, &in), got;

		if (c == '#') {
			size_t number = digits(cell, at);

			if (number == 0)
				return false;
			at += number;
			continue;
		}
		got = utf8 ? utf8_next(cell, &at)
			   : (unsigned char)cell.data[at++];
		if (got != c &&
		    (got >= 0x80 || c >= 0x80 ||
			byte_lower((char)got) != byte_lower((char)c)))
			return false;
	}
	return in == want.size && at == cell.size;
}

/*
 * Cuts the next cell off a header row; false behind the last one.  Titles hold
 * neither quotes nor delimiters.
 */
static bool
next_cell(struct view *rest, char delimiter, struct view *cell)
{
	size_t end = view_find_byte(*rest, delimiter);

	if (rest->data == NULL)
		return false;
	*cell = view_trim(view_part(*rest, 0, end));
	if (cell->size >= 2 && cell->data[0] == '"' &&
	    cell->data[cell->size - 1] == '"')
		*cell = view_trim(view_part(*cell, 1, cell->size - 2));
	*rest = end == VIEW_NONE ? (struct view){ NULL, 0 }
				 : view_part(*rest, end + 1, VIEW_NONE);
	return true;
}

static bool
has_title(struct view line, char delimiter, const char *title)
{
	struct view cell;

	while (next_cell(&line, delimiter, &cell))
		if (is_title(cell, title))
			return true;
	return false;
}

static bool
is_header_of(struct view line, char delimiter, const struct csv_format *format)
{
	for (size_t i = 0; i < CSV_NEEDED && format->needed[i] != NULL; i++)
		if (!has_title(line, delimiter, format->needed[i]))
			return false;
	return true;
}

static enum csv_column
column_of(struct view cell, const struct csv_format *format)
{
	const struct csv_title *t = format->titles;

	while (t->title != NULL && !is_title(cell, t->title))
		t++;
	return t->column;
}

/* False when the row has too many columns. */
static bool
take_columns(struct view line, struct csv_header *header)
{
	struct view cell;

	for (header->cells = 0; next_cell(&line, header->delimiter, &cell);
	     header->cells++) {
		if (header->cells == LIMIT_CSV_CELLS)
			return false;
		header->column[header->cells] =
		    (unsigned char)column_of(cell, header->format);
	}
	return true;
}

/* Whether this line is a header row; what it is, into header. */
static bool
is_header(struct view line, struct csv_header *header)
{
	static const char delimiters[] = { ',', ';', '\t' };

	if (line.size == 0 || line.size > LIMIT_CONTACTS_LINE)
		return false;
	for (size_t d = 0; d < sizeof(delimiters); d++) {
		header->delimiter = delimiters[d];
		if (view_find_byte(line, delimiters[d]) == VIEW_NONE)
			continue;
		for (size_t i = 0; i < FORMATS; i++) {
			header->format = &formats[i];
			if (is_header_of(line, delimiters[d], &formats[i]))
				return take_columns(line, header);
		}
	}
	return false;
}

bool
csv_header_find(struct view bytes, struct csv_header *header)
{
	struct view line;

	header->rest = bytes;
	for (header->line = 1; header->line <= CSV_HEADER_WITHIN &&
	     view_line(&header->rest, &line);
	     header->line++)
		if (is_header(line, header))
			return true;
	return false;
}
