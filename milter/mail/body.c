// SPDX-License-Identifier: BSD-2-Clause
/*
 * body.c - text and links of a message's body.
 */
#include "mail/body.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "base/utf8.h"
#include "mail/entity.h"
#include "mail/html.h"
#include "mail/mime.h"
#include "mail/normal.h"

struct reader {
	struct pool *pool;
	struct message *m;
	struct text plain, html; /* of all parts, not yet as matched */
	struct link *link;       /* room for LIMIT_LINKS, once there is one */
};

/* RFC 3986, 2.3 */
static bool
is_unreserved(char byte)
{
	return byte_is_digit(byte) || byte_is_letter(byte) ||
	    view_find_byte(VIEW("-._~"), byte) != VIEW_NONE;
}

/* The octet that "%XX" at v.data[at] stands for, or -1. */
static int
escaped_octet(struct view v, size_t at)
{
	int high, low;

	if (v.size - at < 3)
		return -1;
	high = byte_hexadecimal(v.data[at + 1]);
	low = byte_hexadecimal(v.data[at + 2]);
	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/*
 * The address in the form in which patterns see it: what needed no escape has
 * none (or "%7E" and "~" would be two links), and no controls, which a browser
 * takes out of an href.
 */
static struct view
normal_url(struct pool *p, struct view url)
{
	char *data = pool_alloc(p, url.size);
	size_t size = 0;

	if (data == NULL)
		return (struct view){ NULL, 0 };
	for (size_t at = 0; at < url.size; at++) {
		char byte = url.data[at];

		if (byte == '%') {
			char octet = (char)escaped_octet(url, at);

			if (is_unreserved(octet) || octet == ':' ||
			    octet == ';') {
				byte = octet;
				at += 2;
			}
		}
		if ((unsigned char)byte >= ' ' && byte != 0x7F)
			data[size++] = byte;
	}
	return (struct view){ data, size };
}

static void
add_link(struct reader *r, struct view url, struct view text)
{
	struct message *m = r->m;
	struct view whole = view_trim(url);

	if (whole.size == 0)
		return;
	if (r->link == NULL)
		r->link = pool_array(r->pool, LIMIT_LINKS, sizeof(*r->link));
	if (r->link == NULL)
		return;
	if (m->link_count == LIMIT_LINKS) {
		m->cut |= MESSAGE_CUT_LINKS;
		return;
	}
	url = utf8_prefix(whole, LIMIT_LINK_SIZE);
	if (url.size < whole.size)
		m->cut |= MESSAGE_CUT_LINKS;
	r->link[m->link_count].url = normal_url(r->pool, url);
	r->link[m->link_count].text = normal_text(r->pool,
	    utf8_prefix(text, LIMIT_LINK_TEXT), NORMAL_LINE);
	m->link_count++;
}

static void
add_html_link(void *arg, const struct html_link *link)
{
	add_link(arg, link->url, link->text);
}

/* The length of the <br> at v.data[at], with the line end behind it, or 0. */
static size_t
break_size(struct view v, size_t at)
{
	static const struct view forms[] = { VIEW("<br>"), VIEW("<br/>"),
		VIEW("<br />") };
	struct view here = view_part(v, at, 8);

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		size_t size = forms[i].size;

		if (!view_starts_nocase(here, forms[i]))
			continue;
		if (size < here.size && here.data[size] == '\r')
			size++;
		if (size < here.size && here.data[size] == '\n')
			size++;
		return size;
	}
	return 0;
}

/*
 * LinkedIn escaped names and notes in text/plain for years, and put <br> at
 * the line ends of what a recruiter wrote.  Both are undone wherever they
 * stand: text that speaks of "&amp;" loses nothing a rule would look for.
 */
static void
add_plain(struct text *out, struct view v)
{
	size_t good = 0;

	for (size_t at = 0; at < v.size;) {
		size_t found = view_find_byte(view_part(v, at, v.size), '<');
		size_t size;

		if (found == VIEW_NONE)
			break;
		at += found;
		size = break_size(v, at);
		if (size > 0) {
			entity_resolve(view_part(v, good, at - good), out);
			text_add_byte(out, '\n');
			good = at + size;
		}
		at += size > 0 ? size : 1;
	}
	entity_resolve(view_part(v, good, v.size), out);
}

