// SPDX-License-Identifier: BSD-2-Clause
/*
 * audit_fuzz.c - lines of an audit file, which anybody may have written.
 */
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "effects/audit_read.h"
#include "fuzz.h"

static void
check_text(struct view v, size_t size)
{
	MUST(v.size <= size);
	MUST(v.size == 0 || v.data != NULL);
	MUST(utf8_valid(v));
}

static void
check_recipient(const struct audit_entry_recipient *r, size_t size)
{
	check_text(r->recipient, size);
	check_text(r->user, size);
	check_text(r->known, size);
	check_text(r->rule, size);
	/* Put together with ", " between them, which were one comma. */
	check_text(r->actions, 2 * size);
	check_text(r->reply_mode, size);
	check_text(r->reply_why, size);
}

static void
check_entry(const struct audit_entry *e, size_t size)
{
	check_text(e->time, size);
	check_text(e->queue_id, size);
	check_text(e->network, size);
	check_text(e->type, size);
	check_text(e->trust, size);
	check_text(e->person, size);
	check_text(e->mode, size);
	check_text(e->what, size);
	check_text(e->why, size);
	MUST(e->outbox || e->type.size > 0);
	MUST(!e->outbox || e->recipients == 1);
	MUST(e->recipients <= size);
	for (size_t i = 0; i < e->recipients; i++)
		check_recipient(&e->recipient[i], size);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view line = { (const char *)data, size };
	struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
	struct audit_entry entry;
	struct err e = ERR_NONE;

	MUST(p != NULL);
	if (audit_read(line, p, &entry, &e) == 0)
		check_entry(&entry, size);
	else
		MUST(e.text[0] != '\0' && strchr(e.text, '\n') == NULL);
	pool_free(p);
	return 0;
}
