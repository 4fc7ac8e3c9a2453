// SPDX-License-Identifier: BSD-2-Clause
/*
 * pack.c - what one network's mail looks like, as data: the file as a whole.
 */
#include "recognise/pack.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/fold.h"
#include "recognise/note.h"
#include "recognise/pack_parts.h"

int
pack_no_memory(const struct loading *l, const struct tree *at)
{
	return tree_error(at, l->e, "out of memory or too large");
}

int
pack_compile(struct loading *l, const struct tree *at, struct view text,
    struct pattern *to)
{
	struct owned_regex *owned = pool_alloc(l->pack->pool, sizeof(*owned));
	struct err inner = ERR_NONE;

	if (owned == NULL)
		return pack_no_memory(l, at);
	owned->regex = regex_compile(text, REGEX_SHIPPED, REGEX_LINES, &inner);
	owned->next = l->pack->owned;
	l->pack->owned = owned;
	if (owned->regex == NULL)
		return tree_error(at, l->e, "%s: %s", l->who, inner.text);
	to->regex = owned->regex;
	literal_of_pattern(text, &to->literal);
	return 0;
}

int
pack_strings(struct loading *l, const struct tree *at,
    const struct view **string, size_t *count)
{
	struct view *copy;

	if (tree_strings(at, LIMIT_PACK_RULES, count, l->e) < 0)
		return -1;
	copy = pool_array(l->pack->pool, *count, sizeof(*copy));
	if (copy == NULL)
		return pack_no_memory(l, at);
	for (size_t i = 0; i < *count; i++)
		copy[i] = tree_string_at(at, i);
	*string = copy;
	return 0;
}

static bool
is_network_name(struct view name)
{
	for (size_t i = 0; i < name.size; i++) {
		char c = name.data[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
		    c != '-')
			return false;
	}
	return name.size > 0 && name.size <= LIMIT_USER_NAME_SIZE;
}

static int
read_name(struct loading *l, const struct tree *name)
{
	if (tree_expect(name, TREE_STRING, l->e) < 0)
		return -1;
	if (!is_network_name(name->string))
		return tree_error(name, l->e,
		    "name: only a-z, 0-9 and \"-\", at most %d of them",
		    LIMIT_USER_NAME_SIZE);
	l->pack->name = name->string;
	l->pack->named = name;
	return 0;
}

static int
read_network(struct loading *l, const struct tree *network)
{
	static const char *const names[] = { "from", "signers", "clients",
		"envelope", NULL };
	struct auth_network *n = &l->pack->network;
	struct auth_list *list[] = { &n->from, &n->signers, &n->clients,
		&n->envelope };

	if (tree_expect(network, TREE_GROUP, l->e) < 0 ||
	    tree_only(network, names, l->e) < 0)
		return -1;
	for (size_t i = 0; names[i] != NULL; i++) {
		const struct tree *at = tree_child(network, names[i]);

		if (at == NULL)
			return tree_error(network, l->e,
			    "network: %s is missing", names[i]);
		if (pack_strings(l, at, &list[i]->domain, &list[i]->count) < 0)
			return -1;
	}
	return 0;
}

static int
read_candidate(struct loading *l, const struct tree *at, struct candidate *to)
{
	static const char *const names[] = { "envelope", "header", "words",
		NULL };
	const struct tree *envelope, *header, *words;

	if (tree_expect(at, TREE_GROUP, l->e) < 0 ||
	    tree_only(at, names, l->e) < 0)
		return -1;
	envelope = tree_child(at, "envelope");
	header = tree_child(at, "header");
	words = tree_child(at, "words");
	if ((envelope == NULL) == (header == NULL) ||
	    (envelope != NULL && words != NULL))
		return tree_error(at, l->e,
		    "candidate: either envelope, or header with or without "
		    "words");
	if (envelope != NULL)
		return pack_strings(l, envelope, &to->word, &to->words);
	if (tree_expect(header, TREE_STRING, l->e) < 0)
		return -1;
	if (header->string.size == 0 || header->string.size > 63)
		return tree_error(header, l->e,
		    "header: a name of 1 to 63 octets");
	to->header = header->string;
	l->pack->candidate_sizes |= 1ULL << header->string.size;
	if (words == NULL)
		return 0;
	return pack_strings(l, words, &to->word, &to->words);
}

static int
read_candidates(struct loading *l, const struct tree *list)
{
	struct pack *p = l->pack;
	struct candidate *candidate;

	if (tree_expect(list, TREE_LIST, l->e) < 0)
		return -1;
	candidate = pool_array(p->pool, list->count, sizeof(*candidate));
	if (candidate == NULL)
		return pack_no_memory(l, list);
	for (size_t i = 0; i < list->count; i++)
		if (read_candidate(l, &list->child[i], &candidate[i]) < 0)
			return -1;
	p->candidate = candidate;
	p->candidates = list->count;
	return 0;
}

