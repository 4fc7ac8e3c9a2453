// SPDX-License-Identifier: BSD-2-Clause
/*
 * filter_test.c - what is done at the end of a message, in which order, and
 * what a reload changes.
 */
#include "daemon/filter.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "daemon/state_keys.h"
#include "oom.h"
#include "t.h"
#include "unit/daemon/lab.h"

#define LINKEDIN "linkedin.com"
#define ALICE "alice@example.net"
#define INMAIL "inmail-2026-01-de.eml"
#define INVITATION "invitation-2026-04-recruiter.eml"
#define FORGED "forged-own-headers.eml"
#define FORGED_ORDINARY "forged-own-headers-ordinary.eml"

#define RULE(actions) \
	"rules = ( { name = \"r\"; when = { }; do = [ " actions " ]; } );\n"
#define MEMORY "state = \"memory:\";"
#define SQLITE "state = \"sqlite:LAB/state/state.db\";"
#define ENABLED "enabled = true; drafts = true;"

/* A filter, and an MTA that writes down what it is told. */
struct fixture {
	struct lab *lab;
	struct filter filter;
	struct text told; /* "remove X-RSVP 1\nadd X-RSVP-Tag: A\nhold\n" */
	bool refuses;
	int woken;
};

static size_t
count_lines(const struct text *t)
{
	size_t count = 0;

	for (size_t i = 0; i < t->size; i++)
		count += t->data[i] == '\n';
	return count;
}

/* How many records there are. */
static size_t
records(const struct lab *l)
{
	struct text audit = TEXT_INIT(LIMIT_BODY_SIZE);
	size_t count;

	lab_read(l, "audit", &audit);
	count = count_lines(&audit);
	text_free(&audit);
	return count;
}

static int
count_job(void *arg, const struct job *job)
{
	(void)job;
	++*(size_t *)arg;
	return 0;
}

static size_t
jobs(struct store *s)
{
	struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
	size_t count = 0;

	if (s != NULL)
		assert_int_equal(s->ops->list(s, p, count_job, &count, NULL),
		    0);
	pool_free(p);
	return count;
}

static int
on_remove(void *arg, const char *name, int index)
{
	struct fixture *f = arg;

	text_addf(&f->told, "remove %s %d\n", name, index);
	return f->refuses ? -1 : 0;
}

static int
on_add(void *arg, const char *name, const char *value)
{
	struct fixture *f = arg;

	text_addf(&f->told, "add %s: %s\n", name, value);
	return f->refuses ? -1 : 0;
}

static int
on_hold(void *arg, const char *reason)
{
	struct fixture *f = arg;

	text_addf(&f->told, "hold %s\n", reason);
	return f->refuses ? -1 : 0;
}

static void
on_wake(void *arg)
{
	struct fixture *f = arg;

	f->woken++;
}

static void
open_fixture(struct fixture *f, struct lab *l,
    const struct lab_settings *settings)
{
	struct err e = ERR_NONE;

	lab_configure(l, settings);
	lab_write(l, "templates/hello.txt", "Hello {given|there}, hello.\n");
	*f = (struct fixture){ .lab = l, .told = TEXT_INIT(100000) };
	if (filter_open(&f->filter, lab_site(l), &e) < 0)
		fail_msg("%s", e.text);
	f->filter.clock = &l->clock;
	f->filter.wake_sender = on_wake;
	f->filter.wake_arg = f;
}

static void
close_fixture(struct fixture *f)
{
	filter_close(&f->filter);
	text_free(&f->told);
}

static int
give_message(struct fixture *f, const struct session_mail *mail, struct err *e)
{
	const struct filter_edit edit = { on_remove, on_add, on_hold, f };

	text_clear(&f->told);
	return filter_message(&f->filter, mail, &edit, e);
}

/* A sample through the filter with the set in force; what the MTA is told. */
static const char *
filter_sample(struct fixture *f, const char *sample, bool candidate)
{
	struct session_mail mail = { .candidate = candidate };
	struct lab_mail sampled;
	struct err e = ERR_NONE;

	lab_mail_open(f->lab, &sampled, sample, LINKEDIN, ALICE);
	mail.message = sampled.message;
	mail.site = site_current(f->filter.slot);
	if (give_message(f, &mail, &e) < 0)
		fail_msg("%s: %s", sample, e.text);
	site_drop(mail.site);
	lab_mail_close(&sampled);
	return text_string(&f->told);
}

