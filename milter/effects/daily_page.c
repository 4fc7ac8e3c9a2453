// SPDX-License-Identifier: BSD-2-Clause
/*
 * daily_page.c - what was held or filed, as its user reads it: plain text and
 * HTML, by one set of words.
 *
 * No link out of any mail, and no address: text of mail goes through
 * notice_add_line(), which leaves nothing that a mail program would make one.
 * In HTML it is escaped, and isolated from the direction of what is around it.
 */
#include "base/limits.h"
#include "base/utf8.h"
#include "effects/compose_parts.h"
#include "effects/daily.h"
#include "mail/auth.h"
#include "recognise/request.h"

struct page {
	struct text *out;
	bool html;
	struct view postmaster;
};

/* More than a line shown, with a blank behind each of its octets. */
enum { LINE_SIZE = 12 * LIMIT_SHOWN_SIZE };

static void
add_escaped(struct view v, struct text *out)
{
	for (size_t i = 0; i < v.size; i++)
		switch (v.data[i]) {
		case '&':
			text_add_string(out, "&amp;");
			break;
		case '<':
			text_add_string(out, "&lt;");
			break;
		case '>':
			text_add_string(out, "&gt;");
			break;
		case '"':
			text_add_string(out, "&quot;");
			break;
		case '\'':
			text_add_string(out, "&#39;");
			break;
		default:
			text_add_byte(out, v.data[i]);
		}
}

/* Our own words, which need no care. */
static void
put(const struct page *p, const char *words)
{
	text_add_string(p->out, words);
}

/* One line that is fit to be shown. */
static void
put_line(const struct page *p, const struct text *line)
{
	p->out->failed |= line->failed;
	if (!p->html) {
		text_add(p->out, text_view(line));
		return;
	}
	put(p, "<bdi>");
	add_escaped(text_view(line), p->out);
	put(p, "</bdi>");
}

/* Text out of mail, or out of a job that others may have written. */
static void
put_value(const struct page *p, struct view v)
{
	struct text line = TEXT_INIT(LINE_SIZE);

	notice_add_line(v, &line);
	put_line(p, &line);
	text_free(&line);
}

/* The site's own words: an address in them may be one. */
static void
put_postmaster(const struct page *p)
{
	struct text line = TEXT_INIT(LINE_SIZE);

	utf8_add_printable(&line,
	    p->postmaster.size > 0 ? p->postmaster : VIEW("your postmaster"),
	    LIMIT_SHOWN_SIZE);
	put_line(p, &line);
	text_free(&line);
}

static void
put_paragraph(const struct page *p, const char *words)
{
	put(p, p->html ? "<p>" : "");
	put(p, words);
	put(p, p->html ? "</p>\n" : "\n");
}

static void
begin_field(const struct page *p, const char *label)
{
	if (p->html)
		text_addf(p->out,
		    "<tr><th align=\"left\" valign=\"top\">%s</th><td>", label);
	else
		text_addf(p->out, "   %-7s ", label);
}

static void
end_field(const struct page *p)
{
	put(p, p->html ? "</td></tr>\n" : "\n");
}

static void
put_what(const struct page *p, const struct daily_entry *e)
{
	enum request_type type = REQUEST_OTHER;

	(void)request_type_parse(e->type, &type); /* unknown: other */
	put_value(p, e->when);
	text_addf(p->out, ", %s", request_type_words(type));
}

static void
put_who(const struct page *p, const struct daily_entry *e)
{
	enum trust trust = TRUST_NONE;

	(void)auth_trust_parse(e->trust, &trust); /* unknown: none */
	if (e->unnamed)
		put(p, "(name not kept at this site)");
	else
		put_value(p, e->who.size > 0 ? e->who : VIEW("somebody"));
	if (e->others > 0)
		text_addf(p->out, " and %lld other%s", e->others,
		    e->others == 1 ? "" : "s");
	if (e->headline.size > 0) {
		put(p, ", ");
		put_value(p, e->headline);
	}
	if (trust == TRUST_FORGED)
		put(p, " (FORGED)");
	else if (trust != TRUST_VERIFIED && trust != TRUST_DIRECT)
		put(p, " (NOT VERIFIED, anybody may have written it)");
}

static void
put_why(const struct page *p, const struct daily_entry *e)
{
	if (e->rule.size == 0) {
		put(p, "this site holds what imitates a network");
		return;
	}
	put(p, "your rule \"");
	put_value(p, e->rule);
	put(p, "\"");
}

