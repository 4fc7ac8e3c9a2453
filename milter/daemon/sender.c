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
#include "base/utf8.h"
#include "daemon/breaker.h"
#include "daemon/counted.h"
#include "daemon/job_record.h"
#include "daemon/second_look.h"
#include "daemon/state_keys.h"
#include "daemon/stop_file.h"
#include "effects/compose.h"
#include "effects/transport.h"

enum { LOST_AFTER_MS = 2 * SENDER_TRANSPORT_SECONDS * 1000 };

/* Until a cap is looked at again, or a store asked that did not answer. */
enum { CAP_MS = 60 * 60 * 1000, STORE_MS = 60 * 1000 };

/* How long after the first, second, ... failure to try again; then no more. */
static const int64_t back_off_ms[] = { 5 * 60000, 15 * 60000, 60 * 60000,
	4 * 60 * 60000 };

enum { BACK_OFFS = sizeof(back_off_ms) / sizeof(back_off_ms[0]) };

/* What became of a job. */
struct outcome {
	enum job_state state;
	int64_t not_before_ms;
	bool refused; /* by the transport, for good */
	bool untried; /* waiting: nothing was tried */
	char why[160];
};

/* A job that was taken. */
struct task {
	struct job job;
	const struct template *template;
	struct outcome outcome;
};

/* Those that make one mail: the drafts of a day for a user, else one job. */
struct batch {
	struct task task[LIMIT_DIGEST_DRAFTS];
	size_t count;
};

static void
set_outcome(struct outcome *o, enum job_state state, const char *why)
{
	struct err words = ERR_NONE;
	struct view cut;

	err_set(&words, "%s", why);
	cut = utf8_prefix(view_of(words.text), sizeof(o->why) - 1);
	o->state = state;
	memcpy(o->why, cut.data, cut.size);
	o->why[cut.size] = '\0';
}

/* Nothing was handed over: once more, if that was not the last time. */
static void
set_later(const struct sender *s, struct task *task, const char *why)
{
	const struct job *job = &task->job;
	struct outcome *o = &task->outcome;
	bool last = job->attempts < 1 || job->attempts > BACK_OFFS;

	set_outcome(o, last ? JOB_FAILED : JOB_WAITING, why);
	if (!last)
		o->not_before_ms =
		    clock_wall_ms(s->clock) + back_off_ms[job->attempts - 1];
}

/* Nothing was tried, and it does not count as a try. */
static void
set_untried(struct task *task, int64_t not_before_ms, const char *why)
{
	set_outcome(&task->outcome, JOB_WAITING, why);
	task->outcome.not_before_ms = not_before_ms;
	task->outcome.untried = true;
}

/* Composes one mail of the tasks: 0, or -1 and e. */
static int
compose(const struct sender *s, struct task *const *task, size_t count,
    struct text *mail, struct err *e)
{
	struct compose_item item[LIMIT_DIGEST_DRAFTS];
	char unique[2 * 8 + 1], loop_key[DIGEST_HEX_SIZE];
	unsigned char random[8];
	struct compose_facts facts = { .now_ms = clock_wall_ms(s->clock),
		.host = s->site->host,
		.unique = unique,
		.loop_key = loop_key,
		.postmaster = s->site->conf->users.postmaster };

	if (digest_random(random, sizeof(random)) < 0 ||
	    state_key_loop(s->store, task[0]->job.message_id, loop_key) < 0) {
		mail->failed = true;
		return err_set(e, "no random bytes");
	}
	for (size_t i = 0; i < sizeof(random); i++) {
		unique[2 * i] = "0123456789abcdef"[random[i] >> 4];
		unique[2 * i + 1] = "0123456789abcdef"[random[i] & 15];
	}
	unique[2 * sizeof(random)] = '\0';
	for (size_t i = 0; i < count; i++)
		item[i] =
		    (struct compose_item){ &task[i]->job, task[i]->template };
	return compose_digest(item, count, &facts, mail, e);
}

/* All of them get what became of their mail. */
static void
submit(const struct sender *s, struct task *const *task, size_t count,
    struct view mail)
{
	const struct conf *c = s->site->conf;
	const struct transport way = { c->reply.transport, c->reply.sendmail,
		s->site->host };
	const struct job *job = &task[0]->job;
	/* What came back to its own user would be one more mail of it. */
	bool from_user =
	    c->reply.sender == CONF_SENDER_USER && job->mode == JOB_REPLY;
	struct err e = ERR_NONE;
	enum transport_result result =
	    transport_send(&way, from_user ? job->sender : VIEW(""),
		job->recipient, mail, SENDER_TRANSPORT_SECONDS, &e);

	for (size_t i = 0; i < count; i++)
		if (result == TRANSPORT_SENT)
			set_outcome(&task[i]->outcome, JOB_SENT, "");
		else if (result == TRANSPORT_LATER)
			set_later(s, task[i], e.text);
		else {
			set_outcome(&task[i]->outcome, JOB_FAILED, e.text);
			task[i]->outcome.refused = result == TRANSPORT_REFUSED;
		}
}

