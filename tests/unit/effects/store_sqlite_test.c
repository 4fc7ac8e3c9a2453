// SPDX-License-Identifier: BSD-2-Clause
/*
 * store_sqlite_test.c - what only the store in a file must stand: other
 * processes, crashes, a full disk, files that are no store.  What it shares
 * with every store is in tests/contract.
 */
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "effects/store.h"
#include "t.h"

#define NOW INT64_C(1800000000000)

enum { KEYS = 500, NOBODY = 65534 };

struct fixture {
	char folder[64];
	char path[96];
	char journal[128];
};

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	strcpy(f->folder, "/tmp/store_sqlite_test.XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	snprintf(f->path, sizeof(f->path), "%s/state.db", f->folder);
	snprintf(f->journal, sizeof(f->journal), "%s-journal", f->path);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(seteuid(getuid()), 0);
	unlink(f->journal);
	if (unlink(f->path) < 0)
		rmdir(f->path);
	assert_int_equal(rmdir(f->folder), 0);
	free(f);
	return 0;
}

static struct store *
open_store(const struct fixture *f)
{
	struct err e = ERR_NONE;
	struct store *s = store_sqlite_open(f->path, &e);

	if (s == NULL)
		fail_msg("%s", e.text);
	return s;
}

/* Opening fails, and says so with the path and these words. */
static void
check_refused(const char *name, const char *path, const char *words)
{
	struct err e = ERR_NONE;
	struct store *s = store_sqlite_open(path, &e);

	if (s != NULL)
		fail_msg("%s: not refused", name);
	check_contains(name, e.text, path);
	check_contains(name, e.text, words);
}

static void
execute(const char *path, const char *sql)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	sqlite3_close(db);
	assert_int_equal(chmod(path, 0600), 0);
}

static struct text
content(const char *path)
{
	struct text t = TEXT_INIT(100 * 1024 * 1024);
	char block[4096];
	size_t got;
	FILE *file = fopen(path, "rb");

	assert_non_null(file);
	while ((got = fread(block, 1, sizeof(block), file)) > 0)
		text_add(&t, (struct view){ block, got });
	fclose(file);
	return t;
}

/* A claim for a person by its number; which message tells who asks. */
static int
claim(struct store *s, int person, const char *message,
    enum claim_result *result, struct err *e)
{
	char number[32], key[DIGEST_HEX_SIZE], user[DIGEST_HEX_SIZE];
	char digest[DIGEST_HEX_SIZE];
	struct view view;
	struct claim c = { key, digest, NOW, STORE_DAY_MS, user, 100000,
		100000 };
	struct job job = { .created_ms = NOW,
		.not_before_ms = NOW,
		.expires_ms = NOW + STORE_DAY_MS,
		.sender = VIEW("alice@example.net"),
		.recipient = VIEW("route@reply.example") };

	snprintf(number, sizeof(number), "%d", person);
	job.queue_id = view = view_of(number);
	assert_int_equal(store_key(s, &view, 1, key), 0);
	view = view_of(message);
	assert_int_equal(store_key(s, (struct view[]){ job.queue_id, view }, 2,
			     digest),
	    0);
	assert_int_equal(store_key(s, &view, 0, user), 0);
	return s->ops->claim(s, &c, &job, result, e);
}

static void
the_file_is_for_us_alone_whatever_the_umask(void **state)
{
	static const mode_t rows[] = { 0, 022, 077, 0777 };
	struct fixture *f = *state;

	for (size_t i = 0; i < LENGTH(rows); i++) {
		mode_t before = umask(rows[i]);
		struct stat st;

		store_close(open_store(f));
		umask(before);
		assert_int_equal(stat(f->path, &st), 0);
		assert_int_equal(st.st_mode, S_IFREG | 0600);
		assert_int_equal(unlink(f->path), 0);
	}
}

static void
refuses_a_file_of_another_mode(void **state)
{
	static const mode_t rows[] = { 0644, 0640, 0601, 0400, 0700, 04600 };
	struct fixture *f = *state;

	store_close(open_store(f));
	for (size_t i = 0; i < LENGTH(rows); i++) {
		char words[32];

		snprintf(words, sizeof(words), "mode %04o refused",
		    (unsigned)rows[i]);
		assert_int_equal(chmod(f->path, rows[i]), 0);
		check_refused(words, f->path, words);
	}
	assert_int_equal(chmod(f->path, 0600), 0);
	store_close(open_store(f));
}

