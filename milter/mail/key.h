// SPDX-License-Identifier: BSD-2-Clause
/*
 * key.h - the public keys of those who sign: from DNS, or from a file.
 *
 * Our own look-ups.  Those of libopendkim (2.11 beta) share one resolver
 * between all threads, take an absent key for no answer, which would let a
 * forger choose between the two, and know no bound on their time.  The one
 * file that includes the resolver.  What DNS says is kept for its time
 * (key_cache.h).  Any thread, once opened.
 */
#ifndef MAIL_KEY_H
#define MAIL_KEY_H

#include "base/clock.h"
#include "base/err.h"
#include "base/view.h"

struct key_source;

enum key_answer {
	KEY_FOUND,
	KEY_NONE,     /* there is none, or not just one, or it is too long, or
			 no name of DNS can be that of a key */
	KEY_NO_ANSWER /* ask again later */
};

/* What an admin wants to know of the name servers. */
enum key_news {
	KEY_NEWS_NONE,
	KEY_NEWS_DEAD, /* no reply again and again; they are left alone */
	KEY_NEWS_ALIVE /* they reply again */
};

enum {
	KEY_TEXT_SIZE = 1024, /* a record and its NUL: 4096 bits need 800 */
	KEY_LONGEST_WAIT_MS = 4000
};

/* Whether keys is written as key_open() wants it.  Pure.  0, or -1 and e. */
int key_check(const char *keys, struct err *e);

/*
 * keys is "dns" for the system's resolver, "dns:ADDRESS" or
 * "dns:ADDRESS:PORT" for one IPv4 server, or "file:PATH" for a file that is
 * read now, with lines "SELECTOR._domainkey.DOMAIN RECORD" and "#" comments.
 * Records of DNS are kept by the clock, which must live longer.  NULL and e on
 * failure.  The caller closes it when no thread uses it any more.
 */
struct key_source *key_open(const char *keys, const struct clock *clock,
    struct err *e);
void key_close(struct key_source *s);

/*
 * Looks the record of name ("SELECTOR._domainkey.DOMAIN") up; text gets it.
 * DNS takes at most KEY_LONGEST_WAIT_MS, and no time where the record is kept
 * or the name servers are dead.
 */
enum key_answer key_find(const struct key_source *s, const char *name,
    char text[KEY_TEXT_SIZE]);

/*
 * Whether the name servers have died, or come back, since this was last
 * called.  Each news is told once, and no two within LIMIT_KEY_NEWS_S; what
 * is over by then is not told at all.
 */
enum key_news key_news(const struct key_source *s);

#endif
