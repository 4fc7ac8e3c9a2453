// SPDX-License-Identifier: BSD-2-Clause
/*
 * guards.h - every reason to stay silent.
 *
 * A reply goes out only when no guard stops it.  Each is a row with a name,
 * the word of the log; the first that stops wins, and a test demands a case
 * for every row.  Pure; any thread.  What only the state store can know
 * (answered before, caps) is decided with the claim, effects/store.h.
 * Source of the rows: RFC 3834, RFC 5230 section 4, RFC 5321 section 4.5.5,
 * and DESIGN, section 4.
 */
#ifndef POLICY_GUARDS_H
#define POLICY_GUARDS_H

#include <stdbool.h>
#include <stdint.h>

#include "mail/auth.h"
#include "mail/message.h"
#include "policy/route.h"
#include "recognise/request.h"

struct guards_facts {
	bool site_enabled;    /* reply.enabled */
	bool template_known;  /* the rule's template is there and readable */
	bool already_replied; /* another recipient of this message got one */
	const struct message *message;
	const struct request *request;
	const struct auth_network *network;
	enum trust trust;
	const struct signature *signature; /* that made it verified; or NULL */
	enum route_state route_state;
	struct view route;
	struct view envelope_from;
	struct view recipient; /* the user's address as in RCPT TO */
	size_t recipients;     /* of the envelope */
	int64_t now_ms;
	unsigned pattern_errors; /* of the user's rules, rules.h */
};

/* The name of the first guard that stops the reply, or NULL: go ahead. */
const char *guards_check(const struct guards_facts *f);

/* Names in order, for the manual and its test; NULL behind the last. */
const char *guards_name(size_t index);

#endif
