// SPDX-License-Identifier: BSD-2-Clause
/* All people in here are invented. */
#include "policy/contacts_csv.h"

#include "base/text.h"
#include "policy/contacts.h"
#include "t.h"

enum { ROOM = 512 * 1024 * 1024 };

/*
 * A line for each row: "2 Jane Doe <jane@example.com> in/jane @close", or
 * "3 skipped: why", "4 refused: why".
 */
static void
write_row(void *arg, const struct contacts_row *row)
{
	struct text *out = arg;

	text_addf(out, "%d", row->line);
	if (row->kind != CONTACTS_PERSON) {
		text_addf(out, " %s: %s\n",
		    row->kind == CONTACTS_SKIPPED ? "skipped" : "refused",
		    row->why);
		return;
	}
	text_addf(out, " %.*s", VIEW_ARG(row->name));
	for (size_t i = 0; i < row->emails; i++)
		text_addf(out, " <%.*s>", VIEW_ARG(row->email[i]));
	if (row->profile.size > 0)
		text_addf(out, " %.*s", VIEW_ARG(row->profile));
	for (size_t i = 0; i < row->groups; i++)
		text_addf(out, " @%.*s", VIEW_ARG(row->group[i]));
	text_add_byte(out, '\n');
}

static void
check_file(const char *name, struct view file, const char *format,
    const char *want)
{
	struct text out = TEXT_INIT(100000);
	struct contacts *c = contacts_new(ROOM);
	struct view bytes = exactly(file.data, file.size);
	const struct contacts_listener listener = { write_row, &out };
	struct contacts_report report;
	struct err e = ERR_NONE;

	if (contacts_add_telling(c, bytes, "x", &listener, &report, &e) < 0)
		fail_msg("%s: %s", name, e.text);
	check_string(name, report.format, format);
	check_view(name, text_view(&out), want);
	exact_free(bytes);
	contacts_free(c);
	text_free(&out);
}

struct sample {
	const char *name, *bytes, *want;
};

static void
check_samples(const struct sample *s, size_t count, const char *format)
{
	for (size_t i = 0; i < count; i++)
		check_file(s[i].name, view_of(s[i].bytes), format, s[i].want);
}

#define NOTES                                                                 \
	"Notes:\n\"When exporting your connection data, you may notice that " \
	"some of the email addresses are missing.\"\n\n"

