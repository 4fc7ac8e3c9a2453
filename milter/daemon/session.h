// SPDX-License-Identifier: BSD-2-Clause
/*
 * session.h - what one SMTP connection has told us so far.
 *
 * Collects, copies and answers two cheap questions (is this mail outbound,
 * is it a candidate); knows nothing of libmilter, so it is tested without.
 * One thread at a time; not always the same one (the pool of libmilter lets
 * callbacks of a connection hop between threads).
 */
#ifndef DAEMON_SESSION_H
#define DAEMON_SESSION_H

#include <stdbool.h>

#include "base/err.h"
#include "base/text.h"
#include "daemon/engine.h"
#include "daemon/learned.h"
#include "daemon/site.h"

struct session;

/* What to tell the MTA about the rest of this connection or message. */
enum session_answer {
	SESSION_GO_ON,
	SESSION_LET_GO,    /* nothing more of it is wanted */
	SESSION_SKIP_BODY, /* the end of the message is, its body is not */
	SESSION_FAILED     /* no memory: on_failure decides */
};

/*
 * Where no answer is waited for, at HELO, RCPT and a header field, a failure
 * is remembered: the next answer that is, to MAIL or to the end of the
 * headers, is SESSION_FAILED.
 */

/* NULL without memory.  The caller frees it; NULL is fine. */
struct session *session_new(void);
void session_free(struct session *s);

/*
 * A connection: name is empty unless the MTA verified it.  Internal clients
 * are let go, here or, where users.learn wants to know who writes or a report
 * of theirs may be of interest (daemon/bounced.h), at MAIL.  site is the
 * snapshot in force.  hears_helo tells that session_helo() will be called for
 * each HELO.
 */
enum session_answer session_connect(struct session *s, const struct site *site,
    struct view name, struct view address, bool hears_helo);

/* HELO or EHLO; the last one stays. */
enum session_answer session_helo(struct session *s, struct view name);

/*
 * A new message, whatever became of the one before.  Authenticated senders and
 * internal clients are let go, but for users whose recipients are to be
 * learned: their mail goes on up to session_sent(); and for reports, of
 * internal clients with an empty sender.  Takes over the caller's hold on site
 * until session_reset().
 */
enum session_answer session_mail(struct session *s, struct site *site,
    struct view from, bool authenticated);

/*
 * Whether a recipient is to be refused for now, so that it gets a mail of its
 * own (split.h).  One who is refused is none: session_recipient() is for the
 * others.  Only to be asked where the MTA hears the answer.
 */
bool session_refuses(struct session *s, struct view rcpt);

enum session_answer session_recipient(struct session *s, struct view rcpt);

/*
 * Whether the mail is let go once its recipients are known, of which nothing
 * else is wanted, and what is to be learned of it then (now_ms is the caller's
 * business): valid until session_reset().  false too without memory.
 */
bool session_is_outgoing(const struct session *s);
bool session_sent(struct session *s, struct learned_mail *mail);

/*
 * value as libmilter gives it: LF in folds; has_space tells that it begins
 * with the blank that stood behind the colon.  Fields past LIMIT_HEADER_FIELDS
 * or LIMIT_HEADER_SIZE are left out (collect.h), but those of ours are known
 * all the same, and a From that is left out makes a candidate.
 */
enum session_answer session_header(struct session *s, struct view name,
    struct view value, bool has_space);

/*
 * End of the headers: go on if it is a candidate for one of our users,
 * or a report of a failure for a single one that is of interest; skip
 * the body if all there is to do is to remove forged headers, else let go.
 */
enum session_answer session_headers_end(struct session *s);

enum session_answer session_body(struct session *s, struct view chunk);

/* The first queue id that is not empty stays. */
void session_queue_id(struct session *s, struct view id);

/* The queue id, or "NOQUEUE": for the log, until session_reset(). */
const char *session_name(const struct session *s);

/* What was collected, for engine_decide(); valid until session_reset(). */
struct session_mail {
	struct site *site;
	struct engine_message message;
	bool candidate; /* false: no decision, only forged headers and the
			   next are of interest */
	bool bounce;    /* for bounced_count() */
};
void session_collected(const struct session *s, struct session_mail *mail);

/* Whether a message is under way (between MAIL and its end). */
bool session_has_mail(const struct session *s);

/* The message is over, done or not.  Memory is kept for the next one. */
void session_reset(struct session *s);

#endif
