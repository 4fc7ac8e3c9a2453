// SPDX-License-Identifier: BSD-2-Clause
/*
 * engine_test.c - sample mails in, decisions out.
 */
#include "daemon/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/limits.h"
#include "daemon/state_keys.h"
#include "oom.h"
#include "t.h"
#include "unit/daemon/lab.h"

#define LINKEDIN "linkedin.com"
#define ALICE "alice@example.net"
#define BOB "bob@example.net"
#define INMAIL "inmail-2026-01-de.eml"
#define BY_NAME "invitation-2016-05.eml"
#define RECRUITER "invitation-2026-04-recruiter.eml"
#define SIGN_IN "security-2023-10-sign-in-link.eml"

#define RULE(when, actions)                                              \
	"rules = ( { name = \"r\"; when = { " when " }; do = [ " actions \
	" ]; } );\n"
#define KNOWS "contacts = ( \"contacts.txt\" );\n"
#define ANSWER RULE("", "\"tag:Asked\", \"reply:hello\"")
#define DRAFT RULE("", "\"draft:hello\"")
#define HOLD RULE("", "\"quarantine\"")
#define ENABLED "enabled = true; drafts = true;"

/* The world of a test: memory, a fixed clock, the test keys. */
struct fixture {
	struct lab *lab;
	struct site *site;
	struct world world;
};

static void
open_fixture(struct fixture *f, struct lab *l,
    const struct lab_settings *settings)
{
	struct err e = ERR_NONE;

	lab_configure(l, settings);
	lab_write(l, "templates/hello.txt", "Hello {given|there}, hello.\n");
	*f = (struct fixture){ .lab = l, .site = lab_site(l) };
	f->world = (struct world){ .clock = &l->clock,
		.store = store_open("memory:", &e),
		.verifier = signature_open(lab_keys().text, &clock_system, &e),
		.host = "mx.example.net" };
	if (f->world.store == NULL || f->world.verifier == NULL)
		fail_msg("%s", e.text);
}

static void
close_fixture(struct fixture *f)
{
	store_close(f->world.store);
	signature_close(f->world.verifier);
	site_drop(f->site);
}

static void
decide(const struct fixture *f, const struct lab_mail *mail, struct decision *d)
{
	struct err e = ERR_NONE;

	if (engine_decide(f->site, &f->world, &mail->message, d, &e) < 0)
		fail_msg("%s", e.text);
}

/* "alice known=no seen=1 rule=r tag:Asked reply:hello -> none, no-route" */
static void
describe_recipient(const struct audit_recipient *r, struct text *out)
{
	text_addf(out, "%.*s known=%s seen=%u ", VIEW_ARG(r->user),
	    contacts_known_name(r->known), r->seen);
	if (r->plan->rule.size > 0)
		text_addf(out, "rule=%.*s", VIEW_ARG(r->plan->rule));
	if (r->plan->why != PLAN_RULE)
		text_addf(out, "(%s)", plan_reason_name(r->plan->why));
	for (size_t i = 0; i < r->plan->actions; i++) {
		text_add_byte(out, ' ');
		plan_action_words(&r->plan->action[i], out);
	}
	text_addf(out, " -> %s%s%s", r->reply_mode,
	    r->reply_why == NULL ? "" : ", ",
	    r->reply_why == NULL ? "" : r->reply_why);
}

/* "-X-RSVP:2; X-RSVP-Tag: Asked; hold" without what X-RSVP itself says */
static void
describe_changes(const struct changes *c, struct text *out)
{
	size_t begin = out->size;

	for (size_t i = 0; i < c->removals; i++)
		text_addf(out, "%s-%s:%d", out->size > begin ? "; " : "",
		    c->removal[i].name, c->removal[i].count);
	for (size_t i = 0; i < c->headers; i++)
		text_addf(out, "%s%s: %s", out->size > begin ? "; " : "",
		    c->header[i].name, c->header[i].value);
	if (c->hold_reason != NULL)
		text_addf(out, "%shold", out->size > begin ? "; " : "");
}

static void
check_decision(const char *name, const struct decision *d, const char *what,
    const char *const *recipients, const char *changes)
{
	struct text got = TEXT_INIT(10000);

	text_addf(&got, "%s %s", request_type_name(d->request.type),
	    auth_trust_name(d->auth.level));
	check_string(name, text_string(&got), what);
	for (size_t i = 0; i < d->recipients; i++) {
		text_clear(&got);
		describe_recipient(&d->record.recipient[i], &got);
		check_string(name, text_string(&got), recipients[i]);
	}
	text_clear(&got);
	describe_changes(&d->changes, &got);
	check_string(name, text_string(&got), changes);
	text_free(&got);
}

/* "reply queued; draft refused (store-down)" */
static void
note_result(void *arg, const struct audit_outbox *record)
{
	struct text *out = arg;

	text_addf(out, "%s%s of %.*s %s", out->size > 0 ? "; " : "",
	    record->mode, VIEW_ARG(record->user), record->what);
	if (record->why != NULL)
		text_addf(out, " (%s)", record->why);
}

static void
check_queued(const char *name, const struct fixture *f, struct decision *d,
    size_t want_count, const char *want)
{
	struct text got = TEXT_INIT(10000);

	check_number(name,
	    (long long)engine_queue(f->site, &f->world, d, note_result, &got),
	    (long long)want_count);
	check_string(name, text_string(&got), want);
	text_free(&got);
}

/* Of several recipients nothing is told about contacts. */
#define SHARED(type, trust) \
	"X-RSVP: network=linkedin; type=" type "; trust=" trust
#define RESULT(type, trust, known)                                   \
	"X-RSVP: network=linkedin; type=" type "; trust=" trust "; " \
	"known=" known

