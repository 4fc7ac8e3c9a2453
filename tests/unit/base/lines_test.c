// SPDX-License-Identifier: BSD-2-Clause
/*
 * lines_test.c - lines, however their octets come.
 */
#include "base/lines.h"

#include "t.h"

/* Ends with 7 behind a line that begins with "!". */
static int
join(void *arg, struct view line, struct err *e)
{
	struct text *out = arg;

	text_add(out, line);
	text_add_byte(out, '|');
	if (line.size == 0 || line.data[0] != '!')
		return 0;
	err_set(e, "stop");
	return 7;
}

/* clang-format off */
static const struct {
	const char *name, *octets;
	int result;
	const char *want;
} rows[] = {
	{ "lines", "one\ntwo\n", 0, "one|two|" },
	{ "empty ones", "\n\none\n\n", 0, "||one||" },
	{ "one that nothing ends", "one\ntwo", 0, "one|two|" },
	{ "nothing", "", 0, "" },
	{ "CR stays", "one\r\n", 0, "one\r|" },
	{ "one that is too long", "12345\n123456\n12\n", 0,
	  "12345|12345|12|" },
	{ "the last is too long", "1234567", 0, "12345|" },
	{ "nobody wants more", "one\n!\ntwo\n", 7, "one|!|" },
};
/* clang-format on */

static void
cuts_wherever_they_come_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view octets = view_of(rows[i].octets);

		for (size_t step = 1; step <= octets.size + 1; step++) {
			struct text out = TEXT_INIT(1000);
			struct lines l = { join, &out, TEXT_INIT(5) };
			struct err e = ERR_NONE;
			int result = 0;

			for (size_t at = 0; result == 0 && at < octets.size;
			     at += step) {
				struct view part = view_part(octets, at, step);
				struct view v = exactly(part.data, part.size);

				result = lines_add(&l, v, &e);
				exact_free(v);
			}
			if (result == 0)
				result = lines_end(&l, &e);
			check_number(rows[i].name, result, rows[i].result);
			check_view(rows[i].name, text_view(&out), rows[i].want);
			if (result != 0)
				assert_string_equal(e.text, "stop");
			lines_free(&l);
			text_free(&out);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cuts_wherever_they_come_apart),
	};

	return cmocka_run_group_tests_name("lines", tests, NULL, NULL);
}
