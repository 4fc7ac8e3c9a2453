// SPDX-License-Identifier: BSD-2-Clause
/*
 * html.c - HTML reduced to the text a person would read, with its links.
 */
#include "mail/html.h"

#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "mail/entity.h"

struct reader {
	struct view in;
	size_t at; /* everything before it is done */
	struct text *out;
	size_t begin;     /* of ours in out */
	bool blank, line; /* seen, and written only before what shows */
	html_on_link *on_link;
	void *arg;
	bool anchor;           /* inside of one with an address */
	struct text url, text; /* of that */
	bool full;             /* the text is, so that no more is added */
	struct view *lang;
};

static bool
is_blank(char byte)
{
	return byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r' ||
	    byte == '\f';
}

/* What is left to be read. */
static struct view
rest(const struct reader *r)
{
	return view_part(r->in, r->at, r->in.size);
}

/* Moves behind the next end, or to the end of all. */
static void
skip_behind(struct reader *r, struct view end)
{
	size_t found = view_find(rest(r), end);

	r->at = found == VIEW_NONE ? r->in.size : r->at + found + end.size;
}

static void
add_to_anchor(struct reader *r, struct view v)
{
	if (!r->anchor || r->full)
		return;
	if (v.size > LIMIT_LINK_TEXT - r->text.size)
		r->full = true;
	else
		text_add(&r->text, v);
}

/* The blank or line end that stands before what will be shown next. */
static void
settle(struct reader *r)
{
	if (r->out->size > r->begin) {
		if (r->line)
			text_add_byte(r->out, '\n');
		else if (r->blank)
			text_add_byte(r->out, ' ');
	}
	if (r->text.size > 0 && (r->line || r->blank))
		add_to_anchor(r, VIEW(" "));
	r->blank = r->line = false;
}

static void
show(struct reader *r, struct view v)
{
	settle(r);
	text_add(r->out, v);
	add_to_anchor(r, v);
}

static void
read_entity(struct reader *r)
{
	uint32_t c;
	size_t size = entity_read(r->in, r->at, &c), before;

	if (size == 0) {
		show(r, view_part(r->in, r->at++, 1));
		return;
	}
	r->at += size;
	if (c <= ' ') {
		r->blank = true;
		return;
	}
	settle(r);
	before = r->out->size;
	utf8_add(r->out, c);
	add_to_anchor(r, view_part(text_view(r->out), before, r->out->size));
}

static void
end_anchor(struct reader *r)
{
	struct html_link link = { text_view(&r->url), text_view(&r->text) };

	if (!r->anchor)
		return;
	r->anchor = false;
	if (!text_ok(&r->url) || !text_ok(&r->text))
		r->out->failed = true; /* no memory */
	else if (r->on_link != NULL)
		r->on_link(r->arg, &link);
}

static void
begin_anchor(struct reader *r, struct view href)
{
	text_clear(&r->url);
	text_clear(&r->text);
	entity_resolve(view_trim(href), &r->url);
	r->anchor = true;
	r->full = false;
}

/* A picture in an anchor says where it leads to. */
static void
add_alt(struct reader *r, struct view alt)
{
	struct text resolved = TEXT_INIT(alt.size);

	if (!r->anchor)
		return;
	entity_resolve(view_trim(alt), &resolved);
	if (resolved.size > 0) {
		if (r->text.size > 0)
			add_to_anchor(r, VIEW(" "));
		add_to_anchor(r, text_view(&resolved));
		r->blank = true;
	}
	r->out->failed |= resolved.failed;
	text_free(&resolved);
}

static bool
ends_attribute_name(char byte)
{
	return is_blank(byte) || byte == '/' || byte == '>' || byte == '=';
}

static void
skip_blanks(struct reader *r)
{
	while (r->at < r->in.size && is_blank(r->in.data[r->at]))
		r->at++;
}

/* Behind "=": quoted, or up to a blank or the end of the tag. */
static struct view
read_value(struct reader *r)
{
	struct view left, value;

	skip_blanks(r);
	left = rest(r);
	if (left.size > 0 && (left.data[0] == '"' || left.data[0] == '\'')) {
		value = view_part(left, 1, left.size);
		value.size = view_find_byte(value, left.data[0]);
		if (value.size == VIEW_NONE) {
			r->at = r->in.size;
			return view_part(left, 0, 0);
		}
		r->at += value.size + 2;
		return value;
	}
	value = view_part(left, 0, 0);
	while (value.size < left.size && !is_blank(left.data[value.size]) &&
	    left.data[value.size] != '>')
		value.size++;
	r->at += value.size;
	return value;
}

