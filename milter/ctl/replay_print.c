// SPDX-License-Identifier: BSD-2-Clause
/*
 * replay_print.c - the forms in which a replay is shown.
 */
#include "ctl/replay_print.h"

#include <stdio.h>

#include "base/json.h"
#include "base/text.h"
#include "ctl/ctl.h"

enum { PRINT_SIZE = 256 * 1024 * 1024 };

static void
add_actions(struct json *j, struct view actions)
{
	struct view one;

	json_begin_array(j, "actions");
	while (view_line(&actions, &one))
		json_add_string(j, NULL, one);
	json_end_array(j);
}

static void
add_rule(struct json *j, struct view rule)
{
	if (rule.size > 0)
		json_add_string(j, "rule", rule);
	else
		json_add_null(j, "rule");
}

static void
add_decision(struct json *j, const char *key, const struct replay_decision *d)
{
	json_begin_object(j, key);
	add_rule(j, d->rule);
	json_add_string(j, "why", d->why);
	add_actions(j, d->actions);
	json_end_object(j);
}

/* What would be, or what nobody can tell. */
static void
add_change(struct json *j, enum replay_fate fate, const struct replay_case *one)
{
	if (fate == REPLAY_UNTOLD) {
		add_rule(j, one->now.rule);
		json_add_string(j, "condition", view_of(one->untold));
		return;
	}
	add_decision(j, "was", &one->was);
	add_decision(j, "now", &one->now);
}

static void
add_facts(struct json *j, const struct replay_case *one)
{
	json_add_string(j, "time", one->time);
	json_add_string(j, "host", one->host);
	json_add_string(j, "qid", one->queue_id);
	json_add_string(j, "mid", one->message_id);
	json_add_string(j, "type", one->type);
	json_add_string(j, "person", one->person);
	json_add_string(j, "user", one->user);
}

static void
add_examples(struct json *j, const struct replay_change *change)
{
	json_begin_array(j, "examples");
	for (size_t i = 0; i < change->examples; i++) {
		json_begin_object(j, NULL);
		add_facts(j, &change->example[i]);
		json_end_object(j);
	}
	json_end_array(j);
}

static int
put_json(struct text *out)
{
	int result = text_ok(out) ? 0 : -1;

	if (result == 0)
		puts(text_string(out));
	text_free(out);
	return result;
}

static int
print_json(const struct replay_count *c, bool listed)
{
	static const enum replay_fate fates[] = { REPLAY_DIFFERS,
		REPLAY_UNTOLD };
	struct text out = TEXT_INIT(PRINT_SIZE);
	struct json j = JSON_INIT(&out);

	json_begin_object(&j, NULL);
	for (size_t i = 0; i < REPLAY_FATES; i++)
		json_add_number(&j, replay_fate_name((enum replay_fate)i),
		    (int64_t)c->fate[i]);
	for (size_t k = 0; k < 2; k++) {
		json_begin_array(&j, k == 0 ? "changes" : "unknown");
		for (size_t i = 0; i < c->changes; i++) {
			const struct replay_change *change = &c->change[i];

			if (change->fate != fates[k])
				continue;
			json_begin_object(&j, NULL);
			json_add_number(&j, "count", (int64_t)change->count);
			add_change(&j, change->fate, &change->example[0]);
			if (!listed)
				add_examples(&j, change);
			json_end_object(&j);
		}
		json_end_array(&j);
	}
	json_add_number(&j, "changes_more", (int64_t)c->others[REPLAY_DIFFERS]);
	json_add_number(&j, "unknown_more", (int64_t)c->others[REPLAY_UNTOLD]);
	json_end_object(&j);
	return put_json(&out);
}

/* "name": actions, or (reason): actions. */
static void
put_decision(const struct replay_decision *d)
{
	const bool rule = d->rule.size > 0;
	struct view rest = d->actions, one;
	const char *before = "";

	putchar(rule ? '"' : '(');
	ctl_put(rule ? d->rule : d->why);
	fputs(rule ? "\": " : "): ", stdout);
	for (; view_line(&rest, &one); before = ", ") {
		fputs(before, stdout);
		ctl_put(one);
	}
	if (d->actions.size == 0)
		fputs("nothing", stdout);
}

static void
put_change(enum replay_fate fate, const struct replay_case *one)
{
	if (fate == REPLAY_UNTOLD) {
		putchar('"');
		ctl_put(one->now.rule);
		printf("\" asks for %s", one->untold);
		return;
	}
	put_decision(&one->was);
	fputs(" -> ", stdout);
	put_decision(&one->now);
}

static void
put_facts(const struct replay_case *one)
{
	ctl_put_column(view_part(one->time, 0, 19), 19);
	ctl_put_column(one->queue_id.size > 0 ? one->queue_id : one->message_id,
	    16);
	ctl_put_column(one->type, 22);
	ctl_put_column(one->person, 24);
}

void
replay_print_case(enum replay_fate fate, const struct replay_case *one,
    bool json)
{
	if (json) {
		struct text out = TEXT_INIT(PRINT_SIZE);
		struct json j = JSON_INIT(&out);

		json_begin_object(&j, NULL);
		add_facts(&j, one);
		json_add_string(&j, "fate", view_of(replay_fate_name(fate)));
		add_change(&j, fate, one);
		json_end_object(&j);
		(void)put_json(&out);
		return;
	}
	put_facts(one);
	ctl_put_column(one->user, 12);
	if (fate == REPLAY_UNTOLD)
		fputs("cannot tell: ", stdout);
	put_change(fate, one);
	putchar('\n');
}

static void
put_changes(const struct replay_count *c, enum replay_fate fate, bool listed)
{
	for (size_t i = 0; i < c->changes; i++) {
		const struct replay_change *change = &c->change[i];

		if (change->fate != fate)
			continue;
		printf("%9zu  ", change->count);
		put_change(fate, &change->example[0]);
		putchar('\n');
		for (size_t k = 0; k < change->examples && !listed; k++) {
			fputs("           ", stdout);
			put_facts(&change->example[k]);
			ctl_put(change->example[k].user);
			putchar('\n');
		}
	}
	if (c->others[fate] > 0)
		printf("%9zu  others\n", c->others[fate]);
}

static int
print_text(const struct replay_count *c, bool listed)
{
	static const char *const words[REPLAY_FATES] = { "as recorded",
		"would differ", "cannot tell: not in the record",
		"for nobody here", "of no network", "user has no rules there",
		"user's rules have a mistake",
		"of a type, trust or note that is not known",
		"messages without a record" };

	if (listed && c->fate[REPLAY_DIFFERS] + c->fate[REPLAY_UNTOLD] > 0)
		putchar('\n');
	for (size_t i = 0; i < REPLAY_FATES; i++)
		if (c->fate[i] > 0 || i <= REPLAY_DIFFERS)
			printf("%9zu  %s\n", c->fate[i], words[i]);
	for (int fate = REPLAY_DIFFERS; fate <= REPLAY_UNTOLD; fate++) {
		if (c->fate[fate] == 0)
			continue;
		puts(fate == REPLAY_DIFFERS ? "\nWould differ:"
					    : "\nCannot tell:");
		put_changes(c, (enum replay_fate)fate, listed);
	}
	return 0;
}

int
replay_print_count(const struct replay_count *c, bool listed, bool json)
{
	return json ? print_json(c, listed) : print_text(c, listed);
}
