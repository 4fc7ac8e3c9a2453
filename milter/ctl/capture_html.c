// SPDX-License-Identifier: BSD-2-Clause
/*
 * capture_html.c - HTML whose text, links and comments are replaced.
 */
#include "ctl/capture_html.h"

#include <stdlib.h>
#include <string.h>

enum { NAME_SIZE = 24 };

/* In the order of strcmp(3). */
/* clang-format off */
static const char elements[][NAME_SIZE] = { "a", "abbr", "acronym", "address",
	"area", "article", "aside", "b", "base", "big", "blockquote", "body",
	"br", "button", "caption", "center", "cite", "code", "col", "colgroup",
	"dd", "del", "dir", "div", "dl", "dt", "em", "fieldset", "figcaption",
	"figure", "font", "footer", "form", "frame", "frameset", "h1", "h2",
	"h3", "h4", "h5", "h6", "head", "header", "hr", "html", "i", "iframe",
	"img", "input", "ins", "kbd", "label", "legend", "li", "link", "main",
	"map", "meta", "nav", "noframes", "noscript", "o:p", "object", "ol",
	"option", "p", "param", "picture", "pre", "q", "s", "script",
	"section", "select", "small", "source", "span", "strike", "strong",
	"style", "sub", "sup", "svg", "table", "tbody", "td", "textarea",
	"tfoot", "th", "thead", "time", "title", "tr", "tt", "u", "ul",
	"v:fill", "v:rect", "v:roundrect", "var", "video", "xml" };

/* Names that stay; their values may be anything. */
static const char attributes[][NAME_SIZE] = { "action", "align", "alink",
	"alt", "aria-hidden", "aria-label", "aria-labelledby", "background",
	"background-color", "bgcolor", "border", "bordercolor", "cellpadding",
	"cellspacing", "charset", "cite", "class", "clear", "color", "cols",
	"colspan", "content", "coords", "data", "dir", "face", "for",
	"frameborder", "height", "href", "hspace", "http-equiv", "id",
	"itemprop", "itemscope", "itemtype", "label", "lang", "link",
	"longdesc", "media", "method", "name", "noshade", "nowrap",
	"placeholder", "property", "rel", "role", "rows", "rowspan", "scope",
	"shape", "size", "src", "srcset", "style", "summary", "target", "text",
	"title", "type", "usemap", "valign", "value", "vlink", "vspace",
	"width", "xml:lang", "xmlns", "xmlns:o", "xmlns:v" };
/* clang-format on */

struct html {
	struct capture *c;
	const struct capture_charset *cs;
	char *data;
	size_t size;
};

static int
compare(const void *key, const void *row)
{
	return strcmp(key, row);
}

static bool
is_listed(struct view name, const char (*list)[NAME_SIZE], size_t count)
{
	char key[NAME_SIZE] = "";

	if (name.size == 0 || name.size >= NAME_SIZE)
		return false;
	for (size_t i = 0; i < name.size; i++)
		key[i] = byte_lower(name.data[i]);
	return bsearch(key, list, count, sizeof(*list), compare) != NULL;
}

#define IS_LISTED(name, list) \
	is_listed(name, list, sizeof(list) / sizeof((list)[0]))

static void
replace(const struct html *h, size_t begin, size_t end, unsigned flags)
{
	if (end > begin)
		capture_text(h->c, h->cs, h->data + begin, end - begin, flags);
}

/* Where the words stand next, from at on, or VIEW_NONE. */
static size_t
find(const struct html *h, size_t at, struct view words)
{
	size_t found =
	    view_find_nocase((struct view){ h->data + at, h->size - at },
		words);

	return found == VIEW_NONE ? VIEW_NONE : at + found;
}

static size_t
skip_blanks(const struct html *h, size_t at)
{
	while (at < h->size && byte_is_blank(h->data[at]))
		at++;
	return at;
}

static size_t
name_end(const struct html *h, size_t at)
{
	while (at < h->size && !byte_is_blank(h->data[at]) &&
	    view_find_byte(VIEW("=/>\"'"), h->data[at]) == VIEW_NONE)
		at++;
	return at;
}

