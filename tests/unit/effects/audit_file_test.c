// SPDX-License-Identifier: BSD-2-Clause
/*
 * audit_file_test.c - the file that records are appended to, and what happens
 * to it meanwhile.
 */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "effects/audit.h"
#include "effects/audit_read.h"
#include "oom.h"
#include "t.h"

enum { LARGEST_FILE = 8 * 1024 * 1024, NOBODY = 65534 };

/* What the tests make in their folder. */
static const char *const names[] = { "audit", "audit.1", "audit.2", "audit.3",
	"link", "fifo", "closed/audit", "moved/audit" };

struct fixture {
	char folder[64];
	char path[8][96]; /* of the names above */
};

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	strcpy(f->folder, "/tmp/audit_file_test.XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	for (size_t i = 0; i < LENGTH(names); i++)
		snprintf(f->path[i], sizeof(f->path[i]), "%s/%s", f->folder,
		    names[i]);
	*state = f;
	return 0;
}

static const char *
path_of(const struct fixture *f, const char *name)
{
	for (size_t i = 0; i < LENGTH(names); i++)
		if (strcmp(names[i], name) == 0)
			return f->path[i];
	fail_msg("no path for %s", name);
	return NULL;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;
	char path[96];

	assert_int_equal(seteuid(getuid()), 0);
	for (size_t i = 0; i < LENGTH(names); i++)
		unlink(f->path[i]);
	snprintf(path, sizeof(path), "%s/closed", f->folder);
	rmdir(path);
	snprintf(path, sizeof(path), "%s/moved", f->folder);
	rmdir(path);
	assert_int_equal(rmdir(f->folder), 0);
	free(f);
	return 0;
}

static struct audit_file *
open_ok(const char *path)
{
	struct err e = ERR_NONE;
	struct audit_file *file = audit_open(path, &e);

	if (file == NULL)
		fail_msg("%s", e.text);
	return file;
}

static void
append_ok(struct audit_file *file, const char *record)
{
	struct view v = exact_string(record);
	struct err e = ERR_NONE;

	if (audit_append(file, v, &e) < 0)
		fail_msg("%s: %s", record, e.text);
	exact_free(v);
}

static void
append_fails(struct audit_file *file, const char *record, const char *why)
{
	struct err e = ERR_NONE;

	check_number(record, audit_append(file, view_of(record), &e), -1);
	check_contains(record, e.text, why);
}

static void
check_file(const char *path, const char *want)
{
	struct text got = TEXT_INIT(LARGEST_FILE);
	struct err e = ERR_NONE;

	if (file_read(path, &got, &e) < 0)
		fail_msg("%s", e.text);
	check_view(path, text_view(&got), want);
	text_free(&got);
}

static void
appends_whole_lines(void **state)
{
	struct fixture *f = *state;
	const char *path = path_of(f, "audit");
	mode_t before = umask(0);
	struct audit_file *file = open_ok(path);
	struct stat st;

	umask(before);
	append_ok(file, "one");
	append_ok(file, "");
	audit_close(file);
	check_file(path, "one\n\n");
	assert_int_equal(stat(path, &st), 0);
	check_number("mode", st.st_mode & 07777, 0640);

	file = open_ok(path);
	append_ok(file, "two");
	audit_close(file);
	check_file(path, "one\n\ntwo\n");
	audit_close(NULL);
}

static void
what_is_no_file_to_append_to_is_refused(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *path, *want;
	} rows[] = {
		{ "no folder",        "none/audit",  "No such file or directory" },
		{ "a folder",         "",            "Is a directory" },
		{ "below a file",     "audit/audit", "Not a directory" },
		{ "a link",           "link",        "Too many levels of symbolic" },
		{ "nobody reads it",  "fifo",        "No such device or address" },
	};
	/* clang-format on */
	struct fixture *f = *state;

	audit_close(open_ok(path_of(f, "audit")));
	assert_int_equal(symlink("audit", path_of(f, "link")), 0);
	assert_int_equal(mkfifo(path_of(f, "fifo"), 0600), 0);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct err e = ERR_NONE;
		char path[128];

		snprintf(path, sizeof(path), "%s/%s", f->folder, rows[i].path);
		if (audit_open(path, &e) != NULL)
			fail_msg("%s: opened", rows[i].name);
		check_contains(rows[i].name, e.text, rows[i].want);
		check_contains(rows[i].name, e.text, path);
	}
}

