// SPDX-License-Identifier: BSD-2-Clause
/*
 * my_lists.c - companies, groups and interests of the user's own, and whether
 * a request speaks of them.
 */
#include "policy/my_lists.h"

#include <string.h>

#include "base/fold.h"
#include "base/limits.h"
#include "base/utf8.h"

/* What three texts can become; NFKD can make three octets 33. */
enum { FOLDED_SIZE = 16 * (2 * LIMIT_FIELD_SIZE + LIMIT_NOTE_SIZE) };

static const char *const names[] = { "companies", "groups", "interests", NULL };

const char *
my_lists_name(enum my_list list)
{
	return names[list];
}

static bool
is_line(struct view v)
{
	if (v.size > LIMIT_MY_WORD_SIZE || !utf8_valid(v))
		return false;
	for (size_t at = 0; at < v.size;)
		if (utf8_is_hidden(utf8_next(v, &at)))
			return false;
	return true;
}

static bool
has_word_character(struct view folded)
{
	for (size_t at = 0; at < folded.size;)
		if (fold_is_word(utf8_next(folded, &at)))
			return true;
	return false;
}

/* One word of a list, folded. */
static int
read_word(const struct tree *at, const char *list, struct pool *p,
    struct view *word, struct err *e)
{
	struct view written = at->string;
	struct text folded = TEXT_INIT(16 * LIMIT_MY_WORD_SIZE);
	int result = -1;

	if (!is_line(written)) {
		tree_error(at, e, "my.%s: expected lines of at most %d octets",
		    list, LIMIT_MY_WORD_SIZE);
		goto out;
	}
	fold_add(&folded, written);
	*word = pool_copy(p, text_view(&folded));
	if (!text_ok(&folded) || !pool_ok(p))
		tree_error(at, e, "my.%s: out of memory", list);
	else if (!has_word_character(*word))
		tree_error(at, e, "my.%s: \"%.*s\" has no letter or digit",
		    list, VIEW_ARG(written));
	else
		result = 0;
out:
	text_free(&folded);
	return result;
}

static int
read_list(struct my_lists *my, enum my_list list, const struct tree *at,
    struct pool *p, struct err *e)
{
	size_t count;

	if (tree_strings(at, LIMIT_MY_WORDS, &count, e) < 0)
		return -1;
	my->given[list] = true;
	if (count == 0)
		return 0;
	my->word[list] = pool_array(p, count, sizeof(*my->word[list]));
	if (my->word[list] == NULL)
		return tree_error(at, e, "my.%s: out of memory", at->name);
	for (; my->words[list] < count; my->words[list]++) {
		size_t i = my->words[list];
		const struct tree *one =
		    at->kind == TREE_STRING ? at : &at->child[i];

		if (read_word(one, at->name, p, &my->word[list][i], e) < 0)
			return -1;
	}
	return 0;
}

int
my_lists_read(struct my_lists *my, const struct tree *at, struct pool *p,
    struct err *e)
{
	if (tree_expect(at, TREE_GROUP, e) < 0 || tree_only(at, names, e) < 0)
		return -1;
	for (int i = 0; i < MY_LISTS; i++) {
		const struct tree *list = tree_child(at, names[i]);

		if (list != NULL &&
		    read_list(my, (enum my_list)i, list, p, e) < 0)
			return -1;
	}
	return 0;
}

/* Scripts that put no blanks between words: Thai to Khmer, kana, ideographs. */
static bool
has_no_blanks(uint32_t c)
{
	return (c >= 0x0E00 && c <= 0x0EFF) || (c >= 0x1000 && c <= 0x109F) ||
	    (c >= 0x1780 && c <= 0x17FF) || (c >= 0x3005 && c <= 0x3007) ||
	    (c >= 0x3040 && c <= 0x30FF) || (c >= 0x3400 && c <= 0x9FFF) ||
	    (c >= 0x20000 && c <= 0x3FFFF);
}

/* Folding takes syllables of Hangul apart; each begins with one of these. */
static bool
begins_syllable(uint32_t c)
{
	return c >= 0x1100 && c <= 0x115E;
}

