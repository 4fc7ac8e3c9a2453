// SPDX-License-Identifier: BSD-2-Clause
/*
 * unpack.h - a file read from front to back, whether it is packed or not
 * (libarchive).
 *
 * gzip, zstd, xz and bzip2 are told by their content; what is none of them is
 * given as it is.  For files as large as may be: memory does not grow.
 */
#ifndef BASE_UNPACK_H
#define BASE_UNPACK_H

#include <stdint.h>

#include "base/err.h"
#include "base/view.h"

struct unpack;

/*
 * Reads from the descriptor, which stays the caller's.  NULL and e ("out of
 * memory", or what is wrong with the first octets).
 */
struct unpack *unpack_open(int fd, struct err *e);
void unpack_close(struct unpack *u); /* NULL is fine */

/*
 * The next octets, valid until the next call: any number but none.  1, or 0 at
 * the end, or -1 and e.
 */
int unpack_next(struct unpack *u, struct view *octets, struct err *e);

/* Octets of the file, as it is packed, that were read so far. */
int64_t unpack_position(const struct unpack *u);

#endif
