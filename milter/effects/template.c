// SPDX-License-Identifier: BSD-2-Clause
/*
 * template.c - checks the texts of answers, and fills them in.
 */
#include "base/limits.h"
#include "base/utf8.h"
#include "effects/compose.h"
#include "effects/template_parts.h"

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

/* Of the subject or of the text, since they are filled in one by one. */
static int
check_variables(struct view bytes, struct view words, const char *file,
    struct err *e)
{
	struct template_part part;
	size_t at = 0;

	for (struct view rest = words; template_next(&rest, &part);
	     at = words.size - rest.size) {
		int line = line_of(bytes, words.data + at);
		struct view whole =
		    view_part(words, at, words.size - rest.size - at);

		if (part.text.size > 0)
			continue;
		if (view_find_byte(whole, '}') == VIEW_NONE)
			return err_set(e, "%s:%d: a \"{\" without its \"}\"",
			    file, line);
		if (!view_equal(part.variable, VIEW("given")) &&
		    !view_equal(part.variable, VIEW("owner")))
			return err_set(e,
			    "%s:%d: unknown variable {%.*s}; there are "
			    "{given} and {owner}",
			    file, line,
			    VIEW_ARG(view_part(part.variable, 0, 32)));
		if (view_find_byte(part.otherwise, '{') != VIEW_NONE)
			return err_set(e, "%s:%d: a \"{\" inside of {%.*s}",
			    file, line, VIEW_ARG(part.variable));
	}
	return 0;
}

/* What a reader's program would make a link that somebody could click. */
static int
check_links(struct view bytes, const char *file, struct err *e)
{
	static const struct view marks[] = { { "http:", 5 }, { "https:", 6 },
		{ "://", 3 }, { "www.", 4 } };

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		size_t at = view_find_nocase(bytes, marks[i]);

		if (at != VIEW_NONE)
			return err_set(e,
			    "%s:%d: an answer must not have a link in it", file,
			    line_of(bytes, bytes.data + at));
	}
	return 0;
}

static int
check_characters(struct view bytes, const char *file, struct err *e)
{
	if (!utf8_valid(bytes))
		return err_set(e, "%s: not UTF-8", file);
	for (size_t at = 0; at < bytes.size;) {
		const char *here = bytes.data + at;
		uint32_t c = utf8_next(bytes, &at);

		if ((c < ' ' && c != '\n' && c != '\t') ||
		    (c >= 0x7F && c <= 0x9F))
			return err_set(e, "%s:%d: a control character", file,
			    line_of(bytes, here));
	}
	return 0;
}

/* Whether there is text beside the variables, which may be empty. */
static bool
has_words(struct view body)
{
	struct view rest = body;
	struct template_part part;

	while (template_next(&rest, &part))
		if (view_trim(part.text).size > 0)
			return true;
	return false;
}

/* Cuts the subject off; the text is what is left. */
static int
split(struct view bytes, const char *file, struct template *t, struct err *e)
{
	struct view rest = bytes, line;

	t->subject = VIEW("");
	t->body = bytes;
	if (!view_starts_nocase(bytes, VIEW("Subject:")))
		return 0;
	(void)view_line(&rest, &line);
	t->subject = view_trim(view_part(line, 8, line.size));
	if (t->subject.size > LIMIT_SUBJECT_SIZE)
		return err_set(e, "%s:1: a subject of more than %d bytes", file,
		    LIMIT_SUBJECT_SIZE);
	if (view_line(&rest, &line) && view_trim(line).size > 0)
		return err_set(e,
		    "%s:2: behind the subject an empty line is wanted", file);
	t->body = rest;
	return 0;
}

int
template_parse(struct view bytes, const char *file, struct template *t,
    struct err *e)
{
	static const struct view mark = { "\xEF\xBB\xBF", 3 };

	if (bytes.size > LIMIT_TEMPLATE_SIZE)
		return err_set(e, "%s: larger than %d bytes", file,
		    LIMIT_TEMPLATE_SIZE);
	/* Some editors begin a file with a byte order mark. */
	if (view_starts_nocase(bytes, mark))
		bytes = view_part(bytes, mark.size, bytes.size);
	if (check_characters(bytes, file, e) < 0 ||
	    check_links(bytes, file, e) < 0 || split(bytes, file, t, e) < 0 ||
	    check_variables(bytes, t->subject, file, e) < 0 ||
	    check_variables(bytes, t->body, file, e) < 0)
		return -1;
	if (!has_words(t->body))
		return err_set(e, "%s: no text", file);
	return 0;
}
