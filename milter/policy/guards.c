// SPDX-License-Identifier: BSD-2-Clause
/*
 * guards.c - every reason to stay silent.
 */
#include "policy/guards.h"

#include <stddef.h>

#include "base/limits.h"
#include "mail/addr.h"
#include "mail/date.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Whether any field of that name has a value of that kind. */
static bool
any_field(const struct guards_facts *f, struct view name,
    bool (*is)(struct view value))
{
	const struct header *h;

	for (size_t i = 0; (h = message_header(f->message, name, i)) != NULL;
	     i++)
		if (is(h->value))
			return true;
	return false;
}

static size_t
count_fields(const struct guards_facts *f, const char *name)
{
	return message_count(f->message, view_of(name));
}

static bool
has_any_of(const struct guards_facts *f, const char *const *name, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (count_fields(f, name[i]) > 0)
			return true;
	return false;
}

/* Behind a comment that begins v, or at the end where none closes it. */
static struct view
behind_comment(struct view v)
{
	size_t depth = 0, at = 0;

	do {
		if (v.data[at] == '\\')
			at++;
		else if (v.data[at] == '(')
			depth++;
		else if (v.data[at] == ')')
			depth--;
		at++;
	} while (depth > 0 && at < v.size);
	return view_part(v, at, VIEW_NONE);
}

/* The first word of a value, without comments and parameters around it. */
static struct view
keyword(struct view value)
{
	struct view v = view_trim(value);
	size_t size = 0;

	while (v.size > 0 && v.data[0] == '(')
		v = view_trim(behind_comment(v));
	while (size < v.size &&
	    view_find_byte(VIEW(" \t\r\n;(,"), v.data[size]) == VIEW_NONE)
		size++;
	return view_part(v, 0, size);
}

static bool
site_off(const struct guards_facts *f)
{
	return !f->site_enabled;
}

static bool
no_template(const struct guards_facts *f)
{
	return !f->template_known;
}

static bool
already_replied(const struct guards_facts *f)
{
	return f->already_replied;
}

static bool
trust_not_direct(const struct guards_facts *f)
{
	return f->trust != TRUST_DIRECT || f->signature == NULL;
}

static bool
type_not_answerable(const struct guards_facts *f)
{
	return (request_type_traits(f->request->type) & REQUEST_ASKS) == 0;
}

static bool
no_route(const struct guards_facts *f)
{
	return f->route_state == ROUTE_NONE ||
	    (f->route_state == ROUTE_ONE && f->route.size == 0);
}

static bool
several_routes(const struct guards_facts *f)
{
	return f->route_state == ROUTE_SEVERAL;
}

static bool
route_not_plain(const struct guards_facts *f)
{
	return f->route_state == ROUTE_NOT_PLAIN;
}

static bool
route_not_allowed(const struct guards_facts *f)
{
	return f->route_state != ROUTE_ONE;
}

static bool
null_sender(const struct guards_facts *f)
{
	return addr_bare(f->envelope_from).size == 0;
}

static bool
odd_return_path(const struct guards_facts *f)
{
	struct view local, domain;

	return f->network == NULL ||
	    addr_split(f->envelope_from, &local, &domain) < 0 ||
	    !addr_domain_in(domain, f->network->envelope.domain,
		f->network->envelope.count, true);
}

static bool
is_automatic(struct view value)
{
	return !view_equal_nocase(keyword(value), VIEW("no"));
}

static bool
auto_submitted(const struct guards_facts *f)
{
	return any_field(f, VIEW("Auto-Submitted"), is_automatic);
}

static bool
is_bulk(struct view value)
{
	struct view word = keyword(value);

	return view_equal_nocase(word, VIEW("bulk")) ||
	    view_equal_nocase(word, VIEW("list")) ||
	    view_equal_nocase(word, VIEW("junk"));
}

static bool
precedence(const struct guards_facts *f)
{
	return any_field(f, VIEW("Precedence"), is_bulk);
}

static bool
list(const struct guards_facts *f)
{
	static const char *const names[] = { "List-Id", "List-Post",
		"List-Owner", "List-Archive", "List-Subscribe", "List-Help" };

	return has_any_of(f, names, COUNT(names));
}

