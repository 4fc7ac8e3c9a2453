// SPDX-License-Identifier: BSD-2-Clause
/*
 * capture_chars.c - characters in the places where a mail has them.
 */
#include "ctl/capture_chars.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fold.h"
#include "base/utf8.h"
#include "mail/charset.h"
#include "mail/entity.h"

enum { DRAWS = 256, ESCAPE_LEVELS = 4, HIGH = 0x80, STRAY_OCTET = 0xFF };

/* Charsets in which an ASCII octet may be part of something else. */
static bool
is_stateful(struct view name)
{
	static const struct view begins[] = { VIEW("utf-7"), VIEW("utf7"),
		VIEW("utf-16"), VIEW("utf16"), VIEW("utf-32"), VIEW("utf32"),
		VIEW("ucs"), VIEW("unicode"), VIEW("csunicode"),
		VIEW("iso-10646"), VIEW("iso-2022"), VIEW("csiso2022"),
		VIEW("hz"), VIEW("ebcdic"), VIEW("ibm037"), VIEW("cp037") };

	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
		if (view_starts_nocase(name, begins[i]))
			return true;
	return false;
}

/* The character of one octet in that charset, or 0. */
static uint32_t
octet_character(char octet, struct view name)
{
	struct text out = TEXT_INIT(16);
	struct view v = charset_to_utf8((struct view){ &octet, 1 }, name, &out);
	size_t at = 0;
	uint32_t c = v.size == 0 ? 0 : utf8_next(v, &at);

	if (at != v.size || c == UTF8_INVALID)
		c = 0;
	text_free(&out);
	return c;
}

/* Charsets of several octets leave most single ones without a meaning. */
static bool
make_table(struct capture_charset *cs, struct view name)
{
	unsigned known = 0;

	for (unsigned i = 0; i < 256; i++) {
		cs->table[i] = i < HIGH ? i : octet_character((char)i, name);
		known += i >= HIGH && cs->table[i] != 0;
	}
	return known >= HIGH / 2;
}

void
capture_charset_find(struct capture_charset *cs, struct view name,
    struct view text)
{
	bool unicode = view_equal_nocase(name, VIEW("utf-8")) ||
	    view_equal_nocase(name, VIEW("utf8"));

	*cs = (struct capture_charset){ .coding = CAPTURE_UTF8 };
	if (unicode)
		return;
	if (is_stateful(name)) {
		cs->coding = CAPTURE_OPAQUE;
		return;
	}
	/* Where the name says nothing, the text is tried as UTF-8 first. */
	if ((name.size == 0 || view_equal_nocase(name, VIEW("us-ascii"))) &&
	    utf8_valid(text))
		return;
	cs->coding = make_table(cs, name) ? CAPTURE_OCTETS : CAPTURE_OPAQUE;
}

bool
capture_is_word(uint32_t c)
{
	return (fold_is_word(c) && !utf8_is_hidden(c)) || c == UTF8_INVALID ||
	    (c >= 0x249C && c <= 0x24E9) || (c >= 0x1F110 && c <= 0x1F189);
}

/* The octet that the escape at v.data[at] means, and its length, or 0. */
static size_t
read_escape(struct view v, size_t at, unsigned char *octet)
{
	size_t size = 1;
	int high, low;

	for (int i = 0; i < ESCAPE_LEVELS; i++) {
		if (v.size - at < size + 2)
			return 0;
		high = byte_hexadecimal(v.data[at + size]);
		low = byte_hexadecimal(v.data[at + size + 1]);
		if (high < 0 || low < 0)
			return 0;
		*octet = (unsigned char)(high * 16 + low);
		if (*octet != '%' || v.size - at < size + 4 ||
		    byte_hexadecimal(v.data[at + size + 2]) < 0 ||
		    byte_hexadecimal(v.data[at + size + 3]) < 0)
			return size + 2;
		size += 2;
	}
	return size + 2;
}

/* "%C3%A9": as many escapes as its first octet says. */
static bool
read_escapes(struct view v, struct capture_char *out)
{
	unsigned char octets[4] = { 0 };
	size_t size = read_escape(v, out->at, octets), at = 0, count = 1;
	uint32_t c;

	if (size == 0)
		return false;
	if (octets[0] >= 0xC2 && octets[0] < 0xF5)
		count = octets[0] < 0xE0 ? 2 : octets[0] < 0xF0 ? 3 : 4;
	for (size_t i = 1; i < count; i++)
		if (read_escape(v, out->at + i * size, &octets[i]) != size)
			count = 1;
	c = utf8_next((struct view){ (char *)octets, count }, &at);
	if (at != count)
		count = at;
	*out = (struct capture_char){ c, out->at, (unsigned char)(size * count),
		CAPTURE_ESCAPE };
	return true;
}

