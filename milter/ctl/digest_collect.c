// SPDX-License-Identifier: BSD-2-Clause
/*
 * digest_collect.c - what was held or filed in a period, user by user.
 *
 * Kept are the first LIMIT_DAILY_ENTRIES of either kind, and only for users
 * who want to be told; the rest is counted.
 */
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "ctl/digest.h"
#include "policy/users.h"

/* Of all users; past it there is no memory. */
enum { POOL_SIZE = 1024 * 1024 * 1024 };

/* Octets of texts, so that some entries fit into a job. */
enum { NAME_SIZE = 100, HEADLINE_SIZE = 120 };

/* When a message was held, or something done with it by hand. */
struct event {
	struct event *next; /* what was read before it */
	int64_t time_ms;
	struct view outcome; /* empty: it was held */
};

/* A queue id under which messages were held; a later one may get it again. */
struct digest_held {
	struct view host, queue_id;
	struct event *last;
};

/* The message of an entry. */
struct digest_held_at {
	const struct digest_held *id;
	int64_t time_ms;
};

int
digest_init(struct digests *d, const struct digest_world *world,
    const char *only, int64_t since_ms, int64_t until_ms)
{
	*d = (struct digests){ .world = world,
		.only = only,
		.since_ms = since_ms,
		.until_ms = until_ms,
		.pool = pool_new(POOL_SIZE) };
	return d->pool == NULL ? -1 : 0;
}

/* What the trees have in them is the pool's. */
static void
leave(void *item)
{
	(void)item;
}

void
digest_free(struct digests *d)
{
	tdestroy(d->user_tree, leave);
	tdestroy(d->held_tree, leave);
	pool_free(d->pool);
}

static int
compare_users(const void *a, const void *b)
{
	const struct digest_user *one = a, *two = b;

	return strcmp(one->name, two->name);
}

static int
compare_held(const void *a, const void *b)
{
	const struct digest_held *one = a, *two = b;
	int order = view_compare(one->queue_id, two->queue_id);

	return order != 0 ? order : view_compare(one->host, two->host);
}

/* Puts an item of the pool into a tree: -1 without memory. */
static int
put(struct digests *d, void **tree, const void *item,
    int (*compare)(const void *, const void *))
{
	if (tsearch(item, tree, compare) != NULL)
		return 0;
	d->failed = true;
	return -1;
}

/* A new one, at the end of the list; NULL without memory. */
static struct digest_user *
add_user(struct digests *d, const char *name)
{
	struct digest_user *u = pool_alloc(d->pool, sizeof(*u));

	if (u == NULL)
		return NULL;
	u->name = pool_copy(d->pool, view_of(name)).data;
	if (u->name == NULL || put(d, &d->user_tree, u, compare_users) < 0)
		return NULL;
	u->wants = d->world->wants(d->world->arg, name) == 1;
	if (d->end == NULL)
		d->end = &d->first;
	*d->end = u;
	d->end = &u->next;
	return u;
}

/* NULL for somebody who is not asked for, or without memory. */
static struct digest_user *
find_user(struct digests *d, struct view name)
{
	char copy[LIMIT_USER_NAME_SIZE + 1] = "";
	const struct digest_user key = { .name = copy };
	void *found;

	if (!users_name_ok(name))
		return NULL;
	memcpy(copy, name.data, name.size);
	if (d->only != NULL && strcmp(copy, d->only) != 0)
		return NULL;
	found = tfind(&key, &d->user_tree, compare_users);
	return found != NULL ? *(struct digest_user **)found
			     : add_user(d, copy);
}

/* The id, known or new; NULL without memory. */
static struct digest_held *
find_held(struct digests *d, const struct audit_entry *e)
{
	const struct digest_held key = { .host = e->host,
		.queue_id = e->queue_id };
	void *found = tfind(&key, &d->held_tree, compare_held);
	struct digest_held *h;

	if (found != NULL)
		return *(struct digest_held **)found;
	h = pool_alloc(d->pool, sizeof(*h));
	if (h == NULL)
		return NULL;
	h->host = pool_copy(d->pool, e->host);
	h->queue_id = pool_copy(d->pool, e->queue_id);
	return put(d, &d->held_tree, h, compare_held) < 0 ? NULL : h;
}

