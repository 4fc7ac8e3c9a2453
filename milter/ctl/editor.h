// SPDX-License-Identifier: BSD-2-Clause
/*
 * editor.h - a text in the hands of a person's editor.
 */
#ifndef CTL_EDITOR_H
#define CTL_EDITOR_H

#include <stdbool.h>

#include "base/text.h"

/* A private folder with the text in it. */
struct editor {
	char folder[256], file[280];
};

/* Makes them.  0, or a code of sysexits(3), and what was wrong is said. */
int editor_open(struct editor *ed, const char *name, struct view content);

/*
 * Lets the editor ($VISUAL, $EDITOR, vi) have the file, and puts what is in it
 * then in place of what out has.  0, or a code, and what was wrong is said.
 */
int editor_run(const struct editor *ed, struct text *out);

/* Asks on the terminal, if there is one; "yes" unless the answer is no. */
bool editor_ask(const char *question);

/* Removes both, or leaves them where they are and says so. */
void editor_close(const struct editor *ed);
void editor_leave(const struct editor *ed);

#endif
