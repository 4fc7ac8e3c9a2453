// SPDX-License-Identifier: BSD-2-Clause
/*
 * folders.c - users' folders: rules, contacts and templates, kept in memory.
 *
 * The table is under one lock; reading a folder happens outside of it, so a
 * user with a million contacts keeps nobody else waiting.  Two threads may
 * read the same folder at once; the later result stays.
 */
#include "daemon/folders.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"

enum { LARGEST_FOLDER_POOL = 1024 * 1024, WATCHED_FILES = 64 };

/* A file whose state decides whether what was read still holds. */
struct watched {
	const char *name; /* in the user's folder */
	struct file_id id;
	bool missing;
};

struct named_template {
	struct view name;
	struct template template;
};

/* A folder in the table.  public comes first: a folder is its entry. */
struct entry {
	struct folder public;
	struct entry *next; /* of the same bucket */
	unsigned holders;   /* the table is one */
	unsigned long used; /* tick of the last use */
	struct pool *pool;
	struct rules *rules;
	struct contacts *contacts;
	struct watched watched[WATCHED_FILES];
	size_t watched_count;
	struct named_template *template;
	size_t templates;
	char user[LIMIT_USER_NAME_SIZE + 1];
};

struct folders {
	pthread_mutex_t lock;
	char *dir, *site_templates;
	uid_t owner; /* the daemon's own user may own files too */
	struct entry **bucket;
	size_t buckets, count, most;
	unsigned long tick;
};

static void
entry_free(struct entry *en)
{
	if (en == NULL)
		return;
	rules_free(en->rules);
	contacts_free(en->contacts);
	pool_free(en->pool);
	free(en);
}

