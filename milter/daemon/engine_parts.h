// SPDX-License-Identifier: BSD-2-Clause
/*
 * engine_parts.h - what the files that the engine is made of share.
 */
#ifndef DAEMON_ENGINE_PARTS_H
#define DAEMON_ENGINE_PARTS_H

#include "base/text.h"
#include "daemon/engine.h"
#include "policy/route.h"
#include "recognise/recognise.h"

/* One call of engine_decide(), for the functions it is made of. */
struct engine_run {
	const struct site *site;
	const struct world *world;
	const struct envelope *envelope;
	const struct own_fields *own;
	const struct pack *pack; /* NULL: no candidate */
	struct regex_scratch *scratch;
	enum route_state route_state;
	struct text person; /* what a person is counted and answered by */
	struct decision *d;
	bool replied; /* one recipient's answer is planned already */
};

/* Fills signatures, results and auth of r->d.  0, or -1 and e (no memory). */
int engine_judge(struct engine_run *r, struct err *e);

/*
 * Mail that is not said to be of the network, but made to look so, is forged,
 * and forged mail that recognise_request() took for somebody else's may be of
 * the network: changes auth
 * and request of r->d.  0, or -1 and e (no memory).
 */
int engine_look_for_imitation(struct engine_run *r, struct err *e);

/*
 * Whether the message counts for how often its person was seen.  Anybody could
 * write in that name, so a message that somebody looked at must be the
 * network's: else a stranger could drive a user's rule, or fill the store until
 * what was true is forgotten.
 */
bool engine_may_count(const struct engine_run *r);

/*
 * The store did not answer.  That it was not asked, an empty why, is no reason
 * by itself.
 */
void engine_fail_store(struct decision *d, const struct err *why);

/* How the recipient, who has a folder, knows the person: for to and record. */
void engine_look_up(struct engine_run *r, struct decision_recipient *to,
    struct audit_recipient *record);

/*
 * What becomes of the draft or reply that the recipient's plan asks for, if it
 * does: to->answer, or why not in the record.
 */
void engine_plan_answer(struct engine_run *r, struct decision_recipient *to,
    struct audit_recipient *record);

/*
 * Asks for the right to send and queues the job, in one step of the store:
 * NULL, or why not.
 */
const char *engine_claim(const struct world *w, struct decision *d,
    const struct claim *claim, const struct job *job);

/*
 * Queues a notice for the recipient, if the site wants them and files of that
 * user are refused: at most one a day for a user, whichever host asks.
 * Returns whether record tells of it; with no why, it is queued.  That there
 * was one today is not told.
 */
bool engine_queue_notice(const struct site *site, const struct world *w,
    struct decision *d, size_t index, struct audit_outbox *record);

#endif
