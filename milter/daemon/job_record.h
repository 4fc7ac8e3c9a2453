// SPDX-License-Identifier: BSD-2-Clause
/*
 * job_record.h - what became of a job, for the log and the audit file.
 */
#ifndef DAEMON_JOB_RECORD_H
#define DAEMON_JOB_RECORD_H

#include "daemon/news.h"
#include "effects/audit.h"
#include "effects/store.h"

/* Where it is written down. */
struct job_records {
	const char *host;
	struct audit_file *audit; /* NULL: the log alone */
	const struct clock *clock;
	struct news *news; /* of the file's failures; NULL: each is told of */
};

/*
 * The job is in state now, and why, or "".  0, or -1 when the record is lost,
 * which is logged.
 */
int job_record(const struct job_records *to, const struct job *job,
    enum job_state state, const char *why);

#endif
