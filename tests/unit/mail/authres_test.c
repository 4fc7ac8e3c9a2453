// SPDX-License-Identifier: BSD-2-Clause
/*
 * authres_test.c - the rows of authres.table, which says how they are written.
 */
#include "mail/authres.h"

#include <stdio.h>

#include "authres_text.h"
#include "base/file.h"
#include "base/limits.h"
#include "t.h"

enum { LEAST_ROWS = 150, LARGEST = 1024 * 1024 };

struct row {
	char name[160]; /* with the line of the table in front */
	struct text value, want;
	size_t pieces; /* of value */
};

struct table {
	struct text text;
	struct view rest;
	size_t line; /* that was read last */
};

static void
table_open(struct table *t)
{
	const char *top = getenv("top_srcdir");
	struct text path = TEXT_INIT(4096);
	struct err e;

	*t = (struct table){ .text = TEXT_INIT(LARGEST) };
	text_addf(&path, "%s/tests/unit/mail/authres.table",
	    top == NULL ? "." : top);
	if (file_read(text_string(&path), &t->text, &e) < 0)
		fail_msg("%s is not there; set top_srcdir", text_string(&path));
	t->rest = text_view(&t->text);
	text_free(&path);
}

/* {HH} becomes its octet. */
static void
add_piece(struct text *out, struct view piece)
{
	for (size_t i = 0; i < piece.size; i++) {
		struct view code = view_part(piece, i, 4);
		int high, low;

		if (code.size == 4 && code.data[0] == '{' &&
		    code.data[3] == '}' &&
		    (high = byte_hexadecimal(code.data[1])) >= 0 &&
		    (low = byte_hexadecimal(code.data[2])) >= 0) {
			text_add_byte(out, (char)(high * 16 + low));
			i += 3;
		} else {
			text_add_byte(out, piece.data[i]);
		}
	}
}

static void
add_often(const struct table *t, struct text *out, struct view line)
{
	size_t blank = view_find_byte(line, ' ');
	unsigned long long count = 0;

	if (blank == VIEW_NONE ||
	    view_number(view_part(line, 0, blank), LARGEST, &count) < 0)
		fail_msg("line %zu: no count", t->line);
	while (count-- > 0)
		add_piece(out, view_part(line, blank + 1, VIEW_NONE));
}

static void
take_line(const struct table *t, struct row *r, struct view line)
{
	struct view text = view_part(line, 1, VIEW_NONE);

	if (view_starts_nocase(line, VIEW("name: "))) {
		snprintf(r->name, sizeof(r->name), "line %zu, %.*s", t->line,
		    VIEW_ARG(view_part(line, strlen("name: "), VIEW_NONE)));
	} else if (line.data[0] == '|') {
		if (r->pieces++ > 0)
			text_add_byte(&r->value, '\n');
		add_piece(&r->value, text);
	} else if (line.data[0] == '*') {
		add_often(t, &r->value, text);
	} else if (view_starts_nocase(line, VIEW("=*"))) {
		add_often(t, &r->want, view_part(text, 1, VIEW_NONE));
	} else if (line.data[0] == '=') {
		if (r->want.size > 0)
			text_add_byte(&r->want, '\n');
		add_piece(&r->want, view_part(text, 1, VIEW_NONE));
	} else if (!view_starts_nocase(line, VIEW("oracle: "))) {
		fail_msg("line %zu: what is this?", t->line);
	}
}

/* The next block; false when there is none. */
static bool
table_next(struct table *t, struct row *r)
{
	struct view line;

	r->name[0] = '\0';
	r->pieces = 0;
	text_clear(&r->value);
	text_clear(&r->want);
	while (view_line(&t->rest, &line)) {
		t->line++;
		if (line.size == 0 && r->name[0] != '\0')
			break;
		if (line.size > 0 && line.data[0] != '#')
			take_line(t, r, line);
	}
	if (r->name[0] == '\0')
		return false;
	if (r->pieces == 0 || r->want.size == 0 || !text_ok(&r->value))
		fail_msg("%s: has no value or no result", r->name);
	return true;
}

