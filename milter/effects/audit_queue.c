// SPDX-License-Identifier: BSD-2-Clause
/*
 * audit_queue.c - records on their way into the file.
 */
#include "effects/audit_queue.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

/* A record, in the order in which they came. */
struct waiting {
	struct waiting *next;
	uint64_t lost; /* before it, of which the file does not say yet */
	size_t size;
	char octets[];
};

struct audit_queue {
	struct audit_file *file; /* the thread's */
	const struct clock *clock;
	char *host;
	pthread_t thread;

	pthread_mutex_t lock; /* of all below */
	pthread_cond_t change;
	struct waiting *first, **end;
	size_t octets, count;
	uint64_t put, done; /* records, since the start */
	uint64_t failures;  /* attempts to write */
	struct err why;     /* of the last of them */
	uint64_t lost;      /* the same, since the last of them */
	uint64_t lost_untold;
	bool hangs;             /* somebody has waited in vain, and it lags */
	bool fails;             /* the last attempt to write did */
	audit_queue_tell *tell; /* NULL: nobody counts */
	void *tell_arg;
	bool stopped, ended, joined;
};

/* False when the time is over.  With the lock. */
static bool
wait_until(struct audit_queue *q, const struct timespec *end)
{
	return pthread_cond_timedwait(&q->change, &q->lock, end) != ETIMEDOUT;
}

/* With the lock. */
static void
tell(const struct audit_queue *q, uint64_t written, uint64_t lost)
{
	if (q->tell != NULL)
		q->tell(q->tell_arg, written, lost, q->count, !q->fails);
}

void
audit_queue_on_change(struct audit_queue *q, audit_queue_tell *on_change,
    void *arg)
{
	pthread_mutex_lock(&q->lock);
	q->tell = on_change;
	q->tell_arg = arg;
	tell(q, 0, 0);
	pthread_mutex_unlock(&q->lock);
}

static void
lose(struct audit_queue *q, uint64_t count)
{
	q->lost += count;
	q->lost_untold += count;
	tell(q, 0, count);
}

/* Says in the file how many are missing before what comes next. */
static int
write_lost(struct audit_queue *q, uint64_t lost, struct err *e)
{
	struct text text = TEXT_INIT(LIMIT_AUDIT_SIZE);
	int result;

	if (lost == 0)
		return 0;
	audit_lost_json(clock_wall_ms(q->clock), q->host, lost, &text);
	result = text_ok(&text) ? audit_append(q->file, text_view(&text), e)
				: err_set(e, "out of memory");
	text_free(&text);
	return result;
}

static void
take_out(struct audit_queue *q, struct waiting *w)
{
	q->first = w->next;
	if (q->first == NULL)
		q->end = &q->first;
	q->octets -= w->size;
	q->count--;
	q->done++;
	free(w);
}

/* Where it is counted what is missing before the next record. */
static uint64_t *
next_lost(struct audit_queue *q)
{
	return q->first != NULL ? &q->first->lost : &q->lost;
}

static bool
has_work(struct audit_queue *q)
{
	return q->first != NULL || q->lost > 0;
}

/*
 * The first record, or what is said in place of those that are lost.  With the
 * lock, which is free while the disk is busy.
 */
static void
write_first(struct audit_queue *q)
{
	struct waiting *w = q->first;
	uint64_t lost = *next_lost(q);
	struct err e = ERR_NONE;
	int result;

	*next_lost(q) = 0;
	pthread_mutex_unlock(&q->lock);
	result = write_lost(q, lost, &e);
	if (result == 0)
		lost = 0;
	if (result == 0 && w != NULL)
		result = audit_append(q->file,
		    (struct view){ w->octets, w->size }, &e);
	pthread_mutex_lock(&q->lock);
	*next_lost(q) += lost;
	q->fails = result != 0;
	if (result < 0) {
		q->failures++;
		q->why = e;
	} else if (w != NULL) {
		take_out(q, w);
	}
	/* While it lags behind, nobody waits in vain once more. */
	q->hangs = q->hangs && q->first != NULL;
	tell(q, result == 0 && w != NULL, 0);
	pthread_cond_broadcast(&q->change);
}

enum { RETRY_MS = 1000 };

/* Until there is more to do, or what failed is worth another try. */
static void
rest(struct audit_queue *q, uint64_t failures)
{
	const struct timespec end = clock_after(RETRY_MS);
	const uint64_t put = q->put;

	if (q->failures == failures)
		return;
	while (!q->stopped && q->put == put)
		if (!wait_until(q, &end))
			return;
}

