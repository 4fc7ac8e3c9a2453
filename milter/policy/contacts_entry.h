// SPDX-License-Identifier: BSD-2-Clause
/*
 * contacts_entry.h - one person of an address book, gathered line by line.
 *
 * Of the formats in which a person takes many lines (vcard.c, ldif.c): begin,
 * say what is found, end.  What is said is copied.  Pure; any thread, one
 * entry each.
 */
#ifndef POLICY_CONTACTS_ENTRY_H
#define POLICY_CONTACTS_ENTRY_H

#include "base/text.h"
#include "policy/contacts_file.h"

/* Parts of names, the best ones first; of each the first that is said. */
enum contacts_name {
	CONTACTS_NAME_SHOWN,  /* as the address book shows the person */
	CONTACTS_NAME_COMMON, /* the whole name, another time */
	CONTACTS_NAME_GIVEN,
	CONTACTS_NAME_MIDDLE,
	CONTACTS_NAME_FAMILY,
	CONTACTS_NAMES
};

struct contacts_span {
	size_t from, size; /* octets in bytes */
};

struct contacts_entry {
	contacts_on_row *on_row;
	void *arg;
	enum contacts_row_kind kind;
	const char *why;
	int line; /* where it begins, or what is wrong with it is */
	struct text bytes, joined, key;
	struct contacts_span name[CONTACTS_NAMES];
	struct contacts_span profile, email[LIMIT_CONTACT_EMAILS],
	    group[LIMIT_CONTACT_GROUPS];
	size_t emails, groups;
};

void contacts_entry_init(struct contacts_entry *en, contacts_on_row *on_row,
    void *arg);
void contacts_entry_free(struct contacts_entry *en);

/* Forgets the last one. */
void contacts_entry_begin(struct contacts_entry *en, int line);

/*
 * What a line says; blanks around it do not count, an empty one is nothing.
 * Controls in it are blanks, but a NUL makes the entry one that is refused, as
 * does what is too much: LIMIT_CONTACTS_LINE octets in sum, addresses, groups.
 * Addresses that begin with "/" (Exchange's) do not count; a group becomes a
 * word.
 */
void contacts_entry_name(struct contacts_entry *en, enum contacts_name part,
    struct view v, int line);
void contacts_entry_email(struct contacts_entry *en, struct view v, int line);
void contacts_entry_group(struct contacts_entry *en, struct view v, int line);

/* Of any page: the first profile at LinkedIn ("/in/") is taken. */
void contacts_entry_page(struct contacts_entry *en, struct view v, int line);

/* The entry is refused; the first reason holds.  why is not copied. */
void contacts_entry_refuse(struct contacts_entry *en, int line,
    const char *why);

/* The entry is no person ("a group"); whatever else it is. */
void contacts_entry_skip(struct contacts_entry *en, const char *why);

/*
 * Hands the row to on_row; one that says nothing is skipped.  The name is the
 * first that can be looked up, of those shown, common, and put together from
 * given, middle and family.  Returns 0, or -1 without memory or when on_row
 * stopped.
 */
int contacts_entry_end(struct contacts_entry *en);

#endif
