// SPDX-License-Identifier: BSD-2-Clause
/*
 * rules.c - a user's rules.conf, read and compiled.
 */
#include "policy/rules.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/pool.h"
#include "base/tree.h"
#include "base/utf8.h"
#include "policy/condition.h"

/* Far more than a file of LIMIT_RULES_SIZE can need. */
enum { POOL_SIZE = 256 * LIMIT_RULES_SIZE };

struct rule {
	struct view name;
	int line;
	struct condition *condition;
	size_t conditions;
	struct plan plan; /* what it asks for */
};

struct rules {
	struct pool *pool;
	struct rule *rule;
	size_t count;
	struct view contact_file[LIMIT_USER_CONTACT_FILES];
	size_t contact_files;
	struct view from_name;
	bool silent; /* answers = false */
	bool digest; /* digest = "daily" */
	struct my_lists my;
	bool asks_my_lists;    /* some rule does */
	struct view *template; /* every one that rules name, once */
	size_t templates;
};

/* What is needed while a file is read. */
struct reading {
	struct rules *rules;
	size_t patterns;                        /* that may still be compiled */
	const char *conditions[CONDITIONS + 1]; /* for tree_only() */
};

/* Whether v is UTF-8 without hidden characters, of 1 to most octets. */
static bool
is_line(struct view v, size_t most)
{
	if (v.size == 0 || v.size > most || !utf8_valid(v))
		return false;
	for (size_t at = 0; at < v.size;)
		if (utf8_is_hidden(utf8_next(v, &at)))
			return false;
	return true;
}

/* -1 and e without memory. */
static int
copy(struct rules *r, const struct tree *at, struct view v, struct view *to,
    struct err *e)
{
	*to = pool_copy(r->pool, v);
	return to->data == NULL ? tree_error(at, e, "out of memory") : 0;
}

/* One file in the user's folder, and not a hidden one. */
static bool
is_file_name(struct view v)
{
	return is_line(v, 255) && v.data[0] != '.' &&
	    view_find_byte(v, '/') == VIEW_NONE;
}

static int
read_contacts(struct rules *r, const struct tree *at, struct err *e)
{
	size_t count;

	if (tree_strings(at, LIMIT_USER_CONTACT_FILES, &count, e) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		struct view name = tree_string_at(at, i);

		if (!is_file_name(name))
			return tree_error(at, e,
			    "contacts: \"%.*s\" is not the name of a file in "
			    "this folder",
			    VIEW_ARG(name));
		if (copy(r, at, name, &r->contact_file[i], e) < 0)
			return -1;
		r->contact_files++;
	}
	return 0;
}

static int
read_from_name(struct rules *r, const struct tree *at, struct err *e)
{
	if (tree_expect(at, TREE_STRING, e) < 0)
		return -1;
	if (!is_line(at->string, LIMIT_NAME_SIZE))
		return tree_error(at, e,
		    "from_name: expected one line of at most %d octets",
		    LIMIT_NAME_SIZE);
	return copy(r, at, at->string, &r->from_name, e);
}

static int
read_answers(struct rules *r, const struct tree *at, struct err *e)
{
	if (tree_expect(at, TREE_BOOL, e) < 0)
		return -1;
	r->silent = !at->truth;
	return 0;
}

static int
read_digest(struct rules *r, const struct tree *at, struct err *e)
{
	if (tree_expect(at, TREE_STRING, e) < 0)
		return -1;
	r->digest = view_equal(at->string, VIEW("daily"));
	if (!r->digest && !view_equal(at->string, VIEW("never")))
		return tree_error(at, e,
		    "digest: expected \"daily\" or \"never\"");
	return 0;
}

/* A rule that asks for a list of which there is none would never match. */
static int
expect_my_list(struct rules *r, size_t condition, const struct tree *at,
    struct err *e)
{
	enum my_list list = condition_my_list(condition);

	if (list == MY_LISTS)
		return 0;
	r->asks_my_lists = true;
	if (r->my.given[list])
		return 0;
	return tree_error(at, e, "%s: there is no list my.%s in this file",
	    at->name, my_lists_name(list));
}

static int
read_name(struct rules *r, const struct tree *at, struct rule *rule,
    struct err *e)
{
	const struct tree *name = tree_child(at, "name");

