// SPDX-License-Identifier: BSD-2-Clause
#include "base/log.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "base/utf8.h"
#include "oom.h"
#include "t.h"

/* What was caught: level and line, one by one. */
static struct {
	int count;
	enum log_level level;
	struct text line;
} caught = { .line = TEXT_INIT(4 * LIMIT_LOG_LINE) };

static void
keep(enum log_level level, const char *line, void *arg)
{
	assert_ptr_equal(arg, &caught);
	caught.count++;
	caught.level = level;
	text_clear(&caught.line);
	text_add_string(&caught.line, line);
}

static int
start_catching(void **state)
{
	(void)state;
	caught.count = 0;
	log_catch(keep, &caught);
	return 0;
}

static int
stop_catching(void **state)
{
	(void)state;
	log_catch(NULL, NULL);
	log_set_debug(false);
	text_free(&caught.line);
	return 0;
}

static void
each_level_reaches_the_catcher(void **state)
{
	(void)state;
	log_info("%s %d", "words", 1);
	assert_int_equal(caught.level, LOG_LEVEL_INFO);
	check_view("info", text_view(&caught.line), "words 1");
	log_warn("two");
	assert_int_equal(caught.level, LOG_LEVEL_WARN);
	log_error("three");
	assert_int_equal(caught.level, LOG_LEVEL_ERROR);
	check_view("error", text_view(&caught.line), "three");
	assert_int_equal(caught.count, 3);
}

static void
details_are_off_until_asked_for(void **state)
{
	(void)state;
	log_debug("not %s", "yet");
	assert_int_equal(caught.count, 0);
	log_set_debug(true);
	log_debug("now");
	assert_int_equal(caught.level, LOG_LEVEL_DEBUG);
	check_view("debug", text_view(&caught.line), "now");
}

static void
a_line_is_printable_whatever_a_mail_said(void **state)
{
	(void)state;
	log_info("subject=%s", "a\nerror: forged\x1B[2J\xE2\x80\xAE\xFF");
	check_view("cleaned", text_view(&caught.line),
	    "subject=a?error: forged?[2J?\xEF\xBF\xBD");
}

static void
a_long_line_is_cut_and_says_so(void **state)
{
	static char words[2 * LIMIT_LOG_LINE];

	(void)state;
	memset(words, 'x', sizeof(words));
	log_info("%.*s", LIMIT_LOG_LINE, words);
	assert_int_equal(caught.line.size, LIMIT_LOG_LINE);
	log_info("%.*s", LIMIT_LOG_LINE + 1, words);
	assert_int_equal(caught.line.size, LIMIT_LOG_LINE + 3);
	assert_true(view_ends_nocase(text_view(&caught.line), VIEW("x...")));
	/* Not in the middle of a character. */
	memcpy(words + LIMIT_LOG_LINE - 1, "\xC3\xAB", 2);
	log_info("%.*s", LIMIT_LOG_LINE + 1, words);
	assert_true(utf8_valid(text_view(&caught.line)));
	assert_true(view_ends_nocase(text_view(&caught.line), VIEW("x...")));
	/* All of it replaced by something longer still fits. */
	memset(words, 0xFF, LIMIT_LOG_LINE);
	log_info("%.*s", LIMIT_LOG_LINE, words);
	assert_int_equal(caught.line.size, 3 * LIMIT_LOG_LINE);
}

static void
leaves_errno_alone(void **state)
{
	(void)state;
	errno = ENOTTY;
	log_info("%s", "x");
	assert_int_equal(errno, ENOTTY);
}

static void
without_memory_something_is_said(void **state)
{
	(void)state;
	for (unsigned n = 1; oom_next(n); n++) {
		log_info("words");
		if (oom_happened())
			check_contains("said", text_string(&caught.line),
			    "no memory");
	}
}

/* What code() writes to standard error. */
static void
standard_error_of(void (*code)(void), char *out, size_t size)
{
	FILE *file = tmpfile();
	int saved = dup(STDERR_FILENO);
	size_t got;

	assert_non_null(file);
	dup2(fileno(file), STDERR_FILENO);
	code();
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(file);
	got = fread(out, 1, size - 1, file);
	out[got] = '\0';
	fclose(file);
}

static void
log_each_level(void)
{
	log_catch(NULL, NULL);
	log_set_debug(true);
	log_debug("a");
	log_info("b");
	log_warn("c");
	log_error("d");
}

static void
tools_get_it_on_standard_error(void **state)
{
	char out[1000];

	(void)state;
	log_open_stderr("tool");
	standard_error_of(log_each_level, out, sizeof(out));
	check_string("lines", out,
	    "tool: debug: a\ntool: b\ntool: warning: c\ntool: error: d\n");
}

static void
syslog_takes_a_known_facility_only(void **state)
{
	static const char *const known[] = { "mail", "daemon", "user", "local0",
		"local7" };
	char out[1000];

	(void)state;
	log_open_stderr("tool");
	assert_int_equal(log_open("milter", "kern", true), -1);
	assert_int_equal(log_open("milter", "", true), -1);
	standard_error_of(log_each_level, out, sizeof(out));
	check_contains("nothing has changed", out, "tool: b\n");
	assert_false(log_facility_known("kern"));
	for (size_t i = 0; i < LENGTH(known); i++) {
		assert_true(log_facility_known(known[i]));
		assert_int_equal(log_open("milter", known[i], true), 0);
	}
	standard_error_of(log_each_level, out, sizeof(out));
	check_contains("both", out, "milter: b\n");
	assert_int_equal(log_open("milter", "mail", false), 0);
	standard_error_of(log_each_level, out, sizeof(out));
	check_string("syslog only", out, "");
	log_open_stderr("tool");
}

#define TEST(function) \
	cmocka_unit_test_setup_teardown(function, start_catching, stop_catching)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_level_reaches_the_catcher),
		TEST(details_are_off_until_asked_for),
		TEST(a_line_is_printable_whatever_a_mail_said),
		TEST(a_long_line_is_cut_and_says_so),
		TEST(leaves_errno_alone),
		TEST(without_memory_something_is_said),
		TEST(tools_get_it_on_standard_error),
		TEST(syslog_takes_a_known_facility_only),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
