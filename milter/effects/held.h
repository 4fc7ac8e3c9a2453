// SPDX-License-Identifier: BSD-2-Clause
/*
 * held.h - what an MTA says of the messages that it holds.
 */
#ifndef EFFECTS_HELD_H
#define EFFECTS_HELD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/pool.h"
#include "base/view.h"

struct held {
	struct view queue_id; /* held_is_queue_id() is true of it */
	struct view sender;   /* empty: the null sender */
	struct view *recipient;
	size_t recipients;
	int64_t since_ms; /* when it came */
	long long size;   /* octets, as the MTA counts them */
};

/*
 * Whether it is letters and digits only, 1 to LIMIT_QUEUE_ID of them.  What is
 * not must never be an argument of a program: it might be read as an option, or
 * as another message ("ALL" is letters, too, but means every message to
 * postsuper(1), and so is refused).
 */
bool held_is_queue_id(struct view v);

/*
 * Reads one line of "postqueue -j" (postqueue(1), JSON OBJECT FORMAT).  1, or 0
 * for a message of another queue than "hold", or -1 and e.  held lives as long
 * as p.
 */
int held_read_postfix(struct view line, struct pool *p, struct held *held,
    struct err *e);

#endif
