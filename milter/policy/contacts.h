// SPDX-License-Identifier: BSD-2-Clause
/*
 * contacts.h - the people a user knows, and looking somebody up.
 *
 * Filled once from the bytes of one or more files, then read-only and shared
 * by any number of threads.  A look-up takes no lock and no memory from the
 * set.
 *
 * Names are looked up by name_key(), and only those of two words or more.
 * Addresses, and profiles by the slug in "/in/SLUG", are looked up by their
 * octets with A to Z as a to z: more folding would make two people one, and
 * these matches count for more than a name's.
 */
#ifndef POLICY_CONTACTS_H
#define POLICY_CONTACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "base/view.h"
#include "policy/contacts_file.h"

enum known {
	KNOWN_NO,
	KNOWN_NAME,   /* the same name, of two words or more */
	KNOWN_EMAIL,  /* an address the network's mail shows */
	KNOWN_PROFILE /* the profile's address */
};

struct contacts;

/* What became of a file's lines. */
struct contacts_report {
	const char *format; /* "contacts.txt", "Google Contacts CSV" */
	size_t added;       /* people */
	size_t skipped;     /* rows that name nobody the user knows */
	size_t refused;     /* rows that could not be read */
	int first_refused;  /* line of the first of them; 0: none */
	const char *entry;  /* the file it is in, of an archive's; else "" */
};

/*
 * An empty set that takes at most limit octets of memory; NULL without memory
 * or random octets.  The caller frees it.
 */
struct contacts *contacts_new(size_t limit);
void contacts_free(struct contacts *c);

/*
 * Adds everybody in bytes; the format is told by the content, never by the
 * name of the file.  UTF-16 is told by its byte order mark.  Of LinkedIn's
 * archive the lists of people are read (archive.h); one in no format that is
 * known is a row refused.  A row is refused that has nothing to be looked up
 * by, an address or profile that is none, or a group too many; such rows are
 * counted and the rest is taken.  Returns 0 and the report, or -1 and e ("FILE:
 * ...") when the file as a whole cannot be used; the set then holds what came
 * before, and part of the file.  Not while others look up.
 */
int contacts_add(struct contacts *c, struct view bytes, const char *file,
    struct contacts_report *report, struct err *e);

/*
 * The same, and tells what became of each row: row->kind, and row->why where
 * it added nobody.  The row is borrowed until tell() returns.
 */
struct contacts_listener {
	void (*tell)(void *arg, const struct contacts_row *row);
	void *arg;
};
int contacts_add_telling(struct contacts *c, struct view bytes,
    const char *file, const struct contacts_listener *listener,
    struct contacts_report *report, struct err *e);

/*
 * People in the set, without rows that told nothing new, and the octets of
 * memory they take.
 */
size_t contacts_count(const struct contacts *c);
size_t contacts_size(const struct contacts *c);

struct contacts_match {
	enum known known;
	unsigned by;     /* bits: 1 << KNOWN_NAME and so on, all that matched */
	bool several;    /* people have the name, by their profiles (cards.h) */
	uint32_t groups; /* bits for contacts_in_group() */
	struct view name; /* as the user wrote it; borrowed from the set */
};

/*
 * Looks up by profile (a slug or an address with one), address and name; empty
 * views are not looked up.  known and name are those of the strongest match;
 * the groups of all matches are joined, and so are those of several people of
 * one name, so that a group given by name in one file holds for the profile
 * in another.  c may be NULL (nobody is known).  Never fails: no match is
 * KNOWN_NO.
 */
void contacts_find(const struct contacts *c, struct view name,
    struct view email, struct view profile, struct contacts_match *match);

/*
 * Appends what it was known by, the strongest first: "profile", "email",
 * "name", or "shared-name" where several contacts have it; with commas.
 */
void contacts_by_words(const struct contacts_match *match, struct text *words);

/* Whether the match has the group "@close" (with or without the "@"). */
bool contacts_in_group(const struct contacts *c,
    const struct contacts_match *match, struct view group);

/* Appends "@close @family", the groups of a match. */
void contacts_group_words(const struct contacts *c,
    const struct contacts_match *match, struct text *words);

/* "no", "name", "email", "profile"; and back: 0 or -1. */
const char *contacts_known_name(enum known known);
int contacts_known_parse(struct view name, enum known *known);

#endif
