// SPDX-License-Identifier: BSD-2-Clause
#include "daemon/conf.h"

#include "base/limits.h"
#include "t.h"

/* Parses exactly these octets; NULL with the reason in e. */
static struct conf *
parse(const char *text, struct err *e)
{
	struct view bytes = exact_string(text);
	struct conf *c = conf_parse(bytes, "test.conf", e);

	exact_free(bytes);
	return c;
}

static struct conf *
parse_good(const char *text)
{
	struct err e = ERR_NONE;
	struct conf *c = parse(text, &e);

	if (c == NULL)
		fail_msg("refused: %s", e.text);
	return c;
}

static void
the_defaults_change_and_send_nothing(void **state)
{
	struct conf *c = parse_good("");

	(void)state;
	assert_true(c->dry_run);
	assert_false(c->reply.enabled);
	check_number("drafts", c->reply.drafts, CONF_DRAFTS_OFF);
	check_number("on_failure", c->on_failure, CONF_ACCEPT);
	check_number("hold", c->reply.hold_ms, 600000);
	check_number("mode", c->socket_mode, 0660);
	check_number("internal hosts", (long long)c->internal_hosts.count, 2);
	check_number("fallback", c->users.fallback, CONF_TAG_ONLY);
	check_string("keys", c->trust.keys, "dns");
	conf_free(c);
}

static void
drafts_have_three_words_and_two_old_ones(void **state)
{
	static const struct {
		const char *text;
		int drafts, digest_at;
	} rows[] = {
		{ "", CONF_DRAFTS_OFF, 420 },
		{ "drafts = \"off\"; digest_at = \"00:00\";", CONF_DRAFTS_OFF,
		    0 },
		{ "drafts = \"each\"; digest_at = \"23:59\";", CONF_DRAFTS_EACH,
		    1439 },
		{ "drafts = \"daily\"; digest_at = \"18:05\";",
		    CONF_DRAFTS_DAILY, 1085 },
		{ "drafts = false;", CONF_DRAFTS_OFF, 420 },
		{ "drafts = true;", CONF_DRAFTS_EACH, 420 },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text text = TEXT_INIT(1000);
		struct conf *c;

		text_addf(&text, "reply = { %s };", rows[i].text);
		c = parse_good(text_string(&text));
		check_number(rows[i].text, c->reply.drafts, rows[i].drafts);
		check_number(rows[i].text, c->reply.digest_at,
		    rows[i].digest_at);
		conf_free(c);
		text_free(&text);
	}
}

static void
every_kind_of_setting_can_be_set(void **state)
{
	struct conf *c = parse_good(
	    "socket = \"inet:9900@127.0.0.1\"; socket_mode = \"0600\";\n"
	    "on_failure = \"tempfail\"; dry_run = false;\n"
	    "internal_hosts = [ \"192.0.2.0/24\" ];\n"
	    "users = { domains = ( \"example.net\", \"example.org\" );\n"
	    "  cache = 5; fallback = \"none\"; };\n"
	    "trust = { dkim = \"off\"; };\n"
	    "reply = { enabled = true; hold = \"90\"; period = \"7d\";\n"
	    "  routes = \"one@example.com\"; };\n");

	(void)state;
	check_string("socket", c->socket, "inet:9900@127.0.0.1");
	check_number("mode", c->socket_mode, 0600);
	check_number("on_failure", c->on_failure, CONF_TEMPFAIL);
	assert_false(c->dry_run);
	check_view("host", c->internal_hosts.item[0], "192.0.2.0/24");
	check_view("second domain", c->users.domains.item[1], "example.org");
	check_number("cache", c->users.cache, 5);
	check_number("fallback", c->users.fallback, CONF_LEAVE);
	check_number("dkim", c->trust.dkim, CONF_DKIM_OFF);
	assert_true(c->reply.enabled);
	check_number("a bare number is seconds", c->reply.hold_ms, 90000);
	check_number("days", c->reply.period_ms, 7 * 86400000LL);
	check_number("one string is a list", (long long)c->reply.routes.count,
	    1);
	conf_free(c);
}

