// SPDX-License-Identifier: BSD-2-Clause
/*
 * html_fuzz.c - HTML of any kind.
 */
#include "base/limits.h"
#include "base/utf8.h"
#include "fuzz.h"
#include "mail/html.h"

static void
check_link(void *arg, const struct html_link *link)
{
	const struct view *html = arg;

	MUST(link->url.size <= html->size);
	MUST(link->text.size <= LIMIT_LINK_TEXT);
	MUST(utf8_valid(link->url) && utf8_valid(link->text));
}

static bool
is_blank(char byte)
{
	return byte == ' ' || byte == '\n';
}

/* Words with one blank or line end between them. */
static void
check_folded(struct view v)
{
	for (size_t i = 0; i < v.size; i++)
		if (is_blank(v.data[i]))
			MUST(i > 0 && i + 1 < v.size &&
			    !is_blank(v.data[i + 1]));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text clean = TEXT_INIT(3 * size), out = TEXT_INIT(3 * size);
	struct view html, lang;

	utf8_add_clean(&clean, (struct view){ (const char *)data, size });
	html = text_view(&clean);
	html_reduce(html, &out, check_link, &html, &lang);
	MUST(text_ok(&clean) && text_ok(&out));
	MUST(out.size <= html.size && lang.size <= html.size);
	MUST(utf8_valid(text_view(&out)));
	check_folded(text_view(&out));
	text_free(&clean);
	text_free(&out);
	return 0;
}
