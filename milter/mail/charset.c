// SPDX-License-Identifier: BSD-2-Clause
/*
 * charset.c - text in whatever charset a mail names, as UTF-8.
 */
#include "mail/charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "mail/entity.h"

static void
add_windows_1252(struct text *out, struct view v)
{
	for (size_t at = 0, from; at < v.size; at++) {
		from = at;
		while (at < v.size && (unsigned char)v.data[at] < 0x80)
			at++;
		text_add(out, view_part(v, from, at - from));
		if (at < v.size)
			utf8_add(out,
			    entity_windows_1252((unsigned char)v.data[at]));
	}
}

static void
add_converted(struct text *out, struct view v, iconv_t converter)
{
	char block[8192];
	char *from = (char *)(uintptr_t)v.data; /* iconv only reads it */
	size_t left = v.size;

	while (left > 0 && text_ok(out)) {
		char *to = block;
		size_t room = sizeof(block);
		size_t result = iconv(converter, &from, &left, &to, &room);
		bool stray = result == (size_t)-1 && errno != E2BIG;

		utf8_add_clean(out,
		    (struct view){ block, (size_t)(to - block) });
		if (stray) {
			utf8_add(out, UTF8_INVALID);
			from++;
			left--;
		}
	}
}

/* What "//IGNORE" and the like would do is not for a stranger to say. */
static bool
may_be_name(struct view name)
{
	for (size_t i = 0; i < name.size; i++)
		if (!byte_is_digit(name.data[i]) &&
		    !byte_is_letter(name.data[i]) &&
		    view_find_byte(VIEW("-_.:+"), name.data[i]) == VIEW_NONE)
			return false;
	return name.size > 0 && name.size <= LIMIT_CHARSET_SIZE;
}

static bool
convert(struct text *out, struct view v, struct view name)
{
	char string[LIMIT_CHARSET_SIZE + 1] = "";
	iconv_t converter;

	if (!may_be_name(name))
		return false;
	memcpy(string, name.data, name.size);
	converter = iconv_open("UTF-8", string);
	if (converter == (iconv_t)-1)
		return false;
	add_converted(out, v, converter);
	iconv_close(converter);
	return true;
}

static bool
is_one_of(struct view name, const struct view *list)
{
	for (; list->size > 0; list++)
		if (view_equal_nocase(name, *list))
			return true;
	return false;
}

struct view
charset_to_utf8(struct view v, struct view name, struct text *out)
{
	static const struct view unicode[] = { VIEW("utf-8"), VIEW("utf8"),
		VIEW("") };
	static const struct view western[] = { VIEW("iso-8859-1"),
		VIEW("latin1"), VIEW("windows-1252"), VIEW("cp1252"),
		VIEW("") };
	size_t begin = out->size;

	if (is_one_of(name, unicode)) {
		if (utf8_valid(v))
			return v;
		utf8_add_clean(out, v);
	} else if (is_one_of(name, western)) {
		add_windows_1252(out, v);
	} else if (view_equal_nocase(name, VIEW("us-ascii")) ||
	    !convert(out, v, name)) {
		if (utf8_valid(v))
			return v;
		add_windows_1252(out, v);
	}
	return view_part(text_view(out), begin, out->size);
}
