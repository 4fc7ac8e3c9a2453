// SPDX-License-Identifier: BSD-2-Clause
/*
 * site_test.c - the whole set-up as one snapshot: what is refused, and with
 * which words; and who still has the old one.
 */
#include "daemon/site.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "oom.h"
#include "t.h"
#include "unit/daemon/lab.h"

/* The least pack there is, with a place for its rules on the second line. */
#define PACK(name, rules)                                                    \
	"name = \"" name "\"; network = { from = \"n.example\"; signers = "  \
	"\"n.example\"; clients = \"n.example\"; envelope = \"n.example\"; " \
	"}; candidate = ( { envelope = \"n.example\"; } );\n" rules "\n"
#define RULE(subject)                                                 \
	"rules = ( { id = \"a\"; type = \"job\"; when = { subject = " \
	"\"" subject "\"; }; } );"
#define GOOD PACK("n", RULE("x"))

struct file {
	const char *path, *content;
};

/* Where words are about a file of the lab it is "LAB/...". */
static void
shorten(const struct lab *l, const char *words, struct text *out)
{
	const char *at;

	while ((at = strstr(words, l->folder)) != NULL) {
		text_addf(out, "%.*sLAB", (int)(at - words), words);
		words = at + strlen(l->folder);
	}
	text_add_string(out, words);
}

static void
a_mistake_is_named_with_its_place(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name;
		struct file file[3]; /* beside site.conf */
		struct lab_settings settings;
		const char *want;
	} rows[] = {
		{ "unknown setting", { { "p/n.conf", GOOD } },
		    { .packs = "p", .top = "\ndry_rum = true;" },
		    "LAB/site.conf:7: unknown setting dry_rum (did you mean "
		    "dry_run?)" },
		{ "wrong type", { { "p/n.conf", GOOD } },
		    { .packs = "p", .dry_run = "\"no\"" },
		    "LAB/site.conf:1: dry_run: expected true or false, found a "
		    "string" },
		{ "syntax", { { "p/n.conf", GOOD } },
		    { .packs = "p", .top = "on_failure = ;" },
		    "LAB/site.conf:6: syntax error" },
		{ "no folder of packs", { { NULL, NULL } }, { .packs = "q" },
		    "LAB/site.conf:1: packs: LAB/q: No such file or directory" },
		{ "a file for the folder", { { "q", GOOD } },
		    { .packs = "q" }, "LAB/site.conf:1: packs: LAB/q: Not a directory" },
		{ "no packs in it", { { "p/README", "" },
		    { "p/.n.conf", GOOD } }, { .packs = "p" },
		    "LAB/site.conf:1: packs: LAB/p: no *.conf in this folder" },
		{ "a broken pattern in a pack",
		    { { "p/a.conf", GOOD }, { "p/n.conf",
			PACK("n", "\n" RULE("(")) } }, { .packs = "p" },
		    "LAB/p/n.conf:3: rule n/a: offset 1: missing closing "
		    "parenthesis" },
		{ "an unknown word in a pack",
		    { { "p/n.conf", PACK("n", "rulse = ( );") } },
		    { .packs = "p" },
		    "LAB/p/n.conf:2: unknown setting rulse (did you mean "
		    "rules?)" },
		{ "an empty pack", { { "p/n.conf", "" } }, { .packs = "p" },
		    "LAB/p/n.conf: name is missing" },
		{ "two packs of one name", { { "p/a.conf", GOOD },
		    { "p/b.conf", "# a copy\n" GOOD } }, { .packs = "p" },
		    "LAB/p/b.conf:2: name: \"n\" is the name of another "
		    "pack, in LAB/p/a.conf" },
		{ "no aliases", { { "p/n.conf", GOOD } },
		    { .packs = "p", .users = "aliases = \"/nowhere/a\";" },
		    "LAB/site.conf:2: users.aliases: /nowhere/a: No such file or directory" },
		{ "a broken alias", { { "p/n.conf", GOOD },
		    { "p/aliases", "bob@example.net alice\ncarol\n" } },
		    { .packs = "p", .users = "aliases = \"LAB/p/aliases\";" },
		    "LAB/p/aliases:2: expected \"ADDRESS USER\"" },
		{ "aliases that are no file", { { "p/n.conf", GOOD } },
		    { .packs = "p", .users = "aliases = \"/dev/null\";" },
		    "LAB/site.conf:2: users.aliases: /dev/null: not a regular file" },
		{ "a route that is no pattern", { { "p/n.conf", GOOD } },
		    { .packs = "p", .reply = "routes = ( \"a\",\n\"(\" );" },
		    "LAB/site.conf:5: reply.routes: route \"(\": offset 1: "
		    "missing closing parenthesis" },
		{ "an internal host that is none", { { "p/n.conf", GOOD } },
		    { .packs = "p", .top = "internal_hosts = ( \"::1\",\n"
			"\"localhost\" );" },
		    "LAB/site.conf:7: internal_hosts: \"localhost\" is not "
		    "ADDRESS or ADDRESS/BITS" },
	};
	/* clang-format on */
	struct lab *l = *state;

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct site_source source = { .conf = l->conf };
		struct text got = TEXT_INIT(2000);
		struct err e = ERR_NONE;
		struct site *s;

		for (const struct file *f = rows[i].file;
		     f < rows[i].file + LENGTH(rows[i].file) && f->path != NULL;
		     f++)
			lab_write(l, f->path, f->content);
		lab_configure(l, &rows[i].settings);
		s = site_load(&source, &e);
		if (s != NULL)
			fail_msg("%s: accepted", rows[i].name);
		shorten(l, e.text, &got);
		check_string(rows[i].name, text_string(&got), rows[i].want);
		text_free(&got);
		if (rows[i].file[0].path != NULL)
			lab_remove(l,
			    rows[i].file[0].path[0] == 'p' ? "p" : "q");
	}
}

