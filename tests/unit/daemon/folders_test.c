// SPDX-License-Identifier: BSD-2-Clause
#include "daemon/folders.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "t.h"

/* A folder of users with one of them; its path is in a static buffer. */
static const char *
make_user(const char *user, mode_t mode)
{
	static char path[64];
	char below[128];

	strcpy(path, "/tmp/folders_test.XXXXXX");
	if (mkdtemp(path) == NULL)
		fail_msg("mkdtemp");
	snprintf(below, sizeof(below), "%s/%s", path, user);
	if (mkdir(below, 0700) < 0 || chmod(below, mode) < 0)
		fail_msg("%s", below);
	return path;
}

static void
remove_user(const char *path, const char *user)
{
	char below[128];

	snprintf(below, sizeof(below), "%s/%s/rules.conf", path, user);
	unlink(below);
	snprintf(below, sizeof(below), "%s/%s", path, user);
	rmdir(below);
	rmdir(path);
}

static void
write_rules(const char *path, const char *user, const char *rules)
{
	char file[128];
	int fd;

	snprintf(file, sizeof(file), "%s/%s/rules.conf", path, user);
	fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, rules, strlen(rules)) != (ssize_t)strlen(rules))
		fail_msg("%s", file);
	close(fd);
}

/* Asks for alice's folder below dir, which must be broken. */
static void
check_complaint(const char *name, const char *dir, const char *want)
{
	struct err e = ERR_NONE;
	struct folders *f = folders_new(dir, "", 1, &e);
	const struct folder *folder;
	bool fresh;

	assert_non_null(f);
	folder = folders_get(f, "alice", &fresh, &e);
	assert_non_null(folder);
	check_number(name, folder->state, FOLDER_BROKEN);
	check_string(name, folder->complaint, want);
	folders_put(f, folder);
	folders_free(f);
}

static void
a_complaint_names_what_is_to_blame_once(void **state)
{
	const char *path = make_user("alice", 0700);

	(void)state;
	write_rules(path, "alice", "\nrule = 1;\n");
	check_complaint("the rules", path,
	    "alice/rules.conf:2: unknown setting rule (did you mean rules?)");
	remove_user(path, "alice");

	path = make_user("alice", 0700);
	check_complaint("no rules", path,
	    "alice/rules.conf: No such file or directory");
	remove_user(path, "alice");

	path = make_user("alice", 0770);
	check_complaint("the folder", path,
	    "alice: group or others may write it (mode 0770), refused");
	remove_user(path, "alice");

	check_complaint("the folder above", "/dev/null",
	    "/dev/null: Not a directory");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_complaint_names_what_is_to_blame_once),
	};

	return cmocka_run_group_tests_name("folders", tests, NULL, NULL);
}
