// SPDX-License-Identifier: BSD-2-Clause
/*
 * store.h - what outlives a message: who was seen, who was answered, and what
 * is still to be sent.
 *
 * One interface, several back ends; tests/contract runs the same suite
 * against each.  Keys are digests that tell nothing (store_key()); names and
 * addresses stand only in jobs, which are kept for review, whatever became of
 * them, until expire() removes them (STORE_JOB_DAYS).
 * Every call may come from any thread.  A call that fails changes nothing.
 * When the store is down mail flows and nothing is sent: callers treat -1 so.
 *
 * Days and hours are sliding windows that end now, not calendar ones: no
 * burst at midnight, no time zone.  What happened at t counts until just
 * before t + 24 hours.  A clock that is set back makes us send less.
 */
#ifndef EFFECTS_STORE_H
#define EFFECTS_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/pool.h"
#include "base/view.h"

struct store;

#define STORE_HOUR_MS INT64_C(3600000)
#define STORE_DAY_MS INT64_C(86400000)

/* How long things are remembered. */
enum {
	STORE_SEEN_DAYS = 365, /* a notification that counts in seen() */
	STORE_CLAIM_DAYS = 7,  /* a claim, or its period where that is longer:
				  MTAs try a delivery again for 5 days */
	STORE_MARK_DAYS = 31,  /* a mark */
	STORE_JOB_DAYS = 7     /* a job, once it waits no more and its time to
				  live is over; counted from created_ms */
};

/* What is to be sent, decided but not composed. */
enum job_mode {
	JOB_REPLY,
	JOB_DRAFT,
	JOB_NOTICE, /* to a user whose files are refused; its template_name is
		       NOTICE_KEPT or NOTICE_TAG_ONLY, its summary the mistake
		     */
	JOB_DIGEST  /* to a user, of mail that was held or filed: its summary
		       is daily_write()'s */
};

/* What is in force until the mistake is mended. */
#define NOTICE_KEPT "rules-kept"
#define NOTICE_TAG_ONLY "tag-only"

enum job_state {
	JOB_WAITING, /* for its time, or for another try */
	JOB_HELD,    /* by a person, until released or expired */
	JOB_SENDING, /* handed to the transport; a crash leaves it here until
			lost(), and it is never sent again */
	JOB_SENT,
	JOB_FAILED,   /* given up: refused for good, or expired */
	JOB_CANCELLED /* by a person, or a guard at the second look */
};

struct job {
	int64_t id; /* given by the store */
	enum job_mode mode;
	enum job_state state;
	int64_t created_ms, expires_ms;
	int64_t not_before_ms; /* once it is taken: when it was */
	unsigned attempts;
	struct view user;
	struct view sender; /* the user's address: From of a reply */
	struct view sender_name;
	struct view recipient; /* the route; of a draft or notice, the user */
	struct view template_name;
	struct view given;      /* given name, cleaned; or empty */
	struct view message_id; /* of the notification, with <>, or empty */
	struct view queue_id;   /* for the log */
	/* Of a draft, as the mail or its pack has it; each may be empty. */
	struct view summary; /* "an invitation to connect from Zo Example" */
	struct view network, headline, company;
	struct view trust; /* auth_trust_name() */
	struct view rule;  /* the name of the user's */
	struct view route; /* where an answer may go; nothing for logs */
	struct view page;  /* pack_page() */
	struct view why;   /* of the last try that failed, or of the end */
};

/* The texts of a job, for what is done to each of them. */
#define JOB_TEXTS(X)     \
	X(user)          \
	X(sender)        \
	X(sender_name)   \
	X(recipient)     \
	X(template_name) \
	X(given)         \
	X(message_id)    \
	X(queue_id)      \
	X(summary)       \
	X(network)       \
	X(headline)      \
	X(company)       \
	X(trust)         \
	X(rule)          \
	X(route)         \
	X(page)          \
	X(why)

/* The right to send, asked for together with the job. */
struct claim {
	const char *key;     /* store_key(user, template, person) */
	const char *message; /* store_key() of the message, and of the user
				where each may answer: a second try of the
				same delivery is no new request */
	int64_t now_ms;
	int64_t period_ms;     /* no second answer within */
	const char *user;      /* store_key() for the user's day */
	unsigned per_user_day; /* 0: none at all */
	unsigned per_site_hour;
};

enum claim_result {
	CLAIM_GRANTED,  /* the job is in the outbox */
	CLAIM_SAME,     /* this very message was granted before, whatever
			   the key */
	CLAIM_ANSWERED, /* this person was answered within the period */
	CLAIM_USER_CAP,
	CLAIM_SITE_CAP,
	CLAIM_FULL /* LIMIT_STORE_JOBS are waiting or being sent */
};

