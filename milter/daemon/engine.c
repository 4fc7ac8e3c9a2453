// SPDX-License-Identifier: BSD-2-Clause
/*
 * engine.c - one message in, one decision out.
 *
 * mail/, recognise/ and policy/ are asked in that order; nothing outside of
 * the message happens here but the count of who was seen.
 */
#include "daemon/engine.h"

#include <string.h>

#include "base/limits.h"
#include "mail/addr.h"
#include "policy/guards.h"
#include "policy/name.h"
#include "recognise/recognise.h"

/* One call of engine_decide(), for the functions it is made of. */
struct run {
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

/* Who vouches for it. */
static int
judge(struct run *r, struct err *e)
{
	struct decision *d = r->d;
	struct auth_facts facts = {
		.message = &d->message,
		.signatures = &d->signatures,
		.client_name = r->envelope->client_name,
		.envelope_from = r->envelope->from,
	};

	if (r->pack == NULL)
		return 0;
	if (r->world->verifier != NULL &&
	    r->site->conf->trust.dkim == CONF_DKIM_VERIFY &&
	    signature_verify(r->world->verifier, d->pool, &d->message,
		&pack_network(r->pack)->signers, &d->signatures, e) < 0)
		return -1;
	auth_judge(pack_network(r->pack), &facts, &d->auth);
	return 0;
}

static int
recognise(struct run *r, struct err *e)
{
	struct decision *d = r->d;

	if (r->pack == NULL) {
		d->request.type = REQUEST_OTHER;
		d->request.mutual = -1;
		d->request.why_other = "no pack claims it";
		return 0;
	}
	if (recognise_request(r->pack, &d->message, r->envelope->from,
		r->scratch, d->pool, &d->request) < 0)
		return err_set(e, "message larger than its memory");
	return 0;
}

/* "linkedin", and the profile or the name that stand for the person. */
static void
identify_person(struct run *r)
{
	const struct request *q = &r->d->request;

	if (q->people == 0)
		return;
	if (q->person[0].profile.size > 0) {
		text_add_string(&r->person, "profile ");
		text_add(&r->person, q->person[0].profile);
	} else {
		name_key(q->person[0].name, &r->person);
	}
}

/* What names this very message, whatever unsigned fields say. */
static struct view
message_identity(const struct run *r)
{
	struct view id;

	if (r->d->auth.signature != NULL && r->d->auth.signature->key.size > 0)
		return r->d->auth.signature->key;
	id = message_value(&r->d->message, VIEW("Message-ID"));
	return id.size > 0 ? id : r->d->message.bytes;
}

static void
fail_store(struct decision *d, const struct err *why)
{
	d->store_failed = true;
	d->store_why = *why;
}

/* How often this person has come to this user, this one counted; 0: unknown. */
static unsigned
count_seen(struct run *r, const char *user)
{
	struct decision *d = r->d;
	struct view part[] = { VIEW("seen"), view_of(user), d->request.network,
		text_view(&r->person) };
	char key[DIGEST_HEX_SIZE];
	struct err why = ERR_NONE;
	unsigned seen = 0;

	if (r->world->store == NULL || r->person.size == 0)
		return 0;
	if (store_key(r->world->store, part, 4, key) < 0 ||
	    r->world->store->ops->seen(r->world->store, key, d->message_key,
		clock_wall_ms(r->world->clock), &seen, &why) < 0) {
		fail_store(d, &why);
		return 0;
	}
	return seen;
}

/* The best known of the people a digest names. */
static void
look_up(struct run *r, struct decision_recipient *to)
{
	const struct request *q = &r->d->request;

	for (size_t i = 0; i < q->people; i++) {
		struct contacts_match match;

		contacts_find(to->folder->contacts, q->person[i].name,
		    q->person[i].email, q->person[i].profile, &match);
		if (match.known > to->match.known)
			to->match = match;
	}
}

/* The keys under which an answer is claimed; false when it cannot be. */
static bool
make_keys(const struct run *r, struct decision_recipient *to,
    const struct action *answer)
{
	struct view claim[] = { VIEW("answer"), view_of(to->user),
		view_of(answer->kind == PLAN_DRAFT ? "draft" : "reply"),
		answer->argument, r->d->request.network,
		text_view(&r->person) };
	struct view message[] = { view_of(r->d->message_key),
		view_of(to->user) };
	struct view user[] = { VIEW("user"), view_of(to->user) };

	return r->world->store != NULL &&
	    store_key(r->world->store, claim, 6, to->claim_key) == 0 &&
	    store_key(r->world->store, message, 2, to->message_key) == 0 &&
	    store_key(r->world->store, user, 2, to->user_key) == 0;
}

/* The guard that keeps a reply from being sent, or NULL. */
static const char *
check_reply(const struct run *r, const struct decision_recipient *to,
    struct view recipient, const struct action *answer)
{
	const struct decision *d = r->d;
	struct guards_facts facts = {
		.site_enabled = r->site->conf->reply.enabled,
		.template_known =
		    folder_template(to->folder, answer->argument) != NULL,
		.already_replied = r->replied,
		.message = &d->message,
		.request = &d->request,
		.network = pack_network(r->pack),
		.trust = d->auth.level,
		.signature = d->auth.signature,
		.route_state = r->route_state,
		.route = d->route,
		.pattern_errors = d->request.pattern_errors,
		.envelope_from = r->envelope->from,
		.recipient = recipient,
		.recipients = r->envelope->rcpt_count,
		.now_ms = clock_wall_ms(r->world->clock),
	};

