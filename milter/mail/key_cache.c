// SPDX-License-Identifier: BSD-2-Clause
/*
 * key_cache.c - records looked up once, and name servers left alone that do
 * not answer.
 *
 * The names are few, those of the signers in the packs, so a row of entries is
 * searched from end to end.  But anybody can send mail with selectors he made
 * up; what is absent therefore makes room before what was found.
 */
#include "mail/key_cache.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/view.h"

enum { MICROSECONDS = 1000 * 1000 };

struct entry {
	char name[LIMIT_KEY_NAME_SIZE + 1]; /* "": free */
	enum key_answer answer;
	int64_t until_us;
	uint64_t used; /* the tick of its last use */
	char text[KEY_TEXT_SIZE];
};

/* A look-up under way, or one whose result is still being read. */
struct lookup {
	char name[LIMIT_KEY_NAME_SIZE + 1];
	unsigned holders; /* threads; 0: free */
	bool done;
	struct key_record record;
};

struct key_cache {
	key_cache_ask *ask;
	void *arg;
	const struct clock *clock;
	pthread_mutex_t lock; /* of all below */
	pthread_cond_t done;  /* a look-up is */
	struct entry entry[LIMIT_KEYS];
	uint64_t tick;
	struct lookup lookup[LIMIT_KEY_LOOKUPS];
	unsigned silences; /* in a row; at the limit the servers are dead */
	int64_t retry_us;  /* when to try again, of dead ones */
	bool trying;       /* somebody does */
	bool said_dead, said_once;
	int64_t said_us;
};

struct key_cache *
key_cache_new(key_cache_ask *ask, void *arg, const struct clock *clock,
    struct err *e)
{
	struct key_cache *c = calloc(1, sizeof(*c));

	if (c == NULL) {
		err_set(e, "out of memory");
		return NULL;
	}
	c->ask = ask;
	c->arg = arg;
	c->clock = clock;
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->done, NULL);
	return c;
}

