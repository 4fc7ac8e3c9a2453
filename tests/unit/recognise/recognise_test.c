// SPDX-License-Identifier: BSD-2-Clause
#include "recognise/recognise.h"

#include <stdio.h>

#include "base/text.h"
#include "t.h"

/* What the packs of these tests begin with. */
#define HEAD                                                                 \
	"name = \"net\"; network = { from = \"n.example\"; signers = "       \
	"\"n.example\"; clients = \"n.example\"; envelope = \"n.example\"; " \
	"}; candidate = ( { envelope = \"n.example\"; } );\n"
#define ANY_RULE                                                               \
	"rules = ( { id = \"any\"; type = \"invitation\"; when = { subject = " \
	"\".\"; }; } );"

enum { MAX = 64 };

/* A message as it is read elsewhere, here put together by hand. */
struct mail {
	struct header header[MAX];
	struct mailbox from[2];
	struct link link[MAX];
	struct message message;
};

static struct regex_scratch *scratch;
static struct pool *pool;

static int
open_all(void **state)
{
	(void)state;
	scratch = regex_scratch_new();
	pool = pool_new(LIMIT_MESSAGE_POOL);
	return scratch == NULL || pool == NULL ? -1 : 0;
}

static int
close_all(void **state)
{
	(void)state;
	regex_scratch_free(scratch);
	pool_free(pool);
	return 0;
}

static void
begin(struct mail *m, const char *name, const char *address,
    const char *subject, const char *plain)
{
	memset(m, 0, sizeof(*m));
	m->from[0] = (struct mailbox){ view_of(name), view_of(address) };
	m->message.from = m->from;
	m->message.from_count = 1;
	m->message.subject = view_of(subject);
	m->message.plain = view_of(plain);
	m->message.header = m->header;
	m->message.link = m->link;
}

static void
add_header(struct mail *m, const char *name, const char *value)
{
	size_t i = m->message.header_count++;

	assert_true(i < MAX);
	m->header[i] =
	    (struct header){ view_of(name), view_of(value), view_of(value) };
}

static void
add_link(struct mail *m, const char *url, const char *text)
{
	size_t i = m->message.link_count++;

	assert_true(i < MAX);
	m->link[i] = (struct link){ view_of(url), view_of(text) };
}

static struct pack *
parse(const char *text)
{
	struct err e = ERR_NONE;
	struct pack *p = pack_parse(view_of(text), "net.conf", &e);

	if (p == NULL)
		fail_msg("%s", e.text);
	return p;
}

/* The pack must outlive what is done with the request. */
static struct pack *
recognise(const char *text, const struct mail *m, const char *envelope,
    struct request *r)
{
	struct pack *p = parse(text);

	if (recognise_request(p, &m->message, view_of(envelope), scratch, pool,
		r) < 0)
		fail_msg("out of memory");
	return p;
}

static void
check_type(const char *name, const struct request *r, enum request_type want)
{
	check_string(name, request_type_name(r->type), request_type_name(want));
}

static void
asks_every_mail_the_cheap_question(void **state)
{
	static const struct {
		const char *name, *field, *raw, *envelope;
		bool want;
	} rows[] = {
		{ "envelope", "To", " x", "m-1@bounce.N.Example", true },
		{ "word in a field", "from", " \"A\" <a@N.EXAMPLE>", "", true },
		{ "word in a fold", "From", " \"A\"\r\n <a@n.example>", "",
		    true },
		{ "presence", "x-net", "", "", true },
		{ "a field's name is a whole", "X-Net-Class", " 1", "", false },
		{ "same size, other field", "Form", " a@n.example", "", false },
		{ "other word", "From", " a@m.example", "", false },
		{ "empty", "", "", "", false },
	};
	struct pack *p[2] = {
		parse("name = \"other\"; network = { from = \"o\"; signers = "
		      "\"o\"; clients = \"o\"; envelope = \"o\"; }; candidate "
		      "= ( { header = \"X-Other\"; } );" ANY_RULE),
		parse("name = \"net\"; network = { from = \"n\"; signers = "
		      "\"n\"; clients = \"n\"; envelope = \"n\"; }; candidate "
		      "= ( { envelope = [ \"x.example\", \"n.example\" ]; }, "
		      "{ header = \"From\"; words = [ \"n.example\" ]; }, "
		      "{ header = \"X-Net\"; } );" ANY_RULE)
	};
	struct packs packs = { p, 2 };

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct header field[2] = { { VIEW("Received"), VIEW("x"),
					       VIEW("") },
			{ exact_string(rows[i].field),
			    exact_string(rows[i].raw), VIEW("") } };
		struct view envelope = exact_string(rows[i].envelope);

		if (recognise_candidate(&packs, field, 2, envelope, false) !=
		    (rows[i].want ? p[1] : NULL))
			fail_msg("%s", rows[i].name);
		exact_free(field[1].name);
		exact_free(field[1].raw);
		exact_free(envelope);
	}
	pack_free(p[0]);
	pack_free(p[1]);
}

/* The reason, the field and the word; or "-". */
static void
check_why(const char *name, const struct packs *packs,
    const struct header *field, struct view envelope, unsigned cut,
    const char *want)
{
	const struct message m = { .header = field,
		.header_count = 1,
		.cut = cut };
	struct text got = TEXT_INIT(200);
	struct candidacy why;

	if (!recognise_why_candidate(packs, &m, envelope, false, &why))
		text_add_string(&got, "-");
	else
		text_addf(&got, "%d %.*s %.*s %.*s", (int)why.reason,
		    VIEW_ARG(pack_name(why.pack)), VIEW_ARG(why.header),
		    VIEW_ARG(why.word));
	check_string(name, text_string(&got), want);
	text_free(&got);
}

