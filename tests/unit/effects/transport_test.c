// SPDX-License-Identifier: BSD-2-Clause
/*
 * transport_test.c - mail handed to small programs that stand for sendmail.
 */
#include "effects/transport.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "t.h"

enum { PATIENCE = 600 }; /* seconds: never reached */

struct fixture {
	char folder[64];
	char program[96];
};

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	strcpy(f->folder, "/tmp/transport_test.XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	snprintf(f->program, sizeof(f->program), "%s/sendmail", f->folder);
	*state = f;
	return 0;
}

static void
remove_file(const struct fixture *f, const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", f->folder, name);
	unlink(path);
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	remove_file(f, "sendmail");
	remove_file(f, "arguments");
	remove_file(f, "mail");
	remove_file(f, "seen");
	assert_int_equal(rmdir(f->folder), 0);
	free(f);
	return 0;
}

/* Writes the program: a shell script that is in its own folder. */
static void
write_program(const struct fixture *f, const char *script)
{
	FILE *file = fopen(f->program, "w");

	assert_non_null(file);
	fprintf(file, "#!/bin/sh\ncd %s || exit\n%s\n", f->folder, script);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(f->program, 0700), 0);
}

/* What the program has written. */
static struct text
written(const struct fixture *f, const char *name)
{
	struct text t = TEXT_INIT(10 * 1024 * 1024);
	char path[128], block[4096];
	size_t got;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", f->folder, name);
	file = fopen(path, "rb");
	if (file == NULL)
		fail_msg("%s was not written", name);
	while ((got = fread(block, 1, sizeof(block), file)) > 0)
		text_add(&t, (struct view){ block, got });
	fclose(file);
	return t;
}

static const char *
word(enum transport_result result)
{
	static const char *const words[] = { "sent", "later", "refused",
		"unknown" };

	return words[result];
}

static void
hands_over_arguments_and_mail_as_they_are(void **state)
{
	struct fixture *f = *state;
	struct view mail = exact_string("Subject: x\n\n.\n$HOME `id`\nno end");
	struct view from = exact_string("alice@example.net");
	struct view to = exact_string("route+1@reply.example");
	struct err e = ERR_NONE;
	struct text got;

	write_program(f, "printf '%s\\n' \"$@\" >arguments\ncat >mail");
	check_string("with a sender",
	    word(transport_sendmail(f->program, from, to, mail, PATIENCE, &e)),
	    "sent");
	got = written(f, "arguments");
	check_view("arguments", text_view(&got),
	    "-i\n-f\nalice@example.net\n-N\nfailure\n--\n"
	    "route+1@reply.example\n");
	text_free(&got);
	got = written(f, "mail");
	check_view("mail", text_view(&got),
	    "Subject: x\n\n.\n$HOME `id`\nno end");
	text_free(&got);

	check_string("without",
	    word(transport_sendmail(f->program, VIEW(""), to, mail, PATIENCE,
		&e)),
	    "sent");
	got = written(f, "arguments");
	check_view("arguments", text_view(&got),
	    "-i\n-f\n<>\n-N\nnever\n--\nroute+1@reply.example\n");
	text_free(&got);
	exact_free(mail);
	exact_free(from);
	exact_free(to);
}

static void
writes_to_plain_addresses_only(void **state)
{
	static const char *const rows[] = { "", "-bs", "-f@reply.example",
		"a b@reply.example", "<a@reply.example>",
		"a@reply.example,b@reply.example", "a@reply.example\nb",
		"|/bin/sh", "a@localhost" };
	struct fixture *f = *state;
	struct err e = ERR_NONE;
	char path[128];

	write_program(f, "echo started >seen");
	for (size_t i = 0; i < LENGTH(rows); i++) {
		check_string(rows[i],
		    word(transport_sendmail(f->program, VIEW(""),
			view_of(rows[i]), VIEW("x"), PATIENCE, &e)),
		    "refused");
		check_contains(rows[i], e.text, "not an address");
		if (i == 0) /* an empty sender is the null one */
			continue;
		check_string(rows[i],
		    word(transport_sendmail(f->program, view_of(rows[i]),
			VIEW("a@reply.example"), VIEW("x"), PATIENCE, &e)),
		    "refused");
	}
	snprintf(path, sizeof(path), "%s/seen", f->folder);
	assert_int_equal(access(path, F_OK), -1);
}

