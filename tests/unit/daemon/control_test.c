// SPDX-License-Identifier: BSD-2-Clause
#include "daemon/control.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "t.h"

#define BIG (LIMIT_CONTROL_ANSWER - 10)

struct fixture {
	char folder[32], path[64];
	struct control *control;
	int asked;
};

/* "big" gets a large answer, "fail" an error, all else itself. */
static int
answer(void *arg, struct view request, struct text *out, struct err *e)
{
	struct fixture *f = arg;

	f->asked++;
	if (view_equal(request, VIEW("fail")))
		return err_set(e, "cannot");
	if (!view_equal(request, VIEW("big"))) {
		text_add(out, request);
		return 0;
	}
	for (size_t i = 0; i < BIG; i++)
		text_add_byte(out, 'x');
	return 0;
}

static struct control *
open_there(struct fixture *f, struct err *e)
{
	const struct control_place place = { f->path, (uid_t)-1, (gid_t)-1 };

	return control_open(&place, "9.9", answer, f, e);
}

static int
set_up(void **state)
{
	static struct fixture f;
	struct err e = ERR_NONE;

	f = (struct fixture){ .folder = "/tmp/control_test.XXXXXX" };
	if (mkdtemp(f.folder) == NULL)
		return -1;
	snprintf(f.path, sizeof(f.path), "%s/s", f.folder);
	f.control = open_there(&f, &e);
	if (f.control == NULL)
		fail_msg("%s", e.text);
	*state = &f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	control_close(f->control);
	unlink(f->path);
	return rmdir(f->folder);
}

/* A client that does not wait. */
static int
dial(const struct fixture *f)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	strcpy(address.sun_path, f->path);
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		fail_msg("connect");
	return fd;
}

static void
write_to(int fd, const char *words)
{
	assert_int_equal(send(fd, words, strlen(words), MSG_NOSIGNAL),
	    (long long)strlen(words));
}

/* What there is to read by now; *over: and no more will come. */
static void
hear_all(int fd, struct text *heard, bool *over)
{
	char bytes[4096];
	ssize_t got;

	while ((got = recv(fd, bytes, sizeof(bytes), 0)) > 0)
		text_add(heard, (struct view){ bytes, (size_t)got });
	*over = got == 0 || (got < 0 && errno != EAGAIN);
}

static void
check_heard(const char *name, int fd, const char *want, bool ends)
{
	struct text heard = TEXT_INIT(2 * LIMIT_CONTROL_ANSWER);
	bool over;

	hear_all(fd, &heard, &over);
	check_string(name, text_string(&heard), want);
	check_number(name, over, ends);
	text_free(&heard);
}

static void
a_line_gets_an_answer(void **state)
{
	static const struct {
		const char *name, *says, *want;
		bool over;
	} rows[] = {
		{ "a line", "stats\n", "ok 9.9 5\nstats", true },
		{ "an empty one", "\n", "ok 9.9 0\n", true },
		{ "only the first", "a\nb\n", "ok 9.9 1\na", true },
		{ "an error", "fail\n", "error cannot\n", true },
		{ "no end yet", "stats", "", false },
		{ "nothing", "", "", false },
		{ "as long as may be",
		    "1234567890123456789012345678901234567890123456789012345678"
		    "90123\n",
		    "ok 9.9 63\n12345678901234567890123456789012345678901234567"
		    "8901234567890123",
		    true },
		{ "longer",
		    "1234567890123456789012345678901234567890123456789012345678"
		    "901234\n",
		    "ok 9.9 0\n", true },
	};
	const struct fixture *f = *state;

	for (size_t i = 0; i < LENGTH(rows); i++) {
		int fd = dial(f);

		write_to(fd, rows[i].says);
		control_serve(f->control, 0);
		check_heard(rows[i].name, fd, rows[i].want, rows[i].over);
		close(fd);
		control_serve(f->control, 0);
	}
}

static void
a_line_may_come_in_pieces(void **state)
{
	const struct fixture *f = *state;
	int fd = dial(f);

	control_serve(f->control, 0);
	write_to(fd, "he");
	control_serve(f->control, 0);
	write_to(fd, "llo\n");
	control_serve(f->control, 0);
	check_heard("pieces", fd, "ok 9.9 5\nhello", true);
	close(fd);
}

