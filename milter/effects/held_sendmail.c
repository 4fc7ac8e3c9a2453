// SPDX-License-Identifier: BSD-2-Clause
/*
 * held_sendmail.c - what Sendmail holds: mailq(1), sendmail(8), qtool.pl(8).
 *
 * mailq(1) says which messages there are, and cuts what it says of them; so
 * their control files are read.  "Quarantined" ones begin with "hf".
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "effects/held_parts.h"
#include "mail/addr.h"

enum { PATH_SIZE = 4096, DELIVERY_S = 600 };

/* "FOLDER/hfID", or for "df" where the body is.  0, or -1 and e. */
static int
name_file(const struct held *h, const char *kind, char path[PATH_SIZE],
    struct err *e)
{
	const struct view sub = VIEW("/qf");
	struct view folder = h->folder;
	const char *below = "";

	/* Where control files have a folder of their own, bodies have, too. */
	if (strcmp(kind, "df") == 0 && view_ends_nocase(folder, sub)) {
		folder = view_part(folder, 0, folder.size - sub.size);
		below = "/df";
	}
	if (snprintf(path, PATH_SIZE, "%.*s%s/%s%.*s", VIEW_ARG(folder), below,
		kind, VIEW_ARG(h->queue_id)) < PATH_SIZE)
		return 0;
	return err_set(e, "too long a name");
}

enum held_line
held_read_mailq(struct view line, struct view *v)
{
	const struct view tabs = VIEW("\t\t");
	size_t end;

	if (view_starts_nocase(line, VIEW("\t\t/"))) {
		line = view_part(line, tabs.size, VIEW_NONE);
		end = view_find(line, VIEW(" ("));
		*v = view_part(line, 0, end);
		return end == VIEW_NONE ? HELD_LINE_NONE : HELD_LINE_FOLDER;
	}
	for (end = 0; end < line.size &&
	     (byte_is_letter(line.data[end]) || byte_is_digit(line.data[end]));)
		end++;
	/* Behind it may be a mark: "*", it is being looked at. */
	*v = view_part(line, 0, end);
	return end < line.size && held_is_queue_id(*v) ? HELD_LINE_ID
						       : HELD_LINE_NONE;
}

/* A line, with those that go on with it.  false at the end, a lone ".". */
static bool
next_entry(struct view *rest, struct view *entry)
{
	struct view line, start = *rest;

	if (!view_line(rest, &line) || view_equal(line, VIEW(".")))
		return false;
	*entry = line;
	while (rest->size > 0 &&
	    (rest->data[0] == '\t' || rest->data[0] == ' ')) {
		view_line(rest, &line);
		*entry = (struct view){ start.data,
			(size_t)(line.data - start.data) + line.size };
	}
	return true;
}

static size_t
count_recipients(struct view octets)
{
	struct view entry;
	size_t count = 0;

	while (next_entry(&octets, &entry))
		count += entry.size > 0 && entry.data[0] == 'R';
	return count;
}

int
held_read_control(struct view octets, struct pool *p, struct held *held,
    struct err *e)
{
	struct view rest = octets, entry;
	bool has_time = false;

	held->recipients = 0;
	held->recipient =
	    pool_array(p, count_recipients(octets), sizeof(*held->recipient));
	while (pool_ok(p) && next_entry(&rest, &entry)) {
		struct view value = view_part(entry, 1, VIEW_NONE);
		unsigned long long seconds;
		size_t colon;

		switch (entry.size > 0 ? entry.data[0] : '\0') {
		case 'T':
			has_time =
			    view_number(value, INT64_MAX / 1000, &seconds) == 0;
			if (has_time)
				held->since_ms = (int64_t)seconds * 1000;
			break;
		case 'S':
			held->sender = pool_copy(p, addr_bare(value));
			break;
		case 'R': /* flags, a colon, the address */
			colon = view_find_byte(value, ':');
			value = colon == VIEW_NONE
			    ? value
			    : view_part(value, colon + 1, VIEW_NONE);
			held->recipient[held->recipients++] =
			    pool_copy(p, addr_bare(value));
			break;
		default:
			break;
		}
	}
	if (!pool_ok(p))
		return err_set(e, "out of memory");
	return has_time ? 0 : err_set(e, "no time in its control file");
}

