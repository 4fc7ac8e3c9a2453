// SPDX-License-Identifier: BSD-2-Clause
#include "policy/table.h"

#include <stdio.h>

#include "t.h"

/* Keys are numbers as text; the value of a key is the number plus one. */
static struct view
key_of(unsigned number, char text[16])
{
	snprintf(text, 16, "%u", number);
	return view_of(text);
}

static bool
is_number(const void *arg, uint32_t value)
{
	return *(const unsigned *)arg + 1 == value;
}

static void
add_number(struct table *t, unsigned kind, unsigned number)
{
	char text[16];

	assert_int_equal(table_add(t, table_hash(t, kind, key_of(number, text)),
			     number + 1),
	    0);
}

static uint32_t *
find_number(const struct table *t, unsigned kind, unsigned number)
{
	char text[16];
	uint32_t hash = table_hash(t, kind, key_of(number, text));

	table_expect(t, hash);
	return table_find(t, hash, is_number, &number);
}

static void
finds_what_was_added_and_nothing_else(void **state)
{
	enum { MANY = 50000 };
	struct table t;

	(void)state;
	assert_int_equal(table_init(&t), 0);
	assert_null(find_number(&t, 0, 1));
	for (unsigned i = 0; i < MANY; i++) {
		assert_null(find_number(&t, 0, i));
		add_number(&t, 0, i);
	}
	assert_int_equal(table_fit(&t), 0);
	for (unsigned i = 0; i < MANY; i++)
		assert_int_equal(*find_number(&t, 0, i), i + 1);
	for (unsigned i = MANY; i < 2 * MANY; i++)
		assert_null(find_number(&t, 0, i));
	table_free(&t);
}

static void
kinds_do_not_meet(void **state)
{
	struct table t;

	(void)state;
	assert_int_equal(table_init(&t), 0);
	for (unsigned i = 0; i < 1000; i++)
		add_number(&t, 1, i);
	for (unsigned i = 0; i < 1000; i++) {
		assert_null(find_number(&t, 0, i));
		assert_null(find_number(&t, 3, i));
		assert_non_null(find_number(&t, 1, i));
	}
	table_free(&t);
}

static void
a_value_can_be_replaced(void **state)
{
	unsigned two = 2;
	struct table t;
	uint32_t *value;

	(void)state;
	assert_int_equal(table_init(&t), 0);
	add_number(&t, 0, 1);
	value = find_number(&t, 0, 1);
	*value = 3;
	assert_null(find_number(&t, 0, 1));
	assert_int_equal(*table_find(&t, table_hash(&t, 0, VIEW("1")),
			     is_number, &two),
	    3);
	table_free(&t);
}

/* All values in one place: found by is() alone, round the end of the table. */
static void
equal_hashes_are_told_apart(void **state)
{
	static const uint32_t hashes[] = { 0, 0x80000000u, UINT32_MAX };

	(void)state;
	for (size_t h = 0; h < LENGTH(hashes); h++) {
		struct table t;

		assert_int_equal(table_init(&t), 0);
		for (unsigned i = 0; i < 100; i++)
			assert_int_equal(table_add(&t, hashes[h], i + 1), 0);
		for (unsigned i = 0; i < 100; i++)
			assert_int_equal(*table_find(&t, hashes[h], is_number,
					     &i),
			    i + 1);
		for (unsigned i = 100; i < 110; i++)
			assert_null(table_find(&t, hashes[h], is_number, &i));
		table_free(&t);
	}
}

static void
keys_differ_by_any_octet(void **state)
{
	char key[40] = { 0 };
	struct table t;

	(void)state;
	assert_int_equal(table_init(&t), 0);
	for (size_t size = 0; size < sizeof(key); size++) {
		struct view v = exactly(key, size);
		uint32_t hash = table_hash(&t, 0, v);

		assert_true(hash == table_hash(&t, 0, v));
		assert_true(hash % TABLE_KINDS == 0);
		/* One in a thousand million may be equal, not all. */
		if (size > 0) {
			struct view less = view_part(v, 0, size - 1);
			uint32_t other = table_hash(&t, 0, less);

			key[size - 1] = 1;
			assert_true(other != hash ||
			    table_hash(&t, 0, (struct view){ key, size }) !=
				hash);
			key[size - 1] = 0;
		}
		exact_free(v);
	}
	table_free(&t);
}

static void
two_tables_hash_differently(void **state)
{
	struct table a, b;
	unsigned same = 0;
	char text[16];

	(void)state;
	assert_int_equal(table_init(&a), 0);
	assert_int_equal(table_init(&b), 0);
	for (unsigned i = 0; i < 100; i++)
		same += table_hash(&a, 0, key_of(i, text)) ==
		    table_hash(&b, 0, key_of(i, text));
	assert_true(same < 10);
	table_free(&a);
	table_free(&b);
}

static void
takes_ten_octets_a_value_once_fitted(void **state)
{
	struct table t;

	(void)state;
	assert_int_equal(table_init(&t), 0);
	assert_int_equal(table_size(&t), 0);
	for (unsigned i = 0; i < 10000; i++)
		add_number(&t, 0, i);
	assert_int_equal(table_fit(&t), 0);
	assert_true(table_size(&t) <= 10 * 10001);
	assert_int_equal(table_fit(&t), 0);
	add_number(&t, 0, 10000);
	assert_int_equal(*find_number(&t, 0, 10000), 10001);
	assert_int_equal(*find_number(&t, 0, 77), 78);
	table_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_what_was_added_and_nothing_else),
		cmocka_unit_test(kinds_do_not_meet),
		cmocka_unit_test(a_value_can_be_replaced),
		cmocka_unit_test(equal_hashes_are_told_apart),
		cmocka_unit_test(keys_differ_by_any_octet),
		cmocka_unit_test(two_tables_hash_differently),
		cmocka_unit_test(takes_ten_octets_a_value_once_fitted),
	};

	return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
