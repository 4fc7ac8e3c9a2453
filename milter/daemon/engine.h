// SPDX-License-Identifier: BSD-2-Clause
/*
 * engine.h - one message in, one decision out.
 *
 * The daemon, "rsvpctl test" and the tests run this and nothing else; they
 * differ in the world they pass in.  engine_decide() only reads (and counts
 * who was seen); what follows from a decision is carried out by its caller in
 * this order: record, changes to the message, engine_queue().
 */
#ifndef DAEMON_ENGINE_H
#define DAEMON_ENGINE_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/pool.h"
#include "daemon/folders.h"
#include "daemon/site.h"
#include "effects/audit.h"
#include "effects/changes.h"
#include "effects/store.h"
#include "mail/signature.h"
#include "policy/guards.h"
#include "recognise/imitation.h"

/* What SMTP said; views live as long as the decision is used. */
struct envelope {
	struct view client_name; /* verified by the MTA, or empty */
	struct view client_address;
	struct view helo;        /* empty: none was said */
	bool helo_missed;        /* nobody listened when it was */
	struct view from;        /* reverse-path without <>; empty: null */
	const struct view *rcpt; /* without <> */
	size_t rcpt_count;
	struct view queue_id;
};

/* A message as it was collected. */
struct engine_message {
	struct envelope envelope;
	struct view bytes; /* header, empty line, body */
	unsigned cut;      /* enum message_cut: what had to be left out */
	const struct own_fields *own; /* of ours that came; NULL: none */
};

/* The outside. */
struct world {
	const struct clock *clock;
	struct store *store;                 /* NULL: down */
	struct signature_verifier *verifier; /* NULL: nobody looks */
	const char *host;                    /* for record and Message-ID */
	const char *as_user; /* every recipient is this user; NULL: mapped */
	bool anybody;        /* recipients without a folder count as users */
	/* Steps of rules, and what guards of replies are asked; may be NULL. */
	rules_on_trace *on_trace;
	void (*on_guards)(void *arg, const struct guards_facts *facts);
	void *trace_arg; /* of both */
};

/* What becomes of one recipient. */
struct decision_recipient {
	char user[LIMIT_USER_NAME_SIZE + 1]; /* "": nobody's here */
	const struct folder *folder;         /* held; NULL: nobody's */
	bool folder_fresh;
	struct contacts_match match;
	enum my_answer learned; /* whether the user wrote to the person */
	struct plan plan;
	const struct action *answer; /* its draft or reply, if not stopped */
	enum job_mode answer_mode;
	/* Under which it is claimed: the person, the message, the user. */
	char claim_key[DIGEST_HEX_SIZE], message_key[DIGEST_HEX_SIZE],
	    user_key[DIGEST_HEX_SIZE];
};

struct decision {
	struct pool *pool; /* everything lives here or in the input */
	struct folders *folders;
	struct message message;
	struct request request;
	struct signatures signatures;
	struct results results;
	struct auth_verdict auth; /* points into signatures */
	struct imitation imitation;
	struct view route; /* empty: none */
	struct view page;  /* of the network, for requests like this one */
	struct decision_recipient *recipient;
	size_t recipients;
	struct plan_shared shared;  /* of the plans */
	struct audit_record record; /* its recipients in the same order */
	struct changes changes;     /* none in a dry run; removals are the
				       message's own */
	char message_key[DIGEST_HEX_SIZE]; /* of the message itself */
	bool store_worked;                 /* it counted somebody */
	bool store_failed; /* it did not answer, or was not asked after that;
			      store_why: why, or empty */
	struct err store_why;
};

/*
 * Decides on the message, which must outlive the decision.  Returns 0 and
 * fills *d, which the caller gives back with decision_free(), also after -1
 * and e (no memory).
 */
int engine_decide(const struct site *site, const struct world *w,
    const struct engine_message *m, struct decision *d, struct err *e);

/*
 * Claims and queues what the decision wants sent; on_result gets a record for
 * each attempt.  Not in a dry run.  Returns how many were queued.
 */
typedef void engine_on_result(void *arg, const struct audit_outbox *record);
size_t engine_queue(const struct site *site, const struct world *w,
    struct decision *d, engine_on_result *on_result, void *arg);

void decision_free(struct decision *d);

#endif
