// SPDX-License-Identifier: BSD-2-Clause
/*
 * mime_encode.c - the other way round: header text and bodies of what we send.
 */
#include "mail/mime.h"

#include "base/utf8.h"

/* Header text being folded: where it begins in out, and in which column. */
struct folder {
	struct text *out;
	size_t begin, first;
};

enum {
	LAST_COLUMN = 75,
	FIELD_NAME = 10,   /* when we are not told */
	LONGEST_WORD = 400 /* left as it is; quoting may double it */
};

static size_t
column(const struct folder *f)
{
	size_t at = f->out->size;

	while (at > f->begin && f->out->data[at - 1] != '\n')
		at--;
	return f->out->size - at + (at == f->begin ? f->first : 0);
}

/* A blank before a word of that size, or a new line if it would not fit. */
static void
separate(const struct folder *f, size_t size)
{
	if (f->out->size == f->begin)
		return;
	if (column(f) + 1 + size > LAST_COLUMN)
		text_add_byte(f->out, '\n');
	text_add_byte(f->out, ' ');
}

static void
fold_words(const struct folder *f, struct view v)
{
	while (v.size > 0) {
		struct view word = view_part(v, 0, view_find_byte(v, ' '));

		if (word.size > 0) {
			separate(f, word.size);
			text_add(f->out, word);
		}
		v = view_part(v, word.size + 1, v.size);
	}
}

/* RFC 4648, section 4 */
static void
add_base64(struct text *out, struct view v)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz"
				     "0123456789+/=";
	enum { PAD = 64 };

	for (size_t i = 0; i < v.size; i += 3) {
		unsigned sum = 0;

		for (size_t j = i; j < i + 3; j++)
			sum = sum << 8 |
			    (j < v.size ? (unsigned char)v.data[j] : 0U);
		text_add_byte(out, digits[sum >> 18]);
		text_add_byte(out, digits[sum >> 12 & 63]);
		text_add_byte(out,
		    digits[i + 1 < v.size ? sum >> 6 & 63 : PAD]);
		text_add_byte(out, digits[i + 2 < v.size ? sum & 63 : PAD]);
	}
}

/* RFC 2047: words of at most 75 octets, and none splits a character. */
static void
fold_encoded(const struct folder *f, struct view v)
{
	static const struct view begin = VIEW("=?UTF-8?B?"), end = VIEW("?=");
	const size_t frame = begin.size + end.size;

	while (v.size > 0) {
		size_t room, from;
		struct view piece;

		separate(f, frame + 8); /* six octets as base64 */
		from = column(f);
		room =
		    from + frame < LAST_COLUMN ? LAST_COLUMN - from - frame : 0;
		piece = utf8_prefix(v, room / 4 * 3 < 6 ? 6 : room / 4 * 3);
		text_add(f->out, begin);
		add_base64(f->out, piece);
		text_add(f->out, end);
		v = view_part(v, piece.size, v.size);
	}
}

/*
 * Whether header text can say it without encoded-words.  A word cannot be
 * folded, and no line may have more than 998 octets (RFC 5322, 2.1.1).
 */
static bool
is_plain_header(struct view v)
{
	size_t word = 0;

	for (size_t i = 0; i < v.size; i++) {
		word = v.data[i] == ' ' ? 0 : word + 1;
		if ((unsigned char)v.data[i] >= 0x80 || word > LONGEST_WORD)
			return false;
	}
	return view_find(v, VIEW("=?")) == VIEW_NONE;
}

void
mime_encode_field(struct view name, struct view value, struct text *out)
{
	struct folder f = { out, out->size, name.size + 2 };
	struct text line = TEXT_INIT(3 * value.size);

	mime_add_line(value, &line);
	if (is_plain_header(text_view(&line)))
		fold_words(&f, text_view(&line));
	else
		fold_encoded(&f, text_view(&line));
	out->failed |= line.failed;
	text_free(&line);
}

/* RFC 5322, 3.2.4 */
static void
add_quoted(struct text *out, struct view v)
{
	text_add_byte(out, '"');
	for (size_t i = 0; i < v.size; i++) {
		if (v.data[i] == '"' || v.data[i] == '\\')
			text_add_byte(out, '\\');
		text_add_byte(out, v.data[i]);
	}
	text_add_byte(out, '"');
}

static bool
needs_quotes(struct view v)
{
	for (size_t i = 0; i < v.size; i++)
		if (view_find_byte(VIEW("()<>[]:;@\\,.\""), v.data[i]) !=
		    VIEW_NONE)
			return true;
	return false;
}

void
mime_encode_mailbox(struct view name, struct view address, struct text *out)
{
	struct folder f = { out, out->size, FIELD_NAME };
	struct text line = TEXT_INIT(3 * name.size);
	struct text quoted = TEXT_INIT(6 * name.size + 2);

	mime_add_line(name, &line);
	if (!is_plain_header(text_view(&line))) {
		fold_encoded(&f, text_view(&line));
	} else if (needs_quotes(text_view(&line))) {
		add_quoted(&quoted, text_view(&line));
		fold_words(&f, text_view(&quoted));
	} else {
		fold_words(&f, text_view(&line));
	}
	if (out->size > f.begin) {
		separate(&f, address.size + 2);
		text_add_byte(out, '<');
		text_add(out, address);
		text_add_byte(out, '>');
	} else {
		text_add(out, address);
	}
	out->failed |= line.failed | quoted.failed;
	text_free(&line);
	text_free(&quoted);
}

/* Whether it may stand for itself; what a transport might change may not. */
static bool
is_literal(struct view line, size_t at)
{
	char byte = line.data[at];

	if (byte == ' ' || byte == '\t')
		return at + 1 < line.size;
	if (at == 0 && (byte == '.' || view_starts_nocase(line, VIEW("From "))))
		return false;
	return byte > ' ' && byte < 0x7F && byte != '=';
}

void
mime_encode_text(struct view v, struct text *out)
{
	enum { LONGEST_LINE = 76 };
	struct view line;

	while (view_line(&v, &line)) {
		size_t width = 0;

		for (size_t i = 0; i < line.size; i++) {
			bool literal = is_literal(line, i);
			size_t size = literal ? 1 : 3;

			if (width + size + (i + 1 < line.size) > LONGEST_LINE) {
				text_add_string(out, "=\n");
				width = 0;
			}
			width += size;
			if (literal)
				text_add_byte(out, line.data[i]);
			else
				text_addf(out, "=%02X",
				    (unsigned char)line.data[i]);
		}
		text_add_byte(out, '\n');
	}
}