static bool
read_reference(struct view v, struct capture_char *out)
{
	uint32_t c;
	size_t size = entity_read(v, out->at, &c);
	const char *at = v.data + out->at;

	if (size == 0)
		return false;
	*out = (struct capture_char){ c, out->at, (unsigned char)size,
		at[1] != '#'                       ? CAPTURE_NAME
		    : at[2] == 'x' || at[2] == 'X' ? CAPTURE_HEX
						   : CAPTURE_NUMBER };
	return true;
}

static void
read_plain(const struct capture_charset *cs, struct view v,
    struct capture_char *out)
{
	unsigned char octet = (unsigned char)v.data[out->at];
	size_t at = out->at;

	out->form = CAPTURE_PLAIN;
	if (octet < HIGH) {
		out->c = octet;
		out->size = 1;
	} else if (cs->coding == CAPTURE_OCTETS) {
		out->c = cs->table[octet];
		out->size = 1;
		if (out->c == 0) {
			out->c = UTF8_INVALID;
			out->form = CAPTURE_STRAY;
		}
	} else {
		out->c = utf8_next(v, &at);
		out->size = (unsigned char)(at - out->at);
		if (out->c == UTF8_INVALID && out->size == 1)
			out->form = CAPTURE_STRAY;
	}
}

struct capture_char *
capture_chars_read(const struct capture_charset *cs, struct view text,
    size_t *count)
{
	struct capture_char *chars = calloc(text.size + 1, sizeof(*chars));

	*count = 0;
	if (chars == NULL)
		return NULL;
	for (size_t at = 0; at < text.size;) {
		struct capture_char *out = &chars[(*count)++];

		out->at = (uint32_t)at;
		if (!(text.data[at] == '%' && read_escapes(text, out)) &&
		    !(text.data[at] == '&' && read_reference(text, out)))
			read_plain(cs, text, out);
		at += out->size;
	}
	return chars;
}

/* What must stay alike. */
enum kind {
	KIND_SIGN,
	KIND_DIGIT,
	KIND_CAPITAL,
	KIND_SMALL,
	KIND_LETTER,
	KIND_MARK
};

static enum kind
kind_of(uint32_t c)
{
	if (c >= '0' && c <= '9')
		return KIND_DIGIT;
	if (fold_is_mark(c))
		return KIND_MARK;
	if (fold_is_capital(c))
		return KIND_CAPITAL;
	if (fold_is_small(c))
		return KIND_SMALL;
	return fold_is_letter(c) ? KIND_LETTER : KIND_SIGN;
}

/*
 * Scripts whose characters stand in for each other.  A family name must not
 * show in the part of the table it came from, so these are large.
 */
static const struct range {
	uint32_t first, last;
} ranges[] = {
	{ 'A', 'Z' },
	{ 'a', 'z' },
	{ 0x00C0, 0x024F },
	{ 0x0300, 0x036F },
	{ 0x0370, 0x03FF },
	{ 0x0400, 0x052F },
	{ 0x0531, 0x0587 },
	{ 0x05D0, 0x05EA },
	{ 0x0621, 0x064A },
	{ 0x0900, 0x097F },
	{ 0x0E01, 0x0E4E },
	{ 0x10A0, 0x10FF },
	{ 0x1E00, 0x1EFF },
	{ 0x1F00, 0x1FFF },
	{ 0x2460, 0x24FF },
	{ 0x3041, 0x3096 },
	{ 0x30A1, 0x30FA },
	{ 0x3400, 0x4DBF },
	{ 0x4E00, 0x9FBF },
	{ 0xAC00, 0xD7A3 },
	{ 0xFF01, 0xFF5E },
	{ 0x1D400, 0x1D7CB },
	{ 0x1F110, 0x1F189 },
	{ 0x20000, 0x2A6DF },
};

/* By the octets of a character, where its script has no other that fits. */
static const struct range any[] = { { 'a', 'z' }, { 0x00E0, 0x00FE },
	{ 0x4E00, 0x9FBF }, { 0x20000, 0x2A6DF } };

static struct range
range_of(uint32_t c)
{
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return ranges[i];
	return (struct range){ c & ~(uint32_t)0x7F, c | 0x7F };
}

static size_t
utf8_size(uint32_t c)
{
	return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
}

/* The octet of a character in the table, or 0. */
static unsigned
octet_of(const struct capture_charset *cs, uint32_t c)
{
	for (unsigned i = 1; i < 256; i++)
		if (cs->table[i] == c)
			return i;
	return 0;
}

/* Digits there is room for: behind "&#" or "&#x", before ";". */
static int
digits_of(const struct capture_char *old)
{
	return old->size - (old->form == CAPTURE_HEX ? 4 : 3);
}

static int
print_number(const struct capture_char *old, uint32_t c, char out[16])
{
	return snprintf(out, 16, old->form == CAPTURE_HEX ? "%0*X" : "%0*u",
	    digits_of(old), (unsigned)c);
}

