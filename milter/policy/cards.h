// SPDX-License-Identifier: BSD-2-Clause
/*
 * cards.h - what is known of people, found by any of their keys, in little
 * memory.
 *
 * Of contacts.c; nobody else needs it.  Any number of threads may look up
 * while none adds.
 */
#ifndef POLICY_CARDS_H
#define POLICY_CARDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/view.h"
#include "policy/table.h"

enum card_key { CARD_NAME, CARD_PROFILE, CARD_EMAIL };

/*
 * A person.  Each view is at most LIMIT_CONTACT_KEY_SIZE octets; empty where
 * there is none.  The keys have the form of contacts_key.h.
 */
struct card {
	struct view written; /* the name as the user wrote it */
	uint32_t groups;     /* bits */
	struct view name, profile;
	struct view email[LIMIT_CONTACT_EMAILS];
	size_t emails;
};

struct cards {
	char *store;
	size_t size, capacity;
	struct table table;
};

/* An empty set.  0, or -1 without random octets. */
int cards_init(struct cards *c);
void cards_free(struct cards *c);

/*
 * Adds a copy of a person.  Who shares a key with somebody in the set shares
 * that key's groups with them, in both directions.  Returns 1, or 0 when all
 * of it was known already, or -1 without memory.
 */
int cards_add(struct cards *c, const struct card *person);

/* Gives back memory taken ahead of need. */
void cards_fit(struct cards *c);

/* Octets of memory taken. */
size_t cards_size(const struct cards *c);

/* A key to be looked up; the octets are borrowed. */
struct card_sought {
	enum card_key kind;
	struct view key;
	uint32_t hash;
};

/* Makes one, and says that it is going to be looked up; see table_expect(). */
struct card_sought cards_expect(const struct cards *c, enum card_key kind,
    struct view key);

/*
 * Where a key leads to.  Several people share a name for certain only where
 * two of them have profiles, and different ones: an address more is none.
 */
struct card_found {
	struct view written; /* borrowed from the set */
	uint32_t groups;
	bool several; /* of CARD_NAME: people */
};

/* False and nothing set when nobody has the key. */
bool cards_find(const struct cards *c, const struct card_sought *sought,
    struct card_found *found);

#endif
