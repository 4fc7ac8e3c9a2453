// SPDX-License-Identifier: BSD-2-Clause
/*
 * imitation.c - whether a mail wants to be taken for the network's.
 */
#include "recognise/imitation.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "mail/addr.h"
#include "mail/lookalike.h"
#include "mail/mime.h"
#include "recognise/reading.h"

enum { SHOWN_DOMAIN = 80 };

/* What the mail has of the network. */
struct looks {
	struct view domain; /* of From */
	enum lookalike alike;
	bool below;  /* it is one below a domain of the network */
	bool named;  /* the display name is as the network has it */
	bool listed; /* so is one whose address is that of the mail's list */
	bool worded;
	struct view elsewhere; /* a host some link leads to, or empty */
	bool unseen;           /* links may have been left out */
};

/* What is left out of a message may have had links. */
static const unsigned cuts_links =
    MESSAGE_CUT_BODY | MESSAGE_CUT_PARTS | MESSAGE_CUT_TEXT | MESSAGE_CUT_LINKS;

static bool
is_blank(uint32_t c)
{
	return c <= ' ' || c == 0xA0 || c == 0x1680 ||
	    (c >= 0x2000 && c <= 0x200A) || c == 0x202F || c == 0x205F ||
	    c == 0x3000;
}

/* Without what is not shown, and with runs of blanks as one. */
static void
add_shown(struct text *out, struct view v)
{
	bool blank = false;

	for (size_t at = 0; at < v.size;) {
		size_t from = at;
		uint32_t c = utf8_next(v, &at);

		if (is_blank(c))
			blank = true;
		else if (!utf8_is_hidden(c)) {
			if (blank)
				text_add_byte(out, ' ');
			text_add(out, view_part(v, from, at - from));
			blank = false;
		}
	}
}

/* Anywhere in a long text, which is read in pieces that overlap. */
static bool
is_hinted(const struct pack *pack, struct view text)
{
	for (size_t at = 0; at < text.size; at += LIMIT_LOOKALIKE / 2)
		if (lookalike_in_text(view_part(text, at, LIMIT_LOOKALIKE),
			pack->imitations.name))
			return true;
	return false;
}

bool
imitation_is_hinted(const struct pack *pack, struct view raw)
{
	struct text decoded = TEXT_INIT(LIMIT_ADDRESS_FIELD);
	struct text shown = TEXT_INIT(LIMIT_ADDRESS_FIELD);
	bool encoded = view_find(raw, VIEW("=?")) != VIEW_NONE, hinted;

	if (pack->imitations.name.size == 0)
		return false;
	/* Hardly any is longer, and those need no memory. */
	if (!encoded && raw.size <= LIMIT_LOOKALIKE)
		return lookalike_in_text(raw, pack->imitations.name);
	/* What does not fit is not read either. */
	if (encoded)
		mime_decode_field(raw, &decoded);
	add_shown(&shown, encoded ? text_view(&decoded) : raw);
	hinted = is_hinted(pack, text_view(&shown));
	text_free(&decoded);
	text_free(&shown);
	return hinted;
}

static bool
is_slash(char byte)
{
	return byte == '/' || byte == '\\';
}

/*
 * The host of a link to a page, or an empty view.  As browsers read it (WHATWG
 * URL, 4.4): "\" is "/", behind the scheme there may be any number of them, and
 * without one two are enough.
 */
static struct view
host_of(struct view url)
{
	bool web = view_starts_nocase(url, VIEW("http:")) ||
	    view_starts_nocase(url, VIEW("https:"));
	struct view host = url;
	size_t end = 0, at = 0;

	if (web)
		host = view_part(url, view_find_byte(url, ':') + 1, url.size);
	while (at < host.size && is_slash(host.data[at]))
		at++;
	if (!web && at < 2)
		return VIEW("");
	host = view_part(host, at, host.size);
	while (end < host.size && !is_slash(host.data[end]) &&
	    host.data[end] != '?' && host.data[end] != '#')
		end++;
	host = view_part(host, 0, end);
	while ((at = view_find_byte(host, '@')) != VIEW_NONE)
		host = view_part(host, at + 1, host.size);
	return view_part(host, 0, view_find_byte(host, ':'));
}

