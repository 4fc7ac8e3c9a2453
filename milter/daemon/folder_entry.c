// SPDX-License-Identifier: BSD-2-Clause
/*
 * folder_entry.c - one user's folder, read.
 */
#include "daemon/folder_entry.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/folder_watch.h"

enum { LARGEST_FOLDER_POOL = 1024 * 1024 };

void
folder_entry_free(struct folder_entry *en)
{
	if (en == NULL)
		return;
	rules_free(en->rules);
	contacts_free(en->contacts);
	pool_free(en->pool);
	free(en);
}

/* One call of folder_entry_read(), for the functions it is made of. */
struct reading {
	const struct folder_source *from;
	const struct view *rules_conf; /* NULL: the file */
	struct folder_entry *en;
	int dir;      /* the user's folder, open */
	bool outside; /* what was read last is the site's */
	bool theirs;  /* and there is such a file: its mistakes are no user's */
	bool settling; /* it stopped at a file that is not settled */
	bool refused;  /* it stopped at one that must not be read, or at rules
			  that are not there: somebody wants none */
	bool no_rules; /* it stopped because they are not there */
	size_t contacts_size; /* octets of their files so far */
	struct err *e;
};

static int
fail_memory(struct reading *r)
{
	return err_set(r->e, "out of memory");
}

/* Stops at what cannot be believed yet. */
static int
fail_unsettled(struct reading *r, const char *name)
{
	r->settling = true;
	return err_set(r->e, "%s: being written", name);
}

/* Room for so many files in the list of those that are watched. */
static int
make_watch_list(struct reading *r, size_t count)
{
	struct folder_entry *en = r->en;
	struct folder_file *list = pool_array(en->pool, count, sizeof(*list));

	if (list == NULL)
		return fail_memory(r);
	if (en->watched_count > 0)
		memcpy(list, en->watched, en->watched_count * sizeof(*list));
	en->watched = list;
	return 0;
}

/*
 * Remembers the state of a file, missing or not, as it is before it is read:
 * what happens to it later is a change.  dir -1: its folder is missing.  NULL
 * and r->e when it is not to be read.
 */
static struct folder_file *
watch(struct reading *r, int dir, bool site, const char *name)
{
	struct folder_entry *en = r->en;
	struct folder_file *w = &en->watched[en->watched_count];

	w->name = pool_copy(en->pool, view_of(name)).data;
	if (w->name == NULL) {
		fail_memory(r);
		return NULL;
	}
	w->site = site;
	w->missing = file_identify(dir, name, &w->id) < 0;
	en->watched_count++;
	if (w->missing ? folder_watch_gone(r->from, dir)
		       : folder_watch_settled(r->from, &w->id))
		return w;
	fail_unsettled(r, name);
	return NULL;
}

/* Reads a file of the user's folder; *missing tells that there is none. */
static int
read_watched(struct reading *r, const char *name, struct text *bytes,
    bool *missing)
{
	struct folder_file *w = watch(r, r->dir, false, name);
	struct file_found found = { .missing = false };

	*missing = false;
	if (w == NULL)
		return -1;
	if (file_read_user(r->dir, name, geteuid(), bytes, &found, r->e) < 0) {
		*missing = found.missing;
		r->refused = !found.missing && !found.fit;
		return -1;
	}
	w->id = found.id;
	w->missing = false;
	return folder_watch_settled(r->from, &w->id) ? 0
						     : fail_unsettled(r, name);
}

static int
parse_rules(struct reading *r, struct view bytes)
{
	r->en->rules = rules_parse(bytes, "rules.conf", r->e);
	return r->en->rules == NULL ? -1 : 0;
}

static int
read_rules(struct reading *r)
{
	struct text bytes = TEXT_INIT(LIMIT_RULES_SIZE);
	int result = make_watch_list(r, 1);
	bool missing = false;

	if (result == 0 && r->rules_conf != NULL)
		return parse_rules(r, *r->rules_conf);
	if (result == 0)
		result = read_watched(r, "rules.conf", &bytes, &missing);
	r->no_rules = missing;
	r->refused = r->refused || missing;
	if (result == 0)
		result = parse_rules(r, text_view(&bytes));
	text_free(&bytes);
	return result;
}

static size_t
count_templates(const struct rules *rules)
{
	size_t count = 0;

	while (rules_template(rules, count).size > 0)
		count++;
	return count;
}