static void
one_recipient(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *sample, *signed_for, *rules, *contacts;
		const char *what, *recipient, *changes;
	} rows[] = {
		{ "answered", INMAIL, LINKEDIN, ANSWER, NULL,
		    "inmail direct",
		    "alice known=no seen=1 rule=r tag:Asked reply:hello -> "
		    "reply",
		    RESULT("inmail", "direct", "no") "; X-RSVP-Tag: Asked" },
		{ "a draft", INMAIL, LINKEDIN, DRAFT, NULL,
		    "inmail direct",
		    "alice known=no seen=1 rule=r draft:hello -> draft",
		    RESULT("inmail", "direct", "no") },
		{ "a draft without a route", RECRUITER, LINKEDIN, DRAFT, NULL,
		    "invitation direct",
		    "alice known=no seen=1 rule=r draft:hello -> draft",
		    RESULT("invitation", "direct", "no") },
		{ "a draft of what nobody vouches for", INMAIL, NULL, DRAFT,
		    NULL, "inmail claimed",
		    "alice known=no seen=0 rule=r draft:hello -> draft",
		    RESULT("inmail", "claimed", "no") },
		{ "no draft of a forgery", "forged-cousin-domain.eml", NULL,
		    DRAFT, NULL, "other forged",
		    "alice known=no seen=0 rule=r draft:hello -> none, forged",
		    RESULT("other", "forged", "no") },
		{ "not signed", INMAIL, NULL, ANSWER, NULL, "inmail claimed",
		    "alice known=no seen=0 rule=r tag:Asked reply:hello -> "
		    "none, trust-not-direct",
		    RESULT("inmail", "claimed", "no") "; X-RSVP-Tag: Asked" },
		{ "no route", RECRUITER, LINKEDIN, ANSWER, NULL,
		    "invitation direct",
		    "alice known=no seen=1 rule=r tag:Asked reply:hello -> "
		    "none, no-route",
		    RESULT("invitation", "direct", "no")
		    "; X-RSVP-Tag: Asked" },
		{ "a foreign route", "forged-inmail-reply-to-foreign.eml",
		    LINKEDIN, ANSWER, NULL, "inmail direct",
		    "alice known=no seen=1 rule=r tag:Asked reply:hello -> "
		    "none, route-not-allowed",
		    RESULT("inmail", "direct", "no") "; X-RSVP-Tag: Asked" },
		{ "two routes", "forged-inmail-reply-to-twice.eml",
		    LINKEDIN, ANSWER, NULL, "inmail direct",
		    "alice known=no seen=1 rule=r tag:Asked reply:hello -> "
		    "none, several-routes",
		    RESULT("inmail", "direct", "no") "; X-RSVP-Tag: Asked" },
		{ "a friend by the profile", RECRUITER, LINKEDIN,
		    KNOWS RULE("known = \"name\";", "\"tag:Friend\""),
		    "Somebody Else linkedin.com/in/"
		    "lavinia-puddlethorpe-recruits @close\n",
		    "invitation direct",
		    "alice known=profile seen=1 rule=r tag:Friend -> none",
		    RESULT("invitation", "direct", "profile")
		    "; X-RSVP-Tag: Friend" },
		{ "a friend by the name", RECRUITER, LINKEDIN,
		    KNOWS RULE("known = \"name\";", "\"tag:Friend\""),
		    "Lavinia Puddlethorpe\n", "invitation direct",
		    "alice known=name seen=1 rule=r tag:Friend -> none",
		    RESULT("invitation", "direct", "name")
		    "; X-RSVP-Tag: Friend" },
		{ "somebody else", RECRUITER, LINKEDIN,
		    KNOWS RULE("known = \"name\";", "\"tag:Friend\""),
		    "Zo Example\n", "invitation direct",
		    "alice known=no seen=1 (no-rule) deliver -> none",
		    RESULT("invitation", "direct", "no") },
		{ "held", RECRUITER, LINKEDIN, HOLD, NULL,
		    "invitation direct",
		    "alice known=no seen=1 rule=r quarantine -> none",
		    RESULT("invitation", "direct", "no") "; hold" },
		{ "held though it is not signed",
		    "forged-unsigned-invitation.eml", NULL, HOLD, NULL,
		    "invitation claimed",
		    "alice known=no seen=0 rule=r quarantine -> none",
		    RESULT("invitation", "claimed", "no") "; hold" },
		{ "security mail is never held", SIGN_IN, LINKEDIN,
		    HOLD, NULL, "security direct",
		    "alice known=no seen=0 rule=r(never-held) deliver -> none",
		    RESULT("security", "direct", "no") },
		{ "nor answered", SIGN_IN, LINKEDIN, ANSWER, NULL,
		    "security direct",
		    "alice known=no seen=0 rule=r tag:Asked reply:hello -> "
		    "none, type-not-answerable",
		    RESULT("security", "direct", "no") "; X-RSVP-Tag: Asked" },
		{ "a draft about nobody", SIGN_IN, LINKEDIN, DRAFT, NULL,
		    "security direct",
		    "alice known=no seen=0 rule=r draft:hello -> none, "
		    "no-person", RESULT("security", "direct", "no") },
		{ "no folder", RECRUITER, LINKEDIN, NULL, NULL,
		    "invitation direct",
		    "alice known=no seen=1 (tag-only) -> none",
		    RESULT("invitation", "direct", "no") },
		{ "broken rules", RECRUITER, LINKEDIN, "x", NULL,
		    "invitation direct",
		    "alice known=no seen=1 (tag-only) -> none",
		    RESULT("invitation", "direct", "no") },
		{ "forged headers on a notification",
		    "forged-own-headers.eml", LINKEDIN,
		    RULE("", "\"file:In/Box\""), NULL, "invitation claimed",
		    "alice known=no seen=0 rule=r file:In/Box -> none",
		    "-X-RSVP:1; -X-RSVP-Tag:1; -X-RSVP-Folder:1; "
		    RESULT("invitation", "claimed", "no")
		    "; X-RSVP-Folder: In/Box" },
		{ "of a kind nobody knows", "other-2026-09-unheard-of.eml",
		    LINKEDIN, HOLD, NULL, "other direct",
		    "alice known=no seen=0 rule=r quarantine -> none",
		    RESULT("other", "direct", "no") "; hold" },
	};
	/* clang-format on */
	static const struct lab_settings settings = { .reply = ENABLED };
	struct lab *l = *state;

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct fixture f;
		struct lab_mail mail;
		struct decision d;

		open_fixture(&f, l, &settings);
		lab_write(l, "users/.none", "");
		if (rows[i].rules != NULL)
			lab_write(l, "users/alice/rules.conf", rows[i].rules);
		if (rows[i].contacts != NULL)
			lab_write(l, "users/alice/contacts.txt",
			    rows[i].contacts);
		lab_mail_open(l, &mail, rows[i].sample, rows[i].signed_for,
		    ALICE);
		decide(&f, &mail, &d);
		check_decision(rows[i].name, &d, rows[i].what,
		    &rows[i].recipient, rows[i].changes);
		assert_false(d.store_failed);
		decision_free(&d);
		lab_mail_close(&mail);
		close_fixture(&f);
		lab_remove(l, "users");
	}
}

/* It may have come this far, by an old pack's look at the header. */
static void
mail_of_no_network_is_left_alone(void **state)
{
	static const char want[] = "alice known=no seen=0 (no-network) -> none";
	static const struct {
		const char *sample, *changes;
	} rows[] = {
		{ "not-ordinary.eml", "" },
		{ "not-via-list.eml", "" },
		{ "forged-own-headers-ordinary.eml",
		    "-X-RSVP:1; -x-rsvp-tag:1" },
	};
	static const struct lab_settings settings = { .reply = ENABLED };
	const char *recipient = want;
	struct fixture f;

	open_fixture(&f, *state, &settings);
	lab_write(f.lab, "users/alice/rules.conf", HOLD);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct lab_mail mail;
		struct decision d;

		lab_mail_open(f.lab, &mail, rows[i].sample, NULL, ALICE);
		mail.message.envelope.from = VIEW("bob@example.org");
		mail.message.envelope.client_name = VIEW("");
		decide(&f, &mail, &d);
		check_decision(rows[i].sample, &d, "other none", &recipient,
		    rows[i].changes);
		check_queued(rows[i].sample, &f, &d, 0, "");
		decision_free(&d);
		lab_mail_close(&mail);
	}
	close_fixture(&f);
}

