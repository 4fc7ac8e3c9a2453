// SPDX-License-Identifier: BSD-2-Clause
/*
 * filter.c - what the filter does at the end of a message, and with what.
 *
 * The order of effects is that of DESIGN, section 5: record, changes, claim,
 * outbox.  A crash between two of them may lose an answer, never send two.
 */
#include "daemon/filter.h"

#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "daemon/bounced.h"
#include "daemon/counted.h"

static int
open_audit(struct filter *f, const struct site *s, struct err *e)
{
	const char *path = s->conf->audit.file;
	struct audit_file *file;

	if (path[0] == '\0')
		return 0;
	file = audit_open(path, e);
	if (file == NULL)
		return err_in(e, "audit.file");
	f->audit = audit_queue_start(file, f->clock, s->host, e);
	return f->audit == NULL ? -1 : 0;
}

int
filter_open(struct filter *f, struct site *s, struct err *e)
{
	const struct conf *c = s->conf;

	memset(f, 0, sizeof(*f));
	f->clock = &clock_system;
	f->slot = site_slot_new(s);
	if (f->slot == NULL) {
		site_drop(s);
		return err_set(e, "out of memory");
	}
	f->verifier = signature_open(c->trust.keys, f->clock, e);
	if (f->verifier == NULL)
		return err_in(e, "trust.keys");
	f->dry_store = store_open("memory:", e);
	if (f->dry_store == NULL)
		return -1;
	/* A dry run leaves no trace, so it needs no database either. */
	if (!c->dry_run && (f->store = store_open(c->state, e)) == NULL)
		return err_in(e, "state");
	return open_audit(f, s, e);
}

static void
count_audit(void *arg, uint64_t written, uint64_t lost, size_t waiting,
    bool works)
{
	struct counters *c = arg;

	counted_audit(c, OF_FILTER, written, lost, works);
	counters_set(c, COUNT_AUDIT_WAITING, 0, waiting);
}

void
filter_count(struct filter *f, struct counters *c)
{
	f->counters = c;
	if (f->audit != NULL)
		audit_queue_on_change(f->audit, count_audit, c);
}

void
filter_close(struct filter *f)
{
	audit_queue_free(f->audit);
	store_close(f->store);
	store_close(f->dry_store);
	signature_close(f->verifier);
	site_slot_free(f->slot);
	memset(f, 0, sizeof(*f));
}

/* A dry run that ends by a reload is the first to need the real store. */
static int
open_store_late(struct filter *f, const struct conf *c, struct err *e)
{
	if (c->dry_run || f->store != NULL)
		return 0;
	f->store = store_open(c->state, e);
	return f->store == NULL ? err_in(e, "state") : 0;
}

int
filter_reload(struct filter *f)
{
	struct site *old = site_current(f->slot), *new;
	struct err e = ERR_NONE;
	const char *unchanged = NULL;

	new = site_load(&old->source, &e);
	if (new != NULL)
		unchanged = conf_needs_restart(old->conf, new->conf);
	if (new == NULL || conf_keep_start(new->conf, old->conf, &e) < 0 ||
	    open_store_late(f, new->conf, &e) < 0) {
		log_error("not reloaded, the old set stays in force: %s",
		    e.text);
		counters_add(f->counters, COUNT_RELOADS, RELOAD_REFUSED, 1);
		site_drop(new);
		site_drop(old);
		return -1;
	}
	if (unchanged != NULL)
		log_warn("%s: %s takes effect at the next start",
		    new->conf->file, unchanged);
	log_info("reloaded %s: %zu packs%s", new->conf->file, new->packs.count,
	    new->conf->dry_run ? " (dry run)" : "");
	counters_add(f->counters, COUNT_RELOADS, RELOAD_TAKEN, 1);
	folders_inherit(&new->folders, old->folders);
	site_drop(old);
	site_replace(f->slot, new);
	return 0;
}

static void
count_folder(const struct filter *f, const struct folder *folder)
{
	if (folder->state != FOLDER_SETTLING)
		counters_add(f->counters, COUNT_FOLDER_ERRORS,
		    folder->state == FOLDER_BROKEN ? FILES_BROKEN
			: folder->kept             ? FILES_KEPT
						   : FILES_LINES,
		    1);
}

/* Says once what is wrong with the folders this message made us read. */
static void
log_folders(const struct filter *f, const struct decision *d)
{
	for (size_t i = 0; i < d->recipients; i++) {
		const struct decision_recipient *r = &d->recipient[i];

		if (r->folder == NULL || !r->folder_fresh ||
		    r->folder->complaint == NULL)
			continue;
		count_folder(f, r->folder);
		if (r->folder->state == FOLDER_BROKEN)
			log_error("user %s: tag only: %s", r->user,
			    r->folder->complaint);
		else if (r->folder->state == FOLDER_SETTLING)
			log_info("user %s: tag only for now: %s", r->user,
			    r->folder->complaint);
		else if (r->folder->kept)
			log_error("user %s: the rules before stay in force: %s",
			    r->user, r->folder->complaint);
		else
			log_warn("user %s: %s", r->user, r->folder->complaint);
	}
}

