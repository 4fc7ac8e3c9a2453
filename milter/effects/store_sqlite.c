// SPDX-License-Identifier: BSD-2-Clause
/*
 * store_sqlite.c - the store in one SQLite file.
 *
 * Every change is one transaction, so it is atomic across threads and
 * processes, and on the disk before the call returns.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "effects/database.h"
#include "effects/store.h"

enum { EXPIRE_ROWS = 1000 /* of one table, in one call */ };

/* clang-format off */
#define TEXT_COLUMN(name) #name " TEXT NOT NULL,"
#define COMMA_AFTER(name) #name ","
#define MARK(name) "?,"
#define JOB_COLUMNS JOB_TEXTS(COMMA_AFTER) \
	"mode, created_ms, not_before_ms, expires_ms, state, attempts"

static const char schema[] =
	"CREATE TABLE site (id INTEGER PRIMARY KEY CHECK (id = 1),"
	"  secret BLOB NOT NULL);"
	"CREATE TABLE seen (id INTEGER PRIMARY KEY, key TEXT NOT NULL,"
	"  message TEXT NOT NULL, at_ms INTEGER NOT NULL,"
	"  UNIQUE (key, message));"
	"CREATE INDEX seen_at ON seen (at_ms);"
	"CREATE TABLE claim (id INTEGER PRIMARY KEY, key TEXT NOT NULL,"
	"  message TEXT NOT NULL, user TEXT NOT NULL,"
	"  at_ms INTEGER NOT NULL, until_ms INTEGER NOT NULL);"
	"CREATE INDEX claim_key ON claim (key, until_ms);"
	"CREATE INDEX claim_message ON claim (message);"
	"CREATE INDEX claim_user ON claim (user, at_ms);"
	"CREATE INDEX claim_at ON claim (at_ms);"
	"CREATE TABLE mark (id INTEGER PRIMARY KEY, key TEXT NOT NULL,"
	"  at_ms INTEGER NOT NULL);"
	"CREATE INDEX mark_key ON mark (key, at_ms);"
	"CREATE INDEX mark_at ON mark (at_ms);"
	"CREATE TABLE job (id INTEGER PRIMARY KEY AUTOINCREMENT,"
	JOB_TEXTS(TEXT_COLUMN)
	"  mode TEXT NOT NULL, created_ms INTEGER NOT NULL,"
	"  not_before_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL,"
	"  state TEXT NOT NULL, attempts INTEGER NOT NULL);"
	"CREATE INDEX job_state ON job (state, not_before_ms);";

