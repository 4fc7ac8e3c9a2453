// SPDX-License-Identifier: BSD-2-Clause
/*
 * folders_test.c - users' folders: what is in force, when it changes, and who
 * may share it.
 */
#include "daemon/folders.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "oom.h"
#include "t.h"
#include "unit/daemon/lab.h"

#define RULES "users/alice/rules.conf"
#define CONTACTS "users/alice/contacts.txt"
#define OWN "users/alice/hello.txt"
#define SITES "templates/hello.txt"

#define NAMED(name) "from_name = \"" name "\";\n"
#define KNOWS "contacts = ( \"contacts.txt\" );\n"
#define ANSWERS                                                          \
	"rules = ( { name = \"a\"; when = { }; do = \"reply:hello\"; } " \
	");\n"
#define TEXT(words) "Hello {given|there}, " words ".\n"

enum { NOBODY = 65534 };

static struct folders *
new_folders(const struct lab *l, size_t most)
{
	struct err e = ERR_NONE;
	struct folders *f = folders_new(lab_path(l, "users").text,
	    lab_path(l, "templates").text, most, &e);

	if (f == NULL)
		fail_msg("%s", e.text);
	return f;
}

static const struct folder *
get(struct folders *f, const char *user, bool *fresh)
{
	struct err e = ERR_NONE;
	const struct folder *folder = folders_get(f, user, fresh, &e);

	if (folder == NULL)
		fail_msg("%s: %s", user, e.text);
	return folder;
}

/*
 * "ok", "ok from=A knows-bob hello=TEXT", "missing", "broken: COMPLAINT";
 * "kept" in place of "ok" where the complaint is of other files than are in
 * force; paths of the lab begin with "LAB".
 */
static void
describe(const struct lab *l, const struct folder *folder, struct text *out)
{
	static const char *const states[] = { [FOLDER_OK] = "ok",
		[FOLDER_MISSING] = "missing",
		[FOLDER_BROKEN] = "broken",
		[FOLDER_SETTLING] = "settling" };
	const struct template *hello = folder_template(folder, VIEW("hello"));
	struct contacts_match match;
	const char *complaint = folder->complaint, *at;

	text_add_string(out, folder->kept ? "kept" : states[folder->state]);
	if (folder->state == FOLDER_OK) {
		contacts_find(folder->contacts, VIEW("Bob Example"), VIEW(""),
		    VIEW(""), &match);
		if (rules_from_name(folder->rules).size > 0)
			text_addf(out, " from=%.*s",
			    VIEW_ARG(rules_from_name(folder->rules)));
		if (match.known != KNOWN_NO)
			text_add_string(out, " knows-bob");
		if (hello != NULL)
			text_addf(out, " hello=%.*s",
			    VIEW_ARG(view_trim(hello->body)));
	}
	if (complaint == NULL)
		return;
	text_add_string(out, ": ");
	at = strstr(complaint, l->folder);
	if (at != NULL) {
		text_addf(out, "%.*sLAB", (int)(at - complaint), complaint);
		complaint = at + strlen(l->folder);
	}
	text_add_string(out, complaint);
}

static void
check_folder(const char *name, const struct lab *l, struct folders *f,
    const char *user, bool want_fresh, const char *want)
{
	struct text got = TEXT_INIT(10000);
	bool fresh;
	const struct folder *folder = get(f, user, &fresh);

	describe(l, folder, &got);
	check_string(name, text_string(&got), want);
	check_number(name, fresh, want_fresh);
	folders_put(f, folder);
	text_free(&got);
}

/* A file of the lab and what is in it. */
struct file {
	const char *path, *content;
};

