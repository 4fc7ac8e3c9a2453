// SPDX-License-Identifier: BSD-2-Clause
/*
 * json.c - JSON (RFC 8259) written straight into a text.
 */
#include "base/json.h"

#include <inttypes.h>

#include "base/utf8.h"

static void
add_escaped(struct text *out, uint32_t c)
{
	if (c == '"' || c == '\\') {
		text_add_byte(out, '\\');
		text_add_byte(out, (char)c);
	} else if (c == '\n') {
		text_add_string(out, "\\n");
	} else if (c == '\t') {
		text_add_string(out, "\\t");
	} else if (!utf8_is_hidden(c)) {
		utf8_add(out, c);
	} else if (c < 0x10000) {
		text_addf(out, "\\u%04x", (unsigned)c);
	} else {
		c -= 0x10000;
		text_addf(out, "\\u%04x\\u%04x", 0xD800 + (unsigned)(c >> 10),
		    0xDC00 + (unsigned)(c & 0x3FF));
	}
}

static void
add_quoted(struct text *out, struct view v)
{
	text_add_byte(out, '"');
	for (size_t at = 0; at < v.size;)
		add_escaped(out, utf8_next(v, &at));
	text_add_byte(out, '"');
}

/* What stands before a value: the comma it may need, and its key. */
static void
begin(struct json *j, const char *key)
{
	if (j->comma)
		text_add_byte(j->out, ',');
	j->comma = true;
	if (key != NULL) {
		add_quoted(j->out, view_of(key));
		text_add_byte(j->out, ':');
	}
}

static void
open_with(struct json *j, const char *key, char bracket)
{
	begin(j, key);
	text_add_byte(j->out, bracket);
	j->comma = false;
}

static void
close_with(struct json *j, char bracket)
{
	text_add_byte(j->out, bracket);
	j->comma = true;
}

void
json_begin_object(struct json *j, const char *key)
{
	open_with(j, key, '{');
}

void
json_end_object(struct json *j)
{
	close_with(j, '}');
}

void
json_begin_array(struct json *j, const char *key)
{
	open_with(j, key, '[');
}

void
json_end_array(struct json *j)
{
	close_with(j, ']');
}

void
json_add_string(struct json *j, const char *key, struct view value)
{
	begin(j, key);
	add_quoted(j->out, value);
}

void
json_add_number(struct json *j, const char *key, int64_t value)
{
	begin(j, key);
	text_addf(j->out, "%" PRId64, value);
}

void
json_add_bool(struct json *j, const char *key, bool value)
{
	begin(j, key);
	text_add_string(j->out, value ? "true" : "false");
}

void
json_add_null(struct json *j, const char *key)
{
	begin(j, key);
	text_add_string(j->out, "null");
}
