// SPDX-License-Identifier: BSD-2-Clause
#include "mail/signature.h"

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "mail/auth.h"
#include "mail/mime.h"
#include "oom.h"
#include "t.h"
#include "tools/nameserver.h"
#include "tools/sign.h"

#define HEADER                                            \
	"From: Zo Example <invitations@linkedin.com>\r\n" \
	"Subject: Alice, please\r\n add me\r\n"           \
	"MIME-Version: 1.0\r\n"                           \
	"To: Alice <alice@example.net>\r\n"               \
	"Date: Mon, 2 May 2016 19:34:46 +0000 (UTC)\r\n"  \
	"X-LinkedIn-Template: email_m2m_invite_single_01\r\n"
#define MESSAGE HEADER "\r\nHi Alice,\r\n\r\nI'd like  to.\t\r\n\r\n\r\n"

enum { LARGEST = 100 * 1000 };

/* The private keys, and where the public ones are. */
static struct text test_key = TEXT_INIT(LARGEST);
static struct text short_key = TEXT_INIT(LARGEST);
static char public_keys[512];

static void
read_key(struct text *key, const char *name)
{
	struct text path = TEXT_INIT(LARGEST);
	const char *top = getenv("top_srcdir");
	struct err e = ERR_NONE;

	text_addf(&path, "%s/tests/samples/keys/%s", top == NULL ? "." : top,
	    name);
	if (file_read(text_string(&path), key, &e) < 0)
		fail_msg("%s", e.text);
	text_free(&path);
}

static int
set_up(void **state)
{
	const char *top = getenv("top_srcdir");

	(void)state;
	mime_init();
	read_key(&test_key, "test.pem");
	read_key(&short_key, "short.pem");
	snprintf(public_keys, sizeof(public_keys),
	    "file:%s/tests/samples/keys/test.keys", top == NULL ? "." : top);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	text_free(&test_key);
	text_free(&short_key);
	mime_shutdown();
	return 0;
}

static void
sign(struct text *out, const struct sign *how, struct view message)
{
	struct sign with_key = *how;
	struct err e = ERR_NONE;

	if (with_key.key == NULL)
		with_key.key = text_string(&test_key);
	if (sign_message(&with_key, message, out, &e) < 0)
		fail_msg("%s", e.text);
}

static void
sign_for_linkedin(struct text *out, const char *message)
{
	static const struct sign how = { .domain = "linkedin.com",
		.selector = "test" };

	sign(out, &how, view_of(message));
}

/* The message without its CRs. */
static void
add_lf_only(struct text *out, const char *message)
{
	for (; *message != '\0'; message++)
		if (*message != '\r')
			text_add_byte(out, *message);
}

/* What is found in a message, with all that it lives in. */
struct found {
	struct pool *pool;
	struct view bytes;
	struct message message;
	struct signatures signatures;
};

static const struct signatures *
verify_by(struct found *f, const char *keys, const struct clock *clock,
    struct view message, const struct auth_list *signers)
{
	struct err e = ERR_NONE;
	struct signature_verifier *v = signature_open(keys, clock, &e);

	if (v == NULL)
		fail_msg("%s", e.text);
	f->bytes = exactly(message.data, message.size);
	f->pool = pool_new(LIMIT_MESSAGE_POOL);
	assert_int_equal(message_parse(f->pool, f->bytes, 0, &f->message, &e),
	    0);
	if (signature_verify(v, f->pool, &f->message, signers, &f->signatures,
		&e) < 0)
		fail_msg("%s", e.text);
	signature_close(v);
	return &f->signatures;
}

static const struct signatures *
verify_with(struct found *f, const char *keys, struct view message,
    const struct auth_list *signers)
{
	return verify_by(f, keys, &clock_system, message, signers);
}

static const struct signatures *
verify(struct found *f, struct view message)
{
	return verify_with(f, public_keys, message, NULL);
}

static void
discard(struct found *f)
{
	pool_free(f->pool);
	exact_free(f->bytes);
}

static void
check_one(const char *name, struct view message, enum signature_result want)
{
	struct found f;
	const struct signatures *s = verify(&f, message);

	assert_true(s->checked);
	check_number(name, (long long)s->count, 1);
	check_string(name, signature_result_name(s->item[0].result),
	    signature_result_name(want));
	discard(&f);
}

