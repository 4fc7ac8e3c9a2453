// SPDX-License-Identifier: BSD-2-Clause
/*
 * note.c - what was captured, made fit to be compared and shown.
 *
 * What a greeting or a signature is gets decided by its shape, never by its
 * words: the sender may write in any language.
 */
#include "recognise/note.h"

#include <string.h>

#include "base/fold.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "mail/entity.h"
#include "mail/normal.h"

enum {
	GREETING_SIZE = 80, /* octets, a line or what stands before a comma */
	GREETING_WORDS = 5
};

/* "<br>", "<br/>", "<br />": its size, or 0. */
static size_t
line_break(struct view rest)
{
	size_t end = view_find_byte(view_part(rest, 0, 6), '>');

	if (end == VIEW_NONE || !view_starts_nocase(rest, VIEW("<br")))
		return 0;
	return view_trim(view_part(rest, 3, end - 3)).size <= 1 ? end + 1 : 0;
}

/* A <br> at the end of a line breaks it once, not twice. */
static void
add_break(struct text *out, struct view rest)
{
	if (!view_starts_nocase(rest, VIEW("\n")))
		text_add_byte(out, '\n');
}

static struct view
resolve(struct pool *p, struct view v)
{
	struct text out = TEXT_INIT(4 * v.size); /* "&lt;" is "<", and so on */
	struct view result;
	uint32_t c;

	for (size_t i = 0; i < v.size;) {
		size_t entity = v.data[i] == '&' ? entity_read(v, i, &c) : 0;
		size_t size = line_break(view_part(v, i, VIEW_NONE));

		i += entity + size;
		if (entity > 0)
			utf8_add(&out, c);
		else if (size > 0)
			add_break(&out, view_part(v, i, VIEW_NONE));
		else
			text_add_byte(&out, v.data[i++]);
	}
	result = text_ok(&out) ? normal_text(p, text_view(&out), NORMAL_LINES)
			       : v; /* no memory: as it stands there */
	text_free(&out);
	return result;
}

struct view
note_fit(struct pool *p, struct view captured, bool lines, size_t max)
{
	struct view v = utf8_prefix(captured, LIMIT_TEXT_SIZE / 4);

	if (view_find_byte(v, '&') != VIEW_NONE ||
	    view_find_byte(v, '<') != VIEW_NONE)
		v = resolve(p, v);
	v = view_trim(v);
	if (!lines)
		v = view_part(v, 0, view_find_byte(v, '\n'));
	return view_trim(utf8_prefix(v, max));
}

static size_t
words_in(struct view v)
{
	size_t count = 0;
	bool inside = false;

	for (size_t i = 0; i < v.size; i++) {
		bool blank = v.data[i] == ' ';

		count += !blank && !inside;
		inside = !blank;
	}
	return count;
}

static bool
is_short(struct view v)
{
	return v.size <= GREETING_SIZE && words_in(v) <= GREETING_WORDS;
}

static bool
is_greeting(struct view line)
{
	return line.size > 0 && line.data[line.size - 1] == ',' &&
	    is_short(line);
}

static bool
is_signature(struct view line, struct view name, struct view given)
{
	static const struct view dash[] = { { "-", 1 }, { "\xE2\x80\x93", 3 },
		{ "\xE2\x80\x94", 3 } };

	if (line.size > 0 &&
	    (view_equal_nocase(line, name) || view_equal_nocase(line, given)))
		return true;
	for (size_t i = 0; i < sizeof(dash) / sizeof(dash[0]); i++)
		if (view_starts_nocase(line, dash[i]))
			return is_short(line);
	return false;
}

/* Since 2024 some mails show the note in brackets. */
static struct view
unwrap(struct view v)
{
	if (v.size < 2 || v.data[0] != '[' || v.data[v.size - 1] != ']')
		return v;
	return view_trim(view_part(v, 1, v.size - 2));
}

struct view
note_body(struct view note, struct view name, struct view given)
{
	struct view rest, line;
	size_t end;

	note = unwrap(view_trim(note));
	rest = note;
	if (view_line(&rest, &line) && is_greeting(view_trim(line)))
		note = rest;
	note = view_trim(note);
	for (end = note.size; end > 0 && note.data[end - 1] != '\n'; end--)
		;
	line = view_trim(view_part(note, end, VIEW_NONE));
	if (is_signature(line, name, given))
		note = view_trim(view_part(note, 0, end));
	return note;
}

struct view
note_key(struct view folded)
{
	while (folded.size > 0 &&
	    view_find_byte(VIEW(".!? "), folded.data[folded.size - 1]) !=
		VIEW_NONE)
		folded.size--;
	return folded;
}

/*
 * Whether v is the wording, in which "*" stands for anything short.  Each
 * piece is taken where it comes first: a wording leaves a name or two open,
 * and that is enough for it.
 */
static bool
fits(struct view wording, struct view v)
{
	size_t star = view_find_byte(wording, '*');
	struct view piece = view_part(wording, 0, star);

	if (!view_starts_nocase(v, piece))
		return false;
	while (star != VIEW_NONE) {
		size_t found;

		v = view_part(v, piece.size, VIEW_NONE);
		wording = view_part(wording, star + 1, VIEW_NONE);
		star = view_find_byte(wording, '*');
		piece = view_part(wording, 0, star);
		found = star == VIEW_NONE && view_ends_nocase(v, piece)
		    ? v.size - piece.size
		    : view_find(v, piece);
		if (found > GREETING_SIZE)
			return false;
		v = view_part(v, found, VIEW_NONE);
	}
	return v.size == piece.size;
}

static bool
fits_one(struct view v, const struct view *wording, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (fits(wording[i], v))
			return true;
	return false;
}

bool
note_is_one_of(struct view note, const struct view *wording, size_t count)
{
	struct text folded = TEXT_INIT(LIMIT_TEXT_SIZE);
	struct view key, behind = VIEW("");
	size_t comma;
	bool is_one;

	fold_add(&folded, note);
	key = note_key(text_view(&folded));
	comma = view_find_byte(key, ',');
	if (comma != VIEW_NONE && is_short(view_part(key, 0, comma)))
		behind = view_trim(view_part(key, comma + 1, VIEW_NONE));
	is_one = text_ok(&folded) && key.size > 0 &&
	    (fits_one(key, wording, count) ||
		(behind.size > 0 && fits_one(behind, wording, count)));
	text_free(&folded);
	return is_one;
}
