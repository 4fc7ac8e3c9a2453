// SPDX-License-Identifier: BSD-2-Clause
/*
 * pack_imitations.c - what a pack says of those who imitate its network.
 */
#include <stdio.h>

#include "mail/lookalike.h"
#include "recognise/pack_parts.h"

static int
read_brand(struct loading *l, const struct tree *at, struct imitations *to)
{
	if (tree_expect(at, TREE_STRING, l->e) < 0)
		return -1;
	to->name = at->string;
	for (size_t i = 0; i < to->name.size; i++)
		if (!byte_is_digit(to->name.data[i]) &&
		    (!byte_is_letter(to->name.data[i]) ||
			byte_lower(to->name.data[i]) != to->name.data[i]))
			to->name.size = 0;
	if (to->name.size < LOOKALIKE_NAME_LEAST ||
	    to->name.size > LOOKALIKE_NAME)
		return tree_error(at, l->e, "%s: name: %d to %d of a-z and 0-9",
		    l->who, LOOKALIKE_NAME_LEAST, LOOKALIKE_NAME);
	return 0;
}

static int
read_patterns(struct loading *l, const struct tree *at,
    const struct pattern **to, size_t *count)
{
	struct pattern *pattern;

	if (tree_strings(at, LIMIT_PACK_RULES, count, l->e) < 0)
		return -1;
	pattern = pool_array(l->pack->pool, *count, sizeof(*pattern));
	if (pattern == NULL)
		return pack_no_memory(l, at);
	for (size_t i = 0; i < *count; i++)
		if (pack_compile(l,
			at->kind == TREE_STRING ? at : &at->child[i],
			tree_string_at(at, i), &pattern[i]) < 0)
			return -1;
	*to = pattern;
	return 0;
}

/* "linkedin/imitated-domain" */
static struct view
evidence(struct loading *l, const char *what)
{
	char words[LIMIT_NAME_SIZE];

	snprintf(words, sizeof(words), "%.*s/imitated-%s",
	    VIEW_ARG(l->pack->name), what);
	return pool_copy(l->pack->pool, view_of(words));
}

int
pack_read_imitations(struct loading *l, const struct tree *at)
{
	static const char *const names[] = { "name", "except", "links",
		"display", "wording", NULL };
	struct imitations *to = &l->pack->imitations;
	const struct tree *child[5];

	snprintf(l->who, sizeof(l->who), "imitations");
	if (tree_expect(at, TREE_GROUP, l->e) < 0 ||
	    tree_only(at, names, l->e) < 0)
		return -1;
	for (size_t i = 0; names[i] != NULL; i++) {
		child[i] = tree_child(at, names[i]);
		if (child[i] == NULL)
			return tree_error(at, l->e, "%s: %s is missing", l->who,
			    names[i]);
	}
	to->by_domain = evidence(l, "domain");
	to->by_display = evidence(l, "name");
	if (to->by_domain.data == NULL || to->by_display.data == NULL)
		return pack_no_memory(l, at);
	if (read_brand(l, child[0], to) < 0 ||
	    pack_strings(l, child[1], &to->except.domain, &to->except.count) <
		0 ||
	    pack_strings(l, child[2], &to->links.domain, &to->links.count) <
		0 ||
	    read_patterns(l, child[3], &to->display, &to->displays) < 0)
		return -1;
	return read_patterns(l, child[4], &to->wording, &to->wordings);
}
