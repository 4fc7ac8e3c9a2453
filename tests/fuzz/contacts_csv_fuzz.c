// SPDX-License-Identifier: BSD-2-Clause
/*
 * contacts_csv_fuzz.c - rows of contacts below a header row that is one of
 * ours; the first octet says which.
 */
#include "base/utf8.h"
#include "fuzz.h"
#include "policy/contacts.h"

enum { ROOM = 16 * 1024 * 1024 };

static const char *const headers[] = {
	"First Name,Last Name,URL,Email Address,Company,Position,Connected On",
	"First Name;Middle Name;Last Name;E-mail Address",
	"From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl",
	"FirstName,LastName,Emails,Sites,FullName,Profiles",
	"Name,Given Name,Additional Name,Family Name,Group Membership,"
	"E-mail 1 - Value,Website 1 - Value",
	"First Name,Last Name,File As,Labels,E-mail 1 - Value,Labels",
	"First Name,Last Name,E-mail Address,E-mail 2 Address,Categories",
	"Vorname;Nachname;E-Mail-Adresse;E-Mail 2: Adresse;Kategorien",
	"Pr\xE9nom\tNom\tAdresse de messagerie\tCat\xE9gories",
};

/* What was told of the rows so far. */
struct told {
	size_t people, skipped, refused;
	int line;
};

/* A group is a word that a rule or a contacts.txt can name. */
static void
check_group(struct view group)
{
	MUST(group.size > 0 && group.size <= LIMIT_CONTACT_GROUP_SIZE);
	MUST(utf8_valid(group) && group.data[0] != '@');
	for (size_t i = 0; i < group.size; i++)
		MUST(!byte_is_blank(group.data[i]));
}

static void
on_row(void *arg, const struct contacts_row *row)
{
	struct told *told = arg;

	MUST(row->line > 1 && row->line >= told->line);
	told->line = row->line;
	told->people += row->kind == CONTACTS_PERSON;
	told->skipped += row->kind == CONTACTS_SKIPPED;
	told->refused += row->kind == CONTACTS_REFUSED;
	MUST((row->kind == CONTACTS_PERSON) == (row->why == NULL));
	MUST(row->emails <= LIMIT_CONTACT_EMAILS);
	MUST(row->groups <= LIMIT_CONTACT_GROUPS);
	if (row->kind != CONTACTS_PERSON)
		return;
	MUST(utf8_valid(row->name));
	for (size_t i = 0; i < row->groups; i++)
		check_group(row->group[i]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct told told = { .line = 0 };
	const struct contacts_listener listener = { on_row, &told };
	struct text file = TEXT_INIT(ROOM);
	struct contacts *c = contacts_new(ROOM);
	struct contacts_report report;
	struct err e = ERR_NONE;

	MUST(c != NULL);
	if (size == 0)
		goto out;
	text_add_string(&file,
	    headers[data[0] % (sizeof(headers) / sizeof(headers[0]))]);
	text_add_string(&file, data[0] & 0x80 ? "\r\n" : "\n");
	text_add(&file, (struct view){ (const char *)data + 1, size - 1 });
	if (!text_ok(&file) ||
	    contacts_add_telling(c, text_view(&file), "x", &listener, &report,
		&e) < 0)
		goto out;
	MUST(!view_equal(view_of(report.format), VIEW("contacts.txt")));
	MUST(told.people == report.added && told.skipped == report.skipped);
	MUST(told.refused == report.refused);
	MUST(contacts_count(c) <= report.added);
out:
	text_free(&file);
	contacts_free(c);
	return 0;
}
