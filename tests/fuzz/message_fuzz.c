// SPDX-License-Identifier: BSD-2-Clause
/*
 * message_fuzz.c - whole messages: header, parts, text and links.
 */
#include <stdbool.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "fuzz.h"
#include "mail/message.h"
#include "mail/mime.h"
#include "mail/normal.h"

static bool
is_inside(struct view v, struct view whole)
{
	return v.data >= whole.data &&
	    v.data + v.size <= whole.data + whole.size;
}

static void
check_header(const struct message *m)
{
	MUST(m->header_count <= LIMIT_HEADER_FIELDS);
	for (size_t i = 0; i < m->header_count; i++) {
		const struct header *field = &m->header[i];

		MUST(is_inside(field->name, m->bytes));
		MUST(is_inside(field->raw, m->bytes));
		MUST(field->name.size > 0);
		MUST(field->name.data + field->name.size < field->raw.data);
		MUST(i == 0 ||
		    field[-1].raw.data + field[-1].raw.size < field->name.data);
		MUST(utf8_valid(field->value));
		MUST(view_find_byte(field->value, '\n') == VIEW_NONE);
		MUST(view_equal(field->value, view_trim(field->value)));
	}
}

/* Making it so again must change nothing. */
static void
check_normal(struct view v, enum normal_shape shape)
{
	struct pool *p = pool_new(LIMIT_PART_SIZE);

	MUST(p != NULL);
	MUST(utf8_valid(v));
	MUST(view_equal(v, normal_text(p, v, shape)));
	pool_free(p);
}

static void
check_text(const struct message *m)
{
	MUST(m->from_count <= LIMIT_MAILBOXES);
	for (size_t i = 0; i < m->from_count; i++) {
		check_normal(m->from[i].name, NORMAL_LINE);
		check_normal(m->from[i].address, NORMAL_LINE);
	}
	MUST(m->subject.size <= LIMIT_SUBJECT_SIZE);
	MUST(m->plain.size <= LIMIT_TEXT_SIZE);
	MUST(m->html.size <= LIMIT_TEXT_SIZE);
	MUST(m->html_lang.size <= LIMIT_LANGUAGE_SIZE);
	check_normal(m->plain, NORMAL_LINES);
	MUST(utf8_valid(m->subject) && utf8_valid(m->html) &&
	    utf8_valid(m->html_lang));
}

static void
check_links(const struct message *m)
{
	MUST(m->link_count <= LIMIT_LINKS);
	for (size_t i = 0; i < m->link_count; i++) {
		MUST(m->link[i].url.size <= LIMIT_LINK_SIZE);
		MUST(utf8_valid(m->link[i].url));
		MUST(m->link[i].text.size <= LIMIT_LINK_TEXT);
		check_normal(m->link[i].text, NORMAL_LINE);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool ready;
	struct view bytes = { (const char *)data, size };
	struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
	struct err e = ERR_NONE;
	struct message m;
	char words[64];

	if (!ready)
		mime_init();
	ready = true;
	MUST(p != NULL);
	MUST(message_parse(p, bytes, 0, &m, &e) == 0);
	MUST(is_inside(m.body, bytes) || m.body.size == 0);
	check_header(&m);
	check_text(&m);
	check_links(&m);
	message_cut_words(m.cut, words);
	pool_free(p);
	return 0;
}