/* A list of words with commas between them. */
static bool
is_suppressing(struct view value)
{
	struct view rest = value;

	for (;;) {
		size_t comma = view_find_byte(rest, ',');
		struct view word = keyword(view_part(rest, 0, comma));

		if (view_equal_nocase(word, VIEW("All")) ||
		    view_equal_nocase(word, VIEW("OOF")) ||
		    view_equal_nocase(word, VIEW("AutoReply")))
			return true;
		if (comma == VIEW_NONE)
			return false;
		rest = view_part(rest, comma + 1, VIEW_NONE);
	}
}

static bool
auto_response_suppress(const struct guards_facts *f)
{
	return any_field(f, VIEW("X-Auto-Response-Suppress"), is_suppressing);
}

static bool
vendor_autoreply(const struct guards_facts *f)
{
	static const char *const names[] = { "X-Autoreply", "X-Autorespond",
		"X-AutoReply-From", "X-Mail-Autoreply", "X-Loop",
		"X-Ignorevacation" };

	return has_any_of(f, names, COUNT(names));
}

static bool
is_yes(struct view value)
{
	return view_equal_nocase(keyword(value), VIEW("yes"));
}

static bool
spam_flagged(const struct guards_facts *f)
{
	return any_field(f, VIEW("X-Spam-Flag"), is_yes) ||
	    any_field(f, VIEW("X-Spam"), is_yes) ||
	    any_field(f, VIEW("X-Spam-Status"), is_yes);
}

static bool
is_report(struct view value)
{
	return view_equal_nocase(keyword(value), VIEW("multipart/report"));
}

static bool
report(const struct guards_facts *f)
{
	return any_field(f, VIEW("Content-Type"), is_report);
}

static bool
not_addressed(const struct guards_facts *f)
{
	const struct header *to = message_header(f->message, VIEW("To"), 0);
	struct view address;

	return f->signature == NULL ||
	    (f->signature->covers & SIGNATURE_TO) == 0 || to == NULL ||
	    route_mailbox(to->raw, &address) != ROUTE_ONE ||
	    !addr_equal(address, f->recipient);
}

static bool
own_address(const struct guards_facts *f)
{
	const struct header *sender =
	    message_header(f->message, VIEW("Sender"), 0);
	struct view address;

	for (size_t i = 0; i < f->message->from_count; i++)
		if (addr_equal(f->route, f->message->from[i].address))
			return true;
	if (sender != NULL &&
	    (route_mailbox(sender->raw, &address) != ROUTE_ONE ||
		addr_equal(f->route, address)))
		return true;
	return addr_equal(f->route, f->recipient) ||
	    addr_equal(f->route, f->envelope_from);
}

bool
guards_is_system_address(struct view address)
{
	static const char *const whole[] = { "mailer-daemon", "listserv",
		"majordomo", "postmaster", "root", "daemon", "server" };
	static const char *const begins[] = { "owner-", "bounce" };
	static const char *const within[] = { "-request", "-bounces", "noreply",
		"no-reply", "no_reply", "donotreply", "do-not-reply" };
	struct view local, domain;

	if (addr_split(address, &local, &domain) < 0)
		return true;
	for (size_t i = 0; i < COUNT(whole); i++)
		if (view_equal_nocase(local, view_of(whole[i])))
			return true;
	for (size_t i = 0; i < COUNT(begins); i++)
		if (view_starts_nocase(local, view_of(begins[i])))
			return true;
	for (size_t i = 0; i < COUNT(within); i++)
		if (view_find_nocase(local, view_of(within[i])) != VIEW_NONE)
			return true;
	return false;
}

static bool
system_address(const struct guards_facts *f)
{
	return guards_is_system_address(f->route);
}

static bool
loop(const struct guards_facts *f)
{
	const struct header *h;

	for (size_t i = 0;
	     (h = message_header(f->message, VIEW("Delivered-To"), i)) != NULL;
	     i++)
		if (addr_equal(h->value, f->recipient))
			return true;
	return count_fields(f, "X-RSVP-Loop") > 0;
}

static bool
too_many_hops(const struct guards_facts *f)
{
	return count_fields(f, "Received") > LIMIT_REPLY_HOPS;
}

static bool
ambiguous_headers(const struct guards_facts *f)
{
	static const char *const once[] = { "From", "To", "Date", "Subject" };
	static const char *const at_most_once[] = { "Reply-To", "Sender",
		"Message-ID" };
	const struct message *m = f->message;

	for (size_t i = 0; i < COUNT(once); i++)
		if (count_fields(f, once[i]) != 1)
			return true;
	for (size_t i = 0; i < COUNT(at_most_once); i++)
		if (count_fields(f, at_most_once[i]) > 1)
			return true;
	for (size_t i = 0; i < m->header_count; i++)
		if (view_starts_nocase(m->header[i].name, VIEW("Resent-")))
			return true;
	return m->from_count != 1;
}

