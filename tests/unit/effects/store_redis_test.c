// SPDX-License-Identifier: BSD-2-Clause
/*
 * store_redis_test.c - what only the store in a Redis must stand: other hosts,
 * and a Redis that crashes, is full, or comes back with less than it had.
 * What it shares with every store is in tests/contract.
 */
#include <sys/stat.h>

#include <stdio.h>

#include "base/limits.h"
#include "effects/store.h"
#include "redis_server.h"
#include "t.h"

#define NOW INT64_C(1800000000000)
#define PAUSE_US (LIMIT_REDIS_PAUSE_S * INT64_C(1000000))

struct fixture {
	struct redis_server server;
	int64_t now_us;
	struct clock clock;
	struct store *a, *b; /* as two hosts have them */
};

static int64_t
tell(void *arg)
{
	return *(int64_t *)arg;
}

static struct store *
open_store(const struct fixture *f)
{
	struct err e = ERR_NONE;
	struct store *s;
	char url[128];

	redis_server_url(&f->server, url, sizeof(url));
	s = store_redis_open(url, &f->clock, &e);
	if (s == NULL)
		fail_msg("%s", e.text);
	return s;
}

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->now_us = 1000000;
	f->clock = (struct clock){ tell, tell, &f->now_us };
	redis_server_start(&f->server, NULL);
	f->a = open_store(f);
	f->b = open_store(f);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	store_close(f->a);
	store_close(f->b);
	redis_server_remove(&f->server);
	free(f);
	return 0;
}

/* A claim for a person by number: what it gets, or what is wrong. */
static const char *
claim(struct store *s, int person, const char *message)
{
	static struct err e;
	char number[16], key[DIGEST_HEX_SIZE], digest[DIGEST_HEX_SIZE];
	const struct view views[] = { { number,
					  (size_t)snprintf(number,
					      sizeof(number), "%d", person) },
		view_of(message) };
	struct claim c = { key, digest, NOW, STORE_DAY_MS, key, 100, 100 };
	struct job job = { .created_ms = NOW,
		.not_before_ms = NOW,
		.expires_ms = NOW + STORE_DAY_MS,
		.user = VIEW("alice"),
		.sender = VIEW("alice@example.net"),
		.recipient = VIEW("route@reply.example") };
	enum claim_result result = CLAIM_SAME;

	assert_int_equal(store_key(s, views, 1, key), 0);
	assert_int_equal(store_key(s, views, 2, digest), 0);
	return s->ops->claim(s, &c, &job, &result, &e) < 0
	    ? e.text
	    : store_claim_name(result);
}

/* The id of the job that is taken, 0 for none, -1 for a failure. */
static int64_t
take(struct store *s)
{
	struct pool *p = pool_new(LIMIT_JOB_SIZE);
	struct job job = { .id = 0 };

	if (s->ops->take(s, NOW, p, &job, NULL) < 0)
		job.id = -1;
	pool_free(p);
	return job.id;
}

static void
two_hosts_share_all(void **state)
{
	struct fixture *f = *state;
	struct view part = VIEW("m");
	char key[DIGEST_HEX_SIZE];
	unsigned count = 0;

	assert_memory_equal(f->a->secret, f->b->secret, DIGEST_SECRET_SIZE);
	assert_int_equal(store_key(f->a, &part, 1, key), 0);
	assert_int_equal(f->a->ops->seen(f->a, key, key, NOW, &count, NULL), 0);
	assert_int_equal(f->b->ops->seen(f->b, key, key, NOW, &count, NULL), 0);
	assert_int_equal(count, 1);
	check_string("a", claim(f->a, 1, "m1"), "granted");
	check_string("b", claim(f->b, 1, "m2"), "answered-before");
	check_string("b, again", claim(f->b, 1, "m1"), "same-message");
	assert_int_equal(take(f->b), 1);
	assert_int_equal(take(f->a), 0);
	assert_int_equal(f->a->ops->finish(f->a, 1, JOB_SENT, 0, VIEW(""),
			     NULL),
	    0);
	assert_int_equal(f->b->ops->finish(f->b, 1, JOB_SENT, 0, VIEW(""),
			     NULL),
	    -1);
}

