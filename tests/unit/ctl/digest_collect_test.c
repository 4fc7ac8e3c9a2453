// SPDX-License-Identifier: BSD-2-Clause
/*
 * digest_collect_test.c - what was held or filed, out of records.
 */
#include "ctl/digest.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/limits.h"
#include "base/moment.h"
#include "oom.h"
#include "t.h"

#define DAY "2026-11-27T"
#define NOW "2026-11-28T08:00:00Z"

/* A decision for alice; held, or else filed. */
#define RECORD(time, qid, actions, applied, more)                           \
	"{\"v\":1,\"time\":\"" time "\",\"host\":\"mx1\",\"qid\":\"" qid    \
	"\",\"type\":\"invitation\",\"trust\":\"direct\",\"person\":"       \
	"{\"name\":\"Zo\"},\"recipients\":[{\"rcpt\":\"alice@example.net\"" \
	",\"user\":\"alice\",\"rule\":\"r\",\"actions\":[" actions "]}],"   \
	"\"applied\":[" applied "]" more "}"
#define HELD(qid)                                      \
	RECORD(DAY "12:00:00Z", qid, "\"quarantine\"", \
	    "\"header\",\"quarantine\"", "")
#define FILED(qid, folder) \
	RECORD(DAY "12:00:00Z", qid, "\"file:" folder "\"", "\"header\"", "")
#define HELD_AT(time, qid) \
	RECORD(time, qid, "\"quarantine\"", "\"header\",\"quarantine\"", "")
#define BY_HAND_AT(time, host, qid, what)                                     \
	"{\"v\":1,\"time\":\"" time "\",\"host\":\"" host "\",\"qid\":\"" qid \
	"\",\"quarantine\":\"" what "\""                                      \
	",\"by\":\"root\"}"
#define BY_HAND(host, qid, what) BY_HAND_AT(NOW, host, qid, what)

enum { POOL = 1024 * 1024 };

/* Everybody but bob wants one. */
static int
wants(void *arg, const char *user)
{
	size_t *asked = arg;

	(*asked)++;
	return strcmp(user, "bob") != 0;
}

static bool
is_of_user(void *arg, struct view address, const char *user)
{
	(void)arg;
	return view_starts_nocase(address, view_of(user));
}

static void
open_digests(struct digests *d, const struct digest_world *world,
    const char *only)
{
	int64_t since_ms, until_ms;

	assert_int_equal(moment_parse_iso(VIEW(DAY "00:00:00Z"), &since_ms), 0);
	assert_int_equal(moment_parse_iso(VIEW("2026-11-28T00:00:00Z"),
			     &until_ms),
	    0);
	assert_int_equal(digest_init(d, world, only, since_ms, until_ms), 0);
}

/* Lines of records, taken each out of a pool of its own: 0, or -1. */
static int
take(struct digests *d, struct view lines)
{
	struct view line;
	int result = 0;

	while (result == 0 && view_line(&lines, &line)) {
		struct pool *p = pool_new(POOL);
		struct err e = ERR_NONE;
		struct audit_entry entry;

		if (p == NULL || audit_read(line, p, &entry, &e) < 0) {
			if (!oom_happened())
				fail_msg("%s", e.text);
			result = -1;
		} else {
			result = digest_take(d, &entry);
		}
		pool_free(p);
	}
	return result;
}

/* "alice held Q1 released, Q2; filed In/A; bob" */
static struct text
told(const struct digests *d)
{
	struct text out = TEXT_INIT(100000);

	for (const struct digest_user *u = d->first; u != NULL; u = u->next) {
		const struct daily_list *h = &u->daily.list[DAILY_HELD];
		const struct daily_list *f = &u->daily.list[DAILY_FILED];

		text_addf(&out, "%s%s", u == d->first ? "" : "; ", u->name);
		for (size_t i = 0; i < h->count; i++)
			text_addf(&out, " %.*s%.*s%s",
			    VIEW_ARG(h->entry[i].queue_id),
			    VIEW_ARG(h->entry[i].outcome),
			    h->entry[i].rule.size > 0 ? "" : " by the site");
		for (size_t i = 0; i < f->count; i++)
			text_addf(&out, " [%.*s]",
			    VIEW_ARG(f->entry[i].folder));
		if (h->more + f->more > 0)
			text_addf(&out, " and %lld", h->more + f->more);
	}
	return out;
}