#define RESULT_OF(type, trust)                                           \
	"add X-RSVP: network=linkedin; type=" type "; trust=" trust "; " \
	"known=no\n"
#define RESULT(type) RESULT_OF(type, "direct")
/* Of the forged sample, whose To is somebody else. */
#define CLAIMED(type) RESULT_OF(type, "claimed")
#define HELD(type) "hold rsvp-milter: " type " of linkedin, trust claimed\n"
#define CLEANED "remove X-RSVP 1\nremove X-RSVP-Tag 1\nremove X-RSVP-Folder 1\n"

static void
the_mta_is_told_in_order(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *sample;
		bool candidate;
		const char *dry_run, *rules, *want;
		size_t records, jobs;
		int woken;
	} rows[] = {
		{ "a tag", INVITATION, true, "false",
		    RULE("\"tag:A\", \"tag:B\", \"file:F\""),
		    RESULT("invitation") "add X-RSVP-Tag: A\n"
		    "add X-RSVP-Tag: B\nadd X-RSVP-Folder: F\n", 1, 0, 0 },
		{ "removals, headers, hold", FORGED, true, "false",
		    RULE("\"tag:A\", \"quarantine\""),
		    CLEANED CLAIMED("invitation") "add X-RSVP-Tag: A\n"
		    HELD("invitation"), 1, 0, 0 },
		{ "an answer", INMAIL, true, "false",
		    RULE("\"tag:A\", \"reply:hello\""),
		    RESULT("inmail") "add X-RSVP-Tag: A\n", 2, 1, 1 },
		{ "a draft", INMAIL, true, "false", RULE("\"draft:hello\""),
		    RESULT("inmail"), 2, 1, 1 },
		{ "no candidate, but forged", FORGED_ORDINARY, false, "false",
		    RULE("\"tag:A\""), "remove X-RSVP 1\nremove x-rsvp-tag 1\n",
		    0, 0, 0 },
		{ "no candidate, though it looks like one", FORGED, false,
		    "false", RULE("\"quarantine\""), CLEANED, 0, 0, 0 },
		{ "no candidate, and nothing to be done", INVITATION, false,
		    "false", RULE("\"quarantine\""), "", 0, 0, 0 },
		{ "a dry run only writes it down", FORGED, true, "true",
		    RULE("\"tag:A\", \"quarantine\""), "", 1, 0, 0 },
		{ "and answers nobody", INMAIL, true, "true",
		    RULE("\"reply:hello\""), "", 1, 0, 0 },
		{ "and leaves forged ones", FORGED_ORDINARY, false, "true",
		    RULE("\"tag:A\""), "", 0, 0, 0 },
	};
	/* clang-format on */
	struct lab *l = *state;

	for (size_t i = 0; i < LENGTH(rows); i++) {
		const struct lab_settings settings = { .dry_run =
							   rows[i].dry_run,
			.reply = ENABLED,
			.top = MEMORY };
		struct fixture f;

		open_fixture(&f, l, &settings);
		lab_write(l, "users/alice/rules.conf", rows[i].rules);
		check_string(rows[i].name,
		    filter_sample(&f, rows[i].sample, rows[i].candidate),
		    rows[i].want);
		check_number(rows[i].name, (long long)records(l),
		    (long long)rows[i].records);
		check_number(rows[i].name, (long long)jobs(f.filter.store),
		    (long long)rows[i].jobs);
		check_number(rows[i].name, f.woken, rows[i].woken);
		close_fixture(&f);
		lab_remove(l, "audit");
	}
}

/* All fields of a name go, the last one first. */
static void
removals_go_by_descending_index(void **state)
{
	static const struct lab_settings settings = { .top = MEMORY };
	struct fixture f;
	struct own_fields own = { .count = 0 };
	struct session_mail mail = { .message.own = &own };
	struct err e = ERR_NONE;

	open_fixture(&f, *state, &settings);
	assert_int_equal(own_fields_read(&own,
			     VIEW("X-RSVP: 1\nx-rsvp-tag: 1\nTo: a\n"
				  "X-RSVP-Tag: 2\nx-rsvp: 2\nX-RSVP-TAG: 3\n")),
	    0);
	mail.site = site_current(f.filter.slot);
	assert_int_equal(give_message(&f, &mail, &e), 0);
	check_string("order", text_string(&f.told),
	    "remove X-RSVP 2\nremove X-RSVP 1\nremove x-rsvp-tag 3\n"
	    "remove x-rsvp-tag 2\nremove x-rsvp-tag 1\n");
	lab_check_log("number", f.lab, "removed 5 forged X-RSVP headers");
	site_drop(mail.site);
	own_fields_free(&own);
	close_fixture(&f);
}