static void
a_signed_message_passes(void **state)
{
	struct text signed_message = TEXT_INIT(LARGEST);
	const struct signatures *s;
	struct found f;

	(void)state;
	sign_for_linkedin(&signed_message, MESSAGE);
	s = verify(&f, text_view(&signed_message));
	assert_true(s->checked);
	assert_false(s->too_large);
	assert_false(s->cut);
	assert_int_equal(s->count, 1);
	check_view("d", s->item[0].domain, "linkedin.com");
	check_view("s", s->item[0].selector, "test");
	assert_int_equal(s->item[0].result, SIGNATURE_PASS);
	assert_int_equal(s->item[0].covers,
	    SIGNATURE_FROM | SIGNATURE_TO | SIGNATURE_SUBJECT | SIGNATURE_DATE);
	assert_false(s->item[0].overlaid);
	assert_false(s->item[0].partial);
	assert_int_equal(s->item[0].key_bits, 2048);
	/* 256 octets in base64, without padding */
	assert_int_equal(s->item[0].key.size, 342);
	discard(&f);
	text_free(&signed_message);
}

static void
line_ends_and_bodies_of_all_kinds_pass(void **state)
{
	static const char *const bodies[] = { "", "\r\n", "\r\n\r\n",
		"\r\nno line end", "\r\n \r\n\r\nx \t y\r\n \r\n",
		"\r\n\xFF\x01\r\n" };

	(void)state;
	for (size_t i = 0; i < LENGTH(bodies); i++)
		for (int lf = 0; lf < 2; lf++) {
			struct text message = TEXT_INIT(LARGEST);
			struct text out = TEXT_INIT(LARGEST);
			struct text lf_only = TEXT_INIT(LARGEST);

			text_addf(&message, "%s%s", HEADER, bodies[i]);
			sign_for_linkedin(&out, text_string(&message));
			if (lf)
				add_lf_only(&lf_only, text_string(&out));
			check_one(bodies[i], text_view(lf ? &lf_only : &out),
			    SIGNATURE_PASS);
			text_free(&message);
			text_free(&out);
			text_free(&lf_only);
		}
}

/* Signs, then replaces one string by another. */
static void
change(struct text *out, const struct sign *how, const char *from,
    const char *to)
{
	struct text all = TEXT_INIT(LARGEST);
	struct view v;
	size_t at;

	sign(&all, how, VIEW(MESSAGE));
	v = text_view(&all);
	at = view_find(v, view_of(from));
	assert_true(at != VIEW_NONE);
	text_add(out, view_part(v, 0, at));
	text_add_string(out, to);
	text_add(out, view_part(v, at + strlen(from), v.size));
	text_free(&all);
}

static void
tampering_shows(void **state)
{
	static const struct {
		const char *name, *from, *to;
		enum signature_result want;
	} rows[] = {
		{ "nothing changed", "Hi Alice", "Hi Alice", SIGNATURE_PASS },
		{ "body", "Hi Alice", "Hi Mlice", SIGNATURE_FAIL },
		{ "body longer", "like  to", "like  to go", SIGNATURE_FAIL },
		{ "blanks of the body", "like  to", "like to", SIGNATURE_PASS },
		{ "Subject", "add me", "add us", SIGNATURE_FAIL },
		{ "folds of Subject", "please\r\n add me", "please add me",
		    SIGNATURE_PASS },
		{ "From", "Zo Example", "Mo Example", SIGNATURE_FAIL },
		{ "a field that is not signed", "From: Zo",
		    "Reply-To: x@example.org\r\nFrom: Zo", SIGNATURE_PASS },
		{ "the signature", "\tb=", "\tb=AAAA", SIGNATURE_FAIL },
		{ "its domain", "d=linkedin.com", "d=mailb.linkedin.com",
		    SIGNATURE_FAIL },
		{ "its selector, unknown", "s=test", "s=none",
		    SIGNATURE_NO_KEY },
		{ "its algorithm", "a=rsa-sha256", "a=rsa-sha1",
		    SIGNATURE_FAIL },
		{ "its fields", ":To:", ":Cc:", SIGNATURE_FAIL },
		{ "a date that is to come", "; t=", "; t=9", SIGNATURE_FAIL },
		{ "a method nobody knows", "s=test;", "s=test; q=x/y;",
		    SIGNATURE_FAIL },
	};
	static const struct sign how = { .domain = "linkedin.com",
		.selector = "test" };

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text out = TEXT_INIT(LARGEST);

		change(&out, &how, rows[i].from, rows[i].to);
		check_one(rows[i].name, text_view(&out), rows[i].want);
		text_free(&out);
	}
}

