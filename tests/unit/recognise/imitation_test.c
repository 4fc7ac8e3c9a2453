// SPDX-License-Identifier: BSD-2-Clause
#include "recognise/imitation.h"

#include "mail/mime.h"
#include "recognise/recognise.h"
#include "t.h"

#define HEAD                                                                 \
	"name = \"net\"; network = { from = \"n.example\"; signers = "       \
	"\"n.example\"; clients = \"n.example\"; envelope = \"n.example\"; " \
	"}; candidate = ( { header = \"X-Net\"; } ); rules = ( { id = "      \
	"\"any\"; type = \"invitation\"; when = { subject = \".\"; }; } );\n"
#define IMITATIONS                                                         \
	HEAD "imitations = { name = \"kitenet\"; except = "                \
	     "\"kitenet-club.example\"; links = \"n.example\"; display = " \
	     "\"^kitenet$\"; wording = \"(?i)wants to fly\"; };"

static struct regex_scratch *scratch;
static struct pool *pool;

static int
open_all(void **state)
{
	(void)state;
	mime_init();
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
	mime_shutdown();
	return 0;
}

static struct pack *
parse(const char *text)
{
	struct err e = ERR_NONE;
	struct pack *p = pack_parse(view_of(text), "x.conf", &e);

	if (p == NULL)
		fail_msg("%s", e.text);
	return p;
}

