// SPDX-License-Identifier: BSD-2-Clause
/*
 * replay_facts.c - what rules are asked about, out of a record.
 */
#include "ctl/replay_facts.h"

#include <limits.h>
#include <string.h>

/* The first person is the one that rules ask about. */
static void
read_people(const struct audit_entry *e, struct request *to)
{
	for (size_t i = 0; i < e->named_count && to->people < LIMIT_PEOPLE; i++)
		to->person[to->people++] =
		    (struct person){ .name = e->named[i].name,
			    .profile = e->named[i].profile };
	if (to->people == 0)
		return;
	to->person[0].name = e->person;
	to->person[0].headline = e->headline;
	to->person[0].company = e->company;
}

int
replay_request_read(const struct audit_entry *e, struct replay_request *q)
{
	struct request *to = &q->request;

	memset(q, 0, sizeof(*q));
	if (request_type_parse(e->type, &to->type) < 0 ||
	    request_note_parse(e->note, &to->note) < 0 ||
	    auth_trust_parse(e->trust, &q->trust) < 0)
		return -1;
	to->network = e->network;
	to->template_key = e->template_key;
	to->group = e->group;
	to->lang = e->lang;
	to->mutual = e->mutual > INT_MAX ? INT_MAX : (int)e->mutual;
	to->made_ms = e->made_ms;
	read_people(e, to);
	return 0;
}

/* Whether rules were asked then: else nobody was looked up. */
static bool
was_looked_up(const struct audit_entry_recipient *r)
{
	return r->has_rule || view_equal(r->why, VIEW("no-rule"));
}

static bool
has_word(struct view words, struct view word)
{
	while (words.size > 0) {
		size_t end = view_find_byte(words, ',');
		size_t size = end == VIEW_NONE ? words.size : end;

		if (view_equal(view_part(words, 0, size), word))
			return true;
		words = view_part(words, size + 1, VIEW_NONE);
	}
	return false;
}

static bool
showed_address(const struct audit_entry *e,
    const struct audit_entry_recipient *r)
{
	for (size_t i = 0; i < e->named_count; i++)
		if (e->named[i].has_email)
			return true;
	return has_word(r->known_by, VIEW("email"));
}

/* The best known of the people, as the engine takes it. */
static void
look_up(const struct replay_request *q, const struct audit_entry *e,
    const struct audit_entry_recipient *r, const struct contacts *contacts,
    struct replay_facts *f)
{
	for (size_t i = 0; i < q->request.people; i++) {
		struct contacts_match match;

		contacts_find(contacts, q->request.person[i].name, VIEW(""),
		    q->request.person[i].profile, &match);
		if (match.known > f->match.known)
			f->match = match;
	}
	f->facts.contacts = contacts;
	if (contacts == NULL)
		return;
	if (showed_address(e, r))
		f->facts.untold |= RULES_UNTOLD_GROUP;
	else if (e->people <= (long long)e->named_count)
		return;
	if (f->match.known < KNOWN_PROFILE)
		f->facts.untold |= RULES_UNTOLD_KNOWN | RULES_UNTOLD_GROUP;
}

static void
keep(const struct audit_entry_recipient *r, struct replay_facts *f)
{
	if (!was_looked_up(r) ||
	    contacts_known_parse(r->known, &f->match.known) < 0)
		f->facts.untold |= RULES_UNTOLD_KNOWN | RULES_UNTOLD_GROUP;
	f->facts.groups = &r->groups;
}

/*
 * A record that tells of the route is of a filter that tells of this, too,
 * where there was something to tell.
 */
static void
tell_learned(const struct audit_entry *e, const struct audit_entry_recipient *r,
    struct rules_facts *to)
{
	to->learned = MY_NOT_SAID;
	if (r->says_learned)
		to->learned = r->learned ? MY_YES : MY_NO;
	else if (has_word(r->known_by, VIEW("learned")))
		to->learned = MY_YES;
	else if (!e->says_route || !was_looked_up(r))
		to->untold |= RULES_UNTOLD_LEARNED;
}

void
replay_facts_make(const struct replay_request *q, const struct audit_entry *e,
    const struct audit_entry_recipient *r, const struct contacts *contacts,
    bool keep_known, struct replay_facts *f)
{
	struct rules_facts *to = &f->facts;

	memset(f, 0, sizeof(*f));
	to->request = &q->request;
	to->trust = q->trust;
	to->match = &f->match;
	to->seen = r->seen > UINT_MAX ? UINT_MAX : (unsigned)r->seen;
	to->recipient = r->recipient;
	to->has_route = e->has_route;
	to->now_ms = e->time_ms;
	to->untold = RULES_UNTOLD_SUBJECT;
	if (q->request.note != NOTE_NONE)
		to->untold |= RULES_UNTOLD_NOTE_TEXT;
	if (!e->says_route)
		to->untold |= RULES_UNTOLD_ROUTE;
	if (!e->says_time && q->request.made_ms > 0)
		to->untold |= RULES_UNTOLD_AGE;
	tell_learned(e, r, to);
	if (e->hashed)
		to->untold |= RULES_UNTOLD_PERSON | RULES_UNTOLD_MY_COMPANY |
		    RULES_UNTOLD_MY_INTEREST;
	if (keep_known || e->hashed)
		keep(r, f);
	else
		look_up(q, e, r, contacts, f);
}