static void
a_folder_that_shuts_is_told_of(void **state)
{
	struct fixture *f = *state;
	const char *path = path_of(f, "closed/audit");
	struct audit_file *file;
	char folder[96];
	struct err e = ERR_NONE;

	/* No folder is closed to root; tear_down() makes us root again. */
	if (geteuid() == 0 &&
	    (chown(f->folder, NOBODY, (gid_t)-1) < 0 || seteuid(NOBODY) < 0))
		skip();
	snprintf(folder, sizeof(folder), "%s/closed", f->folder);
	assert_int_equal(mkdir(folder, 0700), 0);
	file = open_ok(path);
	append_ok(file, "one");
	assert_int_equal(chmod(folder, 0), 0);
	append_fails(file, "two", "Permission denied");
	assert_null(audit_open(path, &e));
	check_contains("closed", e.text, "Permission denied");
	assert_int_equal(chmod(folder, 0700), 0);
	append_ok(file, "three");
	audit_close(file);
	check_file(path, "one\nthree\n");
}

/* 49 octets and a newline. */
#define FIFTY "1234567890123456789012345678901234567890123456789"

static void
half_a_line_is_taken_back(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name;
		rlim_t room;
		const char *want; /* or NULL: it fits */
	} rows[] = {
		{ "it just fits",     100, NULL },
		{ "one octet short",   99, "no room for a record of 50 bytes" },
		{ "one octet of it",   51, "no room for a record of 50 bytes" },
		{ "nothing of it",     50, "File too large" },
	};
	/* clang-format on */
	struct fixture *f = *state;
	const char *path = path_of(f, "audit");

	signal(SIGXFSZ, SIG_IGN);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct audit_file *file = open_ok(path);
		struct rlimit before, less;
		struct err e = ERR_NONE;
		int result;

		append_ok(file, FIFTY);
		assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
		less = before;
		less.rlim_cur = rows[i].room;
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &less), 0);
		result = audit_append(file, VIEW(FIFTY), &e);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
		check_number(rows[i].name, result,
		    rows[i].want == NULL ? 0 : -1);
		check_contains(rows[i].name, e.text,
		    rows[i].want == NULL ? "" : rows[i].want);
		append_ok(file, "end");
		audit_close(file);
		check_file(path,
		    rows[i].want == NULL ? FIFTY "\n" FIFTY "\nend\n"
					 : FIFTY "\nend\n");
		assert_int_equal(unlink(path), 0);
	}
	signal(SIGXFSZ, SIG_DFL);
}

static void
a_file_that_was_rotated_is_opened_anew(void **state)
{
	struct fixture *f = *state;
	const char *path = path_of(f, "audit");
	struct audit_file *file = open_ok(path);

	append_ok(file, "one");
	assert_int_equal(rename(path, path_of(f, "audit.1")), 0);
	append_ok(file, "two");
	append_ok(file, "three");
	check_file(path_of(f, "audit.1"), "one\n");
	check_file(path, "two\nthree\n");

	/* Another one was put at its place. */
	assert_int_equal(rename(path_of(f, "audit.1"), path), 0);
	append_ok(file, "four");
	check_file(path, "one\nfour\n");

	/* Removed; or emptied, after it was copied. */
	assert_int_equal(unlink(path), 0);
	append_ok(file, "five");
	check_file(path, "five\n");
	assert_int_equal(truncate(path, 0), 0);
	append_ok(file, "six");
	check_file(path, "six\n");
	audit_close(file);
}

static void
what_stands_in_the_way_is_told_of_and_outlived(void **state)
{
	struct fixture *f = *state;
	const char *path = path_of(f, "audit");
	struct audit_file *file = open_ok(path);
	char folder[96], moved[96];

	/* A link at its place is not followed. */
	append_ok(file, "one");
	assert_int_equal(rename(path, path_of(f, "audit.1")), 0);
	audit_close(open_ok(path_of(f, "audit.2")));
	assert_int_equal(symlink("audit.2", path), 0);
	append_fails(file, "two", "Too many levels of symbolic links");
	check_file(path_of(f, "audit.2"), "");
	assert_int_equal(unlink(path), 0);
	append_ok(file, "three");
	audit_close(file);
	check_file(path, "three\n");
	check_file(path_of(f, "audit.1"), "one\n");

	/* The folder is away for a while. */
	snprintf(folder, sizeof(folder), "%s/closed", f->folder);
	snprintf(moved, sizeof(moved), "%s/moved", f->folder);
	assert_int_equal(mkdir(folder, 0700), 0);
	file = open_ok(path_of(f, "closed/audit"));
	append_ok(file, "one");
	assert_int_equal(rename(folder, moved), 0);
	append_fails(file, "two", "No such file or directory");
	assert_int_equal(rename(moved, folder), 0);
	append_ok(file, "three");
	audit_close(file);
	check_file(path_of(f, "closed/audit"), "one\nthree\n");
}

/* Threads that append at once, with and without a file of their own. */
enum {
	WRITERS = 6,
	LINES = 1000,
	ROTATIONS = 3,
	JOBS = WRITERS * LINES + ROTATIONS
};

struct writer {
	pthread_t thread;
	struct audit_file *file;
	int64_t first;
	unsigned failed;
};

