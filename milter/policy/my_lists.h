// SPDX-License-Identifier: BSD-2-Clause
/*
 * my_lists.h - companies, groups and interests of the user's own, and whether
 * a request speaks of them.
 *
 * Of rules.c and condition.c.  Compared is folded text (fold.h), never a
 * pattern.  Pure; any thread.
 */
#ifndef POLICY_MY_LISTS_H
#define POLICY_MY_LISTS_H

#include <stdbool.h>

#include "base/err.h"
#include "base/pool.h"
#include "base/tree.h"
#include "recognise/request.h"

enum my_list { MY_COMPANIES, MY_GROUPS, MY_INTERESTS, MY_LISTS };

struct my_lists {
	bool given[MY_LISTS];        /* an empty list is one too */
	struct view *word[MY_LISTS]; /* folded */
	size_t words[MY_LISTS];
};

/*
 * Reads "my", a group of lists of strings; the words live in p.  Refused are
 * more than LIMIT_MY_WORDS in a list, and what is no line of at most
 * LIMIT_MY_WORD_SIZE octets with a letter or digit in it.  0, or -1 and e
 * ("FILE:LINE: my.companies: ...").
 */
int my_lists_read(struct my_lists *my, const struct tree *at, struct pool *p,
    struct err *e);

/* "companies", "groups", "interests". */
const char *my_lists_name(enum my_list list);

enum my_answer {
	MY_NO,
	MY_YES,
	MY_NOT_SAID /* the mail has none of the texts that were looked at */
};

struct my_answers {
	enum my_answer of[MY_LISTS];
};

/*
 * MY_COMPANIES and MY_INTERESTS: whether the company or headline of the first
 * person, or a note that somebody wrote, holds one of the list; the network's
 * standard wording says nothing.  A word of the list stands there between
 * others: "IT" is not in "Italy".  Scripts without blanks between words have
 * no such ends; in Hangul particles follow, so only the beginning counts.  At
 * most LIMIT_USER_TEXT_SIZE octets of folded text are looked at.
 *
 * MY_GROUPS: whether the request's group is one of them, as a whole.
 *
 * 0, or -1 without memory; then nothing is said.
 */
int my_lists_ask(const struct my_lists *my, const struct request *request,
    struct my_answers *answers);

#endif
