// SPDX-License-Identifier: BSD-2-Clause
/*
 * tree.h - a file in libconfig's syntax as a read-only tree.
 *
 * Settings, packs and personal rules are written in one syntax and read here,
 * by the one file that includes libconfig.  Every node knows its line, so
 * that whoever walks the tree can say "FILE:LINE: ..." about it.  libconfig
 * itself ignores what nobody asks for; walkers use tree_only() to refuse it.
 */
#ifndef BASE_TREE_H
#define BASE_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/pool.h"

enum tree_kind {
	TREE_GROUP, /* { name = value; ... } */
	TREE_LIST,  /* ( value, ... ) */
	TREE_ARRAY, /* [ value, ... ], all of one type */
	TREE_STRING,
	TREE_NUMBER, /* 64 bit integer */
	TREE_REAL,
	TREE_BOOL
};

struct tree {
	const char *file; /* as given to tree_parse() */
	const char *name; /* NULL inside lists and arrays, and at the root */
	int line;
	enum tree_kind kind;
	struct view string;       /* TREE_STRING; a NUL stands behind it */
	long long number;         /* TREE_NUMBER */
	double real;              /* TREE_REAL */
	bool truth;               /* TREE_BOOL */
	const struct tree *child; /* count of them, for the first three */
	size_t count;
};

/*
 * Parses bytes; the tree lives in p.  file is what errors call it, copied.
 * "@include" is refused, since it would read any file the daemon can.
 * Returns the root group, or NULL and e ("FILE:LINE: ...").
 */
const struct tree *tree_parse(struct pool *p, struct view bytes,
    const char *file, struct err *e);

/* The child of a group by its name, or NULL. */
const struct tree *tree_child(const struct tree *group, const char *name);

/* "FILE:LINE: " and the words into e.  Returns -1. */
int tree_error(const struct tree *at, struct err *e, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* 0 if at has the kind, else -1 and e ("name: expected a list"). */
int tree_expect(const struct tree *at, enum tree_kind kind, struct err *e);

/*
 * 0 if every child of the group is named in names (NULL at the end), else -1
 * and e, with the nearest known name as a hint.
 */
int tree_only(const struct tree *group, const char *const *names,
    struct err *e);

/*
 * A string, or a list or array of at most max strings, one by one: element
 * index of it into *value.  tree_strings() counts and checks first; -1 and e
 * when it is anything else.
 */
int tree_strings(const struct tree *at, size_t max, size_t *count,
    struct err *e);
struct view tree_string_at(const struct tree *at, size_t index);

/* "a list", "a number", ... for messages. */
const char *tree_kind_words(enum tree_kind kind);

#endif
