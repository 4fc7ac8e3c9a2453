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
#include "daemon/engine_parts.h"
#include "daemon/state_keys.h"
#include "mail/addr.h"
#include "recognise/recognise.h"

static int
recognise(struct engine_run *r, struct err *e)
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

/*
 * The profile or the name that stands for the person.  Half of it would be
 * somebody else.
 */
static int
identify_person(struct engine_run *r, struct err *e)
{
	const struct request *q = &r->d->request;

	if (q->people == 0)
		return 0;
	if (q->person[0].profile.size > 0)
		state_add_profile(q->person[0].profile, &r->person);
	else
		state_add_name(q->person[0].name, &r->person);
	return text_ok(&r->person) ? 0 : err_set(e, "out of memory");
}

/* What names this very message, whatever unsigned fields say. */
static struct view
message_identity(const struct engine_run *r)
{
	struct view id;

	if (r->d->auth.signature != NULL && r->d->auth.signature->key.size > 0)
		return r->d->auth.signature->key;
	id = message_value(&r->d->message, VIEW("Message-ID"));
	return id.size > 0 ? id : r->d->message.bytes;
}

void
engine_fail_store(struct decision *d, const struct err *why)
{
	d->store_failed = true;
	if (why->text[0] != '\0')
		d->store_why = *why;
}

/* How often this person has come to this user, this one counted; 0: unknown. */
static unsigned
count_seen(struct engine_run *r, const char *user)
{
	struct decision *d = r->d;
	const struct state_person person = { view_of(user), d->request.network,
		text_view(&r->person) };
	char key[DIGEST_HEX_SIZE];
	struct store *store = r->world->store;
	struct err why = ERR_NONE;
	unsigned seen = 0;

	if (store == NULL || r->person.size == 0 || !engine_may_count(r))
		return 0;
	if (state_key_seen(store, &person, key) < 0) {
		err_set(&why, "out of memory");
		engine_fail_store(d, &why);
		return 0;
	}
	if (store_seen(store, key, d->message_key,
		clock_wall_ms(r->world->clock), &seen, &why) < 0) {
		engine_fail_store(d, &why);
		return 0;
	}
	d->store_worked = true;
	return seen;
}

/*
 * The folder, as it was for another recipient of this message: one who has two
 * addresses is decided on by one state of it.
 */
static const struct folder *
get_folder(const struct engine_run *r, struct decision_recipient *to,
    struct err *e)
{
	const struct decision *d = r->d;

	for (size_t i = 0; i < d->recipients; i++)
		if (d->recipient[i].folder != NULL &&
		    strcmp(d->recipient[i].user, to->user) == 0)
			return folders_share(d->folders,
			    d->recipient[i].folder);
	return folders_get(d->folders, to->user, &to->folder_fresh, e);
}

/* Which user it is, and that user's folder.  0, or -1 and e. */
static int
find_user(const struct engine_run *r, struct view recipient,
    struct decision_recipient *to, struct err *e)
{
	const struct world *w = r->world;

	if (w->as_user != NULL)
		strncpy(to->user, w->as_user, sizeof(to->user) - 1);
	else if (!users_map_find(r->site->users, recipient, to->user))
		return 0;
	to->folder = get_folder(r, to, e);
	if (to->folder == NULL)
		return -1;
	if (to->folder->state == FOLDER_MISSING && !w->anybody &&
	    r->site->conf->users.fallback == CONF_LEAVE)
		to->user[0] = '\0';
	return 0;
}

