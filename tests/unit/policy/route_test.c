// SPDX-License-Identifier: BSD-2-Clause
#include "policy/route.h"

#include "base/limits.h"
#include "base/pool.h"
#include "mail/mime.h"
#include "oom.h"
#include "t.h"

#define UUID "0f0a1b2c-3d4e-5f60-7182-93a4b5c6d7e8"
#define GOOD UUID "@reply.linkedin.com"

/* As a site would write it. */
static const struct view patterns[] = {
	{ "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}@reply\\.linkedin\\.com",
	    62 },
	{ "a|ab@example\\.com", 17 },
};

static const char *
state_name(enum route_state state)
{
	static const char *const names[] = {
		[ROUTE_ONE] = "one",
		[ROUTE_NONE] = "none",
		[ROUTE_SEVERAL] = "several",
		[ROUTE_NOT_PLAIN] = "not plain",
		[ROUTE_NOT_ALLOWED] = "not allowed",
	};

	return names[state];
}

/* What route_find() makes of a mail with these fields. */
static void
check_route(const struct routes *r, struct regex_scratch *scratch,
    const char *fields, enum route_state want, const char *want_address)
{
	struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
	struct view bytes = exact_string(fields);
	struct view address = VIEW("");
	struct message m;
	struct err e = ERR_NONE;

	assert_non_null(p);
	assert_int_equal(message_parse(p, bytes, 0, &m, &e), 0);
	check_string(fields, state_name(route_find(r, &m, scratch, &address)),
	    state_name(want));
	check_view(fields, address, want_address);
	pool_free(p);
	exact_free(bytes);
}

