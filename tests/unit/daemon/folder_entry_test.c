// SPDX-License-Identifier: BSD-2-Clause
/*
 * folder_entry_test.c - how often the system's users are asked whose a folder
 * is.
 *
 * The password database is a fake, in place of the C library's.
 */
#include "daemon/folder_entry.h"

#include "daemon/folder_watch.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "t.h"
#include "unit/daemon/lab.h"

enum { DORA = 4711, STRANGER = 4712 };

static struct {
	int asked;
	bool is_there; /* "dora" */
	size_t least;  /* octets that her entry takes */
} database;

int
getpwnam_r(const char *name, struct passwd *entry, char *buffer, size_t size,
    struct passwd **found)
{
	(void)buffer;
	*found = NULL;
	database.asked++;
	if (size < database.least)
		return ERANGE;
	if (!database.is_there || strcmp(name, "dora") != 0)
		return 0;
	memset(entry, 0, sizeof(*entry));
	entry->pw_uid = DORA;
	*found = entry;
	return 0;
}

static int64_t
fake_us(void *arg)
{
	const int64_t *us = arg;

	return *us;
}

enum what {
	END,
	PASS,    /* so many seconds */
	CHOWN,   /* to that user */
	TOUCH,   /* the folder, so that it is another state */
	COME,    /* dora becomes a user */
	CURRENT, /* is it? */
	READ     /* anew */
};

struct step {
	enum what what;
	long value;
	bool want;
	int asked; /* by it */
};

/* An entry, and what it was made of. */
struct fixture {
	struct lab *lab;
	int64_t now_us;
	struct clock clock;
	struct folder_source source;
	struct folder_entry *en;
	struct err e;
};

static void
read_entry(struct fixture *f)
{
	folder_entry_free(f->en);
	f->en = folder_entry_read(&f->source, "dora", NULL, &f->e);
	if (f->en == NULL)
		fail_msg("%s", f->e.text);
}

static void
take(struct fixture *f, const char *name, const struct step *step)
{
	const char *folder = lab_path(f->lab, "users/dora").text;
	int before = database.asked;

	switch (step->what) {
	case PASS:
		f->now_us += step->value * 1000000;
		break;
	case CHOWN:
		assert_int_equal(chown(folder, (uid_t)step->value, 0), 0);
		break;
	case TOUCH:
		lab_write(f->lab, "users/dora/other", "");
		break;
	case COME:
		database.is_there = true;
		break;
	case CURRENT:
		check_number(name,
		    folder_watch_look(&f->source, f->en) == FOLDER_SAME,
		    step->want);
		break;
	case READ:
		read_entry(f);
		check_number(name, f->en->public.state == FOLDER_OK,
		    step->want);
		break;
	case END:
		break;
	}
	check_number(name, database.asked - before, step->asked);
}

static void
a_refusal_is_remembered(void **state)
{
	static const struct {
		const char *name;
		size_t least;
		struct step step[12];
	} rows[] = {
		{ "mail after mail", 0,
		    { { READ, 0, false, 1 }, { CURRENT, 0, true, 0 },
			{ CURRENT, 0, true, 0 } } },
		{ "asked again in time, no news", 0,
		    { { READ, 0, false, 1 },
			{ PASS, LIMIT_FOLDER_REFUSED_S - 1, false, 0 },
			{ CURRENT, 0, true, 0 }, { PASS, 1, false, 0 },
			{ CURRENT, 0, true, 1 }, { CURRENT, 0, true, 0 },
			{ PASS, LIMIT_FOLDER_REFUSED_S, false, 0 },
			{ CURRENT, 0, true, 1 } } },
		{ "he becomes a user", 0,
		    { { READ, 0, false, 1 }, { COME, 0, false, 0 },
			{ CURRENT, 0, true, 0 },
			{ PASS, LIMIT_FOLDER_REFUSED_S, false, 0 },
			{ CURRENT, 0, false, 1 }, { READ, 0, true, 1 },
			{ CURRENT, 0, true, 0 } } },
		{ "the folder changes hands", 0,
		    { { READ, 0, false, 1 }, { CHOWN, 0, false, 0 },
			{ CURRENT, 0, false, 0 }, { READ, 0, true, 0 } } },
		{ "the folder becomes another stranger's", 0,
		    { { READ, 0, false, 1 }, { CHOWN, STRANGER, false, 0 },
			{ CURRENT, 0, false, 0 }, { READ, 0, false, 1 },
			{ CURRENT, 0, true, 0 } } },
		{ "the folder changes", 0,
		    { { READ, 0, false, 1 }, { TOUCH, 0, false, 0 },
			{ CURRENT, 0, false, 0 }, { READ, 0, false, 1 },
			{ CURRENT, 0, true, 0 } } },
		{ "an entry that takes more room", 40000,
		    { { COME, 0, false, 0 }, { READ, 0, true, 3 },
			{ CURRENT, 0, true, 0 } } },
		{ "an entry that takes all the room there is", 1024 * 1024,
		    { { COME, 0, false, 0 }, { READ, 0, true, 7 } } },
		{ "an entry that takes more than that", 1024 * 1024 + 1,
		    { { COME, 0, false, 0 }, { READ, 0, false, 7 },
			{ CURRENT, 0, true, 0 } } },
	};
	struct lab *l = *state;

	if (geteuid() != 0)
		skip();
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct lab_path users = lab_path(l, "users");
		char none[] = "";
		struct fixture f = { .lab = l,
			.source = { .dir = users.text, .templates = none } };

		f.clock = (struct clock){ fake_us, fake_us, &f.now_us };
		f.source.clock = &f.clock;
		memset(&database, 0, sizeof(database));
		database.least = rows[i].least;
		lab_write(l, "users/dora/rules.conf", "");
		assert_int_equal(chmod(users.text, 0755), 0);
		assert_int_equal(chown(lab_path(l, "users/dora").text, DORA, 0),
		    0);
		for (const struct step *s = rows[i].step; s->what != END; s++)
			take(&f, rows[i].name, s);
		folder_entry_free(f.en);
		lab_remove(l, "users");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_refusal_is_remembered,
		    lab_open, lab_close),
	};

	return cmocka_run_group_tests_name("folder_entry", tests, lab_begin,
	    lab_end);
}
