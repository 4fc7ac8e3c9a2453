// SPDX-License-Identifier: BSD-2-Clause
/*
 * learned_test.c - whom users have written to.
 */
#include "daemon/learned.h"

#include <stdio.h>

#include "daemon/session.h"
#include "daemon/state_keys.h"
#include "oom.h"
#include "t.h"
#include "unit/daemon/lab.h"

#define LEARN "learn = true;"
#define ALICE "alice@example.net"
#define ZO "zo@example.org"
/* As in this sample. */
#define SAMPLE "invitation-2015-01-member-address.eml"
#define TANSY "tansy.muddlecombe@example.org"

struct fixture {
	struct lab *lab;
	struct site *site;
	struct store *store;
	struct learned_budget budget;
};

static void
open_fixture(struct fixture *f, struct lab *l)
{
	struct err e = ERR_NONE;

	lab_configure(l, &(struct lab_settings){ .users = LEARN });
	*f = (struct fixture){ .lab = l, .site = lab_site(l) };
	f->store = store_open("memory:", &e);
	if (f->store == NULL)
		fail_msg("%s", e.text);
}

static void
close_fixture(struct fixture *f)
{
	store_close(f->store);
	site_drop(f->site);
}

static void
write_to(struct fixture *f, const char *user, const char *address)
{
	const struct view rcpt = view_of(address);
	const struct learned_mail mail = { f->site, user, &rcpt, 1,
		f->lab->now_ms };

	assert_int_equal(learned_remember(f->store, &f->budget, &mail, NULL),
	    0);
}

static bool
has_written(struct fixture *f, const char *user, const char *address)
{
	bool learned = false;

	assert_int_equal(learned_look(f->store, user, view_of(address),
			     f->lab->now_ms, &learned, NULL),
	    0);
	return learned;
}

static unsigned
marks_of(struct fixture *f, const char *user, const char *address)
{
	char key[DIGEST_HEX_SIZE];
	struct marks found;

	assert_int_equal(state_key_wrote(f->store, view_of(user),
			     view_of(address), key),
	    0);
	assert_int_equal(store_marks(f->store, key, 0, f->lab->now_ms, &found,
			     NULL),
	    0);
	return found.count;
}

static void
who_writes(void **state)
{
	static const struct {
		const char *from, *want; /* "": nobody here */
	} rows[] = {
		{ ALICE, "alice" },
		{ "Alice+lists@EXAMPLE.net", "alice" },
		{ "", "" },
		{ ZO, "" },
		{ "alice", "" },
		{ "noreply@example.net", "" },
		{ "owner-list@example.net", "" },
		{ "list-bounces@example.net", "" },
		{ "MAILER-DAEMON@example.net", "" },
		{ "root@example.net", "" },
		{ "\"alice\"@example.net", "" },
	};
	struct fixture f;

	open_fixture(&f, *state);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		char user[LIMIT_USER_NAME_SIZE + 1] = "";

		check_number(rows[i].from,
		    learned_find_writer(f.site, view_of(rows[i].from), user),
		    rows[i].want[0] != '\0');
		if (rows[i].want[0] != '\0')
			check_string(rows[i].from, user, rows[i].want);
	}
	close_fixture(&f);
}

static void
who_is_remembered(void **state)
{
	static const struct {
		const char *written_to, *asked;
		bool want;
	} rows[] = {
		{ ZO, ZO, true },
		{ "Zo@Example.ORG", ZO, true },
		{ ZO, "ZO@example.org", true },
		{ ZO, "zo@example.com", false },
		{ ZO, "o@example.org", false },
		{ "bob@example.net", "bob@example.net", true },
		/* The user too. */
		{ "alice+me@example.net", "alice+me@example.net", false },
		{ "noreply@example.org", "noreply@example.org", false },
		{ "list-request@example.org", "list-request@example.org",
		    false },
		{ "zo@localhost", "zo@localhost", false },
		{ "", "", false },
		/* Where an answer goes. */
		{ "0f0a1b2c-3d4e-5f60-7182-93a4b5c6d7e8@reply.linkedin.com",
		    "0f0a1b2c-3d4e-5f60-7182-93a4b5c6d7e8@reply.linkedin.com",
		    false },
	};

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct fixture f;

		open_fixture(&f, *state);
		write_to(&f, "alice", rows[i].written_to);
		check_number(rows[i].asked,
		    has_written(&f, "alice", rows[i].asked), rows[i].want);
		/* Nobody else did. */
		check_number("bob", has_written(&f, "bob", rows[i].asked),
		    false);
		close_fixture(&f);
	}
}

