// SPDX-License-Identifier: BSD-2-Clause
/*
 * rules.c - "rsvpctl rules": a user's rules are checked, and put in force.
 *
 * Root, or who owns the user's folder, may; nobody else, and no right is lent.
 * Root looks at the folder as the filter does, in a process of its own, and
 * keeps its rights only for the one file that is replaced.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/replace.h"
#include "ctl/ctl.h"
#include "ctl/editor.h"
#include "daemon/identity.h"

#define NAME "rules.conf"

struct rules_call {
	const struct conf *conf;
	const char *action, *user, *file;
	struct identity filter;
};

/* What the filter would make of it; rules_conf NULL: of what is there. */
static int
check_here(const struct rules_call *r, const struct view *rules_conf)
{
	struct err e = ERR_NONE;
	struct folders *f =
	    folders_new(r->conf->users.dir, r->conf->templates, 1, &e);
	const struct folder *folder = NULL;
	bool fresh;
	int code = 0;

	if (f != NULL)
		folder = rules_conf != NULL
		    ? folders_try(f, r->user, *rules_conf, &e)
		    : folders_get(f, r->user, &fresh, &e);
	if (folder == NULL)
		code = ctl_fail(EX_OSERR, "%s", e.text);
	else if (folder->state == FOLDER_MISSING)
		code = ctl_fail(EX_NOINPUT, "%s: no folder in %s", r->user,
		    r->conf->users.dir);
	else if (folder->state != FOLDER_OK)
		code = ctl_fail(EX_DATAERR, "%s", folder->complaint);
	else
		ctl_put_folder(r->user, folder);
	if (code == 0 && folder != NULL && folder->complaint != NULL)
		printf("%s\n", folder->complaint);
	folders_put(f, folder);
	folders_free(f);
	return code;
}

/* The same as the filter's user, where that is another. */
static int
check(const struct rules_call *r, const struct view *rules_conf)
{
	int status, code;
	pid_t pid, got;

	if (geteuid() != 0 || r->conf->user[0] == '\0')
		return check_here(r, rules_conf);
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		code = ctl_become_filter(r->conf);
		if (code == 0)
			code = check_here(r, rules_conf);
		if (fflush(stdout) != 0)
			code = EX_IOERR;
		_exit(code);
	}
	do
		got = pid < 0 ? -1 : waitpid(pid, &status, 0);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return ctl_fail(EX_OSERR, "%s", strerror(errno));
	return WIFEXITED(status) ? WEXITSTATUS(status)
				 : ctl_fail(EX_SOFTWARE, "the check died");
}

/* The open folder of the user, which may be written: code 0 and *dir. */
static int
open_folder(const struct rules_call *r, int *dir)
{
	uid_t owner = r->filter.uid == (uid_t)-1 ? geteuid() : r->filter.uid;
	struct file_found found = { .missing = false };
	struct err e = ERR_NONE;
	int above = file_open_folder(r->conf->users.dir, &e);

	if (above < 0) {
		conf_in(r->conf, "users.dir", &e);
		return ctl_fail(EX_NOINPUT, "%s", e.text);
	}
	*dir = file_open_user_folder(above, r->user, owner, &found, &e);
	close(above);
	if (*dir < 0)
		return ctl_fail(found.missing ? EX_NOINPUT : EX_NOPERM, "%s",
		    e.text);
	if (geteuid() == 0 || geteuid() == found.owner)
		return 0;
	close(*dir);
	return ctl_fail(EX_NOPERM,
	    "%s: the folder belongs to user id %ju; only root and its owner "
	    "may change the rules in it",
	    r->user, (uintmax_t)found.owner);
}

/* What is there now, and whose it is. */
static int
begin(const struct rules_call *r, struct text *now, struct replace_target *t)
{
	uid_t owner = r->filter.uid == (uid_t)-1 ? geteuid() : r->filter.uid;
	struct err e = ERR_NONE;
	int dir = -1, code = open_folder(r, &dir);

	if (code != 0)
		return code;
	if (replace_begin(dir, NAME, owner, now, t, &e) == 0)
		return 0;
	close(dir);
	return ctl_fail(EX_NOPERM, "%s/%s", r->user, e.text);
}

static int
put_in_force(const struct rules_call *r, const struct replace_target *t,
    struct view bytes)
{
	struct err e = ERR_NONE;
	bool changed;

	if (replace_end(t, bytes, &changed, &e) == 0)
		return 0;
	return ctl_fail(changed ? EX_TEMPFAIL : EX_CANTCREAT, "%s/%s", r->user,
	    e.text);
}

