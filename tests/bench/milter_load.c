// SPDX-License-Identifier: BSD-2-Clause
/*
 * milter_load.c - plays the MTA: sends one message again and again through
 * the milter protocol, version 6, as Postfix does.
 *
 * Usage: milter_load SOCKET-PATH MESSAGES PER-CONNECTION FILE [SENDER RCPT]
 *
 * Offers every step and action, leaves out what the filter negotiates away,
 * waits for a reply only where one is due, and honours an early accept and a
 * skipped body.  Where the file has "number-00000000", the digits differ from
 * message to message, and mostly from those of other runs.  Ends early at
 * SIGTERM.  Prints how many messages ended in which way, and how long they took
 * from MAIL to the answer that ended them: "us MEDIAN P99 LONGEST".
 */
#include <arpa/inet.h>
#include <errno.h>
#include <libmilter/mfapi.h>
#include <libmilter/mfdef.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

enum { CHUNK = 65535, OUT_SIZE = 1 << 20 };

struct mta {
	int fd;
	uint32_t steps; /* what the filter wants left out */
	unsigned char out[OUT_SIZE];
	size_t out_size;
	const char *sender, *recipient;
};

static void
die(const char *what)
{
	fprintf(stderr, "milter_load: %s: %s\n", what, strerror(errno));
	exit(EX_IOERR);
}

static void
flush(struct mta *m)
{
	for (size_t done = 0; done < m->out_size;) {
		ssize_t put = write(m->fd, m->out + done, m->out_size - done);

		if (put < 0)
			die("write");
		done += (size_t)put;
	}
	m->out_size = 0;
}

/* Begins a packet of that many octets behind the command. */
static void
put_packet(struct mta *m, char command, size_t size)
{
	uint32_t length = htonl((uint32_t)(size + 1));

	if (m->out_size + size + 5 > sizeof(m->out))
		flush(m);
	memcpy(m->out + m->out_size, &length, 4);
	m->out[m->out_size + 4] = (unsigned char)command;
	m->out_size += 5;
}

static void
put(struct mta *m, const void *data, size_t size)
{
	memcpy(m->out + m->out_size, data, size);
	m->out_size += size;
}

static void
read_all(int fd, unsigned char *to, size_t size)
{
	while (size > 0) {
		ssize_t got = read(fd, to, size);

		if (got <= 0)
			die("read");
		to += got;
		size -= (size_t)got;
	}
}

/* The next packet's command; its data goes to data, cut at room. */
static char
get_packet(struct mta *m, unsigned char *data, size_t room)
{
	unsigned char head[5], waste[CHUNK + 1];
	uint32_t length;
	size_t size;

	flush(m);
	read_all(m->fd, head, 5);
	memcpy(&length, head, 4);
	size = ntohl(length) - 1;
	if (size > sizeof(waste))
		die("packet too long");
	read_all(m->fd, waste, size);
	memcpy(data, waste, size < room ? size : room);
	return (char)head[4];
}

/* Whether the filter lets this message go on; modifications are read over. */
static char
reply(struct mta *m, uint32_t unless)
{
	unsigned char data[1];
	char command;

	if ((m->steps & unless) != 0)
		return SMFIR_CONTINUE;
	do
		command = get_packet(m, data, 0);
	while (strchr("hmibqp", command) != NULL);
	return command;
}

static void
negotiate(struct mta *m)
{
	uint32_t offer[3] = { htonl(6), htonl(0x1FF), htonl(0x1FFFFF) };
	unsigned char answer[12] = { 0 };
	uint32_t steps;

	put_packet(m, SMFIC_OPTNEG, sizeof(offer));
	put(m, offer, sizeof(offer));
	if (get_packet(m, answer, sizeof(answer)) != SMFIC_OPTNEG)
		die("negotiation");
	memcpy(&steps, answer + 8, 4);
	m->steps = ntohl(steps);
}

