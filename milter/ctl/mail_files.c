// SPDX-License-Identifier: BSD-2-Clause
/*
 * mail_files.c - the messages that people have in files and folders.
 */
#include "ctl/mail_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "base/lines.h"
#include "base/text.h"
#include "ctl/ctl.h"

enum { LARGEST_MESSAGE = 64 * 1024 * 1024 };

struct listener {
	mail_files_on_message *on_message;
	void *arg;
};

/* A file, and the message that is being read. */
struct reader {
	const struct listener *to;
	const char *path;
	struct text message;
	size_t count;      /* messages of an mbox begun; 0: it is none */
	bool blank;        /* the line before is empty, or there is none */
	bool begun, ended; /* there was a line; no newline is behind it */
};

static int
end_message(struct reader *r)
{
	struct text name = TEXT_INIT(8192);
	int code;

	text_add_string(&name, r->path);
	if (r->count > 0)
		text_addf(&name, ":%zu", r->count);
	code = r->to->on_message(r->to->arg, text_string(&name),
	    text_view(&r->message));
	text_free(&name);
	text_clear(&r->message);
	return code;
}

/* Without the ">" that quotes a line of an mbox. */
static struct view
unquoted(struct view line)
{
	size_t i = 0;

	while (i < line.size && line.data[i] == '>')
		i++;
	if (i > 0 &&
	    view_starts_nocase(view_part(line, i, VIEW_NONE), VIEW("From ")))
		return view_part(line, 1, VIEW_NONE);
	return line;
}

static bool
is_from(struct view line)
{
	return line.size >= 5 && memcmp(line.data, "From ", 5) == 0;
}

static int
take_line(void *arg, struct view line, struct err *e)
{
	struct reader *r = arg;
	int code = 0;

	(void)e;
	if (r->blank && is_from(line) && (!r->begun || r->count > 0)) {
		if (r->begun)
			code = end_message(r);
		r->begun = true;
		r->count++;
		r->blank = false;
		return code;
	}
	r->begun = true;
	r->blank = view_trim(line).size == 0;
	if (r->count > 0)
		line = unquoted(line);
	/* What is more is left out, the rest of the mailbox is not. */
	if (line.size < LARGEST_MESSAGE - r->message.size) {
		text_add(&r->message, line);
		if (!r->ended)
			text_add_byte(&r->message, '\n');
	}
	return r->message.failed ? ctl_fail(EX_OSERR, "out of memory") : code;
}

static int
read_lines(struct reader *r, FILE *file)
{
	struct lines lines = { take_line, r, TEXT_INIT(LARGEST_MESSAGE) };
	char block[65536];
	size_t size;
	int code = 0;

	while (code == 0 && (size = fread(block, 1, sizeof(block), file)) > 0)
		code = lines_add(&lines, (struct view){ block, size }, NULL);
	if (code == 0 && ferror(file))
		code = ctl_fail(EX_IOERR, "%s: %s", r->path, strerror(errno));
	r->ended = true; /* with a line that has no newline */
	if (code == 0)
		code = lines_end(&lines, NULL);
	if (code == 0 && r->begun)
		code = end_message(r);
	lines_free(&lines);
	return code;
}

static int
read_file(const struct listener *to, const char *path)
{
	const bool standard = strcmp(path, "-") == 0;
	struct reader r = { .to = to,
		.path = standard ? "standard input" : path,
		.message = TEXT_INIT(LARGEST_MESSAGE),
		.blank = true };
	FILE *file = standard ? stdin : fopen(path, "re");
	int code;

	if (file == NULL)
		return ctl_fail(EX_NOINPUT, "%s: %s", path, strerror(errno));
	code = read_lines(&r, file);
	if (!standard)
		fclose(file);
	text_free(&r.message);
	return code;
}

static int
is_shown(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* -1: there is no such folder. */
static int
read_folder(const struct listener *to, const char *path, const char *below)
{
	struct text name = TEXT_INIT(8192);
	struct dirent **entry = NULL;
	struct stat st;
	int count, code = 0;

	text_addf(&name, "%s%s", path, below);
	count = scandir(text_string(&name), &entry, is_shown, alphasort);
	if (count < 0 && errno == ENOENT && below[0] != '\0')
		code = -1;
	else if (count < 0)
		code = ctl_fail(EX_NOINPUT, "%s: %s", text_string(&name),
		    strerror(errno));
	for (int i = 0; i < count; i++) {
		text_clear(&name);
		text_addf(&name, "%s%s/%s", path, below, entry[i]->d_name);
		free(entry[i]);
		/* One may have been moved meanwhile. */
		if (code == 0 && stat(text_string(&name), &st) == 0 &&
		    S_ISREG(st.st_mode))
			code = read_file(to, text_string(&name));
	}
	free((void *)entry);
	text_free(&name);
	return code;
}

int
mail_files_read(const char *path, mail_files_on_message *on_message, void *arg)
{
	const struct listener to = { on_message, arg };
	struct stat st;
	int cur, new = 0;

	if (strcmp(path, "-") == 0 || stat(path, &st) < 0 ||
	    !S_ISDIR(st.st_mode))
		return read_file(&to, path);
	cur = read_folder(&to, path, "/cur");
	if (cur <= 0)
		new = read_folder(&to, path, "/new");
	if (cur > 0 || new > 0)
		return cur > 0 ? cur : new;
	return cur < 0 && new < 0 ? read_folder(&to, path, "") : 0;
}
