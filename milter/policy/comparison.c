// SPDX-License-Identifier: BSD-2-Clause
/*
 * comparison.c - how the values of conditions are read and compared.
 */
#include "policy/comparison.h"

#include "base/limits.h"

/* Patterns: PCRE2, found anywhere in a text that is there. */

static int
expect_string(const struct condition_kind *kind, const struct tree *at,
    struct err *e)
{
	if (at->kind == TREE_STRING)
		return 0;
	return tree_error(at, e, "%s: expected a string, found %s", kind->name,
	    tree_kind_words(at->kind));
}

static int
read_pattern(const struct condition_kind *kind, const struct tree *at,
    struct pool *p, struct condition_value *value, struct err *e)
{
	struct err why;

	(void)p;
	if (expect_string(kind, at, e) < 0)
		return -1;
	value->pattern = regex_compile(at->string, REGEX_USER, 0, &why);
	if (value->pattern == NULL)
		return tree_error(at, e, "%s: \"%.*s\": %s", kind->name,
		    VIEW_ARG(at->string), why.text);
	return 0;
}

static bool
match_patterns(const struct condition *c, const struct rules_facts *facts,
    struct rules_run *run)
{
	struct view text = c->kind->text(facts);

	for (size_t i = 0; text.size > 0 && i < c->values; i++) {
		if (run->pattern_errors >= LIMIT_USER_PATTERN_ERRORS)
			return false;
		switch (regex_match(c->value[i].pattern, run->scratch, text,
		    0)) {
		case REGEX_YES:
			return true;
		case REGEX_ERROR:
			run->pattern_errors++;
			break;
		case REGEX_NO:
			break;
		}
	}
	return false;
}

const struct comparison comparison_pattern = { read_pattern, match_patterns };

/* Words of no fixed list, compared whole. */

static int
read_word(const struct condition_kind *kind, const struct tree *at,
    struct pool *p, struct condition_value *value, struct err *e)
{
	if (expect_string(kind, at, e) < 0)
		return -1;
	if (at->string.size == 0 ||
	    view_find_byte(at->string, ' ') != VIEW_NONE)
		return tree_error(at, e, "%s: \"%.*s\" is not one word",
		    kind->name, VIEW_ARG(at->string));
	value->word = pool_copy(p, at->string);
	return pool_ok(p) ? 0
			  : tree_error(at, e, "%s: out of memory", kind->name);
}

static bool
match_words(const struct condition *c, const struct rules_facts *facts,
    struct rules_run *run)
{
	(void)run;
	for (size_t i = 0; i < c->values; i++)
		if (c->kind->has(facts, c->value[i].word))
			return true;
	return false;
}

const struct comparison comparison_word = { read_word, match_words };

/* Numbers: 3, "=3", ">=2", "<5", "2..5". */

enum { MOST_NUMBER = 1000000000 };

static bool
read_bound(struct view v, int64_t *bound)
{
	unsigned long long number;

	if (view_number(view_trim(v), MOST_NUMBER, &number) < 0)
		return false;
	*bound = (int64_t)number;
	return true;
}

/* Whether v is one; least and most are those of all numbers before. */
static bool
read_range(struct view v, int64_t *least, int64_t *most)
{
	size_t dots = view_find(v, VIEW(".."));

	if (dots != VIEW_NONE)
		return read_bound(view_part(v, 0, dots), least) &&
		    read_bound(view_part(v, dots + 2, VIEW_NONE), most);
	if (view_starts_nocase(v, VIEW(">=")))
		return read_bound(view_part(v, 2, VIEW_NONE), least);
	if (view_starts_nocase(v, VIEW("<=")))
		return read_bound(view_part(v, 2, VIEW_NONE), most);
	if (view_starts_nocase(v, VIEW(">"))) {
		if (!read_bound(view_part(v, 1, VIEW_NONE), least))
			return false;
		++*least;
		return true;
	}
	if (view_starts_nocase(v, VIEW("<"))) {
		if (!read_bound(view_part(v, 1, VIEW_NONE), most))
			return false;
		--*most;
		return true;
	}
	if (view_starts_nocase(v, VIEW("=")))
		v = view_part(v, 1, VIEW_NONE);
	if (!read_bound(v, least))
		return false;
	*most = *least;
	return true;
}

static int
read_number(const struct condition_kind *kind, const struct tree *at,
    struct pool *p, struct condition_value *value, struct err *e)
{
	(void)p;
	value->least = 0;
	value->most = INT64_MAX;
	if (at->kind == TREE_NUMBER)
		value->least = value->most = at->number;
	else if (at->kind != TREE_STRING ||
	    !read_range(view_trim(at->string), &value->least, &value->most))
		return tree_error(at, e,
		    "%s: expected a number, or \">=2\", \">2\", \"<=2\", "
		    "\"<2\", \"=2\" or \"2..5\"",
		    kind->name);
	if (value->most < value->least || value->most < 0)
		return tree_error(at, e, "%s: no number is in that range",
		    kind->name);
	return 0;
}

static bool
match_numbers(const struct condition *c, const struct rules_facts *facts,
    struct rules_run *run)
{
	int64_t number;

	(void)run;
	if (!c->kind->number(facts, &number))
		return false;
	for (size_t i = 0; i < c->values; i++)
		if (number >= c->value[i].least && number <= c->value[i].most)
			return true;
	return false;
}

const struct comparison comparison_number = { read_number, match_numbers };

/* Choices: words of a fixed list, one bit each. */

static int
unknown_word(const struct condition_kind *kind, const struct tree *at,
    struct err *e)
{
	struct text known = TEXT_INIT(ERR_TEXT_SIZE);

	for (unsigned i = 0; i < kind->choices; i++)
		text_addf(&known, " %s", kind->word(i));
	tree_error(at, e, "%s: unknown word \"%.*s\"; known are%s", kind->name,
	    VIEW_ARG(at->string), text_string(&known));
	text_free(&known);
	return -1;
}

static int
read_choice(const struct condition_kind *kind, const struct tree *at,
    struct pool *p, struct condition_value *value, struct err *e)
{
	(void)p;
	if (expect_string(kind, at, e) < 0)
		return -1;
	for (unsigned i = 0; i < kind->choices; i++)
		if (view_equal(at->string, view_of(kind->word(i)))) {
			/* Elements of a list have no name; they are exact. */
			value->choices =
			    at->name == NULL ? CHOICE_BIT(i) : kind->alone(i);
			return 0;
		}
	return unknown_word(kind, at, e);
}

static bool
match_choice(const struct condition *c, const struct rules_facts *facts,
    struct rules_run *run)
{
	(void)run;
	return (c->choices & CHOICE_BIT(c->kind->choice(facts))) != 0;
}

const struct comparison comparison_choice = { read_choice, match_choice };

static int
read_truth(const struct condition_kind *kind, const struct tree *at,
    struct pool *p, struct condition_value *value, struct err *e)
{
	(void)p;
	if (at->kind != TREE_BOOL)
		return tree_error(at, e, "%s: expected %s, found %s",
		    kind->name, tree_kind_words(TREE_BOOL),
		    tree_kind_words(at->kind));
	value->choices = CHOICE_BIT(at->truth ? 1u : 0u);
	return 0;
}

const struct comparison comparison_truth = { read_truth, match_choice };
