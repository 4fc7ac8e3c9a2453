// SPDX-License-Identifier: BSD-2-Clause
/*
 * condition.c - what a rule asks of a request, compiled.
 */
#include "policy/condition.h"

#include "base/limits.h"
#include "policy/comparison.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Texts. */

/* The first person is the one that counts in a mail about several. */
static struct person
first_person(const struct rules_facts *f)
{
	return f->request->people > 0 ? f->request->person[0]
				      : (struct person){ 0 };
}

static struct view
name_text(const struct rules_facts *f)
{
	return first_person(f).name;
}

static struct view
headline_text(const struct rules_facts *f)
{
	return first_person(f).headline;
}

static struct view
company_text(const struct rules_facts *f)
{
	return first_person(f).company;
}

static struct view
note_text(const struct rules_facts *f)
{
	return f->request->note_text;
}

static struct view
group_name_text(const struct rules_facts *f)
{
	return f->request->group;
}

static struct view
subject_text(const struct rules_facts *f)
{
	return f->subject;
}

static struct view
recipient_text(const struct rules_facts *f)
{
	return f->recipient;
}

/* Words. */

static bool
has_network(const struct rules_facts *f, struct view word)
{
	return view_equal_nocase(f->request->network, word);
}

/* "pt" is "pt-BR" as well. */
static bool
has_lang(const struct rules_facts *f, struct view word)
{
	struct view lang = f->request->lang;

	return view_starts_nocase(lang, word) &&
	    (lang.size == word.size || lang.data[word.size] == '-' ||
		lang.data[word.size] == '_');
}

/* Whether "@close @family" has the word, with or without its "@". */
static bool
is_among(struct view groups, struct view word)
{
	word = view_part(word, word.size > 0 && word.data[0] == '@', VIEW_NONE);
	while (groups.size > 0) {
		size_t end = view_find_byte(groups, ' ');
		size_t size = end == VIEW_NONE ? groups.size : end;
		struct view one = view_part(groups, 0, size);

		one = view_part(one, one.size > 0 && one.data[0] == '@',
		    VIEW_NONE);
		if (one.size > 0 && view_equal_nocase(one, word))
			return true;
		groups = view_part(groups, size + 1, VIEW_NONE);
	}
	return false;
}

static bool
has_group(const struct rules_facts *f, struct view word)
{
	return f->groups != NULL
	    ? is_among(*f->groups, word)
	    : contacts_in_group(f->contacts, f->match, word);
}

/* Numbers. */

static bool
mutual_number(const struct rules_facts *f, int64_t *number)
{
	*number = f->request->mutual;
	return *number >= 0;
}

static bool
seen_number(const struct rules_facts *f, int64_t *number)
{
	*number = f->seen;
	return true;
}

static bool
age_number(const struct rules_facts *f, int64_t *number)
{
	const int64_t day_ms = 24 * 60 * 60 * 1000;

	if (f->request->made_ms == 0)
		return false;
	*number = (f->now_ms - f->request->made_ms) / day_ms;
	if (*number < 0) /* made a moment ago by another clock */
		*number = 0;
	return true;
}

/* Choices. */

static unsigned
type_choice(const struct rules_facts *f)
{
	return f->request->type;
}

static const char *
type_word(unsigned choice)
{
	return request_type_name((enum request_type)choice);
}

static unsigned
note_choice(const struct rules_facts *f)
{
	return f->request->note;
}

static const char *
note_word(unsigned choice)
{
	return request_note_name((enum request_note)choice);
}

static unsigned
trust_choice(const struct rules_facts *f)
{
	return f->trust;
}

static const char *
trust_word(unsigned choice)
{
	return auth_trust_name((enum trust)choice);
}

static unsigned
known_choice(const struct rules_facts *f)
{
	return f->match->known;
}

static const char *
known_word(unsigned choice)
{
	return contacts_known_name((enum known)choice);
}

_Static_assert(REQUEST_TYPE_COUNT <= 32, "a type is a bit");

static uint32_t
only(unsigned choice)
{
	return CHOICE_BIT(choice);
}

