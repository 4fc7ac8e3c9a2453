// SPDX-License-Identifier: BSD-2-Clause
#include "mail/addr.h"

#include "t.h"

/* As many octets as the names say. */
#define L64 "a123456789b123456789c123456789d123456789e123456789f123456789g123"
#define L63 "a123456789b123456789c123456789d123456789e123456789f123456789g12"
#define L58 "a123456789b123456789c123456789d123456789e123456789f1234567"

static void
splits_at_the_last_at(void **state)
{
	static const struct {
		const char *address;
		int result;
		const char *local, *domain;
	} rows[] = {
		{ "alice@example.com", 0, "alice", "example.com" },
		{ " <alice@example.com> ", 0, "alice", "example.com" },
		{ "\"a@b\"@example.com", 0, "\"a@b\"", "example.com" },
		{ "alice", -1, "x", "x" },
		{ "@example.com", -1, "x", "x" },
		{ "alice@", -1, "x", "x" },
		{ "<>", -1, "x", "x" },
		{ "", -1, "x", "x" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view address = exact_string(rows[i].address);
		struct view local = VIEW("x"), domain = VIEW("x");

		check_number(rows[i].address,
		    addr_split(address, &local, &domain), rows[i].result);
		check_view(rows[i].address, local, rows[i].local);
		check_view(rows[i].address, domain, rows[i].domain);
		exact_free(address);
	}
}

static void
bares_one_pair_of_brackets(void **state)
{
	static const struct {
		const char *address, *want;
	} rows[] = {
		{ "<a@example.com>", "a@example.com" },
		{ " < a@example.com >\r\n", "a@example.com" },
		{ "<<a@example.com>>", "<a@example.com>" },
		{ "<a@example.com", "<a@example.com" },
		{ "<>", "" },
		{ "<", "<" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view address = exact_string(rows[i].address);

		check_view(rows[i].address, addr_bare(address), rows[i].want);
		exact_free(address);
	}
}

static void
writes_only_to_plain_addresses(void **state)
{
	static const struct {
		const char *address;
		bool want;
	} rows[] = {
		{ "alice@example.com", true },
		{ "alice.b+c=d!#$%&'*-/?^_`{|}~@example.com", true },
		{ "a@b.c-d.example", true },
		{ "a@4you.example", true },
		{ "a@xn--mller-kva.example", true },
		{ L64 "@example.com", true },
		{ L64 "x@example.com", false },
		{ "a@" L63 ".example", true },
		{ "a@" L63 "x.example", false },
		/* 254 octets, and one more */
		{ "a@" L63 "." L63 "." L63 "." L58 ".x", true },
		{ "a@" L63 "." L63 "." L63 "." L58 ".xy", false },
		{ "alice", false },
		{ "alice@example", false },
		{ "alice@example.com.", false },
		{ "alice@.example.com", false },
		{ "alice@example..com", false },
		{ "alice@-example.com", false },
		{ "alice@example-.com", false },
		{ "alice@exam_ple.com", false },
		{ "alice@192.0.2.1", false },
		{ "alice@[192.0.2.1]", false },
		{ "@example.com", false },
		{ ".alice@example.com", false },
		{ "alice.@example.com", false },
		{ "al..ice@example.com", false },
		{ "\"alice\"@example.com", false },
		{ "alice(x)@example.com", false },
		{ "al ice@example.com", false },
		{ "alice@example.com ", false },
		{ "<alice@example.com>", false },
		{ "alice@bob@example.com", false },
		{ "alice@example.com,bob@example.com", false },
		{ "alice\r\nBcc:x@example.com", false },
		{ "-oQ/tmp@example.com", false },
		{ "alic\xC3\xA9@example.com", false },
		{ "", false },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view address = exact_string(rows[i].address);

		check_number(rows[i].address, addr_is_plain(address),
		    rows[i].want);
		exact_free(address);
	}
}

static void
compares_without_regard_to_case(void **state)
{
	(void)state;
	assert_true(addr_equal(VIEW("Alice@Example.COM"),
	    VIEW("<alice@example.com>")));
	assert_false(addr_equal(VIEW("alice@example.com"),
	    VIEW("alice@example.org")));
	assert_true(addr_equal(VIEW("<>"), VIEW("")));
}

static void
finds_a_domain_on_or_below_a_list(void **state)
{
	static const struct view list[] = { VIEW("linkedin.com"),
		VIEW("example.org"), VIEW("") };
	static const struct {
		const char *domain;
		bool on, below;
	} rows[] = {
		{ "linkedin.com", true, true },
		{ "LinkedIn.Com", true, true },
		{ "example.org", true, true },
		{ "e.linkedin.com", false, true },
		{ "a.b.example.org", false, true },
		{ "notlinkedin.com", false, false },
		{ "linkedin.com.example", false, false },
		{ ".linkedin.com", false, false },
		{ "com", false, false },
		{ "", false, false },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view domain = exact_string(rows[i].domain);

		check_number(rows[i].domain,
		    addr_domain_in(domain, list, LENGTH(list), false),
		    rows[i].on);
		check_number(rows[i].domain,
		    addr_domain_in(domain, list, LENGTH(list), true),
		    rows[i].below);
		exact_free(domain);
	}
	assert_false(addr_domain_in(VIEW("example.org"), NULL, 0, true));
}

static void
cuts_the_extension_off_a_local_part(void **state)
{
	static const struct {
		const char *local, *delimiters, *want;
	} rows[] = {
		{ "alice+lists", "+", "alice" },
		{ "alice+a+b", "+", "alice" },
		{ "alice-a+b", "+-", "alice" },
		{ "alice", "+", "alice" },
		{ "alice+", "+", "alice" },
		{ "+alice", "+", "+alice" },
		{ "alice+lists", "", "alice+lists" },
		{ "", "+", "" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view local = exact_string(rows[i].local);

		check_view(rows[i].local,
		    addr_without_extension(local, view_of(rows[i].delimiters)),
		    rows[i].want);
		exact_free(local);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(splits_at_the_last_at),
		cmocka_unit_test(bares_one_pair_of_brackets),
		cmocka_unit_test(writes_only_to_plain_addresses),
		cmocka_unit_test(compares_without_regard_to_case),
		cmocka_unit_test(finds_a_domain_on_or_below_a_list),
		cmocka_unit_test(cuts_the_extension_off_a_local_part),
	};

	return cmocka_run_group_tests_name("addr", tests, NULL, NULL);
}
