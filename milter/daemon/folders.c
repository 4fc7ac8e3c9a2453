// SPDX-License-Identifier: BSD-2-Clause
/*
 * folders.c - users' folders: rules, contacts and templates, kept in memory.
 *
 * The table is under one lock; reading a folder happens outside of it, so a
 * user with a million contacts keeps nobody else waiting.  Two threads may
 * read the same folder at once; the later result stays.
 */
#include "daemon/folders.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "daemon/folder_entry.h"
#include "daemon/folder_watch.h"

struct folders {
	pthread_mutex_t lock;
	struct folder_source source;
	struct folder_entry **bucket;
	size_t buckets, count, most;
	unsigned long tick;
	unsigned owners; /* who will call folders_free() */
};

struct folders *
folders_new(const char *dir, const char *templates, size_t most, struct err *e)
{
	struct folders *f = calloc(1, sizeof(*f));

	if (f == NULL)
		goto fail;
	pthread_mutex_init(&f->lock, NULL);
	f->most = most;
	f->owners = 1;
	f->buckets = most;
	f->source.clock = &clock_system;
	f->source.dir = strdup(dir);
	f->source.templates = strdup(templates);
	f->bucket = calloc(f->buckets, sizeof(*f->bucket));
	if (f->source.dir == NULL || f->source.templates == NULL ||
	    f->bucket == NULL)
		goto fail;
	return f;
fail:
	err_set(e, "out of memory");
	folders_free(f);
	return NULL;
}

void
folders_settle(struct folders *f, const struct clock *clock, int64_t ms)
{
	f->source.clock = clock;
	f->source.settle_ms = ms;
}

/* FNV-1a; users' names are checked and few, nobody can aim at a bucket. */
static size_t
bucket_of(const struct folders *f, const char *user)
{
	size_t hash = 2166136261U;

	for (; *user != '\0'; user++)
		hash = (hash ^ (unsigned char)*user) * 16777619U;
	return hash % f->buckets;
}

/* Under the lock: one holder less, and gone with the last. */
static void
release(struct folder_entry *en)
{
	struct folder_entry *standing = en->standing;

	if (--en->holders > 0)
		return;
	folder_entry_free(en);
	/* Nothing stands in its place. */
	if (standing != NULL && --standing->holders == 0)
		folder_entry_free(standing);
}

void
folders_free(struct folders *f)
{
	unsigned left;

	if (f == NULL)
		return;
	pthread_mutex_lock(&f->lock);
	left = --f->owners;
	pthread_mutex_unlock(&f->lock);
	if (left > 0)
		return;
	for (size_t i = 0; f->bucket != NULL && i < f->buckets; i++)
		for (struct folder_entry *en = f->bucket[i], *next; en != NULL;
		     en = next) {
			next = en->next;
			release(en);
		}
	pthread_mutex_destroy(&f->lock);
	free(f->bucket);
	free(f->source.dir);
	free(f->source.templates);
	free(f);
}

/* Under the lock: the place that points to the user's entry, or to NULL. */
static struct folder_entry **
find_place(struct folders *f, const char *user)
{
	struct folder_entry **place = &f->bucket[bucket_of(f, user)];

	while (*place != NULL && strcmp((*place)->user, user) != 0)
		place = &(*place)->next;
	return place;
}

static void
remove_at(struct folders *f, struct folder_entry **place)
{
	struct folder_entry *en = *place;

	*place = en->next;
	f->count--;
	release(en);
}

/* Under the lock: the entry nobody has asked for longest makes room. */
static void
remove_oldest(struct folders *f)
{
	struct folder_entry **oldest = NULL;

	for (size_t i = 0; i < f->buckets; i++)
		for (struct folder_entry **p = &f->bucket[i]; *p != NULL;
		     p = &(*p)->next)
			if (oldest == NULL || (*p)->used < (*oldest)->used)
				oldest = p;
	if (oldest != NULL)
		remove_at(f, oldest);
}

