// SPDX-License-Identifier: BSD-2-Clause
#include "policy/users.h"

#include <stdio.h>

#include "base/text.h"
#include "oom.h"
#include "t.h"

static const struct view domains[] = { { "example.net", 11 },
	{ "Example.ORG", 11 } };

static struct users_map *
make(const char *aliases, struct err *e)
{
	struct view v = exact_string(aliases);
	struct users_map *m = users_map_new(domains, LENGTH(domains),
	    VIEW("+="), v, "aliases", e);

	exact_free(v); /* the map has copied what it keeps */
	return m;
}

static void
check_user(const struct users_map *m, const char *recipient, const char *want)
{
	char user[LIMIT_USER_NAME_SIZE + 1] = "unset";
	struct view v = exact_string(recipient);

	check_number(recipient, users_map_find(m, v, user), want[0] != '\0');
	check_string(recipient, user, want);
	exact_free(v);
}

static const char aliases[] = "# who is who\n"
			      "\n"
			      "Alice.Example@example.net alice\r\n"
			      "sales@example.net: bob   # he likes it\n"
			      "\t jobs+hr@Example.Net:\tcarol \n"
			      "@example.org  postmaster\n"
			      "@elsewhere.example dave\n"
			      "eve@example.org eve\n"
			      "o'hara@example.net ohara\n"
			      "twice@example.net bob\n"
			      "TWICE@example.net bob";

static void
recipients_map_to_users(void **state)
{
	static const struct {
		const char *recipient, *user;
	} rows[] = {
		{ "alice@example.net", "alice" },
		{ "ALICE@EXAMPLE.NET", "alice" },
		{ "<alice@example.net>", "alice" },
		{ "alice+lists@example.net", "alice" },
		{ "alice=lists+more@example.net", "alice" },
		{ "a.b_c-d@example.net", "a.b_c-d" },
		{ "alice.example@example.net", "alice" },
		{ "Alice.Example+x@example.net", "alice" },
		{ "sales@example.net", "bob" },
		{ "jobs+hr@example.net", "carol" },
		{ "jobs+it@example.net", "jobs" },
		{ "jobs@example.net", "jobs" },
		{ "anybody@example.org", "postmaster" },
		{ "eve@example.org", "eve" },
		{ "eve+x@example.org", "eve" },
		{ "whoever@elsewhere.example", "dave" },
		{ "o'hara@example.net", "ohara" },
		{ "twice@example.net", "bob" },
		/* Nobody's here. */
		{ "alice@example.com", "" },
		{ "alice@sub.example.net", "" },
		{ "alice@notexample.net", "" },
		{ "alice", "" },
		{ "@example.net", "" },
		{ "alice@", "" },
		{ "", "" },
		{ "<>", "" },
		{ "+x@example.net", "" },
		{ ".alice@example.net", "" },
		{ "-alice@example.net", "" },
		{ "..@example.net", "" },
		{ "a..b@example.net", "" },
		{ "../etc@example.net", "" },
		{ "a/b@example.net", "" },
		{ "alice//usr/share@example.net", "" },
		{ "alice/../bob@example.net", "" },
		{ "alice/@example.net", "" },
		{ "/alice@example.net", "" },
		{ "alice+/../bob@example.net", "alice" },
		{ ".@example.net", "" },
		{ "alice\\..@example.net", "" },
		{ "a b@example.net", "" },
		{ "a'b@example.net", "" },
		{ "\"alice\"@example.net", "" },
		{ "al\u00EDce@example.net", "" },
		{ "bob@example.com@example.net", "bob@example.com" },
		{ "@a.example,@b.example:bob@example.net", "" },
	};
	struct users_map *m;
	struct err e = ERR_NONE;

	(void)state;
	m = make(aliases, &e);
	if (m == NULL)
		fail_msg("%s", e.text);
	for (size_t i = 0; i < LENGTH(rows); i++)
		check_user(m, rows[i].recipient, rows[i].user);
	users_map_free(m);
}

static void
without_delimiters_an_extension_is_part_of_the_name(void **state)
{
	struct users_map *m =
	    users_map_new(domains, 1, VIEW(""), VIEW(""), "", NULL);

	(void)state;
	check_user(m, "alice+x@example.net", "alice+x");
	check_user(m, "alice@example.org", "");
	users_map_free(m);
	users_map_free(NULL);
}