/* Record, changes, claim, outbox: who is told first sees the record only. */
struct witness {
	struct fixture *f;
	size_t records, jobs; /* when the MTA was told first */
};

static int
witness_add(void *arg, const char *name, const char *value)
{
	struct witness *w = arg;

	(void)name;
	(void)value;
	w->records = records(w->f->lab);
	w->jobs = jobs(w->f->filter.store);
	return 0;
}

static void
the_record_comes_first_and_the_answer_last(void **state)
{
	static const struct lab_settings settings = { .reply = ENABLED,
		.top = MEMORY };
	struct fixture f;
	struct witness w = { &f, 99, 99 };
	const struct filter_edit edit = { on_remove, witness_add, on_hold, &w };
	struct session_mail mail = { .candidate = true };
	struct lab_mail sampled;
	struct err e = ERR_NONE;

	open_fixture(&f, *state, &settings);
	lab_write(f.lab, "users/alice/rules.conf", RULE("\"reply:hello\""));
	lab_mail_open(f.lab, &sampled, INMAIL, LINKEDIN, ALICE);
	mail.message = sampled.message;
	mail.site = site_current(f.filter.slot);
	assert_int_equal(filter_message(&f.filter, &mail, &edit, &e), 0);
	check_number("records when told", (long long)w.records, 1);
	check_number("jobs when told", (long long)w.jobs, 0);
	check_number("records", (long long)records(f.lab), 2);
	check_number("jobs", (long long)jobs(f.filter.store), 1);
	site_drop(mail.site);
	lab_mail_close(&sampled);
	close_fixture(&f);
}

static void
an_mta_that_refuses_changes_gets_the_mail_all_the_same(void **state)
{
	static const struct lab_settings settings = { .reply = ENABLED,
		.top = MEMORY };
	struct fixture f;

	open_fixture(&f, *state, &settings);
	f.refuses = true;
	lab_write(f.lab, "users/alice/rules.conf",
	    RULE("\"tag:A\", \"quarantine\""));
	check_string("all is tried", filter_sample(&f, FORGED, true),
	    CLEANED
		CLAIMED("invitation") "add X-RSVP-Tag: A\n" HELD("invitation"));
	lab_check_log("said", f.lab,
	    "error: Q1: the MTA did not take all changes");
	check_string("no candidate", filter_sample(&f, FORGED, false), CLEANED);
	lab_check_log("said", f.lab,
	    "error: Q1: the MTA did not take all changes");
	f.refuses = false;
	filter_sample(&f, FORGED, true);
	lab_check_no_log("no more", f.lab, "did not take");
	close_fixture(&f);
}

/* Who forges headers may also send what we fail on. */
static void
a_message_we_fail_on_is_cleaned(void **state)
{
	static const struct lab_settings settings = { .top = MEMORY };
	struct fixture f;
	struct session_mail mail = { .candidate = true };
	struct lab_mail sampled;
	unsigned n, failed = 0;

	open_fixture(&f, *state, &settings);
	lab_write(f.lab, "users/alice/rules.conf", RULE("\"quarantine\""));
	lab_mail_open(f.lab, &sampled, FORGED, LINKEDIN, ALICE);
	mail.message = sampled.message;
	mail.site = site_current(f.filter.slot);
	for (int i = 0; i < 100; i++) /* memory for what is said of it */
		text_add_string(&f.told, "                    ");
	for (n = 1; oom_next(n); n++) {
		struct err e = ERR_NONE;
		int result = give_message(&f, &mail, &e);

		if (result < 0) {
			failed++;
			assert_true(oom_happened());
			assert_true(e.text[0] != '\0');
			check_string("failed", text_string(&f.told), CLEANED);
		} else {
			check_contains("done", text_string(&f.told), CLEANED);
		}
	}
	assert_true(failed > 10);
	site_drop(mail.site);
	lab_mail_close(&sampled);
	close_fixture(&f);
}

/* A report of an answer to alice's <1@linkedin.com>, from her to the network.
 */