static void
for_so_long(void **state)
{
	struct fixture f;

	open_fixture(&f, *state);
	write_to(&f, "alice", ZO);
	f.lab->now_ms += STORE_DAY_MS - 1;
	write_to(&f, "alice", ZO);
	check_number("once within a day", marks_of(&f, "alice", ZO), 1);
	f.lab->now_ms += 1;
	write_to(&f, "alice", ZO);
	check_number("again on the next", marks_of(&f, "alice", ZO), 2);
	f.lab->now_ms += STORE_MARK_DAYS * STORE_DAY_MS - 1;
	check_number("to the end", has_written(&f, "alice", ZO), true);
	f.lab->now_ms += 1;
	check_number("past it", has_written(&f, "alice", ZO), false);
	close_fixture(&f);
}

static void
so_many_of_one_envelope(void **state)
{
	struct fixture f;
	char address[LIMIT_LEARNED + 1][40];
	struct view rcpt[LIMIT_LEARNED + 1];
	struct learned_mail mail;

	open_fixture(&f, *state);
	for (int i = 0; i <= LIMIT_LEARNED; i++) {
		snprintf(address[i], sizeof(address[i]), "p%d@example.org", i);
		rcpt[i] = view_of(address[i]);
	}
	mail = (struct learned_mail){ f.site, "alice", rcpt, LIMIT_LEARNED + 1,
		f.lab->now_ms };
	assert_int_equal(learned_remember(f.store, &f.budget, &mail, NULL), 0);
	assert_true(has_written(&f, "alice", address[LIMIT_LEARNED - 1]));
	assert_false(has_written(&f, "alice", address[LIMIT_LEARNED]));
	close_fixture(&f);
}

static void
so_many_in_a_day(void **state)
{
	struct fixture f;

	open_fixture(&f, *state);
	for (int i = 0; i < LIMIT_LEARNED_DAY - 1; i++)
		assert_true(learned_budget_take(&f.budget, f.lab->now_ms));
	write_to(&f, "alice", ZO);
	write_to(&f, "alice", "ann@example.org");
	assert_true(has_written(&f, "alice", ZO));
	assert_false(has_written(&f, "alice", "ann@example.org"));
	f.lab->now_ms += STORE_DAY_MS;
	write_to(&f, "alice", "ann@example.org");
	assert_true(has_written(&f, "alice", "ann@example.org"));
	close_fixture(&f);
}

_Static_assert(STORE_MARK_DAYS *LIMIT_LEARNED_DAY < LIMIT_STORE_ROWS,
    "other marks have room");

/* A store that fails is asked once, and then left alone. */
static int asked;

static int
fail_marks(struct store *s, const char *key, int64_t after_ms,
    struct marks *found, struct err *e)
{
	(void)s;
	(void)key;
	(void)after_ms;
	(void)found;
	asked++;
	return err_set(e, "gone");
}

