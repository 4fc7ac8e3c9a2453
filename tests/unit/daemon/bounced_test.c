// SPDX-License-Identifier: BSD-2-Clause
/*
 * bounced_test.c - reports of answers that came back: which are believed, and
 * what is counted.
 */
#include "daemon/bounced.h"

#include "base/limits.h"
#include "daemon/state_keys.h"
#include "t.h"
#include "unit/daemon/lab.h"

#define NOW INT64_C(1800000000000)
#define ALICE "alice@example.net"
#define TOKEN "0f0a1b2c-3d4e-5f60-7182-93a4b5c6d7e8"
#define ROUTE TOKEN "@reply.linkedin.com"
#define ASKED "<1.asked@linkedin.com>"

struct fixture {
	struct site *site;
	struct store *s;
	struct pool *p;
	struct lab *l;
};

static void
open_fixture(struct fixture *f, struct lab *l)
{
	static const struct lab_settings settings = {
		.reply = "enabled = true; sender = \"user\"; "
			 "user_refusals = 2;"
	};
	struct err e = ERR_NONE;

	lab_configure(l, &settings);
	f->l = l;
	f->site = lab_site(l);
	f->p = pool_new(LIMIT_MESSAGE_POOL);
	f->s = store_open("memory:", &e);
	if (f->s == NULL)
		fail_msg("%s", e.text);
}

static void
close_fixture(struct fixture *f)
{
	pool_free(f->p);
	store_close(f->s);
	site_drop(f->site);
}

/* A report; what is NULL in it is as in a good one. */
struct report {
	const char *recipient, *from, *to, *answers, *loop, *said;
};

static const char *
or_else(const char *string, const char *usual)
{
	return string == NULL ? usual : string;
}

/* 1, 0 or -1 as bounced_count() says. */
static int
give(struct fixture *f, const struct report *r, int64_t at_ms,
    struct bounced *b, struct err *e)
{
	struct view rcpt = view_of(or_else(r->recipient, ALICE));
	struct engine_message m = { .envelope = { .rcpt = &rcpt,
					.rcpt_count = 1,
					.queue_id = VIEW("QREPORT") } };
	const struct world w = { .clock = &f->l->clock,
		.store = f->s,
		.host = "mx.example.net" };
	char loop[DIGEST_HEX_SIZE];
	struct text bytes = TEXT_INIT(10000);

	assert_int_equal(state_key_loop(f->s, VIEW(ASKED), loop), 0);
	text_addf(&bytes,
	    "Content-Type: multipart/report; boundary=b;\r\n"
	    " report-type=delivery-status\r\n\r\n--b\r\n"
	    "Content-Type: message/delivery-status\r\n\r\n"
	    "Action: failed\r\nStatus: 5.7.1\r\nDiagnostic-Code: %s\r\n\r\n"
	    "--b\r\nContent-Type: message/rfc822\r\n\r\n"
	    "From: %s\r\nTo: %s\r\nIn-Reply-To: %s\r\nX-RSVP-Loop: %s\r\n\r\n"
	    "--b--\r\n",
	    or_else(r->said, "smtp; 550 5.7.1 rejected"),
	    or_else(r->from, "Alice Example <" ALICE ">"),
	    or_else(r->to, "<" ROUTE ">"), or_else(r->answers, ASKED),
	    or_else(r->loop, loop));
	/* The result is in the pool, but for the queue id. */
	m.bytes = pool_copy(f->p, text_view(&bytes));
	text_free(&bytes);
	f->l->now_ms = NOW + at_ms;
	return bounced_count(f->site, &w, &m, f->p, b, e);
}

static unsigned
refused(struct fixture *f, enum breaker_kind kind, const char *name)
{
	const struct breaker_of of = { kind, view_of(name) };
	struct breaker_state state;
	struct err e = ERR_NONE;

	if (breaker_look(f->s, f->site->conf, &of, NOW + 1000, &state, &e) < 0)
		fail_msg("%s", e.text);
	return state.refused;
}