struct folders *
folders_new(const char *dir, const char *templates, size_t most, struct err *e)
{
	struct folders *f = calloc(1, sizeof(*f));

	if (f == NULL)
		goto fail;
	pthread_mutex_init(&f->lock, NULL);
	f->most = most;
	f->buckets = most;
	f->owner = geteuid();
	f->dir = strdup(dir);
	f->site_templates = strdup(templates);
	f->bucket = calloc(f->buckets, sizeof(*f->bucket));
	if (f->dir == NULL || f->site_templates == NULL || f->bucket == NULL)
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
		for (struct entry *en = f->bucket[i], *next; en != NULL;
		     en = next) {
			next = en->next;
			entry_free(en);
		}
	pthread_mutex_destroy(&f->lock);
	free(f->bucket);
	free(f->dir);
	free(f->site_templates);
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

/*
 * Reads a file of the user's folder and remembers its state, found or not.
 * found->missing tells that there is none.
 */
static int
read_watched(const struct folders *f, struct entry *en, int dir,
    const char *name, struct text *bytes, struct err *e)
{
	struct file_found found = { .missing = false };
	struct watched *w;
	int result;

	if (en->watched_count == WATCHED_FILES)
		return err_set(e, "%s: more than %d files in use", name,
		    WATCHED_FILES);
	result = file_read_user(dir, name, f->owner, bytes, &found, e);
	w = &en->watched[en->watched_count++];
	w->name = pool_copy(en->pool, view_of(name)).data;
	w->missing = file_identify(dir, name, &w->id) < 0;
	if (w->name == NULL)
		return err_set(e, "out of memory");
	if (result == 0)
		w->id = found.id;
	return result;
}

static int
read_rules(const struct folders *f, struct entry *en, int dir, struct err *e)
{
	struct text bytes = TEXT_INIT(LIMIT_RULES_SIZE);
	int result = read_watched(f, en, dir, "rules.conf", &bytes, e);

	if (result == 0) {
		en->rules = rules_parse(text_view(&bytes), "rules.conf", e);
		result = en->rules == NULL ? -1 : 0;
	}
	text_free(&bytes);
	return result;
}

/* What could not be read of a contacts file is said, the rest is used. */
static void
complain_of_rows(struct entry *en, const char *name,
    const struct contacts_report *report)
{
	struct err words = ERR_NONE;

	if (report->refused == 0 || en->public.complaint != NULL)
		return;
	err_set(&words,
	    "%s/%s:%d: %zu rows could not be read, from this line on; the "
	    "other %zu are in use",
	    en->user, name, report->first_refused, report->refused,
	    report->added);
	en->public.complaint = pool_copy(en->pool, view_of(words.text)).data;
}

static int
read_contacts(const struct folders *f, struct entry *en, int dir, struct err *e)
{
	struct text bytes = TEXT_INIT(LIMIT_CONTACTS_SIZE);
	int result = 0;

	en->contacts = contacts_new(LIMIT_CONTACTS_MEMORY);
	if (en->contacts == NULL)
		return err_set(e, "out of memory");
	for (size_t i = 0; result == 0 && i < rules_contact_files(en->rules);
	     i++) {
		struct contacts_report report;
		struct view name =
		    pool_copy(en->pool, rules_contact_file(en->rules, i));

		text_clear(&bytes);
		if (name.data == NULL)
			result = err_set(e, "out of memory");
		else
			result = read_watched(f, en, dir, name.data, &bytes, e);
		if (result == 0)
			result = contacts_add(en->contacts, text_view(&bytes),
			    name.data, &report, e);
		if (result == 0)
			complain_of_rows(en, name.data, &report);
	}
	text_free(&bytes);
	return result;
}

/* The user's own NAME.txt, else the site's; into bytes. */
static int
read_template_file(const struct folders *f, struct entry *en, int dir,
    const char *name, struct text *bytes, struct err *e)
{
	struct text path = TEXT_INIT(4096);
	int result = read_watched(f, en, dir, name, bytes, e);

	if (result < 0 && en->watched[en->watched_count - 1].missing &&
	    f->site_templates[0] != '\0') {
		text_addf(&path, "%s/%s", f->site_templates, name);
		result = file_read(text_string(&path), bytes, e);
	}
	text_free(&path);
	return result;
}

static int
read_template(const struct folders *f, struct entry *en, int dir,
    struct named_template *to, struct err *e)
{
	struct text bytes = TEXT_INIT(LIMIT_TEMPLATE_SIZE);
	struct text name = TEXT_INIT(LIMIT_USER_NAME_SIZE);
	struct view kept;
	int result = -1;

	text_addf(&name, "%.*s.txt", VIEW_ARG(to->name));
	if (!text_ok(&name)) {
		err_set(e, "the name of template %.*s is too long",
		    VIEW_ARG(to->name));
	} else if (read_template_file(f, en, dir, text_string(&name), &bytes,
		       e) == 0) {
		kept = pool_copy(en->pool, text_view(&bytes));
		if (kept.data == NULL)
			err_set(e, "out of memory");
		else
			result = template_parse(kept, text_string(&name),
			    &to->template, e);
	}
	text_free(&bytes);
	text_free(&name);
	return result;
}

static int
read_templates(const struct folders *f, struct entry *en, int dir,
    struct err *e)
{
	size_t count = 0;

	while (rules_template(en->rules, count).size > 0)
		count++;
	en->template = pool_array(en->pool, count, sizeof(*en->template));
	if (en->template == NULL)
		return err_set(e, "out of memory");
	for (; en->templates < count; en->templates++) {
		struct named_template *to = &en->template[en->templates];

		to->name = rules_template(en->rules, en->templates);
		if (read_template(f, en, dir, to, e) < 0)
			return -1;
	}
	return 0;
}

/*
 * Puts the reason in place of the folder's content.  What is wrong with a file
 * in it is said without the folder's name, which inside is for.
 */
static void
break_entry(struct entry *en, bool inside, const struct err *e)
{
	struct err words = ERR_NONE;

	err_set(&words, "%s%s%s", inside ? en->user : "", inside ? "/" : "",
	    e->text);
	en->public.state = FOLDER_BROKEN;
	en->public.complaint = pool_copy(en->pool, view_of(words.text)).data;
	if (en->public.complaint == NULL)
		en->public.complaint = "out of memory";
}

/* Reads everything of one folder; -1 only when memory is used up. */
static struct entry *
entry_read(const struct folders *f, const char *user, struct err *e)
{
	struct entry *en = calloc(1, sizeof(*en));
	struct file_found found = { .missing = false };
	struct err why = ERR_NONE;
	int above, dir = -1;

	if (en == NULL || (en->pool = pool_new(LARGEST_FOLDER_POOL)) == NULL) {
		free(en);
		err_set(e, "out of memory");
		return NULL;
	}
	strncpy(en->user, user, sizeof(en->user) - 1);
	/* Where nobody has a folder yet, nobody's is broken. */
	above = file_open_folder(f->dir, &why);
	found.missing = above < 0 && errno == ENOENT;
	if (above >= 0)
		dir =
		    file_open_user_folder(above, user, f->owner, &found, &why);
	if (dir < 0 && found.missing)
		en->public.state = FOLDER_MISSING;
	else if (dir < 0 || read_rules(f, en, dir, &why) < 0 ||
	    read_contacts(f, en, dir, &why) < 0 ||
	    read_templates(f, en, dir, &why) < 0)
		break_entry(en, dir >= 0, &why);
	en->public.rules = en->rules;
	en->public.contacts = en->contacts;
	if (dir >= 0)
		close(dir);
	if (above >= 0)
		close(above);
	return en;
}

/* Whether the files are still those that were read. */
static bool
is_current(const struct folders *f, const struct entry *en)
{
	struct file_found found = { .missing = false };
	bool current = true;
	int above = file_open_folder(f->dir, NULL), dir = -1;

	found.missing = above < 0 && errno == ENOENT;
	if (above >= 0)
		dir = file_open_user_folder(above, en->user, f->owner, &found,
		    NULL);
	if (dir < 0) {
		current = found.missing ? en->public.state == FOLDER_MISSING
					: en->public.state == FOLDER_BROKEN &&
			en->watched_count == 0;
	} else if (en->watched_count == 0) {
		current = false;
	}
	for (size_t i = 0; dir >= 0 && current && i < en->watched_count; i++) {
		const struct watched *w = &en->watched[i];
		struct file_id now;
		bool missing = file_identify(dir, w->name, &now) < 0;

		current = missing ? w->missing
				  : !w->missing && file_id_equal(&now, &w->id);
	}
	if (dir >= 0)
		close(dir);
	if (above >= 0)
		close(above);
	return current;
}

/* Under the lock: one holder less, and gone with the last. */
static void
release(struct entry *en)
{
	if (--en->holders == 0)
		entry_free(en);
}

/* Under the lock: the place that points to the user's entry, or to NULL. */
static struct entry **
find_place(struct folders *f, const char *user)
{
	struct entry **place = &f->bucket[bucket_of(f, user)];

	while (*place != NULL && strcmp((*place)->user, user) != 0)
		place = &(*place)->next;
	return place;
}

static void
remove_at(struct folders *f, struct entry **place)
{
	struct entry *en = *place;

	*place = en->next;
	f->count--;
	release(en);
}

/* Under the lock: the entry nobody has asked for longest makes room. */
static void
remove_oldest(struct folders *f)
{
	struct entry **oldest = NULL;

	for (size_t i = 0; i < f->buckets; i++)
		for (struct entry **p = &f->bucket[i]; *p != NULL;
		     p = &(*p)->next)
			if (oldest == NULL || (*p)->used < (*oldest)->used)
				oldest = p;
	if (oldest != NULL)
		remove_at(f, oldest);
}

/* Held for the caller, or NULL when there is none or it is out of date. */
static struct entry *
look_up(struct folders *f, const char *user)
{
	struct entry *en;

	pthread_mutex_lock(&f->lock);
	en = *find_place(f, user);
	if (en != NULL) {
		en->holders++;
		en->used = ++f->tick;
	}
	pthread_mutex_unlock(&f->lock);
	if (en == NULL || is_current(f, en))
		return en;
	folders_put(f, &en->public);
	return NULL;
}

const struct folder *
folders_get(struct folders *f, const char *user, bool *fresh, struct err *e)
{
	struct entry *en = look_up(f, user), **place;

	*fresh = en == NULL;
	if (en != NULL)
		return &en->public;
	en = entry_read(f, user, e);
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
	struct entry *en = (struct entry *)(uintptr_t)folder;

	if (en == NULL)
		return;
	pthread_mutex_lock(&f->lock);
	release(en);
	pthread_mutex_unlock(&f->lock);
}

const struct template *
folder_template(const struct folder *folder, struct view name)
{
	const struct entry *en = (const struct entry *)folder;

	for (size_t i = 0; i < en->templates; i++)
		if (view_equal(en->template[i].name, name))
			return &en->template[i].template;
	return NULL;
}
