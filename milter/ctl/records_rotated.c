// SPDX-License-Identifier: BSD-2-Clause
/*
 * records_rotated.c - the files that log rotation made of one.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/pool.h"
#include "base/text.h"
#include "ctl/ctl.h"
#include "ctl/records.h"

enum { MOST_FILES = 1000, MOST_NUMBER = 1000000000 };

struct rotated {
	unsigned long long number;
	const char *path;
};

struct rotated_files {
	struct pool *pool;
	struct rotated at[MOST_FILES];
	size_t count;
};

/* The number in "NAME.12" and "NAME.12.gz"; false: it is no such name. */
static bool
read_number(const char *entry, struct view name, unsigned long long *number)
{
	struct view v = view_of(entry);
	size_t point;

	if (v.size <= name.size + 1 ||
	    !view_equal(view_part(v, 0, name.size), name) ||
	    v.data[name.size] != '.')
		return false;
	v = view_part(v, name.size + 1, VIEW_NONE);
	point = view_find_byte(v, '.');
	return view_number(view_part(v, 0, point), MOST_NUMBER, number) == 0;
}

static int
add(struct rotated_files *f, const char *folder, const char *entry,
    unsigned long long number)
{
	struct text path = TEXT_INIT(2 * 4096);
	struct view copy;

	if (f->count == MOST_FILES)
		return ctl_fail(EX_DATAERR, "%s: more than %d files", folder,
		    MOST_FILES);
	text_addf(&path, "%s/%s", folder, entry);
	copy = pool_copy(f->pool, text_view(&path));
	text_free(&path);
	if (copy.size == 0)
		return ctl_fail(EX_OSERR, "out of memory");
	f->at[f->count++] = (struct rotated){ number, copy.data };
	return 0;
}

/* The highest number first, and of one number by name. */
static int
compare(const void *a, const void *b)
{
	const struct rotated *one = a, *two = b;

	if (one->number != two->number)
		return one->number < two->number ? 1 : -1;
	return strcmp(one->path, two->path);
}

/* Whoever reads a fifo may wait for ever. */
static bool
is_file(DIR *dir, const char *entry)
{
	struct stat st;

	return fstatat(dirfd(dir), entry, &st, 0) == 0 && S_ISREG(st.st_mode);
}

static int
find(struct rotated_files *f, const char *folder, struct view name)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;
	unsigned long long number;
	int code = 0;

	if (dir == NULL)
		return ctl_fail(EX_NOINPUT, "%s: %s", folder, strerror(errno));
	while (code == 0 && (entry = readdir(dir)) != NULL)
		if (read_number(entry->d_name, name, &number) &&
		    is_file(dir, entry->d_name))
			code = add(f, folder, entry->d_name, number);
	closedir(dir);
	qsort(f->at, f->count, sizeof(f->at[0]), compare);
	return code;
}

/* Those beside the path, which has a folder in it or is in this one. */
static int
find_beside(struct rotated_files *f, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct text folder = TEXT_INIT(4096);
	int code;

	if (slash == NULL)
		text_add_string(&folder, ".");
	else if (slash == path)
		text_add_string(&folder, "/");
	else
		text_add(&folder,
		    (struct view){ path, (size_t)(slash - path) });
	code = text_ok(&folder)
	    ? find(f, text_string(&folder),
		  view_of(slash == NULL ? path : slash + 1))
	    : ctl_fail(EX_NOINPUT, "%s: path too long", path);
	text_free(&folder);
	return code;
}

/* One that cannot be read is said, and the others are read all the same. */
static int
read_found(const struct rotated_files *f, const char *path,
    const struct selection *wanted, records_on_record *on_record, void *arg)
{
	int code = 0, failed = 0;

	for (size_t i = 0; i <= f->count; i++) {
		const char *one = i < f->count ? f->at[i].path : path;

		/* "nocreate" leaves none until there is a record. */
		if (i == f->count && i > 0 && access(path, F_OK) != 0)
			break;
		code = records_read(one, wanted, on_record, arg);
		if (code == EX_NOINPUT)
			failed = code;
		else if (code != 0)
			return code;
	}
	return failed;
}

int
records_read_rotated(const char *path, const struct selection *wanted,
    records_on_record *on_record, void *arg)
{
	struct rotated_files *f = calloc(1, sizeof(*f));
	int code = 0;

	if (f == NULL)
		return ctl_fail(EX_OSERR, "out of memory");
	f->pool = pool_new(2 * MOST_FILES * 4096);
	if (f->pool == NULL)
		code = ctl_fail(EX_OSERR, "out of memory");
	else if (strcmp(path, "-") != 0)
		code = find_beside(f, path);
	if (code == 0)
		code = read_found(f, path, wanted, on_record, arg);
	pool_free(f->pool);
	free(f);
	return code;
}
