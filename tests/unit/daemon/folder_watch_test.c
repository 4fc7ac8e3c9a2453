// SPDX-License-Identifier: BSD-2-Clause
/*
 * folder_watch_test.c - files that are being written, and what it costs to see
 * that nothing has changed.
 *
 * The calls that are counted stand in place of the C library's.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/limits.h"
#include "daemon/folders.h"
#include "t.h"
#include "unit/daemon/lab.h"

#define ALICE "users/alice"
#define RULES "users/alice/rules.conf"
#define CONTACTS "users/alice/contacts.txt"
#define OWN "users/alice/hello.txt"
#define SITES "templates/hello.txt"
#define NAMED(name) "from_name = \"" name "\";\n"
#define KNOWS "contacts = ( \"contacts.txt\" );\n"
#define ANSWERS                                                          \
	"rules = ( { name = \"a\"; when = { }; do = \"reply:hello\"; } " \
	");\n"

enum { SETTLE = LIMIT_FOLDER_SETTLE_MS };

static struct {
	int by_name, open;
} stats;

int
fstatat(int dir, const char *restrict name, struct stat *restrict st, int flags)
{
	stats.by_name++;
	return (int)syscall(SYS_newfstatat, dir, name, st, flags);
}

int
fstat(int fd, struct stat *st)
{
	stats.open++;
	return (int)syscall(SYS_fstat, fd, st);
}

static int64_t
wall_ms(void *arg)
{
	const int64_t *now_ms = arg;

	return *now_ms;
}

static int64_t
steady_us(void *arg)
{
	return 1000 * wall_ms(arg);
}

enum what {
	END,
	REPLACE, /* by rename(2) */
	WRITE,   /* in place, from its begin */
	APPEND,
	REMOVE,
	AHEAD, /* its time of the last write is set far into the future */
	BACK,  /* or far back */
	AT,    /* it is so long after the last write of the file, or change of
		  the folder */
	GET
};

struct step {
	enum what what;
	const char *path, *words; /* GET: fresh, or NULL; and what it is */
	int ms;
};

struct fixture {
	struct lab *lab;
	int64_t now_ms;
	struct clock clock;
	struct folders *folders;
};

static void
open_fixture(struct fixture *f, struct lab *l)
{
	struct err e = ERR_NONE;

	*f = (struct fixture){ .lab = l, .now_ms = 0 };
	f->clock = (struct clock){ wall_ms, steady_us, &f->now_ms };
	f->folders = folders_new(lab_path(l, "users").text,
	    lab_path(l, "templates").text, 4, &e);
	if (f->folders == NULL)
		fail_msg("%s", e.text);
	folders_settle(f->folders, &f->clock, SETTLE);
}

