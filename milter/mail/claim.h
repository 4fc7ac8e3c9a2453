// SPDX-License-Identifier: BSD-2-Clause
/*
 * claim.h - whether From says that a message is of somebody's domain.
 *
 * Pure; any thread.
 */
#ifndef MAIL_CLAIM_H
#define MAIL_CLAIM_H

#include <stdbool.h>

#include "mail/auth.h"

/*
 * Whether a mailbox of a From field has one of the listed domains; *domain is
 * that one then.  Where not all of From could be read as mailboxes, a person
 * who sees the field still reads a domain behind an "@" in it; so it counts.
 * A From that was left out may have any: the first of the list counts then.
 */
bool claim_in_from(const struct message *m, const struct auth_list *list,
    struct view *domain);

#endif