/* What marks() found. */
struct marks {
	unsigned count;
	int64_t last_ms; /* of the newest; 0 where there is none */
};

/* What forget() found. */
struct forgotten {
	size_t seen, claims, marks;
};

struct store_ops {
	const char *name; /* "sqlite", "redis", "memory" */

	/*
	 * Counts a notification of a person for a user: *count is how many
	 * there were, this one included.  The same message key again does not
	 * count twice.  0, or -1 and e.
	 */
	int (*seen)(struct store *s, const char *key, const char *message,
	    int64_t now_ms, unsigned *count, struct err *e);

	/*
	 * Grants and queues, or neither, in one atomic step, whatever other
	 * threads and processes do; the first reason in the order of the enum
	 * wins.  job's id, state, attempts and why are not looked at.  0 and
	 * *result, or -1 and e, also when job's texts pass LIMIT_JOB_SIZE.
	 */
	int (*claim)(struct store *s, const struct claim *c,
	    const struct job *job, enum claim_result *result, struct err *e);

	/*
	 * Takes the next waiting job whose time has come and durably marks it
	 * JOB_SENDING before it returns, once, whoever asks.  Waiting and held
	 * jobs past their time to live come first, the oldest before the
	 * others, so that somebody tells what became of them: such a one is
	 * returned once too, as JOB_FAILED with its reason ("expired"), and has
	 * come to its end.  1 with *job in p, 0 when there is none, -1 and e.
	 */
	int (*take)(struct store *s, int64_t now_ms, struct pool *p,
	    struct job *job, struct err *e);

	/*
	 * Hands out one that expired, as take() would, and takes none: for
	 * while nothing is to be sent.  1, 0 or -1 as above.
	 */
	int (*expired)(struct store *s, int64_t now_ms, struct pool *p,
	    struct job *job, struct err *e);

	/*
	 * What became of a job that was taken: sent, failed, cancelled, or
	 * waiting again until not_before_ms.  0, or -1 and e, also when the
	 * job is not JOB_SENDING.
	 */
	int (*finish)(struct store *s, int64_t id, enum job_state state,
	    int64_t not_before_ms, struct view why, struct err *e);

	/*
	 * For jobs whose sender died: fails one, with why, that was taken at
	 * before_ms or earlier and is still JOB_SENDING.  1 with *job in p, as
	 * it is then, 0 when there is none, -1 and e.
	 */
	int (*lost)(struct store *s, int64_t before_ms, struct view why,
	    struct pool *p, struct job *job, struct err *e);

	/*
	 * Puts a job back that was taken and not handed over: it waits until
	 * not_before_ms, and that it was taken does not count as a try.  0, or
	 * -1 and e, also when the job is not JOB_SENDING.
	 */
	int (*put_back)(struct store *s, int64_t id, int64_t not_before_ms,
	    struct view why, struct err *e);

	/*
	 * What a person does to a job: calls one off that waits or is held,
	 * holds one that waits, or lets one that is held wait again for the
	 * time it had.  0, or -1 and e, also when it is in another state.
	 */
	int (*cancel)(struct store *s, int64_t id, struct view why,
	    struct err *e);
	int (*hold)(struct store *s, int64_t id, struct view why,
	    struct err *e);
	int (*release)(struct store *s, int64_t id, struct view why,
	    struct err *e);

	/* When the next waiting job is due; INT64_MAX: none.  0 or -1. */
	int (*next)(struct store *s, int64_t *when_ms, struct err *e);

	/*
	 * Calls on_job for each job, oldest first, until it says -1, which is
	 * no error.  The jobs live in p; on_job may call the store.  0, or -1
	 * and e.
	 */
	int (*list)(struct store *s, struct pool *p,
	    int (*on_job)(void *arg, const struct job *job), void *arg,
	    struct err *e);

	/*
	 * Makes a mark under a key: something happened at at_ms, an answer was
	 * refused for instance.  0, or -1 and e.
	 */
	int (*mark)(struct store *s, const char *key, int64_t at_ms,
	    struct err *e);

	/*
	 * The marks under a key that are later than after_ms.  0 and *found,
	 * or -1 and e.
	 */
	int (*marks)(struct store *s, const char *key, int64_t after_ms,
	    struct marks *found, struct err *e);

	/*
	 * Forgets all that is kept under a key of seen(), claim() or mark(),
	 * as if it had never been: the same message may be counted and granted
	 * again, and caps have room.  Jobs stay.  0 and *count, or -1 and e.
	 */
	int (*forget)(struct store *s, const char *key, struct forgotten *count,
	    struct err *e);

