// SPDX-License-Identifier: BSD-2-Clause
/*
 * contacts_find.c - "rsvpctl contacts find": whether a user knows somebody, by
 * what, and from which file.
 */
#include <stdio.h>
#include <sysexits.h>

#include "base/json.h"
#include "base/limits.h"
#include "ctl/contacts.h"

/* What was asked for, as what it may be. */
struct sought {
	struct view name, email, profile;
};

static struct sought
sought_for(struct view who)
{
	struct sought s = { VIEW(""), VIEW(""), VIEW("") };

	who = view_trim(who);
	if (view_starts_nocase(who, VIEW("in/")))
		s.profile = view_part(who, 3, VIEW_NONE);
	else if (view_find(who, VIEW("/in/")) != VIEW_NONE ||
	    view_find(who, VIEW("://")) != VIEW_NONE)
		s.profile = who;
	else if (view_find_byte(who, '@') != VIEW_NONE)
		s.email = who;
	else
		s.name = who;
	/* One word is no name, and may be the end of a profile's address. */
	if (s.name.size > 0 && view_find_byte(who, ' ') == VIEW_NONE)
		s.profile = who;
	return s;
}

static void
put_match(const char *where, const struct contacts *c,
    const struct contacts_match *match)
{
	struct text groups = TEXT_INIT(LIMIT_TEXT_SIZE);

	contacts_group_words(c, match, &groups);
	printf("%s: %s", where, contacts_known_name(match->known));
	if (match->known != KNOWN_NO) {
		fputs(", ", stdout);
		ctl_put(match->name);
		fputs(groups.size > 0 ? " " : "", stdout);
		ctl_put(text_view(&groups));
	}
	putchar('\n');
	text_free(&groups);
}

/* "@close @family" as an array of both. */
static void
add_groups(struct json *j, struct view words)
{
	json_begin_array(j, "groups");
	while (words.size > 0) {
		size_t end = view_find_byte(words, ' ');

		json_add_string(j, NULL,
		    view_part(view_part(words, 0, end), 1, VIEW_NONE));
		words = end == VIEW_NONE ? VIEW("")
					 : view_part(words, end + 1, VIEW_NONE);
	}
	json_end_array(j);
}

static void
add_match(struct json *j, const struct contacts *c,
    const struct contacts_match *match)
{
	struct text groups = TEXT_INIT(LIMIT_TEXT_SIZE);

	contacts_group_words(c, match, &groups);
	json_add_string(j, "known", view_of(contacts_known_name(match->known)));
	json_add_string(j, "name", match->name);
	add_groups(j, text_view(&groups));
	text_free(&groups);
}

/* Looks into one file, and adds its people to all. */
static int
find_in_file(const struct own_folder *f, size_t index, const struct sought *s,
    struct contacts *all, struct json *j)
{
	struct contacts_report report;
	struct contacts_match match;
	struct err e = ERR_NONE;
	struct book b;
	int code = own_folder_load(f, index, &b, NULL, NULL);

	if (code == 0 &&
	    contacts_add(all, text_view(&b.bytes), text_string(&b.title),
		&report, &e) < 0)
		code = ctl_fail(EX_OSERR, "%s", e.text);
	if (code == 0) {
		contacts_warn(&b);
		contacts_find(b.contacts, s->name, s->email, s->profile,
		    &match);
		if (j == NULL) {
			put_match(text_string(&b.title), b.contacts, &match);
		} else {
			json_begin_object(j, NULL);
			json_add_string(j, "file", text_view(&b.title));
			add_match(j, b.contacts, &match);
			json_end_object(j);
		}
	}
	book_free(&b);
	return code;
}

static int
find_in(const struct contacts_call *call, const struct own_folder *f,
    struct contacts *all)
{
	struct text line = TEXT_INIT(LIMIT_TEXT_SIZE);
	struct json j = JSON_INIT(&line);
	struct sought s = sought_for(view_of(call->word[0]));
	struct contacts_match match;
	int code = 0;

	json_begin_object(&j, NULL);
	json_begin_array(&j, "files");
	for (size_t i = 0; code == 0 && i < rules_contact_files(f->rules); i++)
		code = find_in_file(f, i, &s, all, call->c->json ? &j : NULL);
	json_end_array(&j);
	contacts_find(all, s.name, s.email, s.profile, &match);
	if (code == 0 && call->c->json) {
		add_match(&j, all, &match);
		json_end_object(&j);
		contacts_put_json(&line);
	} else if (code == 0) {
		put_match("known", all, &match);
	}
	text_free(&line);
	return code;
}

int
contacts_find_person(struct contacts_call *call)
{
	struct own_folder f;
	struct contacts *all = NULL;
	int code = own_folder_open_as_filter(&f, call->c->conf, call->user);

	if (code == 0 && (all = contacts_new(LIMIT_CONTACTS_MEMORY)) == NULL)
		code = ctl_fail(EX_OSERR, "out of memory");
	if (code == 0)
		code = find_in(call, &f, all);
	contacts_free(all);
	own_folder_close(&f);
	return code;
}
