// SPDX-License-Identifier: BSD-2-Clause
/*
 * json.h - JSON (RFC 8259) written straight into a text.
 *
 * Commas and quotes are put here and nowhere else.  Strings may hold any
 * octets: what is not well-formed UTF-8 becomes U+FFFD, controls and
 * characters that do not show are written as \uXXXX, so a record is always
 * one line of valid JSON whatever a mail contained.  Our own writer, since a
 * library would want its own tree built first and the text checked before.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

struct json {
	struct text *out; /* borrowed; its failure state tells of ours */
	bool comma;       /* the next element needs one in front */
};

#define JSON_INIT(text)                       \
	{                                     \
		.out = (text), .comma = false \
	}

/*
 * key is our own ASCII word, or NULL inside an array and at the top.  The
 * names keep clear of libjansson's json_object(), json_string() and so on.
 */
void json_begin_object(struct json *j, const char *key);
void json_end_object(struct json *j);
void json_begin_array(struct json *j, const char *key);
void json_end_array(struct json *j);
void json_add_string(struct json *j, const char *key, struct view value);
void json_add_number(struct json *j, const char *key, int64_t value);
void json_add_bool(struct json *j, const char *key, bool value);
void json_add_null(struct json *j, const char *key);

#endif