static struct breaker_answer
answer_of(const struct sender *s, const struct job *job)
{
	return (struct breaker_answer){ s->site->conf, job->user,
		job->recipient, clock_wall_ms(s->clock) };
}

/*
 * A reply counts before it is handed over: one who dies in between has sent
 * less than he might.  0, or -1 and e.
 */
static int
count_reply(const struct sender *s, const struct job *job, struct err *e)
{
	const struct breaker_answer answer = answer_of(s, job);

	return job->mode == JOB_REPLY ? breaker_sending(s->store, &answer, e)
				      : 0;
}

/* Composes and hands over; one that cannot be must not keep others back. */
static void
hand_over(const struct sender *s, struct task *const *task, size_t count)
{
	struct text mail =
	    TEXT_INIT(count > 1 || task[0]->job.mode == JOB_DIGEST
		    ? LIMIT_DIGEST_SIZE
		    : task[0]->job.mode == JOB_REPLY ? LIMIT_REPLY_SIZE
						     : LIMIT_NOTICE_SIZE);
	struct err e = ERR_NONE;

	if (compose(s, task, count, &mail, &e) == 0) {
		if (count_reply(s, &task[0]->job, &e) == 0)
			submit(s, task, count, text_view(&mail));
		else
			set_untried(task[0], clock_wall_ms(s->clock) + STORE_MS,
			    e.text);
	} else if (count > 1)
		for (size_t i = 0; i < count; i++)
			hand_over(s, &task[i], 1);
	else if (text_ok(&mail))
		set_outcome(&task[0]->outcome, JOB_FAILED, e.text);
	else
		set_later(s, task[0], e.text);
	text_free(&mail);
}

/* Whether it may; if not, what becomes of it. */
static bool
may_be_sent(const struct second_look *look, struct task *task)
{
	struct err why = ERR_NONE;

	switch (second_look(look, &task->job, &why)) {
	case LOOK_SEND:
		return true;
	case LOOK_NEVER:
		set_outcome(&task->outcome, JOB_CANCELLED, why.text);
		return false;
	case LOOK_NOT_NOW:
		set_untried(task, look->now_ms + CAP_MS, why.text);
		return false;
	default:
		set_untried(task, look->now_ms + STORE_MS, why.text);
		return false;
	}
}

/* Sends what may still be sent; the folder is that of its user. */
static void
process_with(const struct sender *s, struct batch *b,
    const struct folder *folder, struct regex_scratch *scratch)
{
	const struct second_look look = { s->site, s->store, folder, scratch,
		clock_wall_ms(s->clock) };
	struct task *task[LIMIT_DIGEST_DRAFTS];
	size_t count = 0;

	for (size_t i = 0; i < b->count; i++) {
		struct job *job = &b->task[i].job;

		if (!may_be_sent(&look, &b->task[i]))
			continue;
		/* Its user is told of a draft all the same. */
		if (job->mode == JOB_DRAFT &&
		    !route_is_allowed(s->site->routes, job->route, scratch))
			job->route = VIEW("");
		/* As it is by now, and as nobody else can have written it. */
		if (job->mode == JOB_NOTICE)
			job->summary = view_of(folder->complaint);
		b->task[i].template =
		    folder_template(folder, job->template_name);
		task[count++] = &b->task[i];
	}
	if (count > 0)
		hand_over(s, task, count);
}

static void
process(const struct sender *s, struct batch *b)
{
	struct view name = b->task[0].job.user;
	char user[LIMIT_USER_NAME_SIZE + 1] = "";
	struct regex_scratch *scratch;
	const struct folder *folder = NULL;
	struct err e = ERR_NONE;
	bool fresh;

	if (!users_name_ok(name)) {
		for (size_t i = 0; i < b->count; i++)
			set_outcome(&b->task[i].outcome, JOB_FAILED,
			    "not a user's name");
		return;
	}
	memcpy(user, name.data, name.size);
	scratch = regex_scratch_new();
	if (scratch == NULL)
		err_set(&e, "out of memory");
	else
		folder = folders_get(s->site->folders, user, &fresh, &e);
	if (folder != NULL && folder->state == FOLDER_SETTLING) {
		err_set(&e, "%s", folder->complaint);
		folders_put(s->site->folders, folder);
		folder = NULL;
	}
	if (folder != NULL)
		process_with(s, b, folder, scratch);
	for (size_t i = 0; folder == NULL && i < b->count; i++)
		set_later(s, &b->task[i], e.text);
	regex_scratch_free(scratch);
	folders_put(s->site->folders, folder);
}

