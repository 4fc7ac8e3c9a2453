// SPDX-License-Identifier: BSD-2-Clause
/*
 * trial.h - the daemon's own engine on a message file: "test", "explain".
 *
 * Nothing is sent, kept or logged.
 */
#ifndef CTL_TRIAL_H
#define CTL_TRIAL_H

#include "ctl/ctl.h"
#include "daemon/engine.h"

enum { TRIAL_RECIPIENTS = 100 };

/* What SMTP would have said; NULL and none: what the message says. */
struct trial_options {
	struct view rcpt[TRIAL_RECIPIENTS];
	size_t rcpt_count;
	const char *user, *from, *client, *keys;
};

/* What getopt_long(3) gives for --rcpt and so on; a command's own follow. */
enum {
	TRIAL_RCPT = 256,
	TRIAL_USER,
	TRIAL_FROM,
	TRIAL_CLIENT,
	TRIAL_KEYS,
	TRIAL_NEXT
};

/* Takes value for an option of these, and says whether it is one. */
bool trial_option(struct trial_options *o, int option, const char *value);

/* 0, or EX_USAGE, and what is wrong with them is said.  called is argv[0]. */
int trial_check(const char *called, const struct trial_options *o);

/* All that is known of one message; in the order of recipients. */
struct trial_result {
	struct decision decision;
	struct trial_recipient {
		const struct rules_trace *step; /* the rules tried */
		size_t steps;
		/* GUARDS_REPLY of them; NULL: none was asked. */
		const enum guards_verdict *verdict;
	} * recipient;
};

/* Gets the result, which is borrowed; 0, or the code to exit with. */
typedef int trial_on_result(void *arg, const char *path,
    struct trial_result *r);

struct trial {
	struct ctl *c;
	const struct trial_options *options;
	struct world world;
};

/*
 * Opens what is needed with the site of c, whose settings then are of no dry
 * run; both are borrowed.  0, or a code, and what was wrong is said.
 * trial_close() also after that.
 */
int trial_open(struct trial *t, struct ctl *c, const struct trial_options *o);
void trial_close(struct trial *t);

/*
 * Lets the engine decide on a message that was read already; name is what it is
 * called.  0, the code of on_result, or one of its own, and what was wrong is
 * said.
 */
int trial_run_bytes(struct trial *t, const char *name, struct view message,
    trial_on_result *on_result, void *arg);

/*
 * Reads the file, "-" is standard input, and lets the engine decide.  0, the
 * code of on_result, or one of its own, and what was wrong is said.
 */
int trial_run(struct trial *t, const char *path, trial_on_result *on_result,
    void *arg);

#endif