void
folders_inherit(struct folders **f, struct folders *from)
{
	const struct folder_source *a = &(*f)->source, *b = &from->source;

	if (strcmp(a->dir, b->dir) != 0 ||
	    strcmp(a->templates, b->templates) != 0 ||
	    a->settle_ms != b->settle_ms || (*f)->most != from->most)
		return;
	pthread_mutex_lock(&from->lock);
	from->owners++;
	pthread_mutex_unlock(&from->lock);
	folders_free(*f);
	*f = from;
}

/* The one in the table, held for the caller, or NULL. */
static struct folder_entry *
look_up(struct folders *f, const char *user)
{
	struct folder_entry *en;

	pthread_mutex_lock(&f->lock);
	en = *find_place(f, user);
	if (en != NULL) {
		en->holders++;
		en->used = ++f->tick;
	}
	pthread_mutex_unlock(&f->lock);
	return en;
}

/* Into the table, in place of before if that still is there; held. */
static void
insert(struct folders *f, struct folder_entry *en, struct folder_entry *before)
{
	struct folder_entry **place;

	pthread_mutex_lock(&f->lock);
	place = find_place(f, en->user);
	if (*place != NULL)
		before = *place;
	if (en->mistaken && before != NULL && before->public.state == FOLDER_OK)
		folder_entry_stand_in(en, before);
	if (*place != NULL)
		remove_at(f, place);
	else if (f->count == f->most)
		remove_oldest(f);
	en->holders = 2; /* the table and the caller */
	en->used = ++f->tick;
	en->next = f->bucket[bucket_of(f, en->user)];
	f->bucket[bucket_of(f, en->user)] = en;
	f->count++;
	pthread_mutex_unlock(&f->lock);
}

const struct folder *
folders_get(struct folders *f, const char *user, bool *fresh, struct err *e)
{
	struct folder_entry *before = look_up(f, user), *en;
	enum folder_fate fate = before == NULL
	    ? FOLDER_CHANGED
	    : folder_watch_look(&f->source, before);

	*fresh = false;
	if (fate != FOLDER_CHANGED)
		return &before->public;
	en = folder_entry_read(&f->source, user, NULL, e);
	if (en != NULL && en->read == FOLDER_SETTLING && before != NULL) {
		folder_entry_free(en);
		return &before->public;
	}
	if (en != NULL)
		insert(f, en, before);
	*fresh = en != NULL;
	if (before != NULL)
		folders_put(f, &before->public);
	return en == NULL ? NULL : &en->public;
}

bool
folders_have(const struct folders *f, const char *user)
{
	int above = file_open_folder(f->source.dir, NULL);
	struct file_id id;
	bool have = above >= 0 && file_identify(above, user, &id) == 0;

	if (above >= 0)
		close(above);
	return have;
}

const struct folder *
folders_share(struct folders *f, const struct folder *folder)
{
	pthread_mutex_lock(&f->lock);
	((struct folder_entry *)(uintptr_t)folder)->holders++;
	pthread_mutex_unlock(&f->lock);
	return folder;
}

const struct folder *
folders_try(const struct folders *f, const char *user, struct view rules_conf,
    struct err *e)
{
	struct folder_entry *en =
	    folder_entry_read(&f->source, user, &rules_conf, e);

	if (en == NULL)
		return NULL;
	en->holders = 1;
	return &en->public;
}

void
folders_put(struct folders *f, const struct folder *folder)
{
	struct folder_entry *en = (struct folder_entry *)(uintptr_t)folder;

	if (en == NULL)
		return;
	pthread_mutex_lock(&f->lock);
	release(en);
	pthread_mutex_unlock(&f->lock);
}

const struct template *
folder_template(const struct folder *folder, struct view name)
{
	const struct folder_entry *en = (const struct folder_entry *)folder;

	if (en->standing != NULL)
		en = en->standing;
	for (size_t i = 0; i < en->templates; i++)
		if (view_equal(en->template[i].name, name))
			return &en->template[i].template;
	return NULL;
}
