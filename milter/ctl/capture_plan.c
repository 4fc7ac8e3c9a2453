// SPDX-License-Identifier: BSD-2-Clause
/*
 * capture_plan.c - what of a message may stay and what must not.
 */
#include "ctl/capture_plan.h"

#include "base/fold.h"
#include "base/limits.h"
#include "mail/addr.h"
#include "mail/lookalike.h"
#include "mail/mime.h"
#include "recognise/imitation.h"

enum {
	POOL = 256 * 1024 * 1024, /* of a message of many short words */
	DOMAINS = 64,
	TAKEN_LEAST = 3, /* octets: shorter ones are in every text */
	OF_COMPANY_LEAST = 4
};

/* Words of mail itself: fields, their values, HTML, dates. */
static const char mail_words[] =
    "received from by with id for via esmtp esmtps esmtpa esmtpsa smtp lmtp "
    "http https mailto www com org net tls tlsv1 cipher bits verify using "
    "postfix sendmail exim mon tue wed thu fri sat sun jan feb mar apr jun "
    "jul aug sep oct nov dec utc gmt est edt pst pdt cet cest "
    "return path delivered to cc bcc reply sender subject date message "
    "mime version content type transfer encoding disposition language "
    "0 1 8 charset boundary name filename format flowed delsp inline "
    "attachment "
    "text plain html utf us ascii iso windows quoted printable base64 "
    "multipart alternative mixed related report signed encrypted digest part "
    "nextpart message rfc822 delivery status calendar plain enriched css "
    "application octet stream pdf zip gzip json javascript msword image png "
    "gif jpeg jpg audio video 7bit 8bit binary high normal low medium "
    "pgp pkcs7 sha512 md5 micalg protocol parallel richtext rtf mac binhex40 "
    "patch diff vcard tnef ms vnd openxmlformats officedocument "
    "wordprocessingml spreadsheetml presentationml document sheet excel "
    "powerpoint external rfc partial number total version "
    "koi8 r u gb2312 gbk gb18030 big5 shift jis euc jp kr tis latin1 cp1252 "
    "cp1251 iso8859 unicode "
    "list unsubscribe post one click help owner archive subscribe precedence "
    "bulk feedback require recipient valid since references in "
    "resent original envelope priority mailer auto submitted generated "
    "response suppress x y errors "
    "dkim signature domainkey arc seal authentication results spf dmarc pass "
    "fail none neutral softfail temperror permerror policy reject quarantine "
    "header smtp mailfrom helo rsa sha sha1 sha256 ed25519 relaxed simple v a "
    "b bh c d h i q s t l "
    "doctype public w3c dtd xhtml strict transitional en w3 tr xhtml1 http "
    "equiv width device initial scale viewport body head title style script "
    "if mso gte lte ie endif vml px svg xml";

/* In displayed names, and not part of them. */
static const char no_names[] =
    "the of and via from to at in on for by com org net www mail";

static void
add_pattern(void *arg, struct view string)
{
	capture_words_add_pattern(arg, string);
}

static void
add_list(struct capture_words *w, const struct pack *p, enum pack_sample what)
{
	size_t count;
	const struct view *string = pack_sample(p, what, &count);

	for (size_t i = 0; i < count; i++)
		capture_words_add_text(w, string[i]);
}

static void
use_pack(struct capture_plan *plan, const struct pack *p)
{
	const struct auth_network *n = pack_network(p);

	pack_each_string(p, add_pattern, &plan->allowed);
	add_list(&plan->allowed, p, PACK_SAMPLE_WORDS);
	add_list(&plan->allowed, p, PACK_SAMPLE_FIELDS);
	add_list(&plan->allowed, p, PACK_SAMPLE_PARAMETERS);
	add_list(&plan->allowed, p, PACK_SAMPLE_PATHS);
	add_list(&plan->paths, p, PACK_SAMPLE_PATHS);
	plan->network[plan->networks++] = n->from;
	plan->network[plan->networks++] = n->envelope;
	plan->network[plan->networks++] = n->signers;
	plan->network[plan->networks++] = *pack_links(p);
}

/* What is being read, and by which words. */
struct making {
	struct capture_plan *plan;
	const struct packs *packs;
	struct capture_words no_names;
	struct view imitating; /* the domain in From, if it is one that is */
};

static bool
is_network(const struct capture_plan *plan, struct view domain)
{
	for (size_t i = 0; i < plan->networks; i++)
		if (addr_domain_in(domain, plan->network[i].domain,
			plan->network[i].count, true))
			return true;
	return false;
}

/* The words of a name, but for those that are none. */
static void
add_name(struct making *m, struct view name, size_t least)
{
	struct capture_words words = { .pool = m->plan->pool };

	capture_words_add_text(&words, name);
	for (size_t i = 0; i < words.count; i++)
		if (words.word[i].size >= least &&
		    !capture_words_have(&m->no_names, words.word[i]))
			capture_words_add(&m->plan->names, words.word[i]);
}

