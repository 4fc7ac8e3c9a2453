// SPDX-License-Identifier: BSD-2-Clause
/*
 * ldif.c - address books in LDIF (RFC 2849).
 */
#include "policy/ldif.h"

#include "base/base64.h"
#include "mail/charset.h"
#include "policy/contacts_entry.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct reading {
	struct view rest;
	int line;         /* the last one that was read */
	int first;        /* the first one of this attribute */
	struct text text; /* the attribute, unfolded, as far as it fits */
	bool too_long;
	bool in_record;
	struct text octets, utf8; /* its value, decoded */
	struct contacts_entry entry;
};

/* Of lines that are no comments and not empty, the first. */
static struct view
first_line(struct view bytes)
{
	struct view line;
	bool comment = false;

	while (view_line(&bytes, &line)) {
		if (line.size > 0 && line.data[0] == ' ' && comment)
			continue;
		comment = line.size > 0 && line.data[0] == '#';
		if (!comment && line.size > 0)
			return line;
	}
	return VIEW("");
}

bool
ldif_is(struct view bytes)
{
	struct view line = first_line(bytes);

	if (view_starts_nocase(line, VIEW("version:")))
		return view_equal(view_trim(view_part(line, 8, VIEW_NONE)),
		    VIEW("1"));
	return view_starts_nocase(line, VIEW("dn:"));
}

static void
add_line(struct reading *r, struct view line)
{
	size_t room = r->text.limit - r->text.size;

	if (line.size > room)
		r->too_long = true;
	text_add(&r->text, view_part(line, 0, room));
}

/* The next attribute, comment or empty line into r->text; false at the end. */
static bool
next_attribute(struct reading *r)
{
	struct view line, behind;

	text_clear(&r->text);
	r->too_long = false;
	if (!view_line(&r->rest, &line))
		return false;
	r->first = ++r->line;
	add_line(r, line);
	for (behind = r->rest; line.size > 0 && view_line(&behind, &line) &&
	     line.size > 0 && line.data[0] == ' ';
	     r->line++) {
		add_line(r, view_part(line, 1, VIEW_NONE));
		r->rest = behind;
	}
	return true;
}

/* What is made of each; v is in UTF-8. */

static void
take_shown_name(struct reading *r, struct view v)
{
	contacts_entry_name(&r->entry, CONTACTS_NAME_SHOWN, v, r->first);
}

static void
take_common_name(struct reading *r, struct view v)
{
	contacts_entry_name(&r->entry, CONTACTS_NAME_COMMON, v, r->first);
}

static void
take_given_name(struct reading *r, struct view v)
{
	contacts_entry_name(&r->entry, CONTACTS_NAME_GIVEN, v, r->first);
}

static void
take_family_name(struct reading *r, struct view v)
{
	contacts_entry_name(&r->entry, CONTACTS_NAME_FAMILY, v, r->first);
}

static void
take_mail(struct reading *r, struct view v)
{
	contacts_entry_email(&r->entry, v, r->first);
}

static void
take_page(struct reading *r, struct view v)
{
	size_t blank;

	v = view_trim(v);
	for (blank = 0; blank < v.size && !byte_is_blank(v.data[blank]);)
		blank++; /* a label follows (RFC 2079) */
	contacts_entry_page(&r->entry, view_part(v, 0, blank), r->first);
}

static void
take_class(struct reading *r, struct view v)
{
	static const struct view groups[] = { VIEW("groupOfNames"),
		VIEW("groupOfUniqueNames"), VIEW("posixGroup") };

	for (size_t i = 0; i < COUNT(groups); i++)
		if (view_equal_nocase(view_trim(v), groups[i]))
			contacts_entry_skip(&r->entry, "a group of people");
}

static void
take_change(struct reading *r, struct view v)
{
	(void)v;
	contacts_entry_refuse(&r->entry, r->first,
	    "a change, where a person should be");
}

