// SPDX-License-Identifier: BSD-2-Clause
/*
 * rules_fuzz.c - users' rules, and what they decide about one request.
 */
#include <string.h>

#include "base/limits.h"
#include "fuzz.h"
#include "policy/rules.h"

static void
check_step(void *arg, const struct rules_trace *step)
{
	(void)arg;
	MUST(step->rule.size > 0 && step->line > 0);
	MUST(step->matched == (step->condition == NULL));
}

static void
check_plan(const struct plan *p, bool never_held)
{
	MUST(p->actions >= 1 && p->actions <= LIMIT_ACTIONS);
	MUST(plan_check(p, NULL) == 0);
	MUST(!never_held || plan_find(p, PLAN_QUARANTINE) == NULL);
	MUST((p->why == PLAN_NO_RULE) == (p->rule.size == 0));
	for (size_t i = 0; i < p->actions; i++) {
		struct text words = TEXT_INIT(LIMIT_FOLDER_SIZE + 100);
		struct action again;

		plan_action_words(&p->action[i], &words);
		MUST(plan_action_parse(text_view(&words), &again, NULL) == 0);
		MUST(again.kind == p->action[i].kind);
		text_free(&words);
	}
}

static void
decide(const struct rules *r, enum request_type type)
{
	const struct request request = { .network = VIEW("linkedin"),
		.type = type,
		.person = { { .name = VIEW("Jane Doe"),
		    .headline = VIEW("Talent Partner at Example"),
		    .company = VIEW("Example") } },
		.people = 1,
		.note = NOTE_PERSONAL,
		.note_text = VIEW("We met in Paris. aaaaaaaaaaaaaaaaaaaaaa!"),
		.group = VIEW("Chess Club"),
		.mutual = 3,
		.lang = VIEW("en") };
	const struct contacts_match match = { .known = KNOWN_NAME };
	const struct rules_facts facts = { .request = &request,
		.trust = TRUST_DIRECT,
		.subject = VIEW("Jane Doe wants to connect"),
		.match = &match,
		.seen = 2,
		.recipient = VIEW("alice@example.net"),
		.now_ms = 1 };
	struct rules_run run = { .scratch = regex_scratch_new(),
		.on_trace = check_step };
	struct plan plan;

	MUST(run.scratch != NULL);
	rules_decide(r, &facts, &run, &plan);
	check_plan(&plan, type == REQUEST_SECURITY);
	MUST(run.pattern_errors <= LIMIT_USER_PATTERN_ERRORS);
	regex_scratch_free(run.scratch);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = ERR_NONE;
	struct rules *r;

	r = rules_parse((struct view){ (const char *)data, size }, "rules.conf",
	    &e);
	if (r == NULL) {
		MUST(strncmp(e.text, "rules.conf:", 11) == 0);
		return 0;
	}
	decide(r, REQUEST_INVITATION);
	decide(r, REQUEST_SECURITY);
	for (size_t i = 0; i < rules_contact_files(r); i++)
		MUST(view_find_byte(rules_contact_file(r, i), '/') ==
		    VIEW_NONE);
	for (size_t i = 0; rules_template(r, i).size > 0; i++)
		MUST(i < rules_count(r));
	rules_free(r);
	return 0;
}