static void
log_name_servers(const struct filter *f)
{
	switch (signature_news(f->verifier)) {
	case KEY_NEWS_DEAD:
		counters_set(f->counters, COUNT_NAME_SERVERS_UP, 0, 0);
		log_error("trust.keys: the name servers do not answer; no "
			  "signature is checked until they do");
		break;
	case KEY_NEWS_ALIVE:
		counters_set(f->counters, COUNT_NAME_SERVERS_UP, 0, 1);
		log_info("trust.keys: the name servers answer again");
		break;
	case KEY_NEWS_NONE:
		break;
	}
}

/*
 * What every message would say again is said once a minute at most, and once
 * when it is over.
 */
static void
log_store_failed(struct filter *f, struct view queue_id, const char *why)
{
	counted_store(f->counters, OF_FILTER, false);
	if (news_failed(&f->store_news, clock_wall_ms(f->clock)))
		log_error("%.*s: state store: %s; nobody is counted "
			  "and nothing is answered until it works",
		    VIEW_ARG(queue_id), why);
}

static void
log_store(struct filter *f, const struct decision *d)
{
	if (d->store_failed && d->store_why.text[0] != '\0') {
		log_store_failed(f, d->record.queue_id, d->store_why.text);
	} else if (d->store_worked && !d->store_failed) {
		counted_store(f->counters, OF_FILTER, true);
		if (news_worked(&f->store_news))
			log_info("%.*s: state store: works again",
			    VIEW_ARG(d->record.queue_id));
	}
}

enum {
	RECORD_WAIT_MS = 1000, /* for a disk that hangs, once */
	DRAIN_MS = 2000
};

/* "audit: works again", and what that came too late for. */
static void
log_audit_works(struct filter *f)
{
	uint64_t lost = audit_queue_lost(f->audit);

	if (lost == 0)
		log_info("audit: works again");
	else
		log_warn("audit: works again; %llu records are lost",
		    (unsigned long long)lost);
}

static void
write_record(struct filter *f, const struct text *record)
{
	struct err e = ERR_NONE;
	enum audit_put put;

	if (f->audit == NULL)
		return;
	if (!text_ok(record)) {
		log_error("audit record lost: out of memory or too long");
		counters_add(f->counters, COUNT_AUDIT_LOST, OF_FILTER, 1);
		return;
	}
	put = audit_queue_put(f->audit, text_view(record), RECORD_WAIT_MS, &e);
	if (put == AUDIT_WRITTEN && news_worked(&f->audit_news))
		log_audit_works(f);
	if (put == AUDIT_WRITTEN ||
	    !news_failed(&f->audit_news, clock_wall_ms(f->clock)))
		return;
	if (put == AUDIT_WAITS)
		log_error("audit: %s; records wait to be written", e.text);
	else
		log_error("audit record lost: %s", e.text);
}

void
filter_drain(struct filter *f)
{
	uint64_t lost;

	if (f->audit == NULL)
		return;
	lost =
	    audit_queue_stop(f->audit, DRAIN_MS) + audit_queue_lost(f->audit);
	if (lost > 0)
		log_error("audit: %llu records are lost",
		    (unsigned long long)lost);
}

static void
write_decision(struct filter *f, const struct decision *d)
{
	struct text text = TEXT_INIT(LIMIT_AUDIT_SIZE);

	audit_line(&d->record, &text);
	log_info("%s", text_string(&text));
	text_clear(&text);
	audit_json(&d->record, &text);
	write_record(f, &text);
	text_free(&text);
}

static void
write_outbox(void *arg, const struct audit_outbox *record)
{
	struct text text = TEXT_INIT(LIMIT_AUDIT_SIZE);
	struct filter *f = arg;

	counted_outbox(f->counters, record);
	audit_outbox_json(record, &text);
	write_record(f, &text);
	log_info("%.*s: %s for %.*s %s%s%s", VIEW_ARG(record->queue_id),
	    record->mode, VIEW_ARG(record->user), record->what,
	    record->why == NULL ? "" : ": ",
	    record->why == NULL ? "" : record->why);
	text_free(&text);
}

/* All fields of a name, the last one first. */
static int
remove_fields(const struct own_field *field, const struct filter_edit *edit)
{
	int failed = 0;

	for (int index = field->count; index > 0; index--)
		failed |= edit->remove(edit->arg, field->name, index);
	return failed;
}

/*
 * All or as much as the MTA takes: a result header that could not be added
 * is no reason to hold the mail up.
 */
