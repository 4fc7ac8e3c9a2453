// SPDX-License-Identifier: BSD-2-Clause
/*
 * capture_marks.c - what of a text is an address, or leads to a person.
 */
#include "ctl/capture_marks.h"

#include <string.h>

#include "base/utf8.h"
#include "mail/addr.h"

enum { DOMAIN_SIZE = 255, SEGMENT_SIZE = 40 };

struct text_read {
	struct capture *c;
	const struct capture_char *chars;
	size_t count;
	unsigned char *mark;
};

static bool
is_one_of(uint32_t c, const char *list)
{
	return c != 0 && c < 0x80 && strchr(list, (int)c) != NULL;
}

/* Of a domain; beyond ASCII too, an internationalised one. */
static bool
is_domain(uint32_t c)
{
	return capture_is_word(c) || c == '.' || c == '-';
}

/* Of a local part: an atom (RFC 5322, 3.2.3) without what links end with. */
static bool
is_local(uint32_t c)
{
	return is_domain(c) || is_one_of(c, "_+~!$*'^`{|}");
}

static bool
ends_link(uint32_t c)
{
	return c <= ' ' || is_one_of(c, "<>\"");
}

static bool
ends_segment(uint32_t c)
{
	return ends_link(c) || is_one_of(c, "/?#&;)'");
}

/* Characters as ASCII, "?" for others; the size, or 0 if there is no room. */
static size_t
as_ascii(const struct text_read *t, size_t begin, size_t end, char *out,
    size_t room)
{
	if (end - begin > room)
		return 0;
	for (size_t i = begin; i < end; i++) {
		char byte = (char)t->chars[i].c;

		if (t->chars[i].c >= 0x80)
			byte = '?';
		out[i - begin] = byte;
	}
	return end - begin;
}

static void
set(const struct text_read *t, size_t begin, size_t end, unsigned mark)
{
	for (size_t i = begin; i < end; i++)
		t->mark[i] |= (unsigned char)mark;
}

static bool
is_network(const struct capture *c, struct view domain)
{
	for (size_t i = 0; i < c->networks; i++)
		if (addr_domain_in(domain, c->network[i].domain,
			c->network[i].count, true))
			return true;
	return false;
}

/* All but the last label. */
static void
set_domain(const struct text_read *t, size_t begin, size_t end)
{
	size_t last = end;

	while (last > begin && t->chars[last - 1].c != '.')
		last--;
	set(t, begin, last, CAPTURE_PERSON);
}

/* The domain from begin on: whether people are there, or the network. */
static bool
mark_domain(const struct text_read *t, size_t begin, size_t end)
{
	char ascii[DOMAIN_SIZE];
	struct view domain = { ascii,
		as_ascii(t, begin, end, ascii, sizeof(ascii)) };

	if (is_network(t->c, domain))
		return false;
	if (addr_domain_in(domain, t->c->domain, t->c->domains, true))
		set_domain(t, begin, end);
	return true;
}

static void
mark_address(const struct text_read *t, size_t at)
{
	size_t begin = at, end = at + 1;

	while (begin > 0 && is_local(t->chars[begin - 1].c))
		begin--;
	while (end < t->count && is_domain(t->chars[end].c))
		end++;
	while (end > at + 1 && is_one_of(t->chars[end - 1].c, ".-"))
		end--;
	if (begin == at || end == at + 1)
		return;
	t->c->count.addresses++;
	if (mark_domain(t, at + 1, end))
		set(t, begin, at, CAPTURE_PERSON);
}

/* The segment that ends before at is one behind which a person is named. */
static void
mark_path(const struct text_read *t, size_t at)
{
	char ascii[SEGMENT_SIZE];
	size_t begin = at, end = at + 1;

	while (begin > 0 && t->chars[begin - 1].c != '/' &&
	    at - begin < sizeof(ascii))
		begin--;
	if (begin == at || begin == 0 || t->chars[begin - 1].c != '/' ||
	    !capture_words_have(t->c->paths,
		(struct view){ ascii,
		    as_ascii(t, begin, at, ascii, sizeof(ascii)) }))
		return;
	while (end < t->count && !ends_segment(t->chars[end].c))
		end++;
	set(t, at + 1, end, CAPTURE_PERSON);
}

static void
mark_link(const struct text_read *t, size_t colon)
{
	size_t begin = colon, end = colon;

	if ((t->mark[colon] & CAPTURE_LINK) != 0)
		return; /* within another one, to whose end all is marked */
	while (begin > 0 && capture_is_word(t->chars[begin - 1].c))
		begin--;
	while (end < t->count && !ends_link(t->chars[end].c))
		end++;
	t->c->count.links++;
	set(t, begin, end, CAPTURE_LINK);
}

static void
mark_domains(const struct text_read *t)
{
	for (size_t i = 0, end; i < t->count; i = end + 1) {
		end = i;
		while (end < t->count && is_domain(t->chars[end].c))
			end++;
		if (end > i + 2)
			mark_domain(t, i, end);
	}
}

void
capture_marks_set(struct capture *c, const struct capture_char *chars,
    size_t count, unsigned flags, unsigned char *mark)
{
	const struct text_read t = { c, chars, count, mark };

	for (size_t i = 0; i < count; i++) {
		if (chars[i].c == '@' && (flags & CAPTURE_NO_ADDRESS) == 0)
			mark_address(&t, i);
		else if (chars[i].c == '/')
			mark_path(&t, i);
		else if (chars[i].c == ':' && i + 2 < count &&
		    chars[i + 1].c == '/' && chars[i + 2].c == '/')
			mark_link(&t, i);
	}
	mark_domains(&t);
}