/* What could not be read of a contacts file is said, the rest is used. */
static void
complain_of_rows(struct folder_entry *en, const char *name,
    const struct contacts_report *report)
{
	struct err words = ERR_NONE;

	if (report->refused == 0 || en->public.complaint != NULL)
		return;
	err_set(&words,
	    "%s/%s%s%s:%d: %zu row%s could not be read, the first in this "
	    "line; people in use: %zu",
	    en->user, name, report->entry[0] == '\0' ? "" : "/", report->entry,
	    report->first_refused, report->refused,
	    report->refused == 1 ? "" : "s", report->added);
	en->public.complaint = pool_copy(en->pool, view_of(words.text)).data;
}

static int
read_contacts_file(struct reading *r, const char *name, struct text *bytes)
{
	struct contacts_report report;
	bool missing;

	text_clear(bytes);
	if (name == NULL)
		return fail_memory(r);
	if (read_watched(r, name, bytes, &missing) < 0)
		return -1;
	r->contacts_size += bytes->size;
	if (r->contacts_size > LIMIT_CONTACTS_SIZE)
		return err_set(r->e,
		    "%s: the files of contacts are larger than %d MB in all",
		    name, LIMIT_CONTACTS_SIZE / 1024 / 1024);
	if (contacts_add(r->en->contacts, text_view(bytes), name, &report,
		r->e) < 0)
		return -1;
	complain_of_rows(r->en, name, &report);
	return 0;
}

/* All of them, before one is read that may be large. */
static int
check_contacts_settled(struct reading *r)
{
	const struct rules *rules = r->en->rules;
	struct file_id id;

	for (size_t i = 0; i < rules_contact_files(rules); i++) {
		const char *name =
		    pool_copy(r->en->pool, rules_contact_file(rules, i)).data;

		if (name == NULL)
			return fail_memory(r);
		if (file_identify(r->dir, name, &id) == 0 &&
		    !folder_watch_settled(r->from, &id))
			return fail_unsettled(r, name);
	}
	return 0;
}

static int
read_contacts(struct reading *r)
{
	const struct rules *rules = r->en->rules;
	struct text bytes = TEXT_INIT(LIMIT_CONTACTS_SIZE);
	int result = 0;

	r->outside = false;
	r->en->contacts = contacts_new(LIMIT_CONTACTS_MEMORY);
	if (r->en->contacts == NULL)
		return fail_memory(r);
	if (r->from->settle_ms > 0)
		result = check_contacts_settled(r);
	for (size_t i = 0; result == 0 && i < rules_contact_files(rules); i++)
		result = read_contacts_file(r,
		    pool_copy(r->en->pool, rules_contact_file(rules, i)).data,
		    &bytes);
	text_free(&bytes);
	return result;
}

/* The site's NAME.txt; path becomes where it is. */
static int
read_site_template(struct reading *r, const char *name, struct text *bytes,
    struct text *path)
{
	const char *folder = r->from->templates;
	int dir = file_open_folder(folder, NULL), result = -1;
	struct folder_file *w;

	text_addf(path, "%s/%s", folder, name);
	if (!text_ok(path))
		err_set(r->e, "%s: path too long, or no memory", folder);
	else if ((w = watch(r, dir, true, name)) != NULL) {
		r->theirs = !w->missing;
		result = file_read(text_string(path), bytes, r->e);
	}
	if (dir >= 0)
		close(dir);
	return result;
}

/* The user's own NAME.txt, else the site's. */
static int
read_template_file(struct reading *r, const char *name, struct text *bytes,
    struct text *path)
{
	bool missing;
	int result = read_watched(r, name, bytes, &missing);

	r->outside = missing && r->from->templates[0] != '\0';
	return r->outside ? read_site_template(r, name, bytes, path) : result;
}

static int
read_template(struct reading *r, struct folder_named_template *to)
{
	struct text bytes = TEXT_INIT(LIMIT_TEMPLATE_SIZE);
	struct text name = TEXT_INIT(LIMIT_TEMPLATE_NAME_SIZE + 4);
	struct text path = TEXT_INIT(4096);
	struct view kept;
	int result = -1;

	text_addf(&name, "%.*s.txt", VIEW_ARG(to->name));
	if (!text_ok(&name)) {
		fail_memory(r);
	} else if (read_template_file(r, text_string(&name), &bytes, &path) ==
	    0) {
		kept = pool_copy(r->en->pool, text_view(&bytes));
		if (kept.data == NULL)
			fail_memory(r);
		else
			result = template_parse(kept,
			    text_string(r->outside ? &path : &name),
			    &to->template, r->e);
	}
	text_free(&bytes);
	text_free(&name);
	text_free(&path);
	return result;
}

