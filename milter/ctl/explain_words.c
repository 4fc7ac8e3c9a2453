// SPDX-License-Identifier: BSD-2-Clause
/*
 * explain_words.c - sentences for the words of records.
 */
#include "ctl/explain_words.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct words {
	const char *word, *sentence;
};

static const struct words trusts[] = {
	{ "none", "It does not claim to be of the network." },
	{ "claimed",
	    "It claims to be of the network; nobody checked, or nobody "
	    "could." },
	{ "verified", "The network has signed it." },
	{ "direct", "The network has signed it and handed it in itself." },
	{ "forged",
	    "It wants to be taken for the network's mail, and is not." },
};

static const struct words reasons[] = {
	{ "rule", "A rule of the user matches." },
	{ "never-held",
	    "A rule of the user matches, but security mail is never held." },
	{ "no-rule", "None of the user's rules matches: deliver." },
	{ "tag-only", "The user has no folder, or it is broken: tag only." },
	{ "no-user", "The recipient is nobody's here." },
	{ "no-network", "It is no mail of a network, and is left alone." },
};

static const struct words known[] = {
	{ "no", "Nobody in the contacts has that profile, address or name." },
	{ "name", "Somebody in the contacts has the same name." },
	{ "email", "Somebody in the contacts has the address in the mail." },
	{ "profile", "Somebody in the contacts has the same profile." },
};

static const struct words whys[] = {
	/* What the engine asks before and behind the guards. */
	{ "user-off", "The user may want no answers at all." },
	{ "no-person",
	    "Without a name or a profile nobody knows who was answered." },
	{ "store-down",
	    "Without the state store nobody knows what was answered." },
	/* What the store says to a claim. */
	{ "same-message",
	    "This very mail was answered already; it was delivered again." },
	{ "answered-before",
	    "This person got an answer of this template not long ago." },
	{ "user-day-cap", "The user has had all answers of a day." },
	{ "site-hour-cap", "The site has had all answers of an hour." },
	{ "outbox-full", "Too many answers wait to be sent." },
	{ "user-refused",
	    "Too many answers of the user were refused; rsvpctl breaker." },
	{ "route-refuses",
	    "Too many answers to that domain were refused; rsvpctl breaker." },
	/* What the sender finds when it looks again. */
	{ "not-the-user",
	    "The address is no longer, or never was, the user's." },
	{ "no-rule", "The user's rules had no such rule any more." },
	{ "notices-off", "By then the site wanted no mail about mistakes." },
	{ "digests-off", "By then the site wanted no digests." },
	{ "digest-off", "By then the user wanted no digest." },
	{ "mended", "By then the user's files were no longer refused." },
	{ "dry-run", "By then the site's settings said dry_run." },
	{ "expired", "It had waited too long." },
};

static const struct words states[] = {
	{ "queued", "It went into the outbox." },
	{ "refused", "It was not queued." },
	{ "waiting", "It waits for its time, or for another try." },
	{ "held", "A person keeps it from being sent." },
	{ "sending", "It is being sent." },
	{ "sent", "The MTA took it." },
	{ "failed", "It was given up." },
	{ "bounced", "The MTA took it, and it came back." },
	{ "cancelled", "It was called off." },
};

static const char *
find(const struct words *words, size_t count, struct view word)
{
	for (size_t i = 0; i < count; i++)
		if (view_equal(view_of(words[i].word), word))
			return words[i].sentence;
	return NULL;
}

const char *
explain_trust(struct view level)
{
	return find(trusts, COUNT(trusts), level);
}

const char *
explain_reason(struct view why)
{
	return find(reasons, COUNT(reasons), why);
}

const char *
explain_known(struct view word)
{
	return find(known, COUNT(known), word);
}

const char *
explain_why(struct view why)
{
	return find(whys, COUNT(whys), why);
}

const char *
explain_state(struct view what)
{
	return find(states, COUNT(states), what);
}
