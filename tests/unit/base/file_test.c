// SPDX-License-Identifier: BSD-2-Clause
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "oom.h"
#include "t.h"

enum { STRANGER = 4711, FRIEND = 4712, NOBODY = 65534 };

/* A folder of its own for each test, emptied behind it. */
static char top[] = "/tmp/file_test.XXXXXX";
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
	static const char *const names[] = { "file", "other", "link", "fifo",
		"socket", "folder/file", "large" };

	(void)state;
	for (size_t i = 0; i < LENGTH(names); i++)
		unlinkat(dir, names[i], 0);
	unlinkat(dir, "folder", AT_REMOVEDIR);
	unlinkat(dir, "nobody", AT_REMOVEDIR);
	close(dir);
	return rmdir(top);
}

static void
write_file(const char *name, const char *content, mode_t mode)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(file_write_all(fd, view_of(content)), 0);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static const char *
path_of(const char *name)
{
	static char path[100];

	snprintf(path, sizeof(path), "%s/%s", top, name);
	return path;
}

static void
reads_a_sites_file_whole(void **state)
{
	struct text t = TEXT_INIT(100);
	struct err e;

	(void)state;
	write_file("file", "one\ntwo", 0666);
	text_add_string(&t, "before,");
	assert_int_equal(file_read(path_of("file"), &t, &e), 0);
	check_string("appended", text_string(&t), "before,one\ntwo");
	assert_int_equal(symlinkat("file", dir, "link"), 0);
	text_clear(&t);
	assert_int_equal(file_read(path_of("link"), &t, &e), 0);
	check_string("through a link", text_string(&t), "one\ntwo");
	write_file("file", "", 0600);
	text_clear(&t);
	assert_int_equal(file_read(path_of("file"), &t, &e), 0);
	check_string("empty", text_string(&t), "");
	text_free(&t);
}

static void
a_sites_file_must_be_a_file(void **state)
{
	static const struct {
		const char *name, *want;
	} rows[] = {
		{ "missing", "/missing: No such file or directory" },
		{ "folder", "/folder: not a regular file" },
		{ "fifo", "/fifo: not a regular file" },
	};

	(void)state;
	assert_int_equal(mkdirat(dir, "folder", 0755), 0);
	assert_int_equal(mkfifoat(dir, "fifo", 0600), 0);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text t = TEXT_INIT(10);
		struct err e = ERR_NONE;

		assert_int_equal(file_read(path_of(rows[i].name), &t, &e), -1);
		check_contains(rows[i].name, e.text, rows[i].want);
		check_contains(rows[i].name, e.text, top);
		text_free(&t);
	}
}

/* The rest of a pipe is not waited for once there is enough. */
static void
reads_what_a_person_hands_a_tool(void **state)
{
	static const struct {
		const char *name, *content;
		bool want;
	} rows[] = {
		{ "empty", "", false },
		{ "at the limit", "0123456789", false },
		{ "past it", "0123456789x", true },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text t = TEXT_INIT(10);
		bool cut = !rows[i].want;
		int ends[2], saved = dup(0);

		assert_int_equal(pipe(ends), 0);
		assert_int_equal(file_write_all(ends[1],
				     view_of(rows[i].content)),
		    0);
		if (!rows[i].want)
			close(ends[1]);
		dup2(ends[0], 0);
		assert_int_equal(file_read_input("-", &t, &cut, NULL), 0);
		dup2(saved, 0);
		check_view(rows[i].name,
		    view_part(view_of(rows[i].content), 0, 10),
		    text_string(&t));
		check_number(rows[i].name, cut, rows[i].want);
		if (rows[i].want)
			close(ends[1]);
		close(ends[0]);
		close(saved);
		text_free(&t);
	}
}

static void
what_is_handed_may_fail(void **state)
{
	struct text t = TEXT_INIT(10);
	struct err e = ERR_NONE;
	bool cut;

	(void)state;
	write_file("file", "one", 0600);
	assert_int_equal(file_read_input(path_of("file"), &t, &cut, &e), 0);
	check_string("file", text_string(&t), "one");
	assert_int_equal(file_read_input(path_of("missing"), &t, &cut, &e), -1);
	check_contains("missing", e.text, "/missing: No such file");
	assert_int_equal(file_read_input(top, &t, &cut, &e), -1);
	check_contains("folder", e.text, ": Is a directory");
	text_free(&t);
}

