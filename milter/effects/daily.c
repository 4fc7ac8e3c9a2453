// SPDX-License-Identifier: BSD-2-Clause
/*
 * daily.c - what was held or filed, into a job's summary and back.
 */
#include "effects/daily.h"

#include "base/json.h"
#include "base/json_read.h"
#include "base/limits.h"

/* Names of the lists, and of how many more there are. */
static const struct {
	const char *list, *more;
} names[DAILY_KINDS] = {
	[DAILY_HELD] = { "held", "held_more" },
	[DAILY_FILED] = { "filed", "filed_more" },
};

/* What stands behind the entries, and between the lists. */
enum { FRAME_SIZE = 128 };

/* The texts of an entry, and what they are called. */
#define ENTRY_TEXTS(X)          \
	X(when, "when")         \
	X(type, "type")         \
	X(trust, "trust")       \
	X(who, "who")           \
	X(headline, "headline") \
	X(rule, "rule")         \
	X(folder, "folder")     \
	X(queue_id, "qid")      \
	X(outcome, "outcome")

static void
write_entry(struct json *j, const struct daily_entry *entry)
{
	json_begin_object(j, NULL);
#define ADD_TEXT(member, name)      \
	if (entry->member.size > 0) \
		json_add_string(j, name, entry->member);
	ENTRY_TEXTS(ADD_TEXT)
#undef ADD_TEXT
	if (entry->others > 0)
		json_add_number(j, "others", entry->others);
	if (entry->draft)
		json_add_bool(j, "draft", true);
	if (entry->unnamed)
		json_add_bool(j, "unnamed", true);
	json_end_object(j);
}

/* Whether there is room for the entry behind what is there. */
static bool
fits(const struct daily_entry *entry, struct text *out)
{
	struct text alone = TEXT_INIT(LIMIT_JOB_SIZE);
	struct json j = JSON_INIT(&alone);
	bool ok;

	write_entry(&j, entry);
	ok = text_ok(&alone) &&
	    out->size + alone.size + FRAME_SIZE <= LIMIT_DAILY_SIZE;
	text_free(&alone);
	return ok;
}

static void
write_list(struct json *j, enum daily_kind kind, const struct daily_list *list)
{
	size_t i;

	json_begin_array(j, names[kind].list);
	for (i = 0; i < list->count && i < LIMIT_DAILY_ENTRIES &&
	     fits(&list->entry[i], j->out);
	     i++)
		write_entry(j, &list->entry[i]);
	json_end_array(j);
	json_add_number(j, names[kind].more,
	    list->more + (long long)(list->count - i));
}

void
daily_write(const struct daily *d, struct text *out)
{
	struct json j = JSON_INIT(out);

	json_begin_object(&j, NULL);
	json_add_string(&j, "period", d->period);
	for (int kind = 0; kind < DAILY_KINDS; kind++)
		write_list(&j, (enum daily_kind)kind, &d->list[kind]);
	json_end_object(&j);
}

/* A text of the object; without memory the pool says so. */
static struct view
get(struct pool *p, const struct json_value *object, const char *name)
{
	return pool_copy(p, json_read_text(json_read_member(object, name)));
}

static long long
get_count(const struct json_value *object, const char *name)
{
	long long count = json_read_number(json_read_member(object, name), 0);

	return count > 0 ? count : 0;
}

static void
read_entry(struct pool *p, const struct json_value *from,
    struct daily_entry *to)
{
#define GET_TEXT(member, name) to->member = get(p, from, name);
	ENTRY_TEXTS(GET_TEXT)
#undef GET_TEXT
	to->others = get_count(from, "others");
	to->draft = json_read_is_true(json_read_member(from, "draft"));
	to->unnamed = json_read_is_true(json_read_member(from, "unnamed"));
}

static int
read_list(const struct json_value *root, enum daily_kind kind, struct pool *p,
    struct daily_list *list, struct err *e)
{
	const struct json_value *from =
	    json_read_member(root, names[kind].list);

	list->count = json_read_items(from);
	list->more = get_count(root, names[kind].more);
	if (!json_read_is_list(from))
		return err_set(e, "no list \"%s\"", names[kind].list);
	if (list->count > LIMIT_DAILY_ENTRIES)
		return err_set(e, "%s: more than %d", names[kind].list,
		    LIMIT_DAILY_ENTRIES);
	list->entry = pool_array(p, list->count + 1, sizeof(*list->entry));
	if (list->entry == NULL)
		return err_set(e, "out of memory");
	for (size_t i = 0; i < list->count; i++)
		read_entry(p, json_read_item(from, i), &list->entry[i]);
	return 0;
}

int
daily_read(struct view summary, struct pool *p, struct daily *d, struct err *e)
{
	struct json_value *root = json_read(summary, e);
	int result = 0;

	if (root == NULL)
		return -1;
	d->period = get(p, root, "period");
	for (int kind = 0; result == 0 && kind < DAILY_KINDS; kind++)
		result = read_list(root, (enum daily_kind)kind, p,
		    &d->list[kind], e);
	if (result == 0 && !pool_ok(p))
		result = err_set(e, "out of memory");
	json_read_free(root);
	return result;
}