/* Nothing of one of them is in what both share. */
static void
two_recipients(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *to, *alice, *alice_knows, *bob, *bob_knows;
		const char *want[2], *changes;
	} rows[] = {
		{ "tags of their own", ALICE " " BOB,
		    RULE("", "\"tag:A\""), "", RULE("", "\"tag:B\""), "",
		    { "alice known=no seen=1 rule=r tag:A -> none",
		      "bob known=no seen=1 rule=r tag:B -> none" },
		    SHARED("invitation", "direct") },
		{ "a tag they share", ALICE " " BOB,
		    RULE("", "\"tag:A\", \"tag:S\""), "",
		    RULE("", "\"tag:S\", \"tag:B\""), "",
		    { "alice known=no seen=1 rule=r tag:A tag:S -> none",
		      "bob known=no seen=1 rule=r tag:S tag:B -> none" },
		    SHARED("invitation", "direct") "; X-RSVP-Tag: S" },
		{ "folders of their own", ALICE " " BOB,
		    RULE("", "\"file:A\""), "", RULE("", "\"file:B\""), "",
		    { "alice known=no seen=1 rule=r file:A -> none",
		      "bob known=no seen=1 rule=r file:B -> none" },
		    SHARED("invitation", "direct") },
		{ "a folder they share", ALICE " " BOB,
		    RULE("", "\"file:S\""), "", RULE("", "\"file:S\""), "",
		    { "alice known=no seen=1 rule=r file:S -> none",
		      "bob known=no seen=1 rule=r file:S -> none" },
		    SHARED("invitation", "direct")
		    "; X-RSVP-Folder: S" },
		{ "one would hold it", ALICE " " BOB, HOLD, "",
		    RULE("", "\"tag:B\""), "",
		    { "alice known=no seen=1 rule=r quarantine -> none",
		      "bob known=no seen=1 rule=r tag:B -> none" },
		    SHARED("invitation", "direct") },
		{ "both hold it", ALICE " " BOB, HOLD, "", HOLD, "",
		    { "alice known=no seen=1 rule=r quarantine -> none",
		      "bob known=no seen=1 rule=r quarantine -> none" },
		    SHARED("invitation", "direct") "; hold" },
		{ "one knows the person", ALICE " " BOB,
		    KNOWS RULE("", "\"deliver\""), "Lavinia Puddlethorpe\n",
		    KNOWS RULE("", "\"deliver\""), "Zo Example\n",
		    { "alice known=name seen=1 rule=r deliver -> none",
		      "bob known=no seen=1 rule=r deliver -> none" },
		    SHARED("invitation", "direct") },
		/* Else each would learn about the other's contacts. */
		{ "both know the person", ALICE " " BOB,
		    KNOWS RULE("", "\"deliver\""), "Lavinia Puddlethorpe\n",
		    KNOWS RULE("", "\"deliver\""), "Lavinia Puddlethorpe\n",
		    { "alice known=name seen=1 rule=r deliver -> none",
		      "bob known=name seen=1 rule=r deliver -> none" },
		    SHARED("invitation", "direct") },
		{ "one is nobody's here", ALICE " bob@example.com",
		    RULE("", "\"tag:A\", \"file:A\""), "", HOLD, "",
		    { "alice known=no seen=1 rule=r tag:A file:A -> none",
		      " known=no seen=0 (no-user) -> none" },
		    SHARED("invitation", "direct") },
		{ "one who holds it, and nobody", ALICE " bob@example.com",
		    HOLD, "", HOLD, "",
		    { "alice known=no seen=1 rule=r quarantine -> none",
		      " known=no seen=0 (no-user) -> none" },
		    SHARED("invitation", "direct") },
		{ "broken rules", ALICE " " BOB, HOLD, "", "x", "",
		    { "alice known=no seen=1 rule=r quarantine -> none",
		      "bob known=no seen=1 (tag-only) -> none" },
		    SHARED("invitation", "direct") },
		{ "one answer is for one recipient", ALICE " " BOB, ANSWER, "",
		    RULE("", "\"tag:B\""), "",
		    { "alice known=no seen=1 rule=r tag:Asked reply:hello -> "
			"none, no-route",
		      "bob known=no seen=1 rule=r tag:B -> none" },
		    SHARED("invitation", "direct") },
		{ "but each has a draft of his own", ALICE " " BOB,
		    DRAFT, "", DRAFT, "",
		    { "alice known=no seen=1 rule=r draft:hello -> draft",
		      "bob known=no seen=1 rule=r draft:hello -> draft" },
		    SHARED("invitation", "direct") },
		{ "the same user twice is seen once", ALICE " alice+x@example.net",
		    RULE("", "\"tag:A\""), "", HOLD, "",
		    { "alice known=no seen=1 rule=r tag:A -> none",
		      "alice known=no seen=1 rule=r tag:A -> none" },
		    SHARED("invitation", "direct") "; X-RSVP-Tag: A" },
	};
	/* clang-format on */
	static const struct lab_settings settings = { .reply = ENABLED };
	struct lab *l = *state;

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct fixture f;
		struct lab_mail mail;
		struct decision d;

		open_fixture(&f, l, &settings);
		lab_write(l, "users/alice/rules.conf", rows[i].alice);
		lab_write(l, "users/alice/contacts.txt", rows[i].alice_knows);
		lab_write(l, "users/bob/rules.conf", rows[i].bob);
		lab_write(l, "users/bob/contacts.txt", rows[i].bob_knows);
		lab_mail_open(l, &mail, RECRUITER, LINKEDIN, rows[i].to);
		decide(&f, &mail, &d);
		check_decision(rows[i].name, &d, "invitation direct",
		    rows[i].want, rows[i].changes);
		decision_free(&d);
		lab_mail_close(&mail);
		close_fixture(&f);
	}
}

static void
several_recipients_are_not_answered(void **state)
{
	static const struct lab_settings settings = { .reply = ENABLED };
	static const char *const want[] = {
		"alice known=no seen=1 rule=r tag:Asked reply:hello -> none, "
		"several-recipients",
		"bob known=no seen=1 rule=r tag:Asked reply:hello -> none, "
		"not-addressed"
	};
	struct lab_mail mail;
	struct fixture f;
	struct decision d;

	open_fixture(&f, *state, &settings);
	lab_write(f.lab, "users/alice/rules.conf", ANSWER);
	lab_write(f.lab, "users/bob/rules.conf", ANSWER);
	lab_mail_open(f.lab, &mail, INMAIL, LINKEDIN, ALICE " " BOB);
	decide(&f, &mail, &d);
	check_decision("both", &d, "inmail direct", want,
	    SHARED("inmail", "direct") "; X-RSVP-Tag: Asked");
	decision_free(&d);
	lab_mail_close(&mail);
	close_fixture(&f);
}

