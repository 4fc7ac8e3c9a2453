// SPDX-License-Identifier: BSD-2-Clause
/*
 * selftest.c - a mail with forged header fields, and which of them arrived.
 */
#include "effects/selftest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/pool.h"
#include "effects/own_fields.h"
#include "mail/authres.h"
#include "mail/message.h"

#define MESSAGE_ID "<rsvp-selftest."
#define RESULTS "Authentication-Results"

enum {
	TAG_SIZE = SELFTEST_MARK_SIZE + 4,
	/* More than OpenDKIM reads of a field, less than the filter does. */
	LONG_SIZE = 5000,
	ID_SIZE = 255,
};

struct form {
	const char *name, *how, *format;
};

/* Of a format "@" is the id, "~" it in other letters, "#" the mark, "^" long.*/
#define DKIM "\r\n\tdkim=pass header.d=selftest.invalid header.s=#"
static const struct form above[] = {
	{ RESULTS, "dkim=pass", " @;" DKIM },
	{ RESULTS, "spf=pass and no DKIM",
	    " @;\r\n\tspf=pass smtp.mailfrom=#@selftest.invalid" },
	{ RESULTS, "on one line",
	    " @; dkim=pass header.d=selftest.invalid header.s=#" },
	{ RESULTS, "a line break before the id", "\r\n\t@;" DKIM },
	{ RESULTS, "no blank before the id", "@;" DKIM },
	{ RESULTS, "the id in other letters", " ~;" DKIM },
	{ RESULTS, "the id in quotes", " \"@\";" DKIM },
	{ RESULTS, "comments around the id", " (a) @ (b) ;" DKIM },
	{ RESULTS, "a version behind the id", " @ 1;" DKIM },
	{ RESULTS, "more than 4 KB", " @;" DKIM "^" },
	{ "AUTHENTICATION-results", "the name in other letters", " @;" DKIM },
	{ RESULTS " ", "a blank before the colon", " @;" DKIM },
};
static const struct form own[] = {
	{ OWN_FIELDS_PREFIX, "", " network=linkedin; selftest=#" },
	{ OWN_FIELDS_PREFIX "-Tag", "", " selftest=#" },
	{ OWN_FIELDS_PREFIX "-Folder", "", " selftest=#" },
	{ OWN_FIELDS_PREFIX "-Loop", "", " selftest=#" },
	{ "x-rsvp-TAG", "in other letters, a second one", " selftest=#" },
	{ OWN_FIELDS_PREFIX "-Tag ", "a blank before the colon",
	    " selftest=#" },
	{ OWN_FIELDS_PREFIX "-Selftest", "a name that only begins so",
	    " selftest=#" },
};
static const struct form below[] = {
	{ RESULTS, "below a Received field", " @;" DKIM },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
_Static_assert((COUNT(above) + COUNT(below)) * SELFTEST_IDS + COUNT(own) <=
	SELFTEST_FIELDS,
    "all fields of all ids have room");

static void
plan(struct selftest *s, const struct form *form, size_t forms, struct view id)
{
	for (size_t i = 0; i < forms; i++)
		s->field[s->fields++] = (struct selftest_field){
			.name = form[i].name,
			.how = form[i].how,
			.format = form[i].format,
			.id = id,
		};
}

/* What needs no quotes (RFC 2045, 5.1), so that it can be written unquoted. */
static bool
is_token(struct view id)
{
	for (size_t i = 0; i < id.size; i++)
		if (id.data[i] <= ' ' || id.data[i] >= 0x7F ||
		    view_find_byte(VIEW("()<>@,;:\\\"/[]?="), id.data[i]) !=
			VIEW_NONE)
			return false;
	return id.size > 0 && id.size <= ID_SIZE;
}

int
selftest_plan(struct selftest *s, const struct view *id, size_t ids,
    struct err *e)
{
	*s = (struct selftest){ .fields = 0 };
	if (ids > SELFTEST_IDS)
		return err_set(e, "more than %d authserv-ids", SELFTEST_IDS);
	for (size_t i = 0; i < ids; i++) {
		if (!is_token(id[i]))
			return err_set(e, "\"%.*s\" cannot be an authserv-id",
			    VIEW_ARG(id[i]));
		plan(s, above, COUNT(above), id[i]);
	}
	plan(s, own, COUNT(own), VIEW(""));
	s->above = s->fields;
	for (size_t i = 0; i < ids; i++)
		plan(s, below, COUNT(below), id[i]);
	return 0;
}

int
selftest_new_mark(struct selftest *s, struct err *e)
{
	unsigned char bytes[(SELFTEST_MARK_SIZE - 1) / 2];

	if (digest_random(bytes, sizeof(bytes)) < 0)
		return err_sys(e, errno, "random bytes");
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(s->mark + 2 * i, 3, "%02x", bytes[i]);
	return 0;
}

int
selftest_find_mark(struct selftest *s, struct view bytes)
{
	struct view rest = message_fields(bytes), value;
	struct header field;
	size_t size = 0;

	while (message_next_field(&rest, &field)) {
		value = view_trim(field.raw);
		if (!view_equal_nocase(field.name, VIEW("Message-ID")) ||
		    !view_starts_nocase(value, VIEW(MESSAGE_ID)))
			continue;
		value = view_part(value, sizeof(MESSAGE_ID) - 1,
		    SELFTEST_MARK_SIZE - 1);
		while (size < value.size &&
		    byte_hexadecimal(value.data[size]) >= 0)
			size++;
		if (size != SELFTEST_MARK_SIZE - 1)
			return -1;
		memcpy(s->mark, value.data, size);
		s->mark[size] = '\0';
		return 0;
	}
	return -1;
}

static void
last_line(const struct selftest *s, char line[64])
{
	snprintf(line, 64, "End of the selftest %s.", s->mark);
}

bool
selftest_is_whole(const struct selftest *s, struct view bytes)
{
	char line[64];

	last_line(s, line);
	return view_find(bytes, view_of(line)) != VIEW_NONE;
}

/* Of the index-th field; 0 is the Received field. */
static void
make_tag(const struct selftest *s, size_t index, char tag[TAG_SIZE])
{
	snprintf(tag, TAG_SIZE, "%s-%03u", s->mark, (unsigned)(index % 1000));
}

static void
add_other_letters(struct text *out, struct view id)
{
	for (size_t i = 0; i < id.size; i++) {
		char c = id.data[i], small = byte_lower(c);

		if (small == c && byte_is_letter(c))
			c = (char)(c - 'a' + 'A');
		else
			c = small;
		text_add_byte(out, c);
	}
}

/* Further results, which nobody asks for. */
static void
add_padding(struct text *out)
{
	size_t end = out->size + LONG_SIZE;

	while (text_ok(out) && out->size < end) {
		text_add_string(out, ";\r\n\tx-selftest=none reason=");
		for (int i = 0; i < 220; i++)
			text_add_byte(out, 'a');
	}
}

static void
write_field(const struct selftest *s, size_t index, struct text *out)
{
	const struct selftest_field *field = &s->field[index];
	char tag[TAG_SIZE];

	make_tag(s, index + 1, tag);
	text_addf(out, "%s:", field->name);
	for (const char *at = field->format; *at != '\0'; at++) {
		/* One in an address is no id. */
		bool first = at == field->format || at[-1] != '#';

		if (*at == '@' && first)
			text_add(out, field->id);
		else if (*at == '~')
			add_other_letters(out, field->id);
		else if (*at == '#')
			text_add_string(out, tag);
		else if (*at == '^')
			add_padding(out);
		else
			text_add_byte(out, *at);
	}
	text_add_string(out, "\r\n");
}

void
selftest_write(const struct selftest *s, struct view to, int64_t now_ms,
    struct text *out)
{
	char tag[TAG_SIZE], date[CLOCK_ISO_SIZE], end[64];

	make_tag(s, 0, tag);
	clock_rfc5322(now_ms, date);
	last_line(s, end);
	for (size_t i = 0; i < s->above; i++)
		write_field(s, i, out);
	text_addf(out,
	    "Received: from selftest.invalid (unknown [192.0.2.1])\r\n"
	    "\tby selftest.invalid with SMTP id %s;\r\n\t%s\r\n",
	    tag, date);
	for (size_t i = s->above; i < s->fields; i++)
		write_field(s, i, out);
	text_addf(out,
	    "From: rsvpctl selftest <rsvpctl@selftest.invalid>\r\n"
	    "To: <%.*s>\r\n"
	    "Subject: rsvp-milter selftest %s\r\n"
	    "Date: %s\r\n"
	    "Message-ID: " MESSAGE_ID "%s@selftest.invalid>\r\n"
	    "Auto-Submitted: auto-generated\r\n"
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=us-ascii\r\n\r\n",
	    VIEW_ARG(to), s->mark, date, s->mark);
	text_addf(out,
	    "This mail was sent by \"rsvpctl selftest\".  Its header has\r\n"
	    "fields that only this site may write.  To see which of them\r\n"
	    "arrived, save the whole mail, header and all, and call\r\n\r\n"
	    "    rsvpctl selftest --read FILE\r\n\r\n"
	    "It can be thrown away then.\r\n\r\n%s\r\n",
	    end);
}

/* Whether the filter reads this as results of that id. */
static int
is_believed(struct view raw, struct view id, bool *believed, struct err *e)
{
	struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
	struct authres a;
	const char *why;
	int result = 0;

	if (p == NULL)
		return err_set(e, "out of memory");
	*believed = authres_read(p, raw, &a, &why) == 0 && a.version == 1 &&
	    a.job.size == 0 && view_equal_nocase(a.id, id);
	if (!pool_ok(p))
		result = err_set(e, "out of memory");
	pool_free(p);
	return result;
}

static struct view
without_blanks(const char *name)
{
	return view_trim(view_of(name));
}

static int
judge_field(struct selftest *s, const struct header *h, struct err *e)
{
	char tag[TAG_SIZE];
	bool believed = true;

	for (size_t i = 0; i < s->fields; i++) {
		struct selftest_field *field = &s->field[i];

		make_tag(s, i + 1, tag);
		if (view_find_nocase(h->raw, view_of(tag)) == VIEW_NONE ||
		    !view_equal_nocase(view_trim(h->name),
			without_blanks(field->name)))
			continue;
		/* Those of ours are read by people's own rules. */
		if (field->id.size > 0 &&
		    is_believed(h->raw, field->id, &believed, e) < 0)
			return -1;
		if (field->id.size > 0 && s->own_received)
			believed = false;
		if (field->fate != SELFTEST_BELIEVED)
			field->fate =
			    believed ? SELFTEST_BELIEVED : SELFTEST_SURVIVED;
	}
	return 0;
}

int
selftest_judge(struct selftest *s, struct view bytes, struct err *e)
{
	struct view rest = message_fields(bytes);
	struct header field;
	char tag[TAG_SIZE];

	make_tag(s, 0, tag);
	s->own_received = false;
	for (size_t i = 0; i < s->fields; i++)
		s->field[i].fate = SELFTEST_STRIPPED;
	while (message_next_field(&rest, &field)) {
		if (view_find_nocase(field.raw, view_of(s->mark)) == VIEW_NONE)
			continue;
		if (view_equal_nocase(field.name, VIEW("Received")) &&
		    view_find_nocase(field.raw, view_of(tag)) != VIEW_NONE)
			s->own_received = true;
		else if (judge_field(s, &field, e) < 0)
			return -1;
	}
	return 0;
}
