// SPDX-License-Identifier: BSD-2-Clause
/*
 * contacts_folder.c - the contacts in a user's folder, file by file.
 *
 * The filter keeps them as one set; who asks where somebody is known from
 * wants them one by one.
 */
#include <sysexits.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "ctl/contacts.h"
#include "daemon/identity.h"

/* Who may own folders besides root: the filter, or who it is that asks. */
static uid_t
filter_user(const struct conf *c)
{
	struct identity id;

	if (geteuid() == 0 && identity_find(c->user, &id, NULL) == 0 &&
	    id.uid != (uid_t)-1)
		return id.uid;
	return geteuid();
}

/* A file of the folder; 0, or -1 and e with the user in front. */
static int
read_own(const struct own_folder *f, const char *name, struct text *bytes,
    bool *missing, struct err *e)
{
	struct file_found found;
	int result = file_read_user(f->dir, name, f->filter, bytes, &found, e);

	*missing = found.missing;
	if (result == 0)
		return 0;
	return err_set(e, "%s/%s", f->user, e->text);
}

void
own_folder_read_rules(struct own_folder *f)
{
	struct text bytes = TEXT_INIT(LIMIT_RULES_SIZE);

	if (read_own(f, "rules.conf", &bytes, &f->no_rules, &f->why) == 0) {
		f->rules =
		    rules_parse(text_view(&bytes), "rules.conf", &f->why);
		if (f->rules == NULL)
			err_set(&f->why, "%s/%s", f->user, f->why.text);
	}
	text_free(&bytes);
}

int
own_folder_open(struct own_folder *f, const struct conf *c, const char *user)
{
	struct err e = ERR_NONE;
	struct file_found found;
	int above;

	*f = (struct own_folder){ .user = user, .dir = -1 };
	above = file_open_folder(c->users.dir, &e);
	if (above < 0) {
		conf_in(c, "users.dir", &e);
		return ctl_fail(EX_NOINPUT, "%s", e.text);
	}
	f->filter = filter_user(c);
	f->dir = file_open_user_folder(above, user, f->filter, &found, &e);
	close(above);
	if (f->dir < 0)
		return ctl_fail(EX_NOINPUT, "%s: %s", c->users.dir, e.text);
	f->owner = found.owner;
	return 0;
}

int
own_folder_open_as_filter(struct own_folder *f, const struct conf *c,
    const char *user)
{
	int code = ctl_become_filter(c);

	*f = (struct own_folder){ .dir = -1 };
	if (code == 0)
		code = own_folder_open(f, c, user);
	if (code == 0)
		own_folder_read_rules(f);
	if (code == 0 && f->rules == NULL)
		code = ctl_fail(EX_DATAERR, "%s", f->why.text);
	return code;
}

void
own_folder_close(struct own_folder *f)
{
	rules_free(f->rules);
	f->rules = NULL;
	if (f->dir >= 0)
		close(f->dir);
	f->dir = -1;
}

bool
own_folder_lists(const struct own_folder *f, const char *name)
{
	size_t count = f->rules == NULL ? 0 : rules_contact_files(f->rules);

	for (size_t i = 0; i < count; i++)
		if (view_equal(rules_contact_file(f->rules, i), view_of(name)))
			return true;
	return false;
}

int
own_folder_load(const struct own_folder *f, size_t index, struct book *b,
    contacts_teller *tell, void *arg)
{
	struct view file = rules_contact_file(f->rules, index);
	struct text name = TEXT_INIT(256);
	struct err e = ERR_NONE;
	bool missing;
	int code = 0;

	*b = (struct book){ .title = TEXT_INIT(4096),
		.bytes = TEXT_INIT(LIMIT_CONTACTS_SIZE) };
	text_addf(&b->title, "%s/%.*s", f->user, VIEW_ARG(file));
	text_add(&name, file);
	if (!text_ok(&name))
		code = ctl_fail(EX_OSERR, "out of memory");
	else if (read_own(f, text_string(&name), &b->bytes, &missing, &e) < 0 ||
	    book_load(b, tell, arg, &e) < 0)
		code = ctl_fail(EX_DATAERR, "%s", e.text);
	text_free(&name);
	return code;
}