/* The library would not see what stands behind it; a reader does. */
static void
a_nul_in_the_header_fails(void **state)
{
	static const struct sign how = { .domain = "linkedin.com",
		.selector = "test" };
	struct text out = TEXT_INIT(LARGEST);
	size_t at;

	(void)state;
	change(&out, &how, "add me", "add me@");
	at = view_find(text_view(&out), VIEW("me@"));
	out.data[at + 2] = '\0';
	check_one("NUL", text_view(&out), SIGNATURE_FAIL);
	text_free(&out);
}

static void
a_field_put_above_the_signed_one_shows(void **state)
{
	static const struct {
		const char *field;
		unsigned missing;
		bool overlaid;
	} rows[] = {
		{ "Received: from x.test\r\n", 0, false },
		{ "X-Other: y\r\n", 0, false },
		{ "To: bob@example.net\r\n", SIGNATURE_TO, true },
		{ "Subject: x\r\n", SIGNATURE_SUBJECT, true },
		{ "X-LinkedIn-Template: email_other\r\n", 0, true },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text message = TEXT_INIT(LARGEST);
		struct text out = TEXT_INIT(LARGEST);
		const struct signatures *s;
		struct found f;

		sign_for_linkedin(&message, MESSAGE);
		text_addf(&out, "%s%s", rows[i].field, text_string(&message));
		s = verify(&f, text_view(&out));
		check_number(rows[i].field, s->item[0].result, SIGNATURE_PASS);
		check_number(rows[i].field, s->item[0].overlaid,
		    rows[i].overlaid);
		check_number(rows[i].field, s->item[0].covers,
		    15U & ~rows[i].missing);
		discard(&f);
		text_free(&message);
		text_free(&out);
	}
}

static void
tells_what_a_signature_leaves_out(void **state)
{
	static const struct sign no_to = { .domain = "linkedin.com",
		.selector = "test",
		.fields = "From:Subject" };
	static const struct sign limit = { .domain = "linkedin.com",
		.selector = "test",
		.limit = true };
	struct text out = TEXT_INIT(LARGEST);
	const struct signatures *s;
	struct found f;

	(void)state;
	sign(&out, &no_to, VIEW(MESSAGE));
	s = verify(&f, text_view(&out));
	assert_int_equal(s->item[0].result, SIGNATURE_PASS);
	assert_int_equal(s->item[0].covers, SIGNATURE_FROM | SIGNATURE_SUBJECT);
	discard(&f);

	text_clear(&out);
	sign(&out, &limit, VIEW(MESSAGE));
	text_add_string(&out, "and more\r\n");
	s = verify(&f, text_view(&out));
	assert_int_equal(s->item[0].result, SIGNATURE_PASS);
	assert_true(s->item[0].partial);
	discard(&f);
	text_free(&out);
}

/* Signed once and for all: libopendkim 2.11 leaks when it signs so. */
static const char ed25519_message[] =
    "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed; "
    "d=linkedin.com;\r\n"
    "\ts=ed25519; t=1462217686;\r\n"
    "\tbh=Ck5SoRNWUpSR4X0COv7R5ub2pUTtl6xz4dTFz++ji4M=; h=From:To:Subject;\r\n"
    "\tb=hF2xk4tP2vBqV1J5Dbag3Ym8CdSnIz3ZyfuqmgBTTT3z0u3G1jKZQi1a5dxfp7Dgi\r\n"
    "\t KquL4IDAjWLBtOlmky6CA==\r\n"
    "From: a@linkedin.com\r\n"
    "To: b@example.net\r\n"
    "Subject: x\r\n"
    "\r\n"
    "body\r\n";

static void
keys_of_all_kinds(void **state)
{
	struct sign short_rsa = { .domain = "linkedin.com",
		.selector = "short" };
	struct text out = TEXT_INIT(LARGEST);
	const struct signatures *s;
	struct found f;

	(void)state;
	short_rsa.key = text_string(&short_key);
	sign(&out, &short_rsa, VIEW(MESSAGE));
	s = verify(&f, text_view(&out));
	assert_int_equal(s->item[0].result, SIGNATURE_PASS);
	assert_int_equal(s->item[0].key_bits, 512);
	discard(&f);

	s = verify(&f, view_of(ed25519_message));
	assert_int_equal(s->item[0].result, SIGNATURE_PASS);
	assert_int_equal(s->item[0].key_bits, 256);
	discard(&f);
	text_free(&out);
}

