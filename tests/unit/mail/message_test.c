// SPDX-License-Identifier: BSD-2-Clause
#include "mail/message.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "mail/mime.h"
#include "oom.h"
#include "t.h"

static void
cuts_one_field_after_the_other(void **state)
{
	static const struct {
		const char *name, *section;
		const char *field[4][2]; /* name, raw */
		const char *rest;
	} rows[] = {
		{ "CRLF", "A: one\r\nB:two\r\n\r\nbody",
		    { { "A", " one" }, { "B", "two" } }, "body" },
		{ "LF", "A: one\nB:two\n\nbody",
		    { { "A", " one" }, { "B", "two" } }, "body" },
		{ "folds are kept", "A: one\r\n\ttwo\r\n three\r\nB: x\r\n",
		    { { "A", " one\r\n\ttwo\r\n three" }, { "B", " x" } }, "" },
		{ "a fold of blanks only", "A: one\n \t\nB: x\n\n",
		    { { "A", " one\n \t" }, { "B", " x" } }, "" },
		{ "blanks before the colon", "A \t: one\n\n",
		    { { "A", " one" } }, "" },
		{ "empty", "A:\r\nB:\n\n", { { "A", "" }, { "B", "" } }, "" },
		{ "no newline at the end", "A: one", { { "A", " one" } }, "" },
		{ "nor CR", "A: one\r", { { "A", " one\r" } }, "" },
		{ "a lone CR ends no line", "A: one\rB: two\n\n",
		    { { "A", " one\rB: two" } }, "" },
		{ "colons in the value", "A:b:c\n\n", { { "A", "b:c" } }, "" },
		{ "a line that is no field", "A: one\nhello\nB: two\n",
		    { { "A", " one" } }, "hello\nB: two\n" },
		{ "a blank in the name", "A b: one\n", { { NULL, NULL } },
		    "A b: one\n" },
		{ "no ASCII in the name", "\xC3\x84: one\n", { { NULL, NULL } },
		    "\xC3\x84: one\n" },
		{ "no name", ": one\n", { { NULL, NULL } }, ": one\n" },
		{ "a fold of nothing", " A: one\n", { { NULL, NULL } },
		    " A: one\n" },
		{ "an empty line first", "\r\nA: one\n", { { NULL, NULL } },
		    "A: one\n" },
		{ "nothing", "", { { NULL, NULL } }, "" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view section = exact_string(rows[i].section);
		struct view rest = section;
		struct header field;

		for (size_t j = 0; rows[i].field[j][0] != NULL; j++) {
			assert_true(message_next_field(&rest, &field));
			check_view(rows[i].name, field.name,
			    rows[i].field[j][0]);
			check_view(rows[i].name, field.raw,
			    rows[i].field[j][1]);
		}
		assert_false(message_next_field(&rest, &field));
		check_view(rows[i].name, rest, rows[i].rest);
		exact_free(section);
	}
}

/* The octets of a field are those from its name to the end of its value. */
static void
an_empty_last_value_stands_behind_its_name(void **state)
{
	struct view section = exact_string("A: one\nB:"), rest = section;
	struct header field;

	(void)state;
	assert_true(message_next_field(&rest, &field));
	assert_true(message_next_field(&rest, &field));
	check_view("name", field.name, "B");
	assert_int_equal(field.raw.size, 0);
	assert_ptr_equal(field.raw.data, section.data + section.size);
	exact_free(section);
}

/* A message parsed, with all that it needs. */
struct fixture {
	struct pool *pool;
	struct view bytes;
	struct message message;
};

static const struct message *
parse_view(struct fixture *f, struct view bytes)
{
	struct err e = ERR_NONE;

	f->bytes = bytes;
	f->pool = pool_new(LIMIT_MESSAGE_POOL);
	if (message_parse(f->pool, f->bytes, 0, &f->message, &e) < 0)
		fail_msg("%s", e.text);
	return &f->message;
}

static const struct message *
parse(struct fixture *f, const char *string)
{
	return parse_view(f, exact_string(string));
}

static void
discard(struct fixture *f)
{
	pool_free(f->pool);
	exact_free(f->bytes);
}

static bool
is_inside(struct view v, struct view whole)
{
	return v.data >= whole.data &&
	    v.data + v.size <= whole.data + whole.size;
}

static void
reads_values(void **state)
{
	static const struct {
		const char *name, *raw, *want;
		bool slice; /* of the message, not a copy */
	} rows[] = {
		{ "plain", "  one two ", "one two", true },
		{ "tabs", "one\ttwo", "one\ttwo", true },
		{ "an equals sign", "a=b?", "a=b?", true },
		{ "empty", "", "", true },
		{ "folded", "one\r\n two\r\n\tthree", "one two\tthree", false },
		{ "folded at the ends", "\r\n one\n ", "one", true },
		{ "encoded", "=?utf-8?q?Zo=C3=AB?= x", "Zo\xC3\xAB x", false },
		{ "UTF-8", "Zo\xC3\xAB", "Zo\xC3\xAB", false },
		{ "Windows-1252", "Zo\xEB", "Zo\xC3\xAB", false },
		{ "lone CR", "a\rb", "a b", false },
		{ "controls",
		    "a\x01"
		    "b\x7F"
		    "c",
		    "a b c", false },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text bytes = TEXT_INIT(1000);
		struct fixture f;
		const struct message *m;
		struct view value;

		text_addf(&bytes, "X:%s\n\n", rows[i].raw);
		m = parse(&f, text_string(&bytes));
		value = message_value(m, VIEW("x"));
		check_view(rows[i].name, value, rows[i].want);
		if (rows[i].slice)
			assert_true(is_inside(value, f.bytes));
		discard(&f);
		text_free(&bytes);
	}
}

static void
finds_fields_by_name_and_number(void **state)
{
	struct fixture f;
	const struct message *m = parse(&f, "To: a\nX: b\nTO: c\nto : d\n\n");

	(void)state;
	assert_int_equal(message_count(m, VIEW("to")), 3);
	assert_int_equal(message_count(m, VIEW("toto")), 0);
	check_view("first", message_header(m, VIEW("To"), 0)->value, "a");
	check_view("second", message_header(m, VIEW("tO"), 1)->value, "c");
	check_view("third", message_header(m, VIEW("To"), 2)->value, "d");
	assert_null(message_header(m, VIEW("To"), 3));
	check_view("value", message_value(m, VIEW("to")), "a");
	check_view("none", message_value(m, VIEW("Cc")), "");
	discard(&f);
}

static void
reads_broken_messages_as_far_as_they_go(void **state)
{
	static const struct {
		const char *name, *bytes;
		size_t fields;
		const char *subject, *body, *plain;
	} rows[] = {
		{ "nothing", "", 0, "", "", "" },
		{ "only an empty line", "\r\n", 0, "", "", "" },
		{ "no header", "\nhello\n", 0, "", "hello\n", "hello\n" },
		{ "no header, no empty line", "hello\nSubject: x\n", 0, "",
		    "hello\nSubject: x\n", "hello\nSubject: x\n" },
		{ "no body", "Subject: x\n", 1, "x", "", "" },
		{ "no newline at the end", "Subject: x\n\nhello", 1, "x",
		    "hello", "hello" },
		{ "a header without end", "Subject: x\nA: b", 2, "x", "", "" },
		{ "a line that is no field ends the header",
		    "Subject: x\nhello\nA: b\n", 1, "x", "hello\nA: b\n",
		    "hello\nA: b\n" },
		{ "the first line of an mbox",
		    "From a@example.com Mon Jan  1 10:00:00 2024\n"
		    "Subject: x\n\nhello\n",
		    1, "x", "hello\n", "hello\n" },
		{ "a From field is no such line", "From : a@example.com\n\nx",
		    1, "", "x", "x" },
		{ "two empty lines", "A: b\n\n\nx", 1, "", "\nx", "\nx" },
		{ "CR only", "Subject: x\r\rhello\r", 1, "x hello", "", "" },
		{ "CRLF and LF", "Subject: x\r\nA: b\n\r\nx\ny\r\n", 2, "x",
		    "x\ny\r\n", "x\ny\n" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct fixture f;
		const struct message *m = parse(&f, rows[i].bytes);

		check_number(rows[i].name, (long long)m->header_count,
		    (long long)rows[i].fields);
		check_view(rows[i].name, m->subject, rows[i].subject);
		check_view(rows[i].name, m->body, rows[i].body);
		check_view(rows[i].name, m->plain, rows[i].plain);
		check_number(rows[i].name, m->cut, 0);
		discard(&f);
	}
}

static void
reads_octets_of_any_kind(void **state)
{
	struct fixture f;
	const struct message *m =
	    parse_view(&f, exactly("Subject: a\0b\nX:\0\n\nc\0d\xFF\n", 24));

	(void)state;
	check_view("subject", m->subject, "a b");
	check_view("value", message_value(m, VIEW("X")), "");
	check_view("plain", m->plain, "cd\xC3\xBF\n");
	discard(&f);
}

static void
reads_from_and_subject(void **state)
{
	struct fixture f;
	const struct message *m = parse(&f,
	    "From: =?utf-8?q?Zo=C3=AB?= <zo@example.com>, b@example.com\n"
	    "From: c@example.com\n"
	    "Subject: =?utf-8?q?I=E2=80=99d?=\n like\xC2\xA0"
	    "to\n"
	    "Subject: other\n\n");

	(void)state;
	assert_int_equal(m->from_count, 3);
	check_view("name", m->from[0].name, "Zo\xC3\xAB");
	check_view("address", m->from[0].address, "zo@example.com");
	check_view("second", m->from[1].address, "b@example.com");
	check_view("second field", m->from[2].address, "c@example.com");
	check_view("subject", m->subject, "I'd like to");
	discard(&f);
}

static void
reads_text_and_html(void **state)
{
	struct fixture f;
	const struct message *m = parse(&f,
	    "Content-Type: multipart/alternative; boundary=b\r\n\r\n"
	    "--b\r\nContent-Type: text/plain;charset=UTF-8\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
	    "Hi Zo=C3=AB,=20\r\n\r\n  I=E2=80=99d like to=\r\n join.\r\n"
	    "--b\r\nContent-Type: text/html;charset=UTF-8\r\n\r\n"
	    "<html lang=\"en\"><body><p>Hi&nbsp;Zo\xC3\xAB,&#847;&nbsp;</p>\r\n"
	    "<p>I\xE2\x80\x99"
	    "d  like</p></body></html>\r\n"
	    "--b--\r\n");

	(void)state;
	check_view("plain", m->plain, "Hi Zo\xC3\xAB,\n\n  I'd like to join.");
	check_view("html", m->html, "Hi Zo\xC3\xAB,\nI'd like");
	check_view("language", m->html_lang, "en");
	assert_int_equal(m->link_count, 0);
	discard(&f);
}

static void
joins_parts_of_one_kind(void **state)
{
	struct fixture f;
	const struct message *m = parse(&f,
	    "Content-Type: multipart/mixed; boundary=b\n\n"
	    "--b\n\none\n--b\nContent-Type: text/html\n\n<html lang=de>two\n"
	    "--b\n\nthree\n--b\nContent-Type: text/html\n\n<html lang=fr>"
	    "four\n--b--\n");

	(void)state;
	check_view("plain", m->plain, "one\nthree");
	check_view("html", m->html, "two\nfour");
	check_view("language", m->html_lang, "de");
	discard(&f);
}

static void
undoes_html_in_plain_text(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "Temasek&#39;s, AT&amp;T, &copy; 2016",
		    "Temasek's, AT&T, \xC2\xA9 2016" },
		{ "12&#8203;:25", "12:25" },
		{ "one<br>\ntwo<BR/>\r\nthree<br />four<br>",
		    "one\ntwo\nthree\nfour\n" },
		{ "<br>\n<br>\nx", "\n\nx" },
		{ "a < b <b> <br", "a < b <b> <br" },
		{ "?a=1&copy=2 & co", "?a=1&copy=2 & co" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text bytes = TEXT_INIT(1000);
		struct fixture f;

		text_addf(&bytes, "\n%s", rows[i].text);
		check_view(rows[i].text, parse(&f, text_string(&bytes))->plain,
		    rows[i].want);
		discard(&f);
		text_free(&bytes);
	}
}

/* "url=text|" of each. */
static void
check_links(const char *name, const char *bytes, const char *want)
{
	struct text got = TEXT_INIT(10000);
	struct fixture f;
	const struct message *m = parse(&f, bytes);

	for (size_t i = 0; i < m->link_count; i++)
		text_addf(&got, "%.*s=%.*s|", VIEW_ARG(m->link[i].url),
		    VIEW_ARG(m->link[i].text));
	check_view(name, text_view(&got), want);
	check_number(name, m->cut, 0);
	discard(&f);
	text_free(&got);
}

static void
finds_links_in_plain_text(void **state)
{
	static const struct {
		const char *name, *body, *want;
	} rows[] = {
		{ "text before it", "View profile: https://x.test/in/zo?a=1\n",
		    "https://x.test/in/zo?a=1=View profile:|" },
		{ "text on the line above",
		    "Accept invitation from Zo\n  http://x.test/a  \n",
		    "http://x.test/a=Accept invitation from Zo|" },
		{ "nothing above", "\nHTTPS://x.test/a", "HTTPS://x.test/a=|" },
		{ "two on a line", "a https://x.test/1 b https://x.test/2",
		    "https://x.test/1=a|https://x.test/2=b|" },
		{ "one above the other",
		    "a\nhttps://x.test/1\nhttps://x.test/2",
		    "https://x.test/1=a|https://x.test/2=|" },
		{ "what ends it",
		    "<https://x.test/1>\"https://x.test/2\"https://x.test/3<",
		    "https://x.test/1=<|https://x.test/2=>\"|"
		    "https://x.test/3=\"|" },
		{ "punctuation", "(see https://x.test/a, https://x.test/b).",
		    "https://x.test/a=(see|https://x.test/b=,|" },
		{ "padding of base64 stays", "https://x.test/2-YWI==/",
		    "https://x.test/2-YWI==/=|" },
		{ "escapes of what needs none",
		    "https://x.test/?t=null-1b3p5%7Einq%7eir%3A%3b%2F%41%zz%4",
		    "https://x.test/?t=null-1b3p5~inq~ir:;%2FA%zz%4=|" },
		{ "no escape is undone twice", "https://x.test/%2541",
		    "https://x.test/%2541=|" },
		{ "entities", "https://x.test/?a=1&amp;b=2",
		    "https://x.test/?a=1&b=2=|" },
		{ "other schemes and none",
		    "ftp://x.test/ xhttp://x.test/ ://x.test http://", "" },
		{ "no end", "https://x.test/a", "https://x.test/a=|" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text bytes = TEXT_INIT(1000);

		text_addf(&bytes, "\n%s", rows[i].body);
		check_links(rows[i].name, text_string(&bytes), rows[i].want);
		text_free(&bytes);
	}
}

static void
links_of_html_come_first(void **state)
{
	(void)state;
	check_links("both",
	    "Content-Type: multipart/alternative; boundary=b\n\n"
	    "--b\n\nView: https://x.test/1\n"
	    "--b\nContent-Type: text/html\n\n"
	    "<a href=\" https://x.test/\n2?a=%7E&amp;b \">Vi\xC2\xAD"
	    "ew</a>"
	    "<a href=\"mailto:zo@example.com\"><img alt=\"Zo\"></a>"
	    "<a href=\"\">nowhere</a>\n--b--\n",
	    "https://x.test/2?a=~&b=View|mailto:zo@example.com=Zo|"
	    "https://x.test/1=View:|");
}

/* What is repeated count times between a head and a tail. */
static void
repeat(struct text *out, const char *head, const char *unit, size_t count,
    const char *tail)
{
	text_add_string(out, head);
	for (size_t i = 0; i < count; i++)
		text_add_string(out, unit);
	text_add_string(out, tail);
	assert_true(text_ok(out));
}

/* Each ceiling at the limit, and one past it. */
static void
what_is_left_out_shows(void **state)
{
	static const char html[] = "Content-Type: text/html\n\n";
	static const struct {
		const char *name, *head, *unit, *tail;
		size_t count;
		unsigned cut;
	} rows[] = {
		{ "fields", "", "A:\n", "\nx", LIMIT_HEADER_FIELDS,
		    MESSAGE_CUT_HEADER },
		{ "fields before From", "", "A:\n", "From: a@example.org\n\nx",
		    LIMIT_HEADER_FIELDS - 1,
		    MESSAGE_CUT_HEADER | MESSAGE_CUT_FROM },
		{ "header octets", "A:", "x", "\n\nx", LIMIT_HEADER_SIZE - 1,
		    MESSAGE_CUT_HEADER },
		{ "subject", "Subject: ", "x", "\n\nx", LIMIT_SUBJECT_SIZE,
		    MESSAGE_CUT_HEADER },
		{ "plain text", "\n", "x", "", LIMIT_TEXT_SIZE,
		    MESSAGE_CUT_TEXT },
		{ "text of HTML", html, "x", "", LIMIT_TEXT_SIZE,
		    MESSAGE_CUT_TEXT },
		{ "HTML", html, "<b>", "", LIMIT_PART_SIZE / 3,
		    MESSAGE_CUT_TEXT },
		{ "links", html, "<a href=u></a>", "", LIMIT_LINKS,
		    MESSAGE_CUT_LINKS },
		{ "size of a link", "Content-Type: text/html\n\n<a href=", "u",
		    "></a>", LIMIT_LINK_SIZE, MESSAGE_CUT_LINKS },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		for (size_t more = 0; more < 2; more++) {
			struct text bytes = TEXT_INIT(4 * 1024 * 1024);
			struct fixture f;
			const struct message *m;

			repeat(&bytes, rows[i].head, rows[i].unit,
			    rows[i].count + more, rows[i].tail);
			m = parse(&f, text_string(&bytes));
			check_number(rows[i].name, m->cut,
			    more > 0 ? rows[i].cut : 0);
			assert_true(m->header_count <= LIMIT_HEADER_FIELDS);
			assert_true(m->link_count <= LIMIT_LINKS);
			assert_true(m->plain.size <= LIMIT_TEXT_SIZE);
			assert_true(m->html.size <= LIMIT_TEXT_SIZE);
			assert_true(m->subject.size <= LIMIT_SUBJECT_SIZE);
			if (m->link_count == 1)
				assert_true(m->link[0].url.size <=
				    LIMIT_LINK_SIZE);
			discard(&f);
			text_free(&bytes);
		}
}

static void
parts_beyond_the_limits_show(void **state)
{
	struct text bytes = TEXT_INIT(4 * 1024 * 1024);
	struct fixture f;

	(void)state;
	repeat(&bytes, "Content-Type: multipart/mixed; boundary=b\n\n",
	    "--b\n\nx\n", LIMIT_MIME_PARTS, "--b--");
	assert_int_equal(parse(&f, text_string(&bytes))->cut,
	    MESSAGE_CUT_PARTS);
	discard(&f);
	text_clear(&bytes);
	/* Two parts that together are too much. */
	repeat(&bytes, "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n",
	    " ", LIMIT_PART_SIZE - 1, "\n--b\n\nx\n--b--");
	assert_int_equal(parse(&f, text_string(&bytes))->cut, MESSAGE_CUT_TEXT);
	discard(&f);
	text_free(&bytes);
}

static void
what_was_cut_before_stays_cut(void **state)
{
	struct pool *p = pool_new(1000);
	struct message m;

	(void)state;
	assert_int_equal(message_parse(p, VIEW("A: b\n\n"), MESSAGE_CUT_BODY,
			     &m, NULL),
	    0);
	assert_int_equal(m.cut, MESSAGE_CUT_BODY);
	pool_free(p);
}

/* Whichever request to the pool fails first, it is said. */
static void
a_used_up_pool_fails_the_message(void **state)
{
	struct view bytes =
	    VIEW("From: a@example.com\nSubject: b\n c\nX: =?utf-8?q?x?=\n"
		 "Content-Type: text/html\n\n<html lang=en><a href=u>x</a>");
	size_t enough = 0;
	int result = -1;

	(void)state;
	for (size_t limit = 0; result < 0; limit += 16) {
		struct pool *p = pool_new(limit);
		struct err e = ERR_NONE;
		struct message m;

		result = message_parse(p, bytes, 0, &m, &e);
		if (result < 0)
			check_contains("error", e.text, "no memory");
		enough = limit;
		pool_free(p);
	}
	assert_true(enough > LIMIT_LINKS * sizeof(struct link));
}

/* A message is read whole, or it fails, or a bit says what is missing. */
static void
memory_that_runs_out_never_goes_unsaid(void **state)
{
	struct view bytes =
	    VIEW("From: =?koi8-r?q?=f0=d2?= <a@example.com>\n"
		 "Subject: =?utf-8?b?Wm/Dqw==?=\n"
		 "Content-Type: multipart/mixed; boundary=b\n\n"
		 "--b\nContent-Transfer-Encoding: base64\n\n"
		 "SGkgWm8sIGh0dHA6Ly94LnRlc3Q=\n"
		 "--b\nContent-Type: text/html; charset=iso-8859-2\n\n"
		 "<html lang=en><a href=\"u?&amp;\">\xB1</a>\n--b--\n");
	int result = 0;

	(void)state;
	for (unsigned n = 1; oom_next(n); n++) {
		struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
		struct message m;

		result = p == NULL ? -1 : message_parse(p, bytes, 0, &m, NULL);
		if (result == 0 && m.cut == 0) {
			assert_int_equal(m.from_count, 1);
			check_view("name", m.from[0].name, "\xD0\x9F\xD1\x80");
			check_view("subject", m.subject, "Zo\xC3\xAB");
			check_view("plain", m.plain, "Hi Zo, http://x.test");
			check_view("html", m.html, "\xC4\x85");
			assert_int_equal(m.link_count, 2);
			check_view("link", m.link[0].text, "\xC4\x85");
		}
		pool_free(p);
	}
	assert_int_equal(result, 0);
}

static void
names_what_was_cut(void **state)
{
	char words[64];

	(void)state;
	message_cut_words(0, words);
	check_string("nothing", words, "");
	message_cut_words(MESSAGE_CUT_LINKS, words);
	check_string("one", words, "links");
	message_cut_words(MESSAGE_CUT_HEADER | MESSAGE_CUT_BODY |
		MESSAGE_CUT_PARTS | MESSAGE_CUT_TEXT | MESSAGE_CUT_LINKS |
		MESSAGE_CUT_FROM,
	    words);
	check_string("all", words, "header,body,parts,text,links,from");
}

static int
set_up(void **state)
{
	(void)state;
	mime_init();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	mime_shutdown();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cuts_one_field_after_the_other),
		cmocka_unit_test(an_empty_last_value_stands_behind_its_name),
		cmocka_unit_test(reads_values),
		cmocka_unit_test(finds_fields_by_name_and_number),
		cmocka_unit_test(reads_broken_messages_as_far_as_they_go),
		cmocka_unit_test(reads_octets_of_any_kind),
		cmocka_unit_test(reads_from_and_subject),
		cmocka_unit_test(reads_text_and_html),
		cmocka_unit_test(joins_parts_of_one_kind),
		cmocka_unit_test(undoes_html_in_plain_text),
		cmocka_unit_test(finds_links_in_plain_text),
		cmocka_unit_test(links_of_html_come_first),
		cmocka_unit_test(what_is_left_out_shows),
		cmocka_unit_test(parts_beyond_the_limits_show),
		cmocka_unit_test(what_was_cut_before_stays_cut),
		cmocka_unit_test(a_used_up_pool_fails_the_message),
		cmocka_unit_test(memory_that_runs_out_never_goes_unsaid),
		cmocka_unit_test(names_what_was_cut),
	};

	return cmocka_run_group_tests_name("message", tests, set_up, tear_down);
}
