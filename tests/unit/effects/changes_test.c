// SPDX-License-Identifier: BSD-2-Clause
/*
 * changes_test.c - which headers go, which come, and what a hold says.
 */
#include "effects/changes.h"

#include <stdio.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "mail/mime.h"
#include "oom.h"
#include "t.h"

#define V(literal)                           \
	{                                    \
		literal, sizeof(literal) - 1 \
	}
#define E "\xC3\xA9" /* e with acute accent */
#define E10 E E E E E E E E E E

/* "Name 1; Name 2": what is to be removed, and how many of each. */
static void
describe_removals(const struct changes *c, struct text *words)
{
	for (size_t i = 0; i < c->removals; i++)
		text_addf(words, "%s%s %d", i == 0 ? "" : "; ",
		    c->removal[i].name, c->removal[i].count);
}

static void
forged_headers_go_all_of_a_name(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *message, *want;
	} rows[] = {
		{ "none", "From: a\nSubject: b\n", "" },
		{ "no header at all", "", "" },
		{ "one", "From: a\nX-RSVP: forged\nTo: b\n", "X-RSVP 1" },
		{ "all of ours, those to come too",
		    "X-RSVP: 1\nX-RSVP-Tag: 2\nX-RSVP-Folder: 3\n"
		    "X-RSVP-Loop: 4\nX-RSVPnew: 5\n",
		    "X-RSVP 1; X-RSVP-Tag 1; X-RSVP-Folder 1; "
		    "X-RSVP-Loop 1; X-RSVPnew 1" },
		{ "names much like ours",
		    "X-RSV: 1\nX-RSV-P: 2\nXX-RSVP: 3\nX_RSVP: 4\n", "" },
		{ "the same one, in any case",
		    "X-RSVP-Tag: 1\nx-rsvp-tag: 2\nTo: b\nX-Rsvp-Tag: 3\n",
		    "X-RSVP-Tag 3" },
		{ "two names in turns",
		    "X-RSVP-Tag: 1\nX-RSVP: 1\nx-rsvp-TAG: 2\nx-rsvp: 2\n",
		    "X-RSVP-Tag 2; X-RSVP 2" },
		{ "blanks before the colon, folded, empty",
		    "X-RSVP : 1\nX-RSVP\t:\n 2\nX-RSVP:\n", "X-RSVP 3" },
		{ "only in the header", "From: a\n\nX-RSVP: body\n", "" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view bytes = exact_string(rows[i].message);
		struct own_fields own = { .count = 0 };
		struct text words = TEXT_INIT(1000);
		struct changes changes = { .removals = 99 };

		assert_int_equal(own_fields_read(&own, bytes), 0);
		changes_remove(&own, &changes);
		describe_removals(&changes, &words);
		check_view(rows[i].name, text_view(&words), rows[i].want);
		text_free(&words);
		own_fields_free(&own);
		exact_free(bytes);
	}
}

static void
where_nobody_looked_nothing_goes(void **state)
{
	struct changes changes = { .removals = 99 };

	(void)state;
	changes_remove(NULL, &changes);
	assert_int_equal(changes.removals, 0);
}

static const struct request invitation = { .network = V("linkedin"),
	.type = REQUEST_INVITATION,
	.person = { { .name = V("Zo Example") } },
	.people = 1 };

static void
describe_changes(const struct changes *c, struct text *words)
{
	for (size_t i = 0; i < c->headers; i++)
		text_addf(words, "%s: %s\n", c->header[i].name,
		    c->header[i].value);
	if (c->hold_reason != NULL)
		text_addf(words, "hold: %s\n", c->hold_reason);
}

#define RESULT "X-RSVP: network=linkedin; type=invitation; trust=direct; "

