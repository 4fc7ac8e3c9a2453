// SPDX-License-Identifier: BSD-2-Clause
#include "base/utf8.h"
#include "mail/mime.h"
#include "t.h"

#define E "\xC3\xA9" /* e with acute accent */
#define E10 E E E E E E E E E E

static void
writes_header_text(void **state)
{
	static const struct {
		const char *name, *value, *want;
	} rows[] = {
		{ "plain", "Re: hello", "Re: hello" },
		{ "empty", "", "" },
		{ "runs of blanks", " a   b ", "a b" },
		{ "never a second field", "a\r\nBcc: b\x01", "a Bcc: b" },
		{ "folded before column 76",
		    "12345678901234567890 12345678901234567890 "
		    "12345678901234567890 12 xx",
		    "12345678901234567890 12345678901234567890 "
		    "12345678901234567890 12\n xx" },
		{ "a word longer than a line",
		    "x 1234567890123456789012345678901234567890123456789012345"
		    "6789012345678901234567890 y",
		    "x\n 123456789012345678901234567890123456789012345678901234"
		    "56789012345678901234567890\n y" },
		{ "encoded", "Zo" E, "=?UTF-8?B?Wm/DqQ==?=" },
		{ "what looks encoded",
		    "=?utf-8?q?x?=", "=?UTF-8?B?PT91dGYtOD9xP3g/PQ==?=" },
		{ "octets that are no UTF-8", "\xFF", "=?UTF-8?B?77+9?=" },
		{ "encoded and folded, no character split",
		    E10 E10 E10 E10 E10 "x",
		    "=?UTF-8?B?w6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOp"
		    "w6k=?=\n "
		    "=?UTF-8?B?w6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOp"
		    "w6nDqcOpw6k=?=\n "
		    "=?UTF-8?B?w6nDqcOpw6nDqcOpw6nDqcOpeA==?=" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view value = exact_string(rows[i].value);
		struct text out = TEXT_INIT(1000);

		mime_encode_field(VIEW("Subject"), value, &out);
		assert_true(text_ok(&out));
		check_view(rows[i].name, text_view(&out), rows[i].want);
		text_free(&out);
		exact_free(value);
	}
}

/* Whatever is written reads back, in lines that are short enough. */
static void
header_text_reads_back(void **state)
{
	(void)state;
	for (size_t size = 0; size < 300; size++) {
		struct text value = TEXT_INIT(1000), out = TEXT_INIT(3000);
		struct text back = TEXT_INIT(1000);
		struct view rest, line;

		for (size_t i = 0; i < size; i++)
			utf8_add(&value, i % 7 == 3 ? 0x1F600 : 'a');
		mime_encode_field(VIEW("Subject"), text_view(&value), &out);
		rest = text_view(&out);
		for (size_t column = 9; view_line(&rest, &line); column = 0)
			assert_true(column + line.size <= 75);
		mime_decode_field(text_view(&out), &back);
		check_view("back", text_view(&back), text_string(&value));
		text_free(&value);
		text_free(&out);
		text_free(&back);
	}
}

/* RFC 5322, 2.1.1: no line of more than 998 octets, whatever the words. */
static void
no_word_is_longer_than_a_line_may_be(void **state)
{
	static const char specials[] = "x\"\\, (";
	static char words[8 * 1024];

	(void)state;
	for (size_t size = 1; size <= sizeof(words); size += 1 + size / 9) {
		struct view v = { words, size };
		struct text out = TEXT_INIT(8 * sizeof(words));
		struct text back = TEXT_INIT(8 * sizeof(words));
		struct view rest, line;

		memset(words, 'x', sizeof(words));
		mime_encode_field(VIEW("Subject"), v, &out);
		mime_decode_field(text_view(&out), &back);
		assert_true(view_equal(text_view(&back), v));
		for (size_t i = 0; i < sizeof(words); i++)
			words[i] = specials[i % (i % 5 == 0 ? 6 : 4)];
		text_add_byte(&out, '\n');
		mime_encode_mailbox(v, VIEW("zo@example.com"), &out);
		assert_true(text_ok(&out));
		rest = text_view(&out);
		while (view_line(&rest, &line))
			if (line.size > 980)
				fail_msg("%zu: a line of %zu octets", size,
				    line.size);
		text_free(&out);
		text_free(&back);
	}
}

static void
writes_mailboxes(void **state)
{
	static const struct {
		const char *name, *want;
	} rows[] = {
		{ "Zo Example", "Zo Example <zo@example.com>" },
		{ "", "zo@example.com" },
		{ "Zo E. \"Z\\\", (x)",
		    "\"Zo E. \\\"Z\\\\\\\", (x)\" <zo@example.com>" },
		{ "Zo" E, "=?UTF-8?B?Wm/DqQ==?= <zo@example.com>" },
		{ "a\r\nBcc: b", "\"a Bcc: b\" <zo@example.com>" },
		{ "123456789012345678901234567890123456789012345678901",
		    "123456789012345678901234567890123456789012345678901\n "
		    "<zo@example.com>" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view name = exact_string(rows[i].name);
		struct text out = TEXT_INIT(1000);

		mime_encode_mailbox(name, VIEW("zo@example.com"), &out);
		assert_true(text_ok(&out));
		check_view(rows[i].name, text_view(&out), rows[i].want);
		text_free(&out);
		exact_free(name);
	}
}

static void
writes_quoted_printable(void **state)
{
	static const struct {
		const char *name, *text, *want;
	} rows[] = {
		{ "plain", "Dear Zo,\n\nno.\n", "Dear Zo,\n\nno.\n" },
		{ "no newline at the end", "a", "a\n" },
		{ "nothing", "", "" },
		{ "CRLF", "a\r\nb\r\n", "a\nb\n" },
		{ "not ASCII, and the equals sign", "Zo" E "=\x7F",
		    "Zo=C3=A9=3D=7F\n" },
		{ "blanks at line ends", "a \nb\t\n", "a=20\nb=09\n" },
		{ "what a transport changes", ".\n..x\nFrom here\nx From .\n",
		    "=2E\n=2E.x\n=46rom here\nx From .\n" },
		{ "76 octets",
		    "12345678901234567890123456789012345678901234567890"
		    "12345678901234567890123456\n",
		    "12345678901234567890123456789012345678901234567890"
		    "12345678901234567890123456\n" },
		{ "77 octets",
		    "12345678901234567890123456789012345678901234567890"
		    "123456789012345678901234567\n",
		    "12345678901234567890123456789012345678901234567890"
		    "1234567890123456789012345=\n67\n" },
		{ "no escape is split",
		    "12345678901234567890123456789012345678901234567890"
		    "12345678901234567890123" E "\n",
		    "12345678901234567890123456789012345678901234567890"
		    "12345678901234567890123=\n=C3=A9\n" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view v = exact_string(rows[i].text);
		struct text out = TEXT_INIT(1000);

		mime_encode_text(v, &out);
		assert_true(text_ok(&out));
		check_view(rows[i].name, text_view(&out), rows[i].want);
		text_free(&out);
		exact_free(v);
	}
}

static void
a_full_text_says_so(void **state)
{
	struct text out = TEXT_INIT(10);

	(void)state;
	mime_encode_field(VIEW("Subject"), VIEW("Zo" E E), &out);
	assert_false(text_ok(&out));
	text_clear(&out);
	mime_encode_mailbox(VIEW("Zo"), VIEW("zo@example.com"), &out);
	assert_false(text_ok(&out));
	text_clear(&out);
	mime_encode_text(VIEW("12345678901"), &out);
	assert_false(text_ok(&out));
	text_free(&out);
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
		cmocka_unit_test(writes_header_text),
		cmocka_unit_test(header_text_reads_back),
		cmocka_unit_test(no_word_is_longer_than_a_line_may_be),
		cmocka_unit_test(writes_mailboxes),
		cmocka_unit_test(writes_quoted_printable),
		cmocka_unit_test(a_full_text_says_so),
	};

	return cmocka_run_group_tests_name("mime_encode", tests, set_up,
	    tear_down);
}
