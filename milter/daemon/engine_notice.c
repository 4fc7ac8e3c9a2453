// SPDX-License-Identifier: BSD-2-Clause
/*
 * engine_notice.c - notices to users whose files are refused.
 *
 * They are told of when a mail is decided for them: that is when the filter
 * looks at their files, and when it matters.
 */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>

#include "daemon/engine_parts.h"

struct notice_keys {
	char user[DIGEST_HEX_SIZE]; /* the key, and whom it counts for */
	char message[DIGEST_HEX_SIZE];
};

/*
 * Each attempt stands for a message of its own: a notice answers none, and the
 * key alone says how often there may be one.
 */
static int
make_keys(const struct store *s, struct view user, int64_t now_ms,
    struct notice_keys *keys)
{
	struct view part[] = { VIEW("notice"), user, VIEW("") };
	char when[24];

	snprintf(when, sizeof(when), "%" PRId64, now_ms);
	part[2] = view_of(when);
	return store_key(s, part, 2, keys->user) < 0 ||
		store_key(s, part, 3, keys->message) < 0
	    ? -1
	    : 0;
}

static struct job
make_job(const struct conf *c, const struct decision *d, size_t index,
    int64_t now_ms)
{
	const struct folder *folder = d->recipient[index].folder;
	struct view address = d->record.recipient[index].recipient;

	return (struct job){
		.mode = JOB_NOTICE,
		.created_ms = now_ms,
		.not_before_ms = now_ms + c->reply.hold_ms,
		.expires_ms = now_ms + c->reply.expires_ms,
		.user = view_of(d->recipient[index].user),
		.sender = address,
		.recipient = address,
		.template_name =
		    folder->kept ? VIEW(NOTICE_KEPT) : VIEW(NOTICE_TAG_ONLY),
		.queue_id = d->record.queue_id,
		.summary = view_of(folder->complaint),
	};
}

/* Today, or in this very millisecond. */
static bool
was_told(const char *why)
{
	return why != NULL &&
	    (view_equal(view_of(why),
		 view_of(store_claim_name(CLAIM_ANSWERED))) ||
		view_equal(view_of(why),
		    view_of(store_claim_name(CLAIM_SAME))));
}

bool
engine_queue_notice(const struct site *site, const struct world *w,
    struct decision *d, size_t index, struct audit_outbox *record)
{
	const struct decision_recipient *to = &d->recipient[index];
	int64_t now_ms = clock_wall_ms(w->clock);
	struct notice_keys keys;
	const struct claim claim = {
		.key = keys.user,
		.message = keys.message,
		.now_ms = now_ms,
		.period_ms = STORE_DAY_MS,
		.user = keys.user, /* no answer of the user's is one less */
		.per_user_day = UINT_MAX,
		.per_site_hour = (unsigned)site->conf->reply.per_site_hour,
	};
	struct job job;

	if (site->conf->users.notices == CONF_NOTICES_OFF ||
	    to->folder == NULL || !to->folder->for_user || d->store_failed ||
	    make_keys(w->store, view_of(to->user), now_ms, &keys) < 0)
		return false;
	job = make_job(site->conf, d, index, now_ms);
	record->time_ms = now_ms;
	record->mode = store_job_mode_name(job.mode);
	record->user = job.user;
	record->template_name = job.template_name;
	record->why = engine_claim(w, d, &claim, &job);
	record->what = record->why == NULL ? "queued" : "refused";
	return !was_told(record->why);
}
