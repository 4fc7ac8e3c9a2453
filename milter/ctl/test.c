// SPDX-License-Identifier: BSD-2-Clause
/*
 * test.c - "rsvpctl test": what would be done with a message.
 */
#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

#include "base/limits.h"
#include "ctl/ctl.h"
#include "ctl/decision.h"
#include "ctl/trial.h"

/* What the options say besides. */
struct test {
	struct ctl *c;
	struct trial_options options;
	bool trace;
};

/* Nothing was applied, so the record does not say that anything was. */
static void
print_record(struct decision *d)
{
	struct text out = TEXT_INIT(LIMIT_AUDIT_SIZE);

	d->record.dry_run = true;
	d->record.applied_header = d->record.applied_quarantine = false;
	audit_json(&d->record, &out);
	puts(text_string(&out));
	text_free(&out);
}

static int
print_result(void *arg, const char *path, struct trial_result *r)
{
	const struct test *t = arg;

	if (t->c->json) {
		print_record(&r->decision);
	} else {
		puts(path);
		decision_print(&r->decision, t->trace ? r->recipient : NULL);
	}
	return 0;
}

/* 0, or the code to exit with. */
static int
parse_options(int argc, char **argv, struct test *t)
{
	enum { TRACE = TRIAL_NEXT, JSON };
	static const struct option options[] = {
		{ "rcpt", required_argument, NULL, TRIAL_RCPT },
		{ "user", required_argument, NULL, TRIAL_USER },
		{ "from", required_argument, NULL, TRIAL_FROM },
		{ "client", required_argument, NULL, TRIAL_CLIENT },
		{ "keys", required_argument, NULL, TRIAL_KEYS },
		{ "trace", no_argument, NULL, TRACE },
		{ "json", no_argument, NULL, JSON },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == TRACE)
			t->trace = true;
		else if (option == JSON)
			t->c->json = true;
		else if (!trial_option(&t->options, option, optarg))
			return ctl_usage(argv[0]);
	}
	if (optind == argc)
		return ctl_wrong(argv[0], "which file?");
	return trial_check(argv[0], &t->options);
}

int
ctl_test(struct ctl *c, int argc, char **argv)
{
	struct test t = { .c = c };
	struct trial trial;
	int code = parse_options(argc, argv, &t);

	if (code != 0)
		return code;
	code = trial_open(&trial, c, &t.options);
	/* A file that cannot be read does not keep the others from it. */
	for (int i = optind, first = code; first == 0 && i < argc; i++) {
		int one;

		if (i > optind && !c->json)
			putchar('\n');
		one = trial_run(&trial, argv[i], print_result, &t);
		code = code == 0 ? one : code;
	}
	trial_close(&trial);
	return code;
}
