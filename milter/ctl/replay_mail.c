// SPDX-License-Identifier: BSD-2-Clause
/*
 * replay_mail.c - messages decided on anew, and compared with what was.
 */
#include "ctl/replay_mail.h"

#include <stdlib.h>
#include <sysexits.h>

#include "base/clock.h"
#include "base/limits.h"
#include "ctl/mail_files.h"
#include "ctl/records.h"

enum { KEPT_SIZE = 1024 * 1024 * 1024 /* of all that is kept of messages */ };

/* A decision on a message, kept until its record is found. */
struct kept {
	struct replay_case one;
	bool has_record;
};

struct run {
	const struct replay_mail *m;
	struct trial trial;
	struct pool *pool;
	struct kept *kept;
	size_t count, room;
};

/* A recipient of a message. */
struct decided {
	const struct decision *d;
	size_t index;
};

/* As the engine asks, but of other contacts: nothing is unknown here. */
static void
make_facts(void *arg, const struct contacts *contacts, struct replay_facts *f)
{
	const struct decided *of = arg;
	const struct decision *d = of->d;
	const struct audit_recipient *r = &d->record.recipient[of->index];

	*f = (struct replay_facts){ .match = { .known = KNOWN_NO } };
	for (size_t i = 0; i < d->request.people; i++) {
		const struct person *p = &d->request.person[i];
		struct contacts_match match;

		contacts_find(contacts, p->name, p->email, p->profile, &match);
		if (match.known > f->match.known)
			f->match = match;
	}
	f->facts = (struct rules_facts){ .request = &d->request,
		.trust = d->auth.level,
		.subject = d->message.subject,
		.contacts = contacts,
		.match = &f->match,
		.learned = d->recipient[of->index].learned,
		.seen = r->seen,
		.recipient = r->recipient,
		.has_route = d->record.has_route,
		.now_ms = d->record.time_ms };
}

static void
tell_plan(const struct plan *plan, struct text *actions,
    struct replay_decision *to)
{
	replay_add_planned(plan, actions);
	*to = (struct replay_decision){ plan->rule,
		view_of(plan_reason_name(plan->why)), text_view(actions) };
}

static int
compare_rules(struct run *r, const struct decided *of,
    const struct replay_decision *today, struct replay_case *one)
{
	int fate;

	one->was = *today;
	if (one->user.size == 0)
		fate = REPLAY_NOBODY;
	else if (of->d->request.network.size == 0)
		fate = REPLAY_NO_NETWORK;
	else
		fate = replay_rules_decide(r->m->other, one->user, make_facts,
		    (void *)(uintptr_t)of, one);
	if (fate < 0)
		return ctl_fail(EX_OSERR, "out of memory");
	return r->m->on_case(r->m->arg, (enum replay_fate)fate, one);
}

static struct view
copy(struct run *r, struct view v)
{
	return pool_copy(r->pool, v);
}

static int
keep(struct run *r, const struct replay_decision *today,
    const struct replay_case *one)
{
	struct kept *to;

	if (r->count == r->room) {
		size_t room = r->room == 0 ? 1024 : 2 * r->room;
		struct kept *more = realloc(r->kept, room * sizeof(*more));

		if (more == NULL)
			return ctl_fail(EX_OSERR, "out of memory");
		r->kept = more;
		r->room = room;
	}
	to = &r->kept[r->count++];
	*to = (struct kept){ .one = { .time = copy(r, one->time),
				 .host = copy(r, one->host),
				 .message_id = copy(r, one->message_id),
				 .type = view_of(one->type.data),
				 .person = copy(r, one->person),
				 .user = copy(r, one->user) } };
	to->one.now = (struct replay_decision){ copy(r, today->rule),
		today->why, copy(r, today->actions) };
	return pool_ok(r->pool) ? 0 : ctl_fail(EX_OSERR, "out of memory");
}

static int
take_recipient(struct run *r, const struct decided *of, struct replay_case *one)
{
	const struct decision_recipient *to = &of->d->recipient[of->index];
	struct text actions = TEXT_INIT(LIMIT_FIELD_SIZE * LIMIT_ACTIONS);
	struct replay_decision today;
	int code;

	tell_plan(&to->plan, &actions, &today);
	one->user = view_of(to->user);
	if (!text_ok(&actions))
		code = ctl_fail(EX_OSERR, "out of memory");
	else if (r->m->other != NULL)
		code = compare_rules(r, of, &today, one);
	else
		code = keep(r, &today, one);
	text_free(&actions);
	return code;
}

