// SPDX-License-Identifier: BSD-2-Clause
/*
 * session_test.c - what one SMTP connection has told us, call by call.
 */
#include "daemon/session.h"

#include <stdio.h>

#include "base/limits.h"
#include "oom.h"
#include "t.h"
#include "unit/daemon/lab.h"

#define BOUNCE "<m-1@bounce.linkedin.com>"
#define ALICE "<alice@example.net>"

/* One call of the session and what it answers. */
struct step {
	enum {
		END, /* of the steps */
		CONNECT,
		MAIL,
		AUTHENTICATED,
		RCPT,
		HEADER,
		UNSPACED, /* as from an MTA that takes the blank off */
		HEADERS_END,
		BODY,
		QUEUE,
		RESET
	} what;
	enum session_answer want;
	const char *a, *b;
};

static const char *
answer_name(enum session_answer a)
{
	static const char *const names[] = {
		[SESSION_GO_ON] = "go on",
		[SESSION_LET_GO] = "let go",
		[SESSION_SKIP_BODY] = "skip the body",
		[SESSION_FAILED] = "failed",
	};

	return names[a];
}

/* A string in a block of its own for the time of the call. */
static enum session_answer
take(struct session *s, struct site *site, const struct step *step)
{
	struct view a = exact_string(step->a == NULL ? "" : step->a);
	struct view b = exact_string(step->b == NULL ? "" : step->b);
	enum session_answer got = SESSION_GO_ON;

	switch (step->what) {
	case CONNECT:
		got = session_connect(s, site, a, b, false);
		break;
	case MAIL:
	case AUTHENTICATED:
		got = session_mail(s, site_hold(site), a,
		    step->what == AUTHENTICATED);
		break;
	case RCPT:
		got = session_recipient(s, a);
		break;
	case HEADER:
	case UNSPACED:
		got = session_header(s, a, b, step->what == HEADER);
		break;
	case HEADERS_END:
		got = session_headers_end(s);
		break;
	case BODY:
		got = session_body(s, a);
		break;
	case QUEUE:
		session_queue_id(s, a);
		break;
	case RESET:
		session_reset(s);
		break;
	case END:
		break;
	}
	exact_free(a);
	exact_free(b);
	return got;
}

static void
take_all(const char *row, struct session *s, struct site *site,
    const struct step *step)
{
	for (size_t n = 0; step[n].what != END; n++) {
		char name[200];

		snprintf(name, sizeof(name), "%s, step %zu", row, n + 1);
		check_string(name, answer_name(take(s, site, &step[n])),
		    answer_name(step[n].want));
	}
}

/* "client[address] from>rcpt,rcpt id candidate cut=header X-RSVP:2" */
static void
describe(const struct session *s, struct text *out)
{
	struct session_mail mail;
	const struct envelope *e = &mail.message.envelope;
	char cut[64];

	if (!session_has_mail(s)) {
		text_add_string(out, "no mail");
		return;
	}
	session_collected(s, &mail);
	text_addf(out, "%.*s[%.*s] %.*s>", VIEW_ARG(e->client_name),
	    VIEW_ARG(e->client_address), VIEW_ARG(e->from));
	for (size_t i = 0; i < e->rcpt_count; i++)
		text_addf(out, "%s%.*s", i == 0 ? "" : ",",
		    VIEW_ARG(e->rcpt[i]));
	text_addf(out, " %.*s%s", VIEW_ARG(e->queue_id),
	    mail.candidate ? " candidate" : "");
	if (mail.bounce)
		text_add_string(out, " bounce");
	message_cut_words(mail.message.cut, cut);
	if (cut[0] != '\0')
		text_addf(out, " cut=%s", cut);
	for (size_t i = 0; i < mail.message.own->count; i++)
		text_addf(out, " %s:%d", mail.message.own->field[i].name,
		    mail.message.own->field[i].count);
}

static void
check_described(const char *name, const struct session *s, const char *want)
{
	struct text got = TEXT_INIT(100000);

	describe(s, &got);
	check_string(name, text_string(&got), want);
	text_free(&got);
}

static struct view
bytes_of(const struct session *s)
{
	struct session_mail mail;

	session_collected(s, &mail);
	return mail.message.bytes;
}

static struct session *
new_session(void)
{
	struct session *s = session_new();

	assert_non_null(s);
	return s;
}

/* A message that is a candidate, up to its headers' end. */
#define FROM_LINKEDIN                                        \
	{                                                    \
		HEADER, SESSION_GO_ON, "From",               \
		    " Zo Example <invitations@linkedin.com>" \
	}
#define FROM_SOMEBODY                                \
	{                                            \
		HEADER, SESSION_GO_ON, "From",       \
		    " Bob Example <bob@example.org>" \
	}
#define OTHER_CLIENT                                                     \
	{                                                                \
		CONNECT, SESSION_GO_ON, "mail.linkedin.com", "192.0.2.1" \
	}
#define ENDS(want)                            \
	{                                     \
		HEADERS_END, want, NULL, NULL \
	}
#define RSET                                     \
	{                                        \
		RESET, SESSION_GO_ON, NULL, NULL \
	}
#define WHO "mail.linkedin.com[192.0.2.1] "

