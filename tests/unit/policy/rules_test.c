// SPDX-License-Identifier: BSD-2-Clause
#include "policy/rules.h"

#include "base/clock.h"
#include "base/limits.h"
#include "oom.h"
#include "t.h"

/* A request to ask about; each test changes what it is about. */
struct world {
	struct request request;
	struct contacts *contacts;
	struct contacts_match match;
	struct rules_facts facts;
	struct rules_run run;
};

static const int64_t day_ms = (int64_t)24 * 60 * 60 * 1000;

static void
make_world(struct world *w)
{
	struct contacts_report report;
	struct err e = ERR_NONE;

	memset(w, 0, sizeof(*w));
	w->request = (struct request){ .network = VIEW("linkedin"),
		.type = REQUEST_INVITATION,
		.person = { { .name = VIEW("Jane Doe"),
		    .headline = VIEW("Talent Partner at Example"),
		    .company = VIEW("Example Ltd") } },
		.people = 1,
		.note = NOTE_PERSONAL,
		.note_text = VIEW("We met in Paris.\nJane"),
		.mutual = 3,
		.made_ms = 1000 * day_ms,
		.lang = VIEW("pt-BR") };
	w->contacts = contacts_new(1 << 20);
	assert_non_null(w->contacts);
	assert_int_equal(contacts_add(w->contacts,
			     VIEW("Jane Doe @close @Work\nAnn Example @far\n"),
			     "contacts.txt", &report, &e),
	    0);
	contacts_find(w->contacts, VIEW("Jane Doe"), VIEW(""), VIEW(""),
	    &w->match);
	w->facts = (struct rules_facts){ .request = &w->request,
		.trust = TRUST_VERIFIED,
		.subject = VIEW("I'd like to connect"),
		.contacts = w->contacts,
		.match = &w->match,
		.seen = 2,
		.recipient = VIEW("alice+li@example.net"),
		.now_ms = 1005 * day_ms + day_ms / 2 };
	w->run.scratch = regex_scratch_new();
	assert_non_null(w->run.scratch);
}

static void
free_world(struct world *w)
{
	contacts_free(w->contacts);
	regex_scratch_free(w->run.scratch);
}

static struct rules *
parse(const char *name, const char *bytes)
{
	struct view v = exact_string(bytes);
	struct err e = ERR_NONE;
	struct rules *r = rules_parse(v, "rules.conf", &e);

	if (r == NULL)
		fail_msg("%s: %s", name, e.text);
	exact_free(v); /* the set has copied what it keeps */
	return r;
}

/* Whether a rule with that "when" matches. */
static bool
holds(struct world *w, const char *when)
{
	struct text bytes = TEXT_INIT(10000);
	struct rules *r;
	struct plan plan;

	text_addf(&bytes,
	    "rules = ({ name = \"x\"; when = { %s }; "
	    "do = \"tag:X\"; });",
	    when);
	r = parse(when, text_string(&bytes));
	rules_decide(r, &w->facts, &w->run, &plan);
	rules_free(r);
	text_free(&bytes);
	return plan.why == PLAN_RULE;
}

static void
conditions_ask_what_they_say(void **state)
{
	static const struct {
		const char *when;
		bool holds;
	} rows[] = {
		{ "", true },
		{ "type = \"invitation\";", true },
		{ "type = \"inmail\";", false },
		{ "type = [ \"inmail\", \"invitation\" ];", true },
		{ "type = ( \"inmail\", \"message\" );", false },
		{ "note = \"personal\";", true },
		{ "note = [ \"none\", \"boilerplate\" ];", false },
		{ "network = \"linkedin\";", true },
		{ "network = \"LinkedIn\";", true },
		{ "network = \"linked\";", false },
		{ "network = [ \"xing\", \"linkedin\" ];", true },
		{ "lang = \"pt\";", true },
		{ "lang = \"PT-br\";", true },
		{ "lang = \"p\";", false },
		{ "lang = \"pt-PT\";", false },
		{ "lang = [ \"en\", \"pt\" ];", true },
		{ "group = \"close\";", true },
		{ "group = \"@work\";", true },
		{ "group = \"far\";", false },
		{ "group = \"nowhere\";", false },
		{ "group = [ \"far\", \"close\" ];", true },
		{ "name = \"^Jane\";", true },
		{ "name = \"^jane\";", false },
		{ "name = \"(?i)^jane\";", true },
		{ "name = [ \"^X\", \"Doe$\" ];", true },
		{ "headline = \"(?i)\\\\b(recruit|talent)\";", true },
		{ "headline = \"recruit\";", false },
		{ "company = \"Example\";", true },
		{ "company = \"^$\";", false },
		{ "subject = \"connect$\";", true },
		{ "note_text = \"met in\";", true },
		{ "note_text = \"Jane$\";", true },
		{ "recipient = \"\\\\+li@\";", true },
		{ "recipient = \"\\\\+xing@\";", false },
		{ "group_name = \"\";", false },
		{ "has_route = false;", true },
		{ "has_route = true;", false },
		{ "has_route = [ true, false ];", true },
		/* All of several. */
		{ "type = \"invitation\"; note = \"personal\"; "
		  "known = \"name\"; seen = 2;",
		    true },
		{ "type = \"invitation\"; note = \"personal\"; "
		  "known = \"name\"; seen = 3;",
		    false },
	};
	struct world w;

	(void)state;
	make_world(&w);
	for (size_t i = 0; i < LENGTH(rows); i++)
		check_number(rows[i].when, holds(&w, rows[i].when),
		    rows[i].holds);
	assert_int_equal(w.run.pattern_errors, 0);
	free_world(&w);
}

