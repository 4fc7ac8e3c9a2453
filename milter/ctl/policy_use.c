// SPDX-License-Identifier: BSD-2-Clause
/*
 * policy_use.c - "rsvpctl policy use": ready-made rules become a user's.
 *
 * They name the files of contacts that the user has.  Root asks as the filter's
 * user whether the filter could read all that they name, and then becomes the
 * owner of the user's folder to write there: what a user does to his folder
 * meanwhile is done to himself.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/file.h"
#include "base/file_put.h"
#include "base/limits.h"
#include "ctl/contacts_setting.h"
#include "ctl/policy.h"
#include "daemon/identity.h"

static const char rules_name[] = "rules.conf", old_name[] = "rules.conf.old";

struct use {
	const struct ctl *c;
	const struct policy_file *file;
	const char *user;
	bool force;
	struct text rules; /* the file's, with the user's contacts */
	int dir;           /* the user's folder, open */
	uid_t owner;       /* of it */
	uid_t filter;      /* whom the filter runs as */
	bool has_old;      /* a rules.conf was there */
};

/*
 * Opens the user's folder as the filter would, who is us or, for root, the user
 * of the settings.  0, or a code.
 */
static int
open_folder(struct use *u)
{
	const struct conf *c = u->c->conf;
	struct identity filter = { .uid = (uid_t)-1 };
	struct file_found found;
	struct err e = ERR_NONE;
	int above;

	if (geteuid() == 0 && identity_find(c->user, &filter, &e) < 0) {
		conf_in(c, "user", &e);
		return ctl_fail(EX_CONFIG, "%s", e.text);
	}
	above = file_open_folder(c->users.dir, &e);
	if (above < 0) {
		conf_in(c, "users.dir", &e);
		return ctl_fail(EX_NOINPUT, "%s", e.text);
	}
	u->filter = filter.uid == (uid_t)-1 ? geteuid() : filter.uid;
	u->dir = file_open_user_folder(above, u->user, u->filter, &found, &e);
	close(above);
	if (u->dir < 0)
		return ctl_fail(EX_NOINPUT, "%s/%s%s", c->users.dir, e.text,
		    found.missing ? "; make a folder for this user first" : "");
	return 0;
}

/* Makes the rules.  0, or -1 and e: whether they would be in force. */
static int
make_rules(struct use *u, struct err *e)
{
	const struct conf *c = u->c->conf;
	int fit =
	    contacts_setting_fit(u->dir, u->filter, text_view(&u->file->bytes),
		text_string(&u->file->path), &u->rules, e);
	struct folders *folders = NULL;
	const struct folder *folder = NULL;
	int result = -1;

	if (fit < 0)
		return -1;
	folders = folders_new(c->users.dir, c->templates, 1, e);
	if (folders != NULL)
		folder = folders_try(folders, u->user, text_view(&u->rules), e);
	if (folder != NULL && folder->state == FOLDER_OK)
		result = 0;
	else if (folder != NULL)
		err_set(e, "%s%s",
		    folder->complaint == NULL ? "no folder" : folder->complaint,
		    fit > 0 ? "; \"rsvpctl contacts import\" puts contacts "
			      "there"
			    : "");
	folders_put(folders, folder);
	folders_free(folders);
	return result;
}

static int
make_here(struct use *u)
{
	struct err e = ERR_NONE;

	if (make_rules(u, &e) < 0)
		return ctl_fail(EX_DATAERR, "%s", e.text);
	return 0;
}

/* In the child: what was made goes to the parent. */
static int
make_for_parent(struct use *u, int to)
{
	int code = ctl_become_filter(u->c->conf);
	size_t sent = 0;

	if (code == 0)
		code = make_here(u);
	while (code == 0 && sent < u->rules.size) {
		ssize_t size =
		    write(to, u->rules.data + sent, u->rules.size - sent);

		if (size < 0 && errno != EINTR)
			code = ctl_fail(EX_OSERR, "%s", strerror(errno));
		sent += size > 0 ? (size_t)size : 0;
	}
	return code;
}

/* All that the child writes before it ends; its code. */
static int
take_from_child(struct use *u, int from, pid_t child)
{
	char bytes[4096];
	ssize_t size;
	int status = 0;

	do {
		size = read(from, bytes, sizeof(bytes));
		if (size > 0)
			text_add(&u->rules,
			    (struct view){ bytes, (size_t)size });
	} while (size > 0 || (size < 0 && errno == EINTR));
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return ctl_fail(EX_OSERR, "%s", strerror(errno));
	if (!WIFEXITED(status) || !text_ok(&u->rules))
		return ctl_fail(EX_OSERR, "the check did not come to its end");
	return WEXITSTATUS(status);
}

