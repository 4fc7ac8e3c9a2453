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
#include "daemon/stop_file.h"
#include "effects/store.h"
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

/* Whether the folder that path is in may be written.  0, or -1 and e. */
static int
check_folder_of(const char *path, struct err *e)
{
	struct text folder = TEXT_INIT(4096);
	const char *slash = strrchr(path, '/');
	int result = -1;

	if (slash == NULL)
		text_add_byte(&folder, '.');
	else
		text_add(&folder,
		    (struct view){ path,
			slash == path ? 1 : (size_t)(slash - path) });
	if (!text_ok(&folder))
		err_set(e, "%s: path too long", path);
	else if (access(text_string(&folder), W_OK | X_OK) < 0)
		err_sys(e, errno, "%s", text_string(&folder));
	else
		result = 0;
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

size_t
ctl_check_site(const struct conf *c)
{
	bool answers = c->reply.enabled || c->reply.drafts;
	struct err e = ERR_NONE;
	size_t mistakes = check_templates(c, &e);

	if (c->users.domains.count == 0 && c->users.aliases[0] == '\0') {
		err_set(&e, "empty: nobody's mail is looked at");
		mistakes += report(c, "users.domains", true, &e);
	}
	if (check_keys(c->trust.keys, &e) < 0)
		mistakes += report(c, "trust.keys", false, &e);
	if (answers && check_program(c->reply.sendmail, &e) < 0)
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
