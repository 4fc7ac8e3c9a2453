// SPDX-License-Identifier: BSD-2-Clause
/*
 * store.c - what the back ends of the store share: the way to them, keys,
 * words, and jobs copied and judged.
 */
#include "effects/store.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "effects/redis_target.h"

static const char *const state_names[] = {
	[JOB_WAITING] = "waiting",
	[JOB_HELD] = "held",
	[JOB_SENDING] = "sending",
	[JOB_SENT] = "sent",
	[JOB_FAILED] = "failed",
	[JOB_CANCELLED] = "cancelled",
};

static const char *const mode_names[] = {
	[JOB_REPLY] = "reply",
	[JOB_DRAFT] = "draft",
	[JOB_NOTICE] = "notice",
	[JOB_DIGEST] = "digest",
};

static const char *const claim_names[] = {
	[CLAIM_GRANTED] = "granted",
	[CLAIM_SAME] = "same-message",
	[CLAIM_ANSWERED] = "answered-before",
	[CLAIM_USER_CAP] = "user-day-cap",
	[CLAIM_SITE_CAP] = "site-hour-cap",
	[CLAIM_FULL] = "outbox-full",
};

#define SQLITE "sqlite:"

int
store_url_check(const char *url, struct err *e)
{
	struct view all = view_of(url);
	size_t prefix = strlen(SQLITE);
	struct redis_target target;

	if (view_equal(all, VIEW("memory:")))
		return 0;
	if (redis_target_is(all))
		return redis_target_parse(all, &target, e) < 0
		    ? err_in(e, "redis")
		    : 0;
	if (!view_starts_nocase(all, VIEW(SQLITE)) || all.size == prefix)
		return err_set(e,
		    "%s: neither \"sqlite:PATH\", \"redis://HOST\" nor "
		    "\"memory:\"",
		    url);
	if (url[prefix] != '/')
		return err_set(e, "%s: not an absolute path", url + prefix);
	return 0;
}

struct store *
store_open(const char *url, struct err *e)
{
	if (store_url_check(url, e) < 0)
		return NULL;
	if (view_equal(view_of(url), VIEW("memory:")))
		return store_memory_open(e);
	if (redis_target_is(view_of(url)))
		return store_redis_open(url, &clock_system, e);
	return store_sqlite_open(url + strlen(SQLITE), e);
}

bool
store_is_new(const char *url)
{
	struct text folder = TEXT_INIT(4096);
	const char *path;
	bool is_new;

	if (store_url_check(url, NULL) < 0)
		return false;
	if (view_equal(view_of(url), VIEW("memory:")))
		return true;
	if (redis_target_is(view_of(url)))
		return false;
	path = url + strlen(SQLITE);
	text_add(&folder,
	    (struct view){ path, (size_t)(strrchr(path, '/') - path) + 1 });
	is_new = access(path, F_OK) < 0 && errno == ENOENT &&
	    text_ok(&folder) && access(text_string(&folder), F_OK) == 0;
	text_free(&folder);
	return is_new;
}

void
store_close(struct store *s)
{
	if (s != NULL)
		s->ops->close(s);
}

void
store_init(struct store *s, const struct store_ops *ops)
{
	s->ops = ops;
	s->rows = LIMIT_STORE_ROWS;
	s->jobs = LIMIT_STORE_JOBS;
}

/* Whether it is not to be asked.  A clock that was set back ends a rest. */
static bool
is_resting(const struct store *s, int64_t now_ms, struct err *e)
{
	int64_t left_ms = s->rest_until_ms - now_ms;

	if (left_ms <= 0 || left_ms > STORE_REST_MS)
		return false;
	err_set(e, "%s", "");
	return true;
}

/* What an answer says about the next ones. */
static int
learn(struct store *s, int result, int64_t now_ms)
{
	s->rest_until_ms = result < 0 ? now_ms + STORE_REST_MS : 0;
	return result;
}

int
store_seen(struct store *s, const char *key, const char *message,
    int64_t now_ms, unsigned *count, struct err *e)
{
	if (is_resting(s, now_ms, e))
		return -1;
	return learn(s, s->ops->seen(s, key, message, now_ms, count, e),
	    now_ms);
}

