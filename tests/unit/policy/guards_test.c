// SPDX-License-Identifier: BSD-2-Clause
#include "policy/guards.h"

#include "base/limits.h"
#include "base/pool.h"
#include "base/text.h"
#include "mail/mime.h"
#include "t.h"

#define ROUTE "0f0a1b2c-3d4e-5f60-7182-93a4b5c6d7e8@reply.linkedin.com"

/* A mail that every guard lets pass; rows replace a line, or add some. */
static const char base[] =
    "Received: from mail.linkedin.com by mx.example.net; x\n"
    "DKIM-Signature: v=1\n"
    "From: Jane Doe <inmail-hit-reply@linkedin.com>\n"
    "To: \"Example, Alice\" <alice@example.net>\n"
    "Subject: Hello\n"
    "Date: Mon, 23 Nov 2026 10:00:00 +0000 (UTC)\n"
    "Message-ID: <1@linkedin.com>\n"
    "Reply-To: Jane Doe <" ROUTE ">\n"
    "Sender: messages@linkedin.com\n"
    "List-Unsubscribe: <https://www.linkedin.com/x>\n"
    "List-Unsubscribe-Post: List-Unsubscribe=One-Click\n"
    "Feedback-ID: inmail:linkedin\n"
    "Content-Type: multipart/alternative; boundary=x\n"
    "X-LinkedIn-Class: INMAIL\n";

static const int64_t date_ms = 1795428000000; /* of its Date field */
static const int64_t hour_ms = 60 * 60 * 1000;

/* What a row may change besides the header. */
struct world {
	struct guards_facts facts;
	struct request request;
	struct signature signature;
	struct auth_network network;
};

static const struct view envelope_domains[] = { { "bounce.linkedin.com", 19 } };

static void
make_world(struct world *w, const struct message *m)
{
	w->request = (struct request){ .type = REQUEST_INMAIL,
		.person = { { .name = VIEW("Jane Doe") } },
		.people = 1 };
	w->signature = (struct signature){ .result = SIGNATURE_PASS,
		.covers = SIGNATURE_FROM | SIGNATURE_TO | SIGNATURE_SUBJECT };
	w->network =
	    (struct auth_network){ .envelope = { envelope_domains, 1 } };
	w->facts = (struct guards_facts){ .site_enabled = true,
		.template_known = true,
		.message = m,
		.request = &w->request,
		.network = &w->network,
		.trust = TRUST_DIRECT,
		.signature = &w->signature,
		.route_state = ROUTE_ONE,
		.route = VIEW(ROUTE),
		.envelope_from = VIEW("m-1@bounce.linkedin.com"),
		.recipient = VIEW("alice@example.net"),
		.recipients = 1,
		.now_ms = date_ms + hour_ms };
}

/* Changes, each small enough to trip one guard. */
/* clang-format off */
#define CHANGE(name, statement) \
	static void name(struct world *w) { statement; }