/* Switches of the site and of the world. */
static void
what_the_site_allows(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name;
		struct lab_settings settings;
		const char *rules, *as_user;
		bool anybody;
		const char *to, *want, *changes;
	} rows[] = {
		{ "no answers", { .reply = "drafts = true;" }, ANSWER, NULL,
		    false, ALICE, "alice known=no seen=1 rule=r tag:Asked "
		    "reply:hello -> none, site-off",
		    RESULT("inmail", "direct", "no") "; X-RSVP-Tag: Asked" },
		{ "no drafts", { .reply = "enabled = true;" }, DRAFT, NULL,
		    false, ALICE, "alice known=no seen=1 rule=r draft:hello -> "
		    "none, drafts-off", RESULT("inmail", "direct", "no") },
		{ "a user who wants no answers", { .reply = ENABLED },
		    "answers = false;\n" ANSWER, NULL, false, ALICE,
		    "alice known=no seen=1 rule=r tag:Asked reply:hello -> "
		    "none, user-off",
		    RESULT("inmail", "direct", "no") "; X-RSVP-Tag: Asked" },
		{ "nor drafts", { .reply = ENABLED },
		    "answers = false;\n" DRAFT, NULL, false, ALICE,
		    "alice known=no seen=1 rule=r draft:hello -> none, "
		    "user-off", RESULT("inmail", "direct", "no") },
		{ "another route only", { .reply = ENABLED
			"routes = ( \"x@example.com\" );" }, ANSWER, NULL,
		    false, ALICE, "alice known=no seen=1 rule=r tag:Asked "
		    "reply:hello -> none, route-not-allowed",
		    RESULT("inmail", "direct", "no") "; X-RSVP-Tag: Asked" },
		{ "users without a folder are left alone",
		    { .users = "fallback = \"none\";" }, NULL, NULL, false,
		    ALICE, " known=no seen=0 (no-user) -> none", "" },
		{ "but not where anybody is a user",
		    { .users = "fallback = \"none\";" }, NULL, NULL, true,
		    ALICE, "alice known=no seen=1 (tag-only) -> none",
		    RESULT("inmail", "direct", "no") },
		{ "somebody takes the place of another", { .reply = ENABLED },
		    ANSWER, "alice", true, "x@example.com",
		    "alice known=no seen=0 rule=r tag:Asked reply:hello -> "
		    "none, trust-not-direct",
		    RESULT("inmail", "claimed", "no") "; X-RSVP-Tag: Asked" },
		{ "an alias", { .users = "aliases = \"LAB/aliases\";" },
		    RULE("", "\"tag:A\""), NULL, false, "all@example.com",
		    "alice known=no seen=1 rule=r tag:A -> none",
		    RESULT("inmail", "direct", "no") "; X-RSVP-Tag: A" },
		{ "nobody looks at signatures",
		    { .top = "", .reply = ENABLED }, ANSWER, NULL, false,
		    ALICE, "alice known=no seen=1 rule=r tag:Asked reply:hello "
		    "-> none, trust-not-direct",
		    RESULT("inmail", "claimed", "no") "; X-RSVP-Tag: Asked" },
		{ "a dry run says what it would do", { .dry_run = "true",
			.reply = ENABLED }, ANSWER, NULL, false, ALICE,
		    "alice known=no seen=1 rule=r tag:Asked reply:hello -> "
		    "reply", "" },
	};
	/* clang-format on */
	struct lab *l = *state;

	lab_write(l, "aliases", "all@example.com alice\n");
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct fixture f;
		struct lab_mail mail;
		struct decision d;
		bool dry_run = rows[i].settings.dry_run != NULL;

		open_fixture(&f, l, &rows[i].settings);
		f.world.as_user = rows[i].as_user;
		f.world.anybody = rows[i].anybody;
		if (strstr(rows[i].name, "nobody looks") != NULL) {
			signature_close(f.world.verifier);
			f.world.verifier = NULL;
		}
		lab_write(l, "users/.none", "");
		if (rows[i].rules != NULL)
			lab_write(l, "users/alice/rules.conf", rows[i].rules);
		lab_mail_open(l, &mail, INMAIL, LINKEDIN, rows[i].to);
		decide(&f, &mail, &d);
		check_decision(rows[i].name, &d,
		    strstr(rows[i].changes, "trust=claimed") != NULL
			? "inmail claimed"
			: "inmail direct",
		    &rows[i].want, rows[i].changes);
		check_number(rows[i].name, d.record.dry_run, dry_run);
		check_number(rows[i].name, d.record.applied_header,
		    !dry_run && rows[i].changes[0] != '\0');
		decision_free(&d);
		lab_mail_close(&mail);
		close_fixture(&f);
		lab_remove(l, "users");
	}
}

/* A store of which parts fail, as one does when its disk is full. */
struct failing {
	struct store store;
	struct store *works;
	bool seen, claim;
};

static int
failing_seen(struct store *s, const char *key, const char *message,
    int64_t now_ms, unsigned *count, struct err *e)
{
	struct failing *f = (struct failing *)s;

	if (f->seen)
		return err_set(e, "the disk is full");
	return f->works->ops->seen(f->works, key, message, now_ms, count, e);
}

static int
failing_claim(struct store *s, const struct claim *c, const struct job *job,
    enum claim_result *result, struct err *e)
{
	struct failing *f = (struct failing *)s;

	if (f->claim)
		return err_set(e, "the disk is full");
	return f->works->ops->claim(f->works, c, job, result, e);
}

static const struct store_ops failing_ops = { .name = "failing",
	.seen = failing_seen,
	.claim = failing_claim };

