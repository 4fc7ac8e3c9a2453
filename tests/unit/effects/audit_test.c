// SPDX-License-Identifier: BSD-2-Clause
/*
 * audit_test.c - decisions as JSON and as a line for syslog, whole.
 */
#include "effects/audit.h"

#include <stdio.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "effects/audit_read.h"
#include "oom.h"
#include "t.h"

#define TIME INT64_C(1795428000123)
#define STAMP "2026-11-23T10:00:00.123Z"
#define V(literal)                           \
	{                                    \
		literal, sizeof(literal) - 1 \
	}

static const struct auth_verdict direct = { .level = TRUST_DIRECT,
	.why = "dkim d=example.com" };
static const struct auth_verdict unknown = { .level = TRUST_NONE };

static const struct plan by_rule = { .rule = V("recruiters"),
	.why = PLAN_RULE,
	.action = { { PLAN_TAG, V("Recruiter") },
	    { PLAN_FILE, V("LinkedIn/Recruiters") },
	    { PLAN_REPLY, V("and-you-are") } },
	.actions = 3 };
static const struct plan hold = { .rule = V("no word of why"),
	.why = PLAN_RULE,
	.action = { { PLAN_QUARANTINE, V("") } },
	.actions = 1 };
static const struct plan no_rule = { .why = PLAN_NO_RULE };
static const struct plan no_user = { .why = PLAN_NO_USER };

static const struct audit_recipient alice = {
	.recipient = V("alice@example.net"),
	.user = V("alice"),
	.known = KNOWN_EMAIL,
	.known_by = V("email,shared-name"),
	.contact_groups = V("@close @family"),
	.says_learned = true,
	.seen = 2,
	.plan = &by_rule,
	.reply_mode = "none",
	.reply_why = "no-route",
};
static const struct audit_recipient held = {
	.recipient = V("bob@example.net"),
	.user = V("bob"),
	.plan = &hold,
	.reply_mode = "none",
};
static const struct audit_recipient differing[] = {
	{ .recipient = V("alice@example.net"),
	    .user = V("alice"),
	    .plan = &by_rule,
	    .reply_mode = "reply" },
	{ .recipient = V("bob@example.net"),
	    .user = V("bob"),
	    .plan = &hold,
	    .reply_mode = "none" },
};
static const struct plan_shared only_recruiter = { .tag = { V("Recruiter") },
	.tags = 1 };
static const struct audit_recipient several[] = {
	{ .recipient = V("bob@example.net"),
	    .user = V("bob"),
	    .seen = 1,
	    .plan = &no_rule,
	    .reply_mode = "draft" },
	{ .recipient = V("list@example.net"),
	    .plan = &no_user,
	    .reply_mode = "none" },
};

static const struct request invitation = {
	.network = V("linkedin"),
	.type = REQUEST_INVITATION,
	.template_key = V("email_m2m_invite_single_01"),
	.person = { { .name = V("Zo\xC3\xAB Example"),
	    .given = V("Zo\xC3\xAB"),
	    .headline = V("Recruiter"),
	    .company = V("Example Ltd"),
	    .location = V("Oslo"),
	    .profile = V("zoe-example"),
	    .email = V("zoe@example.org") } },
	.people = 1,
	.note = NOTE_PERSONAL,
	.note_text = V("We have met."),
	.mutual = 3,
	.made_ms = TIME - 60000,
	.lang = V("en"),
	.evidence = { { V("linkedin/template-invite"), "header X-Template" },
	    { V("linkedin/subject-invite"), "subject" } },
	.evidence_count = 2,
	.pattern_errors = 1,
};
static const struct request digest = {
	.network = V("linkedin"),
	.type = REQUEST_INVITATION_DIGEST,
	.person = { { .name = V("Ann Example"), .profile = V("ann") },
	    { .name = V("Ben Example") } },
	.people = 2,
	.group = V("Old Friends"),
	.note = NOTE_NONE,
	.mutual = 0,
};
static const struct request marketing = {
	.network = V("linkedin"),
	.type = REQUEST_MARKETING,
	.note = NOTE_NONE,
	.mutual = -1,
	.why_other = "only said of the type other",
};
static const struct request other = {
	.type = REQUEST_OTHER,
	.note = NOTE_BOILERPLATE,
	.mutual = -1,
	.why_other = "no rule fits",
};
/* What is quoted, what ends a line, what turns one round, and stray octets. */
static const struct request hostile = {
	.network = V("linkedin"),
	.type = REQUEST_MESSAGE,
	.person = { { .name = V("A\"\\\r\n\t\0Z"),
	    .headline = V("\xE2\x80\xAE"
			  "drow\xE2\x80\xAC"),
	    .company = V("\xFF\xC3") } },
	.people = 1,
	.note = NOTE_NONE,
	.mutual = -1,
	.lang = V("\",\"x\":\""),
};

