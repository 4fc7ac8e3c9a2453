// SPDX-License-Identifier: BSD-2-Clause
/*
 * compose.h - the mail that goes out, the one place where it is written.
 *
 * Headers per RFC 3834 section 3 (facts, section 1.3).  Nothing of the
 * notification gets into a reply but a cleaned given name, and its Message-ID
 * for threading.  A draft, which only its user sees, also says in printable
 * lines without links who asks for what.  A notice has nothing of any mail.
 */
#ifndef EFFECTS_COMPOSE_H
#define EFFECTS_COMPOSE_H

#include "base/err.h"
#include "base/text.h"
#include "effects/store.h"

/*
 * A template: optional "Subject: ..." line and an empty line, then plain
 * UTF-8 text with {given} for the given name ({given|there} says what stands
 * for a missing one) and {owner} for the user's own name.  A byte order mark
 * before it does not count.  Lives in a pool.
 */
struct template
{
	struct view subject; /* empty: "Automated reply" */
	struct view body;
};

/*
 * Checks and splits bytes, which must outlive it.  -1 and e ("FILE:LINE: ...",
 * or "FILE: ..." where it is about the whole) for an unknown or broken
 * variable, a control character, bad UTF-8, a link, no text
 * beside the variables, a subject over
 * LIMIT_SUBJECT_SIZE, or more than LIMIT_TEMPLATE_SIZE.
 */
int template_parse(struct view bytes, const char *file, struct template *t,
    struct err *e);

struct compose_facts {
	int64_t now_ms;
	const char *host;       /* right side of the Message-ID */
	const char *unique;     /* left side: letters and digits */
	const char *loop_key;   /* value of X-RSVP-Loop */
	const char *postmaster; /* whom a digest names; "" or NULL: nobody */
};

/*
 * Appends the whole mail (LF line ends, seven bits, no line over 998 octets)
 * for the job; a notice and a digest have no template, t may be NULL.  Returns
 * 0, or -1 and e: an address that is not plain, a name with a control character
 * or one that does not show, a page that is no link, a host that is no word of
 * a header, a ceiling, a digest that is none, no memory.  A message_id that is
 * none is left out.
 */
int compose_mail(const struct job *job, const struct template *t,
    const struct compose_facts *f, struct text *out, struct err *e);

struct compose_item {
	const struct job *job;
	const struct template *template;
};

/*
 * The same for drafts in one mail, which all are for the recipient of the
 * first; a single item may be a reply too.
 */
int compose_digest(const struct compose_item *item, size_t count,
    const struct compose_facts *f, struct text *out, struct err *e);

#endif