/* The p= of the test key, as the key file has it. */
static void
add_public_key(struct text *out)
{
	struct text keys = TEXT_INIT(LARGEST);
	struct view rest, line;

	read_key(&keys, "test.keys");
	rest = text_view(&keys);
	while (view_line(&rest, &line) &&
	    !view_starts_nocase(line, VIEW("test.")))
		;
	text_add(out, view_part(line, view_find(line, VIEW("p=")), line.size));
	text_free(&keys);
}

static void
records_of_all_kinds(void **state)
{
	static const struct {
		const char *name, *record; /* "%s": the key */
		enum signature_result want;
	} rows[] = {
		{ "shortest", "%s", SIGNATURE_PASS },
		{ "usual", "v=DKIM1; k=rsa; %s", SIGNATURE_PASS },
		{ "for mail", "s=email; h=sha256; %s", SIGNATURE_PASS },
		{ "a test", "v=DKIM1; t=y; %s", SIGNATURE_NO_KEY },
		{ "revoked", "v=DKIM1; p=", SIGNATURE_NO_KEY },
		{ "empty", "", SIGNATURE_NO_KEY },
		{ "no key in it", "v=DKIM1", SIGNATURE_NO_KEY },
		{ "another version", "v=DKIM2; %s", SIGNATURE_NO_KEY },
		{ "another type", "k=dsa; %s", SIGNATURE_NO_KEY },
		{ "another hash", "h=sha1; %s", SIGNATURE_NO_KEY },
		{ "another service", "s=tlsrpt; %s", SIGNATURE_NO_KEY },
		{ "no record at all", "<html> %s", SIGNATURE_NO_KEY },
		{ "a broken key", "p=AAAAAAAA", SIGNATURE_NO_KEY },
	};
	struct text out = TEXT_INIT(LARGEST);

	(void)state;
	sign_for_linkedin(&out, MESSAGE);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		char path[] = "/tmp/signature_test.XXXXXX", keys[64];
		struct text line = TEXT_INIT(LARGEST);
		struct view record = view_of(rows[i].record);
		size_t key = view_find(record, VIEW("%s"));
		int fd = mkstemp(path);
		struct found f;

		assert_true(fd >= 0);
		text_add_string(&line, "test._domainkey.linkedin.com ");
		text_add(&line, view_part(record, 0, key));
		if (key != VIEW_NONE)
			add_public_key(&line);
		file_write_all(fd, text_view(&line));
		close(fd);
		snprintf(keys, sizeof(keys), "file:%s", path);
		check_string(rows[i].name,
		    signature_result_name(verify_with(&f, keys, text_view(&out),
			NULL)
					      ->item[0]
					      .result),
		    signature_result_name(rows[i].want));
		discard(&f);
		unlink(path);
		text_free(&line);
	}
	text_free(&out);
}

/* As LinkedIn signs: for its domain, and for that of the sending host. */
static void
sign_twice(struct text *out, const char *first, const char *second)
{
	const struct sign outer = { .domain = first, .selector = "test" };
	const struct sign inner = { .domain = second, .selector = "test" };
	struct text once = TEXT_INIT(LARGEST);

	sign(&once, &inner, VIEW(MESSAGE));
	sign(out, &outer, text_view(&once));
	text_free(&once);
}

static void
verifies_each_of_several(void **state)
{
	static const struct view domains[] = { VIEW("linkedin.com") };
	static const struct auth_list signers = { domains, 1 };
	struct text out = TEXT_INIT(LARGEST);
	const struct signatures *s;
	struct found f;

	(void)state;
	sign_twice(&out, "linkedin.com", "mailb.linkedin.com");
	s = verify(&f, text_view(&out));
	assert_int_equal(s->count, 2);
	check_view("first", s->item[0].domain, "linkedin.com");
	assert_int_equal(s->item[0].result, SIGNATURE_PASS);
	check_view("second", s->item[1].domain, "mailb.linkedin.com");
	assert_int_equal(s->item[1].result, SIGNATURE_PASS);
	discard(&f);

	s = verify_with(&f, public_keys, text_view(&out), &signers);
	assert_int_equal(s->count, 1);
	check_view("the one", s->item[0].domain, "linkedin.com");
	assert_int_equal(s->item[0].result, SIGNATURE_PASS);
	discard(&f);

	text_clear(&out);
	sign_twice(&out, "unknown.example", "linkedin.com");
	s = verify(&f, text_view(&out));
	assert_int_equal(s->item[0].result, SIGNATURE_NO_KEY);
	assert_int_equal(s->item[1].result, SIGNATURE_PASS);
	discard(&f);
	text_free(&out);
}

