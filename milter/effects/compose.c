// SPDX-License-Identifier: BSD-2-Clause
/*
 * compose.c - the mail that goes out, the one place where it is written.
 *
 * Everything that becomes part of a header was checked before: addresses are
 * plain, other values hold no control character.  What is not so is refused,
 * never mended.
 */
#include "effects/compose.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "effects/compose_parts.h"
#include "effects/daily.h"
#include "effects/template_parts.h"
#include "mail/addr.h"
#include "mail/mime.h"

#define PROGRAM "rsvp-milter"

/* Of a digest's entries, which a job holds. */
enum { POOL_SIZE = 16 * LIMIT_JOB_SIZE };

/*
 * Controls in a value could begin a header of their own, direction marks turn
 * what is read; a name that was cleaned has neither.
 */
static bool
is_clean(struct view v)
{
	for (size_t at = 0; at < v.size;)
		if (utf8_is_hidden(utf8_next(v, &at)))
			return false;
	return utf8_valid(v);
}

/* "<left@right>" of visible ASCII without more brackets (RFC 5322, 3.6.4). */
static bool
is_message_id(struct view v)
{
	size_t at = view_find_byte(v, '@');

	if (v.size < 5 || v.size > LIMIT_NAME_SIZE || v.data[0] != '<' ||
	    v.data[v.size - 1] != '>' || at == VIEW_NONE || at == 1 ||
	    v.data[v.size - 2] == '@')
		return false;
	for (size_t i = 1; i + 1 < v.size; i++)
		if (v.data[i] <= ' ' || v.data[i] >= 0x7F || v.data[i] == '<' ||
		    v.data[i] == '>')
			return false;
	return true;
}

static void
add_field(struct text *out, const char *name, struct view value)
{
	text_addf(out, "%s: ", name);
	mime_encode_field(view_of(name), value, out);
	text_add_byte(out, '\n');
}

void
template_fill(struct view words, const struct job *job, struct text *out)
{
	struct view rest = words;
	struct template_part part;

	while (template_next(&rest, &part)) {
		struct view value = view_equal(part.variable, VIEW("given"))
		    ? job->given
		    : job->sender_name;

		if (part.text.size > 0)
			text_add(out, part.text);
		else
			text_add(out, value.size > 0 ? value : part.otherwise);
	}
}

/* One mail, and what is in it: one item, or several drafts. */
struct letter {
	const struct compose_item *item;
	size_t count;
	const struct job *job; /* of the first */
	enum job_mode mode;
	struct daily daily; /* of JOB_DIGEST */
};

static void
add_subject(const struct letter *l, struct text *out)
{
	struct text subject = TEXT_INIT(LIMIT_SUBJECT_SIZE);
	const struct template *t = l->item->template; /* of a notice: NULL */

	/*
	 * RFC 3834, 3.1.5 wants "Auto: " and the subject that is answered;
	 * but a subject is what a stranger wrote, and quoting it can confirm
	 * a subscription, so it is never repeated.
	 */
	if (l->count > 1) {
		text_addf(&subject, "Drafts of answers to %zu requests",
		    l->count);
	} else if (l->mode == JOB_DIGEST) {
		daily_add_subject(&l->daily, &subject);
	} else if (l->mode == JOB_NOTICE) {
		text_add_string(&subject, "A mistake in your rules");
	} else if (l->mode == JOB_DRAFT) {
		text_add_string(&subject, "Draft of an answer: ");
		notice_add_line(l->job->summary, &subject);
	} else if (t->subject.size > 0) {
		template_fill(t->subject, l->job, &subject);
	} else {
		text_add_string(&subject, "Automated reply");
	}
	add_field(out, "Subject", text_view(&subject));
	if (!text_ok(&subject))
		out->failed = true;
	text_free(&subject);
}

static void
add_mailboxes(const struct job *job, struct text *out)
{
	text_add_string(out, "From: ");
	mime_encode_mailbox(job->mode == JOB_REPLY ? job->sender_name
						   : VIEW(PROGRAM),
	    job->sender, out);
	text_addf(out, "\nTo: %.*s\n", VIEW_ARG(job->recipient));
}

