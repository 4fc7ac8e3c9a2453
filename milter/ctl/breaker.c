// SPDX-License-Identifier: BSD-2-Clause
/*
 * breaker.c - "rsvpctl breaker": whose answers were refused, and letting them
 * go on.
 *
 * The state has digests only.  Who may be meant is taken from the answers that
 * failed, or were sent and may have come back, and are still in the outbox; or
 * is named.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/log.h"
#include "ctl/ctl.h"
#include "daemon/breaker.h"

/* Of all jobs there may be; it is filled as they come. */
enum { POOL_SIZE = 2 * LIMIT_STORE_JOBS * LIMIT_JOB_SIZE };

static const char *const kind_names[BREAKERS] = {
	[BREAKER_USER] = "user",
	[BREAKER_ROUTE] = "route",
};

/* One call of the command. */
struct breaker {
	struct ctl *c;
	bool close, all;
	struct store *store;
	struct breaker_of *named; /* at most 2 for each job */
	size_t count, room;
	int64_t now_ms;
	size_t shown;
	int code;
};

static void
add_named(struct breaker *b, enum breaker_kind kind, struct view name)
{
	for (size_t i = 0; i < b->count; i++)
		if (b->named[i].kind == kind &&
		    view_equal_nocase(b->named[i].name, name))
			return;
	if (b->count < b->room)
		b->named[b->count++] = (struct breaker_of){ kind, name };
}

static int
on_job(void *arg, const struct job *job)
{
	struct breaker *b = arg;

	if (job->mode == JOB_REPLY &&
	    (job->state == JOB_FAILED || job->state == JOB_SENT)) {
		add_named(b, BREAKER_USER, job->user);
		add_named(b, BREAKER_ROUTE, breaker_route(job->recipient));
	}
	return 0;
}

/* "2026-11-28T10:00", or "-" where there is no time. */
static void
write_time(int64_t ms, char text[CLOCK_ISO_SIZE])
{
	clock_iso(ms, text);
	text[ms == 0 ? 0 : 16] = '\0';
}

static void
put_json(const struct breaker_of *n, const struct breaker_state *state)
{
	struct text out = TEXT_INIT(LIMIT_AUDIT_SIZE);
	struct json j = JSON_INIT(&out);
	char last[CLOCK_ISO_SIZE];

	clock_iso(state->last_ms, last);
	json_begin_object(&j, NULL);
	json_add_string(&j, kind_names[n->kind], n->name);
	json_add_bool(&j, "open", breaker_is_open(state));
	json_add_number(&j, "refused", state->refused);
	json_add_number(&j, "opens_at", state->most);
	if (state->last_ms != 0)
		json_add_string(&j, "last", view_of(last));
	json_end_object(&j);
	puts(text_string(&out));
	text_free(&out);
}

static void
put_line(const struct breaker_of *n, const struct breaker_state *state)
{
	char last[CLOCK_ISO_SIZE];

	write_time(state->last_ms, last);
	printf("%-6s ", kind_names[n->kind]);
	ctl_put_column(n->name, 32);
	printf(" %-6s %4u of %4u  %s\n",
	    breaker_is_open(state) ? "open" : "closed", state->refused,
	    state->most, last);
}

/* Shows one whose answers were refused, or that was asked for. */
static int
show(struct breaker *b, const struct breaker_of *n, struct err *e)
{
	struct breaker_state state;

	if (breaker_look(b->store, b->c->conf, n, b->now_ms, &state, e) < 0)
		return -1;
	if (state.refused == 0 && b->all)
		return 0;
	if (b->c->json)
		put_json(n, &state);
	else {
		if (b->shown == 0)
			puts("KIND   NAME                             STATE  "
			     "REFUSED       LAST");
		put_line(n, &state);
	}
	b->shown++;
	return 0;
}

