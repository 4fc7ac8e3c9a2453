// SPDX-License-Identifier: BSD-2-Clause
/*
 * conf_print.c - settings written as a file that can be read again.
 */
#include <inttypes.h>
#include <string.h>

#include "base/limits.h"
#include "base/pool.h"
#include "daemon/conf.h"
#include "daemon/conf_items.h"

static void
add_quoted(struct text *out, struct view v)
{
	text_add_byte(out, '"');
	for (size_t i = 0; i < v.size; i++) {
		unsigned char byte = (unsigned char)v.data[i];

		if (byte < ' ' || byte == 0x7F) {
			text_addf(out, "\\x%02X", byte);
			continue;
		}
		if (byte == '"' || byte == '\\')
			text_add_byte(out, '\\');
		text_add_byte(out, v.data[i]);
	}
	text_add_byte(out, '"');
}

static void
add_duration(struct text *out, int64_t ms)
{
	static const struct {
		char letter;
		int64_t ms;
	} units[] = { { 'd', DAY }, { 'h', HOUR }, { 'm', MINUTE },
		{ 's', SECOND } };

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (ms % units[i].ms == 0 || units[i].ms == SECOND) {
			text_addf(out, "\"%" PRId64 "%c\"", ms / units[i].ms,
			    units[i].letter);
			return;
		}
}

static void
add_value(struct text *out, const struct conf *c, const struct item *item)
{
	const void *at = (const char *)c + item->at;
	const struct conf_list *list = at;

	switch (item->kind) {
	case KIND_STRING:
		add_quoted(out, view_of(*(const char *const *)at));
		break;
	case KIND_STRINGS:
		text_add_byte(out, '(');
		for (size_t i = 0; i < list->count; i++) {
			text_add_string(out, i == 0 ? " " : ", ");
			add_quoted(out, list->item[i]);
		}
		text_add_string(out, list->count == 0 ? ")" : " )");
		break;
	case KIND_BOOL:
		text_add_string(out, *(const bool *)at ? "true" : "false");
		break;
	case KIND_NUMBER:
		text_addf(out, "%" PRId64, *(const int64_t *)at);
		break;
	case KIND_DURATION:
		add_duration(out, *(const int64_t *)at);
		break;
	case KIND_MODE:
		text_addf(out, "\"%04o\"", (unsigned)*(const mode_t *)at);
		break;
	case KIND_TIME:
		text_addf(out, "\"%02d:%02d\"", *(const int *)at / 60,
		    *(const int *)at % 60);
		break;
	case KIND_CHOICE:
		add_quoted(out, view_of(item->word[*(const int *)at]));
		break;
	}
}

void
conf_print(const struct conf *c, struct text *out)
{
	struct view group = VIEW("");

	/* The settings of a group stand together in the table. */
	for (size_t i = 0; i < conf_items_count; i++) {
		struct view name = view_of(conf_items[i].name);
		size_t dot = view_find_byte(name, '.');
		struct view in = view_part(name, 0, dot == VIEW_NONE ? 0 : dot);
		const char *indent = in.size == 0 ? "" : "\t";

		if (!view_equal(group, in) && group.size > 0)
			text_add_string(out, "};\n");
		if (!view_equal(group, in) && in.size > 0)
			text_addf(out, "%.*s = {\n", VIEW_ARG(in));
		group = in;
		if (in.size > 0)
			name = view_part(name, dot + 1, name.size);
		text_addf(out, "%s# %s%s\n%s%.*s = ", indent,
		    conf_items[i].help,
		    conf_items[i].when == AT_START ? " (start)" : "", indent,
		    VIEW_ARG(name));
		add_value(out, c, &conf_items[i]);
		text_add_string(out, ";\n");
	}
	if (group.size > 0)
		text_add_string(out, "};\n");
}

const char *
conf_needs_restart(const struct conf *a, const struct conf *b)
{
	const char *name = NULL;
	struct text left = TEXT_INIT(LIMIT_SETTINGS_SIZE);
	struct text right = TEXT_INIT(LIMIT_SETTINGS_SIZE);

	for (size_t i = 0; i < conf_items_count && name == NULL; i++) {
		if (conf_items[i].when != AT_START)
			continue;
		text_clear(&left);
		text_clear(&right);
		add_value(&left, a, &conf_items[i]);
		add_value(&right, b, &conf_items[i]);
		if (!view_equal(text_view(&left), text_view(&right)))
			name = conf_items[i].name;
	}
	text_free(&left);
	text_free(&right);
	return name;
}

/* Strings are copied; what is kept in the structure itself is small. */
static int
keep_value(struct conf *c, const struct conf *running, const struct item *item)
{
	char *to = (char *)c + item->at;
	const char *from = (const char *)running + item->at;

	if (item->kind == KIND_MODE) {
		memcpy(to, from, sizeof(mode_t));
	} else if (item->kind == KIND_STRING) {
		const char *copy = pool_copy(c->pool,
		    view_of(*(const char *const *)(const void *)from))
				       .data;

		if (copy == NULL)
			return -1;
		memcpy(to, &copy, sizeof(copy));
	}
	return 0; /* the test of the table knows that there are no others */
}

int
conf_keep_start(struct conf *c, const struct conf *running, struct err *e)
{
	for (size_t i = 0; i < conf_items_count; i++)
		if (conf_items[i].when == AT_START &&
		    keep_value(c, running, &conf_items[i]) < 0)
			return err_set(e, "out of memory");
	return 0;
}
