// SPDX-License-Identifier: BSD-2-Clause
/*
 * redis_target.h - which Redis, and how long it may take.
 *
 *	redis://[USER@]HOST[:PORT][/DB][?OPTION&...]
 *	redis+unix:PATH[?OPTION&...]
 *
 * Options are timeout=MILLISECONDS, password_file=PATH and db=NUMBER.  A
 * password never stands in the address, which is printed and logged.
 */
#ifndef EFFECTS_REDIS_TARGET_H
#define EFFECTS_REDIS_TARGET_H

#include <stdbool.h>

#include "base/err.h"
#include "base/view.h"

struct redis_target {
	char host[256]; /* name or address; empty: the path is used */
	char path[108]; /* of a socket (unix(7)) */
	char user[65];  /* of an ACL; empty: the default one */
	char password_file[1024];
	char name[300]; /* for errors: "HOST:PORT" or the path */
	int port;
	int database;
	int timeout_ms; /* for each answer */
};

/* Whether url is one of these, right or wrong. */
bool redis_target_is(struct view url);

/* Pure: nothing is asked or read.  0, or -1 and e. */
int redis_target_parse(struct view url, struct redis_target *t, struct err *e);

#endif