static void
names_stand_in_jobs_only_and_do_not_stay(void **state)
{
	/* Lua, with tabs for spaces. */
	static const struct {
		const char *name, *words;
		long long want;
	} rows[] = {
		{ "keys of others",
		    "EVAL return(#redis.call('keys','*')-"
		    "#redis.call('keys','rsvp-milter:*')) 0",
		    0 },
		{ "keys with a name",
		    "EVAL return(#redis.call('keys','*alice*')) 0", 0 },
		{ "where it is",
		    "HSTRLEN rsvp-milter:job:0000000000000001 user", 5 },
		{ "forgotten without us after two weeks",
		    "EVAL return((redis.call('pttl',"
		    "'rsvp-milter:job:0000000000000001')+3600000)"
		    "/86400000) 0",
		    14 }, /* if that is asked within an hour */
		{ "kept without an end",
		    "EVAL local\tn=0\tfor\t_,k\tin\tipairs(redis.call("
		    "'keys','rsvp-milter:*:*'))do\tif\tredis.call('pttl',k)<0"
		    "\tthen\tn=n+1\tend\tend\treturn\tn 0",
		    0 },
	};
	struct fixture *f = *state;
	struct view part = VIEW("m");
	char key[DIGEST_HEX_SIZE];
	unsigned count = 0;

	assert_int_equal(store_key(f->a, &part, 1, key), 0);
	assert_int_equal(f->a->ops->seen(f->a, key, key, NOW, &count, NULL), 0);
	check_string("claim", claim(f->a, 1, "m"), "granted");
	for (size_t i = 0; i < LENGTH(rows); i++)
		check_number(rows[i].name,
		    redis_server_command(&f->server, rows[i].words),
		    rows[i].want);
}

static void
a_crash_loses_nothing(void **state)
{
	struct fixture *f = *state;

	check_string("1", claim(f->a, 1, "m"), "granted");
	assert_int_equal(take(f->a), 1);
	check_string("2", claim(f->a, 2, "m"), "granted");
	redis_server_stop(&f->server);
	check_contains("down", claim(f->a, 3, "m"), "Connection refused");
	check_contains("down", claim(f->a, 3, "m"), "left alone");
	assert_int_equal(take(f->b), -1);
	redis_server_start(&f->server, NULL);
	f->now_us += PAUSE_US;
	check_string("1, again", claim(f->a, 1, "n"), "answered-before");
	check_string("3, at last", claim(f->a, 3, "m"), "granted");
	assert_int_equal(take(f->b), 2); /* 1 may have been sent */
	assert_int_equal(take(f->b), 3);
	assert_int_equal(take(f->b), 0);
}

static void
one_that_comes_back_empty_is_not_believed(void **state)
{
	struct fixture *f = *state;
	struct view part = VIEW("m");
	char key[DIGEST_HEX_SIZE];
	struct store *new;
	unsigned count;
	struct pool *p = pool_new(LIMIT_JOB_SIZE);
	int64_t when;

	check_string("1", claim(f->a, 1, "m"), "granted");
	redis_server_command(&f->server, "FLUSHALL");
	check_contains("empty", claim(f->a, 1, "n"), "gone or replaced");
	new = open_store(f);
	check_string("who starts then begins anew", claim(new, 1, "m"),
	    "granted");
	check_contains("replaced", claim(f->a, 1, "n"), "gone or replaced");
	assert_int_equal(store_key(f->a, &part, 1, key), 0);
	assert_int_equal(f->a->ops->seen(f->a, key, key, NOW, &count, NULL),
	    -1);
	assert_int_equal(take(f->a), -1);
	assert_int_equal(f->a->ops->finish(f->a, 1, JOB_SENT, 0, VIEW(""),
			     NULL),
	    -1);
	assert_int_equal(f->a->ops->cancel(f->a, 1, VIEW(""), NULL), -1);
	assert_int_equal(f->a->ops->next(f->a, &when, NULL), -1);
	assert_int_equal(f->a->ops->list(f->a, p, NULL, NULL, NULL), -1);
	assert_int_equal(f->a->ops->expire(f->a, NOW, NULL), -1);
	assert_int_equal(take(new), 1);
	store_close(new);
	pool_free(p);
}

