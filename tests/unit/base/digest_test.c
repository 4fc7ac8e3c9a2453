// SPDX-License-Identifier: BSD-2-Clause
#include "base/digest.h"

#include "oom.h"
#include "t.h"

static void
hashes_as_the_standard_says(void **state)
{
	/* FIPS 180-4's examples. */
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "",
		    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b"
		    "7852b855" },
		{ "abc",
		    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61"
		    "f20015ad" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd4"
		    "19db06c1" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view v = exact_string(rows[i].text);
		char hex[DIGEST_HEX_SIZE];

		assert_int_equal(digest_hex(v, hex), 0);
		check_string(rows[i].text, hex, rows[i].want);
		exact_free(v);
	}
}

static void
a_view_without_data_is_empty(void **state)
{
	char none[DIGEST_HEX_SIZE], empty[DIGEST_HEX_SIZE];
	struct view nothing = { NULL, 0 };

	(void)state;
	assert_int_equal(digest_hex(nothing, none), 0);
	assert_int_equal(digest_hex(VIEW(""), empty), 0);
	check_string("hash", none, empty);
	assert_int_equal(digest_key(nothing, &nothing, 1, none), 0);
	assert_int_equal(digest_key(VIEW(""), &VIEW(""), 1, empty), 0);
	check_string("key", none, empty);
}

static void
a_key_is_an_hmac_of_parts_with_their_lengths(void **state)
{
	const struct view part = VIEW("abc");
	char hex[DIGEST_HEX_SIZE];

	(void)state;
	assert_int_equal(digest_key(VIEW("key"), &part, 1, hex), 0);
	/* printf 3:abc | openssl dgst -sha256 -hmac key */
	check_string("key", hex,
	    "b1276469aae36eb2925729bb524bcab9ddaa14554df0124c6aa43df8"
	    "ae063e51");
	assert_int_equal(digest_key(VIEW("key"), NULL, 0, hex), 0);
	/* printf '' | openssl dgst -sha256 -hmac key */
	check_string("no parts", hex,
	    "5d5d139563c95b5967b9bd9a8c9b233a9dedb45072794cd232dc1b74"
	    "832607d0");
}

static void
no_two_lists_of_parts_share_a_key(void **state)
{
	static const struct {
		size_t count;
		struct view parts[3];
	} rows[] = {
		{ 1, { { "abc", 3 } } },
		{ 2, { { "ab", 2 }, { "c", 1 } } },
		{ 2, { { "a", 1 }, { "bc", 2 } } },
		{ 3, { { "ab", 2 }, { "c", 1 }, { "", 0 } } },
		{ 2, { { "", 0 }, { "abc", 3 } } },
		{ 1, { { "2:ab1:c", 7 } } },
		{ 0, { { NULL, 0 } } },
		{ 1, { { "", 0 } } },
		{ 1, { { "ab\0c", 4 } } },
	};
	char hex[LENGTH(rows)][DIGEST_HEX_SIZE];

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		assert_int_equal(digest_key(VIEW("secret"), rows[i].parts,
				     rows[i].count, hex[i]),
		    0);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(hex[i], hex[j]);
	}
}

static void
another_secret_gives_another_key(void **state)
{
	char one[DIGEST_HEX_SIZE], two[DIGEST_HEX_SIZE];

	(void)state;
	assert_int_equal(digest_key(VIEW("a"), &VIEW("x"), 1, one), 0);
	assert_int_equal(digest_key(VIEW("b"), &VIEW("x"), 1, two), 0);
	assert_string_not_equal(one, two);
}

static void
without_memory_there_is_no_key(void **state)
{
	char hex[DIGEST_HEX_SIZE];

	(void)state;
	for (unsigned n = 1; oom_next(n); n++) {
		int result = digest_key(VIEW("a"), &VIEW("x"), 1, hex);

		assert_int_equal(result, oom_happened() ? -1 : 0);
	}
}

static void
random_bytes_fill_exactly_what_was_asked(void **state)
{
	unsigned char bytes[600], none[8] = { 0 };
	size_t same = 0;

	(void)state;
	memset(bytes, 0, sizeof(bytes));
	assert_int_equal(digest_random(bytes, 0), 0);
	assert_memory_equal(bytes, none, sizeof(none));
	/* More than getrandom(2) promises in one go. */
	assert_int_equal(digest_random(bytes, sizeof(bytes) - 8), 0);
	assert_memory_equal(bytes + sizeof(bytes) - 8, none, sizeof(none));
	for (size_t i = 0; i + 8 < sizeof(bytes) - 8; i += 8)
		same += memcmp(bytes + i, none, 8) == 0;
	assert_int_equal(same, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashes_as_the_standard_says),
		cmocka_unit_test(a_view_without_data_is_empty),
		cmocka_unit_test(a_key_is_an_hmac_of_parts_with_their_lengths),
		cmocka_unit_test(no_two_lists_of_parts_share_a_key),
		cmocka_unit_test(another_secret_gives_another_key),
		cmocka_unit_test(without_memory_there_is_no_key),
		cmocka_unit_test(random_bytes_fill_exactly_what_was_asked),
	};

	return cmocka_run_group_tests_name("digest", tests, NULL, NULL);
}
