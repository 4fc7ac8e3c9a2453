// SPDX-License-Identifier: BSD-2-Clause
#include "policy/contacts.h"

#include "base/limits.h"
#include "oom.h"
#include "t.h"

enum { ROOM = 64 * 1024 * 1024 };

/* A set of one file's people. */
static struct contacts *
load(const char *name, const char *bytes, struct contacts_report *report)
{
	struct contacts *c = contacts_new(ROOM);
	struct view v = exact_string(bytes);
	struct err e = ERR_NONE;

	assert_non_null(c);
	if (contacts_add(c, v, name, report, &e) < 0)
		fail_msg("%s: %s", name, e.text);
	exact_free(v); /* the set has copied what it keeps */
	return c;
}

/* "name:Jane Doe @close @work" for what was found. */
static struct text
find(const struct contacts *c, const char *name, const char *email,
    const char *profile)
{
	struct view n = exact_string(name), m = exact_string(email);
	struct view p = exact_string(profile);
	struct text words = TEXT_INIT(1000);
	struct contacts_match match;

	contacts_find(c, n, m, p, &match);
	text_addf(&words, "%s:%.*s", contacts_known_name(match.known),
	    VIEW_ARG(match.name));
	if (match.groups != 0)
		text_add_byte(&words, ' ');
	contacts_group_words(c, &match, &words);
	exact_free(n);
	exact_free(m);
	exact_free(p);
	return words;
}

static void
check_find(const char *row, const struct contacts *c,
    const char *const asked[3], const char *want)
{
	struct text got = find(c, asked[0], asked[1], asked[2]);

	check_view(row, text_view(&got), want);
	text_free(&got);
}

static const char people[] =
    "# My people\n"
    "\n"
    "Jane Doe <jane@example.net> https://www.linkedin.com/in/jane-doe-1 "
    "@close @work\n"
    "@work linkedin.com/in/Richard-Roe/ Roe, Richard # met in May\n"
    "  <Ann@Example.ORG>\tAnn Example\r\n"
    "bob@example.com\n"
    "Dr. Carla Müller, PhD; carla@example.com, carla.m@example.org "
    "https://de.linkedin.com/comm/in/carla-m%C3%BCller?trk=x#top\n"
    "Иван Петров @close\n"
    "王小明 https://www.linkedin.com/in/%E5%B0%8F%E6%98%8E\n"
    "<https://linkedin.com/in/dave-d> @WORK";

static void
people_are_found_by_what_is_known_of_them(void **state)
{
	static const struct {
		const char *name, *asked[3], *want;
	} rows[] = {
		{ "nobody", { "", "", "" }, "no:" },
		{ "a stranger", { "John Stranger", "j@x.example", "john-s" },
		    "no:" },
		{ "a name", { "Jane Doe", "", "" },
		    "name:Jane Doe @close @work" },
		{ "a name as LinkedIn writes it",
		    { "DOE Jane, MBA via LinkedIn", "", "" },
		    "name:Jane Doe @close @work" },
		{ "a name of one word", { "Jane", "", "" }, "no:" },
		{ "a look-alike", { "J\u0430ne Doe", "", "" }, "no:" },
		{ "an address", { "", "JANE@EXAMPLE.NET", "" },
		    "email:Jane Doe @close @work" },
		{ "an address in brackets", { "", "<jane@example.net>", "" },
		    "email:Jane Doe @close @work" },
		{ "an accent makes another address",
		    { "", "j\u00E1ne@example.net", "" }, "no:" },
		{ "no address", { "", "jane", "" }, "no:" },
		{ "a slug", { "", "", "jane-doe-1" },
		    "profile:Jane Doe @close @work" },
		{ "a slug in capitals", { "", "", "Jane-Doe-1" },
		    "profile:Jane Doe @close @work" },
		{ "an address with a slug",
		    { "", "", "https://uk.linkedin.com/in/jane-doe-1/en" },
		    "profile:Jane Doe @close @work" },
		{ "an address as in mail",
		    { "", "", "http://x.example/comm/in/jane-doe-1?midToken=" },
		    "profile:Jane Doe @close @work" },
		{ "an address without a slug",
		    { "", "", "https://www.linkedin.com/feed/jane-doe-1" },
		    "no:" },
		{ "a slug with more", { "", "", "jane-doe-12" }, "no:" },
		{ "an accent makes another slug", { "", "", "j\u00E1ne-doe-1" },
		    "no:" },
		{ "the strongest counts",
		    { "Jane Doe", "jane@example.net", "jane-doe-1" },
		    "profile:Jane Doe @close @work" },
		{ "groups of all that match",
		    { "Richard Roe", "", "jane-doe-1" },
		    "profile:Jane Doe @close @work" },
		{ "fields in any order", { "Richard Roe", "", "" },
		    "name:Roe, Richard @work" },
		{ "a slug without scheme", { "", "", "richard-roe" },
		    "profile:Roe, Richard @work" },
		{ "blanks and CRLF", { "ann example", "", "" },
		    "name:Ann Example" },
		{ "a comment is no name", { "Roe Richard met in May", "", "" },
		    "no:" },
		{ "nothing but an address", { "", "bob@example.com", "" },
		    "email:" },
		{ "separators and titles", { "Carla Muller", "", "" },
		    "name:Dr. Carla Müller, PhD" },
		{ "a first address", { "", "carla@example.com", "" },
		    "email:Dr. Carla Müller, PhD" },
		{ "a second address", { "", "Carla.M@example.org", "" },
		    "email:Dr. Carla Müller, PhD" },
		{ "a slug beyond ASCII",
		    { "", "", "https://linkedin.com/in/carla-m%c3%bcller" },
		    "profile:Dr. Carla Müller, PhD" },
		{ "the same, decoded", { "", "", "carla-müller" },
		    "profile:Dr. Carla Müller, PhD" },
		{ "another script", { "ПЕТРОВ Иван", "", "" },
		    "name:Иван Петров @close" },
		{ "a name without blanks", { "小明 王", "", "" },
		    "name:王小明" },
		{ "a slug in ideographs", { "", "", "小明" },
		    "profile:王小明" },
		{ "groups whatever their case", { "", "", "dave-d" },
		    "profile: @work" },
	};
	struct contacts_report report;
	struct contacts *c = load("contacts.txt", people, &report);

	(void)state;
	check_string("format", report.format, "contacts.txt");
	check_number("added", (long long)report.added, 8);
	check_number("refused", (long long)report.refused, 0);
	check_number("count", (long long)contacts_count(c), 8);
	for (size_t i = 0; i < LENGTH(rows); i++)
		check_find(rows[i].name, c, rows[i].asked, rows[i].want);
	contacts_free(c);
}

