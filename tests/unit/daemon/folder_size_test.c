// SPDX-License-Identifier: BSD-2-Clause
/*
 * folder_size_test.c - a user's files of contacts have one limit together, so
 * that many do not take many times as long as one.
 */
#include "daemon/folders.h"

#include <string.h>

#include "base/limits.h"
#include "t.h"
#include "unit/daemon/lab.h"

enum { MB = 1024 * 1024, FIRST = 200 * MB };

static void
files_of_contacts_have_one_limit(void **state)
{
	static const struct {
		const char *name;
		size_t second; /* octets of the second file */
		enum folder_state state;
		const char *complaint;
	} rows[] = {
		{ "at the limit", LIMIT_CONTACTS_SIZE - FIRST, FOLDER_OK,
		    "alice/contacts.txt:1: 1 row could not be read" },
		{ "past it", LIMIT_CONTACTS_SIZE - FIRST + 1, FOLDER_BROKEN,
		    "alice/more.txt: the files of contacts are larger than 256 "
		    "MB in all" },
	};
	struct lab *l = *state;
	char *large = test_malloc(FIRST + 1);

	lab_write(l, "users/alice/rules.conf",
	    "contacts = ( \"contacts.txt\", \"more.txt\" );\n");
	memset(large, 'x', FIRST);
	memcpy(large + FIRST - 13, "\nBob Example\n", 13);
	large[FIRST] = '\0';
	lab_write(l, "users/alice/contacts.txt", large);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct err e = ERR_NONE;
		struct folders *f = folders_new(lab_path(l, "users").text,
		    lab_path(l, "templates").text, 4, &e);
		const struct folder *folder;
		bool fresh;

		memset(large, '\n', FIRST);
		large[rows[i].second] = '\0';
		lab_write(l, "users/alice/more.txt", large);
		folder = folders_get(f, "alice", &fresh, &e);
		assert_non_null(folder);
		check_number(rows[i].name, folder->state, rows[i].state);
		check_contains(rows[i].name, folder->complaint,
		    rows[i].complaint);
		folders_put(f, folder);
		folders_free(f);
	}
	test_free(large);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    files_of_contacts_have_one_limit, lab_open, lab_close),
	};

	return cmocka_run_group_tests_name("folder_size", tests, lab_begin,
	    lab_end);
}
