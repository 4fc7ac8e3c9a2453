// SPDX-License-Identifier: BSD-2-Clause
/*
 * lines.c - octets that come in blocks, cut into lines.
 */
#include "base/lines.h"

static int
pass_on(struct lines *l, struct err *e)
{
	int result = l->on_line(l->arg, text_view(&l->begun), e);

	text_clear(&l->begun);
	return result;
}

int
lines_add(struct lines *l, struct view octets, struct err *e)
{
	int result = 0;

	while (result == 0 && octets.size > 0) {
		size_t end = view_find_byte(octets, '\n');
		struct view part = view_part(octets, 0, end);

		text_add(&l->begun,
		    view_part(part, 0, l->begun.limit - l->begun.size));
		if (end == VIEW_NONE)
			break;
		result = pass_on(l, e);
		octets = view_part(octets, end + 1, VIEW_NONE);
	}
	return result;
}

int
lines_end(struct lines *l, struct err *e)
{
	return l->begun.size > 0 ? pass_on(l, e) : 0;
}

void
lines_free(struct lines *l)
{
	text_free(&l->begun);
}