	return guards_check(&facts);
}

/* A draft goes to the user only; little can be wrong with it. */
static const char *
check_draft(const struct run *r, const struct decision_recipient *to,
    struct view recipient, const struct action *answer)
{
	if (!r->site->conf->reply.drafts)
		return "drafts-off";
	if (folder_template(to->folder, answer->argument) == NULL)
		return "no-template";
	if (message_count(&r->d->message, VIEW("X-RSVP-Loop")) > 0)
		return "loop";
	return addr_is_plain(recipient) ? NULL : "route-not-plain";
}

/* Why there is no answer, or NULL. */
static const char *
check_answer(const struct run *r, struct decision_recipient *to,
    struct view recipient, const struct action *answer)
{
	const char *why;

	why = answer->kind == PLAN_DRAFT
	    ? check_draft(r, to, recipient, answer)
	    : check_reply(r, to, recipient, answer);
	if (why == NULL && r->person.size == 0)
		return "no-person";
	if (why == NULL && !make_keys(r, to, answer))
		return "store-down";
	return why;
}

/* What becomes of the draft or reply of the plan, if it has one. */
static void
plan_answer(struct run *r, struct decision_recipient *to,
    struct audit_recipient *record)
{
	const struct action *answer = plan_find(&to->plan, PLAN_REPLY);

	if (answer == NULL)
		answer = plan_find(&to->plan, PLAN_DRAFT);
	if (answer == NULL)
		return;
	record->reply_why = check_answer(r, to, record->recipient, answer);
	if (record->reply_why != NULL)
		return;
	to->answer = answer;
	to->answer_mode = answer->kind == PLAN_DRAFT ? JOB_DRAFT : JOB_REPLY;
	record->reply_mode = store_job_mode_name(to->answer_mode);
	r->replied = r->replied || to->answer_mode == JOB_REPLY;
}

/* Which user it is, and that user's folder.  0, or -1 and e. */
static int
find_user(const struct run *r, struct view recipient,
    struct decision_recipient *to, struct err *e)
{
	const struct world *w = r->world;

	if (w->as_user != NULL)
		strncpy(to->user, w->as_user, sizeof(to->user) - 1);
	else if (!users_map_find(r->site->users, recipient, to->user))
		return 0;
	to->folder =
	    folders_get(r->site->folders, to->user, &to->folder_fresh, e);
	if (to->folder == NULL)
		return -1;
	if (to->folder->state == FOLDER_MISSING && !w->anybody &&
	    r->site->conf->users.fallback == CONF_LEAVE)
		to->user[0] = '\0';
	return 0;
}

static void
apply_rules(struct run *r, struct decision_recipient *to,
    const struct audit_recipient *record)
{
	struct decision *d = r->d;
	struct rules_facts facts = {
		.request = &d->request,
		.trust = d->auth.level,
		.subject = d->message.subject,
		.contacts = to->folder->contacts,
		.match = &to->match,
		.seen = record->seen,
		.recipient = record->recipient,
		.has_route = r->route_state == ROUTE_ONE,
		.now_ms = clock_wall_ms(r->world->clock),
	};
	struct rules_run run = {
		.scratch = r->scratch,
		.on_trace = r->world->on_trace,
		.trace_arg = r->world->trace_arg,
	};

	rules_decide(to->folder->rules, &facts, &run, &to->plan);
	d->request.pattern_errors += run.pattern_errors;
}

static int
decide_recipient(struct run *r, struct decision_recipient *to,
    struct audit_recipient *record, struct err *e)
{
	struct decision *d = r->d;
	struct text groups = TEXT_INIT(LIMIT_FIELD_SIZE);

