// SPDX-License-Identifier: BSD-2-Clause
/*
 * plan.c - what will be done for one recipient, and for the message they
 * share.
 */
#include "policy/plan.h"

#define WORD(constant, word, argument) [PLAN_##constant] = (word),
static const char *const kind_words[] = { PLAN_ACTIONS(WORD) };
#undef WORD

#define WORD(constant, word) [PLAN_##constant] = (word),
static const char *const reason_words[] = { PLAN_REASONS(WORD) };
#undef WORD

const struct action *
plan_find(const struct plan *p, enum plan_kind kind)
{
	for (size_t i = 0; i < p->actions; i++)
		if (p->action[i].kind == kind)
			return &p->action[i];
	return NULL;
}

void
plan_action_words(const struct action *a, struct text *words)
{
	text_add_string(words, kind_words[a->kind]);
	if (a->argument.size == 0)
		return;
	text_add_byte(words, ':');
	text_add(words, a->argument);
}

const char *
plan_reason_name(enum plan_reason why)
{
	return reason_words[why];
}

static bool
has_action(const struct plan *p, const struct action *wanted)
{
	for (size_t i = 0; i < p->actions; i++)
		if (p->action[i].kind == wanted->kind &&
		    view_equal(p->action[i].argument, wanted->argument))
			return true;
	return false;
}

static bool
all_have(const struct plan *plan, size_t count, const struct action *wanted)
{
	for (size_t i = 0; i < count; i++)
		if (!has_action(&plan[i], wanted))
			return false;
	return true;
}

void
plan_share(const struct plan *plan, size_t count, struct plan_shared *shared)
{
	*shared = (struct plan_shared){ 0 };
	for (size_t i = 0; count > 0 && i < plan[0].actions; i++) {
		const struct action *a = &plan[0].action[i];

		if (!all_have(plan, count, a))
			continue;
		if (a->kind == PLAN_QUARANTINE)
			shared->quarantine = true;
		else if (a->kind == PLAN_TAG)
			shared->tag[shared->tags++] = a->argument;
		else if (a->kind == PLAN_FILE)
			shared->folder = a->argument;
	}
}
