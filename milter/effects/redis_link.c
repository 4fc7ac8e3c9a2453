// SPDX-License-Identifier: BSD-2-Clause
/*
 * redis_link.c - commands for a Redis, and what it answers (hiredis).
 */
#include "effects/redis_link.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <hiredis.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/text.h"

struct redis_link {
	struct redis_target target;
	const struct clock *clock;
	char password[LIMIT_REDIS_PASSWORD_SIZE + 1];

	pthread_mutex_t lock; /* of what follows */
	redisContext *idle[LIMIT_REDIS_CONNECTIONS];
	size_t idles;
	int64_t quiet_until_us; /* steady; before it nobody asks */
	char why[ERR_TEXT_SIZE];
};

/* Our own name for hiredis' answers: nobody else has to know them. */
static const redisReply *
reply_of(const struct redis_answer *a)
{
	return (const redisReply *)(const void *)a;
}

/* What the program knows of a failed connection, and perhaps errno. */
static int
fail(const struct redis_link *l, const redisContext *c, struct err *e)
{
	if (c == NULL)
		return err_set(e, "%s: out of memory", l->target.name);
	if (c->err == REDIS_ERR_IO && (errno == EAGAIN || errno == EINPROGRESS))
		return err_set(e, "%s: no answer within %d ms", l->target.name,
		    l->target.timeout_ms);
	return err_set(e, "%s: %s", l->target.name, c->errstr);
}

/*
 * A command for a new connection.  If it answers with a pair, the second goes
 * to *text.  0, 1 and e for an error of Redis itself, -1 and e for another.
 */
static int
command(const struct redis_link *l, redisContext *c, const char *const *word,
    int words, struct text *text, struct err *e)
{
	redisReply *r;
	int result = 0;

	errno = 0;
	r = redisCommandArgv(c, words, (const char **)(uintptr_t)word, NULL);
	if (r == NULL)
		return fail(l, c, e);
	if (r->type == REDIS_REPLY_ERROR) {
		err_set(e, "%s: %s", l->target.name, r->str);
		result = 1;
	} else if (text != NULL && r->type == REDIS_REPLY_ARRAY &&
	    r->elements == 2 && r->element[1]->type == REDIS_REPLY_STRING) {
		text_add_string(text, r->element[1]->str);
	}
	freeReplyObject(r);
	return result;
}

static int
authenticate(const struct redis_link *l, redisContext *c, struct err *e)
{
	const char *const word[] = { "AUTH", l->target.user, l->password };
	const char *const old[] = { "AUTH", l->password };

	if (l->password[0] == '\0')
		return 0;
	return l->target.user[0] != '\0' ? command(l, c, word, 3, NULL, e)
					 : command(l, c, old, 2, NULL, e);
}

static int
choose_database(const struct redis_link *l, redisContext *c, struct err *e)
{
	char database[16];
	const char *const word[] = { "SELECT", database };

	if (l->target.database == 0)
		return 0;
	snprintf(database, sizeof(database), "%d", l->target.database);
	return command(l, c, word, 2, NULL, e);
}

/* What a Redis must be set to, to remember what it was told. */
static const struct {
	const char *name, *value, *reason;
} needs[] = {
	{ "maxmemory-policy", "noeviction", "it may forget who was answered" },
	{ "appendonly", "yes", "a restart may forget who was answered" },
	{ "appendfsync", "always", "a crash may forget who was answered" },
};

/* Best effort: a Redis may keep its settings to itself. */
static int
check_settings(const struct redis_link *l, redisContext *c, struct err *e)
{
	for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++) {
		const char *const word[] = { "CONFIG", "GET", needs[i].name };
		struct text value = TEXT_INIT(LIMIT_REDIS_PASSWORD_SIZE);
		int result = command(l, c, word, 3, &value, e);

		if (result == 0 && value.size > 0 &&
		    !view_equal(text_view(&value), view_of(needs[i].value)))
			result = err_set(e,
			    "%s: its %s is \"%s\": %s; it must be \"%s\"",
			    l->target.name, needs[i].name, text_string(&value),
			    needs[i].reason, needs[i].value);
		text_free(&value);
		if (result < 0)
			return -1;
	}
	return 0;
}

