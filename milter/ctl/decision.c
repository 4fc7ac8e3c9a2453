// SPDX-License-Identifier: BSD-2-Clause
/*
 * decision.c - a decision, shown to a person.
 */
#include "ctl/decision.h"

#include <stdio.h>

#include "base/limits.h"
#include "ctl/ctl.h"

static void
print_trace(const struct trial_recipient *notes)
{
	for (size_t i = 0; notes != NULL && i < notes->steps; i++) {
		const struct rules_trace *step = &notes->step[i];

		printf("    %-9s line %d ", "tried", step->line);
		ctl_put(step->rule);
		if (step->matched)
			puts(": matches");
		else
			printf(": no, because of %s\n",
			    step->condition == NULL ? "-" : step->condition);
	}
}

static void
print_field(const char *name, struct view value)
{
	if (value.size == 0)
		return;
	printf("  %-11s ", name);
	ctl_put(value);
	putchar('\n');
}

static void
print_lines(struct view text)
{
	struct view line;

	while (view_line(&text, &line))
		print_field("", line);
}

static void
print_person(const struct person *p)
{
	print_field("person", p->name.size > 0 ? p->name : VIEW("(not named)"));
	print_field("headline", p->headline);
	print_field("company", p->company);
	print_field("location", p->location);
	print_field("profile", p->profile);
}

static void
print_request(const struct request *q)
{
	printf("  %-11s %s", "recognised", request_type_name(q->type));
	if (q->network.size > 0) {
		fputs(" of ", stdout);
		ctl_put(q->network);
	}
	if (q->why_other != NULL && q->type == REQUEST_OTHER)
		printf(" (%s)", q->why_other);
	putchar('\n');
	for (size_t i = 0; i < q->evidence_count; i++) {
		printf("  %-11s ", i == 0 ? "because" : "");
		ctl_put(q->evidence[i].rule);
		printf(", in %s\n", q->evidence[i].where);
	}
	for (size_t i = 0; i < q->people; i++)
		print_person(&q->person[i]);
	print_field("group", q->group);
	if (q->note != NOTE_NONE)
		printf("  %-11s %s\n", "note", request_note_name(q->note));
	print_lines(q->note_text);
	if (q->mutual >= 0)
		printf("  %-11s %d\n", "mutual", q->mutual);
	print_field("language", q->lang);
	print_field("template", q->template_key);
}

/* Why no rule decided. */
static const char *
no_rule_words(const struct decision_recipient *d)
{
	switch (d->plan.why) {
	case PLAN_NO_RULE:
		return "none matches";
	case PLAN_NO_USER:
		return "none: not a user of this site";
	case PLAN_NO_NETWORK:
		return "none: not a network's mail";
	default:
		break;
	}
	return d->folder->state == FOLDER_MISSING
	    ? "none: this user has no folder"
	    : "none: this user's folder cannot be used";
}

static void
print_recipient(const struct audit_recipient *r,
    const struct decision_recipient *d, const struct trial_recipient *notes)
{
	struct text actions = TEXT_INIT(LIMIT_FIELD_SIZE);

	fputs("  ", stdout);
	ctl_put(r->recipient);
	fputs(" (", stdout);
	ctl_put(r->user.size > 0 ? r->user : VIEW("nobody's here"));
	puts(")");
	printf("    %-9s %s", "known", contacts_known_name(r->known));
	if (r->known == KNOWN_NAME && d->match.several)
		fputs(" (several contacts have it)", stdout);
	if (r->contact_groups.size > 0) {
		putchar(' ');
		ctl_put(r->contact_groups);
	}
	putchar('\n');
	print_trace(notes);
	printf("    %-9s ", "rule");
	ctl_put(r->plan->rule.size > 0 ? r->plan->rule
				       : view_of(no_rule_words(d)));
	if (r->plan->why == PLAN_NEVER_HELD)
		fputs(" (security mail is never held)", stdout);
	for (size_t i = 0; i < r->plan->actions; i++) {
		if (i > 0)
			text_add_string(&actions, ", ");
		plan_action_words(&r->plan->action[i], &actions);
	}
	printf("\n    %-9s ", "actions");
	ctl_put(actions.size > 0 ? text_view(&actions) : VIEW("deliver"));
	text_free(&actions);
	if (d->answer != NULL)
		printf("\n    %-9s would be queued", r->reply_mode);
	else if (r->reply_why != NULL)
		printf("\n    %-9s none: %s", "answer", r->reply_why);
	putchar('\n');
	if (d->folder != NULL && d->folder->complaint != NULL)
		printf("    %-9s %s\n", "note", d->folder->complaint);
}

void
decision_print(const struct decision *d, const struct trial_recipient *notes)
{
	char cut[64];

	print_request(&d->request);
	printf("  %-11s %s%s%s\n", "trust", auth_trust_name(d->auth.level),
	    d->auth.why[0] == '\0' ? "" : ": ", d->auth.why);
	for (size_t i = 0; i < d->recipients; i++)
		print_recipient(&d->record.recipient[i], &d->recipient[i],
		    notes == NULL ? NULL : &notes[i]);
	for (size_t i = 0; i < d->changes.removals; i++)
		for (int n = 0; n < d->changes.removal[i].count; n++)
			printf("  %-11s %s\n", "removes",
			    d->changes.removal[i].name);
	for (size_t i = 0; i < d->changes.headers; i++) {
		printf("  %-11s %s: ", "adds", d->changes.header[i].name);
		ctl_put(view_of(d->changes.header[i].value));
		putchar('\n');
	}
	if (d->changes.hold_reason != NULL)
		printf("  %-11s %s\n", "holds", d->changes.hold_reason);
	message_cut_words(d->message.cut, cut);
	print_field("cut", view_of(cut));
}
