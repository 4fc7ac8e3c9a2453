// SPDX-License-Identifier: BSD-2-Clause
/*
 * redis_server.h - a real Redis (or Valkey) for tests.
 *
 * It listens on a free port of the loopback address, keeps its files in a
 * folder of its own, and ends with the test whatever happens to that.  Nothing
 * else on the host is touched.  What fails here fails the test.
 */
#ifndef TESTS_REDIS_SERVER_H
#define TESTS_REDIS_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct redis_server {
	pid_t pid; /* 0: stopped */
	int port;
	char folder[64];
};

bool redis_server_is_installed(void);

/* Says in TAP that there is none; for main() to return. */
int redis_server_skip(void);

/*
 * Starts it anew, with what it had kept, on a new port if it has none, and
 * returns when it takes connections.  option is a list of further words of its
 * command line, which ends with NULL; NULL is fine.  A struct of zeros is a
 * server that never ran.
 */
void redis_server_start(struct redis_server *r, const char *const *option);

/* Kills it, as a crash would. */
void redis_server_stop(struct redis_server *r);

/* Stops it if it runs, and removes its folder.  A struct of zeros is fine. */
void redis_server_remove(struct redis_server *r);

/* "redis://127.0.0.1:PORT?...", with time enough for a busy host. */
void redis_server_url(const struct redis_server *r, char *url, size_t size);

/* Sends words that spaces separate: the answer, a number or 0. */
long long redis_server_command(const struct redis_server *r, const char *words);

#endif
