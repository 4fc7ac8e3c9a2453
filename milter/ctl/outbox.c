// SPDX-License-Identifier: BSD-2-Clause
/*
 * outbox.c - "rsvpctl outbox": what waits to be sent, and what was.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/limits.h"
#include "ctl/ctl.h"
#include "daemon/stop_file.h"
#include "effects/store.h"

/* The user, the template and the state; never the address of the route. */
static void
print_json(const struct job *job)
{
	struct text out = TEXT_INIT(LIMIT_AUDIT_SIZE);
	struct json j = JSON_INIT(&out);
	char when[CLOCK_ISO_SIZE];

	json_begin_object(&j, NULL);
	json_add_number(&j, "job", job->id);
	json_add_string(&j, "mode", view_of(store_job_mode_name(job->mode)));
	json_add_string(&j, "state", view_of(store_job_state_name(job->state)));
	json_add_string(&j, "user", job->user);
	json_add_string(&j, "template", job->template_name);
	json_add_string(&j, "qid", job->queue_id);
	clock_iso(job->created_ms, when);
	json_add_string(&j, "created", view_of(when));
	clock_iso(job->not_before_ms, when);
	json_add_string(&j, "not_before", view_of(when));
	json_add_number(&j, "attempts", job->attempts);
	json_add_string(&j, "why", job->why);
	json_end_object(&j);
	puts(text_string(&out));
	text_free(&out);
}

static int
print_job(void *arg, const struct job *job)
{
	const struct ctl *c = arg;
	char when[CLOCK_ISO_SIZE];

	if (c->json) {
		print_json(job);
		return 0;
	}
	clock_iso(job->not_before_ms, when);
	printf("%-6" PRId64 " ", job->id);
	ctl_put_column(view_of(store_job_state_name(job->state)), 9);
	ctl_put_column(view_of(store_job_mode_name(job->mode)), 5);
	ctl_put_column(view_of(when), 24);
	ctl_put_column(job->user, 16);
	ctl_put_column(job->template_name, 16);
	ctl_put_column(job->queue_id, 16);
	ctl_put(job->why);
	putchar('\n');
	return 0;
}

static int
parse_options(struct ctl *c, int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option != 'j')
			return -1;
		c->json = true;
	}
	return optind + 1 == argc && strcmp(argv[optind], "list") == 0 ? 0 : -1;
}

int
ctl_outbox(struct ctl *c, int argc, char **argv)
{
	const char *state = c->conf->state;
	struct store *s;
	struct pool *p;
	struct err e = ERR_NONE;
	int result;

	if (parse_options(c, argc, argv) < 0)
		return ctl_usage(argv[0]);
	if (stop_file_is_there(c->conf->reply.stop_file, &e))
		ctl_fail(0, "sending is stopped: %s", e.text);
	/* A look must not make the file, least of all as somebody else's. */
	if (store_is_new(state)) {
		ctl_fail(0, "%s: nothing is kept there yet", state);
		return 0;
	}
	s = store_open(state, &e);
	if (s == NULL)
		return ctl_fail(EX_UNAVAILABLE, "state: %s", e.text);
	p = pool_new(LIMIT_MESSAGE_POOL);
	if (!c->json)
		puts("JOB    STATE     MODE  NOT BEFORE               "
		     "USER             TEMPLATE         QUEUE ID         WHY");
	result = p == NULL ? err_set(&e, "out of memory")
			   : s->ops->list(s, p, print_job, c, &e);
	pool_free(p);
	store_close(s);
	return result < 0 ? ctl_fail(EX_UNAVAILABLE, "state: %s", e.text) : 0;
}