static long long
serial(const struct fixture *f)
{
	return redis_server_command(&f->server,
	    "EVAL return\ttonumber(redis.call("
	    "'hget','rsvp-milter:site','serial')) 0");
}

static void
every_change_raises_the_serial(void **state)
{
	struct fixture *f = *state;
	const struct store_ops *ops = f->a->ops;
	struct view part = VIEW("m");
	char key[DIGEST_HEX_SIZE];
	unsigned count;

	assert_int_equal(store_key(f->a, &part, 1, key), 0);
	assert_int_equal(serial(f), 0);
	assert_int_equal(ops->seen(f->a, key, key, NOW, &count, NULL), 0);
	assert_int_equal(serial(f), 1);
	check_string("claim", claim(f->a, 1, "m"), "granted");
	check_string("claim", claim(f->a, 2, "m"), "granted");
	assert_int_equal(serial(f), 3);
	assert_int_equal(take(f->a), 1);
	assert_int_equal(serial(f), 4);
	assert_int_equal(ops->finish(f->a, 1, JOB_SENT, 0, part, NULL), 0);
	assert_int_equal(serial(f), 5);
	assert_int_equal(ops->hold(f->a, 2, part, NULL), 0);
	assert_int_equal(serial(f), 6);
	assert_int_equal(ops->release(f->a, 2, part, NULL), 0);
	assert_int_equal(serial(f), 7);
	assert_int_equal(ops->cancel(f->a, 2, part, NULL), 0);
	assert_int_equal(serial(f), 8);
	assert_int_equal(take(f->a), 0);
	assert_int_equal(serial(f), 8);
}

static void
an_older_copy_is_not_believed(void **state)
{
	struct fixture *f = *state;

	check_string("1", claim(f->a, 1, "m"), "granted");
	assert_int_equal(take(f->a), 1);
	redis_server_command(&f->server, "HINCRBY rsvp-milter:site serial -1");
	check_contains("older", claim(f->a, 2, "m"), "older than it was");
	assert_int_equal(take(f->a), -1);
}

static void
a_full_one_changes_nothing_and_passes(void **state)
{
	struct fixture *f = *state;

	check_string("1", claim(f->a, 1, "m"), "granted");
	redis_server_command(&f->server, "CONFIG SET maxmemory 1");
	check_contains("full", claim(f->a, 2, "m"), "OOM");
	assert_int_equal(take(f->a), -1);
	redis_server_command(&f->server, "CONFIG SET maxmemory 0");
	check_string("2", claim(f->a, 2, "m"), "granted");
	assert_int_equal(take(f->a), 1);
	assert_int_equal(take(f->a), 2);
	assert_int_equal(take(f->a), 0);
}

/* As Redis' own clock would, were the filter not running for long. */
static void
a_job_that_has_vanished_is_no_job(void **state)
{
	struct fixture *f = *state;
	struct pool *p = pool_new(LIMIT_JOB_SIZE);
	int64_t when = 0;

	check_string("1", claim(f->a, 1, "m"), "granted");
	check_string("2", claim(f->a, 2, "m"), "granted");
	check_string("3", claim(f->a, 3, "m"), "granted");
	assert_int_equal(take(f->a), 1);
	redis_server_command(&f->server,
	    "DEL rsvp-milter:job:0000000000000001"
	    " rsvp-milter:job:0000000000000002");
	assert_int_equal(f->a->ops->finish(f->a, 1, JOB_SENT, 0, VIEW(""),
			     NULL),
	    -1);
	assert_int_equal(take(f->a), 3);
	redis_server_command(&f->server,
	    "DEL rsvp-milter:job:0000000000000003");
	assert_int_equal(f->a->ops->next(f->a, &when, NULL), 0);
	assert_true(when == INT64_MAX);
	assert_int_equal(f->a->ops->list(f->a, p, NULL, NULL, NULL), 0);
	check_number("nor is it listed anywhere",
	    redis_server_command(&f->server, "EXISTS rsvp-milter:jobs"), 0);
	pool_free(p);
}