static bool
several_recipients(const struct guards_facts *f)
{
	return f->recipients != 1;
}

static bool
message_cut(const struct guards_facts *f)
{
	return f->message->cut != 0;
}

static bool
stale(const struct guards_facts *f)
{
	const int64_t hour_ms = 60 * 60 * 1000;
	int64_t sent_ms;

	return date_parse(message_value(f->message, VIEW("Date")), &sent_ms) <
	    0 ||
	    f->now_ms - sent_ms > LIMIT_REPLY_AGE_DAYS * 24 * hour_ms ||
	    sent_ms - f->now_ms > LIMIT_REPLY_AHEAD_HOURS * hour_ms;
}

static bool
no_person(const struct guards_facts *f)
{
	return f->request->people != 1 || f->request->person[0].name.size == 0;
}

static bool
pattern_error(const struct guards_facts *f)
{
	return f->pattern_errors > 0 || f->request->pattern_errors > 0;
}

static bool
drafts_off(const struct guards_facts *f)
{
	return !f->drafts_enabled;
}

static bool
forged(const struct guards_facts *f)
{
	return f->trust == TRUST_FORGED;
}

static bool
own_answer(const struct guards_facts *f)
{
	return count_fields(f, "X-RSVP-Loop") > 0;
}

static bool
user_not_plain(const struct guards_facts *f)
{
	return !addr_is_plain(f->recipient);
}

struct guard {
	const char *name;
	bool (*stops)(const struct guards_facts *f);
	const char *words; /* what it is for */
};

static const struct guard guards[] = {
	/* DESIGN, 4.2: the site's switch. */
	{ "site-off", site_off,
	    "Nothing goes out before the site has allowed replies." },
	/* A rule that names what is not there. */
	{ "no-template", no_template, "The text of the answer must be there." },
	/* RFC 3834, 3.1.3 and 6: one response for each message. */
	{ "already-replied", already_replied,
	    "A message gets one reply, however many recipients it has." },
	/* DESIGN, 4.2; RFC 3834, 2: known correspondents only. */
	{ "trust-not-direct", trust_not_direct,
	    "Only mail that the network signed and handed in itself is "
	    "answered." },
	/* RFC 3834, 2: never blindly to every message. */
	{ "type-not-answerable", type_not_answerable,
	    "Only mail in which a person asks for something is answered." },
	/* DESIGN, 4.2 and 4.3: exactly one route, of the site's list. */
	{ "no-route", no_route,
	    "A reply goes to Reply-To and nowhere else, so there must be "
	    "one." },
	{ "several-routes", several_routes,
	    "Of several addresses in Reply-To none is known to be the right "
	    "one." },
	{ "route-not-plain", route_not_plain,
	    "An oddly written address may be read in more than one way." },
	{ "route-not-allowed", route_not_allowed,
	    "A reply goes only to addresses that the site has listed." },
	/* RFC 3834, 2; RFC 5321, 4.5.5 */
	{ "null-sender", null_sender,
	    "Mail without a reverse-path is a machine's, which wants no "
	    "reply." },
	/* RFC 3834, 4 and 7: where a reverse-path is odd, do not guess. */
	{ "odd-return-path", odd_return_path,
	    "A reverse-path of somebody else means that the mail took a "
	    "detour." },
	/* RFC 3834, 2 and 5.2; RFC 5230, 4.6: any keyword but "no". */
	{ "auto-submitted", auto_submitted,
	    "A machine does not answer what says that a machine sent it." },
	/* RFC 3834, 2; RFC 2076, 3.9 */
	{ "precedence", precedence, "Bulk mail is not answered." },
	/*
	 * RFC 5230, 4.6; RFC 2369; RFC 2919.  Not List-Unsubscribe by itself:
	 * every personal notification of LinkedIn has it, as the opt-out of
	 * RFC 8058 from mail of one to one.  A deviation on purpose.
	 */
	{ "list", list, "What comes over a mailing list is not answered." },
	/* MS-OXOMSG, PidTagAutoResponseSuppress */
	{ "auto-response-suppress", auto_response_suppress,
	    "The sender may forbid automatic answers." },
	/* Practice of other responders. */
	{ "vendor-autoreply", vendor_autoreply,
	    "Two programs that answer each other would never end." },
	/* RFC 3834, 2: what looks like spam. */
	{ "spam-flagged", spam_flagged,
	    "Who answers spam tells that somebody reads it." },
	/* RFC 3834, 3.2.1: notifications have rules of their own. */
	{ "report", report, "A report about a delivery is not answered." },
	/* RFC 5230, 4.5; and only a signed To counts. */
	{ "not-addressed", not_addressed,
	    "The user must be the one whom the signed mail was meant for." },
	/* RFC 3834, 2; RFC 5230, 4.5; DESIGN, 4.3: From, Sender, Return-Path */
	{ "own-address", own_address,
	    "A reply never goes to the sender's addresses or back to the "
	    "user." },
	/* RFC 5230, 4.6: the list of those that never get an answer. */
	{ "system-address", system_address,
	    "Such an address is a program's, and nobody reads what it gets." },
	/* RFC 3834, 2: our own marker; a delivery that came back. */
	{ "loop", loop,
	    "What we sent, or delivered here before, is coming round again." },
	/* RFC 5321, 6.3 */
	{ "too-many-hops", too_many_hops,
	    "Mail that passed so many hosts is going in circles." },
	/*
	 * RFC 5322, 3.6: of two fields, one was signed and the other is read.
	 */
	{ "ambiguous-headers", ambiguous_headers,
	    "Of two fields one may be signed and the other one be read." },
	/* A list or an alias behind one address: RFC 3834, 6. */
	{ "several-recipients", several_recipients,
	    "A list or an alias may hide behind several recipients." },
	/* What was not looked at could have held any of the above. */
	{ "message-cut", message_cut,
	    "What was not read may have held a reason to stay silent." },
	/* A replay, a queue that was stuck, or a clock that is wrong. */
	{ "stale", stale,
	    "Old mail is a replay or was stuck, and an answer would come too "
	    "late." },
	/* Whom would the answer be to? */
	{ "no-person", no_person,
	    "It must be clear who would get the answer." },
	/* A pattern that gave up might have been a reason to stay silent. */
	{ "pattern-error", pattern_error,
	    "A pattern that gave up may have been a reason to stay silent." },
};

