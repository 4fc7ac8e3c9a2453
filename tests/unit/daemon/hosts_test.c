// SPDX-License-Identifier: BSD-2-Clause
#include "daemon/hosts.h"

#include "t.h"

static void
an_address_is_in_a_network_or_not(void **state)
{
	static const struct {
		const char *name, *entry, *address;
		bool want;
	} rows[] = {
		{ "same", "192.0.2.1", "192.0.2.1", true },
		{ "neighbour", "192.0.2.1", "192.0.2.2", false },
		{ "in a /8", "127.0.0.0/8", "127.255.255.255", true },
		{ "past a /8", "127.0.0.0/8", "128.0.0.0", false },
		{ "first of a /25", "192.0.2.128/25", "192.0.2.128", true },
		{ "last before a /25", "192.0.2.128/25", "192.0.2.127", false },
		{ "/32", "192.0.2.1/32", "192.0.2.1", true },
		{ "/0 takes all of its family", "0.0.0.0/0", "203.0.113.9",
		    true },
		{ "/0 leaves the other family", "0.0.0.0/0", "2001:db8::1",
		    false },
		{ "IPv6", "2001:db8::/32", "2001:db8:1::9", true },
		{ "IPv6 outside", "2001:db8::/32", "2001:db9::1", false },
		{ "IPv6 in odd bits", "2001:db8::/33", "2001:db8:8000::1",
		    false },
		{ "mapped", "192.0.2.0/24", "::ffff:192.0.2.7", true },
		{ "Sendmail's IPv6", "::1", "IPv6:::1", true },
		{ "no address", "192.0.2.0/24", "unknown", false },
		{ "empty", "192.0.2.0/24", "", false },
		{ "longer than any", "192.0.2.0/24",
		    "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000",
		    false },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view entry = view_of(rows[i].entry);
		struct view address = exact_string(rows[i].address);
		struct hosts *h = hosts_new(&entry, 1, NULL);

		if (h == NULL)
			fail_msg("%s: refused", rows[i].name);
		check_number(rows[i].name, hosts_contain(h, address),
		    rows[i].want);
		hosts_free(h);
		exact_free(address);
	}
}

static void
what_is_no_address_is_refused(void **state)
{
	static const char *const rows[] = { "", "/", "/8", "localhost",
		"192.0.2.1/", "192.0.2.1/33", "192.0.2.1/x", "192.0.2",
		"2001:db8::/129", "192.0.2.1/ 8" };

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view entry = view_of(rows[i]);
		struct err e = ERR_NONE;
		struct hosts *h = hosts_new(&entry, 1, &e);

		if (h != NULL)
			fail_msg("\"%s\": accepted", rows[i]);
		check_contains(rows[i], e.text, rows[i]);
	}
}

static void
an_empty_list_contains_nobody(void **state)
{
	struct hosts *h = hosts_new(NULL, 0, NULL);

	(void)state;
	assert_non_null(h);
	assert_false(hosts_contain(h, VIEW("127.0.0.1")));
	hosts_free(h);
	hosts_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_is_in_a_network_or_not),
		cmocka_unit_test(what_is_no_address_is_refused),
		cmocka_unit_test(an_empty_list_contains_nobody),
	};

	return cmocka_run_group_tests_name("hosts", tests, NULL, NULL);
}
