// SPDX-License-Identifier: BSD-2-Clause
/*
 * lookalike.c - whether a domain or a name was made to be taken for another.
 */
#include "mail/lookalike.h"

#include <stdlib.h>
#include <string.h>

#include "base/fold.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "mail/punycode.h"

enum { NEAR_NAME_LEAST = 6 };

static const char not_alike = '\1';

/*
 * A text as skeletons: of each letter what it looks like, where it stands in
 * the text, and whether anything but letters stands before it.
 */
struct letters {
	char like[LIMIT_LOOKALIKE + 1]; /* a to z, 0 to 9, or not_alike */
	unsigned short from[LIMIT_LOOKALIKE], to[LIMIT_LOOKALIKE];
	bool gap[LIMIT_LOOKALIKE + 1]; /* before it; also behind the last */
	size_t count;
};

/*
 * What folding leaves and still looks like a letter of ASCII, in order: small
 * letters of other scripts, and capitals of scripts that have no small ones.
 */
/* clang-format off */
static const struct alike {
	uint32_t letter;
	char like;
} alikes[] = {
	{ 0x01C0, 'l' }, { 0x0251, 'a' }, { 0x0261, 'g' }, { 0x0269, 'i' },
	{ 0x03B1, 'a' }, { 0x03B5, 'e' }, { 0x03B7, 'n' }, { 0x03B9, 'i' },
	{ 0x03BA, 'k' }, { 0x03BD, 'v' }, { 0x03BF, 'o' }, { 0x03C1, 'p' },
	{ 0x03C3, 'o' }, { 0x03C4, 't' }, { 0x03C5, 'u' }, { 0x03C7, 'x' },
	{ 0x03C9, 'w' }, { 0x03F3, 'j' }, { 0x0430, 'a' }, { 0x0432, 'b' },
	{ 0x0433, 'r' }, { 0x0435, 'e' }, { 0x043A, 'k' }, { 0x043C, 'm' },
	{ 0x043E, 'o' }, { 0x043F, 'n' }, { 0x0440, 'p' }, { 0x0441, 'c' },
	{ 0x0442, 't' }, { 0x0443, 'y' }, { 0x0445, 'x' }, { 0x0455, 's' },
	{ 0x0456, 'i' }, { 0x0458, 'j' }, { 0x0461, 'w' }, { 0x0475, 'v' },
	{ 0x049B, 'k' }, { 0x049D, 'k' }, { 0x049F, 'k' }, { 0x04A1, 'k' },
	{ 0x04AF, 'y' }, { 0x04BB, 'h' }, { 0x04CF, 'l' }, { 0x0501, 'd' },
	{ 0x051B, 'q' }, { 0x051D, 'w' }, { 0x0561, 'w' }, { 0x0563, 'q' },
	{ 0x0566, 'q' }, { 0x056C, 'l' }, { 0x0570, 'h' }, { 0x0578, 'n' },
	{ 0x057C, 'n' }, { 0x057D, 'u' }, { 0x0581, 'g' }, { 0x0585, 'o' },
	{ 0x05C0, 'l' }, { 0x05D5, 'l' }, { 0x05DF, 'l' }, { 0x0627, 'l' },
	{ 0x0661, 'l' }, { 0x06F1, 'l' }, { 0x13A0, 'd' }, { 0x13A5, 'i' },
	{ 0x13AC, 'e' }, { 0x13DE, 'l' }, { 0x13E6, 'k' }, { 0x2223, 'l' },
	{ 0x2C74, 'v' }, { 0xA4D2, 'p' }, { 0xA4D3, 'd' }, { 0xA4D7, 'k' },
	{ 0xA4E0, 'n' }, { 0xA4E1, 'l' }, { 0xA4F0, 'e' }, { 0xA4F2, 'i' },
};
/* clang-format on */

static int
compare_letters(const void *key, const void *row)
{
	uint32_t c = *(const uint32_t *)key;
	uint32_t letter = ((const struct alike *)row)->letter;

	return c < letter ? -1 : c > letter;
}

/* Of an octet of ASCII; 0 where it is a gap. */
static char
like_ascii(char byte)
{
	switch (byte) {
	case 'i':
	case 'I':
	case '1':
	case '|':
	case '!':
		return 'l';
	case '0':
		return 'o';
	case '3':
		return 'e';
	case '5':
	case '$':
		return 's';
	default:
		break;
	}
	if (byte_is_letter(byte))
		return byte_lower(byte);
	if (byte_is_digit(byte))
		return byte;
	return '\0';
}

/* They fold to letters, but nobody reads them as such. */
static bool
is_mark(uint32_t c)
{
	return c == 0x2120 || c == 0x2122; /* service mark, trade mark */
}

/* Of a folded character; small i, as in like_ascii(), is l. */
static char
like_folded(uint32_t c)
{
	const struct alike *row;

	if (c < 0x80)
		return like_ascii((char)c);
	row = bsearch(&c, alikes, sizeof(alikes) / sizeof(alikes[0]),
	    sizeof(alikes[0]), compare_letters);
	if (row != NULL)
		return like_ascii(row->like);
	if (fold_is_letter(c))
		return not_alike;
	return '\0';
}