static void
what_is_in_a_folder(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name;
		struct file file[6];
		const char *want;
	} rows[] = {
		{ "no folder of users", { { NULL, NULL } }, "missing" },
		{ "none for this user", { { "users/bob/rules.conf", "" } },
		    "missing" },
		{ "an empty one", { { "users/alice/x", "" } },
		    "broken: alice/rules.conf: No such file or directory" },
		{ "empty rules", { { RULES, "" } }, "ok" },
		{ "everything", { { RULES, NAMED("A") KNOWS ANSWERS },
		    { CONTACTS, "Bob Example\n" }, { OWN, TEXT("own") } },
		    "ok from=A knows-bob hello=Hello {given|there}, own." },
		{ "broken rules", { { RULES, "\n\nrulse = ( );\n" } },
		    "broken: alice/rules.conf:3: unknown setting rulse (did "
		    "you mean rules?)" },
		{ "rules that are no such file", { { RULES, "\nrules = (;\n" } },
		    "broken: alice/rules.conf:2: syntax error" },
		{ "a pattern in a rule",
		    { { RULES, "rules = ( { name = \"a\";\n"
			"when = { headline = \"(\"; }; do = \"deliver\"; } );"
			} }, "broken: alice/rules.conf:2: rule \"a\": headline: \"(\": "
			"offset 1: missing closing parenthesis" },
		{ "no contacts", { { RULES, KNOWS } },
		    "broken: alice/contacts.txt: No such file or directory" },
		{ "no contacts, but a template of the site's",
		    { { RULES, KNOWS ANSWERS }, { SITES, TEXT("s") } },
		    "broken: alice/contacts.txt: No such file or directory" },
		{ "contacts of another user", { { RULES,
		    "contacts = ( \"../bob/contacts.txt\" );\n" } },
		    "broken: alice/rules.conf:1: contacts: \"../bob/"
		    "contacts.txt\" is not the name of "
		    "a file in this folder" },
		{ "contacts out of a folder below", { { RULES,
		    "contacts = ( \"a//b\" );\n" } },
		    "broken: alice/rules.conf:1: contacts: \"a//b\" is not the name of "
		    "a file in this folder" },
		{ "the folder above for contacts", { { RULES,
		    "contacts = ( \"..\" );\n" } },
		    "broken: alice/rules.conf:1: contacts: \"..\" is not the name of "
		    "a file in this folder" },
		{ "a template of another user", { { RULES, "rules = ( { name = "
		    "\"a\"; when = { }; do = \"reply:../bob/x\"; } );\n" } },
		    "broken: alice/rules.conf:1: rule \"a\": do: \"../bob/x\" "
		    "is not a template's name (small letters, digits and "
		    "\"-\"), or too long" },
		{ "some contacts", { { RULES, KNOWS },
		    { CONTACTS, "Carol Example\n<no@address\nBob Example\n" } },
		    "ok knows-bob: alice/contacts.txt:2: 1 row could not be "
		    "read, the first in this line; people in use: 2" },
		{ "contacts of another format", { { RULES, KNOWS },
		    { CONTACTS, "BEGIN:VCARD\nFN:Bob Example\nEND:VCARD\n" } },
		    "ok knows-bob" },
		{ "contacts that cannot be read", { { RULES, KNOWS },
		    { CONTACTS, "PK\3\4" } },
		    "broken: alice/contacts.txt: a damaged archive (Not a "
		    "zip archive)" },
		{ "no template at all", { { RULES, ANSWERS } },
		    "broken: alice: LAB/templates/hello.txt: No such file or "
		    "directory" },
		{ "the site's template", { { RULES, ANSWERS },
		    { SITES, TEXT("site's") } },
		    "ok hello=Hello {given|there}, site's." },
		{ "the user's before the site's", { { RULES, ANSWERS },
		    { SITES, TEXT("site's") }, { OWN, TEXT("own") } },
		    "ok hello=Hello {given|there}, own." },
		{ "a broken template of the user's, and a good one of the "
		  "site's", { { RULES, ANSWERS }, { SITES, TEXT("site's") },
		    { OWN, "Hello,\n{givn}\n" } },
		    "broken: alice/hello.txt:2: unknown variable {givn}; "
		    "there are {given} and {owner}" },
		{ "a broken template of the site's", { { RULES, ANSWERS },
		    { SITES, "Hello,\n{givn}\n" } },
		    "broken: alice: LAB/templates/hello.txt:2: unknown variable "
		    "{givn}; there are {given} and {owner}" },
	};
	/* clang-format on */
	struct lab *l = *state;

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct folders *f = new_folders(l, 4);

		for (const struct file *file = rows[i].file; file->path != NULL;
		     file++)
			lab_write(l, file->path, file->content);
		check_folder(rows[i].name, l, f, "alice", true, rows[i].want);
		/* And it is news once. */
		check_folder(rows[i].name, l, f, "alice", false, rows[i].want);
		folders_free(f);
		if (rows[i].file[0].path != NULL)
			lab_remove(l, "users");
		if (access(lab_path(l, "templates").text, F_OK) == 0)
			lab_remove(l, "templates");
	}
	folders_free(NULL);
}

