// SPDX-License-Identifier: BSD-2-Clause
/*
 * folders.h - users' folders: rules, contacts and templates, kept in memory.
 *
 * A folder is read when its user first gets mail, and again when one of its
 * files has changed; a change is seen at the next message.  A broken file
 * makes its user "tag only" and is complained about once for each state of
 * the file.  Any thread.
 */
#ifndef DAEMON_FOLDERS_H
#define DAEMON_FOLDERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "effects/compose.h"
#include "policy/contacts.h"
#include "policy/rules.h"

struct folders;

enum folder_state {
	FOLDER_OK,
	FOLDER_MISSING, /* this user has none */
	FOLDER_BROKEN   /* complaint says why; nothing of it is in force */
};

/* What is in force for one user; immutable, shared, held while used. */
struct folder {
	enum folder_state state;
	const struct rules *rules;       /* FOLDER_OK only */
	const struct contacts *contacts; /* FOLDER_OK only */
	const char *complaint; /* FOLDER_BROKEN: "alice/rules.conf:3: ..."
				  FOLDER_OK: rows of contacts that could not
				  be read, or NULL */
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
 * The folder of user, whose name users_name_ok() has approved.  *fresh tells
 * that it was read just now, so that its complaint is news.  NULL and e only
 * when we cannot read it: no memory or descriptors, a disk that fails.  Give
 * it back with folders_put().
 */
const struct folder *folders_get(struct folders *f, const char *user,
    bool *fresh, struct err *e);
void folders_put(struct folders *f, const struct folder *folder);

/*
 * The template of that name: the user's own NAME.txt if there is one, else
 * the site's.  NULL when there is none; folders_get() has checked all that
 * the rules name.  Valid while the folder is held.
 */
const struct template *folder_template(const struct folder *folder,
    struct view name);

#endif
