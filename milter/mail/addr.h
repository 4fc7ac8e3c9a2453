// SPDX-License-Identifier: BSD-2-Clause
/*
 * addr.h - mail addresses: taken apart, compared, and judged strictly.
 *
 * Pure; any thread.  Two readings exist on purpose.  What a person sees (the
 * From field) is read leniently by mime.h; what decides anything (envelope,
 * routes, own addresses) is read here and refused unless it is plain.
 */
#ifndef MAIL_ADDR_H
#define MAIL_ADDR_H

#include <stdbool.h>

#include "base/view.h"

/*
 * Splits at the last "@".  Returns 0 with both parts non-empty, else -1 and
 * nothing changed.  Angle brackets around the whole are taken off first.
 */
int addr_split(struct view address, struct view *local, struct view *domain);

/* The domain that addr_split() finds, or an empty view. */
struct view addr_domain(struct view address);

/* Without blanks and one pair of angle brackets around it. */
struct view addr_bare(struct view address);

/*
 * Whether this is an address we would write to: dot-atom "@" LDH domain of
 * two or more labels (RFC 5321, 4.1.2, without quoted strings, literals,
 * comments), at most 254 octets.  A local part that begins with "-" is none:
 * it would reach a program's command line.
 */
bool addr_is_plain(struct view address);

/*
 * Same mailbox: the domain without regard to case, the local part as well;
 * blanks and angle brackets around either do not count.
 */
bool addr_equal(struct view a, struct view b);

/*
 * Whether domain is one of the listed ones or (below) a subdomain of one.
 * "notlinkedin.com" is not below "linkedin.com".
 */
bool addr_domain_in(struct view domain, const struct view *list, size_t count,
    bool below);

/*
 * The user part of a local part: cut at the first of the delimiters' octets,
 * unless it comes first ("alice+lists" -> "alice").  No delimiters: unchanged.
 */
struct view addr_without_extension(struct view local, struct view delimiters);

#endif