/* Whose business a complaint is. */
static void
what_its_user_may_mend(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name;
		struct file file[4];
		mode_t mode; /* of the rules; 0: as it is */
		bool want;
	} rows[] = {
		{ "no folder", { { NULL, NULL } }, 0, false },
		{ "no rules, which somebody may want",
		    { { "users/alice/x", "" } }, 0, false },
		{ "good rules", { { RULES, "" } }, 0, false },
		{ "broken rules", { { RULES, "x" } }, 0, true },
		{ "rules that others may write", { { RULES, "" } }, 0666,
		    true },
		{ "no contacts", { { RULES, KNOWS } }, 0, true },
		{ "some contacts, the others in use", { { RULES, KNOWS },
		    { CONTACTS, "<no@address\nBob Example\n" } }, 0, false },
		{ "a broken template", { { RULES, ANSWERS }, { OWN, "{x}" } },
		    0, true },
		{ "no such template", { { RULES, ANSWERS } }, 0, true },
		{ "a broken template of the site's", { { RULES, ANSWERS },
		    { SITES, "{x}" } }, 0, false },
		{ "no contacts, with a template of the site's",
		    { { RULES, KNOWS ANSWERS }, { SITES, TEXT("s") } }, 0,
		    true },
	};
	/* clang-format on */
	struct lab *l = *state;

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct folders *f = new_folders(l, 4);
		const struct folder *folder;
		bool fresh;

		for (const struct file *file = rows[i].file; file->path != NULL;
		     file++)
			lab_write(l, file->path, file->content);
		if (rows[i].mode != 0)
			assert_int_equal(chmod(lab_path(l, RULES).text,
					     rows[i].mode),
			    0);
		folder = get(f, "alice", &fresh);
		check_number(rows[i].name, folder->for_user, rows[i].want);
		folders_put(f, folder);
		folders_free(f);
		if (rows[i].file[0].path != NULL)
			lab_remove(l, "users");
		if (access(lab_path(l, "templates").text, F_OK) == 0)
			lab_remove(l, "templates");
	}
}

/* What must not be believed; each begins with a good folder for alice. */
static void
link_folder(const struct lab *l)
{
	struct lab_path alice = lab_path(l, "users/alice");

	assert_int_equal(rename(alice.text, lab_path(l, "users/eve").text), 0);
	assert_int_equal(symlink("eve", alice.text), 0);
}

static void
link_rules(const struct lab *l)
{
	struct lab_path rules = lab_path(l, RULES);

	assert_int_equal(rename(rules.text, lab_path(l, "users/x").text), 0);
	assert_int_equal(symlink("../x", rules.text), 0);
}

static void
link_contacts_to_nothing(const struct lab *l)
{
	struct lab_path contacts = lab_path(l, CONTACTS);

	assert_int_equal(unlink(contacts.text), 0);
	assert_int_equal(symlink("nowhere", contacts.text), 0);
}

static void
name_rules_twice(const struct lab *l)
{
	assert_int_equal(link(lab_path(l, RULES).text,
			     lab_path(l, "users/x").text),
	    0);
}

static void
let_group_write_folder(const struct lab *l)
{
	assert_int_equal(chmod(lab_path(l, "users/alice").text, 0770), 0);
}

static void
let_group_write_rules(const struct lab *l)
{
	assert_int_equal(chmod(lab_path(l, RULES).text, 0660), 0);
}

static void
let_others_write_template(const struct lab *l)
{
	assert_int_equal(chmod(lab_path(l, OWN).text, 0602), 0);
}

static void
put_fifo(const struct lab *l)
{
	struct lab_path rules = lab_path(l, RULES);

	assert_int_equal(unlink(rules.text), 0);
	assert_int_equal(mkfifo(rules.text, 0600), 0);
}

static void
put_folder(const struct lab *l)
{
	struct lab_path contacts = lab_path(l, CONTACTS);

	assert_int_equal(unlink(contacts.text), 0);
	assert_int_equal(mkdir(contacts.text, 0700), 0);
}

static void
put_file_for_folder(const struct lab *l)
{
	struct lab_path alice = lab_path(l, "users/alice");

	assert_int_equal(rename(alice.text, lab_path(l, "users/eve").text), 0);
	assert_int_equal(rename(lab_path(l, "users/eve/rules.conf").text,
			     alice.text),
	    0);
}

static void
give_folder_away(const struct lab *l)
{
	assert_int_equal(chown(lab_path(l, "users/alice").text, NOBODY, 0), 0);
}

static void
give_rules_away(const struct lab *l)
{
	assert_int_equal(chown(lab_path(l, RULES).text, NOBODY, 0), 0);
}

