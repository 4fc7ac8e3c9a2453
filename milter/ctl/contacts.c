// SPDX-License-Identifier: BSD-2-Clause
/*
 * contacts.c - "rsvpctl contacts": whom a file of contacts, or a user, knows.
 */
#include "ctl/contacts.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/json.h"
#include "base/limits.h"

/* Of the objects that are printed; one may hold every row of a file. */
enum { LARGEST_JSON = 512 * 1024 * 1024 };

/* --- check: what a file is, and what of it is not used. */

/* 0, or a code. */
static int
check_file(const struct contacts_call *call, const char *path)
{
	struct text line = TEXT_INIT(LARGEST_JSON);
	struct json j = JSON_INIT(&line);
	struct book b;
	struct leftovers left = { .book = &b,
		.all = call->all,
		.json = call->c->json ? &j : NULL };
	struct err e = ERR_NONE;
	int code = book_read(&b, path);

	json_begin_object(&j, NULL);
	json_begin_array(&j, "rows");
	if (code == 0 && book_load(&b, leftovers_tell, &left, &e) < 0)
		code = ctl_fail(EX_DATAERR, "%s", e.text);
	json_end_array(&j);
	if (code == 0 && call->c->json) {
		book_add_summary(&b, &j);
		json_end_object(&j);
		contacts_put_json(&line);
	} else if (code == 0) {
		leftovers_put_rest(&left);
		book_put_summary(&b);
	}
	if (code == 0 && b.report.refused > 0)
		code = EX_DATAERR;
	text_free(&line);
	book_free(&b);
	return code;
}

static int
run_check(struct contacts_call *call)
{
	int first = 0;

	for (int i = 0; i < call->words; i++) {
		int code = check_file(call, call->word[i]);

		if (first == 0)
			first = code;
	}
	return first;
}

/* --- list: the people of a file, or of a user. */

struct listing {
	const struct book *book;
	struct text line;
	bool json;
};

static void
list_person(void *arg, const struct contacts_row *row)
{
	struct listing *l = arg;
	struct json j = JSON_INIT(&l->line);

	if (row->kind != CONTACTS_PERSON)
		return;
	if (!l->json) {
		contacts_put_person(row);
		putchar('\n');
		return;
	}
	json_begin_object(&j, NULL);
	json_add_string(&j, "file", text_view(&l->book->title));
	json_add_number(&j, "line", row->line);
	contacts_add_person(row, &j);
	json_end_object(&j);
	contacts_put_json(&l->line);
}

static int
list_file(const struct contacts_call *call, const char *path)
{
	struct book b;
	struct listing l = { .book = &b,
		.line = TEXT_INIT(LARGEST_JSON),
		.json = call->c->json };
	struct err e = ERR_NONE;
	int code = book_read(&b, path);

	if (code == 0 && book_load(&b, list_person, &l, &e) < 0)
		code = ctl_fail(EX_DATAERR, "%s", e.text);
	if (code == 0)
		contacts_warn(&b);
	text_free(&l.line);
	book_free(&b);
	return code;
}

static int
list_user(const struct contacts_call *call, const char *user)
{
	struct own_folder f;
	int code = own_folder_open_as_filter(&f, call->c->conf, user);

	for (size_t i = 0; code == 0 && i < rules_contact_files(f.rules); i++) {
		struct book b;
		struct listing l = { .book = &b,
			.line = TEXT_INIT(LARGEST_JSON),
			.json = call->c->json };

		code = own_folder_load(&f, i, &b, list_person, &l);
		if (code == 0)
			contacts_warn(&b);
		text_free(&l.line);
		book_free(&b);
	}
	own_folder_close(&f);
	return code;
}

/* A file of that name comes first; "./alice" is always one. */
static int
run_list(struct contacts_call *call)
{
	const char *word = call->word[0];

	if (strcmp(word, "-") != 0 && users_name_ok(view_of(word)) &&
	    access(word, F_OK) != 0)
		return list_user(call, word);
	return list_file(call, word);
}

/* --- The words of the command. */

static const struct contacts_action {
	const char *name;
	int (*run)(struct contacts_call *call);
	const char *takes;
	int words;           /* of these; 0: one or more */
	bool user, all, put; /* which options: put are --name, --replace */
} actions[] = {
	{ "list", run_list, "a user or a file", 1, false, false, false },
	{ "find", contacts_find_person, "--user and whom to look for", 1, true,
	    false, false },
	{ "check", run_check, "a file, or several", 0, false, true, false },
	{ "diff", contacts_diff, "an old and a new file", 2, false, false,
	    false },
	{ "import", contacts_import, "--user and a file", 1, true, true, true },
};

static const struct contacts_action *
find_action(const char *name)
{
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (strcmp(actions[i].name, name) == 0)
			return &actions[i];
	return NULL;
}

static int
check_words(const struct contacts_call *call,
    const struct contacts_action *action)
{
	if (call->words == 0 ||
	    (action->words > 0 && call->words != action->words) ||
	    (action->user && call->user == NULL))
		return ctl_wrong(call->called, "%s takes %s", action->name,
		    action->takes);
	if ((call->user != NULL && !action->user) ||
	    (call->all && !action->all) ||
	    ((call->name != NULL || call->replace) && !action->put))
		return ctl_wrong(call->called, "%s does not take this option",
		    action->name);
	if (call->user != NULL && !users_name_ok(view_of(call->user)))
		return ctl_wrong(call->called, "\"%s\" is no user's name",
		    call->user);
	return 0;
}

static int
parse_options(struct contacts_call *call, int argc, char **argv)
{
	static const struct option options[] = {
		{ "all", no_argument, NULL, 'a' },
		{ "json", no_argument, NULL, 'j' },
		{ "name", required_argument, NULL, 'n' },
		{ "replace", no_argument, NULL, 'r' },
		{ "user", required_argument, NULL, 'u' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'a')
			call->all = true;
		else if (option == 'j')
			call->c->json = true;
		else if (option == 'n')
			call->name = optarg;
		else if (option == 'r')
			call->replace = true;
		else if (option == 'u')
			call->user = optarg;
		else
			return ctl_usage(argv[0]);
	}
	return 0;
}

int
ctl_contacts(struct ctl *c, int argc, char **argv)
{
	struct contacts_call call = { .c = c, .called = argv[0] };
	const struct contacts_action *action;
	int code = parse_options(&call, argc, argv);

	if (code != 0)
		return code;
	if (optind == argc)
		return ctl_usage(argv[0]);
	action = find_action(argv[optind]);
	if (action == NULL)
		return ctl_wrong(argv[0], "there is no \"%s\"", argv[optind]);
	call.word = argv + optind + 1;
	call.words = argc - optind - 1;
	code = check_words(&call, action);
	return code != 0 ? code : action->run(&call);
}
