// SPDX-License-Identifier: BSD-2-Clause
/*
 * news.c - what every message would say again, said once a minute at most.
 */
#include "daemon/news.h"

#include <stdatomic.h>

enum { NEWS_MS = 60000 };

bool
news_failed(struct news *n, int64_t now_ms)
{
	int64_t said_ms = n->said_ms;

	return (said_ms == 0 || now_ms < said_ms ||
		   now_ms - said_ms >= NEWS_MS) &&
	    atomic_compare_exchange_strong(&n->said_ms, &said_ms, now_ms);
}

bool
news_worked(struct news *n)
{
	int64_t said_ms = n->said_ms;

	return said_ms != 0 &&
	    atomic_compare_exchange_strong(&n->said_ms, &said_ms, 0);
}