/* The owner of the folder above may be anybody, whose files then are fine. */
static void
give_users_away(const struct lab *l)
{
	assert_int_equal(chown(lab_path(l, "users").text, NOBODY, 0), 0);
	give_folder_away(l);
	give_rules_away(l);
}

#define ALL_IS_WELL "ok from=A knows-bob hello=Hello {given|there}, own."

static void
what_others_could_have_written_is_refused(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name;
		void (*spoil)(const struct lab *l);
		bool as_root;
		const char *want;
	} rows[] = {
		{ "a link for the folder", link_folder, false,
		    "broken: alice: a symbolic link, refused" },
		{ "a link for the rules", link_rules, false,
		    "broken: alice/rules.conf: a symbolic link, refused" },
		{ "a link to nothing", link_contacts_to_nothing, false,
		    "broken: alice/contacts.txt: a symbolic link, refused" },
		{ "a second name", name_rules_twice, false,
		    "broken: alice/rules.conf: has 2 names (hard links), "
		    "refused" },
		{ "a folder the group may write", let_group_write_folder,
		    false, "broken: alice: group or others may write it (mode "
		    "0770), refused" },
		{ "rules the group may write", let_group_write_rules, false,
		    "broken: alice/rules.conf: group or others may write it "
		    "(mode 0660), refused" },
		{ "a template others may write", let_others_write_template,
		    false, "broken: alice/hello.txt: group or others may write "
		    "it (mode 0602), refused" },
		{ "a fifo", put_fifo, false, "broken: alice/rules.conf: not a "
		    "regular file, refused" },
		{ "a folder for a file", put_folder, false,
		    "broken: alice/contacts.txt: not a regular file, "
		    "refused" },
		{ "a file for a folder", put_file_for_folder, false,
		    "broken: alice: Not a directory" },
		{ "somebody else's folder", give_folder_away, true,
		    "broken: alice: belongs to user id 65534, refused" },
		{ "somebody else's rules", give_rules_away, true,
		    "broken: alice/rules.conf: belongs to user id 65534, "
		    "refused" },
		{ "files of whose the folder above is", give_users_away, true,
		    ALL_IS_WELL },
	};
	/* clang-format on */
	struct lab *l = *state;

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct folders *f = new_folders(l, 4);

		if (rows[i].as_root && geteuid() != 0)
			continue;
		lab_write(l, RULES, NAMED("A") KNOWS ANSWERS);
		lab_write(l, CONTACTS, "Bob Example\n");
		lab_write(l, OWN, TEXT("own"));
		check_folder(rows[i].name, l, f, "alice", true, ALL_IS_WELL);
		rows[i].spoil(l);
		check_folder(rows[i].name, l, f, "alice", true, rows[i].want);
		check_folder(rows[i].name, l, f, "alice", false, rows[i].want);
		/* Once it is put right it counts at once. */
		lab_remove(l, "users");
		lab_write(l, RULES, NAMED("B"));
		check_folder(rows[i].name, l, f, "alice", true, "ok from=B");
		folders_free(f);
		lab_remove(l, "users");
	}
}

/* A user of the system may own his folder, and so may write what is in it. */
static void
a_system_user_keeps_his_own_files(void **state)
{
	struct lab *l = *state;
	struct folders *f = new_folders(l, 4);
	struct lab_path folder = lab_path(l, "users/nobody");
	struct lab_path rules = lab_path(l, "users/nobody/rules.conf");

	if (geteuid() != 0)
		skip();
	lab_write(l, "users/nobody/rules.conf", NAMED("A"));
	assert_int_equal(chown(rules.text, NOBODY, 0), 0);
	check_folder("root's folder", l, f, "nobody", true,
	    "broken: nobody/rules.conf: belongs to user id 65534, refused");
	assert_int_equal(chown(folder.text, NOBODY, 0), 0);
	assert_int_equal(chmod(rules.text, 0600), 0);
	check_folder("his own", l, f, "nobody", true, "ok from=A");
	check_folder("as it was", l, f, "nobody", false, "ok from=A");
	assert_int_equal(chown(rules.text, 4711, 0), 0);
	check_folder("another's file in it", l, f, "nobody", true,
	    "broken: nobody/rules.conf: belongs to user id 4711, refused");
	assert_int_equal(chown(rules.text, 0, 0), 0);
	check_folder("root's file in it", l, f, "nobody", true, "ok from=A");
	assert_int_equal(chown(folder.text, 4711, 0), 0);
	check_folder("another's folder", l, f, "nobody", true,
	    "broken: nobody: belongs to user id 4711, refused");
	check_folder("as it was", l, f, "nobody", false,
	    "broken: nobody: belongs to user id 4711, refused");
	assert_int_equal(chown(folder.text, 0, 0), 0);
	check_folder("root's again", l, f, "nobody", true, "ok from=A");
	folders_free(f);
}