static void
says_why_it_is_a_candidate(void **state)
{
	static const struct {
		const char *field, *raw, *envelope;
		unsigned cut;
		const char *want;
	} rows[] = {
		{ "X", "", "m@sub.n.EXAMPLE", 0, "0 net  n.example" },
		{ "from", " <a@N.EXAMPLE>", "", 0, "1 net From n.example" },
		{ "x-net", "y", "", 0, "1 net X-Net " },
		{ "From", "a@m.example", "", 0, "-" },
		{ "X", "y", "", MESSAGE_CUT_FROM, "3 net  " },
		{ "X", "y", "", MESSAGE_CUT_BODY, "-" },
	};
	struct pack *p =
	    parse("name = \"net\"; network = { from = \"n\"; signers = \"n\"; "
		  "clients = \"n\"; envelope = \"n\"; }; candidate = ( { "
		  "envelope "
		  "= [ \"x.example\", \"n.example\" ]; }, { header = \"From\"; "
		  "words = [ \"q.example\", \"n.example\" ]; }, { header = "
		  "\"X-Net\"; } );" ANY_RULE);
	struct packs packs = { &p, 1 };

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct header field = { view_of(rows[i].field),
			view_of(rows[i].raw), VIEW("") };

		check_why(rows[i].want, &packs, &field,
		    view_of(rows[i].envelope), rows[i].cut, rows[i].want);
	}
	pack_free(p);
}

static void
a_name_too_long_to_be_asked_for_is_no_candidate(void **state)
{
	static const char name[] =
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
	struct header field = { VIEW(""), VIEW("n.example"), VIEW("") };
	struct pack *p = parse(HEAD ANY_RULE);
	struct packs packs = { &p, 1 };

	(void)state;
	for (size_t size = 60; size < sizeof(name); size++) {
		field.name = view_part(view_of(name), 0, size);
		assert_null(recognise_candidate(&packs, &field, 1, VIEW(""),
		    false));
	}
	pack_free(p);
}

static void
the_first_rule_that_fits_gives_the_type(void **state)
{
	static const char rules[] = HEAD
	    "signals = { key = ( { header = \"X-Key\"; pattern = \"k=(.+)\"; },"
	    " { on = \"link\"; pattern = \"[?]k=([a-z]+)\"; } );"
	    " class = ( { header = \"X-Class\"; } ); };"
	    "rules = ("
	    "{ id = \"key\"; type = \"invitation\"; when = { key = [ "
	    "\"^inv$\", \"^vit$\" ]; }; },"
	    "{ id = \"class\"; type = \"inmail\"; when = { class = \"^IN$\"; "
	    "display = \"^A\"; }; },"
	    "{ id = \"not\"; type = \"job\"; when = { subject = \"job\"; }; "
	    "unless = { sender = \"^boss@\"; body = [ \"no\", \"never\" ]; }; "
	    "},"
	    "{ id = \"env\"; type = \"marketing\"; when = { envelope = "
	    "\"^ad@\"; }; },"
	    "{ id = \"lang\"; type = \"message\"; when = { html_lang = "
	    "\"^xx\"; }; },"
	    "{ id = \"html\"; type = \"activity\"; when = { html = \"seen\"; "
	    "}; },"
	    "{ id = \"plain\"; type = \"newsletter\"; when = { plain = "
	    "\"news\"; }; },"
	    "{ id = \"sender\"; type = \"security\"; when = { sender = "
	    "\"^pin@n\"; }; } );";
	static const struct {
		const char *name, *address, *subject, *plain, *html, *header,
		    *value, *link, *envelope, *evidence, *where;
		enum request_type want;
	} rows[] = {
		{ "header", "a@n", "", "", "", "X-Key", "k=inv", "", "", "key",
		    "header X-Key", REQUEST_INVITATION },
		{ "header, other case", "a@n", "", "", "", "x-key", "k=vit", "",
		    "", "key", "header X-Key", REQUEST_INVITATION },
		{ "link", "a@n", "", "", "", "", "", "http://n/?k=inv", "",
		    "key", "link", REQUEST_INVITATION },
		{ "the header decides, not the link", "a@n", "job", "", "",
		    "X-Key", "k=none", "http://n/?k=inv", "", "not", "subject",
		    REQUEST_JOB },
		{ "a header that says nothing", "a@n", "", "", "", "X-Key",
		    "key", "http://n/?k=inv", "", "key", "link",
		    REQUEST_INVITATION },
		{ "all conditions", "a@n", "", "", "", "X-Class", " IN ", "",
		    "", "class", "header X-Class", REQUEST_INMAIL },
		{ "one condition of two", "a@n", "", "", "", "X-Class", "INN",
		    "", "", NULL, NULL, REQUEST_OTHER },
		{ "unless", "a@n", "job", "", "", "", "", "", "", "not",
		    "subject", REQUEST_JOB },
		{ "unless the sender", "Boss@N", "job", "", "", "", "", "", "",
		    NULL, NULL, REQUEST_OTHER },
		{ "unless one of two", "a@n", "job", "never", "", "", "", "",
		    "", NULL, NULL, REQUEST_OTHER },
		{ "unless in the HTML", "a@n", "job", "yes", "no", "", "", "",
		    "", NULL, NULL, REQUEST_OTHER },
		{ "envelope", "a@n", "", "", "", "", "", "", "ad@n", "env",
		    "envelope sender", REQUEST_MARKETING },
		{ "HTML", "a@n", "", "", "seen", "", "", "", "", "html",
		    "HTML text", REQUEST_ACTIVITY },
		{ "plain", "a@n", "", "news", "", "", "", "", "", "plain",
		    "plain text", REQUEST_NEWSLETTER },
		{ "small letters", "PIN@n.example", "", "", "", "", "", "", "",
		    "sender", "From address", REQUEST_SECURITY },
		{ "nothing", "a@n", "", "", "", "", "", "", "", NULL, NULL,
		    REQUEST_OTHER },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct mail m;
		struct request r;
		struct pack *p;
		char rule[32];

		begin(&m, "Ann", rows[i].address, rows[i].subject,
		    rows[i].plain);
		m.message.html = view_of(rows[i].html);
		add_header(&m, "X-Key", "");
		add_header(&m, rows[i].header, rows[i].value);
		add_link(&m, "http://n/", "");
		add_link(&m, rows[i].link, "");
		p = recognise(rules, &m, rows[i].envelope, &r);
		check_type(rows[i].name, &r, rows[i].want);
		check_number(rows[i].name, (long long)r.evidence_count,
		    rows[i].evidence != NULL);
		if (rows[i].evidence != NULL) {
			snprintf(rule, sizeof(rule), "net/%s",
			    rows[i].evidence);
			check_view(rows[i].name, r.evidence[0].rule, rule);
			check_string(rows[i].name, r.evidence[0].where,
			    rows[i].where);
		} else {
			check_string(rows[i].name, r.why_other, "no rule fits");
		}
		pack_free(p);
	}
}

