// SPDX-License-Identifier: BSD-2-Clause
/*
 * capture_check.c - whether a sample is recognised as the mail was, and whether
 * anything private is left in it.
 */
#include "ctl/capture_check.h"

#include <stdio.h>
#include <string.h>

#include "recognise/imitation.h"

/* Octets of a word that is looked for: chance makes shorter ones again. */
enum { LEAST = 4 };

static void
copy(char *to, size_t size, struct view from)
{
	snprintf(to, size, "%.*s", VIEW_ARG(from));
}

static unsigned
bit(bool there, unsigned number)
{
	return there ? 1U << number : 0;
}

static unsigned
fields_of(const struct person *p)
{
	const struct view fields[] = { p->name, p->given, p->headline,
		p->company, p->location, p->profile, p->email };
	unsigned bits = 0;

	for (unsigned i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		bits |= bit(fields[i].size > 0, i);
	return bits;
}

void
capture_facts_read(const struct decision *d, struct capture_facts *f)
{
	static const char *const imitations[] = { "no", "listed", "named",
		"full" };
	const struct request *r = &d->request;

	*f = (struct capture_facts){ .people = r->people };
	copy(f->network, sizeof(f->network), r->network);
	copy(f->type, sizeof(f->type), view_of(request_type_name(r->type)));
	copy(f->template_key, sizeof(f->template_key), r->template_key);
	if (r->evidence_count > 0)
		copy(f->rule, sizeof(f->rule), r->evidence[0].rule);
	f->note = request_note_name(r->note);
	f->imitation = imitations[d->imitation.kind];
	for (size_t i = 0; i < r->people; i++)
		f->fields[i] = fields_of(&r->person[i]);
	f->of_request = bit(r->group.size > 0, 0) | bit(r->mutual >= 0, 1) |
	    bit(r->made_ms > 0, 2) | bit(r->lang.size > 0, 3) |
	    bit(r->note_text.size > 0, 4);
}

void
capture_facts_compare(const struct capture_facts *was,
    const struct capture_facts *is, struct err *e)
{
	const struct {
		const char *what, *was, *is;
	} rows[] = {
		{ "network", was->network, is->network },
		{ "type", was->type, is->type },
		{ "template key", was->template_key, is->template_key },
		{ "rule", was->rule, is->rule },
		{ "note", was->note, is->note },
		{ "imitation", was->imitation, is->imitation },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].was, rows[i].is) != 0) {
			err_set(e, "%s was \"%s\", is \"%s\"", rows[i].what,
			    rows[i].was, rows[i].is);
			return;
		}
	if (was->people != is->people)
		err_set(e, "people: %zu, now %zu", was->people, is->people);
	else if (memcmp(was->fields, is->fields, sizeof(was->fields)) != 0 ||
	    was->of_request != is->of_request)
		err_set(e, "other fields are read out");
}

struct search {
	const struct capture_words *words;
	struct pool *pool;
	struct err *e;
	size_t least, left;
};

/* Two numbers of a few digits are the same one now and then. */
static bool
is_short_number(struct view word)
{
	for (size_t i = 0; i < word.size; i++)
		if (!byte_is_digit(word.data[i]))
			return false;
	return word.size < 8;
}

static void
search_text(void *arg, struct view text, const char *where)
{
	static const struct capture_charset cs = { .coding = CAPTURE_UTF8 };
	struct search *s = arg;
	struct capture_words found = { .pool = s->pool };

	capture_words_read(&found, &cs, text, s->least);
	for (size_t i = 0; i < found.count; i++)
		if (!is_short_number(found.word[i]) &&
		    capture_words_have(s->words, found.word[i]) &&
		    s->left++ == 0)
			err_set(s->e,
			    "%s: word %zu, of %zu octets, was there before",
			    where, i + 1, found.word[i].size);
}

size_t
capture_left(const struct capture_plan *plan, const struct message *m,
    struct err *e)
{
	struct search s = { &plan->taken, plan->pool, e, LEAST, 0 };
	struct capture_words names = { .pool = plan->pool };

	capture_texts(m, search_text, &s);
	for (size_t i = 0; i < plan->names.count; i++)
		if (!capture_words_have(&plan->allowed, plan->names.word[i]))
			capture_words_add(&names, plan->names.word[i]);
	capture_words_sort(&names);
	s.words = &names;
	search_text(&s, m->bytes, "the message as it stands");
	if (!pool_ok(plan->pool)) {
		err_set(e, "out of memory");
		s.left++;
	}
	return s.left;
}
