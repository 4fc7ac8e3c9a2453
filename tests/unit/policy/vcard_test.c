// SPDX-License-Identifier: BSD-2-Clause
#include "policy/vcard.h"

#include "rows.h"

#define CARD(lines) "BEGIN:VCARD\nVERSION:3.0\n" lines "END:VCARD\n"
#define CARD21(lines) "BEGIN:VCARD\r\nVERSION:2.1\r\n" lines "END:VCARD\r\n"
#define CARD4(lines) "BEGIN:VCARD\r\nVERSION:4.0\r\n" lines "END:VCARD\r\n"

/* clang-format off */
static const struct rows_case eras[] = {
	{ "2.1 of a telephone",
	    CARD21("N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;Carla;;;\r\n"
		"FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Carla M=C3=BCller\r\n"
		"TEL;CELL:+000\r\nEMAIL;INTERNET;HOME:carla@x.example\r\n"),
	    "1 Carla Müller <carla@x.example>\n" },
	{ "2.1 of Outlook, a code page and a page",
	    CARD21("N;LANGUAGE=de;CHARSET=Windows-1252:M\xFCller;Carla\r\n"
		"FN;CHARSET=Windows-1252:Carla M\xFCller\r\nURL;WORK:http://linkedin.com/in/carla\r\n"
		"EMAIL;PREF;INTERNET:carla@x.example\r\n"
		"PHOTO;TYPE=JPEG;ENCODING=BASE64:\r\n /9j/4AAQ\r\n\r\n"),
	    "1 Carla Müller <carla@x.example> [http://linkedin.com/in/carla]\n" },
	{ "2.1 of a code page it does not name", CARD21("FN:Carla M\xFCller\r\n"),
	    "1 Carla Müller\n" },
	{ "2.1 in another script",
	    CARD21("FN;CHARSET=KOI8-R;QUOTED-PRINTABLE:=E9=D7=C1=CE =F0=C5=D4=D2=CF=D7\r\n"),
	    "1 Иван Петров\n" },
	{ "2.1 with soft line breaks",
	    CARD21("FN;ENCODING=QUOTED-PRINTABLE:Carla=\r\n M=\r\n=FCller\r\n"
		"LABEL;QUOTED-PRINTABLE:Street=0D=0A=\r\nEMAIL:not@x.example\r\nEMAIL:carla@x.example\r\n"),
	    "1 Carla Müller <carla@x.example>\n" },
	{ "2.1 keeps the blank of a fold", CARD21("FN:Carla\r\n Doe\r\n"), "1 Carla Doe\n" },
	{ "2.1 with an agent inside",
	    CARD21("FN:Jane Doe\r\nAGENT:\r\nBEGIN:VCARD\r\nFN:Ann Agent\r\nEMAIL:ann@x.example\r\nEND:VCARD\r\n"
		"EMAIL:jane@x.example\r\n"),
	    "1 Jane Doe <jane@x.example>\n" },
	{ "2.1 with an agent in the line",
	    CARD21("FN:Jane Doe\r\nAGENT:BEGIN:VCARD\r\nFN:Ann Agent\r\nEND:VCARD\r\nEMAIL:jane@x.example\r\n"),
	    "1 Jane Doe <jane@x.example>\n" },
	{ "3.0 of a Mac",
	    "BEGIN:VCARD\nVERSION:3.0\nPRODID:-//X//EN\nN:Doe;Jane;Marie;Dr.;PhD\nFN:Dr. Jane Doe\n"
	    "NICKNAME:Janie Nick\nEMAIL;type=INTERNET;type=HOME;type=pref:jane@x.example\n"
	    "item1.EMAIL;type=INTERNET:jane@y.example\nitem1.X-ABLabel:other\n"
	    "item2.URL;type=pref:https\\://www.linkedin.com/in/jane-doe\nitem2.X-ABLabel:_$!<HomePage>!$_\n"
	    "X-SOCIALPROFILE;type=linkedin:http://www.linkedin.com/in/other\n"
	    "CATEGORIES:close,old friends\nEND:VCARD\n",
	    "1 Dr. Jane Doe <jane@x.example> <jane@y.example> [https://www.linkedin.com/in/jane-doe] @close @old-friends\n" },
	{ "3.0 with folded lines", CARD("FN:Jane Ma\n rie D\n\toe\nEMAIL:jane@x.exa\n mple\n"),
	    "1 Jane Marie Doe <jane@x.example>\n" },
	{ "3.0 folded inside of a character", CARD("FN:Carla M\xC3\n \xBCller\n"), "1 Carla Müller\n" },
	{ "3.0 with escapes", CARD("FN:Doe\\, Jane\\nMarie \\\\ \\x\n"), "1 Doe, Jane Marie \\ \\x\n" },
	{ "3.0, the name in base64", CARD("FN;ENCODING=b:Q2FybGEgTcO8bGxlcg==\n"), "1 Carla Müller\n" },
	{ "3.0 with a photo without end", CARD("PHOTO;ENCODING=b;TYPE=JPEG:AAAA\n AAAA\n AAAA=\nFN:Jane Doe\n"),
	    "1 Jane Doe\n" },
	{ "4.0",
	    CARD4("FN;LANGUAGE=\"a:b;c\";ALTID=1:Jane Doe\r\nFN;ALTID=1:Another\r\nN:Doe;Jane;;;\r\n"
		"EMAIL;PREF=1;TYPE=\"work,home\":jane@x.example\r\n"
		"IMPP:https://linkedin.com/in/jane-doe\r\nKIND:individual\r\n"),
	    "1 Jane Doe <jane@x.example> [https://linkedin.com/in/jane-doe]\n" },
	{ "4.0, RFC 9554", CARD4("FN:Jane Doe\r\nSOCIALPROFILE;SERVICE-TYPE=LinkedIn:https://de.linkedin.com/in/jane\r\n"),
	    "1 Jane Doe [https://de.linkedin.com/in/jane]\n" },
	{ "4.0, a group", CARD4("KIND:group\r\nFN:My Friends\r\nMEMBER:urn:uuid:0\r\n"),
	    "1 skipped: a group of people\n" },
	{ "3.0, a group of a Mac", CARD("FN:My Friends\nX-ADDRESSBOOKSERVER-KIND:group\n"),
	    "1 skipped: a group of people\n" },
};

