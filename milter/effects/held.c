// SPDX-License-Identifier: BSD-2-Clause
/*
 * held.c - what an MTA says of the messages that it holds.
 */
#include "effects/held.h"

#include <string.h>

#include "base/json_read.h"
#include "base/limits.h"

bool
held_is_queue_id(struct view v)
{
	if (v.size == 0 || v.size > LIMIT_QUEUE_ID ||
	    view_equal_nocase(v, VIEW("ALL")))
		return false;
	for (size_t i = 0; i < v.size; i++) {
		if (!byte_is_letter(v.data[i]) && !byte_is_digit(v.data[i]))
			return false;
	}
	return true;
}

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