static void
sequences_of_calls(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name;
		struct step step[24];
		const char *want; /* of it all */
		const char *bytes;
	} rows[] = {
		{ "nothing yet", { { END, SESSION_GO_ON, NULL, NULL } }, "no mail", "" },
		{ "a connection alone", { OTHER_CLIENT }, "no mail", "" },
		{ "a candidate", {
			OTHER_CLIENT,
			{ MAIL, SESSION_GO_ON, BOUNCE, NULL },
			{ RCPT, SESSION_GO_ON, ALICE, NULL },
			FROM_LINKEDIN,
			ENDS(SESSION_GO_ON),
			{ BODY, SESSION_GO_ON, "Hi\r\n", NULL },
			{ BODY, SESSION_GO_ON, "Alice\r\n", NULL } },
		  WHO "m-1@bounce.linkedin.com>alice@example.net  candidate",
		  "From: Zo Example <invitations@linkedin.com>\r\n\r\n"
		  "Hi\r\nAlice\r\n" },
		{ "one for nobody here", {
			{ MAIL, SESSION_GO_ON, BOUNCE, NULL },
			{ RCPT, SESSION_GO_ON, "<alice@example.com>", NULL },
			FROM_LINKEDIN,
			ENDS(SESSION_LET_GO) },
		  "[] m-1@bounce.linkedin.com>alice@example.com ", NULL },
		{ "one for somebody here among others", {
			{ MAIL, SESSION_GO_ON, BOUNCE, NULL },
			{ RCPT, SESSION_GO_ON, "<x@example.com>", NULL },
			{ RCPT, SESSION_GO_ON, ALICE, NULL },
			FROM_LINKEDIN,
			ENDS(SESSION_GO_ON) },
		  "[] m-1@bounce.linkedin.com>x@example.com,"
		  "alice@example.net  candidate", NULL },
		{ "one for nobody at all", {
			{ MAIL, SESSION_GO_ON, BOUNCE, NULL },
			FROM_LINKEDIN,
			ENDS(SESSION_LET_GO) },
		  "[] m-1@bounce.linkedin.com> ", NULL },
		{ "ordinary mail", {
			{ MAIL, SESSION_GO_ON, "<bob@example.org>", NULL },
			{ RCPT, SESSION_GO_ON, ALICE, NULL },
			FROM_SOMEBODY,
			ENDS(SESSION_LET_GO) },
		  "[] bob@example.org>alice@example.net ", NULL },
		{ "no header at all", {
			{ MAIL, SESSION_GO_ON, "<bob@example.org>", NULL },
			{ RCPT, SESSION_GO_ON, ALICE, NULL },
			ENDS(SESSION_LET_GO) },
		  "[] bob@example.org>alice@example.net ", "\r\n" },
		{ "an empty envelope is one of the network all the same", {
			{ MAIL, SESSION_GO_ON, "<>", NULL },
			{ RCPT, SESSION_GO_ON, ALICE, NULL },
			FROM_LINKEDIN,
			ENDS(SESSION_GO_ON) },
		  "[] >alice@example.net  candidate", NULL },
		{ "by its envelope alone", {
			{ MAIL, SESSION_GO_ON, BOUNCE, NULL },
			{ RCPT, SESSION_GO_ON, ALICE, NULL },
			FROM_SOMEBODY,
			ENDS(SESSION_GO_ON) },
		  "[] m-1@bounce.linkedin.com>alice@example.net  candidate",
		  NULL },
		{ "internal hosts", {
			{ CONNECT, SESSION_LET_GO, "localhost", "127.0.0.1" },
			{ CONNECT, SESSION_LET_GO, "localhost", "::1" },
			{ CONNECT, SESSION_LET_GO, "", "127.255.0.1" },
			{ CONNECT, SESSION_GO_ON, "localhost", "192.0.2.1" },
			{ CONNECT, SESSION_GO_ON, "localhost", "" } },
		  "no mail", "" },
		{ "an authenticated sender, then one who is not", {
			{ AUTHENTICATED, SESSION_LET_GO, BOUNCE, NULL },
			{ MAIL, SESSION_GO_ON, "<bob@example.org>", NULL } },
		  "[] bob@example.org> ", "" },
		{ "the other way round", {
			{ MAIL, SESSION_GO_ON, BOUNCE, NULL },
			{ RCPT, SESSION_GO_ON, ALICE, NULL },
			FROM_LINKEDIN,
			ENDS(SESSION_GO_ON),
			RSET,
			{ AUTHENTICATED, SESSION_LET_GO, BOUNCE, NULL },
			RSET },
		  "no mail", "" },
		{ "RSET between messages", {
			OTHER_CLIENT,
			{ MAIL, SESSION_GO_ON, BOUNCE, NULL },
			{ QUEUE, SESSION_GO_ON, "Q1", NULL },
			{ RCPT, SESSION_GO_ON, ALICE, NULL },
			FROM_LINKEDIN,
			{ HEADER, SESSION_GO_ON, "X-RSVP", " 1" },
			ENDS(SESSION_GO_ON),
			{ BODY, SESSION_GO_ON, "Hi\r\n", NULL },
			RSET,
			{ MAIL, SESSION_GO_ON, "<bob@example.org>", NULL },
			{ RCPT, SESSION_GO_ON, "<carol@example.net>", NULL },
			FROM_SOMEBODY,
			ENDS(SESSION_LET_GO) },
		  WHO "bob@example.org>carol@example.net ",
		  "From: Bob Example <bob@example.org>\r\n\r\n" },
		{ "MAIL again without a word", {
			{ MAIL, SESSION_GO_ON, BOUNCE, NULL },
			{ QUEUE, SESSION_GO_ON, "Q1", NULL },
			{ RCPT, SESSION_GO_ON, ALICE, NULL },
			FROM_LINKEDIN,
			{ HEADER, SESSION_GO_ON, "X-RSVP", " 1" },
			{ MAIL, SESSION_GO_ON, "<bob@example.org>", NULL } },
		  "[] bob@example.org> ", "" },
		{ "RESET twice", {
			{ MAIL, SESSION_GO_ON, BOUNCE, NULL },
			RSET, RSET },
		  "no mail", "" },
		{ "a candidate after mail let go early", {
			OTHER_CLIENT,
			{ MAIL, SESSION_GO_ON, "<bob@example.org>", NULL },
			{ RCPT, SESSION_GO_ON, "<x@example.com>", NULL },
			FROM_SOMEBODY,
			ENDS(SESSION_LET_GO),
			{ MAIL, SESSION_GO_ON, BOUNCE, NULL },
			{ RCPT, SESSION_GO_ON, ALICE, NULL },
			FROM_LINKEDIN,
			ENDS(SESSION_GO_ON),
			{ BODY, SESSION_GO_ON, "Hi\r\n", NULL } },
		  WHO "m-1@bounce.linkedin.com>alice@example.net  candidate",
		  "From: Zo Example <invitations@linkedin.com>\r\n\r\n"
		  "Hi\r\n" },
		{ "the first queue id that is not empty stays", {
			{ MAIL, SESSION_GO_ON, BOUNCE, NULL },
			{ QUEUE, SESSION_GO_ON, "", NULL },
			{ QUEUE, SESSION_GO_ON, "Q1", NULL },
			{ QUEUE, SESSION_GO_ON, "Q2", NULL },
			{ QUEUE, SESSION_GO_ON, "", NULL } },
		  "[] m-1@bounce.linkedin.com> Q1", "" },
		{ "and goes with its message", {
			{ MAIL, SESSION_GO_ON, BOUNCE, NULL },
			{ QUEUE, SESSION_GO_ON, "Q1", NULL },
			RSET,
			{ MAIL, SESSION_GO_ON, BOUNCE, NULL },
			{ QUEUE, SESSION_GO_ON, "Q2", NULL } },
		  "[] m-1@bounce.linkedin.com> Q2", "" },
		{ "another client on the same connection", {
			OTHER_CLIENT,
			{ CONNECT, SESSION_GO_ON, "", "192.0.2.2" },
			{ MAIL, SESSION_GO_ON, BOUNCE, NULL } },
		  "[192.0.2.2] m-1@bounce.linkedin.com> ", "" },
		{ "brackets or not", {
			{ MAIL, SESSION_GO_ON, " m-1@bounce.linkedin.com",
			    NULL },
			{ RCPT, SESSION_GO_ON, "alice@example.net", NULL },
			FROM_LINKEDIN,
			ENDS(SESSION_GO_ON) },
		  "[] m-1@bounce.linkedin.com>alice@example.net  candidate",
		  NULL },
		{ "folds, blanks", {
			{ MAIL, SESSION_GO_ON, "", NULL },
			{ HEADER, SESSION_GO_ON, "A", " 1\n\t2\n 3" },
			{ HEADER, SESSION_GO_ON, "B", "\n 1" },
			{ HEADER, SESSION_GO_ON, "C", "" },
			{ HEADER, SESSION_GO_ON, "D", "\t1" },
			{ HEADER, SESSION_GO_ON, "E", "  1  " },
			{ UNSPACED, SESSION_GO_ON, "F", "1\n\t2\n 3" },
			{ UNSPACED, SESSION_GO_ON, "G", "" },
			{ UNSPACED, SESSION_GO_ON, "H", " 1" } },
		  "[] > ",
		  "A: 1\r\n\t2\r\n 3\r\n" "B:\r\n 1\r\n" "C:\r\n" "D:\t1\r\n"
		  "E:  1  \r\n" "F: 1\r\n\t2\r\n 3\r\n" "G: \r\n"
		  "H:  1\r\n" },
		{ "what would end the header when it is read again", {
			{ MAIL, SESSION_GO_ON, "", NULL },
			{ HEADER, SESSION_GO_ON, "A", " 1" },
			{ HEADER, SESSION_GO_ON, "X-\xC3\xA9", " 2" },
			{ HEADER, SESSION_GO_ON, "two words", " 3" },
			{ HEADER, SESSION_GO_ON, " B", " 4" },
			{ HEADER, SESSION_GO_ON, "", " 5" },
			{ HEADER, SESSION_GO_ON, "C", " 6\nD: 7" },
			{ HEADER, SESSION_GO_ON, "E", " 8\n" },
			{ HEADER, SESSION_GO_ON, "F ", " 9" } },
		  "[] >  cut=header", "A: 1\r\nF : 9\r\n" },
		{ "forged headers on ordinary mail", {
			{ MAIL, SESSION_GO_ON, "<bob@example.org>", NULL },
			{ RCPT, SESSION_GO_ON, ALICE, NULL },
			FROM_SOMEBODY,
			{ HEADER, SESSION_GO_ON, "X-RSVP", " 1" },
			{ HEADER, SESSION_GO_ON, "x-rsvp-tag", " 1" },
			{ HEADER, SESSION_GO_ON, "X-Rsvp", " 2" },
			{ HEADER, SESSION_GO_ON, "X-RSVPs", " 1" },
			{ HEADER, SESSION_GO_ON, "X-RSV", " 1" },
			{ HEADER, SESSION_GO_ON, "X-RSVP \t", " 3" },
			ENDS(SESSION_SKIP_BODY),
			{ BODY, SESSION_SKIP_BODY, "Hi\r\n", NULL } },
		  "[] bob@example.org>alice@example.net  X-RSVP:3 "
		  "x-rsvp-tag:1 X-RSVPs:1", NULL },
		{ "forged headers for nobody here", {
			{ MAIL, SESSION_GO_ON, BOUNCE, NULL },
			{ RCPT, SESSION_GO_ON, "<x@example.com>", NULL },
			FROM_LINKEDIN,
			{ HEADER, SESSION_GO_ON, "X-RSVP-Folder", " 1" },
			ENDS(SESSION_SKIP_BODY) },
		  "[] m-1@bounce.linkedin.com>x@example.com  "
		  "X-RSVP-Folder:1", NULL },
		{ "forged headers on a candidate", {
			{ MAIL, SESSION_GO_ON, BOUNCE, NULL },
			{ RCPT, SESSION_GO_ON, ALICE, NULL },
			{ HEADER, SESSION_GO_ON, "X-RSVP-Loop", " 1" },
			FROM_LINKEDIN,
			ENDS(SESSION_GO_ON),
			{ BODY, SESSION_GO_ON, "X-RSVP: 1\r\n", NULL } },
		  "[] m-1@bounce.linkedin.com>alice@example.net  candidate "
		  "X-RSVP-Loop:1", NULL },
	};
	/* clang-format on */
	struct site *site = lab_site(*state);

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct session *s = new_session();

		take_all(rows[i].name, s, site, rows[i].step);
		check_described(rows[i].name, s, rows[i].want);
		if (rows[i].bytes != NULL)
			check_view(rows[i].name, bytes_of(s), rows[i].bytes);
		session_free(s);
	}
	site_drop(site);
}

