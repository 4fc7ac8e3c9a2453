// SPDX-License-Identifier: BSD-2-Clause
/*
 * two_users_test.c - one mail for two users tells neither about the other.
 *
 * Forty sets of rules, each with contacts of its own, are given to a user of
 * each of two sides; then a mail goes to each user of the first side together
 * with each of the second.  What is to be done with it is worked out from what
 * the engine does for each of the two alone, and compared octet for octet.
 */
#include "daemon/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "t.h"
#include "tools/sign.h"
#include "unit/daemon/lab.h"

#define LINKEDIN "linkedin.com"
#define PERSON "Lavinia Puddlethorpe"
#define KNOWS "contacts = ( \"contacts.txt\" );\n"
#define RULE(when, actions)                                           \
	KNOWS "rules = ( { name = \"ZZ\"; when = { " when " }; do = " \
	      "[ " actions " ]; } );\n"

/* "ZZ" is the user, in everything that is nobody else's business. */
static const struct rule_set {
	const char *name;
	const char *rules; /* NULL: the ready-made ones of that name */
	const char *contacts;
} sets[] = {
	{ "address-book", NULL, PERSON "\n" },
	{ "answer-yourself", NULL, "" },
	{ "ask-back", NULL, "" },
	{ "asked-everybody", NULL, "" },
	{ "coffee-first", NULL, "" },
	{ "collectors", NULL, PERSON " @ZZ\n" },
	{ "every-network", NULL, "" },
	{ "forgeries", NULL, "" },
	{ "group-mail", NULL, "" },
	{ "just-ignore", NULL, "" },
	{ "my-groups", NULL, "" },
	{ "my-interests", NULL, "" },
	{ "no-word-of-why", NULL, "" },
	{ "old-colleagues", NULL, "" },
	{ "open-to-people-i-know", NULL, "" },
	{ "recommend-few", NULL, PERSON " @close\n" },
	{ "recruiters", NULL, "" },
	{ "sales-pitch", NULL, PERSON "\n" },
	{ "say-who-you-are", NULL, "" },
	{ "sign-up-addresses", NULL, "" },
	{ "third-time", NULL, "" },
	{ "which-project", NULL, "" },
	{ "a tag", RULE("", "\"tag:Shared\""), "" },
	{ "two tags", RULE("", "\"tag:Shared\", \"tag:Other\""), "" },
	{ "the same tags the other way round",
	    RULE("", "\"tag:Other\", \"tag:Shared\""), PERSON "\n" },
	{ "a tag of the user's own", RULE("", "\"tag:ZZ\", \"tag:Shared\""),
	    "" },
	{ "a folder", RULE("", "\"file:Shared\""), "" },
	{ "a folder and a tag", RULE("", "\"tag:Shared\", \"file:Shared\""),
	    "" },
	{ "a folder of the user's own",
	    RULE("", "\"file:ZZ/In\", \"tag:Stranger\""), "" },
	{ "hold", RULE("", "\"quarantine\""), "" },
	{ "hold and a tag", RULE("", "\"quarantine\", \"tag:Shared\""), "" },
	{ "hold and a tag of the user's own",
	    RULE("", "\"quarantine\", \"tag:ZZ\""), "" },
	{ "people in a group, by its name",
	    RULE("group = \"close\";", "\"tag:Shared\", \"tag:Other\""),
	    PERSON " @close\n" },
	{ "people in a group of the user's own",
	    RULE("group = \"ZZ\";", "\"tag:Shared\", \"file:Shared\""),
	    PERSON " @ZZ\n" },
	{ "known, by whatever it is",
	    RULE("known = \"name\";", "\"deliver\", \"tag:Shared\""),
	    PERSON " linkedin.com/in/lavinia-puddlethorpe-recruits @ZZ\n" },
	{ "the first time", RULE("seen = \"1\";", "\"tag:Waiting\""), "" },
	{ "a folder that must be encoded",
	    RULE("name = \"(?i)puddlethorpe\";",
		"\"file:R\xC3\xA4nge/\xC3\x89t\xC3\xA9 \xD0\x9B\xD0\xB5\""),
	    "" },
	{ "a draft", RULE("", "\"tag:Shared\", \"draft:where-from\""),
	    PERSON " <ZZ@example.org>\n" },
	{ "a reply", RULE("", "\"file:Shared\", \"reply:and-you-are\""), "" },
	{ "one side only",
	    RULE("recipient = \"^zzb\";", "\"tag:Shared\", \"quarantine\""),
	    "" },
};

