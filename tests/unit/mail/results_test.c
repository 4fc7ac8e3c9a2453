// SPDX-License-Identifier: BSD-2-Clause
#include "mail/results.h"

#include "mail/auth.h"
#include "mail/mime.h"
#include "t.h"

static const struct view signer_domains[] = { VIEW("linkedin.com") };
static const struct auth_list signers = { signer_domains, 1 };

#define B "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789+/AB"
#define SIGNED_AS(s, b)                                                 \
	"DKIM-Signature: v=1; a=rsa-sha256; d=linkedin.com; s=" s ";\n" \
	" h=From:To:Subject; bh=x; b=" b "\n"
#define SIGNED SIGNED_AS("x", B)
#define OTHER(algorithm)                        \
	"DKIM-Signature: v=1; a=rsa-" algorithm \
	"; d=a.test; s=y; h=From; bh=x; b=" B "\n"
#define FIELD "Authentication-Results: mx.test;"
#define PASS "dkim=pass header.d=linkedin.com header.s=x header.b=AbCdEfGh"
#define FAIL "dkim=fail header.d=linkedin.com header.s=x header.b=AbCdEfGh"
#define SPF "spf=pass smtp.mailfrom=s-x@bounce.linkedin.com"
#define SENDER "s-x@bounce.linkedin.com"

enum { P = SIGNATURE_SAID_PASS, F = SIGNATURE_SAID_FAIL };

struct row {
	const char *name, *header;
	unsigned said; /* of the first signature */
	bool spf;
	const char *ignored, *from, *helo, *queue_id; /* NULL: as usual */
	bool helo_missed;
	unsigned cut;
	bool dkim; /* of a row that is ignored */
};

static struct view
or_else(const char *given, const char *usual)
{
	return view_of(given == NULL ? usual : given);
}

static void
check_row(const struct row *row)
{
	static const struct view ids[] = { VIEW("mx.test"), VIEW("MX2.test") };
	struct results_source source = { .id = ids,
		.ids = 2,
		.queue_id = or_else(row->queue_id, "4F1Q"),
		.envelope_from = or_else(row->from, SENDER),
		.helo = or_else(row->helo, "maild-hd.linkedin.com"),
		.helo_missed = row->helo_missed };
	struct view bytes = exact_string(row->header);
	struct pool *p = pool_new(1000000);
	struct signatures signatures;
	struct results results;
	struct message m;

	assert_int_equal(message_parse(p, bytes, row->cut, &m, NULL), 0);
	assert_int_equal(signature_list(p, &m, &signers, &signatures, NULL), 0);
	results_read(p, &m, &source, &signatures, &results);
	check_string(row->name, results.ignored,
	    row->ignored == NULL ? "" : row->ignored);
	check_number(row->name, results.spf, row->spf);
	if (row->ignored != NULL)
		check_number(row->name, results.dkim, row->dkim);
	check_number(row->name,
	    signatures.count == 0 ? 0 : signatures.item[0].said, row->said);
	pool_free(p);
	exact_free(bytes);
}

