// SPDX-License-Identifier: BSD-2-Clause
/*
 * pack_sample.c - what of a network's mail may be shown to anybody, in a
 * sample for the maintainers of the pack.
 */
#include <stdio.h>

#include "recognise/pack_parts.h"

/* In the order of enum pack_sample. */
static const char *const names[PACK_SAMPLES + 1] = { "words", "fields",
	"parameters", "paths", NULL };

int
pack_read_sample(struct loading *l, const struct tree *sample)
{
	snprintf(l->who, sizeof(l->who), "sample");
	if (tree_expect(sample, TREE_GROUP, l->e) < 0 ||
	    tree_only(sample, names, l->e) < 0)
		return -1;
	for (size_t i = 0; i < PACK_SAMPLES; i++) {
		const struct tree *at = tree_child(sample, names[i]);
		struct auth_list *to = &l->pack->sample[i];

		if (at != NULL &&
		    pack_strings(l, at, &to->domain, &to->count) < 0)
			return -1;
	}
	return 0;
}

const struct view *
pack_sample(const struct pack *p, enum pack_sample what, size_t *count)
{
	*count = p->sample[what].count;
	return p->sample[what].domain;
}

/* Names of rules and types are not what a mail has. */
static bool
is_own(const char *name)
{
	static const char *const own[] = { "id", "type", "types", "sample",
		"pages" };

	for (size_t i = 0; name != NULL && i < sizeof(own) / sizeof(own[0]);
	     i++)
		if (view_equal(view_of(name), view_of(own[i])))
			return true;
	return false;
}

static void
each_string(const struct tree *at, pack_on_string *on_string, void *arg)
{
	if (is_own(at->name))
		return;
	if (at->kind == TREE_STRING)
		on_string(arg, at->string);
	for (size_t i = 0; i < at->count; i++)
		each_string(&at->child[i], on_string, arg);
}

void
pack_each_string(const struct pack *p, pack_on_string *on_string, void *arg)
{
	each_string(p->root, on_string, arg);
}

const struct auth_list *
pack_links(const struct pack *p)
{
	return &p->imitations.links;
}
