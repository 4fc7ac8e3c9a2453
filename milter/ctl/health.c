// SPDX-License-Identifier: BSD-2-Clause
/*
 * health.c - "rsvpctl health": whether the running filter is well.
 *
 * It asks the first process, and the filter's socket whether it still
 * negotiates.  It opens neither the store nor a file of the filter's.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/json.h"
#include "ctl/ctl.h"
#include "ctl/probe.h"
#include "daemon/control.h"
#include "daemon/endpoint.h"

enum { EXIT_DEGRADED = 1 };

static void
print_json(struct view reasons)
{
	struct text out = TEXT_INIT(2 * LIMIT_CONTROL_ANSWER);
	struct json j = JSON_INIT(&out);
	struct view line;

	json_begin_object(&j, NULL);
	json_add_bool(&j, "healthy", reasons.size == 0);
	json_begin_array(&j, "reasons");
	while (view_line(&reasons, &line))
		json_add_string(&j, NULL, line);
	json_end_array(&j);
	json_end_object(&j);
	puts(text_string(&out));
	text_free(&out);
}

static void
print_words(struct view reasons)
{
	struct view line;

	puts(reasons.size == 0 ? "healthy" : "degraded");
	while (view_line(&reasons, &line)) {
		fputs("  ", stdout);
		ctl_put(line);
		putchar('\n');
	}
}

/* Who may ask for figures need not be one who may hand in mail. */
static bool
may_probe(const char *where)
{
	const char *path = strchr(where, '/');

	return path == NULL || access(path, R_OK | W_OK) == 0 ||
	    errno != EACCES;
}

/* What is wrong, a line each: 0, or a code of sysexits(3). */
static int
look(const struct conf *c, struct text *reasons)
{
	struct text where = TEXT_INIT(LIMIT_FIELD_SIZE);
	struct err e = ERR_NONE;
	int code = ctl_ask(c, "health", reasons);

	/* The settings may have been changed since it was started. */
	if (code == 0)
		code = ctl_ask(c, "socket", &where);
	if (code == 0 && !may_probe(text_string(&where))) {
		ctl_fail(0,
		    "whether the filter answers the MTA was not tried: %s: "
		    "%s",
		    text_string(&where), strerror(EACCES));
	} else if (code == 0 &&
	    (endpoint_check(text_string(&where), &e) < 0 ||
		probe_milter(text_string(&where), &e) < 0)) {
		text_addf(reasons, "the filter does not answer the MTA: %s\n",
		    e.text);
	}
	text_free(&where);
	return code;
}

int
ctl_health(struct ctl *c, int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ NULL, 0, NULL, 0 },
	};
	struct text reasons = TEXT_INIT(LIMIT_CONTROL_ANSWER + ERR_TEXT_SIZE);
	int option, code;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option != 'j')
			return ctl_usage(argv[0]);
		c->json = true;
	}
	if (optind < argc)
		return ctl_wrong(argv[0], "unexpected argument \"%s\"",
		    argv[optind]);
	code = look(c->conf, &reasons);
	if (code == 0) {
		(c->json ? print_json : print_words)(text_view(&reasons));
		code = reasons.size == 0 ? 0 : EXIT_DEGRADED;
	}
	text_free(&reasons);
	return code;
}