/* clang-format off */
static const struct sample connections[] = {
	{ "2026", NOTES
	    "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
	    "Jane,Doe,https://www.linkedin.com/in/jane,jane@example.com,\"Example, Inc.\",\"Head of\r\n\"\"Things\"\"\",08 Feb 2026\n"
	    ",,,,,,09 Feb 2026\n"
	    "Richard,\"Roe, PhD\",https://www.linkedin.com/in/roe,,,,10 Feb 2026",
	    "5 Jane Doe <jane@example.com> https://www.linkedin.com/in/jane\n"
	    "7 skipped: no name, address or profile\n"
	    "8 Richard Roe, PhD https://www.linkedin.com/in/roe\n" },
	{ "2026, all quoted, a byte order mark, CRLF",
	    "\xEF\xBB\xBF\"First Name\",\"Last Name\",\"URL\",\"Email Address\",\"Company\",\"Position\",\"Connected On\"\r\n"
	    "\"Jane\",\"Doe\",\"https://www.linkedin.com/in/jane\",\"\",\"\",\"\",\"08 Feb 2026\"\r\n",
	    "2 Jane Doe https://www.linkedin.com/in/jane\n" },
	{ "2026, notes behind the header",
	    "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n" NOTES
	    "Jane,Doe,,,,,08 Feb 2026\n",
	    "2 skipped: a note of the network's\n"
	    "3 skipped: a note of the network's\n"
	    "5 Jane Doe\n" },
	{ "a quote too many in the notes",
	    "Notes:\n\"When exporting your \"connection\" data\n\n"
	    "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
	    "Jane,Doe,,,,,08 Feb 2026\n",
	    "5 Jane Doe\n" },
	{ "rows that are quoted as a whole",
	    "First Name,Last Name,Email Address,Company,Position,Connected On\n"
	    "\"Jane,Doe,jane@example.com,,,08 Feb 2020\"\n"
	    "\"Ann,Example,,,,\nJoe,Public,,,,\"\nRichard,Roe,,,,\n",
	    "2 refused: fewer cells than the header has\n"
	    "3 refused: fewer cells than the header has\n"
	    "5 Richard Roe\n" },
	{ "a quote too many makes no other people",
	    "First Name,Last Name,Email Address,Company\n"
	    "Jane,Roe,jane@example.com,\"Acme\nJoe,Public,joe@example.com,Foo\n"
	    "Ann,Other,ann@example.com,\"Bar\"\n"
	    "Bob,\"Unclosed,bob@example.com,\nZed,Last\",z@example.com,x\n",
	    "2 refused: a quote where none may be\n"
	    "3 Joe Public <joe@example.com>\n4 Ann Other <ann@example.com>\n"
	    "5 refused: a name of several lines: a quote too many\n" },
	{ "2020, without URL",
	    "First Name,Last Name,Email Address,Company,Position,Connected On\n"
	    "Jane,Doe,jane@example.com,,,08 Feb 2020\n",
	    "2 Jane Doe <jane@example.com>\n" },
	{ "2017", "First Name,Last Name,Email Address,Current Company,Current Position,Tags\n"
	    "Jane,Doe,jane@example.com,,,\n",
	    "2 Jane Doe <jane@example.com>\n" },
	{ "2016", "First Name,Middle Name,Last Name,E-mail Address,Company,Job Title\n"
	    "Jane,Q,Doe,jane@example.com,,\n",
	    "2 Jane Q Doe <jane@example.com>\n" },
	{ "rows of other lengths", "First Name,Last Name,URL\n"
	    "Jane,Doe\nJane,Doe,,\nRichard,Roe,\n",
	    "2 refused: fewer cells than the header has\n"
	    "3 refused: more cells than the header has\n"
	    "4 Richard Roe\n" },
	{ "a profile elsewhere, an address that is none",
	    "First Name,Last Name,URL,Email Address\n"
	    "Jane,Doe,https://example.com/x,\nJane,Doe,,jane\nJane,,,\nJ,R,,\n",
	    "2 refused: an address that is no profile's\n"
	    "3 refused: an address that is none\n"
	    "4 refused: neither a name of two words nor an address or profile\n"
	    "5 J R\n" },
	{ "a quote that is never closed", "First Name,Last Name\n"
	    "Jane,Doe\n\"Jane,Doe\nRichard,Roe\n",
	    "2 Jane Doe\n"
	    "3 refused: a quote that is never closed\n"
	    "4 Richard Roe\n" },
};

static const struct sample invitations[] = {
	{ "2023, with profiles",
	    "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl\n"
	    "Me Myself,Jane Doe,\"1/29/26, 2:37 PM\",\"Hello\nJane, \"\"you\"\"\",OUTGOING,https://www.linkedin.com/in/me,https://www.linkedin.com/in/jane\n"
	    "John Stranger,Me Myself,\"1/30/26, 2:37 PM\",,INCOMING,https://www.linkedin.com/in/stranger,https://www.linkedin.com/in/me\n"
	    "Me Myself,,\"1/29/26, 2:37 PM\",,OUTGOING,,\n"
	    "Me Myself,Richard Roe,,,SIDEWAYS,,\n",
	    "2 Jane Doe https://www.linkedin.com/in/jane\n"
	    "4 skipped: who asked is nobody the user asked\n"
	    "5 skipped: no name, address or profile\n"
	    "6 refused: neither INCOMING nor OUTGOING\n" },
	{ "before, with notes",
	    "Notes: LinkedIn Member Invitations Data\n\nFrom,To,Sent At,Message,Direction\n"
	    "Me Myself,Jane Doe,\"1/29/20, 2:37 PM\",,OUTGOING\n",
	    "4 Jane Doe\n" },
};

static const struct sample imported[] = {
	{ "long",
	    "Source,FirstName,LastName,Companies,Title,Emails,PhoneNumbers,CreatedAt,Addresses,Sites,InstantMessageHandles,FullName,Birthday,Location,BookmarkedAt,Profiles\n"
	    "MOBILE,Jane,Doe,,,\"jane@example.com, j@example.org\",,,,https://example.com/,,Jane Doe,,,,https://www.linkedin.com/in/jane\n"
	    "MOBILE,,,,,r@example.com,,,,,,Richard Roe,,,,\n",
	    "2 Jane Doe <jane@example.com> <j@example.org> https://www.linkedin.com/in/jane\n"
	    "3 Richard Roe <r@example.com>\n" },
	{ "short", "FirstName,LastName,Emails\nJane,Doe,jane@example.com\n",
	    "2 Jane Doe <jane@example.com>\n" },
};

