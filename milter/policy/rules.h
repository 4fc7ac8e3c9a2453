// SPDX-License-Identifier: BSD-2-Clause
/*
 * rules.h - a user's rules.conf, read and compiled (rsvp-rules(5)).
 *
 * A parsed set never changes; any number of threads evaluate it, each with a
 * scratch of its own.
 */
#ifndef POLICY_RULES_H
#define POLICY_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "mail/auth.h"
#include "policy/contacts.h"
#include "policy/my_lists.h"
#include "policy/plan.h"
#include "recognise/regex.h"
#include "recognise/request.h"

/*
 * The language, version 1:
 *
 *	contacts = ( "contacts.txt", ... );    files in the user's folder
 *	from_name = "Alice Example";           whose name an answer carries
 *	answers = false;                       no draft, no reply; default true
 *	digest = "daily";                      a mail of what was held and
 *	                                       filed; default "never"
 *	my = { companies = ( "..." ); groups = ( ... ); interests = ( ... ); };
 *	rules = ( { name = "..."; when = { ... }; do = [ ... ]; }, ... );
 *
 * A rule matches when each of its conditions holds, an empty "when" always;
 * the first rule that matches wins.  A list of values means any of them.
 *
 *	type, note           words of request.h
 *	trust                "verified" means verified or direct, "claimed" any
 *	                     of the three; "none", "forged", and all words in
 *	                     a list mean just themselves
 *	known                "name" means name, email or profile, and so on;
 *	                     "no", and all words in a list, just themselves
 *	group                a group of the contacts, with or without the "@"
 *	learned              true or false: whether the user has written to the
 *			     person; where nobody can tell it is neither
 *	network, lang        a word, whatever its case; "pt" is "pt-BR" too
 *	has_route            true or false
 *	my_company,          true or false: whether the request speaks of one
 *	my_group,            of the user's own (my_lists.h); what the mail does
 *	my_interest          not say is neither, and without the list in "my"
 *			     they are refused
 *	mutual, seen,        3, "=3", ">=2", ">2", "<=2", "<2" or "2..5"; what
 *	age_days             the mail does not say does not match
 *	name, headline,      patterns (PCRE2), found anywhere; an empty text
 *	company, group_name, does not match, whatever the pattern.  group_name
 *	subject, note_text,  is the network's group, name that of the first
 *	recipient            person of several
 *
 * "do" is one action or a list of them, see plan_action_parse() and
 * plan_check().  A rule may not quarantine on a name alone: name, known (where
 * it takes a name for enough) and group need a condition beside them that says
 * something of its own, which network, lang and recipient do not, nor do
 * my_company, my_group, my_interest and learned where false will do: of most
 * mail they are.
 */
struct rules;

/*
 * Parses bytes; NULL and e ("FILE:LINE: ...") for anything unknown, of a wrong
 * type, not compilable, past a ceiling, or for a rule that would hold mail on
 * a name alone (DESIGN, section 4).  The caller frees it.
 */
struct rules *rules_parse(struct view bytes, const char *file, struct err *e);
void rules_free(struct rules *r);

size_t rules_count(const struct rules *r);

/* The name of a rule, in the order of the file; index is below the count. */
struct view rules_name_of(const struct rules *r, size_t index);

/* The "contacts" list: plain file names in the user's folder. */
size_t rules_contact_files(const struct rules *r);
struct view rules_contact_file(const struct rules *r, size_t index);

/* The "from_name" an answer is signed with in its From field; or empty. */
struct view rules_from_name(const struct rules *r);

/* Whether the user wants answers at all: "answers". */
bool rules_may_answer(const struct rules *r);

/* Whether the user wants a mail a day of what was held or filed: "digest". */
bool rules_want_digest(const struct rules *r);

/* Whether a rule of that name has an action of that kind and argument. */
bool rules_has_action(const struct rules *r, struct view rule,
    enum plan_kind kind, struct view argument);

/*
 * Every template a rule names, index by index; empty behind the last.  The
 * caller checks that they exist.
 */
struct view rules_template(const struct rules *r, size_t index);

/*
 * What somebody cannot tell who has only a record of the message: bits of
 * conditions.  Without the text of a note that a person wrote, my_company and
 * my_interest are not told either, unless they are true by what is.
 */
enum rules_untold {
	RULES_UNTOLD_KNOWN = 1 << 0,
	RULES_UNTOLD_GROUP = 1 << 1,
	RULES_UNTOLD_LEARNED = 1 << 2,
	RULES_UNTOLD_ROUTE = 1 << 3,
	RULES_UNTOLD_AGE = 1 << 4,
	RULES_UNTOLD_SUBJECT = 1 << 5,
	RULES_UNTOLD_NOTE_TEXT = 1 << 6,
	RULES_UNTOLD_MY_COMPANY = 1 << 7,
	RULES_UNTOLD_MY_INTEREST = 1 << 8,
	RULES_UNTOLD_PERSON = 1 << 9 /* name, headline, company, group_name and
					my_group */
};

/* What conditions are asked about; everything is borrowed. */
struct rules_facts {
	const struct request *request;
	enum trust trust;
	struct view subject;             /* as matched */
	const struct contacts *contacts; /* may be NULL */
	const struct contacts_match *match;
	const struct view *groups; /* "@close @family", in place of those of
				      the match; NULL: those */
	enum my_answer learned; /* whether the user has written to the person;
				   MY_NOT_SAID: nobody can tell */
	unsigned seen;          /* this one counted */
	struct view recipient;  /* as in RCPT TO */
	bool has_route;
	int64_t now_ms;
	unsigned untold;      /* enum rules_untold; 0: all is told */
	struct my_answers my; /* filled in by rules_decide() */
};

/* Why a rule did not match, or that it did: for --trace and explain. */
struct rules_trace {
	struct view rule;
	int line;
	bool matched;
	const char *condition; /* the first that failed; NULL: none */
};
typedef void rules_on_trace(void *arg, const struct rules_trace *step);

/*
 * First match wins; *plan gets its actions, or PLAN_NO_RULE and "deliver".  A
 * condition whose pattern hits a ceiling does not match and counts in
 * pattern_errors, and behind LIMIT_USER_PATTERN_ERRORS of them no pattern is
 * tried any more: where there are any, an answer should not be given.  Want of
 * memory to look for the lists of "my" counts likewise.
 * Quarantine is taken off a REQUEST_NEVER_HELD type.  on_trace may be NULL.
 *
 * Where all else of a rule holds but a condition that the facts do not tell of,
 * nobody knows whether it matches: run->untold is that condition's name, and
 * *plan has the name of the rule and nothing else.
 */
struct rules_run {
	struct regex_scratch *scratch;
	rules_on_trace *on_trace;
	void *trace_arg;
	unsigned pattern_errors;
	const char *untold; /* NULL: it was decided */
};
void rules_decide(const struct rules *r, const struct rules_facts *facts,
    struct rules_run *run, struct plan *plan);

#endif