/* Rows get ascending ids, so "the oldest go first" compares ids. */
#define STATEMENTS(X)                                                         \
	X(ADD_SECRET, "INSERT OR IGNORE INTO site (id, secret) VALUES (1, ?)")\
	X(SECRET, "SELECT secret FROM site")                                  \
	X(ADD_SEEN, "INSERT OR IGNORE INTO seen (key, message, at_ms)"        \
	    " VALUES (?, ?, ?)")                                              \
	X(COUNT_SEEN, "SELECT count(*) FROM seen WHERE key = ?")              \
	X(TRIM_SEEN, "DELETE FROM seen WHERE id <="                           \
	    " (SELECT max(id) FROM seen) - ?")                                \
	X(SAME, "SELECT count(*) FROM claim WHERE message = ?")               \
	X(ANSWERED, "SELECT count(*) FROM claim"                              \
	    " WHERE key = ? AND until_ms > ?")                                \
	X(OF_USER, "SELECT count(*) FROM claim WHERE user = ? AND at_ms > ?") \
	X(OF_SITE, "SELECT count(*) FROM claim WHERE at_ms > ?")              \
	X(ADD_CLAIM, "INSERT INTO claim (key, message, user, at_ms, until_ms)"\
	    " VALUES (?, ?, ?, ?, ?)")                                        \
	X(TRIM_CLAIMS, "DELETE FROM claim WHERE id <="                        \
	    " (SELECT max(id) FROM claim) - ?")                               \
	X(COUNT_JOBS, "SELECT count(*) FROM job")                             \
	X(DROP_JOB, "DELETE FROM job WHERE id = (SELECT min(id) FROM job"     \
	    " WHERE state NOT IN ('waiting', 'held', 'sending'))")            \
	X(ADD_JOB, "INSERT INTO job (" JOB_COLUMNS ") VALUES ("               \
	    JOB_TEXTS(MARK) "?, ?, ?, ?, 'waiting', 0)")                      \
	X(EXPIRED, "SELECT " JOB_COLUMNS ", id FROM job"                      \
	    " WHERE state IN ('waiting', 'held') AND expires_ms <= ?"         \
	    " ORDER BY id LIMIT 1")                                           \
	X(MARK_EXPIRED, "UPDATE job SET state = 'failed', why = 'expired'"    \
	    " WHERE id = ?")                                                  \
	X(DUE, "SELECT " JOB_COLUMNS ", id FROM job"                          \
	    " WHERE state = 'waiting' AND not_before_ms <= ?"                 \
	    " ORDER BY not_before_ms, id LIMIT 1")                            \
	X(MARK_SENDING, "UPDATE job SET state = 'sending',"                   \
	    " attempts = attempts + 1, not_before_ms = ? WHERE id = ?")       \
	X(LOST, "SELECT " JOB_COLUMNS ", id FROM job"                         \
	    " WHERE state = 'sending' AND not_before_ms <= ?"                 \
	    " ORDER BY id LIMIT 1")                                           \
	X(CHANGE_JOB, "UPDATE job SET state = ?1, why = ?2, not_before_ms ="  \
	    " CASE ?1 WHEN 'waiting' THEN ?3 ELSE not_before_ms END"          \
	    " WHERE id = ?4 AND state = ?5")                                  \
	X(PUT_BACK, "UPDATE job SET state = 'waiting', why = ?,"               \
	    " not_before_ms = ?, attempts = attempts - 1"                     \
	    " WHERE id = ? AND state = 'sending'")                            \
	X(MOVE_JOB, "UPDATE job SET state = ?1, why = ?2 WHERE id = ?3"       \
	    " AND state = ?4")                                                \
	X(NEXT, "SELECT coalesce(min(not_before_ms), 9223372036854775807)"    \
	    " FROM job WHERE state = 'waiting'")                              \
	X(LIST, "SELECT " JOB_COLUMNS ", id FROM job ORDER BY id LIMIT ?")    \
	X(ADD_MARK, "INSERT INTO mark (key, at_ms) VALUES (?, ?)")            \
	X(TRIM_MARKS, "DELETE FROM mark WHERE id <="                          \
	    " (SELECT max(id) FROM mark) - ?")                                \
	X(COUNT_MARKS, "SELECT count(*) FROM mark WHERE key = ?"              \
	    " AND at_ms > ?")                                                 \
	X(LAST_MARK, "SELECT coalesce(max(at_ms), 0) FROM mark"               \
	    " WHERE key = ? AND at_ms > ?")                                   \
	X(FORGET_MARKS, "DELETE FROM mark WHERE key = ?")                     \
	X(FORGET_SEEN, "DELETE FROM seen WHERE key = ?")                      \
	X(FORGET_CLAIMS, "DELETE FROM claim WHERE key = ?")                   \
	X(OLD_SEEN, "DELETE FROM seen WHERE id IN"                            \
	    " (SELECT id FROM seen WHERE at_ms <= ? LIMIT ?)")                \
	X(OLD_MARKS, "DELETE FROM mark WHERE id IN"                           \
	    " (SELECT id FROM mark WHERE at_ms <= ? LIMIT ?)")                \
	X(OLD_CLAIMS, "DELETE FROM claim WHERE id IN (SELECT id FROM claim"   \
	    " WHERE at_ms <= ? AND until_ms <= ? LIMIT ?)")                   \
	X(OLD_JOBS, "DELETE FROM job WHERE id IN (SELECT id FROM job"         \
	    " WHERE created_ms <= ? AND expires_ms <= ?"                      \
	    " AND state NOT IN ('waiting', 'held') LIMIT ?)")

#define STATEMENT_ENUM(name, sql) SQL_##name,
#define STATEMENT_TEXT(name, sql) [SQL_##name] = (sql),
enum sql { STATEMENTS(STATEMENT_ENUM) SQL_COUNT };
static const char *const statements[] = { STATEMENTS(STATEMENT_TEXT) };
/* clang-format on */

