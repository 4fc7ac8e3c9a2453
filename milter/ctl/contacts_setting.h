// SPDX-License-Identifier: BSD-2-Clause
/*
 * contacts_setting.h - the line of rules.conf that names files of contacts.
 */
#ifndef CTL_CONTACTS_SETTING_H
#define CTL_CONTACTS_SETTING_H

#include <sys/types.h>

#include "base/err.h"
#include "base/text.h"

/* contacts = ( "contacts.txt", "Connections.csv" ); without a newline. */
void contacts_setting_add(struct text *out, const struct view *name,
    size_t names);

/*
 * Appends the ready-made rules to out, naming the files that the user has
 * instead of their own: those that the rules.conf in the open folder names,
 * else those that look like contacts: what ends in .csv, .vcf, .ldif or .zip,
 * and what ends in .txt but does not begin as a template does.
 * Where the user has none, or the rules name none, they stay as they are. title
 * is of the rules, for errors; reader is the user id that file_read_user()
 * takes.  0, or 1 where they name files and the user has none, or -1 and e.
 */
int contacts_setting_fit(int folder, uid_t reader, struct view rules,
    const char *title, struct text *out, struct err *e);

#endif
