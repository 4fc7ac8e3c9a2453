// SPDX-License-Identifier: BSD-2-Clause
/*
 * explanation.c - the whole way of one message, told.
 */
#include "ctl/explanation.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "ctl/explain_words.h"
#include "recognise/recognise.h"

static void
tell_candidate(struct telling *t, const struct explanation *x)
{
	const struct decision *d;
	struct candidacy why;

	if (x->trial == NULL) {
		tell(t, "candidate", "candidate",
		    VIEW("It was one, since it has a record; which word or "
			 "field made it one is unknown."));
		return;
	}
	d = &x->trial->decision;
	if (!recognise_why_candidate(&x->site->packs, &d->message,
		d->record.envelope_from,
		x->site->conf->trust.forged != CONF_FORGED_NONE, &why)) {
		tell(t, "candidate", "candidate",
		    VIEW("No: no pack asks for it, so the filter would have "
			 "let it go."));
		return;
	}
	tell(t, "pack", "pack", pack_name(why.pack));
	if (why.reason == CANDIDATE_IMITATION)
		tell(t, "candidate", "candidate",
		    VIEW("Its From may imitate the network."));
	else if (why.reason == CANDIDATE_UNSEEN)
		tell(t, "candidate", "candidate",
		    VIEW("A From field was too much to be read, and may be of "
			 "any network."));
	else if (why.reason == CANDIDATE_ENVELOPE)
		tell_format(t, "candidate", "candidate",
		    "Its reverse-path has \"%.*s\".", VIEW_ARG(why.word));
	else if (why.word.size == 0)
		tell_format(t, "candidate", "candidate",
		    "It has the field %.*s.", VIEW_ARG(why.header));
	else
		tell_format(t, "candidate", "candidate",
		    "Its field %.*s has \"%.*s\".", VIEW_ARG(why.header),
		    VIEW_ARG(why.word));
}

static void
tell_trust(struct telling *t, const struct audit_entry *e)
{
	tell(t, "trust", "trust",
	    e->trust.size > 0 ? e->trust : VIEW("unknown"));
	tell(t, "trust_words", "", view_of(explain_trust(e->trust)));
	tell_foreign(t, "trust_why", "", e->why_trust);
}

/* Which rule of the pack, and where it found it. */
static void
tell_evidence(struct telling *t, const struct explanation *x)
{
	const struct request *q;

	if (x->trial == NULL) {
		if (x->entry->evidence.size > 0)
			tell_format(t, "evidence", "because",
			    "%.*s; where that was found is unknown",
			    VIEW_ARG(view_part(x->entry->evidence, 0, 400)));
		return;
	}
	q = &x->trial->decision.request;
	telling_open_list(t, "evidence");
	for (size_t i = 0; i < q->evidence_count; i++) {
		const struct evidence *found = &q->evidence[i];
		char line[256];

		if (t->json) {
			telling_open(t, NULL, NULL);
			tell(t, "rule", "", found->rule);
			tell(t, "where", "", view_of(found->where));
			telling_close(t);
			continue;
		}
		snprintf(line, sizeof(line), "%.*s, in %s",
		    VIEW_ARG(view_part(found->rule, 0, 200)), found->where);
		tell_line(t, i == 0 ? "because" : "", view_of(line));
	}
	telling_close_list(t);
}

/* Where the fields of the first person, and the others, come from. */
static void
tell_sources(struct telling *t, const struct explanation *x)
{
	const struct request *q;

	if (x->trial == NULL) {
		tell(t, "read_words", "read",
		    VIEW("Where the fields were read is unknown."));
		return;
	}
	q = &x->trial->decision.request;
	telling_open_list(t, "read");
	for (size_t i = 0; i < q->sources; i++) {
		const struct request_source *from = &q->source[i];

		if (t->json) {
			telling_open(t, NULL, NULL);
			tell(t, "field", "", view_of(from->field));
			tell(t, "where", "", view_of(from->where));
			telling_close(t);
		} else {
			tell_format(t, NULL, i == 0 ? "read" : "", "%s: in %s",
			    from->field, from->where);
		}
	}
	telling_close_list(t);
}

