// SPDX-License-Identifier: BSD-2-Clause
/*
 * reading.c - one message as a pack sees it: its signals, asked once each.
 */
#include "recognise/reading.h"

#include <string.h>

enum answer { NOT_ASKED, NO, YES };

/* A map costs as much as some two dozen patterns on the same text. */
enum { MAP_ASKED_LEAST = 24 };

/* How far around a name is looked; no more than LIMIT_NOTE_SIZE. */
enum { LINES_BELOW = 8, LINES_ABOVE = 40 };

bool
reading_match(struct reading *r, const struct regex *regex, struct view subject,
    size_t from)
{
	enum regex_result result =
	    regex_match(regex, r->scratch, subject, from);

	if (result == REGEX_ERROR)
		r->out->pattern_errors++;
	return result == REGEX_YES;
}

/* What the texts are made of, once enough was asked of them. */
static void
make_map(struct reading *r, struct subjects *on)
{
	on->map = pool_alloc(r->pool, sizeof(*on->map));
	for (size_t i = 0; on->map != NULL && i < on->count; i++)
		literal_map_add(on->map, on->item[i]);
}

bool
reading_may_match(struct reading *r, struct subjects *on,
    const struct pattern *pattern)
{
	if (++on->asked == MAP_ASKED_LEAST)
		make_map(r, on);
	return on->map == NULL || literal_may_match(&pattern->literal, on->map);
}

/* The texts that are not empty become the signal's. */
static void
give(struct reading *r, struct subjects *to, const struct view *text,
    size_t count)
{
	struct view *item = pool_array(r->pool, count, sizeof(*item));

	if (item == NULL)
		return;
	for (size_t i = 0; i < count; i++)
		if (text[i].size > 0)
			item[to->count++] = text[i];
	to->item = item;
}

/* Two From fields or mailboxes name no sender. */
static struct view
sender(const struct reading *r)
{
	const struct message *m = r->message;
	struct view address;
	char *small;

	if (m->from_count != 1 || message_count(m, VIEW("From")) > 1)
		return VIEW("");
	address = m->from[0].address;
	small = pool_alloc(r->pool, address.size);
	if (small == NULL)
		return VIEW("");
	for (size_t i = 0; i < address.size; i++)
		small[i] = byte_lower(address.data[i]);
	return (struct view){ small, address.size };
}

/* "URL TEXT" of each link. */
static void
give_links(struct reading *r, struct subjects *to)
{
	const struct message *m = r->message;
	struct view *item = pool_array(r->pool, m->link_count, sizeof(*item));
	size_t size = 0;
	char *data;

	for (size_t i = 0; i < m->link_count; i++)
		size += m->link[i].url.size + m->link[i].text.size + 1;
	data = pool_alloc(r->pool, size);
	if (item == NULL || data == NULL)
		return;
	for (size_t i = 0; i < m->link_count; i++) {
		const struct link *link = &m->link[i];
		char *end = data;

		if (link->url.size > 0)
			memcpy(end, link->url.data, link->url.size);
		end += link->url.size;
		*end++ = ' ';
		if (link->text.size > 0)
			memcpy(end, link->text.data, link->text.size);
		end += link->text.size;
		item[i] = (struct view){ data, (size_t)(end - data) };
		data = end;
	}
	to->item = item;
	to->count = m->link_count;
}

static void
give_builtin(struct reading *r, size_t signal, struct subjects *to)
{
	const struct message *m = r->message;
	struct view text[2] = { VIEW(""), VIEW("") };

	switch (signal) {
	case SIGNAL_SENDER:
		text[0] = sender(r);
		break;
	case SIGNAL_DISPLAY:
		if (m->from_count > 0)
			text[0] = m->from[0].name;
		break;
	case SIGNAL_ENVELOPE:
		text[0] = r->envelope_from;
		break;
	case SIGNAL_SUBJECT:
		text[0] = m->subject;
		break;
	case SIGNAL_HTML_LANG:
		text[0] = m->html_lang;
		break;
	case SIGNAL_PLAIN:
		text[0] = m->plain;
		break;
	case SIGNAL_HTML:
		text[0] = m->html;
		break;
	case SIGNAL_BODY:
		text[0] = m->plain;
		text[1] = m->html;
		break;
	default:
		give_links(r, to);
		return;
	}
	give(r, to, text, 2);
}

/* What a source makes of a text: group 1, or else all that matched. */
static struct view
value(struct reading *r, const struct source *source, struct view text)
{
	if (source->pattern.regex == NULL)
		return view_trim(text);
	if (!reading_match(r, source->pattern.regex, text, 0))
		return VIEW("");
	return regex_group(r->scratch, regex_groups(source->pattern.regex) > 0);
}

static struct view
value_of_header(struct reading *r, const struct source *source)
{
	const struct message *m = r->message;
	struct view found = VIEW("");

	for (size_t i = 0; found.size == 0 && i < m->header_count; i++)
		if (view_equal_nocase(m->header[i].name, source->header))
			found = value(r, source, m->header[i].value);
	return found;
}

static struct view
value_of_source(struct reading *r, const struct source *source,
    const char **where)
{
	struct subjects *on;
	struct view found = VIEW("");

	*where = source->where;
	if (source->header.size > 0)
		return value_of_header(r, source);
	on = reading_signal(r, source->on);
	*where = on->where;
	if (!reading_may_match(r, on, &source->pattern))
		return found;
	for (size_t i = 0; found.size == 0 && i < on->count; i++)
		found = value(r, source, on->item[i]);
	return found;
}

