// SPDX-License-Identifier: BSD-2-Clause
/*
 * fold.c - text brought into the form in which it is compared.
 */
#include "base/fold.h"

#include <stdlib.h>
#include <utf8proc.h>

#include "base/limits.h"
#include "base/utf8.h"

enum { MOST_DECOMPOSED = 24 }; /* the longest of Unicode 15 gives 18 */

/* What is being folded: where to, from where on, and a blank in between. */
struct folding {
	struct text *out;
	size_t start;
	bool blank;
};

/*
 * Letters and signs with no decomposition of their own, in order.  Small
 * capitals are the same letters in another style; of Arabic, what is spelt
 * either way (teh marbuta, alef maksura), and the letters of Persian keyboards
 * that Arabic ones have too.
 */
/* clang-format off */
static const struct plain {
	uint32_t letter;
	const char *plain;
} undecomposed[] = {
	{ 0x00B4, "'" }, { 0x00E6, "ae" }, { 0x00F0, "d" }, { 0x00F8, "o" },
	{ 0x00FE, "th" }, { 0x0111, "d" }, { 0x0127, "h" }, { 0x0131, "i" },
	{ 0x0138, "k" }, { 0x0142, "l" }, { 0x014B, "n" }, { 0x0153, "oe" },
	{ 0x0167, "t" }, { 0x0180, "b" }, { 0x0188, "c" }, { 0x0192, "f" },
	{ 0x0199, "k" }, { 0x019A, "l" }, { 0x01A5, "p" }, { 0x01B4, "y" },
	{ 0x01B6, "z" }, { 0x01E5, "g" }, { 0x021F, "h" }, { 0x0253, "b" },
	{ 0x0254, "o" }, { 0x0256, "d" }, { 0x0257, "d" }, { 0x0259, "e" },
	{ 0x025B, "e" }, { 0x0260, "g" }, { 0x0262, "g" }, { 0x0268, "i" },
	{ 0x026A, "i" }, { 0x026B, "l" }, { 0x0272, "n" }, { 0x0274, "n" },
	{ 0x0280, "r" }, { 0x0289, "u" }, { 0x028F, "y" }, { 0x0299, "b" },
	{ 0x029C, "h" }, { 0x029F, "l" }, { 0x02BB, "'" }, { 0x02BC, "'" },
	{ 0x0629, "\xD9\x87" }, { 0x0649, "\xD9\x8A" },
	{ 0x0671, "\xD8\xA7" }, { 0x06A9, "\xD9\x83" },
	{ 0x06C1, "\xD9\x87" }, { 0x06CC, "\xD9\x8A" }, { 0x1D00, "a" },
	{ 0x1D04, "c" }, { 0x1D05, "d" }, { 0x1D07, "e" }, { 0x1D0A, "j" },
	{ 0x1D0B, "k" }, { 0x1D0D, "m" }, { 0x1D0F, "o" }, { 0x1D18, "p" },
	{ 0x1D1B, "t" }, { 0x1D1C, "u" }, { 0x1D20, "v" }, { 0x1D21, "w" },
	{ 0x1D22, "z" }, { 0x2010, "-" }, { 0x2011, "-" }, { 0x2012, "-" },
	{ 0x2013, "-" }, { 0x2018, "'" }, { 0x2019, "'" }, { 0x201B, "'" },
	{ 0x201C, "\"" }, { 0x201D, "\"" }, { 0x201E, "\"" },
	{ 0x201F, "\"" }, { 0x2212, "-" }, { 0xA730, "f" }, { 0xA731, "s" },
};
/* clang-format on */

static int
compare_letters(const void *key, const void *row)
{
	uint32_t c = *(const uint32_t *)key;
	uint32_t letter = ((const struct plain *)row)->letter;

	return c < letter ? -1 : c > letter;
}

static const char *
plain_letters(uint32_t c)
{
	const struct plain *row = bsearch(&c, undecomposed,
	    sizeof(undecomposed) / sizeof(undecomposed[0]),
	    sizeof(undecomposed[0]), compare_letters);

	return row == NULL ? NULL : row->plain;
}

/*
 * Marks without which a name is still the same name, by their canonical
 * combining class (Unicode's UnicodeData.txt): overlays; the points of Hebrew
 * and Arabic; accents above and below.  Not the vowel signs of Indic scripts
 * and of Thai or the voicing marks of kana: those make other names.
 */
