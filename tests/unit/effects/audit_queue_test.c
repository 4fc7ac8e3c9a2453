// SPDX-License-Identifier: BSD-2-Clause
/*
 * audit_queue_test.c - records that wait for their file, and those that are
 * lost.
 */
#include "effects/audit_queue.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "t.h"

enum { LARGEST_FILE = 32 * 1024 * 1024, LONG_MS = 30000 };

struct fixture {
	char folder[64], path[80], aside[80];
	struct audit_queue *queue;
};

static int64_t
wall_ms(void *arg)
{
	(void)arg;
	return 1795428000123;
}

static const struct clock standing = { .wall_ms = wall_ms };

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct err e = ERR_NONE;
	struct audit_file *file;

	assert_non_null(f);
	strcpy(f->folder, "/tmp/audit_queue_test.XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	snprintf(f->path, sizeof(f->path), "%s/audit", f->folder);
	snprintf(f->aside, sizeof(f->aside), "%s/aside", f->folder);
	file = audit_open(f->path, &e);
	assert_non_null(file);
	f->queue = audit_queue_start(file, &standing, "mx1", &e);
	if (f->queue == NULL)
		fail_msg("%s", e.text);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	audit_queue_free(f->queue);
	if (unlink(f->path) < 0)
		rmdir(f->path);
	unlink(f->aside);
	assert_int_equal(rmdir(f->folder), 0);
	free(f);
	return 0;
}

static void
put(struct fixture *f, const char *record, enum audit_put want)
{
	struct view v = exact_string(record);
	struct err e = ERR_NONE;

	check_number(record, audit_queue_put(f->queue, v, LONG_MS, &e), want);
	if (want != AUDIT_WRITTEN)
		assert_true(e.text[0] != '\0');
	exact_free(v);
}

/* Nothing can be written while a folder is where the file was. */
static void
break_file(struct fixture *f)
{
	assert_int_equal(rename(f->path, f->aside), 0);
	assert_int_equal(mkdir(f->path, 0700), 0);
}