static void
two_from_fields_or_mailboxes_name_no_sender(void **state)
{
	static const char rules[] =
	    HEAD "rules = ( { id = \"a\"; type = \"job\"; when = { sender = "
		 "\".\"; }; } );";
	struct request r;
	struct mail m;

	(void)state;
	begin(&m, "Ann", "a@n.example", "", "");
	add_header(&m, "From", "a@n.example");
	pack_free(recognise(rules, &m, "", &r));
	check_type("one", &r, REQUEST_JOB);
	add_header(&m, "from", "b@n.example");
	pack_free(recognise(rules, &m, "", &r));
	check_type("two fields", &r, REQUEST_OTHER);

	begin(&m, "Ann", "a@n.example", "", "");
	m.message.from_count = 2;
	pack_free(recognise(rules, &m, "", &r));
	check_type("two mailboxes", &r, REQUEST_OTHER);
	m.message.from_count = 0;
	pack_free(recognise(rules, &m, "", &r));
	check_type("none", &r, REQUEST_OTHER);
}

static void
rules_inherit_what_every_one_asks(void **state)
{
	static const char rules[] =
	    HEAD "signals = { list = ( { header = \"List-Id\"; } ); template = "
		 "( { header = \"X-T\"; } ); };"
		 "every = { when = { sender = \"@n$\"; }; unless = { list = "
		 "\".\"; }; };"
		 "rules = ( { id = \"a\"; type = \"job\"; when = { subject = "
		 "\"job\"; }; },"
		 "{ id = \"b\"; type = \"inmail\"; when = { subject = \"in\"; "
		 "sender = \"@m$\"; }; },"
		 "{ id = \"c\"; type = \"message\"; when = { subject = "
		 "\"msg\"; }; unless = { list = \"^bad\"; }; } );";
	static const char not_ours[] = "not from one of the network's senders";
	static const struct {
		const char *name, *address, *subject, *list, *network, *why;
		enum request_type want;
	} rows[] = {
		{ "all right", "a@n", "job", "", "net", NULL, REQUEST_JOB },
		{ "other sender", "a@m", "job", "", "", not_ours,
		    REQUEST_OTHER },
		{ "a rule of its own sender", "a@m", "in", "", "net", NULL,
		    REQUEST_INMAIL },
		{ "and no other", "a@n", "in", "", "net", "no rule fits",
		    REQUEST_OTHER },
		{ "unless", "a@n", "job", "x", "", not_ours, REQUEST_OTHER },
		{ "unless, also with its own sender", "a@m", "in", "x", "",
		    not_ours, REQUEST_OTHER },
		{ "a rule of its own unless", "a@n", "msg", "x", "net", NULL,
		    REQUEST_MESSAGE },
		{ "that still counts", "a@n", "msg", "bad", "", not_ours,
		    REQUEST_OTHER },
		{ "nothing fits", "a@n", "z", "", "net", "no rule fits",
		    REQUEST_OTHER },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct request r;
		struct mail m;
		struct pack *p;

		begin(&m, "Ann", rows[i].address, rows[i].subject, "");
		add_header(&m, "List-Id", rows[i].list);
		add_header(&m, "X-T", "key_01");
		p = recognise(rules, &m, "", &r);
		check_type(rows[i].name, &r, rows[i].want);
		check_view(rows[i].name, r.network, rows[i].network);
		check_view(rows[i].name, r.template_key,
		    rows[i].network[0] == '\0' ? "" : "key_01");
		if (rows[i].why == NULL)
			assert_null(r.why_other);
		else
			check_string(rows[i].name, r.why_other, rows[i].why);
		pack_free(p);
	}
}

