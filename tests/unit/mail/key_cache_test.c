// SPDX-License-Identifier: BSD-2-Clause
/*
 * key_cache_test.c - what is asked of name servers, and what is not, by a
 * clock of our own and with servers that are a function.
 */
#include "mail/key_cache.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

#include "base/limits.h"
#include "t.h"

/* A thread that never comes ends the program, and so fails it. */
enum { PATIENCE_S = 120 };

/* The time, and the servers; the lock is for what threads change. */
struct world {
	struct clock clock;
	int64_t now_s;
	struct key_cache *cache;
	pthread_mutex_t lock;
	pthread_cond_t opened;
	bool closed; /* look-ups wait until it is opened */
	unsigned asked;
};

static int64_t
now_us(void *arg)
{
	return *(const int64_t *)arg * 1000 * 1000;
}

static void
count(struct world *w)
{
	pthread_mutex_lock(&w->lock);
	w->asked++;
	while (w->closed)
		pthread_cond_wait(&w->opened, &w->lock);
	pthread_mutex_unlock(&w->lock);
}

/* The name's first letters say what the servers do. */
static void
fake_ask(void *arg, const char *name, struct key_record *record)
{
	struct world *w = arg;

	count(w);
	record->answer = KEY_NO_ANSWER;
	record->servers = KEY_SERVERS_REPLIED;
	switch (name[0]) {
	case 'F': /* found, for as many seconds */
	case 'f':
		record->answer = KEY_FOUND;
		record->ttl_s = (uint32_t)strtoul(name + 1, NULL, 10);
		snprintf(record->text, sizeof(record->text), "p=%s", name);
		break;
	case 'n':
		record->answer = KEY_NONE;
		break;
	case 's': /* silence */
		record->servers = KEY_SERVERS_SILENT;
		break;
	case 'o': /* odd: no question can be made of it */
		record->servers = KEY_SERVERS_NOT_ASKED;
		break;
	default: /* the servers have trouble */
		break;
	}
}

static void
open_world(struct world *w)
{
	memset(w, 0, sizeof(*w));
	w->clock = (struct clock){ now_us, now_us, &w->now_s };
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->opened, NULL);
	w->cache = key_cache_new(fake_ask, w, &w->clock, NULL);
	assert_non_null(w->cache);
}

static void
close_world(struct world *w)
{
	key_cache_free(w->cache);
	pthread_cond_destroy(&w->opened);
	pthread_mutex_destroy(&w->lock);
}

static enum key_answer
find(struct world *w, const char *name)
{
	char text[KEY_TEXT_SIZE] = "old";
	enum key_answer answer = key_cache_find(w->cache, name, text);

	assert_true((answer == KEY_FOUND) == (text[0] != '\0'));
	return answer;
}

/* One question at a time; asked counts from the case's beginning. */
struct step {
	int64_t at_s;
	const char *name;
	enum key_answer want;
	unsigned asked;
	enum key_news news;
};

#define STEPS 12