static const struct rows_case shapes[] = {
	{ "nothing", "", "" },
	{ "many cards, and empty lines", CARD("FN:Jane Doe\n") "\n\r\n" CARD("FN:Richard Roe\n") CARD("FN:Ann Example\n"),
	    "1 Jane Doe\n7 Richard Roe\n11 Ann Example\n" },
	{ "files joined, with their marks", CARD("FN:Jane Doe\n") "\xEF\xBB\xBF" CARD("FN:Richard Roe\n"),
	    "1 Jane Doe\n5 Richard Roe\n" },
	{ "words in any case", "begin:vcard\nfn:Jane Doe\nItem1.Email:jane@x.example\nEnd:vCard\n",
	    "1 Jane Doe <jane@x.example>\n" },
	{ "no newline at the end", "BEGIN:VCARD\nFN:Jane Doe\nEND:VCARD", "1 Jane Doe\n" },
	{ "a name put together", CARD("N:Doe;Jane;M.;Dr.;PhD\n"), "1 Jane M. Doe\n" },
	{ "a shown name of one word", CARD("FN:jane\nN:Doe;Jane\n"), "1 Jane Doe\n" },
	{ "an address for a shown name", CARD("FN:jane@x.example\nN:Doe;Jane\n"), "1 Jane Doe\n" },
	{ "only one word", CARD("FN:jane\nN:;Jane\n"), "1 jane\n" },
	{ "a separator escaped in a name", CARD("N:Doe\\;Roe;Jane\n"), "1 Jane Doe;Roe\n" },
	{ "empty values", CARD("FN:\nN:;;;;\nEMAIL:\nURL:\nCATEGORIES:,,\n"),
	    "1 skipped: nobody's name, address or profile\n" },
	{ "nobody", CARD("TEL:+000\n"), "1 skipped: nobody's name, address or profile\n" },
	{ "groups become words", CARD("FN:Jane Doe\nCATEGORIES: Book  club ,\\,a\u00A0b\u200B\n"),
	    "1 Jane Doe @Book-club @a-b\n" },
	{ "a group too long is cut",
	    CARD("CATEGORIES:0123456789012345678901234567890123456789012345678901234567890 23,"
		"0123456789012345678901234567890123456789012345678901234567890123ä\nFN:Jane Doe\n"),
	    "1 Jane Doe @0123456789012345678901234567890123456789012345678901234567890-23 "
	    "@0123456789012345678901234567890123456789012345678901234567890123\n" },
	{ "an address of Exchange", CARD("FN:Jane Doe\nEMAIL;TYPE=EX:/o=X/ou=Y/cn=jane\n"), "1 Jane Doe\n" },
	{ "pages elsewhere", CARD("FN:Jane Doe\nURL:https://x.example/in/jane\nURL:https://linkedin.com/company/x\n"),
	    "1 Jane Doe\n" },
	{ "the first of two profiles", CARD("FN:Jane Doe\nURL:linkedin.com/in/a\nURL:linkedin.com/in/b\n"),
	    "1 Jane Doe [linkedin.com/in/a]\n" },
	{ "a quote never closed in a parameter", CARD("FN;X=\"a:Jane Doe\nEMAIL:jane@x.example\n"),
	    "1 Jane Doe <jane@x.example>\n" },
	{ "quotes in a value", CARD("FN:Jane \"J:J\" Doe\n"), "1 Jane \"J:J\" Doe\n" },
	{ "lines that are no properties", CARD("FN:Jane Doe\nsomething\n:\n;:\n.:\n"), "1 Jane Doe\n" },
	{ "=XX that is none", CARD21("FN;QUOTED-PRINTABLE:Jane =4 =XY Doe=\r\n"), "1 Jane =4 =XY Doe=\n" },
	{ "a charset nobody knows", CARD("FN;CHARSET=x-none:Carla M\xFCller\n"), "1 Carla Müller\n" },
	{ "controls in a name", CARD21("FN;QUOTED-PRINTABLE:Jane=0D=0A=1BDoe\r\n"), "1 Jane   Doe\n" },
	{ "seven agents deep",
	    CARD("FN:Jane Doe\nAGENT:\nBEGIN:VCARD\nAGENT:\nBEGIN:VCARD\nEND:VCARD\nFN:Ann\nEND:VCARD\nEMAIL:j@x.example\n"),
	    "1 Jane Doe <j@x.example>\n" },
};

