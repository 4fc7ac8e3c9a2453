// SPDX-License-Identifier: BSD-2-Clause
/*
 * replay_print.h - the forms in which a replay is shown.
 */
#ifndef CTL_REPLAY_PRINT_H
#define CTL_REPLAY_PRINT_H

#include "ctl/replay_count.h"

/* One that differs, or of which nobody can tell: a line of text, or JSON. */
void replay_print_case(enum replay_fate fate, const struct replay_case *one,
    bool json);

/*
 * All that was counted, and sorted, with examples unless they were listed.
 * JSON is one object on one line.  0, or -1 without memory.
 */
int replay_print_count(const struct replay_count *c, bool listed, bool json);

#endif