static void
mail_flows_without_a_store(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name;
		bool none, seen, claim;
		const char *rules, *want, *queued;
		bool failed; /* after all of it */
	} rows[] = {
		{ "none: no answer", true, false, false, ANSWER,
		    "alice known=no seen=0 rule=r tag:Asked reply:hello -> "
		    "none, store-down", "", false },
		{ "none: no draft", true, false, false, DRAFT,
		    "alice known=no seen=0 rule=r draft:hello -> none, "
		    "store-down", "", false },
		{ "it cannot count", false, true, false, ANSWER,
		    "alice known=no seen=0 rule=r tag:Asked reply:hello -> "
		    "none, store-down", "", true },
		{ "it cannot count, and could not be asked", false, true, true,
		    ANSWER,
		    "alice known=no seen=0 rule=r tag:Asked reply:hello -> "
		    "none, store-down", "", true },
		{ "it cannot be asked for an answer", false, false, true,
		    DRAFT, "alice known=no seen=1 rule=r draft:hello -> "
		    "draft", "draft of alice refused (store-down)", true },
		{ "what counts nobody is no rule's", true, false, false,
		    RULE("seen = \">=1\";", "\"quarantine\""),
		    "alice known=no seen=0 (no-rule) deliver -> none", "",
		    false },
	};
	/* clang-format on */
	static const struct lab_settings settings = { .reply = ENABLED };
	struct lab *l = *state;

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct failing failing = { .seen = rows[i].seen,
			.claim = rows[i].claim };
		struct fixture f;
		struct lab_mail mail;
		struct decision d;

		open_fixture(&f, l, &settings);
		store_init(&failing.store, &failing_ops);
		failing.works = f.world.store;
		lab_write(l, "users/alice/rules.conf", rows[i].rules);
		lab_mail_open(l, &mail, INMAIL, LINKEDIN, ALICE);
		f.world.store = rows[i].none ? NULL : &failing.store;
		decide(&f, &mail, &d);
		check_decision(rows[i].name, &d, "inmail direct", &rows[i].want,
		    strstr(rows[i].rules, "tag:Asked") != NULL
			? RESULT("inmail", "direct", "no") "; X-RSVP-Tag: Asked"
			: RESULT("inmail", "direct", "no"));
		check_queued(rows[i].name, &f, &d, 0, rows[i].queued);
		check_number(rows[i].name, d.store_failed, rows[i].failed);
		check_string(rows[i].name, d.store_why.text,
		    rows[i].failed ? "the disk is full" : "");
		decision_free(&d);
		lab_mail_close(&mail);
		f.world.store = failing.works;
		close_fixture(&f);
	}
}

/* Messages one after the other, and what becomes of their answers. */
static void
an_answer_is_given_once(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *sample, *to, *rules;
		bool anew; /* a world of its own, with these settings */
		struct lab_settings settings;
		const char *queued;
	} rows[] = {
		{ "the first", "inmail-2022-05-br.eml", BOB, ANSWER, true,
		    { .reply = ENABLED "period = \"3650d\";" },
		    "reply of bob queued" },
		{ "the same once more", "inmail-2022-05-br.eml", BOB, ANSWER,
		    false, { NULL }, "reply of bob refused (same-message)" },
		{ "with another template too", "inmail-2022-05-br.eml", BOB,
		    RULE("", "\"draft:hello\""), false, { NULL },
		    "draft of bob refused (same-message)" },
		{ "of the same person to another user", INMAIL, ALICE, ANSWER,
		    false, { NULL }, "reply of alice queued" },
		{ "of the same person to the same user", INMAIL,
		    "alice@example.net", ANSWER, false, { NULL },
		    "reply of alice refused (same-message)" },
		{ "so many of a user a day", INMAIL, ALICE, ANSWER, true,
		    { .reply = ENABLED "per_user_day = 0;" },
		    "reply of alice refused (user-day-cap)" },
		{ "so many of the site an hour", INMAIL, ALICE, ANSWER, true,
		    { .reply = ENABLED "per_site_hour = 0;" },
		    "reply of alice refused (site-hour-cap)" },
		{ "a dry run asks for nothing", INMAIL, ALICE, ANSWER, true,
		    { .dry_run = "true", .reply = ENABLED }, "" },
		{ "nor does mail without an answer", INMAIL, ALICE, HOLD, true,
		    { .reply = ENABLED }, "" },
		{ "two drafts", RECRUITER, ALICE " " BOB, DRAFT, true,
		    { .reply = ENABLED },
		    "draft of alice queued; draft of bob queued" },
		{ "and once more", RECRUITER, BOB " " ALICE, DRAFT, false,
		    { NULL }, "draft of bob refused (same-message); "
		    "draft of alice refused (same-message)" },
	};
	/* clang-format on */
	struct lab *l = *state;
	struct fixture f = { .lab = NULL };

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct lab_mail mail;
		struct decision d;
		const char *queued = rows[i].queued;
		size_t count = 0;

		if (rows[i].anew) {
			if (f.lab != NULL)
				close_fixture(&f);
			open_fixture(&f, l, &rows[i].settings);
		}
		lab_write(l, "users/alice/rules.conf", rows[i].rules);
		lab_write(l, "users/bob/rules.conf", rows[i].rules);
		lab_mail_open(l, &mail, rows[i].sample, LINKEDIN, rows[i].to);
		decide(&f, &mail, &d);
		while ((queued = strstr(queued, "queued")) != NULL) {
			queued++;
			count++;
		}
		check_queued(rows[i].name, &f, &d, count, rows[i].queued);
		decision_free(&d);
		lab_mail_close(&mail);
	}
	close_fixture(&f);
}

/* Mails of one person to one user, each signed anew. */
static void
a_person_is_answered_once_in_a_period(void **state)
{
	static const struct lab_settings settings = { .reply = ENABLED
		"period = \"1d\";" };
	static const struct {
		const char *name;
		unsigned nth;     /* which mail it is */
		int64_t later_ms; /* than the first */
		unsigned seen;
		const char *queued;
	} rows[] = {
		{ "the first", 1, 0, 1, "reply of alice queued" },
		{ "the same once more", 1, 1000, 1,
		    "reply of alice refused (same-message)" },
		{ "another", 2, 2000, 2,
		    "reply of alice refused (answered-before)" },
		{ "before the period ends", 3, STORE_DAY_MS - 1, 3,
		    "reply of alice refused (answered-before)" },
		{ "when it has ended", 4, STORE_DAY_MS, 4,
		    "reply of alice queued" },
		{ "the first of all, once more", 1, STORE_DAY_MS, 4,
		    "reply of alice refused (same-message)" },
	};
	struct fixture f;

	open_fixture(&f, *state, &settings);
	lab_write(f.lab, "users/alice/rules.conf", ANSWER);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct lab_mail mail;
		struct decision d;

		lab_mail_open_nth(f.lab, &mail, INMAIL, LINKEDIN, rows[i].nth,
		    ALICE);
		f.lab->now_ms += rows[i].later_ms;
		decide(&f, &mail, &d);
		check_number(rows[i].name, d.record.recipient[0].seen,
		    rows[i].seen);
		check_queued(rows[i].name, &f, &d,
		    strstr(rows[i].queued, "queued") != NULL, rows[i].queued);
		decision_free(&d);
		lab_mail_close(&mail);
	}
	close_fixture(&f);
}

/* A job as "reply of alice ...", its times from now on. */
static int
note_job(void *arg, const struct job *job)
{
	struct text *out = arg;

	text_addf(out,
	    "%s of %.*s (%.*s), from \"%.*s\" %.*s to %.*s, %.*s, given %.*s, "
	    "for %.*s, id %.*s, in %lld to %lld s\n",
	    store_job_mode_name(job->mode), VIEW_ARG(job->user),
	    VIEW_ARG(job->summary), VIEW_ARG(job->sender_name),
	    VIEW_ARG(job->sender), VIEW_ARG(job->recipient),
	    VIEW_ARG(job->template_name), VIEW_ARG(job->given),
	    VIEW_ARG(job->message_id), VIEW_ARG(job->queue_id),
	    (long long)(job->not_before_ms - job->created_ms) / 1000,
	    (long long)(job->expires_ms - job->created_ms) / 1000);
	return 0;
}

