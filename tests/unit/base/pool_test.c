// SPDX-License-Identifier: BSD-2-Clause
#include "base/pool.h"

#include <stdalign.h>

#include "oom.h"
#include "t.h"

enum { GRAIN = alignof(max_align_t) };

static bool
is_zero(const char *data, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (data[i] != 0)
			return false;
	return true;
}

static void
hands_out_zeroed_and_aligned_memory(void **state)
{
	static const size_t sizes[] = { 1, 3, GRAIN, GRAIN + 1, 4095, 4096,
		4097, 300000, 0 };
	struct pool *p = pool_new(1000000);
	char *last = NULL;

	(void)state;
	for (size_t i = 0; i < LENGTH(sizes); i++) {
		char *data = pool_alloc(p, sizes[i]);

		assert_non_null(data);
		assert_ptr_not_equal(data, last);
		assert_int_equal((uintptr_t)data % GRAIN, 0);
		assert_true(is_zero(data, sizes[i]));
		memset(data, 'x', sizes[i]);
		last = data;
	}
	assert_true(pool_ok(p));
	pool_free(p);
}

static void
small_pieces_keep_their_content(void **state)
{
	enum { COUNT = 20000 };
	struct pool *p = pool_new(10000000);
	int **numbers = pool_array(p, COUNT, sizeof(*numbers));

	(void)state;
	assert_non_null(numbers);
	for (int i = 0; i < COUNT; i++) {
		numbers[i] = pool_alloc(p, sizeof(*numbers[i]));
		assert_non_null(numbers[i]);
		*numbers[i] = i;
	}
	for (int i = 0; i < COUNT; i++)
		assert_int_equal(*numbers[i], i);
	pool_free(p);
}

static void
the_ceiling_is_for_all_together(void **state)
{
	static const struct {
		const char *name;
		size_t limit, first, second;
		bool fits;
	} rows[] = {
		{ "at the limit", 100, 100, 0, true },
		{ "one past it", 100, 101, 0, false },
		{ "two at the limit", 4 * GRAIN, 3 * GRAIN, GRAIN, true },
		{ "two, one past it", 4 * GRAIN, 3 * GRAIN, GRAIN + 1, false },
		{ "small ones count as what they take", 2 * GRAIN, 1, GRAIN + 1,
		    false },
		{ "far past it", 100, SIZE_MAX, 0, false },
		{ "just below all there is", SIZE_MAX, SIZE_MAX - 8, 0, false },
		{ "no room at all", 0, 1, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct pool *p = pool_new(rows[i].limit);
		bool got = pool_alloc(p, rows[i].first) != NULL;

		if (got && rows[i].second > 0)
			got = pool_alloc(p, rows[i].second) != NULL;
		if (got != rows[i].fits || pool_ok(p) != rows[i].fits)
			fail_msg("%s: got %d", rows[i].name, got);
		assert_true(pool_used(p) <= rows[i].limit);
		pool_free(p);
	}
}

/* Else a message could take many times its ceiling in pieces of one octet. */
static void
tiny_pieces_cannot_take_more_than_the_ceiling(void **state)
{
	struct pool *p = pool_new(100 * GRAIN);
	int count = 0;

	(void)state;
	while (pool_alloc(p, 1) != NULL)
		count++;
	assert_int_equal(count, 100);
	assert_int_equal(pool_used(p), 100 * GRAIN);
	pool_free(p);
}

static void
a_failure_is_remembered_though_less_would_fit(void **state)
{
	struct pool *p = pool_new(64);

	(void)state;
	assert_null(pool_alloc(p, 65));
	assert_false(pool_ok(p));
	assert_non_null(pool_alloc(p, 64));
	assert_false(pool_ok(p));
	pool_free(p);
}

static void
an_array_is_as_large_as_its_product(void **state)
{
	struct pool *p = pool_new(1000);

	(void)state;
	assert_non_null(pool_array(p, 10, 50));
	assert_non_null(pool_array(p, 0, 50));
	assert_non_null(pool_array(p, 50, 0));
	assert_true(pool_ok(p));
	assert_null(pool_array(p, SIZE_MAX / 2 + 2, 2));
	assert_false(pool_ok(p));
	pool_free(p);
}

static void
a_copy_ends_with_a_nul(void **state)
{
	struct pool *p = pool_new(1000);
	struct view from = exactly("a\0b", 3), copy = pool_copy(p, from);

	(void)state;
	assert_ptr_not_equal(copy.data, from.data);
	exact_free(from);
	assert_int_equal(copy.size, 3);
	assert_memory_equal(copy.data, "a\0b", 4);
	copy = pool_copy(p, (struct view){ NULL, 0 });
	assert_non_null(copy.data);
	assert_int_equal(copy.size, 0);
	assert_int_equal(copy.data[0], '\0');
	pool_free(p);
}

static void
a_copy_that_does_not_fit_is_no_view(void **state)
{
	struct pool *p = pool_new(3);
	struct view copy = pool_copy(p, VIEW("123"));

	(void)state;
	assert_null(copy.data);
	assert_int_equal(copy.size, 0);
	copy = pool_copy(p, VIEW("12"));
	check_view("with its NUL it fits", copy, "12");
	pool_free(p);
}

static void
without_memory_the_request_fails(void **state)
{
	(void)state;
	pool_free(NULL);
	for (unsigned n = 1; oom_next(n); n++) {
		struct pool *p = pool_new(100000);
		bool got;

		if (p == NULL) {
			assert_true(oom_happened());
			continue;
		}
		got = pool_alloc(p, 10) != NULL && pool_alloc(p, 5000) != NULL;
		assert_int_equal(got, !oom_happened());
		assert_int_equal(pool_ok(p), !oom_happened());
		pool_free(p);
	}
}

static void
a_cleared_pool_is_as_new(void **state)
{
	struct pool *p = pool_new(100000);

	(void)state;
	for (int round = 0; round < 3; round++) {
		const char *zeroes;

		memset(pool_alloc(p, 60000), 'x', 60000);
		assert_null(pool_alloc(p, 60000));
		assert_false(pool_ok(p));
		pool_clear(p);
		assert_true(pool_ok(p));
		assert_int_equal(pool_used(p), 0);
		zeroes = pool_alloc(p, 100000);
		for (size_t i = 0; i < 100000; i++)
			assert_int_equal(zeroes[i], 0);
		pool_clear(p);
	}
	pool_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hands_out_zeroed_and_aligned_memory),
		cmocka_unit_test(small_pieces_keep_their_content),
		cmocka_unit_test(the_ceiling_is_for_all_together),
		cmocka_unit_test(tiny_pieces_cannot_take_more_than_the_ceiling),
		cmocka_unit_test(a_failure_is_remembered_though_less_would_fit),
		cmocka_unit_test(an_array_is_as_large_as_its_product),
		cmocka_unit_test(a_copy_ends_with_a_nul),
		cmocka_unit_test(a_cleared_pool_is_as_new),
		cmocka_unit_test(a_copy_that_does_not_fit_is_no_view),
		cmocka_unit_test(without_memory_the_request_fails),
	};

	return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