static void
refuses_what_is_no_store(void **state)
{
	struct fixture *f = *state;
	FILE *file;

	assert_int_equal(mkdir(f->path, 0600), 0);
	check_refused("a folder", f->path, "not a regular file");
	assert_int_equal(rmdir(f->path), 0);

	assert_int_equal(mkfifo(f->path, 0600), 0);
	check_refused("a fifo", f->path, "not a regular file");
	assert_int_equal(unlink(f->path), 0);

	file = fopen(f->path, "w");
	for (int i = 0; i < 5000; i++)
		fputs("alice 2026-11-23\n", file);
	fclose(file);
	assert_int_equal(chmod(f->path, 0600), 0);
	check_refused("a list", f->path, "not a database");
	assert_int_equal(unlink(f->path), 0);

	execute(f->path, "CREATE TABLE t (a)");
	check_refused("tables of somebody", f->path, "another program's");
	assert_int_equal(unlink(f->path), 0);

	execute(f->path, "PRAGMA application_id = 1");
	check_refused("an id of somebody", f->path, "another program's");
}

static void
refuses_a_path_that_leads_nowhere(void **state)
{
	struct fixture *f = *state;
	char path[160];

	snprintf(path, sizeof(path), "%s/no/state.db", f->folder);
	check_refused("no folder", path, "No such file or directory");
	check_refused("relative", "state.db", "not an absolute path");
	assert_int_equal(symlink(path, f->path), 0);
	check_refused("a link to nothing", f->path, "No such file");
}

static void
refuses_a_schema_of_another_version(void **state)
{
	struct fixture *f = *state;

	store_close(open_store(f));
	execute(f->path, "PRAGMA user_version = 1");
	check_refused("older", f->path,
	    "schema 1, made by an older version; this one needs 3: move the "
	    "file away");
	execute(f->path, "PRAGMA user_version = 3");
	store_close(open_store(f));
	execute(f->path, "PRAGMA user_version = 4");
	check_refused("newer", f->path,
	    "schema 4, made by a newer version; this one knows 3");
}

static void
refuses_a_damaged_secret(void **state)
{
	struct fixture *f = *state;

	store_close(open_store(f));
	execute(f->path, "UPDATE site SET secret = x'00'");
	check_refused("short", f->path, "secret is damaged");
}

static void
urls_lead_to_back_ends(void **state)
{
	static const char *const bad[] = { "", "sqlite:", "memory", "memory:x",
		"rediss://127.0.0.1", "/var/lib/state.db" };
	struct fixture *f = *state;
	struct err e = ERR_NONE;
	struct store *s;
	char url[128];

	snprintf(url, sizeof(url), "sqlite:%s", f->path);
	assert_true(store_is_new(url));
	assert_true(store_is_new("memory:"));
	assert_false(store_is_new("sqlite:/nowhere/at/all"));
	assert_false(store_is_new("sqlite:"));
	assert_int_equal(access(f->path, F_OK), -1);
	s = store_open(url, &e);
	assert_false(store_is_new(url));
	assert_non_null(s);
	check_string("file", s->ops->name, "sqlite");
	store_close(s);
	s = store_open("memory:", &e);
	assert_non_null(s);
	check_string("memory", s->ops->name, "memory");
	store_close(s);
	store_close(NULL);
	for (size_t i = 0; i < LENGTH(bad); i++) {
		assert_null(store_open(bad[i], &e));
		check_contains(bad[i], e.text, "neither");
		assert_int_equal(store_url_check(bad[i], NULL), -1);
	}
	assert_int_equal(store_url_check("sqlite:state.db", &e), -1);
	check_contains("relative", e.text, "not an absolute path");
	assert_int_equal(store_url_check("sqlite:/nowhere/state.db", NULL), 0);
	assert_int_equal(store_url_check("memory:", NULL), 0);
}

static void
everything_outlives_the_process(void **state)
{
	struct fixture *f = *state;
	struct store *s = open_store(f);
	struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
	char secret[DIGEST_SECRET_SIZE];
	enum claim_result result;
	struct job job;

	memcpy(secret, s->secret, sizeof(secret));
	assert_int_equal(claim(s, 1, "a", &result, NULL), 0);
	assert_int_equal(s->ops->take(s, NOW, p, &job, NULL), 1);
	assert_int_equal(claim(s, 2, "a", &result, NULL), 0);
	store_close(s);

	s = open_store(f);
	assert_memory_equal(s->secret, secret, sizeof(secret));
	assert_int_equal(claim(s, 1, "b", &result, NULL), 0);
	assert_int_equal(result, CLAIM_ANSWERED);
	assert_int_equal(s->ops->take(s, NOW, p, &job, NULL), 1);
	assert_int_equal(job.id, 2); /* 1 may have been sent */
	assert_int_equal(s->ops->take(s, NOW, p, &job, NULL), 0);
	store_close(s);
	pool_free(p);
}