static void
add_address(struct making *m, struct view address)
{
	struct capture_plan *plan = m->plan;
	struct view local, domain;

	if (addr_split(address, &local, &domain) < 0 ||
	    is_network(plan, domain))
		return;
	add_name(m, local, 2);
	if (plan->domains < DOMAINS && !view_equal_nocase(domain, m->imitating))
		plan->domain[plan->domains++] = pool_copy(plan->pool, domain);
}

/* Whether it is the network's name, or made to be taken for it. */
static bool
is_network_name(const struct making *m, struct view text)
{
	for (size_t i = 0; i < m->packs->count; i++)
		if (lookalike_in_text(text, pack_name(m->packs->pack[i])))
			return true;
	return false;
}

/* What is the network's name, or looks like it, tells how it is imitated. */
static void
add_imitation(struct making *m, struct view text)
{
	struct capture_words words = { .pool = m->plan->pool };

	capture_words_add_text(&words, text);
	for (size_t i = 0; i < words.count; i++)
		if (is_network_name(m, words.word[i]))
			capture_words_add(&m->plan->allowed, words.word[i]);
}

/*
 * Of what is the network's, or wants to be taken for it, the engine reads the
 * name, where there is one.
 */
static void
add_mailbox(struct making *m, const struct mailbox *box)
{
	bool network = is_network(m->plan, addr_domain(box->address)) ||
	    is_network_name(m, box->name);

	if (!network)
		add_name(m, box->name, 1);
	add_address(m, box->address);
}

static void
add_people(struct making *m, const struct message *message)
{
	static const struct view names[] = { VIEW("From"), VIEW("To"),
		VIEW("Cc"), VIEW("Bcc"), VIEW("Reply-To"), VIEW("Sender"),
		VIEW("Resent-To"), VIEW("Resent-From"), VIEW("Delivered-To"),
		VIEW("X-Original-To"), VIEW("Envelope-To"), VIEW("Return-Path"),
		VIEW("Errors-To"), VIEW("X-Forwarded-To"),
		VIEW("X-Forwarded-For") };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct mailbox *box;
		const struct header *field;

		for (size_t j = 0;
		     (field = message_header(message, names[i], j)) != NULL;
		     j++) {
			int count = mime_mailboxes(m->plan->pool, field->raw,
			    LIMIT_MAILBOXES, &box);

			for (int k = 0; k < count; k++)
				add_mailbox(m, &box[k]);
		}
	}
}

static void
add_request(struct making *m, const struct request *r)
{
	for (size_t i = 0; i < r->people; i++) {
		const struct person *p = &r->person[i];

		add_name(m, p->name, 1);
		add_name(m, p->given, 1);
		add_name(m, p->company, OF_COMPANY_LEAST);
		add_address(m, p->email);
	}
	add_name(m, r->group, OF_COMPANY_LEAST);
}

/* Words that a value of the network's own has, where they are nobody's. */
static void
add_own(struct making *m, struct view value)
{
	struct capture_words words = { .pool = m->plan->pool };

	capture_words_add_text(&words, value);
	for (size_t i = 0; i < words.count; i++)
		if (!capture_words_have(&m->plan->names, words.word[i]))
			capture_words_add(&m->plan->allowed, words.word[i]);
}

static bool
is_listed(const struct making *m, struct view name, enum pack_sample what)
{
	for (size_t i = 0; i < m->packs->count; i++) {
		size_t count;
		const struct view *list =
		    pack_sample(m->packs->pack[i], what, &count);

		for (size_t j = 0; j < count; j++)
			if (view_equal_nocase(name, list[j]))
				return true;
	}
	return false;
}

/*
 * A value by which the network names its own mail, "eml-email_m2m_invite_01":
 * of one case, short or of several parts, and without a long number.  What
 * looks otherwise may be somebody's.
 */
static void
add_key(struct making *m, struct view value)
{
	size_t digits = 0, small = 0, large = 0, parts = 0;

	for (size_t i = 0; i < value.size; i++) {
		char c = value.data[i];

		digits = byte_is_digit(c) ? digits + 1 : 0;
		small += byte_is_letter(c) && byte_lower(c) == c;
		large += byte_is_letter(c) && byte_lower(c) != c;
		parts += c == '_' || c == '-';
		if (digits > 3 ||
		    (digits == 0 && !byte_is_letter(c) && c != '_' && c != '-'))
			return;
	}
	if ((small == 0 || large == 0) && (parts > 0 || value.size <= 4))
		add_own(m, value);
}

/* "name=value" of a link's query. */
static void
add_parameter(struct making *m, struct view part)
{
	size_t equals = view_find_byte(part, '=');
	struct view name = view_part(part, 0, equals);

	if (equals == VIEW_NONE)
		return;
	if (is_listed(m, name, PACK_SAMPLE_PARAMETERS))
		add_key(m, view_part(part, equals + 1, part.size));
}

