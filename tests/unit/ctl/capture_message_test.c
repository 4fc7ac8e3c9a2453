// SPDX-License-Identifier: BSD-2-Clause
/*
 * capture_message_test.c - what stays of parts, tags and encodings, and what
 * does not.
 */
#include "ctl/capture_body.h"
#include "ctl/capture_html.h"
#include "ctl/capture_slots.h"
#include "t.h"

enum { SIZE = 1024 };

static struct pool *pool;
static struct capture_words allowed, names, none;

static int
set_up(void **state)
{
	(void)state;
	pool = pool_new(1 << 20);
	allowed.pool = names.pool = none.pool = pool;
	capture_words_add_text(&allowed,
	    VIEW("subject content type transfer encoding text plain html "
		 "base64 "
		 "quoted printable charset utf iso 8859 boundary multipart "
		 "mixed message rfc822 name date mon nov from hello Q B x"));
	capture_words_add_text(&names, VIEW("Wide"));
	capture_words_sort(&allowed);
	capture_words_sort(&names);
	return pool == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	pool_free(pool);
	return 0;
}

static struct capture
make(void)
{
	return (struct capture){ .key = VIEW("key"),
		.allowed = &allowed,
		.names = &names,
		.taken = &none,
		.paths = &none,
		.network_name = VIEW("net") };
}

/*
 * want has "~" where another letter or digit must be, of any kind of base64's
 * alphabet; of all of them some must be other ones.
 */
static void
check(const char *name, const char *text, const char *got, const char *want)
{
	size_t changed = 0, open = 0;

	check_number(name, (long long)strlen(got), (long long)strlen(text));
	check_number(name, (long long)strlen(want), (long long)strlen(text));
	for (size_t i = 0; text[i] != '\0'; i++) {
		changed += want[i] == '~' && got[i] != text[i];
		open += want[i] == '~';
		if (want[i] != '~' && got[i] != want[i])
			fail_msg("%s: at %zu, got \"%s\", want \"%s\"", name, i,
			    got, want);
	}
	if (changed * 3 < open)
		fail_msg("%s: left \"%s\"", name, got);
}

struct row {
	const char *name, *text, *want;
};

/* clang-format off */
static const struct row html_rows[] = {
	{ "text and tags", "<p class=\"wide2\">Hello <b>Ann</b></p>",
	  "<p class=\"~~~~~\">Hello <b>~~~</b></p>" },
	{ "a name in a class", "<p class=wide>", "<p class=~~~~>" },
	{ "attributes", "<img alt='Ann' width=600 src=ann.png>",
	  "<img alt='~~~' width=~~~ src=~~~.~~~>" },
	{ "its language", "<html lang=\"pt-BR\"><p lang=ann>",
	  "<html lang=\"pt-BR\"><p lang=~~~>" },
	{ "unknown elements", "<ann@example.org> <annie b=c>",
	  "<~~~@~~~~~~~.~~~> <~~~~~ ~=~>" },
	{ "no tag", "1 < 2 <3 ann", "~ < ~ <~ ~~~" },
	{ "comments", "<!-- Ann <td>ann</td> -->", "<!-- ~~~ <td>~~~</td> -->" },
	{ "style", "<style>.wide{background:url(ann.png)}</style>ann",
	  "<style>.~~~~{~~~~~~~~~~:~~~(~~~.~~~)}</style>~~~" },
	{ "what style fetches", "<style>@import 'ann.css?ann';/*ann 12*/</style>",
	  "<style>@~~~~~~ '~~~.~~~?~~~';/*~~~ ~~*/</style>" },
	{ "style that nothing closes", "<style>.a{}<p>ann 1234 Hello</ style>",
	  "<style>.~{}<~>~~~ ~~~~ Hello</ ~~~~~>" },
	{ "style of one", "<td style=\"color:red;background:url('ann')\">",
	  "<td style=\"~~~~~:~~~;~~~~~~~~~~:~~~('~~~')\">" },
	{ "script", "<script>ann<td></script><td>",
	  "<script>~~~<~~></script><td>" },
	{ "a quote that nothing closes", "<td width=\"ann <p>", 
	  "<~~ ~~~~~=\"~~~ <~>" },
	{ "a tag that nothing closes", "<td ann", "<~~ ~~~" },
	{ "a value with an angle", "<a title=\"a>nn\">ann</a>",
	  "<a title=\"~>~~\">~~~</a>" },
};