static int
read_templates(struct reading *r)
{
	struct folder_entry *en = r->en;
	size_t count = count_templates(en->rules);

	en->template = pool_array(en->pool, count, sizeof(*en->template));
	if (en->template == NULL)
		return fail_memory(r);
	for (; en->templates < count; en->templates++) {
		struct folder_named_template *to = &en->template[en->templates];

		to->name = rules_template(en->rules, en->templates);
		if (read_template(r, to) < 0)
			return -1;
	}
	return 0;
}

/*
 * Whether all was still as it was before it was read.  A folder that nobody
 * waits to see settled is read as it comes.
 */
static int
check_unchanged(struct reading *r)
{
	if (r->from->settle_ms == 0 ||
	    folder_watch_files(r->from, r->en, r->dir) == FOLDER_SAME)
		return 0;
	return fail_unsettled(r, "rules.conf, or a file that it names");
}

/* Everything; a template may be looked for in two places. */
static int
read_files(struct reading *r)
{
	if (read_rules(r) < 0 ||
	    make_watch_list(r,
		1 + rules_contact_files(r->en->rules) +
		    2 * count_templates(r->en->rules)) < 0 ||
	    read_templates(r) < 0 || read_contacts(r) < 0)
		return -1;
	return check_unchanged(r);
}

/*
 * Puts the reason in place of the folder's content.  What is wrong with the
 * folder itself has its name; of a file in it, or a template that it wants of
 * the site, it is to be said.
 */
static void
break_entry(const struct reading *r)
{
	struct folder_entry *en = r->en;
	struct err words = ERR_NONE;

	if (r->dir < 0)
		err_set(&words, "%s", r->e->text);
	else
		err_set(&words, "%s%s%s", en->user, r->outside ? ": " : "/",
		    r->e->text);
	en->public.state = r->settling ? FOLDER_SETTLING : FOLDER_BROKEN;
	en->mistaken = r->dir >= 0 && !r->settling && !r->refused;
	en->public.for_user = r->dir >= 0 && !r->settling && !r->no_rules &&
	    !(r->outside && r->theirs);
	en->public.complaint = pool_copy(en->pool, view_of(words.text)).data;
	if (en->public.complaint == NULL)
		en->public.complaint = "out of memory";
}

/*
 * Whether what failed was ours: it says nothing of the folder, and will be gone
 * before any of its files changes.  The parsers below do not tell memory from
 * mistakes, but errno does, which whoever finds no memory leaves at that.
 */
static bool
is_our_failure(int code)
{
	return code == ENOMEM || code == EMFILE || code == ENFILE ||
	    code == EIO;
}

static struct folder_entry *
entry_new(const char *user)
{
	struct folder_entry *en = calloc(1, sizeof(*en));

	if (en == NULL || (en->pool = pool_new(LARGEST_FOLDER_POOL)) == NULL) {
		free(en);
		return NULL;
	}
	strncpy(en->user, user, sizeof(en->user) - 1);
	return en;
}

struct folder_entry *
folder_entry_read(const struct folder_source *from, const char *user,
    const struct view *rules_conf, struct err *e)
{
	struct folder_entry *en = entry_new(user);
	struct file_found found = { .missing = false };
	struct err why = ERR_NONE;
	struct reading r = { .from = from,
		.rules_conf = rules_conf,
		.en = en,
		.e = &why };
	int64_t asked_us = clock_steady_us(from->clock);
	bool ours = false;

	if (en == NULL) {
		err_set(e, "out of memory");
		return NULL;
	}
	errno = 0;
	r.dir = folder_watch_open(from, user, geteuid(), &found, &why);
	en->owner = r.dir < 0 ? geteuid() : found.owner;
	en->refused = r.dir < 0 && found.asked;
	if (en->refused) {
		en->refused_id = found.id;
		en->asked_us = asked_us;
	}
	if (r.dir < 0 && found.missing) {
		en->public.state = FOLDER_MISSING;
	} else if (r.dir < 0 || read_files(&r) < 0) {
		ours = is_our_failure(errno);
		break_entry(&r);
	}
	if (r.dir >= 0)
		close(r.dir);
	en->read = en->public.state;
	en->public.rules = en->rules;
	en->public.contacts = en->contacts;
	if (!ours)
		return en;
	err_set(e, "%s", en->public.complaint);
	folder_entry_free(en);
	return NULL;
}

void
folder_entry_stand_in(struct folder_entry *en, struct folder_entry *before)
{
	if (before->standing != NULL)
		before = before->standing;
	before->holders++;
	en->standing = before;
	en->public.state = FOLDER_OK;
	en->public.rules = before->rules;
	en->public.contacts = before->contacts;
	en->public.kept = true;
}