int
store_claim(struct store *s, const struct claim *c, const struct job *job,
    enum claim_result *result, struct err *e)
{
	/* A job that no store would take says nothing about this one. */
	if (store_claim_check(c, job, e) < 0 || is_resting(s, c->now_ms, e))
		return -1;
	return learn(s, s->ops->claim(s, c, job, result, e), c->now_ms);
}

int
store_marks(struct store *s, const char *key, int64_t after_ms, int64_t now_ms,
    struct marks *found, struct err *e)
{
	if (is_resting(s, now_ms, e))
		return -1;
	return learn(s, s->ops->marks(s, key, after_ms, found, e), now_ms);
}

int
store_mark(struct store *s, const char *key, int64_t now_ms, struct err *e)
{
	if (is_resting(s, now_ms, e))
		return -1;
	return learn(s, s->ops->mark(s, key, now_ms, e), now_ms);
}

struct view
store_secret(const struct store *s)
{
	return (struct view){ s->secret, sizeof(s->secret) };
}

int
store_key(const struct store *s, const struct view *part, size_t count,
    char key[DIGEST_HEX_SIZE])
{
	return digest_key(store_secret(s), part, count, key);
}

int
store_key_check(const char *key, struct err *e)
{
	if (strlen(key) != DIGEST_HEX_SIZE - 1 ||
	    strspn(key, "0123456789abcdef") != DIGEST_HEX_SIZE - 1)
		return err_set(e, "not a key that store_key() made");
	return 0;
}

int
store_claim_check(const struct claim *c, const struct job *job, struct err *e)
{
	size_t size = 0;

	if (store_key_check(c->key, e) < 0 ||
	    store_key_check(c->message, e) < 0 ||
	    store_key_check(c->user, e) < 0)
		return -1;
#define ADD_SIZE(name) size += job->name.size;
	JOB_TEXTS(ADD_SIZE)
#undef ADD_SIZE
	if (size > LIMIT_JOB_SIZE)
		return err_set(e, "a job of %zu octets, more than %d", size,
		    LIMIT_JOB_SIZE);
	return 0;
}

int
store_job_copy(struct pool *p, const struct job *from, struct job *to,
    struct err *e)
{
	struct job copy = *from;
	bool ok = true;

#define COPY(name)                            \
	copy.name = pool_copy(p, from->name); \
	ok = ok && copy.name.data != NULL;
	JOB_TEXTS(COPY)
#undef COPY
	if (!ok)
		return err_set(e, "no memory for a job");
	*to = copy;
	return 0;
}

bool
store_job_may_move(enum job_state from, enum job_state to)
{
	switch (to) {
	case JOB_CANCELLED:
		return from == JOB_WAITING || from == JOB_HELD;
	case JOB_HELD:
		return from == JOB_WAITING;
	case JOB_WAITING:
		return from == JOB_HELD;
	default:
		return false;
	}
}

int
store_job_is_not(int64_t id, enum job_state state, struct err *e)
{
	return err_set(e, "job %" PRId64 " is not %s", id, state_names[state]);
}

int
store_job_move_fails(int64_t id, enum job_state to, struct err *e)
{
	return err_set(e, "job %" PRId64 " is not %s", id,
	    to == JOB_CANCELLED  ? "waiting or held"
		: to == JOB_HELD ? "waiting"
				 : "held");
}

const char *
store_job_state_name(enum job_state state)
{
	return state_names[state];
}

const char *
store_job_mode_name(enum job_mode mode)
{
	return mode_names[mode];
}

const char *
store_claim_name(enum claim_result result)
{
	return claim_names[result];
}

/* The index of name among count names, or count. */
static size_t
find_name(const char *const *names, size_t count, struct view name)
{
	size_t i = 0;

	while (i < count && !view_equal(view_of(names[i]), name))
		i++;
	return i;
}

int
store_job_state_parse(struct view name, enum job_state *state)
{
	const size_t count = sizeof(state_names) / sizeof(state_names[0]);
	size_t found = find_name(state_names, count, name);

	if (found == count)
		return -1;
	*state = (enum job_state)found;
	return 0;
}

int
store_job_mode_parse(struct view name, enum job_mode *mode)
{
	const size_t count = sizeof(mode_names) / sizeof(mode_names[0]);
	size_t found = find_name(mode_names, count, name);

	if (found == count)
		return -1;
	*mode = (enum job_mode)found;
	return 0;
}