/* As "rsvpctl state forget" does, by what a person would write. */
static void
who_was_counted_and_answered_is_found_again(void **state)
{
	static const struct lab_settings settings = { .reply = ENABLED };
	static const struct {
		const char *name, *sample, *rules, *profile, *person;
		enum job_mode mode;
		size_t seen, claims;
	} rows[] = {
		{ "by the name", BY_NAME, DRAFT, NULL, "QUILLFEATHER, Barnaby",
		    JOB_DRAFT, 1, 1 },
		{ "in another mode", BY_NAME, DRAFT, NULL,
		    "Barnaby Quillfeather", JOB_REPLY, 1, 0 },
		{ "by the address of the profile", INMAIL, ANSWER,
		    "https://www.linkedin.com/in/Lavinia-Puddlethorpe-"
		    "Recruits/?trk=x",
		    NULL, JOB_REPLY, 1, 1 },
		{ "by a part of it", INMAIL, ANSWER,
		    "/in/lavinia-puddlethorp%65-recruits", NULL, JOB_REPLY, 1,
		    1 },
		{ "the name of one who has a profile", INMAIL, ANSWER, NULL,
		    "Lavinia Puddlethorpe", JOB_REPLY, 0, 0 },
	};
	struct lab *l = *state;

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct forgotten seen = { 7, 7, 7 }, claims = { 7, 7, 7 };
		struct text person = TEXT_INIT(1000);
		char key[DIGEST_HEX_SIZE];
		struct state_person who;
		struct fixture f;
		struct lab_mail mail;
		struct decision d;
		struct text queued = TEXT_INIT(1000);

		open_fixture(&f, l, &settings);
		lab_write(l, "users/alice/rules.conf", rows[i].rules);
		lab_mail_open(l, &mail, rows[i].sample, LINKEDIN, ALICE);
		decide(&f, &mail, &d);
		assert_int_equal(engine_queue(f.site, &f.world, &d, note_result,
				     &queued),
		    1);
		if (rows[i].profile != NULL)
			state_add_profile(view_of(rows[i].profile), &person);
		else
			state_add_name(view_of(rows[i].person), &person);
		who = (struct state_person){ VIEW("alice"), VIEW("linkedin"),
			text_view(&person) };
		assert_int_equal(state_key_seen(f.world.store, &who, key), 0);
		assert_int_equal(f.world.store->ops->forget(f.world.store, key,
				     &seen, NULL),
		    0);
		assert_int_equal(state_key_answer(f.world.store, &who,
				     rows[i].mode, VIEW("hello"), key),
		    0);
		assert_int_equal(f.world.store->ops->forget(f.world.store, key,
				     &claims, NULL),
		    0);
		check_number(rows[i].name, (long long)seen.seen,
		    (long long)rows[i].seen);
		check_number(rows[i].name, (long long)seen.claims, 0);
		check_number(rows[i].name, (long long)claims.claims,
		    (long long)rows[i].claims);
		check_number(rows[i].name, (long long)claims.seen, 0);
		text_free(&person);
		text_free(&queued);
		decision_free(&d);
		lab_mail_close(&mail);
		close_fixture(&f);
	}
}

static void
a_job_has_what_the_sender_needs(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *rules, *want;
	} rows[] = {
		{ "reply", "from_name = \"Alice Example\";" ANSWER,
		    "reply of alice (), from "
		    "\"Alice Example\" alice@example.net to "
		    "08cc749c-c471-4e74-a2ad-e3454a5ae621@reply.linkedin.com, "
		    "hello, given Lavinia, for <1926273811.9950348."
		    "1769080486030@ltx1-app86497.prod.linkedin.com>, id Q1, "
		    "in 600 to 7200 s\n" },
		{ "draft", DRAFT,
		    "draft of alice (an InMail from Lavinia Puddlethorpe), from "
		    "\"\" alice@example.net to alice@example.net, hello, given "
		    "Lavinia, for <1926273811.9950348.1769080486030@"
		    "ltx1-app86497.prod.linkedin.com>, id Q1, in 600 to 7200 "
		    "s\n" },
	};
	/* clang-format on */
	static const struct lab_settings settings = { .reply = ENABLED
		"hold = \"10m\"; expires = \"2h\";" };

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text got = TEXT_INIT(10000);
		struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
		struct lab_mail mail;
		struct fixture f;
		struct decision d;

		open_fixture(&f, *state, &settings);
		lab_write(f.lab, "users/alice/rules.conf", rows[i].rules);
		lab_mail_open(f.lab, &mail, INMAIL, LINKEDIN, ALICE);
		decide(&f, &mail, &d);
		assert_int_equal(engine_queue(f.site, &f.world, &d, note_result,
				     &got),
		    1);
		decision_free(&d);
		lab_mail_close(&mail); /* nothing of it is needed any more */
		text_clear(&got);
		assert_int_equal(f.world.store->ops->list(f.world.store, p,
				     note_job, &got, NULL),
		    0);
		check_string(rows[i].name, text_string(&got), rows[i].want);
		pool_free(p);
		text_free(&got);
		close_fixture(&f);
	}
}

/* Of an identifier only its size is looked at here. */
static int
note_id(void *arg, const struct job *job)
{
	*(size_t *)arg = job->message_id.size;
	return 0;
}

static void
a_long_message_id_does_not_keep_an_answer_back(void **state)
{
	static char id[LIMIT_JOB_SIZE + 1];
	static const struct {
		size_t size, want;
	} rows[] = { { LIMIT_NAME_SIZE, LIMIT_NAME_SIZE },
		{ LIMIT_NAME_SIZE + 1, 0 }, { sizeof(id), 0 } };
	static const struct lab_settings settings = { .reply = ENABLED };

	memset(id, 'x', sizeof(id));
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
		size_t got = SIZE_MAX;
		struct lab_mail mail;
		struct fixture f;
		struct decision d;

		open_fixture(&f, *state, &settings);
		lab_write(f.lab, "users/alice/rules.conf", ANSWER);
		lab_mail_open(f.lab, &mail, INMAIL, LINKEDIN, ALICE);
		decide(&f, &mail, &d);
		d.record.message_id = (struct view){ id, rows[i].size };
		check_queued("a long one", &f, &d, 1, "reply of alice queued");
		assert_int_equal(f.world.store->ops->list(f.world.store, p,
				     note_id, &got, NULL),
		    0);
		check_number("size", (long long)got, (long long)rows[i].want);
		decision_free(&d);
		lab_mail_close(&mail);
		pool_free(p);
		close_fixture(&f);
	}
}

