// SPDX-License-Identifier: BSD-2-Clause
#include "recognise/pack.h"

#include "base/limits.h"
#include "base/text.h"
#include "oom.h"
#include "t.h"

/* What every pack needs; line 1.  Rows add lines 2 and on. */
#define HEAD                                                         \
	"name = \"x\"; network = { from = \"x.example\"; signers = " \
	"\"x.example\";"                                             \
	" clients = \"x.example\"; envelope = \"x.example\"; };"     \
	" candidate = ( { envelope = \"x.example\"; } );\n"
#define RULE                                                                 \
	"rules = ( { id = \"a\"; type = \"job\"; when = { subject = \"a\"; " \
	"}; } );\n"

static struct pack *
parse(const char *text, struct err *e)
{
	struct view v = exact_string(text);
	struct pack *p = pack_parse(v, "x.conf", e);

	exact_free(v); /* a pack keeps nothing of it */
	return p;
}

static const char whole[] =

    "name = \"my-net2\";\n"
    "network = { from = [ \"n.example\", \"m.example\" ];\n"
    "  signers = \"n.example\"; clients = [ ]; envelope = ( "
    "\"b.example\" ); };\n"
    "candidate = ( { header = \"From\"; words = [ \"n.example\" ]; },\n"
    "  { header = \"X-Net\"; } );\n"
    "signals = { kind = ( { header = \"X-Net\"; }, { on = \"link\"; "
    "pattern = \"k=(.)\"; } ); };\n"
    "every = { when = { sender = \"@n\"; }; unless = { kind = "
    "\"list\"; }; };\n"
    "rules = ( { id = \"a\"; type = \"job\"; when = { kind = [ \"j\", "
    "\"k\" ]; }; },\n"
    "  { id = \"b\"; type = \"message\"; when = { body = \"x\"; }; "
    "unless = { sender = \"y\"; }; } );\n"
    "fields = ( { types = [ \"job\" ]; on = \"body\"; pattern = "
    "\"(?<name>.)\"; each = true; },\n"
    "  { on = \"headline\"; pattern = [ \"at (?<company>.)\" ]; when = "
    "{ kind = \"j\"; }; },\n"
    "  { set = { lang = \"en\"; }; unless = { body = \"z\"; }; } );\n"
    "boilerplate = [ \"Hello.\" ];\n"
    "pages = ( { types = \"job\"; page = \"https://www.n.example/jobs\"; "
    "} );\n"
    "sample = { words = [ \"hello\", \"you\" ]; paths = \"in\"; };\n";

static void
add_string(void *arg, struct view string)
{
	text_add(arg, string);
	text_add_byte(arg, '|');
}

/* What a sample may show: lists of its own, and every pattern of the pack. */
static void
tells_what_a_sample_may_show(void **state)
{
	static const char *const said[] = { "|b.example|", "|Hello.|",
		"|(?<name>.)|", "|k|", "|at (?<company>.)|" };
	static const char *const unsaid[] = { "hello", "|in|", "jobs", "|a|",
		"|job|" };
	struct text text = TEXT_INIT(10000);
	struct err e = ERR_NONE;
	struct pack *p = parse(whole, &e);
	size_t count;

	(void)state;
	assert_non_null(p);
	check_view("words", pack_sample(p, PACK_SAMPLE_WORDS, &count)[1],
	    "you");
	assert_int_equal(count, 2);
	check_view("paths", pack_sample(p, PACK_SAMPLE_PATHS, &count)[0], "in");
	assert_int_equal(count, 1);
	pack_sample(p, PACK_SAMPLE_FIELDS, &count);
	assert_int_equal(count, 0);
	pack_each_string(p, add_string, &text);
	for (size_t i = 0; i < LENGTH(said); i++)
		check_contains("said", text_string(&text), said[i]);
	for (size_t i = 0; i < LENGTH(unsaid); i++)
		if (strstr(text_string(&text), unsaid[i]) != NULL)
			fail_msg("said: %s", unsaid[i]);
	text_free(&text);
	pack_free(p);
}