/* In a process of its own: cmocka writes to the descriptors. */
static void
no_file_becomes_standard_output(void **state)
{
	int status;
	pid_t child = fork();

	(void)state;
	assert_true(child >= 0);
	if (child == 0) {
		close(0);
		close(1);
		close(2);
		_exit(file_fill_standard() == 0 && dup(0) > 2 &&
			    write(1, "x", 1) < 0 && write(2, "x", 1) < 0
			? 0
			: 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(file_fill_standard(), 0);
}

static void
a_file_may_be_as_large_as_the_text(void **state)
{
	struct text t = TEXT_INIT(40000);
	struct file_found found;
	struct err e = ERR_NONE;
	char large[40002];

	(void)state;
	memset(large, 'x', sizeof(large));
	large[40000] = '\0';
	write_file("large", large, 0600);
	assert_int_equal(file_read(path_of("large"), &t, &e), 0);
	assert_int_equal(t.size, 40000);
	text_clear(&t);
	assert_int_equal(file_read_user(dir, "large", getuid(), &t, &found, &e),
	    0);
	large[40000] = 'x';
	large[40001] = '\0';
	write_file("large", large, 0600);
	text_clear(&t);
	assert_int_equal(file_read(path_of("large"), &t, &e), -1);
	check_contains("words", e.text, "large: larger than 40000 bytes");
	text_clear(&t);
	assert_int_equal(file_read_user(dir, "large", getuid(), &t, &found, &e),
	    -1);
	check_string("words", e.text, "large: larger than 40000 bytes");
	assert_false(found.missing);
	text_free(&t);
}

static void
no_memory_is_not_called_a_large_file(void **state)
{
	struct text t = TEXT_INIT(100);
	struct err e = ERR_NONE;

	(void)state;
	write_file("file", "x", 0600);
	oom_at(1);
	assert_int_equal(file_read(path_of("file"), &t, &e), -1);
	check_contains("words", e.text, "file: Cannot allocate memory");
	text_free(&t);
}

static void
opens_folders(void **state)
{
	struct err e = ERR_NONE;
	int fd = file_open_folder(top, &e);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	close(fd);
	assert_int_equal(file_open_folder(path_of("missing"), &e), -1);
	check_contains("missing", e.text, "/missing: No such file");
	write_file("file", "", 0600);
	assert_int_equal(file_open_folder(path_of("file"), &e), -1);
	check_contains("a file", e.text, "/file: Not a directory");
}

/* Reads "file" as a user's and compares the words of the refusal. */
static void
check_user_file(const char *name, const char *file, uid_t owner,
    const char *want)
{
	struct text t = TEXT_INIT(100);
	struct file_found found = { .missing = true };
	struct err e = ERR_NONE;
	int result = file_read_user(dir, file, owner, &t, &found, &e);

	check_string(name, e.text, want);
	check_number(name, result, want[0] == '\0' ? 0 : -1);
	check_number(name, found.missing, strstr(want, "No such file") != NULL);
	if (result == 0)
		check_string(name, text_string(&t), "content");
	text_free(&t);
}

static void
a_users_file_is_read_with_its_identity(void **state)
{
	struct text t = TEXT_INIT(100);
	struct file_found found = { .missing = true };
	struct file_id now;
	struct err e;

	(void)state;
	write_file("file", "content", 0644);
	assert_int_equal(file_read_user(dir, "file", getuid(), &t, &found, &e),
	    0);
	check_string("content", text_string(&t), "content");
	assert_false(found.missing);
	assert_int_equal(file_identify(dir, "file", &now), 0);
	assert_true(file_id_equal(&found.id, &now));
	assert_int_equal(found.id.size, 7);
	text_free(&t);
}

static void
a_name_is_one_component(void **state)
{
	(void)state;
	write_file("file", "content", 0600);
	check_user_file("dot", ".", getuid(), ".: not a plain name");
	check_user_file("two dots", "..", getuid(), "..: not a plain name");
	check_user_file("empty", "", getuid(), ": not a plain name");
	check_user_file("slash", "./file", getuid(),
	    "./file: not a plain name");
	check_user_file("absolute", "/etc/passwd", getuid(),
	    "/etc/passwd: not a plain name");
	check_user_file("plain", "file", getuid(), "");
}

static void
what_is_no_plain_file_is_refused(void **state)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)state;
	write_file("file", "content", 0600);
	assert_int_equal(symlinkat("file", dir, "link"), 0);
	assert_int_equal(mkdirat(dir, "folder", 0755), 0);
	assert_int_equal(mkfifoat(dir, "fifo", 0600), 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/socket", top);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)),
	    0);
	close(fd);
	check_user_file("missing", "missing", getuid(),
	    "missing: No such file or directory");
	check_user_file("symbolic link", "link", getuid(),
	    "link: a symbolic link, refused");
	check_user_file("folder", "folder", getuid(),
	    "folder: not a regular file, refused");
	check_user_file("fifo", "fifo", getuid(),
	    "fifo: not a regular file, refused");
	check_user_file("socket", "socket", getuid(),
	    "socket: No such device or address");
	assert_int_equal(linkat(dir, "file", dir, "other", 0), 0);
	check_user_file("two names", "file", getuid(),
	    "file: has 2 names (hard links), refused");
}