	/*
	 * Forgets what is old enough; bounded work per call, so call it again
	 * and again.  0, or -1 and e.
	 */
	int (*expire)(struct store *s, int64_t now_ms, struct err *e);

	void (*close)(struct store *s);
};

/* Back ends embed this as their first member. */
struct store {
	const struct store_ops *ops;
	char secret[DIGEST_SECRET_SIZE]; /* of the site, made once */
	size_t rows; /* kept of people seen, of claims, and of marks; the
			oldest go first.  LIMIT_STORE_ROWS; tests lower it */
	size_t jobs; /* kept: LIMIT_STORE_JOBS; tests lower it.  Those that
			have ended go first, then claim() fails */
	_Atomic int64_t rest_until_ms; /* of store_seen() and its like alone */
};

/*
 * seen(), claim(), mark() and marks() for the path of mail, which must not wait
 * for a store that is locked or gone, message after message: once one of them
 * has failed, they fail without asking until STORE_REST_MS have passed.  Then e
 * is empty.
 */
enum { STORE_REST_MS = 10000 };
int store_seen(struct store *s, const char *key, const char *message,
    int64_t now_ms, unsigned *count, struct err *e);
int store_claim(struct store *s, const struct claim *c, const struct job *job,
    enum claim_result *result, struct err *e);
int store_marks(struct store *s, const char *key, int64_t after_ms,
    int64_t now_ms, struct marks *found, struct err *e);
int store_mark(struct store *s, const char *key, int64_t now_ms, struct err *e);

/* Whether store_open() would know what url means.  Pure.  0, or -1 and e. */
int store_url_check(const char *url, struct err *e);

/*
 * url: "sqlite:PATH", "redis://HOST..." (effects/redis_target.h) or "memory:".
 * The file is made if missing, its folder must be there; a file whose mode is
 * not 0600, that is no store or one of a newer version is refused.  A Redis
 * must be up and keep what it is told.  NULL and e ("PATH: ...") on failure.
 */
struct store *store_open(const char *url, struct err *e);

/*
 * For a process that is about to fork others which open one store: they know
 * together what a shared one said last, so that none of them, started anew,
 * takes an older copy of it for the truth.  0, or -1 and e.
 */
int store_remember(struct err *e);

/*
 * Whether there is nothing to be listed because store_open() would begin anew:
 * memory, or a file that is missing in a folder that is there.
 */
bool store_is_new(const char *url);
void store_close(struct store *s); /* NULL is fine */

/* Back ends, for store_open(). */
struct store *store_memory_open(struct err *e);
struct store *store_sqlite_open(const char *path, struct err *e);
struct store *store_redis_open(const char *url, const struct clock *clock,
    struct err *e); /* clock: when to ask a dead Redis again; borrowed */

/* What back ends share.  Sets ops and limits. */
void store_init(struct store *s, const struct store_ops *ops);

/* Whether key may have come from store_key(); 0, or -1 and e. */
int store_key_check(const char *key, struct err *e);

/* Whether all of them may be stored; 0, or -1 and e. */
int store_claim_check(const struct claim *c, const struct job *job,
    struct err *e);

/* Copies from's texts into p.  0, or -1 and e with *to unchanged. */
int store_job_copy(struct pool *p, const struct job *from, struct job *to,
    struct err *e);

/*
 * A key under the site's secret from any number of parts, which cannot run
 * into each other.  0, or -1 without memory.
 */
int store_key(const struct store *s, const struct view *part, size_t count,
    char key[DIGEST_HEX_SIZE]);

/* The secret itself, borrowed. */
struct view store_secret(const struct store *s);

/* Says that it is not in that state; -1. */
int store_job_is_not(int64_t id, enum job_state state, struct err *e);

/* Says that it cannot be moved there; -1. */
int store_job_move_fails(int64_t id, enum job_state to, struct err *e);

/*
 * Whether a person may move a job from one state into another, and so what
 * cancel(), hold() and release() do.
 */
bool store_job_may_move(enum job_state from, enum job_state to);

/* "waiting", "sending", ...; "reply", "draft", "notice", "digest"; "granted",
   "same-message", "answered-before", "user-day-cap", "site-hour-cap",
   "outbox-full" */
const char *store_job_state_name(enum job_state state);
const char *store_job_mode_name(enum job_mode mode);
const char *store_claim_name(enum claim_result result);

/* And back: 0, or -1 with nothing changed. */
int store_job_state_parse(struct view name, enum job_state *state);
int store_job_mode_parse(struct view name, enum job_mode *mode);

#endif
