// SPDX-License-Identifier: BSD-2-Clause
/*
 * contacts.c - the people a user knows, and looking somebody up.
 */
#include "policy/contacts.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/pool.h"
#include "base/utf8.h"
#include "mail/charset.h"
#include "policy/archive.h"
#include "policy/cards.h"
#include "policy/contacts_key.h"

/* Room for all of them, with what the pool takes besides. */
enum { GROUP_WORDS_SIZE = 2 * LIMIT_CONTACT_GROUPS * LIMIT_CONTACT_GROUP_SIZE };

struct contacts {
	size_t limit;
	struct cards cards;
	size_t people;
	struct pool *words; /* of the groups */
	struct view group[LIMIT_CONTACT_GROUPS];
	size_t groups;
};

struct contacts *
contacts_new(size_t limit)
{
	struct contacts *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->limit = limit;
	c->words = pool_new(GROUP_WORDS_SIZE);
	if (cards_init(&c->cards) < 0 || c->words == NULL) {
		contacts_free(c);
		return NULL;
	}
	return c;
}

void
contacts_free(struct contacts *c)
{
	if (c == NULL)
		return;
	cards_free(&c->cards);
	pool_free(c->words);
	free(c);
}

size_t
contacts_count(const struct contacts *c)
{
	return c->people;
}

size_t
contacts_size(const struct contacts *c)
{
	return sizeof(*c) + cards_size(&c->cards) + pool_used(c->words);
}

/* The index of the group of that name, or LIMIT_CONTACT_GROUPS. */
static size_t
group_index(const struct contacts *c, struct view group)
{
	for (size_t i = 0; i < c->groups; i++)
		if (view_equal_nocase(c->group[i], group))
			return i;
	return LIMIT_CONTACT_GROUPS;
}

static bool
is_group_word(struct view group)
{
	if (group.size == 0 || group.size > LIMIT_CONTACT_GROUP_SIZE ||
	    !utf8_valid(group))
		return false;
	for (size_t at = 0; at < group.size;)
		if (utf8_is_hidden(utf8_next(group, &at)))
			return false;
	return true;
}

/*
 * The bits of a row's groups, new ones made.  NULL, or why that is not
 * possible.
 */
static const char *
take_groups(struct contacts *c, const struct contacts_row *row, uint32_t *bits)
{
	*bits = 0;
	for (size_t i = 0; i < row->groups; i++) {
		size_t index = group_index(c, row->group[i]);

		if (index == LIMIT_CONTACT_GROUPS) {
			if (!is_group_word(row->group[i]))
				return "a group whose name cannot be one";
			if (c->groups == LIMIT_CONTACT_GROUPS)
				return "one group more than there may be";
			index = c->groups;
			c->group[index] = pool_copy(c->words, row->group[i]);
			if (c->group[index].data == NULL)
				return "no memory";
			c->groups++;
		}
		*bits |= (uint32_t)1 << index;
	}
	return NULL;
}

/* One file on its way into the set. */
struct loading {
	struct contacts *contacts;
	struct contacts_report *report;
	const struct contacts_listener *listener; /* or NULL */
	const char *entry;                        /* of an archive, or "" */
	struct text name, profile, email[LIMIT_CONTACT_EMAILS]; /* keys */
};

static struct text *
loading_text(struct loading *l, size_t index)
{
	if (index == LIMIT_CONTACT_EMAILS)
		return &l->name;
	return index < LIMIT_CONTACT_EMAILS ? &l->email[index] : &l->profile;
}

enum { LOADING_TEXTS = LIMIT_CONTACT_EMAILS + 2 };

static bool
is_usable(struct view key)
{
	return key.size > 0 && key.size <= LIMIT_CONTACT_KEY_SIZE;
}

/* The keys that are no name, in l and the card.  NULL, or why not. */
static const char *
make_keys(struct loading *l, const struct contacts_row *row, struct card *card)
{
	if (row->profile.size > 0) {
		contacts_key_profile(row->profile, &l->profile);
		card->profile = text_view(&l->profile);
		if (!is_usable(card->profile))
			return "an address that is no profile's";
	}
	for (size_t i = 0; i < row->emails; i++) {
		contacts_key_email(row->email[i], &l->email[i]);
		card->email[i] = text_view(&l->email[i]);
		if (!is_usable(card->email[i]))
			return "an address that is none";
	}
	card->emails = row->emails;
	return NULL;
}

/*
 * Makes a row a card, whose keys are in l.  NULL, or why the row is to be
 * refused, if it is not that memory is short.
 */
