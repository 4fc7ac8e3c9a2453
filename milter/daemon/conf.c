// SPDX-License-Identifier: BSD-2-Clause
/*
 * conf.c - the site's settings.
 */
#include "daemon/conf.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/tree.h"
#include "daemon/conf_items.h"
#include "daemon/control.h"
#include "daemon/endpoint.h"
#include "daemon/hosts.h"
#include "effects/store.h"
#include "effects/transport.h"
#include "mail/addr.h"
#include "mail/key.h"
#include "policy/route.h"
#include "policy/users.h"

const char *
conf_name(size_t index)
{
	return index < conf_items_count ? conf_items[index].name : NULL;
}

int
conf_in(const struct conf *c, const char *name, struct err *e)
{
	for (size_t i = 0; i < conf_items_count; i++)
		if (strcmp(conf_items[i].name, name) == 0 && c->line[i] > 0)
			return err_in(e, "%s:%d: %s", c->file, c->line[i],
			    name);
	return err_in(e, "%s", name);
}

/* "10m" in milliseconds; a bare number is seconds.  0, or -1. */
static int
parse_duration(struct view v, int64_t *ms)
{
	static const struct {
		char letter;
		int64_t ms;
	} units[] = { { 's', SECOND }, { 'm', MINUTE }, { 'h', HOUR },
		{ 'd', DAY } };
	int64_t unit = SECOND;
	unsigned long long number;

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (v.size > 0 && v.data[v.size - 1] == units[i].letter) {
			unit = units[i].ms;
			v.size--;
			break;
		}
	if (view_number(v, 1000000000, &number) < 0)
		return -1;
	*ms = (int64_t)number * unit;
	return 0;
}

static int
set_number(const struct item *item, const struct tree *at, int64_t number,
    int64_t *to, struct err *e)
{
	bool duration = item->kind == KIND_DURATION;

	if (number < item->least || number > item->most)
		return tree_error(at, e,
		    "%s: must be %" PRId64 " to %" PRId64 "%s", item->name,
		    duration ? item->least / SECOND : item->least,
		    duration ? item->most / SECOND : item->most,
		    duration ? " seconds" : "");
	*to = number;
	return 0;
}

static int
set_duration(const struct item *item, const struct tree *at, int64_t *to,
    struct err *e)
{
	int64_t ms;

	if (tree_expect(at, TREE_STRING, e) < 0)
		return -1;
	if (parse_duration(at->string, &ms) < 0)
		return tree_error(at, e,
		    "%s: not a time like \"10m\" (s, m, h or d)", item->name);
	return set_number(item, at, ms, to, e);
}

static int
set_mode(const struct item *item, const struct tree *at, mode_t *to,
    struct err *e)
{
	unsigned long mode;
	char *end;

	if (tree_expect(at, TREE_STRING, e) < 0)
		return -1;
	mode = strtoul(at->string.data, &end, 8);
	if (at->string.size == 0 || *end != '\0' || mode > 0777)
		return tree_error(at, e, "%s: not a mode like \"0660\"",
		    item->name);
	*to = (mode_t)mode;
	return 0;
}

/* "07:00" */
static int
set_time(const struct item *item, const struct tree *at, int *minute,
    struct err *e)
{
	unsigned long long hours, minutes;
	struct view v;

	if (tree_expect(at, TREE_STRING, e) < 0)
		return -1;
	v = at->string;
	if (v.size != 5 || v.data[2] != ':' ||
	    view_number(view_part(v, 0, 2), 23, &hours) < 0 ||
	    view_number(view_part(v, 3, 2), 59, &minutes) < 0)
		return tree_error(at, e, "%s: not a time like \"07:00\"",
		    item->name);
	*minute = (int)(hours * 60 + minutes);
	return 0;
}

static int
set_choice(const struct item *item, const struct tree *at, int *to,
    struct err *e)
{
	struct text known = TEXT_INIT(ERR_TEXT_SIZE);

