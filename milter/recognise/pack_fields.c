// SPDX-License-Identifier: BSD-2-Clause
/*
 * pack_fields.c - a pack's list of what to read out of a mail, compiled.
 */
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "recognise/pack_parts.h"

#define FIELD_ROW(constant, name, of_person) { name, of_person },
static const struct {
	const char *name;
	bool of_person;
} fields_known[] = { FIELDS(FIELD_ROW) };
#undef FIELD_ROW

enum field
field_number(const char *name)
{
	size_t i = 0;

	while (i < FIELD_COUNT && strcmp(fields_known[i].name, name) != 0)
		i++;
	return (enum field)i;
}

bool
field_of_person(enum field field)
{
	return fields_known[field].of_person;
}

int
pack_read_types(struct loading *l, const struct tree *types,
    unsigned long *bits)
{
	enum request_type type;
	size_t count;

	if (types == NULL) {
		*bits = (1UL << REQUEST_TYPE_COUNT) - 1;
		return 0;
	}
	if (tree_strings(types, REQUEST_TYPE_COUNT, &count, l->e) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		struct view word = tree_string_at(types, i);

		if (request_type_parse(word, &type) < 0)
			return tree_error(types, l->e, "%s: unknown type %s",
			    l->who, word.data);
		*bits |= 1UL << type;
	}
	return 0;
}

/* The signal, or the field that was read before, that patterns look at. */
static int
read_on(struct loading *l, const struct tree *on, struct field_rule *to)
{
	enum field field;

	if (tree_expect(on, TREE_STRING, l->e) < 0)
		return -1;
	to->on = pack_signal_number(l->pack, on->string.data);
	if (to->on != VIEW_NONE)
		return 0;
	field = field_number(on->string.data);
	if (field == FIELD_COUNT || field == FIELD_MUTUAL ||
	    field == FIELD_ID22)
		return tree_error(on, l->e, "%s: unknown signal %s", l->who,
		    on->string.data);
	to->on = SIGNAL_OF_FIELD + field;
	return 0;
}

/* Which field each group of a pattern is. */
static int
read_groups(struct loading *l, const struct tree *at, struct extract *to,
    unsigned *fields)
{
	bool some = false;

	for (size_t i = 0; i <= LIMIT_PATTERN_GROUPS; i++)
		to->field[i] = FIELD_COUNT;
	for (size_t i = 1; i <= regex_groups(to->pattern.regex); i++) {
		const char *name = regex_group_name(to->pattern.regex, i);
		enum field field;

		if (name == NULL)
			continue;
		field = field_number(name);
		if (field == FIELD_COUNT)
			return tree_error(at, l->e, "%s: unknown group %s",
			    l->who, name);
		to->field[i] = (unsigned char)field;
		*fields |= 1U << field;
		some = true;
	}
	if (!some)
		return tree_error(at, l->e, "%s: no group is named", l->who);
	return 0;
}

static int
read_patterns(struct loading *l, const struct tree *at, struct field_rule *to)
{
	struct extract *extract;
	size_t count;

	if (tree_strings(at, LIMIT_PACK_RULES, &count, l->e) < 0)
		return -1;
	extract = pool_array(l->pack->pool, count, sizeof(*extract));
	if (extract == NULL)
		return pack_no_memory(l, at);
	for (size_t i = 0; i < count; i++) {
		const struct tree *one =
		    at->kind == TREE_STRING ? at : &at->child[i];

		if (pack_compile(l, one, one->string, &extract[i].pattern) <
			0 ||
		    read_groups(l, one, &extract[i], &to->fields) < 0)
			return -1;
	}
	to->extract = extract;
	to->count = count;
	return 0;
}

static int
read_set(struct loading *l, const struct tree *set, struct field_rule *to)
{
	if (tree_expect(set, TREE_GROUP, l->e) < 0)
		return -1;
	for (size_t i = 0; i < set->count; i++) {
		const struct tree *at = &set->child[i];
		enum field field = field_number(at->name);

		if (field == FIELD_COUNT)
			return tree_error(at, l->e, "%s: unknown field %s",
			    l->who, at->name);
		if (tree_expect(at, TREE_STRING, l->e) < 0)
			return -1;
		if (!utf8_valid(at->string))
			return tree_error(at, l->e, "%s: %s is not UTF-8",
			    l->who, at->name);
		to->set[field] = at->string;
		to->fields |= 1U << field;
	}
	return 0;
}

static int
read_each(struct loading *l, const struct tree *each, struct field_rule *to)
{
	if (each == NULL)
		return 0;
	if (tree_expect(each, TREE_BOOL, l->e) < 0)
		return -1;
	if (each->truth &&
	    ((to->on >= SIGNAL_OF_PERSON && to->on < SIGNAL_COUNT) ||
		to->on >= SIGNAL_OF_FIELD))
		return tree_error(each, l->e,
		    "%s: each cannot ask for a person that is known", l->who);
	to->each = each->truth;
	return 0;
}

static int
read_field_rule(struct loading *l, const struct tree *at, struct field_rule *to)
{
	static const char *const names[] = { "types", "on", "pattern", "each",
		"set", "when", "unless", NULL };
	const struct tree *on, *pattern, *each, *set;

	if (tree_expect(at, TREE_GROUP, l->e) < 0 ||
	    tree_only(at, names, l->e) < 0)
		return -1;
	on = tree_child(at, "on");
	pattern = tree_child(at, "pattern");
	each = tree_child(at, "each");
	set = tree_child(at, "set");
	if ((on == NULL) != (pattern == NULL) ||
	    (on == NULL) == (set == NULL) || (each != NULL && set != NULL))
		return tree_error(at, l->e, "%s: either on and pattern, or set",
		    l->who);
	if (pack_read_types(l, tree_child(at, "types"), &to->types) < 0 ||
	    pack_read_conditions(l, at, false, &to->conditions) < 0)
		return -1;
	if (set != NULL)
		return read_set(l, set, to);
	if (read_on(l, on, to) < 0 || read_patterns(l, pattern, to) < 0)
		return -1;
	return read_each(l, each, to);
}

int
pack_read_fields(struct loading *l, const struct tree *fields)
{
	struct pack *p = l->pack;

	if (tree_expect(fields, TREE_LIST, l->e) < 0)
		return -1;
	if (fields->count > LIMIT_PACK_RULES)
		return tree_error(fields, l->e, "more than %d fields",
		    LIMIT_PACK_RULES);
	p->field = pool_array(p->pool, fields->count, sizeof(*p->field));
	if (p->field == NULL)
		return pack_no_memory(l, fields);
	snprintf(l->who, sizeof(l->who), "fields");
	for (size_t i = 0; i < fields->count; i++) {
		if (read_field_rule(l, &fields->child[i], &p->field[i]) < 0)
			return -1;
		p->fields++;
	}
	return 0;
}
