// SPDX-License-Identifier: BSD-2-Clause
/*
 * log.h - one line for the admin.
 *
 * Only programs log; modules return errors.  Every line is made printable
 * here, so callers pass text from mail as it is; LIMIT_LOG_LINE octets of it
 * are shown.  Any thread.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

enum log_level {
	LOG_LEVEL_DEBUG, /* details for a developer, off by default */
	LOG_LEVEL_INFO,  /* what was done */
	LOG_LEVEL_WARN,  /* somebody should look at it; mail flows */
	LOG_LEVEL_ERROR  /* something does not work until it is mended */
};

/*
 * Lines go to syslog(3) with this facility ("mail", "daemon", "local0" ...)
 * and, where to_stderr is set, also to standard error.  program must stay
 * valid.  Returns 0, or -1 for an unknown facility with nothing changed.
 */
int log_open(const char *program, const char *facility, bool to_stderr);

/* Whether log_open() would take it. */
bool log_facility_known(const char *facility);

/* Standard error only, for tools; the state before any log_open(). */
void log_open_stderr(const char *program);

void log_set_debug(bool on);

void log_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Tests and fuzz targets take the lines themselves; NULL gives them back to
 * syslog and standard error.  Not while other threads log.
 */
typedef void log_catcher(enum log_level level, const char *line, void *arg);
void log_catch(log_catcher *catcher, void *arg);

#endif