#define REPORT                                                          \
	{                                                               \
		HEADER, SESSION_GO_ON, "Content-Type",                  \
		    " multipart/report; report-type=delivery-status;\n" \
		    "\tboundary=b"                                      \
	}
#define INSIDE                                                   \
	{                                                        \
		CONNECT, SESSION_GO_ON, "localhost", "127.0.0.1" \
	}
#define FOR_ALICE                                \
	{ MAIL, SESSION_GO_ON, "<>", NULL },     \
	{                                        \
		RCPT, SESSION_GO_ON, ALICE, NULL \
	}

/* A report is of interest, from wherever; nothing else of an internal host. */
static void
reports_are_asked_for(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name;
		struct step step[12];
		const char *want;
	} rows[] = {
		{ "from an internal host", {
			INSIDE, FOR_ALICE, FROM_SOMEBODY, REPORT,
			ENDS(SESSION_GO_ON),
			{ BODY, SESSION_GO_ON, "--b\r\n", NULL } },
		  "localhost[127.0.0.1] >alice@example.net  bounce" },
		{ "another mail of it", {
			INSIDE,
			{ MAIL, SESSION_LET_GO, "<bob@example.org>", NULL } },
		  "localhost[127.0.0.1] > " },
		{ "no report", {
			INSIDE, FOR_ALICE, FROM_SOMEBODY,
			ENDS(SESSION_LET_GO) },
		  "localhost[127.0.0.1] >alice@example.net " },
		{ "no candidate, and not cleaned", {
			INSIDE, FOR_ALICE, FROM_LINKEDIN,
			{ HEADER, SESSION_GO_ON, "X-RSVP", " 1" },
			ENDS(SESSION_LET_GO) },
		  "localhost[127.0.0.1] >alice@example.net " },
		{ "authenticated", {
			INSIDE,
			{ AUTHENTICATED, SESSION_LET_GO, "<>", NULL } },
		  "localhost[127.0.0.1] > " },
		{ "then another host", {
			INSIDE, OTHER_CLIENT,
			{ MAIL, SESSION_GO_ON, BOUNCE, NULL },
			{ RCPT, SESSION_GO_ON, ALICE, NULL },
			FROM_LINKEDIN, ENDS(SESSION_GO_ON) },
		  WHO "m-1@bounce.linkedin.com>alice@example.net  candidate" },
		{ "from outside", {
			FOR_ALICE, FROM_SOMEBODY, REPORT,
			{ HEADER, SESSION_GO_ON, "X-RSVP", " 1" },
			ENDS(SESSION_GO_ON) },
		  "[] >alice@example.net  bounce X-RSVP:1" },
		{ "from the network", {
			FOR_ALICE, FROM_LINKEDIN, REPORT,
			ENDS(SESSION_GO_ON) },
		  "[] >alice@example.net  candidate bounce" },
		{ "with a sender", {
			{ MAIL, SESSION_GO_ON, "<bob@example.org>", NULL },
			{ RCPT, SESSION_GO_ON, ALICE, NULL },
			FROM_SOMEBODY, REPORT, ENDS(SESSION_LET_GO) },
		  "[] bob@example.org>alice@example.net " },
		{ "for two", {
			FOR_ALICE,
			{ RCPT, SESSION_GO_ON, "<bob@example.net>", NULL },
			REPORT, ENDS(SESSION_LET_GO) },
		  "[] >alice@example.net,bob@example.net " },
		{ "for nobody here", {
			{ MAIL, SESSION_GO_ON, "<>", NULL },
			{ RCPT, SESSION_GO_ON, "<alice@example.com>", NULL },
			REPORT, ENDS(SESSION_LET_GO) },
		  "[] >alice@example.com " },
		{ "by a second type", {
			FOR_ALICE,
			{ HEADER, SESSION_GO_ON, "content-type", " a/b" },
			REPORT, ENDS(SESSION_LET_GO) },
		  "[] >alice@example.net " },
		{ "then another mail", {
			FOR_ALICE, REPORT, ENDS(SESSION_GO_ON), RSET,
			FOR_ALICE, FROM_SOMEBODY, ENDS(SESSION_LET_GO) },
		  "[] >alice@example.net " },
	};
	/* clang-format on */
	static const struct lab_settings settings = {
		.reply = "enabled = true; sender = \"user\";"
	};
	struct site *site;

	lab_configure(*state, &settings);
	site = lab_site(*state);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct session *s = new_session();

		take_all(rows[i].name, s, site, rows[i].step);
		check_described(rows[i].name, s, rows[i].want);
		session_free(s);
	}
	site_drop(site);
}

