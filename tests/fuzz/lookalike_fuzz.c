// SPDX-License-Identifier: BSD-2-Clause
/*
 * lookalike_fuzz.c - a From field and a domain, compared with a name.
 */
#include <stdbool.h>

#include "base/limits.h"
#include "fuzz.h"
#include "mail/lookalike.h"
#include "mail/punycode.h"

enum { ROOM = 1 << 20 };

/* What is written plainly is found, and writing it again changes nothing. */
static void
check_plain(struct view v, struct view name)
{
	struct text once = TEXT_INIT(ROOM), twice = TEXT_INIT(ROOM);

	lookalike_add_plain(&once, v, name);
	MUST(text_ok(&once));
	if (v.size < LIMIT_LOOKALIKE && !view_equal(text_view(&once), v))
		MUST(lookalike_in_text(v, name));
	if (v.size < LIMIT_LOOKALIKE && once.size < LIMIT_LOOKALIKE) {
		lookalike_add_plain(&twice, text_view(&once), name);
		MUST(view_equal(text_view(&once), text_view(&twice)));
	}
	text_free(&once);
	text_free(&twice);
}

/* The cheap question misses no domain of an address. */
static void
check_domain(struct view domain, struct view name)
{
	struct text address = TEXT_INIT(ROOM);
	bool plain = domain.size < LIMIT_LOOKALIKE / 2 &&
	    view_find_byte(domain, '.') != VIEW_NONE;

	for (size_t i = 0; i < domain.size; i++)
		plain = plain && (unsigned char)domain.data[i] > ' ' &&
		    view_find_byte(VIEW("@<>\",;:()"), domain.data[i]) ==
			VIEW_NONE;
	text_addf(&address, "Ann <ann@%.*s>", VIEW_ARG(domain));
	if (plain && lookalike_domain(domain, name) != LOOKALIKE_NO)
		MUST(lookalike_in_text(text_view(&address), name));
	text_free(&address);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view v = { (const char *)data, size };
	struct view name = VIEW("linkedin");
	uint32_t character[PUNYCODE_LABEL];
	int count = punycode_decode(v, character);

	if (size > ROOM / 16)
		return 0;
	MUST(count <= PUNYCODE_LABEL);
	for (int i = 0; i < count; i++)
		MUST(character[i] <= 0x10FFFF);
	check_domain(v, name);
	check_plain(v, name);
	return 0;
}