/* The recipient's action that begins so, or NULL. */
static const struct audit_entry_action *
find_action(const struct audit_entry_recipient *r, struct view begin)
{
	for (size_t i = 0; i < r->action_count; i++)
		if (view_starts_nocase(r->action[i].words, begin))
			return &r->action[i];
	return NULL;
}

/* What was done for the recipient: a kind, or DAILY_KINDS for nothing. */
static enum daily_kind
what_was_done(const struct audit_entry *e,
    const struct audit_entry_recipient *r, struct view *folder)
{
	const struct view file = VIEW("file:");
	const struct audit_entry_action *filed = find_action(r, file);

	*folder = VIEW("");
	if (e->applied_quarantine)
		return DAILY_HELD;
	if (!e->applied_header || filed == NULL || filed->not_shared)
		return DAILY_KINDS;
	*folder = view_part(filed->words, file.size, VIEW_NONE);
	return DAILY_FILED;
}

/* A text cut and made printable, kept. */
static struct view
keep(struct digests *d, struct view v, size_t most)
{
	struct text t = TEXT_INIT(LIMIT_AUDIT_SIZE);
	struct view kept;

	utf8_add_printable(&t, v, most);
	kept = pool_copy(d->pool, text_view(&t));
	d->failed |= !text_ok(&t);
	text_free(&t);
	return kept;
}

static struct daily_entry
make_entry(struct digests *d, const struct audit_entry *e,
    const struct audit_entry_recipient *r, struct view folder)
{
	struct text when = TEXT_INIT(64);
	struct daily_entry entry;

	digest_add_moment(e->time_ms, &when);
	entry = (struct daily_entry){
		.when = keep(d, text_view(&when), NAME_SIZE),
		.type = keep(d, e->type, NAME_SIZE),
		.trust = keep(d, e->trust, NAME_SIZE),
		.unnamed = e->hashed && e->person.size > 0,
		.others = e->people > 1 ? e->people - 1 : 0,
		.folder = keep(d, folder, LIMIT_FOLDER_SIZE),
		.queue_id = keep(d, e->queue_id, LIMIT_QUEUE_ID),
		.draft = view_equal(r->reply_mode, VIEW("draft")),
	};
	if (!e->hashed) {
		entry.who = keep(d, e->person, NAME_SIZE);
		entry.headline = keep(d, e->headline, HEADLINE_SIZE);
	}
	/* What the site holds, whatever rules say, no rule holds. */
	if (folder.size > 0 || find_action(r, VIEW("quarantine")) != NULL)
		entry.rule = keep(d, r->rule, NAME_SIZE);
	d->failed |= !text_ok(&when);
	text_free(&when);
	return entry;
}

/* Room for one more entry of the kind; -1 without memory. */
static int
reserve(struct digests *d, struct digest_user *u, enum daily_kind kind)
{
	struct daily_list *list = &u->daily.list[kind];
	size_t room = u->room[kind] == 0 ? 4 : 2 * u->room[kind];
	struct daily_entry *entry;
	struct digest_held_at *held;

	if (list->count < u->room[kind])
		return 0;
	entry = pool_array(d->pool, room, sizeof(*entry));
	held = pool_array(d->pool, room, sizeof(*held));
	if (entry == NULL || held == NULL)
		return -1;
	if (list->count > 0)
		memcpy(entry, list->entry, list->count * sizeof(*entry));
	if (list->count > 0 && kind == DAILY_HELD)
		memcpy(held, u->held, list->count * sizeof(*held));
	list->entry = entry;
	if (kind == DAILY_HELD)
		u->held = held;
	u->room[kind] = room;
	return 0;
}

static void
add_entry(struct digests *d, struct digest_user *u, enum daily_kind kind,
    const struct audit_entry *e, const struct audit_entry_recipient *r,
    struct view folder)
{
	struct daily_list *list = &u->daily.list[kind];

	if (u->address.size == 0)
		u->address = pool_copy(d->pool, r->recipient);
	if (list->count == LIMIT_DAILY_ENTRIES) {
		list->more++;
		return;
	}
	if (reserve(d, u, kind) < 0)
		return; /* the pool says so */
	if (kind == DAILY_HELD)
		u->held[list->count] =
		    (struct digest_held_at){ find_held(d, e), e->time_ms };
	list->entry[list->count++] = make_entry(d, e, r, folder);
}