static redisContext *
connect_new(const struct redis_link *l, struct err *e)
{
	const struct redis_target *t = &l->target;
	const struct timeval timeout = { .tv_sec = t->timeout_ms / 1000,
		.tv_usec = (suseconds_t)(t->timeout_ms % 1000) * 1000 };
	redisContext *c;

	errno = 0;
	c = t->host[0] != '\0'
	    ? redisConnectWithTimeout(t->host, t->port, timeout)
	    : redisConnectUnixWithTimeout(t->path, timeout);
	if (c == NULL || c->err != 0) {
		fail(l, c, e);
		goto failed;
	}
	fcntl(c->fd, F_SETFD, FD_CLOEXEC);
	if (redisSetTimeout(c, timeout) != REDIS_OK ||
	    (t->host[0] != '\0' && redisEnableKeepAlive(c) != REDIS_OK)) {
		fail(l, c, e);
		goto failed;
	}
	if (authenticate(l, c, e) == 0 && choose_database(l, c, e) == 0 &&
	    check_settings(l, c, e) == 0)
		return c;
failed:
	if (c != NULL)
		redisFree(c);
	return NULL;
}

/* Nothing is outstanding, so what can be read is the end of the connection. */
static bool
is_alive(const redisContext *c)
{
	struct pollfd fd = { .fd = c->fd, .events = POLLIN };

	return poll(&fd, 1, 0) == 0;
}

/*
 * A kept connection, or NULL: *quiet tells whether a new one may be made.
 * Who makes one after a failure keeps the others away until it has the answer.
 */
static redisContext *
take_idle(struct redis_link *l, bool *quiet, struct err *e)
{
	int64_t now_us = clock_steady_us(l->clock);
	redisContext *c = NULL;

	pthread_mutex_lock(&l->lock);
	*quiet = now_us < l->quiet_until_us;
	if (*quiet)
		err_set(e, "%s (it is left alone for %d s)", l->why,
		    LIMIT_REDIS_PAUSE_S);
	else if (l->quiet_until_us > 0)
		l->quiet_until_us =
		    now_us + LIMIT_REDIS_PAUSE_S * INT64_C(1000000);
	while (!*quiet && c == NULL && l->idles > 0) {
		c = l->idle[--l->idles];
		if (!is_alive(c)) {
			redisFree(c);
			c = NULL;
		}
	}
	pthread_mutex_unlock(&l->lock);
	return c;
}

static void
give_back(struct redis_link *l, redisContext *c)
{
	pthread_mutex_lock(&l->lock);
	l->quiet_until_us = 0;
	if (l->idles < LIMIT_REDIS_CONNECTIONS) {
		l->idle[l->idles++] = c;
		c = NULL;
	}
	pthread_mutex_unlock(&l->lock);
	if (c != NULL)
		redisFree(c);
}

/* It did not answer, or not as it must: leaves it alone for a while. */
static void
pause_asking(struct redis_link *l, const struct err *why)
{
	pthread_mutex_lock(&l->lock);
	while (l->idles > 0)
		redisFree(l->idle[--l->idles]);
	l->quiet_until_us =
	    clock_steady_us(l->clock) + LIMIT_REDIS_PAUSE_S * INT64_C(1000000);
	memcpy(l->why, why->text, sizeof(l->why));
	pthread_mutex_unlock(&l->lock);
}

/* A connection that can be used, or NULL and e. */
static redisContext *
acquire(struct redis_link *l, struct err *e)
{
	bool quiet;
	redisContext *c = take_idle(l, &quiet, e);

	if (c != NULL || quiet)
		return c;
	c = connect_new(l, e);
	if (c == NULL)
		pause_asking(l, e);
	return c;
}