static struct view
find_elsewhere(const struct pack *pack, const struct message *m)
{
	const struct auth_list *own = &pack->imitations.links;

	for (size_t i = 0; i < m->link_count; i++) {
		struct view host = host_of(m->link[i].url);

		if (host.size > 0 &&
		    !addr_domain_in(host, own->domain, own->count, true))
			return host;
	}
	return VIEW("");
}

static bool
matches(struct reading *r, const struct pattern *pattern, struct subjects *on)
{
	if (!reading_may_match(r, on, pattern))
		return false;
	for (size_t i = 0; i < on->count; i++)
		if (reading_match(r, pattern->regex, on->item[i], 0))
			return true;
	return false;
}

static bool
has_wording(struct reading *r)
{
	const struct imitations *of = &r->pack->imitations;
	struct subjects *subject = reading_signal(r, SIGNAL_SUBJECT);
	struct subjects *body = reading_signal(r, SIGNAL_BODY);

	for (size_t i = 0; i < of->wordings; i++)
		if (matches(r, &of->wording[i], subject) ||
		    matches(r, &of->wording[i], body))
			return true;
	return false;
}

/* The display name, with the name as it is meant to be read. */
static bool
has_display(struct reading *r, struct view display)
{
	const struct imitations *of = &r->pack->imitations;
	struct text plain = TEXT_INIT(LIMIT_ADDRESS_FIELD);
	struct text shown = TEXT_INIT(LIMIT_ADDRESS_FIELD);
	bool found = false;

	add_shown(&shown, display);
	lookalike_add_plain(&plain, text_view(&shown), of->name);
	for (size_t i = 0; !found && text_ok(&plain) && i < of->displays; i++)
		found = reading_match(r, of->display[i].regex,
		    text_view(&plain), 0);
	text_free(&plain);
	text_free(&shown);
	return found;
}

/*
 * Whether the address in From is that of the list the mail came by, or is said
 * to be: whoever writes the one field may write the other.
 */
static bool
is_from_list(const struct message *m, struct view domain)
{
	struct view id = message_value(m, VIEW("List-Id"));
	size_t end = id.size, open;

	while (end > 0 && id.data[end - 1] != '>')
		end--;
	id = view_part(id, 0, end == 0 ? id.size : end - 1);
	while ((open = view_find_byte(id, '<')) != VIEW_NONE)
		id = view_part(id, open + 1, id.size);
	return addr_domain_in(view_trim(id), &domain, 1, true);
}

/* What a reader is shown for the mailbox, where that is no address. */
static struct view
shown_name(const struct mailbox *mailbox)
{
	return mailbox->name.size > 0 ? mailbox->name : mailbox->address;
}

/* false: From is the network's own, or nothing can be said of it. */
static bool
look_at_from(struct reading *r, struct looks *l)
{
	const struct auth_list *own = &r->pack->network.from;
	const struct imitations *of = &r->pack->imitations;
	const struct message *m = r->message;

	for (size_t i = 0; i < m->from_count; i++) {
		struct view local, domain;
		enum lookalike alike;

		if (addr_split(m->from[i].address, &local, &domain) < 0) {
			l->named |= has_display(r, shown_name(&m->from[i]));
			continue;
		}
		if (addr_domain_in(domain, own->domain, own->count, false) ||
		    addr_domain_in(domain, of->except.domain, of->except.count,
			true))
			return false;
		l->below |=
		    addr_domain_in(domain, own->domain, own->count, true);
		alike = l->below ? LOOKALIKE_NO
				 : lookalike_domain(domain, of->name);
		if (l->domain.size == 0 || alike > l->alike) {
			l->domain = domain;
			l->alike = alike;
		}
		if (has_display(r, m->from[i].name))
			*(is_from_list(m, domain) ? &l->listed : &l->named) =
			    true;
	}
	if (m->from_count == 0)
		l->named = has_display(r, message_value(m, VIEW("From")));
	return l->alike != LOOKALIKE_NO || l->named || l->listed;
}

