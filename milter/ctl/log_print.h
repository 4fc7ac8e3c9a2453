// SPDX-License-Identifier: BSD-2-Clause
/*
 * log_print.h - the forms in which "rsvpctl log" prints records.
 *
 * Of a decision one line for each recipient that is wanted; of a job one.
 */
#ifndef CTL_LOG_PRINT_H
#define CTL_LOG_PRINT_H

#include "ctl/selection.h"

/* Columns for people. */
void log_table_head(void);
void log_table_put(const struct audit_entry *e, const struct selection *wanted);

/*
 * Comma-separated values (RFC 4180), but lines end with LF.  Where a
 * spreadsheet could take = + - or @, a tab or CR for the begin of a formula, in
 * front of a cell or behind what may end one, there is a ' before it.
 */
void log_csv_head(void);
void log_csv_put(const struct audit_entry *e, const struct selection *wanted);

#endif