struct subjects *
reading_signal(struct reading *r, size_t signal)
{
	const struct pack_signal *s = &r->pack->signal[signal];
	struct subjects *to = &r->signal[signal];
	struct view found = VIEW("");

	if (to->known)
		return to;
	to->known = true;
	to->where = s->source[0].where;
	if (signal < SIGNAL_COUNT) {
		give_builtin(r, signal, to);
		return to;
	}
	for (size_t i = 0; found.size == 0 && i < s->count; i++)
		found = value_of_source(r, &s->source[i], &to->where);
	give(r, to, &found, 1);
	return to;
}

/* The longest link text that line begins with, as a whole word. */
static size_t
link_text_size(const struct message *m, struct view line)
{
	size_t size = 0;

	for (size_t i = 0; i < m->link_count; i++) {
		struct view text = m->link[i].text;

		if (text.size > size && text.size <= line.size &&
		    memcmp(text.data, line.data, text.size) == 0 &&
		    (text.size == line.size || line.data[text.size] == ' '))
			size = text.size;
	}
	return size;
}

/* A line of nothing but link texts is a button or two, not a headline. */
static bool
is_buttons(const struct message *m, struct view line)
{
	while (line.size > 0) {
		size_t size = link_text_size(m, line);

		if (size == 0)
			return false;
		line = view_trim(view_part(line, size, VIEW_NONE));
	}
	return true;
}

/* Where a person's name stands on a line of its own. */
struct place {
	size_t line; /* its first octet */
	size_t next; /* of the line below */
};

/*
 * The first such place with something below it; the name may stand there
 * twice, once for the picture and once as text.
 */
static bool
find_name(struct view text, struct view name, struct place *place)
{
	struct view rest = text, line;
	size_t at = 0;
	bool found = false;

	while (view_line(&rest, &line)) {
		size_t next = text.size - rest.size;

		line = view_trim(line);
		if (view_equal(line, name)) {
			if (!found)
				place->line = at;
			place->next = next;
			found = true;
		} else if (found && line.size > 0) {
			return true;
		} else {
			found = false;
		}
		at = next;
	}
	return false;
}

/*
 * Lines without blanks around them, each with a tab in front where it is the
 * text of a link.
 */
static struct view
mark_links(struct reading *r, struct view text)
{
	struct view line;
	char *data, *end;

	end = data = pool_alloc(r->pool, text.size + LINES_ABOVE + 2);
	if (data == NULL)
		return VIEW("");
	while (view_line(&text, &line)) {
		line = view_trim(line);
		if (line.size > 0 && is_buttons(r->message, line))
			*end++ = '\t';
		if (line.size > 0)
			memcpy(end, line.data, line.size);
		end += line.size;
		*end++ = '\n';
	}
	return (struct view){ data, (size_t)(end - data) };
}

/* Up to an empty line. */
static struct view
lines_below(struct reading *r, struct view text, const struct place *place)
{
	struct view all = view_part(text, place->next, LIMIT_NOTE_SIZE);
	struct view rest = all, line;
	size_t size = 0;

	for (int i = 0; i < LINES_BELOW && view_line(&rest, &line) &&
	     view_trim(line).size > 0;
	     i++)
		size = all.size - rest.size;
	return mark_links(r, view_part(all, 0, size));
}

static struct view
lines_above(struct reading *r, struct view text, const struct place *place)
{
	size_t from = place->line;

	for (int lines = 0; from > 0 && place->line - from < LIMIT_NOTE_SIZE;
	     from--)
		if (text.data[from - 1] == '\n' && ++lines > LINES_ABOVE)
			break;
	return mark_links(r, view_part(text, from, place->line - from));
}

static void
give_lines(struct reading *r, size_t signal, struct view name,
    struct subjects *out)
{
	struct view text[] = { r->message->plain, r->message->html };
	struct place place = { 0 };

	for (size_t i = 0; i < 2; i++) {
		if (!find_name(text[i], name, &place))
			text[i] = VIEW("");
		else if (signal == SIGNAL_BELOW_NAME)
			text[i] = lines_below(r, text[i], &place);
		else
			text[i] = lines_above(r, text[i], &place);
	}
	give(r, out, text, 2);
}

static void
give_urls(struct reading *r, struct view name, struct subjects *out)
{
	const struct message *m = r->message;
	struct view *url = pool_array(r->pool, m->link_count, sizeof(*url));

	if (url == NULL)
		return;
	for (size_t i = 0; i < m->link_count; i++)
		if (view_equal(m->link[i].text, name))
			url[out->count++] = m->link[i].url;
	out->item = url;
}

void
reading_signal_of_person(struct reading *r, size_t signal,
    const struct person *person, struct subjects *out)
{
	memset(out, 0, sizeof(*out));
	if (person->name.size == 0)
		return;
	if (signal == SIGNAL_NAME_LINK)
		give_urls(r, person->name, out);
	else
		give_lines(r, signal, person->name, out);
}

static bool
test_matches(struct reading *r, size_t number)
{
	const struct test *t = &r->pack->test[number];
	struct subjects *on;

	if (r->answer[number] != NOT_ASKED)
		return r->answer[number] == YES;
	r->answer[number] = NO;
	on = reading_signal(r, t->signal);
	if (!reading_may_match(r, on, &t->pattern))
		return false;
	for (size_t i = 0; i < on->count; i++)
		if (reading_match(r, t->pattern.regex, on->item[i], 0)) {
			r->answer[number] = YES;
			break;
		}
	return r->answer[number] == YES;
}

static bool
condition_holds(struct reading *r, const struct condition *c)
{
	for (size_t i = 0; i < c->count; i++)
		if (test_matches(r, c->test[i]))
			return !c->unless;
	return c->unless;
}

bool
reading_conditions_hold(struct reading *r, const struct conditions *c)
{
	for (size_t i = 0; i < c->count; i++)
		if (!condition_holds(r, &c->item[i]))
			return false;
	return true;
}