static enum imitation_kind
weigh_named(const struct looks *l, bool named)
{
	bool full = l->worded && (l->elsewhere.size > 0 || l->unseen);

	if (l->below)
		return named && full ? IMITATION_NAMED : IMITATION_NO;
	switch (l->alike) {
	case LOOKALIKE_LABEL:
	case LOOKALIKE_LETTERS:
		return full ? IMITATION_FULL : IMITATION_NAMED;
	case LOOKALIKE_PART:
	case LOOKALIKE_NEAR:
		if (full)
			return IMITATION_FULL;
		return l->worded || named ? IMITATION_NAMED : IMITATION_NO;
	default:
		return named && full ? IMITATION_FULL : IMITATION_NO;
	}
}

static enum imitation_kind
weigh(const struct looks *l)
{
	enum imitation_kind kind = weigh_named(l, l->named);

	if (kind == IMITATION_NO && l->listed &&
	    weigh_named(l, true) != IMITATION_NO)
		return IMITATION_LISTED;
	return kind;
}

static const char *
alike_words(enum lookalike alike)
{
	static const char *const words[] = {
		[LOOKALIKE_NO] = "is another than that of the name",
		[LOOKALIKE_PART] = "has the name in a label",
		[LOOKALIKE_NEAR] = "is nearly the name",
		[LOOKALIKE_LABEL] = "has the name as a label",
		[LOOKALIKE_LETTERS] = "has letters that look like the name",
	};

	return words[alike];
}

static void
explain(const struct looks *l, struct imitation *found)
{
	struct text domain = TEXT_INIT(LIMIT_FIELD_SIZE);
	struct text host = TEXT_INIT(LIMIT_FIELD_SIZE);

	utf8_add_printable(&domain, l->domain, SHOWN_DOMAIN);
	utf8_add_printable(&host, l->elsewhere, SHOWN_DOMAIN / 2);
	snprintf(found->why, sizeof(found->why), "%s %s%s%s%s%s",
	    l->domain.size > 0 ? text_string(&domain) : "no domain of From",
	    alike_words(l->alike),
	    found->kind == IMITATION_LISTED ? ", but of a list" : "",
	    l->worded ? ", with its wording" : "",
	    host.size > 0   ? ", links to "
		: l->unseen ? ", links left out"
			    : "",
	    text_string(&host));
	text_free(&domain);
	text_free(&host);
}

bool
imitation_has_name(const struct pack *pack, const struct message *m,
    struct regex_scratch *scratch, struct pool *p, struct request *out)
{
	struct reading r = {
		.pack = pack,
		.message = m,
		.scratch = scratch,
		.pool = p,
		.out = out,
	};

	for (size_t i = 0; pack->imitations.name.size > 0 && i < m->from_count;
	     i++)
		if (has_display(&r, m->from[i].name))
			return true;
	return false;
}

/* Of what was read out of it nothing is to be believed. */
static void
forget(struct request *out, const struct pack *pack, const struct looks *l)
{
	unsigned errors = out->pattern_errors;
	bool by_domain = l->alike != LOOKALIKE_NO;

	memset(out, 0, sizeof(*out));
	out->network = pack->name;
	out->type = REQUEST_OTHER;
	out->why_other = "an imitation";
	out->mutual = -1;
	out->pattern_errors = errors;
	out->evidence[0].rule = by_domain ? pack->imitations.by_domain
					  : pack->imitations.by_display;
	out->evidence[0].where = by_domain ? "From address" : "From name";
	out->evidence_count = 1;
}

int
imitation_find(const struct pack *pack, const struct message *m,
    struct regex_scratch *scratch, struct pool *p, struct request *out,
    struct imitation *found)
{
	struct reading r = {
		.pack = pack,
		.message = m,
		.scratch = scratch,
		.pool = p,
		.out = out,
	};
	struct looks looks = { .alike = LOOKALIKE_NO };

	memset(found, 0, sizeof(*found));
	if (pack->imitations.name.size == 0 || !look_at_from(&r, &looks))
		return 0;
	looks.worded = has_wording(&r);
	looks.elsewhere = find_elsewhere(pack, m);
	looks.unseen = (m->cut & cuts_links) != 0;
	found->kind = weigh(&looks);
	if (found->kind != IMITATION_NO) {
		explain(&looks, found);
		forget(out, pack, &looks);
	}
	return pool_ok(p) ? 0 : -1;
}
