// SPDX-License-Identifier: BSD-2-Clause
/*
 * redis_server.c - a real Redis (or Valkey) for tests.
 */
#include "redis_server.h"

#include <arpa/inet.h>
#include <hiredis.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "t.h"

enum { OPTIONS_MOST = 32, PORTS_TRIED = 20 };

/*
 * The last one is the server too, under a name that makes it look at files:
 * Debian has it in a package without a service (redis-tools).
 */
static const char *const programs[] = { "/usr/bin/redis-server",
	"/usr/local/bin/redis-server", "/usr/bin/valkey-server",
	"/usr/local/bin/valkey-server", "/usr/bin/redis-check-rdb" };

static const char *
installed(void)
{
	for (size_t i = 0; i < LENGTH(programs); i++)
		if (access(programs[i], X_OK) == 0)
			return programs[i];
	return NULL;
}

bool
redis_server_is_installed(void)
{
	return installed() != NULL;
}

int
redis_server_skip(void)
{
	puts("1..0 # SKIP neither redis-server nor valkey-server is installed");
	return 0;
}

/* Nobody has it now; that it is still free when Redis asks is likely. */
static int
free_port(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &size), 0);
	close(fd);
	return ntohs(at.sin_port);
}

/* In the child: becomes the server, whose log goes to out. */
static void
become_server(const struct redis_server *r, const char *const *option, int out)
{
	char port[16];
	const char *word[OPTIONS_MOST] = { "redis-server", "--port", port,
		"--bind", "127.0.0.1", "--dir", r->folder, "--save", "",
		"--appendonly", "yes", "--appendfsync", "always", "--daemonize",
		"no", "--logfile", "" };
	size_t words = 17;

	snprintf(port, sizeof(port), "%d", r->port);
	while (option != NULL && *option != NULL && words < OPTIONS_MOST - 1)
		word[words++] = *option++;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(out, STDOUT_FILENO);
	execv(installed(), (char *const *)(uintptr_t)word);
	_exit(127);
}

/* Its log up to the line that says so; false if it ended before. */
static bool
is_ready(int log)
{
	FILE *file = fdopen(log, "r");
	char line[512];
	bool ready = false;

	assert_non_null(file);
	while (!ready && fgets(line, sizeof(line), file) != NULL)
		ready = strstr(line, "Ready to accept connections") != NULL;
	fclose(file);
	return ready;
}

static bool
try_start(struct redis_server *r, const char *const *option)
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	r->pid = fork();
	assert_true(r->pid >= 0);
	if (r->pid == 0)
		become_server(r, option, ends[1]);
	close(ends[1]);
	if (is_ready(ends[0]))
		return true;
	waitpid(r->pid, NULL, 0);
	r->pid = 0;
	return false;
}

void
redis_server_start(struct redis_server *r, const char *const *option)
{
	bool had_port = r->port != 0;

	if (r->folder[0] == '\0') {
		strcpy(r->folder, "/tmp/redis_server.XXXXXX");
		assert_non_null(mkdtemp(r->folder));
	}
	for (int i = 0; i < PORTS_TRIED; i++) {
		if (!had_port)
			r->port = free_port();
		if (try_start(r, option))
			return;
	}
	fail_msg("%s does not start in %s", installed(), r->folder);
}

void
redis_server_stop(struct redis_server *r)
{
	if (r->pid == 0)
		return;
	kill(r->pid, SIGKILL);
	waitpid(r->pid, NULL, 0);
	r->pid = 0;
}

static void
run(const char *const *word)
{
	pid_t pid = fork();

	if (pid == 0) {
		execvp(word[0], (char *const *)(uintptr_t)word);
		_exit(127);
	}
	waitpid(pid, NULL, 0);
}

void
redis_server_remove(struct redis_server *r)
{
	const char *const word[] = { "rm", "-rf", r->folder, NULL };

	redis_server_stop(r);
	if (r->folder[0] != '\0')
		run(word);
	memset(r, 0, sizeof(*r));
}

void
redis_server_url(const struct redis_server *r, char *url, size_t size)
{
	snprintf(url, size, "redis://127.0.0.1:%d?timeout=10000", r->port);
}

long long
redis_server_command(const struct redis_server *r, const char *words)
{
	redisContext *c = redisConnect("127.0.0.1", r->port);
	redisReply *reply;
	char copy[512], *word[OPTIONS_MOST], *rest = NULL;
	int count = 0;
	long long number;

	snprintf(copy, sizeof(copy), "%s", words);
	for (char *w = strtok_r(copy, " ", &rest); w != NULL;
	     w = strtok_r(NULL, " ", &rest))
		word[count++] = w;
	reply =
	    redisCommandArgv(c, count, (const char **)(uintptr_t)word, NULL);
	if (reply == NULL || reply->type == REDIS_REPLY_ERROR)
		fail_msg("%s: %s", words,
		    reply == NULL ? c->errstr : reply->str);
	number = reply->integer;
	freeReplyObject(reply);
	redisFree(c);
	return number;
}
