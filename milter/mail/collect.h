// SPDX-License-Identifier: BSD-2-Clause
/*
 * collect.h - the header fields of a message, as many as are kept.
 *
 * At most LIMIT_HEADER_FIELDS and LIMIT_HEADER_SIZE; what is left out is told
 * by cut.  Whose mail it claims to be must not hide behind a thousand other
 * fields: for a From the last field that is none makes way.  One thread.
 */
#ifndef MAIL_COLLECT_H
#define MAIL_COLLECT_H

#include "base/text.h"
#include "mail/message.h"

/* Where a field stands in the collected bytes, which may still move. */
struct collected_field {
	size_t name, name_size, raw, raw_size;
	bool is_from;
};

/* All zero is empty.  Only count and cut are for others to read. */
struct collector {
	struct collected_field *field;
	size_t count, room;
	size_t froms, from_size; /* of the fields that make no way */
	unsigned cut;            /* MESSAGE_CUT_HEADER, MESSAGE_CUT_FROM */
};

/*
 * Appends a field to bytes, with CRLF, or leaves it out.  In value folds have
 * LF or CRLF; has_space tells that it begins with the blank that stood behind
 * the colon.  bytes must hold what was collected before and no more.  Returns
 * 0, or -1 without memory.
 */
int collector_add(struct collector *c, struct text *bytes, struct view name,
    struct view value, bool has_space);

/* The fields, count of them, as views of bytes; value is empty. */
void collector_view(const struct collector *c, const struct text *bytes,
    struct header *field);

void collector_reset(struct collector *c); /* its memory is kept */
void collector_free(struct collector *c);

#endif
