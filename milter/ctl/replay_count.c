// SPDX-License-Identifier: BSD-2-Clause
/*
 * replay_count.c - decisions compared, and which of them would be others.
 */
#include "ctl/replay_count.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

enum {
	PLACES = 4 * REPLAY_CHANGES, /* so that the next free one is near */
	CASE_SIZE = 16 * LIMIT_FIELD_SIZE
};

const char *
replay_fate_name(enum replay_fate fate)
{
	static const char *const name[REPLAY_FATES] = { "same", "differ",
		"cannot_tell", "no_user", "no_network", "no_folder", "mistaken",
		"unreadable", "no_record" };

	return name[fate];
}

void
replay_add_planned(const struct plan *plan, struct text *actions)
{
	for (size_t i = 0; i < plan->actions; i++) {
		plan_action_words(&plan->action[i], actions);
		text_add_byte(actions, '\n');
	}
}

void
replay_add_recorded(const struct audit_entry_recipient *r, struct text *actions)
{
	for (size_t i = 0; i < r->action_count; i++) {
		text_add(actions, r->action[i].words);
		text_add_byte(actions, '\n');
	}
}

bool
replay_differs(const struct replay_decision *a, const struct replay_decision *b)
{
	if (!view_equal(a->rule, b->rule) ||
	    !view_equal(a->actions, b->actions))
		return true;
	return a->rule.size == 0 && !view_equal(a->why, b->why);
}

int
replay_count_init(struct replay_count *c)
{
	memset(c, 0, sizeof(*c));
	c->pool =
	    pool_new((size_t)REPLAY_CHANGES * REPLAY_EXAMPLES * CASE_SIZE);
	c->change = calloc(REPLAY_CHANGES, sizeof(*c->change));
	c->place = calloc(PLACES, sizeof(*c->place));
	return c->pool != NULL && c->change != NULL && c->place != NULL ? 0
									: -1;
}

void
replay_count_free(struct replay_count *c)
{
	pool_free(c->pool);
	free(c->change);
	free(c->place);
	memset(c, 0, sizeof(*c));
}

static uint32_t
hash(uint32_t h, struct view v)
{
	for (size_t i = 0; i < v.size; i++)
		h = (h ^ (unsigned char)v.data[i]) * 16777619U;
	return (h ^ 0xffU) * 16777619U;
}

static uint32_t
hash_decision(uint32_t h, const struct replay_decision *d)
{
	h = hash(h, d->rule);
	if (d->rule.size == 0)
		h = hash(h, d->why);
	return hash(h, d->actions);
}

static uint32_t
hash_case(enum replay_fate fate, const struct replay_case *one)
{
	uint32_t h = 2166136261U;

	if (fate == REPLAY_UNTOLD)
		return hash(hash(h, one->now.rule), view_of(one->untold));
	return hash_decision(hash_decision(h, &one->was), &one->now);
}

/* Whether the case is one more of those. */
static bool
is_of(const struct replay_change *change, enum replay_fate fate,
    const struct replay_case *one)
{
	const struct replay_case *first = &change->example[0];

	if (change->fate != fate)
		return false;
	if (fate == REPLAY_UNTOLD)
		return view_equal(first->now.rule, one->now.rule) &&
		    strcmp(first->untold, one->untold) == 0;
	return !replay_differs(&first->was, &one->was) &&
	    !replay_differs(&first->now, &one->now);
}

static struct view
copy(struct replay_count *c, struct view v)
{
	return pool_copy(c->pool, view_part(v, 0, LIMIT_FIELD_SIZE));
}

static void
copy_decision(struct replay_count *c, const struct replay_decision *from,
    struct replay_decision *to)
{
	/* Whole, since they are compared. */
	*to = (struct replay_decision){ pool_copy(c->pool, from->rule),
		pool_copy(c->pool, from->why),
		pool_copy(c->pool, from->actions) };
}

static int
keep_example(struct replay_count *c, struct replay_change *change,
    const struct replay_case *one)
{
	struct replay_case *to = &change->example[change->examples];

	*to = (struct replay_case){ .time = copy(c, one->time),
		.host = copy(c, one->host),
		.queue_id = copy(c, one->queue_id),
		.message_id = copy(c, one->message_id),
		.type = copy(c, one->type),
		.person = copy(c, one->person),
		.user = copy(c, one->user),
		.untold = one->untold };
	copy_decision(c, &one->was, &to->was);
	copy_decision(c, &one->now, &to->now);
	if (!pool_ok(c->pool))
		return -1;
	change->examples++;
	return 0;
}

int
replay_count_add(struct replay_count *c, enum replay_fate fate,
    const struct replay_case *one)
{
	struct replay_change *change;
	size_t at;

	c->fate[fate]++;
	if (fate != REPLAY_DIFFERS && fate != REPLAY_UNTOLD)
		return 0;
	at = hash_case(fate, one) % PLACES;
	for (; c->place[at] != 0; at = (at + 1) % PLACES)
		if (is_of(&c->change[c->place[at] - 1], fate, one))
			break;
	if (c->place[at] == 0 && c->changes == REPLAY_CHANGES) {
		c->others[fate]++;
		return 0;
	}
	if (c->place[at] == 0)
		c->place[at] = (unsigned short)++c->changes;
	change = &c->change[c->place[at] - 1];
	change->fate = fate;
	change->count++;
	return change->examples < REPLAY_EXAMPLES ? keep_example(c, change, one)
						  : 0;
}

static int
compare_decisions(const struct replay_decision *a,
    const struct replay_decision *b)
{
	int order = view_compare(a->rule, b->rule);

	if (order == 0)
		order = view_compare(a->actions, b->actions);
	return order != 0 ? order : view_compare(a->why, b->why);
}

static int
compare(const void *one, const void *other)
{
	const struct replay_change *a = one, *b = other;
	int order;

	if (a->fate != b->fate)
		return a->fate < b->fate ? -1 : 1;
	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	order = compare_decisions(&a->example[0].was, &b->example[0].was);
	return order != 0
	    ? order
	    : compare_decisions(&a->example[0].now, &b->example[0].now);
}

void
replay_count_sort(struct replay_count *c)
{
	qsort(c->change, c->changes, sizeof(*c->change), compare);
	free(c->place); /* of the old order */
	c->place = NULL;
}
