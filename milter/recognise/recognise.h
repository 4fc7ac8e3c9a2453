// SPDX-License-Identifier: BSD-2-Clause
/*
 * recognise.h - a message and the packs give a request, with evidence.
 *
 * Pure: same message, same packs, same request.  Any thread, with a scratch
 * of its own.
 */
#ifndef RECOGNISE_RECOGNISE_H
#define RECOGNISE_RECOGNISE_H

#include <stdbool.h>

#include "mail/message.h"
#include "recognise/pack.h"
#include "recognise/regex.h"
#include "recognise/request.h"

/*
 * The cheap question at the end of the headers, asked of every mail: is a
 * closer look worth it?  fields have name and raw; value is not looked at.
 * No pattern runs, and nothing is allocated but for what is not ASCII in From.
 * Returns the first pack that says yes, or else, where imitations matter, the
 * first one whose network From may imitate; or NULL.
 */
const struct pack *recognise_candidate(const struct packs *packs,
    const struct header *field, size_t count, struct view envelope_from,
    bool imitations);

/*
 * Where a From field was left out, by cut: the pack that is asked about it, as
 * the field may be of any network; else NULL.
 */
const struct pack *recognise_unseen(const struct packs *packs, unsigned cut);

enum candidate_reason {
	CANDIDATE_ENVELOPE,  /* the reverse-path has the word */
	CANDIDATE_FIELD,     /* the header field is there, and has the word */
	CANDIDATE_IMITATION, /* From may imitate the network */
	CANDIDATE_UNSEEN     /* a From field was left out */
};

/* Why a pack is asked; views live in the pack. */
struct candidacy {
	enum candidate_reason reason;
	const struct pack *pack;
	struct view header; /* as the pack has it: CANDIDATE_FIELD only */
	struct view word;   /* empty: the field's presence is enough */
};

/*
 * What recognise_candidate() and recognise_unseen() found, for a person.
 * False, with nothing to be told, where no pack is asked.
 */
bool recognise_why_candidate(const struct packs *packs, const struct message *m,
    struct view envelope_from, bool imitations, struct candidacy *why);

/*
 * The full answer of one pack.  Fills *out; a mail that fits no rule is
 * REQUEST_OTHER with why_other, and its network is set only where it comes
 * from one of the network's senders.  Returns 0, or -1 when the pool is used
 * up, the only way to fail.
 */
int recognise_request(const struct pack *pack, const struct message *m,
    struct view envelope_from, struct regex_scratch *scratch, struct pool *p,
    struct request *out);

#endif
