// SPDX-License-Identifier: BSD-2-Clause
/*
 * contacts_diff.c - "rsvpctl contacts diff": people gained and lost.
 *
 * Somebody is in both files whom the other one knows by the profile, one of
 * the addresses or the name: an export of another program, or of another
 * year, need not have the same columns.
 */
#include <stdio.h>
#include <sysexits.h>

#include "base/json.h"
#include "base/limits.h"
#include "ctl/contacts.h"

/* The people of one file, held against the other. */
struct comparison {
	const struct contacts *other;
	const char *change; /* "lost" */
	char mark;          /* '-' */
	bool json;
	struct text line;
	size_t both, changed;
};

static bool
is_known(const struct contacts *c, const struct contacts_row *row)
{
	struct contacts_match match;

	contacts_find(c, row->name, VIEW(""), row->profile, &match);
	for (size_t i = 0; match.known == KNOWN_NO && i < row->emails; i++)
		contacts_find(c, VIEW(""), row->email[i], VIEW(""), &match);
	return match.known != KNOWN_NO;
}

static void
compare_person(void *arg, const struct contacts_row *row)
{
	struct comparison *c = arg;
	struct json j = JSON_INIT(&c->line);

	if (row->kind != CONTACTS_PERSON)
		return;
	if (is_known(c->other, row)) {
		c->both++;
		return;
	}
	c->changed++;
	if (!c->json) {
		printf("%c ", c->mark);
		contacts_put_person(row);
		putchar('\n');
		return;
	}
	json_begin_object(&j, NULL);
	json_add_string(&j, "change", view_of(c->change));
	json_add_number(&j, "line", row->line);
	contacts_add_person(row, &j);
	json_end_object(&j);
	contacts_put_json(&c->line);
}

/* A whole set is made again only to be told of the rows; it is cheap. */
static int
compare(struct comparison *c, const struct book *b, struct err *e)
{
	struct contacts *again = contacts_new(LIMIT_CONTACTS_MEMORY);
	const struct contacts_listener listener = { compare_person, c };
	struct contacts_report report;
	int result = -1;

	if (again == NULL)
		err_set(e, "out of memory");
	else
		result = contacts_add_telling(again, text_view(&b->bytes),
		    text_string(&b->title), &listener, &report, e);
	contacts_free(again);
	return result;
}

static void
put_counts(const struct comparison *lost, const struct comparison *gained)
{
	struct text line = TEXT_INIT(1000);
	struct json j = JSON_INIT(&line);

	if (!lost->json) {
		printf("%zu lost, %zu gained, %zu in both\n", lost->changed,
		    gained->changed, gained->both);
		return;
	}
	json_begin_object(&j, NULL);
	json_add_number(&j, "lost", (int64_t)lost->changed);
	json_add_number(&j, "gained", (int64_t)gained->changed);
	json_add_number(&j, "both", (int64_t)gained->both);
	json_end_object(&j);
	contacts_put_json(&line);
	text_free(&line);
}

int
contacts_diff(struct contacts_call *call)
{
	struct book b[2] = { 0 };
	struct comparison lost = { .change = "lost",
		.mark = '-',
		.json = call->c->json,
		.line = TEXT_INIT(LIMIT_TEXT_SIZE) };
	struct comparison gained = { .change = "gained",
		.mark = '+',
		.json = call->c->json,
		.line = TEXT_INIT(LIMIT_TEXT_SIZE) };
	struct err e = ERR_NONE;
	int code = 0;

	for (int i = 0; code == 0 && i < 2; i++) {
		code = book_read(&b[i], call->word[i]);
		if (code == 0 && book_load(&b[i], NULL, NULL, &e) < 0)
			code = ctl_fail(EX_DATAERR, "%s", e.text);
		if (code == 0)
			contacts_warn(&b[i]);
	}
	lost.other = b[1].contacts;
	gained.other = b[0].contacts;
	if (code == 0 &&
	    (compare(&lost, &b[0], &e) < 0 || compare(&gained, &b[1], &e) < 0))
		code = ctl_fail(EX_OSERR, "%s", e.text);
	if (code == 0)
		put_counts(&lost, &gained);
	text_free(&lost.line);
	text_free(&gained.line);
	for (int i = 0; i < 2; i++)
		book_free(&b[i]);
	return code;
}
