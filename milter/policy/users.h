// SPDX-License-Identifier: BSD-2-Clause
/*
 * users.h - which user a recipient address belongs to.
 *
 * Pure; any thread.  The user's name becomes the name of a folder, so it is
 * only ever taken from a map or a checked local part.
 */
#ifndef POLICY_USERS_H
#define POLICY_USERS_H

#include <stdbool.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/view.h"

struct users_map;

/*
 * domains: where recipients are ours.  delimiters: octets that begin an
 * extension ("+").  aliases: bytes of a file with a line "ADDRESS USER" or
 * "ADDRESS: USER" each ("#" comments; "@DOMAIN USER" takes all others of a
 * domain), or empty; file is what errors call it.  Everything is copied.
 * NULL and e on failure ("FILE:LINE: ..." where it is the file's), which an
 * address is that two lines give to different users; the caller frees it.
 */
struct users_map *users_map_new(const struct view *domain, size_t domains,
    struct view delimiters, struct view aliases, const char *file,
    struct err *e);
void users_map_free(struct users_map *m);

/*
 * Writes the user's name with a NUL.  Returns true, or false when the address
 * is nobody's here.  In order: alias of the whole address, alias without the
 * extension, alias of the domain, then the local part itself in one of the
 * domains, in small letters, without its extension.
 */
bool users_map_find(const struct users_map *m, struct view recipient,
    char user[LIMIT_USER_NAME_SIZE + 1]);

/*
 * Whether name can be a folder's: [a-z0-9._@+-], first a letter or digit, no
 * "..", at most LIMIT_USER_NAME_SIZE octets.
 */
bool users_name_ok(struct view name);

#endif