static void
adds_what_the_recipients_share(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name;
		const char *known;
		struct plan_shared shared;
		const char *want;
	} rows[] = {
		{ "nothing but the result", "no", { .tags = 0 },
		    RESULT "known=no\n" },
		{ "they know the person each in a way of their own", NULL,
		    { .tags = 0 },
		    "X-RSVP: network=linkedin; type=invitation; "
		    "trust=direct\n" },
		{ "tags and a folder", "email",
		    { .tag = { V("Recruiter"), V("a_b-c.d") }, .tags = 2,
			.folder = V("LinkedIn/Recruiters") },
		    RESULT "known=email\n"
		    "X-RSVP-Tag: Recruiter\nX-RSVP-Tag: a_b-c.d\n"
		    "X-RSVP-Folder: LinkedIn/Recruiters\n" },
		{ "held", "profile", { .quarantine = true },
		    RESULT "known=profile\n"
		    "hold: rsvp-milter: invitation of linkedin, "
		    "trust direct\n" },
		{ "held, and nothing of the rules in the reason", "no",
		    { .quarantine = true, .tag = { V("Recruiter") },
			.tags = 1, .folder = V("Spam") },
		    RESULT "known=no\nX-RSVP-Tag: Recruiter\n"
		    "X-RSVP-Folder: Spam\n"
		    "hold: rsvp-milter: invitation of linkedin, "
		    "trust direct\n" },
		{ "not ASCII", "no",
		    { .tag = { V("Zo" E) }, .tags = 1, .folder = V(E "t" E) },
		    RESULT "known=no\nX-RSVP-Tag: =?UTF-8?B?Wm/DqQ==?=\n"
		    "X-RSVP-Folder: =?UTF-8?B?w6l0w6k=?=\n" },
		{ "what looks encoded", "no",
		    { .folder = V("=?utf-8?q?x?=") },
		    RESULT "known=no\n"
		    "X-RSVP-Folder: =?UTF-8?B?PT91dGYtOD9xP3g/PQ==?=\n" },
		{ "long, not ASCII", "no", { .folder = V(E10 E10 E10) },
		    RESULT "known=no\n"
		    "X-RSVP-Folder: "
		    "=?UTF-8?B?w6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nD"
		    "qcOp?=\n "
		    "=?UTF-8?B?w6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOp?=\n" },
		{ "never a second header", "no",
		    { .tag = { V("a\r\nBcc: b") }, .tags = 1,
			.folder = V("a\0b\nX-RSVP: c\x7F") },
		    RESULT "known=no\nX-RSVP-Tag: a Bcc: b\n"
		    "X-RSVP-Folder: a b X-RSVP: c\n" },
	};
	/* clang-format on */
	struct changes_result result = { &invitation, TRUST_DIRECT, NULL };

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
		struct changes changes = { .headers = 99 };
		struct text words = TEXT_INIT(1000);

		result.known = rows[i].known;
		assert_int_equal(changes_add(p, &result, &rows[i].shared,
				     &changes, NULL),
		    0);
		describe_changes(&changes, &words);
		check_view(rows[i].name, text_view(&words), rows[i].want);
		text_free(&words);
		pool_free(p);
	}
}

/* Lines that are short enough, and what a reader makes of them. */
static void
a_folder_reads_back(void **state)
{
	struct changes_result result = { &invitation, TRUST_DIRECT, "no" };

	(void)state;
	for (size_t size = 1; size <= LIMIT_FOLDER_SIZE; size++) {
		struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
		struct text folder = TEXT_INIT(4 * LIMIT_FOLDER_SIZE);
		struct text back = TEXT_INIT(4 * LIMIT_FOLDER_SIZE);
		struct plan_shared shared = { .tags = 0 };
		struct changes changes = { .headers = 0 };
		struct view rest, line;
		size_t column = strlen("X-RSVP-Folder: ");

		while (folder.size < size)
			utf8_add(&folder, folder.size % 7 == 3 ? 0xE9 : 'a');
		shared.folder = text_view(&folder);
		assert_int_equal(changes_add(p, &result, &shared, &changes,
				     NULL),
		    0);
		assert_int_equal(changes.headers, 2);
		rest = view_of(changes.header[1].value);
		assert_true(view_find_byte(rest, '\r') == VIEW_NONE);
		for (; view_line(&rest, &line); column = 0) {
			assert_true(column > 0 || line.data[0] == ' ');
			assert_true(size <= 3 || column + line.size <= 76);
		}
		mime_decode_field(view_of(changes.header[1].value), &back);
		check_view("back", text_view(&back), text_string(&folder));
		text_free(&folder);
		text_free(&back);
		pool_free(p);
	}
}

/*
 * The size of the value of one of three headers, the first or the last; 0 if
 * it was left out.  The other two are there in any case.
 */
static size_t
size_of(struct view network, struct view folder, bool last)
{
	struct request request = { .network = network, .type = REQUEST_INMAIL };
	struct changes_result result = { &request, TRUST_DIRECT, "no" };
	struct plan_shared shared = { .tag = { V("x") },
		.tags = 1,
		.folder = folder };
	struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
	struct changes changes = { .headers = 0 };
	size_t size = 0;

	assert_int_equal(changes_add(p, &result, &shared, &changes, NULL), 0);
	if (changes.headers == 3)
		size = strlen(changes.header[last ? 2 : 0].value);
	else
		assert_int_equal(changes.headers, 2);
	check_string("tag", changes.header[last || size > 0 ? 1 : 0].name,
	    "X-RSVP-Tag");
	check_string("other",
	    changes.header[last ? 0 : changes.headers - 1].name,
	    last ? "X-RSVP" : "X-RSVP-Folder");
	pool_free(p);
	return size;
}

