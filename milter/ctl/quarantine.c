// SPDX-License-Identifier: BSD-2-Clause
/*
 * quarantine.c - "rsvpctl quarantine": held mail listed, shown, let go,
 * deleted.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/log.h"
#include "ctl/ctl.h"
#include "ctl/held_mail.h"
#include "ctl/quarantine_change.h"
#include "ctl/quarantine_print.h"
#include "ctl/selection.h"

struct quarantine;

/* What can be done. */
struct quarantine_action {
	const char *name;
	void (*on_item)(struct quarantine *q, const struct held_mail_item *i);
	bool ids;     /* takes queue ids, and must be told which */
	bool message; /* takes --message */
	enum quarantine_change change;
};

/* One call of the command. */
struct quarantine {
	struct ctl *c;
	const struct quarantine_action *action;
	struct held_mta mta;
	struct selection wanted;
	const char *audit;
	bool any, all, message;
	char *const *id;
	size_t ids;
	struct quarantine_changes *changes;
	size_t done;
	int code; /* of the first that failed */
};

static void
take_code(struct quarantine *q, int code)
{
	if (q->code == 0)
		q->code = code;
}

static void
list_item(struct quarantine *q, const struct held_mail_item *i)
{
	if (q->c->json)
		quarantine_put_json(i);
	else
		quarantine_put_line(i);
}

static void
show_item(struct quarantine *q, const struct held_mail_item *i)
{
	if (q->message)
		take_code(q, quarantine_put_message(&q->mta, i));
	else
		take_code(q, quarantine_put_all(i, q->c->json));
}

static void
change_item(struct quarantine *q, const struct held_mail_item *i)
{
	take_code(q,
	    quarantine_change(q->changes, q->action->change, i, q->c->json));
}

static const struct quarantine_action actions[] = {
	{ .name = "list", .on_item = list_item },
	{ .name = "show", .on_item = show_item, .ids = true, .message = true },
	{ .name = "release",
	    .on_item = change_item,
	    .ids = true,
	    .change = QUARANTINE_RELEASE },
	{ .name = "delete",
	    .on_item = change_item,
	    .ids = true,
	    .change = QUARANTINE_DELETE },
};

static bool
is_change(const struct quarantine *q)
{
	return q->action->on_item == change_item;
}

static const struct quarantine_action *
find_action(const char *name)
{
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (strcmp(actions[i].name, name) == 0)
			return &actions[i];
	return NULL;
}

static int
parse_options(struct quarantine *q, int argc, char **argv)
{
	enum {
		OPTION_ALL = 256,
		OPTION_ANY,
		OPTION_AUDIT,
		OPTION_JSON,
		OPTION_MESSAGE
	};
	static const struct option options[] = {
		SELECTION_OPTIONS,
		{ "all", no_argument, NULL, OPTION_ALL },
		{ "any", no_argument, NULL, OPTION_ANY },
		{ "audit", required_argument, NULL, OPTION_AUDIT },
		{ "json", no_argument, NULL, OPTION_JSON },
		{ "message", no_argument, NULL, OPTION_MESSAGE },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = selection_getopt(&q->wanted, argc, argv, "",
		    options)) != -1) {
		if (option == OPTION_ALL)
			q->all = true;
		else if (option == OPTION_ANY)
			q->any = true;
		else if (option == OPTION_AUDIT)
			q->audit = optarg;
		else if (option == OPTION_JSON)
			q->c->json = true;
		else if (option == OPTION_MESSAGE)
			q->message = true;
		else
			return ctl_usage(argv[0]);
	}
	return 0;
}

/* Whether they go together: 0 or EX_USAGE. */
static int
check_options(const struct quarantine *q, const char *called)
{
	const struct quarantine_action *a = q->action;
	int said = (q->ids > 0) + q->all + q->wanted.asks;

	if (q->message && (!a->message || q->c->json))
		return ctl_wrong(called,
		    "--message is for show, without --json");
	if (!a->ids && (q->ids > 0 || q->all))
		return ctl_wrong(called, "%s takes no queue ids, and no --all",
		    a->name);
	if (a->ids && said != 1)
		return ctl_wrong(called,
		    "%s takes queue ids, or options that say which, or --all",
		    a->name);
	if (q->any && q->wanted.asks)
		return ctl_wrong(called,
		    "--any: of what others held there is no record to choose "
		    "by");
	for (size_t i = 0; i < q->ids; i++)
		if (!held_is_queue_id(view_of(q->id[i])))
			return ctl_wrong(called, "\"%s\" is no queue id",
			    q->id[i]);
	return 0;
}

