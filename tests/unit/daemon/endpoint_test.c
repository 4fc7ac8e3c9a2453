// SPDX-License-Identifier: BSD-2-Clause
#include "daemon/endpoint.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "t.h"

/*
 * 99 octets and one more: what a socket's address takes, with room for the
 * number of a process, and what not.
 */
#define TEN "/xxxxxxxxx"
#define FIFTY TEN TEN TEN TEN TEN
#define LONGEST FIFTY TEN TEN TEN TEN "/xxxxxxxx"

static void
accepts_what_the_manual_says(void **state)
{
	static const struct {
		const char *where, *path;
	} rows[] = {
		{ "unix:/run/s.sock", "/run/s.sock" },
		{ "local:/run/s.sock", "/run/s.sock" },
		{ "unix:" LONGEST, LONGEST },
		{ "inet:1@127.0.0.1", NULL },
		{ "inet:65535@localhost", NULL },
		{ "inet6:8891@::1", NULL },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct err e = ERR_NONE;
		const char *path = endpoint_path(rows[i].where);

		if (endpoint_check(rows[i].where, &e) < 0)
			fail_msg("%s: %s", rows[i].where, e.text);
		if (rows[i].path == NULL)
			assert_null(path);
		else
			check_string("path", path, rows[i].path);
	}
}

static void
is_written_as_main_cf_wants_it(void **state)
{
	static const struct {
		const char *where, *want;
	} rows[] = {
		{ "inet:8891@127.0.0.1", "inet:127.0.0.1:8891" },
		{ "inet:8891@localhost", "inet:localhost:8891" },
		{ "inet6:8891@::1", "inet:[::1]:8891" },
		{ "inet6:8891@localhost", "inet:localhost:8891" },
		{ "unix:/run/s.sock", "unix:/run/s.sock" },
		{ "local:/run/s.sock", "unix:/run/s.sock" },
		/* In a chroot the folder is gone from the path. */
		{ "unix:/var/spool/postfix/rsvp/s.sock", "unix:rsvp/s.sock" },
		{ "unix:/var/spool/postfix-out/s.sock",
		    "unix:/var/spool/postfix-out/s.sock" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text words = TEXT_INIT(200);

		endpoint_for_postfix(rows[i].where, &words);
		check_string(rows[i].where, text_string(&words), rows[i].want);
		text_free(&words);
	}
}

static void
refuses_everything_else(void **state)
{
	static const struct {
		const char *where, *want;
	} rows[] = {
		{ "", "neither unix:PATH nor inet:PORT@HOST" },
		{ "/run/s.sock", "neither" },
		{ "unix:", "neither" },
		{ "UNIX:/run/s.sock", "neither" },
		{ "tcp:8891@::1", "neither" },
		{ "unix:" LONGEST "x", "longer than 99 bytes" },
		{ "inet:8891", "would listen on every address" },
		{ "inet:", "would listen on every address" },
		{ "inet:127.0.0.1:8891", "the other way round than Postfix" },
		{ "inet:0@127.0.0.1", "the port must be 1 to 65535" },
		{ "inet:65536@127.0.0.1", "the port must be 1 to 65535" },
		{ "inet:99999@127.0.0.1", "the port must be 1 to 65535" },
		{ "inet:milter@127.0.0.1", "the port must be 1 to 65535" },
		{ "inet:@127.0.0.1", "the port must be 1 to 65535" },
		{ "inet6:8891@", "no host" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct err e = ERR_NONE;

		if (endpoint_check(rows[i].where, &e) == 0)
			fail_msg("\"%s\": accepted", rows[i].where);
		check_contains(rows[i].where, e.text, rows[i].want);
	}
}

/* A folder, and the place of a socket in it. */
struct fixture {
	char folder[32], path[64], where[80];
};

static int
make_folder(void **state)
{
	static struct fixture f;

	strcpy(f.folder, "/tmp/rsvp-test-XXXXXX");
	if (mkdtemp(f.folder) == NULL)
		return -1;
	snprintf(f.path, sizeof(f.path), "%s/s", f.folder);
	snprintf(f.where, sizeof(f.where), "unix:%s", f.path);
	*state = &f;
	return 0;
}

static int
remove_folder(void **state)
{
	const struct fixture *f = *state;

	unlink(f->path);
	return rmdir(f->folder);
}

static int
listen_at(const struct fixture *f)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	strcpy(address.sun_path, f->path);
	assert_int_equal(bind(fd, (const struct sockaddr *)&address,
			     sizeof(address)),
	    0);
	assert_int_equal(listen(fd, 1), 0);
	return fd;
}

static void
a_path_is_free_where_nobody_listens(void **state)
{
	struct fixture *f = *state;
	struct err e = ERR_NONE;
	int fd;

	assert_int_equal(endpoint_is_free(f->where, NULL), 0);
	assert_false(endpoint_answers(f->where));
	fd = listen_at(f);
	assert_true(endpoint_answers(f->where));
	assert_int_equal(endpoint_is_free(f->where, &e), -1);
	check_contains("in use", e.text, "another filter listens there");
	check_contains("in use", e.text, f->path);
	close(fd); /* what a filter that died leaves behind */
	assert_int_equal(access(f->path, F_OK), 0);
	assert_int_equal(endpoint_is_free(f->where, NULL), 0);
	assert_false(endpoint_answers(f->where));
}

/* Nobody waits for it: the queue of its connections is full. */
static void
one_that_hangs_listens(void **state)
{
	struct fixture *f = *state;
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct err e = ERR_NONE;
	int fd = listen_at(f), peer[8];

	strcpy(address.sun_path, f->path);
	for (size_t i = 0; i < LENGTH(peer); i++) {
		peer[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
		assert_true(peer[i] >= 0);
		(void)connect(peer[i], (const struct sockaddr *)&address,
		    sizeof(address));
	}
	assert_true(endpoint_answers(f->where));
	assert_int_equal(endpoint_is_free(f->where, &e), -1);
	check_contains("hangs", e.text, "another filter listens there");
	for (size_t i = 0; i < LENGTH(peer); i++)
		close(peer[i]);
	close(fd);
}

static void
a_port_answers_where_somebody_listens(void **state)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	char where[64];

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)&address, size), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size),
	    0);
	snprintf(where, sizeof(where), "inet:%d@127.0.0.1",
	    ntohs(address.sin_port));
	assert_false(endpoint_answers(where));
	assert_int_equal(listen(fd, 1), 0);
	assert_true(endpoint_answers(where));
	close(fd);
	assert_false(endpoint_answers(where));
}