static void
lines_that_cannot_be_used_are_counted(void **state)
{
	static const struct {
		const char *name, *line;
		size_t added;
	} rows[] = {
		{ "a name", "Jane Doe", 1 },
		{ "one word", "Madonna", 0 },
		{ "one word and an address", "Madonna <m@example.com>", 1 },
		{ "a group alone", "@close", 0 },
		{ "no letters", "Jane <> -", 0 },
		{ "an address without a domain", "Jane Doe <jane@>", 0 },
		{ "an address without a local part", "Jane Doe <@x.example>",
		    0 },
		{ "two addresses in one", "Jane Doe a@x.example,b@x.example",
		    0 },
		{ "an open bracket", "Jane Doe <jane@example.com", 0 },
		{ "a profile elsewhere",
		    "Jane Doe https://www.example.com/profile/jane", 0 },
		{ "an empty slug", "Jane Doe https://linkedin.com/in/", 0 },
		{ "a slug with a slash in it",
		    "Jane Doe https://linkedin.com/in/a%2Fb", 0 },
		{ "a slug that is not UTF-8",
		    "Jane Doe https://linkedin.com/in/a%FF", 0 },
		{ "a per cent sign that is none",
		    "Jane Doe https://linkedin.com/in/a%2", 1 },
		{ "two profiles", "J Doe linkedin.com/in/a linkedin.com/in/b",
		    0 },
		{ "not UTF-8", "J\xFCrgen Doe", 0 },
		{ "an @ alone is no group", "Jane Doe @", 0 },
		{ "a group with a hidden character", "Jane Doe @a\u202Eb", 0 },
		{ "a name in one word with a comma", "Doe,Jane", 1 },
		{ "degrees behind commas", "Jane Doe, MBA, PhD, CPA", 1 },
		{ "a row of a table", ",Ana,,Example,,Widgets", 0 },
		{ "another one", "Ana;Example;ana@x.example", 0 },
		{ "titles of a table", "Nombre,Apellido,Correo", 0 },
		{ "a page", "<p>Jane Doe</p>", 0 },
		{ "its end", "Jane Doe </html>", 0 },
		{ "a heart", "Jane Doe <3", 1 },
		{ "a number sign inside", "Jane Doe http://x/in/a#b", 1 },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text bytes = TEXT_INIT(1000);
		struct contacts_report report;
		struct contacts *c;

		text_addf(&bytes, "# first\n%s\nRichard Roe\n", rows[i].line);
		c = load(rows[i].name, text_string(&bytes), &report);
		check_number(rows[i].name, (long long)report.added,
		    (long long)rows[i].added + 1);
		check_number(rows[i].name, (long long)report.refused,
		    1 - (long long)rows[i].added);
		check_number(rows[i].name, report.first_refused,
		    rows[i].added == 1 ? 0 : 2);
		contacts_free(c);
		text_free(&bytes);
	}
}

static void
the_first_refused_line_is_told(void **state)
{
	struct contacts_report report;
	struct contacts *c =
	    load("x", "Jane Doe\n\nX\nRichard Roe\nY\nZ\n", &report);

	(void)state;
	assert_int_equal(report.refused, 3);
	assert_int_equal(report.first_refused, 3);
	contacts_free(c);
}

static const char preamble[] =
    "Notes:\n\"When exporting your connection data, you may notice that some "
    "of\nthe email addresses are missing.\"\n\n";

