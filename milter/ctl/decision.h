// SPDX-License-Identifier: BSD-2-Clause
/*
 * decision.h - a decision, shown to a person.
 */
#ifndef CTL_DECISION_H
#define CTL_DECISION_H

#include "ctl/trial.h"

/*
 * Prints what was recognised, why, and what becomes of each recipient, two
 * blanks in; and with notes, which may be NULL, each of their rules that was
 * tried.
 */
void decision_print(const struct decision *d,
    const struct trial_recipient *notes);

#endif
