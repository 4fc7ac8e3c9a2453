// SPDX-License-Identifier: BSD-2-Clause
/*
 * explanation_answer.c - each guard of an answer, the store, and the outbox.
 */
#include <stdio.h>

#include "ctl/explain_words.h"
#include "ctl/explanation.h"
#include "policy/guards.h"

/*
 * What is asked of an answer: whether the user wants any, the guards of its
 * kind, whether there is a person to be answered, and the store.
 */
enum { BEFORE = 1, BEHIND = 2 };

struct questions {
	bool draft;
	size_t guards; /* of its kind */
	size_t count;
};

static struct questions
questions_of(bool draft)
{
	struct questions q = { .draft = draft,
		.guards = draft ? GUARDS_DRAFT : GUARDS_REPLY };

	q.count = BEFORE + q.guards + BEHIND;
	return q;
}

static const char *
question_name(const struct questions *q, size_t i)
{
	if (i < BEFORE)
		return "user-off";
	if (i < BEFORE + q->guards)
		return q->draft ? guards_draft_name(i - BEFORE)
				: guards_name(i - BEFORE);
	return i == BEFORE + q->guards ? "no-person" : "store-down";
}

static const char *
question_words(const struct questions *q, size_t i)
{
	if (i >= BEFORE && i < BEFORE + q->guards)
		return q->draft ? guards_draft_words(i - BEFORE)
				: guards_words(i - BEFORE);
	return explain_why(view_of(question_name(q, i)));
}

/*
 * Where it was stopped: first is the first question that may have done it,
 * last the last; both are q->count where it passed them all, and they differ
 * where the record's word is that of two.  False for a word of none.
 */
static bool
find_stop(const struct questions *q, struct view why,
    const enum guards_verdict *verdict, size_t *first, size_t *last)
{
	size_t from = 0;

	*first = *last = q->count;
	if (why.size == 0)
		return true;
	/* A trial knows that all guards passed, whatever the word. */
	if (verdict != NULL && verdict[GUARDS_REPLY - 1] == GUARDS_PASSED)
		from = BEFORE + q->guards;
	for (size_t i = from; i < q->count; i++) {
		if (!view_equal(view_of(question_name(q, i)), why))
			continue;
		if (*first == q->count)
			*first = i;
		*last = i;
	}
	if (verdict != NULL && from == 0)
		*last = *first;
	return *first < q->count;
}

static const char *
verdict_name(bool known, size_t i, size_t first, size_t last)
{
	if (!known)
		return "unknown";
	if (i < first)
		return "passed";
	if (i > last)
		return "not reached";
	return first == last ? "stopped it" : "unknown";
}

static void
tell_guards(struct telling *t, const struct questions *q, struct view why,
    const enum guards_verdict *verdict)
{
	size_t first, last;
	bool known = find_stop(q, why, verdict, &first, &last);

	telling_open_list(t, "guards");
	for (size_t i = 0; i < q->count; i++) {
		const char *says = verdict_name(known, i, first, last);
		char line[256];

		if (t->json) {
			telling_open(t, NULL, NULL);
			tell(t, "guard", "", view_of(question_name(q, i)));
			tell(t, "verdict", "", view_of(says));
			tell(t, "for", "", view_of(question_words(q, i)));
			telling_close(t);
			continue;
		}
		snprintf(line, sizeof(line), "%-11s %s: %s", says,
		    question_name(q, i), question_words(q, i));
		tell_line(t, i == 0 ? "guards" : "", view_of(line));
	}
	telling_close_list(t);
}

/* The sentence of a word, wherever it comes from; or NULL. */
static const char *
words_of(struct view why)
{
	for (size_t i = 0; i < GUARDS_REPLY; i++)
		if (view_equal(view_of(guards_name(i)), why))
			return guards_words(i);
	for (size_t i = 0; i < GUARDS_DRAFT; i++)
		if (view_equal(view_of(guards_draft_name(i)), why))
			return guards_draft_words(i);
	return explain_why(why);
}