static void
settings_that_cannot_be_read_are_told_apart(void **state)
{
	static const struct lab_settings broken = { .top = "x = 1;" };
	struct lab *l = *state;
	struct site_source source = { .conf = l->conf };
	struct err e = ERR_NONE;

	assert_null(site_load(&source, &e));
	check_contains("missing", e.text, "site.conf: No such file");
	assert_false(site_settings_readable(&source));
	lab_configure(l, &broken);
	assert_null(site_load(&source, &e));
	check_contains("broken", e.text, "site.conf:6: unknown setting x");
	assert_true(site_settings_readable(&source));
	source.conf = "";
	assert_true(site_settings_readable(&source));
}

/* "a b": the packs of the site. */
static void
check_packs(const char *name, const struct site *s, const char *want)
{
	struct text got = TEXT_INIT(2000);

	for (size_t i = 0; i < s->packs.count; i++)
		text_addf(&got, "%s%.*s", i == 0 ? "" : " ",
		    VIEW_ARG(pack_name(s->packs.pack[i])));
	check_string(name, text_string(&got), want);
	text_free(&got);
}

static void
packs_are_all_of_the_folder_by_name(void **state)
{
	static const struct lab_settings settings = { .packs = "p" };
	struct lab *l = *state;
	struct site *s;

	lab_write(l, "p/b.conf", PACK("second", RULE("x")));
	lab_write(l, "p/c.conf", PACK("third", RULE("x")));
	lab_write(l, "p/a.conf", PACK("first", RULE("x")));
	lab_write(l, "p/.d.conf", "no pack");
	lab_write(l, "p/e.conf~", "no pack");
	lab_write(l, "p/f.scenario", "no pack");
	lab_configure(l, &settings);
	s = lab_site(l);
	check_packs("packs", s, "first second third");
	site_drop(s);
}

