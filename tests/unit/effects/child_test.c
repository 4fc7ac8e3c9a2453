// SPDX-License-Identifier: BSD-2-Clause
/*
 * child_test.c - programs that are run to their end.
 */
#include "effects/child.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "t.h"

enum { MUCH = 1000000, PATIENCE_S = 60 };

static int
take(void *arg, struct view octets, struct err *e)
{
	struct text *out = arg;

	text_add(out, octets);
	return text_ok(out) ? 0 : err_set(e, "enough");
}

struct outcome {
	int result;
	struct text out, said;
	struct err e;
};

static struct outcome
run(const char *script, const char *variable, size_t limit, int timeout)
{
	char shell[] = "sh", option[] = "-c";
	char *const argv[] = { shell, option, (char *)(uintptr_t)script, NULL };
	struct outcome o = { .out = TEXT_INIT(limit), .said = TEXT_INIT(MUCH) };
	const struct child c = { argv, variable, timeout, take, &o.out, take,
		&o.said };

	o.result = child_run(&c, &o.e);
	return o;
}

static void
runs_a_program_to_its_end(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *script, *variable;
		int timeout, result;
		const char *out, *said, *why;
	} rows[] = {
		{ "prints, and is content", "echo a; echo b >&2; echo c",
		    NULL, PATIENCE_S, 0, "a\nc\n", "b\n", "" },
		{ "nothing at all", ":", NULL, PATIENCE_S, 0, "", "", "" },
		{ "its input is empty", "cat", NULL, PATIENCE_S, 0, "", "",
		    "" },
		{ "the environment is ours",
		    "env | grep -Ev '^(PWD|SHLVL|_|OLDPWD)=' | sort",
		    "MAIL_CONFIG=/x", PATIENCE_S, 0,
		    "MAIL_CONFIG=/x\nPATH=/usr/sbin:/usr/bin:/sbin:/bin\n", "", "" },
		{ "fails, and says why", "echo ' '; echo more >&2; "
		    "echo 'no \033[m' >&2; exit 3", NULL, PATIENCE_S, -1, " \n",
		    "more\nno \033[m\n", "sh: exit status 3: no ?[m" },
		{ "fails, and says nothing", "exit 1", NULL, PATIENCE_S, -1,
		    "", "", "sh: exit status 1" },
		{ "is killed", "kill -9 $$", NULL, PATIENCE_S, -1, "", "",
		    "sh: killed by signal 9" },
		{ "is silent for too long", "echo a; sleep 600", NULL, 1, -1,
		    "a\n", "", "sh: silent for 1 seconds" },
		{ "closes all, and does not end",
		    "exec >&- 2>&-; sleep 600", NULL, 1, -1, "", "",
		    "sh: silent for 1 seconds" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct outcome o = run(rows[i].script, rows[i].variable, MUCH,
		    rows[i].timeout);

		check_number(rows[i].name, o.result, rows[i].result);
		check_view(rows[i].name, text_view(&o.out), rows[i].out);
		check_view(rows[i].name, text_view(&o.said), rows[i].said);
		if (rows[i].result < 0)
			check_contains(rows[i].name, o.e.text, rows[i].why);
		text_free(&o.out);
		text_free(&o.said);
	}
}

/* It has the only writing end of a fifo, which closes when it is killed. */
static void
what_it_started_is_killed_with_it(void **state)
{
	char folder[] = "/tmp/rsvp-child-XXXXXX", path[64], script[128], c;
	struct outcome o;
	int fd;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/fifo", folder);
	assert_int_equal(mkfifo(path, 0600), 0);
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	assert_true(fd >= 0);
	snprintf(script, sizeof(script), "sleep 600 >%s & echo a; wait", path);
	o = run(script, NULL, MUCH, 1);
	assert_int_equal(o.result, -1);
	assert_int_equal(fcntl(fd, F_SETFL, 0), 0);
	assert_int_equal(read(fd, &c, 1), 0); /* waits for the end */
	close(fd);
	unlink(path);
	rmdir(folder);
	text_free(&o.out);
	text_free(&o.said);
}

static void
who_has_enough_stops_it(void **state)
{
	struct outcome o =
	    run("while :; do echo aaaaaaaaaa; done", NULL, 100, PATIENCE_S);

	(void)state;
	assert_int_equal(o.result, -1);
	assert_string_equal(o.e.text, "enough");
	text_free(&o.out);
}

static void
much_is_read_whole(void **state)
{
	struct outcome o = run("head -c 900000 /dev/zero; "
			       "head -c 900000 /dev/zero >&2",
	    NULL, MUCH, PATIENCE_S);

	(void)state;
	assert_int_equal(o.result, 0);
	assert_int_equal(o.out.size, 900000);
	assert_int_equal(o.said.size, 900000);
	text_free(&o.out);
	text_free(&o.said);
}

static void
what_is_not_there_is_said(void **state)
{
	char name[] = "no-such-program-of-mail";
	char *const argv[] = { name, NULL };
	const struct child c = { .argv = argv, .timeout_seconds = 1 };
	struct err e = ERR_NONE;

	(void)state;
	assert_false(child_is_there(name));
	assert_true(child_is_there("sh"));
	assert_true(child_is_there("/bin/sh"));
	assert_false(child_is_there("/bin/no-such-program"));
	assert_int_equal(child_run(&c, &e), -1);
	assert_string_equal(e.text,
	    "no-such-program-of-mail: No such file or directory");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_a_program_to_its_end),
		cmocka_unit_test(what_it_started_is_killed_with_it),
		cmocka_unit_test(who_has_enough_stops_it),
		cmocka_unit_test(much_is_read_whole),
		cmocka_unit_test(what_is_not_there_is_said),
	};

	return cmocka_run_group_tests_name("child", tests, NULL, NULL);
}