/* clang-format off */
static const struct {
	const char *name;
	struct step step[STEPS];
} cases[] = {
	{ "a record is kept for its time", {
		{ 0, "f300", KEY_FOUND, 1, 0 },
		{ 299, "f300", KEY_FOUND, 1, 0 },
		{ 300, "f300", KEY_FOUND, 2, 0 },
		{ 599, "f300", KEY_FOUND, 2, 0 } } },
	{ "which has a least", {
		{ 0, "f0", KEY_FOUND, 1, 0 },
		{ LIMIT_KEY_TTL_LEAST_S - 1, "f0", KEY_FOUND, 1, 0 },
		{ LIMIT_KEY_TTL_LEAST_S, "f0", KEY_FOUND, 2, 0 } } },
	{ "and a most", {
		{ 0, "f4294967295", KEY_FOUND, 1, 0 },
		{ LIMIT_KEY_TTL_MOST_S - 1, "f4294967295", KEY_FOUND, 1, 0 },
		{ LIMIT_KEY_TTL_MOST_S, "f4294967295", KEY_FOUND, 2, 0 } } },
	{ "an absent one", {
		{ 0, "n", KEY_NONE, 1, 0 },
		{ LIMIT_KEY_NONE_S - 1, "n", KEY_NONE, 1, 0 },
		{ LIMIT_KEY_NONE_S, "n", KEY_NONE, 2, 0 } } },
	{ "one the servers have trouble with", {
		{ 0, "t", KEY_NO_ANSWER, 1, 0 },
		{ LIMIT_KEY_FAILED_S - 1, "t", KEY_NO_ANSWER, 1, 0 },
		{ LIMIT_KEY_FAILED_S, "t", KEY_NO_ANSWER, 2, 0 } } },
	{ "one that had no reply, though the servers live", {
		{ 0, "s", KEY_NO_ANSWER, 1, 0 },
		{ LIMIT_KEY_FAILED_S - 1, "s", KEY_NO_ANSWER, 1, 0 },
		{ LIMIT_KEY_FAILED_S, "s", KEY_NO_ANSWER, 2, 0 } } },
	{ "letters small and large are one name", {
		{ 0, "f60.x", KEY_FOUND, 1, 0 },
		{ 0, "F60.X", KEY_FOUND, 1, 0 },
		{ 0, "f60.xy", KEY_FOUND, 2, 0 } } },
	{ "no name of none", {
		{ 0, "", KEY_NONE, 0, 0 } } },
	{ "silence after silence, and they are dead", {
		{ 0, "f60", KEY_FOUND, 1, KEY_NEWS_NONE },
		{ 0, "s1", KEY_NO_ANSWER, 2, KEY_NEWS_NONE },
		{ 0, "s2", KEY_NO_ANSWER, 3, KEY_NEWS_NONE },
		{ 0, "s3", KEY_NO_ANSWER, 4, KEY_NEWS_DEAD },
		{ 0, "f61", KEY_NO_ANSWER, 4, KEY_NEWS_NONE },
		{ 0, "f60", KEY_FOUND, 4, KEY_NEWS_NONE },
		{ LIMIT_KEY_PAUSE_S - 1, "f61", KEY_NO_ANSWER, 4,
		    KEY_NEWS_NONE },
		{ LIMIT_KEY_PAUSE_S, "s4", KEY_NO_ANSWER, 5, KEY_NEWS_NONE },
		{ 2 * LIMIT_KEY_PAUSE_S - 1, "f61", KEY_NO_ANSWER, 5,
		    KEY_NEWS_NONE },
		{ 2 * LIMIT_KEY_PAUSE_S, "f61", KEY_FOUND, 6, KEY_NEWS_NONE },
		{ 2 * LIMIT_KEY_PAUSE_S, "f62", KEY_FOUND, 7, KEY_NEWS_NONE },
		{ LIMIT_KEY_NEWS_S, "n", KEY_NONE, 8, KEY_NEWS_ALIVE } } },
	{ "any reply breaks the row", {
		{ 0, "s1", KEY_NO_ANSWER, 1, KEY_NEWS_NONE },
		{ 0, "s2", KEY_NO_ANSWER, 2, KEY_NEWS_NONE },
		{ 0, "t", KEY_NO_ANSWER, 3, KEY_NEWS_NONE },
		{ 0, "s3", KEY_NO_ANSWER, 4, KEY_NEWS_NONE },
		{ 0, "s4", KEY_NO_ANSWER, 5, KEY_NEWS_NONE },
		{ 0, "n", KEY_NONE, 6, KEY_NEWS_NONE },
		{ 0, "s5", KEY_NO_ANSWER, 7, KEY_NEWS_NONE },
		{ 0, "s6", KEY_NO_ANSWER, 8, KEY_NEWS_NONE },
		{ 0, "s7", KEY_NO_ANSWER, 9, KEY_NEWS_DEAD } } },
	{ "a name that cannot be asked for says nothing of them", {
		{ 0, "o1", KEY_NO_ANSWER, 1, KEY_NEWS_NONE },
		{ 0, "o2", KEY_NO_ANSWER, 2, KEY_NEWS_NONE },
		{ 0, "o3", KEY_NO_ANSWER, 3, KEY_NEWS_NONE },
		{ 0, "s1", KEY_NO_ANSWER, 4, KEY_NEWS_NONE },
		{ 0, "s2", KEY_NO_ANSWER, 5, KEY_NEWS_NONE },
		{ 0, "o4", KEY_NO_ANSWER, 6, KEY_NEWS_NONE },
		{ 0, "s3", KEY_NO_ANSWER, 7, KEY_NEWS_DEAD },
		{ LIMIT_KEY_PAUSE_S, "o5", KEY_NO_ANSWER, 8, KEY_NEWS_NONE },
		{ LIMIT_KEY_PAUSE_S, "f60", KEY_FOUND, 9, KEY_NEWS_NONE } } },
	{ "news come once in a while", {
		{ 0, "s1", KEY_NO_ANSWER, 1, KEY_NEWS_NONE },
		{ 0, "s2", KEY_NO_ANSWER, 2, KEY_NEWS_NONE },
		{ 0, "s3", KEY_NO_ANSWER, 3, KEY_NEWS_DEAD },
		{ LIMIT_KEY_PAUSE_S, "n1", KEY_NONE, 4, KEY_NEWS_NONE },
		{ LIMIT_KEY_NEWS_S - 1, "n2", KEY_NONE, 5, KEY_NEWS_NONE },
		{ LIMIT_KEY_NEWS_S, "n2", KEY_NONE, 5, KEY_NEWS_ALIVE },
		{ LIMIT_KEY_NEWS_S, "s4", KEY_NO_ANSWER, 6, KEY_NEWS_NONE },
		{ LIMIT_KEY_NEWS_S, "s5", KEY_NO_ANSWER, 7, KEY_NEWS_NONE },
		{ LIMIT_KEY_NEWS_S, "s6", KEY_NO_ANSWER, 8, KEY_NEWS_NONE },
		{ 2 * LIMIT_KEY_NEWS_S - 1, "s7", KEY_NO_ANSWER, 9,
		    KEY_NEWS_NONE },
		{ 2 * LIMIT_KEY_NEWS_S, "s8", KEY_NO_ANSWER, 9,
		    KEY_NEWS_DEAD } } },
	{ "what is over when it may be told is none", {
		{ 0, "s1", KEY_NO_ANSWER, 1, KEY_NEWS_NONE },
		{ 0, "s2", KEY_NO_ANSWER, 2, KEY_NEWS_NONE },
		{ 0, "s3", KEY_NO_ANSWER, 3, KEY_NEWS_DEAD },
		{ LIMIT_KEY_PAUSE_S, "n1", KEY_NONE, 4, KEY_NEWS_NONE },
		{ LIMIT_KEY_PAUSE_S, "s4", KEY_NO_ANSWER, 5, KEY_NEWS_NONE },
		{ LIMIT_KEY_PAUSE_S, "s5", KEY_NO_ANSWER, 6, KEY_NEWS_NONE },
		{ LIMIT_KEY_PAUSE_S, "s6", KEY_NO_ANSWER, 7, KEY_NEWS_NONE },
		{ LIMIT_KEY_NEWS_S, "s7", KEY_NO_ANSWER, 8,
		    KEY_NEWS_NONE } } },
};
/* clang-format on */