static const struct row {
	const char *name, *address, *subject, *list_id, *url;
	enum imitation_kind want;
} rows[] = {
	{ "Ann", "a@kitenet.example", "x", "", "", IMITATION_NAMED },
	{ "Ann", "a@kitenet.example", "Ann wants to fly", "", "",
	    IMITATION_NAMED },
	{ "Ann", "a@kitenet.example", "x", "", "http://e.example",
	    IMITATION_NAMED },
	{ "Ann", "a@kitenet.example", "wants to fly", "", "http://e.example",
	    IMITATION_FULL },
	{ "Ann", "a@k1tenet.example", "x", "", "", IMITATION_NAMED },
	{ "Ann", "a@my-kitenet.example", "x", "", "", IMITATION_NO },
	{ "Ann", "a@my-kitenet.example", "x", "", "http://e.example",
	    IMITATION_NO },
	{ "Ann", "a@my-kitenet.example", "wants to fly", "", "",
	    IMITATION_NAMED },
	{ "KiteNet", "a@my-kitenet.example", "x", "", "", IMITATION_NAMED },
	{ "kitenet", "a@my-kitenet.example", "x", "", "", IMITATION_NAMED },
	{ "Ann", "a@kitnet.example", "wants to fly", "", "http://e.example",
	    IMITATION_FULL },
	{ "Ann", "a@kitenet-club.example", "wants to fly", "",
	    "http://e.example", IMITATION_NO },
	{ "Ann", "a@x.kitenet-club.example", "wants to fly", "",
	    "http://e.example", IMITATION_NO },
	{ "Ann", "a@example.org", "wants to fly", "", "http://e.example",
	    IMITATION_NO },
	{ "K1te Net", "a@example.org", "wants to fly", "", "http://e.example",
	    IMITATION_FULL },
	{ "K1te Net", "a@example.org", "wants to fly", "", "", IMITATION_NO },
	{ "K1te Net", "a@example.org", "x", "", "http://e.example",
	    IMITATION_NO },
	{ "K1te Net", "a@example.org", "wants to fly", "<l.example.org>",
	    "http://e.example", IMITATION_LISTED },
	{ "K1te Net", "a@example.org", "wants to fly", "L <example.org>",
	    "http://e.example", IMITATION_LISTED },
	{ "K1te Net", "a@example.org", "x", "<example.org>", "http://e.example",
	    IMITATION_NO },
	{ "K1te Net", "a@example.org", "wants to fly", "<example.org>", "",
	    IMITATION_NO },
	{ "K1te Net via L", "a@example.org", "wants to fly", "<example.org>",
	    "http://e.example", IMITATION_NO },
	{ "K1te Net", "a@my-kitenet.example", "x", "<l.my-kitenet.example>", "",
	    IMITATION_LISTED },
	{ "K1te Net", "a@l.n.example", "wants to fly", "<l.n.example>",
	    "http://e.example", IMITATION_LISTED },
	{ "K1te Net", "a@example.org", "wants to fly", "<l.example.net>",
	    "http://e.example", IMITATION_FULL },
	{ "K1te Net", "a@example.org", "wants to fly", "<>", "http://e.example",
	    IMITATION_FULL },
	{ "Ann", "a@kitenet.example", "x", "<l.kitenet.example>", "",
	    IMITATION_NAMED },
	{ "K1te Net", "a@n.example", "wants to fly", "", "http://e.example",
	    IMITATION_NO },
	{ "K1te Net", "a@kitenet.n.example", "wants to fly", "",
	    "http://e.example", IMITATION_NAMED },
	{ "Ann", "a@kitenet.n.example", "wants to fly", "", "http://e.example",
	    IMITATION_NO },
	/* Where a link leads. */
	{ "K1te Net", "a@b.example", "wants to fly", "", "http://n.example/",
	    IMITATION_NO },
	{ "K1te Net", "a@b.example", "wants to fly", "",
	    "HTTPS://www.N.example:80/", IMITATION_NO },
	{ "K1te Net", "a@b.example", "wants to fly", "",
	    "http://n.example@e.example/", IMITATION_FULL },
	{ "K1te Net", "a@b.example", "wants to fly", "",
	    "http://e.example\\@n.example/", IMITATION_FULL },
	{ "K1te Net", "a@b.example", "wants to fly", "",
	    "http://e.example/?n.example", IMITATION_FULL },
	{ "K1te Net", "a@b.example", "wants to fly", "", "mailto:a@e.example",
	    IMITATION_NO },
	{ "K1te Net", "a@b.example", "wants to fly", "", "http://",
	    IMITATION_NO },
	{ "K1te Net", "a@b.example", "wants to fly", "", "//e.example/",
	    IMITATION_FULL },
	{ "K1te Net", "a@b.example", "wants to fly", "", "//www.n.example/x",
	    IMITATION_NO },
	{ "K1te Net", "a@b.example", "wants to fly", "", "\\\\e.example",
	    IMITATION_FULL },
	{ "K1te Net", "a@b.example", "wants to fly", "", "https:\\\\e.example",
	    IMITATION_FULL },
	{ "K1te Net", "a@b.example", "wants to fly", "", "https:/\\e.example/",
	    IMITATION_FULL },
	{ "K1te Net", "a@b.example", "wants to fly", "", "https:/e.example/",
	    IMITATION_FULL },
	{ "K1te Net", "a@b.example", "wants to fly", "", "http:e.example",
	    IMITATION_FULL },
	{ "K1te Net", "a@b.example", "wants to fly", "", "http:////e.example",
	    IMITATION_FULL },
	{ "K1te Net", "a@b.example", "wants to fly", "", "https:/n.example",
	    IMITATION_NO },
	{ "K1te Net", "a@b.example", "wants to fly", "", "/e.example",
	    IMITATION_NO },
	{ "K1te Net", "a@b.example", "wants to fly", "", "e.example",
	    IMITATION_NO },
	{ "K1te Net", "a@b.example", "wants to fly", "", "#", IMITATION_NO },
	/* Without an address that is one. */
	{ "K1te Net", "", "wants to fly", "", "http://e.example",
	    IMITATION_FULL },
	{ "", "K1te Net", "wants to fly", "", "http://e.example",
	    IMITATION_FULL },
	{ "K1te Net", "", "wants to fly", "", "", IMITATION_NO },
	{ "Ann", "", "wants to fly", "", "http://e.example", IMITATION_NO },
};

static void
weighs_what_it_finds(void **state)
{
	struct pack *p = parse(IMITATIONS);

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		const struct row *row = &rows[i];
		struct mailbox from = { view_of(row->name),
			view_of(row->address) };
		struct header list = { VIEW("List-Id"), view_of(row->list_id),
			view_of(row->list_id) };
		struct link link = { view_of(row->url), VIEW("") };
		struct message m = { .from = &from,
			.from_count = 1,
			.subject = view_of(row->subject),
			.header = &list,
			.header_count = row->list_id[0] != '\0',
			.link = &link,
			.link_count = row->url[0] != '\0' };
		struct request out = { .type = REQUEST_INVITATION,
			.people = 1 };
		struct imitation found;

		check_number(row->address,
		    imitation_find(p, &m, scratch, pool, &out, &found), 0);
		if (found.kind != row->want)
			fail_msg("row %zu, %s: got %d (%s)", i, row->address,
			    found.kind, found.why);
		check_number("people", (long)out.people,
		    row->want == IMITATION_NO);
		check_number("type", out.type,
		    row->want == IMITATION_NO ? REQUEST_INVITATION
					      : REQUEST_OTHER);
	}
	pack_free(p);
}

