// SPDX-License-Identifier: BSD-2-Clause
/*
 * report.c - "rsvpctl report": a period in figures, from the audit file.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/file.h"
#include "base/file_put.h"
#include "ctl/ctl.h"
#include "ctl/records.h"
#include "ctl/report_page.h"

struct report_call {
	struct selection wanted;
	bool json, rotated;
	const char *page, *assets; /* page is NULL for none */
	struct report report;
};

static int
take_record(void *arg, struct view line, const struct audit_entry *e)
{
	struct report_call *call = arg;

	(void)line;
	return report_count(&call->report, e, &call->wanted) == 0
	    ? 0
	    : ctl_fail(EX_OSERR, "out of memory");
}

/* 0, or the code to exit with. */
static int
parse_options(int argc, char **argv, struct report_call *call)
{
	enum { OPTION_ALL = 256, OPTION_ASSETS, OPTION_HTML, OPTION_JSON };
	static const struct option options[] = {
		SELECTION_OPTIONS,
		{ "all", no_argument, NULL, OPTION_ALL },
		{ "assets", required_argument, NULL, OPTION_ASSETS },
		{ "html", required_argument, NULL, OPTION_HTML },
		{ "json", no_argument, NULL, OPTION_JSON },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = selection_getopt(&call->wanted, argc, argv, "",
		    options)) != -1) {
		if (option == OPTION_JSON)
			call->json = true;
		else if (option == OPTION_ALL)
			call->rotated = true;
		else if (option == OPTION_ASSETS)
			call->assets = optarg;
		else if (option == OPTION_HTML)
			call->page = optarg;
		else
			return ctl_usage(argv[0]);
	}
	return 0;
}

static int
read_files(struct report_call *call, const char *const *path, int paths)
{
	int code = 0;

	for (int i = 0; code == 0 && i < paths; i++)
		code = call->rotated
		    ? records_read_rotated(path[i], &call->wanted, take_record,
			  call)
		    : records_read(path[i], &call->wanted, take_record, call);
	return code;
}

static int
print(const struct report_call *call)
{
	struct text out = TEXT_INIT(REPORT_TEXT_SIZE);
	int code = 0;

	if (call->json) {
		report_json(&call->report, &out);
		text_add_byte(&out, '\n');
	} else {
		report_text(&call->report, &out);
	}
	if (!text_ok(&out))
		code = ctl_fail(EX_OSERR, "out of memory");
	else if (fwrite(out.data, 1, out.size, stdout) != out.size ||
	    fflush(stdout) != 0)
		code =
		    ctl_fail(EX_IOERR, "standard output: %s", strerror(errno));
	text_free(&out);
	return code;
}

/* In the folder that its path names, whole or not at all. */
static int
put_page(const char *path, struct view page)
{
	const char *slash = strrchr(path, '/');
	size_t size = slash == NULL ? 0 : (size_t)(slash - path) + 1;
	struct text folder = TEXT_INIT(4096);
	struct err e = ERR_NONE;
	int dir = -1, result = -1;

	text_add(&folder, (struct view){ path, size });
	if (size == 0)
		text_add_byte(&folder, '.');
	if (!text_ok(&folder))
		err_set(&e, "%s: path too long", path);
	else if (path[size] == '\0')
		err_set(&e, "%s: no file's name", path);
	else
		dir = file_open_folder(text_string(&folder), &e);
	if (dir >= 0) {
		result = file_put(dir, path + size, page, &e);
		close(dir);
	}
	text_free(&folder);
	return result == 0 ? 0 : ctl_fail(EX_CANTCREAT, "%s", e.text);
}

static int
write_page(const struct report_call *call)
{
	struct text page = TEXT_INIT(2UL * REPORT_TEXT_SIZE);
	struct err e = ERR_NONE;
	int code;

	if (report_page(&call->report, call->assets, &page, &e) < 0)
		code = ctl_fail(EX_UNAVAILABLE, "%s", e.text);
	else
		code = put_page(call->page, text_view(&page));
	text_free(&page);
	return code;
}

/* Only a look at who has which rules: without it the rest is as true. */
static void
add_rules(struct report_call *call, const struct conf *c)
{
	const char *user = call->wanted.user;

	if (user != NULL && !users_name_ok(view_of(user)))
		return;
	if (report_rules(&call->report, c, user) != 0)
		ctl_fail(0, "which rules never matched is not known");
}

int
ctl_report(struct ctl *c, int argc, char **argv)
{
	struct report_call call = { .json = c->json,
		.assets = "/usr/share/javascript" };
	const char *configured = c->conf->audit.file;
	const char *const *path = &configured;
	int paths = 1, code = parse_options(argc, argv, &call);

	if (code != 0)
		return code;
	if (optind < argc) {
		path = (const char *const *)argv + optind;
		paths = argc - optind;
	} else if (configured[0] == '\0') {
		return ctl_wrong(argv[0],
		    "audit.file is not set: name a file, or - for standard "
		    "input");
	}
	selection_ask_state(&call.wanted, c->conf);
	code = read_files(&call, path, paths);
	if (code == 0) {
		add_rules(&call, c->conf);
		report_sort(&call.report);
		code = call.page != NULL ? write_page(&call) : print(&call);
	}
	report_free(&call.report);
	return code;
}