static void
add_report(const struct filter *f, struct text *bytes)
{
	char loop[DIGEST_HEX_SIZE];

	assert_int_equal(state_key_loop(f->store, VIEW("<1@linkedin.com>"),
			     loop),
	    0);
	text_addf(bytes,
	    "Content-Type: multipart/report; boundary=b;\r\n"
	    " report-type=delivery-status\r\n\r\n--b\r\n"
	    "Content-Type: message/delivery-status\r\n\r\n"
	    "Action: failed\r\nStatus: 5.7.1\r\n\r\n"
	    "--b\r\nContent-Type: message/rfc822\r\n\r\n"
	    "From: " ALICE "\r\n"
	    "To: 0f0a1b2c-3d4e-5f60-7182-93a4b5c6d7e8@reply.linkedin.com\r\n"
	    "In-Reply-To: <1@linkedin.com>\r\nX-RSVP-Loop: %s\r\n\r\n"
	    "--b--\r\n",
	    loop);
}

static int
marks_fail(struct store *s, const char *key, int64_t after_ms,
    struct marks *found, struct err *e)
{
	(void)s;
	(void)key;
	(void)after_ms;
	(void)found;
	return err_set(e, "locked");
}

static void
an_answer_that_came_back_is_written_down(void **state)
{
	static const struct lab_settings settings = {
		.reply = "enabled = true; sender = \"user\"; "
			 "user_refusals = 1;",
		.top = MEMORY
	};
	struct view rcpt = VIEW(ALICE);
	struct session_mail mail = { .bounce = true,
		.message.envelope = { .rcpt = &rcpt,
		    .rcpt_count = 1,
		    .queue_id = VIEW("Q1") } };
	struct text bytes = TEXT_INIT(10000), audit = TEXT_INIT(10000);
	struct store_ops broken;
	const struct store_ops *whole;
	struct err e = ERR_NONE;
	struct fixture f;

	open_fixture(&f, *state, &settings);
	add_report(&f.filter, &bytes);
	mail.message.bytes = text_view(&bytes);
	mail.site = site_current(f.filter.slot);
	whole = f.filter.store->ops;
	broken = *whole;
	broken.marks = marks_fail;
	f.filter.store->ops = &broken;
	assert_int_equal(give_message(&f, &mail, &e), 0);
	lab_check_log("a failure", f.lab,
	    "error: Q1: state store: locked; nobody is counted and nothing is "
	    "answered until it works");
	check_number("no record", (long long)records(f.lab), 0);
	f.filter.store->ops = whole;
	f.lab->now_ms += STORE_REST_MS;
	assert_int_equal(give_message(&f, &mail, &e), 0);
	lab_check_log("counted", f.lab,
	    "info: Q1: reply for alice bounced: 5.7.1\n"
	    "warning: no more answers of user alice for now: 1 were refused");
	lab_read(f.lab, "audit", &audit);
	check_contains("record", text_string(&audit),
	    "\"qid\":\"Q1\",\"outbox\":\"bounced\",\"mode\":\"reply\","
	    "\"user\":\"alice\"");
	check_string("the mail", text_string(&f.told), "");
	site_drop(mail.site);
	text_free(&audit);
	text_free(&bytes);
	close_fixture(&f);
}

static void
a_dry_run_that_ends_opens_the_store(void **state)
{
	static const struct lab_settings dry = { .dry_run = "true",
		.reply = ENABLED,
		.top = SQLITE };
	static const struct lab_settings real = { .reply = ENABLED,
		.top = SQLITE };
	struct text audit = TEXT_INIT(LIMIT_AUDIT_SIZE);
	struct lab *l = *state;
	struct fixture f;

	open_fixture(&f, l, &dry);
	lab_write(l, "users/alice/rules.conf",
	    RULE("\"tag:A\", \"reply:hello\""));
	check_string("dry", filter_sample(&f, INMAIL, true), "");
	assert_null(f.filter.store);
	/* It counts, in a memory of its own. */
	lab_read(l, "audit", &audit);
	check_contains("dry", text_string(&audit), "\"seen\":1,");
	text_free(&audit);

	/* Its folder is missing: the dry run goes on, and says why. */
	lab_configure(l, &real);
	assert_int_equal(filter_reload(&f.filter), -1);
	lab_check_log("no folder", l,
	    "error: not reloaded, the old set stays in force: state: ");
	assert_null(f.filter.store);
	check_string("still dry", filter_sample(&f, INMAIL, true), "");

	assert_int_equal(mkdir(lab_path(l, "state").text, 0700), 0);
	assert_int_equal(filter_reload(&f.filter), 0);
	lab_check_log("reloaded", l, "info: reloaded ");
	assert_non_null(f.filter.store);
	check_string("no more", filter_sample(&f, INMAIL, true),
	    RESULT("inmail") "add X-RSVP-Tag: A\n");
	check_number("jobs", (long long)jobs(f.filter.store), 1);
	assert_int_equal(access(lab_path(l, "state/state.db").text, F_OK), 0);

	/* And back: the store stays open, but nothing is put into it. */
	lab_configure(l, &dry);
	filter_reload(&f.filter);
	lab_check_log("dry again", l, "(dry run)");
	check_string("dry again", filter_sample(&f, INMAIL, true), "");
	check_number("jobs", (long long)jobs(f.filter.store), 1);
	close_fixture(&f);
}