static void
open_connection(struct mta *m, const char *path)
{
	static const char client[] = "mx.example.org\0"
				     "4\0\0"
				     "203.0.113.5";
	struct sockaddr_un to = { .sun_family = AF_UNIX };

	strncpy(to.sun_path, path, sizeof(to.sun_path) - 1);
	m->fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (m->fd < 0 ||
	    connect(m->fd, (const struct sockaddr *)&to, sizeof(to)) < 0)
		die(path);
	m->out_size = 0;
	negotiate(m);
	if ((m->steps & SMFIP_NOCONNECT) == 0) {
		put_packet(m, SMFIC_CONNECT, sizeof(client));
		put(m, client, sizeof(client));
		if (reply(m, SMFIP_NR_CONN) != SMFIR_CONTINUE)
			die("connect refused");
	}
	if ((m->steps & SMFIP_NOHELO) == 0) {
		put_packet(m, SMFIC_HELO, 15);
		put(m, "mx.example.org", 15);
		reply(m, SMFIP_NR_HELO);
	}
}

static void
put_macro(struct mta *m, char step, const char *name, const char *value)
{
	size_t size = 1 + strlen(name) + 1 + strlen(value) + 1;

	put_packet(m, SMFIC_MACRO, size);
	put(m, &step, 1);
	put(m, name, strlen(name) + 1);
	put(m, value, strlen(value) + 1);
}

/* A command with one "<address>". */
static char
envelope(struct mta *m, char command, const char *address, uint32_t unless)
{
	char bracketed[512];

	snprintf(bracketed, sizeof(bracketed), "<%s>", address);
	put_packet(m, command, strlen(bracketed) + 1);
	put(m, bracketed, strlen(bracketed) + 1);
	return reply(m, unless);
}

/* Sends the fields; returns where the body begins. */
static const char *
put_headers(struct mta *m, const char *at, const char *end)
{
	while (at < end && *at != '\n' && *at != '\r') {
		const char *colon = memchr(at, ':', (size_t)(end - at));
		const char *stop = at;
		char value[CHUNK];
		size_t size = 0, name_size;

		if (colon == NULL)
			break;
		do {
			const char *line =
			    memchr(stop, '\n', (size_t)(end - stop));

			stop = line == NULL ? end : line + 1;
		} while (stop < end && (*stop == ' ' || *stop == '\t'));
		colon++;
		name_size = (size_t)(colon - 1 - at);
		if ((m->steps & SMFIP_HDR_LEADSPC) == 0 && *colon == ' ')
			colon++;
		for (const char *c = colon; c < stop; c++)
			if (*c != '\r' && size < sizeof(value) - 1)
				value[size++] = *c;
		while (size > 0 && value[size - 1] == '\n')
			size--;
		value[size] = '\0';
		put_packet(m, SMFIC_HEADER, name_size + size + 2);
		put(m, at, name_size);
		put(m, "", 1);
		put(m, value, size + 1);
		reply(m, SMFIP_NR_HDR);
		at = stop;
	}
	if (at < end && *at == '\r')
		at++;
	return at < end ? at + 1 : end;
}

