// SPDX-License-Identifier: BSD-2-Clause
/*
 * contacts_csv.h - contacts as comma-separated values.
 *
 * What LinkedIn, Google and Outlook export.  Which it is tell the titles in
 * the header row, one of the first CSV_HEADER_WITHIN lines: the columns that
 * matter are found by them, in any order, and others may be there.  Between
 * titles stand commas, semicolons or tabs, as the country has it.  A row
 * that is not UTF-8 is read as windows-1252.  Pure; any thread.
 */
#ifndef POLICY_CONTACTS_CSV_H
#define POLICY_CONTACTS_CSV_H

#include "policy/contacts_file.h"

/* The format of bytes, or NULL where no header row is one of ours. */
const struct contacts_format *contacts_csv_format(struct view bytes);

#endif
