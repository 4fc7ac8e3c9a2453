// SPDX-License-Identifier: BSD-2-Clause
/*
 * sender.c - the process that sends what waits in the outbox.
 *
 * At most once: the store marks a job as being sent before it is handed over,
 * and a job that was being sent when we died is never taken again, but failed.
 */
#include "daemon/sender.h"

#include <stdint.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "effects/compose.h"
#include "effects/transport.h"

enum { LOST_AFTER_MS = 2 * SENDER_TRANSPORT_SECONDS * 1000 };

/* How long after the first, second, ... failure to try again; then no more. */
static const int64_t back_off_ms[] = { 5 * 60000, 15 * 60000, 60 * 60000,
	4 * 60 * 60000 };

enum { BACK_OFFS = sizeof(back_off_ms) / sizeof(back_off_ms[0]) };

/* What became of a job. */
struct outcome {
	enum job_state state;
	int64_t not_before_ms;
	char why[160];
};

static void
set_outcome(struct outcome *o, enum job_state state, const char *why)
{
	struct err words = ERR_NONE;

	err_set(&words, "%s", why);
	o->state = state;
	strncpy(o->why, words.text, sizeof(o->why) - 1);
	o->why[sizeof(o->why) - 1] = '\0';
}

/* Nothing was handed over: once more, if that was not the last time. */
static void
set_later(struct outcome *o, const struct sender *s, const struct job *job,
    const char *why)
{
	bool last = job->attempts < 1 || job->attempts > BACK_OFFS;

	set_outcome(o, last ? JOB_FAILED : JOB_WAITING, why);
	if (!last)
		o->not_before_ms =
		    clock_wall_ms(s->clock) + back_off_ms[job->attempts - 1];
}

/* Why the job is not to be sent any more, or NULL. */
static const char *
second_look(const struct sender *s, const struct job *job,
    const struct folder *folder, struct regex_scratch *scratch)
{
	const struct conf *c = s->site->conf;

	if (c->dry_run)
		return "dry-run";
	if (job->mode == JOB_REPLY && !c->reply.enabled)
		return "site-off";
	if (job->mode == JOB_DRAFT && !c->reply.drafts)
		return "drafts-off";
	if (job->mode == JOB_REPLY &&
	    !route_is_allowed(s->site->routes, job->recipient, scratch))
		return "route-not-allowed";
	if (folder->state != FOLDER_OK)
		return "user-off";
	if (folder_template(folder, job->template_name) == NULL)
		return "no-template";
	return NULL;
}

/* Composes and hands over. */
static void
hand_over(const struct sender *s, const struct job *job,
    const struct template *t, struct outcome *o)
{
	char unique[2 * 8 + 1], loop_key[DIGEST_HEX_SIZE];
	unsigned char random[8];
	struct view loop[] = { VIEW("loop"), job->message_id };
	struct compose_facts facts = { .now_ms = clock_wall_ms(s->clock),
		.host = s->site->host,
		.unique = unique,
		.loop_key = loop_key };
	struct text mail = TEXT_INIT(job->mode == JOB_DRAFT ? LIMIT_NOTICE_SIZE
							    : LIMIT_REPLY_SIZE);
	struct err e = ERR_NONE;

	if (digest_random(random, sizeof(random)) < 0 ||
	    store_key(s->store, loop, 2, loop_key) < 0) {
		set_later(o, s, job, "no random bytes");
		return;
	}
	for (size_t i = 0; i < sizeof(random); i++) {
		unique[2 * i] = "0123456789abcdef"[random[i] >> 4];
		unique[2 * i + 1] = "0123456789abcdef"[random[i] & 15];
	}
	unique[2 * sizeof(random)] = '\0';
	if (compose_mail(job, t, &facts, &mail, &e) < 0) {
		if (text_ok(&mail))
			set_outcome(o, JOB_FAILED, e.text);
		else
			set_later(o, s, job, e.text);
		text_free(&mail);
		return;
	}
	switch (transport_sendmail(s->site->conf->reply.sendmail, VIEW(""),
	    job->recipient, text_view(&mail), SENDER_TRANSPORT_SECONDS, &e)) {
	case TRANSPORT_SENT:
		set_outcome(o, JOB_SENT, "");
		break;
	case TRANSPORT_LATER:
		set_later(o, s, job, e.text);
		break;
	case TRANSPORT_REFUSED:
	case TRANSPORT_UNKNOWN:
		set_outcome(o, JOB_FAILED, e.text);
		break;
	}
	text_free(&mail);
}