/* The same, as the filter's user, who root can be in another process only. */
static int
make_as_filter(struct use *u)
{
	int way[2], code;
	pid_t child;

	if (geteuid() != 0 || u->c->conf->user[0] == '\0')
		return make_here(u);
	if (pipe(way) < 0)
		return ctl_fail(EX_OSERR, "pipe: %s", strerror(errno));
	fflush(stdout);
	child = fork();
	if (child == 0) {
		close(way[0]);
		_exit(make_for_parent(u, way[1]));
	}
	close(way[1]);
	code = child < 0 ? ctl_fail(EX_OSERR, "fork: %s", strerror(errno))
			 : take_from_child(u, way[0], child);
	close(way[0]);
	return code;
}

/*
 * What is in place, if anything is, while nobody else who asks may replace it
 * (base/replace.h).  0, or a code.
 */
static int
read_old(struct use *u, struct text *old)
{
	struct file_found found;
	struct err e = ERR_NONE;

	if (flock(u->dir, LOCK_EX | LOCK_NB) < 0)
		return ctl_fail(EX_TEMPFAIL,
		    "%s: somebody else is about to change the rules", u->user);
	u->has_old =
	    file_read_user(u->dir, rules_name, u->filter, old, &found, &e) == 0;
	return u->has_old || found.missing
	    ? 0
	    : ctl_fail(EX_CANTCREAT, "%s/%s; nothing was changed", u->user,
		  e.text);
}

static int
put(const struct use *u, const char *name, struct view bytes)
{
	struct err e = ERR_NONE;

	return file_put(u->dir, name, bytes, &e) == 0
	    ? 0
	    : ctl_fail(EX_CANTCREAT, "%s/%s", u->user, e.text);
}

static int
say(const struct use *u, bool changed)
{
	struct text out = TEXT_INIT(8 * LIMIT_FIELD_SIZE);
	struct json j = JSON_INIT(&out);

	if (!u->c->json) {
		printf("%s: rules.conf is %s %s%s%s\n", u->user, u->file->name,
		    changed ? "now" : "already",
		    u->has_old && changed ? "; the old one is " : "",
		    u->has_old && changed ? old_name : "");
		return 0;
	}
	json_begin_object(&j, NULL);
	json_add_string(&j, "user", view_of(u->user));
	json_add_string(&j, "policy", view_of(u->file->name));
	json_add_bool(&j, "changed", changed);
	json_add_bool(&j, "kept_old", u->has_old && changed);
	json_end_object(&j);
	return policy_put_json(&j);
}

/* As the owner of the folder: the old file first, so that none is lost. */
static int
write_rules(struct use *u, struct text *old)
{
	struct view bytes = text_view(&u->rules);
	int code = read_old(u, old);

	if (code != 0)
		return code;
	if (u->has_old && view_equal(text_view(old), bytes))
		return say(u, false);
	if (u->has_old && !u->force)
		return ctl_fail(EX_CANTCREAT,
		    "%s has another %s; --force replaces it, and keeps it as "
		    "%s",
		    u->user, rules_name, old_name);
	if (u->has_old)
		code = put(u, old_name, text_view(old));
	if (code == 0)
		code = put(u, rules_name, bytes);
	return code == 0 ? say(u, true) : code;
}

static int
use_checked(struct use *u)
{
	struct text old = TEXT_INIT(LIMIT_RULES_SIZE);
	int code = ctl_become_owner(u->dir, u->user);

	if (code == 0)
		code = write_rules(u, &old);
	text_free(&old);
	return code;
}

int
policy_use(const struct ctl *c, const struct policy_file *file,
    const char *user, bool force)
{
	struct use u = { .c = c,
		.file = file,
		.user = user,
		.force = force,
		.rules = TEXT_INIT(LIMIT_RULES_SIZE),
		.dir = -1 };
	int code = open_folder(&u);

	if (code == 0)
		code = make_as_filter(&u);
	if (code == 0)
		code = use_checked(&u);
	if (u.dir >= 0)
		close(u.dir);
	text_free(&u.rules);
	return code;
}