void
key_cache_free(struct key_cache *c)
{
	if (c == NULL)
		return;
	pthread_cond_destroy(&c->done);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

/* DNS does not tell small letters from large ones (RFC 1035, 2.3.3). */
static bool
is_name(const char *a, const char *b)
{
	return view_equal_nocase(view_of(a), view_of(b));
}

static struct entry *
find_entry(struct key_cache *c, const char *name)
{
	for (size_t i = 0; i < LIMIT_KEYS; i++)
		if (is_name(c->entry[i].name, name))
			return &c->entry[i];
	return NULL;
}

/* The entry that is missed least. */
static struct entry *
make_room(struct key_cache *c, int64_t now)
{
	struct entry *least = NULL;
	int least_worth = 0;

	for (size_t i = 0; i < LIMIT_KEYS; i++) {
		struct entry *entry = &c->entry[i];
		int worth = entry->name[0] == '\0' || entry->until_us <= now ? 0
		    : entry->answer == KEY_FOUND                             ? 2
						 : 1;

		if (least == NULL || worth < least_worth ||
		    (worth == least_worth && entry->used < least->used)) {
			least = entry;
			least_worth = worth;
		}
	}
	return least;
}

static uint32_t
seconds_kept(const struct key_record *record)
{
	switch (record->answer) {
	case KEY_FOUND:
		return record->ttl_s < LIMIT_KEY_TTL_LEAST_S
		    ? LIMIT_KEY_TTL_LEAST_S
		    : record->ttl_s > LIMIT_KEY_TTL_MOST_S
		    ? LIMIT_KEY_TTL_MOST_S
		    : record->ttl_s;
	case KEY_NONE:
		return LIMIT_KEY_NONE_S;
	case KEY_NO_ANSWER:
		break;
	}
	return LIMIT_KEY_FAILED_S;
}

static void
keep(struct key_cache *c, const char *name, const struct key_record *record)
{
	int64_t now = clock_steady_us(c->clock);
	struct entry *entry = find_entry(c, name);

	if (entry == NULL)
		entry = make_room(c, now);
	memcpy(entry->name, name, strlen(name) + 1);
	memcpy(entry->text, record->text, sizeof(entry->text));
	entry->answer = record->answer;
	entry->until_us = now + (int64_t)seconds_kept(record) * MICROSECONDS;
	entry->used = ++c->tick;
}

static bool
is_dead(const struct key_cache *c)
{
	return c->silences >= LIMIT_KEY_SILENCES;
}

/* What a look-up tells of the servers. */
static void
note_servers(struct key_cache *c, enum key_servers servers)
{
	if (servers == KEY_SERVERS_REPLIED)
		c->silences = 0;
	else if (servers == KEY_SERVERS_SILENT && !is_dead(c))
		c->silences++;
	if (servers == KEY_SERVERS_SILENT && is_dead(c))
		c->retry_us = clock_steady_us(c->clock) +
		    (int64_t)LIMIT_KEY_PAUSE_S * MICROSECONDS;
}

/* Looks up, without the lock; the place is held by us, so it stays. */
static void
ask(struct key_cache *c, struct lookup *l)
{
	bool try = is_dead(c);

	if (try)
		c->trying = true;
	pthread_mutex_unlock(&c->lock);
	c->ask(c->arg, l->name, &l->record);
	pthread_mutex_lock(&c->lock);
	if (try)
		c->trying = false;
	note_servers(c, l->record.servers);
	keep(c, l->name, &l->record);
	l->done = true;
	pthread_cond_broadcast(&c->done);
}

/* The one under way for that name, or a free place, or NULL. */
static struct lookup *
find_lookup(struct key_cache *c, const char *name)
{
	struct lookup *free_place = NULL;

	for (size_t i = 0; i < LIMIT_KEY_LOOKUPS; i++) {
		struct lookup *l = &c->lookup[i];

		if (l->holders == 0)
			free_place = l;
		else if (!l->done && is_name(l->name, name))
			return l;
	}
	return free_place;
}

static enum key_answer
look_up(struct key_cache *c, const char *name, char text[KEY_TEXT_SIZE])
{
	struct lookup *l = find_lookup(c, name);
	enum key_answer answer;

	if (l == NULL)
		return KEY_NO_ANSWER;
	if (l->holders++ == 0) {
		memcpy(l->name, name, strlen(name) + 1);
		memset(&l->record, 0, sizeof(l->record));
		l->done = false;
		ask(c, l);
	}
	while (!l->done)
		pthread_cond_wait(&c->done, &c->lock);
	answer = l->record.answer;
	memcpy(text, l->record.text, KEY_TEXT_SIZE);
	l->holders--;
	return answer;
}

/* Of dead servers nobody asks but the one that tries. */
static bool
may_ask(const struct key_cache *c)
{
	return !is_dead(c) ||
	    (!c->trying && clock_steady_us(c->clock) >= c->retry_us);
}

enum key_answer
key_cache_find(struct key_cache *c, const char *name, char text[KEY_TEXT_SIZE])
{
	enum key_answer answer = KEY_NO_ANSWER;
	struct entry *entry;

	text[0] = '\0';
	if (name[0] == '\0' || strlen(name) > LIMIT_KEY_NAME_SIZE)
		return KEY_NONE;
	pthread_mutex_lock(&c->lock);
	entry = find_entry(c, name);
	if (entry != NULL && clock_steady_us(c->clock) < entry->until_us) {
		entry->used = ++c->tick;
		answer = entry->answer;
		memcpy(text, entry->text, KEY_TEXT_SIZE);
	} else if (may_ask(c)) {
		answer = look_up(c, name, text);
	}
	pthread_mutex_unlock(&c->lock);
	return answer;
}

enum key_news
key_cache_news(struct key_cache *c)
{
	enum key_news news = KEY_NEWS_NONE;
	int64_t now = clock_steady_us(c->clock);

	pthread_mutex_lock(&c->lock);
	if (is_dead(c) != c->said_dead &&
	    (!c->said_once ||
		now - c->said_us >= (int64_t)LIMIT_KEY_NEWS_S * MICROSECONDS)) {
		c->said_once = true;
		c->said_dead = is_dead(c);
		c->said_us = now;
		news = c->said_dead ? KEY_NEWS_DEAD : KEY_NEWS_ALIVE;
	}
	pthread_mutex_unlock(&c->lock);
	return news;
}

void
key_cache_figures(struct key_cache *c, struct key_figures *figures)
{
	*figures = (struct key_figures){ 0, 0 };
	pthread_mutex_lock(&c->lock);
	for (size_t i = 0; i < LIMIT_KEY_LOOKUPS; i++) {
		const struct lookup *l = &c->lookup[i];

		if (l->holders == 0 || l->done)
			continue;
		figures->lookups++;
		figures->sharing += l->holders - 1;
	}
	pthread_mutex_unlock(&c->lock);
}
