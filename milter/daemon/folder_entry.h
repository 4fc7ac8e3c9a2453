// SPDX-License-Identifier: BSD-2-Clause
/*
 * folder_entry.h - one user's folder, read.
 *
 * Of folders.c alone, which keeps them.
 */
#ifndef DAEMON_FOLDER_ENTRY_H
#define DAEMON_FOLDER_ENTRY_H

#include <stdatomic.h>
#include <sys/types.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/pool.h"
#include "daemon/folders.h"

/*
 * Where folders come from.  Who reads them may own them, too: the user that the
 * process has then, since the set-up may come from one that is still root.
 */
struct folder_source {
	char *dir, *templates; /* the site's templates; "" for none */
	const struct clock *clock;
	int64_t settle_ms; /* 0: what is there is believed at once */
};

/* A file whose state decides whether what was read still holds. */
struct folder_file {
	const char *name; /* in the user's folder, or the site's */
	bool site;        /* among the site's templates */
	bool missing;
	struct file_id id;
};

struct folder_named_template {
	struct view name;
	struct template template;
};

/* A folder in the table.  public comes first: a folder is its entry. */
struct folder_entry {
	struct folder public;
	enum folder_state read;        /* what became of its own files */
	bool mistaken;                 /* FOLDER_BROKEN by what they say */
	struct folder_entry *standing; /* held: in force in its place */
	struct folder_entry *next;     /* of the same bucket */
	unsigned holders;              /* the table is one */
	unsigned long used;            /* tick of the last use */
	struct pool *pool;
	struct rules *rules;
	struct contacts *contacts;
	uid_t owner;  /* of the folder, if it could be opened */
	bool refused; /* because the system's users were asked whose it is */
	struct file_id refused_id;
	_Atomic int64_t asked_us; /* when they were last; any thread */
	struct folder_file *watched;
	size_t watched_count;
	struct folder_named_template *template;
	size_t templates;
	char user[LIMIT_USER_NAME_SIZE + 1];
};

/*
 * Reads everything of one folder; what is wrong with it is its complaint.
 * rules_conf, unless NULL, is read in place of the file of that name.  NULL
 * and e when it is we who cannot.  The caller frees it, and what stands in its
 * place before.
 */
struct folder_entry *folder_entry_read(const struct folder_source *from,
    const char *user, const struct view *rules_conf, struct err *e);
void folder_entry_free(struct folder_entry *en); /* NULL is fine */

/* What was read before stays in force in place of en, with en's complaint. */
void folder_entry_stand_in(struct folder_entry *en,
    struct folder_entry *before);

#endif
