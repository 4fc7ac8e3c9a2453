// SPDX-License-Identifier: BSD-2-Clause
/*
 * replace_test.c - a file is replaced by the whole of another, or stays.
 */
#include "base/replace.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "t.h"

#define OLD "old\n"
#define NEW "new and longer\n"

/* A folder of its own for each test, emptied behind it. */
static char top[] = "/tmp/replace_test.XXXXXX";
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

/* Fails where anything else than the file is left in it. */
static int
remove_folder(void **state)
{
	(void)state;
	unlinkat(dir, "file", 0);
	close(dir);
	return rmdir(top);
}

static void
write_file(const char *content)
{
	int fd = openat(dir, "file", O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(file_write_all(fd, view_of(content)), 0);
	close(fd);
}

static void
check_file(const char *name, const char *want)
{
	struct text got = TEXT_INIT(1000);
	struct file_found found;
	struct err e = ERR_NONE;

	if (file_read_user(dir, "file", geteuid(), &got, &found, &e) < 0 &&
	    !found.missing)
		fail_msg("%s: %s", name, e.text);
	check_string(name, text_string(&got), want == NULL ? "" : want);
	check_number(name, found.missing, want == NULL);
	text_free(&got);
}

static void
do_nothing(void)
{
}

static void
write_in_place(void)
{
	write_file("other\n");
}

static void
write_the_same(void)
{
	write_file(OLD);
}

static void
remove_it(void)
{
	assert_int_equal(unlinkat(dir, "file", 0), 0);
}

static void
change_mode(void)
{
	assert_int_equal(fchmodat(dir, "file", 0640, 0), 0);
}

/* By another open folder, as another process would. */
static int other = -1;

static void
lock_it(void)
{
	other = open(top, O_RDONLY | O_DIRECTORY);
	assert_int_equal(flock(other, LOCK_EX), 0);
}

static void
what_somebody_else_does_stays(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *before; /* NULL: missing */
		void (*meanwhile)(void);
		const char *why, *after;
	} rows[] = {
		{ "nothing", OLD, do_nothing, "", NEW },
		{ "nothing, and there was none", NULL, do_nothing, "", NEW },
		{ "other content", OLD, write_in_place,
		    "file: somebody else has changed it meanwhile", "other\n" },
		{ "the same content", OLD, write_the_same,
		    "file: somebody else has changed it meanwhile", OLD },
		{ "another mode", OLD, change_mode,
		    "file: somebody else has changed it meanwhile", OLD },
		{ "it is removed", OLD, remove_it,
		    "file: somebody else has changed it meanwhile", NULL },
		{ "it is made", NULL, write_in_place,
		    "file: somebody else has changed it meanwhile", "other\n" },
		{ "the folder is locked", OLD, lock_it,
		    "file: somebody else is changing it", OLD },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text was = TEXT_INIT(1000);
		struct replace_target t;
		struct err e = ERR_NONE;
		bool changed = false;

		if (rows[i].before != NULL)
			write_file(rows[i].before);
		check_number(rows[i].name,
		    replace_begin(dir, "file", geteuid(), &was, &t, &e), 0);
		check_string(rows[i].name, text_string(&was),
		    rows[i].before == NULL ? "" : rows[i].before);
		rows[i].meanwhile();
		check_number(rows[i].name,
		    replace_end(&t, VIEW(NEW), &changed, &e),
		    rows[i].why[0] == '\0' ? 0 : -1);
		check_string(rows[i].name, e.text, rows[i].why);
		check_number(rows[i].name, changed, rows[i].why[0] != '\0');
		check_file(rows[i].name, rows[i].after);
		if (other >= 0)
			close(other);
		other = -1;
		unlinkat(dir, "file", 0);
		text_free(&was);
	}
}

/* Who may read the folder may read the first file in it. */
static void
the_mode_is_kept(void **state)
{
	static const struct {
		const char *name;
		mode_t folder, before, after; /* before 0: missing */
	} rows[] = {
		{ "all may read it", 0755, 0644, 0644 },
		{ "its owner alone", 0755, 0600, 0600 },
		{ "nobody may write it", 0755, 0440, 0440 },
		{ "a first one, for all", 0755, 0, 0644 },
		{ "for the group", 0750, 0, 0640 },
		{ "for the owner", 0711, 0, 0600 },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text was = TEXT_INIT(1000);
		struct replace_target t;
		struct err e = ERR_NONE;
		struct stat st;
		bool changed;

		assert_int_equal(fchmod(dir, rows[i].folder), 0);
		if (rows[i].before != 0) {
			write_file(OLD);
			assert_int_equal(fchmodat(dir, "file", rows[i].before,
					     0),
			    0);
		}
		if (replace_begin(dir, "file", geteuid(), &was, &t, &e) < 0 ||
		    replace_end(&t, VIEW(NEW), &changed, &e) < 0)
			fail_msg("%s: %s", rows[i].name, e.text);
		assert_int_equal(fstatat(dir, "file", &st, 0), 0);
		check_number(rows[i].name, st.st_mode & 07777, rows[i].after);
		check_file(rows[i].name, NEW);
		unlinkat(dir, "file", 0);
		text_free(&was);
	}
}

static void
a_name_may_be_as_long_as_the_system_allows(void **state)
{
	static const struct {
		const char *name;
		int size;
		bool good;
	} rows[] = { { "as long as may be", 255, true },
		{ "no name", 256, false }, { "nor this", 400, false } };

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text was = TEXT_INIT(1000), name = TEXT_INIT(1000);
		struct replace_target t;
		struct err e = ERR_NONE;
		bool changed;

		for (int n = 0; n < rows[i].size; n++)
			text_add_byte(&name, 'n');
		check_number(rows[i].name,
		    replace_begin(dir, text_string(&name), geteuid(), &was, &t,
			&e) == 0 &&
			replace_end(&t, VIEW(NEW), &changed, &e) == 0,
		    rows[i].good);
		check_number(rows[i].name,
		    unlinkat(dir, text_string(&name), 0) == 0, rows[i].good);
		text_free(&name);
		text_free(&was);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_somebody_else_does_stays,
		    make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(the_mode_is_kept, make_folder,
		    remove_folder),
		cmocka_unit_test_setup_teardown(
		    a_name_may_be_as_long_as_the_system_allows, make_folder,
		    remove_folder),
	};

	return cmocka_run_group_tests_name("replace", tests, NULL, NULL);
}