/* The standard wordings, in the form in which notes are compared. */
static int
read_boilerplate(struct loading *l, const struct tree *at)
{
	struct pack *p = l->pack;
	struct text folded = TEXT_INIT(LIMIT_NOTE_SIZE);
	size_t count;

	if (tree_strings(at, LIMIT_PACK_RULES, &count, l->e) < 0)
		return -1;
	p->boilerplate = pool_array(p->pool, count, sizeof(struct view));
	for (size_t i = 0; p->boilerplate != NULL && i < count; i++) {
		text_clear(&folded);
		fold_add(&folded, tree_string_at(at, i));
		if (!text_ok(&folded))
			break;
		p->boilerplate[i] =
		    pool_copy(p->pool, note_key(text_view(&folded)));
		if (p->boilerplate[i].data == NULL)
			break;
		p->boilerplates++;
	}
	text_free(&folded);
	return p->boilerplates == count ? 0 : pack_no_memory(l, at);
}

/* What the rules inherit; it is read once more with each of them. */
static int
read_every(struct loading *l, const struct tree *every)
{
	static const char *const names[] = { "when", "unless", NULL };

	if (tree_expect(every, TREE_GROUP, l->e) < 0 ||
	    tree_only(every, names, l->e) < 0)
		return -1;
	snprintf(l->who, sizeof(l->who), "every");
	if (pack_read_conditions(l, every, false, &l->pack->every) < 0)
		return -1;
	l->every = every;
	return 0;
}

/* Strings in the file: there can be no more tests than that. */
static size_t
count_strings(const struct tree *at)
{
	size_t count = at->kind == TREE_STRING;

	for (size_t i = 0; i < at->count; i++)
		count += count_strings(&at->child[i]);
	return count;
}

/* The settings of a pack, in the order in which they are read. */
static const struct {
	const char *name;
	int (*read)(struct loading *l, const struct tree *at);
	bool needed;
} settings[] = {
	{ "name", read_name, true },
	{ "network", read_network, true },
	{ "candidate", read_candidates, true },
	{ "signals", pack_read_signals, false },
	{ "every", read_every, false },
	{ "rules", pack_read_rules, true },
	{ "fields", pack_read_fields, false },
	{ "boilerplate", read_boilerplate, false },
	{ "imitations", pack_read_imitations, false },
	{ "pages", pack_read_pages, false },
	{ "sample", pack_read_sample, false },
};

enum { SETTINGS = sizeof(settings) / sizeof(settings[0]) };

static int
read_settings(struct loading *l, const struct tree *root)
{
	const char *names[SETTINGS + 1] = { NULL };

	for (size_t i = 0; i < SETTINGS; i++)
		names[i] = settings[i].name;
	if (tree_only(root, names, l->e) < 0)
		return -1;
	for (size_t i = 0; i < SETTINGS; i++) {
		const struct tree *at = tree_child(root, settings[i].name);

		if (at == NULL && settings[i].needed)
			return err_set(l->e, "%s: %s is missing", root->file,
			    settings[i].name);
		if (at != NULL && settings[i].read(l, at) < 0)
			return -1;
	}
	return 0;
}

struct pack *
pack_parse(struct view bytes, const char *file, struct err *e)
{
	struct loading l = { .e = e };
	const struct tree *root;

	if (bytes.size > LIMIT_PACK_SIZE) {
		err_set(e, "%s: larger than %d octets", file, LIMIT_PACK_SIZE);
		return NULL;
	}
	l.pack = calloc(1, sizeof(*l.pack));
	if (l.pack == NULL)
		goto no_memory;
	l.pack->pool = pool_new(PACK_POOL);
	if (l.pack->pool == NULL)
		goto no_memory;
	root = tree_parse(l.pack->pool, bytes, file, e);
	if (root == NULL)
		goto failed;
	l.pack->root = root;
	l.pack->test =
	    pool_array(l.pack->pool, count_strings(root), sizeof(struct test));
	if (l.pack->test == NULL)
		goto no_memory;
	if (pack_add_builtin_signals(&l, root) < 0 ||
	    read_settings(&l, root) < 0)
		goto failed;
	l.pack->template = pack_signal_number(l.pack, "template");
	return l.pack;

no_memory:
	err_set(e, "%s: out of memory", file);
failed:
	pack_free(l.pack);
	return NULL;
}

void
pack_free(struct pack *p)
{
	if (p == NULL)
		return;
	for (struct owned_regex *o = p->owned; o != NULL; o = o->next)
		regex_free(o->regex);
	pool_free(p->pool);
	free(p);
}

struct view
pack_name(const struct pack *p)
{
	return p->name;
}

const char *
pack_place(const struct pack *p, int *line)
{
	*line = p->named->line;
	return p->named->file;
}

size_t
pack_rule_count(const struct pack *p)
{
	return p->rules;
}

const struct auth_network *
pack_network(const struct pack *p)
{
	return &p->network;
}
