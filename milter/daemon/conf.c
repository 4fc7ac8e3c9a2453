// SPDX-License-Identifier: BSD-2-Clause
/*
 * conf.c - the site's settings.
 */
#include "daemon/conf.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/tree.h"
#include "daemon/endpoint.h"
#include "effects/store.h"
#include "mail/key.h"

enum kind {
	KIND_STRING,
	KIND_STRINGS,
	KIND_BOOL,
	KIND_NUMBER,
	KIND_DURATION, /* "10m", kept in milliseconds */
	KIND_MODE,     /* "0660" */
	KIND_CHOICE
};

/* Some settings are read only when the filter starts. */
enum when { AT_START, AT_RELOAD };

struct item {
	const char *name; /* with its group: "users.dir" */
	enum kind kind;
	enum when when;
	size_t at;               /* offset in struct conf */
	const char *value;       /* the default, as it is written in the file */
	int64_t least, most;     /* numbers; durations in milliseconds */
	const char *const *word; /* choices, in the order of their enum */
	const char *help;
};

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };
#define DAY ((int64_t)24 * HOUR)

static const char *const on_failure_words[] = { "accept", "tempfail", NULL };
static const char *const fallback_words[] = { "tag-only", "none", NULL };
static const char *const dkim_words[] = { "verify", "off", NULL };

/* The shape of LinkedIn's reply addresses; facts on RFC 3834, section 1.5. */
#define LINKEDIN_ROUTE                                   \
	"( \"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}@" \
	"reply\\\\.linkedin\\\\.com\" )"

#define AT(member) offsetof(struct conf, member)

/* clang-format off */
static const struct item items[] = {
	{ "socket", KIND_STRING, AT_START, AT(socket),
	  "unix:/run/rsvp-milter/milter.sock", 0, 0, NULL,
	  "where the MTA finds the filter: unix:PATH or inet:PORT@HOST" },
	{ "socket_mode", KIND_MODE, AT_START, AT(socket_mode),
	  "0660", 0, 0777, NULL, "permissions of a unix socket" },
	{ "socket_group", KIND_STRING, AT_START, AT(socket_group),
	  "", 0, 0, NULL, "group of a unix socket, \"postfix\" for instance" },
	{ "user", KIND_STRING, AT_START, AT(user),
	  "", 0, 0, NULL, "USER or USER:GROUP to run as when started by root" },
	{ "pid_file", KIND_STRING, AT_START, AT(pid_file),
	  "", 0, 0, NULL, "file that gets the process id" },
	{ "on_failure", KIND_CHOICE, AT_RELOAD, AT(on_failure),
	  "accept", 0, 0, on_failure_words,
	  "what becomes of a mail that the filter itself failed on" },
	{ "dry_run", KIND_BOOL, AT_RELOAD, AT(dry_run),
	  "true", 0, 0, NULL, "decide and log, change nothing, send nothing" },
	{ "packs", KIND_STRING, AT_RELOAD, AT(packs),
	  PACKDIR, 0, 0, NULL, "folder of the packs, one *.conf a network" },
	{ "templates", KIND_STRING, AT_RELOAD, AT(templates),
	  TEMPLATEDIR, 0, 0, NULL, "folder of the site's reply templates" },
	{ "internal_hosts", KIND_STRINGS, AT_RELOAD, AT(internal_hosts),
	  "( \"127.0.0.0/8\", \"::1/128\" )", 0, 1000, NULL,
	  "clients whose mail is never looked at: ADDRESS or ADDRESS/BITS" },
	{ "users.domains", KIND_STRINGS, AT_RELOAD, AT(users.domains),
	  "()", 0, 10000, NULL, "domains whose recipients are users here" },
	{ "users.dir", KIND_STRING, AT_RELOAD, AT(users.dir),
	  SYSCONFDIR "/users", 0, 0, NULL, "folder with one folder a user" },
	{ "users.aliases", KIND_STRING, AT_RELOAD, AT(users.aliases),
	  "", 0, 0, NULL, "file with lines ADDRESS USER" },
	{ "users.extension", KIND_STRING, AT_RELOAD, AT(users.extension),
	  "+", 0, 0, NULL, "what begins the extension of a local part" },
	{ "users.fallback", KIND_CHOICE, AT_RELOAD, AT(users.fallback),
	  "tag-only", 0, 0, fallback_words,
	  "what users without a folder get" },
	{ "users.cache", KIND_NUMBER, AT_RELOAD, AT(users.cache),
	  "1000", 1, 1000000, NULL, "user folders kept in memory" },
	{ "trust.dkim", KIND_CHOICE, AT_RELOAD, AT(trust.dkim),
	  "verify", 0, 0, dkim_words, "verify DKIM signatures here" },
	{ "trust.keys", KIND_STRING, AT_START, AT(trust.keys),
	  "dns", 0, 0, NULL, "where their keys are: dns, or file:PATH" },
	{ "trust.authserv_ids", KIND_STRINGS, AT_RELOAD, AT(trust.authserv_ids),
	  "()", 0, 100, NULL,
	  "believed in Authentication-Results; none in this version" },
	{ "reply.enabled", KIND_BOOL, AT_RELOAD, AT(reply.enabled),
	  "false", 0, 0, NULL, "let users' rules send answers" },
	{ "reply.drafts", KIND_BOOL, AT_RELOAD, AT(reply.drafts),
	  "false", 0, 0, NULL, "let users' rules mail them proposed answers" },
	{ "reply.routes", KIND_STRINGS, AT_RELOAD, AT(reply.routes),
	  LINKEDIN_ROUTE, 0, 100, NULL,
	  "patterns of the addresses an answer may go to" },
	{ "reply.hold", KIND_DURATION, AT_RELOAD, AT(reply.hold_ms),
	  "10m", 0, DAY, NULL, "how long an answer waits before it is sent" },
	{ "reply.period", KIND_DURATION, AT_RELOAD, AT(reply.period_ms),
	  "30d", DAY, 3650 * DAY, NULL,
	  "no second answer to one person within this time" },
	{ "reply.expires", KIND_DURATION, AT_RELOAD, AT(reply.expires_ms),
	  "1d", MINUTE, 30 * DAY, NULL,
	  "an answer not sent by then is dropped" },
	{ "reply.per_user_day", KIND_NUMBER, AT_RELOAD, AT(reply.per_user_day),
	  "5", 0, 1000, NULL, "answers for one user in a day" },
	{ "reply.per_site_hour", KIND_NUMBER, AT_RELOAD,
	  AT(reply.per_site_hour),
	  "60", 0, 100000, NULL, "answers for all in an hour" },
	{ "reply.sendmail", KIND_STRING, AT_RELOAD, AT(reply.sendmail),
	  "/usr/sbin/sendmail", 0, 0, NULL, "program that takes them" },
	{ "reply.host", KIND_STRING, AT_RELOAD, AT(reply.host),
	  "", 0, 0, NULL, "right side of their Message-ID; empty: host name" },
	{ "state", KIND_STRING, AT_START, AT(state),
	  "sqlite:" STATEDIR "/state.db", 0, 0, NULL,
	  "where state is kept: sqlite:PATH or memory:" },
	{ "audit.file", KIND_STRING, AT_START, AT(audit.file),
	  "", 0, 0, NULL, "file of the JSON records; empty: none" },
	{ "audit.syslog", KIND_STRING, AT_START, AT(audit.syslog),
	  "mail", 0, 0, NULL, "facility of the log lines" },
};
/* clang-format on */

