// SPDX-License-Identifier: BSD-2-Clause
/*
 * cards.c - what is known of people, found by any of their keys, in little
 * memory.
 *
 * All that is known of a person is one run of octets in a flat store, and a
 * table of hashes leads from each of the person's keys to it:
 *
 *	struct head, then the octets of: written name, key of the name, slug,
 *	and for each address its size in one octet and itself.
 *
 * Where two people share a key and neither has all the groups of the other,
 * the key gets a card of its own that has them all.
 */
#include "policy/cards.h"

#include <stdlib.h>
#include <string.h>

_Static_assert((int)CARD_EMAIL < (int)TABLE_KINDS,
    "a kind of hash for each key");
_Static_assert(LIMIT_CONTACT_KEY_SIZE <= UINT8_MAX, "sizes are one octet");
_Static_assert(LIMIT_CONTACT_EMAILS <= UINT8_MAX, "so is their number");

struct head {
	uint32_t groups;
	uint8_t written, name, profile; /* sizes */
	uint8_t emails;                 /* number */
};

int
cards_init(struct cards *c)
{
	*c = (struct cards){ .size = 1 }; /* place 0 is nobody's */
	return table_init(&c->table);
}

void
cards_free(struct cards *c)
{
	table_free(&c->table);
	free(c->store);
	*c = (struct cards){ 0 };
}

size_t
cards_size(const struct cards *c)
{
	return c->capacity + table_size(&c->table);
}

static struct head
head_at(const struct cards *c, size_t place)
{
	struct head head;

	memcpy(&head, c->store + place, sizeof(head));
	return head;
}

static struct view
octets_at(const struct cards *c, size_t place, size_t size)
{
	return (struct view){ c->store + place, size };
}

/* What table_find() asks about. */
struct wanted {
	const struct cards *cards;
	enum card_key kind;
	struct view key;
};

static bool
has_email(const struct wanted *w, size_t at, unsigned emails)
{
	for (; emails > 0; emails--) {
		size_t size = (unsigned char)w->cards->store[at];

		if (view_equal(w->key, octets_at(w->cards, at + 1, size)))
			return true;
		at += 1 + size;
	}
	return false;
}

static bool
is_wanted(const void *arg, uint32_t place)
{
	const struct wanted *w = arg;
	struct head head = head_at(w->cards, place);
	size_t name = place + sizeof(head) + head.written;
	size_t profile = name + head.name;

	switch (w->kind) {
	case CARD_NAME:
		return view_equal(w->key, octets_at(w->cards, name, head.name));
	case CARD_PROFILE:
		return view_equal(w->key,
		    octets_at(w->cards, profile, head.profile));
	case CARD_EMAIL:
		break;
	}
	return has_email(w, profile + head.profile, head.emails);
}

void
cards_expect(const struct cards *c, enum card_key kind, struct view key)
{
	table_expect(&c->table, table_hash(&c->table, kind, key));
}

bool
cards_find(const struct cards *c, enum card_key kind, struct view key,
    struct view *written, uint32_t *groups)
{
	const struct wanted w = { c, kind, key };
	const uint32_t *place;
	struct head head;

	place = table_find(&c->table, table_hash(&c->table, kind, key),
	    is_wanted, &w);
	if (place == NULL)
		return false;
	head = head_at(c, *place);
	*written = octets_at(c, *place + sizeof(head), head.written);
	*groups = head.groups;
	return true;
}

/* Room for more octets.  -1 without memory. */
static int
reserve(struct cards *c, size_t more)
{
	size_t capacity = c->size + more;
	char *store;

	if (capacity <= c->capacity)
		return 0;
	capacity += capacity / 4;
	if (capacity > UINT32_MAX)
		return -1;
	store = realloc(c->store, capacity);
	if (store == NULL)
		return -1;
	c->store = store;
	c->capacity = capacity;
	return 0;
}

