// SPDX-License-Identifier: BSD-2-Clause
/*
 * redis_link_test.c - a real Redis that is set up wrong, refuses us, dies or
 * hangs.
 */
#include "effects/redis_link.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/limits.h"
#include "redis_server.h"
#include "t.h"

/* Each test has a server of its own, and the time. */
struct fixture {
	struct redis_server server;
	int64_t now_us;
	struct clock clock;
	char password_file[96];
};

static int64_t
tell(void *arg)
{
	return *(int64_t *)arg;
}

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->clock = (struct clock){ tell, tell, &f->now_us };
	f->now_us = 1000000;
	redis_server_start(&f->server, NULL);
	snprintf(f->password_file, sizeof(f->password_file), "%s/password",
	    f->server.folder);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	redis_server_remove(&f->server);
	free(f);
	return 0;
}

/* Opens user's link, "" or "USER@", with these options: or NULL and e. */
static struct redis_link *
open_as(const struct fixture *f, const char *user, const char *options,
    struct err *e)
{
	struct redis_target t;
	char url[512];

	snprintf(url, sizeof(url), "redis://%s127.0.0.1:%d?%s", user,
	    f->server.port, options);
	assert_int_equal(redis_target_parse(view_of(url), &t, e), 0);
	return redis_link_open(&t, &f->clock, e);
}

static struct redis_link *
open_link(const struct fixture *f, const char *options)
{
	struct err e = ERR_NONE;
	struct redis_link *l = open_as(f, "", options, &e);

	if (l == NULL)
		fail_msg("%s", e.text);
	return l;
}

/* A list, as scripts give it; the words that an error has, or "". */
static const char *
ask(struct redis_link *l, struct err *e)
{
	static const struct view word[] = { VIEW("EVAL"),
		VIEW("return { 7, 'a\\0b', '12', false }"), VIEW("0") };
	struct redis_answer *a = redis_link_ask(l, word, LENGTH(word), e);

	if (a == NULL)
		return e->text;
	redis_answer_free(a);
	return "";
}

static void
answers_are_lists(void **state)
{
	static const struct {
		const char *script, *want;
	} rows[] = {
		{ "return 1", "a strange answer" },
		{ "return 'OK'", "a strange answer" },
		{ "return redis.error_reply('LOST it')", "LOST it" },
		{ "return (", "Error compiling script" },
	};
	const struct view word[] = { VIEW("EVAL"),
		VIEW("return { 7, 'a\\0b', '12', false }"), VIEW("0") };
	struct redis_link *l = open_link(*state, "timeout=10000");
	struct redis_answer *a = redis_link_ask(l, word, 3, NULL);
	struct err e = ERR_NONE;

	assert_non_null(a);
	assert_int_equal(redis_answer_count(a), 4);
	assert_int_equal(redis_answer_number(a, 0), 7);
	assert_true(view_equal(redis_answer_text(a, 1), VIEW("a\0b")));
	assert_int_equal(redis_answer_number(a, 2), 12);
	assert_int_equal(redis_answer_text(a, 3).size, 0);
	assert_int_equal(redis_answer_number(a, 3), 0);
	assert_int_equal(redis_answer_text(a, 4).size, 0);
	redis_answer_free(a);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		const struct view bad[] = { VIEW("EVAL"),
			view_of(rows[i].script), VIEW("0") };

		assert_null(redis_link_ask(l, bad, 3, &e));
		check_contains(rows[i].script, e.text, rows[i].want);
		check_contains(rows[i].script, e.text, "127.0.0.1:");
		check_string("the next one is right", ask(l, &e), "");
	}
	redis_link_close(l);
}

static void
refuses_a_redis_that_forgets(void **state)
{
	static const struct {
		const char *command, *want, *mend;
	} rows[] = {
		{ "CONFIG SET maxmemory-policy allkeys-lru",
		    "its maxmemory-policy is \"allkeys-lru\"",
		    "CONFIG SET maxmemory-policy noeviction" },
		{ "CONFIG SET maxmemory-policy volatile-ttl",
		    "its maxmemory-policy is \"volatile-ttl\"",
		    "CONFIG SET maxmemory-policy noeviction" },
		{ "CONFIG SET appendfsync everysec",
		    "its appendfsync is \"everysec\"",
		    "CONFIG SET appendfsync always" },
		{ "CONFIG SET appendonly no", "its appendonly is \"no\"",
		    "CONFIG SET appendonly yes" },
	};
	struct fixture *f = *state;
	struct err e = ERR_NONE;

	for (size_t i = 0; i < LENGTH(rows); i++) {
		redis_server_command(&f->server, rows[i].command);
		assert_null(open_as(f, "", "", &e));
		check_contains(rows[i].command, e.text, rows[i].want);
		redis_server_command(&f->server, rows[i].mend);
	}
	redis_link_close(open_link(f, "timeout=10000"));
}

