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
	bool drafts_enabled;  /* reply.drafts; asked for a draft only */
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

/*
 * The same for a draft, which has guards of its own: of the facts it needs
 * drafts_enabled, template_known, message, trust and recipient.
 */
const char *guards_check_draft(const struct guards_facts *f);

/*
 * Whether an address is a program's by its local part ("owner-list", "noreply";
 * RFC 3834, section 2), or none at all.  What the guard of the route asks.
 */
bool guards_is_system_address(struct view address);

/* How many there are. */
enum { GUARDS_REPLY = 29, GUARDS_DRAFT = 5 };

/*
 * What each guard of a reply says, in order.  Behind the one that stops it,
 * which guards_check() names, none is asked.
 */
enum guards_verdict { GUARDS_PASSED, GUARDS_STOPPED, GUARDS_NOT_REACHED };
void guards_judge(const struct guards_facts *f,
    enum guards_verdict verdict[GUARDS_REPLY]);

/* Names in order, for the manual and its test; NULL behind the last. */
const char *guards_name(size_t index);
const char *guards_draft_name(size_t index);

/* A sentence that says what the guard is for; NULL behind the last. */
const char *guards_words(size_t index);
const char *guards_draft_words(size_t index);

#endif