static void
believes_its_own_answers_only(void **state)
{
	static const char zeros[] = "00000000000000000000000000000000"
				    "00000000000000000000000000000000";
	/* clang-format off */
	static const struct {
		const char *name;
		struct report report;
		int want;
	} rows[] = {
		{ "good", { NULL }, 1 },
		{ "to a subaddress", { .recipient = "Alice+x@example.net" },
		    1 },
		{ "another loop value", { .loop = zeros }, 0 },
		{ "an empty one", { .loop = "" }, 0 },
		{ "of another request", { .answers = "<2@linkedin.com>" }, 0 },
		{ "to another user", { .recipient = "bob@example.net" }, 0 },
		{ "to nobody here", { .recipient = "alice@example.com" }, 0 },
		{ "from another user", { .from = "bob@example.net" }, 0 },
		{ "from nobody here", { .from = "alice@example.com" }, 0 },
		{ "from two", { .from = ALICE ", bob@example.net" }, 0 },
		{ "to somewhere else", { .to = "x@example.org" }, 0 },
		{ "to two", { .to = ROUTE ", " ROUTE }, 0 },
	};
	/* clang-format on */

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct err e = ERR_NONE;
		struct bounced b;
		struct fixture f;

		open_fixture(&f, *state);
		check_number(rows[i].name, give(&f, &rows[i].report, 0, &b, &e),
		    rows[i].want);
		check_number(rows[i].name, refused(&f, BREAKER_USER, "alice"),
		    rows[i].want);
		check_number(rows[i].name,
		    refused(&f, BREAKER_ROUTE, "reply.linkedin.com"),
		    rows[i].want);
		close_fixture(&f);
	}
}

static void
counts_an_answer_once(void **state)
{
	char loop[DIGEST_HEX_SIZE];
	struct report other = { .answers = "<2@linkedin.com>", .loop = loop };
	struct err e = ERR_NONE;
	struct bounced b;
	struct fixture f;

	open_fixture(&f, *state);
	assert_int_equal(give(&f, &(struct report){ NULL }, 0, &b, &e), 1);
	assert_int_equal(b.opened[BREAKER_USER], 0);
	assert_int_equal(give(&f, &(struct report){ NULL }, 1, &b, &e), 0);
	assert_int_equal(refused(&f, BREAKER_USER, "alice"), 1);
	assert_int_equal(state_key_loop(f.s, VIEW("<2@linkedin.com>"), loop),
	    0);
	assert_int_equal(give(&f, &other, 2, &b, &e), 1);
	assert_int_equal(b.opened[BREAKER_USER], 2);
	close_fixture(&f);
}

static void
check_record(const struct bounced *b, const char *queue_id, int64_t job,
    const char *template_name, const char *why)
{
	check_string("what", b->record.what, "bounced");
	check_string("host", b->record.host, "mx.example.net");
	check_string("mode", b->record.mode, "reply");
	check_view("user", b->record.user, "alice");
	check_view("qid", b->record.queue_id, queue_id);
	check_number("job", b->record.job, job);
	check_view("template", b->record.template_name, template_name);
	check_string("why", b->record.why, why);
}