static const struct database_layout layout = { .application = 0x52535650,
	.version = 3,
	.schema = schema,
	.statement = statements,
	.statements = SQL_COUNT };

struct sqlite {
	struct store store;
	struct database *db;
};

static struct sqlite *
sqlite_of(struct store *s)
{
	return (struct sqlite *)s;
}

static struct database_value
number(int64_t number)
{
	return (struct database_value){ DATABASE_NUMBER, .number = number };
}

static struct database_value
text(struct view text)
{
	return (struct database_value){ DATABASE_TEXT, .bytes = text };
}

static struct database_value
string(const char *string)
{
	return text(view_of(string));
}

/* Two arguments: the values, and how many they are. */
#define VALUES(...)                                            \
	(const struct database_value[]){ __VA_ARGS__ },        \
	    sizeof((struct database_value[]){ __VA_ARGS__ }) / \
	    sizeof(struct database_value)
#define NO_VALUES NULL, 0

static int
count_sight(struct sqlite *s, const char *key, const char *message,
    int64_t now_ms, int64_t *count, struct err *e)
{
	if (database_run(s->db, SQL_ADD_SEEN,
		VALUES(string(key), string(message), number(now_ms)), e) < 0 ||
	    database_run(s->db, SQL_TRIM_SEEN,
		VALUES(number((int64_t)s->store.rows)), e) < 0)
		return -1;
	return database_number(s->db, SQL_COUNT_SEEN, VALUES(string(key)),
	    count, e);
}

static int
sqlite_seen(struct store *store, const char *key, const char *message,
    int64_t now_ms, unsigned *count, struct err *e)
{
	struct sqlite *s = sqlite_of(store);
	int64_t found = 0;
	int result;

	if (store_key_check(key, e) < 0 || store_key_check(message, e) < 0)
		return -1;
	result = database_begin(s->db, e);
	if (result == 0)
		result = count_sight(s, key, message, now_ms, &found, e);
	result = database_end(s->db, result, e);
	if (result == 0)
		*count = (unsigned)found;
	return result;
}

static int
judge(struct sqlite *s, const struct claim *c, enum claim_result *verdict,
    struct err *e)
{
	int64_t same = 0, answered = 0, of_user = 0, of_site = 0;

	if (database_number(s->db, SQL_SAME, VALUES(string(c->message)), &same,
		e) < 0 ||
	    database_number(s->db, SQL_ANSWERED,
		VALUES(string(c->key), number(c->now_ms)), &answered, e) < 0 ||
	    database_number(s->db, SQL_OF_USER,
		VALUES(string(c->user), number(c->now_ms - STORE_DAY_MS)),
		&of_user, e) < 0 ||
	    database_number(s->db, SQL_OF_SITE,
		VALUES(number(c->now_ms - STORE_HOUR_MS)), &of_site, e) < 0)
		return -1;
	if (same > 0)
		*verdict = CLAIM_SAME;
	else if (answered > 0)
		*verdict = CLAIM_ANSWERED;
	else if (of_user >= c->per_user_day)
		*verdict = CLAIM_USER_CAP;
	else if (of_site >= c->per_site_hour)
		*verdict = CLAIM_SITE_CAP;
	else
		*verdict = CLAIM_GRANTED;
	return 0;
}

/* Makes room for a job: 0 and maybe another verdict, or -1 and e. */
static int
reserve_job(struct sqlite *s, enum claim_result *verdict, struct err *e)
{
	int64_t count = 0;

	if (database_number(s->db, SQL_COUNT_JOBS, NO_VALUES, &count, e) < 0)
		return -1;
	if ((size_t)count < s->store.jobs)
		return 0;
	if (database_run(s->db, SQL_DROP_JOB, NO_VALUES, e) < 0)
		return -1;
	if (database_changed(s->db) == 0)
		*verdict = CLAIM_FULL;
	return 0;
}

/* Grant and job together. */
static int
record(struct sqlite *s, const struct claim *c, const struct job *job,
    struct err *e)
{
	struct job fresh = *job;