/* The letter that two of them look like, or 0. */
static char
two_in_one(char a, char b)
{
	if (a == 'r' && b == 'n')
		return 'm';
	if (a == 'v' && b == 'v')
		return 'w';
	if (a == 'c' && b == 'l')
		return 'd';
	return '\0';
}

static void
add_letter(struct letters *l, char like, size_t from, size_t to)
{
	size_t last = l->count - 1;
	char before = '\0';

	if (like == '\0') {
		l->gap[l->count] = true;
		return;
	}
	if (!l->gap[l->count])
		before = l->like[last];
	if (two_in_one(before, like) != '\0') {
		l->like[last] = two_in_one(before, like);
		l->to[last] = (unsigned short)to;
		return;
	}
	if (l->count == LIMIT_LOOKALIKE)
		return;
	l->like[l->count] = like;
	l->from[l->count] = (unsigned short)from;
	l->to[l->count] = (unsigned short)to;
	l->gap[++l->count] = false;
}

/* A character of any script stands at from to to; *folded is for this only. */
static void
add_foreign(struct letters *l, struct text *folded, struct view character,
    size_t from)
{
	uint32_t c;
	struct view all;
	size_t first = 0;

	c = utf8_next(character, &first);
	if (utf8_is_hidden(c))
		return;
	if (is_mark(c)) {
		add_letter(l, '\0', from, from + character.size);
		return;
	}
	text_clear(folded);
	fold_add(folded, character);
	if (!text_ok(folded)) {
		add_letter(l, not_alike, from, from + character.size);
		return;
	}
	all = text_view(folded);
	/* An accent on its own folds to nothing; a blank does too. */
	if (all.size == 0 && !fold_is_letter(c))
		add_letter(l, '\0', from, from + character.size);
	for (size_t at = 0; at < all.size;)
		add_letter(l, like_folded(utf8_next(all, &at)), from,
		    from + character.size);
}

/*
 * Behind a comment in the midst of a word, which a reader may not be shown
 * (RFC 5322, 3.2.2), or at again.
 */
static size_t
skip_comment(const struct letters *l, struct view text, size_t at)
{
	size_t size;

	if (text.data[at] != '(' || l->gap[l->count])
		return at;
	size = view_find_byte(view_part(text, at, text.size), ')');
	if (size == VIEW_NONE || at + size + 1 == text.size)
		return at;
	at += size + 1;
	return (unsigned char)text.data[at] >= 0x80 ||
		like_ascii(text.data[at]) != '\0'
	    ? at
	    : at - size - 1;
}

static void
read_letters(struct letters *l, struct view text)
{
	struct text folded = TEXT_INIT(LIMIT_NAME_SIZE);

	text = utf8_prefix(text, LIMIT_LOOKALIKE);
	l->count = 0;
	l->gap[0] = true;
	for (size_t at = 0; at < text.size;) {
		size_t from = skip_comment(l, text, at);

		at = from;
		if ((unsigned char)text.data[at] < 0x80) {
			at++;
			add_letter(l, like_ascii(text.data[from]), from, at);
			continue;
		}
		utf8_next(text, &at);
		add_foreign(l, &folded, view_part(text, from, at - from), from);
	}
	l->like[l->count] = '\0';
	l->gap[l->count] = true;
	text_free(&folded);
}

/* The skeleton of the name that all else is compared with. */
static struct view
read_name(struct letters *l, struct view name)
{
	read_letters(l, view_part(name, 0, LOOKALIKE_NAME));
	return (struct view){ l->like, l->count };
}

/* Whether the name's skeleton begins at that letter; gaps do not count. */
static bool
is_at(const struct letters *l, size_t at, struct view name)
{
	return name.size > 0 && l->count - at >= name.size &&
	    memcmp(l->like + at, name.data, name.size) == 0;
}

static bool
has_gap(const struct letters *l, size_t from, size_t to)
{
	for (size_t i = from + 1; i < to; i++)
		if (l->gap[i])
			return true;
	return false;
}

/* A word, or words, that together are the name. */
static bool
is_word_at(const struct letters *l, size_t at, struct view name)
{
	return l->gap[at] && is_at(l, at, name) && l->gap[at + name.size];
}

/* Anywhere, but in one piece. */
static bool
contains(const struct letters *l, struct view name)
{
	for (size_t i = 0; i < l->count; i++)
		if (is_at(l, i, name) && !has_gap(l, i, i + name.size))
			return true;
	return false;
}

/*
 * Whether one letter more, less, other, or two of them swapped make one out of
 * the other; true also where they are the same.
 */