static const struct rows_case refusals[] = {
	{ "no end", "BEGIN:VCARD\nFN:Jane Doe\n", "1 refused: a card without its end\n" },
	{ "no end, and another one", "BEGIN:VCARD\nFN:Jane Doe\n" CARD("FN:Richard Roe\n"),
	    "1 refused: a card without its end\n3 Richard Roe\n" },
	{ "a soft line break eats no end", CARD21("FN:Jane Doe\r\nNOTE;QUOTED-PRINTABLE:x=\r\n") CARD21("FN:Richard Roe\r\n"),
	    "1 Jane Doe\n6 Richard Roe\n" },
	{ "an agent without end", CARD("FN:Jane Doe\nAGENT:\nBEGIN:VCARD\n"),
	    "1 refused: a card without its end\n" },
	{ "lines outside", CARD("FN:Jane Doe\n") "FN:Richard Roe\n x\nEND:VCARD\n",
	    "1 Jane Doe\n5 refused: a line outside of cards\n7 refused: a line outside of cards\n" },
	{ "base64 that is none", CARD("EMAIL:j@x.example\nFN;ENCODING=b:???\n"), "4 refused: base64 that is none\n" },
	{ "a NUL", CARD21("FN;QUOTED-PRINTABLE:Jane=00Doe\r\n"), "3 refused: a NUL octet\n" },
	{ "nine addresses",
	    CARD("FN:Jane Doe\nEMAIL:1@x\nEMAIL:2@x\nEMAIL:3@x\nEMAIL:4@x\nEMAIL:5@x\nEMAIL:6@x\nEMAIL:7@x\nEMAIL:8@x\n")
	    CARD("FN:Jane Doe\nEMAIL:1@x\nEMAIL:2@x\nEMAIL:3@x\nEMAIL:4@x\nEMAIL:5@x\nEMAIL:6@x\nEMAIL:7@x\nEMAIL:8@x\nEMAIL:9@x\n"),
	    "1 Jane Doe <1@x> <2@x> <3@x> <4@x> <5@x> <6@x> <7@x> <8@x>\n"
	    "24 refused: more addresses than one person may have\n" },
	{ "thirty-three groups", CARD("CATEGORIES:1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33\n"),
	    "3 refused: more groups than there may be\n" },
};
/* clang-format on */

static void
cards_of_every_era_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(eras); i++)
		rows_check(vcard_read, &eras[i]);
}

static void
cards_of_any_shape_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(shapes); i++)
		rows_check(vcard_read, &shapes[i]);
}

static void
what_cannot_be_read_is_refused_with_its_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(refusals); i++)
		rows_check(vcard_read, &refusals[i]);
}

static void
cards_are_told_by_how_they_begin(void **state)
{
	(void)state;
	assert_true(vcard_is(VIEW("BEGIN:VCARD\n")));
	assert_true(vcard_is(VIEW("\r\n begin:vcard\r\n")));
	assert_false(vcard_is(VIEW("")));
	assert_false(vcard_is(VIEW("BEGIN:VCAR")));
	assert_false(vcard_is(VIEW("BEGIN:VCALENDAR\n")));
	assert_false(vcard_is(VIEW("Jane Doe\nBEGIN:VCARD\n")));
}

