// SPDX-License-Identifier: BSD-2-Clause
/*
 * contacts_fuzz.c - contact files, and names, addresses and profiles looked
 * up.
 */
#include <string.h>

#include "fuzz.h"
#include "policy/contacts.h"
#include "policy/name.h"

enum { ROOM = 16 * 1024 * 1024 };

/* Keys have no blanks to spare, and a given name is the name's. */
static void
check_name(struct view name)
{
	struct text key = TEXT_INIT(ROOM), given = TEXT_INIT(ROOM);

	name_key(name, &key);
	name_given(name, &given);
	MUST(text_ok(&key) && text_ok(&given));
	MUST(view_find(text_view(&key), VIEW("  ")) == VIEW_NONE);
	MUST(view_trim(text_view(&key)).size == key.size);
	MUST(view_find(name, text_view(&given)) != VIEW_NONE);
	text_free(&key);
	text_free(&given);
}

/* Any piece of the file may be asked for. */
static void
look_up(const struct contacts *c, struct view bytes)
{
	struct text words = TEXT_INIT(ROOM);
	struct contacts_match match;
	struct view line;

	while (view_line(&bytes, &line)) {
		contacts_find(c, line, line, line, &match);
		contacts_group_words(c, &match, &words);
		MUST(text_ok(&words));
		MUST(match.known != KNOWN_NO ||
		    (match.groups == 0 && match.name.size == 0));
		check_name(line);
		text_clear(&words);
	}
	text_free(&words);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view bytes = { (const char *)data, size };
	struct contacts *c = contacts_new(ROOM);
	struct contacts_report first, second;
	struct err e = ERR_NONE;
	size_t count, taken;

	MUST(c != NULL);
	if (contacts_add(c, bytes, "file", &first, &e) < 0) {
		MUST(strncmp(e.text, "file: ", 6) == 0);
		goto out;
	}
	MUST((first.refused == 0) == (first.first_refused == 0));
	count = contacts_count(c);
	taken = contacts_size(c);
	MUST(count <= first.added);
	/* Once more tells nothing new. */
	MUST(contacts_add(c, bytes, "file", &second, &e) == 0);
	MUST(contacts_count(c) == count && contacts_size(c) <= taken);
	MUST(second.added == first.added && second.refused == first.refused);
	look_up(c, bytes);
out:
	contacts_free(c);
	return 0;
}