static void
process(const struct sender *s, struct job *job, struct outcome *o)
{
	char user[LIMIT_USER_NAME_SIZE + 1] = "";
	struct regex_scratch *scratch;
	const struct folder *folder = NULL;
	struct err e = ERR_NONE;
	const char *why;
	bool fresh;

	if (!users_name_ok(job->user)) {
		set_outcome(o, JOB_FAILED, "not a user's name");
		return;
	}
	memcpy(user, job->user.data, job->user.size);
	scratch = regex_scratch_new();
	if (scratch == NULL)
		err_set(&e, "out of memory");
	else
		folder = folders_get(s->site->folders, user, &fresh, &e);
	if (folder == NULL) {
		set_later(o, s, job, e.text);
		regex_scratch_free(scratch);
		return;
	}
	why = second_look(s, job, folder, scratch);
	/* Its user is told of a draft all the same. */
	if (job->mode == JOB_DRAFT &&
	    !route_is_allowed(s->site->routes, job->route, scratch))
		job->route = VIEW("");
	regex_scratch_free(scratch);
	if (why != NULL)
		set_outcome(o, JOB_CANCELLED, why);
	else
		hand_over(s, job, folder_template(folder, job->template_name),
		    o);
	folders_put(s->site->folders, folder);
}

static void
write_record(const struct sender *s, const struct job *job,
    const struct outcome *o)
{
	struct audit_outbox record = {
		.time_ms = clock_wall_ms(s->clock),
		.host = s->site->host,
		.job = job->id,
		.what = store_job_state_name(o->state),
		.mode = store_job_mode_name(job->mode),
		.user = job->user,
		.queue_id = job->queue_id,
		.template_name = job->template_name,
		.why = o->why[0] == '\0' ? NULL : o->why,
	};
	struct text text = TEXT_INIT(LIMIT_AUDIT_SIZE);
	struct err e = ERR_NONE;

	log_info("%.*s: %s for %.*s %s%s%s", VIEW_ARG(job->queue_id),
	    record.mode, VIEW_ARG(job->user), record.what,
	    record.why == NULL ? "" : ": ",
	    record.why == NULL ? "" : record.why);
	audit_outbox_json(&record, &text);
	if (s->audit != NULL && text_ok(&text) &&
	    audit_append(s->audit, text_view(&text), &e) < 0)
		log_error("audit record lost: %s", e.text);
	text_free(&text);
}

int
sender_step(struct sender *s, struct err *e)
{
	struct pool *p = pool_new(LIMIT_AUDIT_SIZE);
	struct outcome o = { .state = JOB_FAILED };
	struct err why = ERR_NONE;
	struct job job;
	int result;

	if (p == NULL)
		return err_set(e, "out of memory");
	result =
	    s->store->ops->take(s->store, clock_wall_ms(s->clock), p, &job, e);
	if (result == 1 && job.state == JOB_FAILED) {
		err_set(&why, "%.*s", VIEW_ARG(job.why));
		set_outcome(&o, JOB_FAILED, why.text);
		write_record(s, &job, &o);
	} else if (result == 1) {
		process(s, &job, &o);
		if (s->store->ops->finish(s->store, job.id, o.state,
			o.not_before_ms, view_of(o.why), e) < 0)
			result = -1;
		write_record(s, &job, &o);
	}
	pool_free(p);
	return result;
}

int
sender_lost(struct sender *s, struct err *e)
{
	struct pool *p = pool_new(LIMIT_AUDIT_SIZE);
	struct outcome o;
	struct job job;
	int result;

	if (p == NULL)
		return err_set(e, "out of memory");
	set_outcome(&o, JOB_FAILED, "unknown whether sent");
	result = s->store->ops->lost(s->store,
	    clock_wall_ms(s->clock) - LOST_AFTER_MS, view_of(o.why), p, &job,
	    e);
	if (result == 1)
		write_record(s, &job, &o);
	pool_free(p);
	return result;
}

int
sender_pause(struct sender *s, int most_ms)
{
	int64_t now_ms = clock_wall_ms(s->clock), when_ms;

	if (s->store->ops->next(s->store, &when_ms, NULL) < 0 ||
	    when_ms > now_ms + most_ms)
		return most_ms;
	return when_ms <= now_ms ? 0 : (int)(when_ms - now_ms);
}