/* One mail is written to as many of each side: To has LIMIT_MAILBOXES. */
enum { SETS = LENGTH(sets), BLOCK = LIMIT_MAILBOXES / 2 };
_Static_assert(SETS == 40 && SETS % BLOCK == 0, "1600 pairs");

static const char *const sides[2] = { "zza", "zzb" };

/* "zza07": the user of one side who has the set. */
struct user_name {
	char text[16];
};

static struct user_name
user_of(size_t side, size_t set)
{
	struct user_name user;

	snprintf(user.text, sizeof(user.text), "%s%02zu", sides[side], set);
	return user;
}

/* What the user has for the text: "from" becomes "from" with the user in. */
static void
add_replaced(struct text *out, struct view text, struct view from,
    const char *before, const char *user)
{
	size_t at;

	while ((at = view_find(text, from)) != VIEW_NONE) {
		text_add(out, view_part(text, 0, at));
		text_addf(out, "%s%s", before, user);
		text = view_part(text, at + from.size, VIEW_NONE);
	}
	text_add(out, text);
}

static void
read_source(const char *folder, const char *name, const char *ending,
    struct text *out)
{
	struct text below = TEXT_INIT(200);
	struct err e = ERR_NONE;

	text_addf(&below, "rules/%s/%s.%s", folder, name, ending);
	if (file_read(lab_source(text_string(&below)).text, out, &e) < 0)
		fail_msg("%s", e.text);
	text_free(&below);
}

static void
write_user(struct lab *l, const struct rule_set *set, const char *user)
{
#define NAME "\n  { name = \""
	struct text ready = TEXT_INIT(100000), out = TEXT_INIT(100000);
	struct text below = TEXT_INIT(200);

	if (set->rules == NULL) {
		read_source("policies", set->name, "conf", &ready);
		assert_true(view_find(text_view(&ready), VIEW(NAME)) !=
		    VIEW_NONE);
		add_replaced(&out, text_view(&ready), VIEW(NAME), NAME, user);
	} else
		add_replaced(&out, view_of(set->rules), VIEW("ZZ"), "", user);
	text_addf(&below, "users/%s/rules.conf", user);
	lab_write(l, text_string(&below), text_string(&out));
	text_clear(&out);
	add_replaced(&out, view_of(set->contacts), VIEW("ZZ"), "", user);
	text_addf(&out, "Of %s <friend-of-%s@example.org> @%s\n", user, user,
	    user);
	text_clear(&below);
	text_addf(&below, "users/%s/contacts.txt", user);
	lab_write(l, text_string(&below), text_string(&out));
	assert_true(text_ok(&below) && text_ok(&out));
	text_free(&ready);
	text_free(&out);
	text_free(&below);
#undef NAME
}

static void
write_templates(struct lab *l)
{
	static const char *const names[] = { "and-you-are", "no-thanks",
		"not-close-enough", "remind-me", "where-from", "which-project",
		"why-connect", "your-patience" };

	for (size_t i = 0; i < LENGTH(names); i++) {
		struct text content = TEXT_INIT(10000), below = TEXT_INIT(200);

		read_source("templates", names[i], "txt", &content);
		text_addf(&below, "templates/%s.txt", names[i]);
		lab_write(l, text_string(&below), text_string(&content));
		text_free(&content);
		text_free(&below);
	}
}

/* The mail, and how often its sender has written to all of them before. */
static const struct mail_row {
	const char *sample, *signed_for, *trust;
	unsigned before;
} mails[] = {
	{ "invitation-2026-04-recruiter.eml", LINKEDIN, "direct", 0 },
	{ "inmail-2026-01-de.eml", LINKEDIN, "direct", 2 },
	{ "recommendation-request-2026-02-inmail.eml", LINKEDIN, "direct", 0 },
	{ "forged-own-headers.eml", NULL, "claimed", 0 },
};

