// SPDX-License-Identifier: BSD-2-Clause
/*
 * filter_keys_test.c - what the filter asks of name servers, and tells of them.
 */
#include "daemon/filter.h"

#include <stdio.h>

#include "base/limits.h"
#include "t.h"
#include "tools/nameserver.h"
#include "unit/daemon/lab.h"

#define DEAD "name servers do not answer"
#define ALIVE "name servers answer again"

static int
change_nothing(void *arg, const char *name, int index)
{
	(void)arg;
	(void)name;
	(void)index;
	return 0;
}

static int
add_nothing(void *arg, const char *name, const char *value)
{
	(void)arg;
	(void)name;
	(void)value;
	return 0;
}

static int
hold_nothing(void *arg, const char *reason)
{
	(void)arg;
	(void)reason;
	return 0;
}

/* Mail with a signature whose key nobody has asked for before. */
struct mail_of {
	const char *from;
	unsigned number; /* of the key */
	bool candidate;
};

static void
filter_one(struct filter *f, struct site *site, struct mail_of *what)
{
	static const struct view rcpt[] = { VIEW("alice@example.net") };
	const struct filter_edit edit = { change_nothing, add_nothing,
		hold_nothing, NULL };
	struct session_mail mail = {
		.site = site,
		.candidate = what->candidate,
		.message.envelope = {
			.from = VIEW("somebody@example.org"),
			.rcpt = rcpt,
			.rcpt_count = 1,
			.queue_id = VIEW("4F1Q2z1"),
		},
	};
	struct text bytes = TEXT_INIT(LIMIT_BODY_SIZE);
	struct err e = ERR_NONE;

	text_addf(&bytes,
	    "DKIM-Signature: v=1; a=rsa-sha256; d=linkedin.com; s=s%u;\r\n"
	    " h=From; bh=AAAA; b=AAAA\r\n"
	    "From: Somebody <%s>\r\n"
	    "To: alice@example.net\r\n\r\n",
	    what->number++, what->from);
	mail.message.bytes = text_view(&bytes);
	if (filter_message(f, &mail, &edit, &e) < 0)
		fail_msg("%s", e.text);
	text_free(&bytes);
}

/* A filter in a dry run that asks the server for keys. */
static void
open_filter(struct lab *l, struct filter *f, const struct nameserver *server,
    struct site **site)
{
	static const struct lab_settings dry = { .dry_run = "true" };
	struct err e = ERR_NONE;

	lab_configure(l, &dry);
	*site = lab_site(l);
	if (filter_open(f, site_hold(*site), &e) < 0)
		fail_msg("%s", e.text);
	signature_close(f->verifier);
	f->verifier = signature_open(server->keys, &l->clock, &e);
	assert_non_null(f->verifier);
}

static void
keys_are_asked_for_in_candidates_only(void **state)
{
	static const struct {
		const char *name, *from;
		bool candidate;
		unsigned questions;
	} rows[] = {
		{ "a candidate", "invitations@linkedin.com", true, 1 },
		{ "mail that no pack claims", "zo@example.org", true, 0 },
		{ "mail that is looked at for headers of ours",
		    "invitations@linkedin.com", false, 0 },
	};
	static const struct zone zones[] = {
		{ "s0", { 0x81, 0x83 }, 0, NULL, 0 },
	};
	struct lab *l = *state;

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct mail_of mail = { rows[i].from, 0, rows[i].candidate };
		struct nameserver server;
		struct filter f;
		struct site *site;

		assert_int_equal(nameserver_start(&server, zones, 1), 0);
		open_filter(l, &f, &server, &site);
		filter_one(&f, site, &mail);
		check_number(rows[i].name, atomic_load(&server.questions),
		    rows[i].questions);
		nameserver_stop(&server);
		filter_close(&f);
		site_drop(site);
	}
}

static void
name_servers_that_die_are_told_of_once(void **state)
{
	static const struct zone none[] = {
		{ "-", { 0x81, 0x83 }, 0, NULL, 0 },
	};
	struct lab *l = *state;
	struct mail_of mail = { "invitations@linkedin.com", 0, true };
	struct nameserver server;
	struct filter f;
	struct site *site;

	assert_int_equal(nameserver_start(&server, none, LENGTH(none)), 0);
	open_filter(l, &f, &server, &site);
	filter_one(&f, site, &mail);
	lab_check_no_log("they live", l, "name servers");
	nameserver_stop(&server);
	for (unsigned i = 1; i < LIMIT_KEY_SILENCES; i++)
		filter_one(&f, site, &mail);
	lab_check_no_log("not yet", l, "name servers");
	filter_one(&f, site, &mail);
	lab_check_log("now", l, "error: trust.keys: the " DEAD);
	filter_one(&f, site, &mail);
	lab_check_no_log("and no more", l, "name servers");

	assert_int_equal(nameserver_again(&server), 0);
	l->now_ms += INT64_C(1000) * LIMIT_KEY_NEWS_S;
	filter_one(&f, site, &mail);
	lab_check_log("they are back", l, "info: trust.keys: the " ALIVE);
	filter_one(&f, site, &mail);
	lab_check_no_log("once, too", l, "name servers");

	nameserver_stop(&server);
	filter_close(&f);
	site_drop(site);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    keys_are_asked_for_in_candidates_only, lab_open, lab_close),
		cmocka_unit_test_setup_teardown(
		    name_servers_that_die_are_told_of_once, lab_open,
		    lab_close),
	};

	return cmocka_run_group_tests_name("filter_keys", tests, lab_begin,
	    lab_end);
}