static void
patterns_are_tried_on_the_signals_they_name(void **state)
{
	static const char rules[] = HEAD ANY_RULE
	    "fields = ("
	    "{ on = \"display\"; pattern = [ \"^(?<name>.+) via Net$\", "
	    "\"^(?<name>.+)$\" ]; },"
	    "{ on = \"subject\"; pattern = \"(?<name>never)\"; },"
	    "{ types = [ \"job\", \"inmail\" ]; on = \"subject\"; pattern = "
	    "\"(?<location>.+)\"; },"
	    "{ on = \"body\"; pattern = \"^At: (?<location>.+)$\"; when = { "
	    "body = \"^Yes\"; }; },"
	    "{ on = \"body\"; pattern = \"^In: (?<location>.+)$\"; unless = { "
	    "body = \"^Nay\"; }; },"
	    "{ on = \"below_name\"; pattern = "
	    "\"\\\\A(?<headline>[^\\\\t].*)\"; },"
	    "{ on = \"headline\"; pattern = \" at (?<company>.+)\"; },"
	    "{ on = \"name_link\"; pattern = \"/in/(?<profile>[a-z]+)\"; },"
	    "{ on = \"link\"; pattern = \"[?]g=(?<group>[^ ]+) "
	    "(?<email>.*)$\"; },"
	    "{ on = \"group\"; pattern = \"^(?<lang>..)\"; },"
	    "{ on = \"html_lang\"; pattern = \"(?<lang>.+)\"; },"
	    "{ on = \"body\"; pattern = \"^(?<mutual>[0-9]+) in common\"; },"
	    "{ on = \"link\"; pattern = \"id=(?<id22>[0-9]+)\"; },"
	    "{ on = \"above_name\"; pattern = \"(?<note>(?s:.+))\"; } );"
	    "boilerplate = \"Hello there.\";";
	struct request r;
	struct mail m;
	struct pack *p;

	(void)state;
	begin(&m, "Ann Sample via Net", "a@n.example", "x",
	    "Hello there\n\nAnn Sample\nPilot at Sample & Co\n\nIn: Nowhere\n"
	    "12 in common\n");
	m.message.html = VIEW("Yes\nAt: Somewhere");
	m.message.html_lang = VIEW("xx");
	add_link(&m, "http://n/in/bob", "Bob Sample");
	add_link(&m, "http://n/in/ann", "Ann Sample");
	add_link(&m, "http://n/?g=Kites", "ann@n.example");
	add_link(&m, "http://n/?id=6132985418842456064", "");
	p = recognise(rules, &m, "", &r);
	assert_int_equal(r.people, 1);
	check_view("name", r.person[0].name, "Ann Sample");
	check_view("given", r.person[0].given, "Ann");
	check_view("location", r.person[0].location, "Somewhere");
	check_view("headline", r.person[0].headline, "Pilot at Sample & Co");
	check_view("company", r.person[0].company, "Sample & Co");
	check_view("profile", r.person[0].profile, "ann");
	check_view("email", r.person[0].email, "ann@n.example");
	check_view("group", r.group, "Kites");
	check_view("lang", r.lang, "Ki");
	assert_int_equal(r.mutual, 12);
	assert_true(r.made_ms == 1462217669211);
	check_view("note", r.note_text, "Hello there");
	assert_int_equal(r.note, NOTE_BOILERPLATE);
	pack_free(p);
}

static void
what_a_mail_does_not_say_stays_empty(void **state)
{
	static const char rules[] = HEAD ANY_RULE
	    "fields = ( { on = \"below_name\"; pattern = \"(?<headline>.+)\"; "
	    "},"
	    "{ on = \"headline\"; pattern = \"(?<company>.+)\"; },"
	    "{ on = \"group\"; pattern = \"(?<lang>.+)\"; },"
	    "{ on = \"body\"; pattern = [ \"^name: (?<name>.*)$\", \"^mail: "
	    "(?<email>.*)$\" ]; },"
	    "{ on = \"name_link\"; pattern = \"(?<profile>.+)\"; } );";
	static const struct {
		const char *name, *plain;
		size_t people;
	} rows[] = {
		{ "nothing", "", 0 },
		{ "an empty name", "name:  ", 0 },
		{ "a mailbox that is none", "mail: a@b", 1 },
		{ "a name nothing is known of", "name: Ann", 1 },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct request r;
		struct mail m;
		struct pack *p;

		begin(&m, "", "a@n.example", "x", rows[i].plain);
		add_link(&m, "http://n/in/bob", "Bob");
		p = recognise(rules, &m, "", &r);
		check_number(rows[i].name, (long long)r.people,
		    (long long)rows[i].people);
		check_view(rows[i].name, r.person[0].headline, "");
		check_view(rows[i].name, r.person[0].company, "");
		check_view(rows[i].name, r.person[0].email, "");
		check_view(rows[i].name, r.person[0].profile, "");
		check_view(rows[i].name, r.group, "");
		check_view(rows[i].name, r.lang, "");
		assert_int_equal(r.note, NOTE_NONE);
		assert_int_equal(r.mutual, -1);
		assert_true(r.made_ms == 0);
		pack_free(p);
	}
}