static void
reports_are_of_no_interest_where_none_can_come(void **state)
{
	static const struct {
		const char *name;
		struct lab_settings settings;
		bool wanted;
	} rows[] = {
		{ "wanted", { .reply = "enabled = true; sender = \"user\";" },
		    true },
		{ "from nobody", { .reply = "enabled = true;" }, false },
		{ "no answers",
		    { .reply = "enabled = false; sender = \"user\";" }, false },
		{ "a dry run",
		    { .reply = "enabled = true; sender = \"user\";",
			.dry_run = "true" },
		    false },
	};

	for (size_t i = 0; i < LENGTH(rows); i++) {
		const struct step outside[] = { FOR_ALICE, REPORT,
			{ HEADERS_END,
			    rows[i].wanted ? SESSION_GO_ON : SESSION_LET_GO,
			    NULL, NULL },
			{ .what = END } };
		const struct step inside[] = {
			{ CONNECT,
			    rows[i].wanted ? SESSION_GO_ON : SESSION_LET_GO,
			    "localhost", "127.0.0.1" },
			{ .what = END }
		};
		struct session *s = new_session();
		struct site *site;

		lab_configure(*state, &rows[i].settings);
		site = lab_site(*state);
		take_all(rows[i].name, s, site, outside);
		take_all(rows[i].name, s, site, inside);
		session_free(s);
		site_drop(site);
	}
}

