// SPDX-License-Identifier: BSD-2-Clause
/*
 * held.c - the messages that the MTA holds: which MTA, and what they share.
 */
#include "effects/held.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "effects/held_parts.h"

enum held_mta_kind
held_which(enum held_mta_kind kind, const char *programs)
{
	if (kind != HELD_AUTO)
		return kind;
	return programs[0] != '\0' || child_is_there("postqueue")
	    ? HELD_POSTFIX
	    : HELD_SENDMAIL;
}

bool
held_is_queue_id(struct view v)
{
	if (v.size == 0 || v.size > LIMIT_QUEUE_ID ||
	    view_equal_nocase(v, VIEW("ALL")))
		return false;
	for (size_t i = 0; i < v.size; i++) {
		if (!byte_is_letter(v.data[i]) && !byte_is_digit(v.data[i]))
			return false;
	}
	return true;
}

int
held_cut_lines(void *lines, struct view octets, struct err *e)
{
	return lines_add(lines, octets, e);
}

int
held_list(const struct held_mta *m, held_on_message *on_message, void *arg,
    size_t *unreadable, struct err *e)
{
	struct held_listing l = { .mta = m,
		.on_message = on_message,
		.arg = arg,
		.pool = pool_new(HELD_POOL_SIZE),
		.folder = TEXT_INIT(4096) };
	int result;

	if (l.pool == NULL)
		return err_set(e, "out of memory");
	result = m->kind == HELD_POSTFIX ? held_list_postfix(&l, e)
					 : held_list_sendmail(&l, e);
	*unreadable = l.unreadable;
	if (result == 0 && l.unreadable > 0)
		err_set(e, "%s", l.why.text);
	text_free(&l.folder);
	pool_free(l.pool);
	return result;
}

/* Of a struct held that the caller may have made up. */
static int
copy_id(const struct held *h, char id[LIMIT_QUEUE_ID + 1], struct err *e)
{
	if (!held_is_queue_id(h->queue_id))
		return err_set(e, "no queue id");
	memcpy(id, h->queue_id.data, h->queue_id.size);
	id[h->queue_id.size] = '\0';
	return 0;
}

int
held_release(const struct held_mta *m, const struct held *h, struct err *e)
{
	char id[LIMIT_QUEUE_ID + 1];

	if (copy_id(h, id, e) < 0)
		return -1;
	return m->kind == HELD_POSTFIX ? held_release_postfix(m, id, e)
				       : held_release_sendmail(m, h, e);
}

int
held_deliver(const struct held_mta *m, const struct held *h, struct err *e)
{
	char id[LIMIT_QUEUE_ID + 1];

	if (copy_id(h, id, e) < 0)
		return -1;
	return m->kind == HELD_POSTFIX ? held_deliver_postfix(m, id, e)
				       : held_deliver_sendmail(m, h, e);
}

int
held_delete(const struct held_mta *m, const struct held *h, struct err *e)
{
	char id[LIMIT_QUEUE_ID + 1];

	if (copy_id(h, id, e) < 0)
		return -1;
	return m->kind == HELD_POSTFIX ? held_delete_postfix(m, id, e)
				       : held_delete_sendmail(m, h, e);
}

int
held_show(const struct held_mta *m, const struct held *h,
    child_on_output *on_output, void *arg, struct err *e)
{
	char id[LIMIT_QUEUE_ID + 1];

	if (copy_id(h, id, e) < 0)
		return -1;
	return m->kind == HELD_POSTFIX
	    ? held_show_postfix(m, id, on_output, arg, e)
	    : held_show_sendmail(h, on_output, arg, e);
}
