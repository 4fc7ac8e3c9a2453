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

/* argv by a Postfix of those settings. */
static int
run(const struct held_mta *m, const struct child *child, struct err *e)
{
	char variable[4096];
	struct child c = *child;

	if (m->config[0] != '\0') {
		if (snprintf(variable, sizeof(variable), "MAIL_CONFIG=%s",
			m->config) >= (int)sizeof(variable))
			return err_set(e, "%s: too long a name", m->config);
		c.variable = variable;
	}
	c.timeout_seconds = HELD_PATIENCE_S;
	return child_run(&c, e);
}

int
held_list_postfix(struct held_listing *l, struct err *e)
{
	char name[] = "postqueue", option[] = "-j";
	char *const argv[] = { name, option, NULL };
	struct held_lines lines = { take_line, l, TEXT_INIT(HELD_LINE_SIZE) };
	const struct child c = { .argv = argv,
		.on_output = held_cut_lines,
		.arg = &lines };
	int result = run(l->mta, &c, e);

	text_free(&lines.rest);
	return result;
}

/*
 * "postsuper -H ID hold", and whether it says of the message that it did.  It
 * exits with 0 where there is no such message.
 */
static int
change(const struct held_mta *m, const char *flag, const char *id,
    const char *done, struct err *e)
{
	char name[] = "postsuper", queue[] = "hold";
	char *const argv[] = { name, (char *)(uintptr_t)flag,
		(char *)(uintptr_t)id, queue, NULL };
	struct text said = TEXT_INIT(4096), want = TEXT_INIT(128);
	const struct child c = { .argv = argv, .said = &said };
	int result = run(m, &c, e);

	text_addf(&want, "%s: %s", id, done);
	if (result == 0 &&
	    view_find(text_view(&said), text_view(&want)) == VIEW_NONE)
		result = err_set(e, "it is not held any more");
	text_free(&said);
	text_free(&want);
	return result;
}

int
held_release_postfix(const struct held_mta *m, const char *id, struct err *e)
{
	char name[] = "postqueue", option[] = "-i";
	char *const argv[] = { name, option, (char *)(uintptr_t)id, NULL };
	const struct child c = { .argv = argv };

	if (change(m, "-H", id, "released from hold", e) < 0)
		return -1;
	return run(m, &c, e) < 0 ? 1 : 0;
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
	char name[] = "postcat", parts[] = "-bh", option[] = "-q";
	char *const argv[] = { name, parts, option, (char *)(uintptr_t)id,
		NULL };
	const struct child c = { .argv = argv,
		.on_output = on_output,
		.arg = arg };

	return run(m, &c, e);
}