static void
tell_request(struct telling *t, const struct explanation *x)
{
	const struct audit_entry *e = x->entry;

	tell(t, "type", "recognised", e->type);
	tell(t, "network", "network",
	    e->network.size > 0 ? e->network : VIEW("none"));
	tell(t, "why_other", "because", e->why_other);
	tell_evidence(t, x);
	if (e->people > 0 && e->person.size == 0)
		tell(t, "person", "person", VIEW("(not named)"));
	tell_foreign(t, "person", "person", e->person);
	tell_foreign(t, "headline", "headline", e->headline);
	tell_foreign(t, "company", "company", e->company);
	tell_foreign(t, "profile", "profile", e->profile);
	if (e->people > 1)
		tell_format(t, "others", "others", "%lld", e->people - 1);
	tell_foreign(t, "group", "group", e->group);
	tell(t, "note", "note", e->note);
	if (e->mutual >= 0)
		tell_format(t, "mutual", "mutual", "%lld", e->mutual);
	tell(t, "lang", "language", e->lang);
	tell_foreign(t, "template", "template", e->template_key);
	tell_sources(t, x);
	if (x->trial == NULL)
		tell(t, "route", "route",
		    VIEW("Unknown: no record has where an answer may go."));
	else if (x->trial->decision.route.size > 0)
		tell_foreign(t, "route", "route", x->trial->decision.route);
	else
		tell(t, "route", "route", VIEW("none"));
	tell(t, "cut", "cut", e->cut);
	if (e->pattern_errors > 0)
		tell_format(t, "pattern_errors", "patterns",
		    "%lld took too long and count as no match",
		    e->pattern_errors);
}

static bool
was_looked_up(const struct audit_entry_recipient *r)
{
	return !view_equal(r->why, VIEW("no-user")) &&
	    !view_equal(r->why, VIEW("no-network")) &&
	    !view_equal(r->why, VIEW("tag-only"));
}

/* What the contacts, which only a trial has, say besides. */
static void
tell_contacts(struct telling *t, const struct decision_recipient *d)
{
	if (d->folder == NULL || d->folder->state != FOLDER_OK)
		return;
	if (d->match.known != KNOWN_NO)
		tell(t, "contact", "", d->match.name);
	else
		tell_format(t, "contacts", "", "People in the contacts: %zu",
		    contacts_count(d->folder->contacts));
}

static void
tell_known(struct telling *t, const struct explanation *x, size_t index)
{
	const struct audit_entry_recipient *r = &x->entry->recipient[index];
	bool is_no = view_equal(r->known, VIEW("no"));

	if (!was_looked_up(r)) {
		tell(t, "known_words", "known", VIEW("Nobody was looked up."));
		return;
	}
	tell(t, "known", "known",
	    r->known.size > 0 ? r->known : VIEW("unknown"));
	if (x->entry->people == 0)
		tell(t, "known_words", "",
		    VIEW("The mail names nobody to be looked up."));
	else
		tell(t, "known_words", "", view_of(explain_known(r->known)));
	if (is_no && x->entry->person.size > 0 && !x->entry->hashed &&
	    view_find_byte(view_trim(x->entry->person), ' ') == VIEW_NONE)
		tell(t, "known_name", "",
		    VIEW("A name of one word is never looked up."));
	if (x->trial != NULL)
		tell_contacts(t, &x->trial->decision.recipient[index]);
	tell(t, "groups", "groups", r->groups);
	if (r->seen > 0)
		tell_format(t, "seen", "seen", "%lld", r->seen);
	else
		tell(t, "seen", "seen", VIEW("not counted"));
}

/* What the mail has where a condition failed; texts are told above. */
static void
add_value(const struct explanation *x, size_t index, const char *condition,
    struct text *value)
{
	const struct audit_entry *e = x->entry;
	const struct audit_entry_recipient *r = &e->recipient[index];
	const struct {
		const char *condition;
		struct view value;
	} rows[] = {
		{ "type", e->type },
		{ "trust", e->trust },
		{ "network", e->network },
		{ "known", r->known },
		{ "group", r->groups },
		{ "note", e->note },
		{ "lang", e->lang },
		{ "name", e->person },
		{ "headline", e->headline },
		{ "company", e->company },
		{ "group_name", e->group },
		{ "recipient", r->recipient },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].condition, condition) == 0) {
			text_add(value,
			    rows[i].value.size > 0 ? rows[i].value
						   : VIEW("nothing"));
			return;
		}
	if (strcmp(condition, "mutual") == 0 && e->mutual >= 0)
		text_addf(value, "%lld", e->mutual);
	else if (strcmp(condition, "seen") == 0)
		text_addf(value, "%lld", r->seen);
	else if (strcmp(condition, "mutual") == 0)
		text_add_string(value, "nothing");
}

