// SPDX-License-Identifier: BSD-2-Clause
/*
 * store_memory.c - a store that ends with the process: for tests and dry runs.
 *
 * Plain arrays, oldest first, looked through from end to end: at
 * LIMIT_STORE_ROWS that is below a millisecond, and nothing to get wrong.
 */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "effects/store.h"

struct sight {
	char key[DIGEST_HEX_SIZE], message[DIGEST_HEX_SIZE];
	int64_t at_ms;
};

struct grant {
	char key[DIGEST_HEX_SIZE], message[DIGEST_HEX_SIZE];
	char user[DIGEST_HEX_SIZE];
	int64_t at_ms, until_ms;
};

struct mark {
	char key[DIGEST_HEX_SIZE];
	int64_t at_ms;
};

struct kept_job {
	struct job job;
	struct pool *pool; /* holds its texts */
};

/* An array of any of them. */
struct rows {
	void *data;
	size_t size; /* of one */
	size_t count, capacity;
};

struct memory {
	struct store store;
	pthread_mutex_t lock;
	struct rows sights, grants, marks, jobs;
	int64_t last_id;
};

static struct memory *
memory_of(struct store *s)
{
	return (struct memory *)s;
}

static void *
row_at(const struct rows *r, size_t index)
{
	return (char *)r->data + index * r->size;
}

/* Room for one more row: 0, or -1 and e. */
static int
rows_reserve(struct rows *r, struct err *e)
{
	size_t capacity = r->capacity == 0 ? 16 : 2 * r->capacity;
	void *data;

	if (r->count < r->capacity)
		return 0;
	data = reallocarray(r->data, capacity, r->size);
	if (data == NULL)
		return err_sys(e, errno, "memory");
	r->data = data;
	r->capacity = capacity;
	return 0;
}

/* A new row at the end; there must be room. */
static void *
rows_push(struct rows *r)
{
	return memset(row_at(r, r->count++), 0, r->size);
}

static void
rows_remove(struct rows *r, size_t index)
{
	r->count--;
	memmove(row_at(r, index), row_at(r, index + 1),
	    (r->count - index) * r->size);
}

static int
memory_seen(struct store *s, const char *key, const char *message,
    int64_t now_ms, unsigned *count, struct err *e)
{
	struct memory *m = memory_of(s);
	struct sight *sight;
	unsigned found = 0;
	bool before = false;
	int result = -1;

	if (store_key_check(key, e) < 0 || store_key_check(message, e) < 0)
		return -1;
	pthread_mutex_lock(&m->lock);
	for (size_t i = 0; i < m->sights.count; i++) {
		sight = row_at(&m->sights, i);
		if (strcmp(sight->key, key) != 0)
			continue;
		found++;
		before = before || strcmp(sight->message, message) == 0;
	}
	if (!before) {
		if (rows_reserve(&m->sights, e) < 0)
			goto out;
		sight = rows_push(&m->sights);
		strcpy(sight->key, key);
		strcpy(sight->message, message);
		sight->at_ms = now_ms;
		found++;
	}
	if (m->sights.count > s->rows) {
		sight = row_at(&m->sights, 0);
		found -= strcmp(sight->key, key) == 0;
		rows_remove(&m->sights, 0);
	}
	*count = found;
	result = 0;
out:
	pthread_mutex_unlock(&m->lock);
	return result;
}

static enum claim_result
judge(const struct memory *m, const struct claim *c)
{
	bool answered = false;
	unsigned of_day = 0, of_hour = 0;

	for (size_t i = 0; i < m->grants.count; i++) {
		const struct grant *g = row_at(&m->grants, i);

		if (strcmp(g->message, c->message) == 0)
			return CLAIM_SAME;
		if (strcmp(g->key, c->key) == 0 && g->until_ms > c->now_ms)
			answered = true;
		if (strcmp(g->user, c->user) == 0 &&
		    g->at_ms > c->now_ms - STORE_DAY_MS)
			of_day++;
		if (g->at_ms > c->now_ms - STORE_HOUR_MS)
			of_hour++;
	}
	if (answered)
		return CLAIM_ANSWERED;
	if (of_day >= c->per_user_day)
		return CLAIM_USER_CAP;
	return of_hour >= c->per_site_hour ? CLAIM_SITE_CAP : CLAIM_GRANTED;
}

