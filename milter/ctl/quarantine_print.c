// SPDX-License-Identifier: BSD-2-Clause
/*
 * quarantine_print.c - held mail, shown to a person or a program.
 */
#include "ctl/quarantine_print.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/clock.h"
#include "base/limits.h"
#include "ctl/ctl.h"
#include "ctl/explanation.h"
#include "ctl/telling.h"

void
quarantine_put_heading(void)
{
	puts("SINCE (UTC)          QUEUE ID         USER         TYPE          "
	     " "
	     "        PERSON                   HELD BY");
}

/* Whether this recipient's plan is one of those for which it is held. */
static bool
is_cause(const struct audit_entry_recipient *r)
{
	for (size_t i = 0; i < r->action_count; i++)
		if (view_equal(r->action[i].words, VIEW("quarantine")))
			return true;
	return false;
}

static const struct audit_entry_recipient *
find_cause(const struct audit_entry *e)
{
	for (size_t i = 0; i < e->recipients; i++)
		if (is_cause(&e->recipient[i]))
			return &e->recipient[i];
	return e->recipients > 0 ? &e->recipient[0] : NULL;
}

void
quarantine_put_line(const struct held_mail_item *i)
{
	const struct audit_entry_recipient *r =
	    i->ours ? find_cause(&i->entry) : NULL;
	char since[CLOCK_ISO_SIZE];

	clock_iso(i->held.since_ms, since);
	printf("%.19s  ", since);
	ctl_put_column(i->held.queue_id, 16);
	if (!i->ours) {
		puts("(not by the filter, as far as its records say)");
		return;
	}
	ctl_put_column(r != NULL && r->user.size > 0 ? r->user : VIEW("-"), 12);
	ctl_put_column(i->entry.type, 22);
	ctl_put_column(i->entry.person, 24);
	if (i->entry.why_held.size > 0)
		ctl_put(i->entry.why_held);
	else if (r != NULL)
		ctl_put(r->rule);
	if (i->held.recipients > 1)
		printf(" (%zu recipients)", i->held.recipients);
	putchar('\n');
}

void
quarantine_put_json(const struct held_mail_item *i)
{
	struct text line = TEXT_INIT(2 * LIMIT_AUDIT_SIZE);
	struct json j = JSON_INIT(&line);
	char since[CLOCK_ISO_SIZE];

	clock_iso(i->held.since_ms, since);
	json_begin_object(&j, NULL);
	json_add_string(&j, "qid", i->held.queue_id);
	json_add_string(&j, "since", view_of(since));
	json_add_number(&j, "size", i->held.size);
	json_begin_array(&j, "recipients");
	for (size_t k = 0; k < i->held.recipients; k++)
		json_add_string(&j, NULL, i->held.recipient[k]);
	json_end_array(&j);
	/* It is JSON already. */
	text_add_string(&line, ",\"record\":");
	text_add(&line, i->ours ? i->line : VIEW("null"));
	text_add_string(&line, "}");
	if (text_ok(&line))
		puts(text_string(&line));
	text_free(&line);
}

static void
tell_held(struct telling *t, const struct held *h)
{
	char since[CLOCK_ISO_SIZE];

	clock_iso(h->since_ms, since);
	telling_open(t, "held", "What the MTA says:");
	tell(t, "qid", "queue id", h->queue_id);
	tell(t, "since", "held since", view_of(since));
	tell_format(t, "size", "octets", "%lld", h->size);
	tell_foreign(t, "from_env", "from", h->sender);
	telling_open_list(t, "recipients");
	for (size_t i = 0; i < h->recipients; i++)
		tell(t, NULL, "for", h->recipient[i]);
	telling_close_list(t);
	telling_close(t);
}

int
quarantine_put_all(const struct held_mail_item *i, bool json)
{
	const struct explanation x = { .entry = &i->entry };
	struct telling t;

	telling_begin(&t, json);
	tell_held(&t, &i->held);
	if (i->ours) {
		telling_open(&t, "record", "From the records:");
		explanation_tell(&t, &x);
		telling_close(&t);
	} else {
		tell_line(&t, "record",
		    VIEW("None: the filter did not hold it, as far as the "
			 "audit file says."));
	}
	return telling_end(&t) < 0 ? ctl_fail(EX_OSERR, "out of memory") : 0;
}

static int
print(void *arg, struct view octets, struct err *e)
{
	(void)arg;
	return fwrite(octets.data, 1, octets.size, stdout) == octets.size
	    ? 0
	    : err_sys(e, errno, "standard output");
}

int
quarantine_put_message(const struct held_mta *mta,
    const struct held_mail_item *i)
{
	struct err e = ERR_NONE;

	if (held_show(mta, &i->held, print, NULL, &e) == 0)
		return 0;
	return ctl_fail(EX_UNAVAILABLE, "%.*s: %s", VIEW_ARG(i->held.queue_id),
	    e.text);
}