static const struct {
	const char *name;
	struct audit_record record;
	const char *json, *line;
} rows[] = {
	{ "all there is",
	    { .time_ms = TIME,
		.host = "mx1.example.net",
		.queue_id = V("4F1"),
		.message_id = V("<1@example.com>"),
		.client = V("mail.example.com"),
		.envelope_from = V("bounce@example.com"),
		.subject = V("Zo\xC3\xAB wants to connect"),
		.request = &invitation,
		.auth = &direct,
		.recipient = &alice,
		.recipients = 1,
		.says_route = true,
		.has_route = true,
		.applied_header = true,
		.took_us = 412 },
	    "{\"v\":1,\"time\":\"" STAMP "\",\"host\":\"mx1.example.net\","
	    "\"qid\":\"4F1\",\"mid\":\"<1@example.com>\","
	    "\"client\":\"mail.example.com\","
	    "\"from_env\":\"bounce@example.com\",\"network\":\"linkedin\","
	    "\"type\":\"invitation\","
	    "\"template\":\"email_m2m_invite_single_01\",\"lang\":\"en\","
	    "\"trust\":\"direct\",\"why_trust\":\"dkim d=example.com\","
	    "\"evidence\":[\"linkedin/template-invite\","
	    "\"linkedin/subject-invite\"],"
	    "\"person\":{\"name\":\"Zo\xC3\xAB Example\","
	    "\"headline\":\"Recruiter\",\"company\":\"Example Ltd\","
	    "\"location\":\"Oslo\",\"profile\":\"zoe-example\",\"email\":true},"
	    "\"note\":\"personal\",\"mutual\":3,"
	    "\"made\":\"2026-11-23T09:59:00.123Z\",\"route\":true,"
	    "\"pattern_errors\":1,"
	    "\"recipients\":[{\"rcpt\":\"alice@example.net\","
	    "\"user\":\"alice\",\"known\":\"email\","
	    "\"known_by\":\"email,shared-name\","
	    "\"groups\":\"@close @family\",\"learned\":false,\"seen\":2,"
	    "\"rule\":\"recruiters\",\"why\":\"rule\","
	    "\"actions\":[\"tag:Recruiter\",\"file:LinkedIn/Recruiters\","
	    "\"reply:and-you-are\"],"
	    "\"reply\":{\"mode\":\"none\",\"why\":\"no-route\"}}],"
	    "\"applied\":[\"header\"],\"dry_run\":false,\"us\":412}",
	    "4F1: type=invitation trust=direct person=\"Zo\xC3\xAB Example\" "
	    "why=\"dkim d=example.com\" user=alice known=email seen=2 "
	    "rule=\"recruiters\" actions=tag:Recruiter,"
	    "file:LinkedIn/Recruiters,reply:and-you-are no-answer=no-route "
	    "us=412" },
	{ "several people, several recipients",
	    { .time_ms = TIME,
		.host = "mx1.example.net",
		.queue_id = V("4F2"),
		.request = &digest,
		.auth = &direct,
		.recipient = several,
		.recipients = 2,
		.took_us = 1 },
	    "{\"v\":1,\"time\":\"" STAMP "\",\"host\":\"mx1.example.net\","
	    "\"qid\":\"4F2\",\"mid\":\"\",\"client\":\"\",\"from_env\":\"\","
	    "\"network\":\"linkedin\",\"type\":\"invitation-digest\","
	    "\"trust\":\"direct\",\"why_trust\":\"dkim d=example.com\","
	    "\"evidence\":[],"
	    "\"person\":{\"name\":\"Ann Example\",\"profile\":\"ann\"},"
	    "\"people\":[{\"name\":\"Ann Example\",\"profile\":\"ann\"},"
	    "{\"name\":\"Ben Example\"}],\"group\":\"Old Friends\","
	    "\"note\":\"none\",\"mutual\":0,"
	    "\"recipients\":[{\"rcpt\":\"bob@example.net\",\"user\":\"bob\","
	    "\"known\":\"no\",\"seen\":1,\"rule\":null,\"why\":\"no-rule\","
	    "\"actions\":[],\"reply\":{\"mode\":\"draft\"}},"
	    "{\"rcpt\":\"list@example.net\",\"user\":null,\"known\":\"no\","
	    "\"rule\":null,\"why\":\"no-user\",\"actions\":[],"
	    "\"reply\":{\"mode\":\"none\"}}],"
	    "\"applied\":[],\"dry_run\":false,\"us\":1}",
	    "4F2: type=invitation-digest trust=direct person=\"Ann Example\" "
	    "why=\"dkim d=example.com\" user=bob known=no rule=no-rule "
	    "user=- known=no rule=no-user us=1" },
	{ "what others kept from being done",
	    { .time_ms = TIME,
		.host = "mx1.example.net",
		.queue_id = V("4F4"),
		.request = &marketing,
		.auth = &unknown,
		.recipient = differing,
		.recipients = 2,
		.shared = &only_recruiter,
		.says_route = true,
		.applied_header = true,
		.took_us = 3 },
	    "{\"v\":1,\"time\":\"" STAMP "\",\"host\":\"mx1.example.net\","
	    "\"qid\":\"4F4\",\"mid\":\"\",\"client\":\"\",\"from_env\":\"\","
	    "\"network\":\"linkedin\",\"type\":\"marketing\","
	    "\"trust\":\"none\",\"evidence\":[],\"person\":null,"
	    "\"note\":\"none\",\"route\":false,"
	    "\"recipients\":[{\"rcpt\":\"alice@example.net\","
	    "\"user\":\"alice\",\"known\":\"no\","
	    "\"rule\":\"recruiters\",\"why\":\"rule\","
	    "\"actions\":[\"tag:Recruiter\",\"file:LinkedIn/Recruiters\","
	    "\"reply:and-you-are\"],"
	    "\"not_shared\":[\"file:LinkedIn/Recruiters\"],"
	    "\"reply\":{\"mode\":\"reply\"}},"
	    "{\"rcpt\":\"bob@example.net\",\"user\":\"bob\","
	    "\"known\":\"no\",\"rule\":\"no word of why\","
	    "\"why\":\"rule\",\"actions\":[\"quarantine\"],"
	    "\"not_shared\":[\"quarantine\"],"
	    "\"reply\":{\"mode\":\"none\"}}],"
	    "\"applied\":[\"header\"],\"dry_run\":false,\"us\":3}",
	    "4F4: type=marketing trust=none user=alice known=no "
	    "rule=\"recruiters\" actions=tag:Recruiter,"
	    "file:LinkedIn/Recruiters,reply:and-you-are "
	    "not-shared=file:LinkedIn/Recruiters user=bob known=no "
	    "rule=\"no word of why\" actions=quarantine "
	    "not-shared=quarantine us=3" },
	{ "nobody named, held, cut",
	    { .time_ms = TIME,
		.host = "mx1.example.net",
		.queue_id = V("4F3"),
		.request = &marketing,
		.auth = &unknown,
		.recipient = &held,
		.recipients = 1,
		.cut = MESSAGE_CUT_HEADER | MESSAGE_CUT_TEXT,
		.applied_header = true,
		.applied_quarantine = true,
		.why_held = "trust.forged",
		.took_us = 2 },
	    "{\"v\":1,\"time\":\"" STAMP "\",\"host\":\"mx1.example.net\","
	    "\"qid\":\"4F3\",\"mid\":\"\",\"client\":\"\",\"from_env\":\"\","
	    "\"network\":\"linkedin\",\"type\":\"marketing\","
	    "\"trust\":\"none\",\"evidence\":[],\"person\":null,"
	    "\"note\":\"none\",\"recipients\":[{\"rcpt\":\"bob@example.net\","
	    "\"user\":\"bob\",\"known\":\"no\",\"rule\":\"no word of why\","
	    "\"why\":\"rule\",\"actions\":[\"quarantine\"],"
	    "\"reply\":{\"mode\":\"none\"}}],"
	    "\"applied\":[\"header\",\"quarantine\"],"
	    "\"why_held\":\"trust.forged\","
	    "\"cut\":\"header,text\",\"dry_run\":false,\"us\":2}",
	    "4F3: type=marketing trust=none user=bob known=no "
	    "rule=\"no word of why\" actions=quarantine held=trust.forged "
	    "us=2" },
	{ "other and why, dry run, for nobody, no queue id",
	    { .time_ms = INT64_MAX,
		.host = NULL,
		.request = &other,
		.auth = &unknown,
		.dry_run = true },
	    "{\"v\":1,\"time\":\"-\",\"host\":\"\",\"qid\":\"\",\"mid\":\"\","
	    "\"client\":\"\",\"from_env\":\"\",\"network\":\"\","
	    "\"type\":\"other\",\"why_other\":\"no rule fits\","
	    "\"trust\":\"none\",\"evidence\":[],\"person\":null,"
	    "\"note\":\"boilerplate\",\"recipients\":[],\"applied\":[],"
	    "\"dry_run\":true,\"us\":0}",
	    "NOQUEUE: type=other trust=none dry-run us=0" },
	{ "hostile text",
	    { .time_ms = TIME,
		.host = "mx1.example.net",
		.queue_id = V("4F4"),
		.message_id = V("<\"\r\n@\x7F>"),
		.client = V("[192.0.2.1]"),
		.envelope_from = V("\"x\\\"y\"@example.com"),
		.request = &hostile,
		.auth = &unknown },
	    "{\"v\":1,\"time\":\"" STAMP "\",\"host\":\"mx1.example.net\","
	    "\"qid\":\"4F4\",\"mid\":\"<\\\"\\u000d\\n@\\u007f>\","
	    "\"client\":\"[192.0.2.1]\","
	    "\"from_env\":\"\\\"x\\\\\\\"y\\\"@example.com\","
	    "\"network\":\"linkedin\",\"type\":\"message\","
	    "\"lang\":\"\\\",\\\"x\\\":\\\"\",\"trust\":\"none\","
	    "\"evidence\":[],"
	    "\"person\":{\"name\":\"A\\\"\\\\\\u000d\\n\\t\\u0000Z\","
	    "\"headline\":\"\\u202edrow\\u202c\","
	    "\"company\":\"\xEF\xBF\xBD\xEF\xBF\xBD\"},\"note\":\"none\","
	    "\"recipients\":[],\"applied\":[],\"dry_run\":false,\"us\":0}",
	    "4F4: type=message trust=none person=\"A'\\????Z\" us=0" },
};

