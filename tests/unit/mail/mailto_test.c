// SPDX-License-Identifier: BSD-2-Clause
/*
 * mailto_test.c - links to ready mails, octet by octet.
 */
#include "mail/mailto.h"

#include "t.h"

#define V(literal)                           \
	{                                    \
		literal, sizeof(literal) - 1 \
	}
#define A "a@example.com"

static void
encodes_each_part(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name;
		struct view address, subject, body;
		const char *want;
	} rows[] = {
		{ "all of it", V(A), V("Hello Zo"), V("No.\n"),
		    "mailto:" A "?subject=Hello%20Zo&body=No.%0D%0A" },
		{ "no subject", V(A), V(""), V("No."),
		    "mailto:" A "?body=No." },
		{ "no body", V(A), V("No"), V(""), "mailto:" A "?subject=No" },
		{ "an address only", V(A), V(""), V(""), "mailto:" A },
		{ "no address", V(""), V("No"), V(""), "mailto:?subject=No" },
		{ "what stands for itself", V(A), V(""),
		    V("ABYZabyz0189-._~"), "mailto:" A "?body=ABYZabyz0189-._~" },
		{ "a field in a value", V(A), V("a&cc=b@example.org"),
		    V("c?d&bcc=e"), "mailto:" A
		    "?subject=a%26cc%3Db%40example.org&body=c%3Fd%26bcc%3De" },
		{ "per cent, plus and number sign", V(A), V("100% +1 #2"),
		    V("%0A"), "mailto:" A
		    "?subject=100%25%20%2B1%20%232&body=%250A" },
		{ "other signs", V(A), V(""), V("!\"$'()*,/:;<=>[\\]^`{|}"),
		    "mailto:" A "?body=%21%22%24%27%28%29%2A%2C%2F%3A%3B%3C%3D"
		    "%3E%5B%5C%5D%5E%60%7B%7C%7D" },
		{ "UTF-8", V(A), V("Zo\xC3\xAB"), V("\xE4\xBD\xA0\xF0\x9F\x98\x80"),
		    "mailto:" A "?subject=Zo%C3%AB&body=%E4%BD%A0%F0%9F%98%80" },
		{ "CRLF", V(A), V(""), V("a\r\nb\r\n"),
		    "mailto:" A "?body=a%0D%0Ab%0D%0A" },
		{ "LF", V(A), V(""), V("a\n\nb"),
		    "mailto:" A "?body=a%0D%0A%0D%0Ab" },
		{ "CR", V(A), V(""), V("a\r\rb"),
		    "mailto:" A "?body=a%0D%0A%0D%0Ab" },
		{ "a line end in a subject", V(A), V("a\r\nBcc: b"), V(""),
		    "mailto:" A "?subject=a%20Bcc%3A%20b" },
		{ "other controls", V(A), V(""), V("\t\0\x1B\x7F"),
		    "mailto:" A "?body=%09%00%1B%7F" },
		{ "a local part of odd signs", V("a+b?cc=c&d%e/f@example.com"),
		    V(""), V(""),
		    "mailto:a%2Bb%3Fcc%3Dc%26d%25e%2Ff@example.com" },
		{ "two recipients are one odd address", V("a@b.example,c@d.example"),
		    V(""), V(""), "mailto:a@b.example%2Cc%40d.example" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view body =
		    exactly(rows[i].body.data, rows[i].body.size);
		struct text out = TEXT_INIT(10000);

		mailto_add(rows[i].address, rows[i].subject, body, &out);
		check_string(rows[i].name, text_string(&out), rows[i].want);
		text_free(&out);
		exact_free(body);
	}
}

/* Each octet, back again. */
static void
every_octet_comes_back(void **state)
{
	(void)state;
	for (int c = 0; c < 256; c++) {
		char octet = (char)c, back;
		struct view body = { &octet, 1 };
		struct text out = TEXT_INIT(100);
		const char *value;

		mailto_add(VIEW(""), VIEW(""), body, &out);
		value = text_string(&out) + sizeof("mailto:?body=") - 1;
		back = value[0] != '%'
		    ? value[0]
		    : (char)(byte_hexadecimal(value[1]) * 16 +
			  byte_hexadecimal(value[2]));
		if (c != '\n')
			check_number("octet", back, octet);
		check_number("size", (long long)strlen(value),
		    c == '\r' || c == '\n' ? 6
			: value[0] == '%'  ? 3
					   : 1);
		text_free(&out);
	}
}

static void
a_ceiling_is_seen(void **state)
{
	(void)state;
	for (size_t limit = 0; limit <= 40; limit++) {
		struct text out = TEXT_INIT(limit);

		mailto_add(VIEW(A), VIEW(""), VIEW("\n"), &out);
		check_number("fits", text_ok(&out),
		    limit >= strlen("mailto:" A "?body=%0D%0A"));
		text_free(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(encodes_each_part),
		cmocka_unit_test(every_octet_comes_back),
		cmocka_unit_test(a_ceiling_is_seen),
	};

	return cmocka_run_group_tests_name("mailto", tests, NULL, NULL);
}
