// SPDX-License-Identifier: BSD-2-Clause
/*
 * auth.c - who vouches for a message: the level of trust, and why.
 */
#include "mail/auth.h"

#include <stdarg.h>
#include <stdio.h>

#include "mail/addr.h"

enum { LEAST_KEY_BITS = 1024 }; /* RFC 8301, 3.2 */

/* What is wrong with a signature, the more hopeful the higher. */
enum flaw {
	FLAW_NO_SIGNATURE,
	FLAW_NO_KEY,
	FLAW_FAILS,
	FLAW_NO_ANSWER,
	FLAW_SHORT_KEY,
	FLAW_PARTIAL,
	FLAW_OVERLAID,
	FLAW_NOT_SUBJECT,
	FLAW_NOT_TO,
	FLAW_NOT_FROM,
	FLAW_NONE
};

static bool
is_in(struct view domain, const struct auth_list *list, bool below)
{
	return addr_domain_in(domain, list->domain, list->count, below);
}

/* The domain of an address, or an empty view. */
static struct view
domain_of(struct view address)
{
	struct view local, domain;

	if (addr_split(address, &local, &domain) < 0)
		return VIEW("");
	return domain;
}

/* Of a Sender field: the last address in angle brackets, or all of it. */
static struct view
sender_domain(const struct message *m)
{
	struct view value = message_value(m, VIEW("Sender"));
	size_t at = value.size;

	while (at > 0 && value.data[at - 1] != '<')
		at--;
	value = view_part(value, at, value.size);
	return domain_of(view_part(value, 0, view_find_byte(value, '>')));
}

static bool
claims_in_from(const struct auth_network *n, const struct message *m)
{
	for (size_t i = 0; i < m->from_count; i++)
		if (is_in(domain_of(m->from[i].address), &n->from, false))
			return true;
	return false;
}

static enum flaw
find_flaw(const struct signature *s)
{
	switch (s->result) {
	case SIGNATURE_PASS:
		break;
	case SIGNATURE_FAIL:
		return FLAW_FAILS;
	case SIGNATURE_NO_KEY:
		return FLAW_NO_KEY;
	case SIGNATURE_TEMPORARY:
		return FLAW_NO_ANSWER;
	}
	if ((s->covers & SIGNATURE_FROM) == 0)
		return FLAW_NOT_FROM;
	if ((s->covers & SIGNATURE_TO) == 0)
		return FLAW_NOT_TO;
	if ((s->covers & SIGNATURE_SUBJECT) == 0)
		return FLAW_NOT_SUBJECT;
	if (s->overlaid)
		return FLAW_OVERLAID;
	if (s->partial)
		return FLAW_PARTIAL;
	if (s->key_bits < LEAST_KEY_BITS)
		return FLAW_SHORT_KEY;
	return FLAW_NONE;
}

/* The signature with the least flaw among those that count. */
static enum flaw
find_best(const struct auth_network *n, struct view from,
    const struct signatures *all, const struct signature **best)
{
	enum flaw least = FLAW_NO_SIGNATURE;

	*best = NULL;
	for (size_t i = 0; i < all->count; i++) {
		const struct signature *s = &all->item[i];
		enum flaw flaw = find_flaw(s);

		if (flaw > least && is_in(s->domain, &n->signers, false) &&
		    addr_domain_in(from, &s->domain, 1, true)) {
			least = flaw;
			*best = s;
		}
	}
	return least;
}

/* Behind "dkim d=DOMAIN s=SELECTOR". */
static const char *
flaw_words(enum flaw flaw)
{
	static const char *const words[] = {
		[FLAW_NO_SIGNATURE] = "",
		[FLAW_NO_KEY] = " has no key",
		[FLAW_FAILS] = " fails",
		[FLAW_NO_ANSWER] = " got no answer about its key",
		[FLAW_SHORT_KEY] = " has a short key",
		[FLAW_PARTIAL] = " leaves some of the body out",
		[FLAW_OVERLAID] = " leaves a second field of a kind out",
		[FLAW_NOT_SUBJECT] = " does not cover Subject",
		[FLAW_NOT_TO] = " does not cover To",
		[FLAW_NOT_FROM] = " does not cover From",
		[FLAW_NONE] = "",
	};

	return words[flaw];
}

