// SPDX-License-Identifier: BSD-2-Clause
/*
 * contacts.h - what the actions of "rsvpctl contacts" share.
 */
#ifndef CTL_CONTACTS_H
#define CTL_CONTACTS_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/text.h"
#include "ctl/ctl.h"
#include "policy/contacts.h"
#include "policy/rules.h"

/* One call of the command. */
struct contacts_call {
	struct ctl *c;
	const char *called; /* "rsvpctl contacts" */
	const char *user;   /* or NULL */
	const char *name;   /* import: of the file, or NULL */
	bool all, replace;
	char **word; /* behind the action */
	int words;
};

/* Read the words and do it; a code of sysexits(3). */
int contacts_find_person(struct contacts_call *call);
int contacts_diff(struct contacts_call *call);
int contacts_import(struct contacts_call *call);

/* Is told each row of a file. */
typedef void contacts_teller(void *arg, const struct contacts_row *row);

/* A file of contacts, read. */
struct book {
	struct text title; /* as it is shown: a path, "alice/contacts.txt" */
	struct text bytes;
	struct contacts *contacts;
	struct contacts_report report;
};

/*
 * Reads bytes into a set of people; each row is told on the way, and somebody
 * who waits at a terminal sees how far it is.  tell may be NULL.  0, or -1 and
 * e.  book_free() is right in any case, and for a struct of zeros.
 */
int book_load(struct book *b, contacts_teller *tell, void *arg, struct err *e);
void book_free(struct book *b);

/* The bytes of a file that somebody named; 0, or a code and it is said. */
int book_read(struct book *b, const char *path);

/* "NAME: FORMAT, 12 people, 1 row skipped, none refused" */
void book_put_summary(const struct book *b);

/*
 * Says on standard error that rows were refused, where that disturbs no
 * program.
 */
void contacts_warn(const struct book *b);

struct json;

/* The summary as members of an object. */
void book_add_summary(const struct book *b, struct json *j);

/* A person as a line of a contacts.txt, without the newline. */
void contacts_put_person(const struct contacts_row *row);

/* The same as members of an object. */
void contacts_add_person(const struct contacts_row *row, struct json *j);

/* Prints what was written, a line, and empties it. */
void contacts_put_json(struct text *line);

/* Rows that add nobody, as they are told. */
struct leftovers {
	const struct book *book;
	bool all;          /* skipped ones as well, and any number */
	struct json *json; /* members of an array, or NULL: printed */
	size_t shown;
};

/* A contacts_teller with struct leftovers. */
void leftovers_tell(void *arg, const struct contacts_row *row);

/* Says how many were not shown, for people. */
void leftovers_put_rest(const struct leftovers *l);

/* A user's folder, as the filter sees it. */
struct own_folder {
	const char *user;
	int dir;             /* open, or -1 */
	uid_t owner;         /* of the folder */
	uid_t filter;        /* who reads it besides */
	struct rules *rules; /* NULL: there are none that can be read */
	bool no_rules;       /* there is no such file */
	struct err why;      /* and why not */
};

/*
 * Opens the folder; 0, or a code and it is said.  own_folder_close() is right
 * in any case.
 */
int own_folder_open(struct own_folder *f, const struct conf *c,
    const char *user);
void own_folder_close(struct own_folder *f);

/* Reads its rules.conf, which is not for root: a user wrote it. */
void own_folder_read_rules(struct own_folder *f);

/* Both, as the filter's user, and only with rules that can be read. */
int own_folder_open_as_filter(struct own_folder *f, const struct conf *c,
    const char *user);

/* Whether its rules name that file among the contacts. */
bool own_folder_lists(const struct own_folder *f, const char *name);

/* Reads and loads the file at index of the rules' contacts; the same. */
int own_folder_load(const struct own_folder *f, size_t index, struct book *b,
    contacts_teller *tell, void *arg);

#endif
