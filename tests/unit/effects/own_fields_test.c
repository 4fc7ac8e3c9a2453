// SPDX-License-Identifier: BSD-2-Clause
#include "effects/own_fields.h"

#include <stdio.h>

#include "base/text.h"
#include "oom.h"
#include "t.h"

/* "X-RSVP:2 X-RSVP-Tag:1 cut" */
static void
describe(const struct own_fields *o, struct text *out)
{
	for (size_t i = 0; i < o->count; i++)
		text_addf(out, "%s%s:%d", i == 0 ? "" : " ", o->field[i].name,
		    o->field[i].count);
	if (o->cut)
		text_add_string(out, " cut");
}

static void
check_fields(const char *name, const struct own_fields *o, const char *want)
{
	struct text got = TEXT_INIT(100000);

	describe(o, &got);
	check_string(name, text_string(&got), want);
	text_free(&got);
}

static void
add(struct own_fields *o, const char *name)
{
	struct view v = exact_string(name);

	assert_int_equal(own_fields_add(o, v), 0);
	exact_free(v);
}

static void
fields_of_ours_are_counted_by_name(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *fields[8], *want;
		size_t total;
	} rows[] = {
		{ "none", { NULL }, "", 0 },
		{ "others", { "From", "", "X", "X-RSV", "XX-RSVP", " X-RSVP" },
		    "", 0 },
		{ "one", { "From", "X-RSVP", "To" }, "X-RSVP:1", 1 },
		{ "all of ours", { "X-RSVP-Loop", "X-RSVP-Folder",
		    "X-RSVP-Tag", "X-RSVP" },
		    "X-RSVP-Loop:1 X-RSVP-Folder:1 X-RSVP-Tag:1 X-RSVP:1", 4 },
		{ "in turns, whatever the case", { "X-RSVP-Tag", "x-rsvp",
		    "X-Rsvp-tAG", "X-RSVP", "x-rsvp-tag" },
		    "X-RSVP-Tag:3 x-rsvp:2", 5 },
		{ "blanks before the colon", { "X-RSVP", "X-RSVP ",
		    "X-RSVP\t \t" }, "X-RSVP:3", 3 },
		{ "only blanks", { " ", "\t" }, "", 0 },
		{ "names that only begin so", { "X-RSVPs", "X-RSVP-", "X-RSVP:"
		    }, "X-RSVPs:1 X-RSVP-:1 X-RSVP::1", 3 },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct own_fields o = { .count = 0 };

		for (size_t n = 0; rows[i].fields[n] != NULL; n++)
			add(&o, rows[i].fields[n]);
		check_fields(rows[i].name, &o, rows[i].want);
		check_number(rows[i].name, (long long)own_fields_total(&o),
		    (long long)rows[i].total);
		own_fields_free(&o);
		check_fields("freed", &o, "");
	}
}

/* However many names an attacker thinks of, ours are still counted. */
static void
other_names_have_a_limit(void **state)
{
	static const char *const ours[] = { "X-RSVP-Folder", "x-rsvp",
		"X-RSVP-TAG", "X-RSVP-Loop" };
	struct own_fields o = { .count = 0 };
	char name[100];

	(void)state;
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < LIMIT_OWN_FIELDS_OTHERS; i++) {
			snprintf(name, sizeof(name), "X-RSVP-%d", i);
			add(&o, name);
		}
		assert_false(o.cut);
		add(&o, "X-RSVP-0");
		assert_false(o.cut);
		add(&o, "X-RSVP-More");
		assert_true(o.cut);
		check_number("names", (long long)o.count,
		    LIMIT_OWN_FIELDS_OTHERS);
		for (int i = 0; i < 3 * 4; i++)
			add(&o, ours[i % 4]);
		check_number("names and ours", (long long)o.count,
		    LIMIT_OWN_FIELDS_OTHERS + 4);
		check_number("fields", (long long)own_fields_total(&o),
		    LIMIT_OWN_FIELDS_OTHERS + 1 + 3 * 4);
		/* Cleared, it begins anew. */
		own_fields_clear(&o);
		check_fields("cleared", &o, "");
	}
	own_fields_free(&o);
}

static void
a_name_has_a_limit(void **state)
{
	struct own_fields o = { .count = 0 };
	char name[LIMIT_OWN_FIELDS_NAME_SIZE + 2];

	(void)state;
	memset(name, 'x', sizeof(name));
	memcpy(name, "X-RSVP-", 7);
	name[LIMIT_OWN_FIELDS_NAME_SIZE + 1] = '\0';
	add(&o, name);
	assert_true(o.cut);
	check_number("past it", (long long)o.count, 0);
	own_fields_clear(&o);
	name[LIMIT_OWN_FIELDS_NAME_SIZE] = '\0';
	add(&o, name);
	assert_false(o.cut);
	check_string("at it", o.field[0].name, name);
	own_fields_free(&o);
}

static void
a_header_is_read_to_its_end(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *bytes, *want;
	} rows[] = {
		{ "empty", "", "" },
		{ "some", "From: a\r\nX-RSVP: 1\r\n 2\r\nTo: b\r\n"
		    "x-rsvp : 3\r\n\r\n", "X-RSVP:2" },
		{ "not in the body", "X-RSVP: 1\n\nX-RSVP-Tag: 2\n",
		    "X-RSVP:1" },
		{ "out of an mbox", "From a@example.net Mon Nov 23\n"
		    "X-RSVP: 1\n", "X-RSVP:1" },
		{ "no line end", "X-RSVP: 1", "X-RSVP:1" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct own_fields o = { .count = 0 };
		struct view bytes = exact_string(rows[i].bytes);

		assert_int_equal(own_fields_read(&o, bytes), 0);
		check_fields(rows[i].name, &o, rows[i].want);
		own_fields_free(&o);
		exact_free(bytes);
	}
}

static void
without_memory_it_is_said(void **state)
{
	unsigned n;

	(void)state;
	for (n = 1; oom_next(n); n++) {
		struct own_fields o = { .count = 0 };
		int result = own_fields_read(&o,
		    VIEW("X-RSVP: 1\nX-RSVP-Tag: 1\nX-RSVP-Folder: 1\n"
			 "X-RSVP-Loop: 1\nX-RSVPa: 1\n"));

		assert_int_equal(result, oom_happened() ? -1 : 0);
		own_fields_free(&o);
	}
	assert_int_equal(n, 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_of_ours_are_counted_by_name),
		cmocka_unit_test(other_names_have_a_limit),
		cmocka_unit_test(a_name_has_a_limit),
		cmocka_unit_test(a_header_is_read_to_its_end),
		cmocka_unit_test(without_memory_it_is_said),
	};

	return cmocka_run_group_tests_name("own_fields", tests, NULL, NULL);
}
