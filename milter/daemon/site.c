// SPDX-License-Identifier: BSD-2-Clause
/*
 * site.c - the site's whole set-up as one immutable snapshot.
 */
#include "daemon/site.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"

/* Counts holders of all snapshots; they are few and held for a message. */
static pthread_mutex_t holders_lock = PTHREAD_MUTEX_INITIALIZER;

static int
is_pack_file(const struct dirent *entry)
{
	return fnmatch("*.conf", entry->d_name, FNM_PERIOD) == 0;
}

/* The fingerprint so far and these bytes are the next one.  0, or -1 and e. */
static int
add_to_fingerprint(struct site *s, struct view bytes, struct err *e)
{
	char both[2 * DIGEST_HEX_SIZE];

	memcpy(both, s->fingerprint, DIGEST_HEX_SIZE);
	if (digest_hex(bytes, both + DIGEST_HEX_SIZE) < 0 ||
	    digest_hex((struct view){ both, sizeof(both) }, s->fingerprint) < 0)
		return err_set(e, "out of memory");
	return 0;
}

/* As they are in force: the values, wherever they come from. */
static int
add_settings(struct site *s, struct err *e)
{
	/* Written with their comments, they take more than they did. */
	struct text values = TEXT_INIT(8 * LIMIT_SETTINGS_SIZE);
	int result = -1;

	conf_print(s->conf, &values);
	if (!text_ok(&values))
		err_set(e, "out of memory");
	else
		result = add_to_fingerprint(s, text_view(&values), e);
	text_free(&values);
	return result;
}

static struct pack *
load_pack(struct site *s, const char *folder, const char *name, struct err *e)
{
	struct text bytes = TEXT_INIT(LIMIT_PACK_SIZE);
	struct text path = TEXT_INIT(4096);
	struct pack *pack = NULL;

	text_addf(&path, "%s/%s", folder, name);
	if (!text_ok(&path))
		err_set(e, "%s: path too long", folder);
	else if (file_read(text_string(&path), &bytes, e) == 0 &&
	    add_to_fingerprint(s, text_view(&bytes), e) == 0)
		pack = pack_parse(text_view(&bytes), text_string(&path), e);
	text_free(&bytes);
	text_free(&path);
	return pack;
}

/* A record says the name only, so no other pack before it may have it. */
static int
check_name(const struct packs *packs, const struct pack *pack, struct err *e)
{
	int line, other;
	const char *file = pack_place(pack, &line);

	for (size_t i = 0; i < packs->count; i++)
		if (view_equal(pack_name(packs->pack[i]), pack_name(pack)))
			return err_set(e,
			    "%s:%d: name: \"%.*s\" is the name of another "
			    "pack, in %s",
			    file, line, VIEW_ARG(pack_name(pack)),
			    pack_place(packs->pack[i], &other));
	return 0;
}

/* Those of the entries, as far as they can be read. */
static int
load_entries(struct site *s, const char *folder, struct dirent *const *entry,
    size_t count, struct err *e)
{
	struct packs *packs = &s->packs;

	packs->pack = calloc(count, sizeof(*packs->pack));
	if (packs->pack == NULL)
		return err_set(e, "%s: out of memory", folder);
	while (packs->count < count) {
		struct pack *pack =
		    load_pack(s, folder, entry[packs->count]->d_name, e);

		if (pack == NULL || check_name(packs, pack, e) < 0) {
			pack_free(pack);
			return -1;
		}
		packs->pack[packs->count++] = pack;
	}
	return 0;
}

/* Puts in front of e where the folder of packs was named. */
static int
in_packs(const struct site *s, struct err *e)
{
	return s->source.packs == NULL ? conf_in(s->conf, "packs", e)
				       : err_in(e, "packs");
}

/* Every *.conf of the folder, by name; none at all is an error. */
static int
load_packs(struct site *s, const char *folder, struct err *e)
{
	struct dirent **entry = NULL;
	int count = scandir(folder, &entry, is_pack_file, alphasort);
	int result;

	if (count < 0) {
		err_sys(e, errno, "%s", folder);
		return in_packs(s, e);
	}
	if (count == 0) {
		err_set(e, "%s: no *.conf in this folder", folder);
		result = in_packs(s, e);
	} else if (count > LIMIT_PACKS) {
		err_set(e, "%s: more than %d packs", folder, LIMIT_PACKS);
		result = in_packs(s, e);
	} else {
		result = load_entries(s, folder, entry, (size_t)count, e);
	}
	for (int i = 0; i < count; i++)
		free(entry[i]);
	free(entry);
	return result;
}

