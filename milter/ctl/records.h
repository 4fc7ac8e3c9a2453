// SPDX-License-Identifier: BSD-2-Clause
/*
 * records.h - the records of audit files, one after the other.
 */
#ifndef CTL_RECORDS_H
#define CTL_RECORDS_H

#include "effects/audit_read.h"

/*
 * Gets each record, as it was read and as the line it stands in, with its
 * newline.  Both are borrowed.  0, or the code to exit with.
 */
typedef int records_on_record(void *arg, const char *line,
    const struct audit_entry *e);

/*
 * Reads the file, "-" is standard input.  How many lines are no records is
 * said.  0, or a code of sysexits(3), and what was wrong is said.
 */
int records_read(const char *path, records_on_record *on_record, void *arg);

#endif