static void
row_free(struct row *r)
{
	text_free(&r->value);
	text_free(&r->want);
}

#define ROW_INIT                                                        \
	{                                                               \
		.value = TEXT_INIT(LARGEST), .want = TEXT_INIT(LARGEST) \
	}

static void
read_into(struct text *got, struct view value)
{
	struct view bytes = exactly(value.data, value.size);
	struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
	const char *why = NULL;
	struct authres a;

	text_clear(got);
	if (authres_read(p, bytes, &a, &why) == 0)
		authres_add(got, &a);
	else
		text_addf(got, "refused: %s", why);
	pool_free(p);
	exact_free(bytes);
}

static bool
is_refused(const struct row *r)
{
	return view_starts_nocase(text_view(&r->want), VIEW("refused: "));
}

/* All rows are looked at before the test fails, so that it names them all. */
static void
each_row_is_read_as_it_says(void **state)
{
	struct text got = TEXT_INIT(LARGEST);
	struct row row = ROW_INIT;
	struct table table;
	size_t rows = 0, wrong = 0;

	(void)state;
	table_open(&table);
	for (; table_next(&table, &row); rows++) {
		read_into(&got, text_view(&row.value));
		if (view_equal(text_view(&got), text_view(&row.want)))
			continue;
		wrong++;
		print_error("%s:\ngot  %s\nwant %s\n", row.name,
		    text_string(&got), text_string(&row.want));
	}
	check_number("rows that are wrong", (long long)wrong, 0);
	if (rows < LEAST_ROWS)
		fail_msg("%zu rows only", rows);
	row_free(&row);
	text_free(&got);
	text_free(&table.text);
}

/* So that the form of the table hides nothing. */
static void
what_is_read_is_read_again(void **state)
{
	struct text got = TEXT_INIT(LARGEST);
	struct row row = ROW_INIT;
	struct table table;

	(void)state;
	table_open(&table);
	while (table_next(&table, &row)) {
		if (is_refused(&row))
			continue;
		read_into(&got, text_view(&row.want));
		check_view(row.name, text_view(&got), text_string(&row.want));
	}
	row_free(&row);
	text_free(&got);
	text_free(&table.text);
}

/* Every pool from one that holds nothing to one that holds all. */
static void
memory_that_is_used_up_is_said(void **state)
{
	static const struct view raw =
	    VIEW("mx.test; dkim=pass reason=\"a b\" header.d=a.test; spf=none");
	const char *why = "";
	struct authres a;
	int result = -1;

	(void)state;
	for (size_t limit = 0; result < 0; limit += 8) {
		struct pool *p = pool_new(limit);

		result = authres_read(p, raw, &a, &why);
		check_number("result", result, pool_ok(p) ? 0 : -1);
		if (result < 0)
			check_string("why", why, "out of memory");
		if (limit > LIMIT_MESSAGE_POOL)
			fail_msg("no pool is large enough");
		pool_free(p);
	}
}

/* Anybody may send sixteen such fields, and a message has one pool. */
static void
quoted_values_take_no_more_than_they_hold(void **state)
{
	struct text raw = TEXT_INIT(LIMIT_RESULTS_SIZE);
	struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
	const char *why = "";
	struct authres a;

	(void)state;
	text_add_string(&raw, "mx.test");
	for (int i = 0; i < LIMIT_RESULTS; i++) {
		text_add_string(&raw, "; x=pass");
		for (char name = 'a'; name < 'a' + LIMIT_RESULT_PROPERTIES;
		     name++)
			text_addf(&raw, " %c=\"\"", name);
	}
	assert_int_equal(authres_read(p, text_view(&raw), &a, &why), 0);
	if (pool_used(p) > (size_t)100 * 1024)
		fail_msg("%zu octets for %zu", pool_used(p), raw.size);
	pool_free(p);
	text_free(&raw);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row_is_read_as_it_says),
		cmocka_unit_test(what_is_read_is_read_again),
		cmocka_unit_test(memory_that_is_used_up_is_said),
		cmocka_unit_test(quoted_values_take_no_more_than_they_hold),
	};

	return cmocka_run_group_tests_name("authres", tests, NULL, NULL);
}