static void
what_was_done_is_told(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *only, *records, *want;
	} rows[] = {
		{ "nothing", NULL, "", "" },
		{ "one of each", NULL, HELD("Q1") "\n" FILED("Q2", "In/A"),
		    "alice Q1 [In/A]" },
		{ "a folder with a comma", NULL, FILED("Q1", "In, Out"),
		    "alice [In, Out]" },
		{ "one like an action", NULL, RECORD(DAY "12:00:00Z", "Q1",
		    "\"tag:a, file:b\"", "\"header\"", ""), "alice" },
		{ "the site's own hold", NULL, RECORD(DAY "12:00:00Z", "Q1",
		    "\"tag:x, quarantine\"", "\"quarantine\"",
		    ",\"why_held\":\"trust.forged\""), "alice Q1 by the site" },
		{ "filed, and held by the site", NULL, RECORD(DAY "12:00:00Z",
		    "Q1", "\"file:In\"", "\"header\",\"quarantine\"", ""),
		    "alice Q1 by the site" },
		{ "the ends of the period", NULL,
		    RECORD("2026-11-26T23:59:59.999Z", "Q1", "\"quarantine\"",
			"\"quarantine\"", "") "\n"
		    RECORD(DAY "00:00:00Z", "Q2", "\"quarantine\"",
			"\"quarantine\"", "") "\n"
		    RECORD(DAY "23:59:59.999Z", "Q3", "\"quarantine\"",
			"\"quarantine\"", "") "\n"
		    RECORD("2026-11-28T00:00:00Z", "Q4", "\"quarantine\"",
			"\"quarantine\"", ""), "alice Q2 Q3" },
		{ "released later", NULL,
		    HELD("Q1") "\n" BY_HAND("mx1", "Q1", "released"),
		    "alice Q1released" },
		{ "known before it is", NULL,
		    BY_HAND("mx1", "Q1", "deleted") "\n" HELD("Q1"),
		    "alice Q1deleted" },
		{ "the last word", NULL, HELD("Q1") "\n"
		    BY_HAND("mx1", "Q1", "released") "\n"
		    BY_HAND("mx1", "Q1", "deleted"), "alice Q1deleted" },
		{ "of another host", NULL,
		    HELD("Q1") "\n" BY_HAND("mx2", "Q1", "released"),
		    "alice Q1" },
		{ "of an earlier message of the same id", NULL,
		    BY_HAND_AT(DAY "11:59:59.999Z", "mx1", "Q1", "released")
		    "\n" HELD("Q1"), "alice Q1" },
		{ "at the same moment", NULL,
		    BY_HAND_AT(DAY "12:00:00Z", "mx1", "Q1", "released")
		    "\n" HELD("Q1"), "alice Q1released" },
		{ "of the first of two messages of one id", NULL,
		    HELD_AT(DAY "10:00:00Z", "Q1") "\n"
		    BY_HAND_AT(DAY "11:00:00Z", "mx1", "Q1", "deleted") "\n"
		    HELD_AT(DAY "12:00:00Z", "Q1"), "alice Q1deleted Q1" },
		{ "of each of them, in files of another order", NULL,
		    BY_HAND_AT(DAY "13:00:00Z", "mx1", "Q1", "released") "\n"
		    HELD_AT(DAY "12:00:00Z", "Q1") "\n"
		    BY_HAND_AT(DAY "11:00:00Z", "mx1", "Q1", "deleted") "\n"
		    HELD_AT(DAY "10:00:00Z", "Q1"),
		    "alice Q1released Q1deleted" },
		{ "of the last of them", NULL,
		    HELD_AT(DAY "10:00:00Z", "Q1") "\n"
		    HELD_AT(DAY "12:00:00Z", "Q1") "\n"
		    BY_HAND("mx1", "Q1", "released"), "alice Q1 Q1released" },
		{ "of one that was held after the period", NULL,
		    HELD("Q1") "\n" HELD_AT("2026-11-28T07:00:00Z", "Q1") "\n"
		    BY_HAND("mx1", "Q1", "released"), "alice Q1" },
		{ "of another message", NULL,
		    HELD("Q1") "\n" BY_HAND("mx1", "Q11", "released"),
		    "alice Q1" },
		{ "only somebody else", "carol", HELD("Q1"), "" },
		{ "two users of one mail, one of whom wants it", NULL,
		    "{\"time\":\"" DAY "12:00:00Z\",\"qid\":\"Q1\",\"type\":"
		    "\"inmail\",\"recipients\":[{\"rcpt\":\"bob@example.net\","
		    "\"user\":\"bob\",\"actions\":[\"quarantine\"]},"
		    "{\"rcpt\":\"alice@example.net\",\"user\":\"alice\","
		    "\"rule\":\"r\",\"actions\":[\"quarantine\"]},"
		    "{\"rcpt\":\"alice+x@example.net\",\"user\":\"alice\","
		    "\"actions\":[\"quarantine\"]}],"
		    "\"applied\":[\"quarantine\"]}", "bob; alice Q1" },
		{ "an answer's record", NULL,
		    "{\"time\":\"" DAY "12:00:00Z\",\"outbox\":\"sent\","
		    "\"user\":\"alice\"}", "" },
		{ "what shows badly", NULL, FILED("Q1", "a\\u001b\\u202eb"),
		    "alice [a??b]" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		size_t asked = 0;
		const struct digest_world world = { wants, is_of_user, &asked };
		struct digests d;
		struct text got;

		open_digests(&d, &world, rows[i].only);
		check_number(rows[i].name, take(&d, view_of(rows[i].records)),
		    0);
		digest_finish(&d);
		got = told(&d);
		check_string(rows[i].name, text_string(&got), rows[i].want);
		text_free(&got);
		digest_free(&d);
	}
}

