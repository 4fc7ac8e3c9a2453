// SPDX-License-Identifier: BSD-2-Clause
/*
 * control.c - questions about the running filter, over a unix socket.
 */
#include "daemon/control.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/endpoint.h"

#define DEAF_US INT64_C(1000000) /* when no connection can be taken */
#define PATIENCE_US ((int64_t)LIMIT_CONTROL_MS * 1000)

struct client {
	int fd; /* -1: none */
	int64_t end_us;
	char request[LIMIT_CONTROL_REQUEST];
	size_t got;
	bool answered;
	struct text answer;
	size_t sent;
};

struct control {
	char *path;
	const char *version;
	control_answer *answer;
	void *arg;
	struct endpoint_socket socket;
	int fd;
	int64_t deaf_until_us;
	struct client client[LIMIT_CONTROL_CLIENTS];
};

/* "unix:PATH", for daemon/endpoint.h. */
static int
make_where(const char *path, struct text *where, struct err *e)
{
	text_addf(where, "unix:%s", path);
	return text_ok(where) ? 0 : err_set(e, "out of memory");
}

int
control_check(const char *path, struct err *e)
{
	struct text where = TEXT_INIT(LIMIT_SETTINGS_SIZE);
	int result = 0;

	if (path[0] == '\0')
		return 0;
	if (path[0] != '/')
		return err_set(e, "%s: not an absolute path", path);
	result = make_where(path, &where, e);
	if (result == 0)
		result = endpoint_check(text_string(&where), e);
	text_free(&where);
	return result;
}

static void
fill_address(struct sockaddr_un *address, const char *path)
{
	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	strncpy(address->sun_path, path, sizeof(address->sun_path) - 1);
}

/*
 * It has its mode as soon as it is there, and only then its group: it is never
 * wider open than it will be.  A link in its place is not followed, since the
 * folder may belong to somebody else than us.
 */
static int
listen_at(struct control *c, const struct control_place *place, struct err *e)
{
	struct sockaddr_un address;
	mode_t old_mask;
	int result;

	endpoint_name(c->path, &c->socket);
	fill_address(&address, c->socket.made);
	c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (c->fd < 0)
		return err_sys(e, errno, "socket");
	old_mask = umask(0117);
	result =
	    bind(c->fd, (const struct sockaddr *)&address, sizeof(address));
	umask(old_mask);
	if (result < 0)
		return err_sys(e, errno, "%s", c->path);
	if (lchown(c->socket.made, place->uid, place->gid) < 0)
		result = err_sys(e, errno, "%s: owner", c->path);
	else if (listen(c->fd, LIMIT_CONTROL_CLIENTS) < 0)
		result = err_sys(e, errno, "%s", c->path);
	else
		result = endpoint_publish(c->path, &c->socket, e);
	if (result < 0)
		unlink(c->socket.made);
	return result;
}

static int
open_at(struct control *c, const struct control_place *place, struct err *e)
{
	struct text where = TEXT_INIT(LIMIT_SETTINGS_SIZE);
	int result = make_where(place->path, &where, e);

	if (result == 0)
		result = endpoint_is_free(text_string(&where), e);
	if (result == 0)
		result = listen_at(c, place, e);
	text_free(&where);
	return result;
}

struct control *
control_open(const struct control_place *place, const char *version,
    control_answer *answer, void *arg, struct err *e)
{
	struct control *c = calloc(1, sizeof(*c));

	if (c == NULL) {
		err_set(e, "out of memory");
		return NULL;
	}
	c->fd = -1;
	c->version = version;
	c->answer = answer;
	c->arg = arg;
	for (size_t i = 0; i < LIMIT_CONTROL_CLIENTS; i++)
		c->client[i].fd = -1;
	c->path = strdup(place->path);
	if (c->path == NULL)
		err_set(e, "out of memory");
	if (c->path == NULL || open_at(c, place, e) < 0) {
		control_leave(c);
		return NULL;
	}
	return c;
}

static void
end_client(struct client *client)
{
	if (client->fd >= 0)
		close(client->fd);
	client->fd = -1;
	text_free(&client->answer);
}

void
control_leave(struct control *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < LIMIT_CONTROL_CLIENTS; i++)
		end_client(&c->client[i]);
	if (c->fd >= 0)
		close(c->fd);
	free(c->path);
	free(c);
}

void
control_close(struct control *c)
{
	if (c != NULL)
		endpoint_remove(c->path, &c->socket);
	control_leave(c);
}