/* Whether it is still to be sent. */
static bool
is_pending(const struct job *job)
{
	return job->state == JOB_WAITING || job->state == JOB_HELD;
}

static bool
has_ended(const struct job *job)
{
	return !is_pending(job) && job->state != JOB_SENDING;
}

static void
remove_job(struct memory *m, size_t index)
{
	struct kept_job *kept = row_at(&m->jobs, index);

	pool_free(kept->pool);
	rows_remove(&m->jobs, index);
}

/* Makes room for a job: 0 and maybe another verdict, or -1 and e. */
static int
reserve_job(struct memory *m, enum claim_result *verdict, struct err *e)
{
	for (size_t i = 0; i < m->jobs.count; i++) {
		const struct kept_job *kept = row_at(&m->jobs, i);

		if (m->jobs.count < m->store.jobs)
			break;
		if (has_ended(&kept->job)) {
			remove_job(m, i);
			break;
		}
	}
	if (m->jobs.count < m->store.jobs)
		return rows_reserve(&m->jobs, e);
	*verdict = CLAIM_FULL;
	return 0;
}

/* Puts a copy of job into *kept: 0, or -1 and e with nothing changed. */
static int
keep_job(const struct job *job, struct kept_job *kept, struct err *e)
{
	struct pool *p = pool_new(2 * LIMIT_JOB_SIZE);

	if (p == NULL)
		return err_set(e, "no memory for a job");
	if (store_job_copy(p, job, &kept->job, e) < 0) {
		pool_free(p);
		return -1;
	}
	kept->pool = p;
	return 0;
}

/* Grant and job together. */
static int
record(struct memory *m, const struct claim *c, const struct job *job,
    struct err *e)
{
	struct job fresh = *job;
	struct kept_job kept;
	struct grant *g;

	if (rows_reserve(&m->grants, e) < 0)
		return -1;
	fresh.id = m->last_id + 1;
	fresh.state = JOB_WAITING;
	fresh.attempts = 0;
	fresh.why = VIEW("");
	if (keep_job(&fresh, &kept, e) < 0)
		return -1;
	*(struct kept_job *)rows_push(&m->jobs) = kept;
	m->last_id++;
	g = rows_push(&m->grants);
	strcpy(g->key, c->key);
	strcpy(g->message, c->message);
	strcpy(g->user, c->user);
	g->at_ms = c->now_ms;
	g->until_ms = c->now_ms + c->period_ms;
	if (m->grants.count > m->store.rows)
		rows_remove(&m->grants, 0);
	return 0;
}

static int
memory_claim(struct store *s, const struct claim *c, const struct job *job,
    enum claim_result *result, struct err *e)
{
	struct memory *m = memory_of(s);
	enum claim_result verdict;
	int failed = 0;

	if (store_claim_check(c, job, e) < 0)
		return -1;
	pthread_mutex_lock(&m->lock);
	verdict = judge(m, c);
	if (verdict == CLAIM_GRANTED)
		failed = reserve_job(m, &verdict, e);
	if (failed == 0 && verdict == CLAIM_GRANTED)
		failed = record(m, c, job, e);
	pthread_mutex_unlock(&m->lock);
	if (failed == 0)
		*result = verdict;
	return failed;
}

/* A new state, and the reason for it. */
static int
change_job(struct kept_job *kept, enum job_state state, struct view why,
    struct err *e)
{
	struct job changed = kept->job;
	struct kept_job copy;

	changed.state = state;
	changed.why = utf8_prefix(why, LIMIT_FIELD_SIZE);
	if (keep_job(&changed, &copy, e) < 0)
		return -1;
	pool_free(kept->pool);
	*kept = copy;
	return 0;
}

/* The first job that waited too long, or NULL. */
static struct kept_job *
first_expired(const struct memory *m, int64_t now_ms)
{
	for (size_t i = 0; i < m->jobs.count; i++) {
		struct kept_job *kept = row_at(&m->jobs, i);

		if (is_pending(&kept->job) && kept->job.expires_ms <= now_ms)
			return kept;
	}
	return NULL;
}