static const struct sample google[] = {
	{ "old",
	    "Name,Given Name,Additional Name,Family Name,Notes,Group Membership,E-mail 1 - Type,E-mail 1 - Value,E-mail 2 - Type,E-mail 2 - Value,Website 1 - Type,Website 1 - Value\n"
	    "Jane Doe,Jane,,Doe,\"two\nlines\",* myContacts ::: Friends ::: Book club,* Home,jane@example.com ::: j@example.org,Work,jd@example.net,Profile,https://www.linkedin.com/in/jane\n"
	    "Richard Roe,,,,,* myContacts ::: * starred,,,,,Blog,https://example.com/in/roe\n"
	    "Mum,Mum,,,,* myContacts,,,,,,\n"
	    ",,,,,* myContacts,,,,,,\n",
	    "2 Jane Doe <jane@example.com> <j@example.org> <jd@example.net> https://www.linkedin.com/in/jane @Friends @Book-club\n"
	    "4 Richard Roe\n"
	    "5 refused: neither a name of two words nor an address or profile\n"
	    "6 skipped: no name, address or profile\n" },
	{ "new",
	    "First Name,Middle Name,Last Name,Nickname,File As,Organization Name,Labels,E-mail 1 - Label,E-mail 1 - Value,E-mail 10 - Value\n"
	    "Jane,,Doe,,,Example,Work: team ::: * myContacts,,jane@example.com,j10@example.com\n"
	    ",,,,\"Roe, Richard\",,* myContacts,,,\n",
	    "2 Jane Doe <jane@example.com> <j10@example.com> @Work:-team\n"
	    "3 Roe, Richard\n" },
	{ "labels that make no word",
	    "First Name,Last Name,Labels\n"
	    "Jane,Doe, ::: @ ::: ## :::  a  b  ::: \xE2\x80\xAE ::: \xC2\xA0x\xC2\xA0\n",
	    "2 Jane Doe @a-b @x\n" },
	{ "labels with commas", "First Name,Last Name,Labels\n"
	    "Jane,Doe,\"a, b;c ::: \xE2\x80\xAE ::: \xC2\xA0x\xC2\xA0@\"\n",
	    "2 Jane Doe @a-b-c @x\n" },
	{ "labels in two columns", "First Name,Labels,Last Name,Labels\n"
	    "Jane,a ::: b,Doe,c\nRichard,,Roe,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n",
	    "2 Jane Doe @a @b @c\n3 Richard Roe @aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n" },
	{ "a long label is cut between characters", "First Name,Last Name,Labels\n"
	    "Jane,Doe,aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff123\xC3\xA4\n",
	    "2 Jane Doe @aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff123\n" },
};