	fresh.why = VIEW("");
	if (database_run(s->db, SQL_ADD_CLAIM,
		VALUES(string(c->key), string(c->message), string(c->user),
		    number(c->now_ms), number(c->now_ms + c->period_ms)),
		e) < 0 ||
	    database_run(s->db, SQL_TRIM_CLAIMS,
		VALUES(number((int64_t)s->store.rows)), e) < 0)
		return -1;
#define TEXT_VALUE(name) text(fresh.name),
	return database_run(s->db, SQL_ADD_JOB,
	    VALUES(JOB_TEXTS(TEXT_VALUE)
		       string(store_job_mode_name(fresh.mode)),
		number(fresh.created_ms), number(fresh.not_before_ms),
		number(fresh.expires_ms)),
	    e);
#undef TEXT_VALUE
}

static int
sqlite_claim(struct store *store, const struct claim *c, const struct job *job,
    enum claim_result *result, struct err *e)
{
	struct sqlite *s = sqlite_of(store);
	enum claim_result verdict = CLAIM_SAME;
	int failed;

	if (store_claim_check(c, job, e) < 0)
		return -1;
	failed = database_begin(s->db, e);
	if (failed == 0)
		failed = judge(s, c, &verdict, e);
	if (failed == 0 && verdict == CLAIM_GRANTED)
		failed = reserve_job(s, &verdict, e);
	if (failed == 0 && verdict == CLAIM_GRANTED)
		failed = record(s, c, job, e);
	failed = database_end(s->db, failed, e);
	if (failed == 0)
		*result = verdict;
	return failed;
}

/* A row of JOB_COLUMNS and id, its texts copied into p: 0, or -1 and e. */
static int
read_job(struct database_row *row, struct pool *p, struct job *job,
    struct err *e)
{
	struct job raw;
	int at = 0;

#define READ_TEXT(name) raw.name = database_row_bytes(row, at++);
	JOB_TEXTS(READ_TEXT)
#undef READ_TEXT
	if (store_job_mode_parse(database_row_bytes(row, at++), &raw.mode) < 0)
		return err_set(e, "a job of no known mode");
	raw.created_ms = database_row_number(row, at++);
	raw.not_before_ms = database_row_number(row, at++);
	raw.expires_ms = database_row_number(row, at++);
	if (store_job_state_parse(database_row_bytes(row, at++), &raw.state) <
	    0)
		return err_set(e, "a job in no known state");
	raw.attempts = (unsigned)database_row_number(row, at++);
	raw.id = database_row_number(row, at);
	return store_job_copy(p, &raw, job, e);
}

/* Where the rows of jobs go. */
struct jobs {
	struct pool *p;
	struct job *job;
	size_t count;
};

static int
add_job(void *arg, struct database_row *row, struct err *e)
{
	struct jobs *jobs = arg;

	return read_job(row, jobs->p, &jobs->job[jobs->count++], e);
}

/* Fails the first job that expired: 1 with it in jobs, 0, or -1 and e. */
static int
mark_expired(struct sqlite *s, int64_t now_ms, struct jobs *jobs, struct err *e)
{
	const struct database_reader reader = { add_job, jobs };

	if (database_each(s->db, SQL_EXPIRED, VALUES(number(now_ms)), &reader,
		e) < 0)
		return -1;
	if (jobs->count == 0)
		return 0;
	jobs->job->state = JOB_FAILED;
	jobs->job->why = VIEW("expired");
	if (database_run(s->db, SQL_MARK_EXPIRED, VALUES(number(jobs->job->id)),
		e) < 0)
		return -1;
	return 1;
}

/* Marks the job that is due first: 1 with it in jobs, 0, or -1 and e. */
static int
mark_due(struct sqlite *s, int64_t now_ms, struct jobs *jobs, struct err *e)
{
	const struct database_reader reader = { add_job, jobs };

	if (database_each(s->db, SQL_DUE, VALUES(number(now_ms)), &reader, e) <
	    0)
		return -1;
	if (jobs->count == 0)
		return 0;
	jobs->job->state = JOB_SENDING;
	jobs->job->attempts++;
	if (database_run(s->db, SQL_MARK_SENDING,
		VALUES(number(now_ms), number(jobs->job->id)), e) < 0)
		return -1;
	return 1;
}

