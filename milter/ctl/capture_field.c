// SPDX-License-Identifier: BSD-2-Clause
/*
 * capture_field.c - a header section whose names, addresses and ids are
 * replaced.
 */
#include "ctl/capture_field.h"

#include "ctl/capture_slots.h"
#include "mail/message.h"

enum { LONGEST = 1000 /* octets of an encoded-word; RFC 2047 has 75 */ };

enum kind {
	KIND_TEXT, /* words, addresses, links */
	KIND_ID,   /* the same, but "@" makes no address */
	KIND_DATE, /* the day stays */
	KIND_TYPE  /* words of standards, then parameters */
};

static const struct {
	struct view name;
	enum kind kind;
} kinds[] = {
	{ VIEW("Date"), KIND_DATE },
	{ VIEW("Resent-Date"), KIND_DATE },
	{ VIEW("Message-ID"), KIND_ID },
	{ VIEW("Resent-Message-ID"), KIND_ID },
	{ VIEW("In-Reply-To"), KIND_ID },
	{ VIEW("References"), KIND_ID },
	{ VIEW("Content-ID"), KIND_ID },
	{ VIEW("Content-Type"), KIND_TYPE },
	{ VIEW("Content-Disposition"), KIND_TYPE },
};

static enum kind
kind_of(struct view name)
{
	name = view_trim(name);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (view_equal_nocase(name, kinds[i].name))
			return kinds[i].kind;
	return KIND_TEXT;
}

/* Part of the header section. */
struct span {
	struct capture *c;
	char *bytes;
	size_t begin, end;
	unsigned flags;
};

static void
replace(const struct span *s)
{
	struct capture_charset cs;
	struct view text = { s->bytes + s->begin, s->end - s->begin };

	capture_charset_find(&cs, VIEW(""), text);
	capture_text(s->c, &cs, s->bytes + s->begin, text.size, s->flags);
}

/* "=?UTF-8?Q?Jos=C3=A9?=" (RFC 2047, 2). */
struct encoded_word {
	struct view charset;
	enum capture_encoding encoding;
	size_t begin, end, behind; /* of its text; of the whole */
};

/* The encoded-word at at, or false. */
static bool
read_encoded(const char *bytes, size_t at, size_t end, struct encoded_word *w)
{
	struct view rest = { bytes + at, end - at };
	size_t first, second, last;

	if (!view_starts_nocase(rest, VIEW("=?")))
		return false;
	first = view_find_byte(view_part(rest, 2, 80), '?');
	if (first == VIEW_NONE)
		return false;
	w->charset = view_part(rest, 2, first);
	w->charset = view_part(w->charset, 0, /* RFC 2231, 5: a language */
	    view_find_byte(w->charset, '*'));
	first += 2;
	second = first + 2;
	if (second >= rest.size || rest.data[second] != '?')
		return false;
	w->encoding = byte_lower(rest.data[first + 1]) == 'b' ? CAPTURE_BASE64
							      : CAPTURE_Q;
	if (w->encoding == CAPTURE_Q && byte_lower(rest.data[first + 1]) != 'q')
		return false;
	last = view_find(view_part(rest, second + 1, LONGEST), VIEW("?="));
	if (last == VIEW_NONE)
		return false;
	w->begin = at + second + 1;
	w->end = w->begin + last;
	w->behind = w->end + 2;
	return true;
}

/* The same words where nobody knows what they say: only their frame stays. */
static void
replace_encoded_whole(const struct span *s, size_t at, size_t behind)
{
	struct encoded_word w = { .end = at };

	while (w.end < behind) {
		size_t end = w.end +
		    view_find((struct view){ s->bytes + w.end, behind - w.end },
			VIEW("?="));

		capture_opaque(s->c, s->bytes + w.end, end - w.end);
		w.end = behind;
		for (at = end + 2; at < behind; at++)
			if (read_encoded(s->bytes, at, behind, &w)) {
				w.end = w.begin;
				break;
			}
	}
}

/*
 * Encoded-words of one charset with nothing but blanks between them are one
 * text: a name may begin in one and end in the next.  Returns what is behind.
 */
static size_t
replace_encoded(const struct span *s, struct encoded_word w)
{
	struct view charset = w.charset;
	size_t first = w.begin;
	struct capture_slots slots;
	struct capture_charset cs;
	size_t behind;

	if (capture_slots_init(&slots, s->end - w.begin) < 0) {
		s->c->failed = true;
		capture_slots_free(&slots);
		return s->end;
	}
	for (;;) {
		size_t at = w.behind;

		behind = w.behind;
		capture_slots_add(&slots, w.encoding, s->bytes, w.begin, w.end);
		while (at < s->end && byte_is_blank(s->bytes[at]))
			at++;
		if (!read_encoded(s->bytes, at, s->end, &w) ||
		    !view_equal_nocase(w.charset, charset))
			break;
	}
	capture_charset_find(&cs, charset,
	    (struct view){ slots.data, slots.size });
	if (slots.base64 &&
	    (cs.coding == CAPTURE_OPAQUE || capture_slots_doubtful(&slots))) {
		replace_encoded_whole(s, first, behind);
	} else {
		capture_text(s->c, &cs, slots.data, slots.size, s->flags);
		capture_slots_put(&slots, s->bytes);
	}
	capture_slots_free(&slots);
	return behind;
}