static void
writes_decisions(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text out = TEXT_INIT(LIMIT_AUDIT_SIZE);

		audit_json(&rows[i].record, &out);
		assert_true(text_ok(&out));
		check_view(rows[i].name, text_view(&out), rows[i].json);
		text_clear(&out);
		audit_line(&rows[i].record, &out);
		assert_true(text_ok(&out));
		check_view(rows[i].name, text_view(&out), rows[i].line);
		text_free(&out);
	}
}

static void
writes_what_became_of_a_job(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name;
		struct audit_outbox record;
		const char *want;
	} jobs[] = {
		{ "sent",
		    { TIME, "mx1", 7, "sent", "reply", V("alice"), V("4F1"),
			V("and-you-are"), NULL },
		    "{\"v\":1,\"time\":\"" STAMP "\",\"host\":\"mx1\","
		    "\"qid\":\"4F1\",\"outbox\":\"sent\",\"job\":7,"
		    "\"mode\":\"reply\",\"user\":\"alice\","
		    "\"template\":\"and-you-are\"}" },
		{ "refused, so there is no job",
		    { TIME, "mx1", 0, "refused", "draft", V("bob"), V(""),
			V("no-thanks"), "user-day-cap" },
		    "{\"v\":1,\"time\":\"" STAMP "\",\"host\":\"mx1\","
		    "\"qid\":\"\",\"outbox\":\"refused\",\"mode\":\"draft\","
		    "\"user\":\"bob\",\"template\":\"no-thanks\","
		    "\"why\":\"user-day-cap\"}" },
		{ "hostile words of a program",
		    { TIME, "mx1", 8, "failed", "reply", V("a\"b"), V("\n"),
			V("\xE2\x80\xAE"), "\"}\n{\"v\":1,\xFF" },
		    "{\"v\":1,\"time\":\"" STAMP "\",\"host\":\"mx1\","
		    "\"qid\":\"\\n\",\"outbox\":\"failed\",\"job\":8,"
		    "\"mode\":\"reply\",\"user\":\"a\\\"b\","
		    "\"template\":\"\\u202e\","
		    "\"why\":\"\\\"}\\n{\\\"v\\\":1,\xEF\xBF\xBD\"}" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(jobs); i++) {
		struct text out = TEXT_INIT(LIMIT_AUDIT_SIZE);

		audit_outbox_json(&jobs[i].record, &out);
		assert_true(text_ok(&out));
		check_view(jobs[i].name, text_view(&out), jobs[i].want);
		text_free(&out);
	}
}