CHANGE(site_off, w->facts.site_enabled = false)
CHANGE(no_template, w->facts.template_known = false)
CHANGE(already_replied, w->facts.already_replied = true)
CHANGE(trust_none, w->facts.trust = TRUST_NONE)
CHANGE(trust_claimed, w->facts.trust = TRUST_CLAIMED)
CHANGE(trust_verified, w->facts.trust = TRUST_VERIFIED)
CHANGE(trust_forged, w->facts.trust = TRUST_FORGED)
CHANGE(no_signature, w->facts.signature = NULL)
CHANGE(type_other, w->request.type = REQUEST_OTHER)
CHANGE(type_security, w->request.type = REQUEST_SECURITY)
CHANGE(type_digest, w->request.type = REQUEST_MESSAGE_DIGEST)
CHANGE(type_invitation, w->request.type = REQUEST_INVITATION)
CHANGE(no_route, w->facts.route_state = ROUTE_NONE)
CHANGE(empty_route, w->facts.route = VIEW(""))
CHANGE(several_routes, w->facts.route_state = ROUTE_SEVERAL)
CHANGE(route_not_plain, w->facts.route_state = ROUTE_NOT_PLAIN)
CHANGE(route_not_allowed, w->facts.route_state = ROUTE_NOT_ALLOWED)
CHANGE(null_sender, w->facts.envelope_from = VIEW(""))
CHANGE(null_brackets, w->facts.envelope_from = VIEW("<>"))
CHANGE(other_sender, w->facts.envelope_from = VIEW("a@example.com"))
CHANGE(parent_sender, w->facts.envelope_from = VIEW("a@linkedin.com"))
CHANGE(like_sender, w->facts.envelope_from = VIEW("a@xbounce.linkedin.com"))
CHANGE(below_sender, w->facts.envelope_from = VIEW("<a@x.BOUNCE.linkedin.com>"))
CHANGE(bare_sender, w->facts.envelope_from = VIEW("mailer-daemon"))
CHANGE(no_network, w->facts.network = NULL)
CHANGE(no_envelope, w->network.envelope.count = 0)
CHANGE(to_unsigned, w->signature.covers = SIGNATURE_FROM | SIGNATURE_SUBJECT)
CHANGE(other_user, w->facts.recipient = VIEW("bob@example.net"))
CHANGE(other_case, w->facts.recipient = VIEW("<Alice@EXAMPLE.net>"))
CHANGE(extension, w->facts.recipient = VIEW("alice+x@example.net"))
CHANGE(to_recipient, w->facts.route = VIEW("alice@example.net"))
CHANGE(to_from, w->facts.route = VIEW("INMAIL-hit-reply@linkedin.com"))
CHANGE(to_sender, w->facts.route = VIEW("messages@linkedin.com"))
CHANGE(to_return_path, w->facts.route = VIEW("m-1@bounce.linkedin.com"))
CHANGE(to_noreply, w->facts.route = VIEW("messages-noreply@linkedin.com"))
CHANGE(to_no_reply, w->facts.route = VIEW("No-Reply@linkedin.com"))
CHANGE(to_daemon, w->facts.route = VIEW("MAILER-DAEMON@linkedin.com"))
CHANGE(to_owner, w->facts.route = VIEW("owner-x@linkedin.com"))
CHANGE(to_request, w->facts.route = VIEW("x-request@linkedin.com"))
CHANGE(to_bounces, w->facts.route = VIEW("x-bounces+a@linkedin.com"))
CHANGE(to_bounce, w->facts.route = VIEW("bounce-1@linkedin.com"))
CHANGE(to_postmaster, w->facts.route = VIEW("postmaster@linkedin.com"))
CHANGE(to_nothing, w->facts.route = VIEW("nobody"))
CHANGE(to_somebody, w->facts.route = VIEW("daemonic.owner@linkedin.com"))
CHANGE(two_recipients, w->facts.recipients = 2)
CHANGE(no_recipients, w->facts.recipients = 0)
CHANGE(at_seven_days, w->facts.now_ms = date_ms + 7 * 24 * hour_ms)
CHANGE(past_seven_days, w->facts.now_ms = date_ms + 7 * 24 * hour_ms + 1)
CHANGE(an_hour_ahead, w->facts.now_ms = date_ms - hour_ms)
CHANGE(more_ahead, w->facts.now_ms = date_ms - hour_ms - 1)
CHANGE(nobody, w->request.people = 0)
CHANGE(two_people, w->request.people = 2)
CHANGE(no_name, w->request.person[0].name = VIEW(""))
CHANGE(pack_error, w->request.pattern_errors = 1)
CHANGE(user_error, w->facts.pattern_errors = 1)

