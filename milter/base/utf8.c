// SPDX-License-Identifier: BSD-2-Clause
/*
 * utf8.c - octets into characters, and text made fit to be shown.
 */
#include "base/utf8.h"

#include <string.h>

/* Octets that follow a first octet, and the least value they may give. */
static unsigned
following(unsigned char first, uint32_t *value, uint32_t *least)
{
	if (first >= 0xC2 && first <= 0xDF) {
		*value = first & 0x1F;
		*least = 0x80;
		return 1;
	}
	if (first >= 0xE0 && first <= 0xEF) {
		*value = first & 0x0F;
		*least = 0x800;
		return 2;
	}
	if (first >= 0xF0 && first <= 0xF4) {
		*value = first & 0x07;
		*least = 0x10000;
		return 3;
	}
	return 0;
}

uint32_t
utf8_next(struct view v, size_t *at)
{
	const unsigned char *octet = (const unsigned char *)v.data + *at;
	uint32_t value, least;
	unsigned more;

	if (octet[0] < 0x80) {
		(*at)++;
		return octet[0];
	}
	more = following(octet[0], &value, &least);
	if (more == 0 || more >= v.size - *at)
		goto invalid;
	for (unsigned i = 1; i <= more; i++) {
		if ((octet[i] & 0xC0) != 0x80)
			goto invalid;
		value = value << 6 | (octet[i] & 0x3F);
	}
	if (value < least || value > 0x10FFFF ||
	    (value >= 0xD800 && value <= 0xDFFF))
		goto invalid;
	*at += more + 1;
	return value;
invalid:
	(*at)++;
	return UTF8_INVALID;
}

void
utf8_add(struct text *t, uint32_t c)
{
	char octets[4];
	size_t size;

	if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		c = UTF8_INVALID;
	if (c < 0x80) {
		octets[0] = (char)c;
		size = 1;
	} else if (c < 0x800) {
		octets[0] = (char)(0xC0 | c >> 6);
		octets[1] = (char)(0x80 | (c & 0x3F));
		size = 2;
	} else if (c < 0x10000) {
		octets[0] = (char)(0xE0 | c >> 12);
		octets[1] = (char)(0x80 | (c >> 6 & 0x3F));
		octets[2] = (char)(0x80 | (c & 0x3F));
		size = 3;
	} else {
		octets[0] = (char)(0xF0 | c >> 18);
		octets[1] = (char)(0x80 | (c >> 12 & 0x3F));
		octets[2] = (char)(0x80 | (c >> 6 & 0x3F));
		octets[3] = (char)(0x80 | (c & 0x3F));
		size = 4;
	}
	text_add(t, (struct view){ octets, size });
}

/* A stray octet and a real U+FFFD look alike to utf8_next(); this does not. */
static bool
is_stray(struct view v, size_t from, size_t to)
{
	return to - from == 1 && (unsigned char)v.data[from] >= 0x80;
}

/* Text is mostly ASCII: moves to the first octet that is not. */
static size_t
skip_ascii(struct view v, size_t at)
{
	uint64_t eight;

	for (; v.size - at >= sizeof(eight); at += sizeof(eight)) {
		memcpy(&eight, v.data + at, sizeof(eight));
		if ((eight & 0x8080808080808080U) != 0)
			break;
	}
	while (at < v.size && (unsigned char)v.data[at] < 0x80)
		at++;
	return at;
}

bool
utf8_valid(struct view v)
{
	for (size_t at = skip_ascii(v, 0), from; at < v.size;
	     at = skip_ascii(v, at)) {
		from = at;
		utf8_next(v, &at);
		if (is_stray(v, from, at))
			return false;
	}
	return true;
}

void
utf8_add_clean(struct text *t, struct view v)
{
	size_t good = 0;

	for (size_t at = skip_ascii(v, 0), from; at < v.size;
	     at = skip_ascii(v, at)) {
		from = at;
		utf8_next(v, &at);
		if (!is_stray(v, from, at))
			continue;
		text_add(t, view_part(v, good, from - good));
		utf8_add(t, UTF8_INVALID);
		good = at;
	}
	text_add(t, view_part(v, good, v.size));
}

bool
utf8_is_hidden(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{ 0x0000, 0x001F },
		{ 0x007F, 0x009F },
		{ 0x00AD, 0x00AD },
		{ 0x034F, 0x034F },
		{ 0x061C, 0x061C },
		{ 0x115F, 0x1160 },
		{ 0x17B4, 0x17B5 },
		{ 0x180B, 0x180F },
		{ 0x200B, 0x200F },
		{ 0x2028, 0x202E },
		{ 0x2060, 0x206F },
		{ 0x2800, 0x2800 },
		{ 0x3164, 0x3164 },
		{ 0xE000, 0xF8FF },
		{ 0xFDD0, 0xFDEF },
		{ 0xFE00, 0xFE0F },
		{ 0xFEFF, 0xFEFF },
		{ 0xFFA0, 0xFFA0 },
		{ 0xFFF0, 0xFFFB },
		{ 0x1BCA0, 0x1BCA3 },
		{ 0x1D173, 0x1D17A },
		{ 0xE0000, 0x10FFFF },
	};

	if ((c & 0xFFFE) == 0xFFFE)
		return true;
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (c <= ranges[i].last)
			return c >= ranges[i].first;
	return false;
}

/*
 * Joiners and variation selectors: they belong into names of some scripts and
 * into emoji, and change how their neighbours look, not what is read.
 */
static bool
is_shaping(uint32_t c)
{
	return c == 0x200C || c == 0x200D || (c >= 0x180B && c <= 0x180F) ||
	    (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF);
}

void
utf8_add_printable(struct text *t, struct view v, size_t max)
{
	struct view shown = utf8_prefix(v, max);

	for (size_t at = 0; at < shown.size;) {
		uint32_t c = utf8_next(shown, &at);

		if (!is_shaping(c))
			utf8_add(t, utf8_is_hidden(c) ? '?' : c);
	}
	if (shown.size < v.size)
		text_add_string(t, "...");
}

struct view
utf8_prefix(struct view v, size_t max)
{
	size_t end = max;

	if (v.size <= max)
		return v;
	while (end > 0 && max - end < 3 &&
	    ((unsigned char)v.data[end] & 0xC0) == 0x80)
		end--;
	return view_part(v, 0, end);
}