static int
sqlite_take(struct store *store, int64_t now_ms, struct pool *p,
    struct job *job, struct err *e)
{
	struct sqlite *s = sqlite_of(store);
	struct jobs next = { p, job, 0 };
	int result = database_begin(s->db, e);

	if (result == 0)
		result = mark_expired(s, now_ms, &next, e);
	if (result == 0)
		result = mark_due(s, now_ms, &next, e);
	return database_end(s->db, result, e);
}

static int
sqlite_expired(struct store *store, int64_t now_ms, struct pool *p,
    struct job *job, struct err *e)
{
	struct sqlite *s = sqlite_of(store);
	struct jobs next = { p, job, 0 };
	int result = database_begin(s->db, e);

	if (result == 0)
		result = mark_expired(s, now_ms, &next, e);
	return database_end(s->db, result, e);
}

/* From one state into another, with the reason. */
static int
change_job(struct sqlite *s, const struct job *to, enum job_state from,
    struct err *e)
{
	int result = database_begin(s->db, e);

	if (result == 0)
		result = database_run(s->db, SQL_CHANGE_JOB,
		    VALUES(string(store_job_state_name(to->state)),
			text(utf8_prefix(to->why, LIMIT_FIELD_SIZE)),
			number(to->not_before_ms), number(to->id),
			string(store_job_state_name(from))),
		    e);
	if (result == 0 && database_changed(s->db) == 0)
		result = store_job_is_not(to->id, from, e);
	return database_end(s->db, result, e);
}

static int
sqlite_finish(struct store *store, int64_t id, enum job_state state,
    int64_t not_before_ms, struct view why, struct err *e)
{
	const struct job to = { .id = id,
		.state = state,
		.not_before_ms = not_before_ms,
		.why = why };

	if (state == JOB_SENDING)
		return err_set(e, "\"sending\" is no end of a job");
	return change_job(sqlite_of(store), &to, JOB_SENDING, e);
}

static int
sqlite_put_back(struct store *store, int64_t id, int64_t not_before_ms,
    struct view why, struct err *e)
{
	struct sqlite *s = sqlite_of(store);
	int result = database_begin(s->db, e);

	if (result == 0)
		result = database_run(s->db, SQL_PUT_BACK,
		    VALUES(text(utf8_prefix(why, LIMIT_FIELD_SIZE)),
			number(not_before_ms), number(id)),
		    e);
	if (result == 0 && database_changed(s->db) == 0)
		result = store_job_is_not(id, JOB_SENDING, e);
	return database_end(s->db, result, e);
}

/* Fails the job that was lost first: 1 with it in jobs, 0, or -1 and e. */
static int
fail_lost(struct sqlite *s, int64_t before_ms, struct view why,
    struct jobs *jobs, struct err *e)
{
	const struct database_reader reader = { add_job, jobs };
	struct job *job = jobs->job;

	if (database_each(s->db, SQL_LOST, VALUES(number(before_ms)), &reader,
		e) < 0)
		return -1;
	if (jobs->count == 0)
		return 0;
	job->state = JOB_FAILED;
	job->why = why;
	if (database_run(s->db, SQL_CHANGE_JOB,
		VALUES(string(store_job_state_name(JOB_FAILED)), text(why),
		    number(0), number(job->id),
		    string(store_job_state_name(JOB_SENDING))),
		e) < 0)
		return -1;
	return 1;
}

static int
sqlite_lost(struct store *store, int64_t before_ms, struct view why,
    struct pool *p, struct job *job, struct err *e)
{
	struct sqlite *s = sqlite_of(store);
	struct jobs lost = { p, job, 0 };
	int result = database_begin(s->db, e);

	if (result == 0)
		result = fail_lost(s, before_ms, why, &lost, e);
	return database_end(s->db, result, e);
}

/* Out of each state that a person may move it from. */
static int
move_job(struct sqlite *s, const struct job *to, struct err *e)
{
	int result = database_begin(s->db, e);
	int64_t moved = 0;

	for (int from = JOB_WAITING; from <= JOB_CANCELLED; from++) {
		if (result < 0 || moved > 0 ||
		    !store_job_may_move((enum job_state)from, to->state))
			continue;
		result = database_run(s->db, SQL_MOVE_JOB,
		    VALUES(string(store_job_state_name(to->state)),
			text(utf8_prefix(to->why, LIMIT_FIELD_SIZE)),
			number(to->id),
			string(store_job_state_name((enum job_state)from))),
		    e);
		moved = database_changed(s->db);
	}
	if (result == 0 && moved == 0)
		result = store_job_move_fails(to->id, to->state, e);
	return database_end(s->db, result, e);
}

