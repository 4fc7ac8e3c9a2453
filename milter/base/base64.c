// SPDX-License-Identifier: BSD-2-Clause
/*
 * base64.c - base64 into octets (RFC 4648, section 4).
 */
#include "base/base64.h"

#include <stdint.h>

/* The six bits of a character, or -1. */
static int
sextet(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (byte_is_digit(c))
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
}

static struct view
without_padding(struct view v)
{
	for (int i = 0; i < 2 && v.size > 0 && v.data[v.size - 1] == '='; i++)
		v.size--;
	return v;
}

int
base64_decode(struct view v, struct text *out)
{
	uint32_t bits = 0;
	size_t size;

	if (v.size % 4 == 0)
		v = without_padding(v);
	size = v.size;
	if (size % 4 == 1)
		return -1;
	for (size_t i = 0; i < size; i++) {
		int six = sextet(v.data[i]);

		if (six < 0)
			return -1;
		bits = bits << 6 | (uint32_t)six;
		/* Of four characters the first one completes no octet. */
		if (i % 4 != 0)
			text_add_byte(out,
			    (char)(bits >> (2 * (3 - i % 4)) & 0xFF));
	}
	return 0;
}