enum { ITEMS = sizeof(items) / sizeof(items[0]) };

const char *
conf_name(size_t index)
{
	return index < ITEMS ? items[index].name : NULL;
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

static int
set_choice(const struct item *item, const struct tree *at, int *to,
    struct err *e)
{
	struct text known = TEXT_INIT(ERR_TEXT_SIZE);

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

/* Strings that must be written in a certain way. */
static const struct {
	const char *name;
	int (*check)(const char *value, struct err *e); /* 0, or -1 and e */
} checks[] = {
	{ "socket", endpoint_check },
	{ "trust.keys", key_check },
	{ "state", store_url_check },
	{ "audit.syslog", check_facility },
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
names_below(const char *group, char names[ITEMS][32], const char **list)
{
	size_t skip = group == NULL ? 0 : strlen(group) + 1, count = 0;

	for (size_t i = 0; i < ITEMS; i++) {
		const char *name = items[i].name;

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
	char names[ITEMS][32] = { { 0 } };
	const char *list[ITEMS + 1];

	names_below(group, names, list);
	return tree_only(at, list, e);
}

static const struct item *
find_item(const char *group, const char *name)
{
	for (size_t i = 0; i < ITEMS; i++) {
		size_t skip = group == NULL ? 0 : strlen(group) + 1;

		if (group != NULL &&
		    (strncmp(items[i].name, group, skip - 1) != 0 ||
			items[i].name[skip - 1] != '.'))
			continue;
		if (strcmp(items[i].name + skip, name) == 0)
			return &items[i];
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

		if (item != NULL)
			result = set_item(c, item, at, e);
		else if (tree_expect(at, TREE_GROUP, e) < 0)
			result = -1;
		else
			result = read_group(c, at, at->name, e);
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

	for (size_t i = 0; i < ITEMS && result == 0; i++) {
		const struct item *item = &items[i];
		bool quoted = item->kind == KIND_STRING ||
		    item->kind == KIND_DURATION || item->kind == KIND_MODE ||
		    item->kind == KIND_CHOICE;
		const struct tree *root;

		text_clear(&line);
		text_addf(&line, "value = %s%s%s;", quoted ? "\"" : "",
		    item->value, quoted ? "\"" : "");
		root = text_ok(&line)
		    ? tree_parse(c->pool, text_view(&line), item->name, e)
		    : NULL;
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
	if (c->trust.authserv_ids.count > 0)
		return err_set(e,
		    "%s: trust.authserv_ids: this version does not read "
		    "Authentication-Results; leave it empty",
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
	if (c == NULL || c->pool == NULL) {
		err_set(e, "%s: out of memory", file);
		goto out;
	}
	c->file = pool_copy(c->pool, view_of(file)).data;
	if (c->file == NULL || set_defaults(c, e) < 0)
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

static void
add_quoted(struct text *out, struct view v)
{
	text_add_byte(out, '"');
	for (size_t i = 0; i < v.size; i++) {
		unsigned char byte = (unsigned char)v.data[i];

		if (byte < ' ' || byte == 0x7F) {
			text_addf(out, "\\x%02X", byte);
			continue;
		}
		if (byte == '"' || byte == '\\')
			text_add_byte(out, '\\');
		text_add_byte(out, v.data[i]);
	}
	text_add_byte(out, '"');
}

static void
add_duration(struct text *out, int64_t ms)
{
	static const struct {
		char letter;
		int64_t ms;
	} units[] = { { 'd', DAY }, { 'h', HOUR }, { 'm', MINUTE },
		{ 's', SECOND } };

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (ms % units[i].ms == 0 || units[i].ms == SECOND) {
			text_addf(out, "\"%" PRId64 "%c\"", ms / units[i].ms,
			    units[i].letter);
			return;
		}
}

static void
add_value(struct text *out, const struct conf *c, const struct item *item)
{
	const void *at = (const char *)c + item->at;
	const struct conf_list *list = at;

	switch (item->kind) {
	case KIND_STRING:
		add_quoted(out, view_of(*(const char *const *)at));
		break;
	case KIND_STRINGS:
		text_add_byte(out, '(');
		for (size_t i = 0; i < list->count; i++) {
			text_add_string(out, i == 0 ? " " : ", ");
			add_quoted(out, list->item[i]);
		}
		text_add_string(out, list->count == 0 ? ")" : " )");
		break;
	case KIND_BOOL:
		text_add_string(out, *(const bool *)at ? "true" : "false");
		break;
	case KIND_NUMBER:
		text_addf(out, "%" PRId64, *(const int64_t *)at);
		break;
	case KIND_DURATION:
		add_duration(out, *(const int64_t *)at);
		break;
	case KIND_MODE:
		text_addf(out, "\"%04o\"", (unsigned)*(const mode_t *)at);
		break;
	case KIND_CHOICE:
		add_quoted(out, view_of(item->word[*(const int *)at]));
		break;
	}
}

void
conf_print(const struct conf *c, struct text *out)
{
	struct view group = VIEW("");

	/* The settings of a group stand together in the table. */
	for (size_t i = 0; i < ITEMS; i++) {
		struct view name = view_of(items[i].name);
		size_t dot = view_find_byte(name, '.');
		struct view in = view_part(name, 0, dot == VIEW_NONE ? 0 : dot);
		const char *indent = in.size == 0 ? "" : "\t";

		if (!view_equal(group, in) && group.size > 0)
			text_add_string(out, "};\n");
		if (!view_equal(group, in) && in.size > 0)
			text_addf(out, "%.*s = {\n", VIEW_ARG(in));
		group = in;
		if (in.size > 0)
			name = view_part(name, dot + 1, name.size);
		text_addf(out, "%s# %s%s\n%s%.*s = ", indent, items[i].help,
		    items[i].when == AT_START ? " (start)" : "", indent,
		    VIEW_ARG(name));
		add_value(out, c, &items[i]);
		text_add_string(out, ";\n");
	}
	if (group.size > 0)
		text_add_string(out, "};\n");
}

const char *
conf_needs_restart(const struct conf *a, const struct conf *b)
{
	const char *name = NULL;
	struct text left = TEXT_INIT(LIMIT_SETTINGS_SIZE);
	struct text right = TEXT_INIT(LIMIT_SETTINGS_SIZE);

	for (size_t i = 0; i < ITEMS && name == NULL; i++) {
		if (items[i].when != AT_START)
			continue;
		text_clear(&left);
		text_clear(&right);
		add_value(&left, a, &items[i]);
		add_value(&right, b, &items[i]);
		if (!view_equal(text_view(&left), text_view(&right)))
			name = items[i].name;
	}
	text_free(&left);
	text_free(&right);
	return name;
}
