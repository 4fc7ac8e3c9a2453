// SPDX-License-Identifier: BSD-2-Clause
/*
 * held_postfix.c - what Postfix holds: postqueue(1), postsuper(1), postcat(1).
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/json_read.h"
#include "base/limits.h"
#include "effects/held_parts.h"

enum { PATH_SIZE = 4096 };

static int
read_recipients(const struct json_value *list, struct pool *p,
    struct held *held, struct err *e)
{
	size_t count = json_read_items(list);

	held->recipient = pool_array(p, count, sizeof(*held->recipient));
	if (held->recipient == NULL)
		return err_set(e, "out of memory");
	for (size_t i = 0; i < count; i++)
		held->recipient[i] = pool_copy(p,
		    json_read_text(json_read_member(json_read_item(list, i),
			"address")));
	held->recipients = count;
	return 0;
}

static int
read_message(const struct json_value *root, struct pool *p, struct held *held,
    struct err *e)
{
	struct view id = json_read_text(json_read_member(root, "queue_id"));
	long long seconds =
	    json_read_number(json_read_member(root, "arrival_time"), -1);

	if (!json_read_is_text(json_read_member(root, "queue_name")))
		return err_set(e, "no queue_name");
	if (!view_equal(json_read_text(json_read_member(root, "queue_name")),
		VIEW("hold")))
		return 0;
	if (!held_is_queue_id(id))
		return err_set(e, "no queue_id of letters and digits");
	if (seconds < 0 || seconds > INT64_MAX / 1000)
		return err_set(e, "no arrival_time in seconds");
	held->queue_id = pool_copy(p, id);
	held->sender =
	    pool_copy(p, json_read_text(json_read_member(root, "sender")));
	held->since_ms = (int64_t)seconds * 1000;
	held->size =
	    json_read_number(json_read_member(root, "message_size"), 0);
	if (read_recipients(json_read_member(root, "recipients"), p, held, e) <
	    0)
		return -1;
	return pool_ok(p) ? 1 : err_set(e, "out of memory");
}

int
held_read_postfix(struct view line, struct pool *p, struct held *held,
    struct err *e)
{
	struct json_value *root = json_read(line, e);
	int result;

	memset(held, 0, sizeof(*held));
	if (root == NULL)
		return -1;
	result = read_message(root, p, held, e);
	json_read_free(root);
	return result;
}

static int
take_line(void *arg, struct view line, struct err *e)
{
	struct held_listing *l = arg;
	struct held held;
	int result;

	if (view_trim(line).size == 0)
		return 0;
	pool_clear(l->pool);
	result = held_read_postfix(line, l->pool, &held, &l->why);
	if (result < 0) {
		l->unreadable++;
		return 0;
	}
	return result > 0 ? l->on_message(l->arg, &held, e) : 0;
}

/* "NAME WORD ..." of a Postfix with those settings. */
static int
run(const struct held_mta *m, const char *const word[5],
    const struct child *child, struct err *e)
{
	char variable[PATH_SIZE], program[PATH_SIZE];
	const char *argv[6] = { word[0] };
	struct child c = *child;

	if (m->programs[0] != '\0') {
		if (snprintf(program, sizeof(program), "%s/%s", m->programs,
			word[0]) >= PATH_SIZE)
			return err_set(e, "%s: too long a name", m->programs);
		argv[0] = program;
	}
	if (m->config[0] != '\0') {
		if (snprintf(variable, sizeof(variable), "MAIL_CONFIG=%s",
			m->config) >= PATH_SIZE)
			return err_set(e, "%s: too long a name", m->config);
		c.variable = variable;
	}
	for (size_t i = 1; i < 5; i++)
		argv[i] = word[i];
	/* posix_spawn(3) does not change them. */
	c.argv = (char *const *)(uintptr_t)argv;
	c.timeout_seconds = HELD_PATIENCE_S;
	return child_run(&c, e);
}

int
held_list_postfix(struct held_listing *l, struct err *e)
{
	static const char *const words[5] = { "postqueue", "-j" };
	struct lines lines = { take_line, l, TEXT_INIT(HELD_LINE_SIZE) };
	const struct child c = { .on_output = held_cut_lines, .arg = &lines };
	int result = run(l->mta, words, &c, e);

	lines_free(&lines);
	return result;
}

/* What postsuper(1) says of a message it has changed, and whether it did. */
struct deed {
	const char *id, *done;
	bool said;
};

static int
take_said(void *arg, struct view line, struct err *e)
{
	struct deed *deed = arg;
	struct text want = TEXT_INIT(LIMIT_QUEUE_ID + 64);

	(void)e;
	text_addf(&want, "%s: %s", deed->id, deed->done);
	if (view_find(line, text_view(&want)) != VIEW_NONE)
		deed->said = true;
	text_free(&want);
	return 0;
}

/*
 * "postsuper -H ID hold".  What it says counts: it exits with 0 where there is
 * no such message, and may fail when all is done, over its own log for
 * instance.
 */
static int
change(const struct held_mta *m, const char *flag, const char *id,
    const char *done, struct err *e)
{
	const char *const words[5] = { "postsuper", flag, id, "hold" };
	struct deed deed = { id, done, false };
	struct lines lines = { take_said, &deed, TEXT_INIT(HELD_LINE_SIZE) };
	const struct child c = { .on_error = held_cut_lines,
		.error_arg = &lines };
	int result = run(m, words, &c, e);

	lines_free(&lines);
	if (deed.said)
		return result < 0 ? 1 : 0;
	return result < 0 ? -1 : err_set(e, "it is not held any more");
}

int
held_release_postfix(const struct held_mta *m, const char *id, struct err *e)
{
	return change(m, "-H", id, "released from hold", e);
}

int
held_deliver_postfix(const struct held_mta *m, const char *id, struct err *e)
{
	const char *const words[5] = { "postqueue", "-i", id };
	const struct child c = { .on_output = NULL };

	return run(m, words, &c, e);
}

int
held_delete_postfix(const struct held_mta *m, const char *id, struct err *e)
{
	return change(m, "-d", id, "removed", e);
}

int
held_show_postfix(const struct held_mta *m, const char *id,
    child_on_output *on_output, void *arg, struct err *e)
{
	const char *const words[5] = { "postcat", "-bh", "-q", id };
	const struct child c = { .on_output = on_output, .arg = arg };

	return run(m, words, &c, e);
}