static void
malformed_ones_do_not_hide_others(void **state)
{
	static const char *const malformed[] = { "", "x", "a=rsa-sha256; d=",
		"v=2; a=rsa-sha256; d=x.test; s=y; h=From; b=QUJD",
		"a=rsa-sha256; d=x.test; s=y; h=From; b=QUJD",
		"v=1; a=rsa-sha256; d=x.test; s=y; h=To; b=QUJD",
		"v=1; a=rsa-sha256; c=no/no; d=x.test; s=y; h=From; b=QUJD",
		"v=1; a=rsa-sha256; d=x.test; s=y; h=From; bh=QUJD; b=Q",
		"v=1; a=rsa-sha256; d=x.test; i=@y.test; s=y; h=From; bh=QUJD;"
		" b=QUJD",
		"v=1; a=rsa-sha256; d=x.test; s=y; h=From; bh=QUJD; b=QUJD;"
		" x=1",
		"v=1; a=rsa-sha256; d=x.test; s=y; h=From; bh=QUJD; b=QUJD;"
		" l=99999" };
	struct text good = TEXT_INIT(LARGEST);

	(void)state;
	sign_for_linkedin(&good, MESSAGE);
	for (size_t i = 0; i < LENGTH(malformed); i++) {
		struct text out = TEXT_INIT(LARGEST);
		const struct signatures *s;
		struct found f;

		text_addf(&out, "DKIM-Signature: %s\r\n%s", malformed[i],
		    text_string(&good));
		s = verify(&f, text_view(&out));
		assert_int_equal(s->count, 2);
		if (s->item[0].result == SIGNATURE_PASS)
			fail_msg("%s passes", malformed[i]);
		check_number(malformed[i], s->item[1].result, SIGNATURE_PASS);
		discard(&f);
		text_free(&out);
	}
	text_free(&good);
}

static void
their_number_has_a_limit(void **state)
{
	(void)state;
	for (size_t more = 0; more < 2; more++) {
		struct text good = TEXT_INIT(LARGEST), out = TEXT_INIT(LARGEST);
		const struct signatures *s;
		struct found f;

		sign_for_linkedin(&good, MESSAGE);
		for (size_t i = 1; i < LIMIT_SIGNATURES + more; i++)
			text_add_string(&out,
			    "DKIM-Signature: v=1; a=rsa-sha256; d=x.test; "
			    "s=y; h=From; bh=QUJD; b=QUJD\r\n");
		text_add(&out, text_view(&good));
		s = verify(&f, text_view(&out));
		assert_int_equal(s->count, LIMIT_SIGNATURES);
		assert_int_equal(s->cut, more > 0);
		assert_int_equal(s->item[LIMIT_SIGNATURES - 1].result,
		    more > 0 ? SIGNATURE_NO_KEY : SIGNATURE_PASS);
		discard(&f);
		text_free(&good);
		text_free(&out);
	}
}

/* Where h= names every field there is and one more: see signature.c. */
static void
all_fields_and_more_may_be_named(void **state)
{
	(void)state;
	for (int fields = 0; fields < 8; fields++) {
		struct text out = TEXT_INIT(LARGEST);

		text_add_string(&out,
		    "DKIM-Signature: v=1; a=rsa-sha256; d=linkedin.com; "
		    "s=test; bh=QUJD; b=QUJD; "
		    "h=From:DKIM-Signature:X:X:X:X:X:X:X:X\r\n"
		    "From: a@linkedin.com\r\n");
		for (int i = 0; i < fields; i++)
			text_add_string(&out, "X: y\r\n");
		text_add_string(&out, "\r\nbody\r\n");
		check_one("by hand", text_view(&out), SIGNATURE_FAIL);
		text_free(&out);
	}
}

