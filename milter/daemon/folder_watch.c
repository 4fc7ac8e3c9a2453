// SPDX-License-Identifier: BSD-2-Clause
/*
 * folder_watch.c - whether a user's folder still is what was read of it.
 */
#include "daemon/folder_watch.h"

#include <errno.h>
#include <unistd.h>

/*
 * The time of the last write may be set to anything by who has ended it; of
 * one that is to come, that of the last change counts, which nobody sets.  If
 * that is far ahead too, somebody has set a clock, and there is nothing to wait
 * for.
 */
bool
folder_watch_settled(const struct folder_source *from, const struct file_id *id)
{
	int64_t now_ms, written_ms = id->modified_ns / 1000000;

	if (from->settle_ms == 0)
		return true;
	now_ms = clock_wall_ms(from->clock);
	if (written_ms > now_ms)
		written_ms = id->changed_ns / 1000000;
	return now_ms - written_ms >= from->settle_ms ||
	    written_ms - now_ms >= from->settle_ms;
}

bool
folder_watch_gone(const struct folder_source *from, int dir)
{
	struct file_id id;

	return from->settle_ms == 0 || dir < 0 ||
	    file_identify_open(dir, &id) < 0 || folder_watch_settled(from, &id);
}

int
folder_watch_open(const struct folder_source *from, const char *user,
    uid_t owner, struct file_found *found, struct err *e)
{
	int above = file_open_folder(from->dir, e), dir = -1;

	/* Where nobody has a folder yet, nobody's is broken. */
	found->missing = above < 0 && errno == ENOENT;
	found->asked = false;
	if (above < 0)
		return -1;
	dir = file_open_user_folder(above, user, owner, found, e);
	close(above);
	return dir;
}

/* dir is where the file is, or -1. */
static enum folder_fate
look_at_file(const struct folder_source *from, const struct folder_file *w,
    int dir)
{
	struct file_id now;
	bool missing = dir < 0 || file_identify(dir, w->name, &now) < 0;

	if (missing && w->missing)
		return FOLDER_SAME;
	if (missing)
		return folder_watch_gone(from, dir) ? FOLDER_CHANGED
						    : FOLDER_BEING_WRITTEN;
	if (!w->missing && file_id_equal(&now, &w->id))
		return FOLDER_SAME;
	return folder_watch_settled(from, &now) ? FOLDER_CHANGED
						: FOLDER_BEING_WRITTEN;
}

enum folder_fate
folder_watch_files(const struct folder_source *from,
    const struct folder_entry *en, int dir)
{
	enum folder_fate fate = FOLDER_SAME;
	int site = -1;

	for (size_t i = 0; fate == FOLDER_SAME && i < en->watched_count; i++) {
		const struct folder_file *w = &en->watched[i];

		if (w->site && site < 0)
			site = file_open_folder(from->templates, NULL);
		fate = look_at_file(from, w, w->site ? site : dir);
	}
	if (site >= 0)
		close(site);
	return fate;
}

static bool
is_refused_one(const struct folder_source *from, const struct folder_entry *en)
{
	int above = file_open_folder(from->dir, NULL);
	struct file_id now;
	bool same = above >= 0 && file_identify(above, en->user, &now) == 0 &&
	    file_id_equal(&now, &en->refused_id);

	if (above >= 0)
		close(above);
	return same;
}

/* Whoever finds that it is time to ask again does so, and nobody else. */
static bool
is_time_to_ask(const struct folder_source *from, struct folder_entry *en)
{
	int64_t now_us = clock_steady_us(from->clock), before = en->asked_us;

	return now_us - before >= LIMIT_FOLDER_REFUSED_S * (int64_t)1000000 &&
	    atomic_compare_exchange_strong(&en->asked_us, &before, now_us);
}

/* The folder is not there: it may be about to be put in another's place. */
static enum folder_fate
look_where_it_was(const struct folder_source *from,
    const struct folder_entry *en)
{
	int above;
	bool gone;

	if (en->read == FOLDER_MISSING)
		return FOLDER_SAME;
	above = file_open_folder(from->dir, NULL);
	gone = folder_watch_gone(from, above);
	if (above >= 0)
		close(above);
	return gone ? FOLDER_CHANGED : FOLDER_BEING_WRITTEN;
}

enum folder_fate
folder_watch_look(const struct folder_source *from, struct folder_entry *en)
{
	struct file_found found = { .missing = false };
	enum folder_fate fate = FOLDER_CHANGED;
	int dir;

	if (en->refused && !is_refused_one(from, en))
		return FOLDER_CHANGED;
	if (en->refused && !is_time_to_ask(from, en))
		return FOLDER_SAME;
	/* Its owner was judged when it was read, which may have taken long. */
	dir = folder_watch_open(from, en->user, en->owner, &found, NULL);
	if (dir < 0 && found.missing)
		return look_where_it_was(from, en);
	if (dir < 0)
		return en->read == FOLDER_BROKEN && en->watched_count == 0
		    ? FOLDER_SAME
		    : FOLDER_CHANGED;
	if (en->watched_count > 0)
		fate = folder_watch_files(from, en, dir);
	close(dir);
	/* What was not settled is looked at again until it is. */
	return en->read == FOLDER_SETTLING && fate == FOLDER_SAME
	    ? FOLDER_CHANGED
	    : fate;
}
