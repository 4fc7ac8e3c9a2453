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
 * the key gets a card of its own that has them all.  A card that a name leads
 * to is marked where several people have it.
 */
#include "policy/cards.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

_Static_assert((int)CARD_EMAIL < (int)TABLE_KINDS,
    "a kind of hash for each key");
_Static_assert(LIMIT_CONTACT_KEY_SIZE <= UINT8_MAX, "sizes are one octet");
_Static_assert(LIMIT_CONTACT_EMAILS <= UINT8_MAX, "so is their number");

struct head {
	uint32_t groups;
	uint8_t written, name, profile; /* sizes */
	uint8_t emails;                 /* number, and the mark */
};

/* The mark: several people have the name. */
static const unsigned several_mark = 0x80;
_Static_assert(LIMIT_CONTACT_EMAILS < 0x80, "both fit into one octet");

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

enum { CACHE_LINE = 64 }; /* octets, on common processors */

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
	struct head head;
	size_t name, profile;

	/* Where a card goes on, as cache lines are; may lie behind the end. */
	__builtin_prefetch(w->cards->store + place + CACHE_LINE);
	head = head_at(w->cards, place);
	name = place + sizeof(head) + head.written;
	profile = name + head.name;

	switch (w->kind) {
	case CARD_NAME:
		return view_equal(w->key, octets_at(w->cards, name, head.name));
	case CARD_PROFILE:
		return view_equal(w->key,
		    octets_at(w->cards, profile, head.profile));
	case CARD_EMAIL:
		break;
	}
	return has_email(w, profile + head.profile,
	    head.emails & ~several_mark);
}

struct card_sought
cards_expect(const struct cards *c, enum card_key kind, struct view key)
{
	uint32_t hash = table_hash(&c->table, kind, key);

	table_expect(&c->table, hash);
	return (struct card_sought){ kind, key, hash };
}

bool
cards_find(const struct cards *c, const struct card_sought *sought,
    struct card_found *found)
{
	const struct wanted w = { c, sought->kind, sought->key };
	const uint32_t *place =
	    table_find(&c->table, sought->hash, is_wanted, &w);
	struct head head;

	if (place == NULL)
		return false;
	head = head_at(c, *place);
	*found = (struct card_found){
		.written = octets_at(c, *place + sizeof(head), head.written),
		.groups = head.groups,
		.several = sought->kind == CARD_NAME &&
		    (head.emails & several_mark) != 0,
	};
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

/* The profile of the card at place. */
static struct view
profile_at(const struct cards *c, size_t place)
{
	struct head head = head_at(c, place);

	return octets_at(c, place + sizeof(head) + head.written + head.name,
	    head.profile);
}

/*
 * A card for nothing but this key, of a person and those at before.  Of a name
 * it has a profile too, for the next person to be compared with.  Its place,
 * or 0.
 */
static uint32_t
write_joined(struct cards *c, const struct wanted *w, const struct card *person,
    uint32_t before)
{
	struct card joined = { .written = person->written,
		.groups = person->groups | head_at(c, before).groups };
	struct view old = profile_at(c, before);
	char profile[LIMIT_CONTACT_KEY_SIZE];

	if (w->kind == CARD_NAME) {
		joined.name = w->key;
		joined.profile = person->profile;
	}
	if (w->kind == CARD_NAME && person->profile.size == 0 && old.size > 0) {
		memcpy(profile, old.data, old.size); /* the store may move */
		joined.profile = (struct view){ profile, old.size };
	}
	if (w->kind == CARD_PROFILE)
		joined.profile = w->key;
	if (w->kind == CARD_EMAIL)
		joined.email[joined.emails++] = w->key;
	return write_card(c, &joined);
}

/* Whether the name at place is, with that person, one of several people. */
static bool
is_of_several(const struct cards *c, uint32_t place, const struct wanted *w,
    const struct card *person)
{
	struct view profile = profile_at(c, place);

	if (w->kind != CARD_NAME)
		return false;
	if ((head_at(c, place).emails & several_mark) != 0)
		return true;
	return profile.size > 0 && person->profile.size > 0 &&
	    !view_equal(person->profile, profile);
}

static void
mark_several(struct cards *c, uint32_t place)
{
	size_t at = place + offsetof(struct head, emails);

	c->store[at] = (char)((unsigned char)c->store[at] | several_mark);
}

/* Whether one has groups, or of a name a profile, that the other lacks. */
static bool
old_lacks(const struct cards *c, uint32_t place, const struct wanted *w,
    const struct card *person)
{
	return (person->groups & ~head_at(c, place).groups) != 0 ||
	    (w->kind == CARD_NAME && person->profile.size > 0 &&
		profile_at(c, place).size == 0);
}

static bool
new_lacks(const struct cards *c, uint32_t place, const struct wanted *w,
    const struct card *person)
{
	return (head_at(c, place).groups & ~person->groups) != 0 ||
	    (w->kind == CARD_NAME && person->profile.size == 0 &&
		profile_at(c, place).size > 0);
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
	uint32_t *value = table_find(&c->table, hash, is_wanted, w);
	bool several, changes;

	if (value == NULL)
		return table_add(&c->table, hash, place) < 0 ? -1 : 1;
	several = is_of_several(c, *value, w, person);
	changes = old_lacks(c, *value, w, person);
	if (changes && new_lacks(c, *value, w, person))
		place = write_joined(c, w, person, *value);
	if (place == 0)
		return -1;
	if (changes)
		*value = place;
	if (several)
		mark_several(c, *value);
	return changes;
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