static void
reads_a_pack(void **state)
{
	struct err e = ERR_NONE;
	struct pack *p = parse(whole, &e);

	(void)state;
	if (p == NULL)
		fail_msg("%s", e.text);
	check_view("name", pack_name(p), "my-net2");
	assert_int_equal(pack_rule_count(p), 2);
	assert_int_equal(pack_network(p)->from.count, 2);
	check_view("from", pack_network(p)->from.domain[1], "m.example");
	check_view("signer", pack_network(p)->signers.domain[0], "n.example");
	assert_int_equal(pack_network(p)->clients.count, 0);
	check_view("envelope", pack_network(p)->envelope.domain[0],
	    "b.example");
	pack_free(p);
}

static void
says_what_is_wrong_and_where(void **state)
{
	static const struct {
		const char *name, *text, *want;
	} rows[] = {
		/* The file as a whole. */
		{ "no libconfig", "name = ;", "x.conf:1: syntax error" },
		{ "empty", "", "x.conf: name is missing" },
		{ "unknown setting", HEAD RULE "rulez = ( );",
		    "x.conf:3: unknown setting rulez (did you mean rules?)" },
		{ "no rules", HEAD, "x.conf: rules is missing" },
		{ "no network", "name = \"x\";", "network is missing" },
		{ "no candidate",
		    "name = \"x\"; network = { from = \"x\"; "
		    "signers = \"x\"; clients = \"x\"; "
		    "envelope = \"x\"; };",
		    "candidate is missing" },
		{ "name of another type", "name = 3;",
		    "x.conf:1: name: expected a string" },
		{ "name with a capital", "name = \"X\";",
		    "x.conf:1: name: only a-z" },
		{ "empty name", "name = \"\";", "name: only a-z" },
		{ "network of another type", "name = \"x\"; network = 1;",
		    "network: expected a group" },
		{ "unknown in network",
		    "name = \"x\"; network = { form = 1; };",
		    "unknown setting form (did you mean from?)" },
		{ "missing in network",
		    "name = \"x\";\nnetwork = { from = \"x\"; };",
		    "x.conf:2: network: signers is missing" },
		{ "numbers in network",
		    "name = \"x\"; network = { from = [ 1 ]; };",
		    "from: expected strings only" },

		/* Candidates. */
		{ "candidate of another type",
		    "name = \"x\"; network = { from = \"x\"; signers = \"x\"; "
		    "clients = \"x\"; envelope = \"x\"; };\ncandidate = \"x\";",
		    "x.conf:2: candidate: expected a list" },

		/* Signals. */
		{ "signals of another type", HEAD "signals = 1;" RULE,
		    "x.conf:2: signals: expected a group" },
		{ "a signal of another type",
		    HEAD "signals = { t = \"x\"; };" RULE,
		    "x.conf:2: t: expected a list" },
		{ "a signal without a source",
		    HEAD "signals = { t = ( ); };" RULE,
		    "x.conf:2: signal t: no source" },
		{ "a source of another type",
		    HEAD "signals = { t = ( \"x\" ); };" RULE,
		    "x.conf:2: element: expected a group" },
		{ "unknown in a source",
		    HEAD "signals = { t = ( { heder = \"x\"; } ); };" RULE,
		    "unknown setting heder" },
		{ "a source of nothing",
		    HEAD "signals = { t = ( { } ); };" RULE,
		    "signal t: either header, or on with a pattern" },
		{ "a source of both",
		    HEAD "signals = { t = ( { header = \"x\"; on = \"link\"; } "
			 "); };" RULE,
		    "signal t: either header, or on with a pattern" },
		{ "on without a pattern",
		    HEAD "signals = { t = ( { on = \"link\"; } ); };" RULE,
		    "signal t: either header, or on with a pattern" },
		{ "header of another type",
		    HEAD "signals = { t = ( { header = 1; } ); };" RULE,
		    "header: expected a string" },
		{ "on of another type",
		    HEAD
		    "signals = { t = ( { on = 1; pattern = \"x\"; } ); };" RULE,
		    "on: expected a string" },
		{ "a signal pattern of another type",
		    HEAD "signals = { t = ( { header = \"x\"; pattern = 1; } "
			 "); };" RULE,
		    "pattern: expected a string" },
		{ "a bad signal pattern",
		    HEAD "signals = {\nt = ( { header = \"x\";\npattern = "
			 "\"a(\"; } ); };" RULE,
		    "x.conf:4: signal t: offset 2: missing closing" },
		{ "a signal on itself",
		    HEAD "signals = { t = ( { on = \"t\"; pattern = \"x\"; } "
			 "); };" RULE,
		    "signal t: no signal t before this one" },
		{ "a signal on a later one",
		    HEAD
		    "signals = { t = ( { on = \"u\"; pattern = \"x\"; } ); "
		    "u = ( { header = \"x\"; } ); };" RULE,
		    "signal t: no signal u before this one" },
		{ "a signal on a person",
		    HEAD "signals = { t = ( { on = \"below_name\"; pattern = "
			 "\"x\"; } ); };" RULE,
		    "signal t: no signal below_name before this one" },
		{ "a built-in name",
		    HEAD "signals = { body = ( { header = \"x\"; } ); };" RULE,
		    "signal body: the name is taken" },
		{ "a field's name",
		    HEAD
		    "signals = { headline = ( { header = \"x\"; } ); };" RULE,
		    "signal headline: the name is taken" },

		/* Every. */
		{ "every of another type", HEAD "every = ( );" RULE,
		    "x.conf:2: every: expected a group" },
		{ "unknown in every", HEAD "every = { then = { }; };" RULE,
		    "unknown setting then" },
		{ "unknown signal in every",
		    HEAD "every = { when = { nobody = \"x\"; }; };" RULE,
		    "x.conf:2: every: unknown signal nobody" },

		/* Rules. */
		{ "rules of another type", HEAD "rules = { };",
		    "x.conf:2: rules: expected a list" },
		{ "a rule of another type", HEAD "rules = ( \"a\" );",
		    "x.conf:2: element: expected a group" },
		{ "no id", HEAD "rules = ( { type = \"job\"; } );",
		    "x.conf:2: rule: id is missing" },
		{ "id of another type", HEAD "rules = ( { id = 1; } );",
		    "id: expected a string" },
		{ "empty id", HEAD "rules = ( { id = \"\"; } );",
		    "rule x/: id of 1 to 64 octets" },
		{ "unknown in a rule",
		    HEAD "rules = ( { id = \"a\"; typ = \"job\"; } );",
		    "unknown setting typ (did you mean type?)" },
		{ "no type", HEAD "rules = ( { id = \"a\"; } );",
		    "x.conf:2: rule x/a: type is missing" },
		{ "type of another type",
		    HEAD "rules = ( { id = \"a\"; type = 1; } );",
		    "type: expected a string" },
		{ "unknown type",
		    HEAD "rules = ( { id = \"a\";\ntype = \"invite\"; } );",
		    "x.conf:3: rule x/a: unknown type invite" },
		{ "no condition",
		    HEAD "rules = ( { id = \"a\"; type = \"job\"; } );",
		    "x.conf:2: rule x/a: when is missing" },
		{ "empty condition",
		    HEAD
		    "rules = ( { id = \"a\"; type = \"job\"; when = { }; } );",
		    "rule x/a: when is missing" },
		{ "when of another type",
		    HEAD "rules = ( { id = \"a\"; type = \"job\"; when = ( "
			 "\"x\" ); } );",
		    "when: expected a group" },
		{ "unless of another type",
		    HEAD
		    "rules = ( { id = \"a\"; type = \"job\"; when = { body = "
		    "\"x\"; }; unless = \"x\"; } );",
		    "unless: expected a group" },
		{ "unknown signal",
		    HEAD "rules = ( { id = \"a\"; type = \"job\";\n"
			 "when = { templat = \"x\"; }; } );",
		    "x.conf:3: rule x/a: unknown signal templat" },
		{ "a signal that asks for a person",
		    HEAD "rules = ( { id = \"a\"; type = \"job\"; when = { "
			 "name_link = \"x\"; }; } );",
		    "rule x/a: unknown signal name_link" },
		{ "a condition of another type",
		    HEAD "rules = ( { id = \"a\"; type = \"job\"; when = { "
			 "body = 1; }; } );",
		    "body: expected a string or a list of strings" },
		{ "bad pattern",
		    HEAD "rules = ( { id = \"a\"; type = \"job\"; when = {\n"
			 "body = \"[\"; }; } );",
		    "x.conf:3: rule x/a: offset 1: missing terminating ]" },
		{ "bad pattern in a list",
		    HEAD
		    "rules = ( { id = \"a\"; type = \"job\"; when = { body = "
		    "[ \"x\",\n\"*\" ]; }; } );",
		    "x.conf:3: rule x/a: offset 0: quantifier" },
		{ "one id twice",
		    HEAD "rules = ( { id = \"a\"; type = \"job\"; when = { "
			 "body = \"x\"; }; },\n"
			 "{ id = \"a\"; type = \"job\"; when = { body = \"y\"; "
			 "}; } );",
		    "x.conf:3: rule x/a: there is one of that id already" },

		/* Fields. */
		{ "fields of another type", HEAD RULE "fields = { };",
		    "x.conf:3: fields: expected a list" },
		{ "a field of another type", HEAD RULE "fields = ( 1 );",
		    "element: expected a group" },
		{ "unknown in a field", HEAD RULE "fields = ( { type = 1; } );",
		    "unknown setting type (did you mean types?)" },
		{ "nothing in a field", HEAD RULE "fields = ( { } );",
		    "x.conf:3: fields: either on and pattern, or set" },
		{ "a pattern on nothing",
		    HEAD RULE "fields = ( { pattern = \"(?<name>x)\"; } );",
		    "either on and pattern, or set" },
		{ "a pattern and set",
		    HEAD RULE "fields = ( { on = \"body\"; pattern = "
			      "\"(?<name>x)\"; set = { }; } );",
		    "either on and pattern, or set" },
		{ "each and set",
		    HEAD RULE
		    "fields = ( { each = true; set = { lang = \"x\"; }; } );",
		    "either on and pattern, or set" },
		{ "unknown type in a field",
		    HEAD RULE "fields = ( { types = \"jobs\"; on = \"body\"; "
			      "pattern = \"(?<name>x)\"; } );",
		    "fields: unknown type jobs" },
		{ "types of another type",
		    HEAD RULE "fields = ( { types = 1; on = \"body\"; pattern "
			      "= \"(?<name>x)\"; } );",
		    "types: expected a string" },
		{ "on what is not there",
		    HEAD RULE "fields = ( { on = \"bodi\"; pattern = "
			      "\"(?<name>x)\"; } );",
		    "fields: unknown signal bodi" },
		{ "on a number",
		    HEAD RULE "fields = ( { on = \"mutual\"; pattern = "
			      "\"(?<name>x)\"; } );",
		    "fields: unknown signal mutual" },
		{ "field on of another type",
		    HEAD RULE
		    "fields = ( { on = 1; pattern = \"(?<name>x)\"; } );",
		    "on: expected a string" },
		{ "field pattern of another type",
		    HEAD RULE "fields = ( { on = \"body\"; pattern = 1; } );",
		    "pattern: expected a string or a list" },
		{ "a bad field pattern",
		    HEAD RULE "fields = ( { on = \"body\"; pattern = "
			      "[\n\"(?<name>x\" ]; } );",
		    "x.conf:4: fields: offset 9: missing closing" },
		{ "unknown group",
		    HEAD RULE "fields = ( { on = \"body\";\npattern = "
			      "\"(?<nam>x)\"; } );",
		    "x.conf:4: fields: unknown group nam" },
		{ "no named group",
		    HEAD RULE
		    "fields = ( { on = \"body\"; pattern = \"(x)\"; } );",
		    "fields: no group is named" },
		{ "set of another type",
		    HEAD RULE "fields = ( { set = \"en\"; } );",
		    "set: expected a group" },
		{ "unknown field to set",
		    HEAD RULE "fields = ( { set = { language = \"en\"; }; } );",
		    "fields: unknown field language" },
		{ "a number to set",
		    HEAD RULE "fields = ( { set = { mutual = 3; }; } );",
		    "mutual: expected a string" },
		{ "no UTF-8 to set",
		    HEAD RULE "fields = ( { set = { lang = \"\\xff\"; }; } );",
		    "x.conf:3: fields: lang is not UTF-8" },
		{ "each of another type",
		    HEAD RULE "fields = ( { on = \"body\"; pattern = "
			      "\"(?<name>x)\"; each = 1; } );",
		    "each: expected true or false" },
		{ "each of a person's lines",
		    HEAD RULE "fields = ( { on = \"below_name\"; pattern = "
			      "\"(?<name>x)\"; each = true; } );",
		    "each cannot ask for a person that is known" },
		{ "each of a person's field",
		    HEAD RULE "fields = ( { on = \"headline\"; pattern = "
			      "\"(?<name>x)\"; each = true; } );",
		    "each cannot ask for a person that is known" },
		{ "unknown signal in a field",
		    HEAD RULE "fields = ( { on = \"body\"; pattern = "
			      "\"(?<name>x)\"; when = { z = \"z\"; }; } );",
		    "fields: unknown signal z" },

		/* Boilerplate. */
		{ "boilerplate of another type", HEAD RULE "boilerplate = { };",
		    "boilerplate: expected a string or a list" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct err e = ERR_NONE;

		if (parse(rows[i].text, &e) != NULL)
			fail_msg("%s: taken", rows[i].name);
		check_contains(rows[i].name, e.text, rows[i].want);
	}
}

/* Rows of "candidate", which HEAD has already. */
#define PAGE "pages = ( { page = \"https://www.x.example/a-b/c.d_e~F0\"; } );"

static void
shows_a_page_of_the_network_only(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *pages, *message, *job, *error;
	} rows[] = {
		{ "none", "", "", "", NULL },
		{ "none of them", "pages = ( );", "", "", NULL },
		{ "for all", PAGE, "https://www.x.example/a-b/c.d_e~F0",
		    "https://www.x.example/a-b/c.d_e~F0", NULL },
		{ "for a type", "pages = ( { types = \"job\"; page = "
		    "\"https://x.example/\"; } );", "", "https://x.example/",
		    NULL },
		{ "the first counts", "pages = ( { types = [ \"job\", "
		    "\"other\" ]; page = \"https://x.example/1\"; }, { page = "
		    "\"https://x.example/2\"; } );", "https://x.example/2",
		    "https://x.example/1", NULL },
		{ "no list", "pages = 1;", NULL, NULL,
		    "x.conf:3: pages: expected a list" },
		{ "no group", "pages = ( \"https://x.example/\" );", NULL, NULL,
		    "x.conf:3: element: expected a group" },
		{ "no page", "pages = ( { types = \"job\"; } );", NULL, NULL,
		    "x.conf:3: pages: page is missing" },
		{ "an unknown name", "pages = ( { type = \"job\"; } );", NULL,
		    NULL, "x.conf:3: unknown setting type (did you mean "
		    "types?)" },
		{ "an unknown type", "pages = ( { types = \"jobs\"; page = "
		    "\"https://x.example/\"; } );", NULL, NULL,
		    "x.conf:3: pages: unknown type jobs" },
		{ "a number", "pages = ( { page = 1; } );", NULL, NULL,
		    "x.conf:3: page: expected a string" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text text = TEXT_INIT(10000);
		struct err e = ERR_NONE;
		struct pack *p;

		text_addf(&text, "%s%s%s", HEAD, RULE, rows[i].pages);
		p = parse(text_string(&text), &e);
		if (rows[i].error == NULL && p == NULL)
			fail_msg("%s: %s", rows[i].name, e.text);
		if (rows[i].error != NULL)
			check_contains(rows[i].name, e.text, rows[i].error);
		check_number(rows[i].name, p != NULL, rows[i].error == NULL);
		if (p != NULL) {
			check_view(rows[i].name, pack_page(p, REQUEST_MESSAGE),
			    rows[i].message);
			check_view(rows[i].name, pack_page(p, REQUEST_JOB),
			    rows[i].job);
		}
		pack_free(p);
		text_free(&text);
	}
}

static void
a_page_leads_nowhere_else(void **state)
{
#define FIFTY "12345678901234567890123456789012345678901234567890"
	/* clang-format off */
	static const struct {
		const char *page;
		bool good;
	} rows[] = {
		{ "https://x.example/", true },
		{ "https://www.x.example/a", true },
		{ "https://x.example/" FIFTY FIFTY FIFTY
		    "12345678901234567890123456789012", true },
		{ "https://x.example/" FIFTY FIFTY FIFTY
		    "123456789012345678901234567890123", false },
		{ "", false },
		{ "https://", false },
		{ "https://x.example", false },
		{ "http://x.example/", false },
		{ "HTTPS://x.example/", false },
		{ "javascript:x.example/", false },
		{ "https://y.example/", false },
		{ "https://notx.example/", false },
		{ "https://x.example.y.example/", false },
		{ "https://x.example:8443/", false },
		{ "https://x.example@y.example/", false },
		{ "https://y.example@x.example/", false },
		{ "https://y.example#.x.example/", false },
		{ "https://y.example?.x.example/", false },
		{ "https://y.example\\\\.x.example/", false },
		{ "https:///x.example/", false },
		{ "https://x.example/?a=b", false },
		{ "https://x.example/#a", false },
		{ "https://x.example/%2F", false },
		{ "https://x.example/a b", false },
		{ "https://x.example/>", false },
		{ "https://x.example/\\n", false },
		{ "https://x.example/\xC3\xA9", false },
	};
	/* clang-format on */
#undef FIFTY

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text text = TEXT_INIT(10000);
		struct err e = ERR_NONE;
		struct pack *p;

		text_addf(&text, "%s%spages = ( { page = \"%s\"; } );", HEAD,
		    RULE, rows[i].page);
		p = parse(text_string(&text), &e);
		check_number(rows[i].page, p != NULL, rows[i].good);
		check_contains(rows[i].page, e.text,
		    rows[i].good ? "" : "page: not \"https://HOST/PATH\"");
		pack_free(p);
		text_free(&text);
	}
}