static void
asks_when_it_must(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct world w;

		open_world(&w);
		for (const struct step *s = cases[i].step;
		     s < cases[i].step + STEPS && s->name != NULL; s++) {
			char row[200];

			snprintf(row, sizeof(row), "%s: step %d", cases[i].name,
			    (int)(s - cases[i].step) + 1);
			w.now_s = s->at_s;
			check_number(row, find(&w, s->name), s->want);
			check_number(row, w.asked, s->asked);
			check_number(row, key_cache_news(w.cache), s->news);
		}
		close_world(&w);
	}
}

/* "f99000" and on. */
static const char *
numbered(char name[32], char first, size_t number)
{
	snprintf(name, 32, "%c99%03zu", first, number);
	return name;
}

static void
what_was_found_outlives_what_was_not(void **state)
{
	struct world w;
	char name[32];

	(void)state;
	open_world(&w);
	for (size_t i = 0; i < LIMIT_KEYS; i++)
		find(&w, numbered(name, 'f', i));
	/* They fit, and the first one is used last. */
	for (size_t i = LIMIT_KEYS; i-- > 0;)
		find(&w, numbered(name, 'f', i));
	check_number("as many as fit", w.asked, LIMIT_KEYS);
	/* One past it takes the place of the one used longest ago. */
	find(&w, numbered(name, 'n', 0));
	check_number("one past it", w.asked, LIMIT_KEYS + 1);
	find(&w, numbered(name, 'f', 0));
	check_number("used last", w.asked, LIMIT_KEYS + 1);
	/* From now on a stranger's names take each other's place. */
	for (size_t i = 1; i <= 3 * LIMIT_KEYS; i++)
		find(&w, numbered(name, 'n', i));
	w.asked = 0;
	for (size_t i = 0; i < LIMIT_KEYS - 1; i++)
		find(&w, numbered(name, 'f', i));
	check_number("all but one are there", w.asked, 0);
	find(&w, numbered(name, 'f', LIMIT_KEYS - 1));
	check_number("that one is not", w.asked, 1);
	close_world(&w);
}