static void
put_done(const struct page *p, const struct daily_entry *e, bool held)
{
	if (!held) {
		put(p, "filed into ");
		put_value(p, e->folder);
		if (e->draft)
			put(p, "; a draft of an answer was to come by mail");
	} else if (view_equal(e->outcome, VIEW("released"))) {
		put(p, "held, and released to you since");
	} else if (view_equal(e->outcome, VIEW("deleted"))) {
		put(p, "held, and deleted since");
	} else {
		put(p, "held; to get it, ask ");
		put_postmaster(p);
		put(p, " for ");
		put_value(p, e->queue_id);
	}
}

static void
put_entry(const struct page *p, const struct daily_entry *e, bool held)
{
	begin_field(p, "What:");
	put_what(p, e);
	end_field(p);
	begin_field(p, "From:");
	put_who(p, e);
	end_field(p);
	begin_field(p, "Why:");
	put_why(p, e);
	end_field(p);
	begin_field(p, "Now:");
	put_done(p, e, held);
	end_field(p);
}

static void
put_list(const struct page *p, const struct daily_list *list, bool held)
{
	long long all = (long long)list->count + list->more;

	if (all == 0)
		return;
	text_addf(p->out, p->html ? "<h2>%s: %lld</h2>\n" : "\n%s: %lld\n",
	    held ? "Held on the server" : "Filed", all);
	for (size_t i = 0; i < list->count; i++) {
		if (p->html)
			put(p, "<table>\n");
		else
			text_addf(p->out, "\n%zu.\n", i + 1);
		put_entry(p, &list->entry[i], held);
		put(p, p->html ? "</table>\n<hr>\n" : "");
	}
	if (list->more > 0)
		text_addf(p->out,
		    p->html ? "<p>and %lld more</p>\n" : "\nand %lld more\n",
		    list->more);
}

/* Whether anything in it is said by whoever wrote the mails. */
static bool
has_names(const struct daily *d)
{
	for (int kind = 0; kind < DAILY_KINDS; kind++)
		for (size_t i = 0; i < d->list[kind].count; i++) {
			const struct daily_entry *e = &d->list[kind].entry[i];

			if (e->who.size > 0 || e->headline.size > 0)
				return true;
		}
	return false;
}

static void
put_all(const struct page *p, const struct daily *d)
{
	put(p, p->html ? "<p>" : "");
	put(p,
	    "What was held or filed for you of the mail of social networks"
	    ", ");
	put_value(p, d->period);
	put(p, p->html ? ".</p>\n" : ".\n");
	for (int kind = 0; kind < DAILY_KINDS; kind++)
		put_list(p, &d->list[kind], kind == DAILY_HELD);
	put(p, p->html ? "" : "\n");
	if (has_names(d))
		put_paragraph(p,
		    "Names and headlines are as the mails have them.");
	put_paragraph(p,
	    "You get this since your rules.conf says digest = daily; without "
	    "that there\nare no more of them.");
}

void
daily_add_subject(const struct daily *d, struct text *out)
{
	static const char *const words[DAILY_KINDS] = { "held", "filed" };
	bool behind = false;

	for (int kind = 0; kind < DAILY_KINDS; kind++) {
		const struct daily_list *list = &d->list[kind];
		long long all = (long long)list->count + list->more;

		if (all == 0)
			continue;
		text_addf(out, "%s%lld %s", behind ? ", " : "", all,
		    words[kind]);
		behind = true;
	}
	text_add_string(out, " for you: ");
	notice_add_line(d->period, out);
}

void
daily_add_text(const struct daily *d, struct view postmaster, struct text *out)
{
	const struct page p = { .out = out, .postmaster = postmaster };

	put_all(&p, d);
}

void
daily_add_html(const struct daily *d, struct view postmaster, struct text *out)
{
	const struct page p = { .out = out,
		.html = true,
		.postmaster = postmaster };
	struct text subject = TEXT_INIT(LIMIT_SUBJECT_SIZE);

	put(&p,
	    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n<title>");
	daily_add_subject(d, &subject);
	add_escaped(text_view(&subject), out);
	out->failed |= subject.failed;
	text_free(&subject);
	put(&p, "</title>\n</head>\n<body>\n");
	put_all(&p, d);
	put(&p, "</body>\n</html>\n");
}