/* The line beginning with "line" becomes "with"; without "line", it is added. */
static const struct row {
	const char *guard; /* NULL: none */
	const char *line, *with;
	void (*change)(struct world *w);
} rows[] = {
	{ NULL, NULL, NULL, NULL },
	{ "site-off", NULL, NULL, site_off },
	{ "no-template", NULL, NULL, no_template },
	{ "already-replied", NULL, NULL, already_replied },
	{ "trust-not-direct", NULL, NULL, trust_none },
	{ "trust-not-direct", NULL, NULL, trust_claimed },
	{ "trust-not-direct", NULL, NULL, trust_verified },
	{ "trust-not-direct", NULL, NULL, trust_forged },
	{ "trust-not-direct", NULL, NULL, no_signature },
	{ "type-not-answerable", NULL, NULL, type_other },
	{ "type-not-answerable", NULL, NULL, type_security },
	{ "type-not-answerable", NULL, NULL, type_digest },
	{ NULL, NULL, NULL, type_invitation },
	{ "no-route", NULL, NULL, no_route },
	{ "no-route", NULL, NULL, empty_route },
	{ "several-routes", NULL, NULL, several_routes },
	{ "route-not-plain", NULL, NULL, route_not_plain },
	{ "route-not-allowed", NULL, NULL, route_not_allowed },
	{ "null-sender", NULL, NULL, null_sender },
	{ "null-sender", NULL, NULL, null_brackets },
	{ "odd-return-path", NULL, NULL, other_sender },
	{ "odd-return-path", NULL, NULL, parent_sender },
	{ "odd-return-path", NULL, NULL, like_sender },
	{ "odd-return-path", NULL, NULL, bare_sender },
	{ "odd-return-path", NULL, NULL, no_network },
	{ "odd-return-path", NULL, NULL, no_envelope },
	{ NULL, NULL, NULL, below_sender },
	{ "auto-submitted", NULL, "Auto-Submitted: auto-generated", NULL },
	{ "auto-submitted", NULL, "auto-submitted:auto-replied", NULL },
	{ "auto-submitted", NULL, "Auto-Submitted: auto-notified; x=y", NULL },
	{ "auto-submitted", NULL, "Auto-Submitted: x-other", NULL },
	{ "auto-submitted", NULL, "Auto-Submitted: nope", NULL },
	{ "auto-submitted", NULL, "Auto-Submitted: (no) auto-replied", NULL },
	{ "auto-submitted", NULL, "Auto-Submitted: (no", NULL },
	{ "auto-submitted", NULL, "Auto-Submitted: (a\\)no) yes", NULL },
	{ "auto-submitted", NULL, "Auto-Submitted:", NULL },
	{ "auto-submitted", NULL, "Auto-Submitted: \"no\"", NULL },
	{ "auto-submitted", NULL, "Auto-Submitted: no\nAuto-Submitted: auto-replied", NULL },
	{ NULL, NULL, "Auto-Submitted: no", NULL },
	{ NULL, NULL, "Auto-Submitted: NO", NULL },
	{ NULL, NULL, "Auto-Submitted: no (comment)", NULL },
	{ NULL, NULL, "Auto-Submitted: no(comment); x=y", NULL },
	{ NULL, NULL, "Auto-Submitted: (a (nested) \\( one) no", NULL },
	{ NULL, NULL, "Auto-Submitted:\n no", NULL },
	{ "precedence", NULL, "Precedence: bulk", NULL },
	{ "precedence", NULL, "Precedence: LIST", NULL },
	{ "precedence", NULL, "Precedence: junk (x)", NULL },
	{ "precedence", NULL, "Precedence: first-class\nPrecedence: bulk", NULL },
	{ NULL, NULL, "Precedence: first-class", NULL },
	{ NULL, NULL, "Precedence: special-delivery", NULL },
	{ NULL, NULL, "Precedence: bulky", NULL },
	{ "list", NULL, "List-Id: <x.example.com>", NULL },
	{ "list", NULL, "List-Post: <mailto:x@example.com>", NULL },
	{ "list", NULL, "List-Owner: <mailto:x@example.com>", NULL },
	{ "list", NULL, "list-archive:", NULL },
	{ "list", NULL, "List-Subscribe: <mailto:x@example.com>", NULL },
	{ "list", NULL, "List-Help: <mailto:x@example.com>", NULL },
	{ NULL, NULL, "X-List-Id: <x.example.com>", NULL },
	{ "auto-response-suppress", NULL, "X-Auto-Response-Suppress: All", NULL },
	{ "auto-response-suppress", NULL, "X-Auto-Response-Suppress: DR, oof", NULL },
	{ "auto-response-suppress", NULL, "X-Auto-Response-Suppress: DR,RN, AutoReply", NULL },
	{ NULL, NULL, "X-Auto-Response-Suppress: None", NULL },
	{ NULL, NULL, "X-Auto-Response-Suppress: DR, RN, NRN", NULL },
	{ "vendor-autoreply", NULL, "X-Autoreply: yes", NULL },
	{ "vendor-autoreply", NULL, "X-Autorespond: x", NULL },
	{ "vendor-autoreply", NULL, "X-AutoReply-From: x@example.com", NULL },
	{ "vendor-autoreply", NULL, "X-Mail-Autoreply: x", NULL },
	{ "vendor-autoreply", NULL, "X-Loop: x", NULL },
	{ "vendor-autoreply", NULL, "X-Ignorevacation: yes", NULL },
	{ "spam-flagged", NULL, "X-Spam-Flag: YES", NULL },
	{ "spam-flagged", NULL, "X-Spam: Yes", NULL },
	{ "spam-flagged", NULL, "X-Spam-Status: Yes, score=9.9", NULL },
	{ NULL, NULL, "X-Spam-Flag: NO", NULL },
	{ NULL, NULL, "X-Spam-Status: No, score=1.0 yes", NULL },
	{ "report", "Content-Type", "Content-Type: multipart/report; x=y", NULL },
	{ "report", "Content-Type", "Content-Type: Multipart/Report", NULL },
	{ NULL, "Content-Type", "Content-Type: multipart/reports", NULL },
	{ NULL, "Content-Type", "", NULL },
	{ "not-addressed", NULL, NULL, to_unsigned },
	{ "not-addressed", NULL, NULL, other_user },
	{ "not-addressed", NULL, NULL, extension },
	{ "not-addressed", "To:", "To: bob@example.net", NULL },
	{ "not-addressed", "To:", "To: \"alice@example.net\" <bob@example.net>", NULL },
	{ "not-addressed", "To:", "To: bob@example.net, alice@example.net", NULL },
	{ "not-addressed", "To:", "To: undisclosed-recipients:;", NULL },
	{ "not-addressed", "To:", "Cc: alice@example.net", NULL },
	{ NULL, "To:", "To: alice@example.net", NULL },
	{ NULL, "To:", "To: <ALICE@Example.net>", NULL },
	{ NULL, NULL, NULL, other_case },
	{ "own-address", NULL, NULL, to_recipient },
	{ "own-address", NULL, NULL, to_from },
	{ "own-address", NULL, NULL, to_sender },
	{ "own-address", NULL, NULL, to_return_path },
	{ "own-address", "Sender", "Sender: a@example.com, b@example.com", NULL },
	{ NULL, "Sender", "", NULL },
	{ "system-address", NULL, NULL, to_noreply },
	{ "system-address", NULL, NULL, to_no_reply },
	{ "system-address", NULL, NULL, to_daemon },
	{ "system-address", NULL, NULL, to_owner },
	{ "system-address", NULL, NULL, to_request },
	{ "system-address", NULL, NULL, to_bounces },
	{ "system-address", NULL, NULL, to_bounce },
	{ "system-address", NULL, NULL, to_postmaster },
	{ "system-address", NULL, NULL, to_nothing },
	{ NULL, NULL, NULL, to_somebody },
	{ "loop", NULL, "X-RSVP-Loop: 1", NULL },
	{ "loop", NULL, "Delivered-To: Alice@example.net", NULL },
	{ "loop", NULL, "Delivered-To: bob@example.net\nDelivered-To: alice@example.net", NULL },
	{ NULL, NULL, "Delivered-To: bob@example.net", NULL },
	{ "ambiguous-headers", NULL, "From: b@example.com", NULL },
	{ "ambiguous-headers", NULL, "To: b@example.com", NULL },
	{ "ambiguous-headers", NULL, "Date: x", NULL },
	{ "ambiguous-headers", NULL, "Subject: x", NULL },
	{ "ambiguous-headers", "Subject", "", NULL },
	{ "ambiguous-headers", NULL, "Reply-To: b@example.com", NULL },
	{ "ambiguous-headers", NULL, "Sender: messages@linkedin.com", NULL },
	{ "ambiguous-headers", NULL, "message-id: <2@linkedin.com>", NULL },
	{ "ambiguous-headers", NULL, "Resent-From: b@example.com", NULL },
	{ "ambiguous-headers", NULL, "resent-whatever: x", NULL },
	{ "ambiguous-headers", "From", "From: a@example.com, b@example.com", NULL },
	{ "ambiguous-headers", "From", "", NULL },
	{ NULL, "Message-ID", "", NULL },
	{ "several-recipients", NULL, NULL, two_recipients },
	{ "several-recipients", NULL, NULL, no_recipients },
	{ "stale", "Date", "Date: yesterday", NULL },
	{ "stale", "Date", "Date: Mon, 23 Nov 2025 10:00:00 +0000", NULL },
	{ "stale", "Date", "Date: Mon, 23 Nov 2027 10:00:00 +0000", NULL },
	{ "stale", NULL, NULL, past_seven_days },
	{ "stale", NULL, NULL, more_ahead },
	{ NULL, NULL, NULL, at_seven_days },
	{ NULL, NULL, NULL, an_hour_ahead },
	{ "no-person", NULL, NULL, nobody },
	{ "no-person", NULL, NULL, two_people },
	{ "no-person", NULL, NULL, no_name },
	{ "pattern-error", NULL, NULL, pack_error },
	{ "pattern-error", NULL, NULL, user_error },
};
/* clang-format on */

