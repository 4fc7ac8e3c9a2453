// SPDX-License-Identifier: BSD-2-Clause
/*
 * lab.h - a site in a temporary folder, for the tests of daemon/.
 *
 * What goes wrong in here fails the test that runs; so, where nothing else is
 * said, call it in the test's own thread.
 */
#ifndef TESTS_UNIT_DAEMON_LAB_H
#define TESTS_UNIT_DAEMON_LAB_H

#include <pthread.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "daemon/engine.h"
#include "daemon/site.h"

struct lab {
	char folder[32], conf[48];
	struct clock clock; /* shows now_ms; steady at the same pace */
	int64_t now_ms;
	struct text log; /* "error: LINE\n" ... of all threads */
	pthread_mutex_t log_lock;
};

/* For cmocka_run_group_tests(): what the program does once. */
int lab_begin(void **state);
int lab_end(void **state);

/* And what each test does; *state is its struct lab. */
int lab_open(void **state);
int lab_close(void **state);

/* "users/alice/rules.conf" in the folder: valid in the expression it is in. */
struct lab_path {
	char text[300];
};
struct lab_path lab_path(const struct lab *l, const char *below);

/*
 * Puts a file in place by rename(2), so that nobody sees half of it, and
 * makes the folders above it.
 */
void lab_write(struct lab *l, const char *below, const char *content);

/* The same in any one thread; the folders must be there.  0 or -1. */
int lab_replace(struct lab *l, const char *below, const char *content);

/* Removes a file, or a folder with all that is in it. */
void lab_remove(struct lab *l, const char *below);

/* Appends a file's content, or nothing where there is none. */
void lab_read(const struct lab *l, const char *below, struct text *out);

/*
 * Writes "site.conf": the shipped packs, example.net's users in "users", the
 * site's templates in "templates", the test keys, answers through "sendmail",
 * records in "audit", no dry run; and what the strings add or put in place.
 */
struct lab_settings {
	const char *packs;               /* a folder of the lab, or NULL */
	const char *dry_run;             /* NULL: "false" */
	const char *top, *users, *reply; /* more settings, with "LAB/" for
					    paths in the lab; or NULL */
};
void lab_configure(struct lab *l, const struct lab_settings *settings);

/* The site of "site.conf", which may live as long as the lab. */
struct site *lab_site(struct lab *l);

/*
 * Appends a sample mail with CRLF line ends, signed with the test key for
 * domain unless that is NULL.  Another nth makes another signature, and so
 * another mail of the same words.
 */
void lab_sample(const char *name, const char *domain, unsigned nth,
    struct text *out);

/*
 * A sample as it was collected: handed in by a host of the network, from its
 * envelope, for the recipients ("alice@example.net bob@example.net").
 */
struct lab_mail {
	struct text bytes;
	struct view rcpt[4];
	struct own_fields own;
	struct engine_message message; /* points into the rest */
};

/* Also sets the clock: an hour after the sample's Date. */
void lab_mail_open(struct lab *l, struct lab_mail *mail, const char *sample,
    const char *domain, const char *recipients);
void lab_mail_open_nth(struct lab *l, struct lab_mail *mail, const char *sample,
    const char *domain, unsigned nth, const char *recipients);
void lab_mail_close(struct lab_mail *mail);

/* The public test keys, for signature_open(). */
struct lab_path lab_keys(void);

/* A file of the source tree. */
struct lab_path lab_source(const char *below);

/* Fails unless the log has the words, or has them not; then forgets it. */
void lab_check_log(const char *name, struct lab *l, const char *words);
void lab_check_no_log(const char *name, struct lab *l, const char *words);

#endif
