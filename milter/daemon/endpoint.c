// SPDX-License-Identifier: BSD-2-Clause
/*
 * endpoint.c - where the MTA finds the filter.
 */
#include "daemon/endpoint.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/view.h"

enum {
	LONGEST_PATH = sizeof(((struct sockaddr_un *)NULL)->sun_path) - 1 -
	    ENDPOINT_SUFFIX,
	CONNECT_MS = 1000
};

/* What stands behind the word and its colon; NULL: it begins otherwise. */
static const char *
behind(const char *where, const char *word)
{
	size_t size = strlen(word);

	return strncmp(where, word, size) == 0 ? where + size : NULL;
}

const char *
endpoint_path(const char *where)
{
	const char *path = behind(where, "unix:");

	return path == NULL ? behind(where, "local:") : path;
}

/* "PORT@HOST" */
static const char *
inet_part(const char *where)
{
	const char *part = behind(where, "inet:");

	return part == NULL ? behind(where, "inet6:") : part;
}

static int
check_inet(const char *where, struct view part, struct err *e)
{
	size_t at = view_find_byte(part, '@');
	unsigned long long port = 0;

	if (at == VIEW_NONE && view_find_byte(part, ':') != VIEW_NONE)
		return err_set(e,
		    "\"%s\": write inet:PORT@HOST, the other way round than "
		    "Postfix",
		    where);
	if (at == VIEW_NONE)
		return err_set(e,
		    "\"%s\" would listen on every address; write "
		    "inet:PORT@HOST",
		    where);
	if (view_number(view_part(part, 0, at), UINT16_MAX, &port) < 0 ||
	    port == 0)
		return err_set(e, "\"%s\": the port must be 1 to %d", where,
		    UINT16_MAX);
	if (at + 1 == part.size)
		return err_set(e, "\"%s\": no host behind the @", where);
	return 0;
}

int
endpoint_check(const char *where, struct err *e)
{
	const char *path = endpoint_path(where), *inet = inet_part(where);

	if (inet != NULL)
		return check_inet(where, view_of(inet), e);
	if (path == NULL || path[0] == '\0')
		return err_set(e,
		    "\"%s\" is neither unix:PATH nor inet:PORT@HOST", where);
	if (strlen(path) > LONGEST_PATH)
		return err_set(e,
		    "\"%.40s...\": the path is longer than %d bytes", where,
		    LONGEST_PATH);
	return 0;
}

void
endpoint_for_postfix(const char *where, struct text *out)
{
	const char *path = endpoint_path(where), *inet = inet_part(where);
	const char *at = inet == NULL ? NULL : strchr(inet, '@');

	if (path != NULL) {
		const char *inside = behind(path, "/var/spool/postfix/");

		text_addf(out, "unix:%s", inside == NULL ? path : inside);
	} else if (at != NULL) {
		bool brackets = strchr(at, ':') != NULL; /* "::1" */

		text_addf(out, "inet:%s%s%s:%.*s", brackets ? "[" : "", at + 1,
		    brackets ? "]" : "", (int)(at - inet), inet);
	}
}

void
endpoint_name(const char *path, struct endpoint_socket *s)
{
	/* Seven digits; no system has larger ones. */
	snprintf(s->made, sizeof(s->made), "%.*s.%u", LONGEST_PATH, path,
	    (unsigned)getpid() % 10000000);
}

int
endpoint_publish(const char *path, struct endpoint_socket *s, struct err *e)
{
	struct stat st;

	if (lstat(s->made, &st) < 0)
		return err_sys(e, errno, "%s", s->made);
	s->device = st.st_dev;
	s->inode = st.st_ino;
	if (rename(s->made, path) < 0)
		return err_sys(e, errno, "%s", path);
	return 0;
}

void
endpoint_remove(const char *path, const struct endpoint_socket *s)
{
	struct stat st;

	if (lstat(path, &st) == 0 && st.st_dev == s->device &&
	    st.st_ino == s->inode)
		unlink(path);
}

/* What became of a connection that was begun: 0, or the errno. */
static int
await_connection(int fd)
{
	struct pollfd begun = { .fd = fd, .events = POLLOUT };
	int code = 0;
	socklen_t size = sizeof(code);

	if (poll(&begun, 1, CONNECT_MS) <= 0)
		return ETIMEDOUT;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &size) < 0)
		return errno;
	return code;
}

