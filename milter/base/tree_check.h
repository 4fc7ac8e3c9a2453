// SPDX-License-Identifier: BSD-2-Clause
/*
 * tree_check.h - what libconfig must not be given.
 *
 * A user's rules are anybody's bytes, and libconfig 1.5 trusts its input: a
 * NUL ends the file for it, @include opens another one, nesting recurses when
 * the tree is freed, each name is compared with all the others of its group,
 * a number without "L" is cut to 32 bits, and a string where the grammar has
 * none is never freed.  tree_parse() asks here first; nobody else has to.
 */
#ifndef BASE_TREE_CHECK_H
#define BASE_TREE_CHECK_H

#include "base/err.h"
#include "base/view.h"

/* 0 if there is nothing of that kind in bytes, else -1 and e. */
int tree_check(struct view bytes, const char *file, struct err *e);

#endif
