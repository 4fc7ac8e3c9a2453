// SPDX-License-Identifier: BSD-2-Clause
/*
 * records.c - the records of audit files, one after the other.
 */
#include "ctl/records.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/limits.h"
#include "ctl/ctl.h"

/* What a file was made of. */
struct tally {
	size_t lines, bad;
};

static int
read_record(const char *line, records_on_record *on_record, void *arg,
    struct tally *t)
{
	struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
	struct audit_entry entry;
	int code = 0;

	if (p == NULL)
		return ctl_fail(EX_OSERR, "out of memory");
	t->lines++;
	if (audit_read(view_trim(view_of(line)), p, &entry, NULL) < 0)
		t->bad++;
	else
		code = on_record(arg, line, &entry);
	pool_free(p);
	return code;
}

static int
read_lines(FILE *file, const char *name, records_on_record *on_record,
    void *arg)
{
	struct tally t = { 0, 0 };
	char *line = NULL;
	size_t room = 0;
	int code = 0;

	while (code == 0 && getline(&line, &room, file) > 0)
		code = read_record(line, on_record, arg, &t);
	if (ferror(file))
		code = ctl_fail(EX_NOINPUT, "%s: %s", name, strerror(errno));
	free(line);
	if (t.bad > 0)
		ctl_fail(0, "%s: %zu of %zu lines are no records", name, t.bad,
		    t.lines);
	return code;
}

int
records_read(const char *path, records_on_record *on_record, void *arg)
{
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	int code;

	if (file == NULL)
		return ctl_fail(EX_NOINPUT, "%s: %s", path, strerror(errno));
	code = read_lines(file, file == stdin ? "standard input" : path,
	    on_record, arg);
	if (file != stdin)
		fclose(file);
	return code;
}