/* Milliseconds behind 2026-11-24 07:00 UTC when the job is due. */
static int
note_due(void *arg, const struct job *job)
{
	int64_t *late_ms = arg;

	late_ms[0] = job->not_before_ms - INT64_C(1795503600000);
	late_ms[1] = job->expires_ms - job->not_before_ms;
	return 0;
}

static void
daily_drafts_wait_for_their_time(void **state)
{
#define UTC(day, hour)                                        \
	(INT64_C(1795392000000) + ((day)-23) * STORE_DAY_MS + \
	    (hour)*STORE_HOUR_MS)
#define DUE(day) ((day)-24) * STORE_DAY_MS
	/* clang-format off */
	static const struct {
		const char *name, *rules, *reply;
		int64_t now_ms, due_ms, most_ms; /* behind that time */
	} rows[] = {
		{ "today", DRAFT, "drafts = \"daily\";", UTC(24, 6), DUE(24),
		    600000 },
		{ "just missed", DRAFT, "drafts = \"daily\";", UTC(24, 7),
		    DUE(25), 600000 },
		{ "the hold ends later", DRAFT, "drafts = \"daily\"; "
		    "hold = \"2h\";", UTC(24, 6), DUE(25), 600000 },
		{ "another time", DRAFT, "drafts = \"daily\"; digest_at = "
		    "\"08:00\";", UTC(24, 6), DUE(24) + STORE_HOUR_MS, 600000 },
		{ "not daily", DRAFT, "drafts = \"each\";", UTC(24, 6),
		    DUE(24) - STORE_HOUR_MS + 600000, 1 },
		{ "a reply", ANSWER, "enabled = true; drafts = \"daily\";",
		    UTC(24, 6), DUE(24) - STORE_HOUR_MS + 600000, 1 },
	};
	/* clang-format on */

	setenv("TZ", "UTC", 1);
	tzset();
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct lab_settings settings = { .reply = rows[i].reply };
		struct text got = TEXT_INIT(10000);
		struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
		int64_t late_ms[2] = { -1, -1 };
		struct lab_mail mail;
		struct fixture f;
		struct decision d;

		open_fixture(&f, *state, &settings);
		lab_write(f.lab, "users/alice/rules.conf", rows[i].rules);
		lab_mail_open(f.lab, &mail, INMAIL, LINKEDIN, ALICE);
		decide(&f, &mail, &d);
		f.lab->now_ms = rows[i].now_ms;
		check_number(rows[i].name,
		    (long long)engine_queue(f.site, &f.world, &d, note_result,
			&got),
		    1);
		assert_int_equal(f.world.store->ops->list(f.world.store, p,
				     note_due, late_ms, NULL),
		    0);
		if (late_ms[0] < rows[i].due_ms ||
		    late_ms[0] >= rows[i].due_ms + rows[i].most_ms)
			fail_msg("%s: %lld ms", rows[i].name,
			    (long long)late_ms[0]);
		check_number(rows[i].name, late_ms[1] > STORE_DAY_MS / 2, 1);
		decision_free(&d);
		lab_mail_close(&mail);
		pool_free(p);
		text_free(&got);
		close_fixture(&f);
	}
	unsetenv("TZ");
#undef UTC
#undef DUE
}

/* "SUMMARY; NETWORK; HEADLINE; COMPANY; TRUST; RULE; ROUTE; PAGE" */
static int
note_draft(void *arg, const struct job *job)
{
	text_addf(arg, "%.*s; %.*s; %.*s; %.*s; %.*s; %.*s; %.*s; %.*s",
	    VIEW_ARG(job->summary), VIEW_ARG(job->network),
	    VIEW_ARG(job->headline), VIEW_ARG(job->company),
	    VIEW_ARG(job->trust), VIEW_ARG(job->rule), VIEW_ARG(job->route),
	    VIEW_ARG(job->page));
	return 0;
}

static void
a_draft_says_what_its_user_may_know(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *sample, *signed_for, *rules, *want;
	} rows[] = {
		{ "a route", INMAIL, LINKEDIN, DRAFT,
		    "an InMail from Lavinia Puddlethorpe; linkedin; ; ; "
		    "direct; r; 08cc749c-c471-4e74-a2ad-e3454a5ae621@"
		    "reply.linkedin.com; https://www.linkedin.com/messaging/" },
		{ "no route", RECRUITER, LINKEDIN, DRAFT,
		    "an invitation to connect from Lavinia Puddlethorpe; "
		    "linkedin; Senior Technical Recruiter at Example Talent "
		    "Partners; Example Talent Partners; direct; r; ; https://www.linkedin.com/"
		    "mynetwork/invitation-manager/" },
		{ "nothing to act on", INMAIL, NULL, DRAFT,
		    "an InMail from Lavinia Puddlethorpe; linkedin; ; ; "
		    "claimed; r; ; " },
		{ "a foreign route", "forged-inmail-reply-to-foreign.eml",
		    LINKEDIN, DRAFT,
		    "an InMail from Lavinia Puddlethorpe; linkedin; ; ; "
		    "direct; r; ; https://www.linkedin.com/messaging/" },
		{ "several people", "invitation-digest-2021-01.eml", LINKEDIN,
		    DRAFT, "invitations to connect from Leopold Mangelwurzel and others; "
		    "linkedin; ; ; direct; r; ; https://www.linkedin.com/"
		    "mynetwork/invitation-manager/" },
		{ "a reply says nothing of it", INMAIL, LINKEDIN, ANSWER,
		    "; ; ; ; ; r; ; " },
	};
	/* clang-format on */
	static const struct lab_settings settings = { .reply = ENABLED };

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text got = TEXT_INIT(10000);
		struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
		struct lab_mail mail;
		struct fixture f;
		struct decision d;

		open_fixture(&f, *state, &settings);
		lab_write(f.lab, "users/alice/rules.conf", rows[i].rules);
		lab_mail_open(f.lab, &mail, rows[i].sample, rows[i].signed_for,
		    ALICE);
		decide(&f, &mail, &d);
		check_number(rows[i].name,
		    (long long)engine_queue(f.site, &f.world, &d, note_result,
			&got),
		    1);
		decision_free(&d);
		lab_mail_close(&mail);
		text_clear(&got);
		assert_int_equal(f.world.store->ops->list(f.world.store, p,
				     note_draft, &got, NULL),
		    0);
		check_string(rows[i].name, text_string(&got), rows[i].want);
		pool_free(p);
		text_free(&got);
		close_fixture(&f);
	}
}

/* "TEMPLATE TO: SUMMARY [MID]" */
static int
note_notice(void *arg, const struct job *job)
{
	text_addf(arg, "%.*s %.*s: %.*s [%.*s]", VIEW_ARG(job->template_name),
	    VIEW_ARG(job->recipient), VIEW_ARG(job->summary),
	    VIEW_ARG(job->message_id));
	return 0;
}

