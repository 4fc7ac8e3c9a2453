// SPDX-License-Identifier: BSD-2-Clause
/*
 * report_count.c - the figures of a period, counted record by record.
 */
#include "ctl/report_count.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* More than twice the keys, so that the next free place is near. */
enum { PLACES = 16384 };

void
report_init(struct report *r)
{
	memset(r, 0, sizeof(*r));
}

void
report_free(struct report *r)
{
	for (size_t i = 0; i < REPORT_FIGURES; i++) {
		struct report_figure *f = &r->figure[i];

		for (size_t k = 0; k < f->size; k++) {
			free(f->row[k].first);
			free(f->row[k].second);
		}
		free(f->row);
		free(f->place);
	}
	report_init(r);
}

const char *
report_name(enum report_by by)
{
	static const char *const name[REPORT_FIGURES] = { "day", "type",
		"trust", "person", "forged", "drift", "user", "known", "action",
		"rule", "no_reply", "job", "refused", "quarantine" };

	return name[by];
}

static uint32_t
hash(uint32_t h, struct view v)
{
	for (size_t i = 0; i < v.size; i++)
		h = (h ^ (unsigned char)v.data[i]) * 16777619U;
	return (h ^ 0xffU) * 16777619U;
}

static bool
make_row(struct report_row *row, struct view first, struct view second)
{
	memset(row, 0, sizeof(*row));
	row->first = strndup(first.size > 0 ? first.data : "", first.size);
	row->second = strndup(second.size > 0 ? second.data : "", second.size);
	if (row->first != NULL && row->second != NULL)
		return true;
	free(row->first);
	free(row->second);
	return false;
}

static bool
make_table(struct report_figure *f)
{
	if (f->row == NULL)
		f->row = calloc(REPORT_KEYS, sizeof(*f->row));
	if (f->place == NULL)
		f->place = calloc(PLACES, sizeof(*f->place));
	return f->row != NULL && f->place != NULL;
}

/* A key's octets: to its first NUL, and no more than the ceiling. */
static struct view
key_of(struct view v)
{
	size_t end = view_find_byte(v, '\0');

	v = view_part(v, 0, end == VIEW_NONE ? v.size : end);
	return view_part(v, 0, REPORT_KEY_SIZE);
}

/* The row of the key, made if need be; NULL past the ceiling, or failed. */
static struct report_row *
find_row(struct report *r, enum report_by by, struct view first,
    struct view second)
{
	struct report_figure *f = &r->figure[by];
	size_t at;

	if (!make_table(f)) {
		r->failed = true;
		return NULL;
	}
	first = key_of(first);
	second = key_of(second);
	at = hash(hash(2166136261U, first), second) % PLACES;
	for (; f->place[at] != 0; at = (at + 1) % PLACES) {
		struct report_row *row = &f->row[f->place[at] - 1];

		if (view_equal(view_of(row->second), second) &&
		    view_equal(view_of(row->first), first))
			return row;
	}
	if (f->size == REPORT_KEYS)
		return NULL;
	if (!make_row(&f->row[f->size], first, second)) {
		r->failed = true;
		return NULL;
	}
	f->place[at] = (uint16_t)++f->size;
	return &f->row[f->size - 1];
}

static void
add(struct report *r, enum report_by by, const struct audit_entry *e,
    struct view first, struct view second)
{
	struct report_row *row = find_row(r, by, first, second);

	if (row == NULL) {
		r->figure[by].others++;
		return;
	}
	row->count++;
	if (!e->says_time)
		return;
	if (!row->says_time || e->time_ms < row->first_ms)
		row->first_ms = e->time_ms;
	if (!row->says_time || e->time_ms > row->last_ms)
		row->last_ms = e->time_ms;
	row->says_time = true;
}

static void
add_one(struct report *r, enum report_by by, const struct audit_entry *e,
    struct view key)
{
	add(r, by, e, VIEW(""), key);
}

static void
add_day(struct report *r, const struct audit_entry *e)
{
	time_t seconds = (time_t)(e->time_ms / 1000);
	struct tm tm;
	char day[32] = "";

	if (!e->says_time || gmtime_r(&seconds, &tm) == NULL)
		return;
	strftime(day, sizeof(day), "%Y-%m-%d", &tm);
	add_one(r, REPORT_DAY, e, view_of(day));
}

/* Below REPORT_STEPS each microsecond has its own place. */
static size_t
time_place(unsigned long long us)
{
	unsigned shift = 0;

	while ((us >> shift) >= 2ULL * REPORT_STEPS)
		shift++;
	return (size_t)shift * REPORT_STEPS + (size_t)(us >> shift);
}

/* The longest time of that place. */
static unsigned long long
time_of_place(size_t place)
{
	size_t shift =
	    place < 2UL * REPORT_STEPS ? 0 : place / REPORT_STEPS - 1;
	unsigned long long step = place - shift * REPORT_STEPS;

	return ((step + 1) << shift) - 1;
}

