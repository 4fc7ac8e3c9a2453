// SPDX-License-Identifier: BSD-2-Clause
/*
 * selftest.c - "rsvpctl selftest": forged fields through the site's own MTA.
 */
#include <getopt.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "ctl/ctl.h"
#include "ctl/selftest.h"
#include "effects/smtp.h"
#include "mail/addr.h"

enum { EXIT_BELIEVED = 1 }; /* a forged field that may be believed arrived */

enum {
	MOST_SECONDS = 3600,
	SMTP_SECONDS = 120,
	LOOK_EVERY_MS = 200,
	MAIL_SIZE = 512 * 1024
};

struct selftest_options {
	const char *smtp, *to, *from, *mailbox, *read;
	unsigned long long wait; /* seconds */
};

static int
finish(const struct ctl *c, struct selftest *s, struct view bytes)
{
	struct err e = ERR_NONE;

	if (selftest_judge(s, bytes, &e) < 0)
		return ctl_fail(EX_OSERR, "%s", e.text);
	if (c->json)
		selftest_print_json(s);
	else
		selftest_print(s, c->conf->dry_run);
	return selftest_count(s, SELFTEST_BELIEVED) > 0 ? EXIT_BELIEVED : 0;
}

/* The mail as somebody saved it. */
static int
judge_file(const struct ctl *c, struct selftest *s, const char *path)
{
	struct text bytes = TEXT_INIT(LIMIT_HEADER_SIZE + LIMIT_BODY_SIZE);
	struct err e = ERR_NONE;
	bool cut = false;
	int code;

	if (file_read_input(path, &bytes, &cut, &e) < 0)
		code = ctl_fail(EX_NOINPUT, "%s", e.text);
	else if (selftest_find_mark(s, text_view(&bytes)) < 0)
		code = ctl_fail(EX_DATAERR, "%s: no mail of a selftest", path);
	else
		code = finish(c, s, text_view(&bytes));
	text_free(&bytes);
	return code;
}

/* Verifiers let mail from their own host go, whatever their settings. */
static bool
is_loopback(struct view client)
{
	return view_starts_nocase(client, VIEW("127.")) ||
	    view_equal(client, VIEW("::1"));
}

/* What would make the result say nothing. */
static void
warn(const struct ctl *c, const struct selftest_options *o, struct view client)
{
	char user[LIMIT_USER_NAME_SIZE + 1];

	if (is_loopback(client))
		ctl_fail(0,
		    "warning: sent from %.*s, which OpenDKIM and rspamd take "
		    "for their own: not what an outsider sends",
		    VIEW_ARG(client));
	if (hosts_contain(c->site->internal, client))
		ctl_fail(0,
		    "warning: sent from %.*s, one of internal_hosts: the "
		    "filter does not look at it",
		    VIEW_ARG(client));
	if (!users_map_find(c->site->users, view_of(o->to), user))
		ctl_fail(0,
		    "warning: %s is no user of the site: the filter may not "
		    "look at it",
		    o->to);
}

static int
send_mail(const struct ctl *c, const struct selftest_options *o,
    const struct selftest *s)
{
	const struct smtp_envelope envelope = {
		.place = o->smtp,
		.sender = view_of(o->from),
		.recipient = view_of(o->to),
		.timeout_seconds = SMTP_SECONDS,
	};
	struct text mail = TEXT_INIT(MAIL_SIZE);
	struct smtp_sent sent;
	struct err e = ERR_NONE;
	int code = 0;

	selftest_write(s, view_of(o->to), clock_wall_ms(&clock_system), &mail);
	if (!text_ok(&mail))
		code = ctl_fail(EX_OSERR, "out of memory");
	else if (smtp_send(&envelope, text_view(&mail), &sent, &e) !=
	    TRANSPORT_SENT)
		code = ctl_fail(EX_UNAVAILABLE, "%s", e.text);
	else {
		ctl_fail(0, "sent, mark %s: %s", s->mark, sent.reply);
		warn(c, o, view_of(sent.client));
	}
	text_free(&mail);
	return code;
}

static int
wait_for_mail(const struct ctl *c, const struct selftest_options *o,
    struct selftest *s, const struct selftest_mailbox *box)
{
	struct text bytes = TEXT_INIT(LIMIT_HEADER_SIZE + LIMIT_BODY_SIZE);
	int64_t until_us =
	    clock_steady_us(&clock_system) + (int64_t)o->wait * 1000000;
	struct err e = ERR_NONE;
	int found, code;

