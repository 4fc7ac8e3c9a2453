// SPDX-License-Identifier: BSD-2-Clause
/*
 * log.c - "rsvpctl log": lists what was decided, from the audit file.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/limits.h"
#include "ctl/ctl.h"
#include "ctl/log_print.h"
#include "ctl/records.h"
#include "ctl/selection.h"

enum { MOST_LINES = 1000000 };

enum form { FORM_TABLE, FORM_CSV, FORM_JSON };

struct filter_options {
	struct selection wanted;
	enum form form;
	bool follow, rotated;
	unsigned long long last; /* 0: all, as -n cannot say */
};

/* The last lines that were wanted, when only some are shown. */
struct ring {
	char **line;
	size_t size, count;
};

static void
print_record(const struct filter_options *o, struct view line,
    const struct audit_entry *e)
{
	if (o->form == FORM_CSV) {
		log_csv_put(e, &o->wanted);
	} else if (o->form == FORM_TABLE) {
		log_table_put(e, &o->wanted);
	} else {
		fwrite(line.data, 1, line.size, stdout);
		putchar('\n');
	}
}

/* One that was kept as a line. */
static void
print_line(const struct filter_options *o, struct view line)
{
	struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
	struct audit_entry e;

	if (p != NULL && audit_read(line, p, &e, NULL) == 0)
		print_record(o, line, &e);
	pool_free(p);
}

static int
keep_line(struct ring *ring, struct view line)
{
	char **place = &ring->line[ring->count++ % ring->size];

	free(*place);
	*place = strndup(line.data, line.size);
	return *place == NULL ? ctl_fail(EX_OSERR, "out of memory") : 0;
}

/* What a file is read for. */
struct listing {
	const struct filter_options *o;
	struct ring *ring;
};

/* Shows the record, or keeps it until it is known which ones are last. */
static int
take_record(void *arg, struct view line, const struct audit_entry *e)
{
	const struct listing *l = arg;

	if (l->ring->size > 0)
		return keep_line(l->ring, line);
	print_record(l->o, line, e);
	return 0;
}

/* 0, or the code to exit with. */
static int
parse_options(int argc, char **argv, struct ctl *c, struct filter_options *o)
{
	enum { OPTION_ALL = 256, OPTION_CSV, OPTION_FOLLOW, OPTION_JSON };
	static const struct option options[] = {
		SELECTION_OPTIONS,
		{ "all", no_argument, NULL, OPTION_ALL },
		{ "csv", no_argument, NULL, OPTION_CSV },
		{ "follow", no_argument, NULL, OPTION_FOLLOW },
		{ "json", no_argument, NULL, OPTION_JSON },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	if (c->json)
		o->form = FORM_JSON;

	while ((option = selection_getopt(&o->wanted, argc, argv,
		    "n:", options)) != -1) {
		if (option == OPTION_JSON)
			o->form = FORM_JSON;
		else if (option == OPTION_ALL)
			o->rotated = true;
		else if (option == OPTION_CSV)
			o->form = FORM_CSV;
		else if (option == OPTION_FOLLOW)
			o->follow = true;
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

static void
print_ring(const struct filter_options *o, struct ring *ring, bool shown)
{
	for (size_t i = 0; i < ring->size; i++) {
		size_t at = (ring->count + i) % ring->size;

		if (shown && ring->line[at] != NULL)
			print_line(o, view_of(ring->line[at]));
		free(ring->line[at]);
	}
	ring->size = 0;
}

/* What is there was read: from now on lines are shown as they come. */
static int
show_all(void *arg)
{
	const struct listing *l = arg;

	print_ring(l->o, l->ring, true);
	return fflush(stdout) == 0
	    ? 0
	    : ctl_fail(EX_IOERR, "standard output: %s", strerror(errno));
}

static int
read_files(const char *const *path, int paths, struct listing *l)
{
	const struct selection *wanted = &l->o->wanted;
	int code = 0;

	if (l->o->follow)
		return records_follow(path[0], wanted, take_record, show_all,
		    l);
	for (int i = 0; code == 0 && i < paths; i++)
		code = l->o->rotated
		    ? records_read_rotated(path[i], wanted, take_record, l)
		    : records_read(path[i], wanted, take_record, l);
	return code;
}

static void
print_head(const struct filter_options *o)
{
	if (o->form == FORM_TABLE)
		log_table_head();
	if (o->form == FORM_CSV)
		log_csv_head();
}

int
ctl_log(struct ctl *c, int argc, char **argv)
{
	struct filter_options o = { .last = 0 };
	struct ring ring = { .count = 0 };
	struct listing listing = { &o, &ring };
	const char *configured = c->conf->audit.file;
	const char *const *path = &configured;
	int paths = 1, code = parse_options(argc, argv, c, &o);

	if (code != 0)
		return code;
	if (optind < argc) {
		path = (const char *const *)argv + optind;
		paths = argc - optind;
	} else if (configured[0] == '\0') {
		return ctl_wrong(argv[0],
		    "audit.file is not set: name a file, or - for standard "
		    "input");
	}
	if (o.follow && (paths > 1 || o.rotated || strcmp(path[0], "-") == 0))
		return ctl_wrong(argv[0], "--follow takes one file");
	selection_ask_state(&o.wanted, c->conf);
	ring.size = (size_t)o.last;
	ring.line = calloc(ring.size + 1, sizeof(*ring.line));
	if (ring.line == NULL)
		return ctl_fail(EX_OSERR, "out of memory");
	print_head(&o);
	code = read_files(path, paths, &listing);
	print_ring(&o, &ring, code == 0);
	free(ring.line);
	return code;
}
