// SPDX-License-Identifier: BSD-2-Clause
/*
 * redis_target.c - the address of a Redis, taken apart.
 */
#include "effects/redis_target.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"

#define TCP VIEW("redis://")
#define UNIX VIEW("redis+unix:")

bool
redis_target_is(struct view url)
{
	return view_starts_nocase(url, VIEW("redis:")) ||
	    view_starts_nocase(url, VIEW("redis+"));
}

/* Cuts what stands before the first byte off *rest; without one, all of it. */
static struct view
cut(struct view *rest, char byte)
{
	size_t at = view_find_byte(*rest, byte);
	struct view head = view_part(*rest, 0, at);

	*rest =
	    at == VIEW_NONE ? VIEW("") : view_part(*rest, at + 1, rest->size);
	return head;
}

static int
copy(struct view from, char *to, size_t size, const char *what, struct err *e)
{
	if (from.size == 0 || from.size >= size)
		return err_set(e, "%s must have 1 to %zu octets", what,
		    size - 1);
	memcpy(to, from.data, from.size);
	to[from.size] = '\0';
	return 0;
}

static int
number(struct view from, int least, int most, const char *what, int *to,
    struct err *e)
{
	unsigned long long value;

	if (view_number(from, (unsigned)most, &value) < 0 || (int)value < least)
		return err_set(e, "%s must be %d to %d", what, least, most);
	*to = (int)value;
	return 0;
}

static int
parse_option(struct view option, struct redis_target *t, struct err *e)
{
	struct view name = cut(&option, '=');

	if (view_equal(name, VIEW("timeout")))
		return number(option, LIMIT_REDIS_TIMEOUT_LEAST_MS,
		    LIMIT_REDIS_TIMEOUT_MOST_MS, "timeout", &t->timeout_ms, e);
	if (view_equal(name, VIEW("db")))
		return number(option, 0, LIMIT_REDIS_DATABASE, "db",
		    &t->database, e);
	if (!view_equal(name, VIEW("password_file")))
		return err_set(e,
		    "no option \"%.*s\"; there are timeout, db and "
		    "password_file",
		    VIEW_ARG(name));
	if (option.size > 0 && option.data[0] != '/')
		return err_set(e, "password_file must be an absolute path");
	return copy(option, t->password_file, sizeof(t->password_file),
	    "password_file", e);
}

/* HOST, HOST:PORT, [ADDRESS] or [ADDRESS]:PORT. */
static int
parse_host(struct view at, struct redis_target *t, struct err *e)
{
	bool bracket = at.size > 0 && at.data[0] == '[', port;
	struct view host;

	if (bracket) {
		if (view_find_byte(at, ']') == VIEW_NONE)
			return err_set(e, "no \"]\" behind the address");
		cut(&at, '[');
		host = cut(&at, ']');
		port = at.size > 0;
		if (port && cut(&at, ':').size > 0)
			return err_set(e, "no \":\" behind \"]\"");
	} else {
		port = view_find_byte(at, ':') != VIEW_NONE;
		host = cut(&at, ':');
	}
	if (copy(host, t->host, sizeof(t->host), "the host", e) < 0 ||
	    (port && number(at, 1, 65535, "the port", &t->port, e) < 0))
		return -1;
	snprintf(t->name, sizeof(t->name), bracket ? "[%s]:%d" : "%s:%d",
	    t->host, t->port);
	return 0;
}

/* What is between "redis://" and the options. */
static int
parse_tcp(struct view at, struct redis_target *t, struct err *e)
{
	bool database = view_find_byte(at, '/') != VIEW_NONE;
	struct view where = cut(&at, '/');

	if (view_find_byte(where, '@') != VIEW_NONE) {
		struct view user = cut(&where, '@');

		if (view_find_byte(user, ':') != VIEW_NONE)
			return err_set(e,
			    "a password belongs into a file: "
			    "?password_file=PATH");
		if (copy(user, t->user, sizeof(t->user), "the user", e) < 0)
			return -1;
	}
	if (database && at.size > 0 &&
	    number(at, 0, LIMIT_REDIS_DATABASE, "the database", &t->database,
		e) < 0)
		return -1;
	return parse_host(where, t, e);
}

static int
parse_unix(struct view at, struct redis_target *t, struct err *e)
{
	if (at.size == 0 || at.data[0] != '/')
		return err_set(e, "the socket must be an absolute path");
	if (copy(at, t->path, sizeof(t->path), "the socket", e) < 0)
		return -1;
	snprintf(t->name, sizeof(t->name), "%s", t->path);
	return 0;
}

int
redis_target_parse(struct view url, struct redis_target *t, struct err *e)
{
	struct view where = cut(&url, '?'), option;
	bool tcp = view_starts_nocase(where, TCP);

	memset(t, 0, sizeof(*t));
	t->port = 6379;
	t->timeout_ms = LIMIT_REDIS_TIMEOUT_MS;
	if (!tcp && !view_starts_nocase(where, UNIX))
		return err_set(e,
		    "neither \"redis://HOST\" nor \"redis+unix:PATH\"");
	where = view_part(where, tcp ? TCP.size : UNIX.size, where.size);
	if ((tcp ? parse_tcp(where, t, e) : parse_unix(where, t, e)) < 0)
		return -1;
	while (url.size > 0) {
		option = cut(&url, '&');
		if (parse_option(option, t, e) < 0)
			return -1;
	}
	if (t->user[0] != '\0' && t->password_file[0] == '\0')
		return err_set(e, "a user needs ?password_file=PATH");
	return 0;
}
