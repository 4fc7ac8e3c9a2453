// SPDX-License-Identifier: BSD-2-Clause
#include "base/file_put.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "t.h"

/* A folder of its own for each test, emptied behind it. */
static char top[] = "/tmp/file_put_test.XXXXXX";
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

/* How many entries the folder has, hidden ones too. */
static int
entries(void)
{
	DIR *d = opendir(top);
	int count = -2; /* "." and ".." */

	assert_non_null(d);
	while (readdir(d) != NULL)
		count++;
	closedir(d);
	return count;
}

static void
check_content(const char *name, const char *want)
{
	struct text out = TEXT_INIT(100000);
	struct file_found found;
	struct err e = ERR_NONE;

	if (file_read_user(dir, name, geteuid(), &out, &found, &e) < 0)
		fail_msg("%s", e.text);
	check_view(name, text_view(&out), want);
	text_free(&out);
}

static void
puts_a_file_and_replaces_it(void **state)
{
	struct err e = ERR_NONE;

	(void)state;
	assert_int_equal(file_put(dir, "file", VIEW("one"), &e), 0);
	check_content("file", "one");
	assert_int_equal(file_put(dir, "file", VIEW(""), &e), 0);
	check_content("file", "");
	assert_int_equal(entries(), 1);
}

static void
a_link_is_replaced_and_not_followed(void **state)
{
	struct err e = ERR_NONE;

	(void)state;
	assert_int_equal(file_put(dir, "other", VIEW("theirs"), &e), 0);
	assert_int_equal(symlinkat("other", dir, "file"), 0);
	assert_int_equal(file_put(dir, "file", VIEW("ours"), &e), 0);
	check_content("file", "ours");
	check_content("other", "theirs");
}

static void
who_may_read_the_folder_may_read_the_file(void **state)
{
	static const struct {
		const char *name;
		mode_t folder, file;
	} rows[] = {
		{ "everybody", 0755, 0644 },
		{ "the group", 02750, 0640 },
		{ "the owner", 0700, 0600 },
		{ "who may write the folder may not write the file", 0777,
		    0644 },
	};
	struct err e = ERR_NONE;
	struct stat above, st;

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		assert_int_equal(fchmod(dir, rows[i].folder), 0);
		assert_int_equal(file_put(dir, "file", VIEW("x"), &e), 0);
		assert_int_equal(fstatat(dir, "file", &st, 0), 0);
		assert_int_equal(fstat(dir, &above), 0);
		check_number(rows[i].name, st.st_mode & 07777, rows[i].file);
		check_number(rows[i].name, st.st_gid, above.st_gid);
	}
}

static void
what_fails_changes_nothing(void **state)
{
	static const char *const names[] = { "", ".", "..", ".hidden", "a/b" };
	struct rlimit before, none;
	struct err e = ERR_NONE;

	(void)state;
	for (size_t i = 0; i < LENGTH(names); i++) {
		check_number(names[i], file_put(dir, names[i], VIEW("x"), &e),
		    -1);
		check_contains(names[i], e.text, "not a plain name");
	}
	assert_int_equal(mkdirat(dir, "file", 0755), 0);
	assert_int_equal(file_put(dir, "file", VIEW("x"), &e), -1);
	check_contains("a folder", e.text, "file: ");
	assert_int_equal(file_put(dir, "other", VIEW("old"), &e), 0);
	/* A disk that is full. */
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	none = before;
	none.rlim_cur = 2;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	assert_int_equal(file_put(dir, "other", VIEW("new"), &e), -1);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	check_contains("full", e.text, "other: File too large");
	check_content("other", "old");
	assert_int_equal(entries(), 2);
}

#define IN_FOLDER(test) \
	cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(puts_a_file_and_replaces_it),
		IN_FOLDER(a_link_is_replaced_and_not_followed),
		IN_FOLDER(who_may_read_the_folder_may_read_the_file),
		IN_FOLDER(what_fails_changes_nothing),
	};

	return cmocka_run_group_tests_name("file_put", tests, NULL, NULL);
}
