// SPDX-License-Identifier: BSD-2-Clause
/*
 * check_site.c - "rsvpctl check": whether what the settings name is there.
 *
 * Nothing is made, least of all as somebody else's: what the filter would make
 * needs a folder that may be written.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "ctl/ctl.h"
#include "daemon/endpoint.h"
#include "daemon/stop_file.h"
#include "effects/store.h"
#include "effects/transport.h"
#include "mail/signature.h"

/* Prints e with the place of the setting; 1 for a mistake. */
static size_t
report(const struct conf *c, const char *name, bool warning, struct err *e)
{
	conf_in(c, name, e);
	fputs(warning ? "warning: " : "MISTAKE: ", stdout);
	ctl_put(view_of(e->text));
	putchar('\n');
	return !warning;
}

/* Appends the folder that path is in.  0, or -1 and e. */
static int
add_folder_of(struct text *folder, const char *path, struct err *e)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		text_add_byte(folder, '.');
	else
		text_add(folder,
		    (struct view){ path,
			slash == path ? 1 : (size_t)(slash - path) });
	return text_ok(folder) ? 0 : err_set(e, "%s: path too long", path);
}

/* Whether the folder that path is in may be written.  0, or -1 and e. */
static int
check_folder_of(const char *path, struct err *e)
{
	struct text folder = TEXT_INIT(4096);
	int result = add_folder_of(&folder, path, e);

	if (result == 0 && access(text_string(&folder), W_OK | X_OK) < 0)
		result = err_sys(e, errno, "%s", text_string(&folder));
	text_free(&folder);
	return result;
}

/* A file that is written: it, or the folder it will be made in. */
static int
check_written(const char *path, struct err *e)
{
	if (access(path, W_OK) == 0)
		return 0;
	return errno == ENOENT ? check_folder_of(path, e)
			       : err_sys(e, errno, "%s", path);
}

static int
check_state(const char *url, struct err *e)
{
	const char *path = strchr(url, '/');
	struct store *s;

	if (path == NULL) /* in memory */
		return 0;
	if (check_folder_of(path, e) < 0)
		return -1;
	if (access(path, F_OK) < 0 && errno == ENOENT)
		return 0;
	s = store_open(url, e);
	store_close(s);
	return s == NULL ? -1 : 0;
}

static int
check_program(const char *path, struct err *e)
{
	struct stat st;

	if (stat(path, &st) < 0 || access(path, X_OK) < 0)
		return err_sys(e, errno, "%s", path);
	return S_ISREG(st.st_mode) ? 0 : err_set(e, "%s: no program", path);
}

static int
check_keys(const char *keys, struct err *e)
{
	struct signature_verifier *v;

	/* The resolver is not asked: it answers at another time. */
	if (!view_starts_nocase(view_of(keys), VIEW("file:")))
		return 0;
	v = signature_open(keys, &clock_system, e);
	signature_close(v);
	return v == NULL ? -1 : 0;
}

static size_t
check_templates(const struct conf *c, struct err *e)
{
	int fd;

	if (c->templates[0] == '\0')
		return 0;
	fd = file_open_folder(c->templates, e);
	if (fd < 0) /* whose rules want one of these is told so */
		return report(c, "templates", true, e);
	close(fd);
	return 0;
}

/* Where the service manager makes folders when it starts the filter. */
static bool
is_made_late(const char *path)
{
	struct view v = view_of(path);

	return view_starts_nocase(v, VIEW("/run/")) ||
	    view_starts_nocase(v, VIEW("/var/run/"));
}

/*
 * A file that may be made by root, before root is given up: whether its folder
 * is there; who may write to it is not asked.  *st says what is in its place;
 * none where its mode is 0.  0, or -1 and e.
 */
static int
check_place(const char *path, struct stat *st, struct err *e)
{
	struct text folder = TEXT_INIT(4096);
	int result = add_folder_of(&folder, path, e);

	if (result == 0 && lstat(path, st) < 0) {
		st->st_mode = 0;
		if (errno == ENOTDIR ||
		    (errno == ENOENT && access(text_string(&folder), F_OK) < 0))
			result = err_sys(e, errno, "%s", text_string(&folder));
	}
	text_free(&folder);
	return result;
}

static size_t
check_socket(const struct conf *c, struct err *e)
{
	const char *path = endpoint_path(c->socket);
	struct stat st = { .st_mode = 0 };

	if (path == NULL)
		return 0;
	if (check_place(path, &st, e) < 0)
		return report(c, "socket", is_made_late(path), e);
	if (st.st_mode == 0 || S_ISSOCK(st.st_mode))
		return 0;
	err_set(e, "%s is there and is no socket; it is left alone", path);
	return report(c, "socket", false, e);
}

static size_t
check_pid_file(const struct conf *c, struct err *e)
{
	struct stat st = { .st_mode = 0 };

	if (c->pid_file[0] == '\0')
		return 0;
	if (check_place(c->pid_file, &st, e) < 0)
		return report(c, "pid_file", is_made_late(c->pid_file), e);
	if (!S_ISDIR(st.st_mode) && !S_ISLNK(st.st_mode))
		return 0;
	err_set(e, "%s: %s", c->pid_file,
	    S_ISDIR(st.st_mode) ? "a folder" : "a symbolic link, refused");
	return report(c, "pid_file", false, e);
}

/* What is right and does nothing: warnings, all of them. */
static void
warn(const struct conf *c, struct err *e)
{
	size_t named = 0;

	if (c->users.domains.count == 0 && c->users.aliases[0] == '\0') {
		err_set(e, "empty: nobody's mail is looked at");
		report(c, "users.domains", true, e);
	}
	for (size_t i = 0; i < c->trust.authserv_ids.count; i++)
		named += c->trust.authserv_ids.item[i].size > 0;
	if (named < c->trust.authserv_ids.count) {
		err_set(e, "an empty name: nobody has it");
		report(c, "trust.authserv_ids", true, e);
	}
	if (c->trust.dkim == CONF_DKIM_OFF && named == 0) {
		err_set(e,
		    "off, and trust.authserv_ids names nobody: no mail is of "
		    "more trust than claimed, and nothing is answered");
		report(c, "trust.dkim", true, e);
	}
}

size_t
ctl_check_site(const struct conf *c)
{
	bool sends = c->reply.enabled || c->reply.drafts || c->users.notices ||
	    c->users.digests;
	struct err e = ERR_NONE;
	size_t mistakes = check_templates(c, &e);

	warn(c, &e);
	mistakes += check_socket(c, &e);
	mistakes += check_pid_file(c, &e);
	if (check_keys(c->trust.keys, &e) < 0)
		mistakes += report(c, "trust.keys", false, &e);
	/* An MTA at the other end of SMTP is not asked: it answers later. */
	if (sends && transport_is_program(c->reply.transport) &&
	    check_program(c->reply.sendmail, &e) < 0)
		mistakes += report(c, "reply.sendmail", false, &e);
	if (stop_file_is_there(c->reply.stop_file, &e)) {
		err_in(&e, "sending is stopped");
		mistakes += report(c, "reply.stop_file", true, &e);
	}
	/* A dry run needs no state, but the day it ends there must be one. */
	if (check_state(c->state, &e) < 0)
		mistakes += report(c, "state", c->dry_run, &e);
	if (c->audit.file[0] != '\0' && check_written(c->audit.file, &e) < 0)
		mistakes += report(c, "audit.file", false, &e);
	return mistakes;
}