/* clang-format off */
static const struct {
	const char *name, *preamble, *bytes;
	size_t added, skipped, refused;
} exports[] = {
	{ "2026", preamble,
	    "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
	    "Jane,Doe,https://www.linkedin.com/in/jane-doe-1,jane@example.net,\"Example, Inc.\",\"Head of\r\n\"\"Things\"\"\",08 Feb 2026\n"
	    ",,,,,,09 Feb 2026\n"
	    "Richard,\"Roe, PhD\",https://www.linkedin.com/in/r%C3%B6,,,,10 Feb 2026", 2, 1, 0 },
	{ "with CRLF", "",
	    "First Name,Last Name,URL,Email Address,Company,Position,Connected On\r\n"
	    "Jane,Doe,https://www.linkedin.com/in/jane-doe-1,jane@example.net,,,08 Feb 2026\r\n"
	    ",,,,,,09 Feb 2026\r\n"
	    "Richard,Roe,https://www.linkedin.com/in/r%C3%B6,,,,10 Feb 2026\r\n", 2, 1, 0 },
	{ "with a byte order mark", "\xEF\xBB\xBF",
	    "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
	    "Jane,Doe,https://www.linkedin.com/in/jane-doe-1,jane@example.net,,,08 Feb 2026\n"
	    "Richard,Roe,https://www.linkedin.com/in/r%C3%B6,,,,10 Feb 2026\n", 2, 0, 0 },
	{ "all quoted", preamble,
	    "\"First Name\",\"Last Name\",\"URL\",\"Email Address\",\"Company\",\"Position\",\"Connected On\"\n"
	    "\"Jane\",\"Doe\",\"https://www.linkedin.com/in/jane-doe-1\",\"jane@example.net\",\"\",\"\",\"08 Feb 2026\"\n"
	    "\"Richard\",\"Roe\",\"https://www.linkedin.com/in/r%C3%B6\",\"\",\"\",\"\",\"\"\n", 2, 0, 0 },
	{ "notes behind the header", "",
	    "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
	    "Notes:\n\"When exporting your connection data\"\n\n"
	    "Jane,Doe,https://www.linkedin.com/in/jane-doe-1,jane@example.net,,,08 Feb 2026\n"
	    "Richard,Roe,https://www.linkedin.com/in/r%C3%B6,,,,10 Feb 2026\n", 2, 2, 0 },
	{ "saved again with semicolons", preamble,
	    "First Name;Last Name;URL;Email Address;Company;Position;Connected On\n"
	    "Jane;Doe;https://www.linkedin.com/in/jane-doe-1;jane@example.net;Example, Inc.;;08 Feb 2026\n"
	    "Richard;Roe;https://www.linkedin.com/in/r%C3%B6;;;;10 Feb 2026\n", 2, 0, 0 },
	{ "with tabs", "",
	    "\"First Name\"\tLast Name\tEmail Address\n"
	    "Jane\tDoe\tjane@example.net\n"
	    "Richard\tRoe\t\n", 2, 0, 0 },
	{ "2020, without URL", "",
	    "First Name,Last Name,Email Address,Company,Position,Connected On\n"
	    "Jane,Doe,jane@example.net,,,08 Feb 2020\n"
	    "Richard,Roe,,,,10 Feb 2020\n"
	    ",,,,,09 Feb 2020\n", 2, 1, 0 },
	{ "2017", "",
	    "First Name,Last Name,Email Address,Current Company,Current Position,Tags\n"
	    "Jane,Doe,jane@example.net,,,\n"
	    "Richard,Roe,,,,\n", 2, 0, 0 },
	{ "2016, for another program", "",
	    "First Name,Middle Name,Last Name,E-mail Address,Company,Job Title\n"
	    "Jane,,Doe,jane@example.net,,\n"
	    "Richard,,Roe,,,\n", 2, 0, 0 },
	{ "rows of the wrong length", preamble,
	    "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
	    "Jane,Doe,https://www.linkedin.com/in/jane-doe-1,jane@example.net,Example, Inc.,,08 Feb 2026\n"
	    "Jane,Doe,https://www.linkedin.com/in/jane-doe-1,jane@example.net\n"
	    "Jane,Doe,,jane@example.net,,,08 Feb 2026\n"
	    "Richard,Roe,https://www.linkedin.com/in/r%C3%B6,,,,10 Feb 2026\n", 2, 0, 2 },
	{ "a last row cut short", preamble,
	    "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
	    "Jane,Doe,,jane@example.net,,,08 Feb 2026\n"
	    "Richard,Roe,https://www.linkedin.com/in/r%C3%B6,,,,10 Feb 2026\n"
	    "Ann,Example,,,\"Exa", 2, 0, 1 },
};
/* clang-format on */

