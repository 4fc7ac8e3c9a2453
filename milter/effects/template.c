// SPDX-License-Identifier: BSD-2-Clause
/*
 * template.c - checks the texts of answers, and fills them in.
 */
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "effects/compose.h"
#include "effects/template_parts.h"

/* Whether words look like a link somebody could click. */
static bool
has_link(struct view words)
{
	return view_find_nocase(words, VIEW("http:")) != VIEW_NONE ||
	    view_find_nocase(words, VIEW("https:")) != VIEW_NONE ||
	    view_find_nocase(words, VIEW("www.")) != VIEW_NONE;
}

static int
line_of(struct view bytes, const char *at)
{
	int line = 1;

	for (const char *c = bytes.data; c < at; c++)
		line += *c == '\n';
	return line;
}

bool
template_next(struct view *rest, struct template_part *part)
{
	size_t open = view_find_byte(*rest, '{'), close, bar;
	struct view inside;

	if (rest->size == 0)
		return false;
	part->variable = VIEW("");
	part->otherwise = VIEW("");
	if (open != 0) {
		part->text = view_part(*rest, 0, open);
		*rest = view_part(*rest, part->text.size, rest->size);
		return true;
	}
	close = view_find_byte(*rest, '}');
	inside = close == VIEW_NONE ? *rest : view_part(*rest, 1, close - 1);
	bar = view_find_byte(inside, '|');
	part->text = VIEW("");
	part->variable = view_part(inside, 0, bar);
	if (bar != VIEW_NONE)
		part->otherwise = view_part(inside, bar + 1, inside.size);
	*rest = view_part(*rest, close == VIEW_NONE ? rest->size : close + 1,
	    rest->size);
	return true;
}

static int
check_variables(struct view bytes, const char *file, struct err *e)
{
	struct view rest = bytes;
	struct template_part part;

	while (template_next(&rest, &part)) {
		const char *at = part.variable.data;

		if (part.text.size > 0)
			continue;
		if (view_equal(part.variable, VIEW("given")) ||
		    view_equal(part.variable, VIEW("owner")))
			continue;
		return err_set(e,
		    "%s:%d: unknown variable {%.*s}; there are {given} and "
		    "{owner}",
		    file, line_of(bytes, at),
		    VIEW_ARG(view_part(part.variable, 0, 32)));
	}
	return 0;
}

static int
check_characters(struct view bytes, const char *file, struct err *e)
{
	if (!utf8_valid(bytes))
		return err_set(e, "%s: not UTF-8", file);
	for (size_t i = 0; i < bytes.size; i++) {
		unsigned char c = (unsigned char)bytes.data[i];

		if ((c < ' ' && c != '\n' && c != '\t') || c == 0x7F)
			return err_set(e, "%s:%d: a control character", file,
			    line_of(bytes, bytes.data + i));
	}
	return 0;
}

int
template_parse(struct view bytes, const char *file, struct template *t,
    struct err *e)
{
	struct view rest = bytes, line;

	if (bytes.size > LIMIT_TEMPLATE_SIZE)
		return err_set(e, "%s: larger than %d bytes", file,
		    LIMIT_TEMPLATE_SIZE);
	if (check_characters(bytes, file, e) < 0 ||
	    check_variables(bytes, file, e) < 0)
		return -1;
	if (has_link(bytes))
		return err_set(e, "%s: an answer must not have a link in it",
		    file);
	t->subject = VIEW("");
	t->body = bytes;
	if (view_starts_nocase(bytes, VIEW("Subject:"))) {
		(void)view_line(&rest, &line);
		t->subject = view_trim(view_part(line, 8, line.size));
		if (view_line(&rest, &line) && view_trim(line).size > 0)
			return err_set(e,
			    "%s:2: behind the subject an empty line is "
			    "wanted",
			    file);
		t->body = rest;
	}
	if (view_trim(t->body).size == 0)
		return err_set(e, "%s: no text", file);
	return 0;
}
