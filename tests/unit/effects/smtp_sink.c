// SPDX-License-Identifier: BSD-2-Clause
/*
 * smtp_sink.c - a small SMTP server on loopback that says what it is told to.
 */
#include "unit/effects/smtp_sink.h"

#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "t.h"

enum { MAIL_SIZE = 16 * 1024 * 1024 };

struct smtp_sink {
	const struct smtp_script *script;
	pthread_t thread;
	int listener;
	char place[32];
	struct text heard, mails;
};

/* Whether the client is still served. */
static bool
say(FILE *client, const char *words, const char *well)
{
	if (words == NULL)
		words = well;
	if (strcmp(words, SINK_CLOSED) == 0)
		return false;
	if (strcmp(words, SINK_SILENT) != 0)
		return dprintf(fileno(client), "%s\r\n", words) > 0;
	while (fgetc(client) != EOF)
		;
	return false;
}

/* Says nothing and hears nothing until the end of the sink. */
static void
play_dead(const struct smtp_sink *s)
{
	struct pollfd end = { s->listener, 0, 0 };

	while (poll(&end, 1, -1) < 0)
		;
}

static bool
take_mail(struct smtp_sink *s, FILE *client)
{
	struct text mail = TEXT_INIT(MAIL_SIZE);
	char *line = NULL;
	size_t size = 0;
	ssize_t got;
	bool whole = false;

	while (!whole && (got = getline(&line, &size, client)) > 0) {
		text_add(&mail, (struct view){ line, (size_t)got });
		whole = strcmp(line, ".\r\n") == 0;
	}
	if (whole)
		text_add(&s->mails, text_view(&mail));
	free(line);
	text_free(&mail);
	return whole;
}

/* What comes behind 354: whether another command may. */
static bool
serve_mail(struct smtp_sink *s, FILE *client)
{
	if (s->script->deaf && s->script->end == NULL)
		play_dead(s);
	return !s->script->deaf && take_mail(s, client) &&
	    say(client, s->script->end, "250 2.0.0 queued as 4F1Q");
}

/* One command: whether another one may follow. */
static bool
serve_command(struct smtp_sink *s, FILE *client, const char *line)
{
	const struct smtp_script *script = s->script;
	const struct {
		const char *word, *words, *well;
	} commands[] = {
		{ "EHLO", script->ehlo, "250-mx.example.net\r\n250 SIZE" },
		{ "HELO", script->helo, "250 mx.example.net" },
		{ "MAIL", script->mail, "250 2.1.0 fine" },
		{ "RCPT", script->rcpt, "250 2.1.5 fine" },
		{ "DATA", script->data, "354 go on" },
		{ "QUIT", script->quit, "221 2.0.0 bye" },
	};

	for (size_t i = 0; i < LENGTH(commands); i++)
		if (strncmp(line, commands[i].word, 4) == 0)
			return say(client, commands[i].words,
				   commands[i].well) &&
			    (strncmp(line, "DATA", 4) != 0 ||
				commands[i].words != NULL ||
				serve_mail(s, client));
	return say(client, NULL, "500 5.5.2 what?");
}

static void
serve(struct smtp_sink *s, FILE *client)
{
	char line[1024];
	bool goes_on = say(client, s->script->banner, "220 mx.example.net");

	while (goes_on && fgets(line, sizeof(line), client) != NULL) {
		text_add_string(&s->heard, line);
		goes_on = serve_command(s, client, line);
	}
}

static void *
serve_all(void *arg)
{
	struct smtp_sink *s = arg;
	int fd;

	while ((fd = accept(s->listener, NULL, NULL)) >= 0) {
		FILE *client = fdopen(fd, "r");

		if (client == NULL)
			abort();
		serve(s, client);
		fclose(client);
	}
	return NULL;
}

struct smtp_sink *
smtp_sink_start(const struct smtp_script *script)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(at);
	struct smtp_sink *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	s->script = script;
	s->heard = (struct text)TEXT_INIT(MAIL_SIZE);
	s->mails = (struct text)TEXT_INIT(MAIL_SIZE);
	s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(s->listener, (struct sockaddr *)&at, size), 0);
	assert_int_equal(listen(s->listener, 5), 0);
	assert_int_equal(getsockname(s->listener, (struct sockaddr *)&at,
			     &size),
	    0);
	snprintf(s->place, sizeof(s->place), "127.0.0.1:%d",
	    ntohs(at.sin_port));
	assert_int_equal(pthread_create(&s->thread, NULL, serve_all, s), 0);
	return s;
}

const char *
smtp_sink_place(const struct smtp_sink *s)
{
	return s->place;
}

void
smtp_sink_end(struct smtp_sink *s)
{
	shutdown(s->listener, SHUT_RD);
	assert_int_equal(pthread_join(s->thread, NULL), 0);
	close(s->listener);
}

const char *
smtp_sink_heard(const struct smtp_sink *s)
{
	return text_string(&s->heard);
}

const char *
smtp_sink_mails(const struct smtp_sink *s)
{
	return text_string(&s->mails);
}

void
smtp_sink_free(struct smtp_sink *s)
{
	text_free(&s->heard);
	text_free(&s->mails);
	free(s);
}