	if (at->kind == TREE_BOOL && strcmp(item->word[0], "off") == 0) {
		*to = at->truth;
		return 0;
	}
	if (tree_expect(at, TREE_STRING, e) < 0)
		return -1;
	for (int i = 0; item->word[i] != NULL; i++) {
		if (view_equal(at->string, view_of(item->word[i]))) {
			*to = i;
			text_free(&known);
			return 0;
		}
		text_addf(&known, "%s\"%s\"", i == 0 ? "" : " or ",
		    item->word[i]);
	}
	tree_error(at, e, "%s: must be %s", item->name, text_string(&known));
	text_free(&known);
	return -1;
}

static int
check_internal_host(const struct view *value, struct err *e)
{
	struct hosts *h = hosts_new(value, 1, e);

	hosts_free(h);
	return h == NULL ? -1 : 0;
}

static int
check_domain(const struct view *value, struct err *e)
{
	struct users_map *m =
	    users_map_new(value, 1, VIEW(""), VIEW(""), "", e);

	users_map_free(m);
	return m == NULL ? -1 : 0;
}

static int
check_route(const struct view *value, struct err *e)
{
	struct routes *r = routes_new(value, 1, e);

	routes_free(r);
	return r == NULL ? -1 : 0;
}

/* Lists whose values must be written in a certain way. */
static const struct {
	const char *name;
	int (*check)(const struct view *value, struct err *e);
} list_checks[] = {
	{ "internal_hosts", check_internal_host },
	{ "users.domains", check_domain },
	{ "reply.routes", check_route },
};

/* One value of a list; at is where it stands. */
static int
check_value(const struct item *item, const struct tree *at,
    const struct view *value, struct err *e)
{
	struct err why = ERR_NONE;

	for (size_t i = 0; i < sizeof(list_checks) / sizeof(list_checks[0]);
	     i++)
		if (strcmp(list_checks[i].name, item->name) == 0 &&
		    list_checks[i].check(value, &why) < 0)
			return tree_error(at, e, "%s: %s", item->name,
			    why.text);
	return 0;
}

static int
set_strings(struct conf *c, const struct item *item, const struct tree *at,
    struct conf_list *to, struct err *e)
{
	struct view *copy;
	size_t count;

	if (tree_strings(at, (size_t)item->most, &count, e) < 0)
		return -1;
	copy = pool_array(c->pool, count, sizeof(*copy));
	for (size_t i = 0; copy != NULL && i < count; i++)
		copy[i] = pool_copy(c->pool, tree_string_at(at, i));
	if (!pool_ok(c->pool))
		return tree_error(at, e, "%s: out of memory", item->name);
	for (size_t i = 0; i < count; i++)
		if (check_value(item,
			at->kind == TREE_STRING ? at : &at->child[i], &copy[i],
			e) < 0)
			return -1;
	to->item = copy;
	to->count = count;
	return 0;
}

static int
check_facility(const char *value, struct err *e)
{
	if (!log_facility_known(value))
		return err_set(e,
		    "no facility \"%s\"; there are mail, daemon, user and "
		    "local0 to local7",
		    value);
	return 0;
}

/* Empty, or the right side of a Message-ID. */
static int
check_host(const char *value, struct err *e)
{
	struct text address = TEXT_INIT(LIMIT_FIELD_SIZE);
	bool good;

	text_addf(&address, "x@%s", value);
	good = value[0] == '\0' ||
	    (text_ok(&address) && addr_is_plain(text_view(&address)));
	text_free(&address);
	return good ? 0 : err_set(e, "\"%s\" is no host's full name", value);
}

/* One word, as RFC 3164 wants it, or Postfix's "postfix/smtpd". */
static int
check_syslog_name(const char *value, struct err *e)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/-";
	size_t size = strlen(value);

	return size > 0 && size <= LIMIT_SYSLOG_NAME_SIZE &&
		strspn(value, good) == size
	    ? 0
	    : err_set(e,
		  "\"%.40s\" is not a word of 1 to %d letters, digits and "
		  "._/-",
		  value, LIMIT_SYSLOG_NAME_SIZE);
}

