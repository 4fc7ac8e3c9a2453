// SPDX-License-Identifier: BSD-2-Clause
/*
 * key_cache.h - records looked up once, and name servers left alone that do
 * not answer.
 *
 * A record is kept as long as DNS says, an absent one for a short time.  Any
 * number of threads that want the same name share one look-up.  When look-ups
 * stay without any reply again and again, the servers count as dead: then only
 * one look-up at a time, once in a while, tries whether they are back, and
 * nobody else waits.  All memory is taken at once; ceilings are in limits.h.
 * Any thread.
 */
#ifndef MAIL_KEY_CACHE_H
#define MAIL_KEY_CACHE_H

#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "mail/key.h"

struct key_cache;

/* What the name servers did. */
enum key_servers {
	KEY_SERVERS_NOT_ASKED, /* it went wrong before */
	KEY_SERVERS_REPLIED,   /* whatever they said */
	KEY_SERVERS_SILENT
};

/* One look-up. */
struct key_record {
	enum key_answer answer;
	enum key_servers servers;
	uint32_t ttl_s; /* of what was found */
	char text[KEY_TEXT_SIZE];
};

/*
 * Looks name up and fills all of *record, zeroed before.  Called in the thread
 * of whoever asked first, by several at a time; waits no longer than
 * KEY_LONGEST_WAIT_MS.
 */
typedef void key_cache_ask(void *arg, const char *name,
    struct key_record *record);

/*
 * arg is handed on to ask.  NULL and e without memory.  clock and what arg
 * points to must live longer.
 */
struct key_cache *key_cache_new(key_cache_ask *ask, void *arg,
    const struct clock *clock, struct err *e);
void key_cache_free(struct key_cache *c); /* NULL is fine */

/*
 * The record of name, kept or looked up; text gets it, or "".  KEY_NO_ANSWER
 * at once where the servers are dead or too many others wait for them.
 */
enum key_answer key_cache_find(struct key_cache *c, const char *name,
    char text[KEY_TEXT_SIZE]);

/* As key_news(). */
enum key_news key_cache_news(struct key_cache *c);

/* At this moment. */
struct key_figures {
	unsigned lookups; /* under way */
	unsigned sharing; /* threads that wait for the look-up of another */
};
void key_cache_figures(struct key_cache *c, struct key_figures *figures);

#endif
