// SPDX-License-Identifier: BSD-2-Clause
/*
 * check.c - "rsvpctl check": reads what the filter would read.
 *
 * Settings and packs are read before a command starts, so what is left are
 * the users' folders.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "ctl/ctl.h"

struct tally {
	size_t users, broken;
};

static int
check_user(struct ctl *c, const char *user, struct tally *t)
{
	struct err e = ERR_NONE;
	const struct folder *f;
	bool fresh;

	if (!users_name_ok(view_of(user))) {
		printf("%s: not a user's name, never read\n", user);
		return 0;
	}
	f = folders_get(c->site->folders, user, &fresh, &e);
	if (f == NULL)
		return ctl_fail(EX_OSERR, "%s", e.text);
	t->users++;
	if (f->state == FOLDER_OK)
		printf("%s: %zu rules, %zu contacts\n", user,
		    rules_count(f->rules), contacts_count(f->contacts));
	if (f->state == FOLDER_MISSING)
		printf("%s: no folder: tag only\n", user);
	if (f->complaint != NULL)
		printf("%s%s\n", f->state == FOLDER_BROKEN ? "TAG ONLY: " : "",
		    f->complaint);
	t->broken += f->state == FOLDER_BROKEN;
	folders_put(c->site->folders, f);
	return 0;
}

static int
is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* Every folder below users.dir; progress for people who wait for many. */
static int
check_all(struct ctl *c, struct tally *t)
{
	struct dirent **entry = NULL;
	int count =
	    scandir(c->site->conf->users.dir, &entry, is_visible, alphasort);
	int code = 0;

	if (count < 0)
		return ctl_fail(EX_NOINPUT, "users.dir: %s: %s",
		    c->site->conf->users.dir, strerror(errno));
	for (int i = 0; i < count; i++) {
		if (code == 0)
			code = check_user(c, entry[i]->d_name, t);
		if (i % 1000 == 999 && isatty(2))
			fprintf(stderr, "\r%d of %d users", i + 1, count);
		free(entry[i]);
	}
	free(entry);
	return code;
}

int
ctl_check(struct ctl *c, int argc, char **argv)
{
	struct tally t = { 0, 0 };
	int code = 0;

	if (argc > 1 && argv[1][0] == '-')
		return ctl_usage(argv[0]);
	for (size_t i = 0; i < c->site->packs.count; i++) {
		printf("pack ");
		ctl_put(pack_name(c->site->packs.pack[i]));
		printf(": %zu rules\n",
		    pack_rule_count(c->site->packs.pack[i]));
	}
	for (int i = 1; code == 0 && i < argc; i++)
		code = check_user(c, argv[i], &t);
	if (argc == 1)
		code = check_all(c, &t);
	if (code != 0)
		return code;
	printf("%zu users, %zu broken\n", t.users, t.broken);
	return t.broken == 0 ? 0 : EX_DATAERR;
}