enum { MOST_BEFORE = 2 };

struct fixture {
	struct lab *lab;
	struct site *site;
	struct world world;
	const struct mail_row *row;
	struct lab_mail mail[MOST_BEFORE + 1]; /* the last is the one */
	struct decision alone[2][SETS];
	size_t tags, folders, holds, holds_dropped, drafts; /* met */
};

/* Decides on the mails in a store where nobody was seen yet. */
static void
decide(struct fixture *f, const char *recipients, struct decision *d)
{
	struct view rcpt[2] = { VIEW(""), VIEW("") };
	size_t blank = view_find_byte(view_of(recipients), ' ');
	struct err e = ERR_NONE;

	rcpt[0] = view_part(view_of(recipients), 0, blank);
	if (blank != VIEW_NONE)
		rcpt[1] = view_part(view_of(recipients), blank + 1, VIEW_NONE);
	f->world.store = store_open("memory:", &e);
	assert_non_null(f->world.store);
	for (unsigned i = 0; i <= f->row->before; i++) {
		struct engine_message m = f->mail[i].message;

		m.envelope.rcpt = rcpt;
		m.envelope.rcpt_count = rcpt[1].size > 0 ? 2 : 1;
		if (engine_decide(f->site, &f->world, &m, d, &e) < 0)
			fail_msg("%s: %s", recipients, e.text);
		if (i < f->row->before)
			decision_free(d);
	}
}

static void
leave(struct fixture *f, struct decision *d)
{
	decision_free(d);
	store_close(f->world.store);
}

/* "-X-RSVP:1\nX-RSVP-Tag: Shared\nhold: WHY\n" */
static void
describe(const struct changes *c, struct text *out)
{
	for (size_t i = 0; i < c->removals; i++)
		text_addf(out, "-%s:%d\n", c->removal[i].name,
		    c->removal[i].count);
	for (size_t i = 0; i < c->headers; i++)
		text_addf(out, "%s: %s\n", c->header[i].name,
		    c->header[i].value);
	if (c->hold_reason != NULL)
		text_addf(out, "hold: %s\n", c->hold_reason);
}

/* What the result header says of the mail itself; it may be folded behind. */
static struct view
without_known(const char *value)
{
	struct view v = view_of(value);
	size_t known = view_find(v, VIEW("known="));

	assert_true(known != VIEW_NONE && known > 0);
	while (known > 0 && v.data[known - 1] != ';')
		known--;
	return view_part(v, 0, known - 1);
}

static bool
has_header(const struct changes *c, const struct changes_header *header)
{
	for (size_t i = 0; i < c->headers; i++)
		if (strcmp(c->header[i].name, header->name) == 0 &&
		    strcmp(c->header[i].value, header->value) == 0)
			return true;
	return false;
}

/* What both get alone: the oracle, which knows nothing of plans. */
static void
describe_common(struct fixture *f, const struct changes *a,
    const struct changes *b, struct text *out)
{
	assert_true(a->headers > 0 && b->headers > 0);
	check_string("the result's name", a->header[0].name, "X-RSVP");
	assert_true(view_equal(without_known(a->header[0].value),
	    without_known(b->header[0].value)));
	for (size_t i = 0; i < a->removals; i++)
		text_addf(out, "-%s:%d\n", a->removal[i].name,
		    a->removal[i].count);
	text_addf(out, "X-RSVP: %.*s\n",
	    VIEW_ARG(without_known(a->header[0].value)));
	for (size_t i = 1; i < a->headers; i++) {
		if (!has_header(b, &a->header[i]))
			continue;
		text_addf(out, "%s: %s\n", a->header[i].name,
		    a->header[i].value);
		if (strcmp(a->header[i].name, "X-RSVP-Folder") == 0)
			f->folders++;
		else
			f->tags++;
	}
	f->holds_dropped +=
	    (a->hold_reason == NULL) != (b->hold_reason == NULL);
	if (a->hold_reason == NULL || b->hold_reason == NULL)
		return;
	check_string("hold", a->hold_reason, b->hold_reason);
	text_addf(out, "hold: %s\n", a->hold_reason);
	f->holds++;
}

