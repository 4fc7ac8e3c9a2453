// SPDX-License-Identifier: BSD-2-Clause
/*
 * archive_fuzz.c - LinkedIn's archive, and what is only like it.
 */
#include "base/limits.h"
#include "fuzz.h"
#include "policy/archive.h"

static int
on_entry(void *arg, const char *name, struct view bytes)
{
	size_t *sum = arg;

	MUST(view_ends_nocase(view_of(name), VIEW(".csv")));
	MUST(bytes.size <= LIMIT_ARCHIVE_FILE_SIZE);
	*sum += bytes.size;
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view bytes = { (const char *)data, size };
	struct err e = ERR_NONE;
	size_t sum = 0;

	archive_is(bytes);
	if (archive_read(bytes, on_entry, &sum, &e) < 0)
		MUST(e.text[0] != '\0');
	MUST(sum <= LIMIT_ARCHIVE_SIZE);
	return 0;
}