static void
what_cannot_be_checked_is_not(void **state)
{
	struct signature_verifier *v =
	    signature_open(public_keys, &clock_system, NULL);
	static const struct {
		unsigned cut;
		size_t listed;
	} rows[] = { { MESSAGE_CUT_BODY, 1 }, { MESSAGE_CUT_HEADER, 0 } };
	struct text out = TEXT_INIT(LARGEST);

	(void)state;
	assert_non_null(v);
	sign_for_linkedin(&out, MESSAGE);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct pool *p = pool_new(LARGEST);
		struct message m;
		struct signatures s;

		assert_int_equal(message_parse(p, text_view(&out), rows[i].cut,
				     &m, NULL),
		    0);
		assert_int_equal(signature_verify(v, p, &m, NULL, &s, NULL), 0);
		assert_false(s.checked);
		assert_true(s.too_large);
		assert_int_equal(s.count, rows[i].listed);
		assert_int_equal(signature_list(p, &m, NULL, &s, NULL), 0);
		assert_false(s.too_large);
		pool_free(p);
	}
	signature_close(v);
	text_free(&out);
}

static void
no_signature_is_checked_too(void **state)
{
	struct found f;
	const struct signatures *s = verify(&f, VIEW(MESSAGE));

	(void)state;
	assert_true(s->checked);
	assert_int_equal(s->count, 0);
	discard(&f);
}

static void
a_message_without_from_fails(void **state)
{
	struct text out = TEXT_INIT(LARGEST), without = TEXT_INIT(LARGEST);
	struct view v;
	size_t at;

	(void)state;
	sign_for_linkedin(&out, MESSAGE);
	v = text_view(&out);
	at = view_find(v, VIEW("From: "));
	text_add(&without, view_part(v, 0, at));
	text_add(&without,
	    view_part(v, view_find(v, VIEW("Subject: ")), v.size));
	check_one("no From", text_view(&without), SIGNATURE_FAIL);
	text_free(&out);
	text_free(&without);
}

/* The TXT record of the test key, in strings of 250 octets. */
static size_t
make_record(char *data, size_t room)
{
	struct text key = TEXT_INIT(LARGEST), out = TEXT_INIT(room);
	struct view rest;
	size_t strings;

	add_public_key(&key);
	rest = text_view(&key);
	strings = (rest.size + 249) / 250;
	text_add(&out, VIEW("\xC0\x0C\0\x10\0\x01\0\0\0\x3C"));
	text_add_byte(&out, (char)((rest.size + strings) >> 8));
	text_add_byte(&out, (char)((rest.size + strings) & 0xFF));
	while (rest.size > 0) {
		struct view piece = view_part(rest, 0, 250);

		text_add_byte(&out, (char)piece.size);
		text_add(&out, piece);
		rest = view_part(rest, piece.size, rest.size);
	}
	assert_true(text_ok(&out));
	memcpy(data, out.data, out.size);
	room = out.size;
	text_free(&key);
	text_free(&out);
	return room;
}

static void
no_answer_for_one_does_not_hide_another(void **state)
{
	const struct sign broken = { .domain = "x.test",
		.selector = "servfail" };
	const struct sign good = { .domain = "linkedin.com",
		.selector = "test" };
	const struct sign absent = { .domain = "y.test",
		.selector = "nxdomain" };
	struct text one = TEXT_INIT(LARGEST), two = TEXT_INIT(LARGEST);
	struct text three = TEXT_INIT(LARGEST);
	char data[1000];
	struct zone zones[] = {
		{ "test", { 0x81, 0x80 }, 1, data, make_record(data, 1000) },
		{ "nxdomain", { 0x81, 0x83 }, 0, NULL, 0 },
	};
	struct nameserver server;
	const struct signatures *s;
	struct found f;

	(void)state;
	sign(&one, &absent, VIEW(MESSAGE));
	sign(&two, &good, text_view(&one));
	sign(&three, &broken, text_view(&two));
	assert_int_equal(nameserver_start(&server, zones, LENGTH(zones)), 0);
	s = verify_with(&f, server.keys, text_view(&three), NULL);
	assert_int_equal(s->count, 3);
	assert_int_equal(s->item[0].result, SIGNATURE_TEMPORARY);
	assert_int_equal(s->item[1].result, SIGNATURE_PASS);
	assert_int_equal(s->item[2].result, SIGNATURE_NO_KEY);
	discard(&f);
	nameserver_stop(&server);
	text_free(&one);
	text_free(&two);
	text_free(&three);
}

/* Four signatures, each with a key of its own. */
static void
sign_four_times(struct text *out)
{
	static const struct sign how[] = {
		{ .domain = "linkedin.com", .selector = "one" },
		{ .domain = "example.org", .selector = "two" },
		{ .domain = "linkedin.com", .selector = "three" },
		{ .domain = "example.net", .selector = "four" },
	};
	struct text in = TEXT_INIT(LARGEST);

	text_add_string(out, MESSAGE);
	for (size_t i = 0; i < LENGTH(how); i++) {
		text_clear(&in);
		text_add(&in, text_view(out));
		text_clear(out);
		sign(out, &how[i], text_view(&in));
	}
	text_free(&in);
}