/* Of FILE, or standard input. */
static int
read_new(const struct rules_call *r, struct text *bytes)
{
	struct err e = ERR_NONE;
	bool cut = false;

	if (file_read_input(r->file == NULL ? "-" : r->file, bytes, &cut, &e) <
	    0)
		return ctl_fail(EX_NOINPUT, "%s", e.text);
	return cut ? ctl_fail(EX_DATAERR, "larger than %zu bytes", bytes->limit)
		   : 0;
}

static int
run_check(const struct rules_call *r)
{
	struct text bytes = TEXT_INIT(LIMIT_RULES_SIZE);
	struct view rules_conf;
	int code = 0;

	if (r->file == NULL)
		return check(r, NULL);
	code = read_new(r, &bytes);
	rules_conf = text_view(&bytes);
	if (code == 0)
		code = check(r, &rules_conf);
	text_free(&bytes);
	return code;
}

static int
run_install(const struct rules_call *r)
{
	struct text now = TEXT_INIT(LIMIT_RULES_SIZE);
	struct text bytes = TEXT_INIT(LIMIT_RULES_SIZE);
	struct replace_target t = { .dir = -1 };
	struct view rules_conf;
	int code = begin(r, &now, &t);

	if (code == 0)
		code = read_new(r, &bytes);
	rules_conf = text_view(&bytes);
	if (code == 0)
		code = check(r, &rules_conf);
	if (code == 0)
		code = put_in_force(r, &t, rules_conf);
	if (t.dir >= 0)
		close(t.dir);
	text_free(&now);
	text_free(&bytes);
	return code;
}

/* Edits until it is without a mistake, is given up, or is as it was. */
static int
edit_until_good(const struct rules_call *r, const struct editor *ed,
    struct view before, struct text *bytes)
{
	struct view rules_conf;
	int code;

	do {
		code = editor_run(ed, bytes);
		rules_conf = text_view(bytes);
		if (code == EX_SOFTWARE ||
		    (code == 0 && view_equal(before, rules_conf)))
			return code;
		if (code == 0)
			code = check(r, &rules_conf);
	} while (code == EX_DATAERR && editor_ask("Edit again?"));
	return code;
}

static int
run_edit(const struct rules_call *r)
{
	struct text now = TEXT_INIT(LIMIT_RULES_SIZE);
	struct text bytes = TEXT_INIT(LIMIT_RULES_SIZE);
	struct replace_target t = { .dir = -1 };
	struct editor ed;
	int code = begin(r, &now, &t);

	if (code == 0)
		code = editor_open(&ed, NAME, text_view(&now));
	if (code != 0)
		goto done;
	code = edit_until_good(r, &ed, text_view(&now), &bytes);
	if (code == 0 && view_equal(text_view(&now), text_view(&bytes)))
		puts("nothing is changed");
	else if (code == 0)
		code = put_in_force(r, &t, text_view(&bytes));
	if (code == 0)
		editor_close(&ed);
	else
		editor_leave(&ed);
done:
	if (t.dir >= 0)
		close(t.dir);
	text_free(&now);
	text_free(&bytes);
	return code;
}

static int
parse_arguments(struct rules_call *r, int argc, char **argv)
{
	static const struct option options[] = {
		{ "user", required_argument, NULL, 'u' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option != 'u')
			return ctl_usage(argv[0]);
		r->user = optarg;
	}
	if (optind >= argc || argc - optind > 2)
		return ctl_usage(argv[0]);
	r->action = argv[optind];
	r->file = argv[optind + 1];
	if (r->user == NULL)
		return ctl_wrong(argv[0], "whose? --user USER");
	if (!users_name_ok(view_of(r->user)))
		return ctl_wrong(argv[0], "\"%s\" is no user's name", r->user);
	return 0;
}

int
ctl_rules(struct ctl *c, int argc, char **argv)
{
	struct rules_call r = { .conf = c->conf, .action = "" };
	struct err e = ERR_NONE;
	int code = parse_arguments(&r, argc, argv);

	if (code != 0)
		return code;
	r.filter.uid = (uid_t)-1;
	if (geteuid() == 0 && identity_find(c->conf->user, &r.filter, &e) < 0) {
		conf_in(c->conf, "user", &e);
		return ctl_fail(EX_CONFIG, "%s", e.text);
	}
	if (strcmp(r.action, "check") == 0)
		return run_check(&r);
	if (strcmp(r.action, "install") == 0)
		return run_install(&r);
	if (strcmp(r.action, "edit") == 0 && r.file == NULL)
		return run_edit(&r);
	return ctl_usage(argv[0]);
}