static bool
is_claim(const struct audit_entry *job)
{
	return view_equal(job->what, VIEW("queued")) ||
	    view_equal(job->what, VIEW("refused"));
}

/* A notice is no answer to the mail at which it was queued. */
static bool
answers_for(const struct audit_entry *job, struct view user)
{
	return job->recipients == 1 &&
	    view_equal(job->recipient[0].user, user) &&
	    !view_equal(job->mode, view_of(store_job_mode_name(JOB_NOTICE)));
}

static void
tell_job(struct telling *t, const struct audit_entry *job, const char *label)
{
	const char *state = explain_state(job->what);
	const char *why = words_of(job->why);

	if (t->json) {
		telling_open(t, NULL, NULL);
		tell(t, "time", "", job->time);
		tell(t, "state", "", job->what);
		if (job->job > 0)
			tell_format(t, "job", "", "%lld", job->job);
	} else {
		char line[128];

		snprintf(line, sizeof(line), "%.*s %.*s",
		    VIEW_ARG(view_part(job->time, 0, 32)),
		    VIEW_ARG(view_part(job->what, 0, 64)));
		tell_line(t, label, view_of(line));
		if (job->job > 0)
			tell_format(t, "job", "", "job %lld", job->job);
	}
	tell(t, "words", "", view_of(state));
	tell_foreign(t, "why", "", job->why);
	tell(t, "why_words", "", view_of(why));
	if (t->json)
		telling_close(t);
}

/* Either what the store said to the claim, or what became of it. */
static size_t
tell_jobs(struct telling *t, const struct explanation *x, struct view user,
    bool claims)
{
	size_t told = 0;

	telling_open_list(t, claims ? "store" : "outbox");
	for (size_t i = 0; i < x->jobs; i++)
		if (answers_for(x->job[i], user) &&
		    is_claim(x->job[i]) == claims)
			tell_job(t, x->job[i],
			    told++ > 0   ? ""
				: claims ? "store"
					 : "outbox");
	telling_close_list(t);
	return told;
}

/* What happened to what passed the guards. */
static void
tell_sending(struct telling *t, const struct explanation *x, size_t recipient)
{
	struct view user = x->entry->recipient[recipient].user;
	size_t told;

	if (x->trial != NULL) {
		tell(t, "store_words", "store",
		    VIEW("Not asked: nothing is sent or kept of a message "
			 "that is only tried."));
		return;
	}
	if (x->entry->dry_run) {
		tell(t, "store_words", "store",
		    VIEW("Not asked: a dry run queues nothing."));
		return;
	}
	told = tell_jobs(t, x, user, true);
	if (told == 0)
		tell(t, "store_words", "store",
		    VIEW("Unknown: there is no record of the claim."));
	if (tell_jobs(t, x, user, false) == 0)
		tell(t, "outbox_words", "outbox",
		    VIEW("Unknown, if it was queued: there is no record."));
}

void
explanation_tell_answer(struct telling *t, const struct explanation *x,
    size_t recipient)
{
	const struct audit_entry_recipient *r = &x->entry->recipient[recipient];
	bool draft = view_starts_nocase(r->answer, VIEW("draft:"));
	struct questions q = questions_of(draft);

	if (r->answer.size == 0) {
		tell(t, "answer_words", "answer", VIEW("The plan has none."));
		return;
	}
	tell(t, "answer", "answer", r->answer);
	tell_guards(t, &q, r->reply_why,
	    x->trial == NULL ? NULL : x->trial->recipient[recipient].verdict);
	if (r->reply_why.size == 0) {
		tell_sending(t, x, recipient);
		return;
	}
	tell(t, "no_answer", "no answer", r->reply_why);
	tell(t, "no_answer_words", "", view_of(words_of(r->reply_why)));
}