static void
mistakes_are_named_with_file_and_line(void **state)
{
	static const struct {
		const char *name, *text, *want;
	} rows[] = {
		{ "unknown", "\ndry_rum = true;",
		    "test.conf:2: unknown setting dry_rum (did you mean "
		    "dry_run?)" },
		{ "unknown in a group", "users = {\n dri = \"x\"; };",
		    "test.conf:2: unknown setting dri" },
		{ "string for a bool", "dry_run = \"no\";",
		    "test.conf:1: dry_run: expected true or false, found a "
		    "string" },
		{ "bool for a string", "socket = true;",
		    "test.conf:1: socket: expected a string" },
		{ "number for a list", "internal_hosts = 5;",
		    "test.conf:1: internal_hosts: expected a string or a "
		    "list" },
		{ "value for a group", "reply = true;",
		    "test.conf:1: reply: expected a group" },
		{ "group for a value", "packs = { };",
		    "test.conf:1: packs: expected a string" },
		{ "unknown choice", "on_failure = \"reject\";",
		    "test.conf:1: on_failure: must be \"accept\" or "
		    "\"tempfail\"" },
		{ "no mode", "socket_mode = \"rw\";",
		    "test.conf:1: socket_mode: not a mode" },
		{ "mode too large", "socket_mode = \"1777\";", "not a mode" },
		{ "no time", "reply = { hold = \"soon\"; };",
		    "test.conf:1: reply.hold: not a time" },
		{ "time without number", "reply = { hold = \"m\"; };",
		    "not a time" },
		{ "time too long", "reply = { hold = \"2d\"; };",
		    "reply.hold: must be 0 to 86400 seconds" },
		{ "period too short", "reply = { period = \"1h\"; };",
		    "reply.period: must be 86400 to" },
		{ "number too small", "users = { cache = 0; };",
		    "users.cache: must be 1 to 1000000" },
		{ "number too large", "users = { cache = 1000001; };",
		    "users.cache: must be 1 to 1000000" },
		{ "number with a point", "users = { cache = 1.0; };",
		    "expected a whole number" },
		{ "mixed list", "internal_hosts = ( \"::1\", 5 );",
		    "expected strings only" },
		{ "syntax", "dry_run = ;", "test.conf:1: syntax error" },
		{ "include", "@include \"/etc/passwd\"",
		    "test.conf:1: @include is not allowed" },
		{ "unknown kind of drafts", "reply = { drafts = \"weekly\"; };",
		    "test.conf:1: reply.drafts: must be \"off\" or \"each\" "
		    "or \"daily\"" },
		{ "a number of drafts", "reply = { drafts = 1; };",
		    "test.conf:1: drafts: expected a string" },
		{ "true for another choice", "trust = { dkim = true; };",
		    "test.conf:1: dkim: expected a string" },
		{ "no time of the day", "reply = { digest_at = \"7\"; };",
		    "test.conf:1: reply.digest_at: not a time like \"07:00\"" },
		{ "no such hour", "reply = { digest_at = \"24:00\"; };",
		    "not a time like" },
		{ "no such minute", "reply = { digest_at = \"07:60\"; };",
		    "not a time like" },
		{ "a time with seconds",
		    "reply = { digest_at = \"07:00:0\"; };",
		    "not a time like" },
		{ "a time with a point", "reply = { digest_at = \"07.00\"; };",
		    "not a time like" },
		{ "a number for a time", "reply = { digest_at = 7; };",
		    "digest_at: expected a string" },
		{ "replies without a route",
		    "reply = { enabled = true; routes = (); };",
		    "reply.enabled needs at least one of reply.routes" },
		{ "every address", "\nsocket = \"inet:9900\";",
		    "test.conf:2: socket: \"inet:9900\" would listen on "
		    "every address" },
		{ "no state", "\nstate = \"/var/lib/state.db\";",
		    "test.conf:2: state: /var/lib/state.db: neither" },
		{ "relative state", "state = \"sqlite:state.db\";",
		    "test.conf:1: state: state.db: not an absolute path" },
		{ "relative stop file", "reply = {\nstop_file = \"stop\"; };",
		    "test.conf:2: reply.stop_file: stop: not an absolute "
		    "path" },
		{ "no keys", "trust = {\n keys = \"none\"; };",
		    "test.conf:2: trust.keys: keys come from" },
		{ "no domain",
		    "users = { domains = ( \"example.net\",\n"
		    " \"@example.org\" ); };",
		    "test.conf:2: users.domains: \"@example.org\" is no "
		    "domain" },
		{ "no address",
		    "internal_hosts = (\n\"::1\",\n"
		    "\"localhost\" );",
		    "test.conf:3: internal_hosts: \"localhost\" is not ADDRESS "
		    "or "
		    "ADDRESS/BITS" },
		{ "no route", "\nreply = { routes = \"(\"; };",
		    "test.conf:2: reply.routes: route \"(\": offset 1: "
		    "missing closing parenthesis" },
		{ "no facility", "audit = {\n syslog = \"mial\"; };",
		    "test.conf:2: audit.syslog: no facility \"mial\"" },
		{ "no name", "audit = { syslog_name = \"\"; };",
		    "test.conf:1: audit.syslog_name: \"\" is not a word" },
		{ "no word", "audit = { syslog_name = \"a b\"; };",
		    "test.conf:1: audit.syslog_name: \"a b\" is not a word of "
		    "1 to 32 letters" },
		{ "a long name",
		    "audit = { syslog_name = "
		    "\"123456789012345678901234567890123\"; };",
		    "test.conf:1: audit.syslog_name: " },
		{ "relative control socket", "control = {\nsocket = \"x\"; };",
		    "test.conf:2: control.socket: x: not an absolute path" },
		{ "no host", "reply = {\n host = \"a b\"; };",
		    "test.conf:2: reply.host: \"a b\" is no host's full name" },
		{ "expires before it is sent",
		    "reply = { hold = \"2h\"; expires = \"1h\"; };",
		    "reply.expires must be longer than reply.hold" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct err e = ERR_NONE;
		struct conf *c = parse(rows[i].text, &e);

		if (c != NULL)
			fail_msg("%s: accepted", rows[i].name);
		check_contains(rows[i].name, e.text, rows[i].want);
	}
}

static void
the_limits_of_a_number_are_in_range(void **state)
{
	struct conf *c = parse_good("users = { cache = 1; };\n"
				    "reply = { hold = \"0s\"; };");

	(void)state;
	conf_free(c);
	c = parse_good("users = { cache = 1000000; };\n"
		       "reply = { hold = \"1d\"; expires = \"2d\"; };");
	conf_free(c);
	c = parse_good("audit = { syslog_name = "
		       "\"1234567890/abcdefghijklm._-ABCDE\"; };\n");
	check_number("name", (long long)strlen(c->audit.syslog_name),
	    LIMIT_SYSLOG_NAME_SIZE);
	conf_free(c);
}

static void
what_is_printed_is_a_settings_file(void **state)
{
	struct conf *c = parse_good("reply = { hold = \"90m\"; sendmail = "
				    "\"a\\\"b\\\\c\\n\\x7f\"; };\n"
				    "dry_run = false; users = { cache = 7; };");
	struct text out = TEXT_INIT(LIMIT_SETTINGS_SIZE);
	struct text again = TEXT_INIT(LIMIT_SETTINGS_SIZE);
	size_t count = 0;

	(void)state;
	conf_print(c, &out);
	assert_true(text_ok(&out));
	for (; conf_name(count) != NULL; count++) {
		const char *dot = strchr(conf_name(count), '.');
		const char *name = dot == NULL ? conf_name(count) : dot + 1;

		check_contains("print", text_string(&out), name);
	}
	assert_true(count > 20);
	check_contains("duration", text_string(&out), "\thold = \"90m\";\n");
	check_contains("days", text_string(&out), "\tperiod = \"30d\";\n");
	check_contains("mode", text_string(&out), "\nsocket_mode = \"0660\";");
	check_contains("choice", text_string(&out), "on_failure = \"accept\";");
	check_contains("quoting", text_string(&out), "reply\\\\.linkedin");
	check_contains("control", text_string(&out), "b\\\\c\\x0A\\x7F\";");
	conf_free(c);
	c = parse_good(text_string(&out));
	conf_print(c, &again);
	check_string("the same when read again", text_string(&again),
	    text_string(&out));
	text_free(&again);
	text_free(&out);
	conf_free(c);
}

static void
a_restart_is_needed_for_some_settings_only(void **state)
{
	struct conf *a = parse_good("");
	struct conf *b = parse_good("dry_run = false;");
	struct conf *c = parse_good("state = \"sqlite:/other.db\";");

	(void)state;
	assert_null(conf_needs_restart(a, b));
	check_string("state", conf_needs_restart(a, c), "state");
	conf_free(a);
	conf_free(b);
	conf_free(c);
}

static void
what_needs_a_restart_can_be_kept(void **state)
{
	struct conf *a = parse_good("socket_mode = \"0600\"; user = \"a\";\n"
				    "audit = { file = \"/a\"; };");
	struct conf *b = parse_good("state = \"sqlite:/other.db\";\n"
				    "audit = { file = \"/b\"; };\n"
				    "dry_run = false; packs = \"/p\";");

	(void)state;
	assert_non_null(conf_needs_restart(a, b));
	assert_int_equal(conf_keep_start(b, a, NULL), 0);
	assert_null(conf_needs_restart(a, b));
	conf_free(a);
	check_string("file", b->audit.file, "/a");
	check_string("user", b->user, "a");
	check_number("mode", b->socket_mode, 0600);
	check_string("packs", b->packs, "/p");
	assert_false(b->dry_run);
	conf_free(b);
}

static void
a_missing_file_is_named(void **state)
{
	struct err e = ERR_NONE;
	struct conf *c = conf_load("", &e);

	(void)state;
	assert_non_null(c);
	conf_free(c);
	assert_null(conf_load("/nowhere/rsvp-milter.conf", &e));
	check_string("error", e.text,
	    "/nowhere/rsvp-milter.conf: No such file or directory");
	conf_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_defaults_change_and_send_nothing),
		cmocka_unit_test(drafts_have_three_words_and_two_old_ones),
		cmocka_unit_test(every_kind_of_setting_can_be_set),
		cmocka_unit_test(mistakes_are_named_with_file_and_line),
		cmocka_unit_test(the_limits_of_a_number_are_in_range),
		cmocka_unit_test(what_is_printed_is_a_settings_file),
		cmocka_unit_test(a_restart_is_needed_for_some_settings_only),
		cmocka_unit_test(what_needs_a_restart_can_be_kept),
		cmocka_unit_test(a_missing_file_is_named),
	};

	return cmocka_run_group_tests_name("conf", tests, NULL, NULL);
}
