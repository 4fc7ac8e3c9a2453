// SPDX-License-Identifier: BSD-2-Clause
/*
 * audit_names_test.c - digests in place of what tells who a person is.
 */
#include "effects/audit_names.h"

#include <string.h>

#include "base/digest.h"
#include "base/limits.h"
#include "effects/audit.h"
#include "effects/audit_read.h"
#include "oom.h"
#include "t.h"

#define SECRET VIEW("0123456789abcdef0123456789abcdef")

/* Whether two values of two keys have the same digest. */
static const struct {
	const char *name, *key, *value, *other_key, *other;
	bool same;
} rows[] = {
	{ "the same", "name", "Jane Roe", "name", "Jane Roe", true },
	{ "case and accents", "name",
	    "JANE R\xC3\x96"
	    "E",
	    "name", "Jane Roe", true },
	{ "a title, and the order", "name", "Roe, Jane, PhD", "name",
	    "Dr. Jane Roe", true },
	{ "another name", "name", "Jane Roe", "name", "Jane Doe", false },
	{ "no more than a title", "name", "Dr.", "name", "Mr.", false },
	{ "nothing but what is not seen", "name", "\xE2\x80\x8B", "name",
	    "\xE2\x80\x8D", false },
	{ "a profile's case", "profile", "Jane-Roe", "profile", "jane-roe",
	    true },
	{ "a profile, encoded", "profile", "jane%2droe", "profile", "jane-roe",
	    true },
	{ "a company's case", "company", "EXAMPLE  Ltd", "company",
	    "Example Ltd", true },
	{ "a headline's words stay in order", "headline", "Roe Jane",
	    "headline", "Jane Roe", false },
	{ "keys do not mix", "company", "jane roe", "headline", "jane roe",
	    false },
	{ "nor with a name", "company", "jane roe", "name", "jane roe", false },
};

static void
equal_are_those_that_mean_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		char a[AUDIT_HASH_SIZE], b[AUDIT_HASH_SIZE];

		assert_int_equal(audit_hash(SECRET, rows[i].key,
				     view_of(rows[i].value), a),
		    0);
		assert_int_equal(audit_hash(SECRET, rows[i].other_key,
				     view_of(rows[i].other), b),
		    0);
		check_number(rows[i].name, strcmp(a, b) == 0, rows[i].same);
	}
}

/* Records of years are compared with it: it must never change. */
static void
a_digest_is_the_beginning_of_an_hmac(void **state)
{
	const struct view part[] = { VIEW("audit"), VIEW("name"),
		VIEW("jane roe") };
	char hash[AUDIT_HASH_SIZE], hex[DIGEST_HEX_SIZE];

	(void)state;
	assert_int_equal(digest_key(SECRET, part, 3, hex), 0);
	assert_int_equal(audit_hash(SECRET, "name", VIEW("Jane Roe"), hash), 0);
	assert_memory_equal(hash, "h:", 2);
	check_view("digits", view_of(hash + 2), "8bacd2e5d272172a");
	assert_memory_equal(hash + 2, hex, 16);
	assert_int_equal(audit_hash(VIEW("x"), "name", VIEW("Jane Roe"), hash),
	    0);
	assert_memory_not_equal(hash + 2, hex, 16);
}

static const struct {
	const char *name, *address, *want; /* "#" for the digest */
} addresses[] = {
	{ "an address", "s-4f1@bounce.example.com", "#@bounce.example.com" },
	{ "in brackets", "<s-4f1@bounce.example.com>", "#@bounce.example.com" },
	{ "the null one", "", "" },
	{ "none", "jane", "#" },
	{ "two signs", "jane@roe@example.org", "#@example.org" },
};

static void
of_an_address_the_domain_stays(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(addresses); i++) {
		struct text out = TEXT_INIT(LIMIT_FIELD_SIZE);
		struct view got;
		size_t head =
		    addresses[i].want[0] == '#' ? AUDIT_HASH_SIZE - 1 : 0;

		audit_hash_address(SECRET, view_of(addresses[i].address), &out);
		assert_true(text_ok(&out));
		got = text_view(&out);
		assert_true(got.size >= head);
		assert_true(head == 0 || view_starts_nocase(got, VIEW("h:")));
		check_view(addresses[i].name, view_part(got, head, VIEW_NONE),
		    addresses[i].want + (head > 0));
		text_free(&out);
	}
}

#define V(literal)                           \
	{                                    \
		literal, sizeof(literal) - 1 \
	}
#define PERSON(word)                                                      \
	{                                                                 \
		.name = V("Name " word), .headline = V("Headline " word), \
		.company = V("Company " word),                            \
		.location = V("Location " word),                          \
		.profile = V("profile-" word), .email = V("email@" word)  \
	}

