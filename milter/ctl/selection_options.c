// SPDX-License-Identifier: BSD-2-Clause
/*
 * selection_options.c - the options of a command that selects records.
 */
#include <getopt.h>
#include <stdio.h>

#include "base/clock.h"
#include "ctl/selection.h"

int
selection_getopt(struct selection *s, int argc, char **argv,
    const char *letters, const struct option *options)
{
	const int64_t now_ms = clock_wall_ms(&clock_system);
	struct err e = ERR_NONE;
	int option, taken;

	do {
		option = getopt_long(argc, argv, letters, options, NULL);
		taken = selection_take(s, option, optarg, now_ms, &e);
	} while (taken > 0);
	if (taken == 0)
		return option;
	fflush(stdout);
	fprintf(stderr, "%s: %s\n", argv[0], e.text);
	return '?';
}