/* One thing that happens to the files, and what is then in force. */
static void
a_change_counts_from_the_next_message(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name;
		struct file file; /* removed where there is no content */
		bool fresh;
		const char *want;
	} rows[] = {
		{ "nothing", { NULL, NULL }, true, "missing" },
		{ "still nothing", { NULL, NULL }, false, "missing" },
		{ "another user's", { "users/bob/rules.conf", "" }, false,
		    "missing" },
		{ "rules", { RULES, NAMED("A") }, true, "ok from=A" },
		{ "as they were", { NULL, NULL }, false, "ok from=A" },
		{ "a file nobody asks for", { CONTACTS, "Bob Example\n" },
		    false, "ok from=A" },
		{ "other rules", { RULES, NAMED("BB") KNOWS }, true,
		    "ok from=BB knows-bob" },
		{ "as many octets", { RULES, NAMED("CC") KNOWS }, true,
		    "ok from=CC knows-bob" },
		{ "other contacts", { CONTACTS, "Carol Example\n" }, true,
		    "ok from=CC" },
		{ "no contacts", { CONTACTS, NULL }, true,
		    "kept from=CC: alice/contacts.txt: No such file or "
		    "directory" },
		{ "still none", { NULL, NULL }, false,
		    "kept from=CC: alice/contacts.txt: No such file or "
		    "directory" },
		{ "contacts again", { CONTACTS, "Bob Example\n" }, true,
		    "ok from=CC knows-bob" },
		{ "broken rules", { RULES, "x = 1;" }, true,
		    "kept from=CC knows-bob: alice/rules.conf:1: unknown setting x" },
		{ "broken in another way", { RULES, "y = 1;" }, true,
		    "kept from=CC knows-bob: alice/rules.conf:1: unknown setting y" },
		{ "contacts do not mend them", { CONTACTS, "Carol Example\n" },
		    false, "kept from=CC knows-bob: alice/rules.conf:1: unknown setting y" },
		{ "rules with an answer", { RULES, ANSWERS }, true,
		    "kept from=CC knows-bob: alice: LAB/templates/hello.txt: "
		    "No such file or directory" },
		{ "its template", { OWN, TEXT("one") }, true,
		    "ok hello=Hello {given|there}, one." },
		{ "another text", { OWN, TEXT("two") }, true,
		    "ok hello=Hello {given|there}, two." },
		{ "one of the site's does not count", { SITES, TEXT("s") },
		    false, "ok hello=Hello {given|there}, two." },
		{ "but without the own one", { OWN, NULL }, true,
		    "ok hello=Hello {given|there}, s." },
		{ "and with one again", { OWN, TEXT("three") }, true,
		    "ok hello=Hello {given|there}, three." },
		{ "no rules", { RULES, NULL }, true,
		    "broken: alice/rules.conf: No such file or directory" },
		{ "no folder", { "users/alice", NULL }, true, "missing" },
		{ "no folder of users", { "users", NULL }, false, "missing" },
		{ "all anew", { RULES, NAMED("D") }, true, "ok from=D" },
		{ "again no folder of users", { "users", NULL }, true,
		    "missing" },
	};
	/* clang-format on */
	struct lab *l = *state;
	struct folders *f = new_folders(l, 4);

	for (size_t i = 0; i < LENGTH(rows); i++) {
		const struct file *file = &rows[i].file;

		if (file->content != NULL)
			lab_write(l, file->path, file->content);
		else if (file->path != NULL)
			lab_remove(l, file->path);
		check_folder(rows[i].name, l, f, "alice", rows[i].fresh,
		    rows[i].want);
	}
	folders_free(f);
}

/* Nor is it that we have no descriptor for one of the things we open. */
static void
what_cannot_be_opened_now_is_read_later(void **state)
{
	struct lab *l = *state;
	struct rlimit old, small;
	int next = dup(0), failed = 0;
	bool ok = false;

	close(next);
	lab_write(l, RULES, NAMED("A") KNOWS);
	lab_write(l, CONTACTS, "Bob Example\n");
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	small = old;
	for (int room = 0; !ok && room < 10; room++) {
		struct folders *f = new_folders(l, 4);
		const struct folder *folder;
		struct err e = ERR_NONE;
		bool fresh;

		small.rlim_cur = (rlim_t)(next + room);
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &small), 0);
		folder = folders_get(f, "alice", &fresh, &e);
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
		ok = folder != NULL;
		if (ok)
			check_number("state", folder->state, FOLDER_OK);
		else
			check_contains("why", e.text, "Too many open files");
		failed += !ok;
		folders_put(f, folder);
		check_folder("later", l, f, "alice", !ok,
		    "ok from=A knows-bob");
		folders_free(f);
	}
	assert_true(ok);
	assert_true(failed > 1);
}

