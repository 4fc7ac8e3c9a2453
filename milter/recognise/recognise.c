// SPDX-License-Identifier: BSD-2-Clause
/*
 * recognise.c - a message and the packs give a request, with evidence.
 */
#include "recognise/recognise.h"

#include <string.h>

#include "recognise/fields.h"
#include "recognise/imitation.h"

/* The first word of c that text has; c->words where there is none. */
static size_t
find_word(const struct candidate *c, struct view text)
{
	size_t i = 0;

	while (i < c->words && view_find_nocase(text, c->word[i]) == VIEW_NONE)
		i++;
	return i;
}

/* The pack says so, for this word of c, if it has any. */
static bool
say(struct candidacy *why, const struct pack *p, const struct candidate *c,
    size_t word)
{
	*why = (struct candidacy){
		.reason =
		    c->header.size == 0 ? CANDIDATE_ENVELOPE : CANDIDATE_FIELD,
		.pack = p,
		.header = c->header,
		.word = word < c->words ? c->word[word] : VIEW(""),
	};
	return true;
}

static bool
envelope_says(const struct pack *p, struct view envelope_from,
    struct candidacy *why)
{
	for (size_t i = 0; i < p->candidates; i++) {
		const struct candidate *c = &p->candidate[i];
		size_t word = c->words;

		if (c->header.size == 0)
			word = find_word(c, envelope_from);
		if (word < c->words)
			return say(why, p, c, word);
	}
	return false;
}

static bool
field_says(const struct pack *p, const struct header *field,
    struct candidacy *why)
{
	/* Most fields go no further than this. */
	if (field->name.size > 63 ||
	    !(p->candidate_sizes >> field->name.size & 1))
		return false;
	for (size_t i = 0; i < p->candidates; i++) {
		const struct candidate *c = &p->candidate[i];
		size_t word;

		if (!view_equal_nocase(c->header, field->name))
			continue;
		word = find_word(c, field->raw);
		if (c->words == 0 || word < c->words)
			return say(why, p, c, word);
	}
	return false;
}

static const struct pack *
find_imitated(const struct packs *packs, const struct header *field,
    size_t count)
{
	for (size_t f = 0; f < count; f++) {
		if (!view_equal_nocase(field[f].name, VIEW("From")))
			continue;
		for (size_t i = 0; i < packs->count; i++)
			if (imitation_is_hinted(packs->pack[i], field[f].raw))
				return packs->pack[i];
	}
	return NULL;
}

static bool
find_candidate(const struct packs *packs, const struct header *field,
    size_t count, struct view envelope_from, struct candidacy *why)
{
	for (size_t i = 0; i < packs->count; i++) {
		const struct pack *p = packs->pack[i];

		if (envelope_says(p, envelope_from, why))
			return true;
		for (size_t f = 0; f < count; f++)
			if (field_says(p, &field[f], why))
				return true;
	}
	return false;
}

const struct pack *
recognise_candidate(const struct packs *packs, const struct header *field,
    size_t count, struct view envelope_from, bool imitations)
{
	struct candidacy why;

	if (find_candidate(packs, field, count, envelope_from, &why))
		return why.pack;
	return imitations ? find_imitated(packs, field, count) : NULL;
}

const struct pack *
recognise_unseen(const struct packs *packs, unsigned cut)
{
	return (cut & MESSAGE_CUT_FROM) != 0 && packs->count > 0
	    ? packs->pack[0]
	    : NULL;
}

bool
recognise_why_candidate(const struct packs *packs, const struct message *m,
    struct view envelope_from, bool imitations, struct candidacy *why)
{
	if (find_candidate(packs, m->header, m->header_count, envelope_from,
		why))
		return true;
	*why = (struct candidacy){ .reason = CANDIDATE_IMITATION };
	if (imitations)
		why->pack = find_imitated(packs, m->header, m->header_count);
	if (why->pack == NULL) {
		why->reason = CANDIDATE_UNSEEN;
		why->pack = recognise_unseen(packs, m->cut);
	}
	return why->pack != NULL;
}

/* The first rule that fits; its evidence. */
static void
judge(struct reading *r)
{
	const struct pack *p = r->pack;

	for (size_t i = 0; i < p->rules; i++) {
		const struct rule *rule = &p->rule[i];

		if (!reading_conditions_hold(r, &rule->conditions))
			continue;
		r->out->type = rule->type;
		r->out->evidence[0] = (struct evidence){
			.rule = rule->id,
			.where = reading_signal(r, rule->decided_by)->where,
		};
		r->out->evidence_count = 1;
		return;
	}
	r->out->why_other = "no rule fits";
	if (!reading_conditions_hold(r, &p->every)) {
		r->out->network = VIEW("");
		r->out->why_other = "not from one of the network's senders";
	}
}

static void
read_template(struct reading *r)
{
	struct subjects *template;

	if (r->pack->template == VIEW_NONE)
		return;
	template = reading_signal(r, r->pack->template);
	if (template->count > 0)
		r->out->template_key = template->item[0];
}

int
recognise_request(const struct pack *pack, const struct message *m,
    struct view envelope_from, struct regex_scratch *scratch, struct pool *p,
    struct request *out)
{
	struct reading r = {
		.pack = pack,
		.message = m,
		.envelope_from = envelope_from,
		.scratch = scratch,
		.pool = p,
		.out = out,
		.answer = pool_alloc(p, pack->tests),
	};

	memset(out, 0, sizeof(*out));
	out->network = pack->name;
	out->mutual = -1;
	if (r.answer == NULL)
		return -1;
	judge(&r);
	if (out->network.size > 0) {
		read_template(&r);
		fields_read(&r);
	}
	return pool_ok(p) ? 0 : -1;
}