static void
a_route_is_one_plain_address_of_the_list(void **state)
{
	static const struct {
		const char *fields;
		enum route_state state;
		const char *address;
	} rows[] = {
		{ "Reply-To: " GOOD "\n\n", ROUTE_ONE, GOOD },
		{ "Reply-To: <" GOOD ">\n\n", ROUTE_ONE, GOOD },
		{ "Reply-To: Jane Doe <" GOOD ">\n\n", ROUTE_ONE, GOOD },
		{ "reply-to:Jane Doe <" GOOD ">\r\n\r\n", ROUTE_ONE, GOOD },
		{ "Reply-To: Jane Doe\r\n\t<" GOOD ">\r\n\r\n", ROUTE_ONE,
		    GOOD },
		{ "Reply-To: \"Doe, Jane (PhD) <x@y>\" <" GOOD ">\n\n",
		    ROUTE_ONE, GOOD },
		{ "Reply-To: \"Jane \\\"J\\\" Doe\" <" GOOD ">\n\n", ROUTE_ONE,
		    GOOD },
		{ "Reply-To: =?UTF-8?Q?Jos=C3=A9?= <" GOOD ">\n\n", ROUTE_ONE,
		    GOOD },
		{ "Reply-To: " UUID "@REPLY.LinkedIn.com\n\n", ROUTE_ONE,
		    UUID "@REPLY.LinkedIn.com" },
		{ "Reply-To: ab@example.com\n\n", ROUTE_ONE, "ab@example.com" },
		/* None. */
		{ "From: a@example.com\n\n", ROUTE_NONE, "" },
		{ "Reply-To:\n\n", ROUTE_NONE, "" },
		{ "Reply-To: \t\r\n \r\n\r\n", ROUTE_NONE, "" },
		{ "X-Reply-To: " GOOD "\nFrom: " GOOD "\n\n", ROUTE_NONE, "" },
		/* Several. */
		{ "Reply-To: " GOOD "\nReply-To: " GOOD "\n\n", ROUTE_SEVERAL,
		    "" },
		{ "Reply-To: " GOOD "\nREPLY-TO:\n\n", ROUTE_SEVERAL, "" },
		{ "Reply-To: " GOOD ", victim@example.com\n\n", ROUTE_SEVERAL,
		    "" },
		{ "Reply-To: victim@example.com," GOOD "\n\n", ROUTE_SEVERAL,
		    "" },
		{ "Reply-To: <" GOOD ">, <victim@example.com>\n\n",
		    ROUTE_SEVERAL, "" },
		{ "Reply-To: <" GOOD "> <victim@example.com>\n\n",
		    ROUTE_SEVERAL, "" },
		{ "Reply-To: " GOOD ",\n\n", ROUTE_SEVERAL, "" },
		{ "Reply-To: group: " GOOD ";\n\n", ROUTE_SEVERAL, "" },
		{ "Reply-To: " GOOD ";\n\n", ROUTE_SEVERAL, "" },
		{ "Reply-To: <@example.com:" GOOD ">\n\n", ROUTE_SEVERAL, "" },
		{ "Reply-To: Doe, Jane <" GOOD ">\n\n", ROUTE_SEVERAL, "" },
		/* Not plain. */
		{ "Reply-To: \"" UUID "\"@reply.linkedin.com\n\n",
		    ROUTE_NOT_PLAIN, "" },
		{ "Reply-To: <\"" UUID "\"@reply.linkedin.com>\n\n",
		    ROUTE_NOT_PLAIN, "" },
		{ "Reply-To: " UUID "(x)@reply.linkedin.com\n\n",
		    ROUTE_NOT_PLAIN, "" },
		{ "Reply-To: " GOOD " (Jane)\n\n", ROUTE_NOT_PLAIN, "" },
		{ "Reply-To: " UUID " @reply.linkedin.com\n\n", ROUTE_NOT_PLAIN,
		    "" },
		{ "Reply-To: " UUID "@reply.\r\n linkedin.com\r\n\r\n",
		    ROUTE_NOT_PLAIN, "" },
		{ "Reply-To: < " GOOD " >\n\n", ROUTE_NOT_PLAIN, "" },
		{ "Reply-To: <" GOOD "\n\n", ROUTE_NOT_PLAIN, "" },
		{ "Reply-To: " GOOD ">\n\n", ROUTE_NOT_PLAIN, "" },
		{ "Reply-To: <" GOOD "> x\n\n", ROUTE_NOT_PLAIN, "" },
		{ "Reply-To: <" GOOD ">>\n\n", ROUTE_NOT_PLAIN, "" },
		{ "Reply-To: <<" GOOD ">>\n\n", ROUTE_SEVERAL, "" },
		{ "Reply-To: <>\n\n", ROUTE_NOT_PLAIN, "" },
		{ "Reply-To: victim@example.com <" GOOD ">\n\n",
		    ROUTE_NOT_PLAIN, "" },
		{ "Reply-To: \"Jane <" GOOD ">\n\n", ROUTE_NOT_PLAIN, "" },
		{ "Reply-To: \"Jane\" " GOOD "\n\n", ROUTE_NOT_PLAIN, "" },
		{ "Reply-To: =?utf-8?Q?" UUID "?=@reply.linkedin.com\n\n",
		    ROUTE_NOT_PLAIN, "" },
		{ "Reply-To: =?utf-8?Q?" UUID "=40reply.linkedin.com?=\n\n",
		    ROUTE_NOT_PLAIN, "" },
		{ "Reply-To: " UUID "\\@reply.linkedin.com\n\n",
		    ROUTE_NOT_PLAIN, "" },
		{ "Reply-To: " UUID "\x01@reply.linkedin.com\n\n",
		    ROUTE_NOT_PLAIN, "" },
		{ "Reply-To: Jos\xC3\xA9 <" GOOD ">\n\n", ROUTE_NOT_PLAIN, "" },
		/* An IDN look-alike: Cyrillic i; and in its ASCII form. */
		{ "Reply-To: " UUID "@reply.linked\xD1\x96n.com\n\n",
		    ROUTE_NOT_PLAIN, "" },
		{ "Reply-To: " UUID "@reply.xn--linkedn-wwe.com\n\n",
		    ROUTE_NOT_ALLOWED, "" },
		{ "Reply-To: " UUID "@[192.0.2.1]\n\n", ROUTE_NOT_PLAIN, "" },
		{ "Reply-To: Jane Doe\n\n", ROUTE_NOT_PLAIN, "" },
		/* Not allowed. */
		{ "Reply-To: " GOOD ".evil.example\n\n", ROUTE_NOT_ALLOWED,
		    "" },
		{ "Reply-To: x" GOOD "\n\n", ROUTE_NOT_ALLOWED, "" },
		{ "Reply-To: " UUID "@replyxlinkedin.com\n\n",
		    ROUTE_NOT_ALLOWED, "" },
		{ "Reply-To: " UUID "@linkedin.com\n\n", ROUTE_NOT_ALLOWED,
		    "" },
		{ "Reply-To: jane@example.net\n\n", ROUTE_NOT_ALLOWED, "" },
	};
	struct regex_scratch *scratch = regex_scratch_new();
	struct err e = ERR_NONE;
	struct routes *r = routes_new(patterns, LENGTH(patterns), &e);

	(void)state;
	if (r == NULL)
		fail_msg("%s", e.text);
	for (size_t i = 0; i < LENGTH(rows); i++)
		check_route(r, scratch, rows[i].fields, rows[i].state,
		    rows[i].address);
	routes_free(r);
	regex_scratch_free(scratch);
}