static void
apply_rules(struct engine_run *r, struct decision_recipient *to,
    const struct audit_recipient *record)
{
	struct decision *d = r->d;
	struct rules_facts facts = {
		.request = &d->request,
		.trust = d->auth.level,
		.subject = d->message.subject,
		.contacts = to->folder->contacts,
		.match = &to->match,
		.learned = to->learned,
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
decide_recipient(struct engine_run *r, struct decision_recipient *to,
    struct audit_recipient *record, struct err *e)
{
	struct decision *d = r->d;

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
	engine_look_up(r, to, record);
	apply_rules(r, to, record);
	engine_plan_answer(r, to, record);
	return 0;
}

/*
 * The word of the only recipient, or NULL.  Of several, even one that all share
 * would tell each of them about the others' contacts (DESIGN, "Never" 5).
 */
static const char *
shared_known(const struct decision *d)
{
	if (d->recipients != 1 || d->recipient[0].plan.why == PLAN_NO_USER)
		return NULL;
	return contacts_known_name(d->recipient[0].match.known);
}

static bool
is_for_a_user(const struct decision *d)
{
	for (size_t i = 0; i < d->recipients; i++)
		if (d->recipient[i].plan.why != PLAN_NO_USER)
			return true;
	return false;
}

/* Whether the site holds it, whatever the rules of its users say. */
static bool
is_held_by_site(const struct engine_run *r)
{
	const struct decision *d = r->d;

	if (r->site->conf->trust.forged != CONF_FORGED_QUARANTINE ||
	    d->imitation.kind != IMITATION_FULL)
		return false;
	for (size_t i = 0; i < d->recipients; i++)
		if (d->recipient[i].plan.why == PLAN_NO_USER)
			return false;
	return true;
}

static int
share_plans(struct engine_run *r, struct err *e)
{
	struct decision *d = r->d;
	struct plan *plans = pool_array(d->pool, d->recipients, sizeof(*plans));

	if (plans == NULL)
		return err_set(e, "out of memory");
	for (size_t i = 0; i < d->recipients; i++)
		plans[i] = d->recipient[i].plan;
	plan_share(plans, d->recipients, &d->shared);
	d->shared.quarantine = d->shared.quarantine || is_held_by_site(r);
	d->record.shared = &d->shared;
	return 0;
}

/* Headers and hold; what all recipients share and nothing else. */
static int
plan_changes(struct engine_run *r, struct err *e)
{
	struct decision *d = r->d;
	struct changes_result result = { &d->request, d->auth.level, NULL };

	if (share_plans(r, e) < 0)
		return -1;
	if (r->site->conf->dry_run)
		return 0;
	changes_remove(r->own, &d->changes);
	if (d->request.network.size == 0 || !is_for_a_user(d))
		return 0;
	result.known = shared_known(d);
	return changes_add(d->pool, &result, &d->shared, &d->changes, e);
}

static void
fill_record(struct engine_run *r, int64_t began_us)
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
	record->says_route = d->request.network.size > 0;
	record->has_route = r->route_state == ROUTE_ONE;
	record->applied_header = d->changes.headers > 0;
	record->applied_quarantine = d->changes.hold_reason != NULL;
	record->why_held = is_held_by_site(r) ? "trust.forged" : NULL;
	record->dry_run = r->site->conf->dry_run;
	record->took_us = clock_steady_us(r->world->clock) - began_us;
}

/* Everything that is asked about the message itself. */
static int
read_message(struct engine_run *r, const struct engine_message *m,
    struct err *e)
{
	struct decision *d = r->d;
	struct view identity[2] = { VIEW("message") };

	if (message_parse(d->pool, m->bytes, m->cut, &d->message, e) < 0)
		return -1;
	r->pack = recognise_candidate(&r->site->packs, d->message.header,
	    d->message.header_count, r->envelope->from,
	    r->site->conf->trust.forged != CONF_FORGED_NONE);
	if (r->pack == NULL)
		r->pack = recognise_unseen(&r->site->packs, d->message.cut);
	if (engine_judge(r, e) < 0 || recognise(r, e) < 0 ||
	    engine_look_for_imitation(r, e) < 0)
		return -1;
	r->route_state =
	    route_find(r->site->routes, &d->message, r->scratch, &d->route);
	if (r->pack != NULL)
		d->page = pack_page(r->pack, d->request.type);
	if (identify_person(r, e) < 0)
		return -1;
	identity[1] = message_identity(r);
	if (r->world->store != NULL &&
	    store_key(r->world->store, identity, 2, d->message_key) < 0)
		return err_set(e, "out of memory");
	return 0;
}

static int
decide_recipients(struct engine_run *r, struct err *e)
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
	struct engine_run r = { .site = site,
		.world = w,
		.envelope = &m->envelope,
		.own = m->own,
		.d = d,
		.person = TEXT_INIT(LIMIT_TEXT_SIZE) };
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

void
decision_free(struct decision *d)
{
	for (size_t i = 0; i < d->recipients; i++)
		folders_put(d->folders, d->recipient[i].folder);
	pool_free(d->pool);
	memset(d, 0, sizeof(*d));
}