/* The first that gave a field; nothing of what was not taken. */
static void
says_where_fields_were_read(void **state)
{
	static const char rules[] = HEAD ANY_RULE
	    "fields = ( { on = \"display\"; pattern = \"(?<name>.+)\"; },"
	    "{ on = \"plain\"; pattern = \"m=(?<mutual>.+)\"; },"
	    "{ on = \"subject\"; pattern = \"m=(?<mutual>.+)\"; },"
	    "{ on = \"subject\"; pattern = \"(?<name>[A-Z]\\\\w+)\"; },"
	    "{ on = \"below_name\"; pattern = \"(?<headline>.+)\"; },"
	    "{ on = \"headline\"; pattern = \"at (?<company>.+)\"; },"
	    "{ set = { lang = \"en\"; }; } );";
	struct text got = TEXT_INIT(1000);
	struct request r;
	struct mail m;
	struct pack *p;

	(void)state;
	begin(&m, "Ann Bell", "a@n.example", "Bob m=7",
	    "m=many\nAnn Bell\nClerk at Acme\n");
	p = recognise(rules, &m, "", &r);
	for (size_t i = 0; i < r.sources; i++)
		text_addf(&got, "%s: %s\n", r.source[i].field,
		    r.source[i].where);
	check_string("sources", text_string(&got),
	    "name: From name\n"
	    "mutual: subject\n"
	    "headline: the text around the name\n"
	    "company: what was read before\n"
	    "lang: the pack itself\n");
	text_free(&got);
	pack_free(p);
}

static void
a_digest_names_each_person_once(void **state)
{
	static const char rules[] = HEAD ANY_RULE
	    "fields = ("
	    "{ on = \"link\"; each = true; pattern = "
	    "\"/in/(?<profile>[a-z]*)-x [*]?(?<name>.*)\"; },"
	    "{ on = \"body\"; each = true; pattern = \"^(?<name>.+)\"; },"
	    "{ on = \"below_name\"; pattern = "
	    "\"\\\\A(?<headline>[^\\\\t].*)\"; },"
	    "{ on = \"headline\"; pattern = \"at (?<company>.+)\"; } );";
	struct request r;
	struct mail m;
	struct pack *p;

	(void)state;
	begin(&m, "", "a@n.example", "x", "Ann\nPilot at One\n\nBob\nBaker\n");
	m.message.html = VIEW("Cid\nCook at Three");
	add_link(&m, "http://n/in/ann-x", "");
	add_link(&m, "http://n/in/ann-x", "Ann");
	add_link(&m, "http://n/in/other", "Zoe");
	add_link(&m, "http://n/in/bob-x", "Bob");
	add_link(&m, "http://n/in/ann-x", "View profile");
	add_link(&m, "http://n/in/-x", "Bob");
	add_link(&m, "http://n/in/cid-x", "Cid");
	add_link(&m, "http://n/in/bobb-x", "Bob");
	p = recognise(rules, &m, "", &r);
	assert_int_equal(r.people, 4);
	check_view("first", r.person[0].name, "Ann");
	check_view("first", r.person[0].profile, "ann");
	check_view("first", r.person[0].company, "One");
	check_view("second", r.person[1].name, "Bob");
	check_view("second", r.person[1].profile, "bob");
	check_view("second", r.person[1].headline, "Baker");
	check_view("second", r.person[1].company, "");
	check_view("third", r.person[2].name, "Cid");
	check_view("third", r.person[2].company, "Three");
	check_view("a namesake", r.person[3].name, "Bob");
	check_view("a namesake", r.person[3].profile, "bobb");
	pack_free(p);

	/* Without links, from the first text that has any. */
	m.message.link_count = 0;
	p = recognise(rules, &m, "", &r);
	assert_int_equal(r.people, 4);
	check_view("line", r.person[3].name, "Baker");
	pack_free(p);
}

static void
has_a_ceiling_for_people(void **state)
{
	static const char rules[] =
	    HEAD ANY_RULE "fields = ( { on = \"plain\"; each = true; pattern = "
			  "\"(?<name>[a-z]+)\"; } );";

	(void)state;
	for (int more = 0; more < 2; more++) {
		struct text t = TEXT_INIT(4096);
		struct request r;
		struct mail m;
		struct pack *p;

		for (int i = 0; i < LIMIT_PEOPLE + more; i++)
			text_addf(&t, "%c%c ", 'a' + i / 26, 'a' + i % 26);
		begin(&m, "", "a@n.example", "x", text_string(&t));
		p = recognise(rules, &m, "", &r);
		check_number("people", (long long)r.people, LIMIT_PEOPLE);
		pack_free(p);
		text_free(&t);
	}
}

static void
has_ceilings_for_what_is_read_out(void **state)
{
	static const struct {
		const char *name, *field;
		size_t limit;
	} rows[] = {
		{ "name", "name", LIMIT_NAME_SIZE },
		{ "given", "given", LIMIT_NAME_SIZE },
		{ "headline", "headline", LIMIT_FIELD_SIZE },
		{ "note", "note", LIMIT_NOTE_SIZE },
	};
	char *long_text = malloc(LIMIT_NOTE_SIZE + 2);

	(void)state;
	assert_non_null(long_text);
	memset(long_text, 'a', LIMIT_NOTE_SIZE + 2);
	for (size_t i = 0; i < LENGTH(rows); i++)
		for (size_t more = 0; more < 2; more++) {
			struct text t = TEXT_INIT(4096);
			struct request r;
			struct mail m;
			struct pack *p;
			struct view got[4];

			text_addf(&t,
			    HEAD ANY_RULE
			    "fields = ( { on = \"plain\"; pattern = "
			    "\"(?<%s>.+)\"; } );",
			    rows[i].field);
			begin(&m, "", "a@n.example", "x", "");
			m.message.plain =
			    (struct view){ long_text, rows[i].limit + more };
			p = recognise(text_string(&t), &m, "", &r);
			got[0] = r.person[0].name;
			got[1] = r.person[0].given;
			got[2] = r.person[0].headline;
			got[3] = r.note_text;
			check_number(rows[i].name, (long long)got[i].size,
			    (long long)rows[i].limit);
			pack_free(p);
			text_free(&t);
		}
	free(long_text);
}