static void
tells_what_became_of_the_mail(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *script;
		size_t mail;
		const char *want, *words;
	} rows[] = {
		{ "read, 0",           "cat >mail", 100, "sent", "" },
		{ "more than a pipe holds, read, 0",
		    "cat >mail", 1000000, "sent", "" },
		{ "an empty mail, 0",  "exit 0", 0, "sent", "" },
		{ "unread, 0",         "exit 0", 100, "unknown",
		    "exit status 0, the mail was not read" },
		{ "half read, 0",      "head -c 70000 >mail", 1000000,
		    "unknown", "exit status 0, the mail was not read" },
		{ "read, 75",          "cat >mail; exit 75", 100, "unknown",
		    "exit status 75" },
		{ "unread, 75",        "exit 75", 100, "later",
		    "exit status 75, the mail was not read" },
		{ "unread, large, 75", "exit 75", 1000000, "later",
		    "exit status 75" },
		{ "input closed, 75",  "exec <&-; exit 75", 1000000, "later",
		    "exit status 75" },
		{ "read, 64",          "cat >mail; exit 64", 100, "refused",
		    "exit status 64" },
		{ "unread, 67",        "exit 67", 100, "refused",
		    "exit status 67" },
		{ "read, 77",          "cat >mail; exit 77", 100, "refused",
		    "exit status 77" },
		{ "its own trouble, unread", "exit 71", 100, "later",
		    "exit status 71" },
		{ "its own trouble, read", "cat >mail; exit 78", 100,
		    "unknown", "exit status 78" },
		{ "read, 63",          "cat >mail; exit 63", 100, "unknown",
		    "exit status 63" },
		{ "unread, 79",        "exit 79", 100, "later",
		    "exit status 79" },
		{ "unread, 127",       "exit 127", 100, "later",
		    "exit status 127" },
		{ "read, a signal",    "cat >mail; kill -9 $$", 100, "unknown",
		    "killed by signal 9" },
		{ "unread, a signal",  "kill -9 $$", 100, "later",
		    "killed by signal 9" },
		{ "a word of why",     "echo 'queue full' >&2; exit 69", 100,
		    "later", "exit status 69, the mail was not read: queue" },
		{ "the first line that says something, printable",
		    "printf '\\n \\033[1mno user\\r\\nmore\\n' >&2; exit 67",
		    0, "refused", "exit status 67: ?[1mno user" },
		{ "more words than anybody reads",
		    "cat >mail; head -c 1000000 /dev/zero >&2; exit 69", 100,
		    "unknown", "exit status 69: ????" },
	};
	/* clang-format on */
	struct fixture *f = *state;

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view mail;
		struct err e = ERR_NONE;
		char *block = malloc(rows[i].mail + 1);

		memset(block, 'x', rows[i].mail);
		mail = exactly(block, rows[i].mail);
		free(block);
		write_program(f, rows[i].script);
		check_string(rows[i].name,
		    word(transport_sendmail(f->program, VIEW(""),
			VIEW("a@reply.example"), mail, PATIENCE, &e)),
		    rows[i].want);
		check_contains(rows[i].name, e.text, rows[i].words);
		if (strcmp(rows[i].want, "sent") != 0)
			check_contains(rows[i].name, e.text, f->program);
		exact_free(mail);
	}
}

