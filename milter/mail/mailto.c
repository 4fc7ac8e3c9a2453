// SPDX-License-Identifier: BSD-2-Clause
/*
 * mailto.c - links that open a ready mail in a person's own program.
 */
#include "mail/mailto.h"

/* RFC 3986, 2.3 */
static bool
is_unreserved(char c)
{
	return byte_is_letter(c) || byte_is_digit(c) || c == '-' || c == '.' ||
	    c == '_' || c == '~';
}

/* A line end, of one or two octets, becomes line_end. */
static void
add_encoded(struct view v, const char *line_end, struct text *out)
{
	for (size_t i = 0; i < v.size; i++) {
		char c = v.data[i];

		if (c == '\n' && i > 0 && v.data[i - 1] == '\r')
			continue;
		if (c == '\r' || c == '\n')
			text_add_string(out, line_end);
		else if (is_unreserved(c))
			text_add_byte(out, c);
		else
			text_addf(out, "%%%02X", (unsigned char)c);
	}
}

void
mailto_add(struct view address, struct view subject, struct view body,
    struct text *out)
{
	size_t at = view_find_byte(address, '@');

	text_add_string(out, "mailto:");
	add_encoded(view_part(address, 0, at), "%0D%0A", out);
	if (at != VIEW_NONE) {
		text_add_byte(out, '@');
		add_encoded(view_part(address, at + 1, VIEW_NONE), "%0D%0A",
		    out);
	}
	if (subject.size > 0) {
		text_add_string(out, "?subject=");
		add_encoded(subject, "%20", out);
	}
	if (body.size > 0) {
		text_add_string(out, subject.size > 0 ? "&body=" : "?body=");
		add_encoded(body, "%0D%0A", out);
	}
}
