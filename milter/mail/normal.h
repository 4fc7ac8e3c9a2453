// SPDX-License-Identifier: BSD-2-Clause
/*
 * normal.h - text in the form in which patterns see it ("as matched").
 *
 * LF line ends (CRLF, a lone CR, U+2028 and U+2029 are one), tabs and
 * no-break, thin and wide spaces plain, curly apostrophes and quotes straight,
 * characters that do not show gone, no blanks at line ends.  Any thread.
 */
#ifndef MAIL_NORMAL_H
#define MAIL_NORMAL_H

#include "base/pool.h"

enum normal_shape {
	NORMAL_LINES,  /* as above, nothing else */
	NORMAL_FOLDED, /* and runs of blanks as one, none at line starts, no
			  empty lines: what was HTML */
	NORMAL_LINE    /* and all on one line: names, a subject */
};

/*
 * v, which must be valid UTF-8, in normal form: never longer than v was.  It
 * lives in p.  When p is used up: an empty view whose data is NULL.
 */
struct view normal_text(struct pool *p, struct view v, enum normal_shape shape);

#endif