static void
a_reload_is_whole_or_not_at_all(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name;
		struct lab_settings settings;
		const char *file, *content; /* written too */
		const char *log;
		bool taken;
	} rows[] = {
		{ "a broken setting", { .top = MEMORY "\nx = 1;" }, NULL, NULL,
		    "site.conf:7: unknown setting x", false },
		{ "a broken pack", { .packs = "p", .top = MEMORY },
		    "p/n.conf", "\nname = 1;",
		    "p/n.conf:2: name: expected a string", false },
		{ "no packs", { .packs = "q", .top = MEMORY }, "q/x", "",
		    "q: no *.conf in this folder", false },
		{ "broken aliases", { .users = "aliases = \"LAB/aliases\";",
			.top = MEMORY }, "aliases", "x\n",
		    "aliases:1: expected", false },
		{ "aliases", { .users = "aliases = \"LAB/aliases\";",
			.top = MEMORY }, "aliases", ALICE " carol\n",
		    "info: reloaded ", true },
		{ "what needs a start", { .top = MEMORY
			"socket = \"inet:9@127.0.0.1\";" }, NULL, NULL,
		    "socket takes effect at the next start", false },
	};
	/* clang-format on */
	static const struct lab_settings good = { .top = MEMORY };
	struct lab *l = *state;

	lab_write(l, "users/alice/rules.conf", RULE("\"tag:A\""));
	lab_write(l, "users/carol/rules.conf", RULE("\"tag:C\""));
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct fixture f;

		open_fixture(&f, l, &good);
		if (rows[i].file != NULL)
			lab_write(l, rows[i].file, rows[i].content);
		lab_configure(l, &rows[i].settings);
		filter_reload(&f.filter);
		check_string(rows[i].name, filter_sample(&f, INVITATION, true),
		    rows[i].taken ? RESULT("invitation") "add X-RSVP-Tag: C\n"
				  : RESULT("invitation") "add X-RSVP-Tag: A\n");
		lab_check_log(rows[i].name, l, rows[i].log);
		close_fixture(&f);
	}
}

/* A message is decided by the set it began with. */
static void
a_reload_does_not_touch_messages_under_way(void **state)
{
	static const struct lab_settings one = { .top = MEMORY };
	static const struct lab_settings two = {
		.users = "aliases = \"LAB/aliases\";",
		.top = MEMORY
	};
	struct lab *l = *state;
	struct session_mail mail = { .candidate = true };
	struct lab_mail sampled;
	struct fixture f;
	struct err e = ERR_NONE;

	lab_write(l, "aliases", ALICE " carol\n");
	lab_write(l, "users/alice/rules.conf", RULE("\"tag:A\""));
	lab_write(l, "users/carol/rules.conf", RULE("\"tag:C\""));
	open_fixture(&f, l, &one);
	lab_mail_open(l, &sampled, INVITATION, LINKEDIN, ALICE);
	mail.message = sampled.message;
	mail.site = site_current(f.filter.slot);
	lab_configure(l, &two);
	filter_reload(&f.filter);
	assert_int_equal(give_message(&f, &mail, &e), 0);
	check_contains("old", text_string(&f.told), "X-RSVP-Tag: A\n");
	site_drop(mail.site);
	mail.site = site_current(f.filter.slot);
	assert_int_equal(give_message(&f, &mail, &e), 0);
	check_contains("new", text_string(&f.told), "X-RSVP-Tag: C\n");
	site_drop(mail.site);
	lab_mail_close(&sampled);
	close_fixture(&f);
}

