// SPDX-License-Identifier: BSD-2-Clause
#include "policy/ldif.h"

#include "rows.h"

/* clang-format off */
static const struct rows_case books[] = {
	{ "Thunderbird",
	    "dn: cn=Jane Doe,mail=jane@x.example\r\nobjectclass: top\r\nobjectclass: person\r\n"
	    "objectclass: mozillaAbPersonAlpha\r\ngivenName: Jane\r\nsn: Doe\r\ncn: Jane Doe\r\n"
	    "mozillaNickname: Janie Nick\r\nmail: jane@x.example\r\nmozillaSecondEmail: jane@y.example\r\n"
	    "mozillaWorkUrl: https://www.linkedin.com/in/jane-doe\r\nmodifytimestamp: 0\r\n\r\n"
	    "dn:: Y249Q2FybGEgTcO8bGxlcg==\r\nobjectclass: top\r\ncn:: Q2FybGEgTcO8bGxlcg==\r\n"
	    "mail: carla@x.example\r\n\r\n",
	    "1 Jane Doe <jane@x.example> <jane@y.example> [https://www.linkedin.com/in/jane-doe]\n"
	    "14 Carla Müller <carla@x.example>\n" },
	{ "OpenLDAP",
	    "# slapcat\nversion: 1\n\n# base\n#  of all\n the rest\ndn: dc=example,dc=org\nobjectClass: organization\n"
	    "dc: example\no: Example\n\ndn: uid=jane,ou=people,dc=exa\n mple,dc=org\nobjectClass: inetOrgPerson\n"
	    "uid: jane\ncn: Jane D\n oe\ncn: J. Doe\nsn;lang-en: Doe\nmail: jane@x.example\nmail: jane@y.example\n"
	    "labeledURI: https://de.linkedin.com/in/jane My page\njpegPhoto:< file:///etc/passwd\n"
	    "userPassword:: e1NTSEF9\n\ndn: cn=staff,dc=example\nobjectClass: posixGroup\ncn: all staff\n",
	    "7 skipped: nobody's name, address or profile\n"
	    "12 Jane Doe <jane@x.example> <jane@y.example> [https://de.linkedin.com/in/jane]\n"
	    "26 skipped: a group of people\n" },
	{ "Thunderbird, a list", "dn: cn=My Friends\nobjectclass: top\nobjectclass: groupOfNames\ncn: My Friends\nmember: cn=x\n",
	    "1 skipped: a group of people\n" },
	{ "Netscape", "dn: cn=Jane Doe\ngivenname: Jane\nsn: Doe\nhomeurl: http://www.linkedin.com/in/jane\nxmozillausehtmlmail: FALSE\n",
	    "1 Jane Doe [http://www.linkedin.com/in/jane]\n" },
	{ "the name that is shown", "dn: x\ncn: jdoe1\ndisplayName: Jane Doe\n", "1 Jane Doe\n" },
	{ "a login for a name", "dn: x\ndisplayName: jdoe1\ncn: jdoe1\nsn: Doe\ngivenName: Jane\n", "1 Jane Doe\n" },
	{ "nothing but an address", "dn: x\nmail: jane@x.example\n", "1 <jane@x.example>\n" },
	{ "of a code page", "dn: x\ncn: Carla M\xFCller\n", "1 Carla Müller\n" },
	{ "without blanks", "dn:x\ncn:Jane Doe\nmail:jane@x.example\n", "1 Jane Doe <jane@x.example>\n" },
	{ "comments in a record", "dn: x\n# cn: Ann Example\n and more\ncn: Jane Doe\n", "1 Jane Doe\n" },
	{ "many empty lines", "\n\ndn: x\ncn: Jane Doe\n\n\n\ndn: x\ncn: Richard Roe\n\n", "3 Jane Doe\n8 Richard Roe\n" },
	{ "an empty line forgotten", "dn: x\ncn: Jane Doe\ndn: y\ncn: Richard Roe", "1 Jane Doe\n3 Richard Roe\n" },
	{ "empty values", "dn:\ncn:\nmail:\nmail::\nsn:: \n", "1 skipped: nobody's name, address or profile\n" },
	{ "nothing", "", "" },
};

static const struct rows_case refusals[] = {
	{ "a change", "version: 1\n\ndn: x\nchangetype: modify\nreplace: cn\ncn: Jane Doe\n-\n\ndn: x\ncn: Richard Roe\n",
	    "4 refused: a change, where a person should be\n9 Richard Roe\n" },
	{ "an addition", "dn: x\ncn: Jane Doe\nchangetype: add\n", "3 refused: a change, where a person should be\n" },
	{ "a value in a file", "dn: x\ncn: Jane Doe\nmail:< file:///etc/passwd\n",
	    "3 refused: a value in a file, which is not opened\n" },
	{ "base64 that is none", "dn: x\ncn:: Q2F?\n", "2 refused: base64 that is none\n" },
	{ "a NUL", "dn: x\ncn:: SmFuZQBEb2U=\n", "2 refused: a NUL octet\n" },
	{ "a line that is none", "dn: x\ncn: Jane Doe\nRichard Roe\n\nAnn Example\n\ndn: y\ncn: Jane Roe\n",
	    "3 refused: a line that is no attribute\n5 refused: a line that is no attribute\n7 Jane Roe\n" },
	{ "nine addresses", "dn: x\nmail: 1@x\nmail: 2@x\nmail: 3@x\nmail: 4@x\nmail: 5@x\nmail: 6@x\nmail: 7@x\nmail: 8@x\nmail: 9@x\n",
	    "10 refused: more addresses than one person may have\n" },
	{ "a group is no matter", "dn: x\nobjectClass: groupOfUniqueNames\ncn:: ?\n", "1 skipped: a group of people\n" },
};
/* clang-format on */

