// SPDX-License-Identifier: BSD-2-Clause
/*
 * bounce.c - a delivery status notification that says that one of our answers
 * was refused for good.
 */
#include "mail/bounce.h"

#include "base/limits.h"
#include "mail/message.h"
#include "mail/part.h"

/* The two parts that matter. */
struct report {
	struct view status, returned;
	bool has_status, has_returned;
};

bool
bounce_is_report(struct view type)
{
	struct text value = TEXT_INIT(LIMIT_BOUNCE_BOUNDARY_SIZE);
	bool is_one =
	    view_equal_nocase(part_media_type(type), VIEW("multipart/report"));

	is_one = is_one && part_parameter(type, VIEW("report-type"), &value) &&
	    text_ok(&value) &&
	    view_equal_nocase(text_view(&value), VIEW("delivery-status"));
	text_free(&value);
	return is_one;
}

/* Whether the content stands there as it is (RFC 2045, 6.2). */
static bool
is_plain(struct view encoding)
{
	struct view v = view_trim(encoding);

	return v.size == 0 || view_equal_nocase(v, VIEW("7bit")) ||
	    view_equal_nocase(v, VIEW("8bit")) ||
	    view_equal_nocase(v, VIEW("binary"));
}

/* False where there is a second one of a kind, or one that is encoded. */
static bool
take_part(struct view entity, struct report *r)
{
	struct part part;
	struct view type;
	bool *has;

	part_read(entity, &part);
	type = part_media_type(part.type);
	if (view_equal_nocase(type, VIEW("message/delivery-status"))) {
		r->status = part.content;
		has = &r->has_status;
	} else if (view_equal_nocase(type, VIEW("message/rfc822")) ||
	    view_equal_nocase(type, VIEW("text/rfc822-headers"))) {
		r->returned = part.content;
		has = &r->has_returned;
	} else {
		return true; /* words for a person */
	}
	if (*has || !is_plain(part.encoding))
		return false;
	*has = true;
	return true;
}

static bool
read_parts(struct view content, struct view delimiter, struct report *r)
{
	struct part_list list;
	struct view entity;
	size_t count = 0;

	if (!part_begin(&list, content, delimiter))
		return false;
	while (part_next(&list, &entity))
		if (++count > LIMIT_BOUNCE_PARTS || !take_part(entity, r))
			return false;
	return r->has_status && r->has_returned;
}

/* Takes the report apart: false where it is none, or has not both. */
static bool
read_report(struct view bytes, struct report *r)
{
	struct text delimiter = TEXT_INIT(LIMIT_BOUNCE_BOUNDARY_SIZE + 2);
	struct part whole;
	bool found;

	*r = (struct report){ .has_status = false };
	part_read(message_fields(bytes), &whole);
	text_add_string(&delimiter, "--");
	found = bounce_is_report(whole.type) &&
	    part_parameter(whole.type, VIEW("boundary"), &delimiter) &&
	    text_ok(&delimiter) && delimiter.size > 2 &&
	    read_parts(whole.content, text_view(&delimiter), r);
	text_free(&delimiter);
	return found;
}

/* Fields of which each may be there once. */
struct wanted {
	const char *name;
	struct view raw;
	size_t count;
};

static void
take_field(const struct header *field, struct wanted *wanted, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (view_equal_nocase(view_trim(field->name),
			view_of(wanted[i].name))) {
			wanted[i].raw = view_trim(field->raw);
			wanted[i].count++;
		}
}

/* The first word: comments may follow (RFC 3464, 2.1.1). */
static struct view
first_word(struct view v)
{
	size_t size = 0;

	while (size < v.size && !byte_is_blank(v.data[size]) &&
	    v.data[size] != '(')
		size++;
	return view_part(v, 0, size);
}

/* One to three digits at the front are cut off. */
static bool
cut_number(struct view *v)
{
	size_t size = 0;

	while (size < v->size && byte_is_digit(v->data[size]))
		size++;
	*v = view_part(*v, size, VIEW_NONE);
	return size > 0 && size <= 3;
}

static bool
cut_dot(struct view *v)
{
	bool is_one = v->size > 0 && v->data[0] == '.';

	*v = view_part(*v, 1, VIEW_NONE);
	return is_one;
}

/* "5." one to three digits "." one to three digits (RFC 3463, 2). */
static bool
is_permanent(struct view status)
{
	struct view rest = view_part(status, 1, VIEW_NONE);

	return status.size > 0 && status.data[0] == '5' && cut_dot(&rest) &&
	    cut_number(&rest) && cut_dot(&rest) && cut_number(&rest) &&
	    rest.size == 0;
}

/*
 * The next group of fields, up to an empty line, off *rest.  *any tells
 * whether there was a field.  True where it says that a delivery failed.
 */
static bool
read_group(struct view *rest, struct bounce *b, bool *any)
{
	enum { ACTION, STATUS, DIAGNOSTIC, COUNT };
	struct wanted wanted[COUNT] = { { .name = "Action" },
		{ .name = "Status" }, { .name = "Diagnostic-Code" } };
	struct view said;
	struct header field;

	*any = false;
	while (message_next_field(rest, &field)) {
		take_field(&field, wanted, COUNT);
		*any = true;
	}
	b->status = first_word(wanted[STATUS].raw);
	b->diagnostic = VIEW("");
	said = wanted[DIAGNOSTIC].raw;
	if (view_line(&said, &b->diagnostic))
		b->diagnostic = view_trim(b->diagnostic);
	return wanted[ACTION].count == 1 && wanted[STATUS].count == 1 &&
	    wanted[DIAGNOSTIC].count <= 1 &&
	    view_equal_nocase(first_word(wanted[ACTION].raw), VIEW("failed")) &&
	    is_permanent(b->status);
}

static bool
read_status(struct view content, struct bounce *b)
{
	struct view rest = content;
	size_t recipients = 0, before;
	bool any;

	do { /* The first group is about the message, and has no Action. */
		before = rest.size;
		if (read_group(&rest, b, &any))
			return true;
		recipients += any;
	} while (rest.size < before && recipients <= LIMIT_BOUNCE_RECIPIENTS);
	return false;
}

static bool
read_returned(struct view content, struct bounce *b)
{
	enum { LOOP, IN_REPLY_TO, FROM, TO, COUNT };
	struct wanted wanted[COUNT] = { { .name = "X-RSVP-Loop" },
		{ .name = "In-Reply-To" }, { .name = "From" },
		{ .name = "To" } };
	struct view rest = message_fields(content);
	struct header field;

	while (message_next_field(&rest, &field))
		take_field(&field, wanted, COUNT);
	for (size_t i = 0; i < COUNT; i++)
		if (wanted[i].count != 1)
			return false;
	b->loop = wanted[LOOP].raw;
	b->in_reply_to = wanted[IN_REPLY_TO].raw;
	b->from = wanted[FROM].raw;
	b->to = wanted[TO].raw;
	return true;
}

bool
bounce_read(struct view bytes, struct bounce *b)
{
	struct report r;

	return read_report(bytes, &r) && read_status(r.status, b) &&
	    read_returned(r.returned, b);
}