static void
strangers_keys_are_not_asked_for(void **state)
{
	static const struct view linkedin[] = { VIEW("linkedin.com") };
	static const struct view nobody[] = { VIEW("example.com") };
	static const struct auth_list lists[] = { { linkedin, 1 },
		{ nobody, 1 } };
	static const struct {
		const char *name;
		const struct auth_list *signers;
		unsigned questions;
	} rows[] = {
		{ "all", NULL, 4 },
		{ "those of the network", &lists[0], 2 },
		{ "none", &lists[1], 0 },
	};
	static const struct zone none[] = {
		{ "none", { 0x81, 0x83 }, 0, NULL, 0 },
	};
	struct text out = TEXT_INIT(LARGEST);

	(void)state;
	sign_four_times(&out);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		const struct signatures *s;
		struct nameserver server;
		struct found f;

		assert_int_equal(nameserver_start(&server, none, 0), 0);
		s = verify_with(&f, server.keys, text_view(&out),
		    rows[i].signers);
		assert_true(s->checked);
		check_number(rows[i].name, (long long)s->count,
		    rows[i].questions);
		/* The resolver repeats what the server fails at. */
		check_number(rows[i].name, atomic_load(&server.questions),
		    2 * rows[i].questions);
		discard(&f);
		nameserver_stop(&server);
	}
	text_free(&out);
}

/* Each look at it takes that long. */
struct slow_clock {
	int64_t now_us, step_us;
};

static int64_t
look_at_clock(void *arg)
{
	struct slow_clock *c = arg;

	return c->now_us += c->step_us;
}

static void
one_message_waits_for_few_keys(void **state)
{
	static const struct zone silent[] = {
		{ "one", { 0x81, 0x82 }, 0, NULL, 0 },
	};
	static const struct zone absent[] = {
		{ "four", { 0x81, 0x83 }, 0, NULL, 0 },
		{ "three", { 0x81, 0x83 }, 0, NULL, 0 },
		{ "two", { 0x81, 0x83 }, 0, NULL, 0 },
		{ "one", { 0x81, 0x83 }, 0, NULL, 0 },
	};
	static const struct {
		const char *name;
		int64_t step_us;
		const struct zone *zones;
		unsigned questions;
		enum signature_result want;
	} rows[] = {
		{ "time for all", 0, silent, 8, SIGNATURE_TEMPORARY },
		{ "for one, without an answer", 1000001, silent, 2,
		    SIGNATURE_TEMPORARY },
		{ "all absent", 0, absent, 4, SIGNATURE_NO_KEY },
		{ "for one, absent", 1000001, absent, 1, SIGNATURE_NO_KEY },
	};
	struct text out = TEXT_INIT(LARGEST);

	(void)state;
	sign_four_times(&out);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct slow_clock slow = { 0, rows[i].step_us };
		const struct clock clock = { look_at_clock, look_at_clock,
			&slow };
		const struct signatures *s;
		struct nameserver server;
		struct found f;

		assert_int_equal(nameserver_start(&server, rows[i].zones,
				     rows[i].zones == absent ? 4 : 1),
		    0);
		s = verify_by(&f, server.keys, &clock, text_view(&out), NULL);
		check_number(rows[i].name, (long long)s->count, 4);
		for (size_t k = 0; k < s->count; k++)
			check_string(rows[i].name,
			    signature_result_name(s->item[k].result),
			    signature_result_name(rows[i].want));
		check_number(rows[i].name, atomic_load(&server.questions),
		    rows[i].questions);
		discard(&f);
		nameserver_stop(&server);
	}
	text_free(&out);
}

static void
keys_that_cannot_be_had_are_an_error(void **state)
{
	struct err e = ERR_NONE;

	(void)state;
	assert_null(signature_open("file:/nowhere/at/all", &clock_system, &e));
	check_contains("file", e.text, "/nowhere/at/all");
	assert_null(signature_open("ldap", &clock_system, &e));
	check_contains("source", e.text, "\"ldap\"");
	signature_close(NULL);
}

struct job {
	const struct signature_verifier *verifier;
	const struct message *message;
	int passed;
};