static void
addresses_are_nowhere_once_forgotten(void **state)
{
	struct fixture *f = *state;
	struct store *s = open_store(f);
	enum claim_result result;
	struct text bytes;

	assert_int_equal(claim(s, 1, "a", &result, NULL), 0);
	store_close(s);
	bytes = content(f->path);
	if (view_find(text_view(&bytes), VIEW("alice@example.net")) ==
	    VIEW_NONE)
		fail_msg("this test looks for the wrong thing");
	text_free(&bytes);
	s = open_store(f);
	assert_int_equal(s->ops->cancel(s, 1, VIEW("by a person"), NULL), 0);
	assert_int_equal(s->ops->expire(s, NOW + STORE_JOB_DAYS * STORE_DAY_MS,
			     NULL),
	    0);
	store_close(s);
	bytes = content(f->path);
	if (view_find(text_view(&bytes), VIEW("alice@example.net")) !=
		VIEW_NONE ||
	    view_find(text_view(&bytes), VIEW("reply.example")) != VIEW_NONE)
		fail_msg("an address is still in the file");
	text_free(&bytes);
}

static void
expiring_is_bounded(void **state)
{
	struct fixture *f = *state;
	struct store *s = open_store(f);
	struct view part = VIEW("m");
	char key[DIGEST_HEX_SIZE];
	unsigned count;

	/* 1001 sights, as one statement: a thousand go in the first call. */
	execute(f->path,
	    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL"
	    " SELECT i + 1 FROM n WHERE i < 1000)"
	    " INSERT INTO seen (key, message, at_ms)"
	    " SELECT 'k', i, 0 FROM n");
	assert_int_equal(s->ops->expire(s, NOW, NULL), 0);
	execute(f->path,
	    "UPDATE seen SET key = ("
	    "SELECT CASE count(*) WHEN 1 THEN 'one' END"
	    " FROM seen)");
	assert_int_equal(s->ops->expire(s, NOW, NULL), 0);
	assert_int_equal(store_key(s, &part, 1, key), 0);
	assert_int_equal(s->ops->seen(s, key, key, NOW, &count, NULL), 0);
	assert_int_equal(count, 1);
	store_close(s);
}

/*
 * On a slow disk one of several processes that never rest may lose its
 * patience; it tries again.
 */
static bool
was_locked(const struct err *e)
{
	return strstr(e->text, "database is locked") != NULL;
}

static struct store *
open_in_child(const struct fixture *f)
{
	struct err e = ERR_NONE;
	struct store *s;

	do
		s = store_sqlite_open(f->path, &e);
	while (s == NULL && was_locked(&e));
	if (s == NULL)
		_exit(1);
	return s;
}

/* In a child: which of the keys it won, as KEYS octets, then ends. */
static void
claim_all(const struct fixture *f, const char *name, int out)
{
	struct store *s = open_in_child(f);
	struct err e = ERR_NONE;
	char won[KEYS];

	for (int i = 0; i < KEYS; i++) {
		enum claim_result result = CLAIM_SAME;

		while (claim(s, i, name, &result, &e) < 0)
			if (!was_locked(&e))
				_exit(2);
		won[i] = result == CLAIM_GRANTED;
	}
	if (write(out, won, sizeof(won)) != sizeof(won))
		_exit(1);
	store_close(s);
	_exit(0);
}

static void
read_exactly(int in, void *data, size_t size)
{
	for (size_t at = 0; at < size;) {
		ssize_t got = read(in, (char *)data + at, size - at);

		if (got <= 0)
			fail_msg("a child ended too early");
		at += (size_t)got;
	}
}