static const struct sample outlook[] = {
	{ "English",
	    "\"Title\",\"First Name\",\"Middle Name\",\"Last Name\",\"Suffix\",\"Company\",\"E-mail Address\",\"E-mail Type\",\"E-mail 2 Address\",\"E-mail 3 Address\",\"Web Page\",\"Categories\"\r\n"
	    "\"Dr.\",\"Jane\",\"\",\"Doe\",\"\",\"\",\"jane@example.com\",\"SMTP\",\"j@example.org\",\"\",\"http://www.linkedin.com/in/jane/\",\"Business;Book club\"\r\n"
	    "\"\",\"Richard\",\"\",\"Roe\",\"\",\"\",\"/o=Example Org/ou=Administrative/cn=Recipients/cn=roe\",\"EX\",\"\",\"\",\"\",\"\"\r\n"
	    "\"\",\"\",\"\",\"\",\"\",\"Example, Inc.\",\"\",\"\",\"\",\"\",\"\",\"\"\r\n",
	    "2 Jane Doe <jane@example.com> <j@example.org> http://www.linkedin.com/in/jane/ @Business @Book-club\n"
	    "3 Richard Roe\n"
	    "4 skipped: no name, address or profile\n" },
	{ "few columns", "First Name,Last Name,E-mail Address,Categories\nJane,Doe,jane@example.com,\"a, b\"\n",
	    "2 Jane Doe <jane@example.com> @a @b\n" },
	{ "German, windows-1252",
	    "Anrede;Vorname;Weitere Vornamen;Nachname;Firma;Stra\xDF" "e gesch\xE4" "ftlich;E-Mail-Adresse;E-Mail-Typ;E-Mail 2: Adresse;Kategorien\r\n"
	    "Frau;J\xFCrgen;;M\xFCller;B\xE4" "r \x80;;juergen@example.com;SMTP;jm@example.org;B\xFCro;\r\n"
	    "Frau;J\xFCrgen;;M\xFCller;;;juergen@example.com;SMTP;jm@example.org;B\xFCro\r\n",
	    "2 refused: more cells than the header has\n"
	    "3 J\u00FCrgen M\u00FCller <juergen@example.com> <jm@example.org> @B\u00FCro\n" },
	{ "German, UTF-8", "Vorname,Nachname,E-Mail-Adresse,E-Mail 2 Adresse\nJ\u00FCrgen,M\u00FCller,,jm@example.org\n",
	    "2 J\u00FCrgen M\u00FCller <jm@example.org>\n" },
	{ "French, windows-1252",
	    "Titre,Pr\xE9nom,Deuxi\xE8me pr\xE9nom,Nom,Adresse de messagerie,Adresse de messagerie 2,Cat\xE9gories\r\n"
	    ",Ren\xE9" "e,,Exemple \x8Cuvre,renee@example.com,r@example.org,Coll\xE8gues\r\n",
	    "2 Ren\u00E9e Exemple \u0152uvre <renee@example.com> <r@example.org> @Coll\u00E8gues\n" },
	{ "French, newer words, UTF-8", "Pr\u00E9nom;Nom;Adresse e-mail\nRen\u00E9e;Exemple;renee@example.com\n",
	    "2 Ren\u00E9e Exemple <renee@example.com>\n" },
	{ "both in one file", "First Name,Last Name,Categories\nJ\xFCrgen,Doe,\nJ\u00FCrgen,Roe,\n",
	    "2 J\u00FCrgen Doe\n3 J\u00FCrgen Roe\n" },
};
/* clang-format on */

static void
connections_of_every_era_are_read(void **state)
{
	(void)state;
	check_samples(connections, LENGTH(connections), "Connections.csv");
}

static void
invited_people_are_known(void **state)
{
	(void)state;
	check_samples(invitations, LENGTH(invitations), "Invitations.csv");
}

static void
an_uploaded_address_book_is_read(void **state)
{
	(void)state;
	check_samples(imported, LENGTH(imported), "Contacts.csv");
}

static void
contacts_of_google_are_read(void **state)
{
	(void)state;
	check_samples(google, LENGTH(google), "Google Contacts CSV");
}

static void
contacts_of_outlook_are_read(void **state)
{
	(void)state;
	check_samples(outlook, LENGTH(outlook), "Outlook CSV");
}

static void
what_has_no_header_of_ours_is_text(void **state)
{
	static const struct sample rows[] = {
		{ "a comment", "# First Name,Last Name\nJane Doe\n",
		    "2 Jane Doe\n" },
		{ "no delimiter", "First Name Last Name\n",
		    "1 First Name Last Name\n" },
		{ "a title short", "First Nam,Last Name\n",
		    "1 First Nam,Last Name\n" },
		{ "a title long", "First Name2,Last Name\n",
		    "1 First Name2,Last Name\n" },
	};

	(void)state;
	check_samples(rows, LENGTH(rows), "contacts.txt");
}

/* A character below U+0800 a unit, in the order of octets that first says. */
static void
add_utf16(struct text *out, bool low_first, struct view v)
{
	for (size_t i = 0; i < v.size; i++) {
		if (!low_first)
			text_add_byte(out, '\0');
		text_add_byte(out, v.data[i]);
		if (low_first)
			text_add_byte(out, '\0');
	}
}

