// SPDX-License-Identifier: BSD-2-Clause
/*
 * name.c - people's names in the form in which they are looked up.
 *
 * In three steps: characters (name_clean.h), tokens (titles and degrees go;
 * here capitals still tell "Jack MA" from "Jack Ma"), words (folded, and in an
 * order that does not depend on how they were written).
 */
#include "policy/name.h"

#include <stdbool.h>
#include <stdint.h>

#include "base/fold.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "policy/name_clean.h"
#include "policy/title.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Room for what a name becomes on the way; NFKD can make three octets 33. */
enum { ROOM = 16 * LIMIT_NAME_SIZE };

/* What a network puts behind the names of people it writes for. */
static const struct {
	const char *word[4];
	size_t words;
} services[] = {
	{ { "via", "LinkedIn" }, 2 },
	{ { "a", "trav\xC3\xA9s", "de", "LinkedIn" }, 4 },
	{ { "a", "traves", "de", "LinkedIn" }, 4 },
};

/* Step two: what stands between blanks. */
struct token {
	struct view text;
	bool begins_part; /* the first, or the first behind a comma */
};

struct tokens {
	struct token at[LIMIT_NAME_WORDS];
	size_t count;
};

/* Returns false when there are more than a name has. */
static bool
split(struct view clean, struct tokens *t)
{
	bool begins_part = true;

	t->count = 0;
	for (size_t at = 0, from; at < clean.size;) {
		if (clean.data[at] == ' ' || clean.data[at] == ',') {
			begins_part |= clean.data[at++] == ',';
			continue;
		}
		for (from = at; at < clean.size && clean.data[at] != ' ' &&
		     clean.data[at] != ',';)
			at++;
		if (t->count == LIMIT_NAME_WORDS)
			return false;
		t->at[t->count++] =
		    (struct token){ view_part(clean, from, at - from),
			    begins_part };
		begins_part = false;
	}
	return true;
}

static bool
drop_known_service(struct tokens *t)
{
	for (size_t i = 0; i < COUNT(services); i++) {
		size_t words = services[i].words, same = 0;

		if (t->count <= words)
			continue;
		while (same < words &&
		    view_equal_nocase(t->at[t->count - words + same].text,
			view_of(services[i].word[same])))
			same++;
		if (same == words) {
			t->count -= words;
			return true;
		}
	}
	return false;
}

static bool
begins_small(struct view word)
{
	size_t at = 0;

	return word.size > 0 && fold_is_small(utf8_next(word, &at));
}

/*
 * "via LinkedIn" in a language we were not told of: up to three words with
 * small letters before the network's name.  Of a name that is all small, one.
 */
static void
drop_service(struct tokens *t)
{
	size_t most;

	if (drop_known_service(t) || t->count < 2 ||
	    !view_equal_nocase(t->at[t->count - 1].text, VIEW("LinkedIn")))
		return;
	t->count--;
	most = begins_small(t->at[0].text) ? 1 : 3;
	for (; most > 0 && t->count > 1; most--)
		if (begins_small(t->at[t->count - 1].text))
			t->count--;
		else
			return;
}

/* What is said behind a name in East Asia, as a word of its own or not. */
static void
drop_suffix(struct tokens *t)
{
	struct view *last;

	if (t->count == 0)
		return;
	last = &t->at[t->count - 1].text;
	if (t->count > 1 && title_is_suffix(*last))
		t->count--;
	else
		*last = title_without_suffix(*last);
}

/* "Dr.Jane", "Prof.Dr.med.": titles written without a blank behind them. */
static struct view
without_glued_titles(struct view word)
{
	for (;;) {
		size_t point = view_find_byte(word, '.');
		struct view title = view_part(word, 0, point + 1);

		if (point == VIEW_NONE || point < 2 || point + 1 == word.size ||
		    !title_is_honorific(title))
			return word;
		word = view_part(word, point + 1, VIEW_NONE);
		if (word.data[0] == '-' && word.size > 1)
			word = view_part(word, 1, VIEW_NONE);
	}
}

/* Names made with the Arabic "servant of" are written in one word or two. */
static bool
is_servant_of(struct view folded, struct view next)
{
	return view_equal(folded, VIEW("\xD8\xB9\xD8\xA8\xD8\xAF")) &&
	    view_starts_nocase(next, VIEW("\xD8\xA7\xD9\x84"));
}

