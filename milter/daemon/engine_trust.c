// SPDX-License-Identifier: BSD-2-Clause
/*
 * engine_trust.c - who vouches for a message: asks all sources and auth.h.
 */
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "daemon/engine_parts.h"
#include "mail/addr.h"
#include "mail/mime.h"

/* Whether both are the same address, or of the same user. */
static bool
are_one(const struct engine_run *r, struct view a, struct view b)
{
	char user_a[LIMIT_USER_NAME_SIZE + 1], user_b[LIMIT_USER_NAME_SIZE + 1];

	return addr_equal(a, b) ||
	    (users_map_find(r->site->users, a, user_a) &&
		users_map_find(r->site->users, b, user_b) &&
		strcmp(user_a, user_b) == 0);
}

/* Whether To, which is signed, has somebody the message is for. */
static bool
is_addressed(const struct engine_run *r)
{
	const struct message *m = &r->d->message;
	const struct header *to = message_header(m, VIEW("To"), 0);
	const struct mailbox *mailbox;
	int count = to == NULL
	    ? 0
	    : mime_mailboxes(r->d->pool, to->raw, LIMIT_MAILBOXES, &mailbox);

	for (int i = 0; i < count; i++)
		for (size_t k = 0; k < r->envelope->rcpt_count; k++)
			if (are_one(r, mailbox[i].address,
				r->envelope->rcpt[k]))
				return true;
	return false;
}

/* What was found here, and what the site's own results say. */
static int
look_for_signatures(struct engine_run *r, struct err *e)
{
	struct decision *d = r->d;
	const struct auth_list *signers = &pack_network(r->pack)->signers;
	const struct conf *c = r->site->conf;
	struct results_source source = {
		.id = c->trust.authserv_ids.item,
		.ids = c->trust.authserv_ids.count,
		.queue_id = r->envelope->queue_id,
		.envelope_from = r->envelope->from,
		.helo = r->envelope->helo,
		.helo_missed = r->envelope->helo_missed,
	};
	int result;

	if (r->world->verifier != NULL && c->trust.dkim == CONF_DKIM_VERIFY)
		result = signature_verify(r->world->verifier, d->pool,
		    &d->message, signers, &d->signatures, e);
	else
		result = signature_list(d->pool, &d->message, signers,
		    &d->signatures, e);
	if (result == 0)
		results_read(d->pool, &d->message, &source, &d->signatures,
		    &d->results);
	return result;
}

int
engine_judge(struct engine_run *r, struct err *e)
{
	struct decision *d = r->d;
	struct auth_facts facts = {
		.message = &d->message,
		.signatures = &d->signatures,
		.results = &d->results,
		.client_name = r->envelope->client_name,
		.envelope_from = r->envelope->from,
		.now_ms = clock_wall_ms(r->world->clock),
	};

	if (r->pack == NULL)
		return 0;
	if (look_for_signatures(r, e) < 0)
		return -1;
	facts.addressed = is_addressed(r);
	auth_judge(pack_network(r->pack), &facts, &d->auth);
	return 0;
}

static bool
has_one_mailbox(const struct message *m)
{
	return m->from_count == 1 && !m->from_partly &&
	    message_count(m, VIEW("From")) == 1;
}

/*
 * A network knows its notifications by their senders, and leaves alone what a
 * list hands on, so that its staff is not taken for them.  But a forger
 * chooses both; no rule of a user was asked then.  So forged mail is of the
 * network too where From has several mailboxes or the network's display name.
 */
static void
claim_for_network(struct engine_run *r)
{
	struct decision *d = r->d;

	if (d->auth.level != TRUST_FORGED || d->request.network.size > 0 ||
	    (has_one_mailbox(&d->message) &&
		!imitation_has_name(r->pack, &d->message, r->scratch, d->pool,
		    &d->request)))
		return;
	d->request.network = pack_name(r->pack);
	d->request.why_other = "forged, and not from one sender of the network";
}

int
engine_look_for_imitation(struct engine_run *r, struct err *e)
{
	struct decision *d = r->d;
	bool open =
	    d->auth.level == TRUST_NONE || d->auth.level == TRUST_CLAIMED;

	if (r->pack != NULL)
		claim_for_network(r);
	if (r->pack == NULL || !open ||
	    r->site->conf->trust.forged == CONF_FORGED_NONE)
		return 0;
	if (imitation_find(r->pack, &d->message, r->scratch, d->pool,
		&d->request, &d->imitation) < 0)
		return err_set(e, "message larger than its memory");
	if (d->imitation.kind == IMITATION_NO)
		return 0;
	d->auth.level = d->imitation.kind == IMITATION_LISTED ? TRUST_CLAIMED
							      : TRUST_FORGED;
	d->auth.signature = NULL;
	snprintf(d->auth.why, sizeof(d->auth.why), "%s", d->imitation.why);
	return 0;
}

bool
engine_may_count(const struct engine_run *r)
{
	const struct conf *c = r->site->conf;
	bool is_checked = c->trust.authserv_ids.count > 0 ||
	    (r->world->verifier != NULL && c->trust.dkim == CONF_DKIM_VERIFY);

	return r->d->auth.level == TRUST_VERIFIED ||
	    r->d->auth.level == TRUST_DIRECT ||
	    (r->d->auth.level == TRUST_CLAIMED && !is_checked);
}