static void
what_is_not_there_does_not_match(void **state)
{
	static const char *const rows[] = { "name = \".*\";", "name = \"\";",
		"headline = \".*\";", "company = \".*\";",
		"group_name = \".*\";", "subject = \".*\";",
		"note_text = \".*\";", "recipient = \".*\";", "lang = \"en\";",
		"network = \"linkedin\";", "mutual = \">=0\";",
		"age_days = \">=0\";", "group = \"close\";" };
	struct world w;

	(void)state;
	make_world(&w);
	w.request = (struct request){ .mutual = -1 };
	w.match = (struct contacts_match){ .known = KNOWN_NO };
	w.facts.subject = w.facts.recipient = VIEW("");
	w.facts.contacts = NULL;
	for (size_t i = 0; i < LENGTH(rows); i++)
		check_number(rows[i], holds(&w, rows[i]), false);
	free_world(&w);
}

static void
numbers_take_ranges(void **state)
{
	static const struct {
		const char *value;
		unsigned from, to; /* of 0 to 9, what matches */
	} rows[] = {
		{ "3", 3, 3 },
		{ "\"3\"", 3, 3 },
		{ "\"=3\"", 3, 3 },
		{ "\" = 3 \"", 3, 3 },
		{ "\">=3\"", 3, 9 },
		{ "\">= 3\"", 3, 9 },
		{ "\">3\"", 4, 9 },
		{ "\"<=3\"", 0, 3 },
		{ "\"<3\"", 0, 2 },
		{ "\"2..5\"", 2, 5 },
		{ "\"2 .. 5\"", 2, 5 },
		{ "\"4..4\"", 4, 4 },
		{ "0", 0, 0 },
		{ "( 3, \"4..6\", 5 )", 3, 6 },
		{ "[ 7, 8 ]", 7, 8 },
	};
	struct world w;

	(void)state;
	make_world(&w);
	for (size_t i = 0; i < LENGTH(rows); i++)
		for (unsigned n = 0; n < 10; n++) {
			struct text when = TEXT_INIT(100);

			w.facts.seen = n;
			w.request.mutual = (int)n;
			text_addf(&when, "seen = %s; mutual = %s;",
			    rows[i].value, rows[i].value);
			if (holds(&w, text_string(&when)) !=
			    (n >= rows[i].from && n <= rows[i].to))
				fail_msg("%s of %u", rows[i].value, n);
			text_free(&when);
		}
	free_world(&w);
}

static void
age_is_in_whole_days(void **state)
{
	static const struct {
		const char *name;
		int64_t made_ms;
		const char *when;
		bool holds;
	} rows[] = {
		{ "five days and a half", 1000, "age_days = 5;", true },
		{ "five days and a half", 1000, "age_days = \">5\";", false },
		{ "today", 1005, "age_days = 0;", true },
		{ "in the future", 1007, "age_days = 0;", true },
		{ "not said", 0, "age_days = \">=0\";", false },
	};
	struct world w;

	(void)state;
	make_world(&w);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		w.request.made_ms = rows[i].made_ms * day_ms;
		check_number(rows[i].name, holds(&w, rows[i].when),
		    rows[i].holds);
	}
	free_world(&w);
}

static void
one_level_means_it_or_a_stronger_one(void **state)
{
	static const struct {
		const char *when;
		const char *known; /* levels that match, "npe" and so on */
	} rows[] = {
		{ "known = \"no\";", "-" },
		{ "known = \"name\";", "nep" },
		{ "known = \"email\";", "ep" },
		{ "known = \"profile\";", "p" },
		{ "known = [ \"name\" ];", "n" },
		{ "known = [ \"no\", \"email\" ];", "-e" },
	};
	static const char letters[] = "-nep";
	struct world w;

	(void)state;
	make_world(&w);
	for (size_t i = 0; i < LENGTH(rows); i++)
		for (int k = KNOWN_NO; k <= KNOWN_PROFILE; k++) {
			w.match.known = (enum known)k;
			if (holds(&w, rows[i].when) !=
			    (strchr(rows[i].known, letters[k]) != NULL))
				fail_msg("%s of %s", rows[i].when,
				    contacts_known_name((enum known)k));
		}
	free_world(&w);
}

static void
trust_has_levels_and_two_words_apart(void **state)
{
	static const struct {
		const char *when;
		const char *trust;
	} rows[] = {
		{ "trust = \"none\";", "n" },
		{ "trust = \"claimed\";", "cvd" },
		{ "trust = \"verified\";", "vd" },
		{ "trust = \"direct\";", "d" },
		{ "trust = \"forged\";", "f" },
		{ "trust = [ \"claimed\", \"forged\" ];", "cf" },
		{ "trust = ( \"verified\" );", "v" },
	};
	static const char letters[] = "ncvdf";
	struct world w;

	(void)state;
	make_world(&w);
	for (size_t i = 0; i < LENGTH(rows); i++)
		for (int k = TRUST_NONE; k <= TRUST_FORGED; k++) {
			w.facts.trust = (enum trust)k;
			if (holds(&w, rows[i].when) !=
			    (strchr(rows[i].trust, letters[k]) != NULL))
				fail_msg("%s of %s", rows[i].when,
				    auth_trust_name((enum trust)k));
		}
	free_world(&w);
}

static void
every_type_can_be_asked_for(void **state)
{
	struct world w;

	(void)state;
	make_world(&w);
	for (int i = 0; i < REQUEST_TYPE_COUNT; i++) {
		struct text when = TEXT_INIT(100);

		text_addf(&when, "type = \"%s\";",
		    request_type_name((enum request_type)i));
		for (int k = 0; k < REQUEST_TYPE_COUNT; k++) {
			w.request.type = (enum request_type)k;
			assert_true(holds(&w, text_string(&when)) == (i == k));
		}
		text_free(&when);
	}
	free_world(&w);
}

static void
the_first_of_several_people_is_asked_about(void **state)
{
	struct world w;

	(void)state;
	make_world(&w);
	w.request.person[1].name = VIEW("Richard Roe");
	w.request.people = 2;
	assert_true(holds(&w, "name = \"Jane\";"));
	assert_false(holds(&w, "name = \"Richard\";"));
	free_world(&w);
}

