// SPDX-License-Identifier: BSD-2-Clause
/*
 * split_test.c - which recipients are refused for now.
 */
#include "daemon/split.h"

#include "daemon/session.h"
#include "t.h"
#include "unit/daemon/lab.h"

#define RULES "rules = ( { name = \"all\"; when = {}; do = \"deliver\"; } );\n"
#define NETWORK "m-1@bounce.linkedin.com"

static void
whose_rules_may_differ(void **state)
{
	static const struct {
		const char *name;
		struct split_facts facts; /* first, user, folders of both */
		bool want;
	} rows[] = {
		{ "the first one", { "", "alice", false, true }, false },
		{ "nobody here", { "alice", "", true, false }, false },
		{ "the same user", { "alice", "alice", true, true }, false },
		{ "both have folders", { "alice", "bob", true, true }, true },
		{ "the first has", { "alice", "bob", true, false }, true },
		{ "the other has", { "alice", "bob", false, true }, true },
		{ "neither has", { "alice", "bob", false, false }, false },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		check_number(rows[i].name, split_is_wanted(&rows[i].facts),
		    rows[i].want);
}

static void
whose_reverse_paths_are_a_networks(void **state)
{
	static const struct {
		const char *from;
		bool want;
	} rows[] = {
		{ NETWORK, true },
		{ "m-1@BOUNCE.LinkedIn.com", true },
		{ "m-1@a.bounce.linkedin.com", true },
		{ "", false },
		{ "MAILER-DAEMON", false },
		{ "bob@example.org", false },
		{ "staff@linkedin.com", false },
		{ "m-1@notbounce.linkedin.com", false },
		{ "m-1@bounce.linkedin.com.example.org", false },
	};
	struct site *site;

	lab_configure(*state, &(struct lab_settings){ .users = NULL });
	site = lab_site(*state);
	for (size_t i = 0; i < LENGTH(rows); i++)
		check_number(rows[i].from,
		    split_is_from_network(&site->packs, view_of(rows[i].from)),
		    rows[i].want);
	site_drop(site);
}

/* What a session makes of one mail: "+" is taken, "-" is refused. */
static void
send_one(struct lab *l, const char *from, const char *const *rcpt,
    struct text *out)
{
	struct site *site = lab_site(l);
	struct session *s = session_new();
	struct session_mail mail;

	assert_non_null(s);
	assert_int_equal(session_mail(s, site_hold(site), view_of(from), false),
	    SESSION_GO_ON);
	for (; *rcpt != NULL; rcpt++) {
		bool refused = session_refuses(s, view_of(*rcpt));

		text_add_string(out, refused ? "-" : "+");
		if (!refused)
			assert_int_equal(session_recipient(s, view_of(*rcpt)),
			    SESSION_GO_ON);
	}
	session_headers_end(s);
	session_collected(s, &mail);
	text_addf(out, " %zu", mail.message.envelope.rcpt_count);
	session_free(s);
	site_drop(site);
}

static void
recipients_of_a_session(void **state)
{
#define ON "split = true;"
#define NONE ON " fallback = \"none\";"
	static const struct {
		const char *name, *users, *dry_run, *from;
		const char *rcpt[6];
		const char *want; /* and how many recipients it has */
	} rows[] = {
		{ "two with folders", ON, NULL, NETWORK,
		    { "alice@example.net", "bob@example.net" }, "+- 1" },
		{ "brackets", ON, NULL, "<" NETWORK ">",
		    { "<alice@example.net>", "<bob@example.net>" }, "+- 1" },
		{ "not by default", NULL, NULL, NETWORK,
		    { "alice@example.net", "bob@example.net" }, "++ 2" },
		{ "not in a dry run", ON, "true", NETWORK,
		    { "alice@example.net", "bob@example.net" }, "++ 2" },
		{ "mail of others", ON, NULL, "bob@example.org",
		    { "alice@example.net", "bob@example.net" }, "++ 2" },
		{ "the null sender", ON, NULL, "<>",
		    { "alice@example.net", "bob@example.net" }, "++ 2" },
		{ "two addresses of one user", ON, NULL, NETWORK,
		    { "alice@example.net", "Alice+x@example.net" }, "++ 2" },
		{ "one without a folder", ON, NULL, NETWORK,
		    { "alice@example.net", "carol@example.net" }, "+- 1" },
		{ "one without comes first", ON, NULL, NETWORK,
		    { "carol@example.net", "alice@example.net" }, "+- 1" },
		{ "two without", ON, NULL, NETWORK,
		    { "carol@example.net", "dave@example.net" }, "++ 2" },
		{ "nobody here", ON, NULL, NETWORK,
		    { "x@example.com", "alice@example.net", "y@example.com",
			"bob@example.net" },
		    "+++- 3" },
		{ "who is refused is not the first", ON, NULL, NETWORK,
		    { "alice@example.net", "bob@example.net", "bob@example.net",
			"alice@example.net" },
		    "+--+ 2" },
		{ "without a folder nobody here", NONE, NULL, NETWORK,
		    { "carol@example.net", "alice@example.net",
			"dave@example.net", "bob@example.net" },
		    "+++- 3" },
	};

	lab_write(*state, "users/alice/rules.conf", RULES);
	lab_write(*state, "users/bob/rules.conf", RULES);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text got = TEXT_INIT(100);

		lab_configure(*state,
		    &(struct lab_settings){ .users = rows[i].users,
			.dry_run = rows[i].dry_run });
		send_one(*state, rows[i].from, rows[i].rcpt, &got);
		check_string(rows[i].name, text_string(&got), rows[i].want);
		text_free(&got);
	}
}

/* One mail's first recipient is not the next one's. */
static void
each_mail_begins_anew(void **state)
{
	struct site *site;
	struct session *s = session_new();

	assert_non_null(s);
	lab_write(*state, "users/alice/rules.conf", RULES);
	lab_write(*state, "users/bob/rules.conf", RULES);
	lab_configure(*state, &(struct lab_settings){ .users = ON });
	site = lab_site(*state);
	for (int i = 0; i < 2; i++) {
		static const char *const user[] = { "alice@example.net",
			"bob@example.net" };

		session_mail(s, site_hold(site), VIEW(NETWORK), false);
		assert_false(session_refuses(s, view_of(user[i])));
		assert_true(session_refuses(s, view_of(user[1 - i])));
		session_reset(s);
		assert_false(session_refuses(s, view_of(user[1 - i])));
	}
	session_free(s);
	site_drop(site);
}

/* What is wrong with a folder is still news when the mail is decided on. */
static void
looking_for_a_folder_reads_nothing(void **state)
{
	struct site *site;
	const struct folder *folder;
	bool fresh = false;

	lab_write(*state, "users/alice/rules.conf", "wrong");
	lab_configure(*state, &(struct lab_settings){ .users = ON });
	site = lab_site(*state);
	assert_true(folders_have(site->folders, "alice"));
	assert_false(folders_have(site->folders, "bob"));
	folder = folders_get(site->folders, "alice", &fresh, NULL);
	assert_non_null(folder);
	assert_true(fresh);
	folders_put(site->folders, folder);
	site_drop(site);
}

int
main(void)
{
#define IN_LAB(test) cmocka_unit_test_setup_teardown(test, lab_open, lab_close)
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(whose_rules_may_differ),
		IN_LAB(whose_reverse_paths_are_a_networks),
		IN_LAB(recipients_of_a_session),
		IN_LAB(each_mail_begins_anew),
		IN_LAB(looking_for_a_folder_reads_nothing),
	};

	return cmocka_run_group_tests(tests, lab_begin, lab_end);
}
