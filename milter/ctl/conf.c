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
	int code = 0;

	if (argc > 1)
		return ctl_wrong(argv[0], "it takes no arguments");
	conf_print(c->conf, &out);
	if (!text_ok(&out))
		code = ctl_fail(EX_OSERR, "out of memory");
	else
		printf("# The settings in force, %s%s.\n%s",
		    c->conf->file[0] == '\0' ? "all at their defaults"
					     : "from ",
		    c->conf->file, text_string(&out));
	text_free(&out);
	return code;
}
