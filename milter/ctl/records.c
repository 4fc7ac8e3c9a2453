// SPDX-License-Identifier: BSD-2-Clause
/*
 * records.c - the records of audit files, one after the other.
 *
 * Most of a large log is not wanted, so a line is only parsed when its octets
 * do not rule that out (selection_may_want()).
 */
#include "ctl/records.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/unpack.h"
#include "ctl/ctl.h"

/* A file that is being read. */
struct reading {
	const char *name;
	const struct selection *wanted;
	records_on_record *on_record;
	void *arg;
	struct pool *pool;  /* of one record */
	struct text begun;  /* a line that goes on in the next octets */
	size_t parsed, bad; /* lines */
	size_t hidden;      /* digests for the person who is asked for */
	int64_t size;       /* of the file as it is packed; 0: not known */
	int64_t told_us;    /* when it was last said how far we are */
	bool tells, told;
};

static int
read_record(struct reading *r, struct view line)
{
	struct audit_entry entry;
	int code = 0;

	if (r->wanted != NULL && !selection_may_want(r->wanted, line))
		return 0;
	pool_clear(r->pool);
	r->parsed++;
	if (audit_read(view_trim(line), r->pool, &entry, NULL) < 0)
		r->bad++;
	else if (r->wanted == NULL || selection_wants(r->wanted, &entry))
		code = r->on_record(r->arg, line, &entry);
	else if (selection_cannot_tell(r->wanted, &entry))
		r->hidden++;
	return code;
}

/* The end of a line that began earlier.  One longer than any record is none. */
static int
end_line(struct reading *r, struct view octets)
{
	int code = 0;

	text_add(&r->begun, octets);
	if (text_ok(&r->begun)) {
		code = read_record(r, text_view(&r->begun));
	} else {
		r->parsed++;
		r->bad++;
	}
	text_clear(&r->begun);
	return code;
}

static int
read_lines(struct reading *r, struct view octets)
{
	int code = 0;

	while (code == 0 && octets.size > 0) {
		size_t end = view_find_byte(octets, '\n');
		struct view line = view_part(octets, 0, end);

		if (end == VIEW_NONE) {
			text_add(&r->begun, octets);
			return 0;
		}
		octets = view_part(octets, end + 1, VIEW_NONE);
		code = r->begun.size > 0 || r->begun.failed ||
			line.size > LIMIT_AUDIT_SIZE
		    ? end_line(r, line)
		    : read_record(r, line);
	}
	return code;
}

/* Once a second at most. */
static void
tell_progress(struct reading *r, const struct unpack *u)
{
	int64_t now_us = clock_steady_us(&clock_system);

	if (!r->tells || now_us - r->told_us < 1000000)
		return;
	r->told_us = now_us;
	r->told = true;
	if (r->size > 0)
		fprintf(stderr, "\r%s: %d%%", r->name,
		    (int)(unpack_position(u) * 100 / r->size));
	else
		fprintf(stderr, "\r%s: %zu lines", r->name, r->parsed);
}

static int
read_all(struct reading *r, int fd)
{
	struct err e = ERR_NONE;
	struct unpack *u = unpack_open(fd, &e);
	struct view octets;
	int code = 0, more = u == NULL ? -1 : 1;

	while (code == 0 && more > 0) {
		more = unpack_next(u, &octets, &e);
		if (more > 0)
			code = read_lines(r, octets);
		if (more > 0)
			tell_progress(r, u);
	}
	unpack_close(u);
	if (r->told)
		fprintf(stderr, "\r\033[K");
	/* The last line may have no newline. */
	if (code == 0 && more == 0 && (r->begun.size > 0 || r->begun.failed))
		code = end_line(r, VIEW(""));
	if (more < 0)
		code = ctl_fail(EX_NOINPUT, "%s: %s", r->name, e.text);
	return code;
}

/* Who looks at a terminal sees the records themselves come. */
static bool
tells_progress(void)
{
	return isatty(STDERR_FILENO) == 1 && isatty(STDOUT_FILENO) != 1;
}

static void
put_bad(struct reading *r)
{
	if (r->bad > 0)
		ctl_fail(0, "%s: %zu of %zu lines are no records", r->name,
		    r->bad, r->parsed);
	if (r->hidden > 0)
		ctl_fail(0,
		    "%s: %zu records have digests for names "
		    "(audit.names); --person finds nobody in them",
		    r->name, r->hidden);
	r->bad = r->parsed = r->hidden = 0;
}

