// SPDX-License-Identifier: BSD-2-Clause
/*
 * news.h - what every message would say again, said once a minute at most.
 */
#ifndef DAEMON_NEWS_H
#define DAEMON_NEWS_H

#include <stdbool.h>
#include <stdint.h>

/* All zero: nothing is wrong.  Any thread. */
struct news {
	_Atomic int64_t said_ms; /* when it was last said that it fails; 0: it
				    does not */
};

/* It fails: whether to say so now.  A clock that is set back says it again. */
bool news_failed(struct news *n, int64_t now_ms);

/* It works: whether to say that it does so again. */
bool news_worked(struct news *n);

#endif