static int
close_one(struct breaker *b, const struct breaker_of *n, struct err *e)
{
	size_t refusals;

	if (breaker_close(b->store, n->kind, n->name, &refusals, e) < 0)
		return -1;
	if (refusals == 0 && b->all)
		return 0;
	if (refusals == 0) {
		b->code = ctl_fail(EX_DATAERR,
		    "no answer of %s \"%.*s\" was refused of late",
		    kind_names[n->kind], VIEW_ARG(n->name));
		return 0;
	}
	log_info("breaker of %s %.*s closed by hand: %zu refusals forgotten",
	    kind_names[n->kind], VIEW_ARG(n->name), refusals);
	printf("%s ", kind_names[n->kind]);
	ctl_put(n->name);
	fputs(": ", stdout);
	ctl_put_count(refusals, "refusal");
	puts(" forgotten");
	b->shown++;
	return 0;
}

/* Does it to each that was named, or else to each that is found. */
static int
walk(struct breaker *b, struct pool *p, struct err *e)
{
	int result = 0;

	if (b->all)
		result = b->store->ops->list(b->store, p, on_job, b, e);
	for (size_t i = 0; i < b->count && result == 0; i++)
		result = b->close ? close_one(b, &b->named[i], e)
				  : show(b, &b->named[i], e);
	return result;
}

static int
run(struct breaker *b)
{
	struct err e = ERR_NONE;
	struct pool *p;
	int result, code;

	if (store_is_new(b->c->conf->state))
		return ctl_fail(0, "%s: nothing is kept there yet",
		    b->c->conf->state);
	code = b->close ? ctl_become_filter(b->c->conf) : 0;
	if (code != 0)
		return code;
	if (b->close)
		log_open("rsvpctl", b->c->conf->audit.syslog, false);
	b->store = store_open(b->c->conf->state, &e);
	if (b->store == NULL)
		return ctl_fail(EX_UNAVAILABLE, "state: %s", e.text);
	p = pool_new(POOL_SIZE);
	result = p == NULL ? err_set(&e, "out of memory") : walk(b, p, &e);
	pool_free(p);
	store_close(b->store);
	if (result < 0)
		return ctl_fail(EX_UNAVAILABLE, "state: %s", e.text);
	if (b->shown == 0 && b->code == 0 && !b->c->json)
		ctl_fail(0, "no answer in the outbox was refused of late");
	return b->code;
}

static int
parse_options(struct breaker *b, int argc, char **argv)
{
	static const struct option options[] = {
		{ "all", no_argument, NULL, 'a' },
		{ "json", no_argument, NULL, 'j' },
		{ "route", required_argument, NULL, 'r' },
		{ "user", required_argument, NULL, 'u' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'a')
			b->all = true;
		else if (option == 'j')
			b->c->json = true;
		else if (option == 'r')
			add_named(b, BREAKER_ROUTE,
			    breaker_route(view_of(optarg)));
		else if (option != 'u')
			return ctl_usage(argv[0]);
		else if (users_name_ok(view_of(optarg)))
			add_named(b, BREAKER_USER, view_of(optarg));
		else
			return ctl_wrong(argv[0], "\"%s\" is no user's name",
			    optarg);
	}
	return 0;
}

static int
parse(struct breaker *b, int argc, char **argv)
{
	int code = parse_options(b, argc, argv);

	if (code != 0)
		return code;
	if (optind + 1 != argc)
		return ctl_usage(argv[0]);
	b->close = strcmp(argv[optind], "close") == 0;
	if (!b->close && strcmp(argv[optind], "list") != 0)
		return ctl_wrong(argv[0], "there is no \"%s\"", argv[optind]);
	if (b->close && b->all == (b->count > 0))
		return ctl_wrong(argv[0],
		    "close takes --user, --route or "
		    "--all");
	if (!b->close)
		b->all = b->count == 0;
	return 0;
}

int
ctl_breaker(struct ctl *c, int argc, char **argv)
{
	struct breaker b = { .c = c, .now_ms = clock_wall_ms(&clock_system) };
	int code;

	b.room = BREAKERS * ((size_t)LIMIT_STORE_JOBS + (size_t)argc);
	b.named = calloc(b.room, sizeof(*b.named));
	if (b.named == NULL)
		return ctl_fail(EX_OSERR, "out of memory");
	code = parse(&b, argc, argv);
	if (code == 0)
		code = run(&b);
	free(b.named);
	return code;
}
