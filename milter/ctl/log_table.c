// SPDX-License-Identifier: BSD-2-Clause
/*
 * log_table.c - records as a table for people.
 */
#include <stdio.h>

#include "ctl/ctl.h"
#include "ctl/log_print.h"

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

static void
print_lost(const struct audit_entry *e)
{
	print_start(e);
	printf("%lld record%s lost before this time\n", e->lost,
	    e->lost == 1 ? "" : "s");
}

static void
print_quarantine(const struct audit_entry *e)
{
	print_start(e);
	fputs("held mail ", stdout);
	ctl_put(e->quarantine);
	fputs(" by ", stdout);
	ctl_put(e->by);
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

void
log_table_head(void)
{
	puts("TIME                QUEUE ID         TYPE              "
	     "     TRUST     PERSON                   USER         "
	     "KNOWN   RULE: ACTIONS");
}

void
log_table_put(const struct audit_entry *e, const struct selection *wanted)
{
	if (e->lost > 0)
		print_lost(e);
	else if (e->quarantine.size > 0)
		print_quarantine(e);
	else if (e->outbox)
		print_outbox(e);
	else
		print_decision(e, wanted);
}
