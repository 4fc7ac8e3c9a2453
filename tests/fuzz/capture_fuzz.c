// SPDX-License-Identifier: BSD-2-Clause
/*
 * capture_fuzz.c - a message of any kind made into a sample: nothing but
 * letters, digits and what encodes them becomes something else.
 */
#include "base/pool.h"
#include "base/text.h"
#include "ctl/capture_body.h"
#include "fuzz.h"

/*
 * What a place may have before and after; in charsets of pairs any octet that
 * shows.
 */
static bool
may_change(char byte, bool pairs)
{
	if (pairs && byte > ' ' && byte < 0x7F)
		return true;
	return byte_is_letter(byte) || byte_is_digit(byte) || byte == '+' ||
	    byte == '/' || (unsigned char)byte >= 0x80;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct view in = { (const char *)data, size };
	struct pool *pool = pool_new(1 << 16);
	struct capture_words words = { .pool = pool }, none = { .pool = pool };
	struct capture c = { .key = VIEW("key"),
		.allowed = &words,
		.names = &none,
		.taken = &none,
		.paths = &words,
		.network_name = VIEW("linkedin") };
	struct text out = TEXT_INIT(size);
	bool pairs;

	MUST(pool != NULL);
	capture_words_add_text(&words,
	    VIEW("content type transfer encoding text html base64 in"));
	capture_words_sort(&words);
	text_add(&out, in);
	if (size > 0)
		capture_message(&c, out.data, size);
	MUST(!c.failed && out.size == size);
	pairs = view_find(in, VIEW("\033$")) != VIEW_NONE ||
	    view_find(in, VIEW("~{")) != VIEW_NONE;
	for (size_t i = 0; i < size; i++)
		MUST(out.data[i] == in.data[i] ||
		    (may_change(in.data[i], pairs) &&
			may_change(out.data[i], pairs)));
	text_free(&out);
	pool_free(pool);
	return 0;
}
