// SPDX-License-Identifier: BSD-2-Clause
/*
 * held_mail.c - what the MTA holds, each with the record of why.
 */
#include "ctl/held_mail.h"

#include <stdlib.h>
#include <sysexits.h>

#include "base/limits.h"
#include "ctl/ctl.h"
#include "ctl/records.h"

enum {
	POOL_SIZE = 1024 * 1024 * 1024,
	CLOCKS_MS = 60000 /* by which the MTA's clock may be before ours */
};

struct reading {
	struct held_mail *mail;
	struct held_mail_item **by_id; /* in the order of queue ids */
	char *const *id;               /* those that are asked for */
	size_t ids;
	bool more; /* than are looked at */
};

static int
compare_ids(const void *a, const void *b)
{
	struct held_mail_item *const *one = a, *const *two = b;

	return view_compare((*one)->held.queue_id, (*two)->held.queue_id);
}

static int
compare_times(const void *a, const void *b)
{
	const struct held_mail_item *one = a, *two = b;

	if (one->held.since_ms != two->held.since_ms)
		return one->held.since_ms < two->held.since_ms ? -1 : 1;
	return view_compare(one->held.queue_id, two->held.queue_id);
}

static bool
is_asked(const struct reading *r, struct view queue_id)
{
	for (size_t i = 0; i < r->ids; i++)
		if (view_equal(queue_id, view_of(r->id[i])))
			return true;
	return r->ids == 0;
}

static int
keep_message(void *arg, const struct held *h, struct err *e)
{
	struct reading *r = arg;
	struct held_mail *m = r->mail;
	struct held *to;

	if (!is_asked(r, h->queue_id))
		return 0;
	r->more = m->count == HELD_MAIL_MOST;
	if (r->more)
		return err_set(e, "more than %d messages are held",
		    HELD_MAIL_MOST);
	to = &m->item[m->count].held;
	*to = *h;
	to->queue_id = pool_copy(m->pool, h->queue_id);
	to->sender = pool_copy(m->pool, h->sender);
	to->folder = pool_copy(m->pool, h->folder);
	to->recipient =
	    pool_array(m->pool, h->recipients, sizeof(*to->recipient));
	for (size_t i = 0; pool_ok(m->pool) && i < h->recipients; i++)
		to->recipient[i] = pool_copy(m->pool, h->recipient[i]);
	if (!pool_ok(m->pool))
		return err_set(e, "out of memory");
	m->count++;
	return 0;
}

static int
keep_record(void *arg, struct view line, const struct audit_entry *e)
{
	struct reading *r = arg;
	struct held_mail_item key = { .held = { .queue_id = e->queue_id } };
	struct held_mail_item *wanted = &key, **found, *to;

	if (!e->applied_quarantine || e->dry_run || !e->says_time)
		return 0;
	found = bsearch(&wanted, r->by_id, r->mail->count, sizeof(*r->by_id),
	    compare_ids);
	if (found == NULL)
		return 0;
	to = *found;
	/* An older message may have had the same id. */
	if (to->ours || e->time_ms < to->held.since_ms - CLOCKS_MS)
		return 0;
	to->line = pool_copy(r->mail->pool, view_trim(line));
	to->ours = to->line.size > 0 &&
	    audit_read(to->line, r->mail->pool, &to->entry, NULL) == 0;
	return to->ours ? 0 : ctl_fail(EX_OSERR, "out of memory");
}

static int
join_records(struct reading *r, const char *audit)
{
	const struct selection held = { .held = true };
	struct held_mail *m = r->mail;

	r->by_id =
	    pool_array(m->pool, m->count, sizeof(struct held_mail_item *));
	if (r->by_id == NULL)
		return ctl_fail(EX_OSERR, "out of memory");
	for (size_t i = 0; i < m->count; i++)
		r->by_id[i] = &m->item[i];
	qsort(r->by_id, m->count, sizeof(struct held_mail_item *), compare_ids);
	return records_read_rotated(audit, &held, keep_record, r);
}

/* What the MTA says.  0, or a code: EX_DATAERR where there is more. */
static int
ask_mta(struct reading *r, const struct held_mta *mta)
{
	struct err e = ERR_NONE;
	size_t unreadable = 0;

	if (held_list(mta, keep_message, r, &unreadable, &e) < 0)
		return r->more ? ctl_fail(EX_DATAERR,
				     "%s; the others are not looked at", e.text)
			       : ctl_fail(EX_UNAVAILABLE, "%s", e.text);
	if (unreadable > 0)
		return ctl_fail(EX_DATAERR,
		    "held messages that are not understood: %zu (%s)",
		    unreadable, e.text);
	return 0;
}

int
held_mail_read(struct held_mail *m, const struct held_mta *mta, char *const *id,
    size_t ids, const char *audit)
{
	struct reading r = { .mail = m, .id = id, .ids = ids };
	int code, found = 0;

	*m = (struct held_mail){ .pool = pool_new(POOL_SIZE) };
	m->item = calloc(HELD_MAIL_MOST, sizeof(*m->item));
	if (m->pool == NULL || m->item == NULL)
		return ctl_fail(EX_OSERR, "out of memory");
	code = ask_mta(&r, mta);
	if (code != 0 && code != EX_DATAERR)
		return code;
	qsort(m->item, m->count, sizeof(*m->item), compare_times);
	if (audit[0] != '\0' && m->count > 0)
		found = join_records(&r, audit);
	/* Without its record a message is left alone: that is safe. */
	m->usable = found == 0 || found == EX_NOINPUT;
	return found != 0 ? found : code;
}

void
held_mail_free(struct held_mail *m)
{
	pool_free(m->pool);
	free(m->item);
	*m = (struct held_mail){ .pool = NULL };
}

struct held_mail_item *
held_mail_find(const struct held_mail *m, struct view queue_id)
{
	for (size_t i = 0; i < m->count; i++)
		if (view_equal(m->item[i].held.queue_id, queue_id))
			return &m->item[i];
	return NULL;
}