/* Texts that would like to be more than the value of one key. */
static const struct view attacks[] = {
	V("\""),
	V("\" user=root known=profile"),
	V("x user=root"),
	V("a,b"),
	V("a=b"),
	V("\\"),
	V("\\\""),
	V("\r\n4F9: type=security trust=direct us=1"),
	V("\",\"trust\":\"direct\"}\n{\"v\":1"),
	V("\0\x01\x1B[31m\x7F"),
	V("\xC2\x85\xC2\x9B\xE2\x80\xA8\xE2\x80\xA9"),
	V("\xE2\x80\xAE\xE2\x81\xA6\xF3\xA0\x80\xA2"),
	V("\xFF\xC3\"\xE2\x80"),
	V("\xED\xA0\x80\xF4\x90\x80\x80\xC0\xAF"),
};

/* A record whose every text is v; the rest is the caller's. */
struct filled {
	struct request request;
	struct auth_verdict auth;
	struct plan plan;
	struct audit_recipient recipient;
	struct audit_record record;
};

static void
fill_people(struct request *q, struct view v, size_t count)
{
	for (size_t i = 0; i < count; i++)
		q->person[i] = (struct person){ v, v, v, v, v, v, v };
	q->people = count;
}

static void
fill(struct filled *f, struct view v)
{
	*f = (struct filled){
		.request = { .network = v,
		    .type = REQUEST_MESSAGE,
		    .template_key = v,
		    .group = v,
		    .note_text = v,
		    .lang = v,
		    .evidence = { { v, "subject" } },
		    .evidence_count = 1 },
		.plan = { .rule = v,
		    .why = PLAN_RULE,
		    .action = { { PLAN_FILE,
				    view_part(v, 0, LIMIT_FOLDER_SIZE) },
			{ PLAN_TAG, VIEW("x") } },
		    .actions = 2 },
		.recipient = { .recipient = v,
		    .user = VIEW("alice"),
		    .contact_groups = v,
		    .plan = &f->plan,
		    .reply_mode = "none",
		    .reply_why = "no-route" },
		.record = { .host = "mx1",
		    .queue_id = VIEW("4F1"),
		    .message_id = v,
		    .client = v,
		    .envelope_from = v,
		    .subject = v,
		    .request = &f->request,
		    .auth = &f->auth,
		    .recipient = &f->recipient,
		    .recipients = 1 },
	};
	fill_people(&f->request, v, 2);
	strcpy(f->auth.why, "x");
	if (v.size < sizeof(f->auth.why) - 1)
		memcpy(f->auth.why + 1, v.data, v.size);
}

