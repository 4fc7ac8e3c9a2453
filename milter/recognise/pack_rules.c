// SPDX-License-Identifier: BSD-2-Clause
/*
 * pack_rules.c - a pack's signals and rules, read and compiled.
 */
#include <stdio.h>
#include <string.h>

#include "recognise/pack_parts.h"

enum { ID_SIZE = 64 }; /* of a rule, without the network */

#define SIGNAL_ROW(constant, name, words, cost) { name, words, cost },
static const struct {
	const char *name, *words;
	unsigned cost;
} builtin[] = { SIGNALS(SIGNAL_ROW) };
#undef SIGNAL_ROW

/* The signal of that name, or VIEW_NONE. */
size_t
pack_signal_number(const struct pack *p, const char *name)
{
	for (size_t i = 0; i < p->signals; i++)
		if (view_equal(p->signal[i].name, view_of(name)))
			return i;
	return VIEW_NONE;
}

int
pack_add_builtin_signals(struct loading *l, const struct tree *at)
{
	struct pack *p = l->pack;
	struct source *source =
	    pool_array(p->pool, SIGNAL_COUNT, sizeof(*source));

	if (source == NULL)
		return pack_no_memory(l, at);
	for (size_t i = 0; i < SIGNAL_COUNT; i++) {
		source[i].where = builtin[i].words;
		p->signal[i] = (struct pack_signal){
			.name = view_of(builtin[i].name),
			.source = &source[i],
			.cost = builtin[i].cost,
		};
	}
	p->signals = SIGNAL_COUNT;
	return 0;
}

/* "header X-LinkedIn-Template" for evidence, "linkedin/x" for a rule. */
static const char *
join(struct loading *l, struct view a, const char *between, struct view b)
{
	size_t size = a.size + strlen(between) + b.size + 1;
	char *joined = pool_alloc(l->pack->pool, size);

	if (joined != NULL)
		snprintf(joined, size, "%.*s%s%.*s", VIEW_ARG(a), between,
		    VIEW_ARG(b));
	return joined;
}

static int
read_on(struct loading *l, const struct tree *on, struct source *to)
{
	if (tree_expect(on, TREE_STRING, l->e) < 0)
		return -1;
	to->on = pack_signal_number(l->pack, on->string.data);
	if (to->on == VIEW_NONE ||
	    (to->on >= SIGNAL_OF_PERSON && to->on < SIGNAL_COUNT))
		return tree_error(on, l->e, "%s: no signal %s before this one",
		    l->who, on->string.data);
	to->where = l->pack->signal[to->on].source->where;
	return 0;
}

static int
read_source(struct loading *l, const struct tree *at, struct source *to)
{
	static const char *const names[] = { "header", "on", "pattern", NULL };
	const struct tree *header, *on, *pattern;

	if (tree_expect(at, TREE_GROUP, l->e) < 0 ||
	    tree_only(at, names, l->e) < 0)
		return -1;
	header = tree_child(at, "header");
	on = tree_child(at, "on");
	pattern = tree_child(at, "pattern");
	if ((header == NULL) == (on == NULL) || (on != NULL && pattern == NULL))
		return tree_error(at, l->e,
		    "%s: either header, or on with a pattern", l->who);
	if (on != NULL && read_on(l, on, to) < 0)
		return -1;
	if (header != NULL) {
		if (tree_expect(header, TREE_STRING, l->e) < 0)
			return -1;
		to->header = header->string;
		to->where = join(l, VIEW("header"), " ", header->string);
		if (to->where == NULL)
			return pack_no_memory(l, at);
	}
	if (pattern == NULL)
		return 0;
	if (tree_expect(pattern, TREE_STRING, l->e) < 0)
		return -1;
	return pack_compile(l, pattern, pattern->string, &to->pattern);
}