static int
take_result(void *arg, const char *path, struct trial_result *result)
{
	struct run *r = arg;
	const struct decision *d = &result->decision;
	char time[CLOCK_ISO_SIZE];
	int code = 0;

	(void)path;
	clock_iso(d->record.time_ms, time);
	for (size_t i = 0; code == 0 && i < d->recipients; i++) {
		const struct decided of = { d, i };
		struct replay_case one = { .time = view_of(time),
			.host = view_of(d->record.host),
			.message_id = d->record.message_id,
			.type = view_of(request_type_name(d->request.type)) };

		if (d->request.people > 0)
			one.person = d->request.person[0].name;
		code = take_recipient(r, &of, &one);
	}
	return code;
}

static int
take_message(void *arg, const char *name, struct view message)
{
	struct run *r = arg;

	return trial_run_bytes(&r->trial, name, message, take_result, r);
}

/* --- Records of the messages. */

static int
compare_kept(const void *one, const void *other)
{
	const struct kept *a = one, *b = other;
	int order = view_compare(a->one.message_id, b->one.message_id);

	return order != 0 ? order : view_compare(a->one.user, b->one.user);
}

static struct kept *
find_kept(struct run *r, const struct audit_entry *e, struct view user)
{
	const struct kept key = { .one = { .message_id = e->message_id,
				      .user = user } };

	return e->message_id.size == 0
	    ? NULL
	    : bsearch(&key, r->kept, r->count, sizeof(key), compare_kept);
}

static int
take_record(void *arg, struct view line, const struct audit_entry *e)
{
	struct run *r = arg;
	struct text actions = TEXT_INIT(LIMIT_AUDIT_SIZE);

	(void)line;
	if (!audit_is_decision(e) || r->count == 0)
		return 0;
	for (size_t i = 0; i < e->recipients; i++) {
		const struct audit_entry_recipient *from = &e->recipient[i];
		struct kept *to = find_kept(r, e, from->user);

		if (to == NULL)
			continue;
		to->has_record = true;
		to->one.queue_id = copy(r, e->queue_id);
		to->one.host = copy(r, e->host);
		text_clear(&actions);
		replay_add_recorded(from, &actions);
		to->one.was = (struct replay_decision){ from->has_rule
			    ? copy(r, from->rule)
			    : VIEW(""),
			copy(r, from->why), copy(r, text_view(&actions)) };
	}
	if (!text_ok(&actions) || !pool_ok(r->pool)) {
		text_free(&actions);
		return ctl_fail(EX_OSERR, "out of memory");
	}
	text_free(&actions);
	return 0;
}

static enum replay_fate
fate_of(const struct kept *k)
{
	if (k->one.user.size == 0)
		return REPLAY_NOBODY;
	if (!k->has_record)
		return REPLAY_NO_RECORD;
	return replay_differs(&k->one.was, &k->one.now) ? REPLAY_DIFFERS
							: REPLAY_SAME;
}

/* A message that is there twice is one, but for those without Message-ID. */
static void
sort_kept(struct run *r)
{
	size_t to = 0;

	if (r->count == 0)
		return;
	qsort(r->kept, r->count, sizeof(*r->kept), compare_kept);
	for (size_t i = 1; i < r->count; i++)
		if (r->kept[i].one.message_id.size == 0 ||
		    compare_kept(&r->kept[to], &r->kept[i]) != 0)
			r->kept[++to] = r->kept[i];
	r->count = to + 1;
}

static int
compare_records(struct run *r)
{
	int code;

	sort_kept(r);
	code = records_read(r->m->audit, NULL, take_record, r);
	for (size_t i = 0; code == 0 && i < r->count; i++)
		code = r->m->on_case(r->m->arg, fate_of(&r->kept[i]),
		    &r->kept[i].one);
	return code;
}

int
replay_mail(const struct replay_mail *m, struct ctl *c, const char *const *path,
    int paths)
{
	struct run r = { .m = m, .pool = pool_new(KEPT_SIZE) };
	int code = trial_open(&r.trial, c, m->options);

	if (code == 0 && r.pool == NULL)
		code = ctl_fail(EX_OSERR, "out of memory");
	for (int i = 0; code == 0 && i < paths; i++)
		code = mail_files_read(path[i], take_message, &r);
	if (code == 0 && m->other == NULL)
		code = compare_records(&r);
	trial_close(&r.trial);
	pool_free(r.pool);
	free(r.kept);
	return code;
}