/* The tokens from..to are one part, between commas. */
struct part {
	const struct tokens *tokens;
	size_t from, to;
	bool first;
};

static void
drop_honorifics(struct part *p)
{
	for (; p->from < p->to; p->from++) {
		struct view token = p->tokens->at[p->from].text;
		struct view rest = without_glued_titles(token);

		if (!title_is_honorific(token) &&
		    (rest.size == token.size || !title_is_honorific(rest)))
			break;
	}
}

/* "Jane Doe née Roe": what is behind was her name, or is another one. */
static void
drop_former_name(struct part *p)
{
	for (size_t i = p->from + 1; i < p->to; i++)
		if (title_is_former(p->tokens->at[i].text))
			p->to = i;
}

/* Two tokens behind each other, with the blank between them. */
static struct view
last_two(const struct part *p)
{
	struct view one = p->tokens->at[p->to - 2].text;
	struct view two = p->tokens->at[p->to - 1].text;

	return (struct view){ one.data,
		(size_t)(two.data + two.size - one.data) };
}

/* Of the first part one token stays at least. */
static void
drop_credentials(struct part *p)
{
	size_t least = p->from + p->first;
	bool small = !p->first;

	/* Whether capitals stand out: another token has small letters. */
	for (size_t i = p->from; p->first && i + 1 < p->to && !small; i++)
		small = title_has_small(p->tokens->at[i].text);
	for (;;) {
		if (p->to > least &&
		    title_is_credential(p->tokens->at[p->to - 1].text, small))
			p->to--;
		else if (p->to > least + 1 && title_is_parted(last_two(p)))
			p->to -= 2;
		else
			return;
	}
}

/* Whether all of a part are capitals such as certificates have. */
static bool
is_all_letters_of_title(const struct part *p)
{
	for (size_t i = p->from; i < p->to; i++)
		if (!title_may_be_credential(p->tokens->at[i].text))
			return false;
	return true;
}

/* A family and a given name, not all in capitals. */
static bool
is_full_name(const struct part *p)
{
	bool small = false;

	for (size_t i = p->from; i < p->to; i++)
		small = small || title_has_small(p->tokens->at[i].text);
	return small && p->to - p->from >= 2;
}

static void
fold_part(const struct part *p, struct text *folded)
{
	bool joins = false;

	for (size_t i = p->from; i < p->to; i++) {
		struct view token = p->tokens->at[i].text;
		size_t before;

		if (!joins)
			text_add_byte(folded, ' ');
		before = folded->size;
		fold_add(folded,
		    i == p->from ? without_glued_titles(token) : token);
		joins = i + 1 < p->to &&
		    is_servant_of(view_part(text_view(folded), before,
				      VIEW_NONE),
			p->tokens->at[i + 1].text);
	}
}

static void
fold_tokens(const struct tokens *t, struct text *folded)
{
	bool full = false;

	for (size_t from = 0, to; from < t->count; from = to) {
		struct part p = { t, from, from + 1, from == 0 };

		while (p.to < t->count && !t->at[p.to].begins_part)
			p.to++;
		to = p.to;
		drop_former_name(&p);
		if (!p.first) /* "M. Sc." begins as "M. Jean" does */
			drop_credentials(&p);
		drop_honorifics(&p);
		drop_credentials(&p);
		if (p.first)
			full = is_full_name(&p);
		else if (full && is_all_letters_of_title(&p))
			continue;
		fold_part(&p, folded);
	}
}

/*
 * Scripts that put no blanks between family and given name: each ideograph,
 * and each syllable of Hangul (taken apart by folding), is a word.
 */
static bool
is_ideograph(uint32_t c)
{
	return (c >= 0x3400 && c <= 0x9FFF) || c == 0x3005 ||
	    (c >= 0x20000 && c <= 0x3FFFF);
}

static bool
begins_syllable(uint32_t c)
{
	return c >= 0x1100 && c <= 0x115E;
}

/*
 * The words of a name: those between blanks in the order of their octets, and
 * the ideographs and syllables as they were written.
 */
struct words {
	struct view at[LIMIT_NAME_WORDS];
	size_t count;
	struct view syllable[LIMIT_NAME_WORDS];
	size_t syllables;
};