static int
read_file(int fd, struct reading *r)
{
	struct stat st;
	int code;

	if (fstat(fd, &st) < 0)
		return ctl_fail(EX_NOINPUT, "%s: %s", r->name, strerror(errno));
	if (S_ISDIR(st.st_mode))
		return ctl_fail(EX_NOINPUT, "%s: %s", r->name,
		    strerror(EISDIR));
	if (S_ISREG(st.st_mode))
		r->size = st.st_size;
	r->pool = pool_new(LIMIT_MESSAGE_POOL);
	if (r->pool == NULL)
		return ctl_fail(EX_OSERR, "out of memory");
	code = read_all(r, fd);
	pool_free(r->pool);
	text_free(&r->begun);
	put_bad(r);
	return code;
}

int
records_read(const char *path, const struct selection *wanted,
    records_on_record *on_record, void *arg)
{
	const bool standard = strcmp(path, "-") == 0;
	struct reading r = {
		.name = standard ? "standard input" : path,
		.wanted = wanted,
		.on_record = on_record,
		.arg = arg,
		.begun = TEXT_INIT(LIMIT_AUDIT_SIZE),
		.told_us = clock_steady_us(&clock_system),
		.tells = tells_progress(),
	};
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	int code;

	if (fd < 0)
		return ctl_fail(EX_NOINPUT, "%s: %s", path, strerror(errno));
	code = read_file(fd, &r);
	if (!standard)
		close(fd);
	return code;
}

/* --- Files that grow. */

/* All that is there now. */
static int
read_more(struct reading *r, int fd)
{
	char octets[64 * 1024];
	ssize_t size;
	int code = 0;

	do {
		size = read(fd, octets, sizeof(octets));
		if (size < 0 && errno != EINTR)
			return ctl_fail(EX_NOINPUT, "%s: %s", r->name,
			    strerror(errno));
		if (size > 0)
			code = read_lines(r,
			    (struct view){ octets, (size_t)size });
	} while (code == 0 && size != 0);
	put_bad(r);
	return code;
}

/* Where what is read ended in the middle of a line. */
static void
forget_line(struct reading *r)
{
	text_clear(&r->begun);
}

/*
 * Whether the path is another file by now, then *fd is that one, or the file
 * begins anew.  What could not be opened may come later.
 */
static int
look_again(struct reading *r, int *fd)
{
	struct stat there, ours;
	int code, new;

	if (stat(r->name, &there) < 0 || fstat(*fd, &ours) < 0)
		return 0;
	if (there.st_ino == ours.st_ino && there.st_dev == ours.st_dev) {
		if (ours.st_size < lseek(*fd, 0, SEEK_CUR)) {
			forget_line(r);
			(void)!lseek(*fd, 0, SEEK_SET);
		}
		return 0;
	}
	new = open(r->name, O_RDONLY | O_CLOEXEC);
	if (new < 0)
		return 0;
	code = read_more(r, *fd); /* written before it was moved away */
	close(*fd);
	*fd = new;
	forget_line(r);
	return code;
}

int
records_follow(const char *path, const struct selection *wanted,
    records_on_record *on_record, int (*at_end)(void *arg), void *arg)
{
	enum { WAIT_MS = 500 };
	struct reading r = {
		.name = path,
		.wanted = wanted,
		.on_record = on_record,
		.arg = arg,
		.begun = TEXT_INIT(LIMIT_AUDIT_SIZE),
		.pool = pool_new(LIMIT_MESSAGE_POOL),
	};
	int fd = open(path, O_RDONLY | O_CLOEXEC), code;

	if (fd < 0 || r.pool == NULL)
		code = fd < 0
		    ? ctl_fail(EX_NOINPUT, "%s: %s", path, strerror(errno))
		    : ctl_fail(EX_OSERR, "out of memory");
	else
		code = read_more(&r, fd);
	while (code == 0) {
		code = at_end(arg);
		if (code == 0)
			(void)!poll(NULL, 0, WAIT_MS);
		if (code == 0)
			code = look_again(&r, &fd);
		if (code == 0)
			code = read_more(&r, fd);
	}
	if (fd >= 0)
		close(fd);
	pool_free(r.pool);
	text_free(&r.begun);
	return code;
}