/* Grows one value: whole up to the limit, not there at all past it. */
static void
check_limit(const char *name, const char *octets, bool last)
{
	size_t size = 1, largest = 0, now;
	struct view v = { octets, size };

	while ((now = size_of(last ? VIEW("x") : v, last ? v : VIEW("x"),
		    last)) > 0) {
		assert_true(now >= largest);
		largest = now;
		v.size = ++size;
	}
	check_number(name, (long long)largest, LIMIT_RESULT_HEADER_SIZE);
	for (; size < (size_t)2 * LIMIT_RESULT_HEADER_SIZE; v.size = ++size)
		check_number(name,
		    (long long)size_of(last ? VIEW("x") : v,
			last ? v : VIEW("x"), last),
		    0);
}

static void
what_passes_the_limit_is_left_out(void **state)
{
	static char octets[2 * LIMIT_RESULT_HEADER_SIZE];

	(void)state;
	/* Words, since a long one would be encoded; the last one is long. */
	for (size_t i = 0; i < sizeof(octets); i++)
		octets[i] = i < 600 && i % 60 == 40 ? ' ' : 'x';
	check_limit("folder", octets, true);
	check_limit("result", octets, false);
}

static void
a_hold_says_what_the_mail_is(void **state)
{
	static char octets[2 * LIMIT_HOLD_REASON_SIZE];
	struct request request = { .network = V("linkedin") };
	struct changes_result result = { &request, TRUST_NONE, "no" };
	struct plan_shared shared = { .quarantine = true };
	const int trusts = TRUST_FORGED + 1;
	bool named = true;

	(void)state;
	for (int i = 0; i < REQUEST_TYPE_COUNT * trusts; i++) {
		struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
		struct changes changes = { .headers = 0 };
		char want[200];

		request.type = (enum request_type)(i / trusts);
		result.trust = (enum trust)(i % trusts);
		assert_int_equal(changes_add(p, &result, &shared, &changes,
				     NULL),
		    0);
		snprintf(want, sizeof(want),
		    "rsvp-milter: %s of linkedin, trust %s",
		    request_type_name(request.type),
		    auth_trust_name(result.trust));
		check_string("reason", changes.hold_reason, want);
		assert_true(strlen(want) <= LIMIT_HOLD_REASON_SIZE);
		pool_free(p);
	}

	/* With a network of a name too long nothing is said, but it holds. */
	memset(octets, 'x', sizeof(octets));
	for (size_t size = 1; size < sizeof(octets); size++) {
		struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
		struct changes changes = { .headers = 0 };

		request.network = (struct view){ octets, size };
		assert_int_equal(changes_add(p, &result, &shared, &changes,
				     NULL),
		    0);
		named = strcmp(changes.hold_reason, "rsvp-milter") != 0;
		check_number("named", named,
		    strlen("rsvp-milter: marketing of , trust forged") + size <=
			LIMIT_HOLD_REASON_SIZE);
		pool_free(p);
	}
	assert_false(named);
}

static void
without_memory_nothing_is_half_done(void **state)
{
	struct changes_result result = { &invitation, TRUST_DIRECT, "no" };
	struct plan_shared shared = { .quarantine = true,
		.tag = { V("Recruiter"), V("Zo" E) },
		.tags = 2,
		.folder = V("LinkedIn/Recruiters") };
	const char *const lines[] = { RESULT "known=no\n",
		"X-RSVP-Tag: Recruiter\n", "X-RSVP-Tag: =?UTF-8?B?Wm/DqQ==?=\n",
		"X-RSVP-Folder: LinkedIn/Recruiters\n" };
	unsigned n;

	(void)state;
	for (n = 1; oom_next(n); n++) {
		struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
		struct changes changes = { .removals = 0 };
		struct text words = TEXT_INIT(1000);
		struct err e = ERR_NONE;
		size_t found = 0, size = 0;

		if (p == NULL)
			continue;
		if (changes_add(p, &result, &shared, &changes, &e) < 0) {
			assert_true(oom_happened());
			check_contains("why", e.text, "out of memory");
			pool_free(p);
			continue;
		}
		assert_non_null(changes.hold_reason);
		/* A header may be missing, since mail flows; none is wrong. */
		changes.hold_reason = NULL;
		describe_changes(&changes, &words);
		for (size_t i = 0; i < LENGTH(lines); i++)
			if (strstr(text_string(&words), lines[i]) != NULL) {
				found++;
				size += strlen(lines[i]);
			}
		if (text_ok(&words))
			check_number("octets", (long long)words.size,
			    (long long)size);
		assert_true(found == LENGTH(lines) || oom_happened());
		text_free(&words);
		pool_free(p);
	}
	assert_true(n > 8);
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
		cmocka_unit_test(forged_headers_go_all_of_a_name),
		cmocka_unit_test(where_nobody_looked_nothing_goes),
		cmocka_unit_test(adds_what_the_recipients_share),
		cmocka_unit_test(a_folder_reads_back),
		cmocka_unit_test(what_passes_the_limit_is_left_out),
		cmocka_unit_test(a_hold_says_what_the_mail_is),
		cmocka_unit_test(without_memory_nothing_is_half_done),
	};

	return cmocka_run_group_tests_name("changes", tests, set_up, tear_down);
}