/* A descriptor, or -1 and the errno. */
static int
connect_to(int family, const struct sockaddr *address, socklen_t size,
    int *code)
{
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	*code = 0;
	if (fd < 0 || connect(fd, address, size) < 0)
		*code = errno;
	if (*code == EINPROGRESS)
		*code = await_connection(fd);
	if (*code == 0 || fd < 0)
		return fd;
	close(fd);
	return -1;
}

/*
 * 0, or the errno.  One that hangs takes no more connections and would keep us
 * waiting for ever, but it listens; so does a host that says nothing.
 */
static int
try_to_connect(int family, const struct sockaddr *address, socklen_t size)
{
	int code, fd = connect_to(family, address, size, &code);

	if (fd >= 0)
		close(fd);
	/* unix(7): its queue is full */
	if (code == ETIMEDOUT || (code == EAGAIN && family == AF_UNIX))
		code = 0;
	return code;
}

static struct sockaddr_un
address_of(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
	return address;
}

static int
try_path(const char *path)
{
	const struct sockaddr_un address = address_of(path);

	return try_to_connect(AF_UNIX, (const struct sockaddr *)&address,
	    sizeof(address));
}

/*
 * smfi_opensocket() would take the path away from a filter that runs.  Only
 * where a connection is refused is nobody there; who may not ask cannot know.
 */
static int
check_dead(const char *path, struct err *e)
{
	int code = try_path(path);

	if (code == 0)
		return err_set(e, "%s: another filter listens there", path);
	if (code == ECONNREFUSED)
		return 0;
	return err_sys(e, code, "%s: is a filter listening there?", path);
}

static int
check_path(const char *path, struct err *e)
{
	struct stat st;

	if (lstat(path, &st) < 0) {
		if (errno == ENOENT)
			return 0; /* or the folder, as listening will tell */
		return err_sys(e, errno, "%s", path);
	}
	if (!S_ISSOCK(st.st_mode))
		return err_set(e,
		    "%s is there and is no socket; it is left alone", path);
	return check_dead(path, e);
}

/* 0 and *found, which the caller frees, or a code of getaddrinfo(3). */
static int
look_up(const char *where, struct addrinfo **found)
{
	const char *port = inet_part(where), *at = strchr(port, '@');
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICSERV };
	char number[8] = "";

	hints.ai_family = behind(where, "inet6:") != NULL ? AF_INET6 : AF_INET;
	snprintf(number, sizeof(number), "%.*s", (int)(at - port), port);
	return getaddrinfo(at + 1, number, &hints, found);
}

static int
check_host(const char *where, struct err *e)
{
	const char *host = strchr(where, '@') + 1;
	struct addrinfo *found = NULL;
	int code = look_up(where, &found);

	if (code != 0)
		return err_set(e, "%s: host %s: %s", where, host,
		    gai_strerror(code));
	freeaddrinfo(found);
	return 0;
}

bool
endpoint_answers(const char *where)
{
	const char *path = endpoint_path(where);
	struct addrinfo *found = NULL;
	bool answers;

	if (path != NULL)
		return try_path(path) == 0;
	if (look_up(where, &found) != 0)
		return false;
	/* libmilter takes the first address, too. */
	answers = try_to_connect(found->ai_family, found->ai_addr,
		      found->ai_addrlen) == 0;
	freeaddrinfo(found);
	return answers;
}

int
endpoint_is_free(const char *where, struct err *e)
{
	const char *path = endpoint_path(where);

	return path == NULL ? check_host(where, e) : check_path(path, e);
}

int
endpoint_connect(const char *where, int *code)
{
	const char *path = endpoint_path(where);
	struct addrinfo *found = NULL;
	int fd;

	if (path != NULL) {
		const struct sockaddr_un address = address_of(path);

		return connect_to(AF_UNIX, (const struct sockaddr *)&address,
		    sizeof(address), code);
	}
	if (look_up(where, &found) != 0) {
		*code = EADDRNOTAVAIL;
		return -1;
	}
	fd = connect_to(found->ai_family, found->ai_addr, found->ai_addrlen,
	    code);
	freeaddrinfo(found);
	return fd;
}
