// SPDX-License-Identifier: BSD-2-Clause
/*
 * state.c - "rsvpctl state": a person is forgotten, for one user.
 *
 * The state has digests only, so what is to be found must be named: the person
 * as the engine names him, and for answers each template there is.
 */
#include <dirent.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/limits.h"
#include "ctl/ctl.h"
#include "daemon/state_keys.h"
#include "mail/addr.h"

struct forget {
	const char *user, *person, *network;
	struct store *store;
	struct state_person who;
	struct forgotten total;
};

/* 0, or -1 and e. */
static int
forget_key(struct forget *f, const char *key, struct err *e)
{
	struct forgotten count;

	if (f->store->ops->forget(f->store, key, &count, e) < 0)
		return -1;
	f->total.seen += count.seen;
	f->total.claims += count.claims;
	f->total.marks += count.marks;
	return 0;
}

static int
forget_answers(struct forget *f, struct view template_name, struct err *e)
{
	static const enum job_mode modes[] = { JOB_REPLY, JOB_DRAFT };
	char key[DIGEST_HEX_SIZE];

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (state_key_answer(f->store, &f->who, modes[i], template_name,
			key) < 0)
			return err_set(e, "out of memory");
		if (forget_key(f, key, e) < 0)
			return -1;
	}
	return 0;
}

/* Of each NAME.txt in the folder; one that is not there has none. */
static int
forget_templates(struct forget *f, const char *folder, struct err *e)
{
	const struct view suffix = VIEW(".txt");
	const struct dirent *entry;
	DIR *dir = folder[0] == '\0' ? NULL : opendir(folder);
	int result = 0;

	while (dir != NULL && result == 0 && (entry = readdir(dir)) != NULL) {
		struct view name = view_of(entry->d_name);

		if (name.size <= suffix.size ||
		    !view_equal(view_part(name, name.size - suffix.size,
				    VIEW_NONE),
			suffix))
			continue;
		result = forget_answers(f,
		    view_part(name, 0, name.size - suffix.size), e);
	}
	if (dir != NULL)
		closedir(dir);
	return result;
}

/* That the user wrote to a mail address (users.learn). */
static int
forget_learned(struct forget *f, struct err *e)
{
	char key[DIGEST_HEX_SIZE];

	if (!addr_is_plain(view_of(f->person)))
		return 0;
	if (state_key_wrote(f->store, f->who.user, view_of(f->person), key) < 0)
		return err_set(e, "out of memory");
	return forget_key(f, key, e);
}

static int
forget_person(struct forget *f, const struct conf *c, struct err *e)
{
	struct text own = TEXT_INIT(4096);
	char key[DIGEST_HEX_SIZE];
	int result = -1;

	text_addf(&own, "%s/%s", c->users.dir, f->user);
	if (!text_ok(&own) || state_key_seen(f->store, &f->who, key) < 0)
		err_set(e, "out of memory");
	else if (forget_key(f, key, e) == 0 && forget_learned(f, e) == 0 &&
	    forget_templates(f, text_string(&own), e) == 0 &&
	    forget_templates(f, c->templates, e) == 0)
		result = 0;
	text_free(&own);
	return result;
}

static int
run(struct ctl *c, struct forget *f)
{
	struct err e = ERR_NONE;
	int code = ctl_become_filter(c->conf), result;

	if (code != 0)
		return code;
	if (store_is_new(c->conf->state))
		return ctl_fail(0, "%s: nothing is kept there yet",
		    c->conf->state);
	f->store = store_open(c->conf->state, &e);
	if (f->store == NULL)
		return ctl_fail(EX_UNAVAILABLE, "state: %s", e.text);
	result = forget_person(f, c->conf, &e);
	store_close(f->store);
	if (result < 0)
		return ctl_fail(EX_UNAVAILABLE, "state: %s", e.text);
	ctl_put_count(f->total.seen, "notification");
	fputs(" and ", stdout);
	ctl_put_count(f->total.claims, "answer");
	puts(f->total.marks > 0
		? " forgotten, and that the user wrote to this address"
		: " forgotten");
	return 0;
}

static int
parse_options(struct forget *f, int argc, char **argv)
{
	static const struct option options[] = {
		{ "network", required_argument, NULL, 'n' },
		{ "person", required_argument, NULL, 'p' },
		{ "user", required_argument, NULL, 'u' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'n')
			f->network = optarg;
		else if (option == 'p')
			f->person = optarg;
		else if (option == 'u')
			f->user = optarg;
		else
			return ctl_usage(argv[0]);
	}
	if (optind + 1 != argc || strcmp(argv[optind], "forget") != 0)
		return ctl_usage(argv[0]);
	if (f->user == NULL || f->person == NULL)
		return ctl_wrong(argv[0], "forget needs --user and --person");
	return users_name_ok(view_of(f->user))
	    ? 0
	    : ctl_wrong(argv[0], "\"%s\" is no user's name", f->user);
}

static bool
is_network(const struct site *s, struct view name)
{
	for (size_t i = 0; i < s->packs.count; i++)
		if (view_equal(pack_name(s->packs.pack[i]), name))
			return true;
	return false;
}

/* A name, or what has "/in/" in it. */
static void
name_person(const char *said, struct text *person)
{
	struct view v = view_of(said);

	if (view_find_nocase(v, VIEW("/in/")) != VIEW_NONE)
		state_add_profile(v, person);
	else
		state_add_name(v, person);
}

int
ctl_state(struct ctl *c, int argc, char **argv)
{
	struct forget f = { .network = "linkedin" };
	struct text person = TEXT_INIT(LIMIT_TEXT_SIZE);
	int code = parse_options(&f, argc, argv);

	if (code != 0)
		return code;
	if (!is_network(c->site, view_of(f.network)))
		return ctl_wrong(argv[0], "no pack for a network \"%s\"",
		    f.network);
	name_person(f.person, &person);
	if (!text_ok(&person) || person.size == 0) {
		text_free(&person);
		return ctl_wrong(argv[0],
		    "\"%s\" is neither a name nor a profile", f.person);
	}
	f.who = (struct state_person){ view_of(f.user), view_of(f.network),
		text_view(&person) };
	code = run(c, &f);
	text_free(&person);
	return code;
}