/* A link that was left out may lead anywhere. */
static void
what_was_cut_may_lead_elsewhere(void **state)
{
	static const struct {
		const char *name, *subject;
		unsigned cut;
		enum imitation_kind want;
	} cuts[] = {
		{ "kitenet", "wants to fly", 0, IMITATION_NO },
		{ "kitenet", "wants to fly", MESSAGE_CUT_HEADER, IMITATION_NO },
		{ "kitenet", "wants to fly", MESSAGE_CUT_LINKS,
		    IMITATION_FULL },
		{ "kitenet", "wants to fly", MESSAGE_CUT_TEXT, IMITATION_FULL },
		{ "kitenet", "wants to fly", MESSAGE_CUT_PARTS,
		    IMITATION_FULL },
		{ "kitenet", "wants to fly", MESSAGE_CUT_BODY, IMITATION_FULL },
		{ "kitenet", "x", MESSAGE_CUT_LINKS, IMITATION_NO },
		{ "Ann", "wants to fly", MESSAGE_CUT_LINKS, IMITATION_NO },
	};
	struct pack *p = parse(IMITATIONS);
	struct link link = { VIEW("http://n.example/"), VIEW("") };

	(void)state;
	for (size_t i = 0; i < LENGTH(cuts); i++) {
		struct mailbox from = { view_of(cuts[i].name),
			VIEW("a@example.org") };
		struct message m = { .from = &from,
			.from_count = 1,
			.subject = view_of(cuts[i].subject),
			.link = &link,
			.link_count = 1,
			.cut = cuts[i].cut };
		struct request out = { .people = 1 };
		struct imitation found;

		imitation_find(p, &m, scratch, pool, &out, &found);
		if (found.kind != cuts[i].want)
			fail_msg("cut %zu: got %d (%s)", i, found.kind,
			    found.why);
		if (found.kind == IMITATION_FULL)
			check_string("why", found.why,
			    "example.org is another than that of the name, "
			    "with its wording, links left out");
	}
	pack_free(p);
}

static void
says_what_decided(void **state)
{
	struct pack *p = parse(IMITATIONS);
	struct mailbox from = { VIEW("kitenet"), VIEW("a@kitenet.example") };
	struct link link = { VIEW("http://e\x1B.example/x"), VIEW("") };
	struct message m = { .from = &from,
		.from_count = 1,
		.subject = VIEW("wants to fly"),
		.link = &link,
		.link_count = 1 };
	struct request out;
	struct imitation found;

	(void)state;
	memset(&out, 0, sizeof(out));
	imitation_find(p, &m, scratch, pool, &out, &found);
	check_view("rule", out.evidence[0].rule, "net/imitated-domain");
	check_string("why", found.why,
	    "kitenet.example has the name as a label, with its wording, "
	    "links to e?.example");
	from.address = VIEW("a@example.org");
	imitation_find(p, &m, scratch, pool, &out, &found);
	check_view("rule", out.evidence[0].rule, "net/imitated-name");
	check_view("network", out.network, "net");
	pack_free(p);
}

static void
a_candidate_where_imitations_matter(void **state)
{
	static const struct {
		const char *field, *raw;
		bool want;
	} fields[] = {
		{ "From", " Ann <a@kitenet.example>", true },
		{ "FROM", " Ann <a@x-k1tenet.example>", true },
		{ "From", " Kite\r\n Net <a@example.org>", true },
		{ "From", " =?UTF-8?B?S2l0ZW5ldA==?= <a@example.org>", true },
		{ "From", " =?UTF-8?B?SG9uZXN0?= <a@example.org>", false },
		{ "From", " Ann <a@example.org>", false },
		{ "To", " Ann <a@kitenet.example>", false },
		{ "Subject", " kitenet", false },
	};
	struct pack *p[2] = { parse(HEAD), parse(IMITATIONS) };
	struct packs packs = { p, 2 };

	(void)state;
	for (size_t i = 0; i < LENGTH(fields); i++) {
		struct header field = { view_of(fields[i].field),
			exact_string(fields[i].raw), VIEW("") };

		if (recognise_candidate(&packs, &field, 1, VIEW(""), true) !=
		    (fields[i].want ? p[1] : NULL))
			fail_msg("%s", fields[i].raw);
		assert_null(recognise_candidate(&packs, &field, 1, VIEW(""),
		    false));
		exact_free(field.raw);
	}
	pack_free(p[0]);
	pack_free(p[1]);
}

