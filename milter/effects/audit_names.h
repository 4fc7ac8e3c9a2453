// SPDX-License-Identifier: BSD-2-Clause
/*
 * audit_names.h - what tells who a person is, as a digest.
 *
 * With audit.names = "hash" a record has digests for what a mail says of the
 * person who asks; equal persons have equal ones, so they can be counted.  A
 * name can be found only by who has the secret and the name.  Pure; any thread.
 */
#ifndef EFFECTS_AUDIT_NAMES_H
#define EFFECTS_AUDIT_NAMES_H

#include "base/text.h"

/* "h:", 64 bits of it as small hexadecimal digits, and a NUL. */
enum { AUDIT_HASH_SIZE = 2 + 16 + 1 };

/*
 * The digest of a value of that key of a record, "name" for instance, under
 * the secret.  Equal are names that name_key() makes equal, profiles whatever
 * their case and encoding, and other texts once folded (fold.h).  Keys do not
 * mix: a company that is called as a person is has another digest.  0, or -1
 * without memory.
 */
int audit_hash(struct view secret, const char *key, struct view value,
    char hash[AUDIT_HASH_SIZE]);

/*
 * Appends an address whose local part is a digest: the domain tells whose mail
 * it is.  Failure shows in text_ok(out) alone.
 */
void audit_hash_address(struct view secret, struct view address,
    struct text *out);

#endif