static void
mend_file(struct fixture *f)
{
	assert_int_equal(rmdir(f->path), 0);
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
what_is_put_is_there_when_it_returns(void **state)
{
	struct fixture *f = *state;

	put(f, "{\"a\":1}", AUDIT_WRITTEN);
	check_file(f->path, "{\"a\":1}\n");
	put(f, "{\"b\":2}", AUDIT_WRITTEN);
	check_file(f->path, "{\"a\":1}\n{\"b\":2}\n");
	assert_int_equal(audit_queue_lost(f->queue), 0);
	assert_int_equal(audit_queue_stop(f->queue, LONG_MS), 0);
}

static void
what_could_not_be_written_is_written_later_in_its_order(void **state)
{
	struct fixture *f = *state;

	put(f, "1", AUDIT_WRITTEN);
	break_file(f);
	put(f, "2", AUDIT_WAITS);
	put(f, "3", AUDIT_WAITS);
	mend_file(f);
	put(f, "4", AUDIT_WRITTEN);
	check_file(f->aside, "1\n");
	check_file(f->path, "2\n3\n4\n");
	assert_int_equal(audit_queue_lost(f->queue), 0);
}

static void
what_waits_is_tried_again_at_the_end(void **state)
{
	struct fixture *f = *state;

	break_file(f);
	put(f, "1", AUDIT_WAITS);
	put(f, "2", AUDIT_WAITS);
	mend_file(f);
	assert_int_equal(audit_queue_stop(f->queue, LONG_MS), 0);
	check_file(f->path, "1\n2\n");
	put(f, "3", AUDIT_LOST);
	assert_int_equal(audit_queue_lost(f->queue), 1);
	check_file(f->path, "1\n2\n");
}

static void
the_end_tells_how_many_are_left(void **state)
{
	struct fixture *f = *state;

	break_file(f);
	put(f, "1", AUDIT_WAITS);
	put(f, "2", AUDIT_WAITS);
	assert_int_equal(audit_queue_stop(f->queue, LONG_MS), 2);
}

#define LOST(count)                                       \
	"{\"v\":1,\"time\":\"2026-11-23T10:00:00.123Z\"," \
	"\"host\":\"mx1\",\"lost\":" count "}\n"

static void
what_is_too_much_is_counted_and_the_file_says_so(void **state)
{
	enum { SIZE = LIMIT_AUDIT_QUEUE / 4 };
	struct fixture *f = *state;
	char *large = test_malloc(SIZE + 1);
	struct text want = TEXT_INIT(LARGEST_FILE);

	memset(large, 'x', SIZE);
	large[SIZE] = '\0';
	break_file(f);
	for (int i = 0; i < 4; i++) {
		put(f, large, AUDIT_WAITS);
		text_addf(&want, "%s\n", large);
	}
	put(f, "too much", AUDIT_LOST);
	put(f, "too much", AUDIT_LOST);
	assert_int_equal(audit_queue_lost(f->queue), 2);
	assert_int_equal(audit_queue_lost(f->queue), 0);
	mend_file(f);
	assert_int_equal(audit_queue_stop(f->queue, LONG_MS), 0);
	/* They came after what waited; no other record has to come. */
	text_add_string(&want, LOST("2"));
	check_file(f->path, text_string(&want));
	text_free(&want);
	test_free(large);
}

/* There is room again after some, and then none: each gap has its own. */
static void
what_is_lost_is_said_where_it_is_missing(void **state)
{
	struct fixture *f = *state;
	char *large = test_malloc(LIMIT_AUDIT_QUEUE + 1);
	struct text want = TEXT_INIT(LARGEST_FILE);

	memset(large, 'x', LIMIT_AUDIT_QUEUE);
	large[LIMIT_AUDIT_QUEUE] = '\0';
	break_file(f);
	large[LIMIT_AUDIT_QUEUE - 1] = '\0';
	put(f, large, AUDIT_WAITS);
	put(f, "22", AUDIT_LOST);
	put(f, "333", AUDIT_LOST);
	put(f, "4", AUDIT_WAITS); /* fits just */
	put(f, "5", AUDIT_LOST);
	mend_file(f);
	assert_int_equal(audit_queue_stop(f->queue, LONG_MS), 0);
	text_addf(&want, "%s\n" LOST("2") "4\n" LOST("1"), large);
	check_file(f->path, text_string(&want));
	assert_int_equal(audit_queue_lost(f->queue), 3);
	text_free(&want);
	test_free(large);
}

static void
what_is_lost_is_said_without_another_record(void **state)
{
	struct fixture *f = *state;
	char *large = test_malloc(LIMIT_AUDIT_QUEUE + 2);
	struct err e = ERR_NONE;

	memset(large, 'x', LIMIT_AUDIT_QUEUE + 1);
	large[LIMIT_AUDIT_QUEUE + 1] = '\0';
	put(f, large, AUDIT_LOST);
	put(f, "1", AUDIT_WRITTEN);
	check_file(f->path, LOST("1") "1\n");
	break_file(f);
	put(f, large, AUDIT_LOST);
	put(f, large, AUDIT_LOST);
	mend_file(f);
	assert_int_equal(audit_queue_stop(f->queue, LONG_MS), 0);
	check_file(f->path, LOST("2"));
	assert_int_equal(audit_queue_put(f->queue, VIEW("2"), LONG_MS, &e),
	    AUDIT_LOST);
	test_free(large);
}

enum { WRITERS = 50, RECORDS = 100, ROTATIONS = 5 };

struct writer {
	struct fixture *f;
	int number;
};

static void
write_record(const struct writer *w, int i, char record[200])
{
	snprintf(record, 200, "%d %d %0*d", w->number, i, 50 + w->number, 7);
}

static void *
put_many(void *arg)
{
	const struct writer *w = arg;

	for (int i = 0; i < RECORDS; i++) {
		char record[200];
		struct err e = ERR_NONE;

		write_record(w, i, record);
		if (audit_queue_put(w->f->queue, view_of(record), LONG_MS,
			&e) != AUDIT_WRITTEN)
			return arg;
	}
	return NULL;
}

static void
put_one(const struct writer *w, int i)
{
	char record[200];

	write_record(w, i, record);
	put(w->f, record, AUDIT_WRITTEN);
}

/* What waits is written later. */
static void *
put_surely(void *arg)
{
	const struct writer *w = arg;

	for (int i = 0; i < RECORDS; i++) {
		char record[200];

		write_record(w, i, record);
		audit_queue_put(w->f->queue, view_of(record), LONG_MS, NULL);
	}
	return NULL;
}

/* Each line is whole, and each writer's are in their order. */
static void
read_lines(const char *path, int next[WRITERS + 1])
{
	struct text got = TEXT_INIT(LARGEST_FILE);
	struct view rest, line;

	assert_int_equal(file_read(path, &got, NULL), 0);
	assert_true(got.size > 0 && got.data[got.size - 1] == '\n');
	rest = text_view(&got);
	while (view_line(&rest, &line)) {
		int number, i, size = 0;

		assert_int_equal(sscanf(line.data, "%d %d %*d%n", &number, &i,
				     &size),
		    2);
		assert_true(number >= 0 && number <= WRITERS);
		assert_int_equal(i, next[number]++);
		assert_int_equal(size, line.size);
	}
	text_free(&got);
}

/* None is missing. */
static void
fifty_writers_lose_and_mix_nothing(void **state)
{
	struct fixture *f = *state;
	struct writer writer[WRITERS];
	pthread_t thread[WRITERS];
	int next[WRITERS + 1] = { 0 };

	for (int i = 0; i < WRITERS; i++) {
		writer[i] = (struct writer){ f, i };
		assert_int_equal(pthread_create(&thread[i], NULL, put_many,
				     &writer[i]),
		    0);
	}
	for (int i = 0; i < WRITERS; i++) {
		void *failed;

		pthread_join(thread[i], &failed);
		assert_null(failed);
	}
	read_lines(f->path, next);
	for (int i = 0; i < WRITERS; i++)
		assert_int_equal(next[i], RECORDS);
}

/* The file is taken away again and again, and once its folder is. */
static void
rotation_among_fifty_writers_loses_nothing(void **state)
{
	struct fixture *f = *state;
	struct writer writer[WRITERS];
	pthread_t thread[WRITERS];
	const struct writer rotating = { f, WRITERS };
	int next[WRITERS + 1] = { 0 };
	char rotated[ROTATIONS][96], gone[96];

	for (int i = 0; i < WRITERS; i++) {
		writer[i] = (struct writer){ f, i };
		assert_int_equal(pthread_create(&thread[i], NULL, put_surely,
				     &writer[i]),
		    0);
	}
	for (int i = 0; i < ROTATIONS; i++) {
		snprintf(rotated[i], sizeof(rotated[i]), "%s.%d", f->path, i);
		put_one(&rotating, i); /* now there is a file */
		assert_int_equal(rename(f->path, rotated[i]), 0);
	}
	snprintf(gone, sizeof(gone), "%s.gone", f->folder);
	assert_int_equal(rename(f->folder, gone), 0);
	sched_yield();
	assert_int_equal(rename(gone, f->folder), 0);
	for (int i = 0; i < WRITERS; i++)
		pthread_join(thread[i], NULL);
	assert_int_equal(audit_queue_stop(f->queue, LONG_MS), 0);
	assert_int_equal(audit_queue_lost(f->queue), 0);
	for (int i = 0; i < ROTATIONS; i++) {
		read_lines(rotated[i], next);
		unlink(rotated[i]);
	}
	if (access(f->path, F_OK) == 0)
		read_lines(f->path, next);
	for (int i = 0; i < WRITERS; i++)
		assert_int_equal(next[i], RECORDS);
	assert_int_equal(next[WRITERS], ROTATIONS);
}

/* What was told, added up. */
struct told {
	uint64_t written, lost;
	size_t waiting;
	bool works;
};

static void
add_up(void *arg, uint64_t written, uint64_t lost, size_t waiting, bool works)
{
	struct told *t = arg;

	t->written += written;
	t->lost += lost;
	t->waiting = waiting;
	t->works = works;
}

/* Once put() is back, and the thread rests or has ended. */
static void
check_told(const char *name, const struct told *got, struct told want)
{
	check_number(name, (long long)got->written, (long long)want.written);
	check_number(name, (long long)got->lost, (long long)want.lost);
	check_number(name, (long long)got->waiting, (long long)want.waiting);
	check_number(name, got->works, want.works);
}

static void
who_counts_is_told(void **state)
{
	struct fixture *f = *state;
	struct told told = { .waiting = 99 };

	audit_queue_on_change(f->queue, add_up, &told);
	check_told("at once", &told, (struct told){ 0, 0, 0, true });
	put(f, "one", AUDIT_WRITTEN);
	check_told("written", &told, (struct told){ 1, 0, 0, true });
	break_file(f);
	put(f, "two", AUDIT_WAITS);
	check_told("waits", &told, (struct told){ 1, 0, 1, false });
	mend_file(f);
	check_number("left", (long long)audit_queue_stop(f->queue, LONG_MS), 0);
	check_told("written later", &told, (struct told){ 2, 0, 0, true });
	put(f, "three", AUDIT_LOST);
	check_told("lost", &told, (struct told){ 2, 1, 0, true });
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_put_is_there_when_it_returns),
		TEST(what_could_not_be_written_is_written_later_in_its_order),
		TEST(what_waits_is_tried_again_at_the_end),
		TEST(the_end_tells_how_many_are_left),
		TEST(what_is_too_much_is_counted_and_the_file_says_so),
		TEST(what_is_lost_is_said_where_it_is_missing),
		TEST(what_is_lost_is_said_without_another_record),
		TEST(who_counts_is_told),
		TEST(fifty_writers_lose_and_mix_nothing),
		TEST(rotation_among_fifty_writers_loses_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