static const struct {
	struct view name;
	void (*take)(struct reading *r, struct view v);
} attributes[] = {
	{ VIEW("displayName"), take_shown_name },
	{ VIEW("cn"), take_common_name },
	{ VIEW("commonName"), take_common_name },
	{ VIEW("givenName"), take_given_name },
	{ VIEW("sn"), take_family_name },
	{ VIEW("surname"), take_family_name },
	{ VIEW("mail"), take_mail },
	{ VIEW("mozillaSecondEmail"), take_mail },
	{ VIEW("labeledURI"), take_page },
	{ VIEW("mozillaHomeUrl"), take_page },
	{ VIEW("mozillaWorkUrl"), take_page },
	{ VIEW("homeurl"), take_page },
	{ VIEW("workurl"), take_page },
	{ VIEW("objectClass"), take_class },
	{ VIEW("changetype"), take_change },
};

/* The value behind the first colon in UTF-8; empty where it is refused. */
static struct view
decode(struct reading *r, struct view v)
{
	text_clear(&r->octets);
	text_clear(&r->utf8);
	if (v.size > 0 && v.data[0] == '<') {
		contacts_entry_refuse(&r->entry, r->first,
		    "a value in a file, which is not opened");
		return VIEW("");
	}
	if (v.size > 0 && v.data[0] == ':') {
		if (base64_decode(view_trim(view_part(v, 1, VIEW_NONE)),
			&r->octets) < 0)
			contacts_entry_refuse(&r->entry, r->first,
			    "base64 that is none");
		v = text_view(&r->octets);
	}
	return charset_to_utf8(v, VIEW(""), &r->utf8);
}

static void
take_attribute(struct reading *r, struct view text)
{
	size_t colon = view_find_byte(text, ':');
	struct view name = view_part(text, 0, colon == VIEW_NONE ? 0 : colon);
	size_t option = view_find_byte(name, ';'); /* "cn;lang-de" */

	if (colon == VIEW_NONE)
		contacts_entry_refuse(&r->entry, r->first,
		    "a line that is no attribute");
	if (option != VIEW_NONE)
		name = view_part(name, 0, option);
	for (size_t i = 0; i < COUNT(attributes); i++) {
		if (!view_equal_nocase(name, attributes[i].name))
			continue;
		if (r->too_long)
			contacts_entry_refuse(&r->entry, r->first,
			    "longer than an entry may be");
		else
			attributes[i].take(r,
			    decode(r, view_part(text, colon + 1, VIEW_NONE)));
	}
}

static int
end_record(struct reading *r)
{
	if (!r->in_record)
		return 0;
	r->in_record = false;
	return contacts_entry_end(&r->entry);
}

static int
on_attribute(struct reading *r)
{
	struct view text = text_view(&r->text);

	if (text.size == 0)
		return end_record(r);
	if (text.data[0] == '#' ||
	    (!r->in_record && view_starts_nocase(text, VIEW("version:"))))
		return 0;
	/* Some forget the empty line. */
	if (view_starts_nocase(text, VIEW("dn:")) && end_record(r) < 0)
		return -1;
	if (!r->in_record)
		contacts_entry_begin(&r->entry, r->first);
	r->in_record = true;
	take_attribute(r, text);
	return 0;
}

int
ldif_read(struct view bytes, contacts_on_row *on_row, void *arg)
{
	struct reading r = { .rest = bytes,
		.text = TEXT_INIT(LIMIT_CONTACTS_LINE),
		.octets = TEXT_INIT(LIMIT_CONTACTS_LINE),
		/* Stray octets become characters of three. */
		.utf8 = TEXT_INIT(4 * LIMIT_CONTACTS_LINE) };
	int result = 0;

	contacts_entry_init(&r.entry, on_row, arg);
	while (result == 0 && next_attribute(&r)) {
		result = on_attribute(&r);
		if (!text_ok(&r.text) || !text_ok(&r.octets) ||
		    !text_ok(&r.utf8))
			result = -1;
	}
	if (result == 0)
		result = end_record(&r);
	contacts_entry_free(&r.entry);
	text_free(&r.text);
	text_free(&r.octets);
	text_free(&r.utf8);
	return result;
}
