// SPDX-License-Identifier: BSD-2-Clause
/*
 * part.c - a MIME body cut at its boundaries.
 */
#include "mail/part.h"

#include "mail/message.h"

/* The first field of a name counts, as it does elsewhere. */
static void
keep_first(struct view *kept, const struct header *field, struct view name)
{
	if (kept->data == NULL && view_equal_nocase(field->name, name))
		*kept = field->raw;
}

void
part_read(struct view entity, struct part *part)
{
	struct view rest = entity;
	struct header field;

	*part = (struct part){ .content = { NULL, 0 } };
	while (message_next_field(&rest, &field)) {
		keep_first(&part->type, &field, VIEW("Content-Type"));
		keep_first(&part->encoding, &field,
		    VIEW("Content-Transfer-Encoding"));
		keep_first(&part->disposition, &field,
		    VIEW("Content-Disposition"));
	}
	part->content = rest;
}

struct view
part_media_type(struct view type)
{
	struct view v = view_trim(type);
	size_t size = 0;

	while (size < v.size && !byte_is_blank(v.data[size]) &&
	    v.data[size] != ';' && v.data[size] != '(')
		size++;
	v.size = size;
	return view_find_byte(v, '/') == VIEW_NONE ? VIEW("text/plain") : v;
}

/* Behind the quoted string that begins at v.data[at]. */
static size_t
quoted_end(struct view v, size_t at)
{
	for (at++; at < v.size && v.data[at] != '"'; at++)
		if (v.data[at] == '\\')
			at++;
	return at < v.size ? at + 1 : v.size;
}

/* Cut what stands before the next ";" outside of quotes off *rest. */
static bool
next_piece(struct view *rest, struct view *piece)
{
	size_t at = 0;

	if (rest->size == 0)
		return false;
	while (at < rest->size && rest->data[at] != ';')
		at = rest->data[at] == '"' ? quoted_end(*rest, at) : at + 1;
	*piece = view_trim(view_part(*rest, 0, at));
	*rest = view_part(*rest, at + 1, rest->size);
	return true;
}

/* A token, or a quoted string (RFC 2045, 5.1). */
static void
add_value(struct view v, struct text *value)
{
	bool quoted = v.size > 0 && v.data[0] == '"';

	for (size_t at = quoted; at < v.size; at++) {
		char byte = v.data[at];

		if (quoted ? byte == '"' : byte_is_blank(byte))
			break;
		if (byte == '\r' || byte == '\n')
			continue;
		if (quoted && byte == '\\' && at + 1 < v.size)
			byte = v.data[++at];
		text_add_byte(value, byte);
	}
}

bool
part_parameter(struct view type, struct view name, struct text *value)
{
	struct view rest = type, piece;

	next_piece(&rest, &piece); /* the type itself */
	while (next_piece(&rest, &piece)) {
		size_t equals = view_find_byte(piece, '=');

		if (equals == VIEW_NONE ||
		    !view_equal_nocase(view_trim(view_part(piece, 0, equals)),
			name))
			continue;
		add_value(view_trim(view_part(piece, equals + 1, piece.size)),
		    value);
		return true;
	}
	return false;
}

/* What a line that begins with the delimiter is. */
enum line { LINE_OTHER, LINE_BOUNDARY, LINE_LAST };

/* behind is all that follows the delimiter; *size gets the rest of its line. */
static enum line
judge_line(struct view behind, size_t *size)
{
	size_t end = view_find_byte(behind, '\n');
	struct view line = view_part(behind, 0, end);
	bool last = view_starts_nocase(line, VIEW("--"));

	*size = line.size + (end != VIEW_NONE);
	if (view_trim(view_part(line, last ? 2 : 0, line.size)).size > 0)
		return LINE_OTHER;
	return last ? LINE_LAST : LINE_BOUNDARY;
}

/*
 * Finds the first boundary line: *begin is where it starts, *next where the
 * line behind it does.
 */
static enum line
find_boundary(struct view v, struct view delimiter, size_t *begin, size_t *next)
{
	for (size_t from = 0; from < v.size;) {
		size_t found = view_find(view_part(v, from, v.size), delimiter);
		size_t size;
		enum line kind;

		if (found == VIEW_NONE)
			break;
		found += from;
		kind = judge_line(view_part(v, found + delimiter.size, v.size),
		    &size);
		from = found + delimiter.size + size;
		if (kind == LINE_OTHER ||
		    (found > 0 && v.data[found - 1] != '\n'))
			continue;
		*begin = found;
		*next = from;
		return kind;
	}
	return LINE_OTHER;
}

bool
part_begin(struct part_list *list, struct view content, struct view delimiter)
{
	size_t begin, next;
	enum line kind = find_boundary(content, delimiter, &begin, &next);

	list->delimiter = delimiter;
	list->more = kind == LINE_BOUNDARY;
	if (list->more)
		list->rest = view_part(content, next, content.size);
	return kind != LINE_OTHER;
}

bool
part_next(struct part_list *list, struct view *entity)
{
	size_t begin, next;
	enum line kind;

	if (!list->more)
		return false;
	kind = find_boundary(list->rest, list->delimiter, &begin, &next);
	list->more = kind == LINE_BOUNDARY;
	if (kind == LINE_OTHER) {
		*entity = list->rest;
		return true;
	}
	*entity = view_part(list->rest, 0, begin);
	list->rest = view_part(list->rest, next, list->rest.size);
	/* The line break before a boundary belongs to the boundary. */
	if (entity->size > 0)
		entity->size--;
	if (entity->size > 0 && entity->data[entity->size - 1] == '\r')
		entity->size--;
	return true;
}
