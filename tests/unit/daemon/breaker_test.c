// SPDX-License-Identifier: BSD-2-Clause
/*
 * breaker_test.c - answers that are refused, and how many more are sent.
 */
#include "daemon/breaker.h"

#include <stdio.h>

#include "t.h"

#define NOW INT64_C(1800000000000)
#define ROUTE "0f0a1b2c-3d4e-5f60-7182-93a4b5c6d7e8@reply.linkedin.com"

struct fixture {
	struct store *s;
	struct conf *conf;
};

static void
open_fixture(struct fixture *f, const char *settings)
{
	struct err e = ERR_NONE;

	f->conf = conf_parse(view_of(settings), "test", &e);
	if (f->conf == NULL)
		fail_msg("%s", e.text);
	f->s = store_open("memory:", &e);
	if (f->s == NULL)
		fail_msg("%s", e.text);
}

static void
close_fixture(struct fixture *f)
{
	store_close(f->s);
	conf_free(f->conf);
}

/* A step: an answer is refused, or one asks whether it may go. */
struct event {
	bool refused;
	const char *user, *recipient;
	int64_t at_ms;    /* since NOW */
	const char *want; /* of the check, or of what was opened; NULL: none */
};

static void
play(const char *name, struct fixture *f, const struct event *ev)
{
	const struct breaker_answer a = { f->conf, view_of(ev->user),
		view_of(ev->recipient), NOW + ev->at_ms };
	const char *why = NULL;
	unsigned opened[BREAKERS];
	struct err e = ERR_NONE;
	struct text got = TEXT_INIT(1000);

	if (ev->refused) {
		if (breaker_refused(f->s, &a, opened, &e) < 0)
			fail_msg("%s: %s", name, e.text);
		if (opened[BREAKER_USER] > 0)
			text_addf(&got, "user %u", opened[BREAKER_USER]);
		if (opened[BREAKER_ROUTE] > 0)
			text_addf(&got, "route %u", opened[BREAKER_ROUTE]);
	} else {
		if (breaker_check(f->s, &a, &why, &e) < 0)
			fail_msg("%s: %s", name, e.text);
		text_add_string(&got, why == NULL ? "" : why);
	}
	check_string(name, text_string(&got), ev->want == NULL ? "" : ev->want);
	text_free(&got);
}

static void
refusals_open_it_and_time_closes_it(void **state)
{
	const int64_t day = STORE_DAY_MS;
	/* clang-format off */
	const struct {
		const char *name, *settings;
		struct event event[8];
	} rows[] = {
		{ "of a user", "reply = { user_refusals = 2; };", {
		    { false, "alice", ROUTE, 0, NULL },
		    { true,  "alice", ROUTE, 1, NULL },
		    { false, "alice", ROUTE, 2, NULL },
		    { true,  "alice", ROUTE, 3, "user 2" },
		    { false, "alice", "x@elsewhere.example", 4,
			"user-refused" },
		    { false, "bob", ROUTE, 4, NULL },
		    { true,  "alice", ROUTE, 5, "user 3" } } },
		{ "of a route", "reply = { user_refusals = 5;"
			" route_refusals = 2; };", {
		    { true,  "alice", ROUTE, 1, NULL },
		    { true,  "bob", "y@REPLY.LinkedIn.com", 2, "route 2" },
		    { false, "carol", ROUTE, 3, "route-refuses" },
		    { false, "carol", "x@elsewhere.example", 3, NULL } } },
		{ "it closes when they are old", "reply = {"
			" user_refusals = 2; refusals_period = \"1d\"; };", {
		    { true,  "alice", ROUTE, 1, NULL },
		    { true,  "alice", ROUTE, 100, "user 2" },
		    { false, "alice", ROUTE, day, "user-refused" },
		    { false, "alice", ROUTE, day + 1, NULL },
		    { true,  "alice", ROUTE, day + 2, "user 2" },
		    { false, "alice", ROUTE, day + 99, "user-refused" },
		    { false, "alice", ROUTE, day + 100, NULL } } },
		{ "never", "reply = { user_refusals = 0; route_refusals = 0;"
			" };", {
		    { true,  "alice", ROUTE, 1, NULL },
		    { true,  "alice", ROUTE, 1, NULL },
		    { false, "alice", ROUTE, 1, NULL } } },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct fixture f;

		open_fixture(&f, rows[i].settings);
		for (size_t k = 0; rows[i].event[k].user != NULL; k++)
			play(rows[i].name, &f, &rows[i].event[k]);
		close_fixture(&f);
	}
}