/* One line of JSON that says of us what it should, whatever v is. */
static void
check_record(struct view v)
{
	struct text out = TEXT_INIT(LIMIT_AUDIT_SIZE);
	struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
	struct audit_entry entry;
	struct err e = ERR_NONE;
	struct filled f;

	fill(&f, v);
	audit_json(&f.record, &out);
	assert_true(text_ok(&out));
	for (size_t i = 0; i < out.size; i++)
		assert_true((unsigned char)out.data[i] >= ' ');
	if (audit_read(text_view(&out), p, &entry, &e) < 0)
		fail_msg("%s: %s", e.text, out.data);
	check_view(out.data, entry.type, "message");
	check_view(out.data, entry.trust, "none");
	check_number(out.data, (long long)entry.recipients, 1);
	check_view(out.data, entry.recipient[0].user, "alice");
	check_view(out.data, entry.recipient[0].reply_why, "no-route");
	text_free(&out);
	pool_free(p);
}

static void
a_record_is_one_line_of_json_whatever_a_text_holds(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(attacks); i++) {
		struct view v = exactly(attacks[i].data, attacks[i].size);

		check_record(v);
		exact_free(v);
	}
}

/* The keys of KEY=VALUE words, as a program would take the line apart. */
static void
keys_of(struct view line, struct text *keys)
{
	bool quoted = false, value = true; /* the queue id has no key */

	for (size_t i = 0; i < line.size; i++) {
		char byte = line.data[i];

		if (byte == '"')
			quoted = !quoted;
		if (byte == ' ' && !quoted) {
			text_add_byte(keys, ' ');
			value = false;
		} else if (byte == '=' && !quoted) {
			value = true;
		} else if (!value) {
			text_add_byte(keys, byte);
		}
	}
	if (quoted)
		text_add_string(keys, " and an open quote");
}