	ctl_fail(0, "waiting for it in %s, %llu seconds at most", box->path,
	    o->wait);
	while ((found = selftest_mailbox_look(box, s, &bytes, &e)) == 0 &&
	    clock_steady_us(&clock_system) < until_us) {
		if (isatty(2))
			fputc('.', stderr);
		(void)poll(NULL, 0, LOOK_EVERY_MS);
	}
	if (isatty(2))
		fputc('\n', stderr);
	if (found < 0)
		code = ctl_fail(EX_NOINPUT, "%s", e.text);
	else if (found == 0)
		code = ctl_fail(EX_TEMPFAIL,
		    "it has not arrived; look for it and use --read");
	else
		code = finish(c, s, text_view(&bytes));
	text_free(&bytes);
	return code;
}

static int
send_and_wait(const struct ctl *c, const struct selftest_options *o,
    struct selftest *s)
{
	struct selftest_mailbox box;
	struct err e = ERR_NONE;
	int code;

	if (selftest_new_mark(s, &e) < 0)
		return ctl_fail(EX_OSERR, "%s", e.text);
	if (o->mailbox != NULL)
		selftest_mailbox_note(&box, o->mailbox);
	code = send_mail(c, o, s);
	if (code != 0)
		return code;
	if (o->mailbox != NULL)
		return wait_for_mail(c, o, s, &box);
	ctl_fail(0,
	    "nothing is judged yet: save the mail, header and all, and call "
	    "\"rsvpctl selftest --read FILE\"");
	return 0;
}

static int
check_options(const char *called, const struct selftest_options *o)
{
	struct err e = ERR_NONE;

	if ((o->smtp == NULL) == (o->read == NULL))
		return ctl_wrong(called, "--smtp or --read?");
	if (o->read != NULL) {
		if (o->to != NULL || o->from[0] != '\0' || o->mailbox != NULL)
			return ctl_wrong(called, "--read sends nothing");
		return 0;
	}
	if (smtp_check_place(o->smtp, &e) < 0)
		return ctl_wrong(called, "--smtp: %s", e.text);
	if (o->to == NULL)
		return ctl_wrong(called, "--to whom?");
	if (!addr_is_plain(view_of(o->to)))
		return ctl_wrong(called, "--to: no plain address");
	if (o->from[0] != '\0' && !addr_is_plain(view_of(o->from)))
		return ctl_wrong(called, "--from: no plain address");
	return 0;
}

/* 0, or the code to exit with. */
static int
parse_options(int argc, char **argv, struct ctl *c, struct selftest_options *o)
{
	enum { SMTP = 256, TO, FROM, MAILBOX, WAIT, READ, JSON };
	static const struct option options[] = {
		{ "smtp", required_argument, NULL, SMTP },
		{ "to", required_argument, NULL, TO },
		{ "from", required_argument, NULL, FROM },
		{ "mailbox", required_argument, NULL, MAILBOX },
		{ "wait", required_argument, NULL, WAIT },
		{ "read", required_argument, NULL, READ },
		{ "json", no_argument, NULL, JSON },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == SMTP)
			o->smtp = optarg;
		else if (option == TO)
			o->to = optarg;
		else if (option == FROM)
			o->from = optarg;
		else if (option == MAILBOX)
			o->mailbox = optarg;
		else if (option == READ)
			o->read = optarg;
		else if (option == JSON)
			c->json = true;
		else if (option != WAIT)
			return ctl_usage(argv[0]);
		else if (view_number(view_of(optarg), MOST_SECONDS, &o->wait) <
		    0)
			return ctl_wrong(argv[0],
			    "--wait: not a number of seconds up to %d",
			    MOST_SECONDS);
	}
	if (optind != argc)
		return ctl_wrong(argv[0], "\"%s\" is no option", argv[optind]);
	return check_options(argv[0], o);
}

int
ctl_selftest(struct ctl *c, int argc, char **argv)
{
	struct selftest_options o = { .from = "", .wait = 60 };
	const struct conf_list *ids = &c->conf->trust.authserv_ids;
	int code = parse_options(argc, argv, c, &o);
	struct err e = ERR_NONE;
	struct selftest s;

	if (code != 0)
		return code;
	if (selftest_plan(&s, ids->item, ids->count, &e) < 0)
		return ctl_fail(EX_CONFIG, "trust.authserv_ids: %s", e.text);
	return o.read != NULL ? judge_file(c, &s, o.read)
			      : send_and_wait(c, &o, &s);
}