static int
read_signal(struct loading *l, const struct tree *at)
{
	struct pack *p = l->pack;
	struct pack_signal *s = &p->signal[p->signals];
	struct source *source;

	snprintf(l->who, sizeof(l->who), "signal %s", at->name);
	if (pack_signal_number(p, at->name) != VIEW_NONE ||
	    field_number(at->name) != FIELD_COUNT)
		return tree_error(at, l->e, "%s: the name is taken", l->who);
	if (p->signals == SIGNALS_MAX)
		return tree_error(at, l->e, "more than %d signals",
		    SIGNALS_MAX - SIGNAL_COUNT);
	if (tree_expect(at, TREE_LIST, l->e) < 0)
		return -1;
	source = pool_array(p->pool, at->count, sizeof(*source));
	if (source == NULL)
		return pack_no_memory(l, at);
	if (at->count == 0)
		return tree_error(at, l->e, "%s: no source", l->who);
	s->cost = 1;
	for (size_t i = 0; i < at->count; i++) {
		if (read_source(l, &at->child[i], &source[i]) < 0)
			return -1;
		if (source[i].header.size == 0 &&
		    p->signal[source[i].on].cost > s->cost)
			s->cost = p->signal[source[i].on].cost;
	}
	s->name = view_of(at->name);
	s->source = source;
	s->count = at->count;
	p->signals++;
	return 0;
}

int
pack_read_signals(struct loading *l, const struct tree *signals)
{
	if (tree_expect(signals, TREE_GROUP, l->e) < 0)
		return -1;
	for (size_t i = 0; i < signals->count; i++)
		if (read_signal(l, &signals->child[i]) < 0)
			return -1;
	return 0;
}

/* The test of that pattern on that signal; stored once, however often. */
static int
add_test(struct loading *l, const struct tree *at, size_t signal,
    struct view pattern, size_t *number)
{
	struct pack *p = l->pack;
	struct test *t;

	for (size_t i = 0; i < p->tests; i++) {
		t = &p->test[i];
		if (t->signal == signal && view_equal(t->text, pattern)) {
			*number = i;
			return 0;
		}
	}
	t = &p->test[p->tests];
	t->signal = signal;
	t->text = pattern;
	if (pack_compile(l, at, pattern, &t->pattern) < 0)
		return -1;
	*number = p->tests++;
	return 0;
}

static int
read_condition(struct loading *l, const struct tree *at, bool unless,
    struct condition *to)
{
	size_t count, *test;

	to->signal = pack_signal_number(l->pack, at->name);
	if (to->signal == VIEW_NONE ||
	    (to->signal >= SIGNAL_OF_PERSON && to->signal < SIGNAL_COUNT))
		return tree_error(at, l->e, "%s: unknown signal %s", l->who,
		    at->name);
	if (tree_strings(at, LIMIT_PACK_RULES, &count, l->e) < 0)
		return -1;
	test = pool_array(l->pack->pool, count, sizeof(*test));
	if (test == NULL)
		return pack_no_memory(l, at);
	for (size_t i = 0; i < count; i++)
		if (add_test(l, at->kind == TREE_STRING ? at : &at->child[i],
			to->signal, tree_string_at(at, i), &test[i]) < 0)
			return -1;
	to->test = test;
	to->count = count;
	to->unless = unless;
	return 0;
}

/* Puts the condition where it belongs by its cost. */
static void
insert(const struct pack *p, struct conditions *c, struct condition new)
{
	unsigned cost = p->signal[new.signal].cost;
	size_t i = c->count++;

	for (; i > 0 && p->signal[c->item[i - 1].signal].cost > cost; i--)
		c->item[i] = c->item[i - 1];
	c->item[i] = new;
}

/* "when" or "unless" of a rule; what it does not name comes from every. */
static int
read_section(struct loading *l, const struct tree *own,
    const struct tree *every, bool unless, struct conditions *out)
{
	const struct tree *from[] = { own, every };
	struct condition condition = { 0 };

	for (size_t f = 0; f < 2; f++) {
		if (from[f] == NULL)
			continue;
		if (tree_expect(from[f], TREE_GROUP, l->e) < 0)
			return -1;
		for (size_t i = 0; i < from[f]->count; i++) {
			const struct tree *at = &from[f]->child[i];

			if (f == 1 && own != NULL &&
			    tree_child(own, at->name) != NULL)
				continue;
			if (read_condition(l, at, unless, &condition) < 0)
				return -1;
			if (condition.count > 0) /* "[ ]" asks nothing */
				insert(l->pack, out, condition);
		}
	}
	return 0;
}

