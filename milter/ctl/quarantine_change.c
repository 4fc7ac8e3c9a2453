// SPDX-License-Identifier: BSD-2-Clause
/*
 * quarantine_change.c - held mail let go or deleted, and written down.
 */
#include "ctl/quarantine_change.h"

#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/log.h"
#include "ctl/ctl.h"
#include "daemon/site.h"
#include "effects/audit.h"

struct quarantine_changes {
	const struct held_mta *mta;
	struct audit_file *audit; /* NULL: the log alone */
	char *host;
	const char *by; /* who runs us */
};

static const char *const words[] = { "released", "deleted" };

/* The person behind root, where sudo(8) says it. */
static const char *
find_person(void)
{
	const char *name = getenv("SUDO_USER");
	const struct passwd *pw;

	if (name != NULL && name[0] != '\0' && getuid() == 0)
		return name;
	pw = getpwuid(getuid());
	return pw != NULL ? pw->pw_name : "root";
}

int
quarantine_changes_open(struct quarantine_changes **to, const struct conf *c,
    const struct held_mta *mta)
{
	struct quarantine_changes *q;
	struct err e = ERR_NONE;

	if (geteuid() != 0)
		return ctl_fail(EX_NOPERM,
		    "only root may let go or delete what the MTA holds");
	*to = q = calloc(1, sizeof(*q));
	if (q == NULL)
		return ctl_fail(EX_OSERR, "out of memory");
	q->mta = mta;
	q->by = find_person();
	q->host = site_host_name(c);
	if (q->host == NULL)
		return ctl_fail(EX_OSERR, "out of memory");
	log_open("rsvpctl", c->audit.syslog, false);
	if (c->audit.file[0] == '\0')
		return 0;
	q->audit = audit_open(c->audit.file, &e);
	if (q->audit != NULL)
		return 0;
	conf_in(c, "audit.file", &e);
	return ctl_fail(EX_UNAVAILABLE, "%s", e.text);
}

void
quarantine_changes_close(struct quarantine_changes *q)
{
	if (q == NULL)
		return;
	audit_close(q->audit);
	free(q->host);
	free(q);
}

static int
record(const struct quarantine_changes *q, const struct held_mail_item *item,
    const char *what)
{
	struct view id = item->held.queue_id;
	const struct audit_quarantine r = {
		.time_ms = clock_wall_ms(&clock_system),
		.host = q->host,
		.queue_id = id,
		.what = what,
		.by = q->by,
		.decision = item->ours ? &item->entry : NULL,
	};
	struct text text = TEXT_INIT(LIMIT_AUDIT_SIZE);
	struct err e = ERR_NONE;
	int result = 0;

	log_info("%.*s: held mail %s by %s", VIEW_ARG(id), what, q->by);
	audit_quarantine_json(&r, &text);
	if (q->audit != NULL)
		result = text_ok(&text)
		    ? audit_append(q->audit, text_view(&text), &e)
		    : err_set(&e, "out of memory");
	text_free(&text);
	if (result == 0)
		return 0;
	log_error("audit record lost: %s", e.text);
	return ctl_fail(EX_IOERR, "%.*s: %s, but its record is lost: %s",
	    VIEW_ARG(id), what, e.text);
}

static void
put(const struct held *h, const char *what, bool as_json)
{
	struct text line = TEXT_INIT(1024);
	struct json j = JSON_INIT(&line);

	if (as_json) {
		json_begin_object(&j, NULL);
		json_add_string(&j, "qid", h->queue_id);
		json_add_string(&j, "quarantine", view_of(what));
		json_add_number(&j, "recipients", (int64_t)h->recipients);
		json_end_object(&j);
		puts(text_string(&line));
	} else {
		printf("%.*s: %s", VIEW_ARG(h->queue_id), what);
		if (h->recipients > 1)
			printf(" (%zu recipients)", h->recipients);
		putchar('\n');
	}
	text_free(&line);
}

/* Between the deed and its record nobody stops us. */
static void
hold_signals(sigset_t *before)
{
	sigset_t these;

	sigemptyset(&these);
	sigaddset(&these, SIGHUP);
	sigaddset(&these, SIGINT);
	sigaddset(&these, SIGQUIT);
	sigaddset(&these, SIGTERM);
	sigaddset(&these, SIGTSTP);
	sigprocmask(SIG_BLOCK, &these, before);
}

int
quarantine_change(const struct quarantine_changes *q,
    enum quarantine_change change, const struct held_mail_item *item, bool json)
{
	struct view id = item->held.queue_id;
	struct err e = ERR_NONE, later = ERR_NONE;
	sigset_t before;
	int result, code = 0;

	hold_signals(&before);
	result = change == QUARANTINE_RELEASE
	    ? held_release(q->mta, &item->held, &e)
	    : held_delete(q->mta, &item->held, &e);
	if (result >= 0)
		code = record(q, item, words[change]);
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (result < 0)
		return ctl_fail(EX_DATAERR, "%.*s: %s", VIEW_ARG(id), e.text);
	put(&item->held, words[change], json);
	if (result > 0)
		ctl_fail(0, "%.*s: %s, but: %s", VIEW_ARG(id), words[change],
		    e.text);
	if (change == QUARANTINE_RELEASE &&
	    held_deliver(q->mta, &item->held, &later) < 0)
		ctl_fail(0,
		    "%.*s: the MTA delivers it with its next queue run: %s",
		    VIEW_ARG(id), later.text);
	return code;
}