static bool
fits(const struct capture_charset *cs, const struct capture_char *old,
    uint32_t c)
{
	char digits[16];

	switch ((enum capture_form)old->form) {
	case CAPTURE_NUMBER:
	case CAPTURE_HEX:
		return print_number(old, c, digits) == digits_of(old);
	case CAPTURE_PLAIN:
		if (cs->coding == CAPTURE_OCTETS && old->c >= HIGH)
			return c >= HIGH && octet_of(cs, c) != 0;
		return utf8_size(c) == old->size;
	case CAPTURE_ESCAPE:
		return utf8_size(c) == utf8_size(old->c);
	default:
		return false;
	}
}

static uint64_t
step(uint64_t number)
{
	return number * 6364136223846793005U + 1442695040888963407U;
}

/* A character of the range that fits, or 0. */
static uint32_t
draw(const struct capture_charset *cs, const struct capture_char *old,
    struct range range, uint64_t number)
{
	for (int i = 0; i < DRAWS; i++) {
		uint64_t offset =
		    (number >> 24) % (range.last - range.first + 1);
		uint32_t c = range.first + (uint32_t)offset;

		if ((kind_of(c) == kind_of(old->c) ||
			range.first == any[2].first) &&
		    kind_of(c) != KIND_DIGIT && fits(cs, old, c))
			return c;
		number = step(number);
	}
	return 0;
}

/* "&eacute;": another letter with that accent, where there is a name for it. */
static uint32_t
choose_name(const struct capture_char *old, const char *data, uint64_t number)
{
	static const char letters[] = "aeiounycAEIOUNYC";
	char name[16];

	if (old->size >= sizeof(name))
		return old->c;
	memcpy(name, data + old->at, old->size);
	for (int i = 0; i < DRAWS; i++, number = step(number)) {
		uint32_t c;

		name[1] = letters[(number >> 24) % (sizeof(letters) - 1)];
		if (entity_read((struct view){ name, old->size }, 0, &c) ==
			old->size &&
		    kind_of(c) == kind_of(old->c))
			return c;
	}
	return old->c;
}

uint32_t
capture_char_choose(const struct capture_charset *cs,
    const struct capture_char *old, const char *data, uint64_t number)
{
	uint32_t c;

	if (old->form == CAPTURE_NAME)
		return choose_name(old, data, number);
	if (old->form == CAPTURE_STRAY || old->c == UTF8_INVALID)
		return UTF8_INVALID;
	if (kind_of(old->c) == KIND_DIGIT) {
		/* No number gets a zero in front. */
		number >>= 24;
		return old->c == '0' ? '0' + (uint32_t)(number % 10)
				     : '1' + (uint32_t)(number % 9);
	}
	c = draw(cs, old, range_of(old->c), number);
	if (c == 0 && kind_of(old->c) != KIND_MARK)
		c = draw(cs, old, any[utf8_size(old->c) - 1], number);
	return c == 0 ? old->c : c;
}

static void
put_hexadecimal(char *to, unsigned char octet)
{
	static const char digits[] = "0123456789ABCDEF";

	to[0] = digits[octet >> 4];
	to[1] = digits[octet & 15];
}

/* Only the last two digits of each escape say what it means. */
static void
put_escapes(const struct capture_char *old, struct view octets, char *to)
{
	size_t size = old->size / octets.size;

	for (size_t i = 0; i < octets.size; i++)
		put_hexadecimal(to + (i + 1) * size - 2,
		    (unsigned char)octets.data[i]);
}

void
capture_char_put(const struct capture_charset *cs,
    const struct capture_char *old, uint32_t c, char *data)
{
	struct text octets = TEXT_INIT(8);
	char *to = data + old->at;
	char digits[16];

	utf8_add(&octets, c);
	if (old->form == CAPTURE_STRAY) {
		*to = (char)STRAY_OCTET;
	} else if (old->form == CAPTURE_ESCAPE && old->c == UTF8_INVALID) {
		put_hexadecimal(to + old->size - 2, STRAY_OCTET);
	} else if (c == old->c || !text_ok(&octets)) {
		/* as it is */
	} else if (old->form == CAPTURE_ESCAPE) {
		put_escapes(old, text_view(&octets), to);
	} else if (old->form == CAPTURE_NAME) {
		for (const char *l = "aeiounycAEIOUNYC"; *l != '\0'; l++) {
			uint32_t is;

			to[1] = *l;
			if (entity_read((struct view){ to, old->size }, 0,
				&is) == old->size &&
			    is == c)
				break;
		}
	} else if (old->form == CAPTURE_NUMBER || old->form == CAPTURE_HEX) {
		int size = print_number(old, c, digits);

		memcpy(to + (old->form == CAPTURE_HEX ? 3 : 2), digits,
		    (size_t)size);
	} else if (cs->coding == CAPTURE_OCTETS && old->c >= HIGH) {
		*to = (char)octet_of(cs, c);
	} else {
		memcpy(to, octets.data, octets.size);
	}
	text_free(&octets);
}