static const struct request request = {
	.network = V("linkedin"),
	.type = REQUEST_INVITATION_DIGEST,
	.person = { PERSON("Quill"), PERSON("Roe") },
	.people = 2,
	.group = V("Friends of Quill"),
	.note = NOTE_PERSONAL,
	.note_text = V("Quill was here"),
	.mutual = 3,
};
static const struct auth_verdict direct = { .level = TRUST_DIRECT,
	.why = "dkim d=example.com" };
static const struct plan plan = { .rule = V("strangers"),
	.why = PLAN_RULE,
	.action = { { PLAN_TAG, V("Seen") } },
	.actions = 1 };
static const struct audit_recipient alice = {
	.recipient = V("alice@example.net"),
	.user = V("alice"),
	.contact_groups = V("@close"),
	.plan = &plan,
	.reply_mode = "none",
};
static const struct audit_record record = {
	.time_ms = 1795428000123,
	.host = "mx1",
	.queue_id = V("Q1"),
	.message_id = V("<1@example.com>"),
	.client = V("mail.example.com"),
	.envelope_from = V("quill-roe@bounce.example.com"),
	.subject = V("Quill wants to connect"),
	.request = &request,
	.auth = &direct,
	.recipient = &alice,
	.recipients = 1,
	.names_secret = V("0123456789abcdef0123456789abcdef"),
};

static void
check_nobody_in(const char *what, struct view v)
{
	static const char *const words[] = { "Quill", "quill", "Roe", "roe",
		"Headline", "Company", "Location", "Friends" };

	for (size_t i = 0; i < LENGTH(words); i++)
		if (view_find(v, view_of(words[i])) != VIEW_NONE)
			fail_msg("%s: %s in %.*s", what, words[i], VIEW_ARG(v));
}

static void
a_record_does_not_tell_who_asks(void **state)
{
	struct text json = TEXT_INIT(LIMIT_AUDIT_SIZE);
	struct text line = TEXT_INIT(LIMIT_AUDIT_SIZE);
	struct text want = TEXT_INIT(LIMIT_FIELD_SIZE);
	struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
	struct audit_entry got;
	struct err e = ERR_NONE;
	char hash[AUDIT_HASH_SIZE];

	(void)state;
	audit_json(&record, &json);
	audit_line(&record, &line);
	assert_true(text_ok(&json) && text_ok(&line));
	check_nobody_in("the record", text_view(&json));
	check_nobody_in("the line", text_view(&line));

	assert_int_equal(audit_hash(SECRET, "name", VIEW("name quill"), hash),
	    0);
	text_addf(&want, " person=\"%s\" ", hash);
	assert_true(view_find(text_view(&line), text_view(&want)) != VIEW_NONE);
	assert_int_equal(audit_read(text_view(&json), p, &got, &e), 0);
	assert_true(got.hashed);
	check_view("name", got.person, hash);
	check_number("people", got.people, 2);
	check_view("user", got.recipient->user, "alice");
	check_view("rule", got.recipient->rule, "strangers");
	check_view("groups", got.recipient->groups, "@close");
	check_view("Message-ID", got.message_id, "<1@example.com>");
	pool_free(p);
	text_free(&json);
	text_free(&line);
	text_free(&want);
}

static void
without_a_secret_names_are_kept(void **state)
{
	struct audit_record kept = record;
	struct text json = TEXT_INIT(LIMIT_AUDIT_SIZE);
	struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
	struct audit_entry got;
	struct err e = ERR_NONE;

	(void)state;
	kept.names_secret = VIEW("");
	audit_json(&kept, &json);
	assert_int_equal(audit_read(text_view(&json), p, &got, &e), 0);
	assert_false(got.hashed);
	check_view("name", got.person, "Name Quill");
	assert_true(view_find(text_view(&json), VIEW("\"names\"")) ==
	    VIEW_NONE);
	pool_free(p);
	text_free(&json);
}

/* Where a digest cannot be had there is no record. */
static void
without_memory_no_name_is_written(void **state)
{
	unsigned n;

	(void)state;
	for (n = 1; oom_next(n); n++) {
		struct text out = TEXT_INIT(LIMIT_AUDIT_SIZE);

		audit_json(&record, &out);
		if (text_ok(&out))
			check_nobody_in("the record", text_view(&out));
		text_free(&out);
	}
	assert_true(n > 3);
	for (n = 1; oom_next(n); n++) {
		struct text out = TEXT_INIT(LIMIT_AUDIT_SIZE);

		audit_line(&record, &out);
		if (text_ok(&out))
			check_nobody_in("the line", text_view(&out));
		text_free(&out);
	}
	assert_true(n > 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_are_those_that_mean_the_same),
		cmocka_unit_test(a_digest_is_the_beginning_of_an_hmac),
		cmocka_unit_test(of_an_address_the_domain_stays),
		cmocka_unit_test(a_record_does_not_tell_who_asks),
		cmocka_unit_test(without_a_secret_names_are_kept),
		cmocka_unit_test(without_memory_no_name_is_written),
	};

	return cmocka_run_group_tests_name("audit_names", tests, NULL, NULL);
}