/* What no mail to two may have in it, whoever they are. */
static void
check_nothing_shows(const char *name, const char *changes)
{
	static const char *const words[] = { "zz", "known", "close", "Lavinia",
		"Puddlethorpe", "@", "people", "friend" };

	for (size_t i = 0; i < LENGTH(words); i++)
		if (strstr(changes, words[i]) != NULL)
			fail_msg("%s: \"%s\" in %s", name, words[i], changes);
}

static bool
has_draft(const struct decision *d)
{
	return strcmp(d->record.recipient[0].reply_mode, "draft") == 0;
}

static void
on_result(void *arg, const struct audit_outbox *record)
{
	(void)arg;
	check_view("result", view_of(record->what), "queued");
}

/* A draft is for its own user, and has nothing of the other. */
static int
check_job(void *arg, const struct job *job)
{
#define FIELD(name) job->name,
	const struct view fields[] = { JOB_TEXTS(FIELD) };
#undef FIELD
	bool first = view_starts_nocase(job->user, view_of(sides[0]));

	(void)arg;
	check_number("a draft", job->mode, JOB_DRAFT);
	for (size_t i = 0; i < LENGTH(fields); i++)
		if (view_find(fields[i], view_of(sides[first])) != VIEW_NONE)
			fail_msg("a draft of %.*s has \"%.*s\"",
			    VIEW_ARG(job->user), VIEW_ARG(fields[i]));
	return 0;
}

static void
check_drafts(struct fixture *f, const char *name, struct decision *d,
    size_t want)
{
	struct pool *p = pool_new(LIMIT_MESSAGE_POOL);

	check_number(name,
	    (long long)engine_queue(f->site, &f->world, d, on_result, NULL),
	    (long long)want);
	assert_int_equal(f->world.store->ops->list(f->world.store, p, check_job,
			     NULL, NULL),
	    0);
	pool_free(p);
	f->drafts += want;
}

static void
check_pair(struct fixture *f, size_t a, size_t b)
{
	const struct decision *first = &f->alone[0][a];
	const struct decision *second = &f->alone[1][b];
	struct text want = TEXT_INIT(10000), got = TEXT_INIT(10000);
	struct text name = TEXT_INIT(300), rcpt = TEXT_INIT(100);
	struct decision d;

	text_addf(&name, "%s: \"%s\" and \"%s\"", f->row->sample, sets[a].name,
	    sets[b].name);
	text_addf(&rcpt, "%s@example.net %s@example.net", user_of(0, a).text,
	    user_of(1, b).text);
	decide(f, text_string(&rcpt), &d);
	describe(&d.changes, &got);
	describe_common(f, &first->changes, &second->changes, &want);
	check_string(text_string(&name), text_string(&got), text_string(&want));
	check_nothing_shows(text_string(&name), text_string(&got));
	check_drafts(f, text_string(&name), &d,
	    (size_t)has_draft(first) + has_draft(second));
	leave(f, &d);
	text_free(&want);
	text_free(&got);
	text_free(&name);
	text_free(&rcpt);
}

static void
open_alone(struct fixture *f, size_t side, size_t set)
{
	struct text rcpt = TEXT_INIT(100);
	struct decision *d = &f->alone[side][set];

	text_addf(&rcpt, "%s@example.net", user_of(side, set).text);
	decide(f, text_string(&rcpt), d);
	store_close(f->world.store);
	check_string(sets[set].name, d->recipient[0].user,
	    user_of(side, set).text);
	check_string(f->row->sample, auth_trust_name(d->auth.level),
	    f->row->trust);
	if (f->row->signed_for != NULL)
		check_number(f->row->sample, d->record.recipient[0].seen,
		    f->row->before + 1);
	if (d->recipient[0].plan.why == PLAN_TAG_ONLY)
		fail_msg("%s: the rules were not read", sets[set].name);
	text_free(&rcpt);
}

