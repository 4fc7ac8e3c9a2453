// SPDX-License-Identifier: BSD-2-Clause
/*
 * vcard.c - address books in vCard's form.
 *
 * Programs take liberties, so a property that makes no sense is passed over;
 * but a card of which anything is wanted and cannot be read is refused.
 */
#include "policy/vcard.h"

#include "policy/contacts_entry.h"
#include "policy/vcard_property.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct reading {
	struct vcard_lines lines;
	struct text octets, utf8, value; /* of it, decoded */
	bool in_card;
	int agents; /* cards inside the card that are open */
	bool agent; /* the next card is one of these */
	struct contacts_entry entry;
};

static const struct view begin = VIEW(VCARD_BEGIN);
static const struct view end = VIEW(VCARD_END);

bool
vcard_is(struct view bytes)
{
	return view_starts_nocase(view_trim(bytes), begin);
}

/* The octet at v[*at], which may be escaped; *at moves behind it. */
static char
next_octet(struct view v, size_t *at)
{
	char byte = v.data[(*at)++];
	char escaped;

	if (byte != '\\' || *at == v.size)
		return byte;
	escaped = v.data[*at];
	if (byte_lower(escaped) == 'n')
		escaped = ' '; /* a line break, where a line is wanted */
	else if (view_find_byte(VIEW("\\,;:"), escaped) == VIEW_NONE)
		return byte; /* 2.1 knows few escapes */
	++*at;
	return escaped;
}

/*
 * Cuts the next piece off *rest, at an unescaped separator, and undoes its
 * escapes.  separator 0: all of it.
 */
static struct view
next_piece(struct reading *r, struct view *rest, char separator)
{
	size_t at = 0;

	text_clear(&r->value);
	while (at < rest->size &&
	    (separator == 0 || rest->data[at] != separator))
		text_add_byte(&r->value, next_octet(*rest, &at));
	*rest = view_part(*rest, at + 1, VIEW_NONE);
	return text_view(&r->value);
}

/* What is made of each; v is in UTF-8. */

static void
take_version(struct reading *r, struct view v)
{
	r->lines.keeps_blanks = view_equal(view_trim(v), VIEW("2.1"));
}

/* Family, given and middle names; titles follow. */
static void
take_names(struct reading *r, struct view v)
{
	static const enum contacts_name parts[] = { CONTACTS_NAME_FAMILY,
		CONTACTS_NAME_GIVEN, CONTACTS_NAME_MIDDLE };

	for (size_t i = 0; i < COUNT(parts) && v.size > 0; i++)
		contacts_entry_name(&r->entry, parts[i], next_piece(r, &v, ';'),
		    r->lines.first);
}

static void
take_shown_name(struct reading *r, struct view v)
{
	contacts_entry_name(&r->entry, CONTACTS_NAME_SHOWN,
	    next_piece(r, &v, 0), r->lines.first);
}

static void
take_email(struct reading *r, struct view v)
{
	contacts_entry_email(&r->entry, next_piece(r, &v, 0), r->lines.first);
}

static void
take_page(struct reading *r, struct view v)
{
	contacts_entry_page(&r->entry, next_piece(r, &v, 0), r->lines.first);
}

static void
take_groups(struct reading *r, struct view v)
{
	while (v.size > 0)
		contacts_entry_group(&r->entry, next_piece(r, &v, ','),
		    r->lines.first);
}

static void
take_kind(struct reading *r, struct view v)
{
	if (view_equal_nocase(view_trim(v), VIEW("group")))
		contacts_entry_skip(&r->entry, "a group of people");
}

static const struct {
	struct view name;
	void (*take)(struct reading *r, struct view v);
} properties[] = {
	{ VIEW("VERSION"), take_version },
	{ VIEW("N"), take_names },
	{ VIEW("FN"), take_shown_name },
	{ VIEW("EMAIL"), take_email },
	{ VIEW("URL"), take_page },
	{ VIEW("SOCIALPROFILE"), take_page },
	{ VIEW("X-SOCIALPROFILE"), take_page },
	{ VIEW("IMPP"), take_page },
	{ VIEW("CATEGORIES"), take_groups },
	{ VIEW("KIND"), take_kind },
	{ VIEW("X-ADDRESSBOOKSERVER-KIND"), take_kind },
};