static void
add_link(struct making *m, struct view url)
{
	size_t colon = view_find(url, VIEW("://"));
	struct view rest = view_part(url, colon + 3, url.size), host;
	size_t end = 0, query = view_find_byte(url, '?');

	if (colon == VIEW_NONE)
		return;
	while (end < rest.size &&
	    view_find_byte(VIEW("/?#:"), rest.data[end]) == VIEW_NONE)
		end++;
	host = view_part(rest, 0, end);
	if (!is_network(m->plan, host))
		return;
	add_own(m, host);
	while (query != VIEW_NONE) {
		url = view_part(url, query + 1, url.size);
		for (query = 0; query < url.size; query++)
			if (view_find_byte(VIEW("&;#"), url.data[query]) !=
			    VIEW_NONE)
				break;
		add_parameter(m, view_part(url, 0, query));
		if (query == url.size)
			break;
	}
}

static void
add_frame(struct making *m, const struct decision *d)
{
	const struct message *message = &d->message;

	add_own(m, d->request.template_key);
	for (size_t i = 0; m->imitating.size > 0 && i < message->from_count;
	     i++) {
		add_imitation(m, message->from[i].name);
		add_imitation(m, message->from[i].address);
	}
	for (size_t i = 0; i < message->header_count; i++)
		if (is_listed(m, message->header[i].name, PACK_SAMPLE_FIELDS))
			add_key(m, view_trim(message->header[i].value));
	for (size_t i = 0; i < message->link_count; i++)
		add_link(m, message->link[i].url);
}

void
capture_texts(const struct message *m, capture_on_text *on_text, void *arg)
{
	for (size_t i = 0; i < m->header_count; i++)
		on_text(arg, m->header[i].value, "header");
	on_text(arg, m->subject, "subject");
	on_text(arg, m->plain, "plain text");
	on_text(arg, m->html, "HTML text");
	for (size_t i = 0; i < m->link_count; i++) {
		on_text(arg, m->link[i].url, "link");
		on_text(arg, m->link[i].text, "link");
	}
}

static void
add_taken(void *arg, struct view text, const char *where)
{
	static const struct capture_charset cs = { .coding = CAPTURE_UTF8 };

	(void)where;
	capture_words_read(arg, &cs, text, TAKEN_LEAST);
}

/* What of the message's words may not be in it afterwards. */
static void
find_taken(struct capture_plan *plan, const struct message *m)
{
	struct capture_words all = { .pool = plan->pool };

	capture_texts(m, add_taken, &all);
	capture_words_sort(&all);
	for (size_t i = 0; i < all.count; i++)
		if (!capture_words_have(&plan->allowed, all.word[i]) &&
		    (i == 0 || !view_equal(all.word[i], all.word[i - 1])))
			capture_words_add(&plan->taken, all.word[i]);
	capture_words_sort(&plan->taken);
}

int
capture_plan_make(struct capture_plan *plan, const struct packs *packs,
    const struct decision *d, struct view keep)
{
	struct making m = { .plan = plan, .packs = packs };

	*plan = (struct capture_plan){ .pool = pool_new(POOL) };
	if (plan->pool == NULL)
		return -1;
	plan->allowed.pool = plan->names.pool = plan->taken.pool =
	    plan->paths.pool = m.no_names.pool = plan->pool;
	plan->network = pool_array(plan->pool, packs->count * 4 + 1,
	    sizeof(*plan->network));
	plan->domain = pool_array(plan->pool, DOMAINS, sizeof(*plan->domain));
	if (plan->network == NULL || plan->domain == NULL)
		return -1;
	capture_words_add_text(&m.no_names, view_of(no_names));
	for (size_t i = 0; i < packs->count; i++) {
		use_pack(plan, packs->pack[i]);
		capture_words_add_text(&m.no_names, pack_name(packs->pack[i]));
	}
	if (d->imitation.kind != IMITATION_NO && d->message.from_count > 0)
		m.imitating = addr_domain(d->message.from[0].address);
	plan->network_name = pool_copy(plan->pool, d->request.network);
	capture_words_add_text(&plan->allowed, view_of(mail_words));
	capture_words_sort(&m.no_names);
	add_people(&m, &d->message);
	add_request(&m, &d->request);
	capture_words_sort(&plan->names);
	add_own(&m, keep);
	add_frame(&m, d);
	capture_words_sort(&plan->allowed);
	capture_words_sort(&plan->paths);
	find_taken(plan, &d->message);
	return pool_ok(plan->pool) ? 0 : -1;
}

void
capture_plan_free(struct capture_plan *plan)
{
	pool_free(plan->pool);
}

void
capture_plan_use(const struct capture_plan *plan, struct capture *c)
{
	c->allowed = &plan->allowed;
	c->names = &plan->names;
	c->taken = &plan->taken;
	c->paths = &plan->paths;
	c->network = plan->network;
	c->networks = plan->networks;
	c->network_name = plan->network_name;
	c->domain = plan->domain;
	c->domains = plan->domains;
}