static void
add_threading(const struct job *job, struct text *out)
{
	if (!is_message_id(job->message_id))
		return;
	text_addf(out, "In-Reply-To: %.*s\nReferences: %.*s\n",
	    VIEW_ARG(job->message_id), VIEW_ARG(job->message_id));
}

static void
add_headers(const struct letter *l, const struct compose_facts *f,
    struct text *out)
{
	char date[CLOCK_ISO_SIZE];

	clock_rfc5322(f->now_ms, date);
	add_mailboxes(l->job, out);
	add_subject(l, out);
	text_addf(out, "Date: %s\nMessage-ID: <%s@%s>\n", date, f->unique,
	    f->host);
	if (l->count == 1)
		add_threading(l->job, out);
	/* RFC 3834, 5.2; the vendor's header keeps Exchange from answering. */
	text_addf(out,
	    "Auto-Submitted: %s (" PROGRAM ")\n"
	    "X-Auto-Response-Suppress: All\nX-RSVP-Loop: %s\n"
	    "MIME-Version: 1.0\n",
	    l->mode == JOB_REPLY ? "auto-replied" : "auto-generated",
	    f->loop_key);
}

static bool
is_ascii(struct view v)
{
	size_t column = 0;

	for (size_t i = 0; i < v.size; i++) {
		column = v.data[i] == '\n' ? 0 : column + 1;
		if ((unsigned char)v.data[i] > 0x7E || column > 76)
			return false;
	}
	return true;
}

/* A part, or all, in as few octets above the seven bits as it can be. */
static void
add_text(const char *type, struct view body, struct text *out)
{
	text_addf(out, "Content-Type: %s; charset=utf-8\n", type);
	if (is_ascii(body)) {
		text_add_string(out, "Content-Transfer-Encoding: 7bit\n\n");
		text_add(out, body);
	} else {
		text_add_string(out,
		    "Content-Transfer-Encoding: quoted-printable\n\n");
		mime_encode_text(body, out);
	}
}

/*
 * The same twice, for programs of either kind.  No line of a mail can be the
 * boundary: nobody knows our random word when he writes it.
 */
static void
add_alternatives(const struct letter *l, const struct compose_facts *f,
    struct text *out)
{
	struct text plain = TEXT_INIT(LIMIT_DIGEST_SIZE);
	struct text html = TEXT_INIT(LIMIT_DIGEST_SIZE);
	struct view postmaster = view_of(f->postmaster);

	daily_add_text(&l->daily, postmaster, &plain);
	daily_add_html(&l->daily, postmaster, &html);
	text_addf(out,
	    "Content-Type: multipart/alternative; boundary=\"=_%s\"\n"
	    "\n--=_%s\n",
	    f->unique, f->unique);
	add_text("text/plain", text_view(&plain), out);
	text_addf(out, "\n--=_%s\n", f->unique);
	add_text("text/html", text_view(&html), out);
	text_addf(out, "\n--=_%s--\n", f->unique);
	out->failed |= plain.failed | html.failed;
	text_free(&plain);
	text_free(&html);
}

/* What a mail of several drafts has in it, then one after the other. */
static void
add_drafts(const struct letter *l, struct text *body)
{
	text_addf(body,
	    "Your rules propose answers to %zu requests. Nothing was sent.\n\n",
	    l->count);
	for (size_t i = 0; i < l->count; i++) {
		text_addf(body, "%zu. ", i + 1);
		notice_add_line(l->item[i].job->summary, body);
		text_add_byte(body, '\n');
	}
	for (size_t i = 0; i < l->count; i++) {
		text_addf(body,
		    "\n\n======================== %zu of %zu "
		    "========================\n\n",
		    i + 1, l->count);
		notice_add(l->item[i].job, l->item[i].template, body);
	}
}