/* A template of the site's that appears mends the folder it was missing in. */
static void
the_sites_templates_count_when_they_come(void **state)
{
	struct lab *l = *state;
	struct folders *f = new_folders(l, 4);

	lab_write(l, RULES, ANSWERS);
	check_folder("none", l, f, "alice", true,
	    "broken: alice: LAB/templates/hello.txt: No such file or "
	    "directory");
	lab_write(l, SITES, TEXT("one"));
	check_folder("one", l, f, "alice", true,
	    "ok hello=Hello {given|there}, one.");
	lab_write(l, SITES, TEXT("two"));
	check_folder("changed", l, f, "alice", true,
	    "ok hello=Hello {given|there}, two.");
	check_folder("as it was", l, f, "alice", false,
	    "ok hello=Hello {given|there}, two.");
	folders_free(f);
}

/* Rules that name so many templates, t1, t2, ... */
static void
write_answers(struct lab *l, int count)
{
	struct text rules = TEXT_INIT(LIMIT_RULES_SIZE);

	text_add_string(&rules, "rules = ( ");
	for (int i = 1; i <= count; i++)
		text_addf(&rules,
		    "%s{ name = \"%d\"; when = { }; do = \"reply:t%d\"; }",
		    i == 1 ? "" : ", ", i, i);
	text_add_string(&rules, " );\n");
	assert_true(text_ok(&rules));
	lab_write(l, RULES, text_string(&rules));
	text_free(&rules);
}

/* The user's own, each of them, and the site's behind them. */
static void
every_rule_may_have_a_template_of_its_own(void **state)
{
	struct lab *l = *state;
	struct folders *f = new_folders(l, 4);
	char path[64];

	for (int i = 1; i <= LIMIT_USER_RULES; i++) {
		snprintf(path, sizeof(path), "templates/t%d.txt", i);
		lab_write(l, path, TEXT("site's"));
	}
	write_answers(l, LIMIT_USER_RULES);
	check_folder("the site's", l, f, "alice", true, "ok");
	for (int i = 1; i <= LIMIT_USER_RULES; i++) {
		snprintf(path, sizeof(path), "users/alice/t%d.txt", i);
		lab_write(l, path, TEXT("own"));
		check_folder("one more of his own", l, f, "alice", true, "ok");
	}
	lab_write(l, path, "{");
	check_folder("the last", l, f, "alice", true,
	    "kept: alice/t100.txt:1: a \"{\" without its \"}\"");
	folders_free(f);
}

static void
any_name_that_is_a_users_is_a_folders(void **state)
{
	static const char *const names[] = { "a", "0", "a.b_c-d", "a+b",
		"alice@example.net", "x-" };
	char longest[LIMIT_USER_NAME_SIZE + 1], path[200];
	struct lab *l = *state;
	struct folders *f = new_folders(l, 2);

	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	for (size_t i = 0; i <= LENGTH(names); i++) {
		const char *name = i < LENGTH(names) ? names[i] : longest;

		check_folder(name, l, f, name, true, "missing");
		snprintf(path, sizeof(path), "users/%s/rules.conf", name);
		lab_write(l, path, NAMED("A"));
		check_folder(name, l, f, name, true, "ok from=A");
		check_folder(name, l, f, name, false, "ok from=A");
	}
	folders_free(f);
}

