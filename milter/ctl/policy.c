// SPDX-License-Identifier: BSD-2-Clause
/*
 * policy.c - "rsvpctl policy": ready-made rules, listed, shown, and given to a
 * user.
 */
#include "ctl/policy.h"

#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/file.h"
#include "base/limits.h"

enum { NAME_WIDTH = 22 };

static const char suffix[] = ".conf";

/* One call of the command. */
struct call {
	struct ctl *c;
	const char *action, *name, *user;
	bool force;
};

/* NAME of NAME.conf as it may be: no path, and nothing that an option is. */
static bool
is_name(struct view name)
{
	for (size_t i = 0; i < name.size; i++)
		if (!byte_is_digit(name.data[i]) && name.data[i] != '-' &&
		    (name.data[i] < 'a' || name.data[i] > 'z'))
			return false;
	return name.size > 0 && name.data[0] != '-' &&
	    name.size <= LIMIT_TEMPLATE_NAME_SIZE;
}

static struct policy_file
file_of(const char *name)
{
	return (struct policy_file){ .name = name,
		.path = TEXT_INIT(4096),
		.bytes = TEXT_INIT(LIMIT_RULES_SIZE) };
}

static void
file_free(struct policy_file *file)
{
	text_free(&file->path);
	text_free(&file->bytes);
}

/* 0, or -1 and e. */
static int
read_policy(const struct conf *c, struct policy_file *file, struct err *e)
{
	text_addf(&file->path, "%s/%s%s", c->policies, file->name, suffix);
	if (!text_ok(&file->path))
		return err_set(e, "%s: path too long", c->policies);
	return file_read(text_string(&file->path), &file->bytes, e);
}

/* What the first line says, if it is a comment. */
static struct view
purpose(const struct policy_file *file)
{
	struct view v = text_view(&file->bytes);
	size_t end = view_find(v, VIEW("\n"));

	if (v.size == 0 || v.data[0] != '#')
		return view_of("");
	return view_trim(view_part(v, 1, end == VIEW_NONE ? v.size : end - 1));
}

int
policy_put_json(struct json *j)
{
	int code = text_ok(j->out) ? 0 : ctl_fail(EX_OSERR, "out of memory");

	if (code == 0)
		puts(text_string(j->out));
	text_free(j->out);
	return code;
}

/* With its text or without. */
static int
put_policy(const struct policy_file *file, bool all)
{
	struct text out = TEXT_INIT(8 * LIMIT_RULES_SIZE);
	struct json j = JSON_INIT(&out);

	json_begin_object(&j, NULL);
	json_add_string(&j, "policy", view_of(file->name));
	json_add_string(&j, "purpose", purpose(file));
	json_add_string(&j, "file", text_view(&file->path));
	if (all)
		json_add_string(&j, "text", text_view(&file->bytes));
	json_end_object(&j);
	return policy_put_json(&j);
}

static int
list_policy(const struct call *call, const char *name)
{
	struct policy_file file = file_of(name);
	struct err e = ERR_NONE;
	int code = 0;

	if (read_policy(call->c->conf, &file, &e) < 0) {
		code = ctl_fail(EX_NOINPUT, "%s", e.text);
	} else if (call->c->json) {
		code = put_policy(&file, false);
	} else {
		ctl_put_column(view_of(name), NAME_WIDTH);
		ctl_put(purpose(&file));
		putchar('\n');
	}
	file_free(&file);
	return code;
}

static int
is_policy(const struct dirent *entry)
{
	struct view v = view_of(entry->d_name);
	const size_t end = sizeof(suffix) - 1;

	return v.size > end &&
	    strcmp(entry->d_name + v.size - end, suffix) == 0 &&
	    is_name(view_part(v, 0, v.size - end));
}

static int
list(const struct call *call)
{
	const char *path = call->c->conf->policies;
	struct dirent **entry = NULL;
	struct err e = ERR_NONE;
	int count = scandir(path, &entry, is_policy, alphasort), code = 0;

	if (count < 0) {
		err_sys(&e, errno, "%s", path);
		conf_in(call->c->conf, "policies", &e);
		return ctl_fail(EX_NOINPUT, "%s", e.text);
	}
	for (int i = 0; i < count; i++) {
		int one;

		*strrchr(entry[i]->d_name, '.') = '\0';
		one = list_policy(call, entry[i]->d_name);
		code = code == 0 ? one : code;
		free(entry[i]);
	}
	free(entry);
	return code;
}

static int
show(const struct call *call, const struct policy_file *file)
{
	if (call->c->json)
		return put_policy(file, true);
	fwrite(file->bytes.data, 1, file->bytes.size, stdout);
	return 0;
}

static int
with_file(const struct call *call)
{
	struct policy_file file = file_of(call->name);
	struct err e = ERR_NONE;
	int code;

	if (read_policy(call->c->conf, &file, &e) < 0)
		code = ctl_fail(EX_NOINPUT,
		    "%s; \"rsvpctl policy list\" says which there are", e.text);
	else if (strcmp(call->action, "show") == 0)
		code = show(call, &file);
	else
		code = policy_use(call->c, &file, call->user, call->force);
	file_free(&file);
	return code;
}

/* Whether what was said is the action's, and enough: 0 or EX_USAGE. */
static int
check_words(const struct call *call, size_t words, const char *called)
{
	bool use = strcmp(call->action, "use") == 0;
	bool list = strcmp(call->action, "list") == 0;

	if (!use && !list && strcmp(call->action, "show") != 0)
		return ctl_wrong(called, "there is no \"%s\"", call->action);
	if (words != (list ? 0 : 1))
		return ctl_wrong(called,
		    list ? "list takes no policy" : "%s takes one policy",
		    call->action);
	if (!list && !is_name(view_of(call->name)))
		return ctl_wrong(called, "\"%s\" is no policy's name",
		    call->name);
	if (!use && (call->user != NULL || call->force))
		return ctl_wrong(called, "%s does not take this option",
		    call->action);
	if (use && call->user == NULL)
		return ctl_wrong(called, "use needs --user");
	return call->user == NULL || users_name_ok(view_of(call->user))
	    ? 0
	    : ctl_wrong(called, "\"%s\" is no user's name", call->user);
}

static int
parse(struct call *call, int argc, char **argv)
{
	static const struct option options[] = {
		{ "force", no_argument, NULL, 'f' },
		{ "json", no_argument, NULL, 'j' },
		{ "user", required_argument, NULL, 'u' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'f')
			call->force = true;
		else if (option == 'j')
			call->c->json = true;
		else if (option == 'u')
			call->user = optarg;
		else
			return ctl_usage(argv[0]);
	}
	if (optind == argc)
		return ctl_usage(argv[0]);
	call->action = argv[optind];
	call->name = optind + 1 < argc ? argv[optind + 1] : NULL;
	return check_words(call, (size_t)(argc - optind - 1), argv[0]);
}

int
ctl_policy(struct ctl *c, int argc, char **argv)
{
	struct call call = { .c = c };
	int code = parse(&call, argc, argv);

	if (code != 0)
		return code;
	return call.name == NULL ? list(&call) : with_file(&call);
}
