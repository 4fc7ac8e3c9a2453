// SPDX-License-Identifier: BSD-2-Clause
/*
 * report_page.h - a report as one HTML file, which needs nothing beside it.
 */
#ifndef CTL_REPORT_PAGE_H
#define CTL_REPORT_PAGE_H

#include "base/err.h"
#include "ctl/report_print.h"

/* Lines of our script and our style; NULL behind the last. */
extern const char *const report_page_script[], *const report_page_style[];

/*
 * Makes the page.  assets is the folder of the libraries, which are put into
 * the page as they are: "/usr/share/javascript".  0, or -1 and e, which names
 * the Debian package of a file that is missing.
 */
int report_page(const struct report *r, const char *assets, struct text *out,
    struct err *e);

#endif