static const char *
make_card(struct loading *l, const struct contacts_row *row, struct card *card)
{
	const char *why;

	*card = (struct card){ .written = row->name };
	if (row->name.size > LIMIT_CONTACT_KEY_SIZE)
		return "a name that is too long";
	if (!utf8_valid(row->name))
		return "a name that is not UTF-8";
	contacts_key_name(row->name, &l->name);
	card->name = text_view(&l->name);
	if (card->name.size > LIMIT_CONTACT_KEY_SIZE)
		return "a name that is too long";
	why = make_keys(l, row, card);
	if (why != NULL)
		return why;
	if (card->name.size + card->profile.size + card->emails == 0)
		return "neither a name of two words nor an address or profile";
	return take_groups(l->contacts, row, &card->groups);
}

/* -1 without memory, or past the limit of the set. */
static int
add_card(struct contacts *c, const struct card *card)
{
	int added = cards_add(&c->cards, card);

	if (added < 0 || contacts_size(c) > c->limit)
		return -1;
	c->people += (size_t)added;
	return 0;
}

static bool
memory_ok(struct loading *l)
{
	for (size_t i = 0; i < LOADING_TEXTS; i++)
		if (!text_ok(loading_text(l, i)))
			return false;
	return pool_ok(l->contacts->words);
}

static void
tell(const struct loading *l, const struct contacts_row *row)
{
	if (l->listener != NULL)
		l->listener->tell(l->listener->arg, row);
}

/* Counts a row that adds nobody. */
static void
leave_out(struct loading *l, const struct contacts_row *row)
{
	if (row->kind == CONTACTS_SKIPPED)
		l->report->skipped++;
	else if (l->report->refused++ == 0) {
		l->report->first_refused = row->line;
		l->report->entry = l->entry;
	}
	tell(l, row);
}

static int
on_row(void *arg, const struct contacts_row *row)
{
	struct loading *l = arg;
	struct contacts_row told = *row;
	struct card card;

	told.entry = l->entry;
	if (row->kind == CONTACTS_PERSON) {
		told.why = make_card(l, row, &card);
		if (told.why != NULL)
			told.kind = CONTACTS_REFUSED;
	}
	if (!memory_ok(l))
		return -1;
	if (told.kind != CONTACTS_PERSON) {
		leave_out(l, &told);
		return 0;
	}
	if (add_card(l->contacts, &card) < 0)
		return -1;
	l->report->added++;
	tell(l, &told);
	return 0;
}

static int
load(struct loading *l, const struct contacts_format *format, struct view bytes)
{
	int result;

	for (size_t i = 0; i < LOADING_TEXTS; i++)
		loading_text(l, i)->limit = LIMIT_CONTACTS_LINE;
	result = format->read(bytes, on_row, l);
	for (size_t i = 0; i < LOADING_TEXTS; i++)
		text_free(loading_text(l, i));
	cards_fit(&l->contacts->cards);
	return result;
}

/*
 * The bytes as UTF-8 without a byte order mark: themselves, or what was put
 * into utf8.  Programs of Windows save text as UTF-16 where they call it
 * Unicode.
 */
static struct view
decode(struct view bytes, struct text *utf8)
{
	if (view_starts_nocase(bytes, VIEW("\xEF\xBB\xBF")))
		return view_part(bytes, 3, VIEW_NONE);
	if (view_starts_nocase(bytes, VIEW("\xFF\xFE")))
		return charset_to_utf8(view_part(bytes, 2, VIEW_NONE),
		    VIEW("UTF-16LE"), utf8);
	if (view_starts_nocase(bytes, VIEW("\xFE\xFF")))
		return charset_to_utf8(view_part(bytes, 2, VIEW_NONE),
		    VIEW("UTF-16BE"), utf8);
	return bytes;
}

/* Words that are nothing else are for contacts.txt, not for an archive. */
static int
refuse_format(struct loading *l)
{
	struct contacts_row row = { .kind = CONTACTS_REFUSED,
		.line = 1,
		.why = "a file in no format that is known" };

	return on_row(l, &row);
}

/* What files are added to. */
struct adding {
	struct contacts *contacts;
	const struct contacts_listener *listener;
	struct contacts_report *report;
	struct err *e;
};

/* Bytes that are text in UTF-8. */
static int
add_decoded(struct loading *l, struct view bytes, struct err *e)
{
	const struct contacts_format *format;
	int result;

	if (view_find_byte(bytes, '\0') != VIEW_NONE)
		return err_set(e, "not text (it holds NUL octets)");
	format = contacts_file_format(bytes);
	l->report->format = format->name;
	if (l->entry[0] != '\0' && format == contacts_file_format(VIEW("")))
		result = refuse_format(l);
	else
		result = load(l, format, bytes);
	return result == 0
	    ? 0
	    : err_set(e,
		  "out of memory, or more people than fit into %zu octets",
		  l->contacts->limit);
}

/* A file, or one of an archive's, whose name is entry. */
static int
add_file(const struct adding *a, struct view bytes, const char *entry)
{
	struct loading l = { .contacts = a->contacts,
		.report = a->report,
		.listener = a->listener,
		.entry = entry };
	struct text utf8 = TEXT_INIT(LIMIT_CONTACTS_SIZE);
	int result;

	bytes = decode(bytes, &utf8);
	if (text_ok(&utf8))
		result = add_decoded(&l, bytes, a->e);
	else
		result =
		    err_set(a->e, "out of memory, or larger than %d octets",
			LIMIT_CONTACTS_SIZE);
	text_free(&utf8);
	return result;
}