	if (name == NULL)
		return tree_error(at, e, "a rule without a name");
	if (tree_expect(name, TREE_STRING, e) < 0)
		return -1;
	if (!is_line(name->string, LIMIT_RULE_NAME_SIZE))
		return tree_error(name, e,
		    "name: expected one line of at most %d octets",
		    LIMIT_RULE_NAME_SIZE);
	for (size_t i = 0; i < r->count; i++)
		if (view_equal(r->rule[i].name, name->string))
			return tree_error(name, e,
			    "rule \"%.*s\": the rule of line %d has that name",
			    VIEW_ARG(name->string), r->rule[i].line);
	rule->line = at->line;
	return copy(r, name, name->string, &rule->name, e);
}

static int
read_when(struct reading *reading, const struct tree *at, struct rule *rule,
    struct err *e)
{
	struct rules *r = reading->rules;
	const struct tree *when = tree_child(at, "when");

	if (when == NULL)
		return tree_error(at, e,
		    "no \"when\" (\"when = { };\" is always)");
	if (tree_expect(when, TREE_GROUP, e) < 0 ||
	    tree_only(when, reading->conditions, e) < 0)
		return -1;
	rule->condition =
	    pool_array(r->pool, when->count, sizeof(*rule->condition));
	if (rule->condition == NULL)
		return tree_error(when, e, "out of memory");
	for (size_t i = 0; i < CONDITIONS; i++) {
		const struct tree *c = tree_child(when, condition_name(i));

		if (c == NULL)
			continue;
		if (expect_my_list(r, i, c, e) < 0 ||
		    condition_compile(i, c, r->pool, &reading->patterns,
			&rule->condition[rule->conditions++], e) < 0)
			return -1;
	}
	return 0;
}

static int
read_do(struct rules *r, const struct tree *at, struct rule *rule,
    struct err *e)
{
	const struct tree *todo = tree_child(at, "do");
	struct plan *p = &rule->plan;
	struct err why;
	size_t count;

	if (todo == NULL)
		return tree_error(at, e, "no \"do\"");
	if (tree_strings(todo, LIMIT_ACTIONS, &count, e) < 0)
		return -1;
	if (count == 0)
		return tree_error(todo, e, "do: no action");
	for (; p->actions < count; p->actions++) {
		struct view words;

		if (copy(r, todo, tree_string_at(todo, p->actions), &words, e) <
		    0)
			return -1;
		if (plan_action_parse(words, &p->action[p->actions], &why) < 0)
			return tree_error(todo, e, "do: %s", why.text);
	}
	if (plan_check(p, &why) < 0)
		return tree_error(todo, e, "do: %s", why.text);
	return 0;
}

/* Display names are the sender's choice: they hold nothing (DESIGN, 4). */
static bool
holds_on_a_name(const struct rule *rule)
{
	bool names = false;

	for (size_t i = 0; i < rule->conditions; i++)
		switch (condition_weigh(&rule->condition[i])) {
		case CONDITION_EVIDENCE:
			return false;
		case CONDITION_NAMES:
			names = true;
			break;
		case CONDITION_SCOPE:
			break;
		}
	return names && plan_find(&rule->plan, PLAN_QUARANTINE) != NULL;
}

static int
read_body(struct reading *reading, const struct tree *at, struct rule *rule,
    struct err *e)
{
	static const char *const names[] = { "name", "when", "do", NULL };

	if (tree_only(at, names, e) < 0 ||
	    read_when(reading, at, rule, e) < 0 ||
	    read_do(reading->rules, at, rule, e) < 0)
		return -1;
	if (holds_on_a_name(rule))
		return tree_error(at, e,
		    "quarantine on a name alone, which anybody can take; add "
		    "another condition (type, note, trust, headline, ...) or "
		    "known = \"email\"");
	return 0;
}

/* Puts the rule's name behind the "FILE:LINE: " of an error about it. */
static int
in_rule(const struct tree *at, const struct rule *rule, struct err *e)
{
	size_t size = strlen(e->text), behind = strlen(at->file) + 1;

	if (behind < size)
		behind += strspn(e->text + behind, "0123456789") + 1;
	if (behind >= size)
		return -1; /* cut there already */
	return err_set(e, "%.*s rule \"%.*s\":%s", (int)behind, e->text,
	    VIEW_ARG(rule->name), e->text + behind);
}

