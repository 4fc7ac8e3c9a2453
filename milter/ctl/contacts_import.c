// SPDX-License-Identifier: BSD-2-Clause
/*
 * contacts_import.c - "rsvpctl contacts import": a file of contacts put into
 * a user's folder.
 *
 * rules.conf is the user's, so it is never changed: what line it needs is
 * said.  Root becomes whoever owns the folder, since its user may change
 * anything in there while we look.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/file.h"
#include "base/file_put.h"
#include "base/json.h"
#include "base/limits.h"
#include "ctl/contacts.h"
#include "ctl/contacts_setting.h"

enum { NAME_MOST = 100 };

/* --- The name it gets. */

static bool
is_plain(char byte)
{
	return byte_is_letter(byte) || byte_is_digit(byte) || byte == '.' ||
	    byte == '_' || byte == '-';
}

/* What of the path can be a name: "Contacts (2).csv" is "Contacts-2.csv". */
static void
name_after(const char *path, struct text *name)
{
	const char *slash = strrchr(path, '/');
	bool between = false;

	for (const char *at = slash == NULL ? path : slash + 1; *at != '\0';
	     at++) {
		if (!is_plain(*at)) {
			between = name->size > 0;
			continue;
		}
		if (between && *at != '.')
			text_add_byte(name, '-');
		between = false;
		if (name->size > 0 || *at != '.')
			text_add_byte(name, *at);
	}
}

/* By which "policy use" knows it again, whatever it was called. */
static void
add_ending(const struct book *b, struct text *name)
{
	static const char *const known[] = { ".csv", ".vcf", ".ldif", ".zip",
		".txt" };
	const struct view format = view_of(b->report.format);

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (view_ends_nocase(text_view(name), view_of(known[i])))
			return;
	if (view_starts_nocase(text_view(&b->bytes), VIEW("PK")))
		text_add_string(name, ".zip");
	else if (view_equal(format, VIEW("vCard")))
		text_add_string(name, ".vcf");
	else if (view_equal(format, VIEW("LDIF")))
		text_add_string(name, ".ldif");
	else if (view_equal(format, VIEW("contacts.txt")))
		text_add_string(name, ".txt");
	else
		text_add_string(name, ".csv");
}

static void
choose_name(const struct contacts_call *call, const struct book *b,
    struct text *name)
{
	if (call->name != NULL)
		text_add_string(name, call->name);
	else if (strcmp(call->word[0], "-") != 0)
		name_after(call->word[0], name);
	if (name->size == 0 && call->name == NULL) /* "Outlook CSV" */
		name_after(b->report.format, name);
	if (name->size > 0 && call->name == NULL)
		add_ending(b, name);
}

/* Whether the rules have an answer in a file of that name. */
static bool
is_template(const struct own_folder *f, struct view name)
{
	const struct view suffix = VIEW(".txt");
	struct view template_name = VIEW("");

	if (f->rules == NULL || !view_ends_nocase(name, suffix))
		return false;
	for (size_t i = 0; i == 0 || template_name.size > 0; i++) {
		template_name = rules_template(f->rules, i);
		if (view_equal(template_name,
			view_part(name, 0, name.size - suffix.size)))
			return true;
	}
	return false;
}

/* 0, or a code and it is said. */
static int
check_name(const struct contacts_call *call, const struct own_folder *f,
    const struct text *name)
{
	struct view v = text_view(name);
	struct file_id id;
	bool good = text_ok(name) && v.size > 0 && v.data[0] != '.';

	for (size_t i = 0; i < v.size; i++)
		good = good && is_plain(v.data[i]);
	if (!good || view_ends_nocase(v, VIEW(".conf")))
		return ctl_wrong(call->called,
		    "\"%s\" cannot be the name of the file: at most %d "
		    "letters, digits and \".-_\", and not .conf; see --name",
		    text_string(name), NAME_MOST);
	if (is_template(f, v))
		return ctl_fail(EX_CANTCREAT,
		    "%s/%s is a template of the rules; see --name", f->user,
		    text_string(name));
	if (!call->replace &&
	    file_identify(f->dir, text_string(name), &id) == 0)
		return ctl_fail(EX_CANTCREAT,
		    "%s/%s is there already; --replace puts the new one in "
		    "its place",
		    f->user, text_string(name));
	return 0;
}

/* --- What rules.conf needs. */

