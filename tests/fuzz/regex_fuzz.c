// SPDX-License-Identifier: BSD-2-Clause
/*
 * regex_fuzz.c - patterns of anybody on texts of anybody.
 *
 * The first line of an input is the pattern, the rest the text.
 */
#include <string.h>

#include "fuzz.h"
#include "recognise/literal.h"
#include "recognise/regex.h"

/* Groups lie in the text, and every search comes to its end. */
static void
search(const struct regex *r, struct regex_scratch *s, struct view text)
{
	size_t at = 0;

	while (regex_match(r, s, text, at) == REGEX_YES) {
		for (size_t i = 0; i <= regex_groups(r); i++) {
			struct view group = regex_group(s, i);

			MUST(group.size == 0 ||
			    (group.data >= text.data &&
				group.data + group.size <=
				    text.data + text.size));
		}
		MUST(regex_end(s) > at);
		at = regex_end(s);
	}
}

/* What a matching text must contain, it does contain. */
static void
check_literal(const struct regex *r, struct regex_scratch *s,
    struct view pattern, struct view text)
{
	static struct literal_map map;
	struct literal literal;

	if (regex_match(r, s, text, 0) != REGEX_YES)
		return;
	memset(&map, 0, sizeof(map));
	literal_of_pattern(pattern, &literal);
	literal_map_add(&map, text);
	MUST(literal_may_match(&literal, &map));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view text = { (const char *)data, size }, pattern;
	struct regex_scratch *s = regex_scratch_new();

	MUST(s != NULL);
	if (!view_line(&text, &pattern))
		pattern = VIEW("");
	for (int author = REGEX_SHIPPED; author <= REGEX_USER; author++) {
		struct err e = ERR_NONE;
		struct regex *r = regex_compile(pattern,
		    (enum regex_author)author, REGEX_LINES, &e);

		MUST((r == NULL) == (e.text[0] != '\0'));
		if (r == NULL)
			continue;
		search(r, s, text);
		check_literal(r, s, pattern, text);
		regex_free(r);
	}
	regex_scratch_free(s);
	return 0;
}