/* Two processes that read the disk one after the other must know. */
static void
a_fingerprint_tells_what_was_read(void **state)
{
#define USERS "aliases = \"LAB/aliases\";"
	static const struct {
		const char *name;
		struct lab_settings settings;
		const char *pack, *aliases;
		bool same;
	} rows[] = {
		{ "nothing", { .packs = "p", .users = USERS }, GOOD,
		    "a@example.net alice\n", true },
		{ "a comment", { .packs = "p", .users = USERS, .top = "# b" },
		    GOOD, "a@example.net alice\n", true },
		{ "a setting",
		    { .packs = "p", .users = USERS, .dry_run = "true" }, GOOD,
		    "a@example.net alice\n", false },
		{ "a pack", { .packs = "p", .users = USERS },
		    PACK("n", RULE("y")), "a@example.net alice\n", false },
		{ "aliases", { .packs = "p", .users = USERS }, GOOD,
		    "a@example.net carol\n", false },
	};
	struct lab *l = *state;
	char first[DIGEST_HEX_SIZE];

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct site *s;

		lab_write(l, "p/n.conf", rows[i].pack);
		lab_write(l, "aliases", rows[i].aliases);
		lab_configure(l, &rows[i].settings);
		s = lab_site(l);
		if (i == 0)
			strcpy(first, s->fingerprint);
		check_number(rows[i].name, strcmp(s->fingerprint, first) == 0,
		    rows[i].same);
		site_drop(s);
	}
}

static void
packs_have_a_limit(void **state)
{
	static const struct lab_settings settings = { .packs = "p" };
	struct lab *l = *state;
	struct site_source source = { .conf = l->conf };
	struct err e = ERR_NONE;
	struct site *s;
	char path[32], content[1000];

	for (int i = 0; i < LIMIT_PACKS; i++) {
		snprintf(path, sizeof(path), "p/%d.conf", i);
		snprintf(content, sizeof(content), PACK("n%d", RULE("x")), i);
		lab_write(l, path, content);
	}
	lab_configure(l, &settings);
	s = lab_site(l);
	check_number("at it", (long long)s->packs.count, LIMIT_PACKS);
	site_drop(s);
	lab_write(l, "p/x.conf", GOOD);
	assert_null(site_load(&source, &e));
	check_contains("past it", e.text, "/p: more than 64 packs");
}

static void
what_the_command_line_says_comes_first(void **state)
{
	static const struct lab_settings settings = { .packs = "none",
		.dry_run = "false" };
	struct lab *l = *state;
	struct lab_path packs = lab_path(l, "p");
	struct site_source source = { .conf = l->conf,
		.packs = packs.text,
		.dry_run = true };
	struct err e = ERR_NONE;
	struct site *s;

	lab_write(l, "p/a.conf", GOOD);
	lab_configure(l, &settings);
	s = site_load(&source, &e);
	if (s == NULL)
		fail_msg("%s", e.text);
	assert_true(s->conf->dry_run);
	check_packs("packs", s, "n");
	check_string("host", s->host, "mx.example.net");
	site_drop(s);
	/* The defaults send nothing, whatever the command line says. */
	source = (struct site_source){ .conf = "", .packs = packs.text };
	s = site_load(&source, &e);
	if (s == NULL)
		fail_msg("%s", e.text);
	assert_true(s->conf->dry_run);
	assert_true(strlen(s->host) > 0);
	site_drop(s);
}

/* A site that says in its host which one it is. */
static struct site *
site_of(struct lab *l, const char *host)
{
	struct lab_path path = lab_path(l, "p");
	char conf[400];
	struct site *s;

	snprintf(conf, sizeof(conf),
	    "packs = \"%s\"; reply = { host = \"%s\"; };\n", path.text, host);
	lab_write(l, "site.conf", conf);
	s = lab_site(l);
	check_string("host", s->host, host);
	return s;
}

static void
who_holds_a_snapshot_keeps_it(void **state)
{
	struct lab *l = *state;
	struct site_slot *slot;
	struct site *one, *again, *two;

	lab_write(l, "p/a.conf", GOOD);
	slot = site_slot_new(site_of(l, "one.example.net"));
	assert_non_null(slot);
	one = site_current(slot);
	again = site_current(slot);
	assert_ptr_equal(one, again);
	site_replace(slot, site_of(l, "two.example.net"));
	two = site_current(slot);
	assert_ptr_not_equal(one, two);
	site_drop(again);
	check_string("the old one", one->host, "one.example.net");
	check_packs("the old one", one, "n");
	check_string("the new one", two->host, "two.example.net");
	site_drop(two);
	/* And outlives the slot, too. */
	site_slot_free(slot);
	check_string("the old one", one->host, "one.example.net");
	assert_ptr_equal(site_hold(one), one);
	site_drop(one);
	check_string("held twice", one->host, "one.example.net");
	site_drop(one);
	site_drop(NULL);
	site_slot_free(NULL);
}