/* Returns false behind the ">" that ends the tag, or where all ends. */
static bool
next_attribute(struct reader *r, struct view *name, struct view *value)
{
	size_t from;

	while (r->at < r->in.size &&
	    (is_blank(r->in.data[r->at]) || r->in.data[r->at] == '/'))
		r->at++;
	if (r->at == r->in.size)
		return false;
	if (r->in.data[r->at] == '>') {
		r->at++;
		return false;
	}
	from = r->at++; /* even a "=" begins a name */
	while (r->at < r->in.size && !ends_attribute_name(r->in.data[r->at]))
		r->at++;
	*name = view_part(r->in, from, r->at - from);
	*value = view_part(r->in, r->at, 0);
	skip_blanks(r);
	if (r->at < r->in.size && r->in.data[r->at] == '=') {
		r->at++;
		*value = read_value(r);
	}
	return true;
}

/*
 * The first attribute of that name, else the first that is called instead;
 * moves behind the tag.
 */
static bool
find_either(struct reader *r, struct view wanted, struct view instead,
    struct view *value)
{
	struct view name, one;
	bool found = false, other = false;

	while (next_attribute(r, &name, &one))
		if (!found && view_equal_nocase(name, wanted)) {
			*value = one;
			found = true;
		} else if (!found && !other &&
		    view_equal_nocase(name, instead)) {
			*value = one;
			other = true;
		}
	return found || other;
}

static bool
find_attribute(struct reader *r, struct view wanted, struct view *value)
{
	return find_either(r, wanted, wanted, value);
}

static void
skip_tag(struct reader *r)
{
	struct view name, value;

	while (next_attribute(r, &name, &value))
		;
}

/* Elements that stand on lines of their own, by their first letter. */
static const char *const blocks[26] = {
	['a' - 'a'] = " address article aside ",
	['b' - 'a'] = " blockquote body br ",
	['c' - 'a'] = " caption center ",
	['d' - 'a'] = " dd details dir div dl dt ",
	['f' - 'a'] = " fieldset figcaption figure footer form ",
	['h' - 'a'] = " h1 h2 h3 h4 h5 h6 head header hr html ",
	['l' - 'a'] = " legend li ",
	['m' - 'a'] = " main menu ",
	['n' - 'a'] = " nav ",
	['o' - 'a'] = " ol option ",
	['p' - 'a'] = " p pre ",
	['s' - 'a'] = " section summary ",
	['t' - 'a'] = " table tbody td tfoot th thead tr ",
	['u' - 'a'] = " ul ",
};

static bool
is_block(struct view name)
{
	char word[16] = " ", first = byte_lower(name.data[0]);
	const char *list;

	if (first < 'a' || first > 'z')
		return false;
	list = blocks[first - 'a'];
	if (list == NULL || name.size > sizeof(word) - 3)
		return false;
	for (size_t i = 0; i < name.size; i++)
		word[i + 1] = byte_lower(name.data[i]);
	word[name.size + 1] = ' ';
	return strstr(list, word) != NULL;
}

/* Moves to the end tag of an element whose content is no text. */
static void
skip_content(struct reader *r, struct view name)
{
	size_t found;

	while ((found = view_find(rest(r), VIEW("</"))) != VIEW_NONE) {
		struct view tag;

		r->at += found;
		tag = view_part(r->in, r->at + 2, name.size + 1);
		if (view_starts_nocase(tag, name) &&
		    (tag.size == name.size ||
			ends_attribute_name(tag.data[name.size])))
			return;
		r->at += 2;
	}
	r->at = r->in.size;
}

