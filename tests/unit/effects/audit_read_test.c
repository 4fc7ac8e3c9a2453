// SPDX-License-Identifier: BSD-2-Clause
/*
 * audit_read_test.c - records read back: ours, and what else a file may hold.
 */
#include "effects/audit_read.h"

#include "base/limits.h"
#include "effects/audit.h"
#include "oom.h"
#include "t.h"

#define V(literal)                           \
	{                                    \
		literal, sizeof(literal) - 1 \
	}

static void
add(struct text *t, struct view v)
{
	text_add(t, v);
	text_add_byte(t, '|');
}

/* Everything that was read, with a bar behind each text. */
static void
describe(const struct audit_entry *e, struct text *t)
{
	add(t, e->time);
	add(t, e->queue_id);
	if (e->lost > 0) {
		text_addf(t, "lost %lld|", e->lost);
	} else if (e->quarantine.size > 0) {
		text_add_string(t, "quarantine|");
		add(t, e->quarantine);
		add(t, e->by);
	} else if (e->outbox) {
		text_add_string(t, "outbox|");
		add(t, e->mode);
		add(t, e->what);
		add(t, e->why);
	} else {
		add(t, e->network);
		add(t, e->type);
		add(t, e->trust);
		add(t, e->person);
		text_add_string(t, e->dry_run ? "dry run|" : "");
	}
	for (size_t i = 0; i < e->recipients; i++) {
		const struct audit_entry_recipient *r = &e->recipient[i];

		text_add_string(t, " [");
		add(t, r->recipient);
		add(t, r->user);
		add(t, r->known);
		add(t, r->rule);
		add(t, r->actions);
		add(t, r->reply_mode);
		add(t, r->reply_why);
		text_addf(t, "%.*s]", VIEW_ARG(r->not_shared));
	}
}

/* want is what describe() writes; or with an "!", the words of the failure. */
static void
check_line(const char *name, struct view line, const char *want)
{
	struct view v = exactly(line.data, line.size);
	struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
	struct text got = TEXT_INIT(LIMIT_MESSAGE_POOL);
	struct audit_entry entry;
	struct err e = ERR_NONE;
	int result = audit_read(v, p, &entry, &e);

	exact_free(v); /* nothing of it may be used any more */
	if (want[0] == '!') {
		check_number(name, result, -1);
		check_contains(name, e.text, want + 1);
	} else {
		if (result < 0)
			fail_msg("%s: %s", name, e.text);
		describe(&entry, &got);
		check_view(name, text_view(&got), want);
	}
	text_free(&got);
	pool_free(p);
}

