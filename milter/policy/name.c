// SPDX-License-Identifier: BSD-2-Clause
/*
 * name.c - people's names in the form in which they are looked up.
 *
 * In three steps: characters (what is no part of a name goes), tokens (titles
 * and degrees go; here capitals still tell "Jack MA" from "Jack Ma"), words
 * (folded and sorted).
 */
#include "policy/name.h"

#include <stdbool.h>
#include <stdint.h>

#include "base/fold.h"
#include "base/limits.h"
#include "base/utf8.h"
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

/* Brackets and quotes: what stands between them is a by-name or a remark. */
static const struct pair {
	uint32_t open, close;
	bool quote; /* where none closes it, only the mark itself goes */
} pairs[] = {
	{ '(', ')', false },
	{ '[', ']', false },
	{ '{', '}', false },
	{ '<', '>', false },
	{ 0xFF08, 0xFF09, false },
	{ 0x3010, 0x3011, false },
	{ 0x300C, 0x300D, true },
	{ '"', '"', true },
	{ 0x201C, 0x201D, true },
	{ 0x201E, 0x201C, true },
	{ 0x00AB, 0x00BB, true },
};

static bool
is_apostrophe(uint32_t c)
{
	switch (c) {
	case '\'':
	case '`':
	case 0x00B4:
	case 0x2018:
	case 0x2019:
	case 0x201B:
	case 0x2032:
	case 0x05F3:
	case 0xFF07:
		return true;
	default: /* modifier letters: okina, ain, and the Ukrainian one */
		return c >= 0x02B9 && c <= 0x02BF;
	}
}

static bool
is_hyphen(uint32_t c)
{
	return c == '-' || (c >= 0x2010 && c <= 0x2015);
}

static bool
is_comma(uint32_t c)
{
	return c == ',' || c == 0x060C || c == 0x3001 || c == 0xFF0C;
}

/* Stretches a line of Arabic and means nothing. */
static bool
is_tatweel(uint32_t c)
{
	return c == 0x0640;
}

/*
 * A name on its way through step one.  What nothing closes is looked for once
 * only, so that the whole takes time in proportion to the name.
 */
struct cleaning {
	struct view name;
	size_t at;
	unsigned unclosed;    /* bits: no such pair closes from here on */
	bool unclosed_single; /* nor do single quotes */
};

/* The octet behind the character that closes p.  Brackets nest. */
static size_t
behind_close(const struct cleaning *c, const struct pair *p)
{
	size_t depth = 1;

	for (size_t at = c->at; at < c->name.size;) {
		uint32_t next = utf8_next(c->name, &at);

		if (next == p->close && --depth == 0)
			return at;
		if (next == p->open && !p->quote)
			depth++;
	}
	return VIEW_NONE;
}

/* Goes behind the pair that opener, just read, opens; false: it opens none. */
static bool
skip_pair(struct cleaning *c, uint32_t opener)
{
	for (size_t i = 0; i < COUNT(pairs); i++) {
		size_t end = VIEW_NONE;

		if (pairs[i].open != opener)
			continue;
		if ((c->unclosed >> i & 1) == 0)
			end = behind_close(c, &pairs[i]);
		if (end != VIEW_NONE)
			c->at = end;
		else if (pairs[i].quote)
			c->unclosed |= 1u << i;
		else
			c->at = c->name.size;
		return true;
	}
	return false;
}

/* The same for an apostrophe that begins a word, as in Robert 'Bob' Smith. */
static void
skip_single_quotes(struct cleaning *c)
{
	for (size_t end = c->at; !c->unclosed_single && end < c->name.size;) {
		uint32_t next = utf8_next(c->name, &end);

		if (is_apostrophe(next) &&
		    (end == c->name.size || c->name.data[end] == ' ')) {
			c->at = end;
			return;
		}
	}
	c->unclosed_single = true;
}

/* Without quotes around the whole, as copied from a mail's From field. */
static struct view
without_quotes(struct view name)
{
	struct view quote, inner;

	name = view_trim(name);
	quote = view_part(name, 0, 1);
	if (name.size < 2 || !view_ends_nocase(name, quote) ||
	    (!view_equal(quote, VIEW("\"")) && !view_equal(quote, VIEW("'"))))
		return name;
	inner = view_part(name, 1, name.size - 2);
	return view_find(inner, quote) == VIEW_NONE ? inner : name;
}

/* What c is to a name: itself, a hyphen, comma or point, nothing, a blank. */
static void
add_character(struct text *clean, uint32_t c)
{
	if (is_comma(c))
		text_add_byte(clean, ',');
	else if (is_hyphen(c))
		text_add_byte(clean, '-');
	else if (c == '.' || (c >= '0' && c <= '9') ||
	    (fold_is_letter(c) && !is_tatweel(c)))
		utf8_add(clean, c);
	else if (!utf8_is_hidden(c) && !is_tatweel(c))
		text_add_byte(clean, ' ');
}