/* Of the mail, the MTA and a user's rules: nothing leaves its place. */
static void
a_line_keeps_its_words_whatever_a_text_holds(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(attacks); i++) {
		struct view v = exactly(attacks[i].data, attacks[i].size);
		struct text line = TEXT_INIT(LIMIT_AUDIT_SIZE);
		struct text keys = TEXT_INIT(LIMIT_AUDIT_SIZE);
		struct filled f;

		fill(&f, v);
		f.record.queue_id = f.recipient.user = v;
		audit_line(&f.record, &line);
		assert_true(text_ok(&line) && utf8_valid(text_view(&line)));
		for (size_t at = 0; at < line.size;)
			assert_false(utf8_is_hidden(utf8_next(text_view(&line),
			    &at)));
		keys_of(text_view(&line), &keys);
		check_view(line.data, text_view(&keys),
		    " type trust person why user known rule actions "
		    "no-answer us");
		text_free(&line);
		text_free(&keys);
		exact_free(v);
	}
}

static void
words_of_a_line_are_quoted_where_they_must(void **state)
{
	static const struct {
		const char *name;
		struct view folder, user, queue_id;
		const char *want;
	} words[] = {
		{ "plain", V("LinkedIn/a-b_c.d"), V("a.b+c@example.net"),
		    V("4F1"),
		    "4F1: type=message trust=none why=\"xx\" "
		    "user=a.b+c@example.net known=no rule=\"x\" "
		    "actions=file:LinkedIn/a-b_c.d,tag:x no-answer=no-route "
		    "us=0" },
		{ "blanks, commas, quotes", V("My \"X\", tag:y us=1"), V("a b"),
		    V("4F 1"),
		    "\"4F 1\": type=message trust=none why=\"xx\" "
		    "user=\"a b\" known=no rule=\"x\" "
		    "actions=\"file:My 'X', tag:y us=1\",tag:x "
		    "no-answer=no-route us=0" },
		{ "letters", V("\xC3\x85r"), V("\xC3\xA5"), V("\n"),
		    "\"?\": type=message trust=none why=\"xx\" "
		    "user=\"\xC3\xA5\" known=no rule=\"x\" "
		    "actions=\"file:\xC3\x85r\",tag:x no-answer=no-route "
		    "us=0" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(words); i++) {
		struct text line = TEXT_INIT(LIMIT_AUDIT_SIZE);
		struct filled f;

		fill(&f, VIEW("x"));
		f.request.people = 0;
		f.plan.action[0].argument = words[i].folder;
		f.recipient.user = words[i].user;
		f.record.queue_id = words[i].queue_id;
		audit_line(&f.record, &line);
		check_view(words[i].name, text_view(&line), words[i].want);
		text_free(&line);
	}
}

static char longest[LIMIT_HEADER_SIZE];

/* A Message-ID of many thousand octets must not be a way out of the record. */
static void
a_long_text_is_cut(void **state)
{
	static const size_t sizes[] = { LIMIT_FIELD_SIZE, LIMIT_FIELD_SIZE + 1,
		sizeof(longest) };

	(void)state;
	memset(longest, 'x', sizeof(longest));
	for (size_t i = 0; i < LENGTH(sizes); i++) {
		struct text out = TEXT_INIT(LIMIT_AUDIT_SIZE);
		struct filled f;
		size_t run = 0, most = 0;

		fill(&f, (struct view){ longest, sizes[i] });
		audit_json(&f.record, &out);
		assert_true(text_ok(&out));
		for (size_t at = 0; at < out.size; at++) {
			run = out.data[at] == 'x' ? run + 1 : 0;
			most = run > most ? run : most;
		}
		check_number("cut", (long long)most, LIMIT_FIELD_SIZE);
		text_free(&out);
	}
}

/* The last number behind the key, 0 without one. */
static unsigned
number_behind(const char *record, const char *key)
{
	const char *at = strstr(record, key);
	unsigned number = 0;

	if (at != NULL)
		assert_int_equal(sscanf(at + strlen(key), "%u", &number), 1);
	return number;
}

static size_t
occurrences(const char *record, const char *words)
{
	size_t count = 0;

	for (const char *at = record; (at = strstr(at, words)) != NULL; at++)
		count++;
	return count;
}

static void
what_was_done_by_hand_is_a_record(void **state)
{
	struct audit_entry_recipient recipients[] = {
		{ .user = VIEW("alice"), .rule = VIEW("r"), .has_rule = true },
		{ .rule = VIEW("no-user") },
	};
	const struct audit_entry decision = { .type = VIEW("invitation"),
		.trust = VIEW("direct"),
		.person = VIEW("Zo\xC3\xAB"),
		.hashed = true,
		.recipient = recipients,
		.recipients = 2 };
	struct audit_quarantine r = { .host = "mx",
		.queue_id = VIEW("Q\n1"),
		.what = "released",
		.by = "ro\"ot" };
	struct text out = TEXT_INIT(LIMIT_AUDIT_SIZE);

	(void)state;
	audit_quarantine_json(&r, &out);
	assert_true(text_ok(&out));
	assert_string_equal(text_string(&out),
	    "{\"v\":1,\"time\":\"1970-01-01T00:00:00.000Z\",\"host\":\"mx\","
	    "\"qid\":\"Q\\n1\",\"quarantine\":\"released\","
	    "\"by\":\"ro\\\"ot\"}");
	r.decision = &decision;
	text_clear(&out);
	audit_quarantine_json(&r, &out);
	check_contains("with the decision", text_string(&out),
	    ",\"names\":\"hash\",\"decision\":{\"type\":\"invitation\","
	    "\"trust\":\"direct\","
	    "\"person\":{\"name\":\"Zo\xC3\xAB\"},\"recipients\":[{\"user\":"
	    "\"alice\",\"rule\":\"r\"},{}]}}");
	text_free(&out);
}

/* What does not fit into a record is counted; the record itself is never lost.
 */
static void
as_many_as_fit_are_written(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name;
		char octet;   /* that all texts are made of; NUL is six more */
		size_t size, people, recipients;
		bool all_people, all_recipients;
	} loads[] = {
		{ "usual ones",            'x', 30, 5, 5, true, true },
		{ "as many as there can be", 'x', 30, LIMIT_PEOPLE,
		    LIMIT_RECIPIENTS, true, true },
		{ "long ones",  'x', LIMIT_FIELD_SIZE, LIMIT_PEOPLE,
		    LIMIT_RECIPIENTS, false, false },
		{ "hostile ones", '\0', LIMIT_FIELD_SIZE, LIMIT_PEOPLE,
		    LIMIT_RECIPIENTS, false, false },
		{ "longer than they can be", '\xFF', sizeof(longest),
		    LIMIT_PEOPLE, LIMIT_RECIPIENTS, false, false },
	};
	/* clang-format on */
	static struct audit_recipient many[LIMIT_RECIPIENTS];

	(void)state;
	for (size_t i = 0; i < LENGTH(loads); i++) {
		struct text out = TEXT_INIT(LIMIT_AUDIT_SIZE);
		struct filled f;
		size_t people, recipients;

		memset(longest, loads[i].octet, sizeof(longest));
		fill(&f, (struct view){ longest, loads[i].size });
		fill_people(&f.request, (struct view){ longest, loads[i].size },
		    loads[i].people);
		for (size_t k = 0; k < loads[i].recipients; k++)
			many[k] = f.recipient;
		f.record.recipient = many;
		f.record.recipients = loads[i].recipients;
		audit_json(&f.record, &out);
		if (!text_ok(&out))
			fail_msg("%s: lost", loads[i].name);
		/* One more, the first of all: "person". */
		people = occurrences(out.data, "{\"name\":") - 1;
		recipients = occurrences(out.data, "{\"rcpt\":");
		assert_true(people > 0 && recipients > 0);
		check_number(loads[i].name,
		    (long long)people +
			number_behind(out.data, "\"people_more\":"),
		    (long long)loads[i].people);
		check_number(loads[i].name,
		    (long long)recipients +
			number_behind(out.data, "\"recipients_more\":"),
		    (long long)loads[i].recipients);
		check_number(loads[i].name, people == loads[i].people,
		    loads[i].all_people);
		check_number(loads[i].name, recipients == loads[i].recipients,
		    loads[i].all_recipients);
		text_free(&out);
	}
}

