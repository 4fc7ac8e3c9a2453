// SPDX-License-Identifier: BSD-2-Clause
/*
 * decision.h - a decision, shown to a person.
 */
#ifndef CTL_DECISION_H
#define CTL_DECISION_H

#include "daemon/engine.h"

/*
 * Prints what was recognised, why, and what becomes of each recipient, two
 * blanks in.  trace has the steps of all recipients' rules in their order, a
 * line each, of which one that matched ends with ": matches"; or is empty.
 */
void decision_print(const struct decision *d, struct view trace);

#endif