static void
nothing_where_the_store_fails(void **state)
{
	const struct view rcpt[] = { VIEW(ZO), VIEW("ann@example.org") };
	struct fixture f;
	struct store_ops ops;
	const struct store_ops *before;
	struct learned_mail mail;
	struct err e = ERR_NONE;
	bool learned;

	open_fixture(&f, *state);
	before = f.store->ops;
	ops = *before;
	ops.marks = fail_marks;
	f.store->ops = &ops;
	mail = (struct learned_mail){ f.site, "alice", rcpt, 2, f.lab->now_ms };
	assert_int_equal(learned_remember(f.store, &f.budget, &mail, &e), -1);
	check_string("why", e.text, "gone");
	assert_int_equal(learned_remember(f.store, &f.budget, &mail, &e), -1);
	check_string("not asked", e.text, "");
	assert_int_equal(learned_look(f.store, "alice", rcpt[0], f.lab->now_ms,
			     &learned, &e),
	    -1);
	check_number("asked", asked, 1);
	f.store->ops = before;
	f.lab->now_ms += STORE_REST_MS;
	assert_false(has_written(&f, "alice", ZO));
	close_fixture(&f);
}

static void
what_a_session_learns_from(void **state)
{
#define OUTSIDE "192.0.2.1"
#define INSIDE "127.0.0.1"
	static const struct {
		const char *name, *users, *client, *from;
		bool authenticated;
		const char *want; /* of connect, MAIL; and who writes */
	} rows[] = {
		{ "an internal client", LEARN, INSIDE, "<alice@example.net>",
		    false, "on, on, alice 2" },
		{ "an authenticated one", LEARN, OUTSIDE, ALICE, true,
		    "on, on, alice 2" },
		{ "anybody else", LEARN, OUTSIDE, ALICE, false,
		    "on, on, nobody" },
		{ "the null sender", LEARN, INSIDE, "<>", false,
		    "on, go, nobody" },
		{ "a sender who is nobody here", LEARN, INSIDE, ZO, false,
		    "on, go, nobody" },
		{ "such a one, authenticated", LEARN, OUTSIDE, ZO, true,
		    "on, go, nobody" },
		{ "a program", LEARN, OUTSIDE, "noreply@example.net", true,
		    "on, go, nobody" },
		{ "not by default, internal", NULL, INSIDE, ALICE, false,
		    "go, go, nobody" },
		{ "not by default, authenticated", NULL, OUTSIDE, ALICE, true,
		    "on, go, nobody" },
		{ "a user of the network's domain is never split",
		    LEARN "split = true; aliases = \"LAB/aliases\";", INSIDE,
		    "<alice@bounce.linkedin.com>", false, "on, on, alice 2" },
	};

	lab_write(*state, "users/bob/rules.conf", "rules = ();\n");
	lab_write(*state, "aliases", "alice@bounce.linkedin.com alice\n");
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct site *site;
		struct session *s = session_new();
		struct learned_mail mail;
		struct text got = TEXT_INIT(100);

		assert_non_null(s);
		lab_configure(*state,
		    &(struct lab_settings){ .users = rows[i].users });
		site = lab_site(*state);
		text_addf(&got, "%s, ",
		    session_connect(s, site, VIEW(""), view_of(rows[i].client),
			false) == SESSION_LET_GO
			? "go"
			: "on");
		text_addf(&got, "%s, ",
		    session_mail(s, site_hold(site), view_of(rows[i].from),
			rows[i].authenticated) == SESSION_LET_GO
			? "go"
			: "on");
		for (int n = 0; n < 2; n++) {
			static const struct view to[] = { VIEW("<" ZO ">"),
				VIEW("<bob@example.net>") };

			assert_false(session_refuses(s, to[n]));
			session_recipient(s, to[n]);
		}
		if (!session_sent(s, &mail)) {
			text_add_string(&got, "nobody");
		} else {
			text_addf(&got, "%s %zu", mail.user, mail.count);
			check_view(rows[i].name, mail.rcpt[0], ZO);
			session_header(s, VIEW("From"),
			    VIEW(" invitations@linkedin.com"), true);
			assert_int_equal(session_headers_end(s),
			    SESSION_LET_GO);
		}
		check_number(rows[i].name, session_is_outgoing(s),
		    text_view(&got).data[got.size - 1] == '2');
		check_string(rows[i].name, text_string(&got), rows[i].want);
		session_reset(s);
		assert_false(session_is_outgoing(s));
		text_free(&got);
		session_free(s);
		site_drop(site);
	}
}

