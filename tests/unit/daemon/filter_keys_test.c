// SPDX-License-Identifier: BSD-2-Clause
/*
 * filter_keys_test.c - what the filter tells the admin of name servers.
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

/* An invitation whose key nobody has asked for before. */
static void
filter_one(struct filter *f, struct site *site, unsigned number)
{
	static const struct view rcpt[] = { VIEW("alice@example.net") };
	const struct filter_edit edit = { change_nothing, add_nothing,
		hold_nothing, NULL };
	struct session_mail mail = {
		.site = site,
		.candidate = true,
		.message.envelope = {
			.from = VIEW("s-x@bounce.linkedin.com"),
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
	    "From: Invitations <invitations@linkedin.com>\r\n"
	    "To: alice@example.net\r\n\r\n",
	    number);
	mail.message.bytes = text_view(&bytes);
	if (filter_message(f, &mail, &edit, &e) < 0)
		fail_msg("%s", e.text);
	text_free(&bytes);
}

static void
name_servers_that_die_are_told_of_once(void **state)
{
	static const struct zone none[] = {
		{ "-", { 0x81, 0x83 }, 0, NULL, 0 },
	};
	static const struct lab_settings dry = { .dry_run = "true" };
	struct lab *l = *state;
	struct nameserver server;
	struct filter f;
	struct err e = ERR_NONE;
	struct site *site;
	unsigned number = 0;

	lab_configure(l, &dry);
	site = lab_site(l);
	assert_int_equal(filter_open(&f, site_hold(site), &e), 0);
	signature_close(f.verifier);
	assert_int_equal(nameserver_start(&server, none, LENGTH(none)), 0);
	f.verifier = signature_open(server.keys, &l->clock, &e);
	assert_non_null(f.verifier);

	filter_one(&f, site, number++);
	lab_check_no_log("they live", l, "name servers");
	nameserver_stop(&server);
	for (unsigned i = 1; i < LIMIT_KEY_SILENCES; i++)
		filter_one(&f, site, number++);
	lab_check_no_log("not yet", l, "name servers");
	filter_one(&f, site, number++);
	lab_check_log("now", l, "error: trust.keys: the " DEAD);
	filter_one(&f, site, number++);
	lab_check_no_log("and no more", l, "name servers");

	assert_int_equal(nameserver_again(&server), 0);
	l->now_ms += INT64_C(1000) * LIMIT_KEY_NEWS_S;
	filter_one(&f, site, number++);
	lab_check_log("they are back", l, "info: trust.keys: the " ALIVE);
	filter_one(&f, site, number++);
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
		    name_servers_that_die_are_told_of_once, lab_open,
		    lab_close),
	};

	return cmocka_run_group_tests_name("filter_keys", tests, lab_begin, lab_end);
}