static void
utf16_is_told_by_its_mark(void **state)
{
	const struct view file = VIEW("First Name\tLast Name\tLabels\r\n"
				      "J\xFCrgen\tDoe\tBook club\r\n");
	const char *want = "2 J\u00FCrgen Doe @Book-club\n";
	struct text bytes = TEXT_INIT(1000);

	(void)state;
	text_add(&bytes, VIEW("\xFF\xFE"));
	add_utf16(&bytes, true, file);
	check_file("low octet first", text_view(&bytes), "Google Contacts CSV",
	    want);
	/* Half a character at the end, and half a pair before it. */
	text_add(&bytes, VIEW("\x00\xD8\x41"));
	check_file("cut", text_view(&bytes), "Google Contacts CSV",
	    "2 J\u00FCrgen Doe @Book-club\n"
	    "3 refused: fewer cells than the header has\n");
	text_clear(&bytes);
	text_add(&bytes, VIEW("\xFE\xFF"));
	add_utf16(&bytes, false, file);
	check_file("high octet first", text_view(&bytes), "Google Contacts CSV",
	    want);
	text_clear(&bytes);
	text_add(&bytes, VIEW("\xFF\xFE"));
	add_utf16(&bytes, true, VIEW("Jane Doe @close\n"));
	check_file("contacts.txt", text_view(&bytes), "contacts.txt",
	    "1 Jane Doe @close\n");
	text_free(&bytes);
}

static void
a_header_is_looked_for_so_far(void **state)
{
	struct text bytes = TEXT_INIT(10000);

	(void)state;
	for (int i = 1; i < 32; i++)
		text_add_string(&bytes, "\n");
	text_add_string(&bytes, "First Name,Last Name\nJane,Doe\n");
	check_file("at the limit", text_view(&bytes), "Connections.csv",
	    "33 Jane Doe\n");
	text_clear(&bytes);
	for (int i = 1; i <= 32; i++)
		text_add_string(&bytes, "\n");
	text_add_string(&bytes, "First Name,Last Name\n");
	check_file("one past it", text_view(&bytes), "contacts.txt",
	    "33 First Name,Last Name\n");
	text_free(&bytes);
}

static void
a_header_has_so_many_columns(void **state)
{
	struct text bytes = TEXT_INIT(10000);

	(void)state;
	text_add_string(&bytes, "First Name,Last Name");
	for (int i = 2; i < LIMIT_CSV_CELLS; i++)
		text_add_byte(&bytes, ',');
	check_file("at the limit", text_view(&bytes), "Connections.csv", "");
	text_add_byte(&bytes, ',');
	check_file("one past it", text_view(&bytes), "contacts.txt",
	    "1 refused: a row of a table whose columns are not known\n");
	text_free(&bytes);
}

static void
a_person_has_so_many_addresses_and_groups(void **state)
{
	struct text bytes = TEXT_INIT(10000);

	(void)state;
	text_add_string(&bytes, "FirstName,LastName,Emails\nJane,Doe,\"");
	for (int i = 0; i <= LIMIT_CONTACT_EMAILS; i++)
		text_addf(&bytes, "j%d@x.example;", i);
	text_add_string(&bytes, "\"\n");
	check_file("addresses", text_view(&bytes), "Contacts.csv",
	    "2 refused: too many addresses\n");
	text_clear(&bytes);
	text_add_string(&bytes, "First Name,Last Name,Labels\nJane,Doe,a");
	for (int i = 1; i < LIMIT_CONTACT_GROUPS; i++)
		text_add_string(&bytes, ":::a");
	text_add_string(&bytes, "\nJane,Doe,a");
	for (int i = 1; i <= LIMIT_CONTACT_GROUPS; i++)
		text_add_string(&bytes, ":::a");
	check_file("groups", text_view(&bytes), "Google Contacts CSV",
	    "2 Jane Doe @a @a @a @a @a @a @a @a @a @a @a @a @a @a @a @a @a @a "
	    "@a @a @a @a @a @a @a @a @a @a @a @a @a @a\n"
	    "3 refused: a person in too many groups\n");
	text_free(&bytes);
}

