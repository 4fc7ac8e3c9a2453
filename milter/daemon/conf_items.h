// SPDX-License-Identifier: BSD-2-Clause
/*
 * conf_items.h - the table of settings, for the files that read and print them.
 *
 * A row drives everything: parsing, default, range, unit, printing, and the
 * test that the manual has it.
 */
#ifndef DAEMON_CONF_ITEMS_H
#define DAEMON_CONF_ITEMS_H

#include <stddef.h>
#include <stdint.h>

enum kind {
	KIND_STRING,
	KIND_STRINGS,
	KIND_BOOL,
	KIND_NUMBER,
	KIND_DURATION, /* "10m", kept in milliseconds */
	KIND_MODE,     /* "0660" */
	KIND_TIME,     /* "07:00", kept in minutes */
	KIND_CHOICE
};

/* Some settings are read only when the filter starts. */
enum when { AT_START, AT_RELOAD };

struct item {
	const char *name; /* with its group: "users.dir" */
	enum kind kind;
	enum when when;
	size_t at;               /* offset in struct conf */
	const char *value;       /* the default, as it is written in the file */
	int64_t least, most;     /* numbers; durations in milliseconds */
	const char *const *word; /* choices, in the order of their enum */
	const char *help;
};

/* Milliseconds. */
enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };
#define DAY ((int64_t)24 * HOUR)

/* The settings of a group stand together. */
enum { CONF_ITEMS_MOST = 64 };
extern const struct item conf_items[];
extern const size_t conf_items_count;

#endif