/* What names a person or answers for one, and what a link carries. */
static void
nothing_secret_is_written(void **state)
{
	struct view secret = VIEW("https://example.com/?token=SECRET");
	struct text out = TEXT_INIT(LIMIT_AUDIT_SIZE);
	struct filled f;

	(void)state;
	fill(&f, VIEW("x"));
	f.record.subject = f.request.note_text = secret;
	f.request.person[0].email = f.request.person[1].email = secret;
	f.request.evidence[0].where = secret.data;
	f.request.why_other = secret.data; /* its type is another */
	audit_json(&f.record, &out);
	text_add_byte(&out, '\n');
	audit_line(&f.record, &out);
	assert_true(text_ok(&out));
	check_contains("written", out.data, "\n4F1: type=message");
	assert_null(strstr(out.data, "SECRET"));
	text_free(&out);
}

static void
many_recipients_are_counted(void **state)
{
	static struct audit_recipient many[1000];
	struct text out = TEXT_INIT(LIMIT_AUDIT_SIZE);
	struct audit_record record = rows[0].record;
	size_t shown = 0;
	unsigned more = 0;

	(void)state;
	for (size_t i = 0; i < LENGTH(many); i++)
		many[i] = alice;
	record.recipient = many;
	record.recipients = LENGTH(many);
	audit_line(&record, &out);
	assert_true(text_ok(&out) && out.size <= LIMIT_LOG_LINE);
	for (const char *at = out.data; (at = strstr(at, " user=")); at++)
		shown++;
	check_contains("end", out.data, " more us=412");
	assert_int_equal(sscanf(strstr(out.data, " and "), " and %u", &more),
	    1);
	assert_true(shown > 1);
	check_number("shown and more", (long long)shown + more, 1000);
	text_free(&out);
}

