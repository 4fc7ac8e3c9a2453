// SPDX-License-Identifier: BSD-2-Clause
/*
 * punycode.c - a label of an internationalised domain, as its characters.
 */
#include "mail/punycode.h"

#include <string.h>

/* RFC 3492, section 5. */
enum {
	BASE = 36,
	T_MIN = 1,
	T_MAX = 26,
	SKEW = 38,
	DAMP = 700,
	INITIAL_BIAS = 72,
	INITIAL_N = 0x80,
	LAST_CHARACTER = 0x10FFFF
};

static uint32_t
adapt(uint32_t delta, uint32_t points, bool first)
{
	uint32_t k = 0;

	delta = first ? delta / DAMP : delta / 2;
	delta += delta / points;
	for (; delta > (BASE - T_MIN) * T_MAX / 2; k += BASE)
		delta /= BASE - T_MIN;
	return k + (BASE - T_MIN + 1) * delta / (delta + SKEW);
}

static uint32_t
digit(char byte)
{
	if (byte_is_letter(byte))
		return (uint32_t)(byte_lower(byte) - 'a');
	return byte_is_digit(byte) ? (uint32_t)(byte - '0') + 26 : BASE;
}

/* The next variable-length integer, added to *i; false where there is none. */
static bool
add_integer(struct view encoded, size_t *at, uint32_t bias, uint32_t *i)
{
	uint32_t weight = 1;

	for (uint32_t k = BASE;; k += BASE) {
		uint32_t t = k <= bias  ? T_MIN
		    : k >= bias + T_MAX ? T_MAX
					: k - bias;
		uint32_t value;

		if (*at == encoded.size)
			return false;
		value = digit(encoded.data[(*at)++]);
		if (value == BASE || value > (UINT32_MAX - *i) / weight)
			return false;
		*i += value * weight;
		if (value < t)
			return true;
		if (weight > UINT32_MAX / (BASE - t))
			return false;
		weight *= BASE - t;
	}
}

/* What stands before the last hyphen; returns its size, or -1. */
static int
copy_basic(struct view encoded, size_t *at, uint32_t out[PUNYCODE_LABEL])
{
	size_t size = encoded.size;

	while (size > 0 && encoded.data[size - 1] != '-')
		size--;
	*at = size;
	size -= size > 0;
	if (size > PUNYCODE_LABEL)
		return -1;
	for (size_t i = 0; i < size; i++) {
		if ((unsigned char)encoded.data[i] >= INITIAL_N)
			return -1;
		out[i] = (unsigned char)encoded.data[i];
	}
	return (int)size;
}

int
punycode_decode(struct view encoded, uint32_t out[PUNYCODE_LABEL])
{
	uint32_t n = INITIAL_N, i = 0, bias = INITIAL_BIAS;
	size_t at;
	int count = copy_basic(encoded, &at, out);

	while (count >= 0 && at < encoded.size) {
		uint32_t before = i, points = (uint32_t)count + 1;

		if (count == PUNYCODE_LABEL ||
		    !add_integer(encoded, &at, bias, &i))
			return -1;
		bias = adapt(i - before, points, before == 0);
		if (i / points > LAST_CHARACTER - n)
			return -1;
		n += i / points;
		i %= points;
		memmove(&out[i + 1], &out[i],
		    ((size_t)count - i) * sizeof(*out));
		out[i++] = n;
		count++;
	}
	return count;
}
