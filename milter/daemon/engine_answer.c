// SPDX-License-Identifier: BSD-2-Clause
/*
 * engine_answer.c - answers: whether there is one, and its way to the outbox.
 */
#include <string.h>

#include "base/limits.h"
#include "daemon/breaker.h"
#include "daemon/engine_parts.h"
#include "daemon/state_keys.h"
#include "mail/addr.h"
#include "policy/guards.h"
#include "policy/name.h"

/* The keys under which an answer is claimed; false when it cannot be. */
static bool
make_keys(const struct engine_run *r, struct decision_recipient *to,
    const struct action *answer)
{
	const struct state_person person = { view_of(to->user),
		r->d->request.network, text_view(&r->person) };
	enum job_mode mode = answer->kind == PLAN_DRAFT ? JOB_DRAFT : JOB_REPLY;
	struct view message[] = { view_of(r->d->message_key),
		view_of(to->user) };
	struct view user[] = { VIEW("user"), view_of(to->user) };

	return r->world->store != NULL &&
	    state_key_answer(r->world->store, &person, mode, answer->argument,
		to->claim_key) == 0 &&
	    store_key(r->world->store, message, 2, to->message_key) == 0 &&
	    store_key(r->world->store, user, 2, to->user_key) == 0;
}

/* The guard that keeps the answer from being sent, or NULL. */
static const char *
check_guards(const struct engine_run *r, const struct decision_recipient *to,
    struct view recipient, const struct action *answer)
{
	const struct decision *d = r->d;
	const struct conf *c = r->site->conf;
	struct guards_facts facts = {
		.site_enabled = c->reply.enabled,
		.drafts_enabled = c->reply.drafts != CONF_DRAFTS_OFF,
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

	if (answer->kind == PLAN_DRAFT)
		return guards_check_draft(&facts);
	if (r->world->on_guards != NULL)
		r->world->on_guards(r->world->trace_arg, &facts);
	return guards_check(&facts);
}

/* Why there is no answer, or NULL. */
static const char *
check_answer(const struct engine_run *r, struct decision_recipient *to,
    struct view recipient, const struct action *answer)
{
	const char *why;

	if (!rules_may_answer(to->folder->rules))
		return "user-off";
	why = check_guards(r, to, recipient, answer);
	if (why == NULL && r->person.size == 0)
		return "no-person";
	/* One that could not say who was seen is not asked for a claim. */
	if (why == NULL && (r->d->store_failed || !make_keys(r, to, answer)))
		return "store-down";
	return why;
}

void
engine_plan_answer(struct engine_run *r, struct decision_recipient *to,
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

/*
 * What a draft says of the request.  Where nobody vouches for the mail, its
 * user is given nothing to act on.
 */
static void
describe_request(const struct decision *d, struct job *job)
{
	const struct request *q = &d->request;
	bool vouched =
	    d->auth.level == TRUST_VERIFIED || d->auth.level == TRUST_DIRECT;
	struct text summary = TEXT_INIT(LIMIT_FIELD_SIZE);

	text_addf(&summary, "%s from ", request_type_words(q->type));
	text_add(&summary,
	    q->person[0].name.size > 0 ? q->person[0].name : VIEW("somebody"));
	if (q->people > 1)
		text_add_string(&summary, " and others");
	job->summary = pool_copy(d->pool, text_view(&summary));
	text_free(&summary);
	job->network = q->network;
	if (q->people == 1) {
		job->headline = q->person[0].headline;
		job->company = q->person[0].company;
	}
	job->trust = view_of(auth_trust_name(d->auth.level));
	job->route = vouched ? d->route : VIEW("");
	job->page = vouched ? d->page : VIEW("");
}

/*
 * When a job is due: after the hold, or at the time for daily ones behind it.
 * Each user has ten minutes' worth of milliseconds of its own, so that not
 * everybody's mail goes out at once, and that the jobs of one stand together.
 */
static int64_t
due_ms(const struct conf *c, const struct decision_recipient *to,
    int64_t now_ms)
{
	const int64_t spread_ms = 10 * 60 * 1000;
	int64_t number = 0;

	now_ms += c->reply.hold_ms;
	if (to->answer_mode != JOB_DRAFT ||
	    c->reply.drafts != CONF_DRAFTS_DAILY)
		return now_ms;
	for (size_t i = 0; i < 8; i++)
		number = number * 16 + byte_hexadecimal(to->user_key[i]);
	return clock_next_local(now_ms, c->reply.digest_at) +
	    number % spread_ms;
}

/* The job of one recipient's answer; views live in the decision's pool. */
static struct job
make_job(const struct site *site, struct decision *d, size_t index,
    int64_t now_ms)
{
	struct decision_recipient *from = &d->recipient[index];
	struct view recipient = d->record.recipient[index].recipient;
	struct text given = TEXT_INIT(LIMIT_NAME_SIZE);
	bool draft = from->answer_mode == JOB_DRAFT;
	struct job job = {
		.mode = from->answer_mode,
		.created_ms = now_ms,
		.not_before_ms = due_ms(site->conf, from, now_ms),
		.user = view_of(from->user),
		.sender = recipient,
		.sender_name = rules_from_name(from->folder->rules),
		.recipient = draft ? recipient : d->route,
		.template_name = from->answer->argument,
		.queue_id = d->record.queue_id,
		.rule = from->plan.rule,
	};

	job.expires_ms = job.not_before_ms - site->conf->reply.hold_ms +
	    site->conf->reply.expires_ms;
	/* No answer is threaded by a longer one, and it would fill the job. */
	if (d->record.message_id.size <= LIMIT_NAME_SIZE)
		job.message_id = d->record.message_id;
	name_given(d->request.person[0].name, &given);
	job.given = pool_copy(d->pool, text_view(&given));
	text_free(&given);
	if (draft)
		describe_request(d, &job);
	return job;
}

const char *
engine_claim(const struct world *w, struct decision *d,
    const struct claim *claim, const struct job *job)
{
	enum claim_result result;

	if (store_claim(w->store, claim, job, &result, &d->store_why) < 0) {
		d->store_failed = true;
		return "store-down";
	}
	return result == CLAIM_GRANTED ? NULL : store_claim_name(result);
}

/* Whether answers like this one are refused: why, or NULL. */
static const char *
ask_breaker(const struct site *site, const struct world *w, struct decision *d,
    const struct job *job)
{
	const struct breaker_answer answer = { site->conf, job->user,
		job->recipient, job->created_ms };
	const char *why = NULL;

	if (job->mode == JOB_REPLY &&
	    breaker_check(w->store, &answer, &why, &d->store_why) < 0) {
		d->store_failed = true;
		return "store-down";
	}
	return why;
}

/* Queues the answer of one recipient, or not, and says so. */
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

	record->time_ms = now_ms;
	record->mode = store_job_mode_name(from->answer_mode);
	record->user = view_of(from->user);
	record->template_name = from->answer->argument;
	record->why = ask_breaker(site, w, d, &job);
	if (record->why == NULL)
		record->why = engine_claim(w, d, &claim, &job);
	record->what = record->why == NULL ? "queued" : "refused";
	return record->why == NULL;
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
		struct audit_outbox notice = record;

		if (engine_queue_notice(site, w, d, i, &notice)) {
			queued += notice.why == NULL;
			on_result(arg, &notice);
		}
		if (d->recipient[i].answer == NULL)
			continue;
		queued += queue_one(site, w, d, i, &record);
		on_result(arg, &record);
	}
	return queued;
}