/* The base mail with the row's change to its header. */
static struct text
mail_of(const struct row *row)
{
	struct text mail = TEXT_INIT(10000);
	struct view rest = view_of(base), line;

	while (view_line(&rest, &line)) {
		if (row->line != NULL &&
		    view_starts_nocase(line, view_of(row->line)))
			line = view_of(row->with);
		text_add(&mail, line);
		text_add_string(&mail, line.size > 0 ? "\n" : "");
	}
	if (row->line == NULL && row->with != NULL)
		text_addf(&mail, "%s\n", row->with);
	text_add_string(&mail, "\nHello\n");
	return mail;
}

static const char *
word(const char *guard)
{
	return guard == NULL ? "go ahead" : guard;
}

/* All verdicts: those before the one that is wanted passed, and so on. */
static void
check_verdicts(const char *name, const struct guards_facts *f, const char *want)
{
	enum guards_verdict verdict[GUARDS_REPLY], next = GUARDS_PASSED;

	guards_judge(f, verdict);
	for (size_t i = 0; i < GUARDS_REPLY; i++) {
		bool stops = want != NULL && strcmp(want, guards_name(i)) == 0;

		if (stops)
			next = GUARDS_STOPPED;
		check_number(name, verdict[i], next);
		if (stops)
			next = GUARDS_NOT_REACHED;
	}
	check_number(name, next,
	    want == NULL ? GUARDS_PASSED : GUARDS_NOT_REACHED);
}