static void
what_is_out_of_date_makes_room_first(void **state)
{
	struct world w;
	char name[32];

	(void)state;
	open_world(&w);
	find(&w, "f60");
	w.now_s = 1;
	for (size_t i = 1; i < LIMIT_KEYS; i++)
		find(&w, numbered(name, 'n', i));
	w.now_s = 60;
	find(&w, "n");
	w.asked = 0;
	for (size_t i = 1; i < LIMIT_KEYS; i++)
		find(&w, numbered(name, 'n', i));
	check_number("the others are there", w.asked, 0);
	close_world(&w);
}

static void
a_name_has_a_limit(void **state)
{
	char name[LIMIT_KEY_NAME_SIZE + 2];
	struct world w;

	(void)state;
	open_world(&w);
	memset(name, 'x', sizeof(name));
	memcpy(name, "f1", 2);
	name[LIMIT_KEY_NAME_SIZE + 1] = '\0';
	check_number("one past it", find(&w, name), KEY_NONE);
	check_number("is not asked for", w.asked, 0);
	name[LIMIT_KEY_NAME_SIZE] = '\0';
	check_number("at the limit", find(&w, name), KEY_FOUND);
	close_world(&w);
}

/* A thread that wants a record. */
struct seeker {
	struct world *world;
	char name[32];
	enum key_answer answer;
	pthread_t thread;
};

static void *
seek(void *arg)
{
	struct seeker *s = arg;
	char text[KEY_TEXT_SIZE];

	s->answer = key_cache_find(s->world->cache, s->name, text);
	return NULL;
}

static void
start(struct seeker *s, struct world *w, const char *name)
{
	s->world = w;
	strcpy(s->name, name);
	assert_int_equal(pthread_create(&s->thread, NULL, seek, s), 0);
}

static void
close_servers(struct world *w)
{
	pthread_mutex_lock(&w->lock);
	w->closed = true;
	pthread_mutex_unlock(&w->lock);
}

static void
open_servers(struct world *w)
{
	pthread_mutex_lock(&w->lock);
	w->closed = false;
	pthread_cond_broadcast(&w->opened);
	pthread_mutex_unlock(&w->lock);
}

/* Until that many are under way, and that many threads share them. */
static void
await(struct world *w, unsigned lookups, unsigned sharing)
{
	struct key_figures f;

	for (;;) {
		key_cache_figures(w->cache, &f);
		if (f.lookups == lookups && f.sharing == sharing)
			return;
		sched_yield();
	}
}

static void
threads_share_a_look_up(void **state)
{
	struct seeker seekers[2 * LIMIT_KEY_LOOKUPS];
	struct world w;

	(void)state;
	open_world(&w);
	close_servers(&w);
	for (size_t i = 0; i < LENGTH(seekers); i++)
		start(&seekers[i], &w, i % 2 == 0 ? "f60" : "F60");
	await(&w, 1, LENGTH(seekers) - 1);
	open_servers(&w);
	for (size_t i = 0; i < LENGTH(seekers); i++) {
		pthread_join(seekers[i].thread, NULL);
		check_number("found", seekers[i].answer, KEY_FOUND);
	}
	check_number("asked", w.asked, 1);
	await(&w, 0, 0);
	close_world(&w);
}