/* The processes are in another folder than whoever started them. */
static int
check_stop_file(const char *value, struct err *e)
{
	return value[0] == '\0' || value[0] == '/'
	    ? 0
	    : err_set(e, "%s: not an absolute path", value);
}

/* Strings that must be written in a certain way. */
static const struct {
	const char *name;
	int (*check)(const char *value, struct err *e); /* 0, or -1 and e */
} checks[] = {
	{ "socket", endpoint_check },
	{ "trust.keys", key_check },
	{ "reply.transport", transport_check },
	{ "reply.host", check_host },
	{ "reply.stop_file", check_stop_file },
	{ "state", store_url_check },
	{ "audit.syslog", check_facility },
	{ "audit.syslog_name", check_syslog_name },
	{ "control.socket", control_check },
};

static int
check_string(const struct item *item, const struct tree *at, struct err *e)
{
	struct err why = ERR_NONE;

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		if (strcmp(checks[i].name, item->name) == 0 &&
		    checks[i].check(at->string.data, &why) < 0)
			return tree_error(at, e, "%s: %s", item->name,
			    why.text);
	return 0;
}

static int
set_string(struct conf *c, const struct item *item, const struct tree *at,
    const char **to, struct err *e)
{
	struct view copy;

	if (tree_expect(at, TREE_STRING, e) < 0 ||
	    check_string(item, at, e) < 0)
		return -1;
	copy = pool_copy(c->pool, at->string);
	if (copy.data == NULL)
		return tree_error(at, e, "%s: out of memory", item->name);
	*to = copy.data;
	return 0;
}

static int
set_item(struct conf *c, const struct item *item, const struct tree *at,
    struct err *e)
{
	void *to = (char *)c + item->at;

	switch (item->kind) {
	case KIND_STRING:
		return set_string(c, item, at, to, e);
	case KIND_STRINGS:
		return set_strings(c, item, at, to, e);
	case KIND_BOOL:
		if (tree_expect(at, TREE_BOOL, e) < 0)
			return -1;
		*(bool *)to = at->truth;
		return 0;
	case KIND_NUMBER:
		if (tree_expect(at, TREE_NUMBER, e) < 0)
			return -1;
		return set_number(item, at, at->number, to, e);
	case KIND_DURATION:
		return set_duration(item, at, to, e);
	case KIND_MODE:
		return set_mode(item, at, to, e);
	case KIND_TIME:
		return set_time(item, at, to, e);
	case KIND_CHOICE:
		return set_choice(item, at, to, e);
	}
	return -1;
}

/*
 * The names known at one level, for tree_only(): "users" and "packs" at the
 * top, "dir" and "domains" below "users".
 */
static void
names_below(const char *group, char names[CONF_ITEMS_MOST][32],
    const char **list)
{
	size_t skip = group == NULL ? 0 : strlen(group) + 1, count = 0;

	for (size_t i = 0; i < conf_items_count; i++) {
		const char *name = conf_items[i].name;

		if (group != NULL &&
		    (strncmp(name, group, skip - 1) != 0 ||
			name[skip - 1] != '.'))
			continue;
		strncpy(names[count], name + skip, sizeof(names[count]) - 1);
		names[count][strcspn(names[count], ".")] = '\0';
		list[count] = names[count];
		count++;
	}
	list[count] = NULL;
}

static int
check_names(const struct tree *at, const char *group, struct err *e)
{
	char names[CONF_ITEMS_MOST][32] = { { 0 } };
	const char *list[CONF_ITEMS_MOST + 1];

	names_below(group, names, list);
	return tree_only(at, list, e);
}

static const struct item *
find_item(const char *group, const char *name)
{
	for (size_t i = 0; i < conf_items_count; i++) {
		size_t skip = group == NULL ? 0 : strlen(group) + 1;

		if (group != NULL &&
		    (strncmp(conf_items[i].name, group, skip - 1) != 0 ||
			conf_items[i].name[skip - 1] != '.'))
			continue;
		if (strcmp(conf_items[i].name + skip, name) == 0)
			return &conf_items[i];
	}
	return NULL;
}

