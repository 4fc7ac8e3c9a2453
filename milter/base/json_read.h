// SPDX-License-Identifier: BSD-2-Clause
/*
 * json_read.h - JSON, read (jansson).
 *
 * The one file that includes jansson.  Every function that gets a value takes
 * NULL for one that is not there, and what is of a wrong type as not there.
 */
#ifndef BASE_JSON_READ_H
#define BASE_JSON_READ_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/view.h"

struct json_value;

/*
 * Reads one object or list; texts may have NULs.  The caller frees it with
 * json_read_free().  NULL, and e says "not JSON: ...".
 */
struct json_value *json_read(struct view octets, struct err *e);
void json_read_free(struct json_value *root);

/* What follows is borrowed from the root, and lives as long. */
const struct json_value *json_read_member(const struct json_value *object,
    const char *key);
const struct json_value *json_read_item(const struct json_value *list,
    size_t i); /* NULL behind the last one */
size_t json_read_items(const struct json_value *list);
struct view json_read_text(const struct json_value *v); /* "": none */
bool json_read_is_text(const struct json_value *v);
bool json_read_is_list(const struct json_value *v);
bool json_read_is_object(const struct json_value *v);
bool json_read_is_truth(const struct json_value *v); /* true or false */
bool json_read_is_true(const struct json_value *v);
long long json_read_number(const struct json_value *v, long long otherwise);

#endif