static void
an_empty_list_allows_nothing(void **state)
{
	struct regex_scratch *scratch = regex_scratch_new();
	struct routes *r = routes_new(NULL, 0, NULL);

	(void)state;
	assert_non_null(r);
	check_route(r, scratch, "Reply-To: " GOOD "\n\n", ROUTE_NOT_ALLOWED,
	    "");
	routes_free(r);
	routes_free(NULL);
	regex_scratch_free(scratch);
}

/* Whatever a pattern says, it has to match from end to end. */
static void
patterns_cannot_leave_their_anchors(void **state)
{
	static const struct {
		const char *pattern;
		bool compiles;
	} rows[] = {
		{ "linkedin", true },
		{ "reply|linkedin", true },
		{ "(?m)linkedin\\.com$", true },
		{ ".*linkedin(*ACCEPT)\\.com", true },
		{ "x\\K", true },
		{ ")|(?:.*", false },
		{ "a)|(?:.*)|(b", false },
		{ "a\\", false },
		{ "(?x) linkedin #", false },
		{ "\\Qlinkedin", false },
		{ "(", false },
		{ "(*UCP)a", false },
	};
	struct regex_scratch *scratch = regex_scratch_new();

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view pattern = exact_string(rows[i].pattern);
		struct err e = ERR_NONE;
		struct routes *r = routes_new(&pattern, 1, &e);

		check_number(rows[i].pattern, r != NULL, rows[i].compiles);
		if (r == NULL) {
			check_contains(rows[i].pattern, e.text, "route \"");
			check_contains(rows[i].pattern, e.text,
			    rows[i].pattern);
		} else
			check_route(r, scratch, "Reply-To: " GOOD "\n\n",
			    ROUTE_NOT_ALLOWED, "");
		routes_free(r);
		exact_free(pattern);
	}
	regex_scratch_free(scratch);
}

static void
without_memory_there_is_no_list(void **state)
{
	unsigned n;

	(void)state;
	for (n = 1; oom_next(n); n++) {
		struct err e = ERR_NONE;
		struct routes *r = routes_new(patterns, LENGTH(patterns), &e);

		assert_true((r == NULL) == oom_happened());
		if (r == NULL)
			check_contains("why", e.text, "memory");
		routes_free(r);
	}
	assert_true(n > 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_route_is_one_plain_address_of_the_list),
		cmocka_unit_test(an_empty_list_allows_nothing),
		cmocka_unit_test(patterns_cannot_leave_their_anchors),
		cmocka_unit_test(without_memory_there_is_no_list),
	};
	int failed;

	mime_init();
	failed = cmocka_run_group_tests_name("route", tests, NULL, NULL);
	mime_shutdown();
	return failed;
}