/* What the guards say of a mail. */
static void
check_mail(const char *name, const struct text *mail, unsigned cut,
    void (*change)(struct world *w), const char *want)
{
	struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
	struct message m;
	struct world w;
	struct err e;

	assert_non_null(p);
	assert_int_equal(message_parse(p, text_view(mail), cut, &m, &e), 0);
	make_world(&w, &m);
	if (change != NULL)
		change(&w);
	check_string(name, word(guards_check(&w.facts)), word(want));
	check_verdicts(name, &w.facts, want);
	pool_free(p);
}

static void
each_reason_stops_and_nothing_else_does(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text mail = mail_of(&rows[i]), name = TEXT_INIT(1000);

		text_addf(&name, "row %zu (%s)", i,
		    rows[i].with == NULL ? "" : rows[i].with);
		check_mail(text_string(&name), &mail, 0, rows[i].change,
		    rows[i].guard);
		text_free(&mail);
		text_free(&name);
	}
}

static void
whatever_was_cut_stops(void **state)
{
	static const unsigned cuts[] = { MESSAGE_CUT_HEADER, MESSAGE_CUT_BODY,
		MESSAGE_CUT_PARTS, MESSAGE_CUT_TEXT, MESSAGE_CUT_LINKS };
	struct text mail = mail_of(&rows[0]);

	(void)state;
	for (size_t i = 0; i < LENGTH(cuts); i++)
		check_mail("cut", &mail, cuts[i], NULL, "message-cut");
	text_free(&mail);
}

