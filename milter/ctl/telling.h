// SPDX-License-Identifier: BSD-2-Clause
/*
 * telling.h - something told at length, to a person or to a program.
 *
 * The same calls print either: text with headings and labels, or one JSON
 * object with keys.  Goes to standard output at once.
 */
#ifndef CTL_TELLING_H
#define CTL_TELLING_H

#include "base/json.h"
#include "base/text.h"

struct telling {
	bool json;
	struct text out; /* of JSON, what is not printed yet */
	struct json writer;
	unsigned depth; /* of sections */
};

void telling_begin(struct telling *t, bool json);

/* Ends the object.  0, or -1 without memory: JSON is not whole then. */
int telling_end(struct telling *t);

/*
 * A part with a heading, NULL for none, and in JSON an object: below key, or
 * in a list with a key of NULL.
 */
void telling_open(struct telling *t, const char *key, const char *heading);
void telling_close(struct telling *t);

/* Nothing in text, an array in JSON. */
void telling_open_list(struct telling *t, const char *key);
void telling_close_list(struct telling *t);

/*
 * "label  value", nothing where the value is empty.  Text of ours, or of the
 * site; it is made printable all the same.
 */
void tell(struct telling *t, const char *key, const char *label,
    struct view value);
void tell_format(struct telling *t, const char *key, const char *label,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The same of text from a mail, or about one: see telling_hide(). */
void tell_foreign(struct telling *t, const char *key, const char *label,
    struct view value);

/* In JSON alone. */
void tell_bool(struct telling *t, const char *key, bool value);

/* In text alone: a line of its own. */
void tell_line(struct telling *t, const char *label, struct view line);

/*
 * Appends text as it may be shown (DESIGN, "Never" 6): of links what stands
 * behind "?" or "#", and of addresses what stands before "@", as "...".
 */
void telling_hide(struct view text, struct text *shown);

#endif