static void
write_record(struct sender *s, const struct job *job, const struct outcome *o)
{
	const struct job_records to = { s->site->host, s->audit, s->clock,
		&s->audit_news };

	bool written = job_record(&to, job, o->state, o->why) == 0;

	counted_job(s->counters, job, o->state, o->why);
	if (s->audit != NULL)
		counted_audit(s->counters, OF_SENDER, written, !written,
		    written);
}

/* One that waited too long has come to its end already. */
static void
record_expired(struct sender *s, const struct job *job)
{
	struct err why = ERR_NONE;
	struct outcome o;

	err_set(&why, "%.*s", VIEW_ARG(job->why));
	set_outcome(&o, JOB_FAILED, why.text);
	write_record(s, job, &o);
}

/* Whether nothing may be sent now; says so when that changes. */
static bool
is_stopped(struct sender *s)
{
	struct err e = ERR_NONE;
	bool stopped = stop_file_is_there(s->site->conf->reply.stop_file, &e);

	if (stopped && !s->stopped)
		log_warn("sending is stopped: %s", e.text);
	if (!stopped && s->stopped)
		log_info("sending goes on");
	s->stopped = stopped;
	counters_set(s->counters, COUNT_SENDING_STOPPED, 0, stopped);
	return stopped;
}

/*
 * Takes the next job into the batch: 1, 0 when none is due, -1 and e.  The
 * batch says nothing of it where it has expired, which is recorded, or where
 * it belongs to another mail: then it waits as it did, and is the first to be
 * taken next time.
 */
static int
take(struct sender *s, struct pool *p, struct batch *b, struct err *e)
{
	const struct store_ops *ops = s->store->ops;
	const struct job *first = &b->task[0].job;
	struct task *task = &b->task[b->count];
	int64_t now_ms = clock_wall_ms(s->clock);
	int result = is_stopped(s)
	    ? ops->expired(s->store, now_ms, p, &task->job, e)
	    : ops->take(s->store, now_ms, p, &task->job, e);

	task->outcome = (struct outcome){ .state = JOB_FAILED };
	if (result != 1)
		return result;
	if (task->job.state == JOB_FAILED) {
		record_expired(s, &task->job);
		return 1;
	}
	if (b->count == 0 ||
	    (task->job.mode == JOB_DRAFT &&
		view_equal(task->job.user, first->user) &&
		view_equal(task->job.recipient, first->recipient))) {
		b->count++;
		return 1;
	}
	return ops->put_back(s->store, task->job.id, task->job.not_before_ms,
	    task->job.why, e);
}

/* So many of them, and no more are sent there.  0, or -1 and e. */
static int
count_refusal(struct sender *s, const struct job *job, struct err *e)
{
	const struct breaker_answer answer = answer_of(s, job);
	unsigned opened[BREAKERS];

	if (job->mode != JOB_REPLY)
		return 0;
	if (breaker_refused(s->store, &answer, opened, e) < 0)
		return -1;
	counted_breakers(s->counters, opened);
	breaker_log(&answer, opened);
	return 0;
}

/*
 * What became of each: 0, or -1 and e.  The record comes first: one who dies
 * in between leaves a job that is recorded twice, the second time as lost, and
 * not one that nobody tells of.
 */
static int
finish(struct sender *s, const struct batch *b, struct err *e)
{
	const struct store_ops *ops = s->store->ops;
	int result = 0;

	for (size_t i = 0; i < b->count; i++) {
		const struct job *job = &b->task[i].job;
		const struct outcome *o = &b->task[i].outcome;

		write_record(s, job, o);
		if ((o->untried
			    ? ops->put_back(s->store, job->id, o->not_before_ms,
				  view_of(o->why), e)
			    : ops->finish(s->store, job->id, o->state,
				  o->not_before_ms, view_of(o->why), e)) < 0 ||
		    (o->refused && count_refusal(s, job, e) < 0))
			result = -1;
	}
	return result;
}

int
sender_step(struct sender *s, struct err *e)
{
	struct pool *p = pool_new(LIMIT_AUDIT_SIZE);
	struct batch b = { .count = 0 };
	int result, more;

	if (p == NULL)
		return err_set(e, "out of memory");
	result = more = take(s, p, &b, e);
	if (b.count > 0) {
		while (more == 1 && b.task[0].job.mode == JOB_DRAFT &&
		    s->site->conf->reply.drafts == CONF_DRAFTS_DAILY &&
		    b.count < LIMIT_DIGEST_DRAFTS)
			more = take(s, p, &b, e);
		process(s, &b);
		if (finish(s, &b, e) < 0 || more < 0)
			result = -1;
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

	if (s->stopped)
		return most_ms < SENDER_STOPPED_MS ? most_ms
						   : SENDER_STOPPED_MS;
	if (s->store->ops->next(s->store, &when_ms, NULL) < 0 ||
	    when_ms > now_ms + most_ms)
		return most_ms;
	return when_ms <= now_ms ? 0 : (int)(when_ms - now_ms);
}
