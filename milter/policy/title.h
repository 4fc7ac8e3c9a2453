// SPDX-License-Identifier: BSD-2-Clause
/*
 * title.h - the words people put around their names.
 *
 * Pure; any thread.
 */
#ifndef POLICY_TITLE_H
#define POLICY_TITLE_H

#include <stdbool.h>

#include "base/view.h"

/* Whether the word in front of a name is a title: "Dr.", "Prof", "Dipl.-Ing."
 */
bool title_is_honorific(struct view word);

/*
 * Whether the word behind a name is a degree or certificate: "PhD", "M.B.A.".
 * Most are those words in capitals only ("MA", but not "Ma"), and only where
 * capitals stand out: the caller says so.
 */
bool title_is_credential(struct view word, bool capitals_stand_out);

/* Whether letters of word are small, or of a script without capitals. */
bool title_has_small(struct view word);

#endif