static void
numbers_mean_something_or_nothing(void **state)
{
	static const char rules[] = HEAD ANY_RULE
	    "fields = ( { on = \"plain\"; pattern = \"m=(?<mutual>.+)\"; },"
	    "{ on = \"plain\"; pattern = \"i=(?<id22>.+)\"; } );";
	static const struct {
		const char *name, *plain;
		int mutual;
		int64_t made_ms;
	} rows[] = {
		{ "none", "m=0", 0, 0 },
		{ "no number", "m=1,000", -1, 0 },
		{ "most", "m=2147483647", 2147483647, 0 },
		{ "too many", "m=2147483648", -1, 0 },
		{ "an id of 2016", "i=6132985418842456064", -1, 1462217669211 },
		{ "before there was a network", "i=4367860944076799999", -1,
		    0 },
		{ "a small number", "i=1652505460", -1, 0 },
		{ "larger than any", "i=9223372036854775807", -1,
		    2199023255551 },
		{ "larger than that", "i=9223372036854775808", -1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct request r;
		struct mail m;

		begin(&m, "", "a@n.example", "x", rows[i].plain);
		pack_free(recognise(rules, &m, "", &r));
		check_number(rows[i].name, r.mutual, rows[i].mutual);
		check_number(rows[i].name, r.made_ms, rows[i].made_ms);
	}
}

static void
a_given_name_is_a_word_or_nothing(void **state)
{
	static const char rules[] = HEAD ANY_RULE
	    "fields = ( { on = \"display\"; pattern = \"(?<name>.+)\"; } );";
	static const struct {
		const char *name, *given;
	} rows[] = {
		{ "Ann Sample", "Ann" },
		{ "Ann", "Ann" },
		{ "Zo\xC3\xAB Sample", "Zo\xC3\xAB" },
		{ "\xE5\xBC\xA0\xE4\xB8\x89", "\xE5\xBC\xA0\xE4\xB8\x89" },
		{ "A. Sample", "" },
		{ "A Sample", "" },
		{ "Dr. Ann Sample", "" },
		{ "Sample, Ann", "" },
		{ "\"Ann\" Sample", "" },
		{ "4nn Sample", "" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct request r;
		struct mail m;
		struct pack *p;

		begin(&m, rows[i].name, "a@n.example", "x", "");
		p = recognise(rules, &m, "", &r);
		check_view(rows[i].name, r.person[0].given, rows[i].given);
		pack_free(p);
	}
}

static void
looks_around_a_name_that_stands_alone(void **state)
{
	static const char rules[] = HEAD ANY_RULE
	    "fields = ( { on = \"display\"; pattern = \"(?<name>.+)\"; },"
	    "{ on = \"below_name\"; pattern = "
	    "\"\\\\A(?<headline>(?s:.+))\\\\z\"; },"
	    "{ on = \"above_name\"; pattern = \"\\\\A(?<note>(?s:.+))\\\\z\"; "
	    "} );";
	static const struct {
		const char *name, *plain, *html, *below, *above;
	} rows[] = {
		{ "nowhere", "Annabel\nx", "", "", "" },
		{ "below", "Ann\nPilot", "", "Pilot", "" },
		{ "above", "Hello\n\nAnn\nPilot", "", "Pilot", "Hello" },
		{ "blanks before it", "   Ann\n   Pilot\n", "", "Pilot", "" },
		{ "twice in a row", "Hi\nAnn\nAnn\nPilot", "", "Pilot", "Hi" },
		{ "first as a heading", "Ann\n\nHi\n\nAnn\nPilot", "", "Pilot",
		    "Ann\n\nHi" },
		{ "nothing below", "Hi\nAnn\n\nPilot", "", "", "" },
		{ "at the end", "Hi\nAnn", "", "", "" },
		{ "in the HTML", "nobody", "Hi\nAnn\nPilot\nx", "Pilot", "Hi" },
		{ "in both", "Ann\nPilot", "Hi\nAnn\nBaker", "Pilot", "Hi" },
		{ "a button", "Ann\nView", "", "View", "" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view plain = exact_string(rows[i].plain);
		struct view html = exact_string(rows[i].html);
		struct request r;
		struct mail m;
		struct pack *p;

		begin(&m, "Ann", "a@n.example", "x", "");
		m.message.plain = plain;
		m.message.html = html;
		add_link(&m, "http://n/", "View");
		p = recognise(rules, &m, "", &r);
		check_view(rows[i].name, r.person[0].headline, rows[i].below);
		check_view(rows[i].name, r.note_text, rows[i].above);
		exact_free(plain);
		exact_free(html);
		pack_free(p);
	}
}

static void
marks_lines_that_are_buttons(void **state)
{
	static const char rules[] = HEAD ANY_RULE
	    "fields = ( { on = \"display\"; pattern = \"(?<name>.+)\"; },"
	    "{ on = \"below_name\"; pattern = \"\\\\A(?<note>.+)\"; },"
	    "{ on = \"below_name\"; pattern = "
	    "\"\\\\A(?<headline>[^\\\\t].*)\"; } );";
	static const struct {
		const char *name, *line;
		bool button;
	} rows[] = {
		{ "one", "View", true },
		{ "two", "Accept View", true },
		{ "the longer of two", "View profile", true },
		{ "three", "View profile Accept View", true },
		{ "words around it", "View from Above", false },
		{ "a part of a word", "Viewer", false },
		{ "none", "Pilot", false },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text t = TEXT_INIT(256);
		struct request r;
		struct mail m;
		struct pack *p;

		text_addf(&t, "Ann\n%s\n", rows[i].line);
		begin(&m, "Ann", "a@n.example", "x", text_string(&t));
		add_link(&m, "http://n/", "");
		add_link(&m, "http://n/", "View");
		add_link(&m, "http://n/", "View profile");
		add_link(&m, "http://n/", "Accept");
		p = recognise(rules, &m, "", &r);
		check_view(rows[i].name, r.person[0].headline,
		    rows[i].button ? "" : rows[i].line);
		check_view(rows[i].name, r.note_text, rows[i].line);
		pack_free(p);
		text_free(&t);
	}
}

/* Many lines, or one endless line, around a name. */
static void
looks_only_so_far_around_a_name(void **state)
{
	static const char rules[] = HEAD ANY_RULE
	    "fields = ( { on = \"display\"; pattern = \"(?<name>.+)\"; },"
	    "{ on = \"below_name\"; pattern = [ \"(?<headline>l8)\", "
	    "\"(?<headline>l7)\" ]; },"
	    "{ on = \"above_name\"; pattern = [ \"(?<note>k41)\", "
	    "\"(?<note>k40)\" ]; } );";
	struct text t = TEXT_INIT(LIMIT_TEXT_SIZE);
	struct request r;
	struct mail m;
	struct pack *p;

	(void)state;
	for (int i = 50; i > 0; i--)
		text_addf(&t, "k%d\n", i);
	text_add_string(&t, "Ann\n");
	for (int i = 0; i < 10; i++)
		text_addf(&t, "l%d\n", i);
	begin(&m, "Ann", "a@n.example", "x", text_string(&t));
	p = recognise(rules, &m, "", &r);
	check_view("below", r.person[0].headline, "l7");
	check_view("above", r.note_text, "k40");
	pack_free(p);

	text_clear(&t);
	text_add_string(&t, "k40");
	for (size_t i = 0; i < 2 * LIMIT_NOTE_SIZE; i++)
		text_add_byte(&t, 'x');
	text_add_string(&t, "\nAnn\n");
	for (size_t i = 0; i < 2 * LIMIT_NOTE_SIZE; i++)
		text_add_byte(&t, 'x');
	text_add_string(&t, "l7");
	begin(&m, "Ann", "a@n.example", "x", text_string(&t));
	p = recognise(rules, &m, "", &r);
	check_view("below", r.person[0].headline, "");
	check_view("above", r.note_text, "");
	pack_free(p);
	text_free(&t);
}

static void
tells_a_note_from_boilerplate(void **state)
{
	static const char rules[] = HEAD ANY_RULE
	    "fields = ( { on = \"display\"; pattern = \"(?<name>.+)\"; },"
	    "{ on = \"plain\"; pattern = \"(?<note>(?s:.+))\"; } );"
	    "boilerplate = [ \"Let us connect.\" ];";
	static const struct {
		const char *plain, *text;
		enum request_note want;
	} rows[] = {
		{ "", "", NOTE_NONE },
		{ "Bob,\n\n- Ann", "", NOTE_NONE },
		{ "Bob,\n\nlet us connect!\n\n- Ann", "let us connect!",
		    NOTE_BOILERPLATE },
		{ "Hi Bob, let us connect.\nAnn Sample",
		    "Hi Bob, let us connect.", NOTE_BOILERPLATE },
		{ "Bob,\nlet us connect at the fair\nAnn",
		    "let us connect at the fair", NOTE_PERSONAL },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct request r;
		struct mail m;
		struct pack *p;

		begin(&m, "Ann Sample", "a@n.example", "x", rows[i].plain);
		p = recognise(rules, &m, "", &r);
		check_view(rows[i].plain, r.note_text, rows[i].text);
		check_string(rows[i].plain, request_note_name(r.note),
		    request_note_name(rows[i].want));
		pack_free(p);
	}
}

static void
constants_are_set_where_their_condition_holds(void **state)
{
	static const char rules[] =
	    HEAD ANY_RULE "fields = ( { set = { lang = \"aa\"; }; when = { "
			  "plain = \"a\"; }; },"
			  "{ set = { lang = \"bb\"; company = \"B\"; }; when = "
			  "{ plain = \"b\"; }; } );";
	struct request r;
	struct mail m;
	struct pack *p;

	(void)state;
	begin(&m, "", "a@n.example", "x", "ab");
	p = recognise(rules, &m, "", &r);
	check_view("first", r.lang, "aa");
	check_view("not set yet", r.person[0].company, "B");
	pack_free(p);
	begin(&m, "", "a@n.example", "x", "b");
	p = recognise(rules, &m, "", &r);
	check_view("second", r.lang, "bb");
	pack_free(p);
}

/* From some number of questions on they are asked of a map of the text. */
static void
many_rules_on_one_text_find_the_one_that_fits(void **state)
{
	struct text t = TEXT_INIT(65536);
	struct request r;
	struct mail m;
	struct pack *p;

	(void)state;
	text_add_string(&t, HEAD "rules = (");
	for (int i = 0; i < 60; i++)
		text_addf(&t,
		    "{ id = \"b%d\"; type = \"job\"; when = { body = "
		    "\"^number %d[.]\"; }; }, { id = \"l%d\"; type = "
		    "\"inmail\"; when = { link = \"/number/%d/\"; }; },",
		    i, i, i, i);
	text_add_string(&t,
	    "{ id = \"none\"; type = \"message\"; when = { body = \"^[n-z]\"; "
	    "}; } );");
	begin(&m, "", "a@n.example", "x", "other\n");
	m.message.html = VIEW("number 57.\n");
	p = recognise(text_string(&t), &m, "", &r);
	check_view("body", r.evidence[0].rule, "net/b57");
	pack_free(p);
	begin(&m, "", "a@n.example", "x", "");
	add_link(&m, "http://n/other", "");
	add_link(&m, "http://n/number/58/", "");
	p = recognise(text_string(&t), &m, "", &r);
	check_view("link", r.evidence[0].rule, "net/l58");
	pack_free(p);
	begin(&m, "", "a@n.example", "x", "z");
	p = recognise(text_string(&t), &m, "", &r);
	check_view("no literal", r.evidence[0].rule, "net/none");
	pack_free(p);
	text_free(&t);
}

static void
a_pattern_that_hits_a_ceiling_is_counted_and_no_match(void **state)
{
	static const char rules[] = HEAD
	    "rules = ( { id = \"a\"; type = \"job\"; when = { plain = "
	    "\"(a|aa)+[!?]\"; }; },"
	    "{ id = \"b\"; type = \"inmail\"; when = { plain = \"^aa\"; }; } );"
	    "fields = ( { on = \"plain\"; pattern = \"(?<name>(a|aa)+[!?])\"; "
	    "} );";
	struct request r;
	struct mail m;
	char text[201];

	(void)state;
	memset(text, 'a', 200);
	text[200] = '\0';
	begin(&m, "", "a@n.example", "x", text);
	pack_free(recognise(rules, &m, "", &r));
	check_type("next rule", &r, REQUEST_INMAIL);
	assert_int_equal(r.pattern_errors, 2);
	assert_int_equal(r.people, 0);
}

static void
every_shortage_of_memory_is_an_error(void **state)
{
	static const char rules[] = HEAD
	    "signals = { key = ( { on = \"link\"; pattern = \"k=(.)\"; } ); };"
	    "rules = ( { id = \"a\"; type = \"job\"; when = { key = \"x\"; "
	    "sender = \"n\"; }; } );"
	    "fields = ( { on = \"display\"; pattern = \"(?<name>.+)\"; },"
	    "{ on = \"below_name\"; pattern = \"(?<headline>.+)\"; },"
	    "{ on = \"name_link\"; pattern = \"in/(?<profile>.+)\"; } );";
	struct pack *p = parse(rules);
	struct mail m;
	size_t limit = 0;
	int failures = 0;

	(void)state;
	begin(&m, "Ann", "a@n.example", "x", "Ann\nTick &amp; Co\n");
	add_link(&m, "http://n/in/ann?k=x", "Ann");
	for (;; limit++) {
		struct pool *small = pool_new(limit);
		struct request r;
		int result = recognise_request(p, &m.message, VIEW(""), scratch,
		    small, &r);

		if (result == 0) {
			check_view("headline", r.person[0].headline,
			    "Tick & Co");
			check_view("profile", r.person[0].profile, "ann?k=x");
			pool_free(small);
			break;
		}
		failures++;
		pool_free(small);
		assert_true(limit < 65536);
	}
	assert_true(failures > 100);
	pack_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asks_every_mail_the_cheap_question),
		cmocka_unit_test(says_why_it_is_a_candidate),
		cmocka_unit_test(
		    a_name_too_long_to_be_asked_for_is_no_candidate),
		cmocka_unit_test(the_first_rule_that_fits_gives_the_type),
		cmocka_unit_test(two_from_fields_or_mailboxes_name_no_sender),
		cmocka_unit_test(rules_inherit_what_every_one_asks),
		cmocka_unit_test(patterns_are_tried_on_the_signals_they_name),
		cmocka_unit_test(what_a_mail_does_not_say_stays_empty),
		cmocka_unit_test(says_where_fields_were_read),
		cmocka_unit_test(a_digest_names_each_person_once),
		cmocka_unit_test(has_a_ceiling_for_people),
		cmocka_unit_test(has_ceilings_for_what_is_read_out),
		cmocka_unit_test(numbers_mean_something_or_nothing),
		cmocka_unit_test(a_given_name_is_a_word_or_nothing),
		cmocka_unit_test(looks_around_a_name_that_stands_alone),
		cmocka_unit_test(marks_lines_that_are_buttons),
		cmocka_unit_test(looks_only_so_far_around_a_name),
		cmocka_unit_test(tells_a_note_from_boilerplate),
		cmocka_unit_test(constants_are_set_where_their_condition_holds),
		cmocka_unit_test(many_rules_on_one_text_find_the_one_that_fits),
		cmocka_unit_test(
		    a_pattern_that_hits_a_ceiling_is_counted_and_no_match),
		cmocka_unit_test(every_shortage_of_memory_is_an_error),
	};

	return cmocka_run_group_tests_name("recognise", tests, open_all,
	    close_all);
}