/* One message; the answer that ended it. */
static char
send_message(struct mta *m, const char *file, size_t size)
{
	const char *end = file + size, *body;
	char answer;

	put_macro(m, SMFIC_MAIL, "{mail_addr}", m->sender);
	if ((answer = envelope(m, SMFIC_MAIL, m->sender, SMFIP_NR_MAIL)) !=
	    SMFIR_CONTINUE)
		return answer;
	if ((answer = envelope(m, SMFIC_RCPT, m->recipient, SMFIP_NR_RCPT)) !=
	    SMFIR_CONTINUE)
		return answer;
	if ((m->steps & SMFIP_NODATA) == 0) {
		put_packet(m, SMFIC_DATA, 0);
		reply(m, SMFIP_NR_DATA);
	}
	body = put_headers(m, file, end);
	put_macro(m, SMFIC_EOH, "i", "4F1Q2z1");
	put_packet(m, SMFIC_EOH, 0);
	if ((answer = reply(m, SMFIP_NR_EOH)) != SMFIR_CONTINUE)
		return answer;
	while ((m->steps & SMFIP_NOBODY) == 0 && body < end) {
		size_t part = (size_t)(end - body);

		if (part > CHUNK - 1)
			part = CHUNK - 1;
		put_packet(m, SMFIC_BODY, part);
		put(m, body, part);
		body += part;
		answer = reply(m, SMFIP_NR_BODY);
		if (answer == SMFIR_SKIP)
			break;
		if (answer != SMFIR_CONTINUE)
			return answer;
	}
	put_macro(m, SMFIC_BODYEOB, "i", "4F1Q2z1");
	put_packet(m, SMFIC_BODYEOB, 0);
	return reply(m, 0);
}

static char *
read_file(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	char *data = malloc(4 << 20);

	if (file == NULL || data == NULL)
		die(path);
	*size = fread(data, 1, 4 << 20, file);
	fclose(file);
	return data;
}

/* Writes the digits where the file has them. */
static void
number(char *file, size_t size, unsigned long message)
{
	static const char mark[] = "number-";
	char *end = file + size, *at = file;
	char digits[9];

	snprintf(digits, sizeof(digits), "%08lu",
	    ((unsigned long)getpid() % 100 * 1000000 + message) % 100000000);
	while ((at = memmem(at, (size_t)(end - at), mark, sizeof(mark) - 1)) !=
		NULL &&
	    (size_t)(end - at) >= sizeof(mark) - 1 + 8) {
		at += sizeof(mark) - 1;
		memcpy(at, digits, 8);
	}
}

static volatile sig_atomic_t stopped;

static void
stop(int signal_number)
{
	(void)signal_number;
	stopped = 1;
}

static uint32_t
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint32_t)((uint64_t)t.tv_sec * 1000000 +
	    (uint64_t)t.tv_nsec / 1000);
}

static int
compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void
print_times(uint32_t *us, unsigned long count)
{
	if (count == 0)
		return;
	qsort(us, count, sizeof(*us), compare);
	printf("us %u %u %u\n", us[count / 2], us[count * 99 / 100],
	    us[count - 1]);
}

int
main(int argc, char **argv)
{
	static struct mta m;
	unsigned long total, each, done, ended[256] = { 0 };
	uint32_t *us, began;
	size_t size;
	char *file;

	if (argc != 5 && argc != 7) {
		fprintf(stderr,
		    "Usage: milter_load SOCKET-PATH MESSAGES "
		    "PER-CONNECTION FILE [SENDER RCPT]\n");
		return EX_USAGE;
	}
	total = strtoul(argv[2], NULL, 10);
	each = strtoul(argv[3], NULL, 10);
	file = read_file(argv[4], &size);
	us = calloc(total + 1, sizeof(*us));
	if (us == NULL)
		die("memory");
	m.sender = argc == 7 ? argv[5] : "carol@example.org";
	m.recipient = argc == 7 ? argv[6] : "alice@example.net";
	signal(SIGTERM, stop);
	for (done = 0; done < total && !stopped; done++) {
		if (done % each == 0)
			open_connection(&m, argv[1]);
		number(file, size, done);
		began = now_us();
		ended[(unsigned char)send_message(&m, file, size)]++;
		us[done] = now_us() - began;
		if (done % each == each - 1 || done == total - 1) {
			put_packet(&m, SMFIC_QUIT, 0);
			flush(&m);
			close(m.fd);
		}
	}
	for (int i = 0; i < 256; i++)
		if (ended[i] > 0)
			printf("%c %lu\n", i, ended[i]);
	print_times(us, done);
	free(us);
	free(file);
	return 0;
}