static void
add_one_text(const struct letter *l, struct text *out)
{
	struct text body = TEXT_INIT(l->count > 1 ? LIMIT_DIGEST_SIZE
		: l->mode == JOB_REPLY            ? LIMIT_REPLY_SIZE
						  : LIMIT_NOTICE_SIZE);

	if (l->count > 1)
		add_drafts(l, &body);
	else if (l->mode == JOB_NOTICE)
		notice_add_mistake(l->job, &body);
	else if (l->mode == JOB_DRAFT)
		notice_add(l->job, l->item->template, &body);
	else
		template_fill(l->item->template->body, l->job, &body);
	if (body.size > 0 && body.data[body.size - 1] != '\n')
		text_add_byte(&body, '\n');
	add_text("text/plain", text_view(&body), out);
	if (!text_ok(&body))
		out->failed = true;
	text_free(&body);
}

static void
add_body(const struct letter *l, const struct compose_facts *f,
    struct text *out)
{
	if (l->mode == JOB_DIGEST)
		add_alternatives(l, f, out);
	else
		add_one_text(l, out);
}

/* Nothing that could end a link, or hide where it leads. */
static bool
is_page(struct view page)
{
	for (size_t i = 0; i < page.size; i++)
		if (page.data[i] <= ' ' || page.data[i] >= 0x7F ||
		    page.data[i] == '<' || page.data[i] == '>')
			return false;
	return page.size <= LIMIT_PAGE_SIZE;
}

/* A host's name, a number, a digest. */
static bool
is_own_word(const char *word)
{
	for (const char *c = word; *c != '\0'; c++)
		if (!byte_is_letter(*c) && !byte_is_digit(*c) && *c != '-' &&
		    *c != '_' && *c != '.')
			return false;
	return word[0] != '\0';
}

/* What is said of us in headers, out of the settings or the system. */
static int
check_facts(const struct compose_facts *f, struct err *e)
{
	if (!is_own_word(f->host))
		return err_set(e,
		    "the host \"%s\" cannot stand in a Message-ID", f->host);
	if (!is_own_word(f->unique) || !is_own_word(f->loop_key))
		return err_set(e, "our own words cannot stand in a header");
	return 0;
}

static int
check_job(const struct job *job, struct err *e)
{
	if (!addr_is_plain(job->sender))
		return err_set(e, "the user's address is not a plain one");
	if (!addr_is_plain(job->recipient))
		return err_set(e,
		    "the address to answer to is not a plain one");
	if (!is_clean(job->sender_name) || !is_clean(job->given))
		return err_set(e, "a control character in a name");
	if (job->route.size > 0 && !addr_is_plain(job->route))
		return err_set(e, "the route is not a plain address");
	if (!is_page(job->page))
		return err_set(e, "the network's page is no link");
	return 0;
}

int
compose_digest(const struct compose_item *item, size_t count,
    const struct compose_facts *f, struct text *out, struct err *e)
{
	struct letter l = { .item = item,
		.count = count,
		.job = item->job,
		.mode = item->job->mode };
	struct pool *p;
	int result = 0;

	for (size_t i = 0; i < count; i++)
		if (check_job(item[i].job, e) < 0)
			return -1;
	if (check_facts(f, e) < 0)
		return -1;
	p = pool_new(POOL_SIZE);
	if (l.mode == JOB_DIGEST && p != NULL)
		result = daily_read(l.job->summary, p, &l.daily, e);
	out->failed |= p == NULL || !pool_ok(p);
	if (result == 0) {
		add_headers(&l, f, out);
		add_body(&l, f, out);
	} else {
		err_in(e, "the digest");
	}
	pool_free(p);
	if (!text_ok(out))
		return err_set(e,
		    "no memory, or more than %zu bytes (%d of the subject)",
		    out->limit, LIMIT_SUBJECT_SIZE);
	return result;
}

int
compose_mail(const struct job *job, const struct template *t,
    const struct compose_facts *f, struct text *out, struct err *e)
{
	const struct compose_item item = { job, t };

	return compose_digest(&item, 1, f, out, e);
}
