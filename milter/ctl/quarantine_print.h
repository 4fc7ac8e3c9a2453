// SPDX-License-Identifier: BSD-2-Clause
/*
 * quarantine_print.h - held mail, shown to a person or a program.
 */
#ifndef CTL_QUARANTINE_PRINT_H
#define CTL_QUARANTINE_PRINT_H

#include "ctl/held_mail.h"

/* A line of a list, and what stands above the first. */
void quarantine_put_heading(void);
void quarantine_put_line(const struct held_mail_item *i);

/* The same as a JSON object, with the whole record. */
void quarantine_put_json(const struct held_mail_item *i);

/*
 * What the MTA says of it, and its record in words, as "explain" tells it.  0,
 * or a code of sysexits(3).
 */
int quarantine_put_all(const struct held_mail_item *i, bool json);

/*
 * The message itself, octet by octet.  0, or a code of sysexits(3), and what
 * was wrong is said.
 */
int quarantine_put_message(const struct held_mta *mta,
    const struct held_mail_item *i);

#endif
