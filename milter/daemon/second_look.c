// SPDX-License-Identifier: BSD-2-Clause
/*
 * second_look.c - whether what was queued is still to be sent.
 */
#include "daemon/second_look.h"

#include "daemon/breaker.h"

static bool
is_of_user(const struct site *site, struct view address, struct view user)
{
	char found[LIMIT_USER_NAME_SIZE + 1];

	return users_map_find(site->users, address, found) &&
	    view_equal(user, view_of(found));
}

/* What the site says by now: why not, or NULL. */
static const char *
ask_site(const struct second_look *l, const struct job *job)
{
	const struct conf *c = l->site->conf;

	if (c->dry_run)
		return "dry-run";
	if (job->mode == JOB_REPLY && !c->reply.enabled)
		return "site-off";
	if (job->mode == JOB_DRAFT && !c->reply.drafts)
		return "drafts-off";
	if (job->mode == JOB_NOTICE && !c->users.notices)
		return "notices-off";
	if (job->mode == JOB_DIGEST && !c->users.digests)
		return "digests-off";
	if (job->mode == JOB_REPLY &&
	    !route_is_allowed(l->site->routes, job->recipient, l->scratch))
		return "route-not-allowed";
	return NULL;
}

/* Whether it is the user's, who still wants it: why not, or NULL. */
static const char *
ask_user(const struct second_look *l, const struct job *job)
{
	enum plan_kind kind = job->mode == JOB_DRAFT ? PLAN_DRAFT : PLAN_REPLY;

	if (l->folder->state != FOLDER_OK ||
	    !rules_may_answer(l->folder->rules))
		return "user-off";
	/* Others may be able to write into a store that several hosts share. */
	if (!is_of_user(l->site, job->sender, job->user) ||
	    (job->mode == JOB_DRAFT &&
		!is_of_user(l->site, job->recipient, job->user)))
		return "not-the-user";
	if (folder_template(l->folder, job->template_name) == NULL)
		return "no-template";
	if (!rules_has_action(l->folder->rules, job->rule, kind,
		job->template_name))
		return "no-rule";
	return NULL;
}

/* Whether the user's files still are refused: why not, or NULL. */
static const char *
ask_mistake(const struct second_look *l, const struct job *job)
{
	if (!l->folder->for_user)
		return "mended";
	return is_of_user(l->site, job->sender, job->user) &&
		is_of_user(l->site, job->recipient, job->user)
	    ? NULL
	    : "not-the-user";
}

/*
 * Whether the user still wants a digest: why not, or NULL.  No answers at all
 * is another wish.
 */
static const char *
ask_digest(const struct second_look *l, const struct job *job)
{
	if (l->folder->state != FOLDER_OK ||
	    !rules_want_digest(l->folder->rules))
		return "digest-off";
	return is_of_user(l->site, job->sender, job->user) &&
		is_of_user(l->site, job->recipient, job->user)
	    ? NULL
	    : "not-the-user";
}

static enum second_look_result
ask_breaker(const struct second_look *l, const struct job *job, struct err *why)
{
	const struct breaker_answer answer = { l->site->conf, job->user,
		job->recipient, l->now_ms };
	const char *word;

	if (breaker_check(l->store, &answer, &word, why) < 0)
		return LOOK_CANNOT_SAY;
	if (word != NULL) {
		err_set(why, "%s", word);
		return LOOK_NEVER;
	}
	if (breaker_check_caps(l->store, &answer, &word, why) < 0)
		return LOOK_CANNOT_SAY;
	if (word != NULL) {
		err_set(why, "%s", word);
		return LOOK_NOT_NOW;
	}
	return LOOK_SEND;
}

enum second_look_result
second_look(const struct second_look *l, const struct job *job, struct err *why)
{
	const char *word = ask_site(l, job);

	if (word == NULL)
		word = job->mode == JOB_NOTICE ? ask_mistake(l, job)
		    : job->mode == JOB_DIGEST  ? ask_digest(l, job)
					       : ask_user(l, job);
	if (word != NULL) {
		err_set(why, "%s", word);
		return LOOK_NEVER;
	}
	return job->mode == JOB_REPLY ? ask_breaker(l, job, why) : LOOK_SEND;
}