static void
put(struct cards *c, struct view v)
{
	if (v.size > 0)
		memcpy(c->store + c->size, v.data, v.size);
	c->size += v.size;
}

/* Writes a card at the end of the store.  Returns its place, or 0. */
static uint32_t
write_card(struct cards *c, const struct card *p)
{
	struct head head = { .groups = p->groups,
		.written = (uint8_t)p->written.size,
		.name = (uint8_t)p->name.size,
		.profile = (uint8_t)p->profile.size,
		.emails = (uint8_t)p->emails };
	size_t place = c->size,
	       most = sizeof(head) +
	    (3 + p->emails) * (LIMIT_CONTACT_KEY_SIZE + 1);

	if (reserve(c, most) < 0)
		return 0;
	put(c, (struct view){ (const char *)&head, sizeof(head) });
	put(c, p->written);
	put(c, p->name);
	put(c, p->profile);
	for (size_t i = 0; i < p->emails; i++) {
		c->store[c->size++] = (char)p->email[i].size;
		put(c, p->email[i]);
	}
	return (uint32_t)place;
}

/* A card for nothing but this key.  Its place, or 0. */
static uint32_t
write_joined(struct cards *c, const struct wanted *w, struct view written,
    uint32_t groups)
{
	struct card joined = { .written = written, .groups = groups };

	if (w->kind == CARD_NAME)
		joined.name = w->key;
	else if (w->kind == CARD_PROFILE)
		joined.profile = w->key;
	else
		joined.email[joined.emails++] = w->key;
	return write_card(c, &joined);
}

/*
 * Lets a key lead to the new card at place, or to one that has the groups of
 * all who share the key.  Returns 1, or 0 when it leads to such a card
 * already, or -1 without memory.
 */
static int
link_key(struct cards *c, const struct wanted *w, uint32_t hash,
    const struct card *person, uint32_t place)
{
	uint32_t *value = table_find(&c->table, hash, is_wanted, w), groups;

	if (value == NULL)
		return table_add(&c->table, hash, place) < 0 ? -1 : 1;
	groups = head_at(c, *value).groups | person->groups;
	if (groups == head_at(c, *value).groups)
		return 0;
	if (groups == person->groups) {
		*value = place;
		return 1;
	}
	place = write_joined(c, w, person->written, groups);
	if (place == 0)
		return -1;
	*value = place;
	return 1;
}

enum { MOST_KEYS = 2 + LIMIT_CONTACT_EMAILS };

/* All keys of a person.  How many there are. */
static size_t
list_keys(const struct cards *c, const struct card *person,
    struct wanted wanted[MOST_KEYS])
{
	size_t count = 0;

	if (person->name.size > 0)
		wanted[count++] = (struct wanted){ c, CARD_NAME, person->name };
	if (person->profile.size > 0)
		wanted[count++] =
		    (struct wanted){ c, CARD_PROFILE, person->profile };
	for (size_t i = 0; i < person->emails; i++)
		wanted[count++] =
		    (struct wanted){ c, CARD_EMAIL, person->email[i] };
	return count;
}

int
cards_add(struct cards *c, const struct card *person)
{
	struct wanted wanted[MOST_KEYS];
	uint32_t hash[MOST_KEYS], place;
	size_t count = list_keys(c, person, wanted);
	int linked = 0;

	for (size_t i = 0; i < count; i++) {
		hash[i] = table_hash(&c->table, wanted[i].kind, wanted[i].key);
		table_expect(&c->table, hash[i]);
	}
	place = write_card(c, person);
	if (place == 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		int new = link_key(c, &wanted[i], hash[i], person, place);

		if (new < 0)
			return -1;
		linked += new;
	}
	if (linked == 0)
		c->size = place; /* nothing leads to it */
	return linked > 0;
}

void
cards_fit(struct cards *c)
{
	char *store = realloc(c->store, c->size);

	if (store != NULL) {
		c->store = store;
		c->capacity = c->size;
	}
	table_fit(&c->table); /* in vain does no harm */
}
