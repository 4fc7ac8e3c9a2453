// SPDX-License-Identifier: BSD-2-Clause
/*
 * archive.h - the lists of people in LinkedIn's archive (zip; libzip).
 *
 * The one file that includes libzip.  Bytes to bytes: nothing is written to
 * disk, and of the archive nothing is unpacked but these lists.  Pure; any
 * thread.
 */
#ifndef POLICY_ARCHIVE_H
#define POLICY_ARCHIVE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/view.h"

/* Whether bytes begin as a zip file does, whatever is in it. */
bool archive_is(struct view bytes);

/*
 * name is one of "Connections.csv", "Invitations.csv", "Contacts.csv" and
 * "ImportedContacts.csv", and stays; bytes are borrowed until the call ends.
 * Returns 0 to go on, -1 to stop.
 */
typedef int archive_on_entry(void *arg, const char *name, struct view bytes);

/*
 * Unpacks each of these files, in whatever folder of the archive, and gives it
 * to on_entry.  Returns 0, or -1 and e ("Connections.csv: encrypted") when
 * there is none of them, when one is encrypted, damaged or packed in another
 * way than zip files usually are, past a ceiling (LIMIT_ARCHIVE_...; a file's
 * octets are counted as they come, whatever the archive says) and without
 * memory.  -1 with e untouched when on_entry stopped.
 */
int archive_read(struct view bytes, archive_on_entry *on_entry, void *arg,
    struct err *e);

#endif