static void
what_others_may_write_is_refused(void **state)
{
	static const struct {
		mode_t mode;
		const char *want;
	} rows[] = {
		{ 0644, "" },
		{ 0755, "" },
		{ 0664,
		    "file: group or others may write it (mode 0664), "
		    "refused" },
		{ 0602,
		    "file: group or others may write it (mode 0602), "
		    "refused" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		write_file("file", "content", rows[i].mode);
		check_user_file("mode", "file", getuid(), rows[i].want);
	}
}

static void
root_the_owner_and_the_folders_owner_may_own_it(void **state)
{
	static const struct {
		const char *name;
		uid_t folder, file, owner;
		bool refused;
	} rows[] = {
		{ "root's", FRIEND, 0, FRIEND, false },
		{ "the user's", 0, FRIEND, FRIEND, false },
		{ "the folder's owner's", FRIEND, FRIEND, 0, false },
		{ "a stranger's", 0, STRANGER, FRIEND, true },
		{ "a stranger's in the user's folder", FRIEND, STRANGER, FRIEND,
		    true },
	};

	(void)state;
	if (getuid() != 0)
		skip();
	for (size_t i = 0; i < LENGTH(rows); i++) {
		write_file("file", "content", 0600);
		assert_int_equal(fchown(dir, rows[i].folder, 0), 0);
		assert_int_equal(fchownat(dir, "file", rows[i].file, 0, 0), 0);
		check_user_file(rows[i].name, "file", rows[i].owner,
		    rows[i].refused ? "file: belongs to user id 4711, refused"
				    : "");
	}
}

/* Opens a folder as a user's and compares the words of the refusal. */
static void
check_user_folder_of(const char *name, const char *folder, uid_t owner,
    uid_t found_owner, const char *want)
{
	struct file_found found = { .missing = true };
	struct err e = ERR_NONE;
	int fd = file_open_user_folder(dir, folder, owner, &found, &e);

	check_string(name, e.text, want);
	check_number(name, fd >= 0, want[0] == '\0');
	check_number(name, found.missing, strstr(want, "No such file") != NULL);
	if (fd < 0)
		return;
	check_number(name, found.owner, found_owner);
	close(fd);
}

static void
check_user_folder(const char *name, uid_t owner, const char *want)
{
	check_user_folder_of(name, name, owner, owner, want);
}

static void
a_users_folder_is_judged_as_well(void **state)
{
	(void)state;
	check_user_folder("folder", getuid(),
	    "folder: No such file or directory");
	check_user_folder("..", getuid(), "..: not a plain name");
	write_file("file", "", 0600);
	check_user_folder("file", getuid(), "file: Not a directory");
	assert_int_equal(mkdirat(dir, "folder", 0700), 0);
	check_user_folder("folder", getuid(), "");
	assert_int_equal(symlinkat("folder", dir, "link"), 0);
	check_user_folder("link", getuid(), "link: a symbolic link, refused");
	assert_int_equal(fchmodat(dir, "folder", 0770, 0), 0);
	check_user_folder("folder", getuid(),
	    "folder: group or others may write it (mode 0770), refused");
	if (getuid() != 0)
		return;
	assert_int_equal(fchmodat(dir, "folder", 0700, 0), 0);
	assert_int_equal(fchownat(dir, "folder", STRANGER, 0, 0), 0);
	check_user_folder("folder", FRIEND,
	    "folder: belongs to user id 4711, refused");
	check_user_folder("folder", STRANGER, "");
}

/* Of users of the system, whose names are in the password file. */
static void
a_system_users_folder_may_be_his(void **state)
{
	static const struct {
		const char *name, *folder;
		mode_t above, mode;
		uid_t uid;
		const char *want;
	} rows[] = {
		{ "his", "nobody", 0755, 0755, NOBODY, "" },
		{ "no user's", "folder", 0755, 0755, NOBODY,
		    "folder: belongs to user id 65534, refused" },
		{ "another one's", "nobody", 0755, 0755, STRANGER,
		    "nobody: belongs to user id 4711, refused" },
		{ "his, and the group may write it", "nobody", 0755, 0775,
		    NOBODY,
		    "nobody: group or others may write it (mode 0775), "
		    "refused" },
		{ "put where the group may put it", "nobody", 0775, 0755,
		    NOBODY, "nobody: belongs to user id 65534, refused" },
		{ "put where anybody may put it", "nobody", 01777, 0755, NOBODY,
		    "nobody: belongs to user id 65534, refused" },
	};

	(void)state;
	if (getuid() != 0)
		skip();
	for (size_t i = 0; i < LENGTH(rows); i++) {
		const char *folder = rows[i].folder;

		assert_int_equal(fchmod(dir, rows[i].above), 0);
		assert_int_equal(mkdirat(dir, folder, 0700), 0);
		assert_int_equal(fchmodat(dir, folder, rows[i].mode, 0), 0);
		assert_int_equal(fchownat(dir, folder, rows[i].uid, 0, 0), 0);
		check_user_folder_of(rows[i].name, folder, FRIEND, rows[i].uid,
		    rows[i].want);
		assert_int_equal(unlinkat(dir, folder, AT_REMOVEDIR), 0);
	}
}

static void
a_change_shows_in_the_identity(void **state)
{
	static const struct {
		const char *name;
		struct file_id id;
	} rows[] = {
		{ "device", { 2, 2, 3, 4, 5 } },
		{ "inode", { 1, 1, 3, 4, 5 } },
		{ "modified", { 1, 2, 4, 4, 5 } },
		{ "changed", { 1, 2, 3, 5, 5 } },
		{ "size", { 1, 2, 3, 4, 6 } },
	};
	const struct file_id same = { 1, 2, 3, 4, 5 };
	struct file_id before, after;

	(void)state;
	assert_true(file_id_equal(&same, &same));
	for (size_t i = 0; i < LENGTH(rows); i++)
		if (file_id_equal(&same, &rows[i].id))
			fail_msg("%s does not count", rows[i].name);
	write_file("file", "content", 0600);
	assert_int_equal(file_identify(dir, "file", &before), 0);
	write_file("other", "content", 0600);
	assert_int_equal(renameat(dir, "other", dir, "file"), 0);
	assert_int_equal(file_identify(dir, "file", &after), 0);
	assert_false(file_id_equal(&before, &after));
	assert_int_equal(file_identify(dir, "missing", &after), -1);
	assert_int_equal(file_identify(dir, "..", &after), -1);
}

static void
writes_all_or_says_why_not(void **state)
{
	int ends[2];
	char got[8];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(file_write_all(ends[1], VIEW("")), 0);
	assert_int_equal(file_write_all(ends[1], VIEW("abc")), 0);
	assert_int_equal(read(ends[0], got, sizeof(got)), 3);
	close(ends[1]);
	assert_int_equal(file_write_all(ends[0], VIEW("abc")), -1);
	assert_int_equal(errno, EBADF);
	close(ends[0]);
}

/* The first write(2) takes a part, and the next one tells why. */
static void
a_disk_that_fills_up_is_an_error(void **state)
{
	struct rlimit old, small;
	struct stat st;
	int fd = openat(dir, "file", O_WRONLY | O_CREAT, 0600);
	int result, reason;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = old;
	small.rlim_cur = 4;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	result = file_write_all(fd, VIEW("123456"));
	reason = errno;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(result, -1);
	assert_int_equal(reason, EFBIG);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_size, 4);
	close(fd);
}

#define TEST(function) \
	cmocka_unit_test_setup_teardown(function, make_folder, remove_folder)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reads_a_sites_file_whole),
		TEST(a_sites_file_must_be_a_file),
		TEST(reads_what_a_person_hands_a_tool),
		TEST(what_is_handed_may_fail),
		TEST(no_file_becomes_standard_output),
		TEST(a_file_may_be_as_large_as_the_text),
		TEST(no_memory_is_not_called_a_large_file),
		TEST(opens_folders),
		TEST(a_users_file_is_read_with_its_identity),
		TEST(a_name_is_one_component),
		TEST(what_is_no_plain_file_is_refused),
		TEST(what_others_may_write_is_refused),
		TEST(root_the_owner_and_the_folders_owner_may_own_it),
		TEST(a_users_folder_is_judged_as_well),
		TEST(a_system_users_folder_may_be_his),
		TEST(a_change_shows_in_the_identity),
		TEST(writes_all_or_says_why_not),
		TEST(a_disk_that_fills_up_is_an_error),
	};

	return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
