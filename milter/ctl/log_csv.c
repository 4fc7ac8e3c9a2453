// SPDX-License-Identifier: BSD-2-Clause
/*
 * log_csv.c - records as comma-separated values, for spreadsheets.
 *
 * Names and headlines are somebody else's words: none of them may be taken for
 * a formula.
 */
#include <stdio.h>
#include <string.h>

#include "ctl/log_print.h"

void
log_csv_head(void)
{
	puts("time,host,queue_id,message_id,network,type,trust,person,"
	     "headline,company,profile,note,mutual,recipient,user,known,seen,"
	     "rule,actions,not_shared,reply,why_no_reply,applied,dry_run,job,"
	     "what");
}

static bool
is_one_of(char c, const char *characters)
{
	return c != '\0' && strchr(characters, c) != NULL;
}

/*
 * Whether a formula could begin at that octet: at the front of the cell, or
 * behind what some spreadsheets take for the end of one.
 */
static bool
begins_formula(struct view v, size_t at)
{
	return is_one_of(v.data[at], "=+-@\t\r") &&
	    (at == 0 || is_one_of(v.data[at - 1], ";,|\t\r\n\""));
}

static void
put_cell(struct view v)
{
	putchar('"');
	for (size_t i = 0; i < v.size; i++) {
		if (begins_formula(v, i))
			putchar('\'');
		if (v.data[i] == '"')
			putchar('"');
		putchar(v.data[i]);
	}
	putchar('"');
}

/* Quotes only where needed, so that the file stays small. */
static void
put(struct view v, char behind)
{
	bool plain = true;

	for (size_t i = 0; plain && i < v.size; i++)
		plain = !begins_formula(v, i) &&
		    !is_one_of(v.data[i], ",;\t\"\r\n");
	if (plain)
		fwrite(v.data, 1, v.size, stdout);
	else
		put_cell(v);
	putchar(behind);
}

static void
put_number(long long number, bool said)
{
	if (said)
		printf("%lld", number);
	putchar(',');
}

static void
put_request(const struct audit_entry *e)
{
	put(e->time, ',');
	put(e->host, ',');
	put(e->queue_id, ',');
	put(e->message_id, ',');
	put(e->network, ',');
	put(e->type, ',');
	put(e->trust, ',');
	put(e->person, ',');
	put(e->headline, ',');
	put(e->company, ',');
	put(e->profile, ',');
	put(e->note, ',');
	put_number(e->mutual, !e->outbox && e->mutual >= 0);
}

static struct view
applied(const struct audit_entry *e)
{
	if (e->applied_header)
		return e->applied_quarantine ? VIEW("header quarantine")
					     : VIEW("header");
	return e->applied_quarantine ? VIEW("quarantine") : VIEW("");
}

static void
put_recipient(const struct audit_entry *e,
    const struct audit_entry_recipient *r)
{
	put_request(e);
	put(r->recipient, ',');
	put(r->user, ',');
	put(r->known, ',');
	put_number(r->seen, r->seen > 0);
	put(r->has_rule ? r->rule : VIEW(""), ',');
	put(r->actions, ',');
	put(r->not_shared, ',');
	put(e->outbox ? e->mode : r->reply_mode, ',');
	put(e->outbox ? e->why : r->reply_why, ',');
	put(applied(e), ',');
	put(!audit_is_decision(e) ? VIEW("")
		: e->dry_run      ? VIEW("yes")
				  : VIEW("no"),
	    ',');
	put_number(e->job, e->outbox);
	put(e->quarantine.size > 0 ? e->quarantine : e->what, '\n');
}

void
log_csv_put(const struct audit_entry *e, const struct selection *wanted)
{
	const struct audit_entry_recipient none = { .seen = 0 };

	/* What was done by hand, with mail that no record is of. */
	if (e->quarantine.size > 0 && e->recipients == 0)
		put_recipient(e, &none);
	for (size_t i = 0; i < e->recipients; i++)
		if (selection_wants_recipient(wanted, e, &e->recipient[i]))
			put_recipient(e, &e->recipient[i]);
}