/* Takes over what one group of the file sets; its groups one level deep. */
static int
read_group(struct conf *c, const struct tree *group, const char *name,
    struct err *e)
{
	if (check_names(group, name, e) < 0)
		return -1;
	for (size_t i = 0; i < group->count; i++) {
		const struct tree *at = &group->child[i];
		const struct item *item = find_item(name, at->name);
		int result;

		if (item != NULL) {
			c->line[item - conf_items] = at->line;
			result = set_item(c, item, at, e);
		} else if (tree_expect(at, TREE_GROUP, e) < 0) {
			result = -1;
		} else {
			result = read_group(c, at, at->name, e);
		}
		if (result < 0)
			return -1;
	}
	return 0;
}

/* "name = value;" of every setting as a file of its own, parsed. */
static int
set_defaults(struct conf *c, struct err *e)
{
	struct text line = TEXT_INIT(LIMIT_SETTINGS_SIZE);
	int result = 0;

	for (size_t i = 0; i < conf_items_count && result == 0; i++) {
		const struct item *item = &conf_items[i];
		bool quoted = item->kind == KIND_STRING ||
		    item->kind == KIND_DURATION || item->kind == KIND_MODE ||
		    item->kind == KIND_TIME || item->kind == KIND_CHOICE;
		const struct tree *root;

		text_clear(&line);
		text_addf(&line, "value = %s%s%s;", quoted ? "\"" : "",
		    item->value, quoted ? "\"" : "");
		if (!text_ok(&line)) {
			result = err_set(e, "%s: out of memory", item->name);
			break;
		}
		root = tree_parse(c->pool, text_view(&line), item->name, e);
		if (root == NULL || set_item(c, item, &root->child[0], e) < 0)
			result = -1;
	}
	text_free(&line);
	return result;
}

/* What no single setting can be wrong about. */
static int
check_together(const struct conf *c, struct err *e)
{
	if (c->reply.enabled && c->reply.routes.count == 0)
		return err_set(e,
		    "%s: reply.enabled needs at least one of reply.routes",
		    c->file);
	if (c->reply.expires_ms <= c->reply.hold_ms)
		return err_set(e,
		    "%s: reply.expires must be longer than reply.hold",
		    c->file);
	return 0;
}

struct conf *
conf_parse(struct view bytes, const char *file, struct err *e)
{
	struct conf *c = calloc(1, sizeof(*c)), *result = NULL;
	const struct tree *root;

	if (c != NULL)
		c->pool = pool_new(16 * LIMIT_SETTINGS_SIZE);
	if (c != NULL && c->pool != NULL)
		c->file = pool_copy(c->pool, view_of(file)).data;
	if (c != NULL && c->pool != NULL)
		c->line =
		    pool_array(c->pool, conf_items_count, sizeof(*c->line));
	if (c == NULL || c->file == NULL || c->line == NULL) {
		err_set(e, "%s: out of memory", file);
		goto out;
	}
	if (set_defaults(c, e) < 0)
		goto out;
	root = tree_parse(c->pool, bytes, file, e);
	if (root == NULL || read_group(c, root, NULL, e) < 0 ||
	    check_together(c, e) < 0)
		goto out;
	result = c;
	c = NULL; /* handed over */
out:
	conf_free(c);
	return result;
}

struct conf *
conf_load(const char *path, struct err *e)
{
	struct text bytes = TEXT_INIT(LIMIT_SETTINGS_SIZE);
	struct conf *c = NULL;

	if (path[0] == '\0' || file_read(path, &bytes, e) == 0)
		c = conf_parse(text_view(&bytes), path, e);
	text_free(&bytes);
	return c;
}

void
conf_free(struct conf *c)
{
	if (c == NULL)
		return;
	pool_free(c->pool);
	free(c);
}
