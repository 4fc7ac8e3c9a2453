// SPDX-License-Identifier: BSD-2-Clause
/*
 * bounce_fuzz.c - a report that a mail was refused, taken apart.
 */
#include "base/limits.h"
#include "fuzz.h"
#include "mail/bounce.h"

/* Part of the message, or empty. */
static void
check_within(struct view bytes, struct view v)
{
	MUST(v.size <= bytes.size);
	MUST(v.size == 0 ||
	    (v.data >= bytes.data &&
		v.data + v.size <= bytes.data + bytes.size));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view bytes = { (const char *)data, size };
	struct bounce b;

	bounce_is_report(bytes);
	if (size > LIMIT_BOUNCE_SIZE || !bounce_read(bytes, &b))
		return 0;
	MUST(b.status.size >= 5 && b.status.size <= 9);
	MUST(b.status.data[0] == '5' && b.status.data[1] == '.');
	MUST(view_find_byte(b.diagnostic, '\n') == VIEW_NONE);
	check_within(bytes, b.status);
	check_within(bytes, b.diagnostic);
	check_within(bytes, b.loop);
	check_within(bytes, b.in_reply_to);
	check_within(bytes, b.from);
	check_within(bytes, b.to);
	return 0;
}