static void
of_two_processes_one_wins(void **state)
{
	struct fixture *f = *state;
	static const char *const names[] = { "a", "b" };
	int in[2], status;
	pid_t child[2];
	char won[2][KEYS];

	for (int i = 0; i < 2; i++) {
		int ends[2];

		assert_int_equal(pipe(ends), 0);
		child[i] = fork();
		assert_true(child[i] >= 0);
		if (child[i] == 0)
			claim_all(f, names[i], ends[1]);
		close(ends[1]);
		in[i] = ends[0];
	}
	for (int i = 0; i < 2; i++) {
		read_exactly(in[i], won[i], KEYS);
		close(in[i]);
		assert_int_equal(waitpid(child[i], &status, 0), child[i]);
		assert_int_equal(status, 0);
	}
	for (int i = 0; i < KEYS; i++)
		if (won[0][i] == won[1][i])
			fail_msg("key %d: %s winners", i,
			    won[0][i] ? "two" : "no");
}

static void
all_processes_share_one_secret(void **state)
{
	enum { CHILDREN = 8 };
	struct fixture *f = *state;
	char first[DIGEST_SECRET_SIZE], other[DIGEST_SECRET_SIZE];
	int ends[2], status;

	assert_int_equal(pipe(ends), 0);
	for (int i = 0; i < CHILDREN; i++) {
		pid_t child = fork();

		assert_true(child >= 0);
		if (child == 0) {
			struct store *s = open_in_child(f);

			_exit(write(ends[1], s->secret, sizeof(s->secret)) !=
			    sizeof(s->secret));
		}
	}
	for (int i = 0; i < CHILDREN; i++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	read_exactly(ends[0], first, sizeof(first));
	for (int i = 1; i < CHILDREN; i++) {
		read_exactly(ends[0], other, sizeof(other));
		assert_memory_equal(first, other, sizeof(first));
	}
	close(ends[0]);
	close(ends[1]);
}

/* In a child: claims without end and says which, once each is granted. */
static void
claim_until_killed(const struct fixture *f, int out)
{
	struct store *s = store_sqlite_open(f->path, NULL);

	for (int i = 0; s != NULL; i++) {
		enum claim_result result;

		if (claim(s, i, "a", &result, NULL) < 0 ||
		    write(out, &i, sizeof(i)) != sizeof(i))
			break;
	}
	_exit(1);
}

static int
mark_job(void *arg, const struct job *job)
{
	unsigned long long person = KEYS;
	bool *queued = arg;

	assert_int_equal(view_number(job->queue_id, KEYS - 1, &person), 0);
	assert_false(queued[person]);
	queued[person] = true;
	return 0;
}

/* What was said to be granted is, and each grant has its job. */
static void
check_after_crash(struct store *s, int granted)
{
	struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
	bool queued[KEYS] = { false };
	enum claim_result result;

	assert_int_equal(s->ops->list(s, p, mark_job, queued, NULL), 0);
	for (int i = 0; i <= granted; i++)
		if (!queued[i])
			fail_msg("grant %d of %d is lost", i, granted);
	for (int i = 0; i < granted + 10; i++) {
		assert_int_equal(claim(s, i, "b", &result, NULL), 0);
		if ((result == CLAIM_ANSWERED) != queued[i])
			fail_msg("key %d: grant and job are not one", i);
	}
	pool_free(p);
}

static void
a_kill_loses_nothing_that_was_granted(void **state)
{
	struct fixture *f = *state;

	for (int round = 1; round <= 10; round++) {
		int ends[2], granted = 0;
		struct store *s;
		pid_t child;

		assert_int_equal(pipe(ends), 0);
		child = fork();
		assert_true(child >= 0);
		if (child == 0)
			claim_until_killed(f, ends[1]);
		close(ends[1]);
		for (int i = 0; i < round; i++)
			read_exactly(ends[0], &granted, sizeof(granted));
		assert_int_equal(kill(child, SIGKILL), 0);
		assert_int_equal(waitpid(child, NULL, 0), child);
		while (read(ends[0], &granted, sizeof(granted)) ==
		    sizeof(granted))
			;
		close(ends[0]);
		s = open_store(f);
		check_after_crash(s, granted);
		store_close(s);
		assert_int_equal(unlink(f->path), 0);
	}
}

static void
a_full_disk_changes_nothing_and_passes(void **state)
{
	struct fixture *f = *state;
	struct store *s = open_store(f);
	struct rlimit before, tight;
	enum claim_result result;
	struct err e = ERR_NONE;
	int failed = 0, at = 0;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	tight = before;
	tight.rlim_cur = 96 * 1024;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
	while (at < KEYS && failed == 0)
		failed = claim(s, at++, "a", &result, &e);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(failed, -1);
	check_contains("says where", e.text, f->path);
	check_after_crash(s, at - 2);
	store_close(s);
}

static void
a_damaged_file_is_an_error_not_a_crash(void **state)
{
	struct fixture *f = *state;
	struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
	struct store *s = open_store(f);
	enum claim_result result;
	struct err e = ERR_NONE;
	char junk[4096];
	struct stat st;
	int fd;

	for (int i = 0; i < 100; i++)
		assert_int_equal(claim(s, i, "a", &result, NULL), 0);
	store_close(s);
	memset(junk, 0xA5, sizeof(junk));
	fd = open(f->path, O_WRONLY);
	assert_int_equal(fstat(fd, &st), 0);
	for (off_t at = 3 * 4096; at < st.st_size; at += 4096)
		assert_int_equal(pwrite(fd, junk, sizeof(junk), at), 4096);
	close(fd);

	s = open_store(f);
	assert_int_equal(claim(s, 1000, "b", &result, &e), -1);
	check_contains("claim", e.text, f->path);
	check_contains("claim", e.text, "malformed");
	assert_int_equal(s->ops->list(s, p, mark_job, NULL, &e), -1);
	check_contains("list", e.text, f->path);
	store_close(s);
	pool_free(p);
}

static void
a_word_nobody_knows_is_an_error(void **state)
{
	static const struct {
		const char *sql, *words;
	} rows[] = {
		{ "UPDATE job SET state = 'eaten'", "no known state" },
		{ "UPDATE job SET mode = 'song'", "no known mode" },
	};
	struct fixture *f = *state;
	struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
	struct store *s = open_store(f);
	enum claim_result result;
	struct err e = ERR_NONE;

	assert_int_equal(claim(s, 1, "a", &result, NULL), 0);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		execute(f->path, rows[i].sql);
		assert_int_equal(s->ops->list(s, p, mark_job, NULL, &e), -1);
		check_contains(rows[i].words, e.text, f->path);
		check_contains(rows[i].words, e.text, rows[i].words);
	}
	store_close(s);
	pool_free(p);
}