static void
a_report_has_a_ceiling(void **state)
{
	static const struct lab_settings settings = {
		.reply = "enabled = true; sender = \"user\";"
	};
	static const struct step step[] = { FOR_ALICE, REPORT,
		{ HEADERS_END, SESSION_GO_ON, NULL, NULL }, { .what = END } };
	static char octets[LIMIT_BOUNCE_SIZE];
	struct session *s = new_session();
	struct session_mail mail;
	struct site *site;

	memset(octets, 'x', sizeof(octets));
	lab_configure(*state, &settings);
	site = lab_site(*state);
	take_all("a report", s, site, step);
	assert_int_equal(session_body(s,
			     (struct view){ octets, sizeof(octets) }),
	    SESSION_GO_ON);
	session_collected(s, &mail);
	assert_int_equal(mail.message.cut, 0);
	assert_int_equal(session_body(s, VIEW("x")), SESSION_SKIP_BODY);
	session_collected(s, &mail);
	assert_int_equal(mail.message.cut, MESSAGE_CUT_BODY);
	session_free(s);
	site_drop(site);
}

/* The way to the headers of a message for alice. */
static void
begin(struct session *s, struct site *site, const char *from)
{
	assert_int_equal(session_mail(s, site_hold(site), view_of(from), false),
	    SESSION_GO_ON);
	assert_int_equal(session_recipient(s, VIEW(ALICE)), SESSION_GO_ON);
}

static void
add_fields(struct session *s, const char *name, struct view value, size_t count)
{
	for (size_t i = 0; i < count; i++)
		assert_int_equal(session_header(s, view_of(name), value, true),
		    SESSION_GO_ON);
}

static void
fields_have_a_limit(void **state)
{
	struct site *site = lab_site(*state);
	struct session *s = new_session();
	struct view all;

	begin(s, site, BOUNCE);
	add_fields(s, "A", VIEW(" 1"), LIMIT_HEADER_FIELDS - 1);
	add_fields(s, "Last", VIEW(" 1"), 1);
	assert_int_equal(session_headers_end(s), SESSION_GO_ON);
	check_described("at it", s,
	    "[] m-1@bounce.linkedin.com>alice@example.net  candidate");
	all = bytes_of(s);
	assert_true(view_ends_nocase(all, VIEW("\r\nLast: 1\r\n\r\n")));

	begin(s, site, BOUNCE);
	add_fields(s, "A", VIEW(" 1"), LIMIT_HEADER_FIELDS);
	add_fields(s, "Last", VIEW(" 1"), 1);
	assert_int_equal(session_headers_end(s), SESSION_GO_ON);
	check_described("past it", s,
	    "[] m-1@bounce.linkedin.com>alice@example.net  candidate "
	    "cut=header");
	all = bytes_of(s);
	check_number("octets", (long long)all.size,
	    LIMIT_HEADER_FIELDS * 6LL + 2);
	session_free(s);
	site_drop(site);
}

/* size octets: a blank, then what, again and again. */
static struct view
filled(size_t size, const char *what)
{
	char *data = malloc(size);

	assert_non_null(data);
	data[0] = ' ';
	for (size_t i = 1; i < size; i++)
		data[i] = what[(i - 1) % strlen(what)];
	return (struct view){ data, size };
}

/* Only From makes it a candidate. */
static void
from_is_kept_however_late_it_comes(void **state)
{
	static const char candidate[] =
	    "[] x@evil.example>alice@example.net  candidate";
	static const struct {
		const char *name;
		size_t size, times; /* of a value; of such fields before */
		bool cut;
	} rows[] = {
		{ "in time", 2, LIMIT_HEADER_FIELDS - 1, false },
		{ "too late by one", 2, LIMIT_HEADER_FIELDS, true },
		{ "far too late", 2, 3 * LIMIT_HEADER_FIELDS, true },
		{ "behind many octets", 300, LIMIT_HEADER_FIELDS - 1, true },
		{ "behind one field of many octets", LIMIT_HEADER_SIZE - 4, 1,
		    true },
	};
	struct site *site = lab_site(*state);

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view value = filled(rows[i].size, "x");
		struct text want = TEXT_INIT(200);
		struct session *s = new_session();

		begin(s, site, "<x@evil.example>");
		add_fields(s, "A", value, rows[i].times);
		add_fields(s, "FROM", VIEW(" a@linkedin.com"), 1);
		assert_int_equal(session_headers_end(s), SESSION_GO_ON);
		text_addf(&want, "%s%s", candidate,
		    rows[i].cut ? " cut=header" : "");
		check_described(rows[i].name, s, text_string(&want));
		assert_true(view_ends_nocase(bytes_of(s),
		    VIEW("FROM: a@linkedin.com\r\n\r\n")));
		text_free(&want);
		exact_free(value);
		session_free(s);
	}
	site_drop(site);
}

/* No From makes way for another. */
static void
the_first_from_is_kept(void **state)
{
	struct site *site = lab_site(*state);
	struct session *s = new_session();

	begin(s, site, "<x@evil.example>");
	add_fields(s, "From", VIEW(" a@linkedin.com"), LIMIT_HEADER_FIELDS);
	add_fields(s, "From", VIEW(" a@evil.example"), 1);
	assert_int_equal(session_headers_end(s), SESSION_GO_ON);
	assert_true(view_ends_nocase(bytes_of(s),
	    VIEW("From: a@linkedin.com\r\n\r\n")));
	session_free(s);
	site_drop(site);
}