static void
a_user_is_asked_once_and_entries_have_a_ceiling(void **state)
{
	(void)state;
	for (int past = 0; past < 2; past++) {
		size_t asked = 0;
		const struct digest_world world = { wants, is_of_user, &asked };
		const struct daily_list *list;
		struct digests d;

		open_digests(&d, &world, NULL);
		for (int i = 0; i < LIMIT_DAILY_ENTRIES + past; i++)
			assert_int_equal(take(&d, VIEW(HELD("Q1"))), 0);
		digest_finish(&d);
		list = &d.first->daily.list[DAILY_HELD];
		check_number("asked", (long long)asked, 1);
		check_number("told", (long long)list->count,
		    LIMIT_DAILY_ENTRIES);
		check_number("counted", list->more, past);
		assert_true(digest_has_any(d.first));
		digest_free(&d);
	}
}

static void
without_memory_it_fails(void **state)
{
	const struct view lines = VIEW(HELD("Q1") "\n" BY_HAND("mx1", "Q1",
	    "released") "\n" FILED("Q2", "In"));
	unsigned n;

	(void)state;
	for (n = 1; oom_next(n); n++) {
		size_t asked = 0;
		const struct digest_world world = { wants, is_of_user, &asked };
		struct digests d;

		int result = digest_init(&d, &world, NULL, 0, INT64_MAX);

		if (result == 0)
			result = take(&d, lines);
		check_number("taken", result, oom_happened() ? -1 : 0);
		digest_free(&d);
	}
	assert_true(n > 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_done_is_told),
		cmocka_unit_test(
		    a_user_is_asked_once_and_entries_have_a_ceiling),
		cmocka_unit_test(without_memory_it_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
