// SPDX-License-Identifier: BSD-2-Clause
/*
 * token.h - what an MTA says, without the token of an answer's address.
 */
#ifndef EFFECTS_TOKEN_H
#define EFFECTS_TOKEN_H

#include "base/text.h"
#include "base/view.h"

/*
 * Appends line to out with "..." for each token, in whatever case, that stands
 * in it as a whole word.  token is the left side of the address an answer goes
 * to (DESIGN, "Never" 6), not empty.  Mask first, cut then: half a token is not
 * recognised.
 */
void token_mask(struct view line, struct view token, struct text *out);

#endif
