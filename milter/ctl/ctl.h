// SPDX-License-Identifier: BSD-2-Clause
/*
 * ctl.h - what the commands of rsvpctl(1) share.
 */
#ifndef CTL_CTL_H
#define CTL_CTL_H

#include <stdbool.h>

#include "base/text.h"
#include "daemon/site.h"

/* What a command may use; options in front of it are read by main.c. */
struct ctl {
	struct conf *conf; /* the settings */
	struct site *site; /* NULL unless the command asked for it */
	const struct site_source *source; /* of both */
	bool json;
};

/*
 * For a command that needs only the settings until it knows better: reads
 * everything anew, c->conf is another then.  0, or a code of sysexits(3), and
 * what was wrong is said.
 */
int ctl_need_site(struct ctl *c);

/*
 * A command gets the words behind its name, "rsvpctl NAME" first, and returns
 * a code of sysexits(3).  "--help" as the first word never reaches it.
 */
typedef int ctl_command(struct ctl *c, int argc, char **argv);

ctl_command ctl_breaker, ctl_capture, ctl_check, ctl_conf, ctl_contacts,
    ctl_digest, ctl_explain, ctl_health, ctl_log, ctl_outbox, ctl_policy,
    ctl_quarantine, ctl_replay, ctl_report, ctl_rules, ctl_selftest, ctl_state,
    ctl_stats, ctl_test;

/*
 * Prints what the filter would miss of what the settings name: folders, files
 * and programs.  Returns how many mistakes these were, warnings aside.
 */
size_t ctl_check_site(const struct conf *c);

/*
 * Where root runs the command and the settings name a user, becomes that user:
 * what it makes is the filter's then.  0, or a code of sysexits(3), and what
 * was wrong is said.
 */
int ctl_become_filter(const struct conf *c);

/*
 * Where root runs the command and somebody else owns the open folder, becomes
 * who does, with the folder's group: what a user does to the folder meanwhile
 * is done to himself.  The user need not be one of this system.  The same.
 */
int ctl_become_owner(int folder, const char *user);

/*
 * Asks the running filter (daemon/control.h).  0, or a code of sysexits(3), and
 * what was wrong is said.
 */
int ctl_ask(const struct conf *c, const char *request, struct text *answer);

/* "rsvpctl: ..." on standard error; returns code. */
int ctl_fail(int code, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Says how the command is called, behind what getopt(3) or the words say is
 * wrong.  called is argv[0].  Both return EX_USAGE.
 */
int ctl_usage(const char *called);
int ctl_wrong(const char *called, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Writes text from mail to standard output, made printable. */
void ctl_put(struct view v);

/* The same in a column of width characters, cut or filled up with blanks. */
void ctl_put_column(struct view v, size_t width);

/*
 * "alice: 3 rules, 1 contact" of a folder that is in order, and a line on
 * answers that nobody's name would be under.
 */
void ctl_put_folder(const char *user, const struct folder *f);

/* "1 rule", "2 rules" */
void ctl_put_count(size_t count, const char *what);

#endif
