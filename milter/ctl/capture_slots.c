// SPDX-License-Identifier: BSD-2-Clause
/*
 * capture_slots.c - octets under a transfer encoding, and where each stands.
 */
#include "ctl/capture_slots.h"

#include <stdlib.h>

/* How an octet is written; those of base64 by their place in a group. */
enum form {
	FORM_PLAIN,
	FORM_HEX,
	FORM_BLANK,
	FORM_FIRST,
	FORM_SECOND,
	FORM_THIRD
};

struct capture_slot {
	uint32_t at;   /* the octet, the "=", or the first character it is in */
	uint32_t next; /* base64: the second one */
	unsigned char form;
};

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int
capture_slots_init(struct capture_slots *s, size_t room)
{
	*s = (struct capture_slots){ .room = room };
	s->data = malloc(room + 1);
	s->slot = calloc(room + 1, sizeof(*s->slot));
	return s->data != NULL && s->slot != NULL ? 0 : -1;
}

void
capture_slots_free(struct capture_slots *s)
{
	free(s->data);
	free(s->slot);
}

static void
add(struct capture_slots *s, char octet, size_t at, size_t next, enum form form)
{
	if (s->size == s->room)
		return;
	s->data[s->size] = octet;
	s->slot[s->size++] = (struct capture_slot){ (uint32_t)at,
		(uint32_t)next, (unsigned char)form };
}

static int
hexadecimal_octet(const char *bytes, size_t at, size_t end)
{
	int high, low;

	if (end - at < 3)
		return -1;
	high = byte_hexadecimal(bytes[at + 1]);
	low = byte_hexadecimal(bytes[at + 2]);
	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/* Behind the line end that "=" takes away, or at itself where there is none. */
static size_t
behind_soft_break(const char *bytes, size_t at, size_t end)
{
	size_t i = at + 1;

	while (i < end && (bytes[i] == ' ' || bytes[i] == '\t'))
		i++;
	if (i < end && bytes[i] == '\r')
		i++;
	if (i == end)
		return i;
	return bytes[i] == '\n' ? i + 1 : at;
}

static void
add_quoted(struct capture_slots *s, const char *bytes, size_t at, size_t end)
{
	while (at < end) {
		int octet =
		    bytes[at] == '=' ? hexadecimal_octet(bytes, at, end) : -1;
		size_t next = at;

		if (octet >= 0) {
			add(s, (char)octet, at, 0, FORM_HEX);
			at += 3;
			continue;
		}
		if (bytes[at] == '=')
			next = behind_soft_break(bytes, at, end);
		if (next == at) {
			add(s, bytes[at], at, 0, FORM_PLAIN);
			next++;
		}
		at = next;
	}
}

static void
add_q(struct capture_slots *s, const char *bytes, size_t at, size_t end)
{
	for (; at < end; at++) {
		int octet =
		    bytes[at] == '=' ? hexadecimal_octet(bytes, at, end) : -1;

		if (octet >= 0) {
			add(s, (char)octet, at, 0, FORM_HEX);
			at += 2;
		} else if (bytes[at] == '_') {
			add(s, ' ', at, 0, FORM_BLANK);
		} else {
			add(s, bytes[at], at, 0, FORM_PLAIN);
		}
	}
}

/* The six bits of a character, or -1. */
static int
sextet(char c)
{
	size_t at =
	    view_find_byte((struct view){ alphabet, sizeof(alphabet) - 1 }, c);

	return at == VIEW_NONE ? -1 : (int)at;
}

static void
add_base64(struct capture_slots *s, const char *bytes, size_t at, size_t end)
{
	size_t before = 0;
	unsigned bits = 0, count = 0;
	bool ended = false;

	s->base64 = true;
	for (; at < end; at++) {
		int six = sextet(bytes[at]);

		if (bytes[at] == '=') {
			count = 0; /* a group ends, another may follow */
			ended = true;
			continue;
		}
		if (six < 0) {
			s->broken = s->broken ||
			    (bytes[at] != '\r' && bytes[at] != '\n');
			continue;
		}
		s->broken = s->broken || ended;
		bits = bits << 6 | (unsigned)six;
		if (count > 0)
			add(s, (char)(bits >> (2 * (3 - count)) & 0xFF), before,
			    at, FORM_FIRST + (count - 1));
		count = (count + 1) % 4;
		before = at;
	}
}

void
capture_slots_add(struct capture_slots *s, enum capture_encoding encoding,
    const char *bytes, size_t begin, size_t end)
{
	switch (encoding) {
	case CAPTURE_AS_IS:
		for (; begin < end; begin++)
			add(s, bytes[begin], begin, 0, FORM_PLAIN);
		break;
	case CAPTURE_QUOTED:
		add_quoted(s, bytes, begin, end);
		break;
	case CAPTURE_Q:
		add_q(s, bytes, begin, end);
		break;
	case CAPTURE_BASE64:
		add_base64(s, bytes, begin, end);
		break;
	}
}

bool
capture_slots_doubtful(const struct capture_slots *s)
{
	if (s->broken || !s->base64)
		return s->broken;
	for (size_t i = 0; i < s->size; i++)
		if ((unsigned char)s->data[i] < ' ' &&
		    view_find_byte(VIEW("\t\r\n\f\033"), s->data[i]) ==
			VIEW_NONE)
			return true;
	return false;
}

static void
put_hexadecimal(char *to, unsigned char octet)
{
	static const char digits[] = "0123456789ABCDEF";

	to[1] = digits[octet >> 4];
	to[2] = digits[octet & 15];
}

/* Those of its six bits become the ones of value. */
static void
put_bits(char *to, unsigned value, unsigned bits)
{
	unsigned old = (unsigned)sextet(*to);

	*to = alphabet[((old & ~bits) | (value & bits)) & 0x3F];
}

static void
put_group(char *first, char *second, unsigned octet, enum form form)
{
	if (form == FORM_FIRST) {
		put_bits(first, octet >> 2, 0x3F);
		put_bits(second, octet << 4, 0x30);
	} else if (form == FORM_SECOND) {
		put_bits(first, octet >> 4, 0x0F);
		put_bits(second, octet << 2, 0x3C);
	} else {
		put_bits(first, octet >> 6, 0x03);
		put_bits(second, octet, 0x3F);
	}
}

void
capture_slots_put(const struct capture_slots *s, char *bytes)
{
	for (size_t i = 0; i < s->size; i++) {
		const struct capture_slot *slot = &s->slot[i];
		unsigned char octet = (unsigned char)s->data[i];

		if (slot->form == FORM_PLAIN)
			bytes[slot->at] = s->data[i];
		else if (slot->form == FORM_HEX &&
		    hexadecimal_octet(bytes, slot->at, slot->at + 3) != octet)
			put_hexadecimal(bytes + slot->at, octet);
		else if (slot->form >= FORM_FIRST)
			put_group(bytes + slot->at, bytes + slot->next, octet,
			    slot->form);
	}
}