/* An address we answer to is a token; what is said of it is logged. */
static void
the_address_is_not_in_the_words(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *said, *want;
	} rows[] = {
		{ "with its domain", "<4f1c-9a@reply.example>: unknown",
		    ": <...@reply.example>: unknown" },
		{ "in another case, twice",
		    "4F1C-9A@Reply.Example... to 4F1c-9a",
		    ": ...@Reply.Example... to ..." },
		{ "quoted", "550 \"4f1c-9a\"@reply.example",
		    ": 550 \"...\"@reply.example" },
		{ "behind a sign", "to=4f1c-9a@reply.example,",
		    ": to=...@reply.example," },
		{ "in a longer word", "x4f1c-9a 4f1c-9ab",
		    ": x4f1c-9a 4f1c-9ab" },
		{ "another one", "<4f1c-9b@reply.example>: unknown",
		    ": <4f1c-9b@reply.example>: unknown" },
		{ "behind more than is shown",
		    "                                                        "
		    "-------------------------------------------------------"
		    "-------------------------------------------------------"
		    "-------------------------------------------------------"
		    "------------------------------ 4f1c-9a@reply.example",
		    "-- ..." },
	};
	/* clang-format on */
	struct fixture *f = *state;

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view to = exact_string("4f1c-9a@reply.example");
		char script[512];
		struct err e = ERR_NONE;

		snprintf(script, sizeof(script),
		    "cat >mail; cat >&2 <<'END'\n%s\nEND\nexit 67",
		    rows[i].said);
		write_program(f, script);
		check_string(rows[i].name,
		    word(transport_sendmail(f->program, VIEW(""), to, VIEW("x"),
			PATIENCE, &e)),
		    "refused");
		check_contains(rows[i].name, e.text, rows[i].want);
		exact_free(to);
	}
}

static void
an_end_is_put_to_what_hangs(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *script;
		int seconds;
		const char *want, *words;
	} rows[] = {
		{ "before it reads", "sleep 900", 0, "later",
		    "not done after 0 seconds" },
		{ "once it has read", "cat >mail; sleep 900", 3, "unknown",
		    "not done after 3 seconds" },
		{ "talking", "while :; do echo words; done >&2", 1, "later",
		    "not done after 1 seconds: words" },
	};
	/* clang-format on */
	struct fixture *f = *state;

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct err e = ERR_NONE;

		write_program(f, rows[i].script);
		check_string(rows[i].name,
		    word(transport_sendmail(f->program, VIEW(""),
			VIEW("a@reply.example"), VIEW("x"), rows[i].seconds,
			&e)),
		    rows[i].want);
		check_contains(rows[i].name, e.text, rows[i].words);
	}
}

static void
what_hangs_leaves_nobody_behind(void **state)
{
	struct fixture *f = *state;
	char script[64], byte;
	int ends[2];

	/* Whoever lives holds the writing end. */
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(fcntl(ends[1], F_SETFD, 0), 0);
	snprintf(script, sizeof(script), "(sleep 20; echo alive >&%d) &\nwait",
	    ends[1]);
	write_program(f, script);
	check_string("killed",
	    word(transport_sendmail(f->program, VIEW(""),
		VIEW("a@reply.example"), VIEW("x"), 1, NULL)),
	    "later");
	close(ends[1]);
	assert_int_equal(read(ends[0], &byte, 1), 0);
	close(ends[0]);
}

static void
what_cannot_be_started_may_be_tried_again(void **state)
{
	struct fixture *f = *state;
	struct err e = ERR_NONE;

	check_string("not there",
	    word(transport_sendmail(f->program, VIEW(""),
		VIEW("a@reply.example"), VIEW("x"), PATIENCE, &e)),
	    "later");
	check_contains("not there", e.text, "No such file or directory");
	check_contains("not there", e.text, f->program);
	check_string("a folder",
	    word(transport_sendmail(f->folder, VIEW(""),
		VIEW("a@reply.example"), VIEW("x"), PATIENCE, &e)),
	    "later");
	check_contains("a folder", e.text, "Permission denied");
}

static void
passes_on_neither_environment_nor_signals(void **state)
{
	struct fixture *f = *state;
	unsigned long long blocked, ignored;
	sigset_t set, before;
	struct text got;
	struct err e = ERR_NONE;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, &before);
	signal(SIGPIPE, SIG_IGN);
	setenv("LD_PRELOAD_OF_MINE", "x", 1);
	write_program(f,
	    "cat >mail; cat /proc/$$/environ >seen\n"
	    "exec grep -E '^Sig(Blk|Ign)' /proc/self/status >>seen");
	check_string("sent",
	    word(transport_sendmail(f->program, VIEW(""),
		VIEW("a@reply.example"), VIEW("x"), PATIENCE, &e)),
	    "sent");
	got = written(f, "seen");
	check_string("environment", got.data,
	    "PATH=/usr/sbin:/usr/bin:/sbin:/bin");
	assert_int_equal(sscanf(got.data + strlen(got.data) + 1,
			     "SigBlk: %llx SigIgn: %llx", &blocked, &ignored),
	    2);
	check_number("blocked", (long long)blocked, 0);
	/* libc keeps two signals for itself, 32 and 33. */
	check_number("ignored", (long long)(ignored & 0x7FFFFFFF), 0);
	text_free(&got);
	sigprocmask(SIG_SETMASK, &before, NULL);
	signal(SIGPIPE, SIG_DFL);
}

