// SPDX-License-Identifier: BSD-2-Clause
/*
 * compose_parts.h - what the files that write mail share.
 */
#ifndef EFFECTS_COMPOSE_PARTS_H
#define EFFECTS_COMPOSE_PARTS_H

#include "base/text.h"
#include "effects/compose.h"

/* Appends words of a template with the job's values in it. */
void template_fill(struct view words, const struct job *job, struct text *out);

/*
 * Appends text out of a mail as one line that a user may look at: printable,
 * LIMIT_SHOWN_SIZE octets of it, and with blanks in what a mail program would
 * make a link or an address.
 */
void notice_add_line(struct view v, struct text *out);

/*
 * Appends the text that shows a draft to its user: who asks for what, which
 * rule wants an answer, how sure we are, the answer, and how to send it.
 */
void notice_add(const struct job *job, const struct template *t,
    struct text *out);

/*
 * Appends the text of a notice: which mistake, in which line of which file, and
 * what is in force until it is mended.
 */
void notice_add_mistake(const struct job *job, struct text *out);

#endif