static void
open_fixture(struct fixture *f, struct lab *l)
{
	static const struct lab_settings settings = {
		.reply = "enabled = true; drafts = true;"
	};
	struct err e = ERR_NONE;

	lab_configure(l, &settings);
	write_templates(l);
	for (size_t side = 0; side < 2; side++)
		for (size_t set = 0; set < SETS; set++)
			write_user(l, &sets[set], user_of(side, set).text);
	*f = (struct fixture){ .lab = l, .site = lab_site(l) };
	f->world = (struct world){ .clock = &l->clock,
		.verifier = signature_open(lab_keys().text, &clock_system, &e),
		.host = "mx.example.net" };
	if (f->world.verifier == NULL)
		fail_msg("%s", e.text);
}

static void
add_users(struct text *to, size_t side, size_t from)
{
	for (size_t i = from; i < from + BLOCK; i++)
		text_addf(to, "%s%s@example.net", to->size > 0 ? ",\r\n\t" : "",
		    user_of(side, i).text);
}

static void
sign_lines(const struct mail_row *row, unsigned nth, struct view lines,
    struct text *out)
{
	struct text key = TEXT_INIT(10000);
	struct sign how = { .domain = row->signed_for,
		.selector = "test",
		.time = 1000000000 + nth };
	struct err e = ERR_NONE;

	if (file_read(lab_source("tests/samples/keys/test.pem").text, &key,
		&e) < 0)
		fail_msg("%s", e.text);
	how.key = text_string(&key);
	if (sign_message(&how, lines, out, &e) < 0)
		fail_msg("%s", e.text);
	text_free(&key);
}

/* The sample, but written to these users; only so is it believed fully. */
static void
open_mail(struct fixture *f, struct lab_mail *mail, unsigned nth,
    struct view to)
{
	struct text lines = TEXT_INIT(LIMIT_BODY_SIZE), out = lines;
	struct view bytes;
	size_t at, end;

	lab_mail_open(f->lab, mail, f->row->sample, NULL, "nobody@example.net");
	bytes = text_view(&mail->bytes);
	at = view_find(bytes, VIEW("\r\nTo: ")) + 6;
	end = at + view_find(view_part(bytes, at, VIEW_NONE), VIEW("\r\n"));
	text_add(&lines, view_part(bytes, 0, at));
	text_add(&lines, to);
	text_add(&lines, view_part(bytes, end, VIEW_NONE));
	if (f->row->signed_for == NULL)
		text_add(&out, text_view(&lines));
	else
		sign_lines(f->row, nth, text_view(&lines), &out);
	assert_true(text_ok(&lines) && text_ok(&out));
	text_free(&lines);
	text_free(&mail->bytes);
	mail->bytes = out;
	mail->message.bytes = text_view(&mail->bytes);
}

/* All pairs of as many of each side, from a and from b on. */
static void
check_block(struct fixture *f, size_t a, size_t b)
{
	struct text to = TEXT_INIT(1000);

	add_users(&to, 0, a);
	add_users(&to, 1, b);
	for (unsigned i = 0; i <= f->row->before; i++)
		open_mail(f, &f->mail[i], i, text_view(&to));
	for (size_t i = 0; i < BLOCK; i++) {
		open_alone(f, 0, a + i);
		open_alone(f, 1, b + i);
	}
	for (size_t i = 0; i < BLOCK * BLOCK; i++)
		check_pair(f, a + i / BLOCK, b + i % BLOCK);
	for (size_t i = 0; i < BLOCK; i++) {
		decision_free(&f->alone[0][a + i]);
		decision_free(&f->alone[1][b + i]);
	}
	for (unsigned i = 0; i <= f->row->before; i++)
		lab_mail_close(&f->mail[i]);
	text_free(&to);
}

static void
neither_learns_about_the_other(void **state)
{
	static struct fixture f;

	open_fixture(&f, *state);
	for (f.row = mails; f.row < mails + LENGTH(mails); f.row++)
		for (size_t a = 0; a < SETS; a += BLOCK)
			for (size_t b = 0; b < SETS; b += BLOCK)
				check_block(&f, a, b);
	/* Else nothing was shown. */
	assert_true(f.tags > 0 && f.folders > 0 && f.holds > 0 &&
	    f.holds_dropped > 0 && f.drafts > 0);
	signature_close(f.world.verifier);
	site_drop(f.site);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, lab_open, lab_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(neither_learns_about_the_other),
	};

	return cmocka_run_group_tests_name("two users", tests, lab_begin,
	    lab_end);
}
