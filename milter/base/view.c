// SPDX-License-Identifier: BSD-2-Clause
/*
 * view.c - bytes that belong to somebody else.
 */
#include "base/view.h"

#include <string.h>

bool
byte_is_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

bool
byte_is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

bool
byte_is_letter(char byte)
{
	char small = byte_lower(byte);

	return small >= 'a' && small <= 'z';
}

int
byte_hexadecimal(char byte)
{
	char small = byte_lower(byte);

	if (byte_is_digit(byte))
		return byte - '0';
	return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

static bool
same_nocase(const char *a, const char *b, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (byte_lower(a[i]) != byte_lower(b[i]))
			return false;
	return true;
}

struct view
view_of(const char *string)
{
	return (struct view){ string, string == NULL ? 0 : strlen(string) };
}

bool
view_equal(struct view a, struct view b)
{
	return a.size == b.size &&
	    (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

bool
view_equal_nocase(struct view a, struct view b)
{
	return a.size == b.size && same_nocase(a.data, b.data, a.size);
}

bool
view_starts_nocase(struct view v, struct view prefix)
{
	return v.size >= prefix.size &&
	    same_nocase(v.data, prefix.data, prefix.size);
}

bool
view_ends_nocase(struct view v, struct view suffix)
{
	return v.size >= suffix.size &&
	    view_equal_nocase(view_part(v, v.size - suffix.size, suffix.size),
		suffix);
}

int
view_compare(struct view a, struct view b)
{
	size_t shorter = a.size < b.size ? a.size : b.size;
	int order = shorter == 0 ? 0 : memcmp(a.data, b.data, shorter);

	if (order != 0 || a.size == b.size)
		return order;
	return a.size < b.size ? -1 : 1;
}

size_t
view_find(struct view v, struct view needle)
{
	const char *found;

	if (needle.size == 0)
		return 0;
	if (needle.size > v.size)
		return VIEW_NONE;
	found = memmem(v.data, v.size, needle.data, needle.size);
	return found == NULL ? VIEW_NONE : (size_t)(found - v.data);
}

size_t
view_find_nocase(struct view v, struct view needle)
{
	if (needle.size == 0)
		return 0;
	for (size_t i = 0; i + needle.size <= v.size; i++)
		if (byte_lower(v.data[i]) == byte_lower(needle.data[0]) &&
		    same_nocase(v.data + i, needle.data, needle.size))
			return i;
	return VIEW_NONE;
}

size_t
view_find_byte(struct view v, char byte)
{
	const char *found = v.size == 0 ? NULL : memchr(v.data, byte, v.size);

	return found == NULL ? VIEW_NONE : (size_t)(found - v.data);
}

struct view
view_trim(struct view v)
{
	while (v.size > 0 && byte_is_blank(v.data[0])) {
		v.data++;
		v.size--;
	}
	while (v.size > 0 && byte_is_blank(v.data[v.size - 1]))
		v.size--;
	return v;
}

bool
view_line(struct view *rest, struct view *line)
{
	size_t end;

	if (rest->size == 0)
		return false;
	end = view_find_byte(*rest, '\n');
	if (end == VIEW_NONE) {
		*line = *rest;
		*rest = view_part(*rest, rest->size, 0);
	} else {
		*line = view_part(*rest, 0, end);
		*rest = view_part(*rest, end + 1, rest->size);
	}
	if (line->size > 0 && line->data[line->size - 1] == '\r')
		line->size--;
	return true;
}

int
view_number(struct view v, unsigned long long max, unsigned long long *number)
{
	unsigned long long sum = 0;

	if (v.size == 0)
		return -1;
	for (size_t i = 0; i < v.size; i++) {
		unsigned digit = (unsigned)(unsigned char)v.data[i] - '0';

		if (digit > 9 || sum > (max - digit) / 10 || digit > max)
			return -1;
		sum = sum * 10 + digit;
	}
	*number = sum;
	return 0;
}
