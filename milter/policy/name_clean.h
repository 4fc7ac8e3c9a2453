// SPDX-License-Identifier: BSD-2-Clause
/*
 * name_clean.h - a name without what is no part of it.
 *
 * Of name.c; nobody else needs it.  Pure; any thread.
 */
#ifndef POLICY_NAME_CLEAN_H
#define POLICY_NAME_CLEAN_H

#include "base/text.h"

/*
 * Appends the letters, marks and digits of a name as they are, hyphens as "-",
 * commas of any script as ",", points, and blanks for what else parts words.
 * Brackets and quotes go with what stands in them, apostrophes, hidden
 * characters, symbols and emoji alone; what follows a bar, dash or bullet
 * between blanks ("Jane Doe | Coach") is not read.
 */
void name_clean(struct view name, struct text *clean);

#endif