/* What is hostile costs rows, never the rest of the file. */
static void
hostile_files_have_expected_counts(void **state)
{
	enum { LONG = 10 * 1024 * 1024 };
	static const struct {
		const char *name, *before;
		char fill;
		size_t times;
		const char *after;
		size_t added, skipped, refused;
		int first_refused;
	} rows[] = {
		{ "a line of 10 MB", "Jane,Doe,\n", 'x', LONG,
		    "\nRichard,Roe,\n", 2, 0, 1, 3 },
		{ "a cell of 10 MB in quotes", "Jane,Doe,\n\"", 'x', LONG,
		    "\"\nRichard,Roe,\n", 2, 0, 1, 3 },
		{ "commas", "Jane,Doe,\n", ',', LONG, "\nRichard,Roe,\n", 2, 0,
		    1, 3 },
		{ "quotes", "Jane,Doe,\n", '"', 1001, "\nRichard,Roe,\n", 2, 0,
		    1, 3 },
		{ "empty lines", "Jane,Doe,\n", '\n', LONG, "Richard,Roe,\n", 2,
		    0, 0, 0 },
		{ "empty lines in a quote", "Jane,Doe,\n\"", '\n', 20000,
		    "Richard,Roe,\n", 2, 0, 1, 3 },
		{ "octets that are no UTF-8", "Jane,Doe,\n", '\xFF', LONG,
		    "\nRichard,Roe,\n", 2, 0, 1, 3 },
		{ "controls", "Jane,Doe,\n", '\x01', 100, "\nRichard,Roe,\n", 2,
		    0, 1, 3 },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text bytes = TEXT_INIT(2 * LONG);
		struct contacts *c = contacts_new(ROOM);
		struct contacts_report report;
		struct err e = ERR_NONE;

		text_add_string(&bytes, "First Name,Last Name,Labels\n");
		text_add_string(&bytes, rows[i].before);
		for (size_t n = 0; n < rows[i].times; n++)
			text_add_byte(&bytes, rows[i].fill);
		text_add_string(&bytes, rows[i].after);
		if (contacts_add(c, text_view(&bytes), "x", &report, &e) < 0)
			fail_msg("%s: %s", rows[i].name, e.text);
		check_string(rows[i].name, report.format,
		    "Google Contacts CSV");
		check_number(rows[i].name, (long long)report.added,
		    (long long)rows[i].added);
		check_number(rows[i].name, (long long)report.skipped,
		    (long long)rows[i].skipped);
		check_number(rows[i].name, (long long)report.refused,
		    (long long)rows[i].refused);
		check_number(rows[i].name, report.first_refused,
		    rows[i].first_refused);
		contacts_free(c);
		text_free(&bytes);
	}
}

static void
a_million_rows_are_read(void **state)
{
	enum { MANY = 1000000 };
	struct text bytes = TEXT_INIT(LIMIT_CONTACTS_SIZE);
	struct contacts *c = contacts_new(ROOM);
	struct contacts_report report;
	struct contacts_match match;
	struct err e = ERR_NONE;

	(void)state;
	text_add_string(&bytes,
	    "First Name,Last Name,URL,Email Address,Company,Position,"
	    "Connected On\n");
	for (int i = 0; i < MANY; i++)
		if (i % 10 == 9)
			text_add_string(&bytes, ",,,,,,08 Feb 2026\n");
		else if (i % 10 == 8)
			text_addf(&bytes, "Given%d,Family%d,,none,,,\n", i, i);
		else
			text_addf(&bytes,
			    "Given%d,Family%d,https://x.example/in/p%d,,,,\n",
			    i, i, i);
	if (contacts_add(c, text_view(&bytes), "x", &report, &e) < 0)
		fail_msg("%s", e.text);
	check_number("added", (long long)report.added, MANY / 10 * 8);
	check_number("skipped", (long long)report.skipped, MANY / 10);
	check_number("refused", (long long)report.refused, MANY / 10);
	check_number("first", report.first_refused, 10);
	contacts_find(c, VIEW(""), VIEW(""), VIEW("p999997"), &match);
	assert_int_equal(match.known, KNOWN_PROFILE);
	contacts_free(c);
	text_free(&bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(connections_of_every_era_are_read),
		cmocka_unit_test(invited_people_are_known),
		cmocka_unit_test(an_uploaded_address_book_is_read),
		cmocka_unit_test(contacts_of_google_are_read),
		cmocka_unit_test(contacts_of_outlook_are_read),
		cmocka_unit_test(what_has_no_header_of_ours_is_text),
		cmocka_unit_test(utf16_is_told_by_its_mark),
		cmocka_unit_test(a_header_is_looked_for_so_far),
		cmocka_unit_test(a_header_has_so_many_columns),
		cmocka_unit_test(a_person_has_so_many_addresses_and_groups),
		cmocka_unit_test(hostile_files_have_expected_counts),
		cmocka_unit_test(a_million_rows_are_read),
	};

	return cmocka_run_group_tests_name("contacts_csv", tests, NULL, NULL);
}
