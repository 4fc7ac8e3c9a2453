// SPDX-License-Identifier: BSD-2-Clause
/*
 * nameserver.h - a name server on the loopback that knows a few answers.
 */
#ifndef TESTS_TOOLS_NAMESERVER_H
#define TESTS_TOOLS_NAMESERVER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

/* What is said to a question for "LABEL.anything". */
struct zone {
	const char *label;
	unsigned char code[2]; /* the header's third and fourth octet; 0, 0: no
				  reply at all */
	unsigned char answers; /* records in data */
	const char *data;      /* 0xC00C is the name that was asked for */
	size_t size;
};

struct nameserver {
	int fd;
	pthread_t thread;
	const struct zone *zone;
	size_t count;
	uint16_t port;
	atomic_uint questions; /* so far */
	char keys[64];         /* "dns:127.0.0.1:PORT" */
};

/* Answers from now on, in a thread.  Returns 0 or -1. */
int nameserver_start(struct nameserver *s, const struct zone *zone,
    size_t count);

/* From now on the host says at once that nobody listens. */
void nameserver_stop(struct nameserver *s);

/* One that was stopped answers again where it did before.  Returns 0 or -1. */
int nameserver_again(struct nameserver *s);

#endif