/* However much stands before the name, shown or not. */
static void
a_candidate_behind_much_else(void **state)
{
	static const struct {
		const char *name, *head, *unit, *tail;
		size_t times;
		bool want;
	} rows_of_text[] = {
		{ "blanks", "\"", " ", "Kitenet\" <a@e.example>", 3000, true },
		{ "blanks within", "\"Kite", " ", "net\" <a@e.example>", 3000,
		    true },
		{ "what is not shown", "\"", "\xE2\x80\x8B",
		    "Kitenet\" <a@e.example>", 3000, true },
		{ "that within it", "\"Kite", "\xE2\x80\x8B",
		    "net\" <a@e.example>", 3000, true },
		{ "that, encoded", "", " =?UTF-8?Q?=E2=80=8B?=\r\n",
		    " =?UTF-8?Q?Kitenet?= <a@e.example>", 300, true },
		{ "mailboxes", "", "b@e.example,\r\n ", "Kitenet <a@e.example>",
		    300, true },
		{ "one octet more each", "", "x", " k1tenet <a@e.example>", 509,
		    true },
		{ "all there is", "", "b@e.example,\r\n ", "b@e.example", 300,
		    false },
	};
	struct pack *p = parse(IMITATIONS);

	(void)state;
	for (size_t i = 0; i < LENGTH(rows_of_text); i++) {
		struct text raw = TEXT_INIT(100000);

		text_add_string(&raw, rows_of_text[i].head);
		for (size_t k = 0; k < rows_of_text[i].times; k++)
			text_add_string(&raw, rows_of_text[i].unit);
		text_add_string(&raw, rows_of_text[i].tail);
		if (imitation_is_hinted(p, text_view(&raw)) !=
		    rows_of_text[i].want)
			fail_msg("%s", rows_of_text[i].name);
		text_free(&raw);
	}
	pack_free(p);
}

static void
refuses_what_it_cannot_use(void **state)
{
	static const struct {
		const char *name, *text, *want;
	} packs[] = {
		{ "nothing", "imitations = { };",
		    "x.conf:2: imitations: name is missing" },
		{ "a capital",
		    "imitations = { name = \"Kite\"; except = [ ]; links = [ "
		    "]; display = [ ]; wording = [ ]; };",
		    "x.conf:2: imitations: name: 4 to 32 of a-z and 0-9" },
		{ "a short name",
		    "imitations = { name = \"kit\"; except = [ ]; links = [ "
		    "]; display = [ ]; wording = [ ]; };",
		    "x.conf:2: imitations: name: 4 to 32 of a-z and 0-9" },
		{ "a broken pattern",
		    "imitations = { name = \"kite\"; except = [ ]; links = [ "
		    "]; display = \"(\"; wording = [ ]; };",
		    "x.conf:2: imitations: offset 1: missing closing "
		    "parenthesis" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(packs); i++) {
		struct text text = TEXT_INIT(10000);
		struct err e = ERR_NONE;

		text_addf(&text, "%s%s", HEAD, packs[i].text);
		assert_null(pack_parse(text_view(&text), "x.conf", &e));
		check_string(packs[i].name, e.text, packs[i].want);
		text_free(&text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(weighs_what_it_finds),
		cmocka_unit_test(what_was_cut_may_lead_elsewhere),
		cmocka_unit_test(says_what_decided),
		cmocka_unit_test(a_candidate_where_imitations_matter),
		cmocka_unit_test(a_candidate_behind_much_else),
		cmocka_unit_test(refuses_what_it_cannot_use),
	};

	return cmocka_run_group_tests_name("recognise/imitation", tests,
	    open_all, close_all);
}
