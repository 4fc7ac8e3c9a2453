// SPDX-License-Identifier: BSD-2-Clause
/*
 * notice.c - the text that shows a draft to its user, or a mistake in the
 * user's files.
 *
 * The user's own eyes may see who asks and what for, but nothing in here may
 * be a link but ours: one to the address the network has for answers, or to
 * the page that its pack names.  Where nobody vouches for the mail there is
 * neither.
 */
#include "base/limits.h"
#include "base/utf8.h"
#include "effects/compose_parts.h"
#include "mail/auth.h"
#include "mail/mailto.h"

/*
 * Whether a link or an address goes on behind the octet: "https:", "a@", and
 * a full stop with two letters behind it.  "Ph.D." and "3.5" are none.
 */
static bool
goes_on(struct view v, size_t at)
{
	struct view rest = view_part(v, at + 1, VIEW_NONE);
	unsigned char next = rest.size == 0 ? ' ' : (unsigned char)rest.data[0];

	switch (v.data[at]) {
	case '@':
		return next != ' ';
	case ':':
		return next != ' ' && at > 0 && byte_is_letter(v.data[at - 1]);
	case '.':
		return next >= 0x80 ||
		    (byte_is_letter((char)next) && rest.size > 1 &&
			((unsigned char)rest.data[1] >= 0x80 ||
			    rest.data[1] == '-' ||
			    byte_is_letter(rest.data[1]) ||
			    byte_is_digit(rest.data[1])));
	default:
		return false;
	}
}

void
notice_add_line(struct view v, struct text *out)
{
	struct text line = TEXT_INIT(4 * LIMIT_SHOWN_SIZE);
	struct view shown;

	utf8_add_printable(&line, v, LIMIT_SHOWN_SIZE);
	shown = text_view(&line);
	for (size_t i = 0; i < shown.size; i++) {
		text_add_byte(out, shown.data[i]);
		if (goes_on(shown, i))
			text_add_byte(out, ' ');
	}
	out->failed |= line.failed;
	text_free(&line);
}

static void
add_fact(struct text *out, const char *label, struct view v)
{
	if (v.size == 0)
		return;
	text_addf(out, "%-10s", label);
	notice_add_line(v, out);
	text_add_byte(out, '\n');
}

static void
add_trust(struct text *out, enum trust trust)
{
	static const char *const words[] = {
		[TRUST_NONE] = "NOT VERIFIED, anybody may have written it",
		[TRUST_CLAIMED] = "NOT VERIFIED, anybody may have written it",
		[TRUST_VERIFIED] = "signed by the network, handed on by others",
		[TRUST_DIRECT] = "signed and handed in by the network",
		[TRUST_FORGED] = "FORGED",
	};

	text_addf(out, "%-10s%s (%s)\n", "Sender:", words[trust],
	    auth_trust_name(trust));
}

static void
add_facts(const struct job *job, enum trust trust, struct text *out)
{
	text_add_string(out, "Your rules propose an answer to ");
	notice_add_line(job->summary, out);
	text_add_string(out, ".\nNothing was sent.\n\n");
	add_fact(out, "Headline:", job->headline);
	add_fact(out, "Company:", job->company);
	add_fact(out, "Network:", job->network);
	add_trust(out, trust);
	add_fact(out, "Rule:", job->rule);
	add_fact(out, "Template:", job->template_name);
}

#define LINE "----------------------------------------\n"

static void
add_answer(struct view subject, struct view body, struct text *out)
{
	text_add_string(out, "\nThe answer:\n" LINE);
	if (subject.size > 0)
		text_addf(out, "Subject: %.*s\n\n", VIEW_ARG(subject));
	text_add(out, body);
	if (body.size > 0 && body.data[body.size - 1] != '\n')
		text_add_byte(out, '\n');
	text_add_string(out, LINE "\n");
}

