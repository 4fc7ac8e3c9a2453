// SPDX-License-Identifier: BSD-2-Clause
/*
 * part.h - a MIME body cut at its boundaries (RFC 2046, 5.1).
 *
 * Views into the message, nothing allocated, nothing remembered: what a
 * hostile message costs is what its caller chooses to look at.  That is why
 * this is ours: GMime builds an object for every part and every header line
 * of every part, three hundred octets of memory for one of the message.
 * Pure; any thread.
 */
#ifndef MAIL_PART_H
#define MAIL_PART_H

#include "base/text.h"

/* An entity: the fields of its header that say how to read its content. */
struct part {
	struct view type;        /* Content-Type, raw; empty if there is none */
	struct view encoding;    /* Content-Transfer-Encoding */
	struct view disposition; /* Content-Disposition */
	struct view content;
};

/* Takes an entity apart: header fields, empty line, content. */
void part_read(struct view entity, struct part *part);

/*
 * "text/html" out of a Content-Type, as written; "text/plain" where there is
 * none or no such thing in it (RFC 2045, 5.2).
 */
struct view part_media_type(struct view type);

/*
 * Appends the value of a Content-Type's parameter, quotes and folds undone;
 * the first one counts.  Returns false where there is none.
 */
bool part_parameter(struct view type, struct view name, struct text *value);

/* The parts of a multipart that are still to come. */
struct part_list {
	struct view rest;      /* behind a boundary line */
	struct view delimiter; /* two hyphens and the boundary; borrowed */
	bool more;
};

/*
 * Starts at the first boundary line of a multipart's content; what stands
 * before it is nobody's.  Returns false when there is none, so that the
 * content is not what its type says.
 */
bool part_begin(struct part_list *list, struct view content,
    struct view delimiter);

/* The next part, which may lack the boundary behind it; false at the end. */
bool part_next(struct part_list *list, struct view *entity);

#endif