static const char example[] =
    "my = { companies = \"Initech\"; interests = ( \"chess\" ); };\n"
    "contacts = ( \"contacts.txt\", \"Connections.csv\" );\n"
    "from_name = \"Alice Example\";\n"
    "rules = (\n"
    "  { name = \"close\"; when = { group = \"close\"; };\n"
    "    do = [ \"deliver\" ]; },\n"
    "  { name = \"recruiters\"; when = { headline = \"(?i)talent\"; };\n"
    "    do = [ \"tag:Recruiter\", \"file:LinkedIn/Recruiters\" ]; },\n"
    "  { name = \"no word of why\";\n"
    "    when = { type = [ \"invitation\", \"guest-invitation\" ];\n"
    "             note = [ \"none\", \"boilerplate\" ]; };\n"
    "    do = [ \"quarantine\" ]; },\n"
    "  { name = \"and you are?\"; when = { type = \"inmail\"; seen = \">=2\"; "
    "};\n"
    "    do = [ \"tag:Asked\", \"reply:and-you-are\" ]; },\n"
    "  { name = \"codes\"; when = { type = [ \"security\", \"job\" ]; };\n"
    "    do = \"quarantine\"; },\n"
    "  { name = \"codes too\"; when = { type = \"marketing\"; };\n"
    "    do = [ \"quarantine\", \"tag:Ad\" ]; }\n"
    ");\n";

/* "rule 4 rule: tag:X file:Y" */
static void
plan_words(const struct plan *p, struct text *words)
{
	text_clear(words);
	text_addf(words, "%.*s %d %s:", VIEW_ARG(p->rule), p->rule_line,
	    plan_reason_name(p->why));
	for (size_t i = 0; i < p->actions; i++) {
		text_add_byte(words, ' ');
		plan_action_words(&p->action[i], words);
	}
}

static void
the_first_rule_that_matches_wins(void **state)
{
	static const struct {
		const char *name;
		enum request_type type;
		enum request_note note;
		bool stranger;
		const char *headline, *want;
	} rows[] = {
		{ "a friend", REQUEST_INVITATION, NOTE_NONE, false, "Talent",
		    "close 5 rule: deliver" },
		{ "a recruiter", REQUEST_INVITATION, NOTE_NONE, true, "Talent",
		    "recruiters 7 rule: tag:Recruiter "
		    "file:LinkedIn/Recruiters" },
		{ "no note", REQUEST_INVITATION, NOTE_NONE, true, "",
		    "no word of why 9 rule: quarantine" },
		{ "a note", REQUEST_INVITATION, NOTE_PERSONAL, true, "",
		    " 0 no-rule: deliver" },
		{ "an answer", REQUEST_INMAIL, NOTE_PERSONAL, true, "",
		    "and you are? 13 rule: tag:Asked reply:and-you-are" },
		{ "held", REQUEST_JOB, NOTE_NONE, true, "",
		    "codes 15 rule: quarantine" },
		{ "never held", REQUEST_SECURITY, NOTE_NONE, true, "",
		    "codes 15 never-held: deliver" },
	};
	struct rules *r = parse("example", example);
	struct text words = TEXT_INIT(1000);
	struct world w;

	(void)state;
	make_world(&w);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct plan plan;

		w.request.type = rows[i].type;
		w.request.note = rows[i].note;
		w.request.person[0].headline = view_of(rows[i].headline);
		if (rows[i].stranger)
			w.match = (struct contacts_match){ .known = KNOWN_NO };
		rules_decide(r, &w.facts, &w.run, &plan);
		plan_words(&plan, &words);
		check_view(rows[i].name, text_view(&words), rows[i].want);
	}
	rules_free(r);
	text_free(&words);
	free_world(&w);
}

static void
never_held_mail_keeps_its_other_actions(void **state)
{
	static const struct {
		const char *todo, *want;
	} rows[] = {
		{ "\"quarantine\"", "x 1 never-held: deliver" },
		{ "[ \"tag:A\", \"quarantine\", \"file:F\" ]",
		    "x 1 never-held: tag:A file:F" },
		{ "[ \"tag:A\", \"file:F\" ]", "x 1 rule: tag:A file:F" },
	};
	struct world w;

	(void)state;
	make_world(&w);
	w.request.type = REQUEST_SECURITY;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text bytes = TEXT_INIT(1000), words = TEXT_INIT(1000);
		struct rules *r;
		struct plan plan;

		text_addf(&bytes,
		    "rules = ({ name = \"x\"; when = { }; do = %s; });",
		    rows[i].todo);
		r = parse(rows[i].todo, text_string(&bytes));
		rules_decide(r, &w.facts, &w.run, &plan);
		plan_words(&plan, &words);
		check_view(rows[i].todo, text_view(&words), rows[i].want);
		rules_free(r);
		text_free(&bytes);
		text_free(&words);
	}
	free_world(&w);
}

static void
the_rest_of_the_file_can_be_asked_for(void **state)
{
	struct rules *r = parse("example", example);

	(void)state;
	assert_int_equal(rules_count(r), 6);
	assert_int_equal(rules_contact_files(r), 2);
	check_view("first", rules_contact_file(r, 0), "contacts.txt");
	check_view("second", rules_contact_file(r, 1), "Connections.csv");
	check_view("name", rules_from_name(r), "Alice Example");
	check_view("template", rules_template(r, 0), "and-you-are");
	check_view("behind the last", rules_template(r, 1), "");
	rules_free(r);
	rules_free(NULL);
}

static void
answers_are_a_switch(void **state)
{
	static const struct {
		const char *text;
		bool want;
	} rows[] = {
		{ "", true },
		{ "answers = true;", true },
		{ "answers = false;", false },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct rules *r = parse(rows[i].text, rows[i].text);

		check_number(rows[i].text, rules_may_answer(r), rows[i].want);
		rules_free(r);
	}
}