static void
what_is_wrong_with_a_folder_is_said_once(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *rules, *log;
	} rows[] = {
		{ "broken", "x = 1;",
		    "error: user alice: tag only: alice/rules.conf:1: unknown "
		    "setting x" },
		{ "rows of contacts", "contacts = ( \"c.txt\" );",
		    "warning: user alice: alice/c.txt:1: 1 row could not be "
		    "read" },
	};
	/* clang-format on */
	static const struct lab_settings settings = { .top = MEMORY };
	struct fixture f;

	open_fixture(&f, *state, &settings);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		lab_write(f.lab, "users/alice/c.txt", "<x\n");
		lab_write(f.lab, "users/alice/rules.conf", rows[i].rules);
		filter_sample(&f, INVITATION, true);
		lab_check_log(rows[i].name, f.lab, rows[i].log);
		filter_sample(&f, INVITATION, true);
		lab_check_no_log(rows[i].name, f.lab, "user alice: ");
	}
	close_fixture(&f);
}

/* A store that works or does not, and is asked for nothing but counts. */
struct moody {
	struct store store;
	bool works;
};

static int
moody_seen(struct store *s, const char *key, const char *message,
    int64_t now_ms, unsigned *count, struct err *e)
{
	(void)key;
	(void)message;
	(void)now_ms;
	*count = 1;
	return ((struct moody *)s)->works ? 0 : err_set(e, "it is locked");
}

static void
a_store_that_fails_is_told_of_once_a_minute(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name;
		int64_t at_ms;
		bool works;
		const char *says, *not;
	} rows[] = {
		{ "it works", 0, true, NULL, "state store" },
		{ "it fails", 1000, false, "error: 4F1Q2z1: state store: it is "
		    "locked; nobody is counted and nothing is answered until "
		    "it works", "works again" },
		{ "the next mail", 1001, false, NULL, "state store" },
		{ "it is tried again in vain", 12000, false, NULL,
		    "state store" },
		{ "a minute later", 61000, false, "error: 4F1Q2z1: state "
		    "store: it is locked", "works again" },
		{ "it works, but is left alone", 61001, true, NULL,
		    "state store" },
		{ "it works again", 72000, true, "info: 4F1Q2z1: state store: "
		    "works again", "error" },
		{ "and on", 72001, true, NULL, "state store" },
		{ "it fails once more", 72002, false, "error: 4F1Q2z1: state "
		    "store: it is locked", "works again" },
	};
	/* clang-format on */
	static const struct store_ops ops = { .name = "moody",
		.seen = moody_seen };
	static const struct lab_settings settings = { .top = MEMORY };
	struct lab *l = *state;
	struct moody moody = { .works = true };
	struct fixture f;
	struct lab_mail sampled;
	struct store *own;
	int64_t start_ms;

	open_fixture(&f, l, &settings);
	lab_write(l, "users/alice/rules.conf", "rules = ();\n");
	lab_mail_open(l, &sampled, INMAIL, LINKEDIN, ALICE);
	start_ms = l->now_ms;
	store_init(&moody.store, &ops);
	own = f.filter.store;
	f.filter.store = &moody.store;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct session_mail mail = { .candidate = true,
			.message = sampled.message,
			.site = site_current(f.filter.slot) };
		struct err e = ERR_NONE;

		mail.message.envelope.queue_id = VIEW("4F1Q2z1");
		l->now_ms = start_ms + rows[i].at_ms;
		moody.works = rows[i].works;
		check_number(rows[i].name, give_message(&f, &mail, &e), 0);
		site_drop(mail.site);
		check_string(rows[i].name, text_string(&f.told),
		    RESULT("inmail"));
		if (strstr(text_string(&l->log), rows[i].not ) != NULL)
			fail_msg("%s: said \"%s\"", rows[i].name, rows[i].not );
		if (rows[i].says != NULL)
			lab_check_log(rows[i].name, l, rows[i].says);
		else
			lab_check_no_log(rows[i].name, l, "state store");
	}
	f.filter.store = own;
	lab_mail_close(&sampled);
	close_fixture(&f);
}