static void
take_property(struct reading *r, const struct vcard_property *p)
{
	struct view v;

	for (size_t i = 0; i < COUNT(properties); i++) {
		if (!view_equal_nocase(p->name, properties[i].name))
			continue;
		if (r->lines.too_long)
			contacts_entry_refuse(&r->entry, r->lines.first,
			    "longer than an entry may be");
		else if (vcard_property_decode(p, &r->octets, &r->utf8, &v) < 0)
			contacts_entry_refuse(&r->entry, r->lines.first,
			    "base64 that is none");
		else
			properties[i].take(r, v);
	}
}

/* Cards. */

static int
end_card(struct reading *r, bool complete)
{
	if (!r->in_card)
		return 0;
	if (!complete)
		contacts_entry_refuse(&r->entry, r->entry.line,
		    "a card without its end");
	r->in_card = r->agent = false;
	return contacts_entry_end(&r->entry);
}

static int
on_begin(struct reading *r)
{
	if (r->in_card && (r->agent || r->agents > 0)) {
		r->agents++;
		r->agent = false;
		return 0;
	}
	if (end_card(r, false) < 0)
		return -1;
	contacts_entry_begin(&r->entry, r->lines.first);
	r->in_card = true;
	r->lines.keeps_blanks = false;
	return 0;
}

static int
on_other(struct reading *r)
{
	struct view text = text_view(&r->lines.text);
	struct vcard_property p;

	if (view_trim(text).size == 0)
		return 0;
	if (!r->in_card) {
		contacts_entry_begin(&r->entry, r->lines.first);
		contacts_entry_refuse(&r->entry, r->lines.first,
		    "a line outside of cards");
		return contacts_entry_end(&r->entry);
	}
	if (r->agents > 0 || !vcard_property_parse(text, &p))
		return 0;
	r->agent = view_equal_nocase(p.name, VIEW("AGENT")) &&
	    view_trim(p.value).size == 0;
	if (view_equal_nocase(p.name, VIEW("AGENT")) &&
	    view_equal_nocase(view_trim(p.value), begin))
		r->agents++;
	take_property(r, &p);
	return 0;
}

static int
on_property(struct reading *r)
{
	struct view text = view_trim(text_view(&r->lines.text));

	if (view_equal_nocase(text, begin))
		return on_begin(r);
	if (view_equal_nocase(text, end) && r->in_card) {
		if (r->agents == 0)
			return end_card(r, true);
		r->agents--;
		return 0;
	}
	return on_other(r);
}

static bool
memory_ok(const struct reading *r)
{
	return text_ok(&r->lines.text) && text_ok(&r->octets) &&
	    text_ok(&r->utf8) && text_ok(&r->value);
}

int
vcard_read(struct view bytes, contacts_on_row *on_row, void *arg)
{
	struct reading r = { .lines = { .rest = bytes,
				 .text = TEXT_INIT(LIMIT_CONTACTS_LINE) },
		.octets = TEXT_INIT(LIMIT_CONTACTS_LINE),
		/* In some charsets an octet is several characters. */
		.utf8 = TEXT_INIT(16 * LIMIT_CONTACTS_LINE),
		.value = TEXT_INIT(16 * LIMIT_CONTACTS_LINE) };
	int result = 0;

	contacts_entry_init(&r.entry, on_row, arg);
	while (result == 0 && vcard_lines_next(&r.lines)) {
		result = on_property(&r);
		if (!memory_ok(&r))
			result = -1;
	}
	if (result == 0)
		result = end_card(&r, false);
	contacts_entry_free(&r.entry);
	text_free(&r.lines.text);
	text_free(&r.octets);
	text_free(&r.utf8);
	text_free(&r.value);
	return result;
}