static void
says_what_is_wrong_with_a_candidate(void **state)
{
	static const struct {
		const char *name, *row, *want;
	} rows[] = {
		{ "another type", "1", "element: expected a group" },
		{ "unknown", "{ word = \"x\"; }",
		    "unknown setting word (did you mean words?)" },
		{ "nothing", "{ }", "candidate: either envelope, or header" },
		{ "both", "{ envelope = \"x\"; header = \"x\"; }",
		    "candidate: either envelope, or header" },
		{ "envelope with words", "{ envelope = \"x\"; words = \"x\"; }",
		    "candidate: either envelope, or header" },
		{ "envelope of another type", "{ envelope = 1; }",
		    "envelope: expected a string or a list" },
		{ "header of another type", "{ header = [ \"x\" ]; }",
		    "header: expected a string" },
		{ "empty header", "{ header = \"\"; }", "header: a name of" },
		{ "words of another type", "{ header = \"x\"; words = 1; }",
		    "words: expected a string or a list" },
		{ "header of 64 octets",
		    "{ header = "
		    "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		    "aa"
		    "aaaaaa\"; }",
		    "header: a name of 1 to 63 octets" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text t = TEXT_INIT(4096);
		struct err e = ERR_NONE;

		text_addf(&t,
		    "name = \"x\"; network = { from = \"x\"; signers = \"x\"; "
		    "clients = \"x\"; envelope = \"x\"; };\n"
		    "candidate = ( %s );\n" RULE,
		    rows[i].row);
		if (parse(text_string(&t), &e) != NULL)
			fail_msg("%s: taken", rows[i].name);
		check_contains(rows[i].name, e.text, rows[i].want);
		check_contains(rows[i].name, e.text, "x.conf:2: ");
		text_free(&t);
	}
}

/* A pack with count of one thing; "%zu" in piece is its number. */
static struct pack *
parse_many(const char *before, const char *piece, const char *comma,
    size_t count, const char *after, struct err *e)
{
	struct text t = TEXT_INIT(4 * LIMIT_PACK_SIZE);
	struct pack *p;

	text_add_string(&t, before);
	for (size_t i = 0; i < count; i++) {
		const char *at = strstr(piece, "%zu");

		text_add(&t, (struct view){ piece, (size_t)(at - piece) });
		text_addf(&t, "%zu", i);
		text_add_string(&t, at + strlen("%zu"));
		if (i + 1 < count)
			text_add_string(&t, comma);
		text_add_string(&t, "\n");
	}
	text_add_string(&t, after);
	assert_true(text_ok(&t));
	p = pack_parse(text_view(&t), "x.conf", e);
	text_free(&t);
	return p;
}

static void
has_ceilings(void **state)
{
	static const struct {
		const char *name, *before, *piece, *comma, *after;
		size_t limit;
		const char *want;
	} rows[] = {
		{ "rules", HEAD "rules = (",
		    "{ id = \"r%zu\"; type = \"job\"; when = { body = \"x\"; "
		    "}; }",
		    ",", ");", LIMIT_PACK_RULES, "more than 4096 rules" },
		{ "fields", HEAD RULE "fields = (",
		    "{ set = { lang = \"l%zu\"; }; }", ",", ");",
		    LIMIT_PACK_RULES, "more than 4096 fields" },
		{ "signals", HEAD "signals = {",
		    "s%zu = ( { header = \"x\"; } );", "", "};\n" RULE, 52,
		    "more than 52 signals" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		for (size_t more = 0; more < 2; more++) {
			struct err e = ERR_NONE;
			struct pack *p = parse_many(rows[i].before,
			    rows[i].piece, rows[i].comma, rows[i].limit + more,
			    rows[i].after, &e);

			if (more == 0 && p == NULL)
				fail_msg("%s: %s", rows[i].name, e.text);
			if (more == 1 && p != NULL)
				fail_msg("%s: taken", rows[i].name);
			if (more == 1)
				check_contains(rows[i].name, e.text,
				    rows[i].want);
			pack_free(p);
		}
}

static void
is_no_larger_than_its_ceiling(void **state)
{
	char *bytes = malloc(LIMIT_PACK_SIZE + 1);

	(void)state;
	assert_non_null(bytes);
	memset(bytes, ' ', LIMIT_PACK_SIZE + 1);
	memcpy(bytes, HEAD RULE, strlen(HEAD RULE));
	for (size_t more = 0; more < 2; more++) {
		struct err e = ERR_NONE;
		struct pack *p =
		    pack_parse((struct view){ bytes, LIMIT_PACK_SIZE + more },
			"x.conf", &e);

		if ((p == NULL) != (more == 1))
			fail_msg("%zu more: %s", more, e.text);
		if (p == NULL)
			check_contains("size", e.text,
			    "x.conf: larger than 1048576 octets");
		pack_free(p);
	}
	free(bytes);
}

static void
an_id_has_a_ceiling(void **state)
{
	static const char id[] =
	    "iiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiii";

	(void)state;
	for (int size = 64; size <= 65; size++) {
		struct text t = TEXT_INIT(4096);
		struct err e = ERR_NONE;
		struct pack *p;

		text_addf(&t,
		    HEAD "rules = ( { id = \"%.*s\"; type = \"job\"; when = { "
			 "body = \"x\"; }; } );",
		    size, id);
		p = parse(text_string(&t), &e);
		assert_true((p == NULL) == (size == 65));
		if (p == NULL)
			check_contains("id", e.text, "id of 1 to 64 octets");
		pack_free(p);
		text_free(&t);
	}
}

static void
every_failed_allocation_is_an_error(void **state)
{
	(void)state;
	for (unsigned n = 1; oom_next(n); n++) {
		struct err e = ERR_NONE;
		struct pack *p = pack_parse(view_of(whole), "x.conf", &e);

		assert_true((p == NULL) == oom_happened());
		if (p == NULL)
			check_contains("memory", e.text, "memory");
		pack_free(p);
	}
}

static void
freeing_nothing_is_fine(void **state)
{
	(void)state;
	pack_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_pack),
		cmocka_unit_test(tells_what_a_sample_may_show),
		cmocka_unit_test(says_what_is_wrong_and_where),
		cmocka_unit_test(shows_a_page_of_the_network_only),
		cmocka_unit_test(a_page_leads_nowhere_else),
		cmocka_unit_test(says_what_is_wrong_with_a_candidate),
		cmocka_unit_test(has_ceilings),
		cmocka_unit_test(is_no_larger_than_its_ceiling),
		cmocka_unit_test(an_id_has_a_ceiling),
		cmocka_unit_test(every_failed_allocation_is_an_error),
		cmocka_unit_test(freeing_nothing_is_fine),
	};

	return cmocka_run_group_tests_name("pack", tests, NULL, NULL);
}
