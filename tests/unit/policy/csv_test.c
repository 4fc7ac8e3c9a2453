// SPDX-License-Identifier: BSD-2-Clause
#include "policy/csv.h"

#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"
#include "oom.h"
#include "t.h"

/* Writes rows as "1[a|b]3[c]", lines that could not be read as "4!". */
static int
write_row(void *arg, const struct csv_row *row)
{
	struct text *out = arg;

	text_addf(out, "%d", row->line);
	if (row->cells == 0) {
		text_add_byte(out, '!');
		return 0;
	}
	for (size_t i = 0; i < row->cells; i++) {
		text_add_byte(out, i == 0 ? '[' : '|');
		text_add(out, row->cell[i]);
	}
	text_add_byte(out, ']');
	return 0;
}

static void
reads_rows_with_their_lines(void **state)
{
	static const struct {
		const char *name, *bytes, *want;
	} rows[] = {
		{ "nothing", "", "" },
		{ "one row", "a,b\n", "1[a|b]" },
		{ "no final newline", "a,b", "1[a|b]" },
		{ "CRLF", "a,b\r\nc,d\r\n", "1[a|b]2[c|d]" },
		{ "empty cells", ",,\n,\n", "1[||]2[|]" },
		{ "one cell", "a\n", "1[a]" },
		{ "empty lines", "\n\na\n \n\r\nb\n", "3[a]6[b]" },
		{ "blanks around", "  a ,\tb\t\n", "1[a|b]" },
		{ "quotes", "\"a,b\",\" c \"\n", "1[a,b| c ]" },
		{ "doubled quotes", "\"a \"\"b\"\"\"\n", "1[a \"b\"]" },
		{ "empty quotes", "\"\",\"\"\n", "1[|]" },
		{ "line breaks in quotes", "\"a\r\nb\",c\nd\n",
		    "1[a\nb|c]3[d]" },
		{ "empty lines in quotes", "\"a\n\n\",c\nd\n",
		    "1[a\n\n|c]4[d]" },
		{ "a quote inside", "a\"b,5\" c\n", "1[a\"b|5\" c]" },
		{ "text behind a quote", "\"a\"b,c\nd\n", "1!2[d]" },
		{ "a missing quote", "a\n\"b,c\nd\n", "1[a]2!3[d]" },
		{ "one, and a quote behind it", "a,\"b\nc,d\ne,\"f\"\ng\n",
		    "1!2[c|d]3[e|f]4[g]" },
		{ "two", "a,\"b\nc,\"d\ne\n", "1!2!3[e]" },
		{ "a quote too many in a line", "\"a\"\"\nb\n", "1!2[b]" },
		{ "a missing quote at the end", "a\n\"b", "1[a]2!" },
		{ "a lone CR ends a row", "a\rb,c\nd\n", "1[a]1[b|c]2[d]" },
		{ "a quote opens behind a CR", "a\r\"b\nc\",d\n",
		    "1[a]1[b\nc|d]" },
		{ "other octets", "\xFF\xFE,\x01\n", "1[\xFF\xFE|\x01]" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text out = TEXT_INIT(10000);
		struct view bytes = exact_string(rows[i].bytes);

		check_number(rows[i].name,
		    csv_read(bytes, ',', write_row, &out), 0);
		check_view(rows[i].name, text_view(&out), rows[i].want);
		exact_free(bytes);
		text_free(&out);
	}
}

static void
takes_another_delimiter(void **state)
{
	struct text out = TEXT_INIT(1000);

	(void)state;
	assert_int_equal(csv_read(VIEW("a;b,c;d\n"), ';', write_row, &out), 0);
	check_view("semicolon", text_view(&out), "1[a|b,c|d]");
	text_free(&out);
}

static void
a_nul_is_an_octet_like_others(void **state)
{
	struct text out = TEXT_INIT(1000);

	(void)state;
	assert_int_equal(csv_read(VIEW("a\0b,c\n"), ',', write_row, &out), 0);
	assert_int_equal(out.size, strlen("1[a b|c]"));
	assert_memory_equal(out.data, "1[a\0b|c]", out.size);
	text_free(&out);
}

/* A row of size octets with its newline, in two lines, then one more row. */
static void
add_long_row(struct text *bytes, size_t size)
{
	text_add_string(bytes, "first\n\"x\n");
	for (size_t i = 0; i < size - strlen("\"x\n") - strlen("\"\n"); i++)
		text_add_byte(bytes, 'y');
	text_add_string(bytes, "\"\nlast\n");
}

static void
a_row_past_its_size_costs_its_first_line(void **state)
{
	struct text bytes = TEXT_INIT(100000), out = TEXT_INIT(100000);

	(void)state;
	add_long_row(&bytes, LIMIT_CONTACTS_LINE);
	assert_int_equal(csv_read(text_view(&bytes), ',', write_row, &out), 0);
	check_contains("at the limit", text_string(&out), "1[first]2[x\nyyy");
	check_contains("at the limit", text_string(&out), "yyy]4[last]");
	text_clear(&bytes);
	text_clear(&out);
	add_long_row(&bytes, LIMIT_CONTACTS_LINE + 1);
	assert_int_equal(csv_read(text_view(&bytes), ',', write_row, &out), 0);
	check_contains("one past it", text_string(&out), "1[first]2!3[yyy");
	check_contains("one past it", text_string(&out), "yyy\"]4[last]");
	text_free(&bytes);
	text_free(&out);
}

static int
count_cells(void *arg, const struct csv_row *row)
{
	size_t *cells = arg;

	*cells = row->cells;
	return 0;
}

static void
a_row_of_too_many_cells_is_dropped(void **state)
{
	struct text bytes = TEXT_INIT(10000);
	size_t cells = 77;

	(void)state;
	for (int i = 1; i < LIMIT_CSV_CELLS; i++)
		text_add_byte(&bytes, ',');
	csv_read(text_view(&bytes), ',', count_cells, &cells);
	assert_int_equal(cells, LIMIT_CSV_CELLS);
	text_add_byte(&bytes, ',');
	csv_read(text_view(&bytes), ',', count_cells, &cells);
	assert_int_equal(cells, 0);
	text_free(&bytes);
}

/* "2: why" of each line that could not be read. */
static int
write_why(void *arg, const struct csv_row *row)
{
	if (row->cells == 0)
		text_addf(arg, "%d: %s\n", row->line, row->why);
	return 0;
}

static void
says_why_a_row_could_not_be_read(void **state)
{
	struct text bytes = TEXT_INIT(100000), out = TEXT_INIT(10000);

	(void)state;
	text_add_string(&bytes, "a,b\n");
	for (int i = 0; i < LIMIT_CSV_CELLS; i++)
		text_add_byte(&bytes, ',');
	text_add_byte(&bytes, '\n');
	for (int i = 0; i < LIMIT_CONTACTS_LINE; i++)
		text_add_byte(&bytes, 'x');
	text_add_string(&bytes, "\nc,d\n\"e,f\n");
	assert_int_equal(csv_read(text_view(&bytes), ',', write_why, &out), 0);
	check_view("reasons", text_view(&out),
	    "2: more cells than a row may have\n"
	    "3: longer than a row may be\n"
	    "5: a quote that is never closed\n");
	text_free(&bytes);
	text_free(&out);
}

static int
count_rows(void *arg, const struct csv_row *row)
{
	size_t *rows = arg;

	*rows += row->cells == 2;
	return 0;
}

static void
without_memory_reading_fails(void **state)
{
	(void)state;
	for (unsigned n = 1; oom_next(n); n++) {
		size_t rows = 0;
		int result =
		    csv_read(VIEW("a,b\nc,d\n"), ',', count_rows, &rows);

		/* No row is lost without a word. */
		assert_int_equal(result, oom_happened() ? -1 : 0);
		assert_true(result < 0 || rows == 2);
	}
}

static int
stop_at_second(void *arg, const struct csv_row *row)
{
	int *calls = arg;

	(void)row;
	return ++*calls == 2 ? -1 : 0;
}

static void
stops_when_asked_to(void **state)
{
	static const char *const rows[] = { "a\nb\nc\nd\n", "a\rb\rc\rd\n",
		"a\n\"b\nc\nd\n" };

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		int calls = 0;

		check_number(rows[i],
		    csv_read(view_of(rows[i]), ',', stop_at_second, &calls),
		    -1);
		check_number(rows[i], calls, 2);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_rows_with_their_lines),
		cmocka_unit_test(takes_another_delimiter),
		cmocka_unit_test(a_nul_is_an_octet_like_others),
		cmocka_unit_test(a_row_past_its_size_costs_its_first_line),
		cmocka_unit_test(a_row_of_too_many_cells_is_dropped),
		cmocka_unit_test(says_why_a_row_could_not_be_read),
		cmocka_unit_test(without_memory_reading_fails),
		cmocka_unit_test(stops_when_asked_to),
	};

	return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