static void
tell_step(struct telling *t, const struct explanation *x, size_t index,
    const struct rules_trace *step, const char *label)
{
	struct text line = TEXT_INIT(LIMIT_FIELD_SIZE);
	struct text value = TEXT_INIT(LIMIT_FIELD_SIZE);
	struct text shown = TEXT_INIT(LIMIT_FIELD_SIZE);

	if (step->condition != NULL)
		add_value(x, index, step->condition, &value);
	telling_hide(text_view(&value), &shown);
	if (t->json) {
		telling_open(t, NULL, NULL);
		tell_format(t, "line", "", "%d", step->line);
		tell(t, "rule", "", step->rule);
		tell_bool(t, "matched", step->matched);
		tell(t, "failed", "", view_of(step->condition));
		tell(t, "value", "", text_view(&shown));
		telling_close(t);
	} else {
		text_addf(&line, "line %d \"%.*s\": ", step->line,
		    VIEW_ARG(step->rule));
		text_add_string(&line, step->matched ? "matches" : "no, ");
		if (!step->matched)
			text_addf(&line, "its \"%s\" does not hold",
			    step->condition == NULL ? "-" : step->condition);
		if (shown.size > 0)
			text_addf(&line, "; here: %s", text_string(&shown));
		tell_line(t, label, text_view(&line));
	}
	text_free(&line);
	text_free(&value);
	text_free(&shown);
}

static void
tell_rules(struct telling *t, const struct explanation *x, size_t index)
{
	const struct audit_entry_recipient *r = &x->entry->recipient[index];
	const struct trial_recipient *notes;

	if (x->trial != NULL) {
		notes = &x->trial->recipient[index];
		telling_open_list(t, "tried");
		for (size_t i = 0; i < notes->steps; i++)
			tell_step(t, x, index, &notes->step[i],
			    i == 0 ? "tried" : "");
		telling_close_list(t);
	} else if (was_looked_up(r)) {
		tell(t, "tried_words", "tried",
		    VIEW("Which rules were tried, and which condition of each "
			 "failed, is unknown."));
	}
	if (r->has_rule)
		tell(t, "rule", "rule", r->rule);
	else
		tell(t, "rule_words", "rule", VIEW("none"));
	if (t->json || !r->has_rule)
		tell(t, "why", "", r->why);
	tell(t, "why_words", "", view_of(explain_reason(r->why)));
	if (x->trial != NULL &&
	    x->trial->decision.recipient[index].folder != NULL)
		tell(t, "complaint", "note",
		    view_of(x->trial->decision.recipient[index]
				.folder->complaint));
	tell(t, "actions", "actions",
	    r->actions.size > 0 ? r->actions : VIEW("deliver"));
}

/* The message is one, so what changes it is what all recipients want. */
static void
tell_merge(struct telling *t, const struct explanation *x, size_t index)
{
	const struct audit_entry *e = x->entry;
	struct view not_shared = e->recipient[index].not_shared;

	if (not_shared.size > 0) {
		tell(t, "not_shared", "not shared", not_shared);
		tell(t, "merge", "merge",
		    VIEW("These were not done to the message, since not all "
			 "its recipients want them."));
	} else if (e->recipients + (size_t)e->recipients_more > 1) {
		tell(t, "merge", "merge",
		    VIEW("The other recipients kept nothing of it from being "
			 "done."));
	} else {
		tell(t, "merge", "merge",
		    VIEW("It has no other recipients to agree with."));
	}
}

static void
tell_recipient(struct telling *t, const struct explanation *x, size_t index)
{
	const struct audit_entry_recipient *r = &x->entry->recipient[index];
	struct view address =
	    r->recipient.size > 0 ? r->recipient : VIEW("unknown");

	tell_line(t, "For", address);
	telling_open(t, NULL, NULL);
	if (t->json)
		tell(t, "recipient", "", address);
	if (r->user.size > 0)
		tell(t, "user", "user", r->user);
	else
		tell(t, "user_words", "user", VIEW("nobody's here"));
	tell_known(t, x, index);
	tell_rules(t, x, index);
	tell_merge(t, x, index);
	explanation_tell_answer(t, x, index);
	telling_close(t);
}

