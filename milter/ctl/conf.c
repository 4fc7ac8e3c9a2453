// SPDX-License-Identifier: BSD-2-Clause
/*
 * conf.c - "rsvpctl conf": every setting, its value, and what it is.
 */
#include <stdio.h>
#include <sysexits.h>

#include "base/limits.h"
#include "ctl/ctl.h"

int
ctl_conf(struct ctl *c, int argc, char **argv)
{
	struct text out = TEXT_INIT(4 * LIMIT_SETTINGS_SIZE);

	if (argc > 1)
		return ctl_usage(argv[0]);
	conf_print(c->site->conf, &out);
	fputs(text_string(&out), stdout);
	text_free(&out);
	return 0;
}
