// SPDX-License-Identifier: BSD-2-Clause
/*
 * audit.h - one decision, one record.
 *
 * The record is a JSON object on one line (DESIGN, section 6); the syslog
 * line is a rendering of the same struct.  Text from mail is escaped here and
 * nowhere else; links and reply addresses are not in it at all.
 */
#ifndef EFFECTS_AUDIT_H
#define EFFECTS_AUDIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "mail/auth.h"
#include "policy/contacts.h"
#include "policy/plan.h"
#include "recognise/request.h"

struct audit_recipient {
	struct view recipient;
	struct view user; /* empty: nobody's here */
	enum known known;
	struct view known_by;       /* contacts_by_words(), or empty */
	struct view contact_groups; /* "@close", or empty */
	bool says_learned, learned; /* whether the user wrote to the person */
	unsigned seen;              /* 0: not known (store down, no user) */
	const struct plan *plan;
	const char *reply_mode; /* "none", "draft", "reply" */
	const char *reply_why;  /* the guard that stopped it; or NULL */
};

struct audit_record {
	int64_t time_ms;
	const char *host;
	struct view queue_id, message_id, client, envelope_from, subject;
	const struct request *request;
	const struct auth_verdict *auth;
	const struct audit_recipient *recipient;
	size_t recipients;
	const struct plan_shared *shared; /* of their plans; NULL: all */
	unsigned cut;                     /* enum message_cut */
	bool says_route, has_route; /* whether there is one to answer by */
	bool applied_header, applied_quarantine;
	const char *why_held; /* the setting by which the site holds it,
				 whatever rules say, or would; or NULL */
	bool dry_run;
	int64_t took_us;
	/*
	 * The secret under which what tells of the person is a digest
	 * (audit_names.h), in the record and in the line; empty: it is written
	 * as it is.
	 */
	struct view names_secret;
};

/*
 * Appends the JSON object, without a newline.  Texts are cut at
 * LIMIT_FIELD_SIZE octets; people and recipients that would not fit into
 * LIMIT_AUDIT_SIZE, which should be the text's own, are only counted
 * ("people_more", "recipients_more").  So only memory can fail.
 */
void audit_json(const struct audit_record *r, struct text *out);

/*
 * Appends the syslog line: "QID: type=invitation trust=direct person="..."
 * user=alice known=no rule="recruiters" actions=tag:Recruiter ...".  What is
 * more than one plain word, as a folder may be, is quoted; no text ends the
 * line or its quotes.
 */
void audit_line(const struct audit_record *r, struct text *out);

/* What became of a job later, as a record of its own. */
struct audit_outbox {
	int64_t time_ms;
	const char *host;
	int64_t job;
	const char *what; /* "queued", "refused", "sent", "failed", ... */
	const char *mode; /* "reply", "draft" */
	struct view user, queue_id, template_name;
	const char *why; /* or NULL */
};
void audit_outbox_json(const struct audit_outbox *r, struct text *out);

/*
 * So many records are missing that should stand before it:
 * {"v":1,"time":...,"host":...,"lost":12}
 */
void audit_lost_json(int64_t time_ms, const char *host, uint64_t lost,
    struct text *out);

/*
 * What a person did with a message that was held, and of the decision to hold
 * it what records are looked for by: {"v":1,...,"qid":...,
 * "quarantine":"released","by":"root","decision":{"type":...}}
 */
struct audit_entry;
struct audit_quarantine {
	int64_t time_ms;
	const char *host;
	struct view queue_id;
	const char *what, *by;
	const struct audit_entry *decision; /* NULL: nobody knows of one */
};
void audit_quarantine_json(const struct audit_quarantine *r, struct text *out);

/* A file that records are appended to, one write each. */
struct audit_file;

/*
 * NULL and e when it cannot be opened for appending (mode 0640 if new, and
 * where root makes it, the owner of the folder has it); never waits, so a fifo
 * that nobody reads is refused, as a symbolic link is.
 */
struct audit_file *audit_open(const char *path, struct err *e);
void audit_close(struct audit_file *f); /* NULL is fine */

/*
 * Appends record and a newline as one write(2).  Any thread.  A file that was
 * renamed away (log rotation) is opened anew; while that cannot be done records
 * are lost.  0, or -1 and e.
 */
int audit_append(struct audit_file *f, struct view record, struct err *e);

#endif
