// SPDX-License-Identifier: BSD-2-Clause
/*
 * contacts_entry.c - one person of an address book, gathered line by line.
 *
 * The bytes move while they grow, so what lies in them is kept as positions.
 */
#include "policy/contacts_entry.h"

#include "policy/contacts_key.h"

void
contacts_entry_init(struct contacts_entry *en, contacts_on_row *on_row,
    void *arg)
{
	*en = (struct contacts_entry){ .on_row = on_row,
		.arg = arg,
		.bytes = TEXT_INIT(LIMIT_CONTACTS_LINE),
		/* The parts with blanks between them. */
		.joined = TEXT_INIT(LIMIT_CONTACTS_LINE + CONTACTS_NAMES),
		/* Folding makes some characters longer. */
		.key = TEXT_INIT(64 * LIMIT_CONTACTS_LINE) };
}

void
contacts_entry_free(struct contacts_entry *en)
{
	text_free(&en->bytes);
	text_free(&en->joined);
	text_free(&en->key);
}

void
contacts_entry_begin(struct contacts_entry *en, int line)
{
	en->kind = CONTACTS_PERSON;
	en->why = NULL;
	en->line = line;
	text_clear(&en->bytes);
	for (size_t i = 0; i < CONTACTS_NAMES; i++)
		en->name[i].size = 0;
	en->profile.size = 0;
	en->emails = en->groups = 0;
}

void
contacts_entry_refuse(struct contacts_entry *en, int line, const char *why)
{
	if (en->kind != CONTACTS_PERSON)
		return;
	en->kind = CONTACTS_REFUSED;
	en->line = line;
	en->why = why;
}

void
contacts_entry_skip(struct contacts_entry *en, const char *why)
{
	en->kind = CONTACTS_SKIPPED;
	en->why = why;
}

/* Copies v; false when it is nothing, or too much. */
static bool
take(struct contacts_entry *en, struct view v, int line,
    struct contacts_span *span)
{
	v = view_trim(v);
	if (v.size == 0 || en->kind != CONTACTS_PERSON)
		return false;
	if (view_find_byte(v, '\0') != VIEW_NONE) {
		contacts_entry_refuse(en, line, "a NUL octet");
		return false;
	}
	if (v.size > LIMIT_CONTACTS_LINE - en->bytes.size) {
		contacts_entry_refuse(en, line, "longer than an entry may be");
		return false;
	}
	*span = (struct contacts_span){ en->bytes.size, v.size };
	text_add(&en->bytes, v);
	for (size_t i = span->from; i < en->bytes.size; i++)
		if ((unsigned char)en->bytes.data[i] < ' ')
			en->bytes.data[i] = ' ';
	return true;
}

void
contacts_entry_name(struct contacts_entry *en, enum contacts_name part,
    struct view v, int line)
{
	if (en->name[part].size == 0)
		take(en, v, line, &en->name[part]);
}

void
contacts_entry_email(struct contacts_entry *en, struct view v, int line)
{
	struct contacts_span span;

	v = view_trim(v);
	if (v.size > 0 && v.data[0] == '/')
		return; /* Exchange's, which no mail on the Internet shows */
	if (!take(en, v, line, &span))
		return;
	if (en->emails < LIMIT_CONTACT_EMAILS)
		en->email[en->emails++] = span;
	else
		contacts_entry_refuse(en, line,
		    "more addresses than one person may have");
}

void
contacts_entry_group(struct contacts_entry *en, struct view v, int line)
{
	struct contacts_span span;

	contacts_key_group(v, &en->key);
	en->bytes.failed |= !text_ok(&en->key);
	if (!take(en, text_view(&en->key), line, &span))
		return;
	if (en->groups < LIMIT_CONTACT_GROUPS)
		en->group[en->groups++] = span;
	else
		contacts_entry_refuse(en, line,
		    "more groups than there may be");
}

void
contacts_entry_page(struct contacts_entry *en, struct view v, int line)
{
	size_t at = view_find_nocase(v, VIEW("linkedin.com/"));

	if (en->profile.size == 0 && at != VIEW_NONE &&
	    view_find_nocase(view_part(v, at, VIEW_NONE), VIEW("/in/")) !=
		VIEW_NONE)
		take(en, v, line, &en->profile);
}

static struct view
part(const struct contacts_entry *en, struct contacts_span span)
{
	return span.size == 0
	    ? VIEW("")
	    : view_part(text_view(&en->bytes), span.from, span.size);
}

static void
join_parts(struct contacts_entry *en)
{
	text_clear(&en->joined);
	for (size_t i = CONTACTS_NAME_GIVEN; i <= CONTACTS_NAME_FAMILY; i++) {
		struct view v = part(en, en->name[i]);

		text_add_string(&en->joined,
		    v.size > 0 && en->joined.size > 0 ? " " : "");
		text_add(&en->joined, v);
	}
}

/* The first that can be looked up, else the first that there is. */
static struct view
best_name(struct contacts_entry *en)
{
	struct view name[3], first = VIEW("");

	join_parts(en);
	name[0] = part(en, en->name[CONTACTS_NAME_SHOWN]);
	name[1] = part(en, en->name[CONTACTS_NAME_COMMON]);
	name[2] = text_view(&en->joined);
	for (size_t i = 0; i < 3; i++) {
		/* contacts.c has a word for what is too long. */
		if (name[i].size > LIMIT_CONTACT_KEY_SIZE)
			return name[i];
		contacts_key_name(name[i], &en->key);
		if (!text_ok(&en->key))
			break; /* no memory, as contacts_entry_end() sees */
		/* Where nothing better is known programs show an address. */
		if (en->key.size > 0 &&
		    view_find_byte(name[i], '@') == VIEW_NONE)
			return name[i];
		if (first.size == 0)
			first = name[i];
	}
	return first;
}

static void
fill_row(struct contacts_entry *en, struct contacts_row *row)
{
	row->name = best_name(en);
	row->profile = part(en, en->profile);
	for (size_t i = 0; i < en->emails; i++)
		row->email[i] = part(en, en->email[i]);
	row->emails = en->emails;
	for (size_t i = 0; i < en->groups; i++)
		row->group[i] = part(en, en->group[i]);
	row->groups = en->groups;
	if (row->name.size + row->profile.size + row->emails == 0) {
		row->kind = CONTACTS_SKIPPED;
		row->why = "nobody's name, address or profile";
	}
}

int
contacts_entry_end(struct contacts_entry *en)
{
	struct contacts_row row = { .kind = en->kind,
		.line = en->line,
		.why = en->why };

	if (row.kind == CONTACTS_PERSON)
		fill_row(en, &row);
	if (!text_ok(&en->bytes) || !text_ok(&en->joined) || !text_ok(&en->key))
		return -1;
	return en->on_row(en->arg, &row);
}
