// SPDX-License-Identifier: BSD-2-Clause
/*
 * json_read.c - JSON, read (jansson).
 *
 * struct json_value has no body: it is jansson's json_t under our name.
 */
#include "base/json_read.h"

#include <jansson.h>

static const json_t *
inner(const struct json_value *v)
{
	return (const json_t *)v;
}

struct json_value *
json_read(struct view octets, struct err *e)
{
	json_error_t error;
	json_t *root =
	    json_loadb(octets.data, octets.size, JSON_ALLOW_NUL, &error);

	if (root == NULL)
		err_set(e, "not JSON: %s", error.text);
	return (struct json_value *)root;
}

void
json_read_free(struct json_value *root)
{
	json_decref((json_t *)root);
}

const struct json_value *
json_read_member(const struct json_value *object, const char *key)
{
	return (const struct json_value *)json_object_get(inner(object), key);
}

const struct json_value *
json_read_item(const struct json_value *list, size_t i)
{
	return (const struct json_value *)json_array_get(inner(list), i);
}

size_t
json_read_items(const struct json_value *list)
{
	return json_array_size(inner(list));
}

struct view
json_read_text(const struct json_value *v)
{
	if (!json_is_string(inner(v)))
		return VIEW("");
	return (struct view){ json_string_value(inner(v)),
		json_string_length(inner(v)) };
}

bool
json_read_is_text(const struct json_value *v)
{
	return json_is_string(inner(v));
}

bool
json_read_is_list(const struct json_value *v)
{
	return json_is_array(inner(v));
}

bool
json_read_is_object(const struct json_value *v)
{
	return json_is_object(inner(v));
}

bool
json_read_is_truth(const struct json_value *v)
{
	return json_is_boolean(inner(v));
}

bool
json_read_is_true(const struct json_value *v)
{
	return json_is_true(inner(v));
}

long long
json_read_number(const struct json_value *v, long long otherwise)
{
	return json_is_integer(inner(v)) ? json_integer_value(inner(v))
					 : otherwise;
}
