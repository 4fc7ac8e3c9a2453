// SPDX-License-Identifier: BSD-2-Clause
/*
 * vcard_property.c - the properties of vCards: unfolded, taken apart, decoded.
 */
#include "policy/vcard_property.h"

#include "base/base64.h"
#include "base/limits.h"
#include "mail/charset.h"

/* Lines into properties. */

static void
add_line(struct vcard_lines *l, struct view line)
{
	size_t room = l->text.limit - l->text.size;

	if (line.size > room)
		l->too_long = true;
	text_add(&l->text, view_part(line, 0, room));
}

/* Where the value begins: behind the first colon that is not in quotes. */
static size_t
find_colon(struct view v)
{
	bool quoted = false;

	for (size_t i = 0; i < v.size; i++) {
		if (v.data[i] == '"')
			quoted = !quoted;
		else if (v.data[i] == ':' && !quoted)
			return i;
	}
	return view_find_byte(v, ':'); /* in 2.1 a quote is a letter */
}

/* Whether lines of the property go on behind a "=". */
static bool
is_quoted_printable(struct view line)
{
	size_t colon = find_colon(line);

	return colon != VIEW_NONE &&
	    view_find_nocase(view_part(line, 0, colon),
		VIEW("QUOTED-PRINTABLE")) != VIEW_NONE;
}

static bool
ends_softly(struct view line)
{
	return line.size > 0 && line.data[line.size - 1] == '=';
}

/* A card's bounds are never taken for more of a property. */
static bool
is_bound(struct view line)
{
	line = view_trim(line);
	return view_equal_nocase(line, VIEW(VCARD_BEGIN)) ||
	    view_equal_nocase(line, VIEW(VCARD_END));
}

/* The line is the next one of the property that ends with last. */
static bool
goes_on(struct view last, struct view line, bool quoted_printable)
{
	if (quoted_printable && ends_softly(last))
		return !is_bound(line);
	return line.size > 0 && (line.data[0] == ' ' || line.data[0] == '\t');
}

bool
vcard_lines_next(struct vcard_lines *l)
{
	struct view line, next, behind;
	bool quoted_printable;

	text_clear(&l->text);
	l->too_long = false;
	if (!view_line(&l->rest, &line))
		return false;
	l->first = ++l->line;
	if (view_starts_nocase(line, VIEW("\xEF\xBB\xBF")))
		line = view_part(line, 3, VIEW_NONE); /* files joined */
	quoted_printable =
	    is_quoted_printable(view_part(line, 0, LIMIT_CONTACTS_LINE));
	for (;;) {
		bool soft = quoted_printable && ends_softly(line);

		behind = l->rest;
		if (!view_line(&behind, &next) ||
		    !goes_on(line, next, quoted_printable))
			break;
		add_line(l, view_part(line, 0, line.size - soft));
		line = soft || l->keeps_blanks ? next
					       : view_part(next, 1, VIEW_NONE);
		l->rest = behind;
		l->line++;
	}
	add_line(l, line);
	return true;
}

/* Properties taken apart. */

/* Cuts what stands before the next such byte that is not in quotes. */
static struct view
cut(struct view *rest, char byte)
{
	struct view all = *rest;
	bool quoted = false;

	for (size_t i = 0; i < all.size; i++) {
		if (all.data[i] == '"')
			quoted = !quoted;
		if (all.data[i] == byte && !quoted) {
			*rest = view_part(all, i + 1, VIEW_NONE);
			return view_part(all, 0, i);
		}
	}
	*rest = VIEW("");
	return all;
}

static struct view
without_quotes(struct view v)
{
	if (v.size >= 2 && v.data[0] == '"' && v.data[v.size - 1] == '"')
		return view_part(v, 1, v.size - 2);
	return v;
}

/* "ENCODING=BASE64", or what 2.1 allows in its place, "BASE64". */
static void
take_parameter(struct vcard_property *p, struct view parameter)
{
	size_t equals = view_find_byte(parameter, '=');
	bool bare = equals == VIEW_NONE;
	struct view name = view_part(parameter, 0, bare ? 0 : equals);
	struct view value = without_quotes(view_part(parameter,
	    bare ? 0 : equals + 1, VIEW_NONE));

	if (view_equal_nocase(name, VIEW("CHARSET"))) {
		p->charset = value;
	} else if (bare || view_equal_nocase(name, VIEW("ENCODING"))) {
		p->quoted_printable |=
		    view_equal_nocase(value, VIEW("QUOTED-PRINTABLE"));
		p->base64 |= view_equal_nocase(value, VIEW("BASE64")) ||
		    (!bare && view_equal_nocase(value, VIEW("B")));
	}
}

bool
vcard_property_parse(struct view text, struct vcard_property *p)
{
	size_t colon = find_colon(text);
	struct view rest;

	*p = (struct vcard_property){ .charset = VIEW("") };
	if (colon == VIEW_NONE)
		return false;
	rest = view_part(text, 0, colon);
	p->value = view_part(text, colon + 1, VIEW_NONE);
	p->name = cut(&rest, ';');
	while (view_find_byte(p->name, '.') != VIEW_NONE) /* "item1.EMAIL" */
		cut(&p->name, '.');
	p->name = view_trim(p->name);
	while (rest.size > 0)
		take_parameter(p, cut(&rest, ';'));
	return true;
}

/* RFC 2045, 6.7; what is no "=XX" stays as it is. */
static void
decode_quoted_printable(struct view v, struct text *out)
{
	for (size_t i = 0; i < v.size; i++) {
		int high = -1, low = -1;

		if (v.data[i] == '=' && v.size - i > 2) {
			high = byte_hexadecimal(v.data[i + 1]);
			low = byte_hexadecimal(v.data[i + 2]);
		}
		if (high >= 0 && low >= 0) {
			text_add_byte(out, (char)(high << 4 | low));
			i += 2;
		} else {
			text_add_byte(out, v.data[i]);
		}
	}
}

int
vcard_property_decode(const struct vcard_property *p, struct text *octets,
    struct text *utf8, struct view *value)
{
	struct view v = p->value;

	text_clear(octets);
	text_clear(utf8);
	if (p->quoted_printable) {
		decode_quoted_printable(v, octets);
		v = text_view(octets);
	} else if (p->base64) {
		if (base64_decode(view_trim(v), octets) < 0)
			return -1;
		v = text_view(octets);
	}
	*value = charset_to_utf8(v, p->charset, utf8);
	return 0;
}