/* As it is now, with that file more. */
static void
add_setting(struct text *t, const struct own_folder *f, const char *file)
{
	struct view name[LIMIT_USER_CONTACT_FILES + 1];
	size_t count = f->rules == NULL ? 0 : rules_contact_files(f->rules);

	for (size_t i = 0; i < count; i++)
		name[i] = rules_contact_file(f->rules, i);
	name[count] = view_of(file);
	contacts_setting_add(t, name, count + 1);
}

static void
put_advice(const struct own_folder *f, const char *name)
{
	struct text line = TEXT_INIT(LIMIT_TEXT_SIZE);

	if (f->no_rules) {
		printf("%s has no rules.conf yet; \"rsvpctl policy use\" makes "
		       "one that names it\n",
		    f->user);
		return;
	}
	if (f->rules == NULL) {
		ctl_fail(0, "%s", f->why.text);
		printf("once that is mended, %s is to be named in the list "
		       "\"contacts\"\n",
		    name);
		text_free(&line);
		return;
	}
	add_setting(&line, f, name);
	if (own_folder_lists(f, name))
		printf("%s/rules.conf names it already\n", f->user);
	else
		printf("%s/rules.conf does not name it yet and needs:\n%s\n",
		    f->user, text_string(&line));
	if (!own_folder_lists(f, name) &&
	    rules_contact_files(f->rules) == LIMIT_USER_CONTACT_FILES)
		printf("but with one file less: %d are the most\n",
		    LIMIT_USER_CONTACT_FILES);
	text_free(&line);
}

static void
put_result(const struct book *b, const struct own_folder *f, const char *name)
{
	struct text line = TEXT_INIT(LIMIT_TEXT_SIZE);
	struct text setting = TEXT_INIT(LIMIT_TEXT_SIZE);
	struct json j = JSON_INIT(&line);

	add_setting(&setting, f, name);
	json_begin_object(&j, NULL);
	json_add_string(&j, "user", view_of(f->user));
	json_add_string(&j, "as", view_of(name));
	book_add_summary(b, &j);
	json_add_bool(&j, "named", own_folder_lists(f, name));
	json_add_string(&j, "needs",
	    own_folder_lists(f, name) ? VIEW("") : text_view(&setting));
	json_end_object(&j);
	contacts_put_json(&line);
	text_free(&line);
	text_free(&setting);
}

/* --- The file. */

/* Reads it as a whole, and says what of it will not be used. */
static int
check_content(const struct contacts_call *call, struct book *b)
{
	struct leftovers left = { .book = b, .all = call->all };
	struct err e = ERR_NONE;

	if (book_load(b, call->c->json ? NULL : leftovers_tell, &left, &e) < 0)
		return ctl_fail(EX_DATAERR, "%s", e.text);
	if (!call->c->json) {
		leftovers_put_rest(&left);
		book_put_summary(b);
	}
	if (b->report.added == 0 || b->report.refused > b->report.added)
		return ctl_fail(EX_DATAERR,
		    "%s: %s of it can be used, so it was not imported",
		    text_string(&b->title),
		    b->report.added == 0 ? "nothing" : "less than half");
	return 0;
}

static int
import_into(const struct contacts_call *call, const struct book *b,
    const struct own_folder *f)
{
	struct text name = TEXT_INIT(NAME_MOST);
	struct err e = ERR_NONE;
	int code;

	choose_name(call, b, &name);
	code = check_name(call, f, &name);
	if (code == 0 &&
	    file_put(f->dir, text_string(&name), text_view(&b->bytes), &e) < 0)
		code = ctl_fail(EX_CANTCREAT, "%s/%s", f->user, e.text);
	if (code == 0 && call->c->json) {
		put_result(b, f, text_string(&name));
	} else if (code == 0) {
		printf("%s/%s written\n", f->user, text_string(&name));
		put_advice(f, text_string(&name));
	}
	text_free(&name);
	return code;
}

int
contacts_import(struct contacts_call *call)
{
	struct own_folder f = { .dir = -1 };
	struct book b;
	int code = book_read(&b, call->word[0]);

	if (code == 0)
		code = own_folder_open(&f, call->c->conf, call->user);
	if (code == 0)
		code = ctl_become_owner(f.dir, f.user);
	/* Only now is what somebody else wrote looked into. */
	if (code == 0) {
		own_folder_read_rules(&f);
		code = check_content(call, &b);
	}
	if (code == 0)
		code = import_into(call, &b, &f);
	own_folder_close(&f);
	book_free(&b);
	return code;
}