/* How many octets from at on need no closer look: most names are all that. */
static size_t
plain_run(struct view name, size_t at)
{
	size_t end = at;

	while (end < name.size &&
	    ((name.data[end] >= 'a' && name.data[end] <= 'z') ||
		(name.data[end] >= 'A' && name.data[end] <= 'Z') ||
		name.data[end] == ' '))
		end++;
	return end - at;
}

/* Step one: brackets, quotes, symbols and emoji go. */
static void
clean_up(struct view name, struct text *clean)
{
	struct cleaning c = { .name = without_quotes(name) };

	for (;;) {
		size_t run = plain_run(c.name, c.at);
		uint32_t next;

		text_add(clean, view_part(c.name, c.at, run));
		c.at += run;
		if (c.at == c.name.size)
			return;
		next = utf8_next(c.name, &c.at);
		if (skip_pair(&c, next))
			text_add_byte(clean, ' ');
		else if (!is_apostrophe(next))
			add_character(clean, next);
		else if (clean->size == 0 ||
		    clean->data[clean->size - 1] == ' ')
			skip_single_quotes(&c);
	}
}

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

static void
drop_service(struct tokens *t)
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
			return;
		}
	}
}

/*
 * The tokens from..to are one part, between commas.  Appends what is left of
 * them: no honorifics in front, no credentials behind, but of the first part
 * one token at least.
 */
static void
fold_part(const struct tokens *t, size_t from, size_t to, struct text *folded)
{
	bool first = from == 0, small = !first;
	size_t end = to;

	while (from < end && title_is_honorific(t->at[from].text))
		from++;
	for (size_t i = from; first && i + 1 < to && !small; i++)
		small = title_has_small(t->at[i].text);
	while (end > from + first &&
	    title_is_credential(t->at[end - 1].text, small))
		end--;
	for (; from < end; from++) {
		text_add_byte(folded, ' ');
		fold_add(folded, t->at[from].text);
	}
}

static void
fold_tokens(const struct tokens *t, struct text *folded)
{
	for (size_t from = 0, to; from < t->count; from = to) {
		for (to = from + 1; to < t->count && !t->at[to].begins_part;)
			to++;
		fold_part(t, from, to, folded);
	}
}

/*
 * Scripts that put no blanks between family and given name: each ideograph,
 * and each syllable of Hangul (taken apart by folding), is a word.
 */
static bool
is_ideograph(uint32_t c)
{
	return (c >= 0x3400 && c <= 0x9FFF) || (c >= 0x20000 && c <= 0x3FFFF);
}

static bool
begins_syllable(uint32_t c)
{
	return c >= 0x1100 && c <= 0x115E;
}

struct words {
	struct view at[LIMIT_NAME_WORDS];
	size_t count;
};

/* Puts a word where it belongs in the order.  False: too many. */
static bool
insert_word(struct words *w, struct view word)
{
	size_t i = w->count;

	if (word.size == 0)
		return true;
	if (w->count == LIMIT_NAME_WORDS)
		return false;
	for (; i > 0 && view_compare(w->at[i - 1], word) > 0; i--)
		w->at[i] = w->at[i - 1];
	w->at[i] = word;
	w->count++;
	return true;
}

/* Step three. */
static bool
sort_words(struct view folded, struct words *w)
{
	size_t from = 0;
	bool ideograph = false;

	w->count = 0;
	for (size_t at = 0, start; at < folded.size;) {
		uint32_t c;
		bool blank;

		start = at;
		c = utf8_next(folded, &at);
		blank = c == ' ' || c == '-' || c == '.';
		if (!blank && !ideograph && !is_ideograph(c) &&
		    !begins_syllable(c))
			continue;
		if (!insert_word(w, view_part(folded, from, start - from)))
			return false;
		from = blank ? at : start;
		ideograph = is_ideograph(c);
	}
	return insert_word(w, view_part(folded, from, VIEW_NONE));
}

void
name_key(struct view name, struct text *key)
{
	struct text clean = TEXT_INIT(ROOM), folded = TEXT_INIT(ROOM);
	struct tokens tokens;
	struct words words;

	if (name.size > LIMIT_NAME_SIZE)
		return;
	clean_up(name, &clean);
	if (!split(text_view(&clean), &tokens))
		goto out;
	drop_service(&tokens);
	fold_tokens(&tokens, &folded);
	if (!text_ok(&clean) || !text_ok(&folded)) {
		key->failed = true;
		goto out;
	}
	if (!sort_words(text_view(&folded), &words))
		goto out;
	for (size_t i = 0; i < words.count; i++) {
		if (i > 0)
			text_add_byte(key, ' ');
		text_add(key, words.at[i]);
	}
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