/* Where the value from at on ends, or VIEW_NONE where nothing closes it. */
static size_t
value_end(const struct html *h, size_t at)
{
	size_t end;

	if (h->data[at] == '"' || h->data[at] == '\'')
		return find(h, at + 1, (struct view){ h->data + at, 1 });
	for (end = at; end < h->size; end++)
		if (byte_is_blank(h->data[end]) || h->data[end] == '>')
			break;
	return end;
}

/* "pt" or "pt-BR" of lang, which the filter reads; it may have quotes. */
static bool
is_language(struct view name, struct view value)
{
	if (value.size > 0 && (value.data[0] == '"' || value.data[0] == '\''))
		value = view_part(value, 1, value.size - 1);
	if (!view_equal_nocase(name, VIEW("lang")) ||
	    (value.size != 2 && value.size != 5))
		return false;
	for (size_t i = 0; i < value.size; i++)
		if (i == 2 ? value.data[i] != '-' && value.data[i] != '_'
			   : !byte_is_letter(value.data[i]))
			return false;
	return true;
}

/* One attribute; where the next one may begin, or VIEW_NONE. */
static size_t
replace_attribute(const struct html *h, size_t at)
{
	size_t end = name_end(h, at), value, last;
	struct view name = { h->data + at, end - at };
	bool known = IS_LISTED(name, attributes);

	if (end == at)
		return at + 1;
	value = skip_blanks(h, end);
	if (value < h->size && h->data[value] == '=') {
		value = skip_blanks(h, value + 1);
		last = value < h->size ? value_end(h, value) : VIEW_NONE;
		if (last == VIEW_NONE)
			return VIEW_NONE;
		if (!is_language(name,
			(struct view){ h->data + value, last - value }))
			replace(h, value, last, 0);
		value = last;
		if (value < h->size && h->data[value] != '>')
			value++;
	}
	if (!known)
		replace(h, at, end, 0);
	return value;
}

static void
replace_name(const struct html *h, size_t begin, size_t end)
{
	struct view name = { h->data + begin, end - begin };

	replace(h, begin, end,
	    IS_LISTED(name, elements) ? CAPTURE_NAMES_ONLY : 0);
}

/* What is inside of script and style, up to the tag that ends it. */
static size_t
replace_raw(const struct html *h, struct view name, size_t at)
{
	bool style = view_equal_nocase(name, VIEW("style"));
	size_t end;

	if (!style && !view_equal_nocase(name, VIEW("script")))
		return at;
	end = find(h, at, style ? VIEW("</style") : VIEW("</script"));
	if (end == VIEW_NONE)
		end = h->size;
	replace(h, at, end, 0);
	return end;
}

/* The tag at at; what is behind it, or VIEW_NONE where nothing closes it. */
static size_t
replace_tag(const struct html *h, size_t at)
{
	size_t begin = at + 1, end, next;
	struct view name;

	if (begin < h->size && h->data[begin] == '/')
		begin++;
	end = name_end(h, begin);
	name = (struct view){ h->data + begin, end - begin };
	next = end;
	for (;;) {
		next = skip_blanks(h, next);
		if (next >= h->size)
			return VIEW_NONE;
		if (h->data[next] == '>')
			break;
		next = replace_attribute(h, next);
		if (next == VIEW_NONE)
			return VIEW_NONE;
	}
	next =
	    replace_raw(h, h->data[at + 1] == '/' ? VIEW("") : name, next + 1);
	replace_name(h, begin, end);
	return next;
}

void
capture_html(struct capture *c, const struct capture_charset *cs, char *data,
    size_t size)
{
	const struct html h = { c, cs, data, size };
	size_t done = 0, at = 0;

	if (cs->coding == CAPTURE_OPAQUE) {
		capture_opaque(c, data, size);
		return;
	}
	while ((at = find(&h, at, VIEW("<"))) != VIEW_NONE) {
		size_t behind;
		char next = '\0';

		if (at + 1 < size)
			next = data[at + 1];
		/* What comments have in them may be HTML as well. */
		if (next != '/' && !byte_is_letter(next)) {
			at++;
			continue;
		}
		replace(&h, done, at, 0);
		done = at;
		behind = replace_tag(&h, at);
		if (behind == VIEW_NONE)
			break; /* all of the rest is text */
		at = done = behind;
	}
	replace(&h, done, size, 0);
}