static void
add_times(struct text *t, const char *string, size_t times)
{
	for (size_t i = 0; i < times; i++)
		text_add_string(t, string);
}

/* One card, in which a line has so many octets more. */
static struct rows_count
count_long(const char *property, size_t size, const char *fold)
{
	struct text bytes = TEXT_INIT(64 * 1024 * 1024);
	struct rows_count count = { 0 };

	text_addf(&bytes, "BEGIN:VCARD\nEMAIL:jane@x.example\n%s", property);
	for (; size > 64; size -= 64)
		text_addf(&bytes, "%064d%s", 0, fold);
	add_times(&bytes, "0", size);
	text_add_string(&bytes, "\nEND:VCARD\n");
	assert_true(text_ok(&bytes));
	assert_int_equal(vcard_read(text_view(&bytes), rows_tally, &count), 0);
	text_free(&bytes);
	return count;
}

static void
a_value_has_a_ceiling_and_a_photo_has_none(void **state)
{
	enum { LINE = LIMIT_CONTACTS_LINE, TEN_MB = 10 * 1024 * 1024 };
	static const struct {
		const char *name, *property, *fold;
		size_t size;
		long long people;
	} rows[] = {
		/* The address takes fourteen octets of the entry. */
		{ "fits", "FN:", "", LINE - 14, 1 },
		{ "one more in sum", "FN:", "", LINE - 13, 0 },
		{ "fits into a line", "URL:", "", LINE - 4, 1 },
		{ "one more in the line", "URL:", "", LINE - 3, 0 },
		{ "folded", "URL:", "\n ", LINE - 4, 1 },
		{ "folded, one more", "URL:", "\n ", LINE - 3, 0 },
		{ "a note may be that long", "NOTE:", "", LINE, 1 },
		{ "a name of 10 MB", "FN:", "", TEN_MB, 0 },
		{ "the same, folded", "FN:", "\r\n ", TEN_MB, 0 },
		{ "a photo of 10 MB", "PHOTO;ENCODING=b:", "", TEN_MB, 1 },
		{ "the same, folded", "PHOTO;ENCODING=b:", "\n ", TEN_MB, 1 },
		{ "soft line breaks", "NOTE;QUOTED-PRINTABLE:", "=\n", TEN_MB,
		    1 },
		{ "10 MB without a colon", "", "", TEN_MB, 1 },
		{ "10 MB of quoted parameters", "FN;X=\"", "", TEN_MB, 1 },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct rows_count count =
		    count_long(rows[i].property, rows[i].size, rows[i].fold);

		check_number(rows[i].name, count.people, rows[i].people);
		check_number(rows[i].name, count.refused, 1 - rows[i].people);
		check_number(rows[i].name, count.line,
		    rows[i].people == 1 ? 0 : 3);
	}
}

static void
a_million_cards_are_read(void **state)
{
	struct text bytes = TEXT_INIT(LIMIT_CONTACTS_SIZE);
	struct rows_count count = { 0 };

	(void)state;
	for (int i = 0; i < 1000000; i++)
		text_addf(&bytes,
		    "BEGIN:VCARD\nFN:P%d Doe\nEMAIL:%d@x.example\nEND:VCARD\n",
		    i, i);
	assert_true(text_ok(&bytes));
	assert_int_equal(vcard_read(text_view(&bytes), rows_tally, &count), 0);
	assert_int_equal(count.people, 1000000);
	assert_int_equal(count.skipped + count.refused, 0);
	text_free(&bytes);
}

static void
whoever_takes_the_rows_may_stop(void **state)
{
	static const char *const files[] = {
		CARD("FN:Jane Doe\n") CARD("FN:Jane Doe\n"),
		"BEGIN:VCARD\nBEGIN:VCARD\n",
		"BEGIN:VCARD\n",
		"x\ny\n",
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(files); i++) {
		int rows = 0;

		check_number(files[i],
		    vcard_read(view_of(files[i]), rows_stop, &rows), -1);
		check_number(files[i], rows, 1);
	}
}

static void
without_memory_reading_fails(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(eras); i++)
		rows_check_memory(vcard_read, &eras[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cards_of_every_era_are_read),
		cmocka_unit_test(cards_of_any_shape_are_read),
		cmocka_unit_test(what_cannot_be_read_is_refused_with_its_line),
		cmocka_unit_test(cards_are_told_by_how_they_begin),
		cmocka_unit_test(a_value_has_a_ceiling_and_a_photo_has_none),
		cmocka_unit_test(a_million_cards_are_read),
		cmocka_unit_test(whoever_takes_the_rows_may_stop),
		cmocka_unit_test(without_memory_reading_fails),
	};

	return cmocka_run_group_tests_name("vcard", tests, NULL, NULL);
}
