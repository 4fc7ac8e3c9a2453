// SPDX-License-Identifier: BSD-2-Clause
/*
 * capture_words.c - sets of words, for "rsvpctl capture".
 */
#include "ctl/capture_words.h"

#include <stdlib.h>

#include "base/fold.h"
#include "base/utf8.h"

enum { WORD_SIZE = 4096 /* of a longer one, the begin is compared */ };

void
capture_words_add(struct capture_words *w, struct view folded)
{
	if (folded.size == 0)
		return;
	if (w->count == w->room) {
		size_t room = w->room == 0 ? 256 : 2 * w->room;
		struct view *more = pool_array(w->pool, room, sizeof(*more));

		if (more == NULL)
			return;
		for (size_t i = 0; i < w->count; i++)
			more[i] = w->word[i];
		w->word = more;
		w->room = room;
	}
	w->word[w->count++] = pool_copy(w->pool, folded);
}

static void
add_word(struct capture_words *w, struct view word)
{
	struct text folded = TEXT_INIT(WORD_SIZE);

	fold_add(&folded, utf8_prefix(word, WORD_SIZE / 4));
	capture_words_add(w, text_view(&folded));
	text_free(&folded);
}

void
capture_words_add_text(struct capture_words *w, struct view text)
{
	size_t at = 0, begin = VIEW_NONE;

	while (at < text.size) {
		size_t here = at;
		bool is_word = fold_is_word(utf8_next(text, &at));

		if (is_word && begin == VIEW_NONE)
			begin = here;
		if (!is_word && begin != VIEW_NONE) {
			add_word(w, view_part(text, begin, here - begin));
			begin = VIEW_NONE;
		}
	}
	if (begin != VIEW_NONE)
		add_word(w, view_part(text, begin, text.size));
}

/* Behind the character that closes what begins at pattern.data[at]. */
static size_t
behind(struct view pattern, size_t at, char close)
{
	size_t found =
	    view_find_byte(view_part(pattern, at + 1, pattern.size), close);

	return found == VIEW_NONE ? pattern.size : at + 1 + found + 1;
}

/* A class ends at "]", but not at one that comes first or is escaped. */
static size_t
behind_class(struct view pattern, size_t at)
{
	at++;
	if (at < pattern.size && pattern.data[at] == '^')
		at++;
	if (at < pattern.size && pattern.data[at] == ']')
		at++;
	while (at < pattern.size && pattern.data[at] != ']')
		at += pattern.data[at] == '\\' ? 2 : 1;
	return at < pattern.size ? at + 1 : pattern.size;
}

/* "\b", "\p{Lu}", "\x{2026}": what an escape says is no word. */
static size_t
behind_escape(struct view pattern, size_t at)
{
	at += 2;
	if (at < pattern.size && pattern.data[at] == '{')
		return behind(pattern, at, '}');
	return at < pattern.size ? at : pattern.size;
}

/* "(?i)", "(?s:", "(?<name>", "(?:", "(?!" and the like. */
static size_t
behind_group(struct view pattern, size_t at)
{
	struct view rest = view_part(pattern, at, pattern.size);

	if (view_starts_nocase(rest, VIEW("(?<")) && rest.size > 3 &&
	    rest.data[3] != '=' && rest.data[3] != '!')
		return behind(pattern, at, '>');
	if (!view_starts_nocase(rest, VIEW("(?")))
		return at + 1;
	for (at += 2; at < pattern.size &&
	     (byte_is_letter(pattern.data[at]) || pattern.data[at] == '-');)
		at++;
	return at;
}

/* Behind what is no word at at, or at itself. */
static size_t
behind_syntax(struct view pattern, size_t at)
{
	switch (pattern.data[at]) {
	case '\\':
		return behind_escape(pattern, at);
	case '[':
		return behind_class(pattern, at);
	case '{':
		return behind(pattern, at, '}');
	case '(':
		return behind_group(pattern, at);
	default:
		return at;
	}
}

void
capture_words_add_pattern(struct capture_words *w, struct view pattern)
{
	size_t begin = 0, at = 0;

	while (at < pattern.size) {
		size_t next = behind_syntax(pattern, at);

		/* "invitations?" is two words. */
		if (pattern.data[at] == '?' && at > begin &&
		    byte_is_letter(pattern.data[at - 1]))
			capture_words_add_text(w,
			    view_part(pattern, begin, at - begin - 1));
		if (next == at) {
			at++;
			continue;
		}
		capture_words_add_text(w,
		    view_part(pattern, begin, at - begin));
		begin = at = next;
	}
	capture_words_add_text(w, view_part(pattern, begin, at - begin));
}

static int
compare(const void *a, const void *b)
{
	return view_compare(*(const struct view *)a, *(const struct view *)b);
}

void
capture_words_sort(struct capture_words *w)
{
	if (w->count > 1)
		qsort(w->word, w->count, sizeof(*w->word), compare);
	w->sorted = w->count;
}

bool
capture_words_have(const struct capture_words *w, struct view folded)
{
	return w->sorted > 0 &&
	    bsearch(&folded, w->word, w->sorted, sizeof(*w->word), compare) !=
	    NULL;
}