static void
every_era_of_the_export_is_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(exports); i++) {
		const char *name = exports[i].name;
		struct text bytes = TEXT_INIT(10000);
		struct contacts_report report;
		struct contacts *c;

		text_add_string(&bytes, exports[i].preamble);
		text_add_string(&bytes, exports[i].bytes);
		c = load(name, text_string(&bytes), &report);
		check_string(name, report.format, "Connections.csv");
		check_number(name, (long long)report.added,
		    (long long)exports[i].added);
		check_number(name, (long long)report.skipped,
		    (long long)exports[i].skipped);
		check_number(name, (long long)report.refused,
		    (long long)exports[i].refused);
		check_find(name, c, (const char *[]){ "Jane Doe", "", "" },
		    "name:Jane Doe");
		check_find(name, c,
		    (const char *[]){ "", "jane@example.net", "" },
		    "email:Jane Doe");
		assert_int_equal(contacts_count(c), 2);
		contacts_free(c);
		text_free(&bytes);
	}
}

static void
an_export_gives_profiles_and_lines(void **state)
{
	struct text bytes = TEXT_INIT(10000);
	struct contacts_report report;
	struct contacts *c;

	(void)state;
	text_add_string(&bytes, preamble);
	text_add_string(&bytes, exports[0].bytes);
	text_add_string(&bytes, "\n,,not a profile,,,,\n");
	c = load("export", text_string(&bytes), &report);
	check_find("slug", c, (const char *[]){ "", "", "rö" },
	    "profile:Richard Roe, PhD");
	check_find("name", c, (const char *[]){ "Roe Richard", "", "" },
	    "name:Richard Roe, PhD");
	check_number("refused", (long long)report.refused, 1);
	check_number("line", report.first_refused, 10);
	contacts_free(c);
	text_free(&bytes);
}

static void
a_header_far_down_is_not_looked_for(void **state)
{
	struct text bytes = TEXT_INIT(10000);
	struct contacts_report report;
	struct contacts *c;

	(void)state;
	for (int i = 0; i < 40; i++)
		text_add_string(&bytes, "Jane Doe\n");
	text_add_string(&bytes, "First Name,Last Name\n");
	c = load("text", text_string(&bytes), &report);
	check_string("format", report.format, "contacts.txt");
	contacts_free(c);
	text_clear(&bytes);
	text_add_string(&bytes, "# First Name, Last Name\nJane Doe\n");
	c = load("text", text_string(&bytes), &report);
	check_string("a comment", report.format, "contacts.txt");
	check_number("added", (long long)report.added, 1);
	contacts_free(c);
	text_free(&bytes);
}

static void
files_that_cannot_be_used_are_refused(void **state)
{
	static const struct {
		const char *name;
		struct view bytes;
		const char *want;
	} rows[] = {
		{ "NUL octets", { "Jane\0Doe", 8 }, "x.txt: not text" },
		{ "UTF-16 with NUL in it", { "\xFF\xFEJ\0\0\0", 6 },
		    "x.txt: not text" },
		{ "UTF-16 without its mark", { "J\0a\0", 4 },
		    "x.txt: not text" },
	};
	struct contacts *c = contacts_new(ROOM);

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct contacts_report report;
		struct err e = ERR_NONE;

		assert_int_equal(contacts_add(c, rows[i].bytes, "x.txt",
				     &report, &e),
		    -1);
		check_contains(rows[i].name, e.text, rows[i].want);
	}
	contacts_free(c);
}

static void
a_file_past_its_size_is_refused(void **state)
{
	struct contacts *c = contacts_new(ROOM);
	char *bytes = calloc(1, (size_t)LIMIT_CONTACTS_SIZE + 1);
	struct contacts_report report;
	struct err e = ERR_NONE;

	(void)state;
	if (bytes == NULL)
		skip();
	assert_int_equal(contacts_add(c,
			     (struct view){ bytes, LIMIT_CONTACTS_SIZE + 1 },
			     "x", &report, &e),
	    -1);
	check_contains("one past it", e.text, "x: larger than");
	assert_int_equal(contacts_add(c,
			     (struct view){ bytes, LIMIT_CONTACTS_SIZE }, "x",
			     &report, &e),
	    -1);
	check_contains("at the limit", e.text, "x: not text");
	free(bytes);
	contacts_free(c);
}

static void
an_empty_file_holds_nobody(void **state)
{
	static const char *const rows[] = { "", "\n", "# nobody\n",
		"\xEF\xBB\xBF" };

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct contacts_report report;
		struct contacts *c = load("empty", rows[i], &report);

		assert_int_equal(contacts_count(c), 0);
		assert_int_equal(report.added + report.refused, 0);
		check_find(rows[i], c, (const char *[]){ "Jane Doe", "", "" },
		    "no:");
		contacts_free(c);
	}
}

/*
 * What people are known by; the order in which they are in the file, and the
 * groups, make different cards of them and the same words.
 */
