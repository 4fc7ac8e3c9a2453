// SPDX-License-Identifier: BSD-2-Clause
/*
 * view.h - bytes that belong to somebody else.
 *
 * Everything that comes from outside is a pointer and a length; nothing here
 * looks for a terminator.  A view never owns its bytes and is passed by
 * value.  "Nocase" means the letters A to Z only, whatever the locale.  What is
 * asked of each octet of names and bodies is inline.
 */
#ifndef BASE_VIEW_H
#define BASE_VIEW_H

#include <stdbool.h>
#include <stddef.h>

struct view {
	const char *data; /* may be NULL when size is 0 */
	size_t size;      /* octets */
};

/* A string literal as a view, without its NUL. */
#define VIEW(literal) ((struct view){ "" literal, sizeof(literal) - 1 })

/* For printf's "%.*s"; sizes beyond INT_MAX do not occur (see limits.h). */
#define VIEW_ARG(view) (int)(view).size, (view).data

/* "Not found" of the functions that return a position. */
#define VIEW_NONE ((size_t)-1)

/* Borrows a NUL-terminated string; NULL gives an empty view. */
struct view view_of(const char *string);

bool view_equal(struct view a, struct view b);
bool view_equal_nocase(struct view a, struct view b);
bool view_starts_nocase(struct view v, struct view prefix);
bool view_ends_nocase(struct view v, struct view suffix);

/* Order by octets, as memcmp(3): below, equal to or above 0. */
int view_compare(struct view a, struct view b);

/* First position of needle, or VIEW_NONE.  An empty needle is found at 0. */
size_t view_find(struct view v, struct view needle);
size_t view_find_nocase(struct view v, struct view needle);
size_t view_find_byte(struct view v, char byte);

/* From position from on, size octets or fewer; beyond the end: empty. */
static inline struct view
view_part(struct view v, size_t from, size_t size)
{
	if (from >= v.size)
		return (struct view){ v.data, 0 };
	if (size > v.size - from)
		size = v.size - from;
	return (struct view){ v.data + from, size };
}

/* Without blanks (space, tab, CR, LF) at both ends. */
struct view view_trim(struct view v);

/*
 * Cut the next line off *rest, with neither LF nor CRLF.  Returns false when
 * nothing is left; a last line without newline counts.
 */
bool view_line(struct view *rest, struct view *line);

/*
 * Decimal digits only, the whole view, at most max.  Returns 0 and the number,
 * or -1 with *number unchanged.
 */
int view_number(struct view v, unsigned long long max,
    unsigned long long *number);

/* A letter A to Z made small, any other octet as it is. */
static inline char
byte_lower(char byte)
{
	if (byte >= 'A' && byte <= 'Z')
		return (char)((unsigned char)byte | 0x20U);
	return byte;
}

/* Space, tab, CR or LF; 0 to 9; A to Z and a to z, whatever the locale. */
bool byte_is_blank(char byte);
bool byte_is_digit(char byte);
bool byte_is_letter(char byte);

/* The value of a hexadecimal digit, or -1. */
int byte_hexadecimal(char byte);

#endif