/* One that makes way for nothing, nor for which anything does. */
static void
a_from_that_is_left_out_makes_a_candidate(void **state)
{
	static const struct {
		const char *name;
		size_t others, froms; /* fields before it */
		size_t size;          /* of its value; 0: one of the network */
		enum session_answer want;
		const char *cut;
	} rows[] = {
		{ "nothing before it", 0, 0, 0, SESSION_GO_ON, "" },
		{ "behind others and a From", LIMIT_HEADER_FIELDS - 1, 1, 0,
		    SESSION_GO_ON, " cut=header" },
		{ "behind many From fields", LIMIT_HEADER_FIELDS - 500, 500, 0,
		    SESSION_GO_ON, " cut=header" },
		{ "behind as many From fields as are kept", 0,
		    LIMIT_HEADER_FIELDS, 0, SESSION_GO_ON, " cut=header,from" },
		{ "one that just fits", 0, 0, LIMIT_HEADER_SIZE - 7,
		    SESSION_LET_GO, "" },
		{ "one that just fits behind others", 9, 0,
		    LIMIT_HEADER_SIZE - 7, SESSION_LET_GO, " cut=header" },
		{ "one that is too long by one", 0, 0, LIMIT_HEADER_SIZE - 6,
		    SESSION_GO_ON, " cut=header,from" },
		{ "one too long behind another", 0, 1, LIMIT_HEADER_SIZE - 7,
		    SESSION_GO_ON, " cut=header,from" },
	};
	struct site *site = lab_site(*state);

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view value = filled(rows[i].size + 1, "x");
		struct session *s = new_session();
		char want[100];

		begin(s, site, "<x@evil.example>");
		add_fields(s, "A", VIEW(" 1"), rows[i].others);
		add_fields(s, "From", VIEW(" b@evil.example"), rows[i].froms);
		add_fields(s, "From",
		    rows[i].size == 0 ? VIEW(" a@linkedin.com")
				      : view_part(value, 0, rows[i].size),
		    1);
		check_string(rows[i].name, answer_name(session_headers_end(s)),
		    answer_name(rows[i].want));
		snprintf(want, sizeof(want),
		    "[] x@evil.example>alice@example.net %s%s",
		    rows[i].want == SESSION_GO_ON ? " candidate" : "",
		    rows[i].cut);
		check_described(rows[i].name, s, want);
		exact_free(value);
		session_free(s);
	}
	site_drop(site);
}

/* Those that stay are whole, in order. */
static void
the_last_others_make_way(void **state)
{
	struct site *site = lab_site(*state);
	struct session *s = new_session();
	struct view last = VIEW("A: 1\r\nFrom: b@evil.example\r\n"
				"From: c@evil.example\r\n"
				"From: a@linkedin.com\r\n\r\n");

	begin(s, site, "<x@evil.example>");
	add_fields(s, "A", VIEW(" 1"), LIMIT_HEADER_FIELDS - 3);
	add_fields(s, "From", VIEW(" b@evil.example"), 1);
	add_fields(s, "B", VIEW(" 1"), 2);
	add_fields(s, "From", VIEW(" c@evil.example"), 1);
	add_fields(s, "From", VIEW(" a@linkedin.com"), 1);
	add_fields(s, "C", VIEW(" 1"), 1);
	assert_int_equal(session_headers_end(s), SESSION_GO_ON);
	check_view("the last",
	    view_part(bytes_of(s), bytes_of(s).size - last.size, last.size),
	    "A: 1\r\n"
	    "From: b@evil.example\r\nFrom: c@evil.example\r\n"
	    "From: a@linkedin.com\r\n\r\n");
	session_free(s);
	site_drop(site);
}

static void
the_header_has_a_limit(void **state)
{
	static const struct {
		const char *name, *what;
		size_t size; /* of the value */
		bool cut;
		int spare; /* octets there is room for then */
	} rows[] = {
		{ "at it", "x", LIMIT_HEADER_SIZE - 4, false, 0 },
		{ "past it", "x", LIMIT_HEADER_SIZE - 3, true, 0 },
		{ "at it with folds", "\n ",
		    (LIMIT_HEADER_SIZE - 5) / 3 * 2 + 1, false, 2 },
		{ "past it with folds", "\n ",
		    (LIMIT_HEADER_SIZE - 5) / 3 * 2 + 3, true, 0 },
		{ "one field that is too long by far", "x",
		    LIMIT_HEADER_SIZE * 2, true, 0 },
	};
	struct site *site = lab_site(*state);

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct session *s = new_session();
		struct view value = filled(rows[i].size, rows[i].what);
		struct session_mail mail;

		begin(s, site, BOUNCE);
		add_fields(s, "A", value, 1);
		session_collected(s, &mail);
		check_number(rows[i].name, mail.message.cut,
		    rows[i].cut ? MESSAGE_CUT_HEADER : 0);
		check_number(rows[i].name, (long long)mail.message.bytes.size,
		    rows[i].cut ? 0 : LIMIT_HEADER_SIZE - rows[i].spare);
		exact_free(value);
		session_free(s);
	}
	site_drop(site);
}

static void
the_body_has_a_limit(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name;
		size_t first, second;
		enum session_answer want; /* to the second */
		size_t kept;
	} rows[] = {
		{ "at it", LIMIT_BODY_SIZE - 1, 1, SESSION_GO_ON,
		    LIMIT_BODY_SIZE },
		{ "past it", LIMIT_BODY_SIZE, 1, SESSION_SKIP_BODY,
		    LIMIT_BODY_SIZE },
		{ "across it", LIMIT_BODY_SIZE - 1, 2, SESSION_SKIP_BODY,
		    LIMIT_BODY_SIZE },
		{ "nothing behind it", LIMIT_BODY_SIZE, 0, SESSION_GO_ON,
		    LIMIT_BODY_SIZE },
		{ "all of it at once", 1, LIMIT_BODY_SIZE + 1000,
		    SESSION_SKIP_BODY, LIMIT_BODY_SIZE },
	};
	/* clang-format on */
	struct view body = filled(LIMIT_BODY_SIZE + 1000, "x");
	struct site *site = lab_site(*state);

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct session *s = new_session();
		struct session_mail mail;
		size_t header;

		begin(s, site, BOUNCE);
		assert_int_equal(session_headers_end(s), SESSION_GO_ON);
		header = bytes_of(s).size;
		assert_int_equal(session_body(s,
				     view_part(body, 0, rows[i].first)),
		    SESSION_GO_ON);
		check_string(rows[i].name,
		    answer_name(session_body(s,
			view_part(body, 0, rows[i].second))),
		    answer_name(rows[i].want));
		session_collected(s, &mail);
		check_number(rows[i].name,
		    (long long)(mail.message.bytes.size - header),
		    (long long)rows[i].kept);
		check_number(rows[i].name, mail.message.cut,
		    rows[i].want == SESSION_GO_ON ? 0 : MESSAGE_CUT_BODY);
		/* The next message does not inherit it. */
		begin(s, site, BOUNCE);
		assert_int_equal(session_headers_end(s), SESSION_GO_ON);
		assert_int_equal(session_body(s, VIEW("Hi")), SESSION_GO_ON);
		session_free(s);
	}
	exact_free(body);
	site_drop(site);
}

