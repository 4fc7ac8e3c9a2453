// SPDX-License-Identifier: BSD-2-Clause
/*
 * store_redis.c - the store in a Redis, which several mail hosts share.
 *
 * Each operation is one script (store_redis_script.c), so it is atomic
 * whatever other hosts do.  The site's secret is made once, by whoever comes
 * first, and kept there for all.
 *
 * A call whose answer is lost on the way fails, but may have been done: a
 * grant with its job, which then is sent once, or the mark on a job, which
 * then is never sent.
 *
 * A Redis that comes back with less than it had would let answers go out
 * twice.  Two signs: its epoch, made from the secret, is not the one we
 * opened, or its serial, which every change raises, is below one we saw.  Then
 * every call fails, on each host, until a filter is started anew by somebody
 * who was told; a child that is started again remembers, see store_remember().
 */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "effects/redis_link.h"
#include "effects/store.h"
#include "effects/store_redis_script.h"

#define TEXT_INDEX(name) TEXT_##name,
enum { JOB_TEXTS(TEXT_INDEX) TEXTS };

enum {
	EXPIRE_ROWS = 1000,      /* of one kind, in one call */
	SPARE_DAYS = 7,          /* Redis removes by itself what is that much
				    older than it may be */
	WORDS_MOST = TEXTS + 32, /* of a command: claim() has a job's texts and
				    25 more */
};

/* Columns of an answer: the serial, then what the operation gives. */
enum { SERIAL, VALUE };

struct redis {
	struct store store;
	struct redis_link *link;
	char epoch[DIGEST_HEX_SIZE];
	pthread_mutex_t lock; /* of the serial */
	int64_t serial;       /* the highest that was seen */
};

/* What all processes of a filter have seen; NULL: nobody else asks. */
static struct remembered {
	_Atomic int64_t serial;
	_Atomic uint64_t epoch; /* some of it; 0: none was seen yet */
} * remembered;

