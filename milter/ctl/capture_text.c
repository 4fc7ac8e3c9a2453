// SPDX-License-Identifier: BSD-2-Clause
/*
 * capture_text.c - text made to tell nobody who is who.
 */
#include "ctl/capture_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/fold.h"
#include "base/utf8.h"
#include "ctl/capture_marks.h"
#include "ctl/capture_word.h"

/* Text whose characters are known, and what is known of each. */
struct reading {
	const struct capture_charset *cs;
	const struct capture_char *chars;
	const unsigned char *mark; /* enum capture_mark, or-ed */
	char *data;
	unsigned flags;
};

/* The word from begin on: where it ends. */
static size_t
word_end(const struct capture_char *chars, size_t count, size_t begin)
{
	size_t end = begin;

	for (size_t i = begin; i < count; i++) {
		if (capture_is_word(chars[i].c))
			end = i + 1;
		else if (!utf8_is_hidden(chars[i].c) || chars[i].c < ' ')
			break;
	}
	return end;
}

/* Whether it is written as names are, where there are capitals at all. */
static bool
looks_like_name(const struct capture_char *chars)
{
	return !fold_is_small(chars[0].c);
}

static bool
is_short_number(struct view folded)
{
	for (size_t i = 0; i < folded.size; i++)
		if (!byte_is_digit(folded.data[i]))
			return false;
	return folded.size <= 5;
}

/* Whether it is of a value in a link's query: "=" stands nearest before it. */
static bool
is_value(const struct reading *r, size_t begin)
{
	while (begin-- > 0 && (r->mark[begin] & CAPTURE_LINK) != 0) {
		unsigned c = r->chars[begin].c;

		if (c == '=')
			return true;
		if (c == '?' || c == '&' || c == ';' || c == '/')
			return false;
	}
	return false;
}

static bool
is_private(const struct capture *c, const struct reading *r, size_t begin,
    struct view folded)
{
	unsigned mark = r->mark[begin];
	bool name = capture_words_have(c->names, folded);

	if ((r->flags & CAPTURE_NAMES_ONLY) != 0)
		return name;
	if ((mark & CAPTURE_PERSON) != 0)
		return true;
	if ((r->flags & CAPTURE_SHORT_NUMBERS) != 0 && is_short_number(folded))
		return false;
	if (name &&
	    (looks_like_name(r->chars + begin) ||
		((mark & CAPTURE_LINK) != 0 && is_value(r, begin))))
		return true;
	return !capture_words_have(c->allowed, folded);
}

static void
disguise(struct capture *c, const struct reading *r, size_t begin, size_t end)
{
	struct text folded = TEXT_INIT(CAPTURE_WORD_SIZE);
	struct capture_word word = { r->cs, r->chars + begin, end - begin,
		r->data };

	capture_word_fold(&word, &folded);
	if (is_private(c, r, begin, text_view(&folded))) {
		capture_word_replace(c, &word, text_view(&folded));
		if ((r->flags & CAPTURE_NAMES_ONLY) == 0) {
			if (capture_word_is_number(&word))
				c->count.numbers++;
			else
				c->count.words++;
		}
	}
	c->failed = c->failed || !text_ok(&folded);
	text_free(&folded);
}

/* "10:15:27": the minutes and seconds, up to 59 as before. */
static void
disguise_time(struct capture *c, const struct reading *r, size_t count)
{
	for (size_t i = 0; i + 2 < count; i++) {
		struct capture_word word = { r->cs, r->chars + i + 1, 2,
			r->data };

		if (r->chars[i].c == ':' && capture_word_is_number(&word))
			capture_word_replace_below_60(c, &word);
	}
}

void
capture_text(struct capture *c, const struct capture_charset *cs, char *data,
    size_t size, unsigned flags)
{
	struct reading r = { .cs = cs, .data = data, .flags = flags };
	unsigned char *mark = NULL;
	struct capture_char *chars;
	size_t count;

	if (cs->coding == CAPTURE_OPAQUE) {
		capture_opaque(c, data, size);
		return;
	}
	chars = capture_chars_read(cs, (struct view){ data, size }, &count);
	if (chars != NULL)
		mark = calloc(count + 1, 1);
	if (mark == NULL) {
		c->failed = true;
		goto out;
	}
	r.chars = chars;
	r.mark = mark;
	if ((flags & CAPTURE_DATE) != 0) {
		disguise_time(c, &r, count);
		goto out;
	}
	if ((flags & CAPTURE_NAMES_ONLY) == 0)
		capture_marks_set(c, chars, count, flags, mark);
	for (size_t i = 0, end; i < count; i = end) {
		end = i + 1;
		if (!capture_is_word(chars[i].c))
			continue;
		end = word_end(chars, count, i);
		disguise(c, &r, i, end);
	}
out:
	free(mark);
	free(chars);
}

void
capture_words_read(struct capture_words *w, const struct capture_charset *cs,
    struct view text, size_t least)
{
	struct text folded = TEXT_INIT(CAPTURE_WORD_SIZE);
	size_t count;
	struct capture_char *chars = capture_chars_read(cs, text, &count);

	for (size_t i = 0, end; i < count; i = end) {
		struct capture_word word = { cs, chars + i, 0, NULL };

		end = i + 1;
		if (!capture_is_word(chars[i].c))
			continue;
		end = word_end(chars, count, i);
		word.count = end - i;
		text_clear(&folded);
		capture_word_fold(&word, &folded);
		if (folded.size >= least)
			capture_words_add(w, text_view(&folded));
	}
	text_free(&folded);
	free(chars);
}