static size_t
children(const struct tree *at)
{
	return at == NULL ? 0 : at->count;
}

int
pack_read_conditions(struct loading *l, const struct tree *at, bool with_every,
    struct conditions *out)
{
	const struct tree *every = with_every ? l->every : NULL;
	const struct tree *when = tree_child(at, "when");
	const struct tree *unless = tree_child(at, "unless");
	const struct tree *every_when =
	    every == NULL ? NULL : tree_child(every, "when");
	const struct tree *every_unless =
	    every == NULL ? NULL : tree_child(every, "unless");

	out->item = pool_array(l->pack->pool,
	    children(when) + children(unless) + children(every_when) +
		children(every_unless),
	    sizeof(*out->item));
	if (out->item == NULL)
		return pack_no_memory(l, at);
	if (read_section(l, when, every_when, false, out) < 0)
		return -1;
	return read_section(l, unless, every_unless, true, out);
}

static int
read_id(struct loading *l, const struct tree *at, struct rule *to)
{
	struct pack *p = l->pack;
	const struct tree *id = tree_child(at, "id");

	if (id == NULL)
		return tree_error(at, l->e, "rule: id is missing");
	if (tree_expect(id, TREE_STRING, l->e) < 0)
		return -1;
	snprintf(l->who, sizeof(l->who), "rule %.*s/%.*s", VIEW_ARG(p->name),
	    VIEW_ARG(id->string));
	if (id->string.size == 0 || id->string.size > ID_SIZE)
		return tree_error(id, l->e, "%s: id of 1 to %d octets", l->who,
		    ID_SIZE);
	to->id = view_of(join(l, p->name, "/", id->string));
	if (to->id.data == NULL)
		return pack_no_memory(l, at);
	for (size_t i = 0; i < p->rules; i++)
		if (view_equal(p->rule[i].id, to->id))
			return tree_error(id, l->e,
			    "%s: there is one of that id already", l->who);
	return 0;
}

static int
read_type(struct loading *l, const struct tree *at, struct rule *to)
{
	const struct tree *type = tree_child(at, "type");

	if (type == NULL)
		return tree_error(at, l->e, "%s: type is missing", l->who);
	if (tree_expect(type, TREE_STRING, l->e) < 0)
		return -1;
	if (request_type_parse(type->string, &to->type) < 0)
		return tree_error(type, l->e, "%s: unknown type %s", l->who,
		    type->string.data);
	return 0;
}

static int
read_rule(struct loading *l, const struct tree *at, struct rule *to)
{
	static const char *const names[] = { "id", "type", "when", "unless",
		NULL };
	const struct tree *when;

	if (tree_expect(at, TREE_GROUP, l->e) < 0 || read_id(l, at, to) < 0 ||
	    tree_only(at, names, l->e) < 0 || read_type(l, at, to) < 0)
		return -1;
	when = tree_child(at, "when");
	if (children(when) == 0)
		return tree_error(at, l->e, "%s: when is missing", l->who);
	if (pack_read_conditions(l, at, true, &to->conditions) < 0)
		return -1;
	to->decided_by = pack_signal_number(l->pack, when->child[0].name);
	return 0;
}

int
pack_read_rules(struct loading *l, const struct tree *rules)
{
	struct pack *p = l->pack;

	if (tree_expect(rules, TREE_LIST, l->e) < 0)
		return -1;
	if (rules->count > LIMIT_PACK_RULES)
		return tree_error(rules, l->e, "more than %d rules",
		    LIMIT_PACK_RULES);
	p->rule = pool_array(p->pool, rules->count, sizeof(*p->rule));
	if (p->rule == NULL)
		return pack_no_memory(l, rules);
	for (size_t i = 0; i < rules->count; i++) {
		if (read_rule(l, &rules->child[i], &p->rule[i]) < 0)
			return -1;
		p->rules++;
	}
	return 0;
}