static void
without_memory_there_is_none(void **state)
{
	struct lab *l = *state;
	struct site_source source = { .conf = l->conf };
	unsigned n;

	lab_write(l, "p/a.conf", GOOD);
	lab_write(l, "aliases", "bob@example.net alice\n");
	site_drop(site_of(l, "one.example.net"));
	for (n = 1; oom_next(n); n++) {
		struct err e = ERR_NONE;
		struct site *s = site_load(&source, &e);
		struct site_slot *slot;

		if (s == NULL) {
			assert_true(oom_happened());
			check_contains("why", e.text, "");
			assert_true(e.text[0] != '\0');
			continue;
		}
		check_string("host", s->host, "one.example.net");
		check_number("packs", (long long)s->packs.count, 1);
		slot = site_slot_new(s);
		if (slot == NULL)
			site_drop(s);
		site_slot_free(slot);
	}
	assert_true(n > 20);
}

/* Threads that ask for the snapshot while it is replaced. */
enum { READERS = 4, ROUNDS = 200 };

struct crowd {
	struct site_slot *slot;
	pthread_barrier_t start;
	atomic_bool done;
	atomic_uint torn;
};

static void *
ask_often(void *arg)
{
	struct crowd *c = arg;
	struct site *last = NULL;
	unsigned turn = 0;

	pthread_barrier_wait(&c->start);
	while (!c->done || turn < 3) {
		struct site *s = site_current(c->slot);

		turn++;
		/* Host and packs are of the same set. */
		if (!view_equal(view_part(view_of(s->host), 0, 1),
			pack_name(s->packs.pack[0])))
			c->torn++;
		site_drop(last);
		last = s;
	}
	site_drop(last);
	return NULL;
}

static void
threads_see_one_set_or_the_other(void **state)
{
	struct lab *l = *state;
	struct crowd c = { .slot = NULL };
	pthread_t thread[READERS];
	struct site *sets[2];

	lab_write(l, "p/a.conf", PACK("a", RULE("x")));
	sets[0] = site_of(l, "a.example.net");
	lab_write(l, "p/a.conf", PACK("b", RULE("x")));
	sets[1] = site_of(l, "b.example.net");
	c.slot = site_slot_new(site_hold(sets[0]));
	assert_non_null(c.slot);
	pthread_barrier_init(&c.start, NULL, READERS + 1);
	for (size_t t = 0; t < READERS; t++)
		assert_int_equal(pthread_create(&thread[t], NULL, ask_often,
				     &c),
		    0);
	pthread_barrier_wait(&c.start);
	for (size_t i = 1; i <= ROUNDS; i++)
		site_replace(c.slot, site_hold(sets[i % 2]));
	/* From here on the readers and the slot are the only holders. */
	site_drop(sets[0]);
	site_drop(sets[1]);
	site_replace(c.slot, site_of(l, "b.example.net"));
	c.done = true;
	for (size_t t = 0; t < READERS; t++)
		pthread_join(thread[t], NULL);
	check_number("torn", c.torn, 0);
	pthread_barrier_destroy(&c.start);
	site_slot_free(c.slot);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, lab_open, lab_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_mistake_is_named_with_its_place),
		TEST(settings_that_cannot_be_read_are_told_apart),
		TEST(packs_are_all_of_the_folder_by_name),
		TEST(a_fingerprint_tells_what_was_read),
		TEST(packs_have_a_limit),
		TEST(what_the_command_line_says_comes_first),
		TEST(who_holds_a_snapshot_keeps_it),
		TEST(without_memory_there_is_none),
		TEST(threads_see_one_set_or_the_other),
	};

	return cmocka_run_group_tests_name("site", tests, lab_begin, lab_end);
}
