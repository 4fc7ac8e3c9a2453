// SPDX-License-Identifier: BSD-2-Clause
/*
 * contacts_setting.c - the line of rules.conf that names files of contacts.
 */
#include "ctl/contacts_setting.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/pool.h"
#include "policy/rules.h"

/* Names of files, in the pool. */
struct names {
	struct pool *pool;
	struct view at[LIMIT_USER_CONTACT_FILES];
	size_t count;
};

/* A string as libconfig reads it. */
static void
add_quoted(struct text *t, struct view v)
{
	text_add_byte(t, '"');
	for (size_t i = 0; i < v.size; i++) {
		if (v.data[i] == '"' || v.data[i] == '\\')
			text_add_byte(t, '\\');
		text_add_byte(t, v.data[i]);
	}
	text_add_byte(t, '"');
}

void
contacts_setting_add(struct text *out, const struct view *name, size_t names)
{
	text_add_string(out, "contacts = ( ");
	for (size_t i = 0; i < names; i++) {
		text_add_string(out, i > 0 ? ", " : "");
		add_quoted(out, name[i]);
	}
	text_add_string(out, " );");
}

/* False without memory. */
static bool
take_named(struct names *n, const struct rules *rules)
{
	n->count = rules_contact_files(rules);
	for (size_t i = 0; i < n->count; i++) {
		n->at[i] = pool_copy(n->pool, rules_contact_file(rules, i));
		if (n->at[i].data == NULL)
			return false;
	}
	return true;
}

/* Those of the rules.conf that is there; one with a mistake names none. */
static int
take_old(struct names *n, int folder, uid_t reader, struct err *e)
{
	struct text bytes = TEXT_INIT(LIMIT_RULES_SIZE);
	struct file_found found;
	struct rules *rules = NULL;
	bool good = true;

	if (file_read_user(folder, "rules.conf", reader, &bytes, &found,
		NULL) == 0)
		rules = rules_parse(text_view(&bytes), "rules.conf", NULL);
	if (rules != NULL)
		good = take_named(n, rules);
	rules_free(rules);
	text_free(&bytes);
	return good ? 0 : err_set(e, "out of memory");
}

/* A text whose first line is a subject. */
static bool
is_template(int folder, uid_t reader, const char *name)
{
	struct text bytes = TEXT_INIT(LIMIT_CONTACTS_SIZE);
	struct file_found found;
	bool is =
	    file_read_user(folder, name, reader, &bytes, &found, NULL) == 0 &&
	    view_starts_nocase(text_view(&bytes), VIEW("Subject:"));

	text_free(&bytes);
	return is;
}

static bool
looks_like_contacts(int folder, uid_t reader, const char *name)
{
	static const char *const endings[] = { ".csv", ".vcf", ".ldif",
		".zip" };
	const struct view v = view_of(name);

	if (v.size == 0 || v.data[0] == '.')
		return false;
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (view_ends_nocase(v, view_of(endings[i])))
			return true;
	return view_ends_nocase(v, VIEW(".txt")) &&
	    !is_template(folder, reader, name);
}

/* In the order of their names, so that a folder gives one list. */
static int
insert(struct names *n, struct view name, struct err *e)
{
	size_t i = n->count;

	if (n->count == LIMIT_USER_CONTACT_FILES)
		return err_set(e,
		    "there are more than %d files of contacts; write a "
		    "rules.conf that names those which are wanted",
		    LIMIT_USER_CONTACT_FILES);
	name = pool_copy(n->pool, name);
	if (name.data == NULL)
		return err_set(e, "out of memory");
	for (; i > 0 && view_compare(n->at[i - 1], name) > 0; i--)
		n->at[i] = n->at[i - 1];
	n->at[i] = name;
	n->count++;
	return 0;
}

static int
take_found(struct names *n, int folder, uid_t reader, struct err *e)
{
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	int result = 0;

	if (dir == NULL) {
		err_sys(e, errno, "the folder");
		if (fd >= 0)
			close(fd);
		return -1;
	}
	while (result == 0 && (entry = readdir(dir)) != NULL)
		if (looks_like_contacts(folder, reader, entry->d_name))
			result = insert(n, view_of(entry->d_name), e);
	closedir(dir);
	return result;
}

static bool
names_the_same(const struct names *n, const struct rules *rules)
{
	if (rules_contact_files(rules) != n->count)
		return false;
	for (size_t i = 0; i < n->count; i++)
		if (!view_equal(rules_contact_file(rules, i), n->at[i]))
			return false;
	return true;
}

/* Whether the line sets contacts, and all of the list is in it. */
static bool
is_setting(struct view line)
{
	const struct view name = VIEW("contacts");
	struct view rest;

	if (!view_starts_nocase(line, name))
		return false;
	rest = view_trim(view_part(line, name.size, VIEW_NONE));
	return rest.size > 0 && rest.data[0] == '=' &&
	    view_find(rest, VIEW(");")) != VIEW_NONE;
}

/* The rules with another such line; false: they have none. */
static bool
rewrite(struct view rules, const struct names *n, struct text *out)
{
	struct view line;
	bool done = false;

	while (view_line(&rules, &line)) {
		if (!done && is_setting(line)) {
			contacts_setting_add(out, n->at, n->count);
			done = true;
		} else {
			text_add(out, line);
		}
		text_add_byte(out, '\n');
	}
	return done;
}

int
contacts_setting_fit(int folder, uid_t reader, struct view bytes,
    const char *title, struct text *out, struct err *e)
{
	struct names n = { .pool = pool_new(LIMIT_RULES_SIZE) };
	struct rules *rules = rules_parse(bytes, title, e);
	int result = rules == NULL ? -1 : 0;

	if (result == 0 && n.pool == NULL)
		result = err_set(e, "out of memory");
	if (result == 0 && rules_contact_files(rules) > 0) {
		result = take_old(&n, folder, reader, e);
		if (result == 0 && n.count == 0)
			result = take_found(&n, folder, reader, e);
	}
	if (result == 0 && (n.count == 0 || names_the_same(&n, rules)))
		text_add(out, bytes);
	else if (result == 0 && !rewrite(bytes, &n, out))
		result = err_set(e, "%s: no line that sets contacts", title);
	if (result == 0 && !text_ok(out))
		result = err_set(e, "%s: too long", title);
	if (result == 0 && rules_contact_files(rules) > 0 && n.count == 0)
		result = 1;
	rules_free(rules);
	pool_free(n.pool);
	return result;
}
