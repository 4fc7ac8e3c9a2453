// SPDX-License-Identifier: BSD-2-Clause
#include "mail/mime.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "t.h"

static void
decodes_header_text(void **state)
{
	static const struct {
		const char *name, *raw, *want;
	} rows[] = {
		{ "plain", " Hello ", "Hello" },
		{ "encoded-words", " =?UTF-8?Q?Zo=C3=AB?= =?utf-8?b?IFgu?= y",
		    "Zo\xC3\xAB X. y" },
		{ "folded between", "=?utf-8?q?a?=\r\n =?utf-8?q?b?=", "ab" },
		{ "folded", "one\r\n\ttwo\n three", "one two three" },
		{ "padded base64, one word after the other",
		    "=?UTF-8?B?YQ==?= =?UTF-8?B?YmM=?=\r\n =?UTF-8?B?ZA==?="
		    "  =?utf-8?B?ZQ==?==?UTF-8?B?Zg==?=",
		    "abcdef" },
		{ "a character split over two words",
		    "=?UTF-8?B?8J+Y?= =?UTF-8?B?gA==?=", "\xF0\x9F\x98\x80" },
		{ "words of different kinds",
		    "=?utf-8?B?YQ==?= =?iso-8859-1?B?6w==?= =?utf-8?q?c?= "
		    "=?utf-8?B?ZA==?= e =?utf-8?B?Zg==?=",
		    "a\xC3\xAB"
		    "cd e f" },
		{ "latin1", "=?ISO-8859-1?Q?Zo=EB?=", "Zo\xC3\xAB" },
		{ "koi8-r", "=?koi8-r?B?8NLJ18XU?=",
		    "\xD0\x9F\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82" },
		{ "stray UTF-8", "Zo\xC3\xAB", "Zo\xC3\xAB" },
		{ "stray Windows-1252", "Zo\xEB \x93x\x94",
		    "Zo\xC3\xAB \xE2\x80\x9Cx\xE2\x80\x9D" },
		{ "controls out of a word",
		    "=?utf-8?q?a=0D=0ABcc:=00b=7F?=", "a  Bcc: b" },
		{ "lone CR", "a\rb", "a b" },
		{ "broken words", "a =?utf-8 =?x?= =?utf-8?q",
		    "a =?utf-8 =?x?= =?utf-8?q" },
		{ "empty", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view raw = exact_string(rows[i].raw);
		struct text out = TEXT_INIT(1000);

		mime_decode_field(raw, &out);
		assert_true(text_ok(&out));
		check_view(rows[i].name, text_view(&out), rows[i].want);
		text_free(&out);
		exact_free(raw);
	}
}

static void
nul_does_not_hide_what_follows(void **state)
{
	struct view raw = exactly("a\0=?utf-8?q?b?=", 15);
	struct text out = TEXT_INIT(100);

	(void)state;
	mime_decode_field(raw, &out);
	check_view("nul", text_view(&out), "a b");
	text_free(&out);
	exact_free(raw);
}

/* "name|address;" of each. */
static void
add_mailboxes(struct text *out, struct view raw, size_t max)
{
	struct pool *p = pool_new(10000);
	const struct mailbox *mailbox = NULL;
	int count = mime_mailboxes(p, raw, max, &mailbox);

	assert_true(count >= 0);
	for (int i = 0; i < count; i++)
		text_addf(out, "%.*s|%.*s;", VIEW_ARG(mailbox[i].name),
		    VIEW_ARG(mailbox[i].address));
	pool_free(p);
}

static void
reads_addresses_as_a_person_would(void **state)
{
	static const struct {
		const char *raw, *want;
	} rows[] = {
		{ " Zo Example <zo@example.com>",
		    "Zo Example|zo@example.com;" },
		{ "zo@example.com", "|zo@example.com;" },
		{ "\"Zo, E.\" <zo@example.com>, b@example.com",
		    "Zo, E.|zo@example.com;|b@example.com;" },
		{ "=?UTF-8?Q?Zo=C3=AB_=E2=80=9CZ=E2=80=9D?=\r\n "
		  "<z@example.com>",
		    "Zo\xC3\xAB \"Z\"|z@example.com;" },
		{ "Zo\xEB <z@example.com>", "Zo\xC3\xAB|z@example.com;" },
		{ "\"security@example.org\" <evil@example.com>",
		    "security@example.org|evil@example.com;" },
		{ "friends: a@example.com, B <b@example.com>;",
		    "|a@example.com;B|b@example.com;" },
		{ "undisclosed-recipients:;", "" },
		{ "z@xn--mller-kva.example", "|z@xn--mller-kva.example;" },
		{ "z@m\xC3\xBCller.example", "|z@xn--mller-kva.example;" },
		{ "z@ex\xC2\xAD"
		  "ample.com",
		    "|z@example.com;" },
		{ "Z@EXAMPLE.com (comment)", "comment|Z@EXAMPLE.com;" },
		{ "=?utf-8?q?a=0D=0Ab?= <z@example.com>",
		    "a b|z@example.com;" },
		{ "<z@example.com", "|z@example.com;" },
		{ "[Zo] <z@example.com>, Bo [x] <b@example.com>",
		    "[Zo]|z@example.com;Bo [x]|b@example.com;" },
		{ "\"[Zo]\" <z@[192.0.2.1]>, b@[192.0.2.1]",
		    "[Zo]|z@[192.0.2.1];|b@[192.0.2.1];" },
		{ "]Zo[ <z@example.com>", "]Zo[|z@example.com;" },
		{ "", "" },
		{ " , ;<>", "" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view raw = exact_string(rows[i].raw);
		struct text out = TEXT_INIT(1000);

		add_mailboxes(&out, raw, 5);
		check_view(rows[i].raw, text_view(&out), rows[i].want);
		text_free(&out);
		exact_free(raw);
	}
}

static void
reads_no_more_mailboxes_than_asked_for(void **state)
{
	struct text out = TEXT_INIT(1000);

	(void)state;
	add_mailboxes(&out, VIEW("g:a@x.test,b@x.test;,c@x.test"), 2);
	check_view("two", text_view(&out), "|a@x.test;|b@x.test;");
	text_free(&out);
}

static void
an_address_field_has_a_limit(void **state)
{
	(void)state;
	for (size_t more = 0; more < 2; more++) {
		struct text raw = TEXT_INIT(2 * LIMIT_ADDRESS_FIELD);
		struct text out = TEXT_INIT(1000);

		while (raw.size + 8 < LIMIT_ADDRESS_FIELD + more)
			text_add_byte(&raw, ' ');
		text_add_string(&raw, "b@x.test");
		add_mailboxes(&out, text_view(&raw), 2);
		check_view("the last octet", text_view(&out),
		    more > 0 ? "|b@x.tes;" : "|b@x.test;");
		text_free(&raw);
		text_free(&out);
	}
}

/* GMime itself ends the process for want of stack here. */
static void
groups_in_groups_have_a_limit(void **state)
{
	struct text raw = TEXT_INIT(1000 * 1000), out = TEXT_INIT(1000);

	(void)state;
	for (size_t i = 0; i < LIMIT_ADDRESS_COLONS; i++)
		text_add_string(&raw, "g:");
	text_add_string(&raw, "a@example.com");
	add_mailboxes(&out, text_view(&raw), 5);
	check_view("at the limit", text_view(&out), "|a@example.com;");

	text_clear(&raw);
	text_clear(&out);
	text_add_string(&raw, "b@example.com,");
	for (size_t i = 0; i < 100 * 1000; i++)
		text_add_string(&raw, "g:");
	text_add_string(&raw, "a@example.com");
	add_mailboxes(&out, text_view(&raw), 5);
	check_view("far past it", text_view(&out), "|b@example.com;|g;");
	text_free(&raw);
	text_free(&out);
}

static void
a_used_up_pool_shows(void **state)
{
	const struct mailbox *mailbox;
	struct pool *p = pool_new(100);

	(void)state;
	assert_int_equal(mime_mailboxes(p, VIEW("a@x.test"), 20, &mailbox), -1);
	pool_free(p);
	p = pool_new(sizeof(*mailbox) + 4);
	assert_int_equal(mime_mailboxes(p, VIEW("a@x.test"), 1, &mailbox), -1);
	pool_free(p);
}

struct noted {
	struct text text;
	int stop_at; /* return -1 at that part */
};

/* "p[...]" or "h[...]" of each. */
static int
note_part(void *arg, enum mime_kind kind, struct view content)
{
	struct noted *noted = arg;

	assert_true(utf8_valid(content));
	text_addf(&noted->text, "%c[%.*s]", kind == MIME_HTML ? 'h' : 'p',
	    VIEW_ARG(content));
	return --noted->stop_at == 0 ? -1 : 0;
}

static int
walk(const char *entity, struct noted *noted, unsigned *cut)
{
	struct view bytes = exact_string(entity);
	struct part top;
	int result;

	part_read(bytes, &top);
	result = mime_walk(&top, note_part, noted, cut);
	exact_free(bytes);
	return result;
}

#define ALTERNATIVE "Content-Type: multipart/alternative; boundary=b\n\n"

static void
walks_the_text_parts_in_order(void **state)
{
	static const struct {
		const char *name, *entity, *want;
	} rows[] = {
		{ "no type", "\nbody\n", "p[body\n]" },
		{ "plain", "Content-Type: text/plain\n\nbody", "p[body]" },
		{ "HTML", "Content-Type: TEXT/HTML; charset=utf-8\n\n<p>",
		    "h[<p>]" },
		{ "alternative",
		    ALTERNATIVE "--b\n\none\n--b\nContent-Type: text/html\n\n"
				"<p>two\n--b--",
		    "p[one]h[<p>two]" },
		{ "boundary in quotes",
		    "Content-Type: multipart/mixed;\r\n boundary=\"a b:=\"\r\n"
		    "\r\n--a b:=\r\n\r\none\r\n--a b:=--",
		    "p[one]" },
		{ "nested",
		    ALTERNATIVE "--b\nContent-Type: multipart/related;"
				"boundary=c\n\n--c\n\none\n--c\n\ntwo\n--b\n\n"
				"three",
		    "p[one]p[two]p[three]" },
		{ "attachments are no text",
		    ALTERNATIVE "--b\nContent-Disposition: ATTACHMENT; x=y\n\n"
				"one\n--b\nContent-Disposition: inline\n\ntwo",
		    "p[two]" },
		{ "nor are other types",
		    ALTERNATIVE "--b\nContent-Type: image/png\n\none\n--b\n"
				"Content-Type: text/calendar\n\ntwo\n--b\n"
				"Content-Type: application/pdf\n\nthree",
		    "" },
		{ "nor are enclosed messages",
		    ALTERNATIVE "--b\nContent-Type: message/rfc822\n\n"
				"Content-Type: text/plain\n\none\n--b\n\ntwo",
		    "p[two]" },
		{ "which is what a digest has",
		    "Content-Type: multipart/digest; boundary=b\n\n--b\n\none"
		    "\n--b\nContent-Type: text/plain\n\ntwo\n--b--",
		    "p[two]" },
		{ "multipart without boundary",
		    "Content-Type: multipart/mixed\n\n--b\n\none",
		    "p[--b\n\none]" },
		{ "with an empty one",
		    "Content-Type: multipart/mixed; boundary=\"\"\n\n--\n\none",
		    "p[--\n\none]" },
		{ "with another one", ALTERNATIVE "--c\n\none",
		    "p[--c\n\none]" },
		{ "empty part", ALTERNATIVE "--b\n--b--", "p[]" },
		{ "type that is none", "Content-Type: ;;\n\nbody", "p[body]" },
		{ "nothing", "", "p[]" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct noted noted = { .text = TEXT_INIT(1000) };
		unsigned cut = 0;

		check_number(rows[i].name, walk(rows[i].entity, &noted, &cut),
		    0);
		check_view(rows[i].name, text_view(&noted.text), rows[i].want);
		check_number(rows[i].name, cut, 0);
		text_free(&noted.text);
	}
}

static void
undoes_encodings_and_charsets(void **state)
{
	static const struct {
		const char *name, *encoding, *charset, *content, *want;
	} rows[] = {
		{ "quoted-printable", "Quoted-Printable", "utf-8",
		    "Zo=C3=AB=\r\n x=20\r\n", "Zo\xC3\xAB x \r\n" },
		{ "with errors", "quoted-printable", "utf-8", "a=\nb=XYc=4",
		    "ab=XYc" },
		{ "base64", " base64 ", "utf-8", "Wm/D\r\nqyB4\r\n",
		    "Zo\xC3\xAB x" },
		{ "with errors", "base64", "utf-8", "Wm*/D\n\nqy!B4=garbage",
		    "Zo\xC3\xAB x" },
		{ "8bit", "8bit", "utf-8", "Zo\xC3\xAB", "Zo\xC3\xAB" },
		{ "unknown encoding", "x-wonder-very-long-name-of-encoding",
		    "utf-8", "a=20b", "a=20b" },
		{ "uuencode is left alone", "x-uuencode", "utf-8",
		    "begin 644 x\n#86)C\nend\n", "begin 644 x\n#86)C\nend\n" },
		{ "UTF-8 that is none", "8bit", "utf-8", "a\xFF\xC3z",
		    "a\xEF\xBF\xBD\xEF\xBF\xBDz" },
		{ "latin1", "8bit", "iso-8859-1", "Zo\xEB \x93x\x94",
		    "Zo\xC3\xAB \xE2\x80\x9Cx\xE2\x80\x9D" },
		{ "latin2", "8bit", "iso-8859-2", "\xB1", "\xC4\x85" },
		{ "koi8-r", "8bit", "koi8-r", "\xF0\xD2", "\xD0\x9F\xD1\x80" },
		{ "gb18030", "8bit", "gb18030", "\xC4\xE3", "\xE4\xBD\xA0" },
		{ "iso-2022-jp", "7bit", "iso-2022-jp", "\x1B$B\x46|K\\\x1B(B.",
		    "\xE6\x97\xA5\xE6\x9C\xAC." },
		{ "octets that are none there", "8bit", "gb18030", "a\xFFz\xC4",
		    "a\xEF\xBF\xBDz\xEF\xBF\xBD" },
		{ "no charset, UTF-8", "8bit", "", "Zo\xC3\xAB", "Zo\xC3\xAB" },
		{ "no charset, not UTF-8", "8bit", "", "Zo\xEB", "Zo\xC3\xAB" },
		{ "us-ascii that is none", "8bit", "us-ascii", "Zo\xEB",
		    "Zo\xC3\xAB" },
		{ "unknown charset, UTF-8", "8bit", "x-mine", "Zo\xC3\xAB",
		    "Zo\xC3\xAB" },
		{ "unknown charset", "8bit", "x-mine", "Zo\xEB", "Zo\xC3\xAB" },
		{ "not the name of one", "8bit", "\"utf-16//IGNORE\"", "Zo\xEB",
		    "Zo\xC3\xAB" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text entity = TEXT_INIT(1000), want = TEXT_INIT(1000);
		struct noted noted = { .text = TEXT_INIT(1000) };
		unsigned cut = 0;

		text_addf(&entity,
		    "Content-Type: text/plain; charset=%s\n"
		    "Content-Transfer-Encoding: %s\n\n%s",
		    rows[i].charset, rows[i].encoding, rows[i].content);
		text_addf(&want, "p[%s]", rows[i].want);
		assert_int_equal(walk(text_string(&entity), &noted, &cut), 0);
		check_view(rows[i].name, text_view(&noted.text),
		    text_string(&want));
		text_free(&entity);
		text_free(&want);
		text_free(&noted.text);
	}
}

static void
a_callback_can_stop_it(void **state)
{
	struct noted noted = { .text = TEXT_INIT(1000), .stop_at = 2 };
	unsigned cut = 0;

	(void)state;
	assert_int_equal(walk(ALTERNATIVE "--b\n\none\n--b\n\ntwo\n--b\n\nx",
			     &noted, &cut),
	    -1);
	check_view("stopped", text_view(&noted.text), "p[one]p[two]");
	text_free(&noted.text);
}

static void
parts_have_a_limit(void **state)
{
	(void)state;
	/* The multipart itself counts. */
	for (size_t more = 0; more < 2; more++) {
		struct noted noted = { .text = TEXT_INIT(10000) };
		struct text entity = TEXT_INIT(10000);
		unsigned cut = 0;

		text_add_string(&entity, ALTERNATIVE);
		for (size_t i = 1; i < LIMIT_MIME_PARTS + more; i++)
			text_add_string(&entity, "--b\n\nx\n");
		text_add_string(&entity, "--b--");
		assert_int_equal(walk(text_string(&entity), &noted, &cut), 0);
		assert_int_equal(noted.text.size, 4 * (LIMIT_MIME_PARTS - 1));
		assert_int_equal(cut, more > 0 ? MESSAGE_CUT_PARTS : 0);
		text_free(&entity);
		text_free(&noted.text);
	}
}

static void
depth_has_a_limit(void **state)
{
	(void)state;
	for (int more = 0; more < 2; more++) {
		struct noted noted = { .text = TEXT_INIT(10000) };
		struct text entity = TEXT_INIT(10000);
		unsigned cut = 0;

		for (int i = 0; i < LIMIT_MIME_DEPTH + more; i++)
			text_addf(&entity,
			    "Content-Type: multipart/mixed; boundary=%d\n\n"
			    "--%d\n",
			    i, i);
		text_add_string(&entity, "\nx");
		assert_int_equal(walk(text_string(&entity), &noted, &cut), 0);
		check_view("depth", text_view(&noted.text),
		    more > 0 ? "" : "p[x]");
		assert_int_equal(cut, more > 0 ? MESSAGE_CUT_PARTS : 0);
		text_free(&entity);
		text_free(&noted.text);
	}
}

static void
text_of_a_part_has_a_limit(void **state)
{
	static const struct {
		const char *name, *header, *unit;
		size_t decoded; /* octets that unit gives */
	} rows[] = {
		{ "as it is", "", "x", 1 },
		{ "base64", "Content-Transfer-Encoding: base64\n", "eHh4", 3 },
		{ "quoted-printable",
		    "Content-Transfer-Encoding: quoted-printable\n", "=78", 1 },
		{ "converted", "Content-Type: text/plain; charset=koi8-r\n",
		    "\xF0", 2 },
		{ "guessed", "", "\xEB", 2 },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		for (size_t more = 0; more < 2; more++) {
			struct noted noted = {
				.text = TEXT_INIT(LIMIT_PART_SIZE + 100)
			};
			struct text entity = TEXT_INIT(4 * LIMIT_PART_SIZE);
			size_t count = LIMIT_PART_SIZE / rows[i].decoded + more;
			unsigned cut = 0;

			text_add_string(&entity, rows[i].header);
			text_add_byte(&entity, '\n');
			for (size_t j = 0; j < count; j++)
				text_add_string(&entity, rows[i].unit);
			assert_int_equal(walk(text_string(&entity), &noted,
					     &cut),
			    0);
			check_number(rows[i].name, cut,
			    more > 0 ? MESSAGE_CUT_TEXT : 0);
			assert_true(noted.text.size > LIMIT_PART_SIZE - 10000);
			text_free(&entity);
			text_free(&noted.text);
		}
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
		cmocka_unit_test(decodes_header_text),
		cmocka_unit_test(nul_does_not_hide_what_follows),
		cmocka_unit_test(reads_addresses_as_a_person_would),
		cmocka_unit_test(reads_no_more_mailboxes_than_asked_for),
		cmocka_unit_test(an_address_field_has_a_limit),
		cmocka_unit_test(groups_in_groups_have_a_limit),
		cmocka_unit_test(a_used_up_pool_shows),
		cmocka_unit_test(walks_the_text_parts_in_order),
		cmocka_unit_test(undoes_encodings_and_charsets),
		cmocka_unit_test(a_callback_can_stop_it),
		cmocka_unit_test(parts_have_a_limit),
		cmocka_unit_test(depth_has_a_limit),
		cmocka_unit_test(text_of_a_part_has_a_limit),
	};

	return cmocka_run_group_tests_name("mime", tests, set_up, tear_down);
}
