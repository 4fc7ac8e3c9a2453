// SPDX-License-Identifier: BSD-2-Clause
/*
 * contacts_book.c - a file of contacts read, and what is said of it.
 */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "ctl/contacts.h"

enum { MOST_SHOWN = 20, ROWS_BETWEEN_NEWS = 65536 };

/* Passes rows on, and says how many there were. */
struct progress {
	contacts_teller *tell;
	void *arg;
	size_t rows;
	bool on_terminal;
};

static void
on_row(void *arg, const struct contacts_row *row)
{
	struct progress *p = arg;

	if (p->tell != NULL)
		p->tell(p->arg, row);
	if (++p->rows % ROWS_BETWEEN_NEWS == 0 && p->on_terminal)
		fprintf(stderr, "\r%zu rows", p->rows);
}

int
book_load(struct book *b, contacts_teller *tell, void *arg, struct err *e)
{
	struct progress p = { .tell = tell,
		.arg = arg,
		.on_terminal = isatty(2) != 0 };
	const struct contacts_listener listener = { on_row, &p };
	int result;

	b->contacts = contacts_new(LIMIT_CONTACTS_MEMORY);
	if (b->contacts == NULL || !text_ok(&b->title))
		return err_set(e, "out of memory");
	result = contacts_add_telling(b->contacts, text_view(&b->bytes),
	    text_string(&b->title), &listener, &b->report, e);
	if (p.on_terminal && p.rows >= ROWS_BETWEEN_NEWS)
		fputs("\r                         \r", stderr);
	return result;
}

void
book_free(struct book *b)
{
	contacts_free(b->contacts);
	b->contacts = NULL;
	text_free(&b->bytes);
	text_free(&b->title);
}

int
book_read(struct book *b, const char *path)
{
	struct err e = ERR_NONE;
	bool cut = false;

	*b = (struct book){ .title = TEXT_INIT(4096),
		.bytes = TEXT_INIT(LIMIT_CONTACTS_SIZE) };
	text_add_string(&b->title,
	    strcmp(path, "-") == 0 ? "standard input" : path);
	if (file_read_input(path, &b->bytes, &cut, &e) < 0)
		return ctl_fail(EX_NOINPUT, "%s", e.text);
	return cut ? ctl_fail(EX_DATAERR, "%s: larger than %d octets",
			 text_string(&b->title), LIMIT_CONTACTS_SIZE)
		   : 0;
}

void
book_put_summary(const struct book *b)
{
	size_t twice = b->report.added - contacts_count(b->contacts);

	ctl_put(text_view(&b->title));
	printf(": %s, %zu %s", b->report.format, b->report.added,
	    b->report.added == 1 ? "person" : "people");
	if (twice > 0)
		printf(" (%zu of them again)", twice);
	fputs(", ", stdout);
	ctl_put_count(b->report.skipped, "row");
	printf(" skipped, %zu refused\n", b->report.refused);
}

void
book_add_summary(const struct book *b, struct json *j)
{
	json_add_string(j, "file", text_view(&b->title));
	json_add_string(j, "format", view_of(b->report.format));
	json_add_number(j, "people", (int64_t)b->report.added);
	json_add_number(j, "different", (int64_t)contacts_count(b->contacts));
	json_add_number(j, "skipped", (int64_t)b->report.skipped);
	json_add_number(j, "refused", (int64_t)b->report.refused);
}

/* An address without the brackets that stand around it in a contacts.txt. */
static struct view
bare(struct view address)
{
	address = view_trim(address);
	if (address.size >= 2 && address.data[0] == '<' &&
	    address.data[address.size - 1] == '>')
		return view_part(address, 1, address.size - 2);
	return address;
}

void
contacts_put_person(const struct contacts_row *row)
{
	ctl_put(row->name);
	for (size_t i = 0; i < row->emails; i++) {
		fputs(row->name.size + i > 0 ? " <" : "<", stdout);
		ctl_put(bare(row->email[i]));
		putchar('>');
	}
	if (row->profile.size > 0) {
		fputs(row->name.size + row->emails > 0 ? " " : "", stdout);
		ctl_put(bare(row->profile));
	}
	for (size_t i = 0; i < row->groups; i++) {
		fputs(" @", stdout);
		ctl_put(row->group[i]);
	}
}

void
contacts_add_person(const struct contacts_row *row, struct json *j)
{
	json_add_string(j, "name", row->name);
	json_begin_array(j, "addresses");
	for (size_t i = 0; i < row->emails; i++)
		json_add_string(j, NULL, bare(row->email[i]));
	json_end_array(j);
	json_add_string(j, "profile", bare(row->profile));
	json_begin_array(j, "groups");
	for (size_t i = 0; i < row->groups; i++)
		json_add_string(j, NULL, row->group[i]);
	json_end_array(j);
}

void
contacts_put_json(struct text *line)
{
	fwrite(line->data, 1, line->size, stdout);
	putchar('\n');
	text_clear(line);
}

void
leftovers_tell(void *arg, const struct contacts_row *row)
{
	struct leftovers *l = arg;
	bool refused = row->kind == CONTACTS_REFUSED;

	if (row->kind == CONTACTS_PERSON ||
	    (!l->all && (!refused || l->shown == MOST_SHOWN)))
		return;
	l->shown++;
	if (l->json != NULL) {
		json_begin_object(l->json, NULL);
		if (row->entry[0] != '\0')
			json_add_string(l->json, "entry", view_of(row->entry));
		json_add_number(l->json, "line", row->line);
		json_add_bool(l->json, "refused", refused);
		json_add_string(l->json, "why", view_of(row->why));
		json_end_object(l->json);
		return;
	}
	ctl_put(text_view(&l->book->title));
	printf("%s%s:%d: %s: %s\n", row->entry[0] == '\0' ? "" : "/",
	    row->entry, row->line, refused ? "refused" : "skipped", row->why);
}

void
leftovers_put_rest(const struct leftovers *l)
{
	size_t refused = l->book->report.refused;

	if (!l->all && refused > l->shown)
		printf("... and %zu more; --all shows them\n",
		    refused - l->shown);
}

void
contacts_warn(const struct book *b)
{
	if (b->report.refused > 0)
		ctl_fail(0, "%s: %zu row%s refused, the first in line %d%s%s",
		    text_string(&b->title), b->report.refused,
		    b->report.refused == 1 ? "" : "s", b->report.first_refused,
		    b->report.entry[0] == '\0' ? "" : " of ", b->report.entry);
}
