// SPDX-License-Identifier: BSD-2-Clause
#include "mail/auth.h"

#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"
#include "mail/mime.h"
#include "t.h"

static const struct view from_domains[] = { VIEW("linkedin.com"),
	VIEW("e.linkedin.com") };
static const struct view signer_domains[] = { VIEW("linkedin.com"),
	VIEW("e.linkedin.com"), VIEW("example.org") };
static const struct view client_domains[] = { VIEW("linkedin.com") };
static const struct view envelope_domains[] = { VIEW("bounce.linkedin.com") };
static const struct auth_network network = {
	.from = { from_domains, LENGTH(from_domains) },
	.signers = { signer_domains, LENGTH(signer_domains) },
	.clients = { client_domains, LENGTH(client_domains) },
	.envelope = { envelope_domains, LENGTH(envelope_domains) },
};

enum { ALL = SIGNATURE_FROM | SIGNATURE_TO | SIGNATURE_SUBJECT };

#define SIGNED(d, how)                                                         \
	{                                                                      \
		.domain = VIEW(d), .selector = VIEW("x"), .result = (how),     \
		.sound = true, .covers = ALL, .key_bits = 2048, .key = VIEW(d) \
	}
#define FROM "From: Zo <invitations@linkedin.com>\n"
#define HOST "maild-hd.linkedin.com"

/* The one signature of a row that says something about it. */
struct row {
	const char *name, *header, *client, *envelope;
	unsigned cut;
	bool unchecked, too_large,
	    elsewhere; /* elsewhere: its To is somebody else */
	struct results results;
	int64_t now_ms;
	struct signature item[3];
	enum trust want;
	const char *why;
};

static void
check_row(const struct row *row)
{
	struct pool *p = pool_new(100000);
	struct signatures signatures = {
		.checked = !row->unchecked && !row->too_large,
		.too_large = row->too_large,
	};
	struct message m;
	struct auth_verdict verdict;
	struct auth_facts facts = {
		.message = &m,
		.signatures = &signatures,
		.results = &row->results,
		.addressed = !row->elsewhere,
		.now_ms = row->now_ms,
		.client_name = view_of(row->client),
		.envelope_from = view_of(row->envelope),
	};

	while (signatures.count < LENGTH(row->item) &&
	    row->item[signatures.count].domain.size > 0) {
		signatures.item[signatures.count] = row->item[signatures.count];
		signatures.count++;
	}
	assert_int_equal(message_parse(p, view_of(row->header), row->cut, &m,
			     NULL),
	    0);
	auth_judge(&network, &facts, &verdict);
	check_string(row->name, auth_trust_name(verdict.level),
	    auth_trust_name(row->want));
	check_string(row->name, verdict.why, row->why);
	assert_int_equal(verdict.signature != NULL,
	    row->want == TRUST_VERIFIED || row->want == TRUST_DIRECT);
	pool_free(p);
}