static void *
verify_often(void *arg)
{
	struct job *job = arg;

	for (int i = 0; i < 50; i++) {
		struct pool *p = pool_new(LARGEST);
		struct signatures s;

		if (signature_verify(job->verifier, p, job->message, NULL, &s,
			NULL) == 0 &&
		    s.count == 1 && s.item[0].result == SIGNATURE_PASS)
			job->passed++;
		pool_free(p);
	}
	return NULL;
}

/* And the message, which nobody changes any more. */
static void
threads_share_a_verifier(void **state)
{
	struct signature_verifier *v =
	    signature_open(public_keys, &clock_system, NULL);
	struct text out = TEXT_INIT(LARGEST);
	struct pool *p = pool_new(LARGEST);
	struct message m;
	struct job jobs[4];
	pthread_t threads[4];

	(void)state;
	assert_non_null(v);
	sign_for_linkedin(&out, MESSAGE);
	assert_int_equal(message_parse(p, text_view(&out), 0, &m, NULL), 0);
	for (size_t i = 0; i < LENGTH(jobs); i++) {
		jobs[i] = (struct job){ v, &m, 0 };
		assert_int_equal(pthread_create(&threads[i], NULL, verify_often,
				     &jobs[i]),
		    0);
	}
	for (size_t i = 0; i < LENGTH(jobs); i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(jobs[i].passed, 50);
	}
	signature_close(v);
	pool_free(p);
	text_free(&out);
}

static void
memory_that_runs_out_fails_this_message_only(void **state)
{
	struct signature_verifier *v =
	    signature_open(public_keys, &clock_system, NULL);
	struct text out = TEXT_INIT(LARGEST);
	int result = 0;

	(void)state;
	assert_non_null(v);
	sign_for_linkedin(&out, MESSAGE);
	for (unsigned n = 1; oom_next(n); n++) {
		struct pool *p = pool_new(LARGEST);
		struct err e = ERR_NONE;
		struct message m;
		struct signatures s;

		result = p == NULL ||
			message_parse(p, text_view(&out), 0, &m, &e) < 0
		    ? -1
		    : signature_verify(v, p, &m, NULL, &s, &e);
		if (oom_happened() && result == 0)
			assert_true(m.cut != 0 ||
			    s.item[0].result != SIGNATURE_FAIL);
		pool_free(p);
	}
	assert_int_equal(result, 0);
	for (unsigned n = 1; oom_next(n); n++) {
		struct signature_verifier *again =
		    signature_open(public_keys, &clock_system, NULL);

		if (!oom_happened())
			assert_non_null(again);
		signature_close(again);
	}
	signature_close(v);
	text_free(&out);
}

static void
results_have_names(void **state)
{
	(void)state;
	check_string("pass", signature_result_name(SIGNATURE_PASS), "pass");
	check_string("fail", signature_result_name(SIGNATURE_FAIL), "fail");
	check_string("none", signature_result_name(SIGNATURE_NO_KEY), "no-key");
	check_string("temporary", signature_result_name(SIGNATURE_TEMPORARY),
	    "temporary");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signed_message_passes),
		cmocka_unit_test(line_ends_and_bodies_of_all_kinds_pass),
		cmocka_unit_test(tampering_shows),
		cmocka_unit_test(a_nul_in_the_header_fails),
		cmocka_unit_test(a_field_put_above_the_signed_one_shows),
		cmocka_unit_test(tells_what_a_signature_leaves_out),
		cmocka_unit_test(keys_of_all_kinds),
		cmocka_unit_test(records_of_all_kinds),
		cmocka_unit_test(verifies_each_of_several),
		cmocka_unit_test(malformed_ones_do_not_hide_others),
		cmocka_unit_test(their_number_has_a_limit),
		cmocka_unit_test(all_fields_and_more_may_be_named),
		cmocka_unit_test(what_cannot_be_checked_is_not),
		cmocka_unit_test(no_signature_is_checked_too),
		cmocka_unit_test(a_message_without_from_fails),
		cmocka_unit_test(no_answer_for_one_does_not_hide_another),
		cmocka_unit_test(strangers_keys_are_not_asked_for),
		cmocka_unit_test(one_message_waits_for_few_keys),
		cmocka_unit_test(keys_that_cannot_be_had_are_an_error),
		cmocka_unit_test(threads_share_a_verifier),
		cmocka_unit_test(memory_that_runs_out_fails_this_message_only),
		cmocka_unit_test(results_have_names),
	};

	return cmocka_run_group_tests_name("signature", tests, set_up,
	    tear_down);
}