/* Fails it: 1 with a copy in p, or -1 and e. */
static int
hand_out_expired(struct kept_job *kept, struct pool *p, struct job *job,
    struct err *e)
{
	return change_job(kept, JOB_FAILED, VIEW("expired"), e) < 0 ||
		store_job_copy(p, &kept->job, job, e) < 0
	    ? -1
	    : 1;
}

static int
memory_expired(struct store *s, int64_t now_ms, struct pool *p, struct job *job,
    struct err *e)
{
	struct memory *m = memory_of(s);
	struct kept_job *kept;
	int result = 0;

	pthread_mutex_lock(&m->lock);
	kept = first_expired(m, now_ms);
	if (kept != NULL)
		result = hand_out_expired(kept, p, job, e);
	pthread_mutex_unlock(&m->lock);
	return result;
}

/* The waiting job that is due first, or NULL. */
static struct kept_job *
first_due(const struct memory *m)
{
	struct kept_job *first = NULL;

	for (size_t i = 0; i < m->jobs.count; i++) {
		struct kept_job *kept = row_at(&m->jobs, i);

		if (kept->job.state == JOB_WAITING &&
		    (first == NULL ||
			kept->job.not_before_ms < first->job.not_before_ms))
			first = kept;
	}
	return first;
}

static int
memory_take(struct store *s, int64_t now_ms, struct pool *p, struct job *job,
    struct err *e)
{
	struct memory *m = memory_of(s);
	struct kept_job *kept;
	int result = -1;

	pthread_mutex_lock(&m->lock);
	kept = first_expired(m, now_ms);
	if (kept != NULL) {
		result = hand_out_expired(kept, p, job, e);
		goto out;
	}
	kept = first_due(m);
	if (kept == NULL || kept->job.not_before_ms > now_ms) {
		result = 0;
		goto out;
	}
	if (store_job_copy(p, &kept->job, job, e) < 0)
		goto out;
	job->state = kept->job.state = JOB_SENDING;
	job->attempts = ++kept->job.attempts;
	kept->job.not_before_ms = now_ms;
	result = 1;
out:
	pthread_mutex_unlock(&m->lock);
	return result;
}

/* The job of that id in the state it must have, or NULL and e. */
static struct kept_job *
job_in(const struct memory *m, int64_t id, enum job_state state, struct err *e)
{
	for (size_t i = 0; i < m->jobs.count; i++) {
		struct kept_job *kept = row_at(&m->jobs, i);

		if (kept->job.id == id && kept->job.state == state)
			return kept;
	}
	store_job_is_not(id, state, e);
	return NULL;
}

static int
memory_finish(struct store *s, int64_t id, enum job_state state,
    int64_t not_before_ms, struct view why, struct err *e)
{
	struct memory *m = memory_of(s);
	struct kept_job *kept;
	int result = -1;

	if (state == JOB_SENDING)
		return err_set(e, "\"sending\" is no end of a job");
	pthread_mutex_lock(&m->lock);
	kept = job_in(m, id, JOB_SENDING, e);
	if (kept != NULL && change_job(kept, state, why, e) == 0) {
		if (state == JOB_WAITING)
			kept->job.not_before_ms = not_before_ms;
		result = 0;
	}
	pthread_mutex_unlock(&m->lock);
	return result;
}

static int
memory_put_back(struct store *s, int64_t id, int64_t not_before_ms,
    struct view why, struct err *e)
{
	struct memory *m = memory_of(s);
	struct kept_job *kept;
	int result = -1;

	pthread_mutex_lock(&m->lock);
	kept = job_in(m, id, JOB_SENDING, e);
	if (kept != NULL && change_job(kept, JOB_WAITING, why, e) == 0) {
		kept->job.not_before_ms = not_before_ms;
		kept->job.attempts--;
		result = 0;
	}
	pthread_mutex_unlock(&m->lock);
	return result;
}

static int
memory_lost(struct store *s, int64_t before_ms, struct view why, struct pool *p,
    struct job *job, struct err *e)
{
	struct memory *m = memory_of(s);
	int result = 0;

