// SPDX-License-Identifier: BSD-2-Clause
/*
 * selftest_mailbox.c - finds the mail of a selftest where it was delivered.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "ctl/selftest.h"
#include "mail/message.h"

enum { CLOCKS_DIFFER = 3600 }; /* seconds; the folder may be another host's */

void
selftest_mailbox_note(struct selftest_mailbox *box, const char *path)
{
	struct stat st;

	*box = (struct selftest_mailbox){ .path = path,
		.since = time(NULL) - CLOCKS_DIFFER };
	if (stat(path, &st) == 0 && S_ISREG(st.st_mode))
		box->size = st.st_size;
}

/*
 * Appends what a file holds from there on, as much as out may.  A mailbox is
 * another user's: nothing but a plain file is read.  0, or -1 with errno.
 */
static int
read_from(int dir, const char *name, int flags, off_t from, struct text *out)
{
	int fd = openat(dir, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC | flags);
	char bytes[16384];
	ssize_t size = 0;
	struct stat st;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		/* It is shorter where somebody has emptied it meanwhile. */
		from = st.st_size < from ? 0 : from;
		while (text_ok(out) &&
		    (size = pread(fd, bytes, sizeof(bytes), from)) > 0) {
			text_add(out, (struct view){ bytes, (size_t)size });
			from += size;
		}
	}
	close(fd);
	return size < 0 ? -1 : 0;
}

static bool
is_it(const struct selftest *s, struct view bytes)
{
	struct selftest found = { .fields = 0 };

	return selftest_is_whole(s, bytes) &&
	    selftest_find_mark(&found, bytes) == 0 &&
	    strcmp(found.mark, s->mark) == 0;
}

static int
look_in_folder(const struct selftest_mailbox *box, const struct selftest *s,
    int folder, struct text *out)
{
	int again = dup(folder), found = 0;
	DIR *dir = again < 0 ? NULL : fdopendir(again);
	const struct dirent *entry;
	struct stat st;

	if (dir == NULL) {
		if (again >= 0)
			close(again);
		return -1;
	}
	while (found == 0 && (entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.' ||
		    fstatat(folder, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) <
			0 ||
		    !S_ISREG(st.st_mode) || st.st_mtime < box->since)
			continue;
		/* It may have been moved away by whoever reads that mail. */
		text_clear(out);
		if (read_from(folder, entry->d_name, O_NOFOLLOW, 0, out) == 0)
			found = is_it(s, text_view(out));
		else if (errno != ENOENT)
			found = -1;
	}
	closedir(dir);
	return found;
}

static int
look_in_maildir(const struct selftest_mailbox *box, const struct selftest *s,
    struct text *out, struct err *e)
{
	static const char *const names[] = { "new", "cur" };
	char path[4096];
	int found = 0, folder;

	for (size_t i = 0; found == 0 && i < 2; i++) {
		snprintf(path, sizeof(path), "%s/%s", box->path, names[i]);
		folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (folder < 0 && errno == ENOENT)
			continue;
		found = folder < 0 ? -1 : look_in_folder(box, s, folder, out);
		if (found < 0)
			err_sys(e, errno, "%s", path);
		if (folder >= 0)
			close(folder);
	}
	return found;
}

/* The mail begins behind the last "From " line before its mark. */
static int
look_in_file(const struct selftest *s, struct text *out)
{
	struct view bytes = text_view(out), rest = bytes, line;
	struct view from = bytes;

	while (view_line(&rest, &line)) {
		if (!view_starts_nocase(line, VIEW("From ")))
			continue;
		from = view_part(bytes, (size_t)(line.data - bytes.data),
		    VIEW_NONE);
		if (is_it(s, from))
			break;
	}
	if (!is_it(s, from))
		return 0;
	memmove(out->data, from.data, from.size);
	out->size = from.size;
	return 1;
}

int
selftest_mailbox_look(const struct selftest_mailbox *box,
    const struct selftest *s, struct text *out, struct err *e)
{
	struct stat st;

	text_clear(out);
	if (stat(box->path, &st) < 0)
		return errno == ENOENT ? 0 : err_sys(e, errno, "%s", box->path);
	if (S_ISDIR(st.st_mode))
		return look_in_maildir(box, s, out, e);
	if (read_from(AT_FDCWD, box->path, 0, box->size, out) < 0)
		return err_sys(e, errno, "%s", box->path);
	return look_in_file(s, out);
}