static const struct row message_rows[] = {
	{ "a field", "Subject: Hello Ann\n\nHello Ann\n",
	  "Subject: Hello ~~~\n\nHello ~~~\n" },
	{ "a name of a field", "X-Ann: x\nX-NET-Ann: x\n\n",
	  "X-~~~: x\nX-NET-Ann: x\n\n" },
	{ "folds", "Subject: Hello\r\n Ann\r\n\r\n",
	  "Subject: Hello\r\n ~~~\r\n\r\n" },
	{ "encoded-words", "Subject: =?utf-8?Q?Ann_=C3=84nn_Hello?= hello\n\n",
	  "Subject: =?utf-8?Q?~~~_=~~=~~~~_Hello?= hello\n\n" },
	{ "in base64", "Subject: =?utf-8?B?QW5uIGhlbGxv?=\n\n",
	  "Subject: =?utf-8?B?~~~~IGhlbGxv?=\n\n" },
	{ "a word in two of them",
	  "Subject: =?utf-8?Q?hel?= =?utf-8?Q?lo?= =?utf-8?Q?ann?=\n\n",
	  "Subject: =?utf-8?Q?~~~?= =?utf-8?Q?~~?= =?utf-8?Q?~~~?=\n\n" },
	{ "that stays", "Subject: =?utf-8?Q?hel?= =?utf-8?Q?lo?=\n\n",
	  "Subject: =?utf-8?Q?hel?= =?utf-8?Q?lo?=\n\n" },
	{ "the day stays", "Date: Mon, 02 Nov 2026 10:15:27 +0000 (ann)\n\n",
	  "Date: Mon, 02 Nov 2026 10:~~:~~ +0000 (~~~)\n\n" },
	{ "quoted-printable",
	  "Content-Transfer-Encoding: quoted-printable\n\nHel=\nlo A=6En=\n",
	  "Content-Transfer-Encoding: quoted-printable\n\nHel=\nlo ~=~~~=\n" },
	{ "base64", "Content-Transfer-Encoding: base64\n\nSGVs\nbG8gQW5u\n",
	  "Content-Transfer-Encoding: base64\n\nSGVs\nbG8~~~~~\n" },
	{ "broken base64", "Content-Transfer-Encoding: base64\n\nHello Ann\n",
	  "Content-Transfer-Encoding: base64\n\n~~~~~ ~~~\n" },
	{ "unknown encoding", "Content-Transfer-Encoding: ann\n\nHello\n",
	  "Content-Transfer-Encoding: ~~~\n\n~~~~~\n" },
	{ "a charset", "Content-Type: text/plain; charset=iso-8859-15\n\nHello",
	  "Content-Type: text/plain; charset=iso-8859-15\n\nHello" },
	{ "a file's name", "Content-Type: text/plain; name=\"ann\"\n\n",
	  "Content-Type: text/plain; name=\"~~~\"\n\n" },
	{ "HTML", "Content-Type: text/html\n\n<td>Ann", 
	  "Content-Type: text/html\n\n<td>~~~" },
	{ "another type", "Content-Type: x/x\n\nHello", 
	  "Content-Type: x/x\n\n~~~~~" },
	{ "parts", "Content-Type: multipart/mixed; boundary=\"an.n\"\n\n"
	  "Hello Ann\n--an.n\n\nHello\n--an.n\nContent-Type: text/html\n\n"
	  "<td>\n--an.n--\nann\n",
	  "Content-Type: multipart/mixed; boundary=\"~~.~\"\n\n"
	  "Hello ~~~\n--~~.~\n\nHello\n--~~.~\nContent-Type: text/html\n\n"
	  "<td>\n--~~.~--\n~~~\n" },
	{ "without the boundary",
	  "Content-Type: multipart/mixed; boundary=ann\n\nHello Ann\n",
	  "Content-Type: multipart/mixed; boundary=~~~\n\nHello ~~~\n" },
	{ "a message in it", "Content-Type: message/rfc822\n\n"
	  "Content-Type: text/html\n\n<td>ann",
	  "Content-Type: message/rfc822\n\nContent-Type: text/html\n\n<td>~~~" },
	{ "an mbox", "From ann@x.y Mon Nov\nSubject: Hello\n\n",
	  "From ~~~@x.~ Mon Nov\nSubject: Hello\n\n" },
	{ "no field", "hello ann\n\nann", "hello ~~~\n\n~~~" },
};
/* clang-format on */