static bool
is_near(struct view a, struct view b)
{
	size_t same = 0, tail = 0, left_a, left_b;

	while (same < a.size && same < b.size && a.data[same] == b.data[same])
		same++;
	while (tail < a.size - same && tail < b.size - same &&
	    a.data[a.size - 1 - tail] == b.data[b.size - 1 - tail])
		tail++;
	left_a = a.size - same - tail;
	left_b = b.size - same - tail;
	if (left_a <= 1 && left_b <= 1)
		return true;
	return left_a == 2 && left_b == 2 && a.data[same] == b.data[same + 1] &&
	    a.data[same + 1] == b.data[same];
}

/* Whether a word of it, or all of it, is near the name. */
static bool
has_near(const struct letters *l, struct view name)
{
	size_t from = 0;

	if (name.size < NEAR_NAME_LEAST)
		return false;
	for (size_t i = 1; i <= l->count; i++) {
		struct view word = { l->like + from, i - from };

		if (!l->gap[i])
			continue;
		if (is_near(word, name))
			return true;
		from = i;
	}
	return is_near((struct view){ l->like, l->count }, name);
}

/* What a label looks like: its letters in UTF-8, decoded where need be. */
static void
read_label(struct letters *l, struct view label)
{
	struct view prefix = VIEW("xn--");
	struct text decoded = TEXT_INIT(LIMIT_LOOKALIKE);
	uint32_t character[PUNYCODE_LABEL];
	int count = -1;

	if (view_starts_nocase(label, prefix))
		count = punycode_decode(view_part(label, prefix.size,
					    PUNYCODE_LABEL),
		    character);
	for (int i = 0; i < count; i++)
		utf8_add(&decoded, character[i]);
	read_letters(l, count >= 0 ? text_view(&decoded) : label);
	text_free(&decoded);
}

static enum lookalike
judge_label(struct letters *l, struct view label, struct view name,
    struct view skeleton)
{
	if (view_equal_nocase(label, name))
		return LOOKALIKE_LABEL;
	if (view_find_nocase(label, name) != VIEW_NONE)
		return LOOKALIKE_PART;
	read_label(l, label);
	for (size_t i = 0; i < l->count; i++)
		if (is_word_at(l, i, skeleton))
			return has_gap(l, i, i + skeleton.size)
			    ? LOOKALIKE_NEAR
			    : LOOKALIKE_LETTERS;
	if (has_near(l, skeleton))
		return LOOKALIKE_NEAR;
	return contains(l, skeleton) ? LOOKALIKE_LETTERS : LOOKALIKE_NO;
}

enum lookalike
lookalike_domain(struct view domain, struct view name)
{
	struct letters of_name, of_label;
	struct view skeleton = read_name(&of_name, name);
	enum lookalike most = LOOKALIKE_NO;

	domain = view_part(domain, 0, LIMIT_LOOKALIKE);
	while (domain.size > 0) {
		size_t dot = view_find_byte(domain, '.');
		enum lookalike kind = judge_label(&of_label,
		    view_part(domain, 0, dot), name, skeleton);

		if (kind > most)
			most = kind;
		if (dot == VIEW_NONE)
			break;
		domain = view_part(domain, dot + 1, domain.size);
	}
	return most;
}

static bool
ends_domain(char byte)
{
	return (unsigned char)byte <= ' ' || byte == '@' || byte == '<' ||
	    byte == '>' || byte == '"' || byte == ',' || byte == ';' ||
	    byte == ':' || byte == '(' || byte == ')';
}

/* Whatever may be a domain, wherever it stands. */
static bool
has_domain(struct view text, struct view name)
{
	size_t from = 0;

	for (size_t i = 0; i <= text.size; i++) {
		struct view piece;

		if (i < text.size && !ends_domain(text.data[i]))
			continue;
		piece = view_part(text, from, i - from);
		if (view_find_byte(piece, '.') != VIEW_NONE &&
		    lookalike_domain(piece, name) != LOOKALIKE_NO)
			return true;
		from = i + 1;
	}
	return false;
}

bool
lookalike_in_text(struct view text, struct view name)
{
	struct letters of_name, all;
	struct view skeleton = read_name(&of_name, name);

	text = view_part(text, 0, LIMIT_LOOKALIKE);
	if (view_find_nocase(text, name) != VIEW_NONE)
		return true;
	read_letters(&all, text);
	for (size_t i = 0; i < all.count; i++)
		if (is_word_at(&all, i, skeleton))
			return true;
	return contains(&all, skeleton) || has_near(&all, skeleton) ||
	    has_domain(text, name);
}

void
lookalike_add_plain(struct text *out, struct view text, struct view name)
{
	struct letters of_name, all;
	struct view skeleton = read_name(&of_name, name);
	size_t done = 0;

	read_letters(&all, text);
	for (size_t i = 0; i < all.count; i++) {
		if (!is_word_at(&all, i, skeleton))
			continue;
		text_add(out, view_part(text, done, all.from[i] - done));
		text_add(out, name);
		i += skeleton.size - 1;
		done = all.to[i];
	}
	text_add(out, view_part(text, done, text.size));
}