static void
what_is_no_socket_is_left_alone(void **state)
{
	struct fixture *f = *state;
	struct err e = ERR_NONE;
	int fd = open(f->path, O_WRONLY | O_CREAT, 0600);

	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(endpoint_is_free(f->where, &e), -1);
	check_contains("file", e.text, "is no socket");
	unlink(f->path);
	assert_int_equal(symlink("/dev/null", f->path), 0);
	assert_int_equal(endpoint_is_free(f->where, &e), -1);
	check_contains("link", e.text, "is no socket");
}

/* A socket of another type, as of one that we may not ask. */
static void
doubt_is_no_permission(void **state)
{
	struct fixture *f = *state;
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct err e = ERR_NONE;
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	assert_true(fd >= 0);
	strcpy(address.sun_path, f->path);
	assert_int_equal(bind(fd, (const struct sockaddr *)&address,
			     sizeof(address)),
	    0);
	assert_int_equal(endpoint_is_free(f->where, &e), -1);
	check_contains("doubt", e.text, "is a filter listening there?: ");
	close(fd);
}

static void
a_socket_is_removed_by_who_made_it(void **state)
{
	struct fixture *f = *state, made = *f;
	struct endpoint_socket s;
	struct err e = ERR_NONE;
	int fds[3];

	endpoint_name(f->path, &s);
	assert_true(strlen(s.made) <= strlen(f->path) + ENDPOINT_SUFFIX);
	assert_int_equal(endpoint_publish(f->path, &s, &e), -1);
	check_contains("none", e.text, s.made);
	/* In the place of one that a dead filter left. */
	fds[0] = listen_at(f);
	strcpy(made.path, s.made);
	fds[1] = listen_at(&made);
	assert_int_equal(endpoint_publish(f->path, &s, NULL), 0);
	assert_int_equal(access(s.made, F_OK), -1);
	assert_true(endpoint_answers(f->where));
	endpoint_remove(f->path, &s);
	assert_int_equal(access(f->path, F_OK), -1);
	endpoint_remove(f->path, &s);
	fds[2] = listen_at(f); /* a successor's */
	endpoint_remove(f->path, &s);
	assert_int_equal(access(f->path, F_OK), 0);
	for (size_t i = 0; i < LENGTH(fds); i++)
		close(fds[i]);
}

static void
a_host_must_have_an_address(void **state)
{
	struct err e = ERR_NONE;

	(void)state;
	assert_int_equal(endpoint_is_free("inet:8891@127.0.0.1", NULL), 0);
	assert_int_equal(endpoint_is_free("inet6:8891@::1", NULL), 0);
	/* An address, but of the other family: no name server is asked. */
	assert_int_equal(endpoint_is_free("inet:8891@::1", &e), -1);
	check_contains("host", e.text, "inet:8891@::1: host ::1: ");
}

#define WITH_FOLDER(test) \
	cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts_what_the_manual_says),
		cmocka_unit_test(is_written_as_main_cf_wants_it),
		cmocka_unit_test(refuses_everything_else),
		WITH_FOLDER(a_path_is_free_where_nobody_listens),
		WITH_FOLDER(one_that_hangs_listens),
		WITH_FOLDER(what_is_no_socket_is_left_alone),
		WITH_FOLDER(doubt_is_no_permission),
		WITH_FOLDER(a_socket_is_removed_by_who_made_it),
		cmocka_unit_test(a_port_answers_where_somebody_listens),
		cmocka_unit_test(a_host_must_have_an_address),
	};

	return cmocka_run_group_tests_name("endpoint", tests, NULL, NULL);
}