static int
read_rules(struct reading *reading, const struct tree *at, struct err *e)
{
	struct rules *r = reading->rules;

	if (tree_expect(at, TREE_LIST, e) < 0)
		return -1;
	if (at->count > LIMIT_USER_RULES)
		return tree_error(at, e, "rules: more than %d",
		    LIMIT_USER_RULES);
	r->rule = pool_array(r->pool, at->count, sizeof(*r->rule));
	if (r->rule == NULL)
		return tree_error(at, e, "out of memory");
	for (size_t i = 0; i < at->count; i++) {
		struct rule *rule = &r->rule[i];

		if (tree_expect(&at->child[i], TREE_GROUP, e) < 0 ||
		    read_name(r, &at->child[i], rule, e) < 0)
			return -1;
		r->count++;
		if (read_body(reading, &at->child[i], rule, e) < 0)
			return in_rule(at, rule, e);
	}
	return 0;
}

static bool
has_template(const struct rules *r, struct view name)
{
	for (size_t i = 0; i < r->templates; i++)
		if (view_equal(r->template[i], name))
			return true;
	return false;
}

/* Of each rule there is one at most. */
static int
list_templates(struct rules *r, const struct tree *at, struct err *e)
{
	static const enum plan_kind kinds[] = { PLAN_DRAFT, PLAN_REPLY };

	r->template = pool_array(r->pool, r->count, sizeof(*r->template));
	if (r->template == NULL)
		return tree_error(at, e, "out of memory");
	for (size_t i = 0; i < r->count; i++)
		for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
			const struct action *a =
			    plan_find(&r->rule[i].plan, kinds[k]);

			if (a != NULL && !has_template(r, a->argument))
				r->template[r->templates++] = a->argument;
		}
	return 0;
}

static int
read_file(struct rules *r, const struct tree *root, struct err *e)
{
	static const char *const names[] = { "contacts", "from_name", "rules",
		"answers", "my", "digest", NULL };
	struct reading reading = { .rules = r,
		.patterns = LIMIT_USER_PATTERNS };
	const struct tree *contacts = tree_child(root, names[0]);
	const struct tree *from_name = tree_child(root, names[1]);
	const struct tree *rules = tree_child(root, names[2]);
	const struct tree *answers = tree_child(root, names[3]);
	const struct tree *my = tree_child(root, names[4]);
	const struct tree *digest = tree_child(root, names[5]);

	for (size_t i = 0; i < CONDITIONS; i++)
		reading.conditions[i] = condition_name(i);
	if (tree_only(root, names, e) < 0 ||
	    (contacts != NULL && read_contacts(r, contacts, e) < 0) ||
	    (from_name != NULL && read_from_name(r, from_name, e) < 0) ||
	    (answers != NULL && read_answers(r, answers, e) < 0) ||
	    (digest != NULL && read_digest(r, digest, e) < 0) ||
	    (my != NULL && my_lists_read(&r->my, my, r->pool, e) < 0) ||
	    (rules != NULL && read_rules(&reading, rules, e) < 0))
		return -1;
	return list_templates(r, root, e);
}

struct rules *
rules_parse(struct view bytes, const char *file, struct err *e)
{
	struct rules *r = calloc(1, sizeof(*r)), *result = NULL;
	struct pool *pool = pool_new(POOL_SIZE);
	const struct tree *root;
	struct err why;

	if (bytes.size > LIMIT_RULES_SIZE) {
		err_set(e, "%s: larger than %d octets", file, LIMIT_RULES_SIZE);
		goto out;
	}
	if (pool == NULL || r == NULL ||
	    (r->pool = pool_new(POOL_SIZE)) == NULL) {
		err_set(e, "%s: out of memory", file);
		goto out;
	}
	root = tree_parse(pool, bytes, file, &why);
	if (root == NULL || read_file(r, root, &why) < 0) {
		err_set(e, "%s", why.text);
		goto out;
	}
	result = r;
	r = NULL;
out:
	pool_free(pool);
	rules_free(r);
	return result;
}

void
rules_free(struct rules *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < r->count; i++)
		for (size_t k = 0; k < r->rule[i].conditions; k++)
			condition_free(&r->rule[i].condition[k]);
	pool_free(r->pool);
	free(r);
}

size_t
rules_count(const struct rules *r)
{
	return r->count;
}

struct view
rules_name_of(const struct rules *r, size_t index)
{
	return r->rule[index].name;
}