	pthread_mutex_lock(&m->lock);
	for (size_t i = 0; i < m->jobs.count && result == 0; i++) {
		struct kept_job *kept = row_at(&m->jobs, i);

		if (kept->job.state != JOB_SENDING ||
		    kept->job.not_before_ms > before_ms)
			continue;
		result = store_job_copy(p, &kept->job, job, e) < 0 ||
			change_job(kept, JOB_FAILED, why, e) < 0
		    ? -1
		    : 1;
	}
	pthread_mutex_unlock(&m->lock);
	if (result == 1) {
		job->state = JOB_FAILED;
		job->why = why;
	}
	return result;
}

static int
move_job(struct memory *m, int64_t id, enum job_state to, struct view why,
    struct err *e)
{
	int result = 1;

	pthread_mutex_lock(&m->lock);
	for (size_t i = 0; i < m->jobs.count && result == 1; i++) {
		struct kept_job *kept = row_at(&m->jobs, i);

		if (kept->job.id == id &&
		    store_job_may_move(kept->job.state, to))
			result = change_job(kept, to, why, e);
	}
	pthread_mutex_unlock(&m->lock);
	return result == 1 ? store_job_move_fails(id, to, e) : result;
}

static int
memory_cancel(struct store *s, int64_t id, struct view why, struct err *e)
{
	return move_job(memory_of(s), id, JOB_CANCELLED, why, e);
}

static int
memory_hold(struct store *s, int64_t id, struct view why, struct err *e)
{
	return move_job(memory_of(s), id, JOB_HELD, why, e);
}

static int
memory_release(struct store *s, int64_t id, struct view why, struct err *e)
{
	return move_job(memory_of(s), id, JOB_WAITING, why, e);
}

static int
memory_next(struct store *s, int64_t *when_ms, struct err *e)
{
	struct memory *m = memory_of(s);
	const struct kept_job *kept;

	(void)e;
	pthread_mutex_lock(&m->lock);
	kept = first_due(m);
	*when_ms = kept == NULL ? INT64_MAX : kept->job.not_before_ms;
	pthread_mutex_unlock(&m->lock);
	return 0;
}

static int
memory_list(struct store *s, struct pool *p,
    int (*on_job)(void *arg, const struct job *job), void *arg, struct err *e)
{
	struct memory *m = memory_of(s);
	struct job *all;
	size_t count;
	int result = 0;

	pthread_mutex_lock(&m->lock);
	count = m->jobs.count;
	all = pool_array(p, count, sizeof(*all));
	if (all == NULL)
		result = err_set(e, "no memory for %zu jobs", count);
	for (size_t i = 0; i < count && result == 0; i++) {
		const struct kept_job *kept = row_at(&m->jobs, i);

		result = store_job_copy(p, &kept->job, &all[i], e);
	}
	pthread_mutex_unlock(&m->lock);
	for (size_t i = 0; i < count && result == 0; i++)
		if (on_job(arg, &all[i]) < 0)
			break;
	return result;
}

static int
memory_mark(struct store *s, const char *key, int64_t at_ms, struct err *e)
{
	struct memory *m = memory_of(s);
	struct mark *mark;
	int result;

	if (store_key_check(key, e) < 0)
		return -1;
	pthread_mutex_lock(&m->lock);
	result = rows_reserve(&m->marks, e);
	if (result == 0) {
		mark = rows_push(&m->marks);
		strcpy(mark->key, key);
		mark->at_ms = at_ms;
	}
	if (m->marks.count > s->rows)
		rows_remove(&m->marks, 0);
	pthread_mutex_unlock(&m->lock);
	return result;
}

static int
memory_marks(struct store *s, const char *key, int64_t after_ms,
    struct marks *found, struct err *e)
{
	struct memory *m = memory_of(s);

	if (store_key_check(key, e) < 0)
		return -1;
	*found = (struct marks){ 0, 0 };
	pthread_mutex_lock(&m->lock);
	for (size_t i = 0; i < m->marks.count; i++) {
		const struct mark *mark = row_at(&m->marks, i);

		if (strcmp(mark->key, key) != 0 || mark->at_ms <= after_ms)
			continue;
		found->count++;
		if (mark->at_ms > found->last_ms)
			found->last_ms = mark->at_ms;
	}
	pthread_mutex_unlock(&m->lock);
	return 0;
}

/* Removes the rows that begin with the key; how many. */
static size_t
rows_remove_key(struct rows *r, const char *key)
{
	size_t before = r->count, kept = 0;

	for (size_t i = 0; i < before; i++)
		if (strcmp(row_at(r, i), key) != 0)
			memmove(row_at(r, kept++), row_at(r, i), r->size);
	r->count = kept;
	return before - kept;
}