/* The largest header does not take room from the body. */
static void
header_and_body_have_limits_of_their_own(void **state)
{
	struct view value = filled(LIMIT_HEADER_SIZE - 4, "x");
	struct view body = filled(LIMIT_BODY_SIZE, "x");
	struct site *site = lab_site(*state);
	struct session *s = new_session();

	begin(s, site, BOUNCE);
	add_fields(s, "A", value, 1);
	assert_int_equal(session_headers_end(s), SESSION_GO_ON);
	assert_int_equal(session_body(s, body), SESSION_GO_ON);
	check_number("octets", (long long)bytes_of(s).size,
	    LIMIT_HEADER_SIZE + 2LL + LIMIT_BODY_SIZE);
	assert_int_equal(session_body(s, VIEW("x")), SESSION_SKIP_BODY);
	exact_free(value);
	exact_free(body);
	session_free(s);
	site_drop(site);
}

static void
recipients_have_a_limit(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name;
		size_t count;
		const char *forged;
		enum session_answer want;
	} rows[] = {
		{ "at it", LIMIT_RECIPIENTS, NULL, SESSION_GO_ON },
		{ "past it", LIMIT_RECIPIENTS + 1, NULL, SESSION_LET_GO },
		{ "far past it", LIMIT_RECIPIENTS * 3, NULL, SESSION_LET_GO },
		{ "past it, and forged", LIMIT_RECIPIENTS + 1, "X-RSVP",
		    SESSION_SKIP_BODY },
		{ "and again few", 1, NULL, SESSION_GO_ON },
	};
	/* clang-format on */
	struct site *site = lab_site(*state);
	struct session *s = new_session();

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct session_mail mail;

		begin(s, site, BOUNCE);
		for (size_t n = 1; n < rows[i].count; n++)
			assert_int_equal(session_recipient(s,
					     VIEW("<bob@example.net>")),
			    SESSION_GO_ON);
		if (rows[i].forged != NULL)
			add_fields(s, rows[i].forged, VIEW(" 1"), 1);
		check_string(rows[i].name, answer_name(session_headers_end(s)),
		    answer_name(rows[i].want));
		session_collected(s, &mail);
		check_number(rows[i].name,
		    (long long)mail.message.envelope.rcpt_count,
		    rows[i].count < LIMIT_RECIPIENTS ? (long long)rows[i].count
						     : LIMIT_RECIPIENTS);
		session_reset(s);
	}
	session_free(s);
	site_drop(site);
}

/* Cut, it could be somebody's who it is not, or of a domain it is not of. */
static void
an_address_that_is_too_long_is_nobodys(void **state)
{
	static const char domain[] = "@example.net",
			  network[] = "@linkedin.com";
	struct site *site = lab_site(*state);
	struct session *s = new_session();
	char address[2000] = "alice+";
	struct session_mail mail;

	memset(address + 6, 'x', sizeof(address) - 7);
	for (size_t size = 1000; size <= 1100; size++) {
		bool kept;

		/* What it is cut to ends in a domain of ours. */
		memcpy(address + size - strlen(domain), domain, strlen(domain));
		memcpy(address + size, ".example.com", 13);
		assert_int_equal(session_mail(s, site_hold(site), VIEW("<>"),
				     false),
		    SESSION_GO_ON);
		assert_int_equal(session_recipient(s, view_of(address)),
		    SESSION_GO_ON);
		add_fields(s, "From", VIEW(" x@linkedin.com"), 1);
		check_string("a recipient", answer_name(session_headers_end(s)),
		    "let go");
		session_collected(s, &mail);
		kept = mail.message.envelope.rcpt[0].size > 0;
		check_view("a recipient", mail.message.envelope.rcpt[0],
		    kept ? address : "");
		assert_int_equal(kept, size + strlen(".example.com") <= 1024);

		memcpy(address + size - strlen(network), network,
		    strlen(network));
		assert_int_equal(session_mail(s, site_hold(site),
				     view_of(address), false),
		    SESSION_GO_ON);
		session_collected(s, &mail);
		kept = mail.message.envelope.from.size > 0;
		assert_int_equal(kept, size + strlen(".example.com") <= 1024);
		check_view("a sender", mail.message.envelope.from,
		    kept ? address : "");
		memset(address + size - strlen(network), 'x', 40);
	}
	session_free(s);
	site_drop(site);
}

/* A field of ours behind as much else as an attacker can think of. */
static void
forged_headers_cannot_hide(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name;
		size_t fields, size; /* in front of it */
		const char *what;
		size_t own;          /* how many of ours */
		const char *last, *want;
	} rows[] = {
		{ "behind as many fields as are kept", LIMIT_HEADER_FIELDS, 1,
		    "x", 1, "X-RSVP", "cut=header X-RSVP:1" },
		{ "behind more", 3 * LIMIT_HEADER_FIELDS, 1, "x", 1,
		    "x-rsvp-folder", "cut=header x-rsvp-folder:1" },
		{ "behind as many octets as are kept", 1,
		    LIMIT_HEADER_SIZE - 4, "x", 1, "X-RSVP-Tag",
		    "cut=header X-RSVP-Tag:1" },
		{ "behind as many octets by their folds", 1,
		    (LIMIT_HEADER_SIZE - 5) / 3 * 2 + 1, "\n ", 1, "X-RSVP",
		    "cut=header X-RSVP:1" },
		{ "behind a field that is too long", 1,
		    LIMIT_HEADER_SIZE * 2, "x", 2, "X-RSVP",
		    "cut=header X-RSVP:2" },
		{ "behind some of the same name", 0, 1, "x",
		    LIMIT_HEADER_FIELDS + 2, "X-RSVP",
		    "cut=header X-RSVP:1002" },
		{ "behind a line that is no field", 1, 1, "x", 2, "X-RSVP",
		    "cut=header X-RSVP:2" },
	};
	/* clang-format on */
	static const struct {
		const char *name, *from;
		enum session_answer want;
	} kinds[] = {
		{ "candidate", BOUNCE, SESSION_GO_ON },
		{ "ordinary", "<bob@example.org>", SESSION_SKIP_BODY },
	};
	struct site *site = lab_site(*state);
	struct session *s = new_session();

	for (size_t i = 0; i < LENGTH(rows) * LENGTH(kinds); i++) {
		size_t row = i / LENGTH(kinds), kind = i % LENGTH(kinds);
		struct view value = filled(rows[row].size, rows[row].what);
		char name[200], want[200];

		snprintf(name, sizeof(name), "%s: %s", kinds[kind].name,
		    rows[row].name);
		begin(s, site, kinds[kind].from);
		add_fields(s, strstr(rows[row].name, "no field") ? "A b" : "A",
		    value, rows[row].fields);
		add_fields(s, rows[row].last, VIEW(" 1"), rows[row].own);
		check_string(name, answer_name(session_headers_end(s)),
		    answer_name(kinds[kind].want));
		snprintf(want, sizeof(want), "[] %.*s>alice@example.net %s %s",
		    (int)strlen(kinds[kind].from) - 2, kinds[kind].from + 1,
		    kind == 0 ? " candidate" : "", rows[row].want);
		check_described(name, s, want);
		session_reset(s);
		exact_free(value);
	}
	session_free(s);
	site_drop(site);
}