static void
mail_flows_without_its_record(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name;
		int64_t at_ms;
		bool works;
		const char *says; /* NULL: not a word of it */
	} rows[] = {
		{ "it works", 0, true, NULL },
		{ "it fails", 1000, false, "error: audit: " },
		{ "the next mail", 1001, false, NULL },
		{ "nearly a minute later", 60999, false, NULL },
		{ "a minute later", 61000, false, "error: audit: " },
		{ "it works again", 61001, true, "info: audit: works again" },
		{ "and on", 61002, true, NULL },
		{ "it fails once more", 61003, false, "error: audit: " },
	};
	/* clang-format on */
	static const struct lab_settings settings = { .top = MEMORY };
	struct lab *l = *state;
	struct fixture f;
	struct lab_mail sampled;
	int64_t start_ms;

	open_fixture(&f, l, &settings);
	lab_write(l, "users/alice/rules.conf", RULE("\"tag:A\""));
	lab_mail_open(l, &sampled, INVITATION, LINKEDIN, ALICE);
	start_ms = l->now_ms;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct session_mail mail = { .candidate = true,
			.message = sampled.message,
			.site = site_current(f.filter.slot) };
		struct err e = ERR_NONE;
		bool failed = i > 0 && !rows[i - 1].works;

		l->now_ms = start_ms + rows[i].at_ms;
		if (failed && rows[i].works) {
			assert_int_equal(rmdir(lab_path(l, "audit").text), 0);
		} else if (!failed && !rows[i].works) {
			lab_remove(l, "audit");
			assert_int_equal(mkdir(lab_path(l, "audit").text, 0700),
			    0);
		}
		check_number(rows[i].name, give_message(&f, &mail, &e), 0);
		site_drop(mail.site);
		check_contains(rows[i].name, text_string(&f.told),
		    "X-RSVP-Tag: A\n");
		if (rows[i].says != NULL)
			lab_check_log(rows[i].name, l, rows[i].says);
		else
			lab_check_no_log(rows[i].name, l, "audit");
	}
	lab_mail_close(&sampled);
	close_fixture(&f);
}

static void
what_cannot_be_opened_is_named(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *conf, *want;
	} rows[] = {
		{ "keys", "trust = { keys = \"file:/nowhere/keys\"; };",
		    "trust.keys: /nowhere/keys: No such file or directory" },
		{ "state", "dry_run = false;\n"
		    "state = \"sqlite:/nowhere/state.db\";",
		    "state: /nowhere/state.db: " },
		{ "audit", "audit = { file = \"/nowhere/audit\"; };",
		    "audit.file: /nowhere/audit: No such file or directory" },
	};
	/* clang-format on */
	struct lab *l = *state;

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct lab_path packs = lab_source("rules/packs");
		struct site_source source = { .conf = l->conf,
			.packs = packs.text };
		struct err e = ERR_NONE;
		struct filter f;

		lab_write(l, "site.conf", rows[i].conf);
		assert_int_equal(filter_open(&f, site_load(&source, &e), &e),
		    -1);
		check_contains(rows[i].name, e.text, rows[i].want);
		filter_close(&f);
	}
}

static void
without_memory_it_does_not_open(void **state)
{
	static const struct lab_settings settings = { .top = MEMORY };
	struct site *site;
	unsigned n;

	lab_configure(*state, &settings);
	site = lab_site(*state);
	for (n = 1; oom_next(n); n++) {
		struct err e = ERR_NONE;
		struct filter f;
		int result = filter_open(&f, site_hold(site), &e);

		assert_true(result == 0 || oom_happened());
		assert_true(result == 0 || e.text[0] != '\0');
		filter_close(&f);
	}
	assert_true(n > 5);
	site_drop(site);
}

/* Threads that give messages while the set is replaced. */
enum { SENDERS = 4, RELOADS = 12, LEAST = 10 };

struct crowd {
	struct filter *filter;
	const struct lab_mail *sampled;
	pthread_barrier_t start;
	atomic_bool done;
	atomic_uint failed, mixed;
};

/* What one thread's MTA was told of one message. */
struct told {
	bool mine, theirs, any;
};

static int
told_remove(void *arg, const char *name, int index)
{
	(void)name;
	(void)index;
	((struct told *)arg)->any = true;
	return 0;
}

static int
told_add(void *arg, const char *name, const char *value)
{
	struct told *t = arg;

	t->any = true;
	if (strcmp(name, "X-RSVP-Tag") == 0 && strcmp(value, "A") == 0)
		t->mine = true;
	if (strcmp(name, "X-RSVP-Tag") == 0 && strcmp(value, "C") == 0)
		t->theirs = true;
	return 0;
}

