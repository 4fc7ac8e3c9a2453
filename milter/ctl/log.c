// SPDX-License-Identifier: BSD-2-Clause
/*
 * log.c - "rsvpctl log": lists what was decided, from the audit file.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/clock.h"
#include "base/limits.h"
#include "ctl/ctl.h"
#include "ctl/records.h"
#include "ctl/selection.h"

enum { MOST_LINES = 1000000 };

struct filter_options {
	struct selection wanted;
	unsigned long long last; /* 0: all, as -n cannot say */
};

/* The last lines that were wanted, when only some are shown. */
struct ring {
	char **line;
	size_t size, count;
};

static void
print_start(const struct audit_entry *e)
{
	ctl_put_column(view_part(e->time, 0, 19), 19);
	ctl_put_column(e->queue_id, 16);
}

static void
print_outbox(const struct audit_entry *e)
{
	print_start(e);
	ctl_put_column(e->mode, 22);
	ctl_put_column(e->what, 9);
	ctl_put_column(VIEW(""), 24);
	ctl_put_column(e->recipients > 0 ? e->recipient[0].user : VIEW("-"),
	    12);
	ctl_put_column(VIEW(""), 7);
	ctl_put(e->why);
	putchar('\n');
}

/* A reason in brackets, or nothing. */
static void
put_remark(const char *words, struct view reason)
{
	if (reason.size == 0)
		return;
	printf(" (%s: ", words);
	ctl_put(reason);
	putchar(')');
}

/* Where one user was asked for, others are not shown beside. */
static void
print_decision(const struct audit_entry *e, const struct selection *wanted)
{
	for (size_t i = 0; i < e->recipients; i++) {
		const struct audit_entry_recipient *r = &e->recipient[i];

		if (!selection_wants_recipient(wanted, e, r))
			continue;
		print_start(e);
		ctl_put_column(e->type, 22);
		ctl_put_column(e->trust, 9);
		ctl_put_column(e->person, 24);
		ctl_put_column(r->user.size > 0 ? r->user : VIEW("-"), 12);
		ctl_put_column(r->known, 7);
		ctl_put(r->rule.size > 0 ? r->rule : VIEW("-"));
		fputs(": ", stdout);
		ctl_put(r->actions.size > 0 ? r->actions : VIEW("-"));
		put_remark("not shared", r->not_shared);
		if (audit_never_held(r))
			fputs(" (security mail is never held)", stdout);
		put_remark("no answer", r->reply_why);
		put_remark("held by", e->why_held);
		puts(e->dry_run ? " (dry run)" : "");
	}
}

static void
print_line(const struct ctl *c, const struct filter_options *o,
    struct view line)
{
	struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
	struct audit_entry e;

	if (c->json)
		printf("%.*s\n", VIEW_ARG(line));
	else if (p != NULL && audit_read(line, p, &e, NULL) == 0) {
		if (e.outbox)
			print_outbox(&e);
		else
			print_decision(&e, &o->wanted);
	}
	pool_free(p);
}

/* Shows the line, or keeps a copy until it is known which ones are last. */
static int
take_line(const struct ctl *c, const struct filter_options *o,
    struct ring *ring, struct view line)
{
	char **place;

	if (ring->size == 0) {
		print_line(c, o, line);
		return 0;
	}
	place = &ring->line[ring->count++ % ring->size];
	free(*place);
	*place = strndup(line.data, line.size);
	return *place == NULL ? ctl_fail(EX_OSERR, "out of memory") : 0;
}

/* What a file is read for. */
struct listing {
	const struct ctl *c;
	const struct filter_options *o;
	struct ring *ring;
};

static int
take_record(void *arg, struct view line, const struct audit_entry *e)
{
	const struct listing *l = arg;

	(void)e;
	return take_line(l->c, l->o, l->ring, line);
}

/* 0, or the code to exit with. */
static int
parse_options(int argc, char **argv, struct ctl *c, struct filter_options *o)
{
	enum { OPTION_JSON = 256 };
	static const struct option options[] = {
		SELECTION_OPTIONS,
		{ "json", no_argument, NULL, OPTION_JSON },
		{ NULL, 0, NULL, 0 },
	};
	int64_t now_ms = clock_wall_ms(&clock_system);
	struct err e = ERR_NONE;
	int option;

	while ((option = getopt_long(argc, argv, "n:", options, NULL)) != -1) {
		int taken =
		    selection_take(&o->wanted, option, optarg, now_ms, &e);

		if (taken < 0)
			return ctl_wrong(argv[0], "%s", e.text);
		if (taken > 0)
			continue;
		if (option == OPTION_JSON)
			c->json = true;
		else if (option != 'n')
			return ctl_usage(argv[0]);
		else if (view_number(view_of(optarg), MOST_LINES, &o->last) <
			0 ||
		    o->last == 0)
			return ctl_wrong(argv[0],
			    "-n takes a number of 1 to %d, not \"%s\"",
			    MOST_LINES, optarg);
	}
	return 0;
}

int
ctl_log(struct ctl *c, int argc, char **argv)
{
	struct filter_options o = { .last = 0 };
	struct ring ring = { .count = 0 };
	struct listing listing = { c, &o, &ring };
	const char *configured = c->conf->audit.file;
	int code = parse_options(argc, argv, c, &o);

	if (code != 0)
		return code;
	if (optind == argc && configured[0] == '\0')
		return ctl_wrong(argv[0],
		    "audit.file is not set: name a file, or - for standard "
		    "input");
	ring.size = (size_t)o.last;
	ring.line = calloc(ring.size + 1, sizeof(*ring.line));
	if (ring.line == NULL)
		return ctl_fail(EX_OSERR, "out of memory");
	if (!c->json)
		puts("TIME                QUEUE ID         TYPE              "
		     "     TRUST     PERSON                   USER         "
		     "KNOWN   RULE: ACTIONS");
	if (optind == argc)
		code =
		    records_read(configured, &o.wanted, take_record, &listing);
	for (int i = optind; code == 0 && i < argc; i++)
		code = records_read(argv[i], &o.wanted, take_record, &listing);
	for (size_t i = 0; i < ring.size; i++) {
		size_t at = (ring.count + i) % ring.size;

		if (code == 0 && ring.line[at] != NULL)
			print_line(c, &o, view_of(ring.line[at]));
		free(ring.line[at]);
	}
	free(ring.line);
	return code;
}