/* That level or a stronger one; but nobody is as little known as "no". */
static uint32_t
known_alone(unsigned choice)
{
	uint32_t bits = 0;

	if (choice == KNOWN_NO)
		return CHOICE_BIT(choice);
	for (; choice <= KNOWN_PROFILE; choice++)
		bits |= CHOICE_BIT(choice);
	return bits;
}

/* Likewise; "none" and "forged" are no levels to be passed. */
static uint32_t
trust_alone(unsigned choice)
{
	uint32_t bits = 0;

	if (choice == TRUST_NONE || choice == TRUST_FORGED)
		return CHOICE_BIT(choice);
	for (; choice <= TRUST_DIRECT; choice++)
		bits |= CHOICE_BIT(choice);
	return bits;
}

static unsigned
route_choice(const struct rules_facts *f)
{
	return f->has_route;
}

/* Answers are bits 0 and 1; of what is not said there is no value. */
static unsigned
my_company_choice(const struct rules_facts *f)
{
	return f->my.of[MY_COMPANIES];
}

static unsigned
my_group_choice(const struct rules_facts *f)
{
	return f->my.of[MY_GROUPS];
}

static unsigned
my_interest_choice(const struct rules_facts *f)
{
	return f->my.of[MY_INTERESTS];
}

static unsigned
learned_choice(const struct rules_facts *f)
{
	return f->learned;
}

_Static_assert(MY_NO == false && MY_YES == true, "as comparison_truth has it");

/* The table, in the order in which conditions are asked: patterns last. */
static const struct condition_kind kinds[] = {
	{ .name = "type",
	    .comparison = &comparison_choice,
	    .choice = type_choice,
	    .word = type_word,
	    .choices = REQUEST_TYPE_COUNT,
	    .alone = only },
	{ .name = "note",
	    .comparison = &comparison_choice,
	    .choice = note_choice,
	    .word = note_word,
	    .choices = NOTE_PERSONAL + 1,
	    .alone = only },
	{ .name = "trust",
	    .comparison = &comparison_choice,
	    .choice = trust_choice,
	    .word = trust_word,
	    .choices = TRUST_FORGED + 1,
	    .alone = trust_alone },
	{ .name = "known",
	    .untold = RULES_UNTOLD_KNOWN,
	    .comparison = &comparison_choice,
	    .choice = known_choice,
	    .word = known_word,
	    .choices = KNOWN_PROFILE + 1,
	    .alone = known_alone },
	{ .name = "has_route",
	    .untold = RULES_UNTOLD_ROUTE,
	    .comparison = &comparison_truth,
	    .choice = route_choice },
	{ .name = "my_company",
	    .untold = RULES_UNTOLD_MY_COMPANY,
	    .comparison = &comparison_truth,
	    .choice = my_company_choice },
	{ .name = "my_group",
	    .untold = RULES_UNTOLD_PERSON,
	    .comparison = &comparison_truth,
	    .choice = my_group_choice },
	{ .name = "my_interest",
	    .untold = RULES_UNTOLD_MY_INTEREST,
	    .comparison = &comparison_truth,
	    .choice = my_interest_choice },
	{ .name = "learned",
	    .untold = RULES_UNTOLD_LEARNED,
	    .comparison = &comparison_truth,
	    .choice = learned_choice },
	{ .name = "mutual",
	    .comparison = &comparison_number,
	    .number = mutual_number },
	{ .name = "seen",
	    .comparison = &comparison_number,
	    .number = seen_number },
	{ .name = "age_days",
	    .untold = RULES_UNTOLD_AGE,
	    .comparison = &comparison_number,
	    .number = age_number },
	{ .name = "network",
	    .weight = CONDITION_SCOPE,
	    .comparison = &comparison_word,
	    .has = has_network },
	{ .name = "lang",
	    .weight = CONDITION_SCOPE,
	    .comparison = &comparison_word,
	    .has = has_lang },
	{ .name = "group",
	    .untold = RULES_UNTOLD_GROUP,
	    .weight = CONDITION_NAMES,
	    .comparison = &comparison_word,
	    .has = has_group },
	{ .name = "recipient",
	    .weight = CONDITION_SCOPE,
	    .comparison = &comparison_pattern,
	    .text = recipient_text },
	{ .name = "name",
	    .untold = RULES_UNTOLD_PERSON,
	    .weight = CONDITION_NAMES,
	    .comparison = &comparison_pattern,
	    .text = name_text },
	{ .name = "headline",
	    .untold = RULES_UNTOLD_PERSON,
	    .comparison = &comparison_pattern,
	    .text = headline_text },
	{ .name = "company",
	    .untold = RULES_UNTOLD_PERSON,
	    .comparison = &comparison_pattern,
	    .text = company_text },
	{ .name = "group_name",
	    .untold = RULES_UNTOLD_PERSON,
	    .comparison = &comparison_pattern,
	    .text = group_name_text },
	{ .name = "subject",
	    .untold = RULES_UNTOLD_SUBJECT,
	    .comparison = &comparison_pattern,
	    .text = subject_text },
	{ .name = "note_text",
	    .untold = RULES_UNTOLD_NOTE_TEXT,
	    .comparison = &comparison_pattern,
	    .text = note_text },
};

