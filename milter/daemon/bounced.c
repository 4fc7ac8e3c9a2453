// SPDX-License-Identifier: BSD-2-Clause
/*
 * bounced.c - answers that are refused after the MTA took them.
 */
#include "daemon/bounced.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "daemon/state_keys.h"
#include "effects/token.h"
#include "mail/addr.h"
#include "mail/bounce.h"

enum { REASON_SIZE = 120, LINE_SIZE = 1000 };

bool
bounced_count_them(const struct site *site)
{
	const struct conf *c = site->conf;

	return c->reply.enabled && c->reply.sender == CONF_SENDER_USER &&
	    !c->dry_run;
}

/* The answer that came back, as far as its report can be believed. */
struct returned {
	struct bounce report;
	char user[LIMIT_USER_NAME_SIZE + 1];
	struct view to;
};

/* Whether the loop value is what the sender puts into such an answer. */
static bool
is_ours(const struct store *s, const struct bounce *b)
{
	char loop[DIGEST_HEX_SIZE];

	return state_key_loop(s, b->in_reply_to, loop) == 0 &&
	    view_equal(b->loop, view_of(loop));
}

static bool
is_route(const struct site *site, struct view address)
{
	struct regex_scratch *scratch = regex_scratch_new();
	bool allowed =
	    scratch != NULL && route_is_allowed(site->routes, address, scratch);

	regex_scratch_free(scratch);
	return allowed;
}

/* From must be the one who gets the report, and To a route. */
static bool
read_returned(const struct site *site, const struct store *s,
    const struct engine_message *m, struct returned *r)
{
	char writer[LIMIT_USER_NAME_SIZE + 1];
	struct view from;

	return m->envelope.rcpt_count == 1 &&
	    bounce_read(m->bytes, &r->report) && is_ours(s, &r->report) &&
	    route_mailbox(r->report.from, &from) == ROUTE_ONE &&
	    route_mailbox(r->report.to, &r->to) == ROUTE_ONE &&
	    users_map_find(site->users, m->envelope.rcpt[0], r->user) &&
	    users_map_find(site->users, from, writer) &&
	    view_equal(view_of(r->user), view_of(writer)) &&
	    is_route(site, r->to);
}

/* "5.7.1: smtp; 550 5.7.1 rejected", without the token; NULL: no memory. */
static const char *
reason(const struct returned *r, struct pool *p)
{
	struct text masked = TEXT_INIT(3 * LINE_SIZE);
	struct text words = TEXT_INIT(4 * REASON_SIZE);
	struct view local, domain;
	const char *copy;

	text_add(&words, r->report.status);
	if (r->report.diagnostic.size > 0 &&
	    addr_split(r->to, &local, &domain) == 0) {
		text_add_string(&words, ": ");
		token_mask(view_part(r->report.diagnostic, 0, LINE_SIZE), local,
		    &masked);
		utf8_add_printable(&words, text_view(&masked), REASON_SIZE);
	}
	copy = pool_copy(p, text_view(&words)).data;
	text_free(&masked);
	text_free(&words);
	return copy;
}

/* The job in the outbox: its decision is what the record belongs to. */
struct search {
	const struct returned *returned;
	struct audit_outbox *record;
};

static int
on_job(void *arg, const struct job *job)
{
	const struct search *search = arg;
	const struct returned *r = search->returned;

	if (job->mode != JOB_REPLY ||
	    !view_equal(job->user, view_of(r->user)) ||
	    !view_equal(job->message_id, r->report.in_reply_to))
		return 0;
	search->record->job = job->id;
	search->record->queue_id = job->queue_id;
	search->record->template_name = job->template_name;
	return -1;
}

/* 1: counted before, 0: not, -1 and e. */
static int
is_counted(struct store *s, const char *key, int64_t now_ms, struct err *e)
{
	struct marks found;

	return store_marks(s, key, now_ms - STORE_DAY_MS * STORE_MARK_DAYS,
		   now_ms, &found, e) < 0
	    ? -1
	    : found.count > 0;
}

/* In the order in which a death in between counts less. */
static int
count(struct store *s, const struct returned *r, struct bounced *b,
    struct err *e)
{
	int64_t now_ms = b->answer.now_ms;
	char key[DIGEST_HEX_SIZE];
	int counted;

	if (state_key_bounced(s, b->answer.user, r->report.loop, key) < 0)
		return err_set(e, "out of memory");
	counted = is_counted(s, key, now_ms, e);
	if (counted != 0)
		return counted < 0 ? -1 : 0;
	if (s->ops->mark(s, key, now_ms, e) < 0 ||
	    breaker_refused(s, &b->answer, b->opened, e) < 0)
		return -1;
	return 1;
}

int
bounced_count(const struct site *site, const struct world *w,
    const struct engine_message *m, struct pool *p, struct bounced *b,
    struct err *e)
{
	int64_t now_ms = clock_wall_ms(w->clock);
	struct returned r;
	struct search search = { &r, &b->record };
	struct view user;
	int result;

	if (!read_returned(site, w->store, m, &r))
		return 0;
	user = pool_copy(p, view_of(r.user));
	*b = (struct bounced){
		.answer = { site->conf, user, r.to, now_ms },
		.record = { .time_ms = now_ms,
		    .host = w->host,
		    .what = "bounced",
		    .mode = store_job_mode_name(JOB_REPLY),
		    .user = user,
		    .queue_id = m->envelope.queue_id,
		    .why = reason(&r, p) },
	};
	if (!pool_ok(p))
		return err_set(e, "out of memory");
	result = count(w->store, &r, b, e);
	/* It was counted, whether or not its job can be found. */
	if (result == 1)
		w->store->ops->list(w->store, p, on_job, &search, NULL);
	return result;
}