static int
load_users(struct site *s, struct err *e)
{
	const struct conf *c = s->conf;
	struct text aliases = TEXT_INIT(LIMIT_ALIASES_SIZE);

	if (c->users.aliases[0] != '\0' &&
	    file_read(c->users.aliases, &aliases, e) < 0)
		conf_in(c, "users.aliases", e);
	else if (add_to_fingerprint(s, text_view(&aliases), e) == 0)
		s->users = users_map_new(c->users.domains.item,
		    c->users.domains.count, view_of(c->users.extension),
		    text_view(&aliases), c->users.aliases, e);
	text_free(&aliases);
	return s->users == NULL ? -1 : 0;
}

char *
site_host_name(const struct conf *c)
{
	char name[256];

	if (c->reply.host[0] != '\0')
		return strdup(c->reply.host);
	if (gethostname(name, sizeof(name)) < 0)
		return strdup("localhost");
	name[sizeof(name) - 1] = '\0';
	return strdup(name);
}

struct site *
site_load(const struct site_source *source, struct err *e)
{
	const char *path = source->conf;
	struct site *s = calloc(1, sizeof(*s));

	if (s == NULL) {
		err_set(e, "out of memory");
		return NULL;
	}
	s->holders = 1;
	s->source = *source;
	s->conf = conf_load(path, e);
	if (s->conf == NULL)
		goto fail;
	s->conf->dry_run = s->conf->dry_run || source->dry_run;
	if (add_settings(s, e) < 0 ||
	    load_packs(s,
		source->packs == NULL ? s->conf->packs : source->packs,
		e) < 0 ||
	    load_users(s, e) < 0)
		goto fail;
	s->routes = routes_new(s->conf->reply.routes.item,
	    s->conf->reply.routes.count, e);
	if (s->routes == NULL) {
		conf_in(s->conf, "reply.routes", e);
		goto fail;
	}
	s->internal = hosts_new(s->conf->internal_hosts.item,
	    s->conf->internal_hosts.count, e);
	if (s->internal == NULL) {
		conf_in(s->conf, "internal_hosts", e);
		goto fail;
	}
	s->host = site_host_name(s->conf);
	if (s->host == NULL) {
		err_set(e, "out of memory");
		goto fail;
	}
	s->folders = folders_new(s->conf->users.dir, s->conf->templates,
	    (size_t)s->conf->users.cache, e);
	if (s->folders == NULL)
		goto fail;
	if (source->settle)
		folders_settle(s->folders, &clock_system,
		    LIMIT_FOLDER_SETTLE_MS);
	return s;
fail:
	site_drop(s);
	return NULL;
}

bool
site_settings_readable(const struct site_source *source)
{
	return source->conf[0] == '\0' || access(source->conf, R_OK) == 0;
}

struct site *
site_hold(struct site *s)
{
	pthread_mutex_lock(&holders_lock);
	s->holders++;
	pthread_mutex_unlock(&holders_lock);
	return s;
}

void
site_drop(struct site *s)
{
	unsigned left;

	if (s == NULL)
		return;
	pthread_mutex_lock(&holders_lock);
	left = --s->holders;
	pthread_mutex_unlock(&holders_lock);
	if (left > 0)
		return;
	for (size_t i = 0; i < s->packs.count; i++)
		pack_free(s->packs.pack[i]);
	free(s->packs.pack);
	routes_free(s->routes);
	users_map_free(s->users);
	hosts_free(s->internal);
	folders_free(s->folders);
	free(s->host);
	conf_free(s->conf);
	free(s);
}

struct site_slot {
	pthread_mutex_t lock;
	struct site *site;
};

struct site_slot *
site_slot_new(struct site *s)
{
	struct site_slot *slot = calloc(1, sizeof(*slot));

	if (slot == NULL)
		return NULL;
	pthread_mutex_init(&slot->lock, NULL);
	slot->site = s;
	return slot;
}

void
site_slot_free(struct site_slot *slot)
{
	if (slot == NULL)
		return;
	site_drop(slot->site);
	pthread_mutex_destroy(&slot->lock);
	free(slot);
}

struct site *
site_current(struct site_slot *slot)
{
	struct site *s;

	pthread_mutex_lock(&slot->lock);
	s = site_hold(slot->site);
	pthread_mutex_unlock(&slot->lock);
	return s;
}

void
site_replace(struct site_slot *slot, struct site *s)
{
	struct site *old;

	pthread_mutex_lock(&slot->lock);
	old = slot->site;
	slot->site = s;
	pthread_mutex_unlock(&slot->lock);
	site_drop(old);
}
