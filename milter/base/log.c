// SPDX-License-Identifier: BSD-2-Clause
/*
 * log.c - one line for the admin.
 *
 * Settings are written before threads start, and read ever after.
 */
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "base/limits.h"
#include "base/utf8.h"

static struct {
	const char *program;
	bool to_syslog, to_stderr, debug;
	log_catcher *catcher;
	void *catcher_arg;
} state = { .program = "rsvp-milter", .to_stderr = true };

/* clang-format off */
static const struct {
	const char *name;
	int facility;
} facilities[] = {
	{ "mail",   LOG_MAIL   }, { "daemon", LOG_DAEMON },
	{ "user",   LOG_USER   }, { "local0", LOG_LOCAL0 },
	{ "local1", LOG_LOCAL1 }, { "local2", LOG_LOCAL2 },
	{ "local3", LOG_LOCAL3 }, { "local4", LOG_LOCAL4 },
	{ "local5", LOG_LOCAL5 }, { "local6", LOG_LOCAL6 },
	{ "local7", LOG_LOCAL7 },
};

static const int priorities[] = {
	[LOG_LEVEL_DEBUG] = LOG_DEBUG, [LOG_LEVEL_INFO] = LOG_INFO,
	[LOG_LEVEL_WARN] = LOG_WARNING, [LOG_LEVEL_ERROR] = LOG_ERR,
};

static const char *const words[] = {
	[LOG_LEVEL_DEBUG] = "debug: ", [LOG_LEVEL_INFO] = "",
	[LOG_LEVEL_WARN] = "warning: ", [LOG_LEVEL_ERROR] = "error: ",
};
/* clang-format on */

enum { FACILITIES = sizeof(facilities) / sizeof(facilities[0]) };

/* Its index, or FACILITIES. */
static size_t
find_facility(const char *name)
{
	size_t i = 0;

	while (i < FACILITIES && strcmp(facilities[i].name, name) != 0)
		i++;
	return i;
}

bool
log_facility_known(const char *facility)
{
	return find_facility(facility) < FACILITIES;
}

int
log_open(const char *program, const char *facility, bool to_stderr)
{
	size_t found = find_facility(facility);

	if (found == FACILITIES)
		return -1;
	openlog(program, LOG_PID | LOG_NDELAY, facilities[found].facility);
	state.program = program;
	state.to_syslog = true;
	state.to_stderr = to_stderr;
	return 0;
}

void
log_open_stderr(const char *program)
{
	state.program = program;
	state.to_syslog = false;
	state.to_stderr = true;
}

void
log_set_debug(bool on)
{
	state.debug = on;
}

void
log_catch(log_catcher *catcher, void *arg)
{
	state.catcher = catcher;
	state.catcher_arg = arg;
}

static void
emit(enum log_level level, const char *line)
{
	if (state.catcher != NULL) {
		state.catcher(level, line, state.catcher_arg);
		return;
	}
	if (state.to_syslog)
		syslog(priorities[level], "%s%s", words[level], line);
	if (state.to_stderr)
		fprintf(stderr, "%s: %s%s\n", state.program, words[level],
		    line);
}

/* Logging must not disturb the errno its caller is about to report. */
static void __attribute__((format(printf, 2, 0)))
log_line(enum log_level level, const char *format, va_list arguments)
{
	int saved_errno = errno;
	char raw[LIMIT_LOG_LINE + 2] = ""; /* one more, so that a cut shows */
	struct text line = TEXT_INIT(4 * LIMIT_LOG_LINE);

	vsnprintf(raw, sizeof(raw), format, arguments);
	utf8_add_printable(&line, view_of(raw), LIMIT_LOG_LINE);
	emit(level, text_ok(&line) ? text_string(&line) : "(no memory)");
	text_free(&line);
	errno = saved_errno;
}

void
log_debug(const char *format, ...)
{
	va_list arguments;

	if (!state.debug)
		return;
	va_start(arguments, format);
	log_line(LOG_LEVEL_DEBUG, format, arguments);
	va_end(arguments);
}

void
log_info(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	log_line(LOG_LEVEL_INFO, format, arguments);
	va_end(arguments);
}

void
log_warn(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	log_line(LOG_LEVEL_WARN, format, arguments);
	va_end(arguments);
}

void
log_error(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	log_line(LOG_LEVEL_ERROR, format, arguments);
	va_end(arguments);
}
