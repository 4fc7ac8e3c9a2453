// SPDX-License-Identifier: BSD-2-Clause
/*
 * route.h - the one address an answer may go to.
 *
 * A route is exactly one Reply-To field with exactly one plain mailbox that
 * a pattern of the site's allow-list matches as a whole.  From, Sender,
 * Return-Path and addresses in the body are never one (DESIGN, section 4).
 * Pure; any thread.
 */
#ifndef POLICY_ROUTE_H
#define POLICY_ROUTE_H

#include <stdbool.h>

#include "base/err.h"
#include "mail/message.h"
#include "recognise/regex.h"

enum route_state {
	ROUTE_ONE,
	ROUTE_NONE,      /* no Reply-To */
	ROUTE_SEVERAL,   /* more than one field or mailbox, or a group */
	ROUTE_NOT_PLAIN, /* quoted, encoded, commented: not an address we use */
	ROUTE_NOT_ALLOWED /* not on the site's list */
};

/*
 * The address of an address field (raw, folds kept) that holds one mailbox,
 * plainly written: "a@b.c", "<a@b.c>" or "NAME <a@b.c>".  ROUTE_ONE and a view
 * into field; or why not, with *address unchanged.
 */
enum route_state route_mailbox(struct view field, struct view *address);

struct routes; /* the compiled allow-list */

/*
 * Patterns are anchored at both ends whatever they say, letters' case does
 * not count.  NULL and e on failure; the caller frees it.
 */
struct routes *routes_new(const struct view *pattern, size_t count,
    struct err *e);
void routes_free(struct routes *r);

/* Whether a pattern matches the address, which is plain, as a whole. */
bool route_is_allowed(const struct routes *r, struct view address,
    struct regex_scratch *scratch);

/* *address is set for ROUTE_ONE only, as a view into the message. */
enum route_state route_find(const struct routes *r, const struct message *m,
    struct regex_scratch *scratch, struct view *address);

#endif
