// SPDX-License-Identifier: BSD-2-Clause
/*
 * capture_word.c - one word replaced by another, by a key.
 */
#include "ctl/capture_word.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/fold.h"
#include "base/utf8.h"

enum {
	NUMBERS = 8, /* out of one digest */
	TRIES = 64,
	LONG_NUMBER = 19, /* digits: LinkedIn's ids, a time in front */
	LONG_KEPT = 6,    /* of a time in ms shifted by 22 bits: 40 minutes */
	PREFIXED = 15     /* "I6132985418842456064": letter and number */
};

/* Numbers that nobody can guess without the key; 0: the first is to come. */
struct numbers {
	struct capture *c;
	struct view word;
	unsigned try;
	size_t used;
	char hex[DIGEST_HEX_SIZE];
};

static uint64_t
next_number(struct numbers *n)
{
	char digits[9] = "", turn[48];

	if (n->used % NUMBERS == 0) {
		struct view parts[] = { n->word, { turn, 0 } };

		parts[1].size = (size_t)snprintf(turn, sizeof(turn),
		    "%u.%u.%zu", n->c->turn, n->try, n->used / NUMBERS);
		if (digest_key(n->c->key, parts, 2, n->hex) < 0)
			n->c->failed = true;
	}
	memcpy(digits, n->hex + n->used++ % NUMBERS * 8, 8);
	return (uint64_t)strtoul(digits, NULL, 16) << 24;
}

void
capture_word_fold(const struct capture_word *w, struct text *out)
{
	struct text plain = TEXT_INIT(CAPTURE_WORD_SIZE);

	for (size_t i = 0; i < w->count && i < CAPTURE_WORD_CHARS; i++)
		utf8_add(&plain, w->chars[i].c);
	fold_add(out, text_view(&plain));
	text_free(&plain);
}

bool
capture_word_is_number(const struct capture_word *w)
{
	for (size_t i = 0; i < w->count; i++)
		if (w->chars[i].c < '0' || w->chars[i].c > '9')
			return false;
	return true;
}

/* How many of its characters stay. */
static size_t
kept(const struct capture_word *w)
{
	struct capture_word number = { w->cs, w->chars + 1, w->count - 1,
		w->data };

	if (capture_word_is_number(w)) {
		if (w->count >= LONG_NUMBER)
			return LONG_KEPT;
		return w->count == 4 && w->chars[0].c == '2' &&
			w->chars[1].c == '0'
		    ? 2
		    : 0;
	}
	if (w->count <= PREFIXED || !capture_word_is_number(&number))
		return 0;
	return number.count >= LONG_NUMBER ? 1 + LONG_KEPT : 1;
}

static bool
may_become(const struct capture *c, struct view old, struct view new,
    size_t count)
{
	if (view_equal(old, new) || capture_words_have(c->allowed, new) ||
	    capture_words_have(c->names, new))
		return false;
	return count < 3 || !capture_words_have(c->taken, new);
}

/* One try, into the characters at to. */
static void
choose(struct numbers *n, const struct capture_word *w, size_t from,
    struct capture_char *to)
{
	for (size_t i = 0; i < w->count; i++) {
		const struct capture_char *old = &w->chars[i];

		to[i] = *old;
		if (i >= from && capture_is_word(old->c))
			to[i].c = capture_char_choose(w->cs, old, w->data,
			    next_number(n));
	}
}

/* key says what it becomes, folded what it must not become. */
static void
replace(struct capture *c, const struct capture_word *w, struct view key,
    struct view folded)
{
	struct text again = TEXT_INIT(CAPTURE_WORD_SIZE);
	struct capture_char *to = calloc(w->count + 1, sizeof(*to));
	struct capture_word new = { w->cs, to, w->count, w->data };
	struct numbers n = { .c = c, .word = key };

	if (to == NULL) {
		c->failed = true;
		return;
	}
	for (; n.try < TRIES; n.try++) {
		n.used = 0;
		choose(&n, w, kept(w), to);
		text_clear(&again);
		capture_word_fold(&new, &again);
		if (may_become(c, folded, text_view(&again), w->count))
			break;
	}
	for (size_t i = 0; i < w->count; i++)
		capture_char_put(w->cs, &w->chars[i], to[i].c, w->data);
	text_free(&again);
	free(to);
}

void
capture_word_replace(struct capture *c, const struct capture_word *w,
    struct view folded)
{
	replace(c, w, folded, folded);
}