static void
address_books_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(books); i++)
		rows_check(ldif_read, &books[i]);
}

static void
what_cannot_be_read_is_refused_with_its_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(refusals); i++)
		rows_check(ldif_read, &refusals[i]);
}

static void
ldif_is_told_by_its_first_line(void **state)
{
	static const struct {
		const char *bytes;
		bool is;
	} rows[] = {
		{ "version: 1\n\ndn: x\n", true },
		{ "version:1\n", true },
		{ "# a comment\n  of two lines\n\r\n\ndn: x\n", true },
		{ "DN:: eA==\n", true },
		{ "version: 2\n", false },
		{ "version: 1.0\n", false },
		{ "", false },
		{ "# dn: x\n", false },
		{ "Jane Doe\ndn: x\n", false },
		{ "dn", false },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view v = exact_string(rows[i].bytes);

		check_number(rows[i].bytes, ldif_is(v), rows[i].is);
		exact_free(v);
	}
}

/* One record, in which a line has so many octets more. */
static struct rows_count
count_long(const char *attribute, size_t size, const char *fold)
{
	struct text bytes = TEXT_INIT(64 * 1024 * 1024);
	struct rows_count count = { 0 };

	text_addf(&bytes, "dn: x\nmail: jane@x.example\n%s", attribute);
	for (; size > 64; size -= 64)
		text_addf(&bytes, "%064d%s", 0, fold);
	text_addf(&bytes, "%0*d\n", (int)size, 0);
	assert_true(text_ok(&bytes));
	assert_int_equal(ldif_read(text_view(&bytes), rows_tally, &count), 0);
	text_free(&bytes);
	return count;
}

static void
a_value_has_a_ceiling_and_a_photo_has_none(void **state)
{
	enum { LINE = LIMIT_CONTACTS_LINE, TEN_MB = 10 * 1024 * 1024 };
	static const struct {
		const char *name, *attribute, *fold;
		size_t size;
		long long people;
	} rows[] = {
		/* The address takes fourteen octets of the entry. */
		{ "fits", "cn:", "", LINE - 14, 1 },
		{ "one more in sum", "cn:", "", LINE - 13, 0 },
		{ "fits into a line", "labeledURI:", "", LINE - 11, 1 },
		{ "one more in the line", "labeledURI:", "", LINE - 10, 0 },
		{ "folded", "labeledURI:", "\n ", LINE - 11, 1 },
		{ "folded, one more", "labeledURI:", "\n ", LINE - 10, 0 },
		{ "a description may be that long", "description:", "", LINE,
		    1 },
		{ "a name of 10 MB", "cn:", "", TEN_MB, 0 },
		{ "the same, folded", "cn:: ", "\r\n ", TEN_MB, 0 },
		{ "a photo of 10 MB", "jpegPhoto:: ", "", TEN_MB, 1 },
		{ "the same, folded", "jpegPhoto:: ", "\n ", TEN_MB, 1 },
		{ "a comment of 10 MB", "#", "\n ", TEN_MB, 1 },
		{ "10 MB without a colon", "", "", TEN_MB, 0 },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct rows_count count =
		    count_long(rows[i].attribute, rows[i].size, rows[i].fold);

		check_number(rows[i].name, count.people, rows[i].people);
		check_number(rows[i].name, count.refused, 1 - rows[i].people);
		check_number(rows[i].name, count.line,
		    rows[i].people == 1 ? 0 : 3);
	}
}

static void
a_million_records_are_read(void **state)
{
	struct text bytes = TEXT_INIT(LIMIT_CONTACTS_SIZE);
	struct rows_count count = { 0 };

	(void)state;
	for (int i = 0; i < 1000000; i++)
		text_addf(&bytes, "dn: x\ncn: P%d Doe\nmail: %d@x.example\n\n",
		    i, i);
	assert_true(text_ok(&bytes));
	assert_int_equal(ldif_read(text_view(&bytes), rows_tally, &count), 0);
	assert_int_equal(count.people, 1000000);
	assert_int_equal(count.skipped + count.refused, 0);
	text_free(&bytes);
}

static void
whoever_takes_the_rows_may_stop(void **state)
{
	static const char *const files[] = {
		"dn: x\ncn: Jane Doe\n\ndn: y\ncn: Jane Doe\n",
		"dn: x\ndn: x\n",
		"dn: x\n",
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(files); i++) {
		int rows = 0;

		check_number(files[i],
		    ldif_read(view_of(files[i]), rows_stop, &rows), -1);
		check_number(files[i], rows, 1);
	}
}

static void
without_memory_reading_fails(void **state)
{
	(void)state;
	for (size_t i = 0; i + 1 < LENGTH(books); i++)
		rows_check_memory(ldif_read, &books[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(address_books_are_read),
		cmocka_unit_test(what_cannot_be_read_is_refused_with_its_line),
		cmocka_unit_test(ldif_is_told_by_its_first_line),
		cmocka_unit_test(a_value_has_a_ceiling_and_a_photo_has_none),
		cmocka_unit_test(a_million_records_are_read),
		cmocka_unit_test(whoever_takes_the_rows_may_stop),
		cmocka_unit_test(without_memory_reading_fails),
	};

	return cmocka_run_group_tests_name("ldif", tests, NULL, NULL);
}
