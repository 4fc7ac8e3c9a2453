// SPDX-License-Identifier: BSD-2-Clause
/*
 * audit_read.h - records read back, for rsvpctl; the daemon only writes.
 */
#ifndef EFFECTS_AUDIT_READ_H
#define EFFECTS_AUDIT_READ_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/pool.h"
#include "base/view.h"

/* What commands show of a record; empty, or 0, where it does not say. */
struct audit_entry {
	struct view time, host, queue_id, message_id, network, type, trust,
	    person;
	bool says_time; /* one that can be read, in milliseconds */
	int64_t time_ms;
	long long lost; /* so many records before it are missing; else 0 */
	bool outbox;    /* a record of a job: the next line is set */
	struct view mode, what, why, template_name;
	long long job;
	struct view quarantine, by; /* "released", and by whom: a person's
				       doing, with type, trust, person, and
				       the users and rules of recipients */
	bool dry_run;
	bool hashed; /* who asks is a digest (audit_names.h) */

	/* Of a decision. */
	struct view why_other, template_key, lang, evidence; /* "x/a, x/b" */
	struct view why_trust, headline, company, profile, group, note;
	long long mutual;  /* -1: not said */
	long long took_us; /* the same */
	long long people, pattern_errors, recipients_more;
	struct audit_entry_person {
		struct view name, profile;
		bool has_email; /* the mail showed an address */
	} * named;              /* of the people those that are in the record */
	size_t named_count;
	int64_t made_ms; /* 0: not said */
	bool says_route, has_route;
	bool says_applied, applied_header, applied_quarantine;
	struct view why_held, cut;
	struct audit_entry_recipient {
		struct view recipient, user, known, groups, rule, actions;
		struct view known_by;
		bool says_learned, learned;
		struct view why; /* rule is this where there is none */
		bool has_rule;
		struct view answer;     /* of the actions: "reply:TEMPLATE" */
		struct view not_shared; /* of the actions, what was not done */
		struct audit_entry_action {
			struct view words; /* "tag:x, and y" */
			bool not_shared;
		} * action; /* each by itself */
		size_t action_count;
		struct view reply_mode, reply_why;
		long long seen;
	} * recipient;
	size_t recipients;
};

/*
 * Reads one line.  What is of a wrong type counts as not said.  0, or -1 and e
 * ("not JSON: ...", "no type", "out of memory").
 */
int audit_read(struct view line, struct pool *p, struct audit_entry *entry,
    struct err *e);

/* Whether it is of a message, and not of what happened later. */
bool audit_is_decision(const struct audit_entry *e);

/* Whether the rule wanted it held, which its type forbids. */
bool audit_never_held(const struct audit_entry_recipient *r);

#endif