/* False: too many. */
static bool
add_word(struct words *w, struct view word)
{
	size_t i = w->count, at = 0;
	uint32_t c;

	if (word.size == 0)
		return true;
	if (w->count + w->syllables == LIMIT_NAME_WORDS)
		return false;
	c = utf8_next(word, &at);
	if (is_ideograph(c) || begins_syllable(c)) {
		w->syllable[w->syllables++] = word;
		return true;
	}
	for (; i > 0 && view_compare(w->at[i - 1], word) > 0; i--)
		w->at[i] = w->at[i - 1];
	w->at[i] = word;
	w->count++;
	return true;
}

/* Behind the ASCII from at on that neither parts words nor is one by itself. */
static size_t
skip_plain(struct view folded, size_t at)
{
	while (at < folded.size && folded.data[at] > '.' &&
	    folded.data[at] < 0x7F)
		at++;
	return at;
}

/* Step three. */
static bool
find_words(struct view folded, struct words *w)
{
	size_t from = 0;
	bool ideograph = false;

	w->count = w->syllables = 0;
	for (size_t at = 0, start; at < folded.size;) {
		uint32_t c;
		bool blank;

		if (!ideograph)
			at = skip_plain(folded, at);
		if (at == folded.size)
			break;
		start = at;
		c = utf8_next(folded, &at);
		blank = c == ' ' || c == '-' || c == '.';
		if (!blank && !ideograph && !is_ideograph(c) &&
		    !begins_syllable(c))
			continue;
		if (!add_word(w, view_part(folded, from, start - from)))
			return false;
		from = blank ? at : start;
		ideograph = is_ideograph(c);
	}
	return add_word(w, view_part(folded, from, VIEW_NONE));
}

/* Order of the syllables as read from a and from b on, all the way round. */
static int
compare_rotations(const struct words *w, size_t a, size_t b)
{
	int order = 0;

	for (size_t i = 0; i < w->syllables && order == 0; i++)
		order = view_compare(w->syllable[(a + i) % w->syllables],
		    w->syllable[(b + i) % w->syllables]);
	return order;
}

/*
 * Where the least rotation begins.  Family name first or last, with a blank
 * somewhere or without, are rotations of one another; another given name of
 * the same syllables is not.
 */
static size_t
least_rotation(const struct words *w)
{
	size_t least = 0;

	for (size_t i = 1; i < w->syllables; i++)
		if (compare_rotations(w, i, least) < 0)
			least = i;
	return least;
}

static void
add_words(const struct words *w, struct text *key)
{
	size_t first = least_rotation(w);

	for (size_t i = 0; i < w->count + w->syllables; i++) {
		if (i > 0)
			text_add_byte(key, ' ');
		text_add(key,
		    i < w->count
			? w->at[i]
			: w->syllable[(first + i - w->count) % w->syllables]);
	}
}

void
name_key(struct view name, struct text *key)
{
	struct text clean = TEXT_INIT(ROOM), folded = TEXT_INIT(ROOM);
	struct tokens tokens;
	struct words words;

	if (name.size > LIMIT_NAME_SIZE)
		return;
	name_clean(name, &clean);
	if (!split(text_view(&clean), &tokens))
		goto out;
	drop_service(&tokens);
	drop_suffix(&tokens);
	fold_tokens(&tokens, &folded);
	if (!text_ok(&clean) || !text_ok(&folded)) {
		key->failed = true;
		goto out;
	}
	if (find_words(text_view(&folded), &words))
		add_words(&words, key);
out:
	text_free(&clean);
	text_free(&folded);
}

size_t
name_words(struct view key)
{
	size_t words = key.size > 0;

	for (size_t i = 0; i < key.size; i++)
		words += key.data[i] == ' ';
	return words;
}

void
name_given(struct view name, struct text *given)
{
	struct view word = view_trim(name);
	size_t blank = view_find_byte(word, ' '), characters = 0;
	bool letter = false;

	word = view_part(word, 0, blank);
	for (size_t at = 0; at < word.size; characters++) {
		uint32_t c = utf8_next(word, &at);
		bool joins = c == '-' || c == '\'' || c == 0x2019;

		if (joins ? !letter : !fold_is_letter(c))
			return;
		letter = !joins;
	}
	if (letter && characters >= 2 && characters <= LIMIT_GIVEN_NAME_SIZE &&
	    !title_is_honorific(word))
		text_add(given, word);
}
