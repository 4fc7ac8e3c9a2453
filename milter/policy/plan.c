// SPDX-License-Identifier: BSD-2-Clause
/*
 * plan.c - what will be done for one recipient, and for the message they
 * share.
 */
#include "policy/plan.h"

#include "base/utf8.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define ROW(constant, word, argument) [PLAN_##constant] = { word, argument },
static const struct {
	const char *word;
	bool argument;
} kinds[] = { PLAN_ACTIONS(ROW) };
#undef ROW

#define WORD(constant, word) [PLAN_##constant] = (word),
static const char *const reason_words[] = { PLAN_REASONS(WORD) };
#undef WORD

static bool
is_word_byte(char c)
{
	char small = byte_lower(c);

	return (small >= 'a' && small <= 'z') || (c >= '0' && c <= '9');
}

/* ASCII letters and digits, and the others. */
static bool
is_word(struct view v, size_t most, struct view others)
{
	for (size_t i = 0; i < v.size; i++)
		if (!is_word_byte(v.data[i]) &&
		    view_find_byte(others, v.data[i]) == VIEW_NONE)
			return false;
	return v.size > 0 && v.size <= most;
}

static bool
is_tag(struct view v)
{
	return is_word(v, LIMIT_TAG_SIZE, VIEW("_-."));
}

static bool
is_template(struct view v)
{
	for (size_t i = 0; i < v.size; i++)
		if (v.data[i] != byte_lower(v.data[i]))
			return false;
	return is_word(v, LIMIT_TEMPLATE_NAME_SIZE, VIEW("-"));
}

/* "LinkedIn/Recruiters": the Sieve script that files it believes us. */
static bool
is_folder(struct view v)
{
	struct view rest = v;

	if (v.size == 0 || v.size > LIMIT_FOLDER_SIZE || !utf8_valid(v))
		return false;
	for (size_t at = 0; at < v.size;)
		if (utf8_is_hidden(utf8_next(v, &at)))
			return false;
	for (;;) {
		size_t end = view_find_byte(rest, '/');
		struct view component = view_part(rest, 0, end);

		if (view_trim(component).size == 0 ||
		    view_equal(component, VIEW("..")))
			return false;
		if (end == VIEW_NONE)
			return true;
		rest = view_part(rest, end + 1, VIEW_NONE);
	}
}

/* What may stand behind the colon. */
static const struct argument {
	bool (*is)(struct view v);
	const char *words;
} arguments[PLAN_KIND_COUNT] = {
	[PLAN_TAG] = { is_tag,
	    "a tag (letters, digits, \"_\", \"-\" and \".\")" },
	[PLAN_FILE] = { is_folder,
	    "a folder (names with \"/\" between them, no \"..\")" },
	[PLAN_DRAFT] = { is_template,
	    "a template's name (small letters, digits and \"-\")" },
	[PLAN_REPLY] = { is_template,
	    "a template's name (small letters, digits and \"-\")" },
};

int
plan_action_parse(struct view words, struct action *a, struct err *e)
{
	size_t colon = view_find_byte(words, ':'), kind = 0;
	struct view word = view_part(words, 0, colon);
	const struct argument *argument;

	while (kind < PLAN_KIND_COUNT &&
	    !view_equal(word, view_of(kinds[kind].word)))
		kind++;
	if (kind == PLAN_KIND_COUNT)
		return err_set(e,
		    "unknown action \"%.*s\"; known are deliver, tag:WORD, "
		    "file:FOLDER, quarantine, draft:TEMPLATE, reply:TEMPLATE",
		    VIEW_ARG(words));
	a->kind = (enum plan_kind)kind;
	a->argument = colon == VIEW_NONE
	    ? VIEW("")
	    : view_part(words, colon + 1, VIEW_NONE);
	argument = &arguments[kind];
	if (kinds[kind].argument != (colon != VIEW_NONE))
		return err_set(e, "\"%s\" %s", kinds[kind].word,
		    kinds[kind].argument ? "needs a \":\" and its argument"
					 : "takes no argument");
	if (argument->is != NULL && !argument->is(a->argument))
		return err_set(e, "\"%.*s\" is not %s, or too long",
		    VIEW_ARG(a->argument), argument->words);
	return 0;
}

/* Kinds of which a rule cannot have both, or two. */
static const struct {
	enum plan_kind a, b;
	const char *why;
} exclusions[] = {
	{ PLAN_DELIVER, PLAN_QUARANTINE, "mail is either delivered or held" },
	{ PLAN_QUARANTINE, PLAN_DRAFT, "mail that is held is not answered" },
	{ PLAN_QUARANTINE, PLAN_REPLY, "mail that is held is not answered" },
	{ PLAN_DRAFT, PLAN_REPLY, "one mail gets one answer" },
	{ PLAN_DRAFT, PLAN_DRAFT, "one mail gets one answer" },
	{ PLAN_REPLY, PLAN_REPLY, "one mail gets one answer" },
	{ PLAN_FILE, PLAN_FILE, "one mail goes to one folder" },
};

/* Why the two do not go together, or NULL. */
static const char *
exclude(const struct action *a, const struct action *b)
{
	for (size_t i = 0; i < COUNT(exclusions); i++)
		if ((a->kind == exclusions[i].a &&
			b->kind == exclusions[i].b) ||
		    (a->kind == exclusions[i].b && b->kind == exclusions[i].a))
			return exclusions[i].why;
	return a->kind == b->kind && view_equal(a->argument, b->argument)
	    ? "they are the same"
	    : NULL;
}

int
plan_check(const struct plan *p, struct err *e)
{
	for (size_t i = 0; i < p->actions; i++)
		for (size_t k = i + 1; k < p->actions; k++) {
			const struct action *a = &p->action[i];
			const struct action *b = &p->action[k];
			const char *why = exclude(a, b);

			if (why != NULL)
				return err_set(e, "\"%s\" and \"%s\": %s",
				    kinds[a->kind].word, kinds[b->kind].word,
				    why);
		}
	return 0;
}

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
	text_add_string(words, kinds[a->kind].word);
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

bool
plan_is_shared(const struct plan_shared *shared, const struct action *a)
{
	if (a->kind == PLAN_QUARANTINE)
		return shared->quarantine;
	if (a->kind == PLAN_FILE)
		return view_equal(shared->folder, a->argument);
	if (a->kind != PLAN_TAG)
		return true;
	for (size_t i = 0; i < shared->tags; i++)
		if (view_equal(shared->tag[i], a->argument))
			return true;
	return false;
}