static void
refuses_what_it_does_not_know(void **state)
{
	static const struct {
		const char *words, *want;
	} rows[] = {
		{ "HSET rsvp-milter:site version 2",
		    "version \"2\", this program knows 1" },
		{ "HSET rsvp-milter:site version 1 secret x",
		    "secret is damaged" },
		{ "DEL rsvp-milter:site", "" },
		{ "SET rsvp-milter:site x", "WRONGTYPE" },
	};
	struct fixture *f = *state;
	char url[128];

	redis_server_url(&f->server, url, sizeof(url));
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct err e = ERR_NONE;
		struct store *s;

		redis_server_command(&f->server, rows[i].words);
		s = store_redis_open(url, &f->clock, &e);
		if ((s == NULL) != (rows[i].want[0] != '\0'))
			fail_msg("%s: %s", rows[i].words, e.text);
		check_contains(rows[i].words, e.text, rows[i].want);
		store_close(s);
	}
}

/* Those that rsvp-milter(8) names. */
static void
a_user_of_few_rights_is_enough(void **state)
{
	struct fixture *f = *state;
	struct err e = ERR_NONE;
	struct store *s;
	char path[96], url[256];
	FILE *file;

	redis_server_command(&f->server,
	    "ACL SETUSER rsvp on >open-sesame ~rsvp-milter:*"
	    " +@read +@write +eval +select +config|get");
	snprintf(path, sizeof(path), "%s/password", f->server.folder);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs("open-sesame\n", file);
	fclose(file);
	assert_int_equal(chmod(path, 0600), 0);
	snprintf(url, sizeof(url), "redis://rsvp@127.0.0.1:%d?password_file=%s",
	    f->server.port, path);
	s = store_redis_open(url, &f->clock, &e);
	if (s == NULL)
		fail_msg("%s", e.text);
	check_string("claim", claim(s, 1, "m"), "granted");
	assert_int_equal(take(s), 1);
	assert_int_equal(s->ops->finish(s, 1, JOB_SENT, 0, VIEW(""), NULL), 0);
	assert_int_equal(s->ops->expire(s, NOW + 10 * STORE_DAY_MS, NULL), 0);
	store_close(s);
	redis_server_command(&f->server, "CONFIG SET appendfsync no");
	assert_null(store_redis_open(url, &f->clock, &e));
	check_contains("it sees the settings", e.text, "appendfsync");
}

static void
the_url_leads_here(void **state)
{
	struct fixture *f = *state;
	struct err e = ERR_NONE;
	struct store *s;
	char url[128];

	redis_server_url(&f->server, url, sizeof(url));
	assert_false(store_is_new(url));
	assert_int_equal(store_url_check(url, &e), 0);
	s = store_open(url, &e);
	assert_non_null(s);
	check_string("name", s->ops->name, "redis");
	store_close(s);
	assert_int_equal(store_url_check("redis://a:b@h", &e), -1);
	check_contains("no password in it", e.text, "belongs into a file");
	redis_server_stop(&f->server);
	assert_null(store_open(url, &e));
	check_contains("down", e.text, "Connection refused");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(two_hosts_share_all),
		CASE(names_stand_in_jobs_only_and_do_not_stay),
		CASE(a_crash_loses_nothing),
		CASE(one_that_comes_back_empty_is_not_believed),
		CASE(every_change_raises_the_serial),
		CASE(an_older_copy_is_not_believed),
		CASE(a_full_one_changes_nothing_and_passes),
		CASE(a_job_that_has_vanished_is_no_job),
		CASE(refuses_what_it_does_not_know),
		CASE(a_user_of_few_rights_is_enough),
		CASE(the_url_leads_here),
	};

	if (!redis_server_is_installed())
		return redis_server_skip();
	return cmocka_run_group_tests_name("store in a Redis", tests, NULL,
	    NULL);
}
