// SPDX-License-Identifier: BSD-2-Clause
/*
 * fold.c - text brought into the form in which it is compared.
 */
#include "base/fold.h"

#include <stdint.h>
#include <utf8proc.h>

#include "base/limits.h"
#include "base/utf8.h"

enum { MOST_DECOMPOSED = 24 }; /* the longest of Unicode 15 gives 18 */

/* Letters with no decomposition of their own, in order of code points. */
/* clang-format off */
static const struct {
	uint32_t letter;
	const char *plain;
} undecomposed[] = {
	{ 0x00E6, "ae" }, { 0x00F0, "d" }, { 0x00F8, "o" }, { 0x00FE, "th" },
	{ 0x0111, "d" }, { 0x0127, "h" }, { 0x0131, "i" }, { 0x0138, "k" },
	{ 0x0142, "l" }, { 0x014B, "n" }, { 0x0153, "oe" }, { 0x0167, "t" },
	{ 0x0180, "b" }, { 0x0188, "c" }, { 0x0192, "f" }, { 0x0199, "k" },
	{ 0x019A, "l" }, { 0x01A5, "p" }, { 0x01B4, "y" }, { 0x01B6, "z" },
	{ 0x01E5, "g" }, { 0x021F, "h" }, { 0x0253, "b" }, { 0x0254, "o" },
	{ 0x0256, "d" }, { 0x0257, "d" }, { 0x0259, "e" }, { 0x025B, "e" },
	{ 0x0260, "g" }, { 0x0268, "i" }, { 0x026B, "l" }, { 0x0272, "n" },
	{ 0x0289, "u" }, { 0x2018, "'" }, { 0x2019, "'" }, { 0x201B, "'" },
	{ 0x201C, "\"" }, { 0x201D, "\"" }, { 0x02BC, "'" },
};
/* clang-format on */

static const char *
plain_letters(uint32_t c)
{
	for (size_t i = 0; i < sizeof(undecomposed) / sizeof(undecomposed[0]);
	     i++)
		if (undecomposed[i].letter == c)
			return undecomposed[i].plain;
	return NULL;
}

/* One character that is folded and decomposed already. */
static void
add_folded(struct text *out, uint32_t c, bool *blank)
{
	const char *plain;

	if (c == ' ' || (c >= '\t' && c <= '\r')) {
		*blank = out->size > 0;
		return;
	}
	if (utf8_is_hidden(c))
		return;
	if (*blank)
		text_add_byte(out, ' ');
	*blank = false;
	plain = c < 0x80 ? NULL : plain_letters(c);
	if (plain != NULL)
		text_add_string(out, plain);
	else
		utf8_add(out, c);
}

/* Anything but ASCII: utf8proc decomposes and folds it. */
static void
add_decomposed(struct text *out, uint32_t c, bool *blank)
{
	utf8proc_int32_t parts[MOST_DECOMPOSED];
	int last_class = 0;
	utf8proc_ssize_t count;

	count =
	    utf8proc_decompose_char((utf8proc_int32_t)c, parts, MOST_DECOMPOSED,
		UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD |
		    UTF8PROC_STRIPMARK | UTF8PROC_IGNORE,
		&last_class);
	if (count < 0 || count > MOST_DECOMPOSED)
		return;
	for (utf8proc_ssize_t i = 0; i < count; i++)
		add_folded(out, (uint32_t)parts[i], blank);
}

void
fold_add(struct text *out, struct view v)
{
	struct text folded = TEXT_INIT(out->limit - out->size);
	bool blank = false;

	for (size_t at = 0; at < v.size;) {
		uint32_t c = utf8_next(v, &at);

		if (c < 0x80)
			add_folded(&folded, (uint32_t)byte_lower((char)c),
			    &blank);
		else
			add_decomposed(&folded, c, &blank);
	}
	text_add(out, text_view(&folded));
	if (!text_ok(&folded))
		out->failed = true;
	text_free(&folded);
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