static bool
has_room(const struct control *c)
{
	for (size_t i = 0; i < LIMIT_CONTROL_CLIENTS; i++)
		if (c->client[i].fd < 0)
			return true;
	return false;
}

size_t
control_polls(const struct control *c, int64_t now_us, struct pollfd *polls)
{
	size_t count = 0;

	if (c == NULL)
		return 0;
	if (has_room(c) && now_us >= c->deaf_until_us)
		polls[count++] = (struct pollfd){ c->fd, POLLIN, 0 };
	for (size_t i = 0; i < LIMIT_CONTROL_CLIENTS; i++)
		if (c->client[i].fd >= 0)
			polls[count++] = (struct pollfd){ c->client[i].fd,
				c->client[i].answered ? POLLOUT : POLLIN, 0 };
	return count;
}

int64_t
control_due_us(const struct control *c)
{
	int64_t due_us = INT64_MAX;

	if (c == NULL)
		return due_us;
	if (c->deaf_until_us > 0)
		due_us = c->deaf_until_us;
	for (size_t i = 0; i < LIMIT_CONTROL_CLIENTS; i++)
		if (c->client[i].fd >= 0 && c->client[i].end_us < due_us)
			due_us = c->client[i].end_us;
	return due_us;
}

static void
take_clients(struct control *c, int64_t now_us)
{
	if (now_us < c->deaf_until_us)
		return;
	c->deaf_until_us = 0;
	for (size_t i = 0; i < LIMIT_CONTROL_CLIENTS; i++) {
		struct client *client = &c->client[i];

		if (client->fd >= 0)
			continue;
		*client = (struct client){
			.answer = TEXT_INIT(LIMIT_CONTROL_ANSWER + 100)
		};
		client->fd =
		    accept4(c->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (client->fd < 0) {
			/* Out of descriptors: it would be asked for ever. */
			if (errno != EAGAIN && errno != ECONNABORTED)
				c->deaf_until_us = now_us + DEAF_US;
			return;
		}
		client->end_us = now_us + PATIENCE_US;
	}
}

static void
make_answer(struct control *c, struct client *client, struct view request)
{
	struct text body = TEXT_INIT(LIMIT_CONTROL_ANSWER);
	struct err e = ERR_NONE;

	if (c->answer(c->arg, request, &body, &e) < 0) {
		text_addf(&client->answer, "error %s\n", e.text);
	} else if (!text_ok(&body)) {
		text_add_string(&client->answer, "error out of memory\n");
	} else {
		text_addf(&client->answer, "ok %s %zu\n", c->version,
		    body.size);
		text_add(&client->answer, text_view(&body));
	}
	text_free(&body);
	client->answered = true;
}

/* Reads until there is a line.  False: the connection is over. */
static bool
hear(struct control *c, struct client *client)
{
	size_t room = sizeof(client->request) - client->got;
	ssize_t got = recv(client->fd, client->request + client->got, room, 0);
	struct view line;
	size_t end;

	if (got < 0)
		return errno == EAGAIN || errno == EINTR;
	if (got == 0)
		return false;
	client->got += (size_t)got;
	line = (struct view){ client->request, client->got };
	end = view_find_byte(line, '\n');
	if (end != VIEW_NONE)
		make_answer(c, client, view_part(line, 0, end));
	else if (client->got == sizeof(client->request))
		make_answer(c, client, VIEW(""));
	return true;
}

/* False: the connection is over. */
static bool
say(struct client *client)
{
	struct view rest =
	    view_part(text_view(&client->answer), client->sent, VIEW_NONE);
	ssize_t sent = send(client->fd, rest.data, rest.size, MSG_NOSIGNAL);

	if (sent < 0)
		return errno == EAGAIN || errno == EINTR;
	client->sent += (size_t)sent;
	return client->sent < client->answer.size;
}

void
control_serve(struct control *c, int64_t now_us)
{
	if (c == NULL)
		return;
	take_clients(c, now_us);
	for (size_t i = 0; i < LIMIT_CONTROL_CLIENTS; i++) {
		struct client *client = &c->client[i];
		bool goes_on = client->fd >= 0 && now_us < client->end_us;

		if (goes_on && !client->answered)
			goes_on = hear(c, client);
		if (goes_on && client->answered)
			goes_on = say(client);
		if (!goes_on)
			end_client(client);
	}
}
