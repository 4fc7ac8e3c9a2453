// SPDX-License-Identifier: BSD-2-Clause
#include "mail/auth.h"

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

#define SIGNED(d, how)                                                     \
	{                                                                  \
		.domain = VIEW(d), .selector = VIEW("x"), .result = (how), \
		.covers = ALL, .key_bits = 2048, .key = VIEW(d)            \
	}
#define FROM "From: Zo <invitations@linkedin.com>\n"
#define HOST "maild-hd.linkedin.com"

/* The one signature of a row that says something about it. */
struct row {
	const char *name, *header, *client, *envelope;
	bool unchecked;
	struct signature item[3];
	enum trust want;
	const char *why;
};

static void
check_row(const struct row *row)
{
	struct pool *p = pool_new(100000);
	struct signatures signatures = { .checked = !row->unchecked };
	struct message m;
	struct auth_verdict verdict;
	struct auth_facts facts = {
		.message = &m,
		.signatures = &signatures,
		.client_name = view_of(row->client),
		.envelope_from = view_of(row->envelope),
	};

	while (signatures.count < LENGTH(row->item) &&
	    row->item[signatures.count].domain.size > 0) {
		signatures.item[signatures.count] = row->item[signatures.count];
		signatures.count++;
	}
	assert_int_equal(message_parse(p, view_of(row->header), 0, &m, NULL),
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
		    .why = "signatures were not checked" },
		{ .name = "no answer",
		    .header = FROM,
		    .item = { SIGNED("linkedin.com", SIGNATURE_FAIL),
			SIGNED("linkedin.com", SIGNATURE_TEMPORARY) },
		    .want = TRUST_CLAIMED,
		    .why =
			"dkim d=linkedin.com s=x got no answer about its key" },
		{ .name = "two From fields",
		    .header = FROM "From: b@example.com\n",
		    .item = { SIGNED("linkedin.com", SIGNATURE_PASS) },
		    .want = TRUST_CLAIMED,
		    .why = "2 From fields" },
		{ .name = "two mailboxes",
		    .header = "From: b@example.com, a@linkedin.com\n",
		    .item = { SIGNED("linkedin.com", SIGNATURE_PASS) },
		    .want = TRUST_CLAIMED,
		    .why = "2 mailboxes in From" },
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
		cmocka_unit_test(other_mail_is_none_of_it),
		cmocka_unit_test(a_signature_must_cover_what_counts),
		cmocka_unit_test(long_names_are_cut_not_overrun),
		cmocka_unit_test(levels_have_names),
	};

	return cmocka_run_group_tests_name("auth", tests, set_up, tear_down);
}
