// SPDX-License-Identifier: BSD-2-Clause
/*
 * job.c - a job of the outbox, shown to a person or a program.
 */
#include "ctl/job.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/limits.h"
#include "ctl/ctl.h"

void
job_put_heading(void)
{
	puts("JOB    STATE     MODE   NOT BEFORE              "
	     "USER             TEMPLATE         QUEUE ID         WHY");
}

void
job_put_line(const struct job *job)
{
	char when[CLOCK_ISO_SIZE];

	clock_iso(job->not_before_ms, when);
	printf("%-6" PRId64 " ", job->id);
	ctl_put_column(view_of(store_job_state_name(job->state)), 9);
	ctl_put_column(view_of(store_job_mode_name(job->mode)), 6);
	ctl_put_column(view_of(when), 24);
	ctl_put_column(job->user, 16);
	ctl_put_column(job->template_name, 16);
	ctl_put_column(job->queue_id, 16);
	ctl_put(job->why);
	putchar('\n');
}

/* Where an answer may go, with the token left out; empty for nowhere. */
static struct view
shown_route(const struct job *job, struct text *route)
{
	struct view v = job->mode == JOB_REPLY ? job->recipient : job->route;
	size_t at = view_find_byte(v, '@');

	if (at == VIEW_NONE)
		return VIEW("");
	text_add_string(route, "...");
	text_add(route, view_part(v, at, VIEW_NONE));
	return text_view(route);
}

static void
put_text(const char *name, struct view value)
{
	if (value.size == 0)
		return;
	printf("%-11s ", name);
	ctl_put(value);
	putchar('\n');
}

static void
put_time(const char *name, int64_t ms)
{
	char when[CLOCK_ISO_SIZE];

	clock_iso(ms, when);
	put_text(name, view_of(when));
}

/* What its summary is. */
static const char *
summary_name(const struct job *job)
{
	return job->mode == JOB_NOTICE ? "mistake"
	    : job->mode == JOB_DIGEST  ? "digest"
				       : "request";
}

/* What it says of the request; shown for a draft. */
static void
put_request(const struct job *job)
{
	put_text(summary_name(job), job->summary);
	put_text("given name", job->given);
	put_text("headline", job->headline);
	put_text("company", job->company);
	put_text("network", job->network);
	put_text("trust", job->trust);
	put_text("rule", job->rule);
	put_text("page", job->page);
	put_text("answers", job->message_id);
}

void
job_put_all(const struct job *job)
{
	struct text route = TEXT_INIT(LIMIT_FIELD_SIZE);

	printf("%-11s %" PRId64 "\n", "job", job->id);
	put_text("state", view_of(store_job_state_name(job->state)));
	put_text("why", job->why);
	put_text("mode", view_of(store_job_mode_name(job->mode)));
	put_text("user", job->user);
	put_text("address", job->sender);
	put_text("name", job->sender_name);
	put_text("template", job->template_name);
	put_text("queue id", job->queue_id);
	put_time("created", job->created_ms);
	put_time(job->state == JOB_SENDING ? "taken" : "not before",
	    job->not_before_ms);
	put_time("expires", job->expires_ms);
	printf("%-11s %u\n", "attempts", job->attempts);
	put_text("route", shown_route(job, &route));
	put_request(job);
	text_free(&route);
}

static void
add_time(struct json *j, const char *name, int64_t ms)
{
	char when[CLOCK_ISO_SIZE];

	clock_iso(ms, when);
	json_add_string(j, name, view_of(when));
}

static void
add_said(struct json *j, const char *name, struct view value)
{
	if (value.size > 0)
		json_add_string(j, name, value);
}

/* What a list leaves out; what is not known has no key. */
static void
add_rest(struct json *j, const struct job *job)
{
	struct text route = TEXT_INIT(LIMIT_FIELD_SIZE);

	add_time(j, "expires", job->expires_ms);
	add_said(j, "address", job->sender);
	add_said(j, "name", job->sender_name);
	add_said(j, "route", shown_route(job, &route));
	add_said(j, summary_name(job), job->summary);
	add_said(j, "given", job->given);
	add_said(j, "headline", job->headline);
	add_said(j, "company", job->company);
	add_said(j, "network", job->network);
	add_said(j, "trust", job->trust);
	add_said(j, "rule", job->rule);
	add_said(j, "page", job->page);
	add_said(j, "mid", job->message_id);
	text_free(&route);
}

void
job_put_json(const struct job *job, bool all)
{
	struct text out = TEXT_INIT(LIMIT_AUDIT_SIZE);
	struct json j = JSON_INIT(&out);

	json_begin_object(&j, NULL);
	json_add_number(&j, "job", job->id);
	json_add_string(&j, "mode", view_of(store_job_mode_name(job->mode)));
	json_add_string(&j, "state", view_of(store_job_state_name(job->state)));
	json_add_string(&j, "user", job->user);
	json_add_string(&j, "template", job->template_name);
	json_add_string(&j, "qid", job->queue_id);
	add_time(&j, "created", job->created_ms);
	add_time(&j, "not_before", job->not_before_ms);
	json_add_number(&j, "attempts", job->attempts);
	json_add_string(&j, "why", job->why);
	if (all)
		add_rest(&j, job);
	json_end_object(&j);
	puts(text_string(&out));
	text_free(&out);
}