static void
write_password(const struct fixture *f, const char *text, mode_t mode)
{
	int fd;

	unlink(f->password_file);
	fd = open(f->password_file, O_WRONLY | O_CREAT | O_EXCL, mode);
	assert_true(fd >= 0);
	assert_int_equal(fchmod(fd, mode), 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void
a_user_needs_no_right_to_see_the_settings(void **state)
{
	struct fixture *f = *state;
	char options[160];
	struct redis_link *l;
	struct err e = ERR_NONE;

	redis_server_command(&f->server,
	    "ACL SETUSER rsvp on >open-sesame ~rsvp-milter:* +@all -config");
	redis_server_command(&f->server,
	    "CONFIG SET maxmemory-policy allkeys-lru");
	write_password(f, "open-sesame\n", 0640);
	snprintf(options, sizeof(options), "password_file=%s&db=3",
	    f->password_file);
	l = open_as(f, "rsvp@", options, &e);
	if (l == NULL)
		fail_msg("%s", e.text);
	check_string("it may", ask(l, &e), "");
	redis_link_close(l);
}

static void
a_password_is_one_line_for_us_alone(void **state)
{
	static const struct {
		const char *text;
		mode_t mode;
		const char *want;
	} rows[] = {
		{ "open-sesame", 0644, "others may read it" },
		{ "open-sesame", 0602, "others may read it" },
		{ "", 0600, "not one password" },
		{ " \n", 0600, "not one password" },
		{ "open\nsesame\n", 0600, "not one password" },
		{ "wrong", 0600, "WRONGPASS" },
	};
	struct fixture *f = *state;
	char options[160], most[LIMIT_REDIS_PASSWORD_SIZE + 2];
	struct err e = ERR_NONE;

	snprintf(options, sizeof(options), "password_file=%s",
	    f->password_file);
	assert_null(open_as(f, "", options, &e));
	check_contains("missing", e.text, "No such file");
	redis_server_command(&f->server,
	    "ACL SETUSER rsvp on >open-sesame ~* +@all");
	for (size_t i = 0; i < LENGTH(rows); i++) {
		write_password(f, rows[i].text, rows[i].mode);
		assert_null(open_as(f, "rsvp@", options, &e));
		check_contains(rows[i].text, e.text, rows[i].want);
	}
	memset(most, 'x', sizeof(most));
	most[sizeof(most) - 1] = '\0';
	write_password(f, most, 0600);
	assert_null(open_as(f, "rsvp@", options, &e));
	check_contains("too long", e.text, "not one password");
	most[sizeof(most) - 2] = '\0';
	write_password(f, most, 0600);
	assert_null(open_as(f, "rsvp@", options, &e));
	check_contains("at the limit", e.text, "WRONGPASS");
}

static void
a_dead_one_is_left_alone_for_a_while(void **state)
{
	struct fixture *f = *state;
	struct redis_link *l = open_link(f, "timeout=10000");
	struct err e = ERR_NONE;

	check_string("alive", ask(l, &e), "");
	redis_server_stop(&f->server);
	check_contains("the first", ask(l, &e), "Connection refused");
	check_contains("the second", ask(l, &e), "left alone");
	check_contains("says why", e.text, "Connection refused");
	redis_server_start(&f->server, NULL);
	f->now_us += LIMIT_REDIS_PAUSE_S * INT64_C(1000000) - 1;
	check_contains("back, but nobody looks", ask(l, &e), "left alone");
	f->now_us++;
	check_string("somebody looks", ask(l, &e), "");
	check_string("and all may", ask(l, &e), "");
	redis_link_close(l);
}

static void
a_restart_between_two_calls_goes_unnoticed(void **state)
{
	struct fixture *f = *state;
	struct redis_link *l = open_link(f, "timeout=10000");
	struct err e = ERR_NONE;

	check_string("before", ask(l, &e), "");
	redis_server_stop(&f->server);
	redis_server_start(&f->server, NULL);
	check_string("after", ask(l, &e), "");
	redis_link_close(l);
}

static void
one_that_hangs_costs_one_time_out(void **state)
{
	struct fixture *f = *state;
	struct redis_link *l = open_link(f, "timeout=50");
	struct err e = ERR_NONE;

	assert_int_equal(kill(f->server.pid, SIGSTOP), 0);
	check_contains("the first", ask(l, &e), "no answer within 50 ms");
	check_contains("the second", ask(l, &e), "left alone");
	f->now_us += LIMIT_REDIS_PAUSE_S * INT64_C(1000000);
	check_contains("looks again", ask(l, &e), "no answer within 50 ms");
	check_contains("once", ask(l, &e), "left alone");
	assert_int_equal(kill(f->server.pid, SIGCONT), 0);
	f->now_us += LIMIT_REDIS_PAUSE_S * INT64_C(1000000);
	redis_link_close(l);
	l = open_link(f, "timeout=10000"); /* has the time it takes */
	check_string("back", ask(l, &e), "");
	redis_link_close(l);
}

/* A restart may have brought other settings. */
static void
looks_at_the_settings_of_each_connection(void **state)
{
	static const char *const forgets[] = { "--appendfsync", "no", NULL };
	struct fixture *f = *state;
	struct redis_link *l = open_link(f, "timeout=10000");
	struct err e = ERR_NONE;

	redis_server_stop(&f->server);
	redis_server_start(&f->server, forgets);
	check_contains("changed", ask(l, &e), "its appendfsync is \"no\"");
	redis_link_close(l);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(answers_are_lists),
		CASE(refuses_a_redis_that_forgets),
		CASE(a_user_needs_no_right_to_see_the_settings),
		CASE(a_password_is_one_line_for_us_alone),
		CASE(a_dead_one_is_left_alone_for_a_while),
		CASE(a_restart_between_two_calls_goes_unnoticed),
		CASE(one_that_hangs_costs_one_time_out),
		CASE(looks_at_the_settings_of_each_connection),
	};

	if (!redis_server_is_installed())
		return redis_server_skip();
	return cmocka_run_group_tests_name("redis_link", tests, NULL, NULL);
}