static void
errors_name_the_line(void **state)
{
	static const struct {
		const char *aliases, *want;
	} rows[] = {
		{ "alice@example.net\n", "aliases:1: expected" },
		{ "\n#\nalice@example.net:\n", "aliases:3: expected" },
		{ "alice bob\n", "aliases:1: \"alice\" is no address" },
		{ "@ bob\n", "aliases:1: \"@\" is no address" },
		{ "@a@b bob\n", "aliases:1: \"@a@b\" is no address" },
		{ "a@b.example bob carol\n",
		    "aliases:1: \"bob carol\" cannot be a user's name" },
		{ "a@b.example Bob\n",
		    "aliases:1: \"Bob\" cannot be a user's name" },
		{ "a@b.example ../bob\n", "cannot be a user's name" },
		{ "a@b.example alice//usr/share\n", "cannot be a user's name" },
		{ "a@b.example alice/../bob\n", "cannot be a user's name" },
		{ "a@b.example alice/\n", "cannot be a user's name" },
		{ "a@b.example /alice\n", "cannot be a user's name" },
		{ "a@b.example .\n", "cannot be a user's name" },
		{ "a@b.example ..\n", "cannot be a user's name" },
		{ "a@b.example .alice\n", "cannot be a user's name" },
		{ "a@b.example alice..\n", "cannot be a user's name" },
		{ "a@b.example bob\nx@b.example x\nA@B.example carol\n",
		    "aliases:3: \"A@B.example\" belongs to another user in "
		    "line 1" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct err e = ERR_NONE;

		if (make(rows[i].aliases, &e) != NULL)
			fail_msg("%s: taken", rows[i].aliases);
		check_contains(rows[i].aliases, e.text, rows[i].want);
	}
}

static void
what_is_no_domain_is_refused(void **state)
{
	static const char *const bad[] = { "", "a@b", "exa mple.net", ".",
		".example.net", "example.net.", "example..net", "*.example.net",
		"example.net,example.org", "https://example.net", "<b>",
		"[192.0.2.1]", "exam\tple.net" };
	static const char *const good[] = { "example.net", "EXAMPLE.NET",
		"localhost", "a_b.example.net", "xn--bcher-kva.example",
		"b\xC3\xBC"
		"cher.example" };

	(void)state;
	for (size_t i = 0; i < LENGTH(bad) + LENGTH(good); i++) {
		bool wrong = i < LENGTH(bad);
		const char *name = wrong ? bad[i] : good[i - LENGTH(bad)];
		struct view domain = view_of(name);
		struct err e = ERR_NONE;
		struct users_map *m =
		    users_map_new(&domain, 1, VIEW("+"), VIEW(""), "", &e);

		check_number(name, m == NULL, wrong);
		check_contains(name, e.text, wrong ? "is no domain" : "");
		users_map_free(m);
	}
}

static void
many_aliases_are_all_found(void **state)
{
	enum { MANY = 100000 };
	struct text bytes = TEXT_INIT(LIMIT_ALIASES_SIZE);
	struct users_map *m;
	struct err e = ERR_NONE;

	(void)state;
	for (int i = 0; i < MANY; i++)
		text_addf(&bytes, "a%d@example.com user%d\n", i, i % 1000);
	m = users_map_new(NULL, 0, VIEW("+"), text_view(&bytes), "a", &e);
	if (m == NULL)
		fail_msg("%s", e.text);
	for (int i = 0; i < MANY; i += 77) {
		char user[LIMIT_USER_NAME_SIZE + 1], recipient[40], want[40];

		snprintf(recipient, sizeof(recipient), "A%d+x@example.com", i);
		snprintf(want, sizeof(want), "user%d", i % 1000);
		assert_true(users_map_find(m, view_of(recipient), user));
		assert_string_equal(user, want);
	}
	check_user(m, "a100000@example.com", "");
	users_map_free(m);
	text_free(&bytes);
}

static void
a_file_past_its_size_is_refused(void **state)
{
	struct text bytes = TEXT_INIT((size_t)LIMIT_ALIASES_SIZE + 1);
	struct users_map *m;
	struct err e = ERR_NONE;

	(void)state;
	while (bytes.size < LIMIT_ALIASES_SIZE)
		text_add_byte(&bytes, '\n');
	m = users_map_new(NULL, 0, VIEW(""), text_view(&bytes), "a", &e);
	assert_non_null(m);
	users_map_free(m);
	text_add_byte(&bytes, '\n');
	assert_null(users_map_new(NULL, 0, VIEW(""), text_view(&bytes), "a",
	    &e));
	check_contains("one past it", e.text, "a: larger than");
	text_free(&bytes);
}

static void
a_users_name_can_be_a_folders(void **state)
{
	static const struct {
		const char *name;
		bool ok;
	} rows[] = {
		{ "alice", true },
		{ "0", true },
		{ "alice@example.net", true },
		{ "a+b-c_d.e", true },
		{ "a.", true },
		{ "", false },
		{ ".", false },
		{ "..", false },
		{ "a..b", false },
		{ "a/b", false },
		{ "Alice", false },
		{ "-a", false },
		{ "@a", false },
		{ "_a", false },
		{ "a b", false },
		{ "a\nb", false },
		{ "\xC3\xA4", false },
	};
	char name[LIMIT_USER_NAME_SIZE + 2];

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		check_number(rows[i].name, users_name_ok(view_of(rows[i].name)),
		    rows[i].ok);
	assert_false(users_name_ok(VIEW("a\0b")));
	memset(name, 'a', sizeof(name));
	assert_true(users_name_ok((struct view){ name, LIMIT_USER_NAME_SIZE }));
	assert_false(users_name_ok((struct view){ name,
	    LIMIT_USER_NAME_SIZE + 1 }));
}

static void
the_longest_name_fits_and_one_longer_is_nobody(void **state)
{
	struct users_map *m = make("", NULL);
	struct text name = TEXT_INIT(2000), address = TEXT_INIT(2000);

	(void)state;
	while (name.size < LIMIT_USER_NAME_SIZE)
		text_add_byte(&name, 'x');
	text_addf(&address, "%s@example.net", text_string(&name));
	check_user(m, text_string(&address), text_string(&name));
	text_clear(&address);
	text_addf(&address, "x%s@example.net", text_string(&name));
	check_user(m, text_string(&address), "");
	while (name.size < 1000)
		text_add_byte(&name, 'x');
	text_clear(&address);
	text_addf(&address, "alice+%s@example.net", text_string(&name));
	check_user(m, text_string(&address), "");
	text_free(&name);
	text_free(&address);
	users_map_free(m);
}

static void
without_memory_making_fails(void **state)
{
	struct err e = ERR_NONE;
	struct users_map *m;
	unsigned n;

	(void)state;
	for (n = 1; oom_next(n); n++) {
		m = users_map_new(domains, LENGTH(domains), VIEW("+"),
		    view_of(aliases), "aliases", &e);
		assert_true((m == NULL) == oom_happened());
		if (m == NULL)
			check_contains("why", e.text, "out of memory");
		users_map_free(m);
	}
	assert_true(n > 4);
}

/* A user who could not be found for lack of memory would be nobody. */
static void
looking_up_takes_no_memory(void **state)
{
	struct users_map *m = make(aliases, NULL);
	char user[LIMIT_USER_NAME_SIZE + 1] = "";
	bool found;

	(void)state;
	oom_at(1);
	found = users_map_find(m, VIEW("alice+x@example.net"), user);
	assert_false(oom_happened());
	oom_at(0);
	assert_true(found);
	check_string("user", user, "alice");
	users_map_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recipients_map_to_users),
		cmocka_unit_test(
		    without_delimiters_an_extension_is_part_of_the_name),
		cmocka_unit_test(errors_name_the_line),
		cmocka_unit_test(what_is_no_domain_is_refused),
		cmocka_unit_test(many_aliases_are_all_found),
		cmocka_unit_test(a_file_past_its_size_is_refused),
		cmocka_unit_test(a_users_name_can_be_a_folders),
		cmocka_unit_test(
		    the_longest_name_fits_and_one_longer_is_nobody),
		cmocka_unit_test(without_memory_making_fails),
		cmocka_unit_test(looking_up_takes_no_memory),
	};

	return cmocka_run_group_tests_name("users", tests, NULL, NULL);
}