static void
what_somebody_else_has_waited_for_is_not_known(void **state)
{
	struct fixture *f = *state;
	struct err e = ERR_NONE;

	signal(SIGCHLD, SIG_IGN); /* the system waits for it */
	write_program(f, "cat >mail");
	check_string("lost",
	    word(transport_sendmail(f->program, VIEW(""),
		VIEW("a@reply.example"), VIEW("x"), PATIENCE, &e)),
	    "unknown");
	check_contains("lost", e.text, "its end went unnoticed");
	signal(SIGCHLD, SIG_DFL);
}

static void
the_way_is_written_strictly(void **state)
{
	static const struct {
		const char *where, *want;
		bool program;
	} rows[] = {
		{ "sendmail", "", true },
		{ "smtp://mx.example.net", "", false },
		{ "smtp://mx.example.net:2525", "", false },
		{ "smtp://[2001:db8::1]:25", "", false },
		{ "", "neither \"sendmail\" nor \"smtp://HOST:PORT\"", true },
		{ "Sendmail", "\"Sendmail\": neither", true },
		{ "mx.example.net:25", "neither \"sendmail\" nor", true },
		{ "smtps://mx.example.net", "neither \"sendmail\" nor", true },
		{ "smtp://", "\"\": not HOST:PORT", false },
		{ "smtp://a:b@mx", "\"a:b@mx\": no port", false },
		{ "smtp://mx:25/x", "\"mx:25/x\": no port", false },
		{ "smtp://mx:70000", "no port from 1 to 65535", false },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct err e = ERR_NONE;
		int result = transport_check(rows[i].where, &e);

		check_number(rows[i].where, result,
		    rows[i].want[0] == '\0' ? 0 : -1);
		check_contains(rows[i].where, e.text, rows[i].want);
		check_number(rows[i].where, transport_is_program(rows[i].where),
		    rows[i].program);
	}
}

/* By SMTP nothing is started, and the other way round. */
static void
the_way_is_chosen(void **state)
{
	struct fixture *f = *state;
	const struct transport program = { "sendmail", f->program, NULL };
	const struct transport smtp = { "smtp://127.0.0.1:1", f->program,
		NULL };
	struct err e = ERR_NONE;
	struct text got;
	char path[128];

	write_program(f, "cat >mail");
	check_string("smtp",
	    word(transport_send(&smtp, VIEW(""), VIEW("a@reply.example"),
		VIEW("x"), PATIENCE, &e)),
	    "later");
	check_contains("smtp", e.text, "127.0.0.1:1: ");
	snprintf(path, sizeof(path), "%s/mail", f->folder);
	assert_int_equal(access(path, F_OK), -1);
	check_string("sendmail",
	    word(transport_send(&program, VIEW(""), VIEW("a@reply.example"),
		VIEW("x"), PATIENCE, &e)),
	    "sent");
	got = written(f, "mail");
	check_view("mail", text_view(&got), "x");
	text_free(&got);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(hands_over_arguments_and_mail_as_they_are),
		CASE(writes_to_plain_addresses_only),
		CASE(tells_what_became_of_the_mail),
		CASE(the_address_is_not_in_the_words),
		CASE(an_end_is_put_to_what_hangs),
		CASE(what_hangs_leaves_nobody_behind),
		CASE(what_cannot_be_started_may_be_tried_again),
		CASE(passes_on_neither_environment_nor_signals),
		CASE(what_somebody_else_has_waited_for_is_not_known),
		CASE(the_way_is_written_strictly),
		CASE(the_way_is_chosen),
	};

	return cmocka_run_group_tests_name("transport", tests, NULL, NULL);
}