/* What the engine of a trial would have the MTA do. */
static void
tell_changes(struct telling *t, const struct changes *c)
{
	telling_open_list(t, "removes");
	for (size_t i = 0; i < c->removals; i++)
		for (int n = 0; n < c->removal[i].count; n++)
			tell(t, NULL, "removes", view_of(c->removal[i].name));
	telling_close_list(t);
	telling_open_list(t, "adds");
	for (size_t i = 0; i < c->headers; i++) {
		struct text line = TEXT_INIT(2 * LIMIT_RESULT_HEADER_SIZE);

		text_addf(&line, "%s: %s", c->header[i].name,
		    c->header[i].value);
		tell(t, NULL, "adds", text_view(&line));
		text_free(&line);
	}
	telling_close_list(t);
	tell(t, "holds", "holds", view_of(c->hold_reason));
	if (c->removals + c->headers == 0 && c->hold_reason == NULL)
		tell(t, "words", "changes", VIEW("none"));
}

static void
tell_recorded_changes(struct telling *t, const struct audit_entry *e)
{
	if (!e->says_applied) {
		tell(t, "words", "changes", VIEW("unknown"));
		return;
	}
	tell_bool(t, "headers", e->applied_header);
	tell_bool(t, "quarantine", e->applied_quarantine);
	tell_line(t, "changes",
	    e->dry_run              ? VIEW("None: it was a dry run.")
		: e->applied_header ? VIEW("Headers were added.")
				    : VIEW("No headers were added."));
	tell_line(t, "",
	    e->applied_quarantine ? VIEW("The MTA was asked to hold it.")
				  : VIEW("The MTA was not asked to hold it."));
	tell(t, "words", "",
	    VIEW("Which headers these were, which forged ones were removed, "
		 "and whether the MTA took all, is unknown."));
}

static bool
is_never_held(const struct audit_entry *e)
{
	for (size_t i = 0; i < e->recipients; i++)
		if (audit_never_held(&e->recipient[i]))
			return true;
	return false;
}

/* What people did with it later. */
static void
tell_by_hand(struct telling *t, const struct explanation *x)
{
	telling_open_list(t, "by_hand");
	for (size_t i = 0; i < x->jobs; i++) {
		const struct audit_entry *later = x->job[i];

		if (later->quarantine.size == 0)
			continue;
		if (t->json) {
			telling_open(t, NULL, NULL);
			tell(t, "time", "", later->time);
			tell(t, "quarantine", "", later->quarantine);
			tell(t, "by", "", later->by);
			telling_close(t);
		} else {
			tell_format(t, "", "by hand", "%.*s by %.*s, %.*s",
			    VIEW_ARG(view_part(later->quarantine, 0, 64)),
			    VIEW_ARG(view_part(later->by, 0, 64)),
			    VIEW_ARG(view_part(later->time, 0, 32)));
		}
	}
	telling_close_list(t);
}

static void
tell_applied(struct telling *t, const struct explanation *x)
{
	const struct audit_entry *e = x->entry;

	telling_open(t, "applied",
	    x->trial != NULL ? "What would be done to the mail:"
			     : "What was done to the mail:");
	if (x->trial != NULL)
		tell_changes(t, &x->trial->decision.changes);
	else
		tell_recorded_changes(t, e);
	tell(t, "why_held", "held by", e->why_held);
	if (e->why_held.size > 0)
		tell(t, "why_held_words", "",
		    VIEW("The site holds such mail by that setting, whatever "
			 "the rules of users say."));
	if (is_never_held(e))
		tell(t, "not_held", "not held",
		    VIEW("A rule asks for it, but security mail is never "
			 "held."));
	tell_by_hand(t, x);
	telling_close(t);
}

void
explanation_tell(struct telling *t, const struct explanation *x)
{
	const struct audit_entry *e = x->entry;

	tell(t, "qid", "queue id", e->queue_id);
	tell(t, "mid", "message id", e->message_id);
	if (x->trial == NULL)
		tell(t, "time", "time",
		    e->time.size > 0 ? e->time : VIEW("unknown"));
	if (x->trial == NULL && e->dry_run)
		tell(t, "dry_run", "dry run",
		    VIEW("It was decided and not done."));
	if (x->trial != NULL && x->site_dry_run)
		tell(t, "dry_run", "dry run",
		    VIEW("The settings say so: nothing of this would be "
			 "done yet."));
	tell_candidate(t, x);
	tell_trust(t, e);
	tell_request(t, x);
	telling_open_list(t, "recipients");
	for (size_t i = 0; i < e->recipients; i++)
		tell_recipient(t, x, i);
	telling_close_list(t);
	if (e->recipients_more > 0)
		tell_format(t, "recipients_more", "more",
		    "%lld recipients, of which the record says nothing",
		    e->recipients_more);
	tell_applied(t, x);
}