static bool
is_accent(uint32_t c)
{
	unsigned mark_class =
	    (unsigned)utf8proc_get_property((utf8proc_int32_t)c)
		->combining_class;

	return mark_class == 1 || (mark_class >= 10 && mark_class <= 36) ||
	    mark_class >= 200;
}

static void
add_text(struct folding *f, struct view v)
{
	if (f->blank && f->out->size > f->start)
		text_add_byte(f->out, ' ');
	f->blank = false;
	text_add(f->out, v);
}

static bool
is_blank(uint32_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* One character of those that utf8proc made of another. */
static void
add_folded(struct folding *f, uint32_t c)
{
	const char *plain;

	if (is_blank(c)) {
		f->blank = true;
		return;
	}
	if (utf8_is_hidden(c) || is_accent(c))
		return;
	plain = plain_letters(c);
	add_text(f, view_of(plain == NULL ? "" : plain));
	if (plain == NULL)
		utf8_add(f->out, c);
}

/* Anything else than what add_ascii() takes. */
static void
add_decomposed(struct folding *f, uint32_t c)
{
	utf8proc_int32_t parts[MOST_DECOMPOSED];
	int last_class = 0;
	utf8proc_ssize_t count;

	if (plain_letters(c) != NULL) {
		add_folded(f, c);
		return;
	}
	count =
	    utf8proc_decompose_char((utf8proc_int32_t)c, parts, MOST_DECOMPOSED,
		UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD |
		    UTF8PROC_IGNORE,
		&last_class);
	if (count < 0 || count > MOST_DECOMPOSED)
		return;
	for (utf8proc_ssize_t i = 0; i < count; i++)
		add_folded(f, (uint32_t)parts[i]);
}

/* Most names are ASCII: as many letters as there are, at once. */
static size_t
add_ascii(struct folding *f, struct view v)
{
	char run[64];
	size_t size = 0;

	while (size < v.size && size < sizeof(run) && v.data[size] > ' ' &&
	    v.data[size] < 0x7F) {
		run[size] = byte_lower(v.data[size]);
		size++;
	}
	if (size > 0)
		add_text(f, (struct view){ run, size });
	return size;
}

void
fold_add(struct text *out, struct view v)
{
	struct folding f = { out, out->size, false };

	for (size_t at = 0; at < v.size;) {
		size_t run = add_ascii(&f, view_part(v, at, v.size));

		at += run;
		if (run == 0)
			add_decomposed(&f, utf8_next(v, &at));
	}
}

bool
fold_is_letter(uint32_t c)
{
	utf8proc_category_t category;

	if (c < 0x80)
		return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
	category = utf8proc_category((utf8proc_int32_t)c);
	return category >= UTF8PROC_CATEGORY_LU &&
	    category <= UTF8PROC_CATEGORY_ME;
}

bool
fold_is_small(uint32_t c)
{
	return utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_LL;
}

bool
fold_is_capital(uint32_t c)
{
	utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);

	return category == UTF8PROC_CATEGORY_LU ||
	    category == UTF8PROC_CATEGORY_LT;
}

bool
fold_is_mark(uint32_t c)
{
	utf8proc_category_t category;

	if (c < 0x80)
		return false;
	category = utf8proc_category((utf8proc_int32_t)c);
	return category >= UTF8PROC_CATEGORY_MN &&
	    category <= UTF8PROC_CATEGORY_ME;
}

bool
fold_is_word(uint32_t c)
{
	utf8proc_category_t category;

	if (c < 0x80)
		return fold_is_letter(c) || (c >= '0' && c <= '9');
	category = utf8proc_category((utf8proc_int32_t)c);
	return category >= UTF8PROC_CATEGORY_LU &&
	    category <= UTF8PROC_CATEGORY_NO;
}

bool
fold_equal(struct view a, struct view b)
{
	struct text left = TEXT_INIT(LIMIT_TEXT_SIZE);
	struct text right = TEXT_INIT(LIMIT_TEXT_SIZE);
	bool equal;

	fold_add(&left, a);
	fold_add(&right, b);
	equal = text_ok(&left) && text_ok(&right) &&
	    view_equal(text_view(&left), text_view(&right));
	text_free(&left);
	text_free(&right);
	return equal;
}