static void
says_so_when_memory_runs_out(void **state)
{
	unsigned n;

	(void)state;
	for (n = 1; oom_next(n); n++) {
		struct text out = TEXT_INIT(LIMIT_AUDIT_SIZE);

		audit_json(&rows[0].record, &out);
		assert_true(text_ok(&out) == !oom_happened());
		text_free(&out);
	}
	assert_true(n > 3);
	for (n = 1; oom_next(n); n++) {
		struct text out = TEXT_INIT(LIMIT_AUDIT_SIZE);

		audit_line(&rows[0].record, &out);
		assert_true(text_ok(&out) == !oom_happened());
		text_free(&out);
	}
	assert_true(n > 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_decisions),
		cmocka_unit_test(writes_what_became_of_a_job),
		cmocka_unit_test(
		    a_record_is_one_line_of_json_whatever_a_text_holds),
		cmocka_unit_test(a_line_keeps_its_words_whatever_a_text_holds),
		cmocka_unit_test(words_of_a_line_are_quoted_where_they_must),
		cmocka_unit_test(a_long_text_is_cut),
		cmocka_unit_test(what_was_done_by_hand_is_a_record),
		cmocka_unit_test(as_many_as_fit_are_written),
		cmocka_unit_test(nothing_secret_is_written),
		cmocka_unit_test(many_recipients_are_counted),
		cmocka_unit_test(says_so_when_memory_runs_out),
	};

	return cmocka_run_group_tests_name("audit", tests, NULL, NULL);
}