static void
write_in_place(const struct lab *l, const struct step *s)
{
	FILE *file =
	    fopen(lab_path(l, s->path).text, s->what == APPEND ? "a" : "w");

	assert_non_null(file);
	assert_true(fputs(s->words, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void
set_time(const struct lab *l, const char *path, time_t seconds)
{
	const struct timespec to[2] = { { seconds, 0 }, { seconds, 0 } };

	assert_int_equal(utimensat(AT_FDCWD, lab_path(l, path).text, to, 0), 0);
}

/* The clock of the file system and ours are the same one. */
static void
set_clock(struct fixture *f, const struct step *s)
{
	struct stat st;

	assert_int_equal(stat(lab_path(f->lab, s->path).text, &st), 0);
	f->now_ms = (int64_t)st.st_ctim.tv_sec * 1000 +
	    st.st_ctim.tv_nsec / 1000000 + s->ms;
}

static const struct folder *
get(struct fixture *f, bool *fresh)
{
	struct err e = ERR_NONE;
	const struct folder *folder =
	    folders_get(f->folders, "alice", fresh, &e);

	if (folder == NULL)
		fail_msg("%s", e.text);
	return folder;
}

static void
check_get(const char *name, struct fixture *f, const struct step *s)
{
	static const char *const states[] = { [FOLDER_OK] = "ok",
		[FOLDER_MISSING] = "missing",
		[FOLDER_BROKEN] = "broken",
		[FOLDER_SETTLING] = "settling" };
	struct text got = TEXT_INIT(1000);
	bool fresh;
	const struct folder *folder = get(f, &fresh);
	struct contacts_match match;

	text_addf(&got, "%s", folder->kept ? "kept" : states[folder->state]);
	if (folder->state == FOLDER_OK) {
		text_addf(&got, " %.*s",
		    VIEW_ARG(rules_from_name(folder->rules)));
		contacts_find(folder->contacts, VIEW("Bob Example"), VIEW(""),
		    VIEW(""), &match);
		text_add_string(&got, match.known != KNOWN_NO ? " bob" : "");
	}
	if (folder->complaint != NULL)
		text_addf(&got, ": %s", folder->complaint);
	check_string(name, text_string(&got), s->words);
	check_number(name, fresh, s->path != NULL);
	folders_put(f->folders, folder);
	text_free(&got);
}

static void
take(const char *name, struct fixture *f, const struct step *s)
{
	switch (s->what) {
	case REPLACE:
		lab_write(f->lab, s->path, s->words);
		break;
	case WRITE:
	case APPEND:
		write_in_place(f->lab, s);
		break;
	case REMOVE:
		lab_remove(f->lab, s->path);
		break;
	case AHEAD:
		set_time(f->lab, s->path, INT64_C(4102444800));
		break;
	case BACK:
		set_time(f->lab, s->path, 1000000);
		break;
	case AT:
		set_clock(f, s);
		break;
	case GET:
		check_get(name, f, s);
		break;
	case END:
		break;
	}
}

#define FRESH "fresh"
/* A good folder that is in force. */
#define GOOD(rules)                                                    \
	{ REPLACE, CONTACTS, "Bob Example\n", 0 },                     \
	    { REPLACE, RULES, rules, 0 }, { AT, RULES, NULL, SETTLE }, \
	    { GET, FRESH, "ok A bob", 0 },                             \
	{                                                              \
		GET, NULL, "ok A bob", 0                               \
	}

/* clang-format off */
static const struct {
	const char *name;
	struct step step[20];
} being_written[] = {
	{ "rules in place, of which each part is without a mistake",
	    { GOOD(NAMED("A") KNOWS), { WRITE, RULES, "", 0 },
		{ AT, RULES, NULL, 0 }, { GET, NULL, "ok A bob", 0 },
		{ APPEND, RULES, NAMED("B"), 0 },
		{ AT, RULES, NULL, SETTLE - 1 },
		{ GET, NULL, "ok A bob", 0 },
		{ APPEND, RULES, KNOWS, 0 }, { AT, RULES, NULL, 1 },
		{ GET, NULL, "ok A bob", 0 },
		{ AT, RULES, NULL, SETTLE },
		{ GET, FRESH, "ok B bob", 0 },
		{ GET, NULL, "ok B bob", 0 } } },
	{ "rules in place, of which one has",
	    { GOOD(NAMED("A") KNOWS), { WRITE, RULES, "from_na", 0 },
		{ AT, RULES, NULL, SETTLE - 1 },
		{ GET, NULL, "ok A bob", 0 },
		{ AT, RULES, NULL, SETTLE },
		{ GET, FRESH, "kept A bob: alice/rules.conf:2: syntax "
		    "error", 0 },
		{ GET, NULL, "kept A bob: alice/rules.conf:2: syntax "
		    "error", 0 },
		{ APPEND, RULES, "me = \"B\";", 0 },
		{ AT, RULES, NULL, 0 },
		{ GET, NULL, "kept A bob: alice/rules.conf:2: syntax "
		    "error", 0 },
		{ AT, RULES, NULL, SETTLE },
		{ GET, FRESH, "ok B", 0 } } },
	{ "other rules by rename(2) wait as well",
	    { GOOD(NAMED("A") KNOWS), { REPLACE, RULES, NAMED("B"), 0 },
		{ AT, RULES, NULL, SETTLE - 1 },
		{ GET, NULL, "ok A bob", 0 },
		{ AT, RULES, NULL, SETTLE },
		{ GET, FRESH, "ok B", 0 } } },
	{ "unless they were written some time ago",
	    { GOOD(NAMED("A") KNOWS), { REPLACE, RULES, NAMED("B"), 0 },
		{ BACK, RULES, NULL, 0 }, { BACK, ALICE, NULL, 0 },
		{ AT, RULES, NULL, 0 }, { GET, FRESH, "ok B", 0 } } },
	{ "a time to come is not waited for",
	    { GOOD(NAMED("A") KNOWS), { REPLACE, RULES, NAMED("B"), 0 },
		{ AHEAD, RULES, NULL, 0 }, { AT, RULES, NULL, 0 },
		{ GET, NULL, "ok A bob", 0 },
		{ AT, RULES, NULL, SETTLE },
		{ GET, FRESH, "ok B", 0 } } },
	{ "a clock that was set back",
	    { GOOD(NAMED("A") KNOWS), { REPLACE, RULES, NAMED("B"), 0 },
		{ AT, RULES, NULL, 1 - SETTLE },
		{ GET, NULL, "ok A bob", 0 },
		{ AT, RULES, NULL, -SETTLE },
		{ GET, FRESH, "ok B", 0 } } },
	{ "contacts in place",
	    { GOOD(NAMED("A") KNOWS), { WRITE, CONTACTS, "Carol Example", 0 },
		{ AT, CONTACTS, NULL, SETTLE - 1 },
		{ GET, NULL, "ok A bob", 0 },
		{ AT, CONTACTS, NULL, SETTLE },
		{ GET, FRESH, "ok A", 0 } } },
	{ "contacts, and rules that name them only now",
	    { GOOD(NAMED("A") KNOWS), { REPLACE, RULES,
		"contacts = ( \"b.txt\" );", 0 },
		{ BACK, RULES, NULL, 0 },
		{ WRITE, ALICE "/b.txt", "Carol Example", 0 },
		{ AT, ALICE "/b.txt", NULL, 0 },
		{ GET, NULL, "ok A bob", 0 },
		{ AT, ALICE "/b.txt", NULL, SETTLE },
		{ GET, FRESH, "ok ", 0 } } },
	{ "a template in place",
	    { { REPLACE, SITES, "Hello, site\n", 0 },
		GOOD(NAMED("A") KNOWS ANSWERS),
		{ WRITE, SITES, "{", 0 }, { AT, SITES, NULL, 0 },
		{ GET, NULL, "ok A bob", 0 },
		{ APPEND, SITES, "given}, hello.\n", 0 },
		{ AT, SITES, NULL, SETTLE },
		{ GET, FRESH, "ok A bob", 0 } } },
	{ "rules that are gone for a moment",
	    { GOOD(NAMED("A") KNOWS), { REMOVE, RULES, NULL, 0 },
		{ AT, ALICE, NULL, SETTLE - 1 },
		{ GET, NULL, "ok A bob", 0 },
		{ WRITE, RULES, NAMED("B"), 0 },
		{ AT, RULES, NULL, SETTLE },
		{ GET, FRESH, "ok B", 0 } } },
	{ "rules that are gone",
	    { GOOD(NAMED("A") KNOWS), { REMOVE, RULES, NULL, 0 },
		{ AT, ALICE, NULL, SETTLE },
		{ GET, FRESH, "broken: alice/rules.conf: No such file "
		    "or directory", 0 } } },
	{ "a folder that is gone",
	    { GOOD(NAMED("A") KNOWS), { REMOVE, ALICE, NULL, 0 },
		{ AT, "users", NULL, SETTLE - 1 },
		{ GET, NULL, "ok A bob", 0 },
		{ AT, "users", NULL, SETTLE },
		{ GET, FRESH, "missing", 0 } } },
	{ "the first rules of a user",
	    { { WRITE, "x", "", 0 }, { REPLACE, CONTACTS, "", 0 },
		{ WRITE, RULES, "", 0 }, { AT, RULES, NULL, 0 },
		{ GET, FRESH, "settling: alice/rules.conf: being "
		    "written", 0 },
		{ GET, NULL, "settling: alice/rules.conf: being "
		    "written", 0 },
		{ APPEND, RULES, NAMED("A"), 0 },
		{ AT, RULES, NULL, SETTLE },
		{ GET, FRESH, "ok A", 0 } } },
	{ "rules that may not be read have to go at once",
	    { GOOD(NAMED("A") KNOWS), { WRITE, "mode", "", 0 },
		{ GET, FRESH, "broken: alice/rules.conf: group or "
		    "others may write it (mode 0666), refused", 0 } } },
};
/* clang-format on */

static void
what_is_being_written_is_not_believed(void **state)
{
	struct lab *l = *state;

	for (size_t i = 0; i < LENGTH(being_written); i++) {
		struct fixture f;

		open_fixture(&f, l);
		for (const struct step *s = being_written[i].step;
		     s->what != END; s++) {
			take(being_written[i].name, &f, s);
			/* What is written to "mode" stands for chmod(2). */
			if (s->path != NULL && strcmp(s->path, "mode") == 0) {
				assert_int_equal(chmod(lab_path(l, RULES).text,
						     0666),
				    0);
				take(being_written[i].name, &f,
				    &(struct step){ AT, RULES, NULL, SETTLE });
			}
		}
		folders_free(f.folders);
		lab_remove(l, "users");
	}
}

/* Rewrites the rules in place, once, when the clock is looked at. */
struct writer {
	int64_t now_ms; /* the first member, for steady_us() */
	struct fixture *f;
	int in; /* so many looks */
};

static int64_t
write_meanwhile(void *arg)
{
	struct writer *w = arg;
	const struct lab *l = w->f->lab;
	const struct timespec now = { .tv_sec = w->now_ms / 1000,
		.tv_nsec = w->now_ms % 1000 * 1000000 };

	if (w->in-- > 0)
		return w->now_ms;
	if (w->in == -1) {
		write_in_place(l,
		    &(struct step){ WRITE, RULES, NAMED("C"), 0 });
		assert_int_equal(utimensat(AT_FDCWD, lab_path(l, RULES).text,
				     (struct timespec[]){ now, now }, 0),
		    0);
	}
	return w->now_ms;
}

/* Wherever in between somebody writes: what was read then is not believed. */
static void
what_is_written_while_it_is_read_is_not_believed(void **state)
{
	struct lab *l = *state;
	bool ended = false;

	for (int at = 0; !ended; at++) {
		const struct step after = { AT, RULES, NULL, SETTLE };
		struct fixture f;
		struct writer w = { .f = &f, .in = at };
		const struct clock clock = { write_meanwhile, steady_us, &w };
		const struct folder *folder;
		struct err e = ERR_NONE;
		bool fresh;

		open_fixture(&f, l);
		lab_write(l, CONTACTS, "Bob Example\n");
		lab_write(l, RULES, NAMED("A") KNOWS);
		take("", &f, &after);
		check_get("A", &f, &(struct step){ GET, FRESH, "ok A bob", 0 });
		lab_write(l, RULES, NAMED("B") KNOWS);
		take("", &f, &after);
		w.now_ms = f.now_ms;
		folders_settle(f.folders, &clock, SETTLE);
		folder = folders_get(f.folders, "alice", &fresh, &e);
		assert_non_null(folder);
		ended = w.in >= 0;
		check_view("meanwhile", rules_from_name(folder->rules),
		    ended ? "B" : "A");
		folders_put(f.folders, folder);
		folders_free(f.folders);
		lab_remove(l, "users");
		assert_true(at < 100);
	}
}

/*
 * One message looks at each file once, however many addresses its user has;
 * fstat(2) is for what was opened: the folder, and the one above it.
 */
static void
a_message_looks_at_each_file_once(void **state)
{
	static const struct {
		const char *name, *rules, *recipients;
		int files, folders;
	} rows[] = {
		{ "rules", "", "alice@example.net", 1, 2 },
		{ "rules and contacts", KNOWS, "alice@example.net", 2, 2 },
		{ "a template, which was looked for in the folder first",
		    KNOWS ANSWERS, "alice@example.net", 4, 2 },
		{ "two addresses of one user", KNOWS,
		    "alice@example.net alice+more@example.net", 2, 2 },
		{ "two users", KNOWS, "alice@example.net bob@example.net", 4,
		    4 },
		{ "a user without a folder, which is no link either", "",
		    "alice@example.net dora@example.net", 2, 2 },
	};
	struct lab *l = *state;

	for (size_t i = 0; i < LENGTH(rows); i++) {
		static const struct lab_settings settings = { NULL };
		struct world w = { .clock = &l->clock, .host = "mx" };
		struct lab_mail mail;
		struct site *site;

		lab_configure(l, &settings);
		lab_write(l, RULES, rows[i].rules);
		lab_write(l, CONTACTS, "Bob Example\n");
		lab_write(l, "users/bob/rules.conf", rows[i].rules);
		lab_write(l, "users/bob/contacts.txt", "Bob Example\n");
		lab_write(l, SITES, "Hello, site\n");
		site = lab_site(l);
		lab_mail_open(l, &mail, "invitation-2016-05.eml", NULL,
		    rows[i].recipients);
		for (int nth = 0; nth < 3; nth++) {
			struct err e = ERR_NONE;
			struct decision d;

			memset(&stats, 0, sizeof(stats));
			assert_int_equal(engine_decide(site, &w, &mail.message,
					     &d, &e),
			    0);
			decision_free(&d);
			if (nth == 0)
				continue; /* it reads them */
			check_number(rows[i].name, stats.by_name,
			    rows[i].files);
			check_number(rows[i].name, stats.open, rows[i].folders);
		}
		lab_mail_close(&mail);
		site_drop(site);
		lab_remove(l, "users");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    what_is_being_written_is_not_believed, lab_open, lab_close),
		cmocka_unit_test_setup_teardown(
		    what_is_written_while_it_is_read_is_not_believed, lab_open,
		    lab_close),
		cmocka_unit_test_setup_teardown(
		    a_message_looks_at_each_file_once, lab_open, lab_close),
	};

	return cmocka_run_group_tests_name("folder_watch", tests, lab_begin,
	    lab_end);
}
