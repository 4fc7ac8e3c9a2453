// SPDX-License-Identifier: BSD-2-Clause
/*
 * folders_bench.c - messages for users whose folders were not read yet, and
 * once more for the same users; and the memory that takes.
 *
 * Usage: folders_bench CONF PACKS FOLDER USERS FILE
 *
 * Makes so many users' folders in FOLDER, which CONF names as users.dir, and
 * has the engine decide on FILE for some thousands of them.  Prints "cold
 * MEDIAN P99 LONGEST us, warm MEDIAN us, KIB KIB": the memory in use with
 * users.cache full, and at the end.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "daemon/engine.h"
#include "mail/mime.h"

enum { MESSAGES = 5000, FRIENDS = 100 };

/* A file that nobody has written lately: others are not believed. */
static int
write_file(const char *folder, const char *name, const char *content)
{
	static const struct timespec old[2] = { { 1, 0 }, { 1, 0 } };
	char path[500];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	if (file == NULL)
		return -1;
	fputs(content, file);
	return fclose(file) == 0 ? utimensat(AT_FDCWD, path, old, 0) : -1;
}

/* Rules and a hundred contacts, which are other ones for each user. */
static int
make_user(const char *users, unsigned long number)
{
	static const struct timespec old[2] = { { 1, 0 }, { 1, 0 } };
	char folder[400], contacts[FRIENDS * 60], rules[400];
	size_t size = 0;

	for (unsigned i = 0; i < FRIENDS; i++)
		size +=
		    (size_t)snprintf(contacts + size, sizeof(contacts) - size,
			"Ann %c%lu Roe <p%u@%lu.example>\n",
			(char)('A' + i % 26), number, i, number);
	snprintf(rules, sizeof(rules),
	    "contacts = ( \"contacts.txt\" );\n"
	    "rules = ( { name = \"friends\"; when = { known = \"name\"; };\n"
	    "            do = [ \"deliver\" ]; },\n"
	    "          { name = \"strangers\"; when = { type = "
	    "\"invitation\"; };\n"
	    "            do = [ \"tag:T%lu\" ]; } );\n",
	    number);
	snprintf(folder, sizeof(folder), "%s/u%lu", users, number);
	if (mkdir(folder, 0755) < 0 ||
	    write_file(folder, "rules.conf", rules) < 0 ||
	    write_file(folder, "contacts.txt", contacts) < 0)
		return -1;
	return utimensat(AT_FDCWD, folder, old, 0);
}

/* Else writing what was made would be in the way of what is measured. */
static void
write_back(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY);

	if (fd < 0 || syncfs(fd) < 0)
		perror(folder);
	if (fd >= 0)
		close(fd);
}

static long
resident_kib(void)
{
	FILE *file = fopen("/proc/self/statm", "r");
	long pages = 0;

	if (file == NULL || fscanf(file, "%*d %ld", &pages) != 1)
		pages = 0;
	if (file != NULL)
		fclose(file);
	return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

/* Microseconds for one message; 0 where the user's rules were not in force. */
static double
decide(const struct site *site, const struct world *w, struct view bytes,
    unsigned long user)
{
	char address[64];
	struct view rcpt;
	struct engine_message m = {
		.envelope = { .client_name = VIEW("mailb-ga.linkedin.com"),
		    .from = VIEW("s-x@bounce.linkedin.com"),
		    .rcpt = &rcpt,
		    .rcpt_count = 1,
		    .queue_id = VIEW("4F1Q2z1") },
		.bytes = bytes
	};
	struct decision d;
	struct err e = ERR_NONE;
	int64_t began, ended;
	bool in_force = false;

	snprintf(address, sizeof(address), "u%lu@example.net", user);
	rcpt = view_of(address);
	began = clock_steady_us(&clock_system);
	if (engine_decide(site, w, &m, &d, &e) < 0)
		fprintf(stderr, "folders_bench: %s\n", e.text);
	else
		in_force = d.recipient[0].plan.why == PLAN_RULE;
	decision_free(&d);
	ended = clock_steady_us(&clock_system);
	return in_force ? (double)(ended - began) : 0;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static int
measure(const struct site *site, struct view bytes, unsigned long users)
{
	static double cold[MESSAGES], warm[MESSAGES];
	unsigned long count = users < MESSAGES ? users : MESSAGES;
	struct world w = { .clock = &clock_system, .host = "bench" };
	long full = 0;

	for (unsigned long i = 0; i < count; i++) {
		unsigned long user = i * (users / count);

		cold[i] = decide(site, &w, bytes, user);
		warm[i] = decide(site, &w, bytes, user);
		if (cold[i] <= 0 || warm[i] <= 0) {
			fprintf(stderr,
			    "folders_bench: rules of u%lu are not "
			    "in force\n",
			    user);
			return EX_SOFTWARE;
		}
		if (i + 1 == (unsigned long)site->conf->users.cache)
			full = resident_kib();
	}
	qsort(cold, count, sizeof(*cold), compare);
	qsort(warm, count, sizeof(*warm), compare);
	printf("cold %.0f %.0f %.0f us, warm %.0f us, %ld %ld\n",
	    cold[count / 2], cold[count * 99 / 100], cold[count - 1],
	    warm[count / 2], full, resident_kib());
	return EX_OK;
}

int
main(int argc, char **argv)
{
	struct site_source source = { .conf = argc > 1 ? argv[1] : "",
		.packs = argc > 2 ? argv[2] : NULL };
	struct text bytes = TEXT_INIT(LIMIT_BODY_SIZE);
	struct err e = ERR_NONE;
	struct site *site;
	unsigned long users;
	int result;

	if (argc != 6 || (users = strtoul(argv[4], NULL, 10)) == 0) {
		fprintf(stderr,
		    "Usage: folders_bench CONF PACKS FOLDER USERS FILE\n");
		return EX_USAGE;
	}
	for (unsigned long i = 0; i < users; i++)
		if (make_user(argv[3], i) < 0) {
			perror(argv[3]);
			return EX_CANTCREAT;
		}
	write_back(argv[3]);
	mime_init();
	site = site_load(&source, &e);
	if (site == NULL || file_read(argv[5], &bytes, &e) < 0) {
		fprintf(stderr, "folders_bench: %s\n", e.text);
		return EX_NOINPUT;
	}
	result = measure(site, text_view(&bytes), users);
	text_free(&bytes);
	site_drop(site);
	return result;
}