/* One mail is one entry, whichever addresses of the user it was for. */
static void
take_recipient(struct digests *d, const struct audit_entry *e,
    const struct audit_entry_recipient *r)
{
	struct digest_user *u = find_user(d, r->user);
	struct view folder;
	enum daily_kind kind = what_was_done(e, r, &folder);

	if (u == NULL || !u->wants || kind == DAILY_KINDS ||
	    u->record == d->records ||
	    !d->world->is_of_user(d->world->arg, r->recipient, u->name))
		return;
	u->record = d->records;
	add_entry(d, u, kind, e, r, folder);
}

/* Held, or what was done with it by hand; without memory the pool says so. */
static void
take_event(struct digests *d, const struct audit_entry *e)
{
	struct digest_held *h = find_held(d, e);
	struct event *event = pool_alloc(d->pool, sizeof(*event));

	if (h == NULL || event == NULL)
		return;
	event->time_ms = e->time_ms;
	event->outcome = pool_copy(d->pool, e->quarantine);
	event->next = h->last;
	h->last = event;
}

/* What was done last before the id was given again; empty: nothing. */
static struct view
outcome_of(const struct digest_held_at *held)
{
	int64_t until_ms = INT64_MAX, last_ms = held->time_ms;
	struct view outcome = VIEW("");

	for (const struct event *v = held->id->last; v != NULL; v = v->next)
		if (v->outcome.size == 0 && v->time_ms > held->time_ms &&
		    v->time_ms < until_ms)
			until_ms = v->time_ms;
	for (const struct event *v = held->id->last; v != NULL; v = v->next)
		if (v->outcome.size > 0 && v->time_ms < until_ms &&
		    (outcome.size == 0 ? v->time_ms >= last_ms
				       : v->time_ms > last_ms)) {
			outcome = v->outcome;
			last_ms = v->time_ms;
		}
	return outcome;
}

int
digest_take(struct digests *d, const struct audit_entry *e)
{
	d->records++;
	if (e->says_time && e->quarantine.size > 0) {
		take_event(d, e);
	} else if (e->says_time && audit_is_decision(e) && !e->dry_run) {
		if (e->applied_quarantine)
			take_event(d, e);
		if (e->time_ms >= d->since_ms && e->time_ms < d->until_ms)
			for (size_t i = 0; i < e->recipients; i++)
				take_recipient(d, e, &e->recipient[i]);
	}
	return d->failed || !pool_ok(d->pool) ? -1 : 0;
}

void
digest_finish(struct digests *d)
{
	for (struct digest_user *u = d->first; u != NULL; u = u->next) {
		struct daily_list *list = &u->daily.list[DAILY_HELD];

		for (size_t i = 0; i < list->count; i++)
			list->entry[i].outcome = outcome_of(&u->held[i]);
	}
}

bool
digest_has_any(const struct digest_user *u)
{
	for (int kind = 0; kind < DAILY_KINDS; kind++)
		if (u->daily.list[kind].count > 0)
			return true;
	return false;
}

void
digest_add_moment(int64_t ms, struct text *out)
{
	time_t seconds = (time_t)(ms / 1000);
	char words[32] = "-";
	struct tm tm;

	if (localtime_r(&seconds, &tm) != NULL &&
	    strftime(words, sizeof(words), "%Y-%m-%d %H:%M", &tm) == 0)
		words[0] = '-';
	text_add_string(out, words);
}

void
digest_add_period(int64_t since_ms, int64_t until_ms, struct text *out)
{
	const struct view midnight = VIEW(" 00:00");
	struct text since = TEXT_INIT(64);
	struct view v;

	digest_add_moment(since_ms, &since);
	v = text_view(&since);
	if (view_ends_nocase(v, midnight) &&
	    clock_next_local(since_ms, 0) == until_ms) {
		text_add(out, view_part(v, 0, v.size - midnight.size));
	} else {
		text_add(out, v);
		text_add_string(out, " to ");
		digest_add_moment(until_ms, out);
	}
	out->failed |= since.failed;
	text_free(&since);
}