size_t
rules_contact_files(const struct rules *r)
{
	return r->contact_files;
}

struct view
rules_contact_file(const struct rules *r, size_t index)
{
	return r->contact_file[index];
}

struct view
rules_from_name(const struct rules *r)
{
	return r->from_name;
}

bool
rules_may_answer(const struct rules *r)
{
	return !r->silent;
}

bool
rules_want_digest(const struct rules *r)
{
	return r->digest;
}

bool
rules_has_action(const struct rules *r, struct view rule, enum plan_kind kind,
    struct view argument)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct action *found = plan_find(&r->rule[i].plan, kind);

		if (view_equal(r->rule[i].name, rule) && found != NULL &&
		    view_equal(found->argument, argument))
			return true;
	}
	return false;
}

struct view
rules_template(const struct rules *r, size_t index)
{
	return index < r->templates ? r->template[index] : VIEW("");
}

/*
 * Whether all conditions hold; step tells of the first that does not.  One that
 * nobody can tell of only counts where no other says no.
 */
static bool
matches(const struct rule *rule, const struct rules_facts *facts,
    struct rules_run *run, struct rules_trace *step)
{
	const char *untold = NULL;

	for (size_t i = 0; i < rule->conditions; i++) {
		const struct condition *c = &rule->condition[i];

		if (!condition_is_told(c, facts)) {
			untold = c->name;
		} else if (!condition_matches(c, facts, run)) {
			step->condition = c->name;
			return false;
		}
	}
	run->untold = untold;
	step->condition = untold;
	return untold == NULL;
}

/* The first rule that matches, or may, or NULL. */
static const struct rule *
find_rule(const struct rules *r, const struct rules_facts *facts,
    struct rules_run *run)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct rule *rule = &r->rule[i];
		struct rules_trace step = { .rule = rule->name,
			.line = rule->line };

		step.matched = matches(rule, facts, run, &step);
		if (run->on_trace != NULL)
			run->on_trace(run->trace_arg, &step);
		if (step.matched || run->untold != NULL)
			return rule;
	}
	return NULL;
}

/* The text of the note would be looked at for these as well. */
static void
miss_note(struct rules_facts *facts)
{
	static const struct {
		enum my_list list;
		unsigned untold;
	} lists[] = { { MY_COMPANIES, RULES_UNTOLD_MY_COMPANY },
		{ MY_INTERESTS, RULES_UNTOLD_MY_INTEREST } };

	if ((facts->untold & RULES_UNTOLD_NOTE_TEXT) == 0 ||
	    facts->request->note != NOTE_PERSONAL)
		return;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (facts->my.of[lists[i].list] != MY_YES)
			facts->untold |= lists[i].untold;
}

/* Takes the hold off; what is left is delivered. */
static void
never_hold(struct plan *plan)
{
	size_t kept = 0;

	for (size_t i = 0; i < plan->actions; i++)
		if (plan->action[i].kind != PLAN_QUARANTINE)
			plan->action[kept++] = plan->action[i];
	if (kept == plan->actions)
		return;
	plan->why = PLAN_NEVER_HELD;
	if (kept == 0)
		plan->action[kept++] =
		    (struct action){ PLAN_DELIVER, VIEW("") };
	plan->actions = kept;
}

void
rules_decide(const struct rules *r, const struct rules_facts *facts,
    struct rules_run *run, struct plan *plan)
{
	unsigned errors = run->pattern_errors;
	struct rules_facts all = *facts;
	const struct rule *rule;

	if (r->asks_my_lists &&
	    my_lists_ask(&r->my, facts->request, &all.my) < 0)
		errors++;
	miss_note(&all);
	run->untold = NULL;
	run->pattern_errors = 0; /* each decision has its own ceiling */
	rule = find_rule(r, &all, run);
	run->pattern_errors += errors;
	if (rule == NULL) {
		*plan = (struct plan){ .why = PLAN_NO_RULE,
			.action = { { PLAN_DELIVER, VIEW("") } },
			.actions = 1 };
		return;
	}
	*plan =
	    run->untold == NULL ? rule->plan : (struct plan){ .actions = 0 };
	plan->rule = rule->name;
	plan->rule_line = rule->line;
	plan->why = PLAN_RULE;
	if ((request_type_traits(facts->request->type) & REQUEST_NEVER_HELD) !=
	    0)
		never_hold(plan);
}
