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

#include "daemon/folder_entry.h"

struct folders {
	pthread_mutex_t lock;
	struct folder_source source;
	struct folder_entry **bucket;
	size_t buckets, count, most;
	unsigned long tick;
};

struct folders *
folders_new(const char *dir, const char *templates, size_t most, struct err *e)
{
	struct folders *f = calloc(1, sizeof(*f));

	if (f == NULL)
		goto fail;
	pthread_mutex_init(&f->lock, NULL);
	f->most = most;
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
folders_free(struct folders *f)
{
	if (f == NULL)
		return;
	for (size_t i = 0; f->bucket != NULL && i < f->buckets; i++)
		for (struct folder_entry *en = f->bucket[i], *next; en != NULL;
		     en = next) {
			next = en->next;
			folder_entry_free(en);
		}
	pthread_mutex_destroy(&f->lock);
	free(f->bucket);
	free(f->source.dir);
	free(f->source.templates);
	free(f);
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
	if (--en->holders == 0)
		folder_entry_free(en);
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

/* Held for the caller, or NULL when there is none or it is out of date. */
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
	if (en == NULL || folder_entry_current(&f->source, en))
		return en;
	folders_put(f, &en->public);
	return NULL;
}

const struct folder *
folders_get(struct folders *f, const char *user, bool *fresh, struct err *e)
{
	struct folder_entry *en = look_up(f, user), **place;

	*fresh = en == NULL;
	if (en != NULL)
		return &en->public;
	en = folder_entry_read(&f->source, user, e);
	if (en == NULL)
		return NULL;
	pthread_mutex_lock(&f->lock);
	place = find_place(f, user);
	if (*place != NULL)
		remove_at(f, place);
	else if (f->count == f->most)
		remove_oldest(f);
	en->holders = 2; /* the table and the caller */
	en->used = ++f->tick;
	en->next = f->bucket[bucket_of(f, user)];
	f->bucket[bucket_of(f, user)] = en;
	f->count++;
	pthread_mutex_unlock(&f->lock);
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

	for (size_t i = 0; i < en->templates; i++)
		if (view_equal(en->template[i].name, name))
			return &en->template[i].template;
	return NULL;
}