static void
without_memory_a_message_fails_and_no_more(void **state)
{
	/* clang-format off */
	static const struct step steps[] = {
		OTHER_CLIENT,
		{ MAIL, SESSION_GO_ON, BOUNCE, NULL },
		{ RCPT, SESSION_GO_ON, ALICE, NULL },
		FROM_LINKEDIN,
		{ HEADER, SESSION_GO_ON, "X-RSVP", " 1" },
		ENDS(SESSION_GO_ON),
		{ BODY, SESSION_GO_ON, "Hi\r\n", NULL },
	};
	/* clang-format on */
	struct site *site = lab_site(*state);
	unsigned n;

	for (n = 1; oom_next(n); n++) {
		struct session *s = session_new();
		bool failed = s == NULL;

		for (size_t i = 0; i < LENGTH(steps) && !failed; i++) {
			enum session_answer got;

			/* Not exact_string(), which would fail too. */
			got = steps[i].what == CONNECT
			    ? session_connect(s, site, view_of(steps[i].a),
				  view_of(steps[i].b), false)
			    : steps[i].what == MAIL
			    ? session_mail(s, site_hold(site),
				  view_of(steps[i].a), false)
			    : steps[i].what == RCPT
			    ? session_recipient(s, view_of(steps[i].a))
			    : steps[i].what == HEADER
			    ? session_header(s, view_of(steps[i].a),
				  view_of(steps[i].b), true)
			    : steps[i].what == HEADERS_END
			    ? session_headers_end(s)
			    : session_body(s, view_of(steps[i].a));
			failed = got == SESSION_FAILED;
			if (!failed)
				check_string("step", answer_name(got),
				    answer_name(steps[i].want));
		}
		check_number("failed", failed, oom_happened());
		if (s != NULL && failed) {
			session_reset(s);
			begin(s, site, BOUNCE);
			assert_int_equal(session_headers_end(s), SESSION_GO_ON);
		}
		session_free(s);
	}
	assert_true(n > 8);
	session_free(NULL);
	site_drop(site);
}

/*
 * The MTA waits for no answer to HELO, RCPT and a header field: libmilter drops
 * what is said there.  So the next step that is answered must say it.
 */
static void
what_failed_unheard_is_told_at_the_next_answer(void **state)
{
	struct site *site = lab_site(*state);
	bool failed = true;
	unsigned n;

	for (n = 1; failed; n++) {
		struct session *s = session_new();
		enum session_answer got;

		session_connect(s, site, VIEW("mail.example.org"),
		    VIEW("198.51.100.7"), true);
		oom_at(n);
		session_helo(s, VIEW("mail.example.org"));
		got = session_mail(s, site_hold(site), VIEW(BOUNCE), false);
		if (!oom_happened()) {
			check_string("MAIL", answer_name(got), "go on");
			session_recipient(s, VIEW(ALICE));
			session_header(s, VIEW("From"),
			    VIEW(" <invitations@linkedin.com>"), true);
			session_header(s, VIEW("X-RSVP"), VIEW(" 1"), true);
			got = session_headers_end(s);
		}
		check_string("answer", answer_name(got),
		    oom_happened() ? "failed" : "go on");
		failed = oom_happened();
		oom_at(0);
		/* No longer than for a message, or until the next HELO. */
		session_reset(s);
		assert_int_equal(session_helo(s, VIEW("mail.example.org")),
		    SESSION_GO_ON);
		begin(s, site, BOUNCE);
		assert_int_equal(session_headers_end(s), SESSION_GO_ON);
		session_free(s);
	}
	assert_true(n > 6);
	site_drop(site);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, lab_close)

static int
set_up(void **state)
{
	static const struct lab_settings settings = { NULL };

	if (lab_open(state) < 0)
		return -1;
	lab_configure(*state, &settings);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(sequences_of_calls),
		TEST(reports_are_asked_for),
		TEST(reports_are_of_no_interest_where_none_can_come),
		TEST(a_report_has_a_ceiling),
		TEST(fields_have_a_limit),
		TEST(from_is_kept_however_late_it_comes),
		TEST(the_first_from_is_kept),
		TEST(a_from_that_is_left_out_makes_a_candidate),
		TEST(the_last_others_make_way),
		TEST(the_header_has_a_limit),
		TEST(the_body_has_a_limit),
		TEST(header_and_body_have_limits_of_their_own),
		TEST(recipients_have_a_limit),
		TEST(an_address_that_is_too_long_is_nobodys),
		TEST(forged_headers_cannot_hide),
		TEST(without_memory_a_message_fails_and_no_more),
		TEST(what_failed_unheard_is_told_at_the_next_answer),
	};

	return cmocka_run_group_tests_name("session", tests, lab_begin,
	    lab_end);
}