static void __attribute__((format(printf, 3, 4)))
judge(struct auth_verdict *verdict, enum trust level, const char *format, ...)
{
	va_list arguments;

	verdict->level = level;
	va_start(arguments, format);
	vsnprintf(verdict->why, sizeof(verdict->why), format, arguments);
	va_end(arguments);
}

/* Mail whose From does not claim it. */
static void
judge_other(const struct auth_network *n, const struct auth_facts *f,
    struct auth_verdict *verdict)
{
	struct view envelope = domain_of(f->envelope_from);
	struct view sender = sender_domain(f->message);

	if (is_in(envelope, &n->envelope, true))
		judge(verdict, TRUST_CLAIMED,
		    "only the reverse-path is of %.*s", VIEW_ARG(envelope));
	else if (is_in(sender, &n->from, true))
		judge(verdict, TRUST_CLAIMED, "only Sender is of %.*s",
		    VIEW_ARG(sender));
	else
		judge(verdict, TRUST_NONE, "From is of another domain");
}

static void
judge_signatures(const struct auth_network *n, const struct auth_facts *f,
    struct auth_verdict *verdict)
{
	struct view from = domain_of(f->message->from[0].address);
	bool direct = is_in(f->client_name, &n->clients, true);
	struct view host = direct ? f->client_name : VIEW("");
	const struct signature *best;
	enum flaw flaw = find_best(n, from, f->signatures, &best);

	if (flaw == FLAW_NONE) {
		verdict->signature = best;
		judge(verdict, direct ? TRUST_DIRECT : TRUST_VERIFIED,
		    "dkim d=%.*s s=%.*s%s%.*s", VIEW_ARG(best->domain),
		    VIEW_ARG(best->selector), direct ? ", from " : "",
		    VIEW_ARG(host));
	} else if (best == NULL) {
		judge(verdict, direct ? TRUST_CLAIMED : TRUST_FORGED,
		    "no signature of %.*s%s%.*s", VIEW_ARG(from),
		    direct ? ", but from " : "", VIEW_ARG(host));
	} else {
		judge(verdict,
		    direct || flaw >= FLAW_NO_ANSWER ? TRUST_CLAIMED
						     : TRUST_FORGED,
		    "dkim d=%.*s s=%.*s%s%s%.*s", VIEW_ARG(best->domain),
		    VIEW_ARG(best->selector), flaw_words(flaw),
		    direct ? ", but from " : "", VIEW_ARG(host));
	}
}

void
auth_judge(const struct auth_network *n, const struct auth_facts *f,
    struct auth_verdict *verdict)
{
	size_t fields = message_count(f->message, VIEW("From"));

	verdict->signature = NULL;
	if (!claims_in_from(n, f->message))
		judge_other(n, f, verdict);
	else if (fields != 1)
		judge(verdict, TRUST_CLAIMED, "%zu From fields", fields);
	else if (f->message->from_count != 1)
		judge(verdict, TRUST_CLAIMED, "%zu mailboxes in From",
		    f->message->from_count);
	else if (!f->signatures->checked)
		judge(verdict, TRUST_CLAIMED, "signatures were not checked");
	else
		judge_signatures(n, f, verdict);
}

static const char *const levels[] = {
	[TRUST_NONE] = "none",
	[TRUST_CLAIMED] = "claimed",
	[TRUST_VERIFIED] = "verified",
	[TRUST_DIRECT] = "direct",
	[TRUST_FORGED] = "forged",
};

const char *
auth_trust_name(enum trust level)
{
	return levels[level];
}

int
auth_trust_parse(struct view name, enum trust *level)
{
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		if (view_equal(name, view_of(levels[i]))) {
			*level = (enum trust)i;
			return 0;
		}
	return -1;
}