void
capture_word_replace_below_60(struct capture *c, const struct capture_word *w)
{
	const char digits[] = { (char)w->chars[0].c, (char)w->chars[1].c };
	struct numbers n = { .c = c, .word = { digits, sizeof(digits) } };

	capture_char_put(w->cs, &w->chars[0],
	    '0' + (uint32_t)((next_number(&n) >> 24) % 6), w->data);
	capture_char_put(w->cs, &w->chars[1],
	    '0' + (uint32_t)((next_number(&n) >> 24) % 10), w->data);
}

static char
other_octet(char old, uint64_t number)
{
	static const struct capture_charset ascii = { .coding = CAPTURE_UTF8 };
	const struct capture_char place = { (unsigned char)old, 0, 1,
		CAPTURE_PLAIN };

	return (char)capture_char_choose(&ascii, &place, &old, number);
}

static bool
is_plain(char octet)
{
	return byte_is_letter(octet) || byte_is_digit(octet);
}

/* The word that begins at begin, by its place; returns where it ends. */
static size_t
replace_by_place(struct capture *c, char *data, size_t begin, size_t size)
{
	static const struct capture_charset ascii = { .coding = CAPTURE_UTF8 };
	struct capture_char chars[CAPTURE_WORD_CHARS];
	struct capture_word word = { &ascii, chars, 0, data };
	struct text folded = TEXT_INIT(CAPTURE_WORD_SIZE);
	char place[64];
	struct view key = { place, 0 };

	for (size_t at = begin;
	     at < size && word.count < CAPTURE_WORD_CHARS && is_plain(data[at]);
	     at++)
		chars[word.count++] =
		    (struct capture_char){ (unsigned char)data[at],
			    (uint32_t)at, 1, CAPTURE_PLAIN };
	key.size =
	    (size_t)snprintf(place, sizeof(place), "opaque %zu", c->opaque++);
	capture_word_fold(&word, &folded);
	replace(c, &word, key, text_view(&folded));
	text_free(&folded);
	return begin + word.count;
}

/*
 * The size of the escape at the begin of v, or 0: "ESC $ B", "ESC $ ( D" and
 * "~{" begin characters of two octets, "ESC ( B" ends them (ISO 2022, HZ).
 */
static size_t
escape_size(struct view v, bool *pairs)
{
	size_t size = 0;

	*pairs = true;
	if (view_starts_nocase(v, VIEW("~{")))
		size = 2;
	else if (view_starts_nocase(v, VIEW("\033$(")) ||
	    view_starts_nocase(v, VIEW("\033$)")))
		size = 4;
	else if (view_starts_nocase(v, VIEW("\033$")))
		size = 3;
	else if (view_starts_nocase(v, VIEW("\033("))) {
		size = 3;
		*pairs = false;
	}
	return size < v.size ? size : v.size;
}

/* All of these characters become some from "AA" to "OO"; where they end. */
static size_t
replace_pairs(struct capture *c, char *data, size_t at, size_t size)
{
	char place[64];
	struct numbers n = { .c = c, .word = { place, 0 } };

	n.word.size =
	    (size_t)snprintf(place, sizeof(place), "opaque %zu", c->opaque++);
	for (; at < size && data[at] != '\033' && data[at] != '~' &&
	     data[at] != '\n';
	     at++)
		if (data[at] > ' ' && data[at] < 0x7F)
			data[at] = (char)('A' + (next_number(&n) >> 24) % 15);
	return at;
}

void
capture_opaque(struct capture *c, char *data, size_t size)
{
	bool second = false;

	for (size_t i = 0; i < size;) {
		bool pairs;
		size_t escape =
		    escape_size((struct view){ data + i, size - i }, &pairs);

		if (escape > 0) {
			i += escape;
			if (pairs)
				i = replace_pairs(c, data, i, size);
			continue;
		}
		if (is_plain(data[i])) {
			i = replace_by_place(c, data, i, size);
			continue;
		}
		if ((unsigned char)data[i] >= 0x80) {
			data[i] = second ? '\xA1' : '\xB0';
			second = !second;
		}
		i++;
	}
}

void
capture_boundary(struct capture *c, struct view whole, char *data)
{
	struct numbers n = { .c = c, .word = whole };

	for (size_t i = 0; i < whole.size; i++)
		if (is_plain(whole.data[i]))
			data[i] = other_octet(whole.data[i], next_number(&n));
}