/* Decides on a mail, so long after the first one; what was queued. */
static void
check_notice(const char *name, struct fixture *f, int64_t later_ms,
    const char *recipients, size_t want_count, const char *want)
{
	struct lab_mail mail;
	struct decision d;

	lab_mail_open(f->lab, &mail, BY_NAME, LINKEDIN, recipients);
	f->lab->now_ms += later_ms;
	decide(f, &mail, &d);
	check_queued(name, f, &d, want_count, want);
	decision_free(&d);
	lab_mail_close(&mail);
}

#define NOTICES .users = "notices = \"daily\";"

static void
who_has_a_mistake_is_told(void **state)
{
#define TAG_ONLY "tag-only " ALICE ": alice/"
	/* clang-format off */
	static const struct {
		const char *name;
		struct lab_settings settings;
		const char *before, *rules; /* NULL: none */
		const char *want, *job;
	} rows[] = {
		{ "nothing in force", { NOTICES }, NULL, "\nx = 1;\n",
		    "notice of alice queued",
		    TAG_ONLY "rules.conf:2: unknown setting x []" },
		{ "the rules before", { NOTICES }, HOLD, "\nx = 1;\n",
		    "notice of alice queued",
		    "rules-kept " ALICE ": alice/rules.conf:2: unknown "
		    "setting x []" },
		{ "a file that the rules name", { NOTICES }, NULL, KNOWS HOLD,
		    "notice of alice queued",
		    TAG_ONLY "contacts.txt: No such file or directory []" },
		{ "the user's answers are used up", { NOTICES,
			.reply = "per_user_day = 0;" }, NULL, "\nx = 1;\n",
		    "notice of alice queued",
		    TAG_ONLY "rules.conf:2: unknown setting x []" },
		{ "the site's are", { NOTICES, .reply = "per_site_hour = 0;" },
		    NULL, "x", "notice of alice refused (site-hour-cap)", "" },
		{ "no mistake", { NOTICES }, NULL, HOLD, "", "" },
		{ "no rules", { NOTICES }, HOLD, NULL, "", "" },
		{ "nobody wants it", { .reply = ENABLED }, NULL, "x", "", "" },
		{ "a dry run", { NOTICES, .dry_run = "true" }, NULL, "x", "",
		    "" },
	};
	/* clang-format on */

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text got = TEXT_INIT(10000);
		struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
		struct fixture f;

		open_fixture(&f, *state, &rows[i].settings);
		lab_write(f.lab, "users/alice/rules.conf",
		    rows[i].before == NULL ? "" : rows[i].before);
		if (rows[i].before != NULL)
			check_notice(rows[i].name, &f, 0, ALICE, 0, "");
		if (rows[i].rules != NULL)
			lab_write(f.lab, "users/alice/rules.conf",
			    rows[i].rules);
		else
			lab_remove(f.lab, "users/alice/rules.conf");
		check_notice(rows[i].name, &f, 0, ALICE, rows[i].job[0] != '\0',
		    rows[i].want);
		assert_int_equal(f.world.store->ops->list(f.world.store, p,
				     note_notice, &got, NULL),
		    0);
		check_string(rows[i].name, text_string(&got), rows[i].job);
		pool_free(p);
		text_free(&got);
		close_fixture(&f);
		lab_remove(f.lab, "users");
	}
#undef TAG_ONLY
}

static void
a_user_has_one_notice_a_day(void **state)
{
	static const struct lab_settings settings = { NOTICES };
	struct fixture f;

	open_fixture(&f, *state, &settings);
	lab_write(f.lab, "users/alice/rules.conf", "x");
	lab_write(f.lab, "users/bob/rules.conf", "x");
	check_notice("first", &f, 0, ALICE, 1, "notice of alice queued");
	check_notice("in the same millisecond", &f, 0, ALICE, 0, "");
	lab_write(f.lab, "users/alice/rules.conf", "another mistake");
	check_notice("another mistake", &f, 1, ALICE, 0, "");
	check_notice("just before a day is over", &f, STORE_DAY_MS - 1, ALICE,
	    0, "");
	check_notice("the next day", &f, STORE_DAY_MS, ALICE, 1,
	    "notice of alice queued");
	check_notice("another user", &f, STORE_DAY_MS, "bob@example.net", 1,
	    "notice of bob queued");
	check_notice("two users, one of them twice", &f, 2 * STORE_DAY_MS,
	    ALICE " bob@example.net alice+x@example.net", 2,
	    "notice of alice queued; notice of bob queued");
	close_fixture(&f);
}

/* Memory that runs out fails the message, or leaves out what may be. */
static void
without_memory_nothing_is_made_up(void **state)
{
	static const struct lab_settings settings = { .reply = ENABLED };
	struct text record = TEXT_INIT(LIMIT_AUDIT_SIZE);
	struct lab_mail mail;
	struct fixture f;
	unsigned n;

	open_fixture(&f, *state, &settings);
	lab_write(f.lab, "users/alice/rules.conf", KNOWS ANSWER);
	lab_write(f.lab, "users/alice/contacts.txt",
	    "Lavinia Puddlethorpe @close\n");
	lab_mail_open(f.lab, &mail, INMAIL, LINKEDIN, ALICE);
	for (n = 1; oom_next(n); n++) {
		struct err e = ERR_NONE;
		struct decision d;
		int result =
		    engine_decide(f.site, &f.world, &mail.message, &d, &e);

		if (result < 0) {
			assert_true(oom_happened());
			assert_true(e.text[0] != '\0');
		} else {
			check_string("type", request_type_name(d.request.type),
			    "inmail");
			assert_true(d.auth.level != TRUST_FORGED);
			check_view("rule", d.recipient[0].plan.rule, "r");
			if (!oom_happened())
				check_string("mode",
				    d.record.recipient[0].reply_mode, "reply");
		}
		decision_free(&d);
	}
	assert_true(n > 50);
	text_free(&record);
	lab_mail_close(&mail);
	close_fixture(&f);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, lab_open, lab_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_recipient),
		TEST(mail_of_no_network_is_left_alone),
		TEST(two_recipients),
		TEST(several_recipients_are_not_answered),
		TEST(what_the_site_allows),
		TEST(mail_flows_without_a_store),
		TEST(an_answer_is_given_once),
		TEST(a_person_is_answered_once_in_a_period),
		TEST(a_long_message_id_does_not_keep_an_answer_back),
		TEST(daily_drafts_wait_for_their_time),
		TEST(a_draft_says_what_its_user_may_know),
		TEST(who_was_counted_and_answered_is_found_again),
		TEST(a_job_has_what_the_sender_needs),
		TEST(who_has_a_mistake_is_told),
		TEST(a_user_has_one_notice_a_day),
		TEST(without_memory_nothing_is_made_up),
	};

	return cmocka_run_group_tests_name("engine", tests, lab_begin, lab_end);
}
