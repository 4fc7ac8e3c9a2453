// SPDX-License-Identifier: BSD-2-Clause
/*
 * stats.c - "rsvpctl stats": the figures of the running filter.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <sysexits.h>

#include "ctl/ctl.h"
#include "daemon/control.h"

/* It is all ours, and in ASCII; who else answers there must not act on a
 * terminal. */
static void
make_plain(struct text *answer)
{
	for (size_t i = 0; i < answer->size; i++)
		if ((answer->data[i] < ' ' && answer->data[i] != '\n') ||
		    answer->data[i] > '~')
			answer->data[i] = '?';
}

int
ctl_ask(const struct conf *c, const char *request, struct text *answer)
{
	struct err e = ERR_NONE;
	int code = 0;

	if (c->control.socket[0] == '\0')
		return ctl_fail(EX_UNAVAILABLE,
		    "control.socket is empty: the filter cannot be asked");
	if (control_ask(c->control.socket, request, answer, &code, &e) == 0) {
		make_plain(answer);
		return 0;
	}
	return ctl_fail(code == EACCES ? EX_NOPERM : EX_UNAVAILABLE,
	    "control.socket: %s%s", e.text,
	    code == ECONNREFUSED || code == ENOENT ? "; is the filter running?"
						   : "");
}

int
ctl_stats(struct ctl *c, int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "prometheus", no_argument, NULL, 'p' },
		{ NULL, 0, NULL, 0 },
	};
	struct text answer = TEXT_INIT(LIMIT_CONTROL_ANSWER);
	bool prometheus = false;
	int option, code;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'j')
			c->json = true;
		else if (option == 'p')
			prometheus = true;
		else
			return ctl_usage(argv[0]);
	}
	if (optind < argc)
		return ctl_wrong(argv[0], "unexpected argument \"%s\"",
		    argv[optind]);
	if (c->json && prometheus)
		return ctl_wrong(argv[0], "one of --json and --prometheus");
	code = ctl_ask(c->conf,
	    prometheus    ? "stats prometheus"
		: c->json ? "stats json"
			  : "stats",
	    &answer);
	if (code == 0)
		fputs(text_string(&answer), stdout);
	text_free(&answer);
	return code;
}