_Static_assert(COUNT(kinds) == CONDITIONS, "as many as the header says");

const char *
condition_name(size_t index)
{
	return kinds[index].name;
}

enum my_list
condition_my_list(size_t index)
{
	if (kinds[index].choice == my_company_choice)
		return MY_COMPANIES;
	if (kinds[index].choice == my_group_choice)
		return MY_GROUPS;
	return kinds[index].choice == my_interest_choice ? MY_INTERESTS
							 : MY_LISTS;
}

int
condition_compile(size_t index, const struct tree *at, struct pool *p,
    size_t *patterns_left, struct condition *c, struct err *e)
{
	const struct condition_kind *kind = &kinds[index];
	bool list = at->kind == TREE_LIST || at->kind == TREE_ARRAY;
	const struct tree *from = list ? at->child : at;
	size_t count = list ? at->count : 1;

	*c = (struct condition){ .name = kind->name, .kind = kind };
	if (count == 0 || count > LIMIT_LIST_VALUES)
		return tree_error(at, e, "%s: expected 1 to %d values",
		    kind->name, LIMIT_LIST_VALUES);
	c->value = pool_array(p, count, sizeof(*c->value));
	if (c->value == NULL)
		return tree_error(at, e, "out of memory");
	for (; c->values < count; c->values++) {
		struct condition_value *value = &c->value[c->values];

		if (kind->text != NULL && (*patterns_left)-- == 0)
			return tree_error(at, e, "more than %d patterns",
			    LIMIT_USER_PATTERNS);
		if (kind->comparison->read(kind, &from[c->values], p, value,
			e) < 0)
			return -1;
		c->choices |= value->choices;
	}
	return 0;
}

void
condition_free(struct condition *c)
{
	for (size_t i = 0; i < c->values; i++)
		regex_free(c->value[i].pattern);
}

bool
condition_is_told(const struct condition *c, const struct rules_facts *facts)
{
	return (facts->untold & c->kind->untold) == 0;
}

bool
condition_matches(const struct condition *c, const struct rules_facts *facts,
    struct rules_run *run)
{
	return c->kind->comparison->matches(c, facts, run);
}

/*
 * "known" names somebody where it takes a name for enough.  That a mail does
 * not speak of the user's own, or that the user never wrote to the person, says
 * as little as its language.
 */
enum condition_weight
condition_weigh(const struct condition *c)
{
	bool is_rare = c->kind->choice == learned_choice ||
	    c->kind->choice == my_company_choice ||
	    c->kind->choice == my_group_choice ||
	    c->kind->choice == my_interest_choice;

	if (is_rare && (c->choices & CHOICE_BIT(MY_NO)) != 0)
		return CONDITION_SCOPE;
	if (c->kind->choice == known_choice &&
	    (c->choices & CHOICE_BIT(KNOWN_NAME)) != 0 &&
	    (c->choices & CHOICE_BIT(KNOWN_NO)) == 0)
		return CONDITION_NAMES;
	return c->kind->weight;
}
