// SPDX-License-Identifier: BSD-2-Clause
/*
 * explanation.h - the whole way of one message, told.
 */
#ifndef CTL_EXPLANATION_H
#define CTL_EXPLANATION_H

#include "ctl/telling.h"
#include "ctl/trial.h"
#include "effects/audit_read.h"

/*
 * What is known of one message.  Its record has most of it, also of one that
 * was only tried; what trial and site are needed for is else said to be
 * unknown.
 */
struct explanation {
	const struct audit_entry *entry; /* a decision's */
	/* What became of its answers, and of the mail where it was held. */
	const struct audit_entry *const *job;
	size_t jobs;
	const struct site *site;          /* of a trial; or NULL */
	const struct trial_result *trial; /* NULL: from records */
	bool site_dry_run; /* a trial makes none; the settings would */
};

/* Tells all of it, within an object of its own that the caller opens. */
void explanation_tell(struct telling *t, const struct explanation *x);

/* Of explanation_answer.c: what became of one recipient's answer. */
void explanation_tell_answer(struct telling *t, const struct explanation *x,
    size_t recipient);

#endif
