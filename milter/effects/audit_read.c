// SPDX-License-Identifier: BSD-2-Clause
/*
 * audit_read.c - records read back, for rsvpctl (jansson).
 */
#include "effects/audit_read.h"

#include <jansson.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"

/* A string of the object, copied into p; empty where there is none. */
static struct view
get(struct pool *p, const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_string(value))
		return VIEW("");
	return pool_copy(p,
	    (struct view){ json_string_value(value),
		json_string_length(value) });
}

/* "tag:x, file:y"; -1 without memory. */
static int
get_actions(struct pool *p, const json_t *recipient, const char *key,
    struct view *actions)
{
	struct text words = TEXT_INIT(LIMIT_MESSAGE_POOL);
	const json_t *action;
	size_t i;
	bool ok;

	json_array_foreach(json_object_get(recipient, key), i, action)
	{
		if (!json_is_string(action))
			continue;
		if (words.size > 0)
			text_add_string(&words, ", ");
		text_add_string(&words, json_string_value(action));
	}
	*actions = pool_copy(p, text_view(&words));
	ok = text_ok(&words);
	text_free(&words);
	return ok ? 0 : -1;
}

static int
read_recipient(struct pool *p, const json_t *from,
    struct audit_entry_recipient *to)
{
	const json_t *reply = json_object_get(from, "reply");

	to->recipient = get(p, from, "rcpt");
	to->user = get(p, from, "user");
	to->known = get(p, from, "known");
	to->rule = get(p, from, "rule");
	if (to->rule.size == 0)
		to->rule = get(p, from, "why");
	to->reply_mode = get(p, reply, "mode");
	to->reply_why = get(p, reply, "why");
	if (get_actions(p, from, "actions", &to->actions) < 0)
		return -1;
	return get_actions(p, from, "not_shared", &to->not_shared);
}

static int
read_decision(struct pool *p, const json_t *root, struct audit_entry *entry,
    struct err *e)
{
	const json_t *list = json_object_get(root, "recipients"), *one;
	size_t i;

	entry->network = get(p, root, "network");
	entry->type = get(p, root, "type");
	entry->trust = get(p, root, "trust");
	entry->person = get(p, json_object_get(root, "person"), "name");
	entry->dry_run = json_is_true(json_object_get(root, "dry_run"));
	if (entry->type.size == 0)
		return err_set(e, pool_ok(p) ? "no type" : "out of memory");
	entry->recipient =
	    pool_array(p, json_array_size(list), sizeof(*entry->recipient));
	if (entry->recipient == NULL)
		return err_set(e, "out of memory");
	json_array_foreach(list, i, one)
	{
		if (read_recipient(p, one, &entry->recipient[i]) < 0)
			return err_set(e, "out of memory");
		entry->recipients++;
	}
	return 0;
}

static int
read_outbox(struct pool *p, const json_t *root, struct audit_entry *entry,
    struct err *e)
{
	entry->outbox = true;
	entry->what = get(p, root, "outbox");
	entry->mode = get(p, root, "mode");
	entry->why = get(p, root, "why");
	entry->recipient = pool_alloc(p, sizeof(*entry->recipient));
	if (entry->recipient == NULL)
		return err_set(e, "out of memory");
	entry->recipient->user = get(p, root, "user");
	entry->recipients = 1;
	return 0;
}

int
audit_read(struct view line, struct pool *p, struct audit_entry *entry,
    struct err *e)
{
	json_error_t error;
	json_t *root = json_loadb(line.data, line.size, JSON_ALLOW_NUL, &error);
	int result;

	memset(entry, 0, sizeof(*entry));
	if (root == NULL)
		return err_set(e, "not JSON: %s", error.text);
	entry->time = get(p, root, "time");
	entry->queue_id = get(p, root, "qid");
	result = json_is_string(json_object_get(root, "outbox"))
	    ? read_outbox(p, root, entry, e)
	    : read_decision(p, root, entry, e);
	if (result == 0 && !pool_ok(p))
		result = err_set(e, "out of memory");
	json_decref(root);
	return result;
}
