// SPDX-License-Identifier: BSD-2-Clause
/*
 * field_fuzz.c - one header field's value, read in each way there is, and
 * written again.
 */
#include <stdbool.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "fuzz.h"
#include "mail/mime.h"
#include "mail/part.h"
#include "mail/tags.h"

enum { ROOM = 1 << 20, MOST = 3, LAST_COLUMN = 75 };

static void
check_decoded(struct view v)
{
	MUST(utf8_valid(v));
	for (size_t i = 0; i < v.size; i++)
		MUST((unsigned char)v.data[i] >= ' ' && v.data[i] != 0x7F);
}

/* No line breaks but folds, and those before the last column if they can. */
static void
check_encoded(struct view v)
{
	struct view rest = v, line;

	for (size_t i = 0; i < v.size; i++) {
		MUST(v.data[i] == '\n' ||
		    (v.data[i] >= ' ' && v.data[i] < 0x7F));
		if (v.data[i] == '\n')
			MUST(i + 1 < v.size && v.data[i + 1] == ' ');
	}
	while (view_line(&rest, &line))
		MUST(line.size <= LAST_COLUMN ||
		    view_find_byte(view_part(line, 1, line.size), ' ') ==
			VIEW_NONE);
}

static void
check_text(struct view raw)
{
	struct text decoded = TEXT_INIT(ROOM), encoded = TEXT_INIT(2 * ROOM);
	struct text again = TEXT_INIT(ROOM);

	mime_decode_field(raw, &decoded);
	MUST(text_ok(&decoded));
	check_decoded(text_view(&decoded));
	mime_encode_field(VIEW("X"), text_view(&decoded), &encoded);
	MUST(text_ok(&encoded));
	check_encoded(text_view(&encoded));
	/* Blanks are folded only where nothing needed encoding. */
	mime_decode_field(text_view(&encoded), &again);
	if (view_find(text_view(&encoded), VIEW("=?")) != VIEW_NONE)
		MUST(view_equal(text_view(&decoded), text_view(&again)));
	text_free(&decoded);
	text_free(&encoded);
	text_free(&again);
}

static void
check_mailboxes(struct pool *p, struct view raw)
{
	const struct mailbox *mailbox;
	int count = mime_mailboxes(p, raw, MOST, &mailbox);

	MUST(count >= 0 && count <= MOST);
	for (int i = 0; i < count; i++) {
		check_decoded(mailbox[i].name);
		check_decoded(mailbox[i].address);
	}
}

static void
check_parameters(struct view raw)
{
	struct text value = TEXT_INIT(ROOM);

	MUST(view_find_byte(part_media_type(raw), '/') != VIEW_NONE);
	if (!part_parameter(raw, VIEW("boundary"), &value))
		MUST(value.size == 0);
	MUST(value.size <= raw.size);
	text_free(&value);
}

static void
check_tags(struct pool *p, struct view raw)
{
	struct tags tags;

	if (tags_read(p, raw, &tags) < 0)
		return;
	MUST(raw.size <= LIMIT_SIGNATURE_SIZE);
	MUST(tags.domain.size > 0 && tags.selector.size > 0);
	MUST(tags.key.size > 0 && tags.key.size <= raw.size);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool ready;
	struct view raw = { (const char *)data, size };
	struct pool *p = pool_new(LIMIT_MESSAGE_POOL);

	if (size > LIMIT_HEADER_SIZE / 4) {
		pool_free(p);
		return 0;
	}
	if (!ready)
		mime_init();
	ready = true;
	MUST(p != NULL);
	check_text(raw);
	check_mailboxes(p, raw);
	check_parameters(raw);
	check_tags(p, raw);
	pool_free(p);
	return 0;
}