static void
a_large_answer_arrives_whole(void **state)
{
	const struct fixture *f = *state;
	struct text heard = TEXT_INIT(2 * LIMIT_CONTROL_ANSWER);
	int fd = dial(f);
	bool over = false;

	write_to(fd, "big\n");
	for (int i = 0; i < 1000 && !over; i++) {
		control_serve(f->control, 0);
		hear_all(fd, &heard, &over);
	}
	assert_true(over);
	check_number("size", (long long)heard.size,
	    (long long)(BIG + strlen("ok 9.9 131062\n")));
	text_free(&heard);
	close(fd);
}

/* Until its time is over; and it keeps nobody else from asking. */
static void
who_says_nothing_is_let_go(void **state)
{
	const int64_t end_us = INT64_C(1000) * LIMIT_CONTROL_MS;
	const struct fixture *f = *state;
	int silent = dial(f), other;

	assert_true(control_due_us(f->control) == INT64_MAX);
	control_serve(f->control, 100);
	check_number("due", control_due_us(f->control), 100 + end_us);
	other = dial(f);
	write_to(other, "x\n");
	control_serve(f->control, 200);
	check_heard("the other", other, "ok 9.9 1\nx", true);
	control_serve(f->control, 100 + end_us - 1);
	check_heard("not yet", silent, "", false);
	control_serve(f->control, 100 + end_us);
	check_heard("over", silent, "", true);
	assert_true(control_due_us(f->control) == INT64_MAX);
	close(silent);
	close(other);
}

/* One more than there is room for waits, and comes in when there is. */
static void
more_than_there_is_room_for_wait(void **state)
{
	const struct fixture *f = *state;
	struct pollfd polls[CONTROL_POLLS];
	int fd[LIMIT_CONTROL_CLIENTS + 1];

	check_number("nobody", (long long)control_polls(f->control, 0, polls),
	    1);
	for (size_t i = 0; i < LENGTH(fd); i++) {
		fd[i] = dial(f);
		control_serve(f->control, 0);
	}
	check_number("full", (long long)control_polls(f->control, 0, polls),
	    LIMIT_CONTROL_CLIENTS);
	write_to(fd[LIMIT_CONTROL_CLIENTS], "last\n");
	control_serve(f->control, 0);
	check_heard("the last waits", fd[LIMIT_CONTROL_CLIENTS], "", false);
	close(fd[0]);
	control_serve(f->control, 0);
	control_serve(f->control, 0);
	check_heard("and comes in", fd[LIMIT_CONTROL_CLIENTS], "ok 9.9 4\nlast",
	    true);
	for (size_t i = 1; i < LENGTH(fd); i++)
		close(fd[i]);
	control_serve(f->control, 0);
	check_number("nobody", (long long)control_polls(f->control, 0, polls),
	    1);
}

static void
who_hangs_up_is_forgotten(void **state)
{
	const struct fixture *f = *state;
	int fd = dial(f);

	write_to(fd, "big\n");
	close(fd);
	control_serve(f->control, 0);
	control_serve(f->control, 0);
	assert_true(control_due_us(f->control) == INT64_MAX);
}

static void
the_socket_is_for_owner_and_group(void **state)
{
	const struct fixture *f = *state;
	struct stat st;

	assert_int_equal(stat(f->path, &st), 0);
	assert_true(S_ISSOCK(st.st_mode));
	check_number("mode", st.st_mode & 0777, 0660);
}

