// SPDX-License-Identifier: BSD-2-Clause
/*
 * job_record.c - what became of a job, for the log and the audit file.
 */
#include "daemon/job_record.h"

#include "base/limits.h"
#include "base/log.h"

/* What each record would say again is said once a minute at most. */
static void
report(const struct job_records *to, int result, const struct err *e)
{
	if (result < 0 &&
	    (to->news == NULL ||
		news_failed(to->news, clock_wall_ms(to->clock))))
		log_error("audit record lost: %s", e->text);
	else if (result == 0 && to->news != NULL && news_worked(to->news))
		log_info("sender: audit: works again");
}

int
job_record(const struct job_records *to, const struct job *job,
    enum job_state state, const char *why)
{
	struct audit_outbox record = {
		.time_ms = clock_wall_ms(to->clock),
		.host = to->host,
		.job = job->id,
		.what = store_job_state_name(state),
		.mode = store_job_mode_name(job->mode),
		.user = job->user,
		.queue_id = job->queue_id,
		.template_name = job->template_name,
		.why = why[0] == '\0' ? NULL : why,
	};
	struct text text = TEXT_INIT(LIMIT_AUDIT_SIZE);
	struct err e = ERR_NONE;
	int result = 0;

	log_info("%.*s: %s for %.*s %s%s%s", VIEW_ARG(job->queue_id),
	    record.mode, VIEW_ARG(job->user), record.what,
	    record.why == NULL ? "" : ": ",
	    record.why == NULL ? "" : record.why);
	audit_outbox_json(&record, &text);
	if (to->audit != NULL)
		result = text_ok(&text)
		    ? audit_append(to->audit, text_view(&text), &e)
		    : err_set(&e, "out of memory");
	if (to->audit != NULL)
		report(to, result, &e);
	text_free(&text);
	return result;
}