static void *
write_all(void *arg)
{
	struct audit_queue *q = arg;
	bool last = false;

	pthread_mutex_lock(&q->lock);
	for (;;) {
		uint64_t failures = q->failures;

		while (!has_work(q) && !q->stopped)
			pthread_cond_wait(&q->change, &q->lock);
		if (!has_work(q) || last)
			break;
		write_first(q);
		last = q->stopped && q->failures != failures;
		rest(q, failures);
	}
	q->ended = true;
	pthread_cond_broadcast(&q->change);
	pthread_mutex_unlock(&q->lock);
	return NULL;
}

static int
start_thread(struct audit_queue *q)
{
	sigset_t all, before;
	int result;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	result = pthread_create(&q->thread, NULL, write_all, q);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return result;
}

/* All but the thread. */
static void
free_queue(struct audit_queue *q)
{
	for (struct waiting *w = q->first, *next; w != NULL; w = next) {
		next = w->next;
		free(w);
	}
	audit_close(q->file);
	pthread_cond_destroy(&q->change);
	pthread_mutex_destroy(&q->lock);
	free(q->host);
	free(q);
}

struct audit_queue *
audit_queue_start(struct audit_file *file, const struct clock *clock,
    const char *host, struct err *e)
{
	struct audit_queue *q = calloc(1, sizeof(*q));
	pthread_condattr_t attributes;

	if (q == NULL) {
		audit_close(file);
		err_set(e, "out of memory");
		return NULL;
	}
	q->file = file;
	q->clock = clock;
	q->end = &q->first;
	pthread_mutex_init(&q->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&q->change, &attributes);
	pthread_condattr_destroy(&attributes);
	q->host = strdup(host);
	if (q->host == NULL || start_thread(q) != 0) {
		err_set(e,
		    q->host == NULL ? "out of memory"
				    : "cannot start a thread");
		free_queue(q);
		return NULL;
	}
	return q;
}

/* Why there is no room for a record; NULL: it is in. */
static const char *
add(struct audit_queue *q, struct view record)
{
	struct waiting *w;

	if (q->stopped)
		return "the filter stops";
	if (record.size > LIMIT_AUDIT_QUEUE - q->octets)
		return "too many wait";
	w = malloc(sizeof(*w) + record.size);
	if (w == NULL)
		return "out of memory";
	w->next = NULL;
	w->lost = q->lost;
	q->lost = 0;
	w->size = record.size;
	memcpy(w->octets, record.data, record.size);
	*q->end = w;
	q->end = &w->next;
	q->octets += record.size;
	q->count++;
	q->put++;
	tell(q, 0, 0);
	pthread_cond_broadcast(&q->change);
	return NULL;
}

/* Until it is written, or cannot be now.  With the lock. */
static enum audit_put
await(struct audit_queue *q, unsigned wait_ms, struct err *e)
{
	const struct timespec end = clock_after(wait_ms);
	const uint64_t mine = q->put, failures = q->failures;

	while (q->done < mine && q->failures == failures && !q->hangs)
		if (!wait_until(q, &end) && q->done < mine)
			q->hangs = true;
	if (q->done >= mine)
		return AUDIT_WRITTEN;
	if (q->failures != failures)
		err_set(e, "%s", q->why.text);
	else
		err_set(e, "the disk takes too long");
	return AUDIT_WAITS;
}

enum audit_put
audit_queue_put(struct audit_queue *q, struct view record, unsigned wait_ms,
    struct err *e)
{
	enum audit_put result;
	const char *full;

	pthread_mutex_lock(&q->lock);
	full = add(q, record);
	if (full != NULL) {
		lose(q, 1);
		err_set(e, "%s%s%s", full, q->failures > 0 ? "; " : "",
		    q->why.text);
		result = AUDIT_LOST;
	} else {
		result = await(q, wait_ms, e);
	}
	pthread_mutex_unlock(&q->lock);
	return result;
}

uint64_t
audit_queue_lost(struct audit_queue *q)
{
	uint64_t lost;

	pthread_mutex_lock(&q->lock);
	lost = q->lost_untold;
	q->lost_untold = 0;
	pthread_mutex_unlock(&q->lock);
	return lost;
}

uint64_t
audit_queue_stop(struct audit_queue *q, unsigned wait_ms)
{
	const struct timespec end = clock_after(wait_ms);
	uint64_t left;
	bool join;

	pthread_mutex_lock(&q->lock);
	q->stopped = true;
	pthread_cond_broadcast(&q->change);
	while (!q->ended && wait_until(q, &end))
		continue;
	left = q->count;
	join = q->ended && !q->joined;
	q->joined = q->joined || join;
	pthread_mutex_unlock(&q->lock);
	if (join)
		pthread_join(q->thread, NULL);
	return left;
}

void
audit_queue_free(struct audit_queue *q)
{
	if (q == NULL)
		return;
	audit_queue_stop(q, 0);
	if (!q->joined)
		pthread_join(q->thread, NULL);
	free_queue(q);
}