static void
look_ups_have_a_limit(void **state)
{
	struct seeker seekers[LIMIT_KEY_LOOKUPS];
	struct world w;
	char name[32];

	(void)state;
	open_world(&w);
	find(&w, "f60");
	close_servers(&w);
	for (size_t i = 0; i < LENGTH(seekers); i++)
		start(&seekers[i], &w, numbered(name, 'f', i));
	await(&w, LIMIT_KEY_LOOKUPS, 0);
	/* One past it is not made, and does not wait; what is kept is had. */
	check_number("one past it", find(&w, "f61"), KEY_NO_ANSWER);
	check_number("kept", find(&w, "f60"), KEY_FOUND);
	open_servers(&w);
	for (size_t i = 0; i < LENGTH(seekers); i++) {
		pthread_join(seekers[i].thread, NULL);
		check_number("at the limit", seekers[i].answer, KEY_FOUND);
	}
	check_number("asked", w.asked, 1 + LIMIT_KEY_LOOKUPS);
	check_number("later", find(&w, "f61"), KEY_FOUND);
	close_world(&w);
}

static void
one_thread_tries_dead_servers(void **state)
{
	struct seeker one;
	struct world w;

	(void)state;
	open_world(&w);
	for (size_t i = 0; i < LIMIT_KEY_SILENCES; i++)
		find(&w, numbered(one.name, 's', i));
	w.now_s = LIMIT_KEY_PAUSE_S;
	close_servers(&w);
	start(&one, &w, "f60");
	await(&w, 1, 0);
	/* Nobody waits with it, not even for the same name. */
	check_number("another name", find(&w, "f61"), KEY_NO_ANSWER);
	check_number("the same name", find(&w, "f60"), KEY_NO_ANSWER);
	open_servers(&w);
	pthread_join(one.thread, NULL);
	check_number("the one", one.answer, KEY_FOUND);
	check_number("asked", w.asked, LIMIT_KEY_SILENCES + 1);
	check_number("now", find(&w, "f61"), KEY_FOUND);
	close_world(&w);
}

/* Look-ups that were under way when the servers died are not tries. */
static void
late_silence_makes_the_pause_longer(void **state)
{
	struct seeker seekers[LIMIT_KEY_SILENCES];
	struct world w;
	char name[32];

	(void)state;
	open_world(&w);
	close_servers(&w);
	for (size_t i = 0; i < LENGTH(seekers); i++)
		start(&seekers[i], &w, numbered(name, 's', i));
	await(&w, LENGTH(seekers), 0);
	open_servers(&w);
	for (size_t i = 0; i < LENGTH(seekers); i++) {
		pthread_join(seekers[i].thread, NULL);
		check_number("silence", seekers[i].answer, KEY_NO_ANSWER);
	}
	check_number("dead", key_cache_news(w.cache), KEY_NEWS_DEAD);
	check_number("left alone", find(&w, "f60"), KEY_NO_ANSWER);
	w.now_s = LIMIT_KEY_PAUSE_S;
	check_number("tried", find(&w, "f60"), KEY_FOUND);
	close_world(&w);
}

static void *
seek_all(void *arg)
{
	struct seeker *s = arg;

	for (size_t i = 0; i < 4000; i++) {
		char name[32], text[KEY_TEXT_SIZE];

		key_cache_find(s->world->cache,
		    numbered(name, "fnts"[i % 4], i * 7 % 200), text);
		key_cache_news(s->world->cache);
	}
	return NULL;
}

/* More names than fit, all kinds of answers, servers that die and return. */
static void
threads_use_one_cache(void **state)
{
	struct seeker seekers[4];
	struct world w;

	(void)state;
	open_world(&w);
	for (size_t i = 0; i < LENGTH(seekers); i++) {
		seekers[i].world = &w;
		assert_int_equal(pthread_create(&seekers[i].thread, NULL,
				     seek_all, &seekers[i]),
		    0);
	}
	for (size_t i = 0; i < LENGTH(seekers); i++)
		pthread_join(seekers[i].thread, NULL);
	await(&w, 0, 0);
	close_world(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asks_when_it_must),
		cmocka_unit_test(what_was_found_outlives_what_was_not),
		cmocka_unit_test(what_is_out_of_date_makes_room_first),
		cmocka_unit_test(a_name_has_a_limit),
		cmocka_unit_test(threads_share_a_look_up),
		cmocka_unit_test(look_ups_have_a_limit),
		cmocka_unit_test(one_thread_tries_dead_servers),
		cmocka_unit_test(late_silence_makes_the_pause_longer),
		cmocka_unit_test(threads_use_one_cache),
	};

	key_cache_free(NULL);
	alarm(PATIENCE_S);
	return cmocka_run_group_tests_name("key_cache", tests, NULL, NULL);
}