static void
a_folder_that_cannot_be_written_is_an_error(void **state)
{
	struct fixture *f = *state;
	enum claim_result result;
	struct err e = ERR_NONE;
	struct store *s;

	if (geteuid() == 0) { /* to whom modes mean nothing */
		assert_int_equal(chown(f->folder, NOBODY, NOBODY), 0);
		assert_int_equal(seteuid(NOBODY), 0);
	}
	s = open_store(f);
	assert_int_equal(unlink(f->journal), 0);
	assert_int_equal(chmod(f->folder, 0500), 0);
	assert_int_equal(claim(s, 1, "a", &result, &e), -1);
	check_contains("claim", e.text, f->path);
	assert_int_equal(chmod(f->folder, 0700), 0);
	assert_int_equal(claim(s, 1, "a", &result, &e), 0);
	assert_int_equal(result, CLAIM_GRANTED);
	store_close(s);
}

static void
what_root_makes_belongs_to_the_owner_of_the_folder(void **state)
{
	struct fixture *f = *state;
	enum claim_result result;
	struct store *s;

	if (geteuid() != 0)
		skip();
	assert_int_equal(chown(f->folder, NOBODY, NOBODY), 0);
	s = open_store(f);
	assert_int_equal(claim(s, 1, "a", &result, NULL), 0);
	store_close(s);
	assert_int_equal(seteuid(NOBODY), 0);
	s = open_store(f);
	assert_int_equal(claim(s, 2, "a", &result, NULL), 0);
	store_close(s);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(the_file_is_for_us_alone_whatever_the_umask),
		CASE(refuses_a_file_of_another_mode),
		CASE(refuses_what_is_no_store),
		CASE(refuses_a_path_that_leads_nowhere),
		CASE(refuses_a_schema_of_another_version),
		CASE(refuses_a_damaged_secret),
		CASE(urls_lead_to_back_ends),
		CASE(everything_outlives_the_process),
		CASE(addresses_are_nowhere_once_forgotten),
		CASE(expiring_is_bounded),
		CASE(of_two_processes_one_wins),
		CASE(all_processes_share_one_secret),
		CASE(a_kill_loses_nothing_that_was_granted),
		CASE(a_full_disk_changes_nothing_and_passes),
		CASE(a_damaged_file_is_an_error_not_a_crash),
		CASE(a_word_nobody_knows_is_an_error),
		CASE(a_folder_that_cannot_be_written_is_an_error),
		CASE(what_root_makes_belongs_to_the_owner_of_the_folder),
	};

	return cmocka_run_group_tests_name("store in a file", tests, NULL,
	    NULL);
}