static void
a_name_of_several_people_says_so(void **state)
{
	static const char *const ends[][3] = {
		{ "", "", "" },
		{ " @a", " @a", " @a" },
		{ " @a", "", " @b" },
		{ "", " @a", " @b" },
		{ " @a", " @b", " @c" },
		{ "", " @a @b", " @a" },
	};
	static const struct {
		const char *name, *person[3];
		const char *asked[3], *want;
	} rows[] = {
		{ "one", { "Jane Doe x.example/in/jane" }, { "Jane Doe" },
		    "name" },
		{ "two",
		    { "Jane Doe x.example/in/jane",
			"Jane Doe x.example/in/doe" },
		    { "Jane Doe" }, "shared-name" },
		{ "of three",
		    { "Jane Doe x.example/in/jane", "Jane Doe",
			"DOE Jane x.example/in/d" },
		    { "Jane Doe" }, "shared-name" },
		{ "three",
		    { "Jane Doe x.example/in/a", "Jane Doe x.example/in/b",
			"Jane Doe" },
		    { "Jane Doe" }, "shared-name" },
		{ "one of them",
		    { "Jane Doe x.example/in/jane",
			"Jane Doe x.example/in/doe" },
		    { "Jane Doe", "", "doe" }, "profile,shared-name" },
		{ "by profile alone",
		    { "Jane Doe x.example/in/jane",
			"Jane Doe x.example/in/doe" },
		    { "J Doe", "", "doe" }, "profile" },
		{ "in two files",
		    { "Jane Doe x.example/in/jane",
			"Jane Doe x.example/in/JANE" },
		    { "Jane Doe" }, "name" },
		{ "an address more",
		    { "Jane Doe <j@example.com>", "Jane Doe <d@example.com>" },
		    { "Jane Doe", "d@example.com" }, "email,name" },
		{ "an address and a profile",
		    { "Jane Doe <j@example.com>",
			"Jane Doe x.example/in/jane" },
		    { "Jane Doe" }, "name" },
		{ "another name",
		    { "Jane Doe x.example/in/jane",
			"Jane Roe x.example/in/roe" },
		    { "Jane Doe" }, "name" },
		{ "all", { "Jane Doe <j@example.com> x.example/in/jane" },
		    { "Jane Doe", "j@example.com", "jane" },
		    "profile,email,name" },
		{ "two people of one address",
		    { "Jane Doe <j@example.com> x.example/in/a",
			"Jim Doe <j@example.com> x.example/in/b" },
		    { "Jim Doe", "j@example.com" }, "email,name" },
		{ "nobody",
		    { "Jane Doe x.example/in/jane",
			"Jane Doe x.example/in/doe" },
		    { "John Doe" }, "" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		for (size_t k = 0; k < LENGTH(ends); k++) {
			struct text bytes = TEXT_INIT(1000);
			struct text words = TEXT_INIT(1000);
			struct contacts_report report;
			struct contacts_match match;
			struct contacts *c;

			for (size_t n = 0; n < 3; n++)
				if (rows[i].person[n] != NULL)
					text_addf(&bytes, "%s%s\n",
					    rows[i].person[n], ends[k][n]);
			c = load(rows[i].name, text_string(&bytes), &report);
			contacts_find(c, view_of(rows[i].asked[0]),
			    view_of(rows[i].asked[1]),
			    view_of(rows[i].asked[2]), &match);
			contacts_by_words(&match, &words);
			check_view(rows[i].name, text_view(&words),
			    rows[i].want);
			contacts_free(c);
			text_free(&bytes);
			text_free(&words);
		}
}

static void
without_a_set_nobody_is_known(void **state)
{
	struct contacts_match match;
	struct text words = TEXT_INIT(10);

	(void)state;
	contacts_find(NULL, VIEW("Jane Doe"), VIEW(""), VIEW(""), &match);
	assert_int_equal(match.known, KNOWN_NO);
	assert_false(contacts_in_group(NULL, &match, VIEW("close")));
	contacts_group_words(NULL, &match, &words);
	assert_int_equal(words.size, 0);
	contacts_free(NULL);
}

static void
who_shares_a_key_shares_its_groups(void **state)
{
	static const struct {
		const char *name, *bytes, *asked[3], *want;
		size_t count;
	} rows[] = {
		{ "two of one name",
		    "Jane Doe <a@x.example> @one\nJane Doe <b@x.example> @two",
		    { "Jane Doe", "", "" }, "name:Jane Doe @one @two", 2 },
		{ "but not what the other alone has",
		    "Jane Doe <a@x.example> @one\nJane Doe <b@x.example> @two",
		    { "", "a@x.example", "" }, "email:Jane Doe @one", 2 },
		{ "nor this one",
		    "Jane Doe <a@x.example> @one\nJane Doe <b@x.example> @two",
		    { "", "b@x.example", "" }, "email:Jane Doe @two", 2 },
		{ "three of one name",
		    "Jane Doe @a\nDoe, Jane @b\nDr. Jane Doe @c",
		    { "Jane Doe", "", "" }, "name:Dr. Jane Doe @a @b @c", 3 },
		{ "a group given to a name holds for the profile",
		    "Jane Doe @close\nDoe, Jane linkedin.com/in/jane",
		    { "Jane Doe", "", "jane" }, "profile:Doe, Jane @close", 2 },
		{ "the other way round",
		    "Doe, Jane linkedin.com/in/jane\nJane Doe @close",
		    { "Jane Doe", "", "jane" }, "profile:Doe, Jane @close", 2 },
		{ "more groups replace fewer", "Jane Doe @a\nJane Doe @a @b",
		    { "Jane Doe", "", "" }, "name:Jane Doe @a @b", 2 },
		{ "fewer add nothing", "Jane Doe @a @b\nJane Doe @a",
		    { "Jane Doe", "", "" }, "name:Jane Doe @a @b", 1 },
		{ "a shared profile",
		    "A Doe linkedin.com/in/x @a\n"
		    "B Roe linkedin.com/in/x @b",
		    { "", "", "x" }, "profile:B Roe @a @b", 2 },
		{ "a shared address",
		    "A Doe <x@x.example> @a\n"
		    "B Roe <y@x.example> <x@x.example> @b",
		    { "", "x@x.example", "" }, "email:B Roe @a @b", 2 },
		{ "the same line twice",
		    "Jane Doe <a@x.example> @a\n"
		    "Jane Doe <a@x.example> @a",
		    { "Jane Doe", "", "" }, "name:Jane Doe @a", 1 },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct contacts_report report;
		struct contacts *c = load(rows[i].name, rows[i].bytes, &report);

		check_find(rows[i].name, c, rows[i].asked, rows[i].want);
		check_number(rows[i].name, (long long)contacts_count(c),
		    (long long)rows[i].count);
		assert_int_equal(report.refused, 0);
		contacts_free(c);
	}
}

static void
several_files_make_one_set(void **state)
{
	struct contacts_report report;
	struct contacts *c = load("a", "Jane Doe @close\n", &report);
	size_t size;
	struct err e;

	(void)state;
	assert_int_equal(contacts_add(c,
			     VIEW("First Name,Last Name,URL\n"
				  "Jane,Doe,https://x/in/jane-doe-1\n"),
			     "b", &report, &e),
	    0);
	check_string("second", report.format, "Connections.csv");
	assert_int_equal(report.added, 1);
	check_find("both", c, (const char *[]){ "Jane Doe", "", "jane-doe-1" },
	    "profile:Jane Doe @close");
	size = contacts_size(c);
	assert_int_equal(contacts_add(c, VIEW("Jane Doe @close\n"), "a",
			     &report, &e),
	    0);
	check_number("nothing new takes nothing", (long long)contacts_size(c),
	    (long long)size);
	contacts_free(c);
}

static void
groups_are_asked_for_by_name(void **state)
{
	struct contacts_report report;
	struct contacts *c =
	    load("x", "Jane Doe @Close\nAnn Example @família\n", &report);
	struct contacts_match match;

	(void)state;
	contacts_find(c, VIEW("Jane Doe"), VIEW(""), VIEW(""), &match);
	assert_true(contacts_in_group(c, &match, VIEW("Close")));
	assert_true(contacts_in_group(c, &match, VIEW("@close")));
	assert_false(contacts_in_group(c, &match, VIEW("clos")));
	assert_false(contacts_in_group(c, &match, VIEW("")));
	assert_false(contacts_in_group(c, &match, VIEW("família")));
	assert_false(contacts_in_group(c, &match, VIEW("nowhere")));
	contacts_find(c, VIEW("Ann Example"), VIEW(""), VIEW(""), &match);
	assert_true(contacts_in_group(c, &match, VIEW("@família")));
	contacts_free(c);
}

static void
groups_have_a_ceiling(void **state)
{
	struct text bytes = TEXT_INIT(10000);
	struct contacts_report report;
	struct contacts_match match;
	struct contacts *c;

	(void)state;
	for (int i = 0; i < LIMIT_CONTACT_GROUPS; i++)
		text_addf(&bytes, "Jane Doe @group%d%058d\n", i % 10, i);
	c = load("at the limit", text_string(&bytes), &report);
	assert_int_equal(report.refused, 0);
	contacts_free(c);
	text_add_string(&bytes, "Richard Roe @more\n");
	text_addf(&bytes, "Ann Example @GROUP1%058d\n", 31);
	c = load("one past it", text_string(&bytes), &report);
	assert_int_equal(report.refused, 1);
	assert_int_equal(report.first_refused, LIMIT_CONTACT_GROUPS + 1);
	check_find("not taken", c, (const char *[]){ "Richard Roe", "", "" },
	    "no:");
	contacts_find(c, VIEW("Ann Example"), VIEW(""), VIEW(""), &match);
	assert_int_equal(match.groups, (uint32_t)1 << 31);
	contacts_free(c);
	text_free(&bytes);
}

/* A line of the parts, with fill so many times between them. */
static void
add_line(struct text *t, const char *before, size_t fill, const char *after)
{
	text_add_string(t, before);
	for (; fill > 0; fill--)
		text_add_byte(t, 'x');
	text_add_string(t, after);
}

static void
what_is_too_long_is_refused(void **state)
{
	static const struct {
		const char *name, *before, *after;
		size_t limit, fixed;
	} rows[] = {
		{ "a name", "J ", "", LIMIT_CONTACT_KEY_SIZE, 2 },
		{ "an address", "J Doe <", "@example.com>",
		    LIMIT_CONTACT_KEY_SIZE, 12 },
		{ "a slug", "J Doe linkedin.com/in/", "",
		    LIMIT_CONTACT_KEY_SIZE, 0 },
		{ "a group", "J Doe @", "", LIMIT_CONTACT_GROUP_SIZE, 0 },
		{ "a line", "J Doe #", "", LIMIT_CONTACTS_LINE, 7 },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text bytes = TEXT_INIT(100000);
		size_t fill = rows[i].limit - rows[i].fixed;
		struct contacts_report report;
		struct contacts *c;

		add_line(&bytes, rows[i].before, fill, rows[i].after);
		c = load(rows[i].name, text_string(&bytes), &report);
		check_number(rows[i].name, (long long)report.added, 1);
		contacts_free(c);
		text_clear(&bytes);
		add_line(&bytes, rows[i].before, fill + 1, rows[i].after);
		c = load(rows[i].name, text_string(&bytes), &report);
		check_number(rows[i].name, (long long)report.added, 0);
		check_number(rows[i].name, (long long)report.refused, 1);
		contacts_free(c);
		text_free(&bytes);
	}
}

static void
a_key_that_grows_too_long_is_refused(void **state)
{
	struct text bytes = TEXT_INIT(1000);
	struct contacts_report report;
	struct contacts *c;

	(void)state;
	/* Three octets that fold to four words of 33. */
	for (int i = 0; i < 8; i++)
		text_add_string(&bytes, "\uFDFA");
	c = load("folded", text_string(&bytes), &report);
	assert_int_equal(report.refused, 1);
	contacts_free(c);
	text_free(&bytes);
}

static void
a_person_has_so_many_addresses(void **state)
{
	struct text bytes = TEXT_INIT(1000);
	struct contacts_report report;
	struct contacts *c;

	(void)state;
	text_add_string(&bytes, "Jane Doe");
	for (int i = 0; i < LIMIT_CONTACT_EMAILS; i++)
		text_addf(&bytes, " <jane%d@example.com>", i);
	c = load("at the limit", text_string(&bytes), &report);
	assert_int_equal(report.added, 1);
	check_find("the last", c,
	    (const char *[]){ "", "jane7@example.com", "" }, "email:Jane Doe");
	contacts_free(c);
	text_add_string(&bytes, " <j@example.com>");
	c = load("one past it", text_string(&bytes), &report);
	assert_int_equal(report.refused, 1);
	contacts_free(c);
	text_clear(&bytes);
	text_add_string(&bytes, "Jane Doe");
	for (int i = 0; i < LIMIT_CONTACT_GROUPS; i++)
		text_add_string(&bytes, " @close");
	c = load("groups at the limit", text_string(&bytes), &report);
	assert_int_equal(report.added, 1);
	contacts_free(c);
	text_add_string(&bytes, " @close");
	c = load("groups past it", text_string(&bytes), &report);
	assert_int_equal(report.refused, 1);
	contacts_free(c);
	text_free(&bytes);
}

static void
add_people(struct text *bytes, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		text_addf(bytes,
		    "Given%u Family%u <given%u@example.com> "
		    "https://www.linkedin.com/in/given-%u%s\n",
		    i, i * 7, i, i, i % 10 == 0 ? " @close" : "");
}

static void
many_people_are_all_found(void **state)
{
	enum { MANY = 20000 };
	struct text bytes = TEXT_INIT(10000000);
	struct contacts_report report;
	struct contacts *c;

	(void)state;
	add_people(&bytes, MANY);
	c = load("many", text_string(&bytes), &report);
	assert_int_equal(report.added, MANY);
	assert_int_equal(contacts_count(c), MANY);
	assert_true(contacts_size(c) < 150 * MANY);
	for (unsigned i = 0; i < MANY; i++) {
		struct text name = TEXT_INIT(100), slug = TEXT_INIT(100);
		struct contacts_match match;

		text_addf(&name, "Given%u Family%u", i, i * 7);
		text_addf(&slug, "given-%u", i);
		contacts_find(c, VIEW(""), VIEW(""), text_view(&slug), &match);
		assert_int_equal(match.known, KNOWN_PROFILE);
		assert_true(view_equal(match.name, text_view(&name)));
		assert_true(contacts_in_group(c, &match, VIEW("close")) ==
		    (i % 10 == 0));
		contacts_find(c, text_view(&name), VIEW(""), VIEW(""), &match);
		assert_int_equal(match.known, KNOWN_NAME);
		text_add_byte(&slug, '-');
		contacts_find(c, VIEW(""), VIEW(""), text_view(&slug), &match);
		assert_int_equal(match.known, KNOWN_NO);
		text_free(&name);
		text_free(&slug);
	}
	contacts_free(c);
	text_free(&bytes);
}

/* Groups cost memory only where they differ, whatever the order. */
static void
many_of_one_name_are_no_burden(void **state)
{
	struct text bytes = TEXT_INIT(10000000);
	struct contacts_report report;
	struct contacts *c;

	(void)state;
	for (int i = 0; i < 50000; i++)
		text_addf(&bytes, "Jane Doe @group%d\n", i % 32);
	c = load("many", text_string(&bytes), &report);
	assert_int_equal(report.added, 50000);
	assert_true(contacts_size(c) < 10000);
	contacts_free(c);
	text_free(&bytes);
}

static void
a_set_has_a_ceiling(void **state)
{
	struct text bytes = TEXT_INIT(10000000);
	struct contacts_report report;
	size_t fits = 4096;
	struct err e;

	(void)state;
	add_people(&bytes, 300);
	for (;;) {
		struct contacts *c = contacts_new(fits);
		int result =
		    contacts_add(c, text_view(&bytes), "x", &report, &e);

		assert_true(contacts_size(c) <= fits + fits);
		contacts_free(c);
		if (result == 0)
			break;
		check_contains("too small", e.text,
		    "x: out of memory, or more people than fit into");
		fits++;
	}
	assert_int_equal(report.added, 300);
	assert_true(fits > 300 * 50);
	text_free(&bytes);
}

/* A file fails as a whole; nobody is refused or lost without a word. */
static void
without_memory_loading_fails(void **state)
{
	static const char *const files[] = { people,
		"Jane Doe @a\nJane Doe @b\n",
		"First Name,Last Name,URL\nJane,Doe,https://x/in/jane\n",
		"First Name,Last Name,Labels\nJ\xFCrgen,Doe,Book club\n",
		"\xEF\xBB\xBFName,Given Name,Family Name,Group Membership\n"
		"Jane Doe,,,A ::: * B\n" };
	static const size_t added[] = { 8, 2, 1, 1, 1 };

	(void)state;
	for (size_t i = 0; i < LENGTH(files); i++) {
		unsigned n;

		for (n = 1; oom_next(n); n++) {
			struct contacts *c = contacts_new(ROOM);
			struct contacts_report report = { 0 };
			int result = -1;
			struct err e;

			if (c != NULL)
				result = contacts_add(c, view_of(files[i]), "x",
				    &report, &e);
			/* Only giving back memory may fail unseen. */
			if (result == 0)
				assert_int_equal(report.refused, 0);
			if (result == 0)
				assert_int_equal(report.added, added[i]);
			else
				assert_true(oom_happened());
			contacts_free(c);
		}
		assert_true(n > 8);
	}
}

static void
without_memory_nobody_is_known(void **state)
{
	struct contacts_report report;
	struct contacts *c = load("x", people, &report);
	struct contacts_match match;

	(void)state;
	for (unsigned n = 1; oom_next(n); n++) {
		contacts_find(c, VIEW("Jane Doe"), VIEW(""), VIEW(""), &match);
		assert_int_equal(match.known,
		    oom_happened() ? KNOWN_NO : KNOWN_NAME);
	}
	contacts_free(c);
}

static void
levels_have_words(void **state)
{
	enum known known;

	(void)state;
	for (int i = KNOWN_NO; i <= KNOWN_PROFILE; i++) {
		const char *word = contacts_known_name((enum known)i);

		assert_int_equal(contacts_known_parse(view_of(word), &known),
		    0);
		assert_int_equal(known, i);
	}
	assert_int_equal(contacts_known_parse(VIEW("Name"), &known), -1);
	assert_int_equal(contacts_known_parse(VIEW(""), &known), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(people_are_found_by_what_is_known_of_them),
		cmocka_unit_test(lines_that_cannot_be_used_are_counted),
		cmocka_unit_test(the_first_refused_line_is_told),
		cmocka_unit_test(every_era_of_the_export_is_read),
		cmocka_unit_test(an_export_gives_profiles_and_lines),
		cmocka_unit_test(a_header_far_down_is_not_looked_for),
		cmocka_unit_test(files_that_cannot_be_used_are_refused),
		cmocka_unit_test(a_file_past_its_size_is_refused),
		cmocka_unit_test(an_empty_file_holds_nobody),
		cmocka_unit_test(a_name_of_several_people_says_so),
		cmocka_unit_test(without_a_set_nobody_is_known),
		cmocka_unit_test(who_shares_a_key_shares_its_groups),
		cmocka_unit_test(several_files_make_one_set),
		cmocka_unit_test(groups_are_asked_for_by_name),
		cmocka_unit_test(groups_have_a_ceiling),
		cmocka_unit_test(what_is_too_long_is_refused),
		cmocka_unit_test(a_key_that_grows_too_long_is_refused),
		cmocka_unit_test(a_person_has_so_many_addresses),
		cmocka_unit_test(many_people_are_all_found),
		cmocka_unit_test(many_of_one_name_are_no_burden),
		cmocka_unit_test(a_set_has_a_ceiling),
		cmocka_unit_test(without_memory_loading_fails),
		cmocka_unit_test(without_memory_nobody_is_known),
		cmocka_unit_test(levels_have_words),
	};

	return cmocka_run_group_tests_name("contacts", tests, NULL, NULL);
}