static void
a_digest_is_sent_to_who_asks_for_it(void **state)
{
	static const struct {
		const char *text;
		bool want;
	} rows[] = {
		{ "", false },
		{ "digest = \"never\";", false },
		{ "digest = \"daily\";", true },
		{ "digest = \"daily\"; answers = false;", true },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct rules *r = parse(rows[i].text, rows[i].text);

		check_number(rows[i].text, rules_want_digest(r), rows[i].want);
		rules_free(r);
	}
}

static void
every_template_is_listed_once(void **state)
{
	struct rules *r = parse("templates",
	    "rules = ("
	    "{ name = \"1\"; when = { }; do = [ \"tag:A\", \"draft:b\" ]; },"
	    "{ name = \"2\"; when = { }; do = \"reply:a\"; },"
	    "{ name = \"3\"; when = { }; do = \"reply:b\"; },"
	    "{ name = \"4\"; when = { }; do = \"deliver\"; });");

	(void)state;
	check_view("first", rules_template(r, 0), "b");
	check_view("second", rules_template(r, 1), "a");
	check_view("no more", rules_template(r, 2), "");
	rules_free(r);
}

static void
an_empty_file_has_no_rules(void **state)
{
	static const char *const rows[] = { "", "# nothing\n", "rules = ( );",
		"contacts = ( );" };
	struct world w;

	(void)state;
	make_world(&w);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct rules *r = parse(rows[i], rows[i]);
		struct plan plan;

		assert_int_equal(rules_count(r), 0);
		assert_int_equal(rules_contact_files(r), 0);
		assert_int_equal(rules_from_name(r).size, 0);
		rules_decide(r, &w.facts, &w.run, &plan);
		assert_int_equal(plan.why, PLAN_NO_RULE);
		assert_int_equal(plan.actions, 1);
		assert_int_equal(plan.action[0].kind, PLAN_DELIVER);
		rules_free(r);
	}
	free_world(&w);
}

#define RULE(when, todo) \
	"rules = (\n{ name = \"x\"; when = {" when "}; do = " todo "; });"