static void
only_a_dead_socket_is_replaced(void **state)
{
	struct fixture *f = *state;
	struct err e = ERR_NONE;
	int fd;

	assert_null(open_there(f, &e));
	check_contains("one that lives", e.text, "another filter listens");
	/* As if its process had been killed. */
	control_leave(f->control);
	assert_int_equal(access(f->path, F_OK), 0);
	f->control = open_there(f, &e);
	assert_non_null(f->control);
	control_close(f->control);
	f->control = NULL;
	assert_int_equal(access(f->path, F_OK), -1);
	fd = open(f->path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	close(fd);
	assert_null(open_there(f, &e));
	check_contains("a file", e.text, "is no socket");
}

/* What a successor has put there is not ours to remove. */
static void
a_successors_socket_stays(void **state)
{
	struct fixture *f = *state;
	struct err e = ERR_NONE;
	struct control *old = f->control;

	unlink(f->path);
	f->control = open_there(f, &e);
	assert_non_null(f->control);
	control_close(old);
	assert_int_equal(access(f->path, F_OK), 0);
}

static void
paths_are_checked(void **state)
{
	static const struct {
		const char *path, *why; /* NULL: good */
	} rows[] = {
		{ "", NULL },
		{ "/run/rsvp-milter/control.sock", NULL },
		{ "control.sock", "not an absolute path" },
		{ "unix:/run/x", "not an absolute path" },
		{ "/123456789/123456789/123456789/123456789/123456789/"
		  "123456789/123456789/123456789/123456789/12345678",
		    NULL },
		{ "/123456789/123456789/123456789/123456789/123456789/"
		  "123456789/123456789/123456789/123456789/123456789",
		    "longer than 99 bytes" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct err e = ERR_NONE;

		check_number(rows[i].path, control_check(rows[i].path, &e),
		    rows[i].why == NULL ? 0 : -1);
		if (rows[i].why != NULL)
			check_contains(rows[i].path, e.text, rows[i].why);
	}
}

/* A server that says something, whatever it is asked. */
struct server {
	int fd;
	const char *says;
};

static void *
serve_one(void *arg)
{
	const struct server *s = arg;
	int fd = accept(s->fd, NULL, NULL);
	char line[100];

	(void)!read(fd, line, sizeof(line));
	write_to(fd, s->says);
	close(fd);
	return NULL;
}

static void
what_answers_is_believed_if_it_is_whole(void **state)
{
	static const struct {
		const char *says, *answer, *why; /* one of them is NULL */
	} rows[] = {
		{ "ok 9.9 3\nabc", "abc", NULL },
		{ "ok 9.9 0\n", "", NULL },
		{ "ok 9.9 4\nab\nc", "ab\nc", NULL },
		{ "ok 9.9 4\nabc", NULL, "not whole" },
		{ "ok 9.9 2\nabc", NULL, "not whole" },
		{ "ok 9.9 -1\nabc", NULL, "not an answer of rsvp-milter" },
		{ "ok \nabc", NULL, "not an answer of rsvp-milter" },
		{ "ok 9.9 999999999\nabc", NULL,
		    "not an answer of rsvp-milter" },
		{ "hello\n", NULL, "not an answer of rsvp-milter" },
		{ "error no\n", NULL, "no" },
		{ "", NULL, "an empty answer" },
	};
	struct fixture *f = *state;
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	control_close(f->control);
	f->control = NULL;
	strcpy(address.sun_path, f->path);
	assert_int_equal(bind(fd, (const struct sockaddr *)&address,
			     sizeof(address)),
	    0);
	assert_int_equal(listen(fd, 1), 0);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct server s = { fd, rows[i].says };
		struct text out = TEXT_INIT(LIMIT_CONTROL_ANSWER);
		struct err e = ERR_NONE;
		pthread_t thread;
		int code, result;

		pthread_create(&thread, NULL, serve_one, &s);
		result = control_ask(f->path, "stats", &out, &code, &e);
		pthread_join(thread, NULL);
		check_number(rows[i].says, result,
		    rows[i].answer != NULL ? 0 : -1);
		check_number(rows[i].says, code, 0);
		if (rows[i].answer != NULL)
			check_string(rows[i].says, text_string(&out),
			    rows[i].answer);
		else
			check_contains(rows[i].says, e.text, rows[i].why);
		text_free(&out);
	}
	close(fd);
}

static void
where_nobody_is_the_errno_says_so(void **state)
{
	struct fixture *f = *state;
	struct text out = TEXT_INIT(LIMIT_CONTROL_ANSWER);
	struct err e = ERR_NONE;
	int code;

	control_leave(f->control);
	f->control = NULL;
	assert_int_equal(control_ask(f->path, "x", &out, &code, &e), -1);
	check_number("dead", code, ECONNREFUSED);
	unlink(f->path);
	assert_int_equal(control_ask(f->path, "x", &out, &code, &e), -1);
	check_number("not there", code, ENOENT);
	check_contains("not there", e.text, f->path);
	text_free(&out);
}

#define WITH_SERVER(test) \
	cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SERVER(a_line_gets_an_answer),
		WITH_SERVER(a_line_may_come_in_pieces),
		WITH_SERVER(a_large_answer_arrives_whole),
		WITH_SERVER(who_says_nothing_is_let_go),
		WITH_SERVER(more_than_there_is_room_for_wait),
		WITH_SERVER(who_hangs_up_is_forgotten),
		WITH_SERVER(the_socket_is_for_owner_and_group),
		WITH_SERVER(only_a_dead_socket_is_replaced),
		WITH_SERVER(a_successors_socket_stays),
		cmocka_unit_test(paths_are_checked),
		WITH_SERVER(what_answers_is_believed_if_it_is_whole),
		WITH_SERVER(where_nobody_is_the_errno_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
