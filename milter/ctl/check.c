// SPDX-License-Identifier: BSD-2-Clause
/*
 * check.c - "rsvpctl check": reads what the filter would read.
 *
 * Settings and packs are read before a command starts, so what is left are
 * what the settings name, and the users' folders.  Root may read and write
 * everything, so root becomes the filter's user first, and reads again.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "ctl/ctl.h"

struct tally {
	size_t users, broken;
};

void
ctl_put_folder(const char *user, const struct folder *f)
{
	printf("%s: ", user);
	ctl_put_count(rules_count(f->rules), "rule");
	fputs(", ", stdout);
	ctl_put_count(contacts_count(f->contacts), "contact");
	puts(rules_may_answer(f->rules) ? "" : ", no answers");
	if (rules_may_answer(f->rules) &&
	    rules_template(f->rules, 0).size > 0 &&
	    rules_from_name(f->rules).size == 0)
		printf("%s: answers would end without a name: rules.conf has "
		       "no from_name\n",
		    user);
}

static int
check_user(struct ctl *c, const char *user, struct tally *t)
{
	struct err e = ERR_NONE;
	const struct folder *f;
	bool fresh;

	f = folders_get(c->site->folders, user, &fresh, &e);
	if (f == NULL)
		return ctl_fail(EX_OSERR, "%s", e.text);
	t->users++;
	if (f->state == FOLDER_OK)
		ctl_put_folder(user, f);
	if (f->state == FOLDER_MISSING)
		printf("%s: no folder: %s\n", user,
		    c->conf->users.fallback == CONF_LEAVE ? "mail not touched"
							  : "tag only");
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

/* What lies beside users' folders is said, since it may be meant as one. */
static int
check_entry(struct ctl *c, int dir, const char *name, struct tally *t)
{
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISREG(st.st_mode)) {
		printf("%s: a file, not a user's folder; never read\n", name);
		return 0;
	}
	if (!users_name_ok(view_of(name))) {
		ctl_put(view_of(name));
		puts(": not a user's name; never read");
		return 0;
	}
	return check_user(c, name, t);
}

/* Every folder below users.dir; progress for people who wait for many. */
static int
check_all(struct ctl *c, struct tally *t)
{
	const char *path = c->conf->users.dir;
	struct dirent **entry = NULL;
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), count;
	struct err e = ERR_NONE;
	int code = 0;

	count = dir < 0 ? -1 : scandir(path, &entry, is_visible, alphasort);
	if (count < 0) {
		err_sys(&e, errno, "%s", path);
		conf_in(c->conf, "users.dir", &e);
		code = ctl_fail(EX_NOINPUT, "%s", e.text);
	}
	for (int i = 0; i < count; i++) {
		if (code == 0)
			code = check_entry(c, dir, entry[i]->d_name, t);
		if (i % 1000 == 999 && isatty(2))
			fprintf(stderr, "\r%d of %d users", i + 1, count);
		free(entry[i]);
	}
	free(entry);
	if (dir >= 0)
		close(dir);
	return code;
}

static void
print_packs(const struct packs *packs)
{
	for (size_t i = 0; i < packs->count; i++) {
		printf("pack ");
		ctl_put(pack_name(packs->pack[i]));
		fputs(": ", stdout);
		ctl_put_count(pack_rule_count(packs->pack[i]), "rule");
		putchar('\n');
	}
}

/* 0, or a code of sysexits(3), and what was wrong is said. */
static int
become_the_filter(struct ctl *c)
{
	struct err e = ERR_NONE;
	struct site *seen;
	int code;

	if (geteuid() != 0 || c->conf->user[0] == '\0')
		return 0;
	code = ctl_become_filter(c->conf);
	if (code != 0)
		return code;
	seen = site_load(&c->site->source, &e);
	if (seen == NULL)
		return ctl_fail(site_settings_readable(&c->site->source)
			? EX_CONFIG
			: EX_NOINPUT,
		    "as user %s: %s", c->conf->user, e.text);
	site_drop(c->site);
	c->site = seen;
	c->conf = seen->conf;
	return 0;
}

int
ctl_check(struct ctl *c, int argc, char **argv)
{
	struct tally t = { 0, 0 };
	size_t mistakes;
	int code;

	for (int i = 1; i < argc; i++)
		if (!users_name_ok(view_of(argv[i])))
			return ctl_wrong(argv[0], "\"%s\" is no user's name",
			    argv[i]);
	code = become_the_filter(c);
	if (code != 0)
		return code;
	print_packs(&c->site->packs);
	mistakes = ctl_check_site(c->conf);
	for (int i = 1; code == 0 && i < argc; i++)
		code = check_user(c, argv[i], &t);
	if (argc == 1)
		code = check_all(c, &t);
	if (code != 0)
		return code;
	ctl_put_count(t.users, "user");
	printf(", %zu broken\n", t.broken);
	if (mistakes > 0)
		return EX_CONFIG;
	return t.broken == 0 ? 0 : EX_DATAERR;
}
