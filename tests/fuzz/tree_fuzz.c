// SPDX-License-Identifier: BSD-2-Clause
/*
 * tree_fuzz.c - settings, packs and users' rules: files in libconfig's syntax.
 */
#include <string.h>

#include "base/limits.h"
#include "base/tree.h"
#include "fuzz.h"

static void
check_node(const struct tree *at, int depth)
{
	MUST(depth <= LIMIT_TREE_DEPTH + (at->kind > TREE_ARRAY ? 1 : 0));
	MUST(strcmp(at->file, "settings") == 0);
	MUST(tree_kind_words(at->kind) != NULL);
	MUST(tree_expect(at, at->kind, NULL) == 0);
	if (at->kind == TREE_STRING)
		MUST(strlen(at->string.data) == at->string.size);
	if (at->kind > TREE_ARRAY) {
		MUST(at->count == 0);
		return;
	}
	for (size_t i = 0; i < at->count; i++) {
		const struct tree *child = &at->child[i];

		MUST((child->name != NULL) == (at->kind == TREE_GROUP));
		MUST(child->line >= at->line);
		if (child->name != NULL)
			MUST(tree_child(at, child->name) == child);
		check_node(child, depth + 1);
	}
}

/* The questions that walkers ask must have an answer for any tree. */
static void
ask(const struct tree *at)
{
	static const char *const names[] = { "rules", "when", "do", NULL };
	struct err e = ERR_NONE;
	size_t count;

	if (at->kind == TREE_GROUP && tree_only(at, names, &e) < 0)
		MUST(strncmp(e.text, "settings:", 9) == 0);
	if (tree_strings(at, 3, &count, &e) == 0) {
		MUST(count <= 3);
		for (size_t i = 0; i < count; i++)
			MUST(tree_string_at(at, i).data != NULL);
	}
	for (size_t i = 0; i < at->count; i++)
		ask(&at->child[i]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pool *p = pool_new(LIMIT_PACK_SIZE);
	struct err e = ERR_NONE;
	const struct tree *root;

	MUST(p != NULL);
	root = tree_parse(p, (struct view){ (const char *)data, size },
	    "settings", &e);
	if (root == NULL) {
		MUST(strncmp(e.text, "settings:", 9) == 0);
		MUST(strchr(e.text, '\n') == NULL);
	} else {
		MUST(root->kind == TREE_GROUP && root->name == NULL);
		check_node(root, 0);
		ask(root);
	}
	pool_free(p);
	return 0;
}