int
store_remember(struct err *e)
{
	void *page = mmap(NULL, sizeof(*remembered), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return err_sys(e, errno, "memory that processes share");
	remembered = page;
	return 0;
}

static void
remember_serial(int64_t serial)
{
	int64_t before = remembered->serial;

	while (before < serial &&
	    !atomic_compare_exchange_weak(&remembered->serial, &before, serial))
		;
}

static struct redis *
redis_of(struct store *s)
{
	return (struct redis *)s;
}

/* A command under construction; numbers are written into it. */
struct request {
	struct view word[WORDS_MOST];
	char number[WORDS_MOST][24];
	size_t words;
};

static void
add_text(struct request *r, struct view text)
{
	r->word[r->words++] = text;
}

static void
add_string(struct request *r, const char *string)
{
	add_text(r, view_of(string));
}

static void
add_number(struct request *r, int64_t number)
{
	char *text = r->number[r->words];

	snprintf(text, sizeof(r->number[0]), "%" PRId64, number);
	add_string(r, text);
}

/* The words in front of an operation's own. */
static void
begin(struct redis *s, struct request *r, const char *name)
{
	r->words = 0;
	add_string(r, "EVAL");
	add_string(r, store_redis_script);
	add_string(r, "0");
	add_string(r, name);
	add_string(r, s->epoch);
	pthread_mutex_lock(&s->lock);
	add_number(r,
	    remembered != NULL && remembered->serial > s->serial
		? remembered->serial
		: s->serial);
	pthread_mutex_unlock(&s->lock);
}

/* The answer, whose serial is remembered, or NULL and e. */
static struct redis_answer *
ask(struct redis *s, const struct request *r, struct err *e)
{
	struct redis_answer *a = redis_link_ask(s->link, r->word, r->words, e);
	int64_t serial;

	if (a == NULL)
		return NULL;
	serial = redis_answer_number(a, SERIAL);
	pthread_mutex_lock(&s->lock);
	if (serial > s->serial)
		s->serial = serial;
	pthread_mutex_unlock(&s->lock);
	if (remembered != NULL)
		remember_serial(serial);
	return a;
}

/* For operations whose answer is one number. */
static int
ask_number(struct redis *s, const struct request *r, int64_t *number,
    struct err *e)
{
	struct redis_answer *a = ask(s, r, e);

	if (a == NULL)
		return -1;
	*number = redis_answer_number(a, VALUE);
	redis_answer_free(a);
	return 0;
}

static int
redis_seen(struct store *store, const char *key, const char *message,
    int64_t now_ms, unsigned *count, struct err *e)
{
	struct redis *s = redis_of(store);
	struct request r;
	int64_t found;

	if (store_key_check(key, e) < 0 || store_key_check(message, e) < 0)
		return -1;
	begin(s, &r, "seen");
	add_string(&r, key);
	add_string(&r, message);
	add_number(&r, now_ms);
	add_number(&r, (int64_t)store->rows);
	add_number(&r, (STORE_SEEN_DAYS + SPARE_DAYS) * STORE_DAY_MS);
	if (ask_number(s, &r, &found, e) < 0)
		return -1;
	*count = (unsigned)found;
	return 0;
}

static int64_t
later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static void
add_claim(struct request *r, const struct store *s, const struct claim *c)
{
	int64_t until_ms = c->now_ms + c->period_ms;
	int64_t end_ms =
	    later(until_ms, c->now_ms + STORE_CLAIM_DAYS * STORE_DAY_MS);

	add_string(r, c->key);
	add_string(r, c->message);
	add_string(r, c->user);
	add_number(r, c->now_ms);
	add_number(r, c->now_ms - STORE_DAY_MS);
	add_number(r, c->now_ms - STORE_HOUR_MS);
	add_number(r, c->per_user_day);
	add_number(r, c->per_site_hour);
	add_number(r, until_ms);
	add_number(r, end_ms);
	add_number(r, end_ms - c->now_ms + SPARE_DAYS * STORE_DAY_MS);
	add_number(r, (int64_t)s->rows);
	add_number(r, (int64_t)s->jobs);
}

static void
add_job(struct request *r, const struct job *job, int64_t now_ms)
{
	int64_t old_ms = later(job->created_ms + STORE_JOB_DAYS * STORE_DAY_MS,
	    job->expires_ms);
	struct job fresh = *job;

	fresh.why = VIEW("");
	add_number(r, old_ms);
	add_number(r, later(old_ms - now_ms, 0) + SPARE_DAYS * STORE_DAY_MS);
#define ADD_TEXT(name) add_text(r, fresh.name);
	JOB_TEXTS(ADD_TEXT)
#undef ADD_TEXT
	add_string(r, store_job_mode_name(job->mode));
	add_number(r, job->created_ms);
	add_number(r, job->not_before_ms);
	add_number(r, job->expires_ms);
}

/* The word that the script said: 0 and *result, or -1 and e. */
static int
read_verdict(struct view word, enum claim_result *result, struct err *e)
{
	for (int i = CLAIM_GRANTED; i <= CLAIM_FULL; i++)
		if (view_equal(word,
			view_of(store_claim_name((enum claim_result)i)))) {
			*result = (enum claim_result)i;
			return 0;
		}
	return err_set(e, "a verdict of no known kind");
}

static int
redis_claim(struct store *store, const struct claim *c, const struct job *job,
    enum claim_result *result, struct err *e)
{
	struct redis *s = redis_of(store);
	struct redis_answer *a;
	struct request r;
	int failed;

	if (store_claim_check(c, job, e) < 0)
		return -1;
	begin(s, &r, "claim");
	add_claim(&r, store, c);
	add_job(&r, job, c->now_ms);
	a = ask(s, &r, e);
	if (a == NULL)
		return -1;
	failed = read_verdict(redis_answer_text(a, VALUE), result, e);
	redis_answer_free(a);
	return failed;
}

/*
 * The job that an answer holds, its texts copied into p: 1, 0 when it holds
 * none, or -1 and e.
 */
static int
read_job(const struct redis_answer *a, struct pool *p, struct job *job,
    struct err *e)
{
	struct job raw;
	size_t at = VALUE;

	if (redis_answer_count(a) <= VALUE)
		return 0;
#define READ_TEXT(name) raw.name = redis_answer_text(a, at++);
	JOB_TEXTS(READ_TEXT)
#undef READ_TEXT
	if (store_job_mode_parse(redis_answer_text(a, at++), &raw.mode) < 0)
		return err_set(e, "a job of no known mode");
	raw.created_ms = redis_answer_number(a, at++);
	raw.not_before_ms = redis_answer_number(a, at++);
	raw.expires_ms = redis_answer_number(a, at++);
	if (store_job_state_parse(redis_answer_text(a, at++), &raw.state) < 0)
		return err_set(e, "a job in no known state");
	raw.attempts = (unsigned)redis_answer_number(a, at++);
	raw.id = redis_answer_number(a, at);
	return store_job_copy(p, &raw, job, e) < 0 ? -1 : 1;
}

/*
 * Looks for a job and then changes it, so that one for which there is no
 * memory stays as it is.  Where another host was faster, looks again.
 * Returns what the change says, 0 when there is no job, or -1 and e.
 */
struct step {
	const char *look; /* with this time */
	int64_t time_ms;
	const char *change; /* with id, attempts, and this */
	struct view with;
};

static int
find_and_change(struct redis *s, const struct step *step, struct pool *p,
    struct job *job, struct err *e)
{
	struct redis_answer *a;
	struct job found = { .id = 0 };
	struct request r;
	int64_t changed;
	int result;

	do {
		begin(s, &r, step->look);
		add_number(&r, step->time_ms);
		a = ask(s, &r, e);
		if (a == NULL)
			return -1;
		result = read_job(a, p, &found, e);
		redis_answer_free(a);
		if (result != 1)
			return result;
		begin(s, &r, step->change);
		add_number(&r, found.id);
		add_number(&r, found.attempts);
		add_text(&r, step->with);
		if (ask_number(s, &r, &changed, e) < 0)
			return -1;
	} while (changed == 0);
	*job = found;
	return (int)changed;
}

/* Takes, or fails, the job that the operation look finds.  As take(). */
static int
mark(struct redis *s, const char *look, int64_t now_ms, struct pool *p,
    struct job *job, struct err *e)
{
	enum { EXPIRED = 2 };
	char now[24];
	struct step step = { look, now_ms, "mark", { now, 0 } };
	int result;

	step.with.size = (size_t)snprintf(now, sizeof(now), "%" PRId64, now_ms);
	result = find_and_change(s, &step, p, job, e);
	if (result <= 0)
		return result;
	if (result == EXPIRED) {
		job->state = JOB_FAILED;
		job->why = VIEW("expired");
	} else {
		job->state = JOB_SENDING;
		job->attempts++;
	}
	return 1;
}

static int
redis_take(struct store *store, int64_t now_ms, struct pool *p, struct job *job,
    struct err *e)
{
	return mark(redis_of(store), "peek", now_ms, p, job, e);
}

static int
redis_expired(struct store *store, int64_t now_ms, struct pool *p,
    struct job *job, struct err *e)
{
	return mark(redis_of(store), "expired", now_ms, p, job, e);
}

static int
redis_lost(struct store *store, int64_t before_ms, struct view why,
    struct pool *p, struct job *job, struct err *e)
{
	const struct step step = { "overdue", before_ms, "lose", why };
	int result = find_and_change(redis_of(store), &step, p, job, e);

	if (result == 1) {
		job->state = JOB_FAILED;
		job->why = why;
	}
	return result;
}

/* From one state into another, with the reason. */
static int
change_job(struct redis *s, const struct job *to, enum job_state from,
    struct err *e)
{
	struct request r;
	int64_t changed;

	begin(s, &r, "change");
	add_number(&r, to->id);
	add_string(&r, store_job_state_name(from));
	add_string(&r, store_job_state_name(to->state));
	add_text(&r, utf8_prefix(to->why, LIMIT_FIELD_SIZE));
	add_number(&r, to->not_before_ms);
	if (ask_number(s, &r, &changed, e) < 0)
		return -1;
	if (changed == 0)
		return store_job_is_not(to->id, from, e);
	return 0;
}

static int
redis_put_back(struct store *store, int64_t id, int64_t not_before_ms,
    struct view why, struct err *e)
{
	struct redis *s = redis_of(store);
	struct request r;
	int64_t changed;

	begin(s, &r, "put_back");
	add_number(&r, id);
	add_text(&r, utf8_prefix(why, LIMIT_FIELD_SIZE));
	add_number(&r, not_before_ms);
	if (ask_number(s, &r, &changed, e) < 0)
		return -1;
	return changed == 0 ? store_job_is_not(id, JOB_SENDING, e) : 0;
}

static int
redis_finish(struct store *store, int64_t id, enum job_state state,
    int64_t not_before_ms, struct view why, struct err *e)
{
	const struct job to = { .id = id,
		.state = state,
		.not_before_ms = not_before_ms,
		.why = why };

	if (state == JOB_SENDING)
		return err_set(e, "\"sending\" is no end of a job");
	return change_job(redis_of(store), &to, JOB_SENDING, e);
}

/* Out of each state that a person may move it from. */
static int
move_job(struct redis *s, int64_t id, enum job_state to, struct view why,
    struct err *e)
{
	struct request r;
	int64_t moved;

	begin(s, &r, "move");
	add_number(&r, id);
	add_string(&r, store_job_state_name(to));
	add_text(&r, utf8_prefix(why, LIMIT_FIELD_SIZE));
	for (int from = JOB_WAITING; from <= JOB_CANCELLED; from++)
		if (store_job_may_move((enum job_state)from, to))
			add_string(&r,
			    store_job_state_name((enum job_state)from));
	if (ask_number(s, &r, &moved, e) < 0)
		return -1;
	return moved == 0 ? store_job_move_fails(id, to, e) : 0;
}

static int
redis_cancel(struct store *store, int64_t id, struct view why, struct err *e)
{
	return move_job(redis_of(store), id, JOB_CANCELLED, why, e);
}

static int
redis_hold(struct store *store, int64_t id, struct view why, struct err *e)
{
	return move_job(redis_of(store), id, JOB_HELD, why, e);
}

static int
redis_release(struct store *store, int64_t id, struct view why, struct err *e)
{
	return move_job(redis_of(store), id, JOB_WAITING, why, e);
}

static int
redis_next(struct store *store, int64_t *when_ms, struct err *e)
{
	struct redis *s = redis_of(store);
	struct redis_answer *a;
	struct request r;

	begin(s, &r, "next");
	a = ask(s, &r, e);
	if (a == NULL)
		return -1;
	*when_ms = redis_answer_text(a, VALUE).size == 0
	    ? INT64_MAX
	    : redis_answer_number(a, VALUE);
	redis_answer_free(a);
	return 0;
}

/* One after the other, so that no answer is large, however many there are. */
static int
redis_list(struct store *store, struct pool *p,
    int (*on_job)(void *arg, const struct job *job), void *arg, struct err *e)
{
	struct redis *s = redis_of(store);
	struct redis_answer *a;
	struct job job = { .id = 0 };
	struct request r;
	int result;

	do {
		begin(s, &r, "list");
		add_number(&r, job.id);
		a = ask(s, &r, e);
		if (a == NULL)
			return -1;
		result = read_job(a, p, &job, e);
		redis_answer_free(a);
	} while (result == 1 && on_job(arg, &job) == 0);
	return result < 0 ? -1 : 0;
}

static int
redis_mark(struct store *store, const char *key, int64_t at_ms, struct err *e)
{
	struct redis *s = redis_of(store);
	struct request r;
	int64_t made;

	if (store_key_check(key, e) < 0)
		return -1;
	begin(s, &r, "mark_one");
	add_string(&r, key);
	add_number(&r, at_ms);
	add_number(&r, (int64_t)store->rows);
	add_number(&r, (STORE_MARK_DAYS + SPARE_DAYS) * STORE_DAY_MS);
	return ask_number(s, &r, &made, e);
}

static int
redis_marks(struct store *store, const char *key, int64_t after_ms,
    struct marks *found, struct err *e)
{
	struct redis *s = redis_of(store);
	struct redis_answer *a;
	struct request r;

	if (store_key_check(key, e) < 0)
		return -1;
	begin(s, &r, "marks");
	add_string(&r, key);
	add_number(&r, after_ms);
	a = ask(s, &r, e);
	if (a == NULL)
		return -1;
	found->count = (unsigned)redis_answer_number(a, VALUE);
	found->last_ms = redis_answer_number(a, VALUE + 1);
	redis_answer_free(a);
	return 0;
}

static int
redis_forget(struct store *store, const char *key, struct forgotten *count,
    struct err *e)
{
	struct redis *s = redis_of(store);
	struct redis_answer *a;
	struct request r;

	if (store_key_check(key, e) < 0)
		return -1;
	begin(s, &r, "forget");
	add_string(&r, key);
	a = ask(s, &r, e);
	if (a == NULL)
		return -1;
	count->seen = (size_t)redis_answer_number(a, VALUE);
	count->claims = (size_t)redis_answer_number(a, VALUE + 1);
	count->marks = (size_t)redis_answer_number(a, VALUE + 2);
	redis_answer_free(a);
	return 0;
}

static int
redis_expire(struct store *store, int64_t now_ms, struct err *e)
{
	struct redis *s = redis_of(store);
	struct redis_answer *a;
	struct request r;

	begin(s, &r, "expire");
	add_number(&r, now_ms);
	add_number(&r, now_ms - STORE_SEEN_DAYS * STORE_DAY_MS);
	add_number(&r, EXPIRE_ROWS);
	add_number(&r, now_ms - STORE_MARK_DAYS * STORE_DAY_MS);
	a = ask(s, &r, e);
	redis_answer_free(a);
	return a == NULL ? -1 : 0;
}

static void
redis_close(struct store *store)
{
	struct redis *s = redis_of(store);

	redis_link_close(s->link);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

static const struct store_ops redis_ops = {
	.name = "redis",
	.seen = redis_seen,
	.claim = redis_claim,
	.take = redis_take,
	.expired = redis_expired,
	.finish = redis_finish,
	.lost = redis_lost,
	.put_back = redis_put_back,
	.cancel = redis_cancel,
	.hold = redis_hold,
	.release = redis_release,
	.next = redis_next,
	.list = redis_list,
	.mark = redis_mark,
	.marks = redis_marks,
	.forget = redis_forget,
	.expire = redis_expire,
	.close = redis_close,
};

/* What is kept under "site": the secret is checked against its epoch. */
static int
read_site(struct redis *s, const struct redis_answer *a, struct err *e)
{
	enum { VERSION = 1, SECRET, EPOCH };
	const struct view part = VIEW("epoch");
	struct view secret = redis_answer_text(a, SECRET);

	if (!view_equal(redis_answer_text(a, VERSION), VIEW("1")))
		return err_set(e, "version \"%.*s\", this program knows 1",
		    VIEW_ARG(redis_answer_text(a, VERSION)));
	if (secret.size == sizeof(s->store.secret))
		memcpy(s->store.secret, secret.data, secret.size);
	if (store_key(&s->store, &part, 1, s->epoch) < 0)
		return err_set(e, "out of memory");
	if (!view_equal(redis_answer_text(a, EPOCH), view_of(s->epoch)))
		return err_set(e, "the site's secret is damaged");
	return 0;
}

/* Whether it is what this filter's processes had before: 0, or -1 and e. */
static int
check_remembered(const struct redis *s, int64_t before, int64_t serial,
    struct err *e)
{
	uint64_t epoch, known = 0;
	char digits[17] = "";

	if (remembered == NULL)
		return 0;
	memcpy(digits, s->epoch, sizeof(digits) - 1);
	epoch = strtoull(digits, NULL, 16) | 1;
	if (!atomic_compare_exchange_strong(&remembered->epoch, &known,
		epoch) &&
	    known != epoch)
		return err_set(e, "what was kept is gone or replaced");
	return serial < before
	    ? err_set(e, "what was kept is older than it was")
	    : 0;
}

/* The secret that is there, or ours if there is none yet. */
static int
share_secret(struct redis *s, struct err *e)
{
	const struct view part = VIEW("epoch");
	bool is_first = remembered != NULL && remembered->epoch == 0;
	int64_t before = remembered == NULL ? 0 : remembered->serial;
	struct view fresh = { s->store.secret, sizeof(s->store.secret) };
	struct redis_answer *a;
	struct request r;
	int result;

	if (digest_random(s->store.secret, sizeof(s->store.secret)) < 0)
		return err_sys(e, errno, "random bytes");
	if (store_key(&s->store, &part, 1, s->epoch) < 0)
		return err_set(e, "out of memory");
	begin(s, &r, "open");
	add_text(&r, fresh);
	add_string(&r, is_first ? "anew" : "");
	a = ask(s, &r, e);
	if (a == NULL)
		return -1;
	result = read_site(s, a, e);
	if (result == 0)
		result = check_remembered(s, before,
		    redis_answer_number(a, SERIAL), e);
	redis_answer_free(a);
	return result;
}

struct store *
store_redis_open(const char *url, const struct clock *clock, struct err *e)
{
	struct redis *s = calloc(1, sizeof(*s));
	struct redis_target target;

	if (s == NULL) {
		err_sys(e, errno, "%s", url);
		return NULL;
	}
	store_init(&s->store, &redis_ops);
	pthread_mutex_init(&s->lock, NULL);
	if (redis_target_parse(view_of(url), &target, e) < 0 ||
	    (s->link = redis_link_open(&target, clock, e)) == NULL ||
	    (share_secret(s, e) < 0 && err_in(e, "%s", target.name) < 0)) {
		redis_close(&s->store);
		return NULL;
	}
	return &s->store;
}
