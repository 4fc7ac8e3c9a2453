// SPDX-License-Identifier: BSD-2-Clause
/*
 * unpack.c - a file read from front to back, packed or not (libarchive).
 *
 * The filters are named one by one: "all" would have some that start other
 * programs.
 */
#include "base/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 256 * 1024 };

struct unpack {
	struct archive *archive;
	bool empty; /* libarchive calls it a mistake to read on then */
};

static int
fail(struct archive *a, struct err *e)
{
	const char *words = archive_error_string(a);

	return err_set(e, "%s", words == NULL ? "it cannot be read" : words);
}

/* What there is to read; -1 and e. */
static int
open_archive(struct archive *a, int fd, bool *empty, struct err *e)
{
	struct archive_entry *entry;
	int result;

	if (archive_read_support_filter_gzip(a) < ARCHIVE_WARN ||
	    archive_read_support_filter_zstd(a) < ARCHIVE_WARN ||
	    archive_read_support_filter_xz(a) < ARCHIVE_WARN ||
	    archive_read_support_filter_bzip2(a) < ARCHIVE_WARN ||
	    archive_read_support_format_raw(a) != ARCHIVE_OK ||
	    archive_read_support_format_empty(a) != ARCHIVE_OK ||
	    archive_read_open_fd(a, fd, BLOCK) != ARCHIVE_OK)
		return fail(a, e);
	result = archive_read_next_header(a, &entry);
	*empty = result == ARCHIVE_EOF;
	return result == ARCHIVE_OK || *empty ? 0 : fail(a, e);
}

struct unpack *
unpack_open(int fd, struct err *e)
{
	struct unpack *u = calloc(1, sizeof(*u));

	if (u == NULL || (u->archive = archive_read_new()) == NULL) {
		free(u);
		err_set(e, "out of memory");
		return NULL;
	}
	if (open_archive(u->archive, fd, &u->empty, e) < 0) {
		unpack_close(u);
		return NULL;
	}
	return u;
}

void
unpack_close(struct unpack *u)
{
	if (u == NULL)
		return;
	archive_read_free(u->archive);
	free(u);
}

int
unpack_next(struct unpack *u, struct view *octets, struct err *e)
{
	const void *data = NULL;
	size_t size = 0;
	la_int64_t offset;
	int result;

	if (u->empty)
		return 0;
	do
		result =
		    archive_read_data_block(u->archive, &data, &size, &offset);
	while (result == ARCHIVE_RETRY || (result == ARCHIVE_OK && size == 0));
	if (result == ARCHIVE_EOF)
		return 0;
	if (result < ARCHIVE_WARN)
		return fail(u->archive, e);
	*octets = (struct view){ data, size };
	return 1;
}

int64_t
unpack_position(const struct unpack *u)
{
	return archive_filter_bytes(u->archive, -1);
}
