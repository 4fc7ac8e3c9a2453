// SPDX-License-Identifier: BSD-2-Clause
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "t.h"

/* A folder of its own for each test, emptied behind it. */
static char top[] = "/tmp/file_replace_test.XXXXXX";
static int dir = -1;

static int
make_folder(void **state)
{
	(void)state;
	strcpy(top + strlen(top) - 6, "XXXXXX");
	if (mkdtemp(top) == NULL)
		return -1;
	dir = open(top, O_RDONLY | O_DIRECTORY);
	return dir < 0 ? -1 : 0;
}

static size_t
count_files(void)
{
	DIR *list = opendir(top);
	size_t count = 0;

	assert_non_null(list);
	for (const struct dirent *d = readdir(list); d != NULL;
	     d = readdir(list))
		count +=
		    strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0;
	closedir(list);
	return count;
}

static int
remove_folder(void **state)
{
	(void)state;
	unlinkat(dir, "file", 0);
	unlinkat(dir, "other", 0);
	unlinkat(dir, "file", AT_REMOVEDIR);
	close(dir);
	return rmdir(top);
}

static void
check_file(const char *row, const char *name, const char *want)
{
	char path[100];
	struct text t = TEXT_INIT(100);

	snprintf(path, sizeof(path), "%s/%s", top, name);
	assert_int_equal(file_read(path, &t, NULL), 0);
	check_string(row, text_string(&t), want);
	text_free(&t);
}

static int
replace(const char *content, struct err *e)
{
	return file_replace(dir, "file", 0640, view_of(content), e);
}

static void
the_new_file_is_in_place(void **state)
{
	struct stat st;
	struct err e;
	mode_t before = umask(077);

	(void)state;
	assert_int_equal(replace("old", &e), 0);
	check_file("made", "file", "old");
	assert_int_equal(replace("new", &e), 0);
	umask(before);
	check_file("replaced", "file", "new");
	assert_int_equal(fstatat(dir, "file", &st, 0), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0640);
	assert_int_equal(replace("", &e), 0);
	check_file("empty", "file", "");
	assert_int_equal(count_files(), 1);
}

static void
links_are_replaced_not_followed(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(file_replace(dir, "other", 0600, VIEW("other"), &e),
	    0);
	assert_int_equal(symlinkat("other", dir, "file"), 0);
	assert_int_equal(replace("new", &e), 0);
	check_file("symbolic", "other", "other");
	check_file("symbolic", "file", "new");
	assert_int_equal(unlinkat(dir, "file", 0), 0);
	assert_int_equal(linkat(dir, "other", dir, "file", 0), 0);
	assert_int_equal(replace("newer", &e), 0);
	check_file("hard", "other", "other");
	check_file("hard", "file", "newer");
}

static void
what_a_crash_left_is_in_nobodys_way(void **state)
{
	char left[40];
	struct err e;

	(void)state;
	snprintf(left, sizeof(left), ".file.%ld", (long)getpid());
	assert_int_equal(symlinkat("other", dir, left), 0);
	assert_int_equal(replace("new", &e), 0);
	check_file("beside", "file", "new");
	assert_int_equal(count_files(), 1);
}

static void
a_full_disk_leaves_the_old_one(void **state)
{
	struct rlimit old, small;
	struct err e = ERR_NONE;
	int result;

	(void)state;
	assert_int_equal(replace("old", &e), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = old;
	small.rlim_cur = 4;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	result = replace("123456", &e);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(result, -1);
	check_string("words", e.text, "file: File too large");
	check_file("still", "file", "old");
	assert_int_equal(count_files(), 1);
}

static void
what_cannot_be_replaced_is_said(void **state)
{
	char longest[256];
	struct err e = ERR_NONE;

	(void)state;
	assert_int_equal(mkdirat(dir, "file", 0700), 0);
	assert_int_equal(replace("new", &e), -1);
	check_string("folder", e.text, "file: Is a directory");
	assert_int_equal(count_files(), 1);
	assert_int_equal(file_replace(-1, "file", 0600, VIEW(""), &e), -1);
	check_string("no folder", e.text, "file: Bad file descriptor");
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(file_replace(dir, longest, 0600, VIEW(""), &e), -1);
	check_contains("name", e.text, ": File name too long");
}

#define TEST(function) \
	cmocka_unit_test_setup_teardown(function, make_folder, remove_folder)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_new_file_is_in_place),
		TEST(links_are_replaced_not_followed),
		TEST(what_a_crash_left_is_in_nobodys_way),
		TEST(a_full_disk_leaves_the_old_one),
		TEST(what_cannot_be_replaced_is_said),
	};

	return cmocka_run_group_tests_name("file_replace", tests, NULL, NULL);
}