static int
sqlite_cancel(struct store *store, int64_t id, struct view why, struct err *e)
{
	const struct job to = { .id = id, .state = JOB_CANCELLED, .why = why };

	return move_job(sqlite_of(store), &to, e);
}

static int
sqlite_hold(struct store *store, int64_t id, struct view why, struct err *e)
{
	const struct job to = { .id = id, .state = JOB_HELD, .why = why };

	return move_job(sqlite_of(store), &to, e);
}

static int
sqlite_release(struct store *store, int64_t id, struct view why, struct err *e)
{
	const struct job to = { .id = id, .state = JOB_WAITING, .why = why };

	return move_job(sqlite_of(store), &to, e);
}

static int
sqlite_next(struct store *store, int64_t *when_ms, struct err *e)
{
	struct sqlite *s = sqlite_of(store);
	int result = database_begin(s->db, e);

	if (result == 0)
		result =
		    database_number(s->db, SQL_NEXT, NO_VALUES, when_ms, e);
	return database_end(s->db, result, e);
}

/* All jobs into p: 0, or -1 and e. */
static int
read_jobs(struct sqlite *s, struct jobs *all, struct err *e)
{
	const struct database_reader reader = { add_job, all };
	int64_t count = 0;

	if (database_number(s->db, SQL_COUNT_JOBS, NO_VALUES, &count, e) < 0)
		return -1;
	all->job = pool_array(all->p, (size_t)count, sizeof(*all->job));
	if (all->job == NULL)
		return err_set(e, "no memory for %" PRId64 " jobs", count);
	return database_each(s->db, SQL_LIST, VALUES(number(count)), &reader,
	    e);
}

static int
sqlite_list(struct store *store, struct pool *p,
    int (*on_job)(void *arg, const struct job *job), void *arg, struct err *e)
{
	struct sqlite *s = sqlite_of(store);
	struct jobs all = { p, NULL, 0 };
	int result = database_begin(s->db, e);

	if (result == 0)
		result = read_jobs(s, &all, e);
	result = database_end(s->db, result, e);
	for (size_t i = 0; i < all.count && result == 0; i++)
		if (on_job(arg, &all.job[i]) < 0)
			break;
	return result;
}

static int
sqlite_mark(struct store *store, const char *key, int64_t at_ms, struct err *e)
{
	struct sqlite *s = sqlite_of(store);
	int result;

	if (store_key_check(key, e) < 0)
		return -1;
	result = database_begin(s->db, e);
	if (result == 0)
		result = database_run(s->db, SQL_ADD_MARK,
		    VALUES(string(key), number(at_ms)), e);
	if (result == 0)
		result = database_run(s->db, SQL_TRIM_MARKS,
		    VALUES(number((int64_t)s->store.rows)), e);
	return database_end(s->db, result, e);
}

static int
sqlite_marks(struct store *store, const char *key, int64_t after_ms,
    struct marks *found, struct err *e)
{
	struct sqlite *s = sqlite_of(store);
	int64_t count = 0, last_ms = 0;
	int result;

	if (store_key_check(key, e) < 0)
		return -1;
	result = database_begin(s->db, e);
	if (result == 0)
		result = database_number(s->db, SQL_COUNT_MARKS,
		    VALUES(string(key), number(after_ms)), &count, e);
	if (result == 0)
		result = database_number(s->db, SQL_LAST_MARK,
		    VALUES(string(key), number(after_ms)), &last_ms, e);
	result = database_end(s->db, result, e);
	if (result == 0)
		*found = (struct marks){ (unsigned)count, last_ms };
	return result;
}

static int
sqlite_forget(struct store *store, const char *key, struct forgotten *count,
    struct err *e)
{
	struct sqlite *s = sqlite_of(store);
	struct forgotten found = { 0, 0, 0 };
	int result;