static redisReply *
exchange(struct redis_link *l, redisContext *c, const struct view *word,
    size_t count, struct err *e)
{
	const char **data = calloc(count, sizeof(*data));
	size_t *size = calloc(count, sizeof(*size));
	redisReply *r = NULL;

	if (data == NULL || size == NULL) {
		err_set(e, "%s: out of memory", l->target.name);
		give_back(l, c);
		goto out;
	}
	for (size_t i = 0; i < count; i++) {
		data[i] = word[i].data == NULL ? "" : word[i].data;
		size[i] = word[i].size;
	}
	errno = 0;
	r = redisCommandArgv(c, (int)count, data, size);
	if (r == NULL) {
		fail(l, c, e);
		redisFree(c);
		pause_asking(l, e);
	} else
		give_back(l, c);
out:
	free(data);
	free(size);
	return r;
}

struct redis_answer *
redis_link_ask(struct redis_link *l, const struct view *word, size_t count,
    struct err *e)
{
	struct err own = ERR_NONE; /* e may be NULL, and the words are kept */
	redisContext *c = acquire(l, &own);
	redisReply *r = NULL;

	if (c != NULL)
		r = exchange(l, c, word, count, &own);
	if (r != NULL && r->type != REDIS_REPLY_ARRAY) {
		err_set(&own, "%s: %s", l->target.name,
		    r->type == REDIS_REPLY_ERROR ? r->str : "a strange answer");
		freeReplyObject(r);
		r = NULL;
	}
	if (r == NULL)
		err_set(e, "%s", own.text);
	return (struct redis_answer *)(void *)r;
}

void
redis_answer_free(struct redis_answer *a)
{
	if (a != NULL)
		freeReplyObject(a);
}

size_t
redis_answer_count(const struct redis_answer *a)
{
	return reply_of(a)->elements;
}

struct view
redis_answer_text(const struct redis_answer *a, size_t column)
{
	const redisReply *r = reply_of(a);

	if (column >= r->elements ||
	    r->element[column]->type != REDIS_REPLY_STRING)
		return VIEW("");
	return (struct view){ r->element[column]->str,
		r->element[column]->len };
}

int64_t
redis_answer_number(const struct redis_answer *a, size_t column)
{
	const redisReply *r = reply_of(a);

	if (column < r->elements &&
	    r->element[column]->type == REDIS_REPLY_INTEGER)
		return r->element[column]->integer;
	return strtoll(redis_answer_text(a, column).data, NULL, 10);
}

/* The first line of the file, for us and nobody else. */
static int
read_password(struct redis_link *l, struct err *e)
{
	const char *path = l->target.password_file;
	struct text bytes = TEXT_INIT(LIMIT_REDIS_PASSWORD_SIZE + 2);
	struct view line;
	struct stat st;
	int result;

	if (path[0] == '\0')
		return 0;
	if (stat(path, &st) == 0 && (st.st_mode & S_IRWXO) != 0)
		return err_set(e, "%s: others may read it", path);
	result = file_read(path, &bytes, e);
	line = view_trim(text_view(&bytes));
	if (result == 0 &&
	    (line.size == 0 || line.size > LIMIT_REDIS_PASSWORD_SIZE ||
		view_find_byte(line, '\n') != VIEW_NONE ||
		view_find_byte(line, '\0') != VIEW_NONE))
		result = err_set(e, "%s: not one password", path);
	if (result == 0)
		memcpy(l->password, line.data, line.size);
	text_free(&bytes);
	return result;
}

struct redis_link *
redis_link_open(const struct redis_target *t, const struct clock *clock,
    struct err *e)
{
	struct redis_link *l = calloc(1, sizeof(*l));
	redisContext *c;

	if (l == NULL) {
		err_sys(e, errno, "%s", t->name);
		return NULL;
	}
	l->target = *t;
	l->clock = clock;
	pthread_mutex_init(&l->lock, NULL);
	if (read_password(l, e) < 0 || (c = connect_new(l, e)) == NULL) {
		redis_link_close(l);
		return NULL;
	}
	give_back(l, c);
	return l;
}

void
redis_link_close(struct redis_link *l)
{
	if (l == NULL)
		return;
	while (l->idles > 0)
		redisFree(l->idle[--l->idles]);
	pthread_mutex_destroy(&l->lock);
	explicit_bzero(l->password, sizeof(l->password));
	free(l);
}