static void
errors_say_where_and_what(void **state)
{
	static const struct {
		const char *bytes, *want;
	} rows[] = {
		{ "rules = (", "syntax error" },
		{ "colour = 1;", "rules.conf:1: unknown setting colour" },
		{ "contact = \"x\";", "did you mean contacts?" },
		{ "contacts = 1;", "rules.conf:1: contacts: expected" },
		{ "contacts = \"../x\";",
		    "rules.conf:1: contacts: \"../x\" is not the name of a "
		    "file in this folder" },
		{ "contacts = ( \"a\", \"/etc/passwd\" );", "is not the name" },
		{ "contacts = \".hidden\";", "is not the name" },
		{ "contacts = \"\";", "is not the name" },
		{ "contacts = \"a\\nb\";", "is not the name" },
		{ "answers = \"no\";", "rules.conf:1: answers: expected true" },
		{ "digest = true;", "rules.conf:1: digest: expected a" },
		{ "digest = \"hourly\";",
		    "rules.conf:1: digest: expected \"daily\" or \"never\"" },
		{ "my = 1;", "rules.conf:1: my: expected a group" },
		{ "my = { company = \"a\"; };", "did you mean companies?" },
		{ "my = { groups = 1; };", "rules.conf:1: groups: expected" },
		{ "my = { groups = (\n\"a\",\n\"b\\n\"); };",
		    "rules.conf:3: my.groups: expected lines of at most 200" },
		{ "my = { interests = \"a\xFF\"; };",
		    "rules.conf:1: my.interests: expected lines" },
		{ "my = { companies = ( \"++\" ); };",
		    "rules.conf:1: my.companies: \"++\" has no letter" },
		{ "my = { companies = \"\"; };", "has no letter or digit" },
		{ "from_name = 7;", "rules.conf:1: from_name: expected" },
		{ "from_name = \"\";", "from_name: expected one line" },
		{ "from_name = \"a\\r\\nBcc: x@example.com\";",
		    "from_name: expected one line" },
		{ "from_name = \"a\xE2\x80\xAE"
		  "b\";",
		    "from_name: expected one line" },
		{ "from_name = \"\xFF\";", "from_name: expected one line" },
		{ "rules = { };", "rules.conf:1: rules: expected a list" },
		{ "rules = ( 1 );", "rules.conf:1: element: expected a group" },
		{ "rules = ( { when = { }; do = \"deliver\"; } );",
		    "rules.conf:1: a rule without a name" },
		{ "rules = ( { name = 1; } );", "name: expected a string" },
		{ "rules = ( { name = \"\"; } );", "name: expected one line" },
		{ "rules = ( { name = \"a\\tb\"; } );",
		    "name: expected one line" },
		{ "rules = (\n{ name = \"x\"; do = \"deliver\"; } );",
		    "rules.conf:2: rule \"x\": no \"when\"" },
		{ "rules = (\n{ name = \"x\"; when = { }; } );",
		    "rules.conf:2: rule \"x\": no \"do\"" },
		{ "rules = (\n{ name = \"x\"; when = 1; do = \"deliver\"; });",
		    "rules.conf:2: rule \"x\": when: expected a group" },
		{ "rules = (\n{ name = \"x\"; if = { }; } );",
		    "rules.conf:2: rule \"x\": unknown setting if" },
		{ "rules = (\n{ name = \"x\"; when = { }; do = \"deliver\"; },"
		  "\n{ name = \"x\"; when = { }; do = \"deliver\"; });",
		    "rules.conf:3: rule \"x\": the rule of line 2 has that "
		    "name" },
		/* Conditions. */
		{ RULE("colour = 1;", "\"deliver\""),
		    "rules.conf:2: rule \"x\": unknown setting colour" },
		{ RULE("headlin = \"x\";", "\"deliver\""),
		    "did you mean headline?" },
		{ RULE("\ntype = \"invitaton\";", "\"deliver\""),
		    "rules.conf:3: rule \"x\": type: unknown word "
		    "\"invitaton\"; known are other invitation" },
		{ RULE("known = \"Name\";", "\"deliver\""),
		    "known are no name email profile" },
		{ RULE("trust = \"high\";", "\"deliver\""),
		    "known are none claimed verified direct forged" },
		{ RULE("note = \"\";", "\"deliver\""),
		    "known are none boilerplate personal" },
		{ RULE("type = 1;", "\"deliver\""),
		    "type: expected a string, found a whole number" },
		{ RULE("type = [ ];", "\"deliver\""),
		    "type: expected 1 to 64 values" },
		{ RULE("type = ( (\"job\") );", "\"deliver\""),
		    "type: expected a string" },
		{ RULE("type = { };", "\"deliver\""),
		    "type: expected a string" },
		{ RULE("name = 1;", "\"deliver\""), "name: expected a string" },
		{ RULE("name = \"(a\";", "\"deliver\""),
		    "rules.conf:2: rule \"x\": name: \"(a\": offset" },
		{ RULE("name = ( \"a\",\n\"[\" );", "\"deliver\""),
		    "rules.conf:3: rule \"x\": name: \"[\": offset" },
		{ RULE("group = \"\";", "\"deliver\""),
		    "group: \"\" is not one word" },
		{ RULE("group = \"a b\";", "\"deliver\""),
		    "group: \"a b\" is not one word" },
		{ RULE("group = 1;", "\"deliver\""), "group: expected" },
		{ RULE("seen = \"many\";", "\"deliver\""),
		    "seen: expected a number" },
		{ RULE("seen = \"\";", "\"deliver\""), "seen: expected" },
		{ RULE("seen = \">\";", "\"deliver\""), "seen: expected" },
		{ RULE("seen = \"<\";", "\"deliver\""), "seen: expected" },
		{ RULE("seen = \"..\";", "\"deliver\""), "seen: expected" },
		{ RULE("seen = \"2..\";", "\"deliver\""), "seen: expected" },
		{ RULE("seen = \"-1\";", "\"deliver\""), "seen: expected" },
		{ RULE("seen = \">=99999999999\";", "\"deliver\""),
		    "seen: expected" },
		{ RULE("seen = 1.5;", "\"deliver\""), "seen: expected" },
		{ RULE("seen = true;", "\"deliver\""), "seen: expected" },
		{ RULE("seen = -1;", "\"deliver\""), "seen: no number is in" },
		{ RULE("seen = \"<0\";", "\"deliver\""), "seen: no number" },
		{ RULE("seen = \"5..2\";", "\"deliver\""), "seen: no number" },
		{ RULE("has_route = \"yes\";", "\"deliver\""),
		    "has_route: expected true or false, found a string" },
		{ RULE("learned = \"yes\";", "\"deliver\""),
		    "learned: expected true or false, found a string" },
		{ "my = { groups = \"a\"; };\n" RULE("my_company = true;",
		      "\"deliver\""),
		    "rules.conf:3: rule \"x\": my_company: there is no list "
		    "my.companies in this file" },
		{ RULE("\nmy_group = true;", "\"deliver\""),
		    "rules.conf:3: rule \"x\": my_group: there is no list "
		    "my.groups" },
		{ RULE("my_interest = false;", "\"deliver\""),
		    "my_interest: there is no list my.interests" },
		{ "my = { interests = ( ); };" RULE("my_interest = \"a\";",
		      "\"deliver\""),
		    "my_interest: expected true or false, found a string" },
		/* Actions. */
		{ RULE("", "1"), "do: expected" },
		{ RULE("", "[ ]"), "rules.conf:2: rule \"x\": do: no action" },
		{ RULE("", "\"bounce\""),
		    "rule \"x\": do: unknown action \"bounce\"" },
		{ RULE("", "[ \"deliver\", \"quarantine\" ]"),
		    "do: \"deliver\" and \"quarantine\": mail is either" },
		{ RULE("", "\"tag:a b\""), "do: \"a b\" is not a tag" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view v = exact_string(rows[i].bytes);
		struct err e = ERR_NONE;

		if (rules_parse(v, "rules.conf", &e) != NULL)
			fail_msg("%s: taken", rows[i].bytes);
		check_contains(rows[i].bytes, e.text, rows[i].want);
		assert_null(rules_parse(v, "rules.conf", NULL));
		exact_free(v);
	}
}

static void
nothing_is_held_on_a_name_alone(void **state)
{
	static const struct {
		const char *when;
		bool refused;
	} rows[] = {
		{ "name = \"Jane\";", true },
		{ "known = \"name\";", true },
		{ "known = [ \"name\", \"email\" ];", true },
		{ "group = \"blocked\";", true },
		{ "name = \"Jane\"; network = \"linkedin\"; lang = \"en\"; "
		  "recipient = \"x\"; group = \"a\"; known = \"name\";",
		    true },
		{ "known = \"email\";", false },
		{ "known = \"profile\";", false },
		{ "group = \"blocked\"; known = \"email\";", false },
		{ "known = \"no\";", false },
		{ "known = [ \"no\", \"name\" ];", false },
		{ "name = \"Jane\"; known = \"no\";", false },
		{ "name = \"Jane\"; type = \"inmail\";", false },
		{ "name = \"Jane\"; note = \"none\";", false },
		{ "name = \"Jane\"; trust = \"forged\";", false },
		{ "name = \"Jane\"; seen = 3;", false },
		{ "name = \"Jane\"; headline = \"x\";", false },
		{ "recipient = \"signup@\";", false },
		{ "name = \"Jane\"; my_company = true;", false },
		{ "known = \"name\"; my_group = true;", false },
		{ "group = \"a\"; my_interest = true;", false },
		{ "name = \"Jane\"; my_company = false;", true },
		{ "known = \"name\"; my_group = [ true, false ];", true },
		{ "name = \"Jane\"; my_company = false; my_group = false; "
		  "my_interest = false;",
		    true },
		{ "name = \"Jane\"; my_company = false; my_group = true;",
		    false },
		{ "my_company = false;", false },
		{ "name = \"Jane\"; learned = true;", false },
		{ "name = \"Jane\"; learned = false;", true },
		{ "name = \"Jane\"; learned = [ true, false ];", true },
		{ "learned = false;", false },
		{ "network = \"linkedin\"; lang = \"en\";", false },
		{ "", false },
	};
	static const char *const actions[] = { "quarantine", "tag:A" };

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		for (size_t k = 0; k < LENGTH(actions); k++) {
			struct text bytes = TEXT_INIT(1000);
			struct err e = ERR_NONE;
			struct rules *r;

			text_addf(&bytes,
			    "my = { companies = (); groups = (); "
			    "interests = (); };"
			    "rules = ({ name = \"x\"; when = { %s }; "
			    "do = [ \"%s\" ]; });",
			    rows[i].when, actions[k]);
			r = rules_parse(text_view(&bytes), "rules.conf", &e);
			if ((r == NULL) != (rows[i].refused && k == 0))
				fail_msg("%s %s: %s", rows[i].when, actions[k],
				    e.text);
			if (r == NULL)
				check_contains(rows[i].when, e.text,
				    "rules.conf:1: rule \"x\": quarantine on "
				    "a name alone, which anybody can take; "
				    "add another condition");
			rules_free(r);
			text_free(&bytes);
		}
}

static void
an_error_in_a_file_of_long_name_stays_whole(void **state)
{
	char file[ERR_TEXT_SIZE + 100];
	struct err e;

	(void)state;
	memset(file, 'f', sizeof(file) - 1);
	file[sizeof(file) - 1] = '\0';
	assert_null(rules_parse(VIEW(RULE("", "1")), file, &e));
	assert_int_equal(e.text[0], 'f');
}

/* count times a piece of file, between a head and a tail. */
static void
repeat(struct text *t, const char *head, const char *format, int count,
    const char *tail)
{
	text_clear(t);
	text_add_string(t, head);
	for (int i = 0; i < count; i++) {
		text_add_string(t, i == 0 ? "" : ", ");
		text_addf(t, "%s%d%s", format, i, "\"");
		text_add_string(t, tail[0] == '!' ? tail + 1 : "");
	}
	text_add_string(t, tail[0] == '!' ? ");" : tail);
}

static void
files_have_ceilings(void **state)
{
	static const struct {
		const char *name, *head, *piece, *tail;
		int limit;
	} rows[] = {
		{ "rules", "rules = (", "{ name = \"",
		    "!; when = { }; do = \"deliver\"; }", LIMIT_USER_RULES },
		{ "contact files", "contacts = (", "\"", ");",
		    LIMIT_USER_CONTACT_FILES },
		{ "companies", "my = { companies = (", "\"", "); };",
		    LIMIT_MY_WORDS },
		{ "groups", "my = { groups = [", "\"", "]; };",
		    LIMIT_MY_WORDS },
		{ "interests", "my = { interests = (", "\"", "); };",
		    LIMIT_MY_WORDS },
		{ "actions", "rules = ({ name = \"x\"; when = { }; do = [ ",
		    "\"tag:", " ]; });", LIMIT_ACTIONS },
		{ "values",
		    "rules = ({ name = \"x\"; do = \"deliver\"; when = { "
		    "group = [",
		    "\"", "]; }; });", LIMIT_LIST_VALUES },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text bytes = TEXT_INIT(100000);
		struct err e = ERR_NONE;

		repeat(&bytes, rows[i].head, rows[i].piece, rows[i].limit,
		    rows[i].tail);
		rules_free(parse(rows[i].name, text_string(&bytes)));
		repeat(&bytes, rows[i].head, rows[i].piece, rows[i].limit + 1,
		    rows[i].tail);
		if (rules_parse(text_view(&bytes), "rules.conf", &e) != NULL)
			fail_msg("%s: one past the limit", rows[i].name);
		check_contains(rows[i].name, e.text, "rules.conf:1: ");
		text_free(&bytes);
	}
}

static void
patterns_have_a_ceiling(void **state)
{
	struct text bytes = TEXT_INIT(LIMIT_RULES_SIZE);
	int left = LIMIT_USER_PATTERNS;
	struct err e = ERR_NONE;

	(void)state;
	text_add_string(&bytes, "rules = (\n");
	for (int i = 0; left > 0; i++) {
		text_addf(&bytes,
		    "%s{ name = \"%d\"; do = \"deliver\"; "
		    "when = { subject = [",
		    i == 0 ? "" : ",", i);
		for (int k = 0; k < 50; k++, left--)
			text_addf(&bytes, "%s\"a\"", k == 0 ? "" : ",");
		text_add_string(&bytes, "]; }; }\n");
	}
	text_add_string(&bytes, ");");
	rules_free(parse("at the limit", text_string(&bytes)));
	bytes.size -= strlen(");");
	text_add_string(&bytes,
	    ",{ name = \"more\"; do = \"deliver\"; when = "
	    "{ name = \"a\"; }; });");
	assert_null(rules_parse(text_view(&bytes), "rules.conf", &e));
	check_contains("one past it", e.text, "rule \"more\": more than 200");
	text_free(&bytes);
}

static void
a_file_past_its_size_is_refused(void **state)
{
	struct text bytes = TEXT_INIT(LIMIT_RULES_SIZE + 1);
	struct err e = ERR_NONE;

	(void)state;
	text_add_string(&bytes, "#");
	while (bytes.size < LIMIT_RULES_SIZE)
		text_add_byte(&bytes, 'x');
	rules_free(parse("at the limit", text_string(&bytes)));
	text_add_byte(&bytes, 'x');
	assert_null(rules_parse(text_view(&bytes), "rules.conf", &e));
	check_contains("one past it", e.text, "rules.conf: larger than");
	text_free(&bytes);
}

static void
names_have_a_ceiling(void **state)
{
	static const struct {
		const char *head, *tail;
		size_t limit;
	} rows[] = {
		{ "from_name = \"", "\";", LIMIT_NAME_SIZE },
		{ "contacts = \"", "\";", 255 },
		{ "my = { companies = \"", "\"; };", LIMIT_MY_WORD_SIZE },
		{ "rules = ({ name = \"",
		    "\"; when = { }; do = \"deliver\"; });",
		    LIMIT_RULE_NAME_SIZE },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		for (size_t more = 0; more < 2; more++) {
			struct text bytes = TEXT_INIT(1000);
			struct rules *r;

			text_add_string(&bytes, rows[i].head);
			for (size_t n = 0; n < rows[i].limit + more; n++)
				text_add_byte(&bytes, 'x');
			text_add_string(&bytes, rows[i].tail);
			r = rules_parse(text_view(&bytes), "x", NULL);
			check_number(rows[i].head, r != NULL, more == 0);
			rules_free(r);
			text_free(&bytes);
		}
}

static void
a_pattern_that_hits_a_ceiling_does_not_match(void **state)
{
	static const char evil[] = "(a+)+$";
	struct text bytes = TEXT_INIT(10000), note = TEXT_INIT(1000);
	struct rules *r;
	struct plan plan;
	struct world w;

	(void)state;
	make_world(&w);
	while (note.size < 60)
		text_add_byte(&note, 'a');
	text_add_byte(&note, '!');
	w.request.note_text = text_view(&note);
	text_addf(&bytes,
	    "rules = ("
	    "{ name = \"1\"; when = { note_text = [\"%s\", \"!\"]; };"
	    "  do = \"tag:A\"; },"
	    "{ name = \"2\"; when = { note_text = \"%s\"; };"
	    "  do = \"tag:B\"; });",
	    evil, evil);
	r = parse("evil", text_string(&bytes));
	rules_decide(r, &w.facts, &w.run, &plan);
	check_view("the next value does", plan.rule, "1");
	assert_int_equal(w.run.pattern_errors, 1);
	rules_free(r);

	text_clear(&bytes);
	text_add_string(&bytes, "rules = (");
	for (int i = 0; i < LIMIT_USER_PATTERN_ERRORS + 3; i++)
		text_addf(&bytes,
		    "{ name = \"%d\"; when = { note_text = "
		    "\"%s\"; }; do = \"deliver\"; },",
		    i, evil);
	text_add_string(&bytes,
	    "{ name = \"p\"; when = { subject = \".\"; };"
	    "  do = \"deliver\"; },"
	    "{ name = \"last\"; when = { seen = 2; };"
	    "  do = \"deliver\"; });");
	r = parse("evils", text_string(&bytes));
	w.run.pattern_errors = 0;
	rules_decide(r, &w.facts, &w.run, &plan);
	check_view("no pattern any more", plan.rule, "last");
	assert_int_equal(w.run.pattern_errors, LIMIT_USER_PATTERN_ERRORS);
	rules_decide(r, &w.facts, &w.run, &plan);
	assert_int_equal(w.run.pattern_errors, 2 * LIMIT_USER_PATTERN_ERRORS);
	rules_free(r);
	text_free(&bytes);
	text_free(&note);
	free_world(&w);
}

static void
write_step(void *arg, const struct rules_trace *step)
{
	struct text *out = arg;

	text_addf(out, "%.*s:%d:%s ", VIEW_ARG(step->rule), step->line,
	    step->matched ? "yes" : step->condition);
}

static void
a_trace_tells_why_not(void **state)
{
	struct rules *r = parse("example", example);
	struct text steps = TEXT_INIT(1000);
	struct plan plan;
	struct world w;

	(void)state;
	make_world(&w);
	w.match = (struct contacts_match){ .known = KNOWN_NO };
	w.request.type = REQUEST_INMAIL;
	w.request.person[0].headline = VIEW("");
	w.run.on_trace = write_step;
	w.run.trace_arg = &steps;
	rules_decide(r, &w.facts, &w.run, &plan);
	check_view("steps", text_view(&steps),
	    "close:5:group recruiters:7:headline no word of why:9:type "
	    "and you are?:13:yes ");
	text_free(&steps);
	rules_free(r);
	free_world(&w);
}

static void
what_nobody_can_tell_is_no_answer(void **state)
{
	/* Of two rules: which it is, or the condition nobody can tell of. */
	static const struct {
		const char *name, *when;
		unsigned untold;
		enum request_note note;
		const char *want;
	} rows[] = {
		{ "all is told", "subject = \"connect\";", 0, NOTE_PERSONAL,
		    "rule a" },
		{ "another condition is not told", "seen = 2;",
		    RULES_UNTOLD_SUBJECT, NOTE_PERSONAL, "rule a" },
		{ "it alone", "subject = \"x\";", RULES_UNTOLD_SUBJECT,
		    NOTE_PERSONAL, "subject of a" },
		{ "beside one that holds", "seen = 2; subject = \"x\";",
		    RULES_UNTOLD_SUBJECT, NOTE_PERSONAL, "subject of a" },
		{ "before one that does not", "age_days = 5; lang = \"en\";",
		    RULES_UNTOLD_AGE, NOTE_PERSONAL, "rule b" },
		{ "behind one that does not", "seen = 3; subject = \"x\";",
		    RULES_UNTOLD_SUBJECT, NOTE_PERSONAL, "rule b" },
		{ "known", "known = \"no\";", RULES_UNTOLD_KNOWN, NOTE_PERSONAL,
		    "known of a" },
		{ "group", "group = \"far\";", RULES_UNTOLD_GROUP,
		    NOTE_PERSONAL, "group of a" },
		{ "learned", "learned = true;", RULES_UNTOLD_LEARNED,
		    NOTE_PERSONAL, "learned of a" },
		{ "route", "has_route = true;", RULES_UNTOLD_ROUTE,
		    NOTE_PERSONAL, "has_route of a" },
		{ "note", "note_text = \"x\";", RULES_UNTOLD_NOTE_TEXT,
		    NOTE_PERSONAL, "note_text of a" },
		{ "mine by the company, whatever the note says",
		    "my_company = true;", RULES_UNTOLD_NOTE_TEXT, NOTE_PERSONAL,
		    "rule a" },
		{ "mine perhaps by the note", "my_interest = true;",
		    RULES_UNTOLD_NOTE_TEXT, NOTE_PERSONAL, "my_interest of a" },
		{ "or perhaps not mine", "my_interest = false;",
		    RULES_UNTOLD_NOTE_TEXT, NOTE_PERSONAL, "my_interest of a" },
		{ "nobody asks standard wording", "my_interest = false;",
		    RULES_UNTOLD_NOTE_TEXT, NOTE_BOILERPLATE, "rule a" },
		{ "a group is no matter of the note", "my_group = true;",
		    RULES_UNTOLD_NOTE_TEXT, NOTE_PERSONAL, "rule b" },
	};
	struct world w;

	(void)state;
	make_world(&w);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text bytes = TEXT_INIT(10000), got = TEXT_INIT(1000);
		struct rules *r;
		struct plan plan;

		text_addf(&bytes,
		    "my = { companies = ( \"Example\" ); interests = "
		    "( \"sailing\" ); groups = ( \"x\" ); };"
		    "rules = ({ name = \"a\"; when = { %s }; do = \"tag:A\"; "
		    "}, { name = \"b\"; when = { }; do = \"tag:B\"; });",
		    rows[i].when);
		r = parse(rows[i].name, text_string(&bytes));
		w.facts.untold = rows[i].untold;
		w.request.note = rows[i].note;
		rules_decide(r, &w.facts, &w.run, &plan);
		text_addf(&got, "%s%s%.*s",
		    w.run.untold == NULL ? "rule" : w.run.untold,
		    w.run.untold == NULL ? " " : " of ", VIEW_ARG(plan.rule));
		check_view(rows[i].name, text_view(&got), rows[i].want);
		check_number(rows[i].name, plan.actions,
		    w.run.untold == NULL ? 1 : 0);
		text_free(&bytes);
		text_free(&got);
		rules_free(r);
	}
	free_world(&w);
}

static void
groups_may_be_given_as_words(void **state)
{
	static const struct {
		const char *groups, *when;
		bool holds;
	} rows[] = {
		{ "", "group = \"close\";", false },
		{ "@far", "group = \"close\";", false },
		{ "@far", "group = \"@Far\";", true },
		{ "@close @far", "group = \"far\";", true },
		{ "@close @far", "group = \"fa\";", false },
		{ "@close @far", "group = \"@\";", false },
	};
	struct world w;

	(void)state;
	make_world(&w);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view groups = view_of(rows[i].groups);

		w.facts.groups = &groups;
		check_number(rows[i].groups, holds(&w, rows[i].when),
		    rows[i].holds);
	}
	free_world(&w);
}

