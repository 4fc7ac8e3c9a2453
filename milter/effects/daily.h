// SPDX-License-Identifier: BSD-2-Clause
/*
 * daily.h - what a user is told of the mail that was held or filed for him.
 *
 * A job of the outbox carries it as one text, its summary; only the sender
 * makes a mail of it.  All of it may come from strangers: it is made fit to be
 * shown where it is shown, whoever wrote the job.
 */
#ifndef EFFECTS_DAILY_H
#define EFFECTS_DAILY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/pool.h"
#include "base/text.h"
#include "base/view.h"

enum daily_kind { DAILY_HELD, DAILY_FILED, DAILY_KINDS };

/* What is not said is empty. */
struct daily_entry {
	struct view when;     /* "2026-11-27 14:03", where the site is */
	struct view type;     /* request_type_name() */
	struct view trust;    /* auth_trust_name() */
	struct view who;      /* a person's name */
	bool unnamed;         /* there is one, but the site keeps none */
	struct view headline; /* of the person */
	long long others;     /* people beside that one */
	struct view rule;     /* the user's; empty: the site's own setting */
	struct view folder;   /* where it was filed */
	struct view queue_id; /* what to ask for */
	struct view outcome;  /* "released", "deleted": by hand, since then */
	bool draft;           /* of an answer, in a mail of its own */
};

struct daily {
	struct view period; /* "2026-11-27" */
	struct daily_list {
		struct daily_entry *entry; /* the oldest first */
		size_t count;              /* LIMIT_DAILY_ENTRIES at most */
		long long more;            /* that are only counted */
	} list[DAILY_KINDS];
};

/*
 * Appends d as a job's summary, at most LIMIT_DAILY_SIZE octets: entries that
 * do not fit, those that were filed first, are counted with the others.
 * Failure, of memory alone where the texts of an entry are a few hundred
 * octets, shows in text_ok(out).
 */
void daily_write(const struct daily *d, struct text *out);

/*
 * Reads it back; all is in p.  0, or -1 and e: not such a summary, more than
 * LIMIT_DAILY_ENTRIES in a list, no memory.
 */
int daily_read(struct view summary, struct pool *p, struct daily *d,
    struct err *e);

/* Appends "3 mails held, 1 filed: 2026-11-27", not yet fit for a header. */
void daily_add_subject(const struct daily *d, struct text *out);

/*
 * Append what the user reads, in plain text and as a page without links,
 * pictures and scripts.  postmaster is whom to ask for what is held, in the
 * site's words; empty: "your postmaster".
 */
void daily_add_text(const struct daily *d, struct view postmaster,
    struct text *out);
void daily_add_html(const struct daily *d, struct view postmaster,
    struct text *out);

#endif