static int
memory_forget(struct store *s, const char *key, struct forgotten *count,
    struct err *e)
{
	struct memory *m = memory_of(s);

	if (store_key_check(key, e) < 0)
		return -1;
	pthread_mutex_lock(&m->lock);
	count->seen = rows_remove_key(&m->sights, key);
	count->claims = rows_remove_key(&m->grants, key);
	count->marks = rows_remove_key(&m->marks, key);
	pthread_mutex_unlock(&m->lock);
	return 0;
}

/* What expire() forgets; the job's memory goes with it. */
static bool
forget_sight(void *row, int64_t now_ms)
{
	const struct sight *sight = row;

	return sight->at_ms <= now_ms - STORE_SEEN_DAYS * STORE_DAY_MS;
}

static bool
forget_grant(void *row, int64_t now_ms)
{
	const struct grant *g = row;

	return g->until_ms <= now_ms &&
	    g->at_ms <= now_ms - STORE_CLAIM_DAYS * STORE_DAY_MS;
}

static bool
forget_mark(void *row, int64_t now_ms)
{
	const struct mark *mark = row;

	return mark->at_ms <= now_ms - STORE_MARK_DAYS * STORE_DAY_MS;
}

static bool
forget_job(void *row, int64_t now_ms)
{
	struct kept_job *kept = row;

	if (is_pending(&kept->job) || kept->job.expires_ms > now_ms ||
	    kept->job.created_ms > now_ms - STORE_JOB_DAYS * STORE_DAY_MS)
		return false;
	pool_free(kept->pool);
	return true;
}

static void
rows_forget(struct rows *r, bool (*forget)(void *row, int64_t now_ms),
    int64_t now_ms)
{
	size_t kept = 0;

	for (size_t i = 0; i < r->count; i++)
		if (!forget(row_at(r, i), now_ms))
			memmove(row_at(r, kept++), row_at(r, i), r->size);
	r->count = kept;
}

static int
memory_expire(struct store *s, int64_t now_ms, struct err *e)
{
	struct memory *m = memory_of(s);

	(void)e;
	pthread_mutex_lock(&m->lock);
	rows_forget(&m->sights, forget_sight, now_ms);
	rows_forget(&m->grants, forget_grant, now_ms);
	rows_forget(&m->marks, forget_mark, now_ms);
	rows_forget(&m->jobs, forget_job, now_ms);
	pthread_mutex_unlock(&m->lock);
	return 0;
}

static void
memory_close(struct store *s)
{
	struct memory *m = memory_of(s);

	while (m->jobs.count > 0)
		remove_job(m, m->jobs.count - 1);
	free(m->sights.data);
	free(m->grants.data);
	free(m->marks.data);
	free(m->jobs.data);
	pthread_mutex_destroy(&m->lock);
	free(m);
}

static const struct store_ops memory_ops = {
	.name = "memory",
	.seen = memory_seen,
	.claim = memory_claim,
	.take = memory_take,
	.expired = memory_expired,
	.finish = memory_finish,
	.lost = memory_lost,
	.put_back = memory_put_back,
	.cancel = memory_cancel,
	.hold = memory_hold,
	.release = memory_release,
	.next = memory_next,
	.list = memory_list,
	.mark = memory_mark,
	.marks = memory_marks,
	.forget = memory_forget,
	.expire = memory_expire,
	.close = memory_close,
};

struct store *
store_memory_open(struct err *e)
{
	struct memory *m = calloc(1, sizeof(*m));

	if (m == NULL) {
		err_sys(e, errno, "memory");
		return NULL;
	}
	if (digest_random(m->store.secret, sizeof(m->store.secret)) < 0) {
		err_sys(e, errno, "random bytes");
		free(m);
		return NULL;
	}
	store_init(&m->store, &memory_ops);
	pthread_mutex_init(&m->lock, NULL);
	m->sights.size = sizeof(struct sight);
	m->grants.size = sizeof(struct grant);
	m->marks.size = sizeof(struct mark);
	m->jobs.size = sizeof(struct kept_job);
	return &m->store;
}