static void
without_memory_a_file_is_refused(void **state)
{
	unsigned n;

	(void)state;
	for (n = 1; oom_next(n); n++) {
		struct err e = ERR_NONE;
		struct rules *r =
		    rules_parse(view_of(example), "rules.conf", &e);

		assert_true((r == NULL) == oom_happened());
		if (r == NULL)
			check_contains("why", e.text, "rules.conf:");
		rules_free(r);
	}
	assert_true(n > 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(conditions_ask_what_they_say),
		cmocka_unit_test(what_is_not_there_does_not_match),
		cmocka_unit_test(numbers_take_ranges),
		cmocka_unit_test(age_is_in_whole_days),
		cmocka_unit_test(one_level_means_it_or_a_stronger_one),
		cmocka_unit_test(trust_has_levels_and_two_words_apart),
		cmocka_unit_test(every_type_can_be_asked_for),
		cmocka_unit_test(the_first_of_several_people_is_asked_about),
		cmocka_unit_test(the_first_rule_that_matches_wins),
		cmocka_unit_test(never_held_mail_keeps_its_other_actions),
		cmocka_unit_test(the_rest_of_the_file_can_be_asked_for),
		cmocka_unit_test(answers_are_a_switch),
		cmocka_unit_test(a_digest_is_sent_to_who_asks_for_it),
		cmocka_unit_test(every_template_is_listed_once),
		cmocka_unit_test(an_empty_file_has_no_rules),
		cmocka_unit_test(errors_say_where_and_what),
		cmocka_unit_test(nothing_is_held_on_a_name_alone),
		cmocka_unit_test(an_error_in_a_file_of_long_name_stays_whole),
		cmocka_unit_test(files_have_ceilings),
		cmocka_unit_test(patterns_have_a_ceiling),
		cmocka_unit_test(a_file_past_its_size_is_refused),
		cmocka_unit_test(names_have_a_ceiling),
		cmocka_unit_test(a_pattern_that_hits_a_ceiling_does_not_match),
		cmocka_unit_test(a_trace_tells_why_not),
		cmocka_unit_test(what_nobody_can_tell_is_no_answer),
		cmocka_unit_test(groups_may_be_given_as_words),
		cmocka_unit_test(without_memory_a_file_is_refused),
	};

	return cmocka_run_group_tests_name("rules", tests, NULL, NULL);
}
