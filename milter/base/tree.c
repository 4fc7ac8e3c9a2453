// SPDX-License-Identifier: BSD-2-Clause
/*
 * tree.c - a file in libconfig's syntax as a read-only tree.
 *
 * libconfig's own tree is copied and dropped at once: its instances are not
 * safe to share between threads, and its types stay in this file.
 */
#include "base/tree.h"

#include <libconfig.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "base/tree_check.h"

static const char *const kind_words[] = {
	[TREE_GROUP] = "a group { ... }",
	[TREE_LIST] = "a list ( ... )",
	[TREE_ARRAY] = "an array [ ... ]",
	[TREE_STRING] = "a string",
	[TREE_NUMBER] = "a whole number",
	[TREE_REAL] = "a number with a point",
	[TREE_BOOL] = "true or false",
};

const char *
tree_kind_words(enum tree_kind kind)
{
	return kind_words[kind];
}

int
tree_error(const struct tree *at, struct err *e, const char *format, ...)
{
	char words[ERR_TEXT_SIZE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(words, sizeof(words), format, arguments);
	va_end(arguments);
	return err_set(e, "%s:%d: %s", at->file, at->line, words);
}

static int copy_setting(struct pool *p, config_setting_t *from,
    const char *file, struct tree *to);

static int
copy_children(struct pool *p, config_setting_t *from, const char *file,
    struct tree *to)
{
	int count = config_setting_length(from);
	struct tree *child = pool_array(p, (size_t)count, sizeof(*child));

	if (child == NULL)
		return -1;
	for (int i = 0; i < count; i++)
		if (copy_setting(p, config_setting_get_elem(from, (unsigned)i),
			file, &child[i]) < 0)
			return -1;
	to->child = child;
	to->count = (size_t)count;
	return 0;
}

/* -1 only when the pool is exhausted. */
static int
copy_setting(struct pool *p, config_setting_t *from, const char *file,
    struct tree *to)
{
	const char *name = config_setting_name(from);

	to->file = file;
	to->line = (int)config_setting_source_line(from);
	if (name != NULL) {
		to->name = pool_copy(p, view_of(name)).data;
		if (to->name == NULL)
			return -1;
	}
	switch (config_setting_type(from)) {
	case CONFIG_TYPE_INT:
	case CONFIG_TYPE_INT64:
		to->kind = TREE_NUMBER;
		to->number = config_setting_get_int64(from);
		return 0;
	case CONFIG_TYPE_FLOAT:
		to->kind = TREE_REAL;
		to->real = config_setting_get_float(from);
		return 0;
	case CONFIG_TYPE_BOOL:
		to->kind = TREE_BOOL;
		to->truth = config_setting_get_bool(from) != 0;
		return 0;
	case CONFIG_TYPE_STRING:
		to->kind = TREE_STRING;
		to->string =
		    pool_copy(p, view_of(config_setting_get_string(from)));
		return to->string.data == NULL ? -1 : 0;
	case CONFIG_TYPE_ARRAY:
		to->kind = TREE_ARRAY;
		return copy_children(p, from, file, to);
	case CONFIG_TYPE_LIST:
		to->kind = TREE_LIST;
		return copy_children(p, from, file, to);
	default:
		to->kind = TREE_GROUP;
		return copy_children(p, from, file, to);
	}
}

/* Parses text and copies what came out. */
static const struct tree *
read_tree(struct pool *p, const char *text, const char *file, struct err *e)
{
	const struct tree *result = NULL;
	struct tree *root = pool_alloc(p, sizeof(*root));
	const char *name = pool_copy(p, view_of(file)).data;
	config_t config;

	config_init(&config);
	/* The second lock on @include: no file is below this one. */
	config_set_include_dir(&config, "/dev/null");
	if (config_read_string(&config, text) != CONFIG_TRUE)
		err_set(e, "%s:%d: %s", file, config_error_line(&config),
		    config_error_text(&config));
	else if (root == NULL || name == NULL ||
	    copy_setting(p, config_root_setting(&config), name, root) < 0)
		err_set(e, "%s: out of memory or too large", file);
	else
		result = root;
	config_destroy(&config);
	return result;
}

const struct tree *
tree_parse(struct pool *p, struct view bytes, const char *file, struct err *e)
{
	const struct tree *result = NULL;
	struct text text = TEXT_INIT(bytes.size + 1);

	if (tree_check(bytes, file, e) < 0)
		return NULL;
	/* libconfig knows no comment that ends with the file. */
	text_add(&text, bytes);
	if (bytes.size > 0 && bytes.data[bytes.size - 1] != '\n')
		text_add_byte(&text, '\n');
	if (text_ok(&text))
		result = read_tree(p, text_string(&text), file, e);
	else
		err_set(e, "%s: out of memory", file);
	text_free(&text);
	return result;
}

const struct tree *
tree_child(const struct tree *group, const char *name)
{
	for (size_t i = 0; i < group->count; i++)
		if (group->child[i].name != NULL &&
		    strcmp(group->child[i].name, name) == 0)
			return &group->child[i];
	return NULL;
}

int
tree_expect(const struct tree *at, enum tree_kind kind, struct err *e)
{
	if (at->kind == kind)
		return 0;
	return tree_error(at, e, "%s: expected %s, found %s",
	    at->name == NULL ? "element" : at->name, kind_words[kind],
	    kind_words[at->kind]);
}

/* Letters that differ between a and b, position by position, and length. */
static size_t
difference(const char *a, const char *b)
{
	size_t count = 0;

	for (; *a != '\0' && *b != '\0'; a++, b++)
		count += *a != *b;
	return count + strlen(a) + strlen(b);
}

/* The known name that looks most like name, or NULL if none does. */
static const char *
nearest(const char *name, const char *const *names)
{
	const char *best = NULL;
	size_t least = strlen(name) / 2 + 1;

	for (; *names != NULL; names++) {
		size_t d = difference(name, *names);

		if (d < least) {
			least = d;
			best = *names;
		}
	}
	return best;
}

static bool
is_named(const char *name, const char *const *names)
{
	for (; *names != NULL; names++)
		if (strcmp(name, *names) == 0)
			return true;
	return false;
}

int
tree_only(const struct tree *group, const char *const *names, struct err *e)
{
	for (size_t i = 0; i < group->count; i++) {
		const struct tree *child = &group->child[i];
		const char *hint;

		if (child->name == NULL || is_named(child->name, names))
			continue;
		hint = nearest(child->name, names);
		if (hint != NULL)
			return tree_error(child, e,
			    "unknown setting %s (did you mean %s?)",
			    child->name, hint);
		return tree_error(child, e, "unknown setting %s", child->name);
	}
	return 0;
}

int
tree_strings(const struct tree *at, size_t max, size_t *count, struct err *e)
{
	const char *name = at->name == NULL ? "element" : at->name;

	if (at->kind == TREE_STRING) {
		*count = 1;
		return 0;
	}
	if (at->kind != TREE_LIST && at->kind != TREE_ARRAY)
		return tree_error(at, e,
		    "%s: expected a string or a list of strings, found %s",
		    name, kind_words[at->kind]);
	if (at->count > max)
		return tree_error(at, e, "%s: more than %zu values", name, max);
	for (size_t i = 0; i < at->count; i++)
		if (at->child[i].kind != TREE_STRING)
			return tree_error(&at->child[i], e,
			    "%s: expected strings only, found %s", name,
			    kind_words[at->child[i].kind]);
	*count = at->count;
	return 0;
}

struct view
tree_string_at(const struct tree *at, size_t index)
{
	return at->kind == TREE_STRING ? at->string : at->child[index].string;
}