static int
append_job(struct audit_file *file, int64_t job)
{
	static const char padding[] =
	    "........................................"
	    "........................................";
	struct audit_outbox record = { .job = job,
		.what = "sent",
		.mode = "reply",
		.user = { padding, (size_t)job % sizeof(padding) } };
	struct text line = TEXT_INIT(LIMIT_AUDIT_SIZE);
	int result;

	audit_outbox_json(&record, &line);
	result = audit_append(file, text_view(&line), NULL);
	text_free(&line);
	return result;
}

static void *
append_often(void *arg)
{
	struct writer *w = arg;

	for (int i = 0; i < LINES; i++)
		w->failed += append_job(w->file, w->first + i) < 0;
	return NULL;
}

/* Which job the record is of; every line is one, and whole. */
static size_t
read_job(struct view line)
{
	struct pool *p = pool_new(LIMIT_AUDIT_SIZE);
	size_t at = view_find(line, VIEW("\"job\":"));
	struct audit_entry entry;
	struct err e = ERR_NONE;
	unsigned job;

	if (audit_read(line, p, &entry, &e) < 0)
		fail_msg("%s: %.*s", e.text, VIEW_ARG(line));
	check_view("what", entry.what, "sent");
	pool_free(p);
	assert_int_equal(sscanf(line.data + at, "\"job\":%u", &job), 1);
	assert_in_range(job, 1, JOBS);
	return job;
}

static size_t
count_lines(const char *path, unsigned seen[JOBS + 1])
{
	struct text all = TEXT_INIT(LARGEST_FILE);
	struct err e = ERR_NONE;
	struct view rest, line;
	size_t count = 0;

	if (file_read(path, &all, &e) < 0)
		fail_msg("%s", e.text);
	assert_true(all.size == 0 || all.data[all.size - 1] == '\n');
	rest = text_view(&all);
	for (; view_line(&rest, &line); count++)
		seen[read_job(line)]++;
	text_free(&all);
	return count;
}

static void
threads_do_not_mix_their_lines(void **state)
{
	static const char *const rotated[ROTATIONS] = { "audit.1", "audit.2",
		"audit.3" };
	static unsigned seen[JOBS + 1];
	struct fixture *f = *state;
	const char *path = path_of(f, "audit");
	struct audit_file *file[] = { open_ok(path), open_ok(path) };
	struct writer writer[WRITERS];
	size_t count = 0;

	for (size_t i = 0; i < WRITERS; i++) {
		writer[i] = (struct writer){ .file = file[i % 2],
			.first = (int64_t)(1 + i * LINES) };
		assert_int_equal(pthread_create(&writer[i].thread, NULL,
				     append_often, &writer[i]),
		    0);
	}
	/* One line more each, so that there is a file to take away. */
	for (size_t i = 0; i < ROTATIONS; i++) {
		assert_int_equal(append_job(file[0],
				     (int64_t)(WRITERS * LINES + 1 + i)),
		    0);
		assert_int_equal(rename(path, path_of(f, rotated[i])), 0);
	}
	for (size_t i = 0; i < WRITERS; i++) {
		assert_int_equal(pthread_join(writer[i].thread, NULL), 0);
		check_number("failed", writer[i].failed, 0);
	}
	for (size_t i = 0; i < ROTATIONS; i++)
		count += count_lines(path_of(f, rotated[i]), seen);
	count += count_lines(path, seen);
	check_number("lines", (long long)count, JOBS);
	for (size_t i = 1; i <= JOBS; i++)
		check_number("line", seen[i], 1);
	audit_close(file[0]);
	audit_close(file[1]);
}

static void
without_memory_nothing_is_written(void **state)
{
	struct fixture *f = *state;
	const char *path = path_of(f, "audit");
	struct audit_file *file;
	unsigned n;

	for (n = 1; oom_next(n); n++) {
		struct err e = ERR_NONE;

		file = audit_open(path, &e);
		assert_true((file == NULL) == oom_happened());
		check_contains("open", e.text,
		    file == NULL ? "out of memory" : "");
		audit_close(file);
	}
	assert_true(n > 3);
	file = open_ok(path);
	for (n = 1; oom_next(n); n++) {
		struct err e = ERR_NONE;
		int result = audit_append(file, VIEW("one"), &e);

		assert_true((result < 0) == oom_happened());
		check_contains("append", e.text,
		    result < 0 ? "out of memory" : "");
	}
	assert_true(n > 2);
	audit_close(file);
	check_file(path, "one\n");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(appends_whole_lines),
		CASE(what_is_no_file_to_append_to_is_refused),
		CASE(a_folder_that_shuts_is_told_of),
		CASE(half_a_line_is_taken_back),
		CASE(a_file_that_was_rotated_is_opened_anew),
		CASE(what_stands_in_the_way_is_told_of_and_outlived),
		CASE(threads_do_not_mix_their_lines),
		CASE(without_memory_nothing_is_written),
	};

	return cmocka_run_group_tests_name("audit_file", tests, NULL, NULL);
}