static void
a_passing_signature_is_believed(void **state)
{
	static const struct row rows[] = {
		{ .name = "verified",
		    .header = FROM,
		    .item = { SIGNED("linkedin.com", SIGNATURE_PASS) },
		    .want = TRUST_VERIFIED,
		    .why = "dkim d=linkedin.com s=x" },
		{ .name = "direct",
		    .header = FROM,
		    .client = HOST,
		    .item = { SIGNED("linkedin.com", SIGNATURE_PASS) },
		    .want = TRUST_DIRECT,
		    .why = "dkim d=linkedin.com s=x, from " HOST },
		{ .name = "by another host",
		    .header = FROM,
		    .client = "maild.notlinkedin.com",
		    .item = { SIGNED("linkedin.com", SIGNATURE_PASS) },
		    .want = TRUST_VERIFIED,
		    .why = "dkim d=linkedin.com s=x" },
		{ .name = "the second of two",
		    .header = FROM,
		    .item = { SIGNED("linkedin.com", SIGNATURE_FAIL),
			SIGNED("linkedin.com", SIGNATURE_PASS) },
		    .want = TRUST_VERIFIED,
		    .why = "dkim d=linkedin.com s=x" },
		{ .name = "by the parent of the domain",
		    .header = "From: a@E.LinkedIn.com\n",
		    .item = { SIGNED("linkedin.com", SIGNATURE_PASS) },
		    .want = TRUST_VERIFIED,
		    .why = "dkim d=linkedin.com s=x" },
		{ .name = "though others fail",
		    .header = FROM,
		    .item = { SIGNED("example.org", SIGNATURE_TEMPORARY),
			SIGNED("mailb.linkedin.com", SIGNATURE_FAIL),
			SIGNED("linkedin.com", SIGNATURE_PASS) },
		    .want = TRUST_VERIFIED,
		    .why = "dkim d=linkedin.com s=x" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		check_row(&rows[i]);
}

static void
without_one_it_is_forged(void **state)
{
	static const struct row rows[] = {
		{ .name = "no signature",
		    .header = FROM,
		    .want = TRUST_FORGED,
		    .why = "no signature of linkedin.com" },
		{ .name = "fails",
		    .header = FROM,
		    .item = { SIGNED("linkedin.com", SIGNATURE_FAIL) },
		    .want = TRUST_FORGED,
		    .why = "dkim d=linkedin.com s=x fails" },
		{ .name = "no key",
		    .header = FROM,
		    .item = { SIGNED("linkedin.com", SIGNATURE_NO_KEY) },
		    .want = TRUST_FORGED,
		    .why = "dkim d=linkedin.com s=x has no key" },
		{ .name = "of another signer",
		    .header = FROM,
		    .item = { SIGNED("example.org", SIGNATURE_PASS) },
		    .want = TRUST_FORGED,
		    .why = "no signature of linkedin.com" },
		{ .name = "of a subdomain",
		    .header = FROM,
		    .item = { SIGNED("e.linkedin.com", SIGNATURE_PASS) },
		    .want = TRUST_FORGED,
		    .why = "no signature of linkedin.com" },
		{ .name = "of nobody on the list",
		    .header = FROM,
		    .item = { SIGNED("com", SIGNATURE_PASS) },
		    .want = TRUST_FORGED,
		    .why = "no signature of linkedin.com" },
		{ .name = "no answer for somebody else",
		    .header = FROM,
		    .item = { SIGNED("example.org", SIGNATURE_TEMPORARY) },
		    .want = TRUST_FORGED,
		    .why = "no signature of linkedin.com" },
		{ .name = "two mailboxes named alike, one address",
		    .header = "From: \"a@b.test\" <a@linkedin.com>\n",
		    .want = TRUST_FORGED,
		    .why = "no signature of linkedin.com" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		check_row(&rows[i]);
}

static void
what_is_open_is_only_claimed(void **state)
{
	static const struct row rows[] = {
		{ .name = "not checked",
		    .header = FROM,
		    .client = HOST,
		    .unchecked = true,
		    .want = TRUST_CLAIMED,
		    .why = "signatures were not checked, but from " HOST },
		{ .name = "no answer",
		    .header = FROM,
		    .item = { SIGNED("linkedin.com", SIGNATURE_FAIL),
			SIGNED("linkedin.com", SIGNATURE_TEMPORARY) },
		    .want = TRUST_CLAIMED,
		    .why =
			"dkim d=linkedin.com s=x got no answer about its key" },
		{ .name = "the network's own host",
		    .header = FROM,
		    .client = HOST,
		    .want = TRUST_CLAIMED,
		    .why = "no signature of linkedin.com, but from " HOST },
		{ .name = "and a broken signature",
		    .header = FROM,
		    .client = HOST,
		    .item = { SIGNED("linkedin.com", SIGNATURE_FAIL) },
		    .want = TRUST_CLAIMED,
		    .why = "dkim d=linkedin.com s=x fails, but from " HOST },
		{ .name = "reverse-path",
		    .header = "From: b@example.com\n",
		    .envelope = "<m-1@bounce.linkedin.com>",
		    .want = TRUST_CLAIMED,
		    .why = "only the reverse-path is of bounce.linkedin.com" },
		{ .name = "Sender",
		    .header = "From: b@example.com\n"
			      "Sender: LinkedIn <a@bounce.linkedin.com>\n",
		    .want = TRUST_CLAIMED,
		    .why = "only Sender is of bounce.linkedin.com" },
		{ .name = "Sender without brackets",
		    .header = "From: b@example.com\nSender: a@linkedin.com\n",
		    .want = TRUST_CLAIMED,
		    .why = "only Sender is of linkedin.com" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		check_row(&rows[i]);
}

/* What the site's results say of the one signature. */
#define SAID(how, what)                                                        \
	{                                                                      \
		.domain = VIEW("linkedin.com"), .selector = VIEW("x"),         \
		.result = (how), .said = (what), .sound = true, .covers = ALL, \
		.key_bits = 2048, .key = VIEW("b")                             \
	}
#define DIFFER "dkim d=linkedin.com s=x passes and fails, by whom one asks"

#define THERE_ALONE "dkim d=linkedin.com s=x passes by the site's results alone"

enum { BOTH = SIGNATURE_SAID_PASS | SIGNATURE_SAID_FAIL };

#define RESULTS                                                    \
	{                                                          \
		.found = true, .dkim = true, .id = VIEW("mx.test") \
	}

static void
what_is_too_large_to_check_is_forged(void **state)
{
	static const struct row rows[] = {
		{ .name = "no signature seen",
		    .want = TRUST_FORGED,
		    .why = "no signature of linkedin.com seen in mail that "
			   "large" },
		{ .name = "one that nobody checked",
		    .item = { SIGNED("linkedin.com", SIGNATURE_FAIL) },
		    .want = TRUST_FORGED,
		    .why = "dkim d=linkedin.com s=x cannot be checked in mail "
			   "that large" },
		{ .name = "the network's own host",
		    .client = HOST,
		    .item = { SIGNED("linkedin.com", SIGNATURE_FAIL) },
		    .want = TRUST_CLAIMED,
		    .why = "dkim d=linkedin.com s=x cannot be checked in mail "
			   "that large, but from " HOST },
		{ .name = "the site says it passes",
		    .item = { SAID(SIGNATURE_FAIL, SIGNATURE_SAID_PASS) },
		    .results = RESULTS,
		    .want = TRUST_CLAIMED,
		    .why = THERE_ALONE },
		{ .name = "the site says it fails",
		    .item = { SAID(SIGNATURE_FAIL, SIGNATURE_SAID_FAIL) },
		    .results = RESULTS,
		    .want = TRUST_FORGED,
		    .why = "dkim d=linkedin.com s=x fails" },
		{ .name = "the site says both",
		    .item = { SAID(SIGNATURE_FAIL, BOTH) },
		    .results = RESULTS,
		    .want = TRUST_CLAIMED,
		    .why = DIFFER },
		{ .name = "the site says nothing of it",
		    .item = { SAID(SIGNATURE_FAIL, 0) },
		    .results = RESULTS,
		    .want = TRUST_FORGED,
		    .why = "dkim d=linkedin.com s=x cannot be checked in mail "
			   "that large" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct row row = rows[i];

		row.header = FROM;
		row.too_large = true;
		check_row(&row);
	}
}

static void
more_than_one_from_is_forged_as_one_is(void **state)
{
	static const char *const two = "2 From fields";
	static const char *const mailboxes = "2 mailboxes in From";
	const struct row rows[] = {
		{ .name = "two From fields",
		    .header = FROM "From: b@example.com\n",
		    .want = TRUST_FORGED,
		    .why = two },
		{ .name = "the network's second",
		    .header = "From: b@example.com\n" FROM,
		    .want = TRUST_FORGED,
		    .why = two },
		{ .name = "the same twice",
		    .header = FROM FROM,
		    .item = { SIGNED("linkedin.com", SIGNATURE_FAIL) },
		    .want = TRUST_FORGED,
		    .why = two },
		{ .name = "an empty one beside",
		    .header = "From:\n" FROM,
		    .want = TRUST_FORGED,
		    .why = two },
		{ .name = "two mailboxes",
		    .header = "From: b@example.com, a@linkedin.com\n",
		    .want = TRUST_FORGED,
		    .why = mailboxes },
		{ .name = "the network's first",
		    .header = "From: LinkedIn <a@linkedin.com>,\n <b@x.test>\n",
		    .item = { SIGNED("linkedin.com", SIGNATURE_NO_KEY) },
		    .want = TRUST_FORGED,
		    .why = mailboxes },
		{ .name = "in groups",
		    .header = "From: G: b@example.com;, H: a@linkedin.com;\n",
		    .want = TRUST_FORGED,
		    .why = mailboxes },
		{ .name = "signed by the other",
		    .header = "From: a@linkedin.com, b@example.org\n",
		    .item = { SIGNED("example.org", SIGNATURE_PASS) },
		    .want = TRUST_FORGED,
		    .why = mailboxes },
		{ .name = "signed by the network",
		    .header = "From: b@example.com, a@linkedin.com\n",
		    .item = { SIGNED("linkedin.com", SIGNATURE_PASS) },
		    .want = TRUST_CLAIMED,
		    .why = mailboxes },
		{ .name = "two fields, signed by the network",
		    .header = FROM "From: b@example.com\n",
		    .item = { SIGNED("linkedin.com", SIGNATURE_PASS) },
		    .want = TRUST_CLAIMED,
		    .why = two },
		{ .name = "by a host of the network",
		    .header = FROM "From: b@example.com\n",
		    .client = HOST,
		    .want = TRUST_CLAIMED,
		    .why = "2 From fields, but from " HOST },
		{ .name = "not checked",
		    .header = FROM "From: b@example.com\n",
		    .unchecked = true,
		    .want = TRUST_CLAIMED,
		    .why = two },
		{ .name = "none of the network",
		    .header = "From: a@example.com\nFrom: b@example.com\n",
		    .want = TRUST_NONE,
		    .why = "From is of another domain" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		check_row(&rows[i]);
}

#define UNREAD "a From that cannot be read"
#define OTHER "From is of another domain"

static void
a_from_that_cannot_be_read_claims_by_its_text(void **state)
{
	static const struct row rows[] = {
		{ .name = "two dots",
		    .header = "From: Zo <a@LinkedIn.com..>\n",
		    .want = TRUST_FORGED,
		    .why = UNREAD },
		{ .name = "another domain with two",
		    .header = "From: Zo <a@linkedin.com..test>\n",
		    .want = TRUST_NONE,
		    .why = OTHER },
		{ .name = "one that begins alike",
		    .header = "From: Zo <a@linkedin.com-x..>\n",
		    .want = TRUST_NONE,
		    .why = OTHER },
		{ .name = "one that ends alike",
		    .header = "From: Zo <a@notlinkedin.com..>\n",
		    .want = TRUST_NONE,
		    .why = OTHER },
		{ .name = "one that is no address",
		    .header = "From: Zo <linkedin.com..>\n",
		    .want = TRUST_NONE,
		    .why = OTHER },
		{ .name = "by a host of the network",
		    .header = "From: Zo <a@linkedin.com..>\n",
		    .client = HOST,
		    .want = TRUST_CLAIMED,
		    .why = UNREAD ", but from " HOST },
		{ .name = "not checked",
		    .header = "From: Zo <a@linkedin.com..>\n",
		    .unchecked = true,
		    .want = TRUST_CLAIMED,
		    .why = UNREAD },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		check_row(&rows[i]);
}

/* What stands behind the ceilings of what is read. */
static void
a_from_may_be_long_and_claims_all_the_same(void **state)
{
	static const struct {
		const char *name, *what;
		size_t times;
	} rows[] = {
		{ "mailboxes", "b@example.com, ", LIMIT_MAILBOXES },
		{ "groups", "g:; , ", LIMIT_ADDRESS_COLONS + 1 },
		{ "octets", "\"                    \" <b@example.com>, ",
		    LIMIT_ADDRESS_FIELD / 40 + 1 },
		{ "fields", "b@example.com\nFrom: ", LIMIT_MAILBOXES },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text header = TEXT_INIT(100000);
		char why[64];
		struct row row = { .name = rows[i].name,
			.want = TRUST_FORGED,
			.why = why };

		text_add_string(&header, "From: ");
		for (size_t k = 0; k < rows[i].times; k++)
			text_add_string(&header, rows[i].what);
		text_add_string(&header, "a@linkedin.com\n");
		row.header = text_string(&header);
		snprintf(why, sizeof(why), "%s",
		    i == 3 ? "21 From fields" : UNREAD);
		check_row(&row);
		text_free(&header);
	}
}

/* It may have been of anybody. */
static void
a_from_that_was_left_out_is_forged(void **state)
{
	static const struct row rows[] = {
		{ .name = "the only one",
		    .header = "Subject: x\n",
		    .cut = MESSAGE_CUT_HEADER | MESSAGE_CUT_FROM,
		    .want = TRUST_FORGED,
		    .why = UNREAD },
		{ .name = "behind another",
		    .header = "From: a@example.com\n",
		    .cut = MESSAGE_CUT_HEADER | MESSAGE_CUT_FROM,
		    .item = { SIGNED("example.com", SIGNATURE_PASS) },
		    .want = TRUST_FORGED,
		    .why = UNREAD },
		{ .name = "behind the network's",
		    .header = FROM,
		    .cut = MESSAGE_CUT_HEADER | MESSAGE_CUT_FROM,
		    .item = { SIGNED("linkedin.com", SIGNATURE_PASS) },
		    .want = TRUST_CLAIMED,
		    .why = UNREAD },
		{ .name = "another field was left out",
		    .header = "From: a@example.com\n",
		    .cut = MESSAGE_CUT_HEADER,
		    .want = TRUST_NONE,
		    .why = "From is of another domain" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		check_row(&rows[i]);
}

static void
other_mail_is_none_of_it(void **state)
{
	static const char *const headers[] = { "From: a@example.com\n",
		"From: a@notlinkedin.com\n", "From: a@linkedin.com.test\n",
		"From: linkedin.com\n", "From: <>\n", "Subject: linkedin.com\n",
		"From: \"a@linkedin.com\" <b@example.com>\n",
		"From: a@example.com\nSender: x\nSender: a@linkedin.com\n" };

	(void)state;
	for (size_t i = 0; i < LENGTH(headers); i++) {
		struct row row = {
			.name = headers[i],
			.header = headers[i],
			.client = HOST,
			.envelope = "a@notbounce.linkedin.com",
			.item = { SIGNED("linkedin.com", SIGNATURE_PASS) },
			.want = TRUST_NONE,
			.why = "From is of another domain",
		};

		check_row(&row);
	}
}

static void
a_signature_must_cover_what_counts(void **state)
{
	static const struct {
		const char *name;
		unsigned covers, key_bits;
		bool overlaid, partial;
		enum trust want;
		const char *why;
	} rows[] = {
		{ "all", ALL, 1024, false, false, TRUST_VERIFIED, "" },
		{ "not From", ALL & ~(unsigned)SIGNATURE_FROM, 2048, false,
		    false, TRUST_CLAIMED, " does not cover From" },
		{ "not To", ALL & ~(unsigned)SIGNATURE_TO, 2048, false, false,
		    TRUST_CLAIMED, " does not cover To" },
		{ "not Subject", ALL & ~(unsigned)SIGNATURE_SUBJECT, 2048,
		    false, false, TRUST_CLAIMED, " does not cover Subject" },
		{ "overlaid", ALL, 2048, true, false, TRUST_CLAIMED,
		    " leaves a second field of a kind out" },
		{ "partial", ALL, 2048, false, true, TRUST_CLAIMED,
		    " leaves some of the body out" },
		{ "short key", ALL, 1023, false, false, TRUST_CLAIMED,
		    " has a short key" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		char why[160] = "dkim d=linkedin.com s=x";
		struct row row = {
			.name = rows[i].name,
			.header = FROM,
			.item = { SIGNED("linkedin.com", SIGNATURE_PASS) },
			.want = rows[i].want,
			.why = why,
		};

		row.item[0].covers = rows[i].covers;
		row.item[0].key_bits = rows[i].key_bits;
		row.item[0].overlaid = rows[i].overlaid;
		row.item[0].partial = rows[i].partial;
		strcat(why, rows[i].why);
		check_row(&row);
	}
}

static void
long_names_are_cut_not_overrun(void **state)
{
	char selector[300];
	struct row row = {
		.name = "long",
		.header = FROM,
		.item = { SIGNED("linkedin.com", SIGNATURE_FAIL) },
		.want = TRUST_FORGED,
	};
	char why[160];

	(void)state;
	memset(selector, 'y', sizeof(selector));
	memcpy(why, "dkim d=linkedin.com s=", 22);
	memset(why + 22, 'y', sizeof(why) - 23);
	why[sizeof(why) - 1] = '\0';
	row.item[0].selector = (struct view){ selector, sizeof(selector) };
	row.why = why;
	check_row(&row);
}

static void
what_the_site_found_counts(void **state)
{
	static const struct row rows[] = {
		{ .name = "alone",
		    .unchecked = true,
		    .item = { SAID(SIGNATURE_FAIL, SIGNATURE_SAID_PASS) },
		    .want = TRUST_VERIFIED,
		    .why = "dkim d=linkedin.com s=x by mx.test" },
		{ .name = "alone, from the network's host",
		    .unchecked = true,
		    .client = HOST,
		    .item = { SAID(SIGNATURE_FAIL, SIGNATURE_SAID_PASS) },
		    .want = TRUST_DIRECT,
		    .why = "dkim d=linkedin.com s=x by mx.test, from " HOST },
		{ .name = "alone, and it fails",
		    .unchecked = true,
		    .item = { SAID(SIGNATURE_FAIL, SIGNATURE_SAID_FAIL) },
		    .want = TRUST_FORGED,
		    .why = "dkim d=linkedin.com s=x fails" },
		{ .name = "alone, both ways",
		    .unchecked = true,
		    .item = { SAID(SIGNATURE_FAIL, BOTH) },
		    .want = TRUST_CLAIMED,
		    .why = DIFFER },
		{ .name = "alone, of other signatures",
		    .unchecked = true,
		    .item = { SAID(SIGNATURE_FAIL, 0) },
		    .want = TRUST_CLAIMED,
		    .why = "dkim d=linkedin.com s=x was not checked" },
		{ .name = "alone, without a signature",
		    .unchecked = true,
		    .want = TRUST_FORGED,
		    .why = "no signature of linkedin.com" },
		{ .name = "both agree",
		    .item = { SAID(SIGNATURE_PASS, SIGNATURE_SAID_PASS) },
		    .want = TRUST_VERIFIED,
		    .why = "dkim d=linkedin.com s=x" },
		{ .name = "it passes here only",
		    .item = { SAID(SIGNATURE_PASS, SIGNATURE_SAID_FAIL) },
		    .want = TRUST_CLAIMED,
		    .why = DIFFER },
		{ .name = "it passes there only",
		    .item = { SAID(SIGNATURE_FAIL, SIGNATURE_SAID_PASS) },
		    .want = TRUST_CLAIMED,
		    .why = DIFFER },
		{ .name = "no key here, passes there",
		    .item = { SAID(SIGNATURE_NO_KEY, SIGNATURE_SAID_PASS) },
		    .want = TRUST_CLAIMED,
		    .why = DIFFER },
		{ .name = "no answer here, passes there",
		    .item = { SAID(SIGNATURE_TEMPORARY, SIGNATURE_SAID_PASS) },
		    .want = TRUST_CLAIMED,
		    .why = THERE_ALONE },
		{ .name = "no answer here, passes there, from its host",
		    .client = HOST,
		    .item = { SAID(SIGNATURE_TEMPORARY, SIGNATURE_SAID_PASS) },
		    .want = TRUST_CLAIMED,
		    .why = THERE_ALONE ", but from " HOST },
		{ .name = "no answer here, fails there",
		    .item = { SAID(SIGNATURE_TEMPORARY, SIGNATURE_SAID_FAIL) },
		    .want = TRUST_FORGED,
		    .why = "dkim d=linkedin.com s=x fails" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct row row = rows[i];

		row.header = FROM;
		row.results = (struct results){ .found = true,
			.dkim = true,
			.id = VIEW("mx.test") };
		check_row(&row);
	}
}

static void
a_result_does_not_make_up_for_a_signature(void **state)
{
	struct row row = {
		.name = "not covered",
		.header = FROM,
		.unchecked = true,
		.item = { SAID(SIGNATURE_FAIL, SIGNATURE_SAID_PASS) },
		.results = { .found = true, .dkim = true, .id = VIEW("mx") },
		.want = TRUST_CLAIMED,
		.why = "dkim d=linkedin.com s=x does not cover To",
	};

	(void)state;
	row.item[0].covers = ALL & ~(unsigned)SIGNATURE_TO;
	check_row(&row);
	row.item[0].covers = ALL;
	row.item[0].sound = false;
	row.name = "a field that no verifier should accept";
	row.why = DIFFER;
	check_row(&row);
	row.item[0].said = 0;
	row.name = "and of which the site says nothing";
	row.want = TRUST_FORGED;
	row.why = "dkim d=linkedin.com s=x fails";
	check_row(&row);
}

static void
spf_of_the_network_is_as_good_as_its_host(void **state)
{
	struct row row = {
		.name = "of the network",
		.header = FROM,
		.envelope = "s-x@bounce.linkedin.com",
		.item = { SIGNED("linkedin.com", SIGNATURE_PASS) },
		.results = { .found = true,
		    .spf = true,
		    .id = VIEW("mx.test") },
		.want = TRUST_DIRECT,
		.why = "dkim d=linkedin.com s=x, from a host of "
		       "bounce.linkedin.com by mx.test",
	};

	(void)state;
	check_row(&row);
	row.name = "of somebody else";
	row.envelope = "s-x@example.org";
	row.want = TRUST_VERIFIED;
	row.why = "dkim d=linkedin.com s=x";
	check_row(&row);
	row.name = "nobody said so";
	row.envelope = "s-x@bounce.linkedin.com";
	row.results.spf = false;
	check_row(&row);
}

static void
what_was_ignored_is_told(void **state)
{
	struct row row = {
		.name = "ignored",
		.header = FROM,
		.unchecked = true,
		.item = { SAID(SIGNATURE_FAIL, 0) },
		.results = { .found = true, .ignored = "two fields" },
		.want = TRUST_CLAIMED,
		.why = "signatures were not checked; Authentication-Results "
		       "ignored: two fields",
	};

	(void)state;
	check_row(&row);
}

static void
a_replay_is_only_claimed(void **state)
{
	enum { SENT = 1795428000 }; /* Mon, 23 Nov 2026 10:00:00 UTC */
	static const struct {
		const char *name, *date;
		bool elsewhere;
		int64_t later_s;
		const char *why; /* NULL: it is direct */
	} rows[] = {
		{ "at once", "Mon, 23 Nov 2026 10:00:00 +0000", false, 0,
		    NULL },
		{ "to somebody else", "Mon, 23 Nov 2026 10:00:00 +0000", true,
		    0, ", but its To is somebody else" },
		{ "just in time", "Mon, 23 Nov 2026 10:00:00 +0000", false,
		    7 * 86400, NULL },
		{ "long ago", "Mon, 23 Nov 2026 10:00:00 +0000", false,
		    7 * 86400 + 1, ", but its Date is long ago" },
		{ "a clock that is slow", "Mon, 23 Nov 2026 11:00:00 +0000",
		    false, 0, NULL },
		{ "yet to come", "Mon, 23 Nov 2026 11:00:01 +0000", false, 0,
		    ", but its Date is yet to come" },
		{ "unreadable", "yesterday", false, 0,
		    ", but its Date cannot be read" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		char header[200], why[200];
		struct row row = {
			.name = rows[i].name,
			.header = header,
			.client = HOST,
			.elsewhere = rows[i].elsewhere,
			.now_ms = (SENT + rows[i].later_s) * (int64_t)1000,
			.item = { SIGNED("linkedin.com", SIGNATURE_PASS) },
			.want =
			    rows[i].why == NULL ? TRUST_DIRECT : TRUST_CLAIMED,
			.why = why,
		};

		snprintf(header, sizeof(header), FROM "Date: %s\n",
		    rows[i].date);
		snprintf(why, sizeof(why),
		    "dkim d=linkedin.com s=x, from " HOST "%s",
		    rows[i].why == NULL ? "" : rows[i].why);
		check_row(&row);
	}
}

static void
levels_have_names(void **state)
{
	(void)state;
	for (int i = TRUST_NONE; i <= TRUST_FORGED; i++) {
		enum trust level = TRUST_NONE;

		assert_int_equal(
		    auth_trust_parse(view_of(auth_trust_name((enum trust)i)),
			&level),
		    0);
		assert_int_equal(level, i);
	}
	assert_int_equal(auth_trust_parse(VIEW("Direct"), NULL), -1);
	assert_int_equal(auth_trust_parse(VIEW(""), NULL), -1);
	check_string("direct", auth_trust_name(TRUST_DIRECT), "direct");
}

static int
set_up(void **state)
{
	(void)state;
	mime_init();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	mime_shutdown();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_passing_signature_is_believed),
		cmocka_unit_test(without_one_it_is_forged),
		cmocka_unit_test(what_is_open_is_only_claimed),
		cmocka_unit_test(what_is_too_large_to_check_is_forged),
		cmocka_unit_test(more_than_one_from_is_forged_as_one_is),
		cmocka_unit_test(a_from_that_cannot_be_read_claims_by_its_text),
		cmocka_unit_test(a_from_may_be_long_and_claims_all_the_same),
		cmocka_unit_test(a_from_that_was_left_out_is_forged),
		cmocka_unit_test(other_mail_is_none_of_it),
		cmocka_unit_test(a_signature_must_cover_what_counts),
		cmocka_unit_test(long_names_are_cut_not_overrun),
		cmocka_unit_test(what_the_site_found_counts),
		cmocka_unit_test(a_result_does_not_make_up_for_a_signature),
		cmocka_unit_test(spf_of_the_network_is_as_good_as_its_host),
		cmocka_unit_test(what_was_ignored_is_told),
		cmocka_unit_test(a_replay_is_only_claimed),
		cmocka_unit_test(levels_have_names),
	};

	return cmocka_run_group_tests_name("auth", tests, set_up, tear_down);
}