static int
on_entry(void *arg, const char *name, struct view bytes)
{
	const struct adding *a = arg;

	return add_file(a, bytes, name) < 0 ? err_in(a->e, "%s", name) : 0;
}

int
contacts_add_telling(struct contacts *c, struct view bytes, const char *file,
    const struct contacts_listener *listener, struct contacts_report *report,
    struct err *e)
{
	struct adding a = { c, listener, report, e };
	int result;

	*report = (struct contacts_report){ .format = "", .entry = "" };
	if (bytes.size > LIMIT_CONTACTS_SIZE)
		result =
		    err_set(e, "larger than %d octets", LIMIT_CONTACTS_SIZE);
	else if (archive_is(bytes))
		result = archive_read(bytes, on_entry, &a, e);
	else
		result = add_file(&a, bytes, "");
	if (archive_is(bytes))
		report->format = "LinkedIn's archive";
	return result < 0 ? err_in(e, "%s", file) : 0;
}

int
contacts_add(struct contacts *c, struct view bytes, const char *file,
    struct contacts_report *report, struct err *e)
{
	return contacts_add_telling(c, bytes, file, NULL, report, e);
}

/* What is looked up, the strongest last. */
static const struct {
	enum card_key kind;
	enum known known;
	void (*key)(struct view v, struct text *key);
} sought[] = {
	{ CARD_NAME, KNOWN_NAME, contacts_key_name },
	{ CARD_EMAIL, KNOWN_EMAIL, contacts_key_email },
	{ CARD_PROFILE, KNOWN_PROFILE, contacts_key_profile },
};

enum { SOUGHT = sizeof(sought) / sizeof(sought[0]) };

void
contacts_find(const struct contacts *c, struct view name, struct view email,
    struct view profile, struct contacts_match *match)
{
	const struct view given[SOUGHT] = { name, email, profile };
	struct text key[SOUGHT];
	struct card_sought card[SOUGHT];
	struct card_found found;

	*match = (struct contacts_match){ .known = KNOWN_NO };
	if (c == NULL)
		return;
	for (size_t i = 0; i < SOUGHT; i++) {
		key[i] = (struct text)TEXT_INIT(LIMIT_CONTACTS_LINE);
		if (given[i].size == 0)
			continue;
		sought[i].key(given[i], &key[i]);
		card[i] =
		    cards_expect(&c->cards, sought[i].kind, text_view(&key[i]));
	}
	for (size_t i = 0; i < SOUGHT; i++) {
		if (text_ok(&key[i]) && key[i].size > 0 &&
		    cards_find(&c->cards, &card[i], &found)) {
			match->known = sought[i].known;
			match->by |= 1u << sought[i].known;
			match->name = found.written;
			match->groups |= found.groups;
			match->several = match->several || found.several;
		}
		text_free(&key[i]);
	}
}

bool
contacts_in_group(const struct contacts *c, const struct contacts_match *match,
    struct view group)
{
	size_t index;

	if (c == NULL)
		return false;
	if (group.size > 0 && group.data[0] == '@')
		group = view_part(group, 1, VIEW_NONE);
	index = group_index(c, group);
	return index < c->groups && (match->groups >> index & 1) != 0;
}

void
contacts_group_words(const struct contacts *c,
    const struct contacts_match *match, struct text *words)
{
	const char *between = "";

	for (size_t i = 0; c != NULL && i < c->groups; i++) {
		if ((match->groups >> i & 1) == 0)
			continue;
		text_add_string(words, between);
		text_add_byte(words, '@');
		text_add(words, c->group[i]);
		between = " ";
	}
}

void
contacts_by_words(const struct contacts_match *match, struct text *words)
{
	const char *between = "";

	for (int known = KNOWN_PROFILE; known > KNOWN_NO; known--) {
		if ((match->by >> known & 1) == 0)
			continue;
		text_add_string(words, between);
		text_add_string(words,
		    known == KNOWN_NAME && match->several
			? "shared-name"
			: contacts_known_name((enum known)known));
		between = ",";
	}
}

static const char *const known_words[] = {
	[KNOWN_NO] = "no",
	[KNOWN_NAME] = "name",
	[KNOWN_EMAIL] = "email",
	[KNOWN_PROFILE] = "profile",
};

const char *
contacts_known_name(enum known known)
{
	return known_words[known];
}

int
contacts_known_parse(struct view name, enum known *known)
{
	for (int i = KNOWN_NO; i <= KNOWN_PROFILE; i++)
		if (view_equal(name, view_of(known_words[i]))) {
			*known = (enum known)i;
			return 0;
		}
	return -1;
}
