// SPDX-License-Identifier: BSD-2-Clause
/*
 * report_rules.c - which rules the users have.
 *
 * A process of its own looks into their folders, which for root becomes the
 * filter's user, and tells of each rule: user, NUL, name, NUL.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "ctl/ctl.h"
#include "ctl/report_print.h"

static int
tell_user(struct folders *f, const char *user, FILE *to)
{
	struct err e = ERR_NONE;
	bool fresh;
	const struct folder *folder = folders_get(f, user, &fresh, &e);

	if (folder == NULL)
		return ctl_fail(EX_OSERR, "%s", e.text);
	if (folder->state == FOLDER_OK) {
		for (size_t i = 0; i < rules_count(folder->rules); i++) {
			struct view name = rules_name_of(folder->rules, i);

			fprintf(to, "%s%c%.*s%c", user, 0, VIEW_ARG(name), 0);
		}
	}
	folders_put(f, folder);
	return 0;
}

static int
tell_all(struct folders *f, const char *path, FILE *to)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;
	int code = 0;

	if (dir == NULL)
		return ctl_fail(EX_NOINPUT, "users.dir: %s: %s", path,
		    strerror(errno));
	while (code == 0 && (entry = readdir(dir)) != NULL)
		if (users_name_ok(view_of(entry->d_name)))
			code = tell_user(f, entry->d_name, to);
	closedir(dir);
	return code;
}

static int
tell(const struct conf *c, const char *user, int fd)
{
	struct err e = ERR_NONE;
	struct folders *f = NULL;
	FILE *to = fdopen(fd, "w");
	int code = 0;

	if (to == NULL)
		return ctl_fail(EX_OSERR, "%s", strerror(errno));
	if (geteuid() == 0 && c->user[0] != '\0')
		code = ctl_become_filter(c);
	if (code == 0) {
		f = folders_new(c->users.dir, c->templates, 1, &e);
		if (f == NULL)
			code = ctl_fail(EX_OSERR, "%s", e.text);
		else
			code = user != NULL ? tell_user(f, user, to)
					    : tell_all(f, c->users.dir, to);
	}
	folders_free(f);
	return fclose(to) == 0 ? code : EX_IOERR;
}

/* Takes what the other process tells, to its end. */
static int
hear(struct report *r, FILE *from)
{
	char *user = NULL, *rule = NULL;
	size_t user_room = 0, rule_room = 0;
	int result = 0;

	while (result == 0 && getdelim(&user, &user_room, '\0', from) > 0 &&
	    getdelim(&rule, &rule_room, '\0', from) > 0)
		result = report_expect(r, view_of(user), view_of(rule));
	free(user);
	free(rule);
	return result == 0 ? 0 : ctl_fail(EX_OSERR, "out of memory");
}

static int
end_of(pid_t pid)
{
	int status = 0;
	pid_t got;

	do
		got = waitpid(pid, &status, 0);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return ctl_fail(EX_OSERR, "%s", strerror(errno));
	return WIFEXITED(status) ? WEXITSTATUS(status) : EX_SOFTWARE;
}

int
report_rules(struct report *r, const struct conf *c, const char *user)
{
	int end[2], code, ended;
	FILE *from;
	pid_t pid;

	if (pipe(end) < 0)
		return ctl_fail(EX_OSERR, "%s", strerror(errno));
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		close(end[0]);
		_exit(tell(c, user, end[1]));
	}
	close(end[1]);
	from = pid < 0 ? NULL : fdopen(end[0], "r");
	if (from == NULL) {
		code = ctl_fail(EX_OSERR, "%s", strerror(errno));
		close(end[0]);
	} else {
		code = hear(r, from);
		fclose(from);
	}
	ended = pid < 0 ? 0 : end_of(pid);
	if (code == 0)
		code = ended;
	r->knows_rules = code == 0;
	return code;
}