/* Who was written to, as rules and records see it. */
static void
what_the_engine_makes_of_it(void **state)
{
	static const struct {
		const char *name, *users, *written_to, *sample, *contacts;
		bool no_store;
		const char *want; /* the rule, and known_by */
	} rows[] = {
		{ "the user wrote", LEARN, TANSY, SAMPLE, "", false,
		    "yes learned" },
		{ "and has it in a contact", LEARN, TANSY, SAMPLE,
		    "<" TANSY ">\n", false, "yes email,learned" },
		{ "to somebody else", LEARN, ZO, SAMPLE, "", false, "no " },
		{ "it is not asked for", NULL, TANSY, SAMPLE, "", false,
		    "neither " },
		{ "the mail shows no address", LEARN, TANSY,
		    "invitation-2016-05.eml", "", false, "neither " },
		{ "no store", LEARN, TANSY, SAMPLE, "", true, "neither " },
	};

	lab_write(*state, "users/alice/rules.conf",
	    "contacts = ( \"contacts.txt\" ); rules = (\n"
	    "{ name = \"yes\"; when = { learned = true; }; do = \"tag:A\"; },\n"
	    "{ name = \"no\"; when = { learned = false; }; do = \"tag:B\"; },\n"
	    "{ name = \"neither\"; when = { }; do = \"tag:C\"; } );\n");
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct fixture f;
		struct lab_mail mail;
		struct decision d;
		struct err e = ERR_NONE;
		struct world w;
		struct text got = TEXT_INIT(100);

		lab_write(*state, "users/alice/contacts.txt", rows[i].contacts);
		open_fixture(&f, *state);
		lab_configure(*state,
		    &(struct lab_settings){ .users = rows[i].users });
		site_drop(f.site);
		f.site = lab_site(*state);
		lab_mail_open(*state, &mail, rows[i].sample, NULL, ALICE);
		write_to(&f, "alice", rows[i].written_to);
		w = (struct world){ .clock = &f.lab->clock,
			.store = rows[i].no_store ? NULL : f.store,
			.host = "mx.example.net" };
		if (engine_decide(f.site, &w, &mail.message, &d, &e) < 0)
			fail_msg("%s: %s", rows[i].name, e.text);
		text_addf(&got, "%.*s %.*s", VIEW_ARG(d.recipient[0].plan.rule),
		    VIEW_ARG(d.record.recipient[0].known_by));
		check_string(rows[i].name, text_string(&got), rows[i].want);
		decision_free(&d);
		lab_mail_close(&mail);
		text_free(&got);
		close_fixture(&f);
	}
}

static void
without_memory_nobody_is_remembered(void **state)
{
	const struct view rcpt = VIEW(ZO);
	struct fixture f;
	struct learned_mail mail;
	unsigned n;

	open_fixture(&f, *state);
	mail =
	    (struct learned_mail){ f.site, "alice", &rcpt, 1, f.lab->now_ms };
	for (n = 1; oom_next(n); n++) {
		int result = learned_remember(f.store, &f.budget, &mail, NULL);

		f.store->rest_until_ms = 0;
		assert_true(result == 0 || oom_happened());
	}
	assert_true(n > 1);
	assert_true(has_written(&f, "alice", ZO));
	close_fixture(&f);
}

int
main(void)
{
#define IN_LAB(test) cmocka_unit_test_setup_teardown(test, lab_open, lab_close)
	static const struct CMUnitTest tests[] = {
		IN_LAB(who_writes),
		IN_LAB(who_is_remembered),
		IN_LAB(for_so_long),
		IN_LAB(so_many_of_one_envelope),
		IN_LAB(so_many_in_a_day),
		IN_LAB(nothing_where_the_store_fails),
		IN_LAB(what_a_session_learns_from),
		IN_LAB(what_the_engine_makes_of_it),
		IN_LAB(without_memory_nobody_is_remembered),
	};

	return cmocka_run_group_tests(tests, lab_begin, lab_end);
}