static int
parse(struct quarantine *q, int argc, char **argv)
{
	int code = parse_options(q, argc, argv);
	const struct quarantine_action *action;

	if (code != 0)
		return code;
	if (optind == argc)
		return ctl_usage(argv[0]);
	action = find_action(argv[optind]);
	if (action == NULL)
		return ctl_wrong(argv[0], "there is no \"%s\"", argv[optind]);
	q->action = action;
	q->id = &argv[optind + 1];
	q->ids = (size_t)(argc - optind - 1);
	return check_options(q, argv[0]);
}

/* Of records that have digests of names a person may not be asked for. */
static void
tell_hidden(const struct quarantine *q, const struct held_mail *m)
{
	size_t hidden = 0;

	for (size_t i = 0; i < m->count; i++)
		hidden += m->item[i].ours && m->item[i].entry.hashed;
	if (q->wanted.person != NULL && hidden > 0 &&
	    q->wanted.person_hash[0] == '\0')
		ctl_fail(0,
		    "%zu records have digests for names (audit.names); "
		    "--person finds nobody in them",
		    hidden);
}

/* All that options or --all say. */
static void
take_selected(struct quarantine *q, const struct held_mail *m)
{
	for (size_t i = 0; i < m->count; i++) {
		const struct held_mail_item *item = &m->item[i];

		if (item->ours ? !selection_wants(&q->wanted, &item->entry)
			       : !q->any)
			continue;
		if (q->done++ == 0 && q->action->on_item == list_item &&
		    !q->c->json)
			quarantine_put_heading();
		q->action->on_item(q, item);
	}
	if (q->done == 0)
		ctl_fail(0,
		    m->count > 0 && !q->any
			? "the filter holds none of these; --any shows what "
			  "others hold"
			: "nothing is held");
}

static void
take_named(struct quarantine *q, const struct held_mail *m)
{
	for (size_t i = 0; i < q->ids; i++) {
		const struct held_mail_item *item =
		    held_mail_find(m, view_of(q->id[i]));

		if (item == NULL)
			take_code(q,
			    ctl_fail(EX_DATAERR, "%s: is not held", q->id[i]));
		else if (!item->ours && !q->any)
			take_code(q,
			    ctl_fail(EX_DATAERR,
				"%s: the audit file does not say that the "
				"filter held it; --any takes it all the same",
				q->id[i]));
		else
			q->action->on_item(q, item);
	}
}

static int
run(struct quarantine *q)
{
	const struct conf *c = q->c->conf;
	struct held_mail mail;
	int code = 0;

	q->mta = (struct held_mta){
		held_which((enum held_mta_kind)c->mta.name, c->mta.programs),
		c->mta.config, c->mta.programs, c->reply.sendmail, c->mta.qtool
	};
	if (is_change(q)) {
		code = quarantine_changes_open(&q->changes, c, &q->mta);
		if (code != 0) {
			quarantine_changes_close(q->changes);
			return code;
		}
	}
	if (q->audit[0] == '\0')
		ctl_fail(0,
		    "audit.file is not set: what the filter held is not "
		    "known");
	selection_ask_state(&q->wanted, c);
	code = held_mail_read(&mail, &q->mta, q->id, q->ids, q->audit);
	if (mail.usable && q->ids > 0)
		take_named(q, &mail);
	else if (mail.usable)
		take_selected(q, &mail);
	if (mail.usable)
		tell_hidden(q, &mail);
	held_mail_free(&mail);
	quarantine_changes_close(q->changes);
	return code != 0 ? code : q->code;
}

int
ctl_quarantine(struct ctl *c, int argc, char **argv)
{
	struct quarantine q = { .c = c,
		.action = &actions[0],
		.audit = c->conf->audit.file };
	int code = parse(&q, argc, argv);

	return code != 0 ? code : run(&q);
}