static void
reads_what_a_line_says(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *line, *want;
	} rows[] = {
		{ "a decision",
		    "{\"v\":1,\"time\":\"T\",\"qid\":\"Q\",\"network\":\"n\","
		    "\"type\":\"message\",\"trust\":\"direct\","
		    "\"person\":{\"name\":\"Zo\xC3\xAB\"},\"dry_run\":true,"
		    "\"recipients\":[{\"rcpt\":\"a@example.net\","
		    "\"user\":\"a\",\"known\":\"no\",\"rule\":\"r\","
		    "\"why\":\"rule\",\"actions\":[\"tag:x\",\"file:y\"],"
		    "\"reply\":{\"mode\":\"none\",\"why\":\"no-route\"}}]}",
		    "T|Q|n|message|direct|Zo\xC3\xAB|dry run| "
		    "[a@example.net|a|no|r|tag:x, file:y|none|no-route|]" },
		{ "what was not done of it",
		    "{\"type\":\"t\",\"recipients\":[{\"actions\":[\"tag:x\","
		    "\"quarantine\",\"tag:y\"],\"not_shared\":[\"quarantine\","
		    "\"tag:y\"]}]}",
		    "|||t||| [||||tag:x, quarantine, tag:y|||quarantine, "
		    "tag:y]" },
		{ "no rule: why not",
		    "{\"type\":\"t\",\"recipients\":[{\"rule\":null,"
		    "\"why\":\"no-user\",\"user\":null},{}]}",
		    "|||t||| [|||no-user||||] [|||||||]" },
		{ "a job",
		    "{\"time\":\"T\",\"qid\":\"Q\",\"outbox\":\"failed\","
		    "\"mode\":\"reply\",\"user\":\"a\",\"why\":\"w\"}",
		    "T|Q|outbox|reply|failed|w| [|a||||||]" },
		{ "lost ones", "{\"v\":1,\"time\":\"T\",\"lost\":12}",
		    "T||lost 12|" },
		{ "held mail released",
		    "{\"time\":\"T\",\"qid\":\"Q\",\"quarantine\":"
		    "\"released\",\"by\":\"root\"}",
		    "T|Q|quarantine|released|root|" },
		{ "a quarantine of another kind", "{\"quarantine\":true}",
		    "!no type" },
		{ "a key twice: the last one", "{\"type\":\"a\",\"type\":\"b\"}",
		    "|||b|||" },
		{ "blanks, and keys nobody knows",
		    " { \"new\" : [ { } ] , \"type\" : \"t\" } \r\n", "|||t|||" },
		{ "escapes", "{\"type\":\"\\n\\u00eb\\ud83d\\ude00\"}",
		    "|||\n\xC3\xAB\xF0\x9F\x98\x80|||" },
		{ "only a type", "{\"type\":\"t\"}", "|||t|||" },

		{ "nothing", "", "!not JSON" },
		{ "a blank line", " \n", "!not JSON" },
		{ "not closed", "{\"type\":\"t\"", "!not JSON" },
		{ "half a line", "pe\":\"t\"}", "!not JSON" },
		{ "two on one line", "{\"type\":\"t\"}{\"type\":\"t\"}",
		    "!not JSON" },
		{ "a comma too many", "{\"type\":\"t\",}", "!not JSON" },
		{ "single quotes", "{'type':'t'}", "!not JSON" },
		{ "a control character", "{\"type\":\"t\n\"}", "!not JSON" },
		{ "not UTF-8", "{\"type\":\"\xFF\"}", "!not JSON" },
		{ "half a character", "{\"type\":\"\\ud83d\"}", "!not JSON" },
		{ "a number that is none", "{\"type\":01}", "!not JSON" },
		{ "a number too large", "{\"us\":1e999}", "!not JSON" },

		{ "an empty object", "{}", "!no type" },
		{ "an array", "[{\"type\":\"t\"}]", "!no type" },
		{ "an empty type", "{\"type\":\"\"}", "!no type" },
		{ "a type of another kind", "{\"type\":1}", "!no type" },
		{ "none lost", "{\"lost\":0}", "!no type" },
		{ "an outbox of another kind", "{\"outbox\":null}",
		    "!no type" },
		{ "texts of another kind",
		    "{\"type\":\"t\",\"time\":1,\"qid\":{},\"network\":[],"
		    "\"trust\":true,\"person\":\"x\",\"dry_run\":1}",
		    "|||t|||" },
		{ "a person of another kind",
		    "{\"type\":\"t\",\"person\":{\"name\":{}}}", "|||t|||" },
		{ "recipients of another kind",
		    "{\"type\":\"t\",\"recipients\":{\"0\":{}}}", "|||t|||" },
		{ "a recipient of another kind",
		    "{\"type\":\"t\",\"recipients\":[1,null,[],\"x\"]}",
		    "|||t||| [|||||||] [|||||||] [|||||||] [|||||||]" },
		{ "actions and reply of another kind",
		    "{\"type\":\"t\",\"recipients\":[{\"actions\":\"x\","
		    "\"reply\":[\"none\"]}]}", "|||t||| [|||||||]" },
		{ "an action of another kind",
		    "{\"type\":\"t\",\"recipients\":[{\"actions\":"
		    "[1,\"a\",null,\"b\",{}]}]}", "|||t||| [||||a, b|||]" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		check_line(rows[i].name, view_of(rows[i].line), rows[i].want);
	check_line("no bytes at all", (struct view){ NULL, 0 }, "!not JSON");
	check_line("a NUL", (struct view)V("{\"type\":\"t\0\"}"), "!not JSON");
	check_line("a NUL behind it", (struct view)V("{\"type\":\"t\"}\0"),
	    "!not JSON");
}

/* What explains a decision, in the order of the struct. */
static void
describe_more(const struct audit_entry *e, struct text *t)
{
	const struct audit_entry_recipient *r = e->recipient;
	const struct view texts[] = { e->message_id, e->why_other,
		e->template_key, e->lang, e->evidence, e->why_trust,
		e->headline, e->company, e->profile, e->group, e->note,
		e->why_held, e->cut, e->template_name };

	for (size_t i = 0; i < LENGTH(texts); i++)
		add(t, texts[i]);
	text_addf(t, " %lld %lld %lld %lld %lld %d%d%d", e->mutual, e->people,
	    e->pattern_errors, e->recipients_more, e->job, e->says_applied,
	    e->applied_header, e->applied_quarantine);
	if (e->recipients == 0)
		return;
	text_add_string(t, " [");
	add(t, r->groups);
	add(t, r->why);
	add(t, r->answer);
	text_addf(t, "%lld %d%d]", r->seen, r->has_rule, audit_never_held(r));
}

/* What rules ask for besides. */
static void
reads_what_rules_ask_for(void **state)
{
	/* clang-format off */
	static const struct {
		const char *line, *want;
	} rows[] = {
		{ "{\"type\":\"t\",\"person\":{\"name\":\"A\",\"profile\":"
		  "\"a\",\"email\":true},\"made\":"
		  "\"1970-01-01T00:00:01.000Z\",\"route\":true,"
		  "\"recipients\":[{\"known_by\":\"name\","
		  "\"learned\":true}]}",
		    "A|a|1 1000 11 name|11" },
		{ "{\"type\":\"t\",\"person\":{\"name\":\"A\"},\"people\":"
		  "[{\"name\":\"A\"},1,{\"name\":\"B\",\"email\":false}],"
		  "\"route\":false,\"recipients\":[{\"learned\":false}]}",
		    "A||0B||0 0 10 |10" },
		{ "{\"type\":\"t\",\"person\":null,\"made\":\"x\","
		  "\"recipients\":[{}]}", " 0 00 |00" },
		{ "{\"type\":\"t\",\"person\":{\"email\":1},\"people\":{},"
		  "\"made\":1,\"route\":\"true\",\"recipients\":"
		  "[{\"known_by\":1,\"learned\":null}]}", "||0 0 00 |00" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
		struct text got = TEXT_INIT(10000);
		struct audit_entry entry;
		struct err e = ERR_NONE;

		assert_int_equal(audit_read(view_of(rows[i].line), p, &entry,
				     &e),
		    0);
		for (size_t k = 0; k < entry.named_count; k++) {
			add(&got, entry.named[k].name);
			add(&got, entry.named[k].profile);
			text_addf(&got, "%d", entry.named[k].has_email);
		}
		text_addf(&got, " %lld %d%d ", (long long)entry.made_ms,
		    entry.says_route, entry.has_route);
		add(&got, entry.recipient->known_by);
		text_addf(&got, "%d%d", entry.recipient->says_learned,
		    entry.recipient->learned);
		check_view(rows[i].line, text_view(&got), rows[i].want);
		text_free(&got);
		pool_free(p);
	}
}

static void
reads_what_explains_it(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *line, *want;
	} rows[] = {
		{ "nothing said", "{\"type\":\"t\"}",
		    "|||||||||||||| -1 0 0 0 0 000" },
		{ "all of it",
		    "{\"type\":\"t\",\"mid\":\"<m>\",\"why_other\":\"o\","
		    "\"template\":\"k\",\"lang\":\"en\","
		    "\"evidence\":[\"x/a\",\"x/b\"],\"why_trust\":\"w\","
		    "\"person\":{\"name\":\"n\",\"headline\":\"h\","
		    "\"company\":\"c\",\"profile\":\"p\"},"
		    "\"people\":[{},{}],\"people_more\":3,"
		    "\"group\":\"g\",\"note\":\"none\",\"mutual\":0,"
		    "\"pattern_errors\":2,\"applied\":[\"quarantine\"],"
		    "\"why_held\":\"trust.forged\",\"cut\":\"body\","
		    "\"recipients\":[{\"groups\":\"@a\",\"seen\":4,"
		    "\"rule\":\"r\",\"why\":\"never-held\","
		    "\"actions\":[\"tag:reply:\",\"draft:d\",\"reply:e\"]}],"
		    "\"recipients_more\":5}",
		    "<m>|o|k|en|x/a, x/b|w|h|c|p|g|none|trust.forged|body|| "
		    "0 5 2 5 0 101 [@a|never-held|draft:d|4 11]" },
		{ "one person, nothing applied, no rule",
		    "{\"type\":\"t\",\"person\":{},\"applied\":[],"
		    "\"recipients\":[{\"rule\":null,\"why\":\"no-rule\"}]}",
		    "|||||||||||||| -1 1 0 0 0 100 [|no-rule||0 00]" },
		{ "a job",
		    "{\"outbox\":\"sent\",\"template\":\"x\",\"job\":7}",
		    "|||||||||||||x| 0 0 0 0 7 000 [|||0 00]" },
		{ "of another kind",
		    "{\"type\":\"t\",\"mutual\":\"3\",\"people\":{},"
		    "\"person\":[],\"applied\":\"header\","
		    "\"evidence\":\"x\",\"pattern_errors\":-1,"
		    "\"recipients_more\":1.5,\"recipients\":["
		    "{\"seen\":true,\"actions\":[1,\"replyx\"]}]}",
		    "|||||||||||||| -1 0 0 0 0 000 [|||0 00]" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
		struct text got = TEXT_INIT(LIMIT_MESSAGE_POOL);
		struct audit_entry entry;

		assert_int_equal(audit_read(view_of(rows[i].line), p, &entry,
				     NULL),
		    0);
		describe_more(&entry, &got);
		check_string(rows[i].name, text_string(&got), rows[i].want);
		text_free(&got);
		pool_free(p);
	}
}

/* A record of ours, of everything that is read back. */
struct written {
	struct auth_verdict auth;
	struct request request;
	struct plan plan;
	struct audit_recipient recipient[2];
	struct audit_record record;
};

static void
fill(struct written *w, struct view name)
{
	*w = (struct written){
		.auth = { .level = TRUST_VERIFIED },
		.request = { .network = VIEW("linkedin"),
		    .type = REQUEST_INMAIL,
		    .person = { { .name = name } },
		    .people = 1 },
		.plan = { .rule = name, .why = PLAN_RULE },
		.recipient = { { .recipient = VIEW("a@example.net"),
				   .user = VIEW("a"),
				   .known = KNOWN_PROFILE,
				   .plan = &w->plan,
				   .reply_mode = "none",
				   .reply_why = "no-route" },
		    { .recipient = VIEW("b@example.net"),
			.user = VIEW("b"),
			.plan = &w->plan,
			.reply_mode = "draft" } },
		.record = { .time_ms = INT64_C(1795428000123),
		    .queue_id = VIEW("4F1"),
		    .request = &w->request,
		    .auth = &w->auth,
		    .recipient = w->recipient,
		    .recipients = 2,
		    .dry_run = true },
	};
}

static void
what_we_write_reads_back(void **state)
{
	static const char *const named[] = { "Zo\xC3\xAB Example", "a\"b\\c",
		"\r\n\t\x01\x7F", "\xE2\x80\xAE\xF3\xA0\x81\x81",
		"\",\"type\":\"security" };

	(void)state;
	for (size_t i = 0; i < LENGTH(named); i++) {
		struct text line = TEXT_INIT(LIMIT_AUDIT_SIZE);
		struct text want = TEXT_INIT(LIMIT_AUDIT_SIZE);
		struct written w;

		fill(&w, view_of(named[i]));
		w.plan.action[0] =
		    (struct action){ PLAN_TAG, VIEW("Recruiter") };
		w.plan.action[1] = (struct action){ PLAN_QUARANTINE, VIEW("") };
		w.plan.actions = 2;
		audit_json(&w.record, &line);
		text_addf(&want,
		    "2026-11-23T10:00:00.123Z|4F1|linkedin|inmail|verified|"
		    "%s|dry run| "
		    "[a@example.net|a|profile|%s|tag:Recruiter, quarantine|"
		    "none|no-route|] "
		    "[b@example.net|b|no|%s|tag:Recruiter, quarantine|"
		    "draft||]",
		    named[i], named[i], named[i]);
		check_line(named[i], text_view(&line), text_string(&want));
		text_free(&line);
		text_free(&want);
	}
}

static void
a_job_reads_back(void **state)
{
	struct audit_outbox record = { INT64_C(1795428000123), "mx1", 7,
		"failed", "draft", VIEW("alice"), VIEW("4F1"), VIEW("x"),
		"exit status 69: \"full\"" };
	struct text line = TEXT_INIT(LIMIT_AUDIT_SIZE);

	(void)state;
	audit_outbox_json(&record, &line);
	check_line("job", text_view(&line),
	    "2026-11-23T10:00:00.123Z|4F1|outbox|draft|failed|"
	    "exit status 69: \"full\"| [|alice||||||]");
	text_free(&line);
}

/* As many as a rule may have, each as long as it may be. */
static void
no_action_is_left_out(void **state)
{
	struct text line = TEXT_INIT(LIMIT_AUDIT_SIZE);
	struct text actions = TEXT_INIT(LIMIT_AUDIT_SIZE);
	struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
	char folder[LIMIT_FOLDER_SIZE + 1] = "";
	struct audit_entry entry;
	struct written w;

	(void)state;
	memset(folder, 'x', LIMIT_FOLDER_SIZE);
	fill(&w, VIEW("x"));
	for (size_t i = 0; i < LIMIT_ACTIONS; i++) {
		w.plan.action[i] =
		    (struct action){ PLAN_FILE, view_of(folder) };
		text_addf(&actions, "%sfile:%s", i == 0 ? "" : ", ", folder);
	}
	w.plan.actions = LIMIT_ACTIONS;
	audit_json(&w.record, &line);
	assert_int_equal(audit_read(text_view(&line), p, &entry, NULL), 0);
	check_view("actions", entry.recipient[0].actions,
	    text_string(&actions));
	check_view("behind them", entry.recipient[0].reply_why, "no-route");
	text_free(&line);
	text_free(&actions);
	pool_free(p);
}

static void
repeat(struct text *t, const char *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		text_add_string(t, words);
}

static void
nothing_is_too_deep_or_too_long(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *begin, *middle;
		size_t count;
		const char *end, *want;
	} rows[] = {
		{ "deep", "{\"type\":\"t\",\"x\":", "[", 1000000, "",
		    "!not JSON" },
		{ "deep objects", "", "{\"a\":", 1000000, "", "!not JSON" },
		{ "a long text", "{\"x\":\"", "abcdefghij", 1000000,
		    "\",\"type\":\"t\"}", "|||t|||" },
		{ "many recipients", "{\"type\":\"t\",\"recipients\":[{}",
		    ",{}", 1000000, "]}", "!out of memory" },
		{ "a long name", "{\"type\":\"t\",\"person\":{\"name\":\"",
		    "abcdefghij", LIMIT_MESSAGE_POOL / 10, "\"}}",
		    "!out of memory" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text line = TEXT_INIT(2 * LIMIT_MESSAGE_POOL);

		text_add_string(&line, rows[i].begin);
		repeat(&line, rows[i].middle, rows[i].count);
		text_add_string(&line, rows[i].end);
		assert_true(text_ok(&line));
		check_line(rows[i].name, text_view(&line), rows[i].want);
		text_free(&line);
	}
}

static void
says_so_when_memory_runs_out(void **state)
{
	struct text line = TEXT_INIT(LIMIT_AUDIT_SIZE);
	struct written w;
	unsigned n;

	(void)state;
	fill(&w, VIEW("x"));
	w.plan.action[0] = (struct action){ PLAN_TAG, VIEW("Recruiter") };
	w.plan.actions = 1;
	audit_json(&w.record, &line);
	for (n = 1; oom_next(n); n++) {
		struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
		struct audit_entry entry;
		struct err e = ERR_NONE;
		int result;

		if (p == NULL)
			continue;
		result = audit_read(text_view(&line), p, &entry, &e);
		check_number("result", result, oom_happened() ? -1 : 0);
		check_contains("why", e.text,
		    oom_happened() ? "out of memory" : "");
		pool_free(p);
	}
	assert_true(n > 3);
	text_free(&line);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_a_line_says),
		cmocka_unit_test(reads_what_rules_ask_for),
		cmocka_unit_test(reads_what_explains_it),
		cmocka_unit_test(what_we_write_reads_back),
		cmocka_unit_test(a_job_reads_back),
		cmocka_unit_test(no_action_is_left_out),
		cmocka_unit_test(nothing_is_too_deep_or_too_long),
		cmocka_unit_test(says_so_when_memory_runs_out),
	};

	return cmocka_run_group_tests_name("audit_read", tests, NULL, NULL);
}