static void
a_person_looks_and_closes(void **state)
{
	const struct breaker_of user = { BREAKER_USER, VIEW("alice") };
	const struct breaker_of route = { BREAKER_ROUTE,
		breaker_route(VIEW(ROUTE)) };
	struct breaker_state found;
	struct fixture f;
	size_t refusals = 77;

	(void)state;
	open_fixture(&f, "reply = { user_refusals = 1; };");
	play("one", &f, &(struct event){ true, "alice", ROUTE, 5, "user 1" });
	assert_int_equal(breaker_look(f.s, f.conf, &user, NOW + 6, &found,
			     NULL),
	    0);
	assert_int_equal(found.refused, 1);
	assert_int_equal(found.most, 1);
	assert_true(found.last_ms == NOW + 5);
	assert_true(breaker_is_open(&found));
	assert_int_equal(breaker_look(f.s, f.conf, &route, NOW + 6, &found,
			     NULL),
	    0);
	assert_false(breaker_is_open(&found));
	assert_int_equal(breaker_close(f.s, BREAKER_USER, VIEW("alice"),
			     &refusals, NULL),
	    0);
	assert_int_equal(refusals, 1);
	play("closed", &f, &(struct event){ false, "alice", ROUTE, 7, NULL });
	close_fixture(&f);
}

/* What was sent counts, whoever's it is for the site, and for a time. */
static void
caps_count_what_was_sent(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *sent[4];
		int64_t later_ms;
		const char *want;
	} rows[] = {
		{ "none", { NULL }, 0, "" },
		{ "one of two", { "alice" }, 0, "" },
		{ "two", { "alice", "alice" }, 0, "user-day-cap" },
		{ "of others", { "bob", "carol" }, 0, "" },
		{ "three of all", { "bob", "carol", "alice" }, 0,
		    "site-hour-cap" },
		{ "an hour ago", { "bob", "carol", "alice" }, STORE_HOUR_MS,
		    "" },
		{ "just not", { "bob", "carol", "alice" }, STORE_HOUR_MS - 1,
		    "site-hour-cap" },
		{ "a day ago", { "alice", "alice" }, STORE_DAY_MS, "" },
		{ "just not", { "alice", "alice" }, STORE_DAY_MS - 1,
		    "user-day-cap" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct breaker_answer a = { .recipient = VIEW(ROUTE),
			.now_ms = NOW };
		const char *why = "?";
		struct fixture f;

		open_fixture(&f,
		    "reply = { per_user_day = 2; per_site_hour = 3; };");
		a.conf = f.conf;
		for (size_t k = 0; rows[i].sent[k] != NULL; k++) {
			a.user = view_of(rows[i].sent[k]);
			assert_int_equal(breaker_sending(f.s, &a, NULL), 0);
		}
		a.user = VIEW("alice");
		a.now_ms += rows[i].later_ms;
		assert_int_equal(breaker_check_caps(f.s, &a, &why, NULL), 0);
		check_string(rows[i].name, why == NULL ? "" : why,
		    rows[i].want);
		close_fixture(&f);
	}
}

static void
the_domain_of_an_address_is_its_route(void **state)
{
	(void)state;
	check_view("usual", breaker_route(VIEW("a@b.example")), "b.example");
	check_view("quoted", breaker_route(VIEW("\"a@c\"@b.example")),
	    "b.example");
	check_view("none", breaker_route(VIEW("b.example")), "b.example");
	check_view("empty", breaker_route(VIEW("")), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refusals_open_it_and_time_closes_it),
		cmocka_unit_test(a_person_looks_and_closes),
		cmocka_unit_test(caps_count_what_was_sent),
		cmocka_unit_test(the_domain_of_an_address_is_its_route),
	};

	return cmocka_run_group_tests_name("breaker", tests, NULL, NULL);
}
