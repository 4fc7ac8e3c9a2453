// SPDX-License-Identifier: BSD-2-Clause
/*
 * auth.c - who vouches for a message: the level of trust, and why.
 */
#include "mail/auth.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/limits.h"
#include "mail/addr.h"
#include "mail/claim.h"
#include "mail/date.h"

enum { LEAST_KEY_BITS = 1024 }; /* RFC 8301, 3.2 */

/* What is wrong with a signature, the more hopeful the higher. */
enum flaw {
	FLAW_NO_SIGNATURE,
	FLAW_NO_KEY,
	FLAW_FAILS,
	FLAW_TOO_LARGE,
	FLAW_CONFLICT, /* from here on the message is claimed */
	FLAW_NOT_HERE,
	FLAW_NOT_CHECKED,
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

/* Of a Sender field: the last address in angle brackets, or all of it. */
static struct view
sender_domain(const struct message *m)
{
	struct view value = message_value(m, VIEW("Sender"));
	size_t at = value.size;

	while (at > 0 && value.data[at - 1] != '<')
		at--;
	value = view_part(value, at, value.size);
	return addr_domain(view_part(value, 0, view_find_byte(value, '>')));
}

/*
 * It passes by the site's results alone.  Where it was to be verified here as
 * well they are not enough: a field may be the sender's, who must not gain by
 * an outage of DNS or by filling the message up.
 */
static enum flaw
find_said_pass(const struct signature *s, const struct signatures *all)
{
	if (!s->sound)
		return FLAW_CONFLICT;
	return all->checked || all->too_large ? FLAW_NOT_HERE : FLAW_NONE;
}

/* Whether it passed: what was found here, and what the site's results say. */
static enum flaw
find_failure(const struct signature *s, const struct signatures *all)
{
	bool conflict = s->said == (SIGNATURE_SAID_PASS | SIGNATURE_SAID_FAIL);

	if (!all->checked || (s->sound && s->result == SIGNATURE_TEMPORARY)) {
		if (conflict)
			return FLAW_CONFLICT;
		if (s->said == SIGNATURE_SAID_PASS)
			return find_said_pass(s, all);
		if (s->said == SIGNATURE_SAID_FAIL)
			return FLAW_FAILS;
		if (!s->sound)
			return FLAW_FAILS; /* whoever looks at it */
		if (all->too_large)
			return FLAW_TOO_LARGE;
		return all->checked ? FLAW_NO_ANSWER : FLAW_NOT_CHECKED;
	}
	if (s->result == SIGNATURE_PASS)
		return (s->said & SIGNATURE_SAID_FAIL) != 0 ? FLAW_CONFLICT
							    : FLAW_NONE;
	if ((s->said & SIGNATURE_SAID_PASS) != 0)
		return FLAW_CONFLICT;
	return s->result == SIGNATURE_NO_KEY ? FLAW_NO_KEY : FLAW_FAILS;
}

static enum flaw
find_flaw(const struct signature *s, const struct signatures *all)
{
	enum flaw failure = find_failure(s, all);

	if (failure != FLAW_NONE)
		return failure;
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
	/* Where the site checked, it was the site's to say what is enough. */
	if (all->checked && s->result == SIGNATURE_PASS &&
	    s->key_bits < LEAST_KEY_BITS)
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
		enum flaw flaw = find_flaw(s, all);

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
		[FLAW_TOO_LARGE] = " cannot be checked in mail that large",
		[FLAW_CONFLICT] = " passes and fails, by whom one asks",
		[FLAW_NOT_HERE] = " passes by the site's results alone",
		[FLAW_NOT_CHECKED] = " was not checked",
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
	struct view envelope = addr_domain(f->envelope_from);
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

/* By whom it was handed in: words for it, or "" when nobody knows. */
static void
find_host(const struct auth_network *n, const struct auth_facts *f,
    char words[128])
{
	struct view envelope = addr_domain(f->envelope_from);

	words[0] = '\0';
	if (is_in(f->client_name, &n->clients, true))
		snprintf(words, 128, "from %.*s", VIEW_ARG(f->client_name));
	else if (f->results->spf && is_in(envelope, &n->envelope, true))
		snprintf(words, 128, "from a host of %.*s by %.*s",
		    VIEW_ARG(envelope), VIEW_ARG(f->results->id));
}

/* Why verified mail looks as if somebody sent it again, or NULL. */
static const char *
find_replay(const struct auth_facts *f)
{
	const int64_t hour_ms = 60 * 60 * 1000;
	struct view date = message_value(f->message, VIEW("Date"));
	int64_t sent_ms;

	if (!f->addressed)
		return "but its To is somebody else";
	if (f->now_ms == 0)
		return NULL;
	if (date_parse(date, &sent_ms) < 0)
		return "but its Date cannot be read";
	if (f->now_ms - sent_ms > LIMIT_REPLAY_AGE_DAYS * 24 * hour_ms)
		return "but its Date is long ago";
	if (sent_ms - f->now_ms > LIMIT_REPLAY_AHEAD_HOURS * hour_ms)
		return "but its Date is yet to come";
	return NULL;
}

static void
judge_passed(const struct auth_facts *f, const struct signature *s,
    const char *host, struct auth_verdict *verdict)
{
	const char *replay = find_replay(f);
	bool here = f->signatures->checked && s->result == SIGNATURE_PASS;
	struct view by = here ? VIEW("") : f->results->id;

	verdict->signature = replay == NULL ? s : NULL;
	judge(verdict,
	    replay != NULL     ? TRUST_CLAIMED
		: host[0] == 0 ? TRUST_VERIFIED
			       : TRUST_DIRECT,
	    "dkim d=%.*s s=%.*s%s%.*s%s%s%s%s", VIEW_ARG(s->domain),
	    VIEW_ARG(s->selector), here ? "" : " by ", VIEW_ARG(by),
	    host[0] == '\0' ? "" : ", ", host, replay == NULL ? "" : ", ",
	    replay == NULL ? "" : replay);
}

/*
 * Whether anybody looked for signatures at all, or would have in a message
 * that is not cut.  The largest of a network that we have has 27 kilobytes and
 * 36 fields, which is far from what is cut: a forger who fills a message up
 * must not gain by it.
 */
static bool
was_checked(const struct auth_facts *f)
{
	return f->signatures->checked || f->signatures->too_large ||
	    f->results->dkim;
}

/* What one mailbox of the network in one From field is, unless it passed. */
static enum trust
level_of(enum flaw flaw, const struct auth_facts *f, const char *host)
{
	return flaw < FLAW_CONFLICT && was_checked(f) && host[0] == '\0'
	    ? TRUST_FORGED
	    : TRUST_CLAIMED;
}

static void
judge_failed(const struct auth_facts *f, struct view from, enum flaw flaw,
    const struct signature *best, const char *host,
    struct auth_verdict *verdict)
{
	const char *ignored = f->results->ignored;
	char what[160];

	if (!was_checked(f))
		snprintf(what, sizeof(what), "signatures were not checked");
	else if (best == NULL)
		snprintf(what, sizeof(what), "no signature of %.*s%s",
		    VIEW_ARG(from),
		    f->signatures->too_large ? " seen in mail that large" : "");
	else
		snprintf(what, sizeof(what), "dkim d=%.*s s=%.*s%s",
		    VIEW_ARG(best->domain), VIEW_ARG(best->selector),
		    flaw_words(flaw));
	judge(verdict, level_of(flaw, f, host), "%s%s%s%s%s", what,
	    host[0] == '\0' ? "" : ", but ", host,
	    ignored[0] == '\0' ? "" : "; Authentication-Results ignored: ",
	    ignored);
}

/*
 * There must be one From field (RFC 5322, 3.6), and networks write one mailbox
 * into it that can be read.  Whose mail it is when there are more, a signature
 * that passes does not tell; without one it is as forged as with the one of the
 * network alone.
 */
static void
judge_several(const struct auth_facts *f, enum flaw flaw, const char *host,
    struct auth_verdict *verdict)
{
	const struct message *m = f->message;
	size_t fields = message_count(m, VIEW("From"));
	const char *but = host[0] == '\0' ? "" : ", but ";

	if (fields > 1)
		judge(verdict, level_of(flaw, f, host), "%zu From fields%s%s",
		    fields, but, host);
	else if (m->from_partly)
		judge(verdict, level_of(flaw, f, host),
		    "a From that cannot be read%s%s", but, host);
	else
		judge(verdict, level_of(flaw, f, host),
		    "%zu mailboxes in From%s%s", m->from_count, but, host);
}

void
auth_judge(const struct auth_network *n, const struct auth_facts *f,
    struct auth_verdict *verdict)
{
	const struct signature *best;
	struct view from;
	enum flaw flaw;
	char host[128];

	verdict->signature = NULL;
	if (!claim_in_from(f->message, &n->from, &from)) {
		judge_other(n, f, verdict);
		return;
	}
	flaw = find_best(n, from, f->signatures, &best);
	find_host(n, f, host);
	if (f->message->from_count != 1 || f->message->from_partly ||
	    message_count(f->message, VIEW("From")) != 1)
		judge_several(f, flaw, host, verdict);
	else if (flaw == FLAW_NONE)
		judge_passed(f, best, host, verdict);
	else
		judge_failed(f, from, flaw, best, host, verdict);
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
