// SPDX-License-Identifier: BSD-2-Clause
/*
 * fields.c - reads out who asks for what, once the type is known.
 */
#include "recognise/fields.h"

#include <string.h>

#include "base/utf8.h"
#include "mail/addr.h"
#include "recognise/note.h"

/* 2100-01-01 and 2003-01-01 in milliseconds: what an id may say. */
static const int64_t latest_ms = 4102444800000;
static const int64_t earliest_ms = 1041379200000;

#define FIELD_NAME_OF(constant, name, of_person) name,
static const char *const names[] = { FIELDS(FIELD_NAME_OF) };
#undef FIELD_NAME_OF

_Static_assert(sizeof(names) / sizeof(names[0]) == REQUEST_SOURCES,
    "a source for each field");

/* What one match gave. */
struct found {
	const char *where; /* it was made */
	struct view value[FIELD_COUNT];
	unsigned have; /* bit 1 << enum field */
};

static size_t
field_limit(enum field field)
{
	switch (field) {
	case FIELD_NAME:
	case FIELD_GIVEN:
		return LIMIT_NAME_SIZE;
	case FIELD_NOTE:
		return LIMIT_NOTE_SIZE;
	default:
		return LIMIT_FIELD_SIZE;
	}
}

static void
keep(struct reading *r, enum field field, struct view value,
    struct found *found)
{
	value =
	    note_fit(r->pool, value, field == FIELD_NOTE, field_limit(field));
	if (value.size == 0 || (found->have & 1U << field))
		return;
	found->value[field] = value;
	found->have |= 1U << field;
}

/* The groups of the match that has just been made. */
static void
keep_groups(struct reading *r, const struct extract *extract,
    struct found *found)
{
	for (size_t i = 1; i <= regex_groups(extract->pattern.regex); i++)
		if (extract->field[i] != FIELD_COUNT)
			keep(r, (enum field)extract->field[i],
			    regex_group(r->scratch, i), found);
}

static struct view *
person_field(struct person *person, enum field field)
{
	switch (field) {
	case FIELD_NAME:
		return &person->name;
	case FIELD_GIVEN:
		return &person->given;
	case FIELD_HEADLINE:
		return &person->headline;
	case FIELD_COMPANY:
		return &person->company;
	case FIELD_LOCATION:
		return &person->location;
	case FIELD_PROFILE:
		return &person->profile;
	default:
		return &person->email;
	}
}

/* These say whether the value was taken: the first that can be stays. */
static bool
set_number(struct request *out, enum field field, struct view value)
{
	unsigned long long number;
	int64_t ms;

	if (view_number(value, INT64_MAX, &number) < 0)
		return false;
	if (field == FIELD_MUTUAL) {
		if (out->mutual >= 0 || number > INT32_MAX)
			return false;
		out->mutual = (int)number;
		return true;
	}
	ms = (int64_t)(number >> 22);
	if (out->made_ms != 0 || ms < earliest_ms || ms >= latest_ms)
		return false;
	out->made_ms = ms;
	return true;
}

static bool
set_common(struct request *out, enum field field, struct view value)
{
	struct view *to = field == FIELD_GROUP ? &out->group
	    : field == FIELD_NOTE              ? &out->note_text
					       : &out->lang;

	if (field == FIELD_MUTUAL || field == FIELD_ID22)
		return set_number(out, field, value);
	if (to->size > 0)
		return false;
	*to = value;
	return true;
}

/* A mailbox must be a plain one. */
static bool
set_person(struct person *person, enum field field, struct view value)
{
	struct view *to = person_field(person, field);

	if (to->size > 0 || (field == FIELD_EMAIL && !addr_is_plain(value)))
		return false;
	*to = value;
	return true;
}

static void
set(struct reading *r, size_t index, const struct found *found)
{
	struct request *out = r->out;

	for (int f = 0; f < FIELD_COUNT; f++) {
		enum field field = (enum field)f;
		struct view value = found->value[f];
		bool taken;

		if (!(found->have & 1U << f))
			continue;
		if (field_of_person(field)) {
			taken = set_person(&out->person[index], field, value) &&
			    index == 0;
			if (index >= out->people)
				out->people = index + 1;
		} else {
			taken = set_common(out, field, value);
		}
		if (taken)
			out->source[out->sources++] =
			    (struct request_source){ names[f], found->where };
	}
}

static bool
is_same(struct view a, struct view b)
{
	return a.size > 0 && view_equal(a, b);
}

/*
 * Where a match of "each" belongs: HTML links to one person two or three
 * times.  The profile decides, or without one the name.
 */
static size_t
place_of(const struct request *out, const struct found *found)
{
	struct view profile = found->value[FIELD_PROFILE];
	struct view name = found->value[FIELD_NAME];
	size_t i;

	for (i = 0; i < out->people; i++) {
		const struct person *person = &out->person[i];

		if (is_same(profile, person->profile))
			break;
		if ((profile.size == 0 || person->profile.size == 0) &&
		    is_same(name, person->name))
			break;
	}
	return i;
}

/* Every match on the subject; true if there was one. */
static bool
read_each(struct reading *r, const struct extract *extract, struct view subject,
    const char *where)
{
	bool some = false;

	for (size_t at = 0;
	     reading_match(r, extract->pattern.regex, subject, at);) {
		struct found found = { .where = where };
		size_t place;

		at = regex_end(r->scratch);
		keep_groups(r, extract, &found);
		place = place_of(r->out, &found);
		if (place == LIMIT_PEOPLE)
			return true;
		set(r, place, &found);
		some = true;
	}
	return some;
}