static void
the_record_is_of_the_job_where_there_is_one(void **state)
{
	char key[DIGEST_HEX_SIZE], loop[DIGEST_HEX_SIZE];
	struct claim claim = { .key = key,
		.message = loop,
		.now_ms = NOW,
		.user = key,
		.per_user_day = 9,
		.per_site_hour = 9 };
	const struct job job = { .mode = JOB_REPLY,
		.created_ms = NOW,
		.expires_ms = NOW + 1000,
		.user = VIEW("alice"),
		.recipient = VIEW(ROUTE),
		.template_name = VIEW("hello"),
		.message_id = VIEW(ASKED),
		.queue_id = VIEW("QASKED") };
	enum claim_result result;
	struct err e = ERR_NONE;
	struct bounced b;
	struct fixture f;

	open_fixture(&f, *state);
	assert_int_equal(give(&f, &(struct report){ NULL }, 0, &b, &e), 1);
	check_record(&b, "QREPORT", 0, "", "5.7.1: smtp; 550 5.7.1 rejected");
	close_fixture(&f);
	open_fixture(&f, *state);
	assert_int_equal(store_key(f.s, &job.user, 1, key), 0);
	assert_int_equal(state_key_loop(f.s, VIEW(ASKED), loop), 0);
	if (f.s->ops->claim(f.s, &claim, &job, &result, &e) < 0 ||
	    result != CLAIM_GRANTED)
		fail_msg("no job: %s", e.text);
	assert_int_equal(give(&f, &(struct report){ NULL }, 0, &b, &e), 1);
	check_record(&b, "QASKED", 1, "hello",
	    "5.7.1: smtp; 550 5.7.1 rejected");
	close_fixture(&f);
}

static void
the_token_is_not_told(void **state)
{
	static const struct {
		const char *name, *said, *want;
	} rows[] = {
		{ "the address", "smtp; 550 <" ROUTE ">: no",
		    "5.7.1: smtp; 550 <...@reply.linkedin.com>: no" },
		{ "in large letters, twice",
		    "0F0A1B2C-3D4E-5F60-7182-93A4B5C6D7E8 " TOKEN,
		    "5.7.1: ... ..." },
		{ "what does not show", "smtp; 550 a\033[1mb",
		    "5.7.1: smtp; 550 a?[1mb" },
		{ "nothing", "", "5.7.1" },
	};

	for (size_t i = 0; i < LENGTH(rows); i++) {
		const struct report report = { .said = rows[i].said };
		struct err e = ERR_NONE;
		struct bounced b;
		struct fixture f;

		open_fixture(&f, *state);
		assert_int_equal(give(&f, &report, 0, &b, &e), 1);
		check_string(rows[i].name, b.record.why, rows[i].want);
		close_fixture(&f);
	}
}

static int
mark_fails(struct store *s, const char *key, int64_t at_ms, struct err *e)
{
	(void)s;
	(void)key;
	(void)at_ms;
	return err_set(e, "the disk is full");
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
a_store_that_fails_counts_nothing(void **state)
{
	struct store_ops broken;
	const struct store_ops *whole;
	struct err e = ERR_NONE;
	struct bounced b;
	struct fixture f;

	open_fixture(&f, *state);
	whole = f.s->ops;
	broken = *whole;
	broken.mark = mark_fails;
	f.s->ops = &broken;
	assert_int_equal(give(&f, &(struct report){ NULL }, 0, &b, &e), -1);
	check_string("not written", e.text, "the disk is full");
	broken = *whole;
	broken.marks = marks_fail;
	assert_int_equal(give(&f, &(struct report){ NULL }, 0, &b, &e), -1);
	check_string("not read", e.text, "locked");
	f.s->ops = whole;
	/* It is left alone for a while, and not asked by what is no report. */
	assert_int_equal(give(&f, &(struct report){ NULL }, 1, &b, &e), -1);
	check_string("at rest", e.text, "");
	assert_int_equal(give(&f, &(struct report){ .loop = "x" }, 1, &b, &e),
	    0);
	assert_int_equal(give(&f, &(struct report){ NULL }, STORE_REST_MS, &b,
			     &e),
	    1);
	assert_int_equal(refused(&f, BREAKER_USER, "alice"), 1);
	close_fixture(&f);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, lab_open, lab_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(believes_its_own_answers_only),
		TEST(counts_an_answer_once),
		TEST(the_record_is_of_the_job_where_there_is_one),
		TEST(the_token_is_not_told),
		TEST(a_store_that_fails_counts_nothing),
	};

	return cmocka_run_group_tests_name("bounced", tests, lab_begin,
	    lab_end);
}
