// SPDX-License-Identifier: BSD-2-Clause
/*
 * text.c - a growing buffer that cannot pass its ceiling.
 */
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Doubling keeps appends cheap. */
static bool
grow(struct text *t, size_t more)
{
	size_t need, capacity;
	char *data;

	if (t->failed)
		return false;
	if (more > t->limit - t->size) {
		t->failed = true;
		return false;
	}
	need = t->size + more + 1;
	capacity = t->capacity < 64 ? 64 : t->capacity;
	while (capacity < need)
		capacity *= 2;
	if (capacity > t->limit + 1)
		capacity = t->limit + 1;
	data = realloc(t->data, capacity);
	if (data == NULL) {
		t->failed = true;
		return false;
	}
	t->data = data;
	t->capacity = capacity;
	return true;
}

/* Room for more octets and a NUL; what was allocated is within the limit. */
static inline bool
reserve(struct text *t, size_t more)
{
	return (!t->failed && more < t->capacity - t->size) || grow(t, more);
}

void
text_add(struct text *t, struct view v)
{
	if (v.size == 0 || !reserve(t, v.size))
		return;
	memcpy(t->data + t->size, v.data, v.size);
	t->size += v.size;
	t->data[t->size] = '\0';
}

void
text_add_string(struct text *t, const char *string)
{
	text_add(t, view_of(string));
}

void
text_add_byte(struct text *t, char byte)
{
	if (!reserve(t, 1))
		return;
	t->data[t->size++] = byte;
	t->data[t->size] = '\0';
}

void
text_addf(struct text *t, const char *format, ...)
{
	va_list arguments;
	int size;

	va_start(arguments, format);
	size = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (size < 0) {
		t->failed = true;
		return;
	}
	if (!reserve(t, (size_t)size))
		return;
	va_start(arguments, format);
	vsnprintf(t->data + t->size, (size_t)size + 1, format, arguments);
	va_end(arguments);
	t->size += (size_t)size;
}

bool
text_ok(const struct text *t)
{
	return !t->failed;
}

struct view
text_view(const struct text *t)
{
	return (struct view){ t->data, t->size };
}

const char *
text_string(const struct text *t)
{
	return t->data == NULL ? "" : t->data;
}

void
text_clear(struct text *t)
{
	t->size = 0;
	t->failed = false;
	if (t->data != NULL)
		t->data[0] = '\0';
}

void
text_free(struct text *t)
{
	if (t == NULL)
		return;
	free(t->data);
	t->data = NULL;
	t->size = t->capacity = 0;
	t->failed = false;
}