	if (store_key_check(key, e) < 0)
		return -1;
	result = database_begin(s->db, e);
	if (result == 0)
		result = database_run(s->db, SQL_FORGET_SEEN,
		    VALUES(string(key)), e);
	if (result == 0) {
		found.seen = (size_t)database_changed(s->db);
		result = database_run(s->db, SQL_FORGET_CLAIMS,
		    VALUES(string(key)), e);
	}
	if (result == 0) {
		found.claims = (size_t)database_changed(s->db);
		result = database_run(s->db, SQL_FORGET_MARKS,
		    VALUES(string(key)), e);
	}
	if (result == 0)
		found.marks = (size_t)database_changed(s->db);
	result = database_end(s->db, result, e);
	if (result == 0)
		*count = found;
	return result;
}

static int
sqlite_expire(struct store *store, int64_t now_ms, struct err *e)
{
	struct sqlite *s = sqlite_of(store);
	struct database_value now = number(now_ms), rows = number(EXPIRE_ROWS);
	int result = database_begin(s->db, e);

	if (result == 0)
		result = database_run(s->db, SQL_OLD_SEEN,
		    VALUES(number(now_ms - STORE_SEEN_DAYS * STORE_DAY_MS),
			rows),
		    e);
	if (result == 0)
		result = database_run(s->db, SQL_OLD_CLAIMS,
		    VALUES(number(now_ms - STORE_CLAIM_DAYS * STORE_DAY_MS),
			now, rows),
		    e);
	if (result == 0)
		result = database_run(s->db, SQL_OLD_MARKS,
		    VALUES(number(now_ms - STORE_MARK_DAYS * STORE_DAY_MS),
			rows),
		    e);
	if (result == 0)
		result = database_run(s->db, SQL_OLD_JOBS,
		    VALUES(number(now_ms - STORE_JOB_DAYS * STORE_DAY_MS), now,
			rows),
		    e);
	return database_end(s->db, result, e);
}

static void
sqlite_close(struct store *store)
{
	struct sqlite *s = sqlite_of(store);

	database_close(s->db);
	free(s);
}

static const struct store_ops sqlite_ops = {
	.name = "sqlite",
	.seen = sqlite_seen,
	.claim = sqlite_claim,
	.take = sqlite_take,
	.expired = sqlite_expired,
	.finish = sqlite_finish,
	.lost = sqlite_lost,
	.put_back = sqlite_put_back,
	.cancel = sqlite_cancel,
	.hold = sqlite_hold,
	.release = sqlite_release,
	.next = sqlite_next,
	.list = sqlite_list,
	.mark = sqlite_mark,
	.marks = sqlite_marks,
	.forget = sqlite_forget,
	.expire = sqlite_expire,
	.close = sqlite_close,
};

static int
read_secret(void *arg, struct database_row *row, struct err *e)
{
	struct store *s = arg;
	struct view secret = database_row_bytes(row, 0);

	if (secret.size != sizeof(s->secret))
		return err_set(e, "the site's secret is damaged");
	memcpy(s->secret, secret.data, secret.size);
	return 0;
}

/* The secret that is there, or ours if there is none yet. */
static int
share_secret(struct sqlite *s, struct err *e)
{
	const struct database_reader reader = { read_secret, &s->store };
	struct view fresh = { s->store.secret, sizeof(s->store.secret) };
	int result;

	if (digest_random(s->store.secret, sizeof(s->store.secret)) < 0)
		return err_sys(e, errno, "random bytes");
	result = database_begin(s->db, e);
	if (result == 0)
		result = database_run(s->db, SQL_ADD_SECRET,
		    VALUES({ DATABASE_BLOB, .bytes = fresh }), e);
	if (result == 0)
		result =
		    database_each(s->db, SQL_SECRET, NO_VALUES, &reader, e);
	return database_end(s->db, result, e);
}

struct store *
store_sqlite_open(const char *path, struct err *e)
{
	struct sqlite *s = calloc(1, sizeof(*s));

	if (s == NULL) {
		err_sys(e, errno, "%s", path);
		return NULL;
	}
	store_init(&s->store, &sqlite_ops);
	s->db = database_open(path, &layout, e);
	if (s->db == NULL || share_secret(s, e) < 0) {
		sqlite_close(&s->store);
		return NULL;
	}
	return &s->store;
}
