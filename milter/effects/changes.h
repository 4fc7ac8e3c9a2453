// SPDX-License-Identifier: BSD-2-Clause
/*
 * changes.h - what is done to the message itself: headers and a hold.
 *
 * Data for the milter protocol, in the order in which it must be sent: our
 * own headers that came with the mail are forgeries and go first, those of one
 * name by descending index (Postfix renumbers after each, Sendmail does not),
 * then the result headers, then the quarantine.
 */
#ifndef EFFECTS_CHANGES_H
#define EFFECTS_CHANGES_H

#include "base/err.h"
#include "base/pool.h"
#include "effects/own_fields.h"
#include "mail/auth.h"
#include "mail/message.h"
#include "policy/plan.h"
#include "recognise/request.h"

struct changes_header {
	const char *name;
	const char *value; /* no CR; LF and tab where folded */
};

struct changes {
	const struct own_field *removal; /* all fields of these names */
	size_t removals;
	const struct changes_header *header;
	size_t headers;
	const char *hold_reason; /* NULL: no quarantine */
};

/*
 * The forged headers that came, also for mail that is no candidate; NULL is
 * none.  own must outlive *out and not change.
 */
void changes_remove(const struct own_fields *own, struct changes *out);

/* What the message turned out to be. */
struct changes_result {
	const struct request *request;
	enum trust trust;
	const char *known; /* NULL where the recipients differ: not said */
};

/*
 * Adds X-RSVP ("network=linkedin; type=invitation; trust=direct; known=no"),
 * X-RSVP-Tag, X-RSVP-Folder and the hold, of what all recipients share.  A
 * header over LIMIT_RESULT_HEADER_SIZE, or without memory, is left out whole.
 * 0, or -1 and e.
 */
int changes_add(struct pool *p, const struct changes_result *result,
    const struct plan_shared *shared, struct changes *out, struct err *e);

#endif