void
held_add_header(struct view octets, struct text *out)
{
	struct view entry;

	while (next_entry(&octets, &entry)) {
		size_t end;

		if (entry.size < 2 || entry.data[0] != 'H')
			continue;
		entry = view_part(entry, 1, VIEW_NONE);
		if (entry.data[0] == '?') {
			entry = view_part(entry, 1, VIEW_NONE);
			end = view_find_byte(entry, '?');
			if (end != 0)
				continue;
			entry = view_part(entry, 1, VIEW_NONE);
		}
		text_add(out, entry);
		text_add_byte(out, '\n');
	}
}

/* What its files say.  1; or 0 where it is gone; or -1 and e. */
static int
read_files(struct held_listing *l, struct held *held, struct err *e)
{
	struct text octets = TEXT_INIT(HELD_LINE_SIZE);
	char path[PATH_SIZE];
	struct stat st;
	int result = -1;

	if (name_file(held, "hf", path, e) < 0)
		return -1;
	if (access(path, F_OK) < 0 && errno == ENOENT)
		return 0;
	if (file_read(path, &octets, e) == 0 &&
	    held_read_control(text_view(&octets), l->pool, held, e) == 0 &&
	    name_file(held, "df", path, e) == 0)
		result = 1;
	if (result > 0 && stat(path, &st) == 0)
		held->size = (long long)st.st_size;
	text_free(&octets);
	return result;
}

static int
take_line(void *arg, struct view line, struct err *e)
{
	struct held_listing *l = arg;
	struct held held = { .size = 0 };
	struct view v;
	int result;

	switch (held_read_mailq(line, &v)) {
	case HELD_LINE_FOLDER:
		text_clear(&l->folder);
		text_add(&l->folder, v);
		return 0;
	case HELD_LINE_ID:
		break;
	default:
		return 0;
	}
	pool_clear(l->pool);
	held.queue_id = pool_copy(l->pool, v);
	held.folder = pool_copy(l->pool, text_view(&l->folder));
	result = read_files(l, &held, &l->why);
	if (result < 0) {
		l->unreadable++;
		return 0;
	}
	return result > 0 ? l->on_message(l->arg, &held, e) : 0;
}

/* "PROGRAM -C CONFIG WORD ..." and what becomes of it. */
static int
run(const struct held_mta *m, const char *program, const char *const word[3],
    const struct child *child, struct err *e)
{
	struct child c = *child;
	const char *argv[8] = { program, NULL };
	size_t count = 1;

	if (m->config[0] != '\0') {
		argv[count++] = "-C";
		argv[count++] = m->config;
	}
	for (size_t i = 0; i < 3 && word[i] != NULL; i++)
		argv[count++] = word[i];
	argv[count] = NULL;
	/* posix_spawn(3) does not change them. */
	c.argv = (char *const *)(uintptr_t)argv;
	return child_run(&c, e);
}

int
held_list_sendmail(struct held_listing *l, struct err *e)
{
	static const char *const words[3] = { "-bp", "-qQ" };
	struct lines lines = { take_line, l, TEXT_INIT(HELD_LINE_SIZE) };
	const struct child c = { .on_output = held_cut_lines,
		.arg = &lines,
		.timeout_seconds = HELD_PATIENCE_S };
	int result = run(l->mta, l->mta->sendmail, words, &c, e);

	lines_free(&lines);
	return result;
}

/* Its tools exit with 0 whatever they did.  0 if it is held no more. */
static int
is_gone(const struct held *h, const char *tool, struct err *e)
{
	char path[PATH_SIZE];

	if (name_file(h, "hf", path, e) < 0)
		return -1;
	if (access(path, F_OK) < 0 && errno == ENOENT)
		return 0;
	return err_set(e, "%s: it is held still", tool);
}

