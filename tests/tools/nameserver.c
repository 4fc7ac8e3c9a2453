// SPDX-License-Identifier: BSD-2-Clause
/*
 * nameserver.c - a name server on the loopback that knows a few answers.
 */
#include "tools/nameserver.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEADER = 12, TYPE_AND_CLASS = 4, SERVER_FAILURE = 0x82 };

static const struct zone *
find_zone(const struct nameserver *s, const unsigned char *question)
{
	static const struct zone unknown = {
		.code = { 0x81, SERVER_FAILURE },
	};

	for (size_t i = 0; i < s->count; i++)
		if (strlen(s->zone[i].label) == question[0] &&
		    memcmp(s->zone[i].label, question + 1, question[0]) == 0)
			return &s->zone[i];
	return &unknown;
}

/* Its size, or 0 for none. */
static size_t
write_reply(const struct nameserver *s, unsigned char *packet)
{
	const struct zone *zone = find_zone(s, packet + HEADER);
	size_t at = HEADER;

	if (zone->code[0] == 0)
		return 0;
	while (packet[at] != 0)
		at += packet[at] + 1U;
	at += 1 + TYPE_AND_CLASS;
	memcpy(packet + 2, zone->code, 2);
	memset(packet + 6, 0, 6);
	packet[7] = zone->answers;
	if (zone->size > 0)
		memcpy(packet + at, zone->data, zone->size);
	return at + zone->size;
}

/* Until an empty packet comes. */
static void *
serve(void *arg)
{
	struct nameserver *s = arg;

	for (;;) {
		unsigned char packet[2048];
		struct sockaddr_in from;
		socklen_t length = sizeof(from);
		size_t reply;
		ssize_t size = recvfrom(s->fd, packet, 512, 0,
		    (struct sockaddr *)&from, &length);

		if (size <= HEADER)
			return NULL;
		atomic_fetch_add(&s->questions, 1);
		reply = write_reply(s, packet);
		if (reply > 0)
			sendto(s->fd, packet, reply, 0,
			    (struct sockaddr *)&from, length);
	}
}

/* At that port, or at any that is free where it is 0. */
static int
listen_at(struct nameserver *s, uint16_t port)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t length = sizeof(address);

	s->fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (s->fd < 0)
		return -1;
	if (bind(s->fd, (struct sockaddr *)&address, length) < 0 ||
	    getsockname(s->fd, (struct sockaddr *)&address, &length) < 0 ||
	    pthread_create(&s->thread, NULL, serve, s) != 0) {
		close(s->fd);
		return -1;
	}
	s->port = ntohs(address.sin_port);
	return 0;
}

int
nameserver_start(struct nameserver *s, const struct zone *zone, size_t count)
{
	s->zone = zone;
	s->count = count;
	atomic_init(&s->questions, 0);
	if (listen_at(s, 0) < 0)
		return -1;
	snprintf(s->keys, sizeof(s->keys), "dns:127.0.0.1:%d", s->port);
	return 0;
}

int
nameserver_again(struct nameserver *s)
{
	return listen_at(s, s->port);
}

void
nameserver_stop(struct nameserver *s)
{
	struct sockaddr_in address;
	socklen_t length = sizeof(address);

	getsockname(s->fd, (struct sockaddr *)&address, &length);
	sendto(s->fd, "", 0, 0, (struct sockaddr *)&address, length);
	pthread_join(s->thread, NULL);
	close(s->fd);
}