/* The attribute with which an element that is no anchor leads somewhere. */
static bool
leads_by(struct view element, struct view *attribute)
{
	static const struct {
		const char *element, *attribute;
	} rows[] = {
		{ "area", "href" },
		{ "base", "href" },
		{ "button", "formaction" },
		{ "form", "action" },
		{ "input", "formaction" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (view_equal_nocase(element, view_of(rows[i].element))) {
			*attribute = view_of(rows[i].attribute);
			return true;
		}
	return false;
}

/* A link without a text. */
static void
tell_link(struct reader *r, struct view address)
{
	struct text url = TEXT_INIT(address.size);
	struct html_link link = { .text = VIEW("") };

	entity_resolve(view_trim(address), &url);
	link.url = text_view(&url);
	if (!text_ok(&url))
		r->out->failed = true; /* no memory */
	else if (r->on_link != NULL)
		r->on_link(r->arg, &link);
	text_free(&url);
}

static void
open_element(struct reader *r, struct view name)
{
	struct view value, attribute;

	if (view_equal_nocase(name, VIEW("a"))) {
		end_anchor(r);
		/* In a drawing it may have the name of XLink. */
		if (find_either(r, VIEW("href"), VIEW("xlink:href"), &value))
			begin_anchor(r, value);
	} else if (leads_by(name, &attribute)) {
		if (find_attribute(r, attribute, &value))
			tell_link(r, value);
	} else if (view_equal_nocase(name, VIEW("img"))) {
		if (find_attribute(r, VIEW("alt"), &value))
			add_alt(r, value);
	} else if (view_equal_nocase(name, VIEW("html"))) {
		if (find_attribute(r, VIEW("lang"), &value) &&
		    r->lang != NULL && r->lang->size == 0)
			*r->lang = view_trim(value);
	} else {
		skip_tag(r);
	}
	if (is_block(name))
		r->line = true;
	if (view_equal_nocase(name, VIEW("script")) ||
	    view_equal_nocase(name, VIEW("style")) ||
	    view_equal_nocase(name, VIEW("title")))
		skip_content(r, name);
}

static void
close_element(struct reader *r, struct view name)
{
	skip_tag(r);
	if (view_equal_nocase(name, VIEW("a")))
		end_anchor(r);
	else if (is_block(name))
		r->line = true;
}

static struct view
read_name(struct reader *r)
{
	size_t from = r->at;

	while (r->at < r->in.size && !is_blank(r->in.data[r->at]) &&
	    r->in.data[r->at] != '/' && r->in.data[r->at] != '>')
		r->at++;
	return view_part(r->in, from, r->at - from);
}

/* At a "<": an element, something to be skipped, or just that character. */
static void
read_markup(struct reader *r)
{
	struct view left = rest(r);
	size_t closing = left.size > 1 && left.data[1] == '/';

	if (left.size > closing + 1 && byte_is_letter(left.data[closing + 1])) {
		r->at += closing + 1;
		if (closing)
			close_element(r, read_name(r));
		else
			open_element(r, read_name(r));
	} else if (view_starts_nocase(left, VIEW("<!--"))) {
		r->at += 2; /* "<!-->" is a whole comment */
		skip_behind(r, VIEW("-->"));
	} else if (left.size > 1 &&
	    view_find_byte(VIEW("!?/"), left.data[1]) != VIEW_NONE) {
		skip_behind(r, VIEW(">"));
	} else {
		r->at++;
		show(r, view_part(left, 0, 1));
	}
}

static void
read_words(struct reader *r)
{
	size_t from = r->at;

	while (r->at < r->in.size && r->in.data[r->at] != '<' &&
	    r->in.data[r->at] != '&' && !is_blank(r->in.data[r->at]))
		r->at++;
	show(r, view_part(r->in, from, r->at - from));
}

void
html_reduce(struct view html, struct text *out, html_on_link *on_link,
    void *arg, struct view *lang)
{
	struct reader r = {
		.in = html,
		.out = out,
		.begin = out->size,
		.on_link = on_link,
		.arg = arg,
		.url = TEXT_INIT(html.size),
		.text = TEXT_INIT(LIMIT_LINK_TEXT),
		.lang = lang,
	};

	if (lang != NULL)
		*lang = view_part(html, 0, 0);
	while (r.at < html.size) {
		char byte = html.data[r.at];

		if (is_blank(byte)) {
			r.blank = true;
			r.at++;
		} else if (byte == '<') {
			read_markup(&r);
		} else if (byte == '&') {
			read_entity(&r);
		} else {
			read_words(&r);
		}
	}
	end_anchor(&r);
	text_free(&r.url);
	text_free(&r.text);
}
