// SPDX-License-Identifier: BSD-2-Clause
/*
 * held.h - the messages that the MTA holds, by its own tools.
 *
 * No milter can let go what it had held; the MTA's tools can, where root runs
 * them.  They find the queue themselves, and do their own locking.
 */
#ifndef EFFECTS_HELD_H
#define EFFECTS_HELD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/view.h"
#include "effects/child.h"

enum held_mta_kind { HELD_AUTO, HELD_POSTFIX, HELD_SENDMAIL };

/* Whose queue it is. */
struct held_mta {
	enum held_mta_kind kind;
	const char *config;   /* Postfix: the folder of main.cf; Sendmail:
				 sendmail.cf; "": where it looks itself */
	const char *programs; /* Postfix: the folder of its programs; "":
				 where the system's are */
	const char *sendmail; /* Sendmail's program */
	const char *qtool;    /* Sendmail's qtool.pl(8), which deletes */
};

/*
 * In place of HELD_AUTO: Postfix where there is a folder of its programs, or
 * postqueue(1) is among the system's, else Sendmail.
 */
enum held_mta_kind held_which(enum held_mta_kind kind, const char *programs);

struct held {
	struct view queue_id; /* held_is_queue_id() is true of it */
	struct view sender;   /* empty: the null sender */
	struct view *recipient;
	size_t recipients;
	int64_t since_ms;   /* when it came */
	long long size;     /* octets, as the MTA counts them */
	struct view folder; /* Sendmail: of its control file; else empty */
};

/*
 * Whether it is letters and digits only, 1 to LIMIT_QUEUE_ID of them.  What is
 * not must never be an argument of a program: it might be read as an option, or
 * as another message ("ALL" is letters, too, but means every message to
 * postsuper(1), and so is refused).
 */
bool held_is_queue_id(struct view v);

/* Gets each message; h lives until it returns.  0, or -1 and e to stop. */
typedef int held_on_message(void *arg, const struct held *h, struct err *e);

/*
 * Lists all that is held, by whomever, in the order of the queue.  What cannot
 * be understood is counted in *unreadable, and e says why of the last one.  0,
 * or -1 and e.
 */
int held_list(const struct held_mta *m, held_on_message *on_message, void *arg,
    size_t *unreadable, struct err *e);

/*
 * Lets it go to its recipients, some time.  0; or 1 where that is done and the
 * tool failed later, e says how; or -1 and e, "it is not held any more" for
 * instance.
 */
int held_release(const struct held_mta *m, const struct held *h, struct err *e);

/* Has what was let go delivered now.  0, or -1 and e: it will be later. */
int held_deliver(const struct held_mta *m, const struct held *h, struct err *e);

/* Takes it out of the queue for good.  As held_release(). */
int held_delete(const struct held_mta *m, const struct held *h, struct err *e);

/*
 * Gives the message as it would be delivered, in lines that end with LF.  0, or
 * -1 and e; on_output may have had some of it then.
 */
int held_show(const struct held_mta *m, const struct held *h,
    child_on_output *on_output, void *arg, struct err *e);

#endif
