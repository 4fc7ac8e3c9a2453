// SPDX-License-Identifier: BSD-2-Clause
/*
 * replay_rules.c - the rules that requests are held against anew.
 */
#include "ctl/replay_rules.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "base/file.h"
#include "base/limits.h"
#include "ctl/ctl.h"
#include "policy/users.h"

/* A rules.conf in place of the user's; the rest of the folder as it is. */
static int
try_file(struct replay_rules *r, const char *path, const char *user)
{
	struct text bytes = TEXT_INIT(LIMIT_RULES_SIZE + 1);
	struct err e = ERR_NONE;
	bool cut = false;
	int code = 0;

	if (file_read_input(path, &bytes, &cut, &e) < 0)
		code = ctl_fail(EX_NOINPUT, "%s", e.text);
	else if ((r->one = folders_try(r->folders, user, text_view(&bytes),
		      &e)) == NULL)
		code = ctl_fail(EX_OSERR, "%s", e.text);
	else if (r->one->state != FOLDER_OK)
		code = ctl_fail(EX_DATAERR, "%s: %s", path,
		    r->one->complaint != NULL ? r->one->complaint
					      : "the user has no folder");
	text_free(&bytes);
	r->only = user;
	return code;
}

int
replay_rules_open(struct replay_rules *r, const struct conf *c,
    const char *with, const char *user)
{
	struct err e = ERR_NONE;
	struct stat st;
	bool is_folder =
	    with != NULL && stat(with, &st) == 0 && S_ISDIR(st.st_mode);

	memset(r, 0, sizeof(*r));
	r->actions = (struct text)TEXT_INIT(LIMIT_MESSAGE_POOL);
	r->leave = c->users.fallback == CONF_LEAVE;
	r->others = is_folder;
	r->scratch = regex_scratch_new();
	r->folders = folders_new(is_folder ? with : c->users.dir, c->templates,
	    (size_t)c->users.cache, &e);
	if (r->scratch == NULL)
		return ctl_fail(EX_OSERR, "out of memory");
	if (r->folders == NULL)
		return ctl_fail(EX_OSERR, "%s", e.text);
	return with == NULL || is_folder ? 0 : try_file(r, with, user);
}

static void
let_go(struct replay_rules *r)
{
	folders_put(r->folders, r->held);
	r->held = NULL;
}

void
replay_rules_close(struct replay_rules *r)
{
	if (r->folders != NULL) {
		let_go(r);
		folders_put(r->folders, r->one);
	}
	folders_free(r->folders);
	regex_scratch_free(r->scratch);
	text_free(&r->actions);
}

/* That of the user, or NULL, and why not; -1 when we cannot read it. */
static int
get_folder(struct replay_rules *r, struct view user,
    const struct folder **folder, enum replay_fate *why)
{
	char name[LIMIT_USER_NAME_SIZE + 1] = "";
	struct err e = ERR_NONE;
	bool fresh = false;

	*folder = r->one;
	*why = REPLAY_NO_FOLDER;
	if (r->only != NULL) {
		if (!view_equal(user, view_of(r->only)))
			*folder = NULL;
		return 0;
	}
	if (!users_name_ok(user))
		return 0;
	memcpy(name, user.data, user.size);
	let_go(r);
	*folder = r->held = folders_get(r->folders, name, &fresh, &e);
	if (r->held == NULL)
		return -1;
	if (r->held->state == FOLDER_MISSING && r->others)
		*folder = NULL;
	if (r->held->state == FOLDER_BROKEN ||
	    r->held->state == FOLDER_SETTLING) {
		if (fresh)
			ctl_fail(0, "%s", r->held->complaint);
		r->mistaken = true;
		*folder = NULL;
		*why = REPLAY_MISTAKEN;
	}
	return 0;
}

static void
tell_plan(struct replay_rules *r, const struct plan *plan,
    struct replay_decision *d)
{
	text_clear(&r->actions);
	replay_add_planned(plan, &r->actions);
	d->rule = plan->rule;
	d->why = view_of(plan_reason_name(plan->why));
	d->actions = text_view(&r->actions);
}

int
replay_rules_decide(struct replay_rules *r, struct view user,
    replay_make_facts *make, void *arg, struct replay_case *one)
{
	struct rules_run run = { .scratch = r->scratch };
	struct plan plan = { .why = r->leave ? PLAN_NO_USER : PLAN_TAG_ONLY };
	const struct folder *folder;
	struct replay_facts f;
	enum replay_fate why;

	if (get_folder(r, user, &folder, &why) < 0)
		return -1;
	if (folder == NULL)
		return (int)why;
	if (folder->state == FOLDER_OK) {
		make(arg, folder->contacts, &f);
		rules_decide(folder->rules, &f.facts, &run, &plan);
	}
	tell_plan(r, &plan, &one->now);
	one->untold = run.untold;
	if (!text_ok(&r->actions))
		return -1;
	if (run.untold != NULL)
		return REPLAY_UNTOLD;
	return replay_differs(&one->was, &one->now) ? REPLAY_DIFFERS
						    : REPLAY_SAME;
}