/* A draft goes to its user only; little can be wrong with it. */
static const struct guard drafts[] = {
	/* DESIGN, 4.2: the site's switch. */
	{ "drafts-off", drafts_off,
	    "No draft is written before the site has allowed drafts." },
	{ "no-template", no_template, "The text of the answer must be there." },
	/* Nobody is asked to answer a forgery. */
	{ "forged", forged, "Nobody should be asked to answer a forgery." },
	{ "loop", own_answer, "What we sent is coming round again." },
	{ "route-not-plain", user_not_plain,
	    "An oddly written address may be read in more than one way." },
};

_Static_assert(COUNT(guards) == GUARDS_REPLY, "each of a reply");
_Static_assert(COUNT(drafts) == GUARDS_DRAFT, "each of a draft");

/* The first that stops it, or count. */
static size_t
first_stop(const struct guard *guard, size_t count,
    const struct guards_facts *f)
{
	size_t i = 0;

	while (i < count && !guard[i].stops(f))
		i++;
	return i;
}

const char *
guards_check(const struct guards_facts *f)
{
	return guards_name(first_stop(guards, COUNT(guards), f));
}

const char *
guards_check_draft(const struct guards_facts *f)
{
	return guards_draft_name(first_stop(drafts, COUNT(drafts), f));
}

void
guards_judge(const struct guards_facts *f,
    enum guards_verdict verdict[GUARDS_REPLY])
{
	size_t stop = first_stop(guards, COUNT(guards), f);

	for (size_t i = 0; i < COUNT(guards); i++)
		verdict[i] = i < stop ? GUARDS_PASSED
		    : i == stop       ? GUARDS_STOPPED
				      : GUARDS_NOT_REACHED;
}

const char *
guards_name(size_t index)
{
	return index < COUNT(guards) ? guards[index].name : NULL;
}

const char *
guards_words(size_t index)
{
	return index < COUNT(guards) ? guards[index].words : NULL;
}

const char *
guards_draft_name(size_t index)
{
	return index < COUNT(drafts) ? drafts[index].name : NULL;
}

const char *
guards_draft_words(size_t index)
{
	return index < COUNT(drafts) ? drafts[index].words : NULL;
}
