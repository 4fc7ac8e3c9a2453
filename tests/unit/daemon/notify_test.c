// SPDX-License-Identifier: BSD-2-Clause
#include "daemon/notify.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "t.h"

/* A socket of systemd's; name begins with "@" or is a path. */
static int
listen_as_systemd(const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	socklen_t size;

	strcpy(address.sun_path, name);
	if (name[0] == '@')
		address.sun_path[0] = '\0';
	size =
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));
	if (fd < 0 || bind(fd, (const struct sockaddr *)&address, size) < 0)
		fail_msg("%s", name);
	setenv("NOTIFY_SOCKET", name, 1);
	return fd;
}

static void
check_heard(int fd, const char *want)
{
	char words[200];
	ssize_t size = recv(fd, words, sizeof(words), MSG_DONTWAIT);

	if (size < 0)
		fail_msg("nothing was said, want \"%s\"", want);
	words[size] = '\0';
	check_string("heard", words, want);
}

static void
systemd_hears_how_far_we_are(void **state)
{
	char abstract[64], path[64];
	char *const names[] = { abstract, path };

	(void)state;
	snprintf(abstract, sizeof(abstract), "@notify_test.%ld",
	    (long)getpid());
	snprintf(path, sizeof(path), "/tmp/notify_test.%ld", (long)getpid());
	for (size_t i = 0; i < LENGTH(names); i++) {
		int fd = listen_as_systemd(names[i]);

		notify_ready();
		check_heard(fd, "READY=1");
		notify_stopping();
		check_heard(fd, "STOPPING=1");
		close(fd);
	}
	unlink(path);
	unsetenv("NOTIFY_SOCKET");
}

static void
nobody_there_is_no_failure(void **state)
{
	static const char *const names[] = { "", "@", "relative",
		"/nowhere/notify", "vsock:1:2" };

	(void)state;
	for (size_t i = 0; i < LENGTH(names); i++) {
		setenv("NOTIFY_SOCKET", names[i], 1);
		notify_ready();
	}
	unsetenv("NOTIFY_SOCKET");
	notify_ready();
}

static void
the_journal_is_known_by_its_stream(void **state)
{
	struct stat st;
	char stream[100];
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(fstat(fds[1], &st), 0);
	unsetenv("JOURNAL_STREAM");
	assert_false(notify_is_journal(fds[1]));
	snprintf(stream, sizeof(stream), "%ju:%ju", (uintmax_t)st.st_dev,
	    (uintmax_t)st.st_ino);
	setenv("JOURNAL_STREAM", stream, 1);
	assert_true(notify_is_journal(fds[1]));
	assert_false(notify_is_journal(-1));
	/* Standard error was sent elsewhere since. */
	snprintf(stream, sizeof(stream), "%ju:%ju", (uintmax_t)st.st_dev,
	    (uintmax_t)st.st_ino + 1);
	setenv("JOURNAL_STREAM", stream, 1);
	assert_false(notify_is_journal(fds[1]));
	snprintf(stream, sizeof(stream), "%ju", (uintmax_t)st.st_dev);
	setenv("JOURNAL_STREAM", stream, 1);
	assert_false(notify_is_journal(fds[1]));
	setenv("JOURNAL_STREAM", "", 1);
	assert_false(notify_is_journal(fds[1]));
	unsetenv("JOURNAL_STREAM");
	close(fds[0]);
	close(fds[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(systemd_hears_how_far_we_are),
		cmocka_unit_test(nobody_there_is_no_failure),
		cmocka_unit_test(the_journal_is_known_by_its_stream),
	};

	return cmocka_run_group_tests_name("notify", tests, NULL, NULL);
}