static void
apply(const struct filter *f, const struct changes *c,
    const struct filter_edit *edit, const struct engine_message *m)
{
	int failed = 0, held = -1;

	for (size_t i = 0; i < c->removals; i++)
		failed |= remove_fields(&c->removal[i], edit);
	for (size_t i = 0; i < c->headers; i++)
		failed |=
		    edit->add(edit->arg, c->header[i].name, c->header[i].value);
	if (c->hold_reason != NULL) {
		held = edit->hold(edit->arg, c->hold_reason);
		failed |= held;
	}
	counters_add(f->counters, COUNT_HELD, 0, held == 0);
	counters_add(f->counters, COUNT_NOT_CHANGED, 0, failed != 0);
	if (failed != 0)
		log_error("%.*s: the MTA did not take all changes",
		    VIEW_ARG(m->envelope.queue_id));
	if (m->own != NULL && m->own->cut)
		log_warn("%.*s: too many names that begin with %s; what is "
			 "none of ours stays in part",
		    VIEW_ARG(m->envelope.queue_id), OWN_FIELDS_PREFIX);
}

/*
 * Mail that is nobody's business but for the headers somebody forged, or that
 * we failed on, which he may have wanted.
 */
static void
clean_only(const struct filter *f, const struct session_mail *mail,
    const struct filter_edit *edit)
{
	const struct engine_message *m = &mail->message;
	struct changes changes = { .removals = 0 };

	if (mail->site->conf->dry_run || m->own == NULL || m->own->count == 0)
		return;
	changes_remove(m->own, &changes);
	log_info("%.*s: removed %zu forged %s headers",
	    VIEW_ARG(m->envelope.queue_id), own_fields_total(m->own),
	    OWN_FIELDS_PREFIX);
	apply(f, &changes, edit, m);
}

/* Of the state where there is one: in a dry run it is the process's own. */
static struct view
site_secret(const struct filter *f)
{
	const struct store *s = f->store != NULL ? f->store : f->dry_store;

	return store_secret(s);
}

/* Counts an answer that came back.  Nothing of that changes the mail. */
static void
take_bounce(struct filter *f, const struct world *w,
    const struct session_mail *mail)
{
	const struct engine_message *m = &mail->message;
	struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
	struct bounced b = { .opened = { 0 } };
	struct err e = ERR_NONE;
	int result = p == NULL ? err_set(&e, "out of memory")
			       : bounced_count(mail->site, w, m, p, &b, &e);

	if (result == 1) {
		write_outbox(f, &b.record);
		counted_breakers(f->counters, b.opened);
		breaker_log(&b.answer, b.opened);
	}
	if (result < 0 && e.text[0] != '\0')
		log_store_failed(f, m->envelope.queue_id, e.text);
	pool_free(p);
}

int
filter_message(struct filter *f, const struct session_mail *mail,
    const struct filter_edit *edit, struct err *e)
{
	const int64_t began_us = clock_steady_us(f->clock);
	bool dry_run = mail->site->conf->dry_run;
	struct world w = {
		.clock = f->clock,
		.store = dry_run ? f->dry_store : f->store,
		.verifier = f->verifier,
		.host = mail->site->host,
	};
	struct decision d;
	int result;

	if (mail->bounce && !dry_run && f->store != NULL)
		take_bounce(f, &w, mail);
	if (!mail->candidate) {
		clean_only(f, mail, edit);
		return 0;
	}
	result = engine_decide(mail->site, &w, &mail->message, &d, e);
	if (f->verifier != NULL)
		log_name_servers(f);
	if (result == 0) {
		log_folders(f, &d);
		counted_decision(f->counters, &d);
		if (mail->site->conf->audit.names == CONF_NAMES_HASH)
			d.record.names_secret = site_secret(f);
		write_decision(f, &d);
		apply(f, &d.changes, edit, &mail->message);
		if (engine_queue(mail->site, &w, &d, write_outbox, f) > 0 &&
		    f->wake_sender != NULL)
			f->wake_sender(f->wake_arg);
		log_store(f, &d);
	} else {
		counters_add(f->counters, COUNT_FAILURES, 0, 1);
		clean_only(f, mail, edit);
	}
	counters_took(f->counters, clock_steady_us(f->clock) - began_us);
	decision_free(&d);
	return result;
}

void
filter_learn(struct filter *f, const struct learned_mail *mail)
{
	struct store *store =
	    mail->site->conf->dry_run ? f->dry_store : f->store;
	struct learned_mail now = *mail;
	struct err e = ERR_NONE;

	now.now_ms = clock_wall_ms(f->clock);
	if (store == NULL ||
	    learned_remember(store, &f->learned, &now, &e) == 0 ||
	    e.text[0] == '\0')
		return;
	counted_store(f->counters, OF_FILTER, false);
	if (news_failed(&f->store_news, now.now_ms))
		log_error("state store: %s; nobody is learned until it works",
		    e.text);
}