static void
test_html(void **state)
{
	struct capture_charset cs = { .coding = CAPTURE_UTF8 };

	(void)state;
	for (size_t i = 0; i < LENGTH(html_rows); i++) {
		const struct row *row = &html_rows[i];
		struct capture c = make();
		struct view copy = exact_string(row->text);
		char got[SIZE] = "";

		capture_html(&c, &cs, (char *)(uintptr_t)copy.data, copy.size);
		assert_false(c.failed);
		memcpy(got, copy.data, copy.size);
		check(row->name, row->text, got, row->want);
		exact_free(copy);
	}
}

static void
test_message(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(message_rows); i++) {
		const struct row *row = &message_rows[i];
		struct capture c = make();
		struct view copy = exact_string(row->text);
		char got[SIZE] = "";

		capture_message(&c, (char *)(uintptr_t)copy.data, copy.size);
		assert_false(c.failed);
		memcpy(got, copy.data, copy.size);
		check(row->name, row->text, got, row->want);
		exact_free(copy);
	}
}

/* What stands there, what it says, and what is there once that is "*". */
/* clang-format off */
static const struct {
	const char *name;
	enum capture_encoding encoding;
	const char *text, *says, *stars;
	bool doubtful;
} slot_rows[] = {
	{ "as it is", CAPTURE_AS_IS, "a=41\r\n", "a=41\r\n", "******", false },
	{ "quoted", CAPTURE_QUOTED, "a=41=\r\nb=3d= \n=4=\n", "aAb=\x3D" "4",
	  NULL, false },
	{ "quoted, put back", CAPTURE_QUOTED, "a=41=\nb", "aAb", "*=2A=\n*",
	  false },
	{ "Q", CAPTURE_Q, "a_=5F=4", "a _=4", NULL, false },
	{ "base64", CAPTURE_BASE64, "QUJD", "ABC", "Kioq", false },
	{ "in lines", CAPTURE_BASE64, "QU\r\nJDRA==", "ABCD", "Ki\r\noqKg==",
	  false },
	{ "two octets", CAPTURE_BASE64, "QUI=", "AB", "Kio=", false },
	{ "a group that is not full", CAPTURE_BASE64, "QUJDR", "ABC", "KioqR",
	  false },
	{ "two texts", CAPTURE_BASE64, "QQ==QUI=", "AAB", "Kg==Kio=", true },
	{ "blanks", CAPTURE_BASE64, "QU JD", "ABC", "Ki oq", true },
	{ "controls", CAPTURE_BASE64, "QQFB", "A\001A", "Kioq", true },
	{ "nothing", CAPTURE_BASE64, "", "", "", false },
};
/* clang-format on */

static void
test_slots(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(slot_rows); i++) {
		struct view copy = exact_string(slot_rows[i].text);
		char *bytes = (char *)(uintptr_t)copy.data;
		struct capture_slots s;

		assert_int_equal(capture_slots_init(&s, copy.size), 0);
		capture_slots_add(&s, slot_rows[i].encoding, bytes, 0,
		    copy.size);
		if (slot_rows[i].stars != NULL)
			check_view(slot_rows[i].name,
			    (struct view){ s.data, s.size }, slot_rows[i].says);
		check_number(slot_rows[i].name, capture_slots_doubtful(&s),
		    slot_rows[i].doubtful);
		capture_slots_put(&s, bytes);
		check_view(slot_rows[i].name, copy, slot_rows[i].text);
		memset(s.data, '*', s.size);
		capture_slots_put(&s, bytes);
		if (slot_rows[i].stars != NULL)
			check_view(slot_rows[i].name, copy, slot_rows[i].stars);
		capture_slots_free(&s);
		exact_free(copy);
	}
}

/* Two boundaries that look alike must not become the same. */
static void
test_boundaries(void **state)
{
	struct capture c = make();
	char a[] = "=_Part_1", b[] = "=_Part_2";

	(void)state;
	capture_boundary(&c, VIEW("=_Part_1"), a);
	capture_boundary(&c, VIEW("=_Part_2"), b);
	assert_string_not_equal(a, b);
	assert_memory_equal(a, "=_", 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_html),
		cmocka_unit_test(test_message),
		cmocka_unit_test(test_slots),
		cmocka_unit_test(test_boundaries),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
