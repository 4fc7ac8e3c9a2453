// SPDX-License-Identifier: BSD-2-Clause
/*
 * capture_body.c - a whole message, part by part.
 */
#include "ctl/capture_body.h"

#include "base/limits.h"
#include "ctl/capture_field.h"
#include "ctl/capture_html.h"
#include "ctl/capture_slots.h"
#include "mail/message.h"
#include "mail/part.h"

enum { DEPTH = LIMIT_MIME_DEPTH + 2 };

/* What is worked on, and how deep we are. */
struct walk {
	struct capture *c;
	char *bytes;
	int depth;
};

static void entity(const struct walk *w, size_t begin, size_t end);

enum content { CONTENT_TEXT, CONTENT_HTML, CONTENT_OTHER };

static enum content
content_of(struct view type)
{
	if (view_equal_nocase(type, VIEW("text/html")))
		return CONTENT_HTML;
	if (view_starts_nocase(type, VIEW("text/")) ||
	    view_starts_nocase(type, VIEW("message/")) ||
	    view_starts_nocase(type, VIEW("multipart/")))
		return CONTENT_TEXT;
	return CONTENT_OTHER;
}

static enum capture_encoding
encoding_of(struct view field)
{
	struct view name = view_trim(field);

	if (view_equal_nocase(name, VIEW("base64")))
		return CAPTURE_BASE64;
	return view_equal_nocase(name, VIEW("quoted-printable"))
	    ? CAPTURE_QUOTED
	    : CAPTURE_AS_IS;
}

/* "x-uuencode" and whatever else: nothing of it stays. */
static bool
is_known_encoding(struct view field)
{
	static const struct view known[] = { VIEW(""), VIEW("7bit"),
		VIEW("8bit"), VIEW("binary"), VIEW("base64"),
		VIEW("quoted-printable") };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (view_equal_nocase(view_trim(field), known[i]))
			return true;
	return false;
}

/* False where it is not to be read as text, and nothing was replaced. */
static bool
replace_decoded(const struct walk *w, const struct part *part,
    struct capture_slots *slots)
{
	struct text charset = TEXT_INIT(LIMIT_CHARSET_SIZE);
	enum content content = content_of(part_media_type(part->type));
	struct capture_charset cs;
	bool readable;

	part_parameter(part->type, VIEW("charset"), &charset);
	capture_charset_find(&cs, text_view(&charset),
	    (struct view){ slots->data, slots->size });
	text_free(&charset);
	readable = !slots->base64 ||
	    (content != CONTENT_OTHER && cs.coding != CAPTURE_OPAQUE &&
		!capture_slots_doubtful(slots));
	if (!readable)
		return false;
	if (content == CONTENT_HTML)
		capture_html(w->c, &cs, slots->data, slots->size);
	else if (content == CONTENT_TEXT)
		capture_text(w->c, &cs, slots->data, slots->size, 0);
	else
		capture_opaque(w->c, slots->data, slots->size);
	return true;
}

/* Content that is no multipart, or none that has its boundary. */
static void
replace_content(const struct walk *w, const struct part *part)
{
	size_t begin = (size_t)(part->content.data - w->bytes);
	struct capture_slots slots;
	bool done = false;

	if (part->content.size == 0)
		return;
	if (capture_slots_init(&slots, part->content.size) < 0) {
		w->c->failed = true;
	} else if (is_known_encoding(part->encoding)) {
		capture_slots_add(&slots, encoding_of(part->encoding), w->bytes,
		    begin, begin + part->content.size);
		done = replace_decoded(w, part, &slots);
		if (done)
			capture_slots_put(&slots, w->bytes);
	}
	if (!done)
		capture_opaque(w->c, w->bytes + begin, part->content.size);
	capture_slots_free(&slots);
}

/* A line between parts: the boundary, or what nobody shows. */
static void
replace_line(const struct walk *w, struct view line, struct view delimiter)
{
	struct view boundary = view_part(delimiter, 2, delimiter.size);
	struct capture_charset cs;
	size_t begin = (size_t)(line.data - w->bytes);

	if (view_find(line, delimiter) == 0) {
		capture_boundary(w->c, boundary, w->bytes + begin + 2);
		begin += delimiter.size;
		line = view_part(line, delimiter.size, line.size);
	}
	capture_charset_find(&cs, VIEW(""), line);
	capture_text(w->c, &cs, w->bytes + begin, line.size, 0);
}

static void
replace_lines(const struct walk *w, size_t begin, size_t end,
    struct view delimiter)
{
	struct view rest = { w->bytes + begin, end - begin }, line;

	while (view_line(&rest, &line))
		replace_line(w, line, delimiter);
}

/* False where it is none. */
static bool
replace_multipart(const struct walk *w, const struct part *part,
    struct view boundary)
{
	struct text delimiter = TEXT_INIT(LIMIT_HEADER_SIZE);
	size_t done = (size_t)(part->content.data - w->bytes);
	size_t end = done + part->content.size;
	struct part_list list;
	struct view inner;
	bool begun = false;

	text_add_string(&delimiter, "--");
	text_add(&delimiter, boundary);
	if (text_ok(&delimiter) && boundary.size > 0)
		begun = part_begin(&list, part->content, text_view(&delimiter));
	while (begun && part_next(&list, &inner)) {
		size_t begin = (size_t)(inner.data - w->bytes);

		if (inner.size == 0)
			continue; /* it stands nowhere */
		replace_lines(w, done, begin, text_view(&delimiter));
		done = begin + inner.size;
		entity(w, begin, done);
	}
	if (begun)
		replace_lines(w, done, end, text_view(&delimiter));
	text_free(&delimiter);
	return begun;
}

/* The content first: it is read by what the header says. */
static void
entity(const struct walk *outer, size_t begin, size_t end)
{
	struct walk w = { outer->c, outer->bytes, outer->depth + 1 };
	struct text boundary = TEXT_INIT(LIMIT_HEADER_SIZE);
	struct part part;
	struct view type;
	size_t content;

	part_read((struct view){ w.bytes + begin, end - begin }, &part);
	content = end - part.content.size;
	type = part_media_type(part.type);
	if (view_starts_nocase(type, VIEW("multipart/")))
		part_parameter(part.type, VIEW("boundary"), &boundary);
	if (w.depth > DEPTH)
		capture_opaque(w.c, w.bytes + content, part.content.size);
	else if (view_equal_nocase(type, VIEW("message/rfc822")))
		entity(&w, content, end);
	else if (!replace_multipart(&w, &part, text_view(&boundary)))
		replace_content(&w, &part);
	capture_fields(w.c, w.bytes, begin, content, text_view(&boundary));
	text_free(&boundary);
}

void
capture_message(struct capture *c, char *bytes, size_t size)
{
	struct view whole = { bytes, size };
	const struct walk w = { c, bytes, 0 };
	size_t begin = size - message_fields(whole).size;

	/* "From ADDRESS DATE", of a file that mail is kept in. */
	replace_lines(&w, 0, begin, VIEW("\n"));
	entity(&w, begin, size);
}