static bool
read_first(struct reading *r, const struct extract *extract,
    struct view subject, const char *where, size_t index)
{
	struct found found = { .where = where };

	if (!reading_match(r, extract->pattern.regex, subject, 0))
		return false;
	keep_groups(r, extract, &found);
	set(r, index, &found);
	return true;
}

/* One pattern on all texts; "each" wants all of them, others the first. */
static bool
read_pattern(struct reading *r, const struct field_rule *f,
    const struct extract *extract, struct subjects *on, size_t index)
{
	bool some = false;

	if (!reading_may_match(r, on, &extract->pattern))
		return false;
	for (size_t i = 0; i < on->count; i++) {
		if (!f->each &&
		    read_first(r, extract, on->item[i], on->where, index))
			return true;
		if (f->each && read_each(r, extract, on->item[i], on->where))
			some = true;
		if (some && f->on != SIGNAL_LINK)
			return true;
	}
	return some;
}

static void
read_patterns(struct reading *r, const struct field_rule *f,
    struct subjects *on, size_t index)
{
	for (size_t i = 0; i < f->count; i++)
		if (read_pattern(r, f, &f->extract[i], on, index))
			return;
}

/* Of what was read already: a field of the person, or one of the request. */
static struct view
field_value(struct request *out, size_t index, enum field field)
{
	if (field_of_person(field))
		return *person_field(&out->person[index], field);
	return field == FIELD_GROUP ? out->group
	    : field == FIELD_NOTE   ? out->note_text
				    : out->lang;
}

static bool
asks_for_person(const struct field_rule *f)
{
	if (f->on >= SIGNAL_OF_FIELD)
		return field_of_person((enum field)(f->on - SIGNAL_OF_FIELD));
	return f->on >= SIGNAL_OF_PERSON && f->on < SIGNAL_COUNT;
}

static const char read_before[] = "what was read before";

/* For each person by what is known of that person. */
static void
read_for_people(struct reading *r, const struct field_rule *f)
{
	for (size_t i = 0; i < r->out->people; i++) {
		struct subjects on = { .count = 0 };
		struct view value;

		if (f->on < SIGNAL_COUNT) {
			reading_signal_of_person(r, f->on, &r->out->person[i],
			    &on);
			on.where = "the text around the name";
		} else {
			value = field_value(r->out, i,
			    (enum field)(f->on - SIGNAL_OF_FIELD));
			on.item = &value;
			on.count = value.size > 0;
			on.where = read_before;
		}
		read_patterns(r, f, &on, i);
	}
}

static void
read_constants(struct reading *r, const struct field_rule *f)
{
	struct found found = { .where = "the pack itself" };

	for (int i = 0; i < FIELD_COUNT; i++)
		if (f->fields & 1U << i)
			keep(r, (enum field)i, f->set[i], &found);
	set(r, 0, &found);
}

/* Whether nothing is left for the entry to give. */
static bool
is_done(struct request *out, const struct field_rule *f)
{
	bool done = true;

	if (f->each)
		return out->people > 0;
	for (int i = 0; done && i < FIELD_COUNT; i++) {
		enum field field = (enum field)i;

		if (!(f->fields & 1U << i))
			continue;
		if (field == FIELD_MUTUAL)
			done = out->mutual >= 0;
		else if (field == FIELD_ID22)
			done = out->made_ms > 0;
		else
			done = field_value(out, 0, field).size > 0;
	}
	return done && out->people <= 1;
}

static void
read_entry(struct reading *r, const struct field_rule *f)
{
	struct view value;
	struct subjects of_field = { .item = &value, .where = read_before };

	if (!(f->types & 1UL << r->out->type) || is_done(r->out, f) ||
	    !reading_conditions_hold(r, &f->conditions))
		return;
	if (f->extract == NULL) {
		read_constants(r, f);
	} else if (asks_for_person(f)) {
		read_for_people(r, f);
	} else if (f->on >= SIGNAL_OF_FIELD) {
		value = field_value(r->out, 0,
		    (enum field)(f->on - SIGNAL_OF_FIELD));
		of_field.count = value.size > 0;
		read_patterns(r, f, &of_field, 0);
	} else {
		read_patterns(r, f, reading_signal(r, f->on), 0);
	}
}

/* The first word of the name, if it is one: no initial, no "Dr.". */
static struct view
first_word(struct view name)
{
	struct view word = view_part(name, 0, view_find_byte(name, ' '));
	size_t letters = 0;

	for (size_t at = 0; at < word.size; letters++) {
		uint32_t c = utf8_next(word, &at);

		if (c < 'A' || (c > 'Z' && c < 'a') || (c > 'z' && c < 0xC0))
			return VIEW("");
	}
	return letters >= 2 ? word : VIEW("");
}

static void
judge_note(struct reading *r)
{
	struct request *out = r->out;
	const struct person *asks = &out->person[0];

	out->note_text = note_body(out->note_text, asks->name, asks->given);
	if (out->note_text.size == 0)
		out->note = NOTE_NONE;
	else if (note_is_one_of(out->note_text, r->pack->boilerplate,
		     r->pack->boilerplates))
		out->note = NOTE_BOILERPLATE;
	else
		out->note = NOTE_PERSONAL;
}

void
fields_read(struct reading *r)
{
	for (size_t i = 0; i < r->pack->fields; i++)
		read_entry(r, &r->pack->field[i]);
	for (size_t i = 0; i < r->out->people; i++) {
		struct person *person = &r->out->person[i];

		if (person->given.size == 0)
			person->given = first_word(person->name);
	}
	judge_note(r);
}