static void
a_pass_belongs_to_a_signature(void **state)
{
	static const struct {
		const char *name, *header;
		unsigned said;
	} rows[] = {
		{ "it does", FIELD PASS "\n" SIGNED, P },
		{ "another id of ours",
		    "Authentication-Results: mx2.test; " PASS "\n" SIGNED, P },
		{ "in capitals",
		    "AUTHENTICATION-RESULTS: MX.Test; DKIM=PASS "
		    "header.D=LinkedIn.COM\n" SIGNED,
		    P },
		{ "it fails", FIELD FAIL "\n" SIGNED, F },
		{ "it is neutral",
		    FIELD "dkim=neutral header.d=linkedin.com\n" SIGNED, F },
		{ "no answer",
		    FIELD "dkim=temperror header.d=linkedin.com\n" SIGNED, 0 },
		{ "none", FIELD "dkim=none header.d=linkedin.com\n" SIGNED, 0 },
		{ "nothing at all", FIELD "none\n" SIGNED, 0 },
		{ "by header.i alone",
		    FIELD "dkim=pass header.i=@linkedin.com\n" SIGNED, P },
		{ "by header.i whose local part is quoted",
		    FIELD "dkim=pass header.i=\"a b\"@linkedin.com\n" SIGNED,
		    P },
		{ "a local part of header.i that is our domain",
		    FIELD "dkim=pass header.i=\"linkedin.com\"@a.test\n" SIGNED,
		    0 },
		{ "a local part of header.i that is an address of ours",
		    FIELD
		    "dkim=pass header.i=\"x@linkedin.com\"@a.test\n" SIGNED,
		    0 },
		{ "another domain",
		    FIELD "dkim=pass header.d=mailb.linkedin.com\n" SIGNED, 0 },
		{ "another selector",
		    FIELD "dkim=pass header.d=linkedin.com header.s=y\n" SIGNED,
		    0 },
		{ "another b",
		    FIELD "dkim=pass header.d=linkedin.com "
			  "header.b=AbCdEfGH\n" SIGNED,
		    0 },
		{ "too little of b",
		    FIELD "dkim=pass header.d=linkedin.com "
			  "header.b=AbCdEfG\n" SIGNED,
		    0 },
		{ "all of b",
		    FIELD "dkim=pass header.d=linkedin.com "
			  "header.b=\"" B "\"\n" SIGNED,
		    P },
		{ "no signature", FIELD PASS "\n", 0 },
		{ "one of two, by its b",
		    FIELD PASS "\n" SIGNED SIGNED_AS("x", "ZZZZZZZZZZZZ"), P },
		{ "no domain", FIELD "dkim=pass\n" SIGNED, 0 },
		{ "a later version of the method",
		    FIELD "dkim/2=pass header.d=linkedin.com\n" SIGNED, 0 },
		{ "a later version of the field",
		    "Authentication-Results: mx.test 2; " PASS "\n" SIGNED, 0 },
		{ "a comment", FIELD " (x) " PASS " (good)\n" SIGNED, P },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		check_row(&(struct row){ .name = rows[i].name,
		    .header = rows[i].header,
		    .said = rows[i].said });
}

static void
only_fields_of_ours_count(void **state)
{
	static const struct {
		const char *name, *header;
		unsigned said;
	} rows[] = {
		{ "of somebody else",
		    "Authentication-Results: mx.example; " PASS "\n" SIGNED,
		    0 },
		{ "an id that begins alike",
		    "Authentication-Results: mx.test.example; " PASS
		    "\n" SIGNED,
		    0 },
		{ "no id", "Authentication-Results: " PASS "\n" SIGNED, 0 },
		{ "below the first Received",
		    "Received: from x by y\n" FIELD PASS "\n" SIGNED, 0 },
		{ "above it", FIELD PASS "\nReceived: from x by y\n" SIGNED,
		    P },
		{ "this job",
		    "Authentication-Results: mx.test/4F1Q; " PASS "\n" SIGNED,
		    P },
		{ "another job",
		    "Authentication-Results: mx.test/4F1R; " PASS "\n" SIGNED,
		    0 },
		{ "a field alike",
		    "X-Authentication-Results: mx.test; " PASS "\n" SIGNED, 0 },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		check_row(&(struct row){ .name = rows[i].name,
		    .header = rows[i].header,
		    .said = rows[i].said });
}

static void
what_is_in_doubt_is_ignored(void **state)
{
	static const char malformed[] = "a malformed DKIM-Signature";
	static const char two[] = "two fields of one kind";
	static const char odd[] = "an odd reverse-path or HELO";
	static const struct row rows[] = {
		{ .name = "a pass that survived",
		    .header = FIELD FAIL "\n" FIELD PASS "\n" SIGNED,
		    .ignored = two },
		{ .name = "two that agree",
		    .header = FIELD PASS "\n" FIELD PASS "\n" SIGNED,
		    .ignored = two },
		{ .name = "two of SPF",
		    .header = FIELD SPF "\n" FIELD SPF "\n" SIGNED,
		    .ignored = two },
		{ .name = "two of SPF in one",
		    .header = FIELD SPF "; " SPF "\n" SIGNED,
		    .ignored = "two results of SPF" },
		/* That of SPF may be a forged one that OpenDKIM left. */
		{ .name = "DKIM and SPF by two programs",
		    .header = FIELD SPF "\n" FIELD PASS "\n" SIGNED,
		    .said = P },
		{ .name = "two results about one signature",
		    .header = FIELD PASS "; " FAIL "\n" SIGNED,
		    .said = P | F },
		{ .name = "one result about two signatures",
		    .header = FIELD
		    "dkim=pass header.d=linkedin.com\n" SIGNED SIGNED_AS("y",
			"ZZZZZZZZZZZZ"),
		    .ignored = "a result about one of several signatures" },
		{ .name = "a broken field of ours",
		    .header = FIELD "dkim=pass (header.d=linkedin.com\n" SIGNED,
		    .ignored = "a broken field: a comment that does not end" },
		{ .name = "a domain that a comment hides",
		    .header = FIELD
		    "dkim=pass header.d=linkedin.com(.example)\n" SIGNED,
		    .ignored = "a broken field: a comment touches a value" },
		{ .name = "a broken field of somebody else",
		    .header =
			"Authentication-Results: x; (\n" FIELD PASS "\n" SIGNED,
		    .said = P },
		{ .name = "a reverse-path that ends a comment",
		    .header = FIELD PASS "\n" SIGNED,
		    .from =
			"\"x) ; dkim=pass header.d=linkedin.com (y\"@a.test",
		    .ignored = odd },
		{ .name = "a bracket in HELO",
		    .header = FIELD PASS "\n" SIGNED,
		    .helo = "a);dkim=pass",
		    .ignored = odd },
		{ .name = "an address in HELO",
		    .header = FIELD PASS "\n" SIGNED,
		    .helo = "[108.174.0.145]",
		    .said = P },
		{ .name = "HELO that nobody heard",
		    .header = FIELD PASS "\n" SIGNED,
		    .helo_missed = true,
		    .ignored = "HELO was not heard" },
		{ .name = "a HELO for which a failure is in doubt",
		    .header = FIELD FAIL "\n" SIGNED,
		    .helo = "a);dkim=pass",
		    .ignored = odd,
		    .said = F,
		    .dkim = true },
		{ .name = "none, and an odd reverse-path",
		    .header = FIELD "dkim=none\n",
		    .from = "\"a b\"@evil.example",
		    .ignored = odd,
		    .dkim = true },
		{ .name = "two failures",
		    .header = FIELD FAIL "\n" FIELD FAIL "\n" SIGNED,
		    .ignored = two,
		    .said = F,
		    .dkim = true },
		{ .name = "one failure about two signatures",
		    .header =
			FIELD "dkim=fail header.d=linkedin.com\n" SIGNED SIGNED,
		    .ignored = "a result about one of several signatures",
		    .said = F,
		    .dkim = true },
		{ .name = "a word for a signature",
		    .header = FIELD PASS "\n" SIGNED "DKIM-Signature: foo\n",
		    .ignored = malformed },
		{ .name = "an empty one above ours",
		    .header = "DKIM-Signature:\n" FIELD PASS "\n" SIGNED,
		    .ignored = malformed },
		{ .name = "one below Received",
		    .header = FIELD PASS "\n" SIGNED
					 "Received: x\nDKIM-Signature : foo\n",
		    .ignored = malformed },
		{ .name = "the network's without a version",
		    .header = FIELD PASS
		    "\nDKIM-Signature: a=rsa-sha256; "
		    "d=linkedin.com; s=x; h=From; bh=x; b=" B "\n",
		    .ignored = malformed },
		{ .name = "a time that is none, of somebody else",
		    .header = FIELD PASS "\n" SIGNED OTHER("sha256; t=x"),
		    .ignored = malformed },
		{ .name = "an old algorithm, of somebody else",
		    .header = FIELD PASS "\n" SIGNED OTHER("sha1"),
		    .said = P },
		{ .name = "a failure beside a malformed one",
		    .header = FIELD FAIL "\n" SIGNED "DKIM-Signature: foo\n",
		    .ignored = malformed,
		    .said = F,
		    .dkim = true },
		{ .name = "malformed, but nothing of ours",
		    .header = SIGNED "DKIM-Signature: foo\n" },
		{ .name = "odd, but nothing of ours",
		    .header = SIGNED,
		    .helo = "(" },
		{ .name = "a header that was cut",
		    .header = FIELD PASS "\n" SIGNED,
		    .cut = MESSAGE_CUT_HEADER,
		    .ignored = "the header was cut",
		    .dkim = true },
		{ .name = "a header that was cut, and nothing of DKIM",
		    .header = FIELD SPF "\n" SIGNED,
		    .cut = MESSAGE_CUT_HEADER,
		    .ignored = "the header was cut" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		check_row(&rows[i]);
}

static void
so_many_fields_are_read(void **state)
{
	struct text header = TEXT_INIT(100000);
	struct row row = { .name = "at the limit", .said = P };

	(void)state;
	for (int i = 1; i < LIMIT_RESULTS_FIELDS; i++)
		text_add_string(&header, "Authentication-Results: x; none\n");
	text_add_string(&header, FIELD PASS "\n" SIGNED);
	row.header = text_string(&header);
	check_row(&row);
	text_clear(&header);
	for (int i = 0; i < LIMIT_RESULTS_FIELDS; i++)
		text_add_string(&header, "Authentication-Results: x; none\n");
	text_add_string(&header, FIELD PASS "\n" SIGNED);
	row.header = text_string(&header);
	row.name = "past it";
	row.said = 0;
	row.ignored = "more than 16 fields";
	check_row(&row);
	text_free(&header);
}

static void
so_large_a_header_is_believed(void **state)
{
	static const char first[] = FIELD PASS "\n" SIGNED "X:";
	struct text header = TEXT_INIT(2 * LIMIT_RESULTS_HEADER_SIZE);
	struct row row = { .name = "at the limit", .said = P };

	(void)state;
	/* A little for what is not counted: colons and line ends. */
	text_add_string(&header, first);
	while (header.size < LIMIT_RESULTS_HEADER_SIZE)
		text_add_byte(&header, 'y');
	text_add_byte(&header, '\n');
	row.header = text_string(&header);
	check_row(&row);
	text_add_string(&header, "Y: 12345678\n");
	row.header = text_string(&header);
	row.name = "past it";
	row.said = 0;
	row.ignored = "a large header";
	check_row(&row);
	text_free(&header);
}

/* Of anybody; the network's is the first of them. */
static void
so_many_signatures_are_read(void **state)
{
	struct text header = TEXT_INIT(100000);
	struct row row = { .name = "at the limit", .said = P };

	(void)state;
	text_add_string(&header, FIELD PASS "\n" SIGNED);
	for (int i = 1; i < LIMIT_SIGNATURES; i++)
		text_add_string(&header, OTHER("sha256"));
	row.header = text_string(&header);
	check_row(&row);
	text_add_string(&header, OTHER("sha256"));
	row.header = text_string(&header);
	row.name = "past it";
	row.said = 0;
	row.ignored = "more than 8 signatures";
	check_row(&row);
	text_free(&header);
}

/* "out of memory" must not look as if no field were there. */
static void
memory_that_is_used_up_is_a_reason(void **state)
{
	static const struct view ids[] = { VIEW("mx.test") };
	const struct results_source source = { .id = ids, .ids = 1 };
	struct pool *p = pool_new(1000000);
	struct signatures signatures;
	struct results results = { .ignored = "not yet" };
	struct message m;

	(void)state;
	assert_int_equal(message_parse(p, VIEW(FIELD PASS "\n" SIGNED), 0, &m,
			     NULL),
	    0);
	assert_int_equal(signature_list(p, &m, &signers, &signatures, NULL), 0);
	for (size_t limit = 0; results.ignored[0] != '\0'; limit += 8) {
		struct pool *small = pool_new(limit);

		results_read(small, &m, &source, &signatures, &results);
		assert_true(results.found);
		if (results.ignored[0] != '\0') {
			check_contains("why", results.ignored, "out of memory");
			check_number("said", signatures.item[0].said, 0);
		}
		pool_free(small);
	}
	check_number("said at last", signatures.item[0].said, P);
	pool_free(p);
}

/* It is ours whatever is wrong with it, and another may have survived. */
static void
a_field_of_ours_that_is_not_read_counts(void **state)
{
	struct text header = TEXT_INIT(100000);
	struct row row = { .name = "too large",
		.ignored = "a broken field: too large" };

	(void)state;
	text_add_string(&header, FIELD FAIL " (");
	for (int i = 0; i < LIMIT_RESULTS_SIZE; i++)
		text_add_byte(&header, 'x');
	text_add_string(&header, ")\n" FIELD PASS "\n" SIGNED);
	row.header = text_string(&header);
	check_row(&row);
	text_free(&header);
}

static void
spf_is_about_our_own_envelope(void **state)
{
	static const struct row rows[] = {
		{ .name = "address",
		    .header = FIELD "dkim=none; " SPF "\n",
		    .spf = true },
		{ .name = "but not alone in a field",
		    .header = FIELD SPF "\n" },
		{ .name = "domain",
		    .header = FIELD
		    "dkim=none; spf=pass smtp.mailfrom=bounce.linkedin.com\n",
		    .spf = true },
		{ .name = "as old programs name it",
		    .header =
			FIELD "dkim=none; spf=pass smtp.mail=" SENDER "\n",
		    .spf = true },
		{ .name = "another address",
		    .header = FIELD "dkim=none; spf=pass "
				    "smtp.mailfrom=a@bounce.linkedin.com\n" },
		{ .name = "another domain",
		    .header = FIELD
		    "dkim=none; spf=pass smtp.mailfrom=linkedin.com\n" },
		{ .name = "of HELO",
		    .header = FIELD
		    "dkim=none; spf=pass smtp.helo=bounce.linkedin.com\n" },
		{ .name = "fails",
		    .header = FIELD "dkim=none; spf=fail smtp.mailfrom=" SENDER
				    "\n" },
		{ .name = "null reverse-path",
		    .header = FIELD "dkim=none; spf=pass smtp.mailfrom=\n",
		    .from = "" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		check_row(&rows[i]);
}

static void
without_ids_nothing_is_read(void **state)
{
	struct results_source source = { .ids = 0 };
	struct pool *p = pool_new(100000);
	struct signatures signatures = { .count = 0 };
	struct results results;
	struct message m;

	(void)state;
	assert_int_equal(message_parse(p, VIEW(FIELD PASS "\n" SIGNED), 0, &m,
			     NULL),
	    0);
	results_read(p, &m, &source, &signatures, &results);
	assert_false(results.found);
	assert_false(results.dkim);
	check_string("why", results.ignored, "");
	pool_free(p);
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
		cmocka_unit_test(a_pass_belongs_to_a_signature),
		cmocka_unit_test(only_fields_of_ours_count),
		cmocka_unit_test(what_is_in_doubt_is_ignored),
		cmocka_unit_test(so_many_fields_are_read),
		cmocka_unit_test(so_large_a_header_is_believed),
		cmocka_unit_test(so_many_signatures_are_read),
		cmocka_unit_test(memory_that_is_used_up_is_a_reason),
		cmocka_unit_test(a_field_of_ours_that_is_not_read_counts),
		cmocka_unit_test(spf_is_about_our_own_envelope),
		cmocka_unit_test(without_ids_nothing_is_read),
	};

	return cmocka_run_group_tests_name("results", tests, set_up, tear_down);
}
