// SPDX-License-Identifier: BSD-2-Clause
/*
 * capture_html.h - HTML whose text, links and comments are replaced, and whose
 * tags stay.
 */
#ifndef CTL_CAPTURE_HTML_H
#define CTL_CAPTURE_HTML_H

#include "ctl/capture_text.h"

/*
 * As capture_text(), but for the names of HTML's own elements and attributes
 * and for what says how things look, where only names of people are replaced.
 * Linear in time whatever the input.
 */
void capture_html(struct capture *c, const struct capture_charset *cs,
    char *data, size_t size);

#endif