static void
the_one_not_asked_for_longest_makes_room(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name;
		size_t most;
		const char *asked, *fresh; /* a letter each; 'f' for fresh */
	} rows[] = {
		{ "all fit", 3, "abcabc", "fff..." },
		{ "the first one goes", 2, "abcbca", "fff..f" },
		{ "unless it was asked for", 2, "abacab", "ff.f.f" },
		{ "one place", 1, "aabbab", "f.f.ff" },
		{ "a changed one takes its own place", 2, "abAb", "fff." },
		{ "in a small one too", 1, "aAaa", "ff.." },
	};
	/* clang-format on */
	struct lab *l = *state;
	char path[32], user[2] = "", rules[64];
	int version = 0;

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct folders *f = new_folders(l, rows[i].most);

		for (const char *c = rows[i].asked; *c != '\0'; c++) {
			const struct folder *folder;
			bool fresh;

			user[0] = byte_lower(*c);
			snprintf(path, sizeof(path), "users/%s/rules.conf",
			    user);
			snprintf(rules, sizeof(rules), NAMED("%d"), ++version);
			/* A capital letter: after a change. */
			if (*c != user[0] ||
			    access(lab_path(l, path).text, F_OK) != 0)
				lab_write(l, path, rules);
			folder = get(f, user, &fresh);
			check_number(rows[i].name, fresh,
			    rows[i].fresh[c - rows[i].asked] == 'f');
			folders_put(f, folder);
		}
		folders_free(f);
	}
}

static void
what_is_held_stays_whatever_becomes_of_it(void **state)
{
	struct lab *l = *state;
	struct folders *f = new_folders(l, 1);
	const struct folder *first, *again, *second, *other;
	struct text got = TEXT_INIT(1000);
	bool fresh;

	lab_write(l, RULES, NAMED("A") ANSWERS);
	lab_write(l, OWN, TEXT("own"));
	lab_write(l, "users/bob/rules.conf", NAMED("B"));
	first = get(f, "alice", &fresh);
	again = get(f, "alice", &fresh);
	assert_ptr_equal(first, again);
	assert_false(fresh);
	other = get(f, "bob", &fresh); /* puts alice out */
	assert_true(fresh);
	lab_write(l, RULES, NAMED("C"));
	second = get(f, "alice", &fresh); /* puts bob out */
	assert_true(fresh);
	folders_put(f, again);
	lab_remove(l, "users");
	describe(l, first, &got);
	text_add_string(&got, "; ");
	describe(l, second, &got);
	text_add_string(&got, "; ");
	describe(l, other, &got);
	check_string("held", text_string(&got),
	    "ok from=A hello=Hello {given|there}, own.; ok from=C; ok from=B");
	folders_put(f, other);
	folders_put(f, first);
	folders_put(f, second);
	folders_put(f, NULL);
	text_free(&got);
	folders_free(f);
}

/* It may fail the message, but not make a broken folder of a good one. */
static void
memory_that_runs_out_is_not_the_users_fault(void **state)
{
	struct lab *l = *state;
	unsigned n;

	lab_write(l, RULES, NAMED("A") KNOWS ANSWERS);
	lab_write(l, CONTACTS, "Bob Example\n");
	lab_write(l, SITES, TEXT("s"));
	for (n = 1; oom_next(n); n++) {
		struct lab_path users = lab_path(l, "users");
		struct lab_path templates = lab_path(l, "templates");
		struct err e = ERR_NONE;
		struct folders *f =
		    folders_new(users.text, templates.text, 4, &e);
		const struct folder *folder = NULL;
		bool fresh;

		if (f != NULL)
			folder = folders_get(f, "alice", &fresh, &e);
		if (folder == NULL) {
			assert_true(oom_happened());
			check_contains("why", e.text, "emory");
		} else {
			check_number("state", folder->state, FOLDER_OK);
			folders_put(f, folder);
		}
		if (f != NULL && oom_happened())
			check_folder("again", l, f, "alice", folder == NULL,
			    "ok from=A knows-bob hello=Hello {given|there}, "
			    "s.");
		folders_free(f);
	}
	assert_true(n > 20);
}

/* Threads that ask while files are replaced. */
enum { READERS = 4, VERSIONS = 150 };

static const char *const users[] = { "alice", "bob", "carol" };

struct crowd {
	struct lab *lab;
	struct folders *folders;
	pthread_barrier_t start;
	atomic_bool done;
	atomic_uint torn, failed;
	unsigned late;
};

/*
 * Version n of a user's rules: its name and number of rules say the same, and
 * versions differ in size, so that no two look alike.
 */
static void
write_version(struct lab *l, const char *user, int n, struct text *rules)
{
	char path[64];

	snprintf(path, sizeof(path), "users/%s/rules.conf", user);
	text_clear(rules);
	text_addf(rules, "from_name = \"%s %d\";\nrules = ( ", user, n);
	for (int i = 0; i <= n % 7; i++)
		text_addf(rules,
		    "%s{ name = \"%d\"; when = { }; do = "
		    "\"deliver\"; }",
		    i == 0 ? "" : ", ", i);
	text_addf(rules, " );\n#%*s\n", n, "");
	lab_replace(l, path, text_string(rules));
}

