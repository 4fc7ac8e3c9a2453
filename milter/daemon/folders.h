// SPDX-License-Identifier: BSD-2-Clause
/*
 * folders.h - users' folders: rules, contacts and templates, kept in memory.
 *
 * A folder is read when its user first gets mail, and again when one of its
 * files has changed; a change is seen at the next message.  A file with a
 * mistake is complained about once for each of its states.  What was read
 * before stays in force meanwhile; where nothing was, its user is "tag only",
 * and so is one whose file is refused or whose rules are gone.  Any thread.
 */
#ifndef DAEMON_FOLDERS_H
#define DAEMON_FOLDERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/err.h"
#include "effects/compose.h"
#include "policy/contacts.h"
#include "policy/rules.h"

struct folders;

enum folder_state {
	FOLDER_OK,
	FOLDER_MISSING, /* this user has none */
	FOLDER_BROKEN,  /* complaint says why; nothing of it is in force */
	FOLDER_SETTLING /* the same, for now: somebody may be writing it */
};

/* What is in force for one user; immutable, shared, held while used. */
struct folder {
	enum folder_state state;
	const struct rules *rules;       /* FOLDER_OK only */
	const struct contacts *contacts; /* FOLDER_OK only */
	const char *complaint; /* FOLDER_BROKEN: "alice/rules.conf:3: ..."
				  FOLDER_OK: rows of contacts that could not
				  be read, or NULL */
	bool kept;     /* FOLDER_OK: complaint is about files that are not in
			  force, but what was read before them */
	bool for_user; /* complaint is about a file of the user's, or one that
			  the rules name, which is not in force: the user
			  may mend it */
};

/*
 * dir is the folder of the users' folders, templates the site's folder of
 * templates ("" for none); both may be missing until they are needed.  most
 * folders are kept.  NULL and e without memory.
 */
struct folders *folders_new(const char *dir, const char *templates, size_t most,
    struct err *e);
void folders_free(struct folders *f); /* NULL is fine; nothing is held */

/*
 * Makes *f the same as from, if both are of the same folders and keep as many,
 * so that what stands in for files with mistakes outlives a reload.  Each of
 * the two is given back with folders_free() then.
 */
void folders_inherit(struct folders **f, struct folders *from);

/*
 * From now on a file is believed when nobody has written it for so long, by
 * that clock; until then, what was read before stays in force.  To be called
 * before any folder is asked for.  For those who do not see to it themselves
 * that a file is whole.
 */
void folders_settle(struct folders *f, const struct clock *clock, int64_t ms);

/*
 * The folder of user, whose name users_name_ok() has approved.  *fresh tells
 * that it was read just now, so that its complaint is news.  NULL and e only
 * when we cannot read it: no memory or descriptors, a disk that fails.  Give
 * it back with folders_put().
 */
const struct folder *folders_get(struct folders *f, const char *user,
    bool *fresh, struct err *e);
void folders_put(struct folders *f, const struct folder *folder);

/*
 * Whether user has a folder, whatever is in it; false where that cannot be
 * found out.  Reads nothing of it, so that folders_get() still finds it fresh.
 */
bool folders_have(const struct folders *f, const char *user);

/* The same folder, held once more. */
const struct folder *folders_share(struct folders *f,
    const struct folder *folder);

/*
 * What folders_get() would find if rules_conf were the user's rules.conf.  It
 * is kept nowhere, so it is the caller's alone: folders_put() frees it.
 */
const struct folder *folders_try(const struct folders *f, const char *user,
    struct view rules_conf, struct err *e);

/*
 * The template of that name: the user's own NAME.txt if there is one, else
 * the site's.  NULL when there is none; folders_get() has checked all that
 * the rules name.  Valid while the folder is held.
 */
const struct template *folder_template(const struct folder *folder,
    struct view name);

#endif