static int
add_part(void *arg, enum mime_kind kind, struct view content)
{
	struct reader *r = arg;
	struct text *out = kind == MIME_HTML ? &r->html : &r->plain;
	struct view fits, lang;

	if (out->size > 0 && out->size < out->limit)
		text_add_byte(out, '\n');
	/* Neither reading makes the text longer. */
	fits = utf8_prefix(content, out->limit - out->size);
	if (fits.size < content.size)
		r->m->cut |= MESSAGE_CUT_TEXT;
	if (kind == MIME_HTML) {
		html_reduce(fits, out, add_html_link, r, &lang);
		if (r->m->html_lang.size == 0)
			r->m->html_lang = pool_copy(r->pool,
			    utf8_prefix(lang, LIMIT_LANGUAGE_SIZE));
	} else {
		add_plain(out, fits);
	}
	return 0;
}

static struct view
as_matched(struct reader *r, const struct text *text, enum normal_shape shape)
{
	struct view whole = normal_text(r->pool, text_view(text), shape);
	struct view kept = utf8_prefix(whole, LIMIT_TEXT_SIZE);

	if (kept.size < whole.size)
		r->m->cut |= MESSAGE_CUT_TEXT;
	return kept;
}

/* Where the http:// or https:// whose "://" stands at v.data[at] begins. */
static size_t
scheme_begin(struct view v, size_t at)
{
	static const struct view schemes[] = { VIEW("https"), VIEW("http") };

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		size_t size = schemes[i].size;

		if (at >= size &&
		    view_equal_nocase(view_part(v, at - size, size),
			schemes[i]) &&
		    (at == size || !byte_is_letter(v.data[at - size - 1])))
			return at - size;
	}
	return VIEW_NONE;
}

static bool
ends_url(char byte)
{
	return byte == ' ' || byte == '\n' || byte == '<' || byte == '>' ||
	    byte == '"';
}

static size_t
url_end(struct view v, size_t at)
{
	while (at < v.size && !ends_url(v.data[at]))
		at++;
	while (view_find_byte(VIEW(".,;:!?)]'"), v.data[at - 1]) != VIEW_NONE)
		at--; /* at the latest at the "/" of "://" */
	return at;
}

/* Where the line that holds v.data[at] begins, looking back no further. */
static size_t
line_begin(struct view v, size_t at, size_t least)
{
	while (at > least && v.data[at - 1] != '\n')
		at--;
	return at;
}

/* See struct link; done is where what was looked at for the last one ends. */
static struct view
text_before(struct view v, size_t url, size_t done)
{
	size_t begin = line_begin(v, url, done);
	struct view text = view_trim(view_part(v, begin, url - begin));

	if (text.size > 0 || begin <= done)
		return text;
	url = begin - 1;
	begin = line_begin(v, url, done);
	return view_trim(view_part(v, begin, url - begin));
}

static void
add_plain_links(struct reader *r)
{
	struct view v = r->m->plain;
	size_t done = 0, at = 0, found;

	while ((found = view_find(view_part(v, at, v.size), VIEW("://"))) !=
	    VIEW_NONE) {
		size_t begin = scheme_begin(v, at + found), end;

		at += found + 3;
		if (begin == VIEW_NONE || begin < done)
			continue;
		end = url_end(v, at);
		if (end > at)
			add_link(r, view_part(v, begin, end - begin),
			    text_before(v, begin, done));
		done = at = end;
	}
}

static struct view
raw_of(const struct message *m, struct view name)
{
	const struct header *field = message_header(m, name, 0);

	return field == NULL ? (struct view){ NULL, 0 } : field->raw;
}

int
body_read(struct pool *p, struct message *m)
{
	struct reader r = {
		.pool = p,
		.m = m,
		.plain = TEXT_INIT(LIMIT_PART_SIZE),
		.html = TEXT_INIT(LIMIT_PART_SIZE),
	};
	struct part top = {
		.type = raw_of(m, VIEW("Content-Type")),
		.encoding = raw_of(m, VIEW("Content-Transfer-Encoding")),
		.disposition = raw_of(m, VIEW("Content-Disposition")),
		.content = m->body,
	};
	int result = mime_walk(&top, add_part, &r, &m->cut);

	if (!text_ok(&r.plain) || !text_ok(&r.html))
		result = -1;
	m->plain = as_matched(&r, &r.plain, NORMAL_LINES);
	m->html = as_matched(&r, &r.html, NORMAL_FOLDED);
	add_plain_links(&r);
	m->link = r.link;
	text_free(&r.plain);
	text_free(&r.html);
	return result;
}