/*
 * Whether the rules are one version of this user's as a whole.  Carol's are
 * removed at times.
 */
static bool
is_whole(const struct folder *folder, const char *user)
{
	struct view name;
	unsigned long long n;
	size_t size = strlen(user);

	if (folder->state != FOLDER_OK)
		return user[0] == 'c';
	name = rules_from_name(folder->rules);
	return view_equal(view_part(name, 0, size), view_of(user)) &&
	    view_number(view_part(name, size + 1, VIEW_NONE), VERSIONS, &n) ==
	    0 &&
	    rules_count(folder->rules) == n % 7 + 1;
}

/* Whether that version is in force, once it is in place. */
static bool
is_version(struct folders *f, const char *user, int n)
{
	bool fresh, is = false;
	const struct folder *folder = get(f, user, &fresh);
	char want[32];

	snprintf(want, sizeof(want), "%s %d", user, n);
	if (folder->state == FOLDER_OK)
		is = view_equal(rules_from_name(folder->rules), view_of(want));
	folders_put(f, folder);
	return is;
}

static void *
ask_often(void *arg)
{
	struct crowd *c = arg;
	const struct folder *last = NULL;
	size_t turn = 0, held = 0;
	bool fresh;

	pthread_barrier_wait(&c->start);
	while (!c->done || turn < LENGTH(users)) {
		size_t which = turn++ % LENGTH(users);
		const struct folder *folder =
		    folders_get(c->folders, users[which], &fresh, NULL);

		if (folder == NULL)
			c->failed++;
		else if (!is_whole(folder, users[which]))
			c->torn++;
		/* The one before is held meanwhile, and still whole. */
		if (last != NULL && !is_whole(last, users[held]))
			c->torn++;
		folders_put(c->folders, last);
		last = folder;
		held = which;
	}
	folders_put(c->folders, last);
	return NULL;
}

static void
threads_see_a_whole_old_or_a_whole_new_file(void **state)
{
	static const size_t sizes[] = { 1, 2, 8 };
	struct lab *l = *state;
	struct text rules = TEXT_INIT(LIMIT_RULES_SIZE);

	for (size_t i = 0; i < LENGTH(sizes); i++) {
		struct crowd c = { .lab = l,
			.folders = new_folders(l, sizes[i]) };
		pthread_t thread[READERS];

		for (size_t u = 0; u < LENGTH(users); u++) {
			char path[64];

			snprintf(path, sizeof(path), "users/%s/rules.conf",
			    users[u]);
			lab_write(l, path, "");
			write_version(l, users[u], 0, &rules);
		}
		pthread_barrier_init(&c.start, NULL, READERS + 1);
		for (size_t t = 0; t < READERS; t++)
			assert_int_equal(pthread_create(&thread[t], NULL,
					     ask_often, &c),
			    0);
		pthread_barrier_wait(&c.start);
		for (int n = 1; n <= VERSIONS; n++) {
			write_version(l, "alice", n, &rules);
			write_version(l, "bob", n, &rules);
			unlink(lab_path(l, "users/carol/rules.conf").text);
			write_version(l, "carol", n, &rules);
			for (size_t u = 0; u < LENGTH(users); u++)
				c.late += !is_version(c.folders, users[u], n);
		}
		c.done = true;
		for (size_t t = 0; t < READERS; t++)
			pthread_join(thread[t], NULL);
		check_number("torn", c.torn, 0);
		check_number("late", c.late, 0);
		check_number("failed", c.failed, 0);
		pthread_barrier_destroy(&c.start);
		folders_free(c.folders);
	}
	text_free(&rules);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, lab_open, lab_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_in_a_folder),
		TEST(what_its_user_may_mend),
		TEST(what_others_could_have_written_is_refused),
		TEST(a_system_user_keeps_his_own_files),
		TEST(a_change_counts_from_the_next_message),
		TEST(the_sites_templates_count_when_they_come),
		TEST(every_rule_may_have_a_template_of_its_own),
		TEST(any_name_that_is_a_users_is_a_folders),
		TEST(the_one_not_asked_for_longest_makes_room),
		TEST(what_is_held_stays_whatever_becomes_of_it),
		TEST(memory_that_runs_out_is_not_the_users_fault),
		TEST(what_cannot_be_opened_now_is_read_later),
		TEST(threads_see_a_whole_old_or_a_whole_new_file),
	};

	return cmocka_run_group_tests_name("folders", tests, lab_begin,
	    lab_end);
}