static void
hops_have_a_ceiling(void **state)
{
	struct text hops = TEXT_INIT(10000);
	struct row row = { .with = "X-Other: x" };
	struct text mail;

	(void)state;
	for (int i = 1; i < LIMIT_REPLY_HOPS; i++) /* one is there already */
		text_addf(&hops, "Received: by x; %d\n", i);
	row.with = text_string(&hops);
	mail = mail_of(&row);
	check_mail("at the limit", &mail, 0, NULL, NULL);
	text_free(&mail);
	text_add_string(&hops, "Received: by x");
	row.with = text_string(&hops);
	mail = mail_of(&row);
	check_mail("one past it", &mail, 0, NULL, "too-many-hops");
	text_free(&mail);
	text_free(&hops);
}

/* Guards with a test of their own. */
static bool
has_test(const char *guard)
{
	if (strcmp(guard, "message-cut") == 0 ||
	    strcmp(guard, "too-many-hops") == 0)
		return true;
	for (size_t i = 0; i < LENGTH(rows); i++)
		if (rows[i].guard != NULL && strcmp(rows[i].guard, guard) == 0)
			return true;
	return false;
}

static void
every_guard_has_a_case(void **state)
{
	size_t count = 0;

	(void)state;
	for (; guards_name(count) != NULL; count++) {
		if (!has_test(guards_name(count)))
			fail_msg("%s has no case", guards_name(count));
		for (size_t i = 0; i < count; i++)
			assert_string_not_equal(guards_name(i),
			    guards_name(count));
	}
	assert_int_equal(count, GUARDS_REPLY);
}

CHANGE(drafts_off, w->facts.drafts_enabled = false)
CHANGE(user_not_plain, w->facts.recipient = VIEW("\"a b\"@example.net"))

static const struct row drafts[] = {
	{ NULL, NULL, NULL, NULL },
	{ "drafts-off", NULL, NULL, drafts_off },
	{ "no-template", NULL, NULL, no_template },
	{ "forged", NULL, NULL, trust_forged },
	{ "loop", NULL, "X-RSVP-Loop: 1", NULL },
	{ "route-not-plain", NULL, NULL, user_not_plain },
	{ NULL, NULL, NULL, site_off },
	{ NULL, NULL, NULL, trust_none },
	{ NULL, NULL, NULL, no_route },
	{ NULL, NULL, "Delivered-To: alice@example.net", NULL },
	{ NULL, NULL, "Auto-Submitted: auto-generated", NULL },
};

static void
a_draft_has_guards_of_its_own(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(drafts); i++) {
		struct text mail = mail_of(&drafts[i]);
		struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
		struct message m;
		struct world w;
		struct err e;

		assert_non_null(p);
		assert_int_equal(message_parse(p, text_view(&mail), 0, &m, &e),
		    0);
		make_world(&w, &m);
		w.facts.drafts_enabled = true;
		if (drafts[i].change != NULL)
			drafts[i].change(&w);
		check_string("draft", word(guards_check_draft(&w.facts)),
		    word(drafts[i].guard));
		pool_free(p);
		text_free(&mail);
	}
	for (size_t i = 0; i < GUARDS_DRAFT; i++)
		check_string("its row", guards_draft_name(i),
		    drafts[i + 1].guard);
	assert_null(guards_draft_name(GUARDS_DRAFT));
}

/* Each is one sentence; of a reply none stands there twice. */
static void
every_guard_says_what_it_is_for(void **state)
{
	(void)state;
	for (size_t i = 0; i < GUARDS_REPLY; i++) {
		struct view words = view_of(guards_words(i));

		if (!view_ends_nocase(words, VIEW(".")))
			fail_msg("%s: no sentence", guards_name(i));
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(guards_words(k),
			    guards_words(i));
	}
	for (size_t i = 0; i < GUARDS_DRAFT; i++)
		assert_true(view_ends_nocase(view_of(guards_draft_words(i)),
		    VIEW(".")));
	assert_null(guards_words(GUARDS_REPLY));
	assert_null(guards_draft_words(GUARDS_DRAFT));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_reason_stops_and_nothing_else_does),
		cmocka_unit_test(whatever_was_cut_stops),
		cmocka_unit_test(hops_have_a_ceiling),
		cmocka_unit_test(every_guard_has_a_case),
		cmocka_unit_test(a_draft_has_guards_of_its_own),
		cmocka_unit_test(every_guard_says_what_it_is_for),
	};
	int failed;

	mime_init();
	failed = cmocka_run_group_tests_name("guards", tests, NULL, NULL);
	mime_shutdown();
	return failed;
}