/* Programs take no longer one: the text is left to be pasted, or all is. */
static bool
add_mailto(struct view route, struct view subject, struct view body,
    struct text *out)
{
	struct text whole = TEXT_INIT(8 * LIMIT_NOTICE_SIZE);
	struct text bare = TEXT_INIT(8 * LIMIT_NOTICE_SIZE);
	bool fits;

	mailto_add(route, subject, body, &whole);
	mailto_add(route, subject, VIEW(""), &bare);
	if (bare.size > LIMIT_MAILTO_SIZE) {
		text_clear(&bare);
		mailto_add(route, VIEW(""), VIEW(""), &bare);
	}
	fits = whole.size <= LIMIT_MAILTO_SIZE;
	text_addf(out, "<%s>\n", text_string(fits ? &whole : &bare));
	out->failed |= whole.failed | bare.failed;
	text_free(&whole);
	text_free(&bare);
	return fits;
}

/* With an address to answer to. */
static void
add_way_by_mail(const struct job *job, struct view subject, struct view body,
    struct text *out)
{
	text_add_string(out,
	    "To send it, open this link: your mail program shows a new mail,\n"
	    "which you may change before you send it.\n\n");
	if (!add_mailto(job->route, subject, body, out))
		text_add_string(out,
		    "\nThe answer is too long for a link: copy it from above "
		    "into that mail.\n");
}

static void
add_way(const struct job *job, enum trust trust, struct view subject,
    struct view body, struct text *out)
{
	if (trust != TRUST_VERIFIED && trust != TRUST_DIRECT)
		text_add_string(out,
		    "Nobody vouches for the mail that asks for it: it may be "
		    "forged. So there\n"
		    "is no link here, and do not follow those of the mail. Go "
		    "to the network\n"
		    "as you always do, and if the request is there, copy the "
		    "text from above.\n");
	else if (job->route.size > 0)
		add_way_by_mail(job, subject, body, out);
	else if (job->page.size > 0)
		text_addf(out,
		    "There is no address to mail it to. Copy the text from "
		    "above and answer here:\n\n<%.*s>\n",
		    VIEW_ARG(job->page));
	else
		text_add_string(out,
		    "There is no address to mail it to. Go to the network, "
		    "and copy the text\nfrom above.\n");
}

void
notice_add(const struct job *job, const struct template *t, struct text *out)
{
	struct text subject = TEXT_INIT(LIMIT_SUBJECT_SIZE);
	struct text body = TEXT_INIT(LIMIT_REPLY_SIZE);
	enum trust trust = TRUST_NONE;

	(void)auth_trust_parse(job->trust, &trust); /* unknown: none */
	template_fill(t->subject, job, &subject);
	template_fill(t->body, job, &body);
	add_facts(job, trust, out);
	add_answer(text_view(&subject), text_view(&body), out);
	add_way(job, trust, text_view(&subject), text_view(&body), out);
	out->failed |= subject.failed | body.failed;
	text_free(&subject);
	text_free(&body);
}

void
notice_add_mistake(const struct job *job, struct text *out)
{
	bool kept = view_equal(job->template_name, VIEW(NOTICE_KEPT));

	text_add_string(out,
	    "There is a mistake in your rules for mail of social networks, or "
	    "in a file\nthat they name:\n\n    ");
	/* The user's own words; nothing in here comes from a mail. */
	utf8_add_printable(out, job->summary, LIMIT_FIELD_SIZE);
	text_add_string(out,
	    kept ? "\n\nSo what you changed is not in force.  Until you mend "
		   "it, the filter goes by\nyour rules as they were before.\n"
		 : "\n\nSo none of your rules is in force.  Until you mend it, "
		   "such mail only gets\nthe header X-RSVP, and nothing is "
		   "held or answered for you.\n");
	text_add_string(out,
	    "\nIf the file has more mistakes, the next one shows when this one "
	    "is mended.\nYou get one such mail a day at most, and none once "
	    "all is right.\n");
}