static int
told_hold(void *arg, const char *reason)
{
	(void)reason;
	((struct told *)arg)->any = true;
	return 0;
}

static void
give_one(struct crowd *c)
{
	struct session_mail mail = { .candidate = true,
		.message = c->sampled->message,
		.site = site_current(c->filter->slot) };
	struct told told = { .any = false };
	const struct filter_edit edit = { told_remove, told_add, told_hold,
		&told };
	bool dry_run = mail.site->conf->dry_run;
	bool alias = mail.site->conf->users.aliases[0] != '\0';

	if (filter_message(c->filter, &mail, &edit, NULL) < 0)
		c->failed++;
	/* What was done is what the set that it began with says. */
	if (told.any == dry_run || told.theirs != (!dry_run && alias) ||
	    told.mine != (!dry_run && !alias))
		c->mixed++;
	site_drop(mail.site);
}

static void *
give_often(void *arg)
{
	struct crowd *c = arg;
	unsigned given = 0;

	pthread_barrier_wait(&c->start);
	for (; !c->done || given < LEAST; given++)
		give_one(c);
	return NULL;
}

static void
threads_meet_one_set_or_the_other(void **state)
{
	/* The first of them ends a dry run, which opens the store. */
	static const struct lab_settings sets[] = {
		{ .reply = ENABLED, .top = SQLITE },
		{ .users = "aliases = \"LAB/aliases\";",
		    .reply = ENABLED,
		    .top = SQLITE },
		{ .dry_run = "true", .top = SQLITE },
		{ .top = "x = 1;" },
	};
	struct lab *l = *state;
	struct lab_mail sampled;
	struct fixture f;
	struct crowd c = { .filter = &f.filter, .sampled = &sampled };
	pthread_t thread[SENDERS];

	lab_write(l, "aliases", ALICE " carol\n");
	lab_write(l, "state/.none", "");
	lab_write(l, "users/alice/rules.conf",
	    RULE("\"tag:A\", \"reply:hello\""));
	lab_write(l, "users/carol/rules.conf", RULE("\"tag:C\""));
	lab_mail_open(l, &sampled, INMAIL, LINKEDIN, ALICE);
	open_fixture(&f, l, &sets[2]);
	f.filter.wake_sender = NULL;
	pthread_barrier_init(&c.start, NULL, SENDERS + 1);
	for (size_t t = 0; t < SENDERS; t++)
		assert_int_equal(pthread_create(&thread[t], NULL, give_often,
				     &c),
		    0);
	pthread_barrier_wait(&c.start);
	for (size_t i = 0; i < RELOADS; i++) {
		lab_configure(l, &sets[i % LENGTH(sets)]);
		filter_reload(&f.filter);
	}
	lab_configure(l, &sets[0]);
	filter_reload(&f.filter);
	c.done = true;
	for (size_t t = 0; t < SENDERS; t++)
		pthread_join(thread[t], NULL);
	check_number("failed", c.failed, 0);
	check_number("mixed", c.mixed, 0);
	/* However many were given, the answer was one. */
	check_contains("last", filter_sample(&f, INMAIL, true), "Tag: A\n");
	check_number("jobs", (long long)jobs(f.filter.store), 1);
	pthread_barrier_destroy(&c.start);
	lab_mail_close(&sampled);
	close_fixture(&f);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, lab_open, lab_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_mta_is_told_in_order),
		TEST(removals_go_by_descending_index),
		TEST(the_record_comes_first_and_the_answer_last),
		TEST(an_mta_that_refuses_changes_gets_the_mail_all_the_same),
		TEST(a_message_we_fail_on_is_cleaned),
		TEST(an_answer_that_came_back_is_written_down),
		TEST(a_dry_run_that_ends_opens_the_store),
		TEST(a_reload_is_whole_or_not_at_all),
		TEST(a_reload_does_not_touch_messages_under_way),
		TEST(what_is_wrong_with_a_folder_is_said_once),
		TEST(a_store_that_fails_is_told_of_once_a_minute),
		TEST(mail_flows_without_its_record),
		TEST(what_cannot_be_opened_is_named),
		TEST(without_memory_it_does_not_open),
		TEST(threads_meet_one_set_or_the_other),
	};

	return cmocka_run_group_tests_name("filter", tests, lab_begin, lab_end);
}
