// SPDX-License-Identifier: BSD-2-Clause
/*
 * normal.c - text in the form in which patterns see it.
 */
#include "mail/normal.h"

#include <string.h>

#include "base/utf8.h"

struct writer {
	char *data; /* room for as much as is read */
	size_t size;
	enum normal_shape shape;
	size_t blanks; /* seen, and written only before something that shows */
	bool line;     /* the same for a line end, when lines are folded */
};

/* What c counts as: a blank, LF, another character, or 0 for nothing. */
static uint32_t
plain(uint32_t c)
{
	switch (c) {
	case '\t':
	case 0x00A0: /* no-break space */
	case 0x1680: /* ogham space */
	case 0x202F: /* narrow no-break space */
	case 0x205F: /* mathematical space */
	case 0x3000: /* ideographic space */
		return ' ';
	case '\n':
	case '\r':
	case 0x2028: /* line separator */
	case 0x2029: /* paragraph separator */
		return '\n';
	case 0x02BC: /* modifier apostrophe */
	case 0x2018:
	case 0x2019:
	case 0x201A:
	case 0x201B:
		return '\'';
	case 0x201C:
	case 0x201D:
	case 0x201E:
	case 0x201F:
		return '"';
	default:
		if (c >= 0x2000 && c <= 0x200A) /* en quad to hair space */
			return ' ';
		return utf8_is_hidden(c) ? 0 : c;
	}
}

static void
end_line(struct writer *w)
{
	switch (w->shape) {
	case NORMAL_LINES:
		w->blanks = 0;
		w->data[w->size++] = '\n';
		break;
	case NORMAL_FOLDED:
		w->line = true;
		break;
	case NORMAL_LINE:
		w->blanks++;
		break;
	}
}

static void
write_shown(struct writer *w, const char *octets, size_t size)
{
	if (w->shape != NORMAL_LINES) {
		if (w->size == 0)
			w->blanks = 0;
		else if (w->line)
			w->data[w->size++] = '\n';
		else if (w->blanks > 0)
			w->data[w->size++] = ' ';
	} else if (w->blanks > 0) {
		memset(w->data + w->size, ' ', w->blanks);
		w->size += w->blanks;
	}
	w->blanks = 0;
	w->line = false;
	memcpy(w->data + w->size, octets, size);
	w->size += size;
}

/* Printable ASCII without the space: most of any text. */
static bool
is_graphic(char byte)
{
	return byte > ' ' && byte < 0x7F;
}

/* One character that is not graphic ASCII; *at moves behind it. */
static void
write_other(struct writer *w, struct view v, size_t *at)
{
	size_t from = *at;
	uint32_t c = utf8_next(v, at), to = plain(c);
	char byte = (char)to;

	if (to == 0)
		return;
	if (to == ' ')
		w->blanks++;
	else if (to == '\n')
		end_line(w);
	else if (to != c)
		write_shown(w, &byte, 1);
	else
		write_shown(w, v.data + from, *at - from);
	if (c == '\r' && *at < v.size && v.data[*at] == '\n')
		(*at)++;
}

struct view
normal_text(struct pool *p, struct view v, enum normal_shape shape)
{
	struct writer w = { .data = pool_alloc(p, v.size), .shape = shape };

	if (w.data == NULL)
		return (struct view){ NULL, 0 };
	for (size_t at = 0; at < v.size;) {
		size_t from = at;

		while (at < v.size && is_graphic(v.data[at]))
			at++;
		if (at > from)
			write_shown(&w, v.data + from, at - from);
		else if (v.data[at] == ' ')
			w.blanks++, at++;
		else
			write_other(&w, v, &at);
	}
	return (struct view){ w.data, w.size };
}
