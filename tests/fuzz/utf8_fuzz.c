// SPDX-License-Identifier: BSD-2-Clause
/*
 * utf8_fuzz.c - foreign octets made into text: cleaned, shown, folded, and
 * written as JSON.
 */
#include <jansson.h>
#include <string.h>

#include "base/fold.h"
#include "base/json.h"
#include "base/utf8.h"
#include "fuzz.h"

enum { ROOM = 1 << 20, SHOWN = 40 };

static void
check_clean(struct view v)
{
	struct text clean = TEXT_INIT(ROOM);
	struct view prefix = utf8_prefix(v, SHOWN);

	utf8_add_clean(&clean, v);
	MUST(text_ok(&clean));
	MUST(utf8_valid(text_view(&clean)));
	MUST(utf8_valid(v) == view_equal(v, text_view(&clean)));
	MUST(prefix.size <= SHOWN && prefix.size <= v.size);
	if (utf8_valid(v))
		MUST(utf8_valid(prefix) &&
		    prefix.size + 3 >= (v.size < SHOWN ? v.size : SHOWN));
	text_free(&clean);
}

static void
check_printable(struct view v)
{
	struct text shown = TEXT_INIT(ROOM);
	struct view line;

	utf8_add_printable(&shown, v, SHOWN);
	line = text_view(&shown);
	MUST(text_ok(&shown));
	MUST(utf8_valid(line));
	for (size_t at = 0; at < line.size;)
		MUST(!utf8_is_hidden(utf8_next(line, &at)));
	text_free(&shown);
}

/* Folding what is folded changes nothing, else look-ups would miss. */
static void
check_folded(struct view v)
{
	struct text once = TEXT_INIT(ROOM), twice = TEXT_INIT(ROOM);

	fold_add(&once, v);
	MUST(text_ok(&once));
	MUST(utf8_valid(text_view(&once)));
	fold_add(&twice, text_view(&once));
	MUST(text_ok(&twice));
	MUST(view_equal(text_view(&once), text_view(&twice)));
	text_free(&once);
	text_free(&twice);
}

/* Another reader of JSON gets back the cleaned text. */
static void
check_json(struct view v)
{
	struct text out = TEXT_INIT(ROOM), clean = TEXT_INIT(ROOM);
	struct json j = JSON_INIT(&out);
	json_t *root, *value;

	json_begin_object(&j, NULL);
	json_add_string(&j, "text", v);
	json_end_object(&j);
	utf8_add_clean(&clean, v);
	MUST(text_ok(&out));
	MUST(view_find_byte(text_view(&out), '\n') == VIEW_NONE);
	root = json_loadb(out.data, out.size, JSON_ALLOW_NUL, NULL);
	value = json_object_get(root, "text");
	MUST(view_equal(text_view(&clean),
	    (struct view){ json_string_value(value),
		json_string_length(value) }));
	json_decref(root);
	text_free(&out);
	text_free(&clean);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view v = { (const char *)data, size };

	if (size > ROOM / 24)
		return 0;
	check_clean(v);
	check_printable(v);
	check_folded(v);
	check_json(v);
	return 0;
}