/* Whether it is there, or somebody else was faster. */
static int
is_held(const struct held *h, struct err *e)
{
	char path[PATH_SIZE];

	if (name_file(h, "hf", path, e) < 0)
		return -1;
	if (access(path, F_OK) == 0)
		return 0;
	return errno == ENOENT ? err_set(e, "it is not held any more")
			       : err_sys(e, errno, "%s", path);
}

/* By its only sign, whatever the tool made of it: 0, 1 with e, or -1 and e. */
static int
judge(const struct held *h, const char *tool, int result, struct err *e)
{
	struct err why = ERR_NONE;

	if (is_gone(h, tool, &why) == 0)
		return result < 0 ? 1 : 0;
	return result < 0 ? -1 : err_set(e, "%s", why.text);
}

int
held_release_sendmail(const struct held_mta *m, const struct held *h,
    struct err *e)
{
	char only[LIMIT_QUEUE_ID + 4];
	const char *const words[3] = { "-qQ", only, "-Q" };
	const struct child c = { .timeout_seconds = HELD_PATIENCE_S };

	/* A part of the id is enough; they all have the same length. */
	snprintf(only, sizeof(only), "-qI%.*s", VIEW_ARG(h->queue_id));
	if (is_held(h, e) < 0)
		return -1;
	return judge(h, m->sendmail, run(m, m->sendmail, words, &c, e), e);
}

int
held_deliver_sendmail(const struct held_mta *m, const struct held *h,
    struct err *e)
{
	char only[LIMIT_QUEUE_ID + 4];
	const char *const words[3] = { only };
	const struct child c = { .timeout_seconds = DELIVERY_S };

	snprintf(only, sizeof(only), "-qI%.*s", VIEW_ARG(h->queue_id));
	return run(m, m->sendmail, words, &c, e);
}

int
held_delete_sendmail(const struct held_mta *m, const struct held *h,
    struct err *e)
{
	char path[PATH_SIZE];
	const char *const words[3] = { "-Q", "-d", path };
	const struct child c = { .timeout_seconds = HELD_PATIENCE_S };

	if (is_held(h, e) < 0 || name_file(h, "hf", path, e) < 0)
		return -1;
	return judge(h, m->qtool, run(m, m->qtool, words, &c, e), e);
}

/* All of a file, block by block.  0, or -1 and e. */
static int
pass_on(const char *path, child_on_output *on_output, void *arg, struct err *e)
{
	char block[65536];
	FILE *file = fopen(path, "rbe");
	int result = 0;
	size_t got;

	if (file == NULL)
		return err_sys(e, errno, "%s", path);
	while (result == 0 && (got = fread(block, 1, sizeof(block), file)) > 0)
		result = on_output(arg, (struct view){ block, got }, e);
	if (result == 0 && ferror(file))
		result = err_sys(e, errno, "%s", path);
	fclose(file);
	return result;
}

int
held_show_sendmail(const struct held *h, child_on_output *on_output, void *arg,
    struct err *e)
{
	struct text octets = TEXT_INIT(HELD_LINE_SIZE);
	struct text header = TEXT_INIT(HELD_LINE_SIZE);
	char path[PATH_SIZE];
	int result = -1;

	if (is_held(h, e) < 0 || name_file(h, "hf", path, e) < 0 ||
	    file_read(path, &octets, e) < 0 || name_file(h, "df", path, e) < 0)
		goto out;
	held_add_header(text_view(&octets), &header);
	text_add_byte(&header, '\n');
	if (!text_ok(&header))
		err_set(e, "out of memory");
	else if (on_output(arg, text_view(&header), e) == 0)
		result = pass_on(path, on_output, arg, e);
out:
	text_free(&octets);
	text_free(&header);
	return result;
}
