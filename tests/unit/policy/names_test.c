// SPDX-License-Identifier: BSD-2-Clause
/*
 * names_test.c - names as mail shows them against names as contacts have them:
 * the pairs of names.txt.
 */
#include <stdlib.h>

#include "base/err.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "policy/contacts.h"
#include "policy/contacts_key.h"
#include "t.h"

enum { FILE_SIZE = 256 * 1024, COLUMNS = 4, LEAST_PAIRS = 200 };

/* A column, with "\u{20AC}" as the character. */
static void
read_column(struct view written, struct text *out)
{
	struct view open = VIEW("\\u{");

	text_clear(out);
	written = view_trim(written);
	for (;;) {
		size_t at = view_find(written, open);
		uint32_t c = 0;

		text_add(out, view_part(written, 0, at));
		if (at == VIEW_NONE)
			return;
		for (at += open.size; written.data[at] != '}'; at++)
			c = c * 16 +
			    (uint32_t)byte_hexadecimal(written.data[at]);
		utf8_add(out, c);
		written = view_part(written, at + 1, VIEW_NONE);
	}
}

/* Whether somebody who has the second name is known by the first. */
static bool
is_known(struct view shown, struct view contact)
{
	struct text shown_key = TEXT_INIT(LIMIT_CONTACTS_LINE);
	struct text contact_key = TEXT_INIT(LIMIT_CONTACTS_LINE);
	bool known;

	contacts_key_name(shown, &shown_key);
	contacts_key_name(contact, &contact_key);
	assert_true(text_ok(&shown_key) && text_ok(&contact_key));
	known = shown_key.size > 0 &&
	    view_equal(text_view(&shown_key), text_view(&contact_key));
	text_free(&shown_key);
	text_free(&contact_key);
	return known;
}

/* Returns whether the line is a pair, and counts those judged wrongly. */
static bool
check_line(struct view line, int number, unsigned *wrong)
{
	struct text column[COLUMNS];
	size_t columns = 0;
	bool is_pair, same;

	line = view_trim(line);
	if (line.size == 0 || line.data[0] == '#')
		return false;
	for (size_t i = 0; i < COLUMNS; i++) {
		size_t bar = view_find_byte(line, '|');

		column[i] = (struct text)TEXT_INIT(FILE_SIZE);
		read_column(view_part(line, 0, bar), &column[i]);
		columns += column[i].size > 0;
		line = bar == VIEW_NONE ? VIEW("")
					: view_part(line, bar + 1, VIEW_NONE);
	}
	same = view_equal(text_view(&column[2]), VIEW("same"));
	is_pair = columns >= 3 && line.size == 0 &&
	    (same || view_equal(text_view(&column[2]), VIEW("other")));
	if (!is_pair)
		fail_msg("names.txt:%d: not a pair", number);
	if (is_known(text_view(&column[0]), text_view(&column[1])) != same) {
		print_error("names.txt:%d: \"%s\" | \"%s\" should be %s\n",
		    number, text_string(&column[0]), text_string(&column[1]),
		    text_string(&column[2]));
		++*wrong;
	}
	for (size_t i = 0; i < COLUMNS; i++)
		text_free(&column[i]);
	return is_pair;
}

static void
names_match_as_people_would_have_it(void **state)
{
	const char *top = getenv("top_srcdir");
	struct text path = TEXT_INIT(4096), bytes = TEXT_INIT(FILE_SIZE);
	struct view rest, line;
	unsigned pairs = 0, wrong = 0;
	struct err e = ERR_NONE;

	(void)state;
	text_addf(&path, "%s/tests/unit/policy/names.txt",
	    top == NULL ? "." : top);
	if (file_read(text_string(&path), &bytes, &e) < 0)
		fail_msg("%s", e.text);
	rest = text_view(&bytes);
	for (int number = 1; view_line(&rest, &line); number++)
		pairs += check_line(line, number, &wrong);
	text_free(&path);
	text_free(&bytes);
	assert_int_equal(wrong, 0);
	assert_true(pairs >= LEAST_PAIRS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_match_as_people_would_have_it),
	};

	return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