static void
add_time(struct report *r, long long us)
{
	if (us < 0)
		return;
	r->time[time_place((unsigned long long)us)]++;
	r->timed++;
	if (us > r->time_max_us)
		r->time_max_us = us;
}

/* By the word before the colon; what the others kept from being done is not. */
static void
add_actions(struct report *r, const struct audit_entry *e,
    const struct audit_entry_recipient *to)
{
	for (size_t i = 0; i < to->action_count; i++) {
		struct view words = to->action[i].words;

		if (!to->action[i].not_shared)
			add_one(r, REPORT_ACTION, e,
			    view_part(words, 0, view_find_byte(words, ':')));
	}
}

static void
add_recipient(struct report *r, const struct audit_entry *e,
    const struct audit_entry_recipient *to)
{
	r->recipients++;
	add_one(r, REPORT_USER, e, to->user);
	if (to->known.size > 0)
		add_one(r, REPORT_KNOWN, e, to->known);
	if (to->has_rule)
		add(r, REPORT_RULE, e, to->user, to->rule);
	add_actions(r, e, to);
	if (to->reply_why.size > 0)
		add_one(r, REPORT_NO_REPLY, e, to->reply_why);
}

static void
add_decision(struct report *r, const struct audit_entry *e,
    const struct selection *wanted)
{
	r->messages++;
	add_day(r, e);
	add_one(r, REPORT_TYPE, e, e->type);
	add_one(r, REPORT_TRUST, e, e->trust);
	if (e->person.size > 0)
		add_one(r, REPORT_PERSON, e, e->person);
	if (view_equal(e->trust, VIEW("forged")))
		add_one(r, REPORT_FORGED, e, e->why_trust);
	else if (view_equal(e->type, VIEW("other")))
		add(r, REPORT_DRIFT, e, e->why_other, e->template_key);
	add_time(r, e->took_us);
	if (e->applied_quarantine)
		add_one(r, REPORT_HELD, e, VIEW("held"));
	for (size_t i = 0; i < e->recipients; i++)
		if (wanted == NULL ||
		    selection_wants_recipient(wanted, e, &e->recipient[i]))
			add_recipient(r, e, &e->recipient[i]);
}

static void
add_job(struct report *r, const struct audit_entry *e)
{
	r->jobs++;
	add_one(r, REPORT_JOB, e, e->what);
	if (view_equal(e->what, VIEW("refused")))
		add_one(r, REPORT_REFUSED, e, e->why);
}

int
report_count(struct report *r, const struct audit_entry *e,
    const struct selection *wanted)
{
	if (e->says_time) {
		if (!r->says_time || e->time_ms < r->first_ms)
			r->first_ms = e->time_ms;
		if (!r->says_time || e->time_ms > r->last_ms)
			r->last_ms = e->time_ms;
		r->says_time = true;
	}
	if (e->lost > 0)
		r->lost += e->lost;
	else if (e->quarantine.size > 0)
		add_one(r, REPORT_HELD, e, e->quarantine);
	else if (e->outbox)
		add_job(r, e);
	else
		add_decision(r, e, wanted);
	return r->failed ? -1 : 0;
}

int
report_expect(struct report *r, struct view user, struct view rule)
{
	const struct report_figure *f = &r->figure[REPORT_RULE];
	size_t before = f->size;
	struct report_row *row = find_row(r, REPORT_RULE, user, rule);

	/* It may be one of the others: whether it matched is not known. */
	if (row != NULL && (f->size == before || f->others == 0))
		row->in_force = true;
	return r->failed ? -1 : 0;
}

static int
compare_keys(const struct report_row *a, const struct report_row *b)
{
	int order = strcmp(a->first, b->first);

	return order != 0 ? order : strcmp(a->second, b->second);
}

static int
by_key(const void *a, const void *b)
{
	return compare_keys(a, b);
}

static int
by_count(const void *one, const void *other)
{
	const struct report_row *a = one, *b = other;

	if (a->count != b->count)
		return a->count < b->count ? 1 : -1;
	return compare_keys(a, b);
}

void
report_sort(struct report *r)
{
	for (size_t i = 0; i < REPORT_FIGURES; i++)
		if (r->figure[i].size > 1)
			qsort(r->figure[i].row, r->figure[i].size,
			    sizeof(*r->figure[i].row),
			    i == REPORT_DAY ? by_key : by_count);
}

long long
report_percentile(const struct report *r, unsigned percent)
{
	long long sum = 0, want;

	if (r->timed == 0)
		return -1;
	want = (r->timed * percent + 99) / 100;
	for (size_t i = 0; i < REPORT_TIMES; i++) {
		sum += r->time[i];
		if (sum >= want && sum > 0) {
			unsigned long long us = time_of_place(i);

			return us < (unsigned long long)r->time_max_us
			    ? (long long)us
			    : r->time_max_us;
		}
	}
	return r->time_max_us;
}