/* Whether a word may begin with c where before stands in front of it. */
static bool
may_begin(uint32_t before, uint32_t c)
{
	if (!fold_is_word(before) || !fold_is_word(c))
		return true;
	return !fold_is_mark(c) && (has_no_blanks(before) || has_no_blanks(c));
}

/* Whether it may end with c where after stands behind it. */
static bool
may_end(uint32_t c, uint32_t after)
{
	return may_begin(c, after) || begins_syllable(after);
}

/* The character that ends where at is; it is not the first. */
static uint32_t
character_before(struct view v, size_t at)
{
	do
		at--;
	while (at > 0 && ((unsigned char)v.data[at] & 0xC0) == 0x80);
	return utf8_next(v, &at);
}

static bool
stands_at(struct view text, size_t at, struct view word)
{
	size_t end = at + word.size;
	uint32_t last;

	if (text.size - at < word.size ||
	    memcmp(text.data + at, word.data, word.size) != 0)
		return false;
	if (end == text.size)
		return true;
	last = character_before(text, end);
	return may_end(last, utf8_next(text, &end));
}

static bool
list_stands_at(const struct my_lists *my, enum my_list list, struct view text,
    size_t at)
{
	for (size_t i = 0; i < my->words[list]; i++)
		if (stands_at(text, at, my->word[list][i]))
			return true;
	return false;
}

/* Looks for all of them at once, only where words begin. */
static void
look_for_words(const struct my_lists *my, struct view text,
    struct my_answers *answers)
{
	static const enum my_list lists[] = { MY_COMPANIES, MY_INTERESTS };
	uint32_t before = '\n';

	for (size_t at = 0, next = 0; at < text.size; at = next) {
		uint32_t c = utf8_next(text, &next);

		for (size_t i = 0; may_begin(before, c) && i < 2; i++)
			if (answers->of[lists[i]] != MY_YES &&
			    list_stands_at(my, lists[i], text, at))
				answers->of[lists[i]] = MY_YES;
		before = c;
	}
}

static void
add_line(struct text *folded, struct view v)
{
	fold_add(folded, v);
	text_add_byte(folded, '\n'); /* folded text has none of its own */
}

static int
ask_about_words(const struct my_lists *my, const struct request *request,
    struct my_answers *answers)
{
	struct text folded = TEXT_INIT(FOLDED_SIZE);
	struct person asks = { 0 };
	int result = -1;

	if (request->people > 0)
		asks = request->person[0];
	add_line(&folded, asks.company);
	add_line(&folded, asks.headline);
	if (request->note == NOTE_PERSONAL)
		fold_add(&folded, request->note_text);
	if (!text_ok(&folded))
		goto out;
	result = 0;
	if (folded.size == 2)
		goto out;
	answers->of[MY_COMPANIES] = answers->of[MY_INTERESTS] = MY_NO;
	look_for_words(my,
	    utf8_prefix(text_view(&folded), LIMIT_USER_TEXT_SIZE), answers);
out:
	text_free(&folded);
	return result;
}

static int
ask_about_group(const struct my_lists *my, const struct request *request,
    struct my_answers *answers)
{
	struct text folded = TEXT_INIT(16 * LIMIT_FIELD_SIZE);
	bool ok, is_mine = false;

	if (request->group.size == 0)
		return 0;
	fold_add(&folded, request->group);
	ok = text_ok(&folded);
	for (size_t i = 0; ok && i < my->words[MY_GROUPS]; i++)
		is_mine = is_mine ||
		    view_equal(text_view(&folded), my->word[MY_GROUPS][i]);
	text_free(&folded);
	if (!ok)
		return -1;
	answers->of[MY_GROUPS] = is_mine ? MY_YES : MY_NO;
	return 0;
}

int
my_lists_ask(const struct my_lists *my, const struct request *request,
    struct my_answers *answers)
{
	for (int i = 0; i < MY_LISTS; i++)
		answers->of[i] = MY_NOT_SAID;
	if (ask_about_words(my, request, answers) < 0)
		return -1;
	return ask_about_group(my, request, answers);
}
