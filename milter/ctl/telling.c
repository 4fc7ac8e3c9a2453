// SPDX-License-Identifier: BSD-2-Clause
/*
 * telling.c - something told at length, to a person or to a program.
 */
#include "ctl/telling.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/limits.h"
#include "ctl/ctl.h"

/* What is told goes out at once, so that nothing grows. */
static void
print_json(struct telling *t)
{
	if (!text_ok(&t->out))
		return;
	fputs(text_string(&t->out), stdout);
	text_clear(&t->out);
}

void
telling_begin(struct telling *t, bool json)
{
	*t = (struct telling){ .json = json,
		.out = TEXT_INIT(LIMIT_AUDIT_SIZE) };
	t->writer = (struct json)JSON_INIT(&t->out);
	if (json)
		json_begin_object(&t->writer, NULL);
}

int
telling_end(struct telling *t)
{
	int result;

	if (t->json) {
		json_end_object(&t->writer);
		text_add_byte(&t->out, '\n');
		print_json(t);
	}
	result = text_ok(&t->out) ? 0 : -1;
	text_free(&t->out);
	return result;
}

static void
indent(const struct telling *t)
{
	printf("%*s", (int)(2 * t->depth), "");
}

void
telling_open(struct telling *t, const char *key, const char *heading)
{
	if (t->json) {
		json_begin_object(&t->writer, key);
	} else if (heading != NULL) {
		indent(t);
		ctl_put(view_of(heading));
		putchar('\n');
	}
	t->depth++;
}

void
telling_close(struct telling *t)
{
	t->depth--;
	if (t->json) {
		json_end_object(&t->writer);
		print_json(t);
	}
}

void
telling_open_list(struct telling *t, const char *key)
{
	if (t->json)
		json_begin_array(&t->writer, key);
}

void
telling_close_list(struct telling *t)
{
	if (t->json)
		json_end_array(&t->writer);
}

void
tell_line(struct telling *t, const char *label, struct view line)
{
	if (t->json)
		return;
	indent(t);
	printf("%-11s ", label);
	ctl_put(line);
	putchar('\n');
}

void
tell(struct telling *t, const char *key, const char *label, struct view value)
{
	if (value.size == 0)
		return;
	if (t->json) {
		json_add_string(&t->writer, key, value);
		print_json(t);
	} else {
		tell_line(t, label, value);
	}
}

void
tell_format(struct telling *t, const char *key, const char *label,
    const char *format, ...)
{
	char words[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(words, sizeof(words), format, arguments);
	va_end(arguments);
	tell(t, key, label, view_of(words));
}

void
tell_foreign(struct telling *t, const char *key, const char *label,
    struct view value)
{
	struct text shown = TEXT_INIT(4 * LIMIT_FIELD_SIZE);

	telling_hide(view_part(value, 0, LIMIT_FIELD_SIZE), &shown);
	tell(t, key, label, text_view(&shown));
	text_free(&shown);
}

void
tell_bool(struct telling *t, const char *key, bool value)
{
	if (t->json)
		json_add_bool(&t->writer, key, value);
}

/* What ends a word, also where somebody put a link into brackets. */
static bool
ends_word(char byte)
{
	return byte_is_blank(byte) || byte == '<' || byte == '>' ||
	    byte == '"' || byte == '\0';
}

/* Where the query of a link begins, or its fragment: "C#" is none. */
static size_t
find_query(struct view word)
{
	bool is_link = false;
	size_t i;

	for (i = 0; i < word.size && word.data[i] != '?'; i++) {
		if (word.data[i] == '#' && is_link)
			break;
		is_link = is_link ||
		    view_find_byte(VIEW("/.:"), word.data[i]) != VIEW_NONE;
	}
	return i;
}

/* Of a link what leads to its page, of an address the domain. */
static void
hide_word(struct view word, struct text *shown)
{
	size_t query = find_query(word), at = view_find_byte(word, '@');

	if (at != VIEW_NONE && at > 0 && at < query) {
		text_add_string(shown, "...");
		word = view_part(word, at, VIEW_NONE);
		query -= at;
	}
	text_add(shown, view_part(word, 0, query));
	/* A question mark at the end of a word asks for nothing. */
	if (query + 1 < word.size)
		text_addf(shown, "%c...", word.data[query]);
	else
		text_add(shown, view_part(word, query, VIEW_NONE));
}

void
telling_hide(struct view text, struct text *shown)
{
	size_t at = 0;

	while (at < text.size) {
		size_t begin = at;

		while (at < text.size && !ends_word(text.data[at]))
			at++;
		hide_word(view_part(text, begin, at - begin), shown);
		if (at < text.size)
			text_add_byte(shown, text.data[at++]);
	}
}