	if (find_user(r, record->recipient, to, e) < 0)
		return -1;
	record->plan = &to->plan;
	record->reply_mode = "none";
	record->user = view_of(to->user);
	to->plan.why = to->user[0] == '\0' ? PLAN_NO_USER
	    : d->request.network.size == 0 ? PLAN_NO_NETWORK
					   : PLAN_TAG_ONLY;
	if (to->plan.why != PLAN_TAG_ONLY)
		return 0;
	record->seen = count_seen(r, to->user);
	if (to->folder->state != FOLDER_OK)
		return 0;
	look_up(r, to);
	record->known = to->match.known;
	contacts_group_words(to->folder->contacts, &to->match, &groups);
	record->contact_groups = pool_copy(d->pool, text_view(&groups));
	text_free(&groups);
	apply_rules(r, to, record);
	plan_answer(r, to, record);
	return 0;
}

/* The word all recipients that are users share, or NULL. */
static const char *
shared_known(const struct decision *d)
{
	const char *known = NULL;

	for (size_t i = 0; i < d->recipients; i++) {
		const char *mine =
		    contacts_known_name(d->recipient[i].match.known);

		if (d->recipient[i].plan.why == PLAN_NO_USER ||
		    (known != NULL && strcmp(known, mine) != 0))
			return NULL;
		known = mine;
	}
	return known;
}

static bool
is_for_a_user(const struct decision *d)
{
	for (size_t i = 0; i < d->recipients; i++)
		if (d->recipient[i].plan.why != PLAN_NO_USER)
			return true;
	return false;
}

/* Headers and hold; what all recipients share and nothing else. */
static int
plan_changes(struct run *r, struct err *e)
{
	struct decision *d = r->d;
	struct changes_result result = { &d->request, d->auth.level, NULL };
	struct plan_shared shared;
	struct plan *plans;

	if (r->site->conf->dry_run)
		return 0;
	changes_remove(r->own, &d->changes);
	if (d->request.network.size == 0 || !is_for_a_user(d))
		return 0;
	plans = pool_array(d->pool, d->recipients, sizeof(*plans));
	if (plans == NULL)
		return err_set(e, "out of memory");
	for (size_t i = 0; i < d->recipients; i++)
		plans[i] = d->recipient[i].plan;
	plan_share(plans, d->recipients, &shared);
	result.known = shared_known(d);
	return changes_add(d->pool, &result, &shared, &d->changes, e);
}

static void
fill_record(struct run *r, int64_t began_us)
{
	struct decision *d = r->d;
	struct audit_record *record = &d->record;

	record->time_ms = clock_wall_ms(r->world->clock);
	record->host = r->world->host;
	record->queue_id = r->envelope->queue_id;
	record->message_id = message_value(&d->message, VIEW("Message-ID"));
	record->client = r->envelope->client_name.size > 0
	    ? r->envelope->client_name
	    : r->envelope->client_address;
	record->envelope_from = r->envelope->from;
	record->subject = d->message.subject;
	record->request = &d->request;
	record->auth = &d->auth;
	record->recipients = d->recipients;
	record->cut = d->message.cut;
	record->applied_header = d->changes.headers > 0;
	record->applied_quarantine = d->changes.hold_reason != NULL;
	record->dry_run = r->site->conf->dry_run;
	record->took_us = clock_steady_us(r->world->clock) - began_us;
}

/* Everything that is asked about the message itself. */
static int
read_message(struct run *r, const struct engine_message *m, struct err *e)
{
	struct decision *d = r->d;
	struct view identity[2] = { VIEW("message") };

	if (message_parse(d->pool, m->bytes, m->cut, &d->message, e) < 0)
		return -1;
	r->pack = recognise_candidate(&r->site->packs, d->message.header,
	    d->message.header_count, r->envelope->from);
	if (judge(r, e) < 0 || recognise(r, e) < 0)
		return -1;
	r->route_state =
	    route_find(r->site->routes, &d->message, r->scratch, &d->route);
	identify_person(r);
	identity[1] = message_identity(r);
	if (r->world->store != NULL &&
	    store_key(r->world->store, identity, 2, d->message_key) < 0)
		return err_set(e, "out of memory");
	return 0;
}

static int
decide_recipients(struct run *r, struct err *e)
{
	struct decision *d = r->d;
	struct audit_recipient *record;
	size_t count = r->envelope->rcpt_count;

	d->recipient = pool_array(d->pool, count, sizeof(*d->recipient));
	record = pool_array(d->pool, count, sizeof(*record));
	if (d->recipient == NULL || record == NULL)
		return err_set(e, "out of memory");
	d->record.recipient = record;
	for (; d->recipients < count; d->recipients++) {
		record[d->recipients].recipient =
		    r->envelope->rcpt[d->recipients];
		if (decide_recipient(r, &d->recipient[d->recipients],
			&record[d->recipients], e) < 0)
			return -1;
	}
	return 0;
}

int
engine_decide(const struct site *site, const struct world *w,
    const struct engine_message *m, struct decision *d, struct err *e)
{
	int64_t began_us = clock_steady_us(w->clock);
	struct run r = { .site = site,
		.world = w,
		.envelope = &m->envelope,
		.own = m->own,
		.d = d,
		.person = TEXT_INIT(LIMIT_FIELD_SIZE) };
	int result = -1;

	memset(d, 0, sizeof(*d));
	d->folders = site->folders;
	d->pool = pool_new(LIMIT_MESSAGE_POOL);
	r.scratch = regex_scratch_new();
	if (d->pool == NULL || r.scratch == NULL)
		err_set(e, "out of memory");
	else if (read_message(&r, m, e) == 0 && decide_recipients(&r, e) == 0 &&
	    plan_changes(&r, e) == 0)
		result = 0;
	if (result == 0)
		fill_record(&r, began_us);
	regex_scratch_free(r.scratch);
	text_free(&r.person);
	return result;
}

/* The job of one recipient's answer; views live in the decision's pool. */
static struct job
make_job(const struct site *site, struct decision *d, size_t index,
    int64_t now_ms)
{
	struct decision_recipient *from = &d->recipient[index];
	struct view recipient = d->record.recipient[index].recipient;
	struct text given = TEXT_INIT(LIMIT_NAME_SIZE);
	struct text summary = TEXT_INIT(LIMIT_FIELD_SIZE);
	bool draft = from->answer_mode == JOB_DRAFT;
	struct job job = {
		.mode = from->answer_mode,
		.created_ms = now_ms,
		.not_before_ms = now_ms + site->conf->reply.hold_ms,
		.expires_ms = now_ms + site->conf->reply.expires_ms,
		.user = view_of(from->user),
		.sender = recipient,
		.sender_name = rules_from_name(from->folder->rules),
		.recipient = draft ? recipient : d->route,
		.template_name = from->answer->argument,
		.message_id = d->record.message_id,
		.queue_id = d->record.queue_id,
	};

	name_given(d->request.person[0].name, &given);
	job.given = pool_copy(d->pool, text_view(&given));
	text_addf(&summary, "%s of %.*s", request_type_name(d->request.type),
	    VIEW_ARG(d->request.person[0].name));
	job.summary = pool_copy(d->pool, text_view(&summary));
	text_free(&given);
	text_free(&summary);
	return job;
}

/* Asks for the right to send and queues the job, in one step of the store. */
static bool
queue_one(const struct site *site, const struct world *w, struct decision *d,
    size_t index, struct audit_outbox *record)
{
	struct decision_recipient *from = &d->recipient[index];
	int64_t now_ms = clock_wall_ms(w->clock);
	struct job job = make_job(site, d, index, now_ms);
	struct claim claim = {
		.key = from->claim_key,
		.message = from->message_key,
		.now_ms = now_ms,
		.period_ms = site->conf->reply.period_ms,
		.user = from->user_key,
		.per_user_day = (unsigned)site->conf->reply.per_user_day,
		.per_site_hour = (unsigned)site->conf->reply.per_site_hour,
	};
	enum claim_result result;
	bool granted;

	record->time_ms = now_ms;
	record->mode = store_job_mode_name(from->answer_mode);
	record->user = view_of(from->user);
	record->template_name = from->answer->argument;
	if (w->store->ops->claim(w->store, &claim, &job, &result,
		&d->store_why) < 0) {
		d->store_failed = true;
		record->what = "refused";
		record->why = "store-down";
		return false;
	}
	granted = result == CLAIM_GRANTED;
	record->what = granted ? "queued" : "refused";
	record->why = granted ? NULL : store_claim_name(result);
	return granted;
}

size_t
engine_queue(const struct site *site, const struct world *w, struct decision *d,
    engine_on_result *on_result, void *arg)
{
	size_t queued = 0;

	if (site->conf->dry_run || w->store == NULL)
		return 0;
	for (size_t i = 0; i < d->recipients; i++) {
		struct audit_outbox record = { .host = w->host,
			.queue_id = d->record.queue_id };

		if (d->recipient[i].answer == NULL)
			continue;
		queued += queue_one(site, w, d, i, &record);
		on_result(arg, &record);
	}
	return queued;
}

void
decision_free(struct decision *d)
{
	for (size_t i = 0; i < d->recipients; i++)
		folders_put(d->folders, d->recipient[i].folder);
	pool_free(d->pool);
	memset(d, 0, sizeof(*d));
}
