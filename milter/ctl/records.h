// SPDX-License-Identifier: BSD-2-Clause
/*
 * records.h - the records of audit files, one after the other.
 */
#ifndef CTL_RECORDS_H
#define CTL_RECORDS_H

#include "ctl/selection.h"
#include "effects/audit_read.h"

/*
 * Gets each record that is wanted, as it was read and as the line it stands
 * in, without its newline.  Both are borrowed.  0, or the code to exit with.
 */
typedef int records_on_record(void *arg, struct view line,
    const struct audit_entry *e);

/*
 * Reads the file, which may be packed (base/unpack.h); "-" is standard input.
 * wanted is NULL for all.  How many lines are no records is said, and on a
 * terminal how far it is; lines that cannot be wanted, whatever else is in
 * them, are not looked into.  Memory does not grow with the file.  0, or a code
 * of sysexits(3), and what was wrong is said.
 */
int records_read(const char *path, const struct selection *wanted,
    records_on_record *on_record, void *arg);

/*
 * The same for what log rotation made of the file before, PATH.2.gz and PATH.1
 * for instance, the highest number first, and then for the file itself, which
 * may be missing if one of these is not.  What cannot be read is said and
 * passed over: EX_NOINPUT, and on_record had what is in the others.
 */
int records_read_rotated(const char *path, const struct selection *wanted,
    records_on_record *on_record, void *arg);

/*
 * The same for a file that grows, and is not packed: what is there, then what
 * comes, also where another file takes its place or it begins anew (log
 * rotation).  Whenever nothing more is there at_end is called.  Only returns
 * where that or on_record did not return 0, or the file cannot be read.
 */
int records_follow(const char *path, const struct selection *wanted,
    records_on_record *on_record, int (*at_end)(void *arg), void *arg);

#endif