static void
replace_value(const struct span *s)
{
	struct span plain = *s;
	size_t at = s->begin;

	while (at < s->end) {
		struct view rest = { s->bytes + at, s->end - at };
		size_t found = view_find(rest, VIEW("=?"));
		struct encoded_word w;

		if (found == VIEW_NONE)
			break;
		at += found;
		if (!read_encoded(s->bytes, at, s->end, &w)) {
			at += 2;
			continue;
		}
		plain.end = at;
		replace(&plain);
		plain.begin = at = replace_encoded(s, w);
	}
	plain.end = s->end;
	replace(&plain);
}

/* Parameters that standards give the values of. */
static bool
is_fixed(struct view name)
{
	static const struct view fixed[] = { VIEW("charset"), VIEW("format"),
		VIEW("delsp"), VIEW("type"), VIEW("report-type"),
		VIEW("protocol"), VIEW("micalg"), VIEW("method") };

	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		if (view_equal_nocase(name, fixed[i]))
			return true;
	return false;
}

/* Where the parameter that begins at at ends, with its ";". */
static size_t
parameter_end(const struct span *s, size_t at)
{
	bool quoted = false;

	for (; at < s->end; at++) {
		if (quoted && s->bytes[at] == '\\' && at + 1 < s->end)
			at++;
		else if (s->bytes[at] == '"')
			quoted = !quoted;
		else if (s->bytes[at] == ';' && !quoted)
			return at + 1;
	}
	return at;
}

static void
replace_parameter(const struct span *s, struct view boundary)
{
	struct view whole = { s->bytes + s->begin, s->end - s->begin };
	size_t equals = view_find_byte(whole, '=');
	struct view name = view_trim(view_part(whole, 0, equals));
	struct span value = *s;
	size_t found;

	if (equals == VIEW_NONE) {
		replace_value(s);
		return;
	}
	value.begin += equals + 1;
	found = view_find(view_part(whole, equals + 1, whole.size), boundary);
	if (view_equal_nocase(name, VIEW("boundary")) && boundary.size > 0 &&
	    found != VIEW_NONE)
		capture_boundary(s->c, boundary,
		    s->bytes + value.begin + found);
	else if (is_fixed(name)) {
		value.flags |= CAPTURE_SHORT_NUMBERS;
		replace(&value);
	} else
		replace_value(&value);
}

static void
replace_type(const struct span *s, struct view boundary)
{
	struct span part = *s;

	part.end = parameter_end(s, s->begin);
	replace_value(&part);
	while (part.end < s->end) {
		part.begin = part.end;
		part.end = parameter_end(s, part.begin);
		replace_parameter(&part, boundary);
	}
}

/* A field of the network's keeps its name, new as it may be. */
static void
replace_name(struct capture *c, char *bytes, struct view name)
{
	size_t begin = (size_t)(name.data - bytes);
	struct span s = { c, bytes, begin, begin + name.size,
		CAPTURE_NO_ADDRESS };

	if (c->network_name.size > 0 &&
	    view_find_nocase(name, c->network_name) != VIEW_NONE)
		s.flags |= CAPTURE_NAMES_ONLY;
	replace(&s);
}

static void
replace_field(struct capture *c, char *bytes, const struct header *field,
    struct view boundary)
{
	size_t begin = (size_t)(field->raw.data - bytes);
	struct span s = { c, bytes, begin, begin + field->raw.size, 0 };

	if (field->raw.size == 0)
		s.begin = s.end = 0; /* it stands nowhere */
	switch (kind_of(field->name)) {
	case KIND_TYPE:
		replace_type(&s, boundary);
		break;
	case KIND_ID:
		s.flags = CAPTURE_NO_ADDRESS;
		replace_value(&s);
		break;
	case KIND_DATE:
		s.flags = CAPTURE_DATE;
		replace(&s);
		s.flags = CAPTURE_SHORT_NUMBERS;
		replace_value(&s);
		break;
	case KIND_TEXT:
		replace_value(&s);
		break;
	}
	replace_name(c, bytes, field->name);
}

void
capture_fields(struct capture *c, char *bytes, size_t begin, size_t end,
    struct view boundary)
{
	struct view rest = { bytes + begin, end - begin };
	struct header field;

	while (message_next_field(&rest, &field))
		replace_field(c, bytes, &field, boundary);
}
